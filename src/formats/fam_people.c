/* .fam reader: the head, persons with genotypes, and pedigrees.
 *
 *     "Output from Familias, version 3.4"
 *     "DO NOT EDIT!"
 *     3.4 (DVI)                  version; (DVI) if there is such a section
 *     ""                         a remark, may be missing
 *     1                          number of persons, and of each:
 *       "AF"                       name
 *       #FALSE#
 *       -1                         or: -1 (Consider dropouts)
 *       #FALSE#
 *       #TRUE#                     male
 *       1                          number of genotypes, and of each:
 *         7                          first allele, by its place in the locus, from 0
 *         8                          second allele
 *         0                          locus, by its place in the database, from 0
 *     "Known relations"
 *     0                          extra females (they come behind the persons in all numbering),
 *     0                          extra males,
 *     0                          relations, and of each: parent, child
 *     1                          number of pedigrees, and of each:
 *       0                          its number
 *       "H1"
 *       0  0  1  0  2              extra females, males, relations, parent, child (one a line)
 *
 * The second, third and fourth line of a person say whether and when somebody was
 * born and whether she is a child; they only serve Familias' generation of
 * pedigrees. A parent written with the word Direct, "0 (Direct)", is the same
 * individual as the "child": one person under two names, or an identical twin. */
#include <string.h>

#include "formats/fam_int.h"

/* --- head --- */

static bool is_integer(const char *text) {
  int32_t value;
  const char *behind = hwp_fam_to_integer(text, &value);
  return behind != NULL && *behind == '\0';
}

/* A text in quotation marks, which may go over several lines. */
static hw_status skip_quoted(hwp_fam_reader *self, const char **out) {
  char *first;
  HW_TRY(hwp_fam_next(self, "a remark", &first));
  size_t n = strlen(first);
  bool is_closed = n >= 2 && first[n - 1] == '"';
  *out = hwp_fam_unquote(first);
  while (!is_closed) {
    char *more;
    HW_TRY(hwp_fam_next(self, "the end of a remark in quotation marks", &more));
    n = strlen(more);
    is_closed = n >= 1 && more[n - 1] == '"';
    HW_TRY(hwp_fam_print(self, out, "%s %s", *out, hwp_fam_unquote(more)));
  }
  return HW_OK;
}

static bool is_version(const char *text) {
  if (*text == '"') text++;
  return *text >= '0' && *text <= '9' && (strchr(text, '.') != NULL || strchr(text, '(') != NULL);
}

static hw_status keep_version(hwp_fam_reader *self, char *text) {
  char *version = hwp_fam_unquote(text);
  return hwp_fam_print(self, &self->fam->version, "%.*s", (int)strcspn(version, " \t("), version);
}

static hw_status read_head(hwp_fam_reader *self) {
  char *text;
  if (self->n_lines == 0) return hwp_fam_refuse(self, 0, HW_E_SYNTAX, NULL, "the file is empty");
  HW_TRY(hwp_fam_next(self, "the head of the file", &text));
  text = hwp_fam_unquote(text);
  if (!hwp_fam_starts(text, "Output from Familias"))
    return hwp_fam_refuse(self, hwp_fam_line(self), HW_E_SYNTAX, NULL,
                          "\"%.60s\" stands where a Familias file begins with \"Output from "
                          "Familias, version …\"; other programs use the ending .fam too",
                          text);
  const char *version = hwp_fam_find(text, "version ");
  self->fam->version = version != NULL ? version + 8 : "";
  bool has_version = false;
  for (;;) {
    const char *next = hwp_fam_peek(self);
    if (next == NULL || is_integer(next)) return HW_OK;
    if (!has_version && is_version(next)) {
      has_version = true;
      HW_TRY(hwp_fam_next(self, "the version", &text));
      HW_TRY(keep_version(self, text));
    } else if (*next == '"') {
      const char *remark;
      HW_TRY(skip_quoted(self, &remark));
      if (has_version && *remark != '\0') self->fam->comment = remark;
    } else {
      return hwp_fam_refuse(self, hwp_fam_line(self) + 1, HW_E_SYNTAX, NULL,
                            "\"%.60s\" stands where the version or the number of persons is "
                            "expected",
                            next);
    }
  }
}

