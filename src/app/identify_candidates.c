/* The pairs that a stored search kept, as the candidates of a joint run.
 *
 * A nation has too many pairs to look at jointly: 20,000 remains against 100,000
 * families are two billion. A search keeps those whose ratio reaches its
 * threshold, and the joint run counts all others as impossible, which its report
 * says. The search must have compared what stands in the database now: remains
 * that came later would have no candidates and look like nobody's. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/evidence.h"
#include "app/identify.h"
#include "app/kept_run.h"
#include "base/check.h"
#include "base/digest.h"

/* A search of an investigation. */
typedef struct search_run {
  int64_t id; /* 0 = none */
  bool is_current;
} search_run;

static bool is_search(const char *parameters) {
  const char *name = strstr(parameters, "\"search\"");
  return name != NULL && (size_t)(name - parameters) < strcspn(parameters, ",");
}

/* The search of a code, NULL = the newest. */
static hw_status find_search(hw_app *app, const hw_stored_case *stored, const hw_evidence *evidence,
                             const char *wanted, char *code, size_t size, search_run *out,
                             hw_err *err) {
  uint8_t digest[HW_DIGEST_SIZE];
  char inputs[HW_DIGEST_TEXT_SIZE], str_inputs[HW_DIGEST_TEXT_SIZE];
  hw_scan *scan = NULL;
  const hw_record *row = NULL;
  hw_value key = hw_value_int(stored->investigation);
  *out = (search_run){0};
  hw_stored_case_digest(stored, digest);
  hw_digest_text(digest, inputs);
  if (evidence != NULL) hw_evidence_str_digest(evidence, digest);
  hw_digest_text(digest, str_inputs);
  HW_TRY(hw_store_scan(app->store, HW_KIND_RUN, HW_FIELD_RUN_INVESTIGATION, &key, &scan, err));
  hw_status status;
  while ((status = hw_scan_next(scan, &row, err)) == HW_OK && row != NULL) {
    const char *name = hw_record_text(row, HW_FIELD_RUN_CODE);
    if (row->withdrawn != NULL || !is_search(hw_record_text(row, HW_FIELD_RUN_PARAMETERS)) ||
        (wanted != NULL && strcmp(wanted, name) != 0))
      continue;
    out->id = row->id;
    const char *own = hw_record_text(row, HW_FIELD_RUN_INPUTS);
    out->is_current = strcmp(own, inputs) == 0 || strcmp(own, str_inputs) == 0;
    snprintf(code, size, "%s", name);
  }
  hw_scan_done(scan);
  return status;
}

/* --- its pairs --- */

/* A pair with the comparison it comes from. */
typedef struct found_pair {
  hw_joint_pairing pairing;
  int64_t comparison;
  hw_identify_pair pair;
} found_pair;

static int compare_found(const void *a, const void *b) {
  const found_pair *x = a, *y = b;
  if (x->pairing.remains != y->pairing.remains)
    return x->pairing.remains < y->pairing.remains ? -1 : 1;
  return (x->pairing.target > y->pairing.target) - (x->pairing.target < y->pairing.target);
}

/* Targets are numbered family by family, as the joint engine does. */
static int32_t *number_targets(const hw_case *problem, hw_arena *arena) {
  int32_t *first = hw_arena_alloc_array(arena, (size_t)problem->n_families + 1, sizeof *first);
  int32_t n = 0;
  for (int32_t f = 0; first != NULL && f < problem->n_families; f++) {
    first[f] = n;
    n += problem->families[f].n_missing;
  }
  return first;
}

/* The STR part of a comparison that a search stored. */
static hw_status str_of(const hw_record *record, double *out, hw_err *err) {
  hw_evidence_parts parts;
  *out = hw_record_real(record, HW_FIELD_COMPARISON_LOG10_LR);
  if (hw_record_is_null(record, HW_FIELD_COMPARISON_PARTS)) return HW_OK;
  HW_TRY(hw_evidence_parts_read(hw_record_text(record, HW_FIELD_COMPARISON_PARTS), &parts, err));
  *out = parts.log10_lr[HW_EVIDENCE_STR];
  return HW_OK;
}

