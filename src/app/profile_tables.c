/* Tables of profiles as the documentation and the templates show them. Their reading
 * is import_profiles.c's; docs/profiles.md has the whole account. */
#include "app/import_tables.h"

#define PROFILE_COLUMNS                                                                          \
  {"profile", true, "its code; instead of it `sample` or `person` may be there"},                \
      {"person", false, "reference: whose it is (else the profile's code)"},                     \
      {"sample", false, "the sample that was typed; of remains, else the profile's code"},       \
      {"family", false, "reference: the family, made if it does not exist"},                     \
      {"relation", false, "reference: to the family's missing person, in any words"},            \
      {"missing", false, "yes: this is who the family misses"},                                  \
      {"sex", false, "male, female, unknown; without it, amelogenin's"},                         \
      {"role", false, "missing, relative (default of a reference), staff, other; or remains"},   \
      {"kit", false, "kit"}, {"laboratory", false, "who typed"},                                 \
      {"analyst", false, "who read it"}, {"second_analyst", false, "who read it independently"}, \
      {"typed_on", false, "when"},                                                               \
      {"replicate", false, "number of one of several typings of the sample"},                    \
      {"dropout", false, "probability that a copy of an allele is not seen: alleles are sets"},  \
      {"drop_in", false, "drop-in"}, {                                                           \
    "note", false, "remarks"                                                                     \
  }

static const hwp_table_column wide[] = {PROFILE_COLUMNS};
static const hwp_table_column long_columns[] = {
    PROFILE_COLUMNS,
    {"marker", true, "the marker"},
    {"allele 1", true, "an allele; `alleles` with both, `allele 2` and more may be there"},
};

const hwp_table_type hwp_table_profiles = {
    .kind = HW_KIND_PROFILE,
    .name = "profiles, wide",
    .brief = "one row per profile, a reference where a column says something of a person, else "
             "remains (docs/profiles.md)",
    .n_columns = sizeof wide / sizeof *wide,
    .columns = wide,
    .others = "a marker: `14/15`, `14/14`, `14/?`; or two columns `D3S1358_1`, `D3S1358_2`",
    .other_names = ",D3S1358,vWA_1,vWA_2,AMEL",
    .example = "P-1,R-1,,F-1,mother,,female,,,,,,2024-05-01,,,,,14/15,16,16,X/X\n"
               "S-1,,,,,,,,,,,,,,,,small cutting,14/?,,,X/Y\n",
};

const hwp_table_type hwp_table_profiles_long = {
    .kind = HW_KIND_PROFILE,
    .name = "profiles, long",
    .brief = "one row per marker, the rows of a profile together",
    .n_columns = sizeof long_columns / sizeof *long_columns,
    .columns = long_columns,
    .other_names = ",allele 2",
    .example = "P-1,R-1,,F-1,mother,,female,,,,,,2024-05-01,,,,,D3S1358,14,15\n"
               "P-1,,,,,,,,,,,,,,,,,vWA,16,16\n",
};
