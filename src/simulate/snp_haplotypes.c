/* Genes of a family at a panel of linked markers.
 *
 * A chromosome at a time. First every founder's chromosome: an allele at each marker from one
 * Pólya urn a marker (Balding & Nichols 1994 in Hoppe's form, as drop.c), which makes
 * founders alike by theta but leaves the markers of one chromosome independent: no linkage
 * disequilibrium. Then the others, parents first: a meiosis begins on either of the parent's
 * chromosomes and changes over at crossovers, which fall along the map of the parent's sex as a
 * Poisson process of one in 100 cM. Between two markers d Morgan apart the number is odd with
 * probability (1 − e^−2d)/2, Haldane's function (1919), so the likelihoods of linked.h are those
 * of exactly this process.
 *
 * Streams: stream / chromosome / 0 for the founders, in the order of markers, and
 * stream / chromosome / 1 + 2·person + side for a meiosis, whose crossovers hence do not depend
 * on the markers nor on who else is in the pedigree. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/check.h"
#include "simulate/order.h"
#include "simulate/snp_int.h"

enum { PATERNAL = 0, MATERNAL = 1 };

/* A chromosome that comes from outside of the pedigree. */
typedef struct founder {
  int32_t person, side;
} founder;

typedef struct dropper {
  const hw_panel *panel;
  const hw_sex *sexes;
  int32_t population;
  double theta;
  hwp_order order;
  founder *founders; /* of the current chromosome */
  int32_t n_founders;
  uint8_t *alleles;
} dropper;

static uint8_t *allele_at(const dropper *self, int32_t person, int32_t marker, int side) {
  const size_t row = (size_t)person * (size_t)self->panel->n_markers + (size_t)marker;
  return self->alleles + 2 * row + (size_t)side;
}

/* ---- founders ---- */

static bool is_absent(const dropper *self, int32_t person, int side, bool on_x) {
  return on_x && side == PATERNAL && self->sexes[person] == HW_MALE;
}

static void list_founders(dropper *self, bool on_x) {
  self->n_founders = 0;
  for (int32_t k = 0; k < self->order.n; k++) {
    const int32_t i = self->order.who[k];
    for (int side = PATERNAL; side <= MATERNAL; side++) {
      const int32_t parent = side == PATERNAL ? self->order.father[i] : self->order.mother[i];
      if (parent == HW_PERSON_NONE && !is_absent(self, i, side, on_x))
        self->founders[self->n_founders++] = (founder){i, side};
    }
  }
}

static void draw_founders(dropper *self, int32_t first, int32_t end, hw_random *stream) {
  for (int32_t m = first; m < end; m++) {
    const double *frequencies = hwp_panel_frequencies(self->panel, self->population, m);
    for (int32_t f = 0; f < self->n_founders; f++) {
      const founder *to = &self->founders[f], *from = NULL;
      const double k = f;
      if (self->theta > 0 && f > 0 &&
          hw_random_double(stream) < k * self->theta / (1 + (k - 1) * self->theta))
        from = &self->founders[hw_random_below(stream, (uint64_t)f)];
      *allele_at(self, to->person, m, to->side) =
          from != NULL
              ? *allele_at(self, from->person, m, from->side)
              : (uint8_t)hwp_draw_allele(stream, self->panel->markers[m].n_alleles, frequencies);
    }
  }
}

/* ---- meioses ---- */

static double position(const hw_panel_marker *marker, int side) {
  return side == PATERNAL ? marker->male_cm : marker->female_cm;
}

/* One meiosis of `parent`, to `child` on its `side`. */
static void transmit(dropper *self, int32_t parent, int32_t child, int side, int32_t first,
                     int32_t end, hw_random *stream) {
  const double mean_cm = 100;
  const hw_panel_marker *markers = self->panel->markers;
  int strand = (int)hw_random_below(stream, 2);
  double next = position(&markers[first], side) + mean_cm * hwp_draw_exponential(stream);
  for (int32_t m = first; m < end; m++) {
    while (next < position(&markers[m], side)) {
      next += mean_cm * hwp_draw_exponential(stream);
      strand = 1 - strand;
    }
    *allele_at(self, child, m, side) = *allele_at(self, parent, m, strand);
  }
}

