import test from "node:test";
import assert from "node:assert/strict";
import { EventReader, pattern } from "../office/live";

test("names of events", () => {
    const names = pattern("sales_order.* till.closed");
    assert.ok(names.test("sales_order.placed"));
    assert.ok(names.test("till.closed"));
    assert.ok(!names.test("till.opened"));
    assert.ok(!names.test("sales_orders.placed"));
    assert.ok(!names.test("xsales_order.placed"));
    assert.ok(!pattern("").test("anything"));
});

test("a stream of events in any pieces", () => {
    const stream = ": hello\n\nid: 7\nevent: task.claimed\ndata: {\"a\":1}\n\nid: 8\r\nevent: x\r\ndata: one\r\ndata: two\r\n\r\n";
    for (let cut = 1; cut < 20; cut++) {
        const seen: string[] = [];
        const reader = new EventReader((name, data) => seen.push(`${name}|${data}`));
        for (let at = 0; at < stream.length; at += cut) {
            reader.push(stream.slice(at, at + cut));
        }
        assert.deepEqual(seen, ['task.claimed|{"a":1}', "x|one\ntwo"], `pieces of ${cut}`);
        assert.equal(reader.id, "8");
    }
});
