/* Partitions of founder slots: all of them, once, with probabilities that sum to one. */
#include "kinship/urn.h"

#include "support/assert.h"

static void partitions_are_counted_by_the_bell_numbers(void **state) {
  static const double bell[] = {1, 1, 2, 5, 15, 52, 203, 877, 4140, 21147};
  (void)state;
  for (int32_t n = 0; n <= HWP_MAX_URN_SLOTS; n++) {
    hwp_partition partition;
    double count = 1;
    hwp_partition_begin(&partition, n);
    while (hwp_partition_next(&partition)) count++;
    hw_assert_same_bits(count, bell[n]);
    hw_assert_same_bits(hwp_partition_count(n), bell[n]);
  }
}

static void probabilities_of_partitions_sum_to_one(void **state) {
  static const double theta[] = {1e-300, 0.01, 0.3, 0.99};
  (void)state;
  for (int t = 0; t < 4; t++)
    for (int32_t n = 0; n <= HWP_MAX_URN_SLOTS; n++)
      for (int32_t known = 0; known < 5; known += 2) {
        hwp_partition partition;
        double sum = 0;
        hwp_partition_begin(&partition, n);
        do sum += hwp_partition_probability(&partition, theta[t], known);
        while (hwp_partition_next(&partition));
        hw_assert_close(sum, 1.0, 1e-12, 0);
      }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(partitions_are_counted_by_the_bell_numbers),
      cmocka_unit_test(probabilities_of_partitions_sum_to_one),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
