/** @file
 * What every page has in common: frame, navigation, forms, tables, pictures.
 *
 * Example:
 * @code
 *   hwp_html *h = hwp_page_begin(job, HWP_NAV_FAMILIES, hwp_t(job, HW_T_FAMILIES_TITLE));
 *   hwp_leaf(h, "p", "…", "class", "lead", NULL);
 *   hwp_table_begin(h, &(hwp_table){.caption = "…", .n_columns = 2, .columns = columns});
 *   …
 *   return hwp_page_end(job, err);
 * @endcode
 */
#ifndef HW_WEB_PAGE_H
#define HW_WEB_PAGE_H

#include "app/show.h"
#include "web/job.h"

/** Begins a page with its frame and the heading of level 1. @return the writer, job->html */
hwp_html *hwp_page_begin(hwp_job *job, hwp_nav nav, const char *title);
/** Ends it, closing what is open above the frame. @return as hwp_html_end */
HW_MUST_CHECK hw_status hwp_page_end(hwp_job *job, hw_err *err);

/** A line of links to where this page hangs. @param pairs  n texts and paths, alternating; the last
 * path may be NULL */
void hwp_crumbs(hwp_job *job, int n, const char *const *pairs);

typedef enum hwp_notice_kind {
  HWP_NOTICE_FINE = 0,
  HWP_NOTICE_NOTE,
  HWP_NOTICE_WARNING,
  HWP_NOTICE_ERROR
} hwp_notice_kind;
/** A message in a frame. */
void hwp_notice(hwp_job *job, hwp_notice_kind kind, const char *text);
/** What the program says (job.h) as an element of its own. */
void hwp_said_leaf(hwp_job *job, const char *tag, const char *message);
/** What stands where there is nothing: what to do next, and where. @param path  NULL = no link */
void hwp_empty(hwp_job *job, const char *text, const char *link, const char *path);

/* --- tables --- */

typedef struct hwp_column {
  const char *title;
  bool is_number;
} hwp_column;
typedef struct hwp_table {
  const char *caption; /**< NULL = the heading before it says it */
  int n_columns;
  const hwp_column *columns;
} hwp_table;
void hwp_table_begin(hwp_html *h, const hwp_table *table);
void hwp_table_end(hwp_html *h);
/** A row: hwp_open(h, "tr", NULL), a hwp_leaf "td" for each cell (class "number" for numbers),
 * hwp_close. */

/** A state as a badge, with the word in the reader's language. */
void hwp_state(hwp_job *job, const char *state);
/** Names and values, one below the other. */
void hwp_facts_begin(hwp_html *h);
void hwp_fact(hwp_html *h, const char *name, const char *value);
void hwp_facts_end(hwp_html *h);
/** A section of a record as a table; codes of records link to their pages. */
void hwp_view_section(hwp_job *job, const hw_view_section *section);
/** Path of a record's page; "/families/F1" and the like, NULL for kinds without one. */
const char *hwp_record_path(hw_arena *arena, hw_kind_id kind, const char *code);

/** Links to the pages of a long list. @param path  with its query, ready for "&from=" */
void hwp_pager(hwp_job *job, const char *path, int64_t from, int64_t shown, bool has_more);

/* --- forms --- */

/** Begins a form that changes something: POST, with the token. @param has_files  multipart */
void hwp_form_begin(hwp_job *job, const char *action, bool has_files);
void hwp_form_end(hwp_job *job, const char *submit);
/** Begins a form that only looks: GET, without a token. */
void hwp_lookup_begin(hwp_job *job, const char *action);

typedef struct hwp_field {
  const char *name, *label;
  const char *type;  /**< "text", "password", "date", "number", "file", "textarea"; NULL = text */
  const char *value; /**< what was typed, or what is stored */
  const char *hint;
  const char *error; /**< what is wrong with it */
  const char *autocomplete;
  bool is_required;
  int n_choices;              /**< > 0: one of these */
  const char *const *choices; /**< values; */
  const char *const *labels;  /**< and what is shown, NULL = the values */
} hwp_field;
/** Label, control, hint and error, joined for screen readers. */
void hwp_field_add(hwp_job *job, const hwp_field *field);

/* --- pictures --- */

/** Begins a canvas for a picture in a page; NULL on failure, which hwp_page_end tells. */
struct hw_canvas;
struct hw_canvas *hwp_picture_begin(hwp_job *job, double width, double height, const char *title);
/** Ends it and writes it into the page. */
void hwp_picture_end(hwp_job *job, struct hw_canvas *canvas);
/** Width of charts that a phone shows whole, with letters that can be read; larger windows enlarge
 * them. hwp_picture_fit instead of hwp_picture_end. */
#define HWP_CHART_WIDTH 380
void hwp_picture_fit(hwp_job *job, struct hw_canvas *canvas);

#endif
