/* Whose profiles hang on a record: from a family to its people, from a person to the samples, from
 * a bone to what was cut from it and to what is said to be of the same person.
 *
 *     family ─▶ members, pedigrees ─▶ everybody whom they name
 *     person ─▶ samples
 *     sample ◀─▶ specimen, the sample it was made from, the person, individuals
 *
 * A family is not reached from its people, so that what is reached stays small however
 * large the database is. Withdrawn records are followed too: what they once joined may be
 * asked for. A record is met once, by a table of hashes that grows with the list. */
#include <string.h>

#include "app/stored_case_int.h"
#include "base/check.h"

enum { FIRST_SLOTS = 64 };

static uint32_t hash_of(hw_kind_id kind, int64_t id) {
  const uint64_t mixed = ((uint64_t)id * 64 + (uint64_t)kind + 1) * UINT64_C(0x9e3779b97f4a7c15);
  return (uint32_t)(mixed >> 32);
}

/* Place in the table of hashes: of the item, or free. */
static uint32_t slot_of(const hwp_reach *self, hw_kind_id kind, int64_t id) {
  const uint32_t mask = (uint32_t)self->n_slots - 1;
  uint32_t at = hash_of(kind, id) & mask;
  while (self->slots[at] != 0) {
    const hwp_reached *item = &self->items[self->slots[at] - 1];
    if (item->id == id && item->kind == kind) break;
    at = (at + 1) & mask;
  }
  return at;
}

static hw_status grow_slots(hwp_reach *self) {
  const int32_t n = self->n_slots > 0 ? 2 * self->n_slots : FIRST_SLOTS;
  if (n < 0) return HW_NO_MEMORY(self->load->err, "the case");
  self->slots = hwp_load_alloc(self->load, &self->load->scratch, (size_t)n, sizeof *self->slots);
  if (self->slots == NULL) return HW_E_NO_MEMORY;
  memset(self->slots, 0, (size_t)n * sizeof *self->slots);
  self->n_slots = n;
  for (int32_t i = 0; i < self->n; i++)
    self->slots[slot_of(self, self->items[i].kind, self->items[i].id)] = i + 1;
  return HW_OK;
}

static bool is_followed(hw_kind_id kind) {
  return kind == HW_KIND_FAMILY || kind == HW_KIND_PEDIGREE || kind == HW_KIND_PERSON ||
         kind == HW_KIND_SAMPLE || kind == HW_KIND_SPECIMEN || kind == HW_KIND_INDIVIDUAL;
}

hw_status hwp_reach_add(hwp_reach *self, hw_kind_id kind, int64_t id) {
  if (id == 0 || !is_followed(kind)) return HW_OK;
  if (2 * (self->n + 1) > self->n_slots) HW_TRY(grow_slots(self));
  const uint32_t at = slot_of(self, kind, id);
  if (self->slots[at] != 0) return HW_OK;
  if (self->n == self->capacity) {
    void *items = self->items;
    HW_TRY(hwp_load_grow(self->load, &self->load->scratch, sizeof *self->items, self->n,
                         &self->capacity, &items));
    self->items = items;
  }
  self->items[self->n++] = (hwp_reached){kind, id};
  self->slots[at] = self->n;
  return HW_OK;
}

hw_status hwp_reach_row(hwp_reach *self, const hw_record *row) {
  HW_TRY(hwp_reach_add(self, row->kind->id, row->id));
  for (int f = 0; f < row->kind->n_fields; f++) {
    const hw_field *field = &row->kind->fields[f];
    if (field->type == HW_TYPE_REF)
      HW_TRY(hwp_reach_add(self, field->target, hw_record_int(row, f)));
    if (field->type != HW_TYPE_ITEM) continue;
    const hw_kind *kind = hw_kind_find(hw_record_text(row, f - 1)); /* which names it */
    if (kind != NULL) HW_TRY(hwp_reach_add(self, kind->id, hw_record_int(row, f)));
  }
  return HW_OK;
}

/* Everything that the rows of a kind name whose field is the item. */
static hw_status follow(hwp_reach *self, hw_kind_id kind, int field, const hwp_reached *item) {
  hwp_loader *load = self->load;
  hw_scan *scan = NULL;
  const hw_record *row = NULL;
  const hw_value key = hw_value_int(item->id);
  const bool is_item = hw_kind_get(kind)->fields[field].type == HW_TYPE_ITEM;
  const char *name = hw_kind_get(item->kind)->name;
  HW_TRY(hw_store_scan(load->store, kind, field, &key, &scan, load->err));
  hw_status status;
  while ((status = hw_scan_next(scan, &row, load->err)) == HW_OK && row != NULL) {
    if (is_item && strcmp(hw_record_text(row, field - 1), name) != 0) continue;
    status = hwp_reach_row(self, row);
    if (status != HW_OK) break;
  }
  hw_scan_done(scan);
  return status;
}

static hw_status follow_row(hwp_reach *self, const hwp_reached *item) {
  hw_record row;
  hwp_loader *load = self->load;
  hw_arena_reset(&load->brief);
  HW_TRY(hw_store_get(load->store, item->kind, item->id, &load->brief, &row, load->err));
  return hwp_reach_row(self, &row);
}

static hw_status follow_item(hwp_reach *self, const hwp_reached *item) {
  switch (item->kind) {
    case HW_KIND_FAMILY:
      HW_TRY(follow(self, HW_KIND_FAMILY_MEMBER, HW_FIELD_FAMILY_MEMBER_FAMILY, item));
      return follow(self, HW_KIND_PEDIGREE, HW_FIELD_PEDIGREE_FAMILY, item);
    case HW_KIND_PEDIGREE:
      HW_TRY(follow_row(self, item)); /* its family */
      HW_TRY(follow(self, HW_KIND_DESCENT, HW_FIELD_DESCENT_PEDIGREE, item));
      return follow(self, HW_KIND_IDENTITY, HW_FIELD_IDENTITY_PEDIGREE, item);
    case HW_KIND_PERSON:
      return follow(self, HW_KIND_SAMPLE, HW_FIELD_SAMPLE_PERSON, item);
    case HW_KIND_SAMPLE:
      HW_TRY(follow_row(self, item)); /* specimen, parent, person */
      HW_TRY(follow(self, HW_KIND_SAMPLE, HW_FIELD_SAMPLE_PARENT, item));
      return follow(self, HW_KIND_INDIVIDUAL_MEMBER, HW_FIELD_INDIVIDUAL_MEMBER_ITEM, item);
    case HW_KIND_SPECIMEN:
      HW_TRY(follow(self, HW_KIND_SAMPLE, HW_FIELD_SAMPLE_SPECIMEN, item));
      return follow(self, HW_KIND_INDIVIDUAL_MEMBER, HW_FIELD_INDIVIDUAL_MEMBER_ITEM, item);
    case HW_KIND_INDIVIDUAL:
      return follow(self, HW_KIND_INDIVIDUAL_MEMBER, HW_FIELD_INDIVIDUAL_MEMBER_INDIVIDUAL, item);
    default:
      return HW_OK;
  }
}

hw_status hwp_reach_all(hwp_reach *self) {
  for (; self->n_followed < self->n; self->n_followed++) {
    const hwp_reached item = self->items[self->n_followed]; /* the list may move */
    HW_TRY(follow_item(self, &item));
  }
  return HW_OK;
}
