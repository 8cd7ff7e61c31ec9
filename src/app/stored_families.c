/* Families of a stored case, and one family's pedigrees as hypotheses.
 *
 * A family that cannot be computed (no stated pedigree, nobody missing, an
 * impossible pedigree) is left out with a note where all are asked for, and an
 * error where it was asked for by name. */
#include <string.h>

#include "app/stored_case_int.h"
#include "base/check.h"

/* --- a family of the identification --- */

typedef struct family_list {
  hw_family *families;
  const char **names, **codes;
  int64_t *id, *entry;
  const int64_t **person, **profile;
  int32_t n, n_closed, n_complete, n_unstated, n_untyped;
} family_list;

static hw_status take_profiles(const hwp_family_reader *self, const int32_t *place, int32_t *n,
                               const hw_profile **profiles, const int32_t **persons,
                               const int64_t **records) {
  hwp_loader *load = self->load;
  size_t count = (size_t)self->n_profiles;
  hw_profile *list = hwp_load_alloc(load, load->keep, count, sizeof *list);
  int32_t *person_of = hwp_load_alloc(load, load->keep, count, sizeof *person_of);
  int64_t *record_of = hwp_load_alloc(load, load->keep, count, sizeof *record_of);
  if (list == NULL || person_of == NULL || record_of == NULL) return HW_E_NO_MEMORY;
  for (int32_t i = 0; i < self->n_profiles; i++) {
    const hwp_somebody *person = &self->people[self->typed[i]];
    list[i] = person->profile;
    record_of[i] = person->record;
    person_of[i] = place[self->typed[i]];
  }
  *n = self->n_profiles;
  *profiles = list;
  *persons = person_of;
  if (records != NULL) *records = record_of;
  return HW_OK;
}

static hw_status take_missing(hwp_family_reader *self, const int32_t *place, hw_family *out) {
  hwp_loader *load = self->load;
  int32_t *missing = hwp_load_alloc(load, load->keep, (size_t)self->n_members, sizeof *missing);
  if (missing == NULL) return HW_E_NO_MEMORY;
  for (int32_t i = 0; i < self->n_members; i++)
    if (self->members[i].is_missing)
      missing[out->n_missing++] = place[hwp_family_find(self, self->members[i].person)];
  out->missing = missing;
  return HW_OK;
}

static hw_status take_family(hwp_family_reader *self, family_list *list) {
  hw_family *out = &list->families[list->n];
  const int32_t *place = NULL;
  *out = (hw_family){0};
  HW_TRY(
      hwp_family_build(self, &self->pedigrees[0], &out->pedigree, &list->person[list->n], &place));
  HW_TRY(take_profiles(self, place, &out->n_profiles, &out->profiles, &out->profile_person,
                       &list->profile[list->n]));
  HW_TRY(take_missing(self, place, out));
  if (out->n_profiles == 0) list->n_untyped++;
  list->names[list->n] = self->name;
  list->codes[list->n] = self->code;
  list->id[list->n] = self->id;
  list->entry[list->n] = self->entry;
  list->n++;
  return HW_OK;
}

/* True if somebody of the family is missing. */
static bool misses_somebody(const hwp_family_reader *self) {
  for (int32_t i = 0; i < self->n_members; i++)
    if (self->members[i].is_missing) return true;
  return false;
}

/* A pedigree that cannot be is told; the other families go on. */
static hw_status leave_out(hwp_family_reader *self, hw_status status) {
  hwp_loader *load = self->load;
  bool is_pedigree =
      status == HW_E_PEDIGREE || status == HW_E_DUPLICATE || status == HW_E_REFERENCE;
  if (!is_pedigree || load->options->family != NULL) return status;
  hwp_notes_add(&load->notes, "family %s is left out: %s", self->code,
                load->err != NULL ? load->err->message : "its pedigree is impossible");
  if (load->err != NULL) *load->err = (hw_err)HW_ERR_INIT;
  return HW_OK;
}

static hw_status refuse_or_count(hwp_family_reader *self, const char *why, int32_t *count) {
  ++*count;
  if (self->load->options->family == NULL) return HW_OK;
  return hw_err_set(self->load->err, HW_E_SHAPE, "family '%s' %s", self->code, why);
}

/* Reads the record of a family. @param is_there  [out] false if it was withdrawn, or is of
 * another investigation. @param is_open  [out] false if it was closed */
