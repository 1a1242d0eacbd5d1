// Times as typed are on the clock of the person's site; the interface takes instants.

function offsetMs(utc: number, zone: string): number {
    const parts = new Intl.DateTimeFormat("en-US", { timeZone: zone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric",
        hour: "numeric", minute: "numeric", second: "numeric" }).formatToParts(utc);
    const of = (type: string): number => Number(parts.find((part) => part.type === type)?.value);
    return Date.UTC(of("year"), of("month") - 1, of("day"), of("hour"), of("minute"), of("second")) - utc;
}

/** "2026-11-21T10:30" on the clock of the zone, as an instant in UTC. A time that the clock skips is the one an hour later. Null for what
 *  is no time of the years 1000 to 9999, or when the browser does not know the zone. */
export function instantOf(local: string, zone: string | undefined): string | null {
    const wall = Date.parse(`${local.length === 16 ? `${local}:00` : local}Z`);
    const name = zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
    if (!/^[1-9]\d{3}-/.test(local) || Number.isNaN(wall)) {
        return null;
    }
    let utc: number;
    try {
        utc = wall - offsetMs(wall, name);
        utc = wall - offsetMs(utc, name);
    } catch {
        return null;
    }
    return new Date(utc).toISOString().replace(/\.(\d{3})Z$/, ".$1000Z");
}

/** An instant as the clock of the zone shows it, for a field of type datetime-local. */
export function localOf(instant: string, zone: string | undefined): string {
    const utc = Date.parse(instant.replace(/(\.\d{3})\d*Z$/, "$1Z"));
    if (Number.isNaN(utc)) {
        return "";
    }
    const name = zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
    return new Date(utc + offsetMs(utc - (utc % 1000), name)).toISOString().slice(0, 16);
}
