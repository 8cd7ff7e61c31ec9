/* GEDCOM: character set and version.
 *
 * The header names the character set of the whole file, and programs name the
 * wrong one. A byte order mark and the bytes themselves are better witnesses:
 *
 *   UTF-8, or nothing said    the bytes must be UTF-8 (nothing said: Latin-1 is
 *                             tried where they are not)
 *   ANSI, Windows-1252 …      Windows-1252, unless the bytes are UTF-8 throughout
 *   UNICODE                   UTF-16 (or UTF-8, which some mean by it)
 *   ASCII                     as ANSI
 *   ANSEL, MACINTOSH, IBMPC…  taken if the file holds ASCII only, else refused:
 *                             ANSEL writes an accent before its letter, and no
 *                             Vietnamese name survives a wrong guess */
#include <string.h>

#include "formats/gedcom_int.h"

/* Bytes among which the header's CHAR must be. */
#define HEAD_BYTES ((size_t)64 << 10)

bool hw_gedcom_is(const char *bytes, size_t n_bytes) {
  hw_decoded text = {0};
  hw_err err = HW_ERR_INIT;
  size_t n = n_bytes < 32 ? n_bytes : 32;
  hw_status status = HW_E_SYNTAX;
  for (int less = 0; less < 4 && n > 0 && status == HW_E_SYNTAX; less++, n--)
    status = hw_text_decode(bytes, n, HW_TEXT_DETECT, &text, &err);
  bool is_one = false;
  if (status == HW_OK) {
    size_t at = 0;
    while (at < text.n_bytes && strchr(" \t\r\n", text.bytes[at])) at++;
    is_one = text.n_bytes - at >= 6 && memcmp(text.bytes + at, "0 HEAD", 6) == 0 &&
             (text.n_bytes - at == 6 || strchr(" \t\r\n", text.bytes[at + 6]));
  }
  hw_text_clear(&text);
  return is_one;
}

/* The value of the header's line "1 CHAR …", which is ASCII in every one-byte set. */
static hwp_ged_span find_char(const char *bytes, size_t n_bytes) {
  static const char before[] = "1 CHAR ";
  const size_t n = n_bytes < HEAD_BYTES ? n_bytes : HEAD_BYTES, n_before = sizeof before - 1;
  for (size_t i = 0; i + n_before < n; i++) {
    if (bytes[i] != '\n' && bytes[i] != '\r') continue;
    size_t at = i + 1;
    while (at < n && bytes[at] == ' ') at++;
    if (n - at < n_before || memcmp(bytes + at, before, n_before) != 0) continue;
    hwp_ged_span value = {bytes + at + n_before, 0};
    while (at + n_before + value.n < n && !strchr("\r\n", value.text[value.n]) &&
           value.text[value.n] != '\0')
      value.n++;
    while (value.n > 0 && value.text[value.n - 1] == ' ') value.n--;
    return value;
  }
  return (hwp_ged_span){"", 0};
}

static bool is_ascii(const char *bytes, size_t n, uint64_t *line) {
  *line = 1;
  for (size_t i = 0; i < n; i++) {
    if ((unsigned char)bytes[i] >= 0x80) return false;
    if (bytes[i] == '\n' || (bytes[i] == '\r' && (i + 1 == n || bytes[i + 1] != '\n'))) (*line)++;
  }
  return true;
}

static bool is_one_of(hwp_ged_span value, const char *const *words) {
  for (; *words != NULL; words++)
    if (hwp_ged_is(value, *words)) return true;
  return false;
}

hw_status hwp_ged_decode(hwp_ged_reader *self, const char *bytes, size_t n_bytes, hw_err *err) {
  static const char *const latin[] = {"ANSI",        "ASCII",        "US-ASCII",    "USASCII",
                                      "LATIN1",      "ISO-8859-1",   "ISO8859-1",   "CP1252",
                                      "ANSI 1252",   "WINDOWS-1252", "IBM WINDOWS", "WINDOWS",
                                      "IBM_WINDOWS", "ISO8859",      NULL};
  static const char *const any[] = {"UTF-8", "UTF8", "UNICODE", "UTF-16", "UTF16", NULL};
  const hwp_ged_span said = find_char(bytes, n_bytes);
  const bool is_latin = is_one_of(said, latin), is_utf8 = said.n > 0 && is_one_of(said, any);
  HW_TRY(hw_text_decode(bytes, n_bytes, HW_TEXT_DETECT, &self->text, err));
  const hw_text_encoding found = self->text.encoding;
  if (found == HW_TEXT_UTF16LE || found == HW_TEXT_UTF16BE) return HW_OK;
  uint64_t line;
  if (is_ascii(self->text.bytes, self->text.n_bytes, &line)) return HW_OK;
  if (is_utf8 && found != HW_TEXT_UTF8) { /* says where */
    hw_text_clear(&self->text);
    return hw_text_decode(bytes, n_bytes, HW_TEXT_UTF8, &self->text, err);
  }
  if (said.n > 0 && !is_latin && !is_utf8) {
    hw_err_set(err, HW_E_UNSUPPORTED,
               "the character set \"%.*s\" is not read, and this line has letters beyond ASCII; "
               "export the file again as UTF-8",
               (int)(said.n < 40 ? said.n : 40), said.text);
    hw_err_place(err, NULL, line, 0);
    return HW_E_UNSUPPORTED;
  }
  if (is_latin && found == HW_TEXT_UTF8)
    return hw_notes_add(&self->notes, 0, err,
                        "the header says %.*s, but the letters are UTF-8 and were read as such",
                        (int)(said.n < 40 ? said.n : 40), said.text);
  return hw_text_note(&self->text, "the text", &self->notes, err);
}

/* --- the header's record --- */

static hw_status keep_value(hwp_ged_reader *self, int32_t line, const char **out, hw_err *err) {
  const hwp_ged_span value = line < 0 ? (hwp_ged_span){"", 0} : self->records.lines[line].value;
  *out = hw_arena_strndup(&self->out->arena, value.text, value.n);
  return *out != NULL ? HW_OK : HW_NO_MEMORY(err, "the header");
}

hw_status hwp_ged_read_head(hwp_ged_reader *self, hw_err *err) {
  bool has_record;
  hw_gedcom *out = self->out;
  HW_TRY(hwp_ged_next(&self->records, &has_record, err));
  if (!has_record || !hwp_ged_is(self->records.lines[0].tag, "HEAD")) {
    hw_err_set(err, HW_E_SYNTAX, "the file does not begin with \"0 HEAD\": this is no GEDCOM file");
    hw_err_place(err, NULL, has_record ? self->records.lines[0].number : 1, 0);
    return HW_E_SYNTAX;
  }
  const int32_t gedc = hwp_ged_find(&self->records, 0, "GEDC");
  const int32_t version = gedc < 0 ? -1 : hwp_ged_find(&self->records, gedc, "VERS");
  HW_TRY(keep_value(self, version, &out->version, err));
  HW_TRY(keep_value(self, hwp_ged_find(&self->records, 0, "SOUR"), &out->source, err));
  self->is_v7 = strncmp(out->version, "7.", 2) == 0;
  if (self->is_v7 || strncmp(out->version, "5.5", 3) == 0) return HW_OK;
  if (version < 0)
    return hw_notes_add(&self->notes, 0, err, "the header names no version; 5.5.1 was assumed");
  hw_err_set(err, HW_E_UNSUPPORTED, "version \"%.40s\"; read are 5.5, 5.5.1 and 7", out->version);
  hw_err_place(err, NULL, self->records.lines[version].number, 0);
  return HW_E_UNSUPPORTED;
}
