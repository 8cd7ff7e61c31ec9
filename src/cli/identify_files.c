/* Files of SNPs, mtDNA and Y haplotypes beside a case file.
 *
 * The files are those of `homeward lr`, opened by the same code; here each name in them becomes remains
 * of the case or a person of one of its families, and what they say goes to app/evidence.h, which
 * combines kinds as it does for a case database: STR, SNP, mtDNA and Y multiply given the pedigree.
 *
 * A person is called by the id of the pedigree, or FAMILY:PERSON where several families have that id.
 * Names of nobody are passed over and counted, since files of cohorts hold more people; but a kind
 * of which no name is in the case at all is a mistake. */
#include "cli/identify_files.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/json_members.h"

/* --- whose a name is --- */

/* A name that a file may use. */
typedef struct known {
  const char *name;
  int32_t family; /* -1 = remains */
  int32_t index;  /* of the remains, or of the person in the pedigree */
} known;

typedef struct finder {
  const hw_case *problem;
  identify_files *files;
  size_t n;
  known *list; /* by name */
} finder;

static int by_name(const void *left, const void *right) {
  const known *a = left, *b = right;
  const int order = strcmp(a->name, b->name);
  if (order != 0) return order;
  if (a->family != b->family) return a->family < b->family ? -1 : 1;
  return (a->index > b->index) - (a->index < b->index);
}

static hw_status add_person(finder *self, int32_t f, int32_t i, hw_err *err) {
  const hw_family *family = &self->problem->families[f];
  const char *id = family->pedigree.persons[i].id;
  const size_t n = strlen(family->name), m = strlen(id);
  char *full = hw_arena_alloc(&self->files->arena, n + m + 2);
  if (full == NULL) return HW_NO_MEMORY(err, "the persons");
  memcpy(full, family->name, n);
  full[n] = ':';
  memcpy(full + n + 1, id, m + 1);
  self->list[self->n++] = (known){id, f, i};
  self->list[self->n++] = (known){full, f, i};
  return HW_OK;
}

static hw_status list_names(finder *self, hw_err *err) {
  const hw_case *c = self->problem;
  size_t n = (size_t)c->n_remains + 1;
  for (int32_t f = 0; f < c->n_families; f++) n += 2 * (size_t)c->families[f].pedigree.n_persons;
  self->list = hw_arena_alloc_array(&self->files->arena, n, sizeof *self->list);
  if (self->list == NULL) return HW_NO_MEMORY(err, "the persons");
  for (int32_t r = 0; r < c->n_remains; r++)
    self->list[self->n++] = (known){c->remains[r].id, -1, r};
  for (int32_t f = 0; f < c->n_families; f++)
    for (int32_t i = 0; i < c->families[f].pedigree.n_persons; i++)
      HW_TRY(add_person(self, f, i, err));
  qsort(self->list, self->n, sizeof *self->list, by_name);
  return HW_OK;
}

static const char *owner_of(const finder *self, const known *one) {
  return one->family < 0 ? "the remains" : self->problem->families[one->family].name;
}

/* @param out [out] NULL = nobody */
static hw_status find(const finder *self, const char *name, const known **out, hw_err *err) {
  size_t low = 0, high = self->n;
  *out = NULL;
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    if (strcmp(self->list[middle].name, name) < 0)
      low = middle + 1;
    else
      high = middle;
  }
  if (low == self->n || strcmp(self->list[low].name, name) != 0) return HW_OK;
  const known *one = &self->list[low], *next = low + 1 < self->n ? one + 1 : NULL;
  if (next != NULL && strcmp(next->name, name) == 0)
    return hw_err_set(err, HW_E_REFERENCE,
                      "\"%.60s\" of the files is of %.60s and of %.60s: call persons FAMILY:PERSON "
                      "there, as \"%.60s:%.60s\"",
                      name, owner_of(self, one), owner_of(self, next), owner_of(self, next), name);
  *out = one;
  return HW_OK;
}

static hw_status twice(const char *name, const char *what, hw_err *err) {
  return hw_err_set(err, HW_E_DUPLICATE, "\"%.60s\" has %s under two names in the files", name,
                    what);
}

/* Counts a name. */
static void count(identify_files *files, lr_kind kind, const known *one) {
  int32_t *const counts[] = {files->n_others, files->n_remains, files->n_persons};
  counts[one == NULL ? 0 : one->family < 0 ? 1 : 2][kind]++;
}

