/* The formats that can be exported besides tables. */
#include "app/export.h"

const hw_exporter *const hw_exporters[] = {NULL};
const size_t hw_n_exporters = 0;
