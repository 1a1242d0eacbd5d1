// Files: chosen, dropped, or pasted; sent one by one with their progress. A file is checked with the person's eyes: what was sent is
// listed, what was refused says why.
import { forgetToken, freshKey, json, language, type Problem } from "./api";
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

/** One file; XMLHttpRequest, because fetch does not tell how far it is. */
function send(address: string, file: File, token: string, progress: (part: number) => void): Promise<unknown> {
    return new Promise((done, failed) => {
        const request = new XMLHttpRequest();
        request.open("POST", `${address}?name=${encodeURIComponent(file.name)}`);
        request.setRequestHeader("Accept", "application/json");
        request.setRequestHeader("Accept-Language", language());
        request.setRequestHeader("Content-Type", file.type || "application/octet-stream");
        request.setRequestHeader("X-Form-Token", token);
        request.setRequestHeader("Idempotency-Key", freshKey());
        request.upload.addEventListener("progress", (event) => progress(event.lengthComputable ? event.loaded / event.total : 0));
        request.addEventListener("error", () => failed(new Error(t("No connection. What you entered is kept; try again."))));
        request.addEventListener("load", () => {
            let body: unknown = null;
            try {
                body = JSON.parse(request.responseText);
            } catch {
                // the status says enough
            }
            if (request.status >= 200 && request.status < 300) {
                done(body);
            } else {
                const problem = body as Partial<Problem> | null;
                failed(new Error(problem?.detail || problem?.title || t("The server answered {1}. Try again; if it stays so, tell an administrator.", request.status)));
            }
        });
        request.send(file);
    });
}

async function sendAll(place: HTMLElement, files: File[]): Promise<void> {
    const address = place.dataset["upload"] ?? "";
    const list = place.closest("form, .card, .upload")?.querySelector<HTMLElement>(".upload-list") ?? make("div.upload-list", { role: "status" });
    if (!list.isConnected) {
        (place.closest("label, .upload") ?? place).after(list);
    }
    let refused = 0;
    let last: unknown = null;
    for (const file of files) {
        const bar = make("progress", { max: 1, value: 0, "aria-label": file.name });
        const state = make("span.muted.small", {}, size(file.size));
        const item = make("div.upload-item", {}, make("span", {}, file.name), state, bar);
        list.append(item);
        try {
            const session = await json<{ form_token?: string }>("/api/v1/session");
            last = await send(address, file, session.form_token ?? "", (part) => (bar.value = part));
            bar.value = 1;
            state.replaceChildren(icon("check"));
        } catch (error) {
            refused++;
            forgetToken();
            bar.remove();
            item.append(make("p.error", { role: "alert" }, icon("error"), error instanceof Error ? error.message : ""));
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
