/* Everything that Kontor contains, in the order in which areas build on each other. */
#include "app/plan.h"

#include "app/catalogue.h"
#include "app/setup.h"
#include "back/documents/documents.h"
#include "back/ledger/ledger.h"
#include "back/mail/mail.h"
#include "back/stock/stock.h"
#include "common/company/company.h"
#include "common/party/party.h"
#include "common/pricing/tariff.h"
#include "common/product/product.h"
#include "common/push/push_area.h"
#include "common/site/site.h"
#include "common/webhook/webhook.h"
#include "flow/account.h"
#include "flow/desk.h"
#include "flow/work.h"
#include "front/loyalty/loyalty.h"
#include "front/order/order.h"
#include "front/till/till.h"
#include "insight/day/day.h"

static const struct area *const areas[] = {
    /* the kernel's own */
    &work_area,
    &desk_area,
    &jobs_area,
    &access_area,
    /* what both offices share */
    &company_area,
    &party_area,
    &site_area,
    &product_area,
    &pricing_area,
    &push_area,
    &webhook_area,
    /* front office */
    &till_area,
    &order_area,
    &loyalty_area,
    /* back office */
    &stock_area,
    &ledger_area,
    &documents_area,
    &mail_area,
    /* insight */
    &day_area,
    /* the house itself */
    &setup_area,
    &catalogue_area,
};

/* The counts stand in other files, so the plan is put together here, once, before anything runs. */
struct house_plan kontor_plan_make(void)
{
    return (struct house_plan){
        .areas = areas,
        .n_areas = N_ELEMENTS(areas),
        .roles = roles,
        .n_roles = n_roles,
        .handovers = handovers,
        .n_handovers = n_handovers,
        .invariants = invariants,
        .n_invariants = n_invariants,
        .job_kinds = job_kinds,
        .n_job_kinds = n_job_kinds,
        .events = event_words,
        .n_events = n_event_words,
        .jobs = job_words,
        .n_jobs = n_job_words,
        .steps = upgrades,
        .n_steps = n_upgrades,
    };
}
