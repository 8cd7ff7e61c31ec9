/* Parameters of the prior: what each is, what it may be, where its default comes
 * from, and how they are written as text.
 *
 * The table below is the one place: documentation, checks, the text form of the
 * case database ("scale_m=3000; far=0.1") and the names on the command line come
 * from it. A default that nobody published says "assumed", and why; it is there so
 * that the factor can be used at all, and is meant to be replaced by what is known
 * of the file at hand.
 *
 * Sources:
 *   Krogman 1962      W. M. Krogman, The human skeleton in forensic medicine,
 *                     Springfield 1962, p. 149: accuracy of sexing by region
 *   NCD-RisC 2016     A century of trends in adult human height, eLife 5:e13410
 *   Giles & Hutchinson 1991  Stature- and age-related bias in self-reported stature,
 *                     J. Forensic Sci. 36:765-780 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "base/number.h"
#include "identify/prior_int.h"

/* Longest text, name and value that are read. */
enum { MOST_TEXT = 4096, MOST_WORD = 63 };

#define NONE ((double)NAN)

static const struct {
  const char *name, *sentence;
} factors[HW_PRIOR_COUNT] = {
    {"numbers", "how many are missing and how many were recovered"},
    {"place", "where the person was lost and where the remains were recovered"},
    {"time", "when the person was lost and when the remains came to lie there"},
    {"unit", "the person's unit and the unit that what lay with the remains tells"},
    {"event", "the event of the loss and the event that the remains are connected with"},
    {"sex", "the person's sex and the sex that the bones tell"},
    {"age", "the person's age at the loss and the age that the bones tell"},
    {"stature", "the person's recorded stature and the stature that the bones tell"},
};

