/* Frequency tables: from published numbers to frequencies that sum to one.
 *
 * Steps, per marker:
 *   1. gather its entries under all spellings of its name; refuse an allele
 *      twice, a number outside 0 … 1, two sample sizes;
 *   2. add extra alleles with frequency 0;
 *   3. raise what lies below the minimum to it (5/(2n): National Research
 *      Council 1996, The Evaluation of Forensic DNA Evidence, ch. 5);
 *   4. normalise as asked, and write down what each step did.
 *
 * Entries are sorted by (key of the marker, place in the input), so that large
 * and hostile inputs take n log n and the result follows the input's order.
 *
 * Mistakes are collected: all entries are checked before any marker is built, and
 * each marker by itself. */
#include "genetics/frequency_build.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/check.h"
#include "genetics/marker_name.h"
#include "genetics/name_index.h"

typedef struct storage {
  hw_frequency_table table;
  hw_arena arena;
} storage;

/* An entry with what sorting needs. */
typedef struct keyed {
  const char *key;
  const hw_frequency_entry *entry;
} keyed;

/* A marker on the way from entries to frequencies. */
typedef struct building {
  storage *owner;
  const hw_frequency_options *options;
  hw_err *err;
  const keyed *entries; /* of this marker, in the order of the input */
  size_t n_entries;
  const char **names; /* room for entries, extra alleles and the rest */
  double *frequencies;
  int32_t n;
  double minimum;
} building;

static int compare_keyed(const void *a, const void *b) {
  const keyed *left = a, *right = b;
  int order = strcmp(left->key, right->key);
  if (order != 0) return order;
  return (left->entry > right->entry) - (left->entry < right->entry);
}

/* Groups are put back into the order of the input by their first entry. */
static int compare_groups(const void *a, const void *b) {
  const keyed *left = *(const keyed *const *)a, *right = *(const keyed *const *)b;
  return (left->entry > right->entry) - (left->entry < right->entry);
}

/* Adds the line on which an entry stands to the error. */
static hw_status at_entry(hw_status status, const hw_frequency_entry *entry, hw_err *err) {
  hw_err_place(err, NULL, entry->line, 0);
  return status;
}

static hw_status check_options(const hw_frequency_options *o, hw_err *err) {
  if (o->minimum < HW_MINIMUM_NONE || o->minimum > HW_MINIMUM_STATED)
    return hw_err_set(err, HW_E_VALUE, "minimum policy %d does not exist", (int)o->minimum);
  if (o->normalisation < HW_NORMALISE_NONE || o->normalisation > HW_NORMALISE_REST)
    return hw_err_set(err, HW_E_VALUE, "normalisation %d does not exist", (int)o->normalisation);
  if (o->minimum == HW_MINIMUM_STATED && !(o->minimum_value > 0 && o->minimum_value <= 0.5))
    return hw_err_set(err, HW_E_VALUE,
                      "the minimum frequency is %g; it must be above 0 and at "
                      "most 0.5",
                      o->minimum_value);
  if (o->two_n < 0) return hw_err_set(err, HW_E_VALUE, "2n is %d", (int)o->two_n);
  return HW_OK;
}

static hw_status check_entry(const hw_frequency_entry *e, hw_err *err) {
  if (!e->marker || !e->marker[0])
    return at_entry(hw_err_set(err, HW_E_VALUE, "an entry without marker name"), e, err);
  if (!e->allele || !e->allele[0])
    return at_entry(
        hw_err_set(err, HW_E_VALUE, "marker \"%.60s\": an entry without allele name", e->marker), e,
        err);
  if (!(e->frequency >= 0 && e->frequency <= 1))
    return at_entry(
        hw_err_set(err, HW_E_VALUE,
                   "marker \"%.60s\", allele \"%.40s\": the frequency is %g; it must be "
                   "from 0 to 1 (no percentages)",
                   e->marker, e->allele, e->frequency),
        e, err);
  if (e->two_n < 0)
    return at_entry(
        hw_err_set(err, HW_E_VALUE, "marker \"%.60s\": 2n is %d", e->marker, (int)e->two_n), e,
        err);
  return HW_OK;
}

