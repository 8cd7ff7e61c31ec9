/* GeneMapper and GeneMarker text: what is understood, what is refused and how. All tables are
 * synthetic. */
#include "formats/genemapper.h"

#include <stdlib.h>
#include <string.h>

#include "homeward/random.h"
#include "support/assert.h"
#include "support/faults.h"

static hw_errors errors;
static hw_typing_list list;

static void parse(const char *text, size_t n) {
  errors = (hw_errors){0};
  const hw_status status = hw_genemapper_parse(text, n, "t.txt", &list, &errors);
  hw_assert_ok(status, &errors.kept[0]);
  assert_int_equal(errors.n, 0);
}

#define PARSE(text) parse((text), sizeof(text) - 1)

/* One result as text: "TH01: 6 9.3 OL flag". */
static const char *show(int32_t sample, int32_t i) {
  static char text[600];
  const hw_typing *t = &list.samples[sample].typings[i];
  size_t n = (size_t)snprintf(text, sizeof text, "%s:", t->marker);
  for (int32_t a = 0; a < t->n_alleles; a++)
    n += (size_t)snprintf(text + n, sizeof text - n, " %s", t->alleles[a]);
  snprintf(text + n, sizeof text - n, "%s%s", t->is_off_ladder ? " OL" : "",
           t->is_flagged ? " flag" : "");
  return text;
}

static bool has_note(const char *part) {
  for (int32_t i = 0; i < list.n_notes; i++)
    if (strstr(list.notes[i].text, part)) return true;
  return false;
}

static void the_usual_table_is_read(void **state) {
  (void)state;
  PARSE(
      "Sample File\tSample Name\tRun Name\tPanel\tMarker\tDye\tAllele 1\tAllele 2\tSize 1\tSize 2\t"
      "Height 1\tHeight 2\tOS\tBIN\tPHR\r\n"
      "A01.fsa\tbone 1\trun7\tKit_v1\tAMEL\tB\tX\tY\t104.1\t109.8\t900\t850\t0\t0\t0.9\r\n"
      "A01.fsa\tbone 1\trun7\tKit_v1\tTH01\tG\t6\t9.3\t180.0\t195.2\t700\t650\t0\t0\t0.9\r\n"
      "A02.fsa\tladder\trun7\tKit_v1\tTH01\tG\t\t\t\t\t\t\t0\t0\t\r\n");
  assert_int_equal(list.n_samples, 2);
  const hw_typed_sample *s = list.samples;
  assert_string_equal(s->name, "bone 1");
  assert_string_equal(s->source_file, "A01.fsa");
  assert_string_equal(s->run, "run7");
  assert_string_equal(s->kit, "Kit_v1");
  assert_string_equal(s->category, "");
  assert_string_equal(s->typed_at, "");
  assert_int_equal(s->line, 2);
  assert_int_equal(s->n_typings, 2);
  assert_string_equal(show(0, 0), "AMEL: X Y");
  assert_string_equal(show(0, 1), "TH01: 6 9.3");
  assert_int_equal(s->typings[1].line, 3);
  assert_string_equal(list.samples[1].name, "ladder");
  assert_int_equal(list.samples[1].n_typings, 1);
  assert_string_equal(show(1, 0), "TH01:");
  assert_int_equal(list.n_notes, 0);
  hw_typing_list_clear(&list);
}

static void columns_come_in_any_order_and_spelling(void **state) {
  (void)state;
  PARSE(
      "ALLELE2\tmarker\tSample.Name\tallele1\tSpecimen Category\tCase ID\tComments\tAnalyst\tUD1\t"
      "Strange\n"
      "12\tvWA\ts1\t11\tUnidentified Person\tC-7\tfirst\tNTL\tx\ty\n"
      "12\tFGA\ts1\t11\t\t\tsecond\t\t\t\n");
  assert_string_equal(show(0, 0), "vWA: 11 12");
  const hw_typed_sample *s = list.samples;
  assert_string_equal(s->category, "Unidentified Person");
  assert_string_equal(s->case_id, "C-7");
  assert_string_equal(s->comment, "first");
  assert_string_equal(s->analyst, "NTL");
  assert_true(has_note("1 columns are not known and not used, the first is \"Strange\""));
  assert_true(has_note("1 rows have another comment"));
  hw_typing_list_clear(&list);
}

