/* Named reports on paper: any query's rows, from its declared columns and parameters alone. */
#ifndef KONTOR_FACE_PRINT_REPORT_H
#define KONTOR_FACE_PRINT_REPORT_H

#include "face/print.h"
#include "meta/list.h"

#define PRINT_REPORT_ROWS PRINT_LINES_MAX /* more are cut, and the paper says so */

struct print_report {
    const struct query *query;
    const struct list_filter *params;
    size_t n_params;
    int64_t limit; /* 0: as many as there is room for */
    text_t after;
    size_t cut; /* out: the rows on the paper when there are more; else 0 */
};

/* For struct print_request: runs the report (arg: struct print_report) and writes its paper.
 * Refuses as query_run does. A column named "level" indents, one named "row" that is a choice sets
 * all but its first (plain rows) in bold; columns without any value are left out. */
enum err print_report_gather(struct print_cx *p, void *arg);

#endif
