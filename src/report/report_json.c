/* A report as JSON: what programs read, and what the digest is of.
 *
 *   {"format": "homeward-report/1",
 *    "head": {"kind", "code", "language", "title", …},
 *    "content": [{"type": "heading", "level": 1, "text": "…"}, {"type": "table", …}, …],
 *    "figures": [{"name": "log10_lr", "value": 12.345678901234567, "shown": "12,35"}, …],
 *    "claims": [{"name", "text"}, …],
 *    "basis": [{"kind", "code", "digest"}, …],
 *    "document": "…"}
 *
 * "document" is the BLAKE2b (RFC 7693, 32 bytes) of the canonical form of the rest:
 * the same object without "document" on one line, members in the order of the file,
 * one blank after each comma and colon, numbers with 17 significant digits, UTF-8, as
 * base/json_write.h writes it (and Python's json.dumps). White space and escapes of a
 * file do not matter, since a reader parses and writes again (report_read.c). No line
 * feed ends the canonical form.
 *
 * Pictures are named, not contained: what they show stands in tables and figures. */
#include "report/report_int.h"

#include "base/check.h"
#include "base/json_members.h"

static void write_text(hw_json_writer *w, const char *key, const char *text) {
  if (text == NULL || text[0] == '\0') return;
  hw_json_add_text(w, key, text);
}

static void write_head(hw_json_writer *w, const hw_report_head *head) {
  hw_json_add_object(w, "head");
  write_text(w, "kind", head->kind);
  write_text(w, "code", head->code);
  write_text(w, "language", head->language);
  write_text(w, "letterhead", head->letterhead);
  write_text(w, "motto", head->motto);
  write_text(w, "title", head->title);
  write_text(w, "subtitle", head->subtitle);
  write_text(w, "created", head->created);
  write_text(w, "program", head->program);
  write_text(w, "footer", head->footer);
  hw_json_add_bool(w, "is_draft", head->is_draft);
  write_text(w, "draft", head->draft);
  hw_json_write_end_object(w);
}

static void write_columns(hw_json_writer *w, const hw_report_table *table) {
  hw_json_add_array(w, "columns");
  for (int32_t c = 0; c < table->n_columns; c++) {
    hw_json_write_begin_row_object(w);
    hw_json_add_text(w, "title", table->columns[c].title);
    hw_json_add_bool(w, "is_number", table->columns[c].is_number);
    hw_json_write_end_object(w);
  }
  hw_json_write_end_array(w);
}

static void write_rows(hw_json_writer *w, const hw_report_table *table) {
  hw_json_add_array(w, "rows");
  for (int32_t r = 0; r < table->n_rows; r++) {
    hw_json_write_begin_row(w);
    for (int32_t c = 0; c < table->n_columns; c++)
      hw_json_write_string(w, table->cells[(size_t)r * (size_t)table->n_columns + (size_t)c]);
    hw_json_write_end_array(w);
  }
  hw_json_write_end_array(w);
  if (table->is_strong == NULL) return;
  hw_json_add_row(w, "strong");
  for (int32_t r = 0; r < table->n_rows; r++)
    if (table->is_strong[r]) hw_json_write_int(w, r);
  hw_json_write_end_array(w);
}

static void write_table(hw_json_writer *w, const hwp_block *block) {
  write_text(w, "key", block->table.key);
  write_text(w, "title", block->table.title);
  if (block->kind == HWP_TABLE) write_columns(w, &block->table);
  write_rows(w, &block->table);
  if (block->table.n_rows == 0) write_text(w, "empty", block->table.empty);
}

static void write_signatures(hw_json_writer *w, const hwp_block *block) {
  hw_json_add_array(w, "list");
  for (int32_t i = 0; i < block->n_signatures; i++) {
    const hw_report_signature *s = &block->signatures[i];
    hw_json_write_begin_row_object(w);
    write_text(w, "role", s->role);
    write_text(w, "hint", s->hint);
    write_text(w, "name", s->name);
    write_text(w, "date", s->date);
    hw_json_write_end_object(w);
  }
  hw_json_write_end_array(w);
}

static void write_block(hw_json_writer *w, const hwp_block *block) {
  static const char *const types[] = {"heading", "paragraph",  "table", "facts",
                                      "picture", "signatures", "page"};
  hw_json_write_begin_object(w);
  write_text(w, "type", types[block->kind]);
  if (block->kind == HWP_HEADING) hw_json_add_int(w, "level", block->level);
  if (block->kind == HWP_PARAGRAPH) write_text(w, "kind", hwp_paragraph_name(block->paragraph));
  write_text(w, "text", block->text);
  if (block->kind == HWP_TABLE || block->kind == HWP_FACTS) write_table(w, block);
  if (block->kind == HWP_SIGNATURES) write_signatures(w, block);
  if (block->kind == HWP_PICTURE) {
    write_text(w, "title", block->picture.title);
    write_text(w, "description", block->picture.description);
  }
  hw_json_write_end_object(w);
}

static void write_figures(hw_json_writer *w, const hwp_entries *list) {
  hw_json_add_array(w, "figures");
  for (const hwp_entry *e = list->first; e != NULL; e = e->next) {
    hw_json_write_begin_row_object(w);
    hw_json_add_text(w, "name", e->name);
    hw_json_add_double(w, "value", e->value);
    if (e->text != NULL) hw_json_add_text(w, "shown", e->text);
    hw_json_write_end_object(w);
  }
  hw_json_write_end_array(w);
}

/* Claims, and the basis: all texts. */
static void write_entries(hw_json_writer *w, const char *key, const hwp_entries *list,
                          const char *name_key, const char *text_key) {
  hw_json_add_array(w, key);
  for (const hwp_entry *e = list->first; e != NULL; e = e->next) {
    hw_json_write_begin_row_object(w);
    hw_json_add_text(w, name_key, e->name);
    hw_json_add_text(w, text_key, e->text);
    write_text(w, "digest", e->digest);
    hw_json_write_end_object(w);
  }
  hw_json_write_end_array(w);
}

hw_status hwp_report_write_json(const hw_report *self, int indent, const char *digest, hw_str *out,
                                hw_err *err) {
  hw_json_writer w;
  hw_json_write_init_str(&w, out, indent);
  hw_json_write_begin_object(&w);
  write_text(&w, "format", HWP_REPORT_FORMAT);
  write_head(&w, &self->head);
  hw_json_add_array(&w, "content");
  for (const hwp_block *b = self->first; b != NULL; b = b->next) write_block(&w, b);
  hw_json_write_end_array(&w);
  write_figures(&w, &self->figures);
  write_entries(&w, "claims", &self->claims, "name", "text");
  write_entries(&w, "basis", &self->bases, "kind", "code");
  write_text(&w, "document", digest);
  hw_json_write_end_object(&w);
  /* The line feed of a file is no part of the canonical form. */
  return indent == 0 ? hw_json_write_finish_bare(&w, err) : hw_json_write_finish(&w, err);
}
