/* Specimens of an investigation as the library takes them.
 *
 * Four passes over the database: which specimens and samples there are, the profiles
 * that count (hw_stored_case_load, samples kept apart), measurements, and confirmed
 * individuals. A sample belongs to the specimen it was cut from, or that the sample it
 * was made from was cut from. The sex that enters by DNA is that of the sample itself:
 * what anthropology says of the specimen is evidence of its own. */
#include "app/reassociate.h"

#include <math.h>
#include <string.h>

#include "base/check.h"

typedef struct ids {
  int64_t *items;
  int32_t n, capacity;
} ids;

typedef struct loader {
  hw_app *app;
  const hw_stored_specimens_options *options;
  hw_stored_specimens *out;
  hw_arena scratch;
  int64_t accession;            /* 0 = all */
  ids samples, sample_specimen; /* of the investigation, remains only */
  ids accessions;               /* that they come from; none = every one */
  ids specimens;
  hw_specimen *made;
  int64_t *alone; /* per specimen: the sample, if it stands for itself */
  int32_t n;
  hw_err *err;
} loader;

static hw_status add_id(loader *self, ids *list, int64_t id) {
  if (list->n == list->capacity) {
    const int32_t capacity = list->capacity > 0 ? 2 * list->capacity : 64;
    int64_t *larger = capacity > 0
                          ? hw_arena_alloc_array(&self->scratch, (size_t)capacity, sizeof *larger)
                          : NULL;
    if (larger == NULL) return HW_NO_MEMORY(self->err, "the specimens");
    if (list->n > 0) memcpy(larger, list->items, (size_t)list->n * sizeof *larger);
    list->items = larger;
    list->capacity = capacity;
  }
  list->items[list->n++] = id;
  return HW_OK;
}

static int32_t find_id(const ids *list, int64_t id) {
  for (int32_t i = 0; i < list->n; i++)
    if (list->items[i] == id) return i;
  return -1;
}

/* As find_id, in a list that ascends. */
static int32_t find_sorted(const ids *list, int64_t id) {
  for (int32_t low = 0, high = list->n - 1; low <= high;) {
    const int32_t middle = low + (high - low) / 2;
    if (list->items[middle] == id) return middle;
    if (list->items[middle] < id)
      low = middle + 1;
    else
      high = middle - 1;
  }
  return -1;
}

typedef hw_status take_row(loader *self, const hw_record *row);

/* Calls take for each record of a kind that is not withdrawn. */
static hw_status each(loader *self, hw_kind_id kind, int field, int64_t value, take_row *take) {
  hw_scan *scan = NULL;
  const hw_record *row = NULL;
  const hw_value key = hw_value_int(value);
  HW_TRY(hw_store_scan(self->app->store, kind, field, field < 0 ? NULL : &key, &scan, self->err));
  hw_status status;
  while ((status = hw_scan_next(scan, &row, self->err)) == HW_OK && row != NULL)
    if (row->withdrawn == NULL && (status = take(self, row)) != HW_OK) break;
  hw_scan_done(scan);
  return status;
}

/* --- which --- */

static hw_status take_sample(loader *self, const hw_record *row) {
  if (!hw_record_is_null(row, HW_FIELD_SAMPLE_PERSON)) return HW_OK;
  HW_TRY(add_id(self, &self->samples, row->id));
  return add_id(self, &self->sample_specimen, hw_record_int(row, HW_FIELD_SAMPLE_SPECIMEN));
}

/* Samples made from other samples come from their specimen. */
static hw_status resolve_parents(loader *self) {
  enum { MOST_PARENTS = 16 };
  for (int32_t i = 0; i < self->samples.n; i++) {
    int64_t at = self->samples.items[i];
    for (int depth = 0; depth < MOST_PARENTS && self->sample_specimen.items[i] == 0 && at != 0;
         depth++) {
      hw_record record;
      HW_TRY(
          hw_store_get(self->app->store, HW_KIND_SAMPLE, at, &self->scratch, &record, self->err));
      self->sample_specimen.items[i] = hw_record_int(&record, HW_FIELD_SAMPLE_SPECIMEN);
      at = hw_record_int(&record, HW_FIELD_SAMPLE_PARENT);
    }
  }
  return HW_OK;
}

