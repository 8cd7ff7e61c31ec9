/* Finding records by code and by name.
 *
 * Every word of a person's name stands folded in name_word. A query's rarest
 * word gives the candidates, the others are looked up one by one; "nguyen"
 * alone fits every third person, so counting stops at CANDIDATES and the answer
 * says that there are more. Nothing here walks a whole table. */
#include "store/search.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/fold.h"
#include "store/store_int.h"

/* Most names that one query looks at; a hundredth of a second. */
enum { CANDIDATES = 20000, MOST_WORDS = 12 };

/* --- the words of names --- */

/* Splits folded text in place. @return number of words, at most MOST_WORDS */
static int split(char *text, const char **words) {
  int n = 0;
  for (char *at = text; *at != '\0' && n < MOST_WORDS;) {
    words[n++] = at;
    at = strchr(at, ' ');
    if (at == NULL) break;
    *at++ = '\0';
  }
  return n;
}

static hw_status add_word(hw_store *self, const char *word, int64_t name, hw_err *err) {
  hw_query *query = NULL;
  HW_TRY(hw_db_query(self->db,
                     "INSERT INTO name_word (id,word,name) VALUES ((SELECT coalesce(max(id),0)+1 "
                     "FROM name_word),$1,$2) ON CONFLICT DO NOTHING",
                     &query, err));
  hw_query_bind_text(query, 1, word);
  hw_query_bind_int(query, 2, name);
  hw_status status = hw_query_run(query, err);
  hw_query_done(query);
  return status;
}

hw_status hwp_store_index_name(hw_store *self, const hw_record *name, hw_err *err) {
  hw_str key = HW_STR_INIT;
  const char *words[MOST_WORDS];
  hw_status status = hw_fold_key(hw_record_text(name, HW_FIELD_PERSON_NAME_NAME), &key, err);
  int n = status == HW_OK && key.length > 0 ? split(key.bytes, words) : 0;
  for (int i = 0; i < n && status == HW_OK; i++) status = add_word(self, words[i], name->id, err);
  hw_str_clear(&key);
  return status;
}

/* --- a search --- */

typedef struct search {
  hw_store *store;
  hw_kind_id kind;
  int most;
  hw_hit *hits; /* room for all that can come before sorting */
  int n, capacity;
  bool is_cut;
  hw_str exact, folded; /* what was typed */
} search;

static hw_status add_hit(search *self, hw_hit hit, hw_err *err) {
  for (int i = self->n - 1; i >= 0 && self->n <= 64; i--)
    if (self->hits[i].kind == hit.kind && self->hits[i].id == hit.id) return HW_OK;
  if (self->n == self->capacity) {
    int capacity = self->capacity > 0 ? 2 * self->capacity : 64;
    hw_hit *larger = realloc(self->hits, (size_t)capacity * sizeof *larger);
    if (larger == NULL) return HW_NO_MEMORY(err, "what was found");
    self->hits = larger;
    self->capacity = capacity;
  }
  self->hits[self->n++] = hit;
  return HW_OK;
}

/* --- codes --- */

/* What sorts behind every text that begins with this one. */
static hw_status end_of_prefix(const char *text, hw_str *out, hw_err *err) {
  hw_str_append(out, text);
  hw_str_append(out, "\xf4\x8f\xbf\xbf"); /* the last code point */
  return hw_str_status(out) == HW_OK ? HW_OK : HW_NO_MEMORY(err, "a search");
}

/* Runs a statement that gives (id, code[, item_kind]) for codes from $1 to $2, at most $3. */
static hw_status find_range(search *self, const char *sql, const char *text, hw_kind_id kind,
                            hw_err *err) {
  hw_str end = HW_STR_INIT;
  hw_query *query = NULL;
  hw_status status = end_of_prefix(text, &end, err);
  if (status == HW_OK) status = hw_db_query(self->store->db, sql, &query, err);
  bool has_row = false;
  int n = 0;
  if (status == HW_OK) {
    hw_query_bind_text(query, 1, text);
    hw_query_bind_text(query, 2, hw_str_text(&end));
    hw_query_bind_int(query, 3, self->most + 1);
  }
  while (status == HW_OK && (status = hw_query_step(query, &has_row, err)) == HW_OK && has_row) {
    if (++n > self->most) {
      self->is_cut = true;
      break;
    }
    hw_hit hit = {.kind = kind, .id = hw_query_int(query, 0)};
    hit.quality = strcmp(hwp_query_text(query, 1), text) == 0 ? HW_HIT_CODE : HW_HIT_CODE_PREFIX;
    if (kind == HW_KIND_NONE) {
      const hw_kind *item = hw_kind_find(hwp_query_text(query, 2));
      if (item == NULL) continue;
      hit.kind = item->id;
    }
    if (self->kind == HW_KIND_NONE || self->kind == hit.kind) status = add_hit(self, hit, err);
  }
  hw_query_done(query);
  hw_str_clear(&end);
  return status;
}

