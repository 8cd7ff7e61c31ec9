/* GEDCOM: what is written reads back; what cannot be written; exhausted memory. All files are
 * synthetic. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formats/gedcom.h"
#include "homeward/random.h"
#include "support/assert.h"
#include "support/faults.h"

static hw_errors errors;
static hw_gedcom ged;

#define HEAD "0 HEAD\n1 SOUR Test\n1 GEDC\n2 VERS 5.5.1\n1 CHAR UTF-8\n"
#define TAIL "0 TRLR\n"

static void parse(const char *text, size_t n) {
  errors = (hw_errors){0};
  hw_assert_ok(hw_gedcom_parse(text, n, "t.ged", &ged, &errors), &errors.kept[0]);
}

#define PARSE(text) parse(text, sizeof(text) - 1)

static char *write_file(const hw_gedcom *from, hw_gedcom_version version, size_t *n) {
  char *text = NULL;
  hw_err err = HW_ERR_INIT;
  FILE *out = open_memstream(&text, n);
  assert_non_null(out);
  hw_assert_ok(hw_gedcom_write(from, version, out, &err), &err);
  fclose(out);
  return text;
}

static void assert_same_event(const hw_gedcom_event *a, const hw_gedcom_event *b) {
  assert_int_equal(a->is_stated, b->is_stated);
  assert_string_equal(a->place, b->place);
  assert_string_equal(a->date.text, b->date.text);
  assert_int_equal(a->date.kind, b->date.kind);
}

static void assert_same_person(const hw_gedcom_person *a, const hw_gedcom_person *b) {
  assert_string_equal(a->xref, b->xref);
  assert_int_equal(a->sex, b->sex);
  assert_int_equal(a->n_names, b->n_names);
  for (int32_t i = 0; i < a->n_names; i++) {
    const hw_gedcom_name *x = &a->names[i], *y = &b->names[i];
    assert_string_equal(x->full, y->full);
    assert_string_equal(x->given, y->given);
    assert_string_equal(x->surname, y->surname);
    assert_string_equal(x->nickname, y->nickname);
    assert_string_equal(x->prefix, y->prefix);
    assert_string_equal(x->suffix, y->suffix);
    assert_string_equal(x->kind, y->kind);
  }
  assert_same_event(&a->birth, &b->birth);
  assert_same_event(&a->death, &b->death);
  assert_int_equal(a->is_adopted, b->is_adopted);
  assert_string_equal(a->note, b->note);
  assert_int_equal(a->n_associations, b->n_associations);
  for (int32_t i = 0; i < a->n_associations; i++) {
    assert_int_equal(a->associations[i].person, b->associations[i].person);
    assert_string_equal(a->associations[i].relation, b->associations[i].relation);
  }
  assert_int_equal(a->father, b->father);
  assert_int_equal(a->mother, b->mother);
}

static void assert_same(const hw_gedcom *a, const hw_gedcom *b) {
  assert_int_equal(a->n_persons, b->n_persons);
  for (int32_t i = 0; i < a->n_persons; i++) assert_same_person(&a->persons[i], &b->persons[i]);
  assert_int_equal(a->n_families, b->n_families);
  for (int32_t f = 0; f < a->n_families; f++) {
    const hw_gedcom_family *x = &a->families[f], *y = &b->families[f];
    assert_string_equal(x->xref, y->xref);
    assert_int_equal(x->father, y->father);
    assert_int_equal(x->mother, y->mother);
    assert_int_equal(x->n_children, y->n_children);
    for (int32_t i = 0; i < x->n_children; i++) {
      assert_int_equal(x->children[i].person, y->children[i].person);
      assert_int_equal(x->children[i].to_father, y->children[i].to_father);
      assert_int_equal(x->children[i].to_mother, y->children[i].to_mother);
    }
  }
}

static void append(char *text, size_t size, const char *more) {
  const size_t n = strlen(text);
  snprintf(text + n, size - n, "%s", more);
}

/* A random file in which parents are older than children, so that nobody is her own ancestor. */
static void make_file(hw_random *random, char *text, size_t size) {
  static const char *const lines[] = {
      "1 NAME An /L\u00EA/\n2 TYPE birth\n",
      "1 NAME /Tr\u1EA7n/ V\u0103n B\n",
      "1 NAME x@@y\n",
      "1 NAME A /B/ C/D\n2 SURN other\n",
      "1 NAME /B/ B\n2 GIVN\n2 NSFX Jr\n",
      "1 NAME\n",
      "1 BIRT Y\n",
      "1 BIRT\n2 DATE @#DJULIAN@ 1 MAR 1700\n2 PLAC here @@ there\n",
      "1 DEAT\n2 DATE BET 1965 AND 1968\n",
      "1 NOTE a\n2 CONT\n2 CONT  b \n",
      "1 NOTE @@N1@@ c\n",
      "1 SEX U\n"};
  static const char *const kinds[] = {"", "2 PEDI birth\n", "2 PEDI adopted\n", "2 PEDI foster\n",
                                      "2 PEDI other\n"};
  static const char *const rels[] = {"", "2 _FREL Natural\n2 _MREL Adopted\n", "2 _MREL step\n"};
  char part[400];
  text[0] = '\0';
  append(text, size, HEAD);
  for (int i = 0; i < 12; i++) {
    snprintf(part, sizeof part, "0 @I%d@ INDI\n%s", i, i % 2 ? "1 SEX F\n" : "1 SEX M\n");
    append(text, size, part);
    for (int k = 0; k < 3; k++) append(text, size, lines[hw_random_below(random, 11)]);
    if (i >= 4 && hw_random_below(random, 2)) {
      snprintf(part, sizeof part, "1 FAMC @F%d@\n%s", (i - 2) / 2,
               kinds[hw_random_below(random, 5)]);
      append(text, size, part);
    }
    if (hw_random_below(random, 4) == 0) append(text, size, "1 ASSO @I0@\n2 RELA old@@friend\n");
    if (hw_random_below(random, 4) == 0) {
      snprintf(part, sizeof part, "1 NOTE %0*d %0*d\n", 300, i, 5, i);
      append(text, size, part);
    }
  }
  for (int f = 0; f < 5; f++) { /* of persons 2f and 2f + 1; children 2f + 2 and 2f + 3 */
    snprintf(part, sizeof part, "0 @F%d@ FAM\n1 HUSB @I%d@\n", f, 2 * f);
    append(text, size, part);
    if (hw_random_below(random, 3)) {
      snprintf(part, sizeof part, "1 WIFE @I%d@\n", 2 * f + 1);
      append(text, size, part);
    }
    if (hw_random_below(random, 2)) {
      snprintf(part, sizeof part, "1 CHIL @I%d@\n%s", 2 * f + 2, rels[hw_random_below(random, 3)]);
      append(text, size, part);
    }
  }
  append(text, size, TAIL);
}

