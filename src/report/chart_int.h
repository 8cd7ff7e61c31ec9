/* What the charts share: frame, axes, styles. */
#ifndef HW_REPORT_CHART_INT_H
#define HW_REPORT_CHART_INT_H

#include "homeward/chart.h"

#define HWP_CHART_TEXT 8.0
#define HWP_CHART_TITLE 11.0

/* The rectangle of the data, and a scale along x and along y. */
typedef struct hwp_plot {
  double left, top, right, bottom;
  double x_low, x_high, y_low, y_high;
} hwp_plot;

/* Begins the group of a chart and writes its title. False (everything is then drawn, the empty
 * text, and the group ended) if there is nothing to show. *top receives the y below the title. */
bool hwp_chart_begin(hw_canvas *canvas, const hw_chart *chart, bool is_empty, double *top);
void hwp_chart_end(hw_canvas *canvas);

double hwp_plot_x(const hwp_plot *plot, double value); /* kept inside */
double hwp_plot_y(const hwp_plot *plot, double value);

/* Axis below the plot with lines up through it, and its title; likewise on the left. */
void hwp_chart_add_x_axis(hw_canvas *canvas, const hw_chart *chart, const hwp_plot *plot,
                          const hw_ticks *ticks);
void hwp_chart_add_y_axis(hw_canvas *canvas, const hw_chart *chart, const hwp_plot *plot,
                          const hw_ticks *ticks);
/* Axis of days below the plot. */
void hwp_chart_add_time_axis(hw_canvas *canvas, const hw_chart *chart, const hwp_plot *plot);
/* Lines across the plot at marked values, their labels above it in rows. */
void hwp_chart_add_marks(hw_canvas *canvas, const hwp_plot *plot, const hw_mark *marks, int32_t n);
/* Height that the labels of marks take above the plot. */
double hwp_marks_height(int32_t n);

/* Room for tick labels and title. */
double hwp_x_axis_height(const hw_chart *chart);
double hwp_y_axis_width(const hw_canvas *canvas, const hw_chart *chart, const hw_ticks *ticks);
/* Width of the widest of `n` texts that are `stride` bytes apart. */
double hwp_widest(const hw_canvas *canvas, const char *const *first, size_t stride, int32_t n);
/* A text, cut with "…" where it is wider than `width`. */
void hwp_add_fitted(hw_canvas *canvas, double x, double y, const char *text, double width,
                    const hw_text_style *style);

hw_paint hwp_area_paint(hw_series_style style);
hw_paint hwp_line_paint(hw_series_style style);
/* A sign at a point: circle, square, diamond, triangle. */
void hwp_add_sign(hw_canvas *canvas, double x, double y, hw_series_style style);
/* One entry of a legend; returns where the next one begins. */
double hwp_add_legend(hw_canvas *canvas, double x, double y, const char *name,
                      hw_series_style style, bool is_area);

#endif
