/* Keeping a power study.
 *
 * The records of a run are those that identifications have too, so that whatever shows the power
 * of families shows a study. Lists of advice have no records of their own: nothing refers to
 * them, they are replaced as a whole by the next study, and they are read with the run. */
#include "app/power_store.h"

#include <math.h>
#include <string.h>

#include "app/kept_run.h"
#include "base/check.h"
#include "base/json_members.h"

typedef struct writing {
  hw_app *app;
  const hw_power_made *made;
  hw_json_writer *w;
  hw_status status; /* of looking up codes */
  hw_err *err;
} writing;

bool hw_power_is_study(const char *parameters) {
  const char *name = strstr(parameters, "\"power\"");
  return name != NULL && (size_t)(name - parameters) < strcspn(parameters, ",");
}

/* --- members --- */

/* Code of a record as a value; the case may have been loaded by labels, which can be names. */
static void put_code(writing *self, hw_kind_id kind, int64_t id, const char *otherwise) {
  hw_str code = HW_STR_INIT;
  if (id == 0) {
    hw_json_write_string(self->w, otherwise);
    return;
  }
  if (self->status == HW_OK)
    self->status = hw_store_code(self->app->store, kind, id, &code, self->err);
  hw_json_write_string(self->w, hw_str_text(&code));
  hw_str_clear(&code);
}

static void put_family(writing *self, const char *name, int32_t family) {
  hw_json_write_key(self->w, name);
  put_code(self, HW_KIND_FAMILY, self->made->stored->family[family], NULL);
}

/* Who stands in a pedigree without a record goes by the id that the pedigree gives. */
static void put_person(writing *self, int32_t family, int32_t person) {
  const hw_stored_case *stored = self->made->stored;
  put_code(self, HW_KIND_PERSON, stored->family_person[family][person],
           stored->problem.families[family].pedigree.persons[person].id);
}

static void put_missing(writing *self, const hw_target *who) {
  hw_json_write_key(self->w, "person");
  put_code(self, HW_KIND_PERSON, hwp_missing_person(self->made->stored, who->family, who->missing),
           NULL);
}

/* --- what was asked --- */

static void write_typed(writing *self) {
  hw_json_writer *w = self->w;
  const hw_case *problem = &self->made->stored->problem;
  const bool *typed = self->made->options->typed;
  if (typed == NULL) {
    hw_json_add_null(w, "typed");
    return;
  }
  hw_json_add_array(w, "typed");
  for (int32_t m = 0; m < problem->n_markers; m++)
    if (typed[m]) hw_json_write_string(w, problem->markers[m].name);
  hw_json_write_end_array(w);
}

/* One number where all markers have the same. */
static void write_dropout(writing *self) {
  hw_json_writer *w = self->w;
  const int32_t n = self->made->stored->problem.n_markers;
  const double *dropout = self->made->options->dropout;
  bool is_one = true;
  for (int32_t m = 1; dropout != NULL && m < n; m++) is_one = is_one && dropout[m] == dropout[0];
  if (is_one) {
    hw_json_add_number_short(w, "dropout", dropout != NULL && n > 0 ? dropout[0] : 0);
    return;
  }
  hw_json_add_array(w, "dropout");
  for (int32_t m = 0; m < n; m++) hw_json_write_double_short(w, dropout[m]);
  hw_json_write_end_array(w);
}

static void write_snp_asked(writing *self) {
  hw_json_writer *w = self->w;
  const hw_power_snp_options *options = self->made->snp_options;
  if (self->made->snp == NULL) {
    hw_json_add_null(w, "snp");
    return;
  }
  const hw_power_snp_panel *way = &options->panels[0];
  hw_json_add_object(w, "snp");
  hw_json_add_int(w, "draws", options->n_draws);
  hw_json_add_int(w, "max_bits", options->linked.max_bits);
  hw_json_add_bool(w, "relatives", options->with_relatives);
  hw_json_add_number_short(w, "read_error", way->run.error);
  hw_json_add_number_short(w, "contamination", way->run.model.contamination);
  hw_json_add_number_short(w, "deamination", way->run.model.damage);
  hw_json_add_number_short(w, "deamination_decay", way->run.model.decay);
  hw_json_add_number_short(w, "deamination_inside", way->run.model.damage_inside);
  hw_json_add_int(w, "library", way->run.model.library);
  hw_json_add_number_short(w, "call_error", way->call.allele);
  hw_json_add_number_short(w, "call_dropout", way->call.dropout);
  hw_json_add_number_short(w, "call_missing", way->call_missing);
  hw_json_add_array(w, "panels");
  for (int32_t p = 0; p < options->n_panels; p++) {
    const hw_power_snp_panel *one = &options->panels[p];
    hw_json_write_begin_object(w);
    hw_json_add_text(w, "panel", one->name);
    hw_json_add_text(w, "population", one->panel->populations[one->population].name);
    hw_json_add_number_short(w, "coverage", one->run.coverage);
    hw_json_add_int(w, "markers", one->panel->n_markers);
    hw_json_write_end_object(w);
  }
  hw_json_write_end_array(w);
  hw_json_write_end_object(w);
}

