/* The outlines of the bones of a human skeleton, seen from the front.
 *
 * They are drawn for this program: a body of 750 units height, seven and a half heads tall, in
 * the anatomical position (palms forward), its bones moved apart a little so that each can be
 * seen and named. Large bones are lists of points, in units from the middle of the
 * body outwards and from the top downwards, joined by a smooth curve; one list serves both sides,
 * and bones of the midline list their one half. What comes in series (ribs, vertebrae,
 * fingers, teeth) is made by rule. Sizes and angles are round figures after the usual proportions
 * of an adult, and nothing is measured in this picture.
 *
 *   left of the body, the viewer's right:  x = middle + outwards
 *   right:                                 x = middle − outwards
 *
 * Two kinds of shapes stand beside the body: the teeth, both arches opened as a dentist
 * charts them, and the occipital bone, which no front view shows. */
#include <math.h>
#include <string.h>

#include "report/skeleton_int.h"

#define COUNT_OF(list) ((int32_t)(sizeof(list) / sizeof *(list)))

/* --- large bones, from the middle outwards --- */

static const hw_point scapula[] = {{47, 166}, {58, 169}, {71, 165}, {82, 158}, {88, 161},
                                   {86, 168}, {80, 173}, {82, 180}, {78, 186}, {71, 206},
                                   {63, 228}, {58, 236}, {53, 226}, {47, 198}, {43, 177}};
static const hw_point clavicle[] = {{9, 167},  {15, 164}, {30, 161}, {46, 155}, {62, 151},
                                    {74, 151}, {77, 155}, {72, 157}, {61, 156}, {48, 160},
                                    {31, 167}, {16, 171}, {10, 172}};
static const hw_point humerus[] = {{83, 174},  {86, 167},  {93, 164},  {99, 167},  {101, 175},
                                   {99, 190},  {102, 230}, {106, 268}, {112, 288}, {117, 296},
                                   {115, 303}, {108, 305}, {101, 304}, {95, 299},  {99, 290},
                                   {99, 274},  {95, 235},  {90, 196},  {86, 183}};
static const hw_point radius[] = {{110, 308}, {117, 308}, {118, 314}, {115, 319}, {120, 345},
                                  {127, 375}, {134, 397}, {135, 404}, {129, 407}, {124, 405},
                                  {123, 396}, {118, 370}, {112, 341}, {110, 322}, {109, 314}};
static const hw_point ulna[] = {{97, 309},  {99, 305},  {104, 304}, {107, 309}, {106, 317},
                                {110, 345}, {115, 375}, {120, 398}, {121, 404}, {117, 407},
                                {114, 403}, {112, 392}, {106, 360}, {102, 332}, {98, 318}};
static const hw_point hip_bone[] = {
    {23, 355}, {29, 341}, {42, 330}, {57, 326}, {69, 332}, {73, 343}, {69, 353}, {66, 362},
    {67, 373}, {63, 386}, {55, 396}, {48, 409}, {41, 421}, {32, 425}, {24, 418}, {15, 409},
    {6, 407},  {4, 396},  {14, 391}, {28, 387}, {36, 378}, {33, 367}, {26, 363}};
static const hw_point femur[] = {{64, 386}, {67, 379}, {74, 378}, {80, 385}, {86, 388}, {92, 390},
                                 {94, 398}, {90, 407}, {86, 416}, {79, 450}, {69, 490}, {62, 520},
                                 {60, 534}, {61, 546}, {56, 554}, {48, 552}, {41, 552}, {35, 554},
                                 {30, 547}, {33, 535}, {41, 522}, {52, 488}, {64, 450}, {72, 420},
                                 {71, 408}, {72, 401}, {67, 393}};
static const hw_point patella[] = {{39, 535}, {46, 530}, {53, 535},
                                   {51, 543}, {46, 548}, {41, 543}};
static const hw_point tibia[] = {{32, 563}, {36, 558}, {46, 560}, {56, 558}, {61, 562},
                                 {59, 570}, {53, 582}, {49, 610}, {46, 650}, {45, 678},
                                 {48, 689}, {45, 695}, {38, 695}, {33, 699}, {30, 692},
                                 {33, 672}, {35, 632}, {36, 592}, {34, 574}};
