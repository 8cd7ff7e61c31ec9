/* PED files: the alleles of each marker and their frequencies.
 *
 *   MERLIN   M marker                 plain   marker allele frequency
 *            F 0.1 0.2 0.7   (alleles are called 1, 2, 3 …)
 *            A 9.3 0.3       (one allele a line)
 *
 * Sums, duplicates and policies are hw_frequency_table_new's. Without a frequency
 * file a marker's alleles are those that were seen, in the order of the rows, and
 * there are no frequencies: the struct then holds genotypes and pedigrees, but
 * nothing can be computed from it alone. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formats/ped_int.h"

typedef struct entries {
  hw_frequency_entry *list;
  size_t n, capacity;
  hw_intern texts;     /* markers and alleles */
  const char *marker;  /* MERLIN: the current one */
  int32_t n_of_marker; /* MERLIN: frequencies of its F lines */
} entries;

static hw_status add_entry(hwp_ped_reader *self, entries *e, const char *marker,
                           hwp_ped_word allele, hwp_ped_word frequency, hw_err *err) {
  int32_t number;
  double value;
  if (!hwp_ped_number(frequency, &value))
    return hw_err_set(
        err, HW_E_SYNTAX, "\"%.*s\" is not a number%s", (int)(frequency.n < 40 ? frequency.n : 40),
        frequency.text,
        memchr(frequency.text, ',', frequency.n) ? "; write the decimal sign as a point" : "");
  HW_TRY(hwp_ped_intern(&e->texts, allele, "allele", &number, err));
  void *array = e->list;
  HW_TRY(hwp_ped_reserve(&array, e->n, &e->capacity, sizeof *e->list, err));
  e->list = array;
  e->list[e->n++] = (hw_frequency_entry){.marker = marker,
                                         .allele = e->texts.texts[number],
                                         .frequency = value,
                                         .line = self->frequencies.line};
  return HW_OK;
}

static hw_status intern_marker(entries *e, hwp_ped_word word, const char **out, hw_err *err) {
  int32_t number;
  HW_TRY(hwp_ped_intern(&e->texts, word, "marker name", &number, err));
  *out = e->texts.texts[number];
  return HW_OK;
}

static hw_status read_merlin_line(hwp_ped_reader *self, entries *e, hw_err *err) {
  hwp_ped_file *file = &self->frequencies;
  hwp_ped_word kind, word, value;
  (void)hwp_ped_next_word(file, &kind);
  if (hwp_ped_is(kind, "M")) {
    if (!hwp_ped_next_word(file, &word))
      return hw_err_set(err, HW_E_SYNTAX, "a marker without a name; expected \"M name\"");
    e->n_of_marker = 0;
    return intern_marker(e, word, &e->marker, err);
  }
  const bool is_list = hwp_ped_is(kind, "F");
  if (!is_list && !hwp_ped_is(kind, "A"))
    return hw_err_set(err, HW_E_SYNTAX,
                      "the line begins with \"%.*s\"; expected M (marker), F (frequencies) or A "
                      "(allele and frequency)",
                      (int)(kind.n < 40 ? kind.n : 40), kind.text);
  if (e->marker == NULL)
    return hw_err_set(err, HW_E_SYNTAX, "frequencies before the first marker (\"M name\")");
  if (!is_list) {
    if (!hwp_ped_next_word(file, &word) || !hwp_ped_next_word(file, &value))
      return hw_err_set(err, HW_E_SYNTAX, "expected \"A allele frequency\"");
    return add_entry(self, e, e->marker, word, value, err);
  }
  while (hwp_ped_next_word(file, &value)) {
    char name[16];
    const int n = snprintf(name, sizeof name, "%d", (int)++e->n_of_marker);
    HW_TRY(add_entry(self, e, e->marker, (hwp_ped_word){name, (size_t)n}, value, err));
  }
  return HW_OK;
}

static hw_status read_plain_line(hwp_ped_reader *self, entries *e, hw_err *err) {
  hwp_ped_file *file = &self->frequencies;
  hwp_ped_word marker, allele, value;
  const size_t n = hwp_ped_count_words(file, NULL);
  if (n != 3)
    return hw_err_set(err, HW_E_SHAPE, "%zu words; expected marker, allele and frequency", n);
  (void)hwp_ped_next_word(file, &marker);
  (void)hwp_ped_next_word(file, &allele);
  (void)hwp_ped_next_word(file, &value);
  const char *name;
  HW_TRY(intern_marker(e, marker, &name, err));
  return add_entry(self, e, name, allele, value, err);
}

