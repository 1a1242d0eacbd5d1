// The texts of the scripts, t("..."), as rows of src/face/script_texts.c, so that they are in the program's catalogues.
//
//     node web/texts.mjs            writes that file
//     node web/texts.mjs --check    says whether it is as it should be
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, "../src/face/script_texts.c");

const texts = new Map(); // text -> files
for (const name of readdirSync(join(here, "office")).filter((n) => n.endsWith(".ts")).sort()) {
    const source = readFileSync(join(here, "office", name), "utf8").replace(/^\s*(\/\/|\*|\/\*).*$/gm, "");
    for (const match of source.matchAll(/(?<![\w.$])t\(\s*("(?:[^"\\\n]|\\.)*")?/g)) {
        if (match[1]) {
            const text = JSON.parse(match[1]);
            texts.set(text, [...new Set([...(texts.get(text) ?? []), name])]);
        } else if (name !== "text.ts") {
            console.error(`web/office/${name}: t() takes a literal in double quotes`);
            process.exit(1);
        }
    }
}

const rows = [...texts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([text]) => {
    const literal = JSON.stringify(text);
    const row = `    N_(${literal}),`;
    if (row.length <= 100) {
        return row;
    }
    // Long texts in pieces, broken at blanks; in brackets, so that no comma seems to be missing.
    const pieces = [];
    let piece = "";
    for (const word of literal.slice(1, -1).split(/(?<= )/)) {
        if (piece.length + word.length > 86) {
            pieces.push(piece);
            piece = "";
        }
        piece += word;
    }
    pieces.push(piece);
    return pieces.map((p, i) => `${i ? "        " : "    (N_("}"${p}"`).join("\n") + ")),";
});
const wanted = `/* The texts of the scripts in web/office/: written by \`npm run texts\` in web/, not by hand. */
#include "face/script_texts.h"

/* clang-format off */
const char *const script_texts[] = {
${rows.join("\n")}
};
/* clang-format on */
const size_t n_script_texts = N_ELEMENTS(script_texts);
`;

if (process.argv[2] === "--check") {
    let now = "";
    try {
        now = readFileSync(target, "utf8");
    } catch {
        // not there: not as it should be
    }
    if (now !== wanted) {
        console.error("src/face/script_texts.c does not hold the texts of web/office/: run `npm run texts` in web/");
        process.exit(1);
    }
    console.log(`${texts.size} texts`);
} else {
    writeFileSync(target, wanted);
}
