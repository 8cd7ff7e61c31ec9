/* homeward report: reports that are signed, and rechecked.
 *
 * Output files are opened before the report is issued, so that no number is used up
 * by a mistyped folder; they get their names only when the record is stored. */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "app/report.h"
#include "base/check.h"
#include "base/file.h"
#include "base/json_members.h"
#include "cli/case_open.h"

typedef struct report_settings {
  cli_place place;
  cli_texts outputs;
  const char *language, *created, *note, *text;
  bool draft, without_names, json;
} report_settings;

static const cli_option options[] = {
    CLI_PLACE_OPTIONS(report_settings, place),
    {"output", "FILE", CLI_TEXTS, offsetof(report_settings, outputs), 0, 0,
     "Where the report goes; the name ends in .pdf, .html or .json. May be given several times.",
     'o', false},
    {"language", "CODE", CLI_TEXT, offsetof(report_settings, language), 0, 0,
     "vi or en (default vi).", 0, false},
    {"draft", NULL, CLI_FLAG, offsetof(report_settings, draft), 0, 0,
     "Do not issue it: nothing is stored, and each page says that it is a draft.", 0, false},
    {"without-names", NULL, CLI_FLAG, offsetof(report_settings, without_names), 0, 0,
     "Codes only, even if you may read names.", 0, false},
    {"created", "TIME", CLI_TEXT, offsetof(report_settings, created), 0, 0,
     "The time that the report bears, UTC, as 2026-01-31T08:00:00Z (default now). The audit chain "
     "records when it was really issued.",
     0, false},
    {"note", "TEXT", CLI_TEXT, offsetof(report_settings, note), 0, 0,
     "Remarks that stand in the record of the report.", 0, false},
    {"text", "FILE", CLI_TEXT, offsetof(report_settings, text), 0, 0,
     "With 'setting': the new text, UTF-8.", 0, false},
    {"json", NULL, CLI_FLAG, offsetof(report_settings, json), 0, 0, "Write JSON instead of lines.",
     0, false},
};

enum { MOST_SETTING_BYTES = 1 << 16 };

/* --- files --- */

typedef struct output_list {
  int n;
  cli_file files[CLI_MOST_TEXTS];
  hw_report_form forms[CLI_MOST_TEXTS];
} output_list;

static bool ends_in(const char *text, const char *end) {
  const size_t n = strlen(text), m = strlen(end);
  return n > m && strcmp(text + n - m, end) == 0;
}

static bool find_form(const char *path, hw_report_form *out) {
  static const char *const ends[HW_REPORT_FORMS] = {".pdf", ".html", ".json"};
  for (int f = 0; f < HW_REPORT_FORMS; f++)
    if (ends_in(path, ends[f])) {
      *out = (hw_report_form)f;
      return true;
    }
  return false;
}

static hw_status open_outputs(const report_settings *settings, output_list *out, hw_err *err) {
  for (int i = 0; i < settings->outputs.n; i++) {
    const char *path = settings->outputs.items[i];
    if (!find_form(path, &out->forms[i]))
      return hw_err_set(err, HW_E_USAGE,
                        "--output %.200s: reports are PDF, HTML or JSON: let the name end in .pdf, "
                        ".html or .json",
                        path);
    HW_TRY(cli_file_open(&out->files[i], path, err));
    out->n = i + 1;
  }
  return HW_OK;
}

static hw_status write_outputs(output_list *out, const hw_issued *issued, hw_err *err) {
  for (int i = 0; i < out->n; i++) {
    const hw_report_form form = out->forms[i];
    (void)fwrite(issued->bytes[form], 1, issued->n_bytes[form],
                 out->files[i].stream); /* a failure is told by cli_file_commit */
    HW_TRY(cli_file_commit(&out->files[i], err));
  }
  return HW_OK;
}

static void clear_outputs(output_list *out) {
  for (int i = 0; i < out->n; i++) cli_file_clear(&out->files[i]);
}

/* --- issuing, and again --- */

static hw_status tell_issued(const report_settings *settings, const char *kind,
                             const hw_issued *issued, bool is_again, hw_err *err) {
  const bool is_draft = issued->code[0] == '\0';
  if (!settings->json) {
    if (is_draft)
      printf("draft of a %s report\n", kind);
    else if (is_again)
      printf("%s: as it was issued\n", issued->code);
    else
      printf("%s: %s report, issued\n", issued->code, kind);
    printf("document %s\n", issued->document);
    for (int i = 0; i < settings->outputs.n; i++)
      printf("written %s\n", settings->outputs.items[i]);
    return HW_OK;
  }
  hw_json_writer writer, *w = &writer;
  hw_json_write_init_file(w, stdout, 2);
  hw_json_write_begin_object(w);
  hw_json_add_text(w, "format", "homeward-issued/1");
  hw_json_add_text(w, "code", is_draft ? NULL : issued->code);
  hw_json_add_text(w, "document", issued->document);
  hw_json_add_array(w, "files");
  for (int i = 0; i < settings->outputs.n; i++) hw_json_write_string(w, settings->outputs.items[i]);
  hw_json_write_end_array(w);
  hw_json_write_end_object(w);
  return hw_json_write_finish(w, err);
}

