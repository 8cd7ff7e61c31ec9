/* SNP panels, genetic maps, mtDNA and Y-STR haplotypes: what their files become, what is refused,
 * what is shown of them, what the check of a database finds. All data are made up. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/app_support.h"
#include "app/check.h"
#include "app/export.h"
#include "app/genetic.h"
#include "app/haplotype_table.h"
#include "app/show.h"
#include "app/y_text.h"
#include "support/assert.h"
#include "support/faults.h"

static hw_err err;

static const char PANEL[] = "# panel: small\n# source: made up\n"
                            "marker,chromosome,grch37,grch38,alleles,female_cm,male_cm,EAS,YRI\n"
                            "rs1,1,1000000,1000100,A/G,1,0.5,0.6,0.3\n"
                            "rs2,1,2000000,2000100,C/T,,,0.5,0.5\n"
                            "rs3,X,3000000,3000100,C/T/A,3,,0.2/0.3/0.5,\n";
static const char MAP[] = "# source: made up\n# build: GRCh38\nchromosome,bp,female_cm,male_cm\n"
                          "1,1000100,1,0.5\n1,3000100,5,2.5\n";

static hw_status import_as(hw_app *app, const hw_import_options *options, const char *name,
                           const char *text) {
  return app_test_import_with(app, options, name, text, &err);
}

static void assert_imported(hw_app *app, const hw_import_options *options, const char *name,
                            const char *text) {
  const hw_status status = import_as(app, options, name, text);
  if (status != HW_OK) print_message("%s", app_test_mistakes());
  hw_assert_ok(status, &err);
}

static bool has_note(const char *part) {
  for (int i = 0; i < app_test_report.n_notes; i++)
    if (strstr(app_test_report.notes[i], part) != NULL) return true;
  return false;
}

/* --- panels and maps --- */

static void a_panel_is_one_text_however_its_file_is_laid_out(void **state) {
  (void)state;
  hw_app app;
  app_test_new(&app);
  assert_imported(&app, &(hw_import_options){.what = "panel", .apply = true}, "small.csv", PANEL);
  assert_int_equal(app_test_report.n_rows, 3);
  assert_true(has_note("3 markers, 1 of them on X; 2 have a place"));
  assert_true(has_note("uses this SNP panel from now on"));
  assert_true(has_note("which population's frequencies"));
  const hw_record *panel = app_test_get(&app, HW_KIND_SNP_PANEL, "small");
  assert_string_equal(hw_record_text(panel, HW_FIELD_SNP_PANEL_NAME), "small");
  assert_string_equal(hw_record_text(panel, HW_FIELD_SNP_PANEL_SOURCE), "made up");
  assert_int_equal(hw_record_int(panel, HW_FIELD_SNP_PANEL_MARKERS), 3);
  char first[HW_DIGEST_TEXT_SIZE];
  snprintf(first, sizeof first, "%s", hw_record_text(panel, HW_FIELD_SNP_PANEL_DIGEST));
  /* Rows in another order, other line ends. */
  assert_imported(&app, &(hw_import_options){.what = "panel", .apply = true, .snp_panel = "again"},
                  "other.csv",
                  "# panel: small\r\n# source: made up\r\n"
                  "marker,chromosome,grch37,grch38,alleles,female_cm,male_cm,EAS,YRI\r\n"
                  "rs3,X,3000000,3000100,C/T/A,3,,0.2/0.3/0.5,\r\n"
                  "rs2,1,2000000,2000100,C/T,,,0.5,0.5\r\n"
                  "rs1,1,1000000,1000100,A/G,1,0.5,0.6,0.3\r\n");
  panel = app_test_get(&app, HW_KIND_SNP_PANEL, "again");
  assert_string_equal(hw_record_text(panel, HW_FIELD_SNP_PANEL_DIGEST), first);
  assert_true(has_note("keeps its SNP panel"));
  /* Who uses it, with which frequencies. */
  assert_imported(&app,
                  &(hw_import_options){.what = "panel",
                                       .apply = true,
                                       .snp_panel = "again",
                                       .use_table = true,
                                       .frequency.population = "EAS"},
                  "other.csv", PANEL);
  const hw_record *main_record = app_test_get(&app, HW_KIND_INVESTIGATION, "main");
  assert_string_equal(hw_record_text(main_record, HW_FIELD_INVESTIGATION_SNP_POPULATION), "EAS");
  hw_app_close(&app);
}

