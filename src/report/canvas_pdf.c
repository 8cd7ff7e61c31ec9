/* The PDF back end, and the widths of text: all that touches cairo and pango.
 *
 * Fonts. DejaVu Sans and DejaVu Sans Mono, which Debian ships (fonts-dejavu-core)
 * and which hold every letter of Vietnamese. A drawing is laid out by their
 * widths, so without them nothing is drawn: pango would take another font in
 * silence, and two computers would draw two pictures. Letters that they lack
 * (Chinese, Lao) come from whatever font of the system has them. Hinting is off
 * and positions are not rounded, so that a width does not depend on a screen.
 *
 * PDF. cairo embeds the letters that are used as subsets, with their characters,
 * so that text is found and copied as it was written. What would make two runs
 * differ is kept out: no time of creation unless the caller gives one. Links to
 * addresses are never made: those of cairo 1.16 damage the file.
 *
 * GLib ends the process if memory is exhausted inside pango; what this project
 * allocates itself is checked as everywhere. */
#include <cairo-pdf.h>
#include <pango/pangocairo.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/utf8.h"
#include "report/canvas_int.h"

static const char SANS[] = "DejaVu Sans", MONO[] = "DejaVu Sans Mono";

struct hw_fonts {
  PangoFontMap *map;
  PangoContext *context; /* for measuring */
  PangoLayout *layout;
};

struct hwp_pdf {
  cairo_surface_t *surface;
  cairo_t *cairo;
  PangoContext *context;
  PangoLayout *layout;
};

/* ---- fonts ---- */

static PangoContext *new_context(PangoFontMap *map) {
  PangoContext *context = pango_font_map_create_context(map);
  cairo_font_options_t *options = cairo_font_options_create();
  cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
  cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
  pango_cairo_context_set_font_options(context, options);
  cairo_font_options_destroy(options);
  pango_cairo_context_set_resolution(context, 72);
  pango_context_set_round_glyph_positions(context, FALSE);
  /* Not those of the environment: they choose among glyphs. */
  pango_context_set_language(context, pango_language_from_string("vi"));
  pango_context_set_base_dir(context, PANGO_DIRECTION_LTR);
  return context;
}

