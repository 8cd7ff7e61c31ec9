/** @file
 * From results as files give them to the records of a profile, one by one.
 *
 * The sink knows the markers of a file (its panel, which may grow), takes the
 * alleles and what is said of one profile, and puts the records that follow:
 * person or sample, family and membership, the profile. Which of them a profile
 * belongs to is told in docs/profiles.md. All readers of profiles end here, so
 * that a table, GeneMapper's text and CMF are understood in one way.
 *
 * Example:
 * @code
 *   hwp_profile_sink sink;
 *   HW_TRY(hwp_profile_sink_init(&sink, import, err));
 *   HW_TRY(hwp_profile_sink_marker(&sink, "D3S1358", &m, err));
 *   hwp_profile_sink_begin(&sink, line);
 *   sink.texts[HWP_PROFILE_CODE] = "R-1";
 *   HW_TRY(hwp_call_cell(cell, sink.markers[m].type, &sink.calls[m], err));
 *   HW_TRY(hwp_profile_sink_end(&sink, err));   // mistakes of the input are collected
 *   HW_TRY(hwp_profile_sink_finish(&sink, err));
 *   hwp_profile_sink_clear(&sink);
 * @endcode
 */
#ifndef HW_APP_PROFILE_SINK_H
#define HW_APP_PROFILE_SINK_H

#include "app/import.h"
#include "app/profile_call.h"
#include "app/profile_columns.h"

/** A marker of the file. */
typedef struct hwp_sink_marker {
  int64_t id;
  const char *name; /**< as the file spells it */
  hwp_marker_class type;
} hwp_sink_marker;

/** Things that are told once at the end, by their number. */
typedef struct hwp_sink_tally {
  int64_t rewritten, mixtures, off_ladder, sexes_taken, sex_conflicts, replicates;
} hwp_sink_tally;

typedef struct hwp_profile_sink {
  hw_import *import;
  int n_markers;
  hwp_sink_marker *markers;
  hwp_call *calls;                      /**< of the profile in hand, one per marker */
  const char *texts[HWP_PROFILE_TEXTS]; /**< what is said of it; NULL or "" = nothing */
  const char *label;  /**< its name in the file, where that is not its code; NULL = none */
  const char *remark; /**< added to its note; NULL = none */
  bool is_reference;  /**< a person's although no column says so */
  bool is_replicate;  /**< one of several, number in texts[HWP_PROFILE_REPLICATE] */
  hwp_single single;
  /** Finds the place of a marker's cell for messages; NULL = the line alone. */
  void (*place)(const struct hwp_profile_sink *self, int marker, hw_err *err);
  const void *place_context;
  uint64_t line;
  /* private */
  int capacity;
  int last_found;
  int64_t panel;  /**< of `markers`; 0 = to be asked for */
  int sex_marker; /**< −1 = none */
  hwp_sink_tally tally;
  hw_str codes[4]; /**< scratch: person, sample, family, profile */
  hw_str observations, note;
  char family_name[HW_CODE_MAX + 1]; /**< the family that came last */
  int64_t family_id;
  uint32_t *lines; /**< of the profiles that this import added, by id */
  size_t n_lines, lines_capacity;
  int64_t first_id;             /**< of them; 0 = none yet */
  struct hwp_subject *subjects; /**< whose replicates came */
  size_t n_subjects, subjects_capacity;
  hw_arena arena; /**< markers' names */
} hwp_profile_sink;

/** Begins; takes investigation and options of the import. Free with hwp_profile_sink_clear, also
 * after a failure. @return HW_OK; HW_E_USAGE (an option's value) */
HW_MUST_CHECK hw_status hwp_profile_sink_init(hwp_profile_sink *self, hw_import *import,
                                              hw_err *err);
void hwp_profile_sink_clear(hwp_profile_sink *self);

/** Number of a marker of this file under its spelling there; one more if it is new.
 * @param out  [out] −1 if the name is none (the mistake is collected) */
HW_MUST_CHECK hw_status hwp_profile_sink_marker(hwp_profile_sink *self, const char *name, int *out,
                                                hw_err *err);

/** Begins a profile: forgets the one before. */
void hwp_profile_sink_begin(hwp_profile_sink *self, uint64_t line);
/** Puts its records. @return HW_OK also after collected mistakes; failures of the machine */
HW_MUST_CHECK hw_status hwp_profile_sink_end(hwp_profile_sink *self, hw_err *err);
/** Makes the consensus of replicates, if asked for, and tells what was counted. */
HW_MUST_CHECK hw_status hwp_profile_sink_finish(hwp_profile_sink *self, hw_err *err);

/** Collects a mistake at the profile in hand. @param field  what is wrong; NULL = nothing to name */
HW_MUST_CHECK hw_status hwp_profile_sink_mistake(hwp_profile_sink *self, const char *field,
                                                 hw_err *mistake, hw_err *err);

#endif
