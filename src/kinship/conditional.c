/* Tables given what one more relative shows. See conditional.h. */
#include "kinship/conditional.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/check.h"
#include "base/elementary.h"
#include "kinship/kin.h"
#include "kinship/table_int.h"

enum {
  MOST_SHOWN = 127,      /* of one elimination: two phases each fill the longest list of a plan */
  MOST_ENTRIES = 1 << 20 /* of its result: 8 MB */
};

struct hwp_conditional {
  const hw_problem *family;
  const hw_rows *rows;
  hw_kin *kin;
  bool is_male; /* the missing person */
  hw_arena arena;
};

bool hwp_conditional_can(const hw_problem *family, int32_t marker) {
  return family->theta == 0.0 && family->n_linkages == 0 &&
         family->markers[marker].silent == HW_ALLELE_NONE;
}

hw_status hwp_conditional_new(const hw_problem *family, int32_t missing, int32_t relative,
                              const hw_likelihood_options *options, hwp_conditional **out,
                              hw_err *err) {
  *out = NULL;
  hwp_conditional *self = calloc(1, sizeof *self);
  if (self == NULL) return HW_NO_MEMORY(err, "tables of a relative");
  hwp_family individuals;
  hw_arena_init(&self->arena, 0);
  self->family = family;
  self->rows = hw_rows_find(options != NULL ? options->simd : NULL);
  hw_status status = hw_kin_new(family->pedigree, family->n_profiles, family->profile_person,
                                missing, options, &self->kin, err);
  if (status == HW_OK && hwp_family_init(&individuals, family->pedigree, &self->arena) != HW_OK)
    status = HW_NO_MEMORY(err, "tables of a relative");
  if (status != HW_OK) {
    hwp_conditional_delete(self);
    return status;
  }
  hwp_kin_set_second(self->kin, relative);
  self->is_male = individuals.sex[individuals.individual[missing]] == HW_MALE;
  *out = self;
  return HW_OK;
}

void hwp_conditional_delete(hwp_conditional *self) {
  if (self == NULL) return;
  hw_kin_delete(self->kin);
  hw_arena_clear(&self->arena);
  free(self);
}

/* One table from a joint distribution; room: n_genotypes, then n_codes numbers. */
static void fill_table(const hwp_conditional *self, const hw_marker *marker, const double *joint,
                       const double *unrelated, const double *unrelated_partial, double *room,
                       hw_marker_table *out) {
  double *related = room, *log10_lr = room + out->n_genotypes;
  const double sum = hwp_table_fold(joint, marker->n_alleles, out->single, related);
  out->ln_family = hw_ln(sum);
  /* What contradicts the family tells nothing about anybody. */
  if (sum == 0.0) memcpy(related, unrelated, sizeof *related * (size_t)out->n_genotypes);
  out->related = related;
  out->unrelated = unrelated;
  out->log10_lr = log10_lr;
  hwp_table_fill_codes(self->rows, marker, out, unrelated_partial, log10_lr);
}

hw_status hwp_conditional_run(hwp_conditional *self, int32_t m, int32_t n,
                              const hw_observation *shown, const hw_marker_table **tables,
                              int32_t *n_done, hw_err *err) {
  const hw_problem *family = self->family;
  const hw_marker *marker = &family->markers[m];
  const size_t k = (size_t)marker->n_alleles;
  hw_marker_table like = {0};
  hwp_table_size(&like, marker, hw_marker_is_x(marker) && self->is_male);
  const size_t side = like.single ? k : k * k;
  const size_t one = (size_t)like.n_genotypes + (size_t)like.n_codes;
  const size_t fits = MOST_ENTRIES / side / 2;
  if (n > MOST_SHOWN) n = MOST_SHOWN;
  if ((size_t)n > fits) n = fits > 0 ? (int32_t)fits : 1;
  hw_arena_reset(&self->arena);
  double *joint = hw_arena_alloc_array(&self->arena, 2 * side * (size_t)n, sizeof *joint);
  double *room = hw_arena_alloc_array(&self->arena, one * (size_t)n, sizeof *room);
  double *unrelated = hw_arena_alloc_array(&self->arena, one, sizeof *unrelated);
  hw_marker_table *list = hw_arena_alloc_array(&self->arena, (size_t)n, sizeof *list);
  const hw_observation **column =
      hw_arena_alloc_array(&self->arena, (size_t)family->n_profiles + 1, sizeof *column);
  if (joint == NULL || room == NULL || unrelated == NULL || list == NULL || column == NULL)
    return HW_NO_MEMORY(err, "tables of a relative");
  hwp_take_column(family, m, column);
  HW_TRY(
      hwp_kin_genotypes_given(self->kin, marker, family->profiles, column, n, shown, joint, err));
  double *partial = unrelated + like.n_genotypes;
  hwp_table_population(marker, like.single, unrelated);
  if (!like.single) hwp_table_partial_sums(unrelated, marker->n_alleles, partial);
  for (int32_t i = 0; i < n; i++) {
    list[i] = like;
    fill_table(self, marker, joint + side * (size_t)i, unrelated, partial, room + one * (size_t)i,
               &list[i]);
  }
  *tables = list;
  *n_done = n;
  return HW_OK;
}
