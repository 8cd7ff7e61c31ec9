/* GeneMapper text: the results become a list of samples.
 *
 * The rows of a sample may lie anywhere in the file; counting the results of
 * each sample first puts all of them into one array, in the file's order within
 * each sample. Markers that stand twice are found with one mark per marker that
 * tells which sample had it last, so nothing is compared with everything. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formats/genemapper_int.h"
#include "genetics/marker_name.h"

hwp_gm_reader *hwp_gm_reader_new(hw_typing_list *list, hw_errors *errors, const char *name,
                                 hw_err *err) {
  hwp_gm_reader *self = calloc(1, sizeof *self);
  if (self == NULL) {
    (void)HW_NO_MEMORY(err, "the reader");
    hw_err_place(err, name, 0, 0);
    return NULL;
  }
  self->list = list;
  self->errors = errors;
  self->name = name;
  self->texts.arena = self->notes.arena = &list->arena;
  self->sample_keys.arena = self->marker_keys.arena = &self->keys;
  return self;
}

void hwp_gm_reader_delete(hwp_gm_reader *self) {
  if (self == NULL) return;
  hwp_gm_rows_clear(&self->rows);
  hw_intern_clear(&self->texts);
  hw_intern_clear(&self->sample_keys);
  hw_intern_clear(&self->marker_keys);
  hw_arena_clear(&self->keys);
  free(self->samples);
  free(self->results);
  free(self->alleles);
  free(self);
}

hw_status hwp_gm_reserve(void **array, size_t n, size_t *capacity, size_t size, hw_err *err) {
  if (n < *capacity) return HW_OK;
  size_t larger = *capacity < 256 ? 256 : *capacity * 2, bytes;
  while (larger <= n) larger *= 2;
  void *moved = hw_mul_size(larger, size, &bytes) ? realloc(*array, bytes) : NULL;
  if (moved == NULL) return HW_NO_MEMORY(err, "the table");
  *array = moved;
  *capacity = larger;
  return HW_OK;
}

bool hwp_gm_report(hwp_gm_reader *self, hw_err *err) {
  if (err->line == 0) hw_err_place(err, NULL, self->rows.row_line, 0);
  hw_err_place(err, self->name, 0, 0);
  return hw_errors_add(self->errors, err);
}

/* Puts the results behind one another by sample. */
static hw_status place_results(hwp_gm_reader *self, hw_typed_sample *samples, hw_err *err) {
  hw_typing *typings = hw_arena_alloc_array(&self->list->arena, self->n_results, sizeof *typings);
  size_t *next = calloc((size_t)self->n_samples + 1, sizeof *next);
  if (typings == NULL || next == NULL) {
    free(next);
    return HW_NO_MEMORY(err, "the samples");
  }
  for (size_t i = 0; i < self->n_results; i++) next[self->results[i].sample + 1]++;
  for (int32_t s = 0; s < self->n_samples; s++) {
    samples[s].typings = typings + next[s];
    samples[s].n_typings = (int32_t)next[s + 1];
    next[s + 1] += next[s];
  }
  for (size_t i = 0; i < self->n_results; i++) {
    const hwp_gm_result *r = &self->results[i];
    hw_typing *typing = &typings[next[r->sample]++];
    typing->marker = self->texts.texts[r->marker];
    typing->n_alleles = r->n_alleles;
    for (int a = 0; a < r->n_alleles; a++)
      typing->alleles[a] = self->texts.texts[self->alleles[r->first + (uint32_t)a]];
    typing->is_off_ladder = (r->marks & HWP_GM_OFF_LADDER) != 0;
    typing->is_flagged = (r->marks & HWP_GM_FLAGGED) != 0;
    typing->line = r->line;
  }
  free(next);
  return HW_OK;
}

/* The sample that had a marker last (counted from 1), and on which line. */
typedef struct mark {
  int32_t sample;
  uint64_t line;
} mark;

/* The mark of a marker, whatever its spelling. */
static hw_status find_mark(hwp_gm_reader *self, const char *marker, mark **marks, size_t *capacity,
                           mark **out, hw_err *err) {
  char key[HW_MARKER_KEY_SIZE];
  int32_t number;
  hw_marker_name_key(marker, key);
  HW_TRY(hw_intern_add(&self->marker_keys, key, strlen(key), &number, err));
  const size_t before = *capacity;
  void *array = *marks;
  HW_TRY(hwp_gm_reserve(&array, (size_t)number, capacity, sizeof **marks, err));
  *marks = array;
  if (*capacity > before) memset(*marks + before, 0, (*capacity - before) * sizeof **marks);
  *out = *marks + number;
  return HW_OK;
}