static const hw_point fibula[] = {{62, 569}, {66, 564}, {70, 569}, {66, 579}, {62, 612},
                                  {57, 650}, {55, 680}, {58, 695}, {55, 704}, {51, 701},
                                  {51, 688}, {53, 650}, {58, 610}, {62, 579}};
static const hw_point parietal[] = {{1, 19},  {15, 20}, {27, 27}, {35, 40}, {37, 54},
                                    {31, 53}, {29, 45}, {23, 34}, {12, 28}, {1, 27}};
static const hw_point temporal[] = {{31, 56}, {36, 57}, {34, 68}, {32, 77}, {28, 75}, {29, 66}};
static const hw_point zygomatic[] = {{16, 77}, {23, 74}, {28, 72}, {29, 78}, {25, 86}, {19, 84}};
static const hw_point maxilla[] = {{6, 76},  {12, 76}, {16, 82}, {17, 90}, {15, 98},
                                   {7, 100}, {1, 100}, {1, 89},  {6, 87},  {7, 82}};

/* --- bones of the midline, one half --- */

static const hw_point cranium[] = {{0, 18},  {15, 19}, {28, 26}, {36, 40},  {38, 55}, {36, 68},
                                   {33, 79}, {28, 86}, {20, 90}, {17, 101}, {0, 103}};
static const hw_point frontal[] = {{0, 29},  {11, 30}, {21, 36}, {26, 46}, {28, 58},
                                   {20, 57}, {10, 58}, {3, 63},  {0, 64}};
static const hw_point mandible[] = {{0, 119}, {10, 118}, {20, 111}, {27, 100}, {31, 85},
                                    {27, 83}, {24, 93},  {17, 104}, {8, 108},  {0, 109}};
static const hw_point hyoid[] = {{0, 128}, {8, 126}, {13, 120}, {10, 119}, {6, 123}, {0, 124}};
static const hw_point sternum[] = {{0, 170}, {5, 168}, {10, 171}, {10, 178}, {6, 184}, {7, 200},
                                   {8, 214}, {7, 225}, {4, 230},  {2, 240},  {0, 244}};
static const hw_point sacrum[] = {{0, 346},  {11, 346}, {24, 350}, {23, 360},
                                  {15, 375}, {7, 385},  {0, 386}};
static const hw_point coccyx[] = {{0, 389}, {5, 389}, {3, 396}, {0, 402}};
/* Beside the skull, seen from behind. */
static const hw_point occipital[] = {{0, 50},  {12, 56}, {23, 70}, {25, 80},
                                     {17, 90}, {8, 94},  {5, 99},  {0, 100}};
#define OCCIPITAL_MIDDLE 309.0

/* Sine by its series, within 1e-9 on [−9, 9]: the C library's differs between processors, and points
 * are rounded to tenths. */
static double sine(double x) {
  const double circle = 6.283185307179586;
  x -= circle * floor(x / circle + 0.5);
  double term = x, sum = x;
  for (int k = 1; k <= 12; k++) {
    term *= -x * x / (double)((2 * k) * (2 * k + 1));
    sum += term;
  }
  return sum;
}

static double cosine(double x) {
  return sine(x + 1.5707963267948966);
}

typedef struct outline {
  const char *element;
  const hw_point *points;
  int32_t n;
} outline;

