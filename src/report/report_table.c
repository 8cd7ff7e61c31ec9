/* Tables and facts of a report's PDF: widths of columns, rows as pieces.
 *
 * Widths. Each column has a least width and a wanted one: its longest line, or its
 * share of what the others leave where it has a weight. Wanted widths that do not fill
 * the page are stretched in proportion; where they are too much, each column gives of
 * what it has above its least. The least width is one at which a text can be read, a
 * dozen letters: Vietnamese words are short, and a column of one word in a line is no
 * text. If that does not fit, letters are made a little smaller; then it is the longest
 * word, or number, so that none is broken while there is room anywhere, with letters
 * smaller still; then words are broken, since nothing may be lost.
 *
 * All widths are measured once, at one size: those of DejaVu without hinting grow
 * with the size of the letters.
 *
 * Rows. Each cell is broken into lines, a row is as high as its highest cell and one
 * piece of the flow. A row that is higher than half a page is parted into pieces of
 * some lines each. */
#include "report/report_flow_int.h"

#include <string.h>

#include "base/check.h"

static const double MEASURED = 10; /* size of letters at which widths are measured */
static const double PAD_X = 4.5, PAD_Y = 2.6;
/* A column without weight takes no more than this part of the page, if it is not alone, and a word
 * that is longer than the second is broken. */
static const double MOST_WANTED = 0.45, MOST_WORD = 0.3;
static const double READABLE = 68;     /* width of a dozen letters at the size MEASURED */
static const double MOST_NUMBER = 100; /* what is wider in a column of numbers is text */
/* Beside columns with weights a code takes the width of so many letters at most. */
static const double MOST_CODE = 18;
static const double MOST_ROW = HWP_HEIGHT / 2;

typedef struct column {
  double x, width;
  double wanted, word, least; /* widths at the size MEASURED, padding apart */
  double weight;
  hw_text_style style; /* of the cells */
  hw_text_style head;
} column;

typedef struct table_layout {
  hwp_flow *flow;
  const hw_report_table *table;
  column *columns;
  int32_t n_columns;
  double size;
  bool has_grid;
} table_layout;

static double larger(double a, double b) {
  return a > b ? a : b;
}
static double smaller(double a, double b) {
  return a < b ? a : b;
}

/* ---- widths ---- */

/* Width of a stretch of text; 0 when memory is exhausted, which the flow remembers. */
static double width_of(const table_layout *self, const char *text, size_t n,
                       const hw_text_style *style) {
  char few[128];
  char *copy = few;
  if (n < sizeof few) {
    memcpy(few, text, n);
    few[n] = '\0';
  } else if ((copy = hw_arena_strndup(&self->flow->arena, text, n)) == NULL) {
    self->flow->is_exhausted = true;
    return 0;
  }
  const double width = hw_fonts_width(self->flow->fonts, copy, style);
  if (width >= 0) return width;
  self->flow->is_exhausted = true;
  return 0;
}

/* Widest word and widest line of a text; a number of several words is one. */
static void measure(table_layout *self, column *c, const char *text, const hw_text_style *style,
                    bool is_whole) {
  for (const char *line = text; *line != '\0';) {
    const size_t n = strcspn(line, "\n");
    const double width = width_of(self, line, n, style);
    c->wanted = larger(c->wanted, width);
    const bool is_one = is_whole && width <= MOST_NUMBER;
    if (is_one) c->word = larger(c->word, width);
    for (size_t at = 0; at < n && !is_one;) {
      at += strspn(line + at, " ");
      const size_t length = strcspn(line + at, " \n");
      if (length > 0) c->word = larger(c->word, width_of(self, line + at, length, style));
      at += length;
    }
    line += n + (line[n] == '\n');
  }
}

static bool is_strong(const hw_report_table *table, int32_t row) {
  return table->is_strong != NULL && table->is_strong[row];
}

static const char *cell(const hw_report_table *table, int32_t row, int32_t c) {
  return table->cells[(size_t)row * (size_t)table->n_columns + (size_t)c];
}

