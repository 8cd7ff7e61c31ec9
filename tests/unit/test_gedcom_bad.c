/* GEDCOM files that are refused, and character sets. All files are synthetic. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formats/gedcom.h"
#include "support/assert.h"

static hw_errors errors;
static hw_gedcom ged;

#define HEAD "0 HEAD\n1 GEDC\n2 VERS 5.5.1\n1 CHAR UTF-8\n"
#define TAIL "0 TRLR\n"
#define I1 "0 @I1@ INDI\n"

static const struct {
  const char *text;
  hw_status status;
  const char *expected; /* place and message; the end may be left out */
} REFUSED[] = {
    {"", HW_E_SYNTAX, "t:1: the file does not begin with \"0 HEAD\": this is no GEDCOM file"},
    {"hello\n", HW_E_SYNTAX,
     "t:1: the line begins with \"hello\"; expected a level (0, 1, 2 …), a tag and a value"},
    {"0 TRLR\n", HW_E_SYNTAX, "t:1: the file does not begin with \"0 HEAD\""},
    {"1 HEAD\n", HW_E_SYNTAX, "t:1: level 1 before the first record; expected 0"},
    {"0 HEAD\n1 GEDC\n2 VERS 4.0\n" TAIL, HW_E_UNSUPPORTED,
     "t:3: version \"4.0\"; read are 5.5, 5.5.1 and 7"},
    {HEAD I1, HW_E_SYNTAX,
     "t:5: the file ends without \"0 TRLR\"; it is cut short, fetch it again"},
    {HEAD TAIL, HW_E_VALUE, "t: the file has no persons (INDI)"},
    {HEAD I1 "2 GIVN x\n" TAIL, HW_E_SYNTAX,
     "t:6: level 2 below a line of level 0; expected at most 1"},
    {HEAD I1 "1 NAME x\nand more\n" TAIL, HW_E_SYNTAX, "t:7: the line begins with \"and more\""},
    {HEAD I1 "100 NAME x\n" TAIL, HW_E_VALUE, "t:6: the level is above 99"},
    {HEAD "0 @I1 INDI\n" TAIL, HW_E_SYNTAX,
     "t:5: \"@I1\" is no cross reference; expected a form like @I1@"},
    {HEAD "0 @@ INDI\n" TAIL, HW_E_SYNTAX, "t:5: \"@@\" is no cross reference"},
    {HEAD I1 "1 N-ME x\n" TAIL, HW_E_SYNTAX,
     "t:6: \"N-ME\" is no tag; expected letters, digits and _"},
    {HEAD I1 "1\n" TAIL, HW_E_SYNTAX, "t:6: \"\" is no tag"},
    {HEAD "0 INDI\n" TAIL, HW_E_SYNTAX, "t:5: the INDI record has no cross reference (0 @X1@ …)"},
    {HEAD "0 FAM\n" TAIL, HW_E_SYNTAX, "t:5: the FAM record has no cross reference"},
    {HEAD I1 "0 @I1@ FAM\n" TAIL, HW_E_DUPLICATE, "t:6: @I1@ stands on line 5 already"},
    {HEAD I1 "1 FAMC F1\n" TAIL, HW_E_SYNTAX,
     "t:6: FAMC needs a pointer such as @X1@, found \"F1\""},
    {HEAD I1 "1 FAMC @F1@\n" TAIL, HW_E_REFERENCE,
     "t:6: FAMC points to @F1@, which is not in the file"},
    {HEAD I1 "1 FAMS @F1@\n" TAIL, HW_E_REFERENCE, "t:6: FAMS points to @F1@"},
    {HEAD I1 "1 ASSO @I2@\n" TAIL, HW_E_REFERENCE, "t:6: ASSO points to @I2@"},
    {HEAD I1 "1 NOTE @N1@\n" TAIL, HW_E_REFERENCE, "t:6: NOTE points to @N1@"},
    {HEAD I1 "1 FAMC @I1@\n" TAIL, HW_E_REFERENCE,
     "t:6: FAMC points to @I1@ (line 5), which is a person, expected a family"},
    {HEAD I1 "0 @F1@ FAM\n1 HUSB @I2@\n" TAIL, HW_E_REFERENCE, "t:7: HUSB points to @I2@"},
    {HEAD I1 "0 @F1@ FAM\n1 CHIL @F1@\n" TAIL, HW_E_REFERENCE,
     "t:7: CHIL points to @F1@ (line 6), which is a family, expected a person"},
    {HEAD I1 "0 @I2@ INDI\n0 @F1@ FAM\n1 WIFE @I1@\n1 WIFE @I2@\n" TAIL, HW_E_DUPLICATE,
     "t:9: family @F1@ has two WIFE, @I1@ and @I2@"},
    {HEAD I1 "1 SEX F\n0 @I2@ INDI\n0 @F1@ FAM\n1 HUSB @I1@\n1 CHIL @I2@\n" TAIL, HW_E_PEDIGREE,
     "t:7: I1, the father of I2, is female"},
    {HEAD I1 "0 @I2@ INDI\n0 @F1@ FAM\n1 HUSB @I1@\n1 CHIL @I2@\n0 @F2@ FAM\n1 HUSB @I2@\n1 CHIL "
             "@I1@\n" TAIL,
     HW_E_PEDIGREE, "t:5: I1 is her own ancestor, or his, over 2 generations"},
    {HEAD I1 "1 NAME \xC3\n" TAIL, HW_E_SYNTAX, "t:6: byte 0xC3 is no character of UTF-8"},
    {"0 HEAD\n1 GEDC\n2 VERS 5.5\n1 CHAR ANSEL\n" I1 "1 NAME \xE2\n" TAIL, HW_E_UNSUPPORTED,
     "t:6: the character set \"ANSEL\" is not read, and this line has letters beyond ASCII; export "
     "the file again as UTF-8"},
    {"0 HEAD\r1 GEDC\r2 VERS 5.5\r1 CHAR MACINTOSH\r" I1 "1 NAME \xE2\n" TAIL, HW_E_UNSUPPORTED,
     "t:6: the character set \"MACINTOSH\" is not read"},
};

