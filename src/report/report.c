/* The document of a report, and the front of its three writers.
 *
 * A report is a list of blocks in the order in which they were added, and three
 * lists of what can be checked: figures (numbers), claims (texts) and the basis
 * (records of the database). Everything is copied into one arena, so that a caller
 * may free its texts at once, and the writers read a document that cannot change
 * beneath them. Only the context of a picture is borrowed: it is drawn when the
 * report is written, through whatever canvas the form wants.
 *
 * Adding never returns a status: a report is built by dozens of calls, and what
 * could fail is memory or a mistake of the program. The first failure is kept and
 * hw_report_write tells it; after it nothing more is added.
 *
 * Invariants:
 *   1. No text of the document is NULL; what was left out is "".
 *   2. A table has at least one column, a picture sides that can be drawn.
 *   3. Facts are a table of two columns without a head, so that the writers have
 *      one way to set rows.
 *
 * That names are unique is found out when the report is written: sorting once
 * costs less than searching at each call. */
#include "report/report_int.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "report/canvas_int.h"

static void fail(hw_report *self, hw_status status, const char *reason) {
  if (self->status != HW_OK) return;
  self->status = status;
  self->reason = reason;
}

/* Memory of the document, or NULL after the failure was kept. */
static void *alloc(hw_report *self, size_t n, size_t size) {
  void *memory = self->status == HW_OK ? hw_arena_alloc_array(&self->arena, n, size) : NULL;
  if (memory == NULL) fail(self, HW_E_NO_MEMORY, "memory is exhausted: cannot hold a report");
  return memory;
}

static const char *copied(hw_report *self, const char *text) {
  if (text == NULL || text[0] == '\0' || self->status != HW_OK) return "";
  const char *copy = hw_arena_strdup(&self->arena, text);
  if (copy != NULL) return copy;
  fail(self, HW_E_NO_MEMORY, "memory is exhausted: cannot hold a report");
  return "";
}

/* ---- life ---- */

static hw_status check_head(const hw_report_head *head, hw_language *language, hw_err *err) {
  if (!hw_language_find(head->language, language))
    return hw_err_set(err, HW_E_VALUE, "'%s' is no language of reports: expected 'en' or 'vi'",
                      head->language != NULL ? head->language : "");
  if (head->title == NULL || head->title[0] == '\0')
    return hw_err_set(err, HW_E_VALUE, "a report without title: give it one");
  if (head->created != NULL && head->created[0] != '\0' && !hwp_is_time(head->created))
    return hw_err_set(err, HW_E_VALUE,
                      "'%s' is no time of a report: expected the form 2026-01-31T08:00:00Z",
                      head->created);
  return HW_OK;
}

hw_status hw_report_new(const hw_report_head *head, hw_report **out, hw_err *err) {
  *out = NULL;
  hw_language language = HW_LANGUAGE_EN;
  HW_TRY(check_head(head, &language, err));
  hw_report *self = calloc(1, sizeof *self);
  if (self == NULL) return HW_NO_MEMORY(err, "a report");
  hw_arena_init(&self->arena, 0);
  self->language = language;
  self->head = (hw_report_head){.kind = copied(self, head->kind),
                                .code = copied(self, head->code),
                                .language = hw_language_code(language),
                                .letterhead = copied(self, head->letterhead),
                                .motto = copied(self, head->motto),
                                .title = copied(self, head->title),
                                .subtitle = copied(self, head->subtitle),
                                .created = copied(self, head->created),
                                .program = copied(self, head->program),
                                .footer = copied(self, head->footer),
                                .is_draft = head->is_draft,
                                .draft = copied(self, head->draft)};
  if (self->status != HW_OK) {
    hw_report_delete(self);
    return HW_NO_MEMORY(err, "a report");
  }
  *out = self;
  return HW_OK;
}

void hw_report_delete(hw_report *self) {
  if (self == NULL) return;
  hw_arena_clear(&self->arena);
  free(self);
}

/* ---- content ---- */

/* A block at the end of the document; NULL after a failure. */
static hwp_block *add_block(hw_report *self, hwp_block_kind kind) {
  hwp_block *block = alloc(self, 1, sizeof *block);
  if (block == NULL) return NULL;
  block->kind = kind;
  block->text = "";
  if (self->last != NULL)
    self->last->next = block;
  else
    self->first = block;
  self->last = block;
  return block;
}

void hw_report_add_heading(hw_report *self, int level, const char *text) {
  hwp_block *block = add_block(self, HWP_HEADING);
  if (block == NULL) return;
  block->level = level <= 1 ? 1 : 2;
  block->text = copied(self, text);
}

