/* Rows of a search's input, read (layout in input_int.h).
 *
 * Nothing is believed. Numbers are bounded where they are read; a number of
 * things is bounded by the bytes that are left before memory is asked for; what
 * rows mean (pedigrees that are possible, observations that fit, frequencies that
 * sum to one) is checked like in a file that a person wrote. Memory is at most
 * about forty times the file's size: a missing result takes one byte there and a
 * hw_observation here. */
#include <math.h>
#include <string.h>

#include "base/check.h"
#include "search/input_int.h"

static hw_status bad_bytes(hw_err *err, const char *what) {
  return hw_err_set(err, HW_E_DAMAGED, "%s cannot be read", what);
}

/* What went wrong when an array or a text is not there. */
static hw_status bad_or_memory(const hwp_bytes *in, hw_err *err, const char *what) {
  return in->is_bad ? bad_bytes(err, what) : HW_NO_MEMORY(err, what);
}

/* --- markers --- */

static const double *get_doubles(hwp_bytes *in, hw_arena *arena, size_t n) {
  if (n > hwp_bytes_left(in) / 8) {
    in->is_bad = true;
    return NULL;
  }
  double *values = hw_arena_alloc_array(arena, n, sizeof *values);
  for (size_t i = 0; values && i < n; i++) values[i] = hwp_get_double(in);
  return values;
}

/* Rows sum to one as far as the engine relies on it. */
static bool is_stochastic(const double *matrix, int32_t n) {
  for (int32_t i = 0; i < n; i++) {
    double sum = 0;
    for (int32_t j = 0; j < n; j++) {
      const double m = matrix[(size_t)i * (size_t)n + (size_t)j];
      if (!(m >= 0 && m <= 1 + 1e-9)) return false;
      sum += m;
    }
    if (!(fabs(sum - 1) <= 1e-6)) return false;
  }
  return true;
}

static hw_status get_matrices(hwp_bytes *in, hw_arena *arena, int32_t n, const double *out[2],
                              hw_err *err) {
  const size_t n_entries = (size_t)n * (size_t)n;
  out[0] = out[1] = NULL;
  for (int from = 0; from < 2; from++) {
    const unsigned form = hwp_get_byte(in);
    if (form > 2 || (form == 2 && (from == 0 || !out[0]))) in->is_bad = true;
    if (in->is_bad) return bad_bytes(err, "mutation matrices");
    if (form == 0) continue;
    out[from] = form == 2 ? out[0] : get_doubles(in, arena, n_entries);
    if (!out[from] || in->is_bad) return bad_or_memory(in, err, "mutation matrices");
    if (!is_stochastic(out[from], n))
      return hw_err_set(err, HW_E_DAMAGED, "rows of a mutation matrix do not sum to 1");
  }
  return HW_OK;
}

static bool are_probabilities(const double *values, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (!(values[i] >= 0 && values[i] <= 1)) return false;
  return true;
}

static hw_status get_alleles(hwp_bytes *in, hw_arena *arena, hw_marker *out, hw_err *err) {
  const int32_t n = out->n_alleles = hwp_get_count(in, 9, HW_MAX_ALLELES);
  if (n < 1) return bad_bytes(err, "the number of alleles");
  const char **names = hw_arena_alloc_array(arena, (size_t)n, sizeof *names);
  if (!names) return HW_NO_MEMORY(err, "the alleles");
  for (int32_t i = 0; i < n; i++) {
    names[i] = hwp_get_text(in, arena);
    if (!names[i]) return bad_or_memory(in, err, "the alleles");
  }
  const double *frequencies = get_doubles(in, arena, (size_t)n);
  if (!frequencies || in->is_bad) return bad_or_memory(in, err, "the frequencies");
  double sum = 0;
  for (int32_t i = 0; i < n; i++) sum += frequencies[i];
  if (!are_probabilities(frequencies, (size_t)n) || !(fabs(sum - 1) <= HW_FREQUENCY_SUM_TOLERANCE))
    return hw_err_set(err, HW_E_DAMAGED, "the frequencies of a marker sum to %.9g", sum);
  out->allele_names = names;
  out->frequencies = frequencies;
  return HW_OK;
}

static hw_status get_mutation(hwp_bytes *in, hw_arena *arena, hw_marker *marker, hw_err *err) {
  hw_mutation *out = &marker->mutation;
  out->model = (hw_mutation_model)hwp_get_uint(in, HW_MUTATION_CUSTOM);
  out->transform = (hw_mutation_transform)hwp_get_uint(in, HW_TRANSFORM_PM);
  double *const pairs[] = {out->rate, out->rate2, out->range};
  for (int i = 0; i < 3; i++) {
    pairs[i][0] = hwp_get_double(in);
    pairs[i][1] = hwp_get_double(in);
    if (!are_probabilities(pairs[i], 2)) in->is_bad = true;
  }
  if (in->is_bad) return bad_bytes(err, "a mutation model");
  HW_TRY(get_matrices(in, arena, marker->n_alleles, out->custom, err));
  return get_matrices(in, arena, marker->n_alleles, marker->matrix, err);
}

