// Calls of the HTTP interface. The form token is asked for before the first change; a change carries an Idempotency-Key that stays
// the same over all retries, so that what is sent twice is done once.
import { t } from "./text";

export interface Problem {
    status: number;
    title: string;
    detail: string;
    code: string;
    field?: string;
    trace?: string;
}

/** The server said no, and why. */
export class Refused extends Error {
    constructor(readonly problem: Problem) {
        super(problem.detail || problem.title);
    }
}

/** No answer came, or none that says so: it may or may not have been done. The same key asks again. */
export class Lost extends Error {
    constructor(said = "") {
        super(said || t("No connection. What you entered is kept; try again."));
    }
}

/** The store, or what stands before the server, gave up on it; perhaps only after it was done. */
const unsure = [502, 503, 504];

export interface Answer {
    status: number;
    body: unknown;
    version: string | null; // of the record, from its ETag
    replayed: boolean;
}

export interface Options {
    key?: string; // Idempotency-Key; a fresh one when left out
    version?: string | undefined; // If-Match
    signal?: AbortSignal;
    tries?: number;
    keepalive?: boolean; // goes on when the page is left
    stay?: boolean; // do not leave for the door when the session is over
    progress?: (part: number) => void; // how much of the body has gone out, from 0 to 1
}

export function freshKey(): string {
    return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

let token: Promise<string> | null = null;

async function askToken(): Promise<string> {
    const response = await fetch("/api/v1/session", { headers: { Accept: "application/json" } });
    if (!response.ok) {
        throw new Refused(await problemOf(response));
    }
    return String(((await response.json()) as { form_token?: string }).form_token ?? "");
}

function formToken(): Promise<string> {
    token ??= askToken().catch((error: unknown) => {
        token = null;
        throw error;
    });
    return token;
}

/** After signing in or out. */
export function forgetToken(): void {
    token = null;
}

async function problemOf(response: Response): Promise<Problem> {
    try {
        const body = (await response.json()) as Partial<Problem>;
        return { title: "", detail: "", code: "", ...body, status: response.status };
    } catch {
        return { status: response.status, title: t("Something went wrong"), code: "",
            detail: t("The server answered {1}. Try again; if it stays so, tell an administrator.", response.status) };
    }
}

/** To the door and back here. */
export function signInAgain(): void {
    const next = location.pathname + location.search;
    location.assign(`/office/sign-in?next=${encodeURIComponent(next)}&ended=1`);
}

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
const waits = [400, 1500, 4000];

export function language(): string {
    return document.documentElement.lang || "en";
}

/** As fetch, which does not tell how far it is. */
function fetchTelling(path: string, method: string, headers: Record<string, string>, body: Blob, progress: (part: number) => void): Promise<Response> {
    return new Promise((done, failed) => {
        const request = new XMLHttpRequest();
        request.open(method, path);
        Object.entries(headers).forEach(([name, value]) => request.setRequestHeader(name, value));
        request.upload.addEventListener("progress", (event) => progress(event.lengthComputable ? event.loaded / event.total : 0));
        request.addEventListener("error", () => failed(new TypeError("no connection")));
        request.addEventListener("load", () => {
            const said = ["Content-Type", "ETag", "Retry-After", "Idempotent-Replay"].map((name) => [name, request.getResponseHeader(name) ?? ""] as [string, string]);
            done(new Response(request.status === 204 ? null : request.responseText, { status: request.status, headers: said }));
        });
        request.send(body);
    });
}

async function once(method: string, path: string, body: unknown, key: string, options: Options): Promise<Response> {
    const headers: Record<string, string> = { Accept: "application/json", "Accept-Language": language() };
    if (method !== "GET") {
        if (!(method === "POST" && path === "/api/v1/session")) {
            headers["X-Form-Token"] = await formToken();
        }
        if (method === "POST") {
            headers["Idempotency-Key"] = key;
        }
    }
    if (options.version !== undefined) {
        headers["If-Match"] = `"${options.version}"`;
    }
    const form = body instanceof Blob;
    if (body !== undefined) {
        headers["Content-Type"] = form ? body.type || "application/octet-stream" : "application/json";
    }
    if (form && options.progress) {
        return fetchTelling(path, method, headers, body, options.progress);
    }
    const init: RequestInit = { method, headers, redirect: "error" };
    if (body !== undefined) {
        init.body = form ? body : JSON.stringify(body);
    }
    if (options.keepalive) {
        init.keepalive = true;
    }
    if (options.signal) {
        init.signal = options.signal;
    }
    return fetch(path, init);
}

/** Makes a call; throws Refused, Lost, or an AbortError. Busy and lost connections are tried again. */
export async function call(method: string, path: string, body?: unknown, options: Options = {}): Promise<Answer> {
    const key = options.key ?? freshKey();
    const tries = options.tries ?? 3;
    for (let attempt = 0; ; attempt++) {
        let response: Response;
        try {
            response = await once(method, path, body, key, options);
        } catch (error) {
            if (error instanceof Refused) {
                if (error.problem.status === 401 && !options.stay) {
                    signInAgain();
                }
                throw error;
            }
            if (options.signal?.aborted) {
                throw error;
            }
            if (attempt + 1 >= tries) {
                throw new Lost();
            }
            await pause(waits[Math.min(attempt, waits.length - 1)] ?? 0);
            continue;
        }
        if (response.ok) {
            const type = response.headers.get("Content-Type") ?? "";
            return {
                status: response.status,
                body: response.status === 204 ? null : type.includes("json") ? await response.json() : await response.text(),
                version: /"(\d+)"/.exec(response.headers.get("ETag") ?? "")?.[1] ?? null,
                replayed: response.headers.get("Idempotent-Replay") === "true",
            };
        }
        const problem = await problemOf(response);
        if (problem.code === "form_token" && attempt + 1 < tries) { // another sign-in has replaced the session
            token = null;
            continue;
        }
        if ((unsure.includes(response.status) || response.status === 429) && attempt + 1 < tries) {
            const seconds = Number(response.headers.get("Retry-After"));
            await pause(seconds > 0 && seconds <= 5 ? seconds * 1000 : waits[attempt] ?? 1000);
            continue;
        }
        if (response.status === 401 && !options.stay && path !== "/api/v1/session") {
            signInAgain();
        }
        throw unsure.includes(response.status) ? new Lost(problem.detail || problem.title) : new Refused(problem);
    }
}

/** "POST /api/v1/tasks/7/claim" as method and path; null when it is not a call of this server. */
export function callOf(text: string | undefined): { method: string; path: string } | null {
    const match = /^(GET|POST|PUT|PATCH|DELETE) (\/(?!\/)\S*)$/.exec(text ?? "");
    return match ? { method: match[1] ?? "", path: match[2] ?? "" } : null;
}

/** A part of a page. */
export async function fragment(path: string, signal?: AbortSignal): Promise<string> {
    let response: Response;
    try {
        response = await fetch(path, { headers: { Accept: "text/html", "X-Fragment": "1" }, ...(signal ? { signal } : {}) });
    } catch (error) {
        if (signal?.aborted) {
            throw error;
        }
        throw new Lost();
    }
    if (response.status === 401 || new URL(response.url).pathname === "/office/sign-in") {
        signInAgain();
        throw new Lost();
    }
    if (!response.ok) {
        throw new Refused(await problemOf(response));
    }
    return response.text();
}

export async function json<T>(path: string, signal?: AbortSignal): Promise<T> {
    return (await call("GET", path, undefined, signal ? { signal, tries: 1 } : { tries: 1 })).body as T;
}

/** What a person is told about a failure. */
export function told(error: unknown): string {
    return error instanceof Error && error.message ? error.message : t("Something went wrong");
}
