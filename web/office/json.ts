// Names of controls are paths: "lines[0].product" is the field product of the first of the lines.

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** "lines[0].product" as ["lines", 0, "product"]; null for what is no path. */
export function pathOf(name: string): (string | number)[] | null {
    if (!/^[A-Za-z_]\w*(\[\d{1,5}\])*(\.[A-Za-z_]\w*(\[\d{1,5}\])*)*$/.test(name)) {
        return null;
    }
    return name.split(/[.[\]]+/).filter((part) => part !== "").map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}

/** Puts a value at a path, making objects and lists on the way. */
export function put(root: { [name: string]: Json }, path: (string | number)[], value: Json): void {
    let at: Json = root;
    path.forEach((part, i) => {
        const last = i === path.length - 1;
        const next: Json = last ? value : typeof path[i + 1] === "number" ? [] : {};
        if (typeof part === "number" && Array.isArray(at)) {
            at = last ? (at[part] = next) : (at[part] ??= next);
        } else if (typeof part === "string" && at !== null && typeof at === "object" && !Array.isArray(at)) {
            const own: Json | undefined = Object.hasOwn(at, part) ? at[part] : undefined;
            at = at[part] = last ? next : own ?? next;
        }
    });
}

/** What stands at a path; undefined: nothing. */
export function dig(root: unknown, path: (string | number)[]): unknown {
    let at: unknown = root;
    for (const part of path) {
        if (at === null || typeof at !== "object" || !Object.hasOwn(at, part)) {
            return undefined;
        }
        at = (at as Record<string | number, unknown>)[part];
    }
    return at;
}

export interface Entry {
    name: string;
    value: Json;
}

/** Entries as one object. Lists have no holes: rows that were left out close up; `sent` says under which path each entry went. */
export function gather(entries: Entry[]): { body: { [name: string]: Json }; sent: Map<string, string> } {
    const places = new Map<string, Map<number, number>>();
    const sent = new Map<string, string>();
    const body: { [name: string]: Json } = {};
    for (const { name, value } of entries) {
        const path = pathOf(name);
        if (!path) {
            continue;
        }
        let prefix = "";
        const closed = path.map((part) => {
            if (typeof part === "string") {
                prefix += prefix ? `.${part}` : part;
                return part;
            }
            const known = places.get(prefix) ?? new Map<number, number>();
            places.set(prefix, known);
            const place = known.get(part) ?? known.size;
            known.set(part, place);
            prefix += `[${place}]`;
            return place;
        });
        put(body, closed, value);
        sent.set(prefix, name);
    }
    return { body, sent };
}

/** The field of the record that a path changes: "lines" of "lines[0].product". */
export function topOf(name: string): string {
    return name.replace(/[.[].*$/, "");
}

/** Fills {id} of a text with what an answer says; null when it names what the answer has not. */
export function filled(text: string, body: unknown): string | null {
    let good = true;
    const out = text.replace(/\{([\w.]+)\}/g, (_whole, name: string) => {
        const value = dig(body, name.split("."));
        if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") {
            good = false;
            return "";
        }
        return encodeURIComponent(String(value));
    });
    return good ? out : null;
}
