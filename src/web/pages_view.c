/* What pages share: the model's words in the reader's language, values, links.
 *
 * The model has some sixty kinds and four hundred fields. A label is looked up
 * under the kind and the field, then under the field alone, and is the model's own
 * English name where the catalogue has neither, so that a field that is added
 * tomorrow is shown at once. Codes lead to the page of their record; a record whose
 * key has several parts, some of which may be names, is addressed by its number. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "store/summary.h"
#include "web/pages.h"

/* --- words --- */

/* The name with blanks for what joins its words. */
static const char *with_blanks(hwp_job *job, const char *name) {
  char *copy = hw_arena_strdup(job->arena, name);
  if (copy == NULL) return name;
  for (char *c = copy; *c != '\0'; c++)
    if (*c == '_') *c = ' ';
  return copy;
}

const char *hwp_kind_label(hwp_job *job, hw_kind_id kind) {
  const char *name = hw_kind_get(kind)->name;
  const char *text = hw_text_named(job->language, "KIND_", name, NULL);
  return text != NULL ? text : with_blanks(job, name);
}

const char *hwp_kinds_label(hwp_job *job, hw_kind_id kind) {
  const char *text = hw_text_named(job->language, "KINDS_", hw_kind_get(kind)->name, NULL);
  if (text != NULL) return text;
  text = job->language == HW_LANGUAGE_EN
             ? NULL
             : hw_text_named(job->language, "KIND_", hw_kind_get(kind)->name, NULL);
  return text != NULL ? text : with_blanks(job, hw_kind_get(kind)->plural);
}

const char *hwp_field_label(hwp_job *job, hw_kind_id kind, const char *field) {
  const char *text = kind != HW_KIND_NONE
                         ? hw_text_named(job->language, "FIELD_", hw_kind_get(kind)->name, field)
                         : NULL;
  if (text == NULL) text = hw_text_named(job->language, "FIELD_", field, NULL);
  return text != NULL ? text : with_blanks(job, field);
}

const char *hwp_says(hwp_job *job, const char *text) {
  const char *found = hw_text_named(job->language, "SAYS_", text, NULL);
  return found != NULL ? found : text;
}

const char *hwp_word(hwp_job *job, const char *word) {
  return hw_text_word(job->language, word);
}

const char *hwp_counted_word(hwp_job *job, const hw_tally *tally) {
  const char *word = hwp_word(job, hwp_format(job, "%.*s", tally->n_word, tally->word));
  return tally->count < 0 ? word : hwp_format(job, "%s (%s)", word, hwp_int(job, tally->count));
}

/* --- values --- */

static const char *const none = "\xe2\x80\x94"; /* a dash */

/* 3.2e-9 as "3.2 × 10^−9", with figures set high. */
static const char *with_power(hwp_job *job, double value) {
  char text[40];
  snprintf(text, sizeof text, "%.1e", value);
  char *e = strchr(text, 'e');
  if (e == NULL) return hwp_format(job, "%s", text);
  *e = '\0';
  hw_str out = HW_STR_INIT;
  hw_text_add_power(&out, job->language, strtod(text, NULL), (int)strtol(e + 1, NULL, 10));
  const char *kept = hwp_format(job, "%s", hw_str_text(&out));
  hw_str_clear(&out);
  return kept;
}

const char *hwp_number(hwp_job *job, double value) {
  if (!isfinite(value)) return hwp_real(job, value, 0);
  const double size = fabs(value);
  if (size < 1e15 && floor(value) == value) return hwp_real(job, value, 0);
  if (size < 1e-3 || size >= 1e9) return with_power(job, value);
  const int most = size < 1 ? 4 : size < 1000 ? 3 : 1;
  int decimals = 1;
  /* As many as say something. */
  for (double unit = 10; decimals < most && fabs(value * unit - round(value * unit)) > 1e-9;
       unit *= 10)
    decimals++;
  return hwp_real(job, value, decimals);
}

const char *hwp_log10(hwp_job *job, double value) {
  return isnan(value) ? none : hwp_real(job, value, 2);
}

const char *hwp_posterior(hwp_job *job, double value, double complement) {
  return isnan(value) ? none : hwp_probability(job, value, complement);
}

const char *hwp_any_path(hwp_job *job, hw_kind_id kind, int64_t id, const char *code) {
  const char *path = hwp_record_path(job->arena, kind, code);
  if (path != NULL || id == 0) return path;
  return hwp_format(job, "/records/%s/~%lld", hw_kind_get(kind)->name, (long long)id);
}

