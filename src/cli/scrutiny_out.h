/* What the files of `homeward scrutinise` share. */
#ifndef HW_CLI_SCRUTINY_OUT_H
#define HW_CLI_SCRUTINY_OUT_H

#include "base/json_write.h"
#include "cli/cli.h"
#include "homeward/scrutiny.h"

/* One pairing that was examined. */
typedef struct scrutiny_view {
  const hw_case *problem;
  int32_t family, missing, remains;
  const char *identification, *state; /* of a case database; NULL = none */
  const hw_scrutiny_options *options; /* with the defaults filled in */
  const hw_scrutiny_report *report;
} scrutiny_view;

/* Id of a person of the view's family. */
const char *scrutiny_id(const scrutiny_view *view, int32_t person);
const char *scrutiny_missing_id(const scrutiny_view *view);

void scrutiny_print(const scrutiny_view *view);
/* One object in an array. */
void scrutiny_write_json(hw_json_writer *w, const scrutiny_view *view);

#endif
