/* What changed since the last run: pairs that are new, moved or gone, and why.
 * Of a joint run a pair has also moved if its posterior has, though its ratio is
 * the same: other remains or families compete with it.
 *
 * Pairs of two runs are the same if sample, missing person and family are: a
 * profile that was withdrawn and replaced is another record of the same sample.
 * Why a ratio moved is told by the digests that stand with it: of the profile,
 * the family and the table. Why a pair is new is told by what was written since
 * the last run, because of pairs below the threshold nothing is stored. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/kept_run.h"
#include "base/check.h"
#include "homeward/version.h"

/* --- the pairs of the last run --- */

static hw_status add_compared(hw_arena *arena, const hw_record *row, hwp_compared **list,
                              int32_t *n, int32_t *capacity, hw_err *err) {
  if (*n == *capacity) {
    int32_t larger = *capacity > 0 ? 2 * *capacity : 64;
    hwp_compared *grown =
        larger > 0 ? hw_arena_alloc_array(arena, (size_t)larger, sizeof *grown) : NULL;
    if (grown == NULL) return HW_NO_MEMORY(err, "the comparisons");
    if (*n > 0) memcpy(grown, *list, (size_t)*n * sizeof *grown);
    *list = grown;
    *capacity = larger;
  }
  hwp_compared *item = &(*list)[(*n)++];
  *item = (hwp_compared){
      .id = row->id,
      .profile = hw_record_int(row, HW_FIELD_COMPARISON_PROFILE),
      .person = hw_record_int(row, HW_FIELD_COMPARISON_PERSON),
      .family = hw_record_int(row, HW_FIELD_COMPARISON_FAMILY),
      .log10_lr = hw_record_real(row, HW_FIELD_COMPARISON_LOG10_LR),
      .posterior = hw_record_real(row, HW_FIELD_COMPARISON_POSTERIOR),
      .inputs = hw_arena_strdup(arena, hw_record_text(row, HW_FIELD_COMPARISON_INPUTS))};
  return item->inputs != NULL ? HW_OK : HW_NO_MEMORY(err, "the comparisons");
}

/* Profiles of a case with their samples, for looking up. */
typedef struct profile_sample {
  int64_t profile, sample;
} profile_sample;

static int compare_profiles(const void *a, const void *b) {
  const profile_sample *x = a, *y = b;
  return x->profile < y->profile ? -1 : x->profile > y->profile;
}

static hw_status index_profiles(const hw_stored_case *stored, hw_arena *arena, profile_sample **out,
                                size_t *n, hw_err *err) {
  *n = stored != NULL ? (size_t)stored->problem.n_remains : 0;
  *out = hw_arena_alloc_array(arena, *n, sizeof **out);
  if (*out == NULL) return HW_NO_MEMORY(err, "the comparisons");
  for (size_t i = 0; stored != NULL && i < *n; i++)
    (*out)[i] = (profile_sample){stored->remains_profile[i], stored->remains_sample[i]};
  if (*n > 0) qsort(*out, *n, sizeof **out, compare_profiles);
  return HW_OK;
}

/* Sample of a profile: of the case, or from the database where the case has it no more. */
static hw_status find_sample(hw_store *store, const profile_sample *index, size_t n,
                             hwp_compared *item, hw_err *err) {
  hw_arena brief;
  hw_record profile;
  const profile_sample key = {.profile = item->profile};
  const profile_sample *known =
      n > 0 ? bsearch(&key, index, n, sizeof *index, compare_profiles) : NULL;
  if (known != NULL) {
    item->sample = known->sample;
    return HW_OK;
  }
  hw_arena_init(&brief, 0);
  hw_status status = hw_store_get(store, HW_KIND_PROFILE, item->profile, &brief, &profile, err);
  if (status == HW_OK) item->sample = hw_record_int(&profile, HW_FIELD_PROFILE_SAMPLE);
  hw_arena_clear(&brief);
  return status;
}