static const outline paired[] = {
    {"scapula", scapula, COUNT_OF(scapula)},
    {"clavicle", clavicle, COUNT_OF(clavicle)},
    {"humerus", humerus, COUNT_OF(humerus)},
    {"radius", radius, COUNT_OF(radius)},
    {"ulna", ulna, COUNT_OF(ulna)},
    {"hip bone", hip_bone, COUNT_OF(hip_bone)},
    {"femur", femur, COUNT_OF(femur)},
    {"patella", patella, COUNT_OF(patella)},
    {"tibia", tibia, COUNT_OF(tibia)},
    {"fibula", fibula, COUNT_OF(fibula)},
    {"parietal", parietal, COUNT_OF(parietal)},
    {"temporal", temporal, COUNT_OF(temporal)},
    {"zygomatic", zygomatic, COUNT_OF(zygomatic)},
    {"maxilla", maxilla, COUNT_OF(maxilla)},
};
static const outline midline[] = {
    {"cranium", cranium, COUNT_OF(cranium)},    {"frontal", frontal, COUNT_OF(frontal)},
    {"mandible", mandible, COUNT_OF(mandible)}, {"hyoid", hyoid, COUNT_OF(hyoid)},
    {"sternum", sternum, COUNT_OF(sternum)},    {"sacrum", sacrum, COUNT_OF(sacrum)},
    {"coccyx", coccyx, COUNT_OF(coccyx)},
};

/* --- making a shape --- */

typedef struct maker {
  hwp_skeleton_shapes *out;
  hwp_bone_shape *shape; /* that is being made */
} maker;

static void begin(maker *self, const char *element, hw_skeleton_side side, int32_t number) {
  self->shape = &self->out->shapes[self->out->n++];
  *self->shape = (hwp_bone_shape){.element = element,
                                  .side = side,
                                  .number = number,
                                  .first = self->out->n_points,
                                  .left = HUGE_VAL,
                                  .top = HUGE_VAL,
                                  .right = -HUGE_VAL,
                                  .bottom = -HUGE_VAL};
}

/* A point by its place in the picture, to tenths: more nobody sees, and it would only be written
 * out. */
static void add(maker *self, double x, double y) {
  hwp_bone_shape *shape = self->shape;
  x = round(10 * x) / 10, y = round(10 * y) / 10;
  self->out->points[self->out->n_points++] = (hw_point){x, y};
  shape->n++;
  shape->left = fmin(shape->left, x), shape->right = fmax(shape->right, x);
  shape->top = fmin(shape->top, y), shape->bottom = fmax(shape->bottom, y);
}

/* Sign of the direction outwards. */
static double outwards(hw_skeleton_side side) {
  return side == HW_SKELETON_RIGHT ? -1 : 1;
}

/* A point by its distance from the middle of the body. */
static void add_out(maker *self, double out, double y) {
  add(self, HWP_SKELETON_MIDDLE + outwards(self->shape->side) * out, y);
}

static void add_paired(maker *self, const char *element, hw_skeleton_side side) {
  for (int32_t i = 0; i < COUNT_OF(paired); i++) {
    if (strcmp(paired[i].element, element) != 0) continue;
    begin(self, element, side, 0);
    for (int32_t k = 0; k < paired[i].n; k++)
      add_out(self, paired[i].points[k].x, paired[i].points[k].y);
    self->shape->is_level = strcmp(element, "clavicle") == 0;
  }
}

/* A symmetric outline from its half, which begins and ends in the middle. */
static void add_symmetric(maker *self, const char *element, const hw_point *half, int32_t n,
                          double middle) {
  begin(self, element, HW_SKELETON_MIDLINE, 0);
  for (int32_t k = 0; k < n; k++) add(self, middle + half[k].x, half[k].y);
  for (int32_t k = n - 2; k > 0; k--) add(self, middle - half[k].x, half[k].y);
}

static void add_midline(maker *self, const char *element) {
  for (int32_t i = 0; i < COUNT_OF(midline); i++)
    if (strcmp(midline[i].element, element) == 0)
      add_symmetric(self, element, midline[i].points, midline[i].n, HWP_SKELETON_MIDDLE);
}

/* --- vertebrae --- */

/* A body with its transverse processes. */
static void add_vertebra(maker *self, const char *element, int32_t number, int32_t of_all, double y,
                         double height, double body, double wide) {
  const hw_point half[] = {{0, y - height / 2},       {body, y - height / 2},
                           {wide, y - height * 0.24}, {wide, y + height * 0.2},
                           {body, y + height / 2},    {0, y + height / 2}};
  add_symmetric(self, element, half, COUNT_OF(half), HWP_SKELETON_MIDDLE);
  self->shape->number = number;
  self->shape->series = "vertebra";
  self->shape->series_number = of_all;
  self->shape->is_fine = true;
}

