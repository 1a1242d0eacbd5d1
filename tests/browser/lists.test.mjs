// Lists as people use them: filter by typing, sort, columns, saved views, rows that go on, many at
// once, board, calendar, chart, spreadsheets; and import with a look before.
import test from "node:test";
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { openHouse, signInByCall, visit, desktop, phone, until } from "./kit.mjs";
import { accessible, readsWell, noSidewaysScroll } from "./check.mjs";

const house = await openHouse();
const admin = await signInByCall(house, "lucia");

const rows = (page) => page.locator("table.list tbody tr[data-id]");

test("filter by typing, take it away again", async (t) => {
    for (const size of [desktop, phone]) {
        await visit(t, house, { login: "lucia", size }, async (v) => {
            await v.go("/office/sales_orders");
            const before = await rows(v.page).count();
            assert.ok(before > 20);
            await v.page.fill('input[name="f"]', "total > 80");
            await v.page.keyboard.press("Enter");
            await v.page.waitForURL(/f=/);
            const found = await admin.must(200, "GET", "/sales_orders?total[gt]=80.00&count=1&limit=1");
            const shown = await rows(v.page).count();
            assert.ok(shown > 0 && shown <= found.total, `${shown} of ${found.total}`);
            assert.equal(await v.page.inputValue('input[name="f"]'), "total > 80");
            await accessible(v.page);
            await noSidewaysScroll(v.page);
            await v.page.fill('input[name="f"]', "nonsense > 3");
            await v.page.keyboard.press("Enter");
            await v.page.waitForURL(/nonsense/);
            // What cannot be read is said, not ignored.
            assert.match(await v.page.locator("main").innerText(), /nonsense/);
            v.faults.splice(0, v.faults.length, ...v.faults.filter((f) => !/422/.test(f)));
        });
    }
});

test("sort by a heading, both ways", async (t) => {
    await visit(t, house, { login: "lucia" }, async (v) => {
        await v.go("/office/products");
        const codes = () => v.page.locator("table.list tbody tr[data-id] th a").allInnerTexts();
        for (const sort of ["-code", "code"]) { // they come in the order of their codes
            await v.page.locator("table.list thead th a").first().click();
            await v.page.waitForURL(new RegExp(`sort=${sort}$`));
            const shown = await codes();
            const wanted = [...shown].sort();
            assert.deepEqual(shown, sort === "code" ? wanted : wanted.reverse());
            assert.equal(await v.page.locator(`th[aria-sort="${sort === "code" ? "ascending" : "descending"}"]`).count(), 1);
        }
    });
});

test("choose columns; keep the view under a name; find it again", async (t) => {
    await visit(t, house, { login: "lucia" }, async (v) => {
        const { page } = v;
        await v.go("/office/products");
        await page.locator(".list-bar details", { has: page.locator("form[data-columns]") }).locator("summary").click();
        const boxes = page.locator("form[data-columns] input[type=checkbox]");
        const n = await boxes.count();
        for (let i = 0; i < n; i++) await boxes.nth(i).setChecked(["code", "name"].includes(await boxes.nth(i).getAttribute("value")));
        await page.locator("form[data-columns] button[type=submit]").click();
        await page.waitForURL(/columns=/);
        assert.equal(await page.locator("table.list thead th").count(), 3); // with the one for selecting
        const save = page.locator('[data-dialog*="view"], [data-save-view]').first();
        await save.click();
        const name = page.locator("dialog[open] input[type=text], dialog[open] input:not([type])").first();
        await name.fill("Names only");
        await Promise.all([page.waitForResponse((r) => r.url().includes("/saved_views") && r.status() === 201), page.waitForEvent("load"), page.keyboard.press("Enter")]);
        await v.go("/office/products");
        await page.getByText("Names only").first().click();
        await page.waitForFunction(() => document.querySelectorAll("table.list thead th").length === 3);
    });
});

test("rows go on as one scrolls", async (t) => {
    await visit(t, house, { login: "lucia" }, async (v) => {
        await v.go("/office/sales_orders");
        const { total } = await admin.must(200, "GET", "/sales_orders?count=1&limit=1");
        const seen = new Set();
        for (let i = 0; i < 60 && seen.size < Math.min(total, 200); i++) {
            for (const id of await rows(v.page).evaluateAll((all) => all.map((r) => r.dataset.id))) seen.add(id);
            await rows(v.page).last().scrollIntoViewIfNeeded();
            await v.page.waitForTimeout(100);
        }
        assert.ok(seen.size >= Math.min(total, 200), `${seen.size} of ${total}`);
    });
});

