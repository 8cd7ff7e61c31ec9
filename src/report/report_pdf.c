/* A report as PDF: the paper that is signed.
 *
 * A4, set as Vietnamese official papers are (Decree 30/2020/ND-CP, annex I): on top
 * the house on the left and the motto on the right, each with a short rule below,
 * then number and day, then the title in the middle; 30 mm of margin for binding.
 * The foot of every page has the caller's line, the number of the report with that
 * of the page, and the digest of the document, so that a sheet can be told to belong
 * to this report and to no other state of it.
 *
 * A draft has its word across each page, as a shape behind the text, and once more
 * in the foot as text.
 *
 * The document becomes pieces here; report_flow.c gives them pages. */
#include "report/report_flow_int.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"

/* Parts of the width that the letterhead and the motto take. */
static const double LETTERS = 0.44, MOTTO = 0.53;
static const double BODY = 9.5, LEAD = 11, NOTE = 8, INDENT = 14;

/* ---- paragraphs ---- */

typedef struct setting {
  hw_text_style style;
  double above;       /* before the first line */
  double below;       /* below the last one, part of its piece */
  double left, right; /* indents of the text */
  double inside;      /* of a frame: room above the first line and below the last */
  bool is_centred;
  bool keeps_next; /* all of its lines */
  hw_paragraph_kind kind;
} setting;

/* What stands beside and behind a line. */
static void decorate(hwp_flow *flow, hwp_piece *piece, const setting *s, bool is_first,
                     bool is_last) {
  if (piece == NULL) return;
  const double h = piece->height - (is_last ? s->below : 0);
  if (s->kind == HW_PARAGRAPH_LEAD) {
    hwp_mark_area(flow, piece, 0, 0, HWP_WIDTH, h, HW_ROLE_SHADE);
    hwp_mark_area(flow, piece, 0, 0, 2.5, h, HW_ROLE_INK);
  } else if (s->kind == HW_PARAGRAPH_WARNING) {
    hwp_mark_line(flow, piece, 0, 0, 0, h, HW_ROLE_WARNING, 1);
    hwp_mark_line(flow, piece, HWP_WIDTH, 0, HWP_WIDTH, h, HW_ROLE_WARNING, 1);
    if (is_first) hwp_mark_line(flow, piece, -0.5, 0, HWP_WIDTH + 0.5, 0, HW_ROLE_WARNING, 1);
    if (is_last) hwp_mark_line(flow, piece, -0.5, h, HWP_WIDTH + 0.5, h, HW_ROLE_WARNING, 1);
    hwp_mark *sign = is_first ? hwp_mark_add(flow, piece, HWP_MARK_SIGN) : NULL;
    if (sign != NULL) sign->x = 8, sign->y = s->inside + 0.5, sign->x2 = 11;
  } else if (s->kind == HW_PARAGRAPH_ITEM && is_first) {
    hwp_mark *bullet = hwp_mark_add(flow, piece, HWP_MARK_BULLET);
    if (bullet == NULL) return;
    bullet->x = s->left - 8, bullet->y = hwp_baseline(s->style.size) - 0.28 * s->style.size;
    bullet->x2 = 1.6;
    bullet->paint = (hw_paint){.fill = HW_ROLE_INK};
  }
}

/* Lines as pieces; two of them stay together at each end. */
static void add_lines(hwp_flow *flow, const char *text, const setting *s) {
  const double width = HWP_WIDTH - s->left - s->right, leading = s->style.size * HWP_LEADING;
  int32_t n = 0;
  const hwp_line *line = hwp_flow_break(flow, text, &s->style, width, &n);
  hw_text_style style = s->style;
  if (s->is_centred) style.anchor = HW_ANCHOR_MIDDLE;
  for (int32_t i = 0; line != NULL; line = line->next, i++) {
    const bool is_first = i == 0, is_last = i == n - 1;
    const double top = is_first ? s->inside : 0, foot = is_last ? s->inside + s->below : 0;
    hwp_piece *piece = hwp_flow_add(flow, is_first ? s->above : 0, top + leading + foot);
    if (piece == NULL) return;
    piece->keeps_next = s->keeps_next || (is_first && n > 1) || i == n - 2;
    decorate(flow, piece, s, is_first, is_last);
    hwp_mark_text(flow, piece, s->is_centred ? s->left + width / 2 : s->left,
                  top + hwp_baseline(style.size), line->text, &style);
  }
}

