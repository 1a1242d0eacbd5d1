/* Roles and what they may do. What no role holds, nobody may: deny by default. A name with * at its
 * end holds everything that begins so. */
#include "app/plan.h"

static const char *const everything[] = { "*", NULL };

static const char *const manager[] = {
    "user.own",   "order.*",   "till.*",   "stock.*",      "loyalty.*",   "party.*", "product.*",
    "price.*",    "site.read", "tax.read", "company.read", "ledger.read", "task.*",  "note.write",
    "event.read", "user.read", "mail.*",   "document.*",   NULL,
};

static const char *const cashier[] = {
    "user.own",   "order.read",   "order.sell",   "order.return", "till.use",
    "till.read",  "party.read",   "product.read", "price.read",   "site.read",
    "stock.read", "loyalty.read", "tax.read",     "company.read", "task.read",
    "task.work",  "note.write",   "mail.send",    NULL,
};

static const char *const sales[] = {
    "user.own", "order.read",   "order.sell", "order.discount", "order.cancel", "order.return",
    "party.*",  "product.read", "price.read", "site.read",      "stock.read",   "loyalty.*",
    "tax.read", "company.read", "task.read",  "task.work",      "note.write",   "mail.*",
    NULL,
};

static const char *const stock_clerk[] = {
    "user.own",     "stock.read",   "stock.receive", "stock.move", "stock.count",
    "stock.adjust", "product.read", "party.read",    "site.read",  "order.read",
    "company.read", "task.read",    "task.work",     "note.write", NULL,
};

static const char *const buyer[] = {
    "user.own",    "product.*",  "price.*",  "party.*",    "stock.read",   "stock.receive",
    "stock.value", "site.read",  "tax.read", "order.read", "company.read", "task.read",
    "task.work",   "note.write", "mail.*",   NULL,
};

static const char *const accountant[] = {
    "user.own",   "ledger.*",     "company.read", "tax.*",     "order.read", "till.read",
    "till.write", "stock.read",   "stock.value",  "party.*",   "site.*",     "product.read",
    "price.read", "loyalty.read", "task.read",    "task.work", "note.write", "event.read",
    "mail.*",     "document.*",   NULL,
};

static const char *const auditor[] = {
    "user.own",   "order.read",    "till.read",  "stock.read",   "stock.value", "ledger.read",
    "party.read", "product.read",  "price.read", "loyalty.read", "site.read",   "company.read",
    "tax.read",   "task.read",     "event.read", "user.read",    "setup.read",  "note.all",
    "mail.read",  "document.read", "audit.read", NULL,
};

const struct role roles[] = {
    { .name = "admin",
      .label = N_("Administrator"),
      .help = N_("May do everything."),
      .permissions = everything },
    { .name = "manager",
      .label = N_("Store manager"),
      .help = N_("Runs shops: sales, tills, stock, prices, people's tasks."),
      .permissions = manager },
    { .name = "cashier",
      .label = N_("Cashier"),
      .help = N_("Sells and takes back at a till."),
      .permissions = cashier },
    { .name = "sales",
      .label = N_("Salesperson"),
      .help = N_("Orders, customers, discounts, loyalty."),
      .permissions = sales },
    { .name = "stock_clerk",
      .label = N_("Stock clerk"),
      .help = N_("Receives, moves and counts goods."),
      .permissions = stock_clerk },
    { .name = "buyer",
      .label = N_("Buyer"),
      .help = N_("Products, prices, suppliers, receipts."),
      .permissions = buyer },
    { .name = "accountant",
      .label = N_("Accountant"),
      .help = N_("The ledger, taxes, periods and closings."),
      .permissions = accountant },
    { .name = "auditor",
      .label = N_("Auditor"),
      .help = N_("Reads everything and changes nothing."),
      .permissions = auditor },
};
const size_t n_roles = N_ELEMENTS(roles);
