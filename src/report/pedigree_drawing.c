/* The measures of a picture of a pedigree: from a layout in places to points.
 *
 * A place is as wide as the widest label, within bounds; longer lines are broken.
 * Generations follow each other at distances that leave room for what stands
 * between them: labels, genotypes, the lines of the children (one height for each
 * that would meet another), and lines above the symbols to mates who stand apart.
 *
 *      ── line of children, track 1          top − HWP_TRACK
 *      ── line of children, track 0          top
 *       |  stem
 *      ┌─┐ symbol                            y
 *      └─┘
 *      label lines, genotypes
 */
#include "report/pedigree_drawing_int.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"

static const double LEAST_SLOT = 44, MOST_LABEL = 104, LABEL_GAP = 12;
static const double LEGEND_INDENT = 20, LEGEND_GAP = 18, LEAST_LEGEND = 300;

const hw_drawn_person *hwp_notes_of(const hw_pedigree_drawing *self, int32_t place) {
  static const hw_drawn_person nothing = {.is_sought = false};
  const hw_layout_place *p = &self->layout->places[place];
  if (p->person == HW_PERSON_NONE || self->picture->persons == NULL) return &nothing;
  return &self->picture->persons[p->person];
}

const char *hwp_key_word(const hw_pedigree_words *words, hwp_key key) {
  const char *const all[HWP_N_KEYS] = {
      [HWP_KEY_MALE] = words->male,
      [HWP_KEY_FEMALE] = words->female,
      [HWP_KEY_UNKNOWN_SEX] = words->unknown_sex,
      [HWP_KEY_SOUGHT] = words->sought,
      [HWP_KEY_TYPED] = words->typed,
      [HWP_KEY_DEAD] = words->dead,
      [HWP_KEY_UNKNOWN_PARENT] = words->unknown_parent,
      [HWP_KEY_CONSANGUINITY] = words->consanguinity,
      [HWP_KEY_IDENTICAL] = words->identical_twins,
      [HWP_KEY_TWINS] = words->twins,
      [HWP_KEY_REPEATED] = words->repeated,
  };
  return all[key];
}

/* ---- labels ---- */

/* The first line of a label is bold. */
static hw_text_style style_of(int32_t line) {
  return (hw_text_style){.size = HWP_LABEL, .is_bold = line == 0};
}

/* Breaks one line into a label; with `label->lines` NULL it only counts. */
static hw_status break_line(hw_pedigree_drawing *self, const hw_fonts *fonts, const char *text,
                            hwp_label *label, hw_err *err) {
  while (text != NULL && *text != '\0') {
    const hw_text_style style = style_of(label->n);
    const char *rest = NULL;
    const size_t n = hw_fonts_break(fonts, text, &style, MOST_LABEL, &rest);
    if (label->lines != NULL) {
      char *line = hw_arena_strndup(&self->arena, text, n);
      if (line == NULL) return HW_NO_MEMORY(err, "the labels of a pedigree");
      label->lines[label->n] = line;
    }
    label->n++;
    text = rest;
  }
  return HW_OK;
}

static hw_status fill_label(hw_pedigree_drawing *self, const hw_fonts *fonts, int32_t place,
                            hw_err *err) {
  const hw_layout_place *p = &self->layout->places[place];
  hwp_label *label = &self->labels[place];
  if (p->person == HW_PERSON_NONE) return HW_OK;
  const hw_drawn_person *notes = hwp_notes_of(self, place);
  bool is_empty = true;
  for (int i = 0; i < HW_DRAWN_LINES; i++)
    if (notes->lines[i] != NULL && notes->lines[i][0] != '\0') is_empty = false;
  for (int pass = 0; pass < 2; pass++) {
    label->n = 0;
    if (is_empty)
      HW_TRY(break_line(self, fonts, self->picture->pedigree->persons[p->person].id, label, err));
    /* A copy bears the first line only. */
    for (int i = 0; i < (p->kind == HW_PLACE_COPY ? 1 : HW_DRAWN_LINES); i++)
      HW_TRY(break_line(self, fonts, notes->lines[i], label, err));
    if (pass == 1) break;
    label->lines = hw_arena_alloc_array(&self->arena, (size_t)label->n + 1, sizeof *label->lines);
    if (label->lines == NULL) return HW_NO_MEMORY(err, "the labels of a pedigree");
  }
  return HW_OK;
}

static void widen(double *width, const hw_fonts *fonts, const char *text,
                  const hw_text_style *style) {
  const double w = hw_fonts_width(fonts, text, style) + LABEL_GAP;
  if (w > *width) *width = w;
}

