/* Expected false leads of one query: its own tables, convolved over the sets of
 * typed markers that the samples have.
 *
 * For a query, the groups to compute are picked (null_samples.c), every marker and
 * form of observation that they need gets its outcomes (kinship/outcomes.h) and its
 * spectrum (null_tail.c) once, and each group costs the product of its spectra. */
#include "search/null.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "search/null_int.h"

/* Most kinds of observation, a form with its noise, among the picks of a query. */
enum { MOST_KINDS = HWP_PICKS * (HWP_FORM_COUNT - 1) };

/* A marker seen in one kind. */
typedef struct column {
  hwp_outcomes outcomes;
  hwp_bounds bounds;
  hwp_spectrum *spectrum; /* kept from query to query */
} column;

typedef struct kind {
  hwp_form form;
  int32_t noise;
  int32_t *columns; /* by marker; −1 = not made */
} kind;

struct hwp_null_work {
  const hwp_null *null;
  hw_arena arena;    /* lasts */
  hw_arena outcomes; /* of the query at hand */
  hwp_tilt *tilt;
  hwp_lattice *lattice;
  double *allele_room;
  int32_t n_kinds, n_columns, n_spectra, n_room;
  kind kinds[MOST_KINDS];
  column *columns;              /* n_room */
  const hwp_spectrum **spectra; /* of one group: n_markers */
  hwp_pick picks[HWP_PICKS];
  hwp_bounds bounds[HWP_PICKS]; /* of the picks' markers together */
};

/* --- made once ------------------------------------------------------------ */

hw_status hwp_null_new(const hw_search_input *input, hwp_null **out, hw_err *err) {
  *out = NULL;
  hwp_null *self = calloc(1, sizeof *self);
  if (self == NULL) return HW_NO_MEMORY(err, "expected false leads");
  self->input = input;
  hw_arena_init(&self->arena, 0);
  hw_status status = hwp_powers_new(&self->arena, &self->powers, err);
  if (status == HW_OK) status = hwp_null_group(self, err);
  if (status == HW_OK)
    *out = self;
  else
    hwp_null_delete(self);
  return status;
}

void hwp_null_delete(hwp_null *self) {
  if (self == NULL) return;
  hw_arena_clear(&self->arena);
  free(self);
}

hw_status hwp_null_work_new(const hwp_null *null, hwp_null_work **out, hw_err *err) {
  *out = NULL;
  hwp_null_work *self = calloc(1, sizeof *self);
  if (self == NULL) return HW_NO_MEMORY(err, "expected false leads");
  self->null = null;
  hw_arena_init(&self->arena, 0);
  hw_arena_init(&self->outcomes, 0);
  const size_t n_markers = (size_t)null->input->n_markers;
  size_t widest = 1;
  for (size_t m = 0; m < n_markers; m++)
    if ((size_t)null->input->markers[m].n_alleles > widest)
      widest = (size_t)null->input->markers[m].n_alleles;
  self->tilt = hw_arena_alloc(&self->arena, sizeof *self->tilt);
  self->allele_room = hw_arena_alloc_array(&self->arena, 6 * widest, sizeof *self->allele_room);
  self->spectra = hw_arena_alloc_array(&self->arena, n_markers + 1, sizeof *self->spectra);
  hw_status status = HW_OK;
  if (self->tilt == NULL || self->allele_room == NULL || self->spectra == NULL)
    status = HW_NO_MEMORY(err, "expected false leads");
  if (status == HW_OK) status = hwp_lattice_new(&self->arena, &self->lattice, err);
  if (status == HW_OK)
    *out = self;
  else
    hwp_null_work_delete(self);
  return status;
}

void hwp_null_work_delete(hwp_null_work *self) {
  if (self == NULL) return;
  hw_arena_clear(&self->arena);
  hw_arena_clear(&self->outcomes);
  free(self);
}

/* --- columns of a query --------------------------------------------------- */

/* The kind with this form and noise; NULL if there is no memory. */
static kind *find_kind(hwp_null_work *self, hwp_form form, int32_t noise) {
  const size_t n_markers = (size_t)self->null->input->n_markers;
  for (int32_t i = 0; i < self->n_kinds; i++)
    if (self->kinds[i].form == form && self->kinds[i].noise == noise) return &self->kinds[i];
  kind *k = &self->kinds[self->n_kinds];
  if (k->columns == NULL) /* kept from query to query */
    k->columns = hw_arena_alloc_array(&self->arena, n_markers, sizeof *k->columns);
  if (k->columns == NULL) return NULL;
  memset(k->columns, 0xff, n_markers * sizeof *k->columns);
  k->form = form;
  k->noise = noise;
  self->n_kinds++;
  return k;
}

/* One more column with room for its spectrum. */
static column *add_column(hwp_null_work *self) {
  if (self->n_columns == self->n_room) {
    const int32_t n_room = self->n_room == 0 ? 64 : 2 * self->n_room;
    column *grown = hw_arena_alloc_array(&self->arena, (size_t)n_room, sizeof *grown);
    if (grown == NULL) return NULL;
    if (self->n_room > 0) memcpy(grown, self->columns, sizeof *grown * (size_t)self->n_room);
    self->columns = grown;
    self->n_room = n_room;
  }
  column *c = &self->columns[self->n_columns];
  if (c->spectrum == NULL) c->spectrum = hw_arena_alloc(&self->arena, sizeof *c->spectrum);
  if (c->spectrum == NULL) return NULL;
  self->n_columns++;
  return c;
}

