/* SNP profiles that stand in the database, for the remains and families of a case.
 *
 * For each remains, and for each person of each pedigree, the records that are
 * theirs are listed; one for each sample is chosen; likelihoods of different
 * samples are multiplied, which in bytes is a sum less its least member. Texts
 * are dropped as soon as they are bytes: what stays is one byte for each
 * genotype, 30 KB a person at 10,000 markers.
 *
 * Everything is read from one state of the database. */
#include "app/stored_snp.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/kept_notes.h"
#include "app/snp_translate.h"
#include "app/stored_owner.h"
#include "base/check.h"

/* Profiles of somebody contradict each other where both best genotypes are better by these units
 * (two decimal orders) and differ; at more than one marker of so many. */
enum { SURE_UNITS = 2 * HW_SNP_UNITS, MOST_CONTRARY = 10 };

/* A panel that profiles are of, and the way from it. */
typedef struct other_panel {
  struct other_panel *next;
  int64_t id;
  hwp_snp_translation translation;
} other_panel;

typedef struct loader {
  hw_app *app;
  const hw_stored_case *stored;
  const hw_stored_snp_options *options;
  hw_stored_snp *out;
  hw_arena *keep;
  hw_arena brief; /* of the person in hand */
  other_panel *others;
  uint8_t *scratch; /* of a profile of another panel */
  size_t n_scratch;
  hwp_kept_notes notes;
  hw_err *err;
} loader;

static void *keep(loader *self, size_t n, size_t size) {
  void *memory = hw_arena_alloc_array(self->keep, n, size);
  if (memory == NULL) (void)HW_NO_MEMORY(self->err, "SNP profiles");
  return memory;
}

/* --- panel and population --- */

static hw_status find_only_panel(loader *self, int64_t *id, int64_t *n) {
  hw_scan *scan = NULL;
  const hw_record *row = NULL;
  *n = 0;
  HW_TRY(hw_store_scan(self->app->store, HW_KIND_SNP_PANEL, -1, NULL, &scan, self->err));
  hw_status status;
  while ((status = hw_scan_next(scan, &row, self->err)) == HW_OK && row != NULL)
    if (row->withdrawn == NULL) {
      *id = row->id;
      ++*n;
    }
  hw_scan_done(scan);
  return status;
}

static hw_status find_panel(loader *self, const hw_record *investigation, int64_t *id) {
  const char *code = hw_record_text(investigation, HW_FIELD_INVESTIGATION_CODE);
  if (self->options->panel != NULL)
    return hw_app_find(self->app, HW_KIND_SNP_PANEL, self->options->panel, id, self->err);
  *id = hw_record_int(investigation, HW_FIELD_INVESTIGATION_SNP_PANEL);
  if (*id != 0) return HW_OK;
  int64_t n = 0;
  HW_TRY(find_only_panel(self, id, &n));
  if (n == 1) {
    hwp_notes_add(&self->notes, "investigation %s names no SNP panel: the only one is used", code);
    return HW_OK;
  }
  return hw_err_set(self->err, HW_E_REFERENCE,
                    "investigation '%s' has no SNP panel (the database holds %" PRId64
                    "): name one, 'homeward import panel FILE --use', or in the column snp_panel "
                    "of 'homeward import investigations'",
                    code, n);
}

static hw_status find_population(loader *self, const hw_record *investigation) {
  const hw_panel *panel = self->out->panel;
  const char *name = self->options->population;
  if (name == NULL && !hw_record_is_null(investigation, HW_FIELD_INVESTIGATION_SNP_POPULATION) &&
      self->options->panel == NULL)
    name = hw_record_text(investigation, HW_FIELD_INVESTIGATION_SNP_POPULATION);
  if (name == NULL && panel->n_populations == 1) name = panel->populations[0].name;
  if (name == NULL)
    return hw_err_set(self->err, HW_E_REFERENCE,
                      "SNP panel '%s' has %" PRId32
                      " populations: say whose frequencies are used (--population NAME, or the "
                      "column snp_population of 'homeward import investigations')",
                      self->out->panel_code, panel->n_populations);
  self->out->population = hw_panel_find_population(panel, name);
  if (self->out->population != HW_PANEL_NONE) return HW_OK;
  return hw_err_set(self->err, HW_E_REFERENCE, "SNP panel '%s' has no population \"%.60s\"",
                    self->out->panel_code, name);
}

