/* The JSON API: what happens to every request before its operation runs.
 *
 * One handler stands behind all routes of the API. It finds the operation that belongs to
 * the route, refuses fields of the query that the operation does not have or whose
 * values it does not take, and reads the body by the operation's schema. So a handler gets
 * what its description promises and nothing else, and what is misspelt is told instead of being
 * ignored: a program that says "limt=10" would otherwise read every page but the one it means.
 *
 * Statuses: 400 is for what is wrong with the request as such (query, no JSON), 422 for a
 * body that says something that cannot be. All else is as for pages (job.h). */
#include "web/api.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "web/form.h"
#include "web/web_int.h"

/* --- the tables --- */

#define HWP_API_ROUTE(name, method, pattern, may, flags, parts, queries, body, most, answer, \
                      refusal, has_files, summary)                                           \
  {method, pattern, may, (flags) | HWP_API, hwp_api_run, summary},
static const hwp_route routes[] = {
#include "web/api_routes.def"
};
#undef HWP_API_ROUTE

const hwp_routes hwp_routes_api = {routes, sizeof routes / sizeof *routes};

#define HWP_API_ROUTE(name, method, pattern, may, flags, parts, queries, body, most, answer, \
                      refusal, has_files, summary)                                           \
  {#name, hwp_api_##name, parts, queries, body, most, answer, refusal, has_files},
const hwp_api_operation hwp_api_operations[] = {
#include "web/api_routes.def"
};
#undef HWP_API_ROUTE

const hwp_api_query hwp_queries_page[] = {HWP_API_QUERY_FROM, HWP_API_QUERY_LIMIT, {.name = NULL}};
const hwp_api_schema hwp_schema_map =
    HWP_API_MAP_SCHEMA("Values", "Values under names that the data decide.");

/* --- queries --- */

bool hwp_api_has_word(const char *words, const char *text) {
  const size_t n = strlen(text);
  for (const char *at = words; n > 0 && *at != '\0';) {
    const size_t length = strcspn(at, "|");
    if (length == n && memcmp(at, text, n) == 0) return true;
    at += length + (at[length] == '|');
  }
  return false;
}

static const hwp_api_query *find_query(const hwp_api_operation *self, const char *name) {
  for (const hwp_api_query *query = self->queries; query != NULL && query->name != NULL; query++)
    if (strcmp(query->name, name) == 0) return query;
  return NULL;
}

static bool is_whole(const char *text, int64_t low, int64_t high) {
  char *end = NULL;
  if (*text < '0' || *text > '9' || strlen(text) > 18) return false;
  const long long value = strtoll(text, &end, 10);
  return *end == '\0' && value >= low && value <= high;
}

/* NULL, or what is wrong with it. */
static const char *check_query(hwp_job *job, const hwp_api_operation *self) {
  for (int i = 0; i < job->n_query; i++) {
    const char *name = job->query[i].name, *value = job->query[i].value;
    const hwp_api_query *query = find_query(self, name);
    if (query == NULL) return hwp_format(job, "the query has no field '%.60s' here", name);
    for (int j = 0; j < i; j++)
      if (strcmp(job->query[j].name, name) == 0)
        return hwp_format(job, "the query says '%s' twice", name);
    if (query->high > 0 && !is_whole(value, query->low, query->high))
      return hwp_format(job, "%s: '%.60s' is no whole number from %lld to %lld", name, value,
                        (long long)query->low, (long long)query->high);
    if (query->words != NULL && !hwp_api_has_word(query->words, value))
      return hwp_format(job, "%s: '%.60s' is none of %s", name, value, query->words);
  }
  return NULL;
}

int64_t hwp_api_from(const hwp_job *job) {
  return hwp_query_int(job, "from", 0, INT64_MAX, 0);
}

int hwp_api_limit(const hwp_job *job) {
  return (int)hwp_query_int(job, "limit", 1, HWP_API_MOST_ROWS, HWP_API_ROWS);
}

/* --- running --- */

/* Reads the body. @param out  [out] NULL: it was refused, and the answer says why */
static hw_status read_body(hwp_job *job, const hwp_api_operation *self, void **out, hw_err *err) {
  const hw_web_request *request = job->request;
  char text[1200];
  bool is_json = false;
  hw_err why = HW_ERR_INIT;
  *out = NULL;
  if (!hwp_type_is(hwp_header(request, "content-type"), "application/json")) {
    hwp_refuse(job, 415, "the body must be JSON, and the content-type must say application/json");
    return HW_OK;
  }
  if (request->n_body > self->most_body) {
    hwp_refuse(job, 413,
               hwp_format(job, "the body has %zu bytes, and %zu are the most here", request->n_body,
                          self->most_body));
    return HW_OK;
  }
  void *body = hw_arena_alloc(job->arena, self->body->size > 0 ? self->body->size : 1);
  if (body == NULL) return HW_NO_MEMORY(err, "a request");
  const hw_status status =
      hwp_api_read(job->arena, request->body, request->n_body, self->body, body, &is_json, &why);
  if (status == HW_OK) {
    *out = body;
    return HW_OK;
  }
  if (status == HW_E_NO_MEMORY) {
    if (err != NULL) *err = why;
    return status;
  }
  hwp_refuse(job, is_json ? 422 : 400, hw_err_text(&why, text, sizeof text));
  return HW_OK;
}

hw_status hwp_api_run(hwp_job *job, hw_err *err) {
  const hwp_route *route = hwp_work_of(job)->route;
  const hwp_api_operation *self = &hwp_api_operations[route - routes];
  const char *wrong = check_query(job, self);
  void *body = NULL;
  bool is_mine = false;
  if (wrong != NULL) {
    hwp_refuse(job, 400, wrong);
    return HW_OK;
  }
  if (self->body != NULL) {
    HW_TRY(read_body(job, self, &body, err));
    if (body == NULL) return HW_OK;
  }
  if (strcmp(job->request->method, "POST") == 0 || job->app == NULL)
    return self->run(job, body, err);
  /* All that one answer says is of one moment. */
  HW_TRY(hw_app_begin_read(job->app, &is_mine, err));
  const hw_status status = self->run(job, NULL, err);
  hw_app_end_read(job->app, is_mine);
  return status;
}

hw_status hwp_api_send(hwp_job *job, const hwp_api_schema *schema, const void *value, hw_err *err) {
  HW_TRY(hwp_api_write(schema, value, &job->response->body, err));
  hwp_set_header(job, "content-type", "application/json");
  return HW_OK;
}

hw_status hwp_api_code(hwp_job *job, hw_kind_id kind, int64_t id, const char **out, hw_err *err) {
  return hw_look_code(job->app, kind, id, job->arena, out, err);
}

hw_status hwp_api_openapi(hwp_job *job, const void *body, hw_err *err) {
  (void)body;
  HW_TRY(hwp_api_describe(
      job->web->options.is_secure ? "__Host-" HWP_COOKIE_SESSION : HWP_COOKIE_SESSION,
      &job->response->body, err));
  hwp_set_header(job, "content-type", "application/json");
  return HW_OK;
}
