/* What an identification rests on, and whether that still holds.
 *
 * Reviewers looked at figures of a run. Later runs may say otherwise, since a
 * relative was typed, a profile was withdrawn, or another table is used; then
 * nobody has looked at what would be confirmed. So the comparison that the
 * identification names is compared with the newest run of the investigation, and
 * its inputs with the data as they stand:
 *
 *     basis   the comparison in the identification (set when it is proposed, when
 *             the first reviewer looks, and when it is returned)
 *     holds   if its run and itself stand, the newest run lists the pair with the
 *             same inputs and the same ratio, bit for bit, and the inputs of today
 *             have the digests that stand in the comparison
 *
 * A joint posterior also depends on everybody else. It is always that of the
 * newest joint run; that it changed does not make the basis stale as long as the
 * policy is met, because it is the figure of today that is asked. */
#include <math.h>
#include <string.h>

#include "app/decide_int.h"
#include "app/kept_run.h"
#include "app/power_store.h"
#include "app/record_content.h"
#include "base/check.h"
#include "base/json_read.h"

/* --- parameters of a run --- */

typedef struct run_facts {
  bool is_joint;
  double threshold; /* log10 LR below which nothing is listed; NaN = not known */
} run_facts;

static double number_of(const hw_json *value) {
  const char *word = NULL;
  double number = (double)NAN;
  if (hw_json_as_double(value, &number, NULL) == HW_OK) return number;
  if (hw_json_as_string(value, &word, NULL) != HW_OK) return number;
  return strcmp(word, "-inf") == 0 ? -HUGE_VAL : number;
}

/* Parameters that cannot be read say nothing; 'homeward check' tells of them. */
static hw_status read_facts(const hw_record *run, run_facts *out, hw_err *err) {
  const char *text = hw_record_text(run, HW_FIELD_RUN_PARAMETERS);
  const char *method = NULL;
  hw_json_doc *doc = NULL;
  *out = (run_facts){.threshold = (double)NAN};
  hw_status status = hw_json_doc_parse(text, strlen(text), NULL, &doc, NULL);
  if (status != HW_OK)
    return status == HW_E_NO_MEMORY ? HW_NO_MEMORY(err, "the parameters of a run") : HW_OK;
  const hw_json *root = hw_json_doc_root(doc);
  if (hw_json_get_string(root, "method", &method, NULL) == HW_OK)
    out->is_joint = strcmp(method, "joint") == 0;
  const hw_json *threshold = hw_json_find(root, "threshold_log10_lr");
  if (threshold != NULL) out->threshold = number_of(threshold);
  hw_json_doc_delete(doc);
  return HW_OK;
}

/* --- what the runs have --- */

/* Runs of the investigation that stand and compared remains, oldest first. */
typedef struct run_list {
  hw_record *items;
  int n;
} run_list;

static hw_status list_runs(hwp_decide *self, run_list *out, hw_err *err) {
  hw_record *rows = NULL;
  int n = 0;
  HW_TRY(hwp_decide_list(self->store, self->arena, HW_KIND_RUN, HW_FIELD_RUN_INVESTIGATION,
                         self->investigation_id, &rows, &n, err));
  *out = (run_list){.items = rows};
  for (int i = 0; i < n; i++)
    if (rows[i].withdrawn == NULL &&
        !hw_power_is_study(hw_record_text(&rows[i], HW_FIELD_RUN_PARAMETERS)))
      rows[out->n++] = rows[i];
  return HW_OK;
}

static const hw_record *find_run(const run_list *runs, int64_t id) {
  for (int i = 0; i < runs->n; i++)
    if (runs->items[i].id == id) return &runs->items[i];
  return NULL;
}

