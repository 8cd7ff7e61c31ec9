/* GEDCOM: persons, names, dates, texts, descent, pedigrees. All files are synthetic. */
#include "formats/gedcom.h"

#include <string.h>

#include "support/assert.h"

static hw_errors errors;
static hw_gedcom ged;

static void parse(const char *text, size_t n) {
  errors = (hw_errors){0};
  const hw_status status = hw_gedcom_parse(text, n, "t.ged", &ged, &errors);
  hw_assert_ok(status, &errors.kept[0]);
  assert_int_equal(errors.n, 0);
}

#define HEAD "0 HEAD\n1 SOUR Test\n1 GEDC\n2 VERS 5.5.1\n1 CHAR UTF-8\n"
#define HEAD7    \
  "\xEF\xBB\xBF" \
  "0 HEAD\n1 GEDC\n2 VERS 7.0.11\n"
#define TAIL "0 TRLR\n"
#define PARSE(text) parse(text, sizeof(text) - 1)

static const hw_gedcom_person *person(const char *xref) {
  for (int32_t i = 0; i < ged.n_persons; i++)
    if (strcmp(ged.persons[i].xref, xref) == 0) return &ged.persons[i];
  fail_msg("no person %s", xref);
  return NULL;
}

/* Birth parents as "father mother", - for none. */
static void assert_parents(const char *xref, const char *expected) {
  char text[64];
  const hw_gedcom_person *p = person(xref);
  snprintf(text, sizeof text, "%s %s", p->father < 0 ? "-" : ged.persons[p->father].xref,
           p->mother < 0 ? "-" : ged.persons[p->mother].xref);
  assert_string_equal(text, expected);
}

static bool has_note(const char *part) {
  for (int32_t i = 0; i < ged.n_notes; i++)
    if (strstr(ged.notes[i].text, part)) return true;
  return false;
}

static void a_family_is_read(void **state) {
  (void)state;
  PARSE(HEAD
        "0 @I1@ INDI\n1 NAME V\u0103n /Nguy\u1EC5n/ Jr\n2 TYPE birth\n2 NICK T\u01B0\n2 NPFX Mr\n"
        "1 NAME /L\u00EA/ An\n2 TYPE aka\n1 SEX M\n1 BIRT\n2 DATE 12 MAR 1948\n"
        "2 PLAC Vinh, Ngh\u1EC7 An\n1 DEAT Y\n1 FAMS @F1@\n1 OCCU soldier\n"
        "0 @I2@ INDI\n1 SEX F\n1 FAMS @F1@\n"
        "0 @I3@ INDI\n1 SEX U\n1 FAMC @F1@\n1 ASSO @I2@\n2 RELA witness\n"
        "0 @F1@ FAM\n1 HUSB @I1@\n1 WIFE @I2@\n1 CHIL @I3@\n1 MARR\n2 DATE 1970\n"
        "0 @N1@ NOTE unused\n0 @S1@ SOUR\n1 TITL book\n" TAIL);
  assert_string_equal(ged.version, "5.5.1");
  assert_string_equal(ged.source, "Test");
  assert_int_equal(ged.n_persons, 3);
  const hw_gedcom_person *p = person("I1");
  assert_int_equal(p->sex, HW_MALE);
  assert_int_equal(p->line, 6);
  assert_int_equal(p->n_names, 2);
  assert_string_equal(p->names[0].full, "V\u0103n Nguy\u1EC5n Jr");
  assert_string_equal(p->names[0].given, "V\u0103n");
  assert_string_equal(p->names[0].surname, "Nguy\u1EC5n");
  assert_string_equal(p->names[0].suffix, "Jr");
  assert_string_equal(p->names[0].nickname, "T\u01B0");
  assert_string_equal(p->names[0].prefix, "Mr");
  assert_string_equal(p->names[0].kind, "birth");
  assert_string_equal(p->names[1].full, "L\u00EA An");
  assert_string_equal(p->names[1].given, "An");
  assert_string_equal(p->names[1].suffix, "");
  assert_string_equal(p->birth.place, "Vinh, Ngh\u1EC7 An");
  assert_int_equal(p->birth.date.first.day, 12);
  assert_true(p->death.is_stated);
  assert_int_equal(p->death.date.kind, HW_GEDCOM_DATE_NONE);
  assert_string_equal(p->death.place, "");
  assert_parents("I3", "I1 I2");
  assert_parents("I1", "- -");
  assert_int_equal(person("I3")->sex, HW_UNKNOWN_SEX);
  assert_int_equal(person("I3")->n_associations, 1);
  assert_int_equal(person("I3")->associations[0].person, 1);
  assert_string_equal(person("I3")->associations[0].relation, "witness");
  assert_int_equal(ged.n_families, 1);
  assert_int_equal(ged.families[0].father, 0);
  assert_int_equal(ged.families[0].mother, 1);
  assert_int_equal(ged.families[0].n_children, 1);
  assert_true(has_note("2 entries have a tag that is not read, the first is OCCU"));
  hw_gedcom_clear(&ged);
}