static void add_heading(hwp_flow *flow, const hwp_block *block) {
  const bool is_first = block->level == 1;
  add_lines(flow, block->text,
            &(setting){.style = {.size = is_first ? 11.5 : 10, .is_bold = true},
                       .above = is_first ? 13 : 8,
                       .below = is_first ? 3 : 1.5,
                       .keeps_next = true});
}

static void add_paragraph(hwp_flow *flow, const hwp_block *block) {
  static const setting settings[] = {
      [HW_PARAGRAPH_PLAIN] = {.style = {.size = BODY}, .above = 3, .below = 2},
      [HW_PARAGRAPH_LEAD] = {.style = {.size = LEAD, .is_bold = true},
                             .above = 6,
                             .below = 5,
                             .left = 12,
                             .right = 10,
                             .inside = 6},
      [HW_PARAGRAPH_NOTE] = {.style = {.size = NOTE, .role = HW_ROLE_MUTED},
                             .above = 2,
                             .below = 2},
      [HW_PARAGRAPH_WARNING] =
          {.style = {.size = BODY}, .above = 6, .below = 5, .left = 28, .right = 10, .inside = 6},
      [HW_PARAGRAPH_ITEM] = {.style = {.size = BODY}, .above = 1, .below = 1, .left = INDENT},
  };
  setting s = settings[block->paragraph];
  s.kind = block->paragraph;
  add_lines(flow, block->text, &s);
}

/* ---- pictures and signatures ---- */

static void add_picture(hwp_flow *flow, const hwp_block *block) {
  const hw_report_picture *picture = &block->picture;
  const double most = 0.8 * HWP_HEIGHT; /* heading, picture and caption stand on one page */
  const double scale = fmin(1, fmin(HWP_WIDTH / picture->width, most / picture->height));
  hwp_piece *piece = hwp_flow_add(flow, 8, picture->height * scale + 4);
  hwp_mark *mark = hwp_mark_add(flow, piece, HWP_MARK_PICTURE);
  if (mark == NULL) return;
  mark->x = (HWP_WIDTH - picture->width * scale) / 2;
  mark->picture = picture;
  mark->scale = scale;
  piece->keeps_next = picture->title[0] != '\0';
  add_lines(flow, picture->title,
            &(setting){.style = {.size = 8.5, .role = HW_ROLE_MUTED},
                       .below = 8,
                       .left = 20,
                       .right = 20,
                       .is_centred = true});
}

/* Lines in the middle of a stretch. @return where they end */
static double add_middle(hwp_flow *flow, hwp_piece *piece, double x, double width, double y,
                         const char *text, const hw_text_style *style) {
  int32_t n = 0;
  const hwp_line *line = hwp_flow_break(flow, text, style, width, &n);
  hw_text_style middle = *style;
  middle.anchor = HW_ANCHOR_MIDDLE;
  for (; line != NULL; line = line->next, y += style->size * HWP_LEADING)
    hwp_mark_text(flow, piece, x + width / 2, y + hwp_baseline(style->size), line->text, &middle);
  return y;
}

