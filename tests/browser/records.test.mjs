// A record: made, changed as one goes, by two people at once, printed, put away; a field of the
// house's own; people and what they may do.
import test from "node:test";
import assert from "node:assert/strict";
import fs from "node:fs";
import { execFileSync } from "node:child_process";
import { openHouse, signInByCall, signInByPage, visit, desktop, phone, until } from "./kit.mjs";
import { accessible, noSidewaysScroll, readsWell } from "./check.mjs";

const house = await openHouse();
const admin = await signInByCall(house, "lucia");

const field = (page, name) => page.locator(`form[data-save] [name="${name}"]`);
async function leave(page, locator, how = () => locator.press("Tab")) {
    const [answer] = await Promise.all([page.waitForResponse((r) => r.request().method() === "PATCH"), how()]);
    await page.waitForFunction(() => !document.querySelector(".saving")); // until then the page would ask before it goes
    return answer.status();
}

test("a new one by keyboard alone, with its fault said beside the field", async (t) => {
    await visit(t, house, { login: "lucia" }, async (v) => {
        const { page } = v;
        v.expected(/422/);
        await v.go("/office/products");
        await page.keyboard.press("n");
        await page.waitForURL(/\/products\/new$/);
        await accessible(page);
        // The first field has the focus; a product without what it needs is refused by name.
        await page.keyboard.press("Control+Enter");
        const send = page.locator("form[data-call] button[type=submit]");
        await send.focus();
        await page.keyboard.press("Enter");
        const invalid = page.locator('[aria-invalid="true"]').first();
        await invalid.waitFor();
        await accessible(page);
        await page.fill('form[data-call] [name="code"]', "KEYED");
        await page.fill('form[data-call] [name="name"]', "Typed by keyboard");
        await page.locator('form[data-call] [name="name"]').press("Enter");
        await page.waitForURL(/\/products\/\d+$/);
        assert.match(await page.locator("h1").innerText(), /Typed by keyboard/);
    });
    assert.equal((await admin.must(200, "GET", "/products?code=KEYED&count=1")).total, 1);
});

test("what is changed and left is saved", async (t) => {
    const { id } = await admin.must(201, "POST", "/products", { code: "SAVED", name: "Before" });
    for (const [size, name] of [[desktop, "At the desk"], [phone, "On the phone"]]) {
        await visit(t, house, { login: "lucia", size }, async (v) => {
            await v.go(`/office/products/${id}`);
            await field(v.page, "name").fill(name);
            assert.equal(await leave(v.page, field(v.page, "name")), 200);
            await v.page.locator(".saved").first().waitFor();
            assert.equal((await admin.must(200, "GET", `/products/${id}`)).name, name);
            await accessible(v.page);
            await noSidewaysScroll(v.page);
        });
    }
});

test("two people at once: their fields are merged, and both are asked about the same one", async (t) => {
    const { id } = await admin.must(201, "POST", "/parties", { code: "TWO", name: "Two", is_customer: true });
    await visit(t, house, { login: "lucia" }, async (one) => {
        one.expected(/412/);
        await visit(t, house, { login: "oliver" }, async (other) => {
            await one.go(`/office/parties/${id}`);
            await other.go(`/office/parties/${id}`);
            await field(other.page, "phone").fill("+34 600 000 001");
            assert.equal(await leave(other.page, field(other.page, "phone")), 200);
            await field(one.page, "name").fill("Two of us");
            await one.page.keyboard.press("Tab");
            await until(one.page, async (path) => (await (await fetch(path)).json()).name === "Two of us", `/api/v1/parties/${id}`);
            const stored = await admin.must(200, "GET", `/parties/${id}`);
            assert.equal(stored.phone, "+34 600 000 001");
            assert.equal(stored.name, "Two of us");
            assert.equal(await field(one.page, "phone").inputValue(), "+34 600 000 001");
            // The same field: what the other wrote is not lost in silence.
            await other.page.reload();
            await field(other.page, "name").fill("Theirs");
            assert.equal(await leave(other.page, field(other.page, "name")), 200);
            await field(one.page, "name").fill("Mine");
            await one.page.keyboard.press("Tab");
            await one.page.getByText("Theirs").first().waitFor();
            assert.equal((await admin.must(200, "GET", `/parties/${id}`)).name, "Theirs");
            await accessible(one.page);
        });
    });
});

test("what was typed is offered again after a reload", async (t) => {
    await visit(t, house, { login: "lucia" }, async (v) => {
        await v.go("/office/categories/new");
        await v.page.fill('[name="name"]', "Half typed");
        await v.page.reload();
        await v.page.locator(".notice button").first().click();
        assert.equal(await v.page.inputValue('[name="name"]'), "Half typed");
    });
});

