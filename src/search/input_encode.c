/* Rows of a search's input, written (layout in input_int.h).
 *
 * Every row is written in one way only. What has a usual value takes no bytes: a
 * profile bears the code of its sample or person, nobody has dropout or typing
 * errors, the matrix of the father's meioses is the mother's. Matrices are
 * written with all their bits rather than computed again by the reader: workers
 * on other machines then use the very same numbers. Where two pointers of a
 * marker are equal, they are so after reading: the engine does work once for
 * matrices that it knows to be the same. */
#include <math.h>
#include <string.h>

#include "base/check.h"
#include "search/input_int.h"

/* --- checks --- */

static hw_status check_number(double value, double max, const char *what, hw_err *err) {
  if (value >= 0 && value <= max) return HW_OK;
  return hw_err_set(err, HW_E_VALUE, "%s is %g; it must be from 0 to %g", what, value, max);
}

hw_status hwp_input_check_profile(const hw_search_input *input, const hw_profile *profile,
                                  hw_sex sex, hw_err *err) {
  if (profile->n_markers != input->n_markers)
    return hw_err_set(err, HW_E_SHAPE, "the profile has %d markers of %d", (int)profile->n_markers,
                      (int)input->n_markers);
  HW_TRY(check_number(profile->dropout, 1, "the probability of dropout", err));
  HW_TRY(check_number(profile->drop_in, HUGE_VAL, "the scale of drop-in", err));
  if (isinf(profile->drop_in))
    return hw_err_set(err, HW_E_VALUE, "the scale of drop-in is not finite");
  HW_TRY(check_number(profile->typing_error, 1, "the probability of a typing error", err));
  for (int32_t m = 0; m < input->n_markers; m++) {
    const hw_observation *obs = &profile->observations[m];
    if (obs->kind == HW_OBS_MISSING) continue;
    const bool is_x = hw_marker_is_x(&input->markers[m]);
    /* Where the sex is not known both forms may be right. */
    const bool has_single =
        is_x && (sex == HW_MALE || (sex == HW_UNKNOWN_SEX && obs->kind == HW_OBS_SINGLE));
    HW_TRY(hw_observation_validate(&input->markers[m], obs, has_single, err));
  }
  return HW_OK;
}

/* --- markers --- */

static void put_doubles(hw_str *out, const double *values, size_t n) {
  for (size_t i = 0; i < n; i++) hwp_put_double(out, values[i]);
}

/* Two matrices, of which the second may be the first. */
static void put_matrices(hw_str *out, const double *const matrix[2], int32_t n) {
  const size_t n_entries = (size_t)n * (size_t)n;
  hwp_put_byte(out, matrix[0] ? 1 : 0);
  if (matrix[0]) put_doubles(out, matrix[0], n_entries);
  hwp_put_byte(out, !matrix[1] ? 0 : matrix[1] == matrix[0] ? 2 : 1);
  if (matrix[1] && matrix[1] != matrix[0]) put_doubles(out, matrix[1], n_entries);
}

static void put_marker(hw_str *out, const hw_marker *marker) {
  const int32_t n = marker->n_alleles;
  const hw_mutation *mutation = &marker->mutation;
  hwp_put_text(out, marker->name);
  hwp_put_uint(out, (uint64_t)marker->chromosome);
  hwp_put_double(out, marker->position_cm);
  hwp_put_uint(out, (uint64_t)n);
  for (int32_t i = 0; i < n; i++) hwp_put_text(out, marker->allele_names[i]);
  put_doubles(out, marker->frequencies, (size_t)n);
  hwp_put_uint(out, (uint64_t)marker->silent + 1);
  hwp_put_uint(out, (uint64_t)mutation->model);
  hwp_put_uint(out, (uint64_t)mutation->transform);
  put_doubles(out, mutation->rate, 2);
  put_doubles(out, mutation->rate2, 2);
  put_doubles(out, mutation->range, 2);
  put_matrices(out, mutation->custom, n);
  put_matrices(out, marker->matrix, n);
}

void hwp_put_models(hw_str *out, const hw_search_input *input) {
  hwp_put_double(out, input->theta);
  hwp_put_uint(out, (uint64_t)input->n_markers);
  for (int32_t i = 0; i < input->n_markers; i++) put_marker(out, &input->markers[i]);
}

/* --- profiles --- */

static uint64_t observation_number(const hw_observation *obs, int32_t n_alleles) {
  const uint64_t n = (uint64_t)n_alleles; /* an unknown allele is −1, so b + 1 is not negative */
  switch (obs->kind) {
    case HW_OBS_GENOTYPE:
      return 1 + (uint64_t)obs->a * (n + 1) + ((uint64_t)obs->b + 1);
    case HW_OBS_SINGLE:
      return 1 + n * (n + 1) + (uint64_t)obs->a;
    case HW_OBS_SET:
      return 1 + n * (n + 1) + n;
    case HW_OBS_MISSING:
      break;
  }
  return 0;
}

