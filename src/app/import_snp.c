/* SNP profiles from VCF, BCF, BAM and CRAM files.
 *
 * A file names its samples in its own way. Whose they are, a table says
 * (--samples), one row a sample:
 *
 *     name,sample,person,family,relation,sex,…      name = as the file has it
 *
 * with the columns of a table of profiles (docs/profiles.md); without one, every
 * sample of the file is remains of that name, or with --samples-are references a
 * person. The table is read first, since the sex matters on X.
 *
 * What was found is one snp_profile for each sample: bytes of likelihoods, and how
 * they came about (`how`, JSON), so that a number can be traced to the field of
 * the file or the model of its reads. */
#include "app/import_snp.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "app/import_case.h"
#include "app/kind_table.h"
#include "base/check.h"

hw_status hwp_import_refuse(hw_import *self, const char *option, const char *text,
                            const char *expected, hw_err *err) {
  hw_err mistake = HW_ERR_INIT;
  (void)hw_err_set(&mistake, HW_E_USAGE, "--%s: '%.40s' is not %s", option, text, expected);
  HW_TRY(hw_import_mistake(self, &mistake, err));
  return hw_errors_status(&self->report->errors, err);
}

/* --- the table of samples --- */

/* Column of the name in the file. */
#define NAME_COLUMN HWP_PROFILE_TEXTS

typedef struct samples_reader {
  hw_import *import;
  hwp_snp_samples *out;
  const char *path;
  hw_csv csv;
  int32_t column[HWP_PROFILE_TEXTS + 1]; /* −1 = there is none */
  int32_t capacity;
} samples_reader;

static hw_status mistake_at(samples_reader *self, int32_t field, hw_err *err, hw_status status,
                            const char *what, const char *message) {
  hw_err mistake = HW_ERR_INIT;
  uint64_t line = self->csv.row_line, column = 0;
  (void)hw_err_set(&mistake, status, "%s", message);
  hw_err_field(&mistake, "%s", what);
  if (field >= 0) hw_csv_place(&self->csv, field, &line, &column);
  hw_err_place(&mistake, self->path, line, column);
  return hw_import_mistake(self->import, &mistake, err);
}

static hw_status read_header(samples_reader *self, hw_err *err) {
  for (int i = 0; i <= NAME_COLUMN; i++) self->column[i] = -1;
  for (int32_t c = 0; c < self->csv.n_fields; c++) {
    const char *name = self->csv.fields[c];
    const bool is_name = hw_column_name_equal(name, "name");
    const int text = is_name ? (int)NAME_COLUMN : hwp_profile_text_find(name);
    if (text < 0)
      HW_TRY(mistake_at(self, c, err, HW_E_UNKNOWN_KEY, name,
                        "a table of a file's samples has no such column: expected name, profile, "
                        "person, sample, family, relation, missing, sex, role, laboratory, "
                        "typed_on, replicate, note"));
    else if (self->column[text] >= 0)
      HW_TRY(mistake_at(self, c, err, HW_E_DUPLICATE, name, "another column says the same"));
    else
      self->column[text] = c;
  }
  if (self->column[NAME_COLUMN] < 0)
    HW_TRY(mistake_at(self, -1, err, HW_E_SYNTAX, "name",
                      "the column is missing: what the file calls its samples"));
  return hw_errors_status(&self->import->report->errors, err);
}

static const char *cell(samples_reader *self, int text) {
  const int32_t c = self->column[text];
  return c >= 0 && c < self->csv.n_fields && self->csv.fields[c][0] != '\0' ? self->csv.fields[c]
                                                                            : NULL;
}

static hw_status take_row(samples_reader *self, hw_err *err) {
  hwp_snp_samples *out = self->out;
  const char *name = cell(self, NAME_COLUMN);
  if (name == NULL)
    return mistake_at(self, self->column[NAME_COLUMN], err, HW_E_VALUE, "name", "is missing");
  for (int32_t i = 0; i < out->n; i++)
    if (strcmp(out->items[i].name, name) == 0)
      return mistake_at(self, self->column[NAME_COLUMN], err, HW_E_DUPLICATE, "name",
                        "this sample has a row already");
  if (out->n == self->capacity) {
    const int32_t capacity = self->capacity > 0 ? 2 * self->capacity : 16;
    hwp_snp_sample *larger = hw_arena_alloc_array(&out->arena, (size_t)capacity, sizeof *larger);
    if (larger == NULL) return HW_NO_MEMORY(err, "the samples");
    if (out->n > 0) memcpy(larger, out->items, (size_t)out->n * sizeof *larger);
    out->items = larger;
    self->capacity = capacity;
  }
  hwp_snp_sample *item = &out->items[out->n++];
  *item = (hwp_snp_sample){.name = hw_arena_strdup(&out->arena, name), .line = self->csv.row_line};
  bool is_whole = item->name != NULL;
  for (int t = 0; t < HWP_PROFILE_TEXTS; t++) {
    const char *text = cell(self, t);
    if (text != NULL) item->texts[t] = hw_arena_strdup(&out->arena, text);
    is_whole = is_whole && (text == NULL || item->texts[t] != NULL);
  }
  return is_whole ? HW_OK : HW_NO_MEMORY(err, "the samples");
}

