/* GEDCOM: who belongs to whom, and who descends from whom.
 *
 * A child and a family are linked by up to four statements: the family's CHIL
 * (with _FREL and _MREL, which speak of one parent each), the child's FAMC (with
 * PEDI, which speaks of both), its adoption (ADOP with FAMC, of one parent or
 * both) and its birth (BIRT with FAMC). They are merged to one link, and the kind
 * to each parent is, in this order:
 *
 *   1. ADOP
 *   2. _FREL or _MREL
 *   3. PEDI, BIRT
 *   4. unstated
 *
 * The special goes before the general, and nothing is overruled in favour of
 * descent: where one statement says birth and another, for the same parent,
 * adoption, the file contradicts itself and is refused, but for PEDI beside a
 * _FREL or _MREL that agrees with it for the other parent.
 *
 * A person's birth father is the one stated to be; failing that, the one of an
 * unstated link, because most files state nothing. Two different ones are refused,
 * and so is an unstated link of a person whose adoption names no family: either
 * parents could be meant, and a pedigree with adoptive parents gives evidence
 * against the true family. */
#include <stdlib.h>
#include <string.h>

#include "formats/gedcom_int.h"

/* One child in one family. */
typedef struct bond {
  int32_t family, child;
  hw_gedcom_link father, mother; /* _FREL, _MREL; then the merged kinds */
  hw_gedcom_link pedi;           /* of both */
  hw_gedcom_link father_adop, mother_adop;
  bool has_chil, has_famc;
  size_t place; /* order of statements: CHIL first */
  uint64_t line;
} bond;

typedef struct linker {
  hwp_ged_reader *reader;
  bond *bonds;
  size_t n, capacity;
  int32_t *first_of; /* per person: first bond in by_child */
  size_t *by_child;  /* bonds, grouped by child */
} linker;

static bool report_at(hwp_ged_reader *self, uint64_t line, hw_err *err) {
  hw_err_place(err, NULL, line, 0);
  return hwp_ged_report(self, err);
}

static const char *xref_of(const hwp_ged_reader *self, int32_t person) {
  return self->persons[person].xref;
}

/* The index that a pointer leads to. Sets *out = −1 where it leads to another kind of record that
 * may be ignored. */
static bool resolve(hwp_ged_reader *self, const hwp_ged_link *link, const char *tag,
                    hwp_ged_kind kind, bool may_differ, int32_t *out) {
  static const char *const words[] = {"a person", "a family", "a note", "another record"};
  const hwp_ged_target *target = &self->targets[link->to];
  hw_err err = HW_ERR_INIT;
  *out = -1;
  if (target->line == 0) {
    hw_err_set(&err, HW_E_REFERENCE, "%s points to @%.60s@, which is not in the file", tag,
               self->xrefs.texts[link->to]);
    return report_at(self, link->line, &err);
  }
  if (target->kind == kind) {
    *out = target->index;
    return true;
  }
  if (may_differ) return true;
  hw_err_set(&err, HW_E_REFERENCE, "%s points to @%.60s@ (line %llu), which is %s, expected %s",
             tag, self->xrefs.texts[link->to], (unsigned long long)target->line,
             words[target->kind], words[kind]);
  return report_at(self, link->line, &err);
}

/* --- partners --- */

static bool set_partners(hwp_ged_reader *self, hwp_ged_role role) {
  const hwp_ged_links *links = &self->links[role];
  const char *tag = role == HWP_GED_HUSB ? "HUSB" : "WIFE";
  for (size_t i = 0; i < links->n; i++) {
    const hwp_ged_link *link = &links->list[i];
    hw_gedcom_family *family = &self->families[link->from];
    int32_t *place = role == HWP_GED_HUSB ? &family->father : &family->mother;
    int32_t person;
    if (!resolve(self, link, tag, HWP_GED_PERSON, false, &person)) return false;
    if (person < 0) continue;
    if (*place != HW_GEDCOM_NONE) {
      hw_err err = HW_ERR_INIT;
      hw_err_set(&err, HW_E_DUPLICATE, "family @%.60s@ has two %s, @%.60s@ and @%.60s@",
                 family->xref, tag, xref_of(self, *place), xref_of(self, person));
      if (!report_at(self, link->line, &err)) return false;
    }
    *place = person;
  }
  return true;
}

