/* The description of the API, made from what the API runs by.
 *
 * OpenAPI 3.1, whose schemas are JSON Schema 2020-12. Paths, methods, permissions and summaries are
 * those of the route table; parameters, bodies and answers those of the operations; schemas are
 * walked where operations name them. Nothing is written here that a request could contradict but the
 * shape of an error, which web.c writes, and tests compare.
 *
 * Source: OpenAPI Specification 3.1.0. */
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "base/json_members.h"
#include "homeward/version.h"
#include "web/api.h"

enum { MOST_SCHEMAS = 128 };

/* Schemas that were met, in the order in which they were. */
typedef struct gathered {
  int n;
  bool is_lost; /* more than there is room for */
  const hwp_api_schema *items[MOST_SCHEMAS];
} gathered;

/* Depth is that of the schemas, which are constants. */
static void gather(gathered *self, const hwp_api_schema *schema) {
  if (schema == NULL) return;
  for (int i = 0; i < self->n; i++)
    if (self->items[i] == schema) return;
  if (self->n == MOST_SCHEMAS) {
    self->is_lost = true;
    return;
  }
  self->items[self->n++] = schema;
  for (int i = 0; schema->members != NULL && i < schema->n; i++)
    gather(self, schema->members[i].of);
}

/* --- small parts --- */

/* {"$ref": "#/components/KIND/NAME"} as the value of a key. */
static void put_reference(hw_json_writer *w, const char *key, const char *kind, const char *name) {
  char text[160];
  snprintf(text, sizeof text, "#/components/%s/%s", kind, name);
  if (key != NULL) hw_json_write_key(w, key);
  hw_json_write_begin_object(w);
  hw_json_add_text(w, "$ref", text);
  hw_json_write_end_object(w);
}

/* "string", or ["string", "null"]. */
static void put_type(hw_json_writer *w, const char *type, bool or_null) {
  hw_json_write_key(w, "type");
  if (or_null) hw_json_write_begin_array(w);
  hw_json_write_string(w, type);
  if (or_null) {
    hw_json_write_string(w, "null");
    hw_json_write_end_array(w);
  }
}

static void put_words(hw_json_writer *w, const char *words, bool or_null) {
  hw_json_add_array(w, "enum");
  for (const char *at = words; *at != '\0';) {
    char word[80];
    const size_t n = strcspn(at, "|");
    snprintf(word, sizeof word, "%.*s", (int)n, at);
    hw_json_write_string(w, word);
    at += n + (at[n] == '|');
  }
  if (or_null) hw_json_write_null(w);
  hw_json_write_end_array(w);
}

/* "anyOf": a reference, or null. */
static void put_reference_or_null(hw_json_writer *w, const char *name) {
  hw_json_add_array(w, "anyOf");
  put_reference(w, NULL, "schemas", name);
  hw_json_write_begin_object(w);
  hw_json_add_text(w, "type", "null");
  hw_json_write_end_object(w);
  hw_json_write_end_array(w);
}

/* --- schemas --- */

static void put_member(hw_json_writer *w, const hwp_api_member *member) {
  const bool or_null = (member->flags & HWP_API_OR_NULL) != 0;
  hw_json_add_object(w, member->name);
  switch (member->type) {
    case HWP_API_TEXT:
      put_type(w, "string", or_null);
      if (member->words != NULL) put_words(w, member->words, or_null);
      if (member->flags & HWP_API_SECRET) hw_json_add_text(w, "format", "password");
      break;
    case HWP_API_INT:
    case HWP_API_COUNT:
      put_type(w, "integer", or_null);
      break;
    case HWP_API_REAL:
      if (or_null)
        put_reference_or_null(w, "Real");
      else
        hw_json_add_text(w, "$ref", "#/components/schemas/Real");
      break;
    case HWP_API_YES:
      put_type(w, "boolean", false);
      break;
    case HWP_API_TEXTS:
      put_type(w, "array", false);
      hw_json_add_object(w, "items");
      put_type(w, "string", false);
      hw_json_write_end_object(w);
      break;
    case HWP_API_OBJECT: {
      char text[160];
      snprintf(text, sizeof text, "#/components/schemas/%s", member->of->name);
      hw_json_add_text(w, "$ref", text);
      break;
    }
    case HWP_API_MAYBE:
      put_reference_or_null(w, member->of->name);
      break;
    case HWP_API_LIST:
      put_type(w, "array", false);
      put_reference(w, "items", "schemas", member->of->name);
      break;
    case HWP_API_JSON:
      break; /* anything */
  }
  if (member->most > 0) hw_json_add_int(w, "maxItems", member->most);
  hw_json_add_text(w, "description", member->sentence);
  hw_json_write_end_object(w);
}

