/* One record with what hangs on it.
 *
 * What a record says and what refers to it follow from the list of kinds, so a
 * kind that is added tomorrow is shown too: every field that is not null, and
 * for every indexed reference to this kind the records that hold it, in columns
 * of those of their fields that say something. What is bulky (observations,
 * JSON) is left to the record's own page. */
#include "app/show.h"

#include <stdio.h>
#include <string.h>

#include "app/access.h"
#include "app/show_int.h"
#include "base/check.h"
#include "base/digest.h"
#include "store/summary.h"

/* --- sections and cells --- */

hw_status hwp_show_section(hwp_show *self, const char *key, const char *title,
                           const char *const *columns, hw_view_section **out, hw_err *err) {
  hw_view *view = self->view;
  /* An empty one makes room for the next. */
  if (view->n_sections > 0 && view->sections[view->n_sections - 1].n_rows == 0) view->n_sections--;
  if (view->n_sections == HW_VIEW_MAX_SECTIONS) return hw_err_set(err, HW_E_BUG, "many sections");
  hw_view_section *section = &view->sections[view->n_sections++];
  *section = (hw_view_section){.key = key, .title = title};
  for (int i = 0; i < HW_VIEW_MAX_COLUMNS && columns[i] != NULL; i++)
    section->columns[section->n_columns++] = columns[i];
  *out = section;
  return HW_OK;
}

hw_status hwp_show_row(hwp_show *self, hw_view_section *section, hw_value **cells, hw_err *err) {
  size_t width = (size_t)section->n_columns;
  if (section->n_rows == section->capacity) {
    int capacity = section->capacity > 0 ? 2 * section->capacity : 8;
    hw_value *larger = hw_arena_alloc_array(self->arena, (size_t)capacity * width, sizeof *larger);
    if (larger == NULL) return HW_NO_MEMORY(err, "what is shown");
    if (section->n_rows > 0)
      memcpy(larger, section->cells, (size_t)section->n_rows * width * sizeof *larger);
    section->cells = larger;
    section->capacity = capacity;
  }
  *cells = section->cells + (size_t)section->n_rows++ * width;
  return HW_OK;
}

hw_status hwp_show_text(hwp_show *self, const char *text, hw_value *out, hw_err *err) {
  *out = hw_value_text(NULL);
  if (text == NULL || text[0] == '\0') return HW_OK;
  const char *copy = hw_arena_strdup(self->arena, text);
  if (copy == NULL) return HW_NO_MEMORY(err, "what is shown");
  *out = hw_value_text(copy);
  return HW_OK;
}

hw_status hwp_show_code(hwp_show *self, hw_kind_id kind, int64_t id, hw_value *out, hw_err *err) {
  *out = hw_value_text(NULL);
  if (id == 0) return HW_OK;
  hw_str text = HW_STR_INIT;
  hw_status status = hw_store_code(self->app->store, kind, id, &text, err);
  if (status == HW_OK) status = hwp_show_text(self, hw_str_text(&text), out, err);
  hw_str_clear(&text);
  return status;
}

/* A text that may be a whole table: its beginning, its length and what tells it from others. A short
 * one is shown as it is. */
static hw_status show_long(hwp_show *self, const hw_value *value, hw_value *out, hw_err *err) {
  enum { MOST_SHOWN = 160, SHOWN = 60 };
  uint8_t digest[HW_DIGEST_SIZE];
  char hex[HW_DIGEST_TEXT_SIZE], text[256];
  if (value->n <= MOST_SHOWN && memchr(value->text, '\n', value->n) == NULL)
    return hwp_show_text(self, value->text, out, err);
  size_t n = 0;
  while (n < value->n && n < SHOWN && value->text[n] != '\n') n++;
  while (n > 0 && n < value->n && ((unsigned char)value->text[n] & 0xC0) == 0x80) n--; /* whole */
  hw_digest_of(value->text, value->n, digest);
  snprintf(text, sizeof text, "%.*s… (%zu bytes, BLAKE2b %.16s…)", (int)n, value->text, value->n,
           hw_digest_text(digest, hex));
  return hwp_show_text(self, text, out, err);
}

