import test from "node:test";
import assert from "node:assert/strict";
import { canonical, verdict } from "../office/merge";

test("each field by itself", () => {
    assert.equal(verdict("a", "a", "a"), "same");
    assert.equal(verdict("a", "b", "a"), "keep");
    assert.equal(verdict("a", "a", "b"), "take");
    assert.equal(verdict("a", "b", "b"), "same");
    assert.equal(verdict("a", "b", "c"), "both");
    assert.equal(verdict("", "b", ""), "keep");
});

test("equal values read equal", () => {
    assert.equal(canonical("12.50"), canonical("12.5"));
    assert.equal(canonical("12.00"), canonical("12"));
    assert.equal(canonical("100"), "100");
    assert.equal(canonical("-0.00"), "0");
    assert.equal(canonical(null), canonical(""));
    assert.equal(canonical(undefined), "");
    assert.equal(canonical({ id: 7, code: "TEA", label: "Tea" }), "7");
    assert.equal(canonical(7), "7");
    assert.equal(canonical(true), "true");
    assert.equal(canonical("a\r\nb"), "a\nb");
    assert.equal(canonical("007"), "007");
});
