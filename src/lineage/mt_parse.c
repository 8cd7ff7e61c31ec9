/* Reading and writing haplotypes of mitochondrial DNA in EMPOP's notation.
 *
 * Text is walked item by item with bounded numbers; everything is checked against
 * the reference and the ranges before a haplotype comes to be. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/check.h"
#include "homeward/mtdna.h"
#include "lineage/mt_reference.h"

enum { MOST_ITEM = 64, ALL_BASES = 15 };

typedef struct storage {
  hw_mt haplotype; /* first, so that the haplotype is the storage */
  hw_arena arena;
} storage;

/* IUPAC codes by the bits of their bases. */
static const char codes[] = "?ACMGRSVTWYHKDBN";

char hw_mt_reference(int32_t position) {
  const int32_t i = position - 1;
  return hwp_mt_rcrs[i / HWP_MT_LINE * (HWP_MT_LINE + 1) + i % HWP_MT_LINE];
}

static unsigned bases_of(char letter) {
  const char *at = letter == '\0' || letter == '?' ? NULL : strchr(codes, letter);
  return at != NULL ? (unsigned)(at - codes) : 0;
}

static bool is_between(char letter) {
  return letter == ' ' || letter == '\t' || letter == ',' || letter == ';' || letter == '\n' ||
         letter == '\r';
}

/* Copies the next item. @return false at the end of the text */
static bool next_item(const char **at, char item[MOST_ITEM + 1], bool *is_too_long) {
  size_t n = 0;
  while (is_between(**at)) ++*at;
  for (; **at != '\0' && !is_between(**at); ++*at)
    if (n < MOST_ITEM)
      item[n++] = **at;
    else
      *is_too_long = true;
  item[n] = '\0';
  return n > 0;
}

/* Reads a number of up to five digits. @return false if there is none */
static bool take_number(const char **at, int32_t *number) {
  int digits = 0;
  *number = 0;
  while (**at >= '0' && **at <= '9' && digits++ < 6) *number = *number * 10 + (*(*at)++ - '0');
  return digits > 0 && digits < 6;
}

/* --- ranges --- */

static int compare_ranges(const void *left, const void *right) {
  const hw_mt_range *a = left, *b = right;
  return a->first < b->first ? -1 : a->first > b->first;
}

static hw_status refuse_range(const char *item, hw_err *err) {
  return hw_err_set(err, HW_E_VALUE,
                    "range '%.40s': expected FIRST-LAST with positions from 1 to %d, as "
                    "16024-16365 or 16024-576",
                    item, HW_MT_LENGTH);
}

static hw_status parse_range(const char *item, hw_mt_range *ranges, int32_t *n, hw_err *err) {
  const char *at = item;
  int32_t first = 0, last = 0;
  if (!take_number(&at, &first)) return refuse_range(item, err);
  last = first;
  if (*at == '-') {
    at++;
    if (!take_number(&at, &last)) return refuse_range(item, err);
  }
  if (*at != '\0' || first < 1 || last < 1 || first > HW_MT_LENGTH || last > HW_MT_LENGTH)
    return refuse_range(item, err);
  if (first <= last) {
    ranges[(*n)++] = (hw_mt_range){first, last};
  } else { /* over the origin */
    ranges[(*n)++] = (hw_mt_range){first, HW_MT_LENGTH};
    ranges[(*n)++] = (hw_mt_range){1, last};
  }
  return HW_OK;
}

/* Joins ranges that touch or overlap. */
static int32_t join_ranges(hw_mt_range *ranges, int32_t n) {
  int32_t kept = 0;
  qsort(ranges, (size_t)n, sizeof *ranges, compare_ranges);
  for (int32_t i = 1; i < n; i++) {
    if (ranges[i].first <= ranges[kept].last + 1) {
      if (ranges[i].last > ranges[kept].last) ranges[kept].last = ranges[i].last;
    } else {
      ranges[++kept] = ranges[i];
    }
  }
  return kept + 1;
}

static hw_status parse_ranges(storage *self, const char *text, hw_err *err) {
  char item[MOST_ITEM + 1];
  bool is_too_long = false;
  int32_t n = 0;
  hw_mt_range *ranges = hw_arena_alloc_array(&self->arena, strlen(text) + 2, sizeof *ranges);
  if (ranges == NULL) return HW_NO_MEMORY(err, "the ranges of a haplotype");
  while (next_item(&text, item, &is_too_long)) {
    if (is_too_long) return refuse_range(item, err);
    HW_TRY(parse_range(item, ranges, &n, err));
  }
  if (n == 0) ranges[n++] = (hw_mt_range){1, HW_MT_LENGTH};
  self->haplotype.n_ranges = join_ranges(ranges, n);
  self->haplotype.ranges = ranges;
  return HW_OK;
}

/* --- differences --- */

typedef struct reader {
  const hw_mt *haplotype; /* its ranges */
  hw_mt_difference *list;
  int32_t n;
} reader;

