/* Files of SNP genotypes as a command line names them: VCF, BCF, likelihoods of BEAGLE and reads of
 * BAM, CRAM or SAM, together with the panel, the frequencies and the map that they are weighed by.
 *
 *   cli_snp_people people = {0};
 *   if (cli_snp_files_open(n, paths, &settings, &people, &err) == HW_OK)
 *     use(people.panel, people.population, people.n, people.profiles);
 *   cli_snp_people_clear(&people);
 */
#ifndef HW_CLI_SNP_FILES_H
#define HW_CLI_SNP_FILES_H

#include "base/arena.h"
#include "base/json_write.h"
#include "cli/cli.h"
#include "homeward/map.h"
#include "homeward/reads.h"

/* Part of a command's settings; begin with CLI_SNP_FILES_DEFAULTS. */
typedef struct cli_snp_files_settings {
  const char *panel, *population, *frequencies, *map, *build, *genome, *library, *umi;
  double thin_kb, thin_cm, prune, prune_cm, error, allele_error, allele_dropout; /* negative = not
                                                                                    told */
  bool with_grid; /* no option: profiles of reads also under models around the fitted one */
} cli_snp_files_settings;
#define CLI_SNP_FILES_DEFAULTS                                                                  \
  {                                                                                             \
    .thin_kb = -1, .thin_cm = -1, .prune = -1, .prune_cm = -1, .error = -1, .allele_error = -1, \
    .allele_dropout = -1                                                                        \
  }

#define CLI_SNP_TEXT(type, name, argument, member, help) \
  { name, argument, CLI_TEXT, offsetof(type, member), 0, 0, help, 0, false }
#define CLI_SNP_NUMBER(type, name, argument, member, most, help) \
  { name, argument, CLI_NUMBER, offsetof(type, member), 0, most, help, 0, false }

/* The options of a command whose settings are of `type` and hold a cli_snp_files_settings `member`;
 * --population and --map are the command's other options' names too where it has them. */
#define CLI_SNP_FILES_OPTIONS(type, member)                                                       \
  CLI_SNP_TEXT(type, "panel", "FILE", member.panel,                                               \
               "Panel of markers, with frequencies and map (docs/panels.md). Without one the "    \
               "markers are those of the first file."),                                           \
      CLI_SNP_TEXT(type, "population", "NAME", member.population,                                 \
                   "Population of the panel by whose frequencies people are weighed (default: "   \
                   "its only one)."),                                                             \
      CLI_SNP_TEXT(type, "frequencies", "WHAT", member.frequencies,                               \
                   "Without a panel. VCF: an INFO field as AF; or estimate (of all samples of "   \
                   "the files), estimate=LIST (of the samples named there, one a line), "         \
                   "estimate=TABLE:NAME (of those with NAME in the second column). BEAGLE: a "    \
                   "file with a frequency for each row, or the same words."),                     \
      CLI_SNP_TEXT(type, "build", "N", member.build,                                              \
                   "GRCh37 or GRCh38, of positions in files that do not tell (37, 38)."),         \
      CLI_SNP_TEXT(type, "map", "FILE", member.map,                                               \
                   "Genetic map (docs/panels.md; default: that of the panel, without one the "    \
                   "deCODE map of 2019), or 'uniform': 1 cM per million bases."),                 \
      CLI_SNP_TEXT(type, "genome", "FILE", member.genome,                                         \
                   "Reference genome (FASTA with its index), which CRAM needs."),                 \
      CLI_SNP_NUMBER(type, "thin-kb", "D", member.thin_kb, 1e6,                                   \
                     "Keep markers at least D thousand bases apart, the most informative ones "   \
                     "(default: 100 without a panel, 0 with one): neighbours are not "            \
                     "independent in the population."),                                           \
      CLI_SNP_NUMBER(type, "thin-cm", "D", member.thin_cm, 1e3,                                   \
                     "Keep markers at least D centimorgans apart (default 0)."),                  \
      CLI_SNP_NUMBER(type, "prune", "R2", member.prune, 1,                                        \
                     "Leave out the less informative one of two markers within --prune-cm whose " \
                     "r2 among all samples of the files is above R2 (docs/panels.md)."),          \
      CLI_SNP_NUMBER(type, "prune-cm", "D", member.prune_cm, 1e3,                                 \
                     "Markers farther apart than D centimorgans are not looked at (default 1)."), \
      CLI_SNP_NUMBER(type, "error", "E", member.error, 0.5,                                       \
                     "No genotype is surer than this: a share E of each likelihood is spread "    \
                     "over all genotypes (default 0.01); of called genotypes, both of the two "   \
                     "errors below."),                                                            \
      CLI_SNP_NUMBER(type, "allele-error", "P", member.allele_error, 0.5,                         \
                     "Called genotypes: probability that an allele is another one (default "      \
                     "0.001, or the call's own quality)."),                                       \
      CLI_SNP_NUMBER(type, "allele-dropout", "P", member.allele_dropout, 1,                       \
                     "Called genotypes: probability that a heterozygote is called as a "          \
                     "homozygote (default 0.001, or the call's own quality)."),                   \
      CLI_SNP_TEXT(type, "library", "KIND", member.library,                                       \
                   "Reads: how the library was made: double (default) or single stranded, or "    \
                   "treated with uracil-DNA glycosylase."),                                       \
      CLI_SNP_TEXT(type, "umi", "WHERE", member.umi,                                              \
                   "Reads of one molecule are told by a UMI: tag (RX), or in the name.")

