/* Column maps at work: from a table's header and rows to records.
 *
 * A cell goes this way:
 *
 *   cells of the sources, blanks cut off, empty ones left out
 *     -> joined -> split -> each piece: translated, or read as a date
 *     -> prefix and suffix -> a value; nothing where nothing is left
 *
 * The rules of one group (a kind and its number) make as many records as the
 * longest split gives pieces; what is not split goes to each of them. Constants
 * alone make no record, so that a row without a mother makes no person who has
 * nothing but a constant. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "formats/column_map_int.h"

/* The values that a rule made of a row; of a split, "" where a part was empty. */
typedef struct pieces {
  int32_t n;       /* up to the last one that is not "" */
  int32_t n_parts; /* as the cell was cut */
  const char **texts;
} pieces;

typedef struct worker {
  hw_column_map *map;
  hw_csv *csv;
  hw_errors *errors;
  pieces *pieces; /* per rule */
} worker;

/* --- errors --- */

/* Reports a mistake of the table. @param column  or −1. @return HW_OK: reading may go on */
static hw_status HW_PRINTF(4, 5)
    report(worker *self, int32_t column, hw_status status, const char *format, ...) {
  char message[400];
  uint64_t line = self->csv->row_line, place = 0;
  hw_err err = HW_ERR_INIT;
  va_list args;
  va_start(args, format);
  vsnprintf(message, sizeof message, format, args);
  va_end(args);
  hw_err_set(&err, status, "%s", message);
  if (column >= 0 && column < self->csv->n_fields) hw_csv_place(self->csv, column, &line, &place);
  if (column >= 0 && column < self->map->n_columns)
    hw_err_field(&err, "%s", self->map->header[column]);
  hw_err_place(&err, self->csv->path, line, place);
  (void)hw_errors_add(self->errors, &err);
  return HW_OK;
}

static hw_status no_memory(worker *self) {
  hw_err err = HW_ERR_INIT;
  (void)HW_NO_MEMORY(&err, "a row");
  hw_err_place(&err, self->csv->path, 0, 0);
  (void)hw_errors_add(self->errors, &err);
  return HW_E_NO_MEMORY;
}

static hw_status next_row(worker *self, bool *has_row) {
  hw_err err = HW_ERR_INIT;
  const hw_status status = hw_csv_next(self->csv, has_row, &err);
  if (status != HW_OK) (void)hw_errors_add(self->errors, &err);
  return status;
}

/* --- texts --- */

/* Length of the blank at a place: space, tab, line end, or the no-break space of spreadsheets. */
static size_t blank_length(const char *at) {
  if (*at == ' ' || *at == '\t' || *at == '\n' || *at == '\r') return 1;
  return (unsigned char)at[0] == 0xC2 && (unsigned char)at[1] == 0xA0 ? 2 : 0;
}

/* Cuts blanks off in place. */
static char *trim(char *text) {
  for (size_t n; (n = blank_length(text)) > 0;) text += n;
  size_t end = 0;
  for (size_t i = 0; text[i];) {
    const size_t n = blank_length(text + i);
    i += n > 0 ? n : 1;
    if (n == 0) end = i;
  }
  text[end] = '\0';
  return text;
}

