/* Looking at records for a page.
 *
 * A page reads a bounded number of rows by an index or by their ids, so that it
 * is as fast at a million records as at ten. What a reader may not know is taken
 * out here, before anybody writes anything: fields of names become null without
 * the permission, records of investigations that the actor has no access to are not
 * found, and the kinds that hold secrets are refused whoever asks. */
#include "app/look.h"

#include <math.h>
#include <string.h>

#include "app/access.h"
#include "app/references.h"
#include "base/check.h"

static hw_status check_kind(hw_kind_id kind, hw_err *err) {
  if (kind == HW_KIND_CREDENTIAL)
    return hw_err_set(err, HW_E_DENIED, "how somebody logs in is shown to nobody");
  return HW_OK;
}

static void hide_names(const hw_app *app, hw_record *record, bool *has_hidden) {
  if (app->may & HW_MAY_NAMES) return;
  for (int f = 0; f < record->kind->n_fields; f++) {
    if (!hw_field_is_name(record->kind, f) || hw_record_is_null(record, f)) continue;
    hw_record_set_null(record, f);
    if (has_hidden != NULL) *has_hidden = true;
  }
}

hw_status hw_look_get(hw_app *app, hw_kind_id kind, int64_t id, hw_arena *arena, hw_record *out,
                      hw_err *err) {
  HW_TRY(check_kind(kind, err));
  HW_TRY(hw_store_get(app->store, kind, id, arena, out, err));
  hide_names(app, out, NULL);
  return HW_OK;
}

hw_status hw_look_find(hw_app *app, hw_kind_id kind, const char *code, int64_t *id, hw_err *err) {
  hw_references *references = NULL;
  *id = 0;
  HW_TRY(check_kind(kind, err));
  if (hw_kind_code_field(hw_kind_get(kind)) >= 0) {
    HW_TRY(hw_app_find(app, kind, code, id, err));
    return hw_access_require(app, kind, *id, err);
  }
  HW_TRY(hw_references_new(app->store, &references, err));
  hw_status status = hw_references_find_code(references, kind, code, id, err);
  hw_references_delete(references);
  if (status == HW_OK && *id == 0)
    status = hw_err_set(err, HW_E_REFERENCE, "there is no %s '%s'", hw_kind_get(kind)->name, code);
  return status == HW_OK ? hw_access_require(app, kind, *id, err) : status;
}

hw_status hw_look_code(hw_app *app, hw_kind_id kind, int64_t id, hw_arena *arena, const char **out,
                       hw_err *err) {
  hw_str text = HW_STR_INIT;
  *out = "";
  if (id == 0) return HW_OK;
  hw_status status = hw_store_code(app->store, kind, id, &text, err);
  if (status == HW_OK) {
    *out = hw_str_status(&text) == HW_OK ? hw_arena_strdup(arena, hw_str_text(&text)) : NULL;
    if (*out == NULL) {
      *out = "";
      status = HW_NO_MEMORY(err, "a code");
    }
  }
  hw_str_clear(&text);
  return status;
}

/* --- selections --- */

typedef struct looking {
  hw_app *app;
  hw_arena *arena;
  hw_look_rows *out;
  int most, capacity;
  hw_look_want *want;
  void *context;
} looking;

static hw_status take(looking *self, const hw_record *record, hw_err *err) {
  hw_look_rows *out = self->out;
  if (out->n == self->capacity) {
    const int capacity = self->capacity > 0 ? 2 * self->capacity : 16;
    hw_record *larger = hw_arena_alloc_array(self->arena, (size_t)capacity, sizeof *larger);
    if (larger == NULL) return HW_NO_MEMORY(err, "what is shown");
    if (out->n > 0) memcpy(larger, out->items, (size_t)out->n * sizeof *larger);
    out->items = larger;
    self->capacity = capacity;
  }
  HW_TRY(hw_record_copy(record, self->arena, &out->items[out->n], err));
  hide_names(self->app, &out->items[out->n++], &out->has_hidden_names);
  return HW_OK;
}

