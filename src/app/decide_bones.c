/* Bones that cannot be of one person: twice what a person has once, other profiles, other sexes.
 *
 * Several bones of one person are the rule in a disturbed grave, so other remains
 * of the same person are no contradiction by themselves. They are one where both
 * are the same element of the same side, in parts that overlap; or where the DNA
 * profiles exclude each other.
 *
 * Elements that a person has several times (ribs, vertebrae, phalanges, teeth) are
 * never repeated here, and neither is a bone whose side is not known: what can be
 * right is left to anthropology.
 *
 * Two profiles exclude each other if at least two markers cannot show one genome;
 * one may be a typing error or a somatic mutation. With dropout a marker cannot if
 * more alleles were seen than one person has, without it if the genotypes differ. */
#include <string.h>

#include "app/decide_int.h"
#include "app/kept_run.h"
#include "base/check.h"
#include "base/fold.h"

/* Markers at which one genome is impossible, from which profiles exclude each other. */
#define EXCLUDING_MARKERS 2

/* --- elements --- */

/* Elements, folded, that a body has once on each side. */
static const char *const PAIRED[] = {"femur",     "tibia",    "fibula",     "humerus",   "radius",
                                     "ulna",      "clavicle", "scapula",    "patella",   "os coxae",
                                     "coxa",      "hip bone", "ilium",      "ischium",   "pubis",
                                     "calcaneus", "talus",    "innominate", "navicular", "cuboid",
                                     "temporal",  "parietal", "zygomatic",  "maxilla"};
/* Elements that it has once. */
static const char *const SINGLE[] = {"cranium",   "skull",    "mandible", "sternum", "manubrium",
                                     "sacrum",    "hyoid",    "atlas",    "axis",    "frontal",
                                     "occipital", "sphenoid", "coccyx"};

static bool is_of(const char *word, const char *const *list, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (strcmp(word, list[i]) == 0) return true;
  return false;
}

/* Folded text of a field, in the arena; "" if there is none, or if it is no text. */
static hw_status fold(hwp_decide *self, const hw_record *bone, int field, const char **out,
                      hw_err *err) {
  hw_str key = HW_STR_INIT;
  *out = "";
  hw_status status = hw_fold_key(hw_record_text(bone, field), &key, NULL);
  if (status == HW_OK) *out = hw_arena_strdup(self->arena, hw_str_text(&key));
  hw_str_clear(&key);
  return status == HW_E_NO_MEMORY || *out == NULL ? HW_NO_MEMORY(err, "a bone") : HW_OK;
}

/* One zone of "1;2;5a", without blanks; moves on. */
static size_t next_zone(const char **at, const char **zone) {
  while (**at == ' ' || **at == ';') (*at)++;
  *zone = *at;
  size_t n = strcspn(*at, ";");
  *at += n;
  while (n > 0 && (*zone)[n - 1] == ' ') n--;
  return n;
}

static bool share_zone(const char *a, const char *b) {
  const char *x = NULL, *y = NULL;
  for (size_t n = next_zone(&a, &x); n > 0; n = next_zone(&a, &x)) {
    const char *at = b;
    for (size_t m = next_zone(&at, &y); m > 0; m = next_zone(&at, &y))
      if (m == n && memcmp(x, y, n) == 0) return true;
  }
  return false;
}

/* Parts of the same element that cannot lie side by side in one bone. */
static hw_status do_overlap(hwp_decide *self, const hw_record *a, const hw_record *b, bool *out,
                            hw_err *err) {
  const char *zones_a = hw_record_text(a, HW_FIELD_SPECIMEN_ZONES);
  const char *zones_b = hw_record_text(b, HW_FIELD_SPECIMEN_ZONES);
  const char *x = "", *y = "";
  const double sum = hw_record_real(a, HW_FIELD_SPECIMEN_COMPLETENESS) +
                     hw_record_real(b, HW_FIELD_SPECIMEN_COMPLETENESS); /* NaN = not known */
  HW_TRY(fold(self, a, HW_FIELD_SPECIMEN_PORTION, &x, err));
  HW_TRY(fold(self, b, HW_FIELD_SPECIMEN_PORTION, &y, err));
  if (zones_a[0] != '\0' && zones_b[0] != '\0')
    *out = share_zone(zones_a, zones_b);
  else if (x[0] != '\0' && y[0] != '\0')
    *out = strcmp(x, y) == 0;
  else
    *out = !(sum <= 1);
  return HW_OK;
}

