/* A change: rows written together, and the audit entry that stands for them.
 *
 * Added rows have ids above all that exist, so they come in the order of their
 * ids and are digested as they are written, a million of them in no memory.
 * Replaced rows come in any order; 32 bytes of each version are kept until the
 * commit sorts them. What the entry's hash covers is drawn in store.h.
 *
 * Only the writing transaction hands out ids, and it is alone: the next id of a
 * kind is asked for once per change. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/clock.h"
#include "homeward/version.h"
#include "store/store_int.h"

/* --- begin --- */

static hw_status copy_info(hw_store *self, const hw_change_info *info, hw_err *err) {
  char now[HW_CLOCK_UTC_SIZE];
  self->at = strdup(info->at != NULL ? info->at : hw_clock_utc(now));
  self->actor = strdup(info->actor);
  self->login = strdup(info->login != NULL ? info->login : "");
  self->action = strdup(info->action);
  self->reason = strdup(info->reason != NULL ? info->reason : "");
  if (self->at && self->actor && self->login && self->action && self->reason) return HW_OK;
  return HW_NO_MEMORY(err, "the change");
}

static hw_status read_int(hw_store *self, const char *sql, int64_t *out, hw_err *err) {
  hw_query *query = NULL;
  bool has_row = false;
  *out = 0;
  HW_TRY(hw_db_query(self->db, sql, &query, err));
  hw_status status = hw_query_step(query, &has_row, err);
  if (status == HW_OK && has_row) *out = hw_query_int(query, 0);
  hw_query_done(query);
  return status;
}

hw_status hw_store_begin(hw_store *self, const hw_change_info *info, hw_err *err) {
  HW_BUG_IF(self->is_changing, err);
  /* A database that is being made is in its first transaction already. */
  hw_status status = hw_db_is_in_transaction(self->db) ? HW_OK : hw_db_begin(self->db, err);
  if (status != HW_OK) return status;
  self->is_changing = true;
  int64_t last = 0;
  status = copy_info(self, info, err);
  if (status == HW_OK)
    status = read_int(self, "SELECT coalesce(max(id),0) FROM audit_entry", &last, err);
  self->entry = last + 1;
  hw_digest_begin(&self->before);
  if (status != HW_OK) hw_store_rollback(self);
  return status;
}

int64_t hw_store_entry(const hw_store *self) {
  return self->entry;
}

void hw_store_changes(const hw_store *self, int64_t *added, int64_t *replaced) {
  *added = *replaced = 0;
  for (int k = 0; k < HW_KIND_COUNT; k++) {
    *added += self->parts[k].n_added;
    *replaced += (int64_t)self->parts[k].n_replaced;
  }
}

/* --- rows --- */

hw_status hw_store_next_id(hw_store *self, hw_kind_id kind, int64_t *id, hw_err *err) {
  hwp_part *part = &self->parts[kind];
  if (part->next_id == 0) {
    hw_str sql = HW_STR_INIT;
    int64_t last = 0;
    hw_str_append_format(&sql, "SELECT coalesce(max(id),0) FROM \"%s\"", hw_kind_get(kind)->name);
    hw_status status = hw_str_status(&sql) == HW_OK ? read_int(self, hw_str_text(&sql), &last, err)
                                                    : HW_NO_MEMORY(err, "a statement");
    hw_str_clear(&sql);
    HW_TRY(status);
    part->next_id = part->first_added = last + 1;
    hw_digest_begin(&part->added);
  }
  *id = part->next_id;
  return HW_OK;
}

/* SQLite stores 48 bits in six bytes. They miss one damage in 3e14, and the page's checksum and
 * the audit chain see it too. */
int64_t hwp_row_digest(const void *bytes, size_t n) {
  const int64_t whole = hw_digest_short(bytes, n), half = INT64_C(1) << 47;
  return (int64_t)((uint64_t)whole & (((uint64_t)half << 1) - 1)) - half;
}

/* Canonical bytes of a record into the scratch buffer; its digest is set. */
static hw_status take_canonical(hw_store *self, hw_record *record, hw_err *err) {
  self->canonical.length = 0;
  hw_record_canonical(record, &self->canonical);
  if (hw_str_status(&self->canonical) != HW_OK) return HW_NO_MEMORY(err, "a record");
  record->digest = hwp_row_digest(self->canonical.bytes, self->canonical.length);
  return HW_OK;
}