static hw_status find_accessions(loader *self) {
  for (int32_t i = 0; i < self->samples.n; i++) {
    hw_record record;
    const int64_t specimen = self->sample_specimen.items[i];
    if (specimen == 0) continue;
    HW_TRY(hw_store_get(self->app->store, HW_KIND_SPECIMEN, specimen, &self->scratch, &record,
                        self->err));
    const int64_t accession = hw_record_int(&record, HW_FIELD_SPECIMEN_ACCESSION);
    if (accession != 0 && find_id(&self->accessions, accession) < 0)
      HW_TRY(add_id(self, &self->accessions, accession));
  }
  return HW_OK;
}

static hw_status take_specimen(loader *self, const hw_record *row) {
  const int64_t accession = hw_record_int(row, HW_FIELD_SPECIMEN_ACCESSION);
  if (self->accession != 0 && accession != self->accession) return HW_OK;
  const bool is_ours = self->samples.n == 0 || self->accession != 0 ||
                       (accession != 0 && find_id(&self->accessions, accession) >= 0) ||
                       find_id(&self->sample_specimen, row->id) >= 0;
  return is_ours ? add_id(self, &self->specimens, row->id) : HW_OK;
}

/* --- a specimen --- */

static hw_status copy_text(loader *self, const hw_record *record, int field, const char **out) {
  *out = hw_arena_strdup(&self->out->arena, hw_record_text(record, field));
  return *out != NULL ? HW_OK : HW_NO_MEMORY(self->err, "the specimens");
}

static hw_sex sex_of(const char *word) {
  if (strcmp(word, "male") == 0) return HW_MALE;
  return strcmp(word, "female") == 0 ? HW_FEMALE : HW_UNKNOWN_SEX;
}

static hw_side side_of(const char *word) {
  if (strcmp(word, "left") == 0) return HW_SIDE_LEFT;
  if (strcmp(word, "right") == 0) return HW_SIDE_RIGHT;
  return strcmp(word, "midline") == 0 ? HW_SIDE_MIDLINE : HW_SIDE_UNKNOWN;
}

static hw_status code_of(loader *self, hw_kind_id kind, int64_t id, const char **out) {
  hw_str code = HW_STR_INIT;
  hw_status status = hw_store_code(self->app->store, kind, id, &code, self->err);
  if (status == HW_OK) {
    *out = hw_str_status(&code) == HW_OK ? hw_arena_strdup(&self->out->arena, hw_str_text(&code))
                                         : NULL;
    if (*out == NULL) status = HW_NO_MEMORY(self->err, "the specimens");
  }
  hw_str_clear(&code);
  return status;
}

static hw_status read_place(loader *self, const hw_record *record, hw_specimen *out) {
  hw_record accession;
  const int64_t id = hw_record_int(record, HW_FIELD_SPECIMEN_ACCESSION);
  if (id == 0) return HW_OK;
  HW_TRY(code_of(self, HW_KIND_ACCESSION, id, &out->accession));
  HW_TRY(
      hw_store_get(self->app->store, HW_KIND_ACCESSION, id, &self->scratch, &accession, self->err));
  const int64_t site = hw_record_int(&accession, HW_FIELD_ACCESSION_SITE);
  return site != 0 ? code_of(self, HW_KIND_SITE, site, &out->site) : HW_OK;
}

