/* Profiles from laboratories' files: GeneMapper and GeneMarker text, CODIS CMF.
 *
 * Such a file has samples and no persons. A category says what a sample is (CMF
 * requires one); without one, samples are remains, or all of them references
 * where the person who imports says so. Names are not interpreted: that R-17-MOM
 * is somebody's mother is the laboratory's own knowledge.
 *
 * One allele at an autosomal marker is a homozygote, for that is how both formats
 * write one, unless the file says that the profile is partial, or an off-ladder
 * allele was left out beside it. A sample that comes twice is typed twice: the
 * typings are replicates, numbered in the order of the file. Ladders and controls
 * are no evidence of a case and are left out, by name. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "app/import_profiles.h"
#include "app/kind_table.h"
#include "app/profile_records.h"
#include "app/specimen_category.h"
#include "base/check.h"
#include "formats/cmf.h"
#include "formats/csv.h"
#include "formats/genemapper.h"
#include "genetics/name_index.h"

typedef struct reader {
  hw_import *import;
  hw_typing_list list;
  hwp_profile_sink sink;
  const hw_typed_sample *sample; /* in hand */
  hwp_single asked;              /* --single */
  hw_arena scratch;              /* of one sample */
  int32_t *numbers;              /* of each sample among those of its name, from 1; 0 = alone */
  int64_t n_controls, n_flagged;
} reader;

static bool is_said(const char *text) {
  return text != NULL && text[0] != '\0';
}

/* --- replicates --- */

static hw_status number_samples(reader *self, hw_err *err) {
  const int32_t n = self->list.n_samples;
  hw_name_index index = {0};
  const char **names = calloc((size_t)n + 1, sizeof *names);
  int32_t *counts = calloc((size_t)n + 1, sizeof *counts);
  self->numbers = calloc((size_t)n + 1, sizeof *self->numbers);
  hw_status status = names != NULL && counts != NULL && self->numbers != NULL
                         ? HW_OK
                         : HW_NO_MEMORY(err, "the samples");
  for (int32_t i = 0; status == HW_OK && i < n; i++) names[i] = self->list.samples[i].name;
  if (status == HW_OK) status = hw_name_index_init(&index, n, names, err);
  for (int32_t i = 0; status == HW_OK && i < n; i++)
    self->numbers[i] = ++counts[hw_name_index_find(&index, names[i])];
  for (int32_t i = 0; status == HW_OK && i < n; i++)
    if (counts[hw_name_index_find(&index, names[i])] == 1) self->numbers[i] = 0;
  hw_name_index_clear(&index);
  free(names);
  free(counts);
  return status;
}

/* --- what is said of a sample --- */

static void append_remark(hw_str *out, const char *what, const char *text) {
  if (!is_said(text)) return;
  if (out->length > 0) hw_str_append(out, HWP_NOTE_SIGN);
  hw_str_append(out, what);
  hw_str_append(out, text);
}

static void append_markers(const reader *self, hw_str *out, const char *what,
                           bool (*is_meant)(const hw_typing *)) {
  bool is_first = true;
  for (int32_t i = 0; i < self->sample->n_typings; i++) {
    const hw_typing *typing = &self->sample->typings[i];
    if (!is_meant(typing)) continue;
    if (is_first && out->length > 0) hw_str_append(out, HWP_NOTE_SIGN);
    hw_str_append(out, is_first ? what : ", ");
    hw_str_append(out, typing->marker);
    is_first = false;
  }
}

static bool is_flagged(const hw_typing *typing) {
  return typing->is_flagged;
}

/* One allele that is required is half a result, which the observation tells. */
static bool is_required(const hw_typing *typing) {
  return typing->required != 0 && typing->n_alleles > 1;
}

/* "replicate 2" is the name of a run that our own exporter writes. */
static bool is_replicate_run(const char *run) {
  static const char WORD[] = "replicate ";
  if (!is_said(run) || strncmp(run, WORD, sizeof WORD - 1) != 0) return false;
  const char *number = run + sizeof WORD - 1;
  return *number >= '1' && *number <= '9' && strspn(number, "0123456789") == strlen(number) &&
         strlen(number) < 7;
}

