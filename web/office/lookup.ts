// Finding a record while typing: input[data-lookup="product"], a combobox of ARIA's pattern with a list (APG "Editable Combobox With
// List Autocomplete"). The id of what was chosen goes into the hidden input beside it.
import { call } from "./api";
import { clamp, enhance, idOf, make } from "./dom";
import { showError, clearError, type Control } from "./forms";
import { t } from "./text";

export interface Choice {
    id: number;
    code?: string | null;
    label: string;
    note?: string;
    price?: string;
}

interface Open {
    input: HTMLInputElement;
    list: HTMLElement;
    choices: Choice[];
    active: number;
}

let open: Open | null = null;

export async function find(entity: string, q: string, exact = false, signal?: AbortSignal): Promise<Choice[]> {
    const path = entity.startsWith("/") ? entity : `/office/lookup/${entity}`;
    const answer = await call("GET", `${path}?q=${encodeURIComponent(q)}${exact ? "&exact=1" : ""}`, undefined, signal ? { signal, tries: 1 } : { tries: 2 });
    return answer.body as Choice[];
}

/** Where the id goes; made when the page has only the visible field. */
function hiddenOf(input: HTMLInputElement): HTMLInputElement {
    let hidden = input.parentElement?.classList.contains("lookup")
        ? input.parentElement.querySelector<HTMLInputElement>("input[type=hidden]") : null;
    if (!hidden) {
        const around = make("span.lookup");
        input.replaceWith(around);
        hidden = make("input", { type: "hidden", name: input.name, value: input.dataset["value"] ?? "", "data-was": input.dataset["value"] ?? "",
            "data-number": "integer" });
        input.removeAttribute("name");
        around.append(input, hidden);
    }
    return hidden;
}

function close(): void {
    if (open) {
        open.list.remove();
        open.input.setAttribute("aria-expanded", "false");
        open.input.removeAttribute("aria-activedescendant");
        open.input.removeAttribute("aria-controls");
        open = null;
    }
}

function place(): void {
    if (!open) {
        return;
    }
    const box = open.input.getBoundingClientRect();
    const list = open.list;
    list.style.left = `${clamp(box.left, 8, Math.max(8, innerWidth - list.offsetWidth - 8))}px`;
    list.style.minWidth = `${box.width}px`;
    const below = innerHeight - box.bottom;
    const above = below < Math.min(list.offsetHeight, 220) && box.top > below;
    list.style.top = above ? `${Math.max(8, box.top - list.offsetHeight - 4)}px` : `${box.bottom + 4}px`;
    if (box.bottom < 0 || box.top > innerHeight) {
        close();
    }
}

function setActive(active: number): void {
    if (!open) {
        return;
    }
    open.active = active;
    [...open.list.children].forEach((item, i) => {
        item.setAttribute("aria-selected", String(i === active));
        if (i === active) {
            open?.input.setAttribute("aria-activedescendant", idOf(item));
            item.scrollIntoView({ block: "nearest" });
        }
    });
}

function choose(input: HTMLInputElement, choice: Choice | null): void {
    const hidden = hiddenOf(input);
    const value = !choice ? "" : input.dataset["lookupValue"] === "code" ? choice.code ?? "" : String(choice.id);
    input.value = choice?.label ?? "";
    input.dataset["label"] = input.value;
    close();
    clearError(input);
    if (hidden.value !== value) {
        hidden.value = value;
        input.dispatchEvent(new CustomEvent("kontor:chosen", { bubbles: true, detail: choice }));
        hidden.dispatchEvent(new Event("change", { bubbles: true }));
    }
}

function show(input: HTMLInputElement, choices: Choice[]): void {
    close();
    const list = make("ul.options", { role: "listbox", "aria-label": t("Choices") });
    choices.forEach((choice) => {
        const item = make("li.option", { role: "option", "aria-selected": "false" },
            choice.code ? make("span.option-code", {}, choice.code) : null, make("span", {}, choice.label),
            choice.note ? make("span.option-note", {}, choice.note) : null);
        // The press would take the focus away, and with it the list.
        item.addEventListener("pointerdown", (event) => event.preventDefault());
        item.addEventListener("click", () => choose(input, choice));
        list.append(item);
    });
    if (!choices.length) {
        list.append(make("li.option.muted", { role: "option", "aria-disabled": "true", "aria-selected": "false" }, t("Nothing was found.")));
    }
    (input.closest("dialog[open]") ?? document.body).append(list);
    open = { input, list, choices, active: -1 };
    input.setAttribute("aria-expanded", "true");
    input.setAttribute("aria-controls", idOf(list));
    place();
    if (choices.length && input.value.trim() !== "") {
        setActive(0);
    }
}

