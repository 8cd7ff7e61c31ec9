/* Profiles on their way out.
 *
 * What an importer makes of a row (person or sample, family, membership) is put
 * together again here, so that all exporters of profiles say the same. A person
 * in several families is written with the first: the table of memberships
 * (`export family_members`) has all of them. */
#include "app/profile_view.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/json_write.h"

void hwp_export_remark(hw_export *self, const char *format, ...) {
  char *note = self->report->note;
  const size_t size = sizeof self->report->note;
  size_t n = strlen(note);
  va_list args;
  va_start(args, format);
  if (n > 0 && n + 2 < size) {
    memcpy(note + n, "; ", 3);
    n += 2;
  }
  vsnprintf(note + n, size - n, format, args);
  va_end(args);
}

/* --- begin and end --- */

hw_status hwp_profile_views_open(hwp_profile_views *self, hw_export *export, bool counts_only,
                                 hw_err *err) {
  memset(self, 0, sizeof *self);
  hw_arena_init(&self->row, 0);
  hw_arena_init(&self->panels_arena, 0);
  self->export = export;
  self->counts_only = counts_only;
  const hw_export_options *options = export->options;
  if (options->investigation != NULL)
    HW_TRY(hw_app_find(export->app, HW_KIND_INVESTIGATION, options->investigation,
                       &self->investigation, err));
  if (options->only != NULL)
    HW_TRY(hw_app_find(export->app, HW_KIND_FAMILY, options->only, &self->family, err));
  return hw_store_scan(export->app->store, HW_KIND_PROFILE, -1, NULL, &self->scan, err);
}

void hwp_profile_views_close(hwp_profile_views *self) {
  hw_scan_done(self->scan);
  hw_arena_clear(&self->row);
  hw_arena_clear(&self->panels_arena);
  free(self->panels);
  memset(self, 0, sizeof *self);
}

/* --- panels --- */

static hw_status name_markers(hwp_profile_views *self, hwp_panel_names *out, hw_err *err) {
  out->names =
      hw_arena_alloc_array(&self->panels_arena, (size_t)out->panel.n + 1, sizeof *out->names);
  if (out->names == NULL) return HW_NO_MEMORY(err, "a panel");
  for (int i = 0; i < out->panel.n; i++) {
    hw_str name = HW_STR_INIT;
    hw_status status =
        hw_store_code(self->export->app->store, HW_KIND_MARKER, out->panel.markers[i], &name, err);
    if (status == HW_OK) out->names[i] = hw_arena_strdup(&self->panels_arena, hw_str_text(&name));
    hw_str_clear(&name);
    HW_TRY(status);
    if (out->names[i] == NULL) return HW_NO_MEMORY(err, "a panel");
  }
  return HW_OK;
}

static hw_status find_panel(hwp_profile_views *self, int64_t id, const hwp_panel_names **out,
                            hw_err *err) {
  for (int i = self->n_panels - 1; i >= 0; i--)
    if (self->panels[i].panel.id == id) {
      *out = &self->panels[i];
      return HW_OK;
    }
  if (self->n_panels == self->capacity) {
    const int capacity = self->capacity > 0 ? 2 * self->capacity : 8;
    size_t bytes;
    void *larger = hw_mul_size((size_t)capacity, sizeof *self->panels, &bytes)
                       ? realloc(self->panels, bytes)
                       : NULL;
    if (larger == NULL) return HW_NO_MEMORY(err, "the panels");
    self->panels = larger;
    self->capacity = capacity;
  }
  hwp_panel_names *panel = &self->panels[self->n_panels];
  HW_TRY(hw_stored_panel_read(self->export->app, id, &self->panels_arena, &panel->panel, err));
  HW_TRY(name_markers(self, panel, err));
  self->n_panels++;
  *out = panel;
  return HW_OK;
}

/* --- whose it is --- */

static const char *text_of(const hw_record *record, int field) {
  const char *text = hw_record_text(record, field);
  return text[0] != '\0' ? text : NULL;
}

