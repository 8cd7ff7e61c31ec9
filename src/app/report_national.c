/* Where every case stands: for a ministry, a parliament, donors.
 *
 * Counts of what is missing, recovered, typed, identified and given back; what waits;
 * how many were identified by when; which families cannot be helped with the samples
 * they gave; and what was pledged against what was delivered.
 *
 * Counts by state are kept by the store for the moment (store/summary.h); those of a
 * report that was issued are taken from its record when it is printed again, and
 * counted anew when it is checked. Everything else is read as it stood. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/report_int.h"
#include "base/check.h"
#include "base/json_read.h"
#include "store/summary.h"

enum { MOST_WEAK = 10, MOST_WAITING = 25 };

/* A count: as it was issued if the report is printed again, else as it is. */
static const char *count(hwp_report *self, const char *name, int64_t now) {
  int64_t value = now;
  const hw_json *issued = self->request.issued;
  if (issued != NULL &&
      hw_json_as_int(hw_json_find(issued, name), 0, INT64_MAX, &value, NULL) != HW_OK)
    value = now;
  const char *shown = hwp_report_int(self, value);
  hwp_figure(self, name, (double)value, shown);
  return shown;
}

/* The number behind the text that `count` gave. */
static double counted(const hwp_report *self, const char *name) {
  for (int i = 0; i < self->n_said; i++)
    if (!self->said[i].is_claim && strcmp(self->said[i].name, name) == 0)
      return self->said[i].value;
  return 0;
}

/* --- counts by state --- */

static hw_status add_tally(hwp_report *self, hw_kind_id kind, hw_text_id title, hw_err *err) {
  hw_tally tally[HW_TALLY_MAX];
  hwp_table table;
  int n = 0;
  double total = 0;
  HW_TRY(hw_store_tally(self->store, kind, tally, &n, err));
  hwp_report_table_begin(self, &table, hw_kind_get(kind)->plural);
  table.title = hwp_say(self, title);
  hwp_table_column(self, &table, hwp_say(self, HW_T_REPORT_STATE), 3, HWP_TEXT);
  hwp_table_column(self, &table, hwp_say(self, HW_T_REPORT_COUNT), 1, HWP_NUMBER);
  for (int i = 0; i < n; i++) {
    const char *word = hwp_print(self, "%.*s", tally[i].n_word, tally[i].word);
    const char *name = hwp_print(self, "%s.%s", hw_kind_get(kind)->plural, word);
    HWP_ROW(self, &table, hwp_report_word(self, word), count(self, name, tally[i].count));
    total += counted(self, name);
  }
  if (total > 0) hwp_report_table_end(self, &table);
  return HW_OK;
}

static hw_status add_counts(hwp_report *self, hw_err *err) {
  hw_summary summary;
  hwp_facts facts = {.n = 0};
  HW_TRY(hw_store_summary(self->store, &summary, err));
  const struct {
    hw_text_id id;
    const char *name;
    int64_t value;
  } counts[] = {{HW_T_REPORT_N_FAMILIES, "families", summary.n_families},
                {HW_T_REPORT_N_UNTYPED, "families.untyped", summary.n_untyped_families},
                {HW_T_REPORT_N_REFERENCES, "references", summary.n_references},
                {HW_T_REPORT_N_REMAINS, "remains", summary.n_remains},
                {HW_T_REPORT_N_REMAINS_TYPED, "remains.typed", summary.n_remains_typed},
                {HW_T_REPORT_N_WEAK, "missing.weak", summary.n_weak}};
  for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
    hwp_report_fact(self, &facts, counts[i].id, count(self, counts[i].name, counts[i].value));
  hwp_heading(self, 1, HW_T_REPORT_NATIONAL_COUNTS);
  hwp_report_facts_end(self, &facts, "counts");
  HW_TRY(add_tally(self, HW_KIND_PERSON, HW_T_REPORT_TALLY_PERSONS, err));
  HW_TRY(add_tally(self, HW_KIND_FAMILY, HW_T_REPORT_TALLY_FAMILIES, err));
  HW_TRY(add_tally(self, HW_KIND_DOSSIER, HW_T_REPORT_TALLY_DOSSIERS, err));
  HW_TRY(add_tally(self, HW_KIND_SITE, HW_T_REPORT_TALLY_SITES, err));
  return hwp_report_map(self, err);
}

