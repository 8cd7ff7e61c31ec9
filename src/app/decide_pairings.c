/* Identifications that stand, as pairings of a stored case.
 *
 * What was confirmed is a fact for later runs, and what was rejected is not
 * proposed again. Of one remains and one missing person there may be several
 * identifications, one after the other: rejected, and proposed again since new
 * evidence came. The newest one counts, so that a withdrawal frees a pairing and
 * a new proposal takes a rejection back without erasing it.
 *
 * A run can fix one remains for a missing person. Where several bones of one
 * person are confirmed the first fixes her place, and the others are taken: they
 * are hers, and must not be given to somebody else. Taken are also remains of
 * persons who are not compared any more, since their family is closed. */
#include <stdlib.h>
#include <string.h>

#include "app/decide.h"
#include "app/kept_run.h"
#include "base/check.h"

/* An identification that says confirmed or rejected, or did until a newer one came. */
typedef struct ruling {
  int64_t id, person, sample;
  int32_t remains;
  bool is_confirmed, is_rejected;
  const char *code, *reason;
} ruling;

typedef struct gathering {
  hw_app *app;
  const hw_stored_case *stored;
  hw_decided *out;
  hw_arena scratch;
  ruling *rulings;
  int32_t n, capacity;
} gathering;

static hw_status take(gathering *self, const hw_record *row, hw_err *err) {
  const char *state = hw_record_text(row, HW_FIELD_IDENTIFICATION_STATE);
  const int64_t sample = hw_record_int(row, HW_FIELD_IDENTIFICATION_SAMPLE);
  const int32_t remains = hwp_find_remains(self->stored, sample);
  if (remains < 0) return HW_OK;
  if (self->n == self->capacity) {
    int32_t larger = self->capacity > 0 ? 2 * self->capacity : 32;
    ruling *grown =
        larger > 0 ? hw_arena_alloc_array(&self->scratch, (size_t)larger, sizeof *grown) : NULL;
    if (grown == NULL) return HW_NO_MEMORY(err, "the decisions");
    if (self->n > 0) memcpy(grown, self->rulings, (size_t)self->n * sizeof *grown);
    self->rulings = grown;
    self->capacity = larger;
  }
  ruling *item = &self->rulings[self->n++];
  *item = (ruling){
      .id = row->id,
      .person = hw_record_int(row, HW_FIELD_IDENTIFICATION_PERSON),
      .sample = sample,
      .remains = remains,
      .is_confirmed = row->withdrawn == NULL && strcmp(state, "confirmed") == 0,
      .is_rejected = row->withdrawn == NULL && strcmp(state, "rejected") == 0,
      .code = hw_arena_strdup(&self->out->arena, hw_record_text(row, HW_FIELD_IDENTIFICATION_CODE)),
      .reason =
          hw_arena_strdup(&self->out->arena, hw_record_text(row, HW_FIELD_IDENTIFICATION_REASON))};
  return item->code != NULL && item->reason != NULL ? HW_OK : HW_NO_MEMORY(err, "the decisions");
}

static hw_status gather(gathering *self, hw_err *err) {
  hw_scan *scan = NULL;
  const hw_record *row = NULL;
  HW_TRY(hw_store_scan(self->app->store, HW_KIND_IDENTIFICATION, -1, NULL, &scan, err));
  hw_status status;
  while ((status = hw_scan_next(scan, &row, err)) == HW_OK && row != NULL) {
    status = take(self, row, err);
    if (status != HW_OK) break;
  }
  hw_scan_done(scan);
  return status;
}

/* By pair, the newest last. */
static int compare_pairs(const void *a, const void *b) {
  const ruling *x = a, *y = b;
  if (x->sample != y->sample) return x->sample < y->sample ? -1 : 1;
  if (x->person != y->person) return x->person < y->person ? -1 : 1;
  return (x->id > y->id) - (x->id < y->id);
}

static int compare_ids(const void *a, const void *b) {
  const ruling *x = a, *y = b;
  return (x->id > y->id) - (x->id < y->id);
}

/* Keeps the newest of each pair, and of those what is decided, by id. */
static void keep_newest(gathering *self) {
  int32_t n = 0;
  if (self->n == 0) return;
  qsort(self->rulings, (size_t)self->n, sizeof *self->rulings, compare_pairs);
  for (int32_t i = 0; i < self->n; i++) {
    const ruling *item = &self->rulings[i], *next = item + 1;
    if (i + 1 < self->n && next->sample == item->sample && next->person == item->person) continue;
    if (item->is_confirmed || item->is_rejected) self->rulings[n++] = *item;
  }
  self->n = n;
  if (n > 0) qsort(self->rulings, (size_t)n, sizeof *self->rulings, compare_ids);
}

/* --- places --- */

/* The family and place of a missing person; −1 = not compared. A person whom two families miss
 * has her place in the first. */
typedef struct place {
  int64_t person;
  int32_t family, missing;
} place;

static int compare_places(const void *a, const void *b) {
  const place *x = a, *y = b;
  if (x->person != y->person) return x->person < y->person ? -1 : 1;
  if (x->family != y->family) return x->family < y->family ? -1 : 1;
  return (x->missing > y->missing) - (x->missing < y->missing);
}

