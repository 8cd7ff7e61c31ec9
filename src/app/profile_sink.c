/* From results as files give them to the records of a profile.
 *
 * The markers of a file are a panel. A wide table has it in its header; in a long
 * one and in laboratories' files it grows with every marker that was not seen
 * before, and the profiles that come after stand under the longer panel: a
 * handful of panels for a file, whatever the order of its rows.
 *
 * Nothing is allocated for a profile once the buffers have their size: a million
 * rows take no more memory than a thousand, but for four bytes each, the line
 * where it stood, so that a code that comes twice can be told with both places. */
#include "app/profile_sink.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "app/consensus.h"
#include "app/profile_records.h"
#include "base/check.h"

/* --- beginning and end --- */

static hw_status take_options(hwp_profile_sink *self, hw_err *err) {
  const hw_import_options *options = self->import->options;
  if (options->single != NULL && strcmp(options->single, "homozygous") == 0)
    self->single = HWP_SINGLE_HOMOZYGOUS;
  else if (options->single != NULL && strcmp(options->single, "partial") == 0)
    self->single = HWP_SINGLE_PARTIAL;
  else if (options->single != NULL)
    return hw_err_set(err, HW_E_USAGE, "--single: \"%.40s\" is neither homozygous nor partial",
                      options->single);
  if (options->samples_are != NULL && strcmp(options->samples_are, "references") == 0)
    self->is_reference = true;
  else if (options->samples_are != NULL && strcmp(options->samples_are, "remains") != 0)
    return hw_err_set(err, HW_E_USAGE, "--samples-are: \"%.40s\" is neither remains nor references",
                      options->samples_are);
  if (options->consensus == NULL) return HW_OK;
  hw_consensus_rule rule;
  return hw_consensus_rule_parse(options->consensus, &rule, err);
}

hw_status hwp_profile_sink_init(hwp_profile_sink *self, hw_import *import, hw_err *err) {
  memset(self, 0, sizeof *self);
  hw_arena_init(&self->arena, 0);
  self->import = import;
  self->sex_marker = -1;
  HW_TRY(take_options(self, err));
  const char *investigation = import->options->investigation;
  return hw_import_investigation(import, investigation != NULL ? investigation : "main", err);
}

void hwp_profile_sink_clear(hwp_profile_sink *self) {
  free(self->markers);
  free(self->calls);
  free(self->lines);
  free(self->subjects);
  for (int i = 0; i < 4; i++) hw_str_clear(&self->codes[i]);
  hw_str_clear(&self->observations);
  hw_str_clear(&self->note);
  hw_arena_clear(&self->arena);
  memset(self, 0, sizeof *self);
}

hw_status hwp_profile_sink_mistake(hwp_profile_sink *self, const char *field, hw_err *mistake,
                                   hw_err *err) {
  if (field != NULL) hw_err_field(mistake, "%s", field);
  if (mistake->line == 0) hw_err_place(mistake, NULL, self->line, 0);
  return hw_import_mistake(self->import, mistake, err);
}

/* --- markers --- */

static hwp_marker_class class_of(const hw_record *marker) {
  const char *type = hw_record_text(marker, HW_FIELD_MARKER_TYPE);
  const char *chromosome = hw_record_text(marker, HW_FIELD_MARKER_CHROMOSOME);
  if (strcmp(type, "sex") == 0) return HWP_MARKER_SEX;
  if (strcmp(type, "str") != 0) return HWP_MARKER_TEXT;
  if (strcmp(chromosome, "X") == 0) return HWP_MARKER_X;
  return strcmp(chromosome, "Y") == 0 ? HWP_MARKER_Y : HWP_MARKER_AUTOSOMAL;
}

static hw_status grow_markers(hwp_profile_sink *self, hw_err *err) {
  if (self->n_markers < self->capacity) return HW_OK;
  const int capacity = self->capacity > 0 ? 2 * self->capacity : 32;
  size_t bytes;
  void *larger = hw_mul_size((size_t)capacity, sizeof *self->markers, &bytes)
                     ? realloc(self->markers, bytes)
                     : NULL;
  if (larger == NULL) return HW_NO_MEMORY(err, "the markers");
  self->markers = larger;
  larger = hw_mul_size((size_t)capacity, sizeof *self->calls, &bytes) ? realloc(self->calls, bytes)
                                                                      : NULL;
  if (larger == NULL) return HW_NO_MEMORY(err, "the markers");
  self->calls = larger;
  self->capacity = capacity;
  return HW_OK;
}

