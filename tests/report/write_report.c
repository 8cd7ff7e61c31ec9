/* Writes reports for tests/report/document.py:
 *
 *     write_report sample|draft|SEED NAME      NAME.pdf, NAME.html, NAME.json
 *     write_report signatures-N NAME           N paragraphs "body", then places to sign */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/report_sample.h"

static int write_form(const hw_report *report, hw_report_form form, const hw_fonts *fonts,
                      const char *name) {
  static const char *const ends[] = {"pdf", "html", "json"};
  char path[1024];
  char *bytes = NULL;
  size_t n = 0;
  hw_err err = HW_ERR_INIT;
  if (hw_report_write(report, form, fonts, &bytes, &n, &err) != HW_OK) {
    fprintf(stderr, "%s\n", err.message);
    return 1;
  }
  snprintf(path, sizeof path, "%s.%s", name, ends[form]);
  FILE *file = fopen(path, "wb");
  const int failed = file == NULL || fwrite(bytes, 1, n, file) != n || fclose(file) != 0;
  free(bytes);
  return failed;
}

static hw_report *signatures_report(long n, hw_err *err) {
  const hw_report_head head = {.kind = "board", .language = "en", .title = "T", .program = "p"};
  const hw_report_signature places[] = {{.role = "signer"}, {.role = "signer"}};
  hw_report *report = NULL;
  if (hw_report_new(&head, &report, err) != HW_OK) return NULL;
  for (long i = 0; i < n; i++) hw_report_add_paragraph(report, HW_PARAGRAPH_PLAIN, "body");
  hw_report_add_signatures(report, 2, places);
  return report;
}

int main(int argc, char **argv) {
  hw_err err = HW_ERR_INIT;
  hw_fonts *fonts = NULL;
  if (argc != 3 || hw_fonts_new(&fonts, &err) != HW_OK) return 1;
  const bool is_sample = strcmp(argv[1], "sample") == 0, is_draft = strcmp(argv[1], "draft") == 0;
  const bool is_signed = strncmp(argv[1], "signatures-", 11) == 0;
  hw_report *report = is_sample || is_draft ? sample_report(is_draft, &err)
                      : is_signed ? signatures_report(strtol(argv[1] + 11, NULL, 10), &err)
                                  : sample_random_report(strtoull(argv[1], NULL, 10), &err);
  int failed = report == NULL;
  for (hw_report_form form = HW_REPORT_PDF; !failed && form <= HW_REPORT_JSON; form++)
    failed = write_form(report, form, fonts, argv[2]);
  hw_report_delete(report);
  hw_fonts_delete(fonts);
  return failed;
}
