/* The log: one JSON object a line on stderr, or plain lines when stderr is a terminal. No secret
 * ever reaches it: callers pass names and numbers, not bodies. */
#ifndef KONTOR_LOG_H
#define KONTOR_LOG_H

#include "base/base.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

/* Lines below the level are dropped. Default LOG_INFO. json: machine form. Call before threads
 * start. */
void log_setup(enum log_level least, bool json);

/* area: static text such as "db". The message is one line; control characters are replaced. */
void log_line(enum log_level level, const char *area, const char *fmt, ...) PRINTF_LIKE(3, 4);

#define log_info(area, ...)  log_line(LOG_INFO, area, __VA_ARGS__)
#define log_warn(area, ...)  log_line(LOG_WARN, area, __VA_ARGS__)
#define log_error(area, ...) log_line(LOG_ERROR, area, __VA_ARGS__)

#endif
