/* What a search refuses before it begins.
 *
 * A search runs for hours on what it is given, so everything that one unit would
 * stumble over is looked for first: codes that occur twice, observations that
 * fit no marker, persons who are not there. What only the engine can tell (too
 * complex, a sex that is needed) leaves single missing persons out later. */
#include <math.h>
#include <stdlib.h>

#include "base/check.h"
#include "genetics/name_index.h"
#include "search/encode.h"

hw_status hwp_search_check_sizes(int32_t n_samples, int32_t n_queries, hw_err *err) {
  if (n_samples < 1 || n_queries < 1)
    return hw_err_set(err, HW_E_SHAPE, "there is nothing to search: %d samples, %d missing persons",
                      (int)n_samples, (int)n_queries);
  if (n_samples > HW_SEARCH_MAX_SAMPLES || n_queries > HW_SEARCH_MAX_QUERIES)
    return hw_err_set(err, HW_E_SHAPE,
                      "%d samples and %d missing persons are more than one search takes (%d each)",
                      (int)n_samples, (int)n_queries, HW_SEARCH_MAX_SAMPLES);
  return HW_OK;
}

/* --- markers --- */

static hw_status check_marker(const hw_marker *marker, hw_err *err) {
  if (marker->n_alleles < 1 || marker->n_alleles > HW_MAX_ALLELES)
    return hw_err_set(err, HW_E_VALUE, "marker %.60s: %d alleles, expected 1 to %d", marker->name,
                      (int)marker->n_alleles, HW_MAX_ALLELES);
  double sum = 0.0;
  for (hw_allele a = 0; a < marker->n_alleles; a++) {
    if (!(marker->frequencies[a] >= 0.0 && marker->frequencies[a] <= 1.0))
      return hw_err_set(err, HW_E_VALUE, "marker %.60s: a frequency of %g", marker->name,
                        marker->frequencies[a]);
    sum += marker->frequencies[a];
  }
  if (!(fabs(sum - 1.0) <= HW_FREQUENCY_SUM_TOLERANCE))
    return hw_err_set(err, HW_E_VALUE, "marker %.60s: the frequencies sum to %.9g, expected 1",
                      marker->name, sum);
  return HW_OK;
}

static hw_status check_markers(const hw_search_input *input, hw_err *err) {
  if (input->n_markers < 1 || input->n_markers >= UINT16_MAX)
    return hw_err_set(err, HW_E_SHAPE, "%d markers, expected 1 to %d", (int)input->n_markers,
                      UINT16_MAX - 1);
  if (!(input->theta >= 0.0 && input->theta < 1.0))
    return hw_err_set(err, HW_E_VALUE, "theta %g is outside 0 to 1", input->theta);
  for (int32_t m = 0; m < input->n_markers; m++) HW_TRY(check_marker(&input->markers[m], err));
  return HW_OK;
}

/* --- profiles --- */

/* @param sex  of the person where it is known to matter at X; unknown = either form is possible */
static hw_status check_profile(const hw_search_input *input, const hw_profile *profile, hw_sex sex,
                               hw_err *err) {
  if (profile->n_markers != input->n_markers)
    return hw_err_set(err, HW_E_SHAPE, "%d observations for %d markers", (int)profile->n_markers,
                      (int)input->n_markers);
  if (!(profile->dropout >= 0.0 && profile->dropout <= 1.0) ||
      !(profile->typing_error >= 0.0 && profile->typing_error <= 1.0) ||
      !(profile->drop_in >= 0.0 && profile->drop_in <= 1.0))
    return hw_err_set(err, HW_E_VALUE,
                      "dropout %g, drop-in %g, typing error %g: each is between 0 and 1",
                      profile->dropout, profile->drop_in, profile->typing_error);
  for (int32_t m = 0; m < input->n_markers; m++) {
    const hw_marker *marker = &input->markers[m];
    const hw_observation *obs = &profile->observations[m];
    bool is_single = hw_marker_is_x(marker) &&
                     (sex == HW_UNKNOWN_SEX ? obs->kind == HW_OBS_SINGLE : sex == HW_MALE);
    HW_TRY(hw_observation_validate(marker, obs, is_single, err));
  }
  return HW_OK;
}

static hw_status check_sex(hw_sex sex, hw_err *err) {
  if (sex == HW_UNKNOWN_SEX || sex == HW_MALE || sex == HW_FEMALE) return HW_OK;
  return hw_err_set(err, HW_E_VALUE, "sex %d does not exist", (int)sex);
}