/* One place to sign: day, role, hint, room, name. @return where it ends */
static double add_signature(hwp_flow *flow, hwp_piece *piece, double x, double width,
                            const hw_report_signature *s, double name_y) {
  const hw_text_style small = {.size = 8.5}, bold = {.size = 9.5, .is_bold = true},
                      hint = {.size = 8, .role = HW_ROLE_MUTED};
  const char *date =
      s->date[0] != '\0' ? s->date : hw_text(flow->report->language, HW_T_REPORT_DATE_BLANK);
  double y = add_middle(flow, piece, x, width, 0, date, &small);
  y = add_middle(flow, piece, x, width, y + 1, s->role, &bold);
  y = add_middle(flow, piece, x, width, y, s->hint, &hint);
  if (name_y <= 0) return y;
  if (s->name[0] != '\0') return add_middle(flow, piece, x, width, name_y, s->name, &bold);
  hwp_mark *mark = hwp_mark_add(flow, piece, HWP_MARK_LINE);
  if (mark != NULL) {
    mark->x = x + width * 0.15, mark->x2 = x + width * 0.85;
    mark->y = mark->y2 = name_y + bold.size;
    mark->paint = (hw_paint){.stroke = HW_ROLE_MUTED, .width = 0.7, .dash = HW_DASH_SHORT};
  }
  return name_y + bold.size * HWP_LEADING;
}

/* A page with nothing but signatures could be laid under any text: the paragraph before them, or
 * the last rows of a table, come along.
 * @param first  piece of the block before; NULL = there is none */
static void keep_with_signatures(hwp_piece *first, bool is_table) {
  enum { ROWS = 2 };
  int32_t n = 0, i = 0;
  for (const hwp_piece *p = first; p != NULL; p = p->next) n++;
  for (hwp_piece *p = first; p != NULL; p = p->next, i++)
    if (!is_table || i >= n - ROWS) p->keeps_next = true;
}

static void add_signatures(hwp_flow *flow, const hwp_block *block) {
  static const double ROOM = 58, GAP = 20;
  const double width = (HWP_WIDTH - GAP) / 2, right = width + GAP;
  for (int32_t i = 0; i < block->n_signatures; i += 2) {
    const hw_report_signature *list = &block->signatures[i];
    const int32_t n = block->n_signatures - i > 1 ? 2 : 1;
    /* Alone: on the right, where the head of a house signs; the last of several in the middle. */
    const double alone = i == 0 ? right : (HWP_WIDTH - width) / 2;
    double x[2] = {n == 2 ? 0 : alone, right}, top = 0, foot = 0;
    for (int32_t k = 0; k < n; k++) /* how far down the longest head reaches */
      top = fmax(top, add_signature(flow, NULL, x[k], width, &list[k], 0));
    hwp_piece *piece = hwp_flow_add(flow, 16, 1);
    if (piece == NULL) return;
    for (int32_t k = 0; k < n; k++)
      foot = fmax(foot, add_signature(flow, piece, x[k], width, &list[k], top + ROOM));
    piece->height = foot + 4;
  }
}

/* ---- head ---- */

/* The size, at most 9 and at least 7.5, at which no line of a text has to be broken. */
static double fitting_size(hwp_flow *flow, const char *text, double width) {
  int32_t n_lines = text[0] != '\0';
  for (const char *c = text; *c != '\0'; c++) n_lines += *c == '\n';
  double size = 9;
  for (int32_t step = 0, n = n_lines + 1; step < 6 && n > n_lines; step++) {
    size = 9 - 0.25 * step;
    hwp_flow_break(flow, text, &(hw_text_style){.size = size, .is_bold = true}, width, &n);
  }
  return size;
}

/* Lines in the middle of a stretch, the first ones bold, with a short rule below. */
static double add_lines_of_head(hwp_flow *flow, hwp_piece *piece, double x, double width,
                                const char *text, double size, bool all_bold) {
  double y = 0;
  bool is_bold = true;
  for (const char *line = text; *line != '\0';) {
    const size_t n = strcspn(line, "\n");
    const char *copy = hw_arena_strndup(&flow->arena, line, n);
    if (copy == NULL) {
      flow->is_exhausted = true;
      return y;
    }
    y = add_middle(flow, piece, x, width, y, copy,
                   &(hw_text_style){.size = size, .is_bold = is_bold});
    is_bold = all_bold;
    line += n + (line[n] == '\n');
  }
  if (y > 0)
    hwp_mark_line(flow, piece, x + width * 0.34, y + 2.5, x + width * 0.66, y + 2.5, HW_ROLE_INK,
                  0.7);
  return y > 0 ? y + 6 : 0;
}

