/** @file
 * Familias `.fam` files: reading, and writing what Familias 3 reads.
 *
 * A `.fam` file holds a frequency database, and beside it one or both of
 *   - persons with genotypes and alternative pedigrees of them ("kinship");
 *   - a DVI section: unidentified persons, and reference families with a missing
 *     person each.
 * Each of the two becomes one hw_case, which hw_likelihood and hw_identify
 * understand as they stand; what a hw_case cannot say (database sizes, the
 * pedigrees that were not taken, settings) is kept beside it.
 *
 * Nothing is understood silently: every choice that was made is a note, every
 * contradiction an error that says where it stands and what to do. The grammar,
 * and what was found out about it, stands at the top of fam.c.
 *
 * Example:
 * @code
 *   hw_fam *fam = NULL;
 *   hw_errors errors = {0};
 *   if (hw_fam_read("case.fam", NULL, &fam, &errors) != HW_OK) return tell(&errors);
 *   for (int32_t i = 0; i < fam->n_notes; i++) puts(fam->notes[i].text);
 *   if (fam->dvi) s = hw_identify_new(fam->dvi, NULL, &run, &err);
 *   hw_fam_delete(fam);
 * @endcode
 */
#ifndef HW_FORMATS_FAM_H
#define HW_FORMATS_FAM_H

#include <stdbool.h>

#include "base/errors.h"
#include "base/str.h"
#include "formats/notes.h"
#include "homeward/casefile.h"
#include "homeward/frequency.h"

/** Largest sum error of a frequency list that is taken for rounding and scaled away (with a note);
 * Familias itself lets lists pass up to 1.001. */
#define HW_FAM_SUM_ROUNDING 1e-3

/** What to do where a file leaves a choice. A zeroed struct or NULL: refuse or take the default. */
typedef struct hw_fam_options {
  hw_normalisation normalisation; /**< of frequencies whose sum is off by more than rounding:
                                       HW_NORMALISE_NONE refuses them */
  double missing_allele; /**< frequency for an allele that is seen but not in the table (the others
                              are scaled down); 0 = an error */
  bool fallback_proportional; /**< where a mutation model does not exist for a marker's alleles:
                                   proportional instead of equal, with the same rates */
} hw_fam_options;

/** What is remarkable about a marker; a set of bits. */
enum {
  HW_FAM_NOT_NUMERIC = 1 << 0,    /**< an allele such as "Rest allele" under a stepwise model:
                                         `mutation` is the fallback */
  HW_FAM_MODEL_REPLACED = 1 << 1, /**< `mutation` is not the model of the file, see `model_note` */
  HW_FAM_SUM_SCALED = 1 << 2,     /**< frequencies were divided by their sum */
  HW_FAM_SUM_REST = 1 << 3,       /**< a rest allele was added */
  HW_FAM_SILENT_ON_TOP = 1 << 4,  /**< the others summed to one without the silent allele */
  HW_FAM_ALLELES_ADDED = 1 << 5,  /**< options.missing_allele was used */
  HW_FAM_ALLELE_ZERO = 1 << 6,    /**< an allele is called "0" */
  HW_FAM_ODD_MICROVARIANT = 1 << 7, /**< an allele has two decimals or more */
  HW_FAM_LADDER_GAPS = 1 << 8, /**< stepwise (2, 3) on a ladder with gaps or microvariants, where
                                         counting steps by repeats and by rungs differ */
  HW_FAM_SEX_LINKED_NAME = 1 << 9 /**< the name is that of an X, Y or sex marker (DXS…, DYS…, AMEL),
                                         but Familias computes it as autosomal, and so do we */
};

/** A marker of the database beyond its hw_marker, as the file says it. */
typedef struct hw_fam_marker {
  double database_size; /**< NaN = not stated */
  double dropout;       /**< probability that a copy is not seen; 0 where not stated */
  double minor_allele_frequency;
  double sum;       /**< of the frequencies as published, silent allele included */
  int32_t n_stated; /**< alleles that are announced, the silent one included */
  int model[2]; /**< by HW_FROM_…: 0 equal, 1 proportional, 2 stepwise (unstationary), 3 stepwise
                           (stationary), 4 extended stepwise */
  double rate[2], range[2], rate2[2];
  unsigned flags;         /**< HW_FAM_… */
  const char *model_note; /**< why the model was replaced, or NULL */
  uint64_t line;          /**< where the marker begins; 0 in further databases' summaries */
} hw_fam_marker;

/** A frequency database of the file. */
typedef struct hw_fam_database {
  const char *name; /**< "" if it has none */
  int32_t n_markers;
  const hw_marker *markers;     /**< matrices filled */
  const hw_fam_marker *details; /**< n_markers */
} hw_fam_database;

/** One of a reference family's alternative pedigrees; persons are the family's, in its order. */
typedef struct hw_fam_pedigree {
  const char *name;
  hw_pedigree pedigree;
  bool
      is_reference; /**< Familias' "Reference pedigree": the family if the remains are a stranger */
  bool relates_missing; /**< at least one missing person has a relative in it */
  uint64_t line;
} hw_fam_pedigree;

/** A reference family. */
typedef struct hw_fam_family {
  hw_family family;    /**< with the pedigree that was taken; n_missing may be 0 */
  int32_t case_family; /**< index in dvi->families, or −1: nobody is missing in this family */
  int32_t n_pedigrees; /**< 0 where the file has none: everybody unrelated */
  const hw_fam_pedigree *pedigrees;
  int32_t taken;    /**< index in `pedigrees`, or −1 */
  const char *note; /**< the laboratory's own remark, "" if none */
  uint64_t line;
} hw_fam_family;

