import test from "node:test";
import assert from "node:assert/strict";
import { namesOf } from "../office/boxes";

test("names with commas between them, as people write them", () => {
    assert.deepEqual(namesOf("cashier, buyer"), ["cashier", "buyer"]);
    assert.deepEqual(namesOf(" cashier ,, "), ["cashier"]);
    assert.deepEqual(namesOf(""), []);
});
