/* The prior of "none of the missing", as two options of a command say it. */
#include "cli/prior.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"

hw_status cli_prior(const char *prior, double prior_none, int32_t n_missing, double *out,
                    hw_err *err) {
  *out = prior_none;
  if (prior == NULL) return HW_OK;
  if (prior_none >= 0)
    return hw_err_set(err, HW_E_USAGE, "--prior and --prior-none exclude each other");
  if (strcmp(prior, "flat") == 0)
    return hw_err_set(err, HW_E_USAGE,
                      "--prior flat is a prior over joint assignments, which this version does "
                      "not compute: leave it out, or give --prior N or --prior-none P");
  char *end = NULL;
  double n = strtod(prior, &end);
  if (*end != '\0' || strspn(prior, "0123456789") != strlen(prior) || n < n_missing || n > 1e15)
    return hw_err_set(err, HW_E_USAGE,
                      "--prior: '%s' is not a whole number of persons, at least the %d missing",
                      prior, (int)n_missing);
  *out = 1 - n_missing / n;
  return HW_OK;
}
