/* Notes of tasks on the disk.
 *
 *     {"format": "homeward-task/1", "code": "0123456789abcdef", "actor": "anh",
 *      "at": "2026-01-31T08:00:00Z", "kind": "search", "fields": {"threshold": "4", …}}
 *
 * Whoever can write beside the database can write its notes, so they are read like any file:
 * bounded, every text with its size, fields that no form has refused. What a note asks for is
 * done only when somebody who may says so, and as that person. */
#include "web/task_note.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "base/file.h"
#include "base/file_write.h"
#include "base/json_members.h"
#include "base/json_read.h"

static const char format_name[] = "homeward-task/1";

/* Bytes of a note, and names of a folder that are looked at. */
enum { MOST_BYTES = 32768, MOST_NAMES = 1000 };

bool hwp_task_is_code(const char *text) {
  const size_t n = strlen(text);
  return n == HWP_TASK_CODE_SIZE - 1 && strspn(text, "0123456789abcdef") == n;
}

static hw_status path_of(const char *location, const char *code, hw_str *out, hw_err *err) {
  hw_str_append_format(out, "%s.tasks", location);
  if (code != NULL) hw_str_append_format(out, "/%s.json", code);
  return hw_str_status(out) == HW_OK ? HW_OK : HW_NO_MEMORY(err, "the name of a note");
}

/* --- writing --- */

static hw_status make_folder(const char *location, hw_err *err) {
  hw_str path = HW_STR_INIT;
  hw_status status = path_of(location, NULL, &path, err);
  if (status == HW_OK && mkdir(hw_str_text(&path), 0700) != 0 && errno != EEXIST) {
    status = hw_file_fail(errno, "make this folder", err);
    hw_err_place(err, hw_str_text(&path), 0, 0);
  }
  hw_str_clear(&path);
  return status;
}

static hw_status write_text(const hwp_task_note *note, hw_str *out, hw_err *err) {
  hw_json_writer w;
  hw_json_write_init_str(&w, out, 0);
  hw_json_write_begin_object(&w);
  hw_json_add_text(&w, "format", format_name);
  hw_json_add_text(&w, "code", note->code);
  hw_json_add_text(&w, "actor", note->actor);
  hw_json_add_text(&w, "at", note->at);
  hw_json_add_text(&w, "kind", hwp_task_kind_name(note->order.kind));
  hw_json_add_object(&w, "fields");
  for (int i = 0; i < note->order.n; i++)
    hw_json_add_text(&w, note->order.fields[i].name, note->order.fields[i].value);
  hw_json_write_end_object(&w);
  hw_json_write_end_object(&w);
  return hw_json_write_finish(&w, err);
}

hw_status hwp_task_note_write(const char *location, const hwp_task_note *note, hw_err *err) {
  hw_str path = HW_STR_INIT, text = HW_STR_INIT;
  hw_status status = make_folder(location, err);
  if (status == HW_OK) status = path_of(location, note->code, &path, err);
  if (status == HW_OK) status = write_text(note, &text, err);
  if (status == HW_OK) status = hw_file_replace(hw_str_text(&path), text.bytes, text.length, err);
  hw_str_clear(&path);
  hw_str_clear(&text);
  return status;
}

void hwp_task_note_remove(const char *location, const char *code) {
  hw_str path = HW_STR_INIT;
  if (path_of(location, code, &path, NULL) == HW_OK) (void)unlink(hw_str_text(&path));
  hw_str_clear(&path);
}

/* --- reading --- */

static bool take(const hw_json *object, const char *key, char *out, size_t size) {
  const char *text = NULL;
  if (hw_json_find_string(object, key, &text, NULL) != HW_OK || text == NULL) return false;
  const size_t n = strlen(text);
  if (n >= size) return false;
  memcpy(out, text, n + 1);
  return true;
}

