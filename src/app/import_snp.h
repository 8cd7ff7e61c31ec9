/** @file
 * What the importers of SNP panels, SNP profiles and haplotypes share; inside imports only.
 */
#ifndef HW_APP_IMPORT_SNP_H
#define HW_APP_IMPORT_SNP_H

#include "app/genetic.h"
#include "app/import.h"
#include "app/profile_records.h"
#include "homeward/panel.h"

/** What a reader returned: a mistake of the file is collected, the machine's failure is passed on.
 * @return HW_OK; the machine's failure */
HW_MUST_CHECK hw_status hwp_import_settle(hw_import *self, hw_status status, const hw_err *mistake,
                                          hw_err *err);

/** Collects that an option has a value that it cannot have. @return that mistake, or the first one */
HW_MUST_CHECK hw_status hwp_import_refuse(hw_import *self, const char *option, const char *text,
                                          const char *expected, hw_err *err);

/** Markers of a panel get places from the map of options->genetic_map, if one is asked for.
 * @param panel  [in, out] another one, if there is a map
 * @return HW_OK, also after a collected mistake; the machine's failure */
HW_MUST_CHECK hw_status hwp_import_place_panel(hw_import *self, hw_panel **panel, hw_err *err);

/* --- SNP profiles --- */

/** A sample of a file, and whose it is. */
typedef struct hwp_snp_sample {
  const char *name;                     /**< in the file */
  const char *texts[HWP_PROFILE_TEXTS]; /**< NULL = nothing is said */
  uint64_t line;
} hwp_snp_sample;

typedef struct hwp_snp_samples {
  int32_t n;
  hwp_snp_sample *items;
  hw_arena arena;
} hwp_snp_samples;

/** Reads the table of options->samples; without one there are none. Mistakes are collected. Free with
 * hwp_snp_samples_clear, also after a failure. @return HW_OK; the first mistake */
HW_MUST_CHECK hw_status hwp_snp_samples_read(hw_import *import, hwp_snp_samples *out, hw_err *err);
/** NULL if there is none of this name. */
const hwp_snp_sample *hwp_snp_samples_find(const hwp_snp_samples *self, const char *name);
void hwp_snp_samples_clear(hwp_snp_samples *self);

/** An import of SNP profiles. */
typedef struct hwp_snp_import {
  hw_import *import;
  const hw_panel *panel;
  int64_t panel_record;
  hw_str panel_code;
  hwp_profile_sink sink; /**< knows whose profiles are */
  hw_genetic *genetic;
} hwp_snp_import;

/** Finds the panel: of the options, or of the investigation. End it with hwp_snp_import_end, also
 * after a failure. @return HW_OK; the first mistake */
HW_MUST_CHECK hw_status hwp_snp_import_begin(hwp_snp_import *self, hw_import *import, hw_err *err);
void hwp_snp_import_end(hwp_snp_import *self);

/** Whose a sample is. @param sample  NULL = nothing is said of it @param is_good  [out] false after a
 * mistake */
HW_MUST_CHECK hw_status hwp_snp_import_sample(hwp_snp_import *self, const hwp_snp_sample *sample,
                                              const char *name, hwp_owner *owner, bool *is_good,
                                              hw_err *err);

/** What a file told of one sample. */
typedef struct hwp_snp_found {
  const char *name; /**< in the file */
  const uint8_t *bytes;
  double coverage;      /**< negative = not known */
  const char *how;      /**< JSON */
  const char *seen_sex; /**< "male", "female" by the reads; NULL = they do not tell */
} hwp_snp_found;

/** Puts person or sample, and the profile; after hwp_snp_import_sample of the same sample. */
HW_MUST_CHECK hw_status hwp_snp_import_put(hwp_snp_import *self, hwp_owner *owner,
                                           const hwp_snp_found *found, hw_err *err);

/** VCF and BCF; BAM and CRAM. */
extern const hw_importer hw_importer_vcf;
extern const hw_importer hw_importer_bam;
/** Genetic maps. */
extern const hw_importer hw_importer_map;
/** SNP panels. */
extern const hw_importer hw_importer_panel;
/** Haplotypes of samples and of populations. */
extern const hw_importer hw_importer_mtdna;
extern const hw_importer hw_importer_ystr;

#endif
