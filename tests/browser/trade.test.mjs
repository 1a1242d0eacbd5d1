// The day: ring up a sale at the counter by keyboard, see it on Today, follow it down to the ledger
// entry, ask why the price, take it back; a task of the inbox; a statement down to its entries.
import test from "node:test";
import assert from "node:assert/strict";
import { openHouse, signInByCall, visit, desktop, phone } from "./kit.mjs";
import { accessible, noSidewaysScroll, readsWell } from "./check.mjs";

const house = await openHouse();
const admin = await signInByCall(house, "lucia");
const { items: goods } = await admin.must(200, "GET", "/products?limit=40");
const priced = goods.filter((p) => p.kind === "stocked" && p.barcodes?.length !== 0 && Number(p.price) > 0);

// A till that is open, for the person who sells.
async function openTill() {
    const { items } = await admin.must(200, "GET", "/tills");
    const open = items.find((x) => x.state === "open");
    if (open) return open;
    await admin.must(200, "POST", `/tills/${items[0].id}/open`, { float: "100.00" });
    return items[0];
}
const till = await openTill();

test("a sale by keyboard, and what it did to the house", async (t) => {
    const before = (await admin.must(200, "GET", "/sales_orders?count=1&limit=1")).total;
    const product = priced[0];
    let number, id;
    await visit(t, house, { login: "lucia" }, async (v) => {
        const { page } = v;
        await v.go(`/office/counter?till=${till.code}`);
        // No mouse: the scanner's field has the focus.
        assert.equal(await page.evaluate(() => document.activeElement.id), "counter-scan");
        await accessible(page);
        for (const [i, typed] of [product.code, `2*${product.code}`].entries()) {
            await page.keyboard.type(typed);
            await page.keyboard.press("Enter");
            await page.waitForFunction((n) => document.querySelector('[data-counter="count"]').textContent === n, String([1, 3][i]));
        }
        await page.waitForFunction(() => !document.querySelector(".is-stale") && /[1-9]/.test(document.querySelector('[data-counter="total"]').textContent));
        await accessible(page);
        await readsWell(page);
        const [answer] = await Promise.all([page.waitForResponse((r) => r.url().endsWith("/sales_orders/checkout")), page.keyboard.press("F8")]);
        assert.equal(answer.status(), 201, await answer.text());
        ({ number, id } = await answer.json());
        await page.locator("[data-counter-result]", { hasText: String(number) }).waitFor();
        await accessible(page);
        // Enter: the next one.
        await page.keyboard.press("Enter");
        assert.equal(await page.evaluate(() => document.activeElement.id), "counter-scan");
    });
    assert.equal((await admin.must(200, "GET", "/sales_orders?count=1&limit=1")).total, before + 1);

    await visit(t, house, { login: "lucia" }, async (v) => {
        const { page } = v;
        // Today has it, as a figure that leads to rows.
        await v.go("/office");
        assert.ok((await page.locator(".tile .figure a, .tile a").count()) > 3);
        // So do sales and returns; where there are none, the empty list says by what it is empty.
        await page.locator('.figure a[href*="kind=sale"]').click();
        await page.locator("table.list tbody th a", { hasText: String(number) }).waitFor();
        await v.go("/office");
        const returned = page.locator('.figure a[href*="kind=return"]');
        const some = /[1-9]/.test(await returned.innerText());
        await returned.click();
        await page.locator(some ? "table.list tbody th a" : ".empty").first().waitFor();
        assert.equal(await page.locator(".chip").count(), 3);
        await v.go("/office/sales_orders");
        await page.locator("table.list tbody th a", { hasText: String(number) }).click();
        await page.waitForURL(/\/sales_orders\/\d+$/);
        await page.locator("h1", { hasText: String(number) }).waitFor();
        // Down to the books.
        const entry = page.locator('main a[href^="/office/journal_entries/"]').first();
        await entry.click();
        await page.waitForURL(/journal_entries\/\d+$/);
        await readsWell(page);
        assert.ok((await page.locator("table.sheet tbody tr").count()) >= 3, "an entry with its lines");
    });

    // Why?
    await visit(t, house, { login: "lucia" }, async (v) => {
        const { page } = v;
        await v.go(`/office/sales_orders/${id}`);
        await page.locator("[data-drawer]").first().click();
        await page.locator("#drawer .why-steps li").first().waitFor();
        await accessible(page);
        await page.keyboard.press("Escape");
        assert.equal(await page.locator("#drawer").isVisible(), false);
    });

    // Taken back.
    await visit(t, house, { login: "lucia" }, async (v) => {
        const { page } = v;
        await v.go(`/office/sales_orders/${id}`);
        await page.locator(`a[href="/office/sales_orders/${id}/do/return"], a[href*="return"]`).first().click();
        await page.waitForURL(/return/);
        await accessible(page);
        await readsWell(page);
    });
});

