/* How a person wants to see the program: their own affair, so it needs no permission over accounts,
 * and touches no account but the caller's. */
#include "flow/account_own.h"

#include "meta/locale.h"

struct preferences {
    text_t language;
    choice_t digits, theme;
    site_ref home_site;
    flag_t no_home_site;
};
static const struct field rows[] = {
    F_TEXT(preferences, language, N_("Language"), .word = WORD_LANGUAGE, .max = 2),
    F_CHOICE(preferences, digits, account_digits, N_("Digits"), .flags = F_NULLABLE),
    F_CHOICE(preferences, theme, account_themes, N_("Appearance"), .flags = F_NULLABLE),
    F_REF(preferences, home_site, site, N_("Home site"),
          .help = N_("Where you mostly work. One of your sites.")),
    F_BOOLEAN(preferences, no_home_site, N_("No home site"),
              .help = N_("Takes the home site away.")),
};
const struct shape preferences_shape = SHAPE(preferences, rows);

struct preferences_set {
    text_t language;
    choice_t digits, theme;
    site_ref home_site;
};
static const struct field set_rows[] = {
    F_TEXT(preferences_set, language, N_("Language"), .word = WORD_LANGUAGE),
    F_CHOICE(preferences_set, digits, account_digits, N_("Digits")),
    F_CHOICE(preferences_set, theme, account_themes, N_("Appearance")),
    F_REF(preferences_set, home_site, site, N_("Home site")),
};
const struct shape preferences_set_shape = SHAPE(preferences_set, set_rows);

/* That the site is one of the caller's, the reference itself has checked: it is resolved with the
 * caller's row filter. */
static void take(const struct preferences *in, struct user_account *account)
{
    account->language = in->language.n ? in->language : account->language;
    account->digits = in->digits != VALUE_NONE ? in->digits : account->digits;
    account->theme = in->theme != VALUE_NONE ? in->theme : account->theme;
    if (in->home_site.id || in->no_home_site) {
        account->home_site = in->home_site;
    }
}

enum err account_preferences(struct cx *cx, void *record, const void *args, void *result)
{
    const struct preferences *in = args;
    struct preferences_set *out = result;
    struct user_account before, *account = record;
    if (cx->who->user == 0) {
        return refuse(cx, &refusal_not_own_account, TEXT_NONE);
    }
    if (in->language.n && !language_known(in->language)) {
        return REFUSE(cx, &refusal_language, TEXT("language"), in->language);
    }
    TRY(store_get(cx, &user_account_entity, cx->who->user, account));
    before = *account;
    take(in, account);
    TRY(store_update(cx, &user_account_entity, &before, account));
    account_forget(cx->house);
    *out = (struct preferences_set){ .language = account->language,
                                     .digits = account->digits,
                                     .theme = account->theme,
                                     .home_site = account->home_site };
    return OK;
}