static bool is_usable(const hw_panel *panel, int32_t population, int32_t m) {
  const hw_panel_marker *marker = &panel->markers[m];
  return !isnan(panel->populations[population].frequencies[panel->first_allele[m]]) &&
         !isnan(marker->female_cm) && (marker->chromosome == HW_PANEL_X || !isnan(marker->male_cm));
}

/* Leaves the markers that can be computed: a panel may hold some for other purposes. */
static hw_status leave_usable(loader *self) {
  hw_stored_snp *out = self->out;
  const hw_panel *all = out->panel;
  int32_t n = 0, *usable = hw_arena_alloc_array(self->keep, (size_t)all->n_markers, sizeof *usable);
  if (usable == NULL) return HW_NO_MEMORY(self->err, "SNP profiles");
  for (int32_t m = 0; m < all->n_markers; m++)
    if (is_usable(all, out->population, m)) usable[n++] = m;
  if (n == all->n_markers) return HW_OK;
  const char *name = all->populations[out->population].name;
  if (n == 0)
    return hw_err_set(self->err, HW_E_VALUE,
                      "no marker of SNP panel '%s' has frequencies of %s and a place on the map: "
                      "import it with --genetic-map, or choose another population",
                      out->panel_code, name);
  hwp_notes_add(
      &self->notes,
      "%" PRId32 " of %" PRId32
      " markers of SNP panel '%s' are left out: no frequencies of %s, or no place on the map",
      all->n_markers - n, all->n_markers, out->panel_code, name);
  HW_TRY(hw_panel_select(all, n, usable, &out->usable, self->err));
  out->panel = out->usable;
  return HW_OK;
}

static hw_status load_panel(loader *self) {
  hw_record investigation, record;
  hw_stored_snp *out = self->out;
  hw_store *store = self->app->store;
  HW_TRY(hw_store_get(store, HW_KIND_INVESTIGATION, self->stored->investigation, &self->brief,
                      &investigation, self->err));
  HW_TRY(find_panel(self, &investigation, &out->panel_record));
  HW_TRY(
      hw_store_get(store, HW_KIND_SNP_PANEL, out->panel_record, &self->brief, &record, self->err));
  out->panel_code = hw_arena_strdup(self->keep, hw_record_text(&record, HW_FIELD_SNP_PANEL_CODE));
  if (out->panel_code == NULL) return HW_NO_MEMORY(self->err, "SNP profiles");
  if (record.withdrawn != NULL)
    return hw_err_set(
        self->err, HW_E_REFERENCE,
        "SNP panel '%s' was withdrawn (%s): name another, 'homeward import panel FILE "
        "--use'",
        out->panel_code, record.withdrawn);
  HW_TRY(hw_genetic_panel(out->genetic, out->panel_record, &out->panel, self->err));
  HW_TRY(find_population(self, &investigation));
  HW_TRY(leave_usable(self));
  hw_digest digest;
  hw_digest_begin(&digest);
  hw_digest_add_text(&digest, "homeward-snp-panel/1");
  hw_digest_add_text(&digest, hw_record_text(&record, HW_FIELD_SNP_PANEL_DIGEST));
  hw_digest_add_text(&digest, out->panel->populations[out->population].name);
  hw_digest_end(&digest, out->panel_digest);
  return HW_OK;
}

/* --- bytes of a record --- */

static size_t n_bytes_of(const hw_panel *panel) {
  return (size_t)panel->first_genotype[panel->n_markers];
}

static hw_status find_other(loader *self, int64_t id, const char *code, const other_panel **out) {
  for (const other_panel *one = self->others; one != NULL; one = one->next)
    if (one->id == id) {
      *out = one;
      return HW_OK;
    }
  const hw_panel *panel = NULL;
  HW_TRY(hw_genetic_panel(self->out->genetic, id, &panel, self->err));
  if (n_bytes_of(panel) > self->n_scratch) {
    uint8_t *larger = realloc(self->scratch, n_bytes_of(panel));
    if (larger == NULL) return HW_NO_MEMORY(self->err, "SNP profiles");
    self->scratch = larger;
    self->n_scratch = n_bytes_of(panel);
  }
  other_panel *one = calloc(1, sizeof *one);
  if (one == NULL) return HW_NO_MEMORY(self->err, "SNP profiles");
  const hw_status status =
      hwp_snp_translation_init(&one->translation, panel, self->out->panel, self->err);
  if (status != HW_OK) {
    free(one);
    return status;
  }
  one->id = id;
  one->next = self->others;
  self->others = one;
  *out = one;
  if (id == self->out->panel_record) return HW_OK; /* only its unusable markers are lost */
  hwp_notes_add(&self->notes,
                "profile %s is of another panel: %" PRId32 " of its %" PRId32
                " markers are in '%s', and so for others of that panel",
                code, one->translation.n_common, panel->n_markers, self->out->panel_code);
  return HW_OK;
}

