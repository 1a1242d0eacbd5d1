// pictures.mjs FOLDER: pictures of the demo house for the documentation, light and dark, in the four
// languages, at a desk and on a phone. script/screenshots runs it.
import path from "node:path";
import fs from "node:fs";
import { desktop, languageOf, openHouse, phone, signInByCall, theBrowser } from "./kit.mjs";

const folder = process.argv[2];
const house = await openHouse();
const admin = await signInByCall(house, "lucia");
const first = async (list) => (await admin.must(200, "GET", list)).items[0].id;
const sale = await first("/sales_orders?state=done&sort=-id&limit=1").catch(() => first("/sales_orders?sort=-id&limit=1"));
const product = await first("/products?limit=1&q=t");
const entry = await first("/journal_entries?sort=-id&limit=1");

// The people of the demo house speak a language each; here it is the picture's.
async function personIn(login, language) {
    const session = await signInByCall(house, login);
    const preference = await session.call("POST", "/user_accounts/preferences", { language });
    if (preference.status >= 300) {
        const boss = await signInByCall(house, "lucia");
        await languageOf({ ...boss, user: session.user }, language);
    }
    return session;
}

const pictures = [
    { name: "today-en", login: "lucia", language: "en", path: "/office" },
    { name: "today-dark-es", login: "mateo", language: "es", theme: "dark", path: "/office" },
    { name: "list-es", login: "lucia", language: "es", path: "/office/sales_orders" },
    { name: "board-en", login: "lucia", language: "en", path: "/office/sales_orders?view=board" },
    { name: "chart-id", login: "lucia", language: "id", path: "/office/sales_orders?view=chart" },
    { name: "record-hi", login: "lucia", language: "hi", path: `/office/sales_orders/${sale}` },
    { name: "product-en", login: "lucia", language: "en", path: `/office/products/${product}` },
    { name: "counter-id", login: "siti", language: "id", path: "/office/counter?till=MAD-1", scan: ["TE-01", "3*CA-05", "AR-10", "TX-02"] },
    { name: "inbox-phone-es", login: "budi", language: "es", size: phone, path: "/inbox" },
    { name: "today-phone-hi", login: "lucia", language: "hi", size: phone, theme: "dark", path: "/office" },
    { name: "statement-dark-en", login: "oliver", language: "en", theme: "dark", path: "/office/profit_and_loss" },
    { name: "entry-en", login: "oliver", language: "en", path: `/office/journal_entries/${entry}` },
    { name: "sign-in-en", path: "/office/sign-in", language: "en" },
    ...JSON.parse(process.env.KONTOR_PICTURES ?? "[]"), // more, for who looks at pages
];

fs.mkdirSync(folder, { recursive: true });
const browser = await theBrowser();
for (const { name, login, language, theme = "light", size = desktop, path: where, full = false, scan = [] } of pictures) {
    const context = await browser.newContext({ baseURL: house.url, viewport: size, locale: language, colorScheme: theme, reducedMotion: "reduce" });
    if (login) {
        const { cookie } = await personIn(login, language);
        const [key, value] = cookie.split(/=(.*)/s);
        await context.addCookies([{ name: key, value, url: house.url }]);
    }
    const page = await context.newPage();
    const answer = await page.goto(where, { waitUntil: "load" });
    for (const code of scan) {
        await page.keyboard.type(code);
        await page.keyboard.press("Enter");
    }
    await page.waitForTimeout(scan.length ? 1500 : 300);
    const file = path.join(folder, `${name}.png`);
    const bytes = await page.screenshot({ path: file, fullPage: full, animations: "disabled", caret: "hide" });
    console.log(`${answer.status()} ${name}.png ${Math.round(bytes.length / 1024)} kB`);
    await context.close();
}
await browser.close();
await house.close();
