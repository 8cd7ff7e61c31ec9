/* VCF and BCF: from records to bytes of profiles. All files are written here. */
#include <stdio.h>
#include <string.h>

#include "support/vcf_reading.h"

/* --- fields --- */

static void phred_likelihoods_are_quarters_in_bytes(void **state) {
  (void)state;
  read_well(HEADER_37 TWO "1\t1000\t.\tA\tG\t.\t.\t.\tGT:PL\t0/1:10,0,20\t./.:.\n"
                          "1\t1100\t.\tC\tT\t.\t.\t.\tPL\t0,3,900\t2,5,9\n",
            panel, NULL);
  assert_string_equal(bytes_of(0, "m1"), "40 0 80");
  assert_string_equal(bytes_of(1, "m1"), "0 0 0");
  assert_string_equal(bytes_of(0, "m2"), "0 12 255");
  assert_string_equal(bytes_of(1, "m2"), "0 12 28");
  assert_int_equal(file.n_profiles, 2);
  assert_string_equal(file.profiles[1].id, "B");
  assert_int_equal(file.report.n_known[0], 2);
  assert_int_equal(file.report.n_known[1], 1);
  assert_int_equal(file.report.n_values[HW_SNP_PL], 3);
  assert_int_equal(file.report.n_records, 2);
  assert_int_equal(file.report.n_matched, 2);
  assert_int_equal(file.report.absent.n, 4);
  assert_string_equal(file.report.absent.named[0], "m3");
  assert_int_equal(file.report.build, HW_GRCH37);
  hw_snp_file_clear(&file);
}

static void log10_likelihoods_are_read(void **state) {
  (void)state;
  read_well(HEADER_37 TWO "1\t1000\t.\tA\tG\t.\t.\t.\tGT:GL\t0/1:-1,-0.25,-2\t0/0:0,-0.5,-inf\n",
            panel, NULL);
  assert_string_equal(bytes_of(0, "m1"), "30 0 70");
  assert_string_equal(bytes_of(1, "m1"), "0 20 255");
  assert_int_equal(file.report.n_values[HW_SNP_GL], 2);
  hw_snp_file_clear(&file);
}

static void posteriors_need_their_prior(void **state) {
  (void)state;
  const char text[] = HEADER_37 TWO "1\t1000\t.\tA\tG\t.\t.\t.\tGT:GP\t0/1:0.1,0.8,0.1\t.:.\n";
  const hw_vcf_options flat = {.prior = HW_VCF_PRIOR_FLAT};
  const hw_vcf_options population = {.prior = HW_VCF_PRIOR_HARDY_WEINBERG};
  const hw_vcf_options none = {.prior = HW_VCF_PRIOR_HARDY_WEINBERG, .prior_population = 7};
  const hw_vcf_options calls = {.choice = HW_VCF_GT};
  refuse(text, panel, NULL, HW_E_UNSUPPORTED, "a.vcf:6: genotypes are given as GP");
  refuse(text, panel, &none, HW_E_REFERENCE, "population");
  read_well(text, panel, &flat);
  assert_string_equal(bytes_of(0, "m1"), "36 0 36"); /* 40 log10 8 */
  hw_snp_file_clear(&file);
  /* p(A) = 1/4: priors 1/16, 6/16, 9/16; likelihoods 1.6, 2.1333, 0.1778 */
  read_well(text, panel, &population);
  assert_string_equal(bytes_of(0, "m1"), "5 0 43");
  assert_int_equal(file.report.n_values[HW_SNP_GP], 1);
  hw_snp_file_clear(&file);
  read_well(text, panel, &calls);
  assert_int_equal(file.report.n_values[HW_SNP_GT], 1);
  hw_snp_file_clear(&file);
}

static void a_posterior_of_zero_was_rounded(void **state) {
  (void)state;
  const hw_vcf_options flat = {.prior = HW_VCF_PRIOR_FLAT};
  read_well(HEADER_37 TWO "1\t1000\t.\tA\tG\t.\t.\t.\tGP\t1,0,0\t.\n", panel, &flat);
  assert_string_equal(bytes_of(0, "m1"), "0 120 120"); /* 0.001 */
  hw_snp_file_clear(&file);
}

