// Keys of every page, and the small attributes: copy, print, menu, theme, keys.
import { call } from "./api";
import { ask } from "./dialog";
import { all, editable, icon, make, on, one } from "./dom";
import { closeDrawer } from "./drawer";
import { openPalette } from "./palette";
import { t } from "./text";
import { toast } from "./toast";

function showKeys(): void {
    const rows: [string[], string][] = [
        [["Ctrl", "K"], t("Search, go to, or run a command")],
        [["g", "t"], t("Go to Today")],
        [["g", "i"], t("Go to the inbox")],
        [["n"], t("New")],
        [["e"], t("Edit the first field")],
        [["j"], t("Next row")],
        [["k"], t("Row before")],
        [["x"], t("Select the row; with Shift, all up to it")],
        [["Enter"], t("Open the row; in lines, the next line")],
        [["Ctrl", "Enter"], t("Send the form")],
        [["Ctrl", "Del"], t("Remove the line")],
        [["Esc"], t("Close what is open")],
        [["?"], t("Show these keys")],
    ];
    for (const own of all("[data-key-help]")) {
        rows.push([[own.getAttribute("aria-keyshortcuts") ?? ""], own.dataset["keyHelp"] ?? ""]);
    }
    const close = make("button.button.quiet.icon-only", { type: "button", "aria-label": t("Close"), "data-close": true }, icon("cross"));
    const dialog = make("dialog.dialog", { "aria-labelledby": "keys-title" },
        make("div.dialog-head", {}, make("h2", { id: "keys-title" }, t("Keys")), close),
        make("div.dialog-body", {}, make("dl.keys-list", {}, ...rows.flatMap(([keys, text]) => [
            make("dt", {}, ...keys.flatMap((key, i) => [i ? " " : null, make("kbd", {}, key)])), make("dd", {}, text)]))));
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
}

function toggleMenu(open: boolean): void {
    document.body.classList.toggle("menu-open", open);
    const button = one(".menu-button");
    button?.setAttribute("aria-expanded", String(open));
    if (open) {
        one(".side a")?.focus();
    } else if (document.activeElement?.closest(".side")) {
        button?.focus();
    }
}

let began = 0; // when g was pressed

function key(event: KeyboardEvent): void {
    if (event.isComposing || event.defaultPrevented) {
        return;
    }
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
        event.preventDefault();
        openPalette();
        return;
    }
    if (event.key === "Escape" && !one("dialog[open]")) {
        const menu = all<HTMLDetailsElement>("details.menu[open], details.more-menu[open]").pop();
        if (menu) {
            menu.open = false;
            one("summary", menu)?.focus();
        } else if (document.body.classList.contains("menu-open")) {
            toggleMenu(false);
        } else if (!closeDrawer() && editable(event.target)) {
            (event.target as HTMLElement).blur();
        }
        return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || editable(event.target) || one("dialog[open]")) {
        return;
    }
    const second = Date.now() - began < 1200;
    began = 0;
    const go = (address: string): void => {
        event.preventDefault();
        location.assign(address);
    };
    if (second && event.key === "t") {
        go("/office");
    } else if (second && event.key === "i") {
        go("/inbox");
    } else if (event.key === "g") {
        began = Date.now();
    } else if (event.key === "/") {
        event.preventDefault();
        openPalette();
    } else if (event.key === "?") {
        event.preventDefault();
        showKeys();
    } else if (event.key === "e") {
        const field = all("main form :is(input:not([type=hidden], [type=search], [type=checkbox], [readonly]), select, textarea):not(:disabled)")
            .find((one) => one.offsetParent !== null && !one.closest("form[method=get]"));
        if (field) {
            event.preventDefault();
            field.focus();
        }
    } else {
        const target = all(`[data-key="${CSS.escape(event.key)}"]`)[0];
        if (target) {
            event.preventDefault();
            target.click();
        }
    }
}

export function startKeys(): void {
    document.addEventListener("keydown", key);
    on("click", "[data-keys]", showKeys);
    on("click", ".menu-button, [data-menu]", () => toggleMenu(!document.body.classList.contains("menu-open")));
    document.addEventListener("click", (event) => {
        const target = event.target as Element;
        if (document.body.classList.contains("menu-open") && !target.closest(".side, .menu-button, [data-menu]")) {
            toggleMenu(false);
        }
        for (const menu of all<HTMLDetailsElement>("details.menu[open], details.more-menu[open]")) {
            if (!menu.contains(target)) {
                menu.open = false;
            }
        }
    });
    on("click", "[data-print]", () => window.print());
    on("click", "[data-copy]", (button) => {
        const text = button.dataset["copy"] || one(button.dataset["copyFrom"] ?? "")?.textContent || "";
        navigator.clipboard?.writeText(text).then(() => toast(t("Copied")), () => void ask(text, t("Close")));
    });
    on("click", "[data-theme-set]", (button) => {
        const root = document.documentElement;
        const order = ["auto", "light", "dark"];
        const theme = button.dataset["themeSet"] || order[(order.indexOf(root.dataset["theme"] ?? "auto") + 1) % 3] || "auto";
        root.dataset["theme"] = theme;
        void call("POST", "/api/v1/user_accounts/preferences", { theme }, { stay: true }).catch(() => undefined); // it holds for this page
    });
    // Choosing the columns of a list: one parameter for all.
    document.addEventListener("submit", (event) => {
        const form = event.target;
        if (form instanceof HTMLFormElement && form.dataset["columns"] !== undefined) {
            event.preventDefault();
            const address = new URL(location.href);
            address.searchParams.set("columns", all<HTMLInputElement>("input:checked", form).map((box) => box.value).join(","));
            address.searchParams.delete("after");
            location.assign(address);
        }
    });
}
