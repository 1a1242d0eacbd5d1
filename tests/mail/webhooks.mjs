// Webhooks of the real program: signed, in order, tried again under the same id; a receiver that hangs, answers no, redirects,
// is gone or lies inside the house; killed in the middle; two servers; on both stores.
import assert from "node:assert/strict";
import crypto from "node:crypto";
import http from "node:http";
import https from "node:https";
import { House, onBothStores, pause, run, steps, tls, until } from "./kit.mjs";

// As docs/api.md tells receivers to do it.
function verify(secret, headers, body, now = Date.now() / 1000) {
    const id = headers["webhook-id"], at = headers["webhook-timestamp"];
    assert.ok(Math.abs(now - Number(at)) < 300, "signed just now");
    const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
    const wanted = `v1,${crypto.createHmac("sha256", key).update(`${id}.${at}.${body}`).digest("base64")}`;
    return headers["webhook-signature"].split(" ").includes(wanted);
}

// Takes messages; answer(message) decides, by default 204.
class Receiver {
    taken = [];
    answer = () => 204;
    async start(secure) {
        const serve = (request, response) => {
            const pieces = [];
            request.on("data", (piece) => pieces.push(piece));
            request.on("end", async () => {
                const body = Buffer.concat(pieces).toString("utf8");
                const message = { path: request.url, method: request.method, headers: request.headers, body, json: JSON.parse(body), at: Date.now() };
                this.taken.push(message);
                message.status = await this.answer(message);
                response.writeHead(message.status, message.status === 302 ? { location: `${this.base}/elsewhere` } : {}).end();
            });
        };
        this.server = secure ? https.createServer(tls, serve) : http.createServer(serve);
        await new Promise((resolve) => this.server.listen(0, "127.0.0.1", resolve));
        this.port = this.server.address().port;
        this.base = secure ? `https://localhost:${this.port}` : `http://127.0.0.1:${this.port}`;
    }
    stop() {
        this.server.closeAllConnections();
        return new Promise((resolve) => this.server.close(resolve));
    }
    of(path) {
        return this.taken.filter((one) => one.path === path);
    }
}