/* Of the pair's records of a kind the one of the newest run that stands, or id 0. */
static hw_status newest_of_pair(hwp_decide *self, const run_list *runs, hw_kind_id kind,
                                int person_field, int run_field, int profile_field, hw_record *out,
                                hw_err *err) {
  hw_record *rows = NULL;
  int n = 0;
  hw_record_init(out, kind);
  HW_TRY(hwp_decide_list(self->store, self->arena, kind, person_field, self->person.id, &rows, &n,
                         err));
  for (int i = 0; i < n; i++) {
    const int64_t run = hw_record_int(&rows[i], run_field);
    if (rows[i].withdrawn == NULL && find_run(runs, run) != NULL &&
        hwp_decide_has_profile(self, hw_record_int(&rows[i], profile_field)) &&
        (out->id == 0 || run >= hw_record_int(out, run_field)))
      *out = rows[i];
  }
  return HW_OK;
}

static hw_status newest_comparison(hwp_decide *self, const run_list *runs, hw_record *out,
                                   hw_err *err) {
  return newest_of_pair(self, runs, HW_KIND_COMPARISON, HW_FIELD_COMPARISON_PERSON,
                        HW_FIELD_COMPARISON_RUN, HW_FIELD_COMPARISON_PROFILE, out, err);
}

hw_status hwp_decide_newest(hwp_decide *self, hw_record *out, hw_err *err) {
  run_list runs;
  hw_record_init(out, HW_KIND_COMPARISON);
  HW_TRY(list_runs(self, &runs, err));
  if (runs.n == 0) return HW_OK;
  HW_TRY(newest_comparison(self, &runs, out, err));
  if (hw_record_int(out, HW_FIELD_COMPARISON_RUN) != runs.items[runs.n - 1].id)
    hw_record_init(out, HW_KIND_COMPARISON);
  return HW_OK;
}

/* --- figures --- */

/* The likeliest other missing person for these remains, in the run of the comparison. Where no
 * other is listed, all others are below the run's threshold. */
static hw_status find_alternative(hwp_decide *self, hw_err *err) {
  hwp_basis *basis = &self->basis;
  hw_record *rows = NULL;
  int n = 0;
  int64_t person = 0;
  double best = -HUGE_VAL;
  hw_value key[2] = {hw_value_int(basis->run.id),
                     hw_value_int(hw_record_int(&basis->comparison, HW_FIELD_COMPARISON_PROFILE))};
  HW_TRY(hwp_decide_list_key(self->store, self->arena, HW_KIND_COMPARISON, 2, key, &rows, &n, err));
  for (int i = 0; i < n; i++) {
    const int64_t who = hw_record_int(&rows[i], HW_FIELD_COMPARISON_PERSON);
    const double log10_lr = hw_record_real(&rows[i], HW_FIELD_COMPARISON_LOG10_LR);
    if (rows[i].withdrawn != NULL || who == self->person.id) continue;
    if (person == 0 || log10_lr > best) {
      best = log10_lr;
      person = who;
    }
  }
  if (person == 0) {
    run_facts facts;
    HW_TRY(read_facts(&basis->run, &facts, err));
    best = facts.threshold;
  }
  basis->alternative = isinf(basis->log10_lr) && isinf(best) ? (double)NAN : basis->log10_lr - best;
  return hwp_decide_code(self->store, self->arena, HW_KIND_PERSON, person, &basis->against, err);
}

static hw_status take_comparison(hwp_decide *self, const run_list *runs,
                                 const hw_record *comparison, hw_err *err) {
  hwp_basis *basis = &self->basis;
  const int64_t run = hw_record_int(comparison, HW_FIELD_COMPARISON_RUN);
  const hw_record *found = find_run(runs, run);
  basis->comparison = *comparison;
  if (found != NULL)
    basis->run = *found;
  else
    HW_TRY(hw_store_get(self->store, HW_KIND_RUN, run, self->arena, &basis->run, err));
  basis->run_code = hw_record_text(&basis->run, HW_FIELD_RUN_CODE);
  basis->log10_lr = hw_record_real(comparison, HW_FIELD_COMPARISON_LOG10_LR);
  basis->posterior = hw_record_real(comparison, HW_FIELD_COMPARISON_POSTERIOR);
  basis->complement = hw_record_real(comparison, HW_FIELD_COMPARISON_COMPLEMENT);
  run_facts facts;
  HW_TRY(read_facts(&basis->run, &facts, err));
  if (!facts.is_joint) { /* a joint run's comparisons have its posteriors */
    basis->pairwise = basis->posterior;
    basis->pairwise_complement = basis->complement;
  }
  return find_alternative(self, err);
}