static hw_status keep(reader *self, hw_str *text, const char **out, hw_err *err) {
  hw_status status = hw_str_status(text);
  *out = NULL;
  if (status == HW_OK && text->length > 0) {
    *out = hw_arena_strdup(&self->scratch, hw_str_text(text));
    if (*out == NULL) status = HW_E_NO_MEMORY;
  }
  hw_str_clear(text);
  return status == HW_OK ? HW_OK : HW_NO_MEMORY(err, "a sample");
}

/* Where it stood and what the file says besides. */
static hw_status remark(reader *self, const hw_specimen_category *category, const char **out,
                        hw_err *err) {
  const hw_typed_sample *sample = self->sample;
  hw_str text = HW_STR_INIT;
  const bool is_told =
      category != NULL && category == hw_specimen_category_of(category->role, category->relation);
  if (!is_told) append_remark(&text, "category ", sample->category);
  if (category == NULL || !category->is_in_family) append_remark(&text, "case ", sample->case_id);
  append_remark(&text, "file ", sample->source_file);
  if (!is_replicate_run(sample->run)) append_remark(&text, "run ", sample->run);
  append_remark(&text, "batch ", is_said(sample->batch) ? sample->batch : self->list.batch);
  if (is_said(sample->source_known) && strcmp(sample->source_known, "No") != 0)
    append_remark(&text, "source identified: ", sample->source_known);
  append_markers(self, &text, "flagged at ", is_flagged);
  append_markers(self, &text, "required in searches: ", is_required);
  if (sample->is_partial) append_remark(&text, "", "partial profile");
  return keep(self, &text, out, err);
}

/* A value that markers may have of their own: all that occur, parted by commas. */
static hw_status gather(reader *self, const char *common, const char *(*of)(const hw_typing *),
                        const char **out, hw_err *err) {
  hw_str text = HW_STR_INIT;
  *out = is_said(common) ? common : NULL;
  for (int32_t i = 0; i < self->sample->n_typings; i++) {
    const char *own = of(&self->sample->typings[i]);
    if (!is_said(own)) continue;
    bool is_new = *out == NULL || strcmp(own, *out) != 0;
    for (int32_t k = 0; k < i && is_new; k++) {
      const char *before = of(&self->sample->typings[k]);
      is_new = before == NULL || strcmp(before, own) != 0;
    }
    if (!is_new) continue;
    if (text.length == 0 && *out != NULL) hw_str_append(&text, *out);
    if (text.length > 0) hw_str_append(&text, ", ");
    hw_str_append(&text, own);
  }
  return text.length == 0 ? HW_OK : keep(self, &text, out, err);
}

static const char *kit_of(const hw_typing *typing) {
  return typing->kit;
}

static const char *analyst_of(const hw_typing *typing) {
  return typing->analyst;
}

static hw_status take_date(reader *self, hw_err *err) {
  const char *at = self->sample->typed_at;
  for (int32_t i = 0; !is_said(at) && i < self->sample->n_typings; i++)
    at = self->sample->typings[i].typed_at;
  if (!is_said(at)) return HW_OK;
  self->sink.texts[HWP_PROFILE_TYPED_ON] = hw_arena_strndup(&self->scratch, at, strcspn(at, "T "));
  return self->sink.texts[HWP_PROFILE_TYPED_ON] != NULL ? HW_OK : HW_NO_MEMORY(err, "a sample");
}

/* Whose it is. */
static hw_status take_owner(reader *self, const hw_specimen_category *category, int32_t number,
                            hw_err *err) {
  const char **texts = self->sink.texts;
  const hw_typed_sample *sample = self->sample;
  const bool is_reference = category != NULL ? category->role != NULL : self->sink.is_reference;
  const bool is_numbered = is_replicate_run(sample->run);
  if (is_numbered) number = 1; /* its own number follows */
  if (number == 0) texts[HWP_PROFILE_CODE] = sample->name;
  if (category != NULL && category->role == NULL) texts[HWP_PROFILE_ROLE] = "remains";
  if (is_reference)
    texts[HWP_PROFILE_PERSON] = sample->name;
  else if (number > 0)
    texts[HWP_PROFILE_SAMPLE] = sample->name;
  if (category != NULL && category->role != NULL) {
    texts[HWP_PROFILE_ROLE] = category->role;
    texts[HWP_PROFILE_SEX] = category->sex;
    if (category->is_in_family && is_said(sample->case_id)) {
      texts[HWP_PROFILE_FAMILY] = sample->case_id;
      texts[HWP_PROFILE_RELATION] = category->relation;
    }
  }
  if (number == 0) return HW_OK;
  hw_str text = HW_STR_INIT;
  if (is_numbered)
    hw_str_append(&text, strchr(sample->run, ' ') + 1);
  else
    hw_str_append_format(&text, "%" PRId32, number);
  return keep(self, &text, &texts[HWP_PROFILE_REPLICATE], err);
}

