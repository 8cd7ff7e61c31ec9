/* homeward show: one record with what hangs on it. */
#include <inttypes.h>
#include <stddef.h>
#include <string.h>

#include "app/show.h"
#include "base/check.h"
#include "base/json_members.h"
#include "cli/case_open.h"
#include "cli/table.h"

typedef struct show_settings {
  cli_place place;
  int64_t row, most;
  bool history, json;
} show_settings;

static const cli_option options[] = {
    CLI_PLACE_OPTIONS(show_settings, place),
    {"history", NULL, CLI_FLAG, offsetof(show_settings, history), 0, 0,
     "Also show every version of the record: who, when, why, and what was changed.", 0, false},
    {"row", "N", CLI_COUNT, offsetof(show_settings, row), 1, 9e15,
     "The record of KIND in row N, as 'homeward check' names it.", 0, false},
    {"most", "N", CLI_COUNT, offsetof(show_settings, most), 1, 1e6,
     "Show no more than N records of each list (default 20).", 'n', false},
    {"json", NULL, CLI_FLAG, offsetof(show_settings, json), 0, 0,
     "Write homeward-show/1 JSON instead of the page.", 0, false},
};

/* --- the page --- */

/* A value as text of the arena; "" for null. */
static const char *cell_text(hw_arena *arena, const hw_value *value) {
  char number[40];
  switch (value->type) {
    case HW_DB_INT:
      snprintf(number, sizeof number, "%" PRId64, value->i);
      break;
    case HW_DB_REAL:
      snprintf(number, sizeof number, "%.6g", value->r);
      break;
    case HW_DB_TEXT:
      return value->text;
    default:
      return "";
  }
  return hw_arena_strdup(arena, number);
}

/* The indented first column of a tree: "    R-12". */
static const char *tree_text(hw_arena *arena, int64_t depth, const char *text) {
  size_t n = strlen(text), indent = 2 * (size_t)(depth < 40 ? depth : 40);
  char *out = hw_arena_alloc(arena, indent + n + 1);
  if (out == NULL) return NULL;
  memset(out, ' ', indent);
  memcpy(out + indent, text, n);
  return out;
}

static bool is_numeric(const hw_view_section *section, int column) {
  bool has_number = false;
  for (int r = 0; r < section->n_rows; r++) {
    hw_db_type type = section->cells[r * section->n_columns + column].type;
    if (type == HW_DB_TEXT) return false;
    has_number = has_number || type != HW_DB_NULL;
  }
  return has_number;
}

/* "other_parent" as "other parent". */
static const char *heading(hw_arena *arena, const char *column) {
  char *text = hw_arena_strdup(arena, column);
  for (char *at = text; at != NULL && *at != '\0'; at++)
    if (*at == '_') *at = ' ';
  return text;
}

static hw_status print_section(hw_arena *arena, const hw_view_section *section, bool has_headings,
                               hw_err *err) {
  int first = section->is_tree ? 1 : 0, n = section->n_columns - first;
  const char *headings[CLI_TABLE_MAX_COLUMNS];
  const char **cells =
      hw_arena_alloc_array(arena, (size_t)section->n_rows * (size_t)n + 1, sizeof *cells);
  if (cells == NULL) return HW_NO_MEMORY(err, "a page");
  cli_table table = {.n_columns = n, .n_rows = section->n_rows, .cells = cells, .indent = 2};
  bool is_whole = true;
  for (int c = 0; c < n; c++) {
    headings[c] = heading(arena, section->columns[c + first]);
    table.is_right[c] = is_numeric(section, c + first);
    is_whole = is_whole && headings[c] != NULL;
  }
  for (int r = 0; r < section->n_rows; r++) {
    const hw_value *row = section->cells + (size_t)r * (size_t)section->n_columns;
    for (int c = 0; c < n; c++) {
      const char *text = cell_text(arena, &row[c + first]);
      if (c == 0 && section->is_tree && text != NULL) text = tree_text(arena, row[0].i, text);
      cells[r * n + c] = text;
      is_whole = is_whole && text != NULL;
    }
  }
  if (!is_whole) return HW_NO_MEMORY(err, "a page");
  if (has_headings) table.headings = headings;
  cli_table_print(stdout, &table, cli_screen_width());
  if (section->n_more > 0) printf("  ... and more: say --most N\n");
  return HW_OK;
}