void hw_report_add_paragraph(hw_report *self, hw_paragraph_kind kind, const char *text) {
  hwp_block *block = add_block(self, HWP_PARAGRAPH);
  if (block == NULL) return;
  block->paragraph = kind <= HW_PARAGRAPH_ITEM ? kind : HW_PARAGRAPH_PLAIN;
  block->text = copied(self, text);
}

const char *hwp_paragraph_name(hw_paragraph_kind kind) {
  static const char *const names[] = {"plain", "lead", "note", "warning", "item"};
  return names[kind];
}

/* Copies n texts. */
static const char *const *copied_all(hw_report *self, size_t n, const char *const *texts) {
  const char **copies = alloc(self, n, sizeof *copies);
  for (size_t i = 0; copies != NULL && i < n; i++) copies[i] = copied(self, texts[i]);
  return copies;
}

void hw_report_add_table(hw_report *self, const hw_report_table *table) {
  if (table->n_columns < 1 || table->n_rows < 0) {
    fail(self, HW_E_VALUE, "a table of a report has no columns: give it at least one");
    return;
  }
  hwp_block *block = add_block(self, HWP_TABLE);
  if (block == NULL) return;
  const size_t n_columns = (size_t)table->n_columns, n_rows = (size_t)table->n_rows;
  size_t n_cells = 0;
  if (!hw_mul_size(n_columns, n_rows, &n_cells)) n_cells = SIZE_MAX; /* which no arena has */
  hw_report_column *columns = alloc(self, n_columns, sizeof *columns);
  block->table = *table;
  block->table.key = copied(self, table->key);
  block->table.title = copied(self, table->title);
  block->table.empty = copied(self, table->empty);
  block->table.columns = columns;
  for (size_t c = 0; columns != NULL && c < n_columns; c++) {
    columns[c] = table->columns[c];
    columns[c].title = copied(self, table->columns[c].title);
  }
  block->table.cells = n_cells > 0 ? copied_all(self, n_cells, table->cells) : NULL;
  if (table->is_strong == NULL || n_rows == 0) {
    block->table.is_strong = NULL;
    return;
  }
  bool *is_strong = alloc(self, n_rows, sizeof *is_strong);
  if (is_strong != NULL) memcpy(is_strong, table->is_strong, n_rows * sizeof *is_strong);
  block->table.is_strong = is_strong;
}

void hw_report_add_facts(hw_report *self, const char *key, int32_t n, const char *const *pairs) {
  static const hw_report_column columns[2] = {{.title = ""}, {.title = "", .weight = 1}};
  if (n < 1) return;
  hwp_block *block = add_block(self, HWP_FACTS);
  if (block == NULL) return;
  block->table = (hw_report_table){.key = copied(self, key),
                                   .title = "",
                                   .n_columns = 2,
                                   .n_rows = n,
                                   .columns = columns,
                                   .cells = copied_all(self, 2 * (size_t)n, pairs),
                                   .empty = ""};
}

static bool is_side(double length) {
  return isfinite(length) && length > 0 && length <= HW_CANVAS_MOST;
}

void hw_report_add_picture(hw_report *self, const hw_report_picture *picture) {
  if (!is_side(picture->width) || !is_side(picture->height)) {
    fail(self, HW_E_VALUE, "a picture of a report has an impossible size");
    return;
  }
  hwp_block *block = add_block(self, HWP_PICTURE);
  if (block == NULL) return;
  block->picture = *picture;
  block->picture.title = copied(self, picture->title);
  block->picture.description = copied(self, picture->description);
}

void hw_report_add_signatures(hw_report *self, int32_t n, const hw_report_signature *list) {
  if (n < 1) return;
  hwp_block *block = add_block(self, HWP_SIGNATURES);
  if (block == NULL) return;
  hw_report_signature *copies = alloc(self, (size_t)n, sizeof *copies);
  for (int32_t i = 0; copies != NULL && i < n; i++)
    copies[i] = (hw_report_signature){.role = copied(self, list[i].role),
                                      .hint = copied(self, list[i].hint),
                                      .name = copied(self, list[i].name),
                                      .date = copied(self, list[i].date)};
  block->n_signatures = copies != NULL ? n : 0;
  block->signatures = copies;
}

void hw_report_add_page(hw_report *self) {
  add_block(self, HWP_PAGE);
}

bool hwp_is_digest(const char *text) {
  return strlen(text) >= 40 && strcspn(text, " \n") == strlen(text);
}

void hwp_add_created(hw_str *out, const hw_report *self) {
  if (self->head.created[0] == '\0') return;
  hw_str day = HW_STR_INIT;
  hw_text_add_date(&day, self->language, self->head.created);
  const char *const args[] = {hw_str_text(&day)};
  hw_text_fill(out, self->language, HW_T_REPORT_CREATED, 1, args);
  if (hw_str_status(&day) != HW_OK) out->status = HW_E_NO_MEMORY;
  hw_str_clear(&day);
}