static hw_status damaged(loader *self, const hw_record *row, hw_status status, const hw_err *why) {
  if (hw_status_exit(status) != 2) {
    if (self->err != NULL) *self->err = *why;
    return status;
  }
  return hw_err_set(self->err, HW_E_DAMAGED,
                    "the likelihoods of snp_profile '%s' do not fit their panel: %s (run 'homeward "
                    "check')",
                    hw_record_text(row, HW_FIELD_SNP_PROFILE_CODE), why->message);
}

static hw_status read_bytes(loader *self, const hw_record *row, uint8_t *bytes) {
  const int64_t id = hw_record_int(row, HW_FIELD_SNP_PROFILE_PANEL);
  const char *text = hw_record_text(row, HW_FIELD_SNP_PROFILE_LIKELIHOODS);
  hw_err why = HW_ERR_INIT;
  const other_panel *other = NULL;
  if (id == self->out->panel_record && self->out->usable == NULL) {
    const hw_status status = hw_snp_parse(self->out->panel, text, bytes, &why);
    return status == HW_OK ? HW_OK : damaged(self, row, status, &why);
  }
  HW_TRY(find_other(self, id, hw_record_text(row, HW_FIELD_SNP_PROFILE_CODE), &other));
  const hw_status status = hw_snp_parse(other->translation.from, text, self->scratch, &why);
  if (status != HW_OK) return damaged(self, row, status, &why);
  hwp_snp_translate(&other->translation, self->scratch, bytes);
  return HW_OK;
}

/* --- which records count --- */

static bool is_use(const hw_record *row, const char *use) {
  return strcmp(hw_record_text(row, HW_FIELD_SNP_PROFILE_USE), use) == 0;
}

/* Leaves what counts: consensus before single, one for each sample. @return their number */
static int32_t choose(loader *self, hw_record *rows, int32_t n, const char *whose) {
  bool has_consensus = false;
  int32_t n_kept = 0;
  for (int32_t i = 0; i < n; i++) has_consensus = has_consensus || is_use(&rows[i], "consensus");
  for (int32_t i = 0; i < n; i++) {
    if (!is_use(&rows[i], has_consensus ? "consensus" : "single")) continue;
    const int64_t sample = hw_record_int(&rows[i], HW_FIELD_SNP_PROFILE_SAMPLE);
    int32_t same = 0;
    while (same < n_kept && hw_record_int(&rows[same], HW_FIELD_SNP_PROFILE_SAMPLE) != sample)
      same++;
    if (same == n_kept) {
      rows[n_kept++] = rows[i];
      continue;
    }
    const bool is_better = hw_record_int(&rows[i], HW_FIELD_SNP_PROFILE_KNOWN) >
                           hw_record_int(&rows[same], HW_FIELD_SNP_PROFILE_KNOWN);
    const hw_record dropped = is_better ? rows[same] : rows[i];
    if (is_better) rows[same] = rows[i];
    hwp_notes_add(&self->notes, "%s: profile %s is not used, for %s of the same sample tells more",
                  whose, hw_record_text(&dropped, HW_FIELD_SNP_PROFILE_CODE),
                  hw_record_text(&rows[same], HW_FIELD_SNP_PROFILE_CODE));
  }
  return n_kept;
}

/* True if two profiles cannot be of one person. */
static bool are_contrary(const hw_panel *panel, const uint8_t *a, const uint8_t *b) {
  int32_t n_sure = 0, n_different = 0;
  for (int32_t m = 0; m < panel->n_markers; m++) {
    const int32_t first = panel->first_genotype[m], n = panel->first_genotype[m + 1] - first;
    const int32_t x = hw_snp_best(a + first, n, SURE_UNITS);
    const int32_t y = hw_snp_best(b + first, n, SURE_UNITS);
    if (x < 0 || y < 0) continue;
    n_sure++;
    n_different += x != y;
  }
  return (int64_t)n_different * MOST_CONTRARY > n_sure;
}