static const hw_prior_parameter_info parameters[HW_PRIOR_PARAMETER_COUNT] = {
    [HW_PRIOR_TOTAL] = {HW_PRIOR_NUMBERS, "total",
                        "all dead of whom the list and the remains are a part, at least",
                        "assumed: no fewer than are listed, no fewer than were recovered", NONE, 1,
                        1e9},
    [HW_PRIOR_TOTAL_MOST] = {HW_PRIOR_NUMBERS, "total_most",
                             "the same, at most; every total between has weight 1/total",
                             "assumed: ten times the lowest", NONE, 1, 1e9},
    [HW_PRIOR_AMONG] = {HW_PRIOR_NUMBERS, "among",
                        "probability that a missing person is among the remains",
                        "not used unless stated", NONE, 1e-9, 1},
    [HW_PRIOR_ON_LIST] = {HW_PRIOR_NUMBERS, "on_list",
                          "probability that a remains is on the list; 1 = a closed list",
                          "not used unless stated", NONE, 1e-9, 1},
    [HW_PRIOR_SCALE_M] = {HW_PRIOR_PLACE, "scale_m",
                          "scale of the distance between loss and grave, metres per axis, beside "
                          "the uncertainty of the places",
                          "assumed: burial near the place of death, as unit records have it", 2000,
                          1, 1e6},
    [HW_PRIOR_DEGREES] = {HW_PRIOR_PLACE, "degrees",
                          "degrees of freedom of the distance law; 0 = Gaussian",
                          "assumed: heavy tails, since records place a loss by the nearest name", 2,
                          0, 1000},
    [HW_PRIOR_FAR] = {HW_PRIOR_PLACE, "far", "share of remains that lie anywhere in the area",
                      "assumed: graves were moved to cemeteries far from the loss", 0.1, 1e-6,
                      0.999999},
    [HW_PRIOR_FAR_HANDED] = {HW_PRIOR_PLACE, "far_handed_over",
                             "the same of remains that were handed over, not excavated",
                             "assumed: their place is hearsay", 0.5, 1e-6, 0.999999},
    [HW_PRIOR_AREA_KM2] = {HW_PRIOR_PLACE, "area_km2",
                           "area over which unrelated remains are spread, square kilometres",
                           "land and inland water of Viet Nam, about 331,000 square kilometres",
                           331000, 0.01, 5.1e8},
    [HW_PRIOR_TIME_ERROR] = {HW_PRIOR_TIME, "error",
                             "probability that the dates of the remains do not hold the loss",
                             "assumed", 0.05, 1e-6, 0.999999},
    [HW_PRIOR_TIME_FROM] = {HW_PRIOR_TIME, "from_year",
                            "first year in which somebody else was lost",
                            "assumed: 1955 to 1975; state the years of the file", 1955, 1, 9999},
    [HW_PRIOR_TIME_TO] = {HW_PRIOR_TIME, "to_year", "last year in which somebody else was lost",
                          "assumed: 1955 to 1975; state the years of the file", 1975, 1, 9999},
    [HW_PRIOR_TIME_PSEUDO] = {HW_PRIOR_TIME, "pseudo",
                              "persons that the stated years count for, beside the list",
                              "assumed: the list outweighs it from ten persons on", 10, 0, 1e9},
    [HW_PRIOR_UNIT_ERROR] = {HW_PRIOR_UNIT, "error",
                             "probability that a label says nothing of whose remains these are",
                             "assumed: equipment was lent, inherited and captured", 0.2, 1e-6,
                             0.999999},
    [HW_PRIOR_UNIT_CHANCE] = {HW_PRIOR_UNIT, "chance",
                              "share of a unit that the list does not hold",
                              "assumed: one in a hundred", 0.01, 1e-9, 1},
    [HW_PRIOR_UNIT_PSEUDO] = {HW_PRIOR_UNIT, "pseudo",
                              "persons that this share counts for, beside the list",
                              "assumed: the list outweighs it from ten persons on", 10, 1e-3, 1e9},
    [HW_PRIOR_EVENT_ERROR] = {HW_PRIOR_EVENT, "error",
                              "probability that a label says nothing of whose remains these are",
                              "assumed", 0.1, 1e-6, 0.999999},
    [HW_PRIOR_EVENT_CHANCE] = {HW_PRIOR_EVENT, "chance",
                               "share of an event that the list does not hold",
                               "assumed: one in a hundred", 0.01, 1e-9, 1},
    [HW_PRIOR_EVENT_PSEUDO] = {HW_PRIOR_EVENT, "pseudo",
                               "persons that this share counts for, beside the list",
                               "assumed: the list outweighs it from ten persons on", 10, 1e-3, 1e9},
    [HW_PRIOR_SEX_ERROR] = {HW_PRIOR_SEX, "error", "probability that an estimate of sex is wrong",
                            "Krogman 1962: skull alone 0.10 (pelvis 0.05, long bones 0.20)", 0.1,
                            1e-9, 0.5},
    [HW_PRIOR_SEX_MALE] = {HW_PRIOR_SEX, "male", "share of men among somebody else",
                           "assumed: as many women as men", 0.5, 1e-6, 0.999999},
    [HW_PRIOR_SEX_PSEUDO] = {HW_PRIOR_SEX, "pseudo",
                             "persons that this share counts for, beside the list",
                             "assumed: the list outweighs it from ten persons on", 10, 1e-3, 1e9},
    [HW_PRIOR_AGE_ERROR] = {HW_PRIOR_AGE, "error",
                            "probability that the interval does not hold the age",
                            "assumed: intervals of 95 %", 0.05, 1e-6, 0.999999},
    [HW_PRIOR_AGE_FROM] = {HW_PRIOR_AGE, "from", "youngest age at which somebody else died, years",
                           "assumed: 1 to 80, all alike; state the ages of the file", 1, 0, 150},
    [HW_PRIOR_AGE_TO] = {HW_PRIOR_AGE, "to", "oldest age, completed years",
                         "assumed: 1 to 80, all alike; state the ages of the file", 80, 0, 150},
    [HW_PRIOR_AGE_PSEUDO] = {HW_PRIOR_AGE, "pseudo",
                             "persons that the stated ages count for, beside the list",
                             "assumed: the list outweighs it from ten persons on", 10, 0, 1e9},
    [HW_PRIOR_STATURE_MEAN] =
        {HW_PRIOR_STATURE, "mean_cm", "mean stature of somebody else, cm",
         "assumed: Vietnamese men born about 1950; NCD-RisC 2016 has means by "
         "country and year of birth, from which to state it",
         161, 100, 220},
    [HW_PRIOR_STATURE_SD] = {HW_PRIOR_STATURE, "sd_cm", "its standard deviation, cm", "assumed", 6,
                             1, 30},
    [HW_PRIOR_STATURE_BONE_SE] = {HW_PRIOR_STATURE, "bone_se_cm",
                                  "standard error of a stature from bones that states none, cm",
                                  "the largest of the formulas that are built in", 4.25, 0.1, 30},
    [HW_PRIOR_STATURE_SE] = {HW_PRIOR_STATURE, "se_cm",
                             "standard error of a stature that the record states, cm",
                             "assumed; Giles & Hutchinson 1991 measure self-reports", 2.5, 0.1, 30},
    [HW_PRIOR_STATURE_BIAS] = {HW_PRIOR_STATURE, "bias_cm",
                               "what the record states more than the person had, cm",
                               "assumed: nothing (men tend to overstate: Giles & Hutchinson 1991)",
                               0, -20, 20},
    [HW_PRIOR_STATURE_BLUNDER] = {HW_PRIOR_STATURE, "blunder",
                                  "share of statures that say nothing of the person",
                                  "assumed: one in a hundred", 0.01, 1e-6, 0.999999},
};

