/* Drawing a pedigree that has been measured.
 *
 * Symbols (Bennett et al. 2008, J Genet Couns 17:424; 2022, 31:1238): a square is
 * a man, a circle a woman, a diamond a person of unknown sex; a stroke through
 * the symbol, from lower left to upper right, says deceased; two lines between
 * mates say that they are related; lines of twins meet, and a bar between them
 * says identical. Ours are: the missing person is hatched and bears a letter, a
 * typed relative is dotted and bears another; a dashed symbol with a question
 * mark is a parent whom nobody knows; a dashed one with a code is a person who is
 * also drawn elsewhere.
 *
 * Lines are drawn first and the symbols, which are never transparent, upon them:
 * so a line may begin at the centre of a symbol. */
#include "base/str.h"
#include "report/pedigree_drawing_int.h"

static const hw_paint LINE = {.stroke = HW_ROLE_INK, .width = 1};
static const double DOUBLE_GAP = 3;

/* ---- symbols ---- */

static void add_shape(hw_canvas *canvas, hw_sex sex, double x, double y, double r,
                      const hw_paint *paint) {
  if (sex == HW_MALE) {
    hw_canvas_add_rectangle(canvas, x - r, y - r, 2 * r, 2 * r, paint);
  } else if (sex == HW_FEMALE) {
    hw_canvas_add_circle(canvas, x, y, r, paint);
  } else {
    const double d = r * 1.2;
    hw_canvas_add_polygon(canvas, (hw_point[]){{x, y - d}, {x + d, y}, {x, y + d}, {x - d, y}}, 4,
                          paint);
  }
}

static void add_letter(hw_canvas *canvas, double x, double y, double size, const char *letter,
                       bool on_texture) {
  if (on_texture)
    hw_canvas_add_circle(canvas, x, y, size * 0.66, &(hw_paint){.fill = HW_ROLE_PAPER});
  hw_canvas_add_text(canvas, x, y + size * HW_TEXT_CAPITAL / 2, letter,
                     &(hw_text_style){.size = size, .is_bold = true, .anchor = HW_ANCHOR_MIDDLE});
}

static void add_dead(hw_canvas *canvas, double x, double y, double r) {
  const double d = r + 4.5;
  hw_canvas_add_line(canvas, x - d, y + d, x + d, y - d,
                     &(hw_paint){.stroke = HW_ROLE_INK, .width = 1.4});
}

static void add_symbol(hw_canvas *canvas, const hw_pedigree_words *words, const hw_layout_place *p,
                       const hw_drawn_person *notes, double x, double y, double r) {
  hw_paint paint = {.fill = HW_ROLE_PAPER, .stroke = HW_ROLE_INK, .width = 1.2};
  if (p->kind != HW_PLACE_PERSON) {
    paint.dash = HW_DASH_SHORT;
    paint.width = 1;
    if (p->kind == HW_PLACE_UNKNOWN) r *= 0.72;
  } else if (notes->is_sought) {
    paint.fill = HW_ROLE_SOUGHT, paint.texture = HW_TEXTURE_HATCH;
    paint.width = 2;
  } else if (notes->is_typed) {
    paint.fill = HW_ROLE_TYPED, paint.texture = HW_TEXTURE_DOTS;
  }
  add_shape(canvas, p->sex, x, y, r, &paint);
  const double size = r * 0.78;
  if (p->kind == HW_PLACE_UNKNOWN)
    add_letter(canvas, x, y, r, "?", false);
  else if (p->kind == HW_PLACE_PERSON && notes->is_sought)
    add_letter(canvas, x, y, size, words->sought_letter, true);
  else if (p->kind == HW_PLACE_PERSON && notes->is_typed)
    add_letter(canvas, x, y, size, words->typed_letter, true);
  if (p->kind == HW_PLACE_PERSON && notes->is_dead) add_dead(canvas, x, y, r);
}

static void join_word(hw_str *text, const char *word) {
  if (word == NULL || *word == '\0') return;
  if (text->length > 0) hw_str_append(text, ", ");
  hw_str_append(text, word);
}

