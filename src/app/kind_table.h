/** @file
 * A kind of records as a table: which columns its CSV has, and what they are called.
 *
 * Every field is a column of the field's name. A reference is written as the code of what it
 * points to; where that has no code of its own but a key of several parts, each part is a column
 * (`pedigree.family`, `pedigree.code`), and on import one column `pedigree` that holds
 * "FAMILY/CODE" does as well. The last column, `row_withdrawn`, is the reason of a withdrawal.
 *
 * Example:
 * @code
 *   hw_kind_table table;
 *   hw_kind_table_init(&table, HW_KIND_DESCENT);
 *   for (int c = 0; c < table.n_columns; c++)
 *     if (!table.columns[c].is_whole) puts(table.columns[c].name);
 * @endcode
 */
#ifndef HW_APP_KIND_TABLE_H
#define HW_APP_KIND_TABLE_H

#include "base/str.h"
#include "store/kind.h"

/** Most columns of a table. */
#define HW_KIND_TABLE_MAX 64
/** Bytes of a column's name. */
#define HW_KIND_COLUMN_SIZE 96

/** Column of the reason of a withdrawal. */
#define HW_KIND_COLUMN_WITHDRAWN "row_withdrawn"

typedef struct hw_kind_column {
  char name[HW_KIND_COLUMN_SIZE];
  int field;            /**< of the record that it belongs to; −1 = the withdrawal */
  const hw_field *leaf; /**< what stands in it: the field itself, or a part of a key */
  bool is_whole;        /**< "A/B": all parts of a key in one column; read, never written */
} hw_kind_column;

typedef struct hw_kind_table {
  const hw_kind *kind;
  int n_columns;
  hw_kind_column columns[HW_KIND_TABLE_MAX]; /**< in the order of the fields */
} hw_kind_table;

/** Whether the kind has a table at all: secrets have none.
 * @return HW_OK; HW_E_USAGE */
HW_MUST_CHECK hw_status hw_kind_table_require(const hw_kind *kind, hw_err *err);
/** Makes the columns of a kind. */
void hw_kind_table_init(hw_kind_table *self, hw_kind_id kind);

/** Index of the column that is called so, or −1. */
int hw_kind_table_find(const hw_kind_table *self, const char *name);
/** The column whose name comes nearest; never NULL. */
const char *hw_kind_table_nearest(const hw_kind_table *self, const char *name);

/** True if two names of columns are one: case of ASCII letters does not count, and "-", "_", "."
 * and blanks are one sign. */
bool hw_column_name_equal(const char *a, const char *b);
/** Letters that have to be changed, added or left out to make one name the other, at most 99. */
int hw_column_name_distance(const char *a, const char *b);

#endif
