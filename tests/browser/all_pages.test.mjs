// Every page that the menu leads to, with a record of each list, its form for a new one and other
// looks of some: valid HTML, no violation of WCAG AA, nothing that reaches past the edge at 360 px and
// at 200 % zoom, no words of a program. The languages take turns from page to page; what people use
// most is looked at in all of them, in light and dark, at a desk and on a phone.
// The longest of the files: its name lets it begin first, beside all others.
import test from "node:test";
import assert from "node:assert/strict";
import { openHouse, signInByCall, visit, languages, desktop, phone } from "./kit.mjs";
import { accessible, noSidewaysScroll, readsWell, validHtml } from "./check.mjs";

const house = await openHouse();
// A person for each language, so that they can walk at the same time.
const people = {};
{
    const admin = await signInByCall(house, "lucia");
    for (const language of languages) {
        const made = await admin.must(201, "POST", "/user_accounts", {
            code: `walker-${language}`, name: `Walker ${language}`, roles: "admin", language, all_sites: true,
        });
        const password = `walking through ${language}`;
        await admin.must(200, "POST", `/user_accounts/${made.id}/set_password`, { password });
        house.people[`walker-${language}`] = { login: `walker-${language}`, password };
        people[language] = await signInByCall(house, `walker-${language}`);
    }
}

const hrefs = (html, pattern) => [...html.matchAll(/href="([^"]+)"/g)].map((m) => m[1].replaceAll("&amp;", "&")).filter((h) => pattern.test(h));

// The addresses: from the frame's menu, then from each page that it leads to.
async function addresses() {
    const { text } = await people.en.call("GET", "/office");
    const side = text.slice(text.indexOf('<nav id="side"'), text.indexOf("</nav>", text.indexOf('<nav id="side"')));
    const menu = [...new Set(hrefs(side, /^\/office/))];
    const found = new Set(["/office", "/inbox", "/office/you", ...menu]);
    for (const path of menu) {
        const page = await people.en.call("GET", path);
        if (page.status !== 200) continue;
        const plural = path.split("?")[0];
        const record = hrefs(page.text, new RegExp(`^${plural}/\\d+$`))[0];
        if (record) found.add(record);
        for (const fresh of hrefs(page.text, /\/new$/)) found.add(fresh);
        for (const command of hrefs(page.text, /\/do\/[a-z_]+$/).slice(0, 2)) found.add(command);
    }
    // Lists are made by the same code: the other looks of some stand for all.
    for (const look of ["view=board", "view=calendar", "view=chart", "f=total%20%3E%2050"]) found.add(`/office/sales_orders?${look}`);
    return [...found, "/office/products/import", "/office/tasks?view=board"];
}

async function look(v, path) {
    const answer = await v.go(path);
    validHtml(await answer.text(), path);
    await readsWell(v.page, path);
    await noSidewaysScroll(v.page, `${path} at ${v.page.viewportSize().width}`);
    await accessible(v.page, path);
    for (const width of [640, 360]) {
        await v.page.setViewportSize({ width, height: 740 });
        await noSidewaysScroll(v.page, `${path} at ${width}`);
    }
}

const all = await addresses();

test("the menu leads somewhere", () => assert.ok(all.length > 40, all.join(" ")));

// Who walks together, in one window: a language and a theme. Two of them at a time.
const walks = new Map();
for (const [i, path] of all.entries()) {
    const language = languages[i % languages.length];
    const theme = i % 3 ? "light" : "dark";
    const name = `${language}, ${theme}`;
    if (!walks.has(name)) walks.set(name, { language, theme, paths: [] });
    walks.get(name).paths.push(path);
}

const first = (pattern) => all.find((path) => pattern.test(path));
const used = ["/office", first(/\/products$/), first(/\/products\/\d+/), first(/\/sales_orders$/), first(/\/sales_orders\/\d+/), "/office/counter", "/inbox",
    first(/\/reports\/trial_balance/), first(/\/journal_entries\/\d+/), first(/\/products\/new/)].filter(Boolean);

test("every page", { concurrency: 2 }, async (t) => {
    await Promise.all([...walks].map(([name, { language, theme, paths }]) => t.test(name, async (t) => {
        await visit(t, house, { session: people[language], language, theme }, async (v) => {
            for (const path of paths) {
                await t.test(path, async () => {
                    await v.page.setViewportSize(desktop);
                    await look(v, path);
                });
            }
        });
    })));
});

// Colours have no language: they are judged in English, at the desk in the dark and on the phone in the light. Words, names and
// roles are judged in each language, on the phone, where the page is built as at the desk and shows no less.
test("what is used most", { concurrency: 2 }, async (t) => {
    await Promise.all(languages.flatMap((language) => [[desktop, "dark"], [phone, "light"]].map(([size, theme]) => t.test(`${language}, ${theme}, ${size.width} px`, async (t) => {
        await visit(t, house, { session: people[language], language, theme, size }, async (v) => {
            for (const path of used) {
                await v.go(path);
                assert.equal(await v.page.getAttribute("html", "lang").then((l) => l.slice(0, 2)), language);
                await readsWell(v.page, path);
                await noSidewaysScroll(v.page, path);
                if (language === "en" || size === phone) {
                    await accessible(v.page, `${path} in ${language}, ${theme}, ${size.width} px`, { colours: language === "en" });
                }
            }
        });
    }))));
});

test("the sign-in page", async (t) => {
    for (const size of [desktop, phone]) {
        for (const theme of ["light", "dark"]) {
            await visit(t, house, { size, theme }, async (v) => {
                await look(v, "/office/sign-in");
            });
        }
    }
});

test("pages that are not there say so", async (t) => {
    await visit(t, house, { login: "walker-en" }, async (v) => {
        v.expected(/404/);
        for (const path of ["/office/nonsense", "/office/products/999999999"]) {
            const answer = await v.go(path, 404);
            validHtml(await answer.text(), path);
            await readsWell(v.page, path);
            await accessible(v.page, path);
        }
    });
});
