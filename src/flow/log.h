/* The command log: what was done, by whom, when, with which arguments, chained by hash per writer slot; the events; the kept answers of idempotency keys.
 *
 * Each writer slot has its own chain: hash(n) = SHA-256 of parts(hash(n-1), slot, n, at, user, company, command, record, args). A row changed,
 * missing or slipped in breaks the chain from there on, which `kontor verify` shows. The head is kept in memory per slot and moves only with a durable
 * commit. */
#ifndef KONTOR_FLOW_LOG_H
#define KONTOR_FLOW_LOG_H

#include "base/hash.h"
#include "flow/command.h"

/* Appends this command to the chain of the transaction's slot. Must be the last write of a command. */
MUST_USE enum err log_append(struct cx *cx, text_t command, int64_t record, text_t args);

/* Writes an event row; part counts the events of this transaction. */
MUST_USE enum err log_event(struct cx *cx, const char *name, const struct entity *e, const struct record *r, text_t data);

/* Re-computes every chain of the company's house: one line in faults for each break, *n counts them. */
MUST_USE enum err flow_verify_chains(struct cx *cx, struct buf *faults, size_t *n);

/* The kernel's tables of this layer: command_log, event, idempotency. */
extern const struct table_def flow_tables[];
extern const size_t n_flow_tables;

#endif