static void bind_row(hw_query *query, const hw_record *record, int first) {
  int n = record->kind->n_fields;
  for (int f = 0; f < n; f++) hwp_store_bind_value(query, first + f, &record->values[f]);
  hw_query_bind_text(query, first + n, record->withdrawn);
  hw_query_bind_int(query, first + n + 1, record->entry);
  hw_query_bind_int(query, first + n + 2, record->digest);
}

static hw_status insert_row(hw_store *self, const hw_record *record, hw_err *err) {
  const hwp_kind_sql *sql = NULL;
  hw_query *query = NULL;
  HW_TRY(hwp_store_sql(self, record->kind->id, &sql, err));
  HW_TRY(hw_db_query(self->db, sql->insert, &query, err));
  hw_query_bind_int(query, 1, record->id);
  bind_row(query, record, 2);
  hw_status status = hw_query_run(query, err);
  hw_query_done(query);
  return status;
}

static hw_status conflict_with(hw_store *self, hw_record *record, hw_err *err) {
  record->entry = 0;
  HW_TRY(hw_store_find(self, record, &record->id, err));
  hw_str name = HW_STR_INIT;
  if (record->id != 0) hw_store_name(self, record->kind->id, record->id, &name);
  hw_status status = hw_err_set(err, HW_E_CONFLICT, "%s exists already",
                                record->id != 0 ? hw_str_text(&name) : record->kind->name);
  hw_str_clear(&name);
  return status;
}

/* States that are not given begin at the first of their list. */
static void begin_states(hw_record *record) {
  for (int f = 0; f < record->kind->n_fields; f++) {
    const hw_field *field = &record->kind->fields[f];
    if ((field->flags & HW_FIELD_STATE) && hw_record_is_null(record, f))
      hw_record_set_text_n(record, f, field->choices, strcspn(field->choices, "|"));
  }
}

hw_status hw_store_add(hw_store *self, hw_record *record, hw_err *err) {
  HW_BUG_IF(!self->is_changing, err);
  begin_states(record);
  HW_TRY(hw_record_validate(record, err));
  HW_TRY(hw_store_next_id(self, record->kind->id, &record->id, err));
  record->entry = self->entry;
  HW_TRY(take_canonical(self, record, err));
  HW_TRY(hwp_summary_touch(self, record, err));
  hw_status status = insert_row(self, record, err);
  if (status == HW_E_CONFLICT) return conflict_with(self, record, err);
  if (status != HW_OK) return status;
  hwp_part *part = &self->parts[record->kind->id];
  part->next_id++;
  part->n_added++;
  hw_digest_add(&part->added, self->canonical.bytes, self->canonical.length);
  hwp_tally_step(self, record, 1);
  return record->kind->id == HW_KIND_PERSON_NAME ? hwp_store_index_name(self, record, err) : HW_OK;
}

static hw_status keep_revision(hw_store *self, const hw_record *old, hw_err *err) {
  hw_query *query = NULL;
  HW_TRY(hw_db_query(self->db,
                     "INSERT INTO revision (id,kind,record,entry,replaced_by,content) SELECT "
                     "coalesce(max(id),0)+1,$1,$2,$3,$4,$5 FROM revision",
                     &query, err));
  hw_query_bind_text(query, 1, old->kind->name);
  hw_query_bind_int(query, 2, old->id);
  hw_query_bind_int(query, 3, old->entry);
  hw_query_bind_int(query, 4, self->entry);
  hw_query_bind_bytes(query, 5, self->canonical.bytes, self->canonical.length);
  hw_status status = hw_query_run(query, err);
  hw_query_done(query);
  return status;
}

static hw_status update_row(hw_store *self, const hw_record *record, hw_err *err) {
  const hwp_kind_sql *sql = NULL;
  hw_query *query = NULL;
  HW_TRY(hwp_store_sql(self, record->kind->id, &sql, err));
  HW_TRY(hw_db_query(self->db, sql->update, &query, err));
  bind_row(query, record, 1);
  hw_query_bind_int(query, record->kind->n_fields + 4, record->id);
  hw_status status = hw_query_run(query, err);
  hw_query_done(query);
  return status;
}

