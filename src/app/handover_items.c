/* What is known to be of an identified person.
 *
 * A list grows until nothing more is found: a sample brings the sample it was
 * made from, those that were made from it, and its bone; a bone brings its
 * samples; both bring the other members of the confirmed individuals they are
 * part of. Boxes come last, if all bones that lie in them are on the list. */
#include <string.h>

#include "app/handover_int.h"
#include "base/check.h"

int hwp_things_index(const hwp_things *self, hw_kind_id kind, int64_t id) {
  for (int i = 0; i < self->n; i++)
    if (self->items[i].kind == kind && self->items[i].id == id) return i;
  return -1;
}

hw_status hwp_handover_custody(hw_app *app, hw_arena *arena, hw_kind_id kind, int64_t id,
                               hw_record **events, int *n, hw_err *err) {
  const hw_value key[] = {hw_value_text(hw_kind_get(kind)->name), hw_value_int(id)};
  return hwp_decide_list_key(app->store, arena, HW_KIND_CUSTODY, 2, key, events, n, err);
}

const hw_record *hwp_handover_last(const hw_record *events, int n) {
  while (n > 0 && events[n - 1].withdrawn != NULL) n--;
  return n > 0 ? &events[n - 1] : NULL;
}

static hw_status add(hwp_things *self, hw_kind_id kind, int64_t id, hw_err *err) {
  hw_record record, *events = NULL;
  int n = 0;
  if (id == 0 || hwp_things_index(self, kind, id) >= 0) return HW_OK;
  HW_TRY(hw_store_get(self->app->store, kind, id, self->arena, &record, err));
  if (record.withdrawn != NULL) return HW_OK;
  if (self->n == self->capacity) {
    const int capacity = self->capacity > 0 ? 2 * self->capacity : 16;
    hwp_thing *larger = hw_arena_alloc_array(self->arena, (size_t)capacity, sizeof *larger);
    if (larger == NULL) return HW_NO_MEMORY(err, "the items of a handover");
    if (self->n > 0) memcpy(larger, self->items, (size_t)self->n * sizeof *larger);
    self->items = larger;
    self->capacity = capacity;
  }
  HW_TRY(hwp_handover_custody(self->app, self->arena, kind, id, &events, &n, err));
  const hw_record *last = hwp_handover_last(events, n);
  const char *action = last != NULL ? hw_record_text(last, HW_FIELD_CUSTODY_ACTION) : "";
  self->items[self->n++] =
      (hwp_thing){.kind = kind,
                  .id = id,
                  .is_gone = strcmp(action, "consumed") == 0 || strcmp(action, "handed-over") == 0};
  return HW_OK;
}

static hw_status add_all(hwp_things *self, hw_kind_id kind, int field, int64_t id, hw_err *err) {
  hw_record *rows = NULL;
  int n = 0;
  HW_TRY(hwp_decide_list(self->app->store, self->arena, kind, field, id, &rows, &n, err));
  for (int i = 0; i < n; i++) HW_TRY(add(self, kind, rows[i].id, err));
  return HW_OK;
}

/* --- individuals --- */

static hw_status add_members(hwp_things *self, int64_t individual, hw_err *err) {
  const hw_value key = hw_value_int(individual);
  hw_record record, *rows = NULL;
  int n = 0;
  HW_TRY(hw_store_get(self->app->store, HW_KIND_INDIVIDUAL, individual, self->arena, &record, err));
  if (record.withdrawn != NULL ||
      strcmp(hw_record_text(&record, HW_FIELD_INDIVIDUAL_STATE), "confirmed") != 0)
    return HW_OK;
  HW_TRY(hwp_decide_list_key(self->app->store, self->arena, HW_KIND_INDIVIDUAL_MEMBER, 1, &key,
                             &rows, &n, err));
  for (int i = 0; i < n; i++) {
    const hw_kind *kind =
        hw_kind_find(hw_record_text(&rows[i], HW_FIELD_INDIVIDUAL_MEMBER_ITEM_KIND));
    if (rows[i].withdrawn != NULL || kind == NULL) continue;
    HW_TRY(add(self, kind->id, hw_record_int(&rows[i], HW_FIELD_INDIVIDUAL_MEMBER_ITEM), err));
  }
  return HW_OK;
}

