/* The command log: what was done, by whom, when, with which arguments, chained by hash per writer
 * slot; the events; the kept answers of idempotency keys.
 *
 * Each writer slot has its own chain: hash(n) = SHA-256 of parts(hash(n-1), slot, n, at, user,
 * company, command, record, args). A row changed, missing or slipped in breaks the chain from there
 * on, which `kontor verify` shows. The head is kept in memory per slot and moves only with a
 * durable commit. */
#ifndef KONTOR_FLOW_LOG_H
#define KONTOR_FLOW_LOG_H

#include "base/hash.h"
#include "flow/command.h"

/* Appends this command to the chain of the transaction's slot. Must be the last write of a command.
 */
MUST_USE enum err log_append(struct cx *cx, text_t command, int64_t record, text_t args);

/* Writes an event row; part counts the events of this transaction. */
MUST_USE enum err log_event(struct cx *cx, const char *name, const struct entity *e,
                            const struct record *r, text_t data);

/* Is that link of the chain in the store? Tells after a broken connection whether a commit took
 * place. OK or ERR_NOT_FOUND. */
MUST_USE enum err log_settled(struct tx *tx, struct arena *a, int64_t writer, int64_t seq,
                              const sha256_t *hash);

/* Re-computes every chain of the company's house: one line in faults for each break, *n counts
 * them. */
MUST_USE enum err flow_verify_chains(struct cx *cx, struct buf *faults, size_t *n);

/* The kernel's tables of this layer: command_log, event, idempotency. */
#define N_FLOW_TABLES 3
extern const struct table_def flow_tables[N_FLOW_TABLES];

#endif
