/* Column maps: the language (docs/column-map.md).
 *
 *   file      = { line }
 *   line      = [ setting | ignore | rule ] [ "#" anything ] newline
 *   setting   = "delimiter:" word | "table:" word | "skip rows:" number
 *   ignore    = "ignore" ( "*" | column { "," column } )
 *   rule      = ( column { "+" column } | "constant" string ) "->" target { option }
 *   column    = string | "column" number
 *   target    = [ kind [ number ] "." ] field
 *   field     = word | string
 *   option    = "(" what { "," what } ")" | "{" pair { ";" pair } "}"
 *   what      = "required" | "if present" | "date" pattern { "or" pattern } [ "from" number ]
 *             | ( "split" | "join" | "prefix" | "suffix" ) string
 *   pair      = value { "," value } "=" value | "*" "=" ( value | "*" )
 *
 * A line that begins with blanks continues the one above. A string stands in
 * quotes, with quotes inside written twice, as in CSV; what stands in brackets may
 * go over several lines. The people who write these files
 * are case officers: every mistake is told with its line and what to write, and
 * after it reading goes on with the next line. */
#include "formats/column_map.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/file.h"
#include "base/utf8.h"
#include "formats/column_map_int.h"

/* --- settings --- */

static hw_status read_delimiter(hwp_map_reader *self) {
  static const struct {
    const char *word;
    char delimiter;
  } KNOWN[] = {{"comma", ','}, {"semicolon", ';'}, {"tab", '\t'}};
  char seen[64];
  for (size_t i = 0; i < sizeof KNOWN / sizeof *KNOWN; i++)
    if (hwp_map_take_words(self, KNOWN[i].word)) {
      self->map->delimiter = KNOWN[i].delimiter;
      return HW_OK;
    }
  return hwp_map_refuse(self, "the delimiter is %s; write comma, semicolon or tab",
                        hwp_map_describe(self, seen, sizeof seen));
}

static hw_status read_table(hwp_map_reader *self) {
  const size_t n = hwp_map_word_length(self);
  if (n == 0)
    return hwp_map_refuse(self, "the kind of the table is missing, as in: table: samples");
  HW_TRY(hwp_map_keep(self, self->at, n, &self->map->table));
  self->at += n;
  return HW_OK;
}

/* --- columns --- */

static hw_status read_column(hwp_map_reader *self, hwp_map_column *column) {
  *column = (hwp_map_column){.line = self->line, .bound = -1};
  if (hwp_map_take_words(self, "column"))
    return hwp_map_read_number(self, HW_CSV_MAX_FIELDS, &column->number);
  return hwp_map_read_string(self, "the name of a column", &column->name);
}

static hw_status read_ignored(hwp_map_reader *self) {
  hw_column_map *map = self->map;
  if (hwp_map_take(self, "*")) {
    map->ignores_all = true;
    return HW_OK;
  }
  do {
    if (map->n_ignored == HWP_MAP_RULES)
      return hwp_map_refuse(self, "more than 1000 columns are ignored");
    HW_TRY(read_column(self, &map->ignored[map->n_ignored]));
    map->n_ignored++;
  } while (hwp_map_take(self, ","));
  return HW_OK;
}

/* --- options of a rule --- */

static hw_status add_date(hwp_map_reader *self, const char *pattern, size_t n) {
  hwp_map_rule *rule = self->rule;
  const char *why;
  while (n > 0 && (pattern[n - 1] == ' ' || pattern[n - 1] == '\t')) n--;
  if (rule->n_dates == HWP_MAP_DATES) return hwp_map_refuse(self, "more than 6 forms of a date");
  if (!hw_date_format_parse(&rule->dates[rule->n_dates], pattern, n, &why))
    return hwp_map_refuse(self, "the form of a date \"%.*s\" %s", (int)(n < 40 ? n : 40), pattern,
                          why);
  rule->n_dates++;
  return HW_OK;
}

/* Length of a pattern without quotes: up to "or", "from", a comma or the bracket. */
static size_t pattern_length(const hwp_map_reader *self) {
  size_t n = 0;
  bool is_quoted = false;
  for (; self->at + n < self->end; n++) {
    const char *c = self->at + n;
    if (*c == '\n' || *c == '\r') break;
    if (*c == '\'') is_quoted = !is_quoted;
    if (is_quoted) continue;
    if (*c == ',' || *c == ')') break;
    const size_t left = (size_t)(self->end - c);
    if (*c == ' ' &&
        ((left > 4 && memcmp(c, " or ", 4) == 0) || (left > 6 && memcmp(c, " from ", 6) == 0)))
      break;
  }
  return n;
}

