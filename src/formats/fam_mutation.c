/* .fam reader: mutation models.
 *
 *   0  equal                   equal
 *   1  proportional            proportional
 *   2  stepwise (unstationary) stepwise
 *   3  stepwise (stationary)   stepwise, transform PM (Simonsson & Mostad 2016)
 *   4  extended stepwise       stepwise
 *
 * with the rate, the range and the second rate of the file; Familias leaves the
 * second rate 0 where it is not asked for. This is how the R versions of Familias
 * and the pedsuite compute the models, and what their published answers rest on.
 * (Familias before version 3 counts the steps of 2 and 3 by places in the table
 * instead of repeats, which differs on ladders with gaps and microvariants: see
 * HW_FAM_LADDER_GAPS.)
 *
 * Where a model does not exist for a marker:
 *   - a stepwise model needs numbers of repeats. "Rest allele", "0" and a
 *     microvariant of two decimals are none; with such an allele the marker gets the
 *     equal model (or, by an option, the proportional one) with the same rates, as
 *     in the pedsuite, a flag and a note;
 *   - PM does not exist where the classes of microvariants do not mix (second rate
 *     0) or an allele has frequency 0; then the Metropolis–Hastings transform takes
 *     its place, which is stationary too;
 *   - what still does not exist (a proportional model on one allele of frequency 1)
 *     becomes equal.
 *
 * Females and males may have different models. A marker knows one model with two
 * rates, so that two models become a custom one: the two matrices. A sex without
 * mutation takes the other's model, with its own rate of zero. */
#include <stdlib.h>
#include <string.h>

#include "formats/fam_int.h"
#include "genetics/mutation_keep.h"

typedef struct choice {
  hw_mutation_model model;
  hw_mutation_transform transform;
} choice;

static choice choose(int code) {
  switch (code) {
    case 0:
      return (choice){HW_MUTATION_EQUAL, HW_TRANSFORM_NONE};
    case 1:
      return (choice){HW_MUTATION_PROPORTIONAL, HW_TRANSFORM_NONE};
    case 3:
      return (choice){HW_MUTATION_STEPWISE, HW_TRANSFORM_PM};
    default:
      return (choice){HW_MUTATION_STEPWISE, HW_TRANSFORM_NONE};
  }
}

/* True if nothing mutates in meioses of this sex. */
static bool is_still(const hw_fam_marker *detail, int from) {
  return !(detail->rate[from] > 0) && (detail->model[from] < 2 || !(detail->rate2[from] > 0));
}

static hw_status need_scratch(hwp_fam_reader *self, size_t n) {
  if (n <= self->n_scratch) return HW_OK;
  for (int i = 0; i < 2; i++) {
    double *larger = realloc(self->scratch[i], n * sizeof *larger);
    if (larger == NULL) return HW_NO_MEMORY(&self->err, "mutation matrices");
    self->scratch[i] = larger;
  }
  self->n_scratch = n;
  return HW_OK;
}

/* Sets model and parameters of both sexes, those alone that the model uses. */
static void set_mutation(const hw_fam_marker *detail, choice chosen, hw_marker *marker) {
  hw_mutation *mutation = &marker->mutation;
  *mutation = (hw_mutation){.model = chosen.model, .transform = chosen.transform};
  for (int from = 0; from < 2; from++) {
    mutation->rate[from] = detail->rate[from];
    if (chosen.model != HW_MUTATION_STEPWISE) continue;
    /* A sex that borrows the other's model keeps still. */
    const bool has_steps = detail->model[from] >= 2;
    mutation->rate2[from] = has_steps ? detail->rate2[from] : 0;
    mutation->range[from] = detail->range[from] <= 1 ? detail->range[from] : 0;
  }
}

/* --- what takes the place of a model that does not exist --- */

/* An allele from which no steps can be counted, or NULL. The silent allele takes none. */
static const char *find_offender(const hw_marker *marker) {
  for (int32_t i = 0; i < marker->n_alleles; i++) {
    const char *name = marker->allele_names[i];
    if (i != marker->silent && !hwp_fam_is_ladder_name(name)) return name;
  }
  return NULL;
}

