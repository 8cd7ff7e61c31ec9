/* The identification problem of an investigation: the order of loading, and the remains.
 *
 * The table comes first, since alleles are looked up in it, then families and
 * remains with their profiles. A profile may show an allele that the table lacks
 * and its policy adds; such alleles get numbers behind the table's at once, and
 * their final places when all profiles are read, in an order that does not
 * depend on who was read first.
 *
 * What is asked of the database grows with the investigation, not with the
 * database: families, members, profiles and samples are found by their indexes.
 * No selection is open while another one is begun, so every list is copied
 * before anything is done with it. All of it sees one state of the database. */
#include "app/stored_case.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/stored_case_int.h"
#include "base/check.h"

/* --- small things --- */

void *hwp_load_alloc(hwp_loader *self, hw_arena *arena, size_t n, size_t size) {
  void *memory = hw_arena_alloc_array(arena, n, size);
  if (memory == NULL) (void)HW_NO_MEMORY(self->err, "the case");
  return memory;
}

hw_status hwp_load_grow(hwp_loader *self, hw_arena *arena, size_t size, int32_t n,
                        int32_t *capacity, void **items) {
  int32_t larger = *capacity > 0 ? 2 * *capacity : 8;
  if (larger < 0) return HW_NO_MEMORY(self->err, "the case");
  void *copy = hwp_load_alloc(self, arena, (size_t)larger, size);
  if (copy == NULL) return HW_E_NO_MEMORY;
  if (n > 0) memcpy(copy, *items, (size_t)n * size);
  *items = copy;
  *capacity = larger;
  return HW_OK;
}

hw_status hwp_ids_add(hwp_loader *self, hw_arena *arena, hwp_ids *ids, int64_t id) {
  if (ids->n == ids->capacity) {
    void *items = ids->items;
    HW_TRY(hwp_load_grow(self, arena, sizeof *ids->items, ids->n, &ids->capacity, &items));
    ids->items = items;
  }
  ids->items[ids->n++] = id;
  return HW_OK;
}

hw_status hwp_load_code(hwp_loader *self, hw_kind_id kind, int64_t id, hw_arena *arena,
                        const char **out) {
  hw_str code = HW_STR_INIT;
  hw_status status = hw_store_code(self->store, kind, id, &code, self->err);
  if (status == HW_OK) {
    *out = hw_str_status(&code) == HW_OK ? hw_arena_strdup(arena, hw_str_text(&code)) : NULL;
    if (*out == NULL) status = HW_NO_MEMORY(self->err, "the case");
  }
  hw_str_clear(&code);
  return status;
}

void hwp_load_entry(hwp_loader *self, const hw_record *record, int64_t *entry) {
  if (record->entry > *entry) *entry = record->entry;
  if (record->entry > self->out->newest_entry) self->out->newest_entry = record->entry;
}

hw_status hwp_load_get(hwp_loader *self, hw_kind_id kind, int64_t id, int64_t *entry,
                       hw_record *out) {
  HW_TRY(hw_store_get(self->store, kind, id, &self->brief, out, self->err));
  hwp_load_entry(self, out, entry);
  return HW_OK;
}

hw_status hwp_load_each(hwp_loader *self, hw_kind_id kind, int field, int64_t value, int64_t *entry,
                        hwp_load_take *take, void *context) {
  hw_scan *scan = NULL;
  const hw_record *row = NULL;
  hw_value key = hw_value_int(value);
  HW_TRY(hw_store_scan(self->store, kind, field, &key, &scan, self->err));
  hw_status status;
  while ((status = hw_scan_next(scan, &row, self->err)) == HW_OK && row != NULL) {
    hwp_load_entry(self, row, entry);
    if (row->withdrawn != NULL) continue;
    status = take(context, row);
    if (status != HW_OK) break;
  }
  hw_scan_done(scan);
  return status;
}

typedef struct id_taker {
  hwp_loader *load;
  hwp_ids *ids;
} id_taker;

