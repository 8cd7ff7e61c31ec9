/* Samples as rows of codes, laid out for the profile scan.
 *
 * The layout follows the map: eight markers a run, and as many runs a stretch as span LEAST_CM, over
 * which a relative's share seldom changes. Behind a stretch the kernel takes a step; which one goes
 * by the distance to the next stretch, rounded to half powers of two. X and what stands behind it are
 * not screened.
 *
 * Alleles beyond the three most frequent of a marker are one class, and the likelihood of a genotype
 * of classes is the mean over its genotypes by their frequencies: what is known, told more coarsely.
 *
 * Samples whose codes are all called need two bits a marker, half the look-ups; they stand apart. */
#include <math.h>
#include <string.h>

#include "base/check.h"
#include "base/pool.h"
#include "search/snp_screen.h"

#define LEAST_CM 4.0 /* of a stretch */
#define NEAREST_CM 0.25
#define LEVELS 16 /* of distances, each √2 times the one before */
/* Keeps the frequencies of classes positive. */
#define LEAST_FREQUENCY 1e-9

static double mean_cm(const hw_linked_marker *marker) {
  return 0.5 * (marker->female_cm + marker->male_cm);
}

/* --- markers --- */

/* The three most frequent alleles are classes of their own, in the order of the alleles. */
static void set_classes(hwp_snp_marker *self, const double *frequencies) {
  const int32_t n = self->n_alleles;
  bool is_own[HW_PANEL_MAX_ALLELES] = {false};
  self->n_classes = n < HWP_SNP_CLASSES ? n : HWP_SNP_CLASSES;
  for (int32_t i = 0; i < self->n_classes - (n > HWP_SNP_CLASSES); i++) {
    int32_t best = -1;
    for (int32_t a = 0; a < n; a++)
      if (!is_own[a] && (best < 0 || frequencies[a] > frequencies[best])) best = a;
    is_own[best] = true;
  }
  uint8_t next = 0;
  for (int32_t a = 0; a < n; a++)
    self->class_of[a] = is_own[a] ? next++ : (uint8_t)(self->n_classes - 1);
}

static int32_t class_genotype(const hwp_snp_marker *self, int32_t a, int32_t b) {
  const int32_t x = self->class_of[a], y = self->class_of[b];
  return x <= y ? y * (y + 1) / 2 + x : x * (x + 1) / 2 + y;
}

static void set_marker(hwp_snp_marker *self, const hw_linked_marker *marker, int64_t offset) {
  *self = (hwp_snp_marker){.offset = offset, .n_alleles = marker->n_alleles};
  set_classes(self, marker->frequencies);
  for (int32_t b = 0, g = 0; b < self->n_alleles; b++)
    for (int32_t a = 0; a <= b; a++, g++) {
      const double p = marker->frequencies[a] * marker->frequencies[b];
      self->genotype[g] = (a < b ? 2 * p : p) + LEAST_FREQUENCY;
      self->of_class[class_genotype(self, a, b)] += self->genotype[g];
    }
}

bool hwp_snp_classify(const hwp_snp_marker *marker, const float *of_byte, const uint8_t *bytes,
                      double *likelihoods) {
  const int32_t n = marker->n_classes * (marker->n_classes + 1) / 2;
  double sum = 0;
  unsigned any = 0;
  for (int32_t g = 0; g < n; g++) likelihoods[g] = 0;
  for (int32_t b = 0, g = 0; b < marker->n_alleles; b++)
    for (int32_t a = 0; a <= b; a++, g++) {
      any |= bytes[marker->offset + g];
      likelihoods[class_genotype(marker, a, b)] +=
          marker->genotype[g] * (double)of_byte[bytes[marker->offset + g]];
    }
  for (int32_t g = 0; g < n; g++) {
    likelihoods[g] /= marker->of_class[g];
    sum += likelihoods[g];
  }
  for (int32_t g = 0; g < n; g++) likelihoods[g] /= sum;
  return any != 0;
}

static hw_status make_markers(hwp_snp_screen *self, hw_err *err) {
  const hw_panel *panel = self->input->panel;
  self->n_markers = panel->n_markers;
  self->markers =
      hw_arena_alloc_array(&self->arena, (size_t)self->n_markers, sizeof *self->markers);
  self->screened =
      hw_arena_alloc_array(&self->arena, (size_t)self->n_markers, sizeof *self->screened);
  if (!self->markers || !self->screened) return HW_NO_MEMORY(err, "the markers of a screen");
  HW_TRY(hw_linked_markers_of_panel(panel, self->input->population, self->markers, err));
  for (int32_t m = 0; m < self->n_markers && self->markers[m].chromosome < HW_PANEL_X; m++) {
    set_marker(&self->screened[m], &self->markers[m], panel->first_genotype[m]);
    self->n_autosomal = m + 1;
  }
  for (int32_t n = 2; n <= HWP_SNP_CLASSES; n++) hwp_snp_book_init(&self->books[n], n);
  return HW_OK;
}

