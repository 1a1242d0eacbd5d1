/* What the views of a list share: the table, the board, the calendar, groups and chart. */
#ifndef KONTOR_FACE_OFFICE_LIST_H
#define KONTOR_FACE_OFFICE_LIST_H

#include "face/office_own.h"
#include "meta/filter_text.h"

#define OFFICE_LIST_ROWS 100
#define OFFICE_SORT_ROWS 10000 /* sorted at most where no index has the order */

struct office_list {
    const struct entity_info *info;
    const struct field *rows; /* the entity's, with the company's own fields */
    size_t n_rows;
    const struct field *columns[OFFICE_TABLE_MAX];
    size_t n_columns;
    struct list_query query;
};

/* Reads the page's parameters. Refuses as list_filter_param. */
MUST_USE enum err office_list_open(struct page_cx *p, struct office_list *l);
/* A record's title as links and headings show it: its title, else its code, else kind and id. */
text_t office_title(struct page_cx *p, const struct entity_info *info, const void *record);
text_t office_row_address(struct page_cx *p, const struct entity_info *info, const void *record);

/* The record whose code that is, or which a scanner finds so (a product by its barcode).
 * ERR_NOT_FOUND without a refusal. */
enum err office_find_exact(struct page_cx *p, const struct entity_info *info, text_t code,
                           void *record);

/* The field that a board has its columns by, that a calendar has its days by; NULL: none. */
/* May the person read what the field refers to? True for what refers to nothing. */
bool office_may_refer(const struct page_cx *p, const struct field *f);
const struct field *office_state_field(const struct entity_info *info);
const struct field *office_date_field(const struct entity_info *info);

enum err office_board(struct page_cx *p, struct office_list *l);
enum err office_calendar(struct page_cx *p, struct office_list *l);
enum err office_groups(struct page_cx *p, struct office_list *l);
enum err office_saved_views(struct page_cx *p, struct office_list *l);

#endif
