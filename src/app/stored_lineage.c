/* mtDNA and Y-STR haplotypes that stand in the database, for the remains and families of a case.
 *
 * A line is inherited as one, so that several haplotypes of one person are not
 * joined: the one that covers most speaks for all, if the others do not speak
 * against it. Texts are parsed here, once; one that is no haplotype is damage,
 * since importers and `homeward check` refuse it. */
#include "app/stored_lineage.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "app/genetic.h"
#include "app/kept_notes.h"
#include "app/stored_owner.h"
#include "base/check.h"
#include "base/digest.h"

/* Markers of Y haplotypes of one person that may differ: mutations within a body, typing errors. */
enum { MOST_Y_DIFFERENT = 2 };

typedef struct hwp_mt_list {
  struct hwp_mt_list *next;
  hw_mt *mt;
} hwp_mt_list;

typedef struct loader {
  hw_app *app;
  const hw_stored_case *stored;
  hw_stored_lineage *out;
  hw_arena *keep;
  hw_arena brief; /* of the person in hand */
  hwp_kept_notes notes;
  hw_err *err;
} loader;

static void *keep(loader *self, size_t n, size_t size) {
  void *memory = hw_arena_alloc_array(self->keep, n, size);
  if (memory == NULL) (void)HW_NO_MEMORY(self->err, "haplotypes");
  return memory;
}

/* --- one haplotype --- */

static hw_status parse_mt(loader *self, const hw_record *row, const hw_mt **out) {
  hw_err why = HW_ERR_INIT;
  hwp_mt_list *one = calloc(1, sizeof *one);
  if (one == NULL) return HW_NO_MEMORY(self->err, "haplotypes");
  const hw_status status =
      hw_mt_parse(hw_record_text(row, HW_FIELD_HAPLOTYPE_RANGES),
                  hw_record_text(row, HW_FIELD_HAPLOTYPE_HAPLOTYPE), &one->mt, &why);
  if (status != HW_OK) {
    free(one);
    return hw_genetic_damaged(row, status, &why, self->err);
  }
  one->next = self->out->all_mt;
  self->out->all_mt = one;
  *out = one->mt;
  return HW_OK;
}

static hw_status parse_y(loader *self, const hw_record *row, const hw_y_text **out) {
  hw_err why = HW_ERR_INIT;
  hw_y_text *text = keep(self, 1, sizeof *text);
  if (text == NULL) return HW_E_NO_MEMORY;
  const hw_status status =
      hw_y_text_parse(text, hw_record_text(row, HW_FIELD_HAPLOTYPE_HAPLOTYPE), self->keep, &why);
  if (status != HW_OK) return hw_genetic_damaged(row, status, &why, self->err);
  *out = text;
  return HW_OK;
}

/* --- several of one person --- */

static int32_t count_positions(const hw_mt *mt) {
  int32_t n = 0;
  for (int32_t i = 0; i < mt->n_ranges; i++) n += mt->ranges[i].last - mt->ranges[i].first + 1;
  return n;
}

/* Markers that both have, with other alleles; both lists are by name. */
static int32_t count_y_different(const hw_y_text *a, const hw_y_text *b) {
  int32_t n = 0;
  for (int32_t i = 0, j = 0; i < a->n_markers && j < b->n_markers;) {
    const int order = strcmp(a->markers[i].name, b->markers[j].name);
    n += order == 0 &&
         memcmp(a->markers[i].alleles, b->markers[j].alleles, sizeof a->markers[i].alleles) != 0;
    i += order <= 0;
    j += order >= 0;
  }
  return n;
}

static hw_status are_contrary(loader *self, const hw_stored_lines *a, const hw_stored_lines *b,
                              bool *out) {
  hw_mt_comparison comparison;
  if (a->mt == NULL) {
    *out = count_y_different(a->y, b->y) > MOST_Y_DIFFERENT;
    return HW_OK;
  }
  HW_TRY(hw_mt_compare(a->mt, b->mt, NULL, &comparison, self->err));
  *out = comparison.verdict == HW_MT_DIFFERENT;
  return HW_OK;
}

