/** @file
 * The pages that show what stands in the database, and what they share.
 *
 * Each file pages_NAME.c has the routes of one part. Pages read through app/look.h, which leaves
 * out what the reader may not see, and through the use cases that have a view of their own.
 *
 * Example:
 * @code
 *   static hw_status show(hwp_job *job, hw_err *err) { … }
 *   static const hwp_route routes[] = {{"GET", "/families/" "*", 0, 0, show, "a family"}};
 *   const hwp_routes hwp_routes_family = {routes, sizeof routes / sizeof *routes};
 * @endcode
 */
#ifndef HW_WEB_PAGES_H
#define HW_WEB_PAGES_H

#include "app/look.h"
#include "homeward/chart.h"
#include "web/page.h"

extern const hwp_routes hwp_routes_accession, hwp_routes_audit, hwp_routes_dossier,
    hwp_routes_family, hwp_routes_handover, hwp_routes_home, hwp_routes_identification,
    hwp_routes_import, hwp_routes_keys, hwp_routes_pedigree, hwp_routes_power, hwp_routes_records,
    hwp_routes_reports, hwp_routes_run, hwp_routes_sample, hwp_routes_sites, hwp_routes_start,
    hwp_routes_task, hwp_routes_users;

/** Rows of one page of a list, and of a table inside a page. */
enum { HWP_PAGE_ROWS = 50, HWP_TABLE_ROWS = 25 };

/* --- words of the model in the reader's language --- */

/** "family", "families": KIND_… and KINDS_… of the catalogue, the model's own name where there is
 * none. */
const char *hwp_kind_label(hwp_job *job, hw_kind_id kind);
const char *hwp_kinds_label(hwp_job *job, hw_kind_id kind);
/** FIELD_<KIND>_<FIELD>, else FIELD_<FIELD>, else the name with blanks. @param kind may be
 * HW_KIND_NONE */
const char *hwp_field_label(hwp_job *job, hw_kind_id kind, const char *field);
/** A sentence of the program that has a translation: SAYS_<WORDS, joined by _>; else as it is. */
const char *hwp_says(hwp_job *job, const char *text);
/** A word of the database. */
const char *hwp_word(hwp_job *job, const char *word);

/** What a column of a record or of a view holds, in the reader's language: words of the catalogue and
 * sentences of the program where the column has such; any other text as it is. */
const char *hwp_column_text(hwp_job *job, const char *column, const char *text);

/** Short names of the roles that permissions amount to. */
const char *hwp_roles_text(hwp_job *job, unsigned may);

/** A word of the database with how many there are, where that is told: "open (12)". */
struct hw_tally;
const char *hwp_counted_word(hwp_job *job, const struct hw_tally *tally);

/* --- values --- */

/** A number as people read it: whole, with four decimals, or with a power of ten. */
const char *hwp_number(hwp_job *job, double value);
/** log10 of a likelihood ratio; "—" if it is not known. */
const char *hwp_log10(hwp_job *job, double value);
/** A posterior; "—" if it is not known. */
const char *hwp_posterior(hwp_job *job, double value, double complement);
/** Path of any record. @param code  as hw_look_code tells it */
const char *hwp_any_path(hwp_job *job, hw_kind_id kind, int64_t id, const char *code);
/** A link to a record, in the text that is being written. */
void hwp_code_link(hwp_job *job, hw_kind_id kind, int64_t id, const char *code);
/** The same by its id; nothing for 0. */
HW_MUST_CHECK hw_status hwp_id_link(hwp_job *job, hw_kind_id kind, int64_t id, hw_err *err);
/** The same as a cell of a table. */
void hwp_code_cell(hwp_job *job, hw_kind_id kind, const char *code);
HW_MUST_CHECK hw_status hwp_id_cell(hwp_job *job, hw_kind_id kind, int64_t id, hw_err *err);
/** A text as a cell. */
void hwp_cell(hwp_job *job, const char *text);
void hwp_number_cell(hwp_job *job, const char *text);
/** The value of a field: a word, a date, a number, or a link to the record that is meant. */
HW_MUST_CHECK hw_status hwp_put_value(hwp_job *job, const hw_record *record, int field,
                                      hw_err *err);
/** True if it is a number, and stands to the right. */
bool hwp_is_number(const hw_record *record, int field);
/** A cell with it. */
HW_MUST_CHECK hw_status hwp_value_cell(hwp_job *job, const hw_record *record, int field,
                                       hw_err *err);
/** Name and value in a list of facts; nothing if it is null. */
HW_MUST_CHECK hw_status hwp_value_fact(hwp_job *job, const hw_record *record, int field,
                                       hw_err *err);

/* --- parts of pages --- */

/** A heading of level 2. @param id  to link to; NULL = none */
void hwp_section(hwp_job *job, const char *id, const char *title);
/** A paragraph. */
void hwp_paragraph(hwp_job *job, const char *text, const char *look);
/** A section of a view as a table, codes linked and words translated. */
void hwp_view_table(hwp_job *job, const hw_view_section *section);
/** Tells that names were left out. */
void hwp_hidden_names(hwp_job *job, bool has_hidden);
/** Tells that a record was withdrawn, and why. */
void hwp_withdrawn(hwp_job *job, const hw_record *record);
/** Where a page hangs: the list of its kind, and its code. */
void hwp_list_crumbs(hwp_job *job, hw_kind_id kind, const char *code);
/** What all charts of a page have. */
hw_chart hwp_chart_of(hwp_job *job, double width, double height, const char *title);
/** A time line of events in the order of their days, as high as they need. */
void hwp_timeline(hwp_job *job, const char *title, const hw_event *events, int32_t n);
/** A message of the program, whose language is English, marked so. */
void hwp_told(hwp_job *job, hwp_notice_kind kind, const char *before, const char *message);

/** Days since 1970-01-01 of a date of the database: of a month or a year its first day.
 * @param last  [out] last day that it can be; NULL = not wanted
 * @return false if it is no date */
bool hwp_days(const char *iso, int64_t *first, int64_t *last);
/** When an audit entry was written, and by whom. */
HW_MUST_CHECK hw_status hwp_entry(hwp_job *job, int64_t entry, const char **at, const char **actor,
                                  hw_err *err);

/** The newest records up to an id, newest first, at most HWP_PAGE_ROWS. @param upto  0 = the last;
 * rows->next is that of the next page */
HW_MUST_CHECK hw_status hwp_look_back(hwp_job *job, hw_kind_id kind, int64_t upto,
                                      hw_look_rows *rows, hw_err *err);

/** What was handed over after an identification that is confirmed, or how to begin it: a section. */
HW_MUST_CHECK hw_status hwp_handovers_of(hwp_job *job, const char *identification, hw_err *err);

/** Reads and writes the page while nothing that others write is seen. */
HW_MUST_CHECK hw_status hwp_page_read(hwp_job *job, hwp_handler *page, hw_err *err);

#endif
