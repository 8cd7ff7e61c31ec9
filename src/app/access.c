/* Which investigations a record belongs to, and who may see it.
 *
 * Two tables say it: upwards, the fields of a kind that name what it is part of;
 * downwards, the records that name a person, a specimen or an accession, which
 * themselves belong where those do. The search goes up and down until one
 * investigation is found that the actor may see; a record that belongs to none
 * is everybody's. Kinds that stand in neither table belong to none.
 *
 * Going down never leads up again: samples that are found below a person or a
 * specimen count only by their own field. So there are no circles, and the depth
 * is that of the longest chain of parts (MOST_STEPS). */
#include "app/access.h"

#include <string.h>

#include "app/access_int.h"
#include "base/check.h"

/* handover_item → handover → identification → comparison → run. */
enum { MOST_STEPS = 8, MOST_FIELDS = 4 };

/* Fields that name the investigation, or what the record is part of; −1 ends them. */
static const struct upwards {
  hw_kind_id kind;
  int fields[MOST_FIELDS];
} upwards[] = {
    {HW_KIND_FAMILY, {HW_FIELD_FAMILY_INVESTIGATION, -1}},
    {HW_KIND_SAMPLE, {HW_FIELD_SAMPLE_INVESTIGATION, -1}},
    {HW_KIND_RUN, {HW_FIELD_RUN_INVESTIGATION, -1}},
    {HW_KIND_INDIVIDUAL, {HW_FIELD_INDIVIDUAL_INVESTIGATION, -1}},
    {HW_KIND_POLICY, {HW_FIELD_POLICY_INVESTIGATION, -1}},
    {HW_KIND_PRIOR_FACTOR, {HW_FIELD_PRIOR_FACTOR_INVESTIGATION, -1}},
    {HW_KIND_LINKAGE, {HW_FIELD_LINKAGE_INVESTIGATION, -1}},
    {HW_KIND_ACCESS, {HW_FIELD_ACCESS_INVESTIGATION, -1}},
    {HW_KIND_FAMILY_MEMBER, {HW_FIELD_FAMILY_MEMBER_FAMILY, -1}},
    {HW_KIND_PEDIGREE, {HW_FIELD_PEDIGREE_FAMILY, -1}},
    {HW_KIND_DESCENT, {HW_FIELD_DESCENT_PEDIGREE, -1}},
    {HW_KIND_IDENTITY, {HW_FIELD_IDENTITY_PEDIGREE, -1}},
    {HW_KIND_COMPARISON, {HW_FIELD_COMPARISON_RUN, -1}},
    {HW_KIND_POWER, {HW_FIELD_POWER_RUN, -1}},
    {HW_KIND_JOINT_PAIR, {HW_FIELD_JOINT_PAIR_RUN, -1}},
    {HW_KIND_JOINT_REMAINS, {HW_FIELD_JOINT_REMAINS_RUN, -1}},
    {HW_KIND_INDIVIDUAL_MEMBER, {HW_FIELD_INDIVIDUAL_MEMBER_INDIVIDUAL, -1}},
    {HW_KIND_REVIEW, {HW_FIELD_REVIEW_IDENTIFICATION, -1}},
    {HW_KIND_DECISION, {HW_FIELD_DECISION_IDENTIFICATION, -1}},
    {HW_KIND_HANDOVER, {HW_FIELD_HANDOVER_IDENTIFICATION, -1}},
    {HW_KIND_HANDOVER_ITEM, {HW_FIELD_HANDOVER_ITEM_HANDOVER, -1}},
    {HW_KIND_PERSON_NAME, {HW_FIELD_PERSON_NAME_PERSON, -1}},
    {HW_KIND_DOSSIER, {HW_FIELD_DOSSIER_PERSON, -1}},
    {HW_KIND_ASSERTION, {HW_FIELD_ASSERTION_DOSSIER, -1}},
    {HW_KIND_PROFILE_SOURCE, {HW_FIELD_PROFILE_SOURCE_CONSENSUS, -1}},
    {HW_KIND_MEASUREMENT, {HW_FIELD_MEASUREMENT_SPECIMEN, -1}},
    {HW_KIND_ITEM_NUMBER, {HW_FIELD_ITEM_NUMBER_ITEM, -1}},
    {HW_KIND_CUSTODY, {HW_FIELD_CUSTODY_ITEM, -1}},
    {HW_KIND_PROFILE, {HW_FIELD_PROFILE_SAMPLE, HW_FIELD_PROFILE_PERSON, -1}},
    {HW_KIND_SNP_PROFILE, {HW_FIELD_SNP_PROFILE_SAMPLE, HW_FIELD_SNP_PROFILE_PERSON, -1}},
    {HW_KIND_HAPLOTYPE, {HW_FIELD_HAPLOTYPE_SAMPLE, HW_FIELD_HAPLOTYPE_PERSON, -1}},
    {HW_KIND_IDENTIFICATION,
     {HW_FIELD_IDENTIFICATION_SAMPLE, HW_FIELD_IDENTIFICATION_COMPARISON,
      HW_FIELD_IDENTIFICATION_PERSON, -1}},
    {HW_KIND_CONTRADICTION,
     {HW_FIELD_CONTRADICTION_IDENTIFICATION, HW_FIELD_CONTRADICTION_INDIVIDUAL,
      HW_FIELD_CONTRADICTION_SPECIMEN, HW_FIELD_CONTRADICTION_OTHER}},
    {HW_KIND_FINDING,
     {HW_FIELD_FINDING_FAMILY, HW_FIELD_FINDING_PROFILE, HW_FIELD_FINDING_OTHER, -1}},
};

