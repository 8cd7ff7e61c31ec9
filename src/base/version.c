/* The version that is recorded in results: that of the library, not of the headers that a
 * program happened to be compiled with. */
#include "homeward/version.h"

const char *hw_version(void) {
  return HW_VERSION;
}