static hw_status take_id(void *context, const hw_record *row) {
  const id_taker *self = context;
  return hwp_ids_add(self->load, &self->load->brief, self->ids, row->id);
}

hw_status hwp_load_ids(hwp_loader *self, hw_kind_id kind, int field, int64_t value, int64_t *entry,
                       hwp_ids *out) {
  id_taker taker = {self, out};
  return hwp_load_each(self, kind, field, value, entry, take_id, &taker);
}

hw_sex hwp_load_sex(const char *word) {
  if (strcmp(word, "male") == 0) return HW_MALE;
  return strcmp(word, "female") == 0 ? HW_FEMALE : HW_UNKNOWN_SEX;
}

/* True if the index holds the name twice. */
static bool is_shared(const hw_name_index *index, int32_t number, const char *name) {
  if (hw_name_index_find(index, name) != number) return true;
  for (int32_t low = 0, high = index->n - 1; low <= high;) {
    int32_t middle = low + (high - low) / 2;
    int order = strcmp(index->entries[middle].name, name);
    if (order == 0)
      return (middle > 0 && strcmp(index->entries[middle - 1].name, name) == 0) ||
             (middle + 1 < index->n && strcmp(index->entries[middle + 1].name, name) == 0);
    if (order < 0)
      low = middle + 1;
    else
      high = middle - 1;
  }
  return false;
}

/* Puts codes in the place of names that stand twice. @param has_shared  [out] if there were any */
static hw_status replace_shared(hwp_loader *self, int32_t n, const char **names,
                                const char *const *codes, bool *has_shared) {
  hw_name_index index = {0};
  *has_shared = false;
  HW_TRY(hw_name_index_init(&index, n, names, self->err));
  if (hw_name_index_duplicate(&index, NULL) != HW_NAME_NONE) {
    bool *replace = hwp_load_alloc(self, &self->scratch, (size_t)n, sizeof *replace);
    if (replace == NULL) {
      hw_name_index_clear(&index);
      return HW_E_NO_MEMORY;
    }
    *has_shared = true;
    for (int32_t i = 0; i < n; i++) replace[i] = is_shared(&index, i, names[i]);
    for (int32_t i = 0; i < n; i++)
      if (replace[i]) names[i] = codes[i];
  }
  hw_name_index_clear(&index);
  return HW_OK;
}

hw_status hwp_load_distinct(hwp_loader *self, int32_t n, const char **names,
                            const char *const *codes) {
  bool has_shared = false;
  HW_TRY(replace_shared(self, n, names, codes, &has_shared));
  if (has_shared) HW_TRY(replace_shared(self, n, names, codes, &has_shared));
  /* A code may be somebody else's label: then nobody's label is used. */
  if (has_shared)
    for (int32_t i = 0; i < n; i++) names[i] = codes[i];
  return HW_OK;
}

/* --- investigation and table --- */

/* The investigation that is asked for, or that of the family. */
static hw_status find_investigation(hwp_loader *self, int64_t *id) {
  const hw_stored_case_options *options = self->options;
  const char *code = options->investigation;
  *id = 0;
  if (code == NULL && options->family != NULL) {
    int64_t family = 0;
    hw_record record;
    HW_TRY(hw_app_find(self->app, HW_KIND_FAMILY, options->family, &family, self->err));
    HW_TRY(hw_store_get(self->store, HW_KIND_FAMILY, family, &self->scratch, &record, self->err));
    *id = hw_record_int(&record, HW_FIELD_FAMILY_INVESTIGATION);
    return HW_OK;
  }
  return hw_app_find(self->app, HW_KIND_INVESTIGATION, code != NULL ? code : "main", id, self->err);
}

