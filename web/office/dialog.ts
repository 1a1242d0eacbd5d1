// Dialogs: <dialog> of the page, and questions before what cannot be undone.
import { all, make, on, one } from "./dom";
import { t } from "./text";

/** Asks; true when the person says yes. The careful answer has the focus. */
export function ask(question: string, yes: string, danger = false): Promise<boolean> {
    return new Promise((done) => {
        const no = make("button.button", { type: "button", value: "no" }, t("Back"));
        const ok = make(`button.button.${danger ? "danger" : "primary"}`, { type: "button", value: "yes" }, yes || t("Yes"));
        const dialog = make("dialog.dialog.ask", { "aria-labelledby": "ask-question" },
            make("p.ask-question", { id: "ask-question" }, question), make("div.dialog-actions", {}, no, ok));
        no.addEventListener("click", () => dialog.close("no"));
        ok.addEventListener("click", () => dialog.close("yes"));
        dialog.addEventListener("close", () => {
            done(dialog.returnValue === "yes");
            dialog.remove();
        });
        document.body.append(dialog);
        dialog.showModal();
        (danger ? no : ok).focus();
    });
}

export function startDialogs(): void {
    on("click", "[data-dialog]", (button, event) => {
        const dialog = one<HTMLDialogElement>(button.dataset["dialog"] ?? "");
        if (dialog instanceof HTMLDialogElement) {
            event.preventDefault();
            dialog.showModal();
            one("[autofocus], input:not([type=hidden]), select, textarea", dialog)?.focus();
        }
    });
    on("click", "dialog [data-close]", (button) => button.closest("dialog")?.close());
    // A click beside a dialog closes it, if nothing was typed in it.
    on("click", "dialog", (dialog, event) => {
        if (event.target === dialog && dialog instanceof HTMLDialogElement) {
            const box = dialog.getBoundingClientRect();
            const within = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
            const typed = all<HTMLInputElement>("input, textarea", dialog).some((input) => input.value !== input.defaultValue);
            if (!within && !typed && !dialog.classList.contains("ask")) {
                dialog.close();
            }
        }
    });
}
