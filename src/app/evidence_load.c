/* Evidence from a case database.
 *
 * First it is looked which kinds occur at all: a database of STR needs no panel
 * and no haplotypes, and its cases, digests and runs are what they were. Else the
 * case is loaded with the remains that have no STR profile, SNPs and haplotypes are
 * added, and remains of which nothing is known are taken out again.
 *
 * The digests of the case then are of all kinds: a remains' is the digest of its
 * STR part, of its SNPs and of its haplotypes, if it has any of the latter; a
 * family's and the table's likewise. So PROFILE.FAMILY.TABLE of a comparison tells
 * what changed, whichever kind it was. The table's is also of the Y mutation rates,
 * if a Y haplotype counts. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/evidence_int.h"
#include "base/check.h"
#include "base/digest.h"

static bool is_wanted(const hw_evidence_options *options, hw_evidence_kind kind) {
  return options == NULL || (options->without & HW_EVIDENCE_BIT(kind)) == 0;
}

/* ---- what the database has ---- */

static hw_status find_kinds(hw_app *app, const hw_evidence_options *options, bool *has_snp,
                            bool *has_lines, hw_err *err) {
  int64_t n_snp = 0, n_lines = 0;
  HW_TRY(hw_store_count(app->store, HW_KIND_SNP_PROFILE, &n_snp, err));
  HW_TRY(hw_store_count(app->store, HW_KIND_HAPLOTYPE, &n_lines, err));
  *has_snp = n_snp > 0 && is_wanted(options, HW_EVIDENCE_SNP);
  *has_lines =
      n_lines > 0 && (is_wanted(options, HW_EVIDENCE_MT) || is_wanted(options, HW_EVIDENCE_Y));
  return HW_OK;
}

/* ---- notes ---- */

static void note(hw_evidence *self, const char *format, ...) HW_PRINTF(2, 3);
static void note(hw_evidence *self, const char *format, ...) {
  char text[500];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  const char *copy = hw_arena_strdup(&self->arena, text);
  if (copy != NULL) self->notes[self->n_notes++] = copy; /* a note is no reason to fail */
}

/* Notes of both loaders, and room for own ones. */
static hw_status gather_notes(hw_evidence *self, hw_err *err) {
  enum { OWN = 4 };
  const int n_snp = self->snp != NULL ? self->snp->n_notes : 0;
  const int n_lines = self->stored_lines != NULL ? self->stored_lines->n_notes : 0;
  self->notes = hw_arena_alloc_array(&self->arena, (size_t)n_snp + (size_t)n_lines + OWN,
                                     sizeof *self->notes);
  if (self->notes == NULL) return HW_NO_MEMORY(err, "the evidence");
  for (int i = 0; i < n_snp; i++) self->notes[self->n_notes++] = self->snp->notes[i];
  for (int i = 0; i < n_lines; i++) self->notes[self->n_notes++] = self->stored_lines->notes[i];
  const hw_stored_lineage *lines = self->stored_lines;
  if (lines != NULL && lines->n_mt > 0 && lines->mt_table_record == 0 &&
      !hwp_evidence_is_off(self, HW_EVIDENCE_MT))
    note(self, "no table of mtDNA haplotypes: a match counts as if everybody had it; 'homeward "
               "import mtdna FILE --table CODE --use'");
  if (lines != NULL && lines->n_y > 0 && lines->y_table_record == 0 &&
      !hwp_evidence_is_off(self, HW_EVIDENCE_Y))
    note(self, "no table of Y haplotypes: a match counts as if everybody had it; 'homeward import "
               "ystr FILE --table CODE --use'");
  return HW_OK;
}

int hw_evidence_notes(const hw_evidence *self, const char *const **notes) {
  *notes = self->notes;
  return self->n_notes;
}

/* ---- loading ---- */

/* What was loaded, until it belongs to the evidence. */
typedef struct loaded {
  hw_stored_snp *snp;
  hw_stored_lineage *lines;
} loaded;

static void drop(loaded *self) {
  if (self->snp != NULL) hw_stored_snp_clear(self->snp);
  if (self->lines != NULL) hw_stored_lineage_clear(self->lines);
  free(self->snp);
  free(self->lines);
}

