/* Templates: the header of a table, and an example that is not read.
 *
 * Examples of a kind are made from its fields, so that a new kind has one too:
 * the first choice, a date, the code of the record that a reference would point
 * to. Tables of their own columns bring their example. */
#include <string.h>

#include "app/export.h"
#include "app/import_tables.h"
#include "app/kind_table.h"
#include "base/check.h"
#include "base/digest.h"

/* --- a kind's own table --- */

/* "SAMPLE-1". */
static void example_code(const hw_kind *kind, hw_str *out) {
  for (const char *c = kind->name; *c != '\0'; c++) {
    char letter = (char)(*c >= 'a' && *c <= 'z' ? *c - 'a' + 'A' : '-');
    hw_str_append_bytes(out, &letter, 1);
  }
  hw_str_append(out, "-1");
}

/* Fields whose type alone gives no example. */
static const struct example {
  hw_kind_id kind;
  const char *field, *text;
} examples[] = {
    {HW_KIND_ACTOR, "permissions", "write names"},
    {HW_KIND_MARKER, "code", "D3S1358"},
    {HW_KIND_MARKER, "chromosome", "3"},
    {HW_KIND_MARKER_ALIAS, "alias", "D3"},
    {HW_KIND_FREQUENCY, "allele", "15"},
    {HW_KIND_INVESTIGATION, "code", "main"},
    {HW_KIND_PERSON_NAME, "name", "Nguyễn Văn A"},
    {HW_KIND_PEDIGREE, "code", "stated"},
    {HW_KIND_SITE, "latitude", "16.75"},
    {HW_KIND_SITE, "longitude", "107.18"},
    {HW_KIND_ASSERTION, "field", "unit"},
    {HW_KIND_SPECIMEN, "element", "femur"},
    {HW_KIND_ITEM_NUMBER, "system", "field"},
    {HW_KIND_PROFILE, "observations", "\"14,15\""},
    {HW_KIND_SNP_PROFILE, "likelihoods", "00ffff"},
    {HW_KIND_HAPLOTYPE, "ranges", "16024-576"},
    {HW_KIND_HAPLOTYPE, "haplotype", "263G 315.1C"},
    {HW_KIND_GENETIC_MAP, "build", "grch38"},
};

/* Tables whose digest stands beside them; without quotes. */
static const struct example tables[] = {
    {HW_KIND_SNP_PANEL, "table",
     "marker,chromosome,grch37,grch38,alleles,female_cm,male_cm,EAS\n"
     "rs9442372,1,1018704,1083324,A/G,2.01,1.66,0.611\n"},
    {HW_KIND_GENETIC_MAP, "table",
     "# build: GRCh38\nchromosome,bp,female_cm,male_cm\n1,1018704,2.01,1.66\n"},
    {HW_KIND_HAPLOTYPE_TABLE, "table", "count,ranges,haplotype\n1,16024-16365,rCRS\n"},
};

static const char *given_example(hw_kind_id kind, const char *field) {
  for (size_t i = 0; i < sizeof examples / sizeof *examples; i++)
    if (examples[i].kind == kind && strcmp(examples[i].field, field) == 0) return examples[i].text;
  return NULL;
}

/* @return false if the kind has no table, or the column is neither it nor its digest */
static bool example_table(hw_kind_id kind, const char *column, hw_str *out) {
  uint8_t digest[HW_DIGEST_SIZE];
  char hex[HW_DIGEST_TEXT_SIZE];
  for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
    if (tables[i].kind != kind) continue;
    hw_digest_of(tables[i].text, strlen(tables[i].text), digest);
    if (strcmp(column, "digest") == 0)
      hw_str_append(out, hw_digest_text(digest, hex));
    else if (strcmp(column, tables[i].field) == 0)
      hw_str_append_format(out, "\"%s\"", tables[i].text);
    else
      continue;
    return true;
  }
  return false;
}

static void example_reference(hw_kind_id target, hw_str *out) {
  const hw_kind *kind = hw_kind_get(target);
  const char *given = given_example(target, kind->fields[hw_kind_code_field(kind)].name);
  if (given != NULL)
    hw_str_append(out, given);
  else
    example_code(kind, out);
}

