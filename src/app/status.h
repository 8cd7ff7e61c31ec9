/** @file
 * Where every case stands, for one screen.
 */
#ifndef HW_APP_STATUS_H
#define HW_APP_STATUS_H

#include "app/app.h"
#include "store/summary.h"

/** Identifications that are listed as waiting. */
#define HW_STATUS_LISTED 10

/** What somebody waits for. */
typedef struct hw_waiting {
  const char *code;   /**< of the identification */
  const char *person; /**< codes */
  const char *sample;
  const char *what; /**< "a first review", "a second review, not by R1", "a decision" */
} hw_waiting;

/** A family whose references cannot resolve its missing person. */
typedef struct hw_weak {
  const char *family, *person;               /**< codes */
  double expected_log10_lr, needed_log10_lr; /**< by STR */
  bool has_other;                            /**< somebody of the family has SNPs or a haplotype */
} hw_weak;

typedef struct hw_audit_note {
  int64_t entry; /**< 0 = none */
  const char *at, *actor, *text;
} hw_audit_note;

/** Texts belong to the arena that was given. */
typedef struct hw_status_report {
  const char *description;
  hw_tally persons[HW_TALLY_MAX], families[HW_TALLY_MAX], dossiers[HW_TALLY_MAX],
      sites[HW_TALLY_MAX], identifications[HW_TALLY_MAX], findings[HW_TALLY_MAX];
  int n_persons, n_families, n_dossiers, n_sites, n_identifications, n_findings;
  hw_summary summary;
  int64_t n_first_review, n_second_review, n_disputed, n_decision; /**< identifications waiting */
  int n_waiting;
  hw_waiting waiting[HW_STATUS_LISTED];
  int n_weak;
  hw_weak weak[HW_STATUS_LISTED]; /**< weakest first */
  hw_audit_note head, run, import, backup;
  bool is_limited; /**< the actor sees some investigations only: counts that cannot be told of them
                          are HW_COUNT_UNTOLD (app/access.h), also in the summary */
  bool is_run_stale; /**< something was imported after the last run that compared */
} hw_status_report;

HW_MUST_CHECK hw_status hw_status_read(hw_app *app, hw_arena *arena, hw_status_report *out,
                                       hw_err *err);

#endif
