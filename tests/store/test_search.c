/* Searching names, against a slow twin that compares every name with what was typed.
 *
 * The names are drawn from a few words, so that most queries fit many of them; they
 * stand for nobody. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fold.h"
#include "store/search.h"
#include "store/store_support.h"
#include "support/assert.h"
#include "support/faults.h"

enum { N_PERSONS = 900, N_NAMES = 1500, MOST_HITS = HW_SEARCH_MOST };

static const char *const WORDS[] = {"Nguyễn", "NGUYEN", "Văn", "Vân",  "Trần", "Thị",
                                    "Hùng",   "Hưng",   "Đạt", "Dat!", "hung", "O'Neil"};

typedef struct name {
  int64_t id, person;
  char text[160];
  bool is_withdrawn;
} name;

static int64_t add_name(hw_store *store, int64_t person, const char *kind, const char *text) {
  hw_err err = HW_ERR_INIT;
  hw_record record;
  hw_record_init(&record, HW_KIND_PERSON_NAME);
  hw_record_set_int(&record, HW_FIELD_PERSON_NAME_PERSON, person);
  hw_record_set_text(&record, HW_FIELD_PERSON_NAME_KIND, kind);
  hw_record_set_text(&record, HW_FIELD_PERSON_NAME_NAME, text);
  hw_assert_ok(hw_store_add(store, &record, &err), &err);
  return record.id;
}

static void draw_words(hw_random *random, int n, char *out, size_t size) {
  out[0] = '\0';
  for (int i = 0; i < n; i++) {
    const char *word = WORDS[hw_random_below(random, sizeof WORDS / sizeof *WORDS)];
    const size_t at = strlen(out);
    snprintf(out + at, size - at, "%s%s", i > 0 ? " " : "", word);
  }
}

/* --- the twin --- */

/* True if every word of `few` is a word of `many`; both folded. */
static bool has_words(const char *many, const char *few) {
  char padded[300];
  snprintf(padded, sizeof padded, " %s ", many);
  while (*few != '\0') {
    const size_t n = strcspn(few, " ");
    char word[120];
    snprintf(word, sizeof word, " %.*s ", (int)n, few);
    if (strstr(padded, word) == NULL) return false;
    few += n + (few[n] == ' ');
  }
  return true;
}

/* Quality of a name, or −1. */
static int twin_quality(const char *typed, const char *text) {
  hw_err err = HW_ERR_INIT;
  hw_str exact[2] = {HW_STR_INIT, HW_STR_INIT}, folded[2] = {HW_STR_INIT, HW_STR_INIT};
  const char *const texts[] = {typed, text};
  int quality = -1;
  for (int i = 0; i < 2; i++) {
    hw_assert_ok(hw_fold_exact(texts[i], &exact[i], &err), &err);
    hw_assert_ok(hw_fold_key(texts[i], &folded[i], &err), &err);
  }
  if (strcmp(hw_str_text(&exact[0]), hw_str_text(&exact[1])) == 0)
    quality = HW_HIT_NAME_EXACT;
  else if (strcmp(hw_str_text(&folded[0]), hw_str_text(&folded[1])) == 0)
    quality = HW_HIT_NAME_FOLDED;
  else if (has_words(hw_str_text(&folded[1]), hw_str_text(&folded[0])))
    quality = has_words(hw_str_text(&folded[0]), hw_str_text(&folded[1])) ? HW_HIT_NAME_WORDS
                                                                          : HW_HIT_NAME_PART;
  for (int i = 0; i < 2; i++) {
    hw_str_clear(&exact[i]);
    hw_str_clear(&folded[i]);
  }
  return quality;
}

/* Best quality of each person, −1 where none of the names fits. @return persons that fit */
static int twin_search(const name *names, const char *typed, int best[N_PERSONS + 1]) {
  int n = 0;
  for (int p = 0; p <= N_PERSONS; p++) best[p] = -1;
  for (int i = 0; i < N_NAMES; i++) {
    const int quality = names[i].is_withdrawn ? -1 : twin_quality(typed, names[i].text);
    int *known = &best[names[i].person];
    if (quality >= 0 && *known < 0) n++;
    if (quality >= 0 && (*known < 0 || quality < *known)) *known = quality;
  }
  return n;
}

