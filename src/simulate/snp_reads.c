/* Bases over the sites of a panel, fragment by fragment.
 *
 * A fragment lies on either strand with the same probability, is LEAST_BP long plus an
 * exponential rest, and covers the site at any of its places alike. What it carries is an allele
 * of the person or, with probability c, of the contaminant. The person's DNA is old: on the
 * fragment's own strand C turns into T, and in double-stranded libraries G into A, with the
 * probabilities that reads.h states; the contaminant's is fresh. Then the base is read with an error
 * to any of the three others. A drop-in replaces it all by any base.
 *
 * The error is that of the quality that is written, a whole phred number, so that the likelihoods
 * of reads.h are those of exactly this process. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/check.h"
#include "base/elementary.h"
#include "simulate/snp_int.h"

enum {
  LEAST_BP = 30,
  USUAL_BP = 60,
  MOST_BP = 30000,
  LEAST_PHRED = 2,
  MOST_PHRED = HW_READS_MOST_PHRED,
  NO_MAP_QUALITY = 255,
  BASES = 4,
  BASE_A = 0,
  BASE_C = 1,
  BASE_G = 2,
  BASE_T = 3
};

typedef struct sequencer {
  const hw_panel *panel;
  const hw_sequencing *run;
  const uint8_t *alleles;
  uint8_t phred;
  double error;
  hw_random stream;
  hw_read_base *bases;
  int32_t *markers; /* of the bases */
  size_t n, capacity;
} sequencer;

static int32_t base_of(const char *allele) {
  static const char letters[] = "ACGT";
  const char *at = strlen(allele) == 1 ? strchr(letters, allele[0]) : NULL;
  return at != NULL ? (int32_t)(at - letters) : -1;
}

static bool has_bases(const hw_panel_marker *marker) {
  for (int32_t a = 0; a < marker->n_alleles; a++)
    if (base_of(marker->alleles[a]) < 0) return false;
  return true;
}

/* ---- one fragment ---- */

/* How much of the damage of the last base is left d bases in. */
static double reach(const hw_reads_model *model, int32_t distance) {
  if (model->library == HW_LIBRARY_TREATED) return distance == 0 ? 1 : 0;
  return hw_power(1 - model->decay, distance);
}

/* Deamination of a base of the fragment's own strand. */
static int32_t deaminate(const hw_reads_model *model, int32_t base, const hw_read_base *place,
                         double u) {
  const double x5 = reach(model, place->from_5), x3 = reach(model, place->from_3);
  const bool is_single = model->library == HW_LIBRARY_SINGLE_STRANDED;
  const double c_to_t = model->damage * (is_single ? x5 + x3 - x5 * x3 : x5) + model->damage_inside;
  const double g_to_a = is_single ? 0 : model->damage * x3 + model->damage_inside;
  if (base == BASE_C && u < c_to_t) return BASE_T;
  if (base == BASE_G && u < g_to_a) return BASE_A;
  return base;
}

static hw_read_base draw_place(sequencer *self) {
  const double mean = self->run->fragment_bp > 0 ? self->run->fragment_bp : USUAL_BP;
  double length = LEAST_BP;
  if (mean > LEAST_BP) length += (mean - LEAST_BP) * hwp_draw_exponential(&self->stream);
  if (length > MOST_BP) length = MOST_BP;
  const int32_t from_5 = (int32_t)hw_random_below(&self->stream, (uint64_t)length);
  return (hw_read_base){.quality = self->phred,
                        .map_quality = NO_MAP_QUALITY,
                        .is_reverse = (uint8_t)hw_random_below(&self->stream, 2),
                        .from_5 = (int16_t)from_5,
                        .from_3 = (int16_t)((int32_t)length - 1 - from_5)};
}

static hw_read_base draw_base(sequencer *self, int32_t marker) {
  const hw_reads_model *model = &self->run->model;
  hw_random *stream = &self->stream;
  hw_read_base seen = draw_place(self);
  const double deamination = hw_random_double(stream), error = hw_random_double(stream);
  const bool is_dropped_in = hw_random_double(stream) < model->drop_in;
  bool is_fresh = false;
  const int32_t allele =
      hwp_draw_fragment(self->panel, self->run, self->alleles, marker, stream, &is_fresh);
  int32_t base = base_of(self->panel->markers[marker].alleles[allele]);
  const int32_t flip = seen.is_reverse ? BASES - 1 : 0; /* the complement of b is 3 − b */
  if (!is_fresh) base = flip ^ deaminate(model, base ^ flip, &seen, deamination);
  if (error < self->error) base = (base + 1 + (int32_t)hw_random_below(stream, BASES - 1)) % BASES;
  if (is_dropped_in) base = (int32_t)hw_random_below(stream, BASES);
  seen.base = (uint8_t)base;
  return seen;
}

/* ---- all of them ---- */

static bool reserve(sequencer *self, size_t n) {
  if (n <= self->capacity - self->n) return true;
  const size_t capacity = 2 * self->capacity + n;
  size_t bytes = 0;
  if (!hw_mul_size(capacity, sizeof *self->bases, &bytes)) return false;
  hw_read_base *bases = realloc(self->bases, bytes);
  if (bases == NULL) return false;
  self->bases = bases;
  int32_t *markers = realloc(self->markers, capacity * sizeof *markers);
  if (markers == NULL) return false;
  self->markers = markers;
  self->capacity = capacity;
  return true;
}

static bool sequence(sequencer *self) {
  for (int32_t m = 0; m < self->panel->n_markers; m++) {
    const double mean = hwp_coverage_at(self->run, self->alleles, m);
    const int32_t n =
        has_bases(&self->panel->markers[m]) ? hwp_draw_poisson(&self->stream, mean) : 0;
    if (!reserve(self, (size_t)n)) return false;
    for (int32_t r = 0; r < n; r++) {
      self->markers[self->n] = m;
      self->bases[self->n++] = draw_base(self, m);
    }
  }
  return true;
}

hw_status hw_simulate_reads(const hw_panel *panel, const uint8_t *alleles, const hw_sequencing *run,
                            const hw_random *stream, hw_pileup **pileup, hw_err *err) {
  *pileup = NULL;
  HW_TRY(hwp_sequencing_check(panel, run, err));
  const double phred = run->error > 0 ? floor(0.5 - 10 * hw_log10(run->error)) : MOST_PHRED;
  sequencer self = {.panel = panel,
                    .run = run,
                    .alleles = alleles,
                    .stream = hw_random_split(stream, HWP_STREAM_READS)};
  self.phred = (uint8_t)(phred > MOST_PHRED    ? MOST_PHRED
                         : phred < LEAST_PHRED ? LEAST_PHRED
                                               : phred);
  self.error = run->error > 0 ? hw_pow10(-self.phred / 10.0) : 0;
  hw_status status = sequence(&self) ? HW_OK : HW_NO_MEMORY(err, "the reads of a sample");
  if (status == HW_OK)
    status =
        hw_pileup_new(panel->n_markers, (int64_t)self.n, self.markers, self.bases, pileup, err);
  free(self.markers);
  free(self.bases);
  return status;
}