const char *hw_prior_factor_name(hw_prior_factor factor) {
  return (unsigned)factor < HW_PRIOR_COUNT ? factors[factor].name : "unknown factor";
}

const char *hw_prior_factor_sentence(hw_prior_factor factor) {
  return (unsigned)factor < HW_PRIOR_COUNT ? factors[factor].sentence : "unknown factor";
}

hw_prior_factor hw_prior_factor_find(const char *name) {
  int i = 0;
  while (i < HW_PRIOR_COUNT && strcmp(factors[i].name, name) != 0) i++;
  return (hw_prior_factor)i;
}

const hw_prior_parameter_info *hw_prior_parameter_get(hw_prior_parameter parameter) {
  return (unsigned)parameter < HW_PRIOR_PARAMETER_COUNT ? &parameters[parameter] : NULL;
}

void hw_prior_settings_init(hw_prior_settings *self) {
  *self = (hw_prior_settings){.is_used = {false}};
  for (int i = 0; i < HW_PRIOR_PARAMETER_COUNT; i++) self->value[i] = parameters[i].value;
}

void hw_prior_settings_all(hw_prior_settings *self) {
  hw_prior_settings_init(self);
  for (int i = 0; i < HW_PRIOR_COUNT; i++) self->is_used[i] = true;
}

/* --- text --- */

/* A name or a value without the blanks around it. */
typedef struct word {
  char text[MOST_WORD + 1];
} word;

static bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* @return false if it is too long */
static bool take_word(const char *from, size_t n, word *out) {
  while (n > 0 && is_blank(from[0])) from++, n--;
  while (n > 0 && is_blank(from[n - 1])) n--;
  bool fits = n <= MOST_WORD;
  if (!fits) n = MOST_WORD;
  memcpy(out->text, from, n);
  out->text[n] = '\0';
  return fits;
}

/* Names of a factor's parameters, for messages. */
static void list_names(hw_prior_factor factor, char *out, size_t size) {
  size_t n = 0;
  out[0] = '\0';
  for (int i = 0; i < HW_PRIOR_PARAMETER_COUNT; i++) {
    if (parameters[i].factor != factor) continue;
    int added = snprintf(out + n, size - n, "%s%s", n > 0 ? ", " : "", parameters[i].name);
    if (added < 0 || (size_t)added >= size - n) break;
    n += (size_t)added;
  }
}

static hw_status set_value(hw_prior_settings *self, int parameter, const char *text, hw_err *err) {
  const hw_prior_parameter_info *info = &parameters[parameter];
  double value = NONE;
  if (strcmp(text, "unknown") == 0 && isnan(info->value)) {
    self->value[parameter] = NONE;
    return HW_OK;
  }
  if (!hw_number_parse(text, &value))
    return hw_err_set(err, HW_E_VALUE,
                      "parameter '%s' of factor '%s' is \"%s\": expected a number with a decimal "
                      "point, %s",
                      info->name, factors[info->factor].name, text, info->sentence);
  if (!(value >= info->least && value <= info->most))
    return hw_err_set(
        err, HW_E_VALUE, "parameter '%s' of factor '%s' is %s: expected %.10g to %.10g (%s)",
        info->name, factors[info->factor].name, text, info->least, info->most, info->sentence);
  self->value[parameter] = value;
  return HW_OK;
}

/* One NAME=VALUE; blank ones are allowed, so that a list may end with ';'. */
static hw_status take_entry(hw_prior_settings *self, bool *is_set, hw_prior_factor factor,
                            const char *text, size_t n, hw_err *err) {
  word name, value, whole;
  bool fits = take_word(text, n, &whole);
  if (whole.text[0] == '\0') return HW_OK;
  const char *equals = memchr(text, '=', n);
  if (equals == NULL)
    return hw_err_set(err, HW_E_SYNTAX,
                      "\"%s\" among the parameters of factor '%s': expected NAME=VALUE, parted by "
                      "';'",
                      whole.text, factors[factor].name);
  fits = take_word(text, (size_t)(equals - text), &name);
  fits = take_word(equals + 1, n - (size_t)(equals - text) - 1, &value) && fits;
  for (int i = 0; fits && i < HW_PRIOR_PARAMETER_COUNT; i++) {
    if (parameters[i].factor != factor || strcmp(parameters[i].name, name.text) != 0) continue;
    if (is_set[i])
      return hw_err_set(err, HW_E_VALUE,
                        "parameter '%s' of factor '%s' stands twice: leave one of them away",
                        name.text, factors[factor].name);
    is_set[i] = true;
    return set_value(self, i, value.text, err);
  }
  char names[256];
  list_names(factor, names, sizeof names);
  return hw_err_set(err, HW_E_VALUE, "factor '%s' has no parameter '%s': it has %s",
                    factors[factor].name, name.text, names);
}