static hw_status attempt(hwp_fam_reader *self, const hw_fam_marker *detail, choice chosen,
                         hw_marker *marker, int from) {
  set_mutation(detail, chosen, marker);
  if (from >= 0) return hw_mutation_matrix(marker, from, self->scratch[from], &self->err);
  for (int k = 0; k < 2; k++) HW_TRY(hw_mutation_matrix(marker, k, self->scratch[k], &self->err));
  return HW_OK;
}

/* Computes the chosen model, or what takes its place, into the scratch.
 * @param from  a sex, or −1 = both */
static hw_status compute(hwp_fam_reader *self, hw_fam_marker *detail, choice chosen,
                         hw_marker *marker, int from) {
  const bool is_proportional = self->options.fallback_proportional;
  const choice reversible = {HW_MUTATION_STEPWISE, HW_TRANSFORM_MH},
               equal = {HW_MUTATION_EQUAL, HW_TRANSFORM_NONE},
               fallback = {is_proportional ? HW_MUTATION_PROPORTIONAL : HW_MUTATION_EQUAL,
                           HW_TRANSFORM_NONE};
  const char *offender = chosen.model == HW_MUTATION_STEPWISE ? find_offender(marker) : NULL;
  hw_status status = offender == NULL
                         ? attempt(self, detail, chosen, marker, from)
                         : hw_err_set(&self->err, HW_E_VALUE,
                                      "allele \"%.40s\" is no number of repeats", offender);
  if (status == HW_OK || status == HW_E_NO_MEMORY) return status;
  const char *reason, *by = "the reversible (MH) stepwise";
  HW_TRY(hwp_fam_print(self, &reason, "%s", self->err.message));
  if (chosen.transform == HW_TRANSFORM_PM && offender == NULL)
    status = attempt(self, detail, reversible, marker, from);
  if (status != HW_OK && status != HW_E_NO_MEMORY) {
    by = is_proportional ? "the proportional" : "the equal";
    status = attempt(self, detail, fallback, marker, from);
  }
  if (status != HW_OK && status != HW_E_NO_MEMORY) {
    by = "the equal";
    status = attempt(self, detail, equal, marker, from);
  }
  if (status == HW_E_NO_MEMORY) return status;
  if (status != HW_OK)
    return hwp_fam_refuse(self, detail->line, HW_E_VALUE, NULL, "locus \"%.60s\": %s", marker->name,
                          reason);
  const bool is_told = detail->model_note != NULL && strcmp(detail->model_note, reason) == 0;
  detail->flags |= HW_FAM_MODEL_REPLACED;
  detail->model_note = reason;
  if (is_told) return HW_OK;
  return hwp_fam_note(self, detail->line, "locus \"%s\": %s mutation model is used: %s",
                      marker->name, by, reason);
}

/* --- the marker --- */

/* Two models: the matrices of both as a custom model. */
static hw_status compute_two(hwp_fam_reader *self, hw_fam_marker *detail, hw_marker *marker,
                             size_t n_entries) {
  const double *custom[2];
  for (int from = 0; from < 2; from++) {
    HW_TRY(compute(self, detail, choose(detail->model[from]), marker, from));
    custom[from] = hw_arena_copy(self->arena, self->scratch[from], n_entries * sizeof(double));
    if (custom[from] == NULL) return HW_NO_MEMORY(&self->err, "mutation matrices");
  }
  marker->mutation = (hw_mutation){.model = HW_MUTATION_CUSTOM, .custom = {custom[0], custom[1]}};
  for (int from = 0; from < 2; from++)
    HW_TRY(hw_mutation_matrix(marker, from, self->scratch[from], &self->err));
  return HW_OK;
}

hw_status hwp_fam_build_mutation(hwp_fam_reader *self, hw_fam_marker *detail, hw_marker *marker) {
  const size_t n_entries = (size_t)marker->n_alleles * (size_t)marker->n_alleles;
  const bool still[2] = {is_still(detail, 0), is_still(detail, 1)};
  if (still[0] && still[1]) return HW_OK; /* zero is HW_MUTATION_NONE */
  HW_TRY(need_scratch(self, n_entries));
  const choice female = choose(detail->model[still[0] ? 1 : 0]);
  const choice male = choose(detail->model[still[1] ? 0 : 1]);
  const bool is_one = female.model == male.model && female.transform == male.transform;
  HW_TRY(is_one ? compute(self, detail, female, marker, -1)
                : compute_two(self, detail, marker, n_entries));
  return hwp_mutation_keep(marker, self->scratch, self->arena, &self->err);
}
