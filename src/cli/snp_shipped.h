/* The genetic map and the FORCE panel of data/, put into the program by tools/embed: a result does
 * not depend on what is installed beside it. */
#ifndef HW_CLI_SNP_SHIPPED_H
#define HW_CLI_SNP_SHIPPED_H

#include <stddef.h>

extern const char cli_shipped_map[];
extern const size_t cli_shipped_map_size;
extern const char cli_shipped_panel[];
extern const size_t cli_shipped_panel_size;

#endif
