/* mtDNA and Y-STR haplotypes from tables, of samples or of a population.
 *
 * One row is one haplotype. Whose it is, is said as in a table of profiles
 * (docs/profiles.md): profile, person, sample, family, relation, missing, sex,
 * role. What it is:
 *
 *   mtdna   ranges        16024-576               positions that were sequenced
 *           haplotype     263G 309.1C 315.1C      differences to the rCRS, or "rCRS"
 *   ystr    DYS19, …      14    11,14             a column for each marker, or
 *           haplotype     DYS19=14;DYS385=11,14   all in one
 *
 * With --table CODE the rows are persons of a population, `count` of them each,
 * and become one table from which the rarity of a haplotype is taken.
 *
 * A haplotype is stored in one form, so that the same one is the same text. An
 * empty cell is no haplotype: who was sequenced and has no differences is "rCRS",
 * and ranges must be given, since what was not sequenced says nothing.
 *
 * Each mtDNA haplotype is placed in the tree of haplogroups as a check of its quality; doubts are
 * notes and refuse nothing (import_haplogroup.c). */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "app/access.h"
#include "app/genetic.h"
#include "app/haplotype_table.h"
#include "app/import_haplogroup.h"
#include "app/import_snp.h"
#include "app/import_tables.h"
#include "app/kind_table.h"
#include "base/check.h"
#include "base/number.h"

typedef struct haplotypes {
  hw_import *import;
  bool is_mt, is_table;
  hwp_sheet sheet;
  hwp_profile_sink sink;
  int32_t known[HWP_PROFILE_TEXTS]; /* columns; −1 = there is none */
  int32_t ranges, haplotype, count;
  int32_t n_markers; /* Y: columns that are markers */
  int32_t *markers;
  hw_y_text_marker *alleles; /* of the row in hand */
  hw_haplotype_table table;
  hwp_haplogroups groups;
  hw_mt *mt;                /* of the row in hand */
  hw_str ranges_text, text; /* of the row in hand, in one form */
  hw_arena arena, row;
} haplotypes;

static const char *line_of(const haplotypes *self) {
  return self->is_mt ? "mt" : "y";
}

/* --- the header --- */

static bool is_used(hwp_profile_text text) {
  switch (text) {
    case HWP_PROFILE_KIT:
    case HWP_PROFILE_ANALYST:
    case HWP_PROFILE_SECOND_ANALYST:
    case HWP_PROFILE_REPLICATE:
    case HWP_PROFILE_DROPOUT:
    case HWP_PROFILE_DROP_IN:
      return false;
    default:
      return true;
  }
}

static int32_t *own_column(haplotypes *self, const char *name) {
  if (self->is_mt && (hw_column_name_equal(name, "ranges") || hw_column_name_equal(name, "range")))
    return &self->ranges;
  if (hw_column_name_equal(name, "haplotype") ||
      (self->is_mt && hw_column_name_equal(name, "differences")))
    return &self->haplotype;
  return self->is_table && hw_column_name_equal(name, "count") ? &self->count : NULL;
}

static hw_status match_column(haplotypes *self, int32_t column, hw_err *err) {
  const char *name = self->sheet.names[column];
  int32_t *own = own_column(self, name);
  const int text = own == NULL ? hwp_profile_text_find(name) : -1;
  if (text >= 0 && (self->is_table || is_used((hwp_profile_text)text))) {
    if (!self->is_table) own = &self->known[text];
    if (own == NULL) return HW_OK; /* persons of a population have no names here */
  }
  if (own != NULL && *own >= 0)
    return hwp_sheet_mistake(&self->sheet, column, err, HW_E_DUPLICATE,
                             "another column says the same: \"%.60s\"", self->sheet.names[*own]);
  if (own != NULL) {
    *own = column;
    return HW_OK;
  }
  if (!self->is_mt && text < 0) {
    self->markers[self->n_markers++] = column;
    return HW_OK;
  }
  return hwp_sheet_mistake(
      &self->sheet, column, err, HW_E_UNKNOWN_KEY,
      "a table of %s has no such column: expected %s%s", self->is_mt ? "mtDNA" : "Y-STR",
      self->is_table ? "count, "
                     : "profile, person, sample, family, relation, missing, sex, role, "
                       "laboratory, typed_on, note, ",
      self->is_mt ? "ranges, haplotype" : "and markers or haplotype");
}