static void measure_columns(table_layout *self) {
  const hw_report_table *table = self->table;
  bool has_weights = false;
  for (int32_t i = 0; i < self->n_columns; i++)
    has_weights = has_weights || self->columns[i].weight > 0;
  for (int32_t i = 0; i < self->n_columns; i++) {
    column *c = &self->columns[i];
    hw_text_style plain = c->style, bold = c->style, head = c->head;
    plain.size = bold.size = head.size = MEASURED;
    bold.is_bold = true;
    measure(self, c, table->columns[i].title, &head, false);
    for (int32_t r = 0; r < table->n_rows; r++)
      measure(self, c, cell(table, r, i), is_strong(table, r) ? &bold : &plain,
              table->columns[i].is_number);
    /* A code may be broken anywhere, but not to shreds. */
    const double most = table->columns[i].is_code ? 6 * MEASURED : MOST_WORD * HWP_WIDTH;
    c->word = smaller(c->word, most);
    if (table->columns[i].is_code && has_weights)
      c->wanted = smaller(c->wanted, MOST_CODE * 0.61 * MEASURED);
    c->wanted = larger(c->wanted, c->word);
  }
}

/* Of a width at the size MEASURED. */
static double padded(double width, double scale) {
  /* A hair more than measured: a line must not be broken by the rounding of a sum. */
  return width * scale + 2 * PAD_X + 0.1;
}

static double least_sum(const table_layout *self, double size) {
  double sum = 0;
  for (int32_t i = 0; i < self->n_columns; i++)
    sum += padded(self->columns[i].least, size / MEASURED);
  return sum;
}

/* What each column would like, in `width`. @return the sum */
static double take_wanted(table_layout *self, double scale) {
  double fixed = 0, weights = 0, sum = 0;
  const double most = self->n_columns > 1 ? MOST_WANTED * HWP_WIDTH : HWP_WIDTH;
  for (int32_t i = 0; i < self->n_columns; i++) {
    column *c = &self->columns[i];
    c->width = larger(smaller(padded(c->wanted, scale), most), padded(c->least, scale));
    if (c->weight > 0)
      weights += c->weight;
    else
      fixed += c->width;
  }
  for (int32_t i = 0; i < self->n_columns; i++) {
    column *c = &self->columns[i];
    if (c->weight > 0)
      c->width = larger((HWP_WIDTH - fixed) * c->weight / weights, padded(c->least, scale));
    sum += c->width;
  }
  return sum;
}

static void set_widths(table_layout *self) {
  const double scale = self->size / MEASURED;
  const double least = least_sum(self, self->size), wanted = take_wanted(self, scale);
  double x = 0;
  for (int32_t i = 0; i < self->n_columns; i++) {
    column *c = &self->columns[i];
    const double own = padded(c->least, scale);
    if (least >= HWP_WIDTH)
      c->width = own * HWP_WIDTH / least;
    else if (wanted > HWP_WIDTH)
      c->width -= (c->width - own) * (wanted - HWP_WIDTH) / (wanted - least);
    else
      c->width *= HWP_WIDTH / wanted;
    c->x = x;
    x += c->width;
  }
}

/* ---- rows ---- */

typedef struct row {
  const char *const *texts; /* n_columns */
  bool is_head, is_strong;
} row;

static hw_text_style style_of(const table_layout *self, const row *r, int32_t i) {
  const column *c = &self->columns[i];
  hw_text_style style = r->is_head ? c->head : c->style;
  style.size = self->size;
  if (!self->has_grid && hwp_is_digest(r->texts[i])) { /* 64 letters fit beside their name */
    style.face = HW_FACE_MONO;
    style.size = 7.5;
  }
  style.is_bold = style.is_bold || r->is_strong;
  style.anchor = c->style.anchor;
  return style;
}

static void add_cell_line(const table_layout *self, hwp_piece *piece, const column *c,
                          const hw_text_style *style, double y, const char *text) {
  const double x = style->anchor == HW_ANCHOR_END ? c->x + c->width - PAD_X : c->x + PAD_X;
  hwp_mark_text(self->flow, piece, x, y + hwp_baseline(self->size), text, style);
}

