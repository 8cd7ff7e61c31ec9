/** @file
 * A canvas: one way to draw, two ways to keep it, SVG and PDF.
 *
 * Lengths are points (1/72 inch; one user unit of SVG), x grows to the right, y
 * downwards. Colours are named by their role; a theme gives the role its colour.
 * Text stays text in both forms, and its widths are those of one font, so that a
 * drawing is laid out alike in SVG, in PDF and in tests. The same calls give the
 * same bytes.
 *
 * Failures are kept: draw without checking, hw_canvas_end tells the first.
 *
 * Example:
 * @code
 *   hw_fonts *fonts = NULL;
 *   hw_canvas *canvas = NULL;
 *   hw_canvas_options options = {.width = 200, .height = 40, .title = "A word"};
 *   if (hw_fonts_new(&fonts, &err) == HW_OK &&
 *       hw_canvas_new(HW_CANVAS_SVG, fonts, &options, &canvas, &err) == HW_OK) {
 *     hw_canvas_add_text(canvas, 10, 25, "Nguyễn", &(hw_text_style){.size = 12});
 *     status = hw_canvas_end(canvas, &bytes, &n_bytes, &err);
 *   }
 *   hw_canvas_delete(canvas);
 *   hw_fonts_delete(fonts);
 * @endcode
 */
#ifndef HOMEWARD_CANVAS_H
#define HOMEWARD_CANVAS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "homeward/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/** What a colour is for. In SVG each element also bears the class "hw-ROLE", so that the style
 * sheet of a page may give other colours. */
typedef enum hw_role {
  HW_ROLE_NONE = 0, /**< not painted */
  HW_ROLE_INK,      /**< text, outlines */
  HW_ROLE_PAPER,    /**< what lies behind everything */
  HW_ROLE_MUTED,    /**< secondary text, axes */
  HW_ROLE_GRID,     /**< lines that help the eye */
  HW_ROLE_SHADE,    /**< a quiet area */
  HW_ROLE_SOUGHT,   /**< the missing person */
  HW_ROLE_TYPED,    /**< a typed relative */
  HW_ROLE_FIRST,    /**< first series of a chart */
  HW_ROLE_SECOND,
  HW_ROLE_THIRD,
  HW_ROLE_FOURTH,
  HW_ROLE_WARNING, /**< what speaks against, what went wrong */
  HW_ROLE_LAND,    /**< of maps */
  HW_ROLE_SEA,
  HW_N_ROLES
} hw_role;

/** Colours for the roles. */
typedef enum hw_theme { HW_THEME_LIGHT = 0, HW_THEME_DARK, HW_THEME_PRINT } hw_theme;

typedef enum hw_canvas_form { HW_CANVAS_SVG = 0, HW_CANVAS_PDF } hw_canvas_form;

typedef enum hw_dash { HW_DASH_NONE = 0, HW_DASH_LONG, HW_DASH_SHORT } hw_dash;

/** A texture drawn over the fill, so that areas differ without colour. */
typedef enum hw_texture {
  HW_TEXTURE_NONE = 0,
  HW_TEXTURE_HATCH,      /**< lines rising to the right */
  HW_TEXTURE_BACK_HATCH, /**< lines falling to the right */
  HW_TEXTURE_LEVEL,      /**< level lines */
  HW_TEXTURE_DOTS
} hw_texture;

/** How a shape is painted. A zeroed one paints nothing. */
typedef struct hw_paint {
  hw_role fill, stroke;
  double width; /**< of the stroke; 0 = 1 */
  hw_dash dash;
  hw_texture texture;
  hw_role texture_role; /**< HW_ROLE_NONE = the stroke's */
} hw_paint;

typedef enum hw_face { HW_FACE_SANS = 0, HW_FACE_MONO } hw_face;
typedef enum hw_anchor { HW_ANCHOR_START = 0, HW_ANCHOR_MIDDLE, HW_ANCHOR_END } hw_anchor;

typedef struct hw_text_style {
  double size; /**< height of the letters' body; 0 = 10 */
  hw_face face;
  bool is_bold;
  bool is_upright; /**< turned: read from below */
  bool
      is_across; /**< rising 4 for each 3, as the diagonal of A4 does. In PDF a shape, not text: a word
                        across a page must not get among the words of the page */
  hw_anchor anchor;
  hw_role role; /**< HW_ROLE_NONE = HW_ROLE_INK */
} hw_text_style;

/** Parts of the body of text, in multiples of its size (DejaVu Sans). */
#define HW_TEXT_ASCENT 0.93
#define HW_TEXT_DESCENT 0.24
#define HW_TEXT_CAPITAL 0.73

/** A point, and two control points where it ends a curve. */
typedef enum hw_stroke_kind { HW_MOVE = 0, HW_LINE, HW_CURVE, HW_CLOSE } hw_stroke_kind;
typedef struct hw_path_step {
  hw_stroke_kind kind;
  double x, y;
  double x1, y1, x2, y2; /**< HW_CURVE: control points at the beginning and at the end */
} hw_path_step;

typedef struct hw_point {
  double x, y;
} hw_point;

