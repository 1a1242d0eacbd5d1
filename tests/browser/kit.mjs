// What the browser tests share: a house of its own for each test file, a browser, and visits that
// fail when anything goes wrong behind the page: an error in the console, a script that threw, a
// request that failed, a violation of the Content-Security-Policy.
//
// The clock of the program stands on a Friday afternoon when the shops are open, so that a day of the
// demo house looks the same at any hour (clock.c).
//
// KONTOR: the program. KONTOR_HOUSE: a folder with a demo house to copy (tests/browser/run makes
// one for all files); without it each file makes its own. KONTOR_BROWSER: another Chromium.
import { chromium } from "playwright-core";
import { spawn, execFileSync } from "node:child_process";
import { createInterface } from "node:readline";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after } from "node:test";
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const kontor = process.env.KONTOR ?? path.join(root, "build/kontor");
export const browserPath = process.env.KONTOR_BROWSER ?? "/usr/bin/chromium";
const log = process.env.KONTOR_TEST_LOG ?? path.join(root, "build/test-log");

export const desktop = { width: 1280, height: 800 };
export const phone = { width: 360, height: 740 };
export const languages = ["en", "es", "hi", "id"];

// -- the house ----------------------------------------------------------------------------------

// The people of a demo house by the name that they sign in with.
function peopleOf(folder) {
    const people = {};
    for (const line of fs.readFileSync(path.join(folder, "sign-in.txt"), "utf8").split("\n").slice(1)) {
        const [login, password, roles, sites, ...name] = line.trim().split(/\s+/);
        if (login) people[login] = { login, password, roles: roles.split(","), sites, name: name.join(" ") };
    }
    return people;
}

export const made = Date.parse("2026-11-20T16:40:00Z") / 1000; // 17:40 in Madrid
const served = made + 60;

// The environment in which a program sees that clock.
let clock;
export function at(seconds) {
    if (!clock) {
        clock = path.join(fs.mkdtempSync(path.join(os.tmpdir(), "kontor-clock.")), "clock.so");
        const source = path.join(root, "tests/browser/clock.c");
        execFileSync("cc", ["-std=gnu17", "-O1", "-shared", "-fPIC", "-o", clock, source], { stdio: "inherit" });
        process.on("exit", () => fs.rmSync(path.dirname(clock), { recursive: true, force: true }));
    }
    return { ...process.env, LD_PRELOAD: clock, KONTOR_TEST_CLOCK: String(seconds) };
}

function demo(where, days) {
    const args = ["demo", ...where, "--days", String(days), "--seed", "1"];
    return execFileSync(kontor, args, { stdio: "pipe", encoding: "utf8", env: at(made) });
}

if (process.argv[2] === "demo" && process.argv[1] === fileURLToPath(import.meta.url)) {
    demo(["--data", process.argv[3]], 10); // for tests/browser/run
}

// A demo house that is served until the tests of this file are over. db: the address of an empty
// store to use instead of a copy of the demo house in SQLite, with drop to remove it.
export async function openHouse({ db, drop } = {}) {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "kontor-browser."));
    if (db) {
        const out = demo(["--db", db], 3);
        const from = out.indexOf("Sign in as");
        fs.writeFileSync(path.join(folder, "sign-in.txt"), out.slice(from).split("\n\n")[0]);
    } else if (process.env.KONTOR_HOUSE) {
        fs.cpSync(process.env.KONTOR_HOUSE, folder, { recursive: true });
    } else {
        demo(["--data", folder], 10);
    }
    const where = db ? ["--db", db] : ["--data", folder];
    const server = spawn(kontor, ["serve", ...where, "--listen", "127.0.0.1:0"], {
        stdio: ["ignore", "pipe", "pipe"],
        env: at(served),
    });
    const ended = new Promise((resolve) => server.on("exit", resolve));
    let said = "";
    server.stderr.on("data", (piece) => (said += piece));
    const url = await new Promise((resolve, reject) => {
        createInterface({ input: server.stdout }).on("line", (line) => {
            const at = line.match(/ at (http[^ ]*)\/$/);
            if (at) resolve(at[1]);
        });
        ended.then((code) => reject(new Error(`the server ended with ${code}: ${said}`)));
    });
    const house = {
        url,
        folder,
        people: peopleOf(folder),
        log: () => said,
        async close() {
            server.kill("SIGTERM");
            await ended;
            fs.rmSync(folder, { recursive: true, force: true });
        },
    };
    after(async () => {
        await house.close();
        drop?.();
        const faults = said.split("\n").filter((line) => /"level":"(error|fatal)"|Sanitizer|runtime error/.test(line));
        assert.deepEqual(faults, [], "the server's log has errors");
    });
    return house;
}

// -- programs that ask the same server ----------------------------------------------------------

// A person's session outside of any page: what a test needs to prepare, or to be the second person.
export async function signInByCall(house, login) {
    const answer = await fetch(`${house.url}/api/v1/session`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ name: login, password: house.people[login].password }),
    });
    assert.equal(answer.status, 200, `sign-in of ${login}: ${await answer.clone().text()}`);
    const cookie = answer.headers.get("set-cookie").split(";")[0];
    const { form_token: token, user } = await answer.json();
    return {
        cookie,
        token,
        user,
        async call(method, target, body, headers = {}) {
            const to = target.startsWith("/office") || target.startsWith("/api") ? target : `/api/v1${target}`;
            const response = await fetch(house.url + to, {
                method,
                redirect: "manual",
                headers: {
                    Cookie: cookie,
                    "X-Form-Token": token,
                    ...(body === undefined ? {} : { "Content-Type": "application/json" }),
                    ...(method === "POST" ? { "Idempotency-Key": crypto.randomUUID() } : {}),
                    ...headers,
                },
                body: body === undefined ? undefined : JSON.stringify(body),
            });
            const text = await response.text();
            let json;
            try {
                json = JSON.parse(text);
            } catch {
                json = undefined;
            }
            return { status: response.status, headers: response.headers, text, json };
        },
        async must(status, method, target, body, headers) {
            const answer = await this.call(method, target, body, headers);
            assert.equal(answer.status, status, `${method} ${target}: ${answer.text.slice(0, 600)}`);
            return answer.json;
        },
    };
}