/* @param usual_id  the id that is not written */
static void put_profile(hw_str *out, const hw_search_input *input, const hw_profile *profile,
                        const char *usual_id) {
  const bool has_id = profile->id && strcmp(profile->id, usual_id) != 0;
  const double numbers[] = {profile->dropout, profile->drop_in, profile->typing_error};
  unsigned flags = (has_id ? 1U : 0) | (profile->has_dropout ? 2U : 0);
  for (unsigned i = 0; i < 3; i++) flags |= numbers[i] > 0 ? 4U << i : 0;
  hwp_put_byte(out, flags);
  if (has_id) hwp_put_text(out, profile->id);
  for (unsigned i = 0; i < 3; i++)
    if (numbers[i] > 0) hwp_put_double(out, numbers[i]);
  for (int32_t m = 0; m < input->n_markers; m++) {
    const hw_observation *obs = &profile->observations[m];
    hwp_put_uint(out, observation_number(obs, input->markers[m].n_alleles));
    if (obs->kind != HW_OBS_SET) continue;
    hwp_put_uint(out, (uint64_t)obs->n_seen);
    for (int32_t i = 0; i < obs->n_seen; i++)
      hwp_put_uint(out, (uint64_t)(i == 0 ? obs->seen[0] : obs->seen[i] - obs->seen[i - 1] - 1));
  }
}

/* --- rows --- */

hw_status hwp_put_sample(hw_str *out, const hw_search_input *input, int32_t i, hw_err *err) {
  const hw_search_sample *sample = &input->samples[i];
  const hw_status status = hwp_input_check_profile(input, &sample->profile, sample->sex, err);
  if (status != HW_OK) {
    hw_err_while(err, "looking at sample \"%.60s\"", sample->code);
    return status;
  }
  hwp_put_text(out, sample->code);
  hwp_put_byte(out, (unsigned)sample->sex);
  put_profile(out, input, &sample->profile, sample->code);
  return HW_OK;
}

static void put_person(hw_str *out, const hw_person *person) {
  hwp_put_text(out, person->id);
  hwp_put_uint(out, (uint64_t)person->father + 1);
  hwp_put_uint(out, (uint64_t)person->mother + 1);
  hwp_put_byte(out, (unsigned)person->sex | (person->twin == HW_PERSON_NONE ? 0 : 4U));
  if (person->twin != HW_PERSON_NONE) hwp_put_uint(out, (uint64_t)person->twin);
}

void hwp_put_pedigree(hw_str *out, const hw_pedigree *pedigree) {
  hwp_put_uint(out, (uint64_t)pedigree->n_persons);
  for (int32_t p = 0; p < pedigree->n_persons; p++) put_person(out, &pedigree->persons[p]);
}

static hw_status put_family(hw_str *out, const hw_search_input *input, const hw_search_family *self,
                            hw_err *err) {
  const hw_pedigree *pedigree = &self->pedigree;
  hwp_put_text(out, self->code);
  hwp_put_pedigree(out, pedigree);
  hwp_put_uint(out, (uint64_t)self->n_profiles);
  for (int32_t k = 0; k < self->n_profiles; k++) {
    const int32_t person = self->profile_person[k];
    if (person < 0 || person >= pedigree->n_persons)
      return hw_err_set(err, HW_E_REFERENCE, "a profile of person number %d of %d", (int)person,
                        (int)pedigree->n_persons);
    HW_TRY(hwp_input_check_profile(input, &self->profiles[k], pedigree->persons[person].sex, err));
    hwp_put_uint(out, (uint64_t)person);
    put_profile(out, input, &self->profiles[k], pedigree->persons[person].id);
  }
  return HW_OK;
}

hw_status hwp_put_family(hw_str *out, const hw_search_input *input, int32_t i, hw_err *err) {
  const hw_status status = put_family(out, input, &input->families[i], err);
  if (status != HW_OK) hw_err_while(err, "looking at family \"%.60s\"", input->families[i].code);
  return status;
}

hw_status hwp_put_query(hw_str *out, const hw_search_query *query, int32_t n_families,
                        const hw_pedigree *pedigree, hw_err *err) {
  if (query->family < 0 || query->family >= n_families)
    return hw_err_set(err, HW_E_REFERENCE, "missing person \"%.60s\": family number %d of %d",
                      query->code, (int)query->family, (int)n_families);
  if (query->person < 0 || query->person >= pedigree->n_persons)
    return hw_err_set(err, HW_E_REFERENCE, "missing person \"%.60s\": person number %d of %d",
                      query->code, (int)query->person, (int)pedigree->n_persons);
  hwp_put_uint(out, (uint64_t)query->family);
  hwp_put_uint(out, (uint64_t)query->person);
  const bool is_usual = strcmp(query->code, pedigree->persons[query->person].id) == 0;
  hwp_put_byte(out, is_usual ? 0 : 1);
  if (!is_usual) hwp_put_text(out, query->code);
  return HW_OK;
}
