// Two people changed one record: what becomes of a field, told from what it was, what is here now, and what the other stored.

export type Verdict =
    | "same" // both say so
    | "keep" // only this side changed it
    | "take" // only the other side did
    | "both"; // both did, differently: the person decides

export function verdict(base: string, mine: string, theirs: string): Verdict {
    if (mine === theirs) {
        return "same";
    }
    if (theirs === base) {
        return "keep";
    }
    return mine === base ? "take" : "both";
}

/** A value so that equal ones read equal: "12.50" and "12.5", null and "". */
export function canonical(value: unknown): string {
    if (value === null || value === undefined || value === "") {
        return "";
    }
    if (typeof value === "string") {
        return /^-?\d+(\.\d+)?$/.test(value) ? plain(value) : value.replace(/\r\n/g, "\n");
    }
    if (typeof value === "number" || typeof value === "boolean") {
        return String(value);
    }
    if (typeof value === "object" && !Array.isArray(value) && "id" in value) {
        return String((value as { id: unknown }).id); // a reference
    }
    return JSON.stringify(value);
}

/** Without zeros that say nothing; a code such as "007" is not a number. */
function plain(number: string): string {
    const cut = number.includes(".") ? number.replace(/\.?0+$/, "") : number;
    return cut === "-0" ? "0" : cut;
}