static void calls_have_their_quality_or_the_platforms_error(void **state) {
  (void)state;
  const char text[] = HEADER_37 TWO "1\t1000\t.\tA\tG\t.\t.\t.\tGT:GQ\t0/1:20\t1|1:0\n"
                                    "1\t1100\t.\tC\tT\t.\t.\t.\tGT\t0/0\t0/.\n";
  const hw_snp_error error = {.allele = 0.01, .dropout = 0.1};
  const hw_vcf_options platform = {.error = &error};
  uint8_t expected[3];
  char words[40];
  read_well(text, panel, NULL);
  assert_string_equal(bytes_of(0, "m1"), "92 0 92"); /* 40 log10(0.99 / 0.005) */
  assert_string_equal(bytes_of(1, "m1"), "0 0 0");   /* a quality of 0 tells nothing */
  const hw_snp_error by_default = {HW_VCF_ERROR_ALLELE, HW_VCF_ERROR_DROPOUT};
  hw_snp_call_set(2, 0, 0, &by_default, expected);
  snprintf(words, sizeof words, "%d %d %d", expected[0], expected[1], expected[2]);
  assert_string_equal(bytes_of(0, "m2"), words);
  assert_string_equal(bytes_of(1, "m2"), "0 0 0");
  assert_int_equal(file.report.n_partial, 1);
  hw_snp_file_clear(&file);
  read_well(text, panel, &platform);
  hw_snp_call_set(2, 0, 1, &error, expected);
  snprintf(words, sizeof words, "%d %d %d", expected[0], expected[1], expected[2]);
  assert_string_equal(bytes_of(0, "m1"), words);
  hw_snp_file_clear(&file);
}

static void the_field_can_be_chosen(void **state) {
  (void)state;
  const char text[] =
      HEADER_37 TWO "1\t1000\t.\tA\tG\t.\t.\t.\tGT:PL:GL\t0/0:10,0,20:0,-1,-2\t.:.:.\n";
  const hw_vcf_options gl = {.choice = HW_VCF_GL}, gp = {.choice = HW_VCF_GP};
  read_well(text, panel, &gl);
  assert_string_equal(bytes_of(0, "m1"), "0 40 80");
  hw_snp_file_clear(&file);
  read_well(text, panel, &gp);
  assert_int_equal(file.report.left[HW_SNP_LEFT_NO_FIELD].n, 1);
  assert_string_equal(file.report.left[HW_SNP_LEFT_NO_FIELD].named[0], "m1 (A>G)");
  assert_int_equal(file.report.n_matched, 0);
  hw_snp_file_clear(&file);
}

/* --- alleles --- */

static void exchanged_alleles_are_indexed_anew(void **state) {
  (void)state;
  read_well(HEADER_37 TWO "1\t1000\t.\tG\tA\t.\t.\t.\tPL\t0,10,20\t30,20,0\n"
                          "1\t1100\t.\tt\tc\t.\t.\t.\tGT:GQ\t0/0:20\t0/1:20\n",
            panel, NULL);
  assert_string_equal(bytes_of(0, "m1"), "80 40 0");
  assert_string_equal(bytes_of(1, "m1"), "0 80 120");
  assert_string_equal(bytes_of(0, "m2"), "92 92 0");
  assert_int_equal(file.report.n_swapped, 2);
  hw_snp_file_clear(&file);
}

static void flipped_alleles_are_accepted_and_counted(void **state) {
  (void)state;
  read_well(HEADER_37 TWO "1\t1000\t.\tT\tC\t.\t.\t.\tPL\t0,10,20\t.\n"
                          "1\t1100\t.\tA\tG\t.\t.\t.\tPL\t0,10,20\t.\n",
            panel, NULL);
  assert_string_equal(bytes_of(0, "m1"), "0 40 80");
  assert_string_equal(bytes_of(0, "m2"), "80 40 0"); /* flipped and exchanged */
  assert_int_equal(file.report.n_flipped, 2);
  assert_int_equal(file.report.n_swapped, 1);
  hw_snp_file_clear(&file);
}

