/* Where every case stands, for one screen. */
#include "app/status.h"

#include <stdio.h>
#include <string.h>

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
    HW_TRY(hw_store_tally(self->app->store, all[i].kind, all[i].tallies, all[i].n, err));
  return hw_store_summary(self->app->store, &out->summary, err);
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

static hw_status say_what(reader *self, const hw_record *record, int agree, int disagree,
                          const char **out, hw_err *err) {
  hw_status_report *report = self->out;
  hw_str text = HW_STR_INIT;
  hw_status status = HW_OK;
  if (strcmp(hw_record_text(record, HW_FIELD_IDENTIFICATION_STATE), "reviewed") == 0) {
    report->n_decision++;
    hw_str_append(&text, "a decision");
  } else if (disagree > 0) {
    report->n_disputed++;
    hw_str_append(&text, "the reviewers to agree: ");
    status = append_reviewers(self, record->id, &text, err);
  } else if (agree == 0) {
    report->n_first_review++;
    hw_str_append(&text, "a first review");
  } else {
    report->n_second_review++;
    hw_str_append(&text, "a second review, not by ");
    status = append_reviewers(self, record->id, &text, err);
  }
  *out =
      report->n_waiting < HW_STATUS_LISTED ? hw_arena_strdup(self->arena, hw_str_text(&text)) : "";
  hw_str_clear(&text);
  if (status == HW_OK && *out == NULL) return HW_NO_MEMORY(err, "the status");
  return status;
}

static hw_status take_waiting(reader *self, const hw_record *record, hw_err *err) {
  int agree = 0, disagree = 0;
  hw_waiting waiting = {NULL, NULL, NULL, NULL};
  HW_TRY(hw_state_reviews(self->app->store, record->id, &agree, &disagree, err));
  HW_TRY(say_what(self, record, agree, disagree, &waiting.what, err));
  if (self->out->n_waiting == HW_STATUS_LISTED) return HW_OK;
  waiting.code = hw_arena_strdup(self->arena, hw_record_text(record, HW_FIELD_IDENTIFICATION_CODE));
  if (waiting.code == NULL) return HW_NO_MEMORY(err, "the status");
  HW_TRY(code_of(self, HW_KIND_PERSON, hw_record_int(record, HW_FIELD_IDENTIFICATION_PERSON),
                 &waiting.person, err));
  HW_TRY(code_of(self, HW_KIND_SAMPLE, hw_record_int(record, HW_FIELD_IDENTIFICATION_SAMPLE),
                 &waiting.sample, err));
  self->out->waiting[self->out->n_waiting++] = waiting;
  return HW_OK;
}

static hw_status read_waiting(reader *self, hw_err *err) {
  hw_scan *scan = NULL;
  const hw_record *record = NULL;
  HW_TRY(hw_store_scan(self->app->store, HW_KIND_IDENTIFICATION, -1, NULL, &scan, err));
  hw_status status;
  while ((status = hw_scan_next(scan, &record, err)) == HW_OK && record != NULL) {
    const char *state = hw_record_text(record, HW_FIELD_IDENTIFICATION_STATE);
    bool waits = strcmp(state, "candidate") == 0 || strcmp(state, "reviewed") == 0;
    if (record->withdrawn != NULL || !waits) continue;
    status = take_waiting(self, record, err);
    if (status != HW_OK) break;
  }
  hw_scan_done(scan);
  return status;
}

/* --- families that present references cannot resolve --- */

/* Keeps the weakest, in order. */
static hw_status take_weak(reader *self, const hw_record *power, hw_err *err) {
  hw_status_report *out = self->out;
  hw_weak weak = {.expected_log10_lr = hw_record_real(power, HW_FIELD_POWER_EXPECTED),
                  .needed_log10_lr = hw_record_real(power, HW_FIELD_POWER_NEEDED)};
  if (!(weak.expected_log10_lr < weak.needed_log10_lr)) return HW_OK;
  int at = out->n_weak;
  while (at > 0 && out->weak[at - 1].expected_log10_lr > weak.expected_log10_lr) at--;
  if (at == HW_STATUS_LISTED) return HW_OK;
  HW_TRY(code_of(self, HW_KIND_FAMILY, hw_record_int(power, HW_FIELD_POWER_FAMILY), &weak.family,
                 err));
  HW_TRY(code_of(self, HW_KIND_PERSON, hw_record_int(power, HW_FIELD_POWER_PERSON), &weak.person,
                 err));
  if (out->n_weak < HW_STATUS_LISTED) out->n_weak++;
  memmove(&out->weak[at + 1], &out->weak[at], (size_t)(out->n_weak - 1 - at) * sizeof weak);
  out->weak[at] = weak;
  return HW_OK;
}

static hw_status read_weak(reader *self, hw_err *err) {
  if (self->out->summary.last_run == 0) return HW_OK;
  hw_value run = hw_value_int(self->out->summary.last_run);
  hw_scan *scan = NULL;
  const hw_record *power = NULL;
  HW_TRY(hw_store_scan_key(self->app->store, HW_KIND_POWER, 1, &run, &scan, err));
  hw_status status;
  while ((status = hw_scan_next(scan, &power, err)) == HW_OK && power != NULL) {
    if (!hw_record_is_null(power, HW_FIELD_POWER_LEFT_OUT)) continue;
    status = take_weak(self, power, err);
    if (status != HW_OK) break;
  }
  hw_scan_done(scan);
  return status;
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

static hw_status read_notes(reader *self, hw_err *err) {
  hw_status_report *out = self->out;
  const hw_summary *summary = &out->summary;
  uint8_t hash[HW_DIGEST_SIZE];
  int64_t head = 0;
  HW_TRY(hw_store_head(self->app->store, &head, hash, err));
  HW_TRY(read_entry(self, head, &out->head, err));
  HW_TRY(read_entry(self, summary->last_run_entry, &out->run, err));
  HW_TRY(read_entry(self, summary->last_import_entry, &out->import, err));
  HW_TRY(read_entry(self, summary->last_backup_entry, &out->backup, err));
  out->is_run_stale = summary->last_import_entry > summary->last_run_entry;
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
