/* GEDCOM dates: from text to a range of days.
 *
 *   [calendar] [[day] month] year       a day, a month or a year
 *   ABT | CAL | EST date                about: the range is the date's own
 *   BEF date, AFT date                  one side open
 *   BET date AND date                   between
 *   FROM date, TO date, FROM … TO …     a period
 *   INT date (phrase)                   interpreted from a phrase
 *   (phrase)                            text only
 *
 * Both versions write months as JAN … DEC; the calendar is @#DGREGORIAN@ in
 * 5.5.1 and GREGORIAN in 7. The Gregorian calendar alone is interpreted. Other
 * calendars, years before Christ and double years (1699/00) stay text, because a
 * wrong conversion would be worse than none; so does everything that does not
 * follow the grammar, such as 31 FEB.
 *
 * How wide "about" is, is for whoever weighs the date against another. */
#include <string.h>

#include "formats/gedcom_int.h"

#define MAX_WORDS 12

/* The words of a date, without the phrase at its end. */
typedef struct words {
  hwp_ged_span list[MAX_WORDS];
  int n;
  bool has_phrase;
} words;

static bool split(const char *text, words *out) {
  out->n = 0;
  out->has_phrase = false;
  for (const char *c = text; *c != '\0';) {
    if (*c == ' ' || *c == '\t') {
      c++;
      continue;
    }
    if (*c == '(') {
      out->has_phrase = true;
      return text[strlen(text) - 1] == ')';
    }
    if (out->n == MAX_WORDS) return false;
    hwp_ged_span *word = &out->list[out->n++];
    *word = (hwp_ged_span){c, 0};
    for (; *c != '\0' && *c != ' ' && *c != '\t'; c++) word->n++;
  }
  return true;
}

