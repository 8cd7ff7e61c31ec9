/* How `relate` and `search` tell whether frequencies fit the people.
 *
 * Frequencies of another population make relatives of strangers. A figure in a table is
 * not enough for that: the warning says in words what was seen and that the ratios below
 * are too large; what can be done about it differs, and is the caller's to add. */
#include "cli/population_out.h"

#include <stdio.h>
#include <string.h>

#include "base/json_members.h"

void cli_population_json(hw_json_writer *w, const hw_population_result *check) {
  static const char *const verdicts[] = {"fits", "too few", "not below", "inflated"};
  if (check == NULL) {
    hw_json_add_null(w, "population_check");
    return;
  }
  hw_json_add_object(w, "population_check");
  hw_json_add_text(w, "verdict", verdicts[check->verdict]);
  hw_json_add_int(w, "pairs", check->n_pairs);
  hw_json_add_double(w, "median_log10_lr", check->median_log10_lr);
  hw_json_add_int(w, "above_1", check->levels[0].n);
  hw_json_add_int(w, "above_100", check->levels[1].n);
  hw_json_add_int(w, "above_10000", check->levels[2].n);
  hw_json_add_number(w, "f", check->f);
  hw_json_add_number(w, "f_error", check->f_error);
  hw_json_write_end_object(w);
}

bool cli_population_is_wrong(const hw_population_result *check) {
  return check->verdict != HW_POPULATION_FITS && check->verdict != HW_POPULATION_TOO_FEW;
}

const char *cli_population_conclusion(const hw_population_result *check) {
  return check->verdict == HW_POPULATION_FITS ? "the frequencies fit" : "too few pairs to be sure";
}

size_t cli_population_warning(const hw_population_result *check, const char *pairs, char *text,
                              size_t size) {
  const int n = snprintf(
      text, size,
      "THE FREQUENCIES DO NOT FIT THESE PEOPLE: of %d %s %.0f %% look "
      "like second cousins and %.0f %% with an LR above 10^4 (median log10 LR %.1f, which must "
      "be below 0; heterozygotes are %.1f %% fewer than expected). Likelihood ratios below "
      "are too large.",
      (int)check->n_pairs, pairs, 100 * check->levels[0].share, 100 * check->levels[2].share,
      check->median_log10_lr, 100 * check->f);
  return n < 0 ? 0 : (size_t)n < size ? (size_t)n : size - 1;
}

void cli_population_print_warning(const char *text) {
  static const char mark[] = "*** ";
  enum { WIDTH = 96 };
  int column = 0;
  fputs(mark, stdout);
  for (const char *at = text; *at != '\0';) {
    const size_t n = strcspn(at, " ");
    if (column > 0 && column + 1 + (int)n > WIDTH) {
      printf("\n%s", mark);
      column = 0;
    }
    if (column > 0) fputc(' ', stdout);
    fwrite(at, 1, n, stdout);
    column += (int)n + 1;
    at += n + (at[n] == ' ');
  }
  fputc('\n', stdout);
}
