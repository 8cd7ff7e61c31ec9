/** @file
 * Bases over the sites of a panel, from BAM, CRAM or SAM files.
 *
 * Reads count that are mapped, primary, of good quality and no copies of another; what was left out
 * is counted. The two ends of a pair that lie over each other become one base, and so do the
 * reads of a UMI family if asked for: qualities of agreeing bases add up (never above
 * HW_READS_MOST_PHRED), those of others are taken off; where nothing is left the base is unknown.
 *
 * Distances from the fragment's ends count aligned bases: what the aligner clipped away is not part
 * of the fragment. A read without a mate is taken to be its whole fragment (merged pairs, reads
 * through the adapter) unless the options say otherwise. Of a proper pair the template's length
 * tells the end that a read did not reach; of others that end is not known.
 *
 * Example:
 * @code
 *   hw_bam_options options = HW_BAM_DEFAULTS;
 *   hw_pileup *pileup = NULL;
 *   hw_bam_summary summary;
 *   s = hw_bam_read("bone.bam", panel, &options, &pileup, &summary, &err);
 *   hw_pileup_delete(pileup);
 * @endcode
 */
#ifndef HW_FORMATS_BAM_H
#define HW_FORMATS_BAM_H

#include <stdbool.h>

#include "homeward/reads.h"

/** How copies of a fragment are told. */
typedef enum hw_bam_copies {
  HW_BAM_COPIES_FLAGGED = 0, /**< flag 0x400: left out */
  HW_BAM_COPIES_UMI_TAG,     /**< same UMI (a tag, RX), place and strand: one fragment */
  HW_BAM_COPIES_UMI_NAME,    /**< the same, UMI behind the last ':' or '_' of the read's name */
  HW_BAM_COPIES_PLACE        /**< same place and strand: one fragment */
} hw_bam_copies;

typedef struct hw_bam_options {
  hw_build build;          /**< HW_BUILD_COUNT = by the lengths of the file's chromosomes */
  const char *reference;   /**< FASTA with its index, needed for CRAM; NULL = none */
  const char *sample;      /**< of the read groups; NULL = the only one */
  int32_t min_map_quality; /**< reads below are left out; 255 (not told) passes */
  int32_t min_base_quality;
  hw_bam_copies copies;
  const char *umi_tag;    /**< two letters; NULL = RX */
  bool single_is_partial; /**< a read without a mate need not reach its fragment's 3' end */
  bool ignores_index;     /**< go through the whole file */
  int64_t max_bases;      /**< over the sites, before copies are collapsed; 0 = HW_BAM_MOST_BASES */
} hw_bam_options;

#define HW_BAM_DEFAULTS \
  { HW_BUILD_COUNT, NULL, NULL, 20, 2, HW_BAM_COPIES_FLAGGED, NULL, false, false, 0 }
/** 32 bytes each. */
#define HW_BAM_MOST_BASES ((int64_t)64 << 20)
/** Phred of bases whose quality the file does not tell. */
#define HW_BAM_UNTOLD_QUALITY 20

typedef struct hw_bam_summary {
  hw_build build;
  char sample[128];          /**< "" = the file has no read groups */
  int32_t n_sites;           /**< markers that were looked for */
  int32_t n_long;            /**< markers with alleles longer than a base: not read */
  int32_t n_unplaced;        /**< markers without a position in this build, or whose chromosome the
                                  file has not */
  int64_t n_without_quality; /**< bases whose quality was not told */
  bool has_used_index;
} hw_bam_summary;

/** Reads a file. An index beside it (.bai, .csi, .crai) is used unless it is older than the file.
 * @param options  NULL = HW_BAM_DEFAULTS
 * @param out      [out] free with hw_pileup_delete
 * @return HW_OK; HW_E_NOT_FOUND, HW_E_DENIED, HW_E_IO; HW_E_SYNTAX (no BAM, CRAM or SAM; damaged;
 *         cut off); HW_E_CONFLICT (another build than expected, several samples); HW_E_REFERENCE (no
 *         such sample); HW_E_VALUE (options; the build cannot be told; a CRAM without reference);
 *         HW_E_TOO_COMPLEX (more than max_bases); HW_E_NO_MEMORY; err->file is set */
HW_MUST_CHECK hw_status hw_bam_read(const char *path, const hw_panel *panel,
                                    const hw_bam_options *options, hw_pileup **out,
                                    hw_bam_summary *summary, hw_err *err);

#endif
