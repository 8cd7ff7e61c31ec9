/* Tables from kinds: what a schema version adds to the one before.
 *
 * Versions only add: a kind, or a field that is not required. So the step from
 * version n to n + 1 is the lines of kinds.def that say n + 1, the same list
 * makes a new database, and nothing that was written is touched. Besides one
 * table per kind there are those of the store itself: the audit chain with its
 * parts, the old versions of records, the words of names, and how many records of
 * each kind are in use.
 *
 * Indexes of fields that may be null leave the nulls out: half of a million
 * profiles name no sample, and the space is better kept.
 *
 * Every kind's table begins with row_withdrawn (the reason, or null), row_entry
 * (the audit entry that wrote the row) and row_digest. */
#include "base/check.h"
#include "store/store_int.h"

static hw_db_column field_column(const hw_field *field) {
  return (hw_db_column){
      .name = field->name,
      .type = hw_field_db_type(field->type),
      .is_required = field->flags & HW_FIELD_MUST,
      .references = field->type == HW_TYPE_REF ? hw_kind_get(field->target)->name : NULL};
}

static hw_status index_field(hw_db *db, const hw_kind *kind, const hw_field *field, hw_err *err) {
  if (!(field->flags & HW_FIELD_FIND)) return HW_OK;
  bool is_required = field->flags & (HW_FIELD_MUST | HW_FIELD_KEY),
       is_yes = field->type == HW_TYPE_YES;
  hw_str name = HW_STR_INIT, condition = HW_STR_INIT;
  hw_str_append_format(&name, "%s_by_%s", kind->name, field->name);
  hw_str_append_format(&condition, is_yes ? "\"%s\"=1" : "\"%s\" IS NOT NULL", field->name);
  hw_status status = hw_str_status(&name);
  if (status == HW_OK) status = hw_str_status(&condition);
  status = status == HW_OK
               ? hw_db_create_index(db, hw_str_text(&name), kind->name,
                                    is_yes ? kind->fields[0].name : field->name,
                                    is_required && !is_yes ? NULL : hw_str_text(&condition), err)
               : HW_NO_MEMORY(err, "an index");
  hw_str_clear(&name);
  hw_str_clear(&condition);
  return status;
}

/* Withdrawn records are few: what is in use is counted by leaving those out. */
static hw_status index_withdrawn(hw_db *db, const hw_kind *kind, hw_err *err) {
  hw_str name = HW_STR_INIT;
  hw_str_append_format(&name, "%s_withdrawn", kind->name);
  hw_status status = hw_str_status(&name);
  status = status == HW_OK ? hw_db_create_index(db, hw_str_text(&name), kind->name, "id",
                                                "row_withdrawn IS NOT NULL", err)
                           : HW_NO_MEMORY(err, "an index");
  hw_str_clear(&name);
  return status;
}

static hw_status create_kind(hw_db *db, const hw_kind *kind, int version, hw_err *err) {
  hw_db_column columns[HW_KIND_MAX_FIELDS + 3];
  int n = 0;
  hw_str unique = HW_STR_INIT;
  /* The fields come last, so that a later version's fields stand where they would in a new table. */
  columns[n++] = (hw_db_column){.name = "row_withdrawn", .type = HW_DB_TEXT};
  columns[n++] = (hw_db_column){.name = "row_entry", .type = HW_DB_INT, .is_required = true};
  columns[n++] = (hw_db_column){.name = "row_digest", .type = HW_DB_INT, .is_required = true};
  for (int f = 0; f < kind->n_fields; f++) {
    if (kind->fields[f].since > version) continue;
    columns[n++] = field_column(&kind->fields[f]);
    if (!(kind->fields[f].flags & HW_FIELD_KEY)) continue;
    if (unique.length > 0) hw_str_append(&unique, ",");
    hw_str_append(&unique, kind->fields[f].name);
  }
  hw_db_table table = {.name = kind->name,
                       .n_columns = n,
                       .columns = columns,
                       .unique = hw_str_text(&unique),
                       .is_append_only = kind->flags & HW_KIND_EVIDENCE,
                       .changeable = "row_withdrawn,row_entry,row_digest"};
  hw_status status = hw_str_status(&unique);
  status = status == HW_OK ? hw_db_create_table(db, &table, err) : HW_NO_MEMORY(err, "a table");
  hw_str_clear(&unique);
  if (status == HW_OK) status = index_withdrawn(db, kind, err);
  for (int f = 0; f < kind->n_fields && status == HW_OK; f++)
    if (kind->fields[f].since <= version) status = index_field(db, kind, &kind->fields[f], err);
  return status;
}

