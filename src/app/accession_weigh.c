/* What speaks for and against each join of a box.
 *
 * A person's bones G weigh ln R(G) against their being of as many persons (reassociate.h); a
 * bone b weighs ln R(G) − ln R(G without b) for belonging to the rest. Both come
 * factor by factor from the same functions that a re-association uses, without its search
 * over partitions. Measurements need a reference that the database does not keep: they weigh
 * nothing here. */
#include <math.h>
#include <string.h>

#include "app/accession.h"
#include "app/reassociate.h"
#include "base/check.h"
#include "base/elementary.h"

typedef struct weigher {
  hw_app *app;
  const hw_accession *box;
  hw_arena *arena;
  hw_stored_specimens stored;
  hw_reassociate *run;
  hw_accession_joins *out;
  hw_err *err;
} weigher;

/* The investigation that a person of the box belongs to: all of one database's box mostly belong to
 * one. */
static hw_status code_of_investigation(weigher *self, const char **out) {
  hw_record record;
  const hw_record *first = &self->box->persons[0].record;
  HW_TRY(hw_store_get(self->app->store, HW_KIND_INVESTIGATION,
                      hw_record_int(first, HW_FIELD_INDIVIDUAL_INVESTIGATION), self->arena, &record,
                      self->err));
  *out = hw_record_text(&record, HW_FIELD_INVESTIGATION_CODE);
  return HW_OK;
}

static int32_t find_specimen(const weigher *self, int64_t record) {
  for (int32_t i = 0; i < self->stored.problem.n_specimens; i++)
    if (self->stored.specimen[i] == record) return i;
  return -1;
}

static double log10_of(double ln) {
  return ln / 2.30258509299404568402;
}

/* What a bone adds. Where its person is impossible without it too, others of its bones contradict
 * each other, and this one has no part in it. */
static double difference(double with, double without) {
  if (isinf(with)) return isinf(without) ? 0 : with;
  return log10_of(with - without);
}

static hw_status weigh_bone(weigher *self, const int32_t *members, int32_t n, int32_t at,
                            const hw_reassociate_factors *with, hw_accession_join *out) {
  hw_reassociate_factors without;
  int32_t *others = hw_arena_alloc_array(self->arena, (size_t)n, sizeof *others);
  if (others == NULL) return HW_NO_MEMORY(self->err, "the joins of a box");
  int32_t n_others = 0;
  for (int32_t i = 0; i < n; i++)
    if (i != at) others[n_others++] = members[i];
  HW_TRY(hw_reassociate_group_factors(self->run, others, n_others, &without, self->err));
  out->n_profiles = self->stored.problem.specimens[members[at]].n_profiles;
  out->dna = difference(with->dna, without.dna);
  out->bones = difference(with->bones, without.bones);
  out->sex = difference(with->sex, without.sex);
  out->age = difference(with->age, without.age);
  out->measurements = difference(with->measurements, without.measurements);
  out->provenience = difference(with->provenience, without.provenience);
  out->total = out->dna + out->bones + out->sex + out->age + out->measurements + out->provenience;
  return HW_OK;
}

static hw_status weigh_person(weigher *self, int32_t person) {
  const hw_accession *box = self->box;
  hw_accession_joins *out = &self->out[person];
  const size_t room = (size_t)box->persons[person].n_here + 1;
  int32_t *members = hw_arena_alloc_array(self->arena, room, sizeof *members);
  hw_accession_join *joins = hw_arena_alloc_array(self->arena, room, sizeof *joins);
  hw_reassociate_factors all;
  int32_t n = 0;
  if (members == NULL || joins == NULL) return HW_NO_MEMORY(self->err, "the joins of a box");
  *out = (hw_accession_joins){.person = person, .joins = joins, .log10_all = (double)NAN};
  /* Both lists ascend by record. */
  for (int32_t i = 0; i < box->n_bones; i++) {
    if (box->bones[i].person != person) continue;
    const int32_t at = find_specimen(self, box->bones[i].record.id);
    if (at < 0) continue;
    members[n] = at;
    joins[n++].bone = i;
  }
  if (n < 2) return HW_OK;
  HW_TRY(hw_reassociate_group_factors(self->run, members, n, &all, self->err));
  out->log10_all = log10_of(all.total);
  for (int32_t i = 0; i < n; i++) HW_TRY(weigh_bone(self, members, n, i, &all, &joins[i]));
  out->n = n;
  return HW_OK;
}

static hw_status weigh(weigher *self) {
  const hw_stored_specimens_options what = {
      .accession = hw_record_text(&self->box->record, HW_FIELD_ACCESSION_CODE)};
  hw_stored_specimens_options here = what;
  HW_TRY(code_of_investigation(self, &here.investigation));
  HW_TRY(hw_stored_specimens_load(self->app, &here, &self->stored, self->err));
  HW_TRY(hw_reassociate_new(&self->stored.problem, NULL, &self->run, self->err));
  for (int32_t p = 0; p < self->box->n_persons; p++) HW_TRY(weigh_person(self, p));
  return HW_OK;
}

hw_status hw_accession_weigh(hw_app *app, const hw_accession *box, hw_arena *arena,
                             const hw_accession_joins **joins, hw_err *err) {
  weigher self = {.app = app, .box = box, .arena = arena, .err = err};
  *joins = NULL;
  self.out = hw_arena_alloc_array(arena, (size_t)box->n_persons + 1, sizeof *self.out);
  if (self.out == NULL) return HW_NO_MEMORY(err, "the joins of a box");
  hw_status status = HW_OK;
  if (box->n_persons > 0) status = weigh(&self);
  hw_reassociate_delete(self.run);
  hw_stored_specimens_clear(&self.stored);
  if (status == HW_OK) *joins = self.out;
  return status;
}
