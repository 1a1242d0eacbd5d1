// Parts of a page that are put anew every few seconds while something is under way ([data-every]: where it comes from, again as long as a <progress> stands in it): progress of work
// in the background, which tells no events.
import { fragment } from "./api";
import { enhance, fill, parse } from "./dom";

async function again(part: HTMLElement): Promise<void> {
    if (!part.isConnected) {
        return;
    }
    if (document.visibilityState === "visible") {
        try {
            fill(part, parse(await fragment(part.dataset["every"] ?? "")));
        } catch {
            // the next turn tries again
        }
    }
    wait(part);
}

function wait(part: HTMLElement): void {
    if (part.querySelector("progress")) {
        window.setTimeout(() => void again(part), 1500);
    }
}

export function startEvery(): void {
    enhance("[data-every]", wait);
}
