/* What is drawn and not set: bar codes by zint, as rectangles; logos from PNG and JPEG. */
#include "face/print_own.h"

#include <sodium.h>
#include <zint.h>

/* -- bar codes ----------------------------------------------------------------------------- */

static const struct {
    int symbology, mode;
    bool square;
} codes[] = {
    [CODE_EAN13] = { BARCODE_EANX, UNICODE_MODE, false },
    [CODE_EAN8] = { BARCODE_EANX_CHK, UNICODE_MODE, false },
    [CODE_GS1_128] = { BARCODE_GS1_128, GS1_MODE, false },
    [CODE_128] = { BARCODE_CODE128, UNICODE_MODE, false },
    [CODE_QR] = { BARCODE_QRCODE, UNICODE_MODE, true },
};

static void bars(cairo_t *cr, const struct zint_vector *v, bool square, double x, double y,
                 double width, double height)
{
    double sx = width / (double)v->width, sy = height / (double)v->height;
    if (square) {
        sx = sy = sx < sy ? sx : sy;
    }
    for (const struct zint_vector_rect *r = v->rectangles; r; r = r->next) {
        cairo_rectangle(cr, x + (double)r->x * sx, y + (double)r->y * sy, (double)r->width * sx,
                        (double)r->height * sy);
    }
    cairo_set_source_rgb(cr, 0, 0, 0);
    cairo_fill(cr);
}

enum err code_draw(cairo_t *cr, enum code_kind kind, text_t data, double x, double y, double width,
                   double height)
{
    struct zint_symbol *z = ZBarcode_Create();
    if (!z) {
        return ERR_NO_MEMORY;
    }
    z->symbology = codes[kind].symbology;
    z->input_mode = codes[kind].mode;
    z->warn_level = WARN_FAIL_ALL; /* a wrong check digit is only a warning otherwise */
    z->show_hrt = 0;
    z->guard_descent = 0;
    z->output_options |= BARCODE_QUIET_ZONES;
    if (kind == CODE_QR) {
        z->option_1 = 2; /* level M */
        for (size_t i = 0; i < data.n; i++) {
            z->eci = (unsigned char)data.s[i] >= 0x80 ? 26 : z->eci; /* UTF-8 */
        }
    }
    int e = data.n > 0 && data.n < 2000
                ? ZBarcode_Encode(z, (const unsigned char *)data.s, (int)data.n)
                : ZINT_ERROR_TOO_LONG;
    if (e == 0 && cr) {
        e = ZBarcode_Buffer_Vector(z, 0);
        if (e == 0) {
            bars(cr, z->vector, codes[kind].square, x, y, width, height);
        }
    }
    ZBarcode_Delete(z);
    return e == 0 ? OK : e == ZINT_ERROR_MEMORY ? ERR_NO_MEMORY : ERR_INVALID;
}

/* -- logos --------------------------------------------------------------------------------- */

struct reading {
    const unsigned char *p;
    size_t n, at;
};

static cairo_status_t read_some(void *arg, unsigned char *out, unsigned int n)
{
    struct reading *r = arg;
    if (r->n - r->at < n) {
        return CAIRO_STATUS_READ_ERROR;
    }
    memcpy(out, r->p + r->at, n);
    r->at += n;
    return CAIRO_STATUS_SUCCESS;
}

