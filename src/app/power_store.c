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
#include "base/json_write.h"

typedef struct writing {
  hw_app *app;
  const hw_power_made *made;
  hw_json_writer w;
  hw_status status; /* of looking up codes */
  hw_err *err;
} writing;

bool hw_power_is_study(const char *parameters) {
  const char *name = strstr(parameters, "\"power\"");
  return name != NULL && (size_t)(name - parameters) < strcspn(parameters, ",");
}

/* --- members --- */

static void key(writing *self, const char *name) {
  hw_json_write_key(&self->w, name);
}

static void number(writing *self, const char *name, double value) {
  key(self, name);
  if (isnan(value))
    hw_json_write_null(&self->w);
  else
    hw_json_write_double_short(&self->w, value);
}

static void whole(writing *self, const char *name, int64_t value) {
  key(self, name);
  hw_json_write_int(&self->w, value);
}

static void yes_no(writing *self, const char *name, bool value) {
  key(self, name);
  hw_json_write_bool(&self->w, value);
}

static void text(writing *self, const char *name, const char *value) {
  key(self, name);
  hw_json_write_string(&self->w, value);
}

static void begin_list(writing *self, const char *name) {
  key(self, name);
  hw_json_write_begin_array(&self->w);
}

static void begin_item(writing *self) {
  hw_json_write_begin_object(&self->w);
}

static void end_list(writing *self) {
  hw_json_write_end_array(&self->w);
}

static void end_item(writing *self) {
  hw_json_write_end_object(&self->w);
}

/* Code of a record as a value; the case may have been loaded by labels, which can be names. */
static void put_code(writing *self, hw_kind_id kind, int64_t id, const char *otherwise) {
  hw_str code = HW_STR_INIT;
  if (id == 0) {
    hw_json_write_string(&self->w, otherwise);
    return;
  }
  if (self->status == HW_OK)
    self->status = hw_store_code(self->app->store, kind, id, &code, self->err);
  hw_json_write_string(&self->w, hw_str_text(&code));
  hw_str_clear(&code);
}

static void put_family(writing *self, const char *name, int32_t family) {
  key(self, name);
  put_code(self, HW_KIND_FAMILY, self->made->stored->family[family], NULL);
}

/* Who stands in a pedigree without a record goes by the id that the pedigree gives. */
static void put_person(writing *self, int32_t family, int32_t person) {
  const hw_stored_case *stored = self->made->stored;
  put_code(self, HW_KIND_PERSON, stored->family_person[family][person],
           stored->problem.families[family].pedigree.persons[person].id);
}

static void put_missing(writing *self, const hw_target *who) {
  key(self, "person");
  put_code(self, HW_KIND_PERSON, hwp_missing_person(self->made->stored, who->family, who->missing),
           NULL);
}

/* --- what was asked --- */

static void write_typed(writing *self) {
  const hw_case *problem = &self->made->stored->problem;
  const bool *typed = self->made->options->typed;
  key(self, "typed");
  if (typed == NULL) {
    hw_json_write_null(&self->w);
    return;
  }
  hw_json_write_begin_array(&self->w);
  for (int32_t m = 0; m < problem->n_markers; m++)
    if (typed[m]) hw_json_write_string(&self->w, problem->markers[m].name);
  end_list(self);
}

/* One number where all markers have the same. */
static void write_dropout(writing *self) {
  const int32_t n = self->made->stored->problem.n_markers;
  const double *dropout = self->made->options->dropout;
  bool is_one = true;
  for (int32_t m = 1; dropout != NULL && m < n; m++) is_one = is_one && dropout[m] == dropout[0];
  if (is_one) {
    number(self, "dropout", dropout != NULL && n > 0 ? dropout[0] : 0);
    return;
  }
  begin_list(self, "dropout");
  for (int32_t m = 0; m < n; m++) hw_json_write_double_short(&self->w, dropout[m]);
  end_list(self);
}

static void write_snp_asked(writing *self) {
  const hw_power_snp_options *options = self->made->snp_options;
  key(self, "snp");
  if (self->made->snp == NULL) {
    hw_json_write_null(&self->w);
    return;
  }
  const hw_power_snp_panel *way = &options->panels[0];
  begin_item(self);
  whole(self, "draws", options->n_draws);
  whole(self, "max_bits", options->linked.max_bits);
  yes_no(self, "relatives", options->with_relatives);
  number(self, "read_error", way->run.error);
  number(self, "contamination", way->run.model.contamination);
  number(self, "deamination", way->run.model.damage);
  number(self, "deamination_decay", way->run.model.decay);
  number(self, "deamination_inside", way->run.model.damage_inside);
  whole(self, "library", way->run.model.library);
  number(self, "call_error", way->call.allele);
  number(self, "call_dropout", way->call.dropout);
  number(self, "call_missing", way->call_missing);
  begin_list(self, "panels");
  for (int32_t p = 0; p < options->n_panels; p++) {
    const hw_power_snp_panel *one = &options->panels[p];
    begin_item(self);
    text(self, "panel", one->name);
    text(self, "population", one->panel->populations[one->population].name);
    number(self, "coverage", one->run.coverage);
    whole(self, "markers", one->panel->n_markers);
    end_item(self);
  }
  end_list(self);
  end_item(self);
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
  text(self, "circumstances", hw_digest_text(bytes, hexadecimal));
}

