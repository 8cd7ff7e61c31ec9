/* Where every case stands, for one screen. */
#include "app/status.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/access.h"
#include "app/power_store.h"
#include "app/state.h"
#include "base/check.h"

typedef struct reader {
  hw_app *app;
  hw_arena *arena;
  hw_status_report *out;
} reader;

static hw_status code_of(reader *self, hw_kind_id kind, int64_t id, const char **out, hw_err *err) {
  hw_str text = HW_STR_INIT;
  hw_status status = hw_store_code(self->app->store, kind, id, &text, err);
  *out = status == HW_OK ? hw_arena_strdup(self->arena, hw_str_text(&text)) : "";
  hw_str_clear(&text);
  return *out != NULL ? status : HW_NO_MEMORY(err, "the status");
}

/* --- tallies --- */

/* Of one who sees some investigations only: what is counted over all of them is not told; what is
 * of the last run is, if that may be seen. */
static hw_status limit_summary(reader *self, hw_err *err) {
  hw_status_report *out = self->out;
  hw_summary *summary = &out->summary;
  hw_tally samples[HW_TALLY_MAX];
  int64_t *const over_all[] = {&summary->n_remains_typed,    &summary->n_remains_str,
                               &summary->n_remains_snp,      &summary->n_remains_lines,
                               &summary->n_references,       &summary->n_references_snp,
                               &summary->n_references_lines, &summary->n_untyped_families};
  int n = 0;
  bool may_see_run = false;
  out->is_limited = true;
  for (size_t i = 0; i < sizeof over_all / sizeof *over_all; i++) *over_all[i] = HW_COUNT_UNTOLD;
  summary->n_families = 0;
  for (int i = 0; i < out->n_families && summary->n_families >= 0; i++)
    summary->n_families =
        out->families[i].count < 0 ? HW_COUNT_UNTOLD : summary->n_families + out->families[i].count;
  HW_TRY(hw_access_tally(self->app, HW_KIND_SAMPLE, samples, &n, err));
  for (int i = 0; i < n; i++)
    if (samples[i].n_word == 7 && memcmp(samples[i].word, "remains", 7) == 0)
      summary->n_remains = samples[i].count;
  if (summary->last_run != 0)
    HW_TRY(hw_access_may(self->app, HW_KIND_RUN, summary->last_run, &may_see_run, err));
  if (!may_see_run) summary->n_weak = summary->n_left_out = HW_COUNT_UNTOLD;
  if (!may_see_run) summary->last_run = summary->last_run_entry = summary->n_weakest = 0;
  return HW_OK;
}

static hw_status read_tallies(reader *self, hw_err *err) {
  hw_status_report *out = self->out;
  const struct {
    hw_kind_id kind;
    hw_tally *tallies;
    int *n;
  } all[] = {
      {HW_KIND_PERSON, out->persons, &out->n_persons},
      {HW_KIND_FAMILY, out->families, &out->n_families},
      {HW_KIND_DOSSIER, out->dossiers, &out->n_dossiers},
      {HW_KIND_SITE, out->sites, &out->n_sites},
      {HW_KIND_IDENTIFICATION, out->identifications, &out->n_identifications},
      {HW_KIND_FINDING, out->findings, &out->n_findings},
  };
  for (size_t i = 0; i < sizeof all / sizeof *all; i++)
    HW_TRY(hw_access_tally(self->app, all[i].kind, all[i].tallies, all[i].n, err));
  HW_TRY(hw_store_summary(self->app->store, &out->summary, err));
  return hw_access_is_all(self->app) ? HW_OK : limit_summary(self, err);
}

/* --- what waits for whom --- */

/* Codes of the reviewers who have agreed, for "not by …". */
static hw_status append_reviewers(reader *self, int64_t identification, hw_str *out, hw_err *err) {
  hw_value key = hw_value_int(identification);
  hw_scan *scan = NULL;
  const hw_record *review = NULL;
  int64_t last = 0;
  HW_TRY(hw_store_scan_key(self->app->store, HW_KIND_REVIEW, 1, &key, &scan, err));
  hw_status status;
  while ((status = hw_scan_next(scan, &review, err)) == HW_OK && review != NULL) {
    int64_t reviewer = hw_record_int(review, HW_FIELD_REVIEW_REVIEWER);
    if (review->withdrawn != NULL || reviewer == last) continue;
    hw_str_append(out, last == 0 ? "" : ", ");
    last = reviewer;
    status = hw_store_code(self->app->store, HW_KIND_ACTOR, reviewer, out, err);
    if (status != HW_OK) break;
  }
  hw_scan_done(scan);
  return status;
}

