// The inbox on a phone: it can be installed, tells of a new task in the person's language, and without a connection shows what it
// has, says so, and loses nothing that was typed.
import test from "node:test";
import assert from "node:assert/strict";
import fs from "node:fs";
import https from "node:https";
import path from "node:path";
import { createDecipheriv, createECDH, hkdfSync, randomBytes } from "node:crypto";
import { execFileSync } from "node:child_process";
import os from "node:os";
import { chromium } from "playwright-core";
import { at, languageOf, made, openHouse, signInByCall, visit, phone, browserPath, until } from "./kit.mjs";
import { accessible, noSidewaysScroll } from "./check.mjs";

// -- a push service: it takes what it is sent ------------------------------------------------------

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "kontor-push."));
const [key, certificate] = ["key", "certificate"].map((name) => path.join(folder, `${name}.pem`));
execFileSync("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "9", "-subj", "/CN=localhost",
    "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate], { stdio: "pipe", env: at(made - 86400) });
const waiting = [];
const service = https.createServer({ key: fs.readFileSync(key), cert: fs.readFileSync(certificate) }, (request, response) => {
    const pieces = [];
    request.on("data", (piece) => pieces.push(piece)).on("end", () => {
        response.writeHead(201).end();
        waiting.shift()?.(Buffer.concat(pieces));
    });
});
await new Promise((ready) => service.listen(0, "127.0.0.1", ready));
test.after(() => {
    service.close();
    fs.rmSync(folder, { recursive: true, force: true });
});
Object.assign(process.env, { KONTOR_PUSH_ALLOW: `localhost:${service.address().port}`, KONTOR_CA_FILE: certificate });

// A device's keys, and what a message for it says (RFC 8291, RFC 8188).
function newDevice() {
    const own = createECDH("prime256v1");
    const point = own.generateKeys();
    const auth = randomBytes(16);
    return {
        subscription: { endpoint: `https://localhost:${service.address().port}/device`, p256dh: point.toString("base64url"), auth: auth.toString("base64url") },
        read(message) {
            const salt = message.subarray(0, 16);
            const sender = message.subarray(21, 21 + message[20]);
            const info = Buffer.concat([Buffer.from("WebPush: info\0"), point, sender]);
            const ikm = Buffer.from(hkdfSync("sha256", own.computeSecret(sender), auth, info, 32));
            const derived = (what, n) => Buffer.from(hkdfSync("sha256", ikm, salt, Buffer.from(`Content-Encoding: ${what}\0`), n));
            const cipher = createDecipheriv("aes-128-gcm", derived("aes128gcm", 16), derived("nonce", 12));
            const sealed = message.subarray(21 + message[20]);
            cipher.setAuthTag(sealed.subarray(-16));
            const plain = Buffer.concat([cipher.update(sealed.subarray(0, -16)), cipher.final()]);
            return plain.subarray(0, plain.lastIndexOf(2)).toString();
        },
    };
}

const house = await openHouse();
const admin = await signInByCall(house, "lucia");

// -- installed ------------------------------------------------------------------------------------

test("it can be installed", async (t) => {
    // Chromium installs nothing from a private window, which a context of a test is: this one has a profile.
    const profile = fs.mkdtempSync(path.join(folder, "profile."));
    const context = await chromium.launchPersistentContext(profile, { executablePath: browserPath, args: process.getuid?.() === 0 ? ["--no-sandbox"] : [], viewport: phone });
    t.after(() => context.close());
    const [name, value] = admin.cookie.split(/=(.*)/s);
    await context.addCookies([{ name, value, url: house.url, httpOnly: true, sameSite: "Lax" }]);
    const page = await context.newPage();
    await page.goto(`${house.url}/inbox`);
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => null));
    const protocol = await context.newCDPSession(page);
    const { installabilityErrors } = await protocol.send("Page.getInstallabilityErrors");
    assert.deepEqual(installabilityErrors, []);
    const { errors, manifest } = await protocol.send("Page.getAppManifest");
    assert.deepEqual(errors, []);
    assert.equal(manifest.id, `${house.url}/inbox`);
    assert.equal(manifest.startUrl, `${house.url}/inbox`);
    for (const icon of manifest.icons) {
        const answer = await page.request.get(icon.url);
        assert.equal(answer.headers()["content-type"], "image/png", icon.url);
        const png = await answer.body(); // its width and height stand in IHDR
        assert.equal(`${png.readUInt32BE(16)}x${png.readUInt32BE(20)}`, icon.sizes);
    }
});

// -- told -----------------------------------------------------------------------------------------

// The worker of the page and the way to speak to it.
async function workerOf(v) {
    const protocol = await v.context.newCDPSession(v.page);
    const known = new Promise((found) => protocol.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => registrations[0] && found(registrations[0].registrationId)));
    await protocol.send("ServiceWorker.enable");
    await v.page.evaluate(() => navigator.serviceWorker.ready.then(() => null));
    const registrationId = await known;
    return (data) => protocol.send("ServiceWorker.deliverPushMessage", { origin: house.url, registrationId, data });
}

const shown = (page) => page.evaluate(async () => (await (await navigator.serviceWorker.ready).getNotifications()).map(({ title, body }) => ({ title, body })));

