/* Fuzz target: parameters of the prior, and dates and values of dossiers.
 *
 * The first byte chooses the factor, the rest is the text. Promises checked on every
 * input: the same text gives the same answer twice; a failure has a status and a
 * message and leaves the settings as they were; settings that were read lie within
 * the bounds of every parameter, and other factors keep theirs; an interval of dates
 * is not empty; a value that is read is one that the prior takes. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/prior_int.h"
#include "fuzz.h"
#include "homeward/prior.h"

static void check_values(const hw_prior_settings *settings, hw_prior_factor factor) {
  hw_prior_settings defaults;
  hw_prior_settings_init(&defaults);
  for (int p = 0; p < HW_PRIOR_PARAMETER_COUNT; p++) {
    const hw_prior_parameter_info *info = hw_prior_parameter_get((hw_prior_parameter)p);
    double value = settings->value[p];
    if (info->factor != factor)
      HW_FUZZ_CHECK(memcmp(&value, &defaults.value[p], sizeof value) == 0);
    else
      HW_FUZZ_CHECK(isnan(value) ? isnan(info->value)
                                 : value >= info->least && value <= info->most);
  }
}

static void check_settings(hw_prior_factor factor, const char *text) {
  hw_prior_settings settings, again, before;
  hw_err err = HW_ERR_INIT, err_again = HW_ERR_INIT;
  hw_prior_settings_init(&settings);
  again = before = settings;
  const hw_status status = hw_prior_settings_parse(&settings, factor, text, &err);
  HW_FUZZ_CHECK(status == hw_prior_settings_parse(&again, factor, text, &err_again));
  HW_FUZZ_CHECK(memcmp(&settings, &again, sizeof settings) == 0);
  if (status == HW_OK) {
    check_values(&settings, factor);
    return;
  }
  HW_FUZZ_CHECK(memcmp(&settings, &before, sizeof settings) == 0);
  HW_FUZZ_CHECK(err.status == status && err.message[0]);
  HW_FUZZ_CHECK(memcmp(&err, &err_again, sizeof err) == 0);
}

/* Whatever is read must be taken: nothing that the readers let through may be refused later. */
static void check_facts(const char *text) {
  hw_prior_range dates = {.weight = 1}, age;
  hw_prior_place place;
  hw_prior_estimate stature;
  hw_prior_label unit = {text, 1}, half = {text + strlen(text) / 2, 1};
  hw_prior_remains remains = {.n_units = 1, .units = &half};
  hw_prior_missing missing = {.sex = HW_MALE};
  hw_prior_settings settings;
  hw_prior *prior = NULL;
  hw_err err = HW_ERR_INIT;
  missing.n_dates = hw_prior_dates(text, &dates.from, &dates.to);
  missing.n_ages = hwp_prior_read_age(text, &age);
  missing.n_places = hwp_prior_read_place(text, &place);
  missing.n_statures = hwp_prior_read_stature(text, &stature);
  if (missing.n_dates) HW_FUZZ_CHECK(dates.from < dates.to);
  missing.dates = &dates;
  missing.ages = &age;
  missing.places = &place;
  missing.statures = &stature;
  missing.units = &unit;
  missing.n_units = 1;
  hw_prior_settings_all(&settings);
  const hw_status status = hw_prior_new(&settings, 1, &remains, 1, &missing, &prior, &err);
  /* Only a text that is no text may be refused. */
  HW_FUZZ_CHECK(status == HW_OK || (status == HW_E_SYNTAX && err.message[0]));
  if (status == HW_OK) HW_FUZZ_CHECK(isfinite(hw_prior_ln_pair(prior, 0, 0)));
  hw_prior_delete(prior);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size == 0) return 0;
  char *text = malloc(size);
  if (text == NULL) return 0;
  memcpy(text, data + 1, size - 1);
  text[size - 1] = '\0';
  check_settings((hw_prior_factor)(data[0] % HW_PRIOR_COUNT), text);
  check_facts(text);
  free(text);
  return 0;
}
