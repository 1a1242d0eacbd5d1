// Buttons that make a call.
import { call, callOf, freshKey, Lost, Refused, signInAgain, told } from "./api";
import { ask } from "./dialog";
import { kept, on, one } from "./dom";
import { busy, leavingTakes, showProblem } from "./forms";
import { filled, type Json } from "./json";
import { t } from "./text";
import { toast, toastNext } from "./toast";

/** A path of this server, so that nobody is led elsewhere. */
export function inside(address: string | null): string | null {
    return address !== null && /^\/(?![/\\])/.test(address) ? address : null;
}

/** What happens when a call was made: data-then of the element; without one, data-done is said. Is this page left now? */
export async function after(element: HTMLElement, body: unknown): Promise<boolean> {
    const then = element.dataset["then"];
    const done = element.dataset["done"];
    if (then === "next") {
        location.assign(inside(new URLSearchParams(location.search).get("next")) ?? "/");
    } else if (then === "reload") {
        if (done) {
            toastNext(done);
        }
        location.reload();
    } else if (then) {
        const address = inside(filled(then, body));
        if (address) {
            if (done) {
                toastNext(done);
            }
            location.assign(address);
        } else {
            location.reload();
        }
    } else {
        element.closest<HTMLDialogElement>("dialog[open]")?.close();
        toast(done ?? t("Done"));
    }
    return Boolean(then);
}

/** What was kept in this browser was another person's. Pages always are: another tab may have had another person in the meantime. */
export function forgetOthers(user: string): void {
    if (kept.get<string>("session", "kontor.who") !== user) {
        forgetAll();
    }
    forgetPages();
    kept.set("session", "kontor.who", user);
}

/** Whose page this is, so that what is typed here is still theirs when the session ends over it. */
function rememberWho(): void {
    const user = document.documentElement.dataset["user"];
    if (user) {
        const before = kept.get<string>("session", "kontor.who");
        if (before !== null && before !== user) {
            forgetAll();
        }
        kept.set("session", "kontor.who", user);
    }
}

function forgetAll(): void {
    try {
        sessionStorage.clear();
        localStorage.removeItem("kontor.recent");
    } catch {
        // nothing is kept: nothing to forget
    }
    forgetPages();
}

/** Pages that the worker of the inbox kept; there is none where the connection is not secure. */
function forgetPages(): void {
    if ("caches" in window) {
        void caches.delete("kontor-pages-1");
    }
}

const keys = new WeakMap<HTMLElement, string>();

async function press(button: HTMLElement): Promise<void> {
    const target = callOf(button.dataset["call"]);
    if (!target || button.classList.contains("is-busy") || button.getAttribute("aria-disabled") === "true") {
        return;
    }
    const question = button.dataset["confirm"];
    if (question && !(await ask(question, button.textContent.trim(), button.classList.contains("danger")))) {
        return;
    }
    const signsOut = target.method === "DELETE" && target.path === "/api/v1/session";
    const key = keys.get(button) ?? freshKey(); // kept while it is not known whether it was done
    keys.set(button, key);
    busy(button, true);
    let leaving = false;
    try {
        const text = button.dataset["body"];
        const body = text ? (JSON.parse(text) as Json) : target.method === "POST" ? {} : undefined;
        const answer = await call(target.method, target.path, body, { key, version: button.dataset["version"] });
        keys.delete(button);
        if (signsOut) {
            forgetAll();
        }
        button.dispatchEvent(new CustomEvent("kontor:done", { bubbles: true, detail: answer.body }));
        leaving = await after(button, answer.body);
    } catch (error) {
        if (signsOut && error instanceof Refused && error.problem.status === 401) { // over already, as the person wants it
            forgetAll();
            leaving = await after(button, null);
        } else if (error instanceof Refused) {
            keys.delete(button);
            const form = button.closest("form") ?? one<HTMLFormElement>("main form");
            if (form && error.problem.field) {
                showProblem(form, error.problem);
            } else {
                toast(told(error), "bad");
            }
        } else {
            toast(told(error), "bad", error instanceof Lost ? { label: t("Try again"), run: () => void press(button) } : undefined);
        }
    } finally {
        setTimeout(() => busy(button, false), leaving ? leavingTakes : 0);
    }
}

export function startCalls(): void {
    rememberWho();
    on("click", "button[data-call]", (button, event) => {
        event.preventDefault();
        void press(button);
    });
    // A page from the browser's memory after signing out would show what is not this person's any more.
    window.addEventListener("pageshow", (event) => {
        if (event.persisted) {
            void call("GET", "/api/v1/session", undefined, { stay: true, tries: 1 }).catch((error: unknown) => {
                if (error instanceof Refused && error.problem.status === 401) {
                    signInAgain();
                }
            });
        }
    });
}
