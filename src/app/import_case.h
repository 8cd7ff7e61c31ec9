/** @file
 * A case of a file becomes records: what the importers of whole cases share.
 *
 * The order is: the frequency table, the investigation that uses it, families,
 * remains. Each step collects mistakes with hw_import_mistake, so that a status
 * other than HW_OK is a failure of the machine.
 *
 *   table        the file's, or under a code made of its name and the digest of
 *                its content, so that the same table of many files is one record
 *   markers      the database's own where they are described alike; a marker
 *                that the file describes otherwise (on another chromosome) gets
 *                a record of its own, INVESTIGATION/NAME
 *   persons      INVESTIGATION/FAMILY/NAME: everybody's "Father" is another one
 *   remains      samples without person, with their profile
 *
 * Example:
 * @code
 *   hw_case_import cases;
 *   HW_TRY(hw_case_import_begin(&cases, import, "case-1", err));
 *   s = hw_case_import_table(&cases, &tables, err);
 *   if (s == HW_OK) s = hw_case_import_settings(&cases, &settings, err);
 *   if (s == HW_OK) s = hw_case_import_family(&cases, &family, err);
 *   if (s == HW_OK) s = hw_case_import_remains(&cases, &remains, err);
 *   hw_case_import_end(&cases);
 * @endcode
 */
#ifndef HW_APP_IMPORT_CASE_H
#define HW_APP_IMPORT_CASE_H

#include "app/import.h"
#include "homeward/casefile.h"

/** A running import of one case. */
typedef struct hw_case_import {
  hw_import *import;
  hw_arena arena; /**< reset between families */
  hw_arena keep;
  int32_t n_markers;
  const hw_marker *markers;
  int64_t *marker; /**< record of each */
  int64_t table;   /**< 0 = none */
  int64_t panel;   /**< of the markers, in their order */
} hw_case_import;

/** Names the investigation. End it with hw_case_import_end, also after a failure. */
HW_MUST_CHECK hw_status hw_case_import_begin(hw_case_import *self, hw_import *import,
                                             const char *investigation, hw_err *err);
void hw_case_import_end(hw_case_import *self);

/** A frequency table. */
typedef struct hw_case_table {
  const char *name;    /**< NULL = none */
  const char *source;  /**< NULL = none */
  const char *finding; /**< what was done to it, NULL = nothing; with it the table is flagged */
  int32_t n_markers;
  const hw_marker *markers;
  const int64_t *position_bp;  /**< per marker, 0 = not known; or NULL */
  bool has_frequencies;        /**< false: markers only, no table is made */
  const char *const *findings; /**< per marker, NULL = none; or NULL */
} hw_case_table;
/** Puts markers, table and panel. */
HW_MUST_CHECK hw_status hw_case_import_table(hw_case_import *self, const hw_case_table *table,
                                             hw_err *err);

/** What holds for the whole case. */
typedef struct hw_case_settings {
  double theta;
  const char *description; /**< "" = none */
  const char *reference;   /**< NULL = none */
  int32_t n_linkages;
  const hw_linkage *linkages;
} hw_case_settings;
/** Puts the investigation and its linkage groups; an existing one keeps what it says, unless it is
 * silent or --update was said. */
HW_MUST_CHECK hw_status hw_case_import_settings(hw_case_import *self,
                                                const hw_case_settings *settings, hw_err *err);

/** One pedigree of a family. */
typedef struct hw_case_pedigree {
  const char *name;
  bool is_stated;
  const char *note; /**< NULL = none */
  const hw_pedigree *pedigree;
  const int32_t *profile_person; /**< of the family's profiles; NULL = those of the same id */
} hw_case_pedigree;

/** A family with its pedigrees. */
typedef struct hw_case_family {
  const char *name;
  const char *code;  /**< NULL = INVESTIGATION/NAME */
  const char *scope; /**< what stands between investigation and name in codes of persons; NULL = the
                          family's name, "" = nothing */
  const char *note;  /**< NULL = none */
  const char *role;  /**< of those who are not missing */
  bool has_persons;  /**< the persons are put already, under the same codes */
  int32_t n_pedigrees;
  const hw_case_pedigree *pedigrees;
  int32_t n_missing;
  const char *const *missing; /**< ids */
  int32_t n_profiles;
  const hw_profile *profiles; /**< of the table's markers */
} hw_case_family;
HW_MUST_CHECK hw_status hw_case_import_family(hw_case_import *self, const hw_case_family *family,
                                              hw_err *err);

/** Puts the hypotheses of a case as alternative pedigrees of one family.
 * @param is_alone  nothing else comes: the family is named after the investigation, else
 *                  "kinship" */
HW_MUST_CHECK hw_status hw_case_import_hypotheses(hw_case_import *self, const hw_case *problem,
                                                  bool is_alone, hw_err *err);

/** Puts a sample without person, and its profile. */
HW_MUST_CHECK hw_status hw_case_import_remains(hw_case_import *self, const hw_remains *remains,
                                               hw_err *err);

/** A whole hw_case: table, settings, families or hypotheses, remains. */
HW_MUST_CHECK hw_status hw_case_import_all(hw_case_import *self, const hw_case *problem,
                                           const hw_case_table *table, hw_err *err);

/** Observations as text, in the order of the markers. Appended. */
HW_MUST_CHECK hw_status hw_case_observations(const hw_marker *markers, const hw_profile *profile,
                                             hw_str *out, hw_err *err);
/** The investigation that a file gets by itself: the option, or @p own as a code. */
const char *hw_case_investigation(const hw_import *import, const char *own);
/** File name without folders and extension, for investigations. @return in the arena, or NULL */
char *hw_case_stem(const hw_import *import, hw_arena *arena);

#endif
