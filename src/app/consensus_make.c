/* The consensus of the replicates that stand in the database.
 *
 * Its panel has every marker of any replicate, in the order in which they come.
 * Its code is the sample's with "#consensus", "#consensus-2", … behind, for a
 * consensus that more replicates have overtaken is withdrawn and keeps its code. */
#include <stdio.h>
#include <string.h>

#include "app/consensus.h"
#include "app/panels.h"
#include "base/check.h"

/* The replicates of one sample or person. */
typedef struct replicates {
  hw_app *app;
  hw_kind_id kind;
  int64_t id;
  hw_arena arena;
  int n;
  hw_record records[HW_CONSENSUS_MOST];
  hw_stored_panel panels[HW_CONSENSUS_MOST];
  char **texts[HW_CONSENSUS_MOST]; /**< per marker of the replicate's panel */
  hw_record old;                   /**< the consensus that stands; kind NULL = none */
  int n_markers;
  int64_t *markers; /**< of all panels */
} replicates;

static bool is_ours(const replicates *self, const hw_record *row) {
  if (row->withdrawn != NULL) return false;
  return self->kind == HW_KIND_SAMPLE || hw_record_is_null(row, HW_FIELD_PROFILE_SAMPLE);
}

static hw_status take(replicates *self, const hw_record *row, hw_err *err) {
  const char *use = hw_record_text(row, HW_FIELD_PROFILE_USE);
  if (strcmp(use, "consensus") == 0) return hw_record_copy(row, &self->arena, &self->old, err);
  if (strcmp(use, "replicate") != 0) return HW_OK;
  if (self->n == HW_CONSENSUS_MOST)
    return hw_err_set(err, HW_E_VALUE, "%s: more than %d replicates of one sample",
                      hw_record_text(row, HW_FIELD_PROFILE_CODE), HW_CONSENSUS_MOST);
  return hw_record_copy(row, &self->arena, &self->records[self->n++], err);
}

static hw_status collect(replicates *self, hw_err *err) {
  int field = self->kind == HW_KIND_SAMPLE ? HW_FIELD_PROFILE_SAMPLE : HW_FIELD_PROFILE_PERSON;
  hw_value value = hw_value_int(self->id);
  hw_scan *scan = NULL;
  const hw_record *row = NULL;
  HW_TRY(hw_store_scan(self->app->store, HW_KIND_PROFILE, field, &value, &scan, err));
  hw_status status;
  while ((status = hw_scan_next(scan, &row, err)) == HW_OK && row != NULL) {
    if (!is_ours(self, row)) continue;
    status = take(self, row, err);
    if (status != HW_OK) break;
  }
  hw_scan_done(scan);
  return status;
}

/* Panels of the replicates, their observations cut apart, and all markers of them. */
static hw_status unfold(replicates *self, hw_err *err) {
  size_t most = 0;
  for (int r = 0; r < self->n; r++) {
    char *text = hw_arena_strdup(&self->arena,
                                 hw_record_text(&self->records[r], HW_FIELD_PROFILE_OBSERVATIONS));
    if (text == NULL) return HW_NO_MEMORY(err, "the replicates");
    HW_TRY(hw_stored_panel_read(self->app, hw_record_int(&self->records[r], HW_FIELD_PROFILE_PANEL),
                                &self->arena, &self->panels[r], err));
    HW_TRY(hw_stored_panel_split(&self->panels[r], text, &self->arena, &self->texts[r], err));
    most += (size_t)self->panels[r].n;
  }
  self->markers = hw_arena_alloc_array(&self->arena, most + 1, sizeof *self->markers);
  if (self->markers == NULL) return HW_NO_MEMORY(err, "the replicates");
  for (int r = 0; r < self->n; r++)
    for (int i = 0; i < self->panels[r].n; i++) {
      int at = 0;
      while (at < self->n_markers && self->markers[at] != self->panels[r].markers[i]) at++;
      if (at == self->n_markers) self->markers[self->n_markers++] = self->panels[r].markers[i];
    }
  return HW_OK;
}

/* What the replicates show at one marker. */
static hw_status look(const replicates *self, int64_t marker, hw_seen *seen, int *n, hw_err *err) {
  *n = 0;
  for (int r = 0; r < self->n; r++) {
    int at = 0;
    while (at < self->panels[r].n && self->panels[r].markers[at] != marker) at++;
    const bool is_modelled = !hw_record_is_null(&self->records[r], HW_FIELD_PROFILE_DROPOUT);
    if (at == self->panels[r].n && !is_modelled) continue;
    const char *text = at < self->panels[r].n ? self->texts[r][at] : "";
    bool has_more;
    HW_TRY(hw_observation_next(&text, &seen[(*n)++], &has_more, err));
  }
  return HW_OK;
}