void hwp_code_link(hwp_job *job, hw_kind_id kind, int64_t id, const char *code) {
  if (code == NULL || code[0] == '\0') return;
  hwp_leaf(&job->html, "a", code, "class", "code", "href", hwp_any_path(job, kind, id, code), NULL);
}

hw_status hwp_id_link(hwp_job *job, hw_kind_id kind, int64_t id, hw_err *err) {
  const char *code = "";
  HW_TRY(hw_look_code(job->app, kind, id, job->arena, &code, err));
  hwp_code_link(job, kind, id, code);
  return HW_OK;
}

void hwp_code_cell(hwp_job *job, hw_kind_id kind, const char *code) {
  hwp_open(&job->html, "td", NULL);
  hwp_code_link(job, kind, 0, code);
  hwp_close(&job->html);
}

hw_status hwp_id_cell(hwp_job *job, hw_kind_id kind, int64_t id, hw_err *err) {
  hwp_open(&job->html, "td", NULL);
  HW_TRY(hwp_id_link(job, kind, id, err));
  hwp_close(&job->html);
  return HW_OK;
}

void hwp_cell(hwp_job *job, const char *text) {
  hwp_leaf(&job->html, "td", text, NULL);
}

void hwp_number_cell(hwp_job *job, const char *text) {
  hwp_leaf(&job->html, "td", text, "class", "number", NULL);
}

/* A text of the database; a long one is cut where a character ends. */
static void put_text(hwp_job *job, const hw_field *field, const char *text) {
  enum { MOST = 2000 };
  size_t n = strlen(text);
  const bool is_code = field->type == HW_TYPE_CODE;
  if (n > MOST) {
    n = MOST;
    while (n > 0 && ((unsigned char)text[n] & 0xC0) == 0x80) n--;
    char *cut = hw_arena_strndup(job->arena, text, n);
    text = cut != NULL ? hwp_format(job, "%s\xe2\x80\xa6", cut) : "";
  }
  const char *said = hwp_column_text(job, field->name, text);
  if (is_code && said == text)
    hwp_leaf(&job->html, "span", text, "class", "code", NULL);
  else
    hwp_text(&job->html, said);
}

/* @param complement  of a probability, where it is stored; NaN = 1 - value is all that is known */
static const char *real_text(hwp_job *job, const hw_field *field, double value, double complement) {
  if (strstr(field->name, "log10") != NULL) return hwp_log10(job, value);
  if (strcmp(field->name, "posterior") == 0 || strcmp(field->name, "probability") == 0)
    return hwp_posterior(job, value, isnan(complement) ? 1 - value : complement);
  if (strcmp(field->name, "latitude") == 0 || strcmp(field->name, "longitude") == 0)
    return hwp_real(job, value, 5);
  return hwp_number(job, value);
}

/* The field behind a posterior, if it is its complement: 1 - 10^-20 is not certainty. */
static double complement_of(const hw_record *record, int field) {
  const int next = field + 1;
  return next < record->kind->n_fields &&
                 strcmp(record->kind->fields[next].name, "complement") == 0 &&
                 !hw_record_is_null(record, next)
             ? hw_record_real(record, next)
             : (double)NAN;
}

hw_status hwp_put_value(hwp_job *job, const hw_record *record, int field, hw_err *err) {
  const hw_field *f = &record->kind->fields[field];
  hwp_html *h = &job->html;
  if (hw_record_is_null(record, field)) return HW_OK;
  switch (f->type) {
    case HW_TYPE_REF:
      return hwp_id_link(job, f->target, hw_record_int(record, field), err);
    case HW_TYPE_ITEM: {
      const hw_kind *kind = hw_kind_find(hw_record_text(record, field - 1));
      if (kind != NULL) return hwp_id_link(job, kind->id, hw_record_int(record, field), err);
      break;
    }
    case HW_TYPE_YES:
      hwp_text(h, hwp_t(job, hw_record_int(record, field) != 0 ? HW_T_WEB_YES : HW_T_WEB_NO));
      break;
    case HW_TYPE_CHOICE:
      if (f->flags & HW_FIELD_STATE)
        hwp_state(job, hw_record_text(record, field));
      else
        hwp_text(h, hwp_word(job, hw_record_text(record, field)));
      break;
    case HW_TYPE_DATE:
    case HW_TYPE_TIME:
      hwp_text(h, hwp_date(job, hw_record_text(record, field)));
      break;
    case HW_TYPE_INT:
      hwp_text(h, hwp_int(job, hw_record_int(record, field)));
      break;
    case HW_TYPE_REAL:
      hwp_text(h, real_text(job, f, hw_record_real(record, field), complement_of(record, field)));
      break;
    default:
      put_text(job, f, hw_record_text(record, field));
  }
  return HW_OK;
}

