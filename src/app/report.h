/** @file
 * The reports that a house issues, made from the case database.
 *
 *   comparison  one remains against one missing person: items, propositions, data, ratio, limits
 *   board       what an identification board signs: all lines of evidence, and what was decided
 *   letter      to the family, in plain words
 *   handover    minutes of a handover
 *   national    where every case stands
 *   validation  the laboratory's validation: known answers, kernel sets, the database
 *
 * A report is issued once: a `report` record keeps what was asked, the time that the report bears,
 * the newest audit entry before it, and the digests of the document and of its files. It is not
 * kept itself: it is made again from the database, as that stood at the entry, and must come out
 * the same, byte for byte. Records are read in the version that stood then; what is computed is
 * computed from the data of today, so that a report whose data have changed since is told, not
 * printed with other numbers under the old code.
 *
 * Names of people stand in a report only if the actor may read names.
 *
 * Example:
 * @code
 *   hw_report_request request = {.kind = "comparison", .subject = "ID-7", .language = "vi"};
 *   hw_issued issued;
 *   hw_status s = hw_app_report_issue(&app, &request, fonts, &issued, err);
 *   if (s == HW_OK) save(issued.bytes[HW_REPORT_PDF], issued.n_bytes[HW_REPORT_PDF]);
 *   hw_issued_clear(&issued);
 * @endcode
 */
#ifndef HW_APP_REPORT_H
#define HW_APP_REPORT_H

#include "app/check.h"
#include "homeward/report.h"

/** Forms of a report. */
#define HW_REPORT_FORMS 3

/** What is asked for. Texts are borrowed. */
typedef struct hw_report_request {
  const char *kind;     /**< one of hw_report_kinds */
  const char *subject;  /**< of what: docs/report-kinds.md; NULL or "" where the kind needs none */
  const char *language; /**< "vi" or "en"; NULL = "vi" */
  const char *created;  /**< the time that it bears; NULL = now */
  const char *code;     /**< its number; NULL = the next one, none for a draft */
  const char *note;     /**< of the record; NULL = none */
  const char *program;  /**< that it bears; NULL = this one */
  bool is_draft;        /**< not issued: nothing is stored, each page says so */
  bool without_names;   /**< codes only, also for an actor who may read names */
  int64_t as_of;        /**< newest audit entry that counts; 0 = that of now */
  /** Of a validation: what hw_check with recompute found of the database as it stood at `as_of`; NULL =
   * it is checked while the report is made, which can take hours. */
  const hw_check_summary *checked;
  const void *issued; /**< private: figures of the report that is printed again; NULL */
} hw_report_request;

/** A report in memory with what it draws. Free with hw_made_report_clear. */
typedef struct hw_made_report {
  hw_report *report;
  void *storage; /**< private */
} hw_made_report;

/** Kinds of reports, NULL-terminated. */
const char *const *hw_report_kinds(void);
/** What the subject of a kind is, for messages: "an identification"; "" = none. NULL = no kind. */
const char *hw_report_subject(const char *kind);

/** Checks the database for a validation, on a connection of its own.
 * @param progress  called now and then; true = stop; NULL = never
 * @param out       [out] `n_entries` is the audit entry as of which it holds
 * @return as hw_check */
HW_MUST_CHECK hw_status hw_app_report_examine(hw_app *app,
                                              bool (*progress)(void *, uint64_t, uint64_t),
                                              void *context, hw_check_summary *out, hw_err *err);

/** Makes a report; nothing is stored.
 * @param fonts  borrowed until hw_made_report_clear
 * @param out    [out] zeroed on failure
 * @return HW_OK; HW_E_VALUE (no such kind or language); HW_E_REFERENCE (no such subject); HW_E_STATE
 *         (the data are not those that were compared any more: the message tells what to do);
 *         HW_E_DAMAGED (a stored number does not come out again); as loading the investigation */
HW_MUST_CHECK hw_status hw_app_report_make(hw_app *app, const hw_report_request *request,
                                           const hw_fonts *fonts, hw_made_report *out, hw_err *err);
void hw_made_report_clear(hw_made_report *self);

