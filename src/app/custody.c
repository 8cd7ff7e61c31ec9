/* The chain of custody of an item.
 *
 * One pass over an item's events in their order, carrying what is known: the
 * holder, the seal, the time, and whether the item is gone. The chain of the
 * whole database is checked item by item; items come sorted from the key of the
 * custody table, so that only one item's state is in memory. */
#include "app/custody.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"

typedef struct chain {
  hw_custody_fn *report;
  void *context;
  hw_kind_id item_kind;
  int64_t item;
  bool has_events, is_gone;
  int64_t number;
  char holder[256], seal[HW_CODE_MAX + 1], at[32], gone_by[32];
} chain;

static void chain_begin(chain *self, hw_kind_id item_kind, int64_t item) {
  self->item_kind = item_kind;
  self->item = item;
  self->has_events = self->is_gone = false;
  self->number = 0;
  self->holder[0] = self->seal[0] = self->at[0] = '\0';
}

static hw_status tell(const chain *self, const hw_record *event, bool is_warning, hw_err *err,
                      const char *format, ...) HW_PRINTF(5, 6);

static hw_status tell(const chain *self, const hw_record *event, bool is_warning, hw_err *err,
                      const char *format, ...) {
  char text[900];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  hw_custody_fault fault = {.item_kind = self->item_kind,
                            .item = self->item,
                            .event = event->id,
                            .number = hw_record_int(event, HW_FIELD_CUSTODY_NUMBER),
                            .is_warning = is_warning,
                            .text = text};
  return self->report(self->context, &fault, err);
}

/* --- the rules --- */

/* Holders are compared as far as they are kept. */
static bool is_holder(const chain *self, const char *name) {
  return strncmp(name, self->holder, sizeof self->holder - 1) == 0;
}

static bool changes_holder(const char *action) {
  return strcmp(action, "transferred") == 0 || strcmp(action, "returned") == 0 ||
         strcmp(action, "handed-over") == 0;
}

static hw_status check_order(chain *self, const hw_record *event, hw_err *err) {
  int64_t number = hw_record_int(event, HW_FIELD_CUSTODY_NUMBER);
  const char *at = hw_record_text(event, HW_FIELD_CUSTODY_AT);
  if (number != self->number + 1 && self->number == 0)
    HW_TRY(tell(self, event, false, err, "is the first, and not number 1: an event is missing"));
  else if (number != self->number + 1)
    HW_TRY(tell(self, event, false, err,
                "follows event %" PRId64 ": an event between them is missing", self->number));
  if (self->has_events && strcmp(at, self->at) < 0)
    HW_TRY(tell(self, event, false, err, "happens at %s, before the event that it follows (%s)", at,
                self->at));
  if (self->is_gone)
    HW_TRY(tell(self, event, false, err, "follows although the item was %s before", self->gone_by));
  return HW_OK;
}

static hw_status check_holder(chain *self, const hw_record *event, hw_err *err) {
  const char *action = hw_record_text(event, HW_FIELD_CUSTODY_ACTION);
  const char *from = hw_record_text(event, HW_FIELD_CUSTODY_FROM);
  const char *to = hw_record_text(event, HW_FIELD_CUSTODY_TO);
  bool is_reception = strcmp(action, "received") == 0;
  if (!self->has_events) {
    if (is_reception) return HW_OK;
    return tell(self, event, false, err,
                "\"%s\" cannot come first: a chain begins with \"received\"", action);
  }
  if (is_reception)
    return tell(self, event, false, err,
                "is a reception, but %s holds the item already: who gave it is missing",
                self->holder);
  if (from[0] != '\0' && !is_holder(self, from))
    return tell(self, event, false, err, "comes from %s, but %s holds the item", from,
                self->holder);
  if (changes_holder(action)) {
    if (from[0] != '\0') return HW_OK;
    return tell(self, event, false, err, "\"%s\" does not say from whom (%s holds the item)",
                action, self->holder);
  }
  if (is_holder(self, to)) return HW_OK;
  return tell(self, event, false, err, "\"%s\" names %s, but %s holds the item", action, to,
              self->holder);
}

/* The seal that was found on the item. */
static hw_status check_found(chain *self, const hw_record *event, const char *action,
                             const char *state, hw_err *err) {
  if (strcmp(state, "broken") == 0)
    return self->seal[0] != '\0'
               ? tell(self, event, true, err, "the seal %s was found broken", self->seal)
               : tell(self, event, true, err, "a seal was found broken, but none was set before");
  if (self->seal[0] == '\0') return HW_OK;
  if (strcmp(state, "none") == 0)
    return tell(self, event, false, err, "found no seal, but %s was set before", self->seal);
  if (state[0] == '\0' && (strcmp(action, "opened") == 0 || changes_holder(action)))
    return tell(self, event, true, err, "does not say how the seal %s was found", self->seal);
  return HW_OK;
}

