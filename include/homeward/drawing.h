/** @file
 * Drawings of pedigrees, after the standard of the National Society of Genetic
 * Counselors (Bennett et al. 2008, 2022).
 *
 * hw_pedigree_layout says where everybody stands; hw_pedigree_draw draws it. All
 * words of a picture come from the caller; hw_pedigree_words_of has them in
 * Vietnamese and English.
 *
 * Example:
 * @code
 *   hw_drawn_person notes[3] = {{.lines = {"R1"}, .n_lines = 1, .is_typed = true}};
 *   hw_pedigree_picture picture = {.pedigree = &pedigree, .persons = notes,
 *                                  .words = hw_pedigree_words_of("vi")};
 *   status = hw_pedigree_draw_file(&picture, HW_CANVAS_SVG, fonts, &options, &bytes, &n, &err);
 * @endcode
 */
#ifndef HOMEWARD_DRAWING_H
#define HOMEWARD_DRAWING_H

#include "homeward/canvas.h"
#include "homeward/pedigree.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Persons of one picture, at most: more cannot be read. */
#define HW_DRAWN_MOST 400

/** What stands at a place of the layout. */
typedef enum hw_place_kind {
  HW_PLACE_PERSON = 0, /**< the person's symbol */
  HW_PLACE_UNKNOWN,    /**< the parent that nobody knows, mate of a single known parent */
  HW_PLACE_COPY,       /**< a person once more, beside a mate of another generation */
  HW_PLACE_LINE        /**< a line of descent on its way through a generation */
} hw_place_kind;

typedef struct hw_layout_place {
  hw_place_kind kind;
  int32_t person; /**< PERSON, COPY; HW_PERSON_NONE otherwise */
  hw_sex sex;
  int32_t level;  /**< generation, 0 at the top */
  double x;       /**< in widths of a place; neighbours of a generation are at least 1 apart,
                       lines at least 1/2 */
  int32_t family; /**< index of the family of descent, or -1 */
  int32_t above; /**< place of the line of descent that ends here, or -1: it begins at the family */
} hw_layout_place;

/** Two mates and their children. */
typedef struct hw_layout_family {
  int32_t father, mother; /**< places, on one level */
  int32_t level;
  double x;                /**< where the line of descent begins */
  int32_t n_children;      /**< 0: mates without children on the next level */
  const int32_t *children; /**< places on level + 1: children, or lines to them; by x */
  bool is_consanguineous;  /**< the mates have a common ancestor, or one descends from the other */
  bool is_adjacent;        /**< nobody stands between the mates */
  int32_t rise;            /**< not adjacent: height of the line above the symbols, 1 … */
  int32_t track;           /**< height of the line of the children in the gap below, 0 … */
} hw_layout_family;

typedef struct hw_layout {
  int32_t n_places, n_families, n_levels;
  const hw_layout_place *places; /**< the first n_persons are the persons, in their order */
  const hw_layout_family *families;
  const int32_t *n_tracks; /**< n_levels: lines of children below each generation */
  const int32_t *n_rises;  /**< n_levels: lines above it */
  double width;            /**< x runs from 0 to width */
  void *storage;           /**< private */
} hw_layout;

/** Lays a pedigree out. Children stand below both parents, mates side by side on one level (except
 * where one descends from the other, or a longer loop forbids it: then one is drawn twice), brothers
 * and sisters in the order of the persons where that costs no crossing. Identical input gives
 * identical output; names do not matter.
 *
 * @param ped   valid (hw_pedigree_validate); borrowed
 * @param born_together  n_persons numbers: brothers and sisters with the same one above 0 were
 *                       born together and stand side by side; NULL = none
 * @param out   [out] free with hw_layout_delete; NULL on failure
 * @return HW_OK; HW_E_TOO_COMPLEX above HW_DRAWN_MOST persons; HW_E_NO_MEMORY */
HW_API HW_MUST_CHECK hw_status hw_pedigree_layout(const hw_pedigree *ped,
                                                  const int32_t *born_together, hw_layout **out,
                                                  hw_err *err);
HW_API void hw_layout_delete(hw_layout *self);

/** Words of a picture; none is NULL. */
typedef struct hw_pedigree_words {
  const char *sought_letter, *typed_letter; /**< one or two letters in the symbol */
  const char *sought, *typed, *dead, *male, *female, *unknown_sex;
  const char *unknown_parent, *consanguinity, *identical_twins, *twins, *repeated;
} hw_pedigree_words;

/** In "vi" or "en"; English for another or NULL. */
HW_API const hw_pedigree_words *hw_pedigree_words_of(const char *language);

/** Lines below a symbol. */
#define HW_DRAWN_LINES 4

/** What a picture says of a person. A zeroed one says nothing, and bears the person's id. */
typedef struct hw_drawn_person {
  const char *lines[HW_DRAWN_LINES]; /**< code, year, kinds of data …; NULL or "" = none */
  bool is_sought, is_typed, is_dead;
  int32_t born_together; /**< see hw_pedigree_layout; 0 = alone */
  int32_t n_genotypes;
  const char *const *genotypes; /**< n_genotypes lines, drawn small; or NULL */
} hw_drawn_person;

typedef struct hw_pedigree_picture {
  const hw_pedigree *pedigree;
  const hw_drawn_person *persons; /**< n_persons of the pedigree, or NULL */
  const hw_pedigree_words *words;
  const char *title; /**< drawn above; NULL = none */
  bool has_legend;
} hw_pedigree_picture;

/** A picture that is laid out, ready to be drawn into any canvas. */
typedef struct hw_pedigree_drawing hw_pedigree_drawing;

/** Lays a picture out with its labels. Free with hw_pedigree_drawing_delete.
 * @param picture, fonts  borrowed until then */
HW_API HW_MUST_CHECK hw_status hw_pedigree_drawing_new(const hw_pedigree_picture *picture,
                                                       const hw_fonts *fonts,
                                                       hw_pedigree_drawing **out, hw_err *err);
HW_API void hw_pedigree_drawing_delete(hw_pedigree_drawing *self);
/** Its size in points. */
HW_API double hw_pedigree_drawing_width(const hw_pedigree_drawing *self);
HW_API double hw_pedigree_drawing_height(const hw_pedigree_drawing *self);
/** Draws it from (0, 0) of the canvas' current group. */
HW_API void hw_pedigree_drawing_add(const hw_pedigree_drawing *self, hw_canvas *canvas);

/** All at once: a file of one picture, as large as it needs to be.
 * @param options  theme, language, title …; width and height are not read */
HW_API HW_MUST_CHECK hw_status hw_pedigree_draw_file(const hw_pedigree_picture *picture,
                                                     hw_canvas_form form, const hw_fonts *fonts,
                                                     const hw_canvas_options *options, char **bytes,
                                                     size_t *n_bytes, hw_err *err);

#ifdef __cplusplus
}
#endif
#endif
