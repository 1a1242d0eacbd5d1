// The basket of the counter: what it holds and what is sent for it. It reckons no prices (the server does), only quantities and what
// is given in cash, exactly.
import { parseNumber, fromMillionths, toMillionths } from "./number";

export interface Line {
    product: number | null; // known by its record
    barcode: string | null; // or by what was scanned: a carton's barcode counts for its pieces
    label: string;
    quantity: string;
    price: string | null; // by hand
    discount: string | null; // percent, by hand
}

export interface Tender {
    kind: string;
    amount: string;
    reference?: string;
}

export interface Pending {
    key: string;
    body: unknown;
}

export interface Basket {
    till: string;
    lines: Line[];
    customer: { id: number; label: string } | null;
    pending: Pending | null; // sent, and no answer yet: it may be sold already
}

export function emptyBasket(till: string): Basket {
    return { till, lines: [], customer: null, pending: null };
}

/** "3*4006381333931", "2.5 x TEA" or a code alone ("3XL-SHIRT" is one). */
export function parseScan(typed: string, locale: string): { quantity: string; code: string } | null {
    const match = /^\s*([\p{Nd}.,]+)(?:\s*[*×]\s*|\s+[xX]\s+)(\S.*)$/u.exec(typed);
    const quantity = match ? parseNumber(match[1] ?? "", locale) : null;
    if (match && quantity !== null) {
        return toMillionths(quantity) > 0n ? { quantity, code: (match[2] ?? "").trim() } : null;
    }
    const code = typed.trim();
    return code ? { quantity: "1", code } : null;
}

function same(a: Line, b: Line): boolean {
    return a.product === b.product && a.barcode === b.barcode && a.price === null && b.price === null && a.discount === null && b.discount === null;
}

function plain(millionths: bigint): string {
    return fromMillionths(millionths, 6).replace(/\.?0+$/, "");
}

/** Adds to the line of the same product, unless its price was changed by hand. Answers the line's place. */
export function addLine(basket: Basket, line: Line): number {
    const at = basket.lines.findIndex((one) => same(one, line));
    const found = basket.lines[at];
    if (found) {
        found.quantity = plain(toMillionths(found.quantity) + toMillionths(line.quantity));
        return at;
    }
    basket.lines.push({ ...line });
    return basket.lines.length - 1;
}

/** One more or less; a line without anything is no line. */
export function changeQuantity(basket: Basket, at: number, by: number): void {
    const line = basket.lines[at];
    if (line) {
        setQuantity(basket, at, plain(toMillionths(line.quantity) + BigInt(by) * 1000000n));
    }
}

export function setQuantity(basket: Basket, at: number, quantity: string): void {
    const line = basket.lines[at];
    if (line && toMillionths(quantity) > 0n) {
        line.quantity = plain(toMillionths(quantity));
    } else if (line) {
        basket.lines.splice(at, 1);
    }
}

/** The body of price and checkout (docs/areas/order.md). */
export function bodyOf(basket: Basket, tenders: Tender[] = []): Record<string, unknown> {
    const body: Record<string, unknown> = {
        till: basket.till,
        lines: basket.lines.map((line) => ({
            ...(line.barcode !== null ? { barcode: line.barcode } : { product: line.product }),
            quantity: line.quantity,
            ...(line.price !== null ? { price: line.price } : {}),
            ...(line.discount !== null ? { discount: line.discount } : {}),
        })),
    };
    if (basket.customer) {
        body["customer"] = basket.customer.id;
    }
    if (tenders.length) {
        body["tenders"] = tenders;
    }
    return body;
}

/** What is still to be paid (below zero: change). */
export function remaining(total: string, tenders: Tender[], decimals: number): string {
    const paid = tenders.reduce((sum, tender) => sum + toMillionths(tender.amount), 0n);
    return fromMillionths(toMillionths(total) - paid, decimals);
}

/** What was kept in the browser, if it is a basket of this till. */
export function restoreBasket(value: unknown, till: string): Basket {
    const kept = value as Partial<Basket> | null;
    if (!kept || kept.till !== till || !Array.isArray(kept.lines)) {
        return emptyBasket(till);
    }
    const lines = kept.lines.filter((line) => line && typeof line.quantity === "string" && (typeof line.product === "number" || typeof line.barcode === "string"));
    return { till, lines, customer: kept.customer ?? null, pending: kept.pending ?? null };
}
