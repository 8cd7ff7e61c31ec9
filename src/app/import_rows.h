/** @file
 * From the texts of a table's row to a record in the database: one kind, all kinds alike.
 *
 * Example:
 * @code
 *   hwp_rows rows;
 *   hwp_rows_init(&rows, import, references, HW_KIND_SAMPLE);
 *   texts[hw_kind_table_find(&rows.table, "code")] = "S-1";
 *   s = hwp_rows_put(&rows, texts, line, false, &outcome, err);
 *   if (s == HW_OK) s = hwp_rows_finish(&rows, err);
 *   hwp_rows_clear(&rows);
 * @endcode
 */
#ifndef HW_APP_IMPORT_ROWS_H
#define HW_APP_IMPORT_ROWS_H

#include "app/genetic.h"
#include "app/import.h"
#include "app/import_actors.h"
#include "app/import_custody.h"
#include "app/import_observations.h"
#include "app/kind_table.h"
#include "app/references.h"

typedef struct hwp_rows {
  hw_import *import;
  hw_references *references; /**< borrowed */
  hw_kind_table table;
  hw_arena scratch; /**< of the current row */
  hwp_custody_list custody;
  hwp_actors_seen actors;
  hwp_panel_size panel;
  hw_genetic *genetic; /**< made when needed */
} hwp_rows;

typedef enum hwp_row_outcome {
  HWP_ROW_PUT,     /**< it stands in the database */
  HWP_ROW_REFUSED, /**< a mistake was collected */
  HWP_ROW_WAITS    /**< it refers to a record of its own kind that is not there yet */
} hwp_row_outcome;

void hwp_rows_init(hwp_rows *self, hw_import *import, hw_references *references, hw_kind_id kind);
/** A zeroed struct is allowed. */
void hwp_rows_clear(hwp_rows *self);

/** Asks for what importing this kind needs besides writing: names, or administration.
 * @param column  true for each column of the table that the file has; NULL = all
 * @return HW_OK; HW_E_DENIED */
HW_MUST_CHECK hw_status hwp_rows_require(const hwp_rows *self, const bool *column, hw_err *err);

/** Puts one record.
 * @param texts     of the table's columns, NULL = missing
 * @param line      for mistakes
 * @param may_wait  tell HWP_ROW_WAITS rather than a mistake
 * @return HW_OK, also after a mistake; the machine's failure */
HW_MUST_CHECK hw_status hwp_rows_put(hwp_rows *self, const char *const *texts, uint64_t line,
                                     bool may_wait, hwp_row_outcome *outcome, hw_err *err);

/** To be called when all rows are in: checks what can only be judged as a whole. */
HW_MUST_CHECK hw_status hwp_rows_finish(hwp_rows *self, hw_err *err);

#endif