/* Leaves out what the actor may not see, once no selection is open any more. */
static hw_status keep_seen(hw_app *app, hw_look_rows *rows, hw_err *err) {
  int n = 0;
  if (hw_access_is_all(app)) return HW_OK;
  for (int i = 0; i < rows->n; i++) {
    bool may = false;
    HW_TRY(hw_access_may(app, rows->items[i].kind->id, rows->items[i].id, &may, err));
    if (may) rows->items[n++] = rows->items[i];
  }
  rows->n = n;
  return HW_OK;
}

static hw_status collect(looking *self, hw_scan *scan, int most_read, hw_err *err) {
  const hw_record *record = NULL;
  hw_status status;
  int n_read = 0;
  while ((status = hw_scan_next(scan, &record, err)) == HW_OK && record != NULL) {
    const bool is_wanted = self->want == NULL || self->want(self->context, record);
    if ((is_wanted && self->out->n == self->most) || (most_read > 0 && n_read++ == most_read)) {
      self->out->has_more = true;
      self->out->next = record->id;
      break;
    }
    if (is_wanted && (status = take(self, record, err)) != HW_OK) break;
  }
  hw_scan_done(scan);
  return status == HW_OK ? keep_seen(self->app, self->out, err) : status;
}

static looking begin(hw_app *app, int most, hw_arena *arena, hw_look_rows *out) {
  *out = (hw_look_rows){0};
  const int bounded = most < 1 ? 1 : most > HW_LOOK_MOST ? HW_LOOK_MOST : most;
  return (looking){.app = app, .arena = arena, .out = out, .most = bounded};
}

hw_status hw_look_key(hw_app *app, hw_kind_id kind, int n, const hw_value *values, int most,
                      hw_arena *arena, hw_look_rows *out, hw_err *err) {
  looking self = begin(app, most, arena, out);
  hw_scan *scan = NULL;
  HW_TRY(check_kind(kind, err));
  HW_TRY(hw_store_scan_key(app->store, kind, n, values, &scan, err));
  return collect(&self, scan, 0, err);
}

hw_status hw_look_text(hw_app *app, hw_kind_id kind, int field, const char *value, int most,
                       hw_arena *arena, hw_look_rows *out, hw_err *err) {
  const hw_value key = hw_value_text(value);
  looking self = begin(app, most, arena, out);
  hw_scan *scan = NULL;
  HW_TRY(check_kind(kind, err));
  HW_TRY(hw_store_scan(app->store, kind, field, &key, &scan, err));
  return collect(&self, scan, 0, err);
}

hw_status hw_look_where(hw_app *app, hw_kind_id kind, int n, const hw_value *values,
                        hw_look_want *want, void *context, int most, hw_arena *arena,
                        hw_look_rows *out, hw_err *err) {
  looking self = begin(app, most, arena, out);
  hw_scan *scan = NULL;
  self.want = want;
  self.context = context;
  HW_TRY(check_kind(kind, err));
  HW_TRY(hw_store_scan_key(app->store, kind, n, values, &scan, err));
  return collect(&self, scan, HW_LOOK_READ, err);
}

hw_status hw_look_list(hw_app *app, hw_kind_id kind, int field, int64_t value, int most,
                       hw_arena *arena, hw_look_rows *out, hw_err *err) {
  const hw_value key = hw_value_int(value);
  if (field == 0) return hw_look_key(app, kind, 1, &key, most, arena, out, err);
  looking self = begin(app, most, arena, out);
  hw_scan *scan = NULL;
  HW_TRY(check_kind(kind, err));
  HW_TRY(hw_store_scan(app->store, kind, field, &key, &scan, err));
  return collect(&self, scan, 0, err);
}

static hw_status read_page(hw_app *app, hw_kind_id kind, int64_t from, int most, hw_look_want *want,
                           void *context, hw_arena *arena, hw_look_rows *out, hw_err *err) {
  looking self = begin(app, most, arena, out);
  hw_scan *scan = NULL;
  self.want = want;
  self.context = context;
  HW_TRY(hw_store_scan_from(app->store, kind, from, &scan, err));
  return collect(&self, scan, HW_LOOK_READ, err);
}

