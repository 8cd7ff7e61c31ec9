/** @file
 * Exporting: records of every kind as tables, and other formats, out of the database.
 *
 * What is exported can be imported again: import(export(x)) = x, for every kind. References are
 * codes, rows come in the order in which they were added, withdrawn ones included with the reason.
 * Names leave the database only for who may read them, and then the audit chain says so, before
 * the first byte is written.
 *
 * Example:
 * @code
 *   hw_export_options options = {.what = "samples"};
 *   hw_export_report report;
 *   HW_TRY(hw_export_stream(&app, &options, stream, &report, err));
 * @endcode
 */
#ifndef HW_APP_EXPORT_H
#define HW_APP_EXPORT_H

#include <stdio.h>

#include "app/app.h"

typedef struct hw_export_options {
  const char *what;   /**< kind ("samples") or format ("fam") */
  const char *format; /**< "csv", "json" (one object per line), "fam", …; NULL = csv for kinds */
  const char *investigation; /**< NULL = "main"; formats that hold one. Tables hold all of them */
  const char *only;          /**< code of the family, panel … that is wanted; NULL = all */
  const char *reason;        /**< for the audit chain; NULL = "" */
  const char *laboratory;    /**< CMF: who sends; NULL = the profiles' */
  const char *destination;   /**< CMF: ORI of who receives; NULL = who sends */
  bool is_current;           /**< leave withdrawn records out */
  bool without_names;        /**< leave columns with names out */
  bool accept_loss;          /**< leave out what a format cannot say instead of refusing */
} hw_export_options;

/** What was written. */
typedef struct hw_export_report {
  int64_t n_rows;
  bool has_names; /**< an audit entry was made */
  char note[512]; /**< what could not be said in the format; "" = nothing */
} hw_export_report;

/** True if the export is written down in the audit chain, so that the database has to be opened
 * for writing. */
bool hw_export_is_recorded(const hw_export_options *options);

/** Writes one kind or format.
 * @return HW_OK; HW_E_USAGE (no such kind or format); HW_E_DENIED (names); HW_E_IO … */
HW_MUST_CHECK hw_status hw_export_stream(hw_app *app, const hw_export_options *options, FILE *out,
                                         hw_export_report *report, hw_err *err);

/** Writes every kind to its own file in a new folder, and the manifest last.
 * @param report  one per kind; kinds without records have no file
 * @return as hw_export_stream; HW_E_DUPLICATE if the folder exists and is not empty */
HW_MUST_CHECK hw_status hw_export_all(hw_app *app, const hw_export_options *options,
                                      const char *folder, hw_export_report report[HW_KIND_COUNT],
                                      hw_err *err);

/** Appends the header of a kind's table with an example in comments, or of the table in which
 * people keep it (plural: "families").
 * @return HW_OK; HW_E_USAGE; HW_E_NO_MEMORY */
HW_MUST_CHECK hw_status hw_export_template(const char *what, hw_str *out, hw_err *err);

/* --- for the exporters of other formats --- */

/** A running export. */
typedef struct hw_export {
  hw_app *app;
  const hw_export_options *options;
  const hw_kind *kind; /**< NULL: `what` is a format */
  FILE *out;
  hw_export_report *report;
} hw_export;

/** One exporter. */
typedef struct hw_exporter {
  const char *format;
  const char *brief; /**< for the help */
  bool has_names;    /**< names may stand in it: permission and an audit entry, unless they are
                          left out */
  hw_status (*run)(hw_export *self, hw_err *err);
} hw_exporter;

/** All of them; tables are not among them. */
extern const hw_exporter *const hw_exporters[];
extern const size_t hw_n_exporters;

#endif
