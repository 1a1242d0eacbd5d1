/* Who sold: the command log knows, so no sale carries it a second time. The log is asked by its
 * index on the record, with one statement; an import is one command for many orders and names
 * nobody here. */
#include "front/order/order_parts.h"

#include "flow/record_stream.h"

/* The command that made the order stands first at its own number. A return that was made from its
 * sale's page is logged at the sale. */
static const char made_sql[] = "SELECT g.who, g.at FROM command_log g WHERE g.record = $1 AND "
                               "g.company = $2 ORDER BY g.at, g.writer, g.seq LIMIT 1";
static const char returned_sql[] =
    "SELECT g.who, g.at FROM command_log g WHERE g.record = $1 AND g.company = $2 "
    "AND g.command = 'sales_orders/return' ORDER BY g.at, g.writer, g.seq LIMIT 100";

/* Of several returns the one that was made when this one says; a till's late ones cannot be told
 * apart, and then nobody is named rather than somebody else. */
static int64_t who_took_back(const struct rows *rows, instant_t at)
{
    for (size_t i = 0; i < rows->n; i++) {
        if (rows->n == 1 || rows_int(rows, i, 1) == at.us) {
            return rows_int(rows, i, 0);
        }
    }
    return 0;
}

enum err order_sold_by(struct cx *cx, const struct sales_order *order, text_t *name)
{
    struct rows rows;
    struct value args[] = { v_int(order->record.id), v_int(cx->company) };
    int64_t who;
    TRY(store_query(cx, made_sql, args, N_ELEMENTS(args), &rows));
    who = rows.n > 0 ? rows_int(&rows, 0, 0) : 0;
    if (rows.n == 0 && order->origin.id != 0) {
        args[0] = v_int(order->origin.id);
        TRY(store_query(cx, returned_sql, args, N_ELEMENTS(args), &rows));
        who = who_took_back(&rows, order->sold_at);
    }
    return person_name(cx, who, name);
}
