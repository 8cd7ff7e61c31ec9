/* A stored run of identify or search, and what changed since the last. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/json_members.h"
#include "cli/identify_out.h"

enum { MOST_LINES = 20 };

/* ---- tables ---- */

static void print_run(const hw_identification_report *report) {
  if (report->is_unchanged) {
    printf("\nRun        %s of %s stands: nothing has changed since\n", report->run,
           report->previous_at);
    return;
  }
  if (!report->is_stored) {
    printf("\nRun        not stored (--dry-run)\n");
    return;
  }
  printf("\nRun        %s, stored", report->run);
  if (report->n_candidates > 0)
    printf("; %d new candidate%s for identification", (int)report->n_candidates,
           report->n_candidates == 1 ? "" : "s");
  fputc('\n', stdout);
}

static int count_changes(const hw_identification_report *report, hw_pair_change kind) {
  int n = 0;
  for (int32_t i = 0; i < report->n_changes; i++) n += report->changes[i].kind == kind;
  return n;
}

static void print_change(const hw_identification_change *change, bool is_joint) {
  static const char *const words[] = {"new", "changed", "gone"};
  char before[CLI_NUMBER_SIZE] = "", after[CLI_NUMBER_SIZE] = "";
  hw_str why = HW_STR_INIT;
  hw_identification_why(change->why, &why);
  printf("  %-8s %s  %s  %s  ", words[change->kind], change->remains, change->family,
         change->missing);
  if (!isnan(change->before)) cli_format_log10(change->before, before);
  if (!isnan(change->after)) cli_format_log10(change->after, after);
  fputs(before, stdout);
  if (strcmp(before, after) != 0 && after[0] != '\0')
    printf("%s%s", before[0] != '\0' ? " -> " : "", after);
  if (is_joint && !isnan(change->posterior_before) && !isnan(change->posterior) &&
      change->posterior_before != change->posterior)
    printf("  posterior %.4g -> %.4g", change->posterior_before, change->posterior);
  printf("%s%s%s\n", why.length > 0 ? "  (" : "", hw_str_text(&why), why.length > 0 ? ")" : "");
  hw_str_clear(&why);
}

static void print_since(const hw_identification_report *report, const char *investigation) {
  if (report->is_unchanged) return;
  if (report->previous[0] == '\0') {
    printf("Since      this is the first run of '%s'\n", investigation);
    return;
  }
  printf("Since      %s of %s: %d new, %d changed, %d gone\n", report->previous,
         report->previous_at, count_changes(report, HW_PAIR_NEW),
         count_changes(report, HW_PAIR_CHANGED), count_changes(report, HW_PAIR_GONE));
  if (report->step > 0 && count_changes(report, HW_PAIR_CHANGED) > 0)
    printf("           (changed: another ratio, or a posterior that moved by %g or more)\n",
           report->step);
  for (int32_t i = 0; i < report->n_changes && i < MOST_LINES; i++)
    print_change(&report->changes[i], report->step > 0);
  if (report->n_changes > MOST_LINES)
    printf("  ... and %d more (all in --json)\n", (int)report->n_changes - MOST_LINES);
}

void cli_print_stored(const hw_identification_report *report, const char *investigation) {
  print_run(report);
  print_since(report, investigation);
}

/* ---- JSON ---- */

static void write_change(hw_json_writer *w, const hw_identification_change *change, bool is_joint) {
  static const char *const words[] = {"new", "changed", "gone"};
  hw_json_write_begin_row_object(w);
  hw_json_add_text(w, "change", words[change->kind]);
  hw_json_add_text(w, "remains", change->remains);
  hw_json_add_text(w, "family", change->family);
  hw_json_add_text(w, "missing", change->missing);
  hw_json_add_number(w, "log10_lr_before", change->before);
  hw_json_add_number(w, "log10_lr", change->after);
  if (is_joint) {
    hw_json_add_number(w, "posterior_before", change->posterior_before);
    hw_json_add_number(w, "posterior", change->posterior);
  }
  hw_json_add_array(w, "why");
  for (unsigned bit = 1; bit < 1u << HW_WHY_COUNT; bit *= 2) {
    if (!(change->why & bit)) continue;
    hw_str why = HW_STR_INIT;
    hw_identification_why(bit, &why);
    hw_json_write_string(w, hw_str_text(&why));
    hw_str_clear(&why);
  }
  hw_json_write_end_array(w);
  hw_json_write_end_object(w);
}

void cli_json_stored(hw_json_writer *w, const hw_identification_report *report) {
  hw_json_add_object(w, "run");
  hw_json_add_text(w, "code", report->run[0] != '\0' ? report->run : NULL);
  hw_json_add_bool(w, "stored", report->is_stored);
  hw_json_add_bool(w, "unchanged", report->is_unchanged);
  hw_json_add_int(w, "new_candidates", report->n_candidates);
  hw_json_write_end_object(w);
  if (report->previous[0] == '\0') {
    hw_json_add_null(w, "since");
    return;
  }
  hw_json_add_object(w, "since");
  hw_json_add_text(w, "run", report->previous);
  hw_json_add_text(w, "at", report->previous_at);
  hw_json_add_array(w, "changes");
  for (int32_t i = 0; i < report->n_changes; i++)
    write_change(w, &report->changes[i], report->step > 0);
  hw_json_write_end_array(w);
  hw_json_write_end_object(w);
}