/* Below the letters in the middle of each half; without letters at both margins. */
static double add_number_and_day(hwp_flow *flow, hwp_piece *piece, double y, bool has_letters,
                                 const char *number, const char *day) {
  const double left = LETTERS * HWP_WIDTH, right = MOTTO * HWP_WIDTH;
  hw_text_style style = {.size = 8.5};
  if (has_letters) {
    const double below = add_middle(flow, piece, 0, left, y, number, &style);
    return fmax(below, add_middle(flow, piece, HWP_WIDTH - right, right, y, day, &style));
  }
  int32_t n_left = 0, n_right = 0;
  double below = y, end = y;
  for (const hwp_line *line = hwp_flow_break(flow, number, &style, left, &n_left); line != NULL;
       line = line->next, below += style.size * HWP_LEADING)
    hwp_mark_text(flow, piece, 0, below + hwp_baseline(style.size), line->text, &style);
  const hwp_line *line = hwp_flow_break(flow, day, &style, right, &n_right);
  style.anchor = HW_ANCHOR_END;
  for (; line != NULL; line = line->next, end += style.size * HWP_LEADING)
    hwp_mark_text(flow, piece, HWP_WIDTH, end + hwp_baseline(style.size), line->text, &style);
  return fmax(below, end);
}

static void add_letterhead(hwp_flow *flow) {
  const hw_report_head *head = &flow->report->head;
  const bool has_letters = head->letterhead[0] != '\0' || head->motto[0] != '\0';
  const double left = LETTERS * HWP_WIDTH, right = MOTTO * HWP_WIDTH, x = HWP_WIDTH - right;
  hwp_piece *piece = hwp_flow_add(flow, 0, 1);
  if (piece == NULL) return;
  double y = add_lines_of_head(flow, piece, 0, left, head->letterhead,
                               fitting_size(flow, head->letterhead, left), false);
  y = fmax(y, add_lines_of_head(flow, piece, x, right, head->motto,
                                fitting_size(flow, head->motto, right), true));
  hw_str number = HW_STR_INIT, day = HW_STR_INIT;
  if (head->code[0] != '\0')
    hw_text_fill(&number, flow->report->language, HW_T_REPORT_NUMBER, 1,
                 (const char *const[]){head->code});
  hwp_add_created(&day, flow->report);
  const char *number_copy = hw_arena_strdup(&flow->arena, hw_str_text(&number));
  const char *day_copy = hw_arena_strdup(&flow->arena, hw_str_text(&day));
  if (number_copy == NULL || day_copy == NULL || hw_str_status(&number) != HW_OK ||
      hw_str_status(&day) != HW_OK) {
    flow->is_exhausted = true;
  } else {
    y = add_number_and_day(flow, piece, has_letters ? y + 3 : 0, has_letters, number_copy,
                           day_copy);
  }
  hw_str_clear(&number);
  hw_str_clear(&day);
  piece->height = fmax(y, 1) + 6;
}

static void add_head(hwp_flow *flow) {
  const hw_report_head *head = &flow->report->head;
  add_letterhead(flow);
  add_lines(flow, head->title,
            &(setting){.style = {.size = 15, .is_bold = true},
                       .above = 14,
                       .below = 2,
                       .left = 20,
                       .right = 20,
                       .is_centred = true,
                       .keeps_next = head->subtitle[0] != '\0'});
  add_lines(
      flow, head->subtitle,
      &(setting){.style = {.size = 10.5}, .below = 2, .left = 30, .right = 30, .is_centred = true});
  hwp_flow_add_gap(flow, 8, false);
}