static void write_asked(writing *self) {
  const hw_power_options *options = self->made->options;
  text(self, "method", "power");
  number(self, "threshold_log10_lr", hw_power_threshold(self->made->study));
  number(self, "enough", options->enough == 0 ? HW_POWER_ENOUGH : options->enough);
  number(self, "never", options->never == 0 ? HW_POWER_NEVER : options->never);
  if (options->is_one_family)
    put_family(self, "family", options->family);
  else
    text(self, "family", NULL);
  yes_no(self, "pairs", options->with_pairs || options->is_one_family);
  yes_no(self, "remains", options->with_remains);
  write_typed(self);
  write_dropout(self);
  whole(self, "draws", options->n_draws == 0 ? 64 : options->n_draws);
  whole(self, "seed", (int64_t)options->seed);
  number(self, "max_work", options->likelihood.max_work);
  write_snp_asked(self);
  write_circumstances(self);
}

/* --- what came out --- */

static void write_gain(writing *self, const hw_power_gain *gain) {
  number(self, "mean_log10_lr", gain->mean);
  number(self, "pass", gain->pass);
}

static void write_next(writing *self) {
  const hw_power_advice *list = NULL;
  const int32_t n = hw_power_advise(self->made->study, &list);
  whole(self, "n_next", n);
  begin_list(self, "next");
  for (int32_t i = 0; i < n && i < HW_POWER_KEPT_ROWS; i++) {
    begin_item(self);
    put_family(self, "family", list[i].family);
    begin_list(self, "persons");
    for (int32_t k = 0; k < list[i].n_persons; k++)
      put_person(self, list[i].family, list[i].persons[k]);
    end_list(self);
    number(self, "gain_pass", list[i].gain_pass);
    number(self, "gain_log10_lr", list[i].gain_mean);
    end_item(self);
  }
  end_list(self);
}

static void write_retype(writing *self) {
  const hw_power_remains *list = NULL;
  const int32_t n = hw_power_retype(self->made->study, &list);
  whole(self, "n_retype", n);
  begin_list(self, "retype");
  for (int32_t i = 0; i < n && i < HW_POWER_KEPT_ROWS; i++) {
    begin_item(self);
    key(self, "sample");
    put_code(self, HW_KIND_SAMPLE, self->made->stored->remains_sample[list[i].remains], NULL);
    whole(self, "markers_lacking", list[i].n_missing);
    number(self, "gain_log10", list[i].gain_log10);
    number(self, "pass", list[i].pass);
    number(self, "pass_then", list[i].pass_then);
    end_item(self);
  }
  end_list(self);
}

static void write_panels(writing *self) {
  const hw_power_panel_result *list = NULL;
  const int32_t n = hw_power_panels(self->made->study, &list);
  begin_list(self, "panels");
  for (int32_t i = 0; i < n && i < HW_POWER_KEPT_ROWS; i++) {
    begin_item(self);
    text(self, "panel", self->made->options->panels[list[i].panel].name);
    whole(self, "markers", list[i].n_markers);
    number(self, "passes", list[i].passes);
    number(self, "per_cost", list[i].per_cost);
    end_item(self);
  }
  end_list(self);
}

/* Whom no sample can help. */
static void write_never(writing *self) {
  int32_t n = 0;
  begin_list(self, "hopeless");
  for (int32_t t = 0; t < hw_power_target_count(self->made->study); t++) {
    const hw_power_target *target = hw_power_target_get(self->made->study, t);
    if (target->verdict != HW_POWER_IS_NEVER || n++ >= HW_POWER_KEPT_ROWS) continue;
    begin_item(self);
    put_family(self, "family", target->who.family);
    put_missing(self, &target->who);
    text(self, "why", target->reason);
    end_item(self);
  }
  end_list(self);
}

static void write_relatives(writing *self, const hw_power_target *target) {
  begin_list(self, "relatives");
  for (int32_t i = 0; i < target->n_relatives && i < HW_POWER_KEPT_ROWS; i++) {
    const hw_power_relative *one = &target->relatives[i];
    begin_item(self);
    key(self, "person");
    put_person(self, target->who.family, one->person);
    whole(self, "markers", one->n_markers);
    number(self, "mean_log10_lr", one->is_left_out ? (double)NAN : one->gain.mean);
    number(self, "pass", one->is_left_out ? (double)NAN : one->gain.pass);
    end_item(self);
  }
  end_list(self);
}

static void write_pairs(writing *self, const hw_power_target *target) {
  begin_list(self, "pairs");
  for (int32_t i = 0; i < target->n_pairs && i < HW_POWER_KEPT_ROWS; i++) {
    const hw_power_pair *pair = &target->pairs[i];
    begin_item(self);
    begin_list(self, "persons");
    for (int k = 0; k < 2; k++)
      put_person(self, target->who.family, target->relatives[pair->relatives[k]].person);
    end_list(self);
    write_gain(self, &pair->gain);
    end_item(self);
  }
  end_list(self);
}

