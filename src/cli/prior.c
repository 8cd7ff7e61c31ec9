/* The prior, as options of a command say it.
 *
 * Pairs one at a time only need the probability of "none of the missing". A joint
 * run takes that too, as odds of every pairing, or a prior over assignments: flat,
 * or factors (homeward/prior.h) with their parameters. */
#include "cli/prior.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"

static bool is_whole(const char *text) {
  return text[0] != '\0' && strspn(text, "0123456789") == strlen(text);
}

/* "N" persons. */
static hw_status take_persons(const char *prior, int32_t n_missing, double *out, hw_err *err) {
  char *end = NULL;
  double n = strtod(prior, &end);
  if (*end != '\0' || !is_whole(prior) || n < n_missing || n > 1e15)
    return hw_err_set(err, HW_E_USAGE,
                      "--prior: '%s' is not a whole number of persons, at least the %d missing",
                      prior, (int)n_missing);
  *out = 1 - n_missing / n;
  return HW_OK;
}

hw_status cli_prior(const char *prior, double prior_none, int32_t n_missing, double *out,
                    hw_err *err) {
  *out = prior_none;
  if (prior == NULL) return HW_OK;
  if (prior_none >= 0)
    return hw_err_set(err, HW_E_USAGE, "--prior and --prior-none exclude each other");
  if (strcmp(prior, "flat") == 0) return HW_OK; /* each of them and none equally likely */
  if (strcmp(prior, "numbers") == 0 || strcmp(prior, "record") == 0)
    return hw_err_set(err, HW_E_USAGE,
                      "--prior %s is a prior over assignments: it goes with a joint run, not with "
                      "pairs one at a time",
                      prior);
  return take_persons(prior, n_missing, out, err);
}

/* ---- factors ---- */

/* Name of the factor that a text begins with; HW_PRIOR_COUNT = none. */
static hw_prior_factor factor_of(const char *text, size_t *n) {
  char name[32];
  *n = strcspn(text, ":");
  if (*n >= sizeof name) return HW_PRIOR_COUNT;
  memcpy(name, text, *n);
  name[*n] = '\0';
  return hw_prior_factor_find(name);
}

static hw_status take_factor(const char *text, bool has_records, hw_asked_prior *out, hw_err *err) {
  size_t n = 0;
  const bool is_off = strncmp(text, "no-", 3) == 0;
  const hw_prior_factor factor = factor_of(is_off ? text + 3 : text, &n);
  if (factor == HW_PRIOR_COUNT || (is_off && text[3 + n] != '\0'))
    return hw_err_set(err, HW_E_USAGE,
                      "--factor: '%s' is none of numbers, place, time, unit, event, sex, age, "
                      "stature, with ':NAME=VALUE;…' behind it or 'no-' before it",
                      text);
  if (!is_off && !has_records && factor != HW_PRIOR_NUMBERS)
    return hw_err_set(err, HW_E_USAGE,
                      "--factor %s: a file says nothing of it; it goes with a case database (-c)",
                      hw_prior_factor_name(factor));
  out->kind = HW_ASKED_FACTORS;
  out->settings.is_used[factor] = !is_off;
  if (is_off || text[n] == '\0') return HW_OK;
  hw_status status = hw_prior_settings_parse(&out->settings, factor, text + n + 1, err);
  if (status == HW_OK) return HW_OK;
  hw_err_while(err, "reading --factor '%s'", text);
  return status;
}

/* What --prior says, before any factor. */
static hw_status take_prior(const char *prior, int32_t n_missing, const hw_prior_settings *recorded,
                            hw_asked_prior *out, hw_err *err) {
  if (strcmp(prior, "flat") == 0) return HW_OK;
  if (strcmp(prior, "numbers") != 0 && strcmp(prior, "record") != 0) {
    out->kind = HW_ASKED_ODDS;
    return take_persons(prior, n_missing, &out->none, err);
  }
  out->kind = HW_ASKED_FACTORS;
  if (strcmp(prior, "numbers") == 0) {
    out->settings.is_used[HW_PRIOR_NUMBERS] = true;
    return HW_OK;
  }
  if (recorded == NULL)
    return hw_err_set(err, HW_E_USAGE,
                      "--prior record: a file has no records; it goes with a case database (-c)");
  out->settings = *recorded;
  return HW_OK;
}

/* Settings with the parameters of the records and no factor. */
static hw_prior_settings no_factor(const hw_prior_settings *recorded) {
  hw_prior_settings settings;
  hw_prior_settings_init(&settings);
  if (recorded != NULL) memcpy(settings.value, recorded->value, sizeof settings.value);
  return settings;
}

hw_status cli_prior_joint(const char *prior, double prior_none, const cli_texts *factors,
                          int32_t n_missing, const hw_prior_settings *recorded, hw_asked_prior *out,
                          hw_err *err) {
  *out = (hw_asked_prior){.settings = no_factor(recorded)};
  if (prior != NULL && prior_none >= 0)
    return hw_err_set(err, HW_E_USAGE, "--prior and --prior-none exclude each other");
  if (prior != NULL) HW_TRY(take_prior(prior, n_missing, recorded, out, err));
  if (prior_none >= 0) {
    out->kind = HW_ASKED_ODDS;
    out->none = prior_none;
  }
  if (factors->n > 0 && out->kind == HW_ASKED_ODDS)
    return hw_err_set(err, HW_E_USAGE,
                      "--factor goes with --prior flat, numbers or record, not with odds");
  for (int i = 0; i < factors->n; i++)
    HW_TRY(take_factor(factors->items[i], recorded != NULL, out, err));
  for (int f = 0; f < HW_PRIOR_COUNT; f++) /* the numbers stand in the settings */
    if (f != HW_PRIOR_NUMBERS && out->settings.is_used[f]) out->with_record = true;
  return HW_OK;
}