static hw_status grow_replaced(hwp_part *part, hw_err *err) {
  if (part->n_replaced < part->replaced_capacity) return HW_OK;
  size_t capacity = part->replaced_capacity > 0 ? 2 * part->replaced_capacity : 16, bytes;
  void *larger =
      hw_mul_size(capacity, sizeof *part->replaced, &bytes) ? realloc(part->replaced, bytes) : NULL;
  if (larger == NULL) return HW_NO_MEMORY(err, "the change");
  part->replaced = larger;
  part->replaced_capacity = capacity;
  return HW_OK;
}

/* Writes a new version over the old one. */
static hw_status write_version(hw_store *self, hw_record *old, hw_record *record, hw_err *err) {
  hwp_part *part = &self->parts[record->kind->id];
  HW_TRY(grow_replaced(part, err));
  struct hwp_replaced *replaced = &part->replaced[part->n_replaced];
  HW_TRY(take_canonical(self, old, err));
  hwp_before_add(&self->before, old->kind->name, old->id, self->canonical.bytes,
                 self->canonical.length);
  HW_TRY(keep_revision(self, old, err));
  HW_TRY(hwp_summary_touch(self, old, err));
  HW_TRY(hwp_summary_touch(self, record, err));
  record->entry = self->entry;
  HW_TRY(take_canonical(self, record, err));
  hw_digest_of(self->canonical.bytes, self->canonical.length, replaced->digest);
  HW_TRY(update_row(self, record, err));
  replaced->id = record->id;
  replaced->order = (int64_t)part->n_replaced;
  part->n_replaced++;
  hwp_tally_step(self, old, -1);
  hwp_tally_step(self, record, 1);
  return record->kind->id == HW_KIND_PERSON_NAME ? hwp_store_index_name(self, record, err) : HW_OK;
}

/* A row whose digest does not fit is not built upon. */
static hw_status read_intact(hw_store *self, hw_kind_id kind, int64_t id, hw_arena *arena,
                             hw_record *out, hw_err *err) {
  HW_TRY(hw_store_get(self, kind, id, arena, out, err));
  int64_t digest = out->digest;
  HW_TRY(take_canonical(self, out, err));
  if (digest == out->digest) return HW_OK;
  hw_str name = HW_STR_INIT;
  hw_store_name(self, kind, id, &name);
  hw_status status = hw_err_set(
      err, HW_E_DAMAGED, "%s is not what was written: run 'homeward check'", hw_str_text(&name));
  hw_str_clear(&name);
  return status;
}

hw_status hw_store_replace(hw_store *self, hw_record *record, hw_err *err) {
  HW_BUG_IF(!self->is_changing, err);
  HW_TRY(hw_record_validate(record, err));
  hw_arena arena;
  hw_record old;
  hw_arena_init(&arena, 0);
  hw_status status = read_intact(self, record->kind->id, record->id, &arena, &old, err);
  if (status == HW_OK && (record->kind->flags & HW_KIND_EVIDENCE))
    status = hw_err_set(err, HW_E_STATE,
                        "a %s is evidence and never changed: withdraw it and add "
                        "another",
                        record->kind->name);
  if (status == HW_OK && old.withdrawn != NULL)
    status =
        hw_err_set(err, HW_E_STATE, "this %s was withdrawn: %s", record->kind->name, old.withdrawn);
  if (status == HW_OK) status = write_version(self, &old, record, err);
  hw_arena_clear(&arena);
  return status;
}

hw_status hw_store_withdraw(hw_store *self, hw_kind_id kind, int64_t id, const char *reason,
                            hw_err *err) {
  HW_BUG_IF(!self->is_changing, err);
  if (reason == NULL || reason[0] == '\0')
    return hw_err_set(err, HW_E_VALUE, "a withdrawal needs a reason");
  hw_arena arena;
  hw_record old;
  hw_arena_init(&arena, 0);
  hw_status status = read_intact(self, kind, id, &arena, &old, err);
  if (status == HW_OK && old.withdrawn != NULL)
    status = hw_err_set(err, HW_E_STATE, "this %s was withdrawn before: %s", old.kind->name,
                        old.withdrawn);
  if (status == HW_OK) {
    hw_record withdrawn = old;
    withdrawn.withdrawn = reason;
    status = write_version(self, &old, &withdrawn, err);
  }
  hw_arena_clear(&arena);
  return status;
}

