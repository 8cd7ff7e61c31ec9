/* Shared inside the engine of linked markers: inheritance vectors without what
 * symmetry makes equal, and the graphs of founder alleles that they stand for. */
#ifndef HW_KINSHIP_LINKED_INT_H
#define HW_KINSHIP_LINKED_INT_H

#include "base/arena.h"
#include "homeward/linked.h"
#include "kernels/walk.h"
#include "kinship/family.h"

/* Meioses that do the same to a vector: the bits that they turn over, and how many follow the
 * female and the male map. They recombine oddly with 1 − 2θ = Π (1 − 2θ_i). */
typedef struct hwp_meiosis {
  uint32_t mask;
  int32_t n_female, n_male;
} hwp_meiosis;

/* A meiosis whose bit is not kept, see linked_couples.c. */
typedef struct hwp_fold {
  hw_walk_fold walk;
  hwp_meiosis meiosis; /* without a mask */
} hwp_fold;

/* Most couples that change places. */
enum { HWP_MOST_FOLDS = 8 };

/* Typed persons whose alleles hang together, and how to sum over those alleles. */
typedef struct hwp_graph {
  int32_t n_ops;
  const hw_walk_op *ops;
  int32_t most_open; /* digits of the largest table */
  int32_t n_nodes;
} hwp_graph;

/* The vectors of one pedigree, autosomal or on X. */
typedef struct hwp_vectors {
  int32_t n_all;        /* meioses, also those that a flip makes vanish */
  int32_t n_bits;       /* of a vector */
  int32_t n_state_bits; /* n_bits, but at least those of one row of lanes: higher ones do nothing */
  int32_t n_meioses;
  const hwp_meiosis *meioses; /* in the order in which they are mixed */
  int32_t n_folds;
  hwp_fold folds[HWP_MOST_FOLDS]; /* done after the meioses */
  int32_t n_graphs;
  const hwp_graph *graphs;
  int32_t n_labels;
  const int32_t *first; /* n_labels + 1: where a label's graphs begin in `part` */
  const int32_t *part;
  const uint16_t *label; /* 2^n_state_bits */
  uint32_t singles;      /* bit t: typed person t has one allele */
} hwp_vectors;

/* Edges of a graph of founder alleles: a typed person and her two alleles, or one twice. */
typedef struct hwp_edge {
  uint8_t typed, a, b;
} hwp_edge;

/* The allele slots of a pedigree, and whose allele came from where (linked_vectors.c). */
typedef struct hwp_tracer {
  const hw_linked_problem *problem;
  bool on_x;
  hwp_family family;
  bool *is_kept; /* individuals who matter */
  int32_t n_slots;
  int32_t *slot;    /* parents first: 2i the paternal, 2i + 1 the maternal allele of individual i */
  int32_t *parent;  /* per place in `slot`: individual, −1 = founder allele */
  int32_t *bit;     /* per place: of the vector, −1 = none */
  bool *is_meiosis; /* per place: the parent has two alleles */
  int32_t *fold;    /* per place: a couple whose fold it is, or −1 */
  int32_t n_folds, fold_father[HWP_MOST_FOLDS];
  int32_t n_all, n_bits;
  uint8_t *root;       /* per slot: number of the founder allele */
  int32_t *individual; /* per typed person */
} hwp_tracer;

/* The graph of a vector: one edge for each typed person, nodes as founder alleles are numbered. */
void hwp_trace(hwp_tracer *self, uint32_t v, hwp_edge *edges);

/* Couples that may change places (linked_couples.c). */
bool hwp_has_equal_maps(const hw_linked_problem *problem);
void hwp_find_folds(hwp_tracer *self);
hw_walk_fold hwp_fold_of(const hwp_tracer *self, int32_t folded);

/* Labels, graphs and their programs of all vectors (linked_labels.c). */
HW_MUST_CHECK hw_status hwp_labels_make(hwp_tracer *tracer, hwp_vectors *out, hw_arena *arena,
                                        hw_arena *scratch, hw_err *err);

/* Counts meioses and bits only. */
HW_MUST_CHECK hw_status hwp_vectors_count(const hw_linked_problem *problem, bool on_x,
                                          int32_t *n_all, int32_t *n_bits, hw_err *err);
/* @param arena    keeps what `out` points to
 * @param scratch  for the way there */
HW_MUST_CHECK hw_status hwp_vectors_init(const hw_linked_problem *problem, bool on_x,
                                         hwp_vectors *out, hw_arena *arena, hw_arena *scratch,
                                         hw_err *err);