static hw_status match_columns(haplotypes *self, hw_err *err) {
  const size_t n = (size_t)self->sheet.n_columns;
  self->markers = hw_arena_alloc_array(&self->arena, n, sizeof *self->markers);
  self->alleles = hw_arena_alloc_array(&self->arena, n, sizeof *self->alleles);
  if (self->markers == NULL || self->alleles == NULL) return HW_NO_MEMORY(err, "the header");
  self->ranges = self->haplotype = self->count = -1;
  for (int i = 0; i < HWP_PROFILE_TEXTS; i++) self->known[i] = -1;
  for (int32_t c = 0; c < self->sheet.n_columns; c++) HW_TRY(match_column(self, c, err));
  if (self->is_mt && self->ranges < 0)
    HW_TRY(hwp_sheet_mistake(&self->sheet, -1, err, HW_E_SYNTAX,
                             "the column \"ranges\" is missing: what was sequenced, as 16024-576"));
  if (self->is_mt && self->haplotype < 0)
    HW_TRY(hwp_sheet_mistake(&self->sheet, -1, err, HW_E_SYNTAX,
                             "the column \"haplotype\" is missing: the differences to the rCRS"));
  if (!self->is_mt && self->haplotype < 0 && self->n_markers == 0)
    HW_TRY(hwp_sheet_mistake(&self->sheet, -1, err, HW_E_SYNTAX,
                             "no column is a marker, and there is no \"haplotype\""));
  if (self->haplotype >= 0 && self->n_markers > 0)
    HW_TRY(
        hwp_sheet_mistake(&self->sheet, self->markers[0], err, HW_E_SYNTAX,
                          "is a marker, but the table has a column \"haplotype\" as well: one of "
                          "them is too many"));
  if (self->n_markers > HW_Y_TEXT_MARKERS)
    HW_TRY(hwp_sheet_mistake(&self->sheet, self->markers[HW_Y_TEXT_MARKERS], err, HW_E_SHAPE,
                             "more than %d markers", HW_Y_TEXT_MARKERS));
  return hw_errors_status(&self->import->report->errors, err);
}

/* --- a haplotype in one form --- */

static hw_status refuse(haplotypes *self, int32_t column, hw_status status, const hw_err *why,
                        bool *is_good, hw_err *err) {
  *is_good = false;
  if (hw_status_exit(status) != 2) {
    if (err != NULL) *err = *why;
    return status;
  }
  return hwp_sheet_mistake(&self->sheet, column, err, status, "%s", why->message);
}

static hw_status missing(haplotypes *self, int32_t column, const char *expected, bool *is_good,
                         hw_err *err) {
  *is_good = false;
  return hwp_sheet_mistake(&self->sheet, column, err, HW_E_VALUE, "is missing: %s", expected);
}

static hw_status take_mt(haplotypes *self, bool *is_good, hw_err *err) {
  const char *ranges = hwp_sheet_text(&self->sheet, self->ranges);
  const char *differences = hwp_sheet_text(&self->sheet, self->haplotype);
  hw_err why = HW_ERR_INIT;
  hw_mt *parsed = NULL;
  hw_mt_delete(self->mt);
  self->mt = NULL;
  if (ranges == NULL || ranges[0] == '\0')
    HW_TRY(missing(self, self->ranges,
                   "what was sequenced, as 16024-576; 1-16569 is the whole molecule", is_good,
                   err));
  if (differences == NULL || differences[0] == '\0')
    HW_TRY(missing(self, self->haplotype, "the differences to the rCRS; \"rCRS\" if there are none",
                   is_good, err));
  if (!*is_good) return HW_OK;
  hw_status status = hw_mt_parse(ranges, "", &parsed, &why); /* which of the two is wrong */
  if (status != HW_OK) return refuse(self, self->ranges, status, &why, is_good, err);
  hw_mt_delete(parsed);
  parsed = NULL;
  status = hw_mt_parse(ranges, differences, &parsed, &why);
  if (status != HW_OK) return refuse(self, self->haplotype, status, &why, is_good, err);
  hw_haplotype_mt_text(parsed, &self->ranges_text, &self->text);
  self->mt = parsed;
  return HW_OK;
}

