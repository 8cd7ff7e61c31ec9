/* GEDCOM: the struct becomes a file.
 *
 * Both versions are UTF-8 with LF. 5.5.1 divides lines of more than 240 bytes by
 * CONC, never beside a blank, because readers trim; 7 has no CONC and no limit.
 * An @ is doubled everywhere in 5.5.1 and at the beginning of a value in 7; the
 * escape of a calendar (@#DJULIAN@) stays as it is.
 *
 * The kind of a link goes into PEDI where both parents agree and the version has
 * a word for it, otherwise into _FREL and _MREL below CHIL, as several programs
 * write it. Both sides of every link are written. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "formats/gedcom_int.h"

#define LINE_BYTES ((size_t)240)

typedef struct writer {
  const hw_gedcom *ged;
  bool is_v7;
  FILE *out;
  hw_err *err;
  hw_arena arena;
  int32_t *start; /* per person: its first place in `places`; n_persons + 1 */
  struct place *places;
} writer;

/* A family that a person belongs to; child = −1 for a partner. */
typedef struct place {
  int32_t family, child;
} place;

static hw_status check_xref(const char *xref, hw_err *err) {
  bool is_bad = xref[0] == '\0' || xref[0] == '#' || strlen(xref) > 100 ||
                hwp_ged_is((hwp_ged_span){xref, strlen(xref)}, "VOID");
  for (const char *c = xref; *c != '\0'; c++)
    if (*c == '@' || *c == ' ' || (unsigned char)*c < 0x20) is_bad = true;
  if (!is_bad) return HW_OK;
  return hw_err_set(err, HW_E_VALUE,
                    "\"%.100s\" cannot be a cross reference; expected 1 to 100 bytes without @ and "
                    "blanks, not VOID",
                    xref);
}

/* --- values --- */

/* Number of bytes that go on one line: all, or up to a place between two letters. */
static size_t fit_line(const writer *self, const char *text, size_t n) {
  if (self->is_v7 || n <= LINE_BYTES) return n;
  size_t best = 0;
  for (size_t i = 0; i < LINE_BYTES;) {
    const size_t length = hw_utf8_length(text + i, n - i);
    i += length > 0 ? length : 1;
    if (i < n && text[i] != ' ' && text[i - 1] != ' ') best = i;
  }
  return best > 0 ? best : n; /* nothing but blanks: the line stays long */
}

static void put_bytes(writer *self, const char *text, size_t n, bool is_first) {
  for (size_t i = 0; i < n; i++) {
    if (text[i] == '@' && (!self->is_v7 || (is_first && i == 0))) fputc('@', self->out);
    fputc(text[i], self->out);
  }
}

/* One line of a value, with CONC where it is long. */
static hw_status put_line(writer *self, int level, const char *text, size_t n) {
  if (n > HW_GEDCOM_MAX_LINE / 2 && self->is_v7)
    return hw_err_set(self->err, HW_E_VALUE,
                      "a text of %zu bytes in one line; at most %zu are read", n,
                      HW_GEDCOM_MAX_LINE / 2);
  if (n > 0) fputc(' ', self->out);
  /* Where a doubled @ would be divided nothing goes wrong: it is doubled behind the division. */
  for (bool is_first = true; n > 0; is_first = false) {
    const size_t now = fit_line(self, text, n);
    if (!is_first) fprintf(self->out, "\n%d CONC ", level + 1);
    put_bytes(self, text, now, is_first);
    text += now;
    n -= now;
  }
  fputc('\n', self->out);
  return HW_OK;
}

/* "level tag text", with CONT for the text's lines. */
static hw_status put_text(writer *self, int level, const char *tag, const char *text) {
  if (strchr(text, '\r'))
    return hw_err_set(self->err, HW_E_VALUE,
                      "a text holds a carriage return; lines are divided by line feeds: \"%.60s\"",
                      text);
  fprintf(self->out, "%d %s", level, tag);
  for (;;) {
    const size_t n = strcspn(text, "\n");
    HW_TRY(put_line(self, level, text, n));
    if (text[n] == '\0') return HW_OK;
    text += n + 1;
    fprintf(self->out, "%d CONT", level + 1);
  }
}

