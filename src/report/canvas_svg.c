/* The SVG back end: plain text, written here.
 *
 * cairo's own SVG turns letters into outlines, which can be neither searched nor
 * read aloud; so this writes SVG 1.1 itself. What a reader of the file meets:
 *
 *   <svg xmlns=… viewBox="0 0 W H" width="W" height="H" lang="vi" role="group" font-family=…>
 *   <title>…</title><desc>…</desc>
 *   <rect class="hw-paper" …/>
 *   <g role="img" transform="translate(10 20)"><title>…</title> … </g>
 *   </svg>
 *
 * No identifiers, no style sheets, no scripts, nothing from elsewhere: several
 * pictures may stand in one page, under the strictest content policy. Colours are
 * presentation attributes, which any style sheet overrides through the classes
 * hw-ROLE (fill) and hw-ROLE-line (stroke).
 *
 * Numbers have at most two decimals, formed from integers, so that neither the
 * locale nor a printf decides about bytes. A computer without DejaVu Sans takes
 * Verdana, whose letters are drawn after the same design and are as wide. */
#include <math.h>
#include <string.h>

#include "report/canvas_int.h"

static void put(hw_canvas *self, const char *text) {
  hw_str_append(&self->out, text);
}

/* A number with at most two decimals. */
static void put_number(hw_canvas *self, double value) {
  const int64_t hundredths = (int64_t)floor(value * 100 + 0.5);
  const uint64_t size = (uint64_t)(hundredths < 0 ? -hundredths : hundredths);
  char text[32];
  size_t at = sizeof text;
  uint64_t whole = size / 100;
  const unsigned part = (unsigned)(size % 100);
  text[--at] = '\0';
  if (part % 10 != 0) text[--at] = (char)('0' + part % 10);
  if (part != 0) {
    text[--at] = (char)('0' + part / 10);
    text[--at] = '.';
  }
  do text[--at] = (char)('0' + whole % 10);
  while ((whole /= 10) > 0);
  if (hundredths < 0) text[--at] = '-';
  put(self, text + at);
}

static void put_attribute(hw_canvas *self, const char *name, double value) {
  put(self, " ");
  put(self, name);
  put(self, "=\"");
  put_number(self, value);
  put(self, "\"");
}

/* Text that did not come through the front. */
static void put_clean(hw_canvas *self, const char *text) {
  hw_str clean = HW_STR_INIT;
  hwp_append_clean(&clean, text);
  if (hw_str_status(&clean) != HW_OK)
    hwp_canvas_fail(self, HW_E_NO_MEMORY, "memory is exhausted: cannot hold a drawing");
  hw_str_append_markup(&self->out, hw_str_text(&clean), clean.length);
  hw_str_clear(&clean);
}

static void put_element(hw_canvas *self, const char *name, const char *text) {
  if (text == NULL || text[0] == '\0') return;
  hw_str_append_format(&self->out, "<%s>", name);
  put_clean(self, text);
  hw_str_append_format(&self->out, "</%s>", name);
}

static void put_colour(hw_canvas *self, const char *name, hw_role role) {
  if (role == HW_ROLE_NONE) {
    hw_str_append_format(&self->out, " %s=\"none\"", name);
    return;
  }
  const hwp_colour c = hwp_colour_of(self->theme, role);
  hw_str_append_format(&self->out, " %s=\"#%02x%02x%02x\"", name, c.red, c.green, c.blue);
}

static void put_paint(hw_canvas *self, const hw_paint *paint) {
  const bool has_fill = paint->fill != HW_ROLE_NONE, has_stroke = paint->stroke != HW_ROLE_NONE;
  if (has_fill || has_stroke)
    hw_str_append_format(&self->out, " class=\"%s%s%s%s%s\"", has_fill ? "hw-" : "",
                         has_fill ? hwp_role_name(paint->fill) : "",
                         has_fill && has_stroke ? " hw-"
                         : has_stroke           ? "hw-"
                                                : "",
                         has_stroke ? hwp_role_name(paint->stroke) : "", has_stroke ? "-line" : "");
  put_colour(self, "fill", paint->fill);
  if (!has_stroke) return;
  put_colour(self, "stroke", paint->stroke);
  if (paint->width != 1) put_attribute(self, "stroke-width", paint->width);
  if (paint->dash == HW_DASH_LONG) put(self, " stroke-dasharray=\"6 3\"");
  if (paint->dash == HW_DASH_SHORT) put(self, " stroke-dasharray=\"2 2\"");
}

