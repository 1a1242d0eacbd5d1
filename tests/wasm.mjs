// Pricing as the browser runs it: the published vectors, then a million random lines whose hash must be that
// of the native program (tests/wasm_native.c).   node wasm.mjs PRICING.wasm PRICING.vectors HASH-LINE
import { readFileSync } from "node:fs";

const [wasm, vectors, native] = process.argv.slice(2);
const { exports: pricing } = (await WebAssembly.instantiate(readFileSync(wasm), {})).instance;
const view = new DataView(pricing.memory.buffer);
const at = pricing.pricing_buffer();
const OK = 0, INVALID = 3, RANGE = 4; // enum err

const put = (i, v) => view.setBigInt64(at + i * 8, BigInt(v), true);
const get = (i) => view.getBigInt64(at + i * 8, true);

// --- Vectors

function micro(text) {
    const [, sign, whole, decimals = ""] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
    return BigInt(sign + whole + decimals.padEnd(6, "0"));
}

function lineWords(text) {
    const w = Array(14).fill(0n);
    const [first, ...rest] = text.split(" ");
    const [price, quantity] = first.split("x");
    w[7] = micro(quantity);
    w[8] = BigInt(price);
    for (const word of rest) {
        const v = word.slice(1);
        if (word[0] === "i" || word[0] === "o") {
            w[12] = micro(v);
            w[11] = w[12] + 1n;
            w[13] = word[0] === "i" ? 1n : 0n;
        } else if (word[0] === "p") w[0] = BigInt(v);
        else if (word[0] === "c") v.split(",").forEach((c, i) => (w[1 + i] = BigInt(c)));
        else if (word[0] === "-" && v.endsWith("%")) w[9] = micro(v.slice(0, -1));
        else if (word[0] === "-") w[10] = BigInt(v);
        else if (word !== "n") throw new Error(`unknown word ${word}`);
    }
    return w;
}

function ruleWords(text) {
    const w = Array(8).fill(0n);
    const [first, ...rest] = text.split(" ");
    w[0] = BigInt(first.slice(1));
    for (const word of rest) {
        const v = word.slice(1);
        if (word === "basket") w[3] = 1n;
        else if (word[0] === "p") w[1] = BigInt(v);
        else if (word[0] === "c") w[2] = BigInt(v);
        else if (word[0] === "q") w[4] = micro(v);
        else if (word[0] === "t") w[5] = BigInt(v);
        else if (word.endsWith("%")) w[6] = micro(word.slice(0, -1));
        else w[7] = BigInt(word);
    }
    return w;
}

function computed(n) {
    const error = Number(get(0));
    if (error === INVALID) return "invalid";
    if (error === RANGE) return "range";
    if (error !== OK) return `error ${error}`;
    const lines = [];
    for (let i = 0; i < n; i++) {
        const [, discount, share, rule, basket, net, tax] = Array.from({ length: 8 }, (_, k) => get(5 + i * 8 + k));
        const extra = Object.entries({ d: discount, r: rule, b: share, k: basket });
        lines.push(`${net}+${tax}` + extra.filter(([, v]) => v !== 0n).map(([k, v]) => ` ${k}${v}`).join(""));
    }
    return lines.join("; ") || "-";
}

let held = 0;
for (const row of readFileSync(vectors, "utf8").split("\n")) {
    if (row === "" || row[0] === "#") continue;
    const [name, mode, lines, rules, expected] = row.split("|").map((s) => s.trim());
    const items = (s) => (s === "-" ? [] : s.split(";").map((x) => x.trim()));
    const words = [...items(lines).map(lineWords), ...items(rules).map(ruleWords)].flat();
    [items(lines).length, items(rules).length, mode === "document" ? 1 : 0, ...words].forEach((v, i) => put(i, v));
    pricing.pricing_run();
    const answer = computed(items(lines).length);
    if (answer !== expected) {
        console.error(`${name}: expected ${expected}, computed ${answer}`);
        process.exit(1);
    }
    held++;
}

// --- Random lines: what tests/wasm_native.c does, in the same order

let state = 20261121;
let hash = 2166136261 | 0;

function draw() {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (t ^ (t >>> 14)) >>> 0;
}
const below = (n) => draw() % n;

// As put, for whole numbers below 2^53 and -1, without a BigInt.
function putNumber(i, v) {
    view.setUint32(at + i * 8, v >>> 0, true);
    view.setInt32(at + i * 8 + 4, Math.floor(v / 4294967296), true);
}

function randomLine(o) {
    const rates = [0, 4000000, 5000000, 8875000, 11000000, 18000000, 21000000];
    for (let i = 0; i < 14; i++) putNumber(o + i, 0);
    putNumber(o, 1 + below(9));
    putNumber(o + 1, 1 + below(4));
    putNumber(o + 2, below(3) === 0 ? 9 : 0);
    putNumber(o + 7, below(3) === 0 ? below(30000000) : 1000000 * (1 + below(12)));
    putNumber(o + 8, below(50) === 0 ? below(4000000000) * 1000 : below(20000));
    putNumber(o + 9, below(8) === 0 ? below(100000001) : 0);
    putNumber(o + 10, below(9) === 0 ? below(5000) : 0);
    const rate = below(7);
    putNumber(o + 11, below(12) === 0 ? 0 : 1 + rate);
    putNumber(o + 12, rates[rate]);
    putNumber(o + 13, below(2));
    if (below(20000) === 0) putNumber(o + 7, -1);
}

function randomDiscount(o, id) {
    putNumber(o, id);
    putNumber(o + 1, below(2) === 0 ? 1 + below(9) : 0);
    putNumber(o + 2, below(3) === 0 ? 1 + below(9) : 0);
    putNumber(o + 3, below(2));
    putNumber(o + 4, below(2) === 0 ? below(6) * 1000000 : 0);
    putNumber(o + 5, below(2) === 0 ? below(60000) : 0);
    const percent = below(2) === 0 ? below(50000001) : 0;
    putNumber(o + 6, percent);
    putNumber(o + 7, percent === 0 ? below(2000) : 0);
}

let refused = 0;
for (let done = 0; done < 1000000; ) {
    const n = 1 + below(20), rules = below(6);
    putNumber(0, n);
    putNumber(1, rules);
    putNumber(2, below(2));
    for (let i = 0; i < n; i++) randomLine(3 + i * 14);
    for (let i = 0; i < rules; i++) randomDiscount(3 + n * 14 + i * 8, i + 1);
    pricing.pricing_run();
    const bad = view.getInt32(at, true) !== OK;
    refused += bad;
    for (let i = 0; i < (bad ? 1 : 5 + n * 8) * 2; i++) {
        hash = Math.imul(hash ^ view.getInt32(at + i * 4, true), 16777619);
    }
    done += n;
}
const line = `${(hash >>> 0).toString(16).padStart(8, "0")} refused ${refused}`;
if (line !== native) {
    console.error(`a million lines: natively ${native}, here ${line}`);
    process.exit(1);
}
console.log(`${held} vectors, a million random lines: ${line}`);