/* "marker allele frequency" and the like. */
static bool is_plain_header(const hwp_ped_file *file) {
  static const char *const names[] = {"marker", "locus", "snp", "name"};
  hwp_ped_file copy = *file;
  hwp_ped_word word;
  (void)hwp_ped_next_word(&copy, &word);
  bool is_name = false;
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (hwp_ped_is(word, names[i])) is_name = true;
  double value;
  while (hwp_ped_next_word(&copy, &word)) { /* the last word */
  }
  return is_name && !hwp_ped_number(word, &value);
}

static bool read_entries(hwp_ped_reader *self, entries *e) {
  hwp_ped_file *file = &self->frequencies;
  bool is_merlin = false, goes_on = true;
  for (bool is_first = true; goes_on && hwp_ped_next_line(file); is_first = false) {
    hw_err err = HW_ERR_INIT;
    if (is_first) {
      hwp_ped_file copy = *file;
      hwp_ped_word word;
      (void)hwp_ped_next_word(&copy, &word);
      is_merlin = hwp_ped_is(word, "M") && hwp_ped_count_words(file, NULL) <= 2;
      if (!is_merlin && is_plain_header(file)) continue;
    }
    const hw_status status =
        is_merlin ? read_merlin_line(self, e, &err) : read_plain_line(self, e, &err);
    if (status != HW_OK) goes_on = hwp_ped_report(self, file, &err);
  }
  return self->errors->n == self->n_errors;
}

/* --- markers with a table --- */

/* Copies what a marker borrows from the table. */
static hw_status keep_alleles(hwp_ped_reader *self, hw_marker *marker, hw_err *err) {
  hw_arena *arena = &self->out->arena;
  const size_t n = (size_t)marker->n_alleles;
  const char **names = hw_arena_alloc_array(arena, n, sizeof *names);
  const double *frequencies = hw_arena_copy(arena, marker->frequencies, n * sizeof *frequencies);
  if (names == NULL || frequencies == NULL) return HW_NO_MEMORY(err, "the frequencies");
  for (size_t i = 0; i < n; i++) {
    names[i] = hw_arena_strdup(arena, marker->allele_names[i]);
    if (names[i] == NULL) return HW_NO_MEMORY(err, "the frequencies");
  }
  marker->allele_names = names;
  marker->frequencies = frequencies;
  return HW_OK;
}

/* index_of[text] of one marker; stamps tell which marker an entry belongs to. */
typedef struct index_map {
  int32_t *stamp, *index;
} index_map;

static void set_index(index_map *map, int32_t text, int32_t marker, int32_t index) {
  map->stamp[text] = marker + 1;
  map->index[text] = index;
}

static int32_t get_index(const index_map *map, int32_t text, int32_t marker) {
  return map->stamp[text] == marker + 1 ? map->index[text] : HW_ALLELE_NONE;
}

/* Alleles seen of one marker that have no index yet: each is reported, or added to @p extra. */
typedef struct extras {
  hw_frequency_extra *list;
  size_t n, capacity;
} extras;

static bool handle_unlisted(hwp_ped_reader *self, int32_t marker, int32_t text, int32_t row,
                            extras *extra) {
  hw_err err = HW_ERR_INIT;
  const char *name = self->markers[marker].name, *allele = self->texts.texts[text];
  const hw_frequency_options *options = self->options->frequency;
  if (options != NULL && options->minimum != HW_MINIMUM_NONE && extra != NULL) {
    void *array = extra->list;
    if (hwp_ped_reserve(&array, extra->n, &extra->capacity, sizeof *extra->list, &err) == HW_OK) {
      extra->list = array;
      extra->list[extra->n++] = (hw_frequency_extra){name, allele};
      return true;
    }
  } else {
    hw_err_set(&err, HW_E_REFERENCE,
               "marker \"%.60s\": allele \"%.40s\" has no frequency in %.60s; add it there, or "
               "choose a minimum frequency such as 5/(2n)",
               name, allele, self->frequencies.name);
    hw_err_place(&err, NULL, self->rows[row].line, 0);
  }
  return hwp_ped_report(self, &self->ped, &err);
}