static hw_status observe(replicates *self, const hw_consensus_rule *rule, hw_str *text,
                         hw_str *discordant, int *n_discordant, hw_err *err) {
  hw_seen *seen = hw_arena_alloc_array(&self->arena, HW_CONSENSUS_MOST, sizeof *seen);
  if (seen == NULL) return HW_NO_MEMORY(err, "the replicates");
  *n_discordant = 0;
  for (int m = 0; m < self->n_markers; m++) {
    int n;
    bool is_discordant = false;
    if (m > 0) hw_str_append(text, ";");
    HW_TRY(look(self, self->markers[m], seen, &n, err));
    HW_TRY(hw_consensus_of(rule, n, seen, text, &is_discordant, err));
    if (!is_discordant) continue;
    hw_str_append(discordant, (*n_discordant)++ == 0 ? "replicates differ at " : ", ");
    HW_TRY(hw_store_code(self->app->store, HW_KIND_MARKER, self->markers[m], discordant, err));
  }
  if (hw_str_status(text) == HW_OK && hw_str_status(discordant) == HW_OK) return HW_OK;
  return HW_NO_MEMORY(err, "a consensus");
}

/* A field that all replicates share. */
static void share(const replicates *self, hw_record *out, int field) {
  for (int r = 1; r < self->n; r++)
    if (strcmp(hw_record_text(&self->records[r], field),
               hw_record_text(&self->records[0], field)) != 0)
      return;
  out->values[field] = self->records[0].values[field];
}

/* The model of a union of sets: missed by all, dropped in by any. */
static void model(const replicates *self, hw_record *out) {
  double dropout = 1, drop_in = 0;
  for (int r = 0; r < self->n; r++) {
    if (hw_record_is_null(&self->records[r], HW_FIELD_PROFILE_DROPOUT)) return;
    dropout *= hw_record_real(&self->records[r], HW_FIELD_PROFILE_DROPOUT);
    if (!hw_record_is_null(&self->records[r], HW_FIELD_PROFILE_DROP_IN))
      drop_in += hw_record_real(&self->records[r], HW_FIELD_PROFILE_DROP_IN);
  }
  hw_record_set_real(out, HW_FIELD_PROFILE_DROPOUT, dropout);
  if (drop_in > 0) hw_record_set_real(out, HW_FIELD_PROFILE_DROP_IN, drop_in);
}

static hw_status has_source(hw_app *app, int64_t consensus, int64_t replicate, bool *out,
                            hw_err *err) {
  hw_record key;
  int64_t id = 0;
  hw_record_init(&key, HW_KIND_PROFILE_SOURCE);
  hw_record_set_int(&key, HW_FIELD_PROFILE_SOURCE_CONSENSUS, consensus);
  hw_record_set_int(&key, HW_FIELD_PROFILE_SOURCE_REPLICATE, replicate);
  HW_TRY(hw_store_find(app->store, &key, &id, err));
  *out = id != 0;
  return HW_OK;
}

/* The rule names the number of replicates; so the same rule over the same ones is the same. */
static hw_status is_the_same(const replicates *self, const char *rule, bool *out, hw_err *err) {
  *out = self->old.kind != NULL &&
         strcmp(hw_record_text(&self->old, HW_FIELD_PROFILE_RULE), rule) == 0;
  for (int r = 0; r < self->n && *out; r++)
    HW_TRY(has_source(self->app, self->old.id, self->records[r].id, out, err));
  return HW_OK;
}

static hw_status find_code(const replicates *self, hw_str *code, hw_err *err) {
  hw_str base = HW_STR_INIT;
  int64_t taken = 1;
  hw_status status = hw_store_code(self->app->store, self->kind, self->id, &base, err);
  for (int i = 1; status == HW_OK && taken != 0; i++) {
    hw_str_clear(code);
    hw_str_append_format(code, "%s#consensus", hw_str_text(&base));
    if (i > 1) hw_str_append_format(code, "-%d", i);
    status = hw_str_status(code) == HW_OK ? HW_OK : HW_NO_MEMORY(err, "a consensus");
    if (status == HW_OK)
      status =
          hw_store_find_code(self->app->store, HW_KIND_PROFILE, hw_str_text(code), &taken, err);
  }
  hw_str_clear(&base);
  return status;
}

