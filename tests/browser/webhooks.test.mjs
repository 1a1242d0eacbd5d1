// A webhook in the office: made from its list, its secret shown once to be copied, then told of, tested, rotated, turned off.
import test from "node:test";
import assert from "node:assert/strict";
import { openHouse, visit, phone } from "./kit.mjs";
import { accessible, noSidewaysScroll, readsWell } from "./check.mjs";

const house = await openHouse();

test("its secret is shown once, with a button that copies it", async (t) => {
    let secret, address;
    await visit(t, house, { login: "lucia" }, async (v) => {
        const { page } = v;
        await v.go("/office/webhooks");
        await page.locator("a[data-key=n]").click();
        await page.waitForURL(/\/webhooks\/do\/create$/);
        await page.fill('[name="name"]', "The web shop");
        await page.fill('[name="url"]', "https://hooks.example.com/kontor");
        await page.fill('[name="events"]', "sales_order.*, stock.moved");
        await page.locator("form[data-call] button[type=submit]").click();
        secret = await page.locator("#answer code").textContent();
        assert.match(secret, /^whsec_[A-Za-z0-9+/]{43}=$/);
        await accessible(page);
        await readsWell(page);
        await page.evaluate(() => Object.defineProperty(navigator, "clipboard", { value: { writeText: async (text) => { window.copied = text; } } }));
        await page.locator("#answer [data-copy]").click();
        assert.equal(await page.evaluate(() => window.copied), secret);
        if (process.env.KONTOR_PICTURES) await page.screenshot({ path: `${process.env.KONTOR_PICTURES}/webhook-secret.png`, fullPage: true });
        await page.locator("#answer dd a").click();
        await page.waitForURL(/\/webhooks\/\d+$/);
        address = new URL(page.url()).pathname;
        assert.ok(!(await page.content()).includes(secret));
        await accessible(page);
        await readsWell(page);
        if (process.env.KONTOR_PICTURES) await page.screenshot({ path: `${process.env.KONTOR_PICTURES}/webhook.png`, fullPage: true });
        await v.go("/office/webhooks");
        assert.ok(!(await page.content()).includes(secret));
        await page.getByText("The web shop").first().waitFor();
        if (process.env.KONTOR_PICTURES) await page.screenshot({ path: `${process.env.KONTOR_PICTURES}/webhooks.png`, fullPage: true });
        await v.go(`${address}/do/rotate`);
        await page.locator("form[data-call] button[type=submit]").click();
        const next = await page.locator("#answer code").textContent();
        assert.notEqual(next, secret);
    });
    await visit(t, house, { login: "lucia", size: phone }, async (v) => {
        await v.go(address);
        await noSidewaysScroll(v.page);
        await accessible(v.page);
    });
});
