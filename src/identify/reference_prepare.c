/* What a check needs to know before it looks at genotypes: do the profiles fit
 * the markers and the pedigree, who is typed, on whom does anything depend, which
 * markers can be used, and do sexes and sex markers agree.
 *
 * An X marker is left out where the sex of a typed person is not known, and
 * where what was seen cannot be of the stated sex; the latter is a finding. */
#include <string.h>

#include "base/check.h"
#include "identify/identify_int.h"
#include "identify/reference_int.h"

static hw_status check_observations(const hwp_check *check, int32_t k, hw_err *err) {
  const hw_profile *profile = &check->family->profiles[k];
  for (int32_t m = 0; m < profile->n_markers; m++) {
    const hw_marker *marker = &check->self->markers[m];
    const hw_observation *obs = &profile->observations[m];
    /* Whether one allele fits the person's sex is a finding, not an error. */
    const bool single = hw_marker_is_x(marker) && obs->kind == HW_OBS_SINGLE;
    const hw_status status = hw_observation_validate(marker, obs, single, err);
    if (status == HW_OK) continue;
    hw_err_while(err, "checking profile '%s'", profile->id);
    return status;
  }
  return HW_OK;
}

static hw_status check_profiles(const hwp_check *check, hw_err *err) {
  const hw_family *family = check->family;
  for (int32_t k = 0; k < family->n_profiles; k++) {
    const hw_profile *profile = &family->profiles[k];
    if (profile->n_markers != check->self->n_markers)
      return hw_err_set(err, HW_E_SHAPE, "profile '%s' has %d markers, the check %d", profile->id,
                        (int)profile->n_markers, (int)check->self->n_markers);
    if (family->profile_person[k] < 0 || family->profile_person[k] >= family->pedigree.n_persons)
      return hw_err_set(err, HW_E_REFERENCE, "profile '%s' belongs to no person of family '%s'",
                        profile->id, family->name);
    HW_TRY(check_observations(check, k, err));
  }
  return HW_OK;
}

static hw_status allocate(hwp_check *check, hw_err *err) {
  const hw_family *family = check->family;
  const size_t n_profiles = (size_t)family->n_profiles + 1;
  const size_t n_markers = (size_t)check->self->n_markers + 1;
  if (hwp_family_init(&check->individuals, &family->pedigree, check->arena) != HW_OK)
    return HW_NO_MEMORY(err, "a family");
  const size_t n = (size_t)check->individuals.n + 1;
  check->is_relevant = hw_arena_alloc_array(check->arena, n, sizeof *check->is_relevant);
  check->typed_number = hw_arena_alloc_array(check->arena, n, sizeof *check->typed_number);
  check->is_typed = hw_arena_alloc_array(check->arena, n_profiles, sizeof *check->is_typed);
  check->typed = hw_arena_alloc_array(check->arena, n_profiles, sizeof *check->typed);
  check->use = hw_arena_alloc_array(check->arena, n_markers, sizeof *check->use);
  check->ln_unrelated = hw_arena_alloc_array(check->arena, n_markers, sizeof(double));
  check->ln_stated = hw_arena_alloc_array(check->arena, n_markers, sizeof(double));
  if (!check->is_relevant || !check->typed_number || !check->is_typed || !check->typed ||
      !check->use || !check->ln_unrelated || !check->ln_stated)
    return HW_NO_MEMORY(err, "a family");
  memset(check->typed_number, 0xff, n * sizeof *check->typed_number);
  return HW_OK;
}

/* ---- sexes ---------------------------------------------------------------- */

static hw_sex sex_of(const hwp_check *check, int32_t profile) {
  const hwp_family *f = &check->individuals;
  return f->sex[f->individual[check->family->profile_person[profile]]];
}

static hw_status add_sex(hwp_check *check, int32_t profile, int32_t marker, hw_err *err) {
  hw_finding finding = hwp_finding_of(HW_FINDING_SEX, marker);
  hwp_finding_person(&finding, check->family->profile_person[profile], profile);
  return hwp_fact_add(check, &check->sexes, &finding, err);
}

static hw_status check_amelogenin(hwp_check *check, hw_err *err) {
  for (int32_t k = 0; check->amelogenin != NULL && k < check->family->n_profiles; k++) {
    const hw_amelogenin seen = check->amelogenin[k];
    const hw_sex sex = sex_of(check, k);
    if (seen == HW_AMELOGENIN_NONE || sex == HW_UNKNOWN_SEX) continue;
    if ((seen == HW_AMELOGENIN_X) != (sex == HW_FEMALE)) HW_TRY(add_sex(check, k, -1, err));
  }
  return HW_OK;
}