/* What an identification waits for. */
typedef enum wait { WAIT_FIRST, WAIT_SECOND, WAIT_DISPUTED, WAIT_DECISION } wait;

static wait wait_of(const char *state, int agree, int disagree) {
  if (strcmp(state, "reviewed") == 0) return WAIT_DECISION;
  if (disagree > 0) return WAIT_DISPUTED;
  return agree == 0 ? WAIT_FIRST : WAIT_SECOND;
}

static void count_wait(hw_status_report *out, wait what) {
  out->n_decision += what == WAIT_DECISION;
  out->n_disputed += what == WAIT_DISPUTED;
  out->n_first_review += what == WAIT_FIRST;
  out->n_second_review += what == WAIT_SECOND;
}

static hw_status say_what(reader *self, int64_t id, wait what, const char **out, hw_err *err) {
  static const char *const says[] = {"a first review", "a second review, not by ",
                                     "the reviewers to agree: ", "a decision"};
  hw_str text = HW_STR_INIT;
  hw_status status = HW_OK;
  hw_str_append(&text, says[what]);
  if (what == WAIT_SECOND || what == WAIT_DISPUTED) status = append_reviewers(self, id, &text, err);
  *out = hw_arena_strdup(self->arena, hw_str_text(&text));
  hw_str_clear(&text);
  if (status == HW_OK && *out == NULL) return HW_NO_MEMORY(err, "the status");
  return status;
}

static hw_status list_waiting(reader *self, const hw_record *record, wait what, hw_err *err) {
  hw_waiting waiting = {NULL, NULL, NULL, NULL};
  HW_TRY(say_what(self, record->id, what, &waiting.what, err));
  waiting.code = hw_arena_strdup(self->arena, hw_record_text(record, HW_FIELD_IDENTIFICATION_CODE));
  if (waiting.code == NULL) return HW_NO_MEMORY(err, "the status");
  HW_TRY(code_of(self, HW_KIND_PERSON, hw_record_int(record, HW_FIELD_IDENTIFICATION_PERSON),
                 &waiting.person, err));
  HW_TRY(code_of(self, HW_KIND_SAMPLE, hw_record_int(record, HW_FIELD_IDENTIFICATION_SAMPLE),
                 &waiting.sample, err));
  self->out->waiting[self->out->n_waiting++] = waiting;
  return HW_OK;
}

static hw_status take_waiting(reader *self, const hw_record *record, bool counts, hw_err *err) {
  int agree = 0, disagree = 0;
  HW_TRY(hw_state_reviews(self->app->store, record->id, &agree, &disagree, err));
  const wait what = wait_of(hw_record_text(record, HW_FIELD_IDENTIFICATION_STATE), agree, disagree);
  if (counts) count_wait(self->out, what);
  return self->out->n_waiting < HW_STATUS_LISTED ? list_waiting(self, record, what, err) : HW_OK;
}

static int64_t tally_of(const hw_status_report *out, const char *word) {
  for (int i = 0; i < out->n_identifications; i++)
    if ((size_t)out->identifications[i].n_word == strlen(word) &&
        memcmp(out->identifications[i].word, word, strlen(word)) == 0)
      return out->identifications[i].count;
  return 0;
}

/* Counts of who sees all: those that nobody has reviewed need not be looked at, one by one. */
static hw_status count_all(reader *self, hw_err *err) {
  hw_status_report *out = self->out;
  int64_t *ids = NULL;
  int n = 0;
  HW_TRY(hw_store_reviewed(self->app->store, &ids, &n, err));
  hw_status status = HW_OK;
  for (int i = 0; i < n && status == HW_OK; i++) {
    int agree = 0, disagree = 0;
    status = hw_state_reviews(self->app->store, ids[i], &agree, &disagree, err);
    if (status == HW_OK) count_wait(out, wait_of("candidate", agree, disagree));
  }
  free(ids);
  out->n_decision = tally_of(out, "reviewed");
  out->n_first_review = tally_of(out, "candidate") - out->n_second_review - out->n_disputed;
  return status;
}

