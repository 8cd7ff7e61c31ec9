/* Shared by the files that evaluate prepared pedigrees. */
#ifndef HW_KINSHIP_KIN_H
#define HW_KINSHIP_KIN_H

#include "homeward/likelihood.h"
#include "kinship/family.h"

/* Defaults of hw_likelihood_options. */
#define HWP_MAX_WORK 2e11
#define HWP_MAX_BYTES (2.0 * 1024 * 1024 * 1024)

#endif
