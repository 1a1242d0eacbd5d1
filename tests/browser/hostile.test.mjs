// What hands, lines and clocks do to forms: pressed twice, reloaded while it is sent, gone back, the session
// over in the middle of typing, far too much text, numbers as others write them.
import test from "node:test";
import assert from "node:assert/strict";
import { openHouse, signInByCall, visit } from "./kit.mjs";

const house = await openHouse();
const admin = await signInByCall(house, "lucia");

const tasks = async (title) => (await admin.must(200, "GET", `/tasks?title=${encodeURIComponent(title)}&count=1`)).total;
const send = (page) => page.locator("main form[data-call] button[type=submit]").first();

async function typeTask(page, title) {
    await page.fill('main form[data-call] [name="title"]', title);
    const role = page.locator('main form[data-call] [name="role"]');
    if (await role.evaluate((e) => e.tagName === "SELECT")) await role.selectOption("manager");
    else await role.fill("manager");
}

test("pressed twice, and Enter held down, it is done once", async (t) => {
    await visit(t, house, { login: "lucia" }, async (v) => {
        const { page } = v;
        await v.go("/office/tasks/new");
        await typeTask(page, "Pressed twice");
        await send(page).dblclick();
        await page.waitForURL(/\/tasks\/\d+$/);
        await v.go("/office/tasks/new");
        await typeTask(page, "Enter held");
        await page.focus('main form[data-call] [name="title"]');
        for (let i = 0; i < 5; i++) await page.keyboard.press("Enter", { delay: 0 });
        await page.waitForURL(/\/tasks\/\d+$/);
    });
    assert.equal(await tasks("Pressed twice"), 1);
    assert.equal(await tasks("Enter held"), 1);
});

test("reloaded before the answer came, put back and sent again, it is done once", async (t) => {
    await visit(t, house, { login: "lucia" }, async (v) => {
        const { page } = v;
        await v.go("/office/tasks/new");
        await typeTask(page, "Reloaded in between");
        let reached;
        const done = new Promise((resolve) => (reached = resolve));
        await page.route("**/api/v1/tasks", async (route) => {
            await route.fetch();
            reached(); // done there; nobody hears of it here
        });
        await send(page).click();
        await done;
        await page.reload();
        await page.unroute("**/api/v1/tasks");
        assert.equal(await tasks("Reloaded in between"), 1);
        await page.locator("main form[data-call] .notice button").first().click();
        await send(page).click();
        await page.waitForURL(/\/tasks\/\d+$/);
    });
    assert.equal(await tasks("Reloaded in between"), 1);
});

test("the same an hour after one that was not answered is meant anew", async (t) => {
    await visit(t, house, { login: "lucia" }, async (v) => {
        const { page } = v;
        await v.go("/office/tasks/new");
        await typeTask(page, "Once a morning, once an evening");
        let reached;
        const done = new Promise((resolve) => (reached = resolve));
        await page.route("**/api/v1/tasks", async (route) => {
            await route.fetch();
            reached();
        });
        await send(page).click();
        await done;
        await page.reload();
        await page.unroute("**/api/v1/tasks");
        await page.evaluate(() => {
            for (const key of Object.keys(sessionStorage).filter((one) => one.endsWith(" sent"))) {
                const sent = JSON.parse(sessionStorage.getItem(key));
                sessionStorage.setItem(key, JSON.stringify({ ...sent, at: sent.at - 3600000 }));
            }
        });
        await typeTask(page, "Once a morning, once an evening");
        await send(page).click();
        await page.waitForURL(/\/tasks\/\d+$/);
    });
    assert.equal(await tasks("Once a morning, once an evening"), 2);
});

test("put back and changed, it is another one", async (t) => {
    await visit(t, house, { login: "lucia" }, async (v) => {
        const { page } = v;
        await v.go("/office/tasks/new");
        await typeTask(page, "The first of two");
        let reached;
        const done = new Promise((resolve) => (reached = resolve));
        await page.route("**/api/v1/tasks", async (route) => {
            await route.fetch();
            reached();
        });
        await send(page).click();
        await done;
        await page.reload();
        await page.unroute("**/api/v1/tasks");
        await page.locator("main form[data-call] .notice button").first().click();
        await page.fill('main form[data-call] [name="title"]', "The second of two");
        await send(page).click();
        await page.waitForURL(/\/tasks\/\d+$/);
    });
    assert.equal(await tasks("The first of two"), 1);
    assert.equal(await tasks("The second of two"), 1);
});

test("the session ends while one types: after signing in again it is offered back", async (t) => {
    const mateo = await signInByCall(house, "mateo");
    await visit(t, house, { login: "mateo" }, async (v) => {
        const { page } = v;
        v.expected(/401/);
        await v.go("/office/tasks/new");
        await typeTask(page, "Typed over the end");
        const { items } = await mateo.must(200, "POST", "/sessions/mine", {});
        for (const one of items) {
            await admin.must(200, "POST", `/sessions/${one.id}/end`, {});
        }
        await send(page).click();
        await page.waitForURL(/sign-in\?next=/);
        await page.fill('[name="name"]', "mateo");
        await page.fill('[name="password"]', house.people.mateo.password);
        await page.keyboard.press("Enter");
        await page.waitForURL(/\/tasks\/new$/);
        await page.locator("main form[data-call] .notice button").first().click();
        assert.equal(await page.inputValue('main form[data-call] [name="title"]'), "Typed over the end");
    });
});

test("far too much text is said to be too much, and stays", async (t) => {
    const { id } = (await admin.must(200, "GET", "/products?limit=1")).items[0];
    for (const n of [1_500_000, 9_500_000]) {
        await visit(t, house, { login: "mateo" }, async (v) => {
            const { page } = v;
            v.expected(/413/);
            await v.go(`/office/products/${id}`);
            const area = page.locator('form[data-call$="/notes"] textarea').first();
            await area.evaluate((e, length) => {
                e.value = "x".repeat(length);
                e.form.requestSubmit();
            }, n);
            const said = page.locator("#toasts .toast.bad, form .error:not([hidden])").first();
            await said.waitFor();
            assert.match(await said.innerText(), /mayor de lo que admite/);
            assert.equal(await area.evaluate((e) => e.value.length), n);
        });
    }
});