static void compare(hw_store *store, const name *names, const char *typed, int most) {
  hw_err err = HW_ERR_INIT;
  hw_hit *hits = NULL;
  int n = 0, best[N_PERSONS + 1], n_of[HW_HIT_CODE_PREFIX + 1] = {0};
  bool is_cut = false;
  const int n_fit = twin_search(names, typed, best);
  hw_assert_ok(hw_store_search(store, typed, HW_KIND_PERSON, true, most, &hits, &n, &is_cut, &err),
               &err);
  assert_int_equal(n, n_fit < most ? n_fit : most);
  assert_int_equal(is_cut, n_fit > most);
  for (int p = 1; p <= N_PERSONS; p++)
    if (best[p] >= 0) n_of[best[p]]++;
  for (int i = 0; i < n; i++) {
    assert_int_equal(hits[i].quality, best[hits[i].id]);
    best[hits[i].id] = -1; /* none comes twice */
    n_of[hits[i].quality]--;
    if (i > 0) assert_true(hits[i - 1].quality <= hits[i].quality);
  }
  /* What was left out is no better than what came last. */
  for (int q = 0; n > 0 && q < (int)hits[n - 1].quality; q++) assert_int_equal(n_of[q], 0);
  free(hits);
}

/* Two names for some, of which one has "Hoa", for a person's names are all different. */
static void add_names(hw_store *store, hw_random *random, name *names) {
  store_test_begin(store, "names");
  for (int p = 0; p < N_PERSONS; p++) {
    char code[16];
    snprintf(code, sizeof code, "X%d", p);
    assert_int_equal(store_test_person(store, code), p + 1);
  }
  for (int i = 0; i < N_NAMES; i++) {
    char words[100];
    draw_words(random, 1 + (int)hw_random_below(random, 5), words, sizeof words);
    names[i].person = 1 + i % N_PERSONS;
    snprintf(names[i].text, sizeof names[i].text, "%s%s", words, i < N_PERSONS ? "" : " Hoa");
    names[i].id = add_name(store, names[i].person, "full", names[i].text);
  }
  store_test_commit(store);
}

/* Every seventh name is withdrawn or replaced. */
static void change_names(hw_store *store, name *names) {
  hw_err err = HW_ERR_INIT;
  store_test_begin(store, "changes");
  for (int i = 0; i < N_NAMES; i += 7) {
    hw_record record;
    name *changed = &names[i];
    changed->is_withdrawn = i % 2 == 0;
    if (changed->is_withdrawn) {
      hw_assert_ok(hw_store_withdraw(store, HW_KIND_PERSON_NAME, changed->id, "a test", &err),
                   &err);
      continue;
    }
    snprintf(changed->text, sizeof changed->text, "Vân Anh %d", i);
    hw_record_init(&record, HW_KIND_PERSON_NAME);
    record.id = changed->id;
    hw_record_set_int(&record, HW_FIELD_PERSON_NAME_PERSON, changed->person);
    hw_record_set_text(&record, HW_FIELD_PERSON_NAME_KIND, "full");
    hw_record_set_text(&record, HW_FIELD_PERSON_NAME_NAME, changed->text);
    hw_assert_ok(hw_store_replace(store, &record, &err), &err);
  }
  store_test_commit(store);
}

static void the_search_finds_what_comparing_every_name_finds(void **state) {
  (void)state;
  hw_random random;
  hw_store *store = store_test_new(store_test_name());
  name *names = calloc(N_NAMES, sizeof *names);
  assert_non_null(names);
  hw_random_init(&random, 20260131);
  add_names(store, &random, names);
  change_names(store, names);
  for (int i = 0; i < 120; i++) {
    char typed[120];
    draw_words(&random, 1 + (int)hw_random_below(&random, 4), typed, sizeof typed);
    compare(store, names, typed, 1 + (int)hw_random_below(&random, i % 2 == 0 ? 20 : MOST_HITS));
  }
  compare(store, names, "nobody", 10);
  compare(store, names, "hung nobody", 10);
  free(names);
  hw_store_close(store);
}

