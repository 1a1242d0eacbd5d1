// Forms that make a call: their controls as JSON, and what is wrong beside the control.
import { call, callOf, freshKey, Lost, Refused, told, forgetToken, type Problem } from "./api";
import { after, forgetOthers } from "./calls";
import { all, enhance, icon, idOf, kept, make, on, one } from "./dom";
import { ensureRows } from "./grid";
import { filled, gather, type Entry, type Json } from "./json";
import { parseNumber } from "./number";
import { locale, t } from "./text";
import { toast } from "./toast";
import { instantOf } from "./zone";

export type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

export function controlsOf(form: HTMLFormElement): Control[] {
    return ([...form.elements] as Element[]).filter((element): element is Control =>
        element.matches("input[name], select[name], textarea[name]") && !(element as Control).disabled);
}

/** A control's value is not one that can be sent. */
export class Wrong extends Error {}

/** What a control says, as JSON; undefined: left out. */
export function valueOf(control: Control): Json | undefined {
    if (control instanceof HTMLInputElement && control.type === "checkbox") {
        return control.dataset["value"] !== undefined ? (control.checked ? control.dataset["value"] : undefined) : control.checked;
    }
    if (control instanceof HTMLInputElement && control.type === "radio" && !control.checked) {
        return undefined;
    }
    if (control instanceof HTMLSelectElement && control.multiple) {
        return [...control.selectedOptions].map((option) => option.value);
    }
    if (control.type === "hidden" && control.value === "") {
        const face = faceOf(control);
        if (face instanceof HTMLInputElement && face !== control && face.value.trim() !== "") {
            throw new Wrong(t("Choose one from the list."));
        }
    }
    const text = control instanceof HTMLTextAreaElement || control.type === "password" ? control.value : control.value.trim();
    if (text === "") {
        return control.dataset["null"] !== undefined ? null : undefined;
    }
    const number = control.dataset["number"] ?? (control.inputMode === "decimal" ? "decimal" : control.type === "number" ? "integer" : "");
    if (number) {
        const plain = parseNumber(text, locale());
        if (plain === null || (number === "integer" && !/^-?\d+$/.test(plain))) {
            throw new Wrong(number === "integer" ? t("This must be a whole number.") : t("This must be a number."));
        }
        return number === "integer" ? Number(plain) : plain;
    }
    if (control.type === "datetime-local") {
        const instant = instantOf(text, control.dataset["zone"]);
        if (instant === null) {
            throw new Wrong(t("This must be a day and a time."));
        }
        return instant;
    }
    if (control.dataset["json"] !== undefined) {
        try {
            return JSON.parse(text) as Json;
        } catch {
            throw new Wrong(t("This is not valid JSON."));
        }
    }
    return text;
}

export function changed(control: Control): boolean {
    if (control instanceof HTMLSelectElement) {
        return [...control.options].some((option) => option.selected !== option.defaultSelected);
    }
    if (control instanceof HTMLInputElement && (control.type === "checkbox" || control.type === "radio")) {
        return control.checked !== control.defaultChecked;
    }
    if (control instanceof HTMLInputElement && control.type === "hidden") {
        return control.value !== (control.dataset["was"] ?? "");
    }
    return control.value !== control.defaultValue;
}

/** A row of a grid in which nothing was entered is no row. */
function inEmptyRow(control: Control): boolean {
    const row = control.closest("table[data-grid] > tbody > tr");
    return row !== null && row.querySelector("[data-kept]") === null &&
        all<Control>("input, select, textarea", row).every((one) => !changed(one) || one.value.trim() === "");
}

interface Collected {
    body: { [name: string]: Json };
    sent: Map<string, string>; // path in the body -> name of the control
    wrong: boolean;
}

/** All controls as JSON; what cannot be sent is said beside its control. */
export function collect(form: HTMLFormElement, controls = controlsOf(form)): Collected {
    const entries: Entry[] = [];
    let wrong = false;
    for (const control of controls) {
        if (inEmptyRow(control) || (control instanceof HTMLInputElement && control.type === "file")) {
            continue;
        }
        try {
            const value = valueOf(control);
            if (value !== undefined) {
                entries.push({ name: control.name, value });
            }
        } catch (error) {
            showError(control, told(error));
            wrong = true;
        }
    }
    // Several checkboxes of one name are a list.
    const lists = new Map<string, Json[]>();
    for (const control of controls) {
        if (control.type === "checkbox" && control.dataset["value"] !== undefined) {
            lists.set(control.name, entries.filter((entry) => entry.name === control.name).map((entry) => entry.value));
        }
    }
    const rest = entries.filter((entry) => !lists.has(entry.name));
    lists.forEach((value, name) => rest.push({ name, value }));
    return { ...gather(rest), wrong };
}