/* Product of the likelihoods: bytes add up; the least of each marker becomes 0 again. */
static void multiply(const hw_panel *panel, const uint8_t *by, uint8_t *bytes) {
  for (int32_t m = 0; m < panel->n_markers; m++) {
    const int32_t first = panel->first_genotype[m], end = panel->first_genotype[m + 1];
    int least = by[first] + bytes[first];
    for (int32_t g = first; g < end; g++)
      if (by[g] + bytes[g] < least) least = by[g] + bytes[g];
    for (int32_t g = first; g < end; g++) {
      const int sum = by[g] + bytes[g] - least;
      bytes[g] = (uint8_t)(sum > UINT8_MAX ? UINT8_MAX : sum);
    }
  }
}

/* The likelihoods of one owner. @param out  [out] bytes NULL = not typed */
static hw_status load_owner(loader *self, const hwp_genetic_owner *owner, const char *whose,
                            hw_snp_profile *out, int64_t *record) {
  const hw_panel *panel = self->out->panel;
  const size_t n_bytes = n_bytes_of(panel);
  hw_record *rows = NULL;
  int32_t n = 0;
  HW_TRY(hwp_owner_records(self->app->store, owner, HW_KIND_SNP_PROFILE,
                           HW_FIELD_SNP_PROFILE_PERSON, HW_FIELD_SNP_PROFILE_SAMPLE, &self->brief,
                           &rows, &n, self->err));
  n = choose(self, rows, n, whose);
  if (n == 0) return HW_OK;
  uint8_t *bytes = keep(self, n_bytes, 1);
  uint8_t *next = n > 1 ? hw_arena_alloc_array(&self->brief, n_bytes, 1) : bytes;
  if (bytes == NULL) return HW_E_NO_MEMORY;
  if (next == NULL) return HW_NO_MEMORY(self->err, "SNP profiles");
  HW_TRY(read_bytes(self, &rows[0], bytes));
  for (int32_t i = 1; i < n; i++) {
    HW_TRY(read_bytes(self, &rows[i], next));
    if (are_contrary(panel, bytes, next)) {
      hwp_notes_add(&self->notes,
                    "%s: SNP profiles %s and %s contradict each other: none of them counts", whose,
                    hw_record_text(&rows[0], HW_FIELD_SNP_PROFILE_CODE),
                    hw_record_text(&rows[i], HW_FIELD_SNP_PROFILE_CODE));
      return HW_OK;
    }
    multiply(panel, next, bytes);
  }
  out->bytes = bytes;
  *record = rows[0].id;
  return HW_OK;
}

/* --- remains --- */

static void digest_bytes(const hw_panel *panel, const hw_snp_profile *profile, hw_digest *digest) {
  hw_digest_add_int(digest, profile->sex);
  hw_digest_add(digest, profile->bytes, n_bytes_of(panel));
}

static hw_status load_remains(loader *self) {
  const hw_case *problem = &self->stored->problem;
  hw_stored_snp *out = self->out;
  const size_t n = (size_t)problem->n_remains;
  hw_snp_profile *remains = keep(self, n, sizeof *remains);
  int64_t *record = keep(self, n, sizeof *record);
  uint8_t(*digests)[HW_DIGEST_SIZE] = keep(self, n, sizeof *digests);
  if (remains == NULL || record == NULL || digests == NULL) return HW_E_NO_MEMORY;
  for (int32_t r = 0; r < problem->n_remains; r++) {
    const hwp_genetic_owner owner = {.n_samples = self->stored->remains_n_samples[r],
                                     .samples = self->stored->remains_samples[r]};
    hw_arena_reset(&self->brief);
    remains[r] = (hw_snp_profile){.id = problem->remains[r].id, .sex = problem->remains[r].sex};
    record[r] = 0;
    memset(digests[r], 0, HW_DIGEST_SIZE);
    HW_TRY(load_owner(self, &owner, remains[r].id, &remains[r], &record[r]));
    if (remains[r].bytes == NULL) continue;
    hw_digest digest;
    hw_digest_begin(&digest);
    hw_digest_add_text(&digest, "homeward-snp-remains/1");
    digest_bytes(out->panel, &remains[r], &digest);
    hw_digest_end(&digest, digests[r]);
    out->n_typed_remains++;
  }
  out->remains = remains;
  out->remains_record = record;
  out->remains_digest = (const uint8_t(*)[HW_DIGEST_SIZE])digests;
  out->n_remains = problem->n_remains;
  return HW_OK;
}

/* --- families --- */