/* The one live table of the database, and how many there are. */
static hw_status find_only_table(hwp_loader *self, int64_t *id, int64_t *n) {
  hw_scan *scan = NULL;
  const hw_record *row = NULL;
  *n = 0;
  HW_TRY(hw_store_scan(self->store, HW_KIND_FREQUENCY_TABLE, -1, NULL, &scan, self->err));
  hw_status status;
  while ((status = hw_scan_next(scan, &row, self->err)) == HW_OK && row != NULL)
    if (row->withdrawn == NULL) {
      *id = row->id;
      ++*n;
    }
  hw_scan_done(scan);
  return status;
}

static hw_status load_table(hwp_loader *self) {
  hw_stored_case *out = self->out;
  const char *code = hw_record_text(&self->investigation, HW_FIELD_INVESTIGATION_CODE);
  out->table = hw_record_int(&self->investigation, HW_FIELD_INVESTIGATION_TABLE);
  if (out->table == 0) {
    int64_t n = 0;
    HW_TRY(find_only_table(self, &out->table, &n));
    if (n != 1)
      return hw_err_set(self->err, HW_E_REFERENCE,
                        "investigation '%s' has no frequency table (the database holds %lld): name "
                        "one in the column frequency_table of 'homeward import investigations'",
                        code, (long long)n);
  }
  HW_TRY(hw_store_get(self->store, HW_KIND_FREQUENCY_TABLE, out->table, &self->scratch,
                      &self->table, self->err));
  hwp_load_entry(self, &self->table, &out->table_entry);
  const char *table = hw_record_text(&self->table, HW_FIELD_FREQUENCY_TABLE_CODE);
  if (self->table.withdrawn != NULL)
    return hw_err_set(self->err, HW_E_REFERENCE,
                      "frequency table '%s' of investigation '%s' was withdrawn (%s): name another "
                      "in the column frequency_table of 'homeward import investigations'",
                      table, code, self->table.withdrawn);
  if (hw_record_is_null(&self->investigation, HW_FIELD_INVESTIGATION_TABLE))
    hwp_notes_add(&self->notes,
                  "investigation %s names no frequency table: '%s', the only one, is used", code,
                  table);
  return HW_OK;
}

static hw_status load_investigation(hwp_loader *self) {
  hw_stored_case *out = self->out;
  HW_TRY(find_investigation(self, &out->investigation));
  HW_TRY(hw_store_get(self->store, HW_KIND_INVESTIGATION, out->investigation, &self->scratch,
                      &self->investigation, self->err));
  hwp_load_entry(self, &self->investigation, &out->table_entry);
  const hw_record *record = &self->investigation;
  out->problem.id =
      hw_arena_strdup(self->keep, hw_record_text(record, HW_FIELD_INVESTIGATION_CODE));
  out->problem.description =
      hw_arena_strdup(self->keep, hw_record_text(record, HW_FIELD_INVESTIGATION_DESCRIPTION));
  if (out->problem.id == NULL || out->problem.description == NULL)
    return HW_NO_MEMORY(self->err, "the case");
  if (record->withdrawn != NULL)
    return hw_err_set(self->err, HW_E_REFERENCE, "investigation '%s' was withdrawn: %s",
                      out->problem.id, record->withdrawn);
  double theta = hw_record_real(record, HW_FIELD_INVESTIGATION_THETA);
  out->problem.theta = hw_record_is_null(record, HW_FIELD_INVESTIGATION_THETA) ? 0 : theta;
  if (!(out->problem.theta >= 0 && out->problem.theta < 1))
    return hw_err_set(self->err, HW_E_VALUE,
                      "investigation '%s': theta is %g; it must be at least 0 and below 1",
                      out->problem.id, theta);
  return self->options->without_markers ? HW_OK : load_table(self);
}

/* --- remains --- */

/* A sample without person, as the scan gave it. */
typedef struct sample {
  int64_t id, specimen, parent, entry;
  hw_sex sex;
  const char *code, *label;
} sample;

typedef struct samples {
  sample *items;
  int32_t n, capacity;
  bool is_part;        /* some were asked for by name, */
  hwp_ids individuals; /* and can be of these */
} samples;

