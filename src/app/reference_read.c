/* Reference profiles from the database into the search's compact arrays (two bytes
 * a marker); what is kept beside them is the record of each.
 *
 * A million profiles have twenty million observations, and a marker some hundred
 * different ones. So each text is taken apart once, and looked up by its bytes from
 * then on. */
#include <stdlib.h>
#include <string.h>

#include "app/observations.h"
#include "app/reference_rows_int.h"
#include "base/check.h"
#include "genetics/name_index.h"

/* Texts that are remembered for a marker: more take the long way. A power of two, half of which is
 * used; and the longest of them. */
enum { SLOTS = 4096, MOST_TEXTS = SLOTS / 2, LONGEST = 15 };

/* One observation as it is written, and its genotype; HW_ALLELE_NONE = it is none that counts. */
typedef struct known_text {
  char bytes[LONGEST];
  uint8_t n; /* 0 = free */
  hw_allele a, b;
} known_text;

typedef struct known_texts {
  known_text slots[SLOTS];
  int32_t n;
} known_texts;

/* A panel's columns: markers of the case, or that of the unknown ones. */
typedef struct columns {
  int64_t panel;
  int32_t *marker;
  size_t n;
} columns;

typedef struct reader {
  hw_reference_rows *rows;
  const hwp_examine *examine;
  int32_t n_markers;
  hw_name_index *alleles; /* of each marker */
  known_texts *known;     /* of each marker; the last is of those that the case lacks */
  hw_allele *row;         /* 2 × n_markers: one profile */
  columns *panels;
  size_t n_panels;
} reader;

/* --- columns --- */

static int32_t marker_of(const reader *self, int64_t record) {
  for (int32_t m = 0; m < self->n_markers; m++)
    if (self->rows->stored.marker[m] == record) return m;
  return self->n_markers;
}

static hw_status read_columns(reader *self, int64_t panel, columns *out, hw_err *err) {
  hw_value key = hw_value_int(panel);
  hw_scan *scan = NULL;
  const hw_record *row = NULL;
  hwp_list markers = {0};
  HW_TRY(hw_store_scan_key(self->examine->app->store, HW_KIND_PANEL_MARKER, 1, &key, &scan, err));
  hw_status status;
  while ((status = hw_scan_next(scan, &row, err)) == HW_OK && row != NULL) {
    status = hwp_list_add(&markers, hw_record_int(row, HW_FIELD_PANEL_MARKER_MARKER), err);
    if (status != HW_OK) break;
  }
  hw_scan_done(scan);
  *out = (columns){.panel = panel, .n = markers.n};
  if (status == HW_OK) out->marker = calloc(markers.n + 1, sizeof *out->marker);
  if (status == HW_OK && out->marker == NULL) status = HW_NO_MEMORY(err, "the references");
  for (size_t i = 0; out->marker != NULL && i < markers.n; i++)
    out->marker[i] = marker_of(self, markers.items[i]);
  free(markers.items);
  return status;
}

/* The columns of a panel; those of the last one asked for stand first. */
static hw_status find_columns(reader *self, int64_t panel, const columns **out, hw_err *err) {
  for (size_t i = 0; i < self->n_panels; i++) {
    if (self->panels[i].panel != panel) continue;
    const columns found = self->panels[i];
    self->panels[i] = self->panels[0];
    self->panels[0] = found;
    *out = &self->panels[0];
    return HW_OK;
  }
  columns *larger = realloc(self->panels, (self->n_panels + 1) * sizeof *larger);
  if (larger == NULL) return HW_NO_MEMORY(err, "the references");
  self->panels = larger;
  HW_TRY(read_columns(self, panel, &larger[self->n_panels], err));
  *out = &larger[self->n_panels++];
  return HW_OK;
}

/* --- observations --- */

static hw_allele find_allele(const reader *self, int32_t marker, const hw_seen *seen, int i) {
  char name[HW_SEEN_ALLELE_MAX + 1];
  size_t n = (size_t)seen->alleles[i].n;
  memcpy(name, seen->alleles[i].text, n);
  name[n] = '\0';
  return hw_name_index_find(&self->alleles[marker], name);
}

/* An allele that the table lacks leaves the marker out here. */
static void take_apart(const reader *self, int32_t marker, const hw_seen *seen, known_text *out) {
  out->a = out->b = HW_ALLELE_NONE;
  if (marker == self->n_markers || seen->kind != HW_SEEN_GENOTYPE) return;
  hw_allele a = find_allele(self, marker, seen, 0), b = find_allele(self, marker, seen, 1);
  if (a == HW_NAME_NONE || b == HW_NAME_NONE) return;
  out->a = a;
  out->b = b;
}

/* The place of a text: where it is, or where it can stand. */
static known_text *find_text(known_texts *known, const char *text, size_t n, uint32_t hash) {
  for (uint32_t at = (hash ^ hash >> 16) % SLOTS;; at = (at + 1) % SLOTS) {
    known_text *slot = &known->slots[at];
    if (slot->n == 0 || (slot->n == n && memcmp(slot->bytes, text, n) == 0)) return slot;
  }
}

