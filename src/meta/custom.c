/* Fields added by users. */
#include "meta/custom.h"

#include "meta/kinds.h"

static const struct field fields[] = {
    F_TEXT(custom_field, entity, N_("Entity"), .word = WORD_ENTITY,
           .flags = F_REQUIRED | F_CREATE_ONLY | F_INDEX, .max = 60),
    F_TEXT(custom_field, name, N_("Name"), .word = WORD_CODE, .flags = F_REQUIRED | F_CREATE_ONLY,
           .max = 40, .help = N_("Begins with x_ and has small letters, digits and _ only.")),
    F_TEXT(custom_field, label, N_("Label"), .flags = F_REQUIRED, .max = 60),
    F_TEXT(custom_field, kind, N_("Kind"), .word = WORD_KIND, .flags = F_REQUIRED | F_CREATE_ONLY,
           .max = 20),
    F_TEXT(custom_field, target, N_("Refers to"), .word = WORD_ENTITY, .flags = F_CREATE_ONLY,
           .max = 60),
    F_TEXT(custom_field, choices, N_("Choices"), .max = 2000,
           .help = N_("Names separated by commas. Never change their order.")),
    F_INTEGER(custom_field, max, N_("Largest value or length"), .flags = F_NOT_NEGATIVE),
    F_BOOLEAN(custom_field, required, N_("Required")),
};

const struct refusal refusal_bad_custom_field = {
    .code = "bad_custom_field",
    .status = 422,
    .title = N_("This field cannot be added"),
    .detail = N_(
        "{1} does not fit: the name begins with x_ and is new, the entity exists, and the kind "
        "is one that fields may have."),
};

static bool name_fits(text_t name)
{
    if (!text_starts(name, "x_") || name.n < 3) {
        return false;
    }
    for (size_t i = 0; i < name.n; i++) {
        char c = name.s[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_')) {
            return false;
        }
    }
    return true;
}

/* Values that an archived field has left in the records are read as the new one's: no other kind
 * may take up its name. */
static enum err kind_stays(struct cx *cx, const struct custom_field *c)
{
    struct custom_field *earlier;
    size_t n;
    const struct value args[] = { v_text(c->entity), v_text(c->name) };
    TRY(store_select(cx, &custom_field_entity, "entity = $1 AND name = $2", args, 2, &earlier, &n));
    for (size_t i = 0; i < n; i++) {
        if (!text_eq(earlier[i].kind, c->kind) || !text_eq(earlier[i].target, c->target)) {
            return REFUSE(cx, &refusal_bad_custom_field, TEXT("name"), c->name);
        }
    }
    return OK;
}

static enum err check(struct cx *cx, const void *before, void *after)
{
    const struct custom_field *c = after;
    const struct entity_info *info = house_entity(cx->house, c->entity);
    const struct kind *kind = kind_by_name(c->kind);
    if (!info) {
        return REFUSE(cx, &refusal_bad_custom_field, TEXT("entity"), c->entity);
    }
    if (!name_fits(c->name)) {
        return REFUSE(cx, &refusal_bad_custom_field, TEXT("name"), c->name);
    }
    if (!kind || kind == &kind_lines || kind == &kind_state || kind == &kind_file) {
        return REFUSE(cx, &refusal_bad_custom_field, TEXT("kind"), c->kind);
    }
    if (kind == &kind_ref && (!c->target.s || !house_entity(cx->house, c->target))) {
        return REFUSE(cx, &refusal_bad_custom_field, TEXT("target"), c->target);
    }
    const struct field *rows;
    size_t n;
    TRY(custom_rows(cx, info, &rows, &n));
    for (size_t i = 0; !before && i < n; i++) {
        if (text_is(c->name, rows[i].name)) {
            return REFUSE(cx, &refusal_bad_custom_field, TEXT("name"), c->name);
        }
    }
    if (!before && n - info->n_fields >= CUSTOM_FIELDS_MAX) {
        return REFUSE(cx, &refusal_too_large, TEXT("entity"),
                      text_of(cx_text(cx, custom_field_entity.label_plural)),
                      text_fmt(cx->arena, "%d", CUSTOM_FIELDS_MAX));
    }
    return before ? OK : kind_stays(cx, c);
}

const struct entity custom_field_entity = {
    .index = E_custom_field,
    .name = "custom_field",
    .plural = "custom_fields",
    .label = N_("Own field"),
    .label_plural = N_("Own fields"),
    .help = N_(
        "Fields that your company adds to records. They appear in lists, forms, the API, import "
        "and export."),
    .shape = SHAPE(custom_field, fields),
    .title = "label",
    .read = "setup.read",
    .write = "setup.write",
    .sort = "entity",
    .flags = E_CACHED | E_HISTORY,
    .check = check,
};

static void choices_of(struct cx *cx, text_t list, struct field *f)
{
    struct choice *choices = ARENA_ARRAY(cx->arena, 64, struct choice);
    text_t rest = list;
    while (rest.s && f->n_choices < 64) {
        text_t name = text_copy(cx->arena, text_trim(text_split(rest, ',', &rest)));
        choices[f->n_choices++] = (struct choice){ name.s, name.s };
    }
    f->choices = choices;
}

