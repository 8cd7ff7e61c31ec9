/* From the bases of reads to genotype likelihoods (reads.h has the formula).
 *
 * What a fragment shows went through four steps: which molecule it comes from (the person's, a
 * contaminant's, nowhere), which allele of the genotype, deamination, reading. Each step is a sum of
 * few terms, written out here in this order; nothing is approximated.
 *
 * Deamination turns C into U, read as T, on the strand that lost its partner, which is more often
 * the case near the ends (Briggs et al. 2007, PNAS 104:14616; Jónsson et al. 2013, Bioinformatics
 * 29:1682). Libraries of double-stranded fragments fill the 5' overhangs in, so that the partner of
 * the deaminated 5' end shows as G → A at the 3' end, and both kinds show at δ∞ inside, as either
 * strand may have been copied; reading such a fragment from its other strand gives the same
 * probabilities. Libraries of single strands show C → T only.
 *
 * The product over the fragments of a site is kept in range by powers of two, which cost no digit: no
 * logarithm is taken. Bases of a site are in ascending order (reads_pileup.c), which fixes the order
 * of multiplication and so every bit. */
#include <math.h>
#include <string.h>

#include "base/check.h"
#include "base/elementary.h"
#include "kinship/reads_int.h"

enum { A, C, G, T };

/* No base is less sure than one that was guessed. */
#define MOST_ERROR 0.75

static int32_t place_of(int16_t from) {
  return from < HWP_READS_FAR ? from : HWP_READS_FAR;
}

static uint8_t phred_of(const hw_read_base *base) {
  return base->quality < HW_READS_MOST_PHRED ? base->quality : HW_READS_MOST_PHRED;
}

/* x(d) up to a distance. */
static void fill_reach(hwp_reads_tables *self, const hw_reads_model *model, int32_t far) {
  const bool is_treated = model->library == HW_LIBRARY_TREATED;
  const double stay = is_treated ? 0 : 1 - model->decay;
  self->model = *model;
  self->reach[0] = 1;
  self->reach_slope[0] = 0;
  for (int32_t d = 1; d <= far; d++) {
    self->reach[d] = self->reach[d - 1] * stay;
    self->reach_slope[d] = is_treated ? 0 : -d * self->reach[d - 1];
  }
}

void hwp_reads_tables_init(hwp_reads_tables *self, const hw_reads_model *model) {
  fill_reach(self, model, HWP_READS_FAR);
  for (int32_t phred = 0; phred < 256; phred++) self->error[phred] = hw_pow10(-0.1 * phred);
}

/* No more of the tables than one base needs. */
static void init_for(hwp_reads_tables *self, const hw_reads_model *model,
                     const hw_read_base *base) {
  const int32_t far = place_of(base->from_5 > base->from_3 ? base->from_5 : base->from_3);
  fill_reach(self, model, far);
  self->error[phred_of(base)] = hw_pow10(-0.1 * phred_of(base));
  self->error[base->map_quality] = hw_pow10(-0.1 * base->map_quality);
}

static double error_of(const hwp_reads_tables *self, const hw_read_base *base) {
  const double of_base = self->error[phred_of(base)];
  const double of_place =
      base->map_quality == HWP_READS_UNTOLD ? 0 : self->error[base->map_quality];
  const double error = 1 - (1 - of_base) * (1 - of_place);
  return error < MOST_ERROR ? error : MOST_ERROR;
}

static void reach_of(const hwp_reads_tables *self, int16_t from, double *reach, double *slope) {
  *reach = *slope = 0;
  if (from < 0) return;
  *reach = self->reach[place_of(from)];
  *slope = self->reach_slope[place_of(from)];
}

static hwp_reads_rate rate_of(const hw_reads_model *model, double reach, double slope) {
  return (hwp_reads_rate){model->damage * reach + model->damage_inside, reach, slope, true};
}

/* Damage in terms of the forward strand: on the reverse strand a C of the fragment is a G here. */
static void rates_of(const hwp_reads_tables *self, const hw_read_base *base, hwp_reads_rate *c_to_t,
                     hwp_reads_rate *g_to_a) {
  double x5, slope5, x3, slope3;
  hwp_reads_rate own, other = {0, 0, 0, false};
  reach_of(self, base->from_5, &x5, &slope5);
  reach_of(self, base->from_3, &x3, &slope3);
  if (self->model.library == HW_LIBRARY_SINGLE_STRANDED) {
    own = rate_of(&self->model, x5 + x3 - x5 * x3, slope5 * (1 - x3) + slope3 * (1 - x5));
  } else {
    own = rate_of(&self->model, x5, slope5);
    other = rate_of(&self->model, x3, slope3);
  }
  *c_to_t = base->is_reverse ? other : own;
  *g_to_a = base->is_reverse ? own : other;
}

