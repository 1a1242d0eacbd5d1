// Importing a file: first what would happen, then, on a second press, what does.
import { call, Lost, Refused, told } from "./api";
import { enhance, icon, make, one } from "./dom";
import { busy } from "./forms";
import { t } from "./text";
import { toast, toastNext } from "./toast";
import { inside } from "./calls";

interface Report {
    created?: number;
    changed?: number;
    unchanged?: number;
    rejected?: number;
    problems?: { line?: number; field?: string; detail?: string }[];
}

function shown(report: Report, dry: boolean): HTMLElement {
    const row = (label: string, n: number | undefined): HTMLElement[] =>
        n === undefined ? [] : [make("dt", {}, label), make("dd.num", {}, String(n))];
    const problems = report.problems ?? [];
    return make("div.stack", {},
        make(`div.notice.${problems.length ? "warn" : "good"}`, {}, icon(problems.length ? "warning" : "check-circle"),
            make("p", {}, dry ? t("This is what would happen. Nothing was changed yet.") : t("Done"))),
        make("dl.facts", {}, ...row(t("New"), report.created), ...row(t("Changed"), report.changed), ...row(t("Already so"), report.unchanged),
            ...row(t("Rejected"), report.rejected)),
        problems.length ? make("div.table-wrap", { tabindex: 0 }, make("table.sheet", {}, make("thead", {}, make("tr", {},
            make("th.num", { scope: "col" }, t("Line")), make("th", { scope: "col" }, t("Column")), make("th.grow", { scope: "col" }, t("Reason")))),
        make("tbody", {}, ...problems.slice(0, 200).map((problem) => make("tr", {}, make("td.num", {}, String(problem.line ?? "")),
            make("td", {}, problem.field ?? ""), make("td.wrap", {}, problem.detail ?? "")))))) : null);
}

export function startImport(): void {
    enhance("form[data-import]", (element) => {
        const form = element as HTMLFormElement;
        const input = one<HTMLInputElement>("input[type=file]", form);
        const preview = one(".import-preview", form);
        const button = one<HTMLButtonElement>("button[type=submit]", form);
        if (!input || !preview || !button) {
            return;
        }
        const send = async (dry: boolean): Promise<void> => {
            const file = input.files?.[0];
            if (!file || form.classList.contains("is-busy")) {
                return;
            }
            busy(form, true);
            busy(button, true);
            try {
                const body = new Blob([file], { type: "text/csv" });
                const answer = await call("POST", `${form.dataset["import"] ?? ""}${dry ? "?dry_run=1" : ""}`, body);
                const report = answer.body as Report;
                preview.replaceChildren(shown(report, dry));
                button.disabled = !dry || (report.created ?? 0) + (report.changed ?? 0) === 0;
                const then = inside(form.dataset["then"] ?? null);
                if (!dry && then && !report.rejected) {
                    toastNext(t("Done"));
                    location.assign(then);
                }
            } catch (error) {
                button.disabled = true;
                preview.replaceChildren(make("div.notice.bad", { role: "alert" }, icon("error"), make("p", {}, told(error))));
                if (!(error instanceof Refused || error instanceof Lost)) {
                    toast(told(error), "bad");
                }
            } finally {
                busy(form, false);
                busy(button, false);
            }
        };
        input.addEventListener("change", () => {
            button.disabled = true;
            void send(true);
        });
        form.addEventListener("submit", (event) => {
            event.preventDefault();
            void send(false);
        });
    });
}
