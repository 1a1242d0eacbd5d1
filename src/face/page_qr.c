/* A QR code in a page, as SVG: what a phone reads from the screen. */
#include "face/page_own.h"

#include <zint.h>

#define QR_BYTES_MAX 1000
#define QR_QUIET     4 /* modules of light around it (ISO/IEC 18004) */

static bool is_dark(const struct zint_symbol *z, int row, int column)
{
    return z->encoded_data[row][column / 8] >> (column % 8) & 1;
}

/* Runs of dark modules of each row, as one path. */
static text_t modules(struct page_cx *p, const struct zint_symbol *z)
{
    struct buf b;
    buf_init(&b, p->cx->arena, (size_t)256 * 1024);
    for (int row = 0; row < z->rows; row++) {
        for (int column = 0; column < z->width; column++) {
            int from = column;
            while (column < z->width && is_dark(z, row, column)) {
                column++;
            }
            if (column > from) {
                buf_fmt(&b, "M%d %dh%dv1h-%dz", from + QR_QUIET, row + QR_QUIET, column - from,
                        column - from);
            }
        }
    }
    return buf_done(&b);
}

enum err page_qr(struct page_cx *p, text_t data, const char *label)
{
    struct zint_symbol *z = ZBarcode_Create();
    if (!z) {
        return ERR_NO_MEMORY;
    }
    z->symbology = BARCODE_QRCODE;
    z->input_mode = UNICODE_MODE;
    z->option_1 = 2; /* level M */
    int e = data.n > 0 && data.n <= QR_BYTES_MAX
                ? ZBarcode_Encode(z, (const unsigned char *)data.s, (int)data.n)
                : ZINT_ERROR_TOO_LONG;
    if (e < ZINT_ERROR) {
        int side = z->width + 2 * QR_QUIET;
        OPEN(p->h, "svg.qr", { "viewBox", text_fmt(p->cx->arena, "0 0 %d %d", side, side) },
             { "role", TEXT("img") }, { "aria-label", page_text(p, label) });
        EMPTY(p->h, "rect", { "width", TEXT("100%") }, { "height", TEXT("100%") },
              { "fill", TEXT("#fff") });
        EMPTY(p->h, "path", { "d", modules(p, z) }, { "fill", TEXT("#000") });
        html_close(p->h, "svg");
    }
    ZBarcode_Delete(z);
    return e < ZINT_ERROR ? OK : ERR_INVALID;
}