/* A piece with the lines from `from` on, `n` at most, of every cell. */
static hwp_piece *add_row_piece(table_layout *self, const row *r, const hwp_line **lines,
                                int32_t n) {
  hwp_flow *flow = self->flow;
  const double leading = self->size * HWP_LEADING, height = n * leading + 2 * PAD_Y;
  hwp_piece *piece = hwp_flow_add(flow, 0, height);
  if (r->is_head) hwp_mark_area(flow, piece, 0, 0, HWP_WIDTH, height, HW_ROLE_SHADE);
  for (int32_t i = 0; i < self->n_columns; i++) {
    const hw_text_style style = style_of(self, r, i);
    for (int32_t k = 0; k < n && lines[i] != NULL; k++, lines[i] = lines[i]->next)
      add_cell_line(self, piece, &self->columns[i], &style, PAD_Y + k * leading, lines[i]->text);
  }
  return piece;
}

/* @return the first piece of the row */
static hwp_piece *add_row(table_layout *self, const row *r, hwp_piece *head) {
  hwp_flow *flow = self->flow;
  const hwp_line **lines =
      hw_arena_alloc_array(&flow->arena, (size_t)self->n_columns, sizeof *lines);
  if (lines == NULL) flow->is_exhausted = true;
  int32_t n_lines = 1;
  for (int32_t i = 0; lines != NULL && i < self->n_columns; i++) {
    const hw_text_style style = style_of(self, r, i);
    int32_t n = 0;
    lines[i] = hwp_flow_break(flow, r->texts[i], &style, self->columns[i].width - 2 * PAD_X, &n);
    if (n > n_lines) n_lines = n;
  }
  if (flow->is_exhausted) return NULL;
  const int32_t most = (int32_t)((MOST_ROW - 2 * PAD_Y) / (self->size * HWP_LEADING));
  hwp_piece *first = NULL;
  for (int32_t at = 0; at < n_lines && !flow->is_exhausted;) {
    const int32_t n = n_lines <= most || n_lines - at <= most ? n_lines - at : most;
    hwp_piece *piece = add_row_piece(self, r, lines, n);
    if (piece == NULL) return NULL;
    piece->head = head;
    piece->keeps_next = r->is_head;
    if (first == NULL) first = piece;
    at += n;
  }
  return first;
}

/* A line below the last piece, or above the first one of a row. */
static void add_rule(const table_layout *self, hwp_piece *piece, double y, hw_role role,
                     double width) {
  hwp_mark_line(self->flow, piece, 0, y, HWP_WIDTH, y, role, width);
}

static void rule_below(const table_layout *self, hw_role role, double width) {
  hwp_piece *piece = self->flow->last;
  if (piece != NULL) add_rule(self, piece, piece->height, role, width);
}

static hwp_piece *add_head(table_layout *self) {
  hwp_flow *flow = self->flow;
  const char **titles = hw_arena_alloc_array(&flow->arena, (size_t)self->n_columns, sizeof *titles);
  if (titles == NULL) flow->is_exhausted = true;
  if (flow->is_exhausted) return NULL;
  bool has_titles = false;
  for (int32_t i = 0; i < self->n_columns; i++) {
    titles[i] = self->table->columns[i].title;
    has_titles = has_titles || titles[i][0] != '\0';
  }
  if (!has_titles) return NULL;
  hwp_piece *first = add_row(self, &(row){.texts = titles, .is_head = true}, NULL);
  if (first == NULL) return NULL;
  add_rule(self, first, 0, HW_ROLE_INK, 1);
  rule_below(self, HW_ROLE_INK, 0.6);
  /* A head that had to be parted is not repeated. */
  return first == flow->last ? first : NULL;
}

static void add_empty(table_layout *self, hwp_piece *head) {
  hwp_flow *flow = self->flow;
  const hw_text_style style = {.size = self->size, .role = HW_ROLE_MUTED};
  const double leading = self->size * HWP_LEADING;
  const char *text = self->table->empty[0] != '\0' ? self->table->empty : "–";
  int32_t n = 0;
  const hwp_line *line = hwp_flow_break(flow, text, &style, HWP_WIDTH - 2 * PAD_X, &n);
  for (bool is_first = true; line != NULL; line = line->next, is_first = false) {
    const double above = is_first ? PAD_Y : 0, below = line->next == NULL ? PAD_Y : 0;
    hwp_piece *piece = hwp_flow_add(flow, 0, above + leading + below);
    if (piece == NULL) return;
    piece->head = head;
    hwp_mark_text(flow, piece, PAD_X, above + hwp_baseline(self->size), line->text, &style);
  }
}

