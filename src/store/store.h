/** @file
 * The case database: records with their history.
 *
 * Every row is written inside a change (hw_store_begin … hw_store_commit), which
 * is one entry of the audit chain: who, when, what, why, and digests of what
 * stood before and stands after. Rows are never deleted: they are replaced, and
 * the version before goes to the history, or withdrawn with a reason. Evidence
 * (HW_KIND_EVIDENCE) is never replaced either.
 *
 *     audit_entry  seq, at, actor, login, program, action, reason, before, after,
 *                  previous, hash
 *     audit_part   entry, kind, n_rows, first_added, n_replaced, hash
 *     revision     kind, record, entry (old), replaced_by, content (canonical)
 *
 *     hash(seq)  = BLAKE2b(previous hash, all columns of the entry, its parts)
 *     part hash  = BLAKE2b(BLAKE2b(digests of the replaced rows, new version, by id),
 *                          BLAKE2b(canonical bytes of the added rows, by id))
 *     before     = BLAKE2b(canonical bytes of the old versions, in the order of time)
 *     after      = BLAKE2b(part hashes, by kind)
 *
 * A row also carries a 48-bit digest of its own canonical bytes: the chain proves
 * that nothing was changed, the row's digest says which row was.
 *
 * Example:
 * @code
 *   hw_store *store = NULL;
 *   HW_TRY(hw_store_open("case.hwc", HW_DB_WRITE, &store, err));
 *   hw_change_info info = {.actor = "anh", .action = "import", .reason = "first load"};
 *   s = hw_store_begin(store, &info, err);
 *   if (s == HW_OK) s = hw_store_add(store, &record, err);
 *   if (s == HW_OK) s = hw_store_commit(store, err);
 *   hw_store_close(store);   // rolls back what was not committed
 * @endcode
 */
#ifndef HW_STORE_STORE_H
#define HW_STORE_STORE_H

#include "base/digest.h"
#include "store/record.h"

typedef struct hw_store hw_store;

/** Makes a new case database with its tables; the first change is the caller's, and its commit
 * publishes the file. @return as hw_db_open with HW_DB_CREATE */
HW_MUST_CHECK hw_status hw_store_create(const char *location, hw_store **out, hw_err *err);

/** Opens one. @return as hw_db_open; HW_E_UNSUPPORTED if it was written by a newer version;
 *         HW_E_STATE if by an older one (the message names the command that upgrades it) */
HW_MUST_CHECK hw_status hw_store_open(const char *location, hw_db_mode mode, hw_store **out,
                                      hw_err *err);
void hw_store_close(hw_store *self);
/** The connection, for the other files of store/ and for backup. */
hw_db *hw_store_db(hw_store *self);
const char *hw_store_location(const hw_store *self);

/** Brings an older database up to this version, step by step, in one transaction recorded in the
 * audit chain. @param from, to  [out] versions; equal if there was nothing to do */
HW_MUST_CHECK hw_status hw_store_upgrade(const char *location, const char *actor, int *from,
                                         int *to, hw_err *err);

/* --- reading --- */

/** Looks a record up by its key. @param key  a record whose key fields are set
 * @param id  [out] 0 if there is none */
HW_MUST_CHECK hw_status hw_store_find(hw_store *self, const hw_record *key, int64_t *id,
                                      hw_err *err);
/** The same for kinds whose key is a code. */
HW_MUST_CHECK hw_status hw_store_find_code(hw_store *self, hw_kind_id kind, const char *code,
                                           int64_t *id, hw_err *err);

/** Reads one record; texts are copied to the arena.
 * @return HW_OK; HW_E_REFERENCE if there is none */
HW_MUST_CHECK hw_status hw_store_get(hw_store *self, hw_kind_id kind, int64_t id, hw_arena *arena,
                                     hw_record *out, hw_err *err);

/** Code of a record for people: its code, or "a/b" of its key, references resolved. Appended. */
HW_MUST_CHECK hw_status hw_store_code(hw_store *self, hw_kind_id kind, int64_t id, hw_str *out,
                                      hw_err *err);

/** A record for messages: "profile R-0001 (row 17)". Appended; never fails ("profile (row 17)" if
 * nothing better is there). */
void hw_store_name(hw_store *self, hw_kind_id kind, int64_t id, hw_str *out);

/** A running selection. */
typedef struct hw_scan hw_scan;

/** Records of a kind in the order of their ids, withdrawn ones included.
 * @param field  −1 = all records; else those whose field has this value (indexed fields, first
 *               key fields) */
HW_MUST_CHECK hw_status hw_store_scan(hw_store *self, hw_kind_id kind, int field,
                                      const hw_value *value, hw_scan **out, hw_err *err);
