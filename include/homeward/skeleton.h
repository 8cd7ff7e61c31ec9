/** @file
 * A human skeleton from the front, on a canvas: which bones were recovered, and of whom.
 *
 * Every element of the table of elements (hw_elements of reassociate.h) has a shape of
 * its own on each side; single vertebrae, ribs, bones of hands and feet and teeth have
 * one each. A bone that was recovered has the colour and the texture of its person; one that
 * was not is an empty outline. Bones of several persons at one place share it
 * lengthwise; fragments fill the part of the bone that they are. A person's left is on the
 * viewer's right, and the picture says so.
 *
 * Example:
 * @code
 *   hw_skeleton_find finds[] = {{.element = "femur", .side = HW_SKELETON_LEFT, .person = 0}};
 *   const char *persons[] = {"IND-1"};
 *   hw_skeleton skeleton = {.n_finds = 1, .finds = finds, .n_persons = 1, .persons = persons,
 *                           .words = hw_skeleton_words_of("vi")};
 *   options.width = HW_SKELETON_WIDTH;
 *   options.height = hw_skeleton_height(&skeleton);
 *   status = hw_skeleton_add(canvas, &skeleton, NULL, &err);
 * @endcode
 */
#ifndef HOMEWARD_SKELETON_H
#define HOMEWARD_SKELETON_H

#include "homeward/canvas.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Width of the picture, and of a skeleton without legend and insets. */
#define HW_SKELETON_WIDTH 360.0
#define HW_SKELETON_SMALL_WIDTH 344.0
/** Bones of one picture, at most. */
#define HW_SKELETON_MOST 5000

/** The values are those of hw_side. */
typedef enum hw_skeleton_side {
  HW_SKELETON_UNKNOWN = 0,
  HW_SKELETON_LEFT,
  HW_SKELETON_RIGHT,
  HW_SKELETON_MIDLINE
} hw_skeleton_side;

/** A bone or fragment that was recovered. */
typedef struct hw_skeleton_find {
  const char *element;   /**< English name of the table of elements; others are not placed */
  hw_skeleton_side side; /**< of paired elements; unknown ones are not placed */
  int32_t number; /**< of a series: rib 5, T7; teeth as the FDI numbers them; 0 = not said, then it
                       takes the next place of the series, with a dashed outline */
  double from,
      to;         /**< the part of its length that it is, 0 = proximal end, 1 = distal end; both 0 =
                          all of it */
  bool is_part;   /**< a fragment, nobody said of which part: half of the width is filled */
  int32_t person; /**< index; −1 = not joined to anybody */
  const char *label; /**< for readers and pointers: "B-12, left femur"; NULL = none */
} hw_skeleton_find;

/** A count that stands beside an element. */
typedef struct hw_skeleton_badge {
  const char *element;
  hw_skeleton_side side; /**< unknown: of paired elements the left side's place */
  const char *text;      /**< "2" */
  const char *label;     /**< "2 left femora: at least 2 persons" */
} hw_skeleton_badge;

/** All words of a picture. */
typedef struct hw_skeleton_words {
  const char *left, *right;
  const char *from_behind;   /**< caption of the occipital, which no front view shows */
  const char *teeth;         /**< caption of the teeth */
  const char *nobody;        /**< legend: recovered, not joined to anybody */
  const char *missing;       /**< legend: not recovered */
  const char *which;         /**< legend: dashed, which one of the series is not known */
  const char *badge;         /**< legend: more often than one person can have it */
  const char *badge_example; /**< "2" */
} hw_skeleton_words;
/** @param language  "vi", all others English */
HW_API const hw_skeleton_words *hw_skeleton_words_of(const char *language);

typedef struct hw_skeleton {
  const char *title, *description; /**< NULL = none */
  int32_t n_finds;
  const hw_skeleton_find *finds;
  int32_t n_persons;
  const char *const *persons; /**< names, for the legend */
  int32_t n_badges;
  const hw_skeleton_badge *badges;
  const hw_skeleton_words *words;
  bool is_small;  /**< without legend, insets, badges and words: one of several beside each other */
  bool is_of_one; /**< only the bones of `person`, in her colour */
  int32_t person;
} hw_skeleton;

/** What of the finds could not be placed. */
typedef struct hw_skeleton_result {
  int32_t n_placed;
  int32_t n_unsided; /**< paired, and nobody said which side */
  int32_t n_unknown; /**< elements that the table lacks */
} hw_skeleton_result;

/** Height of the picture, which depends on the legend. Its width is HW_SKELETON_WIDTH, or
 * HW_SKELETON_SMALL_WIDTH if is_small. */
HW_API double hw_skeleton_height(const hw_skeleton *skeleton);

/** Draws at (0, 0) of the current group.
 * @param result  [out] NULL = not wanted
 * @return HW_OK; HW_E_SHAPE (too many finds, a person who is not there); HW_E_VALUE (a part outside
 *         0 … 1); HW_E_NO_MEMORY. Nothing is drawn on failure */
HW_API HW_MUST_CHECK hw_status hw_skeleton_add(hw_canvas *canvas, const hw_skeleton *skeleton,
                                               hw_skeleton_result *result, hw_err *err);

/** Draws a sample of a person's colour and texture, as the legend has it: 18 × 10 at (x, y).
 * @param person  −1 = not joined to anybody */
HW_API void hw_skeleton_add_sample(hw_canvas *canvas, double x, double y, int32_t person);

#ifdef __cplusplus
}
#endif
#endif