/* --- circumstances --- */

static void digest_panels(const hw_power_made *made, hw_digest *digest) {
  const hw_power_options *options = made->options;
  hw_digest_add_int(digest, options->n_panels);
  for (int32_t p = 0; p < options->n_panels; p++) {
    const hw_power_panel *panel = &options->panels[p];
    hw_digest_add_text(digest, panel->name);
    for (int32_t m = 0; m < made->stored->problem.n_markers; m++)
      hw_digest_add_int(digest, panel->has[m]);
    hw_digest_add_int(digest, panel->n_unknown);
    int64_t cost = -1; /* not known */
    if (!isnan(panel->cost)) memcpy(&cost, &panel->cost, sizeof cost);
    hw_digest_add_int(digest, cost);
  }
}

static void digest_unavailable(const hw_power_made *made, hw_digest *digest) {
  const bool *const *available = made->options->available;
  for (int32_t f = 0; available != NULL && f < made->stored->problem.n_families; f++)
    for (int32_t i = 0;
         available[f] != NULL && i < made->stored->problem.families[f].pedigree.n_persons; i++) {
      if (available[f][i]) continue;
      hw_digest_add_int(digest, made->stored->family[f]);
      hw_digest_add_int(digest, i);
    }
}

static void digest_snp(const hw_power_made *made, hw_digest *digest) {
  const hw_power_snp_inputs *inputs = made->snp_inputs;
  for (int32_t p = 0; p < inputs->n; p++) {
    const hw_panel *panel = inputs->panels[p].panel;
    hw_digest_add_text(digest, inputs->panels[p].name);
    for (int32_t m = 0; m < panel->n_markers; m++) {
      hw_digest_add_text(digest, panel->markers[m].name);
      for (int32_t a = panel->first_allele[m]; a < panel->first_allele[m + 1]; a++) {
        int64_t bits = 0;
        memcpy(&bits, &panel->populations[inputs->panels[p].population].frequencies[a],
               sizeof bits);
        hw_digest_add_int(digest, bits);
      }
    }
  }
  if (!inputs->has_stored) return;
  hw_digest_add(digest, inputs->stored.panel_digest, HW_DIGEST_SIZE);
  for (int32_t f = 0; f < inputs->stored.n_families; f++)
    hw_digest_add(digest, inputs->stored.family_digest[f], HW_DIGEST_SIZE);
}

static void write_circumstances(writing *self) {
  hw_digest digest;
  uint8_t bytes[HW_DIGEST_SIZE];
  char hexadecimal[HW_DIGEST_TEXT_SIZE];
  hw_digest_begin(&digest);
  hw_digest_add_text(&digest, "homeward-power-circumstances/1");
  digest_panels(self->made, &digest);
  digest_unavailable(self->made, &digest);
  if (self->made->snp != NULL) digest_snp(self->made, &digest);
  hw_digest_end(&digest, bytes);
  hw_json_add_text(self->w, "circumstances", hw_digest_text(bytes, hexadecimal));
}

static void write_asked(writing *self) {
  hw_json_writer *w = self->w;
  const hw_power_options *options = self->made->options;
  hw_json_add_text(w, "method", "power");
  hw_json_add_number_short(w, "threshold_log10_lr", hw_power_threshold(self->made->study));
  hw_json_add_number_short(w, "enough", options->enough == 0 ? HW_POWER_ENOUGH : options->enough);
  hw_json_add_number_short(w, "never", options->never == 0 ? HW_POWER_NEVER : options->never);
  if (options->is_one_family)
    put_family(self, "family", options->family);
  else
    hw_json_add_text(w, "family", NULL);
  hw_json_add_bool(w, "pairs", options->with_pairs || options->is_one_family);
  hw_json_add_bool(w, "remains", options->with_remains);
  write_typed(self);
  write_dropout(self);
  hw_json_add_int(w, "draws", options->n_draws == 0 ? 64 : options->n_draws);
  hw_json_add_int(w, "seed", (int64_t)options->seed);
  hw_json_add_number_short(w, "max_work", options->likelihood.max_work);
  write_snp_asked(self);
  write_circumstances(self);
}

