/* Bases over a panel's sites: which reads count, which base of a read lies over a site, how far it is
 * from the ends of its fragment, what is one fragment; files that are damaged or do not fit.
 * All reads are made up here. */
#include "formats/bam.h"

#include <fcntl.h>
#include <htslib/faidx.h>
#include <htslib/sam.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/assert.h"
#include "support/faults.h"

#define HEAD37 "@HD\tVN:1.6\tSO:coordinate\n@SQ\tSN:chr1\tLN:249250621\n"
/* Ten letters each. */
#define TEN_C "CCCCCCCCCC"
#define TEN_Q "IIIIIIIIII" /* phred 40 */

/* Sites at 1:100, 1:110 and 1:120 (GRCh37), an indel, a marker without a position in GRCh37, one
 * on 2. */
static const char PANEL[] = "marker,chromosome,grch37,grch38,alleles,female_cm,male_cm,P\n"
                            "a,1,100,200,C/T,0.1,0.1,0.5\n"
                            "b,1,110,210,C/G,0.2,0.2,0.5\n"
                            "c,1,120,220,C/A/T,0.3,0.3,0.5/0.3/0.2\n"
                            "long,1,130,230,C/CA,0.4,0.4,0.5\n"
                            "nowhere,1,,240,C/A,0.5,0.5,0.5\n"
                            "two,2,100,100,C/A,0.1,0.1,0.5\n";

static char folder[] = "/tmp/homeward-test-bam-XXXXXX";
static char path[128], other[128];
static hw_panel *panel;
static hw_pileup *pileup;
static hw_bam_options options;
static hw_bam_summary summary;
static hw_err err;

static int begin_all(void **state) {
  (void)state;
  if (!mkdtemp(folder)) return -1;
  return hw_panel_parse(PANEL, strlen(PANEL), "panel", &panel, NULL) == HW_OK ? 0 : -1;
}

static int end_all(void **state) {
  char command[160];
  (void)state;
  hw_panel_delete(panel);
  snprintf(command, sizeof command, "rm -r %s", folder);
  return system(command);
}

static int begin(void **state) {
  const hw_bam_options defaults = HW_BAM_DEFAULTS;
  (void)state;
  options = defaults;
  memset(&err, 0, sizeof err);
  return 0;
}

static int end(void **state) {
  (void)state;
  hw_pileup_delete(pileup);
  pileup = NULL;
  return 0;
}

static void write_file(const char *name, const char *bytes, size_t n) {
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  assert_int_equal(fwrite(bytes, 1, n, file), n);
  assert_int_equal(fclose(file), 0);
}

static hw_status read_path(void) {
  hw_pileup_delete(pileup);
  pileup = NULL;
  return hw_bam_read(path, panel, &options, &pileup, &summary, &err);
}

static hw_status read_text(const char *text) {
  write_file("x.sam", text, strlen(text));
  return read_path();
}

static void read_good(const char *text) {
  hw_assert_ok(read_text(text), &err);
}

static int32_t count(int32_t m) {
  return pileup->first[m + 1] - pileup->first[m];
}

static const hw_read_base *only(int32_t m) {
  assert_int_equal(count(m), 1);
  return &pileup->bases[pileup->first[m]];
}

static void assert_base(int32_t m, char base, int quality, int is_reverse, int from_5, int from_3) {
  const hw_read_base *found = only(m);
  assert_int_equal("ACGTN"[found->base], base);
  assert_int_equal(found->quality, quality);
  assert_int_equal(found->is_reverse, is_reverse);
  assert_int_equal(found->from_5, from_5);
  assert_int_equal(found->from_3, from_3);
}

static void assert_refused(hw_status status, hw_status expected, const char *part) {
  char text[1024];
  hw_assert_status(status, expected, &err);
  hw_assert_contains(hw_err_text(&err, text, sizeof text), part);
  hw_assert_contains(text, folder);
  assert_null(pileup);
}

/* --- one read --- */

