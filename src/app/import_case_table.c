/* The frequency table of a case: markers, table, alleles, panel.
 *
 * One table comes with many files, and a case file carries it whole. Its code is
 * its name and the digest of its content (markers, alleles, frequencies, models),
 * so that the same table is stored once, and another one under the same name is
 * another record. A code that the user chose is that code, and a content that
 * differs from the stored one is a conflict. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/import_case.h"
#include "base/check.h"
#include "base/json_write.h"

static const char *const model_words[] = {"none",    "equal", "proportional", "stepwise",
                                          "onestep", "dawid", "custom"};
static const char *const transform_words[] = {NULL, "MH", "BA", "PR", "PM"};

/* --- markers --- */

static void chromosome_word(int chromosome, char word[8]) {
  if (chromosome == HW_CHROMOSOME_AUTOSOMAL)
    snprintf(word, 8, "A");
  else if (chromosome == HW_CHROMOSOME_X)
    snprintf(word, 8, "X");
  else
    snprintf(word, 8, "%d", chromosome);
}

static bool denies_position(const hw_record *stored, const hw_marker *marker) {
  if (isnan(marker->position_cm) || hw_record_is_null(stored, HW_FIELD_MARKER_POSITION_CM))
    return false;
  double stored_cm = hw_record_real(stored, HW_FIELD_MARKER_POSITION_CM);
  return stored_cm < marker->position_cm || stored_cm > marker->position_cm;
}

/* True if the stored marker says nothing that the file denies. */
static bool agrees(const hw_record *stored, const hw_marker *marker) {
  const char *chromosome = hw_record_text(stored, HW_FIELD_MARKER_CHROMOSOME);
  const char *type = hw_record_text(stored, HW_FIELD_MARKER_TYPE);
  char own[8];
  chromosome_word(marker->chromosome, own);
  if (strcmp(type, "sex") == 0 || strcmp(type, "mt") == 0) return false;
  if (chromosome[0] == '\0') return !hw_marker_is_x(marker) && !denies_position(stored, marker);
  if (marker->chromosome == HW_CHROMOSOME_AUTOSOMAL) {
    if (strcmp(chromosome, "X") == 0 || strcmp(chromosome, "Y") == 0 ||
        strcmp(chromosome, "MT") == 0)
      return false;
  } else if (strcmp(chromosome, own) != 0) {
    return false;
  }
  if (isnan(marker->position_cm)) return true;
  return !hw_record_is_null(stored, HW_FIELD_MARKER_POSITION_CM) &&
         !denies_position(stored, marker);
}

/* A marker of which nobody said where it lies takes what the file says. */
static hw_status complete(hw_case_import *self, hw_record *stored, const hw_marker *marker,
                          const char *chromosome, hw_err *err) {
  bool has_place = marker->chromosome != HW_CHROMOSOME_AUTOSOMAL || !isnan(marker->position_cm);
  if (!hw_record_is_null(stored, HW_FIELD_MARKER_CHROMOSOME) || !has_place) return HW_OK;
  hw_record_set_text(stored, HW_FIELD_MARKER_CHROMOSOME, chromosome);
  if (!isnan(marker->position_cm))
    hw_record_set_real(stored, HW_FIELD_MARKER_POSITION_CM, marker->position_cm);
  HW_TRY(hw_store_replace(self->import->app->store, stored, err));
  self->import->report->counts[HW_KIND_MARKER].changed++;
  return HW_OK;
}

static void describe(hw_record *record, const hw_case_table *table, int32_t m, const char *code,
                     const char *chromosome) {
  const hw_marker *marker = &table->markers[m];
  hw_record_init(record, HW_KIND_MARKER);
  hw_record_set_text(record, HW_FIELD_MARKER_CODE, code);
  hw_record_set_text(record, HW_FIELD_MARKER_CHROMOSOME, chromosome);
  hw_record_set_text(record, HW_FIELD_MARKER_TYPE, "str");
  if (!isnan(marker->position_cm))
    hw_record_set_real(record, HW_FIELD_MARKER_POSITION_CM, marker->position_cm);
  if (table->position_bp != NULL && table->position_bp[m] > 0)
    hw_record_set_int(record, HW_FIELD_MARKER_POSITION_BP, table->position_bp[m]);
}

