/* The API: finding records, lists of records of any kind, and one record with what hangs on it.
 *
 * The model has some sixty kinds; what each holds is told by /api/v1/records, from the list of
 * kinds itself. A record's fields come as values under their names: numbers as numbers, yes and
 * no as true and false, references as the code of the record that is meant, names as null
 * without the permission to read names. A page of a list is a range of record numbers, so the last
 * one costs what the first one costs. */
#include <stdlib.h>
#include <string.h>

#include "app/access.h"
#include "app/show.h"
#include "base/check.h"
#include "store/search.h"
#include "store/summary.h"
#include "web/api.h"

/* Longest text of a field in a list, and of one record; rows of a section. */
enum { MOST_TEXT_IN_LIST = 4096, MOST_TEXT = 65536, MOST_SECTION_ROWS = 200 };

/* --- finding --- */

const hwp_api_query hwp_queries_find[] = {
    {"q", NULL, 0, 0, "a code, somebody else's number, or a name"},
    HWP_API_QUERY_LIMIT,
    {.name = NULL}};

#define WHYS "code|name|name-without-marks|name-words|name-part|code-prefix"
typedef struct hit {
  const char *kind, *code, *names, *why;
  int64_t row;
} hit;
static const hwp_api_member hit_members[] = {
    HWP_API_M(hit, kind, "kind", TEXT, 0, "kind of the record"),
    HWP_API_M(hit, code, "code", TEXT, 0, "its code"),
    HWP_API_M(hit, row, "row", INT, 0, "its number among the records of the kind"),
    HWP_API_M(hit, names, "names", TEXT, HWP_API_OR_NULL,
              "of a person, for who may read names, parted by '; '"),
    HWP_API_W(hit, why, "why", 0, WHYS, "what fits, the best first")};
static const hwp_api_schema hit_schema =
    HWP_API_SCHEMA("Hit", hit, hit_members, "A record that was found.");

typedef struct found {
  const char *q;
  int n;
  const hit *items;
  bool more;
} found;
static const hwp_api_member found_members[] = {
    HWP_API_M(found, q, "q", TEXT, 0, "what was looked for"),
    HWP_API_L(found, items, n, "items", &hit_schema, "best first"),
    HWP_API_M(found, more, "more", YES, 0, "there are more than were asked for")};
const hwp_api_schema hwp_schema_found =
    HWP_API_SCHEMA("Found", found, found_members, "What was found.");

static hw_status take_hit(hwp_job *job, const hw_hit *from, hit *out, hw_err *err) {
  static const char *const whys[] = {"code",       "name",      "name-without-marks",
                                     "name-words", "name-part", "code-prefix"};
  *out = (hit){.kind = hw_kind_get(from->kind)->name, .why = whys[from->quality], .row = from->id};
  HW_TRY(hwp_api_code(job, from->kind, from->id, &out->code, err));
  if (from->kind != HW_KIND_PERSON) return HW_OK;
  return hw_look_names(job->app, from->id, job->arena, &out->names, err);
}

hw_status hwp_api_find(hwp_job *job, const void *body, hw_err *err) {
  (void)body;
  const char *text = hwp_query(job, "q");
  found answer = {.q = text != NULL ? text : ""};
  hw_hit *hits = NULL;
  int n = 0;
  if (answer.q[strspn(answer.q, " \t\n")] == '\0')
    return hwp_api_send(job, &hwp_schema_found, &answer, err);
  HW_TRY(hw_store_search(job->app->store, answer.q, HW_KIND_NONE,
                         (job->app->may & HW_MAY_NAMES) != 0, hwp_api_limit(job), &hits, &n,
                         &answer.more, err));
  hw_status status = hw_access_filter_hits(job->app, hits, &n, err);
  hit *items = hw_arena_alloc_array(job->arena, (size_t)n + 1, sizeof *items);
  if (status == HW_OK && items == NULL) status = HW_NO_MEMORY(err, "what was found");
  for (int i = 0; i < n && status == HW_OK; i++)
    if (hits[i].kind != HW_KIND_CREDENTIAL)
      status = take_hit(job, &hits[i], &items[answer.n++], err);
  free(hits);
  if (status != HW_OK) return status;
  answer.items = items;
  return hwp_api_send(job, &hwp_schema_found, &answer, err);
}

