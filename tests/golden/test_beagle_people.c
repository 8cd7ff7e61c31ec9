/* The genotype likelihoods of seven real people, read by the reader of BEAGLE files and by a slow one
 * that shares nothing with it: the same bytes, the same panel, the same frequencies. */
#define _POSIX_C_SOURCE 200809L
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formats/beagle.h"
#include "golden.h"
#include "support/assert.h"

enum { N_PEOPLE = 7, N_SITES = 125034 };

static FILE *open_compressed(const char *shared, const char *name) {
  char command[GOLDEN_PATH + 80];
  snprintf(command, sizeof command, "gzip -dc '%s/data/snp/%s'", shared, name);
  FILE *opened = popen(command, "r");
  assert_non_null(opened);
  return opened;
}

/* Bytes of three likelihoods, by the words of homeward/snp.h. */
static void slow_bytes(const double *likelihoods, uint8_t *bytes) {
  double most = 0;
  for (int g = 0; g < 3; g++) most = fmax(most, likelihoods[g]);
  for (int g = 0; g < 3; g++) {
    const double units = -40 * log10(likelihoods[g] / most);
    bytes[g] = units > 255 ? 255 : (uint8_t)lround(units);
  }
}

static void real_likelihoods_are_read_as_a_slow_reader_reads_them(void **state) {
  (void)state;
  const char *shared = golden_shared();
  if (shared == NULL) skip();
  char path[GOLDEN_PATH + 40], frequencies[GOLDEN_PATH + 40];
  snprintf(path, sizeof path, "%s/data/snp/LWK.beagle.gz", shared);
  snprintf(frequencies, sizeof frequencies, "%s/data/snp/LWK.freq.gz", shared);
  const hw_beagle_options options = {
      .build = HW_GRCH37, .population = "LWK", .frequencies = frequencies};
  hw_snp_file file;
  hw_err err = HW_ERR_INIT;
  hw_assert_ok(hw_beagle_read(path, NULL, &options, &file, &err), &err);
  assert_int_equal(file.n_profiles, N_PEOPLE);
  assert_string_equal(file.profiles[3].id, "Ind3");
  assert_int_equal(file.panel->n_markers, N_SITES);

  FILE *sites = open_compressed(shared, "LWK.beagle.gz");
  FILE *second = open_compressed(shared, "LWK.freq.gz");
  int chromosome, bp, first, other, c, n = 0, n_known = 0;
  while ((c = fgetc(sites)) != '\n') assert_int_not_equal(c, EOF);
  while (fscanf(sites, "%d_%d %d %d", &chromosome, &bp, &first, &other) == 4) {
    double of[3 * N_PEOPLE], frequency;
    for (int i = 0; i < 3 * N_PEOPLE; i++) assert_int_equal(fscanf(sites, "%lf", &of[i]), 1);
    assert_int_equal(fscanf(second, "%lf", &frequency), 1);
    const int32_t m = hw_panel_find_site(file.panel, HW_GRCH37, chromosome, bp);
    assert_int_not_equal(m, HW_PANEL_NONE);
    const hw_panel_marker *marker = &file.panel->markers[m];
    assert_int_equal(marker->alleles[0][0], "ACGT"[first]);
    assert_int_equal(marker->alleles[1][0], "ACGT"[other]);
    hw_assert_close(file.panel->populations[0].frequencies[2 * m + 1], frequency, 0, 1e-15);
    for (int i = 0; i < N_PEOPLE; i++) {
      uint8_t expected[3];
      slow_bytes(of + 3 * i, expected);
      assert_memory_equal(file.profiles[i].bytes + 3 * (size_t)m, expected, 3);
      n_known += i == 0 && (expected[0] | expected[1] | expected[2]) != 0;
    }
    n++;
  }
  assert_int_equal(n, N_SITES);
  assert_int_equal(file.report.n_known[0], n_known);
  assert_int_equal(pclose(sites), 0);
  assert_int_equal(pclose(second), 0);
  hw_snp_file_clear(&file);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(real_likelihoods_are_read_as_a_slow_reader_reads_them)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
