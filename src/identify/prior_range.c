/* The factors of time and age: an interval that the remains tell, and the person's.
 *
 * Anthropology and finds give an interval: an age of 20 to 25, a burial after the
 * spring of 1968. The statement "it lies in this interval" is true of the person
 * with probability 1 − ε, and of somebody else with the probability q of lying
 * there by chance:
 *
 *     ratio = (1 − ε)/q       if the person's value lies inside
 *           = ε/(1 − q)       if outside
 *
 * (Marsico & Caridi 2023, Incorporating non-genetic evidence in large scale missing
 * person searches, Forensic Sci. Int. Genet. 66:102891.) The person's own value is
 * often an interval too, the dates of birth and loss being known to the year; then it
 * lies inside with the share c of it that the other covers, and
 *
 *     ratio = c (1 − ε)/q + (1 − c) ε/(1 − q).
 *
 * q is counted, not guessed, where there is a list: the stated distribution,
 * uniform on [from, to), counts as `pseudo` persons, and every person of the list
 * whose value is known as one,
 *
 *     q = (pseudo · u + Σ c) / (pseudo + n),     u = share of [from, to) inside.
 *
 * Over this population the mean of the ratio is (1 − ε) + ε = 1 exactly. An interval
 * that holds nearly everybody cannot be wrong more often than it leaves somebody
 * out: ε is at most 1 − q, where the ratio becomes 1. Without the list an army of
 * twenty-year-olds would make every remains of twenty look like one of the list.
 *
 * Days are counted by the civil calendar (Fliegel & Van Flandern 1968). */
#include <math.h>
#include <stdlib.h>

#include "base/check.h"
#include "identify/prior_int.h"

/* --- ratio --- */

/* Share of [from, to) that a range covers; a point is a range of no length. */
static double covered(const hwp_range *by, double from, double to) {
  if (!(to > from)) return from >= by->from && from < by->to ? 1 : 0;
  double begin = by->from > from ? by->from : from, end = by->to < to ? by->to : to;
  return end > begin ? (end - begin) / (to - from) : 0;
}

static double ratio_of(const hwp_range *at, double share, double error) {
  double chance = at->chance;
  if (isnan(chance) || chance >= 1) return 1;
  if (error > 1 - chance) error = 1 - chance;
  double inside = chance > 0 ? (1 - error) / chance : 0;
  return share * inside + (1 - share) * error / (1 - chance);
}

double hwp_prior_range(const hwp_ranges *remains, const hwp_ranges *missing, double error) {
  double known = 0, ratio = 0;
  for (int32_t i = 0; i < remains->n; i++)
    for (int32_t j = 0; j < missing->n; j++) {
      const hwp_range *a = &remains->at[i], *b = &missing->at[j];
      double weight = a->weight * b->weight;
      known += weight;
      ratio += weight * ratio_of(a, covered(a, b->from, b->to), error);
    }
  return ratio + (known < 1 ? 1 - known : 0);
}

/* --- somebody else --- */

/* [from, to) of the stated distribution. */
static void stated(const hw_prior_settings *settings, bool is_age, double *from, double *to) {
  if (is_age) {
    *from = hwp_value(settings, HW_PRIOR_AGE_FROM);
    *to = hwp_value(settings, HW_PRIOR_AGE_TO) + 1;
    return;
  }
  /* The settings are valid: these years exist. */
  (void)hw_prior_day((int32_t)hwp_value(settings, HW_PRIOR_TIME_FROM), 1, 1, from);
  (void)hw_prior_day((int32_t)hwp_value(settings, HW_PRIOR_TIME_TO), 12, 31, to);
  *to += 1;
}

/* The ranges of the list in one row, by their beginning, equal ones as one. */
typedef struct row {
  int64_t n;
  hwp_range *at;
  double all; /* Σ of the weights */
} row;

static int by_beginning(const void *a, const void *b) {
  const hwp_range *x = a, *y = b;
  if (x->from != y->from) return x->from < y->from ? -1 : 1;
  if (x->to != y->to) return x->to < y->to ? -1 : 1;
  return (x->weight > y->weight) - (x->weight < y->weight); /* so that sums have one order */
}

static hw_status list_ranges(hw_prior *self, bool is_age, row *out, hw_err *err) {
  size_t n = 0;
  for (int32_t m = 0; m < self->n_missing; m++)
    n += (size_t)(is_age ? self->missing[m].ages.n : self->missing[m].dates.n);
  out->at = hw_arena_alloc_array(&self->arena, n, sizeof *out->at);
  if (out->at == NULL) return HW_NO_MEMORY(err, "the intervals");
  n = 0;
  for (int32_t m = 0; m < self->n_missing; m++) {
    const hwp_ranges *list = is_age ? &self->missing[m].ages : &self->missing[m].dates;
    for (int32_t i = 0; i < list->n; i++) out->at[n++] = list->at[i];
  }
  qsort(out->at, n, sizeof *out->at, by_beginning);
  for (size_t i = 0; i < n; i++) {
    hwp_range *last = out->n > 0 ? &out->at[out->n - 1] : NULL;
    out->all += out->at[i].weight;
    if (last != NULL && last->from == out->at[i].from && last->to == out->at[i].to)
      last->weight += out->at[i].weight;
    else
      out->at[out->n++] = out->at[i];
  }
  return HW_OK;
}