/* A body's members are those that must be said; an answer has all of its own. */
static void put_required(hw_json_writer *w, const hwp_api_schema *schema, bool is_body) {
  hw_json_add_array(w, "required");
  for (int i = 0; i < schema->n; i++)
    if (!is_body || (schema->members[i].flags & HWP_API_MUST))
      hw_json_write_string(w, schema->members[i].name);
  hw_json_write_end_array(w);
}

static void put_schema(hw_json_writer *w, const hwp_api_schema *schema, bool is_body) {
  hw_json_add_object(w, schema->name);
  hw_json_add_text(w, "type", "object");
  hw_json_add_text(w, "description", schema->sentence);
  if (schema->members == NULL) {
    put_reference(w, "additionalProperties", "schemas", "Value");
    hw_json_write_end_object(w);
    return;
  }
  hw_json_add_object(w, "properties");
  for (int i = 0; i < schema->n; i++) put_member(w, &schema->members[i]);
  hw_json_write_end_object(w);
  put_required(w, schema, is_body);
  hw_json_add_bool(w, "additionalProperties", false);
  hw_json_write_end_object(w);
}

/* What has no struct of its own: numbers, values, errors. */
static void put_common_schemas(hw_json_writer *w) {
  hw_json_add_object(w, "Real");
  hw_json_add_text(
      w, "description",
      "A number with 17 significant digits; minus infinity, infinity and 0/0 as text.");
  hw_json_add_array(w, "anyOf");
  hw_json_write_begin_object(w);
  hw_json_add_text(w, "type", "number");
  hw_json_write_end_object(w);
  hw_json_write_begin_object(w);
  put_words(w, "-inf|inf|undefined", false);
  hw_json_write_end_object(w);
  hw_json_write_end_array(w);
  hw_json_write_end_object(w);
  hw_json_add_object(w, "Value");
  hw_json_add_text(w, "description",
                   "The value of a field; null = it is empty, or a name that is hidden.");
  hw_json_add_array(w, "type");
  static const char *const types[] = {"string", "number", "boolean", "null"};
  for (size_t i = 0; i < sizeof types / sizeof *types; i++) hw_json_write_string(w, types[i]);
  hw_json_write_end_array(w);
  hw_json_write_end_object(w);
}

/* What web.c writes of every refusal. */
typedef struct refused {
  hwp_api_told error;
} refused;
static const hwp_api_member told_members[] = {
    HWP_API_M(hwp_api_told, status, "status", COUNT, 0, "the status of the answer"),
    HWP_API_M(hwp_api_told, message, "message", TEXT, 0, "what is wrong, for people")};
const hwp_api_schema hwp_schema_told =
    HWP_API_SCHEMA("Told", hwp_api_told, told_members, "What is wrong.");
static const hwp_api_member refused_members[] = {
    HWP_API_O(refused, error, "error", &hwp_schema_told, "what is wrong")};
static const hwp_api_schema refused_schema =
    HWP_API_SCHEMA("Error", refused, refused_members, "Why a request was refused.");

/* --- operations --- */

static void put_parameter(hw_json_writer *w, const char *name, const char *in, bool is_required,
                          const char *sentence) {
  hw_json_write_begin_object(w);
  hw_json_add_text(w, "name", name);
  hw_json_add_text(w, "in", in);
  hw_json_add_bool(w, "required", is_required);
  hw_json_add_text(w, "description", sentence);
}