static void calls_that_are_no_alleles_are_recorded(void **state) {
  (void)state;
  PARSE("Sample Name\tMarker\tAllele 1\tAllele 2\tAllele 3\n"
        "s\tM1\t14\tOL\t\n"
        "s\tM2\tOL Allele?\t?\t\n"
        "s\tM3\t14-NB\t15(NB)\t16\n"
        "s\tM4\t9,3\t<8\t>20\n"
        "s\tM5\tx\ty\t\n"
        "s\tM6\tNA\t-\tINC\n"
        "s\tM7\t(17)\t18?\t19 *\n"
        "s\tM8\tOMR\tol\tOL?\n"
        "s\tM9\t>20,1\tOLD1\t[TCTA]12\n");
  static const char *const expected[] = {
      "M1: 14 OL",         "M2: OL flag", "M3: 14 15 16 flag",
      "M4: 9.3 <8 >20",    "M5: X Y",     "M6:",
      "M7: 17 18 19 flag", "M8: OL",      "M9: >20.1 OLD1 [TCTA]12"};
  for (int32_t i = 0; i < 9; i++) assert_string_equal(show(0, i), expected[i]);
  assert_true(has_note("5 off-ladder calls"));
  assert_true(has_note("6 calls carry a mark of doubt"));
  assert_true(has_note("2 alleles have a decimal comma"));
  assert_true(has_note("3 cells say that there is no result"));
  assert_int_equal(list.notes[0].line, 2);
  hw_typing_list_clear(&list);
}

static void replicates_stay_apart(void **state) {
  (void)state;
  PARSE("Sample Name\tSample File\tPanel\tMarker\tAllele 1\n"
        "s\ta.fsa\tK1\tM1\t1\n"
        "s\tb.fsa\tK1\tM1\t2\n"
        "s\ta.fsa\tK2\tM1\t3\n"
        "s\ta.fsa\tK1\tM2\t4\n");
  assert_int_equal(list.n_samples, 3);
  assert_int_equal(list.samples[0].n_typings, 2);
  assert_string_equal(show(0, 1), "M2: 4");
  assert_string_equal(show(1, 0), "M1: 2");
  assert_string_equal(show(2, 0), "M1: 3");
  hw_typing_list_clear(&list);
}

static void controls_are_kept_with_what_the_file_says(void **state) {
  (void)state;
  PARSE("Sample Name\tSample Type\tMarker\tAllele 1\n"
        "L\tAllelic Ladder\tTH01\t4\nP\tPositive Control\tTH01\t7\ns\tSample\tTH01\t8\n");
  assert_int_equal(list.n_samples, 3);
  assert_string_equal(list.samples[0].category, "Allelic Ladder");
  assert_string_equal(list.samples[1].category, "Positive Control");
  hw_typing_list_clear(&list);
}

static void the_sample_file_serves_as_name(void **state) {
  (void)state;
  PARSE("Sample File\tMarker\tAllele 1\nA1.fsa\tM\t7\n");
  assert_string_equal(list.samples[0].name, "A1.fsa");
  hw_typing_list_clear(&list);
}

static void several_markers_stand_in_one_row(void **state) {
  (void)state;
  PARSE("Sample Name\tMarker\tAllele 1\tAllele 2\tMarker\tAllele 1\tAllele 2\tAllele 3\n"
        "s1\tTH01\t6\t7\tFGA\t20\t21\t22\n"
        "s2\tTH01\t8\t8\t\t\t\t\n");
  assert_int_equal(list.n_samples, 2);
  assert_string_equal(show(0, 0), "TH01: 6 7");
  assert_string_equal(show(0, 1), "FGA: 20 21 22");
  assert_int_equal(list.samples[1].n_typings, 1);
  assert_string_equal(show(1, 0), "TH01: 8 8");
  hw_typing_list_clear(&list);
}

