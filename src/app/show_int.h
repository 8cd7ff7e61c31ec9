/* Shared inside hw_show only. */
#ifndef HW_APP_SHOW_INT_H
#define HW_APP_SHOW_INT_H

#include "app/show.h"

typedef struct hwp_show {
  hw_app *app;
  const hw_show_options *options;
  hw_arena *arena;
  hw_view *view;
  hw_record record; /* what is shown */
  bool may_names;
} hwp_show;

/** Begins a section; columns are given up to a NULL. An empty one is dropped in the end. */
HW_MUST_CHECK hw_status hwp_show_section(hwp_show *self, const char *key, const char *title,
                                         const char *const *columns, hw_view_section **out,
                                         hw_err *err);
/** A new row of nulls. */
HW_MUST_CHECK hw_status hwp_show_row(hwp_show *self, hw_view_section *section, hw_value **cells,
                                     hw_err *err);
/** Text copied to the arena; "" is null. */
HW_MUST_CHECK hw_status hwp_show_text(hwp_show *self, const char *text, hw_value *out, hw_err *err);
/** Code of a record; null for id 0. */
HW_MUST_CHECK hw_status hwp_show_code(hwp_show *self, hw_kind_id kind, int64_t id, hw_value *out,
                                      hw_err *err);
/** Value of a field, references as codes. */
HW_MUST_CHECK hw_status hwp_show_value(hwp_show *self, const hw_record *record, int field,
                                       hw_value *out, hw_err *err);
/** A record, its texts in the arena. */
HW_MUST_CHECK hw_status hwp_show_get(hwp_show *self, hw_kind_id kind, int64_t id, hw_record *out,
                                     hw_err *err);

/** Reads the records of a kind whose field is `id`, copied to the arena.
 * @param most  0 = all  @param is_cut  [out] there are more */
HW_MUST_CHECK hw_status hwp_show_list(hwp_show *self, hw_kind_id kind, int field, int64_t id,
                                      int most, hw_record **out, int *n, bool *is_cut, hw_err *err);
/** The same by the first key field, in the order of the key. */
HW_MUST_CHECK hw_status hwp_show_list_by_key(hwp_show *self, hw_kind_id kind, int n_values,
                                             const hw_value *values, int most, hw_record **out,
                                             int *n, bool *is_cut, hw_err *err);

/** What belongs to one kind. Each adds sections; hwp_show_hanging follows for the rest. */
HW_MUST_CHECK hw_status hwp_show_family(hwp_show *self, hw_err *err);
HW_MUST_CHECK hw_status hwp_show_person(hwp_show *self, hw_err *err);
HW_MUST_CHECK hw_status hwp_show_items(hwp_show *self, hw_err *err);
HW_MUST_CHECK hw_status hwp_show_profile(hwp_show *self, hw_err *err);
HW_MUST_CHECK hw_status hwp_show_haplotype(hwp_show *self, hw_err *err);
HW_MUST_CHECK hw_status hwp_show_comparison(hwp_show *self, hw_err *err);
HW_MUST_CHECK hw_status hwp_show_identification(hwp_show *self, hw_err *err);
/** Versions, with who, when and why. */
HW_MUST_CHECK hw_status hwp_show_history(hwp_show *self, hw_err *err);

#endif