/* A person for readers who do not see the picture: "R1, 1950, female, typed relative". */
static void describe(const hw_pedigree_drawing *self, int32_t place, hw_str *text) {
  const hw_layout_place *p = &self->layout->places[place];
  const hw_pedigree_words *words = self->picture->words;
  const hw_drawn_person *notes = hwp_notes_of(self, place);
  for (int32_t i = 0; i < self->labels[place].n; i++) join_word(text, self->labels[place].lines[i]);
  if (p->kind == HW_PLACE_UNKNOWN) join_word(text, words->unknown_parent);
  if (p->kind == HW_PLACE_COPY) join_word(text, words->repeated);
  if (p->kind != HW_PLACE_PERSON) return;
  join_word(text, p->sex == HW_MALE     ? words->male
                  : p->sex == HW_FEMALE ? words->female
                                        : words->unknown_sex);
  if (notes->is_sought) join_word(text, words->sought);
  if (notes->is_typed) join_word(text, words->typed);
  if (notes->is_dead) join_word(text, words->dead);
}

static void add_person(const hw_pedigree_drawing *self, hw_canvas *canvas, int32_t place) {
  const hw_layout_place *p = &self->layout->places[place];
  if (p->kind == HW_PLACE_LINE) return;
  const double x = hwp_place_x(self, place), y = hwp_place_y(self, place);
  const hw_drawn_person *notes = hwp_notes_of(self, place);
  hw_str title = HW_STR_INIT;
  describe(self, place, &title);
  hw_canvas_begin_group(canvas, &(hw_group){.title = hw_str_text(&title)});
  hw_str_clear(&title);
  add_symbol(canvas, self->picture->words, p, notes, x, y, HWP_RADIUS);
  const hwp_label *label = &self->labels[place];
  double line = y + HWP_RADIUS + 5 + HWP_LABEL;
  for (int32_t i = 0; i < label->n; i++, line += HWP_LABEL_STEP)
    hw_canvas_add_text(canvas, x, line, label->lines[i],
                       &(hw_text_style){.size = HWP_LABEL,
                                        .is_bold = i == 0,
                                        .anchor = HW_ANCHOR_MIDDLE,
                                        .role = i == 0 ? HW_ROLE_INK : HW_ROLE_MUTED});
  line -= HWP_LABEL_STEP - HWP_GENOTYPE_STEP - 1;
  for (int32_t i = 0; p->kind == HW_PLACE_PERSON && i < notes->n_genotypes; i++)
    hw_canvas_add_text(
        canvas, x, line + i * HWP_GENOTYPE_STEP, notes->genotypes[i],
        &(hw_text_style){.size = HWP_GENOTYPE, .face = HW_FACE_MONO, .anchor = HW_ANCHOR_MIDDLE});
  hw_canvas_end_group(canvas);
}

/* ---- lines ---- */

/* Lines that bend at right angles; doubled lines keep their distance by moving outwards. */
static void add_bracket(hw_canvas *canvas, double x1, double x2, double y, double rise) {
  hw_canvas_add_polyline(canvas, (hw_point[]){{x1, y}, {x1, y - rise}, {x2, y - rise}, {x2, y}}, 4,
                         &LINE);
}

/* Height of the line between mates, from which the line of descent begins. */
static double mate_line_y(const hw_pedigree_drawing *self, const hw_layout_family *family) {
  const double y = self->y[family->level];
  return family->is_adjacent ? y : y - HWP_RADIUS - 4 - 6 * family->rise;
}

static void add_mates(const hw_pedigree_drawing *self, hw_canvas *canvas,
                      const hw_layout_family *family) {
  const double y = self->y[family->level];
  double x1 = hwp_place_x(self, family->father), x2 = hwp_place_x(self, family->mother);
  if (x1 > x2) {
    const double swap = x1;
    x1 = x2, x2 = swap;
  }
  const double half = family->is_consanguineous ? DOUBLE_GAP / 2 : 0;
  if (family->is_adjacent) {
    hw_canvas_add_line(canvas, x1, y - half, x2, y - half, &LINE);
    if (half > 0) hw_canvas_add_line(canvas, x1, y + half, x2, y + half, &LINE);
    return;
  }
  const double inset = HWP_RADIUS * 0.45, rise = y - mate_line_y(self, family);
  add_bracket(canvas, x1 + inset, x2 - inset, y, rise + half);
  if (half > 0)
    add_bracket(canvas, x1 + inset + DOUBLE_GAP, x2 - inset - DOUBLE_GAP, y, rise - half);
}

static int32_t twin_root(const hw_pedigree *ped, int32_t person) {
  while (ped->persons[person].twin != HW_PERSON_NONE) person = ped->persons[person].twin;
  return person;
}

