import test from "node:test";
import assert from "node:assert/strict";
import { EventReader, pattern } from "../office/live";
import { instantOf, localOf } from "../office/zone";

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

test("times on the clock of a zone", () => {
    assert.equal(instantOf("2026-11-21T10:30", "Europe/Madrid"), "2026-11-21T09:30:00.000000Z");
    assert.equal(instantOf("2026-07-01T10:30", "Europe/Madrid"), "2026-07-01T08:30:00.000000Z");
    assert.equal(instantOf("2026-11-21T10:30", "Asia/Kolkata"), "2026-11-21T05:00:00.000000Z");
    assert.equal(instantOf("2026-11-21T10:30:15", "UTC"), "2026-11-21T10:30:15.000000Z");
    assert.equal(localOf("2026-11-21T09:30:00.000000Z", "Europe/Madrid"), "2026-11-21T10:30");
    assert.equal(localOf("2026-11-21T05:00:00.000000Z", "Asia/Kolkata"), "2026-11-21T10:30");
    assert.equal(localOf("", "UTC"), "");
    for (const zone of ["America/New_York", "Asia/Jakarta", "Pacific/Auckland"]) {
        for (const local of ["2026-01-15T00:00", "2026-03-08T12:00", "2026-06-30T23:59"]) {
            assert.equal(localOf(instantOf(local, zone), zone), local, `${local} in ${zone}`);
        }
    }
});