static void add_rows(table_layout *self, hwp_piece *head) {
  const hw_report_table *table = self->table;
  for (int32_t r = 0; r < table->n_rows && !self->flow->is_exhausted; r++) {
    const row one = {.texts = &table->cells[(size_t)r * (size_t)table->n_columns],
                     .is_strong = is_strong(table, r)};
    hwp_piece *first = add_row(self, &one, head);
    if (first == NULL) return;
    if (one.is_strong && r > 0 && !is_strong(table, r - 1))
      add_rule(self, first, 0, HW_ROLE_INK, 0.6);
    if (r + 1 < table->n_rows) rule_below(self, HW_ROLE_GRID, 0.5);
    /* No last row alone on a page, and no first one. */
    if (self->has_grid && self->flow->last == first && table->n_rows > 2 &&
        (r == 0 || r == table->n_rows - 2))
      first->keeps_next = true;
  }
}

/* ---- both kinds ---- */

static void add_title(hwp_flow *flow, const char *title) {
  const hw_text_style style = {.size = 9, .is_bold = true};
  int32_t n = 0;
  const hwp_line *line = hwp_flow_break(flow, title, &style, HWP_WIDTH, &n);
  for (double above = 9; line != NULL; line = line->next, above = 0) {
    hwp_piece *piece = hwp_flow_add(flow, above, 9 * HWP_LEADING + (line->next == NULL ? 3 : 0));
    if (piece == NULL) return;
    piece->keeps_next = true;
    hwp_mark_text(flow, piece, 0, hwp_baseline(9), line->text, &style);
  }
}

/* Takes the largest size at which the least widths fit. @return false if none does */
static bool take_size(table_layout *self, double size, double smallest) {
  for (self->size = size; least_sum(self, self->size) > HWP_WIDTH; self->size -= 0.5)
    if (self->size <= smallest) return false;
  return true;
}

static void choose_size(table_layout *self, double size) {
  for (int32_t i = 0; i < self->n_columns; i++) {
    column *c = &self->columns[i];
    c->least = larger(c->word, smaller(c->wanted, READABLE));
  }
  if (take_size(self, size, 7)) return;
  for (int32_t i = 0; i < self->n_columns; i++) self->columns[i].least = self->columns[i].word;
  if (!take_size(self, 7.5, 6.5)) self->size = 6.5;
}

void hwp_flow_add_table(hwp_flow *flow, const hwp_block *block) {
  const hw_report_table *table = &block->table;
  const bool are_facts = block->kind == HWP_FACTS;
  table_layout self = {.flow = flow,
                       .table = table,
                       .n_columns = table->n_columns,
                       .has_grid = !are_facts,
                       .columns = hw_arena_alloc_array(&flow->arena, (size_t)table->n_columns,
                                                       sizeof *self.columns)};
  if (self.columns == NULL) flow->is_exhausted = true;
  if (flow->is_exhausted) return;
  for (int32_t i = 0; i < self.n_columns; i++) {
    const hw_report_column *c = &table->columns[i];
    self.columns[i].weight = c->weight > 0 ? c->weight : 0;
    self.columns[i].style =
        (hw_text_style){.face = c->is_code ? HW_FACE_MONO : HW_FACE_SANS,
                        .anchor = c->is_number ? HW_ANCHOR_END : HW_ANCHOR_START,
                        .role = are_facts && i == 0 ? HW_ROLE_MUTED : HW_ROLE_INK};
    self.columns[i].head = (hw_text_style){.is_bold = true};
  }
  if (table->title[0] != '\0')
    add_title(flow, table->title);
  else
    hwp_flow_add_gap(flow, 5, true);
  measure_columns(&self);
  choose_size(&self, are_facts ? 9 : 8.5);
  set_widths(&self);
  hwp_piece *head = add_head(&self);
  if (table->n_rows == 0)
    add_empty(&self, head);
  else
    add_rows(&self, head);
  if (!are_facts) rule_below(&self, HW_ROLE_INK, 1);
  hwp_flow_add_gap(flow, 7, false);
}
