/* Reading the file of a report again, from whatever source it comes.
 *
 * JSON: parsed by the project's bounded reader, then written again in the canonical
 * form without "document" (report_json.c), whose digest is compared. So blanks and
 * escapes do not matter, and any other change of a number or a text does.
 *
 * HTML: the JSON of the data block in it likewise, and the digest of all bytes
 * around the block.
 *
 * PDF: only the code, which stands among the properties of the document. No parser
 * of PDF is needed for the files that are written here, whose trailer and properties
 * are plain text (those of cairo 1.16; a test tells if another release compresses
 * them): the last trailer names the object /Info, whose
 * dictionary is read token by token, so that a title which contains "/Keywords" is
 * no danger. Every step is bounded by the file; what is not found makes the file
 * none of ours.
 *
 *   trailer << /Size 9 /Root 8 0 R /Info 7 0 R >> startxref …
 *   7 0 obj << /Producer (…) /Title <FEFF…> /Keywords (homeward-report:R-7) … >> */
#include "report/report_int.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/json_read.h"
#include "base/utf8.h"

/* What the answers point into. */
typedef struct storage {
  hw_json_doc *doc;
  hw_arena arena;
} storage;

/* A stretch of the file. */
typedef struct span {
  const char *at, *end;
} span;

/* First place of a text in a stretch, or NULL. */
static const char *find(span s, const char *text) {
  const size_t n = strlen(text);
  while ((size_t)(s.end - s.at) >= n) {
    const char *at = memchr(s.at, text[0], (size_t)(s.end - s.at) - n + 1);
    if (at == NULL || memcmp(at, text, n) == 0) return at;
    s.at = at + 1;
  }
  return NULL;
}

static const char *find_last(span s, const char *text) {
  const size_t n = strlen(text);
  if ((size_t)(s.end - s.at) < n) return NULL;
  for (const char *at = s.end - n;; at--) {
    if (memcmp(at, text, n) == 0) return at;
    if (at == s.at) return NULL;
  }
}

static bool begins(span s, const char *text) {
  const size_t n = strlen(text);
  return (size_t)(s.end - s.at) >= n && memcmp(s.at, text, n) == 0;
}

/* ---- JSON ---- */

/* Writes a value in the canonical form; `skipped` is a key of the outermost object. */
static void write_again(hw_json_writer *w, const hw_json *value, const char *skipped) {
  const char *text = "";
  bool flag = false;
  int64_t integer = 0;
  double number = 0;
  hw_json_iter member = {0};
  switch (hw_json_kind_of(value)) {
    case HW_JSON_OBJECT:
      hw_json_write_begin_object(w);
      while (hw_json_next(value, &member)) {
        if (skipped != NULL && strcmp(member.key, skipped) == 0) continue;
        hw_json_write_key(w, member.key);
        write_again(w, member.value, NULL);
      }
      hw_json_write_end_object(w);
      return;
    case HW_JSON_ARRAY:
      hw_json_write_begin_array(w);
      for (size_t i = 0; i < hw_json_count(value); i++) write_again(w, hw_json_at(value, i), NULL);
      hw_json_write_end_array(w);
      return;
    case HW_JSON_STRING:
      if (hw_json_as_string(value, &text, NULL) == HW_OK) hw_json_write_string(w, text);
      return;
    case HW_JSON_BOOL:
      if (hw_json_as_bool(value, &flag, NULL) == HW_OK) hw_json_write_bool(w, flag);
      return;
    case HW_JSON_INTEGER:
      if (hw_json_as_int(value, INT64_MIN, INT64_MAX, &integer, NULL) == HW_OK)
        hw_json_write_int(w, integer);
      return;
    case HW_JSON_REAL:
      if (hw_json_as_double(value, &number, NULL) == HW_OK) hw_json_write_double(w, number);
      return;
    default:
      hw_json_write_null(w);
  }
}

static hw_status check_digest(const hw_json *root, const char *document, bool *is_intact,
                              hw_err *err) {
  hw_str text = HW_STR_INIT;
  hw_json_writer w;
  hw_json_write_init_str(&w, &text, 0);
  write_again(&w, root, "document");
  const hw_status status = hw_json_write_finish_bare(&w, err);
  if (status == HW_OK) {
    char digest[HW_DIGEST_TEXT_SIZE];
    hwp_digest_pair(hw_str_text(&text), text.length, "", 0, digest);
    *is_intact = document != NULL && strcmp(digest, document) == 0;
  }
  hw_str_clear(&text);
  return status;
}

