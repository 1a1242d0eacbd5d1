/* The pages of the office itself, and the faces of the kernel's areas. */
#include "face/office_kernel.h"

#include "face/inbox.h"
#include "face/office_house.h"
#include "face/office_own.h"
#include "face/office_work.h"

const struct page office_pages[] = {
    { .path = "", .label = N_("Today"), .icon = "home", .show = office_today },
    { .path = "sign-in", .label = N_("Sign in"), .show = office_sign_in },
    { .path = "tile/:word", .label = N_("Today"), .show = office_tile, .fragment = true },
    { .path = "find", .label = N_("Search"), .show = office_find, .fragment = true },
    { .path = "lookup/:word", .label = N_("Search"), .show = office_lookup, .fragment = true },
    { .path = "why/:word", .label = N_("Why?"), .show = office_why, .fragment = true },
    { .path = "you", .label = N_("Your account and sessions"), .show = house_you },
    { .path = "you/second_factor", .label = N_("Second factor"), .show = house_second_factor },
    { .path = "reports", .label = N_("Reports"), .icon = "chart", .show = office_reports },
    { .path = "print/:word", .label = N_("Print"), .show = office_print, .fragment = true },
};
const size_t n_office_pages = N_ELEMENTS(office_pages);

static const char *const work_menu[] = { "tasks", "handovers", "handover_rules", NULL };
static const struct page work_pages[] = {
    { .path = "handovers",
      .label = N_("What follows what"),
      .icon = "branch",
      .permission = "task.read",
      .in_menu = true,
      .show = house_handovers },
};
static const struct area_face work_face = { .group = GROUP_HOUSE,
                                            .icon = "inbox",
                                            .menu = work_menu,
                                            .pages = work_pages,
                                            .n_pages = N_ELEMENTS(work_pages),
                                            .tiles = work_tiles,
                                            .n_tiles = WORK_TILES };

static const char *const jobs_menu[] = { "proof", "reports/audit", "health",
                                         "jobs",  "schedules",     NULL };
static const struct page jobs_pages[] = {
    { .path = "health",
      .label = N_("Health"),
      .icon = "bolt",
      .permission = "setup.read",
      .in_menu = true,
      .show = house_health },
    { .path = "proof",
      .label = N_("Proof of the books"),
      .icon = "shield",
      .permission = "audit.read",
      .in_menu = true,
      .show = house_proof },
    { .path = "proof/part",
      .label = N_("Proof of the books"),
      .permission = "audit.read",
      .fragment = true,
      .show = house_proof_part },
};
static const struct area_face jobs_face = { .group = GROUP_HOUSE,
                                            .icon = "gear",
                                            .menu = jobs_menu,
                                            .pages = jobs_pages,
                                            .n_pages = N_ELEMENTS(jobs_pages) };

static const char *const access_menu[] = { "user_accounts", "roles",         "api_keys",
                                           "sessions",      "custom_fields", NULL };
static const struct page access_pages[] = {
    { .path = "roles",
      .label = N_("Roles"),
      .icon = "shield",
      .permission = "user.read",
      .in_menu = true,
      .show = house_roles },
};
static const struct area_face access_face = { .group = GROUP_HOUSE,
                                              .icon = "key",
                                              .menu = access_menu,
                                              .pages = access_pages,
                                              .n_pages = N_ELEMENTS(access_pages) };

static const char *const desk_menu[] = { "notes", "attachments", "saved_views", NULL };
static const struct area_face desk_face = { .group = GROUP_HOUSE,
                                            .icon = "note",
                                            .menu = desk_menu };

const struct office_kernel_face office_kernel_faces[] = {
    { "desk", &desk_face },
    { "work", &work_face },
    { "jobs", &jobs_face },
    { "access", &access_face },
};
const size_t n_office_kernel_faces = N_ELEMENTS(office_kernel_faces);

const struct page office_doors[] = {
    { .path = "inbox", .label = N_("Inbox"), .permission = "task.read", .show = inbox_page },
    { .path = "inbox/part",
      .label = N_("Inbox"),
      .permission = "task.read",
      .fragment = true,
      .show = inbox_part },
    { .path = "inbox/manifest.json", .label = N_("Inbox"), .show = inbox_manifest },
    { .path = "inbox/worker.js", .label = N_("Inbox"), .show = inbox_worker },
    { .path = "inbox/scan", .label = N_("Scan"), .permission = "task.read", .show = inbox_scan },
    { .path = "inbox/:id", .label = N_("Task"), .permission = "task.read", .show = inbox_task },
};
const size_t n_office_doors = N_ELEMENTS(office_doors);
