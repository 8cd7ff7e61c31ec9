/* What a re-association proposes, as records.
 *
 * Individuals are numbered IND-1, IND-2, …, contradictions CON-1, CON-2, …, over the
 * whole database. A group that stands there with exactly these members is known,
 * whatever became of it: somebody who dissolved it need not do so again after every run.
 * A contradiction is known by its kind and its two specimens. One change stores all. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/reassociate.h"
#include "base/check.h"

enum { CODE_SIZE = 32 };

typedef struct writer {
  hw_app *app;
  const hw_stored_specimens *stored;
  const hw_reassociate *run;
  const hw_reassociation_options *options;
  hw_reassociation_report *report;
  int64_t next_individual, next_contradiction;
  int64_t *individual_of; /* per group: its record, new or known; 0 = none */
  hw_arena arena;
  hw_err *err;
} writer;

static bool is_alone(const writer *self, int32_t specimen) {
  return self->stored->specimen[specimen] == 0;
}

static int64_t item_of(const writer *self, int32_t specimen) {
  return is_alone(self, specimen) ? self->stored->sample[specimen]
                                  : self->stored->specimen[specimen];
}

/* --- what stands there --- */

/* The number behind "IND-", 0 for other codes. */
static int64_t number_of(const char *code, const char *prefix) {
  const size_t n = strlen(prefix);
  if (strncmp(code, prefix, n) != 0) return 0;
  char *end = NULL;
  const long long number = strtoll(code + n, &end, 10);
  return end != code + n && *end == '\0' && number > 0 && number < INT32_MAX ? number : 0;
}

/* Next free numbers of both kinds. */
static hw_status find_next(writer *self, hw_kind_id kind, int field, const char *prefix,
                           int64_t *next) {
  hw_scan *scan = NULL;
  const hw_record *row = NULL;
  *next = 1;
  HW_TRY(hw_store_scan(self->app->store, kind, -1, NULL, &scan, self->err));
  hw_status status;
  while ((status = hw_scan_next(scan, &row, self->err)) == HW_OK && row != NULL) {
    const int64_t number = number_of(hw_record_text(row, field), prefix);
    if (number >= *next) *next = number + 1;
  }
  hw_scan_done(scan);
  return status;
}

/* Individuals that hold an item. */
static hw_status individuals_of(writer *self, int64_t item, bool is_sample, int64_t *out,
                                int32_t most, int32_t *n) {
  hw_scan *scan = NULL;
  const hw_record *row = NULL;
  const hw_value key = hw_value_int(item);
  *n = 0;
  HW_TRY(hw_store_scan(self->app->store, HW_KIND_INDIVIDUAL_MEMBER, HW_FIELD_INDIVIDUAL_MEMBER_ITEM,
                       &key, &scan, self->err));
  hw_status status;
  while ((status = hw_scan_next(scan, &row, self->err)) == HW_OK && row != NULL) {
    const bool of_sample =
        strcmp(hw_record_text(row, HW_FIELD_INDIVIDUAL_MEMBER_ITEM_KIND), "sample") == 0;
    if (row->withdrawn == NULL && of_sample == is_sample && *n < most)
      out[(*n)++] = hw_record_int(row, HW_FIELD_INDIVIDUAL_MEMBER_INDIVIDUAL);
  }
  hw_scan_done(scan);
  return status;
}

static bool holds(const writer *self, const hw_reassociate_group *group, bool is_sample,
                  int64_t item) {
  for (int32_t i = 0; i < group->n; i++)
    if (is_alone(self, group->specimens[i]) == is_sample &&
        item_of(self, group->specimens[i]) == item)
      return true;
  return false;
}

/* True if the members of an individual are exactly those of a group. */
static hw_status is_same(writer *self, int64_t individual, const hw_reassociate_group *group,
                         bool *out) {
  hw_scan *scan = NULL;
  const hw_record *row = NULL;
  const hw_value key = hw_value_int(individual);
  int32_t n = 0;
  *out = true;
  HW_TRY(hw_store_scan_key(self->app->store, HW_KIND_INDIVIDUAL_MEMBER, 1, &key, &scan, self->err));
  hw_status status;
  while ((status = hw_scan_next(scan, &row, self->err)) == HW_OK && row != NULL) {
    if (row->withdrawn != NULL) continue;
    n++;
    *out = *out &&
           holds(self, group,
                 strcmp(hw_record_text(row, HW_FIELD_INDIVIDUAL_MEMBER_ITEM_KIND), "sample") == 0,
                 hw_record_int(row, HW_FIELD_INDIVIDUAL_MEMBER_ITEM));
  }
  hw_scan_done(scan);
  *out = *out && n == group->n;
  return status;
}

