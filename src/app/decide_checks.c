/* What confirming asks, and what a decision stands on.
 *
 * The list is made once, for the sheet that people look at and for the step that
 * refuses: what is shown as met cannot be refused, and every refusal tells what
 * lacks and what can be done about it. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/decide_int.h"
#include "app/record_content.h"
#include "base/check.h"
#include "base/json_members.h"

enum { MOST_CHECKS = 9 };

typedef struct check_list {
  hwp_decide *of;
  hw_decide_check *items;
  int n;
} check_list;

/* Adds one; texts that could not be made are NULL. */
static hw_status add(check_list *self, hw_decide_check check, hw_err *err) {
  if (check.asked == NULL || check.found == NULL || check.refusal == NULL)
    return HW_NO_MEMORY(err, "what is asked");
  HW_BUG_IF(self->n == MOST_CHECKS, err);
  if (check.is_met) check.refusal = "";
  self->items[self->n++] = check;
  return HW_OK;
}

/* --- people and contradictions --- */

static hw_status check_reviewers(check_list *self, hw_err *err) {
  hwp_decide *of = self->of;
  const int needed = of->policy.reviewers;
  return add(
      self,
      (hw_decide_check){
          .what = "reviewers",
          .is_met = of->agree >= needed && of->disagree == 0,
          .asked = hwp_decide_text(of->arena, "%d agree, nobody disagrees", needed),
          .found = hwp_decide_text(of->arena, "%d agree, %d disagree", of->agree, of->disagree),
          .refusal = hwp_decide_text(
              of->arena, "%d of %d reviewers agree and %d disagree: it cannot be confirmed",
              of->agree, needed, of->disagree)},
      err);
}

/* Another confirmed identification of the same remains: no reason can make that right. */
static hw_status check_remains(check_list *self, hw_err *err) {
  hwp_decide *of = self->of;
  hw_record *rows = NULL;
  int n = 0;
  const char *other = "";
  HW_TRY(hwp_decide_list(of->store, of->arena, HW_KIND_IDENTIFICATION,
                         HW_FIELD_IDENTIFICATION_SAMPLE, of->sample.id, &rows, &n, err));
  for (int i = 0; i < n; i++)
    if (rows[i].id != of->identification.id && rows[i].withdrawn == NULL &&
        strcmp(hw_record_text(&rows[i], HW_FIELD_IDENTIFICATION_STATE), "confirmed") == 0)
      other = hw_record_text(&rows[i], HW_FIELD_IDENTIFICATION_CODE);
  return add(
      self,
      (hw_decide_check){
          .what = "remains",
          .is_met = other[0] == '\0',
          .asked = "confirmed for nobody else",
          .found = other[0] != '\0' ? other : "confirmed for nobody else",
          .refusal = hwp_decide_text(
              of->arena,
              "these remains are confirmed for somebody already (%.200s): withdraw that first",
              other)},
      err);
}

static hw_status check_contradictions(check_list *self, hw_err *err) {
  hwp_decide *of = self->of;
  const int n_stored = hwp_decide_count_open(of), n_found = hwp_decide_count_unstored(of);
  const int n = n_stored + n_found;
  const char *found = "none is open", *refusal = "";
  for (int i = of->n_contradictions - 1; i >= 0; i--) {
    const hw_record *row = &of->contradictions[i];
    const char *code = hw_record_text(row, HW_FIELD_CONTRADICTION_CODE);
    if (strcmp(hw_record_text(row, HW_FIELD_CONTRADICTION_STATE), "open") != 0) continue;
    refusal = hwp_decide_text(
        of->arena,
        "%d contradiction%s open, %.100s (%.60s): %.400s: resolve %s with 'homeward set-state "
        "contradiction %.100s resolved --reason TEXT'",
        n, n == 1 ? " is" : "s are", code, hw_record_text(row, HW_FIELD_CONTRADICTION_KIND),
        hw_record_text(row, HW_FIELD_CONTRADICTION_TEXT), n == 1 ? "it" : "each", code);
  }
  if (n > 0)
    found = hwp_decide_text(of->arena, "%d open%s", n, n_found > 0 ? " (some found now)" : "");
  if (n_stored == 0 && n_found > 0)
    refusal = hwp_decide_text(of->arena, "%d contradiction%s found", n_found,
                              n_found == 1 ? " was" : "s were");
  return add(self,
             (hw_decide_check){.what = "contradictions",
                               .is_met = n == 0,
                               .asked = "none is open",
                               .found = found,
                               .refusal = refusal},
             err);
}