/** What a person sees and uses of a control: of a hidden one the field that looks it up, or the group of boxes. */
export function faceOf(control: Control): HTMLElement {
    const boxes = control.type === "hidden" ? control.closest<HTMLElement>("fieldset[data-joined]") : null;
    if (boxes) {
        return boxes;
    }
    const beside = control.type === "hidden" ? control.parentElement?.querySelector<HTMLElement>("input:not([type=hidden])") : null;
    return beside ?? control;
}

/** Where an error of a control is said: the place that the page has for it, else one that is made. */
function errorPlace(control: Element, name: string, makeOne: boolean): HTMLElement | null {
    const scope = control.closest("form, dialog") ?? document;
    const given = name ? one(`[data-error-for="${CSS.escape(name)}"]`, scope) : null;
    if (given) {
        return given;
    }
    const around = control.closest(".field, td, .counter-scan") ?? control.parentElement;
    let place = around ? one(":scope > .error", around) : null;
    if (!place && makeOne) {
        place = make("p.error");
        around?.append(place);
    }
    return place;
}

/** The control with a name that a face (what is typed into) stands for. */
function nameOf(face: Element): string {
    return face.getAttribute("name") ?? face.parentElement?.querySelector("input[type=hidden]")?.getAttribute("name") ?? "";
}

export function showError(control: Control, message: string): void {
    const face = faceOf(control);
    const place = errorPlace(face, control.name, true);
    if (!place) {
        return;
    }
    place.replaceChildren(icon("error"), message);
    place.hidden = false;
    face.setAttribute("aria-invalid", "true");
    const ids = (face.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean);
    face.setAttribute("aria-describedby", [...new Set([...ids, idOf(place)])].join(" "));
}

export function clearError(face: HTMLElement): void {
    if (face.getAttribute("aria-invalid") === "true") {
        face.removeAttribute("aria-invalid");
        const place = errorPlace(face, nameOf(face), false);
        if (place) {
            place.hidden = true;
            place.replaceChildren();
        }
    }
}

const problemPlace = "[data-problem], .form-problem";

/** Says a refusal beside its field if there is one, else in a toast. */
export function showProblem(form: HTMLFormElement, problem: Problem, sent?: Map<string, string>): void {
    const name = problem.field && (sent?.get(problem.field) ?? problem.field);
    const control = name ? controlsOf(form).find((one) => one.name === name || one.name.startsWith(`${name}[`) || one.name.startsWith(`${name}.`)) : undefined;
    if (!control) {
        const place = (name ? one(`[data-error-for="${CSS.escape(name)}"]`, form) : null) ?? one(problemPlace, form);
        if (place) {
            place.replaceChildren(icon("error"), problem.detail || problem.title);
            place.hidden = false;
        } else {
            toast(problem.detail || problem.title, "bad");
        }
        return;
    }
    showError(control, problem.detail || problem.title);
    control.closest("details")?.setAttribute("open", "");
    faceOf(control).focus();
    faceOf(control).scrollIntoView({ block: "center" });
}

// -- what was typed and not sent --------------------------------------------------------------------------------------------

type Draft = Record<string, string | boolean>;

export function draftKey(form: HTMLFormElement): string {
    return `kontor.draft ${location.pathname} ${form.dataset["call"] ?? form.dataset["save"] ?? ""}`;
}

function keeps(control: Control): boolean {
    return !["password", "file", "submit", "button"].includes(control.type) && control.dataset["draft"] !== "no" &&
        control.autocomplete !== "one-time-code";
}

export function keepDraft(form: HTMLFormElement): void {
    const draft: Draft = {};
    for (const control of controlsOf(form)) {
        if (keeps(control) && changed(control)) {
            const check = control instanceof HTMLInputElement && (control.type === "checkbox" || control.type === "radio");
            draft[check && control.type === "radio" ? `${control.name}=${control.value}` : control.name] = check ? control.checked : control.value;
            const face = faceOf(control);
            if (face !== control && face instanceof HTMLInputElement) {
                draft[`${control.name} label`] = face.value;
            }
        }
    }
    kept.set("session", draftKey(form), Object.keys(draft).length ? draft : null);
}