hw_status hwp_compared_list(hw_store *store, const hw_stored_case *stored, int64_t run,
                            hw_arena *arena, hwp_compared **out, int32_t *n, hw_err *err) {
  hw_scan *scan = NULL;
  const hw_record *row = NULL;
  hw_value key = hw_value_int(run);
  int32_t capacity = 0;
  profile_sample *index = NULL;
  size_t n_index = 0;
  *out = NULL;
  *n = 0;
  HW_TRY(index_profiles(stored, arena, &index, &n_index, err));
  HW_TRY(hw_store_scan(store, HW_KIND_COMPARISON, HW_FIELD_COMPARISON_RUN, &key, &scan, err));
  hw_status status;
  while ((status = hw_scan_next(scan, &row, err)) == HW_OK && row != NULL) {
    if (row->withdrawn != NULL) continue;
    status = add_compared(arena, row, out, n, &capacity, err);
    if (status != HW_OK) break;
  }
  hw_scan_done(scan);
  for (int32_t i = 0; status == HW_OK && i < *n; i++)
    status = find_sample(store, index, n_index, &(*out)[i], err);
  return status;
}

static int compare_keys(const hwp_compared *a, const hwp_compared *b) {
  if (a->sample != b->sample) return a->sample < b->sample ? -1 : 1;
  if (a->person != b->person) return a->person < b->person ? -1 : 1;
  return a->family < b->family ? -1 : a->family > b->family;
}

static int compare_compared(const void *a, const void *b) {
  const hwp_compared *x = a, *y = b;
  int order = compare_keys(x, y);
  return order != 0 ? order : (x->id > y->id) - (x->id < y->id);
}

static hwp_compared *find_compared(hwp_compared *list, int32_t n, const hwp_compared *key) {
  int32_t low = 0, high = n - 1;
  while (low <= high) {
    int32_t middle = low + (high - low) / 2;
    int order = compare_keys(&list[middle], key);
    if (order == 0) return &list[middle];
    if (order < 0)
      low = middle + 1;
    else
      high = middle - 1;
  }
  return NULL;
}

/* --- why --- */

unsigned hwp_compare_inputs(const char *a, const char *b) {
  unsigned why = 0;
  for (unsigned bit = HW_WHY_PROFILE; bit <= HW_WHY_TABLE; bit *= 2) {
    size_t n_a = strcspn(a, "."), n_b = strcspn(b, ".");
    if (n_a != n_b || memcmp(a, b, n_a) != 0) why |= bit;
    a += n_a + (a[n_a] == '.');
    b += n_b + (b[n_b] == '.');
  }
  return why;
}

/* What holds for all pairs of the two runs. */
static unsigned why_all(const hwp_keeping *self, bool with_parameters) {
  unsigned why = 0;
  if (strcmp(self->last_program, hw_version()) != 0) why |= HW_WHY_PROGRAM;
  if (with_parameters && !hwp_same_parameters(self->last_parameters, self->run->parameters))
    why |= HW_WHY_PARAMETERS;
  return why;
}

/* Why a pair is listed that was not: what was written since. */
static unsigned why_new(const hwp_keeping *self, int32_t remains, int32_t family) {
  const hw_stored_case *stored = self->stored;
  unsigned why = why_all(self, true);
  if (stored->remains_entry[remains] > self->last_entry) why |= HW_WHY_PROFILE;
  if (stored->family_entry[family] > self->last_entry) why |= HW_WHY_FAMILY;
  if (stored->table_entry > self->last_entry) why |= HW_WHY_TABLE;
  return why;
}

/* --- the list of changes --- */

typedef struct changes {
  hwp_keeping *from;
  hw_identification_change *items;
  int32_t n;
} changes;

static hwp_compared key_of(const hwp_keeping *self, const hwp_run_pair *pair) {
  return (hwp_compared){.sample = self->stored->remains_sample[pair->remains],
                        .person = hwp_missing_person(self->stored, pair->family, pair->missing),
                        .family = self->stored->family[pair->family]};
}

