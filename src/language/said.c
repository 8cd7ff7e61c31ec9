/* What the program says, in the reader's language.
 *
 * The library speaks English: its messages are formatted where a failure is found, far below any
 * reader, and land in logs and in bug reports as they are. For a page they are read backwards: a
 * message is matched with the formats that the sources have (said_vi.def), what stands in the places
 * of the one that fits is cut out, and put into the translation of that format. Nothing below needs to
 * know that there are languages, and a message without a translation is shown as it is.
 *
 * MATCHING. A place may be anything, so a format is a pattern with stars. Leftmost matching of the
 * text between the stars, with the first at the begin and the last at the end, finds a match wherever
 * there is one, without going back. Places of numbers must look like numbers. Of places that touch each
 * other only the last one can hold text. Of several formats that fit, the one with the most text of its
 * own says most. */
#include <ctype.h>
#include <string.h>

#include "language/language_int.h"

enum { MOST_PLACES = 9, MOST_DEPTH = 4, MOST_PLACE = 512 };

static const struct said {
  const char *format, *vi;
} said[] = {
#define HW_SAID(format, vi) {format, vi},
#define HW_SAID_JOINED HW_SAID
#include "language/said_vi.def"
#undef HW_SAID_JOINED
#undef HW_SAID
};

/* --- formats --- */

typedef struct span {
  const char *text;
  size_t n;
} span;

/* A format cut at its places: text[0] place[0] text[1] … text[n]. */
typedef struct pattern {
  int n;
  span text[MOST_PLACES + 1];
  bool is_number[MOST_PLACES];
  size_t n_own; /* bytes of text */
} pattern;

/* Behind a conversion that begins at '%'. */
static const char *skip_conversion(const char *at, bool *is_number) {
  at++;
  while (*at != '\0' && strchr("-+ #0123456789.*", *at) != NULL) at++;
  while (*at != '\0' && strchr("hlzjt", *at) != NULL) at++;
  *is_number = *at != 's' && *at != 'c';
  return *at == '\0' ? at : at + 1;
}

/* @return false if the format has more places than can be told apart, or a percent sign */
static bool cut(const char *format, pattern *out) {
  const char *at = format;
  *out = (pattern){.n = 0};
  for (;;) {
    const size_t n = strcspn(at, "%");
    out->text[out->n] = (span){at, n};
    out->n_own += n;
    at += n;
    if (*at == '\0') return true;
    if (at[1] == '%' || out->n == MOST_PLACES) return false;
    at = skip_conversion(at, &out->is_number[out->n]);
    out->n++;
  }
}

/* What no format that begins otherwise needs to be cut for: most are told apart here. */
static bool begins_alike(const char *format, const char *message) {
  while (*format != '\0' && *format != '%')
    if (*format++ != *message++) return false;
  return true;
}

static bool looks_like_number(span place) {
  if (place.n == 0) return false;
  for (size_t i = 0; i < place.n; i++)
    if (!isxdigit((unsigned char)place.text[i]) && strchr("+-.einfax", place.text[i]) == NULL)
      return false;
  return true;
}

/* The first place of a text in what is left; NULL if it is not there. */
static const char *find(const char *at, const char *end, span text) {
  for (; (size_t)(end - at) >= text.n; at++)
    if (memcmp(at, text.text, text.n) == 0) return at;
  return NULL;
}

/* Where a place ends that another one follows at once: a number behind its figures, a text where it
 * begins, so that the last of several has all of it. */
static const char *end_of_touching(const char *at, const char *end, bool is_number) {
  while (is_number && at < end && strchr("+-.0123456789", *at) != NULL) at++;
  return at;
}