/* True if two places hold persons who were born together: identical, or noted so. */
static bool are_twins(const hw_pedigree_drawing *self, int32_t a, int32_t b, bool *is_identical) {
  const hw_layout_place *p = &self->layout->places[a], *q = &self->layout->places[b];
  *is_identical = false;
  if (p->kind != HW_PLACE_PERSON || q->kind != HW_PLACE_PERSON) return false;
  const hw_pedigree *ped = self->picture->pedigree;
  *is_identical = twin_root(ped, p->person) == twin_root(ped, q->person);
  const int32_t born = hwp_notes_of(self, a)->born_together;
  return *is_identical || (born > 0 && born == hwp_notes_of(self, b)->born_together &&
                           p->family >= 0 && p->family == q->family);
}

/* Where the line to a child leaves the line of the children: above it, or where twins meet. */
static double leave_x(const hw_pedigree_drawing *self, const int32_t *places, int32_t n,
                      int32_t child) {
  double sum = 0;
  int32_t n_twins = 0;
  bool is_identical = false;
  for (int32_t i = 0; i < n; i++)
    if (places[i] == child || are_twins(self, child, places[i], &is_identical))
      sum += hwp_place_x(self, places[i]), n_twins++;
  return n_twins > 0 ? sum / n_twins : hwp_place_x(self, child);
}

/* The bar of identical twins, half way down their lines, from one to the next. */
static void add_twin_bar(const hw_pedigree_drawing *self, hw_canvas *canvas, int32_t a, int32_t b,
                         double meet_x, double meet_y) {
  const double foot = hwp_place_y(self, a) - HWP_RADIUS;
  const double part = 0.55, y = meet_y + part * (foot - meet_y);
  hw_canvas_add_line(canvas, meet_x + part * (hwp_place_x(self, a) - meet_x), y,
                     meet_x + part * (hwp_place_x(self, b) - meet_x), y, &LINE);
}

/* Lines from (or to where twins meet on) the line at `y` to the children. */
static void add_children(const hw_pedigree_drawing *self, hw_canvas *canvas, const int32_t *places,
                         int32_t n, double y) {
  for (int32_t i = 0; i < n; i++) {
    const double x = hwp_place_x(self, places[i]), from = leave_x(self, places, n, places[i]);
    const double meet = from == x ? y : self->top[self->layout->places[places[i]].level];
    if (meet > y && i > 0 && leave_x(self, places, n, places[i - 1]) == from)
      ; /* the common part is drawn */
    else if (meet > y)
      hw_canvas_add_line(canvas, from, y, from, meet, &LINE);
    const bool is_line = self->layout->places[places[i]].kind == HW_PLACE_LINE;
    const double end = hwp_place_y(self, places[i]) + (is_line     ? HWP_RADIUS
                                                       : from != x ? -HWP_RADIUS
                                                                   : 0);
    hw_canvas_add_line(canvas, from, meet, x, end, &LINE);
    for (int32_t k = i + 1; k < n; k++) {
      bool is_identical = false;
      if (!are_twins(self, places[i], places[k], &is_identical) || !is_identical) continue;
      add_twin_bar(self, canvas, places[i], places[k], from, meet);
      break;
    }
  }
}

static void add_descent(const hw_pedigree_drawing *self, hw_canvas *canvas,
                        const hw_layout_family *family) {
  if (family->n_children == 0) return;
  const double x = self->left + family->x * self->slot;
  const double y = self->top[family->level + 1] - family->track * HWP_TRACK;
  double low = x, high = x;
  for (int32_t i = 0; i < family->n_children; i++) {
    const double at = leave_x(self, family->children, family->n_children, family->children[i]);
    low = at < low ? at : low, high = at > high ? at : high;
  }
  hw_canvas_add_line(canvas, x, mate_line_y(self, family), x, y, &LINE);
  if (high - low > 0.01) hw_canvas_add_line(canvas, low, y, high, y, &LINE);
  add_children(self, canvas, family->children, family->n_children, y);
}

/* The rest of a line of descent that comes through a generation. */
static void add_line_below(const hw_pedigree_drawing *self, hw_canvas *canvas, int32_t place) {
  const hw_layout_place *p = &self->layout->places[place];
  if (p->above < 0) return;
  const double x1 = hwp_place_x(self, p->above), x2 = hwp_place_x(self, place);
  const double bend = self->top[p->level] + HWP_STUB * 0.4;
  const double end = hwp_place_y(self, place) + (p->kind == HW_PLACE_LINE ? HWP_RADIUS : 0);
  hw_canvas_add_polyline(
      canvas,
      (hw_point[]){
          {x1, hwp_place_y(self, p->above) + HWP_RADIUS}, {x1, bend}, {x2, bend}, {x2, end}},
      4, &LINE);
}

