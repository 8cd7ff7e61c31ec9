/* Whether a search by SNP profiles can be run: sizes, indices, numbers. What the exact likelihood
 * refuses of a single family is found where the family is computed, and told with its name. */
#include <math.h>

#include "base/check.h"
#include "search/encode.h"
#include "search/snp_search_int.h"

static hw_status check_family(const hw_snp_search_family *family, hw_err *err) {
  HW_TRY(hw_pedigree_validate(&family->pedigree, err));
  if (family->n_profiles < 0 || family->n_profiles >= HW_LINKED_MAX_TYPED)
    return hw_err_set(err, HW_E_SHAPE, "family '%s' has %d profiles, expected 0 to %d",
                      family->code, (int)family->n_profiles, HW_LINKED_MAX_TYPED - 1);
  for (int32_t t = 0; t < family->n_profiles; t++)
    if (family->profile_person[t] < 0 || family->profile_person[t] >= family->pedigree.n_persons)
      return hw_err_set(err, HW_E_REFERENCE, "profile %d of family '%s' is of nobody in it",
                        (int)t + 1, family->code);
  return HW_OK;
}

static hw_status check_options(const hw_snp_search_options *options, hw_err *err) {
  if (isnan(options->threshold) || isnan(options->floor) || isnan(options->cut))
    return hw_err_set(err, HW_E_VALUE, "threshold, floor and cut must be numbers");
  if (options->top < 0)
    return hw_err_set(err, HW_E_VALUE, "%d best pairs, expected 0 or more", (int)options->top);
  if (options->top > 0 && options->floor > options->threshold)
    return hw_err_set(err, HW_E_VALUE, "the floor, %g, is above the threshold, %g", options->floor,
                      options->threshold);
  return HW_OK;
}

hw_status hwp_snp_check(const hw_snp_search_input *input, const hw_snp_search_options *options,
                        hw_err *err) {
  HW_TRY(check_options(options, err));
  HW_TRY(hwp_search_check_sizes(input->n_samples, input->n_queries, err));
  if (!(input->theta >= 0 && input->theta < 1))
    return hw_err_set(err, HW_E_VALUE, "theta is %g, expected 0 <= theta < 1", input->theta);
  for (int32_t f = 0; f < input->n_families; f++) HW_TRY(check_family(&input->families[f], err));
  for (int32_t q = 0; q < input->n_queries; q++) {
    const hw_search_query *query = &input->queries[q];
    if (query->family < 0 || query->family >= input->n_families)
      return hw_err_set(err, HW_E_REFERENCE, "missing person %d is of no family", (int)q + 1);
    const hw_snp_search_family *family = &input->families[query->family];
    if (query->person < 0 || query->person >= family->pedigree.n_persons)
      return hw_err_set(err, HW_E_REFERENCE, "missing person %d is not in family '%s'", (int)q + 1,
                        family->code);
  }
  return HW_OK;
}

hw_status hwp_snp_check_query(const hw_snp_search_input *input, int32_t query, hw_err *err) {
  const hw_search_query *asked = &input->queries[query];
  const hw_snp_search_family *family = &input->families[asked->family];
  if (family->n_profiles == 0)
    return hw_err_set(err, HW_E_SHAPE, "nobody of family '%s' has a SNP profile", family->code);
  for (int32_t t = 0; t < family->n_profiles; t++)
    if (family->profile_person[t] == asked->person)
      return hw_err_set(err, HW_E_VALUE, "'%s' of family '%s' has a profile: she is not missing",
                        family->pedigree.persons[asked->person].id, family->code);
  return HW_OK;
}

int32_t hwp_snp_most_typed(const hw_snp_search_input *input) {
  int32_t most = 1;
  for (int32_t f = 0; f < input->n_families; f++)
    if (input->families[f].n_profiles > most) most = input->families[f].n_profiles;
  return most;
}
