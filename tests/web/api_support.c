/* A program that uses the JSON API, and holds every answer against the API's own description.
 *
 * The checker knows the keywords of JSON Schema 2020-12 that the description uses, and fails on
 * any other: what it does not understand it must not pass. */
#include "web/api_support.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/assert.h"

static hw_json_doc *description;
static char *description_text;

enum { MOST_FINE = 200, DEEPEST = 60 };
static struct {
  char what[120];
  int n;
} fine[MOST_FINE];
static int n_fine;

const hw_json *api_description(void) {
  return hw_json_doc_root(description);
}

const char *api_text(const hw_json *value) {
  const char *text = "";
  if (hw_json_as_string(value, &text, NULL) != HW_OK) return "";
  return text;
}

/* --- the checker --- */

static char trouble[400];

static const char *wrong(const char *where, const char *why, const char *what) {
  snprintf(trouble, sizeof trouble, "%s: %s %s", where, why, what);
  return trouble;
}

const hw_json *api_follow(const char *reference) {
  const hw_json *at = api_description();
  if (strncmp(reference, "#/", 2) != 0) fail_msg("the reference %s leads elsewhere", reference);
  for (const char *from = reference + 2; at != NULL && *from != '\0';) {
    char name[100];
    const size_t n = strcspn(from, "/");
    snprintf(name, sizeof name, "%.*s", (int)n, from);
    at = hw_json_find(at, name);
    from += n + (from[n] == '/');
  }
  if (at == NULL) fail_msg("the reference %s leads nowhere", reference);
  return at;
}

static bool is_of_type(const char *type, const hw_json *value) {
  switch (hw_json_kind_of(value)) {
    case HW_JSON_NULL:
      return strcmp(type, "null") == 0;
    case HW_JSON_BOOL:
      return strcmp(type, "boolean") == 0;
    case HW_JSON_INTEGER:
      return strcmp(type, "integer") == 0 || strcmp(type, "number") == 0;
    case HW_JSON_REAL:
      return strcmp(type, "number") == 0;
    case HW_JSON_STRING:
      return strcmp(type, "string") == 0;
    case HW_JSON_ARRAY:
      return strcmp(type, "array") == 0;
    case HW_JSON_OBJECT:
      return strcmp(type, "object") == 0;
    default:
      return false;
  }
}

static bool fits_type(const hw_json *type, const hw_json *value) {
  if (hw_json_kind_of(type) == HW_JSON_STRING) return is_of_type(api_text(type), value);
  for (size_t i = 0; i < hw_json_count(type); i++)
    if (is_of_type(api_text(hw_json_at(type, i)), value)) return true;
  return false;
}

static bool is_one_of(const hw_json *words, const hw_json *value) {
  for (size_t i = 0; i < hw_json_count(words); i++) {
    const hw_json *word = hw_json_at(words, i);
    if (hw_json_is_null(word) && hw_json_is_null(value)) return true;
    if (hw_json_kind_of(word) == HW_JSON_STRING && hw_json_kind_of(value) == HW_JSON_STRING &&
        strcmp(api_text(word), api_text(value)) == 0)
      return true;
  }
  return false;
}

static const char *check(const hw_json *schema, const hw_json *value, const char *where, int depth);

static const char *check_members(const hw_json *schema, const hw_json *value, const char *where,
                                 int depth) {
  const hw_json *properties = hw_json_find(schema, "properties");
  const hw_json *others = hw_json_find(schema, "additionalProperties");
  hw_json_iter it = {0};
  if (hw_json_kind_of(value) != HW_JSON_OBJECT) return NULL;
  while (hw_json_next(value, &it)) {
    char path[300];
    const hw_json *of = hw_json_find(properties, it.key);
    bool may_be = true;
    snprintf(path, sizeof path, "%s.%s", where, it.key);
    if (of == NULL && hw_json_as_bool(others, &may_be, NULL) != HW_OK) of = others;
    if (of == NULL && !may_be) return wrong(path, "is", "not described");
    const char *no = of != NULL ? check(of, it.value, path, depth + 1) : NULL;
    if (no != NULL) return no;
  }
  const hw_json *required = hw_json_find(schema, "required");
  for (size_t i = 0; i < hw_json_count(required); i++)
    if (hw_json_find(value, api_text(hw_json_at(required, i))) == NULL)
      return wrong(where, "lacks", api_text(hw_json_at(required, i)));
  return NULL;
}

