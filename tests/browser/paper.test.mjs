// Office pages on paper: the page without the house around it, whole tables with their heads on each
// sheet, of when it is and who printed it.
import test from "node:test";
import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { execFileSync } from "node:child_process";
import { openHouse, visit } from "./kit.mjs";

const house = await openHouse();

function sheets(pdf) {
    const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), "paper-")), "page.pdf");
    fs.writeFileSync(file, pdf);
    const words = execFileSync("pdftotext", ["-layout", file, "-"]).toString();
    fs.rmSync(path.dirname(file), { recursive: true });
    return words.split("\f").slice(0, -1);
}

test("a list, a record and a statement", async (t) => {
    await visit(t, house, { login: "oliver" }, async (v) => {
        const { page } = v;
        await page.emulateMedia({ media: "print" });
        await v.go("/office/trial_balance");
        const balance = sheets(await page.pdf({ format: "A4" }));
        // What nobody chose is not there; the account's name, the sums and the proof are.
        assert.equal(await page.locator('input[name="as_of"]').isVisible(), false);
        assert.equal(await page.locator(".side").isVisible(), false);
        assert.match(await page.locator(".printed").innerText(), /Oliver Bennett/);
        assert.match(balance.at(-1), /Oliver Bennett/);
        balance.forEach((sheet, i) => assert.match(sheet, new RegExp(`${i + 1} ?/ ?${balance.length}`)));
        await v.go("/office/trial_balance?as_of=2026-11-20");
        assert.equal(await page.locator('input[name="as_of"]').isVisible(), true);
        await v.go("/office/products");
        const head = (await page.locator("thead th:visible").nth(1).innerText()).trim();
        const pages = sheets(await page.pdf({ format: "A4" }));
        assert.ok(pages.length > 1);
        for (const sheet of pages.slice(0, -1)) {
            assert.ok(sheet.includes(head), `no "${head}" on a sheet:\n${sheet}`);
        }
        assert.match(pages.at(-1), /Oliver Bennett/);
        assert.equal(await page.locator("a.button, button.button").filter({ visible: true }).count(), 0);
    });
});

test("a record's page prints what it says, not what could be filled in", async (t) => {
    await visit(t, house, { login: "lucia" }, async (v) => {
        const { page } = v;
        await v.go("/office/sales_orders");
        await page.locator("tbody tr[data-href] a").first().click();
        await page.waitForURL(/\/sales_orders\/\d+$/);
        await page.emulateMedia({ media: "print" });
        assert.equal(await page.locator('[name="reference"]').isVisible(), false);
        assert.equal(await page.locator("#sold_by, #taken_back_by").first().isVisible(), true);
        assert.match(sheets(await page.pdf({ format: "A4" })).at(-1), /Lucía Fernández Ortega/);
    });
});
