/* What happens in the house, and what works in the background, in people's words. What happens to
 * every record - it is new, changed, put away - needs no row. */
#include "app/plan.h"

#include "flow/import_job.h"

const struct choice event_words[] = {
    /* selling */
    { "sales_order.checked_out", N_("Sold") },
    { "sales_order.placed", N_("Ordered") },
    { "sales_order.paid", N_("Order paid") },
    { "sales_order.handed_over", N_("Goods handed over") },
    { "sales_order.cancelled", N_("Order cancelled") },
    { "sales_order.returned", N_("Goods taken back") },
    { "sales_order.invoiced", N_("Order invoiced") },
    { "payment.received", N_("A customer paid") },
    { "loyalty.changed", N_("Points changed") },
    { "till_session.opened", N_("Till opened") },
    { "till_session.closed", N_("Till counted and closed") },
    { "till_cash.moved", N_("Cash put in or taken out") },
    /* goods */
    { "stock.moved", N_("Goods moved") },
    { "stock_count.posted", N_("Stock counted") },
    { "stock_transfer.sent", N_("Transfer sent") },
    { "stock_transfer.received", N_("Transfer received") },
    { "stock_transfer.cancelled", N_("Transfer cancelled") },
    /* work */
    { "task.opened", N_("Task opened") },
    { "task.claimed", N_("Task taken") },
    { "task.delegated", N_("Task handed to somebody") },
    { "task.done", N_("Task done") },
    { "task.rejected", N_("Task rejected") },
    /* the house */
    { "mail_message.queued", N_("Mail to be sent") },
    { "mail_message.sent", N_("Mail sent") },
    { "mail_message.failed", N_("Mail not sent") },
    { "mail_message.cancelled", N_("Mail cancelled") },
    { "webhook.turned_on", N_("Webhook turned on") },
    { "webhook.turned_off", N_("Webhook turned off") },
    { "webhook.rotated", N_("Webhook has a new secret") },
    { "webhook.stopped", N_("Webhook stopped") },
    { "webhook.failing", N_("Webhook fails") },
    { "webhook.recovered", N_("Webhook works again") },
    { "api_key.revoked", N_("API key revoked") },
};
const size_t n_event_words = N_ELEMENTS(event_words);

const struct choice job_words[] = {
    { "verify", N_("Proof of the books") },
    { IMPORT_JOB, N_("Import of a file") },
    { "expire_points", N_("Let points expire") },
    { "forget_keys", N_("Forget old answers of the API") },
    { "mail_send", N_("Send mail") },
    { "push_send", N_("Tell people on their devices") },
    { "webhook_send", N_("Tell other programs") },
};
const size_t n_job_words = N_ELEMENTS(job_words);
