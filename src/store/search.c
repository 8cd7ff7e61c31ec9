/* Finding records by code and by name.
 *
 * Every word of a person's name stands folded in name_word, and once more the
 * whole name: its words folded and sorted, then as they are compared exactly.
 *
 *     nguyen, van, hung, =hung nguyen van=nguyễn văn hùng
 *
 * So a search has two steps:
 *
 *   1. names of just these words, in any order, stand together, those that are
 *      written alike next to each other: how well they fit is known without
 *      reading a name, and of each spelling as many are taken as are wanted;
 *   2. names that have these words among others: the index is walked under the
 *      rarest word, and the others are looked up for the same name. They are all
 *      alike as hits, so that the walk ends when there are enough.
 *
 * Nothing is left out, and nothing walks a whole table: "nguyen" fits every third
 * person, but a few of them are enough, and a query of common words that seldom
 * meet costs one look-up for each name that has the rarest. */
#include "store/search.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/fold.h"
#include "store/store_int.h"

/* Words of one name, or of one query, that count; what comes after is not indexed. SQLite joins no
 * more tables than these. */
enum { MOST_WORDS = 64 };

/* --- the words of names --- */

/* The words of a text, folded, sorted, each once. */
typedef struct name_words {
  char *text; /* folded, with the words' ends marked */
  const char *words[MOST_WORDS];
  int n;
} name_words;

