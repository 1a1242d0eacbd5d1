/* What an invoice kept when it was issued takes the place of what is known today: see
 * front/order/invoice_issued.c for what that is. */
#include "back/documents/document_parts.h"

enum err issued_read(struct cx *cx, const struct invoice *in, const struct json **out)
{
    struct json *kept = NULL;
    struct json_fault fault;
    *out = NULL;
    if (!text_empty(in->as_issued)) {
        TRY(json_parse(cx->arena, in->as_issued.s, in->as_issued.n, &kept, &fault));
        *out = kept;
    }
    return OK;
}

/* The members of a person or place; what it did not have it does not get. */
struct member {
    const char *name;
    text_t *to;
};

static void take(const struct json *j, const struct member *members, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        *members[i].to = json_get_text(j, members[i].name);
    }
}

void issued_people(struct document_cx *d, const struct json *issued)
{
    if (!issued) {
        return;
    }
    const struct json *company = json_get(issued, "company");
    const struct member companys[] = { { "name", &d->company.name },
                                       { "tax_id", &d->company.tax_id },
                                       { "country", &d->company.country } };
    const struct member sites[] = { { "name", &d->site.name },
                                    { "street", &d->site.street },
                                    { "postal_code", &d->site.postal_code },
                                    { "city", &d->site.city },
                                    { "country", &d->site.country },
                                    { "phone", &d->site.phone } };
    const struct member customers[] = {
        { "code", &d->party.code },     { "name", &d->party.name },
        { "street", &d->party.street }, { "postal_code", &d->party.postal_code },
        { "city", &d->party.city },     { "country", &d->party.country },
        { "tax_id", &d->party.tax_id }
    };
    const struct json *included = json_get(company, "prices_include_tax");
    take(company, companys, N_ELEMENTS(companys));
    take(json_get(issued, "site"), sites, N_ELEMENTS(sites));
    take(json_get(issued, "customer"), customers, N_ELEMENTS(customers));
    d->company.prices_include_tax = included && included->type == JSON_TRUE;
}

static const struct json *by_id(const struct json *list, int64_t id)
{
    for (const struct json *one = list ? list->first : NULL; one; one = one->next) {
        const struct json *v = json_get(one, "id");
        int64_t found;
        if (v && text_to_i64(v->text, &found) == OK && found == id) {
            return one;
        }
    }
    return NULL;
}

void issued_goods(struct document_cx *d, const struct json *issued, struct sale_document *s)
{
    if (!issued) {
        return;
    }
    const struct json *products = json_get(issued, "products");
    struct product *goods = ARENA_ARRAY(d->cx->arena, s->n, struct product);
    const struct product **refs = ARENA_ARRAY(d->cx->arena, s->n, const struct product *);
    text_t *units = ARENA_ARRAY(d->cx->arena, s->n, text_t);
    for (size_t i = 0; i < s->n; i++) {
        const struct json *kept = by_id(products, s->lines[i].product.id);
        goods[i] = *s->products[i];
        goods[i].code = json_get_text(kept, "code");
        goods[i].name = json_get_text(kept, "name");
        units[i] = json_get_text(kept, "unit");
        refs[i] = &goods[i];
    }
    s->products = refs;
    s->units = units;
    for (size_t t = 0; t < s->n_taxes; t++) {
        const struct json *kept = by_id(json_get(issued, "taxes"), s->taxes[t].tax);
        text_t rate = json_get_text(kept, "rate");
        if (kept && decimal_parse(rate.s, rate.n, RATE_SCALE, &s->taxes[t].rate.micro) == OK) {
            s->taxes[t].name = json_get_text(kept, "name");
        }
    }
    s->person = json_get_text(issued, "issued_by");
}
