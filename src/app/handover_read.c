/* Handovers as people see them, with what their minutes need. */
#include <string.h>

#include "app/access.h"
#include "app/handover_int.h"
#include "base/check.h"

/* --- who, when --- */

typedef struct entry {
  hw_arena *arena;
  hw_handover *out;
} entry;

static hw_status take_entry(void *context, const hw_audit_entry *found, hw_err *err) {
  entry *self = context;
  self->out->recorded_at = hw_arena_strdup(self->arena, found->at);
  self->out->recorded_by = hw_arena_strdup(self->arena, found->actor);
  if (self->out->recorded_at == NULL || self->out->recorded_by == NULL)
    return HW_NO_MEMORY(err, "a handover");
  return HW_E_INTERRUPTED; /* one is enough */
}

typedef struct first {
  int64_t entry;
} first;

static hw_status take_first(void *context, const hw_record *version, hw_err *err) {
  (void)err;
  first *self = context;
  if (self->entry == 0) self->entry = version->entry;
  return HW_OK;
}

/* The change that recorded it, not one that withdrew it. */
static hw_status read_origin(hw_app *app, hw_arena *arena, hw_handover *out, hw_err *err) {
  first origin = {0};
  entry context = {arena, out};
  HW_TRY(hw_store_history(app->store, HW_KIND_HANDOVER, out->id, take_first, &origin, err));
  hw_status status = hw_store_audit(app->store, origin.entry, take_entry, &context, err);
  return status == HW_E_INTERRUPTED ? HW_OK : status;
}

/* --- names --- */

static hw_status read_names(hw_app *app, hw_arena *arena, int64_t person, const char **out,
                            hw_err *err) {
  const hw_value key = hw_value_int(person);
  hw_record *rows = NULL;
  int n = 0;
  HW_TRY(hwp_decide_list_key(app->store, arena, HW_KIND_PERSON_NAME, 1, &key, &rows, &n, err));
  for (int i = 0; i < n; i++) {
    if (rows[i].withdrawn != NULL) continue;
    const char *name = hw_record_text(&rows[i], HW_FIELD_PERSON_NAME_NAME);
    const bool is_full = strcmp(hw_record_text(&rows[i], HW_FIELD_PERSON_NAME_KIND), "full") == 0;
    if ((*out)[0] == '\0' || is_full) *out = name;
    if (is_full) break;
  }
  return HW_OK;
}

static hw_status read_identification(hw_app *app, hw_arena *arena, int64_t id, bool may_names,
                                     hw_handover *out, hw_err *err) {
  hw_record record;
  if (id == 0) return HW_OK;
  HW_TRY(hw_store_get(app->store, HW_KIND_IDENTIFICATION, id, arena, &record, err));
  const int64_t person = hw_record_int(&record, HW_FIELD_IDENTIFICATION_PERSON);
  out->identification = hw_record_text(&record, HW_FIELD_IDENTIFICATION_CODE);
  HW_TRY(hwp_decide_code(app->store, arena, HW_KIND_PERSON, person, &out->person, err));
  HW_TRY(hwp_decide_code(app->store, arena, HW_KIND_SAMPLE,
                         hw_record_int(&record, HW_FIELD_IDENTIFICATION_SAMPLE), &out->sample,
                         err));
  return may_names ? read_names(app, arena, person, &out->names, err) : HW_OK;
}

/* Everything but the items, which are counted. */
static hw_status read_head(hw_app *app, hw_arena *arena, const hw_record *record, hw_handover *out,
                           hw_record **items, hw_err *err) {
  const bool may_names = hw_app_require(app, HW_MAY_NAMES, NULL) == HW_OK;
  const hw_value key = hw_value_int(record->id);
  *out = (hw_handover){
      .id = record->id,
      .code = hw_record_text(record, HW_FIELD_HANDOVER_CODE),
      .identification = "",
      .person = "",
      .sample = "",
      .names = "",
      .handed_on = hw_record_text(record, HW_FIELD_HANDOVER_HANDED_ON),
      .recipient = may_names ? hw_record_text(record, HW_FIELD_HANDOVER_RECIPIENT) : "",
      .place = hw_record_text(record, HW_FIELD_HANDOVER_PLACE),
      .minutes = hw_record_text(record, HW_FIELD_HANDOVER_MINUTES),
      .note = hw_record_text(record, HW_FIELD_HANDOVER_NOTE),
      .withdrawn = record->withdrawn,
      .recorded_at = "",
      .recorded_by = "",
      .holder = "",
      .has_hidden_names = !may_names};
  HW_TRY(read_identification(app, arena, hw_record_int(record, HW_FIELD_HANDOVER_IDENTIFICATION),
                             may_names, out, err));
  HW_TRY(hwp_decide_code(app->store, arena, HW_KIND_OPERATION,
                         hw_record_int(record, HW_FIELD_HANDOVER_OPERATION), &out->operation, err));
  HW_TRY(read_origin(app, arena, out, err));
  return hwp_decide_list_key(app->store, arena, HW_KIND_HANDOVER_ITEM, 1, &key, items,
                             &out->n_items, err);
}

