/* Dates in other people's tables.
 *
 * The same walk over a pattern serves twice: over the pattern alone, to see which
 * parts it has, and over pattern and text together. Nothing is guessed: 03/04/2010
 * means what the pattern says, and a text that does not follow it is an error,
 * because a wrong date of birth excludes the right man.
 *
 * A month or day may have one digit where two are asked for (spreadsheets drop
 * zeros), unless digits follow immediately, as in YYYYMMDD. */
#include "formats/date_format.h"

#include <stdio.h>
#include <string.h>

typedef enum part { YEAR, MONTH, DAY, HOUR, MINUTE, SECOND, N_PARTS, TEXT, BLANK, REST } part;

/* One element of a pattern. */
typedef struct token {
  part part;
  bool is_name;     /* MON */
  int n_digits;     /* as written: YY has two */
  const char *text; /* of TEXT */
  size_t n_text;
} token;

typedef struct date {
  int value[N_PARTS];
  bool has[N_PARTS];
} date;

static char upper(char c) {
  return (char)(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
}

static bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

/* Reads the next element. @param is_after_hour  then M means minutes. @return false at the end, or
 * where the pattern is wrong (*at is then not at its end) */
static bool next_token(const char **at, bool is_after_hour, token *t) {
  const char *c = *at;
  *t = (token){.part = TEXT, .text = c, .n_text = 1};
  if (*c == '\0') return false;
  if (*c == '\'') {
    const char *close = strchr(c + 1, '\'');
    if (!close) return false;
    t->text = c + 1;
    t->n_text = (size_t)(close - c - 1);
    *at = close + 1;
    return true;
  }
  const char first = upper(*c);
  size_t n = 1;
  while (c[n] && upper(c[n]) == first) n++;
  if (is_blank(*c)) {
    t->part = BLANK;
    for (n = 1; is_blank(c[n]);) n++;
  } else if (*c == '*') {
    t->part = REST;
  } else if (first == 'M' && upper(c[1]) == 'O' && upper(c[2]) == 'N') {
    t->part = MONTH;
    t->is_name = true;
    n = 3;
  } else if (first == 'Y' || first == 'M' || first == 'D' || first == 'H' || first == 'S') {
    t->part = first == 'Y'    ? YEAR
              : first == 'D'  ? DAY
              : first == 'H'  ? HOUR
              : first == 'S'  ? SECOND
              : is_after_hour ? MINUTE
                              : MONTH;
    t->n_digits = (int)n;
    if (first == 'Y' ? n != 2 && n != 4 : n > 2) return false;
  } else if ((first >= 'A' && first <= 'Z') || (*c >= '0' && *c <= '9')) {
    return false; /* most probably meant as a part */
  } else {
    n = 1;
  }
  *at = c + n;
  return true;
}

bool hw_date_format_parse(hw_date_format *self, const char *pattern, size_t n, const char **why) {
  date seen = {{0}, {false}};
  token t;
  *self = (hw_date_format){{0}, 0, false};
  *why = "is too long";
  if (n >= sizeof self->pattern) return false;
  memcpy(self->pattern, pattern, n);
  const char *at = self->pattern;
  while (next_token(&at, seen.has[HOUR] && !seen.has[MINUTE], &t)) {
    *why = t.part == REST ? "has something behind the *" : "names a part twice";
    if (t.part == REST && *at) return false;
    if (t.part >= N_PARTS) continue;
    if (seen.has[t.part]) return false;
    seen.has[t.part] = true;
    if (t.part == YEAR && t.n_digits == 2) self->has_short_year = true;
  }
  *why = "has letters that mean nothing; write YYYY, MM, MON, DD, hh, mm, ss, and other text in "
         "apostrophes";
  if (*at) return false;
  *why = "has no year";
  if (!seen.has[YEAR]) return false;
  *why = "has a day without month, or a time without day";
  return !(seen.has[DAY] && !seen.has[MONTH]) && !(seen.has[HOUR] && !seen.has[DAY]) &&
         !(seen.has[MINUTE] && !seen.has[HOUR]) && !(seen.has[SECOND] && !seen.has[MINUTE]) &&
         !(seen.has[HOUR] && !seen.has[MINUTE]);
}

/* --- converting --- */

static bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/* Digits of a part; years have all of theirs, others one or two. */
static bool read_number(const char **at, const token *t, bool digits_follow, int *out) {
  const int most = t->part == YEAR ? t->n_digits : 2;
  const int least = t->part == YEAR || digits_follow ? (t->part == YEAR ? most : t->n_digits) : 1;
  int n = 0, value = 0;
  while (n < most && is_digit((*at)[n])) value = value * 10 + ((*at)[n++] - '0');
  if (n < least) return false;
  *at += n;
  *out = value;
  return true;
}

static bool read_month_name(const char **at, int *out) {
  static const char *const NAMES[] = {"JANUARY",   "FEBRUARY", "MARCH",    "APRIL",
                                      "MAY",       "JUNE",     "JULY",     "AUGUST",
                                      "SEPTEMBER", "OCTOBER",  "NOVEMBER", "DECEMBER"};
  for (int m = 0; m < 12; m++) {
    size_t n = 0;
    while (NAMES[m][n] && upper((*at)[n]) == NAMES[m][n]) n++;
    if (n < 3 || (n > 3 && NAMES[m][n])) continue;
    *at += n;
    if (n == 3 && **at == '.') ++*at; /* "Sep." */
    *out = m + 1;
    return true;
  }
  return false;
}

static bool skip_text(const char **at, const token *t) {
  if (strncmp(*at, t->text, t->n_text) != 0) return false;
  *at += t->n_text;
  return true;
}

static bool skip_blanks(const char **at) {
  if (!is_blank(**at)) return false;
  while (is_blank(**at)) ++*at;
  return true;
}

static bool is_on_calendar(const date *d) {
  static const int DAYS[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const int year = d->value[YEAR], month = d->value[MONTH], day = d->value[DAY];
  const bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  if (year < 1) return false;
  if (d->has[MONTH] && (month < 1 || month > 12)) return false;
  if (d->has[DAY] && (day < 1 || day > DAYS[month - 1] + (month == 2 && is_leap))) return false;
  return d->value[HOUR] < 24 && d->value[MINUTE] < 60 && d->value[SECOND] < 60;
}

/* Walks over pattern and text. */
static bool read_date(const hw_date_format *self, const char *text, date *d) {
  const char *pattern = self->pattern;
  token t, following;
  while (next_token(&pattern, d->has[HOUR] && !d->has[MINUTE], &t)) {
    const char *ahead = pattern;
    const bool digits_follow = next_token(&ahead, d->has[HOUR] || t.part == HOUR, &following) &&
                               following.part < N_PARTS && !following.is_name;
    bool is_good = true;
    if (t.part == REST) return true;
    if (t.part == TEXT) is_good = skip_text(&text, &t);
    if (t.part == BLANK) is_good = skip_blanks(&text);
    if (t.part < N_PARTS) {
      is_good = t.is_name ? read_month_name(&text, &d->value[t.part])
                          : read_number(&text, &t, digits_follow, &d->value[t.part]);
      d->has[t.part] = true;
    }
    if (!is_good) return false;
  }
  return *text == '\0';
}

bool hw_date_format_convert(const hw_date_format *self, const char *text, char *iso) {
  date d = {{0}, {false}};
  if (!read_date(self, text, &d)) return false;
  if (self->has_short_year) {
    const int century = self->first_year / 100 * 100;
    d.value[YEAR] += d.value[YEAR] + century < self->first_year ? century + 100 : century;
  }
  if (!is_on_calendar(&d)) return false;
  size_t n = (size_t)snprintf(iso, HW_DATE_SIZE, "%04d", d.value[YEAR] % 10000);
  for (int p = MONTH; p < N_PARTS && d.has[p]; p++) {
    const char mark = p == MONTH || p == DAY ? '-' : p == HOUR ? 'T' : ':';
    n += (size_t)snprintf(iso + n, HW_DATE_SIZE - n, "%c%02d", mark, d.value[p] % 100);
  }
  return true;
}