/* An item of the first kind that the field before can name. */
static void example_item(const hw_field *item_kind, hw_str *out) {
  char word[32];
  size_t n = strcspn(item_kind->choices, "|");
  if (n >= sizeof word) return;
  memcpy(word, item_kind->choices, n);
  word[n] = '\0';
  const hw_kind *kind = hw_kind_find(word);
  if (kind != NULL) example_reference(kind->id, out);
}

static void example_of(const hw_kind *kind, const hw_kind_column *column, hw_str *out) {
  const hw_field *leaf = column->leaf;
  const char *given = given_example(kind->id, column->name);
  if (given != NULL) hw_str_append(out, given);
  if (given != NULL || example_table(kind->id, column->name, out)) return;
  switch (leaf->type) {
    case HW_TYPE_CODE:
      if (column->field == hw_kind_code_field(kind))
        example_code(kind, out);
      else if (strchr(column->name, '.') != NULL)
        hw_str_append(out, "stated"); /* of a pedigree */
      else if (leaf->flags & HW_FIELD_MUST)
        hw_str_append(out, leaf->name);
      return;
    case HW_TYPE_REF:
      if (leaf->target != kind->id) example_reference(leaf->target, out);
      return;
    case HW_TYPE_ITEM:
      example_item(leaf - 1, out);
      return;
    case HW_TYPE_CHOICE:
      hw_str_append_bytes(out, leaf->choices, strcspn(leaf->choices, "|"));
      return;
    case HW_TYPE_DATE:
      hw_str_append(out, "1972-06");
      return;
    case HW_TYPE_TIME:
      hw_str_append(out, "2026-01-31T08:00:00Z");
      return;
    case HW_TYPE_INT:
    case HW_TYPE_YES:
      hw_str_append(out, leaf->flags & HW_FIELD_MUST ? "1" : "");
      return;
    case HW_TYPE_REAL:
      hw_str_append(out, leaf->flags & HW_FIELD_MUST ? "0.5" : "");
      return;
    case HW_TYPE_TEXT:
      hw_str_append(out, leaf->flags & HW_FIELD_MUST ? leaf->name : "");
      return;
  }
}

static void append_kind(const hw_kind *kind, hw_str *out) {
  hw_kind_table table;
  hw_kind_table_init(&table, kind->id);
  hw_str example = HW_STR_INIT;
  bool is_first = true;
  for (int c = 0; c < table.n_columns; c++) {
    if (table.columns[c].is_whole) continue;
    if (!is_first) hw_str_append(out, ",");
    hw_str_append(&example, is_first ? "# " : ",");
    hw_str_append(out, table.columns[c].name);
    if (table.columns[c].field >= 0) example_of(kind, &table.columns[c], &example);
    is_first = false;
  }
  hw_str_append_format(out, "\n%s\n", hw_str_text(&example));
  if (hw_str_status(&example) != HW_OK) out->status = HW_E_NO_MEMORY;
  hw_str_clear(&example);
}

/* --- tables of their own columns --- */

void hwp_table_template(const hwp_table_type *type, hw_str *out) {
  for (int c = 0; c < type->n_columns; c++)
    hw_str_append_format(out, "%s%s", c > 0 ? "," : "", type->columns[c].name);
  hw_str_append_format(out, "%s\n", type->other_names != NULL ? type->other_names : "");
  for (const char *line = type->example; *line != '\0';) {
    size_t n = strcspn(line, "\n") + 1;
    hw_str_append(out, "# ");
    hw_str_append_bytes(out, line, n);
    line += n;
  }
}

hw_status hw_export_template(const char *what, hw_str *out, hw_err *err) {
  const hw_kind *kind = hw_kind_find(what);
  if (kind == NULL)
    return hw_err_set(err, HW_E_USAGE, "\"%.60s\" is no kind of record: see docs/records.md", what);
  HW_TRY(hw_kind_table_require(kind, err));
  const hwp_table_type *type = NULL;
  bool is_plural = hw_column_name_equal(kind->plural, what);
  for (size_t i = 0; i < hwp_n_table_types && is_plural && type == NULL; i++)
    if (hwp_table_types[i]->kind == kind->id) type = hwp_table_types[i];
  if (type != NULL)
    hwp_table_template(type, out);
  else
    append_kind(kind, out);
  return hw_str_status(out) == HW_OK ? HW_OK : HW_NO_MEMORY(err, "the template");
}
