/* .fam reader: from loci to markers.
 *
 * Frequencies must sum to one, the silent allele included. What Familias writes
 * does, to the digits it writes; lists that were typed or converted elsewhere
 * often do not, and what to do about it changes likelihood ratios:
 *
 *   off by rounding (HW_FAM_SUM_ROUNDING)     scaled, with a note and a flag
 *   one without the silent allele             the others are scaled by 1 − silent
 *   otherwise                                 what the options say; else refused
 *
 * Added alleles (fam_genotype.c) get their frequency at the end, and the others
 * are scaled by what is left.
 *
 * All alleles are kept, under the names they have: a "Rest allele" is an allele
 * like others where the mutation model does not count repeats. */
#include <math.h>
#include <string.h>

#include "formats/fam_int.h"

/* --- names --- */

/* Decimals of a number of repeats, trailing zeros not counted; −1 = not such a number. */
static int count_decimals(const char *name) {
  const size_t n_whole = strspn(name, "0123456789");
  if (n_whole == 0 || n_whole > 9) return -1;
  if (name[n_whole] == '\0') return 0;
  if (name[n_whole] != '.') return -1;
  const char *decimals = name + n_whole + 1;
  size_t n = strspn(decimals, "0123456789");
  if (n == 0 || n > 9 || decimals[n] != '\0') return -1;
  while (n > 0 && decimals[n - 1] == '0') n--;
  return (int)n;
}

bool hwp_fam_is_ladder_name(const char *name) {
  const int n_decimals = count_decimals(name);
  return n_decimals >= 0 && n_decimals <= 1 && strspn(name, "0") < strcspn(name, ".");
}

static bool has_gap(const hwp_fam_locus *locus) {
  int32_t least = INT32_MAX, most = 0, n_whole = 0;
  for (int32_t i = 0; i < locus->n_alleles; i++) {
    int32_t repeats = 0;
    if (count_decimals(locus->alleles[i].name) != 0) return true;
    if (hwp_fam_to_integer(locus->alleles[i].name, &repeats) == NULL) return true;
    least = repeats < least ? repeats : least;
    most = repeats > most ? repeats : most;
    n_whole++;
  }
  return most - least + 1 != n_whole;
}

static bool is_sex_linked_name(const char *name) {
  return hwp_fam_starts(name, "DXS") || hwp_fam_starts(name, "DYS") ||
         hwp_fam_starts(name, "AMEL") || hwp_fam_starts(name, "Y-GATA");
}

/* The flags that the names alone decide. */
static hw_status flag_names(hwp_fam_reader *self, hwp_fam_locus *locus) {
  hw_fam_marker *detail = &locus->detail;
  const bool counts_repeats = detail->model[0] >= 2 || detail->model[1] >= 2;
  for (int32_t i = 0; i < locus->n_alleles + locus->n_added; i++) {
    const char *name = locus->alleles[i].name;
    const int n_decimals = count_decimals(name);
    if (strcmp(name, "0") == 0) detail->flags |= HW_FAM_ALLELE_ZERO;
    if (n_decimals > 1) detail->flags |= HW_FAM_ODD_MICROVARIANT;
    if (counts_repeats && n_decimals < 0) detail->flags |= HW_FAM_NOT_NUMERIC;
  }
  if (counts_repeats && detail->model[0] != 4 && detail->model[1] != 4 && has_gap(locus)) {
    detail->flags |= HW_FAM_LADDER_GAPS;
    self->n_ladder_gaps++;
  }
  if (detail->flags & HW_FAM_ALLELE_ZERO)
    HW_TRY(hwp_fam_note(self, detail->line,
                        "locus \"%s\": an allele is called \"0\", by which other programs mean "
                        "\"not typed\"; it is taken for an allele",
                        locus->name));
  if (!is_sex_linked_name(locus->name)) return HW_OK;
  detail->flags |= HW_FAM_SEX_LINKED_NAME;
  return hwp_fam_note(self, detail->line,
                      "locus \"%s\" bears the name of a marker on a sex chromosome, but is "
                      "computed as autosomal, as Familias does; leave it out of the evidence",
                      locus->name);
}

