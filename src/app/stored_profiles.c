/* Which profiles of a person or sample count, and what they say.
 *
 * Consensus profiles go before single ones, and replicates never count alone:
 * what a replicate shows is evidence only through the stated rule that made the
 * consensus. Several profiles that count are joined: typed with different kits,
 * they complete each other, and where they share a marker they must agree.
 * Profiles that contradict each other are a mistake somewhere (a sample
 * exchanged, a code given twice); guessing which one is right would be worse
 * than computing without both, so none counts, and a note says so.
 *
 * What an observation means depends on whose it is:
 *   under dropout       every observation is the set of alleles seen
 *   a male, X marker    one allele, or the same one written twice
 *   otherwise           two alleles, or one known and the other not
 * Anything else is left out with a note: it fits no genotype that the engine
 * could reason about. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/anchor_profile.h"
#include "app/stored_case_int.h"
#include "base/check.h"

/* A profile as the scan gave it. */
typedef struct candidate {
  int64_t id, panel;
  const char *code, *observations;
  bool is_consensus, is_replicate, has_dropout;
  double dropout, drop_in;
} candidate;

typedef struct candidates {
  candidate *items;
  int32_t n, capacity;
} candidates;

static bool is_known(const candidates *list, int64_t id) {
  for (int32_t i = 0; i < list->n; i++)
    if (list->items[i].id == id) return true;
  return false;
}

static hw_status add_candidate(hwp_loader *self, candidates *list, const hw_record *row) {
  if (is_known(list, row->id)) return HW_OK;
  if (list->n == list->capacity) {
    int32_t capacity = list->capacity > 0 ? 2 * list->capacity : 4;
    candidate *larger = hwp_load_alloc(self, &self->brief, (size_t)capacity, sizeof *larger);
    if (larger == NULL) return HW_E_NO_MEMORY;
    if (list->n > 0) memcpy(larger, list->items, (size_t)list->n * sizeof *larger);
    list->items = larger;
    list->capacity = capacity;
  }
  const char *use = hw_record_text(row, HW_FIELD_PROFILE_USE);
  bool has_drop_in = !hw_record_is_null(row, HW_FIELD_PROFILE_DROP_IN);
  candidate made = {
      .id = row->id,
      .panel = hw_record_int(row, HW_FIELD_PROFILE_PANEL),
      .code = hw_arena_strdup(&self->brief, hw_record_text(row, HW_FIELD_PROFILE_CODE)),
      .observations =
          hw_arena_strdup(&self->brief, hw_record_text(row, HW_FIELD_PROFILE_OBSERVATIONS)),
      .is_consensus = strcmp(use, "consensus") == 0,
      .is_replicate = strcmp(use, "replicate") == 0,
      .has_dropout = !hw_record_is_null(row, HW_FIELD_PROFILE_DROPOUT),
      .dropout = hw_record_real(row, HW_FIELD_PROFILE_DROPOUT),
      .drop_in = has_drop_in ? hw_record_real(row, HW_FIELD_PROFILE_DROP_IN) : 0,
  };
  if (made.code == NULL || made.observations == NULL) return HW_NO_MEMORY(self->err, "a profile");
  int32_t at = list->n++;
  for (; at > 0 && list->items[at - 1].id > made.id; at--) list->items[at] = list->items[at - 1];
  list->items[at] = made;
  return HW_OK;
}

static hw_status list_candidates(hwp_loader *self, int field, int64_t value, int64_t *entry,
                                 candidates *list) {
  hw_scan *scan = NULL;
  const hw_record *row = NULL;
  hw_value key = hw_value_int(value);
  HW_TRY(hw_store_scan(self->store, HW_KIND_PROFILE, field, &key, &scan, self->err));
  hw_status status;
  while ((status = hw_scan_next(scan, &row, self->err)) == HW_OK && row != NULL) {
    hwp_load_entry(self, row, entry);
    if (row->withdrawn != NULL || hwp_anchor_is(hw_record_text(row, HW_FIELD_PROFILE_CODE)))
      continue;
    status = add_candidate(self, list, row);
    if (status != HW_OK) break;
  }
  hw_scan_done(scan);
  return status;
}

/* Keeps the consensus profiles where there are any, else the single ones. */
static void choose(hwp_loader *self, candidates *list, const char *whose) {
  bool has_consensus = false, has_replicate = false;
  for (int32_t i = 0; i < list->n; i++) {
    has_consensus = has_consensus || list->items[i].is_consensus;
    has_replicate = has_replicate || list->items[i].is_replicate;
  }
  int32_t n = 0;
  for (int32_t i = 0; i < list->n; i++)
    if (has_consensus ? list->items[i].is_consensus : !list->items[i].is_replicate)
      list->items[n++] = list->items[i];
  list->n = n;
  if (n == 0 && has_replicate)
    hwp_notes_add(&self->notes,
                  "%s has replicates without a consensus, which do not count: import them with "
                  "--consensus",
                  whose);
}