static hw_status make_column(hwp_null_work *self, const kind *k, int32_t m, const hw_table *table,
                             hw_err *err) {
  const hw_marker *marker = &self->null->input->markers[m];
  const hwp_noise *noise = &self->null->noises[k->noise];
  const size_t n = hwp_outcomes_room(marker->n_alleles, k->form, noise);
  double *room = hw_arena_alloc_array(&self->outcomes, 2 * n, sizeof *room);
  column *c = room == NULL ? NULL : add_column(self);
  if (c == NULL) return HW_NO_MEMORY(err, "expected false leads");
  hwp_outcomes_fill(marker, &table->markers[m], k->form, noise, room, self->allele_room,
                    &c->outcomes);
  hwp_bounds_of(&c->outcomes, &c->bounds);
  k->columns[m] = self->n_columns - 1;
  return HW_OK;
}

/* Column of a group's markers, in order; those that are missing are left out.
 * @param columns [out] n_markers @return their number, or −1 if one has not been made */
static hw_status columns_of(hwp_null_work *self, const hwp_group *group, const hw_table *table,
                            int32_t *columns, int32_t *n_columns, hw_err *err) {
  const hw_search_input *input = self->null->input;
  const hw_observation *observations = input->samples[group->sample].profile.observations;
  kind *kinds[HWP_FORM_COUNT] = {NULL};
  int32_t n = 0;
  for (int32_t m = 0; m < input->n_markers; m++) {
    const hwp_form form = hwp_form_of(&observations[m]);
    if (form == HWP_FORM_MISSING) continue;
    if (kinds[form] == NULL)
      kinds[form] = find_kind(self, form, group->noise[form == HWP_FORM_SET]);
    if (kinds[form] == NULL) return HW_NO_MEMORY(err, "expected false leads");
    if (kinds[form]->columns[m] < 0) HW_TRY(make_column(self, kinds[form], m, table, err));
    columns[n++] = kinds[form]->columns[m];
  }
  *n_columns = n;
  return HW_OK;
}

/* --- expectation ---------------------------------------------------------- */

/* The columns of all picks, one after the other. */
typedef struct layout {
  int32_t *columns;
  int32_t start[HWP_PICKS + 1];
} layout;

static hw_status make_columns(hwp_null_work *self, int32_t n_picks, const hw_table *table,
                              layout *out, hw_err *err) {
  const size_t n_markers = (size_t)self->null->input->n_markers;
  out->columns =
      hw_arena_alloc_array(&self->outcomes, n_markers * (size_t)n_picks + 1, sizeof *out->columns);
  if (out->columns == NULL) return HW_NO_MEMORY(err, "expected false leads");
  out->start[0] = 0;
  for (int32_t i = 0; i < n_picks; i++) {
    int32_t n = 0;
    HW_TRY(columns_of(self, self->picks[i].group, table, out->columns + out->start[i], &n, err));
    out->start[i + 1] = out->start[i] + n;
  }
  return HW_OK;
}

/* Lattice and tilt suit all picks. */
static void choose_tilt(hwp_null_work *self, int32_t n_picks, const layout *from,
                        double threshold) {
  double n_samples[HWP_PICKS];
  for (int32_t p = 0; p < n_picks; p++) {
    self->bounds[p] = (hwp_bounds){.most = 0.0};
    n_samples[p] = self->picks[p].n_samples;
    for (int32_t i = from->start[p]; i < from->start[p + 1]; i++)
      hwp_bounds_add(&self->bounds[p], &self->columns[from->columns[i]].bounds);
  }
  hwp_tilt_choose(self->tilt, self->null->powers, threshold, n_picks, self->bounds, n_samples);
}

static void make_spectra(hwp_null_work *self) {
  hwp_spectrum *batch[HWP_BATCH];
  for (int32_t first = 0; first < self->n_columns; first += HWP_BATCH) {
    int n = 0;
    for (; n < HWP_BATCH && first + n < self->n_columns; n++) {
      batch[n] = self->columns[first + n].spectrum;
      hwp_lattice_add(self->lattice, self->tilt, n, &self->columns[first + n].outcomes, batch[n]);
    }
    hwp_lattice_transform(self->lattice, self->null->powers, n, batch);
  }
}

static double tail_of(hwp_null_work *self, const layout *from, int32_t pick) {
  int32_t n = 0;
  for (int32_t i = from->start[pick]; i < from->start[pick + 1]; i++)
    self->spectra[n++] = self->columns[from->columns[i]].spectrum;
  return hwp_tail(self->tilt, n, self->spectra, &self->bounds[pick]);
}

hw_status hwp_null_expected(hwp_null_work *self, int32_t query, const hw_table *table, hw_sex sex,
                            double threshold, double *expected, double *variance, hw_err *err) {
  layout columns;
  *expected = *variance = 0.0;
  self->n_kinds = self->n_columns = 0;
  hw_arena_reset(&self->outcomes);
  const int32_t n_picks = hwp_null_pick(self->null, query, sex, self->picks);
  if (n_picks == 0) return HW_OK;
  HW_TRY(make_columns(self, n_picks, table, &columns, err));
  choose_tilt(self, n_picks, &columns, threshold);
  make_spectra(self);
  double drawn[HWP_STRATA][2] = {{0.0}}; /* sum and sum of squares of a stratum's draws */
  for (int32_t i = 0; i < n_picks; i++) {
    const hwp_pick *pick = &self->picks[i];
    const double n = pick->n_samples * tail_of(self, &columns, i);
    *expected += n;
    if (pick->stratum < 0) continue;
    drawn[pick->stratum][0] += n;
    drawn[pick->stratum][1] += n * n;
  }
  /* The sum of d independent draws has d times the variance of one, told by their spread. */
  for (int32_t s = 0; s < HWP_STRATA; s++) {
    const double spread = drawn[s][1] - drawn[s][0] * drawn[s][0] / HWP_DRAWS;
    if (spread > 0.0) *variance += spread * HWP_DRAWS / (HWP_DRAWS - 1);
  }
  return HW_OK;
}