static hw_status read_dates(hwp_map_reader *self) {
  hwp_map_rule *rule = self->rule;
  const char *from = self->at;
  int32_t first_year = 0;
  do {
    const char *pattern = self->at;
    size_t n = pattern_length(self);
    if (hwp_map_peek(self) == '"') {
      HW_TRY(hwp_map_read_string(self, "the form of a date", &pattern));
      n = strlen(pattern);
    } else {
      self->at += n;
      hwp_map_skip_blanks(self);
    }
    HW_TRY(add_date(self, pattern, n));
  } while (hwp_map_take_words(self, "or"));
  if (hwp_map_take_words(self, "from")) HW_TRY(hwp_map_read_number(self, 9900, &first_year));
  for (int32_t i = 0; i < rule->n_dates; i++) {
    rule->dates[i].first_year = first_year;
    if (rule->dates[i].has_short_year && first_year == 0)
      return hwp_map_refuse(
          self, "a year of two digits does not tell the century; add the first year that "
                "is meant, as in: (date DD/MM/YY from 1930)");
  }
  return hwp_map_keep(self, from, (size_t)(self->at - from), &rule->dates_text);
}

static hw_status read_option(hwp_map_reader *self) {
  hwp_map_rule *rule = self->rule;
  char seen[64];
  if (hwp_map_take_words(self, "required")) {
    rule->is_required = true;
    return HW_OK;
  }
  if (hwp_map_take_words(self, "if present")) {
    rule->is_if_present = true;
    return HW_OK;
  }
  if (hwp_map_take_words(self, "date")) return read_dates(self);
  if (hwp_map_take_words(self, "prefix"))
    return hwp_map_read_string(self, "the prefix", &rule->prefix);
  if (hwp_map_take_words(self, "suffix"))
    return hwp_map_read_string(self, "the suffix", &rule->suffix);
  if (hwp_map_take_words(self, "join"))
    return hwp_map_read_string(self, "what joins", &rule->joiner);
  if (hwp_map_take_words(self, "split")) {
    HW_TRY(hwp_map_read_string(self, "what splits", &rule->split));
    return rule->split[0] ? HW_OK : hwp_map_refuse(self, "an empty text splits nothing");
  }
  return hwp_map_refuse(self,
                        "%s is not an option; there are: required, if present, date, split, join, "
                        "prefix, suffix",
                        hwp_map_describe(self, seen, sizeof seen));
}

static hw_status read_options(hwp_map_reader *self) {
  char seen[64];
  do {
    hwp_map_skip_space(self);
    HW_TRY(read_option(self));
    hwp_map_skip_space(self);
  } while (hwp_map_take(self, ","));
  if (hwp_map_take(self, ")")) return HW_OK;
  return hwp_map_refuse(self, "a bracket \")\" is expected, but there is %s",
                        hwp_map_describe(self, seen, sizeof seen));
}

/* A value of a translation: in quotes, or any text up to a sign that has a meaning. */
static hw_status read_value(hwp_map_reader *self, const char **out) {
  char seen[64];
  hwp_map_skip_space(self);
  if (hwp_map_peek(self) == '"') {
    HW_TRY(hwp_map_read_string(self, "a value", out));
    hwp_map_skip_space(self);
    return HW_OK;
  }
  const char *from = self->at;
  size_t n = 0;
  while (from + n < self->end && !strchr("=,;{}\"\n\r#", from[n])) n++;
  self->at += n;
  while (n > 0 && (from[n - 1] == ' ' || from[n - 1] == '\t')) n--;
  hwp_map_skip_space(self);
  if (n == 0)
    return hwp_map_refuse(self,
                          "a value is expected, but there is %s; nothing at all is written \"\"",
                          hwp_map_describe(self, seen, sizeof seen));
  return hwp_map_keep(self, from, n, out);
}

/* What all other values become. */
static hw_status read_otherwise(hwp_map_reader *self) {
  hwp_map_rule *rule = self->rule;
  char seen[64];
  hwp_map_skip_space(self);
  if (!hwp_map_take(self, "="))
    return hwp_map_refuse(self, "\"=\" is expected behind \"*\", but there is %s",
                          hwp_map_describe(self, seen, sizeof seen));
  hwp_map_skip_space(self);
  if (hwp_map_take(self, "*")) {
    rule->otherwise = HWP_MAP_KEEP;
    hwp_map_skip_space(self);
    return HW_OK;
  }
  rule->otherwise = HWP_MAP_REPLACE;
  return read_value(self, &rule->replacement);
}

