/* PED files: lines, words, numbers.
 *
 * All files of the family are lines of words divided by blanks or tabs; what
 * begins with "#" is a comment. A row may hold a hundred thousand genotypes, so
 * words are taken one after another from the text, not collected. */
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "formats/ped_int.h"

hw_status hwp_ped_file_open(hwp_ped_file *self, const hw_ped_source *source, hw_err *err) {
  *self = (hwp_ped_file){.name = source->name};
  return hw_text_decode(source->bytes, source->n_bytes, HW_TEXT_DETECT, &self->text, err);
}

void hwp_ped_file_clear(hwp_ped_file *self) {
  hw_text_clear(&self->text);
}

static bool is_line_end(char c) {
  return c == '\n' || c == '\r';
}

static bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\f' || c == '\v';
}

bool hwp_ped_next_line(hwp_ped_file *self) {
  const char *bytes = self->text.bytes;
  const size_t n = self->text.n_bytes;
  while (self->position < n) {
    size_t at = self->position, end = at;
    while (end < n && !is_line_end(bytes[end])) end++;
    self->position = end;
    if (end < n) {
      const bool is_crlf = bytes[end] == '\r' && end + 1 < n && bytes[end + 1] == '\n';
      self->position += is_crlf ? 2 : 1;
    }
    self->n_lines++;
    while (at < end && is_blank(bytes[at])) at++;
    if (at == end || bytes[at] == '#') continue;
    self->at = at;
    self->end = end;
    self->line = self->n_lines;
    return true;
  }
  return false;
}

static bool take_word(const char *bytes, size_t *at, size_t end, hwp_ped_word *word) {
  while (*at < end && is_blank(bytes[*at])) (*at)++;
  const size_t first = *at;
  while (*at < end && !is_blank(bytes[*at])) (*at)++;
  *word = (hwp_ped_word){bytes + first, *at - first};
  return *at > first;
}

bool hwp_ped_next_word(hwp_ped_file *self, hwp_ped_word *word) {
  return take_word(self->text.bytes, &self->at, self->end, word);
}

size_t hwp_ped_count_words(const hwp_ped_file *self, size_t *slashed) {
  size_t n = 0, n_slashed = 0, at = self->at;
  hwp_ped_word word;
  for (; take_word(self->text.bytes, &at, self->end, &word); n++)
    if (memchr(word.text, '/', word.n)) n_slashed++;
  if (slashed) *slashed = n_slashed;
  return n;
}

bool hwp_ped_is(hwp_ped_word word, const char *expected) {
  if (strlen(expected) != word.n) return false;
  for (size_t i = 0; i < word.n; i++) {
    const char a = word.text[i], b = expected[i];
    const char folded = (char)(a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a);
    if (folded != (char)(b >= 'A' && b <= 'Z' ? b - 'A' + 'a' : b)) return false;
  }
  return true;
}

bool hwp_ped_number(hwp_ped_word word, double *out) {
  char text[64];
  if (word.n == 0 || word.n >= sizeof text) return false;
  memcpy(text, word.text, word.n);
  text[word.n] = '\0';
  return hw_number_parse(text, out);
}

bool hwp_ped_report(hwp_ped_reader *self, const hwp_ped_file *file, hw_err *err) {
  hw_err_place(err, file->name, err->line != 0 ? 0 : file->line, 0);
  return hw_errors_add(self->errors, err);
}

hw_status hwp_ped_reserve(void **array, size_t n, size_t *capacity, size_t size, hw_err *err) {
  if (n < *capacity) return HW_OK;
  size_t larger = *capacity, bytes;
  do {
    if (!hw_mul_size(larger > 0 ? larger : 64, 2, &larger)) break;
  } while (larger <= n);
  void *moved = hw_mul_size(larger, size, &bytes) ? realloc(*array, bytes) : NULL;
  if (moved == NULL) return HW_NO_MEMORY(err, "the pedigree file");
  *array = moved;
  *capacity = larger;
  return HW_OK;
}

hw_status hwp_ped_intern(hw_intern *texts, hwp_ped_word word, const char *what, int32_t *out,
                         hw_err *err) {
  if (word.n > HWP_PED_MAX_NAME)
    return hw_err_set(err, HW_E_VALUE, "the %s has %zu bytes; expected at most %zu", what, word.n,
                      HWP_PED_MAX_NAME);
  for (size_t i = 0; i < word.n; i++)
    if ((unsigned char)word.text[i] < 0x20 || word.text[i] == 0x7f)
      return hw_err_set(err, HW_E_VALUE, "the %s \"%.*s\" has a control character: remove it", what,
                        (int)(word.n < 40 ? word.n : 40), word.text);
  return hw_intern_add(texts, word.text, word.n, out, err);
}
