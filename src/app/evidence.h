/** @file
 * Autosomal STR, SNP, mtDNA and Y-STR together: what each kind says of remains and a missing person.
 *
 *     log10 LR(total) = log10 LR(STR) + log10 LR(SNP) + log10 LR(mtDNA) + log10 LR(Y)
 *
 * What multiplies, and why:
 *   - STR and SNPs are taken as independent given the pedigree: a panel has markers of its own. That
 *     an STR lies close to SNPs, so that relatives inherit both together, is not modelled; among
 *     unrelated persons this costs nothing, among relatives it counts the same inheritance a little
 *     more than once. Forensic practice does the same.
 *   - Each line is one observation, whatever its markers are, and independent of the autosomes once
 *     the pedigree says who is of the line. Where nobody of the missing person's line is typed the
 *     line says nothing, LR 1. X-STR stand with the STR; SNPs on X with the SNPs.
 *   - mtDNA and Y are multiplied: they come from different parents.
 *   - Several remains of one family are not the product of their pairs: SNPs of all that are placed
 *     are computed in one pedigree, and a line passes from one placed remains to the next
 *     (hw_evidence_placement).
 *
 * STR ratios are the caller's (identify.h, joint.h, search.h). A kind that excludes removes no pair:
 * its LR is told, with what was found (hw_lineage_result.verdict), and weighs.
 *
 * Works from arrays in memory; hw_evidence_case_load is the way from a case database to
 * them.
 *
 * Example:
 * @code
 *   hw_stored_case stored;
 *   hw_evidence *evidence = NULL;
 *   s = hw_evidence_case_load(&app, &what, NULL, &stored, &evidence, err);
 *   hw_evidence_parts parts;
 *   if (s == HW_OK) s = hw_evidence_pair(evidence, r, f, k, &parts, err);
 *   hw_evidence_set_str(&parts, str_log10_lr);
 *   double total = hw_evidence_total(&parts);
 *   hw_evidence_delete(evidence);
 *   hw_stored_case_clear(&stored);
 * @endcode
 */
#ifndef HW_APP_EVIDENCE_H
#define HW_APP_EVIDENCE_H

#include "app/stored_lineage.h"
#include "app/stored_snp.h"
#include "base/json_write.h"
#include "homeward/joint.h"
#include "homeward/lineage.h"
#include "homeward/linked.h"

typedef enum hw_evidence_kind {
  HW_EVIDENCE_STR = 0,
  HW_EVIDENCE_SNP,
  HW_EVIDENCE_MT,
  HW_EVIDENCE_Y,
  HW_EVIDENCE_KINDS
} hw_evidence_kind;
/** "str", "snp", "mt", "y". */
const char *hw_evidence_name(hw_evidence_kind kind);
/** Its bit in a set. */
#define HW_EVIDENCE_BIT(kind) (1u << (kind))

/** Mutations of one copy of a Y-STR marker in a meiosis, where nothing better is known: the order of
 * the mean over common kits. */
#define HW_EVIDENCE_Y_RATE 0.002

/** How Y-STR markers mutate. */
typedef enum hw_evidence_y_rates {
  HW_Y_RATES_SHIPPED = 0, /**< each at the rate of the shipped table, those that it has not at
                               HW_EVIDENCE_Y_RATE; DYS389II counts without its DYS389I */
  HW_Y_RATES_EQUAL        /**< all at HW_EVIDENCE_Y_RATE, DYS389II whole: runs of versions that knew
                               nothing else, and cases without a Y haplotype */
} hw_evidence_y_rates;

typedef struct hw_evidence_options {
  hw_stored_snp_options snp; /**< panel and population; zeroed = the investigation's */
  unsigned without;          /**< kinds that do not count: HW_EVIDENCE_BIT(HW_EVIDENCE_SNP) | … */
  hw_evidence_y_rates y_rates;
  hw_linked_options linked;
} hw_evidence_options;