/* FAMS is only the other side of HUSB and WIFE. */
static bool check_spouses(hwp_ged_reader *self) {
  const hwp_ged_links *links = &self->links[HWP_GED_FAMS];
  for (size_t i = 0; i < links->n; i++) {
    const hwp_ged_link *link = &links->list[i];
    int32_t family;
    if (!resolve(self, link, "FAMS", HWP_GED_FAMILY, false, &family)) return false;
    if (family >= 0 && self->families[family].father != link->from &&
        self->families[family].mother != link->from)
      hwp_ged_tell(self, HWP_GED_ONE_SIDED, link->line, "FAMS");
  }
  return true;
}

/* --- bonds --- */

static bool add_bond(linker *self, bond b) {
  hw_err err = HW_ERR_INIT;
  void *array = self->bonds;
  b.place = self->n;
  if (hwp_ged_reserve(&array, self->n, &self->capacity, sizeof *self->bonds, &err) != HW_OK)
    return hwp_ged_report(self->reader, &err);
  self->bonds = array;
  self->bonds[self->n++] = b;
  return true;
}

static bool collect(linker *self, hwp_ged_role role, const char *tag) {
  const hwp_ged_links *links = &self->reader->links[role];
  for (size_t i = 0; i < links->n; i++) {
    const hwp_ged_link *link = &links->list[i];
    const hwp_ged_kind kind = role == HWP_GED_CHIL ? HWP_GED_PERSON : HWP_GED_FAMILY;
    int32_t to;
    if (!resolve(self->reader, link, tag, kind, false, &to)) return false;
    if (to < 0) continue;
    bond b = {.family = role == HWP_GED_CHIL ? link->from : to,
              .child = role == HWP_GED_CHIL ? to : link->from,
              .has_chil = role == HWP_GED_CHIL,
              .has_famc = role == HWP_GED_FAMC,
              .line = link->line};
    if (role == HWP_GED_CHIL) {
      b.father = link->father;
      b.mother = link->mother;
    } else if (role == HWP_GED_ADOP) {
      b.father_adop = link->father;
      b.mother_adop = link->mother;
    } else {
      b.pedi = link->father;
    }
    if (!add_bond(self, b)) return false;
  }
  return true;
}

static int compare_bonds(const void *a, const void *b) {
  const bond *left = a, *right = b;
  if (left->family != right->family) return left->family < right->family ? -1 : 1;
  if (left->child != right->child) return left->child < right->child ? -1 : 1;
  return left->place < right->place ? -1 : 1;
}

static int compare_places(const void *a, const void *b) {
  const bond *left = a, *right = b;
  if (left->family != right->family) return left->family < right->family ? -1 : 1;
  return left->place < right->place ? -1 : 1;
}

/* Takes a statement into another; false if they contradict each other. */
static bool merge_kind(hw_gedcom_link *kind, hw_gedcom_link more) {
  if (*kind == HW_GEDCOM_UNSTATED) *kind = more;
  return more == HW_GEDCOM_UNSTATED || *kind == more;
}

static bool is_descent(hw_gedcom_link kind) {
  return kind == HW_GEDCOM_BIRTH || kind == HW_GEDCOM_UNSTATED;
}

static bool contradict(hw_gedcom_link a, hw_gedcom_link b) {
  return a != HW_GEDCOM_UNSTATED && b != HW_GEDCOM_UNSTATED && is_descent(a) != is_descent(b);
}

static bool refuse(linker *self, const bond *b, const char *what) {
  const hwp_ged_reader *reader = self->reader;
  hw_err err = HW_ERR_INIT;
  hw_err_set(&err, HW_E_PEDIGREE,
             "@%.60s@ in family @%.60s@: %s; state one of them (birth is descent, adoption and "
             "fostering are not)",
             xref_of(reader, b->child), reader->families[b->family].xref, what);
  return report_at(self->reader, b->line, &err);
}

