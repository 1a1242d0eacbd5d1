import test from "node:test";
import assert from "node:assert/strict";
import { formatNumber, fromMillionths, parseNumber, toMillionths } from "../office/number";

function reads(locale: string, rows: Record<string, string | null>): void {
    for (const [typed, wanted] of Object.entries(rows)) {
        assert.equal(parseNumber(typed, locale), wanted, `${typed} in ${locale}`);
    }
}

test("an Englishman's numbers", () => {
    reads("en-GB", {
        "1234.50": "1234.50", "1,234.50": "1234.50", "1,234,567": "1234567", ".5": "0.5", "5.": "5", "007": "7", "0": "0",
        "-12.40": "-12.40", "(12.40)": "-12.40", "12.40-": "-12.40", "−3": "-3", "+3": "3", "-0.00": "0.00",
        "£1,234.50": "1234.50", "1,234.50 €": "1234.50", "USD 12": "12", "12 EUR": "12", "$-5": "-5",
        "12,50": "12.50", "0,125": "0.125", "1,234": "1234", "1 234.5": "1234.5", "1\u00a0234": "1234",
    });
});

test("a Spaniard's numbers", () => {
    reads("es-ES", {
        "1234,50": "1234.50", "1.234,50": "1234.50", "1.234.567": "1234567", "1.234": "1234", "12.50": "12.50", "0.5": "0.5",
        "1,5": "1.5", "1,234.50": "1234.50", "1,234": "1.234", "-1.234,5": "-1234.5",
    });
});

test("an Indian's and an Indonesian's numbers", () => {
    reads("en-IN", { "1,23,456.78": "123456.78", "12,34,567": "1234567", "1,234": "1234" });
    reads("hi-IN-u-nu-deva", { "१,२३,४५६.७८": "123456.78", "१२.५": "12.5", "123.5": "123.5", "-५": "-5" });
    reads("id-ID", { "Rp1.234.567": "1234567", "Rp 1.234,50": "1234.50", "1.234": "1234", "12,5": "12.5" });
});

test("what is no number, or could be two, is refused", () => {
    for (const locale of ["en-GB", "es-ES", "hi-IN", "id-ID"]) {
        reads(locale, { "": null, " ": null, abc: null, "12a": null, "1..2": null, "--1": null, "-": null, ".": null, "1e5": null,
            "1,2,3.4.5": null, "12,34,56": null, "0x10": null });
    }
    reads("en-GB", { "1,2345.6": null, "1.2.3": null, "1.234,567.8": null });
    reads("es-ES", { "1.2345,6": null, "1,2,3": null });
});

test("an amount that is shown and read again is the same", () => {
    for (const locale of ["en-GB", "en-IN", "es-ES", "es-MX", "hi-IN-u-nu-deva", "hi-IN", "id-ID"]) {
        for (const plain of ["0", "0.05", "1.5", "12.40", "999.99", "1234.50", "12345.67", "1234567.89", "-98765432.10"]) {
            for (const groups of [true, false]) {
                assert.equal(parseNumber(formatNumber(plain, locale, groups), locale), plain, `${plain} in ${locale}: ${formatNumber(plain, locale, groups)}`);
            }
        }
    }
});

test("numbers beyond those that a computer's floats hold", () => {
    assert.equal(formatNumber("12345678901234567.89", "en-GB"), "12,345,678,901,234,567.89");
    assert.equal(formatNumber("-12345678901234567.89", "es-ES", false), "-12345678901234567,89");
});

test("sums are exact", () => {
    assert.equal(fromMillionths(toMillionths("0.1") + toMillionths("0.2"), 2), "0.30");
    assert.equal(fromMillionths(toMillionths("10") - toMillionths("12.34"), 2), "-2.34");
    assert.equal(fromMillionths(toMillionths("1.005"), 2), "1.01");
    assert.equal(fromMillionths(toMillionths("-0.004"), 2), "0.00");
    assert.equal(fromMillionths(toMillionths("1500"), 0), "1500");
    assert.equal(toMillionths("nonsense"), 0n);
});
