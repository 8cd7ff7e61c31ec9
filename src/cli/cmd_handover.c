/* homeward handover: remains that were identified are given back. */
#include <stddef.h>
#include <string.h>

#include "app/handover.h"
#include "base/check.h"
#include "base/json_members.h"
#include "cli/case_open.h"
#include "cli/table.h"

typedef struct handover_settings {
  cli_place place;
  const char *on, *recipient, *location, *operation, *minutes, *note, *code, *seal, *reason;
  cli_texts items;
  bool all, json;
} handover_settings;

#define TEXT_OPTION(name, argument, member, help) \
  { name, argument, CLI_TEXT, offsetof(handover_settings, member), 0, 0, help, 0, false }

static const cli_option options[] = {
    CLI_PLACE_OPTIONS(handover_settings, place),
    TEXT_OPTION("on", "DATE", on, "record: the day, 2026-07-27."),
    TEXT_OPTION("to", "NAME", recipient, "record: who receives the remains."),
    TEXT_OPTION("place", "TEXT", location, "record: where."),
    TEXT_OPTION("operation", "CODE", operation, "record: the operation that it is part of."),
    TEXT_OPTION("minutes", "TEXT", minutes, "record: number of the signed minutes."),
    TEXT_OPTION("note", "TEXT", note, "record: remarks."),
    TEXT_OPTION("number", "CODE", code, "record: number of the handover (default HO-1, HO-2 ...)."),
    TEXT_OPTION("seal", "STATE", seal, "record: how seals were found, 'intact' or 'broken'."),
    {"item", "KIND:CODE", CLI_TEXTS, offsetof(handover_settings, items), 0, 0,
     "record: only this, specimen:B1 for example; several times. Default: all that is known to be "
     "of the person.",
     0, false},
    TEXT_OPTION("reason", "TEXT", reason, "withdraw: why."),
    {"all", NULL, CLI_FLAG, offsetof(handover_settings, all), 0, 0, "list: withdrawn ones too.", 0,
     false},
    {"json", NULL, CLI_FLAG, offsetof(handover_settings, json), 0, 0,
     "list, show: write homeward-handovers/1 JSON instead of tables.", 0, false},
};

typedef struct work {
  hw_app *app;
  const handover_settings *settings;
  hw_arena *arena;
  const char *word; /* behind the action; NULL = none */
} work;

/* --- telling --- */

static void write_texts(hw_json_writer *w, const char *const pairs[][2], size_t n) {
  for (size_t i = 0; i < n; i++) hw_json_add_text(w, pairs[i][0], pairs[i][1]);
}

static void write_item(hw_json_writer *w, const hw_handover_item *item) {
  const char *const pairs[][2] = {
      {"kind", hw_kind_get(item->kind)->name}, {"code", item->code},     {"what", item->what},
      {"accession", item->accession},          {"holder", item->holder}, {"seal", item->seal}};
  hw_json_write_begin_row_object(w);
  write_texts(w, pairs, CLI_COUNT_OF(pairs));
  hw_json_write_end_object(w);
}

static void write_handover(hw_json_writer *w, const hw_handover *handover) {
  const char *const pairs[][2] = {{"code", handover->code},
                                  {"identification", handover->identification},
                                  {"person", handover->person},
                                  {"name", handover->names},
                                  {"sample", handover->sample},
                                  {"handed_on", handover->handed_on},
                                  {"recipient", handover->recipient},
                                  {"place", handover->place},
                                  {"operation", handover->operation},
                                  {"minutes", handover->minutes},
                                  {"note", handover->note},
                                  {"recorded_at", handover->recorded_at},
                                  {"recorded_by", handover->recorded_by},
                                  {"withdrawn", handover->withdrawn}};
  hw_json_write_begin_object(w);
  write_texts(w, pairs, CLI_COUNT_OF(pairs));
  if (handover->items != NULL) {
    hw_json_add_array(w, "items");
    for (int i = 0; i < handover->n_items; i++) write_item(w, &handover->items[i]);
    hw_json_write_end_array(w);
  }
  hw_json_write_end_object(w);
}

static hw_status write_json(const hw_handover *items, int n, hw_err *err) {
  hw_json_writer w;
  hw_json_write_init_file(&w, stdout, 2);
  hw_json_write_begin_object(&w);
  hw_json_add_text(&w, "format", "homeward-handovers/1");
  hw_json_add_array(&w, "handovers");
  for (int i = 0; i < n; i++) write_handover(&w, &items[i]);
  hw_json_write_end_array(&w);
  hw_json_write_end_object(&w);
  return hw_json_write_finish(&w, err);
}

