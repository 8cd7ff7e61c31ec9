/* The table of routes as tests walk it. */
#include "web/route_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/look.h"
#include "base/arena.h"
#include "support/assert.h"

enum { MOST_CODES = 400 };

typedef struct walk {
  hw_app *app;
  hw_arena arena;
  int most, n;
  const hwp_route *route;
  route_visit *visit;
  void *context;
} walk;

/* --- codes --- */

typedef struct codes {
  int n;
  const char *items[MOST_CODES];
} codes;

static void add(codes *self, const char *code) {
  assert_non_null(code);
  if (self->n < MOST_CODES) self->items[self->n++] = code;
}

/* Codes of a kind; "~12" where a key has several parts. */
static void add_kind(walk *self, hw_kind_id kind, codes *out) {
  hw_err err = HW_ERR_INIT;
  hw_scan *scan = NULL;
  const hw_record *row = NULL;
  int64_t ids[MOST_CODES];
  int n = 0;
  hw_assert_ok(hw_store_scan(self->app->store, kind, -1, NULL, &scan, &err), &err);
  while (n < self->most && n < MOST_CODES && hw_scan_next(scan, &row, &err) == HW_OK && row != NULL)
    ids[n++] = row->id;
  hw_scan_done(scan);
  for (int i = 0; i < n; i++) {
    hw_str text = HW_STR_INIT;
    if (hw_kind_code_field(hw_kind_get(kind)) >= 0)
      hw_assert_ok(hw_store_code(self->app->store, kind, ids[i], &text, &err), &err);
    else
      hw_str_append_format(&text, "~%lld", (long long)ids[i]);
    add(out, hw_arena_strdup(&self->arena, hw_str_text(&text)));
    hw_str_clear(&text);
  }
}

/* What may stand in the open part that follows a part of a pattern. */
static void find_codes(walk *self, const char *before, size_t n_before, const char *kind_part,
                       codes *out) {
  static const struct {
    const char *part;
    hw_kind_id kind;
  } known[] = {{"families", HW_KIND_FAMILY},       {"remains", HW_KIND_SAMPLE},
               {"samples", HW_KIND_SAMPLE},        {"runs", HW_KIND_RUN},
               {"reports", HW_KIND_REPORT},        {"users", HW_KIND_ACTOR},
               {"dossiers", HW_KIND_DOSSIER},      {"identifications", HW_KIND_IDENTIFICATION},
               {"accessions", HW_KIND_ACCESSION},  {"sites", HW_KIND_SITE},
               {"persons", HW_KIND_PERSON},        {"people", HW_KIND_PERSON},
               {"profiles", HW_KIND_PROFILE},      {"specimens", HW_KIND_SPECIMEN},
               {"individuals", HW_KIND_INDIVIDUAL}};
  const hw_kind *kind = kind_part != NULL ? hw_kind_find(kind_part) : NULL;
  out->n = 0;
  if (kind != NULL) {
    if (kind->id != HW_KIND_CREDENTIAL) add_kind(self, kind->id, out);
    return;
  }
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (strlen(known[i].part) == n_before && memcmp(known[i].part, before, n_before) == 0) {
      add_kind(self, known[i].kind, out);
      return;
    }
  if (n_before == 7 && memcmp(before, "records", 7) == 0) {
    for (int k = 0; k < HW_KIND_COUNT; k++) add(out, hw_kind_get((hw_kind_id)k)->name);
    return;
  }
  const int most = self->most;
  self->most = 2;
  for (int k = 0; k < HW_KIND_COUNT; k++)
    if (hw_kind_code_field(hw_kind_get((hw_kind_id)k)) >= 0) add_kind(self, (hw_kind_id)k, out);
  self->most = most;
}

/* --- targets --- */

static void encode(const char *text, hw_str *out) {
  for (const unsigned char *c = (const unsigned char *)text; *c != '\0'; c++) {
    const bool is_plain = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') ||
                          (*c >= '0' && *c <= '9') || *c == '-' || *c == '_' || *c == '~';
    if (is_plain)
      hw_str_append_bytes(out, (const char *)c, 1);
    else
      hw_str_append_format(out, "%%%02X", *c);
  }
}