static void other_delimiters_line_ends_and_encodings_are_read(void **state) {
  (void)state;
  PARSE("Sample Name;Marker;Allele 1\r\"a;b\";TH01;9,3\r\"say \"\"x\"\"\";TH01;7\r");
  assert_string_equal(list.samples[0].name, "a;b");
  assert_string_equal(show(0, 0), "TH01: 9.3");
  assert_string_equal(list.samples[1].name, "say \"x\"");
  hw_typing_list_clear(&list);
  PARSE("Sample Name,Marker,Allele 1\n\"two\nlines\",TH01,\"9,3\"\nb,TH01,7\n");
  assert_string_equal(list.samples[0].name, "two\nlines");
  assert_int_equal(list.samples[1].line, 4);
  hw_typing_list_clear(&list);
  static const char ascii[] = "Sample Name\tMarker\tAllele 1\nb\xF3ng\tTH01\t7\n";
  PARSE(ascii);
  assert_string_equal(list.samples[0].name, "b\u00F3ng");
  assert_true(has_note("Windows-1252"));
  hw_typing_list_clear(&list);
  char wide[2 * sizeof ascii] = "\xFF\xFE";
  for (size_t i = 0; i + 1 < sizeof ascii; i++) {
    wide[2 + 2 * i] = ascii[i];
    wide[3 + 2 * i] = 0;
  }
  parse(wide, sizeof wide);
  assert_string_equal(list.samples[0].name, "b\u00F3ng");
  assert_true(has_note("UTF-16LE"));
  hw_typing_list_clear(&list);
}

static void quotes_in_tabbed_text_are_characters(void **state) {
  (void)state;
  PARSE("Sample Name\tMarker\tAllele 1\tComments\n"
        "\"s 1\"\tTH01\t7\t5\" tube\n"
        "s2\tTH01\t8\t\"open\n"
        "s3\tTH01\t9\t\"a\" and b\n"
        "s4\tTH01\t9\t \"quoted\ttab\" \n");
  assert_string_equal(list.samples[0].name, "s 1");
  assert_string_equal(list.samples[0].comment, "5\" tube");
  assert_string_equal(list.samples[1].comment, "\"open");
  assert_string_equal(list.samples[2].comment, "\"a\" and b");
  assert_string_equal(list.samples[3].comment, "quoted\ttab");
  hw_typing_list_clear(&list);
}

static void titles_blank_rows_and_repeated_headers_are_skipped(void **state) {
  (void)state;
  PARSE("Allele report\nProject: seven\n\n"
        "Sample Name\tMarker\tAllele 1\tAllele 2\t\t\n"
        "\t\t\t\t\t\n\n"
        "s1\tTH01\t7\n"
        "Sample Name\tMarker\tAllele 2\tAllele 1\n"
        "s2\tTH01\t8\t9\t\t\t\n"
        "s3\t\t\t\n");
  assert_int_equal(list.n_samples, 3);
  assert_string_equal(show(0, 0), "TH01: 7");
  assert_string_equal(show(1, 0), "TH01: 9 8");
  assert_int_equal(list.samples[2].n_typings, 0);
  assert_true(has_note("2 rows before the header"));
  assert_true(has_note("1 more headers"));
  hw_typing_list_clear(&list);
}

static void eight_alleles_are_kept(void **state) {
  (void)state;
  PARSE(
      "Sample Name\tMarker\tAllele 1\tAllele 2\tAllele 3\tAllele 4\tAllele 5\tAllele 6\tAllele 7\t"
      "Allele 8\tAllele 9\tAllele 10\n"
      "s1\tTH01\t1\t2\t3\t4\t5\t6\t7\t8\tOL\t\n");
  assert_string_equal(show(0, 0), "TH01: 1 2 3 4 5 6 7 8 OL");
  hw_typing_list_clear(&list);
}

