/* How `relate` and `search` tell whether frequencies fit the people. */
#ifndef HW_CLI_POPULATION_OUT_H
#define HW_CLI_POPULATION_OUT_H

#include "base/json_write.h"
#include "homeward/population.h"

/* The member "population_check"; null where none was made (NULL). */
void cli_population_json(hw_json_writer *w, const hw_population_result *check);
/* True if the frequencies do not fit: everybody must be told. */
bool cli_population_is_wrong(const hw_population_result *check);
/* What is concluded where they are not wrong: "the frequencies fit", … */
const char *cli_population_conclusion(const hw_population_result *check);
/* Begins the warning: what was seen. Returns its length. */
size_t cli_population_warning(const hw_population_result *check, const char *pairs, char *text,
                              size_t size);
/* Prints a warning over as many lines as it needs, each behind a mark. */
void cli_population_print_warning(const char *text);

#endif