/* Two specimens that cannot be of one person, since she has this bone once. */
static hw_status repeats_element(hwp_decide *self, const hw_record *a, const hw_record *b,
                                 bool *out, hw_err *err) {
  const char *side_a = hw_record_text(a, HW_FIELD_SPECIMEN_SIDE);
  const char *side_b = hw_record_text(b, HW_FIELD_SPECIMEN_SIDE);
  const char *x = "", *y = "";
  *out = false;
  if (a->id == b->id) return HW_OK;
  HW_TRY(fold(self, a, HW_FIELD_SPECIMEN_ELEMENT, &x, err));
  HW_TRY(fold(self, b, HW_FIELD_SPECIMEN_ELEMENT, &y, err));
  if (strcmp(x, y) != 0) return HW_OK;
  const bool has_side = strcmp(side_a, "left") == 0 || strcmp(side_a, "right") == 0;
  const bool is_paired = is_of(x, PAIRED, sizeof PAIRED / sizeof *PAIRED);
  if (!is_paired && !is_of(x, SINGLE, sizeof SINGLE / sizeof *SINGLE)) return HW_OK;
  if (is_paired && !(has_side && strcmp(side_a, side_b) == 0)) return HW_OK;
  return do_overlap(self, a, b, out, err);
}

/* "left femur" */
static const char *bone_name(hwp_decide *self, const hw_record *bone) {
  const char *side = hw_record_text(bone, HW_FIELD_SPECIMEN_SIDE);
  const bool has_side = strcmp(side, "left") == 0 || strcmp(side, "right") == 0;
  const char *text =
      hwp_decide_text(self->arena, "%s%s%.100s", has_side ? side : "", has_side ? " " : "",
                      hw_record_text(bone, HW_FIELD_SPECIMEN_ELEMENT));
  return text != NULL ? text : "bone";
}

/* --- profiles --- */

static bool has_allele(const hw_observation *seen, hw_allele allele) {
  if (seen->kind == HW_OBS_SET) {
    for (int32_t i = 0; i < seen->n_seen; i++)
      if (seen->seen[i] == allele) return true;
    return false;
  }
  return seen->a == allele || (seen->kind == HW_OBS_GENOTYPE && seen->b == allele);
}

static int32_t count_alleles(const hw_observation *seen) {
  if (seen->kind == HW_OBS_SET) return seen->n_seen;
  if (seen->kind == HW_OBS_SINGLE) return 1;
  return seen->b == HW_ALLELE_NONE || seen->b == seen->a ? 1 : 2;
}

static hw_allele allele_at(const hw_observation *seen, int32_t i) {
  if (seen->kind == HW_OBS_SET) return seen->seen[i];
  return i == 0 ? seen->a : seen->b;
}

static bool is_whole(const hw_observation *seen) {
  return seen->kind == HW_OBS_SINGLE ||
         (seen->kind == HW_OBS_GENOTYPE && seen->b != HW_ALLELE_NONE);
}

/* No genome of one person shows both. */
static bool do_exclude(const hw_observation *a, const hw_observation *b) {
  if (a->kind == HW_OBS_MISSING || b->kind == HW_OBS_MISSING) return false;
  int32_t n_a = count_alleles(a), n_b = count_alleles(b), n_common = 0;
  for (int32_t i = 0; i < n_a; i++) n_common += has_allele(b, allele_at(a, i));
  if (is_whole(a) && is_whole(b)) return n_common != n_a || n_common != n_b;
  const bool is_single = a->kind == HW_OBS_SINGLE || b->kind == HW_OBS_SINGLE;
  return n_a + n_b - n_common > (is_single ? 1 : 2);
}

static int32_t count_excluding(const hw_case *problem, int32_t a, int32_t b) {
  const hw_profile *x = &problem->remains[a].profile, *y = &problem->remains[b].profile;
  int32_t n = 0;
  for (int32_t m = 0; m < problem->n_markers; m++)
    n += do_exclude(&x->observations[m], &y->observations[m]);
  return n;
}

/* --- other remains of the person --- */

/* Markers at which the remains of two samples exclude each other. */
static hw_status count_apart(hwp_decide *self, const hwp_decide *other, int32_t *n, hw_err *err) {
  const int64_t samples[2] = {self->sample.id, other->sample.id};
  hwp_part part;
  *n = 0;
  const hw_status status = hwp_decide_load_samples(self, 2, samples, &part, err);
  if (status == HW_OK && part.is_loaded) { /* else the basis tells */
    const int32_t a = hwp_find_remains(&part.stored, samples[0]);
    const int32_t b = hwp_find_remains(&part.stored, samples[1]);
    if (a >= 0 && b >= 0) *n = count_excluding(&part.stored.problem, a, b);
  }
  hwp_part_clear(&part);
  return status;
}

