/* Writing CODIS CMF: what is written reads back to the same list, and what the
 * format cannot hold is refused with sample and field. All data are made up. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formats/cmf.h"
#include "formats/cmf_schema.h"
#include "oracle/rng.h"
#include "support/assert.h"
#include "support/faults.h"

/* --- a list that can be written --- */

enum { MOST_SAMPLES = 5, MOST_LOCI = 20 };

typedef struct content {
  hw_typing_list list;
  hw_typed_sample samples[MOST_SAMPLES];
  hw_typing typings[MOST_SAMPLES][MOST_LOCI];
  char names[MOST_SAMPLES][24];
} content;

static void make_good(content *c) {
  memset(c, 0, sizeof *c);
  c->list = (hw_typing_list){.laboratory = "VN1",
                             .destination = "VN0",
                             .submitter = "demo",
                             .submitted_at = "2024-05-06T07:08:09",
                             .batch = "B1",
                             .n_samples = 1,
                             .samples = c->samples};
  c->samples[0] = (hw_typed_sample){.name = "DEMO-1",
                                    .source_file = "",
                                    .category = "Missing Person",
                                    .case_id = "C1",
                                    .comment = "a & b",
                                    .kit = "Identifiler",
                                    .analyst = "an1",
                                    .typed_at = "2024-05-01",
                                    .n_typings = 2,
                                    .typings = c->typings[0]};
  c->typings[0][0] = (hw_typing){
      .marker = "PENTA_D", .n_alleles = 4, .alleles = {">17", "9.1", "9", "<5"}, .required = 2};
  c->typings[0][1] =
      (hw_typing){.marker = "AMEL", .n_alleles = 2, .alleles = {"Y", "X"}, .kit = ""};
}

static const char GOOD[] = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                           "<CODISImportFile xmlns=\"urn:CODISImportFile-schema\">\n"
                           "  <HEADERVERSION>3.2</HEADERVERSION>\n"
                           "  <MESSAGETYPE>Import</MESSAGETYPE>\n"
                           "  <DESTINATIONORI>VN0</DESTINATIONORI>\n"
                           "  <SOURCELAB>VN1</SOURCELAB>\n"
                           "  <SUBMITBYUSERID>demo</SUBMITBYUSERID>\n"
                           "  <SUBMITDATETIME>2024-05-06T07:08:09</SUBMITDATETIME>\n"
                           "  <BATCHID>B1</BATCHID>\n"
                           "  <SPECIMEN CASEID=\"C1\">\n"
                           "    <SPECIMENID>DEMO-1</SPECIMENID>\n"
                           "    <SPECIMENCATEGORY>Missing Person</SPECIMENCATEGORY>\n"
                           "    <SPECIMENCOMMENT>a &amp; b</SPECIMENCOMMENT>\n"
                           "    <LOCUS KIT=\"Identifiler\">\n"
                           "      <LOCUSNAME>Penta D</LOCUSNAME>\n"
                           "      <READINGBY>an1</READINGBY>\n"
                           "      <READINGDATETIME>2024-05-01T00:00:00</READINGDATETIME>\n"
                           "      <ALLELE>\n"
                           "        <ALLELEVALUE>&lt;5</ALLELEVALUE>\n"
                           "      </ALLELE>\n"
                           "      <ALLELE>\n"
                           "        <ALLELEVALUE>9</ALLELEVALUE>\n"
                           "      </ALLELE>\n"
                           "      <ALLELE ALLELEREQUIRED=\"true\">\n"
                           "        <ALLELEVALUE>9.1</ALLELEVALUE>\n"
                           "      </ALLELE>\n"
                           "      <ALLELE>\n"
                           "        <ALLELEVALUE>&gt;17</ALLELEVALUE>\n"
                           "      </ALLELE>\n"
                           "    </LOCUS>\n"
                           "    <LOCUS>\n"
                           "      <LOCUSNAME>AMEL</LOCUSNAME>\n"
                           "      <READINGBY>an1</READINGBY>\n"
                           "      <READINGDATETIME>2024-05-01T00:00:00</READINGDATETIME>\n"
                           "      <ALLELE>\n"
                           "        <ALLELEVALUE>X</ALLELEVALUE>\n"
                           "      </ALLELE>\n"
                           "      <ALLELE>\n"
                           "        <ALLELEVALUE>Y</ALLELEVALUE>\n"
                           "      </ALLELE>\n"
                           "    </LOCUS>\n"
                           "  </SPECIMEN>\n"
                           "</CODISImportFile>\n";

