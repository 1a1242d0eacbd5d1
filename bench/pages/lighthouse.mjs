// lighthouse.mjs KONTOR FOLDER: what Lighthouse says of Today, a list and a record of the house in
// the folder (script/bench pages makes it), on a simulated desktop and a simulated phone.
import { execFileSync, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import lighthouse, { desktopConfig } from "lighthouse";
import { launch } from "chrome-launcher";

const [kontor, folder] = process.argv.slice(2);
const db = `sqlite:${folder}/kontor.db`;
const name = `looker${Date.now()}`;
const password = execFileSync(kontor, ["user", "add", name, "--role", "admin", "--db", db], { encoding: "utf8" }).trim();
const server = spawn(kontor, ["serve", "--db", db, "--listen", "127.0.0.1:0"], { stdio: ["ignore", "pipe", "ignore"] });
const url = await new Promise((resolve) => {
    createInterface({ input: server.stdout }).on("line", (line) => {
        const at = line.match(/ at (http[^ ]*)\/$/);
        if (at) resolve(at[1]);
    });
});
const answer = await fetch(`${url}/api/v1/session`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ name, password }),
});
const Cookie = answer.headers.get("set-cookie").split(";")[0];
const { items } = await (await fetch(`${url}/api/v1/sales_orders?limit=1`, { headers: { Cookie } })).json();

const chrome = await launch({
    chromePath: process.env.KONTOR_BROWSER ?? "/usr/bin/chromium",
    chromeFlags: ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
console.log("\n| page | as | performance | accessibility | best practices | first paint ms | largest paint ms | blocked ms | layout shift |");
console.log("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
for (const [what, path] of [["Today", "/office"], ["sales", "/office/sales_orders"], ["a sale", `/office/sales_orders/${items[0].id}`]]) {
    for (const [as, config] of [["desktop", desktopConfig], ["phone", undefined]]) {
        const { lhr } = await lighthouse(url + path, {
            port: chrome.port, extraHeaders: { Cookie }, logLevel: "error", output: "json",
            onlyCategories: ["performance", "accessibility", "best-practices"],
        }, config);
        const score = (id) => Math.round(lhr.categories[id].score * 100);
        const ms = (id) => Math.round(lhr.audits[id].numericValue);
        console.log(`| ${what} | ${as} | ${score("performance")} | ${score("accessibility")} | ${score("best-practices")} | ${ms("first-contentful-paint")} | ${ms("largest-contentful-paint")} | ${ms("total-blocking-time")} | ${lhr.audits["cumulative-layout-shift"].numericValue.toFixed(3)} |`);
    }
}
await chrome.kill();
server.kill("SIGTERM");
