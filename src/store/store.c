/* The case database: opening, making, upgrading, and the statements of kinds.
 *
 * Statements are assembled here from the names of kinds.def, never from what a
 * user wrote; every value is a bound parameter. */
#include "store/store.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "store/store_int.h"

static hw_status store_new(const char *location, hw_db_mode mode, hw_store **out, hw_err *err) {
  *out = NULL;
  hw_store *self = calloc(1, sizeof *self);
  if (self == NULL) return HW_NO_MEMORY(err, "the case database");
  hw_arena_init(&self->arena, 0);
  hw_status status = hw_db_open(location, mode, &self->db, err);
  if (status != HW_OK)
    hw_store_close(self);
  else
    *out = self;
  return status;
}

hw_status hw_store_create(const char *location, hw_store **out, hw_err *err) {
  HW_TRY(store_new(location, HW_DB_CREATE, out, err));
  hw_status status = hw_db_begin((*out)->db, err);
  if (status == HW_OK) status = hwp_store_create_tables((*out)->db, 0, HW_STORE_VERSION, err);
  if (status != HW_OK) {
    hw_store_close(*out);
    *out = NULL;
  }
  return status;
}

static hw_status stop_at_damage(void *context, const hw_db_damage *damage, hw_err *err) {
  const int *version = context;
  return hw_err_set(err, HW_E_DAMAGED,
                    "the file says that its schema is %d, but it is damaged (%s): restore a backup",
                    *version, damage->text);
}

/* A version that is not ours may be a damaged byte, whose remedy is another one. */
static hw_status check_version(hw_store *self, hw_err *err) {
  int version = 0;
  HW_TRY(hw_db_get_version(self->db, &version, err));
  if (version == HW_STORE_VERSION) return HW_OK;
  hw_status status = hw_db_examine(self->db, stop_at_damage, &version, NULL, NULL, err);
  if (status == HW_OK && version > HW_STORE_VERSION)
    status = hw_err_set(err, HW_E_UNSUPPORTED,
                        "written by a newer version of Homeward (schema %d, this program knows "
                        "%d): use that version",
                        version, HW_STORE_VERSION);
  else if (status == HW_OK)
    status = hw_err_set(err, HW_E_STATE,
                        "written by an older version of Homeward (schema %d, now %d): make a "
                        "backup, then 'homeward init --upgrade -c CASE'",
                        version, HW_STORE_VERSION);
  hw_err_place(err, hw_db_location(self->db), 0, 0);
  return status;
}

hw_status hw_store_open(const char *location, hw_db_mode mode, hw_store **out, hw_err *err) {
  HW_TRY(store_new(location, mode, out, err));
  hw_status status = check_version(*out, err);
  if (status != HW_OK) {
    hw_store_close(*out);
    *out = NULL;
  }
  return status;
}

static void change_clear(hw_store *self) {
  for (int k = 0; k < HW_KIND_COUNT; k++) {
    free(self->parts[k].replaced);
    self->parts[k] = (hwp_part){0};
  }
  self->moved.n_samples = self->moved.n_families = 0;
  self->moved.n_snp = self->moved.n_lines = 0;
  self->moved.is_too_much = false;
  free(self->at);
  free(self->actor);
  free(self->login);
  free(self->action);
  free(self->reason);
  self->at = self->actor = self->login = self->action = self->reason = NULL;
  self->is_changing = self->is_upgrading = false;
}

void hw_store_rollback(hw_store *self) {
  if (self->db != NULL) hw_db_rollback(self->db);
  change_clear(self);
}

void hwp_store_change_end(hw_store *self) {
  change_clear(self);
}

void hw_store_close(hw_store *self) {
  if (self == NULL) return;
  hw_store_rollback(self);
  hw_db_close(self->db);
  hw_str_clear(&self->canonical);
  hw_arena_clear(&self->arena);
  free(self);
}

hw_db *hw_store_db(hw_store *self) {
  return self->db;
}
const char *hw_store_location(const hw_store *self) {
  return hw_db_location(self->db);
}

hw_status hw_store_upgrade(const char *location, const char *actor, int *from, int *to,
                           hw_err *err) {
  hw_store *self = NULL;
  *to = HW_STORE_VERSION;
  HW_TRY(store_new(location, HW_DB_WRITE, &self, err));
  hw_status status = hw_db_get_version(self->db, from, err);
  if (status == HW_OK && *from > HW_STORE_VERSION) status = check_version(self, err);
  if (status == HW_OK && *from < HW_STORE_VERSION) {
    hw_change_info info = {.actor = actor, .action = "upgrade", .reason = ""};
    status = hw_store_begin(self, &info, err);
    /* Read again: another process may have upgraded while this one waited. */
    if (status == HW_OK) status = hw_db_get_version(self->db, from, err);
    if (status == HW_OK && *from < HW_STORE_VERSION)
      status = hwp_store_create_tables(self->db, *from, HW_STORE_VERSION, err);
    self->is_upgrading = true;
    if (status == HW_OK) status = hw_store_commit(self, err);
  }
  hw_store_close(self);
  return status;
}

/* --- statements --- */

static void append_name(hw_str *out, const char *name) {
  hw_str_append_format(out, "\"%s\"", name);
}

static void append_columns(hw_str *out, const hw_kind *kind) {
  hw_str_append(out, "\"id\"");
  for (int f = 0; f < kind->n_fields; f++) {
    hw_str_append(out, ",");
    append_name(out, kind->fields[f].name);
  }
  hw_str_append(out, ",\"row_withdrawn\",\"row_entry\",\"row_digest\"");
}