/* The kinds of a bond whose statements are all collected. */
static bool decide_kinds(linker *self, bond *b) {
  const hw_gedcom_link father = b->father, mother = b->mother, pedi = b->pedi;
  const bool has_adop =
      b->father_adop != HW_GEDCOM_UNSTATED || b->mother_adop != HW_GEDCOM_UNSTATED;
  bool is_good = true;
  if (contradict(father, b->father_adop) || contradict(mother, b->mother_adop))
    is_good = refuse(self, b, "_FREL or _MREL says birth and ADOP adoption");
  /* PEDI speaks of both parents; it is contradicted if no parent agrees with it. */
  else if (contradict(father, pedi) && (mother == HW_GEDCOM_UNSTATED || contradict(mother, pedi)))
    is_good = refuse(self, b, "_FREL and PEDI contradict each other");
  else if (contradict(mother, pedi) && father == HW_GEDCOM_UNSTATED)
    is_good = refuse(self, b, "_MREL and PEDI contradict each other");
  else if (pedi == HW_GEDCOM_BIRTH && b->father_adop != HW_GEDCOM_UNSTATED &&
           b->mother_adop != HW_GEDCOM_UNSTATED)
    is_good = refuse(self, b, "PEDI (or BIRT) says birth and ADOP adoption");
  /* An adoption says more than "step" or "other". */
  if (b->father_adop != HW_GEDCOM_UNSTATED) b->father = b->father_adop;
  if (b->mother_adop != HW_GEDCOM_UNSTATED) b->mother = b->mother_adop;
  (void)merge_kind(&b->father, pedi);
  (void)merge_kind(&b->mother, pedi);
  if (has_adop && !b->has_chil && !b->has_famc) { /* nothing but an adoption links them */
    (void)merge_kind(&b->father, HW_GEDCOM_OTHER);
    (void)merge_kind(&b->mother, HW_GEDCOM_OTHER);
  }
  return is_good;
}

/* Merges all statements about one child and one family; they lie side by side. */
static bool merge_bonds(linker *self) {
  size_t kept = 0;
  if (self->n > 0) qsort(self->bonds, self->n, sizeof *self->bonds, compare_bonds);
  for (size_t i = 0; i < self->n;) {
    bond b = self->bonds[i];
    bool is_twice = false;
    for (i++; i < self->n; i++) {
      const bond *more = &self->bonds[i];
      if (more->family != b.family || more->child != b.child) break;
      if (!merge_kind(&b.father, more->father) || !merge_kind(&b.mother, more->mother) ||
          !merge_kind(&b.pedi, more->pedi))
        is_twice = true;
      (void)merge_kind(&b.father_adop, more->father_adop);
      (void)merge_kind(&b.mother_adop, more->mother_adop);
      b.has_chil = b.has_chil || more->has_chil;
      b.has_famc = b.has_famc || more->has_famc;
    }
    if (is_twice && !refuse(self, &b, "the link is stated twice, and differently")) return false;
    if (!decide_kinds(self, &b)) return false;
    if (!b.has_chil || !b.has_famc)
      hwp_ged_tell(self->reader, HWP_GED_ONE_SIDED, b.line, b.has_chil ? "CHIL" : "FAMC");
    self->bonds[kept++] = b;
  }
  self->n = kept;
  if (kept > 0) qsort(self->bonds, kept, sizeof *self->bonds, compare_places);
  return true;
}

/* Gives each family its children. */
static bool set_children(linker *self) {
  hwp_ged_reader *reader = self->reader;
  hw_gedcom_child *children = hw_arena_alloc_array(&reader->out->arena, self->n, sizeof *children);
  if (children == NULL) {
    hw_err err = HW_ERR_INIT;
    (void)HW_NO_MEMORY(&err, "the families");
    return hwp_ged_report(reader, &err);
  }
  for (size_t i = 0; i < self->n; i++) {
    const bond *b = &self->bonds[i];
    hw_gedcom_family *family = &reader->families[b->family];
    children[i] = (hw_gedcom_child){b->child, b->father, b->mother};
    if (family->n_children++ == 0) family->children = &children[i];
  }
  return true;
}

/* --- descent --- */

static bool group_by_child(linker *self) {
  hw_arena *scratch = &self->reader->scratch;
  const int32_t n = self->reader->n_persons;
  self->first_of = hw_arena_alloc_array(scratch, (size_t)n + 1, sizeof *self->first_of);
  self->by_child = hw_arena_alloc_array(scratch, self->n, sizeof *self->by_child);
  if (self->first_of == NULL || self->by_child == NULL) {
    hw_err err = HW_ERR_INIT;
    (void)HW_NO_MEMORY(&err, "the families");
    return hwp_ged_report(self->reader, &err);
  }
  for (size_t i = 0; i < self->n; i++) self->first_of[self->bonds[i].child]++;
  for (int32_t p = 1; p <= n; p++) self->first_of[p] += self->first_of[p - 1];
  for (size_t i = self->n; i-- > 0;) /* from behind, so that the order stays */
    self->by_child[--self->first_of[self->bonds[i].child]] = i;
  return true;
}

/* Which links count for a birth parent. */
typedef enum level {
  LEVEL_STATED,      /* by birth */
  LEVEL_SAME_FAMILY, /* unstated, and the other parent of this family is one by birth */
  LEVEL_UNSTATED
} level;

