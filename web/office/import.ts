// Importing a table: what would happen is shown first, with which column goes where; then a job takes the rows.
import { call, told } from "./api";
import { inside } from "./calls";
import { all, enhance, icon, make, one } from "./dom";
import { busy } from "./forms";
import { formatNumber } from "./number";
import { locale, t } from "./text";
import { toastNext } from "./toast";

interface Counts {
    rows: number;
    new: number;
    changed: number;
    same: number;
    rejected: number;
    rejects: { line: number; field?: string | null; detail: string }[];
}

interface Look extends Counts {
    columns: { name: string; field: string | null; samples: string[] }[];
    fields: { name: string; label: string; required: boolean }[];
    checked: number;
}

interface Job extends Counts {
    job: number;
    state: "waiting" | "done" | "failed";
    done: number;
    last_error?: string | null;
}

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

function counts(found: Counts, done = false): HTMLElement {
    const rows: [string, number][] = [[t("Rows"), found.rows], [done ? t("Added") : t("To be added"), found.new],
        [done ? t("Changed") : t("To be changed"), found.changed],
        [t("Already so"), found.same], [t("Not taken"), found.rejected]];
    return make("div.figures", {}, ...rows.map(([label, n]) => make("div.figure", {}, make("span.figure-label", {}, label),
        make("span.figure-value", {}, formatNumber(String(n), locale())))));
}

function rejects(found: Counts): HTMLElement | null {
    return found.rejects.length ? make("div.table-wrap", { tabindex: 0, role: "region", "aria-label": t("Rows that are not taken") },
        make("table.sheet", {}, make("thead", {}, make("tr", {}, make("th.num", { scope: "col" }, t("Row")),
            make("th", { scope: "col" }, t("Field")), make("th.grow", { scope: "col" }, t("Why it is not taken")))),
        make("tbody", {}, ...found.rejects.slice(0, 500).map((reject) => make("tr", {}, make("td.num", {}, String(reject.line)),
            make("td", {}, reject.field ?? ""), make("td.wrap", {}, reject.detail)))))) : null;
}

class Import {
    private file: File | null = null;
    private round = 0;
    private readonly address: string;

    constructor(private readonly form: HTMLFormElement, private readonly preview: HTMLElement, private readonly button: HTMLButtonElement,
        input: HTMLInputElement) {
        this.address = form.dataset["import"] ?? "";
        input.addEventListener("change", () => {
            this.file = input.files?.[0] ?? null;
            preview.replaceChildren();
            void this.look(null);
        });
        form.addEventListener("submit", (event) => {
            event.preventDefault();
            void this.take();
        });
    }

    private say(tone: string, text: string, ...more: (Node | null)[]): void {
        const sign = tone === "good" ? "check-circle" : tone === "bad" ? "error" : "info";
        one(".import-said", this.preview)?.remove();
        const found = more.filter((part): part is Node => part !== null);
        this.preview.append(make("div.import-said.stack", {}, make(`div.notice.${tone}`, tone === "bad" ? { role: "alert" } : {}, icon(sign),
            make("p", {}, text)), ...found));
    }

    /** The columns as chosen; null: as the server suggests them. */
    private map(): Record<string, string> | null {
        const selects = all<HTMLSelectElement>("[data-column]", this.preview);
        if (!selects.length) {
            return null;
        }
        return Object.fromEntries(selects.filter((select) => select.value).map((select) => [select.value, select.dataset["column"] ?? ""]));
    }

    private query(extra: string): string {
        const map = this.map();
        const parts = [extra, map ? `map=${encodeURIComponent(JSON.stringify(map))}` : ""].filter(Boolean);
        return this.address + (parts.length ? `?${parts.join("&")}` : "");
    }