static hw_status check_samples(const hw_search_input *input, hw_err *err) {
  for (int32_t i = 0; i < input->n_samples; i++) {
    const hw_search_sample *sample = &input->samples[i];
    hw_status status = check_sex(sample->sex, err);
    /* A laboratory may have read the sex wrong, so both forms are taken at X. */
    if (status == HW_OK) status = check_profile(input, &sample->profile, HW_UNKNOWN_SEX, err);
    if (status == HW_OK) continue;
    hw_err_while(err, "reading sample '%.60s'", sample->code);
    return status;
  }
  return HW_OK;
}

/* --- families --- */

/* Identical twins, and the same person under several codes, are one individual. */
static int32_t first_twin(const hw_pedigree *pedigree, int32_t person) {
  while (pedigree->persons[person].twin != HW_PERSON_NONE) person = pedigree->persons[person].twin;
  return person;
}

/* The sex on record, or the one that a role or a twin tells. */
static void find_sexes(const hw_pedigree *pedigree, hw_sex *sexes) {
  for (int32_t i = 0; i < pedigree->n_persons; i++) sexes[i] = pedigree->persons[i].sex;
  for (int32_t i = 0; i < pedigree->n_persons; i++) {
    const hw_person *person = &pedigree->persons[i];
    if (person->father != HW_PERSON_NONE) sexes[person->father] = HW_MALE;
    if (person->mother != HW_PERSON_NONE) sexes[person->mother] = HW_FEMALE;
  }
  for (int32_t i = 0; i < pedigree->n_persons; i++)
    if (sexes[i] != HW_UNKNOWN_SEX) sexes[first_twin(pedigree, i)] = sexes[i];
  for (int32_t i = 0; i < pedigree->n_persons; i++) sexes[i] = sexes[first_twin(pedigree, i)];
}

static hw_status check_family(const hw_search_input *input, const hw_search_family *family,
                              hw_sex *sexes, hw_err *err) {
  HW_TRY(hw_pedigree_validate(&family->pedigree, err));
  find_sexes(&family->pedigree, sexes);
  for (int32_t k = 0; k < family->n_profiles; k++) {
    int32_t person = family->profile_person[k];
    if (person < 0 || person >= family->pedigree.n_persons)
      return hw_err_set(err, HW_E_REFERENCE, "profile %d belongs to person %d of %d", (int)k,
                        (int)person, (int)family->pedigree.n_persons);
    hw_status status = check_profile(input, &family->profiles[k], sexes[person], err);
    if (status == HW_OK) continue;
    hw_err_while(err, "reading the profile of '%.60s'", family->pedigree.persons[person].id);
    return status;
  }
  return HW_OK;
}

static hw_status check_families(const hw_search_input *input, hw_err *err) {
  size_t most = 1;
  for (int32_t f = 0; f < input->n_families; f++) {
    int32_t n = input->families[f].pedigree.n_persons;
    if (n > 0 && (size_t)n > most) most = (size_t)n;
  }
  hw_sex *sexes = malloc(sizeof *sexes * most);
  if (sexes == NULL) return HW_NO_MEMORY(err, "the families");
  hw_status status = HW_OK;
  for (int32_t f = 0; status == HW_OK && f < input->n_families; f++) {
    status = check_family(input, &input->families[f], sexes, err);
    if (status != HW_OK) hw_err_while(err, "reading family '%.60s'", input->families[f].code);
  }
  free(sexes);
  return status;
}

/* --- missing persons --- */

static hw_status check_query(const hw_search_input *input, const hw_search_query *query,
                             hw_err *err) {
  if (query->family < 0 || query->family >= input->n_families)
    return hw_err_set(err, HW_E_REFERENCE, "missing person '%.60s' belongs to family %d of %d",
                      query->code, (int)query->family, (int)input->n_families);
  const hw_search_family *family = &input->families[query->family];
  if (query->person < 0 || query->person >= family->pedigree.n_persons)
    return hw_err_set(err, HW_E_REFERENCE,
                      "missing person '%.60s' of family '%.60s' is person %d of %d", query->code,
                      family->code, (int)query->person, (int)family->pedigree.n_persons);
  /* Her own profile, from a toothbrush, is that of an identical twin of hers. */
  for (int32_t k = 0; k < family->n_profiles; k++)
    if (family->profile_person[k] == query->person)
      return hw_err_set(
          err, HW_E_VALUE,
          "missing person '%.60s' of family '%.60s' has a profile of her own: give it "
          "to an identical twin",
          query->code, family->code);
  return HW_OK;
}