/* Records that name what they belong with. */
static const struct downwards {
  hw_kind_id kind, below;
  int by; /* field of `below` that names it */
} downwards[] = {
    {HW_KIND_PERSON, HW_KIND_FAMILY_MEMBER, HW_FIELD_FAMILY_MEMBER_PERSON},
    {HW_KIND_PERSON, HW_KIND_SAMPLE, HW_FIELD_SAMPLE_PERSON},
    {HW_KIND_SPECIMEN, HW_KIND_SAMPLE, HW_FIELD_SAMPLE_SPECIMEN},
    {HW_KIND_ACCESSION, HW_KIND_SPECIMEN, HW_FIELD_SPECIMEN_ACCESSION},
};

typedef struct search {
  hw_app *app;
  bool belongs; /* to some investigation */
  bool may;     /* to one that the actor may see */
} search;

static hw_status follow(search *self, hw_kind_id kind, int64_t id, int steps, hw_err *err);

bool hw_access_is_all(const hw_app *app) {
  return app->n_investigations == 0;
}

static void take_investigation(search *self, int64_t id) {
  self->belongs = true;
  for (int i = 0; i < self->app->n_investigations; i++)
    self->may = self->may || self->app->investigations[i] == id;
}

/* --- up --- */

static hw_status follow_field(search *self, const hw_record *record, int field, int steps,
                              hw_err *err) {
  const hw_field *what = &record->kind->fields[field];
  const int64_t id = hw_record_int(record, field);
  if (hw_record_is_null(record, field)) return HW_OK;
  if (what->type == HW_TYPE_REF) return follow(self, what->target, id, steps, err);
  const hw_kind *kind = hw_kind_find(hw_record_text(record, field - 1)); /* HW_TYPE_ITEM */
  return kind != NULL ? follow(self, kind->id, id, steps, err) : HW_OK;
}

static hw_status follow_record(search *self, const hw_record *record, int steps, hw_err *err) {
  const hw_kind_id kind = record->kind->id;
  for (size_t i = 0; i < sizeof upwards / sizeof *upwards; i++) {
    if (upwards[i].kind != kind) continue;
    for (int f = 0; f < MOST_FIELDS && upwards[i].fields[f] >= 0 && !self->may; f++)
      HW_TRY(follow_field(self, record, upwards[i].fields[f], steps, err));
  }
  /* A sample that says nothing itself is where its person is. */
  if (kind == HW_KIND_SAMPLE && hw_record_is_null(record, HW_FIELD_SAMPLE_INVESTIGATION))
    HW_TRY(follow_field(self, record, HW_FIELD_SAMPLE_PERSON, steps, err));
  return HW_OK;
}