static void a_single_read_is_its_fragment(void **state) {
  (void)state;
  /* 91 … 110: the tenth base lies over a (100), the last over b. */
  read_good(HEAD37
            "r\t0\tchr1\t91\t37\t20M\t*\t0\t0\tAAAAAAAAATAAAAAAAAAG\tIIIIIIIII5IIIIIIIIII\n");
  assert_base(0, 'T', 20, 0, 9, 10);
  assert_base(1, 'G', 40, 0, 19, 0);
  assert_int_equal(only(0)->map_quality, 37);
  assert_int_equal(count(2), 0);
  assert_int_equal(pileup->n_reads, 1);
  assert_int_equal(summary.build, HW_GRCH37);
  assert_int_equal(summary.n_sites, 3);
  assert_int_equal(summary.n_long, 1);
  assert_int_equal(summary.n_unplaced, 2);
  assert_false(summary.has_used_index);
  /* The same on the reverse strand: the file has the forward strand's letters, the 5' end is right. */
  read_good(HEAD37
            "r\t16\tchr1\t91\t37\t20M\t*\t0\t0\tAAAAAAAAATAAAAAAAAAG\tIIIIIIIII5IIIIIIIIII\n");
  assert_base(0, 'T', 20, 1, 10, 9);
  assert_base(1, 'G', 40, 1, 0, 19);
}

static void a_single_read_may_be_a_part(void **state) {
  (void)state;
  options.single_is_partial = true;
  read_good(HEAD37 "r\t0\tchr1\t91\t37\t10M\t*\t0\t0\tAAAAAAAAAT\t" TEN_Q "\n");
  assert_base(0, 'T', 40, 0, 9, -1);
  read_good(HEAD37 "r\t16\tchr1\t100\t37\t10M\t*\t0\t0\tTAAAAAAAAA\t" TEN_Q "\n");
  assert_base(0, 'T', 40, 1, 9, -1);
}

static void clips_insertions_and_gaps_are_walked(void **state) {
  (void)state;
  /* Clipped 3, aligned 95 … 99, inserted 2, 100 … 104, deleted 105 … 109, 110, clipped 2. */
  read_good(HEAD37 "r\t0\tchr1\t95\t60\t2H3S5M2I5M5D1M2S\t*\t0\t0\tAAAAAAAAAATAAAAGAA\t"
                   "IIIIIIIIIIIIIIIIII\n");
  assert_base(0, 'T', 40, 0, 7, 5);
  assert_base(1, 'G', 40, 0, 12, 0);
  /* b lies in a deletion, and in a skipped part. */
  read_good(HEAD37 "r\t0\tchr1\t100\t60\t5M10D6M\t*\t0\t0\tTAAAAAAAAAG\tIIIIIIIIIII\n");
  assert_int_equal(count(1), 0);
  assert_base(2, 'G', 40, 0, 10, 0);
  read_good(HEAD37 "r\t0\tchr1\t100\t60\t5=10N5X1P1M\t*\t0\t0\tTAAAAAAAAAG\tIIIIIIIIIII\n");
  assert_int_equal(count(1), 0);
  assert_base(2, 'G', 40, 0, 10, 0);
}

static void what_does_not_count_is_counted(void **state) {
  (void)state;
  read_good(HEAD37 "u\t4\tchr1\t100\t60\t10M\t*\t0\t0\t" TEN_C "\t" TEN_Q "\n"
                   "s\t256\tchr1\t100\t60\t10M\t*\t0\t0\t" TEN_C "\t" TEN_Q "\n"
                   "f\t512\tchr1\t100\t60\t10M\t*\t0\t0\t" TEN_C "\t" TEN_Q "\n"
                   "p\t2048\tchr1\t100\t60\t10M\t*\t0\t0\t" TEN_C "\t" TEN_Q "\n"
                   "d\t1024\tchr1\t100\t60\t10M\t*\t0\t0\t" TEN_C "\t" TEN_Q "\n"
                   "m\t0\tchr1\t100\t19\t10M\t*\t0\t0\t" TEN_C "\t" TEN_Q "\n"
                   "q\t0\tchr1\t100\t60\t10M\t*\t0\t0\t" TEN_C "\t\"IIIIIIIII\n"
                   "n\t0\tchr1\t100\t60\t10M\t*\t0\t0\tNCCCCCCCCC\t" TEN_Q "\n"
                   "no\t0\tchr1\t100\t255\t10M\t*\t0\t0\tTCCCCCCCCC\t*\n"
                   "e\t0\tchr1\t100\t60\t10M\t*\t0\t0\t*\t*\n"
                   "far\t0\tchr1\t1000\t60\t10M\t*\t0\t0\t" TEN_C "\t" TEN_Q "\n");
  assert_base(0, 'T', HW_BAM_UNTOLD_QUALITY, 0, 0, 9);
  assert_int_equal(only(0)->map_quality, 255);
  assert_int_equal(pileup->n_reads, 6);
  assert_int_equal(pileup->n_duplicates, 1);
  assert_int_equal(pileup->n_low, 1 + 1);
  assert_int_equal(summary.n_without_quality, 1);
  options.min_map_quality = 19;
  options.min_base_quality = 1;
  read_good(HEAD37 "m\t0\tchr1\t100\t19\t10M\t*\t0\t0\t" TEN_C "\t" TEN_Q "\n"
                   "q\t0\tchr1\t100\t60\t10M\t*\t0\t0\t" TEN_C "\t\"IIIIIIIII\n");
  assert_int_equal(count(0), 2);
}