static hw_status list_places(gathering *self, place **out, size_t *n, hw_err *err) {
  const hw_case *problem = &self->stored->problem;
  *n = 0;
  for (int32_t f = 0; f < problem->n_families; f++) *n += (size_t)problem->families[f].n_missing;
  *out = hw_arena_alloc_array(&self->scratch, *n + 1, sizeof **out);
  if (*out == NULL) return HW_NO_MEMORY(err, "the missing persons");
  size_t at = 0;
  for (int32_t f = 0; f < problem->n_families; f++)
    for (int32_t k = 0; k < problem->families[f].n_missing; k++)
      (*out)[at++] = (place){hwp_missing_person(self->stored, f, k), f, k};
  if (*n > 0) qsort(*out, *n, sizeof **out, compare_places);
  return HW_OK;
}

/* Index of the first place of a person, or n. */
static size_t find_place(const place *places, size_t n, int64_t person) {
  size_t low = 0, high = n;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (places[middle].person < person)
      low = middle + 1;
    else
      high = middle;
  }
  return low < n && places[low].person == person ? low : n;
}

/* --- the lists --- */

typedef struct lists {
  hw_decided_pairing *fixed, *excluded;
  hw_decided_remains *taken;
} lists;

static hw_decided_pairing pairing_of(const ruling *item, const place *where) {
  return (hw_decided_pairing){.remains = item->remains,
                              .family = where->family,
                              .missing = where->missing,
                              .identification = item->id,
                              .code = item->code,
                              .reason = item->reason};
}

static hw_status add_taken(gathering *self, lists *to, const ruling *item, const char *first,
                           hw_err *err) {
  hw_str why = HW_STR_INIT;
  hw_str_append(&why, first != NULL ? "another bone of " : "is confirmed as ");
  hw_status status = hw_store_code(self->app->store, HW_KIND_PERSON, item->person, &why, err);
  if (first != NULL)
    hw_str_append_format(&why, " (%s)", first);
  else
    hw_str_append(&why, ", who is not compared");
  hw_decided_remains *taken = &to->taken[self->out->n_taken];
  *taken = (hw_decided_remains){.remains = item->remains,
                                .identification = item->id,
                                .code = item->code,
                                .why = hw_arena_strdup(&self->out->arena, hw_str_text(&why))};
  if (status == HW_OK && (taken->why == NULL || hw_str_status(&why) != HW_OK))
    status = HW_NO_MEMORY(err, "the decisions");
  hw_str_clear(&why);
  self->out->n_taken += status == HW_OK;
  return status;
}

/* A confirmed one fixes its pairing, unless an earlier one has fixed the person's place. */
static hw_status add_confirmed(gathering *self, lists *to, const ruling *item, const place *where,
                               hw_err *err) {
  if (where == NULL) return add_taken(self, to, item, NULL, err);
  for (int32_t i = 0; i < self->out->n_fixed; i++) {
    const hw_decided_pairing *other = &to->fixed[i];
    if (other->remains == item->remains) return HW_OK; /* 'homeward check' tells */
    if (other->family == where->family && other->missing == where->missing)
      return add_taken(self, to, item, other->code, err);
  }
  to->fixed[self->out->n_fixed++] = pairing_of(item, where);
  return HW_OK;
}

/* A rejected one excludes every place of the person. */
static void add_rejected(gathering *self, lists *to, const ruling *item, const place *places,
                         size_t n_places, size_t at) {
  for (; at < n_places && places[at].person == item->person; at++) {
    if (to->excluded != NULL) to->excluded[self->out->n_excluded] = pairing_of(item, &places[at]);
    self->out->n_excluded++;
  }
}

static hw_status make_lists(gathering *self, hw_err *err) {
  place *places = NULL;
  size_t n_places = 0, n = (size_t)self->n + 1;
  HW_TRY(list_places(self, &places, &n_places, err));
  hw_decided *out = self->out;
  lists to = {.fixed = hw_arena_alloc_array(&out->arena, n, sizeof *to.fixed),
              .taken = hw_arena_alloc_array(&out->arena, n, sizeof *to.taken)};
  if (to.fixed == NULL || to.taken == NULL) return HW_NO_MEMORY(err, "the decisions");
  for (int32_t i = 0; i < self->n; i++) { /* counts */
    const ruling *item = &self->rulings[i];
    if (item->is_rejected)
      add_rejected(self, &to, item, places, n_places, find_place(places, n_places, item->person));
  }
  to.excluded = hw_arena_alloc_array(&out->arena, (size_t)out->n_excluded + 1, sizeof *to.excluded);
  if (to.excluded == NULL) return HW_NO_MEMORY(err, "the decisions");
  out->fixed = to.fixed;
  out->taken = to.taken;
  out->excluded = to.excluded;
  out->n_excluded = 0;
  for (int32_t i = 0; i < self->n; i++) {
    const ruling *item = &self->rulings[i];
    size_t at = find_place(places, n_places, item->person);
    if (item->is_confirmed)
      HW_TRY(add_confirmed(self, &to, item, at < n_places ? &places[at] : NULL, err));
    else
      add_rejected(self, &to, item, places, n_places, at);
  }
  return HW_OK;
}

