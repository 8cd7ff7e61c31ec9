/* From the genotype fields of a VCF record to bytes of a marker.
 *
 * Fields are asked in the order of what they tell about the reads themselves: PL and GL are
 * likelihoods, GP has a prior in it that must be known and divided out, GT is a decision. Per sample
 * the first that is not missing is taken.
 *
 * Likelihoods become costs of the file's genotypes in the unit of the bytes, −40 log10: PL · 4,
 * GL · −40, −40 log10(GP / prior); snp_carry.c brings them to the marker's genotypes.
 *
 * Calls. With a quality Q the call is right with probability 1 − 10^(−Q/10), and the rest is spread
 * evenly; so a Q so low that the call would be the least likely genotype tells nothing. */
#include "formats/vcf_values.h"

#include <math.h>
#include <string.h>

#include "base/check.h"
#include "base/elementary.h"

enum { MARKER_GENOTYPES = HW_PANEL_MAX_ALLELES * (HW_PANEL_MAX_ALLELES + 1) / 2 };

static const char *const tags[HW_SNP_FIELD_COUNT] = {"PL", "GL", "GP", "GT", ""};
static const double POSTERIORS_OFF = 0.02; /* of their sum, for digits that were cut */
static const double MOST_LOG10 = 1e6;      /* beyond which a log10 likelihood is no number of one */

static bool is_wanted(const hw_vcf_options *options, int field) {
  return options->choice == HW_VCF_BEST || (int)options->choice == field + 1;
}

hw_status hwp_vcf_site_begin(hwp_vcf_site *self, bool *has_field, hw_err *err) {
  *has_field = false;
  for (int f = 0; f <= HW_SNP_GT; f++) {
    self->has[f] =
        is_wanted(self->options, f) && hwp_vcf_file_field(self->file, tags[f], &self->fields[f]);
    *has_field = *has_field || self->has[f];
  }
  self->has_quality = hwp_vcf_file_field(self->file, "GQ", &self->quality);
  if (self->has[HW_SNP_PL] || self->has[HW_SNP_GL] || !self->has[HW_SNP_GP] ||
      self->options->prior != HW_VCF_PRIOR_NOT_TOLD)
    return HW_OK;
  hw_err_set(
      err, HW_E_UNSUPPORTED,
      "genotypes are given as GP, posterior probabilities, and the prior in them is not told: "
      "say which it was (flat, or Hardy-Weinberg with a population of the panel), or choose "
      "the calls (GT)");
  hwp_vcf_file_place(self->file, self->record->number, err);
  return HW_E_UNSUPPORTED;
}

static hw_status fail(const hwp_vcf_site *self, hw_status status, int32_t sample, const char *tag,
                      hw_err *err, const char *message) {
  hw_err_set(err, status, "sample \"%s\": %s", self->names[sample], message);
  hw_err_field(err, "%s", tag);
  hwp_vcf_file_place(self->file, self->record->number, err);
  return status;
}

/* --- PL, GL, GP --- */

/* A value of the file as a cost. @return NULL, or what is wrong with it */
static const char *to_cost(int field, double value, double *cost) {
  switch (field) {
    case HW_SNP_PL:
      *cost = value * (HW_SNP_UNITS / 10.0);
      return value >= 0 ? NULL : "a phred likelihood below 0";
    case HW_SNP_GL:
      *cost = -value * HW_SNP_UNITS;
      return value <= MOST_LOG10 && (value >= -MOST_LOG10 || isinf(value))
                 ? NULL
                 : "a log10 likelihood out of range";
    default:
      *cost = -HW_SNP_UNITS * hw_log10(fmax(value, HW_VCF_LEAST_POSTERIOR));
      return value >= 0 && value <= 1 + POSTERIORS_OFF
                 ? NULL
                 : "a probability that is not between 0 and 1";
  }
}

/* Takes the prior out of posteriors: cost + 40 log10 of it. Several of the marker's alleles may be
 * one in the file, "any other", whose prior is their sum. @return false if it is not known */
static bool divide_by_prior(const hwp_vcf_site *self, int32_t n_costs, hwp_snp_costs *known) {
  const hwp_snp_match *match = self->match;
  double prior[HWP_SNP_MOST_GENOTYPES];
  bool is_known = true;
  if (self->options->prior == HW_VCF_PRIOR_FLAT) return true;
  if (self->frequencies == NULL || isnan(self->frequencies[0])) return false;
  for (int32_t g = 0; g < n_costs; g++) prior[g] = -1; /* not the marker's */
  for (int32_t b = 0; b < match->n_alleles; b++)
    for (int32_t a = 0; a <= b; a++) {
      const int32_t fa = match->of_marker[a], fb = match->of_marker[b];
      if (fa < 0 || fb < 0 || (known->is_single && a != b)) continue;
      double one = self->frequencies[b];
      if (!known->is_single) one *= a == b ? self->frequencies[a] : 2 * self->frequencies[a];
      double *of = &prior[known->is_single ? fa : hwp_snp_genotype(fa, fb)];
      *of = *of < 0 ? one : *of + one;
    }
  for (int32_t g = 0; g < n_costs; g++) {
    if (prior[g] > 0) known->of[g] += HW_SNP_UNITS * hw_log10(prior[g]);
    is_known = is_known && prior[g] != 0;
  }
  return is_known;
}