static void content_is_recognised(void **state) {
  (void)state;
  static const char yes[] = "report\nSample Name\tMarker\tAllele 1\n";
  static const char *const no[] = {"", "locus,allele,freq\nTH01,7,0.1\n", "0 HEAD\n1 SOUR x\n",
                                   "{\"format\": \"homeward-case/1\"}", "Marker\tAllele 1\n"};
  assert_true(hw_genemapper_is(yes, sizeof yes - 1));
  for (size_t i = 0; i < sizeof no / sizeof *no; i++)
    assert_false(hw_genemapper_is(no[i], strlen(no[i])));
}

/* --- what is refused --- */

#define HEAD "Sample Name\tMarker\tAllele 1\tAllele 2\n"

static const struct {
  const char *text;
  hw_status status;
  const char *expected; /* the whole message */
} REFUSED[] = {
    {"", HW_E_SYNTAX, "t.txt: no header found: expected a row with the columns Sample Name"},
    {"a\tb\n1\t2\n", HW_E_SYNTAX, "t.txt: no header found"},
    {HEAD, HW_E_VALUE, "the table has a header and no rows"},
    {HEAD "s\tTH01\t7\t8\ns\tTH01\t7\t8\n", HW_E_DUPLICATE,
     "t.txt:3: sample \"s\" has marker \"TH01\" already on line 2; a replicate needs its own "
     "sample file or run, a repeated row is removed"},
    {HEAD "s\tvWA\t7\t8\nr\tvWA\t1\t1\ns\tVWA\t7\t8\n", HW_E_DUPLICATE,
     "t.txt:4: sample \"s\" has marker \"VWA\" already on line 2"},
    {HEAD "\tTH01\t7\t8\n", HW_E_VALUE, "t.txt:2: the row names no sample"},
    {HEAD "s\t\t7\t8\n", HW_E_VALUE, "t.txt:2: alleles without a marker"},
    {HEAD "s\tTH01\t7 8\t\n", HW_E_VALUE,
     "t.txt:2: Allele 1: \"7 8\" is not an allele; expected a name such as 14, 9.3, X or OL (is a "
     "column shifted?)"},
    {HEAD "s\tTH01\t7\t\xE2\x82\xAC\n", HW_E_VALUE,
     "t.txt:2: Allele 2: \"\xE2\x82\xAC\" is not an allele"},
    {HEAD "s\tTH01\t7\t8\t9\n", HW_E_SHAPE,
     "t.txt:2: cell 5 holds \"9\", but the header has 4 columns"},
    {HEAD "s\tTH01\t7\t"
          "1234567890123456789012345678901234567890123456789012345678901234\n",
     HW_E_VALUE, "t.txt:2: Allele 2: an allele of 64 bytes; expected at most 63"},
    {"Sample Name\tMarker\tAllele 1\tAllele 1\ns\tTH01\t7\t8\n", HW_E_DUPLICATE,
     "t.txt:1: columns 3 and 4 are both \"Allele 1\""},
    {"Sample Name\tMarker\tAllele\tHeight\ns\tTH01\t7\t800\n", HW_E_SYNTAX,
     "t.txt:1: column 3 is \"Allele\" without a number: a table with one row a peak"},
    {"Sample Name\tSample\tMarker\tAllele 1\ns\ts\tTH01\t7\n", HW_E_DUPLICATE,
     "t.txt:1: columns 1 (\"Sample Name\") and 2 (\"Sample\") say the same; remove one"},
    {"Sample Name\tMarker\tAllele 1\tMarker\ns\tTH01\t7\tFGA\n", HW_E_SHAPE,
     "t.txt:1: the marker column 4 has no allele columns behind it"},
    {"Sample Name\tMarker\tAllele 1\tCategory\ns\tA\t7\tx\ns\tB\t7\ty\n", HW_E_CONFLICT,
     "t.txt:3: sample \"s\" has the category \"y\" here and \"x\" before (it begins on line 2)"},
    {"Sample Name\tMarker\tAllele 1\tCase ID\ns\tA\t7\tx\ns\tB\t7\ty\n", HW_E_CONFLICT,
     "has the case \"y\""},
    {"Sample Name,Marker,Allele 1\n\"s,TH01,7\n", HW_E_SYNTAX,
     "t.txt:2: a quoted cell is not closed before the end of the file"},
    {"Sample Name,Marker,Allele 1\n\"s\"x,TH01,7\n", HW_E_SYNTAX,
     "t.txt:2: text behind a closing quote; a quote inside a cell is written twice"},
    {"Sample Name\tMarker\tAllele 1\tAllele 2\tAllele 3\tAllele 4\tAllele 5\tAllele 6\tAllele 7\t"
     "Allele 8\tAllele 9\ns\tTH01\t1\t2\t3\t4\t5\t6\t7\t8\t9\n",
     HW_E_VALUE, "t.txt:2: more than 8 alleles; a result of so many is a mixture"},
    {HEAD "s\tTH01\t7\t8\n\xC3\xA9\xC3\xA9\t\xE9\t1\t2\n", HW_E_SYNTAX,
     "t.txt:3: byte 0xE9 is no character of UTF-8"},
};