static hw_status take_texts(reader *self, int32_t number, hw_err *err) {
  const hw_typed_sample *sample = self->sample;
  const char **texts = self->sink.texts;
  const hw_specimen_category *category =
      is_said(sample->category) ? hw_specimen_category_find(sample->category) : NULL;
  HW_TRY(take_owner(self, category, number, err));
  texts[HWP_PROFILE_LABORATORY] = self->list.laboratory;
  texts[HWP_PROFILE_NOTE] = sample->comment;
  HW_TRY(gather(self, sample->kit, kit_of, &texts[HWP_PROFILE_KIT], err));
  HW_TRY(gather(self, sample->analyst, analyst_of, &texts[HWP_PROFILE_ANALYST], err));
  HW_TRY(take_date(self, err));
  return remark(self, category, &self->sink.remark, err);
}

/* --- what was seen --- */

/* The sink asks where a marker stands. */
static void place_typing(const hwp_profile_sink *sink, int marker, hw_err *err) {
  const reader *self = sink->place_context;
  for (int32_t i = 0; i < self->sample->n_typings; i++)
    if (strcmp(self->sample->typings[i].marker, sink->markers[marker].name) == 0)
      hw_err_place(err, NULL, self->sample->typings[i].line, 0);
}

static hw_status take_typing(reader *self, const hw_typing *typing, hw_err *err) {
  int marker = -1;
  HW_TRY(hwp_profile_sink_marker(&self->sink, typing->marker, &marker, err));
  if (marker < 0) return HW_OK;
  hwp_call *call = &self->sink.calls[marker];
  for (int32_t i = 0; i < typing->n_alleles; i++) {
    hw_err mistake = HW_ERR_INIT;
    char *text = hw_arena_strdup(&self->scratch, typing->alleles[i]);
    if (text == NULL) return HW_NO_MEMORY(err, "a sample");
    if (hwp_call_allele(text, self->sink.markers[marker].type, call, &mistake) == HW_OK) continue;
    hw_err_place(&mistake, NULL, typing->line, 0);
    HW_TRY(hwp_profile_sink_mistake(&self->sink, typing->marker, &mistake, err));
  }
  if (typing->is_off_ladder) call->is_off_ladder = true;
  if (typing->required != 0 && typing->n_alleles == 1 && self->asked == HWP_SINGLE_ASK)
    call->has_unknown = true;
  self->n_flagged += typing->is_flagged;
  return HW_OK;
}

static hw_status take_sample(reader *self, int32_t number, hw_err *err) {
  const hw_typed_sample *sample = self->sample;
  hw_arena_reset(&self->scratch);
  if (hw_specimen_is_control(sample->category, sample->name)) {
    self->n_controls++;
    hw_import_note(self->import, "line %" PRIu64 ": \"%s\" is a ladder or a control: left out",
                   sample->line, sample->name);
    return HW_OK;
  }
  hwp_profile_sink_begin(&self->sink, sample->line);
  HW_TRY(take_texts(self, number, err));
  for (int32_t i = 0; i < sample->n_typings; i++)
    HW_TRY(take_typing(self, &sample->typings[i], err));
  self->sink.single = self->asked != HWP_SINGLE_ASK ? self->asked
                      : sample->is_partial          ? HWP_SINGLE_PARTIAL
                                                    : HWP_SINGLE_HOMOZYGOUS;
  return hwp_profile_sink_end(&self->sink, err);
}