/* A number, or the word for what JSON has no number for. */
static hw_status read_value(const hw_json *object, double *out, hw_err *err) {
  const hw_json *value = hw_json_find(object, "value");
  const char *word = NULL;
  if (hw_json_kind_of(value) != HW_JSON_STRING)
    return hw_json_get_double(object, "value", out, err);
  HW_TRY(hw_json_as_string(value, &word, err));
  if (strcmp(word, "inf") == 0)
    *out = (double)INFINITY;
  else if (strcmp(word, "-inf") == 0)
    *out = -(double)INFINITY;
  else if (strcmp(word, "undefined") == 0)
    *out = (double)NAN;
  else
    return hw_err_set(err, HW_E_SYNTAX,
                      "'%s' is no value: expected a number, 'inf', '-inf' or 'undefined'", word);
  return HW_OK;
}

static hw_status read_entry(const hw_json *object, bool is_figure, hw_report_figure *out,
                            hw_err *err) {
  HW_TRY(hw_json_get_string(object, "name", &out->name, err));
  if (!is_figure) return hw_json_get_string(object, "text", &out->shown, err);
  HW_TRY(read_value(object, &out->value, err));
  return hw_json_find_string(object, "shown", &out->shown, err);
}

/* The figures, or the claims. */
static hw_status read_entries(storage *own, const hw_json *root, bool is_figure,
                              const hw_report_figure **out, int32_t *n_out, hw_err *err) {
  const char *key = is_figure ? "figures" : "claims";
  const hw_json *array = NULL;
  HW_TRY(hw_json_find_array(root, key, &array, err));
  const size_t n = hw_json_count(array);
  if (n > INT32_MAX) return hw_err_set(err, HW_E_SYNTAX, "the report has too many %s", key);
  hw_report_figure *list = hw_arena_alloc_array(&own->arena, n, sizeof *list);
  if (list == NULL) return HW_NO_MEMORY(err, "the figures of a report");
  for (size_t i = 0; i < n; i++) {
    const hw_status status = read_entry(hw_json_at(array, i), is_figure, &list[i], err);
    if (status == HW_OK) continue;
    hw_err_field(err, "%s[%zu]", key, i);
    return status;
  }
  *out = list;
  *n_out = (int32_t)n;
  return HW_OK;
}

static hw_status read_root(const hw_json *root, storage *own, hw_report_facts *out, hw_err *err) {
  const char *format = "";
  const hw_json *head = NULL;
  HW_TRY(hw_json_find_string(root, "format", &format, err));
  if (strcmp(format, HWP_REPORT_FORMAT) != 0)
    return hw_err_set(
        err, HW_E_SYNTAX,
        "this JSON is no report: its format is '%s', expected '" HWP_REPORT_FORMAT "'", format);
  HW_TRY(hw_json_find_object(root, "head", &head, err));
  HW_TRY(hw_json_find_string(head, "code", &out->code, err));
  HW_TRY(hw_json_find_string(root, "document", &out->document, err));
  HW_TRY(read_entries(own, root, true, &out->figures, &out->n_figures, err));
  HW_TRY(read_entries(own, root, false, &out->claims, &out->n_claims, err));
  return check_digest(root, out->document, &out->is_intact, err);
}

static hw_status read_json(span s, storage *own, hw_report_facts *out, hw_err *err) {
  HW_TRY(hw_json_doc_parse(s.at, (size_t)(s.end - s.at), NULL, &own->doc, err));
  const hw_json *root = hw_json_doc_root(own->doc);
  hw_status status = hw_json_expect_object(root, err);
  if (status == HW_OK) status = read_root(root, own, out, err);
  if (status != HW_OK) hw_json_doc_place(own->doc, err);
  return status;
}

/* ---- HTML ---- */

