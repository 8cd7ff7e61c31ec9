/* The file of cases that a command works on: homeward-case JSON or a Familias file.
 *
 * How a Familias file was understood is told on standard error, so that results on
 * standard output stay what they are; up to HW_ERRORS_KEPT mistakes of a file are
 * told at once. A Familias file may hold a kinship case and a case of remains side
 * by side; the command then sees the one that it is made for. */
#include "cli/cli.h"

#include <string.h>

#include "base/check.h"

static void tell_notes(const char *path, const hw_case_source *source) {
  for (int32_t i = 0; i < source->n_notes; i++) {
    const hw_note *note = &source->notes[i];
    if (note->line > 0)
      cli_say("%s:%llu: note: %s", path, (unsigned long long)note->line, note->text);
    else
      cli_say("%s: note: %s", path, note->text);
  }
}

static int tell_errors(const hw_errors *errors) {
  for (int i = 0; i < hw_errors_kept(errors); i++) (void)cli_error(&errors->kept[i]);
  if (errors->n > HW_ERRORS_KEPT)
    cli_say("%llu more mistakes", (unsigned long long)(errors->n - HW_ERRORS_KEPT));
  return hw_status_exit(hw_errors_status(errors, NULL));
}

int cli_read_cases(const char *path, bool wants_hypotheses, hw_case_source *out) {
  hw_errors errors = {0};
  *out = (hw_case_source){0};
  if (hw_case_source_read(path, out, &errors) != HW_OK) return tell_errors(&errors);
  tell_notes(path, out);
  if (out->fam != NULL && out->fam->kinship != NULL && out->fam->dvi != NULL)
    out->list =
        (hw_case_list){.n_cases = 1, .cases = wants_hypotheses ? out->fam->kinship : out->fam->dvi};
  return -1;
}

hw_status cli_choose_bare_case(const hw_case_list *list, const char *id, const hw_case **out,
                               hw_err *err) {
  *out = NULL;
  for (int32_t i = 0; i < list->n_cases && *out == NULL; i++)
    if (id == NULL || strcmp(list->cases[i].id, id) == 0) *out = &list->cases[i];
  if (*out == NULL)
    return hw_err_set(err, HW_E_REFERENCE, "there is no case '%s'", id != NULL ? id : "");
  if (id == NULL && list->n_cases > 1)
    return hw_err_set(err, HW_E_USAGE, "the file holds %d cases: choose one with --case ID",
                      (int)list->n_cases);
  if ((*out)->n_hypotheses > 0)
    return hw_err_set(err, HW_E_UNSUPPORTED,
                      "case '%s' has hypotheses, not remains and families: use 'homeward lr'",
                      (*out)->id);
  return HW_OK;
}

hw_status cli_choose_case(const hw_case_list *list, const char *id, const hw_case **out,
                          hw_err *err) {
  HW_TRY(cli_choose_bare_case(list, id, out, err));
  if ((*out)->n_markers == 0)
    return hw_err_set(err, HW_E_SHAPE,
                      "case '%s' has no markers: 'homeward identify' takes evidence of other kinds "
                      "beside it (--snp, --mtdna, --ystr)",
                      (*out)->id);
  return HW_OK;
}