static void mistakes_are_refused_with_their_place(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof REFUSED / sizeof *REFUSED; i++) {
    char line[1200];
    errors = (hw_errors){0};
    const hw_status status =
        hw_gedcom_parse(REFUSED[i].text, strlen(REFUSED[i].text), "t", &ged, &errors);
    assert_true(errors.n > 0);
    hw_assert_contains(hw_err_text(&errors.kept[0], line, sizeof line), REFUSED[i].expected);
    hw_assert_status(status, REFUSED[i].status, &errors.kept[0]);
    assert_int_equal(ged.n_persons, 0);
    assert_null(ged.persons);
  }
}

static void long_lines_are_refused(void **state) {
  (void)state;
  const size_t n = HW_GEDCOM_MAX_LINE + 100;
  char *text = malloc(n);
  assert_non_null(text);
  memset(text, 'a', n);
  memcpy(text, HEAD I1 "1 NAME ", sizeof(HEAD I1 "1 NAME ") - 1);
  errors = (hw_errors){0};
  hw_assert_status(hw_gedcom_parse(text, n, "t", &ged, &errors), HW_E_VALUE, NULL);
  hw_assert_contains(errors.kept[0].message, "at most 65536 are read");
  free(text);
}

/* Mistakes of several records are told, but not those that follow from them. */
static void all_mistakes_are_counted(void **state) {
  (void)state;
  static const char text[] = HEAD "0 @I1@ INDI\n1 N-ME x\n2 GIVN y\n1 SEX M\n"
                                  "0 @I2@ INDI\n1 FAMC oops\n"
                                  "0 @F1@ FAM\n1 HUSB @I1@\n1 CHIL @I2@\n"
                                  "0 INDI\n" TAIL;
  errors = (hw_errors){0};
  hw_assert_status(hw_gedcom_parse(text, sizeof text - 1, "t", &ged, &errors), HW_E_SYNTAX, NULL);
  assert_int_equal(errors.n, 3);
  assert_int_equal(errors.kept[0].line, 6);
  assert_int_equal(errors.kept[1].line, 10);
  assert_int_equal(errors.kept[2].line, 14);
}

