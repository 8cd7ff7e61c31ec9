/* A report as HTML: one file that is read on a screen, on a phone, or printed.
 *
 * Nothing in it comes from elsewhere and nothing in it runs: the policy in its head
 * permits inline style and no more. Every text goes through one escaping function.
 * Pictures are drawn by the canvas as SVG and stand in the page. Headings, tables,
 * captions and lists are those of HTML, so that it can be read aloud; a table that
 * is wider than a phone is moved by itself, with keys as well.
 *
 * The JSON of the report (report_json.c) stands at the end, as data:
 *
 *   <script type="application/json" id="report" data-page="DIGEST">{…}</script>
 *
 * with every "<" written as \u003c, so that no text of the report can end it. DIGEST
 * is the BLAKE2b of all bytes of the file before <script and after </script>: the
 * JSON carries a digest of itself, and this one says whether what people read is
 * still what was written beside it. */
#include "report/report_int.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "report/canvas_int.h"
#include "report/report_html_style.h"

typedef struct writer {
  const hw_report *report;
  const hw_fonts *fonts;
  hw_str *out;
  bool in_list; /* <ul> is open */
} writer;

static void put(writer *self, const char *text) {
  hw_str_append(self->out, text);
}

/* One line of text: valid UTF-8, no control characters. */
static void put_line(writer *self, const char *text) {
  hw_str clean = HW_STR_INIT;
  hwp_append_clean(&clean, text);
  hw_str_append_markup(self->out, hw_str_text(&clean), clean.length);
  if (hw_str_status(&clean) != HW_OK) self->out->status = HW_E_NO_MEMORY;
  hw_str_clear(&clean);
}

/* Text of several lines. */
static void put_text(writer *self, const char *text) {
  for (const char *line = text; *line != '\0';) {
    const size_t n = strcspn(line, "\n");
    hw_str one = HW_STR_INIT;
    hw_str_append_bytes(&one, line, n);
    put_line(self, hw_str_text(&one));
    if (hw_str_status(&one) != HW_OK) self->out->status = HW_E_NO_MEMORY;
    hw_str_clear(&one);
    line += n;
    if (*line == '\n') {
      put(self, "<br>");
      line++;
    }
  }
}

/* <p class="…">text</p>; nothing for an empty text. */
static void put_paragraph(writer *self, const char *class_name, const char *text) {
  if (text[0] == '\0') return;
  if (class_name[0] != '\0')
    hw_str_append_format(self->out, "<p class=\"%s\">", class_name);
  else
    put(self, "<p>");
  put_text(self, text);
  put(self, "</p>\n");
}

/* ---- head and foot ---- */

static void put_head(writer *self) {
  const hw_report_head *head = &self->report->head;
  hw_str_append_format(self->out, "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n", head->language);
  put(self, "<meta charset=\"utf-8\">\n"
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
            "style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n"
            "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
            "<meta name=\"generator\" content=\"Homeward\">\n<title>");
  put_line(self, head->title);
  if (head->code[0] != '\0') {
    put(self, " · ");
    put_line(self, head->code);
  }
  put(self, "</title>\n<style>\n");
  put(self, HWP_STYLE_SCREEN);
  put(self, HWP_STYLE_PAPER);
  put(self, "</style>\n</head>\n<body>\n<main>\n");
}

/* The first line, or all of them, in bold. */
static void put_letters(writer *self, const char *text, bool all_bold) {
  put(self, text[0] != '\0' ? "<p class=\"ruled\">" : "<p>");
  const size_t n = all_bold ? strlen(text) : strcspn(text, "\n");
  hw_str bold = HW_STR_INIT;
  hw_str_append_bytes(&bold, text, n);
  if (n > 0) put(self, "<strong>");
  put_text(self, hw_str_text(&bold));
  if (n > 0) put(self, "</strong>");
  if (hw_str_status(&bold) != HW_OK) self->out->status = HW_E_NO_MEMORY;
  hw_str_clear(&bold);
  put_text(self, text + n);
  put(self, "</p>\n");
}