static hw_status print_items(const hw_handover_item *items, int n, hw_arena *arena, hw_err *err) {
  enum { COLUMNS = 6 };
  static const char *const headings[] = {"kind", "code", "what", "box", "held by", "seal"};
  const char **cells = hw_arena_alloc_array(arena, COLUMNS * (size_t)n + 1, sizeof *cells);
  if (cells == NULL) return HW_NO_MEMORY(err, "the items");
  for (int i = 0; i < n; i++) {
    const char *const row[] = {hw_kind_get(items[i].kind)->name,
                               items[i].code,
                               items[i].what,
                               items[i].accession,
                               items[i].holder,
                               items[i].seal};
    memcpy(cells + (ptrdiff_t)COLUMNS * i, row, sizeof row);
  }
  cli_table table = {
      .n_columns = COLUMNS, .n_rows = n, .headings = headings, .cells = cells, .indent = 2};
  cli_table_print(stdout, &table, cli_screen_width());
  return HW_OK;
}

static void print_pair(const char *label, const char *text) {
  if (text == NULL || text[0] == '\0') return;
  printf("  ");
  cli_print_padded(stdout, label, 16);
  cli_print_clean(stdout, text, 0);
  putchar('\n');
}

static hw_status show(work *self, hw_err *err) {
  hw_handover read;
  HW_TRY(hw_handover_read(self->app, self->word, self->arena, &read, err));
  if (self->settings->json) return write_json(&read, 1, err);
  cli_print_clean(stdout, read.code, 0);
  printf("%s\n", read.withdrawn != NULL ? ": withdrawn" : "");
  print_pair("withdrawn", read.withdrawn);
  print_pair("identification", read.identification);
  print_pair("person", read.person);
  print_pair("name", read.names);
  print_pair("handed over on", read.handed_on);
  print_pair("to", read.recipient);
  print_pair("place", read.place);
  print_pair("operation", read.operation);
  print_pair("minutes", read.minutes);
  print_pair("note", read.note);
  print_pair("recorded", read.recorded_at);
  print_pair("by", read.recorded_by);
  HW_TRY(print_items(read.items, read.n_items, self->arena, err));
  if (read.has_hidden_names) cli_say("names are not shown: that takes the permission 'names'");
  return HW_OK;
}

static hw_status list(work *self, hw_err *err) {
  enum { COLUMNS = 6 };
  static const char *const headings[] = {"handover", "identification", "person",
                                         "on",       "place",          "withdrawn"};
  const hw_handover *items = NULL;
  int n = 0;
  HW_TRY(hw_handover_list(self->app, self->settings->all, self->arena, &items, &n, err));
  if (self->settings->json) return write_json(items, n, err);
  const char **cells = hw_arena_alloc_array(self->arena, COLUMNS * (size_t)n + 1, sizeof *cells);
  if (cells == NULL) return HW_NO_MEMORY(err, "the handovers");
  for (int i = 0; i < n; i++) {
    const char *const row[] = {
        items[i].code,   items[i].identification,
        items[i].person, items[i].handed_on,
        items[i].place,  items[i].withdrawn != NULL ? items[i].withdrawn : ""};
    memcpy(cells + (ptrdiff_t)COLUMNS * i, row, sizeof row);
  }
  cli_table table = {.n_columns = COLUMNS, .n_rows = n, .headings = headings, .cells = cells};
  if (n > 0) cli_table_print(stdout, &table, cli_screen_width());
  if (n == 0) printf("nothing was handed over\n");
  return HW_OK;
}

/* --- changing --- */

static hw_status propose(work *self, hw_err *err) {
  const hw_handover_item *items = NULL;
  int n = 0;
  HW_TRY(hw_handover_propose(self->app, self->word, self->arena, &items, &n, err));
  return print_items(items, n, self->arena, err);
}