/* Reads of one person, and what they give under models around the fitted one. */
typedef struct cli_snp_reads {
  int32_t person; /* of the people */
  hw_reads_fit fit;
  int32_t n_models; /* the fit itself first; 0 = no grid was asked for */
  hw_reads_model models[HW_READS_GRID_MOST];
  const hw_snp_profile *profiles; /* of each model */
} cli_snp_reads;

/* The people of all files, on one panel. */
typedef struct cli_snp_people {
  hw_panel *panel; /* markers that are used */
  int32_t population;
  int32_t n;
  hw_snp_profile *profiles;
  int32_t n_reads; /* persons whose genotypes are of reads */
  cli_snp_reads *reads;
  const char **files; /* of each person */
  bool *is_member;    /* whose genotypes the frequencies are of; NULL = not estimated of samples */
  int32_t n_members;  /* of all that are in the files */
  hw_build build;     /* of the positions, as far as files have one */
  int32_t n_read;     /* markers before any was left out */
  int32_t n_unknown;  /* of these: without frequencies or a place on the map */
  int32_t n_rare;     /* of these: too rare */
  const char *map;    /* sentences for people, without a full stop */
  const char *frequencies;
  uint8_t *bytes;
  hw_arena arena;
} cli_snp_people;

/* Markers of a file whose rarer allele is rarer than this are left out: estimates from some dozens
 * of people do not tell them. */
#define CLI_SNP_LEAST_FREQUENCY 0.01

/* Reads everything; errors have the file, and say what to do. Free with cli_snp_people_clear, also
 * after a failure. */
HW_MUST_CHECK hw_status cli_snp_files_open(int n_files, const char *const *paths,
                                           const cli_snp_files_settings *settings,
                                           cli_snp_people *out, hw_err *err);
void cli_snp_people_clear(cli_snp_people *self);
/* Index of a person, or -1. */
int32_t cli_snp_people_find(const cli_snp_people *self, const char *id);

/* The model of a sample's reads: the rest of a line, and members of an object. */
void cli_snp_reads_print(const cli_snp_people *people, const cli_snp_reads *reads);
void cli_snp_reads_json(hw_json_writer *w, const cli_snp_people *people,
                        const cli_snp_reads *reads);

/* Marks the samples that LIST names, the first word of each line, or with "TABLE:NAME" those whose
 * line has NAME as its second word. Names of no sample are counted: tables of cohorts hold more
 * people than a file. */
HW_MUST_CHECK hw_status cli_snp_mark(int32_t n, const hw_snp_profile *profiles, const char *words,
                                     bool *marks, int32_t *n_absent, hw_err *err);

/* Splits a line of a list at blanks, tabs, commas and semicolons. @return how many of at most `most` */
int cli_snp_split(char *line, char **fields, int most);

/* Puts the markers of a panel on a map, whose build may be the other one; NULL = 1 cM per million
 * bases.
 * @param is_all  also those that have a place already
 * @param out     the same markers in the order of the map */
HW_MUST_CHECK hw_status cli_snp_place(const hw_panel *panel, const hw_map *map, bool is_all,
                                      hw_panel **out, hw_err *err);
/* The map that the program carries. */
HW_MUST_CHECK hw_status cli_snp_shipped_map(hw_map **out, hw_err *err);

#endif