/* Writes the program that sums over the alleles of a connected graph.
 * @param ops  [out] room for 3 × n_edges + 2 × n_nodes
 * @return number of operations; *most_open the digits of the largest table */
int32_t hwp_graph_program(int32_t n_edges, const hwp_edge *edges, int32_t n_nodes, hw_walk_op *ops,
                          int32_t *most_open);

/* --- a walk along the map (linked_walk.c) --- */

enum { HWP_MOST_BITS = 28, HWP_DEFAULT_BITS = 24 };

/* 1 − 2θ of a meiosis on the female and on the male map, by Haldane's function. */
typedef struct hwp_interval {
  double female, male;
} hwp_interval;

hwp_interval hwp_interval_between(const hw_linked_marker *a, const hw_linked_marker *b);
/* Chance that the mask's bits are turned over. */
double hwp_interval_theta(const hwp_interval *self, const hwp_meiosis *meiosis);

/* One state, and what a row of HW_WALK_LANES markers weighs. */
typedef struct hwp_walker {
  const hw_linked_problem *problem;
  const hw_walk *kernels;
  int32_t max_bits;
  bool in_double;
  hw_arena markers, arena, scratch;
  int64_t *offset; /* per marker: of its likelihoods */
  int is_for;      /* what the vectors are for: 1 = X, 0 = not, −1 = nothing yet */
  hwp_vectors vectors;
  const hwp_vectors *shared; /* not NULL: to be used, made by another walker */
  float *state;              /* 2^n_state_bits; or the other one, in double precision */
  double *wide_state;
  hw_walk_step *steps;
  double *table; /* of programs */
  int32_t n_urn_nodes;
  double *frequency;    /* per population of the urn: K × lanes */
  double *share;        /* per population × lanes */
  double **typed;       /* per typed person: genotypes × lanes */
  double *part;         /* per graph × lanes */
  double *weight;       /* per label × lanes */
  float *marker_weight; /* per label */
} hwp_walker;

/* @return HW_OK, or what is wrong with problem and options; clear it in any case */
HW_MUST_CHECK hw_status hwp_walker_init(hwp_walker *self, const hw_linked_problem *problem,
                                        const hw_linked_options *options, hw_err *err);
void hwp_walker_clear(hwp_walker *self);
/* Makes the vectors for X or the other chromosomes. What is allocated from `scratch` after it is
 * valid until the next time. */
HW_MUST_CHECK hw_status hwp_walker_enter(hwp_walker *self, bool on_x, hw_err *err);
/* Alleles of the largest of n markers. */
int32_t hwp_walker_alleles(const hwp_walker *self, int32_t first, int32_t n);
/* Puts the data of HW_WALK_LANES markers side by side, for k alleles; −1 = a marker of one allele.
 * Who has no likelihoods is passed over. */
void hwp_walker_load_lanes(hwp_walker *self, const int32_t *markers, int32_t k);
/* The same for markers first … first + n − 1; the last is repeated. */
void hwp_walker_load_row(hwp_walker *self, int32_t first, int32_t n, int32_t k);
/* Sums each label's likelihood of the loaded row into `weight`. */
void hwp_walker_sum_row(hwp_walker *self, int32_t k);
/* The same with the genotype of one typed person known. */
void hwp_walker_sum_known(hwp_walker *self, int32_t typed, int64_t genotype, int32_t k);
/* The uniform state. */
void hwp_walker_begin(hwp_walker *self);
/* Mixes the state by the interval before a marker. */
void hwp_walker_mix(hwp_walker *self, int32_t marker);
/* Largest weight of a marker of the row. */
double hwp_walker_largest(const hwp_walker *self, int lane);
/* Multiplies the state by a marker's weights over the largest, times scale. @return the sum */
double hwp_walker_take(hwp_walker *self, int lane, double largest, double scale);
/* ln P(data of a chromosome), by one forward pass; its vectors are entered. */
double hwp_walker_run(hwp_walker *self, int32_t first, int32_t end);
/* One behind the last marker of the chromosome of marker m. */
int32_t hwp_walker_chromosome_end(const hwp_walker *self, int32_t m);

static inline int64_t hwp_genotypes_of(int32_t n_alleles) {
  return (int64_t)n_alleles * (n_alleles + 1) / 2;
}

/* Checks of a problem (linked_check.c), and the error that names who costs most. */
HW_MUST_CHECK hw_status hwp_linked_check(const hw_linked_problem *problem, hw_err *err);
HW_MUST_CHECK hw_status hwp_linked_too_complex(const hw_linked_problem *problem, bool on_x,
                                               int32_t bits, int32_t max_bits, hw_err *err);

#endif