/* --- one observation --- */

/* What could not be used of a profile. */
typedef struct left_out {
  int n_mixture, n_single, n_sex, n_silent, n_set;
} left_out;

typedef struct reading {
  const candidate *profile;
  hw_sex sex;
  left_out left;
} reading;

static hw_status find_allele(hwp_loader *self, const reading *at, int32_t m, const hw_seen *seen,
                             int i, hw_allele *out) {
  char name[HW_SEEN_ALLELE_MAX + 1];
  memcpy(name, seen->alleles[i].text, (size_t)seen->alleles[i].n);
  name[seen->alleles[i].n] = '\0';
  return hwp_load_allele(self, m, name, at->profile->code, out);
}

/* The set of alleles seen, each once, ascending. */
static hw_status read_set(hwp_loader *self, reading *at, int32_t m, const hw_seen *seen,
                          hw_observation *out) {
  hw_allele *alleles = hwp_load_alloc(self, self->keep, (size_t)seen->n, sizeof *alleles);
  if (alleles == NULL) return HW_E_NO_MEMORY;
  int32_t n = 0;
  for (int i = 0; i < seen->n; i++) {
    hw_allele allele = HW_ALLELE_NONE;
    HW_TRY(find_allele(self, at, m, seen, i, &allele));
    if (allele == HW_ALLELE_NONE) return HW_OK; /* counted as refused */
    if (allele == self->markers[m].marker.silent) {
      at->left.n_silent++;
      return HW_OK;
    }
    int32_t place = n;
    while (place > 0 && alleles[place - 1] > allele) place--;
    if (place > 0 && alleles[place - 1] == allele) continue;
    memmove(alleles + place + 1, alleles + place, (size_t)(n - place) * sizeof *alleles);
    alleles[place] = allele;
    n++;
  }
  *out = (hw_observation){
      .kind = HW_OBS_SET, .a = HW_ALLELE_NONE, .b = HW_ALLELE_NONE, .n_seen = n, .seen = alleles};
  return HW_OK;
}

/* Kind of the observation for this person; missing, with the reason counted, if it has none. */
static hw_observation_kind judge(hwp_loader *self, reading *at, int32_t m, const hw_seen *seen) {
  const bool is_x = hw_marker_is_x(&self->markers[m].marker);
  if (seen->kind == HW_SEEN_NOTHING) return HW_OBS_MISSING;
  if (is_x && at->sex == HW_UNKNOWN_SEX) {
    at->left.n_sex++;
    return HW_OBS_MISSING;
  }
  if (at->profile->has_dropout) return HW_OBS_SET;
  if (seen->kind == HW_SEEN_MIXTURE) {
    at->left.n_mixture++;
    return HW_OBS_MISSING;
  }
  if (seen->kind == HW_SEEN_SET) {
    at->left.n_set++;
    return HW_OBS_MISSING;
  }
  if (is_x && at->sex == HW_MALE) {
    bool is_one =
        seen->kind == HW_SEEN_SINGLE ||
        (seen->kind == HW_SEEN_GENOTYPE && seen->alleles[0].n == seen->alleles[1].n &&
         memcmp(seen->alleles[0].text, seen->alleles[1].text, (size_t)seen->alleles[0].n) == 0);
    if (is_one) return HW_OBS_SINGLE;
    at->left.n_sex++;
    return HW_OBS_MISSING;
  }
  if (seen->kind != HW_SEEN_SINGLE) return HW_OBS_GENOTYPE;
  at->left.n_single++;
  return HW_OBS_MISSING;
}

static hw_status read_one(hwp_loader *self, reading *at, int32_t m, const hw_seen *seen,
                          hw_observation *out) {
  *out = (hw_observation){.kind = HW_OBS_MISSING, .a = HW_ALLELE_NONE, .b = HW_ALLELE_NONE};
  hw_observation_kind kind = judge(self, at, m, seen);
  if (kind == HW_OBS_MISSING) return HW_OK;
  if (kind == HW_OBS_SET) return read_set(self, at, m, seen, out);
  hw_allele a = HW_ALLELE_NONE, b = HW_ALLELE_NONE;
  HW_TRY(find_allele(self, at, m, seen, 0, &a));
  bool has_second = kind == HW_OBS_GENOTYPE && seen->kind == HW_SEEN_GENOTYPE;
  if (has_second) HW_TRY(find_allele(self, at, m, seen, 1, &b));
  if (a == HW_ALLELE_NONE || (has_second && b == HW_ALLELE_NONE)) return HW_OK;
  hw_allele silent = self->markers[m].marker.silent;
  if (silent != HW_ALLELE_NONE && (a == silent || b == silent)) {
    at->left.n_silent++;
    return HW_OK;
  }
  out->kind = kind;
  out->a = a;
  out->b = b;
  if (has_second && b < a) { /* one genotype has one form, so that digests compare */
    out->a = b;
    out->b = a;
  }
  return HW_OK;
}