static void put_top(writer *self) {
  const hw_report_head *head = &self->report->head;
  if (head->is_draft && head->draft[0] != '\0') {
    put_paragraph(self, "draft", head->draft);
    put(self, "<div class=\"across\" aria-hidden=\"true\">"); /* on paper, across each page */
    put_line(self, head->draft);
    put(self, "</div>\n");
  }
  put(self, "<header>\n<div class=\"top\">\n");
  if (head->letterhead[0] != '\0' || head->motto[0] != '\0') {
    put_letters(self, head->letterhead, false);
    put_letters(self, head->motto, true);
  }
  hw_str number = HW_STR_INIT, day = HW_STR_INIT;
  if (head->code[0] != '\0')
    hw_text_fill(&number, self->report->language, HW_T_REPORT_NUMBER, 1,
                 (const char *const[]){head->code});
  hwp_add_created(&day, self->report);
  put(self, "<p>");
  put_line(self, hw_str_text(&number));
  put(self, "</p>\n<p>");
  put_line(self, hw_str_text(&day));
  put(self, "</p>\n</div>\n<h1>");
  if (hw_str_status(&number) != HW_OK || hw_str_status(&day) != HW_OK)
    self->out->status = HW_E_NO_MEMORY;
  hw_str_clear(&number);
  hw_str_clear(&day);
  put_text(self, head->title);
  put(self, "</h1>\n");
  put_paragraph(self, "subtitle", head->subtitle);
  put(self, "</header>\n<section>\n");
}

static void put_foot(writer *self, const char *digest) {
  const hw_report_head *head = &self->report->head;
  put(self, "</section>\n<footer>\n");
  put_paragraph(self, "", head->footer);
  put_paragraph(self, "", head->program);
  hw_str_append_format(self->out, "<p class=\"c\">BLAKE2b %s</p>\n</footer>\n</main>\n", digest);
}

/* ---- blocks ---- */

static void put_cell_class(writer *self, const hw_report_column *column) {
  if (column->is_number || column->is_code)
    hw_str_append_format(self->out, " class=\"%s%s%s\"", column->is_number ? "n" : "",
                         column->is_number && column->is_code ? " " : "",
                         column->is_code ? "c" : "");
}

static void put_table_head(writer *self, const hw_report_table *table) {
  bool has_titles = false;
  for (int32_t c = 0; c < table->n_columns; c++)
    has_titles = has_titles || table->columns[c].title[0] != '\0';
  if (!has_titles) return;
  put(self, "<thead><tr>");
  for (int32_t c = 0; c < table->n_columns; c++) {
    const bool is_empty = table->columns[c].title[0] == '\0';
    put(self, is_empty ? "<td" : "<th scope=\"col\"");
    if (table->columns[c].is_number) put(self, " class=\"n\"");
    put(self, ">");
    put_text(self, table->columns[c].title);
    put(self, is_empty ? "</td>" : "</th>");
  }
  put(self, "</tr></thead>\n");
}

static void put_table(writer *self, const hw_report_table *table) {
  put(self, "<div class=\"wide\" tabindex=\"0\" role=\"region\"");
  if (table->title[0] != '\0') {
    put(self, " aria-label=\"");
    put_line(self, table->title);
    put(self, "\"");
  } else {
    put(self, " aria-label=\"");
    put_line(self, table->key[0] != '\0' ? table->key : self->report->head.title);
    put(self, "\"");
  }
  /* On a phone a table of many columns is moved rather than squeezed. */
  put(self, table->n_columns > 4 ? ">\n<table class=\"many\">\n" : ">\n<table>\n");
  if (table->title[0] != '\0') {
    put(self, "<caption>");
    put_text(self, table->title);
    put(self, "</caption>\n");
  }
  put_table_head(self, table);
  put(self, "<tbody>\n");
  for (int32_t r = 0; r < table->n_rows; r++) {
    put(self, table->is_strong != NULL && table->is_strong[r] ? "<tr class=\"strong\">" : "<tr>");
    for (int32_t c = 0; c < table->n_columns; c++) {
      put(self, "<td");
      put_cell_class(self, &table->columns[c]);
      put(self, ">");
      put_text(self, table->cells[(size_t)r * (size_t)table->n_columns + (size_t)c]);
      put(self, "</td>");
    }
    put(self, "</tr>\n");
  }
  if (table->n_rows == 0) {
    hw_str_append_format(self->out, "<tr class=\"empty\"><td colspan=\"%d\">",
                         (int)table->n_columns);
    put_text(self, table->empty[0] != '\0' ? table->empty : "–");
    put(self, "</td></tr>\n");
  }
  put(self, "</tbody>\n</table>\n</div>\n");
}

static void put_facts(writer *self, const hw_report_table *table) {
  put(self, "<dl>\n");
  for (int32_t r = 0; r < table->n_rows; r++) {
    put(self, "<dt>");
    put_text(self, table->cells[2 * (size_t)r]);
    const char *value = table->cells[2 * (size_t)r + 1];
    put(self, hwp_is_digest(value) ? "</dt><dd class=\"c digest\">" : "</dt><dd>");
    put_text(self, value);
    put(self, "</dd>\n");
  }
  put(self, "</dl>\n");
}