/* --- one --- */

static hw_status read_items(hw_app *app, hw_arena *arena, const hw_record *rows, hw_handover *out,
                            hw_err *err) {
  const char *recipient = hwp_handover_recipient(arena, out->code);
  hw_handover_item *items = hw_arena_alloc_array(arena, (size_t)out->n_items + 1, sizeof *items);
  if (items == NULL || recipient == NULL) return HW_NO_MEMORY(err, "the items of a handover");
  for (int i = 0; i < out->n_items; i++) {
    const hw_kind *kind = hw_kind_find(hw_record_text(&rows[i], HW_FIELD_HANDOVER_ITEM_ITEM_KIND));
    if (kind == NULL)
      return hw_err_set(err, HW_E_DAMAGED, "an item of %s is of no kind: run 'homeward check'",
                        out->code);
    HW_TRY(hwp_handover_describe(app, arena, kind->id,
                                 hw_record_int(&rows[i], HW_FIELD_HANDOVER_ITEM_ITEM), recipient,
                                 &items[i], err));
  }
  out->items = items;
  out->holder = recipient;
  return HW_OK;
}

static hw_status read_one(hw_app *app, const char *code, hw_arena *arena, hw_handover *out,
                          hw_err *err) {
  hw_record record, *rows = NULL;
  int64_t id = 0;
  HW_TRY(hw_app_find(app, HW_KIND_HANDOVER, code, &id, err));
  HW_TRY(hw_store_get(app->store, HW_KIND_HANDOVER, id, arena, &record, err));
  HW_TRY(read_head(app, arena, &record, out, &rows, err));
  return read_items(app, arena, rows, out, err);
}

hw_status hw_handover_read(hw_app *app, const char *code, hw_arena *arena, hw_handover *out,
                           hw_err *err) {
  bool is_mine = false;
  memset(out, 0, sizeof *out);
  HW_TRY(hw_app_begin_read(app, &is_mine, err));
  hw_status status = read_one(app, code, arena, out, err);
  hw_app_end_read(app, is_mine);
  return status;
}

/* --- all --- */

static hw_status read_all(hw_app *app, bool withdrawn, hw_arena *arena, hw_handover **items, int *n,
                          hw_err *err) {
  hw_record *rows = NULL, *ignored = NULL;
  int n_rows = 0;
  HW_TRY(hwp_decide_list(app->store, arena, HW_KIND_HANDOVER, -1, 0, &rows, &n_rows, err));
  *items = hw_arena_alloc_array(arena, (size_t)n_rows + 1, sizeof **items);
  if (*items == NULL) return HW_NO_MEMORY(err, "the handovers");
  for (int i = 0; i < n_rows; i++) {
    bool may = false;
    if (rows[i].withdrawn != NULL && !withdrawn) continue;
    HW_TRY(hw_access_may(app, HW_KIND_HANDOVER, rows[i].id, &may, err));
    if (may) HW_TRY(read_head(app, arena, &rows[i], &(*items)[(*n)++], &ignored, err));
  }
  return HW_OK;
}

hw_status hw_handover_list(hw_app *app, bool withdrawn, hw_arena *arena, const hw_handover **items,
                           int *n, hw_err *err) {
  bool is_mine = false;
  hw_handover *out = NULL;
  *n = 0;
  HW_TRY(hw_app_begin_read(app, &is_mine, err));
  hw_status status = read_all(app, withdrawn, arena, &out, n, err);
  hw_app_end_read(app, is_mine);
  *items = out;
  return status;
}