/* --- pairs --- */

/* Template 91 … 130: first read forward 91 … 110, second reverse 101 … 130. */
#define FIRST "p\t99\tchr1\t91\t60\t20M\t=\t101\t40\t"
#define SECOND "p\t147\tchr1\t101\t50\t30M\t=\t91\t-40\t"

static void the_ends_of_a_pair_know_their_template(void **state) {
  (void)state;
  read_good(HEAD37 FIRST "AAAAAAAAATAAAAAAAAAG\tIIIIIIIIIIIIIIIIIII?\n" SECOND
                         "AAAAAAAAAGAAAAAAAAACAAAAAAAAAA\tIIIIIIIIIIIIIIIIIIIIIIIIIIIIII\n");
  assert_base(0, 'T', 40, 0, 9, 30);  /* the first read alone */
  assert_base(1, 'G', 45, 0, 19, 20); /* both: 30 + 40, bounded */
  assert_base(2, 'C', 40, 0, 29, 10); /* the second alone, on the first's strand */
  assert_int_equal(pileup->n_mates, 1);
  assert_int_equal(pileup->n_duplicates, 0);
  assert_int_equal(only(1)->map_quality, 60);
}

static void mates_that_disagree_take_from_each_other(void **state) {
  (void)state;
  read_good(HEAD37 FIRST "AAAAAAAAATAAAAAAAAAG\tIIIIIIIIIIIIIIIIIII?\n" SECOND
                         "AAAAAAAAACAAAAAAAAACAAAAAAAAAA\tIIIIIIIIIIIIIIIIIIIIIIIIIIIIII\n");
  assert_base(1, 'C', 10, 0, 19, 20);
  read_good(HEAD37 FIRST "AAAAAAAAATAAAAAAAAAG\tIIIIIIIIIIIIIIIIIIII\n" SECOND
                         "AAAAAAAAACAAAAAAAAACAAAAAAAAAA\tIIIIIIIIIIIIIIIIIIIIIIIIIIIIII\n");
  assert_base(1, 'N', 0, 0, 19, 20);
}

static void the_far_end_of_an_improper_pair_is_not_known(void **state) {
  (void)state;
  read_good(HEAD37 "p\t73\tchr1\t91\t60\t10M\t=\t91\t0\tAAAAAAAAAT\t" TEN_Q "\n");
  assert_base(0, 'T', 40, 0, 9, -1);
  /* A second read on the reverse strand: its fragment lies forward and begins somewhere left. */
  read_good(HEAD37 "p\t153\tchr1\t100\t60\t10M\t=\t100\t0\tTAAAAAAAAA\t" TEN_Q "\n");
  assert_base(0, 'T', 40, 0, -1, 9);
}

/* --- copies --- */

#define READ(name, letters, umi) \
  name "\t0\tchr1\t100\t60\t10M\t*\t0\t0\t" letters "\t" TEN_Q "\tRX:Z:" umi "\n"