/* What the newest joint run says. */
static hw_status take_joint(hwp_decide *self, const run_list *runs, hw_err *err) {
  hwp_basis *basis = &self->basis;
  const hw_record *newest = NULL;
  hw_record pair;
  for (int i = runs->n - 1; i >= 0 && newest == NULL; i--) {
    run_facts facts;
    HW_TRY(read_facts(&runs->items[i], &facts, err));
    if (facts.is_joint) newest = &runs->items[i];
  }
  if (newest == NULL) return HW_OK;
  HW_TRY(newest_of_pair(self, runs, HW_KIND_JOINT_PAIR, HW_FIELD_JOINT_PAIR_PERSON,
                        HW_FIELD_JOINT_PAIR_RUN, HW_FIELD_JOINT_PAIR_PROFILE, &pair, err));
  if (pair.id == 0 || hw_record_int(&pair, HW_FIELD_JOINT_PAIR_RUN) != newest->id) return HW_OK;
  /* One that is older than the comparison counts if it saw the same data. */
  if (newest->id < basis->run.id && strcmp(hw_record_text(newest, HW_FIELD_RUN_INPUTS),
                                           hw_record_text(&basis->run, HW_FIELD_RUN_INPUTS)) != 0)
    return HW_OK;
  basis->joint_run = *newest;
  basis->joint_pair = pair;
  basis->joint_code = hw_record_text(newest, HW_FIELD_RUN_CODE);
  basis->is_joint = true;
  basis->posterior = hw_record_real(&pair, HW_FIELD_JOINT_PAIR_POSTERIOR);
  basis->complement = hw_record_real(&pair, HW_FIELD_JOINT_PAIR_COMPLEMENT);
  /* One at a time, members of one family are easily taken for each other; together they are not. */
  basis->alternative = hw_record_real(&pair, HW_FIELD_JOINT_PAIR_LOG10_GLR);
  basis->against = "";
  return HW_OK;
}

/* --- does it hold --- */

static bool is_same_number(double a, double b) {
  return memcmp(&a, &b, sizeof a) == 0;
}

#define STALE(self, ...)                                                          \
  do {                                                                            \
    (self)->basis.stale = hwp_decide_text((self)->arena, __VA_ARGS__);            \
    return (self)->basis.stale != NULL ? HW_OK : HW_NO_MEMORY(err, "the reason"); \
  } while (0)

/* "profile, family", in the arena; NULL without memory. */
static const char *words_of(hwp_decide *self, unsigned why) {
  hw_str text = HW_STR_INIT;
  hw_identification_why(why, &text);
  const char *words =
      hw_str_status(&text) == HW_OK ? hw_arena_strdup(self->arena, hw_str_text(&text)) : NULL;
  hw_str_clear(&text);
  return words;
}

/* Sets the reason with what differs. */
static hw_status tell_stale(hwp_decide *self, const char *what, unsigned why, hw_err *err) {
  const char *words = words_of(self, why);
  if (words == NULL) return HW_NO_MEMORY(err, "the reason");
  STALE(self, "%s (%s)", what, words);
}

