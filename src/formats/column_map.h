/** @file
 * Column map: a text file that says how another institution's table becomes our records.
 *
 * docs/column-map.md describes the language. The map knows nothing of kinds and fields; whoever
 * imports tells which there are.
 *
 * Example:
 * @code
 *   hw_column_map *map = NULL;
 *   HW_TRY(hw_column_map_read("afdil.map", &checks, &map, &errors));
 *   HW_TRY(hw_csv_open(&csv, "export.csv", hw_column_map_delimiter(map), err));
 *   HW_TRY(hw_column_map_begin(map, &csv, &errors));                   // reads the header
 *   while (hw_column_map_next(map, &csv, &row, &errors) == HW_OK && row)
 *     for (int32_t i = 0; i < row->n_values; i++)
 *       set(row->values[i].kind, row->values[i].record, row->values[i].field, row->values[i].text);
 *   return hw_errors_status(&errors, err);
 * @endcode
 */
#ifndef HW_FORMATS_COLUMN_MAP_H
#define HW_FORMATS_COLUMN_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/errors.h"
#include "formats/csv.h"

/** Largest map file. */
#define HW_COLUMN_MAP_MAX_BYTES ((size_t)1 << 20)
/** Most records of one kind that one row can give. */
#define HW_COLUMN_MAP_MAX_RECORDS 1000

typedef struct hw_column_map hw_column_map;

/** What the importer knows and the map does not. */
typedef struct hw_column_map_checks {
  void *context;
  /** True if records of this kind have such a field. NULL = everything is permitted. */
  bool (*has_field)(void *context, const char *kind, const char *field);
  /** True if two column names mean the same; NULL = ASCII case and blanks make no difference. */
  bool (*is_same_name)(const char *a, const char *b);
} hw_column_map_checks;

/** One value of one record. */
typedef struct hw_mapped_value {
  const char *kind;
  int32_t record; /**< which of the row's records of this kind, from 0 */
  const char *field;
  const char *text;
  int32_t column;    /**< of the table, from 0, the first of several; −1 = a constant */
  uint64_t map_line; /**< line of the map that gave it */
} hw_mapped_value;

/** What a row became: the values record by record, kinds in the order of the map. */
typedef struct hw_mapped_row {
  uint64_t line; /**< of the table */
  int32_t n_values;
  const hw_mapped_value *values;
} hw_mapped_row;

/** Reads a map. Free with hw_column_map_delete.
 * @param name    of the file, for errors
 * @param errors  every mistake with its line
 * @return HW_OK; else the status of the first error, and *out is NULL */
HW_MUST_CHECK hw_status hw_column_map_parse(const char *bytes, size_t n_bytes, const char *name,
                                            const hw_column_map_checks *checks, hw_column_map **out,
                                            hw_errors *errors);
/** The same from a file. */
HW_MUST_CHECK hw_status hw_column_map_read(const char *path, const hw_column_map_checks *checks,
                                           hw_column_map **out, hw_errors *errors);
/** NULL is allowed. */
void hw_column_map_delete(hw_column_map *self);

/** For hw_csv_open; 0 = the table's own. */
char hw_column_map_delimiter(const hw_column_map *self);
/** Kind of the table ("samples"), "" where the map does not say. */
const char *hw_column_map_table(const hw_column_map *self);

/** Reads a table up to its header and looks for the columns.
 * @param errors  columns that are missing, twice, or not named in the map
 * @return HW_OK; HW_E_SYNTAX, HW_E_REFERENCE …: also in @p errors */
HW_MUST_CHECK hw_status hw_column_map_begin(hw_column_map *self, hw_csv *csv, hw_errors *errors);

/** Reads the next row and translates it.
 * @param row     [out] valid until the next call; NULL at the end of the table
 * @param errors  mistakes of the row, with line, column and the column's name; the row then has
 *                the values that were good, and reading may go on
 * @return HW_OK, also for a row with mistakes; what hw_csv_next returns where reading is over (it
 *         stands in @p errors too); HW_E_NO_MEMORY */
HW_MUST_CHECK hw_status hw_column_map_next(hw_column_map *self, hw_csv *csv,
                                           const hw_mapped_row **row, hw_errors *errors);

#endif