static hw_status check_seal(chain *self, const hw_record *event, hw_err *err) {
  const char *state = hw_record_text(event, HW_FIELD_CUSTODY_SEAL_STATE);
  const char *action = hw_record_text(event, HW_FIELD_CUSTODY_ACTION);
  const char *seal = hw_record_text(event, HW_FIELD_CUSTODY_SEAL);
  HW_TRY(check_found(self, event, action, state, err));
  if (strcmp(action, "sealed") == 0 && seal[0] == '\0')
    HW_TRY(tell(self, event, false, err, "\"sealed\" does not give the number of the seal"));
  bool is_same = seal[0] == '\0' || self->seal[0] == '\0' || strcmp(seal, self->seal) == 0;
  bool may_change = strcmp(action, "opened") == 0 || strcmp(state, "broken") == 0;
  if (is_same || may_change) return HW_OK;
  return tell(self, event, false, err,
              "carries the seal %s, but %s was set before and nobody opened it", seal, self->seal);
}

static void advance(chain *self, const hw_record *event) {
  const char *action = hw_record_text(event, HW_FIELD_CUSTODY_ACTION);
  const char *seal = hw_record_text(event, HW_FIELD_CUSTODY_SEAL);
  const char *state = hw_record_text(event, HW_FIELD_CUSTODY_SEAL_STATE);
  self->has_events = true;
  self->number = hw_record_int(event, HW_FIELD_CUSTODY_NUMBER);
  snprintf(self->at, sizeof self->at, "%s", hw_record_text(event, HW_FIELD_CUSTODY_AT));
  snprintf(self->holder, sizeof self->holder, "%s", hw_record_text(event, HW_FIELD_CUSTODY_TO));
  if (seal[0] != '\0')
    snprintf(self->seal, sizeof self->seal, "%s", seal);
  else if (strcmp(action, "opened") == 0 || strcmp(state, "broken") == 0 ||
           strcmp(state, "none") == 0)
    self->seal[0] = '\0';
  if (strcmp(action, "consumed") == 0 || strcmp(action, "handed-over") == 0) {
    self->is_gone = true;
    snprintf(self->gone_by, sizeof self->gone_by, "%s", action);
  }
}

static hw_status take_event(chain *self, const hw_record *event, hw_err *err) {
  if (event->withdrawn != NULL) {
    /* Its number stays taken, so that the ones behind it keep theirs. */
    int64_t number = hw_record_int(event, HW_FIELD_CUSTODY_NUMBER);
    if (number == self->number + 1) self->number = number;
    return HW_OK;
  }
  HW_TRY(check_order(self, event, err));
  HW_TRY(check_holder(self, event, err));
  HW_TRY(check_seal(self, event, err));
  advance(self, event);
  return HW_OK;
}

/* --- walking --- */

/* Takes events in the order (kind, item, number). */
static hw_status walk(chain *self, hw_scan *scan, hw_err *err) {
  const hw_record *event = NULL;
  hw_status status;
  while ((status = hw_scan_next(scan, &event, err)) == HW_OK && event != NULL) {
    const hw_kind *kind = hw_kind_find(hw_record_text(event, HW_FIELD_CUSTODY_ITEM_KIND));
    hw_kind_id item_kind = kind != NULL ? kind->id : HW_KIND_NONE;
    int64_t item = hw_record_int(event, HW_FIELD_CUSTODY_ITEM);
    if (item_kind != self->item_kind || item != self->item) chain_begin(self, item_kind, item);
    status = take_event(self, event, err);
    if (status != HW_OK) break;
  }
  return status;
}

static hw_status walk_item(chain *self, hw_store *store, hw_kind_id item_kind, int64_t item,
                           hw_err *err) {
  hw_value key[2] = {hw_value_text(hw_kind_get(item_kind)->name), hw_value_int(item)};
  hw_scan *scan = NULL;
  chain_begin(self, item_kind, item);
  HW_TRY(hw_store_scan_key(store, HW_KIND_CUSTODY, 2, key, &scan, err));
  hw_status status = walk(self, scan, err);
  hw_scan_done(scan);
  return status;
}

hw_status hw_custody_check(hw_store *store, hw_kind_id item_kind, int64_t item,
                           hw_custody_fn *report, void *context, hw_err *err) {
  chain self = {.report = report, .context = context};
  return walk_item(&self, store, item_kind, item, err);
}

hw_status hw_custody_check_all(hw_store *store, hw_custody_fn *report, void *context, hw_err *err) {
  chain self = {.report = report, .context = context};
  hw_scan *scan = NULL;
  chain_begin(&self, HW_KIND_NONE, 0);
  HW_TRY(hw_store_scan_key(store, HW_KIND_CUSTODY, 0, NULL, &scan, err));
  hw_status status = walk(&self, scan, err);
  hw_scan_done(scan);
  return status;
}

static hw_status ignore(void *context, const hw_custody_fault *fault, hw_err *err) {
  (void)context;
  (void)fault;
  (void)err;
  return HW_OK;
}

hw_status hw_custody_holder(hw_store *store, hw_kind_id item_kind, int64_t item, hw_arena *arena,
                            const char **holder, const char **seal, hw_err *err) {
  chain self = {.report = ignore};
  HW_TRY(walk_item(&self, store, item_kind, item, err));
  *holder = hw_arena_strdup(arena, self.holder);
  *seal = hw_arena_strdup(arena, self.seal);
  return *holder != NULL && *seal != NULL ? HW_OK : HW_NO_MEMORY(err, "a holder");
}
