/* Recording a handover, and taking it back.
 *
 * Everything is checked before the change begins that can be, and again nothing is
 * written if one item cannot be handed over. The chain of custody of each item ends
 * with its event; the checks of app/custody.h hold for what is written here. */
#include "app/handover.h"

#include <string.h>

#include "app/custody.h"
#include "app/handover_int.h"
#include "base/check.h"

static const char not_recorded[] = "not recorded";

typedef struct work {
  hw_app *app;
  hw_arena *arena;
  const hw_handover_request *request;
  hw_record identification;
  const char *code;
  const char *recipient; /* for custody: "recipient of HO-1" */
  hwp_things things;
} work;

/* --- may it be --- */

static hw_status check_contradictions(work *self, hw_err *err) {
  hwp_decide sheet = {0};
  const char *code = hw_record_text(&self->identification, HW_FIELD_IDENTIFICATION_CODE);
  hw_status status = hwp_decide_open(&sheet, self->app, self->arena, self->identification.id, err);
  if (status == HW_OK) status = hwp_decide_find_conflicts(&sheet, err);
  if (status == HW_OK) status = hwp_decide_list_contradictions(&sheet, err);
  const int n =
      status == HW_OK ? hwp_decide_count_open(&sheet) + hwp_decide_count_unstored(&sheet) : 0;
  if (n > 0)
    status = hw_err_set(err, HW_E_STATE,
                        "%s has %d contradiction%s that %s not resolved: 'homeward decide %s' "
                        "tells which",
                        code, n, n > 1 ? "s" : "", n > 1 ? "are" : "is", code);
  hwp_decide_clear(&sheet);
  return status;
}

static hw_status open_identification(work *self, const char *code, hw_err *err) {
  int64_t id = 0;
  HW_TRY(hw_app_find(self->app, HW_KIND_IDENTIFICATION, code, &id, err));
  HW_TRY(hw_store_get(self->app->store, HW_KIND_IDENTIFICATION, id, self->arena,
                      &self->identification, err));
  const char *state = hw_record_text(&self->identification, HW_FIELD_IDENTIFICATION_STATE);
  if (self->identification.withdrawn != NULL || strcmp(state, "confirmed") != 0)
    return hw_err_set(err, HW_E_STATE,
                      "%s is %s: remains are handed over when their identification is confirmed",
                      code, self->identification.withdrawn != NULL ? "withdrawn" : state);
  return check_contradictions(self, err);
}

static hw_status find_things(work *self, hw_err *err) {
  const int64_t sample = hw_record_int(&self->identification, HW_FIELD_IDENTIFICATION_SAMPLE);
  const char *handover = NULL, *code = "";
  self->things = (hwp_things){.app = self->app, .arena = self->arena};
  HW_TRY(hwp_handover_of(self->app, self->arena, HW_KIND_SAMPLE, sample, &handover, err));
  HW_TRY(hwp_decide_code(self->app->store, self->arena, HW_KIND_SAMPLE, sample, &code, err));
  if (handover != NULL)
    return hw_err_set(err, HW_E_STATE, "the sample %s was handed over already (%s)", code,
                      handover);
  return hwp_things_find(&self->things, sample, err);
}

/* Leaves what is still there. */
static int keep_present(hwp_things *things) {
  int kept = 0;
  for (int i = 0; i < things->n; i++)
    if (!things->items[i].is_gone) things->items[kept++] = things->items[i];
  things->n = kept;
  return kept;
}

static hw_status propose(work *self, hw_err *err) {
  HW_TRY(find_things(self, err));
  if (keep_present(&self->things) > 0) return HW_OK;
  return hw_err_set(err, HW_E_STATE,
                    "nothing is left to hand over: all was consumed or given away before");
}

hw_status hw_handover_propose(hw_app *app, const char *identification, hw_arena *arena,
                              const hw_handover_item **items, int *n, hw_err *err) {
  work self = {.app = app, .arena = arena};
  *n = 0;
  HW_TRY(open_identification(&self, identification, err));
  HW_TRY(propose(&self, err));
  hw_handover_item *out = hw_arena_alloc_array(arena, (size_t)self.things.n, sizeof *out);
  if (out == NULL) return HW_NO_MEMORY(err, "the items of a handover");
  for (int i = 0; i < self.things.n; i++)
    HW_TRY(hwp_handover_describe(app, arena, self.things.items[i].kind, self.things.items[i].id,
                                 NULL, &out[i], err));
  *items = out;
  *n = self.things.n;
  return HW_OK;
}