/* Looks for alleles of a marker that the table lacks. Each is handled once. */
static bool find_unlisted(hwp_ped_reader *self, int32_t marker, const hw_marker *listed,
                          index_map *map, extras *extra) {
  for (int32_t a = 0; a < listed->n_alleles; a++) {
    const char *name = listed->allele_names[a];
    const int32_t text = hw_intern_find(&self->texts, name, strlen(name));
    if (text != HW_INTERN_NONE) set_index(map, text, marker, a);
  }
  for (int32_t r = 0; r < self->n_rows; r++) {
    const int32_t *pair = self->alleles + 2 * ((size_t)r * (size_t)self->names.n + (size_t)marker);
    for (int i = 0; i < 2; i++) {
      if (pair[i] == 0 || get_index(map, pair[i], marker) != HW_ALLELE_NONE) continue;
      if (!handle_unlisted(self, marker, pair[i], r, extra)) return false;
      set_index(map, pair[i], marker, 0);
    }
  }
  return true;
}

static hw_status make_table(const hwp_ped_reader *self, const entries *e, const extras *extra,
                            hw_frequency_table **out, hw_err *err) {
  hw_frequency_options options = {0};
  if (self->options->frequency != NULL) options = *self->options->frequency;
  hw_frequency_extra *all = NULL;
  if (extra->n > 0) {
    const size_t n = extra->n + (size_t)options.n_extra;
    all = n <= INT32_MAX ? calloc(n, sizeof *all) : NULL;
    if (all == NULL) return HW_NO_MEMORY(err, "the frequencies");
    if (options.n_extra > 0) memcpy(all, options.extra, (size_t)options.n_extra * sizeof *all);
    memcpy(all + options.n_extra, extra->list, extra->n * sizeof *all);
    options.extra = all;
    options.n_extra = (int32_t)n;
  }
  const hw_status status = hw_frequency_table_new(e->list, e->n, NULL, &options, out, err);
  free(all);
  return status;
}

/* Borrows the table's alleles for each marker; false (reported) if one is lacking. */
static bool find_markers(hwp_ped_reader *self, const hw_frequency_table *table,
                         hw_marker *markers) {
  for (int32_t m = 0; m < self->names.n; m++) {
    const int32_t t = hw_frequency_table_find(table, self->markers[m].name);
    if (t != HW_MARKER_NONE) {
      markers[m].n_alleles = table->markers[t].n_alleles;
      markers[m].allele_names = table->markers[t].allele_names;
      markers[m].frequencies = table->markers[t].frequencies;
      continue;
    }
    hw_err err = HW_ERR_INIT;
    self->frequencies.line = 0;
    hw_err_set(&err, HW_E_REFERENCE, "the file has no frequencies of marker \"%.60s\"",
               self->markers[m].name);
    if (!hwp_ped_report(self, &self->frequencies, &err)) return false;
  }
  return self->errors->n == self->n_errors;
}

static bool fail(hwp_ped_reader *self, hwp_ped_file *file, hw_err *err) {
  file->line = 0;
  (void)hwp_ped_report(self, file, err);
  return false;
}

/* Reads the table, and again with the alleles that it lacks where a minimum is chosen. */
static bool use_table(hwp_ped_reader *self, const entries *e, index_map *map, hw_marker *markers) {
  hw_err err = HW_ERR_INIT;
  hw_frequency_table *table = NULL;
  extras extra = {0};
  bool is_good = true;
  for (int round = 0; is_good && round < 2; round++) {
    hw_frequency_table_delete(table);
    table = NULL;
    if (make_table(self, e, &extra, &table, &err) != HW_OK)
      is_good = fail(self, &self->frequencies, &err);
    is_good = is_good && find_markers(self, table, markers);
    const size_t n_before = extra.n;
    for (int32_t m = 0; is_good && m < self->names.n; m++)
      is_good = find_unlisted(self, m, &markers[m], map, round == 0 ? &extra : NULL);
    memset(map->stamp, 0, (size_t)self->texts.n * sizeof *map->stamp);
    if (extra.n == n_before) break;
  }
  is_good = is_good && self->errors->n == self->n_errors;
  for (int32_t m = 0; is_good && m < self->names.n; m++)
    if (keep_alleles(self, &markers[m], &err) != HW_OK)
      is_good = fail(self, &self->frequencies, &err);
  hw_frequency_table_delete(table);
  free(extra.list);
  return is_good;
}

/* --- markers without a table --- */