static hw_identification_change *next(changes *self, int32_t remains, int32_t family,
                                      int32_t missing) {
  const hw_case *problem = &self->from->stored->problem;
  const hw_family *who = &problem->families[family];
  const hwp_run *run = self->from->run;
  hw_identification_change *change = &self->items[self->n++];
  *change = (hw_identification_change){
      .remains = problem->remains[remains].id,
      .family = who->name,
      .missing = run->name != NULL ? run->name(run->context, family, missing)
                                   : who->pedigree.persons[who->missing[missing]].id,
      .before = (double)NAN,
      .after = (double)NAN,
      .posterior_before = (double)NAN,
      .posterior = (double)NAN};
  return change;
}

static bool is_same_number(double a, double b) {
  return memcmp(&a, &b, sizeof a) == 0;
}

/* A joint run may have its ratios from a search or from its own comparisons: the same numbers by
 * another order of sums. */
static bool is_same_ratio(const hwp_keeping *self, double a, double b) {
  const double size = fabs(a) > 1 ? fabs(a) : 1;
  return is_same_number(a, b) || (self->run->step > 0 && fabs(a - b) <= 1e-10 * size);
}

/* A joint posterior that moved by a step or more. */
static bool is_step(const hwp_keeping *self, const hwp_compared *before, const hwp_run_pair *pair) {
  return self->run->step > 0 && fabs(before->posterior - pair->posterior) >= self->run->step;
}

static void compare_pair(changes *self, const hwp_run_pair *pair, const hwp_compared *before) {
  const hwp_keeping *from = self->from;
  if (before == NULL) {
    hw_identification_change *change = next(self, pair->remains, pair->family, pair->missing);
    change->kind = HW_PAIR_NEW;
    change->after = pair->log10_lr;
    change->posterior = pair->posterior;
    change->why = why_new(from, pair->remains, pair->family);
    return;
  }
  if (is_same_ratio(from, before->log10_lr, pair->log10_lr) && !is_step(from, before, pair)) return;
  char inputs[HW_PAIR_INPUTS_SIZE];
  hw_identification_change *change = next(self, pair->remains, pair->family, pair->missing);
  change->kind = HW_PAIR_CHANGED;
  change->before = before->log10_lr;
  change->after = pair->log10_lr;
  change->posterior_before = before->posterior;
  change->posterior = pair->posterior;
  const unsigned own = hwp_compare_inputs(
      before->inputs,
      hw_stored_case_pair(from->stored, pair->remains, pair->family, pair->missing, inputs));
  /* Of a joint run also the prior, the decisions and the other pairs move a posterior. */
  change->why = why_all(from, from->run->step > 0) | own;
  if (change->why == 0) change->why = HW_WHY_OTHERS;
}

/* --- pairs that are gone --- */

/* Index of an id in an ascending list, or −1. */
static int32_t find_id(const int64_t *list, int32_t n, int64_t id) {
  int32_t low = 0, high = n - 1;
  while (low <= high) {
    int32_t middle = low + (high - low) / 2;
    if (list[middle] == id) return middle;
    if (list[middle] < id)
      low = middle + 1;
    else
      high = middle - 1;
  }
  return -1;
}

int32_t hwp_find_remains(const hw_stored_case *stored, int64_t sample) {
  return find_id(stored->remains_sample, stored->problem.n_remains, sample);
}

int32_t hwp_find_family(const hw_stored_case *stored, int64_t family) {
  return find_id(stored->family, stored->problem.n_families, family);
}

int32_t hwp_find_missing(const hw_stored_case *stored, int32_t family, int64_t person) {
  for (int32_t k = 0; k < stored->problem.families[family].n_missing; k++)
    if (hwp_missing_person(stored, family, k) == person) return k;
  return -1;
}