/* What a report is about; its field is a code without a kind, or begins with that of a run. */
static hw_status follow_subject(search *self, const char *code, int steps, hw_err *err) {
  static const hw_kind_id kinds[] = {HW_KIND_IDENTIFICATION, HW_KIND_HANDOVER, HW_KIND_FAMILY,
                                     HW_KIND_PERSON,         HW_KIND_RUN,      HW_KIND_INDIVIDUAL,
                                     HW_KIND_INVESTIGATION};
  int64_t id = 0;
  if (code[0] == '\0') self->belongs = true; /* to all of them */
  for (size_t i = 0; code[0] != '\0' && i < sizeof kinds / sizeof *kinds && !self->may; i++) {
    HW_TRY(hw_store_find_code(self->app->store, kinds[i], code, &id, err));
    if (id != 0) HW_TRY(follow(self, kinds[i], id, steps, err));
  }
  char run[HW_CODE_MAX + 1];
  const size_t n = strcspn(code, "/");
  if (code[n] == '\0' || n >= sizeof run || self->may) return HW_OK;
  memcpy(run, code, n);
  run[n] = '\0';
  HW_TRY(hw_store_find_code(self->app->store, HW_KIND_RUN, run, &id, err));
  return id != 0 ? follow(self, HW_KIND_RUN, id, steps, err) : HW_OK;
}

/* --- down --- */

static hw_status follow_below(search *self, const struct downwards *way, int64_t id, int steps,
                              hw_err *err) {
  hw_value key = hw_value_int(id);
  hw_scan *scan = NULL;
  const hw_record *row = NULL;
  hw_status status = HW_OK;
  HW_TRY(hw_store_scan(self->app->store, way->below, way->by, &key, &scan, err));
  while (!self->may && (status = hw_scan_next(scan, &row, err)) == HW_OK && row != NULL) {
    if (way->below == HW_KIND_SAMPLE) {
      const int64_t there = hw_record_int(row, HW_FIELD_SAMPLE_INVESTIGATION);
      if (there != 0) take_investigation(self, there);
      continue;
    }
    status = way->below == HW_KIND_SPECIMEN ? follow(self, way->below, row->id, steps, err)
                                            : follow_record(self, row, steps, err);
    if (status != HW_OK) break;
  }
  hw_scan_done(scan);
  return self->may ? HW_OK : status;
}

static hw_status follow(search *self, hw_kind_id kind, int64_t id, int steps, hw_err *err) {
  hw_arena arena;
  hw_record record;
  HW_BUG_IF(steps == 0, err);
  if (self->may) return HW_OK;
  if (kind == HW_KIND_INVESTIGATION) {
    take_investigation(self, id);
    return HW_OK;
  }
  hw_arena_init(&arena, 0);
  hw_status status = hw_store_get(self->app->store, kind, id, &arena, &record, err);
  if (status == HW_OK) status = follow_record(self, &record, steps - 1, err);
  if (status == HW_OK && kind == HW_KIND_REPORT)
    status = follow_subject(self, hw_record_text(&record, HW_FIELD_REPORT_SUBJECT), steps - 1, err);
  for (size_t i = 0; status == HW_OK && i < sizeof downwards / sizeof *downwards; i++)
    if (downwards[i].kind == kind) status = follow_below(self, &downwards[i], id, steps - 1, err);
  hw_arena_clear(&arena);
  return status;
}

/* --- asking --- */

hw_status hw_access_may(hw_app *app, hw_kind_id kind, int64_t id, bool *yes, hw_err *err) {
  search self = {.app = app};
  *yes = true;
  if (hw_access_is_all(app)) return HW_OK;
  *yes = false;
  HW_TRY(follow(&self, kind, id, MOST_STEPS, err));
  *yes = self.may || !self.belongs;
  return HW_OK;
}

hw_status hw_access_require(hw_app *app, hw_kind_id kind, int64_t id, hw_err *err) {
  bool yes = false;
  HW_TRY(hw_access_may(app, kind, id, &yes, err));
  if (yes) return HW_OK;
  hw_str code = HW_STR_INIT;
  if (hw_store_code(app->store, kind, id, &code, NULL) != HW_OK) code.length = 0;
  hw_status status = hw_err_set(err, HW_E_DENIED,
                                "%s may not see the investigation of the %s '%s': an administrator "
                                "can give access with 'homeward account access'",
                                app->actor_code, hw_kind_get(kind)->name, hw_str_text(&code));
  hw_str_clear(&code);
  return status;
}

/* The kind that the field before an item names. */
static const hw_kind *kind_of_item(const hw_record *record, int field) {
  char name[60];
  const hw_value *value = &record->values[field - 1];
  if (value->type != HW_DB_TEXT || value->n >= sizeof name) return NULL;
  memcpy(name, value->text, value->n);
  name[value->n] = '\0';
  return hw_kind_find(name);
}

