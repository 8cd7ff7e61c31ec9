/* The columns of a kind's table, from its fields.
 *
 * References to kinds with a key of several parts are unfolded: their key fields become columns,
 * and those that are references themselves are unfolded in turn. Import, export, templates and
 * the page docs/records.md all take their columns from here. */
#include "app/kind_table.h"

#include <stdio.h>
#include <string.h>

#include "base/check.h"

/* References inside keys inside keys; kinds.def has two levels. */
enum { MOST_LEVELS = 3 };

static void add(hw_kind_table *self, const char *name, int field, const hw_field *leaf,
                bool is_whole) {
  if (self->n_columns == HW_KIND_TABLE_MAX) return;
  hw_kind_column *column = &self->columns[self->n_columns++];
  snprintf(column->name, sizeof column->name, "%s", name);
  column->field = field;
  column->leaf = leaf;
  column->is_whole = is_whole;
}

static void add_field(hw_kind_table *self, const char *prefix, int field, const hw_field *what,
                      int level) {
  char name[HW_KIND_COLUMN_SIZE];
  snprintf(name, sizeof name, "%s%s", prefix, what->name);
  const hw_kind *target = what->type == HW_TYPE_REF ? hw_kind_get(what->target) : NULL;
  bool is_unfolded = target != NULL && hw_kind_code_field(target) < 0 && level < MOST_LEVELS;
  if (level == 0 || !is_unfolded) add(self, name, field, what, is_unfolded);
  if (!is_unfolded) return;
  const int n = snprintf(name, sizeof name, "%s%s.", prefix, what->name);
  if (n < 0 || (size_t)n >= sizeof name) return; /* kinds.def has no such names */
  for (int f = 0; f < target->n_fields; f++)
    if (target->fields[f].flags & HW_FIELD_KEY)
      add_field(self, name, field, &target->fields[f], level + 1);
}

hw_status hw_kind_table_require(const hw_kind *kind, hw_err *err) {
  if (!(kind->flags & HW_KIND_SECRET)) return HW_OK;
  return hw_err_set(err, HW_E_USAGE,
                    "%s are secret: they are neither exported nor imported, 'homeward account' "
                    "sets them",
                    kind->plural);
}

void hw_kind_table_init(hw_kind_table *self, hw_kind_id kind) {
  static const hw_field withdrawn = {
      HW_KIND_COLUMN_WITHDRAWN,
      HW_TYPE_TEXT,
      0,
      NULL,
      HW_KIND_NONE,
      1,
      "why the record was withdrawn; empty = it was not",
  };
  self->kind = hw_kind_get(kind);
  self->n_columns = 0;
  for (int f = 0; f < self->kind->n_fields; f++) add_field(self, "", f, &self->kind->fields[f], 0);
  add(self, withdrawn.name, -1, &withdrawn, false);
}

int hw_kind_table_find(const hw_kind_table *self, const char *name) {
  for (int c = 0; c < self->n_columns; c++)
    if (hw_column_name_equal(self->columns[c].name, name)) return c;
  return -1;
}

const char *hw_kind_table_nearest(const hw_kind_table *self, const char *name) {
  int best = 0, least = 100;
  for (int c = 0; c < self->n_columns; c++) {
    int distance = hw_column_name_distance(self->columns[c].name, name);
    if (distance < least) {
      least = distance;
      best = c;
    }
  }
  return self->columns[best].name;
}

/* --- names of columns --- */

static char plain(char c) {
  if (c >= 'A' && c <= 'Z') return (char)(c - 'A' + 'a');
  return c == '-' || c == ' ' || c == '.' ? '_' : c;
}

bool hw_column_name_equal(const char *a, const char *b) {
  for (; *a != '\0' && *b != '\0'; a++, b++)
    if (plain(*a) != plain(*b)) return false;
  return *a == *b;
}

int hw_column_name_distance(const char *a, const char *b) {
  int row[HW_KIND_COLUMN_SIZE]; /* Levenshtein's table, one row of it */
  size_t n_a = strlen(a), n_b = strlen(b);
  if (n_a >= HW_KIND_COLUMN_SIZE || n_b >= HW_KIND_COLUMN_SIZE) return 99;
  for (size_t j = 0; j <= n_b; j++) row[j] = (int)j;
  for (size_t i = 1; i <= n_a; i++) {
    int before = row[0]; /* of the row above, one to the left */
    row[0] = (int)i;
    for (size_t j = 1; j <= n_b; j++) {
      int changed = before + (plain(a[i - 1]) != plain(b[j - 1]));
      before = row[j];
      int shorter = row[j] < row[j - 1] ? row[j] : row[j - 1];
      row[j] = changed < shorter + 1 ? changed : shorter + 1;
    }
  }
  return row[n_b];
}