/* Of one family: everything that was tried. */
static void write_person(writing *self, const hw_power_target *target) {
  const bool is_known = target->verdict != HW_POWER_LEFT_OUT;
  begin_item(self);
  put_missing(self, &target->who);
  text(self, "verdict", hw_power_verdict_name(target->verdict));
  text(self, "why", target->reason);
  number(self, "mean_log10_lr", is_known ? target->now.mean[HW_POWER_TRUTH] : (double)NAN);
  number(self, "pass", is_known ? target->now.pass : (double)NAN);
  number(self, "exclusion", is_known ? target->exclusion : (double)NAN);
  write_relatives(self, target);
  write_pairs(self, target);
  if (target->has_all) {
    key(self, "everybody");
    begin_item(self);
    whole(self, "persons", target->n_all);
    write_gain(self, &target->all);
    end_item(self);
  }
  end_item(self);
}

static void write_persons(writing *self) {
  if (!self->made->options->is_one_family) return;
  begin_list(self, "persons");
  for (int32_t t = 0; t < hw_power_target_count(self->made->study); t++)
    write_person(self, hw_power_target_get(self->made->study, t));
  end_list(self);
}

static void write_snp_next(writing *self) {
  const hw_power_snp_advice *list = NULL;
  const int32_t n = hw_power_snp_advise(self->made->snp, &list);
  begin_list(self, "type_next");
  for (int32_t i = 0; i < n && i < HW_POWER_KEPT_ROWS; i++) {
    begin_item(self);
    text(self, "panel", self->made->snp_options->panels[list[i].panel].name);
    put_family(self, "family", list[i].family);
    key(self, "person");
    put_person(self, list[i].family, list[i].person);
    yes_no(self, "has_str", list[i].has_str);
    number(self, "gain_pass", list[i].gain_pass);
    number(self, "gain_error", list[i].gain_error);
    number(self, "gain_log10_lr", list[i].gain_mean);
    end_item(self);
  }
  end_list(self);
}

static void write_snp(writing *self) {
  const hw_power_snp_rank *ranks = NULL;
  if (self->made->snp == NULL) return;
  const int32_t n = hw_power_snp_ranks(self->made->snp, &ranks);
  key(self, "snp");
  begin_item(self);
  begin_list(self, "ranking");
  for (int32_t i = 0; i < n; i++) {
    begin_item(self);
    text(self, "panel", self->made->snp_options->panels[ranks[i].panel].name);
    whole(self, "computed", ranks[i].n_computed);
    whole(self, "left_out", ranks[i].n_left_out);
    number(self, "str", ranks[i].str);
    number(self, "as_typed", ranks[i].now);
    number(self, "all_with_str", ranks[i].then);
    number(self, "newly_above", ranks[i].newly);
    number(self, "newly_above_error", ranks[i].newly_error);
    end_item(self);
  }
  end_list(self);
  write_snp_next(self);
  end_item(self);
}

static void write_outcome(writing *self) {
  const hw_power_summary summary = hw_power_summarise(self->made->study);
  key(self, "outcome");
  begin_item(self);
  whole(self, "enough", summary.n_of[HW_POWER_HAS_ENOUGH]);
  whole(self, "sample", summary.n_of[HW_POWER_SAMPLE]);
  whole(self, "exhausted", summary.n_of[HW_POWER_EXHAUSTED]);
  whole(self, "never", summary.n_of[HW_POWER_IS_NEVER]);
  whole(self, "left_out", summary.n_of[HW_POWER_LEFT_OUT]);
  number(self, "passes", summary.passes);
  number(self, "passes_next", summary.passes_next);
  whole(self, "without_consent", self->made->inputs->n_without_consent);
  yes_no(self, "remains_too_many", summary.has_no_remains);
  write_next(self);
  write_retype(self);
  write_panels(self);
  write_never(self);
  write_persons(self);
  write_snp(self);
  end_item(self);
}

static hw_status write_parameters(hw_app *app, const hw_power_made *made, hw_str *out,
                                  hw_err *err) {
  writing self = {.app = app, .made = made, .err = err};
  hw_json_write_init_str(&self.w, out, 0);
  begin_item(&self);
  write_asked(&self);
  write_outcome(&self);
  end_item(&self);
  if (self.status != HW_OK) return self.status;
  HW_TRY(hw_json_write_finish(&self.w, err));
  out->bytes[--out->length] = '\0'; /* the writer ends a document with a line feed */
  return HW_OK;
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

static double not_compared(void *context, int32_t remains, int32_t family, int32_t missing) {
  (void)context;
  (void)remains;
  (void)family;
  (void)missing;
  return (double)NAN;
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
                         .log10_lr = not_compared,
                         .without_markers = made->stored->problem.n_markers == 0};
    status = hwp_run_keep(app, made->stored, &run, reason, false, report, err);
  }
  hw_str_clear(&parameters);
  hw_arena_clear(&arena);
  return status;
}