/* --- kinds --- */

#define FIELD_TYPES "code|text|int|real|yes|date|time|choice|ref|item"
typedef struct field {
  const char *name, *type, *target, *sentence;
  bool is_key, is_required, is_name;
  int n_words;
  const char *const *words;
} field;
static const hwp_api_member field_members[] = {
    HWP_API_M(field, name, "name", TEXT, 0, "its name"),
    HWP_API_W(field, type, "type", 0, FIELD_TYPES,
              "ref: the code of another record; item: the code of one of the kind that the field "
              "before says"),
    HWP_API_M(field, target, "of", TEXT, HWP_API_OR_NULL, "ref: kind of that record"),
    HWP_API_T(field, words, n_words, "words", "choice: the words that it can be"),
    HWP_API_M(field, is_key, "is_key", YES, 0, "part of what identifies the record"),
    HWP_API_M(field, is_required, "is_required", YES, 0, "is always there"),
    HWP_API_M(field, is_name, "is_name", YES, 0, "shown to who may read names only"),
    HWP_API_M(field, sentence, "sentence", TEXT, 0, "what it is")};
static const hwp_api_schema field_schema =
    HWP_API_SCHEMA("Field", field, field_members, "A field of a kind.");

typedef struct kind {
  const char *name, *plural, *sentence;
  int64_t count;
  bool has_code;
  int n_fields;
  const field *fields;
} kind;
static const hwp_api_member kind_members[] = {
    HWP_API_M(kind, name, "kind", TEXT, 0, "its name, as in /api/v1/records/KIND"),
    HWP_API_M(kind, plural, "plural", TEXT, 0, "as in an import"),
    HWP_API_M(kind, sentence, "sentence", TEXT, 0, "what it is"),
    HWP_API_M(kind, count, "count", INT, 0, "records in use"),
    HWP_API_M(kind, has_code, "has_code", YES, 0,
              "records are addressed by their code, else by '~' and their row"),
    HWP_API_L(kind, fields, n_fields, "fields", &field_schema, "in their order")};
static const hwp_api_schema kind_schema =
    HWP_API_SCHEMA("Kind", kind, kind_members, "A kind of records.");

typedef struct kinds {
  int n;
  const kind *items;
} kinds;
static const hwp_api_member kinds_members[] = {
    HWP_API_L(kinds, items, n, "items", &kind_schema, "all that are shown")};
const hwp_api_schema hwp_schema_kinds =
    HWP_API_SCHEMA("Kinds", kinds, kinds_members, "All kinds of records.");

static hw_status take_words(hwp_job *job, const char *choices, field *out, hw_err *err) {
  enum { MOST = 40 };
  const char **words = hw_arena_alloc_array(job->arena, MOST, sizeof *words);
  if (words == NULL) return HW_NO_MEMORY(err, "the kinds");
  for (const char *at = choices; *at != '\0' && out->n_words < MOST;) {
    const size_t n = strcspn(at, "|");
    words[out->n_words] = hw_arena_strndup(job->arena, at, n);
    if (words[out->n_words++] == NULL) return HW_NO_MEMORY(err, "the kinds");
    at += n + (at[n] == '|');
  }
  out->words = words;
  return HW_OK;
}

static hw_status take_field(hwp_job *job, const hw_field *from, field *out, hw_err *err) {
  static const char *const types[] = {"code", "text", "int",    "real", "yes",
                                      "date", "time", "choice", "ref",  "item"};
  *out = (field){.name = from->name,
                 .type = types[from->type],
                 .target = from->type == HW_TYPE_REF ? hw_kind_get(from->target)->name : NULL,
                 .sentence = from->sentence,
                 .is_key = (from->flags & HW_FIELD_KEY) != 0,
                 .is_required = (from->flags & (HW_FIELD_KEY | HW_FIELD_MUST)) != 0,
                 .is_name = (from->flags & HW_FIELD_NAME) != 0};
  return from->type == HW_TYPE_CHOICE ? take_words(job, from->choices, out, err) : HW_OK;
}

