/* Y haplotypes and mtDNA that go down the lines of a family.
 *
 * Founders come from a pool, the same for all families of a case, so that haplotypes recur as they
 * do in a population. The pool has CLUSTERS centres. A Y haplotype differs from its centre at
 * each marker by a discrete Laplace variate, the model of lineage.h (Andersen, Eriksen & Morling
 * 2013): two geometric numbers of ratio 0.3, one up, one down. An mtDNA has the transitions of its
 * centre and a few of its own. Positions at which length varies within a person, which
 * comparisons leave out, are never changed.
 *
 * DYS389II is a stretch that contains DYS389I. What is drawn and changes at its place is the rest of
 * the stretch, a marker like the others; what is told is the whole, as kits report it: always longer
 * than DYS389I, and by one repeat longer or shorter where that one changed.
 *
 * Then men inherit the father's Y, each marker changed by one repeat with the rate of a meiosis,
 * and everybody the mother's mtDNA, with at most one transition more, or one that is taken back.
 * All is synthetic: centres are drawn, no haplotype is of a person. */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/check.h"
#include "base/str.h"
#include "homeward/lineage.h"
#include "homeward/mtdna.h"
#include "simulate/order.h"
#include "simulate/snp_int.h"

enum {
  CLUSTERS = 6,
  USUAL_Y_MARKERS = 17,
  USUAL_FOUNDERS = 400,
  MOST_FOUNDERS = 1000000,
  LEAST_REPEATS = 8,
  SPREAD_REPEATS = 16,
  MOST_TRANSITIONS = 24,
  OF_CENTRE = 4,
  MOST_OWN = 5
};
static const double usual_y_rate = 0.002, usual_mt_rate = 0.004, y_ratio = 0.3;

/* Where mtDNA may change: the two ranges without what varies in length. */
static const hw_mt_range places[] = {
    {16024, 16179}, {16194, 16257}, {16263, 16365}, {73, 302}, {317, 340}};

/* Markers of one copy of the common kits. */
static const char *const y_names[HW_SIMULATED_Y_MARKERS] = {
    "DYS19",  "DYS389I", "DYS389II", "DYS390", "DYS391",  "DYS392", "DYS393", "DYS437", "DYS438",
    "DYS439", "DYS448",  "DYS456",   "DYS458", "YGATAH4", "DYS635", "DYS570", "DYS576", "DYS481",
    "DYS533", "DYS549",  "DYS643",   "DYS449", "DYS460",  "DYS518", "DYS627"};

const char *hw_simulated_y_marker(int32_t index) {
  return index >= 0 && index < HW_SIMULATED_Y_MARKERS ? y_names[index] : NULL;
}

/* Their places in y_names. */
enum { DYS389I = 1, DYS389II = 2 };

/* Positions that differ from the reference, ascending. */
typedef struct transitions {
  int32_t n;
  int32_t at[MOST_TRANSITIONS];
} transitions;

typedef struct maker {
  const hw_random *pool;
  int32_t n_y, n_founders;
  double y_rate, mt_rate;
  int32_t *y; /* n_persons × n_y */
  transitions *mt;
} maker;

/* ---- the pool: each founder is a function of its number ---- */

static int32_t draw_position(hw_random *stream) {
  int32_t total = 0, left = 0;
  const int n = sizeof places / sizeof *places;
  for (int i = 0; i < n; i++) total += places[i].last - places[i].first + 1;
  left = (int32_t)hw_random_below(stream, (uint64_t)total);
  for (int i = 0; i < n; i++) {
    const int32_t length = places[i].last - places[i].first + 1;
    if (left < length) return places[i].first + left;
    left -= length;
  }
  return places[0].first;
}

/* Puts a position in, or takes it out where it is there already. */
static void toggle(transitions *self, int32_t position) {
  int32_t i = 0;
  while (i < self->n && self->at[i] < position) i++;
  const size_t rest = (size_t)(self->n - i) * sizeof *self->at;
  if (i < self->n && self->at[i] == position) {
    memmove(self->at + i, self->at + i + 1, rest - sizeof *self->at);
    self->n--;
  } else if (self->n < MOST_TRANSITIONS) {
    memmove(self->at + i + 1, self->at + i, rest);
    self->at[i] = position;
    self->n++;
  }
}