static void umi_families_are_one_fragment(void **state) {
  static const char reads[] =
      HEAD37 READ("a:1:ACG", "TCCCCCCCCC", "ACG") READ("b:2:ACG", "TCCCCCCCCC", "ACG")
          READ("c:3:ACG", "CCCCCCCCCC", "ACG") READ("d:4:ACT", "CCCCCCCCCC", "ACT");
  (void)state;
  options.copies = HW_BAM_COPIES_UMI_TAG;
  read_good(reads);
  assert_int_equal(count(0), 2);
  assert_int_equal(pileup->bases[0].base, 1); /* C of the other family, before T */
  assert_int_equal(pileup->bases[1].base, 3);
  assert_int_equal(pileup->bases[1].quality, 40); /* 40 + 40 − 40 */
  assert_int_equal(pileup->n_duplicates, 2);
  options.copies = HW_BAM_COPIES_UMI_NAME;
  read_good(reads);
  assert_int_equal(count(0), 2);
  options.copies = HW_BAM_COPIES_PLACE;
  read_good(reads);
  assert_base(0, 'N', 0, 0, 0, 9);
  assert_int_equal(pileup->n_duplicates, 3);
  options.copies = HW_BAM_COPIES_FLAGGED;
  read_good(reads);
  assert_int_equal(count(0), 4);
}

static void members_of_a_family_share_strand_and_ends(void **state) {
  (void)state;
  options.copies = HW_BAM_COPIES_UMI_TAG;
  read_good(
      HEAD37 READ("a", "TCCCCCCCCC",
                  "ACG") "b\t16\tchr1\t100\t60\t10M\t*\t0\t0\t" TEN_C "\t" TEN_Q "\tRX:Z:ACG\n"
                         "c\t0\tchr1\t99\t60\t10M\t*\t0\t0\t" TEN_C "\t" TEN_Q "\tRX:Z:ACG\n"
                         "d\t1024\tchr1\t100\t60\t10M\t*\t0\t0\t" TEN_C "\t" TEN_Q "\tRX:Z:ACG\n"
                         "e\t0\tchr1\t100\t60\t11M\t*\t0\t0\tC" TEN_C "\tI" TEN_Q "\tRX:Z:ACG\n");
  assert_int_equal(count(0), 4); /* d, although flagged, is a's copy */
  options.umi_tag = "MI";
  assert_refused(read_path(), HW_E_VALUE, "no read has a UMI in its tag MI");
  options.umi_tag = "UMI";
  assert_refused(read_path(), HW_E_VALUE, "tags have two letters");
}

static void a_record_that_comes_twice_is_one(void **state) {
  (void)state;
  read_good(HEAD37 READ("a", "TCCCCCCCCC", "A") READ("a", "TCCCCCCCCC", "A"));
  assert_base(0, 'T', 45, 0, 0, 9);
}

/* --- builds and samples --- */

static void the_build_is_told_by_lengths(void **state) {
  static const char in38[] =
      "@SQ\tSN:1\tLN:248956422\nr\t0\t1\t200\t60\t10M\t*\t0\t0\tTCCCCCCCCC\t" TEN_Q "\n";
  static const char in_none[] =
      "@SQ\tSN:1\tLN:1000\nr\t0\t1\t200\t60\t10M\t*\t0\t0\tTCCCCCCCCC\t" TEN_Q "\n";
  (void)state;
  read_good(in38);
  assert_int_equal(summary.build, HW_GRCH38);
  assert_base(0, 'T', 40, 0, 0, 9);
  assert_refused(read_text(in_none), HW_E_VALUE, "say which build");
  options.build = HW_GRCH38;
  read_good(in_none);
  assert_base(0, 'T', 40, 0, 0, 9);
  options.build = HW_GRCH37;
  assert_refused(read_text(in38), HW_E_CONFLICT, "mapped to GRCh38 (1 has 248956422 bases)");
  options.build = HW_BUILD_COUNT;
  assert_refused(read_text("@SQ\tSN:1\tLN:248956422\n@SQ\tSN:2\tLN:243199373\n"), HW_E_CONFLICT,
                 "mixes builds");
}

static void one_sample_is_read(void **state) {
  static const char two[] =
      HEAD37 "@RG\tID:l1\tSM:bone\n@RG\tID:l2\tSM:tooth\n@RG\tID:l3\tSM:bone\n"
             "r\t0\tchr1\t100\t60\t10M\t*\t0\t0\tTCCCCCCCCC\t" TEN_Q "\tRG:Z:l1\n"
             "s\t0\tchr1\t100\t60\t10M\t*\t0\t0\tACCCCCCCCC\t" TEN_Q "\tRG:Z:l2\n"
             "t\t0\tchr1\t100\t60\t10M\t*\t0\t0\tTCCCCCCCCC\t" TEN_Q "\tRG:Z:l3\n"
             "u\t0\tchr1\t100\t60\t10M\t*\t0\t0\tTCCCCCCCCC\t" TEN_Q "\n";
  (void)state;
  assert_refused(read_text(two), HW_E_CONFLICT, "several samples (bone, tooth)");
  options.sample = "bone";
  read_good(two);
  assert_int_equal(count(0), 2);
  assert_string_equal(summary.sample, "bone");
  options.sample = "hair";
  assert_refused(read_text(two), HW_E_REFERENCE, "sample 'hair'");
}