static hw_status take_kind(hwp_job *job, const hw_kind *from, kind *out, hw_err *err) {
  hw_tally tallies[HW_TALLY_MAX];
  int n = 0;
  field *fields = hw_arena_alloc_array(job->arena, (size_t)from->n_fields, sizeof *fields);
  if (fields == NULL) return HW_NO_MEMORY(err, "the kinds");
  *out = (kind){.name = from->name,
                .plural = from->plural,
                .sentence = from->sentence,
                .has_code = hw_kind_code_field(from) >= 0,
                .n_fields = from->n_fields,
                .fields = fields};
  HW_TRY(hw_store_tally(job->app->store, from->id, tallies, &n, err));
  for (int i = 0; i < n; i++) out->count += tallies[i].count;
  for (int f = 0; f < from->n_fields; f++)
    HW_TRY(take_field(job, &from->fields[f], &fields[f], err));
  return HW_OK;
}

hw_status hwp_api_kinds(hwp_job *job, const void *body, hw_err *err) {
  (void)body;
  kind *items = hw_arena_alloc_array(job->arena, HW_KIND_COUNT, sizeof *items);
  kinds answer = {.items = items};
  if (items == NULL) return HW_NO_MEMORY(err, "the kinds");
  for (int k = 0; k < HW_KIND_COUNT; k++)
    if (k != HW_KIND_CREDENTIAL)
      HW_TRY(take_kind(job, hw_kind_get((hw_kind_id)k), &items[answer.n++], err));
  return hwp_api_send(job, &hwp_schema_kinds, &answer, err);
}

/* --- values --- */

typedef struct record {
  const char *code, *withdrawn;
  int64_t row, entry;
  hwp_api_map fields;
  int n_left_out;
  const char *const *left_out;
} record;
static const hwp_api_member record_members[] = {
    HWP_API_M(record, code, "code", TEXT, 0, "its code, or its key with '/' between"),
    HWP_API_M(record, row, "row", INT, 0, "its number among the records of the kind"),
    HWP_API_M(record, entry, "entry", INT, 0, "the audit entry that wrote it"),
    HWP_API_M(record, withdrawn, "withdrawn", TEXT, HWP_API_OR_NULL,
              "why it was withdrawn; null = it stands"),
    HWP_API_O(record, fields, "fields", &hwp_schema_map, "values under their names"),
    HWP_API_T(record, left_out, n_left_out, "left_out",
              "fields whose texts are too long for an answer")};
static const hwp_api_schema record_schema =
    HWP_API_SCHEMA("Record", record, record_members, "A record.");

static hw_status take_value(hwp_job *job, const hw_record *from, int f, hwp_api_item *out,
                            hw_err *err) {
  const hw_field *what = &from->kind->fields[f];
  hw_kind_id target = what->type == HW_TYPE_REF ? what->target : HW_KIND_NONE;
  *out = (hwp_api_item){.name = what->name, .value = hw_value_text(NULL)};
  if (hw_record_is_null(from, f) || hw_field_is_secret(from->kind, f)) return HW_OK;
  if (what->type == HW_TYPE_ITEM) {
    const hw_kind *item = hw_kind_find(hw_record_text(from, f - 1));
    if (item != NULL) target = item->id;
  }
  if (target != HW_KIND_NONE) {
    const char *code = "";
    HW_TRY(hwp_api_code(job, target, hw_record_int(from, f), &code, err));
    out->value = hw_value_text(code);
    return HW_OK;
  }
  out->is_yes = what->type == HW_TYPE_YES;
  out->value = from->values[f];
  if (out->value.type == HW_DB_TEXT) out->value.text = hw_record_text(from, f);
  return HW_OK;
}