static bool fits(const pattern *self, const char *message, span places[MOST_PLACES]) {
  const char *at = message, *end = message + strlen(message);
  if (find(at, end, self->text[0]) != at) return false;
  at += self->text[0].n;
  for (int i = 0; i < self->n; i++) {
    const span *next = &self->text[i + 1];
    const bool is_last = i + 1 == self->n;
    if ((size_t)(end - at) < next->n) return false;
    const char *to = is_last        ? end - next->n
                     : next->n == 0 ? end_of_touching(at, end, self->is_number[i])
                                    : find(at, end, *next);
    if (to == NULL || memcmp(to, next->text, next->n) != 0) return false;
    places[i] = (span){at, (size_t)(to - at)};
    if (self->is_number[i] && !looks_like_number(places[i])) return false;
    at = to + next->n;
  }
  return at == end;
}

/* --- what fills the places --- */

/* Appends a label, which begins with a capital letter, as it stands inside a sentence. */
static void add_label(hw_str *out, const char *label) {
  const unsigned char first = (unsigned char)label[0];
  const unsigned char second = first == '\0' ? 0 : (unsigned char)label[1];
  if (first < 0x80) {
    const char small[2] = {(char)tolower(first), '\0'};
    hw_str_append(out, small);
    label += first != '\0';
  } else if (first == 0xc3 && second >= 0x80 && second <= 0x9e) { /* A with grave to Thorn */
    const char small[3] = {(char)first, (char)(second + 0x20), '\0'};
    hw_str_append(out, small);
    label += 2;
  } else if (first == 0xc4 && second == 0x90) { /* D with stroke */
    hw_str_append(out, "\xc4\x91");
    label += 2;
  }
  hw_str_append(out, label);
}

/* Appends a word of the model, if it is one; the model has no capitals ("ALL" is a population). */
static bool add_word(hw_str *out, hw_language language, const char *word) {
  static const char *const labels[] = {"KIND_", "KINDS_", "FIELD_"};
  if (*word == '\0' || strpbrk(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != NULL) return false;
  const char *found = hw_text_named(language, "WORD_", word, NULL);
  if (found != NULL) {
    hw_str_append(out, found);
    return true;
  }
  for (size_t i = 0; i < sizeof labels / sizeof *labels; i++) {
    found = hw_text_named(language, labels[i], word, NULL);
    if (found == NULL) continue;
    add_label(out, found);
    return true;
  }
  return false;
}

static bool say(hw_str *out, hw_language language, const char *message, int depth);

/* Fills a place: what stands in quotes is somebody's own text and is kept. */
static void add_place(hw_str *out, hw_language language, span before, span place, int depth) {
  char text[MOST_PLACE];
  const char last = before.n > 0 ? before.text[before.n - 1] : '\0';
  if (last != '\'' && last != '"' && last != '@' && last != '-' && place.n < sizeof text) {
    memcpy(text, place.text, place.n);
    text[place.n] = '\0';
    if (add_word(out, language, text) || say(out, language, text, depth + 1)) return;
  }
  hw_str_append_bytes(out, place.text, place.n);
}

static bool say(hw_str *out, hw_language language, const char *message, int depth) {
  const struct said *best = NULL;
  pattern best_pattern = {.n = 0}, tried;
  span places[MOST_PLACES] = {{NULL, 0}}, found[MOST_PLACES] = {{NULL, 0}};
  if (depth == MOST_DEPTH) return false;
  for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
    if (!begins_alike(said[i].format, message) || !cut(said[i].format, &tried) ||
        (best != NULL && tried.n_own <= best_pattern.n_own) || !fits(&tried, message, found))
      continue;
    best = &said[i];
    best_pattern = tried;
    memcpy(places, found, sizeof places);
  }
  if (best == NULL) return false;
  hw_str filled[MOST_PLACES];
  const char *args[MOST_PLACES] = {NULL};
  for (int i = 0; i < best_pattern.n; i++) {
    filled[i] = (hw_str)HW_STR_INIT;
    add_place(&filled[i], language, best_pattern.text[i], places[i], depth);
    args[i] = hw_str_text(&filled[i]);
  }
  hwp_text_fill_places(out, best->vi, best_pattern.n, args);
  for (int i = 0; i < best_pattern.n; i++) hw_str_clear(&filled[i]);
  return true;
}

bool hw_text_say(hw_str *out, hw_language language, const char *message) {
  return language == HW_LANGUAGE_VI && say(out, language, message, 0);
}
