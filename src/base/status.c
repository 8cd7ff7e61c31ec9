/* Status codes and the error chain.
 *
 * An hw_err is one line for a person. Three promises make it safe to print as it
 * stands, whatever a file contained:
 *
 * 1. It is one line: control characters (newlines, terminal escapes) that came in
 *    with user data are replaced by "?".
 * 2. It is valid UTF-8: foreign bytes become "?", and text that does not fit ends
 *    before a whole character, followed by "…".
 * 3. Arguments may point into the same hw_err ("%s", err->message): text is
 *    formatted aside before anything is overwritten. */
#include "homeward/status.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

/* Room for formatting before cutting: the largest member and the largest addition. */
#define SCRATCH_SIZE 1024

static const char ELLIPSIS[] = "\xE2\x80\xA6";

/* True for C0, DEL and C1 controls: what could move a terminal's cursor. */
static bool is_control(const char *at, size_t length) {
  const unsigned char *b = (const unsigned char *)at;
  if (length == 1) return b[0] < 0x20 || b[0] == 0x7F;
  return length == 2 && b[0] == 0xC2 && b[1] < 0xA0;
}

/* Copies text into target[size] with promises 1 and 2. */
static void put_clean(char *target, size_t size, const char *text) {
  const size_t n = strlen(text);
  const size_t room = size - sizeof ELLIPSIS; /* beyond it only if everything fits */
  size_t used = 0;
  size_t cut = 0; /* last end of a character that leaves room for the ellipsis */
  for (size_t i = 0; i < n;) {
    size_t length = hw_utf8_length(text + i, n - i);
    const bool is_kept = length > 0 && !is_control(text + i, length);
    const size_t out = is_kept ? length : 1;
    if (used + out >= size) {
      memcpy(target + cut, ELLIPSIS, sizeof ELLIPSIS);
      return;
    }
    if (is_kept)
      memcpy(target + used, text + i, length);
    else
      target[used] = '?';
    used += out;
    if (used <= room) cut = used;
    i += length > 0 ? length : 1;
  }
  target[used] = '\0';
}

hw_status hw_err_set(hw_err *err, hw_status status, const char *format, ...) {
  if (!err) return status;
  char scratch[SCRATCH_SIZE];
  va_list args;
  va_start(args, format);
  vsnprintf(scratch, sizeof scratch, format, args);
  va_end(args);
  err->status = status;
  err->line = 0;
  err->column = 0;
  err->file[0] = '\0';
  err->field[0] = '\0';
  put_clean(err->message, sizeof err->message, scratch);
  return status;
}

void hw_err_place(hw_err *err, const char *file, uint64_t line, uint64_t column) {
  if (!err) return;
  if (file) {
    char scratch[SCRATCH_SIZE];
    snprintf(scratch, sizeof scratch, "%s", file);
    put_clean(err->file, sizeof err->file, scratch);
  }
  if (line) err->line = line;
  if (column) err->column = column;
}

void hw_err_field(hw_err *err, const char *format, ...) {
  if (!err) return;
  char scratch[SCRATCH_SIZE];
  va_list args;
  va_start(args, format);
  const int printed = vsnprintf(scratch, sizeof scratch, format, args);
  va_end(args);
  if (printed < 0) return;
  const bool needs_dot = err->field[0] != '\0' && err->field[0] != '[' && printed > 0;
  const size_t used = strlen(scratch);
  snprintf(scratch + used, sizeof scratch - used, "%s%s", needs_dot ? "." : "", err->field);
  put_clean(err->field, sizeof err->field, scratch);
}

void hw_err_while(hw_err *err, const char *format, ...) {
  if (!err) return;
  char addition[SCRATCH_SIZE / 2];
  va_list args;
  va_start(args, format);
  vsnprintf(addition, sizeof addition, format, args);
  va_end(args);
  char scratch[SCRATCH_SIZE + sizeof err->message];
  snprintf(scratch, sizeof scratch, "%s, while %s", err->message, addition);
  put_clean(err->message, sizeof err->message, scratch);
}

const char *hw_err_text(const hw_err *err, char *buffer, size_t size) {
  if (size == 0) return buffer;
  if (size <= sizeof ELLIPSIS) { /* no room for a cut text */
    buffer[0] = '\0';
    return buffer;
  }
  char place[64] = "";
  if (err->line && err->column)
    snprintf(place, sizeof place, "%s%llu:%llu: ", err->file[0] ? ":" : "line ",
             (unsigned long long)err->line, (unsigned long long)err->column);
  else if (err->line)
    snprintf(place, sizeof place, "%s%llu: ", err->file[0] ? ":" : "line ",
             (unsigned long long)err->line);
  else if (err->file[0])
    snprintf(place, sizeof place, ": ");
  const char *message = err->message[0] ? err->message : hw_status_sentence(err->status);
  char scratch[sizeof err->file + sizeof err->field + sizeof err->message + sizeof place + 8];
  snprintf(scratch, sizeof scratch, "%s%s%s%s%s", err->file, place, err->field,
           err->field[0] ? ": " : "", message);
  put_clean(buffer, size, scratch);
  return buffer;
}

/* --- the table --- */

typedef struct status_row {
  hw_status status;
  const char *name;
  const char *family;
  const char *sentence;
  int exit_status;
} status_row;

static const status_row ROWS[] = {
#define HW_STATUS(name, value, family, sentence, exit_status) \
  {HW_##name, "HW_" #name, family, sentence, exit_status},
#include "homeward/status.def"
#undef HW_STATUS
};

static const status_row *find_row(hw_status status) {
  for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++)
    if (ROWS[i].status == status) return &ROWS[i];
  return NULL;
}

const char *hw_status_name(hw_status status) {
  const status_row *row = find_row(status);
  return row ? row->name : "unknown status";
}

const char *hw_status_sentence(hw_status status) {
  const status_row *row = find_row(status);
  return row ? row->sentence : "unknown status";
}

const char *hw_status_family(hw_status status) {
  const status_row *row = find_row(status);
  return row ? row->family : "unknown status";
}

int hw_status_exit(hw_status status) {
  const status_row *row = find_row(status);
  return row ? row->exit_status : 3; /* a foreign value is no fault of the input */
}
