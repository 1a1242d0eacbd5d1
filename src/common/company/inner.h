/* What the files of this area share with company_area.c. */
#ifndef KONTOR_COMPANY_INNER_H
#define KONTOR_COMPANY_INNER_H

#include "common/company/company.h"

extern const struct refusal period_missing, period_locked, year_exists, year_start_differs,
    year_not_month_start, year_locked, series_taken, series_backwards, series_exhausted;

extern const struct shape year_open_shape;
enum err year_open(struct cx *cx, void *record, const void *args, void *result);
enum err year_lock(struct cx *cx, void *record, const void *args, void *result);
enum err year_unlock(struct cx *cx, void *record, const void *args, void *result);
enum err period_lock(struct cx *cx, void *record, const void *args, void *result);
enum err period_unlock(struct cx *cx, void *record, const void *args, void *result);

#endif
