/* homeward find: records by what people type. */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "app/access.h"
#include "base/check.h"
#include "base/json_members.h"
#include "cli/case_open.h"
#include "cli/table.h"
#include "store/search.h"

typedef struct find_settings {
  cli_place place;
  const char *kind;
  int64_t most;
  bool json;
} find_settings;

static const cli_option options[] = {
    CLI_PLACE_OPTIONS(find_settings, place),
    {"kind", "KIND", CLI_TEXT, offsetof(find_settings, kind), 0, 0,
     "Only records of this kind: persons, families, samples …", 'k', false},
    {"most", "N", CLI_COUNT, offsetof(find_settings, most), 1, HW_SEARCH_MOST,
     "Show no more than N (default 50).", 'n', false},
    {"json", NULL, CLI_FLAG, offsetof(find_settings, json), 0, 0,
     "Write homeward-find/1 JSON instead of a table.", 0, false},
};

static const char *quality_word(hw_hit_quality quality) {
  switch (quality) {
    case HW_HIT_CODE:
      return "code";
    case HW_HIT_NAME_EXACT:
      return "name";
    case HW_HIT_NAME_FOLDED:
      return "name without diacritics";
    case HW_HIT_NAME_WORDS:
      return "name in another order";
    case HW_HIT_NAME_PART:
      return "part of the name";
    case HW_HIT_CODE_PREFIX:
      return "code begins so";
  }
  return "";
}

/* Code, and name where a name was what fitted. Texts of the arena. */
static hw_status describe(hw_app *app, const hw_hit *hit, hw_arena *arena, const char **code,
                          const char **name, hw_err *err) {
  hw_str text = HW_STR_INIT;
  hw_status status = hw_store_code(app->store, hit->kind, hit->id, &text, err);
  *code = status == HW_OK ? hw_arena_strdup(arena, hw_str_text(&text)) : NULL;
  *name = "";
  hw_str_clear(&text);
  if (status == HW_OK && hit->name != 0) {
    hw_record record;
    status = hw_store_get(app->store, HW_KIND_PERSON_NAME, hit->name, arena, &record, err);
    if (status == HW_OK) *name = hw_record_text(&record, HW_FIELD_PERSON_NAME_NAME);
  }
  if (status == HW_OK && *code == NULL) return HW_NO_MEMORY(err, "what was found");
  return status;
}

static void write_row(hw_json_writer *w, const hw_hit *hit, const char *code, const char *name) {
  const char *const pairs[][2] = {{"kind", hw_kind_get(hit->kind)->name},
                                  {"code", code},
                                  {"name", name[0] != '\0' ? name : NULL},
                                  {"because", quality_word(hit->quality)}};
  hw_json_write_begin_row_object(w);
  for (size_t i = 0; i < CLI_COUNT_OF(pairs); i++) hw_json_add_text(w, pairs[i][0], pairs[i][1]);
  hw_json_write_end_object(w);
}

enum { COLUMNS = 4 };

/* A hit's cells: kind, code, name, why. */
static hw_status fill(hw_app *app, const hw_hit *hit, hw_arena *arena, const char **cells,
                      hw_err *err) {
  cells[0] = hw_kind_get(hit->kind)->name;
  cells[3] = quality_word(hit->quality);
  return describe(app, hit, arena, &cells[1], &cells[2], err);
}

static hw_status write_json(const hw_hit *hits, const char *const *cells, int n, bool is_cut,
                            hw_err *err) {
  hw_json_writer w;
  hw_json_write_init_file(&w, stdout, 2);
  hw_json_write_begin_object(&w);
  hw_json_add_text(&w, "format", "homeward-find/1");
  hw_json_add_bool(&w, "more", is_cut);
  hw_json_add_array(&w, "hits");
  for (int i = 0; i < n; i++)
    write_row(&w, &hits[i], cells[COLUMNS * i + 1], cells[COLUMNS * i + 2]);
  hw_json_write_end_array(&w);
  hw_json_write_end_object(&w);
  return hw_json_write_finish(&w, err);
}