hw_status hw_look_page(hw_app *app, hw_kind_id kind, int64_t from, int most, hw_look_want *want,
                       void *context, hw_arena *arena, hw_look_rows *out, hw_err *err) {
  enum { MOST_TRIES = 20 }; /* pages of which the actor may see nothing are passed over */
  HW_TRY(check_kind(kind, err));
  HW_TRY(read_page(app, kind, from, most, want, context, arena, out, err));
  for (int i = 0; i < MOST_TRIES && out->n == 0 && out->next != 0 && !hw_access_is_all(app); i++)
    HW_TRY(read_page(app, kind, out->next, most, want, context, arena, out, err));
  return HW_OK;
}

/* The records with the largest numbers so far, largest first. */
typedef struct best {
  int n, most;
  struct {
    int64_t id;
    double value;
  } items[HW_LOOK_BEST];
} best;

static hw_status take_number(void *context, int64_t id, double value, hw_err *err) {
  best *self = context;
  int at = self->n;
  (void)err;
  if (isnan(value)) value = (double)-INFINITY; /* not known: after all others */
  while (at > 0 && value > self->items[at - 1].value)
    at--; /* of equal ones the first stays before */
  if (at == self->most) return HW_OK;
  if (self->n < self->most) self->n++;
  memmove(&self->items[at + 1], &self->items[at],
          (size_t)(self->n - 1 - at) * sizeof self->items[0]);
  self->items[at].id = id;
  self->items[at].value = value;
  return HW_OK;
}

hw_status hw_look_best(hw_app *app, hw_kind_id kind, int n, const hw_value *values, int real_field,
                       int most, hw_arena *arena, hw_look_rows *out, hw_err *err) {
  best found = {.most = most < HW_LOOK_BEST ? most : HW_LOOK_BEST};
  *out = (hw_look_rows){.items = hw_arena_alloc_array(arena, HW_LOOK_BEST, sizeof *out->items)};
  if (out->items == NULL) return HW_NO_MEMORY(err, "what is shown");
  HW_TRY(check_kind(kind, err));
  HW_TRY(hw_store_numbers(app->store, kind, n, values, real_field, HW_LOOK_READ, take_number,
                          &found, &out->has_more, err));
  for (int i = 0; i < found.n; i++)
    HW_TRY(hw_look_get(app, kind, found.items[i].id, arena, &out->items[out->n++], err));
  return keep_seen(app, out, err);
}

hw_status hw_look_names(hw_app *app, int64_t person, hw_arena *arena, const char **out,
                        hw_err *err) {
  hw_look_rows rows;
  hw_str text = HW_STR_INIT;
  *out = "";
  if ((app->may & HW_MAY_NAMES) == 0 || person == 0) return HW_OK;
  HW_TRY(hw_look_list(app, HW_KIND_PERSON_NAME, HW_FIELD_PERSON_NAME_PERSON, person, 20, arena,
                      &rows, err));
  for (int pass = 0; pass < 2; pass++)
    for (int i = 0; i < rows.n; i++) {
      const bool is_full =
          strcmp(hw_record_text(&rows.items[i], HW_FIELD_PERSON_NAME_KIND), "full") == 0;
      if (rows.items[i].withdrawn != NULL || is_full != (pass == 0)) continue;
      hw_str_append_format(&text, "%s%s", text.length > 0 ? "; " : "",
                           hw_record_text(&rows.items[i], HW_FIELD_PERSON_NAME_NAME));
    }
  hw_status status = hw_str_status(&text);
  if (status == HW_OK) *out = hw_arena_strdup(arena, hw_str_text(&text));
  hw_str_clear(&text);
  if (status == HW_OK && *out != NULL) return HW_OK;
  *out = "";
  return HW_NO_MEMORY(err, "the names");
}