/* Fills the open parts of a pattern from `at` on, one after the other. */
static void expand(walk *self, const char *at, const char *done, const char *kind_part) {
  const char *star = strchr(at, '*');
  hw_str target = HW_STR_INIT;
  if (star == NULL) {
    hw_str_append_format(&target, "%s%s", done, at);
    self->visit(self->context, self->route, hw_str_text(&target));
    self->n++;
    hw_str_clear(&target);
    return;
  }
  const char *end = star - 1, *begin = end;
  while (begin > at && begin[-1] != '/') begin--;
  codes *all = malloc(sizeof *all);
  assert_non_null(all);
  find_codes(self, begin, (size_t)(end - begin), kind_part, all);
  const bool is_kind = end - begin == 7 && memcmp(begin, "records", 7) == 0;
  for (int i = 0; i < all->n; i++) {
    target.length = 0;
    hw_str_append_format(&target, "%s%.*s", done, (int)(star - at), at);
    encode(all->items[i], &target);
    char *text = strdup(hw_str_text(&target));
    assert_non_null(text);
    expand(self, star + 1, text, is_kind ? all->items[i] : NULL);
    free(text);
  }
  free(all);
  hw_str_clear(&target);
}

int route_each(hw_app *app, const char *method, int most, route_visit *visit, void *context) {
  walk self = {.app = app, .most = most, .visit = visit, .context = context};
  hw_arena_init(&self.arena, 0);
  for (int i = 0; i < hwp_n_all_routes; i++)
    for (int j = 0; j < hwp_all_routes[i]->n; j++) {
      self.route = &hwp_all_routes[i]->routes[j];
      if (strcmp(self.route->method, method) != 0) continue;
      expand(&self, self.route->pattern, "", NULL);
    }
  hw_arena_clear(&self.arena);
  return self.n;
}

int route_each_with(const char *method, const char *part, route_visit *visit, void *context) {
  int n = 0;
  for (int i = 0; i < hwp_n_all_routes; i++)
    for (int j = 0; j < hwp_all_routes[i]->n; j++) {
      const hwp_route *route = &hwp_all_routes[i]->routes[j];
      hw_str target = HW_STR_INIT;
      if (strcmp(route->method, method) != 0) continue;
      for (const char *at = route->pattern; *at != '\0'; at++)
        if (*at == '*')
          hw_str_append(&target, part);
        else
          hw_str_append_bytes(&target, at, 1);
      visit(context, route, hw_str_text(&target));
      n++;
      hw_str_clear(&target);
    }
  return n;
}

/* --- requests --- */

int route_post(web_browser *self, const hwp_route *route, const char *target, const char *token,
               const char *fields) {
  const hw_web_pair *extra = self->extra;
  const int n_extra = self->n_extra;
  hw_web_pair headers[8];
  hw_str body = HW_STR_INIT;
  assert_true(n_extra <= 6);
  for (int i = 0; i < n_extra; i++) headers[i] = extra[i];
  self->extra = headers;
  if (route->flags & HWP_API) {
    if (token != NULL) headers[self->n_extra++] = (hw_web_pair){"x-csrf-token", token};
    headers[self->n_extra++] = (hw_web_pair){"content-type", "application/json"};
    hw_str_append(&body, "{}");
  } else {
    if (token != NULL) hw_str_append_format(&body, "csrf=%s", token);
    hw_str_append_format(&body, "%s%s", token != NULL && fields[0] != '\0' ? "&" : "", fields);
  }
  const int status = web_send(self, "POST", target, hw_str_text(&body));
  hw_str_clear(&body);
  self->extra = extra;
  self->n_extra = n_extra;
  return status;
}

void route_bytes(web_browser *self, hw_str *out) {
  hw_web_response *r = &self->response;
  out->length = 0;
  hw_str_append_bytes(out, web_body(self), r->constant != NULL ? r->n_constant : r->body.length);
  for (int i = 0; i < 2 && r->stream.next != NULL; i++)
    if (!r->stream.next(r->stream.context, out)) break;
  for (int32_t i = 0; i < r->n_headers; i++)
    hw_str_append_format(out, "\n%s: %s", r->headers[i].name, r->headers[i].value);
  assert_int_equal(hw_str_status(out), HW_OK);
}

/* --- a record of each kind --- */

/* What would make a circle, or has a form that a text is not. */
static bool is_left_out(hw_kind_id kind, int field) {
  return (kind == HW_KIND_SAMPLE && field == HW_FIELD_SAMPLE_PARENT) ||
         (kind == HW_KIND_DESCENT && field >= HW_FIELD_DESCENT_FATHER &&
          field <= HW_FIELD_DESCENT_MOTHER) ||
         (kind == HW_KIND_CONTRADICTION && field == HW_FIELD_CONTRADICTION_OTHER) ||
         (kind == HW_KIND_INVESTIGATION && field != HW_FIELD_INVESTIGATION_CODE &&
          field != HW_FIELD_INVESTIGATION_DESCRIPTION);
}