static hw_status find_codes(search *self, const char *text, hw_err *err) {
  for (int k = 0; k < HW_KIND_COUNT; k++) {
    const hw_kind *kind = hw_kind_get((hw_kind_id)k);
    int code = hw_kind_code_field(kind);
    if (code < 0 || k == HW_KIND_IMPORT || (self->kind != HW_KIND_NONE && self->kind != kind->id))
      continue;
    hw_str sql = HW_STR_INIT;
    hw_str_append_format(&sql,
                         "SELECT id,\"%s\" FROM \"%s\" WHERE \"%s\">=$1 AND \"%s\"<$2 ORDER BY "
                         "\"%s\" LIMIT $3",
                         kind->fields[code].name, kind->name, kind->fields[code].name,
                         kind->fields[code].name, kind->fields[code].name);
    hw_status status = hw_str_status(&sql) == HW_OK
                           ? find_range(self, hw_str_text(&sql), text, kind->id, err)
                           : HW_NO_MEMORY(err, "a search");
    hw_str_clear(&sql);
    HW_TRY(status);
  }
  return find_range(self,
                    "SELECT item,number,item_kind FROM item_number WHERE number>=$1 AND number<$2 "
                    "ORDER BY number LIMIT $3",
                    text, HW_KIND_NONE, err);
}

/* --- names --- */

static hw_status count_word(search *self, const char *word, int64_t *out, hw_err *err) {
  hw_query *query = NULL;
  bool has_row = false;
  *out = 0;
  HW_TRY(hw_db_query(self->store->db,
                     "SELECT count(*) FROM (SELECT 1 FROM name_word WHERE word=$1 LIMIT $2) AS w",
                     &query, err));
  hw_query_bind_text(query, 1, word);
  hw_query_bind_int(query, 2, CANDIDATES + 1);
  hw_status status = hw_query_step(query, &has_row, err);
  if (status == HW_OK && has_row) *out = hw_query_int(query, 0);
  hw_query_done(query);
  return status;
}

static hw_status has_word(search *self, const char *word, int64_t name, bool *out, hw_err *err) {
  hw_query *query = NULL;
  HW_TRY(hw_db_query(self->store->db, "SELECT 1 FROM name_word WHERE word=$1 AND name=$2", &query,
                     err));
  hw_query_bind_text(query, 1, word);
  hw_query_bind_int(query, 2, name);
  hw_status status = hw_query_step(query, out, err);
  hw_query_done(query);
  return status;
}

static int count_blanks(const char *text) {
  int n = 0;
  for (; *text != '\0'; text++) n += *text == ' ';
  return n;
}

/* How well a name fits; false if it no longer has the words (it was changed) or is withdrawn. */
static hw_status judge(search *self, const hw_record *name, int n_words, bool *fits, hw_hit *hit,
                       hw_err *err) {
  const char *text = hw_record_text(name, HW_FIELD_PERSON_NAME_NAME);
  hw_str exact = HW_STR_INIT, folded = HW_STR_INIT;
  hw_status status = hw_fold_exact(text, &exact, err);
  if (status == HW_OK) status = hw_fold_key(text, &folded, err);
  *fits = status == HW_OK && name->withdrawn == NULL;
  if (status == HW_OK && strcmp(hw_str_text(&exact), hw_str_text(&self->exact)) == 0)
    hit->quality = HW_HIT_NAME_EXACT;
  else if (status == HW_OK && strcmp(hw_str_text(&folded), hw_str_text(&self->folded)) == 0)
    hit->quality = HW_HIT_NAME_FOLDED;
  else if (count_blanks(hw_str_text(&folded)) + 1 == n_words)
    hit->quality = HW_HIT_NAME_WORDS;
  else
    hit->quality = HW_HIT_NAME_PART;
  hw_str_clear(&exact);
  hw_str_clear(&folded);
  return status;
}