static hw_status check_sample(hwp_gm_reader *self, const hw_typed_sample *sample, int32_t number,
                              mark **marks, size_t *capacity, hw_err *err) {
  hw_status first = HW_OK;
  for (int32_t i = 0; i < sample->n_typings; i++) {
    const hw_typing *typing = &sample->typings[i];
    mark *seen;
    HW_TRY(find_mark(self, typing->marker, marks, capacity, &seen, err));
    if (seen->sample == number) {
      hw_err twice = HW_ERR_INIT;
      hw_err_set(&twice, HW_E_DUPLICATE,
                 "sample \"%.60s\" has marker \"%.40s\" already on line %llu; a replicate needs "
                 "its own sample file or run, a repeated row is removed",
                 sample->name, typing->marker, (unsigned long long)seen->line);
      hw_err_place(&twice, NULL, typing->line, 0);
      (void)hwp_gm_report(self, &twice);
      first = HW_E_DUPLICATE;
    } else {
      *seen = (mark){number, typing->line};
    }
  }
  return first;
}

/* Refuses a marker that stands twice in a sample. Mistakes are reported here; err is set only
 * where memory is exhausted. */
static hw_status check_twice(hwp_gm_reader *self, const hw_typed_sample *samples, hw_err *err) {
  mark *marks = NULL;
  size_t capacity = 0;
  hw_status first = HW_OK;
  for (int32_t s = 0; s < self->n_samples && first != HW_E_NO_MEMORY; s++) {
    const hw_status status = check_sample(self, &samples[s], s + 1, &marks, &capacity, err);
    if (status != HW_OK && (first == HW_OK || status == HW_E_NO_MEMORY)) first = status;
  }
  free(marks);
  return first;
}

static hw_status tell_liberties(hwp_gm_reader *self, hw_err *err) {
  static const char *const texts[HWP_GM_N_LIBERTIES] = {
      [HWP_GM_LIBERTY_OFF_LADDER] =
          "off-ladder calls (OL, OMR) were recorded, not taken as alleles",
      [HWP_GM_LIBERTY_FLAG] =
          "calls carry a mark of doubt (-NB, ?, *, parentheses), which was taken "
          "off and recorded",
      [HWP_GM_LIBERTY_COMMA] = "alleles have a decimal comma, which was read as a point",
      [HWP_GM_LIBERTY_NO_RESULT] = "cells say that there is no result (NA, ND, INC, -)",
      [HWP_GM_LIBERTY_HEADER] = "more headers inside the file were followed",
      [HWP_GM_LIBERTY_COMMENT] = "rows have another comment than the first one of their sample, "
                                 "which was kept"};
  for (int i = 0; i < HWP_GM_N_LIBERTIES; i++) {
    if (self->count[i] == 0) continue;
    HW_TRY(hw_notes_add(&self->notes, self->first_line[i], err, "%llu %s",
                        (unsigned long long)self->count[i], texts[i]));
  }
  return HW_OK;
}

static hw_status build(hwp_gm_reader *self, hw_err *err) {
  hw_typing_list *list = self->list;
  if (self->n_samples == 0)
    return hw_err_set(err, HW_E_VALUE, "the table has a header and no rows");
  hw_typed_sample *samples =
      hw_arena_alloc_array(&list->arena, (size_t)self->n_samples, sizeof *samples);
  if (samples == NULL) return HW_NO_MEMORY(err, "the samples");
  memcpy(samples, self->samples, (size_t)self->n_samples * sizeof *samples);
  list->samples = samples;
  list->n_samples = self->n_samples;
  const char *const nothing = self->texts.texts[0];
  list->laboratory = list->destination = list->submitter = nothing;
  list->submitted_at = list->batch = nothing;
  HW_TRY(place_results(self, samples, err));
  HW_TRY(check_twice(self, samples, err));
  HW_TRY(tell_liberties(self, err));
  return hw_notes_finish(&self->notes, &list->notes, &list->n_notes, err);
}

hw_status hwp_gm_finish(hwp_gm_reader *self) {
  hw_err err = HW_ERR_INIT;
  const hw_status status = build(self, &err);
  if (err.status != HW_OK) (void)hwp_gm_report(self, &err);
  return status;
}