static const char *check_items(const hw_json *schema, const hw_json *value, const char *where,
                               int depth) {
  int64_t most = 0;
  const hw_json *items = hw_json_find(schema, "items");
  if (hw_json_kind_of(value) != HW_JSON_ARRAY) return NULL;
  if (hw_json_find_int(schema, "maxItems", 0, INT64_MAX, &most, NULL) == HW_OK && most > 0 &&
      hw_json_count(value) > (size_t)most)
    return wrong(where, "has", "too many elements");
  for (size_t i = 0; items != NULL && i < hw_json_count(value); i++) {
    char path[300];
    snprintf(path, sizeof path, "%s[%zu]", where, i);
    const char *no = check(items, hw_json_at(value, i), path, depth + 1);
    if (no != NULL) return no;
  }
  return NULL;
}

/* Keywords that are not known must not be passed over. */
static void check_keywords(const hw_json *schema) {
  static const char *const known[] = {"$ref",
                                      "type",
                                      "enum",
                                      "anyOf",
                                      "properties",
                                      "required",
                                      "additionalProperties",
                                      "items",
                                      "maxItems",
                                      "description",
                                      "minimum",
                                      "maximum",
                                      "format",
                                      NULL};
  hw_json_iter it = {0};
  while (hw_json_next(schema, &it)) {
    bool is_known = false;
    for (int i = 0; known[i] != NULL; i++) is_known = is_known || strcmp(known[i], it.key) == 0;
    if (!is_known) fail_msg("the description has the keyword %s", it.key);
  }
}

static const char *check(const hw_json *schema, const hw_json *value, const char *where,
                         int depth) {
  if (depth > DEEPEST) return wrong(where, "is", "too deep");
  check_keywords(schema);
  const hw_json *reference = hw_json_find(schema, "$ref"), *any = hw_json_find(schema, "anyOf");
  const hw_json *type = hw_json_find(schema, "type"), *words = hw_json_find(schema, "enum");
  const char *no = NULL;
  if (reference != NULL && (no = check(api_follow(api_text(reference)), value, where, depth + 1)))
    return no;
  if (type != NULL && !fits_type(type, value))
    return wrong(where, "is", hw_json_kind_name(hw_json_kind_of(value)));
  if (words != NULL && !is_one_of(words, value))
    return wrong(where, "is none of the words:", api_text(value));
  bool fits_any = any == NULL;
  for (size_t i = 0; i < hw_json_count(any) && !fits_any; i++)
    fits_any = check(hw_json_at(any, i), value, where, depth + 1) == NULL;
  if (!fits_any) return wrong(where, "fits", "none of several schemas");
  no = check_members(schema, value, where, depth);
  return no != NULL ? no : check_items(schema, value, where, depth);
}

const char *api_check(const hw_json *schema, const hw_json *value) {
  return check(schema, value, "answer", 0);
}

/* --- finding an operation --- */

bool api_fits(const char *pattern, const char *target) {
  const size_t n_target = strcspn(target, "?");
  const char *end = target + n_target;
  for (;;) {
    const size_t n = strcspn(pattern, "/"), m = strcspn(target, "/?");
    const bool is_open = n > 0 && (*pattern == '*' || *pattern == '{');
    if (is_open ? m == 0 : n != m || memcmp(pattern, target, n) != 0) return false;
    pattern += n;
    target += m;
    if (target > end) return false;
    if (*pattern != '/' || target == end) return *pattern == '\0' && target == end;
    pattern++;
    target++;
  }
}