/* One copy is a person's where X is a male's, or the sex is not known. */
static bool can_be_single(const hwp_vcf_site *self, hw_sex sex) {
  return self->is_x && sex != HW_FEMALE;
}

static hw_status get_likelihoods(hwp_vcf_site *self, int field, int32_t sample, hw_sex sex,
                                 hwp_snp_costs *known, bool *is_missing, hw_err *err) {
  double values[HWP_SNP_MOST_GENOTYPES], sum = 0;
  const int32_t n_alleles = self->record->n_alleles;
  const int32_t n_two = n_alleles * (n_alleles + 1) / 2;
  const int32_t n =
      hwp_vcf_values_get(&self->fields[field], sample, HWP_SNP_MOST_GENOTYPES, values);
  int32_t n_missing = 0;
  for (int32_t g = 0; g < n && g < HWP_SNP_MOST_GENOTYPES; g++) n_missing += isnan(values[g]);
  *is_missing = n_missing > 0 || n == 0 || n_alleles == 1;
  if (n <= 1 && *is_missing) return HW_OK;
  if (n != n_two && n != n_alleles) {
    char message[96];
    snprintf(message, sizeof message, "%d values; expected %d, or %d of a single copy", (int)n,
             (int)n_two, (int)n_alleles);
    return fail(self, HW_E_SHAPE, sample, tags[field], err, message);
  }
  self->report->n_partial += n_missing > 0 && n_missing < n;
  if (*is_missing) return HW_OK;
  known->is_single = n != n_two;
  for (int32_t g = 0; g < n; g++) {
    const char *wrong = to_cost(field, values[g], &known->of[g]);
    if (wrong != NULL) return fail(self, HW_E_VALUE, sample, tags[field], err, wrong);
    sum += values[g];
  }
  if (field == HW_SNP_GP && fabs(sum - 1) > POSTERIORS_OFF)
    return fail(self, HW_E_VALUE, sample, tags[field], err, "the probabilities do not sum to 1");
  if (known->is_single && !can_be_single(self, sex)) {
    self->report->n_ploidy++;
    *is_missing = true;
  }
  if (field == HW_SNP_GP && !*is_missing && !divide_by_prior(self, n, known))
    for (int32_t g = 0; g < n; g++) known->of[g] = 0; /* nothing is known without the prior */
  return HW_OK;
}

/* --- GT --- */

/* The marker's allele that was called; −1 = none, or one of several. */
static int32_t called_allele(const hwp_snp_match *match, int32_t of_file) {
  int32_t found = -1;
  for (int32_t a = 0; a < match->n_alleles; a++) {
    if (match->of_marker[a] != of_file) continue;
    if (found >= 0) return -1;
    found = a;
  }
  return found;
}

/* The copies of a call, as alleles of the marker. @param n  [out] 0 = nothing is known */
static hw_status get_call(hwp_vcf_site *self, int32_t sample, hw_sex sex, int32_t call[2],
                          int32_t *n, hw_err *err) {
  int32_t alleles[2];
  const int32_t n_copies = hwp_vcf_values_genotype(&self->fields[HW_SNP_GT], sample, 2, alleles);
  int32_t n_missing = 0;
  *n = 0;
  for (int32_t i = 0; i < n_copies && i < 2; i++) {
    n_missing += alleles[i] < 0;
    if (alleles[i] >= self->record->n_alleles)
      return fail(self, HW_E_VALUE, sample, "GT", err, "an allele that the record does not list");
  }
  if (n_copies == 0 || n_missing == n_copies) return HW_OK;
  self->report->n_partial += n_missing > 0;
  if (n_missing > 0) return HW_OK;
  if (n_copies > 2 || (n_copies == 1 && !can_be_single(self, sex))) {
    self->report->n_ploidy++;
    return HW_OK;
  }
  for (int32_t i = 0; i < n_copies; i++) {
    call[i] = called_allele(self->match, alleles[i]);
    if (call[i] < 0) {
      self->report->n_dropped++;
      return HW_OK;
    }
  }
  *n = n_copies;
  return HW_OK;
}

