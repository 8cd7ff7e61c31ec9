/* Relations that a pedigree file states, against what the genotypes say.
 *
 * PED and .fam files begin every row with family, person, father, mother; what follows does not
 * matter here. A parent that is not known is 0, -9, . or nothing. Stated are parent and child, and
 * two people with both parents in common, as far as both are among the samples.
 *
 * A stated relation is supported if its LR passes the threshold and no relation of another class is
 * better by as much; contradicted if its LR is below 1, or one of another class is better by the
 * threshold; otherwise undecided. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "cli/relate_out.h"
#include "formats/lines.h"
#include "genetics/name_index.h"

enum { FIELDS = 4 };

typedef struct row {
  int32_t person;              /* sample, or -1 */
  const char *father, *mother; /* NULL = not known */
} row;

typedef struct reader {
  const cli_snp_people *people;
  hw_name_index samples;
  hw_arena *arena;
  row *rows;
  int32_t n, room;
  relate_stated *stated;
  int32_t n_stated, stated_room;
} reader;

static bool is_unknown(const char *name) {
  return strcmp(name, "0") == 0 || strcmp(name, "-9") == 0 || strcmp(name, ".") == 0 ||
         strcmp(name, "NA") == 0;
}

static hw_status copy_parent(reader *self, const char *name, const char **out, hw_err *err) {
  *out = NULL;
  if (is_unknown(name)) return HW_OK;
  *out = hw_arena_strdup(self->arena, name);
  return *out != NULL ? HW_OK : HW_NO_MEMORY(err, "a pedigree");
}

static hw_status take_row(reader *self, char **fields, hw_err *err) {
  if (self->n == self->room) {
    const int32_t room = self->room > 0 ? 2 * self->room : 256;
    row *rows = hw_arena_alloc_array(self->arena, (size_t)room, sizeof *rows);
    if (rows == NULL) return HW_NO_MEMORY(err, "a pedigree");
    if (self->n > 0) memcpy(rows, self->rows, (size_t)self->n * sizeof *rows);
    self->rows = rows;
    self->room = room;
  }
  row *to = &self->rows[self->n++];
  to->person = hw_name_index_find(&self->samples, fields[1]);
  HW_TRY(copy_parent(self, fields[2], &to->father, err));
  return copy_parent(self, fields[3], &to->mother, err);
}

/* Family, person, father, mother; a file may begin with a row of headings. */
static bool is_heading(const char *first) {
  return first[0] == '#' || strcmp(first, "Family") == 0 || strcmp(first, "FID") == 0 ||
         strcmp(first, "family") == 0;
}

static hw_status read_rows(reader *self, const char *path, hw_err *err) {
  hwp_lines lines = {0};
  hw_status status = hwp_lines_open(&lines, path, err);
  while (status == HW_OK) {
    char *line = NULL, *fields[FIELDS];
    size_t n_bytes;
    status = hwp_lines_next(&lines, &line, &n_bytes, err);
    if (status != HW_OK || line == NULL) break;
    const int n = cli_snp_split(line, fields, FIELDS);
    if (n == 0 || (fields[0][0] == '#') || (lines.line == 1 && is_heading(fields[0]))) continue;
    if (n < FIELDS) {
      status = hw_err_set(err, HW_E_SYNTAX,
                          "%d fields; expected family, person, father and mother, parted by blanks "
                          "or tabs, 0 for a parent who is not known",
                          n);
      hw_err_place(err, path, lines.line, 0);
    } else {
      status = take_row(self, fields, err);
    }
  }
  hwp_lines_clear(&lines);
  return status;
}

