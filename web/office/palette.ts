// Ctrl-K: go to, create, run, find. The server answers what fits as a list; what was looked at lately is kept in the browser.
import { fragment } from "./api";
import { all, clamp, debounce, idOf, icon, kept, make, on, one, parse } from "./dom";
import { locale, t } from "./text";

interface Recent {
    address: string;
    title: string;
}

const maximum = 8;
let asking: AbortController | null = null;

function recents(): Recent[] {
    return (kept.get<Recent[]>("local", "kontor.recent") ?? []).filter((one) => typeof one?.address === "string" && one.address.startsWith("/office"));
}

/** Records and reports that were opened; lists and forms are a keystroke away anyway. */
function remember(): void {
    const title = one("main h1")?.textContent.trim();
    if (title && /^\/office\/[^/]+\/[^/]+$/.test(location.pathname) && !/\/(new|import)$/.test(location.pathname)) {
        const here = { address: location.pathname, title };
        kept.set("local", "kontor.recent", [here, ...recents().filter((one) => one.address !== here.address)].slice(0, maximum));
    }
}

function dialogOf(): HTMLDialogElement | null {
    const dialog = one<HTMLDialogElement>("#palette");
    if (!dialog || dialog.dataset["ready"]) {
        return dialog;
    }
    dialog.dataset["ready"] = "1";
    const input = one<HTMLInputElement>("input", dialog) ?? make("input", { type: "search", autocomplete: "off", role: "combobox",
        "aria-expanded": "true", "aria-controls": "palette-results", "aria-label": t("Search or go to") });
    const results = one("#palette-results", dialog) ?? make("div", { id: "palette-results" });
    results.classList.add("palette-results");
    const hint = (key: string, text: string): HTMLElement => make("span", {}, make("kbd", {}, key), ` ${text}`);
    dialog.replaceChildren(make("div.palette-field", {}, icon("search"), input), results,
        make("div.palette-foot", { "aria-hidden": "true" }, hint("↑ ↓", t("choose")), hint("↵", t("open")), hint("Esc", t("close"))));
    input.spellcheck = false;
    input.addEventListener("input", debounce(90, () => void search(dialog, input)));
    input.addEventListener("keydown", (event) => {
        const options = all("[role=option]", results);
        const at = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
        if (event.key === "ArrowDown" || event.key === "ArrowUp") {
            event.preventDefault();
            select(input, options, clamp(at + (event.key === "ArrowDown" ? 1 : -1), 0, options.length - 1));
        } else if (event.key === "Escape") { // the browser would empty the field first
            event.preventDefault();
            dialog.close();
        } else if (event.key === "Enter" && !event.isComposing) {
            event.preventDefault();
            const option = options[at] ?? options[0];
            if (option) {
                run(option, event.ctrlKey || event.metaKey);
            }
        }
    });
    results.addEventListener("click", (event) => {
        const option = (event.target as Element).closest<HTMLElement>("[role=option]");
        if (option && !(event.target as Element).closest("a, button")) {
            run(option, event.ctrlKey || event.metaKey);
        } else if (option) {
            queueMicrotask(() => dialog.close());
        }
    });
    return dialog;
}

function run(option: HTMLElement, apart: boolean): void {
    const target = option.matches("a, button") ? option : one("a, button", option);
    if (target instanceof HTMLAnchorElement && apart) {
        window.open(target.href, "_blank", "noopener");
    } else {
        target?.click();
    }
    one<HTMLDialogElement>("#palette")?.close();
}

function select(input: HTMLElement, options: HTMLElement[], at: number): void {
    options.forEach((option, i) => option.setAttribute("aria-selected", String(i === at)));
    const option = options[at];
    if (option) {
        input.setAttribute("aria-activedescendant", idOf(option));
        option.scrollIntoView({ block: "nearest" });
    } else {
        input.removeAttribute("aria-activedescendant");
    }
    input.setAttribute("aria-expanded", String(options.length > 0));
}

/** Strong: the part of a label that was typed. */
function highlight(root: Element, q: string): void {
    const words = q.toLocaleLowerCase(locale()).split(/\s+/).filter((word) => word.length > 1);
    for (const label of all(".found-label, [data-label]", root)) {
        const text = label.textContent;
        const lower = text.toLocaleLowerCase(locale());
        const word = words.find((one) => lower.includes(one));
        if (word && label.childElementCount === 0 && lower.length === text.length) {
            const at = lower.indexOf(word);
            label.replaceChildren(text.slice(0, at), make("mark", {}, text.slice(at, at + word.length)), text.slice(at + word.length));
        }
    }
}

function recentList(): HTMLElement | null {
    const items = recents().filter((one) => one.address !== location.pathname);
    return items.length ? make("div", {}, make("p.palette-group", { id: "palette-recent" }, t("Opened lately")),
        make("ul.found", { role: "listbox", "aria-labelledby": "palette-recent" }, ...items.map((item) =>
            make("li", { role: "none" }, make("a", { href: item.address, tabindex: -1, role: "option", "aria-selected": "false" }, icon("history"),
                make("span.found-label", {}, item.title)))))) : null;
}

async function search(dialog: HTMLDialogElement, input: HTMLInputElement): Promise<void> {
    const results = one("#palette-results", dialog);
    const q = input.value.trim();
    asking?.abort();
    if (!results) {
        return;
    }
    if (q === "") {
        const list = recentList();
        results.replaceChildren(list ?? make("p.empty", {}, t("Type a name, a number, or what you want to do.")));
        select(input, all("[role=option]", results), 0);
        return;
    }
    const control = new AbortController();
    asking = control;
    try {
        const html = await fragment(`/office/find?q=${encodeURIComponent(q)}`, control.signal);
        if (!control.signal.aborted) {
            results.replaceChildren(parse(html));
            highlight(results, q);
            select(input, all("[role=option]", results), 0);
        }
    } catch {
        if (!control.signal.aborted) {
            results.replaceChildren(make("p.empty", {}, t("No connection. Try again.")));
        }
    }
}

export function openPalette(): void {
    const dialog = dialogOf();
    if (dialog && !dialog.open) {
        dialog.showModal();
        const input = one<HTMLInputElement>("input", dialog);
        if (input) {
            input.select();
            void search(dialog, input);
        }
    }
}

export function startPalette(): void {
    remember();
    on("click", "[data-palette]", openPalette);
}