/* Still compared, but no longer listed. */
static void tell_below(changes *self, const hwp_compared *before, int32_t remains, int32_t family,
                       int32_t missing) {
  const hwp_keeping *from = self->from;
  char inputs[HW_PAIR_INPUTS_SIZE];
  hw_identification_change *change = next(self, remains, family, missing);
  change->kind = HW_PAIR_GONE;
  change->before = before->log10_lr;
  change->posterior_before = before->posterior;
  change->after = from->run->log10_lr != NULL
                      ? from->run->log10_lr(from->run->context, remains, family, missing)
                      : (double)NAN;
  const bool is_still = isnan(change->after) || is_same_number(change->before, change->after);
  change->why = why_all(from, is_still) |
                hwp_compare_inputs(before->inputs, hw_stored_case_pair(from->stored, remains,
                                                                       family, missing, inputs));
}

static hw_status code_of(changes *self, hw_kind_id kind, int64_t id, const char **out,
                         hw_err *err) {
  hw_str code = HW_STR_INIT;
  hw_status status = hw_store_code(self->from->store, kind, id, &code, err);
  if (status == HW_OK) {
    *out = hw_arena_strdup(&self->from->report->arena, hw_str_text(&code));
    if (*out == NULL || hw_str_status(&code) != HW_OK) status = HW_NO_MEMORY(err, "a code");
  }
  hw_str_clear(&code);
  return status;
}

static hw_status tell_gone(changes *self, const hwp_compared *before, hw_err *err) {
  const hw_stored_case *stored = self->from->stored;
  int32_t remains = hwp_find_remains(stored, before->sample);
  int32_t family = hwp_find_family(stored, before->family);
  int32_t missing = family >= 0 ? hwp_find_missing(stored, family, before->person) : -1;
  if (remains >= 0 && missing >= 0) {
    tell_below(self, before, remains, family, missing);
    return HW_OK;
  }
  hw_identification_change *change = &self->items[self->n++];
  *change = (hw_identification_change){.kind = HW_PAIR_GONE,
                                       .before = before->log10_lr,
                                       .after = (double)NAN,
                                       .posterior_before = before->posterior,
                                       .posterior = (double)NAN,
                                       .why = HW_WHY_NOT_COMPARED};
  if (remains < 0) change->why |= HW_WHY_PROFILE;
  if (missing < 0) change->why |= HW_WHY_FAMILY;
  HW_TRY(code_of(self, HW_KIND_SAMPLE, before->sample, &change->remains, err));
  HW_TRY(code_of(self, HW_KIND_FAMILY, before->family, &change->family, err));
  return code_of(self, HW_KIND_PERSON, before->person, &change->missing, err);
}

/* --- the whole --- */

hw_status hwp_keeping_compare(hwp_keeping *self, hw_err *err) {
  hw_identification_report *report = self->report;
  hwp_compared *before = NULL;
  int32_t n_before = 0;
  if (self->last == 0) return HW_OK;
  HW_TRY(hwp_compared_list(self->store, self->stored, self->last, &self->arena, &before, &n_before,
                           err));
  if (n_before > 0) qsort(before, (size_t)n_before, sizeof *before, compare_compared);
  changes list = {
      .from = self,
      .items = hw_arena_alloc_array(&report->arena, (size_t)self->run->n_pairs + (size_t)n_before,
                                    sizeof *list.items)};
  if (list.items == NULL) return HW_NO_MEMORY(err, "the changes");
  for (int32_t i = 0; i < self->run->n_pairs; i++) {
    hwp_compared key = key_of(self, &self->run->pairs[i]);
    hwp_compared *old = find_compared(before, n_before, &key);
    if (old != NULL) old->is_met = true;
    compare_pair(&list, &self->run->pairs[i], old);
  }
  for (int32_t i = 0; i < n_before; i++)
    if (!before[i].is_met) HW_TRY(tell_gone(&list, &before[i], err));
  report->changes = list.items;
  report->n_changes = list.n;
  return HW_OK;
}
