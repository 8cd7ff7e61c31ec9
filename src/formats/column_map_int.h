/* Between the parts of the column map: its words (column_map_scan.c), its lines
 * (column_map.c), and its use on rows (column_map_apply.c). */
#ifndef HW_FORMATS_COLUMN_MAP_INT_H
#define HW_FORMATS_COLUMN_MAP_INT_H

#include "base/arena.h"
#include "formats/column_map.h"
#include "formats/date_format.h"

enum { HWP_MAP_RULES = 1000, HWP_MAP_SOURCES = 8, HWP_MAP_DATES = 6 };

/* A column: its name, or its number from 1. */
typedef struct hwp_map_column {
  const char *name; /* NULL: the number counts */
  int32_t number;
  uint64_t line;
  int32_t bound; /* index in the table at hand, or −1 */
} hwp_map_column;

typedef struct hwp_map_translation {
  const char *from, *to;
  struct hwp_map_translation *next;
} hwp_map_translation;

typedef enum hwp_map_otherwise { HWP_MAP_REFUSE, HWP_MAP_KEEP, HWP_MAP_REPLACE } hwp_map_otherwise;

/* One line "source -> target". */
typedef struct hwp_map_rule {
  uint64_t line;
  int32_t n_sources; /* 0: a constant */
  hwp_map_column sources[HWP_MAP_SOURCES];
  const char *constant;
  const char *field;
  int32_t group;
  bool is_required, is_if_present;
  const char *prefix, *suffix, *joiner; /* never NULL */
  const char *split;                    /* NULL: one value */
  int32_t n_dates;
  hw_date_format dates[HWP_MAP_DATES];
  const char *dates_text; /* as written, for errors */
  hwp_map_translation *translations;
  bool has_translations;
  hwp_map_otherwise otherwise;
  const char *replacement;
} hwp_map_rule;

/* Records that are made together: one kind, one number in the map. */
typedef struct hwp_map_group {
  const char *kind;
  int32_t number;
} hwp_map_group;

struct hw_column_map {
  hw_arena arena;
  const char *name; /* of the map file */
  char delimiter;
  const char *table;
  int32_t n_skipped; /* rows before the header */
  bool ignores_all;
  bool (*is_same_name)(const char *a, const char *b);
  int32_t n_rules, n_groups, n_ignored;
  hwp_map_rule *rules;
  hwp_map_group *groups;
  hwp_map_column *ignored;
  /* The table at hand. */
  int32_t n_columns;
  const char **header;
  bool *is_named; /* columns that the map names */
  hw_arena table_arena, row_arena;
  hw_mapped_row row;
};

/* --- words --- */

typedef struct hwp_map_reader {
  hw_column_map *map;
  const hw_column_map_checks *checks;
  hw_errors *errors;
  const char *at, *end;
  uint64_t line;
  hwp_map_rule *rule; /* the one that is being read */
} hwp_map_reader;

/* Reports a mistake in the line. @return HW_E_SYNTAX */
hw_status hwp_map_refuse(hwp_map_reader *self, const char *format, ...) HW_PRINTF(2, 3);
hw_status hwp_map_no_memory(hwp_map_reader *self);
/* Copies a text to the map's arena. */
hw_status hwp_map_keep(hwp_map_reader *self, const char *text, size_t n, const char **out);
/* The character at hand; a line end at the end. */
char hwp_map_peek(const hwp_map_reader *self);
bool hwp_map_at_line_end(const hwp_map_reader *self);
/* Also to the next line, where that begins with blanks. */
void hwp_map_skip_blanks(hwp_map_reader *self);
/* To the next line that does not begin with blanks. */
void hwp_map_skip_statement(hwp_map_reader *self);
/* Inside of brackets: blanks, line ends and comments. */
void hwp_map_skip_space(hwp_map_reader *self);
/* Letters, digits and _ that stand here. */
size_t hwp_map_word_length(const hwp_map_reader *self);
/* Steps over words, with blanks between and behind them, if they stand here. */
bool hwp_map_take_words(hwp_map_reader *self, const char *words);
/* The same for signs. */
bool hwp_map_take(hwp_map_reader *self, const char *symbol);
bool hwp_map_take_arrow(hwp_map_reader *self);
/* What stands here, for a message. */
const char *hwp_map_describe(const hwp_map_reader *self, char *buffer, size_t size);
/* A text in quotes. @param what  it is, for a message */
hw_status hwp_map_read_string(hwp_map_reader *self, const char *what, const char **out);
/* A number from 1. */
hw_status hwp_map_read_number(hwp_map_reader *self, int32_t most, int32_t *out);

#endif