export function dropDraft(form: HTMLFormElement): void {
    kept.set("session", draftKey(form), null);
}

function restore(form: HTMLFormElement, draft: Draft): void {
    ensureRows(form, Object.keys(draft));
    for (const control of controlsOf(form)) {
        const value = draft[control.type === "radio" ? `${control.name}=${control.value}` : control.name];
        if (value === undefined) {
            continue;
        }
        if (typeof value === "boolean") {
            (control as HTMLInputElement).checked = value;
        } else {
            control.value = value;
            const face = faceOf(control);
            if (face !== control && face instanceof HTMLInputElement) {
                face.value = String(draft[`${control.name} label`] ?? value);
            }
        }
        control.dispatchEvent(new Event("change", { bubbles: true }));
    }
}

/** Offers what was typed before a reload. */
export function offerDraft(form: HTMLFormElement): void {
    const draft = kept.get<Draft>("session", draftKey(form));
    if (!draft) {
        return;
    }
    const back = make("button.button", { type: "button" }, t("Put it back"));
    const drop = make("button.button.quiet", { type: "button" }, t("Discard"));
    const notice = make("div.notice.warn", { role: "status" }, icon("history"),
        make("span.notice-text", {}, t("You had typed something here that was not saved.")), make("span.row", {}, back, drop));
    back.addEventListener("click", () => {
        restore(form, draft);
        notice.remove();
    });
    drop.addEventListener("click", () => {
        dropDraft(form);
        keyIsUsed(form);
        notice.remove();
    });
    form.prepend(notice);
}

// -- sending ----------------------------------------------------------------------------------------------------------------

/** What was sent and not answered: the key, which body it was for, and when. Outlives a reload. */
interface Sent {
    key: string;
    body: string;
    at: number;
}
const keys = new WeakMap<HTMLFormElement, Sent>();

/** Tells bodies apart; what was typed does not stand in it. */
function fingerprint(text: string): string {
    let a = 0x811c9dc5, b = 0x9747b28c;
    for (let i = 0; i < text.length; i++) {
        a = Math.imul(a ^ text.charCodeAt(i), 0x01000193);
        b = Math.imul(b ^ text.charCodeAt(i), 0x85ebca6b) ^ (b >>> 13);
    }
    return [a, b, text.length].map((n) => (n >>> 0).toString(16)).join("-");
}

const sentKey = (form: HTMLFormElement): string => `${draftKey(form)} sent`;

const tryAgainMs = 10 * 60 * 1000;

/** The key for this body: the same as before while it is not known whether that was done. Who opens the form anew later than that means
 *  it anew: the same cash is put into a till twice a day. */
function keyFor(form: HTMLFormElement, body: string): string {
    const stored = kept.get<Sent>("session", sentKey(form));
    const before = keys.get(form) ?? (stored && Date.now() - stored.at < tryAgainMs ? stored : null);
    const sent = before?.body === body ? before : { key: freshKey(), body, at: Date.now() };
    keys.set(form, sent);
    if (!one("input[type=password]", form)) {
        kept.set("session", sentKey(form), sent);
    }
    return sent.key;
}

function keyIsUsed(form: HTMLFormElement): void {
    keys.delete(form);
    kept.set("session", sentKey(form), null);
}

/** Until the next page is there the second press of a double click finds the old one still at work. */
export const leavingTakes = 5000;

/** Shows that a form or button is at work, and keeps it from being used twice. */
export function busy(element: HTMLElement, yes: boolean): void {
    element.classList.toggle("is-busy", yes);
    element.toggleAttribute("aria-busy", yes);
    if (yes) {
        element.setAttribute("aria-busy", "true");
    }
}

/** What a form holds back until it is needed: the second factor. */
function reveal(form: HTMLFormElement, code: string): void {
    const part = code === "second_factor_needed" ? one(".second-factor[hidden]", form) : null;
    if (part) {
        part.hidden = false;
        one("input", part)?.focus();
    }
}

const instant = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

