/* GEDCOM: texts of several lines, and names.
 *
 * CONT begins a new line of a text, CONC goes on in the same one (5.5.1 only, but
 * taken in 7 too). An @ of the text is written twice: everywhere in 5.5.1, only
 * at the beginning in 7.
 *
 * A name is one line with slashes around the surname, "Nguyễn Văn /An/ Jr", and
 * may be taken apart below it (GIVN, SURN, NICK, NPFX, NSFX); what is stated
 * below goes before what the slashes say. Vietnamese names put the family name
 * first, "/Nguyễn/ Văn An", which the slashes allow for: what stands before and
 * behind them is then the given name, and only with something on both sides is
 * the part behind a suffix. */
#include <string.h>

#include "formats/gedcom_int.h"

static bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n';
}

static hwp_ged_span trim(hwp_ged_span span) {
  while (span.n > 0 && is_blank(span.text[0])) {
    span.text++;
    span.n--;
  }
  while (span.n > 0 && is_blank(span.text[span.n - 1])) span.n--;
  return span;
}

static hw_status keep(hw_arena *arena, hwp_ged_span span, const char **out, hw_err *err) {
  *out = hw_arena_strndup(arena, span.text, span.n);
  return *out != NULL ? HW_OK : HW_NO_MEMORY(err, "the texts");
}

/* Appends a value with its doubled @ undone. */
static void append_value(hwp_ged_reader *self, hwp_ged_span value) {
  size_t i = 0;
  while (i < value.n) {
    const bool is_double = value.text[i] == '@' && i + 1 < value.n && value.text[i + 1] == '@';
    if (is_double && (i == 0 || !self->is_v7)) i++;
    hw_str_append_bytes(&self->buffer, value.text + i, 1);
    i++;
  }
}

hw_status hwp_ged_text(hwp_ged_reader *self, int32_t line, bool is_note, const char **out,
                       hw_err *err) {
  const hwp_ged_records *r = &self->records;
  const int32_t end = hwp_ged_skip(r, line);
  self->buffer.length = 0;
  append_value(self, r->lines[line].value);
  for (int32_t i = line + 1; i < end; i = hwp_ged_skip(r, i)) {
    const bool is_new = hwp_ged_is(r->lines[i].tag, "CONT");
    if (!is_new && !hwp_ged_is(r->lines[i].tag, "CONC")) continue;
    if (is_new) hw_str_append(&self->buffer, "\n");
    append_value(self, r->lines[i].value);
  }
  if (hw_str_status(&self->buffer) != HW_OK) return HW_NO_MEMORY(err, "the texts");
  const hwp_ged_span all = {hw_str_text(&self->buffer), self->buffer.length};
  return keep(&self->out->arena, is_note ? all : trim(all), out, err);
}

/* Two pieces with one blank between. */
static hw_status join(hw_arena *arena, hwp_ged_span a, hwp_ged_span b, const char **out,
                      hw_err *err) {
  char *text = hw_arena_alloc(arena, a.n + b.n + 2);
  if (text == NULL) return HW_NO_MEMORY(err, "the names");
  size_t n = a.n;
  memcpy(text, a.text, a.n);
  if (a.n > 0 && b.n > 0) text[n++] = ' ';
  memcpy(text + n, b.text, b.n);
  *out = text;
  return HW_OK;
}

/* Takes out slashes beyond the first two. */
static hw_status drop_slashes(hw_arena *arena, hwp_ged_span span, hwp_ged_span *out, hw_err *err) {
  *out = span;
  if (!memchr(span.text, '/', span.n)) return HW_OK;
  char *text = hw_arena_alloc(arena, span.n + 1);
  if (text == NULL) return HW_NO_MEMORY(err, "the names");
  size_t n = 0;
  for (size_t i = 0; i < span.n; i++)
    if (span.text[i] != '/') text[n++] = span.text[i];
  *out = trim((hwp_ged_span){text, n});
  return HW_OK;
}

hw_status hwp_ged_split_name(const char *value, hw_arena *arena, hw_gedcom_name *out, hw_err *err) {
  const size_t n = strlen(value);
  const char *open = memchr(value, '/', n);
  const char *close = open ? memchr(open + 1, '/', n - (size_t)(open + 1 - value)) : NULL;
  hwp_ged_span before = {value, open ? (size_t)(open - value) : n}, between = {"", 0};
  hwp_ged_span behind = {"", 0};
  if (open != NULL) {
    const char *end = close ? close : value + n;
    between = (hwp_ged_span){open + 1, (size_t)(end - open - 1)};
  }
  if (close != NULL) behind = (hwp_ged_span){close + 1, n - (size_t)(close + 1 - value)};
  before = trim(before);
  between = trim(between);
  HW_TRY(drop_slashes(arena, trim(behind), &behind, err));
  const hwp_ged_span given = before.n > 0 ? before : behind;
  HW_TRY(keep(arena, given, &out->given, err));
  HW_TRY(keep(arena, between, &out->surname, err));
  HW_TRY(keep(arena, (hwp_ged_span){behind.text, before.n > 0 ? behind.n : 0}, &out->suffix, err));
  const char *first;
  HW_TRY(join(arena, before, between, &first, err));
  return join(arena, (hwp_ged_span){first, strlen(first)}, behind, &out->full, err);
}

/* Replaces a part by the value of a tag below the name, if there is one. */
static hw_status read_part(hwp_ged_reader *self, int32_t line, const char *tag, const char **out,
                           hw_err *err) {
  const int32_t below = hwp_ged_find(&self->records, line, tag);
  return below < 0 ? HW_OK : hwp_ged_text(self, below, false, out, err);
}

hw_status hwp_ged_name(hwp_ged_reader *self, int32_t line, hw_gedcom_name *out, hw_err *err) {
  *out = (hw_gedcom_name){"", "", "", "", "", "", ""};
  const char *value;
  HW_TRY(hwp_ged_text(self, line, false, &value, err));
  HW_TRY(hwp_ged_split_name(value, &self->out->arena, out, err));
  HW_TRY(read_part(self, line, "GIVN", &out->given, err));
  HW_TRY(read_part(self, line, "SURN", &out->surname, err));
  HW_TRY(read_part(self, line, "NICK", &out->nickname, err));
  HW_TRY(read_part(self, line, "NPFX", &out->prefix, err));
  HW_TRY(read_part(self, line, "NSFX", &out->suffix, err));
  return read_part(self, line, "TYPE", &out->kind, err);
}