static hw_status load_person(loader *self, int64_t person, const char *whose, hw_snp_profile *out,
                             int64_t *record) {
  hwp_genetic_owner owner;
  bool may_be_used = false;
  hw_arena_reset(&self->brief);
  HW_TRY(
      hwp_owner_of_person(self->app->store, person, &self->brief, &owner, &may_be_used, self->err));
  HW_TRY(load_owner(self, &owner, whose, out, record));
  if (may_be_used || out->bytes == NULL) return HW_OK;
  out->bytes = NULL;
  hwp_notes_add(&self->notes,
                "%s: the SNP profile is not used (no consent to identification, or the person's "
                "record was withdrawn)",
                whose);
  return HW_OK;
}

static hw_status load_family(loader *self, int32_t f, hw_stored_snp_family *out,
                             uint8_t digest_out[HW_DIGEST_SIZE]) {
  const hw_family *family = &self->stored->problem.families[f];
  const size_t n = (size_t)family->pedigree.n_persons;
  hw_snp_profile *profiles = keep(self, n, sizeof *profiles);
  int32_t *person = keep(self, n, sizeof *person);
  int64_t *record = keep(self, n, sizeof *record);
  if (profiles == NULL || person == NULL || record == NULL) return HW_E_NO_MEMORY;
  hw_digest digest;
  hw_digest_begin(&digest);
  hw_digest_add_text(&digest, "homeward-snp-family/1");
  *out = (hw_stored_snp_family){.profiles = profiles, .person = person, .record = record};
  for (int32_t i = 0; i < family->pedigree.n_persons; i++) {
    const hw_person *who = &family->pedigree.persons[i];
    const int64_t id = self->stored->family_person[f][i];
    hw_snp_profile *profile = &profiles[out->n_profiles];
    if (id == 0) continue; /* added to make the pedigree whole */
    *profile = (hw_snp_profile){.id = who->id, .sex = who->sex};
    HW_TRY(load_person(self, id, who->id, profile, &record[out->n_profiles]));
    if (profile->bytes == NULL) continue;
    hw_digest_add_int(&digest, i);
    digest_bytes(self->out->panel, profile, &digest);
    person[out->n_profiles++] = i;
  }
  hw_digest_end(&digest, digest_out);
  return HW_OK;
}

static hw_status load_families(loader *self) {
  const hw_case *problem = &self->stored->problem;
  const size_t n = (size_t)problem->n_families;
  hw_stored_snp_family *families = keep(self, n, sizeof *families);
  uint8_t(*digests)[HW_DIGEST_SIZE] = keep(self, n, sizeof *digests);
  if (families == NULL || digests == NULL) return HW_E_NO_MEMORY;
  for (int32_t f = 0; f < problem->n_families; f++)
    HW_TRY(load_family(self, f, &families[f], digests[f]));
  self->out->families = families;
  self->out->n_families = problem->n_families;
  self->out->family_digest = (const uint8_t(*)[HW_DIGEST_SIZE])digests;
  return HW_OK;
}

/* --- the whole --- */

static hw_status load_all(loader *self) {
  HW_TRY(hw_genetic_new(self->app->store, &self->out->genetic, self->err));
  HW_TRY(load_panel(self));
  HW_TRY(load_families(self));
  return load_remains(self);
}

hw_status hw_stored_snp_load(hw_app *app, const hw_stored_case *stored,
                             const hw_stored_snp_options *options, hw_stored_snp *out,
                             hw_err *err) {
  static const hw_stored_snp_options none = {0};
  bool is_mine = false;
  memset(out, 0, sizeof *out);
  hw_arena_init(&out->arena, 0);
  loader self = {.app = app,
                 .stored = stored,
                 .options = options != NULL ? options : &none,
                 .out = out,
                 .keep = &out->arena,
                 .notes = {.arena = &out->arena,
                           .most = HW_STORED_SNP_NOTES,
                           .n = &out->n_notes,
                           .n_all = &out->n_all_notes,
                           .notes = &out->notes},
                 .err = err};
  hw_arena_init(&self.brief, 0);
  hw_status status = hw_app_begin_read(app, &is_mine, err);
  if (status == HW_OK) {
    status = load_all(&self);
    hw_app_end_read(app, is_mine);
  }
  while (self.others != NULL) {
    other_panel *first = self.others;
    self.others = first->next;
    hwp_snp_translation_clear(&first->translation);
    free(first);
  }
  free(self.scratch);
  hw_arena_clear(&self.brief);
  return status;
}

void hw_stored_snp_clear(hw_stored_snp *self) {
  hw_panel_delete(self->usable);
  hw_genetic_delete(self->genetic);
  hw_arena_clear(&self->arena);
  memset(self, 0, sizeof *self);
}