/* --- one marker --- */

static hw_status gather(building *b, double *sum_seen, int32_t *two_n) {
  *sum_seen = 0;
  *two_n = b->options->two_n;
  for (size_t i = 0; i < b->n_entries; i++) {
    const hw_frequency_entry *e = b->entries[i].entry;
    if (b->options->two_n == 0 && e->two_n > 0) {
      if (*two_n > 0 && *two_n != e->two_n)
        return at_entry(
            hw_err_set(b->err, HW_E_SHAPE, "marker \"%.60s\": 2n is %d here and %d before",
                       e->marker, (int)e->two_n, (int)*two_n),
            e, b->err);
      *two_n = e->two_n;
    }
    b->names[i] = e->allele;
    b->frequencies[i] = e->frequency;
    *sum_seen += e->frequency;
  }
  b->n = (int32_t)b->n_entries;
  hw_name_index index;
  HW_TRY(hw_name_index_init(&index, b->n, b->names, b->err));
  int32_t again = hw_name_index_duplicate(&index, NULL);
  hw_name_index_clear(&index);
  if (again == HW_NAME_NONE) return HW_OK;
  const hw_frequency_entry *e = b->entries[again].entry;
  return at_entry(
      hw_err_set(b->err, HW_E_DUPLICATE, "marker \"%.60s\": allele \"%.40s\" stands twice",
                 e->marker, e->allele),
      e, b->err);
}

static bool is_listed(const building *b, const char *allele) {
  for (int32_t i = 0; i < b->n; i++)
    if (strcmp(b->names[i], allele) == 0) return true;
  return false;
}

static hw_status add_extra(building *b, const char *key, bool *is_used, int32_t *n_added) {
  *n_added = 0;
  for (int32_t i = 0; i < b->options->n_extra; i++) {
    char extra_key[HW_MARKER_KEY_SIZE];
    hw_marker_name_key(b->options->extra[i].marker, extra_key);
    if (strcmp(extra_key, key) != 0) continue;
    is_used[i] = true;
    if (is_listed(b, b->options->extra[i].allele)) continue;
    if (b->n >= HW_MAX_ALLELES)
      return hw_err_set(b->err, HW_E_VALUE, "marker \"%.60s\" has more than %d alleles",
                        b->entries[0].entry->marker, HW_MAX_ALLELES);
    if (b->options->minimum == HW_MINIMUM_NONE)
      return hw_err_set(b->err, HW_E_VALUE,
                        "marker \"%.60s\": allele \"%.40s\" has no frequency; choose a minimum "
                        "frequency (5/(2n) or a stated one)",
                        b->entries[0].entry->marker, b->options->extra[i].allele);
    b->names[b->n] = b->options->extra[i].allele;
    b->frequencies[b->n++] = 0;
    (*n_added)++;
  }
  return HW_OK;
}

static hw_status raise_to_minimum(building *b, int32_t two_n, hw_frequency_finding *finding) {
  const char *marker = b->entries[0].entry->marker;
  if (b->options->minimum == HW_MINIMUM_NONE) return HW_OK;
  if (b->options->minimum == HW_MINIMUM_STATED) {
    finding->minimum = b->options->minimum_value;
  } else {
    if (two_n == 0)
      return hw_err_set(b->err, HW_E_VALUE,
                        "marker \"%.60s\": the minimum 5/(2n) needs the sample size; state 2n",
                        marker);
    if (two_n < 10)
      return hw_err_set(b->err, HW_E_VALUE,
                        "marker \"%.60s\": 2n is %d, too small for the minimum 5/(2n)", marker,
                        (int)two_n);
    finding->minimum = 5.0 / two_n;
  }
  /* A published 5/(2n) that was rounded downwards in its last digit is not raised. */
  double threshold = finding->minimum * (1 - 1e-9);
  for (int32_t i = 0; i < b->n; i++) {
    if (!(b->frequencies[i] < threshold)) continue;
    b->frequencies[i] = finding->minimum;
    if ((size_t)i < b->n_entries) finding->n_raised++;
  }
  return HW_OK;
}