static hw_status follow_individuals(hwp_things *self, hwp_thing thing, hw_err *err) {
  hw_record *rows = NULL;
  int n = 0;
  HW_TRY(hwp_decide_list(self->app->store, self->arena, HW_KIND_INDIVIDUAL_MEMBER,
                         HW_FIELD_INDIVIDUAL_MEMBER_ITEM, thing.id, &rows, &n, err));
  for (int i = 0; i < n; i++) {
    const char *kind = hw_record_text(&rows[i], HW_FIELD_INDIVIDUAL_MEMBER_ITEM_KIND);
    if (rows[i].withdrawn == NULL && strcmp(kind, hw_kind_get(thing.kind)->name) == 0)
      HW_TRY(
          add_members(self, hw_record_int(&rows[i], HW_FIELD_INDIVIDUAL_MEMBER_INDIVIDUAL), err));
  }
  return HW_OK;
}

static hw_status follow(hwp_things *self, hwp_thing thing, hw_err *err) {
  hw_record record;
  if (thing.kind == HW_KIND_SPECIMEN)
    HW_TRY(add_all(self, HW_KIND_SAMPLE, HW_FIELD_SAMPLE_SPECIMEN, thing.id, err));
  if (thing.kind == HW_KIND_SAMPLE) {
    HW_TRY(hw_store_get(self->app->store, thing.kind, thing.id, self->arena, &record, err));
    HW_TRY(add(self, HW_KIND_SAMPLE, hw_record_int(&record, HW_FIELD_SAMPLE_PARENT), err));
    HW_TRY(add(self, HW_KIND_SPECIMEN, hw_record_int(&record, HW_FIELD_SAMPLE_SPECIMEN), err));
    HW_TRY(add_all(self, HW_KIND_SAMPLE, HW_FIELD_SAMPLE_PARENT, thing.id, err));
  }
  return follow_individuals(self, thing, err);
}

/* --- boxes --- */

static hw_status add_box(hwp_things *self, int64_t accession, hw_err *err) {
  hw_record *rows = NULL;
  int n = 0;
  HW_TRY(hwp_decide_list(self->app->store, self->arena, HW_KIND_SPECIMEN,
                         HW_FIELD_SPECIMEN_ACCESSION, accession, &rows, &n, err));
  for (int i = 0; i < n; i++)
    if (rows[i].withdrawn == NULL && hwp_things_index(self, HW_KIND_SPECIMEN, rows[i].id) < 0)
      return HW_OK;
  return add(self, HW_KIND_ACCESSION, accession, err);
}

hw_status hwp_things_find(hwp_things *self, int64_t sample, hw_err *err) {
  hw_record record;
  HW_TRY(add(self, HW_KIND_SAMPLE, sample, err));
  for (int i = 0; i < self->n; i++) HW_TRY(follow(self, self->items[i], err));
  for (int i = 0, n = self->n; i < n; i++) {
    if (self->items[i].kind != HW_KIND_SPECIMEN) continue;
    HW_TRY(hw_store_get(self->app->store, HW_KIND_SPECIMEN, self->items[i].id, self->arena, &record,
                        err));
    const int64_t box = hw_record_int(&record, HW_FIELD_SPECIMEN_ACCESSION);
    if (box != 0) HW_TRY(add_box(self, box, err));
  }
  return HW_OK;
}

/* --- items as people see them --- */