/* ---- what can be checked ---- */

static void add_entry(hw_report *self, hwp_entries *list, const hwp_entry *entry) {
  hwp_entry *copy = alloc(self, 1, sizeof *copy);
  if (copy == NULL) return;
  copy->name = copied(self, entry->name);
  /* A figure that is not shown differs from one that is shown as nothing. */
  copy->text = entry->text != NULL ? copied(self, entry->text) : NULL;
  copy->digest = copied(self, entry->digest);
  copy->value = entry->value;
  if (list->last != NULL)
    list->last->next = copy;
  else
    list->first = copy;
  list->last = copy;
  list->n++;
}

void hw_report_add_figure(hw_report *self, const char *name, double value, const char *shown) {
  add_entry(self, &self->figures, &(hwp_entry){.name = name, .text = shown, .value = value});
}

void hw_report_add_claim(hw_report *self, const char *name, const char *text) {
  add_entry(self, &self->claims, &(hwp_entry){.name = name, .text = text != NULL ? text : ""});
}

void hw_report_add_basis(hw_report *self, const char *kind, const char *code, const char *digest) {
  add_entry(self, &self->bases,
            &(hwp_entry){.name = kind, .text = code != NULL ? code : "", .digest = digest});
}

static int compare_names(const void *a, const void *b) {
  const char *const *x = a, *const *y = b;
  return strcmp(*x, *y);
}

/* Figures and claims share one set of names. */
static hw_status check_names(const hw_report *self, hw_err *err) {
  const size_t n = self->figures.n + self->claims.n;
  if (n < 2) return HW_OK;
  const char **names = calloc(n, sizeof *names);
  if (names == NULL) return HW_NO_MEMORY(err, "the names of figures");
  size_t at = 0;
  for (const hwp_entry *e = self->figures.first; e != NULL; e = e->next) names[at++] = e->name;
  for (const hwp_entry *e = self->claims.first; e != NULL; e = e->next) names[at++] = e->name;
  qsort(names, n, sizeof *names, compare_names);
  hw_status status = HW_OK;
  for (size_t i = 1; i < n && status == HW_OK; i++)
    if (strcmp(names[i - 1], names[i]) == 0)
      status =
          hw_err_set(err, HW_E_DUPLICATE,
                     "the report has two figures or claims '%s': name each of them once", names[i]);
  free(names);
  return status;
}

/* ---- writing ---- */

void hwp_digest_pair(const char *a, size_t n_a, const char *b, size_t n_b,
                     char text[HW_DIGEST_TEXT_SIZE]) {
  hw_digest digest;
  uint8_t out[HW_DIGEST_SIZE];
  hw_digest_begin(&digest);
  hw_digest_add(&digest, a, n_a);
  hw_digest_add(&digest, b, n_b);
  hw_digest_end(&digest, out);
  hw_digest_text(out, text);
}

hw_status hw_report_digest(const hw_report *self, char text[65], hw_err *err) {
  text[0] = '\0';
  if (self->status != HW_OK) return hw_err_set(err, self->status, "%s", self->reason);
  hw_str json = HW_STR_INIT;
  hw_status status = hwp_report_write_json(self, 0, NULL, &json, err);
  if (status == HW_OK) hwp_digest_pair(hw_str_text(&json), json.length, "", 0, text);
  hw_str_clear(&json);
  return status;
}

hw_status hw_report_write(const hw_report *self, hw_report_form form, const hw_fonts *fonts,
                          char **bytes, size_t *n_bytes, hw_err *err) {
  *bytes = NULL;
  *n_bytes = 0;
  if (self->status != HW_OK) return hw_err_set(err, self->status, "%s", self->reason);
  HW_TRY(check_names(self, err));
  char digest[HW_DIGEST_TEXT_SIZE];
  HW_TRY(hw_report_digest(self, digest, err));
  if (form == HW_REPORT_PDF) return hwp_report_write_pdf(self, fonts, digest, bytes, n_bytes, err);
  hw_str out = HW_STR_INIT;
  hw_status status = form == HW_REPORT_JSON ? hwp_report_write_json(self, 2, digest, &out, err)
                                            : hwp_report_write_html(self, fonts, digest, &out, err);
  if (status == HW_OK && hw_str_status(&out) != HW_OK) status = HW_NO_MEMORY(err, "a report");
  if (status == HW_OK) {
    *bytes = out.bytes;
    *n_bytes = out.length;
  } else {
    hw_str_clear(&out);
  }
  return status;
}