hw_status hwp_show_value(hwp_show *self, const hw_record *record, int field, hw_value *out,
                         hw_err *err) {
  const hw_field *f = &record->kind->fields[field];
  *out = hw_value_text(NULL);
  if (hw_record_is_null(record, field)) return HW_OK;
  if (hw_field_is_secret(record->kind, field)) return HW_OK;
  if (hw_field_is_name(record->kind, field) && !self->may_names) {
    self->view->has_hidden_names = true;
    return HW_OK;
  }
  if (f->type == HW_TYPE_REF)
    return hwp_show_code(self, f->target, hw_record_int(record, field), out, err);
  if (f->type == HW_TYPE_ITEM) {
    const hw_kind *kind = hw_kind_find(hw_record_text(record, field - 1));
    if (kind != NULL) return hwp_show_code(self, kind->id, hw_record_int(record, field), out, err);
  }
  if (f->type == HW_TYPE_YES)
    return hwp_show_text(self, hw_record_int(record, field) != 0 ? "yes" : "no", out, err);
  *out = record->values[field];
  if (f->flags & HW_FIELD_LONG) return show_long(self, out, out, err);
  if (out->type == HW_DB_TEXT) return hwp_show_text(self, hw_record_text(record, field), out, err);
  return HW_OK;
}

hw_status hwp_show_get(hwp_show *self, hw_kind_id kind, int64_t id, hw_record *out, hw_err *err) {
  return hw_store_get(self->app->store, kind, id, self->arena, out, err);
}

/* --- records --- */

static hw_status collect(hwp_show *self, hw_scan *scan, int most, hw_record **out, int *n,
                         bool *is_cut, hw_err *err) {
  const hw_record *record = NULL;
  int capacity = 0;
  hw_status status;
  *out = NULL;
  *n = 0;
  *is_cut = false;
  while ((status = hw_scan_next(scan, &record, err)) == HW_OK && record != NULL) {
    bool may = true;
    status = hw_access_may(self->app, record->kind->id, record->id, &may, err);
    if (status != HW_OK) break;
    if (!may) continue;
    if (most > 0 && *n == most) {
      *is_cut = true;
      break;
    }
    if (*n == capacity) {
      capacity = capacity > 0 ? 2 * capacity : 16;
      hw_record *larger = hw_arena_alloc_array(self->arena, (size_t)capacity, sizeof *larger);
      if (larger == NULL) return HW_NO_MEMORY(err, "what is shown");
      if (*n > 0) memcpy(larger, *out, (size_t)*n * sizeof *larger);
      *out = larger;
    }
    status = hw_record_copy(record, self->arena, &(*out)[*n], err);
    if (status != HW_OK) break;
    ++*n;
  }
  return status;
}

hw_status hwp_show_list(hwp_show *self, hw_kind_id kind, int field, int64_t id, int most,
                        hw_record **out, int *n, bool *is_cut, hw_err *err) {
  hw_value value = hw_value_int(id);
  if (field == 0) return hwp_show_list_by_key(self, kind, 1, &value, most, out, n, is_cut, err);
  hw_scan *scan = NULL;
  HW_TRY(hw_store_scan(self->app->store, kind, field, &value, &scan, err));
  hw_status status = collect(self, scan, most, out, n, is_cut, err);
  hw_scan_done(scan);
  return status;
}

hw_status hwp_show_list_by_key(hwp_show *self, hw_kind_id kind, int n_values,
                               const hw_value *values, int most, hw_record **out, int *n,
                               bool *is_cut, hw_err *err) {
  hw_scan *scan = NULL;
  HW_TRY(hw_store_scan_key(self->app->store, kind, n_values, values, &scan, err));
  hw_status status = collect(self, scan, most, out, n, is_cut, err);
  hw_scan_done(scan);
  return status;
}

/* --- the record itself --- */

static hw_status show_fields(hwp_show *self, hw_err *err) {
  hw_view_section *section = &self->view->fields;
  *section = (hw_view_section){
      .key = "fields", .title = "", .n_columns = 2, .columns = {"field", "value"}};
  for (int f = 0; f < self->record.kind->n_fields; f++) {
    hw_value value, *cells = NULL;
    HW_TRY(hwp_show_value(self, &self->record, f, &value, err));
    if (value.type == HW_DB_NULL) continue;
    HW_TRY(hwp_show_row(self, section, &cells, err));
    cells[0] = hw_value_text(self->record.kind->fields[f].name);
    cells[1] = value;
  }
  return HW_OK;
}

/* --- what refers to it --- */