static hw_status take_pair(hw_app *app, const hw_stored_case *stored, const int32_t *first,
                           const hwp_compared *item, found_pair *out, hw_err *err) {
  hw_arena brief;
  hw_record record;
  double str = 0;
  const int32_t remains = hwp_find_remains(stored, item->sample);
  const int32_t family = hwp_find_family(stored, item->family);
  const int32_t missing = family >= 0 ? hwp_find_missing(stored, family, item->person) : -1;
  HW_BUG_IF(remains < 0 || missing < 0, err); /* the digest of the whole is the same */
  hw_arena_init(&brief, 0);
  hw_status status = hw_store_get(app->store, HW_KIND_COMPARISON, item->id, &brief, &record, err);
  if (status == HW_OK) status = str_of(&record, &str, err);
  if (status == HW_OK)
    *out = (found_pair){
        .pairing = {remains, first[family] + missing},
        .comparison = item->id,
        .pair = {.remains = remains,
                 .target = first[family] + missing,
                 .log10_lr = str,
                 .posterior = (double)NAN,
                 .complement = (double)NAN,
                 .markers = (int32_t)hw_record_int(&record, HW_FIELD_COMPARISON_MARKERS),
                 .mismatches = (int32_t)hw_record_int(&record, HW_FIELD_COMPARISON_MISMATCHES)}};
  hw_arena_clear(&brief);
  return status;
}

/* Parts the list into the arrays that are asked for. */
static hw_status share_out(const found_pair *list, hw_candidate_pairs *out, hw_err *err) {
  const size_t n = (size_t)out->n;
  hw_joint_pairing *pairings = hw_arena_alloc_array(&out->arena, n, sizeof *pairings);
  int64_t *comparison = hw_arena_alloc_array(&out->arena, n, sizeof *comparison);
  out->pairs = hw_arena_alloc_array(&out->arena, n, sizeof *out->pairs);
  if (pairings == NULL || comparison == NULL || out->pairs == NULL)
    return HW_NO_MEMORY(err, "the candidates");
  for (size_t i = 0; i < n; i++) {
    pairings[i] = list[i].pairing;
    comparison[i] = list[i].comparison;
    out->pairs[i] = list[i].pair;
  }
  out->pairings = pairings;
  out->comparison = comparison;
  return HW_OK;
}

static hw_status take_pairs(hw_app *app, const hw_stored_case *stored, int64_t run,
                            hw_candidate_pairs *out, hw_err *err) {
  hw_arena arena;
  hwp_compared *items = NULL;
  found_pair *list = NULL;
  hw_arena_init(&arena, 0);
  hw_status status = hwp_compared_list(app->store, stored, run, &arena, &items, &out->n, err);
  int32_t *first = number_targets(&stored->problem, &arena);
  if (status == HW_OK) list = hw_arena_alloc_array(&arena, (size_t)out->n, sizeof *list);
  if (status == HW_OK && (first == NULL || list == NULL))
    status = HW_NO_MEMORY(err, "the candidates");
  for (int32_t i = 0; status == HW_OK && i < out->n; i++)
    status = take_pair(app, stored, first, &items[i], &list[i], err);
  if (status == HW_OK && out->n > 0) qsort(list, (size_t)out->n, sizeof *list, compare_found);
  if (status == HW_OK) status = share_out(list, out, err);
  hw_arena_clear(&arena);
  return status;
}

hw_status hw_candidate_pairs_find(hw_app *app, const hw_stored_case *stored,
                                  const hw_evidence *evidence, const char *wanted,
                                  hw_candidate_pairs *out, hw_err *err) {
  search_run search;
  memset(out, 0, sizeof *out);
  hw_arena_init(&out->arena, 0);
  HW_TRY(find_search(app, stored, evidence, wanted, out->run, sizeof out->run, &search, err));
  if (search.id == 0 && wanted != NULL)
    return hw_err_set(err, HW_E_REFERENCE, "there is no search '%s'", wanted);
  if (search.id == 0)
    return hw_err_set(err, HW_E_REFERENCE,
                      "no search of investigation '%s' is stored: run 'homeward search' first",
                      stored->problem.id);
  if (!search.is_current)
    return hw_err_set(err, HW_E_STATE,
                      "the data of investigation '%s' have changed since its last search (%s): "
                      "search again",
                      stored->problem.id, out->run);
  return take_pairs(app, stored, search.id, out, err);
}

void hw_candidate_pairs_clear(hw_candidate_pairs *self) {
  hw_arena_clear(&self->arena);
  memset(self, 0, sizeof *self);
}
