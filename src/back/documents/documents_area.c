/* The documents area: templates, and what can be printed of which record.
 *
 * Permissions: document.read document.write; printing needs those of what is printed: order.read,
 * till.read, price.read. */
#include "back/documents/document_parts.h"
#include "face/page.h"

#define R(name, status_, title_, detail_)                                                          \
    const struct refusal refusal_##name = {                                                        \
        .code = #name, .status = status_, .title = title_, .detail = detail_                       \
    }

R(unknown_placeholder, 422, N_("Unknown placeholder"),
  N_("There is no placeholder \"{1}\". Known are {2}."));
R(lone_brace, 422, N_("A brace without its partner"),
  N_("At \"{1}\" a brace is opened or closed without its partner. Write it twice to print one."));
R(cannot_be_drawn, 422, N_("This cannot be printed"),
  N_("No font has the character \"{1}\". Leave it out."));
R(paper_not_for_kind, 422, N_("Wrong paper"), N_("{1} is not for this kind: {2}."));
R(logo_too_large, 422, N_("The logo is too large"),
  N_("A logo may have 200 kB and 2000 x 2000 pixels. Make it smaller."));
R(logo_unreadable, 422, N_("The logo cannot be read"),
  N_("The logo must be a PNG or JPEG picture, given as base64."));
R(still_a_draft, 409, N_("Still a draft"),
  N_("A draft has no number yet. Place the order, then print it."));
R(till_still_open, 409, N_("The till is still open"),
  N_("There is a Z report when the session is closed."));
R(too_many_labels, 422, N_("Too many labels"), N_("At most {1} labels are printed at once."));
R(no_site_for_price, 422, N_("Whose price?"), N_("Name the site whose prices are printed."));
R(too_many_movements, 422, N_("Too many movements"),
  N_("A statement has at most {1} lines. Choose a shorter time."));

static const struct refusal *const refusals[] = {
    &refusal_unknown_placeholder, &refusal_lone_brace,         &refusal_cannot_be_drawn,
    &refusal_paper_not_for_kind,  &refusal_logo_too_large,     &refusal_logo_unreadable,
    &refusal_still_a_draft,       &refusal_till_still_open,    &refusal_too_many_labels,
    &refusal_no_site_for_price,   &refusal_too_many_movements,
};

static const char *const statement_params[] = { "from", "to", NULL };
static const char *const label_params[] = { "count", "sheet", "ids", "site", NULL };

static const struct document documents[] = {
    { .name = "receipt",
      .label = N_("Receipt"),
      .help = N_("Of a sale or a return, for the roll of a receipt printer."),
      .entity = &sales_order_entity,
      .permission = "order.read",
      .gather = gather_receipt },
    { .name = "order_confirmation",
      .label = N_("Order confirmation"),
      .help = N_("What was ordered, with its prices."),
      .entity = &sales_order_entity,
      .permission = "order.read",
      .gather = gather_confirmation },
    { .name = "invoice",
      .label = N_("Invoice"),
      .help = N_("The invoice or credit note."),
      .entity = &invoice_entity,
      .permission = "order.read",
      .gather = gather_invoice },
    { .name = "statement",
      .label = N_("Statement of account"),
      .help = N_("What a customer bought on account, paid and still owes, from a day to another; "
                 "without days the last three months."),
      .entity = &party_entity,
      .permission = "order.read",
      .params = statement_params,
      .gather = gather_statement },
    { .name = "labels",
      .label = N_("Labels"),
      .help = N_("Shelf labels with price and bar code: count of each, more products by ids, "
                 "sheet 24, 21 or roll, prices of a site."),
      .entity = &product_entity,
      .permission = "price.read",
      .params = label_params,
      .gather = gather_labels },
    { .name = "z_report",
      .label = N_("Z report"),
      .help = N_("What the closing of a till found."),
      .entity = &till_session_entity,
      .permission = "till.read",
      .gather = gather_z_report },
    { .name = "sample",
      .label = N_("Sample"),
      .help = N_("What a template makes, with figures that are made up."),
      .entity = &document_template_entity,
      .permission = "document.read",
      .gather = gather_sample },
};

static const struct entity *const entities[] = { &document_template_entity };

static const char *const depends[] = {
    "company", "party", "site", "product", "pricing", "till", "order", NULL,
};

static const struct area_face face = { .group = GROUP_BACK, .icon = "print" };

const struct area documents_area = {
    .name = "documents",
    .label = N_("Documents"),
    .depends = depends,
    .entities = entities,
    .n_entities = N_ELEMENTS(entities),
    .refusals = refusals,
    .n_refusals = N_ELEMENTS(refusals),
    .documents = documents,
    .n_documents = N_ELEMENTS(documents),
    .face = &face,
};