static hw_status read_both(hw_app *app, const hw_stored_case *stored,
                           const hw_evidence_options *options, loaded *out, hw_err *err) {
  bool has_snp = false, has_lines = false;
  HW_TRY(find_kinds(app, options, &has_snp, &has_lines, err));
  if (has_snp) {
    out->snp = calloc(1, sizeof *out->snp);
    if (out->snp == NULL) return HW_NO_MEMORY(err, "the evidence");
    HW_TRY(hw_stored_snp_load(app, stored, options != NULL ? &options->snp : NULL, out->snp, err));
  }
  if (has_lines) {
    out->lines = calloc(1, sizeof *out->lines);
    if (out->lines == NULL) return HW_NO_MEMORY(err, "the evidence");
    HW_TRY(hw_stored_lineage_load(app, stored, out->lines, err));
  }
  return HW_OK;
}

static hw_evidence_input input_of(const hw_stored_case *stored, const loaded *from) {
  hw_evidence_input in = {.problem = &stored->problem};
  if (from->snp != NULL) {
    in.panel = from->snp->panel;
    in.population = from->snp->population;
    in.remains_snp = from->snp->remains;
    in.family_snp = from->snp->families;
  }
  if (from->lines != NULL) {
    in.remains_lines = from->lines->remains;
    in.person_lines = from->lines->persons;
    in.mt_table = &from->lines->mt_table;
    in.y_table = &from->lines->y_table;
    in.mt_population = from->lines->mt_population;
    in.y_population = from->lines->y_population;
  }
  return in;
}

static hw_status make(const hw_stored_case *stored, const hw_evidence_options *options,
                      loaded *from, hw_evidence **out, hw_err *err) {
  const hw_evidence_input in = input_of(stored, from);
  HW_TRY(hw_evidence_new(&in, options, out, err));
  (*out)->snp = from->snp;
  (*out)->stored_lines = from->lines;
  *from = (loaded){0};
  return gather_notes(*out, err);
}

/* ---- remains of which something is known ---- */

static bool is_known(const hw_stored_case *stored, const loaded *from,
                     const hw_evidence_options *options, int32_t r) {
  if (stored->remains_profile[r] != 0) return true;
  if (from->snp != NULL && from->snp->remains[r].bytes != NULL) return true;
  if (from->lines == NULL) return false;
  const hw_stored_lines *own = &from->lines->remains[r];
  return (own->mt != NULL && is_wanted(options, HW_EVIDENCE_MT)) ||
         (own->y != NULL && is_wanted(options, HW_EVIDENCE_Y));
}

/* A copy of an array with the chosen members; NULL stays. */
static hw_status pick(hw_arena *arena, const void *from, size_t size, int32_t n,
                      const int32_t *chosen, void **out, hw_err *err) {
  *out = NULL;
  if (from == NULL) return HW_OK;
  char *copy = hw_arena_alloc_array(arena, (size_t)n, size);
  if (copy == NULL) return HW_NO_MEMORY(err, "the remains");
  for (int32_t i = 0; i < n; i++)
    memcpy(copy + (size_t)i * size, (const char *)from + (size_t)chosen[i] * size, size);
  *out = copy;
  return HW_OK;
}

/* The case with the chosen remains only; the arrays are new, in the arena. */
static hw_status choose_remains(hw_arena *arena, int32_t n, const int32_t *chosen,
                                hw_stored_case *stored, hw_err *err) {
  void *copy = NULL;
#define TAKE(array)                                                                     \
  do {                                                                                  \
    HW_TRY(pick(arena, (const void *)(array), sizeof *(array), n, chosen, &copy, err)); \
    (array) = copy;                                                                     \
  } while (0)
  TAKE(stored->problem.remains);
  TAKE(stored->remains_profile);
  TAKE(stored->remains_sample);
  TAKE(stored->remains_n_samples);
  TAKE(stored->remains_samples);
  TAKE(stored->remains_entry);
  TAKE(stored->remains_digest);
  stored->problem.n_remains = n;
  return HW_OK;
}

static hw_status choose_evidence(hw_arena *arena, int32_t n, const int32_t *chosen, loaded *from,
                                 hw_err *err) {
  void *copy = NULL;
  if (from->snp != NULL) {
    TAKE(from->snp->remains);
    TAKE(from->snp->remains_record);
    TAKE(from->snp->remains_digest);
    from->snp->n_remains = n;
  }
  if (from->lines != NULL) {
    TAKE(from->lines->remains);
    TAKE(from->lines->remains_digest);
    from->lines->n_remains = n;
  }
  return HW_OK;
#undef TAKE
}

/* ---- digests ---- */

static const uint8_t (*remains_digests(const loaded *from, bool is_snp))[HW_DIGEST_SIZE] {
  return is_snp ? from->snp->remains_digest : from->lines->remains_digest;
}