/* The path that fits with the fewest open parts. */
static const hw_json *find_path(const char *target, const char **name) {
  const hw_json *best = NULL;
  hw_json_iter it = {0};
  int n_best = 99;
  while (hw_json_next(hw_json_find(api_description(), "paths"), &it)) {
    int n_open = 0;
    for (const char *c = it.key; *c != '\0'; c++) n_open += *c == '{';
    if (!api_fits(it.key, target) || n_open >= n_best) continue;
    best = it.value;
    n_best = n_open;
    *name = it.key;
  }
  return best;
}

const char *api_path(const char *pattern) {
  hw_json_iter it = {0};
  while (hw_json_next(hw_json_find(api_description(), "paths"), &it))
    if (api_fits(it.key, pattern) && api_fits(pattern, it.key)) return it.key;
  return NULL;
}

static const char *lower(const char *method) {
  return strcmp(method, "POST") == 0 ? "post" : "get";
}

static void count_fine(const char *method, const char *path) {
  char what[120];
  snprintf(what, sizeof what, "%s %s", lower(method), path);
  for (int i = 0; i < n_fine; i++)
    if (strcmp(fine[i].what, what) == 0) {
      fine[i].n++;
      return;
    }
  assert_true(n_fine < MOST_FINE);
  memcpy(fine[n_fine].what, what, sizeof what);
  fine[n_fine++].n = 1;
}

int api_count_fine(const char *method, const char *path) {
  char what[120];
  snprintf(what, sizeof what, "%s %s", lower(method), path);
  for (int i = 0; i < n_fine; i++)
    if (strcmp(fine[i].what, what) == 0) return fine[i].n;
  return 0;
}

/* --- requests --- */

static void read_answer(api_client *self) {
  hw_json_doc_delete(self->doc);
  self->doc = NULL;
  if (strncmp(web_header(&self->browser, "content-type"), "application/json", 16) != 0) return;
  hw_err err = HW_ERR_INIT;
  const hw_str *body = &self->browser.response.body;
  hw_assert_ok(hw_json_doc_parse(body->bytes, body->length, "answer", &self->doc, &err), &err);
}

/* The schema of errors is that of every refusal without a place in the description. */
static void check_error(const api_client *self, const char *target) {
  const char *no = api_check(api_follow("#/components/schemas/Error"), api_root(self));
  int64_t status = 0;
  if (no != NULL) fail_msg("%s: %s", target, no);
  assert_int_equal(hw_json_get_int(api_at(self, "error"), "status", 0, 999, &status, NULL), HW_OK);
  assert_int_equal(status, self->browser.response.status);
  assert_true(strlen(api_text(api_at(self, "error.message"))) > 3);
}

/* The answer is as the description promises. */
static void check_answer(const api_client *self, const char *method, const char *target) {
  const int status = self->browser.response.status;
  const char *path = "", *type = web_header(&self->browser, "content-type");
  const hw_json *operation = hw_json_find(find_path(target, &path), lower(method));
  char text[16], plain[80];
  snprintf(text, sizeof text, "%d", status);
  snprintf(plain, sizeof plain, "%.*s", (int)strcspn(type, ";"), type);
  assert_string_equal(web_header(&self->browser, "cache-control"), "no-store");
  if (operation == NULL) { /* neither path nor method are of the API */
    if (status < 400) fail_msg("%s %s is not described: %d", method, target, status);
    check_error(self, target);
    return;
  }
  const hw_json *response = hw_json_find(hw_json_find(operation, "responses"), text);
  if (response == NULL)
    fail_msg("%s %s: %d is not described\n%s", method, target, status, web_body(&self->browser));
  if (hw_json_find(response, "$ref") != NULL)
    response = api_follow(api_text(hw_json_find(response, "$ref")));
  const hw_json *content = hw_json_find(hw_json_find(response, "content"), plain);
  if (content == NULL) fail_msg("%s %s: %s is not described", method, target, plain);
  const hw_json *schema = hw_json_find(content, "schema");
  const char *no = schema != NULL ? api_check(schema, api_root(self)) : NULL;
  if (no != NULL) fail_msg("%s %s: %s\n%s", method, target, no, web_body(&self->browser));
  if (status == 200) count_fine(method, path);
  if (status != 200 && status != 422) check_error(self, target);
}