export async function languageOf(session, language) {
    const me = await session.must(200, "GET", `/user_accounts/${session.user}`);
    await session.must(200, "PATCH", `/user_accounts/${session.user}`, { language }, { "If-Match": `"${me.version}"` });
}

// -- the browser --------------------------------------------------------------------------------

// One browser for the file, and one more for each other set of arguments (a camera).
const browsers = new Map();
after(() => Promise.all([...browsers.values()].map(async (browser) => (await browser).close())));
export function theBrowser(more = []) {
    const key = more.join(" ");
    if (!browsers.has(key)) {
        browsers.set(key, chromium.launch({
            executablePath: browserPath,
            args: [
                ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                ...more,
            ],
        }));
    }
    return browsers.get(key);
}

// What happened behind the page that must not happen. A test that provokes a refusal (a wrong
// password) says so: expected is a list of patterns, each of which must then have happened.
function watch(page, faults) {
    page.on("console", (m) => {
        if (m.type() === "error" || m.type() === "warning") faults.push(`console: ${m.text()} (${m.location().url})`);
    });
    page.on("pageerror", (e) => faults.push(`script: ${e.stack ?? e}`));
    page.on("requestfailed", (r) => {
        // A page that is left takes its stream of events and unfinished reads with it.
        const why = r.failure()?.errorText ?? "";
        if (why !== "net::ERR_ABORTED") faults.push(`request: ${r.method()} ${r.url()}: ${why}`);
    });
    page.on("response", (r) => {
        if (r.status() >= 500) faults.push(`answer: ${r.status()} ${r.request().method()} ${r.url()}`);
    });
    page.on("dialog", (d) => faults.push(`dialog: ${d.message()}`) && d.dismiss().catch(() => {}));
}

// visit(t, house, {login, size, language, theme, args}, async (v) => ...): a browser context of its own;
// session: who has signed in by a call before; args: what Chromium is started with beside the usual. v.page; v.go(path); v.expected(pattern).
export async function visit(t, house, options, story) {
    const { login, session: before, size = desktop, language = "en", theme = "light", args = [], ...more } = options;
    const context = await (await theBrowser(args)).newContext({
        baseURL: house.url,
        viewport: size,
        locale: language,
        colorScheme: theme,
        hasTouch: size.width < 500,
        acceptDownloads: true,
        ...more,
    });
    context.setDefaultTimeout(20000);
    const faults = [];
    const expected = [];
    const session = before ?? (login ? await signInByCall(house, login) : null);
    if (session) {
        const [name, value] = session.cookie.split(/=(.*)/s);
        await context.addCookies([{ name, value, url: house.url, httpOnly: true, sameSite: "Lax" }]);
    }
    context.on("page", (p) => watch(p, faults));
    const page = await context.newPage();
    const v = {
        page,
        context,
        faults,
        expected: (pattern) => expected.push(pattern),
        async go(to, status = 200) {
            const answer = await page.goto(to, { waitUntil: "load" });
            assert.equal(answer.status(), status, `${to} answered ${answer.status()}`);
            return answer;
        },
    };
    try {
        await story(v);
        const left = faults.filter((f) => !expected.some((e) => e.test(f)));
        assert.deepEqual(left, [], "what went wrong behind the page");
        for (const e of expected) assert.ok(faults.some((f) => e.test(f)), `${e} was expected to happen`);
    } catch (e) {
        const name = t.name.replace(/[^\p{L}\p{N}]+/gu, "-").slice(0, 80);
        fs.mkdirSync(log, { recursive: true });
        await page.screenshot({ path: path.join(log, `browser-${name}.png`) }).catch(() => {});
        await fs.promises.writeFile(path.join(log, `browser-${name}.html`), await page.content().catch(() => ""));
        if (faults.length) e.message += `\nbehind the page: ${faults.join("\n  ")}`;
        e.message += `\nat ${page.url()}`;
        throw e;
    } finally {
        await context.close();
    }
}

// Signs in as a person does, by the page.
export async function signInByPage(v, house, login) {
    const { page } = v;
    await page.goto("/office/sign-in");
    await page.fill('[name="name"]', login);
    await page.fill('[name="password"]', house.people[login].password);
    await page.keyboard.press("Enter");
    await page.waitForURL((u) => /^\/(office|inbox)/.test(u.pathname) && !u.pathname.endsWith("sign-in"));
}

// Until what the page is asked comes true, also past a reload. page.waitForFunction takes a promise for true: it waits for nothing.
export async function until(page, ask, arg, seconds = 30) {
    const asked = () => page.evaluate(ask, arg).catch((error) => {
        if (!/Execution context was destroyed/.test(error.message)) {
            throw error;
        }
    });
    for (const end = Date.now() + seconds * 1000; !(await asked()); await page.waitForTimeout(50)) {
        if (Date.now() > end) {
            throw new Error(`not within ${seconds} s: ${ask}`);
        }
    }
}

// Presses a button that makes a call and waits for the answer to it.
export async function pressed(page, locator, pattern) {
    const [answer] = await Promise.all([
        page.waitForResponse((r) => r.request().method() !== "GET" && (!pattern || pattern.test(r.url()))),
        locator.click(),
    ]);
    return answer;
}