static hw_status read_pair(hwp_map_reader *self) {
  hwp_map_rule *rule = self->rule;
  char seen[64];
  hwp_map_translation *added = NULL, **end = &rule->translations;
  hwp_map_skip_space(self);
  if (hwp_map_take(self, "*")) return read_otherwise(self);
  while (*end) end = &(*end)->next;
  hwp_map_translation **first = end;
  do {
    added = hw_arena_alloc(&self->map->arena, sizeof *added);
    if (!added) return hwp_map_no_memory(self);
    HW_TRY(read_value(self, &added->from));
    for (const hwp_map_translation *t = rule->translations; t; t = t->next)
      if (strcmp(t->from, added->from) == 0)
        return hwp_map_refuse(self, "the value \"%.60s\" stands twice", added->from);
    *end = added;
    end = &added->next;
  } while (hwp_map_take(self, ","));
  if (!hwp_map_take(self, "="))
    return hwp_map_refuse(self,
                          "\"=\" is expected, as in { M = male; F = female }, but there is %s",
                          hwp_map_describe(self, seen, sizeof seen));
  const char *to = "";
  HW_TRY(read_value(self, &to));
  for (hwp_map_translation *t = *first; t; t = t->next) t->to = to;
  return HW_OK;
}

static hw_status read_translation(hwp_map_reader *self) {
  char seen[64];
  self->rule->has_translations = true;
  do {
    hwp_map_skip_space(self);
    if (hwp_map_peek(self) == '}') break; /* behind a last semicolon */
    HW_TRY(read_pair(self));
  } while (hwp_map_take(self, ";"));
  hwp_map_skip_space(self);
  if (hwp_map_take(self, "}")) return HW_OK;
  return hwp_map_refuse(self, "\";\" or \"}\" is expected, but there is %s",
                        hwp_map_describe(self, seen, sizeof seen));
}

/* --- rules --- */

static hw_status find_group(hwp_map_reader *self, const char *kind, int32_t number) {
  hw_column_map *map = self->map;
  int32_t g = 0;
  while (g < map->n_groups &&
         (strcmp(map->groups[g].kind, kind) != 0 || map->groups[g].number != number))
    g++;
  if (g == HWP_MAP_RULES)
    return hwp_map_refuse(self, "the map has more than 1000 kinds of records");
  if (g == map->n_groups) {
    map->groups[g] = (hwp_map_group){kind, number};
    map->n_groups++;
  }
  self->rule->group = g;
  return HW_OK;
}

static hw_status check_target(hwp_map_reader *self, const char *kind) {
  const hw_column_map *map = self->map;
  const hwp_map_rule *rule = self->rule;
  if (self->checks && self->checks->has_field &&
      !self->checks->has_field(self->checks->context, kind, rule->field))
    return hwp_map_refuse(self,
                          "there are no records \"%.40s\" with a field \"%.40s\"; correct the name",
                          kind, rule->field);
  for (int32_t i = 0; i < map->n_rules; i++)
    if (map->rules[i].group == rule->group && strcmp(map->rules[i].field, rule->field) == 0)
      return hwp_map_refuse(
          self,
          "%.40s.%.40s is given in line %llu already; join the columns in one line "
          "(\"A\" + \"B\" -> ...), or number the records (%.40s 2.%.40s)",
          kind, rule->field, (unsigned long long)map->rules[i].line, kind, rule->field);
  return HW_OK;
}

/* A field whose name is no word: a marker "DYS389 I". */
static hw_status read_quoted_field(hwp_map_reader *self, const char *kind, int32_t number) {
  HW_TRY(hwp_map_read_string(self, "the field", &self->rule->field));
  if (self->rule->field[0] == '\0') return hwp_map_refuse(self, "the field has no name");
  HW_TRY(find_group(self, kind, number));
  return check_target(self, kind);
}

