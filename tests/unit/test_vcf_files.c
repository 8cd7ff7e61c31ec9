/* VCF: compressed files and BCF, panels made of a file, memory. All files are written here. */
#define _POSIX_C_SOURCE 200809L
#include <htslib/bgzf.h>
#include <htslib/hts.h>
#include <htslib/vcf.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"
#include "formats/snp_make.h"
#include "formats/vcf.h"
#include "support/faults.h"
#include "support/vcf_reading.h"

/* --- compressed files and BCF --- */

static const char some_text[] =
    HEADER_37 TWO "1\t1000\t.\tA\tG\t.\t.\t.\tGT:PL\t0/1:10,0,20\t./.:.\n"
                  "1\t1100\t.\tC\tT\t.\t.\tAF=0.25\tPL\t0,3,900\t2,5,9\n"
                  "chr1\t1300\t.\tA\tC,T\t.\t.\t.\tGT:GQ\t0/2:33\t1/1:7\n"
                  "X\t50000000\t.\tG\tA\t.\t.\t.\tGL\t0,-1\t0,-1,-2\n";

static char *new_path(const char *name) {
  static char path[200];
  snprintf(path, sizeof path, "vcf-test-%d-%s", (int)getpid(), name);
  return path;
}

static void write_bgzip(const char *path, const char *text, bool has_end) {
  BGZF *out = bgzf_open(path, "w");
  assert_non_null(out);
  assert_int_equal(bgzf_write(out, text, strlen(text)), strlen(text));
  assert_int_equal(bgzf_close(out), 0);
  if (has_end) return;
  FILE *end = fopen(path, "r+");
  assert_non_null(end);
  assert_int_equal(fseek(end, -28, SEEK_END), 0);
  assert_int_equal(ftruncate(fileno(end), ftell(end)), 0);
  fclose(end);
}

/* The same records with a header that describes their fields, as BCF requires. */
static void write_bcf(const char *text_path, const char *path) {
  static const char described[] =
      HEADER_37 "##contig=<ID=chr1>\n"
                "##FORMAT=<ID=GT,Number=1,Type=String,Description=\"\">\n"
                "##FORMAT=<ID=GQ,Number=1,Type=Float,Description=\"\">\n"
                "##FORMAT=<ID=PL,Number=G,Type=Integer,Description=\"\">\n"
                "##FORMAT=<ID=GL,Number=G,Type=Float,Description=\"\">\n";
  char text[2000];
  snprintf(text, sizeof text, "%s%s", described, some_text + strlen(HEADER_37));
  write_bgzip(text_path, text, true);
  htsFile *in = hts_open(text_path, "r"), *out = hts_open(path, "wb");
  assert_non_null(in);
  assert_non_null(out);
  bcf_hdr_t *header = bcf_hdr_read(in);
  bcf1_t *record = bcf_init();
  assert_int_equal(bcf_hdr_write(out, header), 0);
  while (bcf_read(in, header, record) == 0) assert_int_equal(bcf_write(out, header, record), 0);
  bcf_destroy(record);
  bcf_hdr_destroy(header);
  assert_int_equal(hts_close(in), 0);
  assert_int_equal(hts_close(out), 0);
}

static void check_same_as_text(const char *path, const hw_vcf_options *options) {
  hw_snp_file other = {0};
  hw_assert_ok(hw_vcf_read(path, panel, options, &other, &err), &err);
  read_well(some_text, panel, options);
  assert_int_equal(file.n_profiles, other.n_profiles);
  assert_int_equal(file.report.n_matched, 4);
  assert_int_equal(other.report.n_matched, 4);
  for (int32_t i = 0; i < file.n_profiles; i++) {
    assert_string_equal(file.profiles[i].id, other.profiles[i].id);
    assert_memory_equal(file.profiles[i].bytes, other.profiles[i].bytes,
                        panel->first_genotype[panel->n_markers]);
  }
  hw_snp_file_clear(&other);
  hw_snp_file_clear(&file);
}

