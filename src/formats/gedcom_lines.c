/* GEDCOM: lines and records.
 *
 *   0 @I1@ INDI            level, cross reference, tag
 *   1 NAME An /Lê/         level, tag, value
 *   2 CONT …               the value goes on in a new line
 *
 * A line's level is at most one more than that of the line before; a record is a
 * line of level 0 and all lines to the next one. Only one record is in memory
 * as lines, so a large file costs its own size and what is kept of it.
 *
 * Taken although no version permits it, because programs write it: blanks before
 * the level, blank lines, tags in small letters, several blanks between the parts
 * before the value. (GEDCOM 5.5.1, chapter 1; FamilySearch GEDCOM 7, chapter 1.) */
#include <stdlib.h>
#include <string.h>

#include "formats/gedcom_int.h"

#define MAX_LEVEL 99

void hwp_ged_records_init(hwp_ged_records *self, const char *bytes, size_t n_bytes) {
  *self = (hwp_ged_records){.bytes = bytes, .n_bytes = n_bytes};
}

void hwp_ged_records_clear(hwp_ged_records *self) {
  free(self->lines);
  *self = (hwp_ged_records){0};
}

bool hwp_ged_is(hwp_ged_span span, const char *word) {
  if (strlen(word) != span.n) return false;
  for (size_t i = 0; i < span.n; i++) {
    const char a = span.text[i], b = word[i];
    const char folded = (char)(a >= 'a' && a <= 'z' ? a - 'a' + 'A' : a);
    if (folded != (char)(b >= 'a' && b <= 'z' ? b - 'a' + 'A' : b)) return false;
  }
  return true;
}

hwp_ged_span hwp_ged_pointer(hwp_ged_span value) {
  while (value.n > 0 && value.text[value.n - 1] == ' ') value.n--;
  if (value.n < 3 || value.text[0] != '@' || value.text[value.n - 1] != '@' ||
      value.text[1] == '@' || value.text[1] == '#')
    return (hwp_ged_span){"", 0};
  value.text++;
  value.n -= 2;
  if (memchr(value.text, '@', value.n)) return (hwp_ged_span){"", 0};
  return value;
}

static bool is_line_end(char c) {
  return c == '\n' || c == '\r';
}

/* The next line that is not blank, blanks before it taken away. False at the end. */
static bool next_text(hwp_ged_records *self, hwp_ged_span *out) {
  while (self->position < self->n_bytes) {
    size_t at = self->position, end = at;
    while (end < self->n_bytes && !is_line_end(self->bytes[end])) end++;
    self->position = end;
    if (end < self->n_bytes) {
      const bool is_crlf =
          self->bytes[end] == '\r' && end + 1 < self->n_bytes && self->bytes[end + 1] == '\n';
      self->position += is_crlf ? 2 : 1;
    }
    self->n_read++;
    while (at < end && (self->bytes[at] == ' ' || self->bytes[at] == '\t')) at++;
    if (at == end) continue;
    *out = (hwp_ged_span){self->bytes + at, end - at};
    return true;
  }
  return false;
}

/* Takes characters up to the next blank, and the blanks behind them if all is true, else one. */
static hwp_ged_span take_part(hwp_ged_span *rest, bool all) {
  hwp_ged_span part = {rest->text, 0};
  while (part.n < rest->n && rest->text[part.n] != ' ') part.n++;
  size_t used = part.n;
  while (used < rest->n && rest->text[used] == ' ' && (all || used == part.n)) used++;
  rest->text += used;
  rest->n -= used;
  return part;
}

static bool is_tag(hwp_ged_span tag) {
  if (tag.n == 0 || tag.n > 100) return false;
  for (size_t i = 0; i < tag.n; i++) {
    const char c = tag.text[i];
    const bool is_letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    if (!is_letter && !(c >= '0' && c <= '9') && c != '_') return false;
  }
  return true;
}

