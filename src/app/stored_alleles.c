/* Alleles that profiles show and the table lacks, and what follows when all are known.
 *
 * An allele is added where the table's minimum policy says what it gets: 5/(2n)
 * with n of the marker or of the table, or the stated minimum (National Research
 * Council 1996, ch. 5). All frequencies of the marker are then divided by their
 * sum. Added alleles stand behind the table's in the order of hw_allele_compare,
 * whoever was read first.
 *
 * Mutation matrices come last, since they depend on the alleles. */
#include <string.h>

#include "app/stored_case_int.h"
#include "base/check.h"
#include "genetics/mutation_keep.h"

/* Frequency of an allele that the table lacks; 0 = there is none. */
static double minimum_of(const hwp_loader *self, const hwp_marker *marker) {
  if (self->minimum >= 0) return self->minimum;
  double two_n = (double)marker->two_n;
  if (marker->two_n == 0)
    two_n = 2 * (double)hw_record_int(&self->table, HW_FIELD_FREQUENCY_TABLE_N);
  return two_n > 0 && 5 / two_n <= 0.5 ? 5 / two_n : 0;
}

static hw_status refuse_allele(hwp_loader *self, const hwp_marker *marker, const char *name,
                               const char *profile) {
  if (self->n_refused++ > 0) return HW_OK; /* the first is told */
  const bool is_custom = marker->marker.mutation.model == HW_MUTATION_CUSTOM;
  hw_err_set(self->err, HW_E_VALUE,
             "profile '%s', marker '%s': allele \"%s\" is not in frequency table '%s': add it to "
             "the table%s",
             profile, marker->marker.name, name,
             hw_record_text(&self->table, HW_FIELD_FREQUENCY_TABLE_CODE),
             is_custom ? " and to its mutation matrix"
                       : ", or give the table a minimum policy (five-over-2n with n, or stated)");
  return HW_OK;
}

hw_status hwp_load_allele(hwp_loader *self, int32_t m, const char *name, const char *profile,
                          hw_allele *out) {
  hwp_marker *marker = &self->markers[m];
  *out = hw_name_index_find(&marker->alleles, name);
  for (int32_t i = 0; *out == HW_ALLELE_NONE && i < marker->n_extra; i++)
    if (strcmp(marker->extra[i].name, name) == 0) *out = marker->marker.n_alleles + i;
  if (*out != HW_ALLELE_NONE) return HW_OK;
  if (minimum_of(self, marker) <= 0 || marker->marker.mutation.model == HW_MUTATION_CUSTOM ||
      marker->marker.n_alleles + marker->n_extra >= HW_MAX_ALLELES)
    return refuse_allele(self, marker, name, profile);
  if (marker->n_extra == marker->extra_capacity) {
    int32_t capacity = marker->extra_capacity > 0 ? 2 * marker->extra_capacity : 4;
    hwp_extra *larger = hwp_load_alloc(self, &self->scratch, (size_t)capacity, sizeof *larger);
    if (larger == NULL) return HW_E_NO_MEMORY;
    if (marker->n_extra > 0)
      memcpy(larger, marker->extra, (size_t)marker->n_extra * sizeof *larger);
    marker->extra = larger;
    marker->extra_capacity = capacity;
  }
  const char *copy = hw_arena_strdup(self->keep, name);
  if (copy == NULL) return HW_NO_MEMORY(self->err, "the alleles");
  *out = marker->marker.n_alleles + marker->n_extra;
  marker->extra[marker->n_extra++] = (hwp_extra){.name = copy};
  self->n_extra++;
  return HW_OK;
}

hw_status hwp_load_added(hwp_loader *self) {
  for (int32_t i = 0; i < self->options->n_added; i++) {
    const hw_added_allele *added = &self->options->added[i];
    hw_allele allele;
    for (int32_t m = 0; m < self->n_markers; m++)
      if (strcmp(self->markers[m].marker.name, added->marker) == 0)
        HW_TRY(hwp_load_allele(self, m, added->allele, "of others", &allele));
  }
  return HW_OK;
}

hw_allele hwp_load_place(const hwp_marker *marker, hw_allele allele) {
  int32_t n_table = marker->marker.n_alleles - marker->n_extra; /* finished: both are counted */
  return allele < n_table ? allele : n_table + marker->extra[allele - n_table].rank;
}

