/* The description of the HTTP interface. */
#include "face/openapi.h"

void openapi_print(struct house *h, struct buf *b)
{
    struct json_out o;
    (void)h;
    json_out_init(&o, b);
    json_open(&o, NULL, '{');
    json_put_str(&o, "openapi", "3.1.0");
    json_close(&o, '}');
}