static hw_status issue_into(hw_app *app, const report_settings *settings, const char *kind,
                            const char *subject, const hw_fonts *fonts, output_list *outputs,
                            hw_err *err) {
  hw_issued issued;
  const bool is_again = strcmp(kind, "show") == 0;
  const hw_report_request request = {.kind = kind,
                                     .subject = subject,
                                     .language = settings->language,
                                     .created = settings->created,
                                     .note = settings->note,
                                     .is_draft = settings->draft,
                                     .without_names = settings->without_names};
  hw_status status = is_again ? hw_app_report_again(app, subject, fonts, &issued, err)
                              : hw_app_report_issue(app, &request, fonts, &issued, err);
  if (status == HW_OK) status = write_outputs(outputs, &issued, err);
  if (status == HW_OK) status = tell_issued(settings, kind, &issued, is_again, err);
  hw_issued_clear(&issued);
  return status;
}

static hw_status issue(hw_app *app, const report_settings *settings, const char *kind,
                       const char *subject, hw_err *err) {
  output_list outputs = {.n = 0};
  hw_fonts *fonts = NULL;
  hw_status status = open_outputs(settings, &outputs, err);
  if (status == HW_OK) status = hw_fonts_new(&fonts, err);
  if (status == HW_OK) status = issue_into(app, settings, kind, subject, fonts, &outputs, err);
  hw_fonts_delete(fonts);
  clear_outputs(&outputs);
  return status;
}

/* --- lists and settings --- */

static hw_status write_list_json(const hw_report_item *items, int n, hw_err *err) {
  hw_json_writer writer, *w = &writer;
  hw_json_write_init_file(w, stdout, 2);
  hw_json_write_begin_object(w);
  hw_json_add_text(w, "format", "homeward-reports/1");
  hw_json_add_array(w, "reports");
  for (int i = 0; i < n; i++) {
    const struct {
      const char *key, *value;
    } members[] = {{"code", items[i].code},       {"kind", items[i].kind},
                   {"subject", items[i].subject}, {"language", items[i].language},
                   {"created", items[i].created}, {"withdrawn", items[i].withdrawn}};
    hw_json_write_begin_row_object(w);
    for (size_t k = 0; k < CLI_COUNT_OF(members); k++)
      hw_json_add_text(w, members[k].key, members[k].value);
    hw_json_write_end_object(w);
  }
  hw_json_write_end_array(w);
  hw_json_write_end_object(w);
  return hw_json_write_finish(w, err);
}

static hw_status list(hw_app *app, const report_settings *settings, hw_err *err) {
  const hw_report_item *items = NULL;
  int n = 0;
  hw_arena arena;
  hw_arena_init(&arena, 0);
  hw_status status = hw_app_report_list(app, &arena, &items, &n, err);
  if (status == HW_OK && settings->json) {
    status = write_list_json(items, n, err);
  } else if (status == HW_OK) {
    if (n == 0) printf("No report was issued.\n");
    for (int i = 0; i < n; i++)
      printf("%-10s  %-10s  %-12s  %s  %s%s%s\n", items[i].code, items[i].kind, items[i].subject,
             items[i].language, items[i].created, items[i].withdrawn != NULL ? "  withdrawn: " : "",
             items[i].withdrawn != NULL ? items[i].withdrawn : "");
  }
  hw_arena_clear(&arena);
  return status;
}

static hw_status set(hw_app *app, const char *name, const char *path, hw_err *err) {
  char *text = NULL;
  size_t n = 0;
  HW_TRY(hw_file_read(path, MOST_SETTING_BYTES, &text, &n, err));
  while (n > 0 && (text[n - 1] == '\n' || text[n - 1] == '\r')) text[--n] = '\0';
  hw_status status = strlen(text) != n ? hw_err_set(err, HW_E_VALUE, "the text holds a NUL byte")
                                       : hw_setting_write(app, name, text, err);
  if (status == HW_OK) printf("%s: set\n", name);
  free(text);
  return status;
}

static hw_status show_setting(hw_app *app, const char *name, hw_err *err) {
  hw_arena arena;
  const char *value = NULL;
  hw_arena_init(&arena, 0);
  const hw_status status = hw_setting_read(app, name, 0, &arena, &value, err);
  if (status == HW_OK) printf("%s\n", value != NULL ? value : "(not set: the built-in one holds)");
  hw_arena_clear(&arena);
  return status;
}

/* --- the command --- */

static bool is_one_of(const char *word, const char *const *words) {
  for (; *words != NULL; words++)
    if (strcmp(word, *words) == 0) return true;
  return false;
}