static hw_status check_together(const hw_search_input *input, hw_err *err) {
  bool *is_seen = calloc((size_t)input->n_families, sizeof *is_seen);
  if (is_seen == NULL) return HW_NO_MEMORY(err, "the missing persons");
  hw_status status = HW_OK;
  for (int32_t q = 0; status == HW_OK && q < input->n_queries; q++) {
    int32_t family = input->queries[q].family;
    if (is_seen[family] && input->queries[q - 1].family != family)
      status =
          hw_err_set(err, HW_E_SHAPE, "the missing persons of family '%.60s' do not stand together",
                     input->families[family].code);
    is_seen[family] = true;
  }
  free(is_seen);
  return status;
}

static hw_status check_queries(const hw_search_input *input, hw_err *err) {
  for (int32_t q = 0; q < input->n_queries; q++)
    HW_TRY(check_query(input, &input->queries[q], err));
  return check_together(input, err);
}

/* --- codes --- */

static hw_status check_distinct(const char *what, int32_t n, const char *const *codes,
                                hw_err *err) {
  hw_name_index index = {0};
  HW_TRY(hw_name_index_init(&index, n, codes, err));
  int32_t first = 0, again = hw_name_index_duplicate(&index, &first);
  hw_name_index_clear(&index);
  if (again == HW_NAME_NONE) return HW_OK;
  return hw_err_set(err, HW_E_DUPLICATE, "two %s have the code '%.60s' (numbers %d and %d)", what,
                    codes[again], (int)first + 1, (int)again + 1);
}

static hw_status check_codes(const hw_search_input *input, hw_err *err) {
  int32_t most = input->n_samples > input->n_families ? input->n_samples : input->n_families;
  if (input->n_queries > most) most = input->n_queries;
  const char **codes = malloc(sizeof *codes * (size_t)most);
  if (codes == NULL) return HW_NO_MEMORY(err, "the codes of samples");
  for (int32_t i = 0; i < input->n_samples; i++) codes[i] = input->samples[i].code;
  hw_status status = check_distinct("samples", input->n_samples, codes, err);
  for (int32_t f = 0; f < input->n_families; f++) codes[f] = input->families[f].code;
  if (status == HW_OK) status = check_distinct("families", input->n_families, codes, err);
  for (int32_t q = 0, next; status == HW_OK && q < input->n_queries; q = next) {
    int32_t family = input->queries[q].family;
    for (next = q; next < input->n_queries && input->queries[next].family == family; next++)
      codes[next - q] = input->queries[next].code;
    if (next - q == 1) continue;
    status = check_distinct("missing persons", next - q, codes, err);
    if (status != HW_OK) hw_err_while(err, "reading family '%.60s'", input->families[family].code);
  }
  free(codes);
  return status;
}

static hw_status check_count(const char *what, int32_t n, int32_t most, hw_err *err) {
  if (n >= 1 && n <= most) return HW_OK;
  return hw_err_set(err, HW_E_SHAPE, "%d %s to search, expected 1 to %d", (int)n, what, (int)most);
}

hw_status hwp_input_validate(const hw_search_input *input, hw_err *err) {
  HW_TRY(check_count("samples", input->n_samples, HW_SEARCH_MAX_SAMPLES, err));
  HW_TRY(check_count("missing persons", input->n_queries, HW_SEARCH_MAX_QUERIES, err));
  HW_TRY(check_count("families", input->n_families, HW_SEARCH_MAX_QUERIES, err));
  HW_TRY(check_markers(input, err));
  HW_TRY(check_samples(input, err));
  HW_TRY(check_families(input, err));
  HW_TRY(check_queries(input, err));
  return check_codes(input, err);
}

hw_status hwp_options_validate(const hw_search_options *options, hw_err *err) {
  if (!(options->threshold < HUGE_VAL))
    return hw_err_set(err, HW_E_VALUE, "a threshold of %g, expected a log10 likelihood ratio",
                      options->threshold);
  if (options->top < 0)
    return hw_err_set(err, HW_E_VALUE, "the best %d pairs, expected 0 or more", (int)options->top);
  if (options->top > 0 && !(options->floor <= options->threshold))
    return hw_err_set(err, HW_E_VALUE,
                      "a floor of %g above the threshold of %g: pairs at or above the threshold "
                      "are kept anyway",
                      options->floor, options->threshold);
  if (!(options->prior_none <= 1.0))
    return hw_err_set(err, HW_E_VALUE, "a prior probability of %g", options->prior_none);
  const char *simd = options->likelihood.simd;
  if (hw_scan_find(simd) == NULL || hw_kernel_set(simd) == NULL)
    return hw_err_set(err, HW_E_UNSUPPORTED,
                      "the kernels \"%.20s\" do not exist or cannot run on this processor",
                      simd == NULL ? "" : simd);
  return HW_OK;
}