/** A setting of the DVI, Prior, Advanced … sections. */
typedef struct hw_fam_setting {
  const char *section; /**< "Advanced/Direct/Identity" */
  const char *key;     /**< "Dropin" */
  const char *value;   /**< as written */
  uint64_t line;
} hw_fam_setting;

/** A file. Everything belongs to it. */
typedef struct hw_fam {
  const char *version; /**< "3.3.1"; "" if the file does not say */
  const char *comment; /**< the text behind the version, "" if none */
  double theta;        /**< 0 ≤ theta < 1 */
  int32_t n_databases; /**< the first is the one that the cases use; 0 = a file without markers */
  const hw_fam_database *databases;
  int32_t n_cases; /**< 0 … 2: first `kinship`, then `dvi`, those that exist */
  const hw_case *cases;
  const hw_case *kinship; /**< persons and pedigrees, each pedigree a hypothesis with the known
                               relations; the reference is the last, as in the case format and in
                               the pedsuite (Familias lets the user choose, and does not save it).
                               Profiles are the persons with genotypes. NULL if there are no
                               persons, or no markers */
  const hw_case *dvi;     /**< remains, and the families in which somebody is missing; n_remains or
                               n_families may be 0. NULL without DVI section or markers */
  int32_t n_families;
  const hw_fam_family *families; /**< all reference families */
  int32_t n_settings;
  const hw_fam_setting *settings;
  double dropin, dropout,
      error;                 /**< [Advanced] Direct/Identity: used by Familias for direct matches
                                      only, never for families; NaN = not stated */
  double prior_size;         /**< [Prior] Size; NaN = not stated */
  double allowed_mismatches; /**< [Advanced] DVI; NaN = not stated */
  int32_t n_notes;
  const hw_note *notes;
  void *storage; /**< private */
} hw_fam;

/** True if the bytes begin as Familias begins its files. */
bool hw_fam_is(const char *bytes, size_t n_bytes);

/** Reads a file ("-" = standard input). Free with hw_fam_delete.
 *
 * Who is who:
 *   - missing is who is called "Missing person" or as Familias names its place holders ("Missing
 *     male 1"), and any untyped person of a reference family whose name begins with "Missing";
 *   - a place holder that stands in no relation is the "Missing person" of the relations, if there
 *     is exactly one such (this is how the sex of the missing person is told);
 *   - the pedigree of a family is the first that is not the "Reference pedigree" and relates a
 *     missing person; else the reference pedigree;
 *   - a parent of unknown sex takes the place that the other parent leaves, or the mother's, and
 *     stays of unknown sex, so that nobody is excluded for a sex that the file does not state.
 *
 * @param options  NULL = defaults
 * @param out      [out] NULL on failure
 * @param errors   [out] zeroed by the caller; all mistakes up to HW_ERRORS_KEPT; may be NULL
 * @return HW_OK; HW_E_SYNTAX, HW_E_VALUE, HW_E_REFERENCE, HW_E_DUPLICATE, HW_E_SHAPE, HW_E_PEDIGREE
 *         (the first mistake's); HW_E_NOT_FOUND, HW_E_DENIED, HW_E_IO; HW_E_NO_MEMORY */
HW_MUST_CHECK hw_status hw_fam_read(const char *path, const hw_fam_options *options, hw_fam **out,
                                    hw_errors *errors);

/** The same from memory; @p name stands for the file in messages, and for the cases' ids. */
HW_MUST_CHECK hw_status hw_fam_parse(const char *bytes, size_t n_bytes, const char *name,
                                     const hw_fam_options *options, hw_fam **out,
                                     hw_errors *errors);

/** Frees a file; NULL is allowed. */
void hw_fam_delete(hw_fam *self);

/** How a case is written. A zeroed struct or NULL: the defaults. */
typedef struct hw_fam_write_options {
  const char *database; /**< name of the database; NULL = the case's id */
  double database_size; /**< of every marker; 0 = 1000 */
  bool omit_partial;    /**< leave out genotypes of which one allele is not known, which Familias
                              would take for homozygotes; false = refuse them */
  bool omit_positions;  /**< drop chromosomes and positions, which the format cannot hold; false =
                              refuse a case that has them */
} hw_fam_write_options;

/** Writes a case (hypotheses, or remains and families) as Familias 3 reads it: CRLF, UTF-8.
 *
 * hw_fam_parse gives the same case back where the format has a place for everything. It comes back
 * under another form, with the same likelihoods:
 *   - missing persons, whom Familias knows as "Missing person" and "Missing male 1": who is called
 *     otherwise is renamed, and who is not listed comes last;
 *   - hypotheses: the reference comes last, every person is in all of them (a stranger where she
 *     was not named), persons stand in the order of their first appearance and profiles in that of
 *     the persons; a profile's code that is not its person's id is a person of its own, identical;
 *   - the silent allele, which is the last and called "silent"; a model of rate 0, which is none;
 *   - profiles without any genotype, which vanish.
 *
 * @param out  appended to
 * @return HW_OK; HW_E_UNSUPPORTED naming what the format cannot say: X markers, linkage, mutation
 *         models other than equal, proportional and stepwise (without transform, or with PM and no
 *         rate2), drop-in, differing dropout, dropout in remains and families, quotation marks in
 *         names, persons of unknown sex outside families; HW_E_NO_MEMORY */
HW_MUST_CHECK hw_status hw_fam_write(const hw_case *problem, const hw_fam_write_options *options,
                                     hw_str *out, hw_err *err);

#endif
