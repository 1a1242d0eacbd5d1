// The inbox on a phone: installable, tells of new tasks, says when there is no connection.
import { call, json, told } from "./api";
import { all, kept, on, one } from "./dom";
import { t } from "./text";
import { toast } from "./toast";

interface InstallEvent extends Event {
    prompt(): Promise<void>;
}

/** Only the inbox itself has it, not the pages of its tasks. */
const home = '[data-refresh="/inbox/part"]';
const tasksKept = 20;

function connection(): void {
    const show = (): void => all("[data-offline]").forEach((notice) => (notice.hidden = navigator.onLine));
    // Without a connection the inbox stands where a task was wanted that is not kept here.
    const notice = /^\/inbox\/\d+$/.test(location.pathname) && one(home) ? one("[data-offline]") : null;
    if (notice) {
        notice.hidden = false;
        notice.textContent = t("No connection: this task is not kept on this device. It opens as soon as there is one.");
        window.addEventListener("online", () => location.reload());
        return;
    }
    window.addEventListener("online", show);
    window.addEventListener("offline", show);
    show();
}

function installing(): void {
    let asked: InstallEvent | null = null;
    window.addEventListener("beforeinstallprompt", (event) => {
        event.preventDefault();
        asked = event as InstallEvent;
        all("[data-install]").forEach((button) => (button.hidden = false));
    });
    window.addEventListener("appinstalled", () => all("[data-install]").forEach((button) => (button.hidden = true)));
    on("click", "[data-install]", () => void asked?.prompt());
}

/** base64url (RFC 4648 section 5) as bytes. */
function bytesOf(text: string): Uint8Array<ArrayBuffer> {
    const raw = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(raw, (letter) => letter.charCodeAt(0));
}

function textOf(bytes: ArrayBuffer | null): string {
    return btoa(String.fromCharCode(...new Uint8Array(bytes ?? new ArrayBuffer(0)))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

/** Who was told on this device last: on one that is passed on, the next person is asked anew. */
const toldHere = "kontor.push";

async function subscribe(worker: ServiceWorkerRegistration, user: number): Promise<void> {
    if ((await Notification.requestPermission()) !== "granted") {
        toast(t("The browser does not allow messages from here. Allow them in its settings."), "bad");
        return;
    }
    const answer = await call("POST", "/api/v1/push_subscriptions/key", {});
    const key = bytesOf(String((answer.body as { key?: string }).key ?? ""));
    const subscription = (await worker.pushManager.getSubscription()) ??
        (await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key }));
    await call("POST", "/api/v1/push_subscriptions/subscribe", {
        endpoint: subscription.endpoint,
        p256dh: textOf(subscription.getKey("p256dh")),
        auth: textOf(subscription.getKey("auth")),
    });
    kept.set("local", toldHere, user);
    toast(t("New tasks are told on this device."));
    all("[data-push]").forEach((button) => (button.hidden = true));
}

async function start(): Promise<void> {
    if (!("serviceWorker" in navigator)) {
        return;
    }
    // The page is /inbox, the worker lies below it: the server allows the wider scope.
    const worker = await navigator.serviceWorker.register("/inbox/worker.js", { scope: "/inbox" })
        .catch(() => navigator.serviceWorker.register("/inbox/worker.js"));
    // Where it was taken before, what is kept is this person's.
    const who = await json<{ user?: number }>("/api/v1/session");
    const user = who.user ?? 0;
    (worker.active ?? worker.waiting ?? worker.installing)?.postMessage(`user ${user}`);
    if (one(home)) {
        const tasks = all<HTMLAnchorElement>("a.task-title").map((link) => link.pathname).slice(0, tasksKept);
        (await navigator.serviceWorker.ready).active?.postMessage(["/inbox", ...tasks]);
    }
    if ("PushManager" in window && "Notification" in window) {
        const have = await worker.pushManager?.getSubscription();
        const mine = have && kept.get<number>("local", toldHere) === user;
        all("[data-push]").forEach((button) => (button.hidden = Boolean(mine)));
        on("click", "[data-push]", () => {
            subscribe(worker, user).catch((error: unknown) => toast(told(error), "bad"));
        });
    }
}

connection();
installing();
void start().catch(() => undefined); // without a worker the inbox is a page like others

// Tasks that came in by a message: the one that was pressed.
const task = new URLSearchParams(location.search).get("task");
if (task && /^\d+$/.test(task) && location.pathname === "/inbox" && !one(".task-act")) {
    location.replace(`/inbox/${task}`);
}