static hw_status take_y_columns(haplotypes *self, hw_y_text *out, bool *is_good, hw_err *err) {
  *out = (hw_y_text){.markers = self->alleles};
  for (int32_t i = 0; i < self->n_markers; i++) {
    const char *cell = hwp_sheet_text(&self->sheet, self->markers[i]);
    hw_err why = HW_ERR_INIT;
    hw_y_text_marker *marker = &out->markers[out->n_markers];
    if (cell == NULL || cell[0] == '\0' || strcmp(cell, "-") == 0 || strcmp(cell, "0") == 0)
      continue;
    marker->name = self->sheet.names[self->markers[i]];
    const hw_status status = hw_y_text_alleles(cell, marker->alleles, &why);
    if (status != HW_OK) HW_TRY(refuse(self, self->markers[i], status, &why, is_good, err));
    out->n_markers++;
  }
  if (out->n_markers == 0 && *is_good)
    return missing(self, -1, "no marker of this row has an allele", is_good, err);
  return hw_y_text_sort(out, err);
}

static hw_status take_y(haplotypes *self, bool *is_good, hw_err *err) {
  hw_y_text parsed = {0};
  hw_err why = HW_ERR_INIT;
  if (self->haplotype < 0) {
    HW_TRY(take_y_columns(self, &parsed, is_good, err));
  } else {
    const char *cell = hwp_sheet_text(&self->sheet, self->haplotype);
    if (cell == NULL || cell[0] == '\0')
      return missing(self, self->haplotype, "DYS19=14;DYS385=11,14 …", is_good, err);
    const hw_status status = hw_y_text_parse(&parsed, cell, &self->row, &why);
    if (status != HW_OK) return refuse(self, self->haplotype, status, &why, is_good, err);
  }
  if (*is_good) hw_y_text_format(&parsed, &self->text);
  return HW_OK;
}

/* --- a row --- */

/* Whose the row in hand is, as the table calls it. */
static const char *name_of_row(const haplotypes *self) {
  static const hwp_profile_text names[] = {HWP_PROFILE_CODE, HWP_PROFILE_SAMPLE,
                                           HWP_PROFILE_PERSON};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    const char *text = self->sink.texts[names[i]];
    if (text != NULL && text[0] != '\0') return text;
  }
  return "";
}

static hw_status place_in_tree(haplotypes *self, const char *name, hw_err *err) {
  return self->is_mt
             ? hwp_haplogroups_add(&self->groups, hwp_sheet_line(&self->sheet), name, self->mt, err)
             : HW_OK;
}

static hw_status put_table_row(haplotypes *self, hw_err *err) {
  const char *text = hwp_sheet_text(&self->sheet, self->count);
  double count = 1;
  hw_err why = HW_ERR_INIT;
  if (text != NULL && text[0] != '\0' &&
      (!hw_number_parse(text, &count) || !(count >= 1 && count <= INT32_MAX) ||
       (double)(int64_t)count != count))
    return hwp_sheet_mistake(&self->sheet, self->count, err, HW_E_VALUE,
                             "\"%.40s\" is no number of persons", text);
  const hw_status status =
      hw_haplotype_table_add(&self->table, (int64_t)count, hw_str_text(&self->ranges_text),
                             hw_str_text(&self->text), &why);
  bool is_good = true;
  return status == HW_OK ? HW_OK : refuse(self, self->count, status, &why, &is_good, err);
}

static void set_said(const haplotypes *self, hw_record *record, int field, hwp_profile_text text) {
  if (self->sink.texts[text] != NULL) hw_record_set_text(record, field, self->sink.texts[text]);
}

