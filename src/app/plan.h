/* The house of Kontor: all areas, roles, handovers and invariants put together. */
#ifndef KONTOR_PLAN_H
#define KONTOR_PLAN_H

#include "flow/handover.h"
#include "meta/house.h"

/* All of it. The arrays it names are static. */
struct house_plan kontor_plan_make(void);

/* The tables that make it up, each in its own file. */
extern const struct role roles[];
extern const size_t n_roles;
extern const struct handover handovers[];
extern const size_t n_handovers;
extern const struct invariant invariants[];
extern const size_t n_invariants;
extern const struct job_kind job_kinds[];
extern const size_t n_job_kinds;
extern const struct choice event_words[];
extern const size_t n_event_words;
extern const struct choice job_words[];
extern const size_t n_job_words;
extern const struct upgrade_step upgrades[];
extern const size_t n_upgrades;

#endif
