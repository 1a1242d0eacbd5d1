import test from "node:test";
import assert from "node:assert/strict";
import { call, Lost, Refused } from "../office/api";

/** Answers of the server, one after the other; what was asked is kept. */
function serve(statuses: number[]): { path: string; key: string | null }[] {
    const asked: { path: string; key: string | null }[] = [];
    Object.assign(globalThis, {
        document: { documentElement: { lang: "en", dataset: {} } },
        setTimeout: (done: () => void) => queueMicrotask(done),
        fetch: (path: string, init?: RequestInit) => {
            if (path === "/api/v1/session") {
                return Promise.resolve(Response.json({ form_token: "x" }));
            }
            asked.push({ path, key: new Headers(init?.headers).get("Idempotency-Key") });
            const status = statuses[asked.length - 1] ?? 200;
            return Promise.resolve(status < 400 ? Response.json({ id: 7 }, { status })
                : Response.json({ status, title: "No", detail: "For a reason.", code: "x" }, { status }));
        },
    });
    return asked;
}

test("what the store gave up on may have been done: it is asked again under the same key", async () => {
    const asked = serve([503, 502, 200]);
    const answer = await call("POST", "/api/v1/sales_orders/checkout", {}, { key: "k" });
    assert.deepEqual(answer.body, { id: 7 });
    assert.deepEqual(asked.map((one) => one.key), ["k", "k", "k"]);
});

test("a sale of which nobody knows is not called refused", async () => {
    for (const status of [502, 503, 504]) {
        serve([status, status, status]);
        await assert.rejects(call("POST", "/api/v1/sales_orders/checkout", {}, { key: "k" }),
            (error) => error instanceof Lost && !(error instanceof Refused) && error.message === "For a reason.");
    }
});

test("what was refused was not done", async () => {
    for (const status of [400, 403, 409, 412, 422, 500, 507]) {
        const asked = serve([status]);
        await assert.rejects(call("POST", "/api/v1/sales_orders/checkout", {}, { key: "k" }), (error) => error instanceof Refused);
        assert.equal(asked.length, 1);
    }
});
