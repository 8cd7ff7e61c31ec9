/* Reads made molecule by molecule; see read_sim.h. Damage happens here where it does in nature, on
 * the letters of the fragment's own strand, read from its 5' end. */
#include "oracle/read_sim.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char letters[] = "ACGT";

static char complement(char base) {
  return base == 'A' ? 'T' : base == 'C' ? 'G' : base == 'G' ? 'C' : 'A';
}

static double single_stranded(const hw_reads_model *model, int16_t from) {
  if (from < 0) return 0;
  if (model->library == HW_LIBRARY_TREATED) return from == 0;
  return pow(1 - model->decay, from);
}

/* Probability that a letter of the fragment's strand changes, and into what. */
static double damage_of(const hw_reads_model *model, const hw_read_base *place, char base,
                        char *into) {
  const double x5 = single_stranded(model, place->from_5);
  const double x3 = single_stranded(model, place->from_3);
  *into = base;
  if (base == 'C') {
    *into = 'T';
    if (model->library == HW_LIBRARY_SINGLE_STRANDED) /* one end or the other, or both */
      return model->damage * (1 - (1 - x5) * (1 - x3)) + model->damage_inside;
    return model->damage * x5 + model->damage_inside;
  }
  if (base == 'G' && model->library != HW_LIBRARY_SINGLE_STRANDED) {
    *into = 'A';
    return model->damage * x3 + model->damage_inside;
  }
  return 0;
}

static double error_of(const hw_read_base *place) {
  const double phred = place->quality > HW_READS_MOST_PHRED ? HW_READS_MOST_PHRED : place->quality;
  const double base = pow(10, -phred / 10);
  const double map = place->map_quality == 255 ? 0 : pow(10, -place->map_quality / 10.0);
  return fmin(base + map - base * map, 0.75);
}

void read_sim_alleles(const hw_panel *panel, int32_t m, char out[5]) {
  memset(out, 0, 5);
  for (int32_t i = 0; i < panel->markers[m].n_alleles; i++)
    out[i] = panel->markers[m].alleles[i][0];
}

/* --- one base --- */

uint8_t read_sim_draw(rng *r, const hw_reads_model *truth, const hw_read_base *place,
                      const char *alleles, const double *q, int32_t i, int32_t j) {
  char base, into;
  if (rng_chance(r, truth->drop_in)) return (uint8_t)rng_below(r, 4);
  if (rng_chance(r, truth->contamination)) {
    base = alleles[rng_pick(r, q, (int32_t)strlen(alleles))];
  } else {
    const double first = i == j ? 1 : i == 0 ? 0.5 + truth->reference_bias : 0.5;
    base = alleles[rng_chance(r, first) ? i : j];
    if (place->is_reverse) base = complement(base);
    if (rng_chance(r, damage_of(truth, place, base, &into))) base = into;
    if (place->is_reverse) base = complement(base);
  }
  int32_t code = (int32_t)(strchr(letters, base) - letters);
  if (rng_chance(r, error_of(place))) code = (code + 1 + rng_below(r, 3)) % 4;
  return (uint8_t)code;
}

static double reading(const hw_read_base *place, char base) {
  const double e = error_of(place);
  return letters[place->base] == base ? 1 - e : e / 3;
}

static double of_molecule(const hw_reads_model *model, const hw_read_base *place, char base) {
  char own = place->is_reverse ? complement(base) : base, into;
  const double damage = damage_of(model, place, own, &into);
  const char changed = place->is_reverse ? complement(into) : into;
  return (1 - damage) * reading(place, base) + damage * reading(place, changed);
}

double read_sim_probability(const hw_reads_model *model, const hw_read_base *place,
                            const char *alleles, int32_t n_alleles, const double *q, int32_t i,
                            int32_t j) {
  const double first = i == j ? 1 : i == 0 ? 0.5 + model->reference_bias : 0.5;
  const double own = first * of_molecule(model, place, alleles[i]) +
                     (1 - first) * of_molecule(model, place, alleles[j]);
  double foreign = 0;
  for (int32_t a = 0; a < n_alleles; a++) foreign += q[a] * reading(place, alleles[a]);
  return model->drop_in / 4 +
         (1 - model->drop_in) * ((1 - model->contamination) * own + model->contamination * foreign);
}

hw_read_base read_sim_place(rng *r) {
  static const uint8_t qualities[] = {14, 22, 30, 37, 60}, map_qualities[] = {21, 30, 37, 60, 255};
  const int32_t length = 30 + rng_below(r, 60), at = rng_below(r, length);
  hw_read_base out = {.quality = qualities[rng_below(r, 5)],
                      .map_quality = map_qualities[rng_below(r, 5)],
                      .is_reverse = rng_chance(r, 0.5),
                      .from_5 = (int16_t)at,
                      .from_3 = (int16_t)(length - 1 - at)};
  if (rng_chance(r, 0.2)) out.from_3 = -1;
  return out;
}