/* --- what came out --- */

static void write_gain(writing *self, const hw_power_gain *gain) {
  hw_json_add_number_short(self->w, "mean_log10_lr", gain->mean);
  hw_json_add_number_short(self->w, "pass", gain->pass);
}

static void write_next(writing *self) {
  hw_json_writer *w = self->w;
  const hw_power_advice *list = NULL;
  const int32_t n = hw_power_advise(self->made->study, &list);
  hw_json_add_int(w, "n_next", n);
  hw_json_add_array(w, "next");
  for (int32_t i = 0; i < n && i < HW_POWER_KEPT_ROWS; i++) {
    hw_json_write_begin_object(w);
    put_family(self, "family", list[i].family);
    hw_json_add_array(w, "persons");
    for (int32_t k = 0; k < list[i].n_persons; k++)
      put_person(self, list[i].family, list[i].persons[k]);
    hw_json_write_end_array(w);
    hw_json_add_number_short(w, "gain_pass", list[i].gain_pass);
    hw_json_add_number_short(w, "gain_log10_lr", list[i].gain_mean);
    hw_json_write_end_object(w);
  }
  hw_json_write_end_array(w);
}

static void write_retype(writing *self) {
  hw_json_writer *w = self->w;
  const hw_power_remains *list = NULL;
  const int32_t n = hw_power_retype(self->made->study, &list);
  hw_json_add_int(w, "n_retype", n);
  hw_json_add_array(w, "retype");
  for (int32_t i = 0; i < n && i < HW_POWER_KEPT_ROWS; i++) {
    hw_json_write_begin_object(w);
    hw_json_write_key(w, "sample");
    put_code(self, HW_KIND_SAMPLE, self->made->stored->remains_sample[list[i].remains], NULL);
    hw_json_add_int(w, "markers_lacking", list[i].n_missing);
    hw_json_add_number_short(w, "gain_log10", list[i].gain_log10);
    hw_json_add_number_short(w, "pass", list[i].pass);
    hw_json_add_number_short(w, "pass_then", list[i].pass_then);
    hw_json_write_end_object(w);
  }
  hw_json_write_end_array(w);
}

static void write_panels(writing *self) {
  hw_json_writer *w = self->w;
  const hw_power_panel_result *list = NULL;
  const int32_t n = hw_power_panels(self->made->study, &list);
  hw_json_add_array(w, "panels");
  for (int32_t i = 0; i < n && i < HW_POWER_KEPT_ROWS; i++) {
    hw_json_write_begin_object(w);
    hw_json_add_text(w, "panel", self->made->options->panels[list[i].panel].name);
    hw_json_add_int(w, "markers", list[i].n_markers);
    hw_json_add_number_short(w, "passes", list[i].passes);
    hw_json_add_number_short(w, "per_cost", list[i].per_cost);
    hw_json_write_end_object(w);
  }
  hw_json_write_end_array(w);
}

/* Whom no sample can help. */
static void write_never(writing *self) {
  hw_json_writer *w = self->w;
  int32_t n = 0;
  hw_json_add_array(w, "hopeless");
  for (int32_t t = 0; t < hw_power_target_count(self->made->study); t++) {
    const hw_power_target *target = hw_power_target_get(self->made->study, t);
    if (target->verdict != HW_POWER_IS_NEVER || n++ >= HW_POWER_KEPT_ROWS) continue;
    hw_json_write_begin_object(w);
    put_family(self, "family", target->who.family);
    put_missing(self, &target->who);
    hw_json_add_text(w, "why", target->reason);
    hw_json_write_end_object(w);
  }
  hw_json_write_end_array(w);
}