static void names_order_and_dates_become_those_of_the_format(void **state) {
  (void)state;
  static content c;
  hw_str out = HW_STR_INIT;
  hw_errors errors = {0};
  make_good(&c);
  hw_assert_ok(hw_cmf_format(&c.list, NULL, &out, &errors), &errors.kept[0]);
  assert_string_equal(hw_str_text(&out), GOOD);
  hw_str_clear(&out);
}

/* --- refusals --- */

static content bad;
static const char *long_text = "0123456789012345678901234567890123456789";

static void long_name(void) {
  bad.samples[0].name = long_text;
}
static void no_name(void) {
  bad.samples[0].name = "";
}
static void odd_category(void) {
  bad.samples[0].category = "missing person";
}
static void long_case(void) {
  bad.samples[0].case_id = long_text;
}
static void pipe_in_case(void) {
  bad.samples[0].case_id = "a|b";
}
static void blank_comment(void) {
  bad.samples[0].comment = " a";
}
static void control_comment(void) {
  bad.samples[0].comment = "a\x02";
}
static void odd_kit(void) {
  bad.samples[0].kit = "MyKit";
}
static void no_analyst(void) {
  bad.samples[0].analyst = NULL;
}
static void year_only(void) {
  bad.samples[0].typed_at = "2024";
}
static void no_date(void) {
  bad.samples[0].typed_at = "";
}
static void odd_day(void) {
  bad.samples[0].typed_at = "2024-02-30";
}
static void odd_marker(void) {
  bad.typings[0][1].marker = "D6S1043";
}
static void later_marker(void) {
  bad.typings[0][1].marker = "D1S1656";
}
static void marker_twice(void) {
  bad.typings[0][1].marker = "PentaD";
}
static void no_allele(void) {
  bad.typings[0][1].n_alleles = 0;
}
static void long_allele(void) {
  bad.typings[0][1].alleles[0] = "12345678901";
}
static void no_loci(void) {
  bad.samples[0].n_typings = 0;
}
static void no_samples(void) {
  bad.list.n_samples = 0;
}
static void long_laboratory(void) {
  bad.list.laboratory = "VN123456789";
}
static void no_submitter(void) {
  bad.list.submitter = NULL;
}
static void long_batch(void) {
  bad.list.batch = long_text;
}
static void name_twice(void) {
  bad.list.n_samples = 2;
  bad.samples[1] = bad.samples[0];
}