/* --- figures --- */

static hw_status check_basis(check_list *self, hw_err *err) {
  hwp_decide *of = self->of;
  const hwp_basis *basis = &of->basis;
  const bool has_one = basis->comparison.id != 0;
  const char *found = has_one ? basis->run_code : "no comparison";
  const char *code = hw_record_text(&of->identification, HW_FIELD_IDENTIFICATION_CODE);
  if (basis->joint_code[0] != '\0') found = basis->joint_code;
  return add(self,
             (hw_decide_check){
                 .what = "basis",
                 .is_met = basis->stale == NULL,
                 .asked = "the newest run and the data of today say the same",
                 .found = basis->stale != NULL ? basis->stale : found,
                 .refusal = hwp_decide_text(
                     of->arena,
                     "%.600s: run 'homeward identify' again; if its figures are others, 'homeward "
                     "decide %.100s --return' has it reviewed anew",
                     basis->stale != NULL ? basis->stale : "", code)},
             err);
}

/* "0.9993", "1 - 2e-9" */
static const char *probability(hwp_decide *of, double value, double complement) {
  if (isnan(value)) return "not known";
  if (complement < 1e-4 && complement > 0)
    return hwp_decide_text(of->arena, "1 - %.2g", complement);
  return hwp_decide_text(of->arena, "%.6g", value);
}

/* One figure against its threshold. */
typedef struct figure {
  const char *what, *name; /* "log10_lr"; "log10 LR", in a sentence */
  double value, least;     /* least: NaN = not asked */
  const char *found, *asked;
  const char *remedy;
} figure;

static hw_status check_figure(check_list *self, const figure *it, hw_err *err) {
  hwp_decide *of = self->of;
  if (isnan(it->least)) return HW_OK;
  const bool is_known = !isnan(it->value);
  return add(
      self,
      (hw_decide_check){
          .what = it->what,
          .is_met = is_known && it->value >= it->least,
          .can_override = true,
          .asked = it->asked != NULL ? hwp_decide_text(of->arena, "at least %s", it->asked) : NULL,
          .found = it->found,
          .refusal = hwp_decide_text(
              of->arena,
              "%s is %s, and the policy '%.100s' asks at least %s: %s; or an administrator "
              "says --override REASON",
              it->name, it->found != NULL ? it->found : "", of->policy.code,
              it->asked != NULL ? it->asked : "",
              is_known ? it->remedy : "no run lists the pair, run 'homeward identify'")},
      err);
}

static const char *number(hwp_decide *of, double value) {
  return isnan(value) ? "not known" : hwp_decide_text(of->arena, "%.4f", value);
}

static hw_status check_posterior(check_list *self, hw_err *err) {
  hwp_decide *of = self->of;
  const hwp_basis *basis = &of->basis;
  const char *text = probability(of, basis->posterior, basis->complement);
  if (text == NULL) return HW_NO_MEMORY(err, "what is asked");
  if (!isnan(basis->posterior))
    text =
        hwp_decide_text(of->arena, "%s (%s, %.100s)", text, basis->is_joint ? "joint" : "pairwise",
                        basis->is_joint ? basis->joint_code : basis->run_code);
  const figure posterior = {
      .what = "posterior",
      .name = "the posterior",
      .value = basis->posterior,
      .least = of->policy.posterior,
      .found = text,
      .asked = probability(of, of->policy.posterior, 1 - of->policy.posterior),
      .remedy = "'homeward power' says who to sample and what to type"};
  return check_figure(self, &posterior, err);
}

static hw_status check_ratio(check_list *self, hw_err *err) {
  hwp_decide *of = self->of;
  const figure ratio = {.what = "log10_lr",
                        .name = "log10 LR",
                        .value = of->basis.log10_lr,
                        .least = of->policy.log10_lr,
                        .found = number(of, of->basis.log10_lr),
                        .asked = number(of, of->policy.log10_lr),
                        .remedy = "'homeward power' says who to sample and what to type"};
  return check_figure(self, &ratio, err);
}