    private async look(map: Record<string, string> | null): Promise<void> {
        const round = ++this.round;
        this.button.disabled = true;
        if (!this.file) {
            return;
        }
        busy(this.form, true);
        try {
            const answer = await call("POST", map ? this.query("dry_run=1") : `${this.address}?dry_run=1`, new Blob([this.file], { type: "text/csv" }));
            const found = answer.body as Look;
            if (round === this.round) {
                if (!one("[data-column]", this.preview)) {
                    this.preview.replaceChildren(this.columns(found));
                }
                this.say(found.rejected ? "warn" : "good", t("This is what would happen. Nothing was changed yet."), counts(found), rejects(found));
                this.button.disabled = found.new + found.changed === 0 && found.rows <= found.checked;
            }
        } catch (error) {
            if (round === this.round) {
                this.say("bad", told(error));
            }
        } finally {
            busy(this.form, false);
        }
    }

    /** Each column with the field that it fills and what stands in it. */
    private columns(found: Look): HTMLElement {
        const table = make("table.sheet", {}, make("thead", {}, make("tr", {}, make("th", { scope: "col" }, t("Column of the file")),
            make("th", { scope: "col" }, t("Goes to")), make("th.grow", { scope: "col" }, t("For example")))),
        make("tbody", {}, ...found.columns.map((column) => {
            const select = make("select", { "data-column": column.name, "aria-label": t("Where {1} goes", column.name) },
                make("option", { value: "" }, t("Nowhere")), ...found.fields.map((field) =>
                    make("option", { value: field.name, selected: field.name === column.field }, field.required ? `${field.label} *` : field.label)));
            return make("tr", {}, make("th", { scope: "row" }, column.name), make("td", {}, select),
                make("td.wrap.muted", {}, column.samples.join(" · ")));
        })));
        table.addEventListener("change", (event) => {
            // A field is filled by one column.
            const changed = event.target as HTMLSelectElement;
            for (const other of all<HTMLSelectElement>("[data-column]", table)) {
                if (other !== changed && other.value === changed.value) {
                    other.value = "";
                }
            }
            void this.look(this.map());
        });
        return make("div.table-wrap", { tabindex: 0, role: "region", "aria-label": t("Columns of the file") }, table);
    }

    private async take(): Promise<void> {
        if (!this.file || this.form.classList.contains("is-busy")) {
            return;
        }
        busy(this.form, true);
        busy(this.button, true);
        try {
            const answer = await call("POST", this.query(""), new Blob([this.file], { type: "text/csv" }));
            const job = (answer.body as { job: number }).job;
            const bar = make("progress", { max: 1, value: 0, "aria-label": t("Rows that were taken") });
            this.say("plain", t("The rows are being taken. You may leave this page: it goes on."), bar);
            for (;;) {
                const now = (await call("GET", `${this.address}?job=${job}`)).body as Job;
                bar.max = Math.max(1, now.rows);
                bar.value = now.done;
                if (now.state !== "waiting") {
                    this.end(now);
                    return;
                }
                await pause(700);
            }
        } catch (error) {
            this.say("bad", told(error));
        } finally {
            busy(this.form, false);
            busy(this.button, false);
        }
    }

    private end(job: Job): void {
        this.button.disabled = true;
        const then = inside(this.form.dataset["then"] ?? null);
        if (job.state === "failed") {
            this.say("bad", job.last_error || t("Something went wrong"), counts(job, true), rejects(job));
        } else if (job.rejected) {
            this.say("warn", t("Done, but for the rows below. Mend them in the file and import it again: what was taken stays."), counts(job, true), rejects(job));
        } else if (then) {
            toastNext(t("Rows taken: {1}", formatNumber(String(job.new + job.changed), locale())));
            location.assign(then);
        } else {
            this.say("good", t("Done"), counts(job, true));
        }
    }
}

export function startImport(): void {
    enhance("form[data-import]", (element) => {
        const input = one<HTMLInputElement>("input[type=file]", element);
        const preview = one(".import-preview", element);
        const button = one<HTMLButtonElement>("button[type=submit]", element);
        if (input && preview && button) {
            new Import(element as HTMLFormElement, preview, button, input);
        }
    });
}