/** All records of a kind from an id on, in the order of their ids. */
HW_MUST_CHECK hw_status hw_store_scan_from(hw_store *self, hw_kind_id kind, int64_t first,
                                           hw_scan **out, hw_err *err);
/** Records whose first @p n key fields have these values, in the order of the key (n = 0: all).
 * @param values  n values, in the order of the kind's key fields */
HW_MUST_CHECK hw_status hw_store_scan_key(hw_store *self, hw_kind_id kind, int n,
                                          const hw_value *values, hw_scan **out, hw_err *err);
/** The next record, or NULL at the end; texts are valid until the next call. */
HW_MUST_CHECK hw_status hw_scan_next(hw_scan *self, const hw_record **out, hw_err *err);
void hw_scan_done(hw_scan *self);

/** Called with one number of a record; NaN where it is null. */
typedef hw_status hw_number_fn(void *context, int64_t id, double value, hw_err *err);
/** One number of each of these records, in the order of the key, without reading what else they
 * say: for choosing a few of many. Withdrawn ones are passed over, and count.
 * @param values  n values, in the order of the kind's key fields
 * @param field   of the type REAL
 * @param most    records that are looked at
 * @param is_cut  [out] true if there are more */
HW_MUST_CHECK hw_status hw_store_numbers(hw_store *self, hw_kind_id kind, int n,
                                         const hw_value *values, int field, int most,
                                         hw_number_fn *report, void *context, bool *is_cut,
                                         hw_err *err);

/** Number of records of a kind, withdrawn ones included. */
HW_MUST_CHECK hw_status hw_store_count(hw_store *self, hw_kind_id kind, int64_t *out, hw_err *err);

/* --- changing --- */

typedef struct hw_change_info {
  const char *actor;  /**< code of who does it */
  const char *login;  /**< login name on the computer; NULL = not known */
  const char *action; /**< "import", "set-state", … */
  const char *reason; /**< why; "" = none was given */
  const char *at;     /**< time, UTC; NULL = now. Given by tests only */
} hw_change_info;

/** Begins a change. @return HW_E_BUSY if another process writes too long */
HW_MUST_CHECK hw_status hw_store_begin(hw_store *self, const hw_change_info *info, hw_err *err);

/** Adds a record; its id and entry are set. A state that is null becomes the first of its list.
 * @return HW_OK; HW_E_CONFLICT if the key exists (record->id is then the stored one's); as
 *         hw_record_validate; HW_E_REFERENCE if a reference points to nothing */
HW_MUST_CHECK hw_status hw_store_add(hw_store *self, hw_record *record, hw_err *err);

typedef enum hw_put_outcome {
  HW_PUT_ADDED,
  HW_PUT_UNCHANGED,
  HW_PUT_REPLACED,
  HW_PUT_WITHDRAWN /**< unchanged, but the stored one is withdrawn, and stays so */
} hw_put_outcome;

/** Adds a record, or compares it with the stored one of the same key. Fields that are null in
 * @p record and set in the stored one count as unchanged and are kept.
 * @param may_replace  a different one is replaced (never evidence, never a state)
 * @return HW_E_CONFLICT naming field, stored and new value */
HW_MUST_CHECK hw_status hw_store_put(hw_store *self, hw_record *record, bool may_replace,
                                     hw_put_outcome *outcome, hw_err *err);

/** Replaces the record of the same id; the old version goes to the history.
 * @return HW_E_STATE for evidence; HW_E_REFERENCE if there is none */
HW_MUST_CHECK hw_status hw_store_replace(hw_store *self, hw_record *record, hw_err *err);

/** Withdraws a record with a reason. @return HW_E_STATE if it is withdrawn already */
HW_MUST_CHECK hw_status hw_store_withdraw(hw_store *self, hw_kind_id kind, int64_t id,
                                          const char *reason, hw_err *err);

/** Takes a withdrawal back: a new version of the same content, the withdrawal stays in the history.
 * @return HW_E_STATE if it is not withdrawn */
HW_MUST_CHECK hw_status hw_store_restore(hw_store *self, hw_kind_id kind, int64_t id, hw_err *err);

/** Number of the change, once begun. */
int64_t hw_store_entry(const hw_store *self);
/** Id that the next record of a kind will get in this change. */
HW_MUST_CHECK hw_status hw_store_next_id(hw_store *self, hw_kind_id kind, int64_t *id, hw_err *err);
/** Rows added and replaced so far in this change. */
void hw_store_changes(const hw_store *self, int64_t *added, int64_t *replaced);

/** Writes the audit entry and makes everything permanent. A change without rows leaves an entry
 * too (an export, a backup). On failure everything is undone. */