/* --- what was asked for --- */

static bool is_digits(const char *text, int first, int n) {
  for (int i = first; i < first + n; i++)
    if (text[i] < '0' || text[i] > '9') return false;
  return true;
}

/* The day is validated as a date when the record is added; here, that it is one whole day. */
static hw_status check_request(const hw_handover_request *request, hw_err *err) {
  const char *day = request->handed_on;
  const bool is_day = day != NULL && strlen(day) == 10 && is_digits(day, 0, 4) && day[4] == '-' &&
                      is_digits(day, 5, 2) && day[7] == '-' && is_digits(day, 8, 2);
  if (!is_day)
    return hw_err_set(err, HW_E_VALUE, "a handover needs its day, for example 2026-07-27");
  if (request->recipient == NULL || request->recipient[0] == '\0')
    return hw_err_set(err, HW_E_VALUE, "a handover needs a recipient");
  const char *seal = request->seal_state;
  if (seal != NULL && strcmp(seal, "intact") != 0 && strcmp(seal, "broken") != 0)
    return hw_err_set(err, HW_E_VALUE, "\"%.40s\" is no state of a seal: expected intact or broken",
                      seal);
  return HW_OK;
}

static hw_status choose_item(work *self, const hw_handover_thing *wanted, hwp_thing *chosen, int n,
                             hw_err *err) {
  int64_t id = 0;
  HW_TRY(hw_app_find(self->app, wanted->kind, wanted->code, &id, err));
  const int at = hwp_things_index(&self->things, wanted->kind, id);
  const char *kind = hw_kind_get(wanted->kind)->name;
  if (at < 0)
    return hw_err_set(err, HW_E_VALUE, "the %s %s is not known to be of this person's remains",
                      kind, wanted->code);
  if (self->things.items[at].is_gone)
    return hw_err_set(err, HW_E_STATE, "the %s %s was consumed or handed over before", kind,
                      wanted->code);
  for (int i = 0; i < n; i++)
    if (chosen[i].kind == wanted->kind && chosen[i].id == id)
      return hw_err_set(err, HW_E_VALUE, "the %s %s is named twice", kind, wanted->code);
  chosen[n] = self->things.items[at];
  return HW_OK;
}

static hw_status choose_items(work *self, hw_err *err) {
  const hw_handover_request *request = self->request;
  if (request->n_items == 0) return propose(self, err);
  HW_TRY(find_things(self, err));
  hwp_thing *chosen = hw_arena_alloc_array(self->arena, (size_t)request->n_items, sizeof *chosen);
  if (chosen == NULL) return HW_NO_MEMORY(err, "the items of a handover");
  for (int i = 0; i < request->n_items; i++)
    HW_TRY(choose_item(self, &request->items[i], chosen, i, err));
  self->things.items = chosen;
  self->things.n = request->n_items;
  return HW_OK;
}

/* --- custody --- */

static hw_status add_event(work *self, const hwp_thing *thing, int64_t number, const char *at,
                           const char *action, const char *from, const char *to, const char *seal,
                           hw_err *err) {
  hw_record event;
  hw_record_init(&event, HW_KIND_CUSTODY);
  hw_record_set_text(&event, HW_FIELD_CUSTODY_ITEM_KIND, hw_kind_get(thing->kind)->name);
  hw_record_set_int(&event, HW_FIELD_CUSTODY_ITEM, thing->id);
  hw_record_set_int(&event, HW_FIELD_CUSTODY_NUMBER, number);
  hw_record_set_text(&event, HW_FIELD_CUSTODY_AT, at);
  hw_record_set_text(&event, HW_FIELD_CUSTODY_ACTION, action);
  if (from != NULL) hw_record_set_text(&event, HW_FIELD_CUSTODY_FROM, from);
  hw_record_set_text(&event, HW_FIELD_CUSTODY_TO, to);
  if (seal != NULL) hw_record_set_text(&event, HW_FIELD_CUSTODY_SEAL_STATE, seal);
  return hw_store_add(self->app->store, &event, err);
}

