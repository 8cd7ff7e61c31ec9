/* Y-STR haplotypes as they are stored.
 *
 * Alleles are kept in tenths of a repeat, as include/homeward/lineage.h has them,
 * so that 17.2 is 172 and compares exactly. Names of markers are what the file
 * says, without blanks at their ends; what separates markers and alleles cannot
 * stand in a name. */
#include "app/y_text.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"

enum { MOST_REPEATS = 200, TENTHS = 10 };

/* --- alleles --- */

/* "17" or "17.2". @return NULL if it is none */
static const char *parse_allele(const char *text, int16_t *out) {
  int value = 0, n = 0;
  for (; *text >= '0' && *text <= '9' && n < 4; text++, n++) value = value * 10 + (*text - '0');
  if (n == 0 || value < 1 || value > MOST_REPEATS) return NULL;
  value *= TENTHS;
  if (text[0] == '.') {
    if (text[1] < '0' || text[1] > '9') return NULL;
    value += text[1] - '0';
    text += 2;
  }
  *out = (int16_t)value;
  return *text >= '0' && *text <= '9' ? NULL : text;
}

static bool is_separator(char c) {
  return c == ',' || c == '-' || c == '/' || c == ' ';
}

/* In ascending order; a list of four. */
static void sort_alleles(int16_t *alleles, int n) {
  for (int i = 1; i < n; i++)
    for (int j = i; j > 0 && alleles[j - 1] > alleles[j]; j--) {
      const int16_t other = alleles[j];
      alleles[j] = alleles[j - 1];
      alleles[j - 1] = other;
    }
}

hw_status hw_y_text_alleles(const char *text, int16_t alleles[HW_Y_TEXT_COPIES], hw_err *err) {
  const char *at = text;
  int n = 0;
  memset(alleles, 0, HW_Y_TEXT_COPIES * sizeof *alleles);
  while (at != NULL && *at != '\0') {
    if (n == HW_Y_TEXT_COPIES)
      return hw_err_set(err, HW_E_VALUE, "\"%.60s\": more than %d alleles at one marker", text,
                        HW_Y_TEXT_COPIES);
    at = parse_allele(at, &alleles[n++]);
    if (at == NULL || *at == '\0') break;
    if (!is_separator(*at)) at = NULL;
    while (at != NULL && is_separator(*at)) at++;
    if (at != NULL && *at == '\0') at = NULL;
  }
  if (at == NULL || n == 0)
    return hw_err_set(err, HW_E_VALUE,
                      "\"%.60s\" is no number of repeats: expected 14, 17.2, or several parted by "
                      "','",
                      text);
  sort_alleles(alleles, n);
  return HW_OK;
}

/* --- haplotypes --- */

static int compare_markers(const void *a, const void *b) {
  return strcmp(((const hw_y_text_marker *)a)->name, ((const hw_y_text_marker *)b)->name);
}

hw_status hw_y_text_sort(hw_y_text *self, hw_err *err) {
  if (self->n_markers > 1)
    qsort(self->markers, (size_t)self->n_markers, sizeof *self->markers, compare_markers);
  for (int32_t i = 1; i < self->n_markers; i++)
    if (strcmp(self->markers[i - 1].name, self->markers[i].name) == 0)
      return hw_err_set(err, HW_E_DUPLICATE, "the marker \"%.60s\" stands twice",
                        self->markers[i].name);
  return HW_OK;
}

/* One "NAME=ALLELES" of n bytes. */
static hw_status parse_marker(const char *text, size_t n, hw_arena *arena, hw_y_text_marker *out,
                              hw_err *err) {
  char *item = hw_arena_strndup(arena, text, n);
  if (item == NULL) return HW_NO_MEMORY(err, "a haplotype");
  char *sign = strchr(item, '=');
  if (sign == NULL || sign == item)
    return hw_err_set(err, HW_E_SYNTAX, "\"%.60s\": expected MARKER=ALLELE, as in DYS19=14", item);
  *sign = '\0';
  out->name = item;
  const hw_status status = hw_y_text_alleles(sign + 1, out->alleles, err);
  if (status != HW_OK) hw_err_while(err, "%.60s", item);
  return status;
}

hw_status hw_y_text_parse(hw_y_text *self, const char *text, hw_arena *arena, hw_err *err) {
  size_t n_most = 1;
  for (const char *at = text; *at != '\0' && n_most < HW_Y_TEXT_MARKERS; at++) n_most += *at == ';';
  *self = (hw_y_text){0};
  self->markers = hw_arena_alloc_array(arena, n_most, sizeof *self->markers);
  if (self->markers == NULL) return HW_NO_MEMORY(err, "a haplotype");
  for (const char *at = text; *at != '\0';) {
    const size_t n = strcspn(at, ";");
    if (self->n_markers == HW_Y_TEXT_MARKERS)
      return hw_err_set(err, HW_E_SHAPE, "more than %d markers", HW_Y_TEXT_MARKERS);
    HW_TRY(parse_marker(at, n, arena, &self->markers[self->n_markers++], err));
    at += n;
    if (*at == ';') at++;
  }
  if (self->n_markers == 0)
    return hw_err_set(err, HW_E_SHAPE, "no marker: expected DYS19=14;DYS385=11,14 …");
  return hw_y_text_sort(self, err);
}

void hw_y_text_format(const hw_y_text *self, hw_str *out) {
  bool is_first = true;
  for (int32_t i = 0; i < self->n_markers; i++) {
    const hw_y_text_marker *marker = &self->markers[i];
    if (marker->alleles[0] == 0) continue;
    hw_str_append_format(out, "%s%s=", is_first ? "" : ";", marker->name);
    is_first = false;
    for (int c = 0; c < HW_Y_TEXT_COPIES && marker->alleles[c] != 0; c++) {
      const int whole = marker->alleles[c] / TENTHS, rest = marker->alleles[c] % TENTHS;
      hw_str_append_format(out, "%s%d", c > 0 ? "," : "", whole);
      if (rest != 0) hw_str_append_format(out, ".%d", rest);
    }
  }
}

hw_status hw_y_text_check(const char *text, hw_err *err) {
  hw_arena arena;
  hw_y_text parsed;
  hw_arena_init(&arena, 0);
  const hw_status status = hw_y_text_parse(&parsed, text, &arena, err);
  hw_arena_clear(&arena);
  return status;
}