static hw_status add_sample(hwp_loader *self, samples *list, const hw_record *row) {
  if (list->n == list->capacity) {
    int32_t capacity = list->capacity > 0 ? 2 * list->capacity : 256;
    if (capacity < 0) return HW_NO_MEMORY(self->err, "the remains");
    sample *larger = hwp_load_alloc(self, &self->scratch, (size_t)capacity, sizeof *larger);
    if (larger == NULL) return HW_E_NO_MEMORY;
    if (list->n > 0) memcpy(larger, list->items, (size_t)list->n * sizeof *larger);
    list->items = larger;
    list->capacity = capacity;
  }
  sample *item = &list->items[list->n++];
  *item =
      (sample){.id = row->id,
               .specimen = hw_record_int(row, HW_FIELD_SAMPLE_SPECIMEN),
               .parent = hw_record_int(row, HW_FIELD_SAMPLE_PARENT),
               .entry = row->entry,
               .sex = hwp_load_sex(hw_record_text(row, HW_FIELD_SAMPLE_SEX)),
               .code = hw_arena_strdup(self->keep, hw_record_text(row, HW_FIELD_SAMPLE_CODE)),
               .label = hw_arena_strdup(self->keep, hw_record_text(row, HW_FIELD_SAMPLE_LABEL))};
  return item->code != NULL && item->label != NULL ? HW_OK : HW_NO_MEMORY(self->err, "the remains");
}

static hw_status take_sample(hwp_loader *self, samples *out, const hw_record *row) {
  int64_t entry = 0;
  hwp_load_entry(self, row, &entry);
  if (row->withdrawn != NULL || !hw_record_is_null(row, HW_FIELD_SAMPLE_PERSON)) return HW_OK;
  return add_sample(self, out, row);
}

static int compare_ids(const void *a, const void *b) {
  const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
  return x < y ? -1 : x > y;
}

/* Samples that are asked for, and all that can be one remains with them. */
static hw_status list_asked(hwp_loader *self, samples *out) {
  hwp_reach reach = {.load = self};
  hwp_ids ids = {0};
  out->is_part = true;
  for (int32_t i = 0; i < self->options->n_samples; i++)
    HW_TRY(hwp_reach_add(&reach, HW_KIND_SAMPLE, self->options->samples[i]));
  HW_TRY(hwp_reach_all(&reach));
  for (int32_t i = 0; i < reach.n; i++) {
    const hwp_reached *item = &reach.items[i];
    if (item->kind == HW_KIND_SAMPLE) HW_TRY(hwp_ids_add(self, &self->scratch, &ids, item->id));
    if (item->kind == HW_KIND_INDIVIDUAL)
      HW_TRY(hwp_ids_add(self, &self->scratch, &out->individuals, item->id));
  }
  if (ids.n > 0) qsort(ids.items, (size_t)ids.n, sizeof *ids.items, compare_ids);
  if (out->individuals.n > 0)
    qsort(out->individuals.items, (size_t)out->individuals.n, sizeof *ids.items, compare_ids);
  for (int32_t i = 0; i < ids.n; i++) {
    hw_record row;
    HW_TRY(
        hw_store_get(self->store, HW_KIND_SAMPLE, ids.items[i], &self->scratch, &row, self->err));
    if (hw_record_int(&row, HW_FIELD_SAMPLE_INVESTIGATION) == self->out->investigation)
      HW_TRY(take_sample(self, out, &row));
  }
  return HW_OK;
}

static hw_status list_samples(hwp_loader *self, samples *out) {
  if (self->options->samples != NULL) return list_asked(self, out);
  hw_scan *scan = NULL;
  const hw_record *row = NULL;
  hw_value key = hw_value_int(self->out->investigation);
  HW_TRY(hw_store_scan(self->store, HW_KIND_SAMPLE, HW_FIELD_SAMPLE_INVESTIGATION, &key, &scan,
                       self->err));
  hw_status status;
  while ((status = hw_scan_next(scan, &row, self->err)) == HW_OK && row != NULL) {
    status = take_sample(self, out, row);
    if (status != HW_OK) break;
  }
  hw_scan_done(scan);
  return status;
}