static void what_is_written_reads_back(void **state) {
  (void)state;
  static char text[20000];
  hw_random random;
  hw_random_init(&random, 5);
  int n_good = 0;
  for (int trial = 0; trial < 400; trial++) {
    make_file(&random, text, sizeof text);
    errors = (hw_errors){0};
    if (hw_gedcom_parse(text, strlen(text), "t.ged", &ged, &errors) != HW_OK) {
      hw_assert_status(errors.kept[0].status, HW_E_PEDIGREE, &errors.kept[0]); /* two fathers … */
      continue;
    }
    n_good++;
    hw_gedcom first = ged;
    for (int v = 0; v < 2; v++) {
      size_t n, n_again;
      char *written = write_file(&first, v ? HW_GEDCOM_70 : HW_GEDCOM_551, &n);
      parse(written, n);
      assert_same(&first, &ged);
      char *again = write_file(&ged, v ? HW_GEDCOM_70 : HW_GEDCOM_551, &n_again);
      assert_int_equal(n, n_again);
      assert_memory_equal(written, again, n);
      free(written);
      free(again);
      hw_gedcom_clear(&ged);
    }
    hw_gedcom_clear(&first);
  }
  assert_true(n_good > 100);
}

static void written_lines_are_short_and_escaped(void **state) {
  (void)state;
  PARSE(HEAD
        "0 @SUBM1@ INDI\n1 NOTE @@x@@\n1 NOTE 123456789 123456789 123456789 123456789 123456789 "
        "123456789 123456789 123456789 123456789 123456789 123456789 123456789 123456789 "
        "123456789 123456789 123456789 123456789 123456789 123456789 123456789 123456789 "
        "123456789 123456789 123456789 123456789 123456789\n" TAIL);
  size_t n;
  char *text = write_file(&ged, HW_GEDCOM_551, &n);
  for (const char *line = text; *line; line += strcspn(line, "\n") + 1)
    assert_true(strcspn(line, "\n") <= 255);
  hw_assert_contains(text, "1 NOTE @@x@@\n2 CONT 123456789 ");
  hw_assert_contains(text, "\n2 CONC ");
  hw_assert_contains(text, "0 @SUBM2@ SUBM\n"); /* SUBM1 is somebody */
  free(text);
  text = write_file(&ged, HW_GEDCOM_70, &n);
  hw_assert_contains(text, "1 NOTE @@x@\n");
  assert_null(strstr(text, "CONC"));
  free(text);
  hw_gedcom_clear(&ged);
}

