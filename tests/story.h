/* Stories: business rules as text, one call a line with its expected outcome, run on both stores
 * through the REST face without sockets.
 *
 *     cashier POST /sales_orders/checkout {"till": "T1", ...} => 201 total="12.40" id->$sale
 *     admin GET /reports/stock?site=S1 => 200 items[0].on_hand="8"
 *     verify                          every invariant and hash chain holds
 *     work                            what is due in the background is done now, mail and pushes
 * too clock 2026-11-21T10:00:00Z      from here on commands run at that time; the clock advances
 * one second a call
 *
 * WHO is a role (a user with just that role, of all sites), `cashier@S1` one with only that site,
 * `admin`, or `anyone`: not signed in. KEY=text before the arrow gives an idempotency key. A line
 * that begins with white space continues the one before; # begins a comment line. Checks after the
 * status: path=value (scalar as text, quotes optional), path!=value, path~part, path! (is there),
 * path=null, path# =n (length of a list: path#=3), path->$name (kept, and replaced wherever $name
 * stands later). */
#ifndef KONTOR_STORY_H
#define KONTOR_STORY_H

/* The small company of /tests: see kit/story.c. */
extern const char STORY_SETUP[];

/* Runs setup and story on SQLite and on PostgreSQL (KONTOR_TEST_PG); ends the test with the line,
 * what was expected and what came. */
void story_on_both_stores(const char *name, const char *setup, const char *story);

#endif
