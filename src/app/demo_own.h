/* What the files of the demo share: its people and goods as tables, and the house while it is made.
 *
 * Everything that is decided follows from the seed and from answers of days that are over, never
 * from the order in which calls happen to be answered; so the same seed makes the same house. */
#ifndef KONTOR_DEMO_OWN_H
#define KONTOR_DEMO_OWN_H

#include "app/demo.h"
#include "app/import_own.h"
#include "os/random.h"

/* -- tables (demo_data.c) -----------------------------------------------------------------------
 */

struct demo_good {
    const char *name;
    int price; /* cents, with tax */
};

struct demo_group {
    const char *prefix;   /* of the codes */
    const char *category; /* path */
    const char *tax;
    int cost_percent; /* of the price */
    int supplier;     /* index */
    int appeal;       /* how often people take it */
    struct demo_good goods[10];
};

struct demo_user {
    const char *code, *name, *roles, *language;
    const char *sites; /* NULL: all */
};

struct demo_party {
    const char *name, *city, *country, *language;
};

enum demo_site { D_MAD, D_SEV, D_DC, D_WEB, D_OFFICE, D_SITES };
enum demo_user_index {
    U_ADMIN,
    U_MANAGER_MAD,
    U_MANAGER_SEV,
    U_CASHIER_MAD,
    U_CASHIER_MAD_2,
    U_CASHIER_SEV,
    U_SALES,
    U_CLERK,
    U_BUYER,
    U_ACCOUNTANT,
    U_AUDITOR,
    U_USERS
};

#define DEMO_GROUPS    15
#define DEMO_GOODS     (DEMO_GROUPS * 10)
#define DEMO_SUPPLIERS 8
#define DEMO_BUSINESS  6
#define DEMO_MEMBERS   80
#define DEMO_TILLS     3

extern const struct demo_group demo_groups[DEMO_GROUPS];
extern const struct demo_user demo_users[U_USERS];
extern const struct demo_party demo_suppliers[DEMO_SUPPLIERS];
extern const struct demo_party demo_business[DEMO_BUSINESS];
extern const struct demo_party demo_members[DEMO_MEMBERS];
extern const char *const demo_site_codes[D_SITES];

/* -- the house being made -----------------------------------------------------------------------
 */

#define SALE_LINES_KEPT 6
#define SALES_KEPT      400 /* that customers may still bring back */

struct demo_member {
    int64_t party;
    int64_t points; /* as of last night */
    bool asked;     /* redeems today */
};

struct demo_sold { /* a sale that was answered */
    int64_t id;
    text_t number;
    int site;
    int64_t n;
    int64_t goods[SALE_LINES_KEPT];
    int64_t quantity[SALE_LINES_KEPT];
    int64_t total[SALE_LINES_KEPT]; /* cents */
    int day;
    struct demo_member *member; /* NULL: nobody known */
    bool returned;
};

struct demo_order { /* a web order on its way */
    int64_t id, total;
    struct demo_sold basket;
    bool paid;
};

struct demo {
    struct kontor *k;
    struct demo_report *report;
    struct flights flights;
    struct arena arena;   /* for the whole run */
    struct arena scratch; /* of one step */
    struct rng rng;
    char *why;
    enum err failed;
    int64_t company;
    date_t first, today; /* of trading */
    instant_t until;     /* nothing happens after it */
    instant_t now;       /* of the next call */
    int day;             /* 0, 1, ... */
    struct who people[U_USERS];
    int64_t sites[D_SITES], tills[DEMO_TILLS], goods[DEMO_GOODS], suppliers[DEMO_SUPPLIERS];
    int64_t business[DEMO_BUSINESS], service_wrap, service_post;
    struct demo_member members[DEMO_MEMBERS];
    int64_t shelf[D_DC + 1][DEMO_GOODS]; /* pieces at shops and DC, as planned */
    int64_t receipt;                     /* a movement whose cost is corrected later */
    int64_t transfers[2];                /* on their way to the shops; 0: none */
    int64_t transfer_goods[2][DEMO_GOODS];
    int64_t owed[DEMO_BUSINESS]; /* cents on account */
    int64_t banked[D_DC];        /* cents taken out of each shop's tills last night */
    struct demo_sold sold[SALES_KEPT];
    size_t n_sold;
    struct demo_order orders[64];
    size_t n_orders;
    bool till_open[DEMO_TILLS];
};

/* Runs a call as a person at d->now and waits. The answer as JSON, NULL when it was refused or the
 * demo has failed already; `must` makes a refusal a failure. Texts lie in d->scratch. */
const struct json *demo_call(struct demo *d, enum demo_user_index who, const char *entity,
                             const char *command, int64_t record, text_t args, bool must);
/* As demo_call for what must not be refused; gives the id. */
int64_t demo_make(struct demo *d, enum demo_user_index who, const char *entity, const char *command,
                  int64_t record, text_t args);
/* Sends a sale of a till without waiting, in order within the lane; *sold is filled when it is
 * answered. sold may be NULL. */
void demo_sell(struct demo *d, enum demo_user_index who, text_t args, int64_t lane,
               struct demo_sold *sold);
void demo_fail(struct demo *d, const char *what, text_t said);
/* A builder of arguments in d->scratch. */
struct demo_args {
    struct buf b;
    struct json_out o;
};
void demo_args(struct demo *d, struct demo_args *a);
text_t demo_args_end(struct demo_args *a);
/* Cents as an amount. */
void demo_put_money(struct json_out *o, const char *key, int64_t cents);
/* A whole number as a quantity. */
void demo_put_pieces(struct json_out *o, const char *key, int64_t pieces);
int64_t demo_cents(const struct json *j, const char *key);

/* 0..n-1 */
int64_t demo_roll(struct demo *d, int64_t n);
/* Sets the time of what follows: local time of the trading day. false when it lies past the end. */
bool demo_at(struct demo *d, int hour, int minute);

/* Company, people, goods, prices, tills (demo_house.c). */
void demo_found(struct demo *d);
/* One day of trade: what is done before the shops open and after they close (demo_day.c), and what
 * customers do (demo_shop.c). */
void demo_morning(struct demo *d);
void demo_shops(struct demo *d);
void demo_evening(struct demo *d);

/* Goods arrive from a supplier, as many of each as `pieces` says, with 0 for none. */
void demo_receive(struct demo *d, int supplier, const int64_t pieces[DEMO_GOODS]);
/* Goods leave the DC for a shop. arrive: at once. Gives the transfer's id. */
int64_t demo_transfer(struct demo *d, int shop, const int64_t pieces[DEMO_GOODS], bool arrive);

#endif