/* One person under two codes, or twins, without parents in the picture: lines that meet above. */
static void add_lone_twins(const hw_pedigree_drawing *self, hw_canvas *canvas) {
  const hw_pedigree *ped = self->picture->pedigree;
  for (int32_t i = 0; i < ped->n_persons; i++) {
    const int32_t twin = ped->persons[i].twin;
    if (twin == HW_PERSON_NONE || self->layout->places[i].family >= 0) continue;
    add_children(self, canvas, (int32_t[]){twin, i}, 2,
                 self->top[self->layout->places[i].level] + 2);
  }
}

/* ---- legend ---- */

static void add_key(const hw_pedigree_drawing *self, hw_canvas *canvas,
                    const hwp_legend_entry *entry) {
  const double x = entry->x, y = entry->y, r = 6.5;
  hw_layout_place p = {.sex = HW_UNKNOWN_SEX};
  hw_drawn_person notes = {.is_sought = entry->key == HWP_KEY_SOUGHT,
                           .is_typed = entry->key == HWP_KEY_TYPED};
  if (entry->key == HWP_KEY_MALE || entry->key == HWP_KEY_DEAD) p.sex = HW_MALE;
  if (entry->key == HWP_KEY_SOUGHT || entry->key == HWP_KEY_TYPED) p.sex = HW_MALE;
  if (entry->key == HWP_KEY_FEMALE) p.sex = HW_FEMALE;
  if (entry->key == HWP_KEY_REPEATED) p.kind = HW_PLACE_COPY;
  if (entry->key == HWP_KEY_UNKNOWN_PARENT) p.kind = HW_PLACE_UNKNOWN;
  if (entry->key == HWP_KEY_CONSANGUINITY) {
    hw_canvas_add_line(canvas, x - 8, y - 1.5, x + 8, y - 1.5, &LINE);
    hw_canvas_add_line(canvas, x - 8, y + 1.5, x + 8, y + 1.5, &LINE);
  } else if (entry->key == HWP_KEY_IDENTICAL || entry->key == HWP_KEY_TWINS) {
    hw_canvas_add_polyline(canvas, (hw_point[]){{x - 7, y + 6}, {x, y - 6}, {x + 7, y + 6}}, 3,
                           &LINE);
    if (entry->key == HWP_KEY_IDENTICAL)
      hw_canvas_add_line(canvas, x - 4, y + 1, x + 4, y + 1, &LINE);
  } else if (entry->key == HWP_KEY_DEAD) {
    add_symbol(canvas, self->picture->words, &p, &notes, x, y, r);
    add_dead(canvas, x, y, r - 1);
  } else {
    add_symbol(canvas, self->picture->words, &p, &notes, x, y,
               p.kind == HW_PLACE_UNKNOWN ? r * 1.3 : r);
  }
  hw_canvas_add_text(canvas, x + 14, y + HWP_LABEL * HW_TEXT_CAPITAL / 2,
                     hwp_key_word(self->picture->words, entry->key),
                     &(hw_text_style){.size = HWP_LABEL});
}

void hw_pedigree_drawing_add(const hw_pedigree_drawing *self, hw_canvas *canvas) {
  const hw_layout *layout = self->layout;
  if (self->picture->title != NULL)
    hw_canvas_add_text(canvas, HWP_MARGIN, HWP_MARGIN + HWP_TITLE * HW_TEXT_ASCENT,
                       self->picture->title, &(hw_text_style){.size = HWP_TITLE, .is_bold = true});
  for (int32_t f = 0; f < layout->n_families; f++) {
    add_mates(self, canvas, &layout->families[f]);
    add_descent(self, canvas, &layout->families[f]);
  }
  for (int32_t i = 0; i < layout->n_places; i++) add_line_below(self, canvas, i);
  add_lone_twins(self, canvas);
  for (int32_t i = 0; i < layout->n_places; i++) add_person(self, canvas, i);
  for (int i = 0; i < self->n_legend; i++) add_key(self, canvas, &self->legend[i]);
}