static hw_status need_one(const identify_files *files, lr_kind kind, const char *what,
                          const char *first, hw_err *err) {
  if (files->n_remains[kind] + files->n_persons[kind] > 0) return HW_OK;
  return hw_err_set(err, HW_E_REFERENCE,
                    "none of the %d names with %s is remains or a person of the case (the first is "
                    "\"%.60s\"): they must bear its ids, or FAMILY:PERSON",
                    (int)files->n_others[kind], what, first);
}

/* --- SNPs --- */

static void warn_of_sex(const char *file, const char *name, hw_sex seen, hw_sex stated) {
  if (seen == HW_UNKNOWN_SEX || stated == HW_UNKNOWN_SEX || seen == stated) return;
  cli_say(
      "WARNING: %s: the reads of \"%.60s\" show a %s, the case says %s: were samples exchanged?",
      file, name, seen == HW_MALE ? "male" : "female", stated == HW_MALE ? "male" : "female");
}

/* The profile of each person of each family, -1 = none. */
static hw_status find_people(const finder *self, hw_snp_profile *remains, int32_t **of_person,
                             hw_err *err) {
  identify_files *files = self->files;
  const cli_snp_people *people = &files->opened.people;
  const hw_case *c = self->problem;
  files->is_used =
      hw_arena_alloc_array(&files->arena, (size_t)people->n + 1, sizeof *files->is_used);
  if (files->is_used == NULL) return HW_NO_MEMORY(err, "the SNP profiles");
  for (int32_t i = 0; i < people->n; i++) {
    const hw_snp_profile *profile = &people->profiles[i];
    const known *one = NULL;
    HW_TRY(find(self, profile->id, &one, err));
    count(files, LR_SNP, one);
    if (one == NULL) continue;
    files->is_used[i] = true;
    if (one->family < 0) {
      remains[one->index] = *profile;
      warn_of_sex(people->files[i], profile->id, profile->sex, c->remains[one->index].sex);
      continue;
    }
    int32_t *of = &of_person[one->family][one->index];
    if (*of >= 0) return twice(profile->id, "SNPs", err);
    *of = i;
    warn_of_sex(people->files[i], profile->id, profile->sex,
                c->families[one->family].pedigree.persons[one->index].sex);
  }
  return need_one(files, LR_SNP, "SNPs", people->n > 0 ? people->profiles[0].id : "", err);
}

static hw_status take_family(const finder *self, const int32_t *of_person, int32_t n_persons,
                             hw_stored_snp_family *out, hw_err *err) {
  const size_t n = (size_t)n_persons + 1;
  hw_snp_profile *profiles = hw_arena_alloc_array(&self->files->arena, n, sizeof *profiles);
  int32_t *person = hw_arena_alloc_array(&self->files->arena, n, sizeof *person);
  if (profiles == NULL || person == NULL) return HW_NO_MEMORY(err, "the SNP profiles");
  for (int32_t i = 0; i < n_persons; i++) {
    if (of_person[i] < 0) continue;
    profiles[out->n_profiles] = self->files->opened.people.profiles[of_person[i]];
    person[out->n_profiles++] = i;
  }
  out->profiles = profiles;
  out->person = person;
  return HW_OK;
}

static hw_status take_snps(const finder *self, hw_evidence_input *in, hw_err *err) {
  hw_arena *arena = &self->files->arena;
  const hw_case *c = self->problem;
  const size_t n_families = (size_t)c->n_families + 1;
  hw_snp_profile *remains = hw_arena_alloc_array(arena, (size_t)c->n_remains + 1, sizeof *remains);
  hw_stored_snp_family *families = hw_arena_alloc_array(arena, n_families, sizeof *families);
  int32_t **of_person = hw_arena_alloc_array(arena, n_families, sizeof *of_person);
  if (remains == NULL || families == NULL || of_person == NULL)
    return HW_NO_MEMORY(err, "the SNP profiles");
  for (int32_t f = 0; f < c->n_families; f++) {
    const int32_t n = c->families[f].pedigree.n_persons;
    of_person[f] = hw_arena_alloc_array(arena, (size_t)n + 1, sizeof **of_person);
    if (of_person[f] == NULL) return HW_NO_MEMORY(err, "the SNP profiles");
    for (int32_t i = 0; i < n; i++) of_person[f][i] = -1;
  }
  HW_TRY(find_people(self, remains, of_person, err));
  for (int32_t f = 0; f < c->n_families; f++)
    HW_TRY(take_family(self, of_person[f], c->families[f].pedigree.n_persons, &families[f], err));
  in->panel = self->files->opened.people.panel;
  in->population = self->files->opened.people.population;
  in->remains_snp = remains;
  in->family_snp = families;
  return HW_OK;
}

