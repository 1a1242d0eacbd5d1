// Lines that a keyboard fills: table[data-grid="lines"] with a <template> for a row, whose names hold "[#]" for its place.
import { all, enhance, enhanceAll, icon, make, on, one } from "./dom";
import { t } from "./text";

const controls = "input:not([type=hidden]):not(:disabled), select:not(:disabled), textarea:not(:disabled)";

function bodyOf(table: HTMLElement): HTMLElement {
    return one(":scope > tbody", table) ?? table.appendChild(make("tbody"));
}

function nextPlace(table: HTMLElement): number {
    const places = all<HTMLInputElement>("[name]", bodyOf(table)).map((control) => Number(/\[(\d+)\]/.exec(control.name)?.[1] ?? -1));
    return Math.max(-1, ...places) + 1;
}

export function addRow(table: HTMLElement): HTMLTableRowElement | null {
    const template = one<HTMLTemplateElement>("template", table) ??
        one<HTMLTemplateElement>(`template[data-row-of="${CSS.escape(table.dataset["grid"] ?? "")}"]`, table.closest("form") ?? document);
    const row = (template?.content.cloneNode(true) as DocumentFragment | undefined)?.querySelector("tr");
    if (!row) {
        return null;
    }
    const place = nextPlace(table);
    for (const element of [row, ...all("*", row)]) {
        for (const attribute of [...element.attributes]) {
            if (attribute.value.includes("#]") || attribute.value.includes("-#")) {
                attribute.value = attribute.value.replaceAll("[#]", `[${place}]`).replaceAll("-#", `-${place}`);
            }
        }
    }
    bodyOf(table).append(row);
    enhanceAll(row);
    return row;
}

/** As many rows as these names of controls need. */
export function ensureRows(form: HTMLElement, names: string[]): void {
    for (const table of all("table[data-grid]", form)) {
        const prefix = `${table.dataset["grid"] ?? ""}[`;
        const most = Math.max(-1, ...names.filter((name) => name.startsWith(prefix)).map((name) => parseInt(name.slice(prefix.length), 10)));
        while (nextPlace(table) <= most && addRow(table)) {
            // one more
        }
    }
}

function rowsOf(table: HTMLElement): HTMLElement[] {
    return all(":scope > tbody > tr", table);
}

function focusCell(row: HTMLElement | undefined | null, column: number): void {
    const cell = row?.children[column];
    const control = (cell && one(controls, cell)) ?? (row && one(controls, row));
    control?.focus();
    if (control instanceof HTMLInputElement && control.type !== "checkbox") {
        control.select();
    }
}

function removeRow(row: HTMLElement): void {
    const table = row.closest<HTMLElement>("table[data-grid]");
    const next = (row.nextElementSibling ?? row.previousElementSibling) as HTMLElement | null;
    const column = [...row.children].indexOf(document.activeElement?.closest("td, th") ?? row);
    row.remove();
    if (table) {
        if (!rowsOf(table).length) {
            addRow(table);
        }
        focusCell(next ?? rowsOf(table)[0], Math.max(0, column));
        table.dispatchEvent(new Event("change", { bubbles: true }));
    }
}

/** Cells of a spreadsheet fill cells from here on, row by row. */
function paste(table: HTMLElement, cell: HTMLElement, text: string): boolean {
    const rows = text.replace(/\r?\n$/, "").split(/\r?\n/).map((row) => row.split("\t"));
    if (rows.length === 1 && (rows[0]?.length ?? 0) === 1) {
        return false;
    }
    let row: HTMLElement | null = cell.closest("tr");
    const column = [...(row?.children ?? [])].indexOf(cell);
    rows.forEach((values, i) => {
        if (i > 0) {
            row = (row?.nextElementSibling as HTMLElement | null) ?? addRow(table);
        }
        let at = column;
        for (const value of values) {
            while (row?.children[at] && !one(controls, row.children[at] as Element)) {
                at++; // columns that are only shown
            }
            const control = row?.children[at] && one<HTMLInputElement>(controls, row.children[at] as Element);
            if (control) {
                if (control instanceof HTMLSelectElement) {
                    const wanted = value.trim().toLowerCase();
                    const option = [...control.options].find((o) => o.text.trim().toLowerCase() === wanted || o.value.toLowerCase() === wanted);
                    control.value = option?.value ?? control.value;
                } else {
                    control.value = value.trim();
                }
                control.dispatchEvent(new CustomEvent("kontor:pasted", { bubbles: true }));
                control.dispatchEvent(new Event("input", { bubbles: true }));
                control.dispatchEvent(new Event("change", { bubbles: true }));
            }
            at++;
        }
    });
    return true;
}

export function startGrids(): void {
    enhance("table[data-grid]", (table) => {
        if (!rowsOf(table).length) {
            addRow(table);
        }
        table.addEventListener("keydown", (event) => {
            const cell = (event.target as Element).closest<HTMLElement>("td, th");
            const row = cell?.closest<HTMLElement>("tbody > tr");
            if (!cell || !row || event.defaultPrevented || event.isComposing) {
                return;
            }
            const column = [...row.children].indexOf(cell);
            const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
            if (event.key === "Enter" && plain && !(event.target instanceof HTMLTextAreaElement) && !(event.target instanceof HTMLButtonElement)) {
                event.preventDefault(); // the form is sent by its button or Ctrl-Enter
                const next = event.shiftKey ? row.previousElementSibling : row.nextElementSibling ?? addRow(table);
                // At the end of a line the next one begins where lines begin; in a column one stays in it.
                focusCell(next as HTMLElement | null, row.nextElementSibling === next && !event.shiftKey && isLastCell(row, column) ? 0 : column);
            } else if (event.key === "Delete" && (event.ctrlKey || event.metaKey)) {
                event.preventDefault();
                removeRow(row);
            } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && (plain || event.ctrlKey) &&
                !(event.target instanceof HTMLSelectElement && plain) && (event.target as Element).getAttribute("aria-expanded") !== "true") {
                event.preventDefault();
                focusCell((event.key === "ArrowDown" ? row.nextElementSibling : row.previousElementSibling) as HTMLElement | null, column);
            }
        });
        table.addEventListener("paste", (event) => {
            const cell = (event.target as Element).closest<HTMLElement>("td, th");
            if (cell && paste(table, cell, event.clipboardData?.getData("text/plain") ?? "")) {
                event.preventDefault();
            }
        });
    });
    on("click", "[data-row-remove]", (button) => {
        const row = button.closest("tr");
        if (row) {
            removeRow(row);
        }
    });
    on("click", "[data-row-add]", (button) => {
        const table = one(`table[data-grid="${CSS.escape(button.dataset["rowAdd"] ?? "")}"]`, button.closest("form") ?? document) ??
            one("table[data-grid]", button.closest("form") ?? document);
        if (table) {
            focusCell(addRow(table), 0);
        }
    });
    // Ctrl-Enter sends the form from anywhere in it.
    document.addEventListener("keydown", (event) => {
        const form = event.target instanceof Element ? event.target.closest("form") : null;
        if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && form?.dataset["call"] !== undefined) {
            event.preventDefault();
            form?.requestSubmit();
        }
    });
}

function isLastCell(row: HTMLElement, column: number): boolean {
    return ![...row.children].slice(column + 1).some((cell) => one(controls, cell));
}

/** The button that takes a row away, for rows that scripts make. */
export function removeButton(): HTMLButtonElement {
    return make("button.button.quiet.icon-only", { type: "button", "data-row-remove": true, "aria-label": t("Remove this line") }, icon("cross"));
}
