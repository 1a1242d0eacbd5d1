// The counter: scan, see what it costs and why, take the money. The basket lies in the browser until it is sold; prices come from the
// server after each change. A sale is sent with one key, kept with the basket: when the answer is lost, by a broken line or a
// reload, the same sale is sent again and done once.
import { call, freshKey, Lost, Refused, told } from "./api";
import { addLine, bodyOf, changeQuantity, emptyBasket, parseScan, remaining, restoreBasket, setQuantity, type Basket, type Line, type Tender } from "./basket";
import { all, debounce, editable, icon, kept, make, one } from "./dom";
import { find } from "./lookup";
import { formatMoney, formatNumber, parseNumber, toMillionths } from "./number";
import { locale, t } from "./text";
import { toast } from "./toast";

interface Why {
    label?: string;
    value?: string;
}

interface PricedLine {
    product?: { label?: string } | null;
    quantity: string;
    unit_price: string;
    discount: string;
    total: string;
    why?: Why[] | null;
}

interface Priced {
    id?: number;
    number?: string;
    total: string;
    tax: string;
    discount: string;
    change?: string;
    points_earned?: number | null;
    points_balance?: number | null;
    lines: PricedLine[];
}

class Counter {
    private basket: Basket;
    private priced: Priced | null = null; // of the basket as it is now
    private selected = -1;
    private round = 0; // of the question for prices: the last answer wins
    private scanning: Promise<void> = Promise.resolve();
    private selling = false;
    private readonly scan: HTMLInputElement;
    private readonly rows: HTMLElement;
    private readonly row: HTMLTemplateElement;
    private readonly decimals: number;
    private readonly store: string;
    private readonly ask = debounce(120, () => void this.price());

    constructor(private readonly form: HTMLFormElement) {
        this.scan = this.part<HTMLInputElement>("[data-counter-scan]");
        this.rows = this.part("[data-counter-lines]");
        this.row = this.part<HTMLTemplateElement>("template[data-counter-line]");
        this.decimals = Number(form.dataset["decimals"] ?? 2);
        const till = form.dataset["till"] ?? "";
        this.store = `kontor.basket ${till}`;
        this.basket = restoreBasket(kept.get("session", this.store), till);
        this.listen();
        this.showCustomer();
        this.changed(this.basket.lines.length - 1);
        if (this.basket.pending) {
            void this.send(); // it was sent and not answered: asked for again
        }
        this.scan.focus();
    }

    private part<T extends HTMLElement = HTMLElement>(selector: string): T {
        const found = one<T>(selector, this.form) ?? one<T>(selector);
        if (!found) {
            throw new Error(`the counter has no ${selector}`);
        }
        return found;
    }

    // -- the basket ------------------------------------------------------------------------------------------------------------

    private changed(select: number): void {
        kept.set("session", this.store, this.basket);
        this.priced = null;
        this.selected = Math.min(select, this.basket.lines.length - 1);
        this.form.classList.add("is-stale");
        this.show();
        this.ask();
    }

    private money(plain: string): string {
        return formatMoney(plain, this.form.dataset["currency"] ?? "EUR", this.decimals, this.form.dataset["locale"] ?? locale());
    }

