/** @file
 * A finished power study of a stored case, kept as a run of the method "power".
 *
 * Missing persons of a study of all families become `power` records of the run (expected and needed
 * log10 LR, pass, exclusion), by STR as ever. What else was asked and came out stands in the parameters of the run:
 *
 *   { "method": "power", "threshold_log10_lr", "enough", "never", "family", "pairs", "remains",
 *     "typed", "dropout", "draws", "seed", "snp": null | { … }, "circumstances",
 *     "outcome": { verdicts, "next": whom to sample, "retype", "panels", "persons": of one family,
 *                  "snp" } }
 *
 * "circumstances" is a digest of what counts besides the case: panels, who may be sampled, SNP
 * profiles. So a study that was made anew and says the same is not kept twice. Codes only: no name
 * of anybody.
 *
 * Example:
 * @code
 *   const hw_power_made made = {.stored = &stored, .study = study, .options = &options,
 *                               .inputs = &inputs};
 *   s = hw_power_store(&app, &made, "yearly review", &report, err);
 *   if (s == HW_OK) puts(report.run);
 *   hw_identification_report_clear(&report);
 * @endcode
 */
#ifndef HW_APP_POWER_STORE_H
#define HW_APP_POWER_STORE_H

#include "app/identify.h"
#include "app/power.h"
#include "app/power_snp.h"

/** Rows of each list of advice that are kept. */
#define HW_POWER_KEPT_ROWS 200

/** A finished study. Everything is borrowed. */
typedef struct hw_power_made {
  const hw_stored_case *stored;
  const hw_power_study *study;
  const hw_power_options *options;
  const hw_power_inputs *inputs;
  const hw_power_snp_study *snp; /**< NULL = SNPs were not computed; then the next are not read */
  const hw_power_snp_options *snp_options;
  const hw_power_snp_inputs *snp_inputs;
} hw_power_made;

/** Keeps it in a change of its own, unless the last study with these parameters says the same.
 * @param reason  for the audit chain; NULL = ""
 * @param report  clear with hw_identification_report_clear, also after a failure
 * @return as hw_identification_store */
HW_MUST_CHECK hw_status hw_power_store(hw_app *app, const hw_power_made *made, const char *reason,
                                       hw_identification_report *report, hw_err *err);

/** Whether a run's parameters are those of a power study, which compared nothing. */
bool hw_power_is_study(const char *parameters);

#endif