static hw_status check_alternative(check_list *self, hw_err *err) {
  hwp_decide *of = self->of;
  const hwp_basis *basis = &of->basis;
  const char *text = number(of, basis->alternative);
  if (text == NULL) return HW_NO_MEMORY(err, "what is asked");
  if (basis->is_joint && !isnan(basis->alternative))
    text = hwp_decide_text(of->arena, "%s (GLR, %.100s)", text, basis->joint_code);
  else if (!isnan(basis->alternative))
    text = basis->against[0] != '\0'
               ? hwp_decide_text(of->arena, "%s against %.200s", text, basis->against)
               : hwp_decide_text(of->arena, "%s or more, nobody else is listed", text);
  const figure alternative = {
      .what = "alternative_log10_lr",
      .name = basis->is_joint ? "log10 GLR against the best assignment without the pairing"
                              : "log10 LR against the likeliest other missing person",
      .value = basis->alternative,
      .least = of->policy.alternative_log10_lr,
      .found = text,
      .asked = number(of, of->policy.alternative_log10_lr),
      .remedy = "sample relatives who tell the two apart"};
  return check_figure(self, &alternative, err);
}

static hw_status check_markers(check_list *self, hw_err *err) {
  hwp_decide *of = self->of;
  const hw_record *comparison = &of->basis.comparison;
  const int64_t n =
      comparison->id != 0 ? hw_record_int(comparison, HW_FIELD_COMPARISON_MARKERS) : -1;
  const figure markers = {
      .what = "markers",
      .name = "the number of markers typed in both",
      .value = n >= 0 ? (double)n : (double)NAN,
      .least = of->policy.markers > 0 ? (double)of->policy.markers : (double)NAN,
      .found = n >= 0 ? hwp_decide_text(of->arena, "%lld", (long long)n) : "not known",
      .asked = hwp_decide_text(of->arena, "%lld", (long long)of->policy.markers),
      .remedy = "type more markers of the remains or the relatives"};
  return check_figure(self, &markers, err);
}

static hw_status check_joint(check_list *self, hw_err *err) {
  hwp_decide *of = self->of;
  if (!of->policy.joint) return HW_OK;
  return add(self,
             (hw_decide_check){
                 .what = "joint",
                 .is_met = of->basis.is_joint,
                 .can_override = true,
                 .asked = "a joint run lists the pair",
                 .found = of->basis.is_joint ? of->basis.joint_code : "none does",
                 .refusal = hwp_decide_text(
                     of->arena,
                     "no joint run on the same data lists the pair, and the policy '%.100s' asks "
                     "for one: run 'homeward identify'; or an administrator says --override REASON",
                     of->policy.code)},
             err);
}

hw_status hwp_decide_checks(hwp_decide *self, hw_decide_check **out, int *n, hw_err *err) {
  static hw_status (*const all[])(check_list *, hw_err *) = {
      check_reviewers, check_remains, check_contradictions, check_basis,  check_joint,
      check_posterior, check_ratio,   check_alternative,    check_markers};
  check_list list = {.of = self,
                     .items = hw_arena_alloc_array(self->arena, MOST_CHECKS, sizeof *list.items)};
  if (list.items == NULL) return HW_NO_MEMORY(err, "what is asked");
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) HW_TRY(all[i](&list, err));
  *out = list.items;
  *n = list.n;
  return HW_OK;
}

/* --- what a decision stands on --- */

/* A row by its number, its digest, which protects it in this database, and the digest of what it
 * says, by which it is known in others. */
static hw_status write_row(hw_json_writer *w, hw_store *store, const char *key,
                           const hw_record *record, const char *code, hw_err *err) {
  char content[HW_DIGEST_TEXT_SIZE];
  if (record->id == 0) {
    hw_json_add_null(w, key);
    return HW_OK;
  }
  HW_TRY(hwp_record_content(store, record, content, err));
  hw_json_add_object(w, key);
  if (code != NULL) hw_json_add_text(w, "code", code);
  hw_json_add_int(w, "row", record->id);
  hw_json_add_int(w, "digest", record->digest);
  hw_json_add_text(w, "content", content);
  hw_json_write_end_object(w);
  return HW_OK;
}

