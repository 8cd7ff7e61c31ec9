/* Charts and pedigrees of a report.
 *
 * A document draws its pictures when it is written, perhaps three times and long
 * after the data they came from were freed. So a picture owns all it needs: labels
 * in the arena of the report, the pedigree and its drawing here, until the report is
 * cleared. */
#include <stdlib.h>
#include <string.h>

#include "app/report_int.h"
#include "base/check.h"

enum { CHART_WIDTH = 450, BAR_HEIGHT = 13, CHART_MARGIN = 66 };

struct hwp_picture {
  hwp_picture *next;
  hw_pedigree_drawing *drawing; /* of a pedigree */
  hw_pedigree_picture *pedigree;
  hw_chart chart;
  hw_bars bars;
  hw_ranges ranges;
  const hw_stage *stages;
  const hw_progress *series;
  hw_geomap map;
  int32_t n;
};

static hwp_picture *new_picture(hwp_report *self, hw_err *err) {
  hwp_picture *picture = hw_arena_alloc_array(&self->arena, 1, sizeof *picture);
  if (picture == NULL) {
    (void)HW_NO_MEMORY(err, "a picture");
    return NULL;
  }
  *picture = (hwp_picture){.next = self->pictures};
  self->pictures = picture;
  return picture;
}

void hwp_pictures_clear(hwp_report *self) {
  for (hwp_picture *p = self->pictures; p != NULL; p = p->next)
    hw_pedigree_drawing_delete(p->drawing);
  self->pictures = NULL;
}

static void add_picture(hwp_report *self, hwp_picture *picture, double width, double height,
                        const char *title, const char *description, hw_report_draw_fn *draw) {
  const hw_report_picture whole = {.width = width,
                                   .height = height,
                                   .title = title,
                                   .description = description,
                                   .draw = draw,
                                   .context = picture};
  hw_report_add_picture(self->doc, &whole);
}

/* --- charts --- */

static void *copy_list(hwp_report *self, const void *items, int32_t n, size_t size, hw_err *err) {
  void *copy = hw_arena_alloc_array(&self->arena, (size_t)n + 1, size);
  if (copy == NULL) {
    (void)HW_NO_MEMORY(err, "a chart");
    return NULL;
  }
  if (n > 0) memcpy(copy, items, (size_t)n * size);
  return copy;
}

/* The chart's texts and size; the title stands below the picture, as that of a table above it. */
static void take_chart(const hwp_report *self, hwp_picture *picture, const hw_chart *chart,
                       int32_t n_rows) {
  picture->chart = *chart;
  picture->chart.title = NULL;
  picture->chart.decimal_mark = self->language == HW_LANGUAGE_VI ? ',' : '.';
  if (picture->chart.width <= 0) picture->chart.width = CHART_WIDTH;
  if (picture->chart.height <= 0) picture->chart.height = CHART_MARGIN + BAR_HEIGHT * n_rows;
  if (picture->chart.empty == NULL) picture->chart.empty = hwp_say(self, HW_T_REPORT_NONE);
}

static void draw_bars(void *context, hw_canvas *canvas) {
  const hwp_picture *p = context;
  hw_chart_add_bars(canvas, &p->chart, &p->bars);
}

hw_status hwp_draw_bars(hwp_report *self, const hw_chart *chart, const hw_bars *bars, hw_err *err) {
  hwp_picture *p = new_picture(self, err);
  if (p == NULL) return HW_E_NO_MEMORY;
  take_chart(self, p, chart, bars->n);
  p->bars = *bars;
  p->bars.bars = copy_list(self, bars->bars, bars->n, sizeof *bars->bars, err);
  p->bars.marks = copy_list(self, bars->marks, bars->n_marks, sizeof *bars->marks, err);
  if (p->bars.bars == NULL || p->bars.marks == NULL) return HW_E_NO_MEMORY;
  add_picture(self, p, p->chart.width, p->chart.height, chart->title, chart->description,
              draw_bars);
  return HW_OK;
}