static void version_7_is_read(void **state) {
  (void)state;
  PARSE(HEAD7 "0 @I1@ INDI\n1 NAME A /B/\n2 GIVN Anna\n2 SURN Bee\n2 NSFX II\n1 SEX X\n1 NO DEAT\n"
              "1 FAMC @F1@\n2 PEDI ADOPTED\n1 FAMC @VOID@\n1 NOTE one@two@@three\n1 SNOTE @N1@\n"
              "1 ASSO @I2@\n2 ROLE OTHER\n3 PHRASE neighbour\n1 ASSO @I2@\n2 ROLE GODP\n"
              "1 ASSO @VOID@\n2 PHRASE somebody\n"
              "0 @I2@ INDI\n1 SEX F\n"
              "0 @F1@ FAM\n1 HUSB @VOID@\n1 WIFE @I2@\n1 CHIL @I1@\n"
              "0 @N1@ SNOTE @@a\n1 CONT @@b\n" TAIL);
  const hw_gedcom_person *p = person("I1");
  assert_string_equal(p->names[0].full, "A B");
  assert_string_equal(p->names[0].given, "Anna");
  assert_string_equal(p->names[0].surname, "Bee");
  assert_string_equal(p->names[0].suffix, "II");
  assert_string_equal(p->note, "one@two@@three\n@a\n@b");
  assert_int_equal(p->n_associations, 2);
  assert_string_equal(p->associations[0].relation, "neighbour");
  assert_string_equal(p->associations[1].relation, "GODP");
  assert_parents("I1", "- -");
  assert_int_equal(ged.families[0].father, HW_GEDCOM_NONE);
  assert_int_equal(ged.families[0].children[0].to_mother, HW_GEDCOM_ADOPTED);
  assert_true(has_note("1 persons have a sex other than M, F and U"));
  hw_gedcom_clear(&ged);
}

static void texts_run_over_lines(void **state) {
  (void)state;
  PARSE(HEAD "  0 @I1@ indi\r\n1  note one\r\n2 conc  two\r\n\r\n2 CONT three@@four\r2 CONT\r"
             "2 CONT  five \r1 NOTE six\r1 NAME /X/\r" TAIL);
  assert_string_equal(person("I1")->note, "one two\nthree@four\n\n five \nsix");
  hw_gedcom_clear(&ged);
}

/* --- descent --- */

/* Two couples (A, B) and (C, D) and a child K, whose links are varied. */
static void parse_child(const char *child, const char *f1, const char *f2) {
  char text[2000];
  snprintf(text, sizeof text,
           HEAD
           "0 @A@ INDI\n1 SEX M\n0 @B@ INDI\n1 SEX F\n0 @C@ INDI\n1 SEX M\n0 @D@ INDI\n1 SEX F\n"
           "0 @K@ INDI\n%s0 @F1@ FAM\n1 HUSB @A@\n1 WIFE @B@\n%s"
           "0 @F2@ FAM\n1 HUSB @C@\n1 WIFE @D@\n%s" TAIL,
           child, f1, f2);
  errors = (hw_errors){0};
  (void)!hw_gedcom_parse(text, strlen(text), "t.ged", &ged, &errors);
}

#define FAMC(n) "1 FAMC @F" n "@\n"
#define CHIL "1 CHIL @K@\n"

