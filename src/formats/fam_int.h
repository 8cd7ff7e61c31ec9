/* Shared inside the .fam reader only.
 *
 * Reading goes in two steps. First the text is taken apart into the "raw" lists
 * below, which say what stands in the file and in which line; then markers,
 * pedigrees and profiles are built from them, and only then can a genotype be
 * compared with a table that stands behind it in the file.
 *
 * Mistakes: hwp_fam_refuse places one in the reader's error and returns its
 * status. What makes the rest of the file unreadable (a count that does not fit)
 * is passed up; what stands alone is handed to hwp_fam_report, which adds it to
 * the list and lets the reader go on. */
#ifndef HOMEWARD_FAM_INT_H
#define HOMEWARD_FAM_INT_H

#include "base/arena.h"
#include "base/check.h"
#include "formats/fam.h"
#include "genetics/name_index.h"

/* --- what stands in the file --- */

typedef struct hwp_fam_genotype {
  int32_t a, b; /* index of the allele in its locus, HW_ALLELE_NONE = not known */
  int32_t locus;
  const char *names[2];   /* DVI: as written, "" = not known; NULL in the kinship part */
  const char *locus_name; /* DVI: the locus as written */
  uint64_t line;
} hwp_fam_genotype;

typedef struct hwp_fam_person {
  const char *name;
  hw_sex sex;
  bool considers_dropout;
  int32_t n_genotypes;
  hwp_fam_genotype *genotypes;
  int64_t n_stated; /* DVI: nSystems, −1 = not stated */
  uint64_t line;
} hwp_fam_person;

typedef struct hwp_fam_relation {
  int32_t parent, child; /* kinship: numbers as in the file; DVI: indices of persons */
  const char *parent_name, *child_name; /* DVI; NULL = missing in the file */
  bool is_direct;                       /* one individual rather than parent and child */
  uint64_t line;
} hwp_fam_relation;

/* A pedigree, or the known relations. */
typedef struct hwp_fam_raw_pedigree {
  const char *name;
  int32_t n_extra[2]; /* females, males */
  int32_t n_relations;
  hwp_fam_relation *relations;
  int64_t n_stated; /* DVI: nRelations */
  uint64_t line;
} hwp_fam_raw_pedigree;

typedef struct hwp_fam_allele {
  const char *name;
  double frequency;
  uint64_t line;
} hwp_fam_allele;

typedef struct hwp_fam_locus {
  const char *name;
  hw_fam_marker detail;
  bool has_silent;
  double silent;
  int32_t n_alleles;
  hwp_fam_allele *alleles; /* of the table; then the added ones */
  int32_t n_added;
  hw_name_index index; /* of the table's names; cleared with the reader */
} hwp_fam_locus;

typedef struct hwp_fam_raw_database {
  const char *name;
  int32_t n_loci;
  hwp_fam_locus *loci;
  hw_name_index index; /* of the loci's names */
} hwp_fam_raw_database;

typedef struct hwp_fam_raw_family {
  const char *name, *note;
  int32_t n_persons;
  hwp_fam_person *persons;
  int64_t n_persons_stated;
  int32_t n_pedigrees;
  hwp_fam_raw_pedigree *pedigrees;
  int64_t n_pedigrees_stated;
  uint64_t line;
} hwp_fam_raw_family;

/* --- the reader --- */

