/* One person, or two? The ratio through the general engine.
 *
 *     LR = P(all profiles | one person) / P(all profiles | two persons so related)
 *
 * One person with several profiles is a pedigree of one with several profiles, so theta,
 * dropout, drop-in, typing error and mutation mean here what they mean in hw_likelihood.
 * The persons of the alternative:
 *
 *     full sibs      both of F and M            uncle     A child of S; S and B of F and M
 *     parent, child  B is a parent of A         cousins   A of S, B of T; S and T of F and M
 *     half sibs      both of F, other mothers
 *
 * Markers on X are left out: they need the sexes, which are evidence of their own. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/check.h"
#include "base/elementary.h"
#include "homeward/reassociate.h"

const char *hw_kinship_alternative_name(hw_kinship_alternative alternative) {
  static const char *const names[HW_ALTERNATIVE_COUNT] = {"unrelated", "full-sibs", "parent-child",
                                                          "half-sibs", "uncle",     "cousins"};
  return alternative >= 0 && alternative < HW_ALTERNATIVE_COUNT ? names[alternative] : "unknown";
}

#define PERSON(name, father, mother) \
  { name, father, mother, HW_UNKNOWN_SEX, HW_PERSON_NONE }
/* Parents have their sex; A is person 0, B person 1. */
#define FATHER(name) \
  { name, HW_PERSON_NONE, HW_PERSON_NONE, HW_MALE, HW_PERSON_NONE }
#define MOTHER(name) \
  { name, HW_PERSON_NONE, HW_PERSON_NONE, HW_FEMALE, HW_PERSON_NONE }
static const hw_person unrelated[] = {PERSON("A", -1, -1), PERSON("B", -1, -1)};
static const hw_person full_sibs[] = {PERSON("A", 2, 3), PERSON("B", 2, 3), FATHER("F"),
                                      MOTHER("M")};
static const hw_person parent_child[] = {PERSON("A", 1, -1), PERSON("B", -1, -1)};
static const hw_person half_sibs[] = {PERSON("A", 2, -1), PERSON("B", 2, -1), FATHER("F")};
static const hw_person uncle[] = {PERSON("A", 4, -1), PERSON("B", 2, 3), FATHER("F"), MOTHER("M"),
                                  PERSON("S", 2, 3)};
static const hw_person cousins[] = {PERSON("A", 4, -1), PERSON("B", 5, -1), FATHER("F"),
                                    MOTHER("M"),        PERSON("S", 2, 3),  PERSON("T", 2, 3)};
static const hw_pedigree pedigrees[HW_ALTERNATIVE_COUNT] = {
    {2, unrelated}, {4, full_sibs}, {2, parent_child}, {3, half_sibs}, {5, uncle}, {6, cousins}};

/* The case without X markers; everything in one block. */
typedef struct autosomal {
  int32_t n_markers;
  hw_marker *markers;
  hw_profile *profiles;
  hw_observation *observations;
  int32_t *person;
  hw_person *strangers;
} autosomal;

static void autosomal_clear(autosomal *self) {
  free(self->markers);
  free(self->profiles);
  free(self->observations);
  free(self->person);
  free(self->strangers);
}

static hw_status autosomal_make(int32_t n_markers, const hw_marker *markers, int32_t n_profiles,
                                const hw_profile *profiles, autosomal *out, hw_err *err) {
  const size_t n = (size_t)n_profiles, m = (size_t)n_markers + 1;
  size_t cells = 0;
  *out = (autosomal){0};
  if (!hw_mul_size(n, m, &cells)) return HW_NO_MEMORY(err, "the profiles");
  out->markers = calloc(m, sizeof *out->markers);
  out->profiles = calloc(n, sizeof *out->profiles);
  out->observations = calloc(cells, sizeof *out->observations);
  out->person = calloc(n, sizeof *out->person);
  out->strangers = calloc(n, sizeof *out->strangers);
  if (out->markers == NULL || out->profiles == NULL || out->observations == NULL ||
      out->person == NULL || out->strangers == NULL)
    return HW_NO_MEMORY(err, "the profiles");
  for (int32_t i = 0; i < n_markers; i++) {
    if (hw_marker_is_x(&markers[i])) continue;
    for (size_t p = 0; p < n; p++)
      out->observations[p * m + (size_t)out->n_markers] = profiles[p].observations[i];
    out->markers[out->n_markers++] = markers[i];
  }
  for (size_t p = 0; p < n; p++) {
    out->profiles[p] = profiles[p];
    out->profiles[p].n_markers = out->n_markers;
    out->profiles[p].observations = out->observations + p * m;
    out->strangers[p] =
        (hw_person){profiles[p].id, HW_PERSON_NONE, HW_PERSON_NONE, HW_UNKNOWN_SEX, HW_PERSON_NONE};
  }
  return HW_OK;
}

hw_status hw_same_person_lr(int32_t n_markers, const hw_marker *markers, double theta,
                            int32_t n_profiles, const hw_profile *profiles, const bool *is_second,
                            hw_kinship_alternative alternative,
                            const hw_likelihood_options *options, double *log10_lr, hw_err *err) {
  if (n_profiles < 1 || alternative < 0 || alternative >= HW_ALTERNATIVE_COUNT ||
      (is_second == NULL && alternative != HW_ALTERNATIVE_UNRELATED))
    return hw_err_set(err, HW_E_SHAPE, "%d profiles, and no such alternative", (int)n_profiles);
  autosomal own;
  double one = 0, two = 0;
  hw_status status = autosomal_make(n_markers, markers, n_profiles, profiles, &own, err);
  const hw_pedigree alone = {1, own.strangers}, all = {n_profiles, own.strangers};
  hw_problem problem = {.pedigree = &alone,
                        .n_profiles = n_profiles,
                        .profiles = own.profiles,
                        .profile_person = own.person,
                        .n_markers = own.n_markers,
                        .markers = own.markers,
                        .theta = theta};
  if (status == HW_OK) status = hw_likelihood(&problem, options, &one, NULL, err);
  if (status == HW_OK) {
    problem.pedigree = is_second != NULL ? &pedigrees[alternative] : &all;
    for (int32_t p = 0; p < n_profiles; p++)
      own.person[p] = is_second != NULL ? (is_second[p] ? 1 : 0) : p;
    status = hw_likelihood(&problem, options, &two, NULL, err);
  }
  if (status == HW_OK) *log10_lr = (one - two) / hw_ln(10);
  if (status == HW_OK && one == -HUGE_VAL && two == -HUGE_VAL) *log10_lr = NAN;
  autosomal_clear(&own);
  return status;
}