/* Adds a marker's extra alleles to its tables. */
static hw_status place_extras(hwp_loader *self, hwp_marker *marker) {
  if (marker->n_extra == 0) return HW_OK;
  size_t n_table = (size_t)marker->marker.n_alleles, n = n_table + (size_t)marker->n_extra;
  const char **names = hwp_load_alloc(self, self->keep, n, sizeof *names);
  double *frequencies = hwp_load_alloc(self, self->keep, n, sizeof *frequencies);
  if (names == NULL || frequencies == NULL) return HW_E_NO_MEMORY;
  memcpy(names, marker->names, n_table * sizeof *names);
  memcpy(frequencies, marker->frequencies, n_table * sizeof *frequencies);
  double minimum = minimum_of(self, marker), sum = 0;
  for (int32_t i = 0; i < marker->n_extra; i++) {
    hwp_extra *extra = &marker->extra[i];
    for (int32_t k = 0; k < marker->n_extra; k++)
      extra->rank += hw_allele_compare(marker->extra[k].name, strlen(marker->extra[k].name),
                                       extra->name, strlen(extra->name)) < 0;
    names[n_table + (size_t)extra->rank] = extra->name;
    frequencies[n_table + (size_t)extra->rank] = minimum;
  }
  for (size_t i = 0; i < n; i++) sum += frequencies[i];
  for (size_t i = 0; i < n; i++) frequencies[i] /= sum;
  marker->marker.n_alleles = (int32_t)n;
  marker->marker.allele_names = names;
  marker->marker.frequencies = frequencies;
  for (size_t i = n_table; i < n; i++)
    hwp_notes_add(&self->notes,
                  "marker %s: allele %s is not in frequency table '%s' and gets the "
                  "minimum frequency %.6g",
                  marker->marker.name, names[i],
                  hw_record_text(&self->table, HW_FIELD_FREQUENCY_TABLE_CODE), minimum);
  return HW_OK;
}

/* Lists what was added, for those who load a part. */
static hw_status list_added(hwp_loader *self) {
  hw_stored_case *out = self->out;
  hw_added_allele *added = hwp_load_alloc(self, self->keep, (size_t)self->n_extra, sizeof *added);
  if (added == NULL) return HW_E_NO_MEMORY;
  for (int32_t m = 0; m < self->n_markers; m++) {
    const hwp_marker *marker = &self->markers[m];
    const int32_t n = marker->marker.n_alleles;
    for (int32_t a = n - marker->n_extra; a < n; a++)
      added[out->n_added++] =
          (hw_added_allele){marker->marker.name, marker->marker.allele_names[a]};
  }
  out->added = added;
  return HW_OK;
}

/* --- mutation matrices --- */

static hw_status fill_matrices(hwp_loader *self, hw_marker *marker) {
  if (hw_mutation_is_identity(marker, HW_FROM_MOTHER) &&
      hw_mutation_is_identity(marker, HW_FROM_FATHER))
    return HW_OK;
  size_t n_entries = (size_t)marker->n_alleles * (size_t)marker->n_alleles;
  double *matrix[2];
  for (int from = 0; from < 2; from++) {
    matrix[from] = hwp_load_alloc(self, &self->brief, n_entries, sizeof *matrix[from]);
    if (matrix[from] == NULL) return HW_E_NO_MEMORY;
    HW_TRY(hw_mutation_matrix(marker, from, matrix[from], self->err));
  }
  return hwp_mutation_keep(marker, matrix, self->keep, self->err);
}

hw_status hwp_load_finish_markers(hwp_loader *self) {
  if (self->n_refused > 0) {
    if (self->n_refused > 1)
      hw_err_while(self->err, "reading the profiles (%lld observations with such alleles)",
                   (long long)self->n_refused);
    return HW_E_VALUE;
  }
  hw_case *problem = &self->out->problem;
  size_t n = (size_t)self->n_markers;
  hw_marker *markers = hwp_load_alloc(self, self->keep, n, sizeof *markers);
  int64_t *ids = hwp_load_alloc(self, self->keep, n, sizeof *ids);
  if (markers == NULL || ids == NULL) return HW_E_NO_MEMORY;
  for (int32_t m = 0; m < self->n_markers; m++) {
    hwp_marker *marker = &self->markers[m];
    HW_TRY(place_extras(self, marker));
    HW_TRY(hwp_load_of_marker(self, marker, fill_matrices(self, &marker->marker)));
    markers[m] = marker->marker;
    ids[m] = marker->id;
  }
  problem->markers = markers;
  problem->n_markers = self->n_markers;
  self->out->marker = ids;
  return list_added(self);
}
