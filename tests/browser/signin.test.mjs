// Coming in: a wrong password, a second factor and its recovery code, the language of the door, where
// one was going; changing language and theme inside; in the four languages.
import test from "node:test";
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { openHouse, signInByCall, signInByPage, visit, languages, desktop, phone } from "./kit.mjs";
import { accessible, readsWell } from "./check.mjs";

const house = await openHouse();
const admin = await signInByCall(house, "lucia");

async function newcomer(code, language) {
    const made = await admin.must(201, "POST", "/user_accounts", { code, name: code, roles: "admin", language, all_sites: true });
    const password = `a long password of ${code}`;
    await admin.must(200, "POST", `/user_accounts/${made.id}/set_password`, { password });
    house.people[code] = { login: code, password };
    return made.id;
}

// RFC 6238 with six digits and half a minute.
function totp(secret, at) {
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    const bits = [...secret.replace(/[=\s]/g, "")].map((c) => alphabet.indexOf(c).toString(2).padStart(5, "0")).join("");
    const key = Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2)));
    const count = Buffer.alloc(8);
    count.writeBigUInt64BE(BigInt(Math.floor(at / 30000)));
    const hash = createHmac("sha1", key).update(count).digest();
    const from = hash[19] & 15;
    return String((hash.readUInt32BE(from) & 0x7fffffff) % 1000000).padStart(6, "0");
}

for (const [i, language] of languages.entries()) {
    const size = i % 2 ? phone : desktop;
    test(`a wrong password, then the right one, in ${language}`, async (t) => {
        await newcomer(`comer-${language}`, language);
        await visit(t, house, { language, size }, async (v) => {
            v.expected(/401/);
            await v.page.goto("/");
            await v.page.waitForURL(/\/office\/sign-in/);
            assert.equal(await v.page.getAttribute("html", "lang"), language);
            await v.page.fill('[name="name"]', `comer-${language}`);
            await v.page.fill('[name="password"]', "not the password");
            await v.page.keyboard.press("Enter");
            const problem = v.page.locator('[role="alert"]:visible, #toasts :visible, .error:visible').first();
            await problem.waitFor();
            assert.ok((await problem.innerText()).trim().length > 5);
            await accessible(v.page);
            // What was typed is still there.
            assert.equal(await v.page.inputValue('[name="name"]'), `comer-${language}`);
            await v.page.fill('[name="password"]', house.people[`comer-${language}`].password);
            await v.page.keyboard.press("Enter");
            await v.page.waitForURL(/\/office/);
            await v.page.locator("h1").waitFor();
            assert.equal(await v.page.getAttribute("html", "lang"), language);
        });
    });
}

test("one comes to where one was going", async (t) => {
    await visit(t, house, {}, async (v) => {
        await v.page.goto("/office/products?sort=-code");
        await v.page.waitForURL(/sign-in/);
        await v.page.fill('[name="name"]', "lucia");
        await v.page.fill('[name="password"]', house.people.lucia.password);
        await v.page.locator('button[type="submit"]').click();
        await v.page.waitForURL(/\/office\/products\?sort=-code$/);
    });
});

test("the second factor, and a recovery code in its place", async (t) => {
    const id = await newcomer("careful", "en");
    const careful = await signInByCall(house, "careful");
    const enrolled = await careful.must(200, "POST", `/user_accounts/${id}/enrol_second_factor`, { current: house.people.careful.password });
    const { secret } = enrolled;
    const now = Date.parse((await fetch(`${house.url}/healthz`)).headers.get("date"));
    const confirmed = await careful.must(200, "POST", `/user_accounts/${id}/confirm_second_factor`, { code: totp(secret, now) });
    const recovery = confirmed.codes.split(/[\s,]+/)[0];
    assert.ok(recovery, JSON.stringify(confirmed));
    await visit(t, house, { size: phone }, async (v) => {
        v.expected(/401/);
        await v.go("/office/sign-in");
        const code = v.page.locator('[name="code"]');
        assert.equal(await code.isVisible(), false);
        await v.page.fill('[name="name"]', "careful");
        await v.page.fill('[name="password"]', house.people.careful.password);
        await v.page.keyboard.press("Enter");
        await code.waitFor({ state: "visible" });
        await accessible(v.page);
        await readsWell(v.page);
        await code.fill("000000");
        await v.page.keyboard.press("Enter");
        await v.page.locator('[role="alert"]:visible, #toasts :visible, .error:visible').first().waitFor();
        await code.fill(recovery);
        await v.page.keyboard.press("Enter");
        await v.page.waitForURL(/\/office$/);
    });
    // It was good once.
    const again = await fetch(`${house.url}/api/v1/session`, {
        method: "POST", headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ name: "careful", password: house.people.careful.password, code: recovery }),
    });
    assert.equal(again.status, 401);
});

test("the door speaks the language that one picks", async (t) => {
    await visit(t, house, { language: "en" }, async (v) => {
        await v.go("/office/sign-in");
        await v.page.locator('a[lang="hi"]').click();
        await v.page.waitForFunction(() => document.documentElement.lang === "hi");
        assert.match(await v.page.locator("h1").innerText(), /[\u0900-\u097f]/);
    });
});

test("language, digits and theme are changed inside, and stay", async (t) => {
    await newcomer("changer", "en");
    await visit(t, house, {}, async (v) => {
        const { page } = v;
        await signInByPage(v, house, "changer");
        const choose = async (item) => {
            const menu = page.locator("header.top details", { has: page.locator(item) });
            await menu.locator("summary").click();
            await Promise.all([page.waitForEvent("load"), menu.locator(item).click()]);
        };
        await choose('button[lang="hi"]');
        assert.equal(await page.getAttribute("html", "lang"), "hi");
        assert.match(await page.locator("h1").innerText(), /[\u0900-\u097f]/);
        await choose(`button[data-body*="native"]`);
        await v.go("/office/products");
        assert.match(await page.locator("table.list").innerText(), /[०-९]/);
        await choose(`button[data-body*="dark"]`);
        assert.equal(await page.getAttribute("html", "data-theme"), "dark");
        const background = await page.evaluate(() => getComputedStyle(document.body).backgroundColor.match(/[\d.]+/g).slice(0, 3).map(Number));
        assert.ok(Math.max(...background) < (background.some((n) => n > 1) ? 90 : 0.35), `dark: ${background}`);
        await page.reload();
        assert.equal(await page.getAttribute("html", "data-theme"), "dark");
        await choose('button[lang="es"]');
        assert.equal(await page.getAttribute("html", "lang"), "es");
    });
});
