// Mail and push messages of the real program: taken over by a server that was not there at first,
// refused for good, cut off, killed in the middle, sent once by two servers; on both stores.
import assert from "node:assert/strict";
import { Browser, House, Post, PushService, onBothStores, pause, run, steps, until, verifySignature } from "./kit.mjs";

const subject = "आपकी रसीद तैयार है";
const text = "नमस्ते,\n\nरसीद संलग्न है।\n.\nA line that begins with a dot, and one = of 100 %.";

async function people(store) {
    run("demo", ...store.where, "--days", "2");
    const key = (user) => run("key", "add", "--user", user, ...store.where);
    return { admin: key("lucia"), clerk: key("budi"), cashier: key("siti") };
}

async function everything(store) {
    const who = await people(store);
    const post = new Post();
    const port = await post.start();
    await post.stop(); // nobody is there yet
    const service = new PushService();
    await service.start();
    const env = { KONTOR_SMTP: `smtp://shop:p%40ss%3Aw@localhost:${port}`, KONTOR_CA_FILE: `${process.cwd()}/cert.pem`, KONTOR_PUSH_ALLOW: service.place };
    const house = new House(store, {});
    const ask = (...args) => house.ask(who.admin, ...args);
    const message = (id) => ask("GET", `/mail_messages/${id}`);
    const write = (fields) => ask("POST", "/mail_messages/send", { to: "asha@example.in", subject: "x", body: "y", ...fields }, 201);
    const jobOf = async (id) => (await ask("GET", `/jobs?kind=mail_send&subject=${id}`)).items[0];
    const hurry = async (id) => ask("POST", `/jobs/${(await jobOf(id)).id}/run`, {});
    const state = (id, wanted) => until(`message ${id} ${wanted}`, async () => (await message(id)).state === wanted);
    let order, first;

    await steps(store, [
        ["without a mail server a message waits and says why", async () => {
            await house.start();
            await ask("POST", "/mail_messages/send", { to: "a@example.in", subject: "x", body: "y" }, 409);
            const company = (await ask("GET", "/companies")).items[0];
            await ask("PATCH", `/companies/${company.id}`, { mail_from: "shop@kontor.example" });
            first = (await write({ subject: "waits" })).id;
            await pause(1500);
            const m = await message(first);
            assert.equal(m.state, "waiting");
            assert.equal(m.tries, 0);
            assert.match(m.last_error, /^no mail server is configured/);
            await house.stop();
        }],
        ["with one configured that is not there it is tried again", async () => {
            house.env = env;
            await house.start();
            order = (await ask("GET", "/sales_orders?kind=sale&state=done&limit=1")).items[0];
            const m = await write({ to: "asha@example.in, b@example.com", subject, body: text, document: "receipt", record: order.id, language: "hi" });
            assert.equal(m.attachments, `receipt sales_order ${order.id}`);
            await until("a try", async () => (await message(m.id)).tries === 1);
            const seen = await message(m.id);
            assert.equal(seen.state, "waiting");
            assert.ok(seen.last_error.length > 5);
            assert.equal((await jobOf(m.id)).state, "waiting");
            await post.start(port);
            await hurry(m.id);
            await state(m.id, "sent");
            const got = post.of(subject)[0];
            assert.deepEqual(got.to, ["asha@example.in", "b@example.com"]);
            assert.equal(got.text.trimEnd(), text);
            assert.match(got.from, /<shop@kontor\.example>$/);
            assert.equal(got.headers["auto-submitted"], undefined);
            assert.equal(got.files.length, 1);
            assert.equal(got.files[0].type, "application/pdf");
            assert.match(got.files[0].name, /\.pdf$/);
            assert.equal(got.files[0].bytes.subarray(0, 5).toString(), "%PDF-");
            assert.match(got.files[0].bytes.subarray(-32).toString("latin1"), /%%EOF\s*$/);
            const sent = await message(m.id);
            assert.equal(got.id, `<${sent.message_id}>`);
            assert.equal(sent.last_error, null);
            await hurry(first);
            await state(first, "sent");
        }],
        ["what is refused for good fails at once, in the server's words", async () => {
            const m = await write({ to: "no.such@example.in", subject: "refused" });
            await state(m.id, "failed");
            const seen = await message(m.id);
            assert.equal(seen.tries, 1);
            assert.match(seen.last_error, /550 5\.1\.1 No such person here/);
            assert.equal((await jobOf(m.id)).state, "failed");
            await ask("POST", `/mail_messages/${m.id}/retry`, {});
            await until("the second try", async () => (await message(m.id)).state === "failed");
            await ask("POST", `/mail_messages/${m.id}/cancel`, {});
            assert.equal(post.of("refused").length, 0);
        }],
        ["what is refused for now is tried again later, or cancelled", async () => {
            const m = await write({ to: "later@example.in", subject: "later" });
            await until("a try", async () => (await message(m.id)).tries === 1);
            assert.match((await message(m.id)).last_error, /451 4\.2\.0 Come back later/);
            const job = await jobOf(m.id);
            const wait = Date.parse(job.run_at) - Date.now();
            assert.ok(wait > 40000 && wait < 70000, `about a minute, not ${wait} ms`);
            await ask("POST", `/mail_messages/${m.id}/cancel`, {});
            await hurry(m.id);
            await until("the job's end", async () => (await jobOf(m.id)).state === "done");
            assert.equal((await message(m.id)).state, "cancelled");
        }],
        ["what cannot be read or drawn fails with the reason, and is sent when it can be", async () => {
            const m = await write({ to: "later@example.in", subject: "undrawn", document: "receipt", record: order.id });
            const attach = (text) => store.sql(`UPDATE mail_messages SET to_address = 'asha@example.in', attachments = '${text}' WHERE id = ${m.id}`);
            const again = () => ask("POST", `/mail_messages/${m.id}/retry`, {});
            await until("a try", async () => (await message(m.id)).tries === 1);
            for (const [broken, reason, go] of [
                ["nothing sales_order 1", /There is no document nothing/, () => hurry(m.id)],
                ["receipt sales_order 987654321", /the document receipt cannot be made: /, again],
            ]) {
                attach(broken);
                await go();
                await state(m.id, "failed");
                assert.match((await message(m.id)).last_error, reason);
            }
            const jobs = (await ask("GET", `/jobs?kind=mail_send&subject=${m.id}`)).items;
            assert.deepEqual(jobs.map((j) => j.state), ["failed", "failed"]);
            assert.equal(post.of("undrawn").length, 0);
            attach(`receipt sales_order ${order.id}`);
            await ask("POST", `/jobs/${jobs[0].id}/retry`, {}); // as good as trying the message again
            await state(m.id, "sent");
            await ask("POST", `/jobs/${jobs[1].id}/retry`, {}); // it is sent: there is nothing to do
            await until("both jobs' end", async () => (await ask("GET", `/jobs?kind=mail_send&subject=${m.id}`)).items.every((j) => j.state === "done"));
            assert.equal(post.of("undrawn").length, 1);
            assert.equal(post.of("undrawn")[0].files.length, 1);
        }],
        ["killed between handing over and noting it: again, under the same name", async () => {
            let answer;
            const held = new Promise((resolve) => (post.held = (mail) => (resolve(mail), new Promise((go) => (answer = go)))));
            const m = await write({ to: "hang@example.in", subject: "killed" });
            await held;
            await house.stop("SIGKILL");
            post.held = null;
            answer();
            await until("the server has it", () => post.of("killed").length === 1);
            await house.start();
            await pause(1500); // the other has it still, for all that anybody knows
            assert.equal((await message(m.id)).state, "waiting");
            assert.equal(post.of("killed").length, 1);
            await ask("POST", `/jobs/${(await jobOf(m.id)).id}/run`, {}, 409);
            await house.stop();
            store.sql("UPDATE jobs SET run_at = 0, claimed_until = 0 WHERE state = 0 AND claimed_until IS NOT NULL"); // a minute has passed
            await house.start();
            await state(m.id, "sent");
            const both = post.of("killed");
            assert.equal(both.length, 2);
            assert.equal(both[0].id, both[1].id);
        }],
        ["stopping cuts off what hangs, and the job waits again", async () => {
            let answer;
            const held = new Promise((resolve) => (post.held = (mail) => (resolve(mail), new Promise((go) => (answer = go)))));
            const m = await write({ to: "hang@example.in", subject: "stopped" });
            await held;
            const ms = await house.stop();
            assert.ok(ms < 20_000, `stopped within ${ms} ms`); // the mail server would have kept it for ever
            post.held = null;
            answer();
            assert.equal(store.sql(`SELECT state, tries FROM jobs WHERE subject = ${m.id} AND kind = 'mail_send'`), "0|0");
            await house.start();
            await state(m.id, "sent");
        }],
        ["two servers send each message once", async () => {
            const other = new House(store, env);
            await other.start();
            const ids = [];
            for (let i = 0; i < 24; i++) ids.push((await (i % 2 ? other : house).ask(who.admin, "POST", "/mail_messages/send", { to: "a@example.in", subject: `once ${i}`, body: "y" }, 201)).id);
            for (const id of ids) await state(id, "sent");
            for (let i = 0; i < 24; i++) assert.equal(post.of(`once ${i}`).length, 1);
            assert.equal(new Set(post.messages.filter((m) => m.subject.startsWith("once")).map((m) => m.id)).size, 24);
            await other.stop();
        }],
        ["people are told of tasks on their devices", async () => {
            const key = (await ask("POST", "/push_subscriptions/key", {})).key;
            assert.equal((await house.ask(who.clerk, "POST", "/push_subscriptions/key", {})).key, key);
            const browser = new Browser(service.base, "clerk"), gone = new Browser(service.base, "gone"), busy = new Browser(service.base, "busy");
            const inside = new Browser("https://127.0.0.1:9", "x"), cashier = new Browser(service.base, "cashier");
            service.answers["/gone"] = 410;
            service.answers["/busy"] = 503;
            for (const one of [browser, gone, busy, inside]) await house.ask(who.clerk, "POST", "/push_subscriptions/subscribe", one.subscription());
            await house.ask(who.cashier, "POST", "/push_subscriptions/subscribe", cashier.subscription());
            const due = "2031-05-06T07:08:09Z";
            const task = await ask("POST", "/tasks", { title: "Count the shelf", role: "stock_clerk", due }, 201);
            const [told] = await until("a message", () => service.at("/clerk").length === 1 && service.at("/clerk"));
            const said = await verifySignature(told.headers.authorization, key, service.base);
            assert.equal(said.sub, "mailto:shop@kontor.example");
            assert.equal(told.headers["content-encoding"], "aes128gcm");
            assert.equal(told.headers.topic, `task-${task.id}`);
            assert.ok(Number(told.headers.ttl) > 0);
            const plain = browser.open(told.body);
            assert.deepEqual(Object.keys(plain).sort(), ["body", "due", "title", "url"]);
            assert.equal(plain.title, "Count the shelf");
            assert.match(plain.body, /^(Due|Vence|Fecha límite|नियत|देय|Jatuh tempo|Tenggat).*2031/); // in the clerk's language
            assert.equal(plain.url, `/inbox?task=${task.id}`);
            assert.equal(Date.parse(plain.due), Date.parse(due));
            await until("the job's first round", async () => (await ask("GET", `/jobs?kind=push_send&subject=${task.id}`)).items[0].last_error);
            const devices = (await ask("GET", "/push_subscriptions?limit=20")).items;
            assert.deepEqual(devices.filter((d) => d.ended).length, 1);
            assert.ok(devices.some((d) => /not a public one/.test(d.last_error ?? "")));
            assert.ok(devices.every((d) => !("endpoint" in d) && !("auth" in d)));
            assert.equal(service.at("/cashier").length, 0);
            // Only those who have not been told are told again.
            const job = (await ask("GET", `/jobs?kind=push_send&subject=${task.id}`)).items[0];
            assert.equal(job.state, "waiting");
            service.answers["/busy"] = 201;
            await ask("POST", `/jobs/${job.id}/run`, {});
            await until("the busy one", () => service.at("/busy").length === 2);
            await until("the job's end", async () => (await ask("GET", `/jobs/${job.id}`)).state === "done");
            assert.equal(service.at("/clerk").length, 1);
            assert.equal(service.at("/gone").length, 1);
            // Handed to a person: that one, whatever the role. No more where they have said no.
            const cashierId = (await ask("GET", "/user_accounts?code=siti")).items[0].id;
            await ask("POST", `/tasks/${task.id}/delegate`, { to: cashierId });
            await until("the cashier", () => service.at("/cashier").length === 1);
            await house.ask(who.cashier, "POST", "/push_subscriptions/unsubscribe", { endpoint: cashier.endpoint });
            const next = await ask("POST", "/tasks", { title: "Next", role: "cashier" }, 201);
            const end = await ask("POST", "/tasks", { title: "End", role: "stock_clerk" }, 201);
            await until("the clerk again", () => service.at("/clerk").length === 2);
            assert.equal(browser.open(service.at("/clerk")[1].body).url, `/inbox?task=${end.id}`);
            await until("nobody is left for the cashier's", async () => (await ask("GET", `/jobs?kind=push_send&subject=${next.id}`)).items[0].state === "done");
            assert.equal(service.at("/cashier").length, 1);
            assert.match(run("schema", "--sql", "sqlite"), /secret/);
        }],
        ["the house is sound, and no password was told", async () => {
            await house.stop();
            run("verify", ...store.where);
            assert.ok(!/p@ss|p%40ss/.test(house.said), "the log");
        }],
    ]);
    await post.stop();
    await service.stop();
}

await onBothStores(everything);
