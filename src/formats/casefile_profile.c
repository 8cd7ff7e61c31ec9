/* Case file reader: genotypes and dropout.
 *
 * What an entry of a genotype list means depends on whose it is:
 *   null                not typed
 *   under dropout       the set of alleles seen: none, one or several, each once
 *   male at an X marker one allele
 *   otherwise           two alleles (a homozygote is written twice), or one and
 *                       null: the other one is not known
 * The forms are kept strictly apart, because the same text means different
 * things: ["14"] of an autosomal marker may be a homozygote, a partial result
 * or a dropout, and the evidence differs by orders of magnitude. */
#include "formats/casefile_int.h"

hw_status hwp_case_read_dropout(const hw_json *object, hw_profile *profile, hw_err *err) {
  static const char *const keys[] = {"dropout", "drop_in", NULL};
  HW_TRY(hw_json_check_keys(object, keys, err));
  HW_TRY(hw_json_get_double_in(object, "dropout", 0, 1, &profile->dropout, err));
  HW_TRY(hw_json_find_double_in(object, "drop_in", 0, 1, &profile->drop_in, err));
  profile->has_dropout = true;
  return HW_OK;
}

hw_status hwp_case_read_codes(hwp_case_reader *self, const hw_json *genotypes,
                              const hw_json *dropout, hw_profile **out, int32_t *n_out,
                              hw_name_index *codes) {
  size_t n = hw_json_count(genotypes);
  if (n > INT32_MAX) return hw_err_set(self->err, HW_E_VALUE, "%zu persons are too many", n);
  hw_profile *profiles = hwp_case_alloc(self, (int32_t)n, sizeof *profiles);
  if (!profiles) return HW_E_NO_MEMORY;
  const char **ids = hwp_case_alloc(self, (int32_t)n, sizeof *ids);
  if (!ids) return HW_E_NO_MEMORY;
  hw_json_iter it = {0};
  for (size_t i = 0; hw_json_next(genotypes, &it); i++) {
    profiles[i].id = ids[i] = hw_arena_strdup(self->arena, it.key);
    if (!ids[i]) return HW_NO_MEMORY(self->err, "the profiles");
  }
  /* The keys of one object differ already. */
  HW_TRY(hw_name_index_init(codes, (int32_t)n, ids, self->err));
  it = (hw_json_iter){0};
  while (dropout && hw_json_next(dropout, &it)) {
    int32_t profile = hw_name_index_find(codes, it.key);
    hw_status status = profile == HW_NAME_NONE
                           ? hw_err_set(self->err, HW_E_REFERENCE,
                                        "\"%.60s\" has dropout but no genotypes", it.key)
                           : hwp_case_read_dropout(it.value, &profiles[profile], self->err);
    if (status != HW_OK) {
      hw_json_field_key(self->err, it.key);
      hw_err_field(self->err, "dropout");
      return status;
    }
  }
  *out = profiles;
  *n_out = (int32_t)n;
  return HW_OK;
}

/* --- observations --- */

/* Where in the case an observation stands, for looking up and for messages. */
typedef struct place {
  const hw_marker *marker;
  const hw_name_index *alleles;
  const char *person;
  hw_err *err;
} place;

static hw_status find_allele(const place *at, const hw_json *value, hw_allele *out) {
  const char *name;
  HW_TRY(hw_json_as_string(value, &name, at->err));
  *out = hw_name_index_find(at->alleles, name);
  if (*out == HW_NAME_NONE)
    return hw_err_set(at->err, HW_E_REFERENCE,
                      "person \"%.60s\", marker \"%.60s\": allele \"%.40s\" has no frequency; add "
                      "it to the marker's alleles (a minimum frequency such as 5/(2n) is usual)",
                      at->person, at->marker->name, name);
  if (*out == at->marker->silent)
    return hw_err_set(at->err, HW_E_VALUE,
                      "person \"%.60s\", marker \"%.60s\": \"%.40s\" is the silent allele, which "
                      "cannot be seen; leave it out",
                      at->person, at->marker->name, name);
  return HW_OK;
}

static hw_status read_set(hwp_case_reader *self, const place *at, const hw_json *array,
                          hw_observation *out) {
  size_t n = hw_json_count(array);
  if (n > (size_t)at->marker->n_alleles)
    return hw_err_set(self->err, HW_E_VALUE,
                      "person \"%.60s\", marker \"%.60s\": %zu alleles seen of %d; name each once",
                      at->person, at->marker->name, n, (int)at->marker->n_alleles);
  hw_allele *seen = hwp_case_alloc(self, (int32_t)n, sizeof *seen);
  if (!seen) return HW_E_NO_MEMORY;
  for (int32_t i = 0; i < (int32_t)n; i++) {
    hw_allele allele;
    HWP_TRY_AT(find_allele(at, hw_json_at(array, (size_t)i), &allele), self->err, "[%d]", (int)i);
    int32_t place_in = i; /* Insertion keeps the set in ascending order. */
    while (place_in > 0 && seen[place_in - 1] >= allele) {
      if (seen[place_in - 1] == allele)
        HWP_TRY_AT(hw_err_set(self->err, HW_E_DUPLICATE,
                              "person \"%.60s\", marker \"%.60s\": allele \"%.40s\" stands twice; "
                              "under dropout the entry is the set of alleles seen",
                              at->person, at->marker->name, at->marker->allele_names[allele]),
                   self->err, "[%d]", (int)i);
      seen[place_in] = seen[place_in - 1];
      place_in--;
    }
    seen[place_in] = allele;
  }
  *out = (hw_observation){.kind = HW_OBS_SET,
                          .a = HW_ALLELE_NONE,
                          .b = HW_ALLELE_NONE,
                          .n_seen = (int32_t)n,
                          .seen = seen};
  return HW_OK;
}

