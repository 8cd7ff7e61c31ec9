/* Findings in words: a stable code for programs, one sentence for people.
 *
 * A sentence names the persons by their ids, gives the genotypes where a marker
 * is concerned, and for an explanation the ratio against what is stated, its
 * posterior, and whether others fit as well. Ids come from files; they are cut at
 * a fixed length, so that every sentence fits HW_FINDING_TEXT. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "identify/reference_int.h"

static const char *const codes[HW_FINDING_KIND_COUNT] = {
    [HW_FINDING_FATHER_CHILD] = "father-child-mismatch",
    [HW_FINDING_MOTHER_CHILD] = "mother-child-mismatch",
    [HW_FINDING_TRIO] = "trio-mismatch",
    [HW_FINDING_TWINS] = "twins-mismatch",
    [HW_FINDING_FAMILY] = "family-mismatch",
    [HW_FINDING_FOREIGN] = "foreign-sample",
    [HW_FINDING_SWAPPED] = "swapped",
    [HW_FINDING_FALSE_FATHER] = "false-paternity",
    [HW_FINDING_FALSE_MOTHER] = "false-maternity",
    [HW_FINDING_HALF_SIBS] = "half-sibs",
    [HW_FINDING_FULL_SIBS] = "full-sibs",
    [HW_FINDING_DUPLICATE] = "duplicate",
    [HW_FINDING_NOT_IDENTICAL] = "not-identical",
    [HW_FINDING_RELATION] = "other-relation",
    [HW_FINDING_SEX] = "sex",
    [HW_FINDING_UNEXPLAINED] = "unexplained",
};

const char *hw_finding_code(hw_finding_kind kind) {
  const int k = (int)kind;
  return k >= 0 && k < HW_FINDING_KIND_COUNT ? codes[k] : "unknown";
}

int32_t hw_finding_find(const char *code) {
  for (int32_t k = 0; k < HW_FINDING_KIND_COUNT; k++)
    if (strcmp(codes[k], code) == 0) return k;
  return -1;
}

/* ---- parts of a sentence -------------------------------------------------- */

enum { NAME_TEXT = 41 };

typedef struct name {
  char text[NAME_TEXT];
} name;

typedef struct sentence {
  char *buffer;
  size_t size, length;
} sentence;

static void say(sentence *self, const char *format, ...) HW_PRINTF(2, 3);

static void say(sentence *self, const char *format, ...) {
  va_list arguments;
  if (self->length >= self->size) return;
  va_start(arguments, format);
  const int n =
      vsnprintf(self->buffer + self->length, self->size - self->length, format, arguments);
  va_end(arguments);
  if (n > 0) self->length += (size_t)n;
}

/* A whole UTF-8 character is cut, never half of one. */
static name cut(const char *text) {
  name self;
  size_t n = strlen(text);
  if (n >= NAME_TEXT) n = NAME_TEXT - 1;
  while (n > 0 && text[n] != '\0' && ((unsigned char)text[n] & 0xc0) == 0x80) n--;
  memcpy(self.text, text, n);
  self.text[n] = '\0';
  return self;
}

static name person_name(const hw_finding *self, const hw_family *family, int32_t i) {
  const int32_t person = self->persons[i];
  if (person < 0 || person >= family->pedigree.n_persons) return cut("?");
  return cut(family->pedigree.persons[person].id);
}

static void say_genotype(sentence *s, const hw_finding *self, const hw_family *family,
                         const hw_marker *markers, int32_t i) {
  const hw_marker *marker = &markers[self->marker];
  const int32_t profile = self->profiles[i];
  const name who = person_name(self, family, i);
  say(s, "%s", who.text);
  if (profile < 0) return;
  const hw_observation *obs = &family->profiles[profile].observations[self->marker];
  if (obs->kind == HW_OBS_SINGLE) {
    const name a = cut(marker->allele_names[obs->a]);
    say(s, " (%s)", a.text);
  } else if (obs->kind == HW_OBS_GENOTYPE) {
    const name a = cut(marker->allele_names[obs->a]);
    const name b = obs->b == HW_ALLELE_NONE ? cut("?") : cut(marker->allele_names[obs->b]);
    say(s, " (%s/%s)", a.text, b.text);
  }
}

