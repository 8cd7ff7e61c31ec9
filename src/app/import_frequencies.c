/* Allele frequencies: a published table becomes a population, a frequency table,
 * its markers and their alleles.
 *
 * formats/ reads the layouts, genetics/frequency.c applies the minimum and the
 * normalisation that were asked for, and both tell what was done: it is recorded
 * with the table and with every marker, next to the published sum. Nothing is
 * mended silently:
 *
 *   - a table that does not sum to 1, or whose numbers a policy cannot use, is
 *     refused with what was found;
 *   - with --accept-flagged it is loaded, rescaled so that it can be used, and
 *     the record says "flagged" and why, for everybody who uses it later;
 *   - a marker whose published sum is far from 1 (SUM_DOUBT) is not rounding:
 *     rescaling it on request needs --accept-flagged too.
 *
 * A mutation model given with the import holds for all its markers. The
 * investigation takes the table if it has none. */
#include <math.h>
#include <string.h>

#include "app/access.h"
#include "app/import_tables.h"
#include "base/check.h"
#include "formats/frequency_csv.h"

/* A published sum further from 1 than this has lost or doubled alleles; rounding to three digits
 * at thirty alleles stays below. */
#define SUM_DOUBT 0.02

typedef struct tables {
  hw_import *import;
  const hw_frequency_table *table;
  hw_import_options options; /* as they were used */
  hw_arena arena;
  hw_str finding; /* of the whole table */
  bool is_flagged;
  int64_t population, record;
} tables;

/* --- what the checks find --- */

static hw_str *next_finding(tables *self) {
  if (self->finding.length > 0) hw_str_append(&self->finding, "; ");
  return &self->finding;
}

static const char *missing_n(const hw_frequency_table *table) {
  for (int32_t m = 0; m < table->n_markers; m++)
    if (table->markers[m].two_n == 0) return table->markers[m].name;
  return NULL;
}

static void examine(tables *self) {
  const hw_frequency_table *table = self->table;
  for (int32_t m = 0; m < table->n_markers; m++) {
    double sum = table->findings[m].sum_seen;
    if (fabs(sum - 1) <= SUM_DOUBT || table->findings[m].rest_frequency > 0) continue;
    hw_str_append_format(next_finding(self), "%s: the published frequencies sum to %.6g",
                         table->markers[m].name, sum);
    self->is_flagged = true;
  }
  const char *marker = missing_n(table);
  if (marker != NULL)
    hw_str_append_format(next_finding(self), "%s: how many were sampled is not stated", marker);
  if (table->n_rewritten > 0)
    hw_str_append_format(next_finding(self), "%d alleles got their usual spelling (14 for 14.0)",
                         (int)table->n_rewritten);
  if (table->source[0] == '\0') hw_str_append(next_finding(self), "no source is stated");
}

/* Whether the table could be used if its frequencies were rescaled; it is read then. */
static bool read_rescaled(tables *self, hw_frequency_table **out) {
  hw_errors ignored = {0};
  self->options.frequency.normalisation = HW_NORMALISE_RESCALE;
  return hw_frequency_csv_read(self->import->path, self->options.encoding, &self->options.frequency,
                               out, &ignored) == HW_OK;
}

/* Reads the table with the options; if it cannot be used as published, but rescaled, that is what
 * --accept-flagged means. */
static hw_status read_table(tables *self, hw_frequency_table **out, hw_err *err) {
  const hw_import_options *asked = self->import->options;
  hw_errors found = {0};
  hw_errors *all = &self->import->report->errors;
  hw_status status =
      hw_frequency_csv_read(self->import->path, asked->encoding, &asked->frequency, out, &found);
  if (status == HW_OK) return HW_OK;
  if (status == HW_E_VALUE && read_rescaled(self, out)) {
    if (asked->accept_flagged) {
      hw_str_append_format(&self->finding, "refused as published (%s); rescaled to the sum 1",
                           found.kept[0].message);
      self->is_flagged = true;
      return HW_OK;
    }
    hw_err_while(&found.kept[0], "checking the table; --normalise chooses what to do, and "
                                 "--accept-flagged loads it with the finding recorded");
    hw_frequency_table_delete(*out);
    *out = NULL;
  }
  for (int i = 0; i < hw_errors_kept(&found); i++)
    HW_TRY(hw_import_mistake(self->import, &found.kept[i], err));
  all->n += found.n - (uint64_t)hw_errors_kept(&found);
  return hw_errors_status(all, err);
}

