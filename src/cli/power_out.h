/* What the files of `homeward power` share. */
#ifndef HW_CLI_POWER_OUT_H
#define HW_CLI_POWER_OUT_H

#include "app/power.h"
#include "cli/cli.h"

/* A finished run and how it is to be shown. */
typedef struct power_view {
  const hw_case *problem;
  const hw_power_study *power;
  const hw_power_options *options;
  const char *profile; /* what is assumed of the remains, for people */
  int32_t n_top;       /* rows of the lists of advice */
  bool is_detail;      /* of one family */
  bool has_consent;    /* who refused consent is known, and left out */
  int32_t n_without_consent;
} power_view;

/* Tables on standard output. */
HW_MUST_CHECK hw_status power_print(const power_view *view, hw_err *err);
/* One family's missing persons in detail. */
HW_MUST_CHECK hw_status power_print_detail(const power_view *view, hw_err *err);
/* homeward-power/1 on standard output. */
HW_MUST_CHECK hw_status power_write_json(const power_view *view, hw_err *err);

/* Id of a person of a family. */
const char *power_person(const power_view *view, int32_t family, int32_t person);

#endif