static void mistakes_are_refused_with_their_place(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof REFUSED / sizeof *REFUSED; i++) {
    char line[1200];
    errors = (hw_errors){0};
    const hw_status status =
        hw_genemapper_parse(REFUSED[i].text, strlen(REFUSED[i].text), "t.txt", &list, &errors);
    assert_int_equal(errors.n, 1);
    hw_assert_contains(hw_err_text(&errors.kept[0], line, sizeof line), REFUSED[i].expected);
    hw_assert_status(status, REFUSED[i].status, &errors.kept[0]);
    assert_int_equal(list.n_samples, 0);
    assert_null(list.samples);
  }
}

static void long_things_are_refused(void **state) {
  (void)state;
  static const char *const before[] = {HEAD "", HEAD "s\t", HEAD "s\tTH01\t7\t8\n"};
  static const char *const after[] = {"\tTH01\t7\t8\n", "\t7\t8\n", "\n"};
  static const char *const expected[] = {"column 1: a cell of 5000 bytes; expected at most 1000",
                                         "a marker name of 5000 bytes; expected at most 127",
                                         "the row has more than 4096 cells"};
  for (int i = 0; i < 3; i++) {
    char text[6000], line[1200];
    const size_t n = strlen(before[i]);
    memcpy(text, before[i], n);
    memset(text + n, i == 2 ? '\t' : 'a', 5000);
    memcpy(text + n + 5000, after[i], strlen(after[i]));
    errors = (hw_errors){0};
    const hw_status status =
        hw_genemapper_parse(text, n + 5000 + strlen(after[i]), "t.txt", &list, &errors);
    hw_assert_status(status, HW_E_VALUE, &errors.kept[0]);
    hw_assert_contains(hw_err_text(&errors.kept[0], line, sizeof line), expected[i]);
  }
}

static void all_mistakes_are_counted(void **state) {
  (void)state;
  char text[4000] = HEAD;
  for (int i = 0; i < 50; i++) strcat(text, "s\tTH01\t7 8\t\n"); /* NOLINT: fits */
  errors = (hw_errors){0};
  const hw_status status = hw_genemapper_parse(text, strlen(text), "t.txt", &list, &errors);
  hw_assert_status(status, HW_E_VALUE, &errors.kept[0]);
  assert_int_equal(errors.n, 50);
  assert_int_equal(errors.kept[19].line, 21);
}