static hw_status put_picture(writer *self, const hw_report_picture *picture, hw_err *err) {
  hw_canvas *canvas = NULL;
  char *svg = NULL;
  size_t n = 0;
  const hw_canvas_options options = {.width = picture->width,
                                     .height = picture->height,
                                     .theme = HW_THEME_LIGHT,
                                     .title = picture->title,
                                     .description = picture->description,
                                     .language = self->report->head.language,
                                     .is_bare = true};
  hw_status status = hw_canvas_new(HW_CANVAS_SVG, self->fonts, &options, &canvas, err);
  if (status == HW_OK) {
    if (picture->draw != NULL) picture->draw(picture->context, canvas);
    status = hw_canvas_end(canvas, &svg, &n, err);
  }
  hw_canvas_delete(canvas);
  if (status != HW_OK) return status;
  put(self, "<figure>\n");
  hw_str_append_bytes(self->out, svg, n);
  free(svg);
  if (picture->title[0] != '\0') {
    put(self, "<figcaption>");
    put_text(self, picture->title);
    put(self, "</figcaption>\n");
  }
  put(self, "</figure>\n");
  return HW_OK;
}

static void put_signatures(writer *self, const hwp_block *block) {
  put(self, "<div class=\"signatures\">\n");
  for (int32_t i = 0; i < block->n_signatures; i++) {
    const hw_report_signature *s = &block->signatures[i];
    put(self, "<div>\n");
    put_paragraph(
        self, "date",
        s->date[0] != '\0' ? s->date : hw_text(self->report->language, HW_T_REPORT_DATE_BLANK));
    put_paragraph(self, "role", s->role);
    put_paragraph(self, "hint", s->hint);
    if (s->name[0] != '\0')
      put_paragraph(self, "name", s->name);
    else
      put(self, "<div class=\"blank\"></div>\n");
    put(self, "</div>\n");
  }
  put(self, "</div>\n");
}

static hw_status put_block(writer *self, const hwp_block *block, hw_err *err) {
  static const char *const classes[] = {"", "lead", "note", "warning"};
  const bool is_item = block->kind == HWP_PARAGRAPH && block->paragraph == HW_PARAGRAPH_ITEM;
  if (is_item != self->in_list) put(self, is_item ? "<ul>\n" : "</ul>\n");
  self->in_list = is_item;
  if (is_item) {
    put(self, "<li>");
    put_text(self, block->text);
    put(self, "</li>\n");
  } else if (block->kind == HWP_PARAGRAPH) {
    put_paragraph(self, classes[block->paragraph], block->text);
  } else if (block->kind == HWP_HEADING) {
    hw_str_append_format(self->out, "<h%d>", block->level + 1);
    put_text(self, block->text);
    hw_str_append_format(self->out, "</h%d>\n", block->level + 1);
  } else if (block->kind == HWP_TABLE) {
    put_table(self, &block->table);
  } else if (block->kind == HWP_FACTS) {
    put_facts(self, &block->table);
  } else if (block->kind == HWP_SIGNATURES) {
    put_signatures(self, block);
  } else if (block->kind == HWP_PAGE) {
    put(self, "</section>\n<section>\n");
  } else {
    return put_picture(self, &block->picture, err);
  }
  return HW_OK;
}

/* ---- the JSON in it ---- */

static hw_status put_json(writer *self, size_t page_end, const char *digest, hw_err *err) {
  static const char behind[] = "\n</body>\n</html>\n";
  char page[HW_DIGEST_TEXT_SIZE];
  hwp_digest_pair(hw_str_text(self->out), page_end, behind, sizeof behind - 1, page);
  put(self, HWP_SCRIPT_BEGIN);
  put(self, page);
  put(self, HWP_SCRIPT_MIDDLE);
  hw_str json = HW_STR_INIT;
  const hw_status status = hwp_report_write_json(self->report, 0, digest, &json, err);
  if (status == HW_OK) {
    const char *text = hw_str_text(&json);
    for (size_t n = strcspn(text, "<"); *text != '\0'; n = strcspn(text, "<")) {
      hw_str_append_bytes(self->out, text, n);
      text += n;
      if (*text == '<') {
        put(self, "\\u003c");
        text++;
      }
    }
    put(self, HWP_SCRIPT_END);
    put(self, behind);
  }
  hw_str_clear(&json);
  return status;
}

hw_status hwp_report_write_html(const hw_report *self, const hw_fonts *fonts, const char *digest,
                                hw_str *out, hw_err *err) {
  writer w = {.report = self, .fonts = fonts, .out = out};
  put_head(&w);
  put_top(&w);
  for (const hwp_block *b = self->first; b != NULL; b = b->next) HW_TRY(put_block(&w, b, err));
  if (w.in_list) put(&w, "</ul>\n");
  put_foot(&w, digest);
  if (hw_str_status(out) != HW_OK) return HW_NO_MEMORY(err, "a report");
  return put_json(&w, out->length, digest, err);
}
