// Who else has the record open: told to the server while the page is seen, with the field one is in.
import { call, Refused } from "./api";
import { all, enhance, make } from "./dom";
import { t } from "./text";

interface Other {
    name: string;
    field?: string | null;
}

const everyMs = 20000;

function initials(name: string): string {
    const words = name.trim().split(/\s+/);
    return ((words[0]?.[0] ?? "") + (words.length > 1 ? words[words.length - 1]?.[0] ?? "" : "")).toUpperCase();
}

function show(place: HTMLElement, others: Other[]): void {
    const text = others.length === 1 ? t("{1} is here too", others[0]?.name ?? "") : t("Also here: {1}", others.map((one) => one.name).join(", "));
    if (place.dataset["shown"] === JSON.stringify(others)) {
        return;
    }
    place.dataset["shown"] = JSON.stringify(others);
    place.replaceChildren(...(others.length ? [
        ...others.slice(0, 3).map((one) => make("span.avatar", { title: one.name, "aria-hidden": "true" }, initials(one.name))),
        make("span", {}, text),
    ] : []));
    for (const old of all(".field.with-other")) {
        old.classList.remove("with-other");
        old.removeAttribute("title");
    }
    for (const other of others) {
        const control = other.field ? all(`[name="${CSS.escape(other.field)}"]`)[0] : undefined;
        const field = control?.closest<HTMLElement>(".field");
        if (field) {
            field.classList.add("with-other");
            field.title = t("{1} is here too", other.name);
        }
    }
}

export function startPresence(): void {
    enhance("[data-presence]", (place) => {
        const record = place.dataset["presence"] ?? "";
        place.setAttribute("role", "status");
        let timer = 0;
        const tell = async (): Promise<void> => {
            clearTimeout(timer);
            if (document.hidden || !place.isConnected) {
                return;
            }
            const here = document.activeElement?.closest<HTMLElement>("form[data-save] [name], form[data-save] .lookup");
            const name = here?.getAttribute("name") ?? here?.querySelector("[name]")?.getAttribute("name") ?? "";
            try {
                const answer = await call("POST", "/api/v1/presence", { record, ...(name ? { field: name } : {}) }, { tries: 1, stay: true });
                show(place, (answer.body as { people?: Other[] } | null)?.people ?? []);
            } catch (error) {
                show(place, []);
                if (error instanceof Refused) {
                    return; // not for this person or this record: no more asking
                }
            }
            timer = window.setTimeout(() => void tell(), everyMs);
        };
        document.addEventListener("visibilitychange", () => {
            if (document.hidden) {
                void call("POST", "/api/v1/presence", { record, leave: true }, { tries: 1, stay: true, keepalive: true }).catch(() => undefined);
            } else {
                void tell();
            }
        });
        void tell();
    });
}
