/* CSV files that are not UTF-8, piece by piece.
 *
 * The window over the file holds UTF-8 only, so that the grammar sees nothing
 * else. Bytes of another encoding wait in a buffer of their own and are decoded
 * character by character as the window is filled; a character that the buffer
 * holds half of waits for the rest. UTF-8, which nearly all files are, is read
 * into the window as it stands and costs nothing.
 *
 * A unit that is no character of the encoding becomes a byte that is no UTF-8.
 * The grammar stumbles over it where it stands, and tells line and column. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "formats/csv_int.h"

/* Bytes that wait to be decoded. */
#define RAW_SIZE ((size_t)64 << 10)

static hw_status read_file(hw_csv *self, char *out, size_t wanted, size_t *n, bool *is_last,
                           hw_err *err) {
  errno = 0;
  *n = fread(out, 1, wanted, self->stream);
  if (*n == wanted) return HW_OK;
  if (ferror(self->stream)) return hwp_csv_fail_errno(self, errno ? errno : EIO, "read", err);
  *is_last = true;
  return HW_OK;
}

/* Decodes what waits. @return false if more of the file is needed to go on */
static bool decode(hw_csv *self, char *out, size_t room, size_t *n) {
  while (room - *n >= HWP_CSV_ROOM) {
    const char *at = self->raw + self->raw_at;
    const size_t left = self->n_raw - self->raw_at;
    char character[4];
    size_t length;
    if (left < HWP_CSV_ROOM && !self->is_raw_last) return false;
    const size_t taken = hw_text_take(self->encoding, at, left, character, &length);
    if (taken == 0) {
      if (left == 0) {
        self->is_last = true;
        return true;
      }
      const bool is_wide = self->encoding == HW_TEXT_UTF16LE || self->encoding == HW_TEXT_UTF16BE;
      self->bad_unit = (unsigned char)at[0];
      if (is_wide && left > 1) /* as it is written: the higher byte first */
        self->bad_unit = self->encoding == HW_TEXT_UTF16BE
                             ? self->bad_unit << 8 | (unsigned char)at[1]
                             : self->bad_unit | (unsigned)(unsigned char)at[1] << 8;
      out[(*n)++] = HWP_CSV_BAD;
      self->is_last = true;
      return true;
    }
    memcpy(out + *n, character, length);
    *n += length;
    self->raw_at += taken;
    self->n_decoded += taken;
  }
  return true;
}

hw_status hwp_csv_read_bytes(hw_csv *self, char *out, size_t room, size_t *n, hw_err *err) {
  *n = 0;
  if (!self->raw) return read_file(self, out, room, n, &self->is_last, err);
  while (!self->is_last && !decode(self, out, room, n)) {
    size_t added = 0;
    self->n_raw -= self->raw_at;
    memmove(self->raw, self->raw + self->raw_at, self->n_raw);
    self->raw_at = 0;
    HW_TRY(read_file(self, self->raw + self->n_raw, RAW_SIZE - self->n_raw, &added,
                     &self->is_raw_last, err));
    self->n_raw += added;
  }
  return HW_OK;
}

static hw_status refuse_mark(const hw_csv *self, hw_text_encoding marked, hw_text_encoding asked,
                             hw_err *err) {
  hw_err_set(err, HW_E_SYNTAX,
             "the file has the byte order mark of %s, expected %s: leave the "
             "encoding out",
             hw_text_encoding_name(marked), hw_text_encoding_name(asked));
  hw_err_place(err, self->path, 1, 0);
  return HW_E_SYNTAX;
}

/* The encoding of the file; HW_TEXT_UTF8 also where nothing was said of it. */
static hw_status find_encoding(hw_csv *self, hw_text_encoding asked, size_t *mark, hw_err *err) {
  const hw_text_encoding told = hw_text_mark(self->bytes, self->n_bytes, mark);
  const bool is_utf16 = told == HW_TEXT_UTF16LE || told == HW_TEXT_UTF16BE;
  if (asked == HW_TEXT_DETECT && *mark > 0) asked = told;
  if (asked == HW_TEXT_UTF16) asked = is_utf16 ? told : *mark == 0 ? HW_TEXT_UTF16LE : asked;
  if (*mark > 0 && told != asked) return refuse_mark(self, told, asked, err);
  self->encoding = asked == HW_TEXT_DETECT ? HW_TEXT_UTF8 : asked;
  return HW_OK;
}

hw_status hwp_csv_choose(hw_csv *self, hw_text_encoding encoding, hw_err *err) {
  size_t mark = 0;
  HW_TRY(find_encoding(self, encoding, &mark, err));
  if (self->encoding == HW_TEXT_UTF8) return HW_OK;
  const size_t size = self->n_bytes > RAW_SIZE ? self->n_bytes : RAW_SIZE;
  self->raw = malloc(size);
  if (!self->raw) return HW_NO_MEMORY(err, "a part of the file");
  memcpy(self->raw, self->bytes, self->n_bytes);
  self->n_raw = self->n_bytes;
  self->raw_at = self->n_decoded = mark;
  self->is_raw_last = self->is_last;
  self->is_last = false;
  self->n_bytes = 0;
  return hwp_csv_read_bytes(self, self->window, self->window_size, &self->n_bytes, err);
}