static void print_title(const char *title) {
  putchar('\n');
  for (const char *at = title; *at != '\0'; at++) {
    char c = *at == '_' ? ' ' : *at;
    putchar(at == title && c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  }
  putchar('\n');
}

static hw_status print_view(hw_arena *arena, const hw_view *view, hw_err *err) {
  printf("%s ", hw_kind_get(view->kind)->name);
  cli_print_clean(stdout, view->code, 0);
  if (view->withdrawn != NULL) {
    fputs("  WITHDRAWN: ", stdout);
    cli_print_clean(stdout, view->withdrawn, 0);
  }
  fputs("\n\n", stdout);
  HW_TRY(print_section(arena, &view->fields, false, err));
  for (int i = 0; i < view->n_sections; i++) {
    print_title(view->sections[i].title);
    HW_TRY(print_section(arena, &view->sections[i], true, err));
  }
  return HW_OK;
}

/* --- JSON --- */

static void write_value(hw_json_writer *w, const hw_value *value) {
  switch (value->type) {
    case HW_DB_INT:
      hw_json_write_int(w, value->i);
      return;
    case HW_DB_REAL:
      hw_json_write_double(w, value->r);
      return;
    case HW_DB_TEXT:
      hw_json_write_string(w, value->text);
      return;
    default:
      hw_json_write_null(w);
  }
}

static void write_section(hw_json_writer *w, const hw_view_section *section) {
  hw_json_write_begin_object(w);
  hw_json_add_text(w, "key", section->key);
  hw_json_add_text(w, "title", section->title);
  hw_json_add_bool(w, "more", section->n_more > 0);
  hw_json_add_array(w, "rows");
  for (int r = 0; r < section->n_rows; r++) {
    hw_json_write_begin_row_object(w);
    for (int c = 0; c < section->n_columns; c++) {
      hw_json_write_key(w, section->columns[c]);
      write_value(w, &section->cells[r * section->n_columns + c]);
    }
    hw_json_write_end_object(w);
  }
  hw_json_write_end_array(w);
  hw_json_write_end_object(w);
}

static hw_status write_view(const hw_view *view, hw_err *err) {
  hw_json_writer w;
  hw_json_write_init_file(&w, stdout, 2);
  hw_json_write_begin_object(&w);
  const char *const pairs[][2] = {{"format", "homeward-show/1"},
                                  {"kind", hw_kind_get(view->kind)->name},
                                  {"code", view->code},
                                  {"withdrawn", view->withdrawn}};
  for (size_t i = 0; i < CLI_COUNT_OF(pairs); i++) hw_json_add_text(&w, pairs[i][0], pairs[i][1]);
  hw_json_add_int(&w, "row", view->id);
  hw_json_add_bool(&w, "names_hidden", view->has_hidden_names);
  hw_json_add_object(&w, "fields");
  for (int r = 0; r < view->fields.n_rows; r++) {
    hw_json_write_key(&w, view->fields.cells[2 * r].text);
    write_value(&w, &view->fields.cells[2 * r + 1]);
  }
  hw_json_write_end_object(&w);
  hw_json_add_array(&w, "sections");
  for (int i = 0; i < view->n_sections; i++) write_section(&w, &view->sections[i]);
  hw_json_write_end_array(&w);
  hw_json_write_end_object(&w);
  return hw_json_write_finish(&w, err);
}

/* --- all --- */

/* The record that is meant. `code` is NULL with --row. */
static hw_status find(hw_app *app, const hw_kind *kind, const char *code, int64_t row,
                      hw_kind_id *found, int64_t *id, hw_err *err) {
  if (kind == NULL) return hw_show_find(app, code, found, id, err);
  *found = kind->id;
  *id = row;
  if (row > 0) return HW_OK;
  if (hw_kind_code_field(kind) < 0)
    return hw_err_set(
        err, HW_E_VALUE,
        "records of the kind '%s' have no code: say --row N, or show what they belong to",
        kind->name);
  return hw_app_find(app, kind->id, code, id, err);
}

static int show(hw_app *app, const show_settings *settings, const hw_kind *kind, const char *code) {
  hw_err err = HW_ERR_INIT;
  hw_show_options what = {.history = settings->history, .most = (int)settings->most};
  hw_arena arena;
  hw_view *view = NULL;
  hw_kind_id found = HW_KIND_NONE;
  int64_t id = 0;
  hw_arena_init(&arena, 0);
  hw_status status = find(app, kind, code, settings->row, &found, &id, &err);
  if (status == HW_OK) {
    view = hw_arena_alloc(&arena, sizeof *view);
    status = view != NULL ? hw_show(app, found, id, &what, &arena, view, &err)
                          : HW_NO_MEMORY(&err, "a page");
  }
  if (status == HW_OK)
    status = settings->json ? write_view(view, &err) : print_view(&arena, view, &err);
  int result = status == HW_OK ? CLI_FINE : cli_error(&err);
  if (status == HW_OK && view->has_hidden_names && !settings->json)
    cli_say("names are not shown: that takes the permission 'names'");
  hw_arena_clear(&arena);
  return result;
}

static int run(int argc, char **argv) {
  show_settings settings = {.most = 20};
  char **operands = NULL;
  int n = 0;
  int status = cli_parse(&cli_command_show, argc, argv, &settings, &operands, &n);
  if (status >= 0) return status;
  bool has_kind = n == 2 || settings.row > 0;
  const hw_kind *kind = has_kind ? hw_kind_find(operands[0]) : NULL;
  if (has_kind && kind == NULL)
    return cli_usage(&cli_command_show, "show: '%s' is no kind of record", operands[0]);
  if (n == 2 && settings.row > 0)
    return cli_usage(&cli_command_show, "show: a code and --row name two records");
  hw_app app;
  status = cli_place_open(&cli_command_show, &settings.place, HW_DB_READ, &app);
  if (status >= 0) return status;
  status = show(&app, &settings, kind, operands[n - 1]);
  hw_app_close(&app);
  return status;
}

const cli_command cli_command_show = {
    .name = "show",
    .operands = "[KIND] CODE",
    .n_operands_least = 1,
    .n_operands_most = 2,
    .brief = "one record with what hangs on it",
    .description =
        "Shows a record and what belongs to it: a family with its pedigrees, a person with what "
        "the sources say of the loss, side by side, a box with its bones and samples and who held "
        "it, a profile with its genotypes, an identification with its comparison, reviews and "
        "history. Without KIND the code is looked for among all kinds.\n"
        "\n"
        "Names take the permission 'names'.\n",
    .examples = "  homeward show -c quangtri.hwc family F-12\n"
                "  homeward show -c quangtri.hwc I-3 --history\n"
                "  homeward show -c quangtri.hwc comparison --row 17\n",
    .options = options,
    .n_options = CLI_COUNT_OF(options),
    .run = run,
};