static hw_status refuse(const char *item, const char *why, hw_err *err) {
  return hw_err_set(err, HW_E_VALUE,
                    "difference '%.40s': %s; expected 263G, 152Y, 309.1C, 573.XC or 523DEL", item,
                    why);
}

static bool is_covered(const hw_mt *haplotype, int32_t position) {
  for (int32_t i = 0; i < haplotype->n_ranges; i++)
    if (position >= haplotype->ranges[i].first && position <= haplotype->ranges[i].last)
      return true;
  return false;
}

static bool is_deletion(const char *at) {
  return strcmp(at, "DEL") == 0 || strcmp(at, "del") == 0 || strcmp(at, "Del") == 0 ||
         strcmp(at, "-") == 0 || strcmp(at, "d") == 0;
}

/* Bases of a letter; lower case adds HW_MT_ABSENT. 0 = no base. */
static unsigned letter_of(char letter) {
  if (letter >= 'a' && letter <= 'z') {
    const unsigned bases = bases_of((char)(letter - 'a' + 'A'));
    return bases != 0 ? bases | HW_MT_ABSENT : 0;
  }
  return bases_of(letter);
}

static void add(reader *self, int32_t position, int32_t insertion, unsigned bases) {
  self->list[self->n++] = (hw_mt_difference){position, insertion, bases};
}

/* What follows "309.": the number of the first inserted base, or X, and the bases. */
static hw_status parse_insertion(reader *self, const char *item, const char *at, int32_t position,
                                 hw_err *err) {
  int32_t number = HW_MT_ANY_NUMBER;
  if (*at == 'X' || *at == 'x')
    at++;
  else if (!take_number(&at, &number) || number < 1 || number > HW_MT_MAX_INSERTED)
    return refuse(item, "the number of the inserted base is missing or too large", err);
  if (*at == '\0') return refuse(item, "the inserted base is missing", err);
  for (; *at != '\0'; at++) {
    const unsigned bases = letter_of(*at);
    if (bases == 0) return refuse(item, "a letter that is no base", err);
    if (number == HW_MT_ANY_NUMBER) {
      if (at[1] != '\0') return refuse(item, "X takes one base", err);
      add(self, position, number, bases | HW_MT_ABSENT);
    } else {
      if (number > HW_MT_MAX_INSERTED) return refuse(item, "too many inserted bases", err);
      add(self, position, number++, bases);
    }
  }
  return HW_OK;
}

static hw_status parse_difference(reader *self, const char *item, hw_err *err) {
  const char *at = item;
  char before = '\0';
  int32_t position = 0;
  if (*at >= 'A' && *at <= 'Z') before = *at++;
  if (!take_number(&at, &position)) return refuse(item, "no position", err);
  if (position < 1 || position > HW_MT_LENGTH)
    return refuse(item, "a position outside 1 to 16569", err);
  if (!is_covered(self->haplotype, position))
    return refuse(item, "a position outside the ranges that were sequenced", err);
  const char reference = hw_mt_reference(position);
  if (before != '\0' && before != reference)
    return hw_err_set(err, HW_E_VALUE, "difference '%.40s': the reference has %c at %d, not %c",
                      item, reference, (int)position, before);
  if (reference == 'N') return refuse(item, "3107 is no base of the reference", err);
  if (*at == '.') return parse_insertion(self, item, at + 1, position, err);
  if (is_deletion(at)) {
    add(self, position, 0, HW_MT_ABSENT);
    return HW_OK;
  }
  const unsigned bases = *at != '\0' && at[1] == '\0' ? letter_of(*at) : 0;
  if (bases == 0) return refuse(item, "no base after the position", err);
  if (bases == bases_of(reference)) return refuse(item, "the reference's own base", err);
  add(self, position, 0, bases);
  return HW_OK;
}

static int compare_differences(const void *left, const void *right) {
  const hw_mt_difference *a = left, *b = right;
  if (a->position != b->position) return a->position < b->position ? -1 : 1;
  return a->insertion < b->insertion ? -1 : a->insertion > b->insertion;
}

/* Nothing twice, and inserted bases numbered 1, 2, … without a gap. */
static hw_status check_list(const hw_mt_difference *list, int32_t n, hw_err *err) {
  for (int32_t i = 0; i < n; i++) {
    const hw_mt_difference *before =
        i > 0 && list[i - 1].position == list[i].position ? &list[i - 1] : NULL;
    const int32_t expected =
        before == NULL || before->insertion == HW_MT_ANY_NUMBER ? 1 : before->insertion + 1;
    if (before != NULL && before->insertion == list[i].insertion)
      return hw_err_set(err, HW_E_VALUE, "position %d: two differences at one place",
                        (int)list[i].position);
    if (list[i].insertion > 0 && list[i].insertion != HW_MT_ANY_NUMBER &&
        list[i].insertion != expected)
      return hw_err_set(err, HW_E_VALUE,
                        "position %d.%d: inserted bases are numbered from 1 without a gap",
                        (int)list[i].position, (int)list[i].insertion);
  }
  return HW_OK;
}

