/* Fuzz target: tables of genetic maps.
 *
 * Promises checked on every input: the same bytes give the same answer twice; a failure has a status
 * and a message; a map that was read never goes backwards, at its points, between and beyond them;
 * what is written of it reads back and is written to the same bytes. */
#define _POSIX_C_SOURCE 200809L
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "homeward/map.h"

static void check_chromosome(const hw_map *map, int32_t chromosome) {
  double female_before = -INFINITY, male_before = -INFINITY;
  for (int32_t i = map->first_point[chromosome]; i < map->first_point[chromosome + 1]; i++) {
    const hw_map_point *point = &map->points[i];
    HW_FUZZ_CHECK(point->chromosome == chromosome);
    for (int32_t shift = -1; shift <= 1; shift++) {
      const int64_t bp = (int64_t)point->bp + shift;
      double female, male;
      if (bp < 1 || bp > INT32_MAX) continue;
      if (i > map->first_point[chromosome] && bp <= point[-1].bp + 1 && shift < 0) continue;
      HW_FUZZ_CHECK(hw_map_find(map, chromosome, (int32_t)bp, &female, &male));
      HW_FUZZ_CHECK(female >= female_before);
      HW_FUZZ_CHECK(chromosome == HW_PANEL_X ? isnan(male) : male >= male_before);
      female_before = female;
      male_before = male;
    }
  }
}

static char *write_text(const hw_map *map, size_t *n) {
  char *text = NULL;
  FILE *file = open_memstream(&text, n);
  HW_FUZZ_CHECK(file != NULL);
  HW_FUZZ_CHECK(hw_map_write(map, file, NULL) == HW_OK);
  HW_FUZZ_CHECK(fclose(file) == 0);
  return text;
}

static void check_round_trip(const hw_map *map) {
  size_t n = 0, n_again = 0;
  hw_map *again = NULL;
  char *text = write_text(map, &n);
  HW_FUZZ_CHECK(hw_map_parse(text, n, "w", &again, NULL) == HW_OK);
  char *text_again = write_text(again, &n_again);
  HW_FUZZ_CHECK(n == n_again && memcmp(text, text_again, n) == 0);
  free(text);
  free(text_again);
  hw_map_delete(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const char *bytes = (const char *)data;
  hw_map *map = NULL, *again = NULL;
  hw_err err = HW_ERR_INIT, err_again = HW_ERR_INIT;
  const hw_status status = hw_map_parse(bytes, size, "f", &map, &err);
  HW_FUZZ_CHECK(status == hw_map_parse(bytes, size, "f", &again, &err_again));
  HW_FUZZ_CHECK((map != NULL) == (status == HW_OK));
  hw_map_delete(again);
  if (status == HW_OK) {
    for (int32_t c = 1; c <= HW_PANEL_X; c++) check_chromosome(map, c);
    check_round_trip(map);
  } else {
    HW_FUZZ_CHECK(err.status == status && err.message[0]);
    HW_FUZZ_CHECK(memcmp(&err, &err_again, sizeof err) == 0);
  }
  hw_map_delete(map);
  return 0;
}