static hw_status take_record(hwp_job *job, const hw_record *from, size_t most_text, record *out,
                             hw_err *err) {
  const size_t n = (size_t)from->kind->n_fields;
  hwp_api_item *items = hw_arena_alloc_array(job->arena, n, sizeof *items);
  const char **left_out = hw_arena_alloc_array(job->arena, n, sizeof *left_out);
  if (items == NULL || left_out == NULL) return HW_NO_MEMORY(err, "a record");
  *out = (record){.withdrawn = from->withdrawn, .row = from->id, .entry = from->entry};
  HW_TRY(hwp_api_code(job, from->kind->id, from->id, &out->code, err));
  for (int f = 0; f < from->kind->n_fields; f++) {
    HW_TRY(take_value(job, from, f, &items[f], err));
    if (items[f].value.type != HW_DB_TEXT || strlen(items[f].value.text) <= most_text) continue;
    items[f].value = hw_value_text(NULL);
    left_out[out->n_left_out++] = items[f].name;
  }
  out->fields = (hwp_api_map){(int)n, items};
  out->left_out = left_out;
  return HW_OK;
}

/* --- lists --- */

typedef struct records {
  const char *kind;
  int n;
  const record *items;
  int64_t next;
  bool names_hidden;
} records;
static const hwp_api_member records_members[] = {
    HWP_API_M(records, kind, "kind", TEXT, 0, "their kind"),
    HWP_API_L(records, items, n, "items", &record_schema, "in the order of their rows"),
    HWP_API_NEXT(records),
    HWP_API_M(records, names_hidden, "names_hidden", YES, 0,
              "names were left out, since the actor may not read them")};
const hwp_api_schema hwp_schema_records =
    HWP_API_SCHEMA("Records", records, records_members, "A page of records.");

/* The kind that the path names; how people log in is nobody's to see. */
static hw_status find_kind(const char *name, const hw_kind **out, hw_err *err) {
  *out = hw_kind_find(name);
  if (*out == NULL || (*out)->id == HW_KIND_CREDENTIAL)
    return hw_err_set(err, HW_E_NOT_FOUND, "there is no kind of records '%.60s'", name);
  return HW_OK;
}

hw_status hwp_api_records(hwp_job *job, const void *body, hw_err *err) {
  (void)body;
  const hw_kind *what = NULL;
  hw_look_rows rows;
  HW_TRY(find_kind(job->parts[0], &what, err));
  HW_TRY(hw_look_page(job->app, what->id, hwp_api_from(job), hwp_api_limit(job), NULL, NULL,
                      job->arena, &rows, err));
  record *items = hw_arena_alloc_array(job->arena, (size_t)rows.n + 1, sizeof *items);
  if (items == NULL) return HW_NO_MEMORY(err, "the records");
  for (int i = 0; i < rows.n; i++)
    HW_TRY(take_record(job, &rows.items[i], MOST_TEXT_IN_LIST, &items[i], err));
  const records answer = {.kind = what->name,
                          .n = rows.n,
                          .items = items,
                          .next = rows.has_more ? rows.next : -1,
                          .names_hidden = rows.has_hidden_names};
  return hwp_api_send(job, &hwp_schema_records, &answer, err);
}

/* --- one record --- */

const hwp_api_query hwp_queries_record[] = {
    {"history", "0|1", 0, 0, "1 = also every version: who, when, why, what"}, {.name = NULL}};

typedef struct section {
  const char *key, *title;
  int n_rows;
  const hwp_api_map *rows;
  bool more;
} section;
static const hwp_api_member section_members[] = {
    HWP_API_M(section, key, "key", TEXT, 0,
              "what it is: a kind's plural, 'pedigree', 'history', …"),
    HWP_API_M(section, title, "title", TEXT, 0, "for people"),
    HWP_API_L(section, rows, n_rows, "rows", &hwp_schema_map, "values under their columns"),
    HWP_API_M(section, more, "more", YES, 0, "there are more rows")};