static int32_t size_of(const hw_stored_lines *line) {
  if (line->mt != NULL) return count_positions(line->mt);
  return line->y != NULL ? line->y->n_markers : 0;
}

/* Takes the one of the rows of one line that covers most. @param out  [out] of this line alone */
static hw_status choose(loader *self, const hw_record *rows, int32_t n, bool is_mt,
                        const char *whose, hw_stored_lines *out) {
  const char *code = NULL;
  for (int32_t i = 0; i < n; i++) {
    hw_stored_lines one = {0};
    bool is_contrary = false;
    if ((strcmp(hw_record_text(&rows[i], HW_FIELD_HAPLOTYPE_LINE), "mt") == 0) != is_mt) continue;
    HW_TRY(is_mt ? parse_mt(self, &rows[i], &one.mt) : parse_y(self, &rows[i], &one.y));
    *(is_mt ? &one.mt_record : &one.y_record) = rows[i].id;
    const char *own = hw_record_text(&rows[i], HW_FIELD_HAPLOTYPE_CODE);
    if (code == NULL) {
      *out = one;
      code = own;
      continue;
    }
    HW_TRY(are_contrary(self, out, &one, &is_contrary));
    if (is_contrary) {
      hwp_notes_add(&self->notes,
                    "%s: haplotypes %s and %s contradict each other: none of them counts", whose,
                    code, own);
      *out = (hw_stored_lines){0};
      return HW_OK;
    }
    const bool is_better = size_of(&one) > size_of(out);
    hwp_notes_add(&self->notes, "%s: haplotype %s is not used, for %s covers more", whose,
                  is_better ? code : own, is_better ? own : code);
    if (!is_better) continue;
    *out = one;
    code = own;
  }
  return HW_OK;
}

static hw_status load_owner(loader *self, const hwp_genetic_owner *owner, const char *whose,
                            hw_stored_lines *out) {
  hw_record *rows = NULL;
  hw_stored_lines mt = {0}, y = {0};
  int32_t n = 0;
  HW_TRY(hwp_owner_records(self->app->store, owner, HW_KIND_HAPLOTYPE, HW_FIELD_HAPLOTYPE_PERSON,
                           HW_FIELD_HAPLOTYPE_SAMPLE, &self->brief, &rows, &n, self->err));
  HW_TRY(choose(self, rows, n, true, whose, &mt));
  HW_TRY(choose(self, rows, n, false, whose, &y));
  *out =
      (hw_stored_lines){.mt = mt.mt, .y = y.y, .mt_record = mt.mt_record, .y_record = y.y_record};
  return HW_OK;
}

/* --- digests --- */

static hw_status digest_lines(loader *self, const hw_stored_lines *lines, hw_digest *digest) {
  hw_str ranges = HW_STR_INIT, text = HW_STR_INIT;
  if (lines->mt != NULL) hw_haplotype_mt_text(lines->mt, &ranges, &text);
  hw_str_append(&text, "|");
  if (lines->y != NULL) hw_y_text_format(lines->y, &text);
  const bool is_whole = hw_str_status(&ranges) == HW_OK && hw_str_status(&text) == HW_OK;
  if (is_whole) hw_digest_add_text(digest, hw_str_text(&ranges));
  if (is_whole) hw_digest_add_text(digest, hw_str_text(&text));
  hw_str_clear(&ranges);
  hw_str_clear(&text);
  return is_whole ? HW_OK : HW_NO_MEMORY(self->err, "haplotypes");
}

static void count(loader *self, const hw_stored_lines *lines) {
  self->out->n_mt += lines->mt != NULL;
  self->out->n_y += lines->y != NULL;
}

/* --- remains and families --- */