/* --- lines --- */

typedef struct both_lines {
  hw_stored_lines *remains;
  hw_stored_lines **persons; /* of each family */
} both_lines;

static hw_status make_lines(const finder *self, both_lines *out, hw_err *err) {
  hw_arena *arena = &self->files->arena;
  const hw_case *c = self->problem;
  out->remains = hw_arena_alloc_array(arena, (size_t)c->n_remains + 1, sizeof *out->remains);
  out->persons = hw_arena_alloc_array(arena, (size_t)c->n_families + 1, sizeof *out->persons);
  if (out->remains == NULL || out->persons == NULL) return HW_NO_MEMORY(err, "the haplotypes");
  for (int32_t f = 0; f < c->n_families; f++) {
    const size_t n = (size_t)c->families[f].pedigree.n_persons + 1;
    out->persons[f] = hw_arena_alloc_array(arena, n, sizeof **out->persons);
    if (out->persons[f] == NULL) return HW_NO_MEMORY(err, "the haplotypes");
  }
  return HW_OK;
}

static hw_stored_lines *lines_of(const both_lines *lines, const known *one) {
  return one->family < 0 ? &lines->remains[one->index] : &lines->persons[one->family][one->index];
}

static hw_status take_mt(const finder *self, const both_lines *lines, hw_err *err) {
  const hw_mt_table *table = self->files->opened.mt;
  for (int32_t i = 0; i < table->n; i++) {
    const known *one = NULL;
    HW_TRY(find(self, table->names[i], &one, err));
    count(self->files, LR_MT, one);
    if (one == NULL) continue;
    hw_stored_lines *of = lines_of(lines, one);
    if (of->mt != NULL) return twice(table->names[i], "mtDNA", err);
    of->mt = table->haplotypes[i];
  }
  return need_one(self->files, LR_MT, "mtDNA", table->n > 0 ? table->names[0] : "", err);
}

/* A row of the table as the list of its markers. */
static hw_status make_y(const finder *self, int32_t row, const hw_y_text **out, hw_err *err) {
  const lr_evidence *opened = &self->files->opened;
  const hw_y_panel *panel = &opened->rates->panel;
  const int16_t *alleles = opened->y->rows + (size_t)row * (size_t)panel->n_markers * HW_Y_COPIES;
  hw_y_text *text = hw_arena_alloc(&self->files->arena, sizeof *text);
  hw_y_text_marker *markers =
      hw_arena_alloc_array(&self->files->arena, (size_t)panel->n_markers + 1, sizeof *markers);
  if (text == NULL || markers == NULL) return HW_NO_MEMORY(err, "the haplotypes");
  *text = (hw_y_text){.markers = markers};
  for (int32_t m = 0; m < panel->n_markers; m++, alleles += HW_Y_COPIES) {
    if (alleles[0] == 0) continue;
    hw_y_text_marker *marker = &markers[text->n_markers++];
    marker->name = panel->markers[m].name;
    _Static_assert(HW_Y_TEXT_COPIES == HW_Y_COPIES, "a row of a table is a row of a text");
    memcpy(marker->alleles, alleles, sizeof marker->alleles);
  }
  *out = text;
  return HW_OK;
}

static hw_status take_y(const finder *self, const both_lines *lines, hw_err *err) {
  const hw_y_rows *rows = self->files->opened.y;
  for (int32_t i = 0; i < rows->n; i++) {
    const known *one = NULL;
    HW_TRY(find(self, rows->names[i], &one, err));
    count(self->files, LR_Y, one);
    if (one == NULL) continue;
    hw_stored_lines *of = lines_of(lines, one);
    if (of->y != NULL) return twice(rows->names[i], "a Y haplotype", err);
    HW_TRY(make_y(self, i, &of->y, err));
  }
  return need_one(self->files, LR_Y, "a Y haplotype", rows->n > 0 ? rows->names[0] : "", err);
}