/* Against the newest run. @param own  the comparison in the identification */
static hw_status test_runs(hwp_decide *self, const run_list *runs, const hw_record *own,
                           const hw_record *newest, hw_err *err) {
  const hw_record *last = runs->n > 0 ? &runs->items[runs->n - 1] : NULL;
  const char *code = last != NULL ? hw_record_text(last, HW_FIELD_RUN_CODE) : "";
  const bool is_listed = last != NULL && hw_record_int(newest, HW_FIELD_COMPARISON_RUN) == last->id;
  if (own->id == 0) {
    if (newest->id == 0) return HW_OK;
    STALE(self, "it was proposed without a comparison, and %s has one", self->basis.run_code);
  }
  if (own->withdrawn != NULL || find_run(runs, hw_record_int(own, HW_FIELD_COMPARISON_RUN)) == NULL)
    STALE(self, "the comparison that it rests on was withdrawn, or its run");
  const double before = hw_record_real(own, HW_FIELD_COMPARISON_LOG10_LR);
  if (!is_listed && (last == NULL || self->basis.joint_run.id != last->id))
    STALE(self, "%s, the newest run, does not list this pair any more", code);
  if (newest->id == own->id) return HW_OK;
  const double after = hw_record_real(newest, HW_FIELD_COMPARISON_LOG10_LR);
  const char *of = hw_record_text(find_run(runs, hw_record_int(own, HW_FIELD_COMPARISON_RUN)),
                                  HW_FIELD_RUN_CODE);
  const char *now = hw_record_text(find_run(runs, hw_record_int(newest, HW_FIELD_COMPARISON_RUN)),
                                   HW_FIELD_RUN_CODE);
  const unsigned why = hwp_compare_inputs(hw_record_text(own, HW_FIELD_COMPARISON_INPUTS),
                                          hw_record_text(newest, HW_FIELD_COMPARISON_INPUTS));
  if (!is_same_number(before, after))
    STALE(self, "log10 LR was %.4f in %s and is %.4f in %s", before, of, after, now);
  if (why == 0) return HW_OK;
  const char *what = hwp_decide_text(self->arena, "%s compared something else than %s", now, of);
  return what != NULL ? tell_stale(self, what, why, err) : HW_NO_MEMORY(err, "the reason");
}

/* Places of the pair in a case, and which of its inputs are others than those of the comparison. */
static hw_status compare_data(hwp_decide *self, const hw_stored_case *stored, unsigned *why,
                              hw_err *err) {
  char inputs[HW_PAIR_INPUTS_SIZE];
  const hw_record *comparison = &self->basis.comparison;
  const int32_t remains = hwp_find_remains(stored, self->sample.id);
  const int32_t family =
      hwp_find_family(stored, hw_record_int(comparison, HW_FIELD_COMPARISON_FAMILY));
  const int32_t missing = family >= 0 ? hwp_find_missing(stored, family, self->person.id) : -1;
  *why = 0;
  if (remains < 0) STALE(self, "the remains have no profile that counts any more");
  if (missing < 0) STALE(self, "the missing person is not compared any more");
  hw_stored_case_pair(stored, remains, family, missing, inputs);
  *why = hwp_compare_inputs(hw_record_text(comparison, HW_FIELD_COMPARISON_INPUTS), inputs);
  return HW_OK;
}

/* Of the bone, the family and the table; the table's part may stand as it was compared. */
static hw_status compare_part(hwp_decide *self, const hwp_part *part, unsigned *why, hw_err *err) {
  *why = 0;
  if (part->is_loaded && part->is_same_table) {
    HW_TRY(compare_data(self, &part->stored, why, err));
    *why &= ~(unsigned)HW_WHY_TABLE; /* what all others add to it is not in the part */
    return HW_OK;
  }
  if (self->is_part_only) {
    self->is_basis_tested = false;
    return HW_OK;
  }
  HW_TRY(hwp_decide_load_whole(self, &self->basis.run, err));
  if (!self->is_loaded)
    STALE(self, "the investigation cannot be compared any more (%s)", self->not_loaded);
  return compare_data(self, &self->stored, why, err);
}