static hw_status fill_labels(hw_pedigree_drawing *self, const hw_fonts *fonts, hw_err *err) {
  const int32_t n = self->layout->n_places;
  self->labels = hw_arena_alloc_array(&self->arena, (size_t)n + 1, sizeof *self->labels);
  if (self->labels == NULL) return HW_NO_MEMORY(err, "the labels of a pedigree");
  self->slot = LEAST_SLOT;
  for (int32_t i = 0; i < n; i++) {
    HW_TRY(fill_label(self, fonts, i, err));
    for (int32_t k = 0; k < self->labels[i].n; k++) {
      const hw_text_style style = style_of(k);
      widen(&self->slot, fonts, self->labels[i].lines[k], &style);
    }
    const hw_drawn_person *notes = hwp_notes_of(self, i);
    if (self->layout->places[i].kind != HW_PLACE_PERSON) continue;
    for (int32_t k = 0; k < notes->n_genotypes; k++)
      widen(&self->slot, fonts, notes->genotypes[k],
            &(hw_text_style){.size = HWP_GENOTYPE, .face = HW_FACE_MONO});
  }
  return HW_OK;
}

/* ---- rows ---- */

/* Height of labels and genotypes below the symbols of a level. */
static double label_height(const hw_pedigree_drawing *self, int32_t level) {
  double most = 0;
  for (int32_t i = 0; i < self->layout->n_places; i++) {
    const hw_layout_place *p = &self->layout->places[i];
    if (p->level != level) continue;
    double height = self->labels[i].n * HWP_LABEL_STEP;
    if (p->kind == HW_PLACE_PERSON)
      height += hwp_notes_of(self, i)->n_genotypes * HWP_GENOTYPE_STEP;
    most = height > most ? height : most;
  }
  return most;
}

/* Twins without parents have lines that meet above them. */
static bool has_lone_twins(const hw_pedigree_drawing *self) {
  const hw_pedigree *ped = self->picture->pedigree;
  for (int32_t i = 0; i < ped->n_persons; i++)
    if (ped->persons[i].twin != HW_PERSON_NONE && self->layout->places[i].family < 0) return true;
  return false;
}

static hw_status place_rows(hw_pedigree_drawing *self, double y, hw_err *err) {
  const hw_layout *layout = self->layout;
  self->y = hw_arena_alloc_array(&self->arena, (size_t)layout->n_levels + 1, sizeof *self->y);
  self->top = hw_arena_alloc_array(&self->arena, (size_t)layout->n_levels + 1, sizeof *self->top);
  if (self->y == NULL || self->top == NULL) return HW_NO_MEMORY(err, "a drawing of a pedigree");
  for (int32_t l = 0; l < layout->n_levels; l++) {
    if (l > 0 && layout->n_tracks[l - 1] > 0) y += (layout->n_tracks[l - 1] - 1) * HWP_TRACK + 6;
    self->top[l] = y;
    y += l > 0 || has_lone_twins(self) ? HWP_STUB : 6; /* signs of death stand out */
    if (layout->n_rises[l] > 0) y += layout->n_rises[l] * 6 + 4;
    self->y[l] = y + HWP_RADIUS;
    y += 2 * HWP_RADIUS + 5 + label_height(self, l);
  }
  self->height = y;
  return HW_OK;
}

/* ---- legend ---- */

static bool has_key(const hw_pedigree_drawing *self, hwp_key key) {
  const hw_layout *layout = self->layout;
  const hw_person *persons = self->picture->pedigree->persons;
  for (int32_t i = 0; i < layout->n_places; i++) {
    const hw_layout_place *p = &layout->places[i];
    const hw_drawn_person *notes = hwp_notes_of(self, i);
    const bool is_person = p->kind == HW_PLACE_PERSON;
    if ((key == HWP_KEY_MALE && is_person && p->sex == HW_MALE) ||
        (key == HWP_KEY_FEMALE && is_person && p->sex == HW_FEMALE) ||
        (key == HWP_KEY_UNKNOWN_SEX && is_person && p->sex == HW_UNKNOWN_SEX) ||
        (key == HWP_KEY_SOUGHT && notes->is_sought) ||
        (key == HWP_KEY_TYPED && notes->is_typed && !notes->is_sought) ||
        (key == HWP_KEY_DEAD && notes->is_dead) ||
        (key == HWP_KEY_UNKNOWN_PARENT && p->kind == HW_PLACE_UNKNOWN) ||
        (key == HWP_KEY_IDENTICAL && is_person && persons[p->person].twin != HW_PERSON_NONE) ||
        (key == HWP_KEY_TWINS && notes->born_together > 0 &&
         persons[p->person].twin == HW_PERSON_NONE && is_person) ||
        (key == HWP_KEY_REPEATED && p->kind == HW_PLACE_COPY))
      return true;
  }
  for (int32_t f = 0; f < layout->n_families && key == HWP_KEY_CONSANGUINITY; f++)
    if (layout->families[f].is_consanguineous) return true;
  return false;
}