static hw_status find_known(writer *self, const hw_reassociate_group *group, int64_t *out) {
  enum { MOST = 64 };
  int64_t candidates[MOST];
  int32_t n = 0;
  *out = 0;
  HW_TRY(individuals_of(self, item_of(self, group->specimens[0]),
                        is_alone(self, group->specimens[0]), candidates, MOST, &n));
  for (int32_t i = 0; i < n && *out == 0; i++) {
    bool same = false;
    HW_TRY(is_same(self, candidates[i], group, &same));
    if (same) *out = candidates[i];
  }
  return HW_OK;
}

/* --- individuals --- */

static hw_status add_member(writer *self, int64_t individual, int32_t specimen, double belongs) {
  hw_record record;
  hw_record_init(&record, HW_KIND_INDIVIDUAL_MEMBER);
  hw_record_set_int(&record, HW_FIELD_INDIVIDUAL_MEMBER_INDIVIDUAL, individual);
  hw_record_set_text(&record, HW_FIELD_INDIVIDUAL_MEMBER_ITEM_KIND,
                     is_alone(self, specimen) ? "sample" : "specimen");
  hw_record_set_int(&record, HW_FIELD_INDIVIDUAL_MEMBER_ITEM, item_of(self, specimen));
  hw_record_set_real(&record, HW_FIELD_INDIVIDUAL_MEMBER_PROBABILITY, belongs);
  return hw_store_add(self->app->store, &record, self->err);
}

static hw_status add_individual(writer *self, const hw_reassociate_group *group, int64_t *out) {
  char code[CODE_SIZE];
  hw_record record;
  snprintf(code, sizeof code, "IND-%lld", (long long)self->next_individual++);
  hw_record_init(&record, HW_KIND_INDIVIDUAL);
  hw_record_set_text(&record, HW_FIELD_INDIVIDUAL_CODE, code);
  hw_record_set_int(&record, HW_FIELD_INDIVIDUAL_INVESTIGATION, self->stored->investigation);
  hw_record_set_text(&record, HW_FIELD_INDIVIDUAL_STATE, "proposed");
  hw_record_set_real(&record, HW_FIELD_INDIVIDUAL_PROBABILITY, group->probability);
  hw_record_set_text(&record, HW_FIELD_INDIVIDUAL_EVIDENCE, self->options->evidence);
  HW_TRY(hw_store_add(self->app->store, &record, self->err));
  *out = record.id;
  for (int32_t i = 0; i < group->n; i++)
    HW_TRY(add_member(self, record.id, group->specimens[i], group->belongs[i]));
  self->report->n_individuals++;
  return HW_OK;
}

static hw_status write_individuals(writer *self) {
  const hw_reassociate_group *groups = NULL;
  const int32_t n = hw_reassociate_groups(self->run, &groups);
  self->individual_of = hw_arena_alloc_array(&self->arena, (size_t)n, sizeof *self->individual_of);
  if (self->individual_of == NULL) return HW_NO_MEMORY(self->err, "the individuals");
  for (int32_t g = 0; g < n; g++) {
    if (groups[g].n < 2) continue;
    HW_TRY(find_known(self, &groups[g], &self->individual_of[g]));
    if (self->individual_of[g] != 0)
      self->report->n_known_individuals++;
    else if (!(groups[g].probability >= self->options->accept))
      self->report->n_below++;
    else
      HW_TRY(add_individual(self, &groups[g], &self->individual_of[g]));
  }
  return HW_OK;
}

/* --- contradictions --- */

