/* Column maps: the language, its mistakes, and what rows become. All data are
 * made up. */
#include "formats/column_map.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "formats/date_format.h"
#include "support/assert.h"
#include "support/faults.h"

static hw_errors errors;

static bool has_field(void *context, const char *kind, const char *field) {
  (void)context;
  return strcmp(kind, "moon") != 0 && strcmp(field, "colour") != 0;
}

static const hw_column_map_checks CHECKS = {.has_field = has_field};

static hw_status parse(const char *text, hw_column_map **map) {
  memset(&errors, 0, sizeof errors);
  return hw_column_map_parse(text, strlen(text), "m.map", &CHECKS, map, &errors);
}

/* Applies a map to a table; writes "kind0.field=text;" and "/" behind each row. */
static hw_status apply(const char *map_text, const char *table, hw_str *out) {
  hw_column_map *map = NULL;
  hw_csv csv;
  const hw_mapped_row *row = NULL;
  hw_status status = parse(map_text, &map);
  if (status != HW_OK) return status;
  hw_csv_init(&csv, table, strlen(table), hw_column_map_delimiter(map));
  csv.path = "t.csv";
  status = hw_column_map_begin(map, &csv, &errors);
  while (status == HW_OK) {
    status = hw_column_map_next(map, &csv, &row, &errors);
    if (status != HW_OK || !row) break;
    for (int32_t i = 0; i < row->n_values; i++) {
      const hw_mapped_value *v = &row->values[i];
      hw_str_append_format(out, "%s%d.%s=%s;", v->kind, (int)v->record, v->field, v->text);
    }
    hw_str_append(out, "/");
  }
  hw_csv_clear(&csv);
  hw_column_map_delete(map);
  return status != HW_OK ? status : hw_errors_status(&errors, NULL);
}

static void assert_applies(const char *map, const char *table, const char *expected) {
  hw_str out = HW_STR_INIT;
  hw_assert_ok(apply(map, table, &out), &errors.kept[0]);
  assert_string_equal(hw_str_text(&out), expected);
  hw_str_clear(&out);
}

static void plain_columns_become_fields(void **state) {
  (void)state;
  assert_applies("\"Code\" -> sample.code\n\"My  Note\" \xE2\x86\x92 sample.note # remark\n",
                 "my note , CODE\n x , 1 \n,2\n,\n\xC2\xA0y\xC2\xA0,\"3\"\n",
                 "sample0.code=1;sample0.note=x;/sample0.code=2;/sample0.code=3;sample0.note=y;/");
  assert_applies("table: sample\ncolumn 2 -> code\nignore *", "x;y\n1;2", "sample0.code=2;/");
  assert_applies("ignore *\n\"A\" -> s.a", "A,B,C\n1,2,3\n", "s0.a=1;/");
  assert_applies("ignore \"B\", column 3\n\"A\" -> s.a", "A,B,\n1,2,3\n", "s0.a=1;/");
  assert_applies("skip rows: 2\n\"A\" -> s.a", "List of 2024\nfor you\nA\n1\n", "s0.a=1;/");
  assert_applies("delimiter: semicolon\n\"A,B\" -> s.a", "A,B;\n1;\n", "s0.a=1;/");
  assert_applies("delimiter: tab\n\"A\" -> s.a\n\"B\" -> s.b (if present)", "A\n1\n", "s0.a=1;/");
  assert_applies("\"a \"\"b\"\"\" -> s.a", "\"a \"\"b\"\"\"\n1\n", "s0.a=1;/");
  assert_applies("\"A\"\n  # remark\n  -> s.a\n  (required,\n prefix \"x\" # remark\n)\n", "A\n1\n",
                 "s0.a=x1;/");
}

static void maps_from_windows_are_read(void **state) {
  (void)state;
  assert_applies("\xEF\xBB\xBF# remark\r\ntable: s\r\n\r\n\"A\" -> a\r\n  (required,\r\n"
                 "   date YYYY)\r\n  {\r\n x = 1999;\r\n }\r\nignore \"B\"\r\n",
                 "A,B\r\n1968,2\r\nx,\r\n", "s0.a=1968;/s0.a=1999;/");
}