static void draw_ranges(void *context, hw_canvas *canvas) {
  const hwp_picture *p = context;
  hw_chart_add_ranges(canvas, &p->chart, &p->ranges);
}

hw_status hwp_draw_ranges(hwp_report *self, const hw_chart *chart, const hw_ranges *ranges,
                          hw_err *err) {
  hwp_picture *p = new_picture(self, err);
  if (p == NULL) return HW_E_NO_MEMORY;
  take_chart(self, p, chart, ranges->n);
  p->ranges = *ranges;
  p->ranges.ranges = copy_list(self, ranges->ranges, ranges->n, sizeof *ranges->ranges, err);
  p->ranges.marks = copy_list(self, ranges->marks, ranges->n_marks, sizeof *ranges->marks, err);
  if (p->ranges.ranges == NULL || p->ranges.marks == NULL) return HW_E_NO_MEMORY;
  add_picture(self, p, p->chart.width, p->chart.height, chart->title, chart->description,
              draw_ranges);
  return HW_OK;
}

static void draw_funnel(void *context, hw_canvas *canvas) {
  const hwp_picture *p = context;
  hw_chart_add_funnel(canvas, &p->chart, p->stages, p->n);
}

hw_status hwp_draw_funnel(hwp_report *self, const hw_chart *chart, const hw_stage *stages,
                          int32_t n, hw_err *err) {
  hwp_picture *p = new_picture(self, err);
  if (p == NULL) return HW_E_NO_MEMORY;
  take_chart(self, p, chart, n + n / 4);
  p->stages = copy_list(self, stages, n, sizeof *stages, err);
  p->n = n;
  if (p->stages == NULL) return HW_E_NO_MEMORY;
  add_picture(self, p, p->chart.width, p->chart.height, chart->title, chart->description,
              draw_funnel);
  return HW_OK;
}

static void draw_progress(void *context, hw_canvas *canvas) {
  const hwp_picture *p = context;
  hw_chart_add_progress(canvas, &p->chart, p->series, p->n);
}

hw_status hwp_draw_progress(hwp_report *self, const hw_chart *chart, const hw_progress *series,
                            int32_t n, hw_err *err) {
  hwp_picture *p = new_picture(self, err);
  if (p == NULL) return HW_E_NO_MEMORY;
  take_chart(self, p, chart, 10);
  p->series = copy_list(self, series, n, sizeof *series, err);
  p->n = n;
  if (p->series == NULL) return HW_E_NO_MEMORY;
  add_picture(self, p, p->chart.width, p->chart.height, chart->title, chart->description,
              draw_progress);
  return HW_OK;
}

static void draw_map(void *context, hw_canvas *canvas) {
  const hwp_picture *p = context;
  hw_chart_add_map(canvas, &p->chart, &p->map);
}

hw_status hwp_draw_map(hwp_report *self, const hw_chart *chart, const hw_geomap *map, hw_err *err) {
  hwp_picture *p = new_picture(self, err);
  if (p == NULL) return HW_E_NO_MEMORY;
  take_chart(self, p, chart, 0);
  p->map = *map;
  p->map.points = copy_list(self, map->points, map->n, sizeof *map->points, err);
  p->map.kinds = copy_list(self, map->kinds, map->n_kinds, sizeof *map->kinds, err);
  if (p->map.points == NULL || p->map.kinds == NULL) return HW_E_NO_MEMORY;
  add_picture(self, p, p->chart.width, p->chart.height, chart->title, chart->description, draw_map);
  return HW_OK;
}

/* --- pedigrees --- */

