/* How remains are read and relatives are called: options that simulate and power share. */
#ifndef HW_CLI_SEQUENCING_H
#define HW_CLI_SEQUENCING_H

#include <stddef.h>

#include "cli/cli.h"
#include "homeward/simulate_snp.h"

typedef struct cli_sequencing {
  const char *library;
  double coverage, error, contamination, deamination, decay, inside;
  double call_error, call_dropout, call_missing;
} cli_sequencing;

/* What the options mean when they are not given. */
#define CLI_SEQUENCING_DEFAULTS \
  { .library = "double", .coverage = 1, .error = 0.01, .decay = 0.3, .call_error = 0.001 }

/* Their rows; `member` is the cli_sequencing of the settings of this type. --coverage means something
 * else to each command and has a row there. */
#define CLI_SEQUENCING_READS(type, member)                                         \
  {"read-error",                                                                   \
   "X",                                                                            \
   CLI_NUMBER,                                                                     \
   offsetof(type, member.error),                                                   \
   0,                                                                              \
   1,                                                                              \
   "SNP: probability that a base is misread (default 0.01).",                      \
   0,                                                                              \
   false},                                                                         \
      {"contamination",                                                            \
       "X",                                                                        \
       CLI_NUMBER,                                                                 \
       offsetof(type, member.contamination),                                       \
       0,                                                                          \
       1,                                                                          \
       "SNP: share of the remains' reads that are of other people (default 0).",   \
       0,                                                                          \
       false},                                                                     \
      {"deamination",                                                              \
       "X",                                                                        \
       CLI_NUMBER,                                                                 \
       offsetof(type, member.deamination),                                         \
       0,                                                                          \
       1,                                                                          \
       "SNP: probability of damage at the last base of a fragment (default 0).",   \
       0,                                                                          \
       false},                                                                     \
      {"deamination-decay",                                                        \
       "X",                                                                        \
       CLI_NUMBER,                                                                 \
       offsetof(type, member.decay),                                               \
       0,                                                                          \
       1,                                                                          \
       "SNP: by what share it falls with each base further inside (default 0.3).", \
       0,                                                                          \
       false},                                                                     \
      {"deamination-inside",                                                       \
       "X",                                                                        \
       CLI_NUMBER,                                                                 \
       offsetof(type, member.inside),                                              \
       0,                                                                          \
       1,                                                                          \
       "SNP: probability of damage at every base (default 0).",                    \
       0,                                                                          \
       false},                                                                     \
  {                                                                                \
    "library", "KIND", CLI_TEXT, offsetof(type, member.library), 0, 0,             \
        "SNP: double (default), single or treated: where damage shows.", 0, false  \
  }
#define CLI_SEQUENCING_CALLS(type, member)                                                \
  {"call-error",                                                                          \
   "X",                                                                                   \
   CLI_NUMBER,                                                                            \
   offsetof(type, member.call_error),                                                     \
   0,                                                                                     \
   0.5,                                                                                   \
   "SNP: probability that an allele of a relative is miscalled (default 0.001).",         \
   0,                                                                                     \
   false},                                                                                \
      {"call-dropout",                                                                    \
       "X",                                                                               \
       CLI_NUMBER,                                                                        \
       offsetof(type, member.call_dropout),                                               \
       0,                                                                                 \
       0.5,                                                                               \
       "SNP: probability that a heterozygous relative is called homozygous (default 0).", \
       0,                                                                                 \
       false},                                                                            \
  {                                                                                       \
    "call-missing", "X", CLI_NUMBER, offsetof(type, member.call_missing), 0, 1,           \
        "SNP: share of a relative's markers without a call (default 0).", 0, false        \
  }

/* What the options say of a run and of calls; other members stay. @return HW_E_USAGE (no such
 * library) */
HW_MUST_CHECK hw_status cli_sequencing_take(const cli_sequencing *self, hw_sequencing *run,
                                            hw_snp_error *call, double *call_missing, hw_err *err);

#endif