/* Against the data as they stand. */
static hw_status test_data(hwp_decide *self, hw_err *err) {
  const hw_record *run = &self->basis.run;
  hwp_part part;
  unsigned why = 0;
  int64_t since = 0;
  HW_TRY(hwp_decide_since(self, run, &since, err));
  hw_status status = hwp_decide_load_pair(
      self, run, since, hw_record_int(&self->basis.comparison, HW_FIELD_COMPARISON_FAMILY), &part,
      err);
  if (status == HW_OK) status = compare_part(self, &part, &why, err);
  hwp_part_clear(&part);
  if (status != HW_OK || why == 0) return status;
  const char *what =
      hwp_decide_text(self->arena, "the data have changed since %s", self->basis.run_code);
  return what != NULL ? tell_stale(self, what, why, err) : HW_NO_MEMORY(err, "the reason");
}

/* True if nothing was written since an entry that can have changed what a run compared. */
static hw_status is_as_of(hwp_decide *self, const hw_record *run, int64_t since, bool *out,
                          hw_err *err) {
  hwp_part part;
  const hw_status status = hwp_decide_load_pair(self, run, since, 0, &part, err);
  *out = status == HW_OK && part.is_loaded && part.is_same_case;
  hwp_part_clear(&part);
  return status;
}

/* A joint posterior rests on everybody's data. */
static hw_status test_joint_data(hwp_decide *self, hw_err *err) {
  uint8_t digest[HW_DIGEST_SIZE];
  char text[HW_DIGEST_TEXT_SIZE];
  bool is_imported = false, is_same = false;
  int64_t since = 0;
  if (!self->basis.is_joint) return HW_OK;
  HW_TRY(hwp_decide_since(self, &self->basis.joint_run, &since, err));
  HW_TRY(is_as_of(self, &self->basis.joint_run, since, &is_same, err));
  if (is_same) return HW_OK;
  if (self->is_part_only) {
    self->is_basis_tested = false;
    return HW_OK;
  }
  HW_TRY(hwp_decide_load_whole(self, &self->basis.joint_run, err));
  if (!self->is_loaded)
    STALE(self, "the investigation cannot be compared any more (%s)", self->not_loaded);
  hw_stored_case_digest(&self->stored, digest);
  if (strcmp(hw_digest_text(digest, text),
             hw_record_text(&self->basis.joint_run, HW_FIELD_RUN_INPUTS)) == 0)
    return HW_OK;
  HW_TRY(hwp_entry_is_import(self->store, self->basis.joint_run.entry, &is_imported, err));
  if (is_imported)
    STALE(self, "the joint posterior rests on %s: %s", self->basis.joint_code, HWP_IMPORTED_DATA);
  STALE(self, "the investigation has changed since %s, on which the joint posterior rests",
        self->basis.joint_code);
}

/* True if the basis was tested on all before, and nothing that matters was written since. */
static hw_status was_tested(hwp_decide *self, bool *out, hw_err *err) {
  const hwp_tested *tested = self->tested;
  const hwp_basis *basis = &self->basis;
  *out = tested != NULL && tested->is_whole && tested->run == basis->run.id &&
         tested->comparison == basis->comparison.id && tested->joint_run == basis->joint_run.id;
  if (*out && basis->run.id != 0) HW_TRY(is_as_of(self, &basis->run, tested->head, out, err));
  if (*out && basis->joint_run.id != 0)
    HW_TRY(is_as_of(self, &basis->joint_run, tested->head, out, err));
  return HW_OK;
}

static hw_status test_basis(hwp_decide *self, const run_list *runs, const hw_record *own,
                            const hw_record *newest, hw_err *err) {
  bool is_known = false;
  HW_TRY(test_runs(self, runs, own, newest, err));
  if (self->basis.stale != NULL) return HW_OK;
  HW_TRY(was_tested(self, &is_known, err));
  if (is_known) {
    self->basis.stale = self->tested->stale;
    return HW_OK;
  }
  if (self->basis.stale == NULL && self->basis.comparison.id != 0) HW_TRY(test_data(self, err));
  return self->basis.stale == NULL ? test_joint_data(self, err) : HW_OK;
}

