// What the tests of mail and push share: a house in a store of its own, the real server, a mail
// server whose answers are decided by the address, and a push service that decrypts.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import crypto from "node:crypto";
import fs from "node:fs";
import https from "node:https";
import { createInterface } from "node:readline";
import { SMTPServer } from "smtp-server";

const kontor = process.env.KONTOR;
export const tls = { key: fs.readFileSync("key.pem"), cert: fs.readFileSync("cert.pem") };
export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export async function until(what, look, ms = 15000) {
    const end = Date.now() + ms;
    for (;;) {
        const found = await look();
        if (found) return found;
        if (Date.now() > end) throw new Error(`did not happen: ${what}`);
        await pause(50);
    }
}

// -- stores -------------------------------------------------------------------------------------

function sqliteStore() {
    const file = `${process.cwd()}/house/kontor.db`;
    return {
        name: "SQLite", folder: "house", where: ["--data", "house"],
        sql: (text) => execFileSync("sqlite3", ["-cmd", ".timeout 10000", file, text], { encoding: "utf8" }).trim(),
        drop: () => fs.rmSync("house", { recursive: true, force: true }),
    };
}

function postgresStore() {
    const server = process.env.KONTOR_TEST_PG;
    const name = `kontor_mail_${process.pid}`;
    const url = server.replace(/^(postgresql:\/\/[^/]*\/)[^?]*/, `$1${name}`);
    execFileSync("psql", ["-q", server, "-c", `CREATE DATABASE ${name}`]);
    return {
        name: "PostgreSQL", where: ["--db", url],
        sql: (text) => execFileSync("psql", ["-qAt", url, "-c", text], { encoding: "utf8" }).trim(),
        drop: () => execFileSync("psql", ["-q", server, "-c", `DROP DATABASE ${name} WITH (FORCE)`]),
    };
}

export const run = (...args) => execFileSync(kontor, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();

/** Runs a test on a fresh store of either kind, then ends the program. */
export async function onBothStores(test) {
    for (const make of [sqliteStore, postgresStore]) {
        const store = make();
        try {
            await test(store);
        } finally {
            store.drop();
        }
    }
    process.exit(0);
}

export async function steps(store, list) {
    for (const [name, step] of list) {
        const begin = Date.now();
        await step();
        console.log(`${store.name}: ${name} (${Date.now() - begin} ms)`);
    }
}

// -- the server ---------------------------------------------------------------------------------

export class House {
    said = "";
    constructor(store, env) {
        this.store = store;
        this.env = env;
    }
    async start() {
        this.process = spawn(kontor, ["serve", ...this.store.where, "--listen", "127.0.0.1:0"], {
            stdio: ["ignore", "pipe", "pipe"],
            env: { ...process.env, ...this.env },
        });
        this.ended = new Promise((resolve) => this.process.on("exit", resolve));
        this.process.stderr.on("data", (piece) => (this.said += piece));
        this.url = await new Promise((resolve, reject) => {
            createInterface({ input: this.process.stdout }).on("line", (line) => {
                const at = line.match(/ at (http[^ ]*)\/$/);
                if (at) resolve(at[1]);
            });
            this.ended.then((code) => reject(new Error(`the server ended with ${code}: ${this.said}`)));
        });
    }
    // Returns the milliseconds that it took.
    async stop(signal = "SIGTERM") {
        const begin = Date.now();
        this.process.kill(signal);
        await this.ended;
        return Date.now() - begin;
    }
    async ask(key, method, path, body, status = 200) {
        const answer = await fetch(`${this.url}/api/v1${path}`, {
            method,
            headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
            body: body === undefined ? undefined : JSON.stringify(body),
        });
        const text = await answer.text();
        assert.equal(answer.status, status, `${method} ${path}: ${text}`);
        return text ? JSON.parse(text) : null;
    }
}

// -- a mail server ------------------------------------------------------------------------------

// What it does depends on the recipient: no.such@ is refused for good, later@ for now, hang@ waits
// at the end of the data for as long as `held` says.
export class Post {
    messages = []; // as they were taken
    held = null; // a function that is called with a held message, which is answered when it resolves
    async start(port = 0) {
        this.server = new SMTPServer({
            ...tls, hideSTARTTLS: false, authOptional: false, size: 50 * 1024 * 1024,
            onAuth: (auth, session, done) => done(null, auth.username === "shop" && auth.password === "p@ss:w" && session.secure ? { user: 1 } : undefined),
            onRcptTo: (address, session, done) => {
                const refuse = (code, words) => done(Object.assign(new Error(words), { responseCode: code }));
                if (address.address.startsWith("no.such@")) return refuse(550, "5.1.1 No such person here");
                if (address.address.startsWith("later@")) return refuse(451, "4.2.0 Come back later");
                done();
            },
            onData: (stream, session, done) => {
                const pieces = [];
                stream.on("data", (piece) => pieces.push(piece));
                stream.on("end", async () => {
                    const text = Buffer.concat(pieces).toString("latin1");
                    const mail = readMail(text, session.envelope);
                    if (this.held && mail.to.some((to) => to.startsWith("hang@"))) await this.held(mail);
                    this.messages.push(mail);
                    done(null, "taken");
                });
            },
        });
        this.server.on("error", () => {}); // connections that are cut off
        await new Promise((resolve) => this.server.listen(port, "127.0.0.1", resolve));
        this.port = this.server.server.address().port;
        return this.port;
    }
    stop() {
        return new Promise((resolve) => this.server.close(resolve));
    }
    of(subject) {
        return this.messages.filter((m) => m.subject === subject);
    }
}

const word = (_, charset, how, text) =>
    (how.toLowerCase() === "b" ? Buffer.from(text, "base64")
        : Buffer.from(text.replace(/_/g, " ").replace(/=([0-9A-F]{2})/gi, (_all, hex) => String.fromCharCode(parseInt(hex, 16))), "latin1")).toString("utf8");

const words = (text) => text.replace(/\?=\s+=\?/g, "?==?").replace(/=\?([^?]+)\?([bq])\?([^?]*)\?=/gi, word);

function readPart(text) {
    const at = text.indexOf("\r\n\r\n");
    const headers = {};
    for (const line of text.slice(0, at).replace(/\r\n[ \t]+/g, " ").split("\r\n")) {
        const colon = line.indexOf(":");
        headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
    }
    const raw = text.slice(at + 4);
    const how = headers["content-transfer-encoding"] ?? "";
    const bytes = how === "base64" ? Buffer.from(raw, "base64")
        : how === "quoted-printable" ? Buffer.from(raw.replace(/=\r\n/g, "").replace(/=([0-9A-F]{2})/gi, (_all, hex) => String.fromCharCode(parseInt(hex, 16))), "latin1")
            : Buffer.from(raw, "latin1");
    const boundary = (headers["content-type"] ?? "").match(/boundary="?([^";]+)/)?.[1];
    const parts = boundary ? raw.split(`--${boundary}`).slice(1, -1).map((part) => readPart(part.slice(2))) : [];
    return { headers, bytes, parts };
}

