// The few things that every module does with the page.
declare const ICONS: string;

type Child = Node | string | null | undefined | false;

/** An element: what is "tag.class.class"; attributes as given, true means present, false and undefined left out. */
export function make<K extends keyof HTMLElementTagNameMap>(what: K | `${K}.${string}`,
    attributes: Record<string, string | number | boolean | undefined> = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
    const [tag, ...classes] = what.split(".");
    const element = document.createElement(tag as K);
    if (classes.length) {
        element.className = classes.join(" ");
    }
    for (const [name, value] of Object.entries(attributes)) {
        if (value !== undefined && value !== false) {
            element.setAttribute(name, value === true ? "" : String(value));
        }
    }
    element.append(...children.filter((child): child is Node | string => child !== null && child !== undefined && child !== false));
    return element;
}

const svg = "http://www.w3.org/2000/svg";

/** A decorative icon of the sprite. */
export function icon(name: string): SVGElement {
    const element = document.createElementNS(svg, "svg");
    element.setAttribute("class", "icon");
    element.setAttribute("aria-hidden", "true");
    const use = document.createElementNS(svg, "use");
    use.setAttribute("href", `${ICONS}#${name}`);
    element.append(use);
    return element;
}

export function one<T extends Element = HTMLElement>(selector: string, root: ParentNode = document): T | null {
    return root.querySelector<T>(selector);
}

export function all<T extends Element = HTMLElement>(selector: string, root: ParentNode = document): T[] {
    return [...root.querySelectorAll<T>(selector)];
}

/** Handles an event on whatever matches, also on what comes into the page later. */
export function on<K extends keyof DocumentEventMap>(type: K, selector: string,
    handler: (element: HTMLElement, event: DocumentEventMap[K]) => void): void {
    document.addEventListener(type, (event) => {
        const element = event.target instanceof Element ? event.target.closest<HTMLElement>(selector) : null;
        if (element) {
            handler(element, event);
        }
    });
}

const enhancers: [string, (element: HTMLElement) => void][] = [];
const enhanced = new WeakMap<Element, Set<string>>();

/** Prepares each element that matches, once, now and when fragments are put into the page. */
export function enhance(selector: string, prepare: (element: HTMLElement) => void): void {
    enhancers.push([selector, prepare]);
}

export function enhanceAll(root: ParentNode): void {
    for (const [selector, prepare] of enhancers) {
        const found = all(selector, root);
        if (root instanceof HTMLElement && root.matches(selector)) {
            found.unshift(root);
        }
        for (const element of found) {
            const done = enhanced.get(element) ?? new Set();
            if (!done.has(selector)) {
                enhanced.set(element, done.add(selector));
                prepare(element);
            }
        }
    }
}

/** Elements of a fragment that the server made. */
export function parse(html: string): DocumentFragment {
    const template = document.createElement("template");
    template.innerHTML = html;
    return template.content;
}

/** Puts a fragment in the place of what an element holds. */
export function fill(element: HTMLElement, fragment: DocumentFragment): void {
    element.replaceChildren(fragment);
    enhanceAll(element);
}

export function editable(target: EventTarget | null): boolean {
    return target instanceof HTMLElement &&
        (target.isContentEditable || target.matches("textarea, select, input:not([type=checkbox], [type=radio], [type=button], [type=submit])"));
}

let last = 0;
/** A fresh id for an element that another must name. */
export function idOf(element: Element): string {
    element.id ||= `k${++last}`;
    return element.id;
}

export function debounce(ms: number, action: () => void): () => void {
    let timer = 0;
    return () => {
        clearTimeout(timer);
        timer = window.setTimeout(action, ms);
    };
}

export function clamp(value: number, low: number, high: number): number {
    return Math.max(low, Math.min(high, value));
}

/** What is kept in the browser, which may refuse: then nothing is kept. */
export const kept = {
    get<T>(store: "local" | "session", key: string): T | null {
        try {
            return JSON.parse((store === "local" ? localStorage : sessionStorage).getItem(key) ?? "null") as T | null;
        } catch {
            return null;
        }
    },
    set(store: "local" | "session", key: string, value: unknown): void {
        try {
            const where = store === "local" ? localStorage : sessionStorage;
            if (value === null) {
                where.removeItem(key);
            } else {
                where.setItem(key, JSON.stringify(value));
            }
        } catch {
            // full or forbidden: the page works without
        }
    },
};