hw_status hwp_handover_of(hw_app *app, hw_arena *arena, hw_kind_id kind, int64_t id,
                          const char **code, hw_err *err) {
  hw_record *events = NULL, *handovers = NULL;
  int n = 0, n_handovers = 0;
  *code = NULL;
  /* Each handover left a custody event: only items that have one are looked for. */
  HW_TRY(hwp_handover_custody(app, arena, kind, id, &events, &n, err));
  if (n == 0) return HW_OK;
  HW_TRY(
      hwp_decide_list(app->store, arena, HW_KIND_HANDOVER, -1, 0, &handovers, &n_handovers, err));
  for (int i = 0; i < n_handovers && *code == NULL; i++) {
    hw_record key;
    int64_t found = 0;
    if (handovers[i].withdrawn != NULL) continue;
    hw_record_init(&key, HW_KIND_HANDOVER_ITEM);
    hw_record_set_int(&key, HW_FIELD_HANDOVER_ITEM_HANDOVER, handovers[i].id);
    hw_record_set_text(&key, HW_FIELD_HANDOVER_ITEM_ITEM_KIND, hw_kind_get(kind)->name);
    hw_record_set_int(&key, HW_FIELD_HANDOVER_ITEM_ITEM, id);
    HW_TRY(hw_store_find(app->store, &key, &found, err));
    if (found != 0) *code = hw_record_text(&handovers[i], HW_FIELD_HANDOVER_CODE);
  }
  return HW_OK;
}

const char *hwp_handover_recipient(hw_arena *arena, const char *code) {
  return hwp_decide_text(arena, "recipient of %s", code);
}

/* "femur, left, distal half"; "bone sample". */
static hw_status say_what(hw_app *app, hw_arena *arena, const hw_record *record,
                          hw_handover_item *out, hw_err *err) {
  const char *what = "";
  if (record->kind->id == HW_KIND_SPECIMEN) {
    const char *side = hw_record_text(record, HW_FIELD_SPECIMEN_SIDE);
    const char *portion = hw_record_text(record, HW_FIELD_SPECIMEN_PORTION);
    what =
        hwp_decide_text(arena, "%s%s%s%s%s", hw_record_text(record, HW_FIELD_SPECIMEN_ELEMENT),
                        side[0] != '\0' ? ", " : "", side, portion[0] != '\0' ? ", " : "", portion);
    HW_TRY(hwp_decide_code(app->store, arena, HW_KIND_ACCESSION,
                           hw_record_int(record, HW_FIELD_SPECIMEN_ACCESSION), &out->accession,
                           err));
  } else if (record->kind->id == HW_KIND_SAMPLE) {
    const char *kind = hw_record_text(record, HW_FIELD_SAMPLE_KIND);
    what = kind[0] != '\0' ? hwp_decide_text(arena, "%s sample", kind) : "";
  } else if (record->kind->id == HW_KIND_ACCESSION) {
    what = hwp_decide_text(arena, "%s", hw_record_text(record, HW_FIELD_ACCESSION_CONTAINER));
  }
  if (what == NULL) return HW_NO_MEMORY(err, "an item");
  out->what = what;
  return HW_OK;
}

/* @param but  holder by the handover itself, which is not the one before; NULL = none */
hw_status hwp_handover_describe(hw_app *app, hw_arena *arena, hw_kind_id kind, int64_t id,
                                const char *but, hw_handover_item *out, hw_err *err) {
  hw_record record, *events = NULL;
  int n = 0;
  *out = (hw_handover_item){
      .kind = kind, .id = id, .what = "", .accession = "", .holder = "", .seal = ""};
  HW_TRY(hw_store_get(app->store, kind, id, arena, &record, err));
  out->code = hw_record_text(&record, hw_kind_code_field(record.kind));
  HW_TRY(say_what(app, arena, &record, out, err));
  HW_TRY(hwp_handover_custody(app, arena, kind, id, &events, &n, err));
  for (int i = 0; i < n; i++) {
    const char *to = hw_record_text(&events[i], HW_FIELD_CUSTODY_TO);
    const char *seal = hw_record_text(&events[i], HW_FIELD_CUSTODY_SEAL);
    if (but != NULL && strcmp(to, but) == 0) break;
    if (events[i].withdrawn != NULL) continue;
    if (to[0] != '\0') out->holder = to;
    if (seal[0] != '\0') out->seal = seal;
    if (strcmp(hw_record_text(&events[i], HW_FIELD_CUSTODY_ACTION), "opened") == 0) out->seal = "";
  }
  return HW_OK;
}