static bool counts(const bond *b, bool is_father, level at) {
  const hw_gedcom_link kind = is_father ? b->father : b->mother;
  if (at == LEVEL_STATED) return kind == HW_GEDCOM_BIRTH;
  if (kind != HW_GEDCOM_UNSTATED) return false;
  return at == LEVEL_UNSTATED || (is_father ? b->mother : b->father) == HW_GEDCOM_BIRTH;
}

/* The birth parent of one side. Reports two different ones. */
static bool find_parent(linker *self, int32_t person, bool is_father, level at, int32_t *out) {
  hwp_ged_reader *reader = self->reader;
  const bond *found = NULL;
  for (int32_t i = self->first_of[person]; i < self->first_of[person + 1]; i++) {
    const bond *b = &self->bonds[self->by_child[i]];
    const hw_gedcom_family *family = &reader->families[b->family];
    const int32_t parent = is_father ? family->father : family->mother;
    if (parent == HW_GEDCOM_NONE || !counts(b, is_father, at)) continue;
    if (found == NULL) {
      found = b;
      *out = parent;
    } else if (*out != parent) {
      hw_err err = HW_ERR_INIT;
      hw_err_set(&err, HW_E_PEDIGREE,
                 "@%.60s@ has two birth %ss, @%.60s@ (family @%.40s@) and @%.60s@ (family "
                 "@%.40s@); say below FAMC which family is not by birth (PEDI adopted, foster …)",
                 xref_of(reader, person), is_father ? "father" : "mother", xref_of(reader, *out),
                 reader->families[found->family].xref, xref_of(reader, parent), family->xref);
      return report_at(reader, reader->persons[person].line, &err);
    }
  }
  return true;
}

/* True if an adoptive link says which adoption is meant; the parent may be unknown. */
static bool is_adopted_by_link(const linker *self, int32_t person) {
  for (int32_t i = self->first_of[person]; i < self->first_of[person + 1]; i++) {
    const bond *b = &self->bonds[self->by_child[i]];
    if (b->father == HW_GEDCOM_ADOPTED || b->mother == HW_GEDCOM_ADOPTED) return true;
  }
  return false;
}

/* A family with an unstated link of the person to a parent that is known, or NULL. */
static const hw_gedcom_family *find_unstated(const linker *self, int32_t person) {
  for (int32_t i = self->first_of[person]; i < self->first_of[person + 1]; i++) {
    const bond *b = &self->bonds[self->by_child[i]];
    const hw_gedcom_family *family = &self->reader->families[b->family];
    if ((family->father != HW_GEDCOM_NONE && b->father == HW_GEDCOM_UNSTATED) ||
        (family->mother != HW_GEDCOM_NONE && b->mother == HW_GEDCOM_UNSTATED))
      return family;
  }
  return NULL;
}

/* True if the person has an unstated link that leads to none of its birth parents. */
static bool has_unused(const linker *self, int32_t person) {
  const hw_gedcom_person *p = &self->reader->persons[person];
  for (int32_t i = self->first_of[person]; i < self->first_of[person + 1]; i++) {
    const bond *b = &self->bonds[self->by_child[i]];
    const hw_gedcom_family *family = &self->reader->families[b->family];
    if (b->father == HW_GEDCOM_UNSTATED && family->father != HW_GEDCOM_NONE &&
        family->father != p->father)
      return true;
    if (b->mother == HW_GEDCOM_UNSTATED && family->mother != HW_GEDCOM_NONE &&
        family->mother != p->mother)
      return true;
  }
  return false;
}

/* An adoption that names no family is clear only if an adoptive link stands elsewhere. */
static bool check_adoption(linker *self, int32_t person) {
  hwp_ged_reader *reader = self->reader;
  if (!reader->has_open_adoption[person] || is_adopted_by_link(self, person)) return true;
  const hw_gedcom_family *family = find_unstated(self, person);
  if (family == NULL) return true;
  hw_err err = HW_ERR_INIT;
  hw_err_set(&err, HW_E_PEDIGREE,
             "@%.60s@ was adopted, but ADOP names no family, and the link to family @%.60s@ is "
             "neither said to be by birth nor by adoption; write PEDI birth or PEDI adopted below "
             "its FAMC",
             xref_of(reader, person), family->xref);
  return report_at(reader, reader->persons[person].line, &err);
}

static bool find_parents(linker *self, int32_t person, level at) {
  hw_gedcom_person *p = &self->reader->persons[person];
  if (p->father == HW_PERSON_NONE && !find_parent(self, person, true, at, &p->father)) return false;
  return p->mother != HW_PERSON_NONE || find_parent(self, person, false, at, &p->mother);
}