HW_MUST_CHECK hw_status hw_store_commit(hw_store *self, hw_err *err);
/** Undoes the change; nothing happens without one. */
void hw_store_rollback(hw_store *self);

/* --- history --- */

/** An audit entry. */
typedef struct hw_audit_entry {
  int64_t seq;
  const char *at, *actor, *login, *program, *action, *reason;
  uint8_t hash[HW_DIGEST_SIZE];
} hw_audit_entry;

/** Called for each; pointers are valid during the call. */
typedef hw_status hw_audit_fn(void *context, const hw_audit_entry *entry, hw_err *err);
/** Entries from @p first on. */
HW_MUST_CHECK hw_status hw_store_audit(hw_store *self, int64_t first, hw_audit_fn *report,
                                       void *context, hw_err *err);
/** Hash of the newest entry: what an institution writes down to prove later that nothing was
 * changed before it. @param seq  [out] its number */
HW_MUST_CHECK hw_status hw_store_head(hw_store *self, int64_t *seq, uint8_t hash[HW_DIGEST_SIZE],
                                      hw_err *err);

/** Called for each version of a record, oldest first. */
typedef hw_status hw_version_fn(void *context, const hw_record *version, hw_err *err);
HW_MUST_CHECK hw_status hw_store_history(hw_store *self, hw_kind_id kind, int64_t id,
                                         hw_version_fn *report, void *context, hw_err *err);

/** Called for a withdrawn record; *go_on = false ends the search. */
typedef hw_status hw_gone_fn(void *context, hw_kind_id kind, int64_t id, bool *go_on, hw_err *err);
/** Finds what was written together with a record, by the same audit entries, and was withdrawn by
 * a later one. */
HW_MUST_CHECK hw_status hw_store_gone_since(hw_store *self, hw_kind_id kind, int64_t id,
                                            hw_gone_fn *report, void *context, hw_err *err);

/** Records of a kind that one entry wrote. */
typedef struct hw_written {
  int64_t entry;
  hw_kind_id kind;
  int64_t first_added, n_added; /**< ids of those that it added: first_added, first_added + 1, … */
  int64_t n_replaced;           /**< versions that it replaced; which: hw_store_replaced */
} hw_written;
typedef hw_status hw_written_fn(void *context, const hw_written *written, hw_err *err);
/** What entries after one have written, by entry and kind; a change that is not committed is not
 * among them. Reads the audit chain alone: fast, however much was written. */
HW_MUST_CHECK hw_status hw_store_written(hw_store *self, int64_t after, hw_written_fn *report,
                                         void *context, hw_err *err);
/** Called with the id of a record. */
typedef hw_status hw_replaced_fn(void *context, int64_t id, hw_err *err);
/** Records of a kind of which an entry replaced a version, withdrew or restored, by id, none twice. */
HW_MUST_CHECK hw_status hw_store_replaced(hw_store *self, hw_kind_id kind, int64_t entry,
                                          hw_replaced_fn *report, void *context, hw_err *err);
/** Entry that added a record, whatever replaced it since. */
HW_MUST_CHECK hw_status hw_store_added_by(hw_store *self, const hw_record *record, int64_t *entry,
                                          hw_err *err);

/* --- verification --- */

/** Something that is not as it was written. */
typedef struct hw_fault {
  hw_kind_id kind;   /**< HW_KIND_NONE: not a record */
  int64_t id;        /**< of the row; 0 = none in particular */
  const char *where; /**< "profile R-0001 (row 17)", "audit entry 4", "page 12" */
  const char *text;  /**< what is wrong, in one sentence */
} hw_fault;
typedef hw_status hw_fault_fn(void *context, const hw_fault *fault, hw_err *err);

/** Called for a record in use whose field names a withdrawn one. */
typedef hw_status hw_withdrawn_fn(void *context, hw_kind_id kind, int64_t id, const hw_field *field,
                                  hw_err *err);
/** Finds records in use that refer to withdrawn ones. */
HW_MUST_CHECK hw_status hw_store_withdrawn_references(hw_store *self, hw_withdrawn_fn *report,
                                                      void *context, hw_err *err);

/** Verifies pages, structure, every row's digest and fields, references, the audit chain and
 * its parts. Faults are reported one by one; the function fails only where reading cannot go on.
 * @param progress  called now and then; true = stop; NULL = none
 * @return also HW_E_INTERRUPTED */
HW_MUST_CHECK hw_status hw_store_verify(hw_store *self, hw_fault_fn *report, void *context,
                                        bool (*progress)(void *, uint64_t, uint64_t),
                                        void *progress_context, hw_err *err);

#endif