/* --- layout --- */

static uint8_t step_of(double distance_cm) {
  double level = NEAREST_CM * 1.1892071150027210667; /* half a level further: 2^¼ */
  for (uint8_t step = 1; step < LEVELS; step++, level *= 1.4142135623730950488)
    if (distance_cm < level) return step;
  return LEVELS;
}

/* Lays the markers out, if there is room; or only counts the runs. */
static void lay_out(hwp_snp_screen *self, bool has_room) {
  self->n_runs = self->n_stretches = 0;
  for (int32_t m = 0, next; m < self->n_autosomal; m = next) {
    next = m + 1;
    while (next < self->n_autosomal && next < m + HW_PROFILE_RUN &&
           self->markers[next].chromosome == self->markers[m].chromosome)
      next++;
    const int32_t run = self->n_runs++;
    if (!has_room) continue;
    for (int32_t i = 0; i < HW_PROFILE_RUN; i++)
      self->slot[run * HW_PROFILE_RUN + i] = m + i < next ? m + i : -1;
  }
}

/* Where stretches end, and how far the next one is: from middle to middle. */
static void cut_stretches(hwp_snp_screen *self) {
  int32_t first = 0;
  double before_cm = -1; /* middle of the stretch before on this chromosome */
  int32_t before = -1;   /* its last run */
  for (int32_t run = 0; run < self->n_runs; run++) {
    const int32_t *slot = self->slot + (ptrdiff_t)run * HW_PROFILE_RUN;
    int32_t last = HW_PROFILE_RUN - 1;
    while (slot[last] < 0) last--;
    const hw_linked_marker *from = &self->markers[self->slot[first * HW_PROFILE_RUN]];
    const hw_linked_marker *to = &self->markers[slot[last]];
    const bool is_end = slot[last] + 1 == self->n_autosomal || to[1].chromosome != to->chromosome;
    self->step[run] = HW_PROFILE_GO_ON;
    if (!is_end && mean_cm(to) - mean_cm(from) < LEAST_CM) continue;
    const double middle_cm = 0.5 * (mean_cm(from) + mean_cm(to));
    if (before >= 0) self->step[before] = step_of(middle_cm - before_cm);
    self->step[run] = 0;
    before = is_end ? -1 : run;
    before_cm = middle_cm;
    first = run + 1;
    self->n_stretches++;
  }
}

static hw_status make_layout(hwp_snp_screen *self, hw_err *err) {
  lay_out(self, false);
  const size_t n = (size_t)self->n_runs;
  self->slot = hw_arena_alloc_array(&self->arena, n, HW_PROFILE_RUN * sizeof *self->slot);
  self->step = hw_arena_alloc_array(&self->arena, n, sizeof *self->step);
  self->n_steps = LEVELS + 1;
  self->distance_cm =
      hw_arena_alloc_array(&self->arena, (size_t)self->n_steps, sizeof *self->distance_cm);
  if (!self->slot || !self->step || !self->distance_cm)
    return HW_NO_MEMORY(err, "the layout of a screen");
  self->distance_cm[1] = NEAREST_CM;
  for (int32_t s = 2; s < self->n_steps; s++)
    self->distance_cm[s] = self->distance_cm[s - 1] * 1.4142135623730950488;
  lay_out(self, true);
  cut_stretches(self);
  return HW_OK;
}

/* --- rows --- */

typedef struct coding {
  hwp_snp_screen *screen;
  float of_byte[256];
  bool *is_called; /* per sample */
  hwp_snp_rows *rows;
} coding;

static uint8_t code_at(const coding *self, const uint8_t *bytes, int32_t m) {
  double likelihoods[HWP_SNP_GENOTYPES];
  if (m < 0) return 0;
  const hwp_snp_marker *marker = &self->screen->screened[m];
  if (!hwp_snp_classify(marker, self->of_byte, bytes, likelihoods)) return 0;
  return (uint8_t)hwp_snp_book_code(&self->screen->books[marker->n_classes], likelihoods);
}

