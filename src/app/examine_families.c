/* Families against their stated relations, in portions.
 *
 * A portion is loaded as the engine takes it, checked family by family, and
 * dropped. Families that raise a doubt are kept by number: at the end samples
 * that were exchanged between two of them are looked for, among as many as the
 * square of their number permits. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/examine_int.h"
#include "app/observations.h"
#include "base/check.h"
#include "homeward/reference.h"

enum {
  PORTION = 500,        /* families that are in memory at once */
  MOST_EXCHANGES = 300, /* suspicious families that are compared with each other */
  MOST_FAMILY_PROFILES = 4096
};

/* Where a panel has its sex marker; the panel of the last profile is remembered. */
typedef struct sex_column {
  int64_t panel;
  int64_t column; /* from 0; −1 = none */
} sex_column;

typedef struct portion {
  hwp_examine *self;
  hw_stored_case stored;
  hw_reference *check;
  sex_column sex;
  hwp_list *suspicious;
} portion;

/* --- amelogenin --- */

static hw_status is_sex_marker(hwp_examine *self, int64_t marker, bool *out, hw_err *err) {
  hw_arena arena;
  hw_record record;
  hw_arena_init(&arena, 0);
  hw_status status = hw_store_get(self->app->store, HW_KIND_MARKER, marker, &arena, &record, err);
  *out = status == HW_OK && strcmp(hw_record_text(&record, HW_FIELD_MARKER_TYPE), "sex") == 0;
  hw_arena_clear(&arena);
  return status;
}

static hw_status find_sex_column(hwp_examine *self, sex_column *known, int64_t panel, hw_err *err) {
  if (known->panel == panel) return HW_OK;
  hw_value key = hw_value_int(panel);
  hw_scan *scan = NULL;
  const hw_record *row = NULL;
  hwp_list markers = {0};
  HW_TRY(hw_store_scan_key(self->app->store, HW_KIND_PANEL_MARKER, 1, &key, &scan, err));
  hw_status status;
  while ((status = hw_scan_next(scan, &row, err)) == HW_OK && row != NULL) {
    status = hwp_list_add(&markers, hw_record_int(row, HW_FIELD_PANEL_MARKER_MARKER), err);
    if (status != HW_OK) break;
  }
  hw_scan_done(scan);
  *known = (sex_column){.panel = panel, .column = -1};
  for (size_t i = 0; i < markers.n && status == HW_OK && known->column < 0; i++) {
    bool is_sex = false;
    status = is_sex_marker(self, markers.items[i], &is_sex, err);
    if (is_sex) known->column = (int64_t)i;
  }
  free(markers.items);
  return status;
}

static hw_amelogenin read_amelogenin(const char *observations, int64_t column) {
  const char *at = observations;
  hw_seen seen = {.n = 0};
  bool has_more = true, has_x = false, has_y = false;
  for (int64_t i = 0; i <= column && has_more; i++)
    if (hw_observation_next(&at, &seen, &has_more, NULL) != HW_OK) return HW_AMELOGENIN_NONE;
  if (!has_more) return HW_AMELOGENIN_NONE;
  for (int i = 0; i < seen.n; i++) {
    has_x = has_x || seen.alleles[i].text[0] == 'X';
    has_y = has_y || seen.alleles[i].text[0] == 'Y';
  }
  if (has_x) return has_y ? HW_AMELOGENIN_XY : HW_AMELOGENIN_X;
  return has_y ? HW_AMELOGENIN_Y : HW_AMELOGENIN_NONE;
}

static hw_status find_amelogenin(portion *self, int64_t profile, hw_amelogenin *out, hw_err *err) {
  hw_arena arena;
  hw_record record;
  hw_arena_init(&arena, 0);
  hw_status status =
      hw_store_get(self->self->app->store, HW_KIND_PROFILE, profile, &arena, &record, err);
  if (status == HW_OK)
    status = find_sex_column(self->self, &self->sex, hw_record_int(&record, HW_FIELD_PROFILE_PANEL),
                             err);
  if (status == HW_OK && self->sex.column >= 0)
    *out =
        read_amelogenin(hw_record_text(&record, HW_FIELD_PROFILE_OBSERVATIONS), self->sex.column);
  hw_arena_clear(&arena);
  return status;
}

/* --- one family --- */

static hw_status tell(portion *self, int32_t f, const hw_finding *finding, hw_err *err) {
  const hw_family *family = &self->stored.problem.families[f];
  const int64_t *records = self->stored.family_profile[f];
  char sentence[HW_FINDING_TEXT], text[HW_FINDING_TEXT + 200];
  hw_finding_text(finding, family, self->stored.problem.markers, sentence, sizeof sentence);
  snprintf(text, sizeof text, "family %.150s: %s", family->name, sentence);
  int64_t profile[2] = {0, 0};
  for (int i = 0, n = 0; i < finding->n_persons && n < 2; i++)
    if (finding->profiles[i] >= 0) profile[n++] = records[finding->profiles[i]];
  hw_doubt doubt = {.kind = hw_finding_code(finding->kind),
                    .family = self->stored.family[f],
                    .profile = profile[0],
                    .other = profile[1],
                    .log10_lr = finding->log10_lr,
                    .text = text};
  return hwp_examine_tell(self->self, &doubt, err);
}