test("the counter on a phone and in Hindi", async (t) => {
    const siti = await signInByCall(house, "arjun");
    assert.ok(siti.user);
    await visit(t, house, { login: "arjun", size: phone, language: "hi" }, async (v) => {
        await v.go("/office/counter");
        await noSidewaysScroll(v.page);
        await accessible(v.page);
        await readsWell(v.page);
        assert.equal(await v.page.getAttribute("html", "lang"), "hi");
    });
});

test("a new sale appears on Today without a reload", async (t) => {
    await visit(t, house, { login: "lucia" }, async (v) => {
        const { page } = v;
        await v.go("/office");
        const text = await page.locator("main").innerText();
        await admin.must(201, "POST", "/sales_orders/checkout", {
            till: till.code, lines: [{ product: priced[1].code, quantity: "1" }], tenders: [{ kind: "cash", amount: "500.00" }],
        });
        await page.waitForFunction((was) => document.querySelector("main").innerText !== was, text, { timeout: 10000 });
    });
});

async function claimOne(page) {
    const claim = page.locator('[data-call$="/claim"]').first();
    const [claimed] = await Promise.all([page.waitForResponse((r) => r.url().endsWith("/claim")), claim.click()]);
    assert.equal(claimed.status(), 200);
    await page.waitForURL(/\/inbox\/\d+$/);
}

test("a task is claimed, done, handed on, from a phone", async (t) => {
    const { items } = await admin.must(200, "GET", "/tasks?state=open&limit=20");
    assert.ok(items.length >= 1, "the demo house leaves tasks");
    await visit(t, house, { login: "budi", size: phone, language: "id" }, async (v) => {
        const { page } = v;
        await v.go("/inbox");
        await page.locator(".task-card").first().waitFor();
        await accessible(page);
        await noSidewaysScroll(page);
        // Big targets.
        const small = await page.evaluate(() => [...document.querySelectorAll("main .button, main button, main input, main select")].filter((e) => {
            const r = e.getBoundingClientRect();
            return r.width > 0 && getComputedStyle(e).display !== "inline" && r.height < 44;
        }).map((e) => `${e.textContent.trim()} ${Math.round(e.getBoundingClientRect().height)}`));
        assert.deepEqual(small, []);
        await claimOne(page);
        const done = page.locator('form[data-call$="/done"]');
        await done.locator("textarea").fill("all there");
        await accessible(page);
        const [finished] = await Promise.all([page.waitForResponse((r) => r.url().endsWith("/done")), done.locator("button[type=submit]").click()]);
        assert.equal(finished.status(), 200);
        await page.waitForURL(/\/inbox$/);
        // The next one goes to somebody else.
        await claimOne(page);
        await page.locator("details.fold summary").first().click();
        const over = page.locator('form[data-call$="/delegate"]');
        await over.locator("select").selectOption("lucia");
        const [handed] = await Promise.all([page.waitForResponse((r) => r.url().endsWith("/delegate")), over.locator("button[type=submit]").click()]);
        assert.equal(handed.status(), 200);
    });
});

test("a statement leads down to its entries", async (t) => {
    await visit(t, house, { login: "oliver" }, async (v) => {
        const { page } = v;
        for (const report of ["trial_balance", "balance_sheet", "profit_and_loss"]) {
            await v.go(`/office/reports/${report}`);
            assert.ok((await page.locator("table.sheet tbody tr").count()) > 2, report);
            await accessible(page, report);
            await noSidewaysScroll(page, report);
        }
        await v.go("/office/reports/trial_balance");
        await page.locator("table.sheet tbody a").first().click();
        await page.waitForURL((u) => !u.pathname.includes("trial_balance"));
        await readsWell(page);
        const entry = page.locator('main a[href^="/office/journal_entries/"]').first();
        await entry.click();
        await page.waitForURL(/journal_entries\/\d+$/);
    });
});