/* A record of the investigation's own, for a marker that the database describes otherwise. */
static hw_status put_own(hw_case_import *self, const hw_case_table *table, int32_t m,
                         const char *chromosome, hw_err *err) {
  hw_str code = HW_STR_INIT;
  hw_record record;
  hw_str_append_format(&code, "%s/%s", self->import->investigation, table->markers[m].name);
  describe(&record, table, m, hw_str_text(&code), chromosome);
  hw_status status = hw_str_status(&code) == HW_OK ? hw_import_put(self->import, &record, 0, err)
                                                   : HW_NO_MEMORY(err, "a marker");
  self->marker[m] = record.id;
  hw_str_clear(&code);
  return status;
}

static hw_status put_new(hw_case_import *self, const hw_case_table *table, int32_t m,
                         const char *chromosome, hw_err *err) {
  const char *name = table->markers[m].name;
  hw_record record;
  describe(&record, table, m, name, chromosome);
  HW_TRY(hw_import_put(self->import, &record, 0, err));
  self->marker[m] = record.id;
  return record.id != 0 ? hw_import_know_marker(self->import, name, record.id, err) : HW_OK;
}

static bool is_taken(const hw_case_import *self, int32_t n, int64_t id) {
  for (int32_t i = 0; i < n; i++)
    if (self->marker[i] == id) return true;
  return false;
}

static hw_status find_marker(hw_case_import *self, const hw_case_table *table, int32_t m,
                             hw_err *err) {
  const hw_marker *marker = &table->markers[m];
  char chromosome[8];
  int64_t id = 0;
  chromosome_word(marker->chromosome, chromosome);
  HW_TRY(hw_import_find_marker(self->import, marker->name, &id, err));
  if (id == 0) return put_new(self, table, m, chromosome, err);
  hw_record stored;
  HW_TRY(hw_store_get(self->import->app->store, HW_KIND_MARKER, id, &self->arena, &stored, err));
  /* Two markers of one file may be spellings of one: then the second is the file's own. */
  if (!agrees(&stored, marker) || is_taken(self, m, id))
    return put_own(self, table, m, chromosome, err);
  self->marker[m] = id;
  HW_TRY(complete(self, &stored, marker, chromosome, err));
  return hw_import_marker(self->import, marker->name, &id, err); /* keeps the spelling */
}

/* --- what names a table --- */

static void add_real(hw_digest *self, double value) {
  int64_t bits;
  memcpy(&bits, &value, sizeof bits);
  hw_digest_add_int(self, bits);
}

static void add_marker(hw_digest *self, const hw_marker *marker) {
  const hw_mutation *mutation = &marker->mutation;
  hw_digest_add_int(self, marker->n_alleles);
  for (int32_t a = 0; a < marker->n_alleles; a++) {
    hw_digest_add_text(self, marker->allele_names[a]);
    add_real(self, marker->frequencies[a]);
  }
  hw_digest_add_int(self, marker->silent);
  hw_digest_add_int(self, mutation->model);
  hw_digest_add_int(self, mutation->transform);
  size_t n = (size_t)marker->n_alleles * (size_t)marker->n_alleles;
  for (int from = 0; from < 2; from++) {
    add_real(self, mutation->rate[from]);
    add_real(self, mutation->rate2[from]);
    add_real(self, mutation->range[from]);
    for (size_t i = 0; mutation->model == HW_MUTATION_CUSTOM && i < n; i++)
      add_real(self, mutation->custom[from][i]);
  }
}

/* "NAME-0123456789ab", or the code that was asked for. */
static hw_status make_code(hw_case_import *self, const hw_case_table *table, hw_str *out,
                           hw_err *err) {
  const char *wanted = self->import->options->table;
  if (wanted != NULL) {
    hw_str_append(out, wanted);
    return hw_str_status(out) == HW_OK ? HW_OK : HW_NO_MEMORY(err, "a code");
  }
  hw_digest digest;
  hw_digest_begin(&digest);
  hw_status status = HW_OK;
  for (int32_t m = 0; status == HW_OK && m < table->n_markers; m++) {
    hw_str name = HW_STR_INIT;
    status = hw_store_code(self->import->app->store, HW_KIND_MARKER, self->marker[m], &name, err);
    hw_digest_add_text(&digest, hw_str_text(&name));
    hw_str_clear(&name);
    add_marker(&digest, &table->markers[m]);
  }
  uint8_t bytes[HW_DIGEST_SIZE];
  char text[HW_DIGEST_TEXT_SIZE];
  hw_digest_end(&digest, bytes);
  bool has_name = table->name != NULL && table->name[0] != '\0' && strlen(table->name) <= 200;
  hw_str_append_format(out, "%s-%.12s", has_name ? table->name : "table",
                       hw_digest_text(bytes, text));
  if (status == HW_OK && hw_str_status(out) != HW_OK) status = HW_NO_MEMORY(err, "a code");
  return status;
}

