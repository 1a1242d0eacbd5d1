// The program's mark: a ledger page with the first letter of its name, as SVG and, for systems that want pixels, as PNG and ICO.
import { deflateSync } from "node:zlib";

const ground = [0x2f, 0x5b, 0xd3];
// Strokes on a square of 24: from x, y to x, y.
const strokes = [[8, 6, 8, 18], [8.4, 12.6, 15.8, 6], [10.8, 10.6, 16.2, 18]];
const half = 1.35;

export function markSvg() {
    const path = strokes.map(([a, b, c, d]) => `M${a} ${b}L${c} ${d}`).join("");
    const fill = "#" + ground.map((v) => v.toString(16).padStart(2, "0")).join("");
    return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><rect width="24" height="24" rx="5.5" fill="${fill}"/>` +
        `<path d="${path}" fill="none" stroke="#fff" stroke-width="${half * 2}" stroke-linecap="round" stroke-linejoin="round"/></svg>\n`;
}

function toStroke(x, y, [ax, ay, bx, by]) {
    const dx = bx - ax, dy = by - ay;
    const t = Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy)));
    return Math.hypot(x - ax - t * dx, y - ay - t * dy);
}

/** Distance from the edge of the rounded square, negative inside. */
function toEdge(x, y, radius) {
    const qx = Math.abs(x - 12) - 12 + radius, qy = Math.abs(y - 12) - 12 + radius;
    return Math.hypot(Math.max(qx, 0), Math.max(qy, 0)) + Math.min(Math.max(qx, qy), 0) - radius;
}

/** RGBA pixels; distances make the smooth edges. "square" fills all of it, with the letter in the middle four fifths. */
function pixels(size, shape) {
    const scale = 24 / size;
    const rgba = Buffer.alloc(size * size * 4);
    const cover = (distance) => Math.max(0, Math.min(1, 0.5 - distance / scale));
    for (let row = 0; row < size; row++) {
        for (let column = 0; column < size; column++) {
            const x = (column + 0.5) * scale, y = (row + 0.5) * scale;
            const grow = shape === "square" ? 1.2 : 1;
            const lx = 12 + (x - 12) * grow, ly = 12 + (y - 12) * grow;
            const letter = cover((Math.min(...strokes.map((s) => toStroke(lx, ly, s))) - half) / grow);
            const alpha = shape === "square" ? 1 : cover(toEdge(x, y, 5.5));
            const at = (row * size + column) * 4;
            ground.forEach((v, i) => (rgba[at + i] = Math.round(v + (255 - v) * letter)));
            rgba[at + 3] = Math.round(255 * alpha);
        }
    }
    return rgba;
}

const crcTable = Array.from({ length: 256 }, (_, n) => {
    for (let k = 0; k < 8; k++) {
        n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
    }
    return n >>> 0;
});

function chunk(name, data) {
    const body = Buffer.concat([Buffer.from(name, "latin1"), data]);
    let crc = 0xffffffff;
    for (const byte of body) {
        crc = crcTable[(crc ^ byte) & 255] ^ (crc >>> 8);
    }
    const out = Buffer.alloc(body.length + 8);
    out.writeUInt32BE(data.length, 0);
    body.copy(out, 4);
    out.writeUInt32BE((crc ^ 0xffffffff) >>> 0, body.length + 4);
    return out;
}

/** PNG (ISO/IEC 15948), 8 bits RGBA, no filter. */
export function drawMark(size, shape) {
    const rgba = pixels(size, shape);
    const rows = Buffer.alloc(size * (size * 4 + 1));
    for (let row = 0; row < size; row++) {
        rgba.copy(rows, row * (size * 4 + 1) + 1, row * size * 4, (row + 1) * size * 4);
    }
    const head = Buffer.alloc(13);
    head.writeUInt32BE(size, 0);
    head.writeUInt32BE(size, 4);
    head.set([8, 6, 0, 0, 0], 8);
    return Buffer.concat([
        Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
        chunk("IHDR", head),
        chunk("IDAT", deflateSync(rows, { level: 9 })),
        chunk("IEND", Buffer.alloc(0)),
    ]);
}

/** ICO with a PNG for each size. */
export function icoOf(sizes) {
    const images = sizes.map((size) => drawMark(size, "rounded"));
    const head = Buffer.alloc(6 + 16 * sizes.length);
    head.writeUInt16LE(1, 2);
    head.writeUInt16LE(sizes.length, 4);
    let at = head.length;
    images.forEach((image, i) => {
        const entry = 6 + 16 * i;
        head.set([sizes[i], sizes[i], 0, 0, 1, 0, 32, 0], entry);
        head.writeUInt32LE(image.length, entry + 8);
        head.writeUInt32LE(at, entry + 12);
        at += image.length;
    });
    return Buffer.concat([head, ...images]);
}