/* Adds up to two digests to one, if there are any. */
static void fold(uint8_t digest[HW_DIGEST_SIZE], const char *what, const uint8_t *snp,
                 const uint8_t *lines, unsigned without) {
  hw_digest all;
  if (snp == NULL && lines == NULL) return;
  hw_digest_begin(&all);
  hw_digest_add_text(&all, what);
  hw_digest_add(&all, digest, HW_DIGEST_SIZE);
  hw_digest_add_int(&all, snp != NULL);
  if (snp != NULL) hw_digest_add(&all, snp, HW_DIGEST_SIZE);
  hw_digest_add_int(&all, lines != NULL);
  if (lines != NULL) hw_digest_add(&all, lines, HW_DIGEST_SIZE);
  hw_digest_add_int(&all, (int64_t)without);
  hw_digest_end(&all, digest);
}

static bool has_lines(const hw_stored_lines *own) {
  return own->mt != NULL || own->y != NULL;
}

static bool has_lines_family(const loaded *from, const hw_stored_case *stored, int32_t f) {
  if (from->lines == NULL) return false;
  for (int32_t i = 0; i < stored->problem.families[f].pedigree.n_persons; i++)
    if (has_lines(&from->lines->persons[f][i])) return true;
  return false;
}

/* The rates by which Y haplotypes are weighed belong to the tables. */
static hw_status tables_digest(const loaded *from, const hw_evidence_options *options,
                               uint8_t out[HW_DIGEST_SIZE], hw_err *err) {
  hw_digest digest;
  uint8_t rates[HW_DIGEST_SIZE];
  memcpy(out, from->lines->table_digest, HW_DIGEST_SIZE);
  if (options->y_rates == HW_Y_RATES_EQUAL) return HW_OK;
  HW_TRY(hwp_evidence_y_digest(rates, err));
  hw_digest_begin(&digest);
  hw_digest_add_text(&digest, "homeward-tables-of-lines/2");
  hw_digest_add(&digest, out, HW_DIGEST_SIZE);
  hw_digest_add(&digest, rates, sizeof rates);
  hw_digest_end(&digest, out);
  return HW_OK;
}

static hw_status fold_all(hw_stored_case *stored, const loaded *from,
                          const hw_evidence_options *options, hw_err *err) {
  const unsigned without = options->without;
  uint8_t tables[HW_DIGEST_SIZE];
  const int32_t n_remains = stored->problem.n_remains, n_families = stored->problem.n_families;
  uint8_t(*remains)[HW_DIGEST_SIZE] =
      hw_arena_alloc_array(&stored->arena, (size_t)n_remains, sizeof *remains);
  uint8_t(*families)[HW_DIGEST_SIZE] =
      hw_arena_alloc_array(&stored->arena, (size_t)n_families, sizeof *families);
  if (remains == NULL || families == NULL) return HW_NO_MEMORY(err, "the evidence");
  bool any_snp = false, any_lines = false;
  for (int32_t r = 0; r < n_remains; r++) {
    const bool snp = from->snp != NULL && from->snp->remains[r].bytes != NULL;
    const bool lines = from->lines != NULL && has_lines(&from->lines->remains[r]);
    memcpy(remains[r], stored->remains_digest[r], HW_DIGEST_SIZE);
    fold(remains[r], "homeward-evidence-remains/1", snp ? remains_digests(from, true)[r] : NULL,
         lines ? remains_digests(from, false)[r] : NULL, without);
    any_snp |= snp;
    any_lines |= lines;
  }
  for (int32_t f = 0; f < n_families; f++) {
    const bool snp = from->snp != NULL && from->snp->families[f].n_profiles > 0;
    const bool lines = has_lines_family(from, stored, f);
    memcpy(families[f], stored->family_digest[f], HW_DIGEST_SIZE);
    fold(families[f], "homeward-evidence-family/1", snp ? from->snp->family_digest[f] : NULL,
         lines ? from->lines->family_digest[f] : NULL, without);
    any_snp |= snp;
    any_lines |= lines;
  }
  if (any_lines) HW_TRY(tables_digest(from, options, tables, err));
  fold(stored->table_digest, "homeward-evidence-table/1", any_snp ? from->snp->panel_digest : NULL,
       any_lines ? tables : NULL, without);
  stored->remains_digest = (const uint8_t(*)[HW_DIGEST_SIZE])remains;
  stored->family_digest = (const uint8_t(*)[HW_DIGEST_SIZE])families;
  return HW_OK;
}

/* ---- the case ---- */