/* --- BAM, CRAM, index --- */

static char many_reads[1 << 16];

/* 200 reads over the three sites, in the order of places. */
static void make_many(void) {
  size_t n = (size_t)snprintf(many_reads, sizeof many_reads, "%s", HEAD37);
  for (int i = 0; i < 200; i++)
    n += (size_t)snprintf(many_reads + n, sizeof many_reads - n,
                          "r%d\t%d\tchr1\t%d\t%d\t20M\t*\t0\t0\t%cACGTACGTACGTACGTACG\t"
                          "IIIIIIIIIIII555555II\n",
                          i, i % 3 == 0 ? 16 : 0, 75 + i / 4, 30 + i % 20, "ACGT"[i % 4]);
}

/* Copies path to "x.bam" or so beside it, which then is the path. */
static void convert(const char *name, const char *mode, const char *fasta) {
  snprintf(other, sizeof other, "%s/%s", folder, name);
  samFile *in = sam_open(path, "r"), *out = sam_open(other, mode);
  sam_hdr_t *header = sam_hdr_read(in);
  bam1_t *record = bam_init1();
  assert_non_null(header);
  if (fasta) assert_int_equal(hts_set_opt(out, CRAM_OPT_REFERENCE, fasta), 0);
  assert_int_equal(sam_hdr_write(out, header), 0);
  while (sam_read1(in, header, record) >= 0) assert_true(sam_write1(out, header, record) >= 0);
  bam_destroy1(record);
  sam_hdr_destroy(header);
  sam_close(in);
  assert_int_equal(sam_close(out), 0);
  memcpy(path, other, sizeof path);
}

static hw_pileup *take(void) {
  hw_pileup *taken = pileup;
  pileup = NULL;
  return taken;
}

static void assert_same(const hw_pileup *a, const hw_pileup *b) {
  const int32_t n = a->first[a->n_markers];
  assert_int_equal(n, b->first[b->n_markers]);
  assert_memory_equal(a->first, b->first, (size_t)(a->n_markers + 1) * sizeof *a->first);
  assert_memory_equal(a->bases, b->bases, (size_t)n * sizeof *a->bases);
  assert_int_equal(a->n_reads, b->n_reads);
  assert_int_equal(a->n_low, b->n_low);
}

static void bam_index_and_order_give_the_same(void **state) {
  (void)state;
  make_many();
  read_good(many_reads);
  hw_pileup *by_sam = take();
  assert_true(by_sam->first[3] > 100);
  convert("x.bam", "wb", NULL);
  hw_assert_ok(read_path(), &err);
  assert_false(summary.has_used_index);
  assert_same(by_sam, pileup);
  assert_int_equal(sam_index_build(path, 0), 0);
  hw_assert_ok(read_path(), &err);
  assert_true(summary.has_used_index);
  assert_same(by_sam, pileup);
  options.ignores_index = true;
  hw_assert_ok(read_path(), &err);
  assert_false(summary.has_used_index);
  assert_same(by_sam, pileup);
  /* Backwards. */
  options.ignores_index = false;
  char *turned = calloc(1, sizeof many_reads);
  assert_non_null(turned);
  size_t n = strlen(HEAD37);
  memcpy(turned, HEAD37, n);
  const size_t length = strlen(many_reads);
  for (size_t last = length; last > strlen(HEAD37);) {
    size_t line = last - 1;
    while (many_reads[line - 1] != '\n') line--;
    memcpy(turned + n, many_reads + line, last - line);
    n += last - line;
    last = line;
  }
  read_good(turned);
  assert_same(by_sam, pileup);
  free(turned);
  hw_pileup_delete(by_sam);
}