/* The filled record of a kind, or the first that there is. */
static int64_t id_of(hw_app *app, const int64_t *filled, hw_kind_id kind) {
  hw_err err = HW_ERR_INIT;
  hw_scan *scan = NULL;
  const hw_record *row = NULL;
  if (filled[kind] != 0) return filled[kind];
  hw_assert_ok(hw_store_scan(app->store, kind, -1, NULL, &scan, &err), &err);
  hw_assert_ok(hw_scan_next(scan, &row, &err), &err);
  const int64_t id = row != NULL ? row->id : 0;
  hw_scan_done(scan);
  return id;
}

typedef struct filling {
  hw_app *app;
  const char *text;
  bool names_only;
  char code[300];
  char word[60];
  int64_t filled[HW_KIND_COUNT];
  int n;
} filling;

/* The first word of a choice, in self->word. */
static const char *first_word(filling *self, const hw_field *field) {
  snprintf(self->word, sizeof self->word, "%.*s", (int)strcspn(field->choices, "|"),
           field->choices);
  return self->word;
}

static void fill_text(filling *self, hw_record *record, int f) {
  const hw_field *field = &record->kind->fields[f];
  const bool is_hit = !self->names_only || (field->flags & HW_FIELD_NAME);
  if (record->kind->id == HW_KIND_ACTOR && f == HW_FIELD_ACTOR_PERMISSIONS) {
    hw_record_set_text(record, f, "review");
  } else if (field->type == HW_TYPE_CODE) {
    hw_record_set_text(record, f, self->code);
    self->n += !self->names_only;
  } else if (is_hit) {
    hw_record_set_text(record, f, self->text);
    self->n++;
  } else if (field->flags & (HW_FIELD_MUST | HW_FIELD_KEY)) {
    hw_record_set_text(record, f, "x");
  }
}

static void fill_field(filling *self, hw_record *record, int f, char choice[60]) {
  const hw_field *field = &record->kind->fields[f];
  const hw_kind_id target = field->target;
  int64_t id = 0;
  switch (field->type) {
    case HW_TYPE_CODE:
    case HW_TYPE_TEXT:
      fill_text(self, record, f);
      break;
    case HW_TYPE_CHOICE:
      snprintf(choice, 60, "%s", first_word(self, field));
      hw_record_set_text_n(record, f, field->choices, strlen(choice));
      break;
    case HW_TYPE_REF:
      id = target == record->kind->id ? 0 : id_of(self->app, self->filled, target);
      if (id != 0) hw_record_set_int(record, f, id);
      break;
    case HW_TYPE_ITEM:
      hw_record_set_int(record, f, id_of(self->app, self->filled, hw_kind_find(choice)->id));
      break;
    case HW_TYPE_INT:
    case HW_TYPE_YES:
      hw_record_set_int(record, f, 1);
      break;
    case HW_TYPE_REAL:
      hw_record_set_real(record, f, 0.5);
      break;
    case HW_TYPE_DATE:
      hw_record_set_text(record, f, "1968-02-03");
      break;
    case HW_TYPE_TIME:
      hw_record_set_text(record, f, "1992-01-01T00:00:00Z");
      break;
  }
}

int route_fill(hw_app *app, const char *text, bool names_only) {
  hw_err err = HW_ERR_INIT;
  hw_kind_id order[HW_KIND_COUNT];
  filling self = {.app = app, .text = text, .names_only = names_only};
  snprintf(self.code, sizeof self.code, "zz-%s", names_only ? "filled" : text);
  hw_kinds_order(order);
  hw_assert_ok(hw_app_begin(app, HW_MAY_WRITE, "import", "tests", &err), &err);
  for (int k = 0; k < HW_KIND_COUNT; k++) {
    const hw_kind *kind = hw_kind_get(order[k]);
    hw_record record;
    char choice[60] = "";
    if (kind->flags & HW_KIND_SECRET || kind->id == HW_KIND_ACCESS) continue;
    hw_record_init(&record, kind->id);
    for (int f = 0; f < kind->n_fields; f++)
      if (!is_left_out(kind->id, f)) fill_field(&self, &record, f, choice);
    const hw_status status = hw_store_add(app->store, &record, &err);
    if (status != HW_OK) fail_msg("%s: %s", kind->name, err.message);
    self.filled[kind->id] = record.id;
  }
  hw_assert_ok(hw_store_commit(app->store, &err), &err);
  return self.n;
}