static hw_status normalise(building *b, hw_frequency_finding *finding) {
  const char *marker = b->entries[0].entry->marker;
  double sum = 0;
  for (int32_t i = 0; i < b->n; i++) sum += b->frequencies[i];
  finding->factor = 1;
  if (!(sum > 0))
    return hw_err_set(b->err, HW_E_VALUE, "marker \"%.60s\": all frequencies are 0", marker);
  if (b->options->normalisation == HW_NORMALISE_RESCALE) {
    if (sum == 1) return HW_OK;
    finding->factor = 1 / sum;
    for (int32_t i = 0; i < b->n; i++) b->frequencies[i] /= sum;
    return HW_OK;
  }
  /* Within the tolerance nothing is missing that a rest allele could stand for. */
  if (b->options->normalisation == HW_NORMALISE_REST && sum < 1 - HW_FREQUENCY_SUM_TOLERANCE) {
    const char *rest = b->options->rest_allele ? b->options->rest_allele : "rest";
    if (is_listed(b, rest))
      return hw_err_set(b->err, HW_E_DUPLICATE,
                        "marker \"%.60s\" lists an allele \"%.40s\" already", marker, rest);
    if (b->n >= HW_MAX_ALLELES)
      return hw_err_set(b->err, HW_E_VALUE, "marker \"%.60s\" has more than %d alleles", marker,
                        HW_MAX_ALLELES);
    b->names[b->n] = rest;
    b->frequencies[b->n++] = finding->rest_frequency = 1 - sum;
    return HW_OK;
  }
  if (fabs(sum - 1) <= HW_FREQUENCY_SUM_TOLERANCE) return HW_OK;
  if (finding->n_raised + finding->n_added > 0)
    return hw_err_set(b->err, HW_E_VALUE,
                      "marker \"%.60s\": the frequencies sum to %.9g, not to 1, with %d at the "
                      "minimum %.6g; choose to rescale them",
                      marker, sum, (int)(finding->n_raised + finding->n_added), finding->minimum);
  return hw_err_set(b->err, HW_E_VALUE,
                    "marker \"%.60s\": the frequencies sum to %.9g, not to 1 (tolerance %g); "
                    "choose to rescale them or, if alleles are left out, to add a rest allele",
                    marker, sum, HW_FREQUENCY_SUM_TOLERANCE);
}

/* Copies the finished marker to the table's memory. */
static hw_status keep(building *b, int32_t two_n, hw_frequency_marker *out) {
  hw_arena *arena = &b->owner->arena;
  const char **names = hw_arena_alloc_array(arena, (size_t)b->n, sizeof *names);
  double *frequencies = hw_arena_copy(arena, b->frequencies, (size_t)b->n * sizeof *frequencies);
  out->name = hw_arena_strdup(arena, b->entries[0].entry->marker);
  if (!names || !frequencies || !out->name) return HW_NO_MEMORY(b->err, "the frequency table");
  for (int32_t i = 0; i < b->n; i++) {
    names[i] = hw_arena_strdup(arena, b->names[i]);
    if (!names[i]) return HW_NO_MEMORY(b->err, "the frequency table");
  }
  out->n_alleles = b->n;
  out->allele_names = names;
  out->frequencies = frequencies;
  out->two_n = two_n;
  return HW_OK;
}

static hw_status build_marker(building *b, bool *is_used, hw_frequency_marker *out,
                              hw_frequency_finding *finding) {
  if (b->n_entries > HW_MAX_ALLELES)
    return at_entry(hw_err_set(b->err, HW_E_VALUE, "marker \"%.60s\" has more than %d alleles",
                               b->entries[0].entry->marker, HW_MAX_ALLELES),
                    b->entries[HW_MAX_ALLELES].entry, b->err);
  int32_t two_n;
  HW_TRY(gather(b, &finding->sum_seen, &two_n));
  HW_TRY(add_extra(b, b->entries[0].key, is_used, &finding->n_added));
  hw_status status = raise_to_minimum(b, two_n, finding);
  if (status == HW_OK) status = normalise(b, finding);
  if (status != HW_OK) return at_entry(status, b->entries[0].entry, b->err);
  return keep(b, two_n, out);
}

