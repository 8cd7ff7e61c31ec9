/* Shared inside the loader of the prior's facts only.
 *
 *   prior.c          settings, the order of things, notes
 *   prior_words.c    names of fields, values as people write them
 *   prior_missing.c  facts of the missing persons
 *   prior_remains.c  facts of the remains */
#ifndef HW_APP_PRIOR_INT_H
#define HW_APP_PRIOR_INT_H

#include "app/prior.h"

/* What an assertion or a remark tells. */
typedef enum hwp_told {
  HWP_TOLD_NOTHING = 0, /* a field that no factor compares */
  HWP_TOLD_PLACE,
  HWP_TOLD_LOST, /* date of the loss; of remains: when they were buried */
  HWP_TOLD_BORN,
  HWP_TOLD_AGE,
  HWP_TOLD_UNIT,
  HWP_TOLD_EVENT,
  HWP_TOLD_STATURE,
  HWP_TOLD_COUNT
} hwp_told;

/* Meaning of a field's name ("Ngày hy sinh"). */
HW_MUST_CHECK hw_status hwp_prior_field(const char *name, hwp_told *out, hw_err *err);
const char *hwp_prior_told_name(hwp_told told);

/* Values; false if the text is none. "16.65, 106.73 ± 500 m" */
bool hwp_prior_read_place(const char *text, hw_prior_place *out);
/* "23", "20-25", "20 to 25 years": completed years */
bool hwp_prior_read_age(const char *text, hw_prior_range *out);
/* "165", "165 cm", "1.65 m", "1,65 m", "1m65", each with "± 3" */
bool hwp_prior_read_stature(const char *text, hw_prior_estimate *out);

/* Alternatives of one fact that are kept; more are noted. */
enum { HWP_MOST_FACTS = 32 };

/* Facts of one person or remains on their way. */
typedef struct hwp_gathered {
  int32_t n_places, n_dates, n_births, n_ages, n_units, n_events, n_statures;
  hw_prior_place places[HWP_MOST_FACTS];
  hw_prior_range dates[HWP_MOST_FACTS], births[HWP_MOST_FACTS], ages[HWP_MOST_FACTS];
  hw_prior_label units[HWP_MOST_FACTS], events[HWP_MOST_FACTS]; /* texts in the arena */
  hw_prior_estimate statures[HWP_MOST_FACTS];
} hwp_gathered;

typedef struct hwp_prior_loader {
  hw_app *app;
  const hw_stored_case *stored;
  hw_stored_prior *out;
  hw_arena scratch; /* reset between persons and remains */
  hw_err *err;
  char **notes;
  hwp_gathered at;
  /* What was not understood, by meaning: how often, and where first. */
  int64_t n_unread[HWP_TOLD_COUNT], n_beyond;
  char first_unread[HWP_TOLD_COUNT][HW_CODE_MAX + 32];
} hwp_prior_loader;

/* --- prior.c --- */

/* Adds a note, beyond HW_STORED_PRIOR_NOTES only a number. */
HW_MUST_CHECK hw_status hwp_prior_note(hwp_prior_loader *self, const char *format, ...)
    HW_PRINTF(2, 3);
/* Reads a value and adds the fact; what cannot be read is counted for a note.
 * @param where  code of what it stands in, for the note */
HW_MUST_CHECK hw_status hwp_prior_gather(hwp_prior_loader *self, hwp_told told, const char *text,
                                         double weight, const char *where);
/* Adds the coordinates of a site, if it has them. */
HW_MUST_CHECK hw_status hwp_prior_gather_site(hwp_prior_loader *self, int64_t site, double weight);
/* A record that is in use. @param out  kind is NULL if it is withdrawn, or @p id is 0 */
HW_MUST_CHECK hw_status hwp_prior_get(hwp_prior_loader *self, hw_kind_id kind, int64_t id,
                                      hw_record *out);
/* Copies to the arena of the result. */
HW_MUST_CHECK hw_status hwp_prior_keep(hwp_prior_loader *self, const void *from, int32_t n,
                                       size_t size, void *to);

HW_MUST_CHECK hw_status hwp_prior_load_missing(hwp_prior_loader *self);
HW_MUST_CHECK hw_status hwp_prior_load_remains(hwp_prior_loader *self);

#endif