static hw_status find_profiles_apart(hwp_decide *self, const hwp_decide *other, hw_err *err) {
  int32_t n = 0;
  HW_TRY(count_apart(self, other, &n, err));
  if (n < EXCLUDING_MARKERS) return HW_OK;
  return hwp_decide_add_conflict(
      self,
      (hwp_conflict){
          .kind = "profile",
          .text = hwp_decide_text(
              self->arena,
              "%.200s is confirmed as %.200s too (%.100s), and the profiles "
              "differ at %d markers",
              other->sample_code, self->person_code,
              hw_record_text(&other->identification, HW_FIELD_IDENTIFICATION_CODE), (int)n)},
      err);
}

static hw_status compare_with(hwp_decide *self, int64_t identification, hw_err *err) {
  hwp_decide other;
  HW_TRY(hwp_decide_open(&other, self->app, self->arena, identification, err));
  if (other.sample.id == self->sample.id) return HW_OK;
  bool repeats = false;
  if (self->specimen.id != 0 && other.specimen.id != 0)
    HW_TRY(repeats_element(self, &self->specimen, &other.specimen, &repeats, err));
  if (repeats)
    HW_TRY(hwp_decide_add_conflict(
        self,
        (hwp_conflict){
            .kind = "repeated-element",
            .specimen = self->specimen.id,
            .other = other.specimen.id,
            .text = hwp_decide_text(
                self->arena, "a second %s: %.200s is confirmed as %.200s too (%.100s)",
                bone_name(self, &self->specimen),
                hw_record_text(&other.specimen, HW_FIELD_SPECIMEN_CODE), self->person_code,
                hw_record_text(&other.identification, HW_FIELD_IDENTIFICATION_CODE))},
        err));
  return find_profiles_apart(self, &other, err);
}

static hw_status find_other_remains(hwp_decide *self, hw_err *err) {
  hw_record *rows = NULL;
  int n = 0;
  HW_TRY(hwp_decide_list(self->store, self->arena, HW_KIND_IDENTIFICATION,
                         HW_FIELD_IDENTIFICATION_PERSON, self->person.id, &rows, &n, err));
  for (int i = 0; i < n; i++)
    if (rows[i].id != self->identification.id && rows[i].withdrawn == NULL &&
        strcmp(hw_record_text(&rows[i], HW_FIELD_IDENTIFICATION_STATE), "confirmed") == 0)
      HW_TRY(compare_with(self, rows[i].id, err));
  return HW_OK;
}

/* --- the individual --- */

/* Specimens of an individual, those of its samples too, no one twice. */
static hw_status list_specimens(hwp_decide *self, int64_t individual, hw_record **out, int *n,
                                hw_err *err) {
  hw_record *members = NULL;
  int n_members = 0;
  hw_value key = hw_value_int(individual);
  *n = 0;
  HW_TRY(hwp_decide_list_key(self->store, self->arena, HW_KIND_INDIVIDUAL_MEMBER, 1, &key, &members,
                             &n_members, err));
  *out = hw_arena_alloc_array(self->arena, (size_t)n_members + 1, sizeof **out);
  if (*out == NULL) return HW_NO_MEMORY(err, "the specimens");
  for (int i = 0; i < n_members; i++) {
    int64_t id = hw_record_int(&members[i], HW_FIELD_INDIVIDUAL_MEMBER_ITEM);
    hw_record sample;
    bool is_known = members[i].withdrawn != NULL;
    if (!is_known &&
        strcmp(hw_record_text(&members[i], HW_FIELD_INDIVIDUAL_MEMBER_ITEM_KIND), "sample") == 0) {
      HW_TRY(hw_store_get(self->store, HW_KIND_SAMPLE, id, self->arena, &sample, err));
      id = hw_record_int(&sample, HW_FIELD_SAMPLE_SPECIMEN);
    }
    for (int k = 0; k < *n; k++) is_known = is_known || (*out)[k].id == id;
    if (is_known || id == 0) continue;
    HW_TRY(hw_store_get(self->store, HW_KIND_SPECIMEN, id, self->arena, &(*out)[(*n)++], err));
  }
  return HW_OK;
}

