/* Writing an answer of the API: a walk over its schema.
 *
 * Nothing but members of the schema can come out, and all of them do, in the order of the
 * schema; that is what lets the description promise "no additional members" and "all
 * required". Numbers follow the project's contract (base/json_write.h): 17 significant
 * digits, "inf", "-inf", and what is not known is null where the schema permits it, else
 * "undefined". */
#include <math.h>
#include <string.h>

#include "base/check.h"
#include "base/json_read.h"
#include "base/json_write.h"
#include "web/api.h"

/* A writer, and what failed that it does not know of. */
typedef struct writing {
  hw_json_writer json;
  hw_status status;
} writing;

static void write_object(writing *w, const hwp_api_schema *schema, const void *value);

static void write_text(writing *w, const hwp_api_member *member, const char *text) {
  const bool is_null = text == NULL || ((member->flags & HWP_API_OR_NULL) && text[0] == '\0');
  if (!is_null)
    hw_json_write_string(&w->json, text);
  else if (member->flags & HWP_API_OR_NULL)
    hw_json_write_null(&w->json);
  else
    hw_json_write_string(&w->json, "");
}

static void write_int(writing *w, const hwp_api_member *member, int64_t value) {
  if ((member->flags & HWP_API_OR_NULL) && value < 0)
    hw_json_write_null(&w->json);
  else
    hw_json_write_int(&w->json, value);
}

static void write_real(writing *w, const hwp_api_member *member, double value) {
  if ((member->flags & HWP_API_OR_NULL) && isnan(value))
    hw_json_write_null(&w->json);
  else
    hw_json_write_double(&w->json, value);
}

/* A value of a document that was read. Depth is bounded by the reader. */
static void copy_value(writing *w, const hw_json *value) {
  const char *text = NULL;
  bool yes = false;
  int64_t whole = 0;
  double real = 0;
  hw_json_iter it = {0};
  switch (hw_json_kind_of(value)) {
    case HW_JSON_BOOL:
      if (hw_json_as_bool(value, &yes, NULL) == HW_OK) hw_json_write_bool(&w->json, yes);
      break;
    case HW_JSON_INTEGER:
      if (hw_json_as_int(value, INT64_MIN, INT64_MAX, &whole, NULL) == HW_OK)
        hw_json_write_int(&w->json, whole);
      break;
    case HW_JSON_REAL:
      if (hw_json_as_double(value, &real, NULL) == HW_OK) hw_json_write_double(&w->json, real);
      break;
    case HW_JSON_STRING:
      if (hw_json_as_string(value, &text, NULL) == HW_OK) hw_json_write_string(&w->json, text);
      break;
    case HW_JSON_ARRAY:
      hw_json_write_begin_array(&w->json);
      for (size_t i = 0; i < hw_json_count(value); i++) copy_value(w, hw_json_at(value, i));
      hw_json_write_end_array(&w->json);
      break;
    case HW_JSON_OBJECT:
      hw_json_write_begin_object(&w->json);
      while (hw_json_next(value, &it)) {
        hw_json_write_key(&w->json, it.key);
        copy_value(w, it.value);
      }
      hw_json_write_end_object(&w->json);
      break;
    default:
      hw_json_write_null(&w->json);
  }
}

static void write_stored(writing *w, const char *text) {
  hw_json_doc *doc = NULL;
  const hw_status status = text != NULL && text[0] != '\0'
                               ? hw_json_doc_parse(text, strlen(text), NULL, &doc, NULL)
                               : HW_E_SYNTAX;
  if (status == HW_E_NO_MEMORY) w->status = status;
  if (status != HW_OK) {
    hw_json_write_null(&w->json);
    return;
  }
  copy_value(w, hw_json_doc_root(doc));
  hw_json_doc_delete(doc);
}

static void write_map(writing *w, const hwp_api_map *map) {
  hw_json_write_begin_object(&w->json);
  for (int i = 0; i < map->n; i++) {
    const hw_value *value = &map->items[i].value;
    hw_json_write_key(&w->json, map->items[i].name);
    if (map->items[i].is_yes && value->type == HW_DB_INT)
      hw_json_write_bool(&w->json, value->i != 0);
    else if (value->type == HW_DB_INT)
      hw_json_write_int(&w->json, value->i);
    else if (value->type == HW_DB_REAL)
      hw_json_write_double(&w->json, value->r);
    else if (value->type == HW_DB_TEXT)
      hw_json_write_string(&w->json, value->text);
    else
      hw_json_write_null(&w->json);
  }
  hw_json_write_end_object(&w->json);
}

static void write_list(writing *w, const hwp_api_member *member, const char *items, int n) {
  hw_json_write_begin_array(&w->json);
  for (int i = 0; i < n; i++) write_object(w, member->of, items + (size_t)i * member->of->size);
  hw_json_write_end_array(&w->json);
}

static void write_texts(writing *w, const char *const *texts, int n) {
  hw_json_write_begin_array(&w->json);
  for (int i = 0; i < n; i++) hw_json_write_string(&w->json, texts[i]);
  hw_json_write_end_array(&w->json);
}

/* A pointer of whatever type. */
static const void *pointer_at(const char *at) {
  const void *out = NULL;
  memcpy(&out, at, sizeof out);
  return out;
}

static void write_member(writing *w, const hwp_api_member *member, const char *base) {
  const char *at = base + member->offset;
  const int *count = (const void *)(base + member->count_offset);
  switch (member->type) {
    case HWP_API_TEXT:
      write_text(w, member, *(const char *const *)(const void *)at);
      break;
    case HWP_API_INT:
      write_int(w, member, *(const int64_t *)(const void *)at);
      break;
    case HWP_API_COUNT:
      write_int(w, member, *(const int *)(const void *)at);
      break;
    case HWP_API_REAL:
      write_real(w, member, *(const double *)(const void *)at);
      break;
    case HWP_API_YES:
      hw_json_write_bool(&w->json, *(const bool *)(const void *)at);
      break;
    case HWP_API_TEXTS:
      write_texts(w, *(const char *const *const *)(const void *)at, *count);
      break;
    case HWP_API_OBJECT:
      write_object(w, member->of, at);
      break;
    case HWP_API_MAYBE:
      if (pointer_at(at) != NULL)
        write_object(w, member->of, pointer_at(at));
      else
        hw_json_write_null(&w->json);
      break;
    case HWP_API_LIST:
      write_list(w, member, pointer_at(at), *count);
      break;
    case HWP_API_JSON:
      write_stored(w, *(const char *const *)(const void *)at);
      break;
  }
}

static void write_object(writing *w, const hwp_api_schema *schema, const void *value) {
  if (schema->members == NULL) {
    write_map(w, value);
    return;
  }
  hw_json_write_begin_object(&w->json);
  for (int i = 0; i < schema->n; i++) {
    hw_json_write_key(&w->json, schema->members[i].name);
    write_member(w, &schema->members[i], value);
  }
  hw_json_write_end_object(&w->json);
}

hw_status hwp_api_write(const hwp_api_schema *schema, const void *value, hw_str *out, hw_err *err) {
  writing w = {.status = HW_OK};
  hw_json_write_init_str(&w.json, out, 0);
  write_object(&w, schema, value);
  if (w.status != HW_OK) return HW_NO_MEMORY(err, "an answer");
  return hw_json_write_finish(&w.json, err);
}