static hw_status begin_family(hwp_loader *load, int64_t id, hwp_family_reader *out, bool *is_there,
                              bool *is_open) {
  hw_record record;
  hw_arena_reset(&load->brief);
  *out = (hwp_family_reader){.load = load, .id = id};
  HW_TRY(hwp_load_get(load, HW_KIND_FAMILY, id, &out->entry, &record));
  const char *label = hw_record_text(&record, HW_FIELD_FAMILY_LABEL);
  out->code = hw_arena_strdup(load->keep, hw_record_text(&record, HW_FIELD_FAMILY_CODE));
  const bool has_label = label[0] != '\0' && !load->options->by_code;
  out->name = has_label ? hw_arena_strdup(load->keep, label) : out->code;
  if (out->code == NULL || out->name == NULL) return HW_NO_MEMORY(load->err, "the families");
  *is_there = record.withdrawn == NULL &&
              hw_record_int(&record, HW_FIELD_FAMILY_INVESTIGATION) == load->out->investigation;
  *is_open = strcmp(hw_record_text(&record, HW_FIELD_FAMILY_STATE), "closed") != 0;
  if (load->options->family != NULL && record.withdrawn != NULL)
    return hw_err_set(load->err, HW_E_REFERENCE, "family '%s' was withdrawn: %s", out->code,
                      record.withdrawn);
  return HW_OK;
}

static hw_status load_family(hwp_loader *load, int64_t id, family_list *list) {
  hwp_family_reader self;
  bool is_there = false, is_open = false;
  HW_TRY(begin_family(load, id, &self, &is_there, &is_open));
  if (!is_there && load->options->families != NULL) return HW_OK;
  const bool all = load->options->all_families;
  if (!is_open && !all) return refuse_or_count(&self, "is closed", &list->n_closed);
  HW_TRY(hwp_family_read_members(&self));
  if (!misses_somebody(&self) && !all)
    return refuse_or_count(&self, "misses nobody", &list->n_complete);
  HW_TRY(hwp_family_read_pedigrees(&self, false));
  if (self.n_pedigrees == 0)
    return refuse_or_count(&self, "has no stated pedigree", &list->n_unstated);
  HW_TRY(hwp_family_read_people(&self));
  hw_status status = take_family(&self, list);
  return status == HW_OK ? HW_OK : leave_out(&self, status);
}

static hw_status list_families(hwp_loader *self, hwp_ids *out) {
  hwp_ids brief = {0};
  int64_t entry = 0;
  if (self->options->families != NULL) {
    for (int32_t i = 0; i < self->options->n_families; i++)
      HW_TRY(hwp_ids_add(self, &self->scratch, out, self->options->families[i]));
    return HW_OK;
  }
  if (self->options->family != NULL) {
    int64_t id = 0;
    HW_TRY(hw_app_find(self->app, HW_KIND_FAMILY, self->options->family, &id, self->err));
    return hwp_ids_add(self, &self->scratch, out, id);
  }
  hw_arena_reset(&self->brief);
  HW_TRY(hwp_load_ids(self, HW_KIND_FAMILY, HW_FIELD_FAMILY_INVESTIGATION, self->out->investigation,
                      &entry, &brief));
  for (int32_t i = 0; i < brief.n; i++)
    HW_TRY(hwp_ids_add(self, &self->scratch, out, brief.items[i]));
  return HW_OK;
}

static void note_families(hwp_loader *self, const family_list *list) {
  if (list->n_closed > 0)
    hwp_notes_add(&self->notes, "%d closed famil%s left out", (int)list->n_closed,
                  list->n_closed == 1 ? "y is" : "ies are");
  if (list->n_complete > 0)
    hwp_notes_add(&self->notes, "%d famil%s nobody and %s left out", (int)list->n_complete,
                  list->n_complete == 1 ? "y misses" : "ies miss",
                  list->n_complete == 1 ? "is" : "are");
  if (list->n_unstated > 0)
    hwp_notes_add(&self->notes, "%d famil%s no stated pedigree and %s left out",
                  (int)list->n_unstated, list->n_unstated == 1 ? "y has" : "ies have",
                  list->n_unstated == 1 ? "is" : "are");
  if (list->n_untyped > 0 && !self->options->without_markers)
    hwp_notes_add(&self->notes,
                  "%d famil%s no typed reference: nothing can be said about whom they miss",
                  (int)list->n_untyped, list->n_untyped == 1 ? "y has" : "ies have");
}