static hw_status put_haplotype(haplotypes *self, const hwp_owner *owner, hw_err *err) {
  hw_record record;
  hwp_profile_sink *sink = &self->sink;
  hw_str *code = &sink->codes[HWP_CODE_PROFILE];
  /* A person has both, and often one sample. */
  if (sink->texts[HWP_PROFILE_CODE] == NULL) hw_str_append_format(code, "#%s", line_of(self));
  if (hw_str_status(code) != HW_OK) return HW_NO_MEMORY(err, "a haplotype");
  hw_record_init(&record, HW_KIND_HAPLOTYPE);
  hw_record_set_text(&record, HW_FIELD_HAPLOTYPE_CODE, hw_str_text(code));
  hw_record_set_text(&record, HW_FIELD_HAPLOTYPE_LINE, line_of(self));
  if (owner->person != 0) hw_record_set_int(&record, HW_FIELD_HAPLOTYPE_PERSON, owner->person);
  if (owner->sample != 0) hw_record_set_int(&record, HW_FIELD_HAPLOTYPE_SAMPLE, owner->sample);
  if (self->is_mt)
    hw_record_set_text(&record, HW_FIELD_HAPLOTYPE_RANGES, hw_str_text(&self->ranges_text));
  hw_record_set_text(&record, HW_FIELD_HAPLOTYPE_HAPLOTYPE, hw_str_text(&self->text));
  set_said(self, &record, HW_FIELD_HAPLOTYPE_LABORATORY, HWP_PROFILE_LABORATORY);
  set_said(self, &record, HW_FIELD_HAPLOTYPE_NOTE, HWP_PROFILE_NOTE);
  if (strcmp(self->import->investigation, "main") != 0)
    set_said(self, &record, HW_FIELD_HAPLOTYPE_LABEL,
             sink->texts[HWP_PROFILE_CODE] != NULL     ? HWP_PROFILE_CODE
             : sink->texts[HWP_PROFILE_SAMPLE] != NULL ? HWP_PROFILE_SAMPLE
                                                       : HWP_PROFILE_PERSON);
  hw_err mistake = HW_ERR_INIT;
  const char *typed_on = sink->texts[HWP_PROFILE_TYPED_ON];
  if (typed_on != NULL &&
      hw_record_parse(&record, HW_FIELD_HAPLOTYPE_TYPED_ON, typed_on, &mistake) != HW_OK)
    return hwp_profile_sink_mistake(sink, "typed_on", &mistake, err);
  return hw_import_put(self->import, &record, sink->line, err);
}

static hw_status put_row(haplotypes *self, hw_err *err) {
  hwp_owner owner = {0};
  bool is_good = true, is_put = false;
  hw_arena_reset(&self->row);
  hwp_str_reset(&self->ranges_text);
  hwp_str_reset(&self->text);
  HW_TRY(self->is_mt ? take_mt(self, &is_good, err) : take_y(self, &is_good, err));
  if (hw_str_status(&self->ranges_text) != HW_OK || hw_str_status(&self->text) != HW_OK)
    return HW_NO_MEMORY(err, "a haplotype");
  if (self->is_table) {
    if (!is_good) return HW_OK;
    HW_TRY(place_in_tree(self, NULL, err));
    return put_table_row(self, err);
  }
  hwp_profile_sink_begin(&self->sink, hwp_sheet_line(&self->sheet));
  for (int t = 0; t < HWP_PROFILE_TEXTS; t++)
    self->sink.texts[t] = hwp_sheet_text(&self->sheet, self->known[t]);
  HW_TRY(hwp_profile_owner(&self->sink, &owner, &is_good, err));
  if (!is_good) return HW_OK;
  if (!self->is_mt && owner.stated_sex != NULL && strcmp(owner.stated_sex, "female") == 0)
    hw_import_note(self->import,
                   "line %" PRIu64 ": %s is stated to be female and has a Y haplotype",
                   self->sink.line, hw_str_text(&self->sink.codes[HWP_CODE_PROFILE]));
  HW_TRY(place_in_tree(self, name_of_row(self), err));
  HW_TRY(hwp_profile_owner_put(&self->sink, &owner, &is_put, err));
  return is_put ? put_haplotype(self, &owner, err) : HW_OK;
}

/* --- a table of a population --- */

static hw_status put_population(haplotypes *self, int64_t *id, hw_err *err) {
  const char *name = self->import->options->frequency.population;
  hw_record record;
  *id = 0;
  if (name == NULL) return HW_OK;
  hw_record_init(&record, HW_KIND_POPULATION);
  hw_record_set_text(&record, HW_FIELD_POPULATION_CODE, name);
  HW_TRY(hw_import_put(self->import, &record, 0, err));
  *id = record.id;
  return HW_OK;
}

static hw_status use_table(haplotypes *self, int64_t id, hw_err *err) {
  hw_import *import = self->import;
  hw_record record;
  const int field =
      self->is_mt ? (int)HW_FIELD_INVESTIGATION_MT_TABLE : (int)HW_FIELD_INVESTIGATION_Y_TABLE;
  HW_TRY(hw_store_get(import->app->store, HW_KIND_INVESTIGATION, import->investigation_id,
                      &self->arena, &record, err));
  const int64_t used = hw_record_int(&record, field);
  if (used == id) return HW_OK;
  if (used != 0 && !import->options->use_table) {
    hw_import_note(import,
                   "the investigation \"%s\" keeps its table of haplotypes: say --use to change it",
                   import->investigation);
    return HW_OK;
  }
  hw_record_set_int(&record, field, id);
  HW_TRY(hw_access_require(import->app, HW_KIND_INVESTIGATION, record.id, err));
  HW_TRY(hw_store_replace(import->app->store, &record, err));
  import->report->counts[HW_KIND_INVESTIGATION].changed++;
  hw_import_note(import, "the investigation \"%s\" uses this table from now on",
                 import->investigation);
  return HW_OK;
}

