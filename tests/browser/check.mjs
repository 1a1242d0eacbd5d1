// What every page must keep: WCAG 2.2 AA as far as axe can tell, valid HTML, room to breathe.
import { createRequire } from "node:module";
import assert from "node:assert/strict";
import fs from "node:fs";
import { HtmlValidate } from "html-validate";

const axeSource = fs.readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const levels = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

// No violation of WCAG at level AA on the page as it stands now. Rows that are made alike (the same elements with the same
// attributes of the same classes, in a list that has seen two of them) are not judged again. colours: false leaves out the contrast,
// for a page whose colours were judged in another language.
export async function accessible(page, what = page.url(), { colours = true } = {}) {
    if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(axeSource);
    // Colours are judged when nothing is at work and nothing fades any more.
    await page.waitForFunction(() => !document.querySelector(".is-busy"));
    const found = await page.evaluate(async ([tags, withColours]) => {
        await Promise.all(document.getAnimations().filter((a) => a.effect?.getTiming().iterations !== Infinity).map((a) => a.finished.catch(() => {})));
        const alike = [];
        for (const list of document.querySelectorAll("tbody, ul, ol, dl, select")) {
            const seen = new Map();
            for (const row of list.children) {
                const look = (e) => `${e.localName} ${e.className?.baseVal ?? e.className} ${e.getAttributeNames().join()}${e.children.length || e.textContent.trim() ? "" : " empty"}`;
                const shape = [row, ...row.querySelectorAll("*")].map(look).join("\n");
                seen.set(shape, (seen.get(shape) ?? 0) + 1);
                if (seen.get(shape) > 2) alike.push(row);
            }
        }
        const r = await globalThis.axe.run({ include: [document.documentElement], exclude: alike }, {
            runOnly: { type: "tag", values: tags },
            rules: { "color-contrast": { enabled: withColours } },
            resultTypes: ["violations"],
        });
        return r.violations.map((v) => ({
            rule: v.id,
            help: v.help,
            at: v.nodes.slice(0, 4).map((n) => `${n.target.join(" ")}: ${n.html.slice(0, 160)} ${(n.any[0] ?? n.all[0] ?? n.none[0])?.message ?? ""}`),
        }));
    }, [levels, colours]);
    assert.deepEqual(found, [], `accessibility of ${what}`);
}

const validator = new HtmlValidate({
    extends: ["html-validate:standard", "html-validate:a11y"],
    rules: {
        "no-inline-style": "error",
        "prefer-native-element": "off", // a combobox of ARIA has no native element
        "long-title": "off",
        "no-trailing-whitespace": "off",
        "attr-quotes": ["error", { style: "double", unquoted: false }],
        "require-csp-nonce": "off",
        "require-sri": "off", // same origin, hashed names
        "tel-non-breaking": "off",
        "valid-autocomplete": "error",
        "no-unknown-elements": "error",
        "no-redundant-for": "off", // a label around its control may name it too
        "wcag/h32": "off", // a form that saves as one goes has nothing to send
        "id-pattern": "off",
        "name-pattern": "off",
    },
});

// The HTML as the server sent it.
export function validHtml(html, what) {
    const report = validator.validateStringSync(html);
    const found = report.results.flatMap((r) =>
        r.messages.filter((m) => m.severity === 2).map((m) => `${m.ruleId}: ${m.message} (line ${m.line}, ${m.selector ?? ""})`),
    );
    assert.deepEqual(found.slice(0, 12), [], `HTML of ${what}`);
    const inline = html.match(/<script(?![^>]*\ssrc=)[^>]*>|\son[a-z]+\s*=\s*"|\sstyle\s*=\s*"|javascript:/i);
    assert.equal(inline, null, `inline script or style in ${what}: ${inline?.[0]}`);
}

// Nothing reaches past the right edge: at 360 px, and at 640 px, which is 1280 px at 200 %. What
// scrolls inside its own frame may be wider.
export async function noSidewaysScroll(page, what = page.url()) {
    const over = await page.evaluate(() => {
        const width = document.documentElement.clientWidth;
        if (document.documentElement.scrollWidth <= width + 1) return null;
        const wide = [...document.querySelectorAll("body *")].filter((e) => {
            const r = e.getBoundingClientRect();
            return r.width > 0 && r.right > width + 1;
        });
        return wide.slice(0, 5).map((e) => `${e.tagName.toLowerCase()}.${e.className?.baseVal ?? e.className} to ${Math.round(e.getBoundingClientRect().right)} of ${width}`);
    });
    assert.equal(over, null, `${what} scrolls sideways`);
}

// Words a program says by mistake, and places where words are missing.
export async function readsWell(page, what = page.url()) {
    const found = await page.evaluate(() => {
        const faults = [];
        const text = document.body.innerText;
        for (const wrong of ["undefined", "[object ", "NaN", "(null)", "{1}", "{2}", "%s", "%d", "&amp;", "&lt;"]) {
            if (text.includes(wrong)) faults.push(`says "${wrong}"`);
        }
        for (const e of document.querySelectorAll("h1, h2, h3, h4, th, label, legend, caption, figcaption, button, a[href], summary, option:not([value=''])")) {
            const says = (e.textContent || "").trim() || e.getAttribute("aria-label") || e.getAttribute("title") || e.querySelector("img[alt], [aria-label]");
            if (!says && !e.closest("[hidden], template, [aria-hidden=true]")) faults.push(`empty ${e.outerHTML.slice(0, 120)}`);
        }
        if (!document.title.trim()) faults.push("no title");
        if (document.querySelectorAll("h1").length !== 1) faults.push(`${document.querySelectorAll("h1").length} h1`);
        return faults;
    });
    assert.deepEqual(found, [], `words of ${what}`);
}