static void what_the_format_cannot_hold_is_refused(void **state) {
  (void)state;
  static const struct {
    void (*spoil)(void);
    const char *expected;
  } REFUSED[] = {
      {long_name, "sample 0123456789012345678901234567890123456789, name: "
                  "\"0123456789012345678901234567890123456789\" has 40 characters; CMF 3.2 "
                  "permits 24 as SPECIMENID"},
      {no_name, "sample , name: is missing; CMF 3.2 needs it as SPECIMENID"},
      {odd_category, "sample DEMO-1, category: \"missing person\" is not a SPECIMENCATEGORY that "
                     "CMF 3.2 lists"},
      {long_case, "sample DEMO-1, case: \"0123456789012345678901234567890123456789\" has 40 "
                  "characters; CMF 3.2 permits 32 as CASEID"},
      {pipe_in_case, "sample DEMO-1, case: \"a|b\" contains \"|\" or \";\", which CODIS does not "
                     "permit"},
      {blank_comment, "sample DEMO-1, comment: begins with a blank, which CODIS does not permit; "
                      "remove it"},
      {control_comment, "sample DEMO-1, comment: holds a character that XML does not permit; "
                        "remove it"},
      {odd_kit, "sample DEMO-1, marker PENTA_D, kit: \"MyKit\" is not a KIT that CMF 3.2 lists"},
      {no_analyst, "sample DEMO-1, marker PENTA_D, analyst: is missing; CMF 3.2 needs it as "
                   "READINGBY"},
      {year_only, "sample DEMO-1, marker PENTA_D, date: \"2024\" is not a date that CMF permits; "
                  "expected YYYY-MM-DD or YYYY-MM-DDThh:mm:ss, 1900 to 2079"},
      {no_date, "sample DEMO-1, marker PENTA_D, date: is missing; CMF needs it"},
      {odd_day,
       "sample DEMO-1, marker PENTA_D, date: \"2024-02-30\" is not a date that CMF permits; expected YYYY-MM-DD or YYYY-MM-DDThh:mm:ss, 1900 to 2079"},
      {odd_marker, "sample DEMO-1, marker D6S1043, name: is not a locus of CMF 3.2; leave it out "
                   "or write version 3.3, which lists more"},
      {later_marker, "sample DEMO-1, marker D1S1656, name: is not a locus of CMF 3.2; leave it out "
                     "or write version 3.3, which lists more"},
      {marker_twice, "sample DEMO-1, marker PentaD, name: stands twice; CMF permits one"},
      {no_allele, "sample DEMO-1, marker AMEL, alleles: has none; CMF needs one: leave the marker "
                  "out"},
      {long_allele, "sample DEMO-1, marker AMEL, allele: \"12345678901\" has 11 characters; CMF "
                    "3.2 permits 10 as ALLELEVALUE"},
      {no_loci, "sample DEMO-1, markers: has none; CMF needs one: leave the sample out"},
      {no_samples, "samples: there are none; CMF needs one"},
      {long_laboratory, "laboratory: \"VN123456789\" has 11 characters; CMF 3.2 permits 10 as "
                        "SOURCELAB"},
      {no_submitter, "submitter: is missing; CMF 3.2 needs it as SUBMITBYUSERID"},
      {long_batch, "batch: \"0123456789012345678901234567890123456789\" has 40 characters; CMF 3.2 "
                   "permits 32 as BATCHID"},
      {name_twice, "sample DEMO-1, name: stands twice; CMF needs one for every sample"},
  };
  const hw_cmf_write_options options = {.version = "3.2"};
  for (size_t i = 0; i < sizeof REFUSED / sizeof *REFUSED; i++) {
    hw_str out = HW_STR_INIT;
    hw_errors errors = {0};
    char line[1024];
    make_good(&bad);
    REFUSED[i].spoil();
    assert_int_not_equal(hw_cmf_format(&bad.list, &options, &out, &errors), HW_OK);
    assert_string_equal(hw_err_text(&errors.kept[0], line, sizeof line), REFUSED[i].expected);
    assert_int_equal(out.length, 0);
    hw_str_clear(&out);
  }
}

static void the_oldest_version_that_lists_everything_is_chosen(void **state) {
  (void)state;
  hw_str out = HW_STR_INIT;
  hw_errors errors = {0};
  make_good(&bad);
  later_marker();
  hw_assert_ok(hw_cmf_format(&bad.list, NULL, &out, &errors), &errors.kept[0]);
  hw_assert_contains(hw_str_text(&out), "<HEADERVERSION>3.3</HEADERVERSION>");
  const hw_cmf_write_options odd = {.version = "4.0"};
  hw_assert_status(hw_cmf_format(&bad.list, &odd, &out, &errors), HW_E_UNSUPPORTED, NULL);
  assert_string_equal(errors.kept[0].message,
                      "CMF version \"4.0\" is not written; 3.2 and 3.3 are");
  hw_str_clear(&out);
}

/* --- round trip --- */

static const char *pick(rng *r, const char *const *values, int32_t n) {
  return values[rng_below(r, n)];
}

