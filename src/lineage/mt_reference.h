/* The text of data/mt_rcrs.txt, put into the library by tools/embed. */
#ifndef HW_LINEAGE_MT_REFERENCE_H
#define HW_LINEAGE_MT_REFERENCE_H

#include <stddef.h>

/* Lines of HWP_MT_LINE bases. */
enum { HWP_MT_LINE = 60 };
extern const char hwp_mt_rcrs[];
extern const size_t hwp_mt_rcrs_size;

#endif
