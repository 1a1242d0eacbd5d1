// Times on clocks that skip an hour, have one twice, or are unknown.
import test from "node:test";
import assert from "node:assert/strict";
import { instantOf, localOf } from "../office/zone";

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
            assert.equal(localOf(instantOf(local, zone) ?? "", zone), local, `${local} in ${zone}`);
        }
    }
});

test("a local time is an instant", () => {
    assert.equal(instantOf("2026-11-21T10:30", "Europe/Madrid"), "2026-11-21T09:30:00.000000Z");
    assert.equal(instantOf("2028-02-29T12:00", "Asia/Kolkata"), "2028-02-29T06:30:00.000000Z");
    assert.equal(instantOf("2026-03-29T02:30", "Europe/Madrid"), "2026-03-29T01:30:00.000000Z"); // is skipped: 3:30
    assert.equal(instantOf("2026-10-25T02:30", "Europe/Madrid"), "2026-10-25T01:30:00.000000Z"); // is there twice: the second
    assert.equal(localOf("2026-03-29T01:30:00.000000Z", "Europe/Madrid"), "2026-03-29T03:30");
    assert.equal(localOf("2026-10-25T00:30:00.000000Z", "Europe/Madrid"), "2026-10-25T02:30");
});

test("what is no time is none", () => {
    for (const local of ["0002-01-01T00:00", "275760-09-13T00:00", "2026-02-30T25:00", "x", ""]) {
        assert.equal(instantOf(local, "Europe/Madrid"), null, local);
    }
    assert.equal(instantOf("2026-11-21T10:30", "Nowhere/Land"), null);
    assert.equal(localOf("x", "UTC"), "");
});