static void what_cannot_be_written_is_refused(void **state) {
  (void)state;
  hw_gedcom_person p = {.xref = "I1", .note = "a\r\nb", .father = -1, .mother = -1};
  p.birth = p.death = (hw_gedcom_event){.date = {.text = ""}, .place = ""};
  const hw_gedcom from = {.n_persons = 1, .persons = &p};
  hw_err err = HW_ERR_INIT;
  FILE *out = tmpfile();
  assert_non_null(out);
  hw_assert_status(hw_gedcom_write(&from, HW_GEDCOM_551, out, &err), HW_E_VALUE, &err);
  hw_assert_contains(err.message, "a text holds a carriage return");
  static const char *const bad[] = {"", "a b", "a@b", "#x", "VOID"};
  p.note = "";
  for (int i = 0; i < 5; i++) {
    p.xref = bad[i];
    hw_assert_status(hw_gedcom_write(&from, HW_GEDCOM_551, out, &err), HW_E_VALUE, &err);
    hw_assert_contains(err.message, "cannot be a cross reference");
  }
  p.xref = "I1";
  char *long_note = malloc(40001);
  assert_non_null(long_note);
  memset(long_note, 'a', 40000);
  long_note[40000] = '\0';
  p.note = long_note;
  hw_assert_status(hw_gedcom_write(&from, HW_GEDCOM_70, out, &err), HW_E_VALUE, &err);
  hw_assert_contains(err.message, "a text of 40000 bytes in one line");
  hw_assert_ok(hw_gedcom_write(&from, HW_GEDCOM_551, out, &err), &err);
  free(long_note);
  fclose(out);
  p.note = "";
  FILE *full = fopen("/dev/full", "wb");
  if (full == NULL) return;
  hw_assert_status(hw_gedcom_write(&from, HW_GEDCOM_551, full, &err), HW_E_IO, &err);
  fclose(full);
}

static void exhausted_memory_is_reported(void **state) {
  (void)state;
  static const char text[] =
      "0 HEAD\n1 GEDC\n2 VERS 5.5.1\n"
      "0 @A@ INDI\n1 NAME \xE9 /B/ C/D\n1 BIRT\n2 DATE 1950\n2 PLAC x\n1 NOTE @N@\n1 OCCU x\n"
      "0 @K@ INDI\n1 ADOP\n1 FAMC @F@\n2 PEDI birth\n1 ASSO @A@\n1 FAMS @F@\n"
      "0 @F@ FAM\n1 HUSB @A@\n1 CHIL @K@\n0 @N@ NOTE x\n0 TRLR\n";
  for (long n = 0;; n++) {
    errors = (hw_errors){0};
    assert_true(hw_faults_begin(n));
    const hw_status status = hw_gedcom_parse(text, sizeof text - 1, "t", &ged, &errors);
    if (!hw_faults_end()) {
      hw_assert_ok(status, &errors.kept[0]);
      break;
    }
    hw_assert_status(status, HW_E_NO_MEMORY, &errors.kept[0]);
    assert_int_equal(ged.n_persons, 0);
  }
  for (long n = 0;; n++) {
    hw_err err = HW_ERR_INIT;
    char *written = NULL;
    size_t size;
    FILE *out = open_memstream(&written, &size);
    assert_non_null(out);
    assert_true(hw_faults_begin(n));
    const hw_status status = hw_gedcom_write(&ged, HW_GEDCOM_551, out, &err);
    const bool has_failed = hw_faults_end();
    fclose(out);
    free(written);
    hw_assert_status(status, has_failed ? HW_E_NO_MEMORY : HW_OK, &err);
    if (!has_failed) break;
  }
  for (long n = 0;; n++) {
    hw_err err = HW_ERR_INIT;
    hw_gedcom_trees trees;
    assert_true(hw_faults_begin(n));
    const hw_status status = hw_gedcom_trees_build(&ged, &trees, &err);
    const bool has_failed = hw_faults_end();
    hw_assert_status(status, has_failed ? HW_E_NO_MEMORY : HW_OK, &err);
    hw_gedcom_trees_clear(&trees);
    if (!has_failed) break;
  }
  hw_gedcom_clear(&ged);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_is_written_reads_back),
      cmocka_unit_test(written_lines_are_short_and_escaped),
      cmocka_unit_test(what_cannot_be_written_is_refused),
      cmocka_unit_test(exhausted_memory_is_reported),
  };
  return cmocka_run_group_tests_name("gedcom_write", tests, NULL, NULL);
}