static void write_relatives(writing *self, const hw_power_target *target) {
  hw_json_writer *w = self->w;
  hw_json_add_array(w, "relatives");
  for (int32_t i = 0; i < target->n_relatives && i < HW_POWER_KEPT_ROWS; i++) {
    const hw_power_relative *one = &target->relatives[i];
    hw_json_write_begin_object(w);
    hw_json_write_key(w, "person");
    put_person(self, target->who.family, one->person);
    hw_json_add_int(w, "markers", one->n_markers);
    hw_json_add_number_short(w, "mean_log10_lr", one->is_left_out ? (double)NAN : one->gain.mean);
    hw_json_add_number_short(w, "pass", one->is_left_out ? (double)NAN : one->gain.pass);
    hw_json_write_end_object(w);
  }
  hw_json_write_end_array(w);
}

static void write_pairs(writing *self, const hw_power_target *target) {
  hw_json_writer *w = self->w;
  hw_json_add_array(w, "pairs");
  for (int32_t i = 0; i < target->n_pairs && i < HW_POWER_KEPT_ROWS; i++) {
    const hw_power_pair *pair = &target->pairs[i];
    hw_json_write_begin_object(w);
    hw_json_add_array(w, "persons");
    for (int k = 0; k < 2; k++)
      put_person(self, target->who.family, target->relatives[pair->relatives[k]].person);
    hw_json_write_end_array(w);
    write_gain(self, &pair->gain);
    hw_json_write_end_object(w);
  }
  hw_json_write_end_array(w);
}

/* Of one family: everything that was tried. */
static void write_person(writing *self, const hw_power_target *target) {
  hw_json_writer *w = self->w;
  const bool is_known = target->verdict != HW_POWER_LEFT_OUT;
  hw_json_write_begin_object(w);
  put_missing(self, &target->who);
  hw_json_add_text(w, "verdict", hw_power_verdict_name(target->verdict));
  hw_json_add_text(w, "why", target->reason);
  hw_json_add_number_short(w, "mean_log10_lr",
                           is_known ? target->now.mean[HW_POWER_TRUTH] : (double)NAN);
  hw_json_add_number_short(w, "pass", is_known ? target->now.pass : (double)NAN);
  hw_json_add_number_short(w, "exclusion", is_known ? target->exclusion : (double)NAN);
  write_relatives(self, target);
  write_pairs(self, target);
  if (target->has_all) {
    hw_json_add_object(w, "everybody");
    hw_json_add_int(w, "persons", target->n_all);
    write_gain(self, &target->all);
    hw_json_write_end_object(w);
  }
  hw_json_write_end_object(w);
}

static void write_persons(writing *self) {
  if (!self->made->options->is_one_family) return;
  hw_json_add_array(self->w, "persons");
  for (int32_t t = 0; t < hw_power_target_count(self->made->study); t++)
    write_person(self, hw_power_target_get(self->made->study, t));
  hw_json_write_end_array(self->w);
}

static void write_snp_next(writing *self) {
  hw_json_writer *w = self->w;
  const hw_power_snp_advice *list = NULL;
  const int32_t n = hw_power_snp_advise(self->made->snp, &list);
  hw_json_add_array(w, "type_next");
  for (int32_t i = 0; i < n && i < HW_POWER_KEPT_ROWS; i++) {
    hw_json_write_begin_object(w);
    hw_json_add_text(w, "panel", self->made->snp_options->panels[list[i].panel].name);
    put_family(self, "family", list[i].family);
    hw_json_write_key(w, "person");
    put_person(self, list[i].family, list[i].person);
    hw_json_add_bool(w, "has_str", list[i].has_str);
    hw_json_add_number_short(w, "gain_pass", list[i].gain_pass);
    hw_json_add_number_short(w, "gain_error", list[i].gain_error);
    hw_json_add_number_short(w, "gain_log10_lr", list[i].gain_mean);
    hw_json_write_end_object(w);
  }
  hw_json_write_end_array(w);
}

