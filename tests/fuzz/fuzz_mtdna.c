/* Fuzz target: haplotypes of mitochondrial DNA, "RANGES|DIFFERENCES".
 *
 * Promises checked on every input: a refusal has a message and makes nothing; what is accepted lies
 * within its ranges, in order; written out and read again it is the same; and compared with itself
 * it differs nowhere. */
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "fuzz.h"
#include "homeward/mtdna.h"

static bool is_covered(const hw_mt *haplotype, int32_t position) {
  for (int32_t i = 0; i < haplotype->n_ranges; i++)
    if (position >= haplotype->ranges[i].first && position <= haplotype->ranges[i].last)
      return true;
  return false;
}

static void check_order(const hw_mt *haplotype) {
  const hw_mt_difference *list = haplotype->differences;
  for (int32_t i = 0; i < haplotype->n_ranges; i++) {
    HW_FUZZ_CHECK(haplotype->ranges[i].first >= 1 && haplotype->ranges[i].last <= HW_MT_LENGTH);
    HW_FUZZ_CHECK(i == 0 || haplotype->ranges[i].first > haplotype->ranges[i - 1].last + 1);
  }
  for (int32_t i = 0; i < haplotype->n_differences; i++) {
    HW_FUZZ_CHECK(is_covered(haplotype, list[i].position));
    HW_FUZZ_CHECK(
        i == 0 || list[i - 1].position < list[i].position ||
        (list[i - 1].position == list[i].position && list[i - 1].insertion < list[i].insertion));
  }
}

static void check_again(const hw_mt *haplotype, const char *ranges) {
  hw_str text = HW_STR_INIT;
  hw_mt *again = NULL;
  for (int32_t i = 0; i < haplotype->n_differences; i++) {
    char one[HW_MT_DIFFERENCE_SIZE];
    hw_str_append(&text, hw_mt_difference_format(&haplotype->differences[i], one));
    hw_str_append(&text, " ");
  }
  if (text.length <= HW_MT_MAX_TEXT) {
    HW_FUZZ_CHECK(hw_mt_parse(ranges, hw_str_text(&text), &again, NULL) == HW_OK);
    HW_FUZZ_CHECK(again->n_differences == haplotype->n_differences);
    for (int32_t i = 0; i < again->n_differences; i++)
      HW_FUZZ_CHECK(again->differences[i].position == haplotype->differences[i].position &&
                    again->differences[i].insertion == haplotype->differences[i].insertion &&
                    again->differences[i].bases == haplotype->differences[i].bases);
    hw_mt_delete(again);
  }
  hw_str_clear(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  char *text = calloc(size + 1, 1);
  hw_err err = HW_ERR_INIT;
  hw_mt *haplotype = NULL;
  HW_FUZZ_CHECK(text != NULL);
  memcpy(text, data, size);
  char *bar = strchr(text, '|');
  if (bar != NULL) *bar = '\0';
  const char *ranges = bar != NULL ? text : "", *differences = bar != NULL ? bar + 1 : text;
  if (hw_mt_parse(ranges, differences, &haplotype, &err) != HW_OK) {
    HW_FUZZ_CHECK(haplotype == NULL && err.message[0] != '\0');
  } else {
    hw_mt_comparison same;
    check_order(haplotype);
    check_again(haplotype, ranges);
    if (haplotype->n_differences < 50) {
      HW_FUZZ_CHECK(hw_mt_compare(haplotype, haplotype, NULL, &same, &err) == HW_OK);
      HW_FUZZ_CHECK(same.n_differences == 0 && same.verdict == HW_MT_SAME);
    }
  }
  hw_mt_delete(haplotype);
  free(text);
  return 0;
}
