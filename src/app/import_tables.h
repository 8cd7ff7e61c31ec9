/** @file
 * Tables that people have, which are more than one kind of record: their importers, one each.
 *
 * Each gets an open sheet and puts what its rows mean.
 */
#ifndef HW_APP_IMPORT_TABLES_H
#define HW_APP_IMPORT_TABLES_H

#include "app/references.h"
#include "app/sheet.h"

/** A column of such a table. */
typedef struct hwp_table_column {
  const char *name;
  bool is_required;
  const char *sentence;
} hwp_table_column;

/** Most columns with a meaning of their own. */
#define HWP_TABLE_MAX 20

/** A table of its own columns. */
typedef struct hwp_table_type {
  hw_kind_id kind;   /**< it is asked for by this kind's plural */
  const char *name;  /**< for the documentation */
  const char *brief; /**< "one row is …" */
  int n_columns;
  const hwp_table_column *columns;
  const char *others;      /**< what other columns mean; NULL = there must be none */
  const char *other_names; /**< such columns of the example, ",unit" */
  const char *example;     /**< rows of CSV without the header, in the order of the columns */
  hw_status (*run)(hwp_sheet *sheet, hw_references *references, hw_err *err);
} hwp_table_type;

/** All of them. A header belongs to the one that knows most of its columns, the kind's own table
 * included; of two that know as many, the one before. */
extern const hwp_table_type *const hwp_table_types[];
extern const size_t hwp_n_table_types;

/** Appends the header of such a table, and its example in comments. */
void hwp_table_template(const hwp_table_type *type, hw_str *out);

extern const hwp_table_type hwp_table_families;
extern const hwp_table_type hwp_table_dossiers;      /**< one row per dossier */
extern const hwp_table_type hwp_table_dossiers_long; /**< one row per assertion */

extern const hwp_table_type hwp_table_profiles;      /**< wide; read by import_profiles.c, as */
extern const hwp_table_type hwp_table_profiles_long; /**< the long one: `run` is NULL */
extern const hwp_table_type hwp_table_frequencies;   /**< `run` is NULL: read by formats/ */

/** Columns of dossiers that have a meaning of their own, `field` and `value` included. */
#define HWP_DOSSIER_COLUMNS 13

/** A row of a table of dossiers. */
typedef struct hwp_dossier_row {
  const char *text[HWP_DOSSIER_COLUMNS]; /**< NULL = missing */
  int n_others;                          /**< assertions, each under its own name */
  const char *const *names;
  const char *const *values; /**< NULL = missing */
  uint64_t line;
  bool is_long; /**< `field` and `value` are the assertion */
} hwp_dossier_row;

/** Puts a row. */
HW_MUST_CHECK hw_status hwp_dossier_put(hw_import *import, hw_references *references,
                                        hw_arena *arena, const hwp_dossier_row *row, hw_err *err);
/** Number of a column by its name ("code" is "dossier"), or −1: an assertion. */
int hwp_dossier_column(const char *name);

/** Allele frequencies, which formats/ reads. */
HW_MUST_CHECK hw_status hwp_import_frequencies(hw_import *import, hw_err *err);
/** Rows of another institution's table, by a column map. */
HW_MUST_CHECK hw_status hwp_import_mapped(hw_import *import, hw_err *err);

/* --- for the importers of such tables --- */

/** Finds the columns of a table in a sheet.
 * @param column  [out] of the sheet, for each column of the type; −1 = the sheet has none
 * @return HW_OK; the first mistake (a required column is missing, a column is unknown) */
HW_MUST_CHECK hw_status hwp_table_match(hwp_sheet *sheet, const hwp_table_type *type,
                                        int32_t *column, hw_err *err);

/** "yes" and "no" in English and Vietnamese. @return 1; 0, also for NULL; −1 if it is neither */
int hwp_word_yes(const char *text);
/** "male", "female", "unknown" for what people write ("m", "F", "nam", "nữ", "?"); "unknown" for
 * NULL, and NULL if it is none of them. */
const char *hwp_word_sex(const char *text);

/** Code of a thing of the import's investigation, in an arena; NULL = memory is exhausted. */
const char *hwp_full_code(const hw_import *import, const char *code, hw_arena *arena);
/** The original name of what got a prefix; NULL if it got none. */
const char *hwp_label(const hw_import *import, const char *code);

/** How many records of a kind refer to one in a field. */
HW_MUST_CHECK hw_status hwp_count_stored(hw_import *import, hw_kind_id kind, int field, int64_t of,
                                         int64_t *out, hw_err *err);

/** Puts a person: the sex only if it is known and the role only if the person is missing or new,
 * so that what is stored stays. @param id  [out] 0 after a mistake */
HW_MUST_CHECK hw_status hwp_put_person(hw_import *import, const char *full_code, const char *sex,
                                       bool is_missing, uint64_t line, int64_t *id, hw_err *err);
/** Puts a full name. */
HW_MUST_CHECK hw_status hwp_put_name(hw_import *import, int64_t person, const char *name,
                                     const char *source, uint64_t line, hw_err *err);

#endif