static int32_t geometric(hw_random *stream) {
  int32_t n = 0;
  while (hw_random_double(stream) < y_ratio) n++;
  return n;
}

static int32_t at_least_one(int32_t repeats) {
  return repeats < 1 ? 1 : repeats;
}

static void make_y(const maker *self, uint64_t founder, int32_t *alleles) {
  const hw_random root = hw_random_split(self->pool, 1);
  hw_random own = hw_random_split(&root, CLUSTERS + founder);
  hw_random centre = hw_random_split(&root, hw_random_below(&own, CLUSTERS));
  for (int32_t k = 0; k < self->n_y; k++) {
    const int32_t middle = LEAST_REPEATS + (int32_t)hw_random_below(&centre, SPREAD_REPEATS);
    const int32_t up = geometric(&own), down = geometric(&own);
    alleles[k] = at_least_one(middle + up - down);
  }
}

static void make_mt(const maker *self, uint64_t founder, transitions *out) {
  const hw_random root = hw_random_split(self->pool, 2);
  hw_random own = hw_random_split(&root, CLUSTERS + founder);
  hw_random centre = hw_random_split(&root, hw_random_below(&own, CLUSTERS));
  out->n = 0;
  for (int i = 0; i < OF_CENTRE; i++) toggle(out, draw_position(&centre));
  const uint64_t n_own = 1 + hw_random_below(&own, MOST_OWN);
  for (uint64_t i = 0; i < n_own; i++) toggle(out, draw_position(&own));
}

/* ---- down the lines ---- */

static void drop_y(maker *self, int32_t person, int32_t father, hw_sex sex, hw_random *stream) {
  int32_t *own = self->y + (size_t)person * (size_t)self->n_y;
  const uint64_t founder = hw_random_below(stream, (uint64_t)self->n_founders);
  for (int32_t k = 0; k < self->n_y; k++) own[k] = -1;
  if (sex != HW_MALE) return;
  if (father == HW_PERSON_NONE) {
    make_y(self, founder, own);
    return;
  }
  for (int32_t k = 0; k < self->n_y; k++) {
    own[k] = self->y[(size_t)father * (size_t)self->n_y + (size_t)k];
    if (hw_random_double(stream) < self->y_rate)
      own[k] = at_least_one(own[k] + (hw_random_below(stream, 2) == 0 ? 1 : -1));
  }
}

static void drop_mt(maker *self, int32_t person, int32_t mother, hw_random *stream) {
  transitions *own = &self->mt[person];
  const uint64_t founder = hw_random_below(stream, (uint64_t)self->n_founders);
  if (mother == HW_PERSON_NONE) {
    make_mt(self, founder, own);
    return;
  }
  *own = self->mt[mother];
  if (hw_random_double(stream) < self->mt_rate) toggle(own, draw_position(stream));
}

static void drop_all(maker *self, const hw_pedigree *pedigree, const hw_sex *sexes,
                     const hwp_order *order, const hw_random *stream) {
  for (int32_t k = 0; k < order->n; k++) {
    const int32_t i = order->who[k];
    const hw_random own = hw_random_split(stream, (uint64_t)i);
    hw_random y = hw_random_split(&own, 1), mt = hw_random_split(&own, 2);
    drop_y(self, i, order->father[i], sexes[i], &y);
    drop_mt(self, i, order->mother[i], &mt);
  }
  const size_t row = (size_t)self->n_y;
  for (int32_t i = 0; i < pedigree->n_persons; i++) {
    const size_t first = (size_t)order->first[i];
    if (first == (size_t)i) continue;
    memcpy(self->y + (size_t)i * row, self->y + first * row, row * sizeof *self->y);
    self->mt[i] = self->mt[first];
  }
}

/* The rest of DYS389II becomes the whole. */
static void tell_whole(const maker *self, const hw_pedigree *pedigree) {
  if (self->n_y <= DYS389II) return;
  for (int32_t i = 0; i < pedigree->n_persons; i++) {
    int32_t *own = self->y + (size_t)i * (size_t)self->n_y;
    if (own[DYS389I] > 0) own[DYS389II] += own[DYS389I];
  }
}

/* ---- text ---- */

static char transition_of(char base) {
  return base == 'A' ? 'G' : base == 'G' ? 'A' : base == 'C' ? 'T' : 'C';
}

