/* Global Trade Item Numbers: the check digit of the GS1 General Specifications, 7.9. From the
 * right, every second digit counts three times, beginning beside the check digit; the sum with the
 * check digit is a multiple of ten. */
#include "common/product/product.h"

static bool gtin_length(size_t n)
{
    return n == 8 || n == 12 || n == 13 || n == 14;
}

bool gtin_ok(text_t code)
{
    int sum = 0;
    if (!gtin_length(code.n)) {
        return false;
    }
    for (size_t i = 0; i < code.n; i++) {
        char c = code.s[code.n - 1 - i];
        if (c < '0' || c > '9') {
            return false;
        }
        sum += (c - '0') * (i % 2 == 1 ? 3 : 1);
    }
    return sum % 10 == 0;
}
