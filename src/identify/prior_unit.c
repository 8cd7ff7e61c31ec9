/* Units as records write them: a path of levels, in words or letters.
 *
 * Vietnamese records name a unit from the squad up, in full or by the letters that the
 * army uses, in any mixture and with any punctuation:
 *
 *     Đại đội 3, Tiểu đoàn 7, Trung đoàn 66, Sư đoàn 10
 *     C3 - D7 - E66 - F10        c3/d7/e66        c3d7e66f10        E 66
 *     3rd Company, 66th Regiment
 *
 *     a  tiểu đội, squad        c  đại đội, company       e  trung đoàn, regiment
 *     b  trung đội, platoon     d  tiểu đoàn, battalion   f  sư đoàn, division
 *
 * A text is read as a set of levels ("c3", "d7", "e66", "f10"); words that are none are
 * kept together as one more member, so that "Đoàn 559" and "Hospital 84" are units as
 * well. Input is the folded key (base/fold.h), in which all punctuation is a blank. */
#include <string.h>

#include "identify/prior_int.h"

/* Words of a key that are looked at, and the longest word. */
enum { MOST_WORDS = 48, MOST_LETTERS = 40 };

typedef struct words {
  int n;
  char word[MOST_WORDS][MOST_LETTERS];
} words;

static const struct {
  const char *first, *second; /* second "" = one word */
  char letter;
} echelons[] = {
    {"tieu", "doi", 'a'},   {"trung", "doi", 'b'},  {"dai", "doi", 'c'},   {"tieu", "doan", 'd'},
    {"trung", "doan", 'e'}, {"su", "doan", 'f'},    {"squad", "", 'a'},    {"platoon", "", 'b'},
    {"company", "", 'c'},   {"battalion", "", 'd'}, {"regiment", "", 'e'}, {"division", "", 'f'},
};
enum { N_ECHELONS = (int)(sizeof echelons / sizeof *echelons) };

/* --- words --- */

static bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/* @return false if the key is too long to be a unit */
static bool split(const char *key, words *out) {
  out->n = 0;
  while (*key != '\0') {
    size_t n = strcspn(key, " ");
    if (n >= MOST_LETTERS || out->n == MOST_WORDS) return false;
    memcpy(out->word[out->n], key, n);
    out->word[out->n++][n] = '\0';
    key += n;
    if (*key == ' ') key++;
  }
  return true;
}

/* "66", "66b", "66th", "3rd". @return characters of the number that names the unit; 0 = none */
static size_t number_of(const char *word) {
  size_t n = strspn(word, "0123456789");
  if (n == 0 || n > 6) return 0;
  const char *tail = word + n;
  bool is_ordinal = strcmp(tail, "th") == 0 || strcmp(tail, "st") == 0 || strcmp(tail, "nd") == 0 ||
                    strcmp(tail, "rd") == 0;
  if (tail[0] == '\0' || is_ordinal) return n;
  return tail[1] == '\0' && tail[0] >= 'a' && tail[0] <= 'z' ? n + 1 : 0;
}

/* --- levels --- */

static bool add(hwp_levels *self, char letter, const char *number, size_t n) {
  if (self->n == HWP_MOST_LEVELS || n + 2 > sizeof self->level[0]) return false;
  char *to = self->level[self->n];
  to[0] = letter;
  memcpy(to + 1, number, n);
  to[n + 1] = '\0';
  for (int i = 0; i < self->n; i++)
    if (strcmp(self->level[i], to) == 0) return true;
  self->n++;
  return true;
}

/* "c3d7e66": letters a to f, each with a number. @return false if the word is something else */
static bool add_run(hwp_levels *self, const char *word) {
  hwp_levels made = *self;
  for (const char *at = word; *at != '\0';) {
    size_t n = strspn(at + 1, "0123456789");
    if (*at < 'a' || *at > 'f' || n == 0 || n > 6) return false;
    bool has_suffix = at[n + 1] >= 'a' && at[n + 1] <= 'z' && at[n + 2] == '\0';
    if (has_suffix) n++;
    if (!add(&made, *at, at + 1, n)) return false;
    at += n + 1;
  }
  *self = made;
  return true;
}

/* Echelon whose words begin at `at`. @return its words, 0 = none */
static int echelon_at(const words *all, int at, char *letter) {
  for (int e = 0; e < N_ECHELONS; e++) {
    bool has_second = echelons[e].second[0] != '\0';
    if (strcmp(all->word[at], echelons[e].first) != 0) continue;
    if (has_second && (at + 1 >= all->n || strcmp(all->word[at + 1], echelons[e].second) != 0))
      continue;
    *letter = echelons[e].letter;
    return has_second ? 2 : 1;
  }
  return 0;
}

/* A level that begins at `at`. @return words it takes, 0 = none begins there */
static int level_at(hwp_levels *self, const words *all, int at) {
  const char *word = all->word[at];
  const char *next = at + 1 < all->n ? all->word[at + 1] : "";
  char letter = '\0';
  size_t n;
  int taken = echelon_at(all, at, &letter); /* regiment 66 */
  bool is_infantry = taken > 0 && at + taken + 2 < all->n &&
                     strcmp(all->word[at + taken], "bo") == 0 &&
                     strcmp(all->word[at + taken + 1], "binh") == 0;
  if (is_infantry) taken += 2; /* trung đoàn bộ binh 66: infantry goes without saying */
  if (taken > 0 && at + taken < all->n) {
    n = number_of(all->word[at + taken]);
    return n > 0 && add(self, letter, all->word[at + taken], n) ? taken + 1 : 0;
  }
  n = number_of(word); /* 66th regiment */
  if (n > 0 && next[0] != '\0') {
    taken = echelon_at(all, at + 1, &letter);
    return taken > 0 && add(self, letter, word, n) ? taken + 1 : 0;
  }
  if (word[0] >= 'a' && word[0] <= 'f' && word[1] == '\0') { /* e 66 */
    n = number_of(next);
    return n > 0 && add(self, word[0], next, n) ? 2 : 0;
  }
  return word[0] >= 'a' && is_digit(word[1]) && add_run(self, word) ? 1 : 0;
}

/* Words that are no level, together. */
static void add_rest(hwp_levels *self, const words *all, const bool *is_rest) {
  size_t n = 0;
  for (int i = 0; i < all->n; i++) {
    size_t length = strlen(all->word[i]);
    if (!is_rest[i] || n + length + 2 > sizeof self->rest) continue;
    if (n > 0) self->rest[n++] = ' ';
    memcpy(self->rest + n, all->word[i], length);
    n += length;
  }
  self->rest[n] = '\0';
}

bool hwp_prior_levels(const char *key, hwp_levels *out) {
  words all;
  bool is_rest[MOST_WORDS] = {false};
  *out = (hwp_levels){.n = 0};
  if (!split(key, &all)) return false;
  for (int i = 0; i < all.n;) {
    int taken = level_at(out, &all, i);
    is_rest[i] = taken == 0;
    i += taken > 0 ? taken : 1;
  }
  add_rest(out, &all, is_rest);
  return out->n > 0;
}