static hw_status read_target(hwp_map_reader *self) {
  const char *kind = self->map->table;
  int32_t number = 1;
  char seen[64];
  const size_t n = hwp_map_word_length(self);
  if (n == 0)
    return hwp_map_refuse(self, "a field is expected behind ->, as in sample.code, but there is %s",
                          hwp_map_describe(self, seen, sizeof seen));
  const char *word = self->at;
  self->at += n;
  const bool has_blank = hwp_map_peek(self) == ' ' || hwp_map_peek(self) == '\t';
  hwp_map_skip_blanks(self);
  const bool is_numbered = has_blank && hwp_map_peek(self) >= '0' && hwp_map_peek(self) <= '9';
  if (is_numbered) HW_TRY(hwp_map_read_number(self, 99, &number));
  if (is_numbered || hwp_map_peek(self) == '.') {
    HW_TRY(hwp_map_keep(self, word, n, &kind));
    if (!hwp_map_take(self, "."))
      return hwp_map_refuse(self, "\".\" and a field are expected behind \"%.40s %d\"", kind,
                            (int)number);
    if (hwp_map_peek(self) == '"') return read_quoted_field(self, kind, number);
    const size_t n_field = hwp_map_word_length(self);
    if (n_field == 0) return hwp_map_refuse(self, "a field is expected behind \"%.40s.\"", kind);
    HW_TRY(hwp_map_keep(self, self->at, n_field, &self->rule->field));
    self->at += n_field;
  } else {
    HW_TRY(hwp_map_keep(self, word, n, &self->rule->field));
    if (!kind[0])
      return hwp_map_refuse(self,
                            "which records have the field \"%.40s\"? write kind.%.40s, or say "
                            "\"table: kind\" above",
                            self->rule->field, self->rule->field);
  }
  HW_TRY(find_group(self, kind, number));
  HW_TRY(check_target(self, kind));
  hwp_map_skip_blanks(self);
  return HW_OK;
}

static hw_status read_sources(hwp_map_reader *self) {
  hwp_map_rule *rule = self->rule;
  if (hwp_map_take_words(self, "constant"))
    return hwp_map_read_string(self, "the constant", &rule->constant);
  do {
    if (rule->n_sources == HWP_MAP_SOURCES)
      return hwp_map_refuse(self, "more than 8 columns are joined");
    HW_TRY(read_column(self, &rule->sources[rule->n_sources]));
    rule->n_sources++;
  } while (hwp_map_take(self, "+"));
  return HW_OK;
}

static hw_status check_options(hwp_map_reader *self) {
  const hwp_map_rule *rule = self->rule;
  if (rule->n_sources == 0 && (rule->is_required || rule->is_if_present || rule->split ||
                               rule->n_dates > 0 || rule->has_translations))
    return hwp_map_refuse(self, "a constant is taken as it stands; remove its options");
  if (rule->is_required && rule->is_if_present)
    return hwp_map_refuse(self, "a column cannot be both required and there only \"if present\"");
  return HW_OK;
}

static hw_status read_rule(hwp_map_reader *self) {
  hw_column_map *map = self->map;
  char seen[64];
  if (map->n_rules == HWP_MAP_RULES)
    return hwp_map_refuse(self, "the map has more than 1000 lines ->");
  hwp_map_rule *rule = self->rule = &map->rules[map->n_rules];
  *rule = (hwp_map_rule){.line = self->line, .prefix = "", .suffix = "", .joiner = " "};
  HW_TRY(read_sources(self));
  if (!hwp_map_take_arrow(self))
    return hwp_map_refuse(self, "\"->\" is expected, but there is %s",
                          hwp_map_describe(self, seen, sizeof seen));
  HW_TRY(read_target(self));
  for (;;) {
    if (hwp_map_take(self, "("))
      HW_TRY(read_options(self));
    else if (hwp_map_take(self, "{"))
      HW_TRY(read_translation(self));
    else
      break;
  }
  HW_TRY(check_options(self));
  map->n_rules++;
  return HW_OK;
}

/* --- the file --- */

static hw_status read_statement(hwp_map_reader *self) {
  char seen[64];
  if (hwp_map_take_words(self, "ignore")) {
    HW_TRY(read_ignored(self));
  } else if (hwp_map_take_words(self, "delimiter") && hwp_map_take(self, ":")) {
    HW_TRY(read_delimiter(self));
  } else if (hwp_map_take_words(self, "table") && hwp_map_take(self, ":")) {
    HW_TRY(read_table(self));
  } else if (hwp_map_take_words(self, "skip rows") && hwp_map_take(self, ":")) {
    HW_TRY(hwp_map_read_number(self, 1000, &self->map->n_skipped));
  } else if (hwp_map_peek(self) == '"' ||
             (hwp_map_word_length(self) == 6 && memcmp(self->at, "column", 6) == 0) ||
             (hwp_map_word_length(self) == 8 && memcmp(self->at, "constant", 8) == 0)) {
    HW_TRY(read_rule(self));
  } else {
    return hwp_map_refuse(self,
                          "%s is not understood; a line begins with a column in quotes, column, "
                          "constant, ignore, delimiter:, table: or skip rows:",
                          hwp_map_describe(self, seen, sizeof seen));
  }
  hwp_map_skip_blanks(self);
  if (self->at >= self->end || hwp_map_at_line_end(self)) return HW_OK;
  return hwp_map_refuse(
      self,
      "the line is complete before %s (a line that begins with blanks continues the one above)",
      hwp_map_describe(self, seen, sizeof seen));
}

