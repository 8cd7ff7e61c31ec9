/** @file
 * Mutation matrices as the owner of a marker keeps them.
 *
 * Example:
 * @code
 *   double *matrix[2] = {female, male};
 *   for (int from = 0; from < 2; from++)
 *     HW_TRY(hw_mutation_matrix(marker, from, matrix[from], err));
 *   HW_TRY(hwp_mutation_keep(marker, matrix, arena, err));
 * @endcode
 */
#ifndef HW_GENETICS_MUTATION_KEEP_H
#define HW_GENETICS_MUTATION_KEEP_H

#include "base/arena.h"
#include "homeward/marker.h"

/** Gives a marker its two matrices, as its member `matrix` wants them: none where nothing mutates,
 * which a model with a rate may come to (onestep on alleles without neighbours), and one where the
 * sexes do not differ.
 * @param matrix  n_alleles × n_alleles, by HW_FROM_…; copied
 * @return HW_OK, HW_E_NO_MEMORY */
HW_MUST_CHECK hw_status hwp_mutation_keep(hw_marker *marker, double *const matrix[2],
                                          hw_arena *arena, hw_err *err);

#endif