static void add_vertebrae(maker *self) {
  for (int32_t i = 0; i < 7; i++)
    add_vertebra(self, "cervical vertebra", i + 1, i + 1, 133 + 5.1 * i, 4.2, 6 + 0.3 * i,
                 11 + 0.4 * i);
  for (int32_t i = 0; i < 12; i++)
    add_vertebra(self, "thoracic vertebra", i + 1, i + 8, 170.5 + 9.6 * i, 8.2, 7.5 + 0.25 * i,
                 16 - 0.15 * i);
  for (int32_t i = 0; i < 5; i++)
    add_vertebra(self, "lumbar vertebra", i + 1, i + 20, 289 + 12.2 * i, 10.6, 11 + 0.3 * i,
                 18 + 0.8 * i);
}

/* --- ribs --- */

/* A band along a quarter of an ellipse, thinner at its ends. */
static void add_rib(maker *self, hw_skeleton_side side, int32_t number) {
  static const double wide[] = {30, 44, 53, 58, 61, 63, 64, 64.5, 64, 62, 52, 37};
  static const double drop[] = {6, 12, 16, 19, 21, 22, 22.5, 22.5, 22, 20, 14, 7};
  enum { N = 6 };
  const double last = 1.08; /* radians of the quarter that are used */
  const double from = 17, y = 172 + 9.6 * (number - 1);
  begin(self, "rib", side, number);
  self->shape->is_level = true;
  for (int edge = 0; edge < 2; edge++)
    for (int k = 0; k <= N; k++) {
      const int at = edge == 0 ? k : N - k;
      const double angle = last * at / N;
      const double s = sine(angle), c = cosine(angle);
      const double x = from + (wide[number - 1] - from) * s / sine(last);
      const double down = drop[number - 1] * (1 - c) / (1 - cosine(last));
      /* The normal of the ellipse, and half the thickness along it. */
      const double nx = drop[number - 1] / (1 - cosine(last)) * s;
      const double ny = (wide[number - 1] - from) / sine(last) * c;
      const double half = (at == 0 || at == N ? 1.6 : 2.3) * (edge == 0 ? 1 : -1);
      const double length = sqrt(nx * nx + ny * ny);
      add_out(self, x + half * nx / length, y + down - half * ny / length);
    }
}

/* --- hands and feet --- */

/* Where a hand or foot begins, and where it points to. */
typedef struct limb {
  double x, y, along_x, along_y;
} limb;

/* A point `u` along the limb and `v` outwards across it. */
static void add_limb(maker *self, const limb *at, double u, double v) {
  add_out(self, at->x + u * at->along_x + v * at->along_y,
          at->y + u * at->along_y - v * at->along_x);
}

/* A small rounded bone. */
static void add_blob(maker *self, const char *element, hw_skeleton_side side, int32_t number,
                     const limb *at, double u, double v, double long_half, double wide_half) {
  begin(self, element, side, number);
  self->shape->is_fine = true;
  add_limb(self, at, u - long_half, v - wide_half * 0.45);
  add_limb(self, at, u - long_half, v + wide_half * 0.45);
  add_limb(self, at, u - long_half * 0.1, v + wide_half);
  add_limb(self, at, u + long_half, v + wide_half * 0.5);
  add_limb(self, at, u + long_half, v - wide_half * 0.5);
  add_limb(self, at, u + long_half * 0.1, v - wide_half);
}

/* A bone of a finger from (u, v) on, narrow in its middle. `turn` is its angle to the limb. */
static void add_finger(maker *self, const char *element, hw_skeleton_side side, int32_t number,
                       const limb *at, double u, double v, double turn, double length,
                       double half) {
  const double c = cosine(turn), s = sine(turn);
  static const hw_point form[] = {{0, -1}, {0, 1}, {0.5, 0.55}, {1, 0.9}, {1, -0.9}, {0.5, -0.55}};
  begin(self, element, side, number);
  self->shape->is_fine = true;
  for (int32_t i = 0; i < COUNT_OF(form); i++) {
    const double along = form[i].x * length, across = form[i].y * half;
    add_limb(self, at, u + along * c - across * s, v + along * s + across * c);
  }
}