static hw_status see_sample(void *context, int32_t thread, int64_t sample, hw_err *err) {
  coding *self = context;
  const hwp_snp_screen *screen = self->screen;
  const uint8_t *bytes = screen->input->samples[sample].bytes;
  (void)thread;
  (void)err;
  bool is_called = true;
  for (int32_t m = 0; is_called && m < screen->n_autosomal; m++)
    is_called = screen->screened[m].n_classes == 2 && code_at(self, bytes, m) < HWP_SNP_CALLED;
  self->is_called[sample] = is_called;
  return HW_OK;
}

/* One group of samples: byte b of all of them stands together. */
static hw_status code_group(void *context, int32_t thread, int64_t group, hw_err *err) {
  coding *self = context;
  const hwp_snp_rows *rows = self->rows;
  const hwp_snp_screen *screen = self->screen;
  const int32_t per_byte = HW_PROFILE_RUN / rows->run_bytes, bits = 8 / per_byte;
  uint8_t *codes = rows->codes + group * rows->group_bytes;
  (void)thread;
  (void)err;
  for (int32_t i = 0; i < HW_PROFILE_SAMPLES; i++) {
    const int64_t place = group * HW_PROFILE_SAMPLES + i;
    if (place >= rows->n_samples) break;
    const uint8_t *bytes = screen->input->samples[rows->sample[place]].bytes;
    for (int32_t s = 0; s < screen->n_runs * HW_PROFILE_RUN; s++)
      codes[(ptrdiff_t)(s / per_byte) * HW_PROFILE_SAMPLES + i] |=
          (uint8_t)(code_at(self, bytes, screen->slot[s]) << bits * (s % per_byte));
  }
  return HW_OK;
}

static hw_status make_rows(coding *self, hwp_snp_rows *rows, bool is_called, int32_t run_bytes,
                           hw_pool_work *work, hw_err *err) {
  hwp_snp_screen *screen = self->screen;
  const int32_t n = screen->input->n_samples;
  *rows = (hwp_snp_rows){.run_bytes = run_bytes};
  for (int32_t i = 0; i < n; i++) rows->n_samples += self->is_called[i] == is_called;
  rows->n_groups = (rows->n_samples + HW_PROFILE_SAMPLES - 1) / HW_PROFILE_SAMPLES;
  rows->group_bytes = (int64_t)screen->n_runs * run_bytes * HW_PROFILE_SAMPLES;
  rows->sample =
      hw_arena_alloc_array(&screen->arena, (size_t)rows->n_samples, sizeof *rows->sample);
  rows->codes =
      hw_arena_alloc_array(&screen->arena, (size_t)rows->n_groups, (size_t)rows->group_bytes);
  if (!rows->sample || !rows->codes) return HW_NO_MEMORY(err, "the codes of the samples");
  for (int32_t i = 0, place = 0; i < n; i++)
    if (self->is_called[i] == is_called) rows->sample[place++] = i;
  self->rows = rows;
  work->run = code_group;
  work->n_pieces = rows->n_groups;
  return hw_pool_run(work, err);
}

static hw_status code_samples(hwp_snp_screen *self, const hw_search_go *go, hw_err *err) {
  uint8_t all[256];
  coding work_on = {.screen = self};
  hw_pool_work work = {.n_pieces = self->input->n_samples,
                       .n_threads = go != NULL ? go->n_threads : 0,
                       .run = see_sample,
                       .context = &work_on};
  for (int b = 0; b < 256; b++) all[b] = (uint8_t)b;
  hw_snp_likelihoods(all, 256, work_on.of_byte);
  work_on.is_called =
      hw_arena_alloc_array(&self->arena, (size_t)self->input->n_samples, sizeof(bool));
  if (!work_on.is_called) return HW_NO_MEMORY(err, "the codes of the samples");
  HW_TRY(hw_pool_run(&work, err));
  HW_TRY(make_rows(&work_on, &self->called, true, HW_PROFILE_RUN / 4, &work, err));
  return make_rows(&work_on, &self->read, false, HW_PROFILE_RUN / 2, &work, err);
}

hw_status hwp_snp_screen_init(hwp_snp_screen *self, const hw_snp_search_input *input,
                              const char *simd, const hw_search_go *go, hw_err *err) {
  *self = (hwp_snp_screen){.input = input, .kernel = hw_profile_scan_find(simd)};
  if (self->kernel == NULL)
    return hw_err_set(err, HW_E_UNSUPPORTED, "kernel set '%s' is unknown or cannot run here", simd);
  HW_TRY(make_markers(self, err));
  HW_TRY(make_layout(self, err));
  return code_samples(self, go, err);
}

void hwp_snp_screen_clear(hwp_snp_screen *self) {
  hw_arena_clear(&self->arena);
}