static hw_status parse_line(hwp_ged_span rest, hwp_ged_line *out, hw_err *err) {
  if (rest.n > HW_GEDCOM_MAX_LINE)
    return hw_err_set(err, HW_E_VALUE, "the line has %zu bytes; at most %zu are read", rest.n,
                      HW_GEDCOM_MAX_LINE);
  const hwp_ged_span whole = rest, level = take_part(&rest, true);
  int32_t number = 0;
  for (size_t i = 0; i < level.n; i++) {
    const char c = level.text[i];
    if (c < '0' || c > '9')
      return hw_err_set(err, HW_E_SYNTAX,
                        "the line begins with \"%.*s\"; expected a level (0, 1, 2 …), a tag and a "
                        "value",
                        (int)(whole.n < 40 ? whole.n : 40), whole.text);
    number = number * 10 + (c - '0');
    if (number > MAX_LEVEL) return hw_err_set(err, HW_E_VALUE, "the level is above %d", MAX_LEVEL);
  }
  *out = (hwp_ged_line){.level = number, .number = out->number};
  if (rest.n > 0 && rest.text[0] == '@') {
    const hwp_ged_span xref = take_part(&rest, true);
    out->xref = hwp_ged_pointer(xref);
    if (out->xref.n == 0)
      return hw_err_set(err, HW_E_SYNTAX,
                        "\"%.*s\" is no cross reference; expected a form like @I1@",
                        (int)(xref.n < 40 ? xref.n : 40), xref.text);
  }
  out->tag = take_part(&rest, false);
  out->value = rest;
  if (!is_tag(out->tag))
    return hw_err_set(err, HW_E_SYNTAX, "\"%.*s\" is no tag; expected letters, digits and _",
                      (int)(out->tag.n < 40 ? out->tag.n : 40), out->tag.text);
  return HW_OK;
}

/* Reads one line; *has_line = false at the end. */
static hw_status next_line(hwp_ged_records *self, hwp_ged_line *out, bool *has_line, hw_err *err) {
  hwp_ged_span text;
  *has_line = next_text(self, &text);
  if (!*has_line) return HW_OK;
  out->number = self->n_read;
  const hw_status status = parse_line(text, out, err);
  if (status != HW_OK) hw_err_place(err, NULL, self->n_read, 0);
  return status;
}

static hw_status keep_line(hwp_ged_records *self, const hwp_ged_line *line, hw_err *err) {
  void *array = self->lines;
  HW_TRY(hwp_ged_reserve(&array, (size_t)self->n_lines, &self->capacity, sizeof *self->lines, err));
  self->lines = array;
  self->lines[self->n_lines++] = *line;
  return HW_OK;
}

static hw_status check_level(const hwp_ged_records *self, const hwp_ged_line *line, hw_err *err) {
  const int32_t before = self->n_lines > 0 ? self->lines[self->n_lines - 1].level : -1;
  if (line->level <= before + 1) return HW_OK;
  if (before < 0)
    hw_err_set(err, HW_E_SYNTAX, "level %d before the first record; expected 0", (int)line->level);
  else
    hw_err_set(err, HW_E_SYNTAX, "level %d below a line of level %d; expected at most %d",
               (int)line->level, (int)before, (int)before + 1);
  hw_err_place(err, NULL, line->number, 0);
  return HW_E_SYNTAX;
}

/* Behind a bad line: goes on with the next line that begins a record. */
static void recover(hwp_ged_records *self) {
  hwp_ged_span text;
  while (next_text(self, &text)) {
    hwp_ged_line line = {.number = self->n_read};
    if (parse_line(text, &line, NULL) != HW_OK || line.level != 0) continue;
    self->next = line;
    self->has_next = true;
    return;
  }
}

static hw_status read_lines(hwp_ged_records *self, hw_err *err) {
  hwp_ged_line line = {0};
  bool has_line = true;
  self->n_lines = 0;
  if (self->has_next) HW_TRY(keep_line(self, &self->next, err));
  self->has_next = false;
  for (;;) {
    HW_TRY(next_line(self, &line, &has_line, err));
    if (!has_line) return HW_OK;
    if (line.level == 0 && self->n_lines > 0) {
      self->next = line;
      self->has_next = true;
      return HW_OK;
    }
    HW_TRY(check_level(self, &line, err));
    HW_TRY(keep_line(self, &line, err));
  }
}

hw_status hwp_ged_next(hwp_ged_records *self, bool *has_record, hw_err *err) {
  const hw_status status = read_lines(self, err);
  *has_record = status == HW_OK && self->n_lines > 0;
  if (status != HW_OK) recover(self);
  return status;
}

int32_t hwp_ged_skip(const hwp_ged_records *self, int32_t i) {
  const int32_t level = self->lines[i].level;
  do i++;
  while (i < self->n_lines && self->lines[i].level > level);
  return i;
}

int32_t hwp_ged_find(const hwp_ged_records *self, int32_t i, const char *tag) {
  const int32_t end = hwp_ged_skip(self, i);
  for (int32_t below = i + 1; below < end; below = hwp_ged_skip(self, below))
    if (hwp_ged_is(self->lines[below].tag, tag)) return below;
  return -1;
}