static hw_status get_marker(hwp_bytes *in, hw_arena *arena, hw_marker *out, hw_err *err) {
  out->name = hwp_get_text(in, arena);
  if (!out->name) return bad_or_memory(in, err, "a marker");
  out->chromosome = (int)hwp_get_uint(in, HW_CHROMOSOME_X);
  out->position_cm = hwp_get_double(in);
  HW_TRY(get_alleles(in, arena, out, err));
  out->silent = (hw_allele)hwp_get_uint(in, (uint64_t)out->n_alleles) - 1;
  if (out->silent != HW_ALLELE_NONE && out->n_alleles == 1) in->is_bad = true;
  return get_mutation(in, arena, out, err);
}

hw_status hwp_get_models(hwp_bytes *in, hw_arena *arena, hw_search_input *out, hw_err *err) {
  out->theta = hwp_get_double(in);
  if (!(out->theta >= 0 && out->theta < 1)) return bad_bytes(err, "theta");
  out->n_markers = hwp_get_count(in, 60, INT32_MAX);
  if (out->n_markers < 1) return bad_bytes(err, "the number of markers");
  hw_marker *markers = hw_arena_alloc_array(arena, (size_t)out->n_markers, sizeof *markers);
  if (!markers) return HW_NO_MEMORY(err, "the markers");
  for (int32_t i = 0; i < out->n_markers; i++) HW_TRY(get_marker(in, arena, &markers[i], err));
  out->markers = markers;
  return HW_OK;
}

/* --- profiles --- */

static hw_status get_set(hwp_bytes *in, hw_arena *arena, int32_t n_alleles, hw_observation *out,
                         hw_err *err) {
  out->n_seen = hwp_get_count(in, 1, n_alleles);
  if (in->is_bad) return bad_bytes(err, "a set of alleles");
  if (out->n_seen == 0) return HW_OK;
  hw_allele *seen = hw_arena_alloc_array(arena, (size_t)out->n_seen, sizeof *seen);
  if (!seen) return HW_NO_MEMORY(err, "a set of alleles");
  for (int32_t i = 0, next = 0; i < out->n_seen; i++, next++) {
    next += (int32_t)hwp_get_uint(in, HW_MAX_ALLELES);
    if (next >= n_alleles) in->is_bad = true;
    if (in->is_bad) return bad_bytes(err, "a set of alleles");
    seen[i] = next;
  }
  out->seen = seen;
  return HW_OK;
}

static hw_status get_observation(hwp_bytes *in, hw_arena *arena, int32_t n_alleles,
                                 hw_observation *out, hw_err *err) {
  const uint64_t n = (uint64_t)n_alleles, n_genotypes = n * (n + 1);
  const uint64_t number = hwp_get_uint(in, 1 + n_genotypes + n);
  if (number == 0) {
    out->kind = HW_OBS_MISSING;
  } else if (number <= n_genotypes) {
    out->kind = HW_OBS_GENOTYPE;
    out->a = (hw_allele)((number - 1) / (n + 1));
    out->b = (hw_allele)((number - 1) % (n + 1)) - 1;
  } else if (number <= n_genotypes + n) {
    out->kind = HW_OBS_SINGLE;
    out->a = (hw_allele)(number - 1 - n_genotypes);
  } else {
    out->kind = HW_OBS_SET;
    return get_set(in, arena, n_alleles, out, err);
  }
  return HW_OK;
}

static hw_status get_profile(hwp_bytes *in, hw_arena *arena, const hw_search_input *input,
                             const char *usual_id, hw_sex sex, hw_profile *out, hw_err *err) {
  const unsigned flags = hwp_get_byte(in);
  double *const numbers[] = {&out->dropout, &out->drop_in, &out->typing_error};
  if (flags > 31 || (size_t)input->n_markers > hwp_bytes_left(in))
    return bad_bytes(err, "a profile");
  out->id = flags & 1 ? hwp_get_text(in, arena) : usual_id;
  if (!out->id) return bad_or_memory(in, err, "a profile");
  if ((flags & 1) && strcmp(out->id, usual_id) == 0) return bad_bytes(err, "a profile's id");
  out->has_dropout = (flags & 2) != 0;
  for (unsigned i = 0; i < 3; i++) {
    if (!(flags & 4U << i)) continue;
    *numbers[i] = hwp_get_double(in);
    if (!(*numbers[i] > 0)) in->is_bad = true;
  }
  const size_t n = (size_t)input->n_markers;
  hw_observation *observations = hw_arena_alloc_array(arena, n, sizeof *observations);
  if (!observations) return HW_NO_MEMORY(err, "a profile");
  for (size_t m = 0; m < n; m++)
    HW_TRY(get_observation(in, arena, input->markers[m].n_alleles, &observations[m], err));
  if (in->is_bad) return bad_bytes(err, "a profile");
  out->n_markers = input->n_markers;
  out->observations = observations;
  return hwp_input_check_profile(input, out, sex, err);
}