/* --- records --- */

/* "asian" of "tables/asian.csv". */
static const char *stem(tables *self) {
  const char *name =
      self->import->options->name != NULL ? self->import->options->name : self->import->path;
  const char *slash = strrchr(name, '/');
  if (slash != NULL) name = slash + 1;
  const char *dot = strrchr(name, '.');
  size_t n = dot != NULL && dot != name ? (size_t)(dot - name) : strlen(name);
  return hw_arena_strndup(&self->arena, name, n);
}

static hw_status put_population(tables *self, hw_err *err) {
  hw_record record;
  if (self->table->population[0] == '\0') return HW_OK;
  hw_record_init(&record, HW_KIND_POPULATION);
  hw_record_set_text(&record, HW_FIELD_POPULATION_CODE, self->table->population);
  HW_TRY(hw_import_put(self->import, &record, 0, err));
  self->population = record.id;
  return HW_OK;
}

/* Persons of the largest sample; 0 = not known. */
static int64_t n_persons(const hw_frequency_table *table) {
  int64_t most = 0;
  for (int32_t m = 0; m < table->n_markers; m++)
    if (table->markers[m].two_n > most) most = table->markers[m].two_n;
  return most / 2;
}

static hw_status put_table(tables *self, hw_err *err) {
  static const char *const minimum[] = {[HW_MINIMUM_NONE] = "none",
                                        [HW_MINIMUM_FIVE_OVER_2N] = "five-over-2n",
                                        [HW_MINIMUM_STATED] = "stated"};
  static const char *const normalisation[] = {[HW_NORMALISE_NONE] = "none",
                                              [HW_NORMALISE_RESCALE] = "rescale",
                                              [HW_NORMALISE_REST] = "rest"};
  const hw_frequency_options *policy = &self->options.frequency;
  const char *code = self->import->options->table;
  if (code == NULL && self->table->population[0] != '\0') code = self->table->population;
  if (code == NULL) code = stem(self);
  if (code == NULL) return HW_NO_MEMORY(err, "a frequency table");
  hw_record record;
  hw_record_init(&record, HW_KIND_FREQUENCY_TABLE);
  hw_record_set_text(&record, HW_FIELD_FREQUENCY_TABLE_CODE, code);
  if (self->population != 0)
    hw_record_set_int(&record, HW_FIELD_FREQUENCY_TABLE_POPULATION, self->population);
  if (self->table->source[0] != '\0')
    hw_record_set_text(&record, HW_FIELD_FREQUENCY_TABLE_SOURCE, self->table->source);
  if (n_persons(self->table) > 0)
    hw_record_set_int(&record, HW_FIELD_FREQUENCY_TABLE_N, n_persons(self->table));
  hw_record_set_text(&record, HW_FIELD_FREQUENCY_TABLE_MINIMUM_POLICY, minimum[policy->minimum]);
  if (policy->minimum == HW_MINIMUM_STATED)
    hw_record_set_real(&record, HW_FIELD_FREQUENCY_TABLE_MINIMUM, policy->minimum_value);
  hw_record_set_text(&record, HW_FIELD_FREQUENCY_TABLE_NORMALISATION,
                     normalisation[policy->normalisation]);
  hw_record_set_text(&record, HW_FIELD_FREQUENCY_TABLE_STATUS,
                     self->is_flagged ? "flagged" : "accepted");
  if (self->finding.length > 0)
    hw_record_set_text(&record, HW_FIELD_FREQUENCY_TABLE_FINDING, hw_str_text(&self->finding));
  HW_TRY(hw_import_put(self->import, &record, 0, err));
  self->record = record.id;
  return HW_OK;
}