typedef struct hwp_fam_reader {
  hw_arena *arena; /* of the hw_fam */
  hw_fam *fam;
  hw_fam_options options;
  hw_errors *errors;
  hw_err err;
  bool is_told;     /* the failure that is passed up stands in `errors` already */
  const char *name; /* of the file */
  hw_notes notes;
  const char *base; /* of the cases' ids */

  int32_t n_lines;
  char **lines; /* without blanks at either end */
  int32_t at;   /* the next line to read */
  uint64_t n_commas, n_partial, comma_line, partial_line;
  int32_t n_ladder_gaps;
  int32_t n_joined, n_sexless; /* families and missing persons that notes count */
  const hwp_fam_raw_family *first_joined, *first_sexless;

  int32_t n_persons;
  hwp_fam_person *persons;
  hwp_fam_raw_pedigree known; /* relations that belong to every pedigree */
  int32_t n_pedigrees;
  hwp_fam_raw_pedigree *pedigrees;
  uint64_t database_line; /* the line with the number of databases and theta */
  int32_t n_databases;
  hwp_fam_raw_database *databases;

  bool has_dvi;
  uint64_t dvi_line;
  int64_t n_remains_stated, n_families_stated;
  int32_t n_remains;
  hwp_fam_person *remains;
  int32_t n_families;
  hwp_fam_raw_family *families;
  int32_t n_settings;
  hw_fam_setting *settings;

  double *scratch[2]; /* mutation matrices */
  size_t n_scratch;
} hwp_fam_reader;

/* --- fam_text.c --- */

/* Decodes the file and cuts it into lines. */
HW_MUST_CHECK hw_status hwp_fam_split(hwp_fam_reader *self, const char *bytes, size_t n_bytes);
/* Sets the reader's error with its place; field may be NULL. @return status */
hw_status hwp_fam_refuse(hwp_fam_reader *self, uint64_t line, hw_status status, const char *field,
                         const char *format, ...) HW_PRINTF(5, 6);
/* Tells the compiler and the analyzer which status comes back, as check.h does for hw_err_set. */
#define hwp_fam_refuse(self, line, status, ...) \
  hw_err_known((status), hwp_fam_refuse((self), (line), (status), __VA_ARGS__))
/* Adds a failure to the list. @return HW_OK if reading may go on */
HW_MUST_CHECK hw_status hwp_fam_report(hwp_fam_reader *self, hw_status status);
HW_MUST_CHECK hw_status hwp_fam_note(hwp_fam_reader *self, uint64_t line, const char *format, ...)
    HW_PRINTF(3, 4);
/* Memory in the arena, zeroed. @return NULL with the error set */
HW_MUST_CHECK void *hwp_fam_alloc(hwp_fam_reader *self, int64_t n, size_t size);
/* A list of n items with room for one more. @return NULL with the error set */
HW_MUST_CHECK void *hwp_fam_grow(hwp_fam_reader *self, void *items, int32_t n, size_t size);
/* A text made in the arena. */
HW_MUST_CHECK hw_status hwp_fam_print(hwp_fam_reader *self, const char **out, const char *format,
                                      ...) HW_PRINTF(3, 4);

/* The line that is read next, blank ones passed over; NULL at the end. */
const char *hwp_fam_peek(hwp_fam_reader *self);
/* Number of the line that was taken last. */
uint64_t hwp_fam_line(const hwp_fam_reader *self);
/* Takes the next line. `what` is what should stand there. */
HW_MUST_CHECK hw_status hwp_fam_next(hwp_fam_reader *self, const char *what, char **out);
/* A text, with or without its quotation marks. */
HW_MUST_CHECK hw_status hwp_fam_text(hwp_fam_reader *self, const char *what, const char **out);
/* #TRUE# or #FALSE#. @param rest [out] what stands behind it; may be NULL */
HW_MUST_CHECK hw_status hwp_fam_bool(hwp_fam_reader *self, const char *what, bool *out,
                                     const char **rest);
/* A whole number of at least `least`. */
HW_MUST_CHECK hw_status hwp_fam_integer(hwp_fam_reader *self, const char *what, int32_t least,
                                        int32_t *out);
/* A number of things that take at least `n_each` lines each: the lines that are left must do. */
HW_MUST_CHECK hw_status hwp_fam_count(hwp_fam_reader *self, const char *what, int32_t n_each,
                                      int32_t *out);
/* A number in [min, max]. */
HW_MUST_CHECK hw_status hwp_fam_number(hwp_fam_reader *self, const char *what, double min,
                                       double max, double *out);