static void an_index_older_than_its_file_is_not_trusted(void **state) {
  char index[160];
  const struct timespec times[2] = {{.tv_sec = 1000}, {.tv_sec = 1000}};
  (void)state;
  make_many();
  write_file("y.sam", many_reads, strlen(many_reads));
  convert("y.bam", "wb", NULL);
  assert_int_equal(sam_index_build(path, 0), 0);
  snprintf(index, sizeof index, "%s.bai", path);
  assert_int_equal(utimensat(AT_FDCWD, index, times, 0), 0);
  hw_assert_ok(read_path(), &err);
  assert_false(summary.has_used_index);
  assert_true(pileup->first[6] > 0);
}

static void write_fasta(const char *name, const char *contig, int n, char *out) {
  char text[2100];
  int length = snprintf(text, sizeof text, ">%s\n", contig);
  for (int i = 0; i < n; i++) text[length++] = "ACGT"[i % 4];
  text[length++] = '\n';
  write_file(name, text, (size_t)length);
  memcpy(out, path, sizeof path);
}

static void cram_is_read_with_its_reference_only(void **state) {
  static const char reads[] =
      "@SQ\tSN:chr1\tLN:1000\nr\t0\tchr1\t100\t60\t10M\t*\t0\t0\tTACGTACGTA\t" TEN_Q "\n";
  char fasta[128], short_one[128], foreign[128], cram[128];
  (void)state;
  write_fasta("ref.fa", "chr1", 1000, fasta);
  write_fasta("short.fa", "chr1", 999, short_one);
  write_fasta("foreign.fa", "chr2", 1000, foreign);
  assert_int_equal(fai_build(short_one), 0);
  assert_int_equal(fai_build(foreign), 0);
  write_file("z.sam", reads, strlen(reads));
  options.build = HW_GRCH37;
  hw_assert_ok(read_path(), &err);
  hw_pileup *by_sam = take();
  convert("z.cram", "wc", fasta);
  memcpy(cram, path, sizeof cram);
  assert_refused(read_path(), HW_E_VALUE, "only be read with the reference");
  options.reference = fasta;
  hw_assert_ok(read_path(), &err);
  assert_same(by_sam, pileup);
  assert_base(0, 'T', 40, 0, 0, 9);
  hw_pileup_delete(by_sam);
  options.reference = short_one;
  assert_refused(read_path(), HW_E_REFERENCE, "chr1 has 1000 bases in the CRAM and 999");
  options.reference = foreign;
  assert_refused(read_path(), HW_E_REFERENCE, "no sequence chr1");
  char index[160];
  snprintf(index, sizeof index, "%s.fai", fasta);
  assert_int_equal(unlink(index), 0);
  options.reference = fasta;
  assert_refused(read_path(), HW_E_NOT_FOUND, "samtools faidx");
  options.reference = "/nowhere/ref.fa";
  hw_assert_status(read_path(), HW_E_NOT_FOUND, &err);
  assert_string_equal(err.file, "/nowhere/ref.fa");
}

/* --- what is no good --- */

static void damaged_files_are_refused_in_one_line(void **state) {
  (void)state;
  assert_refused(read_text(""), HW_E_SYNTAX, "no BAM, CRAM or SAM");
  assert_refused(read_text("marker,chromosome\n"), HW_E_SYNTAX, "");
  assert_refused(read_text(">chr1\nACGT\n"), HW_E_SYNTAX, "no BAM, CRAM or SAM");
  assert_refused(read_text("@r\nACGT\n+\nIIII\n"), HW_E_SYNTAX, "");
  assert_refused(read_text(HEAD37 READ("a", TEN_C, "A") "b\t0\tchr1\t100\t60\t9M\t*\t0\t0\t" TEN_C
                                                        "\t" TEN_Q "\n"),
                 HW_E_SYNTAX, "damaged or cut off behind 1 records");
  assert_refused(read_text(HEAD37 "b\t0\tchr7\t100\t60\t10M\n"), HW_E_SYNTAX, "behind 0 records");
  snprintf(path, sizeof path, "%s/absent.bam", folder);
  assert_refused(read_path(), HW_E_NOT_FOUND, "cannot open the file");
  snprintf(path, sizeof path, "%s", folder);
  assert_refused(read_path(), HW_E_IO, "this is a folder");
}

