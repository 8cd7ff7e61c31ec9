/** @file
 * Reports for tests: one with every kind of block, and random ones.
 *
 * All that is in them is made up. In a random report every text is made of words of its own
 * ("t17a"), so that each can be counted in what other programs read out of the file.
 */
#ifndef HW_TESTS_REPORT_SAMPLE_H
#define HW_TESTS_REPORT_SAMPLE_H

#include "homeward/report.h"

/** A comparison of 24 markers in Vietnamese, with every kind of block. Fails the program if it
 * cannot be made. @param is_draft  with the word across the page
 * @return free with hw_report_delete; NULL when memory is exhausted */
hw_report *sample_report(bool is_draft, hw_err *err);

/** A random report; equal seeds give equal reports. */
hw_report *sample_random_report(uint64_t seed, hw_err *err);

#endif