/* The family of a person that the export is about, or the first. */
static hw_status take_family(hwp_profile_views *self, int64_t person, bool is_missing,
                             int64_t *investigation, hw_err *err) {
  hw_store *store = self->export->app->store;
  hw_value value = hw_value_int(person);
  hw_scan *scan = NULL;
  const hw_record *row = NULL;
  hw_record member = {0}, family;
  int n = 0;
  HW_TRY(hw_store_scan(store, HW_KIND_FAMILY_MEMBER, HW_FIELD_FAMILY_MEMBER_PERSON, &value, &scan,
                       err));
  hw_status status;
  while ((status = hw_scan_next(scan, &row, err)) == HW_OK && row != NULL) {
    if (row->withdrawn != NULL) continue;
    const bool is_wanted = hw_record_int(row, HW_FIELD_FAMILY_MEMBER_FAMILY) == self->family;
    if (n++ == 0 || is_wanted) status = hw_record_copy(row, &self->row, &member, err);
    if (status != HW_OK) break;
  }
  hw_scan_done(scan);
  HW_TRY(status);
  if (n == 0) return HW_OK;
  self->n_families += n > 1;
  const int64_t id = hw_record_int(&member, HW_FIELD_FAMILY_MEMBER_FAMILY);
  HW_TRY(hw_store_get(store, HW_KIND_FAMILY, id, &self->row, &family, err));
  if (self->family != 0 && id != self->family) return HW_OK;
  *investigation = hw_record_int(&family, HW_FIELD_FAMILY_INVESTIGATION);
  const char **texts = self->view.texts;
  texts[HWP_PROFILE_FAMILY] = hw_record_text(&family, HW_FIELD_FAMILY_CODE);
  texts[HWP_PROFILE_RELATION] = text_of(&member, HW_FIELD_FAMILY_MEMBER_RELATION);
  const bool is_missed = hw_record_int(&member, HW_FIELD_FAMILY_MEMBER_IS_MISSING) == 1;
  if (is_missed || is_missing) texts[HWP_PROFILE_MISSING] = is_missed ? "yes" : "no";
  return HW_OK;
}

static hw_status take_person(hwp_profile_views *self, int64_t id, int64_t *investigation,
                             hw_err *err) {
  hw_record person;
  const char **texts = self->view.texts;
  HW_TRY(hw_store_get(self->export->app->store, HW_KIND_PERSON, id, &self->row, &person, err));
  self->view.is_reference = true;
  texts[HWP_PROFILE_PERSON] = hw_record_text(&person, HW_FIELD_PERSON_CODE);
  texts[HWP_PROFILE_SEX] = hw_record_text(&person, HW_FIELD_PERSON_SEX);
  texts[HWP_PROFILE_ROLE] = hw_record_text(&person, HW_FIELD_PERSON_ROLE);
  return take_family(self, id, strcmp(texts[HWP_PROFILE_ROLE], "missing") == 0, investigation, err);
}

static hw_status take_sample(hwp_profile_views *self, int64_t id, int64_t *investigation,
                             hw_err *err) {
  hw_record sample;
  const char **texts = self->view.texts;
  HW_TRY(hw_store_get(self->export->app->store, HW_KIND_SAMPLE, id, &self->row, &sample, err));
  texts[HWP_PROFILE_SAMPLE] = hw_record_text(&sample, HW_FIELD_SAMPLE_CODE);
  if (!self->view.is_reference) texts[HWP_PROFILE_SEX] = text_of(&sample, HW_FIELD_SAMPLE_SEX);
  *investigation = hw_record_int(&sample, HW_FIELD_SAMPLE_INVESTIGATION);
  return HW_OK;
}

static hw_status number_text(hwp_profile_views *self, int field, const char **out, hw_err *err) {
  char text[HW_JSON_DOUBLE_SIZE];
  *out = NULL;
  if (hw_record_is_null(&self->record, field)) return HW_OK;
  if (self->record.values[field].type == HW_DB_INT)
    snprintf(text, sizeof text, "%" PRId64, hw_record_int(&self->record, field));
  else
    hw_json_format_double_short(hw_record_real(&self->record, field), text);
  *out = hw_arena_strdup(&self->row, text);
  return *out != NULL ? HW_OK : HW_NO_MEMORY(err, "a profile");
}

