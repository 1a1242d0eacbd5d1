// Long lists: more rows as the end comes near, rows far outside the window taken out of the page, a selection that both survives, and
// keys to move in it. Each answer of the server is a tbody of its own; one that is far away holds a single empty row of its height.
import { call, callOf, fragment, Lost, told } from "./api";
import { ask } from "./dialog";
import { all, editable, enhance, enhanceAll, icon, make, on, one, parse } from "./dom";
import { busy } from "./forms";
import { t } from "./text";
import { toast, toastNext } from "./toast";

interface Part {
    body: HTMLTableSectionElement;
    rows: HTMLTableRowElement[] | null; // null: in the page
}

class List {
    readonly selected = new Set<string>();
    readonly names = new Map<string, string>();
    private readonly parts: Part[] = [];
    private readonly watch: IntersectionObserver;
    private readonly end: IntersectionObserver;
    private more: string | null;
    private loading = false;
    private last: string | null = null; // row from which Shift selects
    private current: HTMLTableRowElement | null = null;

    constructor(readonly table: HTMLTableElement) {
        this.more = table.dataset["more"] ?? null;
        if (this.more) {
            this.stand();
        }
        this.watch = new IntersectionObserver((entries) => {
            for (const entry of entries) {
                const part = this.parts.find((one) => one.body === entry.target);
                if (part) {
                    this.fold(part, entry);
                }
            }
        }, { rootMargin: "250% 0px" });
        this.end = new IntersectionObserver((entries) => {
            if (entries.some((entry) => entry.isIntersecting)) {
                void this.load();
            }
        }, { rootMargin: "120% 0px" });
        for (const body of table.tBodies) {
            this.add(body);
        }
        this.watchEnd();
        window.addEventListener("resize", () => {
            this.thaw();
            if (table.closest(".tall")) {
                this.stand();
            }
        });
    }

    /** Keys that scroll a page scroll the list that takes the page's place, wherever one stands. */
    scroll(key: string): boolean {
        const wrap = this.table.closest<HTMLElement>(".table-wrap.tall");
        if (!wrap || wrap.contains(document.activeElement) || wrap.scrollHeight <= wrap.clientHeight) {
            return false;
        }
        const page = wrap.clientHeight * 0.9;
        const to: Record<string, number> = { Home: 0, End: wrap.scrollHeight, PageUp: wrap.scrollTop - page, PageDown: wrap.scrollTop + page };
        const top = to[key];
        if (top === undefined) {
            return false;
        }
        wrap.scrollTo({ top });
        return true;
    }

    /** A long list scrolls within itself, down to the end of the window, so that its heading stays. */
    private stand(): void {
        const wrap = this.table.closest<HTMLElement>(".table-wrap");
        if (wrap) {
            const top = wrap.getBoundingClientRect().top + scrollY;
            wrap.classList.add("tall");
            wrap.style.setProperty("--above", `${Math.round(top)}px`);
        }
    }

    private add(body: HTMLTableSectionElement): void {
        this.parts.push({ body, rows: null });
        this.watch.observe(body);
        for (const row of body.rows) {
            const id = row.dataset["id"];
            if (id) {
                this.names.set(id, one("th", row)?.textContent.trim() ?? id);
                row.tabIndex = -1;
                this.paint(row);
            }
        }
    }

    private watchEnd(): void {
        const body = this.parts[this.parts.length - 1]?.body;
        const row = body?.rows[body.rows.length - 1];
        this.end.disconnect();
        if (this.more && row) {
            this.end.observe(row);
        }
    }

    /** Columns must not move when rows come and go. */
    private freeze(): void {
        if (this.table.style.tableLayout === "fixed") {
            return;
        }
        const heads = all<HTMLTableCellElement>("thead th, thead td", this.table);
        const widths = heads.map((head) => head.getBoundingClientRect().width);
        heads.forEach((head, i) => (head.style.width = `${widths[i] ?? 0}px`));
        this.table.style.tableLayout = "fixed";
    }

    private thaw(): void {
        if (this.table.style.tableLayout === "fixed") {
            this.table.style.tableLayout = "";
            all<HTMLElement>("thead th, thead td", this.table).forEach((head) => (head.style.width = ""));
        }
    }