/* @return false if it has nothing to show */
static bool add_block(hwp_flow *flow, const hwp_block *block, bool begins_page) {
  hwp_piece *before = flow->last;
  if (block->kind == HWP_HEADING)
    add_heading(flow, block);
  else if (block->kind == HWP_PARAGRAPH)
    add_paragraph(flow, block);
  else if (block->kind == HWP_PICTURE)
    add_picture(flow, block);
  else if (block->kind == HWP_SIGNATURES)
    add_signatures(flow, block);
  else
    hwp_flow_add_table(flow, block);
  if (before == NULL || before->next == NULL) return false;
  before->next->begins_page = begins_page;
  return true;
}

/* ---- foot ---- */

/* A text of one line, smaller if it is wider than that. */
static void draw_start(const hwp_flow *flow, hw_canvas *canvas, double y, const char *text,
                       double width, const hw_text_style *style) {
  const double own = hw_fonts_width(flow->fonts, text, style);
  hw_text_style fitted = *style;
  if (own > width) fitted.size *= fmax(width, 40) / own;
  hw_canvas_add_text(canvas, HWP_LEFT, y, text, &fitted);
}

static hw_status draw_foot(const hwp_flow *flow, hw_canvas *canvas, int32_t page,
                           const char *digest, hw_err *err) {
  const hw_report_head *head = &flow->report->head;
  const double y = HWP_BOTTOM + 20;
  const hw_text_style left = {.size = 7.5, .role = HW_ROLE_MUTED},
                      right = {.size = 7.5, .anchor = HW_ANCHOR_END},
                      tiny = {.size = 6, .role = HW_ROLE_MUTED},
                      code = {.size = 5.5,
                              .face = HW_FACE_MONO,
                              .anchor = HW_ANCHOR_END,
                              .role = HW_ROLE_MUTED};
  char number[16], count[16];
  hw_str text = HW_STR_INIT, sum = HW_STR_INIT;
  snprintf(number, sizeof number, "%d", (int)page + 1);
  snprintf(count, sizeof count, "%d", (int)flow->n_pages);
  if (head->is_draft && head->draft[0] != '\0') {
    hw_str_append(&text, head->draft);
    hw_str_append(&text, "  ·  ");
  }
  if (head->code[0] != '\0') {
    hw_str_append(&text, head->code);
    hw_str_append(&text, "  ·  ");
  }
  hw_text_fill(&text, flow->report->language, HW_T_REPORT_PAGE_OF, 2,
               (const char *const[]){number, count});
  hw_str_append(&sum, "BLAKE2b ");
  hw_str_append(&sum, digest);
  const double width = hw_fonts_width(flow->fonts, hw_str_text(&text), &right);
  hw_canvas_add_line(canvas, HWP_LEFT, y - 9.5, HWP_RIGHT, y - 9.5,
                     &(hw_paint){.stroke = HW_ROLE_GRID, .width = 0.6});
  draw_start(flow, canvas, y, head->footer, HWP_WIDTH - width - 12, &left);
  hw_canvas_add_text(canvas, HWP_RIGHT, y, hw_str_text(&text), &right);
  draw_start(flow, canvas, y + 10, head->program,
             HWP_WIDTH - hw_fonts_width(flow->fonts, hw_str_text(&sum), &code) - 12, &tiny);
  hw_canvas_add_text(canvas, HWP_RIGHT, y + 10, hw_str_text(&sum), &code);
  const bool is_whole = hw_str_status(&text) == HW_OK && hw_str_status(&sum) == HW_OK;
  hw_str_clear(&text);
  hw_str_clear(&sum);
  return is_whole ? HW_OK : HW_NO_MEMORY(err, "the foot of a page");
}

/* ---- the file ---- */

