/** @file
 * What the record says before any DNA: the prior of every (missing person, remains).
 *
 * The prior of an assignment is a weight of the number of its pairings times one
 * factor per pairing and line of evidence. Every factor but `numbers` is a
 * likelihood ratio
 *
 *     P(what was found of the remains | they are this person)
 *     ────────────────────────────────────────────────────────
 *     P(what was found of the remains | they are somebody else)
 *
 * so that on average over somebody else it is 1, an unknown fact gives exactly 1,
 * and no estimate ever rules anybody out: each has an error. Formulas and sources
 * stand at the parameters below and in docs/priors.md. `numbers` is the prior odds
 * of one pairing; what depends on how many pairings there are goes to ln_size.
 *
 *     ln odds(remains is target) = Σ ln factor + ln LR of the profiles
 *
 * Example:
 * @code
 *   hw_prior_settings settings;
 *   hw_prior_settings_init(&settings);                       // flat
 *   settings.is_used[HW_PRIOR_PLACE] = true;
 *   s = hw_prior_settings_parse(&settings, HW_PRIOR_PLACE, "scale_m=3000", &err);
 *   if (s == HW_OK) s = hw_prior_new(&settings, n_r, remains, n_m, missing, &prior, &err);
 *   joint_options.prior = hw_prior_joint(prior);
 *   hw_prior_factors(prior, 0, 0, ln_factor);                // HW_PRIOR_COUNT numbers
 *   hw_prior_delete(prior);
 * @endcode
 */
#ifndef HOMEWARD_PRIOR_H
#define HOMEWARD_PRIOR_H

#include <stdbool.h>

#include "homeward/joint.h"

