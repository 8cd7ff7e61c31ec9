/* The page docs/records.md: every kind of record, from the descriptors themselves.
 *
 * `homeward help --records` writes it, tools/records puts it in its place, and a
 * test compares both, so that the page cannot fall behind the program. */
#include <string.h>

#include "app/import_tables.h"
#include "app/kind_table.h"
#include "cli/cli.h"

static const char INTRODUCTION[] =
    "# Records and their tables\n"
    "\n"
    "This page is made by `tools/records` from the program's own list (`src/store/kinds.def`).\n"
    "\n"
    "Every kind of record can be imported from CSV and exported to it:\n"
    "\n"
    "    homeward export samples --template              # header and an example\n"
    "    homeward import samples FILE.csv -c CASE        # tells what would happen\n"
    "    homeward import samples FILE.csv -c CASE --apply\n"
    "    homeward export samples -c CASE > FILE.csv\n"
    "    homeward export all --to FOLDER -c CASE         # every kind, and a manifest\n"
    "    homeward import all FOLDER -c OTHER --apply\n"
    "\n"
    "Another institution's table needs no rewriting: a column map says what its columns mean "
    "([column-map.md](column-map.md)).\n"
    "\n"
    "## How tables are read\n"
    "\n"
    "- UTF-8 (UTF-16 with a byte order mark and, by `--encoding`, Windows-1258, Windows-1252 and "
    "Latin-1 are read as well), comma, semicolon or tab; the first row names the columns, in any order. Case, `-`, `_`, "
    "`.` and blanks make no difference. A column that the table does not have is a mistake.\n"
    "- An empty cell is a missing value; it never erases what is stored. `\"\"` is an empty text. "
    "Blanks around a cell that is not in quotes do not count.\n"
    "- Rows that begin with `# ` are comments.\n"
    "- Numbers have a decimal point. Dates are `1968-02-03`, `1968-02`, `1968`, or a range "
    "`1968-02/1968-04`; times are UTC, `2026-01-31T08:00:00Z`.\n"
    "- References are codes. Where the other kind has a key of several parts, each part is a column "
    "(`pedigree.family`, `pedigree.code`); one column `pedigree` with `FAMILY/CODE` does as well.\n"
    "- `row_withdrawn` is the reason why a record was withdrawn; nothing is ever deleted. A withdrawn "
    "record that a file brings again stays so, and the import tells; `--restore` takes the "
    "withdrawal back.\n"
    "- A file that was imported before is recognised while all that it brought is in use.\n"
    "- The key tells records apart. A record whose key is stored already must say the same, or with "
    "`--update` becomes a new version; evidence is never changed, only withdrawn.\n"
    "- New records without a state get the first one; without an investigation, that of the import "
    "(`--investigation`, or `main`). In an investigation other than `main`, codes of persons, "
    "families, samples and profiles get its name in front: `INVESTIGATION/CODE`.\n"
    "- One mistake refuses the whole file. Up to 20 are told, with line, column and what is "
    "expected.\n"
    "- What holds names of people needs the permission `names`, on import and on export. Actors, "
    "imports, runs, comparisons, powers, reviews, reports, settings and accesses are imported by "
    "administrators only.\n";

static const char OBSERVATIONS[] =
    "## Observations of a profile\n"
    "\n"
    "`profile.observations` has one observation per marker of the profile's panel, in the panel's "
    "order, parted by `;`:\n"
    "\n"
    "| text | meaning |\n"
    "|---|---|\n"
    "| `14,15` | two alleles |\n"
    "| `14` | a homozygote |\n"
    "| `14,?` | one allele was seen, the other is not known |\n"
    "| `14,-` | one allele, and there is no second copy (a male at an X marker) |\n"
    "| `{14,15}` | the alleles seen under dropout and drop-in; `{}` = none |\n"
    "| `14,15,16` | more than two alleles: kept, not used for kinship |\n"
    "| (nothing) | not typed |\n"
    "\n"
    "Alleles ascend and a homozygote is written once, so that equal results are equal texts. So `14,15;9.3;;28,?` are four "
    "markers.\n";

/* --- words --- */