void hwp_reads_see(const hwp_reads_tables *self, const hw_read_base *base, hwp_reads_seen *out) {
  const double e = error_of(self, base);
  rates_of(self, base, &out->c_to_t, &out->g_to_a);
  for (int32_t a = 0; a < HWP_READS_BASES; a++)
    out->error[a] = base->base >= HW_READS_NO_BASE ? 1 : base->base == a ? 1 - e : e / 3;
  memcpy(out->shown, out->error, sizeof out->shown);
  out->shown[C] += out->c_to_t.rate * (out->error[T] - out->error[C]);
  out->shown[G] += out->g_to_a.rate * (out->error[A] - out->error[G]);
}

bool hwp_reads_alleles(const hw_panel_marker *marker, uint8_t bases[HWP_READS_BASES]) {
  static const char letters[] = "ACGT";
  if (marker->n_alleles > HWP_READS_BASES) return false;
  for (int32_t i = 0; i < marker->n_alleles; i++) {
    const char *allele = marker->alleles[i];
    const char *at = allele[0] != '\0' && allele[1] == '\0' ? strchr(letters, allele[0]) : NULL;
    if (at == NULL) return false;
    bases[i] = (uint8_t)(at - letters);
  }
  return true;
}

double hwp_reads_weight(const hw_reads_model *model, int32_t i, int32_t j) {
  return i == j ? 1 : i == 0 ? 0.5 + model->reference_bias : 0.5;
}

void hwp_reads_source(const hw_panel *panel, int32_t source, int32_t m, double *q) {
  const int32_t n = panel->markers[m].n_alleles;
  const double *known = NULL;
  if (source != HW_PANEL_NONE)
    known = panel->populations[source].frequencies + panel->first_allele[m];
  for (int32_t i = 0; i < n; i++) q[i] = known && !isnan(known[i]) ? known[i] : 1.0 / n;
}

/* --- what is accepted --- */

double *hwp_reads_number(hw_reads_model *model, int32_t parameter) {
  double *const numbers[HW_READS_PARAMETERS] = {&model->damage,         &model->decay,
                                                &model->damage_inside,  &model->contamination,
                                                &model->reference_bias, &model->drop_in};
  return numbers[parameter];
}

static double least_of(int32_t parameter) {
  return parameter == HW_READS_BIAS ? -0.5 : 0;
}

bool hwp_reads_is_fitted(const hw_reads_model *model, int32_t parameter) {
  hw_reads_model copy = *model;
  return *hwp_reads_number(&copy, parameter) < least_of(parameter);
}

static hw_status check_numbers(const hw_reads_model *model, bool may_fit, hw_err *err) {
  static const char *const names[HW_READS_PARAMETERS] = {
      "damage", "decay", "damage inside", "contamination", "reference bias", "drop-in"};
  hw_reads_model copy = *model;
  if ((int)model->library < 0 || model->library > HW_LIBRARY_TREATED)
    return hw_err_set(err, HW_E_VALUE, "library %d: there are three kinds", (int)model->library);
  for (int32_t k = 0; k < HW_READS_PARAMETERS; k++) {
    const double value = *hwp_reads_number(&copy, k);
    const double most = k == HW_READS_BIAS ? 0.5 : 1;
    if (may_fit && value < least_of(k)) continue;
    if (!(value >= least_of(k) && value <= most))
      return hw_err_set(err, HW_E_VALUE, "%s of the reads is %g; it must be %g to %g", names[k],
                        value, least_of(k), most);
  }
  if (model->damage > 0 && model->damage_inside > 0 && model->damage + model->damage_inside > 1)
    return hw_err_set(err, HW_E_VALUE,
                      "damage of the last base %g and inside %g are more than 1 together",
                      model->damage, model->damage_inside);
  return HW_OK;
}

hw_status hwp_reads_check(const hw_panel *panel, int32_t source, const hw_pileup *pileup,
                          const hw_reads_model *model, bool may_fit, hw_err *err) {
  HW_TRY(check_numbers(model, may_fit, err));
  if (pileup->n_markers != panel->n_markers)
    return hw_err_set(err, HW_E_SHAPE, "the reads lie over %d markers, the panel has %d",
                      (int)pileup->n_markers, (int)panel->n_markers);
  if (source < HW_PANEL_NONE || source >= panel->n_populations)
    return hw_err_set(err, HW_E_VALUE, "population %d of the contaminant: the panel has %d",
                      (int)source, (int)panel->n_populations);
  if (source == HW_PANEL_NONE && model->contamination != 0)
    return hw_err_set(err, HW_E_VALUE,
                      "contamination needs the frequencies of a population; name one, or set "
                      "contamination to 0");
  return HW_OK;
}