/* --- identifications --- */

static int count_state(const hw_record *const *rows, int n, const char *state) {
  int found = 0;
  for (int i = 0; i < n; i++)
    found += strcmp(hw_record_text(rows[i], HW_FIELD_IDENTIFICATION_STATE), state) == 0;
  return found;
}

static hw_status add_funnel(hwp_report *self, const hw_record *const *rows, int n, hw_err *err) {
  const hw_record **handovers = NULL;
  int n_handovers = 0;
  const int confirmed = count_state(rows, n, "confirmed");
  const int reviewed = confirmed + count_state(rows, n, "reviewed");
  const int proposed = reviewed + count_state(rows, n, "candidate");
  HW_TRY(hwp_report_list(self, HW_KIND_HANDOVER, -1, 0, &handovers, &n_handovers, err));
  const struct {
    hw_text_id id;
    double count;
  } steps[] = {{HW_T_REPORT_FUNNEL_REMAINS, counted(self, "remains")},
               {HW_T_REPORT_FUNNEL_TYPED, counted(self, "remains.typed")},
               {HW_T_REPORT_FUNNEL_PROPOSED, proposed},
               {HW_T_REPORT_FUNNEL_REVIEWED, reviewed},
               {HW_T_REPORT_FUNNEL_CONFIRMED, confirmed},
               {HW_T_REPORT_FUNNEL_HANDED_OVER, n_handovers}};
  hw_stage stages[6];
  for (int i = 0; i < 6; i++)
    stages[i] = (hw_stage){.label = hwp_say(self, steps[i].id), .count = steps[i].count};
  hwp_figure(self, "identifications.proposed", proposed, NULL);
  hwp_figure(self, "identifications.reviewed", reviewed, NULL);
  hwp_figure(self, "identifications.confirmed", confirmed, NULL);
  hwp_figure(self, "identifications.rejected", count_state(rows, n, "rejected"), NULL);
  hwp_figure(self, "identifications.withdrawn", count_state(rows, n, "withdrawn"), NULL);
  hwp_figure(self, "handovers", n_handovers, NULL);
  const hw_chart chart = {.title = hwp_say(self, HW_T_REPORT_CHART_FUNNEL),
                          .description = hwp_say(self, HW_T_REPORT_CHART_FUNNEL)};
  return hwp_draw_funnel(self, &chart, stages, 6, err);
}

static hw_status add_waiting(hwp_report *self, const hw_record *const *rows, int n, hw_err *err) {
  hwp_table table;
  int n_waiting = 0;
  hwp_heading(self, 1, HW_T_REPORT_NATIONAL_WAITING);
  hwp_report_table_begin(self, &table, "waiting");
  hwp_table_column(self, &table, hwp_say(self, HW_T_REPORT_IDENTIFICATION), 1, HWP_CODE);
  hwp_table_column(self, &table, hwp_say(self, HW_T_REPORT_MISSING_PERSON), 1.6, HWP_CODE);
  hwp_table_column(self, &table, hwp_say(self, HW_T_REPORT_REMAINS), 1.4, HWP_CODE);
  hwp_table_column(self, &table, hwp_say(self, HW_T_REPORT_STATE), 1, HWP_TEXT);
  for (int i = 0; i < n; i++) {
    const char *state = hw_record_text(rows[i], HW_FIELD_IDENTIFICATION_STATE);
    const char *person = "", *sample = "";
    if (strcmp(state, "candidate") != 0 && strcmp(state, "reviewed") != 0) continue;
    if (n_waiting++ >= MOST_WAITING) continue;
    HW_TRY(hwp_report_code(self, HW_KIND_PERSON,
                           hw_record_int(rows[i], HW_FIELD_IDENTIFICATION_PERSON), &person, err));
    HW_TRY(hwp_report_code(self, HW_KIND_SAMPLE,
                           hw_record_int(rows[i], HW_FIELD_IDENTIFICATION_SAMPLE), &sample, err));
    HWP_ROW(self, &table, hw_record_text(rows[i], HW_FIELD_IDENTIFICATION_CODE), person, sample,
            hwp_report_word(self, state));
  }
  hwp_report_table_end(self, &table);
  if (n_waiting > MOST_WAITING)
    hwp_report_paragraph(
        self, HW_PARAGRAPH_NOTE,
        HWP_FILL(self, HW_T_REPORT_AND_MORE, hwp_report_int(self, n_waiting - MOST_WAITING)));
  hwp_figure(self, "waiting", n_waiting, NULL);
  return HW_OK;
}

