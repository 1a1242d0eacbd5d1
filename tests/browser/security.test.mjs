// What a stranger tries: scripts in names, forms from other sites, cookies fixed before sign-in,
// addresses that lead away, paths that climb, members that are not theirs to set, frames.
import test from "node:test";
import assert from "node:assert/strict";
import http from "node:http";
import net from "node:net";
import { openHouse, signInByCall, visit, signInByPage } from "./kit.mjs";

const house = await openHouse();
const admin = await signInByCall(house, "lucia");

// -- scripts in what people type ----------------------------------------------------------------

const evil = [
    `<script>window.caught="script"</script>`,
    `"><img src=x onerror="window.caught='image'">`,
    `' onmouseover='window.caught=1' x='`,
    `<svg onload=window.caught=1>`,
    `javascript:window.caught=1`,
    `</title></textarea><script>window.caught=1</script>`,
    `{{constructor.constructor('window.caught=1')()}}`,
    `</script><script>window.caught=1</script>`,
];

async function notCaught(v, where) {
    assert.equal(await v.page.evaluate(() => globalThis.caught), undefined, where);
    const planted = await v.page.evaluate(() =>
        [...document.querySelectorAll("*")].filter((e) =>
            [...e.attributes].some((a) => /^on/i.test(a.name) || (/^(href|src|action|formaction)$/i.test(a.name) && /^\s*javascript:/i.test(a.value))),
        ).map((e) => e.outerHTML.slice(0, 200)),
    );
    assert.deepEqual(planted, [], where);
}

test("names with script in them are only names", { timeout: 120000 }, async (t) => {
    const made = [];
    for (const [i, name] of evil.entries()) {
        const party = await admin.must(201, "POST", "/parties", {
            code: `X${i}`, name: `Evil ${name}`.slice(0, 200), is_customer: true, email: "x@example.com", phone: name.slice(0, 40),
        });
        const product = await admin.must(201, "POST", "/products", { code: `XP${i}`, name: `Evil ${name}`.slice(0, 200), price: "1.00", tax: "IVA-GENERAL" })
            .catch(() => admin.must(201, "POST", "/products", { code: `XP${i}`, name: `Evil ${name}`.slice(0, 200), price: "1.00" }));
        made.push(`/office/parties/${party.id}`, `/office/products/${product.id}`);
    }
    await visit(t, house, { login: "lucia" }, async (v) => {
        for (const path of [...made, "/office/parties?q=evil", "/office/products?q=evil", "/office/products?q=evil&view=board"]) {
            await v.go(path);
            await notCaught(v, path);
        }
        for (const text of evil) {
            const q = encodeURIComponent(text);
            for (const path of [`/office/products?q=${q}`, `/office/products?sort=${q}`, `/office/parties?view=${q}`, `/office/products?${q}=${q}`,
                `/office/${q}`, `/office/find?q=${q}`, `/office/lookup/product?q=${q}`, `/office/sign-in?next=${q}`, `/office/reports/stock?site=${q}`]) {
                const answer = await v.page.goto(path);
                assert.ok(answer.status() < 500, `${path}: ${answer.status()}`);
                await notCaught(v, path);
                const html = (answer.headers()["content-type"] ?? "").startsWith("text/html");
                assert.ok(!html || !(await answer.text()).includes("<script>window.caught"), path);
            }
        }
        v.faults.splice(0, v.faults.length, ...v.faults.filter((f) => !/40[034]|422/.test(f)));
    });
});

test("the palette shows names as text", async (t) => {
    await visit(t, house, { login: "lucia" }, async (v) => {
        await v.go("/office");
        await v.page.keyboard.press("Control+k");
        await v.page.keyboard.type("Evil");
        await v.page.waitForFunction(() => document.querySelector("#palette-results")?.textContent.includes("Evil"));
        await notCaught(v, "palette");
    });
});

// -- requests from other sites ------------------------------------------------------------------