/* A name for the silent or rest allele that no other allele has. */
static hw_status name_allele(hwp_fam_reader *self, const hwp_fam_locus *locus, const char *name,
                             const char **out) {
  *out = name;
  for (int32_t i = 0; i < locus->n_alleles + locus->n_added; i++) {
    if (strcmp(*out, locus->alleles[i].name) != 0) continue;
    HW_TRY(hwp_fam_print(self, out, "%s allele", *out));
    i = -1; /* a longer name each time, so that this ends */
  }
  return HW_OK;
}

/* --- frequencies --- */

typedef struct table {
  int32_t n; /* alleles in all */
  const char **names;
  double *frequencies;
  int32_t silent; /* HW_ALLELE_NONE = none */
} table;

static void scale(table *t, double factor, int32_t but) {
  for (int32_t i = 0; i < t->n; i++)
    if (i != but) t->frequencies[i] *= factor;
}

static hw_status add_rest(hwp_fam_reader *self, hwp_fam_locus *locus, table *t, double sum) {
  if (sum > 1)
    return hwp_fam_refuse(
        self, locus->detail.line, HW_E_VALUE, NULL,
        "locus \"%.60s\": the frequencies sum to %.9g; nothing is left for a rest "
        "allele",
        locus->name, sum);
  HW_TRY(name_allele(self, locus, "Rest allele", &t->names[t->n]));
  t->frequencies[t->n++] = 1 - sum;
  locus->detail.flags |= HW_FAM_SUM_REST;
  const bool counts_repeats = locus->detail.model[0] >= 2 || locus->detail.model[1] >= 2;
  if (counts_repeats) locus->detail.flags |= HW_FAM_NOT_NUMERIC;
  return hwp_fam_note(self, locus->detail.line,
                      "locus \"%s\": the frequencies sum to %.9g; a rest allele got %.9g",
                      locus->name, sum, 1 - sum);
}

/* Brings the frequencies of the table (added alleles left out) to the sum one. */
static hw_status fit_sum(hwp_fam_reader *self, hwp_fam_locus *locus, table *t) {
  hw_fam_marker *detail = &locus->detail;
  double sum = 0;
  for (int32_t i = 0; i < t->n; i++) sum += t->frequencies[i];
  detail->sum = sum;
  if (fabs(sum - 1) <= HW_FREQUENCY_SUM_TOLERANCE) return HW_OK;
  const double silent = t->silent == HW_ALLELE_NONE ? 0 : t->frequencies[t->silent];
  if (silent > 0 && silent < 1 && fabs(sum - silent - 1) <= HW_FREQUENCY_SUM_TOLERANCE) {
    scale(t, (1 - silent) / (sum - silent), t->silent);
    detail->flags |= HW_FAM_SILENT_ON_TOP;
    return hwp_fam_note(self, detail->line,
                        "locus \"%s\": the frequencies sum to 1 without the silent allele; they "
                        "were multiplied by %.9g",
                        locus->name, 1 - silent);
  }
  if (sum > 0 && (fabs(sum - 1) <= HW_FAM_SUM_ROUNDING ||
                  self->options.normalisation == HW_NORMALISE_RESCALE)) {
    scale(t, 1 / sum, HW_ALLELE_NONE);
    detail->flags |= HW_FAM_SUM_SCALED;
    return hwp_fam_note(self, detail->line,
                        "locus \"%s\": the frequencies sum to %.9g; each was divided by the sum",
                        locus->name, sum);
  }
  if (self->options.normalisation == HW_NORMALISE_REST) return add_rest(self, locus, t, sum);
  return hwp_fam_refuse(self, detail->line, HW_E_VALUE, NULL,
                        "locus \"%.60s\": the frequencies sum to %.9g, not to 1; add the missing "
                        "alleles or one rest allele, or choose to have them rescaled",
                        locus->name, sum);
}