/* --- the table --- */

/* @return true if there was no mistake */
static bool check_entries(const hw_frequency_entry *entries, size_t n, hw_errors *errors) {
  for (size_t i = 0; i < n; i++) {
    hw_err err = HW_ERR_INIT;
    if (check_entry(&entries[i], &err) != HW_OK) (void)hw_errors_add(errors, &err);
  }
  return errors->n == 0;
}

/* Fills keys and sorts; the keys live in the arena of the work. */
static hw_status sort_entries(const hw_frequency_entry *entries, size_t n, hw_arena *work,
                              keyed *out, hw_err *err) {
  char key[HW_MARKER_KEY_SIZE];
  for (size_t i = 0; i < n; i++) {
    /* Files list a marker's alleles together: one copy of the key serves them all. */
    hw_marker_name_key(entries[i].marker, key);
    bool is_same = i > 0 && strcmp(out[i - 1].key, key) == 0;
    out[i].key = is_same ? out[i - 1].key : hw_arena_strdup(work, key);
    out[i].entry = &entries[i];
    if (!out[i].key) return HW_NO_MEMORY(err, "the frequency table");
  }
  qsort(out, n, sizeof *out, compare_keyed);
  return HW_OK;
}

/* Starts of the groups of equal keys, in the order of the input. */
static int32_t find_groups(const keyed *sorted, size_t n, const keyed **starts) {
  size_t n_groups = 0;
  for (size_t i = 0; i < n; i++)
    if (i == 0 || strcmp(sorted[i - 1].key, sorted[i].key) != 0) starts[n_groups++] = &sorted[i];
  qsort(starts, n_groups, sizeof(const keyed *), compare_groups);
  return (int32_t)n_groups;
}

static hw_status check_extra(const hw_frequency_options *options, const bool *is_used,
                             hw_err *err) {
  for (int32_t i = 0; i < options->n_extra; i++)
    if (!is_used[i])
      return hw_err_set(err, HW_E_REFERENCE,
                        "allele \"%.40s\" was to be added to marker \"%.60s\", which the table "
                        "does not have",
                        options->extra[i].allele, options->extra[i].marker);
  return HW_OK;
}

/* Builds all markers; work is freed by the caller. Mistakes are collected, and what is returned is
 * not among them. */
static hw_status build_markers(storage *self, const hw_frequency_entry *entries, size_t n,
                               const hw_frequency_options *options, hw_arena *work,
                               hw_errors *errors, hw_err *err) {
  keyed *sorted = hw_arena_alloc_array(work, n, sizeof *sorted);
  const keyed **starts = hw_arena_alloc_array(work, n, sizeof *starts);
  bool *is_used = hw_arena_alloc_array(work, (size_t)options->n_extra, sizeof *is_used);
  building b = {.owner = self, .options = options, .err = err};
  b.names = hw_arena_alloc_array(work, HW_MAX_ALLELES + 1, sizeof *b.names);
  b.frequencies = hw_arena_alloc_array(work, HW_MAX_ALLELES + 1, sizeof *b.frequencies);
  if (!sorted || !starts || !is_used || !b.names || !b.frequencies)
    return HW_NO_MEMORY(err, "the frequency table");
  HW_TRY(sort_entries(entries, n, work, sorted, err));
  int32_t n_markers = find_groups(sorted, n, starts);
  hw_frequency_marker *markers =
      hw_arena_alloc_array(&self->arena, (size_t)n_markers, sizeof *markers);
  hw_frequency_finding *findings =
      hw_arena_alloc_array(&self->arena, (size_t)n_markers, sizeof *findings);
  if (!markers || !findings) return HW_NO_MEMORY(err, "the frequency table");
  for (int32_t i = 0; i < n_markers; i++) {
    const keyed *end = starts[i];
    while (end < sorted + n && strcmp(end->key, starts[i]->key) == 0) end++;
    b.entries = starts[i];
    b.n_entries = (size_t)(end - starts[i]);
    const bool is_good = build_marker(&b, is_used, &markers[i], &findings[i]) == HW_OK;
    if (!is_good && !hw_errors_add(errors, err)) return HW_OK;
  }
  self->table.markers = markers;
  self->table.findings = findings;
  self->table.n_markers = n_markers;
  return errors->n == 0 ? check_extra(options, is_used, err) : HW_OK;
}