/* The day at noon, or the moment of the event before if that was later on the same day. */
static hw_status time_of(work *self, const hw_record *last, const char *item, const char **out,
                         hw_err *err) {
  const char *day = self->request->handed_on;
  const char *before = last != NULL ? hw_record_text(last, HW_FIELD_CUSTODY_AT) : "";
  *out = hwp_decide_text(self->arena, "%sT12:00:00Z", day);
  if (*out == NULL) return HW_NO_MEMORY(err, "a custody event");
  if (strcmp(before, *out) <= 0) return HW_OK;
  if (strncmp(before, day, 10) != 0)
    return hw_err_set(err, HW_E_VALUE,
                      "%s was handed over on %s, but its chain of custody goes on until %s", item,
                      day, before);
  *out = before;
  return HW_OK;
}

static hw_status end_chain(work *self, const hwp_thing *thing, hw_err *err) {
  hw_record *events = NULL;
  int n = 0;
  const char *item = "", *at = NULL, *holder = not_recorded, *seal = NULL;
  HW_TRY(hwp_decide_code(self->app->store, self->arena, thing->kind, thing->id, &item, err));
  HW_TRY(hwp_handover_custody(self->app, self->arena, thing->kind, thing->id, &events, &n, err));
  const hw_record *last = hwp_handover_last(events, n);
  int64_t number = n > 0 ? hw_record_int(&events[n - 1], HW_FIELD_CUSTODY_NUMBER) + 1 : 1;
  HW_TRY(time_of(self, last, item, &at, err));
  if (last == NULL)
    HW_TRY(add_event(self, thing, number++, at, "received", NULL, not_recorded, NULL, err));
  else
    HW_TRY(hw_custody_holder(self->app->store, thing->kind, thing->id, self->arena, &holder, &seal,
                             err));
  const bool is_sealed = seal != NULL && seal[0] != '\0';
  return add_event(self, thing, number, at, "handed-over", holder, self->recipient,
                   is_sealed ? self->request->seal_state : NULL, err);
}

/* --- writing --- */

static void set_optional(hw_record *record, int field, const char *text) {
  if (text != NULL && text[0] != '\0') hw_record_set_text(record, field, text);
}

static hw_status write_handover(work *self, hw_record *record, hw_err *err) {
  const hw_handover_request *request = self->request;
  int64_t operation = 0;
  hw_record_init(record, HW_KIND_HANDOVER);
  hw_record_set_text(record, HW_FIELD_HANDOVER_CODE, self->code);
  hw_record_set_int(record, HW_FIELD_HANDOVER_IDENTIFICATION, self->identification.id);
  if (request->operation != NULL) {
    HW_TRY(hw_app_find(self->app, HW_KIND_OPERATION, request->operation, &operation, err));
    hw_record_set_int(record, HW_FIELD_HANDOVER_OPERATION, operation);
  }
  hw_record_set_text(record, HW_FIELD_HANDOVER_HANDED_ON, request->handed_on);
  hw_record_set_text(record, HW_FIELD_HANDOVER_RECIPIENT, request->recipient);
  set_optional(record, HW_FIELD_HANDOVER_PLACE, request->place);
  set_optional(record, HW_FIELD_HANDOVER_MINUTES, request->minutes);
  set_optional(record, HW_FIELD_HANDOVER_NOTE, request->note);
  hw_status status = hw_store_add(self->app->store, record, err);
  if (status == HW_E_CONFLICT)
    return hw_err_set(err, HW_E_CONFLICT, "the number %s is that of another handover", self->code);
  return status;
}

static hw_status write_item(work *self, int64_t handover, const hwp_thing *thing, hw_err *err) {
  hw_record item;
  hw_record_init(&item, HW_KIND_HANDOVER_ITEM);
  hw_record_set_int(&item, HW_FIELD_HANDOVER_ITEM_HANDOVER, handover);
  hw_record_set_text(&item, HW_FIELD_HANDOVER_ITEM_ITEM_KIND, hw_kind_get(thing->kind)->name);
  hw_record_set_int(&item, HW_FIELD_HANDOVER_ITEM_ITEM, thing->id);
  HW_TRY(hw_store_add(self->app->store, &item, err));
  return end_chain(self, thing, err);
}

static hw_status name_it(work *self, hw_err *err) {
  int64_t id = 0;
  HW_TRY(hw_store_next_id(self->app->store, HW_KIND_HANDOVER, &id, err));
  const char *given = self->request->code;
  self->code = given != NULL && given[0] != '\0'
                   ? hwp_decide_text(self->arena, "%s", given)
                   : hwp_decide_text(self->arena, "HO-%lld", (long long)id);
  self->recipient = self->code != NULL ? hwp_handover_recipient(self->arena, self->code) : NULL;
  return self->recipient != NULL ? HW_OK : HW_NO_MEMORY(err, "a handover");
}