static const char *format(const transitions *mt, hw_str *text, hw_arena *arena) {
  text->length = 0;
  for (int32_t i = 0; i < mt->n; i++)
    hw_str_append_format(text, "%s%d%c", i > 0 ? " " : "", (int)mt->at[i],
                         transition_of(hw_mt_reference(mt->at[i])));
  if (mt->n == 0) hw_str_append(text, "rCRS");
  return hw_str_status(text) == HW_OK ? hw_arena_strdup(arena, hw_str_text(text)) : NULL;
}

/* ---- the whole ---- */

typedef struct storage {
  hw_arena arena;
  hw_lineages lineages;
} storage;

static hw_status check(const hw_simulated_lines *options, hw_err *err) {
  if (options->n_y_markers < 0 || options->n_y_markers > HW_SIMULATED_Y_MARKERS)
    return hw_err_set(err, HW_E_VALUE, "%d Y markers are not in 1 ... %d",
                      (int)options->n_y_markers, HW_SIMULATED_Y_MARKERS);
  if (options->n_founders < 0 || options->n_founders > MOST_FOUNDERS)
    return hw_err_set(err, HW_E_VALUE, "%d founders of lines are not in 1 ... %d",
                      (int)options->n_founders, (int)MOST_FOUNDERS);
  if (!(options->y_rate_per_meiosis >= 0 && options->y_rate_per_meiosis <= 1 &&
        options->mt_rate_per_meiosis >= 0 && options->mt_rate_per_meiosis <= 1))
    return hw_err_set(err, HW_E_VALUE, "a mutation rate of a line is not in 0 ... 1");
  return HW_OK;
}

static hw_status make(storage *self, const hw_pedigree *pedigree, const hw_sex *sexes, maker *lines,
                      const hw_random *stream, hw_err *err) {
  const size_t n = (size_t)pedigree->n_persons;
  hw_arena *arena = &self->arena;
  const char **texts = hw_arena_alloc_array(arena, n, sizeof *texts);
  lines->y = hw_arena_alloc_array(arena, n * (size_t)lines->n_y, sizeof *lines->y);
  lines->mt = hw_arena_alloc_array(arena, n, sizeof *lines->mt);
  if (texts == NULL || lines->y == NULL || lines->mt == NULL)
    return HW_NO_MEMORY(err, "the lines of a family");
  hwp_order order;
  HW_TRY(hwp_order_make(pedigree, &order, err));
  drop_all(lines, pedigree, sexes, &order, stream);
  tell_whole(lines, pedigree);
  hwp_order_clear(&order);
  hw_str text = HW_STR_INIT;
  bool fits = true;
  for (size_t i = 0; i < n && fits; i++)
    fits = (texts[i] = format(&lines->mt[i], &text, arena)) != NULL;
  hw_str_clear(&text);
  if (!fits) return HW_NO_MEMORY(err, "the lines of a family");
  self->lineages = (hw_lineages){.n_y_markers = lines->n_y, .y = lines->y, .mt = texts};
  return HW_OK;
}

hw_status hw_simulate_lineages(const hw_pedigree *pedigree, const hw_sex *sexes,
                               const hw_simulated_lines *options, const hw_random *pool,
                               const hw_random *stream, hw_lineages **out, hw_err *err) {
  *out = NULL;
  HW_TRY(check(options, err));
  maker lines = {
      .pool = pool,
      .n_y = options->n_y_markers > 0 ? options->n_y_markers : USUAL_Y_MARKERS,
      .n_founders = options->n_founders > 0 ? options->n_founders : USUAL_FOUNDERS,
      .y_rate = options->y_rate_per_meiosis > 0 ? options->y_rate_per_meiosis : usual_y_rate,
      .mt_rate = options->mt_rate_per_meiosis > 0 ? options->mt_rate_per_meiosis : usual_mt_rate};
  storage *self = calloc(1, sizeof *self);
  if (self == NULL) return HW_NO_MEMORY(err, "the lines of a family");
  const hw_status status = make(self, pedigree, sexes, &lines, stream, err);
  self->lineages.storage = self;
  if (status == HW_OK)
    *out = &self->lineages;
  else
    hw_lineages_delete(&self->lineages);
  return status;
}

void hw_lineages_delete(hw_lineages *self) {
  if (self == NULL) return;
  storage *own = self->storage;
  hw_arena_clear(&own->arena);
  free(own);
}