hw_status hwp_load_families(hwp_loader *self) {
  hwp_ids ids = {0};
  HW_TRY(list_families(self, &ids));
  size_t n = (size_t)ids.n;
  family_list list = {
      .families = hwp_load_alloc(self, self->keep, n, sizeof *list.families),
      .names = hwp_load_alloc(self, &self->scratch, n, sizeof *list.names),
      .codes = hwp_load_alloc(self, &self->scratch, n, sizeof *list.codes),
      .id = hwp_load_alloc(self, self->keep, n, sizeof *list.id),
      .entry = hwp_load_alloc(self, self->keep, n, sizeof *list.entry),
      .person = hwp_load_alloc(self, self->keep, n, sizeof *list.person),
      .profile = hwp_load_alloc(self, self->keep, n, sizeof *list.profile),
  };
  if (list.families == NULL || list.names == NULL || list.codes == NULL || list.id == NULL ||
      list.entry == NULL || list.person == NULL || list.profile == NULL)
    return HW_E_NO_MEMORY;
  for (int32_t i = 0; i < ids.n; i++) HW_TRY(load_family(self, ids.items[i], &list));
  HW_TRY(hwp_load_distinct(self, list.n, list.names, list.codes));
  for (int32_t i = 0; i < list.n; i++) list.families[i].name = list.names[i];
  note_families(self, &list);
  hw_stored_case *out = self->out;
  out->problem.families = list.families;
  out->problem.n_families = list.n;
  out->family = list.id;
  out->family_entry = list.entry;
  out->family_person = list.person;
  out->family_profile = list.profile;
  return HW_OK;
}

/* --- one family's pedigrees as hypotheses --- */

static int32_t find_reference(const hwp_loader *self, const hw_hypothesis *list, int32_t n) {
  const char *name = hw_record_text(&self->investigation, HW_FIELD_INVESTIGATION_REFERENCE);
  for (int32_t i = 0; i < n; i++)
    if (strcmp(list[i].name, name) == 0) return i;
  return n - 1;
}

static hw_status take_hypotheses(hwp_family_reader *self) {
  hwp_loader *load = self->load;
  hw_case *problem = &load->out->problem;
  size_t n = (size_t)self->n_pedigrees;
  hw_hypothesis *list = hwp_load_alloc(load, load->keep, n, sizeof *list);
  const int64_t **person = hwp_load_alloc(load, load->keep, n, sizeof *person);
  const int64_t **profile = hwp_load_alloc(load, load->keep, 1, sizeof *profile);
  if (list == NULL || person == NULL || profile == NULL) return HW_E_NO_MEMORY;
  for (int32_t i = 0; i < self->n_pedigrees; i++) {
    const int32_t *place = NULL;
    HW_TRY(hwp_family_build(self, &self->pedigrees[i], &list[i].pedigree, &person[i], &place));
    list[i].name = hw_arena_strdup(load->keep, self->pedigrees[i].name);
    if (list[i].name == NULL) return HW_NO_MEMORY(load->err, "the hypotheses");
    HW_TRY(take_profiles(self, place, &problem->n_profiles, &problem->profiles,
                         &list[i].profile_person, &profile[0]));
  }
  problem->hypotheses = list;
  problem->n_hypotheses = self->n_pedigrees;
  problem->reference = find_reference(load, list, self->n_pedigrees);
  load->out->family_person = person;
  load->out->family_profile = profile;
  return HW_OK;
}

hw_status hwp_load_hypotheses(hwp_loader *self) {
  hwp_ids ids = {0};
  hwp_family_reader family;
  bool is_there = false, is_open = false;
  HW_BUG_IF(self->options->family == NULL, self->err);
  HW_TRY(list_families(self, &ids));
  HW_BUG_IF(ids.n != 1 || ids.items == NULL, self->err);
  HW_TRY(begin_family(self, ids.items[0], &family, &is_there, &is_open));
  HW_TRY(hwp_family_read_members(&family));
  HW_TRY(hwp_family_read_pedigrees(&family, true));
  if (family.n_pedigrees < 2)
    return hw_err_set(self->err, HW_E_SHAPE,
                      "family '%s' has %d pedigree%s that %s not rejected: at least two hypotheses "
                      "are needed",
                      family.code, (int)family.n_pedigrees, family.n_pedigrees == 1 ? "" : "s",
                      family.n_pedigrees == 1 ? "is" : "are");
  HW_TRY(hwp_family_read_people(&family));
  HW_TRY(take_hypotheses(&family));
  int64_t *id = hwp_load_alloc(self, self->keep, 1, sizeof *id);
  int64_t *entry = hwp_load_alloc(self, self->keep, 1, sizeof *entry);
  if (id == NULL || entry == NULL) return HW_E_NO_MEMORY;
  *id = family.id;
  *entry = family.entry;
  self->out->family = id;
  self->out->family_entry = entry;
  self->out->problem.id = family.name; /* the family is the case */
  return HW_OK;
}