static void write_figures(hw_json_writer *w, const hwp_basis *basis) {
  const hw_record *comparison = &basis->comparison, *pair = &basis->joint_pair;
  hw_json_add_object(w, "figures");
  hw_json_add_number(w, "log10_lr", basis->log10_lr);
  hw_json_add_number(w, "posterior", basis->posterior);
  hw_json_add_number(w, "complement", basis->complement);
  hw_json_add_bool(w, "is_joint", basis->is_joint);
  if (comparison->id != 0) {
    hw_json_add_number(w, "posterior_pairwise", basis->pairwise);
    hw_json_add_int(w, "markers", hw_record_int(comparison, HW_FIELD_COMPARISON_MARKERS));
    hw_json_add_int(w, "mismatches", hw_record_int(comparison, HW_FIELD_COMPARISON_MISMATCHES));
  }
  hw_json_add_number(w, "alternative_log10_lr", basis->alternative);
  hw_json_add_given(w, "alternative", basis->against);
  if (pair->id != 0) {
    hw_json_add_number(w, "log10_glr", hw_record_real(pair, HW_FIELD_JOINT_PAIR_LOG10_GLR));
    hw_json_add_given(w, "standing", hw_record_text(pair, HW_FIELD_JOINT_PAIR_STANDING));
  }
  hw_json_write_end_object(w);
}

static void write_policy(hw_json_writer *w, const hw_policy *policy) {
  hw_json_add_object(w, "policy");
  hw_json_add_given(w, "code", policy->code);
  hw_json_add_number(w, "posterior", policy->posterior);
  hw_json_add_number(w, "log10_lr", policy->log10_lr);
  hw_json_add_number(w, "alternative_log10_lr", policy->alternative_log10_lr);
  if (policy->markers > 0)
    hw_json_add_int(w, "markers", policy->markers);
  else
    hw_json_add_null(w, "markers");
  hw_json_add_int(w, "reviewers", policy->reviewers);
  hw_json_add_bool(w, "joint", policy->joint);
  hw_json_write_end_object(w);
}

static void write_contradictions(hw_json_writer *w, const hwp_decide *self) {
  static const int fields[] = {HW_FIELD_CONTRADICTION_CODE, HW_FIELD_CONTRADICTION_KIND,
                               HW_FIELD_CONTRADICTION_TEXT, HW_FIELD_CONTRADICTION_STATE,
                               HW_FIELD_CONTRADICTION_REASON};
  hw_json_write_key(w, "contradictions");
  if (self->contradictions == NULL) { /* nobody looked */
    hw_json_write_null(w);
    return;
  }
  hw_json_write_begin_array(w);
  for (int i = 0; i < self->n_contradictions; i++) {
    const hw_record *row = &self->contradictions[i];
    hw_json_write_begin_object(w);
    for (size_t f = 0; f < sizeof fields / sizeof *fields; f++)
      hw_json_add_given(w, row->kind->fields[fields[f]].name, hw_record_text(row, fields[f]));
    hw_json_write_end_object(w);
  }
  hw_json_write_end_array(w);
}

hw_status hwp_decide_stood_on(hwp_decide *self, const char *override, hw_str *out, hw_err *err) {
  const hwp_basis *basis = &self->basis;
  hw_json_writer w;
  hw_json_write_init_str(&w, out, 0);
  hw_json_write_begin_object(&w);
  HW_TRY(write_row(&w, self->store, "run", &basis->run, basis->run_code, err));
  HW_TRY(write_row(&w, self->store, "comparison", &basis->comparison, NULL, err));
  HW_TRY(write_row(&w, self->store, "joint_run", &basis->joint_run, basis->joint_code, err));
  HW_TRY(write_row(&w, self->store, "joint_pair", &basis->joint_pair, NULL, err));
  write_figures(&w, basis);
  write_policy(&w, &self->policy);
  hw_json_add_object(&w, "reviews");
  hw_json_add_int(&w, "agree", self->agree);
  hw_json_add_int(&w, "disagree", self->disagree);
  hw_json_write_end_object(&w);
  write_contradictions(&w, self);
  hw_json_add_given(&w, "stale", basis->stale);
  hw_json_add_given(&w, "override", override);
  hw_json_write_end_object(&w);
  return hw_json_write_finish_bare(&w, err);
}