/* A number with a decimal point, or a comma where only that can be meant. */
bool hwp_fam_to_number(hwp_fam_reader *self, const char *text, uint64_t line, double *out);
/* Reads digits. @return the first character behind them; NULL if there is none or too many */
const char *hwp_fam_to_integer(const char *text, int32_t *out);
/* Takes the quotation marks off, in place. */
char *hwp_fam_unquote(char *text);
/* Refuses a name that is too long for a code, in the line that was taken last. */
HW_MUST_CHECK hw_status hwp_fam_expect_name(hwp_fam_reader *self, const char *name);
/* The first place of a word in a text, whatever the case of its letters; NULL = nowhere. */
const char *hwp_fam_find(const char *text, const char *word);
bool hwp_fam_starts(const char *text, const char *start);

/* --- fam_people.c, fam_database.c, fam_dvi.c: the sections as they stand --- */

HW_MUST_CHECK hw_status hwp_fam_read_people(hwp_fam_reader *self);
HW_MUST_CHECK hw_status hwp_fam_read_databases(hwp_fam_reader *self);
HW_MUST_CHECK hw_status hwp_fam_read_sections(hwp_fam_reader *self);

/* --- fam_genotype.c --- */

/* Finds loci and alleles of the DVI section; adds alleles where the options say so. */
HW_MUST_CHECK hw_status hwp_fam_resolve(hwp_fam_reader *self);
/* Observations of a person at all markers. */
HW_MUST_CHECK hw_status hwp_fam_profile(hwp_fam_reader *self, const hwp_fam_person *person,
                                        const char *id, hw_profile *out);

/* --- fam_marker.c, fam_mutation.c --- */

/* Markers of all databases. */
HW_MUST_CHECK hw_status hwp_fam_build_markers(hwp_fam_reader *self);
/* True if steps can be counted from an allele: a number of repeats of at least 1, at most one
 * decimal (trailing zeros aside). */
bool hwp_fam_is_ladder_name(const char *name);
/* Mutation model and matrices of a marker whose frequencies are set. */
HW_MUST_CHECK hw_status hwp_fam_build_mutation(hwp_fam_reader *self, hw_fam_marker *detail,
                                               hw_marker *marker);

/* --- fam_pedigree.c --- */

/* Sets parents and twins from relations (indices of persons), telling parents apart by sex; checks
 * the pedigree. Sexes that a partner tells are filled in.
 * @param is_typed  by person: has a profile
 * @param what  for messages: the pedigree */
HW_MUST_CHECK hw_status hwp_fam_relate(hwp_fam_reader *self, const char *what, uint64_t line,
                                       int32_t n_relations, const hwp_fam_relation *relations,
                                       int32_t n_persons, const bool *is_typed, hw_person *persons);
/* Makes names distinct by numbers in brackets, with notes; those that are fixed (NULL = none) must
 * be so already. @param what  for messages: "the family" */
HW_MUST_CHECK hw_status hwp_fam_distinct(hwp_fam_reader *self, const char *what, int32_t n,
                                         const char **names, const uint64_t *lines,
                                         const bool *is_fixed);

/* --- fam_kinship.c, fam_family.c: the cases --- */

HW_MUST_CHECK hw_status hwp_fam_build_kinship(hwp_fam_reader *self, hw_case *out);
HW_MUST_CHECK hw_status hwp_fam_build_dvi(hwp_fam_reader *self, hw_case *out);
/* "Missing male 1": a name that Familias makes. */
bool hwp_fam_is_place_holder(const char *name);
/* A name by which an untyped person counts as missing. */
bool hwp_fam_begins_with_missing(const char *name);
HW_MUST_CHECK hw_status hwp_fam_build_family(hwp_fam_reader *self, const hwp_fam_raw_family *raw,
                                             hw_fam_family *out);

#endif