static bool is_comment(const hw_csv *csv) {
  return strncmp(csv->fields[0], "# ", 2) == 0;
}

static hw_status read_rows(samples_reader *self, hw_err *err) {
  bool has_row = true, has_header = false;
  hw_err why = HW_ERR_INIT;
  hw_status status = hw_csv_open_as(&self->csv, self->path, 0, HW_TEXT_DETECT, &why);
  while (status == HW_OK && (status = hw_csv_next(&self->csv, &has_row, &why)) == HW_OK &&
         has_row) {
    if (is_comment(&self->csv)) continue;
    HW_TRY(has_header ? take_row(self, err) : read_header(self, err));
    has_header = true;
  }
  HW_TRY(hwp_import_settle(self->import, status, &why, err));
  if (status == HW_OK && self->out->n == 0)
    HW_TRY(mistake_at(self, -1, err, HW_E_SHAPE, "name", "the table names no sample"));
  return hw_errors_status(&self->import->report->errors, err);
}

hw_status hwp_snp_samples_read(hw_import *import, hwp_snp_samples *out, hw_err *err) {
  *out = (hwp_snp_samples){0};
  hw_arena_init(&out->arena, 0);
  if (import->options->samples == NULL) return HW_OK;
  samples_reader self = {.import = import, .out = out, .path = import->options->samples};
  const hw_status status = read_rows(&self, err);
  hw_csv_clear(&self.csv);
  return status;
}

const hwp_snp_sample *hwp_snp_samples_find(const hwp_snp_samples *self, const char *name) {
  for (int32_t i = 0; i < self->n; i++)
    if (strcmp(self->items[i].name, name) == 0) return &self->items[i];
  return NULL;
}

void hwp_snp_samples_clear(hwp_snp_samples *self) {
  hw_arena_clear(&self->arena);
  *self = (hwp_snp_samples){0};
}

/* --- the panel --- */

hw_status hwp_snp_import_begin(hwp_snp_import *self, hw_import *import, hw_err *err) {
  *self = (hwp_snp_import){.import = import};
  const char *code = import->options->snp_panel;
  hw_store *store = import->app->store;
  hw_err mistake = HW_ERR_INIT;
  HW_TRY(hwp_profile_sink_init(&self->sink, import, err));
  HW_TRY(hw_genetic_new(store, &self->genetic, err));
  if (code != NULL) {
    HW_TRY(hw_store_find_code(store, HW_KIND_SNP_PANEL, code, &self->panel_record, err));
    if (self->panel_record == 0)
      (void)hw_err_set(&mistake, HW_E_REFERENCE,
                       "--panel: there is no SNP panel \"%.80s\": import it first (homeward import "
                       "panel FILE)",
                       code);
  } else {
    hw_record investigation;
    hw_arena arena;
    hw_arena_init(&arena, 0);
    const hw_status status = hw_store_get(store, HW_KIND_INVESTIGATION, import->investigation_id,
                                          &arena, &investigation, err);
    if (status == HW_OK)
      self->panel_record = hw_record_int(&investigation, HW_FIELD_INVESTIGATION_SNP_PANEL);
    hw_arena_clear(&arena);
    HW_TRY(status);
    if (self->panel_record == 0)
      (void)hw_err_set(&mistake, HW_E_REFERENCE,
                       "which panel the profiles are of is not said: --panel CODE, or a panel that "
                       "the investigation uses");
  }
  if (mistake.status != HW_OK) {
    HW_TRY(hw_import_mistake(import, &mistake, err));
    return hw_errors_status(&import->report->errors, err);
  }
  hw_status status =
      hw_store_code(store, HW_KIND_SNP_PANEL, self->panel_record, &self->panel_code, err);
  return status == HW_OK ? hw_genetic_panel(self->genetic, self->panel_record, &self->panel, err)
                         : status;
}

void hwp_snp_import_end(hwp_snp_import *self) {
  hwp_profile_sink_clear(&self->sink);
  hw_genetic_delete(self->genetic);
  hw_str_clear(&self->panel_code);
  self->genetic = NULL;
}

/* --- one sample --- */