test("the server away for a moment: nothing typed is lost", async (t) => {
    const { id } = await admin.must(201, "POST", "/categories", { code: "AWAY", name: "Before" });
    await visit(t, house, { login: "lucia" }, async (v) => {
        v.expected(/ERR_FAILED|Failed to load|ERR_CONNECTION/);
        await v.go(`/office/categories/${id}`);
        await v.page.route("**/api/v1/categories/**", (r) => r.abort());
        await field(v.page, "name").fill("While away");
        await v.page.keyboard.press("Tab");
        await v.page.locator(".unsaved").first().waitFor({ timeout: 15000 });
        assert.equal(await field(v.page, "name").inputValue(), "While away");
        await v.page.unroute("**/api/v1/categories/**");
        await field(v.page, "name").fill("While away, and back");
        assert.equal(await leave(v.page, field(v.page, "name")), 200);
    });
});

test("a field of the house's own stands on the page", async (t) => {
    await admin.must(201, "POST", "/custom_fields", { entity: "product", name: "x_origin", label: "Country of origin", kind: "text" });
    const { id } = await admin.must(201, "POST", "/products", { code: "OWN", name: "With a field" });
    await visit(t, house, { login: "lucia" }, async (v) => {
        await v.go(`/office/products/${id}`);
        assert.match(await v.page.locator("main").innerText(), /Country of origin/);
        const own = v.page.locator('form[data-save] [name*="x_origin"]');
        await own.fill("India");
        assert.equal(await leave(v.page, own), 200);
        assert.match(JSON.stringify(await admin.must(200, "GET", `/products/${id}`)), /India/);
        await v.go("/office/products?columns=code,x_origin&f=country of origin: india".replaceAll(" ", "%20"));
    });
});

test("people: one more, with roles, and a key for a program", async (t) => {
    await visit(t, house, { login: "lucia" }, async (v) => {
        const { page } = v;
        v.expected(/422/);
        await v.go("/office/user_accounts/new");
        await page.fill('[name="code"]', "nuria");
        await page.fill('[name="name"]', "Nuria");
        // Sent without a role it says so there, and the keyboard stands there.
        const roles = page.locator("fieldset", { has: page.locator('[name="roles"]') });
        await page.locator("form[data-call] button[type=submit]").click();
        await roles.and(page.locator('[aria-invalid="true"]')).waitFor();
        // One with the mouse, on its words; one with the keyboard.
        const box = (role) => roles.getByRole("checkbox").and(page.locator(`[value="${role}"]`));
        const words = roles.locator('label:has([value="cashier"])');
        await words.click({ position: { x: 40, y: 10 } });
        assert.ok(await box("cashier").isChecked());
        await box("stock_clerk").focus();
        await page.keyboard.press("Space");
        assert.equal(await roles.getAttribute("aria-invalid"), null);
        assert.match(await box("stock_clerk").getAttribute("aria-describedby"), /-help$/);
        await accessible(page);
        await readsWell(page);
        await page.locator("form[data-call] button[type=submit]").click();
        await page.waitForURL(/user_accounts\/\d+$/);
        await readsWell(page);
        const { pathname } = new URL(page.url());
        // On the record each tick is saved; what is stored is a text, as the API has it.
        const id = pathname.split("/").pop();
        const stored = async () => (await admin.must(200, "GET", `/user_accounts/${id}`)).roles;
        assert.equal(await stored(), "cashier,stock_clerk");
        const buyer = box("buyer");
        assert.equal(await leave(page, buyer, () => buyer.check()), 200);
        assert.equal(await stored(), "cashier,stock_clerk,buyer");
        assert.equal(await leave(page, buyer, () => buyer.uncheck()), 200);
        assert.equal(await stored(), "cashier,stock_clerk");
        await v.go(`${pathname}/do/set_password`);
        await page.fill('[name="password"]', "a long password of nuria");
        await page.locator("form[data-call] button[type=submit]").click();
        await page.waitForURL(new RegExp(`${pathname}$`));
        house.people.nuria = { login: "nuria", password: "a long password of nuria" };
        await v.go("/office/api_keys/do/create");
        await page.fill('[name="name"]', "a program");
        await page.locator("select[name=user_account], [name=user_account]").first().waitFor({ state: "attached" });
        const acts = page.locator("select[name=user_account]");
        if (await acts.count()) {
            await acts.selectOption({ label: (await acts.locator("option").allInnerTexts()).find((x) => x.includes("Luc")) });
        } else {
            await page.locator("input[data-lookup]").first().fill("lucia");
            await page.locator("[role=option]").first().click();
        }
        await page.locator("form[data-call] button[type=submit]").click();
        await page.locator("#answer").filter({ hasText: /\S{20,}/ }).waitFor();
        await accessible(page);
    });
    await visit(t, house, {}, async (v) => {
        await signInByPage(v, house, "nuria");
        await v.go("/office/counter");
        await v.go("/office/stock_moves/do/receive");
    });
});

