/* The counter: a page to ring up a sale by keyboard and scanner. */
#ifndef KONTOR_TILL_COUNTER_H
#define KONTOR_TILL_COUNTER_H

#include "face/page.h"

/* GET /office/counter?till=T1. Without a till: the open ones of the person's sites to choose from;
 * the only one there is is taken. */
enum err counter_page(struct page_cx *p);

#endif
