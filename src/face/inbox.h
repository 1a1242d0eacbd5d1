/* The inbox: tasks for people on their feet, on a phone. */
#ifndef KONTOR_FACE_INBOX_H
#define KONTOR_FACE_INBOX_H

#include "face/page.h"
#include "flow/work.h"

enum err inbox_page(struct page_cx *p);
enum err inbox_part(struct page_cx *p); /* the tasks alone, to be put anew */
enum err inbox_task(struct page_cx *p); /* /inbox/ID */
enum err inbox_scan(struct page_cx *p); /* /inbox/scan?code=: to what the code belongs to */
enum err inbox_manifest(struct page_cx *p);
enum err inbox_worker(struct page_cx *p);

/* The open tasks that are a person's own, and those that somebody of their roles may take; by due
 * time, at most limit of each. Two statements. */
MUST_USE enum err inbox_mine(struct page_cx *p, int64_t limit, struct list_page *page);
MUST_USE enum err inbox_free(struct page_cx *p, int64_t limit, struct list_page *page);
/* The time left of a task, or by how much it is late: a span.clock. */
void inbox_clock(struct page_cx *p, const struct task *t);

#endif
