/* The formats that can be imported, in the order in which a file is looked at: those with a
 * signature first, tables last, since any text looks like a table. */
#include "app/import.h"

const hw_importer *const hw_importers[] = {NULL};
const size_t hw_n_importers = 0;