    async load(): Promise<void> {
        if (this.loading || !this.more) {
            return;
        }
        this.loading = true;
        this.table.setAttribute("aria-busy", "true");
        try {
            const content = parse(await fragment(this.more));
            const body = content.querySelector("tbody") ?? make("tbody", {}, ...content.childNodes);
            this.more = body.dataset["more"] ?? null;
            this.freeze();
            if (body.rows.length) {
                this.table.append(body);
                enhanceAll(body);
                this.add(body);
            }
            this.loading = false;
            this.watchEnd();
        } catch (error) {
            toast(told(error), "bad", { label: t("Try again"), run: () => {
                this.loading = false;
                void this.load();
            } });
        } finally {
            this.table.removeAttribute("aria-busy");
        }
    }

    private fold(part: Part, entry: IntersectionObserverEntry): void {
        if (entry.isIntersecting && part.rows) {
            part.body.replaceChildren(...part.rows);
            part.rows = null;
            for (const row of part.body.rows) {
                this.paint(row);
            }
        } else if (!entry.isIntersecting && !part.rows && part.body.rows.length > 10 && !part.body.contains(document.activeElement)) {
            const height = part.body.getBoundingClientRect().height;
            if (height > 0) {
                part.rows = [...part.body.rows];
                const cell = make("td", { colspan: 100, "aria-hidden": "true" });
                cell.style.height = `${height}px`;
                part.body.replaceChildren(make("tr.gap-row", {}, cell));
            }
        }
    }

    private paint(row: HTMLTableRowElement): void {
        const on = this.selected.has(row.dataset["id"] ?? "");
        row.setAttribute("aria-selected", String(on));
        const box = one<HTMLInputElement>("[data-select]", row);
        if (box) {
            box.checked = on;
        }
    }

    rows(): HTMLTableRowElement[] {
        return this.parts.flatMap((part) => part.rows ?? [...part.body.rows]).filter((row) => row.dataset["id"] !== undefined);
    }

    select(row: HTMLTableRowElement, yes: boolean, range: boolean): void {
        const rows = this.rows();
        const here = rows.indexOf(row);
        const from = range && this.last !== null ? rows.findIndex((one) => one.dataset["id"] === this.last) : here;
        for (const one of rows.slice(Math.min(here, from < 0 ? here : from), Math.max(here, from) + 1)) {
            const id = one.dataset["id"] ?? "";
            if (yes) {
                this.selected.add(id);
            } else {
                this.selected.delete(id);
            }
            this.paint(one);
        }
        this.last = row.dataset["id"] ?? null;
        this.told();
    }

    selectAll(yes: boolean): void {
        this.selected.clear();
        for (const row of this.rows()) {
            if (yes) {
                this.selected.add(row.dataset["id"] ?? "");
            }
            this.paint(row);
        }
        this.told();
    }

    told(): void {
        const bar = one(".bulk");
        if (bar) {
            bar.hidden = this.selected.size === 0;
            one(".bulk-count", bar)?.replaceChildren(t("Selected: {1}", this.selected.size));
            if (!one("[data-bulk-clear]", bar)) {
                bar.append(make("button.button.quiet.icon-only", { type: "button", "data-bulk-clear": true, "aria-label": t("Select none") }, icon("cross")));
            }
        }
        const box = one<HTMLInputElement>("[data-select-all]", this.table);
        if (box) {
            box.checked = this.selected.size > 0 && this.selected.size === this.rows().length;
            box.indeterminate = this.selected.size > 0 && !box.checked;
        }
    }

    move(by: number): void {
        const rows = this.rows();
        const at = this.current ? rows.indexOf(this.current) : -1;
        const next = rows[Math.max(0, Math.min(rows.length - 1, at + by))];
        if (next) {
            const part = this.parts.find((one) => one.rows?.includes(next));
            if (part?.rows) {
                part.body.replaceChildren(...part.rows);
                part.rows = null;
            }
            this.go(next);
            next.scrollIntoView({ block: "nearest" });
            if (at + by >= rows.length - 1) {
                void this.load();
            }
        }
    }

    go(row: HTMLTableRowElement): void {
        this.current?.classList.remove("current");
        this.current = row;
        row.classList.add("current");
        row.focus({ preventScroll: true });
    }

    here(): HTMLTableRowElement | null {
        return this.current?.isConnected ? this.current : null;
    }
}

const lists = new Map<HTMLTableElement, List>();

function listOf(element: Element): List | undefined {
    const table = element.closest<HTMLTableElement>("table");
    return table ? lists.get(table) : undefined;
}

// -- one call for each selected row -------------------------------------------------------------------------------------------------

