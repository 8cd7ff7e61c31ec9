/* The store of shapes: a chained hash table. See shapes.h. */
#include "kinship/shapes.h"

#include <stdlib.h>
#include <string.h>

#include "kinship/kin.h"
#include "kinship/theta.h"

/* A shape under theta: the family, and the family with an unrelated person behind it. */
typedef struct hwp_shape_urn {
  hw_person persons[HWP_PATTERN_INDIVIDUALS + 1];
  int32_t owner[HWP_PATTERN_PROFILES];
  hw_pedigree pedigree[2];
  hwp_theta theta[2]; /* missing, unrelated */
} hwp_shape_urn;

static void delete_urn(hwp_shape_urn *self) {
  if (self == NULL) return;
  hwp_theta_clear(&self->theta[0]);
  hwp_theta_clear(&self->theta[1]);
  free(self);
}

static size_t theta_bytes(const hwp_theta *self) {
  return hwp_kin_bytes(self->kin) + self->arena.bytes + self->scratch.bytes;
}

static void drop_kin(hwp_shapes *self, hwp_shape_entry *entry) {
  hw_kin_delete(entry->kin);
  delete_urn(entry->urn);
  entry->urn = NULL;
  self->kin_bytes -= entry->kin_bytes;
  entry->kin = NULL;
  entry->kin_bytes = 0;
}

void hwp_shapes_clear(hwp_shapes *self) {
  for (int b = 0; b < HWP_SHAPES_BUCKETS; b++) {
    for (hwp_shape_entry *entry = self->buckets[b]; entry != NULL;) {
      hwp_shape_entry *next = entry->next;
      drop_kin(self, entry);
      free(entry);
      entry = next;
    }
    self->buckets[b] = NULL;
  }
  self->n = 0;
}

void hwp_shapes_settle(hwp_shapes *self) {
  if (self->n > HWP_SHAPES_MOST || self->kin_bytes > self->max_bytes) hwp_shapes_clear(self);
}

hwp_shape_entry *hwp_shapes_find(hwp_shapes *self, const hwp_pattern *pattern) {
  const uint64_t hash = hwp_pattern_hash(pattern);
  hwp_shape_entry **bucket = &self->buckets[hash % HWP_SHAPES_BUCKETS];
  for (hwp_shape_entry *entry = *bucket; entry != NULL; entry = entry->next)
    if (entry->hash == hash && hwp_pattern_equal(&entry->pattern, pattern)) return entry;
  hwp_shape_entry *entry = calloc(1, sizeof *entry);
  if (entry == NULL) return NULL;
  entry->pattern = *pattern;
  entry->hash = hash;
  entry->id = self->next_id++;
  entry->has_closed = hwp_closed_init(&entry->closed, pattern);
  entry->next = *bucket;
  *bucket = entry;
  self->n++;
  return entry;
}

static void take_pedigree(const hwp_pattern *self, hw_person *persons) {
  for (int32_t i = 0; i < self->n; i++)
    persons[i] = (hw_person){.id = "",
                             .father = self->father[i],
                             .mother = self->mother[i],
                             .sex = (hw_sex)self->sex[i],
                             .twin = HW_PERSON_NONE};
}

static hw_status make_kin(hwp_shapes *self, hwp_shape_entry *entry, hw_err *err) {
  hw_person persons[HWP_PATTERN_INDIVIDUALS];
  int32_t owner[HWP_PATTERN_PROFILES];
  const hw_pedigree pedigree = {.n_persons = entry->pattern.n, .persons = persons};
  take_pedigree(&entry->pattern, persons);
  for (int32_t p = 0; p < entry->pattern.n_profiles; p++) owner[p] = entry->pattern.owner[p];
  return hw_kin_new(&pedigree, entry->pattern.n_profiles, owner, 0, self->options, &entry->kin,
                    err);
}

static void count_bytes(hwp_shapes *self, hwp_shape_entry *entry, size_t bytes) {
  self->kin_bytes += bytes - entry->kin_bytes;
  entry->kin_bytes = bytes;
}

hw_status hwp_shapes_genotypes(hwp_shapes *self, hwp_shape_entry *entry, const hw_marker *marker,
                               const hw_profile *profiles, const hw_observation *const *column,
                               double *joint, double *ln_scale, hw_err *err) {
  hw_status status = entry->kin == NULL ? make_kin(self, entry, err) : HW_OK;
  if (status != HW_OK) return status;
  status = hw_kin_genotypes(entry->kin, marker, profiles, column, joint, ln_scale, err);
  count_bytes(self, entry, hwp_kin_bytes(entry->kin));
  return status;
}

static hw_status make_urn(hwp_shapes *self, hwp_shape_entry *entry, double theta, hw_err *err) {
  const hwp_pattern *pattern = &entry->pattern;
  hwp_shape_urn *urn = calloc(1, sizeof *urn);
  if (urn == NULL) return hw_err_set(err, HW_E_NO_MEMORY, "no memory to prepare a pedigree");
  take_pedigree(pattern, urn->persons);
  urn->persons[pattern->n] = (hw_person){.id = "",
                                         .father = HW_PERSON_NONE,
                                         .mother = HW_PERSON_NONE,
                                         .sex = (hw_sex)pattern->sex[0],
                                         .twin = HW_PERSON_NONE};
  for (int32_t p = 0; p < pattern->n_profiles; p++) urn->owner[p] = pattern->owner[p];
  hw_status status = HW_OK;
  for (int32_t who = 0; who < 2 && status == HW_OK; who++) {
    urn->pedigree[who] = (hw_pedigree){.n_persons = pattern->n + who, .persons = urn->persons};
    const hw_problem problem = {.pedigree = &urn->pedigree[who],
                                .n_profiles = pattern->n_profiles,
                                .profile_person = urn->owner,
                                .n_markers = 1,
                                .theta = theta};
    const int32_t person = who == 0 ? 0 : pattern->n;
    status = hwp_theta_init(&urn->theta[who], &problem, person, self->options, err);
  }
  if (status == HW_OK)
    entry->urn = urn;
  else
    delete_urn(urn);
  return status;
}

hw_status hwp_shapes_urn_genotypes(hwp_shapes *self, hwp_shape_entry *entry, double theta,
                                   const hw_marker *marker, const hw_profile *profiles,
                                   bool is_stranger, double *joint, double *ln_scale, hw_err *err) {
  hw_status status = entry->urn == NULL ? make_urn(self, entry, theta, err) : HW_OK;
  if (status != HW_OK) return status;
  hwp_theta *asked = &entry->urn->theta[is_stranger];
  asked->problem.markers = marker;
  asked->problem.profiles = profiles;
  status = hwp_theta_genotypes(asked, 0, joint, ln_scale, err);
  count_bytes(
      self, entry,
      sizeof *entry->urn + theta_bytes(&entry->urn->theta[0]) + theta_bytes(&entry->urn->theta[1]));
  return status;
}
