// Forms that save as one goes: each control that was changed and left is sent alone, with the version that it was changed from. When
// someone else was quicker the record is read again and merged field by field, and nothing that is being typed is lost.
import { call, callOf, json, Lost, Refused, told } from "./api";
import { boxLabels, tickBoxes } from "./boxes";
import { all, enhance, icon, make, on, one } from "./dom";
import { changed, collect, controlsOf, dropDraft, faceOf, keepDraft, offerDraft, showError, showProblem, valueOf, type Control } from "./forms";
import { dig, pathOf, topOf } from "./json";
import { canonical, verdict } from "./merge";
import { formatNumber } from "./number";
import { locale, t } from "./text";
import { toast } from "./toast";
import { localOf } from "./zone";

interface State {
    waiting: Set<string>; // fields of the record that are to be sent
    working: boolean;
    offered: Set<string>; // fields of which both values are shown
}

const states = new WeakMap<HTMLFormElement, State>();

function stateOf(form: HTMLFormElement): State {
    let state = states.get(form);
    if (!state) {
        state = { waiting: new Set(), working: false, offered: new Set() };
        states.set(form, state);
    }
    return state;
}

function controlsFor(form: HTMLFormElement, field: string): Control[] {
    return controlsOf(form).filter((control) => topOf(control.name) === field);
}

function mark(form: HTMLFormElement, field: string, state: "saving" | "saved" | "unsaved" | ""): void {
    for (const control of controlsFor(form, field)) {
        const place = faceOf(control).closest(".field");
        place?.classList.remove("saving", "saved", "unsaved");
        if (state) {
            place?.classList.add(state);
        }
    }
}

/** What a control would send, so that it can be compared; what cannot be sent is compared as typed. */
function said(control: Control): string {
    try {
        return canonical(valueOf(control) ?? null);
    } catch {
        return control.value;
    }
}

/** The same of what the page came with, or was saved last. */
function was(control: Control): string {
    const copy = control.cloneNode(true) as Control;
    if (copy instanceof HTMLSelectElement) {
        [...(control as HTMLSelectElement).options].forEach((option, i) => {
            const twin = copy.options[i];
            if (twin) {
                twin.selected = option.defaultSelected;
            }
        });
        if (![...copy.options].some((option) => option.selected) && copy.options[0] && !copy.multiple) {
            copy.options[0].selected = true;
        }
    } else if (copy instanceof HTMLInputElement && (copy.type === "checkbox" || copy.type === "radio")) {
        copy.checked = (control as HTMLInputElement).defaultChecked;
    } else if (copy instanceof HTMLInputElement && copy.type === "hidden") {
        copy.value = control.dataset["was"] ?? "";
    } else {
        copy.value = (control as HTMLInputElement | HTMLTextAreaElement).defaultValue;
    }
    return said(copy);
}

/** Makes what a control shows the stored value. */
function settle(control: Control): void {
    if (control instanceof HTMLSelectElement) {
        for (const option of control.options) {
            option.defaultSelected = option.selected;
        }
    } else if (control instanceof HTMLInputElement && (control.type === "checkbox" || control.type === "radio")) {
        control.defaultChecked = control.checked;
    } else if (control instanceof HTMLInputElement && control.type === "hidden") {
        control.dataset["was"] = control.value;
        const face = faceOf(control);
        if (face instanceof HTMLInputElement) {
            face.defaultValue = face.value;
        }
    } else {
        const value = control.value;
        control.defaultValue = value;
        control.value = value;
    }
}

/** A stored value as people read it. */
function shown(control: Control, value: unknown): string {
    if (value === null || value === undefined) {
        return "";
    }
    if (typeof value === "object") {
        return "label" in value ? String((value as { label: unknown }).label) : JSON.stringify(value);
    }
    if (control.dataset["number"] === "decimal" || (typeof value === "string" && control.inputMode === "decimal")) {
        return formatNumber(String(value), locale(), false);
    }
    if (control.type === "datetime-local") {
        return localOf(String(value), control.dataset["zone"]);
    }
    if (control instanceof HTMLSelectElement) {
        return [...control.options].find((option) => option.value === String(value))?.text ?? String(value);
    }
    return boxLabels(control, String(value)) ?? String(value);
}