static hw_status add(reader *self, int32_t first, int32_t second, hw_relation relation,
                     hw_err *err) {
  for (int32_t i = 0; i < self->n_stated; i++) /* a row may stand twice */
    if (self->stated[i].first == first && self->stated[i].second == second) return HW_OK;
  if (self->n_stated == self->stated_room) {
    const int32_t room = self->stated_room > 0 ? 2 * self->stated_room : 256;
    relate_stated *stated = hw_arena_alloc_array(self->arena, (size_t)room, sizeof *stated);
    if (stated == NULL) return HW_NO_MEMORY(err, "a pedigree");
    if (self->n_stated > 0) memcpy(stated, self->stated, (size_t)self->n_stated * sizeof *stated);
    self->stated = stated;
    self->stated_room = room;
  }
  self->stated[self->n_stated++] =
      (relate_stated){.first = first, .second = second, .relation = relation};
  return HW_OK;
}

static hw_status add_parent(reader *self, const row *child, const char *parent, hw_err *err) {
  const int32_t at = parent != NULL ? hw_name_index_find(&self->samples, parent) : HW_NAME_NONE;
  if (at == HW_NAME_NONE || at == child->person) return HW_OK;
  return add(self, at, child->person, HW_RELATION_PARENT, err);
}

static hw_status find_relations(reader *self, hw_err *err) {
  for (int32_t i = 0; i < self->n; i++) {
    const row *one = &self->rows[i];
    if (one->person == HW_NAME_NONE) continue;
    HW_TRY(add_parent(self, one, one->father, err));
    HW_TRY(add_parent(self, one, one->mother, err));
  }
  for (int32_t i = 0; i < self->n; i++)
    for (int32_t k = i + 1; k < self->n; k++) {
      const row *one = &self->rows[i], *other = &self->rows[k];
      if (one->person == HW_NAME_NONE || other->person == HW_NAME_NONE ||
          one->person == other->person || one->father == NULL || one->mother == NULL ||
          other->father == NULL || other->mother == NULL)
        continue;
      if (strcmp(one->father, other->father) == 0 && strcmp(one->mother, other->mother) == 0)
        HW_TRY(add(self, one->person, other->person, HW_RELATION_FULL_SIBLINGS, err));
    }
  return HW_OK;
}

hw_status relate_read_pedigree(const char *path, const cli_snp_people *people, hw_arena *arena,
                               relate_stated **out, int32_t *n, hw_err *err) {
  reader self = {.people = people, .arena = arena};
  *out = NULL;
  *n = 0;
  const char **names = hw_arena_alloc_array(arena, (size_t)people->n + 1, sizeof *names);
  if (names == NULL) return HW_NO_MEMORY(err, "a pedigree");
  for (int32_t i = 0; i < people->n; i++) names[i] = people->profiles[i].id;
  hw_status status = hw_name_index_init(&self.samples, people->n, names, err);
  if (status == HW_OK) status = read_rows(&self, path, err);
  if (status == HW_OK) status = find_relations(&self, err);
  hw_name_index_clear(&self.samples);
  HW_TRY(status);
  if (self.n_stated == 0) {
    hw_err_set(err, HW_E_REFERENCE,
               "it states no parent and child, and no full siblings, of whom both are among the "
               "%d samples (the first is \"%.60s\"): are its persons named as in the genotypes?",
               (int)people->n, people->n > 0 ? people->profiles[0].id : "");
    hw_err_place(err, path, 0, 0);
    return HW_E_REFERENCE;
  }
  *out = self.stated;
  *n = self.n_stated;
  return HW_OK;
}

const char *relate_verdict_name(relate_verdict verdict) {
  static const char *const names[RELATE_VERDICTS] = {"supported", "undecided", "contradicted"};
  return names[verdict];
}

void relate_judge(const relate_found *self, relate_stated *stated) {
  const double of = stated->pair.log10_lr[stated->relation];
  double other = 0; /* unrelated */
  for (int r = 0; r < HW_RELATION_COUNT; r++)
    if (strcmp(relate_class((hw_relation)r), relate_class(stated->relation)) != 0)
      other = fmax(other, stated->pair.log10_lr[r]);
  const double enough = fmax(self->threshold, 0);
  stated->verdict = RELATE_UNDECIDED;
  if (of >= enough && other - of < enough) stated->verdict = RELATE_SUPPORTED;
  if (!(of >= 0) || (other > of && other - of >= enough)) stated->verdict = RELATE_CONTRADICTED;
}