/* What was done to one marker, in words; "" = nothing. */
static void describe(const hw_frequency_finding *finding, hw_str *out) {
  if (finding->n_raised > 0)
    hw_str_append_format(out, "%d raised to %.6g; ", (int)finding->n_raised, finding->minimum);
  if (finding->n_added > 0)
    hw_str_append_format(out, "%d added at %.6g; ", (int)finding->n_added, finding->minimum);
  if (finding->rest_frequency > 0)
    hw_str_append_format(out, "rest allele of %.6g; ", finding->rest_frequency);
  if (finding->factor < 1 || finding->factor > 1)
    hw_str_append_format(out, "multiplied by %.9g; ", finding->factor);
  if (out->length >= 2) {
    out->length -= 2;
    out->bytes[out->length] = '\0';
  }
}

static void set_mutation(const hw_import_mutation *mutation, hw_record *record) {
  hw_record_set_text(record, HW_FIELD_FREQUENCY_MARKER_MODEL,
                     mutation->model != NULL ? mutation->model : "none");
  if (mutation->model == NULL || strcmp(mutation->model, "none") == 0) return;
  hw_record_set_text(record, HW_FIELD_FREQUENCY_MARKER_TRANSFORM, mutation->transform);
  hw_record_set_real(record, HW_FIELD_FREQUENCY_MARKER_RATE_FEMALE, mutation->rate[0]);
  hw_record_set_real(record, HW_FIELD_FREQUENCY_MARKER_RATE_MALE, mutation->rate[1]);
  if (mutation->has_rate2) {
    hw_record_set_real(record, HW_FIELD_FREQUENCY_MARKER_RATE2_FEMALE, mutation->rate2[0]);
    hw_record_set_real(record, HW_FIELD_FREQUENCY_MARKER_RATE2_MALE, mutation->rate2[1]);
  }
  if (mutation->has_range) {
    hw_record_set_real(record, HW_FIELD_FREQUENCY_MARKER_RANGE_FEMALE, mutation->range[0]);
    hw_record_set_real(record, HW_FIELD_FREQUENCY_MARKER_RANGE_MALE, mutation->range[1]);
  }
}

static hw_status put_alleles(tables *self, int32_t m, int64_t marker, hw_err *err) {
  const hw_frequency_marker *what = &self->table->markers[m];
  for (int32_t a = 0; a < what->n_alleles; a++) {
    hw_record record;
    hw_record_init(&record, HW_KIND_FREQUENCY);
    hw_record_set_int(&record, HW_FIELD_FREQUENCY_TABLE, self->record);
    hw_record_set_int(&record, HW_FIELD_FREQUENCY_MARKER, marker);
    hw_record_set_text(&record, HW_FIELD_FREQUENCY_ALLELE, what->allele_names[a]);
    hw_record_set_int(&record, HW_FIELD_FREQUENCY_RANK, a + 1);
    hw_record_set_real(&record, HW_FIELD_FREQUENCY_FREQUENCY, what->frequencies[a]);
    HW_TRY(hw_import_put(self->import, &record, 0, err));
  }
  return HW_OK;
}

static hw_status put_marker(tables *self, int32_t m, hw_err *err) {
  const hw_frequency_marker *what = &self->table->markers[m];
  int64_t marker = 0;
  HW_TRY(hw_import_marker(self->import, what->name, &marker, err));
  if (marker == 0) return HW_OK;
  hw_str words = HW_STR_INIT;
  describe(&self->table->findings[m], &words);
  hw_record record;
  hw_record_init(&record, HW_KIND_FREQUENCY_MARKER);
  hw_record_set_int(&record, HW_FIELD_FREQUENCY_MARKER_TABLE, self->record);
  hw_record_set_int(&record, HW_FIELD_FREQUENCY_MARKER_MARKER, marker);
  hw_record_set_int(&record, HW_FIELD_FREQUENCY_MARKER_RANK, m + 1);
  if (what->two_n > 0) hw_record_set_int(&record, HW_FIELD_FREQUENCY_MARKER_TWO_N, what->two_n);
  hw_record_set_real(&record, HW_FIELD_FREQUENCY_MARKER_SUM, self->table->findings[m].sum_seen);
  set_mutation(&self->import->options->mutation, &record);
  if (words.length > 0)
    hw_record_set_text(&record, HW_FIELD_FREQUENCY_MARKER_FINDING, hw_str_text(&words));
  hw_status status = hw_str_status(&words) != HW_OK ? HW_NO_MEMORY(err, "a frequency table")
                                                    : hw_import_put(self->import, &record, 0, err);
  hw_str_clear(&words);
  self->import->report->n_rows += what->n_alleles;
  return status == HW_OK && record.id != 0 ? put_alleles(self, m, marker, err) : status;
}