static hw_status put_if_any(writer *self, int level, const char *tag, const char *text) {
  return text[0] != '\0' ? put_text(self, level, tag, text) : HW_OK;
}

static void put_pointer(writer *self, int level, const char *tag, const char *xref) {
  fprintf(self->out, "%d %s @%s@\n", level, tag, xref);
}

/* --- persons --- */

/* The name with slashes around its surname, if they give the same full name again. */
static const char *slashed(writer *self, const hw_gedcom_name *name, hw_gedcom_name *parts,
                           hw_status *status) {
  const size_t n = strlen(name->full), n_surname = strlen(name->surname);
  char *text = hw_arena_alloc(&self->arena, n + 3);
  *status = HW_OK;
  const char *at = n_surname > 0 ? strstr(name->full, name->surname) : NULL;
  for (; text != NULL && at != NULL; at = strstr(at + 1, name->surname)) {
    const size_t before = (size_t)(at - name->full);
    memcpy(text, name->full, before);
    text[before] = '/';
    memcpy(text + before + 1, at, n_surname);
    text[before + 1 + n_surname] = '/';
    memcpy(text + before + n_surname + 2, at + n_surname, n - before - n_surname + 1);
    *status = hwp_ged_split_name(text, &self->arena, parts, self->err);
    if (*status != HW_OK) return NULL;
    if (strcmp(parts->full, name->full) == 0) return text;
  }
  if (text == NULL)
    *status = HW_NO_MEMORY(self->err, "the names");
  else
    *status = hwp_ged_split_name(name->full, &self->arena, parts, self->err);
  return name->full;
}

/* A part below the name: stated, or stated to be empty where the slashes say otherwise. */
static hw_status put_part(writer *self, const char *tag, const char *part, const char *by_slashes) {
  if (part[0] == '\0' && by_slashes[0] == '\0') return HW_OK;
  return put_text(self, 2, tag, part);
}

static hw_status put_name(writer *self, const hw_gedcom_name *name) {
  hw_gedcom_name parts = {"", "", "", "", "", "", ""};
  hw_status status;
  hw_arena_reset(&self->arena);
  const char *value = slashed(self, name, &parts, &status);
  HW_TRY(status);
  HW_TRY(put_text(self, 1, "NAME", value));
  HW_TRY(put_if_any(self, 2, "TYPE", name->kind));
  HW_TRY(put_if_any(self, 2, "NPFX", name->prefix));
  HW_TRY(put_part(self, "GIVN", name->given, parts.given));
  HW_TRY(put_if_any(self, 2, "NICK", name->nickname));
  HW_TRY(put_part(self, "SURN", name->surname, parts.surname));
  return put_part(self, "NSFX", name->suffix, parts.suffix);
}

static hw_status put_date(writer *self, const char *text) {
  const char *end = !self->is_v7 && strncmp(text, "@#", 2) == 0 ? strchr(text + 2, '@') : NULL;
  if (end == NULL || strchr(text, '\n')) return put_if_any(self, 2, "DATE", text);
  fprintf(self->out, "2 DATE %.*s", (int)(end + 1 - text), text);
  put_bytes(self, end + 1, strlen(end + 1), false);
  fputc('\n', self->out);
  return HW_OK;
}

static hw_status put_event(writer *self, const char *tag, const hw_gedcom_event *event) {
  if (!event->is_stated) return HW_OK;
  const bool is_bare = event->date.text[0] == '\0' && event->place[0] == '\0';
  fprintf(self->out, "1 %s%s\n", tag, is_bare ? " Y" : "");
  HW_TRY(put_date(self, event->date.text));
  return put_if_any(self, 2, "PLAC", event->place);
}