/** Puts a stored value into a control. */
function show(control: Control, value: unknown): void {
    if (control instanceof HTMLInputElement && control.type === "checkbox") {
        control.checked = value === true;
    } else if (control instanceof HTMLSelectElement || control.type === "hidden") {
        control.value = canonical(value);
        const face = faceOf(control);
        if (face !== control && face instanceof HTMLInputElement) {
            face.value = shown(control, value);
        }
        tickBoxes(control);
    } else {
        control.value = shown(control, value);
    }
    settle(control);
}

/** Takes from a record what others changed; what this person changed stays. Answers the fields that both changed. */
function merge(form: HTMLFormElement, record: unknown, saving: ReadonlySet<string>): Map<string, unknown> {
    const both = new Map<string, unknown>();
    let taken = 0;
    for (const control of controlsOf(form)) {
        const field = topOf(control.name);
        const theirs = dig(record, pathOf(control.name) ?? []);
        if (control.name.includes("[") || control.type === "radio" || theirs === undefined) {
            continue;
        }
        const how = verdict(was(control), said(control), canonical(theirs));
        const typing = document.activeElement === faceOf(control) && changed(control);
        if (how === "take" && !typing) {
            show(control, theirs);
            faceOf(control).closest(".field")?.classList.add("merged");
            taken++;
        } else if (how === "same") {
            settle(control);
        } else if (how === "both" && saving.has(field)) {
            both.set(field, theirs);
        }
    }
    if (taken) {
        toast(t("Someone else changed this record. Their changes are shown."), "plain");
    }
    return both;
}

/** Both changed one field: the person decides. */
function offer(form: HTMLFormElement, field: string, theirs: unknown): void {
    const control = controlsFor(form, field)[0];
    const state = stateOf(form);
    const place = control && (faceOf(control).closest(".field") ?? faceOf(control).parentElement);
    if (!control || !place || state.offered.has(field)) {
        return;
    }
    state.offered.add(field);
    mark(form, field, "unsaved");
    const take = make("button.button.small", { type: "button" }, t("Take theirs"));
    const keep = make("button.button.small", { type: "button" }, t("Keep mine"));
    const box = make("div.theirs", { role: "status" }, icon("people"),
        make("span", {}, t("Someone else wrote: {1}", shown(control, theirs) || t("(nothing)"))), take, keep);
    const decided = (): void => {
        state.offered.delete(field);
        box.remove();
        faceOf(control).focus();
    };
    take.addEventListener("click", () => {
        show(control, theirs);
        mark(form, field, "");
        keepDraft(form);
        decided();
    });
    keep.addEventListener("click", () => {
        decided();
        enqueue(form, field);
    });
    place.append(box);
}

/** Others on the page that send a version with their call. */
function setVersion(form: HTMLFormElement, version: string): void {
    form.dataset["version"] = version;
    const path = callOf(form.dataset["save"])?.path ?? "";
    for (const element of all("[data-call][data-version]")) {
        if (element.dataset["call"]?.includes(path)) {
            element.dataset["version"] = version;
        }
    }
}

