/* The door: name, password, second factor. */
#include "face/office_own.h"

#include "meta/locale.h"

static void put_input(struct page_cx *p, const char *name, const char *label, const char *type,
                      const char *complete, bool required)
{
    struct html *h = p->h;
    text_t id = text_fmt(p->cx->arena, "sign-in-%s", name);
    OPEN(h, "div.field");
    EL(h, "label", page_text(p, label), { "for", id });
    EMPTY(h, "input", { "id", id }, { "name", text_of(name) }, { "type", text_of(type) },
          { "autocomplete", text_of(complete) }, { "required", required ? TEXT("") : TEXT_NONE },
          { "maxlength", TEXT("200") },
          { "autofocus", strcmp(name, "name") == 0 ? TEXT("") : TEXT_NONE },
          { "aria-describedby", text_fmt(p->cx->arena, "%s-error", id.s) });
    EL(h, "p.error", TEXT(""), { "id", text_fmt(p->cx->arena, "%s-error", id.s) },
       { "data-error-for", text_of(name) }, { "hidden", TEXT("") });
    html_close(h, "div");
}

static void put_languages(struct page_cx *p)
{
    static const char *const names[] = { "English", "Español", "हिन्दी", "Bahasa Indonesia" };
    OPEN(p->h, "nav.languages", { "aria-label", page_text(p, N_("Language")) });
    for (size_t i = 0; i < n_languages; i++) {
        EL(p->h, "a", text_of(names[i]), { "lang", text_of(languages[i]) },
           { "hreflang", text_of(languages[i]) },
           { "href", page_address(p, text_fmt(p->cx->arena, "language=%s", languages[i]).s) },
           { "aria-current",
             strcmp(languages[i], p->cx->language) == 0 ? TEXT("true") : TEXT_NONE });
    }
    html_close(p->h, "nav");
}

enum err office_sign_in(struct page_cx *p)
{
    struct html *h = p->h;
    text_t next = office_next(page_param(p, "next"));
    const char *wanted = language_known(page_param(p, "language"));
    if (wanted) {
        p->cx->language = wanted;
        office_person(p);
    }
    p->own->frame = FRAME_DOOR;
    p->title = page_text(p, N_("Sign in"));
    EL(h, "p.brand", TEXT("Kontor"));
    OPEN(h, "div.card");
    OPEN(h, "div.card-body");
    EL(h, "h1", p->title);
    if (page_param(p, "ended").n > 0) {
        EL(h, "p.notice",
           page_text(p, N_("You were signed out. Sign in to go on: what you typed is kept.")));
    }
    OPEN(h, "form.stack", { "data-call", TEXT("POST /api/v1/session") }, { "data-then", next },
         { "data-sign-in", TEXT("") }, { "novalidate", TEXT("") });
    put_input(p, "name", N_("Name"), "text", "username", true);
    put_input(p, "password", N_("Password"), "password", "current-password", true);
    OPEN(h, "div.second-factor", { "hidden", TEXT("") });
    put_input(p, "code", N_("Code from your authenticator, or a recovery code"), "text",
              "one-time-code", false);
    html_close(h, "div");
    OPEN(h, "button.button.primary", { "type", TEXT("submit") });
    EL(h, "span", page_text(p, N_("Sign in")));
    html_close(h, "button");
    EL(h, "p.notice.bad", TEXT(""), { "role", TEXT("alert") }, { "data-problem", TEXT("") },
       { "hidden", TEXT("") });
    html_close(h, "form");
    html_close(h, "div");
    html_close(h, "div");
    put_languages(p);
    return OK;
}
