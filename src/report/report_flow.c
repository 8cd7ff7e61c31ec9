/* Pages of a report: a flow of pieces, and where pages end.
 *
 * The writer of PDF (report_pdf.c, report_table.c) turns the document into pieces,
 * from top to bottom, each with its height and the marks to be drawn in it, and
 * does not think of pages. Here the pieces are put on pages, and then drawn. So the
 * number of pages is known before the first mark is drawn ("Trang 1/3"), and every
 * rule about page ends stands in one function:
 *
 *   1. A piece that keeps the next one stands on its page: headings, captions, the
 *      head of a table, the first and the last but one line of a paragraph.
 *   2. A piece with a head, first on its page, has the head repeated above it.
 *   3. The distance above a piece is dropped on top of a page.
 *   4. A chain of pieces that keep each other and are together higher than a page is
 *      parted where the page ends; a single piece higher than a page is drawn smaller.
 *      Nothing is ever cut off.
 *   5. Where the distances between pieces, set closer, save a page, they are: a letter does not
 *      go on to a second page for its last line and the signature. Letters stay as large.
 *
 * Heights come from the widths of the fonts alone, so that pages end at the same
 * places on every computer. */
#include "report/report_flow_int.h"

#include <math.h>

#include "base/check.h"

static void *alloc(hwp_flow *self, size_t size) {
  void *memory = self->is_exhausted ? NULL : hw_arena_alloc(&self->arena, size);
  if (memory == NULL) self->is_exhausted = true;
  return memory;
}

/* ---- pieces and marks ---- */

hwp_piece *hwp_flow_add(hwp_flow *self, double above, double height) {
  hwp_piece *piece = alloc(self, sizeof *piece);
  if (piece == NULL) return NULL;
  piece->above = above;
  piece->height = height;
  if (self->last != NULL)
    self->last->next = piece;
  else
    self->first = piece;
  self->last = piece;
  return piece;
}

void hwp_flow_add_gap(hwp_flow *self, double height, bool keeps_next) {
  hwp_piece *piece = hwp_flow_add(self, 0, height);
  if (piece == NULL) return;
  piece->is_gap = true;
  piece->keeps_next = keeps_next;
}

hwp_mark *hwp_mark_add(hwp_flow *self, hwp_piece *piece, hwp_mark_kind kind) {
  hwp_mark *mark = piece != NULL ? alloc(self, sizeof *mark) : NULL;
  if (mark == NULL) return NULL;
  mark->kind = kind;
  if (piece->last != NULL)
    piece->last->next = mark;
  else
    piece->first = mark;
  piece->last = mark;
  return mark;
}

void hwp_mark_text(hwp_flow *self, hwp_piece *piece, double x, double baseline, const char *text,
                   const hw_text_style *style) {
  hwp_mark *mark = hwp_mark_add(self, piece, HWP_MARK_TEXT);
  if (mark == NULL) return;
  mark->x = x;
  mark->y = baseline;
  mark->text = text;
  mark->style = *style;
}

void hwp_mark_line(hwp_flow *self, hwp_piece *piece, double x, double y, double x2, double y2,
                   hw_role role, double width) {
  hwp_mark *mark = hwp_mark_add(self, piece, HWP_MARK_LINE);
  if (mark == NULL) return;
  mark->x = x, mark->y = y, mark->x2 = x2, mark->y2 = y2;
  mark->paint = (hw_paint){.stroke = role, .width = width};
}

void hwp_mark_area(hwp_flow *self, hwp_piece *piece, double x, double y, double width,
                   double height, hw_role fill) {
  hwp_mark *mark = hwp_mark_add(self, piece, HWP_MARK_RECTANGLE);
  if (mark == NULL) return;
  mark->x = x, mark->y = y, mark->x2 = width, mark->y2 = height;
  mark->paint = (hw_paint){.fill = fill};
}

const hwp_line *hwp_flow_break(hwp_flow *self, const char *text, const hw_text_style *style,
                               double width, int32_t *n) {
  hwp_line *first = NULL, *last = NULL;
  *n = 0;
  while (*text != '\0') {
    const char *rest = NULL;
    const size_t length = hw_fonts_break(self->fonts, text, style, width, &rest);
    hwp_line *line = alloc(self, sizeof *line);
    char *copy = line != NULL ? hw_arena_strndup(&self->arena, text, length) : NULL;
    if (copy == NULL) {
      self->is_exhausted = true;
      break;
    }
    line->text = copy;
    if (last != NULL)
      last->next = line;
    else
      first = line;
    last = line;
    ++*n;
    text = rest;
  }
  return first;
}

double hwp_baseline(double size) {
  return ((HWP_LEADING - HW_TEXT_ASCENT - HW_TEXT_DESCENT) / 2 + HW_TEXT_ASCENT) * size;
}

/* ---- pages ---- */

typedef struct cursor {
  int32_t page;
  double y;       /* from the top of the page's body */
  bool is_on_top; /* nothing stands on the page yet */
} cursor;

static double least(double a, double b) {
  return a < b ? a : b;
}

/* Height on the page, of pieces that are drawn smaller too. */
static double body_height(const hwp_piece *piece) {
  return least(piece->height, HWP_HEIGHT);
}

/* Distance above a piece, as the report is set now. */
static double above(const hwp_flow *self, const hwp_piece *piece) {
  return piece->above * self->spacing;
}