static void print_type(const hw_field *field) {
  switch (field->type) {
    case HW_TYPE_CODE:
      printf("code");
      return;
    case HW_TYPE_TEXT:
      printf("text");
      return;
    case HW_TYPE_INT:
      printf("whole number");
      return;
    case HW_TYPE_REAL:
      printf("number");
      return;
    case HW_TYPE_YES:
      printf("1 or 0");
      return;
    case HW_TYPE_DATE:
      printf("date");
      return;
    case HW_TYPE_TIME:
      printf("time");
      return;
    case HW_TYPE_REF:
      printf("[%s](#%s)", hw_kind_get(field->target)->name, hw_kind_get(field->target)->name);
      return;
    case HW_TYPE_ITEM:
      printf("item of that kind");
      return;
    case HW_TYPE_CHOICE:
      break;
  }
  for (const char *word = field->choices; *word != '\0';) {
    size_t n = strcspn(word, "|");
    printf("`%.*s`", (int)n, word);
    word += n;
    if (*word == '|') {
      printf(", ");
      word++;
    }
  }
}

static void print_flags(const hw_field *field) {
  static const struct {
    unsigned flag;
    const char *word;
  } words[] = {{HW_FIELD_KEY, "key"},
               {HW_FIELD_STATE, "state"},
               {HW_FIELD_MUST, "required"},
               {HW_FIELD_NAME, "name"},
               {HW_FIELD_LONG, "long"}};
  bool is_first = true;
  for (size_t i = 0; i < CLI_COUNT_OF(words); i++) {
    bool is_said =
        words[i].flag == HW_FIELD_MUST && (field->flags & (HW_FIELD_KEY | HW_FIELD_STATE));
    if (!(field->flags & words[i].flag) || is_said) continue;
    printf("%s%s", is_first ? "" : ", ", words[i].word);
    is_first = false;
  }
}

/* --- kinds --- */

static void print_kind(const hw_kind *kind) {
  printf("\n### %s\n\n`%s`: %s.%s\n\n", kind->name, kind->plural, kind->sentence,
         kind->flags & HW_KIND_EVIDENCE ? " Evidence: never changed, only withdrawn."
         : kind->flags & HW_KIND_SECRET ? " Secret: neither exported nor imported."
                                        : "");
  printf("| field | type | | |\n|---|---|---|---|\n");
  for (int f = 0; f < kind->n_fields; f++) {
    printf("| `%s` | ", kind->fields[f].name);
    print_type(&kind->fields[f]);
    printf(" | ");
    print_flags(&kind->fields[f]);
    printf(" | %s |\n", kind->fields[f].sentence);
  }
}

/* --- tables that people have --- */

static void print_template(const hwp_table_type *type) {
  hw_str text = HW_STR_INIT;
  hwp_table_template(type, &text);
  for (const char *line = hw_str_text(&text); *line != '\0';) {
    size_t n = strcspn(line, "\n");
    size_t mark = strncmp(line, "# ", 2) == 0 ? 2 : 0;
    printf("    %.*s\n", (int)(n - mark), line + mark);
    line += n + (line[n] == '\n');
  }
  hw_str_clear(&text);
}

static void print_table(const hwp_table_type *type) {
  printf("\n### Table: %s\n\n`homeward import %s`: %s.\n\n", type->name,
         hw_kind_get(type->kind)->plural, type->brief);
  printf("| column | | |\n|---|---|---|\n");
  for (int c = 0; c < type->n_columns; c++)
    printf("| `%s` | %s | %s |\n", type->columns[c].name,
           type->columns[c].is_required ? "required" : "", type->columns[c].sentence);
  if (type->others != NULL) printf("| (others) | | %s |\n", type->others);
  printf("\n");
  print_template(type);
}

static void print_tables(void) {
  printf(
      "\n## Tables that people have\n\nMore than one kind of record in a row. Which table a file "
      "is follows from its columns: these, or those of the kind itself (below).\n");
  for (size_t i = 0; i < hwp_n_table_types; i++) print_table(hwp_table_types[i]);
}

void cli_help_records(void) {
  fputs(INTRODUCTION, stdout);
  print_tables();
  putchar('\n');
  fputs(OBSERVATIONS, stdout);
  printf("\n## Kinds of records\n\nIn the order in which they can be imported: each refers only to "
         "those before it and to itself. A field marked \"name\" holds names of people.\n");
  for (int k = 0; k < HW_KIND_COUNT; k++) print_kind(hw_kind_get((hw_kind_id)k));
}