static hw_status take_lines(const finder *self, hw_evidence_input *in, hw_err *err) {
  const lr_evidence *opened = &self->files->opened;
  both_lines lines;
  HW_TRY(make_lines(self, &lines, err));
  if (opened->has[LR_MT]) HW_TRY(take_mt(self, &lines, err));
  if (opened->has[LR_Y]) {
    HW_TRY(take_y(self, &lines, err));
    in->y_panel = &opened->rates->panel;
  }
  in->remains_lines = lines.remains;
  in->person_lines = (const hw_stored_lines *const *)lines.persons;
  in->lineage = &opened->options;
  return HW_OK;
}

/* --- all of it --- */

hw_status identify_files_open(const hw_case *problem, const lr_evidence_settings *settings,
                              identify_files *out, hw_err *err) {
  *out = (identify_files){0};
  finder self = {.problem = problem, .files = out};
  hw_evidence_input in = {.problem = problem};
  const hw_evidence_options options = {.linked = {.simd = cli_simd()}};
  HW_TRY(lr_evidence_open(settings, &out->opened, err)); /* tells options that mean nothing alone */
  if (!lr_evidence_is_asked(settings)) return HW_OK;
  HW_TRY(list_names(&self, err));
  if (out->opened.has[LR_SNP]) HW_TRY(take_snps(&self, &in, err));
  if (out->opened.has[LR_MT] || out->opened.has[LR_Y]) HW_TRY(take_lines(&self, &in, err));
  return hw_evidence_new(&in, &options, &out->evidence, err);
}

void identify_files_clear(identify_files *self) {
  hw_evidence_delete(self->evidence);
  lr_evidence_clear(&self->opened);
  hw_arena_clear(&self->arena);
  *self = (identify_files){0};
}

/* --- showing --- */

static bool is_of_case(const identify_files *self, int32_t person) {
  return self->is_used != NULL && self->is_used[person];
}

/* The models that were fitted to reads. */
static void print_reads(const identify_files *self) {
  const cli_snp_people *people = &self->opened.people;
  for (int32_t i = 0; i < people->n_reads; i++) {
    if (!is_of_case(self, people->reads[i].person)) continue;
    printf("           ");
    cli_snp_reads_print(people, &people->reads[i]);
  }
}

void identify_files_print(const identify_files *self) {
  static const char *const names[LR_KINDS] = {"STR", "SNPs", "mtDNA", "Y"};
  const cli_snp_people *people = &self->opened.people;
  for (int kind = LR_SNP; kind < LR_KINDS; kind++) {
    if (!self->opened.has[kind]) continue;
    printf("           %s of %d remains and %d relatives", names[kind], (int)self->n_remains[kind],
           (int)self->n_persons[kind]);
    if (self->n_others[kind] > 0) printf("; %d others passed over", (int)self->n_others[kind]);
    if (kind == LR_SNP)
      printf("; %d markers\n           frequencies: %s\n           map: %s",
             (int)people->panel->n_markers, people->frequencies, people->map);
    putchar('\n');
  }
  print_reads(self);
}

static void json_snp(hw_json_writer *w, const identify_files *self) {
  const cli_snp_people *people = &self->opened.people;
  hw_json_add_int(w, "markers", people->panel->n_markers);
  hw_json_add_text(w, "frequencies", people->frequencies);
  hw_json_add_text(w, "map", people->map);
  hw_json_add_array(w, "reads");
  for (int32_t i = 0; i < people->n_reads; i++) {
    if (!is_of_case(self, people->reads[i].person)) continue;
    hw_json_write_begin_object(w);
    cli_snp_reads_json(w, people, &people->reads[i]);
    hw_json_write_end_object(w);
  }
  hw_json_write_end_array(w);
}

void identify_files_json(hw_json_writer *w, const identify_files *self) {
  static const hw_evidence_kind kinds[LR_KINDS] = {HW_EVIDENCE_STR, HW_EVIDENCE_SNP, HW_EVIDENCE_MT,
                                                   HW_EVIDENCE_Y};
  if (self->evidence == NULL) return;
  hw_json_add_object(w, "files");
  for (int kind = LR_SNP; kind < LR_KINDS; kind++) {
    if (!self->opened.has[kind]) continue;
    hw_json_add_object(w, hw_evidence_name(kinds[kind]));
    hw_json_add_int(w, "remains", self->n_remains[kind]);
    hw_json_add_int(w, "relatives", self->n_persons[kind]);
    hw_json_add_int(w, "others", self->n_others[kind]);
    if (kind == LR_SNP) json_snp(w, self);
    hw_json_write_end_object(w);
  }
  hw_json_write_end_object(w);
}