/* --- the table --- */

static void matrix_text(const double *matrix, int32_t n, hw_str *out, hw_status *status) {
  hw_json_writer w;
  hw_json_write_init_str(&w, out, 0);
  hw_json_write_begin_array(&w);
  for (int32_t i = 0; i < n; i++) {
    hw_json_write_begin_array(&w);
    for (int32_t j = 0; j < n; j++)
      hw_json_write_double_short(&w, matrix[(size_t)i * (size_t)n + (size_t)j]);
    hw_json_write_end_array(&w);
  }
  hw_json_write_end_array(&w);
  if (*status == HW_OK) *status = hw_json_write_finish(&w, NULL);
}

/* Parameters that the model uses. */
static void set_mutation(const hw_mutation *mutation, hw_record *record) {
  hw_record_set_text(record, HW_FIELD_FREQUENCY_MARKER_MODEL, model_words[mutation->model]);
  hw_record_set_text(record, HW_FIELD_FREQUENCY_MARKER_TRANSFORM,
                     transform_words[mutation->transform]);
  if (mutation->model == HW_MUTATION_NONE || mutation->model == HW_MUTATION_CUSTOM) return;
  hw_record_set_real(record, HW_FIELD_FREQUENCY_MARKER_RATE_FEMALE, mutation->rate[0]);
  hw_record_set_real(record, HW_FIELD_FREQUENCY_MARKER_RATE_MALE, mutation->rate[1]);
  if (mutation->model == HW_MUTATION_STEPWISE) {
    hw_record_set_real(record, HW_FIELD_FREQUENCY_MARKER_RATE2_FEMALE, mutation->rate2[0]);
    hw_record_set_real(record, HW_FIELD_FREQUENCY_MARKER_RATE2_MALE, mutation->rate2[1]);
  }
  if (mutation->model == HW_MUTATION_STEPWISE || mutation->model == HW_MUTATION_DAWID) {
    hw_record_set_real(record, HW_FIELD_FREQUENCY_MARKER_RANGE_FEMALE, mutation->range[0]);
    hw_record_set_real(record, HW_FIELD_FREQUENCY_MARKER_RANGE_MALE, mutation->range[1]);
  }
}

static hw_status put_frequencies(hw_case_import *self, int32_t m, hw_err *err) {
  const hw_marker *marker = &self->markers[m];
  for (int32_t a = 0; a < marker->n_alleles; a++) {
    hw_record record;
    hw_record_init(&record, HW_KIND_FREQUENCY);
    hw_record_set_int(&record, HW_FIELD_FREQUENCY_TABLE, self->table);
    hw_record_set_int(&record, HW_FIELD_FREQUENCY_MARKER, self->marker[m]);
    hw_record_set_text(&record, HW_FIELD_FREQUENCY_ALLELE, marker->allele_names[a]);
    hw_record_set_int(&record, HW_FIELD_FREQUENCY_RANK, a + 1);
    hw_record_set_real(&record, HW_FIELD_FREQUENCY_FREQUENCY, marker->frequencies[a]);
    HW_TRY(hw_import_put(self->import, &record, 0, err));
  }
  return HW_OK;
}