static void put(hwp_flow *self, cursor *at, const hwp_piece *piece) {
  hwp_placed *placed = alloc(self, sizeof *placed);
  if (placed == NULL) return;
  if (!at->is_on_top) at->y += above(self, piece);
  placed->piece = piece;
  placed->page = at->page;
  placed->top = HWP_TOP + at->y;
  placed->scale = piece->height > HWP_HEIGHT ? HWP_HEIGHT / piece->height : 1;
  at->y += body_height(piece);
  at->is_on_top = false;
  if (self->last_placed != NULL)
    self->last_placed->next = placed;
  else
    self->placed = placed;
  self->last_placed = placed;
}

static void begin_page(cursor *at) {
  *at = (cursor){.page = at->page + 1, .is_on_top = true};
}

/* Height of a piece with those that it keeps; more than a page is enough to know. */
static double chain_height(const hwp_flow *self, const hwp_piece *piece) {
  double height = body_height(piece);
  while (piece->keeps_next && piece->next != NULL && !piece->next->begins_page &&
         height <= HWP_HEIGHT) {
    piece = piece->next;
    height += above(self, piece) + body_height(piece);
  }
  return height;
}

static void place(hwp_flow *self, double spacing) {
  cursor at = {.is_on_top = true};
  self->spacing = spacing;
  self->placed = self->last_placed = NULL;
  for (const hwp_piece *p = self->first; p != NULL; p = p->next) {
    if (p->begins_page && !at.is_on_top) begin_page(&at);
    double wanted = chain_height(self, p);
    if (wanted > HWP_HEIGHT) wanted = body_height(p);
    /* A hair of freedom for sums of heights. */
    const bool fits = at.y + (at.is_on_top ? 0 : above(self, p)) + wanted <= HWP_HEIGHT + 1e-6;
    if (p->is_gap && (at.is_on_top || at.y + p->height > HWP_HEIGHT)) continue;
    if (!fits && !at.is_on_top) begin_page(&at);
    if (p->is_gap && at.is_on_top) continue;
    if (at.is_on_top && at.page > 0 && p->head != NULL && p->head->height + wanted <= HWP_HEIGHT) {
      put(self, &at, p->head);
    }
    put(self, &at, p);
  }
  self->n_pages = at.page + 1;
}

void hwp_flow_place(hwp_flow *self) {
  static const double closer[] = {0.85, 0.7, 0.55};
  place(self, 1);
  const int32_t n_pages = self->n_pages;
  for (size_t i = 0; n_pages > 1 && i < sizeof closer / sizeof *closer; i++) {
    place(self, closer[i]);
    if (self->n_pages < n_pages) return;
  }
  if (n_pages > 1) place(self, 1);
}

/* ---- drawing ---- */

/* A triangle with a stroke and a dot in it: shapes, so that no sign gets into the text. */
static void draw_sign(hw_canvas *canvas, const hwp_mark *mark, double y) {
  const double h = mark->x2, w = h * 1.12, x = mark->x, middle = x + w / 2;
  const hw_paint line = {.stroke = HW_ROLE_WARNING, .width = 1.2};
  hw_canvas_add_polygon(canvas, (hw_point[]){{middle, y}, {x + w, y + h}, {x, y + h}}, 3, &line);
  hw_canvas_add_line(canvas, middle, y + 0.38 * h, middle, y + 0.68 * h, &line);
  hw_canvas_add_circle(canvas, middle, y + 0.83 * h, 0.8, &(hw_paint){.fill = HW_ROLE_WARNING});
}

static void draw_picture(hw_canvas *canvas, const hwp_mark *mark, double x, double y) {
  const hw_report_picture *picture = mark->picture;
  hw_canvas_begin_group(canvas, &(hw_group){.title = picture->title,
                                            .description = picture->description,
                                            .x = x,
                                            .y = y,
                                            .scale = mark->scale});
  if (picture->draw != NULL) picture->draw(picture->context, canvas);
  hw_canvas_end_group(canvas);
}

static void draw_mark(hw_canvas *canvas, const hwp_mark *mark) {
  if (mark->kind == HWP_MARK_TEXT)
    hw_canvas_add_text(canvas, mark->x, mark->y, mark->text, &mark->style);
  else if (mark->kind == HWP_MARK_LINE)
    hw_canvas_add_line(canvas, mark->x, mark->y, mark->x2, mark->y2, &mark->paint);
  else if (mark->kind == HWP_MARK_RECTANGLE)
    hw_canvas_add_rectangle(canvas, mark->x, mark->y, mark->x2, mark->y2, &mark->paint);
  else if (mark->kind == HWP_MARK_BULLET)
    hw_canvas_add_circle(canvas, mark->x, mark->y, mark->x2, &mark->paint);
  else if (mark->kind == HWP_MARK_SIGN)
    draw_sign(canvas, mark, mark->y);
  else
    draw_picture(canvas, mark, mark->x, mark->y);
}

void hwp_flow_draw(const hwp_flow *self, const hwp_placed **from, int32_t page, hw_canvas *canvas) {
  (void)self;
  const hwp_placed *placed = *from;
  for (; placed != NULL && placed->page == page; placed = placed->next) {
    hw_canvas_begin_group(canvas,
                          &(hw_group){.x = HWP_LEFT, .y = placed->top, .scale = placed->scale});
    for (const hwp_mark *mark = placed->piece->first; mark != NULL; mark = mark->next)
      draw_mark(canvas, mark);
    hw_canvas_end_group(canvas);
  }
  *from = placed;
}