test("a form of another site changes nothing", async (t) => {
    const before = (await admin.must(200, "GET", "/categories?count=1")).total;
    const forms = [
        ["application/x-www-form-urlencoded", "code=CSRF&name=Forged"],
        ["text/plain", '{"code":"CSRF","name":"Forged"}'],
        ["application/json", '{"code":"CSRF","name":"Forged"}'],
        ["multipart/form-data; boundary=x", '--x\r\nContent-Disposition: form-data; name="code"\r\n\r\nCSRF\r\n--x--\r\n'],
    ];
    for (const [type, body] of forms) {
        for (const token of [undefined, "wrong", admin.token.replace(/.$/, (c) => (c === "A" ? "B" : "A"))]) {
            const answer = await fetch(`${house.url}/api/v1/categories`, {
                method: "POST", body, headers: { Cookie: admin.cookie, "Content-Type": type, Origin: "https://evil.example", ...(token ? { "X-Form-Token": token } : {}) },
            });
            assert.ok([403, 415].includes(answer.status), `${type}, token ${token}: ${answer.status}`);
        }
    }
    for (const method of ["PUT", "DELETE", "PATCH", "POST"]) {
        const answer = await fetch(`${house.url}/api/v1/session`, { method, headers: { Cookie: admin.cookie } });
        assert.ok(answer.status >= 400 && answer.status < 500, `${method} session: ${answer.status}`);
        const page = await fetch(`${house.url}/office`, { method, headers: { Cookie: admin.cookie } });
        assert.ok(page.status >= 400 && page.status < 500, `${method} /office: ${page.status}`);
    }
    assert.equal((await admin.must(200, "GET", "/categories?count=1")).total, before);

    // In a browser that is signed in: a page elsewhere posts a form to the house.
    const elsewhere = http.createServer((request, response) => {
        response.setHeader("Content-Type", "text/html");
        response.end(`<title>x</title><form method=post enctype="text/plain" action="${house.url}/api/v1/categories"><input name='{"code":"CSRF","name":"Forged","x":"' value='"}'></form><script>
            fetch("${house.url}/api/v1/products",{credentials:"include"}).then(r=>r.text()).then(x=>document.title="read").catch(()=>document.title="refused")</script>`);
    });
    await new Promise((resolve) => elsewhere.listen(0, "127.0.0.1", resolve));
    try {
        await visit(t, house, { login: "lucia" }, async (v) => {
            const { port } = elsewhere.address();
            await v.page.goto(`http://127.0.0.1:${port}/`);
            await v.page.waitForFunction(() => document.title === "refused" || document.title === "read");
            assert.equal(await v.page.title(), "refused", "another site reads the house");
            await Promise.all([v.page.waitForNavigation(), v.page.evaluate(() => document.forms[0].submit())]);
            v.faults.length = 0;
        });
    } finally {
        elsewhere.close();
    }
    assert.equal((await admin.must(200, "GET", "/categories?count=1")).total, before);
});

test("pages of other sites get no leave to read", async () => {
    for (const path of ["/api/v1/products", "/office", "/api/openapi.json", "/healthz"]) {
        const answer = await fetch(house.url + path, { headers: { Cookie: admin.cookie, Origin: "https://evil.example" } });
        assert.equal(answer.headers.get("access-control-allow-origin"), null, path);
    }
});

// -- sessions -----------------------------------------------------------------------------------

test("a cookie planted before signing in is worth nothing", async () => {
    const planted = "kontor_session=" + "A".repeat(43);
    const answer = await fetch(`${house.url}/api/v1/session`, {
        method: "POST", headers: { "Content-Type": "application/json", Cookie: planted },
        body: JSON.stringify({ name: "siti", password: house.people.siti.password }),
    });
    assert.equal(answer.status, 200);
    const set = answer.headers.get("set-cookie");
    assert.ok(!set.includes("AAAAAAAAAA"));
    for (const part of ["HttpOnly", "SameSite=Lax", "Path=/"]) assert.ok(set.includes(part), part);
    assert.ok(!/domain=/i.test(set));
    assert.equal((await fetch(`${house.url}/api/v1/session`, { headers: { Cookie: planted } })).status, 401);
    // Signing in again with the first one ends the first.
    const first = set.split(";")[0];
    const again = await fetch(`${house.url}/api/v1/session`, {
        method: "POST", headers: { "Content-Type": "application/json", Cookie: first },
        body: JSON.stringify({ name: "siti", password: house.people.siti.password }),
    });
    assert.equal(again.status, 200);
    assert.notEqual(again.headers.get("set-cookie").split(";")[0], first);
    assert.equal((await fetch(`${house.url}/api/v1/session`, { headers: { Cookie: first } })).status, 401);
});

test("signing out ends the session and what the browser keeps", async (t) => {
    await visit(t, house, {}, async (v) => {
        await signInByPage(v, house, "siti");
        const [cookie] = await v.context.cookies();
        assert.equal(cookie.httpOnly, true);
        assert.equal(cookie.sameSite, "Lax");
        assert.equal(await v.page.evaluate(() => document.cookie), "");
        await v.go("/office/products");
        const out = '[data-sign-out], [data-call="DELETE /api/v1/session"]';
        await v.page.locator("header.top details", { has: v.page.locator(out) }).locator("summary").click();
        await v.page.locator(out).click();
        await v.page.waitForURL(/sign-in/);
        await v.page.goBack();
        await v.page.waitForURL(/sign-in/);
        assert.equal((await fetch(`${house.url}/api/v1/session`, { headers: { Cookie: `${cookie.name}=${cookie.value}` } })).status, 401);
        // Nothing of the person is left in the browser.
        assert.equal(await v.page.evaluate(() => Object.keys(localStorage).length + Object.keys(sessionStorage).length), 0);
    });
});