static void place_legend(hw_pedigree_drawing *self, const hw_fonts *fonts) {
  const hw_text_style style = {.size = HWP_LABEL};
  const double start = HWP_MARGIN + 10;
  const double right = (self->width > LEAST_LEGEND ? self->width : LEAST_LEGEND) - HWP_MARGIN;
  double x = start, y = self->height + 16;
  for (hwp_key key = 0; key < HWP_N_KEYS; key++) {
    if (!has_key(self, key)) continue;
    const double width =
        LEGEND_INDENT + hw_fonts_width(fonts, hwp_key_word(self->picture->words, key), &style);
    if (x > start && x + width > right) x = start, y += HWP_LEGEND_STEP;
    self->legend[self->n_legend++] = (hwp_legend_entry){key, x, y};
    if (x + width + HWP_MARGIN > self->width) self->width = x + width + HWP_MARGIN;
    x += width + LEGEND_GAP;
  }
  if (self->n_legend > 0) self->height = y + 10;
}

/* ---- life ---- */

static hw_status take_layout(hw_pedigree_drawing *self, hw_err *err) {
  const hw_pedigree *ped = self->picture->pedigree;
  int32_t *born = hw_arena_alloc_array(&self->arena, (size_t)ped->n_persons + 1, sizeof *born);
  if (born == NULL) return HW_NO_MEMORY(err, "a drawing of a pedigree");
  if (self->picture->persons != NULL)
    for (int32_t i = 0; i < ped->n_persons; i++) born[i] = self->picture->persons[i].born_together;
  return hw_pedigree_layout(ped, born, &self->layout, err);
}

static hw_status measure(hw_pedigree_drawing *self, const hw_fonts *fonts, hw_err *err) {
  HW_TRY(take_layout(self, err));
  HW_TRY(fill_labels(self, fonts, err));
  const char *title = self->picture->title;
  double y = HWP_MARGIN, title_width = 0;
  if (title != NULL && title[0] != '\0') {
    title_width =
        hw_fonts_width(fonts, title, &(hw_text_style){.size = HWP_TITLE, .is_bold = true});
    y += HWP_TITLE + 8;
  }
  HW_TRY(place_rows(self, y, err));
  const double drawn = (self->layout->width + 1) * self->slot + 2 * HWP_MARGIN;
  self->width = drawn > title_width + 2 * HWP_MARGIN ? drawn : title_width + 2 * HWP_MARGIN;
  if (self->picture->has_legend) place_legend(self, fonts);
  self->left = (self->width - self->layout->width * self->slot) / 2;
  self->height += HWP_MARGIN - 4;
  return HW_OK;
}

hw_status hw_pedigree_drawing_new(const hw_pedigree_picture *picture, const hw_fonts *fonts,
                                  hw_pedigree_drawing **out, hw_err *err) {
  *out = NULL;
  hw_pedigree_drawing *self = calloc(1, sizeof *self);
  if (self == NULL) return HW_NO_MEMORY(err, "a drawing of a pedigree");
  self->picture = picture;
  hw_arena_init(&self->arena, 0);
  const hw_status status = measure(self, fonts, err);
  if (status != HW_OK) {
    hw_pedigree_drawing_delete(self);
    return status;
  }
  *out = self;
  return HW_OK;
}

void hw_pedigree_drawing_delete(hw_pedigree_drawing *self) {
  if (self == NULL) return;
  hw_layout_delete(self->layout);
  hw_arena_clear(&self->arena);
  free(self);
}

double hw_pedigree_drawing_width(const hw_pedigree_drawing *self) {
  return self->width;
}
double hw_pedigree_drawing_height(const hw_pedigree_drawing *self) {
  return self->height;
}

hw_status hw_pedigree_draw_file(const hw_pedigree_picture *picture, hw_canvas_form form,
                                const hw_fonts *fonts, const hw_canvas_options *options,
                                char **bytes, size_t *n_bytes, hw_err *err) {
  hw_pedigree_drawing *drawing = NULL;
  hw_canvas *canvas = NULL;
  *bytes = NULL;
  *n_bytes = 0;
  hw_status status = hw_pedigree_drawing_new(picture, fonts, &drawing, err);
  if (status != HW_OK) return status;
  hw_canvas_options sized = *options;
  sized.width = drawing->width;
  sized.height = drawing->height;
  status = hw_canvas_new(form, fonts, &sized, &canvas, err);
  if (status == HW_OK) {
    hw_pedigree_drawing_add(drawing, canvas);
    status = hw_canvas_end(canvas, bytes, n_bytes, err);
  }
  hw_canvas_delete(canvas);
  hw_pedigree_drawing_delete(drawing);
  return status;
}
