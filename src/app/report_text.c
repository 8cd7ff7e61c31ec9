/* Texts of a report: from the catalogue, numbers in local form, tables row by row.
 *
 * The verbal scale is that of the ENFSI Guideline for Evaluative Reporting in
 * Forensic Science (2015), its example of a scale for likelihood ratios: below 10
 * weak, 100 moderate, 1,000 moderately strong, 10,000 strong, 1,000,000 very strong,
 * above that extremely strong support; 1 supports neither; below 1 the same for the
 * other proposition. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/report_int.h"
#include "base/elementary.h"

const char *hwp_print(hwp_report *self, const char *format, ...) {
  char brief[512];
  va_list args;
  va_start(args, format);
  const int n = vsnprintf(brief, sizeof brief, format, args);
  va_end(args);
  char *text = n < 0 ? NULL : hw_arena_alloc(&self->arena, (size_t)n + 1);
  if (text == NULL) {
    self->is_without_memory = true;
    return "";
  }
  if ((size_t)n < sizeof brief) {
    memcpy(text, brief, (size_t)n + 1);
    return text;
  }
  va_start(args, format);
  vsnprintf(text, (size_t)n + 1, format, args);
  va_end(args);
  return text;
}

/* Moves a text into the arena. */
static const char *keep(hwp_report *self, hw_str *text) {
  const char *out = hw_str_take(text, &self->arena);
  if (out == NULL) self->is_without_memory = true;
  return out != NULL ? out : "";
}

const char *hwp_say(const hwp_report *self, hw_text_id id) {
  return hw_text(self->language, id);
}

const char *hwp_report_word(const hwp_report *self, const char *word) {
  char key[80] = "REPORT_WORD_";
  size_t n = strlen(key);
  for (const char *c = word; *c != '\0' && n + 1 < sizeof key; c++)
    key[n++] = *c == '-' ? '_' : (char)(*c >= 'a' && *c <= 'z' ? *c - 'a' + 'A' : *c);
  key[n] = '\0';
  const char *text = hw_text_find(self->language, key);
  return text != NULL ? text : hw_text_word(self->language, word);
}

const char *hwp_report_fill(hwp_report *self, hw_text_id id, int n, const char *const *args) {
  hw_str text = HW_STR_INIT;
  hw_text_fill(&text, self->language, id, n, args);
  return keep(self, &text);
}

const char *hwp_or(const char *text, const char *otherwise) {
  return text != NULL && text[0] != '\0' ? text : otherwise;
}

/* --- numbers --- */

const char *hwp_report_int(hwp_report *self, int64_t value) {
  hw_str text = HW_STR_INIT;
  hw_text_add_int(&text, self->language, value);
  return keep(self, &text);
}

const char *hwp_report_real(hwp_report *self, double value, int decimals) {
  hw_str text = HW_STR_INIT;
  if (isnan(value)) return "";
  hw_text_add_real(&text, self->language, value, decimals);
  return keep(self, &text);
}

const char *hwp_small(hwp_report *self, double value) {
  int decimals = 0;
  if (isnan(value)) return "";
  for (double v = fabs(value); decimals < 12 && v != floor(v + 0.5) && decimals < 2;) {
    v *= 10;
    decimals++;
  }
  /* Two figures behind the first one that is not nought. */
  for (double v = fabs(value); v > 0 && v < 0.1 && decimals < 12; v *= 10) decimals++;
  return hwp_report_real(self, value, decimals);
}

const char *hwp_report_probability(hwp_report *self, double value, double complement) {
  hw_str text = HW_STR_INIT;
  if (isnan(value)) return "";
  hw_text_add_probability(&text, self->language, value, complement);
  return keep(self, &text);
}

const char *hwp_report_date(hwp_report *self, const char *iso) {
  hw_str text = HW_STR_INIT;
  hw_text_add_date(&text, self->language, iso);
  return keep(self, &text);
}

const char *hwp_day(hwp_report *self, const char *iso) {
  return hwp_report_date(self, hwp_print(self, "%.10s", iso));
}

/* "⁷" would be lost in many fonts and in what is copied: the exponent stands on the line. */
const char *hwp_ratio(hwp_report *self, double log10_lr) {
  if (isnan(log10_lr)) return "";
  if (!isfinite(log10_lr))
    return log10_lr < 0 ? hwp_report_int(self, 0) : hwp_report_real(self, log10_lr, 0);
  if (log10_lr >= 0 && log10_lr < 6) {
    const double ratio = hw_pow10(log10_lr);
    return hwp_report_real(self, ratio, ratio < 10 ? 2 : ratio < 100 ? 1 : 0);
  }
  int exponent = (int)floor(log10_lr);
  double mantissa = hw_pow10(log10_lr - exponent);
  if (mantissa >= 9.95) { /* would be shown as 10.0 */
    mantissa = 1;
    exponent++;
  }
  hw_str text = HW_STR_INIT;
  hw_text_add_power(&text, self->language, mantissa, exponent);
  return keep(self, &text);
}

