/* Shared inside the reports only.
 *
 *   report.c            a report from beginning to end: head, kinds, pictures that it owns
 *   report_read.c       records as they stood at an audit entry
 *   report_text.c       texts of the catalogue, numbers, tables
 *   report_pair.c       remains and missing person: found, loaded, computed again
 *   report_items.c      items and their custody
 *   report_pictures.c   charts and pedigrees
 *   report_comparison.c, report_genetic.c, report_board.c, report_letter.c, report_handover.c,
 *   report_national.c, report_validation.c   the kinds
 *   report_issue.c, report_check.c, report_setting.c
 *
 * Texts live in the arena of the report. A text that memory lacks for is "", and the failure is
 * kept: the whole fails at the end. */
#ifndef HW_APP_REPORT_INT_H
#define HW_APP_REPORT_INT_H

/* web/ has helpers of the same words; all private names share one library. */
#include "app/evidence.h"
#include "app/report.h"
#include "homeward/chart.h"
#include "homeward/drawing.h"
#include "language/language.h"

/* What a report says, beside the document: to be stored and compared. */
typedef struct hwp_said {
  const char *name, *shown; /* a figure, or a claim with its text in `shown` */
  double value;
  bool is_claim;
} hwp_said;
typedef struct hwp_stands_on {
  const char *kind, *code, *digest;
} hwp_stands_on;

/* A picture that the report owns. */
typedef struct hwp_picture hwp_picture;

typedef struct hwp_report {
  hw_app *app;
  hw_store *store;
  hw_arena arena;
  hw_report_request request; /* created, code, language and as_of filled in */
  hw_language language;
  const hw_fonts *fonts;
  hw_report *doc;
  bool has_names; /* names may be written */
  bool is_without_memory;
  int n_failed; /* of a validation: checks that failed */
  const char *title, *subtitle;
  hwp_said *said;
  int n_said, said_capacity;
  hwp_stands_on *basis;
  int n_basis, basis_capacity;
  hwp_picture *pictures; /* a list */
} hwp_report;

/* The report in a made one. */
const hwp_report *hwp_report_of(const hw_made_report *made);
/* Versions of another program may differ in the last bits. */
bool hwp_report_is_equal(double a, double b);

/* --- report_read.c: records as they stood --- */

/* The version of a row that stood; NULL = it was not there yet, or withdrawn. In the arena. */
HW_MUST_CHECK hw_status hwp_report_stood(hwp_report *self, const hw_record *row,
                                         const hw_record **out, hw_err *err);
HW_MUST_CHECK hw_status hwp_report_get(hwp_report *self, hw_kind_id kind, int64_t id,
                                       const hw_record **out, hw_err *err);
/* The same by code; HW_E_REFERENCE if there is none. */
HW_MUST_CHECK hw_status hwp_report_get_code(hwp_report *self, hw_kind_id kind, const char *code,
                                            const hw_record **out, hw_err *err);
/* Those of a kind whose field is `id` (field -1 = all), in the order of their ids. */
HW_MUST_CHECK hw_status hwp_report_list(hwp_report *self, hw_kind_id kind, int field, int64_t id,
                                        const hw_record ***out, int *n, hw_err *err);
/* The same by the first key fields. */
HW_MUST_CHECK hw_status hwp_report_list_key(hwp_report *self, hw_kind_id kind, int n_values,
                                            const hw_value *values, const hw_record ***out, int *n,
                                            hw_err *err);
/* Code of a record; "" for id 0. */
HW_MUST_CHECK hw_status hwp_report_code(hwp_report *self, hw_kind_id kind, int64_t id,
                                        const char **out, hw_err *err);
/* Names of a person; "" without the permission, or without a name. */
HW_MUST_CHECK hw_status hwp_report_names(hwp_report *self, int64_t person, const char **out,
                                         hw_err *err);
/* "NAME (CODE)", or the code. */
HW_MUST_CHECK hw_status hwp_report_who(hwp_report *self, int64_t person, const char **out,
                                       hw_err *err);
/* Time of an audit entry. */
HW_MUST_CHECK hw_status hwp_report_moment(hwp_report *self, int64_t entry, const char **out,
                                          hw_err *err);
