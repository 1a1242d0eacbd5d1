/* Notes beside records. Whoever may read a record may read its notes; who writes is the caller, and
 * when is now, whatever is sent. */
#include "flow/desk_own.h"

static const struct field rows[] = {
    F_TEXT(note, subject_entity, N_("About (kind)"), .word = WORD_ENTITY,
           .flags = F_REQUIRED | F_CREATE_ONLY, .max = 60),
    F_INTEGER(note, subject, N_("About (number)"), .flags = F_REQUIRED | F_CREATE_ONLY),
    F_LONG_TEXT(note, text, N_("Note"), .flags = F_REQUIRED, .max = 10000,
                .help = N_("@ and the sign-in name of a colleague gives them a task.")),
    F_REF(note, author, user_account, N_("Written by"), .flags = F_READONLY),
    F_TIME(note, written_at, N_("Written at"), .flags = F_READONLY),
    F_REF(note, site, site, N_("Site"), .flags = F_READONLY | F_HIDDEN),
};

/* What is behind a record that is gone from sight is out of reach too. */
static enum err check(struct cx *cx, const void *before, void *after)
{
    struct note *n = after;
    const struct entity_info *info;
    void *record;
    n->author.id = before ? n->author.id : cx->who->user;
    TRY(subject_of_author(cx, n->subject_entity, n->subject, n->author.id, &info, &record));
    if (!before) {
        n->written_at = cx->now;
        n->site.id = subject_site(info, record);
    }
    return OK;
}

static enum err saved(struct cx *cx, const void *before, const void *after)
{
    const struct note *n = after;
    const struct entity_info *info;
    void *record;
    TRY(subject_of_author(cx, n->subject_entity, n->subject, n->author.id, &info, &record));
    if (!n->record.archived) {
        TRY(mentions_follow(cx, before, n, info, record));
    }
    return subject_publish(cx, info, record, "noted");
}

/* The record's number says enough: no two records of a house have the same. */
static const struct index_def indexes[] = { { .name = "notes_subject", .cols = "subject" } };

const struct entity note_entity = {
    .index = E_note,
    .name = "note",
    .plural = "notes",
    .label = N_("Note"),
    .label_plural = N_("Notes"),
    .help = N_("What people have written beside records."),
    .shape = SHAPE(note, rows),
    .title = "text",
    .read = "note.all",
    .write = "note.write",
    .site = "site",
    .flags = E_HISTORY,
    .indexes = indexes,
    .n_indexes = N_ELEMENTS(indexes),
    .check = check,
    .saved = saved,
};