/* Chance of one range. */
static double chance_of(const row *list, const hwp_range *range, double from, double to,
                        double pseudo) {
  double inside = pseudo * covered(range, from, to), all = pseudo + list->all;
  for (int64_t i = 0; i < list->n && list->at[i].from < range->to; i++)
    inside += list->at[i].weight * covered(range, list->at[i].from, list->at[i].to);
  return all > 0 ? inside / all : (double)NAN;
}

/* Chances that were computed: remains of one site have the same dates, and ages are given in a few
 * customary intervals. */
enum { MOST_KNOWN = 1024 };
typedef struct known {
  int32_t n;
  hwp_range at[MOST_KNOWN];
} known;

static double chance_known(const known *self, const hwp_range *range) {
  for (int32_t i = self->n - 1; i >= 0; i--)
    if (self->at[i].from == range->from && self->at[i].to == range->to) return self->at[i].chance;
  return -1;
}

hw_status hwp_prior_range_chances(hw_prior *self, bool is_age, hw_err *err) {
  double from, to;
  double pseudo = hwp_value(&self->settings, is_age ? HW_PRIOR_AGE_PSEUDO : HW_PRIOR_TIME_PSEUDO);
  known *all = hw_arena_alloc(&self->arena, sizeof *all);
  row list = {.n = 0};
  if (all == NULL) return HW_NO_MEMORY(err, "the intervals");
  HW_TRY(list_ranges(self, is_age, &list, err));
  stated(&self->settings, is_age, &from, &to);
  for (int32_t r = 0; r < self->n_remains; r++) {
    hwp_ranges *own = is_age ? &self->remains[r].ages : &self->remains[r].dates;
    for (int32_t i = 0; i < own->n; i++) {
      hwp_range *range = &own->at[i];
      range->chance = chance_known(all, range);
      if (!(range->chance < 0)) continue; /* also where nobody knows */
      range->chance = chance_of(&list, range, from, to, pseudo);
      if (all->n < MOST_KNOWN) all->at[all->n++] = *range;
    }
  }
  return HW_OK;
}

/* --- days --- */

static bool is_leap(int32_t year) {
  return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int32_t days_in(int32_t year, int32_t month) {
  static const int32_t days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return days[month - 1] + (month == 2 && is_leap(year));
}

bool hw_prior_day(int32_t year, int32_t month, int32_t day, double *out) {
  if (year < 1 || year > 9999 || month < 1 || month > 12) return false;
  if (day < 1 || day > days_in(year, month)) return false;
  int32_t before = year - 1;
  int32_t days = before * 365 + before / 4 - before / 100 + before / 400;
  for (int32_t m = 1; m < month; m++) days += days_in(year, m);
  *out = days + day - 1 - 719162; /* days from 0001-01-01 to 1970-01-01 */
  return true;
}

/* A number of one to four digits; *text moves behind it. */
static bool take_digits(const char **text, int *n, int32_t *out) {
  *out = 0;
  for (*n = 0; **text >= '0' && **text <= '9' && *n < 5; (*text)++, (*n)++)
    *out = *out * 10 + (**text - '0');
  return *n >= 1 && *n <= 4;
}

/* One date: up to three numbers, year first with '-', year last with '/' or '.'. */
static bool take_date(const char **text, double *from, double *to) {
  int32_t part[3];
  int digits[3], n = 0;
  char sign = '\0';
  do {
    if (n == 3 || !take_digits(text, &digits[n], &part[n])) return false;
    n++;
    char next = **text;
    bool is_part = next == '-' || ((next == '.' || next == '/') && digits[n - 1] < 3);
    bool is_more =
        is_part && (sign == '\0' || next == sign) && (*text)[1] >= '0' && (*text)[1] <= '9';
    if (!is_more) break;
    sign = next;
    (*text)++;
  } while (true);
  bool is_year_first = sign == '-' || sign == '\0';
  int year_at = is_year_first ? 0 : n - 1;
  if (digits[year_at] != 4) return false;
  int32_t year = part[year_at], month = 0, day = 0;
  if (n >= 2) month = part[is_year_first ? 1 : n - 2];
  if (n == 3) day = part[is_year_first ? 2 : 0];
  for (int i = 0; i < n; i++)
    if (i != year_at && digits[i] > 2) return false;
  if (!hw_prior_day(year, n >= 2 ? month : 1, n == 3 ? day : 1, from)) return false;
  if (!hw_prior_day(year, n >= 2 ? month : 12, n == 3 ? day : days_in(year, n >= 2 ? month : 12),
                    to))
    return false;
  *to += 1;
  return true;
}

static void skip_blanks(const char **text) {
  while (**text == ' ' || **text == '\t') (*text)++;
}

bool hw_prior_dates(const char *text, double *from, double *to) {
  double first, first_end, last = 0, last_end = 0;
  skip_blanks(&text);
  if (!take_date(&text, &first, &first_end)) return false;
  skip_blanks(&text);
  bool is_range = *text == '/';
  if (is_range) {
    text++;
    skip_blanks(&text);
    if (!take_date(&text, &last, &last_end)) return false;
    skip_blanks(&text);
  }
  if (*text != '\0' || (is_range && last_end <= first)) return false;
  *from = first;
  *to = is_range ? last_end : first_end;
  return true;
}

void hw_prior_age(double born_from, double born_to, double lost_from, double lost_to, double *from,
                  double *to) {
  const double year = 365.2425;
  *from = (lost_from - born_to) / year;
  *to = (lost_to - born_from) / year;
  if (*from < 0) *from = 0;
  if (*to < *from) *to = *from;
}