#define PICK(r, ...)                            \
  pick((r), (const char *const[]){__VA_ARGS__}, \
       (int32_t)(sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *)))

static void make_locus(rng *r, hw_typing *t, const char *marker) {
  static const char *const LADDER[] = {"<6", "6", "9.3", "10", "11", "12.2", ">17", "X"};
  *t = (hw_typing){.marker = marker};
  for (int i = 0; i < HW_TYPING_MAX_ALLELES; i++) {
    if (!rng_chance(r, 0.3)) continue;
    if (rng_chance(r, 0.2)) t->required |= (uint8_t)(1u << t->n_alleles);
    t->alleles[t->n_alleles++] = LADDER[i];
  }
  if (t->n_alleles == 0) t->alleles[t->n_alleles++] = "10";
  if (rng_chance(r, 0.2)) t->kit = PICK(r, "", "GlobalFiler");
  if (rng_chance(r, 0.2)) t->batch = PICK(r, "", "B7");
  if (rng_chance(r, 0.2)) t->analyst = "an3";
  if (rng_chance(r, 0.2)) t->typed_at = "2024-01-01T00:00:00Z";
}

static void make_sample(rng *r, content *c, int i, const hw_cmf_type *loci) {
  hw_typed_sample *s = &c->samples[i];
  snprintf(c->names[i], sizeof c->names[i], "DEMO %d<\"&", i);
  *s = (hw_typed_sample){.name = c->names[i],
                         .source_file = "",
                         .category = PICK(r, "Spouse", "Victim, Known", "Detainee"),
                         .case_id = PICK(r, "", "C-1", "C\t\"<&>\"\n"),
                         .comment = PICK(r, "", "Nguy\xE1\xBB\x85n \r\n & <more> ]]> "),
                         .kit = PICK(r, "", "GlobalFiler", "Investigator 24plex GO! Kit"),
                         .analyst = PICK(r, "an1", "an2"),
                         .typed_at = "2023-12-31T23:59:59",
                         .is_partial = rng_chance(r, 0.5),
                         .source_known = PICK(r, NULL, "Yes", "N/A"),
                         .batch = PICK(r, NULL, "B5", ""),
                         .typings = c->typings[i]};
  const int32_t n = 1 + rng_below(r, MOST_LOCI - 1), first = rng_below(r, loci->n_values - n);
  for (int32_t k = 0; k < n; k++) {
    const char *marker = loci->values[first + k];
    if (strcmp(marker, "Amelogenin") == 0 || strcmp(marker, "THO1") == 0) continue; /* aliases */
    make_locus(r, &c->typings[i][s->n_typings++], marker);
  }
  if (s->n_typings == 0) make_locus(r, &c->typings[i][s->n_typings++], "FGA");
  /* What all say equals what the first says, as the reader gives it. */
  const hw_typing *head = &c->typings[i][0];
  if (head->kit) s->kit = head->kit;
  if (head->batch) s->batch = head->batch;
  if (head->analyst) s->analyst = head->analyst;
  if (head->typed_at) s->typed_at = head->typed_at;
}

static const char *or_else(const char *text, const char *otherwise) {
  return text ? text : otherwise;
}

static void assert_same_locus(const hw_typing *a, const hw_typed_sample *sa, const hw_typing *b,
                              const hw_typed_sample *sb, const char *batch) {
  assert_string_equal(a->marker, b->marker);
  assert_int_equal(a->n_alleles, b->n_alleles);
  assert_int_equal(a->required, b->required);
  for (int32_t i = 0; i < a->n_alleles; i++) assert_string_equal(a->alleles[i], b->alleles[i]);
  assert_string_equal(or_else(a->kit, sa->kit), or_else(b->kit, sb->kit));
  assert_string_equal(or_else(a->batch, or_else(sa->batch, batch)),
                      or_else(b->batch, or_else(sb->batch, batch)));
  assert_string_equal(or_else(a->analyst, sa->analyst), or_else(b->analyst, sb->analyst));
  assert_string_equal(or_else(a->typed_at, sa->typed_at), or_else(b->typed_at, sb->typed_at));
}