/* One allele of a pair: its number, or HW_ALLELE_NONE for null. */
static hw_status read_half(const place *at, const hw_json *value, size_t i, hw_allele *out) {
  *out = HW_ALLELE_NONE;
  if (hw_json_is_null(value)) return HW_OK;
  HWP_TRY_AT(find_allele(at, value, out), at->err, "[%zu]", i);
  return HW_OK;
}

static hw_status read_pair(const place *at, const hw_json *array, hw_observation *out) {
  hw_allele a, b;
  HW_TRY(read_half(at, hw_json_at(array, 0), 0, &a));
  HW_TRY(read_half(at, hw_json_at(array, 1), 1, &b));
  if (a == HW_ALLELE_NONE) { /* The known allele comes first. */
    a = b;
    b = HW_ALLELE_NONE;
  }
  if (a == HW_ALLELE_NONE)
    return hw_err_set(at->err, HW_E_VALUE,
                      "person \"%.60s\", marker \"%.60s\": no allele is known; write null for a "
                      "marker that is not typed",
                      at->person, at->marker->name);
  *out = (hw_observation){.kind = HW_OBS_GENOTYPE, .a = a, .b = b};
  return HW_OK;
}

/* An entry of the wrong length: says what it should be. */
static hw_status refuse_count(const place *at, size_t n, bool has_single) {
  if (n == 0)
    return hw_err_set(at->err, HW_E_VALUE,
                      "person \"%.60s\", marker \"%.60s\": no allele; write null for a marker that "
                      "is not typed ([] means \"nothing seen\" and needs dropout)",
                      at->person, at->marker->name);
  if (has_single)
    return hw_err_set(at->err, HW_E_SHAPE,
                      "person \"%.60s\", marker \"%.60s\": %zu alleles; a male has one at an X "
                      "marker",
                      at->person, at->marker->name, n);
  if (n == 1)
    return hw_err_set(at->err, HW_E_SHAPE,
                      "person \"%.60s\", marker \"%.60s\": one allele; write a homozygote twice "
                      "and an unknown second allele as null",
                      at->person, at->marker->name);
  return hw_err_set(at->err, HW_E_SHAPE,
                    "person \"%.60s\", marker \"%.60s\": %zu alleles; a genotype has two (more "
                    "only under dropout)",
                    at->person, at->marker->name, n);
}

static hw_status read_observation(hwp_case_reader *self, const hw_json *value, int32_t marker,
                                  hw_sex sex, const hw_profile *profile, hw_observation *out) {
  const place at = {&self->markers[marker], &self->allele_index[marker], profile->id, self->err};
  out->a = out->b = HW_ALLELE_NONE;
  if (hw_json_is_null(value)) return HW_OK; /* HW_OBS_MISSING is zero */
  if (hw_json_kind_of(value) != HW_JSON_ARRAY)
    return hw_err_set(self->err, HW_E_SYNTAX,
                      "person \"%.60s\", marker \"%.60s\": expected an array of alleles or null, "
                      "found %s",
                      profile->id, at.marker->name, hw_json_kind_name(hw_json_kind_of(value)));
  bool is_x = hw_marker_is_x(at.marker);
  if (is_x && sex == HW_UNKNOWN_SEX)
    return hw_err_set(self->err, HW_E_UNSUPPORTED,
                      "person \"%.60s\", marker \"%.60s\": a typed X marker needs the person's "
                      "sex in every pedigree; state it, or write null here",
                      profile->id, at.marker->name);
  size_t n = hw_json_count(value);
  bool has_single = is_x && sex == HW_MALE;
  if (profile->has_dropout) return read_set(self, &at, value, out);
  if (n != (has_single ? 1u : 2u)) return refuse_count(&at, n, has_single);
  if (!has_single) return read_pair(&at, value, out);
  out->kind = HW_OBS_SINGLE;
  HWP_TRY_AT(find_allele(&at, hw_json_at(value, 0), &out->a), self->err, "[0]");
  return HW_OK;
}

hw_status hwp_case_read_observations(hwp_case_reader *self, const hw_json *array, hw_sex sex,
                                     hw_profile *profile) {
  HW_TRY(hw_json_expect_array(array, self->err));
  if (hw_json_count(array) != (size_t)self->n_markers)
    return hw_err_set(
        self->err, HW_E_SHAPE,
        "person \"%.60s\": %zu entries for %d markers; one per marker is needed, null "
        "where not typed",
        profile->id, hw_json_count(array), (int)self->n_markers);
  hw_observation *observations = hwp_case_alloc(self, self->n_markers, sizeof *observations);
  if (!observations) return HW_E_NO_MEMORY;
  for (int32_t i = 0; i < self->n_markers; i++)
    HWP_TRY_AT(
        read_observation(self, hw_json_at(array, (size_t)i), i, sex, profile, &observations[i]),
        self->err, "[%d]", (int)i);
  profile->n_markers = self->n_markers;
  profile->observations = observations;
  return HW_OK;
}

hw_status hwp_case_read_genotypes(hwp_case_reader *self, const hw_json *genotypes,
                                  const hw_sex *sexes, hw_profile *profiles, int32_t n_profiles) {
  hw_json_iter it = {0};
  for (int32_t i = 0; i < n_profiles && hw_json_next(genotypes, &it); i++) {
    hw_status status = hwp_case_read_observations(self, it.value, sexes[i], &profiles[i]);
    if (status != HW_OK) {
      hw_json_field_key(self->err, it.key);
      hw_err_field(self->err, "genotypes");
      return status;
    }
  }
  return HW_OK;
}