/* The word across the page, as long as the diagonal permits. */
static void draw_draft(const hwp_flow *flow, hw_canvas *canvas) {
  const hw_report_head *head = &flow->report->head;
  if (!head->is_draft || head->draft[0] == '\0') return;
  hw_text_style style = {.size = 100,
                         .is_bold = true,
                         .is_across = true,
                         .anchor = HW_ANCHOR_MIDDLE,
                         .role = HW_ROLE_SHADE};
  const double width = hw_fonts_width(flow->fonts, head->draft, &style);
  if (!(width > 0)) return;
  style.size = fmin(150, 100 * 700 / width);
  const double down = style.size * HW_TEXT_CAPITAL / 2; /* to the middle of the letters */
  hw_canvas_add_text(canvas, HWP_PAGE_WIDTH / 2 + 0.8 * down, HWP_PAGE_HEIGHT / 2 + 0.6 * down,
                     head->draft, &style);
}

static hw_status draw_pages(const hwp_flow *flow, hw_canvas *canvas, const char *digest,
                            hw_err *err) {
  const hwp_placed *from = flow->placed;
  for (int32_t page = 0; page < flow->n_pages; page++) {
    if (page > 0) hw_canvas_begin_page(canvas, HWP_PAGE_WIDTH, HWP_PAGE_HEIGHT);
    draw_draft(flow, canvas);
    hwp_flow_draw(flow, &from, page, canvas);
    HW_TRY(draw_foot(flow, canvas, page, digest, err));
  }
  return HW_OK;
}

static hw_status write_pages(const hwp_flow *flow, const char *digest, char **bytes,
                             size_t *n_bytes, hw_err *err) {
  const hw_report_head *head = &flow->report->head;
  hw_str keywords = HW_STR_INIT;
  hw_str_append(&keywords, HWP_REPORT_MARK);
  hw_str_append(&keywords, head->code);
  const hw_canvas_options options = {.width = HWP_PAGE_WIDTH,
                                     .height = HWP_PAGE_HEIGHT,
                                     .title = head->title,
                                     .description = head->subtitle[0] ? head->subtitle : NULL,
                                     .language = head->language,
                                     .keywords = hw_str_text(&keywords),
                                     .created = head->created[0] ? head->created : NULL,
                                     .is_bare = true};
  hw_canvas *canvas = NULL;
  hw_status status = hw_str_status(&keywords) == HW_OK ? HW_OK : HW_NO_MEMORY(err, "a report");
  if (status == HW_OK) status = hw_canvas_new(HW_CANVAS_PDF, flow->fonts, &options, &canvas, err);
  if (status == HW_OK) status = draw_pages(flow, canvas, digest, err);
  if (status == HW_OK) status = hw_canvas_end(canvas, bytes, n_bytes, err);
  hw_canvas_delete(canvas);
  hw_str_clear(&keywords);
  return status;
}

hw_status hwp_report_write_pdf(const hw_report *self, const hw_fonts *fonts, const char *digest,
                               char **bytes, size_t *n_bytes, hw_err *err) {
  hwp_flow flow = {.report = self, .fonts = fonts};
  hw_arena_init(&flow.arena, 0);
  add_head(&flow);
  bool begins_page = false, is_table = false;
  hwp_piece *before = NULL;
  for (const hwp_block *b = self->first; b != NULL && !flow.is_exhausted; b = b->next) {
    hwp_piece *last = flow.last;
    if (b->kind == HWP_SIGNATURES && !begins_page) keep_with_signatures(before, is_table);
    if (b->kind == HWP_PAGE) {
      begins_page = true;
    } else if (add_block(&flow, b, begins_page)) {
      begins_page = false;
      before = last != NULL ? last->next : NULL;
      is_table = b->kind == HWP_FACTS || b->kind == HWP_TABLE;
    }
  }
  hwp_flow_place(&flow);
  const hw_status status = flow.is_exhausted ? HW_NO_MEMORY(err, "the pages of a report")
                                             : write_pages(&flow, digest, bytes, n_bytes, err);
  hw_arena_clear(&flow.arena);
  return status;
}
