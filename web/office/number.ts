// Numbers as people type them, and as the interface takes them: "1.234,50" is "1234.50" for a Spaniard, "1,234.50" for an
// Englishman, "१,२३४.५०" for a Hindu hand. What could be read in two ways is not guessed at unless the person's own way says which.

interface Signs {
    group: string;
    decimal: string;
}

const signs = new Map<string, Signs>();

function signsOf(locale: string): Signs {
    let found = signs.get(locale);
    if (!found) {
        // Spanish groups from five digits on: the number must be long enough to be grouped.
        const parts = new Intl.NumberFormat(locale).formatToParts(-12345678.9);
        found = {
            group: parts.find((part) => part.type === "group")?.value ?? ",",
            decimal: parts.find((part) => part.type === "decimal")?.value ?? ".",
        };
        signs.set(locale, found);
    }
    return found;
}

/** First code points of the digits that people here may type: Arabic-Indic, Eastern, Devanagari, Bengali, Gujarati, Tamil, full width. */
const zeros = [0x660, 0x6f0, 0x966, 0x9e6, 0xae6, 0xbe6, 0xff10];

function latin(text: string): string {
    return text.replace(/\p{Nd}/gu, (digit) => {
        const code = digit.codePointAt(0) ?? 0;
        const zero = zeros.find((z) => code >= z && code <= z + 9);
        return zero === undefined ? digit : String(code - zero);
    });
}

function grouped(whole: string, sign: string): boolean {
    const groups = whole.split(sign);
    const first = groups[0] ?? "", last = groups[groups.length - 1] ?? "";
    return groups.length > 1 && /^[1-9]\d{0,2}$/.test(first) && /^\d{3}$/.test(last) &&
        (groups.slice(1, -1).every((group) => /^\d{3}$/.test(group)) || // 1,234,567
            (first.length <= 2 && groups.slice(1, -1).every((group) => /^\d{2}$/.test(group)))); // 12,34,567
}

/** A plain decimal number, or null for what is none. */
export function parseNumber(typed: string, locale: string): string | null {
    let text = latin(typed).replace(/[\s\u200e\u200f'\u2019]/gu, "").replace(/^\p{Sc}|\p{Sc}$|^(Rp|[A-Z]{3})\.?|[A-Z]{3}$/gu, "");
    let negative = false;
    const outer = /^\((.*)\)$|^[-\u2212](.*)$|^([\d.,].*)[-\u2212]$/.exec(text);
    if (outer) {
        negative = true;
        text = outer[1] ?? outer[2] ?? outer[3] ?? "";
    } else {
        text = text.replace(/^\+/, "");
    }
    text = text.replace(/^\p{Sc}|^Rp\.?/u, "").replace(/٫/g, ".").replace(/٬/g, ",");
    if (!/^(?=.*\d)[\d.,]+$/.test(text)) {
        return null;
    }
    const { decimal } = signsOf(locale);
    const own = decimal === "," ? "," : ".";
    const other = own === "," ? "." : ",";
    const dots = text.split(own).length - 1, others = text.split(other).length - 1;
    let whole: string, fraction = "";
    if (dots > 1 && others > 1) {
        return null;
    }
    if (dots <= 1 && (others === 0 || (others > 0 && grouped(text.split(own)[0] ?? "", other)))) {
        [whole = "", fraction = ""] = text.replaceAll(other, "").split(own); // the person's own way
        if (fraction !== "" && (text.split(own)[1] ?? "").includes(other)) {
            return null;
        }
    } else if (others === 1 && (dots === 0 || grouped(text.split(other)[0] ?? "", own))) {
        if ((text.split(other)[1] ?? "").includes(own)) {
            return null;
        }
        [whole = "", fraction = ""] = text.replaceAll(own, "").split(other); // the other way, and it can be no other
    } else if (others === 0 && grouped(text, own)) {
        whole = text.replaceAll(own, "");
    } else {
        return null;
    }
    whole = whole.replace(/^0+(?=\d)/, "") || "0";
    const plain = fraction === "" ? whole : `${whole}.${fraction}`;
    return negative && /[1-9]/.test(plain) ? `-${plain}` : plain;
}

/** A plain decimal as the person writes it, with the decimals it has; without groups where it is to be changed again. */
export function formatNumber(plain: string, locale: string, groups = true): string {
    const decimals = /\.(\d+)$/.exec(plain)?.[1]?.length ?? 0;
    const format = new Intl.NumberFormat(locale, { minimumFractionDigits: decimals, maximumFractionDigits: decimals, useGrouping: groups });
    const [whole = "0", fraction = ""] = plain.replace(/^-/, "").split(".");
    if (whole.length + decimals <= 15) {
        return format.format(Number(plain));
    }
    // Beyond what a Number holds: the whole part as BigInt, the digits after it one by one.
    const digits = new Intl.NumberFormat(locale, { useGrouping: false });
    const head = new Intl.NumberFormat(locale, { useGrouping: groups }).format(BigInt((plain.startsWith("-") ? "-" : "") + whole));
    return decimals ? head + signsOf(locale).decimal + [...fraction].map((digit) => digits.format(Number(digit))).join("") : head;
}

/** An amount in its currency. */
export function formatMoney(plain: string, currency: string, decimals: number, locale: string): string {
    try {
        return new Intl.NumberFormat(locale, { style: "currency", currency, minimumFractionDigits: decimals,
            maximumFractionDigits: decimals }).format(Number(plain));
    } catch {
        return `${formatNumber(plain, locale)} ${currency}`;
    }
}

/** Exact sums of plain decimals, in millionths: what is shown is never off by a cent. */
export function toMillionths(plain: string): bigint {
    const match = /^(-?)(\d+)(?:\.(\d{1,6})\d*)?$/.exec(plain);
    if (!match) {
        return 0n;
    }
    const value = BigInt(match[2] ?? "0") * 1000000n + BigInt((match[3] ?? "").padEnd(6, "0") || "0");
    return match[1] ? -value : value;
}

export function fromMillionths(value: bigint, decimals: number): string {
    const unit = 10n ** BigInt(6 - decimals);
    const size = value < 0n ? -value : value;
    const rounded = (size + unit / 2n) / unit;
    const text = rounded.toString().padStart(decimals + 1, "0");
    const out = decimals ? `${text.slice(0, -decimals)}.${text.slice(-decimals)}` : text;
    return value < 0n && rounded !== 0n ? `-${out}` : out;
}
