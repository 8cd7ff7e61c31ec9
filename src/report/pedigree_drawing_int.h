/* A laid out picture of a pedigree: its measures, shared by what measures and what draws. */
#ifndef HW_REPORT_PEDIGREE_DRAWING_INT_H
#define HW_REPORT_PEDIGREE_DRAWING_INT_H

#include "base/arena.h"
#include "homeward/drawing.h"

/* In points. */
#define HWP_RADIUS 13.0 /* half a symbol */
#define HWP_LABEL 8.0   /* size of labels */
#define HWP_LABEL_STEP 10.0
#define HWP_GENOTYPE 6.0
#define HWP_GENOTYPE_STEP 7.5
#define HWP_STUB 15.0 /* from the line of the children to their symbols */
#define HWP_TRACK 8.0 /* between lines of children */
#define HWP_MARGIN 14.0
#define HWP_TITLE 12.0
#define HWP_LEGEND_STEP 20.0

/* Entries of the legend, in their order. */
typedef enum hwp_key {
  HWP_KEY_MALE,
  HWP_KEY_FEMALE,
  HWP_KEY_UNKNOWN_SEX,
  HWP_KEY_SOUGHT,
  HWP_KEY_TYPED,
  HWP_KEY_DEAD,
  HWP_KEY_UNKNOWN_PARENT,
  HWP_KEY_CONSANGUINITY,
  HWP_KEY_IDENTICAL,
  HWP_KEY_TWINS,
  HWP_KEY_REPEATED,
  HWP_N_KEYS
} hwp_key;

typedef struct hwp_legend_entry {
  hwp_key key;
  double x, y; /* centre of the sample */
} hwp_legend_entry;

/* A line of a label, as it is drawn. */
typedef struct hwp_label {
  int32_t n;
  const char **lines;
} hwp_label;

struct hw_pedigree_drawing {
  const hw_pedigree_picture *picture;
  hw_arena arena;
  hw_layout *layout;
  double slot;       /* distance of neighbours */
  double left;       /* x of layout 0 */
  double *y;         /* n_levels: centres of the symbols */
  double *top;       /* n_levels: of the lowest line of children above the symbols */
  hwp_label *labels; /* n_places */
  double width, height;
  int n_legend;
  hwp_legend_entry legend[HWP_N_KEYS];
};

static inline double hwp_place_x(const hw_pedigree_drawing *self, int32_t place) {
  return self->left + self->layout->places[place].x * self->slot;
}
static inline double hwp_place_y(const hw_pedigree_drawing *self, int32_t place) {
  return self->y[self->layout->places[place].level];
}
/* What is said of the person of a place; an empty one for nobody. */
const hw_drawn_person *hwp_notes_of(const hw_pedigree_drawing *self, int32_t place);
const char *hwp_key_word(const hw_pedigree_words *words, hwp_key key);

#endif
