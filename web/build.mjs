// Makes everything that a browser gets beside the pages: bundles and minifies the scripts and styles, joins the icons into one
// sprite, draws the program's mark in the sizes that systems ask for, names each file by its contents and packs it.
//
//     node web/build.mjs FOLDER      writes FOLDER/assets/*, FOLDER/assets.S (the bytes) and FOLDER/assets.c (the table of src/face/asset.h)
//
// The same sources make the same files: nothing of the time or the machine goes into them.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { drawMark, icoOf, markSvg } from "./mark.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const out = resolve(process.argv[2] ?? "");
if (process.argv.length !== 3) {
    console.error("usage: node web/build.mjs FOLDER");
    process.exit(2);
}

let esbuild;
try {
    esbuild = await import("esbuild");
} catch {
    console.error("web/node_modules is not there or too old: run script/setup");
    process.exit(1);
}

// One bundle each; worker.js is the service worker of the inbox. decode.js beside them is a module, loaded when a camera is opened.
const scripts = ["office/office.ts", "office/counter.ts", "office/inbox.ts", "office/worker.ts"];

const types = {
    css: "text/css; charset=utf-8",
    js: "text/javascript; charset=utf-8",
    svg: "image/svg+xml",
    png: "image/png",
    ico: "image/x-icon",
};

/** One symbol an icon: its drawing without the outer element; stroke and size come from the style. */
function sprite() {
    const folder = join(here, "icons");
    const symbols = readdirSync(folder).filter((name) => name.endsWith(".svg")).sort().map((name) => {
        const whole = readFileSync(join(folder, name), "utf8").trim();
        const match = /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" viewBox="0 0 24 24">([^]*)<\/svg>$/.exec(whole);
        if (!match || /<(script|style|image|use|text)|\son|style=|fill="(?!none|currentColor)/.test(whole)) {
            throw new Error(`web/icons/${name}: an icon is <svg xmlns viewBox="0 0 24 24"> with shapes only, no colours`);
        }
        return `<symbol id="${name.slice(0, -4)}" viewBox="0 0 24 24">${match[1].replace(/\s*\n\s*/g, "")}</symbol>`;
    });
    return Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`);
}

function named(name, bytes) {
    const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 8);
    const dot = name.lastIndexOf(".");
    return { name, bytes, address: `/assets/${name.slice(0, dot)}-${hash}${name.slice(dot)}` };
}

async function bundle(entries, define, more = {}) {
    const result = await esbuild.build({
        absWorkingDir: here,
        entryPoints: entries,
        outdir: "out",
        entryNames: "[name]",
        bundle: true,
        minify: true,
        write: false,
        charset: "utf8",
        format: "iife",
        target: ["chrome109", "firefox115", "safari16"],
        legalComments: "none",
        logLevel: "warning",
        define,
        external: ["/assets/*"],
        ...more,
    });
    return result.outputFiles.map((file) => named(file.path.replace(/^.*[\\/]/, ""), Buffer.from(file.contents)));
}

const icons = named("icons.svg", sprite());
const [decoder] = await bundle(["office/decode.ts"], {}, {
    format: "esm",
    banner: { js: "/*! Holds parts of @zxing/library, Copyright ZXing authors, Apache License 2.0: http://www.apache.org/licenses/LICENSE-2.0; and ts-custom-error, Copyright 2019 Adrien Gibrat, MIT License */" },
});
const assets = [
    icons,
    decoder,
    named("favicon.svg", Buffer.from(markSvg())),
    named("favicon.ico", icoOf([16, 32, 48])),
    named("icon-180.png", drawMark(180, "square")),
    named("icon-192.png", drawMark(192, "rounded")),
    named("icon-512.png", drawMark(512, "rounded")),
    named("icon-maskable-512.png", drawMark(512, "square")),
    ...(await bundle(["style/office.css"], {})),
    ...(await bundle(scripts, {
        ICONS: JSON.stringify(icons.address),
        DECODER: JSON.stringify(decoder.address),
    })),
].sort((a, b) => (a.name < b.name ? -1 : 1));

rmSync(join(out, "assets"), { recursive: true, force: true });
mkdirSync(join(out, "assets"), { recursive: true });
let bytes = "/* Made by web/build.mjs. */\n    .section .rodata\n";
let declarations = "";
let rows = "";
for (const [i, asset] of assets.entries()) {
    const type = types[asset.name.replace(/^.*\./, "")];
    const packed = gzipSync(asset.bytes, { level: 9 });
    packed[9] = 255; // the system that packed it (RFC 1952): unknown
    const pays = !/image\/(png|x-icon)/.test(type) && packed.length < asset.bytes.length * 0.9;
    for (const [part, contents] of [["", asset.bytes], ["_gzip", packed]]) {
        if (part && !pays) {
            continue;
        }
        const path = join(out, "assets", asset.name + (part ? ".gz" : ""));
        writeFileSync(path, contents);
        bytes += `    .balign 8\n    .global kontor_asset_${i}${part}\nkontor_asset_${i}${part}:\n    .incbin "${path}"\n    .byte 0\n`;
        declarations += `extern const unsigned char kontor_asset_${i}${part}[];\n`;
    }
    rows += `    { "${asset.name}", "${asset.address}", "${type}", kontor_asset_${i}, ` +
        `${pays ? `kontor_asset_${i}_gzip` : "NULL"}, ${asset.bytes.length}, ${pays ? packed.length : 0} },\n`;
}
bytes += '    .section .note.GNU-stack,"",%progbits\n';
writeFileSync(join(out, "assets.S"), bytes);
writeFileSync(join(out, "assets.c"), `/* Made by web/build.mjs. */
#include "face/asset.h"

${declarations}
const struct asset assets[] = {
${rows}};
const size_t n_assets = N_ELEMENTS(assets);
`);