static void what_cannot_be_told_is_left_out_with_its_reason(void **state) {
  (void)state;
  read_well(HEADER_37 TWO
            "1\t1200\t.\tT\tA\t.\t.\t.\tPL\t0,10,20\t.\n"  /* A/T the other way round */
            "1\t1000\t.\tA\tC\t.\t.\t.\tPL\t0,10,20\t.\n"  /* another alternate */
            "1\t1100\t.\tCA\tC\t.\t.\t.\tPL\t0,10,20\t.\n" /* a deletion */
            "1\t1100\t.\tT\tG\t.\t.\t.\tPL\t0,10,20\t.\n"  /* another reference */
            "1\t1300\t.\tT\tG\t.\t.\t.\tPL\t0,10,20\t.\n"  /* flipped, but T is the panel's */
            "1\t1301\t.\tT\tG\t.\t.\t.\tPL\t0,10,20\t.\n"
            "Y\t1300\t.\tT\tG\t.\t.\t.\tPL\t0,10,20\t.\n"
            "GL000207.1\t13\t.\tT\tG\t.\t.\t.\tPL\t0,10,20\t.\n",
            panel, NULL);
  const hw_snp_tally *left = file.report.left;
  assert_int_equal(left[HW_SNP_LEFT_STRAND].n, 2);
  assert_string_equal(left[HW_SNP_LEFT_STRAND].named[0], "m3 (T>A)");
  assert_int_equal(left[HW_SNP_LEFT_ALTERNATE].n, 1);
  assert_int_equal(left[HW_SNP_LEFT_NOT_SNP].n, 1);
  assert_int_equal(left[HW_SNP_LEFT_REFERENCE].n, 1);
  assert_int_equal(left[HW_SNP_LEFT_OFF_PANEL].n, 1);
  assert_string_equal(left[HW_SNP_LEFT_OFF_PANEL].named[0], "1:1301");
  assert_int_equal(left[HW_SNP_LEFT_SEQUENCE].n, 2);
  assert_int_equal(file.report.n_matched, 0);
  assert_int_equal(file.report.absent.n, 6);
  assert_string_equal(hw_snp_left_text(HW_SNP_LEFT_STRAND), "the strand cannot be told");
  hw_snp_file_clear(&file);
}

static void ambiguous_alleles_in_the_panels_order_are_accepted(void **state) {
  (void)state;
  read_well(HEADER_37 TWO "1\t1200\t.\tA\tT\t.\t.\t.\tPL\t0,10,20\t.\n", panel, NULL);
  assert_string_equal(bytes_of(0, "m3"), "0 40 80");
  hw_snp_file_clear(&file);
}

static void alleles_that_the_panel_lacks_are_dropped(void **state) {
  (void)state;
  read_well(HEADER_37 TWO
            /*                               AA AC CC AG CG GG */
            "1\t1000\t.\tA\tC,G\t.\t.\t.\tPL\t9,8,7,5,4,6\t20,0,30,40,50,60\n"
            "1\t1100\t.\tC\tG,T\t.\t.\t.\tGT:GQ\t0/1:20\t2/2:20\n",
            panel, NULL);
  assert_string_equal(bytes_of(0, "m1"), "16 0 4");
  assert_string_equal(bytes_of(1, "m1"), "0 80 160");
  assert_string_equal(bytes_of(0, "m2"), "0 0 0");
  assert_string_equal(bytes_of(1, "m2"), "92 92 0");
  assert_int_equal(file.report.n_dropped, 3);
  hw_snp_file_clear(&file);
}

static void alleles_that_the_file_does_not_list_are_no_better_than_the_worst(void **state) {
  (void)state;
  read_well(HEADER_37 TWO "1\t1300\t.\tA\tC\t.\t.\t.\tPL\t0,10,30\t20,0,15\n", panel, NULL);
  /* AA AC CC, AT = worse of AA AC, CT = worse of AC CC, TT = worst of all */
  assert_string_equal(bytes_of(0, "m4"), "0 40 120 40 120 120");
  assert_string_equal(bytes_of(1, "m4"), "80 0 60 80 60 80");
  hw_snp_file_clear(&file);
}

static void the_symbolic_allele_stands_for_what_is_not_listed(void **state) {
  (void)state;
  read_well(HEADER_37 TWO "1\t1000\t.\tA\t<*>\t.\t.\t.\tPL\t0,9,90\t.\n"
                          "1\t1100\t.\tC\t<NON_REF>\t.\t.\t.\tGT:GQ\t0/0:20\t0/1:20\n"
                          "1\t1300\t.\tA\tC,<*>\t.\t.\t.\tPL\t0,1,2,3,4,5\t.\n",
            panel, NULL);
  assert_string_equal(bytes_of(0, "m1"), "0 36 255");
  assert_string_equal(bytes_of(0, "m2"), "0 92 92");
  assert_string_equal(bytes_of(0, "m4"), "0 4 8 12 16 20");
  hw_snp_file_clear(&file);
}