/* --- persons --- */

static hw_status read_genotype(hwp_fam_reader *self, hwp_fam_genotype *out) {
  *out = (hwp_fam_genotype){0};
  HW_TRY(hwp_fam_integer(self, "the place of the first allele", -1, &out->a));
  out->line = hwp_fam_line(self);
  HW_TRY(hwp_fam_integer(self, "the place of the second allele", -1, &out->b));
  return hwp_fam_integer(self, "the place of the locus", 0, &out->locus);
}

/* The line "-1", "-1 (Consider dropouts)". */
static hw_status read_birth(hwp_fam_reader *self, bool *considers_dropout) {
  char *text;
  int32_t year;
  HW_TRY(hwp_fam_next(self, "a year of birth (-1)", &text));
  const char *rest = hwp_fam_to_integer(text, &year);
  *considers_dropout = rest != NULL && hwp_fam_find(rest, "dropout") != NULL;
  if (rest == NULL || (*rest != '\0' && !*considers_dropout))
    return hwp_fam_refuse(self, hwp_fam_line(self), HW_E_SYNTAX, NULL,
                          "\"%.60s\" stands where a year of birth is expected: -1, or \"-1 "
                          "(Consider dropouts)\"",
                          text);
  return HW_OK;
}

static hw_status read_person(hwp_fam_reader *self, hwp_fam_person *out) {
  bool unused, is_male = false;
  HW_TRY(hwp_fam_text(self, "a person's name", &out->name));
  HW_TRY(hwp_fam_expect_name(self, out->name));
  out->line = hwp_fam_line(self);
  HW_TRY(hwp_fam_bool(self, "a mark of the person", &unused, NULL));
  HW_TRY(read_birth(self, &out->considers_dropout));
  HW_TRY(hwp_fam_bool(self, "whether the person is a child", &unused, NULL));
  HW_TRY(hwp_fam_bool(self, "whether the person is male", &is_male, NULL));
  out->sex = is_male ? HW_MALE : HW_FEMALE;
  HW_TRY(hwp_fam_count(self, "the number of genotypes", 3, &out->n_genotypes));
  out->n_stated = -1;
  out->genotypes = hwp_fam_alloc(self, out->n_genotypes, sizeof *out->genotypes);
  if (out->genotypes == NULL) return HW_E_NO_MEMORY;
  for (int32_t i = 0; i < out->n_genotypes; i++) HW_TRY(read_genotype(self, &out->genotypes[i]));
  return HW_OK;
}

static hw_status read_persons(hwp_fam_reader *self) {
  HW_TRY(hwp_fam_count(self, "the number of persons", 6, &self->n_persons));
  self->persons = hwp_fam_alloc(self, self->n_persons, sizeof *self->persons);
  if (self->persons == NULL) return HW_E_NO_MEMORY;
  for (int32_t i = 0; i < self->n_persons; i++) {
    const hw_status status = read_person(self, &self->persons[i]);
    if (status == HW_OK) continue;
    hw_err_while(&self->err, "reading person %d of %d", (int)i + 1, (int)self->n_persons);
    return status;
  }
  return HW_OK;
}

/* --- pedigrees --- */

/* Extra persons have no lines of their own, so their number needs a bound of its own. */
#define MAX_EXTRA 1000

static hw_status read_index(hwp_fam_reader *self, const char *what, int32_t *out, bool *is_direct) {
  char *text;
  HW_TRY(hwp_fam_next(self, what, &text));
  const char *rest = hwp_fam_to_integer(text, out);
  if (rest == NULL && text[0] == '"') { /* "0 (Direct)" in quotation marks */
    text = hwp_fam_unquote(text);
    rest = hwp_fam_to_integer(text, out);
  }
  const bool has_word = rest != NULL && hwp_fam_find(rest, "Direct") != NULL;
  if (has_word) *is_direct = true;
  if (rest == NULL || *out < 0 || (*rest != '\0' && !has_word))
    return hwp_fam_refuse(self, hwp_fam_line(self), HW_E_SYNTAX, NULL,
                          "\"%.60s\" stands where %s is expected: a person's place from 0, or "
                          "\"0 (Direct)\" for one individual under two names",
                          text, what);
  return HW_OK;
}

