/* The command log as a report for people: GET
 * /api/v1/reports/audit?from=&to=&user=&command=&record=.
 *
 * An answer has at most 1,000 rows out of the newest 200,000 that were looked at. Its tie_out says
 * whether that was everything (`complete`), and otherwise where the next answer begins: the same
 * call with before=... . Times are those at which commands ran; past sales that were imported carry
 * their own. Within a writer rows come in the order in which they were recorded. */
#ifndef KONTOR_FLOW_AUDIT_H
#define KONTOR_FLOW_AUDIT_H

#include "flow/command.h"

extern const struct query audit_query;

#endif