/* The first that wait, and how many there are; who sees all has these counted at once. */
static hw_status read_waiting(reader *self, hw_err *err) {
  const bool sees_all = hw_access_is_all(self->app);
  hw_scan *scan = NULL;
  const hw_record *record = NULL;
  if (sees_all) HW_TRY(count_all(self, err));
  HW_TRY(hw_store_scan(self->app->store, HW_KIND_IDENTIFICATION, -1, NULL, &scan, err));
  hw_status status = HW_OK;
  while (!(sees_all && self->out->n_waiting == HW_STATUS_LISTED) &&
         (status = hw_scan_next(scan, &record, err)) == HW_OK && record != NULL) {
    const char *state = hw_record_text(record, HW_FIELD_IDENTIFICATION_STATE);
    bool waits = strcmp(state, "candidate") == 0 || strcmp(state, "reviewed") == 0;
    bool may = true;
    if (record->withdrawn != NULL || !waits) continue;
    status = hw_access_may(self->app, HW_KIND_IDENTIFICATION, record->id, &may, err);
    if (status == HW_OK && may) status = take_waiting(self, record, !sees_all, err);
    if (status != HW_OK) break;
  }
  hw_scan_done(scan);
  return status;
}

/* --- families that present references cannot resolve --- */

/* True if a person has a record of a kind. */
static hw_status has_record(reader *self, hw_kind_id kind, int field, int64_t person, bool *out,
                            hw_err *err) {
  hw_scan *scan = NULL;
  const hw_record *row = NULL;
  const hw_value key = hw_value_int(person);
  HW_TRY(hw_store_scan(self->app->store, kind, field, &key, &scan, err));
  hw_status status = HW_OK;
  while (!*out && (status = hw_scan_next(scan, &row, err)) == HW_OK && row != NULL)
    *out = row->withdrawn == NULL;
  hw_scan_done(scan);
  return status;
}

/* SNPs and haplotypes of a family's members, which its power does not count. */
static hw_status find_other(reader *self, int64_t family, bool *out, hw_err *err) {
  const hw_summary *summary = &self->out->summary;
  hw_scan *scan = NULL;
  const hw_record *member = NULL;
  const hw_value key = hw_value_int(family);
  if (summary->n_references_snp + summary->n_references_lines == 0) return HW_OK;
  HW_TRY(hw_store_scan_key(self->app->store, HW_KIND_FAMILY_MEMBER, 1, &key, &scan, err));
  hw_status status = HW_OK;
  while (!*out && status == HW_OK && (status = hw_scan_next(scan, &member, err)) == HW_OK &&
         member != NULL) {
    const int64_t person = hw_record_int(member, HW_FIELD_FAMILY_MEMBER_PERSON);
    if (member->withdrawn != NULL) continue;
    status = has_record(self, HW_KIND_SNP_PROFILE, HW_FIELD_SNP_PROFILE_PERSON, person, out, err);
    if (status == HW_OK)
      status = has_record(self, HW_KIND_HAPLOTYPE, HW_FIELD_HAPLOTYPE_PERSON, person, out, err);
  }
  hw_scan_done(scan);
  return status;
}

_Static_assert(HW_STATUS_LISTED <= HW_SUMMARY_WEAKEST, "as many as the summary names");

static hw_status take_weak(reader *self, int64_t id, hw_weak *out, hw_err *err) {
  hw_record power;
  HW_TRY(hw_store_get(self->app->store, HW_KIND_POWER, id, self->arena, &power, err));
  const int64_t family = hw_record_int(&power, HW_FIELD_POWER_FAMILY);
  *out = (hw_weak){.expected_log10_lr = hw_record_real(&power, HW_FIELD_POWER_EXPECTED),
                   .needed_log10_lr = hw_record_real(&power, HW_FIELD_POWER_NEEDED)};
  HW_TRY(code_of(self, HW_KIND_FAMILY, family, &out->family, err));
  HW_TRY(code_of(self, HW_KIND_PERSON, hw_record_int(&power, HW_FIELD_POWER_PERSON), &out->person,
                 err));
  return find_other(self, family, &out->has_other, err);
}

static hw_status read_weak(reader *self, hw_err *err) {
  hw_status_report *out = self->out;
  const hw_summary *summary = &out->summary;
  bool may = true;
  if (summary->weak_run == 0) return HW_OK;
  HW_TRY(hw_access_may(self->app, HW_KIND_RUN, summary->weak_run, &may, err));
  if (!may) return HW_OK;
  for (; out->n_weak < summary->n_weakest && out->n_weak < HW_STATUS_LISTED; out->n_weak++)
    HW_TRY(take_weak(self, summary->weakest[out->n_weak], &out->weak[out->n_weak], err));
  return HW_OK;
}

/* --- the audit chain --- */