static hw_status add_sources(const replicates *self, int64_t consensus, hw_err *err) {
  for (int r = 0; r < self->n; r++) {
    hw_record source;
    hw_record_init(&source, HW_KIND_PROFILE_SOURCE);
    hw_record_set_int(&source, HW_FIELD_PROFILE_SOURCE_CONSENSUS, consensus);
    hw_record_set_int(&source, HW_FIELD_PROFILE_SOURCE_REPLICATE, self->records[r].id);
    HW_TRY(hw_store_add(self->app->store, &source, err));
  }
  return HW_OK;
}

/* Writes it. `texts`: code, observations, rule, note. */
static hw_status write(const replicates *self, const hw_str texts[4], hw_consensus_made *out,
                       hw_err *err) {
  hw_record record;
  int64_t panel = 0;
  bool is_new = false;
  HW_TRY(hw_stored_panel_layout(self->app, self->n_markers, self->markers, &panel, &is_new, err));
  hw_record_init(&record, HW_KIND_PROFILE);
  hw_record_set_text(&record, HW_FIELD_PROFILE_CODE, hw_str_text(&texts[0]));
  record.values[HW_FIELD_PROFILE_PERSON] = self->records[0].values[HW_FIELD_PROFILE_PERSON];
  record.values[HW_FIELD_PROFILE_SAMPLE] = self->records[0].values[HW_FIELD_PROFILE_SAMPLE];
  hw_record_set_int(&record, HW_FIELD_PROFILE_PANEL, panel);
  hw_record_set_text(&record, HW_FIELD_PROFILE_OBSERVATIONS, hw_str_text(&texts[1]));
  hw_record_set_text(&record, HW_FIELD_PROFILE_USE, "consensus");
  hw_record_set_text(&record, HW_FIELD_PROFILE_RULE, hw_str_text(&texts[2]));
  if (texts[3].length > 0)
    hw_record_set_text(&record, HW_FIELD_PROFILE_NOTE, hw_str_text(&texts[3]));
  share(self, &record, HW_FIELD_PROFILE_KIT);
  share(self, &record, HW_FIELD_PROFILE_LABORATORY);
  model(self, &record);
  if (self->old.kind != NULL) {
    char reason[HW_CODE_MAX + 64];
    snprintf(reason, sizeof reason, "replaced by the consensus %s", hw_str_text(&texts[0]));
    HW_TRY(hw_store_withdraw(self->app->store, HW_KIND_PROFILE, self->old.id, reason, err));
    out->has_replaced = true;
  }
  HW_TRY(hw_store_add(self->app->store, &record, err));
  out->profile = record.id;
  out->is_new = true;
  return add_sources(self, record.id, err);
}

static hw_status make(replicates *self, const hw_consensus_rule *rule, hw_consensus_made *out,
                      hw_err *err) {
  bool is_same = false;
  hw_str texts[4] = {{0}, {0}, {0}, {0}};
  hw_consensus_rule_format(rule, &texts[2]);
  hw_str_append_format(&texts[2], " of %d", self->n);
  hw_status status = hw_str_status(&texts[2]) == HW_OK ? HW_OK : HW_NO_MEMORY(err, "a consensus");
  if (status == HW_OK) status = is_the_same(self, hw_str_text(&texts[2]), &is_same, err);
  if (is_same) out->profile = self->old.id;
  if (status == HW_OK && !is_same) status = unfold(self, err);
  if (status == HW_OK && !is_same)
    status = observe(self, rule, &texts[1], &texts[3], &out->n_discordant, err);
  if (status == HW_OK && !is_same) status = find_code(self, &texts[0], err);
  if (status == HW_OK && !is_same) status = write(self, texts, out, err);
  for (int i = 0; i < 4; i++) hw_str_clear(&texts[i]);
  return status;
}

hw_status hw_consensus_make(hw_app *app, hw_kind_id kind, int64_t id, const hw_consensus_rule *rule,
                            hw_consensus_made *out, hw_err *err) {
  HW_BUG_IF(kind != HW_KIND_SAMPLE && kind != HW_KIND_PERSON, err);
  *out = (hw_consensus_made){0};
  hw_arena arena;
  hw_arena_init(&arena, 0);
  replicates *self = hw_arena_alloc(&arena, sizeof *self);
  if (self == NULL) return HW_NO_MEMORY(err, "the replicates");
  self->app = app;
  self->kind = kind;
  self->id = id;
  hw_arena_init(&self->arena, 0);
  hw_status status = collect(self, err);
  out->n_replicates = self->n;
  if (status == HW_OK && self->n > 0) status = make(self, rule, out, err);
  hw_arena_clear(&self->arena);
  hw_arena_clear(&arena);
  return status;
}