static void bgzip_and_bcf_give_what_the_text_gives(void **state) {
  (void)state;
  const hw_snp_person persons[] = {{"B", HW_FEMALE}};
  const hw_vcf_options only_b = {.n_persons = 1, .persons = persons};
  char *path = new_path("a.vcf.gz");
  write_bgzip(path, some_text, true);
  check_same_as_text(path, NULL);
  check_same_as_text(path, &only_b);
  /* A header that describes the fields, as BCF requires. */
  static const char described[] =
      HEADER_37 "##contig=<ID=chr1>\n"
                "##FORMAT=<ID=GT,Number=1,Type=String,Description=\"\">\n"
                "##FORMAT=<ID=GQ,Number=1,Type=Float,Description=\"\">\n"
                "##FORMAT=<ID=PL,Number=G,Type=Integer,Description=\"\">\n"
                "##FORMAT=<ID=GL,Number=G,Type=Float,Description=\"\">\n";
  char text[2000];
  snprintf(text, sizeof text, "%s%s", described, some_text + strlen(HEADER_37));
  write_bgzip(path, text, true);
  char bcf[220];
  snprintf(bcf, sizeof bcf, "%s.bcf", path);
  write_bcf(path, bcf);
  check_same_as_text(bcf, NULL);
  check_same_as_text(bcf, &only_b);
  remove(path);
  remove(bcf);
}

static void files_that_were_cut_off_are_refused(void **state) {
  (void)state;
  char *path = new_path("cut.vcf.gz");
  write_bgzip(path, some_text, false);
  hw_assert_status(hw_vcf_read(path, panel, NULL, &file, &err), HW_E_SYNTAX, &err);
  hw_assert_contains(err.message, "cut off");
  assert_int_equal(truncate(path, 100), 0);
  hw_assert_status(hw_vcf_read(path, panel, NULL, &file, &err), HW_E_SYNTAX, &err);
  assert_string_equal(err.file, path);
  /* A BCF, at any place. */
  char bcf[220];
  snprintf(bcf, sizeof bcf, "%s.bcf", path);
  write_bcf(path, bcf);
  FILE *in = fopen(bcf, "rb");
  static char bytes[10000];
  const size_t n = fread(bytes, 1, sizeof bytes, in);
  fclose(in);
  for (size_t k = 0; k < n; k += 7)
    hw_assert_status(hw_vcf_parse(bytes, k, "a.bcf", panel, NULL, &file, &err), HW_E_SYNTAX, &err);
  remove(path);
  remove(bcf);
}

static void memory_that_runs_out_is_told(void **state) {
  (void)state;
  const hw_vcf_population populations[] = {{.name = "P", .info_tag = "AF"}, {.name = "Q"}};
  const hw_vcf_options options = {.n_populations = 2, .populations = populations};
  for (int way = 0; way < 2; way++)
    for (long n = 0; hw_faults_begin(n); n++) {
      const hw_status status = read_text(some_text, way == 0 ? panel : NULL, &options);
      if (!hw_faults_end()) {
        hw_assert_ok(status, &err);
        hw_snp_file_clear(&file);
        break;
      }
      hw_assert_status(status, HW_E_NO_MEMORY, &err);
      assert_null(file.profiles);
    }
}

/* --- many samples --- */