static const hwp_api_schema section_schema =
    HWP_API_SCHEMA("Section", section, section_members, "Rows of one subject.");

typedef struct record_page {
  const char *kind;
  record record;
  int n_sections;
  const section *sections;
  bool names_hidden;
} record_page;
static const hwp_api_member record_page_members[] = {
    HWP_API_M(record_page, kind, "kind", TEXT, 0, "its kind"),
    HWP_API_O(record_page, record, "record", &record_schema, "the record"),
    HWP_API_L(record_page, sections, n_sections, "sections", &section_schema,
              "what refers to it, and what is put together for its kind"),
    HWP_API_M(record_page, names_hidden, "names_hidden", YES, 0,
              "names were left out, since the actor may not read them")};
const hwp_api_schema hwp_schema_record_page = HWP_API_SCHEMA(
    "RecordPage", record_page, record_page_members, "A record with what hangs on it.");

/* "~12" is a record by its number, where its key has several parts. */
static hw_status find_record(hwp_job *job, const hw_kind *what, const char *code, int64_t *id,
                             hw_err *err) {
  char *end = NULL;
  const bool is_number =
      hw_kind_code_field(what) < 0 && code[0] == '~' && code[1] >= '0' && code[1] <= '9';
  *id = is_number ? strtoll(code + 1, &end, 10) : 0;
  if (is_number && *end == '\0' && *id > 0) return hw_access_require(job->app, what->id, *id, err);
  return hw_look_find(job->app, what->id, code, id, err);
}

static hw_status take_section(hwp_job *job, const hw_view_section *from, section *out,
                              hw_err *err) {
  const size_t n_rows = (size_t)from->n_rows, n_columns = (size_t)from->n_columns;
  hwp_api_map *rows = hw_arena_alloc_array(job->arena, n_rows + 1, sizeof *rows);
  if (rows == NULL) return HW_NO_MEMORY(err, "a record");
  for (size_t r = 0; r < n_rows; r++) {
    hwp_api_item *items = hw_arena_alloc_array(job->arena, n_columns + 1, sizeof *items);
    if (items == NULL) return HW_NO_MEMORY(err, "a record");
    for (size_t c = 0; c < n_columns; c++)
      items[c] = (hwp_api_item){.name = from->columns[c], .value = from->cells[r * n_columns + c]};
    rows[r] = (hwp_api_map){from->n_columns, items};
  }
  *out = (section){.key = from->key,
                   .title = from->title,
                   .n_rows = from->n_rows,
                   .rows = rows,
                   .more = from->n_more > 0};
  return HW_OK;
}

hw_status hwp_api_record(hwp_job *job, const void *body, hw_err *err) {
  (void)body;
  const hw_kind *what = NULL;
  const char *history = hwp_query(job, "history");
  const hw_show_options options = {.history = history != NULL && history[0] == '1',
                                   .most = MOST_SECTION_ROWS};
  int64_t id = 0;
  hw_record row;
  hw_view *view = hw_arena_alloc(job->arena, sizeof *view);
  section *sections = hw_arena_alloc_array(job->arena, HW_VIEW_MAX_SECTIONS, sizeof *sections);
  if (view == NULL || sections == NULL) return HW_NO_MEMORY(err, "a record");
  HW_TRY(find_kind(job->parts[0], &what, err));
  HW_TRY(find_record(job, what, job->parts[1], &id, err));
  HW_TRY(hw_look_get(job->app, what->id, id, job->arena, &row, err));
  HW_TRY(hw_show(job->app, what->id, id, &options, job->arena, view, err));
  record_page answer = {.kind = what->name,
                        .n_sections = view->n_sections,
                        .sections = sections,
                        .names_hidden = view->has_hidden_names};
  HW_TRY(take_record(job, &row, MOST_TEXT, &answer.record, err));
  for (int i = 0; i < view->n_sections; i++)
    HW_TRY(take_section(job, &view->sections[i], &sections[i], err));
  return hwp_api_send(job, &hwp_schema_record_page, &answer, err);
}
