/* A trading house with something behind every door, for tests that knock at all of them: REST and
 * pages. Besides what everybody may see there are two worlds that nobody here may see anything of:
 * site QX for people who work at S1 alone, and company QY for everybody. Whatever belongs to them
 * carries those letters: an answer that holds them anywhere is a leak. So does what belongs to one
 * person alone, who is none of those that knock. */
#ifndef KONTOR_KIT_WORLD_H
#define KONTOR_KIT_WORLD_H

#include "kit/shop.h"

#define PEOPLE_MAX 20

struct person {
    text_t key;
    const struct role *role;
    bool one_site; /* S1 only */
    int64_t user;
};

struct world {
    struct shop shop;
    int64_t qx, other; /* site and company that are not to be seen */
    int64_t s1;
    struct person people[PEOPLE_MAX]; /* every role, for all sites and for S1 alone */
    size_t n_people;
    int64_t own[E_COUNT], hidden[E_COUNT], foreign[E_COUNT]; /* a record of each, or 0 */
    int64_t personal[E_COUNT]; /* one that is another person's alone, or 0 */
    size_t asked;
};

/* A new store with all of it; world_close removes it. */
void world_open(struct world *w, enum db_store store);
void world_close(struct world *w);

/* Whether the role holds the permission, by a matcher of the tests' own. */
bool world_may(const struct person *p, const char *permission);

/* Where an answer holds something of QY, or of QX if that is hidden too; NULL: nowhere. */
const char *world_leak(const char *answer, bool one_site);

/* The condition on rows `t` of the entity that they are of a site (0: of none, or of S1), in SQL of
 * the tests' own. */
text_t world_site(struct world *w, const struct entity_info *info, bool hidden);
/* The condition that they are nobody's own or this user's; somebodys: that they are anybody's own.
 */
text_t world_own(struct world *w, const struct entity_info *info, int64_t user, bool somebodys);
/* A number of the store: SELECT what of the rows that are not archived and meet the condition. */
int64_t world_number(struct world *w, const struct entity_info *info, const char *what,
                     int64_t company, text_t condition);

/* A value for a parameter of a report that must be given. */
const char *world_value(struct world *w, const struct field *f);

#endif