/* Fields that fill a page of their own. */
static bool is_bulky(hw_kind_id kind, int field) {
  switch (kind) {
    case HW_KIND_PROFILE:
      return field == HW_FIELD_PROFILE_OBSERVATIONS;
    case HW_KIND_COMPARISON:
      return field == HW_FIELD_COMPARISON_PER_MARKER || field == HW_FIELD_COMPARISON_INPUTS ||
             field == HW_FIELD_COMPARISON_PARTS;
    case HW_KIND_RUN:
      return field == HW_FIELD_RUN_PARAMETERS || field == HW_FIELD_RUN_INPUTS;
    case HW_KIND_FREQUENCY_MARKER:
      return field == HW_FIELD_FREQUENCY_MARKER_MATRIX_FEMALE ||
             field == HW_FIELD_FREQUENCY_MARKER_MATRIX_MALE;
    case HW_KIND_SNP_PROFILE:
      return field == HW_FIELD_SNP_PROFILE_HOW;
    default:
      return false;
  }
}

/* True if a column of these records says something. */
static bool is_telling(const hw_record *records, int n, int field) {
  if (n == 0 || is_bulky(records[0].kind->id, field)) return false;
  if (hw_field_is_secret(records[0].kind, field)) return false;
  if (records[0].kind->fields[field].flags & HW_FIELD_LONG) return false;
  for (int i = 0; i < n; i++)
    if (!hw_record_is_null(&records[i], field)) return true;
  return false;
}

static bool has_withdrawn(const hw_record *records, int n) {
  for (int i = 0; i < n; i++)
    if (records[i].withdrawn != NULL) return true;
  return false;
}

/* Powers that runs store are of STR; where there is other evidence their heading says so. */
static hw_status title_of(hwp_show *self, const hw_kind *kind, const char **out, hw_err *err) {
  static const hw_kind_id others[] = {HW_KIND_SNP_PROFILE, HW_KIND_HAPLOTYPE};
  *out = kind->plural;
  if (kind->id != HW_KIND_POWER) return HW_OK;
  for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
    hw_tally words[HW_TALLY_MAX];
    int n = 0;
    HW_TRY(hw_store_tally(self->app->store, others[i], words, &n, err));
    for (int w = 0; w < n; w++)
      if (words[w].count > 0)
        *out = "powers by STR alone (SNPs and haplotypes do not count in them)";
  }
  return HW_OK;
}

static hw_status show_records(hwp_show *self, const hw_kind *kind, int skip,
                              const hw_record *records, int n, bool is_cut, hw_err *err) {
  int fields[HW_VIEW_MAX_COLUMNS], n_fields = 0;
  const char *columns[HW_VIEW_MAX_COLUMNS + 1] = {NULL};
  bool show_withdrawn = has_withdrawn(records, n);
  for (int f = 0; f < kind->n_fields && n_fields < HW_VIEW_MAX_COLUMNS - 1; f++) {
    bool is_hidden = hw_field_is_name(kind, f) && !self->may_names;
    if (is_hidden && is_telling(records, n, f)) self->view->has_hidden_names = true;
    if (f == skip || is_hidden || !is_telling(records, n, f)) continue;
    columns[n_fields] = kind->fields[f].name;
    fields[n_fields++] = f;
  }
  if (show_withdrawn) columns[n_fields] = "withdrawn";
  hw_view_section *section = NULL;
  const char *title = NULL;
  HW_TRY(title_of(self, kind, &title, err));
  HW_TRY(hwp_show_section(self, kind->plural, title, columns, &section, err));
  for (int i = 0; i < n && section->n_columns > 0; i++) {
    hw_value *cells = NULL;
    HW_TRY(hwp_show_row(self, section, &cells, err));
    for (int c = 0; c < n_fields; c++)
      HW_TRY(hwp_show_value(self, &records[i], fields[c], &cells[c], err));
    if (show_withdrawn) HW_TRY(hwp_show_text(self, records[i].withdrawn, &cells[n_fields], err));
  }
  section->n_more = is_cut;
  return HW_OK;
}

/* Subjects that a page of its own kind shows better. */
static bool is_shown_already(hw_kind_id shown, hw_kind_id kind) {
  switch (shown) {
    case HW_KIND_FAMILY:
      return kind == HW_KIND_FAMILY_MEMBER || kind == HW_KIND_PEDIGREE;
    case HW_KIND_ACCESSION:
    case HW_KIND_SPECIMEN:
      return kind == HW_KIND_SPECIMEN || kind == HW_KIND_SAMPLE;
    case HW_KIND_SAMPLE:
      return kind == HW_KIND_SAMPLE;
    case HW_KIND_PEDIGREE:
      return kind == HW_KIND_DESCENT;
    default:
      return false;
  }
}