static hw_status take_items(work *self, hw_handover_request *request, hw_err *err) {
  const cli_texts *texts = &self->settings->items;
  hw_handover_thing *things =
      hw_arena_alloc_array(self->arena, (size_t)texts->n + 1, sizeof *things);
  if (things == NULL) return HW_NO_MEMORY(err, "the items");
  for (int i = 0; i < texts->n; i++) {
    const char *colon = strchr(texts->items[i], ':');
    const size_t n = colon != NULL ? (size_t)(colon - texts->items[i]) : 0;
    static const hw_kind_id kinds[] = {HW_KIND_ACCESSION, HW_KIND_SPECIMEN, HW_KIND_SAMPLE};
    things[i].kind = HW_KIND_NONE;
    for (size_t k = 0; k < CLI_COUNT_OF(kinds); k++) {
      const char *name = hw_kind_get(kinds[k])->name;
      if (strlen(name) == n && memcmp(name, texts->items[i], n) == 0) things[i].kind = kinds[k];
    }
    if (things[i].kind == HW_KIND_NONE)
      return hw_err_set(err, HW_E_USAGE,
                        "--item: '%.60s' is no item: expected accession:CODE, specimen:CODE or "
                        "sample:CODE",
                        texts->items[i]);
    things[i].code = colon + 1;
  }
  request->items = things;
  request->n_items = texts->n;
  return HW_OK;
}

static hw_status record(work *self, hw_err *err) {
  const handover_settings *settings = self->settings;
  const char *code = NULL;
  hw_handover_request request = {.identification = self->word,
                                 .code = settings->code,
                                 .handed_on = settings->on,
                                 .recipient = settings->recipient,
                                 .place = settings->location,
                                 .operation = settings->operation,
                                 .minutes = settings->minutes,
                                 .note = settings->note,
                                 .seal_state = settings->seal};
  HW_TRY(take_items(self, &request, err));
  HW_TRY(hw_handover_record(self->app, &request, self->arena, &code, err));
  work shown = {self->app, settings, self->arena, code};
  return show(&shown, err);
}

static hw_status withdraw(work *self, hw_err *err) {
  HW_TRY(hw_handover_withdraw(self->app, self->word, self->settings->reason, err));
  printf("handover %s is withdrawn\n", self->word);
  return HW_OK;
}

/* --- the command --- */

static const struct action {
  const char *word;
  bool takes_code, writes;
  hw_status (*run)(work *self, hw_err *err);
} actions[] = {{"list", false, false, list},
               {"show", true, false, show},
               {"propose", true, false, propose},
               {"record", true, true, record},
               {"withdraw", true, true, withdraw}};

static int run(int argc, char **argv) {
  handover_settings settings = {0};
  char **operands = NULL;
  int n = 0;
  int status = cli_parse(&cli_command_handover, argc, argv, &settings, &operands, &n);
  if (status >= 0) return status;
  const struct action *action = NULL;
  for (size_t i = 0; i < CLI_COUNT_OF(actions); i++)
    if (strcmp(actions[i].word, operands[0]) == 0) action = &actions[i];
  if (action == NULL)
    return cli_usage(&cli_command_handover, "handover: '%s' is no action", operands[0]);
  if (action->takes_code != (n == 2))
    return cli_usage(&cli_command_handover, "handover %s: %s", action->word,
                     action->takes_code ? "which one?" : "too many words");
  hw_app app;
  hw_arena arena;
  hw_err err = HW_ERR_INIT;
  status = cli_place_open(&cli_command_handover, &settings.place,
                          action->writes ? HW_DB_WRITE : HW_DB_READ, &app);
  if (status >= 0) return status;
  hw_arena_init(&arena, 0);
  work self = {&app, &settings, &arena, n == 2 ? operands[1] : NULL};
  status = action->run(&self, &err) == HW_OK ? CLI_FINE : cli_error(&err);
  hw_arena_clear(&arena);
  hw_app_close(&app);
  return status;
}

const cli_command cli_command_handover = {
    .name = "handover",
    .operands = "list|show|propose|record|withdraw [CODE]",
    .n_operands_least = 1,
    .n_operands_most = 2,
    .brief = "give remains back, and record it",
    .description =
        "Records that remains were given back. 'record IDENTIFICATION' takes a confirmed "
        "identification without an open contradiction, the day and the recipient; 'propose' shows "
        "what would be handed over: the sample that was identified, the bone it was taken from with "
        "its other samples, the members of the confirmed individual, and boxes in which nothing "
        "else lies. What was consumed or handed over before is left out.\n"
        "\n"
        "Every item gets a custody event, which names the recipient by the number of the handover, "
        "for custody is told to all who may read codes; the name takes the permission 'names'. "
        "'withdraw' takes a handover back, with a reason, while nothing was moved since.\n",
    .examples =
        "  homeward handover propose ID-7 -c CASE\n"
        "  homeward handover record ID-7 --on 2026-07-27 --to 'NAME' --minutes BB-12 -c CASE\n"
        "  homeward handover show HO-1 -c CASE\n"
        "  homeward handover withdraw HO-1 --reason 'wrong day' -c CASE\n",
    .options = options,
    .n_options = CLI_COUNT_OF(options),
    .run = run,
};
