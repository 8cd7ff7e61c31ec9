/* What storing, and computing again, a joint run share. Inside app only. */
#ifndef HW_APP_IDENTIFY_JOINT_H
#define HW_APP_IDENTIFY_JOINT_H

#include "app/kept_run.h"

/* Parameters of a joint run, in the arena. */
HW_MUST_CHECK hw_status hwp_joint_parameters(const hw_stored_case *stored,
                                             const hw_identification_options *options,
                                             hw_arena *arena, const char **out, hw_err *err);
/* Its rows of pairings and remains, in the arena, and the step. */
HW_MUST_CHECK hw_status hwp_joint_rows(const hw_stored_case *stored,
                                       const hw_identification_options *options, hw_arena *arena,
                                       hwp_run *out, hw_err *err);

#endif
