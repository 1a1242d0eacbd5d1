// The camera as a scanner. Where the browser reads codes by itself, it does; elsewhere a reader is loaded when the camera is opened
// (decode.ts). Without a camera, a hand scanner or typing does it, and the person is told what is in the way.
import { enhance, icon, make } from "./dom";
import { t } from "./text";
import { toast } from "./toast";

declare const DECODER: string; // the address of decode.ts, by the build

interface Detector {
    detect(source: HTMLVideoElement): Promise<{ rawValue: string }[]>;
}
type DetectorClass = { new (options?: { formats?: string[] }): Detector; getSupportedFormats(): Promise<string[]> };
type Look = (video: HTMLVideoElement) => Promise<string | null>;

const wanted = ["ean_13", "ean_8", "upc_a", "upc_e", "code_128", "code_39", "itf", "qr_code", "data_matrix"];
const everyMs = 120;
const widest = 1280; // pixels: enough for the bars of a shelf label, and quick on a phone

async function ofBrowser(): Promise<Look | null> {
    const Detector = (globalThis as Record<string, unknown>)["BarcodeDetector"] as DetectorClass | undefined;
    const formats = (await Detector?.getSupportedFormats().catch(() => []))?.filter((format) => wanted.includes(format)) ?? [];
    if (!Detector || !formats.length) {
        return null;
    }
    const detector = new Detector({ formats });
    return async (video) => (await detector.detect(video))[0]?.rawValue ?? null;
}

async function ofDecoder(): Promise<Look> {
    const { decode } = (await import(DECODER)) as typeof import("./decode");
    const canvas = make("canvas");
    const context = canvas.getContext("2d", { willReadFrequently: true });
    let before: string | null = null;
    return async (video) => {
        const scale = Math.min(1, widest / Math.max(video.videoWidth, video.videoHeight, 1));
        canvas.width = Math.round(video.videoWidth * scale);
        canvas.height = Math.round(video.videoHeight * scale);
        if (!context || !canvas.width || !canvas.height) {
            return null;
        }
        context.drawImage(video, 0, 0, canvas.width, canvas.height);
        const seen = decode(context.getImageData(0, 0, canvas.width, canvas.height));
        // Not every kind of code has a check digit: one is believed when two looks agree.
        const sure = seen !== null && seen === before;
        before = seen;
        return sure ? seen : null;
    };
}

function whyNot(error: unknown): string {
    switch (error instanceof Error ? error.name : "") {
        case "NotAllowedError":
        case "SecurityError":
            return t("The camera is not allowed here. Allow it for this page in the browser's settings, or type the code.");
        case "NotFoundError":
        case "OverconstrainedError":
            return t("No camera was found. Connect one, or type the code.");
        case "NotReadableError":
        case "AbortError":
            return t("Another program uses the camera. Close it there, or type the code.");
        case "TypeError": // import() where nothing comes
            return t("The camera's reader could not be loaded. Try again with a connection, or type the code.");
        default:
            return t("The camera cannot be used now. Try again, or type the code.");
    }
}

/** Shows what the camera sees until it reads a code; null when the person closes it. */
async function watch(stream: MediaStream, look: Promise<Look>): Promise<string | null> {
    const video = make("video", { playsinline: true, muted: true });
    video.muted = true;
    const close = make("button.button", { type: "button" }, t("Back"));
    const dialog = make("dialog.dialog", { "aria-label": t("Scan a code") },
        make("div.dialog-body", {}, make("div.camera", {}, video), make("p.muted", {}, t("Hold the code inside the frame."))),
        make("div.dialog-actions", {}, close));
    document.body.append(dialog);
    dialog.showModal();
    video.srcObject = stream;
    let open = true;
    close.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => (open = false));
    try {
        const [seen] = await Promise.all([look, video.play()]);
        for (;;) {
            const code = open ? await seen(video) : null;
            if (code !== null || !open) {
                return code;
            }
            await new Promise((next) => setTimeout(next, everyMs));
        }
    } catch (error) {
        if (!open) {
            return null;
        }
        throw error;
    } finally {
        stream.getTracks().forEach((track) => track.stop());
        dialog.close();
        dialog.remove();
    }
}

let scanning = false;

async function scan(): Promise<string | null> {
    if (scanning) {
        return null;
    }
    if (!navigator.mediaDevices?.getUserMedia) {
        toast(isSecureContext ? t("This browser does not let pages use a camera. Type the code, or use a scanner.")
            : t("Browsers allow the camera only on pages with https. Type the code, or use a scanner."), "bad");
        return null;
    }
    scanning = true;
    try {
        const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: widest } } });
        const code = await watch(stream, ofBrowser().then((own) => own ?? ofDecoder()));
        if (code !== null) {
            navigator.vibrate?.(60);
        }
        return code;
    } catch (error) {
        toast(whyNot(error), "bad");
        return null;
    } finally {
        scanning = false;
    }
}

async function scanInto(input: HTMLInputElement): Promise<void> {
    const code = await scan();
    input.focus();
    if (code !== null) {
        input.value = code;
        input.dispatchEvent(new Event("input", { bubbles: true }));
        if (input.form?.matches("form[method=get]")) {
            input.form.requestSubmit();
        } else {
            input.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
        }
    }
}

export function startScan(): void {
    enhance("input[data-scan]", (element) => {
        const button = make("button.button.icon-only", { type: "button", "aria-label": t("Scan with the camera") }, icon("camera"));
        button.addEventListener("click", () => void scanInto(element as HTMLInputElement));
        element.after(button);
    });
}