/* --- progress --- */

/* Days since 1970-01-01 of "2026-01-31…" (proleptic Gregorian; the year begins in March). */
static int64_t day_of(const char *at) {
  const long long year = strtoll(at, NULL, 10);
  const int month = at[4] == '-' ? (int)strtol(at + 5, NULL, 10) : 1;
  const int day = at[4] == '-' && at[7] == '-' ? (int)strtol(at + 8, NULL, 10) : 1;
  const long long y = month <= 2 ? year - 1 : year;
  const long long era = (y >= 0 ? y : y - 399) / 400, of_era = y - era * 400;
  const long long of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

/* +1 where one is confirmed, -1 where a confirmed one is withdrawn. */
static int step_of(const hw_record *const *rows, int i) {
  const char *action = hw_record_text(rows[i], HW_FIELD_DECISION_ACTION);
  const int64_t of = hw_record_int(rows[i], HW_FIELD_DECISION_IDENTIFICATION);
  if (strcmp(action, "confirmed") == 0) return 1;
  if (strcmp(action, "withdrawn") != 0) return 0;
  for (int k = 0; k < i; k++)
    if (hw_record_int(rows[k], HW_FIELD_DECISION_IDENTIFICATION) == of &&
        strcmp(hw_record_text(rows[k], HW_FIELD_DECISION_ACTION), "confirmed") == 0)
      return -1;
  return 0;
}

static hw_status add_progress(hwp_report *self, hw_err *err) {
  const hw_record **rows = NULL;
  int n = 0;
  int32_t n_days = 0;
  double confirmed = 0;
  HW_TRY(hwp_report_list(self, HW_KIND_DECISION, -1, 0, &rows, &n, err));
  int64_t *days = hw_arena_alloc_array(&self->arena, (size_t)n + 2, sizeof *days);
  double *values = hw_arena_alloc_array(&self->arena, (size_t)n + 2, sizeof *values);
  if (days == NULL || values == NULL) return HW_NO_MEMORY(err, "the progress");
  hwp_heading(self, 1, HW_T_REPORT_NATIONAL_PROGRESS);
  for (int i = 0; i < n; i++) {
    const int step = step_of(rows, i);
    const char *at = "";
    if (step == 0) continue;
    HW_TRY(hwp_report_moment(self, rows[i]->entry, &at, err));
    const int64_t day = day_of(at);
    confirmed += step;
    if (n_days == 0 || days[n_days - 1] != day) days[n_days++] = day;
    values[n_days - 1] = confirmed;
  }
  if (n_days == 0) {
    hwp_report_paragraph(self, HW_PARAGRAPH_PLAIN, hwp_say(self, HW_T_REPORT_NO_PROGRESS));
    return HW_OK;
  }
  const int64_t today = day_of(self->request.created);
  if (today > days[n_days - 1]) {
    days[n_days] = today;
    values[n_days++] = confirmed;
  }
  const hw_progress series = {.name = hwp_say(self, HW_T_REPORT_FUNNEL_CONFIRMED),
                              .n = n_days,
                              .days = days,
                              .values = values};
  const hw_chart chart = {.title = hwp_say(self, HW_T_REPORT_CHART_PROGRESS),
                          .description = hwp_say(self, HW_T_REPORT_CHART_PROGRESS),
                          .y_title = hwp_say(self, HW_T_REPORT_FUNNEL_CONFIRMED)};
  return hwp_draw_progress(self, &chart, &series, 1, err);
}

/* --- families that cannot be helped yet --- */

typedef struct weak {
  int64_t person, family;
  double expected, needed;
} weak;

static void take_weak(weak list[MOST_WEAK], int *n, const hw_record *power) {
  const weak it = {.person = hw_record_int(power, HW_FIELD_POWER_PERSON),
                   .family = hw_record_int(power, HW_FIELD_POWER_FAMILY),
                   .expected = hw_record_real(power, HW_FIELD_POWER_EXPECTED),
                   .needed = hw_record_real(power, HW_FIELD_POWER_NEEDED)};
  if (!(it.expected < it.needed)) return;
  int at = *n;
  while (at > 0 && list[at - 1].expected > it.expected) at--;
  if (at == MOST_WEAK) return;
  if (*n < MOST_WEAK) (*n)++;
  memmove(&list[at + 1], &list[at], (size_t)(*n - 1 - at) * sizeof it);
  list[at] = it;
}

/* @param has_any  [out] true of a run that evaluated families; a search keeps only whom it left out */
static hw_status take_run(hwp_report *self, int64_t run, weak list[MOST_WEAK], int *n,
                          bool *has_any, hw_err *err) {
  const hw_record *row = NULL;
  hw_scan *scan = NULL;
  const hw_value key = hw_value_int(run);
  HW_TRY(hw_store_scan_key(self->store, HW_KIND_POWER, 1, &key, &scan, err));
  hw_status status;
  while ((status = hw_scan_next(scan, &row, err)) == HW_OK && row != NULL) {
    if (row->withdrawn != NULL || row->entry > self->request.as_of) continue;
    if (hw_record_text(row, HW_FIELD_POWER_LEFT_OUT)[0] == '\0') *has_any = true;
    take_weak(list, n, row);
  }
  hw_scan_done(scan);
  return status;
}

/* Of the newest run that evaluated families. */
static hw_status find_weak(hwp_report *self, weak list[MOST_WEAK], int *n, hw_err *err) {
  const hw_record **runs = NULL;
  int n_runs = 0;
  bool has_any = false;
  HW_TRY(hwp_report_list(self, HW_KIND_RUN, -1, 0, &runs, &n_runs, err));
  for (int i = n_runs - 1; i >= 0 && !has_any; i--)
    HW_TRY(take_run(self, runs[i]->id, list, n, &has_any, err));
  return HW_OK;
}

static hw_status add_weak(hwp_report *self, hw_err *err) {
  weak list[MOST_WEAK];
  int n = 0;
  hwp_table table;
  HW_TRY(find_weak(self, list, &n, err));
  hwp_heading(self, 1, HW_T_REPORT_NATIONAL_WEAK);
  hwp_report_paragraph(self, HW_PARAGRAPH_PLAIN, hwp_say(self, HW_T_REPORT_NATIONAL_WEAK_NOTE));
  hwp_report_table_begin(self, &table, "weak");
  hwp_table_column(self, &table, hwp_say(self, HW_T_REPORT_FAMILY), 1.4, HWP_CODE);
  hwp_table_column(self, &table, hwp_say(self, HW_T_REPORT_MISSING_PERSON), 1.6, HWP_CODE);
  hwp_table_column(self, &table, hwp_say(self, HW_T_REPORT_EXPECTED), 1, HWP_NUMBER);
  hwp_table_column(self, &table, hwp_say(self, HW_T_REPORT_NEEDED), 1, HWP_NUMBER);
  for (int i = 0; i < n; i++) {
    const char *family = "", *person = "";
    HW_TRY(hwp_report_code(self, HW_KIND_FAMILY, list[i].family, &family, err));
    HW_TRY(hwp_report_code(self, HW_KIND_PERSON, list[i].person, &person, err));
    const char *expected = hwp_report_real(self, list[i].expected, 2);
    HWP_ROW(self, &table, family, person, expected, hwp_report_real(self, list[i].needed, 2));
    hwp_figure(self, hwp_print(self, "weak.%s.expected_log10_lr", person), list[i].expected,
               expected);
  }
  hwp_report_table_end(self, &table);
  return HW_OK;
}

/* --- what was pledged, and what came --- */

static hw_status add_commitment(hwp_report *self, const hw_record *row, hwp_table *table,
                                hw_err *err) {
  const hw_record **deliveries = NULL;
  int n = 0;
  double disbursed = 0, delivered = 0;
  const char *unit = hw_record_text(row, HW_FIELD_COMMITMENT_UNIT);
  const char *code = hw_record_text(row, HW_FIELD_COMMITMENT_CODE);
  HW_TRY(hwp_report_list(self, HW_KIND_DELIVERY, HW_FIELD_DELIVERY_COMMITMENT, row->id, &deliveries,
                         &n, err));
  for (int i = 0; i < n; i++) {
    const double amount = hw_record_real(deliveries[i], HW_FIELD_DELIVERY_AMOUNT);
    const bool is_money =
        strcmp(hw_record_text(deliveries[i], HW_FIELD_DELIVERY_KIND), "disbursed") == 0;
    /* Another unit cannot be added up; it stands in the list of deliveries. */
    if (isnan(amount) || strcmp(hw_record_text(deliveries[i], HW_FIELD_DELIVERY_UNIT), unit) != 0)
      continue;
    if (is_money)
      disbursed += amount;
    else
      delivered += amount;
  }
  const double pledged = hw_record_real(row, HW_FIELD_COMMITMENT_AMOUNT);
  const char *texts[] = {hwp_small(self, pledged), hwp_small(self, disbursed),
                         hwp_small(self, delivered)};
  HWP_ROW(self, table, hw_record_text(row, HW_FIELD_COMMITMENT_BY),
          hw_record_text(row, HW_FIELD_COMMITMENT_WHAT), unit, texts[0], texts[1], texts[2],
          hw_record_text(row, HW_FIELD_COMMITMENT_SOURCE));
  hwp_figure(self, hwp_print(self, "commitment.%s.pledged", code), pledged, texts[0]);
  hwp_figure(self, hwp_print(self, "commitment.%s.disbursed", code), disbursed, texts[1]);
  hwp_figure(self, hwp_print(self, "commitment.%s.delivered", code), delivered, texts[2]);
  return hwp_report_stand_on(self, row, err);
}

static hw_status add_ledger(hwp_report *self, hw_err *err) {
  const hw_record **rows = NULL;
  int n = 0;
  hwp_table table;
  HW_TRY(hwp_report_list(self, HW_KIND_COMMITMENT, -1, 0, &rows, &n, err));
  hwp_heading(self, 1, HW_T_REPORT_LEDGER);
  hwp_report_table_begin(self, &table, "ledger");
  hwp_table_column(self, &table, hwp_say(self, HW_T_REPORT_PLEDGED_BY), 1.2, HWP_TEXT);
  hwp_table_column(self, &table, hwp_say(self, HW_T_REPORT_PLEDGED_FOR), 1.6, HWP_TEXT);
  hwp_table_column(self, &table, hwp_say(self, HW_T_REPORT_UNIT), 0.7, HWP_TEXT);
  hwp_table_column(self, &table, hwp_say(self, HW_T_REPORT_PLEDGED), 1, HWP_NUMBER);
  hwp_table_column(self, &table, hwp_say(self, HW_T_REPORT_DISBURSED), 1, HWP_NUMBER);
  hwp_table_column(self, &table, hwp_say(self, HW_T_REPORT_DELIVERED), 1, HWP_NUMBER);
  hwp_table_column(self, &table, hwp_say(self, HW_T_REPORT_SOURCE), 1.4, HWP_TEXT);
  for (int i = 0; i < n; i++) HW_TRY(add_commitment(self, rows[i], &table, err));
  hwp_report_table_end(self, &table);
  return HW_OK;
}

/* --- the whole --- */

hw_status hwp_report_national(hwp_report *self, hw_err *err) {
  const hw_record **rows = NULL;
  int n = 0;
  HW_TRY(add_counts(self, err));
  HW_TRY(hwp_report_list(self, HW_KIND_IDENTIFICATION, -1, 0, &rows, &n, err));
  hwp_heading(self, 1, HW_T_REPORT_NATIONAL_FUNNEL);
  HW_TRY(add_funnel(self, rows, n, err));
  HW_TRY(add_waiting(self, rows, n, err));
  HW_TRY(add_progress(self, err));
  HW_TRY(add_weak(self, err));
  HW_TRY(add_ledger(self, err));
  HW_TRY(hwp_report_foundation(self, err));
  hwp_signatures(self, 1, (const hw_text_id[]){HW_T_REPORT_SIGN_HEAD});
  return HW_OK;
}