/* Whoever states one family by birth means the others not to be: unstated links elsewhere then
 * count no more. */
static bool set_descent(linker *self) {
  hwp_ged_reader *reader = self->reader;
  for (int32_t p = 0; p < reader->n_persons; p++) {
    const hw_gedcom_person *person = &reader->persons[p];
    if (!check_adoption(self, p) || !find_parents(self, p, LEVEL_STATED)) return false;
    const bool is_stated = person->father != HW_PERSON_NONE || person->mother != HW_PERSON_NONE;
    if (!find_parents(self, p, is_stated ? LEVEL_SAME_FAMILY : LEVEL_UNSTATED)) return false;
    if (is_stated && has_unused(self, p))
      hwp_ged_tell(reader, HWP_GED_UNUSED_FAMILY, person->line, "");
  }
  return true;
}

/* --- notes and associations --- */

/* Counts the links of each person; start[p] … start[p + 1] are theirs, in order. */
static int32_t *group_links(hwp_ged_reader *self, const hwp_ged_links *links) {
  int32_t *start = hw_arena_alloc_array(&self->scratch, (size_t)self->n_persons + 1, sizeof *start);
  if (start == NULL) return NULL;
  /* Links of a person were added together, in the order of the persons. */
  for (size_t i = 0; i < links->n; i++) start[links->list[i].from + 1]++;
  for (int32_t p = 0; p < self->n_persons; p++) start[p + 1] += start[p];
  return start;
}

static bool set_notes(hwp_ged_reader *self) {
  hwp_ged_links *links = &self->links[HWP_GED_NOTES];
  hw_err err = HW_ERR_INIT;
  for (size_t i = 0; i < links->n;) {
    const int32_t person = links->list[i].from;
    bool is_first = true;
    self->buffer.length = 0;
    for (; i < links->n && links->list[i].from == person; i++) {
      const hwp_ged_link *link = &links->list[i];
      const char *text = link->text;
      if (text == NULL) {
        int32_t note;
        if (!resolve(self, link, "NOTE", HWP_GED_NOTE, false, &note)) return false;
        if (note < 0) continue;
        text = self->note_texts[note];
      }
      if (!is_first) hw_str_append(&self->buffer, "\n");
      is_first = false;
      hw_str_append(&self->buffer, text);
    }
    char *copy =
        hw_str_status(&self->buffer) == HW_OK
            ? hw_arena_strndup(&self->out->arena, hw_str_text(&self->buffer), self->buffer.length)
            : NULL;
    if (copy == NULL) {
      (void)HW_NO_MEMORY(&err, "the notes");
      return hwp_ged_report(self, &err);
    }
    self->persons[person].note = copy;
  }
  return true;
}

static bool set_associations(hwp_ged_reader *self) {
  const hwp_ged_links *links = &self->links[HWP_GED_ASSO];
  const int32_t *start = group_links(self, links);
  hw_gedcom_association *list = hw_arena_alloc_array(&self->out->arena, links->n, sizeof *list);
  if (start == NULL || list == NULL) {
    hw_err err = HW_ERR_INIT;
    (void)HW_NO_MEMORY(&err, "the associations");
    return hwp_ged_report(self, &err);
  }
  for (size_t i = 0; i < links->n; i++) {
    const hwp_ged_link *link = &links->list[i];
    hw_gedcom_person *person = &self->persons[link->from];
    int32_t other;
    if (!resolve(self, link, "ASSO", HWP_GED_PERSON, true, &other)) return false;
    if (other < 0) continue;
    if (person->associations == NULL) person->associations = list + start[link->from];
    list[start[link->from] + person->n_associations++] = (hw_gedcom_association){other, link->text};
  }
  return true;
}

void hwp_ged_resolve(hwp_ged_reader *self) {
  linker l = {.reader = self};
  const bool goes_on = set_partners(self, HWP_GED_HUSB) && set_partners(self, HWP_GED_WIFE) &&
                       check_spouses(self) && collect(&l, HWP_GED_CHIL, "CHIL") &&
                       collect(&l, HWP_GED_FAMC, "FAMC") && collect(&l, HWP_GED_ADOP, "FAMC") &&
                       collect(&l, HWP_GED_BIRT, "FAMC") && set_notes(self) &&
                       set_associations(self);
  if (goes_on && self->errors->n == self->n_errors && merge_bonds(&l) && set_children(&l) &&
      group_by_child(&l))
    (void)set_descent(&l);
  free(l.bonds);
}