bool hwp_is_number(const hw_record *record, int field) {
  const hw_field_type type = record->kind->fields[field].type;
  return type == HW_TYPE_INT || type == HW_TYPE_REAL;
}

hw_status hwp_value_cell(hwp_job *job, const hw_record *record, int field, hw_err *err) {
  hwp_open(&job->html, "td", "class", hwp_is_number(record, field) ? "number" : NULL, NULL);
  HW_TRY(hwp_put_value(job, record, field, err));
  hwp_close(&job->html);
  return HW_OK;
}

hw_status hwp_value_fact(hwp_job *job, const hw_record *record, int field, hw_err *err) {
  if (hw_record_is_null(record, field)) return HW_OK;
  hwp_leaf(&job->html, "dt",
           hwp_field_label(job, record->kind->id, record->kind->fields[field].name), NULL);
  hwp_open(&job->html, "dd", NULL);
  HW_TRY(hwp_put_value(job, record, field, err));
  hwp_close(&job->html);
  return HW_OK;
}

/* --- parts of pages --- */

void hwp_section(hwp_job *job, const char *id, const char *title) {
  hwp_leaf(&job->html, "h2", title, "id", id, NULL);
}

void hwp_paragraph(hwp_job *job, const char *text, const char *look) {
  hwp_leaf(&job->html, "p", text, "class", look, NULL);
}

void hwp_hidden_names(hwp_job *job, bool has_hidden) {
  if (has_hidden) hwp_paragraph(job, hwp_t(job, HW_T_WEB_NAMES_HIDDEN), "hint");
}

void hwp_withdrawn(hwp_job *job, const hw_record *record) {
  if (record->withdrawn != NULL)
    hwp_notice(job, HWP_NOTICE_WARNING, hwp_fill(job, HW_T_PAGES_WITHDRAWN, 1, record->withdrawn));
}

void hwp_list_crumbs(hwp_job *job, hw_kind_id kind, const char *code) {
  const char *pairs[] = {hwp_kinds_label(job, kind),
                         hwp_format(job, "/records/%s", hw_kind_get(kind)->name), code, NULL};
  hwp_crumbs(job, 2, pairs);
}

hw_chart hwp_chart_of(hwp_job *job, double width, double height, const char *title) {
  return (hw_chart){.width = width,
                    .height = height,
                    .title = title,
                    .empty = hwp_t(job, HW_T_PAGES_NOTHING_TO_SHOW),
                    .decimal_mark = job->language == HW_LANGUAGE_VI ? ',' : '.'};
}

void hwp_timeline(hwp_job *job, const char *title, const hw_event *events, int32_t n) {
  enum { WIDTH = 720 };
  double height = 0;
  if (job->fonts == NULL && hw_fonts_new(&job->fonts, NULL) != HW_OK) job->fonts = NULL;
  if (job->fonts != NULL) height = hw_chart_timeline_height(job->fonts, WIDTH, events, n);
  hw_canvas *canvas = hwp_picture_begin(job, WIDTH, height, title);
  if (canvas == NULL) return;
  const hw_chart chart = hwp_chart_of(job, WIDTH, height, NULL);
  hw_chart_add_timeline(canvas, &chart, events, n);
  hwp_picture_end(job, canvas);
}

void hwp_told(hwp_job *job, hwp_notice_kind kind, const char *before, const char *message) {
  static const char *const looks[] = {"notice fine", "notice", "notice warning", "notice error"};
  hwp_html *h = &job->html;
  hwp_open(h, "p", "class", looks[kind], "role", kind == HWP_NOTICE_ERROR ? "alert" : "status",
           NULL);
  if (before != NULL) {
    hwp_leaf(h, "strong", before, NULL);
    hwp_text(h, " ");
  }
  hwp_said_leaf(job, "span", message);
  hwp_close(h);
}

/* --- time --- */

/* Days since 1970-01-01 of a day of the Gregorian calendar (Hinnant, "chrono-compatible low-level
 * date algorithms", days_from_civil). */