static void a_site_without_alternate_tells_that_the_call_is_the_reference(void **state) {
  (void)state;
  read_well(HEADER_37 TWO "1\t1000\t.\tA\t.\t.\t.\t.\tGT:GQ:PL\t0/0:20:0\t0/0:30:.\n", panel, NULL);
  assert_string_equal(bytes_of(0, "m1"), "0 92 92");
  hw_snp_file_clear(&file);
}

static void longer_alleles_of_the_panel_are_compared_as_they_are(void **state) {
  (void)state;
  read_well(HEADER_37 TWO "1\t1400\t.\tAC\tGT\t.\t.\t.\tPL\t0,10,20\t.\n", panel, NULL);
  assert_string_equal(bytes_of(0, "m5"), "0 40 80");
  hw_snp_file_clear(&file);
}

/* --- copies --- */

static void males_have_one_copy_of_x(void **state) {
  (void)state;
  const hw_snp_person persons[] = {{"B", HW_FEMALE}, {"A", HW_MALE}};
  const hw_vcf_options options = {.n_persons = 2, .persons = persons};
  read_well(HEADER_37 TWO "X\t50000000\t.\tG\tA\t.\t.\t.\tPL\t10,0,30\t10,0,30\n", panel, &options);
  assert_string_equal(bytes_of(0, "x1"), "40 0 120");
  assert_string_equal(bytes_of(1, "x1"), "0 255 80");
  assert_int_equal(file.report.n_male_heterozygous, 1);
  assert_int_equal(file.profiles[1].sex, HW_MALE);
  hw_snp_file_clear(&file);
  read_well(HEADER_37 TWO "23\t50000000\t.\tG\tA\t.\t.\t.\tPL\t20,0\t20,0\n", panel, &options);
  assert_string_equal(bytes_of(1, "x1"), "80 255 0");
  assert_string_equal(bytes_of(0, "x1"), "0 0 0"); /* a woman has two */
  assert_int_equal(file.report.n_ploidy, 1);
  hw_snp_file_clear(&file);
  read_well(HEADER_37 TWO "chrX\t50000000\t.\tG\tA\t.\t.\t.\tGT:GQ\t1:20\t1:20\n", panel, &options);
  assert_string_equal(bytes_of(1, "x1"), "80 255 0"); /* 40 log10(0.99 / 0.01) */
  assert_string_equal(bytes_of(0, "x1"), "0 0 0");
  hw_snp_file_clear(&file);
  read_well(HEADER_37 TWO "X\t50000000\t.\tG\tA\t.\t.\t.\tGT\t0/1\t0/1\n", panel, &options);
  assert_string_equal(bytes_of(1, "x1"), "0 0 0"); /* a man cannot be called so */
  hw_snp_file_clear(&file);
}

static void a_single_copy_on_x_is_the_homozygotes_where_the_sex_is_unknown(void **state) {
  (void)state;
  read_well(HEADER_37 TWO "X\t50000000\t.\tG\tA\t.\t.\t.\tGT:PL\t0:0,20\t0:0,0\n", panel, NULL);
  assert_string_equal(bytes_of(0, "x1"), "0 255 80");
  assert_string_equal(bytes_of(1, "x1"), "0 0 0"); /* nothing is known: no heterozygote either */
  hw_snp_file_clear(&file);
}

static void a_single_copy_of_an_autosome_tells_nothing(void **state) {
  (void)state;
  read_well(HEADER_37 TWO "1\t1000\t.\tA\tG\t.\t.\t.\tGT\t1\t0/0/1\n", panel, NULL);
  assert_string_equal(bytes_of(0, "m1"), "0 0 0");
  assert_string_equal(bytes_of(1, "m1"), "0 0 0");
  assert_int_equal(file.report.n_ploidy, 2);
  hw_snp_file_clear(&file);
}

/* --- the build --- */

static const hw_build build_37 = HW_GRCH37, build_38 = HW_GRCH38;

