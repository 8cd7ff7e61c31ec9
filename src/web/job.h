/** @file
 * A request in work: what a handler gets, and the table of routes.
 *
 * web.c finds the route, the session, the language and the permission, checks the token of a
 * form, and opens the database as the actor; a handler then only reads, changes, and
 * writes its page. A handler that fails leaves an error page with the status that fits:
 * HW_E_DENIED 403, HW_E_REFERENCE and HW_E_NOT_FOUND 404, HW_E_BUSY 503, HW_E_STATE and
 * HW_E_CONFLICT 409, other mistakes of the input 422, all else 500 (logged, not told).
 *
 * A handler of a form that finds a mistake writes the form again, with what was typed and the
 * message beside it, and sets the response's status to 422.
 */
#ifndef HW_WEB_JOB_H
#define HW_WEB_JOB_H

#include "app/app.h"
#include "web/html.h"
#include "web/web.h"

/** Parts of a path that a pattern leaves open, at most. */
#define HWP_MOST_PARTS 4
/** Fields of a form or a query. */
#define HWP_MOST_FIELDS 400

/** A file that came with a form. */
typedef struct hwp_upload {
  const char *field, *name; /**< name: as the browser says it, folders cut off */
  const char *bytes;
  size_t n_bytes;
} hwp_upload;

#define HWP_MOST_UPLOADS 16

/** Who is logged in; a copy, valid while the request is handled. */
typedef struct hwp_who {
  char actor[HW_CODE_MAX + 1]; /**< code */
  unsigned may;                /**< permissions */
  char csrf[65];               /**< token of this session's forms */
} hwp_who;

/** Entries of the navigation. */
typedef enum hwp_nav {
  HWP_NAV_NONE = 0,
  HWP_NAV_HOME,
  HWP_NAV_DOSSIERS,
  HWP_NAV_FAMILIES,
  HWP_NAV_REMAINS,
  HWP_NAV_RUNS, /**< searches and joint identifications */
  HWP_NAV_IDENTIFICATIONS,
  HWP_NAV_SITES,
  HWP_NAV_REPORTS,
  HWP_NAV_IMPORT,
  HWP_NAV_AUDIT,
  HWP_NAV_USERS,
  HWP_N_NAV
} hwp_nav;

typedef struct hwp_job {
  hw_web *web;
  const hw_web_request *request;
  hw_web_response *response;
  hw_arena *arena; /**< of this request */
  hw_language language;
  const char *theme; /**< "auto", "light", "dark" */
  bool is_demo;
  const hwp_who *who; /**< NULL = nobody is logged in */
  hw_app *app;        /**< as the actor; NULL on public routes */
  const char *path;   /**< decoded, without the query */
  int n_parts;
  const char *parts[HWP_MOST_PARTS]; /**< what stands for each '*' of the pattern, decoded */
  int n_query, n_form, n_uploads;
  hw_web_pair query[HWP_MOST_FIELDS], form[HWP_MOST_FIELDS];
  hwp_upload uploads[HWP_MOST_UPLOADS];
  const char *notice; /**< what the last step of this session has done; shown once, or NULL */
  hwp_html html;      /**< of the page (page.h) */
  hwp_nav nav;        /**< entry of the navigation that the page belongs to */
  int refresh_s;      /**< without JavaScript the page loads itself again after so long; 0 = not */
  struct hw_fonts *fonts;   /**< of pictures; made when first needed, web.c keeps them */
  hw_status picture_status; /**< first failure of a picture */
} hwp_job;

/** A field of the query or the form; NULL = it is not there. */
const char *hwp_query(const hwp_job *job, const char *name);
const char *hwp_form(const hwp_job *job, const char *name);
/** A field of the form without blanks at its ends, in the arena; "" = it is not there. */
const char *hwp_form_typed(hwp_job *job, const char *name);
/** A whole number from a query, @p otherwise if it is none or outside. */
int64_t hwp_query_int(const hwp_job *job, const char *name, int64_t low, int64_t high,
                      int64_t otherwise);

/** Formats into the arena; "" if memory is exhausted. */
const char *hwp_format(hwp_job *job, const char *format, ...) HW_PRINTF(2, 3);
/** A text of the catalogue, in the reader's language. */
const char *hwp_t(const hwp_job *job, hw_text_id id);
/** The same, filled: hwp_fill(job, HW_T_WEB_N_RECORDS, 1, "12"). Arguments are texts. */
const char *hwp_fill(hwp_job *job, hw_text_id id, int n, ...);
/** What the program says (a message of hw_err, a finding) in the reader's language, or as it is.
 * @param lang  [out] "en" if it stayed English among other texts, else NULL: the attribute; may be
 * NULL */
const char *hwp_said(hwp_job *job, const char *message, const char **lang);
/** Numbers, dates and probabilities in the reader's language, in the arena. */
const char *hwp_int(hwp_job *job, int64_t value);
const char *hwp_real(hwp_job *job, double value, int decimals);
const char *hwp_date(hwp_job *job, const char *iso);
const char *hwp_probability(hwp_job *job, double value, double complement);

/** Answers with a redirection to a path of this site (303); @p notice is shown there once. */
hw_status hwp_see_other(hwp_job *job, const char *path, const char *notice, hw_err *err);
/** Sets a header; texts are copied. */
void hwp_set_header(hwp_job *job, const char *name, const char *value);
/** Answers with bytes of a type, as a file to be saved if @p file is not NULL. The bytes are
 * copied. */
hw_status hwp_send(hwp_job *job, const char *type, const char *bytes, size_t n, const char *file,
                   hw_err *err);

/** True if the message of a failure is for whoever asked, so that the form comes back with it; else
 * something is wrong with the machine. */
bool hwp_is_refusal(hw_status status);

typedef hw_status hwp_handler(hwp_job *job, hw_err *err);

/** Flags of a route. */
enum {
  HWP_PUBLIC = 1, /**< nobody needs to be logged in; job->app is NULL */
  HWP_API = 2,    /**< errors are JSON; the token comes in the header x-csrf-token */
  HWP_ALWAYS = 4  /**< also for who must change the password first */
};

/** One route. Patterns are paths in which '*' stands for one part: "/families/" "*" "/pedigree". */
typedef struct hwp_route {
  const char *method, *pattern;
  unsigned may; /**< permissions that are needed, all of them */
  unsigned flags;
  hwp_handler *run;
  const char *summary; /**< one sentence; API: for its description */
} hwp_route;

/** A part of the application: its routes. routes.c lists them all. */
typedef struct hwp_routes {
  const hwp_route *routes;
  int n;
} hwp_routes;

#endif