static hw_status put_association(writer *self, const hw_gedcom_association *a) {
  static const char *const roles[] = {"CHIL",   "CLERGY", "FATH",     "FRIEND", "GODP",
                                      "HUSB",   "MOTH",   "MULTIPLE", "NGHBR",  "OFFICIATOR",
                                      "PARENT", "SPOU",   "WIFE",     "WITN"};
  put_pointer(self, 1, "ASSO", self->ged->persons[a->person].xref);
  if (!self->is_v7) return put_if_any(self, 2, "RELA", a->relation);
  for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
    if (strcmp(a->relation, roles[i]) == 0) return put_text(self, 2, "ROLE", a->relation);
  HW_TRY(put_text(self, 2, "ROLE", "OTHER"));
  return put_if_any(self, 3, "PHRASE", a->relation);
}

/* The word of PEDI for a link of both parents; NULL = _FREL and _MREL say it. */
static const char *pedi_of(const writer *self, const hw_gedcom_child *child) {
  static const char *const old[] = {NULL, "birth", "adopted", "foster", "sealing", NULL};
  static const char *const new[] = {NULL, "BIRTH", "ADOPTED", "FOSTER", "SEALING", "OTHER"};
  if (child->to_father != child->to_mother) return NULL;
  return self->is_v7 ? new[child->to_father] : old[child->to_father];
}

static void put_families(writer *self, int32_t person) {
  for (int32_t i = self->start[person]; i < self->start[person + 1]; i++) {
    const hw_gedcom_family *family = &self->ged->families[self->places[i].family];
    if (self->places[i].child < 0) {
      put_pointer(self, 1, "FAMS", family->xref);
      continue;
    }
    put_pointer(self, 1, "FAMC", family->xref);
    const char *pedi = pedi_of(self, &family->children[self->places[i].child]);
    if (pedi != NULL) fprintf(self->out, "2 PEDI %s\n", pedi);
  }
}

static hw_status put_person(writer *self, int32_t number) {
  const hw_gedcom_person *person = &self->ged->persons[number];
  HW_TRY(check_xref(person->xref, self->err));
  fprintf(self->out, "0 @%s@ INDI\n", person->xref);
  for (int32_t i = 0; i < person->n_names; i++) HW_TRY(put_name(self, &person->names[i]));
  fprintf(self->out, "1 SEX %c\n",
          person->sex == HW_MALE     ? 'M'
          : person->sex == HW_FEMALE ? 'F'
                                     : 'U');
  HW_TRY(put_event(self, "BIRT", &person->birth));
  HW_TRY(put_event(self, "DEAT", &person->death));
  if (person->is_adopted) fputs("1 ADOP Y\n", self->out);
  put_families(self, number);
  for (int32_t i = 0; i < person->n_associations; i++)
    HW_TRY(put_association(self, &person->associations[i]));
  return put_if_any(self, 1, "NOTE", person->note);
}

/* --- families --- */

static void put_kind(writer *self, const char *tag, hw_gedcom_link kind) {
  static const char *const words[] = {NULL, "Natural", "Adopted", "Foster", "Sealing", "Other"};
  if (kind != HW_GEDCOM_UNSTATED) fprintf(self->out, "2 %s %s\n", tag, words[kind]);
}

static hw_status put_family(writer *self, const hw_gedcom_family *family) {
  const hw_gedcom_person *persons = self->ged->persons;
  HW_TRY(check_xref(family->xref, self->err));
  fprintf(self->out, "0 @%s@ FAM\n", family->xref);
  if (family->father >= 0) put_pointer(self, 1, "HUSB", persons[family->father].xref);
  if (family->mother >= 0) put_pointer(self, 1, "WIFE", persons[family->mother].xref);
  for (int32_t i = 0; i < family->n_children; i++) {
    const hw_gedcom_child *child = &family->children[i];
    put_pointer(self, 1, "CHIL", persons[child->person].xref);
    if (pedi_of(self, child) != NULL) continue;
    put_kind(self, "_FREL", child->to_father);
    put_kind(self, "_MREL", child->to_mother);
  }
  return HW_OK;
}

