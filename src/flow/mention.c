/* @code in a note: a task for that person, about the record. Only for people of the company who may
 * see the record themselves; of others nothing is told. */
#include "flow/account.h"
#include "flow/desk_own.h"
#include "flow/own.h"
#include "flow/work.h"

#define MENTIONS_MAX 10

static bool code_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (unsigned char)c >= 0x80 || c == '_' || c == '-' || c == '.';
}

/* The codes behind @ at the beginnings of words, each once, without the full stop of a sentence. */
static size_t mentioned(text_t text, text_t out[static MENTIONS_MAX])
{
    size_t n = 0;
    for (size_t i = 0; i < text.n && n < MENTIONS_MAX; i++) {
        size_t end = i + 1, k = 0;
        if (text.s[i] != '@' || (i > 0 && code_char(text.s[i - 1]))) {
            continue;
        }
        while (end < text.n && code_char(text.s[end])) {
            end++;
        }
        while (end > i + 1 && text.s[end - 1] == '.') {
            end--;
        }
        text_t code = { text.s + i + 1, end - i - 1 };
        while (k < n && !text_eq(out[k], code)) {
            k++;
        }
        if (code.n && k == n) {
            out[n++] = code;
        }
    }
    return n;
}

/* Would they find the record if they asked for it? */
static enum err would_see(struct cx *cx, struct user_account *account,
                          const struct entity_info *info, const void *record, bool *out)
{
    struct cx theirs = *cx;
    text_t unknown;
    uint64_t held = 0;
    TRY(store_load_lines(cx, &user_account_entity, account));
    int64_t *sites = ARENA_ARRAY(cx->arena, account->sites.n, int64_t);
    for (size_t i = 0; i < account->sites.n; i++) {
        sites[i] = ((const struct user_site *)account->sites.items)[i].site.id;
    }
    if (account_roles(cx->house, account->roles, &held, &unknown) != OK) {
        held = 0;
    }
    const struct who who = { .user = account->record.id,
                             .company = cx->company,
                             .roles = held,
                             .all = account_holds(cx->house, held) == UINT64_MAX,
                             .all_sites = account->all_sites,
                             .sites = sites,
                             .n_sites = account->sites.n };
    theirs.who = &who;
    *out = cx_may(&theirs, info->entity->read) && store_visible(&theirs, info->entity, record);
    return OK;
}

static enum err open_task(struct cx *cx, const struct user_account *account, const struct note *n)
{
    text_t rest;
    struct task t = {
        .title = TEXT(N_("You are mentioned in a note")),
        .role = text_copy(cx->arena, text_trim(text_split(account->roles, ',', &rest))),
        .assignee = { account->record.id },
        .delegated_by = n->author,
        .state = TASK_OPEN,
        .opened_at = cx->now,
        .due = INSTANT_NONE,
        .claimed_at = INSTANT_NONE,
        .closed_at = INSTANT_NONE,
        .subject_entity = n->subject_entity,
        .subject = n->subject,
        .site = n->site,
    };
    TRY(store_insert(cx, &task_entity, &t));
    return event_of_task(cx, "task.delegated", &task_entity, &t.record);
}

static enum err follow(struct cx *cx, text_t code, const struct note *n,
                       const struct entity_info *info, const void *record)
{
    struct user_account account;
    bool sees = false;
    enum err e = store_find(cx, &user_account_entity, user_account_entity.code,
                            text_copy(cx->arena, code), &account);
    if (e == ERR_NOT_FOUND) {
        return OK;
    }
    TRY(e);
    if (!account.active || account.record.archived || account.record.id == n->author.id) {
        return OK;
    }
    TRY(would_see(cx, &account, info, record, &sees));
    return sees ? open_task(cx, &account, n) : OK;
}

enum err mentions_follow(struct cx *cx, const struct note *before, const struct note *after,
                         const struct entity_info *info, const void *record)
{
    text_t old[MENTIONS_MAX], new[MENTIONS_MAX];
    size_t n_old = before ? mentioned(before->text, old) : 0, n_new = mentioned(after->text, new);
    for (size_t i = 0; i < n_new; i++) {
        size_t k = 0;
        while (k < n_old && !text_eq(old[k], new[i])) {
            k++;
        }
        if (k == n_old) {
            TRY(follow(cx, new[i], after, info, record));
        }
    }
    return OK;
}