static hw_status read_html(span s, storage *own, hw_report_facts *out, hw_err *err) {
  const char *begin = find_last(s, HWP_SCRIPT_BEGIN);
  const size_t n_begin = sizeof HWP_SCRIPT_BEGIN - 1, n_middle = sizeof HWP_SCRIPT_MIDDLE - 1;
  const size_t n_digest = HW_DIGEST_TEXT_SIZE - 1;
  if (begin == NULL || (size_t)(s.end - begin) < n_begin + n_digest + n_middle ||
      memcmp(begin + n_begin + n_digest, HWP_SCRIPT_MIDDLE, n_middle) != 0)
    return hw_err_set(err, HW_E_SYNTAX,
                      "the file is no report: it is neither JSON nor PDF, nor HTML with the data "
                      "of a report in it");
  const span json = {begin + n_begin + n_digest + n_middle, s.end};
  const char *end = find(json, HWP_SCRIPT_END);
  if (end == NULL)
    return hw_err_set(err, HW_E_SYNTAX, "the HTML ends within the data of the report");
  HW_TRY(read_json((span){json.at, end}, own, out, err));
  const char *behind = end + sizeof HWP_SCRIPT_END - 1;
  char page[HW_DIGEST_TEXT_SIZE];
  hwp_digest_pair(s.at, (size_t)(begin - s.at), behind, (size_t)(s.end - behind), page);
  if (memcmp(page, begin + n_begin, n_digest) != 0) out->is_intact = false;
  return HW_OK;
}

/* ---- PDF ---- */

static bool is_blank(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == '\0';
}

static bool is_regular(char c) {
  return !is_blank(c) && strchr("()<>[]{}/%", c) == NULL;
}

static void skip_blanks(span *s) {
  while (s->at < s->end && is_blank(*s->at)) s->at++;
}

/* A whole number; -1 if there is none. */
static int64_t read_number(span *s) {
  int64_t value = -1;
  skip_blanks(s);
  for (; s->at < s->end && *s->at >= '0' && *s->at <= '9'; s->at++) {
    if (value > 100000000) return -1;
    value = (value < 0 ? 0 : value) * 10 + (*s->at - '0');
  }
  return value;
}

/* A string in parentheses, escapes resolved. The stretch stands behind "(". */
static void read_literal(span *s, hw_str *out) {
  static const char letters[] = "nrtbf", meanings[] = "\n\r\t\b\f";
  int depth = 1;
  while (s->at < s->end) {
    char c = *s->at++;
    if (c == '(') depth++;
    if (c == ')' && --depth == 0) return;
    if (c == '\\' && s->at < s->end) {
      c = *s->at++;
      if (c >= '0' && c <= '7') { /* one to three octal digits */
        unsigned code = (unsigned)(c - '0');
        for (int i = 0; i < 2 && s->at < s->end && *s->at >= '0' && *s->at <= '7'; i++)
          code = code * 8 + (unsigned)(*s->at++ - '0');
        c = (char)(code & 0xff);
      } else {
        const char *letter = c != '\0' ? strchr(letters, c) : NULL;
        if (letter != NULL) c = meanings[letter - letters];
      }
    }
    hw_str_append_bytes(out, &c, 1);
  }
}

static int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/* A string in hexadecimal. The stretch stands behind "<". */
static void read_hex(span *s, hw_str *out) {
  int high = -1;
  while (s->at < s->end) {
    const char c = *s->at++;
    if (c == '>') break;
    const int digit = hex_digit(c);
    if (digit < 0) continue;
    if (high < 0) {
      high = digit;
      continue;
    }
    hw_str_append_bytes(out, (const char[]){(char)(high * 16 + digit)}, 1);
    high = -1;
  }
}

/* Text of a PDF string: UTF-16BE with its mark, or bytes as they are. */
static void add_text(hw_str *out, const hw_str *raw) {
  const unsigned char *b = (const unsigned char *)hw_str_text(raw);
  if (raw->length < 2 || b[0] != 0xfe || b[1] != 0xff) {
    hw_str_append_bytes(out, hw_str_text(raw), raw->length);
    return;
  }
  for (size_t i = 2; i + 1 < raw->length; i += 2) {
    uint32_t code = (uint32_t)b[i] << 8 | b[i + 1];
    if (code >= 0xd800 && code < 0xdc00 && i + 3 < raw->length) {
      const uint32_t low = (uint32_t)b[i + 2] << 8 | b[i + 3];
      code = 0x10000 + ((code - 0xd800) << 10) + ((low - 0xdc00) & 0x3ff);
      i += 2;
    }
    char bytes[4];
    hw_str_append_bytes(out, bytes, hw_utf8_put(code, bytes));
  }
}