hw_status hw_store_restore(hw_store *self, hw_kind_id kind, int64_t id, hw_err *err) {
  HW_BUG_IF(!self->is_changing, err);
  hw_arena arena;
  hw_record old;
  hw_arena_init(&arena, 0);
  hw_status status = read_intact(self, kind, id, &arena, &old, err);
  if (status == HW_OK && old.withdrawn == NULL)
    status = hw_err_set(err, HW_E_STATE, "this %s is not withdrawn", old.kind->name);
  if (status == HW_OK) {
    hw_record restored = old;
    restored.withdrawn = NULL;
    status = write_version(self, &old, &restored, err);
  }
  hw_arena_clear(&arena);
  return status;
}

/* --- put --- */

static void describe(hw_store *self, const hw_record *record, int field, char *out, size_t size) {
  const hw_value *value = &record->values[field];
  const hw_field *what = &record->kind->fields[field];
  hw_str code = HW_STR_INIT;
  if (hw_field_is_secret(record->kind, field))
    snprintf(out, size, "a secret");
  else if (value->type == HW_DB_TEXT)
    snprintf(out, size, "\"%.*s\"", (int)(value->n < 60 ? value->n : 60), value->text);
  else if (value->type == HW_DB_INT && what->type == HW_TYPE_REF &&
           hw_store_code(self, what->target, value->i, &code, NULL) == HW_OK)
    snprintf(out, size, "\"%.60s\"", hw_str_text(&code));
  else if (value->type == HW_DB_INT)
    snprintf(out, size, "%" PRId64, value->i);
  else if (value->type == HW_DB_REAL)
    snprintf(out, size, "%.15g", value->r);
  else
    snprintf(out, size, "nothing");
  hw_str_clear(&code);
}

/* What a record says against the version that is stored, and what to do. */
static hw_status fail_different(hw_store *self, const hw_record *old, const hw_record *record,
                                int field, hw_err *err) {
  const hw_kind *kind = record->kind;
  char seen[80], stored[80];
  describe(self, record, field, seen, sizeof seen);
  describe(self, old, field, stored, sizeof stored);
  hw_str code = HW_STR_INIT;
  if (hw_store_code(self, kind->id, record->id, &code, NULL) != HW_OK) code.length = 0;
  const char *remedy = "say --update to change it";
  const hwp_part *part = &self->parts[kind->id];
  const bool is_new = part->n_added > 0 && old->id >= part->first_added;
  if (is_new) {
    remedy = "keep one of the two";
  } else if (kind->flags & HW_KIND_EVIDENCE) {
    remedy = "evidence is never changed, withdraw it first";
  } else if (kind->fields[field].flags & HW_FIELD_STATE) {
    remedy = "states are changed by 'homeward set-state'";
  }
  if (old->withdrawn != NULL)
    remedy = kind->flags & HW_KIND_EVIDENCE
                 ? "give what is right another key"
                 : "give what is right another key, or take it back and change it by --restore "
                   "--update";
  const char *name = hw_str_text(&code);
  if (old->withdrawn != NULL)
    (void)hw_err_set(err, HW_E_CONFLICT,
                     "%s, but the stored %s %.80s, which was withdrawn (%.100s), says %s: %s", seen,
                     kind->name, name, old->withdrawn, stored, remedy);
  else if (is_new)
    (void)hw_err_set(err, HW_E_CONFLICT,
                     "%s, but the %s %.80s that came before in this import says %s: %s", seen,
                     kind->name, name, stored, remedy);
  else
    (void)hw_err_set(err, HW_E_CONFLICT, "%s, but the stored %s %.80s says %s: %s", seen,
                     kind->name, name, stored, remedy);
  hw_err_field(err, "%s", kind->fields[field].name);
  hw_str_clear(&code);
  return HW_E_CONFLICT;
}