static void assert_same(const hw_typing_list *a, const hw_typing_list *b) {
  assert_string_equal(a->laboratory, b->laboratory);
  assert_string_equal(a->destination, b->destination);
  assert_string_equal(a->submitter, b->submitter);
  assert_string_equal(a->submitted_at, b->submitted_at);
  assert_string_equal(a->batch, b->batch);
  assert_int_equal(a->n_samples, b->n_samples);
  for (int32_t i = 0; i < a->n_samples; i++) {
    const hw_typed_sample *x = &a->samples[i], *y = &b->samples[i];
    assert_string_equal(x->name, y->name);
    assert_string_equal(x->category, y->category);
    assert_string_equal(x->case_id, y->case_id);
    assert_string_equal(x->comment, y->comment);
    assert_string_equal(x->kit, y->kit);
    assert_string_equal(x->analyst, y->analyst);
    assert_string_equal(x->typed_at, y->typed_at);
    assert_string_equal(or_else(x->source_known, "-"), or_else(y->source_known, "-"));
    assert_int_equal(x->is_partial, y->is_partial);
    assert_int_equal(x->n_typings, y->n_typings);
    for (int32_t k = 0; k < x->n_typings; k++)
      assert_same_locus(&x->typings[k], x, &y->typings[k], y, a->batch);
  }
}

static void what_was_written_reads_back_to_the_same_list(void **state) {
  (void)state;
  hw_cmf_schema schema;
  hw_assert_ok(hw_cmf_schema_init(&schema, HW_CMF_3_3, NULL), NULL);
  const hw_cmf_type *loci = hw_cmf_schema_type(&schema, "LOCUSNAME");
  rng r = rng_seeded(11);
  static content c;
  for (int round = 0; round < 300; round++) {
    hw_str out = HW_STR_INIT, twice = HW_STR_INIT;
    hw_errors errors = {0};
    hw_typing_list back;
    make_good(&c);
    c.list.batch = PICK(&r, "", "B1");
    c.list.version = PICK(&r, NULL, "3.3");
    c.list.n_samples = 1 + rng_below(&r, MOST_SAMPLES);
    for (int i = 0; i < c.list.n_samples; i++) make_sample(&r, &c, i, loci);
    const hw_cmf_write_options options = {.version = "3.3"};
    hw_assert_ok(hw_cmf_format(&c.list, &options, &out, &errors), &errors.kept[0]);
    hw_assert_ok(hw_cmf_parse(hw_str_text(&out), out.length, "f", NULL, &back, &errors),
                 &errors.kept[0]);
    assert_same(&c.list, &back);
    hw_assert_ok(hw_cmf_format(&back, NULL, &twice, &errors), &errors.kept[0]);
    assert_string_equal(hw_str_text(&out), hw_str_text(&twice));
    hw_typing_list_clear(&back);
    hw_str_clear(&out);
    hw_str_clear(&twice);
  }
  hw_cmf_schema_clear(&schema);
}

/* --- memory --- */

static void exhausted_memory_is_reported(void **state) {
  (void)state;
  static content c;
  make_good(&c);
  for (long n = 0; hw_faults_begin(n); n++) {
    hw_str out = HW_STR_INIT;
    hw_errors errors = {0};
    const hw_status status = hw_cmf_format(&c.list, NULL, &out, &errors);
    hw_str_clear(&out);
    const bool failed = hw_faults_end();
    hw_assert_status(status, failed ? HW_E_NO_MEMORY : HW_OK, &errors.kept[0]);
    if (!failed) break;
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(names_order_and_dates_become_those_of_the_format),
      cmocka_unit_test(what_the_format_cannot_hold_is_refused),
      cmocka_unit_test(the_oldest_version_that_lists_everything_is_chosen),
      cmocka_unit_test(what_was_written_reads_back_to_the_same_list),
      cmocka_unit_test(exhausted_memory_is_reported),
  };
  return cmocka_run_group_tests_name("cmf_write", tests, NULL, NULL);
}