static void files_of_many_samples_are_read_in_part(void **state) {
  (void)state;
  enum { N = 20001 };
  const hw_snp_person persons[] = {{"s20000", HW_MALE}, {"s77", HW_MALE}};
  const hw_vcf_options some = {.n_persons = 2, .persons = persons};
  hw_str text = HW_STR_INIT;
  hw_str_append(&text, HEADER_37 COLUMNS "\tFORMAT");
  for (int i = 0; i < N; i++) hw_str_append_format(&text, "\ts%d", i);
  hw_str_append(&text, "\n1\t1000\t.\tA\tG\t.\t.\t.\tPL");
  for (int i = 0; i < N; i++) hw_str_append_format(&text, "\t%d,0,9", i % 50);
  hw_str_append(&text, "\n1\t1100\t.\tC\tT\t.\t.\t.\tPL");
  for (int i = 0; i < N; i++) hw_str_append(&text, "\t9,0,9");
  hw_assert_ok(hw_str_status(&text), NULL);
  read_well(text.bytes, panel, &some);
  assert_string_equal(file.profiles[0].id, "s20000");
  assert_string_equal(bytes_of(0, "m1"), "0 0 36");
  assert_string_equal(bytes_of(1, "m1"), "108 0 36");
  assert_string_equal(bytes_of(1, "m2"), "36 0 36");
  hw_snp_file_clear(&file);
  hw_str_clear(&text);
}

/* --- a panel made of the file --- */

static double frequency_of(const char *marker, int32_t population) {
  const hw_panel *at = file.new_panel;
  const int32_t m = hw_panel_find(at, marker);
  assert_int_not_equal(m, HW_PANEL_NONE);
  return at->populations[population].frequencies[at->first_allele[m]];
}

static void snps_of_the_file_become_a_panel(void **state) {
  (void)state;
  const hw_vcf_population populations[] = {{.name = "stated", .source = "here", .info_tag = "AF"},
                                           {.name = "all"}};
  const hw_vcf_options options = {
      .panel_name = "of a file", .n_populations = 2, .populations = populations};
  read_well(HEADER_37 TWO
            "X\t50000000\trsX\tG\tA\t.\t.\tAF=0.3\tPL\t0,1,2\t.\n"
            "1\t3000000\trs3\ta\tg\t.\t.\tAF=0.1\tGT:GQ\t0/0:60\t0/1:60\n"
            "1\t1000000\trs1;rs1b\tC\tT,<*>\t.\t.\tAF=0.25,0\tPL\t0,10,20,1,2,3\t5,6,0,1,2,3\n"
            "1\t2000000\t.\tC\tT\t.\t.\t.\tPL\t0,0,0\t.\n"
            "1\t2000001\trs3\tC\tT\t.\t.\t.\tPL\t9,0,9\t.\n"
            "1\t2000002\t.\tC\tT,G\t.\t.\t.\tPL\t0,0,0,0,0,0\t.\n"
            "1\t2000003\t.\tCA\tC\t.\t.\t.\tPL\t0,0,0\t.\n"
            "1\t2000004\t.\tC\t.\t.\t.\t.\tGT\t0/0\t.\n"
            "X\t60001\t.\tC\tT\t.\t.\t.\tPL\t0,0,0\t.\n"
            "MT\t60\t.\tC\tT\t.\t.\t.\tPL\t0,0,0\t.\n",
            NULL, &options);
  const hw_panel *made = file.new_panel;
  assert_ptr_equal(made, file.panel);
  assert_int_equal(made->n_markers, 5);
  assert_string_equal(made->name, "of a file");
  static const char *const names[] = {"rs1", "1_2000000", "1_2000001", "1_3000000", "rsX"};
  for (int m = 0; m < 5; m++) assert_string_equal(made->markers[m].name, names[m]);
  assert_int_equal(made->markers[0].bp[HW_GRCH37], 1000000);
  assert_int_equal(made->markers[0].bp[HW_GRCH38], 0);
  hw_assert_close(made->markers[3].female_cm, 3, 0, 1e-12);
  assert_string_equal(made->markers[3].alleles[0], "A");
  assert_string_equal(made->markers[3].alleles[1], "G");
  assert_string_equal(bytes_of(0, "rs1"), "0 40 80");
  assert_string_equal(bytes_of(1, "rs1"), "20 24 0");
  assert_string_equal(bytes_of(0, "1_2000001"), "36 0 36");
  assert_int_equal(file.report.n_renamed, 2);
  assert_int_equal(file.report.left[HW_SNP_LEFT_MULTIALLELIC].n, 1);
  assert_int_equal(file.report.left[HW_SNP_LEFT_NOT_SNP].n, 1);
  assert_int_equal(file.report.left[HW_SNP_LEFT_NO_ALTERNATE].n, 1);
  assert_int_equal(file.report.left[HW_SNP_LEFT_PSEUDOAUTOSOMAL].n, 1);
  assert_int_equal(file.report.left[HW_SNP_LEFT_SEQUENCE].n, 1);
  assert_true(frequency_of("1_3000000", 0) == 1 - 0.1); /* the decimal, not its float */
  assert_true(frequency_of("rs1", 0) == 0.75);
  assert_true(isnan(frequency_of("1_2000000", 0)));
  assert_true(isnan(frequency_of("1_2000000", 1)));
  hw_assert_close(frequency_of("1_3000000", 1), 0.75, 0, 1e-3); /* three copies of four */
  assert_int_equal(made->populations[1].n_persons, 2);
  assert_string_equal(made->populations[0].source, "here");
  hw_snp_file_clear(&file);
}