/* Rays of a hand or foot, thumb or great toe first. */
typedef struct ray {
  double u, v, turn, base, bones[3];
} ray;

static void add_rays(maker *self, hw_skeleton_side side, const limb *at, const ray *rays,
                     const char *base, const char *phalanx, double half) {
  int32_t number = 0;
  for (int32_t r = 0; r < 5; r++) {
    const ray *one = &rays[r];
    const double wide = r == 0 ? half * 1.25 : half;
    double done = one->base + 1.4;
    add_finger(self, base, side, r + 1, at, one->u, one->v, one->turn, one->base, wide);
    for (int k = 0; k < 3 && one->bones[k] > 0; k++) {
      add_finger(self, phalanx, side, ++number, at, one->u + done * cosine(one->turn),
                 one->v + done * sine(one->turn), one->turn, one->bones[k],
                 wide * (0.92 - 0.1 * k));
      done += one->bones[k] + 1.3;
    }
  }
}

static void add_hand(maker *self, hw_skeleton_side side) {
  static const limb at = {126.5, 411, 0.2195, 0.9756};
  /* Scaphoid, lunate, triquetral, pisiform; trapezium, trapezoid, capitate, hamate. */
  static const double places[8][2] = {{2.6, 6.6}, {1.8, 0.8}, {2.6, -4.8}, {4.8, -9.6},
                                      {9, 8.6},   {9, 3.1},   {8.4, -2.2}, {9.2, -7.6}};
  static const ray rays[5] = {{11, 12, 0.62, 12.5, {10, 8, 0}},
                              {14.5, 6.3, 0.13, 20, {13, 8, 6.2}},
                              {14.5, 1.4, 0.02, 19.5, {14.5, 9.6, 6.6}},
                              {14.5, -3.5, -0.09, 18, {13.2, 9, 6.4}},
                              {14, -8.3, -0.2, 16.5, {10.4, 6.6, 5.8}}};
  for (int32_t i = 0; i < 8; i++)
    add_blob(self, "carpal", side, i + 1, &at, places[i][0], places[i][1], 2.7, i == 3 ? 1.8 : 2.5);
  add_rays(self, side, &at, rays, "metacarpal", "hand phalanx", 1.75);
}

static void add_foot(maker *self, hw_skeleton_side side) {
  static const limb at = {42, 704, 0.2588, 0.9659};
  static const ray rays[5] = {{26, -7.6, -0.06, 17, {9, 7, 0}},
                              {26.5, -2.6, 0, 18.5, {7, 3.6, 3.4}},
                              {26, 1.7, 0.05, 17.5, {6.2, 3.2, 3.2}},
                              {25, 5.8, 0.1, 16.5, {5.6, 3, 3}},
                              {24, 9.9, 0.16, 15, {5, 2.8, 2.8}}};
  static const struct {
    const char *element;
    int32_t number;
    double u, v, long_half, wide_half;
  } tarsals[7] = {{"calcaneus", 0, 8.5, 8.6, 8.2, 3.6},   {"talus", 0, 4.5, -0.6, 6.4, 5},
                  {"navicular", 0, 14.4, -3.8, 2.6, 5.6}, {"cuboid", 0, 19.4, 6.6, 3.4, 3.6},
                  {"cuneiform", 1, 20.6, -8.4, 3.6, 2.3}, {"cuneiform", 2, 20.6, -3.4, 3.4, 1.9},
                  {"cuneiform", 3, 20.4, 0.9, 3.5, 1.8}};
  for (int32_t i = 0; i < 7; i++) {
    add_blob(self, tarsals[i].element, side, tarsals[i].number, &at, tarsals[i].u, tarsals[i].v,
             tarsals[i].long_half, tarsals[i].wide_half);
    self->shape->series = "tarsal";
    self->shape->series_number = i + 1;
  }
  add_rays(self, side, &at, rays, "metatarsal", "foot phalanx", 1.7);
}