static hw_status begin(hw_canvas *self, const hw_canvas_options *options, hw_err *err) {
  (void)err;
  put(self, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 ");
  put_number(self, options->width);
  put(self, " ");
  put_number(self, options->height);
  put(self, "\"");
  put_attribute(self, "width", options->width);
  put_attribute(self, "height", options->height);
  if (options->language != NULL) {
    put(self, " lang=\"");
    put_clean(self, options->language);
    put(self, "\"");
  }
  put(self, " role=\"group\" font-family=\"'DejaVu Sans', Verdana, sans-serif\">\n");
  put_element(self, "title", options->title);
  put_element(self, "desc", options->description);
  put(self, "\n");
  return HW_OK;
}

static void begin_group(hw_canvas *self, const hw_group *group) {
  const bool is_titled = group->title != NULL && group->title[0] != '\0';
  put(self, is_titled ? "<g role=\"img\"" : "<g");
  const bool is_moved = group->x != 0 || group->y != 0, is_scaled = group->scale != 1;
  if (is_moved || is_scaled) {
    put(self, " transform=\"");
    if (is_moved) {
      put(self, "translate(");
      put_number(self, group->x);
      put(self, " ");
      put_number(self, group->y);
      put(self, is_scaled ? ") " : ")");
    }
    if (is_scaled) {
      put(self, "scale(");
      put_number(self, group->scale);
      put(self, ")");
    }
    put(self, "\"");
  }
  put(self, ">");
  put_element(self, "title", group->title);
  put_element(self, "desc", group->description);
  put(self, "\n");
}

static void end_group(hw_canvas *self) {
  put(self, "</g>\n");
}

static void put_pair(hw_canvas *self, double x, double y) {
  put_number(self, x);
  put(self, " ");
  put_number(self, y);
}

static void add_path(hw_canvas *self, const hw_path_step *steps, size_t n, const hw_paint *paint) {
  put(self, "<path d=\"");
  for (size_t i = 0; i < n; i++) {
    static const char *const letters[] = {"M", "L", "C", "Z"};
    const hw_path_step *step = &steps[i];
    put(self, letters[step->kind]);
    if (step->kind == HW_CLOSE) continue;
    if (step->kind == HW_CURVE) {
      put_pair(self, step->x1, step->y1);
      put(self, " ");
      put_pair(self, step->x2, step->y2);
      put(self, " ");
    }
    put_pair(self, step->x, step->y);
  }
  put(self, "\"");
  put_paint(self, paint);
  put(self, "/>\n");
}

static void add_rectangle(hw_canvas *self, double x, double y, double width, double height,
                          const hw_paint *paint) {
  put(self, "<rect");
  put_attribute(self, "x", x);
  put_attribute(self, "y", y);
  put_attribute(self, "width", width);
  put_attribute(self, "height", height);
  put_paint(self, paint);
  put(self, "/>\n");
}

static void add_circle(hw_canvas *self, double x, double y, double radius, const hw_paint *paint) {
  put(self, "<circle");
  put_attribute(self, "cx", x);
  put_attribute(self, "cy", y);
  put_attribute(self, "r", radius);
  put_paint(self, paint);
  put(self, "/>\n");
}

static void add_text(hw_canvas *self, double x, double y, const char *text,
                     const hw_text_style *style) {
  put(self, "<text");
  if (style->is_upright) {
    put(self, " transform=\"translate(");
    put_pair(self, x, y);
    put(self, ") rotate(-90)\"");
  } else if (style->is_across) {
    put(self, " transform=\"matrix(0.6 -0.8 0.8 0.6 ");
    put_pair(self, x, y);
    put(self, ")\"");
  } else {
    put_attribute(self, "x", x);
    put_attribute(self, "y", y);
  }
  put_attribute(self, "font-size", style->size);
  if (style->is_bold) put(self, " font-weight=\"bold\"");
  if (style->face == HW_FACE_MONO) put(self, " font-family=\"'DejaVu Sans Mono', monospace\"");
  if (style->anchor == HW_ANCHOR_MIDDLE) put(self, " text-anchor=\"middle\"");
  if (style->anchor == HW_ANCHOR_END) put(self, " text-anchor=\"end\"");
  put_paint(self, &(hw_paint){.fill = style->role});
  put(self, ">");
  hw_str_append_markup(&self->out, text, strlen(text));
  put(self, "</text>\n");
}

static void end(hw_canvas *self) {
  put(self, "</svg>\n");
}

const hwp_backend hwp_canvas_svg = {
    .begin = begin,
    .begin_group = begin_group,
    .end_group = end_group,
    .add_path = add_path,
    .add_rectangle = add_rectangle,
    .add_circle = add_circle,
    .add_text = add_text,
    .end = end,
};
