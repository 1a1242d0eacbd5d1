/* This process: the terminal it may sit at, the signals it is told to stop by. */
#ifndef KONTOR_PROCESS_H
#define KONTOR_PROCESS_H

#include "base/base.h"

#include <stdatomic.h>

/* Files made from now on are readable by their owner only. */
void process_private_files(void);
/* Is this file descriptor (1, 2) a terminal? */
bool process_at_terminal(int fd);
/* SIGTERM, SIGINT and SIGHUP no longer end the process but wait for process_wait_stop; SIGPIPE and
 * SIGXFSZ are ignored. Call before threads start. */
void process_hold_signals(void);
/* Waits for one of them. Returns its number. */
int process_wait_stop(void);
/* For long work without a server: SIGTERM and SIGINT set the flag, a second one ends the process at
 * once. */
const atomic_bool *process_stop_flag(void);

#endif
