/* Inside of a report's PDF: pieces that follow each other down the pages. */
#ifndef HW_REPORT_REPORT_FLOW_INT_H
#define HW_REPORT_REPORT_FLOW_INT_H

#include "report/report_int.h"

/* A4, and its margins: 30 mm on the left, where papers are bound, 18 mm on the right, 20 mm above,
 * 25 mm below with the foot in it. Points. */
#define HWP_PAGE_WIDTH 595.28
#define HWP_PAGE_HEIGHT 841.89
#define HWP_LEFT 85.04
#define HWP_RIGHT (HWP_PAGE_WIDTH - 51.02)
#define HWP_TOP 56.69
#define HWP_BOTTOM (HWP_PAGE_HEIGHT - 70.87)
#define HWP_WIDTH (HWP_RIGHT - HWP_LEFT)
#define HWP_HEIGHT (HWP_BOTTOM - HWP_TOP)

/* Distance of lines in multiples of the size of their letters. */
#define HWP_LEADING 1.4

/* One thing to draw, in points from the piece's upper left corner. */
typedef enum hwp_mark_kind {
  HWP_MARK_TEXT = 0,
  HWP_MARK_LINE,
  HWP_MARK_RECTANGLE,
  HWP_MARK_BULLET,
  HWP_MARK_SIGN, /* triangle of a warning */
  HWP_MARK_PICTURE
} hwp_mark_kind;

typedef struct hwp_mark {
  struct hwp_mark *next;
  hwp_mark_kind kind;
  double x, y, x2, y2; /* RECTANGLE: x2, y2 are its width and height; SIGN: x2 is its height */
  const char *text;
  hw_text_style style;
  hw_paint paint;
  const hw_report_picture *picture;
  double scale;
} hwp_mark;

/* What stays on one page: a line of a paragraph, a row of a table, a picture. */
typedef struct hwp_piece {
  struct hwp_piece *next;
  double above;    /* distance to what stands above it; none on top of a page */
  double height;   /* ≤ HWP_HEIGHT, or it is drawn smaller */
  bool keeps_next; /* not the last one of a page */
  bool begins_page;
  bool is_gap;            /* only room: left out at both ends of a page */
  struct hwp_piece *head; /* repeated above it where it comes first on a page; NULL = none */
  hwp_mark *first, *last;
} hwp_piece;

/* A piece on its page. */
typedef struct hwp_placed {
  struct hwp_placed *next;
  const hwp_piece *piece;
  int32_t page; /* 0-based */
  double top, scale;
} hwp_placed;

typedef struct hwp_flow {
  const hw_report *report;
  const hw_fonts *fonts;
  hw_arena arena;
  hwp_piece *first, *last;
  hwp_placed *placed, *last_placed;
  int32_t n_pages;
  double spacing;    /* distances between pieces are multiplied by it */
  bool is_exhausted; /* memory: the only failure */
} hwp_flow;

/* A line of a broken text. */
typedef struct hwp_line {
  struct hwp_line *next;
  const char *text;
} hwp_line;

/* Appends a piece; NULL when memory is exhausted, which the mark functions take. */
hwp_piece *hwp_flow_add(hwp_flow *self, double above, double height);
/* Appends room that stays with what follows it, or with nothing. */
void hwp_flow_add_gap(hwp_flow *self, double height, bool keeps_next);
void hwp_mark_text(hwp_flow *self, hwp_piece *piece, double x, double baseline, const char *text,
                   const hw_text_style *style);
void hwp_mark_line(hwp_flow *self, hwp_piece *piece, double x, double y, double x2, double y2,
                   hw_role role, double width);
void hwp_mark_area(hwp_flow *self, hwp_piece *piece, double x, double y, double width,
                   double height, hw_role fill);
hwp_mark *hwp_mark_add(hwp_flow *self, hwp_piece *piece, hwp_mark_kind kind);

/* Breaks a text into lines. @param n  [out] how many, 0 for an empty text */
const hwp_line *hwp_flow_break(hwp_flow *self, const char *text, const hw_text_style *style,
                               double width, int32_t *n);
/* Where in a line of that size the baseline stands. */
double hwp_baseline(double size);

/* Gives every piece its page. */
void hwp_flow_place(hwp_flow *self);
/* Draws what stands on a page. */
void hwp_flow_draw(const hwp_flow *self, const hwp_placed **from, int32_t page, hw_canvas *canvas);

/* Tables and facts (report_table.c). */
void hwp_flow_add_table(hwp_flow *flow, const hwp_block *block);

#endif