test("after signing in nobody is sent elsewhere", async (t) => {
    const away = ["//evil.example/", "/\\evil.example", "https://evil.example/", "/\t/evil.example", "javascript:alert(1)", "\\\\evil.example", "/office/../..//evil.example", "/api/v1/session"];
    for (const [i, next] of away.entries()) {
        await visit(t, house, {}, async (v) => {
            await v.go(`/office/sign-in?next=${encodeURIComponent(next)}`);
            await v.page.fill('[name="name"]', "lucia");
            await v.page.fill('[name="password"]', house.people.lucia.password);
            await v.page.keyboard.press("Enter");
            await v.page.waitForURL((u) => !u.pathname.includes("sign-in"));
            assert.equal(new URL(v.page.url()).origin, house.url, `${i}: ${next}`);
            v.faults.length = 0; // a path that is none of ours is refused
        });
        const there = await admin.call("GET", `/office/sign-in?next=${encodeURIComponent(next)}`);
        const to = there.headers.get("location");
        if (to) assert.equal(new URL(to, house.url).origin, house.url, next);
    }
});

// -- addresses ----------------------------------------------------------------------------------

// fetch would tidy the path: the bytes are sent as they are.
function raw(path, headers = {}) {
    return new Promise((resolve, reject) => {
        const { hostname, port } = new URL(house.url);
        const socket = net.connect(port, hostname, () => {
            const lines = Object.entries({ Host: `${hostname}:${port}`, Cookie: admin.cookie, Connection: "close", ...headers });
            socket.write(`GET ${path} HTTP/1.1\r\n${lines.map(([k, v]) => `${k}: ${v}\r\n`).join("")}\r\n`);
        });
        let said = "";
        socket.setEncoding("latin1");
        socket.on("data", (piece) => (said += piece));
        socket.on("close", () => resolve({ status: Number(said.slice(9, 12)), said }));
        socket.on("error", reject);
    });
}

test("no path climbs out of what is served", async () => {
    const targets = ["etc/passwd", "kontor.db", "sign-in.txt", "kontor-data/sign-in.txt"];
    const climbs = ["../", "..%2f", "%2e%2e/", "%2e%2e%2f", "..\\", "..%5c", "....//", "..;/", "%252e%252e%252f", "..%00/", "..%c0%af"];
    for (const base of ["/assets/", "/office/print/", "/office/", "/api/v1/attachments/", "/inbox/", "/"]) {
        for (const climb of climbs) {
            for (const target of targets) {
                const answer = await raw(base + climb.repeat(4) + target);
                assert.ok(answer.status >= 300 && answer.status < 500, `${base}${climb}${target}: ${answer.status}`);
                assert.ok(!/root:x:|SQLite format 3|Password/.test(answer.said.split("\r\n\r\n").slice(1).join("")), base + climb + target);
            }
        }
    }
    for (const path of ["/assets/", "/assets", "/assets/office.css", "/assets/x", "/assets/%00", "/assets/" + "a".repeat(3000)]) {
        assert.ok([404, 400, 414].includes((await raw(path)).status), path);
    }
});

test("no line breaks get into the head of an answer", async () => {
    for (const path of ["/office/sign-in?next=/office%0d%0aSet-Cookie:%20evil=1", "/office/%0d%0aX-Evil:1", "/?next=%0d%0aX-Evil:%201"]) {
        const answer = await raw(path, { Cookie: "" });
        assert.ok(!/^(Set-Cookie: evil|X-Evil)/m.test(answer.said.split("\r\n\r\n")[0]), path);
    }
});

// -- what is not theirs to set ------------------------------------------------------------------

test("members that are not for writing are refused", async () => {
    const party = await admin.must(201, "POST", "/parties", { code: "MASS", name: "Mass", is_customer: true });
    const rows = [
        ["PATCH", `/parties/${party.id}`, { id: 1 }],
        ["PATCH", `/parties/${party.id}`, { company: 999 }],
        ["PATCH", `/parties/${party.id}`, { version: 99 }],
        ["PATCH", `/parties/${party.id}`, { archived: true, nonsense: 1 }],
        ["PATCH", `/parties/${party.id}`, { __proto__x: 1, constructor: 1 }],
        ["PATCH", `/user_accounts/${admin.user}`, { password_hash: "x" }],
        ["PATCH", `/user_accounts/${admin.user}`, { password: "x" }],
        ["PATCH", `/user_accounts/${admin.user}`, { totp_secret: "x" }],
    ];
    const orders = await admin.must(200, "GET", "/sales_orders?limit=1");
    const order = orders.items[0];
    for (const change of [{ state: "cancelled" }, { total: "0.00" }, { number: "1" }, { paid: "9999.00" }]) {
        rows.push(["PATCH", `/sales_orders/${order.id}`, change]);
    }
    for (const [method, path, body] of rows) {
        const answer = await admin.call(method, path, body, { "If-Match": "*" });
        assert.ok(answer.status >= 400 && answer.status < 500, `${path} ${JSON.stringify(body)}: ${answer.status} ${answer.text.slice(0, 200)}`);
    }
    const after = await admin.must(200, "GET", `/sales_orders/${order.id}`);
    assert.equal(after.version, order.version ?? after.version);
    assert.equal(after.state, order.state);
    assert.equal(after.total, order.total);
    assert.equal((await admin.must(200, "GET", `/parties/${party.id}`)).company?.id ?? party.company?.id, party.company?.id);
});