/** Everything that counts besides STR. Borrowed until hw_evidence_delete. */
typedef struct hw_evidence_input {
  const hw_case *problem; /**< remains, families; theta; its profiles are not looked at */
  const hw_panel *panel;  /**< NULL = nobody is typed at SNPs */
  int32_t population;
  const hw_snp_profile *remains_snp; /**< of each remains; bytes NULL = not typed; NULL = nobody */
  const hw_stored_snp_family *family_snp;     /**< of each family; `record` is not used */
  const hw_stored_lines *remains_lines;       /**< of each remains; NULL = nobody */
  const hw_stored_lines *const *person_lines; /**< of each family, by person of its pedigree */
  const hw_haplotype_table *mt_table;         /**< NULL or empty = the rarity is 1: as if everybody
                                                   had it */
  const hw_haplotype_table *y_table;
  const char *mt_population, *y_population; /**< for people; NULL = not told */
  /** How lines are weighed, with the databases that are meant; NULL = by the tables above. */
  const hw_lineage_options *lineage;
  /** Y markers with copies and rates, the panel of lineage->y_database; markers that it has not are
   * not compared. NULL = all names that occur, as options->y_rates says. */
  const hw_y_panel *y_panel;
} hw_evidence_input;

/** What each kind says of one pair. A zeroed struct: nothing. */
typedef struct hw_evidence_parts {
  double log10_lr[HW_EVIDENCE_KINDS]; /**< 0 where nothing is compared; −inf = impossible */
  bool is_typed[HW_EVIDENCE_KINDS];   /**< the remains and somebody of the family */
  int32_t snp_markers;                /**< of the remains, where something is known */
  int32_t snp_relatives;              /**< typed persons of the family */
  hw_lineage_evidence lines;          /**< verdicts, differences, references, rarities */
} hw_evidence_parts;

typedef struct hw_evidence hw_evidence;

/** Prepares what is in memory. @return HW_OK, also if nobody is typed; HW_E_VALUE (markers without
 * frequencies or a place on the map); HW_E_SHAPE (more than HW_Y_MAX_MARKERS Y markers);
 * HW_E_NO_MEMORY */
HW_MUST_CHECK hw_status hw_evidence_new(const hw_evidence_input *input,
                                        const hw_evidence_options *options, hw_evidence **out,
                                        hw_err *err);
/** Loads a case with its evidence: remains that have an STR profile, SNPs or a haplotype. Their
 * inputs enter the case's digests (remains_digest, family_digest, table_digest), so that
 * hw_stored_case_pair and hw_stored_case_digest are of all kinds; where nobody is typed by these
 * kinds digests and remains are those of hw_stored_case_load. Without a frequency table the case has
 * no markers, and a note tells.
 *
 * stored->remains_profile is 0 of remains without an STR profile. Of kinds by which nobody is typed no
 * panel and no table is asked for.
 * @param stored,out  [out] free with hw_stored_case_clear and hw_evidence_delete, also after a
 *                    failure
 * @return as hw_stored_case_load, hw_stored_snp_load, hw_stored_lineage_load and hw_evidence_new */
HW_MUST_CHECK hw_status hw_evidence_case_load(hw_app *app, const hw_stored_case_options *what,
                                              const hw_evidence_options *options,
                                              hw_stored_case *stored, hw_evidence **out,
                                              hw_err *err);
/** NULL is allowed. */
void hw_evidence_delete(hw_evidence *self);

/** Kinds, besides STR, that at least one remains and one person of a family are typed by: bits. */
unsigned hw_evidence_kinds(const hw_evidence *self);
/** True if SNPs or haplotypes of the case were loaded: its digests are of them too. */
bool hw_evidence_is_loaded(const hw_evidence *self);
/** As it was asked; of a case without Y haplotypes y_rates is HW_Y_RATES_EQUAL. */
const hw_evidence_options *hw_evidence_options_of(const hw_evidence *self);
/** True if a case is loaded alike with both. */
bool hw_evidence_options_alike(const hw_evidence_options *a, const hw_evidence_options *b);
/** Families whose SNPs are too complex to be computed: theirs count nothing. Known once their pairs
 * were weighed. */