/* --- joining --- */

static bool is_same(const hw_observation *x, const hw_observation *y) {
  return (x->a == y->a && x->b == y->b) || (x->a == y->b && x->b == y->a);
}

/* Joins what two profiles say at a marker. @return false if they contradict each other */
static bool join(hw_observation *own, const hw_observation *other) {
  if (other->kind == HW_OBS_MISSING) return true;
  if (own->kind == HW_OBS_MISSING) {
    *own = *other;
    return true;
  }
  if (own->kind != other->kind || own->kind == HW_OBS_SET) return false;
  if (is_same(own, other)) return true;
  if (own->kind != HW_OBS_GENOTYPE) return false;
  bool own_partial = own->b == HW_ALLELE_NONE, other_partial = other->b == HW_ALLELE_NONE;
  if (own_partial && other_partial) { /* each knows another allele of the two */
    hw_allele a = own->a;
    own->a = a < other->a ? a : other->a;
    own->b = a < other->a ? other->a : a;
    return true;
  }
  if (own_partial && (own->a == other->a || own->a == other->b)) {
    *own = *other;
    return true;
  }
  return other_partial && (other->a == own->a || other->a == own->b);
}

/* --- one profile --- */

static hw_status read_column(hwp_loader *self, reading *at, const hwp_panel *panel, int i,
                             const hw_seen *seen, hw_observation *out, int32_t *clash) {
  if (i >= panel->n || panel->column[i] < 0) return HW_OK;
  hw_observation observation;
  HW_TRY(read_one(self, at, panel->column[i], seen, &observation));
  if (!join(&out[panel->column[i]], &observation)) *clash = panel->column[i];
  return HW_OK;
}

/* Reads a profile over what is known already. @param clash  [out] a marker where it contradicts */
static hw_status read_profile(hwp_loader *self, reading *at, hw_observation *out, int32_t *clash) {
  const candidate *profile = at->profile;
  const hwp_panel *panel = NULL;
  HW_TRY(hwp_load_panel(self, profile->panel, &panel));
  const char *text = profile->observations;
  int n = 0;
  for (;; n++) {
    hw_seen seen;
    bool has_more = false;
    hw_status status = hw_observation_next(&text, &seen, &has_more, self->err);
    if (status != HW_OK) {
      hw_err_while(self->err, "reading profile '%s'", profile->code);
      return status;
    }
    if (!has_more) break;
    HW_TRY(read_column(self, at, panel, n, &seen, out, clash));
  }
  if (n == panel->n) return HW_OK;
  return hw_err_set(self->err, HW_E_SHAPE,
                    "profile '%s' has %d observations for the %d markers of "
                    "its panel",
                    profile->code, n, panel->n);
}

/* Tells what could not be used. */
static void note_left_out(hwp_loader *self, const candidate *profile, const left_out *left) {
  const struct {
    int n;
    const char *why;
  } reasons[] = {{left->n_mixture, "more than two alleles"},
                 {left->n_single, "one allele where two are expected"},
                 {left->n_sex, "an X marker whose alleles the known sex does not explain"},
                 {left->n_silent, "the silent allele, which is never seen"},
                 {left->n_set, "a set of alleles without a stated dropout probability"}};
  for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
    if (reasons[i].n > 0)
      hwp_notes_add(&self->notes, "profile %s: %d marker%s not used: %s", profile->code,
                    reasons[i].n, reasons[i].n == 1 ? "" : "s", reasons[i].why);
}

/* --- all profiles of somebody --- */

static hw_status keep_loaded(hwp_loader *self, hw_observation *observations) {
  if (self->n_loaded == self->loaded_capacity) {
    int32_t capacity = self->loaded_capacity > 0 ? 2 * self->loaded_capacity : 256;
    if (capacity < 0) return HW_NO_MEMORY(self->err, "the profiles");
    hw_observation **larger =
        hwp_load_alloc(self, &self->scratch, (size_t)capacity, sizeof *larger);
    if (larger == NULL) return HW_E_NO_MEMORY;
    if (self->n_loaded > 0) memcpy(larger, self->loaded, (size_t)self->n_loaded * sizeof *larger);
    self->loaded = larger;
    self->loaded_capacity = capacity;
  }
  self->loaded[self->n_loaded++] = observations;
  return HW_OK;
}

