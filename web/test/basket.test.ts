import test from "node:test";
import assert from "node:assert/strict";
import { addLine, bodyOf, changeQuantity, emptyBasket, parseScan, remaining, restoreBasket, setQuantity, type Line } from "../office/basket";

const tea: Line = { product: 7, barcode: null, label: "Tea", quantity: "1", price: null, discount: null };
const carton: Line = { product: null, barcode: "4006381333931", label: "Tea, carton", quantity: "1", price: null, discount: null };

test("what is scanned or typed", () => {
    assert.deepEqual(parseScan("4006381333931", "en"), { quantity: "1", code: "4006381333931" });
    assert.deepEqual(parseScan(" 3*TEA ", "en"), { quantity: "3", code: "TEA" });
    assert.deepEqual(parseScan("2,5 x TEA", "es"), { quantity: "2.5", code: "TEA" });
    assert.deepEqual(parseScan("३*TEA", "hi-IN"), { quantity: "3", code: "TEA" });
    assert.deepEqual(parseScan("3XL-SHIRT", "en"), { quantity: "1", code: "3XL-SHIRT" });
    assert.equal(parseScan("0*TEA", "en"), null);
    assert.equal(parseScan("   ", "en"), null);
});

test("the same product is one line, a price by hand a line of its own", () => {
    const basket = emptyBasket("T1");
    assert.equal(addLine(basket, tea), 0);
    assert.equal(addLine(basket, { ...tea, quantity: "0.5" }), 0);
    assert.equal(basket.lines[0]?.quantity, "1.5");
    assert.equal(addLine(basket, { ...tea, price: "9.00" }), 1);
    assert.equal(addLine(basket, tea), 0);
    assert.equal(addLine(basket, carton), 2);
    assert.equal(basket.lines[0]?.quantity, "2.5");
});

test("quantities change, and nothing is no line", () => {
    const basket = emptyBasket("T1");
    addLine(basket, tea);
    changeQuantity(basket, 0, 1);
    assert.equal(basket.lines[0]?.quantity, "2");
    setQuantity(basket, 0, "0.250");
    assert.equal(basket.lines[0]?.quantity, "0.25");
    changeQuantity(basket, 0, -1);
    assert.equal(basket.lines.length, 0);
    changeQuantity(basket, 5, 1);
});

test("the body of a sale", () => {
    const basket = emptyBasket("T1");
    addLine(basket, tea);
    addLine(basket, { ...carton, quantity: "2" });
    basket.customer = { id: 3, label: "Priya" };
    assert.deepEqual(bodyOf(basket, [{ kind: "cash", amount: "20.00" }]), {
        till: "T1", customer: 3, lines: [{ product: 7, quantity: "1" }, { barcode: "4006381333931", quantity: "2" }],
        tenders: [{ kind: "cash", amount: "20.00" }],
    });
    assert.equal("tenders" in bodyOf(basket), false);
});

test("what is left to pay, and change", () => {
    assert.equal(remaining("17.30", [], 2), "17.30");
    assert.equal(remaining("17.30", [{ kind: "card", amount: "10.10" }], 2), "7.20");
    assert.equal(remaining("17.30", [{ kind: "card", amount: "10.10" }, { kind: "cash", amount: "10" }], 2), "-2.80");
    assert.equal(remaining("15000", [{ kind: "cash", amount: "20000" }], 0), "-5000");
});

test("only a basket of this till comes back", () => {
    const basket = emptyBasket("T1");
    addLine(basket, tea);
    basket.pending = { key: "k", body: { till: "T1" } };
    const kept: unknown = JSON.parse(JSON.stringify(basket));
    assert.deepEqual(restoreBasket(kept, "T1"), basket);
    assert.deepEqual(restoreBasket(kept, "T2"), emptyBasket("T2"));
    assert.deepEqual(restoreBasket(null, "T1"), emptyBasket("T1"));
    assert.deepEqual(restoreBasket({ till: "T1", lines: [null, { quantity: 3 }] }, "T1").lines, []);
});