static uint32_t big_endian(const unsigned char *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static enum err bounds(size_t n, uint32_t width, uint32_t height)
{
    if (width == 0 || height == 0) {
        return ERR_INVALID;
    }
    return n > PRINT_LOGO_MAX || width > PRINT_LOGO_SIDE_MAX || height > PRINT_LOGO_SIDE_MAX
               ? ERR_RANGE
               : OK;
}

/* The sizes stand in the first chunk (PNG specification, section 11.2.1), so that a small file that
 * unpacks to gigabytes is turned away before it is read. */
static enum err header(const unsigned char *p, size_t n)
{
    static const unsigned char signature[16] = { 0x89, 'P', 'N', 'G', 0x0d, 0x0a, 0x1a, 0x0a,
                                                 0,    0,   0,   13,  'I',  'H',  'D',  'R' };
    return n < 33 || memcmp(p, signature, sizeof signature) != 0
               ? ERR_INVALID
               : bounds(n, big_endian(p + 16), big_endian(p + 20));
}

/* JPEG (ITU-T T.81, annex B): segments of a marker and a length, up to the frame header, which has
 * the sizes; at the end the end marker. Grey and colour as cameras and programs write them; not the
 * four inks of print shops, which viewers show differently. */
static enum err jpeg_sizes(const unsigned char *p, size_t n, uint32_t *width, uint32_t *height)
{
    if (n < 4 || p[0] != 0xff || p[1] != 0xd8 || p[n - 2] != 0xff || p[n - 1] != 0xd9) {
        return ERR_INVALID;
    }
    for (size_t i = 2; i + 4 <= n && p[i] == 0xff;) {
        unsigned marker = p[i + 1];
        size_t length = (size_t)p[i + 2] << 8 | p[i + 3];
        if (marker == 0xff) { /* a fill byte */
            i++;
            continue;
        }
        if (length < 2 || i + 2 + length > n) {
            return ERR_INVALID;
        }
        if (marker >= 0xc0 && marker <= 0xc2) { /* baseline, extended, progressive */
            if (length < 8 || p[i + 4] != 8 || (p[i + 9] != 1 && p[i + 9] != 3)) {
                return ERR_INVALID;
            }
            *height = (uint32_t)p[i + 5] << 8 | p[i + 6];
            *width = (uint32_t)p[i + 7] << 8 | p[i + 8];
            return OK;
        }
        if (marker >= 0xc3 && marker <= 0xcf && marker != 0xc4 && marker != 0xcc) {
            return ERR_INVALID; /* lossless, arithmetic: rarely drawn */
        }
        i += 2 + length;
    }
    return ERR_INVALID;
}

/* A JPEG goes into the file as it is; the picture that holds it stays empty. */
static enum err jpeg_read(const unsigned char *p, size_t n, cairo_surface_t **out)
{
    uint32_t width, height;
    TRY(jpeg_sizes(p, n, &width, &height));
    TRY(bounds(n, width, height));
    cairo_surface_t *s = cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)width, (int)height);
    if (cairo_surface_set_mime_data(s, CAIRO_MIME_TYPE_JPEG, p, n, NULL, NULL) !=
        CAIRO_STATUS_SUCCESS) {
        cairo_surface_destroy(s);
        return ERR_NO_MEMORY;
    }
    *out = s;
    return OK;
}

enum err logo_read(const void *picture, size_t n, cairo_surface_t **out)
{
    const unsigned char *p = picture;
    struct reading r = { .p = p, .n = n };
    if (n > 2 && p[0] == 0xff && p[1] == 0xd8) {
        return jpeg_read(p, n, out);
    }
    TRY(header(p, n));
    cairo_surface_t *s = cairo_image_surface_create_from_png_stream(read_some, &r);
    if (cairo_surface_status(s) != CAIRO_STATUS_SUCCESS) { /* Cairo has one code for all faults */
        cairo_surface_destroy(s);
        return ERR_INVALID;
    }
    *out = s;
    return OK;
}

enum err print_logo_check(const void *picture, size_t n)
{
    cairo_surface_t *s;
    TRY(logo_read(picture, n, &s));
    cairo_surface_destroy(s);
    return OK;
}

enum err print_logo_decode(struct arena *a, text_t base64, text_t *picture)
{
    static const char *const prefixes[] = { "data:image/png;base64,", "data:image/jpeg;base64," };
    size_t n = 0;
    for (size_t i = 0; i < N_ELEMENTS(prefixes); i++) {
        if (text_starts(base64, prefixes[i])) {
            size_t length = strlen(prefixes[i]);
            base64 = (text_t){ base64.s + length, base64.n - length };
        }
    }
    size_t room = base64.n / 4 * 3 + 3;
    char *bytes = arena_take(a, room);
    if (sodium_base642bin((unsigned char *)bytes, room, base64.s, base64.n, "\r\n\t ", &n, NULL,
                          sodium_base64_VARIANT_ORIGINAL) != 0) {
        return ERR_INVALID;
    }
    *picture = (text_t){ bytes, n };
    return print_logo_check(bytes, n);
}