/* Number of a marker by its record, or −1. */
static int find_id(const hwp_profile_sink *self, int64_t id) {
  for (int i = 0; i < self->n_markers; i++)
    if (self->markers[i].id == id) return i;
  return -1;
}

static hw_status add_marker(hwp_profile_sink *self, const char *name, int64_t id, hw_err *err) {
  hw_arena arena;
  hw_record record;
  HW_TRY(grow_markers(self, err));
  hwp_sink_marker *marker = &self->markers[self->n_markers];
  *marker = (hwp_sink_marker){.id = id, .name = hw_arena_strdup(&self->arena, name)};
  if (marker->name == NULL) return HW_NO_MEMORY(err, "the markers");
  hw_arena_init(&arena, 0);
  hw_status status =
      hw_store_get(self->import->app->store, HW_KIND_MARKER, id, &arena, &record, err);
  if (status == HW_OK) {
    marker->type = class_of(&record);
    self->calls[self->n_markers].n = 0;
    if (marker->type == HWP_MARKER_SEX && self->sex_marker < 0) self->sex_marker = self->n_markers;
    self->n_markers++;
    self->panel = 0;
  }
  hw_arena_clear(&arena);
  return status;
}

hw_status hwp_profile_sink_marker(hwp_profile_sink *self, const char *name, int *out, hw_err *err) {
  /* Rows of a long table name the same markers in the same order again and again. */
  for (int i = 0; i < self->n_markers; i++) {
    int at = (self->last_found + 1 + i) % self->n_markers;
    if (strcmp(self->markers[at].name, name) != 0) continue;
    *out = self->last_found = at;
    return HW_OK;
  }
  int64_t id = 0;
  *out = -1;
  HW_TRY(hw_import_marker(self->import, name, &id, err));
  if (id == 0) return HW_OK;
  *out = find_id(self, id);
  if (*out >= 0) return HW_OK;
  HW_TRY(add_marker(self, name, id, err));
  hwp_call *call = &self->calls[self->n_markers - 1];
  call->n = 0;
  call->has_unknown = call->is_set = call->is_off_ladder = call->is_rewritten = false;
  *out = self->last_found = self->n_markers - 1;
  return HW_OK;
}

/* --- a profile --- */

void hwp_profile_sink_begin(hwp_profile_sink *self, uint64_t line) {
  for (int i = 0; i < self->n_markers; i++) {
    hwp_call *call = &self->calls[i];
    call->n = 0;
    call->has_unknown = call->is_set = call->is_off_ladder = call->is_rewritten = false;
  }
  for (int i = 0; i < HWP_PROFILE_TEXTS; i++) self->texts[i] = NULL;
  self->label = self->remark = NULL;
  self->line = line;
}

static void add_to_note(hwp_profile_sink *self, const char *text) {
  if (self->note.length > 0) hw_str_append(&self->note, HWP_NOTE_SIGN);
  hw_str_append(&self->note, text);
}

static void begin_note(hwp_profile_sink *self) {
  hwp_str_reset(&self->note);
  if (self->texts[HWP_PROFILE_NOTE] != NULL) add_to_note(self, self->texts[HWP_PROFILE_NOTE]);
  if (self->remark != NULL) add_to_note(self, self->remark);
  for (int i = 0; i < self->n_markers; i++) {
    if (!self->calls[i].is_off_ladder) continue;
    self->tally.off_ladder++;
    add_to_note(self, "off ladder at ");
    hw_str_append(&self->note, self->markers[i].name);
  }
}

/* The observations' text; a mistake is collected and *is_good is false. */
static hw_status observe(hwp_profile_sink *self, bool is_male, bool *is_good, hw_err *err) {
  const char *dropout = self->texts[HWP_PROFILE_DROPOUT];
  hwp_manner manner = {.is_male = is_male, .has_dropout = dropout != NULL, .single = self->single};
  hwp_str_reset(&self->observations);
  for (int i = 0; i < self->n_markers; i++) {
    const hwp_call *call = &self->calls[i];
    hw_seen_kind kind = HW_SEEN_NOTHING;
    if (i > 0) hw_str_append_bytes(&self->observations, ";", 1);
    if (call->n == 0 && !call->is_set) continue;
    manner.marker = self->markers[i].type;
    hw_err mistake = HW_ERR_INIT;
    hw_status status = hwp_call_finish(call, &manner, &self->observations, &kind, &mistake);
    if (status != HW_OK) {
      *is_good = false;
      if (self->place != NULL) self->place(self, i, &mistake);
      HW_TRY(hwp_profile_sink_mistake(self, self->markers[i].name, &mistake, err));
    }
    self->tally.mixtures += kind == HW_SEEN_MIXTURE;
    self->tally.rewritten += call->is_rewritten;
  }
  return hw_str_status(&self->observations) == HW_OK ? HW_OK : HW_NO_MEMORY(err, "a profile");
}