static void the_build_is_read_from_the_header(void **state) {
  (void)state;
  const char *const tells_38[] = {"##fileformat=VCFv4.2\n##contig=<ID=chr1,length=248956422>\n" TWO,
                                  "##fileformat=VCFv4.2\n##reference=file:///data/hg38.fa\n" TWO,
                                  "##fileformat=VCFv4.2\n##contig=<ID=chr1,assembly=GRCh38>\n" TWO};
  for (size_t i = 0; i < 3; i++) {
    char text[600];
    snprintf(text, sizeof text, "%schr1\t2000\t.\tA\tG\t.\t.\t.\tPL\t0,10,20\t.\n", tells_38[i]);
    read_well(text, panel, NULL);
    assert_int_equal(file.report.build, HW_GRCH38);
    assert_string_equal(bytes_of(0, "m1"), "0 40 80");
    hw_snp_file_clear(&file);
  }
}

static void builds_that_contradict_each_other_are_refused(void **state) {
  (void)state;
  const hw_vcf_options as_38 = {.build = &build_38}, as_37 = {.build = &build_37};
  refuse(HEADER_37 TWO, panel, &as_38, HW_E_CONFLICT, "the header says GRCh37, but GRCh38");
  refuse("##fileformat=VCFv4.2\n##reference=hg38\n##contig=<ID=1,length=249250621>\n" TWO, panel,
         NULL, HW_E_CONFLICT, "names GRCh38, but its sequences have the lengths of GRCh37");
  refuse("##fileformat=VCFv4.2\n##contig=<ID=2,length=242193529>\n"
         "##contig=<ID=1,length=249250621>\n" TWO,
         panel, NULL, HW_E_CONFLICT, "contradict");
  refuse("##fileformat=VCFv4.2\n##contig=<ID=1,length=247249719>\n" TWO, panel, NULL,
         HW_E_UNSUPPORTED, "neither GRCh37 (249250621) nor GRCh38");
  refuse("##fileformat=VCFv4.2\n" TWO, panel, NULL, HW_E_UNSUPPORTED, "does not tell the build");
  read_well("##fileformat=VCFv4.2\n" TWO, panel, &as_37);
  assert_int_equal(file.report.build, HW_GRCH37);
  hw_snp_file_clear(&file);
}

/* --- samples and records --- */

static void samples_are_chosen_by_name(void **state) {
  (void)state;
  const char text[] = HEADER_37 COLUMNS "\tFORMAT\tA\tB,1\tC\n"
                                        "1\t1000\t.\tA\tG\t.\t.\t.\tPL\t0,1,2\t3,0,4\t5,6,0\n";
  const hw_snp_person some[] = {{"C", HW_MALE}, {"A", HW_FEMALE}}, comma[] = {{"B,1", HW_MALE}};
  const hw_snp_person none[] = {{"Q", HW_MALE}}, twice[] = {{"A", HW_MALE}, {"A", HW_MALE}};
  hw_vcf_options options = {.n_persons = 2, .persons = some};
  read_well(text, panel, &options);
  assert_int_equal(file.n_profiles, 2);
  assert_string_equal(file.profiles[0].id, "C");
  assert_string_equal(bytes_of(0, "m1"), "20 24 0");
  assert_string_equal(bytes_of(1, "m1"), "0 4 8");
  hw_snp_file_clear(&file);
  options = (hw_vcf_options){.n_persons = 1, .persons = comma};
  read_well(text, panel, &options);
  assert_string_equal(bytes_of(0, "m1"), "12 0 16");
  hw_snp_file_clear(&file);
  options = (hw_vcf_options){.n_persons = 1, .persons = none};
  refuse(text, panel, &options, HW_E_REFERENCE, "\"Q\" is no sample of the file; it has 3");
  options = (hw_vcf_options){.n_persons = 2, .persons = twice};
  refuse(text, panel, &options, HW_E_DUPLICATE, "\"A\" is chosen twice");
}

static void the_order_of_records_does_not_matter(void **state) {
  (void)state;
  read_well(HEADER_37 TWO "X\t50000000\t.\tG\tA\t.\t.\t.\tPL\t0,1,2\t.\n"
                          "1\t1100\t.\tC\tT\t.\t.\t.\tPL\t0,3,4\t.\n"
                          "1\t1000\t.\tA\tG\t.\t.\t.\tPL\t0,5,6\t.\n",
            panel, NULL);
  assert_string_equal(bytes_of(0, "m1"), "0 20 24");
  assert_string_equal(bytes_of(0, "m2"), "0 12 16");
  assert_string_equal(bytes_of(0, "x1"), "0 4 8");
  hw_snp_file_clear(&file);
}

