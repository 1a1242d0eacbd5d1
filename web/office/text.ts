// Texts for people, in English here; /assets/texts-LANGUAGE-HASH.js brings the translations of the program's catalogues.
// What stands in t("...") must be a literal: `npm run texts` gathers it.
declare global {
    interface Window {
        kontorTexts?: Record<string, string>;
    }
}

/** The text in the person's language; {1}, {2} stand for values. */
export function t(english: string, ...values: (string | number)[]): string {
    const texts = typeof window === "undefined" ? undefined : window.kontorTexts;
    return (texts?.[english] ?? english).replace(/\{([1-9])\}/g, (whole, n: string) => String(values[Number(n) - 1] ?? whole));
}

/** The locale for Intl: language, country and digits as the person chose them. */
export function locale(): string {
    return document.documentElement.dataset["locale"] || document.documentElement.lang || "en";
}