hw_status hw_prior_settings_parse(hw_prior_settings *self, hw_prior_factor factor, const char *text,
                                  hw_err *err) {
  bool is_set[HW_PRIOR_PARAMETER_COUNT] = {false};
  hw_prior_settings made = *self;
  HW_BUG_IF((unsigned)factor >= HW_PRIOR_COUNT, err);
  size_t n = strlen(text);
  if (n > MOST_TEXT)
    return hw_err_set(err, HW_E_SYNTAX,
                      "the parameters of factor '%s' are %zu bytes long: expected at most %d",
                      factors[factor].name, n, (int)MOST_TEXT);
  for (size_t from = 0; from <= n;) {
    const char *end = memchr(text + from, ';', n - from);
    size_t to = end != NULL ? (size_t)(end - text) : n;
    HW_TRY(take_entry(&made, is_set, factor, text + from, to - from, err));
    from = to + 1;
  }
  *self = made;
  return HW_OK;
}

/* --- what one parameter alone cannot tell --- */

static hw_status check_order(const hw_prior_settings *self, int from, int to, hw_err *err) {
  if (isnan(self->value[from]) || isnan(self->value[to]) || self->value[from] <= self->value[to])
    return HW_OK;
  return hw_err_set(err, HW_E_VALUE,
                    "factor '%s' has %s=%.10g and %s=%.10g: expected the first to be no larger",
                    factors[parameters[from].factor].name, parameters[from].name, self->value[from],
                    parameters[to].name, self->value[to]);
}

static hw_status check_numbers(const hw_prior_settings *self, int32_t n_remains, int32_t n_missing,
                               hw_err *err) {
  const double *value = self->value;
  bool has_total = !isnan(value[HW_PRIOR_TOTAL]) || !isnan(value[HW_PRIOR_TOTAL_MOST]);
  bool has_share = !isnan(value[HW_PRIOR_AMONG]) || !isnan(value[HW_PRIOR_ON_LIST]);
  if (has_total && has_share)
    return hw_err_set(err, HW_E_VALUE,
                      "factor 'numbers' states a total and 'among' or 'on_list': they say the same "
                      "thing in two ways, state one");
  int32_t most = n_remains > n_missing ? n_remains : n_missing;
  for (int i = HW_PRIOR_TOTAL; i <= HW_PRIOR_TOTAL_MOST; i++)
    if (value[i] < most)
      return hw_err_set(err, HW_E_VALUE,
                        "factor 'numbers' has %s=%.10g, but %d persons are missing and %d remains "
                        "were recovered: expected at least %d, all dead together",
                        parameters[i].name, value[i], (int)n_missing, (int)n_remains, (int)most);
  if (value[HW_PRIOR_ON_LIST] == 1 && n_missing > 0 && n_remains > n_missing)
    return hw_err_set(err, HW_E_VALUE,
                      "factor 'numbers' has on_list=1 with %d remains and %d missing persons: they "
                      "cannot all be on the list; unite remains of one person, or state less",
                      (int)n_remains, (int)n_missing);
  if (value[HW_PRIOR_AMONG] == 1 && n_remains > 0 && n_missing > n_remains)
    return hw_err_set(err, HW_E_VALUE,
                      "factor 'numbers' has among=1 with %d missing persons and %d remains: they "
                      "cannot all be among the remains; state less",
                      (int)n_missing, (int)n_remains);
  return HW_OK;
}

hw_status hw_prior_settings_validate(const hw_prior_settings *self, int32_t n_remains,
                                     int32_t n_missing, hw_err *err) {
  for (int i = 0; i < HW_PRIOR_PARAMETER_COUNT; i++) {
    const hw_prior_parameter_info *info = &parameters[i];
    bool is_unknown = isnan(self->value[i]) && isnan(info->value);
    if (is_unknown || (self->value[i] >= info->least && self->value[i] <= info->most)) continue;
    return hw_err_set(err, HW_E_VALUE, "factor '%s' has %s=%.10g: expected %.10g to %.10g",
                      factors[info->factor].name, info->name, self->value[i], info->least,
                      info->most);
  }
  HW_TRY(check_order(self, HW_PRIOR_TOTAL, HW_PRIOR_TOTAL_MOST, err));
  HW_TRY(check_order(self, HW_PRIOR_TIME_FROM, HW_PRIOR_TIME_TO, err));
  HW_TRY(check_order(self, HW_PRIOR_AGE_FROM, HW_PRIOR_AGE_TO, err));
  if (!self->is_used[HW_PRIOR_NUMBERS]) return HW_OK;
  return check_numbers(self, n_remains, n_missing, err);
}
