/* Shared by the files of the Markov chain: its state, and what moves it. */
#ifndef HW_IDENTIFY_JOINT_CHAIN_INT_H
#define HW_IDENTIFY_JOINT_CHAIN_INT_H

#include "identify/joint_int.h"

/* Batches of one chain, for the standard errors. */
enum { HWP_CHAIN_BATCHES = 32 };

typedef struct chain_pair {
  int32_t family, place, candidate, remains;
} chain_pair;

/* Listed placements of a family by who is placed. */
typedef struct chain_lookup {
  int64_t *slots; /* placement, −1 = free */
  uint64_t n_slots;
} chain_lookup;

typedef struct chain {
  hw_joint *joint;
  joint_part *part;
  hw_arena arena;
  int64_t n_pairs;
  chain_pair *pairs;
  chain_lookup *lookups; /* per family of the part */
  int32_t *slot_of;      /* per family of the case: its number in the part */
  int32_t **row_of;      /* per family of the part, place × candidate: number of the pair, −1 */
  /* State. */
  int32_t **placed;              /* per family of the part */
  double *ln;                    /* per family of the part: weight of its placement */
  int32_t *family_at, *place_at; /* per remains of the case: where it stands, family −1 = free */
  int32_t n_placed;
  double value;
  /* Counting. */
  bool is_counting;
  int64_t step, batch_begin;
  int64_t *since; /* per pair: step from which on it has stood, −1 = it does not */
  double *batch, *sum, *square, *half; /* per pair; half: per pair and half of a chain */
  int32_t i_half, n_halves, n_batches;
  /* What was seen. */
  int32_t max_seen;
  uint64_t *seen_hash;
} chain;

/* One or two families with new placements. */
typedef struct chain_move {
  int32_t n; /* families */
  int32_t family[2];
  int32_t *placed[2];
  double ln[2];
  double delta;
  int32_t n_changed; /* places */
  int32_t changed_family[2], changed_place[2], changed_to[2];
  int32_t more; /* pairings */
} chain_move;

/* Listed placements of a family, for hwp_chain_weigh. */
HW_MUST_CHECK hw_status hwp_chain_make_lookup(chain *self, const joint_family *family,
                                              chain_lookup *out, hw_err *err);
/* ln weight of a placement: from the list, or computed where the list is not whole. */
HW_MUST_CHECK hw_status hwp_chain_weigh(chain *self, int32_t slot, const int32_t *placed,
                                        double *ln, hw_err *err);
/* The move that a pair stands for. @return false if there is none */
bool hwp_chain_make_move(chain *self, const chain_pair *pair, chain_move *move);
/* Fills the weights and delta of a move. */
HW_MUST_CHECK hw_status hwp_chain_weigh_move(chain *self, chain_move *move, hw_err *err);
void hwp_chain_apply(chain *self, const chain_move *move);
/* A place becomes empty, is taken. */
void hwp_chain_leave(chain *self, int32_t slot, int32_t place);
void hwp_chain_enter(chain *self, int32_t slot, int32_t place, int32_t candidate);
/* Ends a batch: what stands counts up to now. */
void hwp_chain_end_batch(chain *self);
/* Best values of the states that a move leads to. */
void hwp_chain_note_values(chain *self, const chain_move *move, double value);
/* Keeps the assignment at hand if it is among the best and new. */
void hwp_chain_note_state(chain *self);

static inline double hwp_chain_size(const hw_joint *joint, int32_t n) {
  return hwp_joint_size(joint, (uint64_t)n);
}

static inline void hwp_chain_raise(double *largest, double value) {
  if (value > *largest) *largest = value;
}

#endif