/* A pedigree that outlives the case it came from. */
static hw_pedigree *copy_pedigree(hwp_report *self, const hw_pedigree *from) {
  hw_pedigree *copy = hw_arena_copy(&self->arena, from, sizeof *from);
  if (copy == NULL) return NULL;
  hw_person *persons =
      hw_arena_alloc_array(&self->arena, (size_t)from->n_persons + 1, sizeof *persons);
  if (persons == NULL) return NULL;
  for (int32_t i = 0; i < from->n_persons; i++) {
    persons[i] = from->persons[i];
    persons[i].id = hwp_print(self, "%s", from->persons[i].id);
  }
  copy->persons = persons;
  return copy;
}

/* What is said of each member: the code, the name where it may be told, what is typed. */
static hw_status note_persons(hwp_report *self, const hw_stored_case *stored, int32_t family,
                              hw_drawn_person *notes, hw_err *err) {
  const hw_family *of = &stored->problem.families[family];
  for (int32_t i = 0; i < of->pedigree.n_persons; i++) {
    const int64_t person = stored->family_person[family][i];
    const char *name = "";
    if (person != 0) HW_TRY(hwp_report_names(self, person, &name, err));
    notes[i].lines[0] = hwp_print(self, "%s", of->pedigree.persons[i].id);
    notes[i].lines[1] = name;
  }
  for (int32_t i = 0; i < of->n_missing; i++) notes[of->missing[i]].is_sought = true;
  for (int32_t i = 0; i < of->n_profiles; i++) {
    int32_t n = 0;
    for (int32_t m = 0; m < of->profiles[i].n_markers; m++)
      n += of->profiles[i].observations[m].kind != HW_OBS_MISSING;
    if (of->profile_person[i] == HW_PERSON_NONE || n == 0) continue;
    hw_drawn_person *note = &notes[of->profile_person[i]];
    note->is_typed = true;
    note->lines[2] = HWP_FILL(self, HW_T_REPORT_N_MARKERS, hwp_report_int(self, n));
  }
  return HW_OK;
}

static void draw_pedigree(void *context, hw_canvas *canvas) {
  const hwp_picture *p = context;
  hw_pedigree_drawing_add(p->drawing, canvas);
}

hw_status hwp_draw_pedigree(hwp_report *self, const hw_stored_case *stored, int32_t family,
                            hw_err *err) {
  const hw_family *of = &stored->problem.families[family];
  hwp_picture *p = new_picture(self, err);
  if (p == NULL) return HW_E_NO_MEMORY;
  hw_pedigree *pedigree = copy_pedigree(self, &of->pedigree);
  hw_drawn_person *notes =
      hw_arena_alloc_array(&self->arena, (size_t)of->pedigree.n_persons + 1, sizeof *notes);
  p->pedigree = hw_arena_alloc_array(&self->arena, 1, sizeof *p->pedigree);
  if (pedigree == NULL || notes == NULL || p->pedigree == NULL)
    return HW_NO_MEMORY(err, "a pedigree");
  HW_TRY(note_persons(self, stored, family, notes, err));
  *p->pedigree = (hw_pedigree_picture){.pedigree = pedigree,
                                       .persons = notes,
                                       .words = hw_pedigree_words_of(self->request.language),
                                       .has_legend = true};
  const hw_status status = hw_pedigree_drawing_new(p->pedigree, self->fonts, &p->drawing, err);
  if (status == HW_E_TOO_COMPLEX) { /* more persons than a picture can show */
    hwp_report_paragraph(self, HW_PARAGRAPH_NOTE, hwp_say(self, HW_T_REPORT_PEDIGREE_TOO_LARGE));
    if (err != NULL) *err = (hw_err)HW_ERR_INIT;
    return HW_OK;
  }
  if (status != HW_OK) return status;
  add_picture(self, p, hw_pedigree_drawing_width(p->drawing),
              hw_pedigree_drawing_height(p->drawing), hwp_say(self, HW_T_REPORT_PEDIGREE_TITLE),
              hwp_say(self, HW_T_REPORT_PEDIGREE_DESCRIPTION), draw_pedigree);
  return HW_OK;
}