static hw_status begin(storage *self, size_t n, const char *population,
                       const hw_frequency_options *options, hw_err *err) {
  HW_TRY(check_options(options, err));
  if (n == 0) return hw_err_set(err, HW_E_VALUE, "the table has no frequencies");
  if (n > INT32_MAX) return hw_err_set(err, HW_E_VALUE, "%zu frequencies are too many", n);
  self->table.population = hw_arena_strdup(&self->arena, population ? population : "");
  self->table.source = hw_arena_strdup(&self->arena, options->source ? options->source : "");
  return self->table.population && self->table.source ? HW_OK
                                                      : HW_NO_MEMORY(err, "the frequency table");
}

hw_status hw_frequency_table_build(const hw_frequency_entry *entries, size_t n_entries,
                                   const char *population, const hw_frequency_options *options,
                                   hw_frequency_table **out, hw_errors *errors) {
  static const hw_frequency_options unchanged = {0};
  hw_err err = HW_ERR_INIT;
  *out = NULL;
  if (!options) options = &unchanged;
  storage *self = calloc(1, sizeof *self);
  if (!self) {
    const hw_status status = HW_NO_MEMORY(&err, "the frequency table");
    (void)hw_errors_add(errors, &err);
    return status;
  }
  hw_arena work;
  hw_arena_init(&work, 0);
  hw_arena_init(&self->arena, 0);
  self->table.storage = self;
  hw_status status = begin(self, n_entries, population, options, &err);
  if (status == HW_OK && check_entries(entries, n_entries, errors))
    status = build_markers(self, entries, n_entries, options, &work, errors, &err);
  if (status != HW_OK) (void)hw_errors_add(errors, &err);
  hw_arena_clear(&work);
  status = hw_errors_status(errors, NULL);
  if (status == HW_OK)
    *out = &self->table;
  else
    hw_frequency_table_delete(&self->table);
  return status;
}

hw_status hw_frequency_table_new(const hw_frequency_entry *entries, size_t n_entries,
                                 const char *population, const hw_frequency_options *options,
                                 hw_frequency_table **out, hw_err *err) {
  hw_errors errors = {0};
  const hw_status status =
      hw_frequency_table_build(entries, n_entries, population, options, out, &errors);
  return status == HW_OK ? HW_OK : hw_errors_status(&errors, err);
}

void hw_frequency_table_delete(hw_frequency_table *self) {
  if (!self) return;
  storage *owner = self->storage;
  hw_arena_clear(&owner->arena);
  free(owner);
}

int32_t hw_frequency_table_find(const hw_frequency_table *self, const char *name) {
  char key[HW_MARKER_KEY_SIZE], other[HW_MARKER_KEY_SIZE];
  hw_marker_name_key(name, key);
  for (int32_t i = 0; i < self->n_markers; i++) {
    hw_marker_name_key(self->markers[i].name, other);
    if (strcmp(key, other) == 0) return i;
  }
  return HW_MARKER_NONE;
}

void hw_frequency_table_get_marker(const hw_frequency_table *self, int32_t index, hw_marker *out) {
  const hw_frequency_marker *m = &self->markers[index];
  *out = (hw_marker){.name = m->name,
                     .chromosome = HW_CHROMOSOME_AUTOSOMAL,
                     .position_cm = (double)NAN,
                     .n_alleles = m->n_alleles,
                     .allele_names = m->allele_names,
                     .frequencies = m->frequencies,
                     .silent = HW_ALLELE_NONE};
}