hw_status hwp_decide_read_basis(hwp_decide *self, bool test, hw_err *err) {
  hwp_basis *basis = &self->basis;
  run_list runs;
  hw_record own, newest;
  *basis = (hwp_basis){.run_code = "",
                       .joint_code = "",
                       .newest_code = "",
                       .against = "",
                       .log10_lr = (double)NAN,
                       .posterior = (double)NAN,
                       .complement = (double)NAN,
                       .pairwise = (double)NAN,
                       .pairwise_complement = (double)NAN,
                       .alternative = (double)NAN};
  hw_record_init(&basis->run, HW_KIND_RUN);
  hw_record_init(&basis->joint_run, HW_KIND_RUN);
  hw_record_init(&basis->comparison, HW_KIND_COMPARISON);
  hw_record_init(&basis->joint_pair, HW_KIND_JOINT_PAIR);
  hw_record_init(&own, HW_KIND_COMPARISON);
  HW_TRY(list_runs(self, &runs, err));
  if (runs.n > 0) {
    basis->newest_run = runs.items[runs.n - 1].id;
    basis->newest_code = hw_record_text(&runs.items[runs.n - 1], HW_FIELD_RUN_CODE);
  }
  const int64_t id = hw_record_int(&self->identification, HW_FIELD_IDENTIFICATION_COMPARISON);
  if (id != 0) HW_TRY(hw_store_get(self->store, HW_KIND_COMPARISON, id, self->arena, &own, err));
  HW_TRY(newest_comparison(self, &runs, &newest, err));
  const hw_record *current = newest.id != 0 ? &newest : &own;
  if (current->id != 0) HW_TRY(take_comparison(self, &runs, current, err));
  HW_TRY(take_joint(self, &runs, err));
  self->has_basis = true;
  self->is_basis_tested = test;
  return test ? test_basis(self, &runs, &own, &newest, err) : HW_OK;
}

/* --- before a change --- */

static hw_status test_now(hw_app *app, int64_t id, hw_arena *arena, hwp_tested *out, hw_err *err) {
  hwp_decide self;
  uint8_t hash[HW_DIGEST_SIZE];
  hw_status status = hwp_decide_open(&self, app, arena, id, err);
  const bool is_reviewed =
      status == HW_OK && self.identification.withdrawn == NULL &&
      strcmp(hw_record_text(&self.identification, HW_FIELD_IDENTIFICATION_STATE), "reviewed") == 0;
  if (is_reviewed) status = hw_store_head(app->store, &out->head, hash, err);
  if (is_reviewed && status == HW_OK) status = hwp_decide_read_basis(&self, true, err);
  if (is_reviewed && status == HW_OK) {
    out->is_whole = self.is_loaded || self.not_loaded[0] != '\0';
    out->run = self.basis.run.id;
    out->comparison = self.basis.comparison.id;
    out->joint_run = self.basis.joint_run.id;
    out->stale = self.basis.stale;
  }
  hwp_decide_clear(&self);
  return status;
}

hw_status hwp_decide_test(hw_app *app, const char *code, hw_arena *arena, hwp_tested *out,
                          hw_err *err) {
  int64_t id = 0;
  bool is_mine = false;
  *out = (hwp_tested){0};
  HW_TRY(hw_app_begin_read(app, &is_mine, err));
  hw_status status = hw_store_find_code(app->store, HW_KIND_IDENTIFICATION, code, &id, err);
  if (status == HW_OK && id != 0) status = test_now(app, id, arena, out, err);
  hw_app_end_read(app, is_mine);
  return status;
}
