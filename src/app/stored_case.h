/** @file
 * The identification problem that stands in the database, as the engine takes it.
 *
 * An investigation becomes an hw_case: the markers of its frequency table with
 * their mutation models, theta, linkage, the stated pedigree of every family with
 * its missing persons and typed references, and every remains sample with the
 * profile that counts. Names in the hw_case are labels where the investigation
 * has them and they are distinct, else codes.
 *
 * Which profile of a person or sample counts:
 *   - live consensus profiles go before single ones; replicates never count
 *     alone;
 *   - several profiles are joined where they agree at the markers they share;
 *     where they contradict each other, none counts and a note tells;
 *   - the profile of somebody who withdrew consent, or gave none, does not count;
 *   - samples of one confirmed individual count as one remains, under the first one's name.
 *
 * Left out with a note: closed families, families without missing persons or
 * without a stated pedigree, mixtures, single alleles where two are expected,
 * X markers of persons of unknown sex, markers that the table lacks.
 *
 * Alleles that the table lacks: with a minimum policy they are added at the end
 * of the marker, in their order, with the minimum as frequency, and all
 * frequencies of the marker are divided by their sum; a note tells. Without
 * one they are an error with the remedy.
 *
 * Example:
 * @code
 *   hw_stored_case stored;
 *   hw_stored_case_options options = {.investigation = "main"};
 *   s = hw_stored_case_load(&app, &options, &stored, err);
 *   if (s == HW_OK) s = hw_identify_new(&stored.problem, NULL, &run, err);
 *   hw_stored_case_clear(&stored);
 * @endcode
 */
#ifndef HW_APP_STORED_CASE_H
#define HW_APP_STORED_CASE_H

#include "app/app.h"
#include "homeward/casefile.h"

/** Notes that are kept in full. */
#define HW_STORED_CASE_NOTES 200

/** What records that were written since an entry can have changed. */
enum {
  HW_SINCE_CASE = 1,  /**< remains or families */
  HW_SINCE_TABLE = 2, /**< markers, their alleles and models, theta, linkage, panels */
  HW_SINCE_SNP = 4,   /**< who is typed at SNPs */
  HW_SINCE_LINES = 8  /**< who has a haplotype */
};

/** An allele that the frequency table lacks and its minimum policy adds. */
typedef struct hw_added_allele {
  const char *marker, *allele; /**< names */
} hw_added_allele;

/** Where the parts of the case come from. Arrays are in the order of the case. */
typedef struct hw_stored_case {
  hw_case problem;                       /**< remains and families, or hypotheses of one family */
  const int64_t *remains_profile;        /**< profile of each remains; the first, if joined */
  const int64_t *remains_sample;         /**< its sample */
  const int32_t *remains_n_samples;      /**< and all samples that are one with it, */
  const int64_t *const *remains_samples; /**< that one first */
  const int64_t *family;                 /**< of each family */
  const int64_t *const *family_person;   /**< person of each pedigree member; as hypotheses: of the
                                             hypotheses, one by one */
  const int64_t *const *family_profile;  /**< profile of each typed reference; as hypotheses: one
                                             list, of the case's profiles */
  const int64_t *marker;                 /**< of each marker */
  int64_t investigation, table;
  /** Newest audit entry that wrote a record of the part. */
  const int64_t *remains_entry, *family_entry;
  int64_t table_entry;
  int64_t head;         /**< newest audit entry of the database when this was loaded */
  int64_t newest_entry; /**< of all records that were looked at, also those that are left out */
  unsigned since;       /**< bits HW_SINCE_… of the whole investigation, where it was asked */
  /** Digests of the parts: all that enters a number, and nothing else. */
  const uint8_t (*remains_digest)[HW_DIGEST_SIZE];
  const uint8_t (*family_digest)[HW_DIGEST_SIZE];
  uint8_t table_digest[HW_DIGEST_SIZE]; /**< markers, models, theta, linkage */
  /** Alleles that were added, in the order of the markers. */
  int32_t n_added;
  const hw_added_allele *added;
  int n_notes;
  int64_t n_all_notes;
  const char *const *notes; /**< profiles and families that are left out, alleles added */
  hw_arena arena;
} hw_stored_case;

typedef struct hw_stored_case_options {
  const char *investigation; /**< NULL = "main", or that of the family */
  const char *family;        /**< only this family; NULL = all */
  bool as_hypotheses;        /**< the pedigrees of one family as hypotheses (for `lr`) */
  bool without_remains;
  bool separate_samples;   /**< confirmed individuals are not joined */
  const int64_t *families; /**< only these records, and of them those that the whole would have;
                                NULL = as `family` says */
  int32_t n_families;      /**< 0 with `families`: the markers alone */
  const int64_t *samples;  /**< only these, and those that are one remains with them; NULL = all */
  int32_t n_samples;
  int64_t since; /**< an audit entry: can what was written after it have changed the investigation?
                      Told though only a part of it is loaded; 0 = not asked */
  /** Alleles that others of the investigation add to the table, for a part that is to have the
   * whole's; of markers that the table lacks they are ignored. */
  int32_t n_added;
  const hw_added_allele *added;
  bool all_families;    /**< also closed ones and those that miss nobody */
  bool untyped_remains; /**< also samples without an STR profile that counts: all missing */
  bool without_markers; /**< samples and pedigrees alone, for evidence that is no STR: no frequency
                                table is needed, nobody is typed; implies untyped_remains */
  bool by_code;         /**< codes instead of labels: nothing that a file called somebody */
} hw_stored_case_options;

/** Loads it. Free with hw_stored_case_clear, also after a failure.
 * @return HW_OK; HW_E_REFERENCE (no such investigation or family, no frequency table: the message
 *         names the remedy); HW_E_VALUE (an allele that is not in the table, a table that does not
 *         sum); HW_E_PEDIGREE; HW_E_SHAPE (no family, no remains, no pedigree); HW_E_DAMAGED */
HW_MUST_CHECK hw_status hw_stored_case_load(hw_app *app, const hw_stored_case_options *options,
                                            hw_stored_case *out, hw_err *err);
void hw_stored_case_clear(hw_stored_case *self);

/** Characters of a pair's inputs, NUL included. */
#define HW_PAIR_INPUTS_SIZE (3 * 32 + 3)

/** Digests of all that the comparison of a remains with a missing person rests on, as
 * "PROFILE.FAMILY.TABLE", 32 hexadecimal digits each (128 bits of BLAKE2b), so that a change tells
 * what changed. @param missing  index in the family's list of missing persons. @return @p text */
char *hw_stored_case_pair(const hw_stored_case *self, int32_t remains, int32_t family,
                          int32_t missing, char text[HW_PAIR_INPUTS_SIZE]);
/** Digest of the whole problem: the parts, and which records they come from. */
void hw_stored_case_digest(const hw_stored_case *self, uint8_t out[HW_DIGEST_SIZE]);

#endif