static bool take_fields(const hw_json *object, hwp_order *out) {
  const hw_json *fields = NULL;
  hw_json_iter it = {0};
  if (hw_json_find_object(object, "fields", &fields, NULL) != HW_OK || fields == NULL) return false;
  while (hw_json_next(fields, &it)) {
    const char *value = NULL;
    if (hw_json_as_string(it.value, &value, NULL) != HW_OK) return false;
    if (hwp_order_field_find(out->kind, it.key) == NULL || !hwp_order_set(out, it.key, value))
      return false;
  }
  return true;
}

static bool take_note(const hw_json *root, const char *code, hwp_task_note *out) {
  char format[32], kind[32];
  hwp_order_mistake mistakes[HWP_ORDER_FIELDS];
  memset(out, 0, sizeof *out);
  return hw_json_expect_object(root, NULL) == HW_OK &&
         take(root, "format", format, sizeof format) && strcmp(format, format_name) == 0 &&
         take(root, "code", out->code, sizeof out->code) && strcmp(out->code, code) == 0 &&
         take(root, "actor", out->actor, sizeof out->actor) &&
         take(root, "at", out->at, sizeof out->at) && take(root, "kind", kind, sizeof kind) &&
         hwp_task_kind_find(kind, &out->order.kind) && take_fields(root, &out->order) &&
         hwp_order_check(&out->order, mistakes) == 0;
}

bool hwp_task_note_parse(const char *bytes, size_t n, const char *code, hwp_task_note *out) {
  hw_json_doc *doc = NULL;
  memset(out, 0, sizeof *out);
  const bool is_read = n <= MOST_BYTES && hw_json_doc_parse(bytes, n, NULL, &doc, NULL) == HW_OK &&
                       take_note(hw_json_doc_root(doc), code, out);
  hw_json_doc_delete(doc);
  return is_read;
}

/* Reads the note of a file name. */
static bool read_note(const char *location, const char *name, hwp_task_note *out) {
  char code[HWP_TASK_CODE_SIZE];
  const size_t n = HWP_TASK_CODE_SIZE - 1;
  hw_str path = HW_STR_INIT;
  char *bytes = NULL;
  size_t n_bytes = 0;
  if (strlen(name) != n + 5 || strcmp(name + n, ".json") != 0) return false;
  memcpy(code, name, n);
  code[n] = '\0';
  bool is_read = hwp_task_is_code(code) && path_of(location, code, &path, NULL) == HW_OK &&
                 hw_file_read(hw_str_text(&path), MOST_BYTES, &bytes, &n_bytes, NULL) == HW_OK;
  if (is_read) is_read = hwp_task_note_parse(bytes, n_bytes, code, out);
  free(bytes);
  hw_str_clear(&path);
  return is_read;
}

static int compare_notes(const void *a, const void *b) {
  const hwp_task_note *x = a, *y = b;
  const int by_time = strcmp(x->at, y->at);
  return by_time != 0 ? by_time : strcmp(x->code, y->code);
}

hw_status hwp_task_notes_read(const char *location, int most, hwp_task_note *out, int *n,
                              int *n_damaged, hw_err *err) {
  hw_str path = HW_STR_INIT;
  *n = *n_damaged = 0;
  hw_status status = path_of(location, NULL, &path, err);
  DIR *folder = status == HW_OK ? opendir(hw_str_text(&path)) : NULL;
  if (status == HW_OK && folder == NULL && errno != ENOENT)
    status = hw_file_fail(errno, "read this folder", err);
  const struct dirent *entry = NULL;
  for (int i = 0; folder != NULL && i < MOST_NAMES && (entry = readdir(folder)) != NULL; i++) {
    if (entry->d_name[0] == '.') continue;
    if (*n < most && read_note(location, entry->d_name, &out[*n]))
      ++*n;
    else
      ++*n_damaged;
  }
  if (folder != NULL) closedir(folder);
  hw_str_clear(&path);
  if (*n > 1) qsort(out, (size_t)*n, sizeof *out, compare_notes);
  return status;
}
