/* A site's day. Permissions: none of its own; each part asks for that of the area it reads. */
#include "insight/day/day_pages.h"

static const char *const depends[] = { "company", "party", "product", "pricing", "site",
                                       "till",    "order", "stock",   NULL };

const struct area day_area = {
    .name = "day",
    .label = N_("Days"),
    .depends = depends,
    .face = &day_face,
};
