/* Age and sex against golden/nongenetic.json, as corrected there.
 *
 * The reference program takes the person's age as a point with a tolerance and asks
 * whether the age of the remains lies inside; the share of ages inside is counted on
 * 1 to 80, of which its own count is one too few (the file says so and gives the
 * corrected ratios). Here the interval is that of the remains, the same in numbers.
 * Its share of men is that of the sexes that anthropology would name, here that of the
 * persons, from which the other follows. Hair and dates of birth are no factors of
 * the prior. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "golden/golden.h"
#include "homeward/prior.h"
#include "support/assert.h"

static double number(const hw_json *object, const char *key) {
  hw_err err = HW_ERR_INIT;
  double value = 0;
  hw_assert_ok(hw_json_find_double(object, key, &value, &err), &err);
  return value;
}

static double at(const hw_json *object, const char *key, size_t i) {
  hw_err err = HW_ERR_INIT;
  double value = 0;
  hw_assert_ok(hw_json_as_double(hw_json_at(hw_json_find(object, key), i), &value, &err), &err);
  return value;
}

static double ratio(hw_prior_factor factor, const char *parameters, const hw_prior_remains *remains,
                    const hw_prior_missing *missing) {
  hw_err err = HW_ERR_INIT;
  hw_prior_settings settings;
  hw_prior *prior = NULL;
  hw_prior_settings_init(&settings);
  settings.is_used[factor] = true;
  hw_assert_ok(hw_prior_settings_parse(&settings, factor, parameters, &err), &err);
  hw_assert_ok(hw_prior_new(&settings, 1, remains, 1, missing, &prior, &err), &err);
  double ln_ratio = hw_prior_ln_pair(prior, 0, 0);
  hw_prior_delete(prior);
  return exp(ln_ratio);
}

/* The corrected ratio stands in the note: "… gives LR T0=x, T1=y". */
static double corrected(const hw_json *single, const char *name) {
  const char *note = NULL;
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_json_get_string(single, "note", &note, &err), &err);
  const char *found = strstr(note, "gives LR");
  assert_non_null(found);
  found = strstr(found, name);
  assert_non_null(found);
  return strtod(found + strlen(name), NULL);
}

static void check_age(const hw_json *single) {
  const hw_json *args = hw_json_find(single, "args");
  double age = number(args, "MPa"), error = number(args, "MPr");
  char parameters[96];
  snprintf(parameters, sizeof parameters, "error=%.17g;from=1;to=80;pseudo=1e9",
           number(args, "epa"));
  hw_prior_range interval = {age - error, age + error + 1, 1}, inside = {age, age, 1};
  hw_prior_range outside = {age + error + 1, age + error + 1, 1};
  hw_prior_remains remains = {.n_ages = 1, .ages = &interval};
  hw_prior_missing fits = {.n_ages = 1, .ages = &inside};
  hw_prior_missing differs = {.n_ages = 1, .ages = &outside};
  /* The person of the list is one beside 1e9 that are stated. */
  hw_assert_close(ratio(HW_PRIOR_AGE, parameters, &remains, &fits), corrected(single, "T1="), 1e-7,
                  0);
  hw_assert_close(ratio(HW_PRIOR_AGE, parameters, &remains, &differs), corrected(single, "T0="),
                  1e-7, 0);
}

static void check_sex(const hw_json *single) {
  const hw_json *args = hw_json_find(single, "args");
  const char *sex = NULL;
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_json_get_string(args, "MPs", &sex, &err), &err);
  double error = number(args, "eps"), named_male = at(args, "Ps", 1);
  char parameters[96];
  snprintf(parameters, sizeof parameters, "error=%.17g;male=%.17g;pseudo=1e9", error,
           (named_male - error) / (1 - 2 * error));
  hw_prior_missing missing = {.sex = sex[0] == 'F' ? HW_FEMALE : HW_MALE};
  hw_prior_remains female = {.sex = HW_FEMALE}, male = {.sex = HW_MALE};
  hw_assert_close(ratio(HW_PRIOR_SEX, parameters, &female, &missing), at(single, "LR", 0), 1e-7, 0);
  hw_assert_close(ratio(HW_PRIOR_SEX, parameters, &male, &missing), at(single, "LR", 1), 1e-7, 0);
}

static void age_and_sex_are_as_published(void **state) {
  const char *shared = golden_shared();
  char path[GOLDEN_PATH];
  hw_json_doc *doc = NULL;
  hw_err err = HW_ERR_INIT;
  int n_age = 0, n_sex = 0;
  (void)state;
  if (shared == NULL) skip();
  snprintf(path, sizeof path, "%s/golden/nongenetic.json", shared);
  hw_assert_ok(hw_json_doc_read(path, 1 << 20, &doc, &err), &err);
  const hw_json *list = hw_json_find(hw_json_doc_root(doc), "single");
  for (size_t i = 0; i < hw_json_count(list); i++) {
    const hw_json *single = hw_json_at(list, i);
    const char *id = NULL;
    hw_assert_ok(hw_json_get_string(single, "id", &id, &err), &err);
    if (strncmp(id, "age_", 4) == 0) check_age(single), n_age++;
    if (strncmp(id, "sex_", 4) == 0) check_sex(single), n_sex++;
  }
  hw_json_doc_delete(doc);
  assert_true(n_age >= 7 && n_sex >= 12);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(age_and_sex_are_as_published)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
