import test from "node:test";
import assert from "node:assert/strict";
import { dig, filled, gather, pathOf, topOf } from "../office/json";

test("names are paths", () => {
    assert.deepEqual(pathOf("name"), ["name"]);
    assert.deepEqual(pathOf("lines[0].product"), ["lines", 0, "product"]);
    assert.deepEqual(pathOf("a.b[1][2].c"), ["a", "b", 1, 2, "c"]);
    for (const bad of ["", "lines[]", "lines[x]", "a..b", "a b", "[0]", "lines[#].x"]) {
        assert.equal(pathOf(bad), null, bad);
    }
    assert.equal(topOf("lines[0].product"), "lines");
    assert.equal(topOf("address.city"), "address");
});

test("controls become one object", () => {
    const { body } = gather([
        { name: "customer", value: 7 }, { name: "address.city", value: "Cádiz" }, { name: "lines[0].product", value: 1 },
        { name: "lines[0].quantity", value: "2" }, { name: "lines[1].product", value: 5 }, { name: "note", value: null },
    ]);
    assert.deepEqual(body, { customer: 7, address: { city: "Cádiz" }, lines: [{ product: 1, quantity: "2" }, { product: 5 }], note: null });
});

test("rows that were left out close up, and an error finds its control", () => {
    const { body, sent } = gather([{ name: "lines[2].product", value: 1 }, { name: "lines[5].product", value: 2 }, { name: "lines[5].price", value: "3" }]);
    assert.deepEqual(body, { lines: [{ product: 1 }, { product: 2, price: "3" }] });
    assert.equal(sent.get("lines[1].price"), "lines[5].price");
});

test("names that objects have anyway do no harm", () => {
    const { body } = gather([{ name: "__proto__.x", value: 1 }, { name: "constructor.y", value: 2 }]);
    assert.equal(({} as Record<string, unknown>)["x"], undefined);
    assert.deepEqual(dig(body, ["constructor", "y"]), 2);
    assert.equal(dig({}, ["constructor"]), undefined);
});

test("an answer fills an address", () => {
    assert.equal(filled("/office/products/{id}", { id: 7 }), "/office/products/7");
    assert.equal(filled("/office/x?q={name}", { name: "a b&c" }), "/office/x?q=a%20b%26c");
    assert.equal(filled("/office/{order.id}", { order: { id: 3 } }), "/office/3");
    assert.equal(filled("/office/{id}", {}), null);
    assert.equal(filled("/office/{id}", { id: { a: 1 } }), null);
    assert.equal(filled("/office/today", null), "/office/today");
});