static void write_snp(writing *self) {
  hw_json_writer *w = self->w;
  const hw_power_snp_rank *ranks = NULL;
  if (self->made->snp == NULL) return;
  const int32_t n = hw_power_snp_ranks(self->made->snp, &ranks);
  hw_json_add_object(w, "snp");
  hw_json_add_array(w, "ranking");
  for (int32_t i = 0; i < n; i++) {
    hw_json_write_begin_object(w);
    hw_json_add_text(w, "panel", self->made->snp_options->panels[ranks[i].panel].name);
    hw_json_add_int(w, "computed", ranks[i].n_computed);
    hw_json_add_int(w, "left_out", ranks[i].n_left_out);
    hw_json_add_number_short(w, "str", ranks[i].str);
    hw_json_add_number_short(w, "as_typed", ranks[i].now);
    hw_json_add_number_short(w, "all_with_str", ranks[i].then);
    hw_json_add_number_short(w, "newly_above", ranks[i].newly);
    hw_json_add_number_short(w, "newly_above_error", ranks[i].newly_error);
    hw_json_write_end_object(w);
  }
  hw_json_write_end_array(w);
  write_snp_next(self);
  hw_json_write_end_object(w);
}

static void write_outcome(writing *self) {
  hw_json_writer *w = self->w;
  const hw_power_summary summary = hw_power_summarise(self->made->study);
  hw_json_add_object(w, "outcome");
  hw_json_add_int(w, "enough", summary.n_of[HW_POWER_HAS_ENOUGH]);
  hw_json_add_int(w, "sample", summary.n_of[HW_POWER_SAMPLE]);
  hw_json_add_int(w, "exhausted", summary.n_of[HW_POWER_EXHAUSTED]);
  hw_json_add_int(w, "never", summary.n_of[HW_POWER_IS_NEVER]);
  hw_json_add_int(w, "left_out", summary.n_of[HW_POWER_LEFT_OUT]);
  hw_json_add_number_short(w, "passes", summary.passes);
  hw_json_add_number_short(w, "passes_next", summary.passes_next);
  hw_json_add_int(w, "without_consent", self->made->inputs->n_without_consent);
  hw_json_add_bool(w, "remains_too_many", summary.has_no_remains);
  write_next(self);
  write_retype(self);
  write_panels(self);
  write_never(self);
  write_persons(self);
  write_snp(self);
  hw_json_write_end_object(w);
}

static hw_status write_parameters(hw_app *app, const hw_power_made *made, hw_str *out,
                                  hw_err *err) {
  hw_json_writer w;
  writing self = {.app = app, .made = made, .w = &w, .err = err};
  hw_json_write_init_str(&w, out, 0);
  hw_json_write_begin_object(&w);
  write_asked(&self);
  write_outcome(&self);
  hw_json_write_end_object(&w);
  HW_TRY(self.status);
  return hw_json_write_finish_bare(&w, err);
}

/* --- the records --- */

static hwp_run_power power_of(const hw_power_made *made, const hw_power_target *target) {
  const bool is_known = target->verdict != HW_POWER_LEFT_OUT && made->stored->problem.n_markers > 0;
  return (hwp_run_power){.family = target->who.family,
                         .missing = target->who.missing,
                         .expected = is_known ? target->now.mean[HW_POWER_TRUTH] : (double)NAN,
                         .needed = hw_power_threshold(made->study),
                         .left_out = target->verdict == HW_POWER_LEFT_OUT ? target->reason : NULL,
                         .has_pass = is_known,
                         .pass = is_known ? target->now.pass : 0,
                         .exclusion = is_known ? target->exclusion : 0};
}

hw_status hw_power_store(hw_app *app, const hw_power_made *made, const char *reason,
                         hw_identification_report *report, hw_err *err) {
  const int32_t n = hw_power_target_count(made->study);
  hw_str parameters = HW_STR_INIT;
  hw_arena arena;
  hw_arena_init(&arena, 0);
  memset(report, 0, sizeof *report);
  hwp_run_power *powers = hw_arena_alloc_array(&arena, (size_t)n + 1, sizeof *powers);
  hw_status status = powers != NULL ? HW_OK : HW_NO_MEMORY(err, "the missing persons");
  for (int32_t t = 0; status == HW_OK && t < n; t++)
    powers[t] = power_of(made, hw_power_target_get(made->study, t));
  if (status == HW_OK) status = write_parameters(app, made, &parameters, err);
  if (status == HW_OK) {
    const hwp_run run = {.action = "power",
                         .parameters = hw_str_text(&parameters),
                         .n_missing = n,
                         /* What stands for all families is a study of all. */
                         .n_powers = made->options->is_one_family ? 0 : n,
                         .powers = powers,
                         .without_markers = made->stored->problem.n_markers == 0};
    status = hwp_run_keep(app, made->stored, &run, reason, false, report, err);
  }
  hw_str_clear(&parameters);
  hw_arena_clear(&arena);
  return status;
}