/** One part of an answer: a link to the record, a time as people read it, a secret with a button that copies it. */
function answerPart(place: HTMLElement, name: string, text: string): HTMLElement {
    if (name === "id" && place.dataset["record"]) {
        return make("dd", {}, make("a", { href: filled(place.dataset["record"], { id: text }) ?? "" }, text));
    }
    if (instant.test(text)) {
        return make("dd", {}, new Intl.DateTimeFormat(locale(), { dateStyle: "medium", timeStyle: "short" }).format(new Date(text)));
    }
    if (!("secret" in place.dataset)) {
        return make("dd", {}, text);
    }
    const help = one(`[data-answer-help="${name}"]`)?.textContent;
    return make("dd", {}, make("code", {}, text), " ",
        make("button.button.small", { type: "button", "data-copy": text }, icon("copy"), make("span", {}, t("Copy"))),
        ...(help ? [make("p.help", {}, help)] : []));
}

/** What a command answers, as facts below its form. */
function showAnswer(place: HTMLElement, body: unknown): void {
    const rows: HTMLElement[] = [];
    for (const [name, value] of Object.entries((body ?? {}) as Record<string, unknown>)) {
        const text = value !== null && typeof value === "object"
            ? "label" in value ? String((value as { label: unknown }).label) : null : value === null || value === "" ? null : String(value);
        if (text !== null && name !== "version") {
            const label = one(`[data-answer="${name}"]`)?.textContent ?? name.replace(/_/g, " ");
            rows.push(make("dt", {}, label), answerPart(place, name, text));
        }
    }
    place.replaceChildren(make("div.notice.good", {}, icon("check-circle"), make("p", {}, t("Done"))), make("dl.facts", {}, ...rows));
    place.scrollIntoView({ block: "nearest" });
}

async function send(form: HTMLFormElement, button: HTMLElement | null): Promise<void> {
    const target = callOf(form.dataset["call"]);
    if (!target || form.classList.contains("is-busy")) {
        return;
    }
    const { body, sent, wrong } = collect(form);
    const place = one(problemPlace, form);
    if (place) {
        place.hidden = true;
    }
    if (wrong) {
        one("[aria-invalid=true]", form)?.focus();
        return;
    }
    // Pressed again after a lost connection or a reload, unchanged: the same key, so that nothing is done twice.
    const key = keyFor(form, fingerprint(JSON.stringify(body)));
    busy(form, true);
    if (button) {
        busy(button, true);
    }
    let leaving = false;
    try {
        const answer = await call(target.method, target.path, target.method === "DELETE" ? undefined : body, {
            key, version: form.dataset["version"] });
        keyIsUsed(form);
        dropDraft(form);
        if (target.path === "/api/v1/session") {
            forgetToken();
            forgetOthers(String((answer.body as { user?: number }).user ?? ""));
        }
        form.dispatchEvent(new CustomEvent("kontor:done", { bubbles: true, detail: answer.body }));
        const show = form.dataset["show"] ? one(form.dataset["show"]) : null;
        if (show && !form.dataset["then"]) {
            showAnswer(show, answer.body);
        } else {
            leaving = await after(form, answer.body);
        }
    } catch (error) {
        if (error instanceof Refused) {
            keyIsUsed(form);
            showProblem(form, error.problem, sent);
            reveal(form, error.problem.code);
        } else {
            toast(told(error), "bad", error instanceof Lost ? { label: t("Try again"), run: () => form.requestSubmit() } : undefined);
        }
    } finally {
        setTimeout(() => [form, button].forEach((one) => one && busy(one, false)), leaving ? leavingTakes : 0);
    }
}

export function startForms(): void {
    document.addEventListener("submit", (event) => {
        const form = event.target;
        if (!(form instanceof HTMLFormElement)) {
            return;
        }
        if (form.dataset["call"] !== undefined) {
            event.preventDefault();
            void send(form, event.submitter);
        } else if (form.dataset["save"] !== undefined) {
            event.preventDefault();
        }
    });
    on("input", "[aria-invalid=true]", clearError);
    on("change", "[aria-invalid=true]", clearError);
    on("input", "form[data-call]", (form) => keepDraft(form as HTMLFormElement));
    on("change", "form[data-call]", (form) => keepDraft(form as HTMLFormElement));
    enhance("form[data-call]", (form) => offerDraft(form as HTMLFormElement));
    // The browser's own bubbles speak its language, not the person's: the server says what is missing.
    enhance("form[data-call], form[data-save]", (form) => ((form as HTMLFormElement).noValidate = true));
}
