/* Allocation failures by ld --wrap: the linker sends the code under test to
 * __wrap_malloc and keeps the true one as __real_malloc. */
#include "support/faults.h"

#include <stddef.h>

/* The linker dictates the names. */
void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *old, size_t size);
void *__real_aligned_alloc(size_t align, size_t size);
char *__real_strdup(const char *text);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *old, size_t size);
void *__wrap_aligned_alloc(size_t align, size_t size);
char *__wrap_strdup(const char *text);

static bool is_armed;
static bool has_failed;
static long left; /* allocations that still succeed */

bool hw_faults_begin(long n) {
  has_failed = false;
  left = n;
  is_armed = n < HW_FAULTS_MOST;
  return is_armed;
}

bool hw_faults_end(void) {
  is_armed = false;
  return has_failed;
}

static bool fails(void) {
  if (!is_armed || left-- > 0) return false;
  has_failed = true;
  return true;
}

void *__wrap_malloc(size_t size) {
  return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size) {
  return fails() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *old, size_t size) {
  return fails() ? NULL : __real_realloc(old, size);
}

void *__wrap_aligned_alloc(size_t align, size_t size) {
  return fails() ? NULL : __real_aligned_alloc(align, size);
}

char *__wrap_strdup(const char *text) {
  return fails() ? NULL : __real_strdup(text);
}