static PangoFontDescription *description_of(const hw_text_style *style) {
  PangoFontDescription *description = pango_font_description_new();
  pango_font_description_set_family_static(description, style->face == HW_FACE_MONO ? MONO : SANS);
  pango_font_description_set_weight(description,
                                    style->is_bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
  pango_font_description_set_absolute_size(description,
                                           (style->size > 0 ? style->size : 10) * PANGO_SCALE);
  return description;
}

/* True if the system has the font itself, not one that stands in for it. */
static bool has_font(const hw_fonts *self, const hw_text_style *style) {
  PangoFontDescription *wanted = description_of(style);
  PangoFont *font = pango_context_load_font(self->context, wanted);
  bool is_it = false;
  if (font != NULL) {
    PangoFontDescription *found = pango_font_describe(font);
    const char *family = pango_font_description_get_family(found);
    is_it = family != NULL && strcmp(family, pango_font_description_get_family(wanted)) == 0 &&
            pango_font_description_get_weight(found) == pango_font_description_get_weight(wanted);
    pango_font_description_free(found);
    g_object_unref(font);
  }
  pango_font_description_free(wanted);
  return is_it;
}

hw_status hw_fonts_new(hw_fonts **out, hw_err *err) {
  *out = NULL;
  hw_fonts *self = calloc(1, sizeof *self);
  if (self == NULL) return HW_NO_MEMORY(err, "the fonts");
  self->map = pango_cairo_font_map_new();
  self->context = new_context(self->map);
  self->layout = pango_layout_new(self->context);
  for (int face = HW_FACE_SANS; face <= HW_FACE_MONO; face++)
    for (int bold = 0; bold < 2; bold++) {
      const hw_text_style style = {.size = 10, .face = (hw_face)face, .is_bold = bold != 0};
      if (has_font(self, &style)) continue;
      hw_fonts_delete(self);
      return hw_err_set(err, HW_E_NOT_FOUND,
                        "the font '%s%s' is not installed, by which drawings are laid out: install "
                        "the package fonts-dejavu-core",
                        face == HW_FACE_MONO ? MONO : SANS, bold ? " Bold" : "");
    }
  *out = self;
  return HW_OK;
}

void hw_fonts_delete(hw_fonts *self) {
  if (self == NULL) return;
  if (self->layout != NULL) g_object_unref(self->layout);
  if (self->context != NULL) g_object_unref(self->context);
  if (self->map != NULL) g_object_unref(self->map);
  free(self);
}

/* Puts one line into a layout. */
static void set_line(PangoLayout *layout, const char *text, size_t n, const hw_text_style *style) {
  PangoFontDescription *description = description_of(style);
  pango_layout_set_single_paragraph_mode(layout, TRUE);
  pango_layout_set_auto_dir(layout, FALSE);
  pango_layout_set_font_description(layout, description);
  pango_layout_set_text(layout, text, (int)n);
  /* Without ligatures: what is copied out of a file has "ff", not the character U+FB00. */
  PangoAttrList *attributes = pango_attr_list_new();
  pango_attr_list_insert(attributes, pango_attr_font_features_new("liga=0, clig=0, dlig=0"));
  pango_layout_set_attributes(layout, attributes);
  pango_attr_list_unref(attributes);
  pango_font_description_free(description);
}

static double line_width(PangoLayout *layout) {
  PangoRectangle logical;
  pango_layout_line_get_extents(pango_layout_get_line_readonly(layout, 0), NULL, &logical);
  return (double)logical.width / PANGO_SCALE;
}

static double width_of(const hw_fonts *self, const char *text, size_t n,
                       const hw_text_style *style) {
  set_line(self->layout, text, n, style);
  return line_width(self->layout);
}

double hw_fonts_width(const hw_fonts *self, const char *text, const hw_text_style *style) {
  hw_str clean = HW_STR_INIT;
  hwp_append_clean(&clean, text);
  const bool is_whole = hw_str_status(&clean) == HW_OK;
  const double width =
      is_whole ? width_of(self, hw_str_text(&clean), clean.length, style) : (double)NAN;
  hw_str_clear(&clean);
  return width;
}

/* Length of the character at `text`, one byte where it is no UTF-8. */
static size_t step(const char *text, size_t n) {
  const size_t length = hw_utf8_length(text, n);
  return length > 0 ? length : 1;
}

static double measured(const hw_fonts *self, const char *text, size_t n,
                       const hw_text_style *style) {
  hw_str part = HW_STR_INIT;
  hw_str_append_bytes(&part, text, n);
  const double width = hw_fonts_width(self, hw_str_text(&part), style);
  hw_str_clear(&part);
  return width;
}

size_t hw_fonts_break(const hw_fonts *self, const char *text, const hw_text_style *style,
                      double width, const char **rest) {
  const size_t n = strcspn(text, "\n");
  size_t fits = 0;
  for (size_t at = 0; at < n;) { /* word by word */
    size_t next = at + strspn(text + at, " ");
    next += strcspn(text + next, " \n");
    if (measured(self, text, next, style) > width) break;
    fits = at = next;
  }
  if (fits == 0 && n > 0) { /* a word that is too long: at least one character of it */
    fits = step(text, n);
    for (size_t next = fits; next < n && measured(self, text, next, style) <= width;) {
      fits = next;
      next += step(text + next, n - next);
    }
  }
  const char *behind = text + fits;
  behind += strspn(behind, " ");
  if (*behind == '\n') behind++;
  *rest = behind;
  while (fits > 1 && text[fits - 1] == ' ') fits--;
  return fits;
}

/* ---- PDF ---- */

static cairo_status_t write_bytes(void *closure, const unsigned char *bytes, unsigned int n) {
  hw_canvas *self = closure;
  hw_str_append_bytes(&self->out, (const char *)bytes, n);
  return hw_str_status(&self->out) == HW_OK ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_NO_MEMORY;
}

static void set_metadata(cairo_surface_t *surface, cairo_pdf_metadata_t which, const char *text) {
  hw_str clean = HW_STR_INIT;
  if (text != NULL) hwp_append_clean(&clean, text);
  cairo_pdf_surface_set_metadata(surface, which, text != NULL ? hw_str_text(&clean) : NULL);
  hw_str_clear(&clean);
}

/* cairo says nothing of a time that it cannot read: "2024-07-27T08:00:00Z", or the day alone. */
bool hwp_is_time(const char *text) {
  static const char form[] = "0000-00-00T00:00:00Z";
  const size_t n = strlen(text);
  if (n != 10 && n != sizeof form - 1) return false;
  for (size_t i = 0; i < n; i++)
    if (form[i] == '0' ? text[i] < '0' || text[i] > '9' : text[i] != form[i]) return false;
  return true;
}

static hw_status begin(hw_canvas *self, const hw_canvas_options *options, hw_err *err) {
  if (options->created != NULL && !hwp_is_time(options->created))
    return hw_err_set(err, HW_E_VALUE,
                      "'%s' is no time of creation: expected the form 2024-07-27T08:00:00Z",
                      options->created);
  struct hwp_pdf *pdf = self->pdf = calloc(1, sizeof *pdf);
  if (pdf == NULL) return HW_NO_MEMORY(err, "a drawing");
  pdf->surface =
      cairo_pdf_surface_create_for_stream(write_bytes, self, options->width, options->height);
  /* Not earlier: 1.5 is the first version in which cairo writes which characters a glyph stands
   * for, without which decomposed letters are copied as others. */
  cairo_pdf_surface_restrict_to_version(pdf->surface, CAIRO_PDF_VERSION_1_5);
  set_metadata(pdf->surface, CAIRO_PDF_METADATA_TITLE, options->title);
  set_metadata(pdf->surface, CAIRO_PDF_METADATA_SUBJECT, options->description);
  set_metadata(pdf->surface, CAIRO_PDF_METADATA_KEYWORDS, options->keywords);
  cairo_pdf_surface_set_metadata(pdf->surface, CAIRO_PDF_METADATA_CREATOR, "Homeward");
  set_metadata(pdf->surface, CAIRO_PDF_METADATA_CREATE_DATE, options->created);
  pdf->cairo = cairo_create(pdf->surface);
  pdf->context = new_context(self->fonts->map);
  pdf->layout = pango_layout_new(pdf->context);
  if (cairo_status(pdf->cairo) != CAIRO_STATUS_SUCCESS)
    return hw_err_set(err, HW_E_VALUE, "cannot begin a PDF file: %s",
                      cairo_status_to_string(cairo_status(pdf->cairo)));
  return HW_OK;
}

static void clear(hw_canvas *self) {
  struct hwp_pdf *pdf = self->pdf;
  if (pdf == NULL) return;
  if (pdf->layout != NULL) g_object_unref(pdf->layout);
  if (pdf->context != NULL) g_object_unref(pdf->context);
  if (pdf->cairo != NULL) cairo_destroy(pdf->cairo);
  if (pdf->surface != NULL) cairo_surface_destroy(pdf->surface); /* may still write into `out` */
  free(pdf);
  self->pdf = NULL;
}

static void begin_page(hw_canvas *self, double width, double height) {
  cairo_show_page(self->pdf->cairo);
  cairo_pdf_surface_set_size(self->pdf->surface, width, height);
}

static void begin_group(hw_canvas *self, const hw_group *group) {
  cairo_save(self->pdf->cairo);
  cairo_translate(self->pdf->cairo, group->x, group->y);
  cairo_scale(self->pdf->cairo, group->scale, group->scale);
}

static void end_group(hw_canvas *self) {
  cairo_restore(self->pdf->cairo);
}

static void set_colour(hw_canvas *self, hw_role role) {
  const hwp_colour c = hwp_colour_of(self->theme, role);
  cairo_set_source_rgb(self->pdf->cairo, c.red / 255.0, c.green / 255.0, c.blue / 255.0);
}

/* Paints the current path. */
static void paint_path(hw_canvas *self, const hw_paint *paint) {
  cairo_t *cairo = self->pdf->cairo;
  if (paint->fill != HW_ROLE_NONE) {
    set_colour(self, paint->fill);
    cairo_fill_preserve(cairo);
  }
  if (paint->stroke != HW_ROLE_NONE) {
    set_colour(self, paint->stroke);
    cairo_set_line_width(cairo, paint->width);
    if (paint->dash == HW_DASH_LONG)
      cairo_set_dash(cairo, (double[]){6, 3}, 2, 0);
    else if (paint->dash == HW_DASH_SHORT)
      cairo_set_dash(cairo, (double[]){2, 2}, 2, 0);
    else
      cairo_set_dash(cairo, NULL, 0, 0);
    cairo_stroke_preserve(cairo);
  }
  cairo_new_path(cairo);
}

static void add_path(hw_canvas *self, const hw_path_step *steps, size_t n, const hw_paint *paint) {
  cairo_t *cairo = self->pdf->cairo;
  cairo_new_path(cairo);
  for (size_t i = 0; i < n; i++) {
    const hw_path_step *s = &steps[i];
    if (s->kind == HW_MOVE)
      cairo_move_to(cairo, s->x, s->y);
    else if (s->kind == HW_LINE)
      cairo_line_to(cairo, s->x, s->y);
    else if (s->kind == HW_CURVE)
      cairo_curve_to(cairo, s->x1, s->y1, s->x2, s->y2, s->x, s->y);
    else
      cairo_close_path(cairo);
  }
  paint_path(self, paint);
}

static void add_rectangle(hw_canvas *self, double x, double y, double width, double height,
                          const hw_paint *paint) {
  cairo_new_path(self->pdf->cairo);
  cairo_rectangle(self->pdf->cairo, x, y, width, height);
  paint_path(self, paint);
}

/* Four curves: cairo_arc would take sines of the C library, which differ between machines. */
static void add_circle(hw_canvas *self, double x, double y, double r, const hw_paint *paint) {
  const double k = 0.5522847498307936 * r; /* 4/3 (√2 − 1) */
  const hw_path_step steps[] = {
      {.kind = HW_MOVE, .x = x + r, .y = y},
      {HW_CURVE, x, y + r, x + r, y + k, x + k, y + r},
      {HW_CURVE, x - r, y, x - k, y + r, x - r, y + k},
      {HW_CURVE, x, y - r, x - r, y - k, x - k, y - r},
      {HW_CURVE, x + r, y, x + k, y - r, x + r, y - k},
      {.kind = HW_CLOSE},
  };
  add_path(self, steps, sizeof steps / sizeof steps[0], paint);
}

static void add_text(hw_canvas *self, double x, double y, const char *text,
                     const hw_text_style *style) {
  struct hwp_pdf *pdf = self->pdf;
  const size_t n = strlen(text);
  const double width = width_of(self->fonts, text, n, style);
  const double shift = style->anchor == HW_ANCHOR_MIDDLE ? width / 2
                       : style->anchor == HW_ANCHOR_END  ? width
                                                         : 0;
  cairo_save(pdf->cairo);
  cairo_translate(pdf->cairo, x, y);
  if (style->is_upright)
    cairo_transform(pdf->cairo, &(cairo_matrix_t){.xx = 0, .yx = -1, .xy = 1, .yy = 0});
  else if (style->is_across)
    cairo_transform(pdf->cairo, &(cairo_matrix_t){.xx = 0.6, .yx = -0.8, .xy = 0.8, .yy = 0.6});
  pango_cairo_update_context(pdf->cairo, pdf->context);
  pango_layout_context_changed(pdf->layout);
  set_line(pdf->layout, text, n, style);
  set_colour(self, style->role);
  cairo_move_to(pdf->cairo, -shift, 0);
  PangoLayoutLine *line = pango_layout_get_line_readonly(pdf->layout, 0);
  if (style->is_across) {
    pango_cairo_layout_line_path(pdf->cairo, line);
    cairo_fill(pdf->cairo);
  } else {
    pango_cairo_show_layout_line(pdf->cairo, line);
  }
  cairo_restore(pdf->cairo);
}

static void end(hw_canvas *self) {
  struct hwp_pdf *pdf = self->pdf;
  cairo_show_page(pdf->cairo);
  cairo_surface_finish(pdf->surface);
  cairo_status_t status = cairo_status(pdf->cairo);
  if (status == CAIRO_STATUS_SUCCESS) status = cairo_surface_status(pdf->surface);
  if (status == CAIRO_STATUS_SUCCESS) return;
  hwp_canvas_fail(self, status == CAIRO_STATUS_NO_MEMORY ? HW_E_NO_MEMORY : HW_E_BUG,
                  cairo_status_to_string(status));
}

const hwp_backend hwp_canvas_pdf = {
    .begin = begin,
    .begin_page = begin_page,
    .begin_group = begin_group,
    .end_group = end_group,
    .add_path = add_path,
    .add_rectangle = add_rectangle,
    .add_circle = add_circle,
    .add_text = add_text,
    .end = end,
    .clear = clear,
};