/* --- teeth --- */

/* Which element a place of the arch is, and its number: upper ones are counted first. */
static const char *tooth_element(int32_t place, bool is_lower, int32_t *number) {
  if (place <= 2) {
    *number = place + (is_lower ? 2 : 0);
    return "incisor";
  }
  if (place == 3) {
    *number = is_lower ? 2 : 1;
    return "canine";
  }
  *number = place <= 5 ? place - 3 + (is_lower ? 2 : 0) : place - 5 + (is_lower ? 3 : 0);
  return place <= 5 ? "premolar" : "molar";
}

static void add_tooth(maker *self, hw_skeleton_side side, bool is_lower, int32_t place,
                      double angle, double half) {
  enum { N = 6 };
  const double middle_x = 57, middle_y = is_lower ? 72 : 63, wide = 31, high = 37;
  const double x = middle_x + outwards(side) * wide * sine(angle);
  const double y = middle_y + (is_lower ? 1 : -1) * high * cosine(angle);
  const bool is_left = side == HW_SKELETON_LEFT;
  int32_t number = 0;
  const char *element = tooth_element(place, is_lower, &number);
  begin(self, element, side, number);
  self->shape->is_fine = self->shape->is_inset = true;
  self->shape->series = "tooth";
  self->shape->series_number = 10 * (is_lower ? (is_left ? 3 : 4) : (is_left ? 2 : 1)) + place;
  for (int k = 0; k < N; k++) {
    const double turn = 2 * 3.14159265358979 * (k + 0.5) / N + angle;
    add(self, x + half * cosine(turn), y + half * sine(turn));
  }
}

static void add_teeth(maker *self) {
  static const double half[8] = {3, 2.6, 2.9, 3, 3.1, 4.1, 4, 3.6};
  for (int arch = 0; arch < 2; arch++)
    for (int side = 0; side < 2; side++) {
      double done = 0;
      for (int32_t i = 0; i < 8; i++) {
        /* 60: length of a side of the arch, taken as even along the angle. */
        add_tooth(self, side == 0 ? HW_SKELETON_LEFT : HW_SKELETON_RIGHT, arch == 1, i + 1,
                  1.62 * (done + half[i] + 0.4) / 60, half[i]);
        done += 2 * half[i] + 0.8;
      }
    }
}

/* --- all --- */

/* What lies behind comes first. */
void hwp_skeleton_make_shapes(hwp_skeleton_shapes *out) {
  static const hw_skeleton_side sides[] = {HW_SKELETON_RIGHT, HW_SKELETON_LEFT};
  maker self = {.out = out};
  out->n = out->n_points = 0;
  for (int s = 0; s < 2; s++) add_paired(&self, "scapula", sides[s]);
  add_vertebrae(&self);
  for (int s = 0; s < 2; s++)
    for (int32_t i = 1; i <= 12; i++) add_rib(&self, sides[s], i);
  add_midline(&self, "sternum");
  add_midline(&self, "sacrum");
  add_midline(&self, "coccyx");
  add_midline(&self, "cranium");
  add_midline(&self, "frontal");
  for (int s = 0; s < 2; s++) {
    static const char *const face[] = {"parietal", "temporal", "zygomatic", "maxilla"};
    for (int32_t i = 0; i < COUNT_OF(face); i++) add_paired(&self, face[i], sides[s]);
  }
  add_midline(&self, "mandible");
  add_midline(&self, "hyoid");
  for (int s = 0; s < 2; s++) {
    static const char *const limbs[] = {"clavicle", "humerus", "ulna",   "radius", "hip bone",
                                        "femur",    "patella", "fibula", "tibia"};
    for (int32_t i = 0; i < COUNT_OF(limbs); i++) add_paired(&self, limbs[i], sides[s]);
    add_hand(&self, sides[s]);
    add_foot(&self, sides[s]);
  }
  add_teeth(&self);
  add_symmetric(&self, "occipital", occipital, COUNT_OF(occipital), OCCIPITAL_MIDDLE);
  self.shape->is_inset = true;
}