/* Reads all lines; only a failure of the machine ends that early. */
static hw_status read_lines(hwp_map_reader *self) {
  while (self->at < self->end) {
    hwp_map_skip_blanks(self);
    if (!hwp_map_at_line_end(self)) {
      const hw_status status = read_statement(self);
      if (hw_status_exit(status) == 3) return status;
    }
    hwp_map_skip_statement(self);
  }
  if (self->errors->n == 0 && self->map->n_rules == 0) {
    self->line = 0;
    (void)hwp_map_refuse(self,
                         "the map takes no column; a line is written: \"Column\" -> kind.field");
  }
  return HW_OK;
}

static hw_status check_text(hwp_map_reader *self) {
  uint64_t line = 1;
  for (const char *c = self->at; c < self->end;) {
    const size_t n = hw_utf8_length(c, (size_t)(self->end - c));
    self->line = line;
    if (n == 0) return hwp_map_refuse(self, "the text is not UTF-8; save the file as UTF-8");
    if (*c == '\0') return hwp_map_refuse(self, "a NUL byte: this is not a text file");
    line += *c == '\n';
    c += n;
  }
  self->line = 1;
  return HW_OK;
}

static hw_status read_map(hwp_map_reader *self) {
  hw_column_map *map = self->map;
  const char *name = hw_arena_strdup(&map->arena, map->name);
  map->rules = hw_arena_alloc_array(&map->arena, HWP_MAP_RULES, sizeof *map->rules);
  map->groups = hw_arena_alloc_array(&map->arena, HWP_MAP_RULES + 1, sizeof *map->groups);
  map->ignored = hw_arena_alloc_array(&map->arena, HWP_MAP_RULES, sizeof *map->ignored);
  if (!name || !map->rules || !map->groups || !map->ignored) return hwp_map_no_memory(self);
  map->name = name;
  if (self->end - self->at >= 3 && memcmp(self->at, "\xEF\xBB\xBF", 3) == 0) self->at += 3;
  HW_TRY(check_text(self));
  return read_lines(self);
}

hw_status hw_column_map_parse(const char *bytes, size_t n_bytes, const char *name,
                              const hw_column_map_checks *checks, hw_column_map **out,
                              hw_errors *errors) {
  hw_column_map *map = calloc(1, sizeof *map);
  hwp_map_reader self = {.map = map, .checks = checks, .errors = errors, .at = bytes, .line = 1};
  *out = NULL;
  if (!map) {
    hw_err err = HW_ERR_INIT;
    (void)HW_NO_MEMORY(&err, "the column map");
    (void)hw_errors_add(errors, &err);
    return HW_E_NO_MEMORY;
  }
  hw_arena_init(&map->arena, 0);
  hw_arena_init(&map->table_arena, 0);
  hw_arena_init(&map->row_arena, 0);
  map->name = name ? name : "";
  map->table = "";
  map->is_same_name = checks ? checks->is_same_name : NULL;
  self.end = bytes + n_bytes;
  hw_status status = read_map(&self);
  if (errors->n > 0) status = hw_errors_status(errors, NULL);
  if (status == HW_OK)
    *out = map;
  else
    hw_column_map_delete(map);
  return status;
}

hw_status hw_column_map_read(const char *path, const hw_column_map_checks *checks,
                             hw_column_map **out, hw_errors *errors) {
  char *bytes;
  size_t n_bytes;
  hw_err err = HW_ERR_INIT;
  *out = NULL;
  hw_status status = hw_file_read(path, HW_COLUMN_MAP_MAX_BYTES, &bytes, &n_bytes, &err);
  if (status != HW_OK) {
    (void)hw_errors_add(errors, &err);
    return status;
  }
  status = hw_column_map_parse(bytes, n_bytes, path, checks, out, errors);
  free(bytes);
  return status;
}

void hw_column_map_delete(hw_column_map *self) {
  if (!self) return;
  hw_arena_clear(&self->arena);
  hw_arena_clear(&self->table_arena);
  hw_arena_clear(&self->row_arena);
  free(self);
}

char hw_column_map_delimiter(const hw_column_map *self) {
  return self->delimiter;
}

const char *hw_column_map_table(const hw_column_map *self) {
  return self->table;
}