static void a_panel_is_evidence_and_known_when_it_comes_again(void **state) {
  (void)state;
  hw_app app;
  app_test_new(&app);
  const hw_import_options options = {.what = "panel", .apply = true};
  assert_imported(&app, &options, "small.csv", PANEL);
  assert_imported(&app, &options, "small.csv", PANEL);
  assert_true(app_test_report.is_known);
  const char changed[] = "marker,chromosome,grch37,grch38,alleles,female_cm,male_cm,EAS\n"
                         "rs1,1,1000000,1000100,A/G,1,0.5,0.7\n";
  hw_assert_status(import_as(&app, &options, "small.csv", changed), HW_E_CONFLICT, &err);
  const hw_import_options update = {.what = "panel", .apply = true, .update = true};
  hw_assert_status(import_as(&app, &update, "small.csv", changed), HW_E_CONFLICT, &err);
  hw_assert_contains(err.message, "evidence is never changed");
  assert_int_equal(app_test_count(&app, HW_KIND_SNP_PANEL), 1);
  hw_app_close(&app);
}

static void panels_that_are_none_are_refused_with_their_place(void **state) {
  (void)state;
  static const struct {
    const char *text, *message;
    hw_status status;
  } cases[] = {
      {"marker,chromosome,grch37,grch38,alleles,female_cm,male_cm,EAS\n"
       "rs1,1,1000000,1000100,A/G,1,0.5,0.6\nrs1,1,1000001,1000101,A/G,1,0.5,0.6\n",
       "rs1", HW_E_DUPLICATE},
      {"marker,chromosome,grch37,grch38,alleles,female_cm,male_cm,EAS\n"
       "rs1,1,1000000,1000100,A/G,1,0.5,1.6\n",
       "1.6", HW_E_VALUE},
      {"marker,chromosome,grch37,grch38,alleles,female_cm,male_cm,EAS\n"
       "rs1,31,1000000,1000100,A/G,1,0.5,0.6\n",
       "31", HW_E_VALUE},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    hw_app app;
    app_test_new(&app);
    const hw_status status = import_as(&app, &(hw_import_options){.what = "panel", .apply = true},
                                       "bad.csv", cases[i].text);
    assert_int_equal(hw_status_exit(status), 2);
    hw_assert_contains(app_test_mistakes(), "bad.csv:");
    hw_assert_contains(app_test_mistakes(), cases[i].message);
    assert_int_equal(app_test_count(&app, HW_KIND_SNP_PANEL), 0);
    assert_int_equal(app_test_count(&app, HW_KIND_IMPORT), 0);
    hw_app_close(&app);
  }
}

static void tables_of_kits_are_still_panels_of_their_own_kind(void **state) {
  (void)state;
  hw_app app;
  app_test_new(&app);
  assert_imported(&app, &(hw_import_options){.what = "panel", .apply = true}, "kits.csv",
                  "code,kind,name\nGF,kit,GlobalFiler\n");
  assert_int_equal(app_test_count(&app, HW_KIND_PANEL), 1);
  assert_int_equal(app_test_count(&app, HW_KIND_SNP_PANEL), 0);
  /* And the other way round: by its look, a panel of SNPs. */
  assert_imported(&app, &(hw_import_options){.apply = true}, "small.csv", PANEL);
  assert_string_equal(app_test_report.format, "panel");
  hw_app_close(&app);
}

