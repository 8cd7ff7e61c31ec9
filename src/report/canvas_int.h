/* Inside of the canvas: what its front (canvas.c) and its two back ends share. */
#ifndef HW_REPORT_CANVAS_INT_H
#define HW_REPORT_CANVAS_INT_H

#include "base/str.h"
#include "homeward/canvas.h"

typedef struct hwp_colour {
  unsigned char red, green, blue;
} hwp_colour;

/* What a back end does. The front has checked numbers, filled defaults in, drawn textures and made
 * text valid UTF-8. A NULL member is never called. */
typedef struct hwp_backend {
  hw_status (*begin)(hw_canvas *self, const hw_canvas_options *options, hw_err *err);
  void (*begin_page)(hw_canvas *self, double width, double height);
  void (*begin_group)(hw_canvas *self, const hw_group *group);
  void (*end_group)(hw_canvas *self);
  void (*add_path)(hw_canvas *self, const hw_path_step *steps, size_t n, const hw_paint *paint);
  void (*add_rectangle)(hw_canvas *self, double x, double y, double width, double height,
                        const hw_paint *paint);
  void (*add_circle)(hw_canvas *self, double x, double y, double radius, const hw_paint *paint);
  void (*add_text)(hw_canvas *self, double x, double y, const char *text,
                   const hw_text_style *style);
  void (*end)(hw_canvas *self); /* everything is then in `out` */
  void (*clear)(hw_canvas *self);
} hwp_backend;

struct hw_canvas {
  const hwp_backend *backend;
  const hw_fonts *fonts;
  hw_theme theme;
  bool is_bare;
  int depth;          /* open groups */
  hw_status status;   /* first failure */
  const char *reason; /* of it, a literal */
  hw_str out;
  struct hwp_pdf *pdf; /* of the PDF back end */
};

extern const hwp_backend hwp_canvas_svg;
extern const hwp_backend hwp_canvas_pdf;

/* Keeps the first failure. */
void hwp_canvas_fail(hw_canvas *self, hw_status status, const char *reason);
hwp_colour hwp_colour_of(hw_theme theme, hw_role role);
/* "hw-ink". */
const char *hwp_role_name(hw_role role);
/* "2024-07-27T08:00:00Z", or the day alone: what PDF files can be dated with. */
bool hwp_is_time(const char *text);
/* Appends text as valid UTF-8 without control characters: what XML and PDF can hold. */
void hwp_append_clean(hw_str *out, const char *text);
/* Textures as lines and dots inside a convex polygon or a circle. */
void hwp_texture_polygon(hw_canvas *self, const hw_point *points, size_t n, const hw_paint *paint);
void hwp_texture_circle(hw_canvas *self, double x, double y, double radius, const hw_paint *paint);

#endif
