// The camera as a scanner, in a browser that cannot read codes by itself: what the camera sees is a film of the labels that the
// program prints.
import test from "node:test";
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { execFileSync } from "node:child_process";
import { languageOf, openHouse, signInByCall, visit, phone } from "./kit.mjs";
import { accessible, noSidewaysScroll } from "./check.mjs";

const house = await openHouse();
const admin = await signInByCall(house, "lucia");
await languageOf(admin, "en");

// -- labels as films ----------------------------------------------------------------------------

const film = { width: 1280, height: 720 };

// A picture of grey values (PGM, P5) in the middle of a frame of the film; turned: lying on its side.
function frame(pgm, turned) {
    const head = /^P5\s+(\d+)\s+(\d+)\s+255\s/.exec(pgm.subarray(0, 60).toString("latin1"));
    const [width, height] = [Number(head[1]), Number(head[2])];
    const pixels = pgm.subarray(head[0].length);
    const [w, h] = turned ? [height, width] : [width, height];
    assert.ok(w <= film.width && h <= film.height, `${w} x ${h} pixels do not fit`);
    const out = Buffer.alloc(film.width * film.height, 200);
    const [left, top] = [(film.width - w) >> 1, (film.height - h) >> 1];
    for (let y = 0; y < h; y++) {
        for (let x = 0; x < w; x++) {
            out[(top + y) * film.width + left + x] = pixels[turned ? (height - 1 - x) * width + y : y * width + x];
        }
    }
    return out;
}

// The label of a product as a picture: kind is pdftoppm's, -gray or -png.
async function labelOf(product, kind) {
    const answer = await fetch(`${house.url}/api/v1/print/labels/${product.id}?sheet=roll`, { headers: { Cookie: admin.cookie } });
    assert.equal(answer.status, 200, await answer.clone().text());
    const base = path.join(house.folder, `label-${product.id}`);
    fs.writeFileSync(`${base}.pdf`, Buffer.from(await answer.arrayBuffer()));
    execFileSync("pdftoppm", [kind, "-r", "200", "-singlefile", `${base}.pdf`, base]);
    return fs.readFileSync(base + (kind === "-gray" ? ".pgm" : ".png"));
}

// As a film of Y4M, which Chromium shows instead of a camera's picture.
async function filmOf(product, turned) {
    const base = path.join(house.folder, `film-${product.id}-${turned}`);
    const y = frame(await labelOf(product, "-gray"), turned);
    const grey = Buffer.alloc(y.length / 2, 128);
    const one = Buffer.concat([Buffer.from("FRAME\n"), y, grey]);
    fs.writeFileSync(`${base}.y4m`, Buffer.concat([Buffer.from(`YUV4MPEG2 W${film.width} H${film.height} F10:1 Ip A1:1 C420jpeg\n`), one, one]));
    return `${base}.y4m`;
}

async function sees(product, turned) {
    return ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream", `--use-file-for-fake-video-capture=${await filmOf(product, turned)}`];
}

const { items: barcodes } = await admin.must(200, "GET", "/barcodes?limit=100");
const ean = barcodes.find((b) => /^\d{13}$/.test(b.code) && Number(b.quantity) === 1);
const shelf = await admin.must(200, "GET", `/products/${ean.product.id}`);
// A code with letters that bars cannot hold is printed as a QR code.
const square = await admin.must(201, "POST", "/products", { code: "MAÑANA-7", name: "Mañana", price: "3.00" });

async function openTill() {
    const { items } = await admin.must(200, "GET", "/tills");
    const open = items.find((x) => x.state === "open");
    if (!open) await admin.must(200, "POST", `/tills/${items[0].id}/open`, { float: "100.00" });
    return open ?? items[0];
}

const camera = (page) => page.getByRole("button", { name: "Scan with the camera" });
const decoderOf = (page) => page.evaluate(() => performance.getEntriesByType("resource").map((e) => e.name).filter((n) => n.includes("/decode-")));

// -- reading --------------------------------------------------------------------------------------

for (const [what, product, turned] of [["an EAN-13", shelf, false], ["an EAN-13 that stands upright", shelf, true], ["a QR code", square, false]]) {
    test(`the inbox finds what ${what} names`, async (t) => {
        await visit(t, house, { login: "lucia", size: phone, args: await sees(product, turned) }, async (v) => {
            const { page } = v;
            await v.go("/inbox");
            assert.equal(await page.evaluate(() => "BarcodeDetector" in globalThis), false, "this browser reads codes by itself");
            assert.deepEqual(await decoderOf(page), [], "the reader is loaded before it is wanted");
            const loaded = page.waitForResponse((r) => r.url().includes("/assets/decode-"));
            await camera(page).click();
            await loaded;
            await page.waitForURL(`${house.url}/office/products/${product.id}`);
        });
    });
}