test("a cashier cannot become more", async () => {
    const siti = await signInByCall(house, "siti");
    for (const change of [{ roles: "admin" }, { all_sites: true }, { language: "en", roles: "admin" }]) {
        const answer = await siti.call("PATCH", `/user_accounts/${siti.user}`, change, { "If-Match": "*" });
        assert.equal(answer.status, 403);
    }
    const preferences = await siti.call("POST", "/user_accounts/preferences", { language: "en", roles: "admin" });
    assert.ok([403, 422].includes(preferences.status), preferences.text);
    const me = await admin.must(200, "GET", `/user_accounts/${siti.user}`);
    assert.ok(!JSON.stringify(me.roles).includes("admin"));
});

// -- headers ------------------------------------------------------------------------------------

test("every page forbids what it does not need", async () => {
    const paths = ["/office", "/office/products", "/office/sign-in", "/inbox", "/office/nonsense", "/nonsense", "/office/reports/stock", "/office/find?q=a"];
    for (const path of paths) {
        const answer = await admin.call("GET", path.startsWith("/office") ? path : path.replace(/^\//, "/office/../"));
        const page = await fetch(house.url + path, { headers: { Cookie: admin.cookie }, redirect: "manual" });
        const policy = page.headers.get("content-security-policy") ?? "";
        const type = page.headers.get("content-type") ?? "";
        assert.equal(page.headers.get("x-content-type-options"), "nosniff", path);
        assert.ok(/same-origin|no-referrer/.test(page.headers.get("referrer-policy") ?? ""), path);
        if (!type.startsWith("text/html")) continue;
        for (const part of ["default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"]) {
            assert.ok(policy.includes(part), `${path}: ${part} in ${policy}`);
        }
        assert.ok(!/unsafe|\*|http:|https:/.test(policy), policy);
        assert.equal(page.headers.get("x-frame-options"), "DENY", path);
        assert.equal(page.headers.get("cache-control"), "no-store", path);
        assert.ok(answer.status < 500);
    }
});

test("no other site can put the house into a frame", async (t) => {
    const elsewhere = http.createServer((request, response) => {
        response.setHeader("Content-Type", "text/html");
        response.end(`<title>x</title><iframe src="${house.url}/office" title="f"></iframe>`);
    });
    await new Promise((resolve) => elsewhere.listen(0, "127.0.0.1", resolve));
    try {
        await visit(t, house, { login: "lucia" }, async (v) => {
            await v.page.goto(`http://127.0.0.1:${elsewhere.address().port}/`);
            await v.page.waitForTimeout(500);
            const inside = v.page.frames()[1];
            assert.ok(!inside.url().startsWith(house.url) || !(await inside.content()).includes("Kontor"), inside.url());
            v.faults.length = 0; // the refusal is written to the console
        });
    } finally {
        elsewhere.close();
    }
});

test("an attachment never runs in the house's name", async () => {
    const { items: [product] } = await admin.must(200, "GET", "/products?limit=1");
    const form = new FormData();
    form.set("file", new Blob([`<script>parent.caught=1</script>`], { type: "text/html" }), `../../"evil.html`);
    const sent = await fetch(`${house.url}/api/v1/products/${product.id}/attachments`, {
        method: "POST", body: form, headers: { Cookie: admin.cookie, "X-Form-Token": admin.token, "Idempotency-Key": crypto.randomUUID() },
    });
    assert.ok([200, 201].includes(sent.status), `${sent.status} ${await sent.clone().text()}`);
    const { id } = await sent.json();
    const got = await fetch(`${house.url}/api/v1/attachments/${id}/content`, { headers: { Cookie: admin.cookie } });
    assert.equal(got.status, 200);
    assert.ok(/^attachment/.test(got.headers.get("content-disposition") ?? ""), "shown in the page instead of kept");
    assert.ok(!/\.\.|[/\\]/.test((got.headers.get("content-disposition") ?? "").replace(/UTF-8''/, "")), got.headers.get("content-disposition"));
    assert.equal(got.headers.get("x-content-type-options"), "nosniff");
});