typedef struct wanted {
  reader *reader;
  hw_audit_note *note;
} wanted;

static hw_status take_entry(void *context, const hw_audit_entry *entry, hw_err *err) {
  wanted *self = context;
  hw_arena *arena = self->reader->arena;
  self->note->entry = entry->seq;
  self->note->at = hw_arena_strdup(arena, entry->at);
  self->note->actor = hw_arena_strdup(arena, entry->actor);
  self->note->text = hw_arena_strdup(arena, entry->reason);
  if (self->note->at == NULL || self->note->actor == NULL || self->note->text == NULL)
    return HW_NO_MEMORY(err, "the status");
  return HW_E_INTERRUPTED; /* one is enough */
}

static hw_status read_entry(reader *self, int64_t seq, hw_audit_note *note, hw_err *err) {
  *note = (hw_audit_note){0, "", "", ""};
  if (seq == 0) return HW_OK;
  wanted context = {self, note};
  hw_status status = hw_store_audit(self->app->store, seq, take_entry, &context, err);
  return status == HW_E_INTERRUPTED ? HW_OK : status;
}

/* Audit entry of the newest run that compared remains with families; 0 = none. The newest of all
 * may have studied families alone. */
static hw_status find_compared(reader *self, int64_t *out, hw_err *err) {
  hw_record run;
  *out = 0;
  for (int64_t id = self->out->summary.last_run; id > 0; id--) {
    HW_TRY(hw_store_get(self->app->store, HW_KIND_RUN, id, self->arena, &run, err));
    if (run.withdrawn != NULL || hw_power_is_study(hw_record_text(&run, HW_FIELD_RUN_PARAMETERS)))
      continue;
    *out = run.entry;
    break;
  }
  return HW_OK;
}

static hw_status read_notes(reader *self, hw_err *err) {
  hw_status_report *out = self->out;
  const hw_summary *summary = &out->summary;
  uint8_t hash[HW_DIGEST_SIZE];
  int64_t head = 0, compared = 0;
  HW_TRY(hw_store_head(self->app->store, &head, hash, err));
  /* The audit chain tells of all investigations. */
  HW_TRY(read_entry(self, out->is_limited ? 0 : head, &out->head, err));
  HW_TRY(read_entry(self, summary->last_run_entry, &out->run, err));
  HW_TRY(read_entry(self, summary->last_import_entry, &out->import, err));
  HW_TRY(read_entry(self, summary->last_backup_entry, &out->backup, err));
  HW_TRY(find_compared(self, &compared, err));
  out->is_run_stale =
      (summary->last_run != 0 || !out->is_limited) && summary->last_import_entry > compared;
  return HW_OK;
}

static hw_status read_text(reader *self, hw_kind_id kind, int64_t id, int field, const char **out,
                           hw_err *err) {
  hw_record record;
  HW_TRY(hw_store_get(self->app->store, kind, id, self->arena, &record, err));
  *out = hw_record_text(&record, field);
  return HW_OK;
}

static hw_status read_all(reader *self, hw_err *err) {
  hw_status_report *out = self->out;
  int64_t main_id = 0;
  HW_TRY(read_tallies(self, err));
  HW_TRY(read_waiting(self, err));
  HW_TRY(read_weak(self, err));
  HW_TRY(read_notes(self, err));
  if (out->summary.last_run != 0)
    HW_TRY(read_text(self, HW_KIND_RUN, out->summary.last_run, HW_FIELD_RUN_CODE, &out->run.text,
                     err));
  if (out->summary.last_import != 0)
    HW_TRY(read_text(self, HW_KIND_IMPORT, out->summary.last_import, HW_FIELD_IMPORT_FILE,
                     &out->import.text, err));
  HW_TRY(hw_store_find_code(self->app->store, HW_KIND_INVESTIGATION, "main", &main_id, err));
  if (main_id == 0) return HW_OK;
  return read_text(self, HW_KIND_INVESTIGATION, main_id, HW_FIELD_INVESTIGATION_DESCRIPTION,
                   &out->description, err);
}

hw_status hw_status_read(hw_app *app, hw_arena *arena, hw_status_report *out, hw_err *err) {
  reader self = {.app = app, .arena = arena, .out = out};
  bool is_mine = false;
  memset(out, 0, sizeof *out);
  out->description = "";
  HW_TRY(hw_app_begin_read(app, &is_mine, err));
  hw_status status = read_all(&self, err);
  hw_app_end_read(app, is_mine);
  return status;
}