test("what may not be done now is not offered, and says why; what was refused says where to go", async (t) => {
    const { items: [company] } = await admin.must(200, "GET", "/companies");
    const { items: [till] } = await admin.must(200, "GET", "/tills?state=open");
    await admin.must(201, "POST", "/products", { code: "NONE-LEFT", name: "None left", price: "5.00" });
    await visit(t, house, { login: "lucia" }, async (v) => {
        const { page } = v;
        v.expected(/409|422/);
        // The books are founded.
        await v.go(`/office/companies/${company.id}`);
        assert.equal(await page.locator('.page-actions a[href$="/do/set_up"]').count(), 0);
        await page.locator(".page-actions summary").last().click();
        const not = page.locator('.menu [aria-disabled="true"]:has(.help)');
        assert.equal(await not.count(), 1);
        assert.ok((await not.locator(".help").innerText()).length > 10);
        await accessible(page);
        // Nothing is there to sell.
        await v.go(`/office/counter?till=${till.code}`);
        await page.keyboard.type("NONE-LEFT");
        await page.keyboard.press("Enter");
        await page.waitForFunction(() => !document.querySelector(".is-stale") && /[1-9]/.test(document.querySelector('[data-counter="total"]').textContent));
        await page.keyboard.press("F8");
        await page.locator("[data-problem] a").waitFor();
        await accessible(page);
        await page.locator("[data-problem] a").click();
        await page.waitForURL(/stock_moves\/do\/receive$/);
        await v.go(`/office/counter?till=${till.code}`);
        assert.match(await page.locator("[data-counter-lines]").innerText(), /None left/);
    });
    const cashier = Object.values(house.people).find((one) => one.roles?.length === 1 && one.roles[0] === "cashier");
    const their = await signInByCall(house, cashier.login);
    const { items: [own] } = await their.must(200, "GET", "/tills?state=open");
    const { text } = await their.call("GET", `/office/counter?till=${(own ?? till).code}`);
    assert.doesNotMatch(text, /data-receive/);
});

test("the account that a product names is looked up, and another word is refused", async (t) => {
    const { items: [account] } = await admin.must(200, "GET", "/accounts?kind=income&limit=1");
    const { id } = await admin.must(201, "POST", "/products", { code: "BOOKED", name: "With its account" });
    const named = async () => (await admin.must(200, "GET", `/products/${id}`)).revenue_account;
    await visit(t, house, { login: "lucia" }, async (v) => {
        const { page } = v;
        await v.go(`/office/products/${id}`);
        const found = page.locator("span.lookup", { has: page.locator('[name="revenue_account"]') }).getByRole("combobox");
        await found.fill("no such");
        await found.press("Tab");
        await page.locator('[id$="revenue_account-error"]', { hasText: /\S/ }).waitFor();
        await found.fill(account.code);
        assert.equal(await leave(page, found), 200);
        assert.equal(await named(), account.code);
        assert.equal(await found.inputValue(), account.name);
        await v.go(`/office/products/${id}`);
        assert.equal(await found.inputValue(), account.name);
        await accessible(page);
    });
});

test("history, tasks, notes and files beside a record", async (t) => {
    const { items: [product] } = await admin.must(200, "GET", "/products?limit=1");
    await visit(t, house, { login: "lucia" }, async (v) => {
        const { page } = v;
        await v.go(`/office/products/${product.id}`);
        const note = page.locator('.column-side textarea').first();
        await note.fill("Sells best before lunch");
        await page.locator('.column-side form button[type="submit"]').first().click();
        await page.locator(".stream-item", { hasText: "Sells best before lunch" }).waitFor();
        await page.locator(".column-side input[type=file]").first().setInputFiles({ name: "label.txt", mimeType: "text/plain", buffer: Buffer.from("a label") });
        await page.locator(".stream-item", { hasText: "label.txt" }).waitFor();
        await accessible(page);
    });
});