/* Sex of a sample: its own, its specimen's, or that of the sample it was made from. */
static hw_status find_sex(hwp_loader *self, sample *item) {
  enum { MOST_PARENTS = 16 };
  int64_t specimen = item->specimen, parent = item->parent;
  for (int depth = 0; item->sex == HW_UNKNOWN_SEX && depth < MOST_PARENTS; depth++) {
    hw_record record;
    if (specimen != 0) {
      HW_TRY(hwp_load_get(self, HW_KIND_SPECIMEN, specimen, &item->entry, &record));
      if (record.withdrawn == NULL)
        item->sex = hwp_load_sex(hw_record_text(&record, HW_FIELD_SPECIMEN_SEX));
    }
    if (item->sex != HW_UNKNOWN_SEX || parent == 0) break;
    HW_TRY(hwp_load_get(self, HW_KIND_SAMPLE, parent, &item->entry, &record));
    item->sex = hwp_load_sex(hw_record_text(&record, HW_FIELD_SAMPLE_SEX));
    specimen = hw_record_int(&record, HW_FIELD_SAMPLE_SPECIMEN);
    parent = hw_record_int(&record, HW_FIELD_SAMPLE_PARENT);
  }
  return HW_OK;
}

/* Where the remains go. */
typedef struct remains_list {
  hw_remains *remains;
  const char **names;
  const char **codes;
  int64_t *profile, *sample, *entry;
  int32_t *n_samples;
  const int64_t **samples;
  int32_t n, n_untyped;
} remains_list;

/* A profile that says nothing. */
static hw_status make_untyped(hwp_loader *self, hw_profile *out) {
  const size_t n = (size_t)self->n_markers;
  hw_observation *observations = hwp_load_alloc(self, self->keep, n, sizeof *observations);
  if (observations == NULL) return HW_E_NO_MEMORY;
  for (size_t m = 0; m < n; m++)
    observations[m] =
        (hw_observation){.kind = HW_OBS_MISSING, .a = HW_ALLELE_NONE, .b = HW_ALLELE_NONE};
  *out = (hw_profile){.n_markers = self->n_markers, .observations = observations};
  return HW_OK;
}

static hw_status keep_samples(hwp_loader *self, const hwp_ids *own, remains_list *list) {
  int64_t *ids = hwp_load_alloc(self, self->keep, (size_t)own->n, sizeof *ids);
  if (ids == NULL) return HW_E_NO_MEMORY;
  for (int32_t i = 0; i < own->n; i++) ids[i] = own->items[i];
  list->samples[list->n] = ids;
  list->n_samples[list->n] = own->n;
  return HW_OK;
}

/* @param own  the sample, or all of its confirmed individual */
static hw_status load_sample(hwp_loader *self, sample *item, const hwp_ids *own,
                             remains_list *list) {
  hw_arena_reset(&self->brief);
  HW_TRY(find_sex(self, item));
  char whose[HW_CODE_MAX + 16];
  snprintf(whose, sizeof whose, "sample %s", item->code);
  hw_remains *remains = &list->remains[list->n];
  HW_TRY(hwp_load_profile(self, 0, own, item->sex, whose, &item->entry, &remains->profile,
                          &list->profile[list->n]));
  if (list->profile[list->n] == 0) {
    list->n_untyped++;
    if (!self->options->untyped_remains && !self->options->without_markers) return HW_OK;
    HW_TRY(make_untyped(self, &remains->profile));
  }
  HW_TRY(keep_samples(self, own, list));
  remains->sex = item->sex;
  const bool has_label = item->label[0] != '\0' && !self->options->by_code;
  list->names[list->n] = has_label ? item->label : item->code;
  list->codes[list->n] = item->code;
  list->sample[list->n] = item->id;
  list->entry[list->n] = item->entry;
  list->n++;
  return HW_OK;
}

