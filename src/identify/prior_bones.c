/* Stature and sex from bones.
 *
 * Stature. Formulas are data: data/stature_formulas.csv is the same table with its
 * sources, and a test compares the two. Only what can be cited is there, and none of
 * the figures was compared with the publication itself yet, which `is_verified` tells.
 * No formula for Vietnamese was found in print; those of Trotter & Gleser for men of
 * the Korean war called "Mongoloid" are the nearest. The order of the table is the
 * order of preference: the longest bone first.
 *
 * Of the tibia: Jantz, Hunt & Meadows 1995 (J. Forensic Sci. 40:758-761) found that
 * Trotter measured it otherwise than her text says; formulas for it are to be used
 * with care, and come after the femur here though their standard error is smaller.
 *
 * Sex. Several bones of one individual are not several witnesses: two left and right
 * signs of one pelvis agree because they are one pelvis. So the estimates of one region
 * count together as one, with the share of them that says male, and regions count as
 * independent:
 *
 *     ln odds(male) = Σ_regions (2·share − 1) · ln((1 − e)/e)
 *
 * with the errors e of single regions by Krogman 1962, p. 149 (pelvis 0.05, skull
 * 0.10, limbs and the rest 0.20). His figure for pelvis and skull together, 0.02, is
 * above the 0.006 of independence: signs of robustness go together in the regions as
 * well. The sum is therefore damped by 0.76, which gives his 0.02 for pelvis and skull
 * (ln 49 / (ln 19 + ln 9) = 0.757), where more than one region speaks. */
#include <math.h>
#include <string.h>

#include "base/elementary.h"
#include "base/fold.h"
#include "identify/prior_int.h"

static const char TROTTER[] = "Trotter & Gleser 1958, Am. J. Phys. Anthropol. 16:79-123, as quoted";

static const hw_prior_stature_formula formulas[] = {
    {"trotter-gleser-1958-mongoloid-femur", "Mongoloid men, Korean war dead", "femur", HW_MALE,
     2.15, 72.57, 3.80, TROTTER, false},
    {"trotter-gleser-1958-mongoloid-tibia", "Mongoloid men, Korean war dead", "tibia", HW_MALE,
     2.39, 81.45, 3.27, TROTTER, false},
    {"trotter-gleser-1958-mongoloid-humerus", "Mongoloid men, Korean war dead", "humerus", HW_MALE,
     2.68, 83.19, 4.25, TROTTER, false},
};
enum { N_FORMULAS = (int)(sizeof formulas / sizeof *formulas) };

/* Lengths outside are of no adult's long bone, or in another unit. */
static const double LEAST_MM = 150, MOST_MM = 700;

int32_t hw_prior_stature_formulas(const hw_prior_stature_formula **out) {
  *out = formulas;
  return N_FORMULAS;
}

/* True if the first word of a text, folded, is this one: "Femur, left" is a femur. */
static bool is_element(const char *text, const char *element) {
  size_t n = strlen(element);
  hw_str key = HW_STR_INIT;
  bool is_same = hw_fold_key(text, &key, NULL) == HW_OK && hw_str_status(&key) == HW_OK &&
                 strncmp(hw_str_text(&key), element, n) == 0 &&
                 (hw_str_text(&key)[n] == '\0' || hw_str_text(&key)[n] == ' ');
  hw_str_clear(&key);
  return is_same;
}

const hw_prior_stature_formula *hw_prior_stature(hw_sex sex, int32_t n_bones,
                                                 const hw_prior_bone *bones,
                                                 hw_prior_estimate *out) {
  *out = (hw_prior_estimate){0, 0, 0};
  for (int f = 0; f < N_FORMULAS; f++) {
    const hw_prior_stature_formula *formula = &formulas[f];
    if (sex != HW_UNKNOWN_SEX && formula->sex != HW_UNKNOWN_SEX && formula->sex != sex) continue;
    double sum_mm = 0;
    int32_t n = 0;
    for (int32_t i = 0; i < n_bones; i++) {
      if (!(bones[i].length_mm >= LEAST_MM && bones[i].length_mm <= MOST_MM)) continue;
      if (!is_element(bones[i].element, formula->element)) continue;
      sum_mm += bones[i].length_mm;
      n++;
    }
    if (n == 0) continue;
    *out = (hw_prior_estimate){formula->intercept_cm + formula->slope * (sum_mm / n) / 10,
                               formula->se_cm, 1};
    return formula;
  }
  return NULL;
}

/* --- sex --- */

enum { PELVIS, SKULL, LIMBS, N_REGIONS };
static const double region_error[N_REGIONS] = {0.05, 0.10, 0.20};
static const double DAMPING = 0.757;

static int region_of(const char *element) {
  static const struct {
    const char *word;
    int region;
  } words[] = {
      {"pelvis", PELVIS},     {"innominate", PELVIS}, {"hip", PELVIS},     {"os coxae", PELVIS},
      {"coxa", PELVIS},       {"ilium", PELVIS},      {"pubis", PELVIS},   {"ischium", PELVIS},
      {"xuong chau", PELVIS}, {"sacrum", PELVIS},     {"skull", SKULL},    {"cranium", SKULL},
      {"mandible", SKULL},    {"calvarium", SKULL},   {"so", SKULL},       {"xuong so", SKULL},
      {"xuong ham", SKULL},   {"maxilla", SKULL},     {"temporal", SKULL}, {"frontal", SKULL},
  };
  for (size_t i = 0; element != NULL && i < sizeof words / sizeof *words; i++)
    if (is_element(element, words[i].word)) return words[i].region;
  return LIMBS;
}

hw_sex hw_prior_sex(int32_t n, const hw_prior_sexing *sexings, double *error) {
  int32_t male[N_REGIONS] = {0}, all[N_REGIONS] = {0}, n_regions = 0;
  double ln_odds = 0;
  *error = 0.5;
  for (int32_t i = 0; i < n; i++) {
    if (sexings[i].sex == HW_UNKNOWN_SEX) continue;
    int region = region_of(sexings[i].element);
    male[region] += sexings[i].sex == HW_MALE;
    all[region]++;
  }
  for (int r = 0; r < N_REGIONS; r++) {
    if (all[r] == 0) continue;
    double e = region_error[r];
    ln_odds += (2.0 * male[r] / all[r] - 1) * hw_ln((1 - e) / e);
    n_regions++;
  }
  if (n_regions > 1) ln_odds *= DAMPING;
  if (ln_odds == 0) return HW_UNKNOWN_SEX;
  *error = 1 / (1 + hwp_prior_exp(fabs(ln_odds)));
  return ln_odds > 0 ? HW_MALE : HW_FEMALE;
}