/* Adds a record to what the report stands on, once. */
HW_MUST_CHECK hw_status hwp_report_stand_on(hwp_report *self, const hw_record *record, hw_err *err);
/* The same of anything else that has a digest. */
void hwp_report_stand_on_digest(hwp_report *self, const char *kind, const char *code,
                                const char *digest);

/* --- report_text.c --- */

const char *hwp_say(const hwp_report *self, hw_text_id id);
/* The word of the database: REPORT_WORD_…, else WORD_…, else the word itself. */
const char *hwp_report_word(const hwp_report *self, const char *word);
/* Places of a text filled with n texts. */
const char *hwp_report_fill(hwp_report *self, hw_text_id id, int n, const char *const *args);
#define HWP_FILL(self, id, ...)                                                                  \
  hwp_report_fill(self, id, (int)(sizeof((const char *[]){__VA_ARGS__}) / sizeof(const char *)), \
                  (const char *[]){__VA_ARGS__})
const char *hwp_print(hwp_report *self, const char *format, ...) HW_PRINTF(2, 3);
const char *hwp_report_int(hwp_report *self, int64_t value);
/* NaN = "" */
const char *hwp_report_real(hwp_report *self, double value, int decimals);
/* A number with as many significant figures as tell something: rates, frequencies. */
const char *hwp_small(hwp_report *self, double value);
const char *hwp_report_probability(hwp_report *self, double value, double complement);
const char *hwp_report_date(hwp_report *self, const char *iso);
/* The day of a time, in local form. */
const char *hwp_day(hwp_report *self, const char *iso);
/* A likelihood ratio as people read it: "2,1 × 10^7", "354". */
const char *hwp_ratio(hwp_report *self, double log10_lr);
/* Verbal scale of ENFSI 2015. */
const char *hwp_verbal(const hwp_report *self, double log10_lr);
/* First of the texts that is not "". */
const char *hwp_or(const char *text, const char *otherwise);

void hwp_heading(hwp_report *self, int level, hw_text_id id);
void hwp_report_paragraph(hwp_report *self, hw_paragraph_kind kind, const char *text);
void hwp_item(hwp_report *self, hw_text_id id);
/* What can be checked. Names are formatted; a figure's text is what was shown, or NULL. */
void hwp_figure(hwp_report *self, const char *name, double value, const char *shown);
void hwp_claim(hwp_report *self, const char *name, const char *text);

enum { HWP_MOST_COLUMNS = 12, HWP_MOST_FACTS = 40 };
/* A table in the making. */
typedef struct hwp_table {
  const char *key, *title, *empty;
  int n_columns, n_rows, capacity;
  hw_report_column columns[HWP_MOST_COLUMNS];
  const char **cells;
  bool *strong;
} hwp_table;
typedef enum hwp_column { HWP_TEXT = 0, HWP_NUMBER, HWP_CODE } hwp_column;
void hwp_report_table_begin(hwp_report *self, hwp_table *table, const char *key);
void hwp_table_column(hwp_report *self, hwp_table *table, const char *title, double weight,
                      hwp_column kind);
/* n_columns texts. */
void hwp_table_row(hwp_report *self, hwp_table *table, const char *const *cells, bool is_strong);
#define HWP_ROW(self, table, ...) hwp_table_row(self, table, (const char *[]){__VA_ARGS__}, false)
void hwp_report_table_end(hwp_report *self, hwp_table *table);

typedef struct hwp_facts {
  const char *pairs[2 * HWP_MOST_FACTS];
  int n;
} hwp_facts;
/* Left out where the value is "". */
void hwp_report_fact(const hwp_report *self, hwp_facts *facts, hw_text_id id, const char *value);
void hwp_report_facts_end(hwp_report *self, hwp_facts *facts, const char *key);
void hwp_signatures(hwp_report *self, int n, const hw_text_id *roles);

/* --- report_pair.c --- */