static void missing_files_are_reported(void **state) {
  (void)state;
  errors = (hw_errors){0};
  hw_assert_status(hw_genemapper_read("/nonexistent/x.txt", &list, &errors), HW_E_NOT_FOUND, NULL);
  assert_string_equal(errors.kept[0].file, "/nonexistent/x.txt");
}

/* --- writing --- */

static char *write_list(const hw_typing_list *from, size_t *n) {
  char *text = NULL;
  hw_err err = HW_ERR_INIT;
  FILE *out = open_memstream(&text, n);
  assert_non_null(out);
  hw_assert_ok(hw_genemapper_write(from, out, &err), &err);
  fclose(out);
  return text;
}

static void assert_same_list(const hw_typing_list *a, const hw_typing_list *b) {
  assert_int_equal(a->n_samples, b->n_samples);
  for (int32_t s = 0; s < a->n_samples; s++) {
    const hw_typed_sample *x = &a->samples[s], *y = &b->samples[s];
    assert_string_equal(x->name, y->name);
    assert_string_equal(x->source_file, y->source_file);
    assert_string_equal(x->run, y->run);
    assert_string_equal(x->kit, y->kit);
    assert_string_equal(x->category, y->category);
    assert_string_equal(x->case_id, y->case_id);
    assert_string_equal(x->comment, y->comment);
    assert_string_equal(x->analyst, y->analyst);
    assert_int_equal(x->n_typings, y->n_typings);
    for (int32_t i = 0; i < x->n_typings; i++) {
      const hw_typing *t = &x->typings[i], *u = &y->typings[i];
      assert_string_equal(t->marker, u->marker);
      assert_int_equal(t->n_alleles, u->n_alleles);
      for (int32_t k = 0; k < t->n_alleles; k++) assert_string_equal(t->alleles[k], u->alleles[k]);
      assert_int_equal(t->is_off_ladder, u->is_off_ladder);
      assert_int_equal(t->is_flagged, u->is_flagged);
    }
  }
}

/* A random list; texts hold everything that the format can. */
static void make_list(hw_random *random, hw_typing_list *out) {
  static const char *const texts[] = {"",        "a",    "\"q\"",       "5\" tube",
                                      " blank ", "t\tt", "Nguy\u1EC5n", "\"open"};
  static const char *const alleles[] = {"7", "9.3", "X", "<8", ">20.1", "[TCTA]12", "OLD"};
  memset(out, 0, sizeof *out);
  out->n_samples = 1 + (int32_t)hw_random_below(random, 20);
  out->samples = hw_arena_alloc_array(&out->arena, (size_t)out->n_samples, sizeof *out->samples);
  for (int32_t s = 0; s < out->n_samples; s++) {
    hw_typed_sample *sample = &out->samples[s];
    char *name = hw_arena_alloc(&out->arena, 16);
    snprintf(name, 16, "s%d", (int)s);
    sample->name = name;
    const char **fields[] = {&sample->source_file, &sample->run,     &sample->kit,
                             &sample->category,    &sample->case_id, &sample->comment,
                             &sample->analyst};
    for (int f = 0; f < 7; f++) *fields[f] = texts[hw_random_below(random, 8)];
    sample->n_typings = (int32_t)hw_random_below(random, 6);
    hw_typing *typings = hw_arena_alloc_array(&out->arena, 6, sizeof *typings);
    sample->typings = typings;
    for (int32_t i = 0; i < sample->n_typings; i++) {
      char *marker = hw_arena_alloc(&out->arena, 16);
      snprintf(marker, 16, "D%dS%d", (int)i, (int)hw_random_below(random, 9));
      typings[i].marker = marker;
      typings[i].n_alleles = (int32_t)hw_random_below(random, 9);
      for (int32_t k = 0; k < typings[i].n_alleles; k++)
        typings[i].alleles[k] = alleles[hw_random_below(random, 7)];
      typings[i].is_off_ladder = hw_random_below(random, 4) == 0;
      typings[i].is_flagged = hw_random_below(random, 4) == 0;
    }
  }
}

