/* Case file reader: markers, their alleles and frequencies, and linkage.
 *
 * Frequencies are used as they stand and must therefore sum to one. A list
 * that does not is refused, not rescaled: which allele is missing, and whether
 * the rest belongs to the others, is for whoever knows the table to say (see
 * frequency.h, which offers both). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "formats/casefile_int.h"

static hw_status read_chromosome(const hw_json *object, int *out, hw_err *err) {
  const char *text;
  HW_TRY(hw_json_get_string(object, "chromosome", &text, err));
  if (strcmp(text, "A") == 0) {
    *out = HW_CHROMOSOME_AUTOSOMAL;
    return HW_OK;
  }
  if (strcmp(text, "X") == 0) {
    *out = HW_CHROMOSOME_X;
    return HW_OK;
  }
  size_t digits = strspn(text, "0123456789");
  if (digits >= 1 && digits <= 2 && !text[digits] && text[0] != '0') {
    int number = digits == 1 ? text[0] - '0' : (text[0] - '0') * 10 + (text[1] - '0');
    if (number <= 22) {
      *out = number;
      return HW_OK;
    }
  }
  HWP_TRY_AT(hw_err_set(err, HW_E_VALUE,
                        "chromosome is \"%.20s\"; permitted are A (autosomal, position unknown), "
                        "X and 1 to 22",
                        text),
             err, "chromosome");
  return HW_OK;
}

static hw_status read_alleles(hwp_case_reader *self, const hw_json *object, hw_marker *marker,
                              hw_name_index *index) {
  const hw_json *array;
  HW_TRY(hw_json_get_array(object, "alleles", &array, self->err));
  size_t n = hw_json_count(array);
  if (n < 1 || n > HW_MAX_ALLELES)
    HWP_TRY_AT(
        hw_err_set(self->err, HW_E_VALUE, "%zu alleles; a marker has 1 to %d", n, HW_MAX_ALLELES),
        self->err, "alleles");
  const char **names = hwp_case_alloc(self, (int32_t)n, sizeof *names);
  if (!names) return HW_E_NO_MEMORY;
  for (size_t i = 0; i < n; i++) {
    const char *text;
    HWP_TRY_AT(hw_json_as_string(hw_json_at(array, i), &text, self->err), self->err, "alleles[%zu]",
               i);
    if (!text[0])
      HWP_TRY_AT(hw_err_set(self->err, HW_E_VALUE, "the allele's name is empty"), self->err,
                 "alleles[%zu]", i);
    names[i] = hw_arena_strdup(self->arena, text);
    if (!names[i]) return HW_NO_MEMORY(self->err, "the alleles");
  }
  marker->n_alleles = (int32_t)n;
  marker->allele_names = names;
  return hwp_case_index(self, marker->n_alleles, names, "alleles", "", index);
}

static hw_status read_frequencies(hwp_case_reader *self, const hw_json *object, hw_marker *marker) {
  const hw_json *array;
  HW_TRY(hw_json_get_array(object, "frequencies", &array, self->err));
  size_t n = hw_json_count(array);
  if (n != (size_t)marker->n_alleles)
    HWP_TRY_AT(hw_err_set(self->err, HW_E_SHAPE,
                          "marker \"%.60s\": %zu frequencies for %d alleles; each allele needs one",
                          marker->name, n, (int)marker->n_alleles),
               self->err, "frequencies");
  double *frequencies = hwp_case_alloc(self, marker->n_alleles, sizeof *frequencies);
  if (!frequencies) return HW_E_NO_MEMORY;
  double sum = 0;
  for (size_t i = 0; i < n; i++) {
    HWP_TRY_AT(hw_json_as_double_in(hw_json_at(array, i), 0, 1, &frequencies[i], self->err),
               self->err, "frequencies[%zu]", i);
    sum += frequencies[i];
  }
  if (!(fabs(sum - 1) <= HW_FREQUENCY_SUM_TOLERANCE))
    HWP_TRY_AT(hw_err_set(self->err, HW_E_VALUE,
                          "marker \"%.60s\": the frequencies sum to %.9g, not to 1 (tolerance %g); "
                          "add the missing alleles or one rest allele, or divide each by the sum",
                          marker->name, sum, HW_FREQUENCY_SUM_TOLERANCE),
               self->err, "frequencies");
  marker->frequencies = frequencies;
  return HW_OK;
}

static hw_status read_silent(hwp_case_reader *self, const hw_json *object,
                             const hw_name_index *alleles, hw_marker *marker) {
  const char *name = NULL;
  marker->silent = HW_ALLELE_NONE;
  HW_TRY(hw_json_find_string(object, "silent_allele", &name, self->err));
  if (!name) return HW_OK;
  marker->silent = hw_name_index_find(alleles, name);
  if (marker->silent == HW_ALLELE_NONE)
    HWP_TRY_AT(hw_err_set(self->err, HW_E_REFERENCE,
                          "marker \"%.60s\": the silent allele \"%.40s\" is not among the alleles",
                          marker->name, name),
               self->err, "silent_allele");
  if (marker->n_alleles == 1)
    HWP_TRY_AT(hw_err_set(self->err, HW_E_VALUE, "marker \"%.60s\" has no allele that can be seen",
                          marker->name),
               self->err, "silent_allele");
  return HW_OK;
}

static hw_status read_marker(hwp_case_reader *self, const hw_json *object, hw_marker *marker,
                             hw_name_index *alleles) {
  static const char *const keys[] = {"name",        "chromosome",    "position_cm", "alleles",
                                     "frequencies", "silent_allele", "mutation",    NULL};
  HW_TRY(hw_json_check_keys(object, keys, self->err));
  HW_TRY(hwp_case_text(self, object, "name", &marker->name));
  HW_TRY(read_chromosome(object, &marker->chromosome, self->err));
  marker->position_cm = (double)NAN;
  HW_TRY(hw_json_find_double(object, "position_cm", &marker->position_cm, self->err));
  HW_TRY(read_alleles(self, object, marker, alleles));
  HW_TRY(read_frequencies(self, object, marker));
  HW_TRY(read_silent(self, object, alleles, marker));
  const hw_json *mutation = NULL;
  HW_TRY(hw_json_find_object(object, "mutation", &mutation, self->err));
  if (mutation) HWP_TRY_AT(hwp_case_read_mutation(self, mutation, marker), self->err, "mutation");
  return HW_OK;
}

hw_status hwp_case_read_markers(hwp_case_reader *self, const hw_json *array) {
  int32_t n = self->n_markers;
  self->markers = hwp_case_alloc(self, n, sizeof *self->markers);
  if (!self->markers) return HW_E_NO_MEMORY;
  const char **names = hwp_case_alloc(self, n, sizeof *names);
  if (!names) return HW_E_NO_MEMORY;
  self->allele_index = calloc((size_t)n, sizeof *self->allele_index);
  if (!self->allele_index) return HW_NO_MEMORY(self->err, "the alleles");
  for (int32_t i = 0; i < n; i++) {
    HWP_TRY_AT(
        read_marker(self, hw_json_at(array, (size_t)i), &self->markers[i], &self->allele_index[i]),
        self->err, "markers[%d]", (int)i);
    names[i] = self->markers[i].name;
  }
  return hwp_case_index(self, n, names, "markers", ".name", &self->marker_index);
}

/* --- linkage --- */