/* Whether the words fit together. Returns -1 to go on. */
static int check_words(const report_settings *settings, char **operands, int n) {
  const cli_command *self = &cli_command_report;
  const char *what = operands[0];
  const bool is_kind = is_one_of(what, hw_report_kinds());
  const bool is_show = strcmp(what, "show") == 0, is_list = strcmp(what, "list") == 0;
  const bool is_setting = strcmp(what, "setting") == 0;
  if (!is_kind && !is_show && !is_list && !is_setting)
    return cli_usage(self,
                     "report: '%s' is no kind of report: there are comparison, board, letter, "
                     "handover, national and validation, and show, list and setting",
                     what);
  if ((is_kind || is_show) && settings->outputs.n == 0)
    return cli_usage(self, "report: where to? -o FILE.pdf, .html or .json");
  if (is_kind && (hw_report_subject(what)[0] != '\0') != (n == 2))
    return cli_usage(
        self, n == 2 ? "report %s: it takes no subject" : "report %s: about what? Name the subject",
        what);
  if ((is_show || is_setting) && n != 2) return cli_usage(self, "report %s: which one?", what);
  if (is_list && n != 1) return cli_usage(self, "report list: it takes no subject");
  if (!is_kind && (settings->draft || settings->language != NULL || settings->created != NULL ||
                   settings->note != NULL || settings->without_names))
    return cli_usage(self,
                     "report %s: --draft, --language, --created, --note and --without-names are "
                     "for a report that is being made",
                     what);
  if (settings->text != NULL && !is_setting)
    return cli_usage(self, "report: --text goes with 'setting'");
  return -1;
}

static hw_status act(hw_app *app, const report_settings *settings, char **operands, int n,
                     hw_err *err) {
  const char *subject = n > 1 ? operands[1] : NULL;
  if (strcmp(operands[0], "list") == 0) return list(app, settings, err);
  if (strcmp(operands[0], "setting") != 0) return issue(app, settings, operands[0], subject, err);
  return settings->text != NULL ? set(app, subject, settings->text, err)
                                : show_setting(app, subject, err);
}

static bool writes(const report_settings *settings, const char *what) {
  if (strcmp(what, "setting") == 0) return settings->text != NULL;
  return is_one_of(what, hw_report_kinds()) && !settings->draft;
}

static int run(int argc, char **argv) {
  report_settings settings = {.draft = false};
  char **operands = NULL;
  int n = 0;
  int status = cli_parse(&cli_command_report, argc, argv, &settings, &operands, &n);
  if (status < 0) status = check_words(&settings, operands, n);
  if (status >= 0) return status;
  hw_app app;
  hw_err err = HW_ERR_INIT;
  status = cli_place_open(&cli_command_report, &settings.place,
                          writes(&settings, operands[0]) ? HW_DB_WRITE : HW_DB_READ, &app);
  if (status >= 0) return status;
  status = act(&app, &settings, operands, n, &err) == HW_OK ? CLI_FINE : cli_error(&err);
  hw_app_close(&app);
  return status;
}

const cli_command cli_command_report = {
    .name = "report",
    .operands = "KIND [SUBJECT] | show CODE | list | setting NAME",
    .n_operands_least = 1,
    .n_operands_most = 2,
    .brief = "issue reports: PDF, HTML, JSON",
    .description =
        "Makes a report from the case database and issues it:\n"
        "\n"
        "  comparison SUBJECT  one remains against one missing person; SUBJECT is an\n"
        "                      identification, or RUN/PROFILE/PERSON/FAMILY\n"
        "  board ID            what an identification board signs\n"
        "  letter ID           to the family, in plain words\n"
        "  handover CODE       minutes of a handover\n"
        "  national            where every case stands\n"
        "  validation          the laboratory's validation of the program\n"
        "\n"
        "An issued report has a number and a record: what was asked, the time, the digests of the "
        "document and of its files. 'report show' makes it again, to the byte, from the database "
        "as it stood then; 'homeward check --report FILE' tells whether a file is what was issued "
        "and whether its numbers come out again. No report is made whose numbers do not: where "
        "the data are not those that were compared any more, it is refused.\n"
        "\n"
        "Without the permission 'names' reports carry codes only. Letterhead, motto and footer "
        "are set with 'report setting letterhead.vi --text FILE' (motto.vi, footer.vi; .en).\n",
    .examples = "  homeward report comparison ID-7 -o r7.pdf\n"
                "  homeward report board ID-7 --language en -o board.pdf -o board.json\n"
                "  homeward report letter ID-7 --draft -o letter.pdf\n"
                "  homeward report show R-3 -o r3.pdf\n"
                "  homeward report setting letterhead.vi --text letterhead.txt\n",
    .options = options,
    .n_options = CLI_COUNT_OF(options),
    .run = run,
};