static void what_is_written_reads_back(void **state) {
  (void)state;
  hw_random random;
  hw_random_init(&random, 3);
  for (int trial = 0; trial < 300; trial++) {
    hw_typing_list made;
    size_t n;
    make_list(&random, &made);
    char *text = write_list(&made, &n);
    parse(text, n);
    assert_same_list(&made, &list);
    size_t n_again;
    char *again = write_list(&list, &n_again);
    assert_int_equal(n, n_again);
    assert_memory_equal(text, again, n);
    free(text);
    free(again);
    hw_typing_list_clear(&made);
    hw_typing_list_clear(&list);
  }
}

static void what_cannot_be_written_is_refused(void **state) {
  (void)state;
  hw_err err = HW_ERR_INIT;
  hw_typed_sample sample = {.name = "s", .comment = "two\nlines"};
  const hw_typing_list bad = {.n_samples = 1, .samples = &sample};
  FILE *out = tmpfile();
  assert_non_null(out);
  hw_assert_status(hw_genemapper_write(&bad, out, &err), HW_E_VALUE, &err);
  assert_string_equal(err.message,
                      "sample \"s\": the comment holds a line break, which GeneMapper text cannot");
  fclose(out);
  sample.comment = "";
  FILE *full = fopen("/dev/full", "wb");
  if (full == NULL) return;
  hw_assert_status(hw_genemapper_write(&bad, full, &err), HW_E_IO, &err);
  fclose(full);
}

static void exhausted_memory_is_reported(void **state) {
  (void)state;
  static const char text[] =
      "Sample Name\tMarker\tAllele 1\tOdd\n\"a \"\"b\"\"\"\tTH01\t9,3\t\nb\xE9\tTH01\tOL\t\n";
  for (long n = 0; hw_faults_begin(n); n++) {
    errors = (hw_errors){0};
    const hw_status status = hw_genemapper_parse(text, sizeof text - 1, "t", &list, &errors);
    if (!hw_faults_end()) {
      hw_assert_ok(status, &errors.kept[0]);
      hw_typing_list_clear(&list);
      assert_true(n > 10);
      return;
    }
    hw_assert_status(status, HW_E_NO_MEMORY, &errors.kept[0]);
    hw_assert_status(errors.kept[0].status, HW_E_NO_MEMORY, &errors.kept[0]);
    assert_int_equal(list.n_samples, 0);
  }
  fail();
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_usual_table_is_read),
      cmocka_unit_test(columns_come_in_any_order_and_spelling),
      cmocka_unit_test(calls_that_are_no_alleles_are_recorded),
      cmocka_unit_test(replicates_stay_apart),
      cmocka_unit_test(controls_are_kept_with_what_the_file_says),
      cmocka_unit_test(the_sample_file_serves_as_name),
      cmocka_unit_test(several_markers_stand_in_one_row),
      cmocka_unit_test(other_delimiters_line_ends_and_encodings_are_read),
      cmocka_unit_test(quotes_in_tabbed_text_are_characters),
      cmocka_unit_test(titles_blank_rows_and_repeated_headers_are_skipped),
      cmocka_unit_test(eight_alleles_are_kept),
      cmocka_unit_test(content_is_recognised),
      cmocka_unit_test(mistakes_are_refused_with_their_place),
      cmocka_unit_test(long_things_are_refused),
      cmocka_unit_test(all_mistakes_are_counted),
      cmocka_unit_test(missing_files_are_reported),
      cmocka_unit_test(what_is_written_reads_back),
      cmocka_unit_test(what_cannot_be_written_is_refused),
      cmocka_unit_test(exhausted_memory_is_reported),
  };
  return cmocka_run_group_tests_name("genemapper", tests, NULL, NULL);
}