static hw_status read_specimen(loader *self, int64_t id, hw_specimen *out) {
  hw_record record;
  HW_TRY(hw_store_get(self->app->store, HW_KIND_SPECIMEN, id, &self->scratch, &record, self->err));
  const char *code = NULL;
  HW_TRY(copy_text(self, &record, HW_FIELD_SPECIMEN_CODE, &code));
  hw_specimen_init(out, code);
  HW_TRY(copy_text(self, &record, HW_FIELD_SPECIMEN_ELEMENT, &out->element));
  HW_TRY(copy_text(self, &record, HW_FIELD_SPECIMEN_PORTION, &out->portion));
  HW_TRY(copy_text(self, &record, HW_FIELD_SPECIMEN_ZONES, &out->zones));
  out->side = side_of(hw_record_text(&record, HW_FIELD_SPECIMEN_SIDE));
  out->sex = sex_of(hw_record_text(&record, HW_FIELD_SPECIMEN_SEX));
  out->completeness = hw_record_real(&record, HW_FIELD_SPECIMEN_COMPLETENESS);
  out->age_from_y = hw_record_real(&record, HW_FIELD_SPECIMEN_AGE_FROM);
  out->age_to_y = hw_record_real(&record, HW_FIELD_SPECIMEN_AGE_TO);
  out->stature_cm = hw_record_real(&record, HW_FIELD_SPECIMEN_STATURE);
  out->stature_se_cm = hw_record_real(&record, HW_FIELD_SPECIMEN_STATURE_SE);
  out->east_m = hw_record_real(&record, HW_FIELD_SPECIMEN_EAST);
  out->north_m = hw_record_real(&record, HW_FIELD_SPECIMEN_NORTH);
  out->depth_m = hw_record_real(&record, HW_FIELD_SPECIMEN_DEPTH);
  return read_place(self, &record, out);
}

/* --- measurements --- */

typedef struct measurement_list {
  hw_bone_measurement *items;
  int32_t n, capacity;
} measurement_list;

static hw_status read_measurements(loader *self, int64_t id, hw_specimen *out) {
  hw_scan *scan = NULL;
  const hw_record *row = NULL;
  const hw_value key = hw_value_int(id);
  measurement_list list = {0};
  hw_status status = HW_OK;
  HW_TRY(hw_store_scan_key(self->app->store, HW_KIND_MEASUREMENT, 1, &key, &scan, self->err));
  while (status == HW_OK && (status = hw_scan_next(scan, &row, self->err)) == HW_OK &&
         row != NULL) {
    if (row->withdrawn != NULL) continue;
    if (list.n == list.capacity) {
      const int32_t capacity = list.capacity > 0 ? 2 * list.capacity : 8;
      hw_bone_measurement *larger =
          hw_arena_alloc_array(&self->out->arena, (size_t)capacity, sizeof *larger);
      if (larger == NULL) {
        status = HW_NO_MEMORY(self->err, "the measurements");
        break;
      }
      if (list.n > 0) memcpy(larger, list.items, (size_t)list.n * sizeof *larger);
      list.items = larger;
      list.capacity = capacity;
    }
    hw_bone_measurement *at = &list.items[list.n++];
    at->value_mm = hw_record_real(row, HW_FIELD_MEASUREMENT_VALUE);
    status = copy_text(self, row, HW_FIELD_MEASUREMENT_NAME, &at->name);
  }
  hw_scan_done(scan);
  out->measurements = list.items;
  out->n_measurements = list.n;
  return status;
}

/* --- samples --- */

static hw_status load_profiles(loader *self) {
  if (self->samples.n == 0) return HW_OK;
  static const int64_t no_family;
  const hw_stored_case_options what = {.investigation = self->options->investigation,
                                       .families = &no_family,
                                       .by_code = true,
                                       .separate_samples = true};
  HW_TRY(hw_stored_case_load(self->app, &what, &self->out->profiles, self->err));
  const hw_case *from = &self->out->profiles.problem;
  hw_reassociate_problem *to = &self->out->problem;
  hw_remains *remains =
      hw_arena_alloc_array(&self->out->arena, (size_t)from->n_remains, sizeof *remains);
  if (remains == NULL) return HW_NO_MEMORY(self->err, "the profiles");
  for (int32_t i = 0; i < from->n_remains; i++) {
    hw_record record;
    remains[i] = from->remains[i];
    HW_TRY(hw_store_get(self->app->store, HW_KIND_SAMPLE, self->out->profiles.remains_sample[i],
                        &self->scratch, &record, self->err));
    remains[i].sex = sex_of(hw_record_text(&record, HW_FIELD_SAMPLE_SEX));
  }
  to->n_markers = from->n_markers;
  to->markers = from->markers;
  to->theta = from->theta;
  to->n_remains = from->n_remains;
  to->remains = remains;
  return HW_OK;
}

