/* What a laboratory sees of a genotype: everything in an intact sample; in a
 * degraded one, what the lengths of the amplicons have left (the formula stands
 * with hw_degradation in simulate.h).
 *
 * The two copies of a homozygote are lost independently, as the two alleles of a
 * heterozygote are. A single visible allele is written as a partial genotype
 * also where the person is truly homozygous: the laboratory cannot tell, and to
 * write a/a there would make false exclusions. */
#include "base/check.h"
#include "simulate/simulate_int.h"

/* base^n by squaring: multiplications only, so that every machine has the same bits. */
static double power(double base, int32_t n) {
  double result = 1;
  for (; n > 0; n /= 2) {
    if (n % 2 == 1) result *= base;
    base *= base;
  }
  return result;
}

double hw_degradation_dropout(const hw_degradation *self, int32_t length_bp) {
  if (self->damage_per_base <= 0) return 0;
  return power(1 - power(1 - self->damage_per_base, length_bp), self->n_copies);
}

static bool is_seen(double dropout, hw_random *stream) {
  return hw_random_double(stream) >= dropout;
}

hw_sex hwp_sample_sex(const hwp_sample *self, hw_sex truth, hw_random *stream) {
  double dropout = hw_degradation_dropout(&self->degradation, self->length_bp);
  bool first = is_seen(dropout, stream), second = is_seen(dropout, stream);
  return first && second ? truth : HW_UNKNOWN_SEX;
}

static hw_status type_set(const hwp_sample *self, const hw_marker *marker,
                          const hw_allele genotype[2], double dropout, hw_random *stream,
                          hw_arena *arena, hw_observation *out, hw_err *err) {
  hw_allele *seen = hw_arena_alloc_array(arena, (size_t)marker->n_alleles + 1, sizeof *seen);
  if (seen == NULL) return HW_NO_MEMORY(err, "a set of alleles");
  bool first = genotype[0] != HW_ALLELE_NONE && is_seen(dropout, stream);
  bool second = is_seen(dropout, stream);
  *out =
      (hw_observation){.kind = HW_OBS_SET, .a = HW_ALLELE_NONE, .b = HW_ALLELE_NONE, .seen = seen};
  for (hw_allele a = 0; a < marker->n_alleles; a++) {
    bool is_in = (first && genotype[0] == a) || (second && genotype[1] == a);
    /* Drawn for every allele, seen or not, so that the number of draws does not depend on them. */
    bool dropped_in = hw_random_double(stream) < self->drop_in * marker->frequencies[a];
    if ((is_in || dropped_in) && a != marker->silent) seen[out->n_seen++] = a;
  }
  return HW_OK;
}

/* An allele that is silent cannot be seen; its partner then looks homozygous. */
static hw_observation type_intact(const hw_marker *marker, hw_allele a, hw_allele b) {
  /* Smaller allele first: a profile must not tell which parent gave what. */
  hw_observation out = {.kind = HW_OBS_GENOTYPE, .a = a < b ? a : b, .b = a < b ? b : a};
  if (marker->silent != HW_ALLELE_NONE) {
    if (a == marker->silent) out.a = out.b = b;
    if (b == marker->silent) out.a = out.b = a;
    if (a == marker->silent && b == marker->silent)
      out = (hw_observation){.kind = HW_OBS_MISSING, .a = HW_ALLELE_NONE, .b = HW_ALLELE_NONE};
  }
  return out;
}

hw_status hwp_sample_type(const hwp_sample *self, const hw_marker *marker,
                          const hw_allele genotype[2], hw_random *stream, hw_arena *arena,
                          hw_observation *out, hw_err *err) {
  double dropout = hw_degradation_dropout(&self->degradation, self->length_bp);
  bool is_degraded = self->degradation.damage_per_base > 0;
  if (is_degraded && self->form == HW_DEGRADED_SET)
    return type_set(self, marker, genotype, dropout, stream, arena, out, err);

  bool is_single = genotype[0] == HW_ALLELE_NONE;
  hw_allele a = genotype[0], b = genotype[1];
  if (!is_single && !is_seen(dropout, stream)) a = HW_ALLELE_NONE;
  if (!is_seen(dropout, stream)) b = HW_ALLELE_NONE;
  if (is_degraded && a == marker->silent) a = HW_ALLELE_NONE;
  if (is_degraded && b == marker->silent) b = HW_ALLELE_NONE;
  if (a == HW_ALLELE_NONE) {
    a = b;
    b = HW_ALLELE_NONE;
  }
  *out = (hw_observation){.kind = HW_OBS_MISSING, .a = HW_ALLELE_NONE, .b = HW_ALLELE_NONE};
  if (a == HW_ALLELE_NONE || (is_single && a == marker->silent)) return HW_OK;
  if (is_single)
    *out = (hw_observation){.kind = HW_OBS_SINGLE, .a = a, .b = HW_ALLELE_NONE};
  else if (is_degraded && (b == HW_ALLELE_NONE || a == b))
    /* a == b: both copies of a homozygote seen look like one allele. */
    *out = (hw_observation){.kind = HW_OBS_GENOTYPE, .a = a, .b = HW_ALLELE_NONE};
  else
    *out = type_intact(marker, a, b);
  return HW_OK;
}