static hw_status show(hw_app *app, const hw_hit *hits, int n, bool is_cut, bool json, hw_err *err) {
  hw_arena arena;
  hw_arena_init(&arena, 0);
  const char **cells = hw_arena_alloc_array(&arena, COLUMNS * (size_t)n + 1, sizeof *cells);
  hw_status status = cells != NULL ? HW_OK : HW_NO_MEMORY(err, "what was found");
  for (int i = 0; i < n && status == HW_OK; i++)
    status = fill(app, &hits[i], &arena, cells + (ptrdiff_t)COLUMNS * i, err);
  cli_table table = {.n_columns = COLUMNS, .n_rows = n, .cells = cells};
  if (status == HW_OK && json)
    status = write_json(hits, cells, n, is_cut, err);
  else if (status == HW_OK)
    cli_table_print(stdout, &table, cli_screen_width());
  hw_arena_clear(&arena);
  return status;
}

/* The operands with blanks between; free() it. */
static char *join(char **words, int n) {
  size_t size = 1;
  for (int i = 0; i < n; i++) size += strlen(words[i]) + 1;
  char *text = calloc(size, 1);
  for (int i = 0, at = 0; text != NULL && i < n; i++)
    at += snprintf(text + at, size - (size_t)at, "%s%s", i > 0 ? " " : "", words[i]);
  return text;
}

static int find(hw_app *app, const find_settings *settings, const hw_kind *kind, const char *text) {
  hw_err err = HW_ERR_INIT;
  hw_hit *hits = NULL;
  int n = 0;
  bool is_cut = false;
  bool use_names = hw_app_require(app, HW_MAY_NAMES, NULL) == HW_OK;
  hw_status status = hw_store_search(app->store, text, kind != NULL ? kind->id : HW_KIND_NONE,
                                     use_names, (int)settings->most, &hits, &n, &is_cut, &err);
  if (status == HW_OK) status = hw_access_filter_hits(app, hits, &n, &err);
  if (status == HW_OK) status = show(app, hits, n, is_cut, settings->json, &err);
  free(hits);
  if (status != HW_OK) return cli_error(&err);
  if (!use_names) cli_say("names were not searched: that takes the permission 'names'");
  if (is_cut && !settings->json) printf("there are more: type more words, or say --most N\n");
  if (n == 0 && !settings->json) printf("nothing was found\n");
  return n > 0 ? CLI_FINE : CLI_NO;
}

static int run(int argc, char **argv) {
  find_settings settings = {.most = 50};
  char **operands = NULL;
  int n = 0;
  int status = cli_parse(&cli_command_find, argc, argv, &settings, &operands, &n);
  if (status >= 0) return status;
  const hw_kind *kind = settings.kind != NULL ? hw_kind_find(settings.kind) : NULL;
  if (settings.kind != NULL && kind == NULL)
    return cli_usage(&cli_command_find, "--kind: '%s' is no kind of record", settings.kind);
  hw_app app;
  status = cli_place_open(&cli_command_find, &settings.place, HW_DB_READ, &app);
  if (status >= 0) return status;
  char *text = join(operands, n);
  if (text == NULL) {
    cli_say("memory is exhausted");
    status = CLI_ENVIRONMENT;
  } else {
    status = find(&app, &settings, kind, text);
  }
  free(text);
  hw_app_close(&app);
  return status;
}

const cli_command cli_command_find = {
    .name = "find",
    .operands = "TEXT...",
    .n_operands_least = 1,
    .n_operands_most = 100,
    .brief = "find records by code, number or name",
    .description =
        "Finds records by their code or the beginning of it, by a number that somebody gave to a "
        "box, bone or sample, and by the names of people. Names are found with or without "
        "diacritics, in any order of their words: 'hung nguyen' finds Nguyễn Văn Hùng. Exact "
        "matches come first.\n"
        "\n"
        "Searching names takes the permission 'names'. Exit status 1 if nothing was found.\n",
    .examples = "  homeward find -c quangtri.hwc nguyen van hung\n"
                "  homeward find -c quangtri.hwc --kind samples QT-72\n",
    .options = options,
    .n_options = CLI_COUNT_OF(options),
    .run = run,
};
