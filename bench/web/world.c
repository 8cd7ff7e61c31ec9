/* What a load test knows of the database that it asks for.
 *
 * Codes are chosen at random over the whole database before the load begins, a few thousand of
 * each kind, so that pages are asked for that nobody has just looked at. Users are registered
 * here and not by the command, for two hundred passwords would take a minute to hash: all have the
 * same password, kept once. Comparing it at the login costs what it costs everybody.
 *
 * Every write of a load test bears a reason that no other bears. An acknowledged write whose
 * reason is not in the audit chain is lost. */
#include "web/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/account.h"
#include "app/app.h"
#include "base/secret.h"
#include "common.h"

enum { MOST_OF_POOL = 4000 };

static const hw_kind_id kinds[WORLD_N_POOLS] = {[WORLD_FAMILY] = HW_KIND_FAMILY,
                                                [WORLD_MISSING] = HW_KIND_PERSON,
                                                [WORLD_REMAINS] = HW_KIND_SAMPLE,
                                                [WORLD_DOSSIER] = HW_KIND_DOSSIER,
                                                [WORLD_SITE] = HW_KIND_SITE,
                                                [WORLD_ACCESSION] = HW_KIND_ACCESSION,
                                                [WORLD_SPECIMEN] = HW_KIND_SPECIMEN,
                                                [WORLD_PERSON] = HW_KIND_PERSON,
                                                [WORLD_IDENTIFICATION] = HW_KIND_IDENTIFICATION,
                                                [WORLD_RUN] = HW_KIND_RUN};

/* --- users --- */

world_role world_role_of(int user) {
  static const world_role roles[] = {WORLD_READER,   WORLD_ANALYST, WORLD_REVIEWER, WORLD_OFFICER,
                                     WORLD_BOARD,    WORLD_READER,  WORLD_ANALYST,  WORLD_REVIEWER,
                                     WORLD_REVIEWER, WORLD_READER};
  return roles[user % 10];
}

static const char *permissions_of(int user) {
  static const char *const words[] = {[WORLD_READER] = "",
                                      [WORLD_ANALYST] = "write",
                                      [WORLD_REVIEWER] = "review",
                                      [WORLD_OFFICER] = "write names",
                                      [WORLD_BOARD] = "decide names"};
  return words[world_role_of(user)];
}

static void add_user(hw_store *store, const char *code, const char *permissions, const char *kept,
                     hw_err *err) {
  hw_record actor, credential;
  hw_record_init(&actor, HW_KIND_ACTOR);
  hw_record_set_text(&actor, HW_FIELD_ACTOR_CODE, code);
  hw_record_set_text(&actor, HW_FIELD_ACTOR_PERMISSIONS, permissions);
  check(hw_store_add(store, &actor, err), err);
  hw_record_init(&credential, HW_KIND_CREDENTIAL);
  hw_record_set_int(&credential, HW_FIELD_CREDENTIAL_ACTOR, actor.id);
  hw_record_set_text(&credential, HW_FIELD_CREDENTIAL_PASSWORD, kept);
  check(hw_store_add(store, &credential, err), err);
}

static void register_users(hw_app *app, int n) {
  hw_err err = HW_ERR_INIT;
  char kept[HW_PASSWORD_HASH_SIZE];
  check(hw_password_format(WORLD_PASSWORD, kept, &err), &err);
  check(hw_app_begin(app, HW_MAY_ADMINISTER, "account", "load test", &err), &err);
  for (int i = 0; i < n; i++) {
    char code[32];
    int64_t id = 0;
    snprintf(code, sizeof code, "load-%d", i + 1);
    check(hw_store_find_code(app->store, HW_KIND_ACTOR, code, &id, &err), &err);
    if (id == 0) add_user(app->store, code, permissions_of(i), kept, &err);
  }
  check(hw_store_commit(app->store, &err), &err);
}

/* --- what there is --- */

static bool fits(world_pool pool, const hw_record *record) {
  if (record->withdrawn != NULL) return false;
  if (pool == WORLD_MISSING)
    return strcmp(hw_record_text(record, HW_FIELD_PERSON_ROLE), "missing") == 0;
  if (pool == WORLD_REMAINS) return hw_record_is_null(record, HW_FIELD_SAMPLE_PERSON);
  if (pool == WORLD_IDENTIFICATION) {
    const char *state = hw_record_text(record, HW_FIELD_IDENTIFICATION_STATE);
    return strcmp(state, "candidate") == 0 || strcmp(state, "reviewed") == 0;
  }
  return true;
}

static int64_t last_id(hw_store *store, hw_kind_id kind) {
  hw_err err = HW_ERR_INIT;
  int64_t n = 0;
  check(hw_store_count(store, kind, &n, &err), &err); /* rows are never deleted */
  return n;
}

