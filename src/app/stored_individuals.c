/* Samples that are confirmed to come from one person.
 *
 * A confirmed individual names specimens and samples. Its samples are those that are
 * named, those cut from specimens that are named, and those made from either. They count
 * as one remains under the name of the first: hwp_load_profile joins their profiles by the
 * rules that hold for several profiles of one sample, so where they contradict each other
 * none counts, and a note tells. A sample that two confirmed individuals claim belongs to
 * none of them until one is dissolved. */
#include <string.h>

#include "app/stored_case_int.h"
#include "base/check.h"

typedef struct finder {
  hwp_loader *load;
  int32_t n;
  const int64_t *sample, *specimen, *parent;
  int64_t *individual, *entry;
  hwp_ids individuals, entries, confirmed; /* side by side */
  int64_t at, at_entry;                    /* the individual at hand */
  bool is_confirmed;
} finder;

static int32_t find_sample(const finder *self, int64_t id) {
  for (int32_t low = 0, high = self->n - 1; low <= high;) {
    const int32_t middle = low + (high - low) / 2;
    if (self->sample[middle] == id) return middle;
    if (self->sample[middle] < id)
      low = middle + 1;
    else
      high = middle - 1;
  }
  return -1;
}

/* True if a sample is the item, was cut from it, or was made from one that was. */
static bool comes_from(const finder *self, int32_t sample, bool is_sample, int64_t item) {
  enum { MOST_PARENTS = 16 };
  for (int depth = 0; depth < MOST_PARENTS && sample >= 0; depth++) {
    if (is_sample ? self->sample[sample] == item : self->specimen[sample] == item) return true;
    if (!is_sample && self->specimen[sample] != 0) return false;
    sample = self->parent[sample] != 0 ? find_sample(self, self->parent[sample]) : -1;
  }
  return false;
}

static hw_status take_member(void *context, const hw_record *row) {
  finder *self = context;
  const bool is_sample =
      strcmp(hw_record_text(row, HW_FIELD_INDIVIDUAL_MEMBER_ITEM_KIND), "sample") == 0;
  const int64_t item = hw_record_int(row, HW_FIELD_INDIVIDUAL_MEMBER_ITEM);
  for (int32_t i = 0; i < self->n; i++) {
    if (!comes_from(self, i, is_sample, item)) continue;
    const int64_t before = self->individual[i],
                  newest = row->entry > self->at_entry ? row->entry : self->at_entry;
    if (newest > self->entry[i]) self->entry[i] = newest;
    if (self->is_confirmed) self->individual[i] = before == 0 || before == self->at ? self->at : -1;
  }
  return HW_OK;
}

/* Individuals of any state: one that was dissolved has changed what its samples count for. */
static hw_status take_individual(void *context, const hw_record *row) {
  finder *self = context;
  const bool is_confirmed =
      strcmp(hw_record_text(row, HW_FIELD_INDIVIDUAL_STATE), "confirmed") == 0;
  hw_arena *arena = &self->load->scratch;
  HW_TRY(hwp_ids_add(self->load, arena, &self->individuals, row->id));
  HW_TRY(hwp_ids_add(self->load, arena, &self->entries, row->entry));
  return hwp_ids_add(self->load, arena, &self->confirmed, is_confirmed);
}

/* Individuals of the investigation, or those of a list that are of it. */
static hw_status list_individuals(finder *self, const hwp_ids *only) {
  hwp_loader *load = self->load;
  int64_t newest = 0;
  if (only == NULL)
    return hwp_load_each(load, HW_KIND_INDIVIDUAL, HW_FIELD_INDIVIDUAL_INVESTIGATION,
                         load->out->investigation, &newest, take_individual, self);
  for (int32_t i = 0; i < only->n; i++) {
    hw_record row;
    HW_TRY(hwp_load_get(load, HW_KIND_INDIVIDUAL, only->items[i], &newest, &row));
    if (row.withdrawn == NULL &&
        hw_record_int(&row, HW_FIELD_INDIVIDUAL_INVESTIGATION) == load->out->investigation)
      HW_TRY(take_individual(self, &row));
  }
  return HW_OK;
}

hw_status hwp_load_individuals(hwp_loader *load, const hwp_ids *only, int32_t n,
                               const int64_t *sample, const int64_t *specimen,
                               const int64_t *parent, int64_t *individual, int64_t *entry) {
  int64_t newest = 0;
  finder self = {.load = load,
                 .n = n,
                 .sample = sample,
                 .specimen = specimen,
                 .parent = parent,
                 .individual = individual,
                 .entry = entry};
  HW_TRY(list_individuals(&self, only));
  for (int32_t i = 0; i < self.individuals.n; i++) {
    self.at = self.individuals.items[i];
    self.at_entry = self.entries.items[i];
    self.is_confirmed = self.confirmed.items[i] != 0;
    HW_TRY(hwp_load_each(load, HW_KIND_INDIVIDUAL_MEMBER, HW_FIELD_INDIVIDUAL_MEMBER_INDIVIDUAL,
                         self.at, &newest, take_member, &self));
  }
  int32_t n_twice = 0;
  for (int32_t i = 0; i < n; i++) {
    if (individual[i] >= 0) continue;
    individual[i] = 0;
    n_twice++;
  }
  if (n_twice > 0)
    hwp_notes_add(&load->notes,
                  "%d sample%s claimed by two confirmed individuals and joined with none: dissolve "
                  "one of them",
                  (int)n_twice, n_twice == 1 ? " is" : "s are");
  return HW_OK;
}
