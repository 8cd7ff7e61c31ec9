/* Reading a body of the API by its schema.
 *
 * The bytes come from anywhere: the document is read within the bounds of
 * base/json_read.h (depth, UTF-8, no key twice), unknown members are refused by name, and
 * texts become what the database holds, normal form C without control characters, as those of a
 * form do. The text of a file is left as it is, since its digest is taken. */
#include <string.h>

#include "base/check.h"
#include "base/json_read.h"
#include "web/api.h"
#include "web/form.h"

enum { MOST_MEMBERS = 24 };

static hw_status read_object(hw_arena *arena, const hw_json *json, const hwp_api_schema *schema,
                             char *base, hw_err *err);

static hw_status read_text(hw_arena *arena, const hw_json *json, const hwp_api_member *member,
                           const char **out, hw_err *err) {
  const char *text = NULL;
  HW_TRY(hw_json_as_string(json, &text, err));
  const size_t n = strlen(text);
  char *copy = hw_arena_strndup(arena, text, n);
  if (copy == NULL) return HW_NO_MEMORY(err, "a request");
  *out = copy;
  if (member->flags & HWP_API_RAW) return HW_OK;
  HW_TRY(hwp_form_text(arena, copy, n, out, err));
  if (member->words != NULL && !hwp_api_has_word(member->words, *out))
    return hw_err_set(err, HW_E_VALUE, "'%.60s' is none of %s", *out, member->words);
  return HW_OK;
}

static hw_status read_list(hw_arena *arena, const hw_json *json, const hwp_api_member *member,
                           char *base, hw_err *err) {
  const hwp_api_schema *of = member->of;
  HW_TRY(hw_json_expect_array(json, err));
  const size_t n = hw_json_count(json);
  if (member->most > 0 && n > (size_t)member->most)
    return hw_err_set(err, HW_E_VALUE, "%zu elements, and %d are the most", n, member->most);
  char *items = hw_arena_alloc_array(arena, n + 1, of->size);
  if (items == NULL) return HW_NO_MEMORY(err, "a request");
  for (size_t i = 0; i < n; i++) {
    const hw_status status = read_object(arena, hw_json_at(json, i), of, items + i * of->size, err);
    if (status == HW_OK) continue;
    hw_err_field(err, "[%zu]", i);
    return status;
  }
  memcpy(base + member->offset, &items, sizeof items); /* a pointer of the schema's own type */
  *(int *)(void *)(base + member->count_offset) = (int)n;
  return HW_OK;
}

static hw_status read_member(hw_arena *arena, const hw_json *json, const hwp_api_member *member,
                             char *base, hw_err *err) {
  void *at = base + member->offset;
  switch (member->type) {
    case HWP_API_TEXT:
      return read_text(arena, json, member, at, err);
    case HWP_API_YES:
      return hw_json_as_bool(json, at, err);
    case HWP_API_LIST:
      return read_list(arena, json, member, base, err);
    default:
      HW_BUG_IF(true, err); /* a type that bodies do not have */
  }
}

static hw_status read_object(hw_arena *arena, const hw_json *json, const hwp_api_schema *schema,
                             char *base, hw_err *err) {
  const char *keys[MOST_MEMBERS + 1] = {NULL};
  HW_BUG_IF(schema->n > MOST_MEMBERS, err);
  for (int i = 0; i < schema->n; i++) keys[i] = schema->members[i].name;
  HW_TRY(hw_json_check_keys(json, keys, err));
  for (int i = 0; i < schema->n; i++) {
    const hwp_api_member *member = &schema->members[i];
    const hw_json *value = hw_json_find(json, member->name);
    hw_status status = HW_OK;
    if (value == NULL && (member->flags & HWP_API_MUST) == 0) continue;
    status = value != NULL ? read_member(arena, value, member, base, err)
                           : hw_err_set(err, HW_E_SYNTAX, "is missing");
    if (status == HW_OK) continue;
    hw_err_field(err, "%s", member->name);
    return status;
  }
  return HW_OK;
}

hw_status hwp_api_read(hw_arena *arena, const char *bytes, size_t n, const hwp_api_schema *schema,
                       void *out, bool *is_json, hw_err *err) {
  hw_json_doc *doc = NULL;
  *is_json = false;
  HW_TRY(hw_json_doc_parse(bytes, n, "body", &doc, err));
  *is_json = true;
  const hw_status status = read_object(arena, hw_json_doc_root(doc), schema, out, err);
  if (status != HW_OK) hw_json_doc_place(doc, err);
  hw_json_doc_delete(doc);
  return status;
}