enum err custom_rows(struct cx *cx, const struct entity_info *info, const struct field **out,
                     size_t *n)
{
    struct custom_field *own;
    size_t n_own;
    const struct value args[] = { v_str(info->entity->name) };
    *out = info->fields;
    *n = info->n_fields;
    if (info->entity == &custom_field_entity || !house_info(cx->house, E_custom_field)) {
        return OK;
    }
    TRY(store_select(cx, &custom_field_entity, "entity = $1 AND archived = 0 ORDER BY name", args,
                     1, &own, &n_own));
    if (n_own == 0) {
        return OK;
    }
    struct field *rows = ARENA_ARRAY(cx->arena, info->n_fields + n_own, struct field);
    memcpy(rows, info->fields, info->n_fields * sizeof *rows);
    for (size_t i = 0; i < n_own; i++) {
        struct field *f = &rows[info->n_fields + i];
        *f = (struct field){ .name = own[i].name.s,
                             .kind = kind_by_name(own[i].kind),
                             .offset = CUSTOM_FIELD,
                             .label = own[i].label.s,
                             .section = N_("Own fields"),
                             .max = own[i].max,
                             .flags = (own[i].required ? F_REQUIRED : 0u) | F_NULLABLE,
                             .target = own[i].target.s };
        if (own[i].choices.s) {
            choices_of(cx, own[i].choices, f);
        }
    }
    *out = rows;
    *n = info->n_fields + n_own;
    return OK;
}

static struct json *extra_of(struct cx *cx, const struct record *r)
{
    struct json *j = NULL;
    struct json_fault fault;
    if (text_empty(r->extra) || json_parse(cx->arena, r->extra.s, r->extra.n, &j, &fault) != OK) {
        return NULL;
    }
    return j->type == JSON_OBJECT ? j : NULL;
}

enum err custom_put(struct cx *cx, const struct field *f, const struct json *in, void *record)
{
    struct record *r = record;
    union {
        int64_t number;
        text_t text;
    } value = { .text = TEXT_NONE };
    if (in->type != JSON_NULL) {
        TRY(f->kind->from_json(cx, f, in, text_of(f->name), cx->decimals, &value));
    }
    struct buf b;
    struct json_out o;
    buf_init(&b, cx->arena, (size_t)64 * 1024);
    json_out_init(&o, &b);
    json_open(&o, NULL, '{');
    const struct json *old = extra_of(cx, r);
    for (const struct json *m = old ? old->first : NULL; m; m = m->next) {
        if (!text_is(m->key, f->name)) {
            struct buf one;
            buf_init(&one, cx->arena, (size_t)64 * 1024);
            json_write(&one, m);
            json_put_raw(&o, m->key.s, buf_done(&one));
        }
    }
    if (in->type != JSON_NULL) {
        if (f->kind == &kind_ref) { /* kept as the bare id */
            json_put_i64(&o, f->name, value.number);
        } else {
            f->kind->to_json(cx, f, &value, cx->decimals, &o, f->name);
        }
    }
    json_close(&o, '}');
    if (b.failed) {
        return REFUSE(cx, &refusal_too_large, text_of(f->name), text_of(f->label), TEXT("64 KiB"));
    }
    r->extra = buf_done(&b);
    return OK;
}

int64_t custom_ref(struct cx *cx, const struct field *f, const void *record)
{
    const struct json *extra = extra_of(cx, record);
    const struct json *m = extra ? json_get(extra, f->name) : NULL;
    int64_t id;
    return m && m->type == JSON_NUMBER && text_to_i64(m->text, &id) == OK ? id : 0;
}

void custom_print(struct cx *cx, const struct field *f, const void *record, struct json_out *o)
{
    const struct json *extra = extra_of(cx, record);
    const struct json *m = extra ? json_get(extra, f->name) : NULL;
    struct buf b;
    if (!m || m->type == JSON_NULL) {
        json_put_null(o, f->name);
        return;
    }
    if (f->kind == &kind_ref) {
        int64_t id = custom_ref(cx, f, record);
        f->kind->to_json(cx, f, &id, cx->decimals, o, f->name);
        return;
    }
    buf_init(&b, cx->arena, (size_t)64 * 1024);
    json_write(&b, m);
    json_put_raw(o, f->name, buf_done(&b));
}

/* References as their code, everything else as JSON has it. */
static void put_text(struct cx *cx, const struct field *f, const struct json *m, struct buf *b)
{
    int64_t id;
    if (f->kind == &kind_ref && m->type == JSON_NUMBER && text_to_i64(m->text, &id) == OK) {
        f->kind->to_text(cx, f, &id, cx->decimals, b);
    } else if (m->type == JSON_STRING) {
        buf_text(b, m->text);
    } else if (m->type != JSON_NULL) {
        json_write(b, m);
    }
}

text_t custom_text(struct cx *cx, const struct field *f, const void *record)
{
    const struct json *extra = extra_of(cx, record);
    const struct json *m = extra ? json_get(extra, f->name) : NULL;
    struct buf b;
    buf_init(&b, cx->arena, (size_t)64 * 1024);
    if (m) {
        put_text(cx, f, m, &b);
    }
    return b.n ? buf_done(&b) : TEXT_NONE;
}

void custom_cell(struct cx *cx, const struct field *f, const void *record, struct buf *b)
{
    text_t t = custom_text(cx, f, record);
    if (f->kind->storage == STORE_TEXT || f->kind == &kind_ref || f->kind == &kind_choice) {
        buf_csv(b, t); /* what people typed could be a formula */
    } else {
        buf_csv_plain(b, t);
    }
}