/* Looks through a dictionary for the text of /Keywords. */
static bool find_keywords(span s, hw_str *out) {
  bool is_value = false; /* of /Keywords */
  while (s.at < s.end) {
    skip_blanks(&s);
    if (s.at == s.end || begins(s, ">>")) return false;
    const char c = *s.at++;
    if (c == '/') {
      const char *name = s.at;
      while (s.at < s.end && is_regular(*s.at)) s.at++;
      is_value = (size_t)(s.at - name) == strlen("Keywords") &&
                 memcmp(name, "Keywords", strlen("Keywords")) == 0;
    } else if (c == '(' || c == '<') {
      hw_str raw = HW_STR_INIT;
      if (c == '(')
        read_literal(&s, &raw);
      else
        read_hex(&s, &raw);
      if (is_value) add_text(out, &raw);
      if (hw_str_status(&raw) != HW_OK) out->status = HW_E_NO_MEMORY;
      hw_str_clear(&raw);
      if (is_value) return true;
    }
  }
  return false;
}

/* The dictionary of an object, as the last place that defines it has it. */
static bool find_object(span s, int64_t number, span *out) {
  while (true) {
    const char *at = find_last(s, " 0 obj");
    if (at == NULL) return false;
    const char *digits = at;
    while (digits > s.at && digits[-1] >= '0' && digits[-1] <= '9') digits--;
    span name = {digits, at};
    if (digits < at && read_number(&name) == number && name.at == at) {
      *out = (span){at + strlen(" 0 obj"), s.end};
      skip_blanks(out);
      if (!begins(*out, "<<")) return false;
      out->at += 2;
      return true;
    }
    s.end = at;
  }
}

static hw_status read_pdf(span s, storage *own, hw_report_facts *out, hw_err *err) {
  const char *trailer = find_last(s, "trailer");
  /* Where a stream stands for the trailer, its dictionary names the object. */
  const char *info =
      trailer != NULL ? find((span){trailer, s.end}, "/Info") : find_last(s, "/Info");
  span number = {info != NULL ? info + strlen("/Info") : s.end, s.end}, object = {s.end, s.end};
  hw_str keywords = HW_STR_INIT;
  const int64_t id = read_number(&number);
  const bool is_there = id >= 0 && find_object(s, id, &object) && find_keywords(object, &keywords);
  const char *text = hw_str_text(&keywords);
  const size_t n_mark = strlen(HWP_REPORT_MARK);
  hw_status status = HW_OK;
  if (hw_str_status(&keywords) != HW_OK) {
    status = HW_NO_MEMORY(err, "the properties of a PDF file");
  } else if (!is_there || strncmp(text, HWP_REPORT_MARK, n_mark) != 0 || !hw_utf8_is_valid(text)) {
    status =
        hw_err_set(err, HW_E_SYNTAX,
                   "the PDF is no report: its properties have no keyword '" HWP_REPORT_MARK "…'");
  } else if (text[n_mark] != '\0') {
    out->code = hw_arena_strdup(&own->arena, text + n_mark);
    if (out->code == NULL) status = HW_NO_MEMORY(err, "the number of a report");
  }
  hw_str_clear(&keywords);
  return status;
}

/* ---- all forms ---- */

hw_status hw_report_read(const char *bytes, size_t n_bytes, hw_report_facts *out, hw_err *err) {
  *out = (hw_report_facts){0};
  storage *own = calloc(1, sizeof *own);
  if (own == NULL) return HW_NO_MEMORY(err, "a report");
  hw_arena_init(&own->arena, 0);
  out->storage = own;
  const span s = {bytes, bytes + n_bytes};
  span start = s;
  if (begins(start, "\xef\xbb\xbf")) start.at += 3;
  skip_blanks(&start);
  hw_status status = HW_OK;
  if (begins(start, "%PDF-")) {
    out->form = HW_REPORT_PDF;
    status = read_pdf(s, own, out, err);
  } else if (begins(start, "{")) {
    out->form = HW_REPORT_JSON;
    status = read_json(start, own, out, err);
  } else {
    out->form = HW_REPORT_HTML;
    status = read_html(s, own, out, err);
  }
  if (status == HW_OK || status == HW_E_NO_MEMORY) return status;
  /* Whatever it is that is wrong with the file: it is no report. */
  if (err != NULL) err->status = HW_E_SYNTAX;
  return HW_E_SYNTAX;
}

void hw_report_facts_clear(hw_report_facts *self) {
  if (self == NULL) return;
  storage *own = self->storage;
  if (own != NULL) {
    hw_json_doc_delete(own->doc);
    hw_arena_clear(&own->arena);
    free(own);
  }
  *self = (hw_report_facts){0};
}