test("many at once: the keyboard selects, one command runs on all", async (t) => {
    for (let i = 0; i < 3; i++) await admin.must(201, "POST", "/categories", { code: `BULK${i}`, name: `Bulk ${i}` });
    await visit(t, house, { login: "lucia" }, async (v) => {
        const { page } = v;
        await v.go("/office/categories?f=bulk");
        assert.equal(await rows(page).count(), 3);
        await page.locator("[data-select-all]").check();
        const bulk = page.locator(".bulk");
        await bulk.waitFor({ state: "visible" });
        await accessible(page);
        await bulk.locator("[data-bulk^=DELETE]").click();
        await page.locator("dialog[open] button.danger, dialog[open] button.primary").click();
        await until(page, async () => (await (await fetch("/api/v1/categories?q=bulk&count=1")).json()).total === 0);
    });
});

test("j, k, x, Enter", async (t) => {
    await visit(t, house, { login: "lucia" }, async (v) => {
        await v.go("/office/products");
        await v.page.keyboard.press("j");
        await v.page.keyboard.press("j");
        await v.page.keyboard.press("k");
        await v.page.keyboard.press("j");
        await v.page.keyboard.press("x");
        assert.equal(await v.page.locator("[data-select]:checked").count(), 1);
        const id = await v.page.locator("tr[data-id]:has([data-select]:checked)").getAttribute("data-id");
        await v.page.keyboard.press("Enter");
        await v.page.waitForURL(new RegExp(`/office/products/${id}$`));
    });
});

test("board, calendar, chart", async (t) => {
    await visit(t, house, { login: "lucia" }, async (v) => {
        for (const [view, what] of [["board", ".board .board-card"], ["calendar", ".calendar .event, .calendar .day"], ["chart", "figure.chart svg"]]) {
            await v.go(`/office/sales_orders?view=${view}`);
            assert.ok((await v.page.locator(what).count()) > 0, view);
            await accessible(v.page, view);
            await readsWell(v.page, view);
        }
    });
});

test("the same rows as a spreadsheet and as CSV", async (t) => {
    await visit(t, house, { login: "lucia" }, async (v) => {
        const { page } = v;
        await v.go("/office/products");
        for (const [format, magic] of [["csv", "code"], ["xlsx", "PK"]]) {
            const menu = page.locator(".list-bar details", { has: page.locator(`a[href*="format=${format}"]`) });
            if (!(await menu.evaluate((m) => m.open))) await menu.locator("summary").click();
            const [download] = await Promise.all([page.waitForEvent("download"), page.locator(`a[href*="format=${format}"]`).click()]);
            const bytes = fs.readFileSync(await download.path());
            assert.ok(bytes.length > 500 && bytes.subarray(0, 200).toString("latin1").toLowerCase().includes(magic.toLowerCase()), format);
        }
    });
});

test("import with a look before", async (t) => {
    const file = path.join(house.folder, "new.csv");
    fs.writeFileSync(file, "code,name\nIMP1,First imported\nIMP2,\nIMP3,Third imported\n");
    await visit(t, house, { login: "lucia" }, async (v) => {
        const { page } = v;
        await v.go("/office/categories/import");
        await accessible(page);
        await page.setInputFiles("input[type=file]", file);
        await page.locator(".import-said").waitFor();
        assert.match(await page.locator("main").innerText(), /First imported/);
        assert.equal((await admin.must(200, "GET", "/categories?q=imported&count=1")).total, 0, "nothing is stored by looking");
        await accessible(page);
        await page.locator("form[data-import] button[type=submit]").click();
        await until(page, async () => (await (await fetch("/api/v1/categories?q=imported&count=1")).json()).total === 2);
        // The row that was not taken is shown with its reason.
        await page.locator(".import-said table.sheet tbody tr").first().waitFor();
        await accessible(page);
    });
});

test("the palette goes to pages and records, in any script", async (t) => {
    await visit(t, house, { login: "lucia" }, async (v) => {
        const { page } = v;
        await v.go("/office");
        await page.keyboard.press("Control+k");
        await page.keyboard.type("product"); // the same in Spanish
        await page.locator("#palette-results [role=option]", { hasText: /produc/i }).first().waitFor();
        await accessible(page);
        await page.keyboard.press("ArrowDown");
        await page.keyboard.press("ArrowUp");
        await page.keyboard.press("Enter");
        await page.waitForURL(/product/);
        await page.keyboard.press("/");
        await page.keyboard.type("चाय");
        await page.locator("#palette-results [role=option]").first().waitFor();
        await page.keyboard.press("Escape");
        assert.equal(await page.locator("#palette").isVisible(), false);
    });
});