static hw_status create_store_tables(hw_db *db, hw_err *err) {
  static const hw_db_column entry[] = {
      {"at", HW_DB_TEXT, true, NULL, NULL},        {"actor", HW_DB_TEXT, true, NULL, NULL},
      {"login", HW_DB_TEXT, true, NULL, NULL},     {"program", HW_DB_TEXT, true, NULL, NULL},
      {"action", HW_DB_TEXT, true, NULL, NULL},    {"reason", HW_DB_TEXT, true, NULL, NULL},
      {"before", HW_DB_BYTES, true, NULL, NULL},   {"after", HW_DB_BYTES, true, NULL, NULL},
      {"previous", HW_DB_BYTES, true, NULL, NULL}, {"hash", HW_DB_BYTES, true, NULL, NULL}};
  static const hw_db_column part[] = {
      {"entry", HW_DB_INT, true, "audit_entry", NULL}, {"kind", HW_DB_TEXT, true, NULL, NULL},
      {"first_added", HW_DB_INT, true, NULL, NULL},    {"n_added", HW_DB_INT, true, NULL, NULL},
      {"n_replaced", HW_DB_INT, true, NULL, NULL},     {"hash", HW_DB_BYTES, true, NULL, NULL}};
  static const hw_db_column revision[] = {{"kind", HW_DB_TEXT, true, NULL, NULL},
                                          {"record", HW_DB_INT, true, NULL, NULL},
                                          {"entry", HW_DB_INT, true, NULL, NULL},
                                          {"replaced_by", HW_DB_INT, true, NULL, NULL},
                                          {"content", HW_DB_BYTES, true, NULL, NULL}};
  static const hw_db_column word[] = {{"word", HW_DB_TEXT, true, NULL, NULL},
                                      {"name", HW_DB_INT, true, "person_name", NULL}};
  static const hw_db_column tally[] = {{"kind", HW_DB_TEXT, true, NULL, NULL},
                                       {"word", HW_DB_TEXT, true, NULL, NULL},
                                       {"n", HW_DB_INT, true, NULL, NULL}};
  static const hw_db_table tables[] = {
      {"audit_entry", 10, entry, NULL, true, NULL},
      {"audit_part", 6, part, "entry,kind", true, NULL},
      {"revision", 5, revision, NULL, true, NULL},
      {"name_word", 2, word, "word,name", true, NULL},
      {"tally", 3, tally, "kind,word", false, NULL},
  };
  for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
    HW_TRY(hw_db_create_table(db, &tables[i], err));
  HW_TRY(hw_db_create_index(db, "revision_by_record", "revision", "kind,record", NULL, err));
  return hw_db_create_index(db, "revision_by_replaced_by", "revision", "replaced_by", NULL, err);
}

hw_status hwp_store_create_tables(hw_db *db, int from, int to, hw_err *err) {
  for (int version = from + 1; version <= to; version++) {
    if (version == 1) HW_TRY(create_store_tables(db, err));
    for (int k = 0; k < HW_KIND_COUNT; k++) {
      const hw_kind *kind = hw_kind_get((hw_kind_id)k);
      if (kind->since == version) HW_TRY(create_kind(db, kind, version, err));
      for (int f = 0; f < kind->n_fields; f++) {
        const hw_field *field = &kind->fields[f];
        if (field->since != version || kind->since >= version) continue;
        hw_db_column column = field_column(field);
        HW_TRY(hw_db_add_column(db, kind->name, &column, err));
        HW_TRY(index_field(db, kind, field, err));
      }
    }
  }
  return hw_db_set_version(db, to, err);
}