static hw_status take_own(hwp_profile_views *self, hw_err *err) {
  static const struct {
    hwp_profile_text text;
    int field;
  } COPIED[] = {{HWP_PROFILE_CODE, HW_FIELD_PROFILE_CODE},
                {HWP_PROFILE_KIT, HW_FIELD_PROFILE_KIT},
                {HWP_PROFILE_LABORATORY, HW_FIELD_PROFILE_LABORATORY},
                {HWP_PROFILE_ANALYST, HW_FIELD_PROFILE_ANALYST},
                {HWP_PROFILE_SECOND_ANALYST, HW_FIELD_PROFILE_SECOND_ANALYST},
                {HWP_PROFILE_TYPED_ON, HW_FIELD_PROFILE_TYPED_ON},
                {HWP_PROFILE_NOTE, HW_FIELD_PROFILE_NOTE}};
  const char **texts = self->view.texts;
  for (size_t i = 0; i < sizeof COPIED / sizeof *COPIED; i++)
    texts[COPIED[i].text] = text_of(&self->record, COPIED[i].field);
  HW_TRY(number_text(self, HW_FIELD_PROFILE_REPLICATE, &texts[HWP_PROFILE_REPLICATE], err));
  HW_TRY(number_text(self, HW_FIELD_PROFILE_DROPOUT, &texts[HWP_PROFILE_DROPOUT], err));
  return number_text(self, HW_FIELD_PROFILE_DROP_IN, &texts[HWP_PROFILE_DROP_IN], err);
}

/* --- profiles --- */

/* True if the profile is one that this export is about, by its use. */
static bool is_wanted_use(hwp_profile_views *self, const hw_record *row) {
  const char *use = hw_record_text(row, HW_FIELD_PROFILE_USE);
  const bool is_consensus = strcmp(use, "consensus") == 0;
  const bool is_replicate = strcmp(use, "replicate") == 0;
  if (row->withdrawn != NULL) {
    self->n_withdrawn++;
    return false;
  }
  self->n_consensus += is_consensus && !self->counts_only;
  self->n_replicates += is_replicate && self->counts_only;
  return self->counts_only ? !is_replicate : !is_consensus;
}

static hw_status make_view(hwp_profile_views *self, bool *is_wanted, hw_err *err) {
  int64_t investigation = 0;
  hwp_profile_view *view = &self->view;
  *view = (hwp_profile_view){.record = &self->record};
  HW_TRY(take_own(self, err));
  const int64_t person = hw_record_int(&self->record, HW_FIELD_PROFILE_PERSON);
  const int64_t sample = hw_record_int(&self->record, HW_FIELD_PROFILE_SAMPLE);
  if (person != 0) HW_TRY(take_person(self, person, &investigation, err));
  if (sample != 0) HW_TRY(take_sample(self, sample, &investigation, err));
  *is_wanted = (self->investigation == 0 || investigation == self->investigation) &&
               (self->family == 0 || view->texts[HWP_PROFILE_FAMILY] != NULL);
  if (!*is_wanted) return HW_OK;
  const hwp_panel_names *panel = NULL;
  HW_TRY(find_panel(self, hw_record_int(&self->record, HW_FIELD_PROFILE_PANEL), &panel, err));
  view->panel = &panel->panel;
  view->marker_names = panel->names;
  char *text =
      hw_arena_strdup(&self->row, hw_record_text(&self->record, HW_FIELD_PROFILE_OBSERVATIONS));
  if (text == NULL) return HW_NO_MEMORY(err, "a profile");
  hw_status status = hw_stored_panel_split(view->panel, text, &self->row, &view->seen, err);
  if (status != HW_OK) hw_err_while(err, "reading the profile %s", view->texts[HWP_PROFILE_CODE]);
  return status;
}

hw_status hwp_profile_views_next(hwp_profile_views *self, const hwp_profile_view **out,
                                 hw_err *err) {
  const hw_record *row = NULL;
  bool is_wanted = false;
  *out = NULL;
  while (!is_wanted) {
    HW_TRY(hw_scan_next(self->scan, &row, err));
    if (row == NULL) return HW_OK;
    if (!is_wanted_use(self, row)) continue;
    hw_arena_reset(&self->row);
    HW_TRY(hw_record_copy(row, &self->row, &self->record, err));
    HW_TRY(make_view(self, &is_wanted, err));
  }
  *out = &self->view;
  return HW_OK;
}
