/* Shapes of bones, and what the parts of the picture of a skeleton share. */
#ifndef HW_REPORT_SKELETON_INT_H
#define HW_REPORT_SKELETON_INT_H

#include "homeward/skeleton.h"

/* Points of one outline, shapes and points of a skeleton, at most. */
enum { HWP_OUTLINE_MOST = 32, HWP_SHAPES_MOST = 256, HWP_SHAPE_POINTS_MOST = 3000 };

/* The middle of the body. */
#define HWP_SKELETON_MIDDLE 180.0

/* An outline: one bone at its place. */
typedef struct hwp_bone_shape {
  const char *element; /* English name of the table of elements */
  hw_skeleton_side side;
  int32_t number;     /* in the series, 1 …; 0 = the only one of its side */
  const char *series; /* the element that names all of a kind: "vertebra", "tarsal"; NULL */
  int32_t series_number;
  int32_t first, n; /* of the points */
  bool is_fine;     /* small: drawn with straight lines, and without when the skeleton is small */
  bool is_inset;    /* stands beside the body: teeth, the occipital */
  bool is_level;    /* lies: its length runs from the middle outwards */
  double left, top, right, bottom;
} hwp_bone_shape;

/* All of a skeleton. */
typedef struct hwp_skeleton_shapes {
  int32_t n, n_points;
  hwp_bone_shape shapes[HWP_SHAPES_MOST]; /* in the order of drawing, from behind to the front */
  hw_point points[HWP_SHAPE_POINTS_MOST];
} hwp_skeleton_shapes;

/* Makes them. */
void hwp_skeleton_make_shapes(hwp_skeleton_shapes *out);

/* --- outlines --- */

/* Points of an outline drawn as a smooth curve, or as it is if the shape is fine or all is to be
 * coarse.
 * @param out  [out] room for 4 * HWP_OUTLINE_MOST points @return their number */
int32_t hwp_outline_flatten(const hwp_skeleton_shapes *shapes, const hwp_bone_shape *shape,
                            bool is_coarse, hw_point *out);
/* What of a polygon lies in a rectangle. @param out  [out] room for 2 n + 8 points */
int32_t hwp_outline_clip(const hw_point *points, int32_t n, double left, double top, double right,
                         double bottom, hw_point *out);
/* Lines of a texture inside a polygon of any shape, as steps MOVE, LINE. @param out  room for
 * `most` steps @return their number */
int32_t hwp_outline_texture(const hw_point *points, int32_t n, int texture, double gap,
                            hw_path_step *out, int32_t most);
/* Textures of outlines: persons follow each other through them. */
enum { HWP_PLAIN = 0, HWP_RISING, HWP_LEVEL, HWP_FALLING, HWP_CROSSED, HWP_N_TEXTURES };

/* --- a picture in the making --- */

enum { HWP_SKELETON_STEPS = 600, HWP_SKELETON_GATHERED = 12000 };

typedef struct hwp_skeleton_drawing {
  hw_canvas *canvas;
  const hw_skeleton *skeleton;
  hwp_skeleton_shapes shapes;
  bool *is_guessed;    /* per find: its number is not known */
  int32_t *first;      /* per shape: its first find; −1 */
  int32_t *next;       /* per find: the next one at the same shape; −1 */
  hw_path_step *steps; /* room for an outline or a texture */
  double gap;          /* of textures */
  bool is_dense;       /* many bones: drawn coarsely, those of a person together */
  hw_path_step *all;   /* dense: what is gathered of one person */
  int32_t n_all;
  bool is_texture; /* dense: textures are gathered, not fills */
  hw_skeleton_result result;
} hwp_skeleton_drawing;

/* skeleton_place.c */
void hwp_skeleton_give_places(hwp_skeleton_drawing *self);

/* skeleton_bones.c */
HW_MUST_CHECK hw_status hwp_skeleton_add_missing(hwp_skeleton_drawing *self, hw_err *err);
/* One bone with all that was found of it. */
void hwp_skeleton_add_find(hwp_skeleton_drawing *self, int32_t shape);
/* All that was found, gathered by person. */
void hwp_skeleton_add_gathered(hwp_skeleton_drawing *self);
/* Look of a person; −1 = nobody. */
hw_role hwp_skeleton_role(int32_t person);
int hwp_skeleton_texture(int32_t person);

#endif
