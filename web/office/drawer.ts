// The drawer at the right: Why?, and whatever else is read beside a page.
import { fragment, told } from "./api";
import { fill, icon, make, on, one, parse } from "./dom";
import { t } from "./text";
import { toast } from "./toast";

let opener: HTMLElement | null = null;

export function closeDrawer(): boolean {
    const drawer = one("#drawer");
    if (!drawer || drawer.hidden) {
        return false;
    }
    drawer.hidden = true;
    opener?.setAttribute("aria-expanded", "false");
    opener?.focus();
    opener = null;
    return true;
}

async function show(button: HTMLElement, address: string): Promise<void> {
    const drawer = one("#drawer");
    if (!drawer) {
        return;
    }
    button.setAttribute("aria-busy", "true");
    try {
        const content = parse(await fragment(address));
        const heading = content.querySelector("h1, h2");
        const title = heading?.textContent.trim() ?? button.textContent.trim();
        heading?.remove();
        const close = make("button.button.quiet.icon-only", { type: "button", "aria-label": t("Close"), "data-drawer-close": true }, icon("cross"));
        const body = make("div.drawer-body");
        drawer.replaceChildren(make("div.drawer-head", {}, make("h2", { id: "drawer-title" }, title), close), body);
        drawer.setAttribute("aria-labelledby", "drawer-title");
        fill(body, content);
        drawer.hidden = false;
        opener = button;
        button.setAttribute("aria-expanded", "true");
        close.focus();
    } catch (error) {
        toast(told(error), "bad");
    } finally {
        button.removeAttribute("aria-busy");
    }
}

export function startDrawer(): void {
    on("click", "[data-drawer]", (button, event) => {
        event.preventDefault();
        void show(button, button.dataset["drawer"] ?? "");
    });
    on("click", "[data-drawer-close]", closeDrawer);
}
