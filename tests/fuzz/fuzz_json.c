/* Fuzz target: the JSON reader, its accessors, the locator, and the writer.
 *
 * Promises checked on every input: parsing the same bytes twice gives the same
 * answer; a failure has a status, a message and a place inside the text; every
 * value of a document is found by the locator under the path that leads to it;
 * and a document that was written out again reads back. */
#include <stdio.h>
#include <string.h>

#include "base/json_read.h"
#include "base/json_write.h"
#include "fuzz.h"

/* Longest path that is followed; deeper values are still written. */
enum { PATH_SIZE = 512 };

typedef struct walk {
  const char *bytes;
  size_t n_bytes;
  hw_json_writer *writer;
  int n_located; /* locating is linear in the text: enough is enough */
} walk;

static void check_located(walk *w, const char *path) {
  uint64_t line = 0, column = 0;
  if (w->n_located++ >= 64) return;
  HW_FUZZ_CHECK(hw_json_locate(w->bytes, w->n_bytes, path, &line, &column));
  HW_FUZZ_CHECK(line >= 1 && column >= 1);
}

static void visit(walk *w, const hw_json *value, const char *path);

/* Visits a child whose path is known to be written exactly, or empty if it is not. */
static void visit_array(walk *w, const hw_json *array, const char *path) {
  hw_json_write_begin_array(w->writer);
  for (size_t i = 0; i < hw_json_count(array); i++) {
    char child[PATH_SIZE] = "";
    const int n = path ? snprintf(child, sizeof child, "%s[%zu]", path, i) : PATH_SIZE;
    visit(w, hw_json_at(array, i), n < PATH_SIZE ? child : NULL);
  }
  hw_json_write_end_array(w->writer);
}

/* True if the field path of an error keeps this key as it is. */
static int is_plain(const char *key) {
  for (const char *c = key; *c; c++)
    if ((unsigned char)*c < 0x20 || (unsigned char)*c >= 0x7F || *c == '"' || *c == ']') return 0;
  return 1;
}

static void visit_object(walk *w, const hw_json *object, const char *path) {
  hw_json_iter member = {0};
  hw_json_write_begin_object(w->writer);
  while (hw_json_next(object, &member)) {
    hw_err err = HW_ERR_INIT;
    char child[PATH_SIZE] = "";
    int n = PATH_SIZE;
    if (path && is_plain(member.key) && strlen(member.key) < 100) {
      hw_json_field_key(&err, member.key);
      const char *dot = path[0] && err.field[0] != '[' ? "." : "";
      n = snprintf(child, sizeof child, "%s%s%s", path, dot, err.field);
    }
    hw_json_write_key(w->writer, member.key);
    visit(w, member.value, n < PATH_SIZE ? child : NULL);
  }
  hw_json_write_end_object(w->writer);
}

static void visit(walk *w, const hw_json *value, const char *path) {
  if (path) check_located(w, path);
  const char *text;
  bool flag;
  int64_t integer;
  double number;
  switch (hw_json_kind_of(value)) {
    case HW_JSON_ARRAY:
      visit_array(w, value, path);
      return;
    case HW_JSON_OBJECT:
      visit_object(w, value, path);
      return;
    case HW_JSON_STRING:
      HW_FUZZ_CHECK(hw_json_as_string(value, &text, NULL) == HW_OK);
      hw_json_write_string(w->writer, text);
      return;
    case HW_JSON_BOOL:
      HW_FUZZ_CHECK(hw_json_as_bool(value, &flag, NULL) == HW_OK);
      hw_json_write_bool(w->writer, flag);
      return;
    case HW_JSON_INTEGER:
      HW_FUZZ_CHECK(hw_json_as_int(value, INT64_MIN, INT64_MAX, &integer, NULL) == HW_OK);
      hw_json_write_int(w->writer, integer);
      return;
    case HW_JSON_REAL:
      HW_FUZZ_CHECK(hw_json_as_double(value, &number, NULL) == HW_OK);
      hw_json_write_double(w->writer, number);
      return;
    default:
      HW_FUZZ_CHECK(hw_json_is_null(value));
      hw_json_write_null(w->writer);
  }
}

static void check_written(const hw_json_doc *doc, const char *bytes, size_t n_bytes) {
  hw_str text = HW_STR_INIT;
  hw_json_writer writer;
  hw_json_write_init_str(&writer, &text, 1);
  walk w = {bytes, n_bytes, &writer, 0};
  visit(&w, hw_json_doc_root(doc), "");
  HW_FUZZ_CHECK(hw_json_write_finish(&writer, NULL) == HW_OK);
  hw_json_doc *again = NULL;
  HW_FUZZ_CHECK(hw_json_doc_parse(text.bytes, text.length, NULL, &again, NULL) == HW_OK);
  HW_FUZZ_CHECK(hw_json_count(hw_json_doc_root(again)) == hw_json_count(hw_json_doc_root(doc)));
  hw_json_doc_delete(again);
  hw_str_clear(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const char *bytes = (const char *)data;
  hw_json_doc *doc = NULL, *again = NULL;
  hw_err err = HW_ERR_INIT, err_again = HW_ERR_INIT;
  const hw_status status = hw_json_doc_parse(bytes, size, "input", &doc, &err);
  HW_FUZZ_CHECK(status == hw_json_doc_parse(bytes, size, "input", &again, &err_again));
  hw_json_doc_delete(again);
  if (status == HW_OK) {
    check_written(doc, bytes, size);
  } else {
    HW_FUZZ_CHECK(doc == NULL && err.status == status && err.message[0] && err.line >= 1);
    HW_FUZZ_CHECK(strcmp(err.message, err_again.message) == 0 && err.line == err_again.line &&
                  err.column == err_again.column);
    uint64_t line, column; /* on text that is not JSON: no crash, and a place */
    hw_json_locate(bytes, size, "a[1].b[\"c\"].d[0]", &line, &column);
    HW_FUZZ_CHECK(line >= 1 && column >= 1);
  }
  hw_json_doc_delete(doc);
  return 0;
}
