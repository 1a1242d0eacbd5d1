// The main pages again over PostgreSQL: what differs is SQL.
import test from "node:test";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { openHouse, signInByPage, visit } from "./kit.mjs";
import { readsWell, validHtml } from "./check.mjs";

const server = process.env.KONTOR_TEST_PG;
assert.ok(server, "KONTOR_TEST_PG names a PostgreSQL server: script/with-postgres tests/browser/run");
const name = `kontor_browser_${process.pid}`;
execFileSync("psql", ["-q", server, "-c", `CREATE DATABASE ${name}`]);
const house = await openHouse({ db: server.replace(/^(postgresql:\/\/[^/]*\/)[^?]*/, `$1${name}`), drop: () => execFileSync("psql", ["-q", server, "-c", `DROP DATABASE ${name} WITH (FORCE)`]) });

test("the main pages on PostgreSQL", async (t) => {
    await visit(t, house, {}, async (v) => {
        await signInByPage(v, house, "lucia");
        for (const path of ["/office", "/office/sales_orders", "/office/sales_orders?view=board", "/office/sales_orders?view=calendar", "/office/sales_orders?view=chart",
            "/office/sales_orders?f=total%20%3E%2080", "/office/products", "/office/journal_entries", "/office/reports/trial_balance", "/office/reports/stock", "/inbox"]) {
            const answer = await v.go(path);
            validHtml(await answer.text(), path);
            await readsWell(v.page, path);
        }
        await v.go("/office/sales_orders");
        await v.page.locator("table.list tbody th a").first().click();
        await v.page.waitForURL(/\/sales_orders\/\d+$/);
        await readsWell(v.page);
    });
});