static void columns_are_joined_and_decorated(void **state) {
  (void)state;
  assert_applies("\"A\" + \"B\" -> s.a", "A,B\n1,2\n,2\n1,\n", "s0.a=1 2;/s0.a=2;/s0.a=1;/");
  assert_applies("\"A\" + \"B\" -> s.a (join \"-\", prefix \"<\", suffix \">\")",
                 "A,B\n1,2\n,\n , 3\n", "s0.a=<1-2>;/s0.a=<3>;/");
}

static void constants_make_no_record_alone(void **state) {
  (void)state;
  assert_applies("\"A\" -> s.a\n\"B\" -> c.b\nconstant \"x\" -> c.k\n", "A,B\n1,2\n3,\n",
                 "s0.a=1;c0.b=2;c0.k=x;/s0.a=3;/");
}

static void values_are_translated(void **state) {
  (void)state;
  static const char TABLE[] = "S\nM\nf\nU\n\n";
  assert_applies("\"S\" -> p.sex { M = male; F = female; U, \"\" = unknown; }", TABLE,
                 "p0.sex=male;/p0.sex=female;/p0.sex=unknown;/");
  assert_applies("\"S\" -> p.sex {M=male; *=*}", TABLE, "p0.sex=male;/p0.sex=f;/p0.sex=U;/");
  assert_applies("\"S\" -> p.sex {\n M = male ;\n * = other\n}", TABLE,
                 "p0.sex=male;/p0.sex=other;/p0.sex=other;/");
  assert_applies("\"S\" -> p.sex { M = \"\"; * = * } (prefix \"is \")", TABLE,
                 "/p0.sex=is f;/p0.sex=is U;/");
  assert_applies("\"S\" -> p.sex { \"\" = none }\n\"T\" -> p.t", "S,T\n,1\n",
                 "p0.sex=none;p0.t=1;/");
}

static void dates_become_iso(void **state) {
  (void)state;
  assert_applies("\"D\" -> s.d (date MM/DD/YYYY or MM/YYYY or YYYY)",
                 "D\n03/04/1968\n7/1968\n1968\n", "s0.d=1968-03-04;/s0.d=1968-07;/s0.d=1968;/");
  assert_applies("\"D\" -> s.d (date DD.MM.YY from 1930) { unknown = \"\" }\n\"E\" -> s.e",
                 "D,E\n1.2.68,x\n1.2.29,x\nUnknown,x\n",
                 "s0.d=1968-02-01;s0.e=x;/s0.d=2029-02-01;s0.e=x;/s0.e=x;/");
  assert_applies("\"D\" -> s.d (date \"MON D, YYYY\" or 'ng\xC3\xA0y' D 'th\xC3\xA1ng' M YYYY)",
                 "D\n\"Sep 3, 1970\"\nng\xC3\xA0y 3 th\xC3\xA1ng 9 1970\n",
                 "s0.d=1970-09-03;/s0.d=1970-09-03;/");
}

