/** @file
 * SNP profiles that stand in the database, for the remains and families of a stored case.
 *
 * The case (stored_case.h) says who is compared: `remains` here are its remains,
 * one by one, and `families` its families, whose persons are those of their
 * pedigrees. A case of STR is loaded with `untyped_remains`, so that bones of
 * which only SNPs are known are among them; one of SNPs alone `without_markers`.
 *
 * The panel is the investigation's, or the only one of the database. Profiles of
 * other panels are carried over to it, marker by marker: by name, else by
 * position, where the alleles are the same.
 *
 * Which profiles of a person or of remains count:
 *   - live consensus profiles go before single ones; replicates never count;
 *   - of several profiles of one sample the one that knows most markers;
 *   - profiles of different samples are independent: their likelihoods are
 *     multiplied; but where they contradict each other (the best genotypes differ
 *     at more than a tenth of the markers that both are sure of), none counts and
 *     a note tells;
 *   - the profile of somebody who withdrew consent, or gave none, does not count.
 *
 * Example:
 * @code
 *   hw_stored_case_options what = {.investigation = "main", .without_markers = true};
 *   hw_stored_case stored;
 *   hw_stored_snp snp;
 *   s = hw_stored_case_load(&app, &what, &stored, err);
 *   if (s == HW_OK) s = hw_stored_snp_load(&app, &stored, NULL, &snp, err);
 *   for (int32_t r = 0; r < stored.problem.n_remains; r++)
 *     if (snp.remains[r].bytes != NULL) use(&snp.remains[r]);
 *   hw_stored_snp_clear(&snp);
 *   hw_stored_case_clear(&stored);
 * @endcode
 */
#ifndef HW_APP_STORED_SNP_H
#define HW_APP_STORED_SNP_H

#include "app/genetic.h"
#include "app/stored_case.h"

/** Notes that are kept in full. */
#define HW_STORED_SNP_NOTES 200

/** The typed persons of one family. */
typedef struct hw_stored_snp_family {
  int32_t n_profiles;
  const hw_snp_profile *profiles; /**< ids are the pedigree's */
  const int32_t *person;          /**< of each, its index in the family's pedigree; ascending */
  const int64_t *record;          /**< and its snp_profile; the first, if several were multiplied */
} hw_stored_snp_family;

typedef struct hw_stored_snp {
  const hw_panel
      *panel; /**< its markers with frequencies of the population and a place on the map */
  int64_t panel_record;
  const char *panel_code;
  int32_t population;                   /**< of the panel: whose frequencies are used */
  const hw_snp_profile *remains;        /**< of each remains of the case; bytes NULL = not typed */
  const int64_t *remains_record;        /**< its snp_profile; the first; 0 = none */
  int32_t n_remains;                    /**< of the case */
  int32_t n_typed_remains;              /**< of these, with SNPs */
  const hw_stored_snp_family *families; /**< of each family of the case */
  int32_t n_families;
  /** Digests of what enters a number: likelihoods of each remains (zeros = not typed); of each
   * family, with who has them; panel and population. */
  const uint8_t (*remains_digest)[HW_DIGEST_SIZE];
  const uint8_t (*family_digest)[HW_DIGEST_SIZE];
  uint8_t panel_digest[HW_DIGEST_SIZE];
  int n_notes;
  int64_t n_all_notes;
  const char *const *notes; /**< profiles that are left out, markers that are not in the panel */
  hw_arena arena;
  hw_genetic *genetic; /**< private: owner of the panels */
  hw_panel *usable;    /**< private: the panel, if it is not the whole */
} hw_stored_snp;

typedef struct hw_stored_snp_options {
  const char *panel;      /**< code; NULL = the investigation's */
  const char *population; /**< NULL = the investigation's, or the panel's only one */
} hw_stored_snp_options;

/** Loads the SNP profiles of a case. Free with hw_stored_snp_clear, also after a failure.
 * @param stored   a case, not of hypotheses; borrowed for the call
 * @param options  NULL = as the investigation says
 * @return HW_OK, also if nobody is typed; HW_E_REFERENCE (no panel or population is named, with the
 *         remedy); HW_E_DAMAGED (a text that does not fit its panel, with record and marker);
 *         HW_E_NO_MEMORY */
HW_MUST_CHECK hw_status hw_stored_snp_load(hw_app *app, const hw_stored_case *stored,
                                           const hw_stored_snp_options *options, hw_stored_snp *out,
                                           hw_err *err);
/** A zeroed struct is allowed. */
void hw_stored_snp_clear(hw_stored_snp *self);

#endif