/* Individual of each sample, 0 = none. */
static hw_status find_individuals(hwp_loader *self, samples *all, int64_t **out) {
  const size_t n = (size_t)all->n;
  int64_t *ids = hwp_load_alloc(self, &self->scratch, 5 * n, sizeof *ids);
  if (ids == NULL) return HW_E_NO_MEMORY;
  for (size_t i = 0; i < n; i++) {
    ids[n + i] = all->items[i].id;
    ids[2 * n + i] = all->items[i].specimen;
    ids[3 * n + i] = all->items[i].parent;
  }
  *out = ids;
  if (self->options->separate_samples) return HW_OK;
  int64_t *entry = ids + 4 * n;
  HW_TRY(hwp_load_individuals(self, all->is_part ? &all->individuals : NULL, all->n, ids + n,
                              ids + 2 * n, ids + 3 * n, ids, entry));
  for (size_t i = 0; i < n; i++)
    if (entry[i] > all->items[i].entry) all->items[i].entry = entry[i];
  return HW_OK;
}

/* Loads a sample with those behind it that are confirmed to be of the same person; nothing
 * happens for these. The sex is the first that is known. */
static hw_status load_individual(hwp_loader *self, samples *all, int32_t i,
                                 const int64_t *individual, remains_list *list) {
  sample *item = &all->items[i];
  hwp_ids own = {0};
  for (int32_t j = 0; j < i && individual[i] != 0; j++)
    if (individual[j] == individual[i]) return HW_OK;
  HW_TRY(hwp_ids_add(self, &self->scratch, &own, item->id));
  for (int32_t j = i + 1; j < all->n && individual[i] != 0; j++) {
    sample *other = &all->items[j];
    if (individual[j] != individual[i]) continue;
    HW_TRY(hwp_ids_add(self, &self->scratch, &own, other->id));
    HW_TRY(find_sex(self, other));
    if (item->sex == HW_UNKNOWN_SEX) item->sex = other->sex;
    if (other->entry > item->entry) item->entry = other->entry;
  }
  return load_sample(self, item, &own, list);
}

static hw_status load_remains(hwp_loader *self) {
  samples all = {0};
  int64_t *individual = NULL;
  HW_TRY(list_samples(self, &all));
  HW_TRY(find_individuals(self, &all, &individual));
  size_t n = (size_t)all.n;
  remains_list list = {
      .remains = hwp_load_alloc(self, self->keep, n, sizeof *list.remains),
      .names = hwp_load_alloc(self, &self->scratch, n, sizeof *list.names),
      .codes = hwp_load_alloc(self, &self->scratch, n, sizeof *list.codes),
      .profile = hwp_load_alloc(self, self->keep, n, sizeof *list.profile),
      .sample = hwp_load_alloc(self, self->keep, n, sizeof *list.sample),
      .entry = hwp_load_alloc(self, self->keep, n, sizeof *list.entry),
      .n_samples = hwp_load_alloc(self, self->keep, n, sizeof *list.n_samples),
      .samples = hwp_load_alloc(self, self->keep, n, sizeof *list.samples),
  };
  if (list.remains == NULL || list.names == NULL || list.codes == NULL || list.profile == NULL ||
      list.sample == NULL || list.entry == NULL || list.n_samples == NULL || list.samples == NULL)
    return HW_E_NO_MEMORY;
  for (int32_t i = 0; i < all.n; i++) HW_TRY(load_individual(self, &all, i, individual, &list));
  HW_TRY(hwp_load_distinct(self, list.n, list.names, list.codes));
  for (int32_t i = 0; i < list.n; i++)
    list.remains[i].id = list.remains[i].profile.id = list.names[i];
  if (list.n_untyped > 0 && !self->options->without_markers)
    hwp_notes_add(&self->notes, "%d sample%s of remains without a profile that counts",
                  (int)list.n_untyped, list.n_untyped == 1 ? "" : "s");
  hw_stored_case *out = self->out;
  out->problem.remains = list.remains;
  out->problem.n_remains = list.n;
  out->remains_profile = list.profile;
  out->remains_sample = list.sample;
  out->remains_n_samples = list.n_samples;
  out->remains_samples = list.samples;
  out->remains_entry = list.entry;
  return HW_OK;
}