static void forms_of_dates(void **state) {
  (void)state;
  static const struct {
    const char *pattern, *text, *iso; /* NULL: refused */
  } CASES[] = {
      {"DD/MM/YYYY", "7/5/1968", "1968-05-07"},
      {"DD/MM/YYYY", "31/04/1968", NULL},
      {"DD/MM/YYYY", "29/02/1968", "1968-02-29"},
      {"DD/MM/YYYY", "29/02/1900", NULL},
      {"DD/MM/YYYY", "7/5/68", NULL},
      {"DD/MM/YYYY", "7/5/1968 ", NULL},
      {"dd/mm/yyyy", "07/05/1968", "1968-05-07"},
      {"YYYYMMDD", "19680507", "1968-05-07"},
      {"YYYYMMDD", "1968507", NULL},
      {"D MON YYYY", "7 may 1968", "1968-05-07"},
      {"D MON YYYY", "7  September 1968", "1968-09-07"},
      {"D MON YYYY", "7 Sep. 1968", "1968-09-07"},
      {"D MON YYYY", "7 Sepp 1968", NULL},
      {"YYYY-MM-DD hh:mm", "1968-05-07 23:59", "1968-05-07T23:59"},
      {"hh:mm:ss DD/MM/YYYY", "01:02:03 7/5/1968", "1968-05-07T01:02:03"},
      {"YYYY-MM-DD hh:mm", "1968-05-07 24:00", NULL},
      {"DD/MM/YYYY *", "7/5/1968 00:00 AM", "1968-05-07"},
      {"'th\xC3\xA1ng' M 'n\xC4\x83m' YYYY", "th\xC3\xA1ng 7 n\xC4\x83m 1970", "1970-07"},
      {"YYYY", "0000", NULL},
      {"MM/YYYY", "13/1968", NULL},
      {"DD/MM/YYYY", "", NULL},
  };
  for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
    hw_date_format format;
    const char *why;
    char iso[HW_DATE_SIZE] = "";
    assert_true(hw_date_format_parse(&format, CASES[i].pattern, strlen(CASES[i].pattern), &why));
    const bool is_good = hw_date_format_convert(&format, CASES[i].text, iso);
    if (is_good != (CASES[i].iso != NULL) || (is_good && strcmp(iso, CASES[i].iso) != 0))
      fail_msg("%s as %s gives \"%s\"", CASES[i].text, CASES[i].pattern, iso);
  }
}

static void cells_are_split_into_records(void **state) {
  (void)state;
  assert_applies("\"A\" -> s.a (split \";\")\n\"B\" -> s.b\nconstant \"k\" -> s.k",
                 "A,B\n1; 2 ;3;,x\n,y\n;,\n",
                 "s0.a=1;s0.b=x;s0.k=k;s1.a=2;s1.b=x;s1.k=k;s2.a=3;s2.b=x;s2.k=k;/"
                 "s0.b=y;s0.k=k;//");
  assert_applies("\"A\" -> s.a (split \"/\")\n\"B\" -> s.b (split \"/\")",
                 "A,B\n1/2,x/y\n/2,x/\n1//3,/"
                 "/z\n",
                 "s0.a=1;s0.b=x;s1.a=2;s1.b=y;/s0.b=x;s1.a=2;/s0.a=1;s1.a=3;s1.b=z;/");
  assert_applies("\"A\" -> p.a\n\"B\" -> p 2.a\n\"C\" -> q.c\n\"D\" -> p 2.d",
                 "A,B,C,D\n1,2,3,4\n,2,3,\n", "p0.a=1;p1.a=2;p1.d=4;q0.c=3;/p0.a=2;q0.c=3;/");
}

static void the_source_of_a_value_is_known(void **state) {
  (void)state;
  static const char TABLE[] = "A,B\n1,2\n";
  hw_column_map *map = NULL;
  const hw_mapped_row *row;
  hw_csv csv;
  hw_assert_ok(parse("constant \"k\" -> s.k\n\"B\" + \"A\" -> s.a\n", &map), &errors.kept[0]);
  assert_string_equal(hw_column_map_table(map), "");
  hw_csv_init(&csv, TABLE, sizeof TABLE - 1, 0);
  hw_assert_ok(hw_column_map_begin(map, &csv, &errors), &errors.kept[0]);
  hw_assert_ok(hw_column_map_next(map, &csv, &row, &errors), &errors.kept[0]);
  assert_int_equal(row->line, 2);
  assert_int_equal(row->values[0].column, -1);
  assert_int_equal(row->values[0].map_line, 1);
  assert_int_equal(row->values[1].column, 1);
  assert_int_equal(row->values[1].map_line, 2);
  hw_csv_clear(&csv);
  hw_column_map_delete(map);
}