hw_status hwp_profile_sink_end(hwp_profile_sink *self, hw_err *err) {
  hwp_owner owner;
  bool is_good = true;
  self->import->report->n_rows++;
  if (self->panel == 0) {
    /* Scratch: ids of the panel, once per change of it. */
    int64_t *ids = hw_arena_alloc_array(&self->arena, (size_t)self->n_markers + 1, sizeof *ids);
    if (ids == NULL) return HW_NO_MEMORY(err, "the markers");
    for (int i = 0; i < self->n_markers; i++) ids[i] = self->markers[i].id;
    HW_TRY(hw_import_panel(self->import, self->n_markers, ids, &self->panel, err));
  }
  HW_TRY(hwp_profile_owner(self, &owner, &is_good, err));
  begin_note(self);
  HW_TRY(observe(self, owner.is_male, &is_good, err));
  if (!is_good) return HW_OK;
  return hwp_profile_records_put(self, &owner, err);
}

/* --- the end of the file --- */

static hw_status make_consensus(hwp_profile_sink *self, hw_err *err) {
  hw_import *import = self->import;
  hw_consensus_rule rule;
  int64_t n_new = 0, n_discordant = 0;
  HW_TRY(hw_consensus_rule_parse(import->options->consensus, &rule, err));
  for (size_t i = 0; i < self->n_subjects; i++) {
    hw_consensus_made made;
    hw_err mistake = HW_ERR_INIT;
    const hwp_subject *subject = &self->subjects[i];
    if (hw_consensus_make(import->app, subject->kind, subject->id, &rule, &made, &mistake) !=
        HW_OK) {
      HW_TRY(hw_import_mistake(import, &mistake, err));
      continue;
    }
    import->report->counts[HW_KIND_PROFILE].added += made.is_new;
    import->report->counts[HW_KIND_PROFILE].changed += made.has_replaced;
    import->report->counts[HW_KIND_PROFILE_SOURCE].added += made.is_new ? made.n_replicates : 0;
    n_new += made.is_new;
    n_discordant += made.n_discordant;
  }
  if (n_new > 0)
    hw_import_note(import,
                   "%" PRId64
                   " consensus profiles made by the rule %s; replicates differ at %" PRId64
                   " markers, named in the profiles' notes",
                   n_new, import->options->consensus, n_discordant);
  return HW_OK;
}

hw_status hwp_profile_sink_finish(hwp_profile_sink *self, hw_err *err) {
  const hwp_sink_tally *tally = &self->tally;
  hw_import *import = self->import;
  if (tally->rewritten > 0)
    hw_import_note(import, "%" PRId64 " results with alleles such as 14.0 or 09 are read as 14, 9",
                   tally->rewritten);
  if (tally->mixtures > 0)
    hw_import_note(import,
                   "%" PRId64 " results have more than two alleles: they are kept and not used for "
                   "kinship",
                   tally->mixtures);
  if (tally->off_ladder > 0)
    hw_import_note(import,
                   "%" PRId64 " results have off-ladder alleles, named in the profiles' notes",
                   tally->off_ladder);
  if (tally->sexes_taken > 0)
    hw_import_note(import, "the sex of %" PRId64 " persons or samples is taken from amelogenin",
                   tally->sexes_taken);
  if (tally->sex_conflicts > 0)
    hw_import_note(import, "amelogenin contradicts the stated sex of %" PRId64 " profiles",
                   tally->sex_conflicts);
  const int64_t n_families = import->report->counts[HW_KIND_FAMILY].added;
  if (n_families > 0)
    hw_import_note(import,
                   "%" PRId64 " new families have no pedigree: 'homeward import families' says who "
                   "is whose child, which a relation in words does not",
                   n_families);
  if (import->options->consensus != NULL) return make_consensus(self, err);
  if (tally->replicates > 0)
    hw_import_note(import,
                   "%" PRId64 " replicates are kept, and used once there is a consensus of them: "
                   "say --consensus composite, 2-of-n or strict",
                   tally->replicates);
  return HW_OK;
}