#ifdef __cplusplus
extern "C" {
#endif

/** The named factors, in the order in which they are shown. */
typedef enum hw_prior_factor {
  HW_PRIOR_NUMBERS = 0, /**< how many are missing, how many were recovered */
  HW_PRIOR_PLACE,       /**< where lost, where recovered */
  HW_PRIOR_TIME,        /**< when lost, when buried */
  HW_PRIOR_UNIT,        /**< unit of the person, unit by what lay with the remains */
  HW_PRIOR_EVENT,       /**< the same of the event: a crash, a battle, a hospital */
  HW_PRIOR_SEX,         /**< as anthropology estimates it */
  HW_PRIOR_AGE,         /**< at death */
  HW_PRIOR_STATURE,
  HW_PRIOR_COUNT
} hw_prior_factor;

/** "numbers", "place", … as the kind prior_factor of the case database has them. */
HW_API const char *hw_prior_factor_name(hw_prior_factor factor);
/** One line: what the factor compares. */
HW_API const char *hw_prior_factor_sentence(hw_prior_factor factor);
/** @return the factor of a name, or HW_PRIOR_COUNT */
HW_API hw_prior_factor hw_prior_factor_find(const char *name);

/* --- settings --- */

/** Parameters of the factors. Lengths in metres, dates in days (hw_prior_day), ages in years. */
typedef enum hw_prior_parameter {
  /* numbers: how many pairings there are (docs/priors.md derives each). Without any: the number of
   * all dead is unknown, log-uniform from `total` as it must be at least to ten times that. */
  HW_PRIOR_TOTAL = 0,  /**< all dead of whom the list and the remains are a part, at least */
  HW_PRIOR_TOTAL_MOST, /**< at most; equal = known */
  HW_PRIOR_AMONG,      /**< P(a missing person is among the remains); 1 = all are */
  HW_PRIOR_ON_LIST,    /**< P(a remains is on the list); 1 = a closed list */
  /* place: a bivariate Student t around the place of loss, and a share that lies anywhere */
  HW_PRIOR_SCALE_M,    /**< scale of the displacement, beside the uncertainties of the places */
  HW_PRIOR_DEGREES,    /**< degrees of freedom; 0 = a Gaussian */
  HW_PRIOR_FAR,        /**< share that lies anywhere in the area */
  HW_PRIOR_FAR_HANDED, /**< the same of remains that were handed over, not excavated */
  HW_PRIOR_AREA_KM2,   /**< area over which unrelated remains are spread */
  /* time */
  HW_PRIOR_TIME_ERROR, /**< P(the dates of the remains do not hold the day of the loss) */
  HW_PRIOR_TIME_FROM,  /**< years between which somebody else was lost */
  HW_PRIOR_TIME_TO,
  HW_PRIOR_TIME_PSEUDO, /**< persons that this stated distribution counts for, beside the list */
  /* unit */
  HW_PRIOR_UNIT_ERROR,  /**< P(the label says nothing of whose remains these are) */
  HW_PRIOR_UNIT_CHANCE, /**< share of a unit that nobody of the list has */
  HW_PRIOR_UNIT_PSEUDO,
  /* event */
  HW_PRIOR_EVENT_ERROR,
  HW_PRIOR_EVENT_CHANCE,
  HW_PRIOR_EVENT_PSEUDO,
  /* sex */
  HW_PRIOR_SEX_ERROR, /**< P(the estimate is wrong), where the estimate names none */
  HW_PRIOR_SEX_MALE,  /**< share of men among somebody else */
  HW_PRIOR_SEX_PSEUDO,
  /* age */
  HW_PRIOR_AGE_ERROR, /**< P(the interval does not hold the age) */
  HW_PRIOR_AGE_FROM,  /**< ages between which somebody else died, uniform */
  HW_PRIOR_AGE_TO,
  HW_PRIOR_AGE_PSEUDO,
  /* stature */
  HW_PRIOR_STATURE_MEAN, /**< of somebody else */
  HW_PRIOR_STATURE_SD,
  HW_PRIOR_STATURE_BONE_SE, /**< standard error of a stature from bones that states none */
  HW_PRIOR_STATURE_SE,      /**< standard error of a stature that the record states */
  HW_PRIOR_STATURE_BIAS,    /**< what the record states more than the person had */
  HW_PRIOR_STATURE_BLUNDER, /**< share of statures that say nothing: wrong bone, wrong person */
  HW_PRIOR_PARAMETER_COUNT
} hw_prior_parameter;

/** What a parameter is. All strings are static. */
typedef struct hw_prior_parameter_info {
  hw_prior_factor factor;
  const char *name;     /**< in PARAMETERS: "scale_m" */
  const char *sentence; /**< what it is, with its unit */
  const char *source;   /**< of the default: a publication, or "assumed: …" */
  double value;         /**< default; NaN = not stated */
  double least, most;   /**< permitted values, both included */
} hw_prior_parameter_info;
HW_API const hw_prior_parameter_info *hw_prior_parameter_get(hw_prior_parameter parameter);

/** Which factors are used, and how. */
typedef struct hw_prior_settings {
  bool is_used[HW_PRIOR_COUNT];
  double value[HW_PRIOR_PARAMETER_COUNT]; /**< NaN = not stated */
} hw_prior_settings;

/** Flat: no factor is used; every parameter has its default. */
HW_API void hw_prior_settings_init(hw_prior_settings *self);
/** As init, and every factor used: what facts there are decide. */
HW_API void hw_prior_settings_all(hw_prior_settings *self);

/** Reads "NAME=VALUE;NAME=VALUE" of one factor; blanks around names and values are ignored, what is
 * not named keeps its value. Does not change is_used.
 * @return HW_OK; HW_E_VALUE or HW_E_SYNTAX naming the parameter, what was seen, what is permitted;
 *         the settings are then unchanged */
HW_API HW_MUST_CHECK hw_status hw_prior_settings_parse(hw_prior_settings *self,
                                                       hw_prior_factor factor, const char *text,
                                                       hw_err *err);
/** Checks what one parameter alone cannot tell: bounds that cross, a total below the list.
 * @param n_remains, n_missing  0 = not known yet */
HW_API HW_MUST_CHECK hw_status hw_prior_settings_validate(const hw_prior_settings *self,
                                                          int32_t n_remains, int32_t n_missing,
                                                          hw_err *err);

/* --- facts --- */

/** Days since 1970-01-01 (Gregorian; before = negative). @return false if there is no such day */
HW_API bool hw_prior_day(int32_t year, int32_t month, int32_t day, double *out);
/** A date as records write it, YYYY, YYYY-MM, YYYY-MM-DD, D/M/YYYY, M/YYYY, or two of them parted
 * by "/" with blanks or ISO form: the first day, and the day after the last one.
 * @return false if the text is none */
HW_API bool hw_prior_dates(const char *text, double *from, double *to);
/** Age in years of somebody born in one interval of days and lost in another. */
HW_API void hw_prior_age(double born_from, double born_to, double lost_from, double lost_to,
                         double *from, double *to);

/** A place on the Earth. */
typedef struct hw_prior_place {
  double latitude, longitude; /**< WGS 84, degrees; NaN = not known */
  double uncertainty_m;       /**< radius of one standard deviation (per axis); 0 = exact */
  double weight;              /**< how far it is trusted, 0 to 1 */
} hw_prior_place;

/** A number that lies in [from, to): days, or years of age. */
typedef struct hw_prior_range {
  double from, to; /**< may be −inf and +inf */
  double weight;
} hw_prior_range;

/** A number with its standard error. */
typedef struct hw_prior_estimate {
  double value, se; /**< se 0 = not stated: the factor's default holds */
  double weight;
} hw_prior_estimate;

/** A name: compared as folded text (letters and digits, no diacritics). */
typedef struct hw_prior_label {
  const char *text;
  double weight;
} hw_prior_label;

/** What was found of a remains. A zeroed struct = nothing is known.
 *
 * Where several entries stand side by side they are alternatives: the ratio is the mean of their
 * ratios by weight. Weights that add up to less than 1 leave the rest to "it says nothing" (ratio
 * 1), those that add up to more are scaled down. */
typedef struct hw_prior_remains {
  int32_t n_places;
  const hw_prior_place *places; /**< where recovered */
  bool is_handed_over;          /**< not excavated: the place is what somebody says */
  int32_t n_dates;
  const hw_prior_range *dates; /**< in which they came to lie there, days */
  int32_t n_units;
  const hw_prior_label *units; /**< found with them */
  int32_t n_events;
  const hw_prior_label *events;
  hw_sex sex;       /**< estimated from the bones, or established */
  double sex_error; /**< of that estimate; 0 = the default */
  int32_t n_ages;
  const hw_prior_range *ages; /**< at death, years: "20 to 25" is [20, 26) */
  int32_t n_statures;
  const hw_prior_estimate *statures; /**< cm, with the standard error of prediction */
} hw_prior_remains;

/** What the record says of a missing person. A zeroed struct = nothing. Alternatives as above. */
typedef struct hw_prior_missing {
  int32_t n_places;
  const hw_prior_place *places; /**< last seen, or lost */
  int32_t n_dates;
  const hw_prior_range *dates; /**< of the loss, days */
  int32_t n_units;
  const hw_prior_label *units;
  int32_t n_events;
  const hw_prior_label *events;
  hw_sex sex;
  int32_t n_ages;
  const hw_prior_range *ages; /**< at the loss, years (hw_prior_age) */
  int32_t n_statures;
  const hw_prior_estimate *statures; /**< cm */
} hw_prior_missing;

/* --- the prior --- */

typedef struct hw_prior hw_prior;

/** Makes the prior. Facts are copied. Free with hw_prior_delete.
 * @param remains  in the order of the case; NULL = nothing is known of any
 * @param missing  in the order of hw_joint_target; NULL = nothing
 * @return HW_OK; HW_E_VALUE (a fact that cannot be: a latitude of 95, a weight of 2, an interval that
 *         ends before it begins; settings that hw_prior_settings_validate refuses); HW_E_NO_MEMORY */
HW_API HW_MUST_CHECK hw_status hw_prior_new(const hw_prior_settings *settings, int32_t n_remains,
                                            const hw_prior_remains *remains, int32_t n_missing,
                                            const hw_prior_missing *missing, hw_prior **out,
                                            hw_err *err);
HW_API void hw_prior_delete(hw_prior *self);

/** ln of every factor of a pairing, 0 where it is not used or a fact is unknown. Never NaN or
 * infinite. Thread-safe: yes.
 * @param ln_factor  [out] HW_PRIOR_COUNT */
HW_API void hw_prior_factors(const hw_prior *self, int32_t remains, int32_t target,
                             double *ln_factor);
/** Their sum, in the order of the factors. */
HW_API double hw_prior_ln_pair(const hw_prior *self, int32_t remains, int32_t target);
/** The prior as the joint engine takes it; valid as long as @p self. */
HW_API hw_joint_prior hw_prior_joint(hw_prior *self);
HW_API const hw_prior_settings *hw_prior_settings_of(const hw_prior *self);

/** What `numbers` implies before any fact of place, time, … is looked at. */
typedef struct hw_prior_numbers {
  double pairings; /**< expected number of remains that are on the list */
  double among;    /**< P(a missing person is among the remains) */
  double on_list;  /**< P(a remains is on the list) */
  double pair;     /**< P(a remains is a given missing person) */
} hw_prior_numbers;
/** @return NaN everywhere if the factor is not used */
HW_API hw_prior_numbers hw_prior_numbers_of(const hw_prior *self);
/** P(exactly k remains are on the list), k = 0 … n − 1. @return n; 0 if `numbers` is not used */
HW_API int32_t hw_prior_sizes(const hw_prior *self, const double **probability);

/** How many know what a factor compares. */
typedef struct hw_prior_coverage {
  int32_t n_remains, n_missing;
} hw_prior_coverage;
HW_API hw_prior_coverage hw_prior_coverage_of(const hw_prior *self, hw_prior_factor factor);

/* --- from bones --- */

/** A regression of stature on the length of a long bone: stature = intercept + slope × length. */
typedef struct hw_prior_stature_formula {
  const char *code;       /**< "trotter-gleser-1958-mongoloid-femur" */
  const char *population; /**< of the sample it was made from */
  const char *element;    /**< femur, tibia, … */
  hw_sex sex;
  double slope;        /**< cm of stature per cm of bone */
  double intercept_cm; /**< cm */
  double se_cm;        /**< standard error of the estimate */
  const char *source;
  bool is_verified; /**< the figures were compared with the publication itself */
} hw_prior_stature_formula;
/** The formulas that are built in (data/stature_formulas.csv). @return their number */
HW_API int32_t hw_prior_stature_formulas(const hw_prior_stature_formula **out);

/** Maximum length of a bone. */
typedef struct hw_prior_bone {
  const char *element; /**< femur, tibia, humerus, … as folded text */
  double length_mm;
} hw_prior_bone;
/** Stature from the bones of one individual: by the formula whose bone is the longest that is there
 * (femur, then tibia, then humerus). Errors of bones of one person are correlated, so they are not
 * averaged across elements; lengths of one element (left and right) are.
 * @param sex  of the remains; unknown = as male
 * @param out  [out] value and se; weight 1
 * @return the formula, or NULL if there is none for these bones */
HW_API const hw_prior_stature_formula *hw_prior_stature(hw_sex sex, int32_t n_bones,
                                                        const hw_prior_bone *bones,
                                                        hw_prior_estimate *out);

/** A stage of a method that tells the age at death. */
typedef struct hw_prior_age_stage {
  const char *method; /**< suchey-brooks, clavicle-5, clavicle-3 */
  int32_t stage;      /**< from 1 */
  hw_sex sex;
  double from_y, to_y; /**< [from, to) holds 95 % of persons; to may be +inf */
  const char *source;
  bool is_verified; /**< the figures were compared with the publication itself */
} hw_prior_age_stage;
/** The stages that are built in (data/age_stages.csv). @return their number */
HW_API int32_t hw_prior_age_stages(const hw_prior_age_stage **out);
/** Interval of a stage, weight 1; that of both sexes together where the sex is unknown.
 * @param method  compared as folded text. @return false if there is no such method or stage */
HW_API bool hw_prior_age_of_stage(const char *method, int32_t stage, hw_sex sex,
                                  hw_prior_range *out);

/** One specimen's estimate of sex. */
typedef struct hw_prior_sexing {
  hw_sex sex;
  const char *element; /**< pelvis, skull, femur, …; NULL = not known */
} hw_prior_sexing;
/** Sex from several specimens of one individual, without counting one sign twice: of every region of
 * the body (pelvis, skull, limbs) the estimates are averaged, the regions count as independent
 * (docs/priors.md). @return HW_UNKNOWN_SEX if nothing speaks for either
 * @param error  [out] P(the result is wrong) */
HW_API hw_sex hw_prior_sex(int32_t n, const hw_prior_sexing *sexings, double *error);

#ifdef __cplusplus
}
#endif
#endif