static bool are_sexes_apart(const hw_record *a, const hw_record *b) {
  const char *x = hw_record_text(a, HW_FIELD_SPECIMEN_SEX);
  const char *y = hw_record_text(b, HW_FIELD_SPECIMEN_SEX);
  return (strcmp(x, "male") == 0 && strcmp(y, "female") == 0) ||
         (strcmp(x, "female") == 0 && strcmp(y, "male") == 0);
}

static hw_status compare_members(hwp_decide *self, int64_t individual, const hw_record *a,
                                 const hw_record *b, hw_err *err) {
  hwp_conflict conflict = {
      .individual = individual, .specimen = a->id, .other = b->id, .is_of_individual = true};
  const char *code_a = hw_record_text(a, HW_FIELD_SPECIMEN_CODE);
  const char *code_b = hw_record_text(b, HW_FIELD_SPECIMEN_CODE);
  const char *whole = "";
  HW_TRY(hwp_decide_code(self->store, self->arena, HW_KIND_INDIVIDUAL, individual, &whole, err));
  bool repeats = false;
  HW_TRY(repeats_element(self, a, b, &repeats, err));
  if (repeats) {
    conflict.kind = "repeated-element";
    conflict.text = hwp_decide_text(self->arena, "two of %s in %.100s: %.200s and %.200s",
                                    bone_name(self, a), whole, code_a, code_b);
    HW_TRY(hwp_decide_add_conflict(self, conflict, err));
  }
  if (!are_sexes_apart(a, b)) return HW_OK;
  conflict.kind = "sex";
  conflict.text = hwp_decide_text(
      self->arena, "in %.100s the specimen %.200s is estimated %s and %.200s %s", whole, code_a,
      hw_record_text(a, HW_FIELD_SPECIMEN_SEX), code_b, hw_record_text(b, HW_FIELD_SPECIMEN_SEX));
  return hwp_decide_add_conflict(self, conflict, err);
}

static hw_status find_in_individual(hwp_decide *self, int64_t individual, hw_err *err) {
  hw_record *bones = NULL;
  int n = 0;
  HW_TRY(list_specimens(self, individual, &bones, &n, err));
  for (int i = 0; i < n; i++)
    for (int k = i + 1; k < n; k++) { /* the older record first, however the members come */
      const hw_record *a = &bones[i], *b = &bones[k];
      HW_TRY(compare_members(self, individual, a->id < b->id ? a : b, a->id < b->id ? b : a, err));
    }
  return HW_OK;
}

hw_status hwp_decide_find_bones(hwp_decide *self, hw_err *err) {
  HW_TRY(find_other_remains(self, err));
  for (int i = 0; i < self->n_individuals; i++)
    HW_TRY(find_in_individual(self, self->individuals[i], err));
  return HW_OK;
}

/* --- an individual that is to be confirmed --- */

static bool is_member(const hw_record *bones, int n, int64_t id) {
  for (int i = 0; id != 0 && i < n; i++)
    if (bones[i].id == id) return true;
  return false;
}

hw_status hwp_decide_individual(hw_app *app, hw_arena *arena, const hw_record *individual,
                                const char **open, hw_err *err) {
  hwp_decide self = {.app = app, .store = app->store, .arena = arena};
  hw_record *bones = NULL, *rows = NULL;
  int n_bones = 0, n = 0;
  *open = "";
  HW_TRY(list_specimens(&self, individual->id, &bones, &n_bones, err));
  HW_TRY(hwp_decide_list(app->store, arena, HW_KIND_CONTRADICTION, -1, 0, &rows, &n, err));
  for (int i = 0; i < n && (*open)[0] == '\0'; i++) {
    const hw_record *row = &rows[i];
    const int64_t whose = hw_record_int(row, HW_FIELD_CONTRADICTION_INDIVIDUAL);
    const int64_t identification = hw_record_int(row, HW_FIELD_CONTRADICTION_IDENTIFICATION);
    bool is_ours = whose == individual->id;
    if (whose == 0 && identification == 0)
      is_ours = is_member(bones, n_bones, hw_record_int(row, HW_FIELD_CONTRADICTION_SPECIMEN)) &&
                is_member(bones, n_bones, hw_record_int(row, HW_FIELD_CONTRADICTION_OTHER));
    if (is_ours && row->withdrawn == NULL &&
        strcmp(hw_record_text(row, HW_FIELD_CONTRADICTION_STATE), "open") == 0)
      *open = hw_record_text(row, HW_FIELD_CONTRADICTION_CODE);
  }
  return HW_OK;
}