hw_status hwp_snp_import_sample(hwp_snp_import *self, const hwp_snp_sample *sample,
                                const char *name, hwp_owner *owner, bool *is_good, hw_err *err) {
  hwp_profile_sink *sink = &self->sink;
  hwp_profile_sink_begin(sink, sample != NULL ? sample->line : 0);
  for (int t = 0; sample != NULL && t < HWP_PROFILE_TEXTS; t++) sink->texts[t] = sample->texts[t];
  if (sink->texts[HWP_PROFILE_CODE] == NULL && sink->texts[HWP_PROFILE_SAMPLE] == NULL &&
      sink->texts[HWP_PROFILE_PERSON] == NULL)
    sink->texts[sink->is_reference ? HWP_PROFILE_PERSON : HWP_PROFILE_SAMPLE] = name;
  *is_good = true;
  return hwp_profile_owner(sink, owner, is_good, err);
}

static void tell_sex(hwp_snp_import *self, hwp_owner *owner, const char *seen) {
  const char *stated = owner->stated_sex;
  owner->seen_sex = seen;
  if (seen == NULL || stated == NULL || strcmp(stated, "unknown") == 0 || strcmp(stated, seen) == 0)
    return;
  hw_import_note(self->import,
                 "%s is stated to be %s, the reads show a %s: were samples exchanged?",
                 hw_str_text(&self->sink.codes[HWP_CODE_PROFILE]), stated, seen);
}

static hw_status fill(hwp_snp_import *self, const hwp_owner *owner, const hwp_snp_found *found,
                      const char *text, hw_record *record, hw_err *mistake) {
  hwp_profile_sink *sink = &self->sink;
  const char *code = hw_str_text(&sink->codes[HWP_CODE_PROFILE]);
  hw_record_init(record, HW_KIND_SNP_PROFILE);
  hw_record_set_text(record, HW_FIELD_SNP_PROFILE_CODE, code);
  if (owner->person != 0) hw_record_set_int(record, HW_FIELD_SNP_PROFILE_PERSON, owner->person);
  if (owner->sample != 0) hw_record_set_int(record, HW_FIELD_SNP_PROFILE_SAMPLE, owner->sample);
  hw_record_set_int(record, HW_FIELD_SNP_PROFILE_PANEL, self->panel_record);
  hw_record_set_text(record, HW_FIELD_SNP_PROFILE_LIKELIHOODS, text);
  hw_record_set_int(record, HW_FIELD_SNP_PROFILE_KNOWN,
                    hw_snp_count_known(self->panel, found->bytes));
  if (found->coverage >= 0)
    hw_record_set_real(record, HW_FIELD_SNP_PROFILE_COVERAGE, found->coverage);
  hw_record_set_text(record, HW_FIELD_SNP_PROFILE_HOW, found->how);
  hw_record_set_text(record, HW_FIELD_SNP_PROFILE_LABEL, found->name);
  static const struct {
    hwp_profile_text text;
    int field;
  } copied[] = {{HWP_PROFILE_REPLICATE, HW_FIELD_SNP_PROFILE_REPLICATE},
                {HWP_PROFILE_LABORATORY, HW_FIELD_SNP_PROFILE_LABORATORY},
                {HWP_PROFILE_TYPED_ON, HW_FIELD_SNP_PROFILE_TYPED_ON},
                {HWP_PROFILE_NOTE, HW_FIELD_SNP_PROFILE_NOTE}};
  hw_record_set_text(record, HW_FIELD_SNP_PROFILE_USE,
                     sink->texts[HWP_PROFILE_REPLICATE] != NULL ? "replicate" : "single");
  for (size_t i = 0; i < sizeof copied / sizeof *copied; i++)
    if (sink->texts[copied[i].text] != NULL)
      HW_TRY(hw_record_parse(record, copied[i].field, sink->texts[copied[i].text], mistake));
  return HW_OK;
}

hw_status hwp_snp_import_put(hwp_snp_import *self, hwp_owner *owner, const hwp_snp_found *found,
                             hw_err *err) {
  hwp_profile_sink *sink = &self->sink;
  hw_str *code = &sink->codes[HWP_CODE_PROFILE];
  bool is_put = false;
  /* The same bone may be typed with several panels. */
  if (sink->texts[HWP_PROFILE_CODE] == NULL)
    hw_str_append_format(code, "#%s", hw_str_text(&self->panel_code));
  if (hw_str_status(code) != HW_OK) return HW_NO_MEMORY(err, "a profile");
  tell_sex(self, owner, found->seen_sex);
  HW_TRY(hwp_profile_owner_put(sink, owner, &is_put, err));
  if (!is_put) return HW_OK;
  char *text = hw_snp_format(self->panel, found->bytes);
  if (text == NULL) return HW_NO_MEMORY(err, "a profile");
  hw_record record;
  hw_err mistake = HW_ERR_INIT;
  hw_status status = fill(self, owner, found, text, &record, &mistake);
  status = status == HW_OK ? hw_import_put(self->import, &record, sink->line, err)
                           : hwp_profile_sink_mistake(sink, NULL, &mistake, err);
  free(text);
  return status;
}