/* One marker of a group: known, in no group yet, on the chromosome of the others. */
static hw_status add_linked(hwp_case_reader *self, const char *name, const int32_t *group,
                            int32_t n_before, bool *is_taken, int32_t *out) {
  int32_t index = hw_name_index_find(&self->marker_index, name);
  if (index == HW_NAME_NONE)
    return hw_err_set(self->err, HW_E_REFERENCE, "there is no marker \"%.60s\"", name);
  if (is_taken[index])
    return hw_err_set(self->err, HW_E_DUPLICATE, "marker \"%.60s\" is linked twice", name);
  is_taken[index] = true;
  *out = index;
  if (n_before == 0) return HW_OK;
  const hw_marker *here = &self->markers[index], *first = &self->markers[group[0]];
  if (hw_marker_is_x(here) != hw_marker_is_x(first))
    return hw_err_set(self->err, HW_E_VALUE,
                      "\"%.60s\" and \"%.60s\" cannot be linked: one is an X marker, the other "
                      "autosomal",
                      first->name, here->name);
  for (int32_t i = 0; i < n_before; i++) {
    const hw_marker *other = &self->markers[group[i]];
    if (other->chromosome != HW_CHROMOSOME_AUTOSOMAL &&
        here->chromosome != HW_CHROMOSOME_AUTOSOMAL && other->chromosome != here->chromosome)
      return hw_err_set(self->err, HW_E_VALUE,
                        "\"%.60s\" and \"%.60s\" cannot be linked: they are on chromosomes %d and "
                        "%d",
                        other->name, here->name, other->chromosome, here->chromosome);
  }
  return HW_OK;
}