async function saveField(form: HTMLFormElement, field: string, method: string, path: string): Promise<void> {
    const controls = controlsFor(form, field);
    const { body, sent, wrong } = collect(form, controls);
    if (wrong) {
        mark(form, field, "unsaved");
        return;
    }
    if (!(field in body)) {
        const first = controls[0];
        if (first?.dataset["null"] === undefined && !first?.name.includes("[")) {
            if (first) {
                showError(first, t("This must be given."));
                mark(form, field, "unsaved");
            }
            return;
        }
        body[field] = [];
    }
    const before = new Map(controls.map((control) => [control, control.value]));
    mark(form, field, "saving");
    try {
        const answer = await call(method, path, body, { version: form.dataset["version"] });
        const version = answer.version ?? dig(answer.body, ["version"]);
        if (version !== undefined && version !== null) {
            setVersion(form, String(version));
        }
        for (const control of controls) {
            const stored = dig(answer.body, pathOf(control.name) ?? []);
            if (before.get(control) !== control.value) {
                continue; // typed on meanwhile
            }
            if (typeof stored === "string" && control.dataset["number"] === "decimal" && canonical(stored) === said(control)) {
                show(control, stored); // as the person's language writes it
            } else {
                settle(control);
            }
        }
        merge(form, answer.body, new Set()); // what the program computed from it
        mark(form, field, controls.some(changed) ? "unsaved" : "saved");
        keepDraft(form);
        form.dispatchEvent(new CustomEvent("kontor:saved", { bubbles: true, detail: answer.body }));
    } catch (error) {
        mark(form, field, "unsaved");
        keepDraft(form);
        if (error instanceof Refused && error.problem.status === 412) {
            await mergeAgain(form, field, path);
        } else if (error instanceof Refused) {
            showProblem(form, error.problem, sent);
        } else if (error instanceof Lost) {
            toast(told(error), "bad", { label: t("Try again"), run: () => enqueue(form, field) });
        } else {
            throw error;
        }
    }
}

async function mergeAgain(form: HTMLFormElement, field: string, path: string): Promise<void> {
    try {
        const record = await json<{ version?: number }>(path);
        if (record.version === undefined) {
            return;
        }
        setVersion(form, String(record.version));
        const both = merge(form, record, new Set([field]));
        if (both.has(field)) {
            offer(form, field, both.get(field));
        } else {
            stateOf(form).waiting.add(field);
        }
    } catch (error) {
        toast(told(error), "bad");
    }
}

async function work(form: HTMLFormElement): Promise<void> {
    const state = stateOf(form);
    const target = callOf(form.dataset["save"]);
    if (state.working || !target) {
        return;
    }
    state.working = true;
    try {
        for (let rounds = 0; state.waiting.size && rounds < 100; rounds++) {
            const field = [...state.waiting][0] ?? "";
            state.waiting.delete(field);
            await saveField(form, field, target.method, target.path);
        }
    } finally {
        state.working = false;
    }
    if (!controlsOf(form).some(changed)) {
        dropDraft(form);
    }
}

function enqueue(form: HTMLFormElement, field: string): void {
    stateOf(form).waiting.add(field);
    void work(form);
}

export function startAutosave(): void {
    on("change", "form[data-save]", (element, event) => {
        const form = element as HTMLFormElement;
        let control = event.target as Control;
        if (control.dataset["lookup"] !== undefined) {
            const hidden = control.parentElement?.querySelector<HTMLInputElement>("input[type=hidden][name]");
            if (!hidden) {
                return;
            }
            control = hidden;
        }
        const grid = event.target instanceof HTMLTableElement ? event.target.dataset["grid"] : undefined;
        const name = grid ?? control.name;
        if (!name) {
            return;
        }
        if (grid === undefined && !name.includes("[") && !changed(control)) {
            mark(form, topOf(name), "");
            keepDraft(form);
            return;
        }
        keepDraft(form);
        mark(form, topOf(name), "unsaved");
        // A line is saved when it is left, so that half of one is not sent.
        if (!name.includes("[")) {
            enqueue(form, topOf(name));
        }
    });
    on("focusout", "form[data-save] table[data-grid] tr", (row, event) => {
        const form = row.closest("form");
        const next = event.relatedTarget;
        if (form && !(next instanceof Node && row.contains(next)) && all<Control>("[name]", row).some(changed)) {
            enqueue(form, topOf(one<HTMLInputElement>("[name]", row)?.name ?? ""));
        }
    });
    on("input", "form[data-save]", (form) => keepDraft(form as HTMLFormElement));
    enhance("form[data-save]", (form) => offerDraft(form as HTMLFormElement));
    window.addEventListener("beforeunload", (event) => {
        const open = all<HTMLFormElement>("form[data-save]").some((form) => stateOf(form).working || stateOf(form).waiting.size > 0);
        if (open) {
            event.preventDefault();
        }
    });
}