static hw_status put_table_marker(hw_case_import *self, const hw_case_table *table, int32_t m,
                                  hw_err *err) {
  const hw_marker *marker = &self->markers[m];
  hw_str matrix[2] = {HW_STR_INIT, HW_STR_INIT};
  hw_status status = HW_OK;
  hw_record record;
  double sum = 0;
  for (int32_t a = 0; a < marker->n_alleles; a++) sum += marker->frequencies[a];
  hw_record_init(&record, HW_KIND_FREQUENCY_MARKER);
  hw_record_set_int(&record, HW_FIELD_FREQUENCY_MARKER_TABLE, self->table);
  hw_record_set_int(&record, HW_FIELD_FREQUENCY_MARKER_MARKER, self->marker[m]);
  hw_record_set_int(&record, HW_FIELD_FREQUENCY_MARKER_RANK, m + 1);
  hw_record_set_real(&record, HW_FIELD_FREQUENCY_MARKER_SUM, sum);
  if (marker->silent != HW_ALLELE_NONE)
    hw_record_set_text(&record, HW_FIELD_FREQUENCY_MARKER_SILENT,
                       marker->allele_names[marker->silent]);
  set_mutation(&marker->mutation, &record);
  if (marker->mutation.model == HW_MUTATION_CUSTOM) {
    for (int from = 0; from < 2; from++)
      matrix_text(marker->mutation.custom[from], marker->n_alleles, &matrix[from], &status);
    hw_record_set_text(&record, HW_FIELD_FREQUENCY_MARKER_MATRIX_FEMALE, hw_str_text(&matrix[0]));
    hw_record_set_text(&record, HW_FIELD_FREQUENCY_MARKER_MATRIX_MALE, hw_str_text(&matrix[1]));
  }
  if (table->findings != NULL)
    hw_record_set_text(&record, HW_FIELD_FREQUENCY_MARKER_FINDING, table->findings[m]);
  status = status == HW_OK ? hw_import_put(self->import, &record, 0, err)
                           : HW_NO_MEMORY(err, "a mutation matrix");
  hw_str_clear(&matrix[0]);
  hw_str_clear(&matrix[1]);
  return status == HW_OK && record.id != 0 ? put_frequencies(self, m, err) : status;
}

static hw_status put_table(hw_case_import *self, const hw_case_table *table, const char *code,
                           hw_err *err) {
  hw_record record;
  hw_record_init(&record, HW_KIND_FREQUENCY_TABLE);
  hw_record_set_text(&record, HW_FIELD_FREQUENCY_TABLE_CODE, code);
  HW_TRY(hw_store_find(self->import->app->store, &record, &self->table, err));
  /* The digest in the code says that the content is the same. */
  if (self->table != 0 && self->import->options->table == NULL) return HW_OK;
  hw_record_set_text(&record, HW_FIELD_FREQUENCY_TABLE_SOURCE, table->source);
  hw_record_set_text(&record, HW_FIELD_FREQUENCY_TABLE_MINIMUM_POLICY, "none");
  hw_record_set_text(&record, HW_FIELD_FREQUENCY_TABLE_NORMALISATION, "none");
  hw_record_set_text(&record, HW_FIELD_FREQUENCY_TABLE_STATUS,
                     table->finding != NULL ? "flagged" : "accepted");
  hw_record_set_text(&record, HW_FIELD_FREQUENCY_TABLE_FINDING, table->finding);
  HW_TRY(hw_import_put(self->import, &record, 0, err));
  self->table = record.id;
  for (int32_t m = 0; m < table->n_markers && self->table != 0; m++)
    HW_TRY(put_table_marker(self, table, m, err));
  return HW_OK;
}

hw_status hw_case_import_table(hw_case_import *self, const hw_case_table *table, hw_err *err) {
  self->n_markers = table->n_markers;
  self->markers = table->markers;
  self->marker = hw_arena_alloc_array(&self->keep, (size_t)table->n_markers, sizeof *self->marker);
  if (self->marker == NULL) return HW_NO_MEMORY(err, "the markers");
  bool is_complete = true;
  for (int32_t m = 0; m < table->n_markers; m++) {
    hw_arena_reset(&self->arena);
    HW_TRY(find_marker(self, table, m, err));
    is_complete = is_complete && self->marker[m] != 0;
  }
  if (!is_complete || table->n_markers == 0) return HW_OK;
  HW_TRY(hw_import_panel(self->import, table->n_markers, self->marker, &self->panel, err));
  if (!table->has_frequencies) return HW_OK;
  hw_str code = HW_STR_INIT;
  hw_status status = make_code(self, table, &code, err);
  if (status == HW_OK) status = put_table(self, table, hw_str_text(&code), err);
  hw_str_clear(&code);
  return status;
}