static void sites_without_samples_become_a_panel_of_frequencies(void **state) {
  (void)state;
  const hw_vcf_population stated = {.name = "P", .info_tag = "AF"}, estimated = {.name = "P"};
  const hw_vcf_population unknown = {.name = "P", .info_tag = "AF_EAS"};
  hw_vcf_options options = {.n_populations = 1, .populations = &stated};
  const char text[] = HEADER_37 COLUMNS "\n1\t1000\trs1\tA\tG\t.\t.\tAF=0.125\n";
  read_well(text, NULL, &options);
  assert_int_equal(file.n_profiles, 0);
  assert_true(frequency_of("rs1", 0) == 0.875);
  hw_snp_file_clear(&file);
  refuse(text, NULL, NULL, HW_E_SHAPE, "sites only, and no frequencies are asked for");
  options.populations = &estimated;
  refuse(text, NULL, &options, HW_E_SHAPE, "estimated from no samples");
  options.populations = &unknown;
  refuse(text, NULL, &options, HW_E_REFERENCE, "describes no INFO field \"AF_EAS\"");
  options.populations = &stated;
  refuse(HEADER_37 COLUMNS "\n1\t1000\trs1\tA\tG\t.\t.\tAF=1.5\n", NULL, &options, HW_E_VALUE,
         "a.vcf:6: INFO AF: the frequency 1.5");
  refuse(HEADER_37 COLUMNS "\n1\t1000\trs1\tA\tG\t.\t.\tAF=.1,.2,.3\n", NULL, &options, HW_E_SHAPE,
         "3 values");
  refuse(HEADER_37 COLUMNS "\n1\t249250622\trs1\tA\tG\t.\t.\tAF=.1\n", NULL, &options, HW_E_VALUE,
         "outside the chromosome");
  refuse(HEADER_37 COLUMNS "\n", NULL, &options, HW_E_SHAPE, "no SNP with two alleles");
}

static void a_populations_samples_need_not_be_read(void **state) {
  (void)state;
  const char *const members[] = {"C", "B"}, *const twice[] = {"C", "C"}, *const none[] = {"Z"};
  const hw_snp_person persons[] = {{"A", HW_FEMALE}};
  hw_vcf_population population = {.name = "P", .n_samples = 2, .samples = members};
  const hw_vcf_options options = {
      .n_persons = 1, .persons = persons, .n_populations = 1, .populations = &population};
  const char text[] = HEADER_37 COLUMNS
      "\tFORMAT\tA\tB\tC\n1\t1000\trs1\tA\tG\t.\t.\t.\tGT:GQ\t0/0:90\t0/1:90\t1/1:90\n";
  read_well(text, NULL, &options);
  assert_int_equal(file.n_profiles, 1);
  assert_string_equal(file.profiles[0].id, "A");
  hw_assert_close(frequency_of("rs1", 0), 0.25, 0, 1e-3);
  hw_snp_file_clear(&file);
  population.samples = twice;
  refuse(text, NULL, &options, HW_E_DUPLICATE, "\"C\" stands twice in population \"P\"");
  population.n_samples = 1;
  population.samples = none;
  refuse(text, NULL, &options, HW_E_REFERENCE, "\"Z\" is no sample");
}