static hw_status show_hanging(hwp_show *self, hw_err *err) {
  hw_kind_id target = self->record.kind->id;
  for (int k = 0; k < HW_KIND_COUNT; k++) {
    const hw_kind *kind = hw_kind_get((hw_kind_id)k);
    for (int f = 0; f < kind->n_fields; f++) {
      const hw_field *field = &kind->fields[f];
      bool is_indexed = f == 0 || field->flags & HW_FIELD_FIND;
      if (field->type != HW_TYPE_REF || field->target != target || !is_indexed ||
          is_shown_already(target, kind->id))
        continue;
      hw_record *records = NULL;
      int n = 0;
      bool is_cut = false;
      HW_TRY(hwp_show_list(self, kind->id, f, self->record.id, self->options->most, &records, &n,
                           &is_cut, err));
      HW_TRY(show_records(self, kind, f, records, n, is_cut, err));
    }
  }
  return HW_OK;
}

/* --- all --- */

static hw_status show_special(hwp_show *self, hw_err *err) {
  switch (self->record.kind->id) {
    case HW_KIND_FAMILY:
    case HW_KIND_PEDIGREE:
      return hwp_show_family(self, err);
    case HW_KIND_PERSON:
      return hwp_show_person(self, err);
    case HW_KIND_ACCESSION:
    case HW_KIND_SPECIMEN:
    case HW_KIND_SAMPLE:
      return hwp_show_items(self, err);
    case HW_KIND_PROFILE:
      return hwp_show_profile(self, err);
    case HW_KIND_HAPLOTYPE:
      return hwp_show_haplotype(self, err);
    case HW_KIND_COMPARISON:
      return hwp_show_comparison(self, err);
    case HW_KIND_IDENTIFICATION:
      return hwp_show_identification(self, err);
    default:
      return HW_OK;
  }
}

static hw_status show_all(hwp_show *self, hw_err *err) {
  hw_view *out = self->view;
  HW_TRY(hwp_show_get(self, out->kind, out->id, &self->record, err));
  hw_value code;
  HW_TRY(hwp_show_code(self, out->kind, out->id, &code, err));
  out->code = code.type == HW_DB_TEXT ? code.text : "";
  out->withdrawn = self->record.withdrawn;
  HW_TRY(show_fields(self, err));
  HW_TRY(show_special(self, err));
  HW_TRY(show_hanging(self, err));
  return self->options->history || out->kind == HW_KIND_IDENTIFICATION ? hwp_show_history(self, err)
                                                                       : HW_OK;
}

hw_status hw_show(hw_app *app, hw_kind_id kind, int64_t id, const hw_show_options *options,
                  hw_arena *arena, hw_view *out, hw_err *err) {
  hwp_show self = {.app = app, .options = options, .arena = arena, .view = out};
  bool is_mine = false;
  memset(out, 0, sizeof *out);
  out->kind = kind;
  out->id = id;
  self.may_names = hw_app_require(app, HW_MAY_NAMES, NULL) == HW_OK;
  HW_TRY(hw_app_begin_read(app, &is_mine, err));
  hw_status status = hw_access_require(app, kind, id, err);
  if (status == HW_OK) status = show_all(&self, err);
  hw_app_end_read(app, is_mine);
  if (status != HW_OK) return status;
  if (out->n_sections > 0 && out->sections[out->n_sections - 1].n_rows == 0) out->n_sections--;
  return HW_OK;
}

hw_status hw_show_find(hw_app *app, const char *code, hw_kind_id *kind, int64_t *id, hw_err *err) {
  hw_str found = HW_STR_INIT;
  hw_status status = HW_OK;
  int n = 0;
  *id = 0;
  for (int k = 0; k < HW_KIND_COUNT && status == HW_OK; k++) {
    int64_t one = 0;
    const hw_kind *what = hw_kind_get((hw_kind_id)k);
    if (hw_kind_code_field(what) < 0) continue;
    bool may = true;
    status = hw_store_find_code(app->store, what->id, code, &one, err);
    if (status == HW_OK && one != 0) status = hw_access_may(app, what->id, one, &may, err);
    if (status != HW_OK || one == 0 || !may) continue;
    hw_str_append_format(&found, "%s%s", n++ > 0 ? ", " : "", what->name);
    *kind = what->id;
    *id = one;
  }
  if (status == HW_OK && n == 0)
    status = hw_err_set(err, HW_E_REFERENCE,
                        "no record has the code '%s': 'homeward find' looks for parts of codes, "
                        "other numbers and names",
                        code);
  else if (status == HW_OK && n > 1)
    status = hw_err_set(err, HW_E_REFERENCE,
                        "several records have the code '%s' (%s): say which kind, 'homeward show "
                        "KIND %s'",
                        code, hw_str_text(&found), code);
  hw_str_clear(&found);
  return status;
}