static hw_status take_name(search *self, int64_t name, int n_words, hw_err *err) {
  hw_arena arena;
  hw_record record;
  bool fits = false;
  hw_arena_init(&arena, 0);
  hw_status status = hw_store_get(self->store, HW_KIND_PERSON_NAME, name, &arena, &record, err);
  hw_hit hit = {.kind = HW_KIND_PERSON, .name = name};
  if (status == HW_OK) status = judge(self, &record, n_words, &fits, &hit, err);
  hit.id = status == HW_OK ? hw_record_int(&record, HW_FIELD_PERSON_NAME_PERSON) : 0;
  if (status == HW_OK && fits) status = add_hit(self, hit, err);
  hw_arena_clear(&arena);
  return status;
}

/* Names that have the rarest word and all others. */
static hw_status walk_names(search *self, const char **words, int n_words, int rarest,
                            hw_err *err) {
  hw_query *query = NULL;
  bool has_row = false;
  int n_taken = 0;
  HW_TRY(hw_db_query(self->store->db,
                     "SELECT name FROM name_word WHERE word=$1 ORDER BY name LIMIT $2", &query,
                     err));
  hw_query_bind_text(query, 1, words[rarest]);
  hw_query_bind_int(query, 2, CANDIDATES);
  hw_status status;
  while ((status = hw_query_step(query, &has_row, err)) == HW_OK && has_row) {
    int64_t name = hw_query_int(query, 0);
    bool fits = true;
    for (int i = 0; i < n_words && fits && status == HW_OK; i++)
      if (i != rarest) status = has_word(self, words[i], name, &fits, err);
    if (status != HW_OK) break;
    if (!fits) continue;
    if (++n_taken > HW_SEARCH_MOST) {
      self->is_cut = true;
      break;
    }
    status = take_name(self, name, n_words, err);
    if (status != HW_OK) break;
  }
  hw_query_done(query);
  return status;
}

static hw_status find_names(search *self, hw_err *err) {
  const char *words[MOST_WORDS];
  char *copy = strdup(hw_str_text(&self->folded));
  if (copy == NULL) return HW_NO_MEMORY(err, "a search");
  int n = split(copy, words), rarest = 0;
  int64_t least = INT64_MAX;
  hw_status status = HW_OK;
  for (int i = 0; i < n && status == HW_OK; i++) {
    int64_t count = 0;
    status = count_word(self, words[i], &count, err);
    if (count < least) {
      least = count;
      rarest = i;
    }
  }
  if (least > CANDIDATES) self->is_cut = true;
  if (status == HW_OK && n > 0 && least > 0) status = walk_names(self, words, n, rarest, err);
  free(copy);
  return status;
}

/* --- all --- */

static int compare_hits(const void *a, const void *b) {
  const hw_hit *x = a, *y = b;
  if (x->quality != y->quality) return x->quality < y->quality ? -1 : 1;
  if (x->kind != y->kind) return x->kind < y->kind ? -1 : 1;
  return x->id < y->id ? -1 : x->id > y->id;
}

/* Sorts, and keeps the best hit of each record. */
static void tidy(search *self) {
  if (self->n > 1) qsort(self->hits, (size_t)self->n, sizeof *self->hits, compare_hits);
  int kept = 0;
  for (int i = 0; i < self->n && kept < self->most; i++) {
    bool is_known = false;
    for (int j = 0; j < kept && !is_known; j++)
      is_known = self->hits[j].kind == self->hits[i].kind && self->hits[j].id == self->hits[i].id;
    if (!is_known) self->hits[kept++] = self->hits[i];
  }
  if (kept == self->most && self->n > kept) self->is_cut = true;
  self->n = kept;
}

hw_status hw_store_search(hw_store *store, const char *text, hw_kind_id kind, bool use_names,
                          int most, hw_hit **hits, int *n_hits, bool *is_cut, hw_err *err) {
  search self = {
      .store = store, .kind = kind, .most = most < HW_SEARCH_MOST ? most : HW_SEARCH_MOST};
  *hits = NULL;
  *n_hits = 0;
  hw_status status = hw_fold_exact(text, &self.exact, err);
  if (status == HW_OK) status = hw_fold_key(text, &self.folded, err);
  if (status == HW_OK) status = find_codes(&self, text, err);
  if (status == HW_OK && use_names && (kind == HW_KIND_NONE || kind == HW_KIND_PERSON))
    status = find_names(&self, err);
  if (status == HW_OK) {
    tidy(&self);
    *hits = self.hits;
    *n_hits = self.n;
    *is_cut = self.is_cut;
  } else {
    free(self.hits);
  }
  hw_str_clear(&self.exact);
  hw_str_clear(&self.folded);
  return status;
}