/* Lists each person's families. */
static void visit(const hw_gedcom *ged, int32_t *next, place *places) {
  for (int32_t f = 0; f < ged->n_families; f++) {
    const hw_gedcom_family *family = &ged->families[f];
    const int32_t partners[2] = {family->father, family->mother};
    for (int k = 0; k < 2; k++) {
      if (partners[k] < 0 || (k == 1 && partners[1] == partners[0])) continue;
      if (places) places[next[partners[k]]] = (place){f, -1};
      next[partners[k]]++;
    }
    for (int32_t i = 0; i < family->n_children; i++) {
      const int32_t child = family->children[i].person;
      if (places) places[next[child]] = (place){f, i};
      next[child]++;
    }
  }
}

static hw_status list_families(writer *self) {
  const int32_t n = self->ged->n_persons;
  self->start = calloc((size_t)n + 2, sizeof *self->start);
  if (self->start == NULL) return HW_NO_MEMORY(self->err, "the families");
  visit(self->ged, self->start + 2, NULL); /* counts, two places up */
  for (int32_t p = 1; p <= n; p++) self->start[p + 1] += self->start[p];
  self->places = calloc((size_t)self->start[n + 1] + 1, sizeof *self->places);
  if (self->places == NULL) return HW_NO_MEMORY(self->err, "the families");
  visit(self->ged, self->start + 1, self->places); /* now start[p + 1] runs from p's first place */
  return HW_OK;
}

/* A cross reference that nobody bears, for the submitter whom 5.5.1 demands. */
static void find_free_xref(const hw_gedcom *ged, char *out, size_t size) {
  for (int number = 1;; number++) {
    bool is_free = true;
    snprintf(out, size, "SUBM%d", number);
    for (int32_t i = 0; i < ged->n_persons && is_free; i++)
      is_free = strcmp(ged->persons[i].xref, out) != 0;
    for (int32_t i = 0; i < ged->n_families && is_free; i++)
      is_free = strcmp(ged->families[i].xref, out) != 0;
    if (is_free) return;
  }
}

static hw_status write_all(writer *self) {
  char submitter[24];
  HW_TRY(list_families(self));
  if (self->is_v7) {
    fputs("0 HEAD\n1 GEDC\n2 VERS 7.0\n1 SOUR Homeward\n", self->out);
  } else {
    find_free_xref(self->ged, submitter, sizeof submitter);
    fprintf(self->out,
            "0 HEAD\n1 SOUR Homeward\n1 SUBM @%s@\n1 GEDC\n2 VERS 5.5.1\n2 FORM LINEAGE-LINKED\n"
            "1 CHAR UTF-8\n0 @%s@ SUBM\n1 NAME Homeward\n",
            submitter, submitter);
  }
  for (int32_t p = 0; p < self->ged->n_persons; p++) HW_TRY(put_person(self, p));
  for (int32_t f = 0; f < self->ged->n_families; f++)
    HW_TRY(put_family(self, &self->ged->families[f]));
  fputs("0 TRLR\n", self->out);
  if (fflush(self->out) != 0 || ferror(self->out))
    return hw_err_set(self->err, HW_E_IO, "cannot write: %s",
                      errno ? strerror(errno) : "stream error");
  return HW_OK;
}

hw_status hw_gedcom_write(const hw_gedcom *self, hw_gedcom_version version, FILE *out,
                          hw_err *err) {
  writer w = {.ged = self, .is_v7 = version == HW_GEDCOM_70, .out = out, .err = err};
  errno = 0;
  const hw_status status = write_all(&w);
  free(w.start);
  free(w.places);
  hw_arena_clear(&w.arena);
  return status;
}