static int64_t day_number(int64_t year, int month, int day) {
  year -= month <= 2;
  const int64_t era = (year >= 0 ? year : year - 399) / 400;
  const int64_t of_era = year - era * 400;
  const int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static bool read_number(const char **at, int n, int *out) {
  *out = 0;
  for (int i = 0; i < n; i++, ++*at) {
    if (**at < '0' || **at > '9') return false;
    *out = 10 * *out + (**at - '0');
  }
  return true;
}

/* One date; *at moves behind it. */
static bool read_days(const char **at, int64_t *first, int64_t *last) {
  int year = 0, month = 0, day = 0;
  if (!read_number(at, 4, &year)) return false;
  if (**at == '-' && (++*at, !read_number(at, 2, &month) || month < 1 || month > 12)) return false;
  if (**at == '-' && (++*at, !read_number(at, 2, &day) || day < 1 || day > 31)) return false;
  *first = day_number(year, month > 0 ? month : 1, day > 0 ? day : 1);
  if (day > 0)
    *last = *first;
  else if (month > 0 && month < 12)
    *last = day_number(year, month + 1, 1) - 1;
  else
    *last = day_number(year, 12, 31);
  return true;
}

bool hwp_days(const char *iso, int64_t *first, int64_t *last) {
  int64_t begins = 0, ends = 0, other = 0;
  const char *at = iso;
  if (!read_days(&at, &begins, &ends)) return false;
  if (*at == '/' && (at++, !read_days(&at, &other, &ends))) return false;
  *first = begins;
  if (last != NULL) *last = ends < begins ? begins : ends;
  return true;
}

typedef struct entry_text {
  hw_arena *arena;
  const char *at, *actor;
} entry_text;

static hw_status take_entry(void *context, const hw_audit_entry *entry, hw_err *err) {
  entry_text *self = context;
  self->at = hw_arena_strdup(self->arena, entry->at);
  self->actor = hw_arena_strdup(self->arena, entry->actor);
  if (self->at == NULL || self->actor == NULL) return HW_NO_MEMORY(err, "an audit entry");
  return HW_E_INTERRUPTED; /* one is enough */
}

hw_status hwp_entry(hwp_job *job, int64_t entry, const char **at, const char **actor, hw_err *err) {
  entry_text text = {.arena = job->arena, .at = "", .actor = ""};
  const hw_status status = hw_store_audit(job->app->store, entry, take_entry, &text, err);
  if (status != HW_OK && status != HW_E_INTERRUPTED) return status;
  *at = text.at;
  *actor = text.actor;
  return HW_OK;
}

/* --- the newest --- */

static void reverse(hw_look_rows *rows) {
  for (int i = 0, k = rows->n - 1; i < k; i++, k--) {
    const hw_record one = rows->items[i];
    rows->items[i] = rows->items[k];
    rows->items[k] = one;
  }
}

/* Ids have no holes (rows are never deleted), so a page is a range of them. */
hw_status hwp_look_back(hwp_job *job, hw_kind_id kind, int64_t upto, hw_look_rows *rows,
                        hw_err *err) {
  int64_t last = 0;
  HW_TRY(hw_store_count(job->app->store, kind, &last, err));
  if (upto == 0 || upto > last) upto = last;
  const int64_t first = upto > HWP_PAGE_ROWS ? upto - HWP_PAGE_ROWS + 1 : 1;
  *rows = (hw_look_rows){0};
  if (upto == 0) return HW_OK;
  HW_TRY(hw_look_page(job->app, kind, first, (int)(upto - first + 1), NULL, NULL, job->arena, rows,
                      err));
  rows->next = first - 1;
  rows->has_more = first > 1;
  reverse(rows);
  return HW_OK;
}

/* --- sections of a view --- */

/* The kind whose codes a column holds; HW_KIND_NONE if it holds something else. */
static hw_kind_id kind_of_column(const hw_kind *of, const char *column) {
  const int field = of != NULL ? hw_kind_field(of, column) : -1;
  if (field >= 0 && of->fields[field].type == HW_TYPE_REF) return of->fields[field].target;
  if (field >= 0) return field == hw_kind_code_field(of) ? of->id : HW_KIND_NONE;
  if (strcmp(column, "other_parent") == 0 || strcmp(column, "other") == 0) return HW_KIND_PERSON;
  const hw_kind *kind = hw_kind_find(column);
  return kind != NULL && hw_kind_code_field(kind) >= 0 ? kind->id : HW_KIND_NONE;
}

static bool is_date(const char *text) {
  for (int i = 0; i < 4; i++)
    if (text[i] < '0' || text[i] > '9') return false;
  return text[4] == '-';
}

static void put_cell(hwp_job *job, const hw_view_section *section, const hw_kind *of, int column,
                     const hw_value *row) {
  hwp_html *h = &job->html;
  const char *name = section->columns[column];
  const hw_value *value = &row[column];
  if (value->type == HW_DB_INT) {
    hwp_text(h, hwp_int(job, value->i));
    return;
  }
  if (value->type == HW_DB_REAL) {
    const hw_field as = {.name = name};
    const bool has_complement = column + 1 < section->n_columns &&
                                strcmp(section->columns[column + 1], "complement") == 0 &&
                                row[column + 1].type == HW_DB_REAL;
    hwp_text(h, real_text(job, &as, value->r, has_complement ? row[column + 1].r : (double)NAN));
    return;
  }
  if (value->type != HW_DB_TEXT) return;
  hw_kind_id kind = kind_of_column(of, name);
  if (strcmp(name, "item") == 0)
    for (int c = 0; c < section->n_columns; c++) {
      const bool says_kind =
          strcmp(section->columns[c], "kind") == 0 || strcmp(section->columns[c], "item_kind") == 0;
      const hw_kind *item =
          says_kind && row[c].type == HW_DB_TEXT ? hw_kind_find(row[c].text) : NULL;
      if (item != NULL) kind = item->id;
    }
  const int field = of != NULL ? hw_kind_field(of, name) : -1;
  const bool is_choice = field >= 0 && (of->fields[field].type == HW_TYPE_CHOICE ||
                                        of->fields[field].type == HW_TYPE_YES);
  if (kind != HW_KIND_NONE && hw_kind_code_field(hw_kind_get(kind)) >= 0)
    hwp_code_link(job, kind, 0, value->text);
  else if (is_choice)
    hwp_text(h, hwp_word(job, value->text));
  else if (is_date(value->text))
    hwp_text(h, hwp_date(job, value->text));
  else
    hwp_text(h, hwp_column_text(job, name, value->text));
}

void hwp_view_table(hwp_job *job, const hw_view_section *section) {
  hwp_html *h = &job->html;
  hwp_column columns[HW_VIEW_MAX_COLUMNS];
  const hw_kind *of = hw_kind_find(section->key);
  const int first = section->is_tree ? 1 : 0;
  const char *title = hw_text_named(job->language, "SECTION_", section->key, NULL);
  if (of != NULL && strcmp(of->plural, section->key) == 0)
    title = hwp_kinds_label(job, of->id);
  else
    of = NULL;
  /* A pedigree's title says which it is. */
  if (title == NULL || strcmp(section->key, "pedigree") == 0)
    title = hwp_said(job, section->title, NULL);
  for (int c = first; c < section->n_columns; c++) {
    const bool has_rows = section->n_rows > 0;
    const hw_db_type type = has_rows ? section->cells[c].type : HW_DB_NULL;
    columns[c] = (hwp_column){
        .title = hwp_field_label(job, of != NULL ? of->id : HW_KIND_NONE, section->columns[c]),
        .is_number = type == HW_DB_INT || type == HW_DB_REAL};
  }
  hwp_table_begin(h, &(hwp_table){.caption = title,
                                  .n_columns = section->n_columns - first,
                                  .columns = columns + first});
  for (int r = 0; r < section->n_rows; r++) {
    const hw_value *row = section->cells + (size_t)r * (size_t)section->n_columns;
    hwp_open(h, "tr", NULL);
    for (int c = first; c < section->n_columns; c++) {
      const int64_t deep = section->is_tree && c == 1 ? row[0].i : 0;
      const bool is_number = row[c].type == HW_DB_INT || row[c].type == HW_DB_REAL;
      hwp_open(h, "td", "class",
               deep > 0    ? hwp_format(job, "d%d", deep > 4 ? 4 : (int)deep)
               : is_number ? "number"
                           : NULL,
               NULL);
      put_cell(job, section, of, c, row);
      hwp_close(h);
    }
    hwp_close(h);
  }
  hwp_table_end(h);
  if (section->n_more > 0) hwp_paragraph(job, hwp_t(job, HW_T_WEB_MORE_ROWS), "hint");
}

hw_status hwp_page_read(hwp_job *job, hwp_handler *page, hw_err *err) {
  bool is_mine = false;
  HW_TRY(hw_app_begin_read(job->app, &is_mine, err));
  const hw_status status = page(job, err);
  hw_app_end_read(job->app, is_mine);
  return status;
}