/* Gives the added alleles what they are to have. */
static hw_status add_missing(hwp_fam_reader *self, hwp_fam_locus *locus, table *t) {
  const int32_t k = locus->n_added;
  if (k == 0) return HW_OK;
  const double taken = k * self->options.missing_allele;
  if (!(taken < 1))
    return hwp_fam_refuse(self, locus->detail.line, HW_E_VALUE, NULL,
                          "locus \"%.60s\": %d missing alleles of frequency %g leave nothing for "
                          "the others; choose a smaller one",
                          locus->name, (int)k, self->options.missing_allele);
  scale(t, 1 - taken, HW_ALLELE_NONE);
  for (int32_t i = 0; i < k; i++)
    t->frequencies[locus->n_alleles + i] = self->options.missing_allele;
  return HW_OK;
}

/* Alleles of the table, added ones (still without frequency), the silent one. */
static hw_status fill_table(hwp_fam_reader *self, hwp_fam_locus *locus, table *t) {
  const int32_t n = locus->n_alleles + locus->n_added;
  *t = (table){.silent = HW_ALLELE_NONE};
  t->names = hwp_fam_alloc(self, (int64_t)n + 2, sizeof *t->names);
  t->frequencies = hwp_fam_alloc(self, (int64_t)n + 2, sizeof *t->frequencies);
  if (t->names == NULL || t->frequencies == NULL) return HW_E_NO_MEMORY;
  for (; t->n < n; t->n++) {
    t->names[t->n] = locus->alleles[t->n].name;
    t->frequencies[t->n] = t->n < locus->n_alleles ? locus->alleles[t->n].frequency : 0;
  }
  if (!locus->has_silent || !(locus->silent > 0)) return HW_OK;
  t->silent = t->n;
  HW_TRY(name_allele(self, locus, "silent", &t->names[t->n]));
  t->frequencies[t->n++] = locus->silent;
  return HW_OK;
}

/* --- markers --- */

static hw_status build_marker(hwp_fam_reader *self, hwp_fam_locus *locus, hw_fam_marker *detail,
                              hw_marker *out) {
  table t;
  if (locus->n_alleles + locus->n_added + 2 > HW_MAX_ALLELES)
    return hwp_fam_refuse(self, locus->detail.line, HW_E_VALUE, NULL,
                          "locus \"%.60s\" has %d alleles; at most %d are possible", locus->name,
                          (int)(locus->n_alleles + locus->n_added), HW_MAX_ALLELES - 2);
  HW_TRY(flag_names(self, locus));
  HW_TRY(fill_table(self, locus, &t));
  HW_TRY(fit_sum(self, locus, &t));
  HW_TRY(add_missing(self, locus, &t));
  *out = (hw_marker){.name = locus->name,
                     .chromosome = HW_CHROMOSOME_AUTOSOMAL,
                     .position_cm = (double)NAN,
                     .n_alleles = t.n,
                     .allele_names = t.names,
                     .frequencies = t.frequencies,
                     .silent = t.silent};
  *detail = locus->detail;
  return hwp_fam_build_mutation(self, detail, out);
}

static hw_status build_database(hwp_fam_reader *self, hwp_fam_raw_database *raw,
                                hw_fam_database *out) {
  hw_marker *markers = hwp_fam_alloc(self, raw->n_loci, sizeof *markers);
  hw_fam_marker *details = hwp_fam_alloc(self, raw->n_loci, sizeof *details);
  if (markers == NULL || details == NULL) return HW_E_NO_MEMORY;
  *out = (hw_fam_database){raw->name, raw->n_loci, markers, details};
  for (int32_t i = 0; i < raw->n_loci; i++)
    HW_TRY(hwp_fam_report(self, build_marker(self, &raw->loci[i], &details[i], &markers[i])));
  return HW_OK;
}

hw_status hwp_fam_build_markers(hwp_fam_reader *self) {
  hw_fam_database *databases = hwp_fam_alloc(self, self->n_databases, sizeof *databases);
  if (databases == NULL) return HW_E_NO_MEMORY;
  for (int32_t i = 0; i < self->n_databases; i++)
    HW_TRY(build_database(self, &self->databases[i], &databases[i]));
  self->fam->databases = databases;
  self->fam->n_databases = self->n_databases;
  if (self->n_ladder_gaps == 0) return HW_OK;
  return hwp_fam_note(self, self->database_line,
                      "%d loci with a stepwise model have gaps or microvariants; steps are counted "
                      "in repeats, where older versions of Familias count places in the table",
                      (int)self->n_ladder_gaps);
}