/* --- the file --- */

static hw_status take_list(reader *self, hw_err *err) {
  hw_import *import = self->import;
  for (int32_t i = 0; i < self->list.n_notes; i++) {
    const hw_typing_note *note = &self->list.notes[i];
    if (note->line > 0)
      hw_import_note(import, "line %" PRIu64 ": %s", note->line, note->text);
    else
      hw_import_note(import, "%s", note->text);
  }
  HW_TRY(number_samples(self, err));
  for (int32_t i = 0; i < self->list.n_samples; i++) {
    self->sample = &self->list.samples[i];
    HW_TRY(take_sample(self, self->numbers[i], err));
    hw_import_progress(import, (uint64_t)i + 1, (uint64_t)self->list.n_samples);
  }
  if (import->report->errors.n > 0) return HW_OK;
  if (self->n_flagged > 0)
    hw_import_note(import, "%" PRId64 " results carry a quality flag, named in the profiles' notes",
                   self->n_flagged);
  return hwp_profile_sink_finish(&self->sink, err);
}

typedef hw_status read_fn(const char *path, hw_typing_list *out, hw_errors *errors);

static hw_status import_list(hw_import *import, read_fn *read, hw_err *err) {
  reader self = {.import = import};
  hw_errors *errors = &import->report->errors;
  hw_arena_init(&self.scratch, 0);
  hw_status status = hwp_profile_sink_init(&self.sink, import, err);
  self.asked = self.sink.single;
  self.sink.place = place_typing;
  self.sink.place_context = &self;
  if (status == HW_OK && read(import->path, &self.list, errors) == HW_OK)
    status = take_list(&self, err);
  hw_typing_list_clear(&self.list);
  hwp_profile_sink_clear(&self.sink);
  hw_arena_clear(&self.scratch);
  free(self.numbers);
  /* What the reader found stands in the report, which refuses the file. */
  return status;
}

static hw_status run_genemapper(hw_import *import, hw_err *err) {
  return import_list(import, hw_genemapper_read, err);
}

/* Names that a CODIS laboratory would not send are taken and told: what comes here is to be read,
 * not to be uploaded. */
static hw_status read_cmf(const char *path, hw_typing_list *out, hw_errors *errors) {
  const hw_cmf_read_options options = {.accept_unlisted = true};
  return hw_cmf_read(path, &options, out, errors);
}

static hw_status run_cmf(hw_import *import, hw_err *err) {
  return import_list(import, read_cmf, err);
}

/* A long table of profiles looks much like GeneMapper's text, but for columns that a laboratory's
 * program knows nothing of. */
static bool is_genemapper(const char *bytes, size_t n) {
  static const char *const OURS[] = {"profile", "person",  "family",    "relation",
                                     "sex",     "missing", "replicate", "dropout"};
  if (!hw_genemapper_is(bytes, n)) return false;
  hw_csv csv;
  bool has_row = false, is_ours = false;
  hw_csv_init(&csv, bytes, n, 0);
  while (hw_csv_next(&csv, &has_row, NULL) == HW_OK && has_row)
    if (strncmp(csv.fields[0], "# ", 2) != 0) break;
  for (int32_t i = 0; has_row && i < csv.n_fields; i++)
    for (size_t k = 0; k < sizeof OURS / sizeof *OURS; k++)
      is_ours = is_ours || hw_column_name_equal(csv.fields[i], OURS[k]);
  hw_csv_clear(&csv);
  return !is_ours;
}

static const hw_kind_id kinds[] = {HW_KIND_PROFILE, HW_KIND_SAMPLE, HW_KIND_PERSON, HW_KIND_MARKER,
                                   HW_KIND_NONE};

const hw_importer hw_importer_genemapper = {
    .format = "genemapper",
    .brief = "GeneMapper or GeneMarker text: tables of called alleles",
    .is_mine = is_genemapper,
    .run = run_genemapper,
    .kinds = kinds,
};

const hw_importer hw_importer_cmf = {
    .format = "cmf",
    .brief = "CODIS Common Message Format, 3.2, 3.3 and Rapid",
    .is_mine = hw_cmf_is,
    .run = run_cmf,
    .kinds = kinds,
};
