/* Encoding the samples, once for a whole search.
 *
 * The order of samples inside the index is by sex, then by the number of typed
 * markers, most first, then as in the input. A missing person of known sex then
 * leaves out the tiles of the other sex without looking at a column, and a tile
 * of complete profiles is not kept alive by a profile of three markers, which
 * loses little evidence against anybody. */
#include "search/encode.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"

/* --- order --- */

typedef struct placed {
  int32_t sex, n_typed, sample;
} placed;

static int compare_placed(const void *left, const void *right) {
  const placed *x = left, *y = right;
  if (x->sex != y->sex) return x->sex < y->sex ? -1 : 1;
  if (x->n_typed != y->n_typed) return x->n_typed > y->n_typed ? -1 : 1;
  return x->sample < y->sample ? -1 : x->sample > y->sample;
}

static hw_status order_samples(hwp_index *self, const bool *is_searched, hw_err *err) {
  const hw_search_input *input = self->input;
  const size_t n = (size_t)self->n_searched;
  placed *order = malloc(sizeof *order * (n + 1));
  if (order == NULL) return HW_NO_MEMORY(err, "the samples");
  for (int32_t i = 0, at = 0; i < input->n_samples; i++) {
    const hw_search_sample *sample = &input->samples[i];
    if (is_searched != NULL && !is_searched[i]) continue;
    placed *entry = &order[at++];
    *entry = (placed){.sex = (int32_t)sample->sex, .sample = i};
    for (int32_t m = 0; m < input->n_markers; m++)
      entry->n_typed += sample->profile.observations[m].kind != HW_OBS_MISSING;
  }
  qsort(order, n, sizeof *order, compare_placed);
  for (size_t i = 0; i < n; i++) self->sample[i] = order[i].sample;
  for (size_t i = n; i < (size_t)self->n_tiles * HW_SCAN_TILE; i++) self->sample[i] = -1;
  free(order);
  return HW_OK;
}

/* --- tiles --- */

static int32_t count_searched(const hw_search_input *input, const bool *is_searched) {
  int32_t n = 0;
  for (int32_t i = 0; i < input->n_samples; i++) n += is_searched == NULL || is_searched[i];
  return n;
}

static hw_status make_tiles(hwp_index *self, const bool *is_searched, uint8_t **codes,
                            hw_err *err) {
  const hw_search_input *input = self->input;
  self->n_searched = count_searched(input, is_searched);
  size_t n_tiles = ((size_t)self->n_searched + HW_SCAN_TILE - 1) / HW_SCAN_TILE, bytes = 0;
  self->n_columns = input->n_markers + 1;
  self->n_tiles = (int32_t)n_tiles;
  self->tiles = hw_arena_alloc_array(&self->arena, n_tiles + 1, sizeof *self->tiles);
  self->sample =
      hw_arena_alloc_array(&self->arena, n_tiles + 1, HW_SCAN_TILE * sizeof *self->sample);
  *codes = NULL;
  if (hw_mul_size(n_tiles * HW_SCAN_TILE, (size_t)self->n_columns, &bytes))
    *codes = hw_arena_alloc(&self->arena, bytes + 1);
  if (self->tiles == NULL || self->sample == NULL || *codes == NULL)
    return HW_NO_MEMORY(err, "the samples");
  HW_TRY(order_samples(self, is_searched, err));
  for (size_t t = 0; t < n_tiles; t++) {
    hwp_tile *tile = &self->tiles[t];
    const int32_t *sample = self->sample + t * HW_SCAN_TILE;
    tile->codes = *codes + t * (size_t)self->n_columns * HW_SCAN_TILE;
    for (int32_t i = 0; i < HW_SCAN_TILE && sample[i] >= 0; i++) {
      tile->n = i + 1;
      tile->sexes |= (uint8_t)(1u << input->samples[sample[i]].sex);
    }
  }
  return HW_OK;
}

/* Writes one column of all tiles. */
static void place_column(hwp_index *self, int32_t column, const uint8_t *of_sample,
                         uint8_t *codes) {
  for (int32_t t = 0; t < self->n_tiles; t++) {
    const int32_t *sample = self->sample + (size_t)t * HW_SCAN_TILE;
    uint8_t *out = codes + ((size_t)t * (size_t)self->n_columns + (size_t)column) * HW_SCAN_TILE;
    for (int32_t i = 0; i < self->tiles[t].n; i++) out[i] = of_sample[sample[i]];
  }
}

static hw_status encode_columns(hwp_index *self, uint8_t *codes, hw_err *err) {
  const hw_search_input *input = self->input;
  uint8_t *of_sample = malloc((size_t)input->n_samples);
  self->dictionaries =
      hw_arena_alloc_array(&self->arena, (size_t)input->n_markers, sizeof *self->dictionaries);
  hw_status status = HW_OK;
  if (of_sample == NULL || self->dictionaries == NULL) status = HW_NO_MEMORY(err, "the samples");
  for (int32_t m = 0; status == HW_OK && m < input->n_markers; m++) {
    status = hwp_dictionary_init(&self->dictionaries[m], input, m, &self->arena, of_sample, err);
    if (status == HW_OK) place_column(self, m, of_sample, codes);
  }
  for (int32_t i = 0; status == HW_OK && i < input->n_samples; i++)
    of_sample[i] = (uint8_t)input->samples[i].sex;
  if (status == HW_OK) place_column(self, input->n_markers, of_sample, codes);
  free(of_sample);
  return status;
}

/* --- the index --- */

static hw_status fill(hwp_index *self, const bool *is_searched, hw_err *err) {
  uint8_t *codes = NULL;
  HW_TRY(hwp_options_validate(&self->options, err));
  HW_TRY(hwp_input_validate(self->input, err));
  bool has_floor = self->options.top > 0 && self->options.floor < self->options.threshold;
  self->least = has_floor ? self->options.floor : self->options.threshold;
  self->kernels = hw_scan_find(self->options.likelihood.simd);
  HW_TRY(make_tiles(self, is_searched, &codes, err));
  HW_TRY(encode_columns(self, codes, err));
  return hwp_null_new(self->input, &self->null, err);
}

hw_status hwp_index_new(const hw_search_input *input, const hw_search_options *options,
                        hwp_index **out, hw_err *err) {
  return hwp_index_new_part(input, options, NULL, out, err);
}

hw_status hwp_index_new_part(const hw_search_input *input, const hw_search_options *options,
                             const bool *is_searched, hwp_index **out, hw_err *err) {
  *out = NULL;
  hwp_index *self = calloc(1, sizeof *self);
  if (self == NULL) return HW_NO_MEMORY(err, "the samples");
  self->input = input;
  self->options = *options;
  hw_arena_init(&self->arena, 0);
  hw_status status = fill(self, is_searched, err);
  if (status != HW_OK) {
    hwp_index_delete(self);
    return status;
  }
  *out = self;
  return HW_OK;
}

void hwp_index_delete(hwp_index *self) {
  if (self == NULL) return;
  hwp_null_delete(self->null);
  hw_arena_clear(&self->arena);
  free(self);
}