/* --- rows --- */

hw_status hwp_get_sample(hwp_bytes *in, hw_arena *arena, const hw_search_input *input,
                         hw_search_sample *out, hw_err *err) {
  out->code = hwp_get_text(in, arena);
  if (!out->code) return bad_or_memory(in, err, "a sample");
  out->sex = (hw_sex)hwp_get_byte(in);
  if (out->sex > HW_FEMALE) return bad_bytes(err, "the sex of a sample");
  return get_profile(in, arena, input, out->code, out->sex, &out->profile, err);
}

static hw_status get_person(hwp_bytes *in, hw_arena *arena, int32_t n_persons, hw_person *out,
                            hw_err *err) {
  out->id = hwp_get_text(in, arena);
  if (!out->id) return bad_or_memory(in, err, "a person");
  out->father = (int32_t)hwp_get_uint(in, (uint64_t)n_persons) - 1;
  out->mother = (int32_t)hwp_get_uint(in, (uint64_t)n_persons) - 1;
  const unsigned flags = hwp_get_byte(in);
  out->sex = (hw_sex)(flags & 3);
  out->twin = flags & 4 ? (int32_t)hwp_get_uint(in, (uint64_t)n_persons) : HW_PERSON_NONE;
  return in->is_bad || flags > 7 || out->sex > HW_FEMALE ? bad_bytes(err, "a person") : HW_OK;
}

static hw_status get_references(hwp_bytes *in, hw_arena *arena, const hw_search_input *input,
                                hw_search_family *out, hw_err *err) {
  const int32_t n = out->n_profiles = hwp_get_count(in, 2 + (size_t)input->n_markers, INT32_MAX);
  if (in->is_bad) return bad_bytes(err, "the number of profiles");
  hw_profile *profiles = hw_arena_alloc_array(arena, (size_t)n, sizeof *profiles);
  int32_t *person = hw_arena_alloc_array(arena, (size_t)n, sizeof *person);
  if (!profiles || !person) return HW_NO_MEMORY(err, "profiles");
  for (int32_t i = 0; i < n; i++) {
    person[i] = (int32_t)hwp_get_uint(in, (uint64_t)out->pedigree.n_persons - 1);
    if (in->is_bad) return bad_bytes(err, "the person of a profile");
    const hw_person *whose = &out->pedigree.persons[person[i]];
    HW_TRY(get_profile(in, arena, input, whose->id, whose->sex, &profiles[i], err));
  }
  out->profiles = profiles;
  out->profile_person = person;
  return HW_OK;
}

hw_status hwp_get_pedigree(hwp_bytes *in, hw_arena *arena, hw_pedigree *out, hw_err *err) {
  const int32_t n = hwp_get_count(in, 4, HW_MAX_PERSONS);
  if (n < 1) return bad_bytes(err, "the number of persons");
  hw_person *persons = hw_arena_alloc_array(arena, (size_t)n, sizeof *persons);
  if (!persons) return HW_NO_MEMORY(err, "persons");
  for (int32_t i = 0; i < n; i++) HW_TRY(get_person(in, arena, n, &persons[i], err));
  *out = (hw_pedigree){.n_persons = n, .persons = persons};
  return hw_pedigree_validate(out, err);
}

hw_status hwp_get_family(hwp_bytes *in, hw_arena *arena, const hw_search_input *input,
                         hw_search_family *out, hw_err *err) {
  out->code = hwp_get_text(in, arena);
  if (!out->code) return bad_or_memory(in, err, "a family");
  HW_TRY(hwp_get_pedigree(in, arena, &out->pedigree, err));
  return get_references(in, arena, input, out, err);
}

hw_status hwp_get_query(hwp_bytes *in, hw_arena *arena, int32_t n_families,
                        const hwp_input_kin *families, hw_search_query *out, hw_err *err) {
  out->family = (int32_t)hwp_get_uint(in, INT32_MAX);
  if (in->is_bad || out->family >= n_families) return bad_bytes(err, "a missing person");
  const hw_pedigree *pedigree = families[out->family].pedigree;
  out->person = (int32_t)hwp_get_uint(in, (uint64_t)pedigree->n_persons - 1);
  const unsigned has_code = hwp_get_byte(in);
  if (in->is_bad || has_code > 1) return bad_bytes(err, "a missing person");
  const char *id = pedigree->persons[out->person].id;
  out->code = has_code ? hwp_get_text(in, arena) : id;
  if (!out->code) return bad_or_memory(in, err, "a missing person");
  return has_code && strcmp(out->code, id) == 0 ? bad_bytes(err, "a missing person") : HW_OK;
}