static hw_status load_remains(loader *self) {
  const hw_case *problem = &self->stored->problem;
  const size_t n = (size_t)problem->n_remains;
  hw_stored_lines *remains = keep(self, n, sizeof *remains);
  uint8_t(*digests)[HW_DIGEST_SIZE] = keep(self, n, sizeof *digests);
  if (remains == NULL || digests == NULL) return HW_E_NO_MEMORY;
  for (int32_t r = 0; r < problem->n_remains; r++) {
    const hwp_genetic_owner owner = {.n_samples = self->stored->remains_n_samples[r],
                                     .samples = self->stored->remains_samples[r]};
    hw_digest digest;
    hw_arena_reset(&self->brief);
    HW_TRY(load_owner(self, &owner, problem->remains[r].id, &remains[r]));
    hw_digest_begin(&digest);
    hw_digest_add_text(&digest, "homeward-lines/1");
    HW_TRY(digest_lines(self, &remains[r], &digest));
    hw_digest_end(&digest, digests[r]);
    count(self, &remains[r]);
  }
  self->out->remains = remains;
  self->out->n_remains = problem->n_remains;
  self->out->remains_digest = (const uint8_t(*)[HW_DIGEST_SIZE])digests;
  return HW_OK;
}

static hw_status load_person(loader *self, int64_t person, const char *whose,
                             hw_stored_lines *out) {
  hwp_genetic_owner owner;
  bool may_be_used = false;
  hw_arena_reset(&self->brief);
  HW_TRY(
      hwp_owner_of_person(self->app->store, person, &self->brief, &owner, &may_be_used, self->err));
  HW_TRY(load_owner(self, &owner, whose, out));
  if (may_be_used || (out->mt == NULL && out->y == NULL)) return HW_OK;
  *out = (hw_stored_lines){0};
  hwp_notes_add(
      &self->notes,
      "%s: the haplotypes are not used (no consent to identification, or the person's record was "
      "withdrawn)",
      whose);
  return HW_OK;
}

static hw_status load_family(loader *self, int32_t f, const hw_stored_lines **out,
                             uint8_t digest_out[HW_DIGEST_SIZE]) {
  const hw_pedigree *pedigree = &self->stored->problem.families[f].pedigree;
  hw_stored_lines *persons = keep(self, (size_t)pedigree->n_persons, sizeof *persons);
  hw_digest digest;
  if (persons == NULL) return HW_E_NO_MEMORY;
  hw_digest_begin(&digest);
  hw_digest_add_text(&digest, "homeward-lines-of-a-family/1");
  for (int32_t i = 0; i < pedigree->n_persons; i++) {
    const int64_t id = self->stored->family_person[f][i];
    persons[i] = (hw_stored_lines){0};
    if (id == 0) continue; /* added to make the pedigree whole */
    HW_TRY(load_person(self, id, pedigree->persons[i].id, &persons[i]));
    hw_digest_add_int(&digest, i);
    HW_TRY(digest_lines(self, &persons[i], &digest));
    count(self, &persons[i]);
  }
  hw_digest_end(&digest, digest_out);
  *out = persons;
  return HW_OK;
}

static hw_status load_families(loader *self) {
  const hw_case *problem = &self->stored->problem;
  const size_t n = (size_t)problem->n_families;
  const hw_stored_lines **persons = keep(self, n, sizeof *persons);
  uint8_t(*digests)[HW_DIGEST_SIZE] = keep(self, n, sizeof *digests);
  if (persons == NULL || digests == NULL) return HW_E_NO_MEMORY;
  for (int32_t f = 0; f < problem->n_families; f++)
    HW_TRY(load_family(self, f, &persons[f], digests[f]));
  self->out->persons = persons;
  self->out->n_families = problem->n_families;
  self->out->family_digest = (const uint8_t(*)[HW_DIGEST_SIZE])digests;
  return HW_OK;
}

/* --- tables --- */

static hw_status load_population(loader *self, const hw_record *table, const char **out) {
  hw_record record;
  const int64_t id = hw_record_int(table, HW_FIELD_HAPLOTYPE_TABLE_POPULATION);
  if (id == 0) return HW_OK;
  HW_TRY(hw_store_get(self->app->store, HW_KIND_POPULATION, id, &self->brief, &record, self->err));
  *out = hw_arena_strdup(self->keep, hw_record_text(&record, HW_FIELD_POPULATION_CODE));
  return *out != NULL ? HW_OK : HW_NO_MEMORY(self->err, "haplotypes");
}

