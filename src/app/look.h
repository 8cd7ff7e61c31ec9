/** @file
 * Looking at records: what the pages of a face read, a bounded number at a time.
 *
 * Names of people are left out (null) without the permission HW_MAY_NAMES, lists have what the
 * actor may see only (app/access.h), and what nobody may see is refused, so that a page cannot tell
 * what its reader may not know. Everything is copied to
 * an arena; withdrawn records are included, since they are shown as such.
 *
 * Example:
 * @code
 *   hw_look_rows rows;
 *   HW_TRY(hw_look_list(&app, HW_KIND_PROFILE, HW_FIELD_PROFILE_SAMPLE, sample, 50, &arena, &rows, err));
 *   for (int i = 0; i < rows.n; i++) puts(hw_record_text(&rows.items[i], HW_FIELD_PROFILE_CODE));
 * @endcode
 */
#ifndef HW_APP_LOOK_H
#define HW_APP_LOOK_H

#include "app/app.h"

/** Most rows of one call. */
#define HW_LOOK_MOST 2000

/** Records in the order of their selection. */
typedef struct hw_look_rows {
  int n;
  hw_record *items;
  bool has_more;         /**< there are more than were asked for */
  bool has_hidden_names; /**< names were left out */
  int64_t next;          /**< hw_look_page: first id that was not read, or 0 */
} hw_look_rows;

/** A record that another one, which may be seen, refers to; whether it may be seen itself is not
 * asked (hw_look_find does, and all lists).
 * @return HW_OK; HW_E_REFERENCE (none); HW_E_DENIED (a kind that nobody may see) */
HW_MUST_CHECK hw_status hw_look_get(hw_app *app, hw_kind_id kind, int64_t id, hw_arena *arena,
                                    hw_record *out, hw_err *err);
/** The record of a code, or of a key written "A/B".
 * @return HW_OK; HW_E_REFERENCE "there is no …"; HW_E_DENIED (also: of an investigation that the
 *         actor may not see) */
HW_MUST_CHECK hw_status hw_look_find(hw_app *app, hw_kind_id kind, const char *code, int64_t *id,
                                     hw_err *err);
/** Code of a record, without names that its key has; "" for id 0. */
HW_MUST_CHECK hw_status hw_look_code(hw_app *app, hw_kind_id kind, int64_t id, hw_arena *arena,
                                     const char **out, hw_err *err);
/** Records whose indexed (or first key) field is @p value, by id. @param most  1 … HW_LOOK_MOST */
HW_MUST_CHECK hw_status hw_look_list(hw_app *app, hw_kind_id kind, int field, int64_t value,
                                     int most, hw_arena *arena, hw_look_rows *out, hw_err *err);
/** Records whose indexed text field is @p value, by id. */
HW_MUST_CHECK hw_status hw_look_text(hw_app *app, hw_kind_id kind, int field, const char *value,
                                     int most, hw_arena *arena, hw_look_rows *out, hw_err *err);
/** Records whose first key fields have these values, by their key. */
HW_MUST_CHECK hw_status hw_look_key(hw_app *app, hw_kind_id kind, int n, const hw_value *values,
                                    int most, hw_arena *arena, hw_look_rows *out, hw_err *err);

/** Which records of a page are wanted; NULL = all. */
typedef bool hw_look_want(void *context, const hw_record *record);
/** Of the records whose first key fields have these values, those that are wanted, by their key. At
 * most HW_LOOK_READ are looked at: out->has_more tells that there may be others. */
#define HW_LOOK_READ 20000
HW_MUST_CHECK hw_status hw_look_where(hw_app *app, hw_kind_id kind, int n, const hw_value *values,
                                      hw_look_want *want, void *context, int most, hw_arena *arena,
                                      hw_look_rows *out, hw_err *err);
/** One page of all records, from an id on. At most HW_LOOK_READ are read, whatever is wanted:
 * out->next tells where the next page begins. */
HW_MUST_CHECK hw_status hw_look_page(hw_app *app, hw_kind_id kind, int64_t from, int most,
                                     hw_look_want *want, void *context, hw_arena *arena,
                                     hw_look_rows *out, hw_err *err);

/** Of the records whose first key fields have these values, those with the largest number in a
 * field, largest first. At most HW_LOOK_READ are looked at: out->has_more tells that there are
 * others. @param most  1 … HW_LOOK_BEST */
#define HW_LOOK_BEST 100
HW_MUST_CHECK hw_status hw_look_best(hw_app *app, hw_kind_id kind, int n, const hw_value *values,
                                     int real_field, int most, hw_arena *arena, hw_look_rows *out,
                                     hw_err *err);

/** Names of a person, parted by "; ", full ones first; "" without the permission. */
HW_MUST_CHECK hw_status hw_look_names(hw_app *app, int64_t person, hw_arena *arena,
                                      const char **out, hw_err *err);

#endif