/* Without a frequency table the other kinds stand alone. */
static hw_status load_case(hw_app *app, const hw_stored_case_options *what, bool has_other,
                           hw_stored_case *stored, bool *is_bare, hw_err *err) {
  hw_stored_case_options all = *what;
  hw_err why = HW_ERR_INIT;
  all.untyped_remains = has_other || what->untyped_remains;
  hw_status status = hw_stored_case_load(app, &all, stored, &why);
  if (status == HW_E_REFERENCE && has_other && !what->without_markers) {
    hw_stored_case_clear(stored);
    all.without_markers = true;
    *is_bare = hw_stored_case_load(app, &all, stored, NULL) == HW_OK;
    if (*is_bare) return HW_OK;
  }
  if (status != HW_OK && err != NULL) *err = why;
  return status;
}

/* Takes out remains of which nothing is known, and finds the digest of the STR part. */
static hw_status sift(hw_stored_case *stored, const hw_evidence_options *options, bool keep_all,
                      loaded *from, uint8_t str_digest[HW_DIGEST_SIZE], hw_err *err) {
  const int32_t n = stored->problem.n_remains;
  int32_t *chosen = hw_arena_alloc_array(&stored->arena, (size_t)n, sizeof *chosen);
  int32_t n_chosen = 0;
  if (chosen == NULL) return HW_NO_MEMORY(err, "the remains");
  for (int32_t r = 0; r < n; r++)
    if (stored->remains_profile[r] != 0) chosen[n_chosen++] = r;
  hw_stored_case typed = *stored;
  HW_TRY(choose_remains(&stored->arena, n_chosen, chosen, &typed, err));
  hw_stored_case_digest(&typed, str_digest);
  if (keep_all) return HW_OK;
  n_chosen = 0;
  for (int32_t r = 0; r < n; r++)
    if (is_known(stored, from, options, r)) chosen[n_chosen++] = r;
  if (n_chosen == n) return HW_OK;
  HW_TRY(choose_remains(&stored->arena, n_chosen, chosen, stored, err));
  return choose_evidence(&stored->arena, n_chosen, chosen, from, err);
}

static hw_status load_all(hw_app *app, const hw_stored_case_options *what,
                          const hw_evidence_options *options, hw_stored_case *stored, loaded *from,
                          hw_evidence **out, hw_err *err) {
  bool has_snp = false, has_haplotypes = false, is_bare = false;
  uint8_t str_digest[HW_DIGEST_SIZE];
  hw_evidence_options how = {0};
  if (options != NULL) how = *options;
  HW_TRY(find_kinds(app, options, &has_snp, &has_haplotypes, err));
  HW_TRY(load_case(app, what, has_snp || has_haplotypes, stored, &is_bare, err));
  HW_TRY(read_both(app, stored, options, from, err));
  HW_TRY(sift(stored, options, what->untyped_remains, from, str_digest, err));
  /* Without a Y haplotype there is nothing to choose, and nothing to tell. */
  if (from->lines == NULL || from->lines->n_y == 0 || !is_wanted(&how, HW_EVIDENCE_Y))
    how.y_rates = HW_Y_RATES_EQUAL;
  HW_TRY(fold_all(stored, from, &how, err));
  HW_TRY(make(stored, &how, from, out, err));
  memcpy((*out)->str_digest, str_digest, sizeof str_digest);
  if (is_bare)
    note(*out, "the investigation has no frequency table: STR profiles are not compared");
  return HW_OK;
}

hw_status hw_evidence_case_load(hw_app *app, const hw_stored_case_options *what,
                                const hw_evidence_options *options, hw_stored_case *stored,
                                hw_evidence **out, hw_err *err) {
  loaded from = {0};
  bool is_mine = false;
  *out = NULL;
  memset(stored, 0, sizeof *stored);
  HW_TRY(hw_app_begin_read(app, &is_mine, err));
  const hw_status status = load_all(app, what, options, stored, &from, out, err);
  hw_app_end_read(app, is_mine);
  drop(&from);
  return status;
}

void hw_evidence_str_digest(const hw_evidence *self, uint8_t out[HW_DIGEST_SIZE]) {
  memcpy(out, self->str_digest, HW_DIGEST_SIZE);
}

/* ---- what it was made of ---- */

const hw_evidence_input *hw_evidence_input_get(const hw_evidence *self) {
  return &self->input;
}

const char *hw_evidence_panel_code(const hw_evidence *self) {
  return self->snp != NULL ? self->snp->panel_code : NULL;
}
