/* A document for those who wait for it: attachments of mail. */
#ifndef KONTOR_FACE_PRINT_WAIT_H
#define KONTOR_FACE_PRINT_WAIT_H

#include "face/print.h"

/* print_answer, returning when it is done. r->done and r->arg are taken. Not on a thread of the
 * store or of slow work, nor inside a transaction. */
void print_wait(struct print_request *r);

/* The name of the answer's file with its extension, "receipt-T1-000123.pdf", from its headers; else
 * the document's own name. */
text_t print_file_name(const struct print_request *r, struct arena *a);

#endif