static int compare_words(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* @param folded  what hw_fold_key made. Clear with words_clear, whatever is returned. */
static hw_status words_init(name_words *self, const char *folded, hw_err *err) {
  *self = (name_words){.text = strdup(folded)};
  if (self->text == NULL) return HW_NO_MEMORY(err, "the words of a name");
  int n = 0;
  for (char *at = self->text; *at != '\0' && n < MOST_WORDS;) {
    self->words[n++] = at;
    at = strchr(at, ' ');
    if (at == NULL) break;
    *at++ = '\0';
  }
  if (n > 1) qsort(self->words, (size_t)n, sizeof *self->words, compare_words);
  for (int i = 0; i < n; i++)
    if (i == 0 || strcmp(self->words[i], self->words[self->n - 1]) != 0)
      self->words[self->n++] = self->words[i];
  return HW_OK;
}

static void words_clear(name_words *self) {
  free(self->text);
  self->text = NULL;
}

/* True if self has every word of `other`. */
static bool words_include(const name_words *self, const name_words *other) {
  int i = 0, n_found = 0;
  while (i < self->n && n_found < other->n) {
    int order = strcmp(self->words[i], other->words[n_found]);
    if (order > 0) return false;
    n_found += order == 0;
    i++;
  }
  return n_found == other->n;
}

/* What begins the key of all names of these words; no word holds "=". */
static hw_status append_key(const name_words *self, hw_str *out, hw_err *err) {
  for (int i = 0; i < self->n; i++) {
    hw_str_append(out, i == 0 ? "=" : " ");
    hw_str_append(out, self->words[i]);
  }
  hw_str_append(out, "=");
  return hw_str_status(out) == HW_OK ? HW_OK : HW_NO_MEMORY(err, "the words of a name");
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
  const char *text = hw_record_text(name, HW_FIELD_PERSON_NAME_NAME);
  hw_str folded = HW_STR_INIT, key = HW_STR_INIT;
  name_words all = {.text = NULL};
  hw_status status = hw_fold_key(text, &folded, err);
  if (status == HW_OK) status = words_init(&all, hw_str_text(&folded), err);
  for (int i = 0; i < all.n && status == HW_OK; i++)
    status = add_word(self, all.words[i], name->id, err);
  if (status == HW_OK) status = append_key(&all, &key, err);
  if (status == HW_OK) status = hw_fold_exact(text, &key, err);
  if (status == HW_OK && all.n > 0) status = add_word(self, hw_str_text(&key), name->id, err);
  words_clear(&all);
  hw_str_clear(&folded);
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
  int first_name; /* the hits of names begin here */
  bool is_cut;
  hw_str exact, folded; /* what was typed */
  name_words words;     /* of it */
} search;

static hw_status add_hit(search *self, hw_hit hit, hw_err *err) {
  if (self->n == self->capacity) {
    if (self->capacity > INT32_MAX / 2) return HW_NO_MEMORY(err, "what was found");
    int capacity = self->capacity > 0 ? 2 * self->capacity : 64;
    hw_hit *larger = realloc(self->hits, (size_t)capacity * sizeof *larger);
    if (larger == NULL) return HW_NO_MEMORY(err, "what was found");
    self->hits = larger;
    self->capacity = capacity;
  }
  self->hits[self->n++] = hit;
  return HW_OK;
}

static int compare_records(const void *a, const void *b) {
  const hw_hit *x = a, *y = b;
  if (x->kind != y->kind) return x->kind < y->kind ? -1 : 1;
  if (x->id != y->id) return x->id < y->id ? -1 : 1;
  if (x->quality != y->quality) return x->quality < y->quality ? -1 : 1;
  return x->name < y->name ? -1 : x->name > y->name;
}

static int compare_hits(const void *a, const void *b) {
  const hw_hit *x = a, *y = b;
  if (x->quality != y->quality) return x->quality < y->quality ? -1 : 1;
  return compare_records(a, b);
}

/* Keeps the best hit of each record from `first` on. */
static void keep_best(search *self, int first) {
  int kept = first;
  if (self->n - first < 2) return;
  qsort(self->hits + first, (size_t)(self->n - first), sizeof *self->hits, compare_records);
  for (int i = first; i < self->n; i++)
    if (i == first || self->hits[kept - 1].kind != self->hits[i].kind ||
        self->hits[kept - 1].id != self->hits[i].id)
      self->hits[kept++] = self->hits[i];
  self->n = kept;
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

/* How a name fits; HW_HIT_CODE_PREFIX if it does not: it is no longer what was indexed.
 * @param spelling  what it was when it was indexed; NULL = not known */
static hw_status judge(const search *self, const char *text, const char *spelling,
                       hw_hit_quality *out, hw_err *err) {
  hw_str exact = HW_STR_INIT, folded = HW_STR_INIT;
  name_words its = {.text = NULL};
  hw_status status = hw_fold_exact(text, &exact, err);
  if (status == HW_OK) status = hw_fold_key(text, &folded, err);
  if (status == HW_OK) status = words_init(&its, hw_str_text(&folded), err);
  const bool fits = status == HW_OK && words_include(&its, &self->words) &&
                    (spelling == NULL || strcmp(hw_str_text(&exact), spelling) == 0);
  if (!fits)
    *out = HW_HIT_CODE_PREFIX;
  else if (strcmp(hw_str_text(&exact), hw_str_text(&self->exact)) == 0)
    *out = HW_HIT_NAME_EXACT;
  else if (strcmp(hw_str_text(&folded), hw_str_text(&self->folded)) == 0)
    *out = HW_HIT_NAME_FOLDED;
  else
    *out = its.n == self->words.n ? HW_HIT_NAME_WORDS : HW_HIT_NAME_PART;
  words_clear(&its);
  hw_str_clear(&exact);
  hw_str_clear(&folded);
  return status;
}

/* The hit that came last is of a record that another one has brought, from `first` on. */
static bool is_known(const search *self, int first) {
  const hw_hit *last = &self->hits[self->n - 1];
  for (int i = first; i < self->n - 1; i++)
    if (self->hits[i].id == last->id) return true;
  return false;
}

/* Takes a name, if it fits and none of its person has come from the hit `first` on. */
static hw_status take_name(search *self, int64_t name, const char *spelling, int first,
                           hw_err *err) {
  hw_query *query = NULL;
  bool has_row = false;
  hw_hit hit = {.kind = HW_KIND_PERSON, .quality = HW_HIT_CODE_PREFIX, .name = name};
  HW_TRY(hw_db_query(self->store->db,
                     "SELECT person,name FROM person_name WHERE id=$1 AND row_withdrawn IS NULL",
                     &query, err));
  hw_query_bind_int(query, 1, name);
  hw_status status = hw_query_step(query, &has_row, err);
  if (status == HW_OK && has_row) {
    hit.id = hw_query_int(query, 0);
    status = judge(self, hwp_query_text(query, 1), spelling, &hit.quality, err);
  }
  hw_query_done(query);
  if (status != HW_OK || hit.quality == HW_HIT_CODE_PREFIX) return status;
  HW_TRY(add_hit(self, hit, err));
  if (is_known(self, first)) self->n--;
  return HW_OK;
}

/* Step 1: names of just these words. Of each spelling one more person than wanted is enough. */
static hw_status walk_keys(search *self, hw_err *err) {
  hw_query *query = NULL;
  hw_str from = HW_STR_INIT, to = HW_STR_INIT, last = HW_STR_INIT;
  bool has_row = false;
  int first = self->n;
  hw_status status = append_key(&self->words, &from, err);
  if (status == HW_OK) status = append_key(&self->words, &to, err);
  if (status == HW_OK) to.bytes[to.length - 1] = '=' + 1;
  if (status == HW_OK)
    status =
        hw_db_query(self->store->db,
                    "SELECT word,name FROM name_word WHERE word>=$1 AND word<$2 ORDER BY word,name",
                    &query, err);
  if (status == HW_OK) hw_query_bind_text(query, 1, hw_str_text(&from));
  if (status == HW_OK) hw_query_bind_text(query, 2, hw_str_text(&to));
  while (status == HW_OK && (status = hw_query_step(query, &has_row, err)) == HW_OK && has_row) {
    const char *key = hwp_query_text(query, 0);
    if (strcmp(key, hw_str_text(&last)) != 0) {
      last.length = 0;
      hw_str_append(&last, key);
      first = self->n;
    }
    if (self->n - first > self->most) continue;
    status = hw_str_status(&last) == HW_OK
                 ? take_name(self, hw_query_int(query, 1), key + from.length, first, err)
                 : HW_NO_MEMORY(err, "a search");
  }
  hw_query_done(query);
  hw_str_clear(&from);
  hw_str_clear(&to);
  hw_str_clear(&last);
  return status;
}

/* A word of the query, and how many names have it. */
typedef struct common_word {
  const char *word;
  double weight; /* a count, or more than all counts and growing with the share of names */
} common_word;

/* Weighs a word by the first names that have it: few, or so many among so many ids. */
static hw_status weigh(search *self, common_word *word, hw_err *err) {
  enum { SAMPLE = 4096 };
  hw_query *query = NULL;
  bool has_row = false;
  HW_TRY(hw_db_query(self->store->db,
                     "SELECT count(*),max(name)-min(name) FROM (SELECT name FROM name_word WHERE "
                     "word=$1 ORDER BY name LIMIT $2) AS w",
                     &query, err));
  hw_query_bind_text(query, 1, word->word);
  hw_query_bind_int(query, 2, SAMPLE);
  hw_status status = hw_query_step(query, &has_row, err);
  if (status == HW_OK && has_row) word->weight = (double)hw_query_int(query, 0);
  if (word->weight >= SAMPLE)
    word->weight += SAMPLE * word->weight / (1.0 + (double)hw_query_int(query, 1));
  hw_query_done(query);
  return status;
}

static int compare_weights(const void *a, const void *b) {
  const common_word *x = a, *y = b;
  if (x->weight != y->weight) return x->weight < y->weight ? -1 : 1;
  return strcmp(x->word, y->word);
}

/* Opens the walk over names that have all words; NULL if some word is in none. CROSS JOIN: the
 * order of the tables, rarest word first, is that of the walk. */
static hw_status query_all_words(search *self, hw_query **out, hw_err *err) {
  const int n = self->words.n;
  common_word by_weight[MOST_WORDS] = {{NULL, 0}};
  hw_str sql = HW_STR_INIT;
  *out = NULL;
  for (int i = 0; i < n; i++) {
    by_weight[i].word = self->words.words[i];
    HW_TRY(weigh(self, &by_weight[i], err));
  }
  qsort(by_weight, (size_t)n, sizeof *by_weight, compare_weights);
  if (by_weight[0].weight == 0) return HW_OK;
  hw_str_append(&sql, "SELECT w1.name FROM name_word AS w1");
  for (int i = 2; i <= n; i++) hw_str_append_format(&sql, " CROSS JOIN name_word AS w%d", i);
  hw_str_append(&sql, " WHERE w1.word=$1");
  for (int i = 2; i <= n; i++)
    hw_str_append_format(&sql, " AND w%d.word=$%d AND w%d.name=w1.name", i, i, i);
  hw_str_append(&sql, " ORDER BY w1.name");
  hw_status status = hw_str_status(&sql) == HW_OK
                         ? hw_db_query(self->store->db, hw_str_text(&sql), out, err)
                         : HW_NO_MEMORY(err, "a search");
  hw_str_clear(&sql);
  for (int i = 0; i < n && status == HW_OK; i++) hw_query_bind_text(*out, i + 1, by_weight[i].word);
  return status;
}

/* Step 2: names that have these words among others, until there are more persons than wanted. */
static hw_status walk_words(search *self, hw_err *err) {
  hw_query *query = NULL;
  bool has_row = false;
  HW_TRY(query_all_words(self, &query, err));
  if (query == NULL) return HW_OK;
  hw_status status = HW_OK;
  /* A person's better name has come before: first they are those of step 1, then equals. */
  while (status == HW_OK && self->n - self->first_name <= self->most &&
         (status = hw_query_step(query, &has_row, err)) == HW_OK && has_row)
    status = take_name(self, hw_query_int(query, 0), NULL, self->first_name, err);
  hw_query_done(query);
  return status;
}

static hw_status find_names(search *self, hw_err *err) {
  self->first_name = self->n;
  HW_TRY(words_init(&self->words, hw_str_text(&self->folded), err));
  if (self->words.n == 0) return HW_OK;
  HW_TRY(walk_keys(self, err));
  keep_best(self, self->first_name);
  return self->n - self->first_name <= self->most ? walk_words(self, err) : HW_OK;
}

/* --- all --- */

/* Sorts, and keeps the best hit of each record. */
static void tidy(search *self) {
  keep_best(self, 0);
  if (self->n > 1) qsort(self->hits, (size_t)self->n, sizeof *self->hits, compare_hits);
  if (self->n <= self->most) return;
  self->is_cut = true;
  self->n = self->most;
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
  words_clear(&self.words);
  hw_str_clear(&self.exact);
  hw_str_clear(&self.folded);
  return status;
}
