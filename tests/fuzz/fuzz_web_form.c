/* Fuzz target: what a browser sends, taken apart.
 *
 * The first byte chooses the reader: 'u' urlencoded, 'm' multipart with the boundary "B", 't' a
 * target, 'c' a cookie. Promises checked on every input: what comes out is text (UTF-8, no control
 * characters but tab and line feed), files lie inside the input, refusals have a message, and what
 * was read from an urlencoded form, written and read again, is the same. */
#include <string.h>

#include "base/utf8.h"
#include "fuzz.h"
#include "web/form.h"

enum { MOST = 50 };

static void check_text(const char *text) {
  HW_FUZZ_CHECK(text != NULL && hw_utf8_is_valid(text));
  for (const char *c = text; *c != '\0'; c++)
    HW_FUZZ_CHECK(((unsigned char)*c >= 32 && *c != 127) || *c == '\t' || *c == '\n');
}

static void add_encoded(hw_str *out, const char *text) {
  for (; *text != '\0'; text++) hw_str_append_format(out, "%%%02X", (unsigned char)*text);
}

/* Writes the fields and reads them again. */
static void read_back(hw_arena *arena, const hwp_fields *fields) {
  hw_web_pair pairs[MOST];
  hwp_fields again = {.pairs = pairs, .most = MOST};
  hw_str text = HW_STR_INIT;
  for (int i = 0; i < fields->n; i++) {
    hw_str_append(&text, i > 0 ? "&" : "");
    add_encoded(&text, fields->pairs[i].name);
    hw_str_append(&text, "=");
    add_encoded(&text, fields->pairs[i].value);
  }
  HW_FUZZ_CHECK(hwp_form_urlencoded(arena, hw_str_text(&text), text.length, &again, NULL) == HW_OK);
  HW_FUZZ_CHECK(again.n == fields->n);
  for (int i = 0; i < again.n; i++)
    HW_FUZZ_CHECK(strcmp(pairs[i].name, fields->pairs[i].name) == 0 &&
                  strcmp(pairs[i].value, fields->pairs[i].value) == 0);
  hw_str_clear(&text);
}

static void read_form(hw_arena *arena, bool is_multipart, const char *bytes, size_t n) {
  hw_web_pair pairs[MOST];
  hwp_upload uploads[3];
  hw_err err = HW_ERR_INIT;
  hwp_fields fields = {.pairs = pairs, .most = MOST, .uploads = uploads, .most_uploads = 3};
  const hw_status status =
      is_multipart
          ? hwp_form_multipart(arena, "multipart/form-data; boundary=B", bytes, n, &fields, &err)
          : hwp_form_urlencoded(arena, bytes, n, &fields, &err);
  HW_FUZZ_CHECK(status == HW_OK || status == HW_E_SYNTAX || status == HW_E_TOO_COMPLEX);
  HW_FUZZ_CHECK((status == HW_OK) == (err.message[0] == '\0'));
  HW_FUZZ_CHECK(fields.n <= MOST && fields.n_uploads <= 3);
  for (int i = 0; i < fields.n; i++) {
    check_text(pairs[i].name);
    check_text(pairs[i].value);
  }
  for (int i = 0; i < fields.n_uploads; i++) {
    check_text(uploads[i].field);
    check_text(uploads[i].name);
    HW_FUZZ_CHECK(strpbrk(uploads[i].name, "/\\") == NULL);
    HW_FUZZ_CHECK(uploads[i].bytes >= bytes &&
                  uploads[i].n_bytes <= n - (size_t)(uploads[i].bytes - bytes));
  }
  if (status == HW_OK && !is_multipart) read_back(arena, &fields);
}

static void read_target(hw_arena *arena, const char *text) {
  hwp_target target;
  hw_err err = HW_ERR_INIT;
  const hw_status status = hwp_target_parse(arena, text, &target, &err);
  HW_FUZZ_CHECK(status == HW_OK || status == HW_E_SYNTAX);
  HW_FUZZ_CHECK((status == HW_OK) == (err.message[0] == '\0'));
  if (status != HW_OK) return;
  check_text(target.path);
  HW_FUZZ_CHECK(target.path[0] == '/' && target.n_segments <= HWP_MOST_SEGMENTS);
  for (int i = 0; i < target.n_segments; i++) {
    check_text(target.segments[i]);
    HW_FUZZ_CHECK(target.segments[i][0] != '\0' && strcmp(target.segments[i], ".") != 0 &&
                  strcmp(target.segments[i], "..") != 0);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size == 0 || size > 65536) return 0;
  hw_arena arena;
  hw_arena_init(&arena, 0);
  const char *bytes = (const char *)data + 1;
  char *text = hw_arena_strndup(&arena, bytes, size - 1);
  HW_FUZZ_CHECK(text != NULL);
  if (data[0] == 'u' || data[0] == 'm') {
    read_form(&arena, data[0] == 'm', bytes, size - 1);
  } else if (data[0] == 't') {
    read_target(&arena, text);
  } else if (data[0] == 'c') {
    const char *value = hwp_cookie(&arena, text, "homeward", 64);
    if (value != NULL) HW_FUZZ_CHECK(strlen(value) <= 64 && strpbrk(value, "; \t\",\\<>") == NULL);
  }
  hw_arena_clear(&arena);
  return 0;
}
