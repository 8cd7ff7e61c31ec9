/* VCF against a slow reading of the same records: random markers, random alleles of the file, exchanged,
 * flipped, missing and foreign ones. The slow reading knows genotypes as pairs of letters and has no
 * index. Files and seeds are made here. */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "formats/vcf.h"
#include "support/assert.h"

enum { N_MARKERS = 400, MOST = 4, LETTERS = 128 };

static uint32_t seed;
static int draw(int n) {
  seed = seed * 1664525u + 1013904223u;
  return (int)((seed >> 8) % (uint32_t)n);
}

typedef struct site {
  char of_marker[MOST + 1], of_file[MOST + 1]; /* letters, the reference's first */
  int cost[LETTERS][LETTERS];                  /* PL by letters of the file */
} site;

static void draw_letters(char *out, int n) {
  char letters[] = "ACGT";
  for (int i = 0; i < n; i++) {
    const int k = i + draw(MOST - i);
    const char c = letters[k];
    letters[k] = letters[i];
    out[i] = letters[i] = c;
  }
  out[n] = '\0';
}

static char other_strand(char c) {
  return "TGCA"[strchr("ACGT", c) - "ACGT"];
}

/* Mostly the marker's alleles, in some order, on some strand. */
static void draw_site(site *self) {
  draw_letters(self->of_marker, 2 + draw(3));
  memcpy(self->of_file, self->of_marker, sizeof self->of_file);
  const size_t n = strlen(self->of_file);
  if (draw(4) == 0) draw_letters(self->of_file, 1 + draw(MOST));
  if (draw(4) == 0) self->of_file[1 + draw((int)n)] = '\0';
  if (draw(3) == 0 && self->of_file[1] != '\0') {
    const char c = self->of_file[0];
    self->of_file[0] = self->of_file[1];
    self->of_file[1] = c;
  }
  if (draw(4) == 0)
    for (char *at = self->of_file; *at != '\0'; at++) *at = other_strand(*at);
}

static void write_record(hw_str *text, site *self, int bp) {
  const int n = (int)strlen(self->of_file);
  hw_str_append_format(text, "1\t%d\t.\t%c\t", bp, self->of_file[0]);
  for (int i = 1; i < n; i++) hw_str_append_format(text, i > 1 ? ",%c" : "%c", self->of_file[i]);
  hw_str_append_format(text, "%s\t.\t.\t.\tPL\t", n == 1 ? "." : "");
  for (int b = 0; b < n; b++)
    for (int a = 0; a <= b; a++) {
      const int pl = draw(3) == 0 ? 0 : draw(80);
      self->cost[(int)self->of_file[a]][(int)self->of_file[b]] = pl;
      self->cost[(int)self->of_file[b]][(int)self->of_file[a]] = pl;
      hw_str_append_format(text, b > 0 ? ",%d" : "%d", pl);
    }
  hw_str_append(text, "\n");
}

/* --- the slow reading --- */

static bool has(const char *letters, char c) {
  return c != '\0' && strchr(letters, c) != NULL;
}

/* Does a record begin with the marker's reference and list another of its alleles? */
static bool is_direct(const char *marker, const char *file) {
  if (file[0] != marker[0]) return false;
  for (const char *at = file + 1; *at != '\0'; at++)
    if (has(marker, *at)) return true;
  return false;
}
static bool is_exchanged(const char *marker, const char *file) {
  return file[0] != marker[0] && has(marker, file[0]) && has(file, marker[0]);
}

static hw_snp_left classify(const site *self, bool *is_flipped) {
  const char *marker = self->of_marker, *file = self->of_file;
  char turned[MOST + 1] = "";
  bool shares = false;
  for (int i = 0; file[i] != '\0'; i++) {
    turned[i] = other_strand(file[i]);
    shares = shares || has(marker, file[i]);
  }
  const bool can_turn = is_direct(marker, turned) || is_exchanged(marker, turned);
  *is_flipped = false;
  if (is_direct(marker, file)) return HW_SNP_LEFT_COUNT;
  if (file[0] == marker[0]) return file[1] == '\0' ? HW_SNP_LEFT_COUNT : HW_SNP_LEFT_ALTERNATE;
  if (is_exchanged(marker, file)) return can_turn ? HW_SNP_LEFT_STRAND : HW_SNP_LEFT_COUNT;
  if (!can_turn) return HW_SNP_LEFT_REFERENCE;
  *is_flipped = true;
  return shares ? HW_SNP_LEFT_STRAND : HW_SNP_LEFT_COUNT;
}