/* Gives each specimen its typed samples. Samples of no specimen get one of their own. */
static hw_status deal_profiles(loader *self) {
  const hw_reassociate_problem *problem = &self->out->problem;
  const size_t n = (size_t)problem->n_remains;
  int32_t *profiles = hw_arena_alloc_array(&self->out->arena, n, sizeof *profiles);
  if (profiles == NULL) return HW_NO_MEMORY(self->err, "the profiles");
  int32_t filled = 0;
  for (int32_t s = 0; s < self->specimens.n; s++) {
    self->made[s].profiles = profiles + filled;
    for (int32_t r = 0; r < problem->n_remains; r++) {
      const int32_t at = find_sorted(&self->samples, self->out->profiles.remains_sample[r]);
      if (at < 0 || self->sample_specimen.items[at] != self->specimens.items[s]) continue;
      profiles[filled++] = r;
      self->made[s].n_profiles++;
    }
  }
  for (int32_t r = 0; r < problem->n_remains && self->accession == 0; r++) {
    const int64_t sample = self->out->profiles.remains_sample[r];
    const int32_t at = find_sorted(&self->samples, sample);
    if (at < 0 || self->sample_specimen.items[at] != 0) continue;
    hw_specimen *made = &self->made[self->n];
    const char *code = NULL;
    HW_TRY(code_of(self, HW_KIND_SAMPLE, sample, &code));
    hw_specimen_init(made, code);
    made->profiles = profiles + filled;
    made->n_profiles = 1;
    profiles[filled++] = r;
    self->alone[self->n++] = sample;
  }
  return HW_OK;
}

/* --- confirmed individuals --- */

static hw_status list_confirmed(loader *self, ids *out) {
  hw_scan *scan = NULL;
  const hw_record *row = NULL;
  hw_status status =
      hw_store_scan(self->app->store, HW_KIND_INDIVIDUAL, -1, NULL, &scan, self->err);
  if (status != HW_OK) return status;
  while (status == HW_OK && (status = hw_scan_next(scan, &row, self->err)) == HW_OK && row != NULL)
    if (row->withdrawn == NULL &&
        hw_record_int(row, HW_FIELD_INDIVIDUAL_INVESTIGATION) == self->out->investigation &&
        strcmp(hw_record_text(row, HW_FIELD_INDIVIDUAL_STATE), "confirmed") == 0)
      status = add_id(self, out, row->id);
  hw_scan_done(scan);
  return status;
}

/* Specimen of a member: itself, or the specimen of a sample, or the sample alone. */
static int32_t member_of(const loader *self, bool is_sample, int64_t item) {
  if (!is_sample) return find_sorted(&self->specimens, item);
  const int32_t at = find_sorted(&self->samples, item);
  if (at >= 0 && self->sample_specimen.items[at] != 0)
    return find_sorted(&self->specimens, self->sample_specimen.items[at]);
  for (int32_t s = self->specimens.n; s < self->n; s++)
    if (self->alone[s] == item) return s;
  return -1;
}