static void adoption_is_not_descent(void **state) {
  (void)state;
  static const struct {
    const char *child, *f1, *f2, *parents;
  } cases[] = {
      {FAMC("1"), CHIL, "", "A B"},
      {"", CHIL, "", "A B"},
      {FAMC("1"), "", "", "A B"},
      {FAMC("1") "2 PEDI birth\n", CHIL, "", "A B"},
      {FAMC("1") "2 PEDI adopted\n", CHIL, "", "- -"},
      {FAMC("1") "2 PEDI Foster\n", CHIL, "", "- -"},
      {FAMC("1") "2 PEDI sealing\n", CHIL, "", "- -"},
      {FAMC("1") "2 PEDI step\n", CHIL, "", "- -"},
      {FAMC("1") "2 STAT disproven\n", CHIL, "", "- -"},
      /* two families */
      {FAMC("1") FAMC("2") "2 PEDI adopted\n", CHIL, CHIL, "A B"},
      {FAMC("1") "2 PEDI adopted\n" FAMC("2"), CHIL, CHIL, "C D"},
      {FAMC("1") "2 PEDI birth\n" FAMC("2"), CHIL, CHIL, "A B"},
      {FAMC("1") FAMC("2") "2 PEDI birth\n", CHIL, CHIL, "C D"},
      /* one parent each */
      {FAMC("1"), CHIL "2 _FREL Adopted\n2 _MREL Natural\n", "", "- B"},
      {FAMC("1"), CHIL "2 _FREL step\n", "", "- B"},
      {FAMC("1"), CHIL "2 _FREL Natural\n", "", "A B"},
      {FAMC("1") "2 PEDI adopted\n", CHIL "2 _FREL Adopted\n2 _MREL Natural\n", "", "- B"},
      {"", CHIL "2 _MREL adopted\n2 _FREL birth\n", CHIL "2 _FREL adopted\n2 _MREL birth\n", "A D"},
      /* adoption events */
      {FAMC("1") "1 ADOP\n2 FAMC @F1@\n", CHIL, "", "- -"},
      {FAMC("1") "1 ADOP\n2 FAMC @F1@\n3 ADOP BOTH\n", CHIL, "", "- -"},
      {FAMC("1") "1 ADOP\n2 FAMC @F1@\n3 ADOP HUSB\n", CHIL, "", "- B"},
      {FAMC("1") "1 ADOP\n2 FAMC @F1@\n3 ADOP WIFE\n", CHIL, "", "A -"},
      {FAMC("1") "1 ADOP\n2 FAMC @F2@\n", CHIL, "", "A B"},
      {FAMC("1") "1 ADOP\n2 FAMC @F2@\n3 ADOP HUSB\n", CHIL, "", "A B"},
      {FAMC("1") FAMC("2") "1 ADOP\n2 FAMC @F2@\n", CHIL, CHIL, "A B"},
      {FAMC("1") FAMC("2") "2 PEDI adopted\n1 ADOP\n", CHIL, CHIL, "A B"},
      {FAMC("1") "2 PEDI birth\n1 ADOP\n", CHIL, "", "A B"},
      {"1 ADOP\n", "", "", "- -"},
      {FAMC("1") "1 ADOP\n2 FAMC @F1@\n3 ADOP HUSB\n", CHIL "2 _FREL step\n", "", "- B"},
      /* birth events */
      {FAMC("1") FAMC("2") "1 BIRT\n2 FAMC @F2@\n", CHIL, CHIL, "C D"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    parse_child(cases[i].child, cases[i].f1, cases[i].f2);
    if (errors.n > 0) fail_msg("case %zu: %s", i, errors.kept[0].message);
    assert_parents("K", cases[i].parents);
    hw_gedcom_clear(&ged);
  }
}

static void doubtful_descent_is_refused(void **state) {
  (void)state;
  static const struct {
    const char *child, *f1, *f2, *expected;
  } cases[] = {
      {FAMC("1") FAMC("2"), CHIL, CHIL,
       "@K@ has two birth fathers, @A@ (family @F1@) and @C@ (family @F2@); say below FAMC which "
       "family is not by birth (PEDI adopted, foster …)"},
      {FAMC("1") "2 PEDI birth\n" FAMC("2") "2 PEDI birth\n", CHIL, CHIL, "two birth fathers"},
      {"", CHIL "2 _FREL adopted\n", CHIL "2 _FREL adopted\n", "two birth mothers, @B@"},
      {FAMC("1") "1 ADOP\n2 DATE 1950\n", CHIL, "",
       "@K@ was adopted, but ADOP names no family, and the link to family @F1@ is neither said to "
       "be by birth nor by adoption; write PEDI birth or PEDI adopted below its FAMC"},
      {FAMC("1") "2 PEDI birth\n1 ADOP\n2 FAMC @F1@\n", CHIL, "",
       "@K@ in family @F1@: PEDI (or BIRT) says birth and ADOP adoption; state one of them (birth "
       "is descent, adoption and fostering are not)"},
      {FAMC("1") "1 ADOP\n2 FAMC @F1@\n", CHIL "2 _FREL birth\n", "",
       "_FREL or _MREL says birth and ADOP adoption"},
      {FAMC("1") "2 PEDI adopted\n", CHIL "2 _FREL birth\n2 _MREL birth\n", "",
       "_FREL and PEDI contradict each other"},
      {FAMC("1") "2 PEDI birth\n", CHIL "2 _MREL foster\n", "",
       "_MREL and PEDI contradict each other"},
      {FAMC("1") "2 PEDI birth\n" FAMC("1") "2 PEDI adopted\n", CHIL, "",
       "the link is stated twice, and differently"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    parse_child(cases[i].child, cases[i].f1, cases[i].f2);
    hw_assert_contains(errors.kept[0].message, cases[i].expected);
    hw_assert_status(errors.kept[0].status, HW_E_PEDIGREE, &errors.kept[0]);
    assert_true(errors.kept[0].line > 0);
    assert_int_equal(ged.n_persons, 0);
  }
}

static void links_on_one_side_are_followed_and_told(void **state) {
  (void)state;
  parse_child(FAMC("1") "1 FAMS @F2@\n", "", "");
  assert_int_equal(errors.n, 0);
  assert_true(has_note("2 links stand on one side only and were followed, the first is FAMS"));
  hw_gedcom_clear(&ged);
  parse_child(FAMC("1") "2 PEDI birth\n" FAMC("2"), CHIL, CHIL);
  assert_true(has_note("1 persons have birth parents and another family of unstated kind"));
  hw_gedcom_clear(&ged);
}

/* --- pedigrees --- */

static void pedigrees_are_joined_by_descent_alone(void **state) {
  (void)state;
  PARSE(HEAD "0 @A@ INDI\n0 @X@ INDI\n0 @B@ INDI\n0 @K@ INDI\n0 @L@ INDI\n0 @Y@ INDI\n"
             "0 @F1@ FAM\n1 HUSB @A@\n1 WIFE @B@\n1 CHIL @K@\n"
             "0 @F2@ FAM\n1 HUSB @K@\n1 WIFE @X@\n1 CHIL @Y@\n2 _FREL adopted\n2 _MREL adopted\n"
             "0 @F3@ FAM\n1 WIFE @B@\n1 CHIL @L@\n" TAIL);
  hw_err err = HW_ERR_INIT;
  hw_gedcom_trees trees = {0};
  hw_assert_ok(hw_gedcom_trees_build(&ged, &trees, &err), &err);
  assert_int_equal(trees.n_trees, 3);
  const hw_pedigree *p = &trees.trees[0].pedigree;
  assert_int_equal(p->n_persons, 4);
  assert_string_equal(p->persons[0].id, "A");
  assert_string_equal(p->persons[2].id, "K");
  assert_int_equal(p->persons[2].father, 0);
  assert_int_equal(p->persons[2].mother, 1);
  assert_string_equal(p->persons[3].id, "L");
  assert_int_equal(p->persons[3].father, HW_PERSON_NONE);
  assert_int_equal(p->persons[3].mother, 1);
  assert_int_equal(trees.trees[0].persons[3], 4);
  assert_string_equal(trees.trees[1].pedigree.persons[0].id, "X");
  assert_string_equal(trees.trees[2].pedigree.persons[0].id, "Y");
  assert_int_equal(trees.tree_of[4], 0);
  assert_int_equal(trees.tree_of[5], 2);
  hw_gedcom_trees_clear(&trees);
  hw_gedcom_clear(&ged);
}

/* --- dates --- */

static void dates_become_ranges(void **state) {
  (void)state;
  static const struct {
    const char *text;
    hw_gedcom_date_kind kind;
    const char *range;
  } cases[] = {
      {"", HW_GEDCOM_DATE_NONE, "0-0-0 0-0-0"},
      {"12 MAR 1948", HW_GEDCOM_DATE_EXACT, "1948-3-12 1948-3-12"},
      {"feb 1968", HW_GEDCOM_DATE_EXACT, "1968-2-1 1968-2-29"},
      {"1967", HW_GEDCOM_DATE_EXACT, "1967-1-1 1967-12-31"},
      {"@#DGREGORIAN@ 1 JAN 1900", HW_GEDCOM_DATE_EXACT, "1900-1-1 1900-1-1"},
      {"GREGORIAN 29 FEB 2000", HW_GEDCOM_DATE_EXACT, "2000-2-29 2000-2-29"},
      {"ABT 1968", HW_GEDCOM_DATE_ABOUT, "1968-1-1 1968-12-31"},
      {"CAL 5 MAY 1968", HW_GEDCOM_DATE_ABOUT, "1968-5-5 1968-5-5"},
      {"EST MAY 1968", HW_GEDCOM_DATE_ABOUT, "1968-5-1 1968-5-31"},
      {"BEF MAR 1968", HW_GEDCOM_DATE_BEFORE, "0-0-0 1968-2-29"},
      {"BEF 1968", HW_GEDCOM_DATE_BEFORE, "0-0-0 1967-12-31"},
      {"AFT 1968", HW_GEDCOM_DATE_AFTER, "1969-1-1 0-0-0"},
      {"AFT 30 APR 1975", HW_GEDCOM_DATE_AFTER, "1975-5-1 0-0-0"},
      {"BET 1965 AND MAR 1968", HW_GEDCOM_DATE_BETWEEN, "1965-1-1 1968-3-31"},
      {"FROM 1965 TO 1968", HW_GEDCOM_DATE_PERIOD, "1965-1-1 1968-12-31"},
      {"FROM 2 JUN 1965", HW_GEDCOM_DATE_PERIOD, "1965-6-2 0-0-0"},
      {"TO 1968", HW_GEDCOM_DATE_PERIOD, "0-0-0 1968-12-31"},
      {"INT 1968 (Tet)", HW_GEDCOM_DATE_INTERPRETED, "1968-1-1 1968-12-31"},
      {"(year of the monkey)", HW_GEDCOM_DATE_TEXT, "0-0-0 0-0-0"},
      {"BEF 1", HW_GEDCOM_DATE_BEFORE, "0-0-0 0-0-0"},
      {"31 FEB 1968", HW_GEDCOM_DATE_TEXT, "0-0-0 0-0-0"},
      {"29 FEB 1900", HW_GEDCOM_DATE_TEXT, "0-0-0 0-0-0"},
      {"0 MAR 1968", HW_GEDCOM_DATE_TEXT, "0-0-0 0-0-0"},
      {"12 1968", HW_GEDCOM_DATE_TEXT, "0-0-0 0-0-0"},
      {"1 MAR 1699/00", HW_GEDCOM_DATE_TEXT, "0-0-0 0-0-0"},
      {"44 BCE", HW_GEDCOM_DATE_TEXT, "0-0-0 0-0-0"},
      {"@#DJULIAN@ 1 JAN 1700", HW_GEDCOM_DATE_TEXT, "0-0-0 0-0-0"},
      {"BET 1968 AND 1965", HW_GEDCOM_DATE_TEXT, "0-0-0 0-0-0"},
      {"BET 1968", HW_GEDCOM_DATE_TEXT, "0-0-0 0-0-0"},
      {"INT 1968", HW_GEDCOM_DATE_TEXT, "0-0-0 0-0-0"},
      {"1968 (Tet)", HW_GEDCOM_DATE_TEXT, "0-0-0 0-0-0"},
      {"INT 1968 (Tet", HW_GEDCOM_DATE_TEXT, "0-0-0 0-0-0"},
      {"ABT", HW_GEDCOM_DATE_TEXT, "0-0-0 0-0-0"},
      {"1 2 3 4 5 6 7 8 9 10 11 12 13", HW_GEDCOM_DATE_TEXT, "0-0-0 0-0-0"},
      {"12345", HW_GEDCOM_DATE_TEXT, "0-0-0 0-0-0"},
      {"AFT 9999", HW_GEDCOM_DATE_AFTER, "0-0-0 0-0-0"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char range[100];
    const hw_gedcom_date d = hw_gedcom_date_parse(cases[i].text);
    snprintf(range, sizeof range, "%d-%d-%d %d-%d-%d", (int)d.first.year, (int)d.first.month,
             (int)d.first.day, (int)d.last.year, (int)d.last.month, (int)d.last.day);
    assert_string_equal(d.text, cases[i].text);
    if (d.kind != cases[i].kind) fail_msg("%s: kind %d", cases[i].text, (int)d.kind);
    assert_string_equal(range, cases[i].range);
  }
  PARSE(HEAD "0 @I@ INDI\n1 BIRT\n2 DATE Tet\n1 BIRT\n2 DATE 1950\n" TAIL);
  assert_string_equal(person("I")->birth.date.text, "Tet");
  assert_true(has_note("1 dates stay text (a phrase, another calendar or form), the first is Tet"));
  assert_true(has_note("1 second births or deaths"));
  hw_gedcom_clear(&ged);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_family_is_read),
      cmocka_unit_test(version_7_is_read),
      cmocka_unit_test(texts_run_over_lines),
      cmocka_unit_test(adoption_is_not_descent),
      cmocka_unit_test(doubtful_descent_is_refused),
      cmocka_unit_test(links_on_one_side_are_followed_and_told),
      cmocka_unit_test(pedigrees_are_joined_by_descent_alone),
      cmocka_unit_test(dates_become_ranges),
  };
  return cmocka_run_group_tests_name("gedcom", tests, NULL, NULL);
}
