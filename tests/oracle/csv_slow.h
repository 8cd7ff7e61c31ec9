/** @file
 * CSV, byte by byte, as anybody would write it: the yardstick of formats/csv.h
 * for answers (tests) and speed (bench).
 */
#ifndef HOMEWARD_TESTS_CSV_SLOW_H
#define HOMEWARD_TESTS_CSV_SLOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum csv_slow_event {
  CSV_SLOW_FIELD, /* a field; others of the row follow */
  CSV_SLOW_LAST,  /* the last field of a row */
  CSV_SLOW_END,
  CSV_SLOW_ERROR
} csv_slow_event;

/* The caller sets the first four; text must have room for the longest field. */
typedef struct csv_slow {
  const char *at, *end;
  char delimiter;
  char *text; /* of the field, NUL-terminated */
  size_t length;
  bool is_quoted;
  uint64_t line;  /* behind the field, from 0 */
  bool is_inside; /* of a row */
} csv_slow;

csv_slow_event csv_slow_next(csv_slow *self);

#endif