static hw_status read_individuals(loader *self) {
  ids individuals = {0};
  HW_TRY(list_confirmed(self, &individuals));
  for (int32_t i = 0; i < individuals.n; i++) {
    hw_scan *scan = NULL;
    const hw_record *row = NULL;
    const hw_value key = hw_value_int(individuals.items[i]);
    HW_TRY(
        hw_store_scan_key(self->app->store, HW_KIND_INDIVIDUAL_MEMBER, 1, &key, &scan, self->err));
    hw_status status;
    while ((status = hw_scan_next(scan, &row, self->err)) == HW_OK && row != NULL) {
      if (row->withdrawn != NULL) continue;
      const bool is_sample =
          strcmp(hw_record_text(row, HW_FIELD_INDIVIDUAL_MEMBER_ITEM_KIND), "sample") == 0;
      const int32_t at =
          member_of(self, is_sample, hw_record_int(row, HW_FIELD_INDIVIDUAL_MEMBER_ITEM));
      if (at >= 0) self->made[at].individual = i;
    }
    hw_scan_done(scan);
    HW_TRY(status);
  }
  return HW_OK;
}

/* --- the whole --- */

static hw_status load_all(loader *self) {
  hw_stored_specimens *out = self->out;
  const char *code = self->options->investigation;
  HW_TRY(hw_app_find(self->app, HW_KIND_INVESTIGATION, code != NULL ? code : "main",
                     &out->investigation, self->err));
  if (self->options->accession != NULL)
    HW_TRY(hw_app_find(self->app, HW_KIND_ACCESSION, self->options->accession, &self->accession,
                       self->err));
  HW_TRY(
      each(self, HW_KIND_SAMPLE, HW_FIELD_SAMPLE_INVESTIGATION, out->investigation, take_sample));
  HW_TRY(resolve_parents(self));
  HW_TRY(find_accessions(self));
  HW_TRY(each(self, HW_KIND_SPECIMEN, -1, 0, take_specimen));
  HW_TRY(load_profiles(self));
  const size_t most = (size_t)self->specimens.n + (size_t)self->samples.n + 1;
  self->made = hw_arena_alloc_array(&out->arena, most, sizeof *self->made);
  self->alone = hw_arena_alloc_array(&out->arena, most, sizeof *self->alone);
  int64_t *records = hw_arena_alloc_array(&out->arena, most, sizeof *records);
  if (self->made == NULL || self->alone == NULL || records == NULL)
    return HW_NO_MEMORY(self->err, "the specimens");
  for (; self->n < self->specimens.n; self->n++) {
    records[self->n] = self->specimens.items[self->n];
    HW_TRY(read_specimen(self, records[self->n], &self->made[self->n]));
    HW_TRY(read_measurements(self, records[self->n], &self->made[self->n]));
  }
  HW_TRY(deal_profiles(self));
  HW_TRY(read_individuals(self));
  out->problem.n_specimens = self->n;
  out->problem.specimens = self->made;
  out->specimen = records;
  out->sample = self->alone;
  if (self->n > 0) return HW_OK;
  return hw_err_set(self->err, HW_E_SHAPE,
                    "investigation '%s' has no specimen and no typed sample here: 'homeward import "
                    "specimens' and 'homeward import profiles' bring them",
                    code != NULL ? code : "main");
}

hw_status hw_stored_specimens_load(hw_app *app, const hw_stored_specimens_options *options,
                                   hw_stored_specimens *out, hw_err *err) {
  bool is_mine = false;
  memset(out, 0, sizeof *out);
  hw_arena_init(&out->arena, 0);
  loader self = {.app = app, .options = options, .out = out, .err = err};
  hw_arena_init(&self.scratch, 0);
  hw_status status = hw_app_begin_read(app, &is_mine, err);
  if (status == HW_OK) {
    status = load_all(&self);
    hw_app_end_read(app, is_mine);
  }
  hw_arena_clear(&self.scratch);
  return status;
}

void hw_stored_specimens_clear(hw_stored_specimens *self) {
  if (self == NULL) return;
  hw_stored_case_clear(&self->profiles);
  hw_arena_clear(&self->arena);
  memset(self, 0, sizeof *self);
}