hw_status hw_access_require_record(hw_app *app, const hw_record *record, hw_err *err) {
  int64_t id = record->id;
  if (hw_access_is_all(app)) return HW_OK;
  /* Without a whole key it replaces nothing, and will not be stored. */
  if (id == 0 && hw_store_find(app->store, record, &id, NULL) != HW_OK) id = 0;
  if (id != 0) HW_TRY(hw_access_require(app, record->kind->id, id, err));
  for (int f = 0; f < record->kind->n_fields; f++) {
    const hw_field *field = &record->kind->fields[f];
    const bool is_item = field->type == HW_TYPE_ITEM;
    if ((field->type != HW_TYPE_REF && !is_item) || hw_record_is_null(record, f)) continue;
    const hw_kind *target = is_item ? kind_of_item(record, f) : hw_kind_get(field->target);
    if (target != NULL) HW_TRY(hw_access_require(app, target->id, hw_record_int(record, f), err));
  }
  return HW_OK;
}

hw_status hw_access_require_subject(hw_app *app, const char *subject, hw_err *err) {
  search self = {.app = app};
  if (hw_access_is_all(app)) return HW_OK;
  HW_TRY(follow_subject(&self, subject, MOST_STEPS, err));
  if (self.may || !self.belongs) return HW_OK;
  return subject[0] == '\0'
             ? hw_err_set(err, HW_E_DENIED,
                          "%s sees some investigations only, and this report is about all of them",
                          app->actor_code)
             : hw_err_set(err, HW_E_DENIED, "%s may not see the investigation of '%.200s'",
                          app->actor_code, subject);
}

/* --- counting --- */

static bool is_of_none(hw_kind_id kind) {
  for (size_t i = 0; i < sizeof upwards / sizeof *upwards; i++)
    if (upwards[i].kind == kind) return false;
  for (size_t i = 0; i < sizeof downwards / sizeof *downwards; i++)
    if (downwards[i].kind == kind) return false;
  return kind != HW_KIND_REPORT && kind != HW_KIND_INVESTIGATION;
}

/* The indexed field that names the investigation, or −1. */
static int investigation_field(const hw_kind *kind) {
  for (int f = 0; f < kind->n_fields; f++)
    if (kind->fields[f].target == HW_KIND_INVESTIGATION && kind->fields[f].type == HW_TYPE_REF &&
        (kind->fields[f].flags & HW_FIELD_FIND) && (kind->fields[f].flags & HW_FIELD_MUST))
      return f;
  return -1;
}

static void untold(hw_tally *tallies, int n) {
  for (int i = 0; i < n; i++) tallies[i].count = HW_COUNT_UNTOLD;
}

hw_status hw_access_tally(hw_app *app, hw_kind_id kind, hw_tally out[HW_TALLY_MAX], int *n,
                          hw_err *err) {
  const int field = investigation_field(hw_kind_get(kind));
  int64_t left = HW_ACCESS_COUNTED;
  HW_TRY(hw_store_tally(app->store, kind, out, n, err));
  if (hw_access_is_all(app) || is_of_none(kind)) return HW_OK;
  untold(out, *n);
  if (field < 0) return HW_OK;
  for (int i = 0; i < app->n_investigations; i++) {
    hw_tally part[HW_TALLY_MAX];
    bool is_cut = false;
    HW_TRY(hw_store_tally_of(app->store, kind, field, app->investigations[i], left, part, n,
                             &is_cut, err));
    if (is_cut) {
      untold(out, *n);
      return HW_OK;
    }
    for (int w = 0; w < *n; w++) {
      out[w].count = (i == 0 ? 0 : out[w].count) + part[w].count;
      left -= part[w].count;
    }
  }
  return HW_OK;
}

hw_status hw_access_filter(hw_app *app, hw_kind_id kind, int64_t *ids, int *n, hw_err *err) {
  int kept = 0;
  for (int i = 0; i < *n; i++) {
    bool yes = false;
    HW_TRY(hw_access_may(app, kind, ids[i], &yes, err));
    if (yes) ids[kept++] = ids[i];
  }
  *n = kept;
  return HW_OK;
}

hw_status hw_access_filter_hits(hw_app *app, hw_hit *hits, int *n, hw_err *err) {
  int kept = 0;
  for (int i = 0; i < *n; i++) {
    bool yes = false;
    HW_TRY(hw_access_may(app, hits[i].kind, hits[i].id, &yes, err));
    if (yes) hits[kept++] = hits[i];
  }
  *n = kept;
  return HW_OK;
}
