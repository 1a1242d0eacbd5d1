// Several names as boxes to tick: the hidden control in their fieldset holds them with commas between them, as they are stored and sent.
import { all, enhance, on, one } from "./dom";

const group = "fieldset[data-joined]";

const boxesOf = (control: Element): HTMLInputElement[] => {
    const around = control.closest(group);
    return around ? all<HTMLInputElement>("input[type=checkbox]", around) : [];
};

/** "cashier, buyer" as its names. */
export function namesOf(text: string): string[] {
    return text.split(",").map((name) => name.trim()).filter(Boolean);
}

/** Ticks what the control names. */
export function tickBoxes(control: HTMLElement & { value: string }): void {
    const names = new Set(namesOf(control.value));
    boxesOf(control).forEach((box) => (box.checked = names.has(box.value)));
}

/** The names of a stored value as people read them; null: the control has no boxes. */
export function boxLabels(control: Element, text: string): string | null {
    const boxes = boxesOf(control);
    const label = (name: string): string => boxes.find((box) => box.value === name)?.labels?.[0]?.textContent?.trim() || name;
    return boxes.length ? namesOf(text).map(label).join(", ") : null;
}

/** Before the forms, so that they see what the control holds now. */
export function startBoxes(): void {
    on("change", group, (fieldset, event) => {
        const control = one<HTMLInputElement>("input[type=hidden]", fieldset);
        if (!control) {
            return;
        }
        if (event.target === control) {
            tickBoxes(control); // what was typed before was put back
            return;
        }
        control.value = boxesOf(control).filter((box) => box.checked).map((box) => box.value).join(",");
        control.dispatchEvent(new Event("change", { bubbles: true }));
    });
    // A browser that comes back to a page may have kept the boxes and not what is hidden.
    enhance(group, (fieldset) => {
        const control = one<HTMLInputElement>("input[type=hidden]", fieldset);
        if (control) {
            tickBoxes(control);
        }
    });
}
