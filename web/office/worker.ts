// The service worker of the inbox: its pages and assets are there without a connection, and messages about tasks are shown. It keeps
// pages of the inbox only, never answers of the interface, and forgets them when the person signs out or another signs in.
interface WorkerScope {
    addEventListener(type: string, listener: (event: never) => void): void;
    skipWaiting(): Promise<void>;
    clients: {
        claim(): Promise<void>;
        matchAll(options: { type: "window"; includeUncontrolled: boolean }): Promise<{ url: string; focus(): Promise<unknown>; navigate(url: string): Promise<unknown> }[]>;
        openWindow(url: string): Promise<unknown>;
    };
    registration: { showNotification(title: string, options: NotificationOptions): Promise<void> };
    location: Location;
}
interface Waits extends Event {
    waitUntil(work: Promise<unknown>): void;
}
interface Fetches extends Waits {
    request: Request;
    respondWith(answer: Promise<Response>): void;
}
const scope = globalThis as unknown as WorkerScope;

const assets = "kontor-assets-1";
const pages = "kontor-pages-1";
const ours = /^\/inbox(\/\d+)?$/;

async function forget(): Promise<void> {
    await caches.delete(pages);
}

/** Assets never change under their name: what is kept is as good as what is sent. */
async function asset(request: Request): Promise<Response> {
    const cache = await caches.open(assets);
    const kept = await cache.match(request);
    if (kept) {
        return kept;
    }
    const answer = await fetch(request);
    if (answer.ok) {
        await cache.put(request, answer.clone());
        const keys = await cache.keys();
        await Promise.all(keys.slice(0, Math.max(0, keys.length - 40)).map((key) => cache.delete(key)));
    }
    return answer;
}

/** The answers differ by cookie and language, which a request made here does not name: the person is told apart by forgetting. */
async function lookUp(cache: Cache, page: Request | string): Promise<Response | undefined> {
    return cache.match(page, { ignoreVary: true });
}

/** The pages of the person's tasks, to be opened without a connection too; of others nothing is kept. */
async function keep(wanted: string[]): Promise<void> {
    const cache = await caches.open(pages);
    for (const page of await cache.keys()) {
        if (!wanted.includes(new URL(page.url).pathname)) {
            await cache.delete(page, { ignoreVary: true });
        }
    }
    for (const path of wanted.filter((one) => ours.test(one))) {
        if (!(await lookUp(cache, path))) {
            const answer = await fetch(path).catch(() => null);
            if (answer?.ok && !answer.redirected) {
                await cache.put(path, answer);
            }
        }
    }
}

/** Pages come from the server; what was seen last only where there is none. For a task that was not kept stands the inbox. */
async function page(request: Request): Promise<Response> {
    const cache = await caches.open(pages);
    try {
        const answer = await fetch(request);
        if (answer.ok && !answer.redirected) {
            await cache.put(request, answer.clone());
        } else if (answer.redirected || answer.status === 401) {
            await forget();
        }
        return answer;
    } catch (error) {
        const kept = (await lookUp(cache, request)) ?? (await lookUp(cache, "/inbox"));
        if (kept) {
            return kept;
        }
        throw error;
    }
}

scope.addEventListener("install", (event: Waits) => event.waitUntil(scope.skipWaiting()));

scope.addEventListener("activate", (event: Waits) => event.waitUntil((async () => {
    for (const name of await caches.keys()) {
        if (name !== assets && name !== pages) {
            await caches.delete(name);
        }
    }
    await scope.clients.claim();
})()));

scope.addEventListener("fetch", (event: Fetches) => {
    const address = new URL(event.request.url);
    if (event.request.method !== "GET" || address.origin !== scope.location.origin) {
        return;
    }
    if (address.pathname.startsWith("/assets/")) {
        event.respondWith(asset(event.request));
    } else if (event.request.mode === "navigate" && ours.test(address.pathname)) {
        event.respondWith(page(event.request));
    }
});

let user = "";
scope.addEventListener("message", (event: MessageEvent & Waits) => {
    if (Array.isArray(event.data)) {
        event.waitUntil(keep(event.data.map(String)));
        return;
    }
    const said = String(event.data);
    if (user !== "" && said !== user) {
        event.waitUntil(forget());
    }
    user = said;
});

interface PushData {
    title?: string;
    body?: string;
    url?: string;
    tag?: string;
}

scope.addEventListener("push", (event: Waits & { data: { json(): unknown } | null }) => {
    let data: PushData = {};
    try {
        data = (event.data?.json() ?? {}) as PushData;
    } catch {
        // a message that says nothing is shown all the same: browsers ask for it
    }
    event.waitUntil(scope.registration.showNotification(data.title || "Kontor", {
        body: data.body ?? "",
        tag: data.tag ?? data.url ?? "kontor",
        data: { url: data.url ?? "/inbox" },
    }));
});

scope.addEventListener("notificationclick", (event: Waits & { notification: { close(): void; data: { url?: string } | null } }) => {
    event.notification.close();
    const wanted = event.notification.data?.url ?? "/inbox";
    const url = /^\/(?![/\\])/.test(wanted) ? wanted : "/inbox";
    event.waitUntil((async () => {
        for (const client of await scope.clients.matchAll({ type: "window", includeUncontrolled: true })) {
            if (new URL(client.url).pathname.startsWith("/inbox")) {
                await client.focus().catch(() => undefined);
                await client.navigate(url).catch(() => scope.clients.openWindow(url));
                return;
            }
        }
        await scope.clients.openWindow(url);
    })());
});

export {};