static hw_status read_group(hwp_case_reader *self, const hw_json *object, bool *is_taken,
                            hw_linkage *out) {
  static const char *const keys[] = {"markers", "recombination", NULL};
  HW_TRY(hw_json_check_keys(object, keys, self->err));
  const hw_json *names, *fractions;
  HW_TRY(hw_json_get_array(object, "markers", &names, self->err));
  HW_TRY(hw_json_get_array(object, "recombination", &fractions, self->err));
  size_t n = hw_json_count(names);
  if (n < 2)
    HWP_TRY_AT(hw_err_set(self->err, HW_E_VALUE, "%zu markers; a linkage group has at least 2", n),
               self->err, "markers");
  if (hw_json_count(fractions) != n - 1)
    HWP_TRY_AT(hw_err_set(self->err, HW_E_SHAPE,
                          "%zu recombination fractions for %zu markers; one is needed between "
                          "neighbours",
                          hw_json_count(fractions), n),
               self->err, "recombination");
  /* No more than the markers there are can be linked; the first repetition is refused. */
  int32_t n_group = n > (size_t)self->n_markers ? self->n_markers + 1 : (int32_t)n;
  int32_t *markers = hwp_case_alloc(self, n_group, sizeof *markers);
  if (!markers) return HW_E_NO_MEMORY;
  double *recombination = hwp_case_alloc(self, n_group, sizeof *recombination);
  if (!recombination) return HW_E_NO_MEMORY;
  for (int32_t i = 0; i < n_group; i++) {
    const char *name;
    HWP_TRY_AT(hw_json_as_string(hw_json_at(names, (size_t)i), &name, self->err), self->err,
               "markers[%d]", (int)i);
    HWP_TRY_AT(add_linked(self, name, markers, i, is_taken, &markers[i]), self->err, "markers[%d]",
               (int)i);
  }
  for (int32_t i = 0; i + 1 < n_group; i++)
    HWP_TRY_AT(hw_json_as_double_in(hw_json_at(fractions, (size_t)i), 0, 0.5, &recombination[i],
                                    self->err),
               self->err, "recombination[%d]", (int)i);
  *out = (hw_linkage){n_group, markers, recombination};
  return HW_OK;
}

hw_status hwp_case_read_linkage(hwp_case_reader *self, const hw_json *array, hw_linkage **out,
                                int32_t *n_out) {
  size_t n = hw_json_count(array);
  if (n > (size_t)self->n_markers)
    HWP_TRY_AT(hw_err_set(self->err, HW_E_VALUE, "%zu linkage groups for %d markers", n,
                          (int)self->n_markers),
               self->err, "linkage");
  bool *is_taken = hwp_case_alloc(self, self->n_markers, sizeof *is_taken);
  if (!is_taken) return HW_E_NO_MEMORY;
  *out = hwp_case_alloc(self, (int32_t)n, sizeof **out);
  if (!*out) return HW_E_NO_MEMORY;
  for (size_t i = 0; i < n; i++)
    HWP_TRY_AT(read_group(self, hw_json_at(array, i), is_taken, &(*out)[i]), self->err,
               "linkage[%zu]", i);
  *n_out = (int32_t)n;
  return HW_OK;
}