static int send_request(api_client *self, const char *method, const char *target,
                        const char *body) {
  const hw_web_pair headers[] = {{"content-type", self->as != NULL ? self->as : "application/json"},
                                 {"x-csrf-token", self->csrf}};
  const bool is_post = body != NULL;
  self->browser.extra = headers;
  self->browser.n_extra = is_post ? (self->csrf[0] != '\0' ? 2 : 1) : 0;
  const int status = web_send(&self->browser, method, target, body);
  self->browser.extra = NULL;
  self->browser.n_extra = 0;
  read_answer(self);
  if (description != NULL) check_answer(self, method, target);
  return status;
}

int api_get(api_client *self, const char *target) {
  return send_request(self, "GET", target, NULL);
}

int api_post(api_client *self, const char *target, const char *body) {
  return send_request(self, "POST", target, body);
}

const hw_json *api_root(const api_client *self) {
  if (self->doc == NULL) fail_msg("the answer is no JSON: %s", web_body(&self->browser));
  return hw_json_doc_root(self->doc);
}

const hw_json *api_at(const api_client *self, const char *path) {
  const hw_json *at = api_root(self);
  while (*path != '\0' && at != NULL) {
    char name[100];
    const size_t n = strcspn(path, ".[]");
    snprintf(name, sizeof name, "%.*s", (int)n, path);
    if (n > 0 && path[n] == ']')
      at = hw_json_at(at, (size_t)strtoul(name, NULL, 10));
    else if (n > 0)
      at = hw_json_find(at, name);
    path += n + (path[n] != '\0');
  }
  return at;
}

void api_assert_text(const api_client *self, const char *path, const char *wanted) {
  const char *text = api_text(api_at(self, path));
  if (strcmp(text, wanted) != 0)
    fail_msg("%s is '%s', not '%s'\n%s", path, text, wanted, web_body(&self->browser));
}

void api_assert_int(const api_client *self, const char *path, int64_t wanted) {
  int64_t value = 0;
  if (hw_json_as_int(api_at(self, path), INT64_MIN, INT64_MAX, &value, NULL) != HW_OK)
    fail_msg("%s is no number\n%s", path, web_body(&self->browser));
  if (value != wanted) fail_msg("%s is %lld\n%s", path, (long long)value, web_body(&self->browser));
}

void api_assert_null(const api_client *self, const char *path) {
  if (!hw_json_is_null(api_at(self, path)))
    fail_msg("%s is not null\n%s", path, web_body(&self->browser));
}

/* --- people --- */

api_client api_nobody(hw_web *web) {
  return (api_client){.browser = {.web = web}};
}

api_client api_log_in(hw_web *web, const char *actor) {
  char body[300];
  api_client self = api_nobody(web);
  web_test_now_s += 60;
  assert_int_equal(api_get(&self, "/api/v1/login"), 200);
  snprintf(self.csrf, sizeof self.csrf, "%s", api_text(api_at(&self, "csrf")));
  snprintf(body, sizeof body, "{\"actor\": \"%s\", \"password\": \"" WEB_TEST_PASSWORD "\"}",
           actor);
  const int status = api_post(&self, "/api/v1/login", body);
  if (status != 200) fail_msg("%s: %d\n%s", actor, status, web_body(&self.browser));
  snprintf(self.csrf, sizeof self.csrf, "%s", api_text(api_at(&self, "csrf")));
  return self;
}

void api_client_clear(api_client *self) {
  hw_json_doc_delete(self->doc);
  self->doc = NULL;
  web_browser_clear(&self->browser);
}

void api_begin(hw_web *web) {
  hw_err err = HW_ERR_INIT;
  api_client client = api_nobody(web);
  assert_int_equal(api_get(&client, "/api/v1/openapi.json"), 200);
  description_text = strdup(web_body(&client.browser));
  assert_non_null(description_text);
  api_client_clear(&client);
  hw_assert_ok(hw_json_doc_parse(description_text, strlen(description_text), "openapi.json",
                                 &description, &err),
               &err);
}

void api_end(void) {
  hw_json_doc_delete(description);
  description = NULL;
  free(description_text);
  description_text = NULL;
  n_fine = 0;
}