/* SELECT columns FROM kind [WHERE condition] ORDER BY order */
static char *make_select(hw_store *self, const hw_kind *kind, const char *condition,
                         const char *order) {
  hw_str sql = HW_STR_INIT;
  hw_str_append(&sql, "SELECT ");
  append_columns(&sql, kind);
  hw_str_append_format(&sql, " FROM \"%s\"%s%s ORDER BY %s", kind->name,
                       condition != NULL ? " WHERE " : "", condition != NULL ? condition : "",
                       order);
  char *text =
      hw_str_status(&sql) == HW_OK ? hw_arena_strdup(&self->arena, hw_str_text(&sql)) : NULL;
  hw_str_clear(&sql);
  return text;
}

static char *make_insert(hw_store *self, const hw_kind *kind) {
  hw_str sql = HW_STR_INIT;
  hw_str_append_format(&sql, "INSERT INTO \"%s\" (", kind->name);
  append_columns(&sql, kind);
  hw_str_append(&sql, ") VALUES ($1");
  for (int i = 2; i <= kind->n_fields + 4; i++) hw_str_append_format(&sql, ",$%d", i);
  hw_str_append(&sql, ")");
  char *text =
      hw_str_status(&sql) == HW_OK ? hw_arena_strdup(&self->arena, hw_str_text(&sql)) : NULL;
  hw_str_clear(&sql);
  return text;
}

static char *make_update(hw_store *self, const hw_kind *kind) {
  hw_str sql = HW_STR_INIT;
  hw_str_append_format(&sql, "UPDATE \"%s\" SET ", kind->name);
  for (int f = 0; f < kind->n_fields; f++)
    hw_str_append_format(&sql, "\"%s\"=$%d,", kind->fields[f].name, f + 1);
  hw_str_append_format(
      &sql, "\"row_withdrawn\"=$%d,\"row_entry\"=$%d,\"row_digest\"=$%d WHERE id=$%d",
      kind->n_fields + 1, kind->n_fields + 2, kind->n_fields + 3, kind->n_fields + 4);
  char *text =
      hw_str_status(&sql) == HW_OK ? hw_arena_strdup(&self->arena, hw_str_text(&sql)) : NULL;
  hw_str_clear(&sql);
  return text;
}

static char *make_by_key(hw_store *self, const hw_kind *kind) {
  hw_str sql = HW_STR_INIT;
  hw_str_append_format(&sql, "SELECT id FROM \"%s\" WHERE ", kind->name);
  int n = 0;
  for (int f = 0; f < kind->n_fields; f++)
    if (kind->fields[f].flags & HW_FIELD_KEY) {
      hw_str_append_format(&sql, "%s\"%s\"=$%d", n > 0 ? " AND " : "", kind->fields[f].name, n + 1);
      n++;
    }
  char *text =
      hw_str_status(&sql) == HW_OK ? hw_arena_strdup(&self->arena, hw_str_text(&sql)) : NULL;
  hw_str_clear(&sql);
  return text;
}

static char *make_by_field(hw_store *self, const hw_kind *kind, int field) {
  hw_str condition = HW_STR_INIT;
  hw_str_append_format(&condition, "\"%s\"=$1", kind->fields[field].name);
  char *text = hw_str_status(&condition) == HW_OK
                   ? make_select(self, kind, hw_str_text(&condition), "id")
                   : NULL;
  hw_str_clear(&condition);
  return text;
}

hw_status hwp_store_sql_by_prefix(hw_store *self, hw_kind_id id, int n, const char **out,
                                  hw_err *err) {
  char **text = &self->sql[id].by_prefix[n];
  const hw_kind *kind = hw_kind_get(id);
  hw_str condition = HW_STR_INIT, order = HW_STR_INIT;
  int n_keys = 0;
  for (int f = 0; *text == NULL && f < kind->n_fields; f++) {
    if (!(kind->fields[f].flags & HW_FIELD_KEY)) continue;
    if (n_keys < n)
      hw_str_append_format(&condition, "%s\"%s\"=$%d", n_keys > 0 ? " AND " : "",
                           kind->fields[f].name, n_keys + 1);
    hw_str_append_format(&order, "%s\"%s\"", n_keys > 0 ? "," : "", kind->fields[f].name);
    n_keys++;
  }
  if (*text == NULL && hw_str_status(&condition) == HW_OK && hw_str_status(&order) == HW_OK)
    *text = make_select(self, kind, n > 0 ? hw_str_text(&condition) : NULL, hw_str_text(&order));
  hw_str_clear(&condition);
  hw_str_clear(&order);
  *out = *text;
  return *text != NULL ? HW_OK : HW_NO_MEMORY(err, "the statements of a kind");
}

hw_status hwp_store_sql(hw_store *self, hw_kind_id id, const hwp_kind_sql **out, hw_err *err) {
  hwp_kind_sql *sql = &self->sql[id];
  const hw_kind *kind = hw_kind_get(id);
  *out = sql;
  if (sql->by_entry != NULL) return HW_OK;
  bool is_complete = true;
  for (int f = 0; f < kind->n_fields; f++) {
    sql->by_field[f] = make_by_field(self, kind, f);
    is_complete = is_complete && sql->by_field[f] != NULL;
  }
  sql->insert = make_insert(self, kind);
  sql->update = make_update(self, kind);
  sql->by_key = make_by_key(self, kind);
  sql->by_id = make_select(self, kind, "id=$1", "id");
  sql->all = make_select(self, kind, "id>=$1", "id");
  sql->by_entry = make_select(self, kind, NULL, "row_entry,id");
  if (is_complete && sql->insert != NULL && sql->update != NULL && sql->by_key != NULL &&
      sql->by_id != NULL && sql->all != NULL && sql->by_entry != NULL)
    return HW_OK;
  sql->by_entry = NULL;
  return HW_NO_MEMORY(err, "the statements of a kind");
}
