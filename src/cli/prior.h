/* The prior, as options of a command say it. */
#ifndef HW_CLI_PRIOR_H
#define HW_CLI_PRIOR_H

#include "app/identify_prior.h"
#include "cli/cli.h"

/* The prior of "none of the missing" of pairs one at a time.
 * @param prior       "N" persons who could be these remains, "flat", or NULL
 * @param prior_none  probability of "none of them"; negative = not given
 * @param out  [out]  probability; −1 = each missing person and none equally likely */
HW_MUST_CHECK hw_status cli_prior(const char *prior, double prior_none, int32_t n_missing,
                                  double *out, hw_err *err);

/* The prior of a joint run: flat (also NULL), "N", "numbers" or "record".
 * @param factors   "FACTOR", "FACTOR:NAME=VALUE;…" or "no-FACTOR", in their order
 * @param recorded  settings of the case database; NULL = the case is a file */
HW_MUST_CHECK hw_status cli_prior_joint(const char *prior, double prior_none,
                                        const cli_texts *factors, int32_t n_missing,
                                        const hw_prior_settings *recorded, hw_asked_prior *out,
                                        hw_err *err);

/* The two options of searching, for a command whose settings have these members. */
#define CLI_PRIOR_OPTIONS(type, prior, prior_none)                                               \
  {"prior",                                                                                      \
   "N",                                                                                          \
   CLI_TEXT,                                                                                     \
   offsetof(type, prior),                                                                        \
   0,                                                                                            \
   0,                                                                                            \
   "N persons could be these remains, the missing among them: each missing person has 1/N, "     \
   "'none of them' the rest.",                                                                   \
   0,                                                                                            \
   false},                                                                                       \
  {                                                                                              \
    "prior-none", "P", CLI_NUMBER, offsetof(type, prior_none), 0, 1,                             \
        "Prior probability that remains are none of the missing; these share the rest equally.", \
        0, false                                                                                 \
  }

#endif