    private show(): void {
        const focused = this.rows.contains(document.activeElement);
        this.rows.replaceChildren(...this.basket.lines.map((line, i) => this.rowOf(line, i)));
        if (!this.basket.lines.length) {
            this.rows.append(make("tr", {}, make("td.muted", { colspan: 6 }, t("Nothing in the basket yet. Scan a product to begin."))));
        }
        const set = (name: string, text: string): void => all(`[data-counter="${name}"]`, this.form).forEach((place) => place.replaceChildren(text));
        const pieces = this.basket.lines.reduce((sum, line) => sum + toMillionths(line.quantity), 0n);
        set("count", formatNumber((Number(pieces) / 1e6).toString(), locale()));
        if (this.priced) {
            set("total", this.money(this.priced.total));
            set("tax", this.money(this.priced.tax));
            set("discount", this.money(this.priced.discount));
        } else if (!this.basket.lines.length) {
            ["total", "tax", "discount"].forEach((name) => set(name, this.money("0")));
        }
        all<HTMLButtonElement>("[data-counter-key]", this.form).forEach((key) => (key.disabled = !this.basket.lines.length || this.selling));
        if (focused) {
            this.rows.querySelector<HTMLElement>("tr[aria-selected=true]")?.focus();
        }
        this.rows.querySelector("tr[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
    }

    private rowOf(line: Line, i: number): HTMLElement {
        const row = (this.row.content.cloneNode(true) as DocumentFragment).querySelector("tr") ?? make("tr");
        const priced = this.priced?.lines[i];
        const cell = (name: string, ...content: (Node | string)[]): void => one(`[data-cell="${name}"]`, row)?.replaceChildren(...content);
        row.setAttribute("aria-selected", String(i === this.selected));
        row.addEventListener("click", () => this.select(i));
        row.addEventListener("focus", () => this.select(i));
        cell("label", priced?.product?.label ?? line.label);
        const quantity = formatNumber(line.quantity, locale());
        // A carton's barcode counts for its pieces: both are said.
        cell("quantity", priced && toMillionths(priced.quantity) !== toMillionths(line.quantity)
            ? `${quantity} → ${formatNumber(priced.quantity.replace(/\.?0+$/, ""), locale())}` : quantity);
        if (priced) {
            cell("price", formatNumber(priced.unit_price, locale()));
            cell("discount", toMillionths(priced.discount) ? formatNumber(priced.discount, locale()) : "");
            cell("total", formatNumber(priced.total, locale()));
            // One line high: all of it is in the title.
            const why = (priced.why ?? []).map((reason) => reason.label).filter(Boolean).join(" · ");
            cell("why", make("span", { title: why }, why));
        }
        return row;
    }

    private select(i: number): void {
        if (i !== this.selected) {
            this.selected = i;
            [...this.rows.children].forEach((row, k) => row.setAttribute("aria-selected", String(k === i)));
        }
    }

    // -- scanning --------------------------------------------------------------------------------------------------------------

    private problem(message: string, way?: HTMLElement): void {
        const place = one("[data-problem]", this.form);
        if (place) {
            place.replaceChildren(...(message ? [icon("error"), make("span.notice-text", {}, message), ...(way ? [way] : [])] : []));
            place.hidden = message === "";
        } else if (message) {
            toast(message, "bad");
        }
    }

    /** What was refused, with the way out of it where there is one that the person may go: the basket waits. */
    private refused(error: Refused): void {
        const receive = this.form.dataset["receive"];
        this.problem(told(error), error.problem.code === "out_of_stock" && receive ? make("a.button", { href: receive }, t("Receive goods")) : undefined);
    }

    private take(typed: string): void {
        const scanned = parseScan(typed, locale());
        if (!scanned) {
            return;
        }
        // A scanner is quicker than the line: one after the other, in order.
        this.scanning = this.scanning.then(async () => {
            try {
                let found = await find("product", scanned.code, true);
                const exact = found.length === 1;
                if (!exact) {
                    found = await find("product", scanned.code);
                }
                const product = found.length === 1 ? found[0] : await this.choose(scanned.code, found);
                if (!product) {
                    return;
                }
                const asBarcode = exact && product.code?.toLowerCase() !== scanned.code.toLowerCase();
                this.problem("");
                one("[data-counter-result]", this.form)?.replaceChildren();
                this.changed(addLine(this.basket, { product: asBarcode ? null : product.id, barcode: asBarcode ? scanned.code : null,
                    label: product.label, quantity: scanned.quantity, price: null, discount: null }));
            } catch (error) {
                this.problem(told(error));
                this.scan.value ||= typed; // nothing that was scanned is lost
            }
        });
    }

    /** Several fit, or none: the person says which. */
    private choose(code: string, choices: { id: number; code?: string | null; label: string; note?: string }[]): Promise<{ id: number; code?: string | null; label: string } | null> {
        if (!choices.length) {
            this.problem(t("Nothing is called {1}. Scan again, or type a part of the name.", code));
            return Promise.resolve(null);
        }
        return new Promise((done) => {
            const dialog = make("dialog.dialog", { "aria-labelledby": "counter-choose" },
                make("div.dialog-head", {}, make("h2", { id: "counter-choose" }, t("Which one?"))),
                make("div.dialog-body.stack.tight", {}, ...choices.map((choice) => {
                    const button = make("button.button", { type: "button" }, choice.code ? make("span.option-code", {}, choice.code) : null,
                        make("span", {}, choice.label), choice.note ? make("span.option-note", {}, choice.note) : null);
                    button.addEventListener("click", () => {
                        done(choice);
                        dialog.close();
                    });
                    return button;
                })));
            dialog.addEventListener("close", () => {
                done(null);
                dialog.remove();
                this.scan.focus();
            });
            arrows(dialog);
            document.body.append(dialog);
            dialog.showModal();
        });
    }

    // -- prices ----------------------------------------------------------------------------------------------------------------

    private async price(): Promise<void> {
        const round = ++this.round;
        if (!this.basket.lines.length) {
            this.form.classList.remove("is-stale");
            this.show();
            return;
        }
        try {
            const answer = await call("POST", "/api/v1/sales_orders/price", bodyOf(this.basket), { tries: 2 });
            if (round === this.round) {
                this.priced = answer.body as Priced;
                this.form.classList.remove("is-stale");
                this.problem("");
                this.show();
            }
        } catch (error) {
            if (round === this.round) {
                this.problem(told(error));
                const at = error instanceof Refused ? /^lines\[(\d+)\]/.exec(error.problem.field ?? "")?.[1] : undefined;
                if (at !== undefined) {
                    this.select(Number(at));
                    this.undoByHand(Number(at), error as Refused);
                }
            }
        }
    }

    /** A price by hand that was not allowed is taken back. */
    private undoByHand(at: number, error: Refused): void {
        const line = this.basket.lines[at];
        if (line && error.problem.status === 403 && (line.price !== null || line.discount !== null)) {
            line.price = null;
            line.discount = null;
            this.changed(at);
            toast(told(error), "bad");
        }
    }

    /** The prices of the basket as it is now. */
    private async settled(): Promise<Priced | null> {
        await this.scanning;
        if (!this.priced && this.basket.lines.length) {
            await this.price();
        }
        return this.priced;
    }

    // -- paying ----------------------------------------------------------------------------------------------------------------

    private async pay(how: string): Promise<void> {
        if (this.selling || !this.basket.lines.length) {
            return;
        }
        const priced = await this.settled();
        if (!priced) {
            return;
        }
        if (how === "pay") {
            this.payDialog(priced);
        } else {
            void this.sell(toMillionths(priced.total) > 0n ? [{ kind: how, amount: priced.total }] : []);
        }
    }

    private async sell(tenders: Tender[]): Promise<void> {
        this.basket.pending = { key: freshKey(), body: bodyOf(this.basket, tenders) };
        kept.set("session", this.store, this.basket);
        await this.send();
    }

    private async send(): Promise<void> {
        const pending = this.basket.pending;
        if (!pending || this.selling) {
            return;
        }
        this.selling = true;
        this.problem("");
        this.form.setAttribute("aria-busy", "true");
        this.show();
        const waited = t("No connection: it is not known whether this was sold. It is sent again until it is.");
        const patience = setTimeout(() => this.problem(waited), 4000);
        try {
            const answer = await call("POST", "/api/v1/sales_orders/checkout", pending.body, { key: pending.key, tries: 6 });
            this.basket = emptyBasket(this.basket.till);
            this.problem("");
            this.showCustomer();
            this.selling = false;
            this.changed(-1);
            this.result(answer.body as Priced);
        } catch (error) {
            this.selling = false;
            if (error instanceof Refused) {
                this.basket.pending = null; // it was not sold, for certain
                kept.set("session", this.store, this.basket);
                this.refused(error);
            } else if (error instanceof Lost) {
                this.problem(waited);
                setTimeout(() => void this.send(), 3000);
            } else {
                this.problem(told(error));
            }
            this.show();
        } finally {
            clearTimeout(patience);
            this.form.removeAttribute("aria-busy");
        }
    }

    private result(sale: Priced): void {
        const place = one("[data-counter-result]", this.form);
        if (!place) {
            return;
        }
        const next = make("button.button.primary", { type: "button" }, t("Next customer"));
        next.addEventListener("click", () => {
            place.replaceChildren();
            this.scan.focus();
        });
        const change = sale.change ?? "0";
        place.replaceChildren(icon("check-circle"), make("p", {}, t("Sold: {1}", sale.number ?? "")),
            toMillionths(change) > 0n ? make("p.stack.tight", {}, make("span.muted", {}, t("Change to give back")), make("strong.counter-change", {}, this.money(change))) : "",
            typeof sale.points_earned === "number" && sale.points_earned > 0 ? make("p.muted", {}, t("Points earned: {1}", sale.points_earned)) : "",
            make("p.row", {}, make("a.button", { href: `/office/sales_orders/${sale.id ?? ""}` }, icon("receipt"), t("Open the order")),
                make("a.button", { href: `/office/print/receipt/${sale.id ?? ""}.pdf`, target: "_blank" }, icon("print"), t("Print the receipt"))), next);
        next.focus();
    }

    private payDialog(priced: Priced): void {
        const kinds: [string, string][] = [["cash", t("Cash")], ["card", t("Card")], ["gift_card", t("Gift card")], ["points", t("Points")], ["account", t("On account")]];
        const list = make("div.stack.tight");
        const rest = make("output.counter-change");
        const restLabel = make("span.muted");
        const problem = make("p.error", { role: "alert", hidden: true });
        const read = (): Tender[] | null => {
            const tenders: Tender[] = [];
            for (const row of all(".tender-row", list)) {
                const input = one<HTMLInputElement>("input[inputmode]", row);
                const reference = one<HTMLInputElement>("input[data-reference]", row)?.value.trim();
                const typed = input?.value.trim() ?? "";
                const amount = typed === "" ? "0" : parseNumber(typed, locale());
                input?.toggleAttribute("aria-invalid", amount === null);
                if (amount === null) {
                    input?.setAttribute("aria-invalid", "true");
                    return null;
                }
                if (toMillionths(amount) > 0n) {
                    tenders.push({ kind: one<HTMLSelectElement>("select", row)?.value ?? "cash", amount, ...(reference ? { reference } : {}) });
                }
            }
            return tenders;
        };
        const reckon = (): void => {
            const tenders = read();
            const left = tenders ? remaining(priced.total, tenders, this.decimals) : priced.total;
            const over = toMillionths(left) <= 0n;
            restLabel.textContent = over ? t("Change to give back") : t("Still to pay");
            rest.textContent = this.money(left.replace("-", ""));
        };
        const addRow = (amount: string): void => {
            const select = make("select", { "aria-label": t("Paid by") }, ...kinds.map(([value, label]) => make("option", { value }, label)));
            const input = make("input.num", { inputmode: "decimal", autocomplete: "off", "aria-label": t("Amount"), value: amount });
            const reference = make("input", { "data-reference": true, "aria-label": t("Card number or code"), placeholder: t("Code"), hidden: true, autocomplete: "off" });
            select.addEventListener("change", () => (reference.hidden = select.value !== "gift_card"));
            list.append(make("div.tender-row", {}, select, input, reference));
            input.focus();
            input.select();
        };
        const more = make("button.button.quiet", { type: "button" }, icon("plus"), t("Another way"));
        const cancel = make("button.button", { type: "button" }, t("Back"));
        const done = make("button.button.primary", { type: "submit" }, t("Sell"));
        const form = make("form", {}, make("div.dialog-head", {}, make("h2", { id: "pay-title" }, t("Pay {1}", this.money(priced.total)))),
            make("div.dialog-body.stack", {}, list, make("p", {}, more), make("p.counter-sum", {}, restLabel, rest), problem),
            make("div.dialog-actions", {}, cancel, done));
        const dialog = make("dialog.dialog", { "aria-labelledby": "pay-title" }, form);
        list.addEventListener("input", reckon);
        more.addEventListener("click", () => {
            const left = remaining(priced.total, read() ?? [], this.decimals);
            addRow(toMillionths(left) > 0n ? formatNumber(left, locale(), false) : "");
            reckon();
        });
        cancel.addEventListener("click", () => dialog.close());
        form.addEventListener("submit", (event) => {
            event.preventDefault();
            event.stopPropagation();
            const tenders = read();
            if (!tenders || toMillionths(remaining(priced.total, tenders, this.decimals)) > 0n) {
                problem.hidden = false;
                problem.textContent = tenders ? t("This is not enough yet.") : t("This must be a number.");
                return;
            }
            dialog.close();
            void this.sell(tenders);
        });
        dialog.addEventListener("close", () => {
            dialog.remove();
            this.scan.focus();
        });
        document.body.append(dialog);
        dialog.showModal();
        addRow(formatNumber(priced.total, locale(), false));
        reckon();
    }

    // -- keys ------------------------------------------------------------------------------------------------------------------

    /** A cell becomes a field until Enter or leaving it. */
    private edit(name: "quantity" | "price"): void {
        const at = this.selected;
        const line = this.basket.lines[at];
        const cell = one(`[data-cell="${name}"]`, this.rows.children[at] ?? this.rows);
        if (!line || !cell) {
            return;
        }
        const value = name === "quantity" ? line.quantity : line.price ?? this.priced?.lines[at]?.unit_price ?? "";
        const input = make("input.num", { inputmode: "decimal", autocomplete: "off",
            value: value && formatNumber(value, locale(), false), "aria-label": name === "quantity" ? t("Quantity") : t("Price") });
        cell.replaceChildren(input);
        input.focus();
        input.select();
        let over = false;
        const end = (keep: boolean): void => {
            if (over) {
                return;
            }
            over = true;
            const plain = parseNumber(input.value, locale());
            if (keep && plain !== null && name === "quantity") {
                setQuantity(this.basket, at, plain);
            } else if (keep && name === "price" && (plain !== null || input.value.trim() === "")) {
                line.price = plain; // empty: what the price lists say
            }
            this.changed(at);
            this.scan.focus();
        };
        input.addEventListener("blur", () => end(true));
        input.addEventListener("keydown", (event) => {
            if (event.key === "Enter" || event.key === "Escape") {
                event.preventDefault();
                event.stopPropagation();
                end(event.key === "Enter");
            }
        });
    }

    private key(event: KeyboardEvent): void {
        if (document.querySelector("dialog[open]") || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) {
            return;
        }
        const typing = editable(event.target) && !(event.target === this.scan && this.scan.value === "");
        const keys: Record<string, () => void> = {
            F2: () => this.edit("quantity"),
            F4: () => this.edit("price"),
            F6: () => one("[data-counter-customer]", this.form)?.focus(),
            F8: () => void this.pay("cash"),
            F9: () => void this.pay("card"),
            F10: () => void this.pay("pay"),
            ...(typing ? {} : {
                "+": () => this.by(1),
                "-": () => this.by(-1),
                Delete: () => {
                    this.basket.lines.splice(this.selected, 1);
                    this.changed(Math.max(0, this.selected - 1));
                },
                ArrowUp: () => this.step(-1),
                ArrowDown: () => this.step(1),
            }),
        };
        const run = Object.hasOwn(keys, event.key) ? keys[event.key] : undefined;
        if (run && !(this.selling && event.key !== "F6")) {
            event.preventDefault();
            run();
        }
    }

    private by(n: number): void {
        if (this.selected >= 0) {
            changeQuantity(this.basket, this.selected, n);
            this.changed(this.selected);
        }
    }

    private step(n: number): void {
        this.select(Math.max(0, Math.min(this.basket.lines.length - 1, this.selected + n)));
        this.rows.children[this.selected]?.scrollIntoView({ block: "nearest" });
    }

    private showCustomer(): void {
        const input = one<HTMLInputElement>("[data-counter-customer]", this.form);
        const hidden = input?.parentElement?.querySelector<HTMLInputElement>("input[type=hidden]");
        if (input) {
            input.value = this.basket.customer?.label ?? "";
            input.dataset["label"] = input.value;
        }
        if (hidden) {
            hidden.value = this.basket.customer ? String(this.basket.customer.id) : "";
        }
    }

    private listen(): void {
        this.form.addEventListener("submit", (event) => event.preventDefault());
        this.scan.addEventListener("keydown", (event) => {
            if (event.key === "Enter" && !event.isComposing) {
                event.preventDefault();
                const typed = this.scan.value;
                this.scan.value = "";
                this.take(typed);
            }
        });
        document.addEventListener("keydown", (event) => this.key(event));
        all<HTMLButtonElement>("[data-counter-key]", this.form).forEach((button) =>
            button.addEventListener("click", () => void this.pay(button.dataset["counterKey"] ?? "")));
        this.form.addEventListener("kontor:chosen", (event) => {
            const choice = (event as CustomEvent<{ id: number; label: string } | null>).detail;
            if ((event.target as Element).matches("[data-counter-customer]")) {
                this.basket.customer = choice ? { id: choice.id, label: choice.label } : null;
                this.changed(this.selected);
                if (choice) {
                    this.scan.focus();
                }
            }
        });
    }
}

/** Up and down between the buttons of a dialog. */
function arrows(dialog: HTMLElement): void {
    dialog.addEventListener("keydown", (event) => {
        const buttons = all<HTMLButtonElement>("button", dialog);
        const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
        const to = event.key === "ArrowDown" ? at + 1 : event.key === "ArrowUp" ? at - 1 : -1;
        if (buttons[to]) {
            event.preventDefault();
            buttons[to]?.focus();
        }
    });
}

const form = one<HTMLFormElement>("form.counter");
if (form) {
    new Counter(form);
}