/* --- genotypes --- */

int32_t hwp_reads_align(const hwp_reads_product *products, int32_t n, double *values) {
  int32_t least = INT32_MAX;
  for (int32_t g = 0; g < n; g++)
    if (products[g].value > 0 && products[g].n_steps < least) least = products[g].n_steps;
  for (int32_t g = 0; g < n; g++) {
    values[g] = products[g].value;
    /* Four steps further down nothing is left of a double. */
    for (int32_t k = 0; k < 4 && k < products[g].n_steps - least; k++) values[g] *= 0x1p-300;
  }
  return least;
}

static void multiply(const hw_reads_model *model, const hwp_reads_seen *seen, int32_t n_alleles,
                     const uint8_t *allele, const double *q, hwp_reads_product *products) {
  const double own = 1 - model->contamination;
  double foreign = 0;
  for (int32_t i = 0; i < n_alleles; i++) foreign += q[i] * seen->error[allele[i]];
  for (int32_t j = 0, g = 0; j < n_alleles; j++)
    for (int32_t i = 0; i <= j; i++, g++) {
      const double w = hwp_reads_weight(model, i, j);
      const double molecule = w * seen->shown[allele[i]] + (1 - w) * seen->shown[allele[j]];
      const double from_somewhere = own * molecule + model->contamination * foreign;
      hwp_reads_multiply(&products[g],
                         (1 - model->drop_in) * from_somewhere + 0.25 * model->drop_in);
    }
}

static void site_bytes(const hw_panel *panel, int32_t source, const hw_pileup *pileup, int32_t m,
                       const hwp_reads_tables *tables, bool has_one, uint8_t *bytes) {
  uint8_t allele[HWP_READS_BASES];
  hwp_reads_product products[HWP_READS_GENOTYPES] = {{0, 0}};
  double likelihoods[HWP_READS_GENOTYPES], q[HWP_READS_BASES];
  const hw_panel_marker *marker = &panel->markers[m];
  const int32_t n = marker->n_alleles, n_genotypes = n * (n + 1) / 2;
  if (pileup->first[m] == pileup->first[m + 1] || !hwp_reads_alleles(marker, allele)) {
    memset(bytes, 0, (size_t)n_genotypes);
    return;
  }
  hwp_reads_source(panel, source, m, q);
  for (int32_t j = 0, g = 0; j < n; j++)
    for (int32_t i = 0; i <= j; i++, g++)
      products[g] = (hwp_reads_product){has_one && i < j ? 0 : 1, 0};
  for (int32_t r = pileup->first[m]; r < pileup->first[m + 1]; r++) {
    hwp_reads_seen seen;
    if (pileup->bases[r].base >= HW_READS_NO_BASE) continue;
    hwp_reads_see(tables, &pileup->bases[r], &seen);
    multiply(&tables->model, &seen, n, allele, q, products);
  }
  (void)hwp_reads_align(products, n_genotypes, likelihoods);
  hw_snp_bytes(likelihoods, n_genotypes, bytes);
}

hw_status hw_reads_genotypes(const hw_panel *panel, int32_t source, const hw_pileup *pileup,
                             hw_sex sex, const hw_reads_model *model, uint8_t *bytes, hw_err *err) {
  hwp_reads_tables tables;
  HW_TRY(hwp_reads_check(panel, source, pileup, model, false, err));
  hwp_reads_tables_init(&tables, model);
  for (int32_t m = 0; m < panel->n_markers; m++)
    site_bytes(panel, source, pileup, m, &tables,
               sex == HW_MALE && panel->markers[m].chromosome == HW_PANEL_X,
               bytes + panel->first_genotype[m]);
  return HW_OK;
}

/* --- for others --- */

void hw_reads_shown(const hw_reads_model *model, const hw_read_base *base, double shown[4]) {
  hwp_reads_tables tables;
  hwp_reads_seen seen;
  init_for(&tables, model, base);
  hwp_reads_see(&tables, base, &seen);
  memcpy(shown, seen.shown, sizeof seen.shown);
}

void hw_reads_damage(const hw_reads_model *model, const hw_read_base *base, double *c_to_t,
                     double *g_to_a) {
  hwp_reads_tables tables;
  hwp_reads_rate forward_c, forward_g;
  init_for(&tables, model, base);
  rates_of(&tables, base, &forward_c, &forward_g);
  *c_to_t = forward_c.rate;
  *g_to_a = forward_g.rate;
}