static bool is_leap(int32_t year) {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int32_t count_days(int32_t year, int32_t month) {
  static const int8_t days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

static int32_t read_month(hwp_ged_span word) {
  static const char *const names[12] = {"JAN", "FEB", "MAR", "APR", "MAY", "JUN",
                                        "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"};
  for (int32_t m = 0; m < 12; m++)
    if (hwp_ged_is(word, names[m])) return m + 1;
  return 0;
}

/* A number of at most @p digits digits, or 0. */
static int32_t read_number(hwp_ged_span word, size_t digits) {
  int32_t value = 0;
  if (word.n == 0 || word.n > digits) return 0;
  for (size_t i = 0; i < word.n; i++) {
    if (word.text[i] < '0' || word.text[i] > '9') return 0;
    value = value * 10 + (word.text[i] - '0');
  }
  return value;
}

/* One date of words [from, to): its first and last day. */
static bool read_one(const words *w, int from, int to, hw_gedcom_day *first, hw_gedcom_day *last) {
  if (from < to &&
      (hwp_ged_is(w->list[from], "@#DGREGORIAN@") || hwp_ged_is(w->list[from], "GREGORIAN")))
    from++;
  const int n = to - from;
  if (n < 1 || n > 3) return false;
  const int32_t year = read_number(w->list[to - 1], 4);
  const int32_t month = n > 1 ? read_month(w->list[to - 2]) : 0;
  const int32_t day = n > 2 ? read_number(w->list[from], 2) : 0;
  if (year == 0 || (n > 1 && month == 0) || (n > 2 && day == 0)) return false;
  if (n > 2 && day > count_days(year, month)) return false;
  *first = (hw_gedcom_day){year, n > 1 ? month : 1, n > 2 ? day : 1};
  *last =
      (hw_gedcom_day){year, n > 1 ? month : 12, n > 2 ? day : count_days(year, n > 1 ? month : 12)};
  return true;
}

static int compare(const hw_gedcom_day *a, const hw_gedcom_day *b) {
  if (a->year != b->year) return a->year < b->year ? -1 : 1;
  if (a->month != b->month) return a->month < b->month ? -1 : 1;
  return (a->day > b->day) - (a->day < b->day);
}

/* The day before, or an open one before the first year. */
static hw_gedcom_day before(hw_gedcom_day day) {
  if (--day.day > 0) return day;
  if (--day.month == 0) {
    day.month = 12;
    day.year--;
  }
  if (day.year == 0) return (hw_gedcom_day){0};
  day.day = count_days(day.year, day.month);
  return day;
}

static hw_gedcom_day after(hw_gedcom_day day) {
  if (++day.day <= count_days(day.year, day.month)) return day;
  day.day = 1;
  if (++day.month > 12) {
    day.month = 1;
    day.year++;
  }
  return day.year > 9999 ? (hw_gedcom_day){0} : day;
}

static int find_word(const words *w, int from, const char *word) {
  for (int i = from; i < w->n; i++)
    if (hwp_ged_is(w->list[i], word)) return i;
  return -1;
}

/* BET a AND b, FROM a TO b: two dates in order. */
static bool read_two(const words *w, int middle, hw_gedcom_date *date) {
  hw_gedcom_day end, begin;
  return middle > 0 && read_one(w, 1, middle, &date->first, &end) &&
         read_one(w, middle + 1, w->n, &begin, &date->last) &&
         compare(&date->first, &date->last) <= 0;
}

static bool read_bounds(const words *w, hw_gedcom_date *date) {
  hw_gedcom_day first, last;
  const hwp_ged_span keyword = w->list[0];
  if (hwp_ged_is(keyword, "BET")) {
    date->kind = HW_GEDCOM_DATE_BETWEEN;
    return read_two(w, find_word(w, 1, "AND"), date);
  }
  if (hwp_ged_is(keyword, "FROM") && find_word(w, 1, "TO") > 0) {
    date->kind = HW_GEDCOM_DATE_PERIOD;
    return read_two(w, find_word(w, 1, "TO"), date);
  }
  static const struct {
    const char *word;
    hw_gedcom_date_kind kind;
  } one[] = {{"ABT", HW_GEDCOM_DATE_ABOUT}, {"CAL", HW_GEDCOM_DATE_ABOUT},
             {"EST", HW_GEDCOM_DATE_ABOUT}, {"BEF", HW_GEDCOM_DATE_BEFORE},
             {"AFT", HW_GEDCOM_DATE_AFTER}, {"FROM", HW_GEDCOM_DATE_PERIOD},
             {"TO", HW_GEDCOM_DATE_PERIOD}, {"INT", HW_GEDCOM_DATE_INTERPRETED}};
  int from = 0;
  date->kind = HW_GEDCOM_DATE_EXACT;
  for (size_t i = 0; i < sizeof one / sizeof *one; i++) {
    if (!hwp_ged_is(keyword, one[i].word)) continue;
    date->kind = one[i].kind;
    from = 1;
  }
  if (!read_one(w, from, w->n, &first, &last)) return false;
  date->first = first;
  date->last = last;
  if (date->kind == HW_GEDCOM_DATE_BEFORE) {
    date->first = (hw_gedcom_day){0};
    date->last = before(first);
  } else if (date->kind == HW_GEDCOM_DATE_AFTER) {
    date->first = after(last);
    date->last = (hw_gedcom_day){0};
  } else if (hwp_ged_is(keyword, "FROM")) {
    date->last = (hw_gedcom_day){0};
  } else if (hwp_ged_is(keyword, "TO")) {
    date->first = (hw_gedcom_day){0};
  }
  return true;
}

hw_gedcom_date hw_gedcom_date_parse(const char *text) {
  hw_gedcom_date date = {.text = text};
  words w;
  if (text[0] == '\0') return date;
  const bool is_understood = split(text, &w) && w.n > 0 && read_bounds(&w, &date) &&
                             w.has_phrase == (date.kind == HW_GEDCOM_DATE_INTERPRETED);
  if (is_understood) return date;
  return (hw_gedcom_date){.text = text, .kind = HW_GEDCOM_DATE_TEXT};
}