static hw_status check_family(portion *self, int32_t f, hw_err *err) {
  const hw_family *family = &self->stored.problem.families[f];
  const hw_reference_report *report = NULL;
  HW_TRY(hwp_examine_go_on(self->self, err));
  self->self->summary->n_families++;
  if (family->n_profiles == 0 || family->n_profiles > MOST_FAMILY_PROFILES) return HW_OK;
  hw_amelogenin *amelogenin = calloc((size_t)family->n_profiles, sizeof *amelogenin);
  if (amelogenin == NULL) return HW_NO_MEMORY(err, "the references");
  hw_status status = HW_OK;
  for (int32_t i = 0; i < family->n_profiles && status == HW_OK; i++)
    status = find_amelogenin(self, self->stored.family_profile[f][i], &amelogenin[i], err);
  if (status == HW_OK) status = hw_reference_check(self->check, family, amelogenin, &report, err);
  for (int32_t i = 0; status == HW_OK && i < report->n_findings; i++)
    status = tell(self, f, &report->findings[i], err);
  if (status == HW_OK && report->is_suspicious)
    status = hwp_list_add(self->suspicious, self->stored.family[f], err);
  free(amelogenin);
  return status;
}

/* --- portions --- */

static hw_status load(portion *self, hwp_examine *examine, const char *investigation,
                      const int64_t *ids, size_t n, hw_err *err) {
  hw_stored_case_options options = {.investigation = investigation,
                                    .without_remains = true,
                                    .families = ids,
                                    .n_families = (int32_t)n,
                                    .all_families = true};
  self->self = examine;
  HW_TRY(hw_stored_case_load(examine->app, &options, &self->stored, err));
  const hw_case *problem = &self->stored.problem;
  return hw_reference_new(problem->n_markers, problem->markers, problem->theta, NULL, &self->check,
                          err);
}

static void drop(portion *self) {
  hw_reference_delete(self->check);
  hw_stored_case_clear(&self->stored);
}

static hw_status tell_exchange(portion *self, const hw_exchange *exchange,
                               const hw_family *const *families, hw_err *err) {
  char text[HW_FINDING_TEXT];
  hw_exchange_text(exchange, families, text, sizeof text);
  hw_doubt doubt = {.kind = "exchanged",
                    .family = self->stored.family[exchange->family_a],
                    .profile = self->stored.family_profile[exchange->family_a][exchange->profile_a],
                    .other = self->stored.family_profile[exchange->family_b][exchange->profile_b],
                    .log10_lr = exchange->log10_lr,
                    .text = text};
  return hwp_examine_tell(self->self, &doubt, err);
}

/* Samples of one suspicious family that fit a place in another. */
static hw_status find_exchanges(hwp_examine *self, const char *investigation,
                                const hwp_list *suspicious, hw_err *err) {
  const hw_family *families[MOST_EXCHANGES];
  portion p = {.check = NULL};
  hw_exchange *exchanges = NULL;
  int32_t n = 0;
  size_t n_families = suspicious->n < MOST_EXCHANGES ? suspicious->n : MOST_EXCHANGES;
  if (n_families < 2) return HW_OK;
  hw_status status = load(&p, self, investigation, suspicious->items, n_families, err);
  if (status == HW_OK) {
    for (int32_t f = 0; f < p.stored.problem.n_families; f++)
      families[f] = &p.stored.problem.families[f];
    status =
        hw_reference_exchanges(p.check, p.stored.problem.n_families, families, &exchanges, &n, err);
  }
  for (int32_t i = 0; i < n && status == HW_OK; i++)
    status = tell_exchange(&p, &exchanges[i], families, err);
  free(exchanges);
  drop(&p);
  return status;
}

hw_status hwp_examine_families(hwp_examine *self, const char *investigation, const int64_t *ids,
                               size_t n, hw_err *err) {
  hwp_list suspicious = {0};
  hw_status status = HW_OK;
  for (size_t at = 0; at < n && status == HW_OK; at += PORTION) {
    portion p = {.suspicious = &suspicious};
    status = load(&p, self, investigation, ids + at, n - at < PORTION ? n - at : PORTION, err);
    for (int32_t f = 0; status == HW_OK && f < p.stored.problem.n_families; f++)
      status = check_family(&p, f, err);
    drop(&p);
    if (self->options->progress != NULL)
      self->options->progress(self->options->progress_context, at, n);
  }
  if (status == HW_OK) status = find_exchanges(self, investigation, &suspicious, err);
  free(suspicious.items);
  return status;
}
