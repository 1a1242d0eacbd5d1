// Short messages at the edge of the page, read out by screen readers. Good news leaves by itself; a problem stays until it is closed.
import { icon, make, one } from "./dom";
import { t } from "./text";

type Tone = "good" | "bad" | "plain";

export function toast(message: string, tone: Tone = "good", action?: { label: string; run: () => void }): void {
    let place = one("#toasts");
    if (!place) {
        place = make("div", { id: "toasts", role: "status", "aria-live": "polite" });
        document.body.append(place);
    }
    // A modal dialog is above everything else: what it covers cannot be read.
    const modal = [...document.querySelectorAll<HTMLDialogElement>("dialog:modal")].pop();
    (modal ?? document.body).append(place);
    const close = make("button.toast-close", { type: "button", "aria-label": t("Close") }, icon("cross"));
    const box = make(`div.toast.${tone}`, {}, icon(tone === "bad" ? "error" : tone === "good" ? "check-circle" : "info"),
        make("span.toast-text", {}, message));
    if (action) {
        const button = make("button.button.quiet", { type: "button" }, action.label);
        button.addEventListener("click", () => {
            box.remove();
            action.run();
        });
        box.append(button);
    }
    close.addEventListener("click", () => box.remove());
    box.append(close);
    while (place.children.length >= 4) {
        place.firstElementChild?.remove();
    }
    place.append(box);
    if (tone !== "bad") {
        let timer = window.setTimeout(() => box.remove(), action ? 8000 : 4000);
        box.addEventListener("pointerenter", () => clearTimeout(timer));
        box.addEventListener("pointerleave", () => (timer = window.setTimeout(() => box.remove(), 2000)));
    }
}

/** Said again on the page that comes next. */
export function toastNext(message: string): void {
    try {
        sessionStorage.setItem("kontor.said", message);
    } catch {
        // nothing is kept: nothing is said
    }
}

export function startToasts(): void {
    try {
        const said = sessionStorage.getItem("kontor.said");
        if (said) {
            sessionStorage.removeItem("kontor.said");
            toast(said);
        }
    } catch {
        // as above
    }
}
