// Files: chosen, dropped, or pasted; sent one by one with their progress. A file is checked with the person's eyes: what was sent is
// listed, what was refused says why.
import { call, freshKey, language, Lost, told } from "./api";
import { after } from "./calls";
import { enhance, icon, make, on } from "./dom";
import { t } from "./text";
import { toast } from "./toast";

function size(bytes: number): string {
    const units = ["byte", "kilobyte", "megabyte", "gigabyte"];
    const at = bytes < 1000 ? 0 : Math.min(3, Math.floor(Math.log10(bytes) / 3));
    return new Intl.NumberFormat(language(), { style: "unit", unit: units[at] ?? "byte", unitDisplay: "short", maximumFractionDigits: at ? 1 : 0 })
        .format(bytes / 1000 ** at);
}

/** Files that were sent and not answered, with their keys: sent again, by hand or by choosing them anew, they are still one file. */
const unanswered = new Map<string, string>();

async function send(address: string, file: File, progress: (part: number) => void): Promise<unknown> {
    const which = [address, file.name, file.size, file.lastModified].join(" ");
    const key = unanswered.get(which) ?? freshKey();
    unanswered.set(which, key);
    try {
        const answer = await call("POST", `${address}?name=${encodeURIComponent(file.name)}`, file, { key, progress });
        unanswered.delete(which);
        return answer.body;
    } catch (error) {
        if (!(error instanceof Lost)) {
            unanswered.delete(which);
        }
        throw error;
    }
}

async function sendAll(place: HTMLElement, files: File[]): Promise<void> {
    const address = place.dataset["upload"] ?? "";
    const list = place.closest("form, .card, .upload")?.querySelector<HTMLElement>(".upload-list") ?? make("div.upload-list", { role: "status" });
    if (!list.isConnected) {
        (place.closest("label, .upload") ?? place).after(list);
    }
    const most = Number(place.dataset["max"] ?? Infinity);
    let refused = 0;
    let last: unknown = null;
    for (const file of files) {
        const bar = make("progress", { max: 1, value: 0, "aria-label": file.name });
        const state = make("span.muted.small", {}, size(file.size));
        const item = make("div.upload-item", {}, make("span", {}, file.name), state, bar);
        list.append(item);
        try {
            if (file.size > most) { // the server would hang up in the middle, which looks like a broken line
                throw new Error(t("The file is larger than {1}, the most that is taken.", size(most)));
            }
            last = await send(address, file, (part) => (bar.value = part));
            bar.value = 1;
            state.replaceChildren(icon("check"));
        } catch (error) {
            refused++;
            bar.remove();
            item.append(make("p.error", { role: "alert" }, icon("error"), told(error)));
            if (error instanceof Lost) {
                const again = make("button.button", { type: "button" }, t("Try again"));
                again.addEventListener("click", () => {
                    item.remove();
                    void sendAll(place, [file]);
                });
                item.append(again);
            }
        }
    }
    if (!refused && files.length) {
        await after(place, last);
    } else if (refused) {
        toast(t("Some files were not sent."), "bad");
    }
}

export function startUploads(): void {
    on("change", "input[type=file][data-upload]", (input) => {
        const files = [...((input as HTMLInputElement).files ?? [])];
        (input as HTMLInputElement).value = "";
        void sendAll(input, files);
    });
    enhance("[data-upload]", (element) => {
        const place = element instanceof HTMLInputElement ? element.closest<HTMLElement>(".upload, .card, form") ?? element : element;
        place.addEventListener("dragover", (event) => {
            if (event.dataTransfer?.types.includes("Files")) {
                event.preventDefault();
                place.classList.add("over");
            }
        });
        place.addEventListener("dragleave", () => place.classList.remove("over"));
        place.addEventListener("drop", (event) => {
            place.classList.remove("over");
            const files = [...(event.dataTransfer?.files ?? [])];
            if (files.length) {
                event.preventDefault();
                void sendAll(element, files);
            }
        });
        if (!(element instanceof HTMLInputElement) && !element.querySelector("input[type=file]")) {
            const input = make("input.visually-hidden", { type: "file", multiple: true, "aria-label": element.textContent.trim() || t("Files") });
            input.addEventListener("change", () => void sendAll(element, [...(input.files ?? [])]));
            element.append(input);
            element.addEventListener("click", (event) => {
                if (event.target !== input) {
                    input.click();
                }
            });
        }
    });
    // An address beside the drop would be opened instead of the page.
    for (const type of ["dragover", "drop"]) {
        window.addEventListener(type, (event) => {
            if ((event as DragEvent).dataTransfer?.types.includes("Files") && !event.defaultPrevented) {
                event.preventDefault();
            }
        });
    }
}