static void mistakes_in_maps_are_told_with_line_and_remedy(void **state) {
  (void)state;
  static const struct {
    const char *map, *expected;
  } BAD[] = {
      {"", "m.map: the map takes no column; a line is written: \"Column\" -> kind.field"},
      {"# only\n", "m.map: the map takes no column; a line is written: \"Column\" -> kind.field"},
      {"\n\"A\" -> s.a\nfoo bar\n",
       "m.map:3: \"foo bar\" is not understood; a line begins with a column in quotes, column, "
       "constant, ignore, delimiter:, table: or skip rows:"},
      {"A -> s.a",
       "m.map:1: \"A -> s.a\" is not understood; a line begins with a column in quotes, "
       "column, constant, ignore, delimiter:, table: or skip rows:"},
      {"\"A -> s.a\n", "m.map:1: a quote is not closed; a quote inside a text is written twice"},
      {"\"A\" = s.a", "m.map:1: \"->\" is expected, but there is \"= s.a\""},
      {"\"A\"", "m.map:1: \"->\" is expected, but there is the end of the line"},
      {"\"A\" ->",
       "m.map:1: a field is expected behind ->, as in sample.code, but there is the end "
       "of the line"},
      {"\"A\" -> code", "m.map:1: which records have the field \"code\"? write kind.code, or say "
                        "\"table: kind\" above"},
      {"\"A\" -> s.", "m.map:1: a field is expected behind \"s.\""},
      {"\"A\" -> s 2", "m.map:1: \".\" and a field are expected behind \"s 2\""},
      {"\"A\" -> s 0.a", "m.map:1: a number from 1 to 99 is expected"},
      {"\"A\" -> moon.a", "m.map:1: there are no records \"moon\" with a field \"a\"; correct the "
                          "name"},
      {"\"A\" -> s.a\n\"B\" -> s.a",
       "m.map:2: s.a is given in line 1 already; join the columns in one line (\"A\" + \"B\" -> "
       "...), or number the records (s 2.a)"},
      {"\"A\" -> s.a (upper)", "m.map:1: \"upper)\" is not an option; there are: required, if "
                               "present, date, split, join, prefix, suffix"},
      {"\"A\" -> s.a (required",
       "m.map:1: a bracket \")\" is expected, but there is the end of the "
       "line"},
      {"\"A\" -> s.a (split x)",
       "m.map:1: what splits is expected in quotes (\"...\"), but there is "
       "\"x)\""},
      {"\"A\" -> s.a (split \"\")", "m.map:1: an empty text splits nothing"},
      {"\"A\" -> s.a (required, if present)",
       "m.map:1: a column cannot be both required and there only \"if present\""},
      {"constant \"A\" -> s.a (required)",
       "m.map:1: a constant is taken as it stands; remove its options"},
      {"\"A\" -> s.a (date DD/MM)", "m.map:1: the form of a date \"DD/MM\" has no year"},
      {"\"A\" -> s.a (date DD/YYYY)", "m.map:1: the form of a date \"DD/YYYY\" has a day without "
                                      "month, or a time without day"},
      {"\"A\" -> s.a (date YYYY/YYYY)", "m.map:1: the form of a date \"YYYY/YYYY\" names a part "
                                        "twice"},
      {"\"A\" -> s.a (date JJJJ)",
       "m.map:1: the form of a date \"JJJJ\" has letters that mean nothing; write YYYY, MM, MON, DD, "
       "hh, mm, ss, and other text in apostrophes"},
      {"\"A\" -> s.a (date DD/MM/YY)",
       "m.map:1: a year of two digits does not tell the century; add the first year that is meant, "
       "as in: (date DD/MM/YY from 1930)"},
      {"\"A\" -> s.a { M male }", "m.map:1: \"=\" is expected, as in { M = male; F = female }, but "
                                  "there is \"}\""},
      {"\"A\" -> s.a { = male }",
       "m.map:1: a value is expected, but there is \"= male }\"; nothing "
       "at all is written \"\""},
      {"\"A\" -> s.a { M = a; M = b }", "m.map:1: the value \"M\" stands twice"},
      {"\"A\" -> s.a { M = a", "m.map:1: \";\" or \"}\" is expected, but there is the end of the "
                               "line"},
      {"\"A\" -> s.a { * a }", "m.map:1: \"=\" is expected behind \"*\", but there is \"a }\""},
      {"\"A\" -> s.a x",
       "m.map:1: the line is complete before \"x\" (a line that begins with blanks "
       "continues the one above)"},
      {"delimiter: pipe", "m.map:1: the delimiter is \"pipe\"; write comma, semicolon or tab"},
      {"table:", "m.map:1: the kind of the table is missing, as in: table: samples"},
      {"skip rows: 0", "m.map:1: a number from 1 to 1000 is expected"},
      {"ignore",
       "m.map:1: the name of a column is expected in quotes (\"...\"), but there is the end "
       "of the line"},
      {"column x -> s.a", "m.map:1: a number is expected, but there is \"x -> s.a\""},
      {"\"A\" -> s.\xFF", "m.map:1: the text is not UTF-8; save the file as UTF-8"},
  };
  for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
    hw_column_map *map = NULL;
    char line[1024];
    assert_int_not_equal(parse(BAD[i].map, &map), HW_OK);
    assert_null(map);
    assert_string_equal(hw_err_text(&errors.kept[0], line, sizeof line), BAD[i].expected);
  }
}