/* Extra persons and relations. */
static hw_status read_relations(hwp_fam_reader *self, hwp_fam_raw_pedigree *out) {
  static const char *const what[2] = {"the number of extra females", "the number of extra males"};
  for (int k = 0; k < 2; k++) {
    HW_TRY(hwp_fam_integer(self, what[k], 0, &out->n_extra[k]));
    if (out->n_extra[k] > MAX_EXTRA)
      return hwp_fam_refuse(self, hwp_fam_line(self), HW_E_VALUE, NULL, "%s is %d; at most %d",
                            what[k], (int)out->n_extra[k], MAX_EXTRA);
  }
  HW_TRY(hwp_fam_count(self, "the number of relations", 2, &out->n_relations));
  out->relations = hwp_fam_alloc(self, out->n_relations, sizeof *out->relations);
  if (out->relations == NULL) return HW_E_NO_MEMORY;
  for (int32_t i = 0; i < out->n_relations; i++) {
    hwp_fam_relation *relation = &out->relations[i];
    HW_TRY(read_index(self, "a parent", &relation->parent, &relation->is_direct));
    relation->line = hwp_fam_line(self);
    HW_TRY(read_index(self, "a child", &relation->child, &relation->is_direct));
  }
  return HW_OK;
}

static hw_status read_pedigree(hwp_fam_reader *self, int32_t number) {
  int32_t place = 0;
  HW_TRY(hwp_fam_integer(self, "the pedigree's number", 0, &place));
  const uint64_t line = hwp_fam_line(self);
  if (place >= self->n_pedigrees || self->pedigrees[place].name != NULL)
    return hwp_fam_refuse(self, line, HW_E_REFERENCE, NULL,
                          "%d is the number of pedigree %d of %d; the numbers 0 to %d must each "
                          "come once",
                          (int)place, (int)number + 1, (int)self->n_pedigrees,
                          (int)self->n_pedigrees - 1);
  hwp_fam_raw_pedigree *out = &self->pedigrees[place];
  HW_TRY(hwp_fam_text(self, "the pedigree's name", &out->name));
  out->line = line;
  return read_relations(self, out);
}

hw_status hwp_fam_read_people(hwp_fam_reader *self) {
  HW_TRY(read_head(self));
  HW_TRY(read_persons(self));
  const char *title;
  HW_TRY(hwp_fam_text(self, "\"Known relations\"", &title));
  if (!hwp_fam_starts(title, "Known relations"))
    return hwp_fam_refuse(self, hwp_fam_line(self), HW_E_SYNTAX, NULL,
                          "\"%.60s\" stands where \"Known relations\" is expected behind %d "
                          "person%s; is the number of persons or genotypes right?",
                          title, (int)self->n_persons, self->n_persons == 1 ? "" : "s");
  self->known.name = "Known relations";
  self->known.line = hwp_fam_line(self);
  HW_TRY(read_relations(self, &self->known));
  HW_TRY(hwp_fam_count(self, "the number of pedigrees", 5, &self->n_pedigrees));
  self->pedigrees = hwp_fam_alloc(self, self->n_pedigrees, sizeof *self->pedigrees);
  if (self->pedigrees == NULL) return HW_E_NO_MEMORY;
  for (int32_t i = 0; i < self->n_pedigrees; i++) {
    const hw_status status = read_pedigree(self, i);
    if (status == HW_OK) continue;
    hw_err_while(&self->err, "reading pedigree %d of %d", (int)i + 1, (int)self->n_pedigrees);
    return status;
  }
  return HW_OK;
}