const asking = new WeakMap<HTMLInputElement, AbortController>();

async function ask(input: HTMLInputElement): Promise<Choice[] | null> {
    asking.get(input)?.abort();
    const control = new AbortController();
    asking.set(input, control);
    try {
        return await find(input.dataset["lookup"] ?? "", input.value.trim(), false, control.signal);
    } catch {
        return null; // another question took its place, or no answer came: typing goes on
    }
}

/** The field is left with something typed and not chosen: what can only mean one record is that record. */
async function resolve(input: HTMLInputElement): Promise<void> {
    const typed = input.value.trim();
    if (typed === (input.dataset["label"] ?? input.defaultValue)) {
        return;
    }
    if (typed === "") {
        choose(input, null);
        return;
    }
    hiddenOf(input).value = "";
    const choices = await ask(input);
    if (!choices || input.value.trim() !== typed) {
        return;
    }
    const same = choices.filter((choice) => choice.code?.toLowerCase() === typed.toLowerCase() || choice.label.toLowerCase() === typed.toLowerCase());
    const found = same.length === 1 ? same[0] : choices.length === 1 ? choices[0] : undefined;
    if (found) {
        choose(input, found);
    } else {
        showError(hiddenOf(input) as Control, choices.length ? t("Choose one from the list.") : t("Nothing was found."));
    }
}

export function startLookups(): void {
    enhance("input[data-lookup]", (element) => {
        const input = element as HTMLInputElement;
        input.setAttribute("role", "combobox");
        input.setAttribute("aria-expanded", "false");
        input.setAttribute("aria-autocomplete", "list");
        input.autocomplete = "off";
        input.spellcheck = false;
        hiddenOf(input);
        input.dataset["label"] = input.value;
        let timer = 0;
        const search = (ms: number): void => {
            clearTimeout(timer);
            timer = window.setTimeout(() => {
                void ask(input).then((choices) => {
                    if (choices && document.activeElement === input) {
                        show(input, choices);
                    }
                });
            }, ms);
        };
        input.addEventListener("input", (event) => {
            if (event.isTrusted) {
                search(120);
            }
        });
        input.addEventListener("keydown", (event) => {
            const mine = open?.input === input ? open : null;
            if ((event.key === "ArrowDown" || event.key === "ArrowUp") && (mine || !input.closest("table[data-grid]") || event.altKey)) {
                event.preventDefault();
                if (mine) {
                    setActive(clamp(mine.active + (event.key === "ArrowDown" ? 1 : -1), 0, mine.choices.length - 1));
                } else {
                    search(0);
                }
            } else if ((event.key === "Enter" || event.key === "Tab") && mine && mine.active >= 0 && mine.choices[mine.active]) {
                if (event.key === "Enter") {
                    event.preventDefault();
                }
                choose(input, mine.choices[mine.active] ?? null);
            } else if (event.key === "Escape" && mine) {
                event.preventDefault();
                event.stopPropagation();
                close();
            }
        });
        input.addEventListener("blur", () => {
            clearTimeout(timer);
            if (open?.input === input) {
                close();
            }
            void resolve(input);
        });
        input.addEventListener("kontor:pasted", () => void resolve(input));
    });
    // What the hidden input tells is the change; that of the visible one says nothing of its own.
    document.addEventListener("change", (event) => {
        if (event.target instanceof HTMLInputElement && event.target.dataset["lookup"] !== undefined && event.isTrusted) {
            event.stopImmediatePropagation();
        }
    }, { capture: true });
    document.addEventListener("scroll", place, { capture: true, passive: true });
    window.addEventListener("resize", place);
}