static void all_mistakes_of_a_map_are_told(void **state) {
  (void)state;
  hw_column_map *map = NULL;
  assert_int_not_equal(parse("x\n\"A\" -> moon.a\n  (required)\n\"B\" -> s.b\ny\n", &map), HW_OK);
  assert_int_equal(errors.n, 3);
  assert_int_equal(errors.kept[0].line, 1);
  assert_int_equal(errors.kept[1].line, 2);
  assert_int_equal(errors.kept[2].line, 5);
}

static void mistakes_in_tables_are_told_with_place_and_remedy(void **state) {
  (void)state;
  static const struct {
    const char *map, *table, *expected;
  } BAD[] = {
      {"\"A\" -> s.a", "", "t.csv:1: the table has no row with the names of the columns"},
      {"\"A\" -> s.a", "B\n1\n",
       "t.csv:1: the table has no column \"A\", which line 1 of the map takes; correct the name, or "
       "add (if present)"},
      {"\"A\" -> s.a", "A,B\n1,2\n",
       "t.csv:1:3: B: the map does not name this column; take it, or write: ignore \"B\""},
      {"\"A\" -> s.a", "A,a\n1,2\n",
       "t.csv:1: two columns are called \"A\"; say which one in line 1 of the map: column 1, or "
       "column 2"},
      {"column 3 -> s.a\nignore *", "A,B\n",
       "t.csv:1: the table has 2 columns; column 3 of line 1 of the map is not among them"},
      {"\"A\" -> s.a", "A,\n1,2\n",
       "t.csv:2:3: column 2 has no name in the header but the value \"2\" here; name it, or write: "
       "ignore column 2"},
      {"\"A\" -> s.a\n\"B\" -> s.b", "A,B\n1\n",
       "t.csv:2: the row has 1 cells where the header has 2; is a delimiter or a quote missing?"},
      {"\"A\" -> s.a (required)\n\"B\" -> s.b", "B,A\nx,\n",
       "t.csv:2:3: A: the cell is empty; line 1 of the map requires it"},
      {"\"A\" -> s.a { M = m; \"\" = u }", "A\nx\n",
       "t.csv:2:1: A: \"x\" is not among the values of line 1 of the map (M, \"\"); correct it, or "
       "add it there"},
      {"\"A\" -> s.a (date DD/MM/YYYY or YYYY)", "A\n1968-05-07\n",
       "t.csv:2:1: A: \"1968-05-07\" is not a date of the form DD/MM/YYYY or YYYY (line 1 of the "
       "map)"},
      {"\"A\" -> s.a (split \";\")\n\"B\" -> s.b (split \";\")", "A,B\n1;2;3,x;y\n",
       "t.csv:2:7: B: the cell has 2 parts where column \"A\" has 3; each record needs one of both"},
      {"\"A\" -> s.a", "A\n\"1\n",
       "t.csv:2:1: a quoted field is not closed before the end of the file"},
  };
  for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
    hw_str out = HW_STR_INIT;
    char line[1024];
    assert_int_not_equal(apply(BAD[i].map, BAD[i].table, &out), HW_OK);
    hw_err_place(&errors.kept[0], "t.csv", 0, 0);
    assert_string_equal(hw_err_text(&errors.kept[0], line, sizeof line), BAD[i].expected);
    hw_str_clear(&out);
  }
}

