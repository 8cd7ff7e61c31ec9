/* CODIS CMF: what is read, what is refused and with which words, and that what
 * is written reads back to the same list. All data are made up. */
#include "formats/cmf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "formats/cmf_schema.h"
#include "formats/xml.h"
#include "oracle/rng.h"
#include "support/assert.h"
#include "support/case_text.h"
#include "support/faults.h"

static const char GOOD[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<CODISImportFile xmlns=\"urn:CODISImportFile-schema\">\n"
    "  <HEADERVERSION>3.2</HEADERVERSION>\n"
    "  <MESSAGETYPE>Import</MESSAGETYPE>\n"
    "  <DESTINATIONORI>VN0000000</DESTINATIONORI>\n"
    "  <SOURCELAB>VN0000001</SOURCELAB>\n"
    "  <SUBMITBYUSERID>demo</SUBMITBYUSERID>\n"
    "  <SUBMITDATETIME>2024-05-06T07:08:09</SUBMITDATETIME>\n"
    "  <BATCHID>B1</BATCHID>\n"
    "  <KIT>PowerPlex 16</KIT>\n"
    "  <SPECIMEN SOURCEID=\"Yes\" CASEID=\"C-1\" PARTIAL=\"true\">\n"
    "    <SPECIMENID>DEMO-1</SPECIMENID>\n"
    "    <SPECIMENCATEGORY>Unidentified Person</SPECIMENCATEGORY>\n"
    "    <SPECIMENCOMMENT>femur &amp; tibia</SPECIMENCOMMENT>\n"
    "    <LOCUS BATCHID=\"B2\" KIT=\"Identifiler\">\n"
    "      <LOCUSNAME>FGA</LOCUSNAME>\n"
    "      <READINGBY>an1</READINGBY>\n"
    "      <READINGDATETIME>2024-05-01T10:00:00</READINGDATETIME>\n"
    "      <ALLELE><ALLELEVALUE>&lt;18</ALLELEVALUE></ALLELE>\n"
    "      <ALLELE ALLELEREQUIRED=\"true\"><ALLELEVALUE>22.2</ALLELEVALUE></ALLELE>\n"
    "    </LOCUS>\n"
    "    <LOCUS>\n"
    "      <LOCUSNAME>Penta D</LOCUSNAME>\n"
    "      <READINGBY>an2</READINGBY>\n"
    "      <READINGDATETIME>2024-05-02T10:00:00</READINGDATETIME>\n"
    "      <ALLELE><ALLELEVALUE>9</ALLELEVALUE></ALLELE>\n"
    "    </LOCUS>\n"
    "  </SPECIMEN>\n"
    "  <SPECIMEN>\n"
    "    <SPECIMENID>DEMO-2</SPECIMENID>\n"
    "    <SPECIMENCATEGORY>Biological Sibling</SPECIMENCATEGORY>\n"
    "    <LOCUS>\n"
    "      <LOCUSNAME>Amelogenin</LOCUSNAME>\n"
    "      <READINGBY>an1</READINGBY>\n"
    "      <READINGDATETIME>2024-05-01T10:00:00</READINGDATETIME>\n"
    "      <ALLELE><ALLELEVALUE>X</ALLELEVALUE></ALLELE>\n"
    "      <ALLELE><ALLELEVALUE>Y</ALLELEVALUE></ALLELE>\n"
    "    </LOCUS>\n"
    "  </SPECIMEN>\n"
    "</CODISImportFile>\n";

static const char RAPID[] = "<CODISRapidImportFile xmlns=\"urn:CODISRapidImportFile-schema\">\n"
                            "  <HEADER>\n"
                            "    <MESSAGEVERSION>1.0</MESSAGEVERSION>\n"
                            "    <MESSAGETYPE>Rapid Import</MESSAGETYPE>\n"
                            "    <MESSAGEID>7</MESSAGEID>\n"
                            "    <MESSAGEDATETIME>2024-01-02T03:04:05</MESSAGEDATETIME>\n"
                            "    <MSGCREATORUSERID>demo</MSGCREATORUSERID>\n"
                            "    <DESTINATIONORI>VN0000000</DESTINATIONORI>\n"
                            "    <SOURCEORI>VN0000001</SOURCEORI>\n"
                            "  </HEADER>\n"
                            "  <DEVICE><INSTRUMENTID>R-1</INSTRUMENTID><MODEL>M</MODEL></DEVICE>\n"
                            "  <SPECIMEN>\n"
                            "    <SPECIMENID>DEMO-3</SPECIMENID>\n"
                            "    <SPECIMENCATEGORY>Arrestee</SPECIMENCATEGORY>\n"
                            "    <UNIQUEEVENTID>E1</UNIQUEEVENTID>\n"
                            "    <FINGERPRINTDATE>2024-01-01T00:00:00</FINGERPRINTDATE>\n"
                            "    <ARRESTOFFENSECATEGORY>none</ARRESTOFFENSECATEGORY>\n"
                            "    <LOCUS>\n"
                            "      <LOCUSNAME>D1S1656</LOCUSNAME>\n"
                            "      <KIT>GlobalFiler</KIT>\n"
                            "      <BATCHID>B9</BATCHID>\n"
                            "      <ALLELE><ALLELEVALUE>12</ALLELEVALUE></ALLELE>\n"
                            "    </LOCUS>\n"
                            "  </SPECIMEN>\n"
                            "</CODISRapidImportFile>\n";

static hw_status parse(const char *text, const hw_cmf_read_options *options, hw_typing_list *list,
                       hw_errors *errors) {
  memset(errors, 0, sizeof *errors);
  return hw_cmf_parse(text, strlen(text), "f.xml", options, list, errors);
}

static void assert_parses(const char *text, const hw_cmf_read_options *options,
                          hw_typing_list *list) {
  hw_errors errors = {0};
  hw_assert_ok(parse(text, options, list, &errors), &errors.kept[0]);
}

static void a_file_is_read_whole(void **state) {
  (void)state;
  hw_typing_list list;
  assert_parses(GOOD, NULL, &list);
  assert_string_equal(list.version, "3.2");
  assert_string_equal(list.laboratory, "VN0000001");
  assert_string_equal(list.destination, "VN0000000");
  assert_string_equal(list.submitter, "demo");
  assert_string_equal(list.submitted_at, "2024-05-06T07:08:09");
  assert_string_equal(list.batch, "B1");
  assert_int_equal(list.n_samples, 2);
  assert_int_equal(list.n_notes, 0);
  const hw_typed_sample *s = &list.samples[0];
  assert_string_equal(s->name, "DEMO-1");
  assert_string_equal(s->category, "Unidentified Person");
  assert_string_equal(s->comment, "femur & tibia");
  assert_string_equal(s->case_id, "C-1");
  assert_string_equal(s->source_known, "Yes");
  assert_true(s->is_partial);
  assert_string_equal(s->kit, "Identifiler");
  assert_string_equal(s->batch, "B2");
  assert_string_equal(s->analyst, "an1");
  assert_int_equal(s->line, 11);
  assert_int_equal(s->n_typings, 2);
  assert_string_equal(s->typings[0].marker, "FGA");
  assert_int_equal(s->typings[0].line, 15);
  assert_int_equal(s->typings[0].n_alleles, 2);
  assert_string_equal(s->typings[0].alleles[0], "<18");
  assert_string_equal(s->typings[0].alleles[1], "22.2");
  assert_int_equal(s->typings[0].required, 2);
  assert_null(s->typings[0].kit);
  assert_string_equal(s->typings[1].kit, "PowerPlex 16");
  assert_string_equal(s->typings[1].batch, "B1");
  assert_string_equal(s->typings[1].analyst, "an2");
  assert_string_equal(s->typings[1].typed_at, "2024-05-02T10:00:00");
  s = &list.samples[1];
  assert_string_equal(s->kit, "PowerPlex 16");
  assert_null(s->batch);
  assert_null(s->source_known);
  assert_string_equal(s->case_id, "");
  assert_false(s->is_partial);
  hw_typing_list_clear(&list);
}

static void a_rapid_file_is_read_without_its_arrests(void **state) {
  (void)state;
  hw_typing_list list;
  assert_parses(RAPID, NULL, &list);
  assert_string_equal(list.version, "1.0");
  assert_string_equal(list.laboratory, "VN0000001");
  assert_string_equal(list.samples[0].kit, "GlobalFiler");
  assert_string_equal(list.samples[0].batch, "B9");
  assert_string_equal(list.samples[0].typings[0].alleles[0], "12");
  assert_int_equal(list.n_notes, 2);
  assert_string_equal(list.notes[0].text, "typed by the Rapid instrument R-1");
  assert_string_equal(list.notes[1].text, "what the file says of arrests is not taken over");
  hw_typing_list_clear(&list);
}

static void the_published_example_is_read(void **state) {
  (void)state;
  const char *shared = getenv("HOMEWARD_SHARED"), *root = getenv("HOMEWARD_SOURCE_ROOT");
  char path[4096];
  if (shared)
    snprintf(path, sizeof path, "%s/data/cmf/CODIS-32.AppendixAexample.xml", shared);
  else
    snprintf(path, sizeof path, "%s/../shared/data/cmf/CODIS-32.AppendixAexample.xml",
             root ? root : ".");
  if (access(path, R_OK) != 0) skip();
  hw_typing_list list;
  hw_errors errors = {0};
  hw_assert_ok(hw_cmf_read(path, NULL, &list, &errors), &errors.kept[0]);
  assert_int_equal(list.n_samples, 2);
  assert_string_equal(list.samples[0].name, "IMP_0001A");
  assert_int_equal(list.samples[0].n_typings, 13);
  hw_str out = HW_STR_INIT;
  hw_typing_list again;
  hw_assert_ok(hw_cmf_format(&list, NULL, &out, &errors), &errors.kept[0]);
  assert_parses(hw_str_text(&out), NULL, &again);
  assert_int_equal(again.n_samples, 2);
  hw_typing_list_clear(&again);
  hw_typing_list_clear(&list);
  hw_str_clear(&out);
}

/* One replacement in a good file, and the first error that it causes. */
typedef struct mistake {
  const char *from, *to, *expected;
} mistake;

static void assert_mistake(const char *good, const mistake *m) {
  char *text = case_text_replace(good, m->from, m->to), line[1024];
  hw_typing_list list;
  hw_errors errors;
  const hw_status status = parse(text, NULL, &list, &errors);
  if (status == HW_OK) fail_msg("accepted: %s", m->to);
  assert_int_equal(list.n_samples, 0);
  assert_string_equal(hw_err_text(&errors.kept[0], line, sizeof line), m->expected);
  free(text);
}

static void mistakes_are_told_with_line_sample_and_locus(void **state) {
  (void)state;
  static const mistake MISTAKES[] = {
      {"<HEADERVERSION>3.2", "<HEADERVERSION>2.0",
       "f.xml:3: HEADERVERSION: \"2.0\" is not a version that is known; known are 3.2 and 3.3"},
      {"<HEADERVERSION>3.2</HEADERVERSION>\n", "",
       "f.xml:3: HEADERVERSION is not the first element; without it nobody knows the version"},
      {">Penta D<", ">D1S1656<",
       "f.xml:23: SPECIMEN DEMO-1, LOCUS D1S1656, LOCUSNAME: \"D1S1656\" is not listed in CMF 3.2 "
       "but in 3.3; set HEADERVERSION to 3.3"},
      {">Penta D<", ">PENTA_D<",
       "f.xml:23: SPECIMEN DEMO-1, LOCUS PENTA_D, LOCUSNAME: \"PENTA_D\" is not listed in CMF 3.2; "
       "write \"Penta D\""},
      {">Penta D<", ">D99S1<",
       "f.xml:23: SPECIMEN DEMO-1, LOCUS D99S1, LOCUSNAME: \"D99S1\" is not listed in CMF 3.2; "
       "correct it, or choose to take unlisted names"},
      {">Penta D<", ">FGA<",
       "f.xml:22: SPECIMEN DEMO-1, LOCUS: the specimen has locus FGA already, in line 15; keep one"},
      {">Unidentified Person<", ">unidentified person<",
       "f.xml:13: SPECIMEN DEMO-1, SPECIMENCATEGORY: \"unidentified person\" is not listed in "
       "CMF 3.2; write \"Unidentified Person\""},
      {">DEMO-2<", ">DEMO-1<",
       "f.xml:29: SPECIMENID: specimen DEMO-1 stands already in line 11; every specimen has its "
       "own"},
      {">DEMO-2<", ">A-name-of-more-than-24-characters<",
       "f.xml:30: SPECIMEN A-name-of-more-than-24-characters, SPECIMENID: "
       "\"A-name-of-more-than-24-characters\" has 33 characters; CMF 3.2 permits 24: shorten it"},
      {">DEMO-2<", "><", "f.xml:30: SPECIMEN , SPECIMENID: is empty; a text is expected"},
      {"\"C-1\"", "\"C|1\"",
       "f.xml:11: CASEID: \"C|1\" contains \"|\", which CODIS does not permit; replace it"},
      {">22.2<", ">22;2<",
       "f.xml:20: SPECIMEN DEMO-1, LOCUS FGA, ALLELEVALUE: \"22;2\" contains \";\", which CODIS "
       "does not permit; replace it"},
      {">22.2<", ">22.2222222222<",
       "f.xml:20: SPECIMEN DEMO-1, LOCUS FGA, ALLELEVALUE: \"22.2222222222\" has 13 characters; "
       "CMF 3.2 permits 10: shorten it"},
      {"<SOURCELAB>VN0000001", "<SOURCELAB>VN000000111",
       "f.xml:6: SOURCELAB: \"VN000000111\" has 11 characters; CMF 3.2 permits 10: shorten it"},
      {"\"Identifiler\"", "\"GlobalFiler\"",
       "f.xml:15: SPECIMEN DEMO-1, KIT: \"GlobalFiler\" is not listed in CMF 3.2 but in 3.3; set "
       "HEADERVERSION to 3.3"},
      {"<LOCUS BATCHID", "<LOCUS COLOUR=\"red\" BATCHID",
       "f.xml:15: SPECIMEN DEMO-1, COLOUR: is not an attribute of this element in CMF 3.2; remove "
       "it"},
      {"<SPECIMENCOMMENT>femur &amp; tibia</SPECIMENCOMMENT>", "<SEX>M</SEX>",
       "f.xml:14: SPECIMEN DEMO-1, SEX: is not an element of CMF 3.2 at this place; remove it"},
      {"<SPECIMENCOMMENT>femur &amp; tibia</SPECIMENCOMMENT>", "femur",
       "f.xml:13: SPECIMEN DEMO-1, SPECIMEN: holds the text \"femur\" between its elements; "
       "remove it"},
      {"2024-05-02T10:00:00", "2024-05-32T10:00:00",
       "f.xml:25: the schema does not permit this: Element 'READINGDATETIME': "
       "'2024-05-32T10:00:00' is not a valid value of the atomic type 'CODISImportDate'"},
      {"<READINGBY>an2</READINGBY>\n", "",
       "f.xml:24: the schema does not permit this: Element 'READINGDATETIME': This element is not "
       "expected. Expected is ( READINGBY )"},
      {"    <SPECIMENCATEGORY>Biological Sibling</SPECIMENCATEGORY>\n", "",
       "f.xml:31: the schema does not permit this: Element 'LOCUS': This element is not expected. "
       "Expected is ( SPECIMENCATEGORY )"},
      {"xmlns=\"urn:CODISImportFile-schema\"", "",
       "f.xml:2: <CODISImportFile> has the namespace \"\"; write "
       "xmlns=\"urn:CODISImportFile-schema\""},
      {"PARTIAL=\"true\"", "PARTIAL=\"perhaps\"",
       "f.xml:11: the schema does not permit this: Element 'SPECIMEN', attribute 'PARTIAL': "
       "'perhaps' is not a valid value of the atomic type 'xs:boolean'"},
      {"</CODISImportFile>", "",
       "f.xml:41: the XML ends before its elements are closed; the file may have been cut off"},
      {"<MESSAGETYPE>Import<", "<MESSAGETYPE>Export<",
       "f.xml:4: MESSAGETYPE: \"Export\" is not listed in CMF 3.2; write \"Import\""},
  };
  for (size_t i = 0; i < sizeof MISTAKES / sizeof *MISTAKES; i++)
    assert_mistake(GOOD, &MISTAKES[i]);
}

static void all_mistakes_are_told_up_to_twenty(void **state) {
  (void)state;
  hw_str text = HW_STR_INIT;
  hw_str_append(&text, "<CODISImportFile xmlns=\"urn:CODISImportFile-schema\">\n"
                       "<HEADERVERSION>3.3</HEADERVERSION>\n");
  for (int i = 0; i < 50; i++) hw_str_append_format(&text, "<COLOUR>%d</COLOUR>\n", i);
  hw_str_append(&text, "</CODISImportFile>\n");
  hw_typing_list list;
  hw_errors errors;
  hw_assert_status(parse(hw_str_text(&text), NULL, &list, &errors), HW_E_UNKNOWN_KEY, NULL);
  assert_int_equal(errors.n, 50);
  assert_int_equal(hw_errors_kept(&errors), 20);
  for (int i = 0; i < 20; i++) assert_int_equal(errors.kept[i].line, i + 3);
  hw_str_clear(&text);
}

/* A file with this many loci, and alleles at each. Amelogenin stands for AMEL and is left out. */
static char *make_file(const char *version, int n_loci, int n_alleles) {
  hw_cmf_schema schema;
  hw_str text = HW_STR_INIT;
  hw_assert_ok(hw_cmf_schema_init(&schema, strcmp(version, "3.2") ? HW_CMF_3_3 : HW_CMF_3_2, NULL),
               NULL);
  const hw_cmf_type *names = hw_cmf_schema_type(&schema, "LOCUSNAME");
  hw_str_append_format(&text,
                       "<CODISImportFile xmlns='urn:CODISImportFile-schema'>"
                       "<HEADERVERSION> %s </HEADERVERSION><MESSAGETYPE>Import</MESSAGETYPE>"
                       "<DESTINATIONORI>D</DESTINATIONORI><SOURCELAB>S</SOURCELAB>"
                       "<SUBMITBYUSERID>U</SUBMITBYUSERID>"
                       "<SUBMITDATETIME>2024-01-01T00:00:00Z</SUBMITDATETIME>\n<SPECIMEN>"
                       "<SPECIMENID>A</SPECIMENID><SPECIMENCATEGORY>Staff</SPECIMENCATEGORY>",
                       version);
  for (int i = 0, next = 0; i < n_loci; i++, next++) {
    if (strcmp(names->values[next % names->n_values], "Amelogenin") == 0) next++;
    hw_str_append_format(&text,
                         "<LOCUS><LOCUSNAME>%s</LOCUSNAME><READINGBY>U</READINGBY>"
                         "<READINGDATETIME>2024-01-01T00:00:00</READINGDATETIME>",
                         names->values[next % names->n_values]);
    for (int a = 0; a < n_alleles; a++)
      hw_str_append_format(&text, "<ALLELE><ALLELEVALUE>%d</ALLELEVALUE></ALLELE>", a);
    hw_str_append(&text, "</LOCUS>");
  }
  hw_str_append(&text, "</SPECIMEN></CODISImportFile>");
  hw_cmf_schema_clear(&schema);
  return text.bytes;
}

static void numbers_of_loci_and_alleles_are_limited(void **state) {
  (void)state;
  hw_typing_list list;
  hw_errors errors;
  char line[1024], *text = make_file("3.3", 20, 8);
  assert_parses(text, NULL, &list);
  assert_int_equal(list.samples[0].n_typings, 20);
  assert_int_equal(list.samples[0].typings[19].n_alleles, 8);
  hw_typing_list_clear(&list);
  free(text);
  text = make_file("3.3", 1, 9);
  hw_assert_status(parse(text, NULL, &list, &errors), HW_E_VALUE, NULL);
  assert_string_equal(hw_err_text(&errors.kept[0], line, sizeof line),
                      "f.xml:2: SPECIMEN A, LOCUS AMEL, ALLELE: a locus has more than 8 alleles; "
                      "CMF 3.3 permits no more");
  free(text);
  text = make_file("3.2", 40, 1);
  hw_assert_status(parse(text, NULL, &list, &errors), HW_E_DUPLICATE, NULL);
  hw_err_text(&errors.kept[errors.n - 1], line, sizeof line);
  assert_string_equal(
      line, "f.xml:2: SPECIMEN A, LOCUS: the specimen has more than 32 loci; CMF 3.2 permits no "
            "more");
  free(text);
}

static void unlisted_names_are_taken_where_that_was_chosen(void **state) {
  (void)state;
  const hw_cmf_read_options options = {.accept_unlisted = true};
  char *text = case_text_replace(GOOD, ">Penta D<", ">D6S1043<");
  char *worse = case_text_replace(text, "2024-05-02T", "2024-99-02T");
  hw_typing_list list;
  hw_errors errors;
  assert_parses(text, &options, &list);
  assert_string_equal(list.samples[0].typings[1].marker, "D6S1043");
  assert_int_equal(list.n_notes, 1);
  assert_int_equal(list.notes[0].line, 23);
  assert_string_equal(list.notes[0].text,
                      "LOCUSNAME \"D6S1043\" is not listed in CMF 3.2; taken as written");
  hw_typing_list_clear(&list);
  /* Everything else is held to the schema. */
  hw_assert_status(parse(worse, &options, &list, &errors), HW_E_SYNTAX, NULL);
  assert_int_equal(errors.n, 1);
  assert_int_equal(errors.kept[0].line, 25);
  free(worse);
  free(text);
}

static void the_format_is_told_from_others(void **state) {
  (void)state;
  assert_true(hw_cmf_is(GOOD, strlen(GOOD)));
  assert_true(hw_cmf_is(RAPID, strlen(RAPID)));
  static const char *const OTHERS[] = {
      "", "<", "<CODIS", "CODISImportFile>", "<CODISImportFiles>", "a,b\n", "<FamiliasData>"};
  for (size_t i = 0; i < sizeof OTHERS / sizeof *OTHERS; i++)
    assert_false(hw_cmf_is(OTHERS[i], strlen(OTHERS[i])));
  assert_true(hw_cmf_is("<x:CODISImportFile xmlns:x='urn:CODISImportFile-schema'/>", 57));
}

static void hostile_files_are_refused_with_a_line(void **state) {
  (void)state;
#define OPEN "<CODISImportFile xmlns='urn:CODISImportFile-schema'"
  static const struct {
    const char *text, *expected;
  } FILES[] = {
      {"<!DOCTYPE a [<!ENTITY l \"l\"><!ENTITY m \"&l;&l;\">]>\n" OPEN ">&m;</CODISImportFile>",
       "f.xml:1: a document type (<!DOCTYPE) and entities are not accepted; remove it"},
      {"\n<!DOCTYPE a SYSTEM \"file:///etc/passwd\">" OPEN "/>",
       "f.xml:2: a document type (<!DOCTYPE) and entities are not accepted; remove it"},
      {OPEN ">&x;</CODISImportFile>",
       "f.xml:1: the XML is not well formed: Entity 'x' not defined"},
      {"", "f.xml:1: the file is empty"},
      {" \n ", "f.xml:1: the file is empty"},
      {"<a/>", "f.xml:1: the outermost element is <a>; CMF has <CODISImportFile>"},
      {OPEN "><A></B></CODISImportFile>",
       "f.xml:1: the XML is not well formed: Opening and ending tag mismatch: A line 1 and B"},
      {OPEN "><HEADERVERSION>3.2</HEADERVERSION>\n<x:A/></CODISImportFile>",
       "f.xml:2: the XML is not well formed: Namespace prefix x on A is not defined"},
      {OPEN "><HEADERVERSION>3.2</HEADERVERSION>\n<A></B></CODISImportFile>",
       "f.xml:2: the XML is not well formed: Opening and ending tag mismatch: A line 2 and B"},
      {OPEN " A='1' A='2'/>", "f.xml:1: the XML is not well formed: Attribute A redefined"},
      {OPEN " A='\x01'/>",
       "f.xml:1: the XML is not well formed: invalid character in attribute value"},
      {OPEN "/>\n<b/>",
       "f.xml:2: the XML is not well formed: Extra content at the end of the document"},
      {"\xFF\xFE<\0a\0", "f.xml:1: the file is UTF-16; save it as UTF-8"},
      {OPEN ">\n\xE9</CODISImportFile>", "f.xml:2: the text is not UTF-8; save the file as UTF-8"},
      {"<?xml version='1.0' encoding='iso-8859-1'?>\n" OPEN " A='\xC3\xA9'/>",
       "f.xml:1: the file says that its encoding is ISO-8859-1; save it as UTF-8"},
  };
#undef OPEN
  for (size_t i = 0; i < sizeof FILES / sizeof *FILES; i++) {
    hw_typing_list list;
    hw_errors errors;
    char line[1024];
    assert_int_not_equal(parse(FILES[i].text, NULL, &list, &errors), HW_OK);
    assert_string_equal(hw_err_text(&errors.kept[0], line, sizeof line), FILES[i].expected);
  }
}

static void files_that_are_not_there_are_told(void **state) {
  (void)state;
  hw_typing_list list;
  hw_errors errors = {0};
  hw_assert_status(hw_cmf_read("/nowhere/at/all.xml", NULL, &list, &errors), HW_E_NOT_FOUND, NULL);
  assert_string_equal(errors.kept[0].file, "/nowhere/at/all.xml");
  hw_typing_list_clear(&list);
}

static void exhausted_memory_is_reported(void **state) {
  (void)state;
  for (long n = 0; hw_faults_begin(n); n++) {
    hw_typing_list list;
    hw_errors errors;
    const hw_status status = parse(GOOD, NULL, &list, &errors);
    hw_typing_list_clear(&list);
    const bool failed = hw_faults_end();
    hw_assert_status(status, failed ? HW_E_NO_MEMORY : HW_OK, &errors.kept[0]);
    if (!failed) break;
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_file_is_read_whole),
      cmocka_unit_test(a_rapid_file_is_read_without_its_arrests),
      cmocka_unit_test(the_published_example_is_read),
      cmocka_unit_test(mistakes_are_told_with_line_sample_and_locus),
      cmocka_unit_test(all_mistakes_are_told_up_to_twenty),
      cmocka_unit_test(numbers_of_loci_and_alleles_are_limited),
      cmocka_unit_test(unlisted_names_are_taken_where_that_was_chosen),
      cmocka_unit_test(the_format_is_told_from_others),
      cmocka_unit_test(hostile_files_are_refused_with_a_line),
      cmocka_unit_test(files_that_are_not_there_are_told),
      cmocka_unit_test(exhausted_memory_is_reported),
  };
  return cmocka_run_group_tests_name("cmf", tests, NULL, NULL);
}