static void put_query(hw_json_writer *w, const hwp_api_query *query) {
  put_parameter(w, query->name, "query", false, query->sentence);
  hw_json_add_object(w, "schema");
  hw_json_add_text(w, "type", query->high > 0 ? "integer" : "string");
  if (query->words != NULL) put_words(w, query->words, false);
  if (query->high > 0) {
    hw_json_add_int(w, "minimum", query->low);
    hw_json_add_int(w, "maximum", query->high);
  }
  hw_json_write_end_object(w);
  hw_json_write_end_object(w);
}

static void put_string_schema(hw_json_writer *w) {
  hw_json_add_object(w, "schema");
  hw_json_add_text(w, "type", "string");
  hw_json_write_end_object(w);
}

static void put_parameters(hw_json_writer *w, const hwp_api_operation *self, bool is_post) {
  hw_json_add_array(w, "parameters");
  for (const char *at = self->parts; *at != '\0';) {
    char name[40];
    const size_t n = strcspn(at, " ");
    snprintf(name, sizeof name, "%.*s", (int)n, at);
    put_parameter(w, name, "path", true, "percent-encoded");
    put_string_schema(w);
    hw_json_write_end_object(w);
    at += n + (at[n] == ' ');
  }
  for (const hwp_api_query *query = self->queries; query != NULL && query->name != NULL; query++)
    put_query(w, query);
  if (is_post) {
    put_parameter(w, "x-csrf-token", "header", true,
                  "`csrf` of the session; for the login that of GET /api/v1/login");
    put_string_schema(w);
    hw_json_write_end_object(w);
  }
  hw_json_write_end_array(w);
}

/* "content" of one type. @param schema  NULL = any object @param other  or this; NULL = none */
static void put_content(hw_json_writer *w, const hwp_api_schema *schema,
                        const hwp_api_schema *other) {
  hw_json_add_object(w, "application/json");
  if (other != NULL) {
    hw_json_add_object(w, "schema");
    hw_json_add_array(w, "anyOf");
    put_reference(w, NULL, "schemas", schema->name);
    put_reference(w, NULL, "schemas", other->name);
    hw_json_write_end_array(w);
    hw_json_write_end_object(w);
  } else if (schema != NULL) {
    put_reference(w, "schema", "schemas", schema->name);
  } else {
    hw_json_add_object(w, "schema");
    hw_json_add_text(w, "type", "object");
    hw_json_write_end_object(w);
  }
  hw_json_write_end_object(w);
}

static void put_file_content(hw_json_writer *w, const char *type) {
  hw_json_add_object(w, type);
  hw_json_write_end_object(w);
}

static void put_answer(hw_json_writer *w, const hwp_api_operation *self) {
  hw_json_add_object(w, "200");
  hw_json_add_text(w, "description", self->answer != NULL ? self->answer->sentence : "A document.");
  hw_json_add_object(w, "content");
  put_content(w, self->answer, NULL);
  if (self->has_files) {
    put_file_content(w, "application/pdf");
    put_file_content(w, "text/html");
    put_file_content(w, "application/vnd.homeward.report+json");
  }
  hw_json_write_end_object(w);
  hw_json_write_end_object(w);
}

/* Refusals that operations have in common. */
static const struct common_refusal {
  int status;
  const char *name, *sentence;
} common_refusals[] = {
    {400, "Malformed", "The query, the path, or the JSON is not what it should be."},
    {401, "NobodyLoggedIn", "Nobody is logged in, or the account, password or code is wrong."},
    {403, "Forbidden", "The actor may not, the token is wrong, or names stand in it."},
    {404, "NotThere", "There is no such record."},
    {409, "Conflict", "The state, or what stands already, does not permit it."},
    {413, "TooLarge", "The body is too large."},
    {415, "WrongType", "The body is no application/json."},
    {422, "Invalid", "The body says something that cannot be."},
    {429, "TooManyAttempts", "Too many attempts: the header retry-after says when."},
    {500, "Failed", "Something went wrong inside; the log of the server says what."},
    {503, "Busy", "Too many at once: the header retry-after says when."}};