static void one_bad_row_does_not_hide_the_next(void **state) {
  (void)state;
  hw_str out = HW_STR_INIT;
  assert_int_not_equal(
      apply("\"A\" -> s.a { 1 = one }\n\"B\" -> s.b", "A,B\n2,x\n1,y\n3,z\n1\n", &out), HW_OK);
  assert_string_equal(hw_str_text(&out), "s0.b=x;/s0.a=one;s0.b=y;/s0.b=z;//");
  assert_int_equal(errors.n, 3);
  assert_int_equal(errors.kept[2].line, 5);
  hw_str_clear(&out);
}

static void records_of_one_row_are_limited(void **state) {
  (void)state;
  hw_str table = HW_STR_INIT, out = HW_STR_INIT;
  hw_str_append(&table, "A\nx");
  for (int i = 0; i < HW_COLUMN_MAP_MAX_RECORDS; i++) hw_str_append(&table, ";x");
  hw_assert_status(apply("\"A\" -> s.a (split \";\")", hw_str_text(&table), &out), HW_E_VALUE,
                   NULL);
  assert_string_equal(errors.kept[0].message,
                      "the cell gives 1001 records; at most 1000 are taken of one row");
  hw_str_clear(&table);
  hw_str_clear(&out);
}

/* --- shipped maps --- */

static void apply_shipped(const char *name, int n_rows, const char *first) {
  const char *root = getenv("HOMEWARD_SOURCE_ROOT");
  char map_path[4096], table_path[4096];
  snprintf(map_path, sizeof map_path, "%s/data/maps/%s.map", root ? root : ".", name);
  snprintf(table_path, sizeof table_path, "%s/data/maps/%s_demo.csv", root ? root : ".", name);
  hw_column_map *map = NULL;
  hw_csv csv;
  const hw_mapped_row *row = NULL;
  hw_str out = HW_STR_INIT;
  hw_err err = HW_ERR_INIT;
  memset(&errors, 0, sizeof errors);
  hw_assert_ok(hw_column_map_read(map_path, NULL, &map, &errors), &errors.kept[0]);
  hw_assert_ok(hw_csv_open(&csv, table_path, hw_column_map_delimiter(map), &err), &err);
  hw_assert_ok(hw_column_map_begin(map, &csv, &errors), &errors.kept[0]);
  int n = 0;
  for (;; n++) {
    hw_assert_ok(hw_column_map_next(map, &csv, &row, &errors), &errors.kept[0]);
    if (!row) break;
    for (int32_t i = 0; n == 0 && i < row->n_values; i++)
      hw_str_append_format(&out, "%s%d.%s=%s\n", row->values[i].kind, (int)row->values[i].record,
                           row->values[i].field, row->values[i].text);
  }
  hw_assert_ok(hw_errors_status(&errors, &err), &err);
  assert_int_equal(n, n_rows);
  assert_string_equal(hw_str_text(&out), first);
  hw_str_clear(&out);
  hw_csv_clear(&csv);
  hw_column_map_delete(map);
}

