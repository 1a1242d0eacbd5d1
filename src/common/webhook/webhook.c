/* What a webhook is: its rows, and what its address and its events may be. */
#include "common/webhook/webhook_parts.h"
#include "face/hook.h"
#include "meta/word.h"

static const struct choice states[] = {
    [WEBHOOK_OFF] = { "off", N_("Off") },
    [WEBHOOK_ON] = { "on", N_("On") },
    [WEBHOOK_FAILING] = { "failing", N_("Failing") },
};

static const struct field rows[] = {
    F_TEXT(webhook, name, N_("Name"), .flags = F_REQUIRED | F_SEARCH | F_EVENT, .max = 120,
           .help = N_("What the receiver is.")),
    F_TEXT(webhook, url, N_("Address"), .flags = F_REQUIRED | F_SEARCH, .max = OUTSIDE_ADDRESS_MAX,
           .help = N_("Where the messages go: https://...")),
    F_TEXT(webhook, events, N_("Events"), .word = WORD_CODE, .flags = F_REQUIRED, .max = 1000,
           .help = N_("What is told, separated by commas: sales_order.* for all that happens to "
                      "orders, sales_order.placed for one thing, * for everything.")),
    F_STATE(webhook, state, states, N_("State"), .flags = F_READONLY),
    F_REF(webhook, maker, user_account, N_("Created by"), .flags = F_READONLY),
    F_INTEGER(webhook, sent_up_to, N_("Sent up to event"), .flags = F_READONLY),
    F_TIME(webhook, last_success, N_("Last taken at"), .flags = F_READONLY),
    F_TIME(webhook, last_failure, N_("Last failed at"), .flags = F_READONLY),
    F_TEXT(webhook, failure, N_("Last failure"), .flags = F_READONLY, .max = 500),
    F_INTEGER(webhook, tries, N_("Tries"), .flags = F_READONLY),
    F_TIME(webhook, next_try, N_("Next try"), .flags = F_READONLY),
    F_TIME(webhook, failing_since, N_("Failing since"), .flags = F_READONLY),
    F_TEXT(webhook, secret, N_("Secret"), .flags = F_READONLY | F_SECRET, .max = 100),
    F_TEXT(webhook, old_secret, N_("Old secret"), .flags = F_READONLY | F_SECRET, .max = 100),
    F_TIME(webhook, old_until, N_("Old secret holds until"), .flags = F_READONLY),
    F_TIME(webhook, test_at, N_("Test asked for at"), .flags = F_READONLY | F_HIDDEN),
};

const struct refusal webhook_address_wrong = {
    .code = "webhook_address_wrong",
    .status = 422,
    .title = N_("Not an address for messages"),
    .detail = N_("The address must be a whole one that begins with https://, without a user or "
                 "password in it."),
};
const struct refusal webhook_address_plain = {
    .code = "webhook_address_plain",
    .status = 422,
    .title = N_("Address without encryption"),
    .detail = N_("The address must begin with https://. Only places that the operator of the "
                 "program has allowed (webhook_allow) are spoken to without encryption."),
};
const struct refusal webhook_address_private = {
    .code = "webhook_address_private",
    .status = 422,
    .title = N_("Address inside the house"),
    .detail = N_("The address is not one of the public Internet. The operator of the program can "
                 "allow it (webhook_allow)."),
};
const struct refusal webhook_events_wrong = {
    .code = "webhook_events_wrong",
    .status = 422,
    .title = N_("Unknown event"),
    .detail = N_("{1} names no event: write sales_order.* or sales_order.placed, or * for "
                 "everything."),
};

/* -- events ------------------------------------------------------------------------------------ */

bool webhook_listens(text_t patterns, text_t event)
{
    text_t rest = patterns;
    while (rest.s) {
        text_t one = text_trim(text_split(rest, ',', &rest));
        bool all = one.n > 0 && one.s[one.n - 1] == '*';
        size_t n = one.n - (all ? 1 : 0);
        if (one.n > 0 && event.n >= n && memcmp(event.s, one.s, n) == 0 && (all || event.n == n)) {
            return true;
        }
    }
    return false;
}

/* "sales_order.*": of a kind of record, or of what is declared to happen. */
static bool prefix_known(const struct house *h, text_t prefix)
{
    const struct house_plan *plan = house_plan(h);
    for (size_t i = 0; i < plan->n_events; i++) {
        text_t verb, name = text_split(text_of(plan->events[i].name), '.', &verb);
        if (text_eq(name, prefix)) {
            return true;
        }
    }
    return house_entity(h, prefix) != NULL;
}

static bool pattern_known(struct cx *cx, text_t pattern)
{
    text_t verb, prefix = text_split(pattern, '.', &verb);
    return text_is(pattern, "*") || (text_is(verb, "*") && prefix_known(cx->house, prefix)) ||
           !text_eq(word_label(cx, WORD_EVENT, pattern), pattern);
}

static enum err events_fit(struct cx *cx, text_t patterns)
{
    text_t rest = patterns;
    while (rest.s) {
        text_t one = text_trim(text_split(rest, ',', &rest));
        if (!pattern_known(cx, one)) {
            return REFUSE(cx, &webhook_events_wrong, TEXT("events"), one);
        }
    }
    return OK;
}

/* -- the record -------------------------------------------------------------------------------- */

static enum err address_fits(struct cx *cx, text_t url)
{
    switch (outside_address(url, outside_of(cx->house)->webhook_allow)) {
    case OUTSIDE_ADDRESS_GOOD:
        return OK;
    case OUTSIDE_NO_TLS:
        return refuse(cx, &webhook_address_plain, TEXT("url"));
    case OUTSIDE_PRIVATE:
        return refuse(cx, &webhook_address_private, TEXT("url"));
    case OUTSIDE_NO_ADDRESS:
        break;
    }
    return refuse(cx, &webhook_address_wrong, TEXT("url"));
}

static enum err check(struct cx *cx, const void *before, void *after)
{
    const struct webhook *w = after;
    if (!before && !w->secret.s) { /* its own command makes one, and shows the secret */
        return REFUSE(cx, &refusal_method_not_allowed, TEXT_NONE, TEXT("POST /webhooks"));
    }
    TRY(address_fits(cx, w->url));
    return events_fit(cx, w->events);
}

/* Where it goes to another address what waits is sent there at once. */
static enum err saved(struct cx *cx, const void *before, const void *after)
{
    const struct webhook *b = before, *w = after;
    if (!before || w->state == WEBHOOK_OFF || text_eq(b->url, w->url)) {
        return OK;
    }
    return job_wake(cx, WEBHOOK_JOB, &webhook_entity, w->record.id);
}

const struct entity webhook_entity = {
    .index = E_webhook,
    .name = "webhook",
    .plural = "webhooks",
    .label = N_("Webhook"),
    .label_plural = N_("Webhooks"),
    .help = N_("Other programs that are told what happens here, as signed messages over the "
               "Internet. They see the events of the whole company."),
    .shape = SHAPE(webhook, rows),
    .title = "name",
    .read = "webhook.read",
    .write = "webhook.write",
    .sort = "name",
    .flags = E_HISTORY,
    .check = check,
    .saved = saved,
};