static hw_status put_over(hw_store *self, const hw_record *old, hw_record *record, bool may_replace,
                          hw_put_outcome *outcome, hw_err *err) {
  for (int f = 0; f < record->kind->n_fields; f++)
    if (hw_record_is_null(record, f)) record->values[f] = old->values[f];
  record->withdrawn = old->withdrawn;
  int field = -1;
  *outcome = HW_PUT_UNCHANGED;
  if (hw_record_equal(old, record, &field)) {
    if (old->withdrawn != NULL) *outcome = HW_PUT_WITHDRAWN;
    record->entry = old->entry;
    return HW_OK;
  }
  bool is_state = record->kind->fields[field].flags & HW_FIELD_STATE;
  if (may_replace && !is_state && !(record->kind->flags & HW_KIND_EVIDENCE) &&
      old->withdrawn == NULL) {
    *outcome = HW_PUT_REPLACED;
    return hw_store_replace(self, record, err);
  }
  return fail_different(self, old, record, field, err);
}

hw_status hw_store_put(hw_store *self, hw_record *record, bool may_replace, hw_put_outcome *outcome,
                       hw_err *err) {
  HW_BUG_IF(!self->is_changing, err);
  HW_TRY(hw_store_find(self, record, &record->id, err));
  *outcome = HW_PUT_ADDED;
  if (record->id == 0) return hw_store_add(self, record, err);
  hw_arena arena;
  hw_record old;
  hw_arena_init(&arena, 0);
  hw_status status = hw_store_get(self, record->kind->id, record->id, &arena, &old, err);
  /* Fields that were taken over from the old version live in this arena: the record keeps them
   * only until the call ends. */
  hw_record merged = *record;
  if (status == HW_OK) status = put_over(self, &old, &merged, may_replace, outcome, err);
  record->id = merged.id;
  record->entry = merged.entry;
  record->digest = merged.digest;
  hw_arena_clear(&arena);
  return status;
}

/* --- commit --- */

static int compare_replaced(const void *a, const void *b) {
  const struct hwp_replaced *x = a, *y = b;
  if (x->id != y->id) return x->id < y->id ? -1 : 1;
  return x->order < y->order ? -1 : x->order > y->order;
}

void hwp_part_digest(hw_digest *replaced, hw_digest *added, uint8_t out[HW_DIGEST_SIZE]) {
  uint8_t halves[2 * HW_DIGEST_SIZE];
  hw_digest_end(replaced, halves);
  hw_digest_end(added, halves + HW_DIGEST_SIZE);
  hw_digest_of(halves, sizeof halves, out);
}

void hwp_before_add(hw_digest *before, const char *kind, int64_t id, const void *canonical,
                    size_t n) {
  hw_digest_add_text(before, kind);
  hw_digest_add_int(before, id);
  hw_digest_add_int(before, (int64_t)n);
  hw_digest_add(before, canonical, n);
}

void hwp_after_add(hw_digest *after, const char *kind, int64_t first_added, int64_t n_added,
                   int64_t n_replaced, const uint8_t hash[HW_DIGEST_SIZE]) {
  hw_digest_add_text(after, kind);
  hw_digest_add_int(after, first_added);
  hw_digest_add_int(after, n_added);
  hw_digest_add_int(after, n_replaced);
  hw_digest_add(after, hash, HW_DIGEST_SIZE);
}

void hwp_entry_hash(const hwp_entry *entry, uint8_t out[HW_DIGEST_SIZE]) {
  hw_digest digest;
  hw_digest_begin(&digest);
  hw_digest_add(&digest, entry->previous, HW_DIGEST_SIZE);
  hw_digest_add_int(&digest, entry->seq);
  const char *texts[] = {entry->at,      entry->actor,  entry->login,
                         entry->program, entry->action, entry->reason};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) hw_digest_add_text(&digest, texts[i]);
  hw_digest_add(&digest, entry->before, HW_DIGEST_SIZE);
  hw_digest_add(&digest, entry->after, HW_DIGEST_SIZE);
  hw_digest_end(&digest, out);
}