enum { N_COMMON = sizeof common_refusals / sizeof *common_refusals };

static void put_common_responses(hw_json_writer *w) {
  hw_json_add_object(w, "responses");
  for (int i = 0; i < N_COMMON; i++) {
    hw_json_add_object(w, common_refusals[i].name);
    hw_json_add_text(w, "description", common_refusals[i].sentence);
    hw_json_add_object(w, "content");
    put_content(w, &refused_schema, NULL);
    hw_json_write_end_object(w);
    hw_json_write_end_object(w);
  }
  hw_json_write_end_object(w);
}

/* @param other  what the answer can be instead of an error; NULL = nothing */
static void put_refusal(hw_json_writer *w, int status, const hwp_api_schema *other) {
  char key[16];
  int i = 0;
  while (i < N_COMMON - 1 && common_refusals[i].status != status) i++;
  snprintf(key, sizeof key, "%d", status);
  if (other == NULL) {
    put_reference(w, key, "responses", common_refusals[i].name);
    return;
  }
  hw_json_add_object(w, key);
  hw_json_add_text(w, "description", other->sentence);
  hw_json_add_object(w, "content");
  put_content(w, &refused_schema, other);
  hw_json_write_end_object(w);
  hw_json_write_end_object(w);
}

static void put_refusals(hw_json_writer *w, const hwp_route *route, const hwp_api_operation *self) {
  const bool is_post = self->body != NULL, is_public = (route->flags & HWP_PUBLIC) != 0;
  const bool names_records = self->parts[0] != '\0' || (is_post && !is_public);
  put_refusal(w, 400, NULL);
  if (!is_public || is_post) put_refusal(w, 401, NULL);
  put_refusal(w, 403, NULL);
  if (names_records) put_refusal(w, 404, NULL);
  if (names_records) put_refusal(w, 409, NULL);
  if (is_post) {
    put_refusal(w, 413, NULL);
    put_refusal(w, 415, NULL);
    put_refusal(w, 422, self->refusal);
  }
  if (is_post && is_public) put_refusal(w, 429, NULL);
  put_refusal(w, 500, NULL);
  put_refusal(w, 503, NULL);
}

static void put_permissions(hw_json_writer *w, const hwp_route *route) {
  static const struct {
    unsigned may;
    const char *word;
  } all[] = {{HW_MAY_WRITE, "write"},
             {HW_MAY_NAMES, "names"},
             {HW_MAY_REVIEW, "review"},
             {HW_MAY_DECIDE, "decide"},
             {HW_MAY_ADMINISTER, "administer"}};
  hw_json_add_array(w, "x-permissions");
  for (size_t i = 0; i < sizeof all / sizeof *all; i++)
    if (route->may & all[i].may) hw_json_write_string(w, all[i].word);
  hw_json_write_end_array(w);
  if ((route->flags & HWP_PUBLIC) == 0) return;
  hw_json_add_array(w, "security");
  hw_json_write_end_array(w);
}

static void put_operation(hw_json_writer *w, const hwp_route *route,
                          const hwp_api_operation *self) {
  hw_json_add_object(w, strcmp(route->method, "POST") == 0 ? "post" : "get");
  hw_json_add_text(w, "operationId", self->id);
  hw_json_add_text(w, "summary", route->summary);
  put_permissions(w, route);
  put_parameters(w, self, self->body != NULL);
  if (self->body != NULL) {
    hw_json_add_object(w, "requestBody");
    hw_json_add_bool(w, "required", true);
    hw_json_add_object(w, "content");
    put_content(w, self->body, NULL);
    hw_json_write_end_object(w);
    hw_json_write_end_object(w);
  }
  hw_json_add_object(w, "responses");
  put_answer(w, self);
  put_refusals(w, route, self);
  hw_json_write_end_object(w);
  hw_json_write_end_object(w);
}