/* ---- facts ---------------------------------------------------------------- */

static void say_fact(sentence *s, const hw_finding *self, const hw_family *family,
                     const hw_marker *markers) {
  const name marker = cut(markers[self->marker].name);
  say(s, "%s: ", marker.text);
  switch (self->kind) {
    case HW_FINDING_FATHER_CHILD:
    case HW_FINDING_MOTHER_CHILD:
      say_genotype(s, self, family, markers, 0);
      say(s, " and the stated %s ", self->kind == HW_FINDING_FATHER_CHILD ? "father" : "mother");
      say_genotype(s, self, family, markers, 1);
      say(s, " share no allele");
      break;
    case HW_FINDING_TRIO:
      say_genotype(s, self, family, markers, 0);
      say(s, " cannot have one allele of the stated father ");
      say_genotype(s, self, family, markers, 1);
      say(s, " and one of the stated mother ");
      say_genotype(s, self, family, markers, 2);
      break;
    case HW_FINDING_TWINS:
      say_genotype(s, self, family, markers, 0);
      say(s, " and ");
      say_genotype(s, self, family, markers, 1);
      say(s, " are stated to be one individual but differ");
      return;
    default:
      say(s, "the typed members together contradict the pedigree, though no pair and no trio does");
  }
  say(s, self->is_impossible ? "; no mutation in the model explains it"
                             : "; only a mutation explains it");
}

/* ---- explanations --------------------------------------------------------- */

static void say_relation(sentence *s, const hw_finding *self, const char *first,
                         const char *second) {
  switch (self->relation) {
    case HW_RELATION_FULL_SIBS:
      say(s, "%s and the stated parent %s are rather full siblings", first, second);
      break;
    case HW_RELATION_AVUNCULAR:
      say(s, "a brother or sister of the stated parent %s is rather the parent of %s", second,
          first);
      break;
    case HW_RELATION_GRANDPARENT:
      say(s, "the stated parent %s is rather a grandparent of %s", second, first);
      break;
    default:
      say(s, "%s is rather a parent of %s than what is stated", second, first);
  }
}

static void say_alternative(sentence *s, const hw_finding *self, const hw_family *family) {
  const name first = person_name(self, family, 0), second = person_name(self, family, 1);
  const char *a = first.text, *b = second.text;
  switch (self->kind) {
    case HW_FINDING_FOREIGN:
      if (self->n_persons > 1)
        say(s, "the samples of %s and %s fit better as those of unrelated persons", a, b);
      else
        say(s, "the sample of %s fits better as that of a person unrelated to the family", a);
      break;
    case HW_FINDING_SWAPPED:
      say(s, "the samples of %s and %s are rather exchanged", a, b);
      break;
    case HW_FINDING_FALSE_FATHER:
      say(s, "%s is rather not the father of %s", b, a);
      break;
    case HW_FINDING_FALSE_MOTHER:
      say(s, "%s is rather not the mother of %s", b, a);
      break;
    case HW_FINDING_HALF_SIBS:
      say(s, "%s is rather no child of %s, and a half sibling where full siblings are stated", a,
          b);
      break;
    case HW_FINDING_FULL_SIBS:
      say(s, "%s and %s are rather full siblings than half siblings", a, b);
      break;
    case HW_FINDING_DUPLICATE:
      say(s, "the sample of %s is rather one of %s, taken twice, or they are identical twins", b,
          a);
      break;
    case HW_FINDING_NOT_IDENTICAL:
      say(s, "%s and %s are rather ordinary siblings than identical twins", a, b);
      break;
    default:
      say_relation(s, self, a, b);
  }
  say(s, " (log10 LR against the stated pedigree %.2f, posterior %.3g)", self->log10_lr,
      self->posterior);
  if (self->n_rivals > 0)
    say(s, "; %d other explanation%s fit%s about as well", (int)self->n_rivals,
        self->n_rivals == 1 ? "" : "s", self->n_rivals == 1 ? "s" : "");
}