static hw_status parse_differences(storage *self, const char *text, hw_err *err) {
  char item[MOST_ITEM + 1];
  bool is_too_long = false;
  reader read = {.haplotype = &self->haplotype};
  read.list = hw_arena_alloc_array(&self->arena, strlen(text) + 1, sizeof *read.list);
  if (read.list == NULL) return HW_NO_MEMORY(err, "the differences of a haplotype");
  while (next_item(&text, item, &is_too_long)) {
    if (is_too_long) return refuse(item, "too long", err);
    if (strcmp(item, "rCRS") == 0) continue;
    HW_TRY(parse_difference(&read, item, err));
  }
  qsort(read.list, (size_t)read.n, sizeof *read.list, compare_differences);
  HW_TRY(check_list(read.list, read.n, err));
  self->haplotype.n_differences = read.n;
  self->haplotype.differences = read.list;
  return HW_OK;
}

hw_status hw_mt_parse(const char *ranges, const char *differences, hw_mt **out, hw_err *err) {
  *out = NULL;
  if (strnlen(ranges, HW_MT_MAX_TEXT + 1) > HW_MT_MAX_TEXT ||
      strnlen(differences, HW_MT_MAX_TEXT + 1) > HW_MT_MAX_TEXT)
    return hw_err_set(err, HW_E_SHAPE, "a haplotype of more than %d bytes", HW_MT_MAX_TEXT);
  storage *self = calloc(1, sizeof *self);
  if (self == NULL) return HW_NO_MEMORY(err, "a haplotype");
  hw_arena_init(&self->arena, 0);
  self->haplotype.storage = self;
  hw_status status = parse_ranges(self, ranges, err);
  if (status == HW_OK) status = parse_differences(self, differences, err);
  if (status == HW_OK)
    *out = &self->haplotype;
  else
    hw_mt_delete(&self->haplotype);
  return status;
}

void hw_mt_delete(hw_mt *self) {
  if (self == NULL) return;
  storage *all = self->storage;
  hw_arena_clear(&all->arena);
  free(all);
}

/* --- a part --- */

static hw_status cut(storage *self, const hw_mt *whole, const hw_mt *other, hw_err *err) {
  const size_t most = (size_t)whole->n_ranges + (size_t)other->n_ranges;
  const size_t n = (size_t)whole->n_differences;
  hw_mt_range *ranges = hw_arena_alloc_array(&self->arena, most, sizeof *ranges);
  hw_mt_difference *list = hw_arena_alloc_array(&self->arena, n + 1, sizeof *list);
  hw_mt *part = &self->haplotype;
  if (ranges == NULL || list == NULL) return HW_NO_MEMORY(err, "a part of a haplotype");
  part->ranges = ranges;
  part->differences = list;
  for (int32_t i = 0; i < whole->n_ranges; i++)
    for (int32_t j = 0; j < other->n_ranges; j++) {
      const hw_mt_range x = whole->ranges[i], y = other->ranges[j];
      const hw_mt_range both = {x.first > y.first ? x.first : y.first,
                                x.last < y.last ? x.last : y.last};
      if (both.first <= both.last) ranges[part->n_ranges++] = both;
    }
  if (part->n_ranges == 0)
    return hw_err_set(err, HW_E_SHAPE, "the two haplotypes have no position in common");
  for (size_t i = 0; i < n; i++)
    if (is_covered(part, whole->differences[i].position))
      list[part->n_differences++] = whole->differences[i];
  return HW_OK;
}

hw_status hw_mt_within(const hw_mt *self, const hw_mt *other, hw_mt **out, hw_err *err) {
  storage *part = calloc(1, sizeof *part);
  *out = NULL;
  if (part == NULL) return HW_NO_MEMORY(err, "a part of a haplotype");
  hw_arena_init(&part->arena, 0);
  part->haplotype.storage = part;
  const hw_status status = cut(part, self, other, err);
  if (status == HW_OK)
    *out = &part->haplotype;
  else
    hw_mt_delete(&part->haplotype);
  return status;
}

/* --- writing --- */

char *hw_mt_difference_format(const hw_mt_difference *self, char text[HW_MT_DIFFERENCE_SIZE]) {
  const unsigned bases = self->bases & ALL_BASES;
  char letter = codes[bases];
  if (bases == 0) {
    snprintf(text, HW_MT_DIFFERENCE_SIZE, "%dDEL", (int)self->position);
    return text;
  }
  if (self->insertion == HW_MT_ANY_NUMBER) {
    snprintf(text, HW_MT_DIFFERENCE_SIZE, "%d.X%c", (int)self->position, letter);
    return text;
  }
  if (self->bases & HW_MT_ABSENT) letter = (char)(letter - 'A' + 'a');
  if (self->insertion > 0)
    snprintf(text, HW_MT_DIFFERENCE_SIZE, "%d.%d%c", (int)self->position, (int)self->insertion,
             letter);
  else
    snprintf(text, HW_MT_DIFFERENCE_SIZE, "%d%c", (int)self->position, letter);
  return text;
}