static void fill_pool(world *self, hw_store *store, world_pool pool, hw_random *random) {
  hw_err err = HW_ERR_INIT;
  const hw_kind_id kind = kinds[pool];
  const int64_t n = last_id(store, kind);
  hw_arena arena;
  self->pools[pool].codes = allocate(MOST_OF_POOL, sizeof *self->pools[pool].codes);
  self->pools[pool].ids = allocate(MOST_OF_POOL, sizeof *self->pools[pool].ids);
  hw_arena_init(&arena, 0);
  for (int i = 0; n > 0 && i < 4 * MOST_OF_POOL && self->pools[pool].n < MOST_OF_POOL; i++) {
    const int64_t id = 1 + (int64_t)hw_random_below(random, (uint64_t)n);
    hw_record record;
    hw_str code = HW_STR_INIT;
    check(hw_store_get(store, kind, id, &arena, &record, &err), &err);
    if (!fits(pool, &record)) continue;
    check(hw_store_code(store, kind, id, &code, &err), &err);
    self->pools[pool].ids[self->pools[pool].n] = id;
    self->pools[pool].codes[self->pools[pool].n++] = strdup(hw_str_text(&code));
    hw_str_clear(&code);
    hw_arena_reset(&arena);
  }
  hw_arena_clear(&arena);
}

void world_open(world *self, const char *location, int n_users, uint64_t seed) {
  hw_err err = HW_ERR_INIT;
  hw_app app;
  hw_random root;
  uint8_t hash[HW_DIGEST_SIZE];
  *self = (world){.location = location};
  hw_random_init(&root, seed);
  /* Whoever made the database is its first actor. */
  check(hw_app_open(&app, location, HW_DB_WRITE, &(hw_who){0}, &err), &err);
  hw_record first;
  hw_arena arena;
  hw_arena_init(&arena, 0);
  check(hw_store_get(app.store, HW_KIND_ACTOR, 1, &arena, &first, &err), &err);
  check(hw_app_become(&app, hw_record_text(&first, HW_FIELD_ACTOR_CODE), &err), &err);
  hw_arena_clear(&arena);
  register_users(&app, n_users);
  self->n_persons = last_id(app.store, HW_KIND_PERSON);
  for (int p = 0; p < WORLD_N_POOLS; p++) {
    hw_random random = hw_random_split(&root, (uint64_t)p);
    fill_pool(self, app.store, (world_pool)p, &random);
  }
  check(hw_store_head(app.store, &self->head, hash, &err), &err);
  hw_app_close(&app);
}

void world_close(world *self) {
  for (int p = 0; p < WORLD_N_POOLS; p++) {
    for (int i = 0; i < self->pools[p].n; i++) free(self->pools[p].codes[i]);
    free(self->pools[p].codes);
    free(self->pools[p].ids);
  }
}

const char *world_pick(const world *self, world_pool pool, hw_random *random) {
  const int n = self->pools[pool].n;
  return n > 0 ? self->pools[pool].codes[hw_random_below(random, (uint64_t)n)] : NULL;
}

int64_t world_pick_id(const world *self, world_pool pool, hw_random *random) {
  const int n = self->pools[pool].n;
  return n > 0 ? self->pools[pool].ids[hw_random_below(random, (uint64_t)n)] : 0;
}

/* --- what was written --- */

typedef struct reasons {
  char **texts;
  size_t n, capacity;
} reasons;

static hw_status take_reason(void *context, const hw_audit_entry *entry, hw_err *err) {
  reasons *self = context;
  (void)err;
  if (self->n == self->capacity) {
    self->capacity = 2 * self->capacity + 1024;
    self->texts = realloc(self->texts, self->capacity * sizeof *self->texts);
    if (self->texts == NULL) abort();
  }
  self->texts[self->n++] = strdup(entry->reason);
  return HW_OK;
}

static int compare(const void *a, const void *b) {
  return strcmp(*(char *const *)a, *(char *const *)b);
}

world_written world_compare(const world *self, char **acknowledged, size_t n) {
  hw_err err = HW_ERR_INIT;
  hw_app app;
  reasons found = {0};
  world_written out = {0};
  check(hw_app_open(&app, self->location, HW_DB_READ, &(hw_who){0}, &err), &err);
  check(hw_store_audit(app.store, self->head + 1, take_reason, &found, &err), &err);
  hw_app_close(&app);
  if (found.n > 0) qsort(found.texts, found.n, sizeof *found.texts, compare);
  if (n > 0) qsort(acknowledged, n, sizeof *acknowledged, compare);
  for (size_t i = 0, j = 0; i < n; i++) {
    while (j < found.n && strcmp(found.texts[j], acknowledged[i]) < 0) j++;
    const bool is_there = j < found.n && strcmp(found.texts[j], acknowledged[i]) == 0;
    out.n_found += is_there;
    out.n_lost += !is_there;
    j += is_there;
  }
  out.n_entries = found.n;
  for (size_t i = 0; i < found.n; i++) free(found.texts[i]);
  free(found.texts);
  return out;
}
