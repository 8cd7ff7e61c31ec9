/* Fuzz target: tables of panels.
 *
 * Promises checked on every input: the same bytes give the same answer twice; a failure has a status
 * and a message; a panel that was read is sorted, its frequencies sum to one, its markers are found
 * by name and position; what is written of it reads back and is written to the same bytes. */
#define _POSIX_C_SOURCE 200809L
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "homeward/panel.h"

static void check_markers(const hw_panel *panel) {
  for (int32_t m = 0; m < panel->n_markers; m++) {
    const hw_panel_marker *marker = &panel->markers[m];
    HW_FUZZ_CHECK(marker->chromosome >= 1 && marker->chromosome <= HW_PANEL_X);
    HW_FUZZ_CHECK(m == 0 || panel->markers[m - 1].chromosome <= marker->chromosome);
    HW_FUZZ_CHECK(hw_panel_find(panel, marker->name) == m);
    HW_FUZZ_CHECK(marker->n_alleles >= 2 && marker->n_alleles <= HW_PANEL_MAX_ALLELES);
    HW_FUZZ_CHECK(panel->first_allele[m + 1] - panel->first_allele[m] == marker->n_alleles);
    for (int b = 0; b < HW_BUILD_COUNT; b++)
      HW_FUZZ_CHECK(marker->bp[b] == 0 ||
                    hw_panel_find_site(panel, (hw_build)b, marker->chromosome, marker->bp[b]) == m);
    for (int32_t p = 0; p < panel->n_populations; p++) {
      const double *f = panel->populations[p].frequencies + panel->first_allele[m];
      double sum = 0;
      for (int32_t a = 0; a < marker->n_alleles; a++) {
        HW_FUZZ_CHECK(isnan(f[a]) == isnan(f[0]));
        sum += f[a];
      }
      HW_FUZZ_CHECK(isnan(sum) || fabs(sum - 1) <= 1.01e-6);
    }
  }
}

static char *write_text(const hw_panel *panel, size_t *n) {
  char *text = NULL;
  FILE *file = open_memstream(&text, n);
  HW_FUZZ_CHECK(file != NULL);
  HW_FUZZ_CHECK(hw_panel_write(panel, file, NULL) == HW_OK);
  HW_FUZZ_CHECK(fclose(file) == 0);
  return text;
}

static void check_round_trip(const hw_panel *panel) {
  size_t n = 0, n_again = 0;
  hw_panel *again = NULL;
  char *text = write_text(panel, &n);
  HW_FUZZ_CHECK(hw_panel_parse(text, n, "w", &again, NULL) == HW_OK);
  char *text_again = write_text(again, &n_again);
  HW_FUZZ_CHECK(n == n_again && memcmp(text, text_again, n) == 0);
  free(text);
  free(text_again);
  hw_panel_delete(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const char *bytes = (const char *)data;
  hw_panel *panel = NULL, *again = NULL;
  hw_err err = HW_ERR_INIT, err_again = HW_ERR_INIT;
  const hw_status status = hw_panel_parse(bytes, size, "f", &panel, &err);
  HW_FUZZ_CHECK(status == hw_panel_parse(bytes, size, "f", &again, &err_again));
  HW_FUZZ_CHECK((panel != NULL) == (status == HW_OK));
  hw_panel_delete(again);
  if (status == HW_OK) {
    check_markers(panel);
    check_round_trip(panel);
  } else {
    HW_FUZZ_CHECK(err.status == status && err.message[0]);
    HW_FUZZ_CHECK(memcmp(&err, &err_again, sizeof err) == 0);
  }
  hw_panel_delete(panel);
  return 0;
}