/* Reads one observation that is not remembered. False if it is none. */
static bool learn(reader *self, int32_t marker, const char *text, size_t n, known_text *slot,
                  known_text *out) {
  const char *at = text;
  hw_seen seen;
  bool has_more = false;
  if (hw_observation_next(&at, &seen, &has_more, NULL) != HW_OK) return false;
  take_apart(self, marker, &seen, out);
  if (slot == NULL || self->known[marker].n == MOST_TEXTS) return true;
  self->known[marker].n++;
  memcpy(slot->bytes, text, n);
  slot->n = (uint8_t)n;
  slot->a = out->a;
  slot->b = out->b;
  return true;
}

/* Reads the next observation. @param at  [in, out] NULL at the end. False if it is none */
static bool take_next(reader *self, int32_t marker, const char **at) {
  const char *text = *at;
  uint32_t hash = 0;
  size_t n = 0;
  for (; text[n] != ';' && text[n] != '\0'; n++)
    hash = (hash ^ (unsigned char)text[n]) * 0x9e3779b1u;
  *at = text[n] == ';' ? text + n + 1 : NULL;
  if (n == 0) return true;
  known_text fresh, *slot = n <= LONGEST ? find_text(&self->known[marker], text, n, hash) : NULL;
  if (slot == NULL || slot->n == 0) {
    if (!learn(self, marker, text, n, slot, &fresh)) return false;
    slot = &fresh;
  }
  if (slot->a != HW_ALLELE_NONE) {
    self->row[2 * marker] = slot->a;
    self->row[2 * marker + 1] = slot->b;
  }
  return true;
}

/* --- profiles --- */

static hw_status add_profile(reader *self, const hw_record *profile, hw_err *err) {
  hw_reference_rows *rows = self->rows;
  const columns *list = NULL;
  const char *at = hw_record_text(profile, HW_FIELD_PROFILE_OBSERVATIONS);
  HW_TRY(find_columns(self, hw_record_int(profile, HW_FIELD_PROFILE_PANEL), &list, err));
  for (int32_t i = 0; i < 2 * self->n_markers; i++) self->row[i] = HW_ALLELE_NONE;
  for (size_t i = 0; i < list->n && at != NULL; i++)
    if (!take_next(self, list->marker[i], &at)) return HW_OK; /* check tells */
  HW_TRY(hw_duplicates_add(rows->search, self->row, err));
  HW_TRY(hwp_list_add(&rows->profiles, profile->id, err));
  HW_TRY(hwp_list_add(&rows->persons, hw_record_int(profile, HW_FIELD_PROFILE_PERSON), err));
  if (profile->entry <= rows->head) rows->n_kept = hw_duplicates_count(rows->search);
  return HW_OK;
}

static hw_status add_all(reader *self, hw_err *err) {
  hw_reference_rows *rows = self->rows;
  hw_scan *scan = NULL;
  const hw_record *profile = NULL;
  HW_TRY(hw_store_scan_from(self->examine->app->store, HW_KIND_PROFILE, rows->last_profile + 1,
                            &scan, err));
  hw_status status;
  while ((status = hw_scan_next(scan, &profile, err)) == HW_OK && profile != NULL) {
    bool counts = profile->withdrawn == NULL &&
                  !hw_record_is_null(profile, HW_FIELD_PROFILE_PERSON) &&
                  strcmp(hw_record_text(profile, HW_FIELD_PROFILE_USE), "replicate") != 0;
    if (profile->entry <= rows->head) rows->last_profile = profile->id;
    if (!counts) continue;
    status = hwp_examine_go_on(self->examine, err);
    if (status == HW_OK) status = add_profile(self, profile, err);
    if (status != HW_OK) break;
  }
  hw_scan_done(scan);
  return status;
}

static hw_status prepare(reader *self, hw_err *err) {
  const hw_case *problem = &self->rows->stored.problem;
  const size_t n = (size_t)problem->n_markers;
  self->n_markers = problem->n_markers;
  self->alleles = calloc(n + 1, sizeof *self->alleles);
  self->known = calloc(n + 1, sizeof *self->known);
  self->row = calloc(2 * n + 2, sizeof *self->row);
  if (self->alleles == NULL || self->known == NULL || self->row == NULL)
    return HW_NO_MEMORY(err, "the references");
  for (int32_t m = 0; m < problem->n_markers; m++)
    HW_TRY(hw_name_index_init(&self->alleles[m], problem->markers[m].n_alleles,
                              problem->markers[m].allele_names, err));
  return HW_OK;
}

hw_status hwp_reference_rows_read(hw_reference_rows *rows, const hwp_examine *examine,
                                  hw_err *err) {
  reader self = {.rows = rows, .examine = examine};
  hw_status status = prepare(&self, err);
  if (status == HW_OK) status = add_all(&self, err);
  for (int32_t m = 0; self.alleles != NULL && m < self.n_markers; m++)
    hw_name_index_clear(&self.alleles[m]);
  for (size_t i = 0; i < self.n_panels; i++) free(self.panels[i].marker);
  free(self.panels);
  free(self.alleles);
  free(self.known);
  free(self.row);
  return status;
}