static void a_marker_that_stands_twice_is_refused_with_both_lines(void **state) {
  (void)state;
  const char text[] = HEADER_37 TWO "1\t1300\t.\tA\tC\t.\t.\t.\tPL\t0,1,2\t.\n"
                                    "1\t1301\tother\tA\tC\t.\t.\t.\tPL\t0,1,2\t.\n"
                                    "1\t1300\t.\tA\tT\t.\t.\t.\tPL\t0,1,2\t.\n";
  refuse(text, panel, NULL, HW_E_DUPLICATE,
         "a.vcf:8: marker \"m4\" stands twice, in lines 6 and 8; join them");
  refuse(text, NULL, NULL, HW_E_DUPLICATE,
         "a.vcf:8: position 1300 of chromosome 1 stands twice, in lines 6 and 8");
}

/* --- what is refused --- */

static void broken_headers_are_told(void **state) {
  (void)state;
  refuse("", panel, NULL, HW_E_SYNTAX, "a.vcf");
  refuse("marker,alleles\n", panel, NULL, HW_E_SYNTAX, "#CHROM");
  refuse("#CHROM\tPOS\n", panel, NULL, HW_E_SYNTAX, "##fileformat=VCF");
  refuse("{\"htsget\": {\"urls\": []}}", panel, NULL, HW_E_SYNTAX, "a.vcf:1");
  refuse(HEADER_37, panel, NULL, HW_E_SYNTAX, "no line of column names");
  refuse(HEADER_37 "1\t2\n", panel, NULL, HW_E_SYNTAX, "no line of column names");
  refuse(HEADER_37 "#CHROM POS ID REF ALT\n", panel, NULL, HW_E_SYNTAX, "divided by tabs");
  refuse(HEADER_37 COLUMNS "\tA\tB\n", panel, NULL, HW_E_SYNTAX, "ninth column must be FORMAT");
  refuse(HEADER_37 COLUMNS "\tFORMAT\tA\tA\n", panel, NULL, HW_E_DUPLICATE,
         "the sample \"A\" stands twice");
  refuse(HEADER_37 COLUMNS "\n", panel, NULL, HW_E_SHAPE, "no samples, sites only");
  refuse(HEADER_37 COLUMNS "\tFORMAT\t\xff\n", panel, NULL, HW_E_SYNTAX, "not UTF-8");
}

static void broken_records_are_told_with_their_line(void **state) {
  (void)state;
  static const struct {
    const char *line;
    hw_status status;
    const char *part;
  } bad[] = {
      {"1 1000 . A G . . . PL 0,1,2 .\n", HW_E_SYNTAX, "a.vcf:6: a record must begin"},
      {"1\tabc\t.\tA\tG\t.\t.\t.\tPL\t0,1,2\t.\n", HW_E_SYNTAX, "a.vcf:6: POS must be"},
      {"1\t99999999999\t.\tA\tG\t.\t.\t.\tPL\t0,1,2\t.\n", HW_E_SYNTAX, "POS must be"},
      {"1\t1000\t.\tA\tG\t.\t.\t.\tPL\t0,1,2\n", HW_E_SYNTAX, "a.vcf:6"},
      {"1\t1000\t.\tA\tG\t.\n", HW_E_SYNTAX, "a.vcf:6"},
      {"1\t1000\t.\tA\tG\t.\t.\t.\tPL\t0,1,x\t.\n", HW_E_SYNTAX, "a.vcf:6"},
      {"1\t1000\t.\tA\tG\t.\t.\t.\tPL\t0,1\t0,1,2,3\n", HW_E_SHAPE,
       "sample \"B\": 4 values; expected 3, or 2 of a single copy"},
      {"1\t1000\t.\tA\tG\t.\t.\t.\tPL\t0,-1,2\t.\n", HW_E_VALUE, "PL: sample \"A\": a phred"},
      {"1\t1000\t.\tA\tG\t.\t.\t.\tGL\t0,9e9,2\t.\n", HW_E_VALUE, "GL: sample \"A\": a log10"},
      {"1\t1000\t.\tA\tG\t.\t.\t.\tGP\t0.5,0.9,0.1\t.\n", HW_E_VALUE, "do not sum to 1"},
      {"1\t1000\t.\tA\tG\t.\t.\t.\tGP\t40,0,10\t.\n", HW_E_VALUE, "not between 0 and 1"},
      {"1\t1000\t.\tA\tG\t.\t.\t.\tGT\t0/2\t.\n", HW_E_VALUE, "does not list"},
      {"1\t1000\t.\tA\tG\t.\t.\t.\tGT:GQ\t0/1:-3\t.\n", HW_E_VALUE, "a quality below 0"},
      {"#CHROM\n", HW_E_SYNTAX, "a line of a header"},
  };
  const hw_vcf_options flat = {.prior = HW_VCF_PRIOR_FLAT};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    char text[800];
    snprintf(text, sizeof text, "%s%s%s", HEADER_37, TWO, bad[i].line);
    refuse(text, panel, &flat, bad[i].status, bad[i].part);
  }
  hw_assert_status(hw_vcf_read("/nonexistent/a.vcf", panel, NULL, &file, &err), HW_E_NOT_FOUND,
                   &err);
  hw_assert_status(hw_vcf_read("/", panel, NULL, &file, &err), HW_E_IO, &err);
  hw_assert_status(hw_vcf_read("http://localhost/a.vcf", panel, NULL, &file, &err), HW_E_NOT_FOUND,
                   &err);
  char nul[] = HEADER_37 TWO "1\t10\t.\n";
  nul[strlen(nul) - 2] = '\0';
  hw_assert_status(hw_vcf_parse(nul, sizeof nul - 1, "a.vcf", panel, NULL, &file, &err),
                   HW_E_SYNTAX, &err);
  hw_assert_contains(err.message, "NUL");
}