/* Inside the change: what was checked cannot become otherwise. */
static hw_status record(work *self, hw_err *err) {
  hw_record handover;
  HW_TRY(open_identification(self, self->request->identification, err));
  HW_TRY(choose_items(self, err));
  HW_TRY(name_it(self, err));
  HW_TRY(write_handover(self, &handover, err));
  for (int i = 0; i < self->things.n; i++)
    HW_TRY(write_item(self, handover.id, &self->things.items[i], err));
  return hw_store_commit(self->app->store, err);
}

hw_status hw_handover_record(hw_app *app, const hw_handover_request *request, hw_arena *arena,
                             const char **code, hw_err *err) {
  work self = {.app = app, .arena = arena, .request = request};
  HW_TRY(hw_app_require(app, HW_MAY_NAMES, err));
  HW_TRY(check_request(request, err));
  HW_TRY(hw_app_begin(app, HW_MAY_WRITE, "handover", request->identification, err));
  hw_status status = record(&self, err);
  if (status != HW_OK) hw_store_rollback(app->store);
  if (status == HW_OK) *code = self.code;
  return status;
}

/* --- taking back --- */

static hw_status reopen_chain(work *self, const hw_record *item, const char *reason, hw_err *err) {
  const hw_kind *kind = hw_kind_find(hw_record_text(item, HW_FIELD_HANDOVER_ITEM_ITEM_KIND));
  hw_record *events = NULL;
  int n = 0;
  HW_BUG_IF(kind == NULL, err);
  const int64_t id = hw_record_int(item, HW_FIELD_HANDOVER_ITEM_ITEM);
  HW_TRY(hwp_handover_custody(self->app, self->arena, kind->id, id, &events, &n, err));
  for (int i = 0; i < n; i++) {
    if (events[i].withdrawn != NULL ||
        strcmp(hw_record_text(&events[i], HW_FIELD_CUSTODY_TO), self->recipient) != 0)
      continue;
    if (&events[i] != hwp_handover_last(events, n)) {
      const char *code = "";
      HW_TRY(hwp_decide_code(self->app->store, self->arena, kind->id, id, &code, err));
      return hw_err_set(err, HW_E_STATE, "the %s %s was moved since: its chain of custody goes on",
                        kind->name, code);
    }
    return hw_store_withdraw(self->app->store, HW_KIND_CUSTODY, events[i].id, reason, err);
  }
  return HW_OK;
}

static hw_status withdraw(work *self, int64_t id, const char *reason, hw_err *err) {
  const hw_value key = hw_value_int(id);
  hw_record *items = NULL;
  int n = 0;
  HW_TRY(hwp_decide_list_key(self->app->store, self->arena, HW_KIND_HANDOVER_ITEM, 1, &key, &items,
                             &n, err));
  HW_TRY(hw_store_withdraw(self->app->store, HW_KIND_HANDOVER, id, reason, err));
  for (int i = 0; i < n; i++) {
    if (items[i].withdrawn != NULL) continue;
    HW_TRY(reopen_chain(self, &items[i], reason, err));
    HW_TRY(hw_store_withdraw(self->app->store, HW_KIND_HANDOVER_ITEM, items[i].id, reason, err));
  }
  return hw_store_commit(self->app->store, err);
}

hw_status hw_handover_withdraw(hw_app *app, const char *code, const char *reason, hw_err *err) {
  hw_arena arena;
  int64_t id = 0;
  if (reason == NULL || reason[0] == '\0')
    return hw_err_set(err, HW_E_VALUE, "withdrawing a handover needs a reason");
  HW_TRY(hw_app_require(app, HW_MAY_WRITE, err));
  HW_TRY(hw_app_find(app, HW_KIND_HANDOVER, code, &id, err));
  HW_TRY(hw_app_begin(app, HW_MAY_WRITE, "withdraw handover", reason, err));
  hw_arena_init(&arena, 0);
  work self = {.app = app, .arena = &arena, .code = code};
  self.recipient = hwp_handover_recipient(&arena, code);
  hw_status status =
      self.recipient != NULL ? withdraw(&self, id, reason, err) : HW_NO_MEMORY(err, "a handover");
  if (status != HW_OK) hw_store_rollback(app->store);
  hw_arena_clear(&arena);
  return status;
}