/** A report's files. */
typedef struct hw_issued {
  char code[HW_CODE_MAX + 1]; /**< "" = a draft */
  char document[65];          /**< digest of the document */
  char *bytes[HW_REPORT_FORMS];
  size_t n_bytes[HW_REPORT_FORMS];
  int n_failed; /**< of a validation: checks that failed */
} hw_issued;

/** Makes a report in all forms and, unless it is a draft, stores its record in a change of its own.
 * @param out  free with hw_issued_clear, also after a failure
 * @return as hw_app_report_make; HW_E_DENIED without HW_MAY_WRITE, unless it is a draft;
 *         HW_E_CONFLICT if the code is taken */
HW_MUST_CHECK hw_status hw_app_report_issue(hw_app *app, const hw_report_request *request,
                                            const hw_fonts *fonts, hw_issued *out, hw_err *err);
void hw_issued_clear(hw_issued *self);

/** Makes an issued report again.
 * @return as hw_app_report_make; HW_E_REFERENCE if there is no such report; HW_E_DENIED if it has
 *         names and the actor may not read them; HW_E_STATE if it does not come out the same: the
 *         message names the first difference */
HW_MUST_CHECK hw_status hw_app_report_again(hw_app *app, const char *code, const hw_fonts *fonts,
                                            hw_issued *out, hw_err *err);

/** The same for somebody who wants to print it: of a validation, which checks the whole database for
 * hours, it is taken from the record what that check found; all else is computed again. */
HW_MUST_CHECK hw_status hw_app_report_reprint(hw_app *app, const char *code, const hw_fonts *fonts,
                                              hw_issued *out, hw_err *err);

/** Whether names of people stand in an issued report; anybody may know.
 * @param id  of the record. @return HW_OK; HW_E_REFERENCE; HW_E_DAMAGED */
HW_MUST_CHECK hw_status hw_app_report_names(hw_app *app, int64_t id, bool *has_names, hw_err *err);

/** An issued report in a list. Texts are of the arena. */
typedef struct hw_report_item {
  const char *code, *kind, *subject, *language, *created,
      *withdrawn; /**< withdrawn: NULL = it stands */
} hw_report_item;
HW_MUST_CHECK hw_status hw_app_report_list(hw_app *app, hw_arena *arena,
                                           const hw_report_item **items, int *n, hw_err *err);

/** Something about a report that is not as it was issued, or not as the database has it.
 * @param text  one line, without a full stop; borrowed for the call */
typedef hw_status hw_report_difference_fn(void *context, const char *text, hw_err *err);

typedef struct hw_report_verdict {
  char code[HW_CODE_MAX + 1]; /**< of the report; "" = it bears none */
  const char *kind;           /**< constant; "" = not known */
  hw_report_form form;
  bool is_issued;      /**< there is a record of it */
  bool has_same_bytes; /**< PDF, HTML: the file is the one that was issued, to the byte */
  bool is_withdrawn;   /**< the record was withdrawn */
  bool is_made_again;  /**< it could be made again */
  bool
      has_hidden_names; /**< it bears names, and the actor may not read them: names were not compared */
  int n_figures, n_basis; /**< compared */
  int n_differences;
} hw_report_verdict;

/** Checks a file against the database: is it a report that was issued, does it say what was issued,
 * and does everything come out the same when it is made again?
 * @return HW_OK, also with differences; HW_E_SYNTAX if it is no report */
HW_MUST_CHECK hw_status hw_app_report_check(hw_app *app, const char *bytes, size_t n_bytes,
                                            const hw_fonts *fonts, hw_report_difference_fn *tell,
                                            void *context, hw_report_verdict *out, hw_err *err);

/** A setting of the house: letterhead.vi, letterhead.en, motto.vi, motto.en, footer.vi, footer.en.
 * @param value  [out] in the arena; NULL = not set. @param as_of  0 = now */
HW_MUST_CHECK hw_status hw_setting_read(hw_app *app, const char *code, int64_t as_of,
                                        hw_arena *arena, const char **value, hw_err *err);
/** Sets it, in a change of its own; "-" = nothing stands there. The text is stored in NFC.
 * @return HW_E_DENIED without HW_MAY_ADMINISTER; HW_E_VALUE (no such setting, empty, not UTF-8) */
HW_MUST_CHECK hw_status hw_setting_write(hw_app *app, const char *code, const char *value,
                                         hw_err *err);

#endif