/* P(error) that the file tells of a call; −1 = none, or the user knows better. */
static hw_status get_quality(hwp_vcf_site *self, int32_t sample, double *error, hw_err *err) {
  double quality;
  *error = -1;
  if (self->options->error != NULL || !self->has_quality) return HW_OK;
  if (hwp_vcf_values_get(&self->quality, sample, 1, &quality) < 1 || isnan(quality)) return HW_OK;
  if (!(quality >= 0)) return fail(self, HW_E_VALUE, sample, "GQ", err, "a quality below 0");
  *error = hw_pow10(-quality / 10);
  return HW_OK;
}

/* Evenly wrong: one allele of several, or one genotype. */
static void set_even(int32_t n, int32_t called, double error, double *likelihoods) {
  const double other = error / (n - 1);
  for (int32_t i = 0; i < n; i++) likelihoods[i] = i == called ? 1 - error : other;
  if (1 - error <= other)
    for (int32_t i = 0; i < n; i++) likelihoods[i] = 1;
}

/* One copy: of the marker's alleles, at their homozygotes. */
static void set_single(const hwp_vcf_site *self, int32_t called, double error, uint8_t *bytes) {
  const hw_snp_error *platform = self->options->error;
  const int32_t n = self->match->n_alleles;
  double of_allele[HW_PANEL_MAX_ALLELES], of_genotype[MARKER_GENOTYPES] = {0};
  if (error < 0) error = platform != NULL ? platform->allele : HW_VCF_ERROR_ALLELE;
  set_even(n, called, error, of_allele);
  for (int32_t a = 0; a < n; a++) of_genotype[hwp_snp_genotype(a, a)] = of_allele[a];
  if (of_allele[0] == of_allele[n - 1] && of_allele[0] == of_allele[1])
    memset(bytes, 0, (size_t)(n * (n + 1) / 2));
  else
    hw_snp_bytes(of_genotype, n * (n + 1) / 2, bytes);
}

static hw_status get_called(hwp_vcf_site *self, int32_t sample, hw_sex sex, uint8_t *bytes,
                            int32_t *n_copies, hw_err *err) {
  static const hw_snp_error by_default = {HW_VCF_ERROR_ALLELE, HW_VCF_ERROR_DROPOUT};
  const int32_t n = self->match->n_alleles, n_two = n * (n + 1) / 2;
  const bool is_male = self->is_x && sex == HW_MALE;
  double likelihoods[MARKER_GENOTYPES], error;
  int32_t call[2] = {0, 0};
  memset(bytes, 0, (size_t)n_two);
  HW_TRY(get_call(self, sample, sex, call, n_copies, err));
  if (*n_copies == 0) return HW_OK;
  HW_TRY(get_quality(self, sample, &error, err));
  if (*n_copies == 2 && is_male && call[0] != call[1]) {
    self->report->n_male_heterozygous++;
    return HW_OK;
  }
  if (*n_copies == 1 || is_male) {
    set_single(self, call[0], error, bytes);
  } else if (error >= 0) {
    set_even(n_two, hwp_snp_genotype(call[0], call[1]), error, likelihoods);
    hw_snp_bytes(likelihoods, n_two, bytes);
  } else {
    const hw_snp_error *platform = self->options->error;
    const int32_t low = call[0] < call[1] ? call[0] : call[1];
    hw_snp_call_set(n, low, call[0] + call[1] - low, platform != NULL ? platform : &by_default,
                    bytes);
  }
  return HW_OK;
}

/* --- one sample --- */

static bool has_known(const uint8_t *bytes, int32_t n) {
  for (int32_t g = 0; g < n; g++)
    if (bytes[g] != 0) return true;
  return false;
}

hw_status hwp_vcf_site_get(hwp_vcf_site *self, int32_t sample, hw_sex sex, uint8_t *bytes,
                           bool *is_single, hw_err *err) {
  const int32_t n = self->match->n_alleles, n_two = n * (n + 1) / 2;
  hwp_snp_costs known; /* only what the file fills is looked at: clearing would cost more */
  bool is_missing = true;
  int32_t n_copies = 0;
  memset(bytes, 0, (size_t)n_two);
  *is_single = false;
  for (int f = HW_SNP_PL; f <= HW_SNP_GP; f++) {
    if (!self->has[f]) continue;
    HW_TRY(get_likelihoods(self, f, sample, sex, &known, &is_missing, err));
    if (is_missing) continue;
    *is_single = known.is_single;
    self->report->n_values[f] += hwp_snp_carry(self->match, self->record->n_alleles, &known,
                                               self->is_x, sex, self->report, bytes);
    return HW_OK;
  }
  if (!self->has[HW_SNP_GT]) return HW_OK;
  HW_TRY(get_called(self, sample, sex, bytes, &n_copies, err));
  *is_single = n_copies == 1;
  self->report->n_values[HW_SNP_GT] += has_known(bytes, n_two);
  return HW_OK;
}
