// Reads codes out of a picture, for browsers that cannot by themselves. An asset of its own (web/build.mjs), which scan.ts loads
// when the camera is opened: nobody else pays for it. The reading is that of ZXing (docs/libraries.md), with the kinds of codes
// that stand on goods and on what the program prints, and no others.
import BinaryBitmap from "@zxing/library/es2015/core/BinaryBitmap";
import HybridBinarizer from "@zxing/library/es2015/core/common/HybridBinarizer";
import DataMatrixReader from "@zxing/library/es2015/core/datamatrix/DataMatrixReader";
import Code128Reader from "@zxing/library/es2015/core/oned/Code128Reader";
import Code39Reader from "@zxing/library/es2015/core/oned/Code39Reader";
import ITFReader from "@zxing/library/es2015/core/oned/ITFReader";
import MultiFormatUPCEANReader from "@zxing/library/es2015/core/oned/MultiFormatUPCEANReader";
import QRCodeReader from "@zxing/library/es2015/core/qrcode/QRCodeReader";
import RGBLuminanceSource from "@zxing/library/es2015/core/RGBLuminanceSource";

interface Reader {
    decode(picture: BinaryBitmap): { getText(): string };
    reset(): void;
}

/** As getImageData gives it: rows of pixels of four bytes. */
export interface Picture {
    data: Uint8ClampedArray;
    width: number;
    height: number;
}

const bars: Reader[] = [new MultiFormatUPCEANReader(), new Code128Reader(), new Code39Reader(), new ITFReader()];
const squares: Reader[] = [new QRCodeReader(), new DataMatrixReader()];

/** Brightness of each pixel; green weighs most, as in the eye. */
function greyOf(picture: Picture): Uint8ClampedArray {
    const grey = new Uint8ClampedArray(picture.width * picture.height);
    for (let i = 0, at = 0; i < grey.length; i++, at += 4) {
        grey[i] = ((picture.data[at] ?? 0) + 2 * (picture.data[at + 1] ?? 0) + (picture.data[at + 2] ?? 0)) / 4;
    }
    return grey;
}

/** The picture lying on its side: rows become columns. */
function turned(grey: Uint8ClampedArray, width: number, height: number): Uint8ClampedArray {
    const out = new Uint8ClampedArray(grey.length);
    for (let y = 0, at = 0; y < height; y++) {
        for (let x = 0; x < width; x++, at++) {
            out[x * height + y] = grey[at] ?? 0;
        }
    }
    return out;
}

function read(readers: Reader[], grey: Uint8ClampedArray, width: number, height: number): string | null {
    const bitmap = new BinaryBitmap(new HybridBinarizer(new RGBLuminanceSource(grey, width, height)));
    for (const reader of readers) {
        try {
            return reader.decode(bitmap).getText();
        } catch {
            reader.reset(); // no code of this kind
        }
    }
    return null;
}

/** What the code in the picture says; null: none is seen. Bars may stand upright or lie. */
export function decode(picture: Picture): string | null {
    const { width, height } = picture;
    const grey = greyOf(picture);
    return read([...bars, ...squares], grey, width, height) ?? read(bars, turned(grey, width, height), height, width);
}
