/* The signs of a map.
 *
 * A kind of places is told by shape, by colour and by being full or hollow, so that a
 * print without colours keeps two of the three. Around each sign is a rim of paper,
 * which parts it from what lies below. */
#include <math.h>

#include "report/chart_map_int.h"

static hw_paint paint_of(const hw_geomap_kind *kind) {
  const hw_role role = hwp_area_paint(kind->style).fill;
  if (kind->is_hollow) return (hw_paint){.fill = HW_ROLE_PAPER, .stroke = role, .width = 1.7};
  return (hw_paint){.fill = role, .stroke = HW_ROLE_PAPER, .width = 0.9};
}

static void add_cross(hw_canvas *canvas, double x, double y, hw_role role) {
  const double r = 3.4;
  for (int pass = 0; pass < 2; pass++) {
    const hw_paint paint = {.stroke = pass == 0 ? HW_ROLE_PAPER : role,
                            .width = pass == 0 ? 3.6 : 1.9};
    hw_canvas_add_line(canvas, x - r, y - r, x + r, y + r, &paint);
    hw_canvas_add_line(canvas, x - r, y + r, x + r, y - r, &paint);
  }
}

void hwp_map_add_sign(hw_canvas *canvas, double x, double y, const hw_geomap_kind *kind) {
  const hw_paint paint = paint_of(kind);
  const double d = 5.2, s = 3.6, h = 4.4;
  switch (kind->sign) {
    case HW_GEOMAP_SQUARE:
      hw_canvas_add_rectangle(canvas, x - s, y - s, 2 * s, 2 * s, &paint);
      break;
    case HW_GEOMAP_DIAMOND:
      hw_canvas_add_polygon(
          canvas, (const hw_point[]){{x, y - d}, {x + d, y}, {x, y + d}, {x - d, y}}, 4, &paint);
      break;
    case HW_GEOMAP_TRIANGLE:
      hw_canvas_add_polygon(canvas, (const hw_point[]){{x - h, y - s}, {x + h, y - s}, {x, y + h}},
                            3, &paint);
      break;
    case HW_GEOMAP_CROSS:
      add_cross(canvas, x, y, hwp_area_paint(kind->style).fill);
      break;
    default:
      hw_canvas_add_circle(canvas, x, y, 4, &paint);
  }
}

/* 12,345 as "12k" would need a word of the language; the figures are grouped instead. */
void hwp_map_add_number(hw_canvas *canvas, double x, double y, int64_t count, char decimal_mark) {
  char text[HW_CHART_NUMBER_SIZE];
  hw_chart_format_number((double)count, 0, decimal_mark, text);
  hw_canvas_add_circle(canvas, x, y, hwp_spot_radius(count),
                       &(hw_paint){.fill = HW_ROLE_PAPER, .stroke = HW_ROLE_INK, .width = 1.2});
  hw_canvas_add_text(canvas, x, y + 2.7, text,
                     &(hw_text_style){.size = 7.5, .is_bold = true, .anchor = HW_ANCHOR_MIDDLE});
}

void hwp_map_add_danger(hw_canvas *canvas, double x, double y) {
  const hw_paint body = {.fill = HW_ROLE_WARNING, .stroke = HW_ROLE_PAPER, .width = 0.8};
  hw_canvas_add_polygon(
      canvas, (const hw_point[]){{x, y - 4.4}, {x + 4.6, y + 3.6}, {x - 4.6, y + 3.6}}, 3, &body);
  const hw_path_step mark[] = {{.kind = HW_MOVE, .x = x, .y = y - 1.8},
                               {.kind = HW_LINE, .x = x, .y = y + 0.8},
                               {.kind = HW_MOVE, .x = x, .y = y + 1.6},
                               {.kind = HW_LINE, .x = x, .y = y + 2.6}};
  hw_canvas_add_path(canvas, mark, 4, &(hw_paint){.stroke = HW_ROLE_PAPER, .width = 1.1});
}
