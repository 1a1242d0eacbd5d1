/* Parties. The roles stand twice, as flags that lists are filtered by and as the JSON list that
 * programs read and write; the check before each write keeps the two the same. */
#include "common/party/inner.h"
#include "meta/locale.h"

#define ROLE_LIST_MAX 256

static const struct choice kinds[] = {
    [PARTY_PERSON] = { "person", N_("Person") },
    [PARTY_ORGANISATION] = { "organisation", N_("Organisation") },
};

/* clang-format off */
static const struct field rows[] = {
    F_TEXT(party, code, N_("Number"), .flags = F_UNIQUE | F_SEARCH, .max = 32,
           .help = N_("Given by the program when it is left empty.")),
    F_TEXT(party, name, N_("Name"), .flags = F_REQUIRED | F_SEARCH | F_INDEX | F_EVENT, .max = 200),
    F_CHOICE(party, kind, kinds, N_("Kind")),
    F_TEXT(party, email, N_("E-mail"), .flags = F_SEARCH | F_INDEX, .max = 254,
           .section = N_("Contact")),
    F_TEXT(party, phone, N_("Phone"), .flags = F_SEARCH | F_INDEX, .max = 40,
           .section = N_("Contact")),
    F_TEXT(party, language, N_("Language"), .word = WORD_LANGUAGE, .max = 2,
           .section = N_("Contact"),
           .help = N_("The language of letters and receipts: en, es, hi or id.")),
    F_TEXT(party, tax_id, N_("Tax number"), .flags = F_INDEX, .max = 32),
    F_TEXT(party, country, N_("Country"), .max = 80, .section = N_("Address")),
    F_TEXT(party, street, N_("Street"), .max = 200, .section = N_("Address")),
    F_TEXT(party, city, N_("City"), .max = 100, .section = N_("Address")),
    F_TEXT(party, postal_code, N_("Postal code"), .max = 20, .section = N_("Address")),
    F_BOOLEAN(party, is_customer, N_("Customer"), .section = N_("Roles"),
              .help = N_("When no role is given the party is a customer.")),
    F_BOOLEAN(party, is_supplier, N_("Supplier"), .section = N_("Roles")),
    F_BOOLEAN(party, is_employee, N_("Employee"), .section = N_("Roles")),
    F_BOOLEAN(party, is_contact, N_("Contact person"), .section = N_("Roles")),
    F_JSON(party, roles, N_("Roles"), .flags = F_HIDDEN,
           .help = N_("A list of customer, supplier, employee and contact.")),
    F_REF(party, price_list, price_list, N_("Price list"), .section = N_("Terms"),
          .help = N_("The customer's own prices, before those of the site.")),
    F_MONEY(party, credit_limit, N_("Credit limit"), .flags = F_NOT_NEGATIVE,
            .section = N_("Terms"), .help = N_("How much can be bought on account. 0: nothing.")),
};
/* clang-format on */

/* --- Roles */

static const struct {
    const char *name;
    size_t flag;
} roles[] = {
    { "customer", offsetof(struct party, is_customer) },
    { "supplier", offsetof(struct party, is_supplier) },
    { "employee", offsetof(struct party, is_employee) },
    { "contact", offsetof(struct party, is_contact) },
};

static flag_t *role_flag(struct party *p, size_t role)
{
    return (flag_t *)(void *)((char *)p + roles[role].flag);
}

static enum err roles_refused(struct cx *cx, text_t given)
{
    return REFUSE(cx, &refusal_unknown_choice, TEXT("roles"), given,
                  TEXT("customer, supplier, employee, contact"));
}

static enum err flag_named(struct cx *cx, struct party *p, text_t name)
{
    for (size_t i = 0; i < N_ELEMENTS(roles); i++) {
        if (text_is(name, roles[i].name)) {
            *role_flag(p, i) = 1;
            return OK;
        }
    }
    return roles_refused(cx, name);
}

static enum err flags_from_list(struct cx *cx, struct party *p)
{
    struct json *list;
    struct json_fault fault;
    if (json_parse(cx->arena, p->roles.s, p->roles.n, &list, &fault) != OK ||
        list->type != JSON_ARRAY) {
        return roles_refused(cx, p->roles);
    }
    for (const struct json *role = list->first; role; role = role->next) {
        if (role->type != JSON_STRING) {
            return roles_refused(cx, p->roles);
        }
        TRY(flag_named(cx, p, role->text));
    }
    return OK;
}

static void list_from_flags(struct cx *cx, struct party *p)
{
    struct buf b;
    struct json_out o;
    buf_init(&b, cx->arena, ROLE_LIST_MAX);
    json_out_init(&o, &b);
    json_open(&o, NULL, '[');
    for (size_t i = 0; i < N_ELEMENTS(roles); i++) {
        if (*role_flag(p, i)) {
            json_put_str(&o, NULL, roles[i].name);
        }
    }
    json_close(&o, ']');
    p->roles = buf_done(&b);
}

/* A new party may be given flags, the list or both; of a known one the list decides when it is what
 * was changed. Somebody without any role is a customer. */
static enum err roles_settle(struct cx *cx, const struct party *was, struct party *p)
{
    bool listed = !text_empty(p->roles) && !(was && text_eq(was->roles, p->roles));
    if (listed) {
        for (size_t i = 0; was && i < N_ELEMENTS(roles); i++) {
            *role_flag(p, i) = 0;
        }
        TRY(flags_from_list(cx, p));
    }
    if (!p->is_customer && !p->is_supplier && !p->is_employee && !p->is_contact) {
        p->is_customer = 1;
    }
    list_from_flags(cx, p);
    return OK;
}

/* --- The record */

/* Something, one @, something, and no blanks: whether mail arrives shows only when it is sent. */
static bool email_plausible(text_t t)
{
    size_t ats = 0;
    for (size_t i = 0; i < t.n; i++) {
        ats += t.s[i] == '@';
        if (t.s[i] == ' ') {
            return false;
        }
    }
    return ats == 1 && t.s[0] != '@' && t.s[t.n - 1] != '@';
}

static enum err party_check(struct cx *cx, const void *before, void *after)
{
    struct party *p = after;
    if (!text_empty(p->email) && !email_plausible(p->email)) {
        return REFUSE(cx, &email_invalid, TEXT("email"), p->email);
    }
    if (!text_empty(p->language) && !language_known(p->language)) {
        return REFUSE(cx, &language_unknown, TEXT("language"), p->language);
    }
    TRY(roles_settle(cx, before, p));
    if (text_empty(p->code)) {
        return series_next_free(cx, "party", (site_ref){ 0 }, &party_entity, &p->code);
    }
    return OK;
}

const struct entity party_entity = {
    .index = E_party,
    .name = "party",
    .plural = "parties",
    .label = N_("Party"),
    .label_plural = N_("Parties"),
    .help = N_(
        "People and organisations: customers, suppliers, employees and contacts, each once."),
    .shape = SHAPE(party, rows),
    .code = "code",
    .title = "name",
    .read = "party.read",
    .write = "party.write",
    .sort = "name",
    .flags = E_HISTORY,
    .check = party_check,
};