static hw_status check_x(hwp_check *check, int32_t m, hw_err *err) {
  bool is_usable = true;
  for (int32_t k = 0; k < check->family->n_profiles; k++) {
    const hw_observation_kind kind = check->family->profiles[k].observations[m].kind;
    const hw_sex sex = sex_of(check, k);
    if (kind == HW_OBS_MISSING) continue;
    const bool is_denied =
        (kind == HW_OBS_SINGLE && sex == HW_FEMALE) || (kind == HW_OBS_GENOTYPE && sex == HW_MALE);
    if (is_denied) HW_TRY(add_sex(check, k, m, err));
    if (is_denied || sex == HW_UNKNOWN_SEX) is_usable = false;
  }
  check->use[m] = is_usable;
  return HW_OK;
}

/* ---- who is typed --------------------------------------------------------- */

static bool is_typed(const hwp_check *check, int32_t profile) {
  const hw_profile *p = &check->family->profiles[profile];
  for (int32_t m = 0; m < p->n_markers; m++)
    if (check->use[m] && p->observations[m].kind != HW_OBS_MISSING) return true;
  return false;
}

/* Complete clean genotypes at autosomal markers, for the screen. */
static void take_alleles(const hwp_check *check, const hw_profile *profile, hw_allele *alleles) {
  for (int32_t m = 0; m < check->self->n_markers; m++) {
    const hw_observation *obs = &profile->observations[m];
    const bool is_plain = check->use[m] && obs->kind == HW_OBS_GENOTYPE &&
                          obs->b != HW_ALLELE_NONE && !hw_marker_is_x(&check->self->markers[m]);
    if (!is_plain || alleles[2 * m] != HW_ALLELE_NONE) continue; /* the first profile's counts */
    alleles[2 * m] = obs->a;
    alleles[2 * m + 1] = obs->b;
  }
}

static hw_status find_typed(hwp_check *check, hw_err *err) {
  const size_t bytes = 2 * ((size_t)check->self->n_markers + 1) * sizeof(hw_allele);
  for (int32_t k = 0; k < check->family->n_profiles; k++) {
    check->is_typed[k] = is_typed(check, k);
    if (!check->is_typed[k]) continue;
    const int32_t person = check->family->profile_person[k];
    const int32_t individual = check->individuals.individual[person];
    int32_t *number = &check->typed_number[individual];
    if (*number < 0) {
      *number = check->n_typed++;
      hw_allele *alleles = hw_arena_alloc(check->arena, bytes);
      if (alleles == NULL) return HW_NO_MEMORY(err, "genotypes");
      memset(alleles, 0xff, bytes);
      check->typed[*number] = (hwp_typed){individual, person, k, 0, alleles, false};
    }
    check->typed[*number].n_profiles++;
    take_alleles(check, &check->family->profiles[k], check->typed[*number].alleles);
  }
  return HW_OK;
}

/* Marks everybody typed and their ancestors. */
static hw_status find_relevant(hwp_check *check, hw_err *err) {
  const hwp_family *f = &check->individuals;
  int32_t *stack = hw_arena_alloc_array(check->arena, (size_t)f->n + 1, sizeof *stack), depth = 0;
  if (stack == NULL) return HW_NO_MEMORY(err, "a family");
  for (int32_t t = 0; t < check->n_typed; t++) {
    stack[depth++] = check->typed[t].individual;
    check->is_relevant[check->typed[t].individual] = true;
    while (depth > 0) {
      const int32_t i = stack[--depth], parents[2] = {f->father[i], f->mother[i]};
      for (int p = 0; p < 2; p++) {
        if (parents[p] < 0 || check->is_relevant[parents[p]]) continue;
        check->is_relevant[parents[p]] = true;
        stack[depth++] = parents[p];
      }
    }
  }
  return HW_OK;
}

hw_status hwp_check_prepare(hwp_check *check, hw_err *err) {
  HW_TRY(allocate(check, err));
  HW_TRY(check_profiles(check, err));
  HW_TRY(check_amelogenin(check, err));
  for (int32_t m = 0; m < check->self->n_markers; m++) {
    check->use[m] = true;
    if (hw_marker_is_x(&check->self->markers[m])) HW_TRY(check_x(check, m, err));
  }
  HW_TRY(find_typed(check, err));
  HW_TRY(find_relevant(check, err));
  check->stated = (hwp_hypothesis){.n_persons = check->family->pedigree.n_persons,
                                   .persons = check->family->pedigree.persons,
                                   .profile_person = check->family->profile_person};
  return HW_OK;
}