/* Closes the part of one kind: its digest, and its share of `after`. */
static hw_status write_part(hw_store *self, hw_kind_id kind, hw_digest *after, hw_err *err) {
  hwp_part *part = &self->parts[kind];
  if (part->n_added == 0 && part->n_replaced == 0) return HW_OK;
  const char *name = hw_kind_get(kind)->name;
  if (part->n_added == 0) hw_digest_begin(&part->added);
  if (part->n_replaced > 0)
    qsort(part->replaced, part->n_replaced, sizeof *part->replaced, compare_replaced);
  hw_digest replaced;
  hw_digest_begin(&replaced);
  for (size_t i = 0; i < part->n_replaced; i++) {
    hw_digest_add(&replaced, part->replaced[i].digest, HW_DIGEST_SIZE);
  }
  uint8_t hash[HW_DIGEST_SIZE];
  hwp_part_digest(&replaced, &part->added, hash);
  int64_t first_added = part->n_added > 0 ? part->first_added : 0;
  hwp_after_add(after, name, first_added, part->n_added, (int64_t)part->n_replaced, hash);

  hw_query *query = NULL;
  HW_TRY(hw_db_query(self->db,
                     "INSERT INTO audit_part (id,entry,kind,first_added,n_added,n_replaced,hash) "
                     "SELECT coalesce(max(id),0)+1,$1,$2,$3,$4,$5,$6 FROM audit_part",
                     &query, err));
  hw_query_bind_int(query, 1, self->entry);
  hw_query_bind_text(query, 2, name);
  hw_query_bind_int(query, 3, first_added);
  hw_query_bind_int(query, 4, part->n_added);
  hw_query_bind_int(query, 5, (int64_t)part->n_replaced);
  hw_query_bind_bytes(query, 6, hash, sizeof hash);
  hw_status status = hw_query_run(query, err);
  hw_query_done(query);
  return status;
}

static hw_status write_entry(hw_store *self, hwp_entry *entry, hw_err *err) {
  int64_t last = 0;
  HW_TRY(hw_store_head(self, &last, entry->previous, err));
  HW_BUG_IF(last + 1 != self->entry, err);
  uint8_t hash[HW_DIGEST_SIZE];
  hwp_entry_hash(entry, hash);
  hw_query *query = NULL;
  HW_TRY(hw_db_query(self->db,
                     "INSERT INTO audit_entry (id,\"at\",actor,login,program,action,reason,"
                     "\"before\",\"after\",previous,hash) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,"
                     "$11)",
                     &query, err));
  hw_query_bind_int(query, 1, entry->seq);
  hw_query_bind_text(query, 2, entry->at);
  hw_query_bind_text(query, 3, entry->actor);
  hw_query_bind_text(query, 4, entry->login);
  hw_query_bind_text(query, 5, entry->program);
  hw_query_bind_text(query, 6, entry->action);
  hw_query_bind_text(query, 7, entry->reason);
  hw_query_bind_bytes(query, 8, entry->before, HW_DIGEST_SIZE);
  hw_query_bind_bytes(query, 9, entry->after, HW_DIGEST_SIZE);
  hw_query_bind_bytes(query, 10, entry->previous, HW_DIGEST_SIZE);
  hw_query_bind_bytes(query, 11, hash, HW_DIGEST_SIZE);
  hw_status status = hw_query_run(query, err);
  hw_query_done(query);
  return status;
}

static hw_status write_audit(hw_store *self, hw_err *err) {
  hw_digest after;
  hw_digest_begin(&after);
  for (int k = 0; k < HW_KIND_COUNT; k++) HW_TRY(write_part(self, (hw_kind_id)k, &after, err));
  hwp_entry entry = {.seq = self->entry,
                     .at = self->at,
                     .actor = self->actor,
                     .login = self->login,
                     .program = hw_version(),
                     .action = self->action,
                     .reason = self->reason};
  hw_digest_end(&self->before, entry.before);
  hw_digest_end(&after, entry.after);
  return write_entry(self, &entry, err);
}

hw_status hw_store_commit(hw_store *self, hw_err *err) {
  HW_BUG_IF(!self->is_changing, err);
  hw_status status = write_audit(self, err);
  if (status == HW_OK) status = hwp_tally_write(self, err);
  if (status == HW_OK) status = hw_db_commit(self->db, err);
  if (status != HW_OK)
    hw_store_rollback(self);
  else
    hwp_store_change_end(self);
  return status;
}