test("at the counter each scan is a line of the basket", async (t) => {
    const till = await openTill();
    await visit(t, house, { login: "lucia", args: await sees(shelf) }, async (v) => {
        const { page } = v;
        await v.go(`/office/counter?till=${till.code}`);
        for (const count of ["1", "2"]) {
            await camera(page).click();
            await page.waitForFunction((n) => document.querySelector('[data-counter="count"]').textContent === n, count);
            assert.equal(await page.locator("dialog:modal").count(), 0, "the camera is still open");
        }
        assert.equal(await page.locator("[data-counter-lines] tr").count(), 1);
        await page.locator("[data-counter-lines]", { hasText: shelf.name }).waitFor();
        assert.equal(await page.evaluate(() => document.activeElement.id), "counter-scan");
    });
});

test("the reader reads each kind of bars that the program prints", async (t) => {
    const codes = { "EAN-8": "96385074", "UPC-A": "036000291452", "Code 128": "Shelf/7b-2026" };
    const labels = [];
    for (const [kind, code] of Object.entries(codes)) {
        const own = kind === "Code 128" ? code : `K-${code}`;
        const product = await admin.must(201, "POST", "/products", { code: own, name: kind, price: "1.00" });
        if (own !== code) await admin.must(201, "POST", "/barcodes", { product: product.id, code });
        labels.push(`data:image/png;base64,${(await labelOf(product, "-png")).toString("base64")}`);
    }
    await visit(t, house, { login: "lucia" }, async (v) => {
        await v.go("/inbox");
        const read = await v.page.evaluate(async (pictures) => {
            const script = [...document.scripts].find((s) => s.src.includes("/office-")).src;
            const { decode } = await import(/\/assets\/decode-[0-9a-f]+\.js/.exec(await (await fetch(script)).text())[0]);
            return Promise.all(pictures.map(async (picture) => {
                const image = new Image();
                image.src = picture;
                await image.decode();
                const canvas = Object.assign(document.createElement("canvas"), { width: image.width, height: image.height });
                const context = canvas.getContext("2d");
                context.drawImage(image, 0, 0);
                return decode(context.getImageData(0, 0, image.width, image.height));
            }));
        }, labels);
        assert.deepEqual(read, Object.values(codes));
    });
});

test("a UPC-A is found however a scanner spells it", async () => {
    for (const said of ["036000291452", "0036000291452", "00036000291452"]) {
        const found = await admin.must(200, "GET", `/office/lookup/product?q=${said}&exact=1`);
        assert.deepEqual(found.map((product) => product.code), ["K-036000291452"], said);
    }
});

// -- not reading ----------------------------------------------------------------------------------

test("the camera can be closed again, and says what to do while it is open", async (t) => {
    const nothing = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"];
    await visit(t, house, { login: "lucia", size: phone, args: nothing }, async (v) => {
        const { page } = v;
        await v.go("/inbox");
        await camera(page).click();
        const dialog = page.getByRole("dialog", { name: "Scan a code" });
        await dialog.getByText("Hold the code inside the frame.").waitFor();
        await accessible(page);
        await noSidewaysScroll(page);
        await dialog.getByRole("button", { name: "Back" }).click();
        await dialog.waitFor({ state: "detached" });
        await page.waitForFunction(() => document.activeElement.id === "scan-code");
    });
});

const refusals = [
    ["no camera", ["--use-fake-device-for-media-stream=device-count=0", "--use-fake-ui-for-media-stream"], /No camera was found\. Connect one, or type the code\./],
    ["a camera that is refused", ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream=deny"], /is not allowed here\. Allow it for this page/],
];
for (const [what, args, says] of refusals) {
    test(`${what}: the page says what to do`, async (t) => {
        await visit(t, house, { login: "lucia", size: phone, args }, async (v) => {
            const { page } = v;
            await v.go("/inbox");
            await camera(page).click();
            await page.locator("#toasts .toast.bad", { hasText: says }).waitFor();
            await accessible(page);
            assert.equal(await page.locator("dialog:modal").count(), 0);
            await page.waitForFunction(() => document.activeElement.id === "scan-code");
        });
    });
}

test("a reader that does not come is said, and comes the next time", async (t) => {
    await visit(t, house, { login: "lucia", args: await sees(shelf) }, async (v) => {
        const { page } = v;
        v.expected(/decode-/);
        await page.route("**/assets/decode-*", (route) => route.abort("connectionfailed"), { times: 1 });
        await v.go(`/office/counter?till=${(await openTill()).code}`);
        await camera(page).click();
        await page.locator("#toasts .toast.bad", { hasText: "could not be loaded" }).waitFor();
        await camera(page).click();
        await page.waitForFunction(() => document.querySelector('[data-counter="count"]').textContent === "1");
    });
});