static void say_sex(sentence *s, const hw_finding *self, const hw_family *family,
                    const hw_marker *markers) {
  const name who = person_name(self, family, 0);
  const hw_person *person = &family->pedigree.persons[self->persons[0]];
  bool is_father = false, is_mother = false;
  for (int32_t i = 0; i < family->pedigree.n_persons; i++) {
    is_father = is_father || family->pedigree.persons[i].father == self->persons[0];
    is_mother = is_mother || family->pedigree.persons[i].mother == self->persons[0];
  }
  const char *stated = is_father                ? "is stated to be a father"
                       : is_mother              ? "is stated to be a mother"
                       : person->sex == HW_MALE ? "is stated to be male"
                                                : "is stated to be female";
  say(s, "%s %s, but ", who.text, stated);
  if (self->marker < 0) {
    say(s, "amelogenin shows the other sex");
  } else {
    const name marker = cut(markers[self->marker].name);
    say(s, "the X marker %s shows the other sex", marker.text);
  }
}

static void say_unexplained(sentence *s, const hw_family *family) {
  const name who = cut(family->name != NULL ? family->name : "");
  say(s,
      "family %s contradicts its stated relations at more markers than mutation explains, and no "
      "single change of the pedigree mends it",
      who.text);
}

const char *hw_finding_text(const hw_finding *self, const hw_family *family,
                            const hw_marker *markers, char *buffer, size_t size) {
  sentence s = {buffer, size, 0};
  if (size > 0) buffer[0] = '\0';
  switch (self->kind) {
    case HW_FINDING_FATHER_CHILD:
    case HW_FINDING_MOTHER_CHILD:
    case HW_FINDING_TRIO:
    case HW_FINDING_TWINS:
    case HW_FINDING_FAMILY:
      say_fact(&s, self, family, markers);
      break;
    case HW_FINDING_SEX:
      say_sex(&s, self, family, markers);
      break;
    case HW_FINDING_UNEXPLAINED:
      say_unexplained(&s, family);
      break;
    default:
      say_alternative(&s, self, family);
  }
  return buffer;
}

/* ---- between families ----------------------------------------------------- */

static name holder(const hw_family *family, int32_t profile) {
  return cut(family->pedigree.persons[family->profile_person[profile]].id);
}

const char *hw_exchange_text(const hw_exchange *self, const hw_family *const *families,
                             char *buffer, size_t size) {
  sentence s = {buffer, size, 0};
  const hw_family *a = families[self->family_a], *b = families[self->family_b];
  const name family_a = cut(a->name), family_b = cut(b->name);
  const name first = holder(a, self->profile_a), second = holder(b, self->profile_b);
  if (size > 0) buffer[0] = '\0';
  if (self->is_mutual)
    say(&s, "the samples of %s in family %s and %s in family %s are rather exchanged", first.text,
        family_a.text, second.text, family_b.text);
  else
    say(&s, "the sample of %s in family %s fits better in the place of %s in family %s",
        second.text, family_b.text, first.text, family_a.text);
  say(&s, " (log10 LR against what is stated %.2f)", self->log10_lr);
  return buffer;
}

/* ---- one person under two codes ------------------------------------------- */

const char *hw_duplicate_text(const hw_duplicate *self, const char *code_first,
                              const char *code_second, char *buffer, size_t size) {
  sentence s = {buffer, size, 0};
  const name first = cut(code_first), second = cut(code_second);
  if (size > 0) buffer[0] = '\0';
  say(&s, "%s and %s look like one person, or identical twins: ", first.text, second.text);
  if (self->n_differ == 0)
    say(&s, "all %d common markers agree", (int)self->n_common);
  else
    say(&s, "%d of %d common markers differ", (int)self->n_differ, (int)self->n_common);
  say(&s, " (log10 LR %.2f against unrelated persons, %.2f against full siblings)", self->log10_lr,
      self->log10_lr_sibs);
  return buffer;
}