async function bulk(button: HTMLElement, list: List): Promise<void> {
    const ids = [...list.selected];
    const bar = button.closest<HTMLElement>(".bulk");
    if (!ids.length || !bar || bar.classList.contains("is-busy")) {
        return;
    }
    const question = button.dataset["confirm"];
    if (question && !(await ask(`${question}\n${t("Selected: {1}", ids.length)}`, button.textContent.trim(), button.classList.contains("danger")))) {
        return;
    }
    let stopped = false;
    const progress = make("progress", { max: ids.length, value: 0, "aria-label": button.textContent.trim() });
    const stop = make("button.button", { type: "button" }, t("Stop"));
    stop.addEventListener("click", () => (stopped = true));
    one(".bulk-refused", bar)?.remove();
    busy(bar, true);
    const buttons = all<HTMLElement>(":scope > .button", bar);
    buttons.forEach((one) => (one.hidden = true));
    bar.append(progress, stop);
    const refused: [string, string][] = [];
    let done = 0;
    for (const id of ids) {
        if (stopped) {
            break;
        }
        const target = callOf(button.dataset["bulk"]?.replace("{id}", encodeURIComponent(id)));
        try {
            if (target) {
                await call(target.method, target.path, target.method === "POST" ? {} : undefined);
            }
            list.selected.delete(id);
            done++;
        } catch (error) {
            refused.push([id, told(error)]);
            stopped ||= error instanceof Lost;
        }
        progress.value = done + refused.length;
    }
    progress.remove();
    stop.remove();
    buttons.forEach((one) => (one.hidden = false));
    busy(bar, false);
    if (!refused.length && !stopped) {
        toastNext(t("Done: {1}", done));
        location.reload();
        return;
    }
    list.rows().forEach((row) => row.setAttribute("aria-selected", String(list.selected.has(row.dataset["id"] ?? ""))));
    list.told();
    const again = make("button.button.small", { type: "button" }, t("Show the list anew"));
    again.addEventListener("click", () => location.reload());
    bar.append(make("div.bulk-refused", { role: "alert" },
        make("p.row", {}, t("Done: {1}. Not done: {2}.", done, ids.length - done), again),
        make("ul", {}, ...refused.map(([id, why]) => make("li", {}, make("strong", {}, list.names.get(id) ?? id), why)))));
}

export function startRows(): void {
    enhance("table[data-more], table[data-list], table.list:has(tr[data-id])", (element) => {
        const table = element as HTMLTableElement;
        if (!lists.has(table)) {
            lists.set(table, new List(table));
        }
    });
    on("click", "[data-select]", (box, event) => {
        const row = box.closest("tr");
        const list = row && listOf(row);
        if (row && list) {
            list.select(row, (box as HTMLInputElement).checked, event.shiftKey);
        }
    });
    on("click", "[data-select-all]", (box) => listOf(box)?.selectAll((box as HTMLInputElement).checked));
    on("click", "[data-bulk-clear]", () => lists.forEach((list) => list.selectAll(false)));
    on("click", "[data-bulk]", (button) => {
        const list = [...lists.values()].find((one) => one.selected.size > 0);
        if (list) {
            void bulk(button, list);
        }
    });
    on("click", "tr[data-href]", (row, event) => {
        const list = listOf(row);
        if (event.target instanceof Element && !event.target.closest("a, button, input, label, summary") && String(getSelection()) === "") {
            if (event.shiftKey && list) {
                list.select(row as HTMLTableRowElement, true, true);
            } else if (event.ctrlKey || event.metaKey) {
                window.open(row.dataset["href"] ?? "", "_blank", "noopener");
            } else {
                location.assign(row.dataset["href"] ?? "");
            }
        }
    });
    document.addEventListener("keydown", (event) => {
        const list = lists.values().next().value;
        if (!list || editable(event.target) || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) {
            return;
        }
        const row = list.here();
        if (!event.shiftKey && list.scroll(event.key)) {
            event.preventDefault();
        } else if (event.key === "j" || event.key === "k") {
            event.preventDefault();
            list.move(event.key === "j" ? 1 : -1);
        } else if ((event.key === "x" || event.key === "X") && row) {
            event.preventDefault();
            list.select(row, event.shiftKey || !list.selected.has(row.dataset["id"] ?? ""), event.shiftKey);
        } else if (event.key === "Enter" && row && document.activeElement === row) {
            const address = row.dataset["href"] ?? one<HTMLAnchorElement>("a[href]", row)?.href;
            if (address) {
                event.preventDefault();
                location.assign(address);
            }
        }
    });
}