static char lower(char c) {
  return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

static bool is_same_value(const char *a, const char *b) {
  for (; *a && *b; a++, b++)
    if (lower(*a) != lower(*b)) return false;
  return *a == *b;
}

/* Names of columns: case and the number of blanks make no difference. */
static bool is_same_name(const char *a, const char *b) {
  while (*a && *b) {
    const size_t n = blank_length(a), m = blank_length(b);
    if ((n > 0) != (m > 0)) return false;
    if (n > 0) {
      for (size_t k; (k = blank_length(a)) > 0;) a += k;
      for (size_t k; (k = blank_length(b)) > 0;) b += k;
    } else if (lower(*a++) != lower(*b++)) {
      return false;
    }
  }
  return *a == *b;
}

/* --- header --- */

static bool names_equal(const hw_column_map *map, const char *a, const char *b) {
  return map->is_same_name ? map->is_same_name(a, b) : is_same_name(a, b);
}

/* Looks for a column of the map in the table. @param is_needed  its absence is a mistake */
static hw_status bind_column(worker *self, hwp_map_column *column, bool is_needed) {
  hw_column_map *map = self->map;
  int32_t n_found = 0, second = -1;
  column->bound = -1;
  if (!column->name) {
    if (column->number <= map->n_columns) column->bound = column->number - 1;
  } else {
    for (int32_t c = 0; c < map->n_columns; c++) {
      if (!names_equal(map, column->name, map->header[c])) continue;
      if (n_found++ == 0) column->bound = c;
      if (n_found == 2) second = c;
    }
  }
  if (column->bound >= 0) map->is_named[column->bound] = true;
  if (n_found > 1) {
    map->is_named[second] = true;
    return report(self, -1, HW_E_DUPLICATE,
                  "two columns are called \"%.60s\"; say which one in line %llu of the map: column "
                  "%d, or column %d",
                  column->name, (unsigned long long)column->line, (int)column->bound + 1,
                  (int)second + 1);
  }
  if (column->bound >= 0 || !is_needed) return HW_OK;
  if (!column->name)
    return report(self, -1, HW_E_REFERENCE,
                  "the table has %d columns; column %d of line %llu of the map is not among them",
                  (int)map->n_columns, (int)column->number, (unsigned long long)column->line);
  return report(self, -1, HW_E_REFERENCE,
                "the table has no column \"%.60s\", which line %llu of the map takes; correct the "
                "name, or add (if present)",
                column->name, (unsigned long long)column->line);
}

static hw_status bind_columns(worker *self) {
  hw_column_map *map = self->map;
  for (int32_t r = 0; r < map->n_rules; r++)
    for (int32_t i = 0; i < map->rules[r].n_sources; i++)
      HW_TRY(bind_column(self, &map->rules[r].sources[i], !map->rules[r].is_if_present));
  for (int32_t i = 0; i < map->n_ignored; i++) HW_TRY(bind_column(self, &map->ignored[i], false));
  for (int32_t c = 0; c < map->n_columns && !map->ignores_all; c++)
    if (!map->is_named[c] && map->header[c][0])
      HW_TRY(report(self, c, HW_E_UNKNOWN_KEY,
                    "the map does not name this column; take it, or write: ignore \"%.60s\"",
                    map->header[c]));
  return HW_OK;
}

static hw_status keep_header(worker *self) {
  hw_column_map *map = self->map;
  const int32_t n = self->csv->n_fields;
  hw_arena_clear(&map->table_arena);
  map->header = hw_arena_alloc_array(&map->table_arena, (size_t)n, sizeof *map->header);
  map->is_named = hw_arena_alloc_array(&map->table_arena, (size_t)n, sizeof *map->is_named);
  if (!map->header || !map->is_named) return no_memory(self);
  for (int32_t c = 0; c < n; c++) {
    map->header[c] = hw_arena_strdup(&map->table_arena, trim(self->csv->fields[c]));
    if (!map->header[c]) return no_memory(self);
  }
  map->n_columns = n;
  return HW_OK;
}

hw_status hw_column_map_begin(hw_column_map *self, hw_csv *csv, hw_errors *errors) {
  worker work = {.map = self, .csv = csv, .errors = errors};
  const uint64_t n_before = errors->n;
  bool has_row = true;
  self->n_columns = 0;
  for (int32_t i = 0; i <= self->n_skipped && has_row; i++) HW_TRY(next_row(&work, &has_row));
  if (!has_row) {
    (void)report(&work, -1, HW_E_SYNTAX, "the table has no row with the names of the columns");
  } else {
    HW_TRY(keep_header(&work));
    HW_TRY(bind_columns(&work));
  }
  return errors->n > n_before ? hw_errors_status(errors, NULL) : HW_OK;
}

/* --- cells --- */

/* The column that stands for a rule in messages. */
static int32_t column_of(const hwp_map_rule *rule) {
  for (int32_t i = 0; i < rule->n_sources; i++)
    if (rule->sources[i].bound >= 0) return rule->sources[i].bound;
  return -1;
}

/* The cells of a rule, joined; lives as long as the row. */
static hw_status join_cells(worker *self, const hwp_map_rule *rule, char **out) {
  const char *cells[HWP_MAP_SOURCES];
  size_t size = 1;
  int32_t n = 0;
  for (int32_t i = 0; i < rule->n_sources; i++) {
    const int32_t c = rule->sources[i].bound;
    if (c < 0 || !self->csv->fields[c][0]) continue;
    cells[n++] = self->csv->fields[c];
    size += strlen(self->csv->fields[c]) + strlen(rule->joiner);
  }
  char *text = *out = hw_arena_alloc(&self->map->row_arena, size);
  if (!text) return no_memory(self);
  for (int32_t i = 0; i < n; i++) {
    const char *parts[2] = {i > 0 ? rule->joiner : "", cells[i]};
    for (int k = 0; k < 2; k++) {
      const size_t length = strlen(parts[k]);
      memcpy(text, parts[k], length + 1);
      text += length;
    }
  }
  return HW_OK;
}

/* The listed values of a rule, for a message. */
static void list_values(const hwp_map_rule *rule, char *out, size_t size) {
  size_t n = 0;
  out[0] = '\0';
  for (const hwp_map_translation *t = rule->translations; t && n + 1 < size; t = t->next) {
    const int length =
        snprintf(out + n, size - n, "%s%.30s", n > 0 ? ", " : "", t->from[0] ? t->from : "\"\"");
    n += length > 0 ? (size_t)length : 0;
  }
}

static hw_status convert_date(worker *self, const hwp_map_rule *rule, const char **text) {
  char iso[HW_DATE_SIZE];
  for (int32_t i = 0; i < rule->n_dates; i++)
    if (hw_date_format_convert(&rule->dates[i], *text, iso)) {
      *text = hw_arena_strdup(&self->map->row_arena, iso);
      return *text ? HW_OK : no_memory(self);
    }
  (void)report(self, column_of(rule), HW_E_VALUE,
               "\"%.60s\" is not a date of the form %.60s (line %llu of the map)", *text,
               rule->dates_text, (unsigned long long)rule->line);
  *text = "";
  return HW_OK;
}

static hw_status translate(worker *self, const hwp_map_rule *rule, const char **text) {
  const hwp_map_translation *similar = NULL;
  for (const hwp_map_translation *t = rule->translations; t; t = t->next) {
    if (strcmp(t->from, *text) == 0) {
      *text = t->to;
      return HW_OK;
    }
    if (!similar && is_same_value(t->from, *text)) similar = t;
  }
  if (similar) {
    *text = similar->to;
    return HW_OK;
  }
  if (!(*text)[0]) return HW_OK;
  if (rule->otherwise == HWP_MAP_KEEP) return HW_OK;
  if (rule->otherwise == HWP_MAP_REPLACE) {
    *text = rule->replacement;
    return HW_OK;
  }
  if (rule->n_dates > 0) return convert_date(self, rule, text);
  char listed[160];
  list_values(rule, listed, sizeof listed);
  (void)report(self, column_of(rule), HW_E_VALUE,
               "\"%.60s\" is not among the values of line %llu of the map (%s); correct it, or add "
               "it there",
               *text, (unsigned long long)rule->line, listed);
  *text = "";
  return HW_OK;
}

static hw_status decorate(worker *self, const hwp_map_rule *rule, const char **text) {
  if (!(*text)[0] || (!rule->prefix[0] && !rule->suffix[0])) return HW_OK;
  const size_t size = strlen(rule->prefix) + strlen(*text) + strlen(rule->suffix) + 1;
  char *longer = hw_arena_alloc(&self->map->row_arena, size);
  if (!longer) return no_memory(self);
  snprintf(longer, size, "%s%s%s", rule->prefix, *text, rule->suffix);
  *text = longer;
  return HW_OK;
}

/* One piece of a cell becomes a value; "" = none. */
static hw_status make_value(worker *self, const hwp_map_rule *rule, const char **text) {
  if (rule->has_translations)
    HW_TRY(translate(self, rule, text));
  else if (rule->n_dates > 0 && (*text)[0])
    HW_TRY(convert_date(self, rule, text));
  return decorate(self, rule, text);
}

static size_t count_pieces(const hwp_map_rule *rule, const char *text) {
  size_t n = 1;
  if (rule->split)
    for (const char *at = text; (at = strstr(at, rule->split)) != NULL; at += strlen(rule->split))
      n++;
  return n;
}

/* Splits the text in place, and makes values of the pieces. */
static hw_status make_pieces(worker *self, const hwp_map_rule *rule, char *text, pieces *out) {
  const size_t n = count_pieces(rule, text);
  if (n > HW_COLUMN_MAP_MAX_RECORDS)
    return report(self, column_of(rule), HW_E_VALUE,
                  "the cell gives %llu records; at most %d are taken of one row",
                  (unsigned long long)n, HW_COLUMN_MAP_MAX_RECORDS);
  out->texts = hw_arena_alloc_array(&self->map->row_arena, n, sizeof *out->texts);
  if (!out->texts) return no_memory(self);
  for (char *at = text; at;) {
    char *cut = rule->split ? strstr(at, rule->split) : NULL;
    if (cut) *cut = '\0';
    const char *value = trim(at);
    if (value[0] || !rule->split) HW_TRY(make_value(self, rule, &value));
    out->texts[out->n_parts++] = value;
    if (value[0]) out->n = out->n_parts;
    at = cut ? cut + strlen(rule->split) : NULL;
  }
  return HW_OK;
}

static hw_status apply_rule(worker *self, const hwp_map_rule *rule, pieces *out) {
  char *text = NULL;
  if (rule->n_sources == 0) {
    const char *constant = rule->constant;
    out->texts = hw_arena_alloc(&self->map->row_arena, sizeof *out->texts);
    if (!out->texts) return no_memory(self);
    HW_TRY(decorate(self, rule, &constant));
    out->texts[0] = constant;
    out->n_parts = 1;
    out->n = constant[0] != '\0';
    return HW_OK;
  }
  HW_TRY(join_cells(self, rule, &text));
  if (rule->is_required && !text[0])
    return report(self, column_of(rule), HW_E_VALUE,
                  "the cell is empty; line %llu of the map requires it",
                  (unsigned long long)rule->line);
  return make_pieces(self, rule, text, out);
}

/* --- records --- */

/* Number of records that a group makes of the row; 0 where it has nothing but constants. Of cells
 * that are split the parts belong together, so there must be equally many. */
static hw_status count_records(worker *self, int32_t group, int32_t *out) {
  int32_t first = -1, most = 0;
  bool is_single = false;
  *out = 0;
  for (int32_t r = 0; r < self->map->n_rules; r++) {
    const hwp_map_rule *rule = &self->map->rules[r];
    const pieces *p = &self->pieces[r];
    if (rule->group != group || rule->n_sources == 0 || p->n == 0) continue;
    if (!rule->split) {
      is_single = true;
      continue;
    }
    if (p->n > most) most = p->n;
    if (first < 0) first = r;
    const pieces *f = &self->pieces[first];
    if (p->n != f->n && p->n_parts != f->n_parts)
      return report(self, column_of(rule), HW_E_SHAPE,
                    "the cell has %d parts where column \"%.60s\" has %d; each record needs one of "
                    "both",
                    (int)p->n_parts, self->map->header[column_of(&self->map->rules[first])],
                    (int)f->n_parts);
  }
  *out = most > 0 ? most : is_single;
  return HW_OK;
}

/* The value that a rule gives to the group's record @p i; "" = none. */
static const char *value_of(const worker *self, int32_t r, int32_t i) {
  const pieces *p = &self->pieces[r];
  const int32_t k = self->map->rules[r].split ? i : 0;
  return k < p->n ? p->texts[k] : "";
}

/* Writes a record. @return its values; 0 where all cells that are split have an empty part */
static int32_t add_record(const worker *self, int32_t group, int32_t i, int32_t record,
                          hw_mapped_value *values) {
  int32_t n = 0;
  bool is_split = false, has_part = false;
  for (int32_t r = 0; r < self->map->n_rules; r++) {
    const hwp_map_rule *rule = &self->map->rules[r];
    if (rule->group != group) continue;
    const char *text = value_of(self, r, i);
    if (rule->split && self->pieces[r].n > 0) is_split = true;
    if (!text[0]) continue;
    if (rule->split) has_part = true;
    values[n++] = (hw_mapped_value){.kind = self->map->groups[group].kind,
                                    .record = record,
                                    .field = rule->field,
                                    .text = text,
                                    .column = column_of(rule),
                                    .map_line = rule->line};
  }
  return is_split && !has_part ? 0 : n;
}

/* Writes the records of all groups of one kind. */
static int32_t add_records(const worker *self, const char *kind, const int32_t *counts,
                           hw_mapped_value *values) {
  int32_t n = 0, record = 0;
  for (int32_t g = 0; g < self->map->n_groups; g++) {
    if (strcmp(self->map->groups[g].kind, kind) != 0) continue;
    for (int32_t i = 0; i < counts[g]; i++) {
      const int32_t added = add_record(self, g, i, record, values + n);
      n += added;
      if (added > 0) record++;
    }
  }
  return n;
}

/* True if no group before has this one's kind. */
static bool is_first_of_kind(const hw_column_map *map, int32_t group) {
  for (int32_t g = 0; g < group; g++)
    if (strcmp(map->groups[g].kind, map->groups[group].kind) == 0) return false;
  return true;
}

static hw_status make_records(worker *self) {
  hw_column_map *map = self->map;
  int32_t *counts =
      hw_arena_alloc_array(&map->row_arena, (size_t)map->n_groups + 1, sizeof *counts);
  size_t most = 0;
  int32_t n = 0;
  if (!counts) return no_memory(self);
  for (int32_t g = 0; g < map->n_groups; g++) HW_TRY(count_records(self, g, &counts[g]));
  for (int32_t r = 0; r < map->n_rules; r++) most += (size_t)counts[map->rules[r].group];
  hw_mapped_value *values = hw_arena_alloc_array(&map->row_arena, most, sizeof *values);
  if (!values) return no_memory(self);
  for (int32_t g = 0; g < map->n_groups; g++)
    if (is_first_of_kind(map, g)) n += add_records(self, map->groups[g].kind, counts, values + n);
  map->row = (hw_mapped_row){self->csv->row_line, n, values};
  return HW_OK;
}

/* Cuts blanks off all cells. @return true if nothing is left of the row */
static bool trim_row(worker *self) {
  bool is_empty = true;
  for (int32_t c = 0; c < self->csv->n_fields; c++) {
    self->csv->fields[c] = trim(self->csv->fields[c]);
    if (self->csv->fields[c][0]) is_empty = false;
  }
  return is_empty;
}

static hw_status check_shape(worker *self) {
  const hw_column_map *map = self->map;
  if (self->csv->n_fields != map->n_columns)
    return report(
        self, -1, HW_E_SHAPE,
        "the row has %d cells where the header has %d; is a delimiter or a quote missing?",
        (int)self->csv->n_fields, (int)map->n_columns);
  for (int32_t c = 0; c < map->n_columns && !map->ignores_all; c++)
    if (!map->header[c][0] && !map->is_named[c] && self->csv->fields[c][0])
      HW_TRY(report(self, c, HW_E_VALUE,
                    "column %d has no name in the header but the value \"%.40s\" here; name it, or "
                    "write: ignore column %d",
                    (int)c + 1, self->csv->fields[c], (int)c + 1));
  return HW_OK;
}

hw_status hw_column_map_next(hw_column_map *self, hw_csv *csv, const hw_mapped_row **row,
                             hw_errors *errors) {
  worker work = {.map = self, .csv = csv, .errors = errors};
  bool has_row;
  *row = NULL;
  do { /* Rows of empty cells are what spreadsheets leave at the end. */
    HW_TRY(next_row(&work, &has_row));
    if (!has_row) return HW_OK;
  } while (trim_row(&work));
  hw_arena_reset(&self->row_arena);
  self->row = (hw_mapped_row){csv->row_line, 0, NULL};
  HW_TRY(check_shape(&work));
  if (csv->n_fields == self->n_columns) {
    work.pieces =
        hw_arena_alloc_array(&self->row_arena, (size_t)self->n_rules + 1, sizeof *work.pieces);
    if (!work.pieces) return no_memory(&work);
    for (int32_t r = 0; r < self->n_rules; r++)
      HW_TRY(apply_rule(&work, &self->rules[r], &work.pieces[r]));
    HW_TRY(make_records(&work));
  }
  *row = &self->row;
  return HW_OK;
}