/* Cost of the marker's genotype x/y; letters that the file has not stand for its worst. */
static int slow_cost(const site *self, bool is_flipped, char x, char y) {
  int most = -1;
  for (const char *c = self->of_marker; *c != '\0'; c++)
    for (const char *d = self->of_marker; *d != '\0'; d++) {
      const char fc = is_flipped ? other_strand(*c) : *c, fd = is_flipped ? other_strand(*d) : *d;
      const char fx = is_flipped ? other_strand(x) : x, fy = is_flipped ? other_strand(y) : y;
      if (!has(self->of_file, fc) || !has(self->of_file, fd)) continue;
      if (has(self->of_file, fx) && fc != fx) continue;
      if (has(self->of_file, fy) && fd != fy) continue;
      const int cost = self->cost[(int)fc][(int)fd];
      most = cost > most ? cost : most;
    }
  return most;
}

static void check_marker(const hw_snp_file *file, int m, const site *self) {
  const int n = (int)strlen(self->of_marker);
  int cost[MOST * (MOST + 1) / 2], best = 1 << 20, n_genotypes = 0;
  bool is_flipped;
  const hw_snp_left left = classify(self, &is_flipped);
  const bool is_known = left == HW_SNP_LEFT_COUNT && self->of_file[1] != '\0';
  for (int b = 0; b < n; b++)
    for (int a = 0; a <= b; a++) {
      const int of =
          is_known ? slow_cost(self, is_flipped, self->of_marker[a], self->of_marker[b]) : 0;
      best = of < best ? of : best;
      cost[n_genotypes++] = of;
    }
  for (int g = 0; g < n_genotypes; g++) {
    const int expected = 4 * (cost[g] - best) > 255 ? 255 : 4 * (cost[g] - best);
    const int found = file->profiles[0].bytes[file->panel->first_genotype[m] + g];
    if (found != expected)
      printf("# seed %u: marker %s, file %s, genotype %d: %d, expected %d\n", seed, self->of_marker,
             self->of_file, g, found, expected);
    assert_int_equal(found, expected);
  }
}

static void check_round(uint32_t first_seed) {
  static site sites[N_MARKERS];
  hw_str text = HW_STR_INIT, panel_text = HW_STR_INIT;
  uint64_t left[HW_SNP_LEFT_COUNT + 1] = {0};
  hw_panel *panel = NULL;
  hw_snp_file file;
  hw_err err = HW_ERR_INIT;
  seed = first_seed;
  hw_str_append(&text, "##fileformat=VCFv4.2\n##contig=<ID=1,length=248956422>\n"
                       "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tA\n");
  hw_str_append(&panel_text, "marker,chromosome,grch37,grch38,alleles,female_cm,male_cm\n");
  for (int m = 0; m < N_MARKERS; m++) {
    site *self = &sites[m];
    bool is_flipped;
    draw_site(self);
    hw_str_append_format(&panel_text, "m%d,1,,%d,", m, m + 1);
    for (const char *at = self->of_marker; *at != '\0'; at++)
      hw_str_append_format(&panel_text, at == self->of_marker ? "%c" : "/%c", *at);
    hw_str_append(&panel_text, ",,\n");
    write_record(&text, self, m + 1);
    left[classify(self, &is_flipped)]++;
  }
  hw_assert_ok(hw_panel_parse(panel_text.bytes, panel_text.length, "p", &panel, &err), &err);
  hw_assert_ok(hw_vcf_parse(text.bytes, text.length, "v", panel, NULL, &file, &err), &err);
  assert_int_equal(file.report.n_matched, left[HW_SNP_LEFT_COUNT]);
  for (int i = 0; i < HW_SNP_LEFT_COUNT; i++) assert_int_equal(file.report.left[i].n, left[i]);
  for (int m = 0; m < N_MARKERS; m++) check_marker(&file, m, &sites[m]);
  hw_snp_file_clear(&file);
  hw_panel_delete(panel);
  hw_str_clear(&text);
  hw_str_clear(&panel_text);
}

static void random_records_are_read_as_a_slow_reader_reads_them(void **state) {
  (void)state;
  const char *scale = getenv("HOMEWARD_TEST_SCALE");
  const int wanted = (int)(10 * (scale != NULL ? strtod(scale, NULL) : 1));
  const int n = wanted > 1 ? wanted : 1;
  for (int i = 0; i < n; i++) check_round((uint32_t)(i + 1) * 7919u);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(random_records_are_read_as_a_slow_reader_reads_them)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