static hw_status load_table(loader *self, int64_t id, bool is_mt, hw_haplotype_table *out,
                            const char **population, hw_digest *digest) {
  hw_record record;
  hw_err why = HW_ERR_INIT;
  if (id == 0) return HW_OK;
  HW_TRY(hw_store_get(self->app->store, HW_KIND_HAPLOTYPE_TABLE, id, &self->brief, &record,
                      self->err));
  const char *code = hw_record_text(&record, HW_FIELD_HAPLOTYPE_TABLE_CODE);
  if (record.withdrawn != NULL)
    return hw_err_set(self->err, HW_E_REFERENCE,
                      "haplotype table '%s' was withdrawn (%s): name another, 'homeward import %s "
                      "FILE --table CODE --use'",
                      code, record.withdrawn, is_mt ? "mtdna" : "ystr");
  const bool is_line =
      (strcmp(hw_record_text(&record, HW_FIELD_HAPLOTYPE_TABLE_LINE), "mt") == 0) == is_mt;
  if (!is_line)
    return hw_err_set(self->err, HW_E_REFERENCE, "haplotype table '%s' is not one of %s", code,
                      is_mt ? "mtDNA" : "Y-STR");
  const hw_status status =
      hw_haplotype_table_parse(out, is_mt, hw_record_text(&record, HW_FIELD_HAPLOTYPE_TABLE_TABLE),
                               record.values[HW_FIELD_HAPLOTYPE_TABLE_TABLE].n, &why);
  if (status != HW_OK) return hw_genetic_damaged(&record, status, &why, self->err);
  hw_digest_add_text(digest, hw_record_text(&record, HW_FIELD_HAPLOTYPE_TABLE_DIGEST));
  return load_population(self, &record, population);
}

static hw_status load_tables(loader *self) {
  hw_record investigation;
  hw_stored_lineage *out = self->out;
  hw_digest digest;
  HW_TRY(hw_store_get(self->app->store, HW_KIND_INVESTIGATION, self->stored->investigation,
                      &self->brief, &investigation, self->err));
  out->mt_table_record = hw_record_int(&investigation, HW_FIELD_INVESTIGATION_MT_TABLE);
  out->y_table_record = hw_record_int(&investigation, HW_FIELD_INVESTIGATION_Y_TABLE);
  hw_digest_begin(&digest);
  hw_digest_add_text(&digest, "homeward-tables-of-lines/1");
  HW_TRY(
      load_table(self, out->mt_table_record, true, &out->mt_table, &out->mt_population, &digest));
  hw_digest_add_text(&digest, "|");
  HW_TRY(load_table(self, out->y_table_record, false, &out->y_table, &out->y_population, &digest));
  hw_digest_end(&digest, out->table_digest);
  return HW_OK;
}

/* --- the whole --- */

hw_status hw_stored_lineage_load(hw_app *app, const hw_stored_case *stored, hw_stored_lineage *out,
                                 hw_err *err) {
  bool is_mine = false;
  memset(out, 0, sizeof *out);
  hw_arena_init(&out->arena, 0);
  loader self = {.app = app,
                 .stored = stored,
                 .out = out,
                 .keep = &out->arena,
                 .notes = {.arena = &out->arena,
                           .most = HW_STORED_LINEAGE_NOTES,
                           .n = &out->n_notes,
                           .n_all = &out->n_all_notes,
                           .notes = &out->notes},
                 .err = err};
  hw_arena_init(&self.brief, 0);
  hw_status status = hw_app_begin_read(app, &is_mine, err);
  if (status == HW_OK) {
    status = load_tables(&self);
    if (status == HW_OK) status = load_families(&self);
    if (status == HW_OK) status = load_remains(&self);
    hw_app_end_read(app, is_mine);
  }
  hw_arena_clear(&self.brief);
  return status;
}

void hw_stored_lineage_clear(hw_stored_lineage *self) {
  while (self->all_mt != NULL) {
    hwp_mt_list *first = self->all_mt;
    self->all_mt = first->next;
    hw_mt_delete(first->mt);
    free(first);
  }
  hw_haplotype_table_clear(&self->mt_table);
  hw_haplotype_table_clear(&self->y_table);
  hw_arena_clear(&self->arena);
  memset(self, 0, sizeof *self);
}