test("a new task is told in the person's language, and a press on the message opens it", async (t) => {
    const budi = await signInByCall(house, "budi");
    assert.equal((await admin.must(200, "GET", `/user_accounts/${budi.user}`)).language, "id");
    const device = newDevice();
    await budi.must(200, "POST", "/push_subscriptions/key", {}); // as a browser asks first: the house then has one
    await budi.must(200, "POST", "/push_subscriptions/subscribe", device.subscription);
    const product = (await admin.must(200, "GET", "/products?limit=1")).items[0];
    const arrived = new Promise((take) => waiting.push(take));
    await admin.must(201, "POST", `/products/${product.id}/notes`, { text: "Count these, @budi" });
    const message = device.read(await arrived);
    const task = Number(/task=(\d+)/.exec(JSON.parse(message).url)[1]);

    await visit(t, house, { login: "budi", size: phone, language: "id", permissions: ["notifications"] }, async (v) => {
        const { page } = v;
        await v.go(`/inbox/${task}`);
        const title = (await page.locator("h1").textContent()).trim();
        assert.notEqual(title, (await admin.must(200, "GET", `/tasks/${task}`)).title, "a title in English only proves nothing");
        await v.go("/inbox");
        const deliver = await workerOf(v);
        await deliver(message);
        await until(page, async () => (await (await navigator.serviceWorker.ready).getNotifications()).length > 0);
        const [first, ...more] = await shown(page);
        assert.equal(first.title, title, "the message says what the page says, in Indonesian");
        assert.deepEqual(more, []);
        // The same task told twice is one message.
        await deliver(message);
        assert.equal((await shown(page)).length, 1);
        const [worker] = v.context.serviceWorkers();
        await Promise.all([
            page.waitForURL(`${house.url}/inbox/${task}`),
            worker.evaluate(async () => {
                const [notification] = await globalThis.registration.getNotifications();
                globalThis.dispatchEvent(new globalThis.NotificationEvent("notificationclick", { notification }));
            }),
        ]);
        assert.equal((await shown(page)).length, 0, "it is gone when it was pressed");
    });
});

// -- without a connection -------------------------------------------------------------------------

test("without a connection: tasks can be read, it is said, and what was typed is sent afterwards", async (t) => {
    await visit(t, house, { login: "lucia", size: phone }, async (v) => {
        const { page, context } = v;
        v.expected(/ERR_INTERNET_DISCONNECTED/);
        await languageOf(admin, "en");
        await v.go("/inbox");
        const links = page.locator("a.task-title");
        const first = await links.first().getAttribute("href");
        const kept = () => page.evaluate(async () => (await (await caches.open("kontor-pages-1")).keys()).map((one) => new URL(one.url).pathname));
        await until(page, async (wanted) => (await (await caches.open("kontor-pages-1")).keys()).some((one) => one.url.endsWith(wanted)), first);
        assert.ok((await kept()).every((one) => /^\/inbox(\/\d+)?$/.test(one)));
        const notice = page.locator("[data-offline]");
        assert.equal(await notice.isVisible(), false);

        await context.setOffline(true);
        await notice.filter({ hasText: "No connection: what you see may be old." }).waitFor();
        await page.reload();
        await notice.waitFor();
        assert.ok((await links.count()) > 0, "the tasks are still there");
        await accessible(page);
        await noSidewaysScroll(page);

        // A task that was never opened; what is typed there is not lost, whatever happens to the page.
        await links.first().click();
        await page.waitForURL(house.url + first);
        await notice.waitFor();
        const done = page.locator('form[data-call$="/done"]');
        await done.locator("textarea").fill("counted in the cellar");
        await done.locator("button[type=submit]").click();
        await page.locator("#toasts .toast.bad", { hasText: "No connection. What you entered is kept" }).waitFor();
        assert.equal(await done.locator("textarea").inputValue(), "counted in the cellar");
        await page.reload();
        await page.getByRole("button", { name: "Put it back" }).click();
        assert.equal(await done.locator("textarea").inputValue(), "counted in the cellar");

        // One that is not kept: the inbox stands there and says so; it comes by itself.
        const other = "/inbox/999999999";
        await page.goto(other);
        await notice.filter({ hasText: "this task is not kept on this device" }).waitFor();
        await page.goto(first);
        await page.getByRole("button", { name: "Put it back" }).click();

        await context.setOffline(false);
        await notice.waitFor({ state: "hidden" });
        const [answer] = await Promise.all([page.waitForResponse((r) => r.url().endsWith("/done")), done.locator("button[type=submit]").click()]);
        assert.equal(answer.status(), 200);
        await page.waitForURL(`${house.url}/inbox`);
    });
});

test("what is kept for one person is not there for the next", async (t) => {
    await visit(t, house, { login: "budi", size: phone }, async (v) => {
        const { page } = v;
        await v.go("/inbox");
        await until(page, async () => (await (await caches.open("kontor-pages-1")).keys()).length > 1);
        await v.go("/office");
        await page.locator('[data-call="DELETE /api/v1/session"]').first().evaluate((button) => button.click());
        await page.waitForURL(/sign-in/);
        assert.equal(await page.evaluate(() => caches.has("kontor-pages-1")), false);
    });
});

test("who signs out after the session has ended leaves nothing either", async (t) => {
    await visit(t, house, { login: "budi", size: phone }, async (v) => {
        const { page } = v;
        v.expected(/401/);
        await v.go("/inbox");
        await until(page, async () => (await (await caches.open("kontor-pages-1")).keys()).length > 1);
        await v.go("/office");
        await page.evaluate(() => sessionStorage.setItem("kontor.draft /somewhere", "{}"));
        await v.context.clearCookies();
        await page.locator('[data-call="DELETE /api/v1/session"]').first().evaluate((button) => button.click());
        await page.waitForURL(/sign-in$/);
        assert.equal(await page.evaluate(() => caches.has("kontor-pages-1")), false);
        assert.equal(await page.evaluate(() => sessionStorage.getItem("kontor.draft /somewhere")), null);
    });
});