/* The investigation uses the table, if it has none or that was asked for. */
static hw_status use_table(tables *self, hw_err *err) {
  hw_import *import = self->import;
  hw_store *store = import->app->store;
  hw_record record;
  HW_TRY(hw_store_get(store, HW_KIND_INVESTIGATION, import->investigation_id, &self->arena, &record,
                      err));
  int64_t used = hw_record_int(&record, HW_FIELD_INVESTIGATION_TABLE);
  if (used == self->record) return HW_OK;
  if (used != 0 && !import->options->use_table) {
    hw_import_note(import,
                   "the investigation \"%s\" keeps its frequency table: say --use to change "
                   "it",
                   import->investigation);
    return HW_OK;
  }
  hw_record_set_int(&record, HW_FIELD_INVESTIGATION_TABLE, self->record);
  HW_TRY(hw_access_require(import->app, HW_KIND_INVESTIGATION, record.id, err));
  HW_TRY(hw_store_replace(store, &record, err));
  import->report->counts[HW_KIND_INVESTIGATION].changed++;
  hw_import_note(import, "the investigation \"%s\" uses this table from now on",
                 import->investigation);
  return HW_OK;
}

static hw_status put_all(tables *self, hw_err *err) {
  hw_import *import = self->import;
  HW_BUG_IF(self->table == NULL, err);
  examine(self);
  if (hw_str_status(&self->finding) != HW_OK) return HW_NO_MEMORY(err, "a frequency table");
  if (self->is_flagged && !import->options->accept_flagged) {
    hw_err mistake = HW_ERR_INIT;
    (void)hw_err_set(&mistake, HW_E_VALUE,
                     "%.300s: correct the table, or say --accept-flagged to load it with this "
                     "finding recorded",
                     hw_str_text(&self->finding));
    return hw_import_mistake(import, &mistake, err);
  }
  if (self->finding.length > 0)
    hw_import_note(import, "%s: %.900s", self->is_flagged ? "flagged" : "frequencies",
                   hw_str_text(&self->finding));
  HW_TRY(put_population(self, err));
  HW_TRY(put_table(self, err));
  if (self->record == 0) return HW_OK;
  for (int32_t m = 0; m < self->table->n_markers; m++) HW_TRY(put_marker(self, m, err));
  HW_TRY(hw_errors_status(&import->report->errors, err));
  return use_table(self, err);
}

hw_status hwp_import_frequencies(hw_import *import, hw_err *err) {
  tables self = {.import = import, .options = *import->options, .finding = HW_STR_INIT};
  hw_frequency_table *table = NULL;
  hw_arena_init(&self.arena, 0);
  hw_status status = read_table(&self, &table, err);
  self.table = table;
  if (status == HW_OK) status = put_all(&self, err);
  hw_frequency_table_delete(table);
  hw_str_clear(&self.finding);
  hw_arena_clear(&self.arena);
  return status;
}

static const hwp_table_column columns[] = {
    {"locus", true, "the marker, under any spelling; also called marker"},
    {"allele", true, "the allele"},
    {"freq", true, "its frequency; also called frequency"},
    {"two_n", false, "alleles sampled at this marker (2 per person); also 2n, or n for persons"},
    {"population", false, "which population, where the file has several (--population)"},
    {"source", false, "publication"},
};

/* Read by hwp_import_frequencies; here for templates and the documentation. */
const hwp_table_type hwp_table_frequencies = {
    .kind = HW_KIND_FREQUENCY,
    .name = "frequencies",
    .brief =
        "one row per allele as published; or wide: a column `allele`, a column per marker, and "
        "rows `n` or `2n`",
    .n_columns = sizeof columns / sizeof *columns,
    .columns = columns,
    .example = "D3S1358,15,0.331,194,Example,a publication\n"
               "D3S1358,16,0.669,194,Example,a publication\n",
};