static hw_status use_seen(hwp_ped_reader *self, int32_t marker, index_map *map, hw_marker *to,
                          hw_err *err) {
  int32_t n = 0;
  for (int pass = 0; pass < 2; pass++) { /* count, then name */
    const char **names = NULL;
    if (pass == 1) {
      names = hw_arena_alloc_array(&self->out->arena, (size_t)n, sizeof *names);
      if (names == NULL) return HW_NO_MEMORY(err, "the alleles");
      to->n_alleles = n;
      to->allele_names = names;
      n = 0;
    }
    const int32_t stamp = 2 * marker + pass; /* each pass is a marker of its own */
    for (int32_t r = 0; r < self->n_rows; r++) {
      const int32_t *pair =
          self->alleles + 2 * ((size_t)r * (size_t)self->names.n + (size_t)marker);
      for (int i = 0; i < 2; i++) {
        if (pair[i] == 0 || get_index(map, pair[i], stamp) != HW_ALLELE_NONE) continue;
        if (n == HW_MAX_ALLELES)
          return hw_err_set(err, HW_E_VALUE, "marker \"%.60s\" has more than %d alleles",
                            self->markers[marker].name, HW_MAX_ALLELES);
        set_index(map, pair[i], stamp, n);
        if (names != NULL) names[n] = self->texts.texts[pair[i]];
        n++;
      }
    }
  }
  return HW_OK;
}

/* Turns numbers of texts into indices of alleles. */
static void index_alleles(hwp_ped_reader *self, const hw_marker *markers, index_map *map) {
  memset(map->stamp, 0, (size_t)self->texts.n * sizeof *map->stamp);
  for (int32_t m = 0; m < self->names.n; m++) {
    for (int32_t a = 0; a < markers[m].n_alleles; a++) {
      const char *name = markers[m].allele_names[a];
      const int32_t text = hw_intern_find(&self->texts, name, strlen(name));
      if (text != HW_INTERN_NONE) set_index(map, text, m, a);
    }
    for (int32_t r = 0; r < self->n_rows; r++) {
      int32_t *pair = self->alleles + 2 * ((size_t)r * (size_t)self->names.n + (size_t)m);
      for (int i = 0; i < 2; i++)
        pair[i] = pair[i] == 0 ? HW_ALLELE_NONE : get_index(map, pair[i], m);
    }
  }
}

/* The result's markers, but for alleles. */
static hw_marker *make_markers(hwp_ped_reader *self) {
  hw_arena *arena = &self->out->arena;
  const size_t n = (size_t)self->names.n;
  hw_marker *markers = hw_arena_alloc_array(arena, n, sizeof *markers);
  int64_t *position_bp = hw_arena_alloc_array(arena, n, sizeof *position_bp);
  if (markers == NULL || position_bp == NULL) return NULL;
  for (size_t m = 0; m < n; m++) {
    markers[m] = (hw_marker){.name = self->markers[m].name,
                             .chromosome = self->markers[m].chromosome,
                             .position_cm = self->markers[m].position_cm,
                             .silent = HW_ALLELE_NONE};
    position_bp[m] = self->markers[m].position_bp;
  }
  self->out->markers = markers;
  self->out->position_bp = position_bp;
  self->out->n_markers = (int32_t)n;
  return markers;
}

static bool fill(hwp_ped_reader *self, index_map *map) {
  hw_err err = HW_ERR_INIT;
  hw_marker *markers = make_markers(self);
  map->stamp = hw_arena_alloc_array(&self->scratch, (size_t)self->texts.n, sizeof *map->stamp);
  map->index = hw_arena_alloc_array(&self->scratch, (size_t)self->texts.n, sizeof *map->index);
  if (markers == NULL || map->stamp == NULL || map->index == NULL) {
    (void)HW_NO_MEMORY(&err, "the markers");
    return fail(self, &self->ped, &err);
  }
  if (self->has_frequencies) {
    entries e = {.texts = {.arena = &self->scratch}};
    const bool is_good = read_entries(self, &e) && use_table(self, &e, map, markers);
    free(e.list);
    hw_intern_clear(&e.texts);
    if (!is_good) return false;
  } else {
    for (int32_t m = 0; m < self->names.n; m++)
      if (use_seen(self, m, map, &markers[m], &err) != HW_OK) return fail(self, &self->ped, &err);
  }
  self->out->has_frequencies = self->has_frequencies;
  index_alleles(self, markers, map);
  return true;
}

bool hwp_ped_read_alleles(hwp_ped_reader *self) {
  index_map map;
  return fill(self, &map);
}
