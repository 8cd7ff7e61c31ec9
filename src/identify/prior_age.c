/* Age at death from what a bone shows: stages of published methods, and their intervals.
 *
 * data/age_stages.csv is the same table with its sources; a test compares the two.
 * Intervals are of persons: they hold 95 in 100 of those who show the stage, in the
 * sample that the method was made from. (A method whose published "95 % range" is that
 * of the mean of a stage, as that of the rib ends of 1984, is not here: such an interval
 * holds few of the persons.) Ages in completed years, "15 to 23", are [15, 24) here.
 *
 *   suchey-brooks   pubic symphysis, phases I to VI as 1 to 6
 *   clavicle-5      medial end of the clavicle, five stages of fusion, 1 to 5
 *   clavicle-3      the same in three stages
 *
 * None of the samples is Vietnamese, and none of the figures was compared with the
 * publication itself yet. The intervals depend on the age structure of the sample, as
 * those of all methods of this kind do (Bocquet-Appel & Masset 1982, J. Hum. Evol.
 * 11:321-333); the factor `age` uses them as intervals with an error, and no further. */
#include <math.h>
#include <string.h>

#include "base/fold.h"
#include "identify/prior_int.h"

static const char BROOKS[] = "Brooks & Suchey 1990, Human Evolution 5:227-238, as quoted";
static const char LANGLEY[] =
    "Langley-Shirley & Jantz 2010, J. Forensic Sci. 55:571-583, as quoted";

static const hw_prior_age_stage stages[] = {
    {"suchey-brooks", 1, HW_MALE, 15, 24, BROOKS, false},
    {"suchey-brooks", 2, HW_MALE, 19, 35, BROOKS, false},
    {"suchey-brooks", 3, HW_MALE, 21, 47, BROOKS, false},
    {"suchey-brooks", 4, HW_MALE, 23, 58, BROOKS, false},
    {"suchey-brooks", 5, HW_MALE, 27, 67, BROOKS, false},
    {"suchey-brooks", 6, HW_MALE, 34, 87, BROOKS, false},
    {"suchey-brooks", 1, HW_FEMALE, 15, 25, BROOKS, false},
    {"suchey-brooks", 2, HW_FEMALE, 19, 41, BROOKS, false},
    {"suchey-brooks", 3, HW_FEMALE, 21, 54, BROOKS, false},
    {"suchey-brooks", 4, HW_FEMALE, 26, 71, BROOKS, false},
    {"suchey-brooks", 5, HW_FEMALE, 25, 84, BROOKS, false},
    {"suchey-brooks", 6, HW_FEMALE, 42, 88, BROOKS, false},
    {"clavicle-5", 1, HW_MALE, 0, 17.4, LANGLEY, false},
    {"clavicle-5", 2, HW_MALE, 14.4, 23.0, LANGLEY, false},
    {"clavicle-5", 3, HW_MALE, 17.9, 27.5, LANGLEY, false},
    {"clavicle-5", 4, HW_MALE, 20.5, 30.6, LANGLEY, false},
    {"clavicle-5", 5, HW_MALE, 24.1, HUGE_VAL, LANGLEY, false},
    {"clavicle-5", 1, HW_FEMALE, 0, 16.2, LANGLEY, false},
    {"clavicle-5", 2, HW_FEMALE, 13.5, 21.0, LANGLEY, false},
    {"clavicle-5", 3, HW_FEMALE, 16.7, 25.7, LANGLEY, false},
    {"clavicle-5", 4, HW_FEMALE, 19.9, 29.3, LANGLEY, false},
    {"clavicle-5", 5, HW_FEMALE, 22.5, HUGE_VAL, LANGLEY, false},
    {"clavicle-3", 1, HW_MALE, 0, 17.4, LANGLEY, false},
    {"clavicle-3", 2, HW_MALE, 14.9, 28.5, LANGLEY, false},
    {"clavicle-3", 3, HW_MALE, 24.0, HUGE_VAL, LANGLEY, false},
    {"clavicle-3", 1, HW_FEMALE, 0, 16.5, LANGLEY, false},
    {"clavicle-3", 2, HW_FEMALE, 14.1, 27.1, LANGLEY, false},
    {"clavicle-3", 3, HW_FEMALE, 22.1, HUGE_VAL, LANGLEY, false},
};
enum { N_STAGES = (int)(sizeof stages / sizeof *stages) };

int32_t hw_prior_age_stages(const hw_prior_age_stage **out) {
  *out = stages;
  return N_STAGES;
}

/* True if both texts have the same folded key: "Suchey-Brooks" is "suchey brooks". */
static bool is_same(const char *a, const char *b) {
  hw_str x = HW_STR_INIT, y = HW_STR_INIT;
  bool is_folded = hw_fold_key(a, &x, NULL) == HW_OK && hw_fold_key(b, &y, NULL) == HW_OK &&
                   hw_str_status(&x) == HW_OK && hw_str_status(&y) == HW_OK;
  bool same = is_folded && strcmp(hw_str_text(&x), hw_str_text(&y)) == 0;
  hw_str_clear(&x);
  hw_str_clear(&y);
  return same;
}

bool hw_prior_age_of_stage(const char *method, int32_t stage, hw_sex sex, hw_prior_range *out) {
  bool is_found = false;
  *out = (hw_prior_range){HUGE_VAL, 0, 1};
  for (int i = 0; i < N_STAGES; i++) {
    const hw_prior_age_stage *at = &stages[i];
    if (at->stage != stage || (sex != HW_UNKNOWN_SEX && sex != at->sex)) continue;
    if (!is_same(at->method, method)) continue;
    if (at->from_y < out->from) out->from = at->from_y;
    if (at->to_y > out->to) out->to = at->to_y;
    is_found = true;
  }
  return is_found;
}