static void a_map_gives_places_to_markers_that_lack_one(void **state) {
  (void)state;
  hw_app app;
  app_test_new(&app);
  hw_import_options options = {.what = "panel", .apply = true, .genetic_map = "made"};
  assert_int_equal(hw_status_exit(import_as(&app, &options, "small.csv", PANEL)), 2);
  hw_assert_contains(app_test_mistakes(), "there is no genetic map \"made\"");
  assert_imported(&app, &(hw_import_options){.what = "map", .apply = true, .genetic_map = "made"},
                  "map.csv", MAP);
  assert_string_equal(
      hw_record_text(app_test_get(&app, HW_KIND_GENETIC_MAP, "made"), HW_FIELD_GENETIC_MAP_BUILD),
      "grch38");
  assert_imported(&app, &options, "small.csv", PANEL);
  assert_true(has_note("3 have a place on the genetic map"));
  const hw_record *record = app_test_get(&app, HW_KIND_SNP_PANEL, "small");
  hw_panel *panel = NULL;
  hw_assert_ok(
      hw_panel_parse(hw_record_text(record, HW_FIELD_SNP_PANEL_TABLE),
                     strlen(hw_record_text(record, HW_FIELD_SNP_PANEL_TABLE)), "t", &panel, &err),
      &err);
  const int32_t m = hw_panel_find(panel, "rs2");
  assert_true(panel->markers[m].female_cm == 3 && panel->markers[m].male_cm == 1.5);
  hw_panel_delete(panel);
  /* A map that is none. */
  const hw_import_options map = {.what = "map", .apply = true};
  assert_int_equal(hw_status_exit(import_as(&app, &map, "bad.csv",
                                            "chromosome,bp,female_cm,male_cm\n1,1000100,1,0.5\n")),
                   2);
  assert_int_equal(app_test_count(&app, HW_KIND_GENETIC_MAP), 1);
  hw_app_close(&app);
}

/* --- haplotypes --- */

static void haplotypes_are_stored_in_one_form(void **state) {
  (void)state;
  hw_app app;
  app_test_new(&app);
  assert_imported(&app, &(hw_import_options){.what = "mtdna", .apply = true}, "mt.csv",
                  "sample,person,family,relation,ranges,haplotype,typed_on,laboratory\n"
                  "B-1,,,,16024-576,\"A263G, 315.1c; 309.1C\",,\n"
                  "B-2,,,,16024-16365 73-340,rCRS,2024-05-01,L1\n"
                  ",R-1,F-1,mother,16024-16365,16223T,,\n");
  assert_int_equal(app_test_report.n_rows, 3);
  const hw_record *one = app_test_get(&app, HW_KIND_HAPLOTYPE, "B-1#mt");
  assert_string_equal(hw_record_text(one, HW_FIELD_HAPLOTYPE_RANGES), "1-576 16024-16569");
  assert_string_equal(hw_record_text(one, HW_FIELD_HAPLOTYPE_HAPLOTYPE), "263G 309.1C 315.1c");
  one = app_test_get(&app, HW_KIND_HAPLOTYPE, "B-2#mt");
  assert_string_equal(hw_record_text(one, HW_FIELD_HAPLOTYPE_HAPLOTYPE), "rCRS");
  assert_string_equal(hw_record_text(one, HW_FIELD_HAPLOTYPE_TYPED_ON), "2024-05-01");
  assert_string_equal(hw_record_text(one, HW_FIELD_HAPLOTYPE_LABORATORY), "L1");
  assert_false(hw_record_is_null(one, HW_FIELD_HAPLOTYPE_SAMPLE));
  one = app_test_get(&app, HW_KIND_HAPLOTYPE, "R-1#mt");
  assert_false(hw_record_is_null(one, HW_FIELD_HAPLOTYPE_PERSON));
  assert_int_equal(app_test_count(&app, HW_KIND_FAMILY_MEMBER), 1);
  /* The same person's Y, in both layouts. */
  assert_imported(&app, &(hw_import_options){.what = "ystr", .apply = true}, "y.csv",
                  "person,DYS19,DYS385,DYS390,DYS458\nR-1,14,14-11,-,17.2\nR-2,15,12,24,\n");
  one = app_test_get(&app, HW_KIND_HAPLOTYPE, "R-1#y");
  assert_string_equal(hw_record_text(one, HW_FIELD_HAPLOTYPE_HAPLOTYPE),
                      "DYS19=14;DYS385=11,14;DYS458=17.2");
  assert_imported(&app, &(hw_import_options){.what = "ystr", .apply = true}, "y2.csv",
                  "profile,person,haplotype\nR-1#y,R-1,DYS458=17.2;DYS385=14/11;DYS19=14.0\n");
  assert_int_equal(app_test_report.counts[HW_KIND_HAPLOTYPE].unchanged, 1);
  assert_int_equal(app_test_count(&app, HW_KIND_HAPLOTYPE), 5);
  hw_app_close(&app);
}