static double draw(uint32_t *seed) {
  *seed = *seed * 1664525u + 1013904223u;
  return (*seed >> 8) / 16777216.0;
}

/* Likelihoods of a person with a frequency p of the second allele, by up to four reads. */
static void draw_reads(uint32_t *seed, double p, bool is_single, uint8_t bytes[3]) {
  const double error = 0.02;
  const int first = draw(seed) < p, second = is_single ? first : draw(seed) < p;
  double likelihoods[3] = {1, 1, 1};
  for (int r = (int)(draw(seed) * 5); r > 0; r--) {
    const int is_true = draw(seed) < 0.5 ? first : second;
    const int is_second = draw(seed) < error ? !is_true : is_true;
    for (int g = 0; g < 3; g++) {
      const double of_second = g / 2.0 * (1 - error) + (1 - g / 2.0) * error;
      likelihoods[g] *= is_second ? of_second : 1 - of_second;
    }
  }
  hw_snp_bytes(likelihoods, 3, bytes);
}

static double ln_likelihood(const double *of, int n, const uint8_t *bytes, const bool *is_single,
                            double p) {
  double ln = 0;
  for (int i = 0; i < n; i++) {
    const uint8_t *b = bytes + 3 * (size_t)i;
    if ((b[0] | b[1] | b[2]) == 0) continue;
    ln += log(is_single[i]
                  ? (1 - p) * of[b[0]] + p * of[b[2]]
                  : (1 - p) * (1 - p) * of[b[0]] + 2 * p * (1 - p) * of[b[1]] + p * p * of[b[2]]);
  }
  return ln;
}

/* The frequency against the likelihood itself, on a grid. */
static void estimated_frequencies_are_the_most_likely(void **state) {
  (void)state;
  enum { N = 12, GRID = 4000 };
  double of[HWP_SNP_BYTES];
  uint8_t bytes[3 * N];
  bool is_single[N];
  uint32_t seed = 1;
  hwp_snp_weights(of);
  for (int round = 0; round < 200; round++) {
    int copies = 0, n_known, n_expected = 0;
    const double p = draw(&seed);
    for (int i = 0; i < N; i++) {
      is_single[i] = round % 3 == 0 && i % 4 == 0;
      draw_reads(&seed, p, is_single[i], bytes + 3 * (size_t)i);
      if ((bytes[3 * i] | bytes[3 * i + 1] | bytes[3 * i + 2]) == 0) continue;
      n_expected++;
      copies += is_single[i] ? 1 : 2;
    }
    const double found = hwp_snp_frequency(of, N, bytes, is_single, &n_known);
    double best = -INFINITY, best_p = 0;
    for (int k = 1; k < GRID; k++) {
      const double ln = ln_likelihood(of, N, bytes, is_single, (double)k / GRID);
      if (ln > best) best_p = (double)k / GRID;
      best = fmax(best, ln);
    }
    assert_int_equal(n_known, n_expected);
    hw_assert_close(found, fmin(fmax(best_p, 0.5 / copies), 1 - 0.5 / copies), 0, 1.5 / GRID);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(bgzip_and_bcf_give_what_the_text_gives),
      cmocka_unit_test(files_that_were_cut_off_are_refused),
      cmocka_unit_test(memory_that_runs_out_is_told),
      cmocka_unit_test(files_of_many_samples_are_read_in_part),
      cmocka_unit_test(snps_of_the_file_become_a_panel),
      cmocka_unit_test(sites_without_samples_become_a_panel_of_frequencies),
      cmocka_unit_test(a_populations_samples_need_not_be_read),
      cmocka_unit_test(estimated_frequencies_are_the_most_likely),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