const char *hwp_verbal(const hwp_report *self, double log10_lr) {
  static const struct {
    double least;
    hw_text_id id;
  } scale[] = {
      {6, HW_T_REPORT_SUPPORT_EXTREMELY_STRONG}, {4, HW_T_REPORT_SUPPORT_VERY_STRONG},
      {3, HW_T_REPORT_SUPPORT_STRONG},           {2, HW_T_REPORT_SUPPORT_MODERATELY_STRONG},
      {1, HW_T_REPORT_SUPPORT_MODERATE},         {0.30102999566398120, HW_T_REPORT_SUPPORT_WEAK},
  };
  static const hw_text_id against[] = {
      HW_T_REPORT_AGAINST_EXTREMELY_STRONG, HW_T_REPORT_AGAINST_VERY_STRONG,
      HW_T_REPORT_AGAINST_STRONG,           HW_T_REPORT_AGAINST_MODERATELY_STRONG,
      HW_T_REPORT_AGAINST_MODERATE,         HW_T_REPORT_AGAINST_WEAK};
  if (isnan(log10_lr)) return "";
  if (log10_lr == -HUGE_VAL) return hwp_say(self, HW_T_REPORT_AGAINST_EXCLUDED);
  for (size_t i = 0; i < sizeof scale / sizeof *scale; i++) {
    if (log10_lr >= scale[i].least) return hwp_say(self, scale[i].id);
    if (log10_lr <= -scale[i].least) return hwp_say(self, against[i]);
  }
  return hwp_say(self, HW_T_REPORT_SUPPORT_NONE);
}

/* --- parts of the document --- */

void hwp_heading(hwp_report *self, int level, hw_text_id id) {
  hw_report_add_heading(self->doc, level, hwp_say(self, id));
}

void hwp_report_paragraph(hwp_report *self, hw_paragraph_kind kind, const char *text) {
  if (text[0] != '\0') hw_report_add_paragraph(self->doc, kind, text);
}

void hwp_item(hwp_report *self, hw_text_id id) {
  hw_report_add_paragraph(self->doc, HW_PARAGRAPH_ITEM, hwp_say(self, id));
}

static void say(hwp_report *self, hwp_said said) {
  if (self->n_said == self->said_capacity) {
    const int larger = self->said_capacity > 0 ? 2 * self->said_capacity : 64;
    hwp_said *grown = hw_arena_alloc_array(&self->arena, (size_t)larger, sizeof *grown);
    if (grown == NULL) {
      self->is_without_memory = true;
      return;
    }
    if (self->n_said > 0) memcpy(grown, self->said, (size_t)self->n_said * sizeof *grown);
    self->said = grown;
    self->said_capacity = larger;
  }
  said.name = hwp_print(self, "%s", said.name);
  if (said.shown != NULL) said.shown = hwp_print(self, "%s", said.shown);
  self->said[self->n_said++] = said;
}

void hwp_figure(hwp_report *self, const char *name, double value, const char *shown) {
  if (isnan(value)) return; /* not known: there is nothing to compute again */
  hw_report_add_figure(self->doc, name, value, shown);
  say(self, (hwp_said){.name = name, .shown = shown, .value = value});
}

void hwp_claim(hwp_report *self, const char *name, const char *text) {
  hw_report_add_claim(self->doc, name, text);
  say(self, (hwp_said){.name = name, .shown = text, .is_claim = true});
}

/* --- tables --- */

void hwp_report_table_begin(hwp_report *self, hwp_table *table, const char *key) {
  *table = (hwp_table){.key = key, .empty = hwp_say(self, HW_T_REPORT_NONE)};
}

void hwp_table_column(hwp_report *self, hwp_table *table, const char *title, double weight,
                      hwp_column kind) {
  (void)self;
  if (table->n_columns == HWP_MOST_COLUMNS) return;
  table->columns[table->n_columns++] = (hw_report_column){.title = title,
                                                          .weight = weight,
                                                          .is_number = kind == HWP_NUMBER,
                                                          .is_code = kind == HWP_CODE};
}

void hwp_table_row(hwp_report *self, hwp_table *table, const char *const *cells, bool is_strong) {
  const size_t width = (size_t)table->n_columns;
  if (table->n_rows == table->capacity) {
    const int larger = table->capacity > 0 ? 2 * table->capacity : 16;
    const char **grown =
        hw_arena_alloc_array(&self->arena, (size_t)larger * width, sizeof(const char *));
    bool *strong = hw_arena_alloc_array(&self->arena, (size_t)larger, sizeof *strong);
    if (grown == NULL || strong == NULL) {
      self->is_without_memory = true;
      return;
    }
    if (table->n_rows > 0) {
      memcpy(grown, table->cells, (size_t)table->n_rows * width * sizeof(const char *));
      memcpy(strong, table->strong, (size_t)table->n_rows * sizeof *strong);
    }
    table->cells = grown;
    table->strong = strong;
    table->capacity = larger;
  }
  memcpy(table->cells + (size_t)table->n_rows * width, cells, width * sizeof(const char *));
  table->strong[table->n_rows++] = is_strong;
}

void hwp_report_table_end(hwp_report *self, hwp_table *table) {
  const hw_report_table whole = {.key = table->key,
                                 .title = table->title,
                                 .n_columns = table->n_columns,
                                 .n_rows = table->n_rows,
                                 .columns = table->columns,
                                 .cells = table->cells,
                                 .is_strong = table->strong,
                                 .empty = table->empty};
  hw_report_add_table(self->doc, &whole);
}

void hwp_report_fact(const hwp_report *self, hwp_facts *facts, hw_text_id id, const char *value) {
  if (value == NULL || value[0] == '\0' || facts->n == HWP_MOST_FACTS) return;
  facts->pairs[2 * facts->n] = hwp_say(self, id);
  facts->pairs[2 * facts->n + 1] = value;
  facts->n++;
}

void hwp_report_facts_end(hwp_report *self, hwp_facts *facts, const char *key) {
  if (facts->n > 0) hw_report_add_facts(self->doc, key, facts->n, facts->pairs);
}

void hwp_signatures(hwp_report *self, int n, const hw_text_id *roles) {
  hw_report_signature places[8];
  if (n > 8) n = 8;
  for (int i = 0; i < n; i++)
    places[i] = (hw_report_signature){.role = hwp_say(self, roles[i]),
                                      .hint = hwp_say(self, HW_T_REPORT_SIGN_HINT)};
  hw_report_add_signatures(self->doc, n, places);
}