static hw_status put_table(haplotypes *self, hw_err *err) {
  const hw_import_options *options = self->import->options;
  hw_genetic_table table = {.text = HW_STR_INIT};
  hw_str text = HW_STR_INIT;
  hw_record record = {0};
  int64_t population = 0;
  HW_TRY(hw_errors_status(&self->import->report->errors, err));
  HW_TRY(put_population(self, &population, err));
  hw_status status = hw_haplotype_table_format(&self->table, &text, err);
  if (status == HW_OK) {
    hw_record_init(&record, HW_KIND_HAPLOTYPE_TABLE);
    hw_record_set_text(&record, HW_FIELD_HAPLOTYPE_TABLE_CODE, options->table);
    hw_record_set_text(&record, HW_FIELD_HAPLOTYPE_TABLE_LINE, line_of(self));
    if (population != 0)
      hw_record_set_int(&record, HW_FIELD_HAPLOTYPE_TABLE_POPULATION, population);
    hw_record_set_int(&record, HW_FIELD_HAPLOTYPE_TABLE_N, self->table.n_persons);
    hw_record_set_text(&record, HW_FIELD_HAPLOTYPE_TABLE_SOURCE, options->frequency.source);
    status = hw_genetic_set_table(&record, HW_FIELD_HAPLOTYPE_TABLE_TABLE,
                                  HW_FIELD_HAPLOTYPE_TABLE_DIGEST, hw_str_text(&text), &table, err);
  }
  if (status == HW_OK) status = hw_import_put(self->import, &record, 0, err);
  hw_str_clear(&table.text);
  hw_str_clear(&text);
  HW_TRY(status);
  HW_TRY(hw_errors_status(&self->import->report->errors, err));
  return use_table(self, record.id, err);
}

/* --- the file --- */

static hw_status read_rows(haplotypes *self, hw_err *err) {
  bool has_row = false;
  HW_TRY(match_columns(self, err));
  for (;;) {
    HW_TRY(hwp_sheet_next(&self->sheet, &has_row, err));
    if (!has_row) break;
    HW_TRY(put_row(self, err));
  }
  if (self->is_table) HW_TRY(put_table(self, err));
  hwp_haplogroups_tell(&self->groups, self->import);
  return HW_OK;
}

static hw_status run(hw_import *import, bool is_mt, hw_err *err) {
  haplotypes self = {.import = import, .is_mt = is_mt, .is_table = import->options->table != NULL};
  hw_arena_init(&self.arena, 0);
  hw_arena_init(&self.row, 0);
  hw_haplotype_table_init(&self.table, is_mt);
  hw_status status = hwp_profile_sink_init(&self.sink, import, err);
  if (status == HW_OK) status = hwp_sheet_open(&self.sheet, import, 0, err);
  if (status == HW_OK) status = read_rows(&self, err);
  hwp_sheet_close(&self.sheet);
  hwp_profile_sink_clear(&self.sink);
  hw_haplotype_table_clear(&self.table);
  hwp_haplogroups_clear(&self.groups);
  hw_mt_delete(self.mt);
  hw_str_clear(&self.ranges_text);
  hw_str_clear(&self.text);
  hw_arena_clear(&self.arena);
  hw_arena_clear(&self.row);
  return status;
}

static hw_status run_mt(hw_import *import, hw_err *err) {
  return run(import, true, err);
}

static hw_status run_y(hw_import *import, hw_err *err) {
  return run(import, false, err);
}

/* A table does not say of itself that it is one of haplotypes. */
static bool is_never(const char *bytes, size_t n) {
  (void)bytes;
  (void)n;
  return false;
}

const hw_importer hw_importer_mtdna = {
    .format = "mtdna",
    .brief = "mtDNA haplotypes: a table of samples, or with --table of a population",
    .is_mine = is_never,
    .run = run_mt,
};

const hw_importer hw_importer_ystr = {
    .format = "ystr",
    .brief = "Y-STR haplotypes: a table of samples, or with --table of a population",
    .is_mine = is_never,
    .run = run_y,
};
