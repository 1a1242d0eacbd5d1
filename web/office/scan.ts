// The camera as a scanner, where the browser can read barcodes; elsewhere a hand scanner or typing does it.
import { enhance, icon, make, on, one } from "./dom";
import { t } from "./text";
import { toast } from "./toast";

interface Detector {
    detect(source: HTMLVideoElement): Promise<{ rawValue: string }[]>;
}
type DetectorClass = { new (options?: { formats?: string[] }): Detector; getSupportedFormats(): Promise<string[]> };

const wanted = ["ean_13", "ean_8", "upc_a", "upc_e", "code_128", "code_39", "itf", "qr_code", "data_matrix"];

function detectorClass(): DetectorClass | null {
    return ((globalThis as Record<string, unknown>)["BarcodeDetector"] as DetectorClass | undefined) ?? null;
}

export function canScan(): boolean {
    return detectorClass() !== null && Boolean(navigator.mediaDevices?.getUserMedia);
}

/** Shows what the camera sees until it reads a code; null when the person closes it. */
export async function scan(): Promise<string | null> {
    const Detector = detectorClass();
    if (!Detector || !navigator.mediaDevices?.getUserMedia) {
        toast(t("This browser cannot read barcodes with the camera. Type the code, or use a scanner."), "plain");
        return null;
    }
    let camera: MediaStream;
    try {
        camera = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    } catch {
        toast(t("The camera may not be used here. Allow it in the browser, or type the code."), "bad");
        return null;
    }
    const formats = (await Detector.getSupportedFormats()).filter((format) => wanted.includes(format));
    const detector = new Detector({ formats });
    const video = make("video", { playsinline: true, muted: true });
    video.muted = true;
    const close = make("button.button", { type: "button" }, t("Back"));
    const dialog = make("dialog.dialog", { "aria-label": t("Scan a code") }, make("div.dialog-body", {}, make("div.camera", {}, video)),
        make("div.dialog-actions", {}, close));
    document.body.append(dialog);
    dialog.showModal();
    video.srcObject = camera;
    close.addEventListener("click", () => dialog.close());
    let open = true;
    dialog.addEventListener("close", () => (open = false));
    let code: string | null = null;
    try {
        await video.play();
        while (open && code === null) {
            const found = await detector.detect(video);
            code = found[0]?.rawValue ?? null;
            if (code === null) {
                await new Promise((next) => setTimeout(next, 120));
            }
        }
    } catch {
        toast(t("The camera may not be used here. Allow it in the browser, or type the code."), "bad");
    } finally {
        camera.getTracks().forEach((track) => track.stop());
        dialog.close();
        dialog.remove();
    }
    if (code !== null) {
        navigator.vibrate?.(60);
    }
    return code;
}

async function scanInto(input: HTMLInputElement): Promise<void> {
    const code = await scan();
    input.focus();
    if (code !== null) {
        input.value = code;
        input.dispatchEvent(new Event("input", { bubbles: true }));
        input.dispatchEvent(new CustomEvent("kontor:scanned", { bubbles: true }));
        if (input.form?.matches("form[method=get]")) {
            input.form.requestSubmit();
        } else {
            input.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
        }
    }
}

export function startScan(): void {
    // An input gets a button beside it, where there is something that the button can do.
    enhance("input[data-scan]", (element) => {
        if (canScan()) {
            const button = make("button.button.icon-only", { type: "button", "aria-label": t("Scan with the camera") }, icon("camera"));
            button.addEventListener("click", () => void scanInto(element as HTMLInputElement));
            element.after(button);
        }
    });
    on("click", "button[data-scan]", (button) => {
        const input = one<HTMLInputElement>(button.dataset["scan"] || "input[data-counter-scan], form input") ;
        if (input) {
            void scanInto(input);
        }
    });
}