/* "/api/v1/records/{kind}": the open parts with their names. */
static void put_path_key(hw_json_writer *w, const char *pattern, const char *parts) {
  char text[200];
  size_t n = 0;
  for (const char *at = pattern; *at != '\0' && n + 48 < sizeof text; at++) {
    if (*at != '*') {
      text[n++] = *at;
      continue;
    }
    const size_t length = strcspn(parts, " ");
    n += (size_t)snprintf(text + n, sizeof text - n, "{%.*s}", (int)length, parts);
    parts += length + (parts[length] == ' ');
  }
  text[n] = '\0';
  hw_json_write_key(w, text);
}

static void put_paths(hw_json_writer *w) {
  const hwp_route *routes = hwp_routes_api.routes;
  hw_json_add_object(w, "paths");
  for (int i = 0; i < hwp_routes_api.n; i++) {
    bool is_known = false;
    for (int j = 0; j < i; j++) is_known |= strcmp(routes[j].pattern, routes[i].pattern) == 0;
    if (is_known) continue;
    put_path_key(w, routes[i].pattern, hwp_api_operations[i].parts);
    hw_json_write_begin_object(w);
    for (int j = i; j < hwp_routes_api.n; j++)
      if (strcmp(routes[j].pattern, routes[i].pattern) == 0)
        put_operation(w, &routes[j], &hwp_api_operations[j]);
    hw_json_write_end_object(w);
  }
  hw_json_write_end_object(w);
}

/* --- the whole --- */

static bool is_body_schema(const hwp_api_schema *schema) {
  gathered bodies = {0};
  for (int i = 0; i < hwp_routes_api.n; i++) gather(&bodies, hwp_api_operations[i].body);
  for (int i = 0; i < bodies.n; i++)
    if (bodies.items[i] == schema) return true;
  return false;
}

static hw_status put_components(hw_json_writer *w, const char *cookie, hw_err *err) {
  gathered all = {0};
  for (int i = 0; i < hwp_routes_api.n; i++) {
    gather(&all, hwp_api_operations[i].body);
    gather(&all, hwp_api_operations[i].answer);
    gather(&all, hwp_api_operations[i].refusal);
  }
  gather(&all, &refused_schema);
  HW_BUG_IF(all.is_lost, err);
  hw_json_add_object(w, "components");
  hw_json_add_object(w, "schemas");
  put_common_schemas(w);
  for (int i = 0; i < all.n; i++) put_schema(w, all.items[i], is_body_schema(all.items[i]));
  hw_json_write_end_object(w);
  put_common_responses(w);
  hw_json_add_object(w, "securitySchemes");
  hw_json_add_object(w, "session");
  hw_json_add_text(w, "type", "apiKey");
  hw_json_add_text(w, "in", "cookie");
  hw_json_add_text(w, "name", cookie);
  hw_json_write_end_object(w);
  hw_json_write_end_object(w);
  hw_json_write_end_object(w);
  return HW_OK;
}

hw_status hwp_api_describe(const char *cookie, hw_str *out, hw_err *err) {
  hw_json_writer w;
  hw_json_write_init_str(&w, out, 1);
  hw_json_write_begin_object(&w);
  hw_json_add_text(&w, "openapi", "3.1.0");
  hw_json_add_object(&w, "info");
  hw_json_add_text(&w, "title", "Homeward");
  hw_json_add_text(&w, "version", HW_VERSION);
  hw_json_add_text(&w, "summary",
                   "Identifying remains: records, runs, identifications and reports.");
  hw_json_write_end_object(&w);
  hw_json_add_array(&w, "security");
  hw_json_write_begin_object(&w);
  hw_json_add_array(&w, "session");
  hw_json_write_end_array(&w);
  hw_json_write_end_object(&w);
  hw_json_write_end_array(&w);
  put_paths(&w);
  HW_TRY(put_components(&w, cookie, err));
  hw_json_write_end_object(&w);
  return hw_json_write_finish(&w, err);
}