/* Remains and a missing person, with what was compared, loaded and computed again. */
typedef struct hwp_pair {
  const hw_record *identification; /* NULL = none was named */
  const hw_record *comparison, *run, *profile, *person, *family, *sample, *investigation, *table;
  hw_stored_case stored;
  hw_evidence *evidence; /* NULL = STR alone */
  bool is_loaded;
  int32_t remains, place, missing; /* in the case */
  bool is_typed;                   /* at STR */
  bool has_parts;
  hw_evidence_parts parts; /* as stored */
  double log10_lr;
  double *per_marker; /* of the case's markers */
  bool *mismatch;
} hwp_pair;
/* @param subject  an identification, or RUN/PROFILE/PERSON/FAMILY */
HW_MUST_CHECK hw_status hwp_pair_find(hwp_report *self, const char *subject, hwp_pair *out,
                                      hw_err *err);
/* Loads the pair and computes it again; what is not as stored is an error.
 * Free with hwp_pair_clear, also after a failure. */
HW_MUST_CHECK hw_status hwp_pair_load(hwp_report *self, hwp_pair *pair, hw_err *err);
void hwp_pair_clear(hwp_pair *self);

/* --- parts of several kinds --- */

/* Sample, specimen, accession: numbers, digests, custody. */
HW_MUST_CHECK hw_status hwp_report_items(hwp_report *self, int64_t sample, hw_err *err);
/* Custody of one item. @param holder  [out] now; may be NULL */
HW_MUST_CHECK hw_status hwp_report_custody(hwp_report *self, hw_kind_id kind, int64_t item,
                                           const char **state, const char **holder, hw_err *err);
/* Genetic part: ratio by kind, data by marker, charts. */
HW_MUST_CHECK hw_status hwp_report_ratio(hwp_report *self, const hwp_pair *pair, hw_err *err);
HW_MUST_CHECK hw_status hwp_report_markers(hwp_report *self, const hwp_pair *pair, hw_err *err);
HW_MUST_CHECK hw_status hwp_report_assumptions(hwp_report *self, const hwp_pair *pair, hw_err *err);
HW_MUST_CHECK hw_status hwp_report_band(hwp_report *self, const hwp_pair *pair, hw_err *err);
/* What the report stands on, program and audit chain. */
HW_MUST_CHECK hw_status hwp_report_foundation(hwp_report *self, hw_err *err);

/* --- pictures --- */

HW_MUST_CHECK hw_status hwp_draw_pedigree(hwp_report *self, const hw_stored_case *stored,
                                          int32_t family, hw_err *err);
HW_MUST_CHECK hw_status hwp_draw_bars(hwp_report *self, const hw_chart *chart, const hw_bars *bars,
                                      hw_err *err);
HW_MUST_CHECK hw_status hwp_draw_ranges(hwp_report *self, const hw_chart *chart,
                                        const hw_ranges *ranges, hw_err *err);
HW_MUST_CHECK hw_status hwp_draw_funnel(hwp_report *self, const hw_chart *chart,
                                        const hw_stage *stages, int32_t n, hw_err *err);
HW_MUST_CHECK hw_status hwp_draw_progress(hwp_report *self, const hw_chart *chart,
                                          const hw_progress *series, int32_t n, hw_err *err);
HW_MUST_CHECK hw_status hwp_draw_map(hwp_report *self, const hw_chart *chart, const hw_geomap *map,
                                     hw_err *err);
void hwp_pictures_clear(hwp_report *self);
/* Where the sites lie, as it stood; nothing without coordinates. */
HW_MUST_CHECK hw_status hwp_report_map(hwp_report *self, hw_err *err);

/* --- the kinds --- */

HW_MUST_CHECK hw_status hwp_report_comparison(hwp_report *self, hw_err *err);
HW_MUST_CHECK hw_status hwp_report_board(hwp_report *self, hw_err *err);
HW_MUST_CHECK hw_status hwp_report_letter(hwp_report *self, hw_err *err);
HW_MUST_CHECK hw_status hwp_report_handover(hwp_report *self, hw_err *err);
HW_MUST_CHECK hw_status hwp_report_national(hwp_report *self, hw_err *err);
HW_MUST_CHECK hw_status hwp_report_validation(hwp_report *self, hw_err *err);

#endif