/* Reads all that count into one. @param is_joined  [out] false if they contradict each other */
static hw_status join_all(hwp_loader *self, const candidates *list, hw_sex sex, const char *whose,
                          hw_observation *out, bool *is_joined) {
  *is_joined = true;
  for (int32_t i = 0; i < list->n && *is_joined; i++) {
    int32_t clash = -1;
    reading at = {.profile = &list->items[i], .sex = sex};
    HW_TRY(read_profile(self, &at, out, &clash));
    note_left_out(self, at.profile, &at.left);
    if (clash < 0) continue;
    *is_joined = false;
    hwp_notes_add(&self->notes,
                  "%s: profiles %s and %s contradict each other at %s: none of them counts "
                  "(withdraw the wrong one)",
                  whose, list->items[0].code, at.profile->code, self->markers[clash].marker.name);
  }
  return HW_OK;
}

/* Several profiles under dropout, or with and without it, cannot be joined. */
static bool can_join(const candidates *list) {
  for (int32_t i = 0; i < list->n; i++)
    if (list->n > 1 && list->items[i].has_dropout) return false;
  return true;
}

hw_status hwp_load_profile(hwp_loader *self, int64_t person, const hwp_ids *samples, hw_sex sex,
                           const char *whose, int64_t *entry, hw_profile *out, int64_t *record) {
  candidates list = {0};
  *out = (hw_profile){0};
  *record = 0;
  if (self->options->without_markers) return HW_OK;
  if (person != 0) HW_TRY(list_candidates(self, HW_FIELD_PROFILE_PERSON, person, entry, &list));
  for (int32_t i = 0; i < samples->n; i++)
    HW_TRY(list_candidates(self, HW_FIELD_PROFILE_SAMPLE, samples->items[i], entry, &list));
  choose(self, &list, whose);
  if (list.n == 0) return HW_OK;
  if (!can_join(&list)) {
    hwp_notes_add(&self->notes,
                  "%s: profiles %s and %s are several under dropout: none of them counts (make a "
                  "consensus)",
                  whose, list.items[0].code, list.items[1].code);
    return HW_OK;
  }
  hw_observation *observations =
      hwp_load_alloc(self, self->keep, (size_t)self->n_markers, sizeof *observations);
  if (observations == NULL) return HW_E_NO_MEMORY;
  for (int32_t m = 0; m < self->n_markers; m++)
    observations[m].a = observations[m].b = HW_ALLELE_NONE;
  bool is_joined = false;
  HW_TRY(join_all(self, &list, sex, whose, observations, &is_joined));
  if (!is_joined) return HW_OK;
  HW_TRY(keep_loaded(self, observations));
  const candidate *first = &list.items[0];
  *record = first->id;
  *out = (hw_profile){.n_markers = self->n_markers,
                      .observations = observations,
                      .has_dropout = first->has_dropout,
                      .dropout = first->has_dropout ? first->dropout : 0,
                      .drop_in = first->has_dropout ? first->drop_in : 0};
  return HW_OK;
}

/* --- added alleles get their places --- */

static void renumber_set(const hwp_marker *marker, hw_observation *observation) {
  /* The set was made by this file, in the case's own memory. */
  hw_allele *seen = (hw_allele *)(uintptr_t)(const void *)observation->seen;
  for (int32_t i = 0; i < observation->n_seen; i++) {
    hw_allele allele = hwp_load_place(marker, seen[i]);
    int32_t at = i;
    for (; at > 0 && seen[at - 1] > allele; at--) seen[at] = seen[at - 1];
    seen[at] = allele;
  }
}

void hwp_load_renumber(hwp_loader *self) {
  if (self->n_extra == 0) return;
  for (int32_t p = 0; p < self->n_loaded; p++)
    for (int32_t m = 0; m < self->n_markers; m++) {
      const hwp_marker *marker = &self->markers[m];
      hw_observation *observation = &self->loaded[p][m];
      if (marker->n_extra == 0 || observation->kind == HW_OBS_MISSING) continue;
      if (observation->kind == HW_OBS_SET) {
        renumber_set(marker, observation);
        continue;
      }
      hw_allele a = hwp_load_place(marker, observation->a);
      hw_allele b = observation->b;
      if (b != HW_ALLELE_NONE) b = hwp_load_place(marker, b);
      observation->a = b != HW_ALLELE_NONE && b < a ? b : a;
      observation->b = b != HW_ALLELE_NONE && b < a ? a : b;
    }
}