function readMail(text, envelope) {
    const whole = readPart(text);
    const text_part = whole.parts[0] ?? whole;
    return {
        headers: whole.headers,
        subject: words(whole.headers.subject),
        from: words(whole.headers.from),
        id: whole.headers["message-id"],
        to: envelope.rcptTo.map((one) => one.address),
        text: text_part.bytes.toString("utf8").replace(/\r\n/g, "\n"),
        files: whole.parts.slice(1).map((part) => ({
            type: part.headers["content-type"].split(";")[0],
            name: part.headers["content-disposition"].match(/filename="?([^";]+)/)?.[1],
            bytes: part.bytes,
        })),
    };
}

// -- a push service -----------------------------------------------------------------------------

const url64 = (text) => Buffer.from(text, "base64url");

// A browser's side of Web Push: its keys, and reading what was sealed for them (RFC 8291, 8188).
export class Browser {
    constructor(base, name) {
        this.ecdh = crypto.createECDH("prime256v1");
        this.ecdh.generateKeys();
        this.auth = crypto.randomBytes(16);
        this.endpoint = `${base}/${name}`;
    }
    subscription() {
        return { endpoint: this.endpoint, p256dh: this.ecdh.getPublicKey("base64url"), auth: this.auth.toString("base64url") };
    }
    open(body) {
        const salt = body.subarray(0, 16);
        assert.equal(body.readUInt32BE(16), 4096);
        const point = body.subarray(21, 21 + body[20]);
        const info = Buffer.concat([Buffer.from("WebPush: info\0"), this.ecdh.getPublicKey(), point]);
        const ikm = Buffer.from(crypto.hkdfSync("sha256", this.ecdh.computeSecret(point), this.auth, info, 32));
        const key = Buffer.from(crypto.hkdfSync("sha256", ikm, salt, "Content-Encoding: aes128gcm\0", 16));
        const nonce = Buffer.from(crypto.hkdfSync("sha256", ikm, salt, "Content-Encoding: nonce\0", 12));
        const sealed = body.subarray(21 + body[20]);
        const cipher = crypto.createDecipheriv("aes-128-gcm", key, nonce);
        cipher.setAuthTag(sealed.subarray(-16));
        const plain = Buffer.concat([cipher.update(sealed.subarray(0, -16)), cipher.final()]);
        assert.equal(plain.at(-1), 2, "the last record");
        return JSON.parse(plain.subarray(0, -1).toString("utf8"));
    }
}

// Takes messages; answers[path] is the status for that browser, 201 without one.
export class PushService {
    taken = [];
    answers = {};
    async start(houseKey) {
        this.server = https.createServer(tls, (request, response) => {
            const pieces = [];
            request.on("data", (piece) => pieces.push(piece));
            request.on("end", () => {
                const status = this.answers[request.url] ?? 201;
                this.taken.push({ path: request.url, status, headers: request.headers, body: Buffer.concat(pieces) });
                response.writeHead(status).end();
            });
        });
        await new Promise((resolve) => this.server.listen(0, "127.0.0.1", resolve));
        this.place = `localhost:${this.server.address().port}`;
        this.base = `https://${this.place}`;
    }
    stop() {
        this.server.closeAllConnections();
        return new Promise((resolve) => this.server.close(resolve));
    }
    at(path) {
        return this.taken.filter((one) => one.path === path);
    }
}

// The signature by RFC 8292, with the key that browsers were given.
export async function verifySignature(authorization, houseKey, origin) {
    const [, t, k] = authorization.match(/^vapid t=([^,]+), ?k=(.+)$/);
    assert.equal(k, houseKey);
    const point = url64(k);
    const key = await crypto.webcrypto.subtle.importKey("raw", point, { name: "ECDSA", namedCurve: "P-256" }, false, ["verify"]);
    const [head, claims, signature] = t.split(".");
    assert.ok(await crypto.webcrypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, url64(signature), Buffer.from(`${head}.${claims}`)), "the signature holds");
    assert.deepEqual(JSON.parse(url64(head)), { typ: "JWT", alg: "ES256" });
    const said = JSON.parse(url64(claims));
    assert.equal(said.aud, origin);
    const seconds = said.exp - Date.now() / 1000;
    assert.ok(seconds > 0 && seconds <= 24 * 3600, "not longer than a day");
    return said;
}