int32_t hw_evidence_too_complex(const hw_evidence *self);
/** Profiles that were left out, and why. @return their number */
int hw_evidence_notes(const hw_evidence *self, const char *const **notes);
/** What it was made of; valid as long as it is. */
const hw_evidence_input *hw_evidence_input_get(const hw_evidence *self);
/** Code of the SNP panel; NULL if none was loaded. */
const char *hw_evidence_panel_code(const hw_evidence *self);
/** Digest of a stored case's STR part alone, as hw_stored_case_digest gives it of a case that was
 * loaded without evidence. Of hw_evidence_case_load. */
void hw_evidence_str_digest(const hw_evidence *self, uint8_t out[HW_DIGEST_SIZE]);

/** Weighs a pair by all kinds but STR. The family's scorer is kept for the next pair of the same
 * missing person, so that pairs are best asked for person by person; from one thread.
 * @param missing  index in the family's list of missing persons
 * @return HW_OK; errors of linked.h and lineage.h, with the family's name, but for
 * HW_E_TOO_COMPLEX: then its SNPs are not compared (hw_evidence_too_complex) */
HW_MUST_CHECK hw_status hw_evidence_pair(hw_evidence *self, int32_t remains, int32_t family,
                                         int32_t missing, hw_evidence_parts *out, hw_err *err);
/** The same of the lines alone, which costs microseconds; a search that has computed the SNPs sets
 * them itself (hw_evidence_set_snp). */
HW_MUST_CHECK hw_status hw_evidence_lines(const hw_evidence *self, int32_t remains, int32_t family,
                                          int32_t missing, hw_evidence_parts *out, hw_err *err);
void hw_evidence_set_snp(const hw_evidence *self, int32_t remains, int32_t family, double log10_lr,
                         hw_evidence_parts *out);
/** Sets the STR part of a pair; NaN = not typed. */
void hw_evidence_set_str(hw_evidence_parts *parts, double log10_lr);
/** Sum of the parts; −inf if one is. */
double hw_evidence_total(const hw_evidence_parts *parts);

/** Members of the JSON object of a pair: "str", "snp", "mt", "y" (log10 LR, null = not compared),
 * "total", and the figures behind them. */
void hw_evidence_write(hw_json_writer *w, const hw_evidence *self, int32_t family,
                       const hw_evidence_parts *parts);
/** The same as one line, for comparison.parts. Appended. */
HW_MUST_CHECK hw_status hw_evidence_parts_json(const hw_evidence *self, int32_t family,
                                               const hw_evidence_parts *parts, hw_str *out,
                                               hw_err *err);
/** The parameters of a run that used it, as a JSON object: {"without": ["snp"]}, and with
 * HW_Y_RATES_SHIPPED {"without": [], "y_rates": "shipped"}. */
void hw_evidence_write_parameters(hw_json_writer *w, const hw_evidence_options *options);
/** Reads them from the parameters of a run.
 * @param is_used [out] false: the run is of STR alone, and says nothing of evidence */
HW_MUST_CHECK hw_status hw_evidence_read_parameters(const char *parameters, bool *is_used,
                                                    hw_evidence_options *out, hw_err *err);
/** Reads the ratios of comparison.parts: is_typed and log10_lr of each kind, nothing else.
 * @return HW_OK; HW_E_SYNTAX, HW_E_VALUE */
HW_MUST_CHECK hw_status hw_evidence_parts_read(const char *text, hw_evidence_parts *out,
                                               hw_err *err);

/** ln of the ratio, all kinds but STR, of several remains in their places of one family at once:
 * P(their data and the relatives' | placed) / P(the same | each of them unrelated). SNPs in one
 * pedigree; lines in the order of the places, each given the relatives and those before. Remembered,
 * so that it may be asked again. Where the pedigree is too complex with all of them the SNP part is
 * that of the pairs; hw_evidence_products counts these.
 * @param placed  n pairings by remains and index in the family's list of missing persons, ascending
 *                by the latter */
HW_MUST_CHECK hw_status hw_evidence_placement(hw_evidence *self, int32_t family, int32_t n,
                                              const hw_joint_pairing *placed, double *ln_ratio,
                                              hw_err *err);
/** Placements whose SNP part is a product of pairs for the work that the exact one would be. */
int64_t hw_evidence_products(const hw_evidence *self);

#endif