/* Known by kind and the two specimens, or for samples alone by its text. */
static hw_status is_known(writer *self, const hw_record *wanted, bool *out) {
  hw_scan *scan = NULL;
  const hw_record *row = NULL;
  const int64_t specimen = hw_record_int(wanted, HW_FIELD_CONTRADICTION_SPECIMEN);
  const hw_value key = hw_value_int(specimen);
  *out = false;
  HW_TRY(hw_store_scan(self->app->store, HW_KIND_CONTRADICTION,
                       specimen != 0 ? HW_FIELD_CONTRADICTION_SPECIMEN : -1,
                       specimen != 0 ? &key : NULL, &scan, self->err));
  hw_status status;
  while ((status = hw_scan_next(scan, &row, self->err)) == HW_OK && row != NULL) {
    const bool is_kind = strcmp(hw_record_text(row, HW_FIELD_CONTRADICTION_KIND),
                                hw_record_text(wanted, HW_FIELD_CONTRADICTION_KIND)) == 0;
    const bool is_other = hw_record_int(row, HW_FIELD_CONTRADICTION_OTHER) ==
                          hw_record_int(wanted, HW_FIELD_CONTRADICTION_OTHER);
    const bool is_text =
        specimen != 0 || strcmp(hw_record_text(row, HW_FIELD_CONTRADICTION_TEXT),
                                hw_record_text(wanted, HW_FIELD_CONTRADICTION_TEXT)) == 0;
    if (row->withdrawn == NULL && is_kind && is_other && is_text) *out = true;
  }
  hw_scan_done(scan);
  return status;
}

static hw_status write_contradiction(writer *self, const hw_contradiction *from) {
  char code[CODE_SIZE];
  hw_record record;
  bool known = false;
  hw_record_init(&record, HW_KIND_CONTRADICTION);
  hw_record_set_text(&record, HW_FIELD_CONTRADICTION_KIND, hw_contradiction_code(from->kind));
  if (from->group >= 0 && self->individual_of[from->group] != 0)
    hw_record_set_int(&record, HW_FIELD_CONTRADICTION_INDIVIDUAL, self->individual_of[from->group]);
  if (!is_alone(self, from->a))
    hw_record_set_int(&record, HW_FIELD_CONTRADICTION_SPECIMEN, item_of(self, from->a));
  if (from->b >= 0 && !is_alone(self, from->b))
    hw_record_set_int(&record, HW_FIELD_CONTRADICTION_OTHER, item_of(self, from->b));
  hw_record_set_text(&record, HW_FIELD_CONTRADICTION_TEXT, from->text);
  hw_record_set_text(&record, HW_FIELD_CONTRADICTION_STATE, "open");
  HW_TRY(is_known(self, &record, &known));
  if (known) {
    self->report->n_known_contradictions++;
    return HW_OK;
  }
  snprintf(code, sizeof code, "CON-%lld", (long long)self->next_contradiction++);
  hw_record_set_text(&record, HW_FIELD_CONTRADICTION_CODE, code);
  HW_TRY(hw_store_add(self->app->store, &record, self->err));
  self->report->n_contradictions++;
  return HW_OK;
}

static hw_status write_all(writer *self) {
  const hw_contradiction *list = NULL;
  const int32_t n = hw_reassociate_contradictions(self->run, &list);
  HW_TRY(find_next(self, HW_KIND_INDIVIDUAL, HW_FIELD_INDIVIDUAL_CODE, "IND-",
                   &self->next_individual));
  HW_TRY(find_next(self, HW_KIND_CONTRADICTION, HW_FIELD_CONTRADICTION_CODE, "CON-",
                   &self->next_contradiction));
  HW_TRY(write_individuals(self));
  for (int32_t i = 0; i < n; i++) HW_TRY(write_contradiction(self, &list[i]));
  return HW_OK;
}

hw_status hw_stored_specimens_apply(hw_app *app, const hw_stored_specimens *stored,
                                    const hw_reassociate *run,
                                    const hw_reassociation_options *options,
                                    hw_reassociation_report *report, hw_err *err) {
  writer self = {
      .app = app, .stored = stored, .run = run, .options = options, .report = report, .err = err};
  *report = (hw_reassociation_report){0};
  HW_TRY(hw_app_begin(app, HW_MAY_WRITE, "reassociate",
                      options->reason != NULL ? options->reason : "", err));
  hw_arena_init(&self.arena, 0);
  hw_status status = write_all(&self);
  hw_arena_clear(&self.arena);
  const bool is_new = report->n_individuals + report->n_contradictions > 0;
  if (status == HW_OK && is_new) return hw_store_commit(app->store, err);
  hw_store_rollback(app->store);
  return status;
}