hw_status hw_decided_pairings(hw_app *app, const hw_stored_case *stored, hw_decided *out,
                              hw_err *err) {
  gathering self = {.app = app, .stored = stored, .out = out};
  bool is_mine = false;
  *out = (hw_decided){0};
  hw_arena_init(&out->arena, 0);
  hw_arena_init(&self.scratch, 0);
  hw_status status = hw_app_begin_read(app, &is_mine, err);
  if (status == HW_OK) status = gather(&self, err);
  if (status == HW_OK) {
    keep_newest(&self);
    status = make_lists(&self, err);
  }
  hw_app_end_read(app, is_mine);
  hw_arena_clear(&self.scratch);
  return status;
}

void hw_decided_clear(hw_decided *self) {
  hw_arena_clear(&self->arena);
  *self = (hw_decided){0};
}

/* --- for a joint run --- */

typedef struct pairing_list {
  hw_joint_pairing *items;
  size_t n;
} pairing_list;

static void add_all(pairing_list *list, const hw_decided_pairing *from, int32_t n,
                    const int32_t *first) {
  for (int32_t i = 0; i < n; i++)
    list->items[list->n++] =
        (hw_joint_pairing){from[i].remains, first[from[i].family] + from[i].missing};
}

/* Every pairing of the taken remains that counts. @param is_taken  by remains
 * @param items  NULL = count only */
static size_t add_taken_pairings(const hw_decided *self, const bool *is_taken,
                                 const hw_joint_options *options, int32_t n_targets,
                                 hw_joint_pairing *items) {
  size_t n = 0;
  if (options->candidates != NULL) {
    for (int64_t c = 0; c < options->n_candidates; c++)
      if (is_taken[options->candidates[c].remains]) {
        if (items != NULL) items[n] = options->candidates[c];
        n++;
      }
    return n;
  }
  if (items == NULL) return (size_t)self->n_taken * (size_t)n_targets;
  for (int32_t i = 0; i < self->n_taken; i++)
    for (int32_t t = 0; t < n_targets; t++)
      items[n++] = (hw_joint_pairing){self->taken[i].remains, t};
  return n;
}

/* Targets are numbered family by family. */
static int32_t number_targets(const hw_case *problem, int32_t *first) {
  int32_t n = 0;
  for (int32_t f = 0; f < problem->n_families; f++) {
    first[f] = n;
    n += problem->families[f].n_missing;
  }
  return n;
}

hw_status hw_decided_apply(hw_decided *self, const hw_case *problem, hw_joint_options *options,
                           hw_err *err) {
  int32_t *first =
      hw_arena_alloc_array(&self->arena, (size_t)problem->n_families + 1, sizeof *first);
  bool *is_taken =
      hw_arena_alloc_array(&self->arena, (size_t)problem->n_remains + 1, sizeof *is_taken);
  if (first == NULL || is_taken == NULL) return HW_NO_MEMORY(err, "the decisions");
  const int32_t n_targets = number_targets(problem, first);
  for (int32_t i = 0; i < self->n_taken; i++) is_taken[self->taken[i].remains] = true;
  const size_t n =
      (size_t)self->n_excluded + add_taken_pairings(self, is_taken, options, n_targets, NULL);
  pairing_list fixed = {0}, excluded = {0};
  if (n < INT32_MAX) {
    fixed.items =
        hw_arena_alloc_array(&self->arena, (size_t)self->n_fixed + 1, sizeof *fixed.items);
    excluded.items = hw_arena_alloc_array(&self->arena, n + 1, sizeof *excluded.items);
  }
  if (fixed.items == NULL || excluded.items == NULL) return HW_NO_MEMORY(err, "the decisions");
  add_all(&fixed, self->fixed, self->n_fixed, first);
  add_all(&excluded, self->excluded, self->n_excluded, first);
  excluded.n += add_taken_pairings(self, is_taken, options, n_targets, excluded.items + excluded.n);
  options->fixed = fixed.items;
  options->n_fixed = (int32_t)fixed.n;
  options->excluded = excluded.items;
  options->n_excluded = (int32_t)excluded.n;
  return HW_OK;
}

void hw_decided_json(const hw_decided *self, hw_str *out) {
  const char *comma = "";
  hw_str_append(out, "{\"fixed\":[");
  for (int32_t i = 0; i < self->n_fixed; i++, comma = ",")
    hw_str_append_format(out, "%s%lld", comma, (long long)self->fixed[i].identification);
  hw_str_append(out, "],\"excluded\":[");
  comma = "";
  for (int32_t i = 0; i < self->n_excluded; i++, comma = ",")
    hw_str_append_format(out, "%s%lld", comma, (long long)self->excluded[i].identification);
  hw_str_append(out, "],\"taken\":[");
  comma = "";
  for (int32_t i = 0; i < self->n_taken; i++, comma = ",")
    hw_str_append_format(out, "%s%lld", comma, (long long)self->taken[i].identification);
  hw_str_append(out, "]}");
}