/* --- panel and person --- */

static void make_frequencies(rng *r, int32_t n, double *out) {
  double sum = 0;
  for (int32_t i = 0; i < n; i++) sum += out[i] = 0.1 + rng_unit(r);
  for (int32_t i = 0; i < n; i++) out[i] /= sum;
}

void read_sim_init(read_sim *self, int32_t n_markers, uint64_t seed) {
  static const char *const bases[] = {"A", "C", "G", "T"};
  const size_t n = (size_t)n_markers;
  rng *r = &self->random;
  hw_err err = HW_ERR_INIT;
  hw_panel_marker *markers = calloc(n, sizeof *markers);
  char(*names)[16] = calloc(n, sizeof *names);
  const char *(*alleles)[4] = calloc(n, sizeof *alleles);
  double *frequencies[2] = {calloc(n, 4 * sizeof(double)), calloc(n, 4 * sizeof(double))};
  if (!markers || !names || !alleles || !frequencies[0] || !frequencies[1]) abort();
  *r = rng_seeded(seed);
  int32_t n_alleles = 0;
  for (int32_t m = 0; m < n_markers; m++) {
    int32_t order[4];
    rng_shuffle(r, order, 4);
    for (int32_t i = 0; i < 4; i++) alleles[m][i] = bases[order[i]];
    snprintf(names[m], sizeof names[m], "M%d", (int)m);
    const int32_t many = rng_chance(r, 0.85) ? 2 : 3 + rng_below(r, 2);
    /* In the panel's own order, so that frequencies can be filled in here. */
    const int32_t chromosome =
        m >= n_markers - n_markers / 20 ? HW_PANEL_X : 1 + (int32_t)(22LL * m / n_markers);
    markers[m] = (hw_panel_marker){
        names[m], chromosome, {1000 + 500 * m, 2000 + 500 * m}, many, alleles[m], 0.1 * m, 0.1 * m};
    make_frequencies(r, many, frequencies[0] + n_alleles);
    make_frequencies(r, many, frequencies[1] + n_alleles);
    n_alleles += many;
  }
  const hw_panel_population populations[2] = {{"own", "made up", 0, frequencies[0]},
                                              {"other", "made up", 0, frequencies[1]}};
  if (hw_panel_new("made up", "", n_markers, markers, 2, populations, &self->panel, &err) != HW_OK)
    abort();
  self->genotypes = calloc(n, sizeof *self->genotypes);
  if (!self->genotypes) abort();
  free(markers);
  free(names);
  free(alleles);
  free(frequencies[0]);
  free(frequencies[1]);
}

void read_sim_clear(read_sim *self) {
  hw_panel_delete(self->panel);
  free(self->genotypes);
}

static int32_t poisson(rng *r, double mean) {
  int32_t n = 0;
  for (double left = exp(-mean), u = rng_unit(r); u > left; n++) u *= rng_unit(r);
  return n;
}

hw_pileup *read_sim_reads(read_sim *self, const hw_reads_model *truth, double depth, hw_sex sex) {
  const hw_panel *panel = self->panel;
  const size_t most = (size_t)(20 * depth * panel->n_markers) + 1000;
  int32_t *marker = calloc(most, sizeof *marker);
  hw_read_base *bases = calloc(most, sizeof *bases);
  size_t n = 0;
  hw_pileup *out;
  rng *r = &self->random;
  if (!marker || !bases) abort();
  for (int32_t m = 0; m < panel->n_markers; m++) {
    const double *p = panel->populations[0].frequencies + panel->first_allele[m];
    const double *q = panel->populations[1].frequencies + panel->first_allele[m];
    const bool has_one = sex == HW_MALE && panel->markers[m].chromosome == HW_PANEL_X;
    char alleles[5];
    const int32_t k = panel->markers[m].n_alleles, a = rng_pick(r, p, k);
    const int32_t b = has_one ? a : rng_pick(r, p, k);
    self->genotypes[m][0] = a < b ? a : b;
    self->genotypes[m][1] = a < b ? b : a;
    read_sim_alleles(panel, m, alleles);
    for (int32_t i = poisson(r, has_one ? depth / 2 : depth); i > 0 && n < most; i--, n++) {
      bases[n] = read_sim_place(r);
      bases[n].base = read_sim_draw(r, truth, &bases[n], alleles, q, self->genotypes[m][0],
                                    self->genotypes[m][1]);
      marker[n] = m;
    }
  }
  if (hw_pileup_new(panel->n_markers, (int64_t)n, marker, bases, &out, NULL) != HW_OK) abort();
  free(marker);
  free(bases);
  return out;
}