static void mistakes_in_haplotypes_are_told_with_their_place(void **state) {
  (void)state;
  static const struct {
    const char *what, *text, *mistakes;
  } cases[] = {
      {"mtdna", "sample,haplotype\nB,263G\n", "the column \"ranges\" is missing"},
      {"mtdna", "sample,ranges\nB,1-576\n", "the column \"haplotype\" is missing"},
      {"mtdna", "sample,ranges,haplotype\nB,16024-576,\n", "bad.csv:2:13: haplotype: is missing"},
      {"mtdna", "sample,ranges,haplotype\nB,,263G\n", "bad.csv:2:3: ranges: is missing"},
      {"mtdna", "sample,ranges,haplotype\nB,16024-576,263Q\n", "bad.csv:2:13: haplotype: "},
      {"mtdna", "sample,ranges,haplotype\nB,16024-99999,263G\n", "bad.csv:2:3: ranges: "},
      {"mtdna", "sample,ranges,haplotype,kit\nB,1-576,263G,K\n",
       "kit: a table of mtDNA has no such"},
      {"mtdna", "ranges,haplotype\n1-576,263G\n", "whose profile is this?"},
      {"ystr", "sample,DYS19\nB,14x\n", "bad.csv:2:3: DYS19: \"14x\" is no number of repeats"},
      {"ystr", "sample,DYS19\nB,\n", "no marker of this row has an allele"},
      {"ystr", "sample,DYS19\nB,\"1,2,3,4,5\"\n", "more than 4 alleles at one marker"},
      {"ystr", "sample\nB\n", "no column is a marker"},
      {"ystr", "sample,haplotype,DYS19\nB,DYS19=1,14\n", "one of them is too many"},
      {"ystr", "sample,haplotype\nB,DYS19:14\n", "expected MARKER=ALLELE"},
      {"ystr", "sample,haplotype\nB,DYS19=14;DYS19=15\n", "\"DYS19\" stands twice"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    hw_app app;
    app_test_new(&app);
    const hw_status status = import_as(
        &app, &(hw_import_options){.what = cases[i].what, .apply = true}, "bad.csv", cases[i].text);
    assert_int_equal(hw_status_exit(status), 2);
    hw_assert_contains(app_test_mistakes(), cases[i].mistakes);
    assert_int_equal(app_test_count(&app, HW_KIND_HAPLOTYPE), 0);
    assert_int_equal(app_test_count(&app, HW_KIND_SAMPLE), 0);
    hw_app_close(&app);
  }
}

static void persons_of_a_population_become_one_table(void **state) {
  (void)state;
  hw_app app;
  app_test_new(&app);
  const hw_import_options options = {.what = "mtdna",
                                     .apply = true,
                                     .table = "db",
                                     .frequency = {.population = "Kinh", .source = "made up"}};
  assert_imported(&app, &options, "db.csv",
                  "sample,ranges,haplotype,count\nx,16024-16365,16223T 16311C,2\n"
                  "y,16024-16365,16311C C16223G,1\nz,16024-16365,\"16311C,16223T\",\n");
  const hw_record *table = app_test_get(&app, HW_KIND_HAPLOTYPE_TABLE, "db");
  assert_int_equal(hw_record_int(table, HW_FIELD_HAPLOTYPE_TABLE_N), 4);
  assert_string_equal(hw_record_text(table, HW_FIELD_HAPLOTYPE_TABLE_TABLE),
                      "count,ranges,haplotype\n1,16024-16365,\"16223G 16311C\"\n"
                      "3,16024-16365,\"16223T 16311C\"\n");
  assert_int_equal(app_test_count(&app, HW_KIND_POPULATION), 1);
  assert_int_equal(app_test_count(&app, HW_KIND_SAMPLE), 0);
  const int64_t id = table->id;
  const hw_record *main_record = app_test_get(&app, HW_KIND_INVESTIGATION, "main");
  assert_int_equal(hw_record_int(main_record, HW_FIELD_INVESTIGATION_MT_TABLE), id);
  hw_import_options y = options;
  y.what = "ystr";
  y.table = "ydb";
  assert_imported(&app, &y, "ydb.csv", "DYS19,DYS385,count\n14,11-14,3\n14,14-11,2\n15,12,\n");
  table = app_test_get(&app, HW_KIND_HAPLOTYPE_TABLE, "ydb");
  assert_string_equal(hw_record_text(table, HW_FIELD_HAPLOTYPE_TABLE_TABLE),
                      "count,haplotype\n5,\"DYS19=14;DYS385=11,14\"\n1,\"DYS19=15;DYS385=12\"\n");
  y.table = "bad";
  assert_int_equal(hw_status_exit(import_as(&app, &y, "bad.csv", "DYS19,count\n14,0\n")), 2);
  hw_assert_contains(app_test_mistakes(), "bad.csv:2:4: count: \"0\" is no number of persons");
  hw_app_close(&app);
}

/* --- out again --- */

static void show_has_no_megabyte_and_export_has_all(void **state) {
  (void)state;
  hw_app app;
  hw_view view;
  hw_arena arena;
  app_test_new(&app);
  assert_imported(&app, &(hw_import_options){.what = "panel", .apply = true}, "small.csv", PANEL);
  const int64_t id = app_test_get(&app, HW_KIND_SNP_PANEL, "small")->id;
  hw_arena_init(&arena, 0);
  hw_show_options options = {.most = 20};
  hw_assert_ok(hw_show(&app, HW_KIND_SNP_PANEL, id, &options, &arena, &view, &err), &err);
  bool is_seen = false;
  for (int r = 0; r < view.fields.n_rows; r++) {
    const hw_value *cells = view.fields.cells + r * view.fields.n_columns;
    if (strcmp(cells[0].text, "table") != 0) continue;
    is_seen = true;
    hw_assert_contains(cells[1].text, "# panel: small… (");
    hw_assert_contains(cells[1].text, " bytes, BLAKE2b ");
    assert_true(strlen(cells[1].text) < 120);
  }
  assert_true(is_seen);
  hw_arena_clear(&arena);
  hw_app_close(&app);
}

/* A panel of some megabytes and a profile of it, out to CSV and into another database. */
static void long_texts_go_out_and_come_in_again(void **state) {
  (void)state;
  enum { MARKERS = 30000 };
  hw_app app, other;
  hw_str text = HW_STR_INIT;
  static hw_export_report reports[HW_KIND_COUNT];
  hw_str_append(&text, "marker,chromosome,grch37,grch38,alleles,female_cm,male_cm,EAS,YRI\n");
  for (int m = 0; m < MARKERS; m++)
    hw_str_append_format(&text, "rs%d,%d,%d,%d,A/G,%d.5,%d.25,0.%03d,0.25\n", m + 1, 1 + m / 2000,
                         1000 + 2 * (m % 2000), 1500 + 2 * (m % 2000), m % 2000 / 10, m % 2000 / 20,
                         100 + m % 700);
  app_test_new(&app);
  assert_imported(&app, &(hw_import_options){.what = "panel", .apply = true}, "big.csv",
                  hw_str_text(&text));
  hw_str_clear(&text);
  assert_true(app_test_get(&app, HW_KIND_SNP_PANEL, "big")->values[HW_FIELD_SNP_PANEL_TABLE].n >
              1100000);
  assert_imported(&app, &(hw_import_options){.what = "samples", .apply = true}, "s.csv",
                  "code\nB-1\n");
  hw_str_append(&text, "code,sample,snp_panel,likelihoods,n_known,use\nB-1,B-1,big,");
  for (int m = 0; m < MARKERS; m++) hw_str_append(&text, m % 3 == 0 ? "." : "0010ff");
  hw_str_append_format(&text, ",%d,single\n", MARKERS - MARKERS / 3);
  assert_imported(&app, &(hw_import_options){.what = "snp_profiles", .apply = true}, "p.csv",
                  hw_str_text(&text));
  hw_str_clear(&text);
  const char *folder = app_test_name("folder");
  hw_export_options options = {.what = "all"};
  hw_assert_ok(hw_export_all(&app, &options, folder, reports, &err), &err);
  app_test_new(&other);
  static const hw_kind_id order[] = {HW_KIND_SNP_PANEL, HW_KIND_INVESTIGATION, HW_KIND_SAMPLE,
                                     HW_KIND_SNP_PROFILE};
  for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
    char path[400];
    hw_import_options in = {
        .what = hw_kind_get(order[i])->name, .apply = true, .update = true, .format = "csv"};
    hw_import_report report;
    snprintf(path, sizeof path, "%s/%s.csv", folder, hw_kind_get(order[i])->plural);
    hw_assert_ok(hw_import_file(&other, path, &in, &report, &err), &err);
    hw_import_report_clear(&report);
  }
  char *before = NULL;
  const hw_record *one = app_test_get(&app, HW_KIND_SNP_PANEL, "big");
  before = strdup(hw_record_text(one, HW_FIELD_SNP_PANEL_TABLE));
  assert_non_null(before);
  one = app_test_get(&other, HW_KIND_SNP_PANEL, "big");
  assert_string_equal(hw_record_text(one, HW_FIELD_SNP_PANEL_TABLE), before);
  free(before);
  one = app_test_get(&app, HW_KIND_SNP_PROFILE, "B-1");
  before = strdup(hw_record_text(one, HW_FIELD_SNP_PROFILE_LIKELIHOODS));
  assert_non_null(before);
  one = app_test_get(&other, HW_KIND_SNP_PROFILE, "B-1");
  assert_string_equal(hw_record_text(one, HW_FIELD_SNP_PROFILE_LIKELIHOODS), before);
  free(before);
  hw_app_close(&app);
  hw_app_close(&other);
}