static void the_shipped_maps_read_their_demonstrations(void **state) {
  (void)state;
  apply_shipped("afdil_samples", 3,
                "accession0.code=DEMO 2020-001\n"
                "specimen0.code=DEMO 2020-001-G-01-X-01-101\n"
                "specimen0.accession=DEMO 2020-001\n"
                "specimen0.element=Femur\n"
                "specimen0.side=left\n"
                "sample0.code=01A\n"
                "sample0.specimen=DEMO 2020-001-G-01-X-01-101\n"
                "sample0.note=Good; 1.2; Reported; 1; B\n"
                "item_number0.item_kind=sample\n"
                "item_number0.item=01A\n"
                "item_number0.system=external case\n"
                "item_number0.number=SYNTHETIC-1\n"
                "custody0.item_kind=sample\n"
                "custody0.item=01A\n"
                "custody0.number=1\n"
                "custody0.action=received\n"
                "custody0.to_holder=AFDIL\n"
                "custody0.at=2020-03-07T00:00:00Z\n");
  apply_shipped("liet_si", 2,
                "person0.code=M\xE1\xBA\xAAU-001\n"
                "person0.role=missing\n"
                "person0.sex=male\n"
                "person_name0.person=M\xE1\xBA\xAAU-001\n"
                "person_name0.kind=alias\n"
                "dossier0.code=M\xE1\xBA\xAAU-001\n"
                "dossier0.person=M\xE1\xBA\xAAU-001\n"
                "dossier0.name=M\xE1\xBA\xABu V\xC4\x83n M\xE1\xBB\x99t\n"
                "dossier0.born=1948\n"
                "dossier0.home_place=X\xC3\xA3 M\xE1\xBA\xABu\n"
                "dossier0.rank=H\xE1\xBA\xA1 s\xC4\xA9\n"
                "dossier0.unit=\xC4\x90\xC6\xA1n v\xE1\xBB\x8B m\xE1\xBA\xABu 1\n"
                "dossier0.died=1968-05-12\n"
                "dossier0.death_place=\xC4\x90\xE1\xBB\x8B"
                "a \xC4\x91i\xE1\xBB\x83m m\xE1\xBA\xABu 1\n"
                "dossier0.relative=M\xE1\xBA\xABu Th\xE1\xBB\x8B Ba\n"
                "dossier0.source=danh s\xC3\xA1"
                "ch li\xE1\xBB\x87t s\xC4\xA9\n");
}

static void files_that_are_not_there_are_told(void **state) {
  (void)state;
  hw_column_map *map = NULL;
  memset(&errors, 0, sizeof errors);
  hw_assert_status(hw_column_map_read("/nowhere/at/all.map", NULL, &map, &errors), HW_E_NOT_FOUND,
                   NULL);
  assert_string_equal(errors.kept[0].file, "/nowhere/at/all.map");
}

static void exhausted_memory_is_reported(void **state) {
  (void)state;
  for (long n = 0; hw_faults_begin(n); n++) {
    hw_str out = HW_STR_INIT;
    const hw_status status = apply(
        "\"A\" + \"B\" -> s.a (date DD/MM/YYYY, prefix \"x\") { u = \"\" }\n\"C\" -> s.c (split "
        "\";\")\n",
        "A,B,C\n7/5/1968,,1;2\nu,,3\n", &out);
    const bool is_short = hw_str_status(&out) != HW_OK;
    hw_str_clear(&out);
    const bool failed = hw_faults_end();
    if (!is_short) hw_assert_status(status, failed ? HW_E_NO_MEMORY : HW_OK, &errors.kept[0]);
    if (!failed) break;
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(plain_columns_become_fields),
      cmocka_unit_test(maps_from_windows_are_read),
      cmocka_unit_test(columns_are_joined_and_decorated),
      cmocka_unit_test(constants_make_no_record_alone),
      cmocka_unit_test(values_are_translated),
      cmocka_unit_test(dates_become_iso),
      cmocka_unit_test(forms_of_dates),
      cmocka_unit_test(cells_are_split_into_records),
      cmocka_unit_test(the_source_of_a_value_is_known),
      cmocka_unit_test(mistakes_in_maps_are_told_with_line_and_remedy),
      cmocka_unit_test(all_mistakes_of_a_map_are_told),
      cmocka_unit_test(mistakes_in_tables_are_told_with_place_and_remedy),
      cmocka_unit_test(one_bad_row_does_not_hide_the_next),
      cmocka_unit_test(records_of_one_row_are_limited),
      cmocka_unit_test(the_shipped_maps_read_their_demonstrations),
      cmocka_unit_test(files_that_are_not_there_are_told),
      cmocka_unit_test(exhausted_memory_is_reported),
  };
  return cmocka_run_group_tests_name("column_map", tests, NULL, NULL);
}