/** What belongs together: what is in it is moved by (x, y) after it was scaled. */
typedef struct hw_group {
  const char *title;       /**< told to readers that do not see the picture; NULL = none */
  const char *description; /**< NULL = none */
  double x, y;
  double scale; /**< 0 = 1 */
} hw_group;

/** The fonts: DejaVu Sans and DejaVu Sans Mono, with their bold cuts. Not thread-safe: one for
 * each thread. */
typedef struct hw_fonts hw_fonts;

/** Finds the fonts. Free with hw_fonts_delete.
 * @return HW_OK; HW_E_NOT_FOUND if the system lacks them; HW_E_NO_MEMORY */
HW_API HW_MUST_CHECK hw_status hw_fonts_new(hw_fonts **out, hw_err *err);
HW_API void hw_fonts_delete(hw_fonts *self);

/** Width of one line of text. Bytes that are no UTF-8 count as U+FFFD. NaN if memory is exhausted,
 * which no canvas draws with. */
HW_API double hw_fonts_width(const hw_fonts *self, const char *text, const hw_text_style *style);

/** Where the first line of @p text ends that is not wider than @p width: after the last word that
 * fits, after the last character if no word does, at a line end at the latest.
 * @param rest  [out] where the next line begins, blanks skipped; at the NUL after the last
 * @return length in bytes of the line, 0 only for an empty one */
HW_API size_t hw_fonts_break(const hw_fonts *self, const char *text, const hw_text_style *style,
                             double width, const char **rest);

typedef struct hw_canvas_options {
  double width, height; /**< 0 < both ≤ HW_CANVAS_MOST */
  hw_theme theme;
  const char *title;       /**< of the document; NULL = none */
  const char *description; /**< NULL = none */
  const char *language;    /**< "vi", "en"; NULL = none */
  const char *keywords;    /**< PDF: among its properties; NULL = none */
  const char *created;     /**< PDF: time that is written into it, as
                                2024-07-27T08:00:00Z or the day alone; NULL = none */
  bool is_bare;            /**< the background is left as it is */
} hw_canvas_options;

/** Longest side of a page: what PDF permits. */
#define HW_CANVAS_MOST 14400.0
/** Groups within groups. */
#define HW_CANVAS_DEEPEST 32

typedef struct hw_canvas hw_canvas;

/** Begins a drawing and its first page. Free with hw_canvas_delete.
 * @param fonts  borrowed until hw_canvas_delete
 * @return HW_OK; HW_E_VALUE (width, height, created); HW_E_NO_MEMORY */
HW_API HW_MUST_CHECK hw_status hw_canvas_new(hw_canvas_form form, const hw_fonts *fonts,
                                             const hw_canvas_options *options, hw_canvas **out,
                                             hw_err *err);
/** NULL is allowed. */
HW_API void hw_canvas_delete(hw_canvas *self);

/** Ends the drawing.
 * @param bytes  [out] the file; free() it; NULL on failure
 * @return HW_OK; the first failure since hw_canvas_new: HW_E_NO_MEMORY; HW_E_VALUE (a coordinate
 *         that is no number or beyond 100 times HW_CANVAS_MOST); HW_E_UNSUPPORTED (a second page
 *         of SVG); HW_E_TOO_COMPLEX (groups too deep); HW_E_BUG (groups that were not ended) */
HW_API HW_MUST_CHECK hw_status hw_canvas_end(hw_canvas *self, char **bytes, size_t *n_bytes,
                                             hw_err *err);

/** Ends a page of PDF and begins the next one. */
HW_API void hw_canvas_begin_page(hw_canvas *self, double width, double height);

/** Begins a group; hw_canvas_end_group ends it. */
HW_API void hw_canvas_begin_group(hw_canvas *self, const hw_group *group);
HW_API void hw_canvas_end_group(hw_canvas *self);

HW_API void hw_canvas_add_line(hw_canvas *self, double x1, double y1, double x2, double y2,
                               const hw_paint *paint);
/** Joined lines, not closed. */
HW_API void hw_canvas_add_polyline(hw_canvas *self, const hw_point *points, size_t n,
                                   const hw_paint *paint);
/** Closed. A texture is drawn as for its convex hull: use it with convex ones. */
HW_API void hw_canvas_add_polygon(hw_canvas *self, const hw_point *points, size_t n,
                                  const hw_paint *paint);
HW_API void hw_canvas_add_rectangle(hw_canvas *self, double x, double y, double width,
                                    double height, const hw_paint *paint);
HW_API void hw_canvas_add_circle(hw_canvas *self, double x, double y, double radius,
                                 const hw_paint *paint);
/** Any path; no textures. */
HW_API void hw_canvas_add_path(hw_canvas *self, const hw_path_step *steps, size_t n,
                               const hw_paint *paint);
/** One line of text; (x, y) is its anchor on the baseline. @p style NULL = all zero. */
HW_API void hw_canvas_add_text(hw_canvas *self, double x, double y, const char *text,
                               const hw_text_style *style);

/** The fonts it was made with. */
HW_API const hw_fonts *hw_canvas_fonts(const hw_canvas *self);

#ifdef __cplusplus
}
#endif
#endif
