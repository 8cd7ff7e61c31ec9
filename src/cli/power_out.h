/* What the files of `homeward power` share. */
#ifndef HW_CLI_POWER_OUT_H
#define HW_CLI_POWER_OUT_H

#include "app/power.h"
#include "app/power_snp.h"
#include "base/arena.h"
#include "base/json_write.h"
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
  const hw_power_snp_study *snp; /* NULL = no SNP panels */
  const hw_power_snp_options *snp_options;
  const hw_power_snp_inputs *snp_inputs;
} power_view;

/* Tables on standard output. */
HW_MUST_CHECK hw_status power_print(const power_view *view, hw_err *err);
/* One family's missing persons in detail. */
HW_MUST_CHECK hw_status power_print_detail(const power_view *view, hw_err *err);
/* homeward-power/1 on standard output. */
HW_MUST_CHECK hw_status power_write_json(const power_view *view, hw_err *err);

/* What SNP panels add, as tables or as the member "snp". */
HW_MUST_CHECK hw_status power_print_snp(const power_view *view, hw_err *err);
void power_write_snp(hw_json_writer *w, const power_view *view);

/* A table that grows by cells. A zeroed one is empty. */
typedef struct power_sheet {
  hw_arena arena;
  const char **cells;
  int n, room;
  bool is_full; /* memory is exhausted */
} power_sheet;
void power_sheet_add(power_sheet *self, const char *format, ...) HW_PRINTF(2, 3);
/* Prints and frees. @param right  one letter per column: 'r' = numbers */
HW_MUST_CHECK hw_status power_sheet_finish(power_sheet *self, const char *const *headings,
                                           const char *right, hw_err *err);

/* Id of a person of a family. */
const char *power_person(const power_view *view, int32_t family, int32_t person);

#endif