/* --- the whole --- */

/* Markers that were typed and cannot be compared: one note for all profiles. */
static hw_status note_lacking(hwp_loader *self) {
  if (self->lacking.n == 0) return HW_OK;
  hw_str text = HW_STR_INIT;
  enum { MOST_NAMES = 12 };
  for (int32_t i = 0; i < self->lacking.n && i < MOST_NAMES; i++) {
    const char *name = NULL;
    hw_status status =
        hwp_load_code(self, HW_KIND_MARKER, self->lacking.items[i], &self->scratch, &name);
    if (status != HW_OK) {
      hw_str_clear(&text);
      return status;
    }
    hw_str_append_format(&text, "%s%s", i > 0 ? ", " : "", name);
  }
  if (self->lacking.n > MOST_NAMES) hw_str_append(&text, ", …");
  hwp_notes_add(&self->notes, "%d typed marker%s not in frequency table '%s' and not compared: %s",
                (int)self->lacking.n, self->lacking.n == 1 ? " is" : "s are",
                hw_record_text(&self->table, HW_FIELD_FREQUENCY_TABLE_CODE), hw_str_text(&text));
  hw_str_clear(&text);
  return HW_OK;
}

static hw_status load_all(hwp_loader *self) {
  uint8_t hash[HW_DIGEST_SIZE];
  HW_TRY(hw_store_head(self->store, &self->out->head, hash, self->err));
  HW_TRY(load_investigation(self));
  if (!self->options->without_markers) {
    HW_TRY(hwp_load_markers(self));
    HW_TRY(hwp_load_added(self));
  }
  if (self->options->as_hypotheses)
    HW_TRY(hwp_load_hypotheses(self));
  else
    HW_TRY(hwp_load_families(self));
  if (!self->options->as_hypotheses && !self->options->without_remains) HW_TRY(load_remains(self));
  HW_TRY(hwp_load_since(self));
  HW_TRY(hwp_load_finish_markers(self));
  hwp_load_renumber(self);
  HW_TRY(note_lacking(self));
  return hwp_load_digests(self);
}

hw_status hw_stored_case_load(hw_app *app, const hw_stored_case_options *options,
                              hw_stored_case *out, hw_err *err) {
  memset(out, 0, sizeof *out);
  hw_arena_init(&out->arena, 0);
  hwp_loader self = {.app = app,
                     .store = app->store,
                     .options = options,
                     .out = out,
                     .keep = &out->arena,
                     .notes = {.arena = &out->arena,
                               .most = HW_STORED_CASE_NOTES,
                               .n = &out->n_notes,
                               .n_all = &out->n_all_notes,
                               .notes = &out->notes},
                     .err = err};
  hw_arena_init(&self.scratch, 0);
  hw_arena_init(&self.brief, 0);
  hw_db *db = hw_store_db(app->store);
  const bool is_inside = hw_db_is_in_transaction(db);
  hw_status status = is_inside ? HW_OK : hw_db_begin_read(db, err);
  if (status == HW_OK) status = load_all(&self);
  if (!is_inside) hw_db_rollback(db);
  hwp_load_free_markers(&self);
  hw_arena_clear(&self.scratch);
  hw_arena_clear(&self.brief);
  return status;
}

void hw_stored_case_clear(hw_stored_case *self) {
  hw_arena_clear(&self->arena);
  memset(self, 0, sizeof *self);
}