/* --- words that everybody has --- */

/* Every word of the one name that is looked for stands in more names than any query would look at
 * one by one, and the name comes last. */
static void a_name_of_common_words_is_found_among_all(void **state) {
  (void)state;
  enum { N = 42000 };
  static const char *const queries[] = {"nguyen van tran thi", "Thị Nguyễn Trần Văn", "thi van"};
  hw_store *store = store_test_new(store_test_name());
  store_test_begin(store, "names");
  int64_t person = store_test_person(store, "X1");
  for (int i = 0; i < N; i++) {
    char text[60];
    snprintf(text, sizeof text, "%s %d", i % 2 == 0 ? "Nguyễn Văn" : "Trần Thị", i);
    add_name(store, person, "alias", text);
  }
  person = store_test_person(store, "X2");
  const int64_t wanted = add_name(store, person, "full", "Nguyễn Văn Trần Thị");
  store_test_commit(store);
  for (size_t q = 0; q < sizeof queries / sizeof *queries; q++) {
    hw_err err = HW_ERR_INIT;
    hw_hit *hits = NULL;
    int n = 0;
    bool is_cut = true;
    hw_assert_ok(
        hw_store_search(store, queries[q], HW_KIND_NONE, true, 1, &hits, &n, &is_cut, &err), &err);
    assert_int_equal(n, 1);
    assert_int_equal(hits[0].id, person);
    assert_int_equal(hits[0].name, wanted);
    assert_false(is_cut);
    free(hits);
  }
  hw_store_close(store);
}

static void names_of_many_words_are_found_in_any_order(void **state) {
  (void)state;
  hw_store *store = store_test_new(store_test_name());
  char text[500] = "", typed[500] = "";
  for (int i = 0; i < 64; i++) {
    snprintf(text + strlen(text), sizeof text - strlen(text), "w%d ", i);
    snprintf(typed + strlen(typed), sizeof typed - strlen(typed), "W%d ", 63 - i);
  }
  store_test_begin(store, "names");
  add_name(store, store_test_person(store, "X1"), "full", text);
  store_test_commit(store);
  hw_err err = HW_ERR_INIT;
  hw_hit *hits = NULL;
  int n = 0;
  bool is_cut = true;
  hw_assert_ok(hw_store_search(store, typed, HW_KIND_NONE, true, 5, &hits, &n, &is_cut, &err),
               &err);
  assert_int_equal(n, 1);
  assert_int_equal(hits[0].quality, HW_HIT_NAME_WORDS);
  free(hits);
  hw_store_close(store);
}

static void a_search_without_memory_says_so(void **state) {
  (void)state;
  hw_store *store = store_test_new(store_test_name());
  store_test_begin(store, "names");
  add_name(store, store_test_person(store, "X1"), "full", "Trần Văn Hùng");
  add_name(store, store_test_person(store, "X2"), "full", "Trần Văn");
  store_test_commit(store);
  for (long i = 0; hw_faults_begin(i); i++) {
    hw_err err = HW_ERR_INIT;
    hw_hit *hits = NULL;
    int n = 0;
    bool is_cut = false;
    hw_status status =
        hw_store_search(store, "tran van", HW_KIND_NONE, true, 5, &hits, &n, &is_cut, &err);
    if (hw_faults_end()) {
      assert_int_equal(status, HW_E_NO_MEMORY);
      assert_null(hits);
      continue;
    }
    hw_assert_ok(status, &err);
    assert_int_equal(n, 2);
    free(hits);
    break;
  }
  hw_store_close(store);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_search_finds_what_comparing_every_name_finds),
      cmocka_unit_test(a_name_of_common_words_is_found_among_all),
      cmocka_unit_test(names_of_many_words_are_found_in_any_order),
      cmocka_unit_test(a_search_without_memory_says_so),
  };
  cmocka_set_message_output(CM_OUTPUT_TAP);
  return cmocka_run_group_tests_name("search", tests, store_tests_begin, store_tests_end);
}