/* --- rows that do not make sense --- */

static void rows_that_do_not_fit_their_panel_are_refused(void **state) {
  (void)state;
  static const struct {
    const char *what, *text, *mistake;
  } cases[] = {
      {"snp_profiles", "B-1,B-1,small,0010ff..,1,single\n", ""},
      {"snp_profiles", "B-1,B-1,small,0010ff..,2,single\n", "n_known: 2 known markers, but"},
      {"snp_profiles", "B-1,B-1,small,0010ff.,1,single\n", "likelihoods: "},
      {"snp_profiles", "B-1,B-1,small,0010ff...,1,single\n", "likelihoods: "},
      {"snp_profiles", "B-1,B-1,small,0010zz..,1,single\n", "likelihoods: "},
      {"snp_profiles", "B-1,B-1,tiny,0010ff..,1,single\n", "there is no snp_panel \"tiny\""},
      {"haplotypes", "H,mt,B-1,16024-576,263G\n", ""},
      {"haplotypes", "H,mt,B-1,16024-576,263Q\n", "haplotype: "},
      {"haplotypes", "H,y,B-1,,DYS19=x\n", "haplotype: \"x\" is no number of repeats"},
      {"haplotypes", "H,y,B-1,1-576,DYS19=14\n", "ranges: only mtDNA has ranges"},
      {"snp_panels", "Q,1,0123,\"marker,chromosome\"\n", "digest: \"0123\" is not the digest"},
      {"genetic_maps", "M,grch38,0123,\"chromosome,bp\"\n", "digest: \"0123\" is not the digest"},
      {"haplotype_tables", "T,mt,1,0123,\"count,ranges\"\n", "digest: \"0123\" is not the digest"},
  };
  static const struct {
    const char *what, *header;
  } headers[] = {{"snp_profiles", "code,sample,snp_panel,likelihoods,n_known,use\n"},
                 {"haplotypes", "code,line,sample,ranges,haplotype\n"},
                 {"snp_panels", "code,n_markers,digest,table\n"},
                 {"genetic_maps", "code,build,digest,table\n"},
                 {"haplotype_tables", "code,line,n,digest,table\n"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    hw_app app;
    char text[400] = "";
    app_test_new(&app);
    assert_imported(&app, &(hw_import_options){.what = "panel", .apply = true}, "small.csv", PANEL);
    assert_imported(&app, &(hw_import_options){.what = "samples", .apply = true}, "s.csv",
                    "code\nB-1\n");
    for (size_t h = 0; h < sizeof headers / sizeof *headers; h++)
      if (strcmp(headers[h].what, cases[i].what) == 0)
        snprintf(text, sizeof text, "%s%s", headers[h].header, cases[i].text);
    const hw_status status = import_as(
        &app, &(hw_import_options){.what = cases[i].what, .apply = true}, "rows.csv", text);
    if (cases[i].mistake[0] == '\0') {
      hw_assert_ok(status, &err);
    } else {
      assert_int_equal(hw_status_exit(status), 2);
      hw_assert_contains(app_test_mistakes(), cases[i].mistake);
    }
    hw_app_close(&app);
  }
}

/* --- the check --- */

typedef struct faults {
  int n;
  char text[8][700];
} faults;

static hw_status keep_fault(void *context, const hw_check_fault *fault, hw_err *unused) {
  faults *self = context;
  (void)unused;
  if (self->n < 8)
    snprintf(self->text[self->n], sizeof self->text[0], "%s: %s", fault->where, fault->text);
  self->n++;
  return HW_OK;
}

/* Records as only something else than an importer could write them. */
static void the_check_finds_texts_that_make_no_sense(void **state) {
  (void)state;
  hw_app app;
  hw_check_summary summary;
  faults found = {0};
  const hw_check_options options = {0};
  app_test_new(&app);
  assert_imported(&app, &(hw_import_options){.what = "panel", .apply = true}, "small.csv", PANEL);
  hw_assert_ok(hw_check(&app, &options, keep_fault, &found, &summary, &err), &err);
  assert_int_equal(found.n, 0);
  hw_assert_ok(hw_app_begin(&app, HW_MAY_WRITE, "test", "", &err), &err);
  hw_record profile, haplotype, panel, other;
  hw_record_init(&profile, HW_KIND_SNP_PROFILE);
  hw_record_set_text(&profile, HW_FIELD_SNP_PROFILE_CODE, "Q");
  hw_record_set_int(&profile, HW_FIELD_SNP_PROFILE_PANEL, 1);
  hw_record_set_text(&profile, HW_FIELD_SNP_PROFILE_LIKELIHOODS, "..");
  hw_record_set_int(&profile, HW_FIELD_SNP_PROFILE_KNOWN, 0);
  hw_record_set_text(&profile, HW_FIELD_SNP_PROFILE_USE, "single");
  hw_assert_ok(hw_store_add(app.store, &profile, &err), &err);
  hw_record_init(&haplotype, HW_KIND_HAPLOTYPE);
  hw_record_set_text(&haplotype, HW_FIELD_HAPLOTYPE_CODE, "H");
  hw_record_set_text(&haplotype, HW_FIELD_HAPLOTYPE_LINE, "y");
  hw_record_set_text(&haplotype, HW_FIELD_HAPLOTYPE_HAPLOTYPE, "none");
  hw_assert_ok(hw_store_add(app.store, &haplotype, &err), &err);
  hw_record_init(&panel, HW_KIND_SNP_PANEL);
  hw_record_set_text(&panel, HW_FIELD_SNP_PANEL_CODE, "P");
  hw_record_set_int(&panel, HW_FIELD_SNP_PANEL_MARKERS, 1);
  hw_record_set_text(&panel, HW_FIELD_SNP_PANEL_DIGEST, "wrong");
  hw_record_set_text(&panel, HW_FIELD_SNP_PANEL_TABLE, "marker");
  hw_assert_ok(hw_store_add(app.store, &panel, &err), &err);
  other = profile;
  other.id = 0;
  hw_record_set_text(&other, HW_FIELD_SNP_PROFILE_CODE, "Q2");
  hw_record_set_int(&other, HW_FIELD_SNP_PROFILE_PANEL, panel.id);
  hw_assert_ok(hw_store_add(app.store, &other, &err), &err);
  hw_assert_ok(hw_store_commit(app.store, &err), &err);
  hw_assert_ok(hw_check(&app, &options, keep_fault, &found, &summary, &err), &err);
  char all[6000] = "";
  for (int i = 0; i < found.n && i < 8; i++)
    snprintf(all + strlen(all), sizeof all - strlen(all), "%s\n", found.text[i]);
  assert_int_equal(found.n, 6); /* two of them: belong to nobody */
  hw_assert_contains(all, "snp_panel P");
  hw_assert_contains(all, "\"wrong\" is not the digest of the table");
  hw_assert_contains(all, "snp_profile Q");
  hw_assert_contains(all, "likelihoods: ");
  hw_assert_contains(all, "haplotype H");
  hw_assert_contains(all, "belongs to no person and no sample");
  hw_app_close(&app);
}

/* --- small parts --- */

static void y_texts_have_one_form_and_bad_ones_are_refused(void **state) {
  (void)state;
  static const char *const bad[] = {
      "",           ";",         "=14",         "DYS19",     "DYS19=",    "DYS19=0",
      "DYS19=201",  "DYS19=14.", "DYS19=14.25", "DYS19=-14", "DYS19=14,", "DYS19=14;;DYS390=24",
      "DYS19=14 x", "A=1;A=1"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    hw_err why = HW_ERR_INIT;
    const hw_status status = hw_y_text_check(bad[i], &why);
    if (hw_status_exit(status) != 2) print_message("# \"%s\"\n", bad[i]);
    assert_int_equal(hw_status_exit(status), 2);
    assert_true(why.message[0] != '\0');
  }
  hw_arena arena;
  hw_y_text text;
  hw_str out = HW_STR_INIT;
  hw_arena_init(&arena, 0);
  hw_assert_ok(hw_y_text_parse(&text, "B=13 , 12;A=17.2", &arena, &err), &err);
  hw_y_text_format(&text, &out);
  assert_string_equal(hw_str_text(&out), "A=17.2;B=12,13");
  hw_str_clear(&out);
  hw_arena_clear(&arena);
}

static void tables_of_haplotypes_that_are_none_are_refused(void **state) {
  (void)state;
  static const char *const bad[] = {"",
                                    "ranges,haplotype\n",
                                    "count,ranges,haplotype\nx,1-576,rCRS\n",
                                    "count,ranges,haplotype\n0,1-576,rCRS\n",
                                    "count,ranges,haplotype\n1,1-576\n",
                                    "count,ranges,haplotype\n1.5,1-576,rCRS\n",
                                    "count,ranges,haplotype\n1,1-576,zz\n"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    hw_haplotype_table table;
    hw_err why = HW_ERR_INIT;
    const hw_status status = hw_haplotype_table_parse(&table, true, bad[i], strlen(bad[i]), &why);
    assert_int_equal(hw_status_exit(status), 2);
    if (i >= 2) assert_int_equal(why.line, 2);
    hw_haplotype_table_clear(&table);
  }
}

static void exhausted_memory_is_reported(void **state) {
  (void)state;
  static const char text[] = "count,ranges,haplotype\n2,1-576,263G\n1,16024-16365,rCRS\n";
  for (long n = 0; hw_faults_begin(n); n++) {
    hw_haplotype_table table;
    hw_str out = HW_STR_INIT;
    hw_status status = hw_haplotype_table_parse(&table, true, text, sizeof text - 1, &err);
    if (status == HW_OK) status = hw_haplotype_table_format(&table, &out, &err);
    const bool failed = hw_faults_end();
    hw_str_clear(&out);
    hw_haplotype_table_clear(&table);
    hw_assert_status(status, failed ? HW_E_NO_MEMORY : HW_OK, &err);
    if (!failed) break;
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_panel_is_one_text_however_its_file_is_laid_out),
      cmocka_unit_test(a_panel_is_evidence_and_known_when_it_comes_again),
      cmocka_unit_test(panels_that_are_none_are_refused_with_their_place),
      cmocka_unit_test(tables_of_kits_are_still_panels_of_their_own_kind),
      cmocka_unit_test(a_map_gives_places_to_markers_that_lack_one),
      cmocka_unit_test(haplotypes_are_stored_in_one_form),
      cmocka_unit_test(mistakes_in_haplotypes_are_told_with_their_place),
      cmocka_unit_test(persons_of_a_population_become_one_table),
      cmocka_unit_test(show_has_no_megabyte_and_export_has_all),
      cmocka_unit_test(long_texts_go_out_and_come_in_again),
      cmocka_unit_test(rows_that_do_not_fit_their_panel_are_refused),
      cmocka_unit_test(the_check_finds_texts_that_make_no_sense),
      cmocka_unit_test(y_texts_have_one_form_and_bad_ones_are_refused),
      cmocka_unit_test(tables_of_haplotypes_that_are_none_are_refused),
      cmocka_unit_test(exhausted_memory_is_reported),
  };
  return cmocka_run_group_tests(tests, app_tests_begin, app_tests_end);
}