async function everything(store) {
    run("demo", ...store.where, "--days", "1");
    const key = (user) => run("key", "add", "--user", user, ...store.where);
    const who = { admin: key("lucia"), clerk: key("budi") };
    const plain = new Receiver(), secure = new Receiver(), inside = new Receiver();
    await plain.start(false);
    await secure.start(true);
    await inside.start(true);
    const env = { KONTOR_WEBHOOK_ALLOW: `127.0.0.1:${plain.port},localhost:${secure.port}`, KONTOR_CA_FILE: `${process.cwd()}/cert.pem` };
    const house = new House(store, env);
    const ask = (...args) => house.ask(who.admin, ...args);
    const create = (path, events, receiver = plain) => ask("POST", "/webhooks/create", { name: path, url: `${receiver.base}${path}`, events }, 201);
    const hook = (id) => ask("GET", `/webhooks/${id}`);
    const jobOf = async (id) => (await ask("GET", `/jobs?kind=webhook_send&subject=${id}&sort=-id`)).items[0];
    const hurry = async (id) => ask("POST", `/jobs/${(await jobOf(id)).id}/run`, {});
    const off = (id) => ask("POST", `/webhooks/${id}/off`, {});
    const party = async (code) => (await ask("POST", "/parties", { code, name: `Party ${code}`, kind: "person" }, 201)).id;
    const secrets = [];
    let first;

    await steps(store, [
        ["made by administrators, the secret shown once", async () => {
            await house.start();
            await house.ask(who.clerk, "POST", "/webhooks/create", { name: "x", url: "https://example.com/", events: "*" }, 403);
            await house.ask(who.clerk, "GET", "/webhooks", undefined, 403);
            first = await create("/first", "party.*");
            assert.match(first.secret, /^whsec_[A-Za-z0-9+/]{43}=$/);
            assert.equal(Buffer.from(first.secret.slice(6), "base64").length, 32);
            secrets.push(first.secret);
            const seen = await hook(first.id);
            assert.equal(seen.state, "on");
            assert.ok(!("secret" in seen));
            await ask("POST", "/webhooks", { name: "x", url: "https://example.com/", events: "*" }, 405);
        }],
        ["a test message, signed", async () => {
            await ask("POST", `/webhooks/${first.id}/test`, {});
            const got = await until("the test", () => plain.of("/first")[0]);
            assert.equal(got.method, "POST");
            assert.equal(got.headers["content-type"], "application/json");
            assert.ok(verify(first.secret, got.headers, got.body));
            assert.ok(!verify(first.secret, got.headers, `${got.body} `));
            assert.equal(got.json.type, "webhook.test");
            assert.deepEqual(got.json.data, { webhook: first.id, name: "/first" });
            await until("it is noted", async () => (await hook(first.id)).last_success);
        }],
        ["what happens is told once, in order, as the feed has it", async () => {
            const begin = plain.taken.length, after = (await hook(first.id)).sent_up_to;
            for (let i = 0; i < 12; i++) {
                const id = await party(`H${i}`);
                await ask("PATCH", `/parties/${id}`, { name: `Changed ${i}` });
                await ask("POST", "/tasks", { title: "not told", role: "cashier" }, 201);
            }
            await until("24 messages", () => plain.taken.length === begin + 24);
            await pause(1500);
            const got = plain.taken.slice(begin);
            assert.equal(got.length, 24);
            for (const one of got) assert.ok(verify(first.secret, one.headers, one.body));
            assert.equal(new Set(got.map((one) => one.headers["webhook-id"])).size, 24);
            const feed = (await ask("GET", `/events?after=${after}&limit=200`)).items.filter((e) => e.name.startsWith("party."));
            assert.deepEqual(got.map((one) => one.json.data), feed);
            assert.deepEqual(got.map((one) => one.json.type), feed.map((e) => e.name));
            assert.deepEqual(got.map((one) => one.json.timestamp), feed.map((e) => e.at));
            assert.ok((await hook(first.id)).sent_up_to >= feed.at(-1).seq);
        }],
        ["refused for now: again under the same id after five seconds, and nothing overtakes it", async () => {
            const begin = plain.taken.length;
            let no = 2;
            plain.answer = () => (no-- > 0 ? 503 : 204);
            await party("R1");
            await party("R2");
            await until("the first try", () => plain.taken.length > begin);
            await until("the second try", () => plain.taken.length > begin + 1);
            const [one, two] = plain.taken.slice(begin);
            assert.ok(two.at - one.at >= 4900, `${two.at - one.at} ms`);
            assert.equal(one.headers["webhook-id"], two.headers["webhook-id"]);
            assert.equal(one.body, two.body);
            assert.ok(Number(two.headers["webhook-timestamp"]) > Number(one.headers["webhook-timestamp"]));
            assert.ok(verify(first.secret, two.headers, two.body));
            await until("it is failing", async () => (await hook(first.id)).state === "failing");
            const seen = await hook(first.id);
            assert.equal(seen.failure, "the receiver answered 503");
            assert.equal(seen.tries, 2);
            const wait = Date.parse(seen.next_try) - Date.now();
            assert.ok(wait > 280000 && wait < 301000, `about five minutes, not ${wait} ms`);
            await pause(1500);
            assert.equal(plain.taken.length, begin + 2);
            await hurry(first.id);
            await until("both", () => plain.taken.length === begin + 4);
            assert.deepEqual(plain.taken.slice(begin).map((m) => m.headers["webhook-id"]), [one, one, one, plain.taken[begin + 3]].map((m) => m.headers["webhook-id"]));
            await until("it works again", async () => (await hook(first.id)).state === "on");
            assert.equal((await hook(first.id)).tries, 0);
            plain.answer = () => 204;
        }],
        ["killed between taking and noting it: again, under the same id", async () => {
            const begin = plain.taken.length;
            let go;
            const held = new Promise((resolve) => (plain.answer = (m) => (resolve(m), new Promise((end) => (go = () => end(204))))));
            await party("K1");
            await held;
            await house.stop("SIGKILL");
            go();
            plain.answer = () => 204;
            await house.start();
            await pause(1500); // the other has it still, for all that anybody knows
            assert.equal(plain.taken.length, begin + 1);
            await house.stop();
            store.sql("UPDATE jobs SET run_at = 0, claimed_until = 0 WHERE state = 0 AND claimed_until IS NOT NULL"); // a minute has passed
            await house.start();
            await until("the repetition", () => plain.taken.length === begin + 2);
            assert.equal(plain.taken[begin].headers["webhook-id"], plain.taken[begin + 1].headers["webhook-id"]);
        }],
        ["one that hangs holds up no other, and stopping cuts it off", async () => {
            let go;
            const slow = await create("/slow", "party.*");
            secrets.push(slow.secret);
            const held = new Promise((resolve) => (plain.answer = (m) => (m.path === "/slow" ? (resolve(m), new Promise((end) => (go = () => end(204)))) : 204)));
            const begin = plain.of("/first").length;
            await party("S1");
            await held;
            const at = Date.now();
            await party("S2");
            await until("the other has both", () => plain.of("/first").length === begin + 2, 5000);
            assert.ok(Date.now() - at < 5000);
            const ms = await house.stop();
            assert.ok(ms < 3000, `stopped within ${ms} ms`);
            go();
            plain.answer = () => 204;
            await house.start();
            await until("it gets them too", () => new Set(plain.of("/slow").map((m) => m.headers["webhook-id"])).size === 2);
            await off(slow.id);
        }],
        ["two servers send each message once", async () => {
            const other = new House(store, env);
            await other.start();
            const begin = plain.of("/first").length;
            for (let i = 0; i < 30; i++) await (i % 2 ? other : house).ask(who.admin, "POST", "/parties", { code: `T${i}`, name: "x", kind: "person" }, 201);
            await until("30 messages", () => plain.of("/first").length >= begin + 30);
            await pause(2000);
            const got = plain.of("/first").slice(begin);
            assert.equal(got.length, 30);
            assert.equal(new Set(got.map((m) => m.headers["webhook-id"])).size, 30);
            const seqs = got.map((m) => m.json.data.seq);
            assert.deepEqual(seqs, [...seqs].sort((a, b) => a - b));
            await other.stop();
        }],
        ["over TLS; a new secret beside the old one", async () => {
            const one = await create("/tls", "party.created", secure);
            secrets.push(one.secret);
            await party("V1");
            assert.ok(verify(one.secret, ...(await until("it", () => secure.taken[0] && [secure.taken[0].headers, secure.taken[0].body]))));
            const two = await ask("POST", `/webhooks/${one.id}/rotate`, {});
            secrets.push(two.secret);
            assert.notEqual(two.secret, one.secret);
            assert.ok(Math.abs(Date.parse(two.old_until) - Date.now() - 24 * 3600e3) < 60e3);
            await party("V2");
            const both = await until("the next", () => secure.taken[1]);
            assert.equal(both.headers["webhook-signature"].split(" ").length, 2);
            assert.ok(verify(one.secret, both.headers, both.body) && verify(two.secret, both.headers, both.body));
            const three = await ask("POST", `/webhooks/${one.id}/rotate`, { hours: 0 });
            secrets.push(three.secret);
            await party("V3");
            const last = await until("the last", () => secure.taken[2]);
            assert.ok(verify(three.secret, last.headers, last.body) && !verify(two.secret, last.headers, last.body));
            await off(one.id);
        }],
        ["a redirection is not followed, and a place inside the house is not reached", async () => {
            const wrong = (url, code) => ask("POST", "/webhooks/create", { name: "x", url, events: "*" }, 422).then((p) => assert.equal(p.code, code, url));
            await wrong("http://example.com/x", "webhook_address_plain");
            await wrong(`http://127.0.0.1:${inside.port}/`, "webhook_address_plain");
            for (const host of ["127.0.0.1", "10.0.0.8", "169.254.169.254", "192.168.1.1", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1"]) await wrong(`https://${host}/x`, "webhook_address_private");
            for (const url of ["ftp://example.com/", "file:///etc/passwd", "https://u:p@example.com/", "https:///x", "example.com", "https://example.com/a b"]) await wrong(url, "webhook_address_wrong");
            await ask("POST", "/webhooks/create", { name: "x", url: "https://example.com/", events: "unicorn.*" }, 422);
            const moved = await create("/moved", "party.*"), local = await create("/local", "party.*", inside);
            secrets.push(moved.secret, local.secret);
            plain.answer = (m) => (m.path === "/moved" ? 302 : 204);
            await party("I1");
            await until("the redirection", async () => (await hook(moved.id)).failure === "the receiver answered 302");
            await until("no way in", async () => (await hook(local.id)).failure === "the address is not a public one");
            assert.equal(plain.of("/elsewhere").length, 0);
            assert.equal(inside.taken.length, 0);
            plain.answer = () => 204;
            await off(moved.id);
            await ask("DELETE", `/webhooks/${local.id}`, undefined, 200);
        }],
        ["gone: it is turned off, and an administrator has a task", async () => {
            const gone = await create("/gone", "party.*");
            secrets.push(gone.secret);
            plain.answer = (m) => (m.path === "/gone" ? 410 : 204);
            await party("G1");
            await until("it is off", async () => (await hook(gone.id)).state === "off");
            const task = (await ask("GET", `/tasks?subject=${gone.id}`)).items[0];
            assert.equal(task.role, "admin");
            await until("its job ended", async () => (await jobOf(gone.id)).state === "done");
            await party("G2");
            plain.answer = () => 204;
            await ask("POST", `/webhooks/${gone.id}/on`, {});
            await until("it goes on where it stopped", () => plain.of("/gone").length === 3);
            assert.equal(plain.of("/gone")[0].headers["webhook-id"], plain.of("/gone")[1].headers["webhook-id"]);
            await ask("POST", `/webhooks/${gone.id}/resend`, { from: plain.of("/gone")[1].json.data.seq });
            await until("again from an event", () => plain.of("/gone").length === 5);
            assert.deepEqual(plain.of("/gone").slice(3).map((m) => m.headers["webhook-id"]), plain.of("/gone").slice(1, 3).map((m) => m.headers["webhook-id"]));
            await off(gone.id);
            await party("G3");
            await ask("POST", `/webhooks/${gone.id}/on`, { skip: true });
            await party("G4");
            await until("only the last", () => plain.of("/gone").length === 6);
            assert.equal(plain.of("/gone")[5].json.data.data.code, "G4");
        }],
        ["the house is sound, and no secret was told", async () => {
            const text = [];
            for (const path of ["/webhooks", `/webhooks/${first.id}/history`, `/webhooks/${first.id}/stream`, "/reports/audit", "/events?limit=1000", "/jobs?limit=200", "/tasks"]) {
                text.push(JSON.stringify(await ask("GET", path)));
            }
            text.push(await (await fetch(`${house.url}/api/v1/webhooks/export?format=csv`, { headers: { authorization: `Bearer ${who.admin}` } })).text());
            text.push(store.sql("SELECT args FROM command_log WHERE args IS NOT NULL"), store.sql("SELECT changes FROM history"), store.sql("SELECT answer FROM idempotency"));
            await house.stop();
            run("verify", ...store.where);
            text.push(house.said);
            assert.ok(text.some((one) => one.includes(`${plain.base}/first`)), "looked at the right places");
            for (const secret of secrets) for (const one of text) assert.ok(!one.includes(secret) && !one.includes(secret.slice(6, 30)), "a secret");
        }],
    ]);
    for (const one of [plain, secure, inside]) await one.stop();
}

await onBothStores(everything);