/* Cut behind any line, the file is refused. */
static void truncated_files_are_refused(void **state) {
  (void)state;
  static const char text[] = HEAD I1 "1 NAME A /B/\n0 @I2@ INDI\n1 FAMC @F1@\n2 PEDI birth\n"
                                     "0 @F1@ FAM\n1 HUSB @I1@\n1 CHIL @I2@\n0 TRLR";
  for (size_t n = 0; n + 1 < sizeof text - 1; n++) {
    errors = (hw_errors){0};
    assert_true(hw_gedcom_parse(text, n, "t", &ged, &errors) != HW_OK);
  }
  hw_assert_ok(hw_gedcom_parse(text, sizeof text - 1, "t", &ged, &errors), NULL);
  hw_gedcom_clear(&ged);
}

static void missing_files_are_reported(void **state) {
  (void)state;
  errors = (hw_errors){0};
  hw_assert_status(hw_gedcom_read("/nonexistent/x.ged", &ged, &errors), HW_E_NOT_FOUND, NULL);
  assert_string_equal(errors.kept[0].file, "/nonexistent/x.ged");
}

/* --- character sets --- */

static void assert_name(const char *text, size_t n, const char *name, const char *note) {
  errors = (hw_errors){0};
  hw_assert_ok(hw_gedcom_parse(text, n, "t", &ged, &errors), &errors.kept[0]);
  assert_string_equal(ged.persons[0].names[0].full, name);
  if (note) {
    assert_true(ged.n_notes > 0);
    hw_assert_contains(ged.notes[0].text, note);
  } else {
    assert_int_equal(ged.n_notes, 0);
  }
  hw_gedcom_clear(&ged);
}

#define NAMED(head, name) "0 HEAD\n1 GEDC\n2 VERS 5.5.1\n" head I1 "1 NAME " name "\n" TAIL
#define ASSERT_NAME(text, name, note) assert_name(text, sizeof(text) - 1, name, note)

static void character_sets_are_told_by_the_bytes(void **state) {
  (void)state;
  ASSERT_NAME(NAMED("1 CHAR UTF-8\n", "\u00C9"), "\u00C9", NULL);
  ASSERT_NAME(NAMED("", "\u00C9"), "\u00C9", NULL);
  ASSERT_NAME(NAMED("", "\xC9"), "\u00C9", "the text was read as Windows-1252");
  ASSERT_NAME(NAMED("1 CHAR ANSI\n", "\xC9"), "\u00C9", "Windows-1252");
  ASSERT_NAME(NAMED("1 CHAR ANSI\n", "\u00C9"), "\u00C9",
              "the header says ANSI, but the letters are UTF-8");
  ASSERT_NAME(NAMED("1 CHAR ANSEL\n", "plain"), "plain", NULL);
  ASSERT_NAME(NAMED("1 CHAR ASCII\n", "plain"), "plain", NULL);
  ASSERT_NAME("0 HEAD\n" I1 "1 NAME x\n" TAIL, "x", "names no version; 5.5.1 was assumed");
  static const char plain[] = NAMED("1 CHAR UNICODE\n", "x");
  char wide[2 * sizeof plain] = "\xFE\xFF";
  for (size_t i = 0; i + 1 < sizeof plain; i++) {
    wide[2 + 2 * i] = '\0';
    wide[3 + 2 * i] = plain[i];
  }
  assert_name(wide, sizeof wide, "x", NULL);
  assert_true(hw_gedcom_is(wide, sizeof wide));
}

#define BOM_HEAD \
  "\xEF\xBB\xBF" \
  "0 HEAD\r\n"

static void content_is_recognised(void **state) {
  (void)state;
  static const char *const yes[] = {"0 HEAD", "0 HEAD\n1", BOM_HEAD, "\n 0 HEAD\n"};
  static const char *const no[] = {"", "0", "0 HEADER\n", "1 HEAD\n", "Sample Name\tMarker\n"};
  for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
    assert_true(hw_gedcom_is(yes[i], strlen(yes[i])));
  for (size_t i = 0; i < sizeof no / sizeof *no; i++)
    assert_false(hw_gedcom_is(no[i], strlen(no[i])));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(mistakes_are_refused_with_their_place),
      cmocka_unit_test(long_lines_are_refused),
      cmocka_unit_test(all_mistakes_are_counted),
      cmocka_unit_test(truncated_files_are_refused),
      cmocka_unit_test(missing_files_are_reported),
      cmocka_unit_test(character_sets_are_told_by_the_bytes),
      cmocka_unit_test(content_is_recognised),
  };
  return cmocka_run_group_tests_name("gedcom_bad", tests, NULL, NULL);
}