static void blank_lines_windows_ends_and_a_missing_last_end_are_read(void **state) {
  (void)state;
  read_well(HEADER_37 TWO "\n1\t1000\t.\tA\tG\t.\t.\t.\tPL\t0,1,2\t.\r\n\r\n"
                          "1\t1100\t.\tC\tT\t.\t.\t.\tPL\t0,3,4\t.",
            panel, NULL);
  assert_string_equal(bytes_of(0, "m1"), "0 4 8");
  assert_string_equal(bytes_of(0, "m2"), "0 12 16");
  hw_snp_file_clear(&file);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(phred_likelihoods_are_quarters_in_bytes),
      cmocka_unit_test(log10_likelihoods_are_read),
      cmocka_unit_test(posteriors_need_their_prior),
      cmocka_unit_test(a_posterior_of_zero_was_rounded),
      cmocka_unit_test(calls_have_their_quality_or_the_platforms_error),
      cmocka_unit_test(the_field_can_be_chosen),
      cmocka_unit_test(exchanged_alleles_are_indexed_anew),
      cmocka_unit_test(flipped_alleles_are_accepted_and_counted),
      cmocka_unit_test(what_cannot_be_told_is_left_out_with_its_reason),
      cmocka_unit_test(ambiguous_alleles_in_the_panels_order_are_accepted),
      cmocka_unit_test(alleles_that_the_panel_lacks_are_dropped),
      cmocka_unit_test(alleles_that_the_file_does_not_list_are_no_better_than_the_worst),
      cmocka_unit_test(the_symbolic_allele_stands_for_what_is_not_listed),
      cmocka_unit_test(a_site_without_alternate_tells_that_the_call_is_the_reference),
      cmocka_unit_test(longer_alleles_of_the_panel_are_compared_as_they_are),
      cmocka_unit_test(males_have_one_copy_of_x),
      cmocka_unit_test(a_single_copy_on_x_is_the_homozygotes_where_the_sex_is_unknown),
      cmocka_unit_test(a_single_copy_of_an_autosome_tells_nothing),
      cmocka_unit_test(the_build_is_read_from_the_header),
      cmocka_unit_test(builds_that_contradict_each_other_are_refused),
      cmocka_unit_test(samples_are_chosen_by_name),
      cmocka_unit_test(the_order_of_records_does_not_matter),
      cmocka_unit_test(a_marker_that_stands_twice_is_refused_with_both_lines),
      cmocka_unit_test(broken_headers_are_told),
      cmocka_unit_test(broken_records_are_told_with_their_line),
      cmocka_unit_test(blank_lines_windows_ends_and_a_missing_last_end_are_read),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
