/** @file
 * A fitted model of reads as JSON, as stored profiles and commands show it.
 *
 * Example:
 * @code
 *   hw_json_write_key(w, "model");
 *   hw_reads_model_write(w, &fit);   // {"damage": {"value": 0.2, "se": 0.01, "is_determined": true}, …}
 * @endcode
 */
#ifndef HW_APP_READS_MODEL_H
#define HW_APP_READS_MODEL_H

#include "base/json_write.h"
#include "homeward/reads.h"

/** "double", "single", "treated". */
const char *hw_reads_library_name(hw_library library);
/** @return false: no library has this name */
bool hw_reads_library_find(const char *name, hw_library *out);
/** An object with a member for each number of the model: value, standard error (null = not fitted or
 * not determined), and whether the reads tell it. */
void hw_reads_model_write(hw_json_writer *w, const hw_reads_fit *fit);

#endif
