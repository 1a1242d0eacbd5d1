/* An import over HTTP: its rows lie in the store in pieces, and a job takes one piece a step, row
 * by row as the calls of the person who sent it, with the rights that they had then and still have:
 * before each piece the account is looked at again, and the import ends with the reason where they
 * may no more. What a failed import has not done stays in the store until its job is forgotten, so
 * that it can be tried again.
 *
 * A step that was cut off is done again from its beginning, which changes nothing that was done
 * (see import_rows.h). Each row is a command of its own, so no writer is held longer than for one.
 */
#ifndef KONTOR_FLOW_IMPORT_JOB_H
#define KONTOR_FLOW_IMPORT_JOB_H

#include "flow/handover.h"
#include "flow/import_rows.h"

#define IMPORT_JOB         "import_rows"
#define IMPORT_PIECE_ROWS  200
#define IMPORT_REJECTS_MAX 1000 /* listed; all are counted */

/* What is to be imported; given as call.prepared with import_queue_command, whose answer_id is the
 * job's. */
struct import_order {
    const struct import_table *table;
    const text_t *pieces; /* rows as CSV with commas: line in the file, which of several equal rows,
                             then the cells */
    size_t n_pieces;
    int64_t rows;
    int64_t rejected; /* rows that could not even be read */
    text_t rejects;   /* the first of them: a JSON array as import_reject writes it */
};
extern const struct command import_queue_command;

/* The job's kind. */
MUST_USE enum err import_job_gather(struct cx *cx, const struct json *args, struct outward *o);
void import_job_reach(struct outward *o);
MUST_USE enum err import_job_run(struct cx *cx, const struct json *args,
                                 struct job_progress *progress);

/* Writes a refused row by its problem document: {"line", "field", "code", "detail"}. */
void import_reject(struct arena *a, struct json_out *o, int64_t line, text_t problem);

/* How far a job is, as JSON: state, rows, done, new, changed, same, rejected, rejects.
 * ERR_NOT_FOUND when it is no import of that entity, or another person's (whose who may read jobs
 * sees all). */
MUST_USE enum err import_job_print(struct cx *cx, const struct entity *e, int64_t id,
                                   struct json_out *o);

/* The job has been forgotten: so are the rows that it has not done. */
MUST_USE enum err import_job_forget(struct cx *cx, int64_t job);

extern const struct table_def import_piece_table;

#endif