test("a file whose answer was lost is sent again and is one file", async (t) => {
    const { id } = await admin.must(201, "POST", "/products", { code: "ONCE", name: "With one file" });
    const files = async () => (await admin.must(200, "GET", `/products/${id}/attachments`)).items.map((file) => file.name);
    await visit(t, house, { login: "lucia" }, async (v) => {
        const { page } = v;
        const keys = [];
        let lost = 4; // three tries, and the first after the person has pressed
        v.expected(/attachments/);
        await page.route("**/attachments?name=*", async (route) => {
            keys.push(await route.request().headerValue("idempotency-key"));
            const answer = await route.fetch();
            await (lost-- > 0 ? route.abort("connectionreset") : route.fulfill({ response: answer }));
        });
        await v.go(`/office/products/${id}`);
        await page.locator(".column-side input[type=file]").first().setInputFiles({ name: "once.txt", mimeType: "text/plain", buffer: Buffer.from("once") });
        const again = page.locator(".upload-item").getByRole("button");
        await again.waitFor();
        assert.deepEqual(await files(), ["once.txt"], "it has arrived, and only its answer was lost");
        await accessible(page);
        await again.click();
        await page.locator(".column-side", { hasText: "once.txt" }).locator("a[download], a[href*='/attachments/']").first().waitFor();
        assert.equal(keys.length, 5);
        assert.equal(new Set(keys).size, 1, "each time with the same key");
    });
    assert.deepEqual(await files(), ["once.txt"]);
});

test("a file that is too large is not even sent", async (t) => {
    const { id } = await admin.must(201, "POST", "/products", { code: "LARGE", name: "With a large file" });
    const files = async () => (await admin.must(200, "GET", `/products/${id}/attachments`)).items.map((file) => file.name);
    await visit(t, house, { login: "lucia" }, async (v) => {
        const { page } = v;
        const sent = [];
        page.on("request", (request) => request.url().includes("/attachments?name=") && sent.push(new URL(request.url()).searchParams.get("name")));
        await v.go(`/office/products/${id}`);
        const input = page.locator(".column-side input[type=file]").first();
        const most = Number(await input.getAttribute("data-max"));
        const file = (name, bytes) => ({ name, mimeType: "text/plain", buffer: Buffer.alloc(bytes, "a") });
        await input.setInputFiles([file("large.txt", most + 1)]);
        await page.locator(".upload-item", { hasText: "large.txt" }).locator(".error", { hasText: /\d/ }).waitFor();
        assert.equal(await page.locator(".upload-item").getByRole("button").count(), 0, "to try again would not help");
        await accessible(page);
        await input.setInputFiles([file("most.txt", most)]);
        await page.locator(".stream-item", { hasText: "most.txt" }).waitFor();
        assert.deepEqual(sent, ["most.txt"], "the limit is the server's own");
    });
    assert.deepEqual(await files(), ["most.txt"]);
});

test("the receipt of a sale as PDF, and the page on paper", async (t) => {
    const { items: [sale] } = await admin.must(200, "GET", "/sales_orders?state=done&limit=1").catch(() => admin.must(200, "GET", "/sales_orders?limit=1"));
    await visit(t, house, { login: "lucia" }, async (v) => {
        const { page } = v;
        await v.go(`/office/sales_orders/${sale.id}`);
        const href = await page.locator('a[href*="print"], a[href*=".pdf"], a[href*="pdf"]').first().getAttribute("href");
        const answer = await v.context.request.get(href);
        assert.equal(answer.status(), 200);
        const bytes = await answer.body();
        assert.equal(bytes.subarray(0, 5).toString(), "%PDF-");
        const file = `${house.folder}/receipt.pdf`;
        fs.writeFileSync(file, bytes);
        const said = execFileSync("pdftotext", ["-layout", file, "-"], { encoding: "utf8" });
        assert.ok(said.includes(String(sale.number)), said);
        assert.match(said, /\d+[.,]\d{2}/);
        await page.emulateMedia({ media: "print" });
        for (const hidden of ["nav.side", "header.top", ".page-actions"]) assert.equal(await page.locator(hidden).first().isVisible(), false, hidden);
        assert.equal(await page.locator("h1").isVisible(), true);
        const paper = await page.pdf({ format: "A4" });
        assert.equal(paper.subarray(0, 5).toString(), "%PDF-");
    });
});

test("put away, with a question before", async (t) => {
    const { id } = await admin.must(201, "POST", "/categories", { code: "GONE", name: "To be put away" });
    await visit(t, house, { login: "lucia" }, async (v) => {
        await v.go(`/office/categories/${id}`);
        const away = async () => {
            const more = v.page.locator("details", { has: v.page.locator('[data-call^="DELETE"][data-call*="categories"]') });
            if ((await more.count()) && !(await more.first().evaluate((d) => d.open))) await more.first().locator("summary").click();
            await v.page.locator('[data-call^="DELETE"][data-call*="categories"]').click();
        };
        await away();
        await v.page.locator("dialog[open] button").first().click(); // the careful answer
        await v.page.waitForFunction(() => !document.querySelector("dialog[open]"));
        assert.equal((await admin.must(200, "GET", `/categories/${id}`)).archived ?? false, false);
        await away();
        await v.page.locator("dialog[open] button").last().click();
        await v.page.waitForURL(/\/office\/categories$/);
    });
});