static void a_bam_that_was_cut_off_is_refused(void **state) {
  char bytes[8192];
  (void)state;
  make_many();
  write_file("cut.sam", many_reads, strlen(many_reads));
  convert("cut.bam", "wb", NULL);
  FILE *file = fopen(path, "rb");
  assert_non_null(file);
  const size_t n = fread(bytes, 1, sizeof bytes, file);
  fclose(file);
  assert_true(n > 100 && n < sizeof bytes);
  write_file("cut.bam", bytes, n - 28);
  assert_refused(read_path(), HW_E_SYNTAX, "the mark at its end is missing");
  for (size_t length = 0; length < n; length += 13) {
    write_file("cut.bam", bytes, length);
    hw_assert_status(read_path(), HW_E_SYNTAX, &err);
  }
  /* Bytes in the middle that are not what was written. */
  for (size_t at = 20; at < n - 30; at += 41) {
    bytes[at] ^= 0x55;
    write_file("cut.bam", bytes, n);
    if (read_path() != HW_OK) assert_true(err.message[0] != '\0');
    bytes[at] ^= 0x55;
  }
}

static void options_out_of_range_are_refused(void **state) {
  (void)state;
  options.min_map_quality = 255;
  assert_refused(read_text(HEAD37), HW_E_VALUE, "least qualities");
  begin(NULL);
  options.build = (hw_build)7;
  assert_refused(read_path(), HW_E_VALUE, "neither GRCh37 nor GRCh38");
  begin(NULL);
  options.copies = (hw_bam_copies)9;
  assert_refused(read_path(), HW_E_VALUE, "tell copies");
  begin(NULL);
  options.max_bases = -1;
  assert_refused(read_path(), HW_E_VALUE, "at most -1");
  options.max_bases = 100;
  make_many();
  assert_refused(read_text(many_reads), HW_E_TOO_COMPLEX, "more than 100 bases");
}

static void memory_that_runs_out_is_told(void **state) {
  (void)state;
  make_many();
  write_file("m.sam", many_reads, strlen(many_reads));
  convert("m.bam", "wb", NULL);
  assert_int_equal(sam_index_build(path, 0), 0);
  for (long n = 0; hw_faults_begin(n); n++) {
    const hw_status status = hw_bam_read(path, panel, &options, &pileup, &summary, &err);
    if (!hw_faults_end()) {
      hw_assert_ok(status, &err);
      break;
    }
    hw_assert_status(status, HW_E_NO_MEMORY, &err);
    assert_null(pileup);
  }
  assert_true(pileup->first[6] > 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(a_single_read_is_its_fragment, begin, end),
      cmocka_unit_test_setup_teardown(a_single_read_may_be_a_part, begin, end),
      cmocka_unit_test_setup_teardown(clips_insertions_and_gaps_are_walked, begin, end),
      cmocka_unit_test_setup_teardown(what_does_not_count_is_counted, begin, end),
      cmocka_unit_test_setup_teardown(the_ends_of_a_pair_know_their_template, begin, end),
      cmocka_unit_test_setup_teardown(mates_that_disagree_take_from_each_other, begin, end),
      cmocka_unit_test_setup_teardown(the_far_end_of_an_improper_pair_is_not_known, begin, end),
      cmocka_unit_test_setup_teardown(umi_families_are_one_fragment, begin, end),
      cmocka_unit_test_setup_teardown(members_of_a_family_share_strand_and_ends, begin, end),
      cmocka_unit_test_setup_teardown(a_record_that_comes_twice_is_one, begin, end),
      cmocka_unit_test_setup_teardown(the_build_is_told_by_lengths, begin, end),
      cmocka_unit_test_setup_teardown(one_sample_is_read, begin, end),
      cmocka_unit_test_setup_teardown(bam_index_and_order_give_the_same, begin, end),
      cmocka_unit_test_setup_teardown(an_index_older_than_its_file_is_not_trusted, begin, end),
      cmocka_unit_test_setup_teardown(cram_is_read_with_its_reference_only, begin, end),
      cmocka_unit_test_setup_teardown(damaged_files_are_refused_in_one_line, begin, end),
      cmocka_unit_test_setup_teardown(a_bam_that_was_cut_off_is_refused, begin, end),
      cmocka_unit_test_setup_teardown(options_out_of_range_are_refused, begin, end),
      cmocka_unit_test_setup_teardown(memory_that_runs_out_is_told, begin, end),
  };
  return cmocka_run_group_tests(tests, begin_all, end_all);
}