/* What a man has of X goes to his daughters whole. */
static void hand_down(dropper *self, int32_t father, int32_t child, int32_t first, int32_t end) {
  for (int32_t m = first; m < end; m++)
    *allele_at(self, child, m, PATERNAL) = *allele_at(self, father, m, MATERNAL);
}

static void drop_person(dropper *self, int32_t i, int32_t first, int32_t end, bool on_x,
                        const hw_random *chromosome) {
  for (int side = PATERNAL; side <= MATERNAL; side++) {
    const int32_t parent = side == PATERNAL ? self->order.father[i] : self->order.mother[i];
    hw_random stream = hw_random_split(chromosome, 1 + 2 * (uint64_t)i + (uint64_t)side);
    if (is_absent(self, i, side, on_x)) {
      for (int32_t m = first; m < end; m++) *allele_at(self, i, m, side) = HW_NO_SNP_ALLELE;
    } else if (parent != HW_PERSON_NONE && on_x && side == PATERNAL) {
      hand_down(self, parent, i, first, end);
    } else if (parent != HW_PERSON_NONE) {
      transmit(self, parent, i, side, first, end, &stream);
    }
  }
}

static void drop_chromosome(dropper *self, int32_t first, int32_t end, const hw_random *stream) {
  const int32_t number = self->panel->markers[first].chromosome;
  const bool on_x = number == HW_PANEL_X;
  const hw_random chromosome = hw_random_split(stream, (uint64_t)number);
  hw_random founders = hw_random_split(&chromosome, 0);
  list_founders(self, on_x);
  draw_founders(self, first, end, &founders);
  for (int32_t k = 0; k < self->order.n; k++)
    drop_person(self, self->order.who[k], first, end, on_x, &chromosome);
}

/* ---- the whole ---- */

static hw_status check(const hw_panel *panel, int32_t population, double theta, hw_err *err) {
  if (population < 0 || population >= panel->n_populations)
    return hw_err_set(err, HW_E_VALUE, "the panel has no population %d", (int)population);
  if (!(theta >= 0 && theta < 1))
    return hw_err_set(err, HW_E_VALUE, "theta %g is not in [0, 1)", theta);
  for (int32_t m = 0; m < panel->n_markers; m++) {
    const hw_panel_marker *marker = &panel->markers[m];
    if (isnan(marker->female_cm) || (marker->chromosome != HW_PANEL_X && isnan(marker->male_cm)))
      return hw_err_set(err, HW_E_VALUE,
                        "marker %s has no place on the genetic map: give the panel its "
                        "female_cm and male_cm",
                        marker->name);
    if (isnan(hwp_panel_frequencies(panel, population, m)[0]))
      return hw_err_set(err, HW_E_VALUE, "marker %s has no frequencies in population %s",
                        marker->name, panel->populations[population].name);
  }
  return HW_OK;
}

static void drop_all(dropper *self, int32_t n_persons, const hw_random *stream) {
  const hw_panel *panel = self->panel;
  for (int32_t first = 0, end = 0; first < panel->n_markers; first = end) {
    while (end < panel->n_markers &&
           panel->markers[end].chromosome == panel->markers[first].chromosome)
      end++;
    drop_chromosome(self, first, end, stream);
  }
  const size_t bytes = 2 * (size_t)panel->n_markers;
  for (int32_t i = 0; i < n_persons; i++)
    if (self->order.first[i] != i)
      memcpy(self->alleles + (size_t)i * bytes,
             self->alleles + (size_t)self->order.first[i] * bytes, bytes);
}

hw_status hw_simulate_haplotypes(const hw_pedigree *pedigree, const hw_sex *sexes,
                                 const hw_panel *panel, int32_t population, double theta,
                                 const hw_random *stream, uint8_t *alleles, hw_err *err) {
  dropper self = {
      .panel = panel, .sexes = sexes, .population = population, .theta = theta, .alleles = alleles};
  HW_TRY(check(panel, population, theta, err));
  HW_TRY(hwp_order_make(pedigree, &self.order, err));
  self.founders = calloc(2 * (size_t)pedigree->n_persons + 1, sizeof *self.founders);
  const hw_status status =
      self.founders != NULL ? HW_OK : HW_NO_MEMORY(err, "the founders of a pedigree");
  if (status == HW_OK) drop_all(&self, pedigree->n_persons, stream);
  free(self.founders);
  hwp_order_clear(&self.order);
  return status;
}
