/* What every benchmark does alike: it ends with the reason where something fails. */
#ifndef HW_BENCH_COMMON_H
#define HW_BENCH_COMMON_H

#include <stdio.h>
#include <stdlib.h>

#include "homeward/status.h"

static inline void check(hw_status status, const hw_err *err) {
  char text[1024];
  if (status == HW_OK) return;
  fprintf(stderr, "bench: %s\n", hw_err_text(err, text, sizeof text));
  exit(1);
}

/* Zeroed, and one more than asked for, so that nothing is asked for nothing. */
static inline void *allocate(size_t count, size_t size) {
  void *memory = calloc(count + 1, size);
  if (memory == NULL) abort();
  return memory;
}

#endif
