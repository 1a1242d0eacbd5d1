// Parts of a page that are put anew when something happens: one stream of events for the page. It is read while the page is seen only
// (browsers keep few connections to a server, and hidden tabs would use them up), and goes on where it broke off.
import { fragment } from "./api";
import { all, enhance, fill, parse } from "./dom";

interface Part {
    element: HTMLElement;
    names: RegExp;
    stale: boolean;
    busy: boolean;
    timer: number;
}

const parts = new Set<Part>();
const listeners: ((name: string, data: unknown) => void)[] = [];
let stream: AbortController | null = null;
let lastId = "";
let failures = 0;

/** Called with each event, also by pages of their own. */
export function onEvent(listener: (name: string, data: unknown) => void): void {
    listeners.push(listener);
    connect();
}

/** "sales_order.* till.closed" as a test of names. */
export function pattern(events: string): RegExp {
    const names = events.split(/[\s,]+/).filter(Boolean)
        .map((name) => name.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replace(/\*/g, ".*"));
    return new RegExp(`^(${names.join("|") || "(?!)"})$`);
}

async function refresh(part: Part): Promise<void> {
    // What a person is typing or choosing in is left alone until they leave it.
    if (part.busy || part.element.contains(document.activeElement) && part.element.querySelector("input:focus, select:focus, textarea:focus, [open]")) {
        schedule(part, 3000);
        return;
    }
    part.busy = true;
    part.stale = false;
    const focused = part.element.contains(document.activeElement) ? document.activeElement?.getAttribute("href") : null;
    try {
        const address = part.element.dataset["refresh"] ?? "";
        const content = parse(await fragment(address));
        // The answer may be the part, or a page in which it stands.
        const same = content.querySelector(`[data-refresh="${CSS.escape(address)}"]`);
        if (same) {
            content.replaceChildren(...same.childNodes);
        }
        fill(part.element, content);
        part.element.classList.remove("is-stale");
        if (focused) {
            all<HTMLAnchorElement>("a[href]", part.element).find((link) => link.getAttribute("href") === focused)?.focus();
        }
    } catch {
        part.element.classList.add("is-stale"); // it is tried again with the next event
    } finally {
        part.busy = false;
        if (part.stale) {
            schedule(part, 500);
        }
    }
}

function schedule(part: Part, ms: number): void {
    part.stale = true;
    clearTimeout(part.timer);
    part.timer = window.setTimeout(() => {
        if (part.element.isConnected) {
            void refresh(part);
        } else {
            parts.delete(part);
        }
    }, ms);
}

function happened(name: string, text: string): void {
    let data: unknown = null;
    try {
        data = JSON.parse(text);
    } catch {
        // an event without data is one all the same
    }
    for (const part of parts) {
        if (part.names.test(name)) {
            schedule(part, 250); // a burst of events is one refresh
        }
    }
    listeners.forEach((listener) => listener(name, data));
}

/** Reads server-sent events (HTML, "Server-sent events"); EventSource would have to be told each name. */
export class EventReader {
    private rest = "";
    private name = "";
    private data: string[] = [];
    id = "";

    constructor(private readonly each: (name: string, data: string) => void) {}

    push(text: string): void {
        const lines = (this.rest + text).split(/\r\n|\n|\r(?!$)/);
        this.rest = lines.pop() ?? "";
        for (const line of lines) {
            if (line === "") {
                if (this.data.length || this.name) {
                    this.each(this.name || "message", this.data.join("\n"));
                }
                this.name = "";
                this.data = [];
            } else if (!line.startsWith(":")) {
                const colon = line.indexOf(":");
                const field = colon < 0 ? line : line.slice(0, colon);
                const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
                if (field === "event") {
                    this.name = value;
                } else if (field === "data") {
                    this.data.push(value);
                } else if (field === "id" && !value.includes("\0")) {
                    this.id = value;
                }
            }
        }
    }
}

async function read(control: AbortController): Promise<void> {
    const headers: Record<string, string> = { Accept: "text/event-stream" };
    if (lastId) {
        headers["Last-Event-ID"] = lastId;
    }
    const response = await fetch("/api/v1/events", { headers, signal: control.signal });
    if (!response.ok || !response.body) {
        if (response.status === 401 || response.status === 403) {
            failures = 1000; // not for this person: no more asking
        }
        throw new Error(String(response.status));
    }
    failures = 0;
    const reader = new EventReader(happened);
    const bytes = response.body.getReader();
    const decoder = new TextDecoder();
    for (;;) {
        const { done, value } = await bytes.read();
        if (done) {
            return;
        }
        reader.push(decoder.decode(value, { stream: true }));
        lastId = reader.id || lastId;
    }
}

function connect(): void {
    if (stream || document.hidden || failures >= 1000 || (!parts.size && !listeners.length)) {
        return;
    }
    const control = new AbortController();
    stream = control;
    read(control).catch(() => failures++).finally(() => {
        if (stream === control) {
            stream = null;
            if (!document.hidden) {
                setTimeout(connect, Math.min(60000, 1000 * 2 ** Math.min(failures, 6)) * (0.75 + Math.random() / 2));
            }
        }
    });
}

export function startLive(): void {
    enhance("[data-refresh]", (element) => {
        parts.add({ element, names: pattern(element.dataset["events"] ?? ""), stale: false, busy: false, timer: 0 });
        connect();
    });
    let hiddenAt = 0;
    document.addEventListener("visibilitychange", () => {
        if (document.hidden) {
            hiddenAt = Date.now();
            stream?.abort();
            stream = null;
        } else {
            connect();
            // What happened meanwhile comes with the stream; after long, or without one so far, everything is asked for anew.
            if (!lastId || Date.now() - hiddenAt > 600000) {
                parts.forEach((part) => schedule(part, 0));
            }
        }
    });
}
