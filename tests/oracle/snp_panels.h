/** @file
 * SNP panels of known layout: made up ones, and any panel file on the sex-averaged map.
 *
 * Example:
 * @code
 *   hw_panel *panel = snp_panel_uniform(10230, 2, 1);
 *   hw_panel_delete(panel);
 * @endcode
 */
#ifndef HOMEWARD_TESTS_SNP_PANELS_H
#define HOMEWARD_TESTS_SNP_PANELS_H

#include "homeward/panel.h"

/** Markers at random places of the 22 autosomes, uniform in centimorgans, sex-averaged, one synthetic population "S". Two alleles:
 * minor allele frequencies uniform over 0.2 … 0.5; three: Dirichlet distributed with 6, 5 and 4. */
hw_panel *snp_panel_uniform(int32_t n_markers, int32_t n_alleles, uint64_t seed);

/** Markers on chromosome 1 and X alone, @p step_cm apart (male map half of it), frequencies as
 * above. */
hw_panel *snp_panel_small(int32_t n_on_1, int32_t n_on_x, double step_cm, uint64_t seed);

/** The autosomal markers of a panel file that have a map and frequencies, both maps replaced by
 * their mean. NULL if there is no such file. */
hw_panel *snp_panel_averaged(const char *path, int32_t population);

#endif
