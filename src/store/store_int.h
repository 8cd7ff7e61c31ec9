/* Shared inside the store only.
 *
 * The statements of each kind are made once from its descriptor, when they are
 * first needed; their texts live as long as the store, so that the connection's
 * cache finds them again by address. */
#ifndef HW_STORE_INT_H
#define HW_STORE_INT_H

#include "store/store.h"
#include "store/summary.h"

/** Statements of a kind. */
typedef struct hwp_kind_sql {
  char *insert; /**< id, fields, withdrawn, entry, digest */
  char *update; /**< the same, id last */
  char *by_id;
  char *by_key;                        /**< the id of a key */
  char *by_field[HW_KIND_MAX_FIELDS];  /**< rows whose field is $1, by id */
  char *by_prefix[HW_KIND_MAX_FIELDS]; /**< rows whose first key fields are $1 …, by key;
                                            made when first asked for */
  char *all;                           /**< from id $1 on, by id */
  char *by_entry;                      /**< all rows, by entry and id */
} hwp_kind_sql;

/** What the change in progress has done to one kind. */
typedef struct hwp_part {
  int64_t next_id; /**< of the next record that is added; 0 = not asked yet */
  int64_t first_added;
  int64_t n_added;
  hw_digest added; /**< canonical bytes, in the order of ids */
  struct hwp_replaced {
    int64_t id, order;              /**< order in the change, for records that change twice */
    uint8_t digest[HW_DIGEST_SIZE]; /**< of the new version */
  } * replaced;
  size_t n_replaced, replaced_capacity;
  int64_t tally[HW_TALLY_MAX]; /* records in use by word: how many more */
} hwp_part;

/** Samples and families whose counts the change in progress may move, and how each counted before
 * it. More are not kept: then everything is counted anew. */
enum { HWP_TOUCHED_MOST = 256 };
typedef struct hwp_touched {
  int64_t id;
  uint8_t before; /**< bits of HWP_…, as summary.c has them */
} hwp_touched;
typedef struct hwp_moved {
  int n_samples, n_families;
  hwp_touched samples[HWP_TOUCHED_MOST], families[HWP_TOUCHED_MOST];
  int64_t n_snp, n_lines; /**< references that came, less those that went */
  bool is_too_much;
} hwp_moved;

/** What power records say in sum, once it was asked. Records of that kind are only added, so that the
 * same runs and the same newest record have the same sums. */
typedef struct hwp_weak {
  int64_t last_run, newest; /**< 0 = not asked yet */
  int64_t run;              /**< the newest one that evaluated families */
  int64_t n_weak, n_left_out;
  int n_weakest;
  int64_t weakest[HW_SUMMARY_WEAKEST];
} hwp_weak;

struct hw_store {
  hw_db *db;
  hw_arena arena; /**< statements' texts */
  hwp_kind_sql sql[HW_KIND_COUNT];
  bool is_changing;
  bool is_upgrading; /**< the change in progress is of tables */
  int64_t entry;     /**< of the change in progress */
  char *at, *actor, *login, *action, *reason;
  hwp_part parts[HW_KIND_COUNT];
  hwp_moved moved;
  hwp_weak weak;
  hw_digest before; /**< the versions that it replaced, in the order of time */
  hw_str canonical; /**< scratch */
};

/** Digest of a row by its canonical bytes: 48 bits of hw_digest_short. */
int64_t hwp_row_digest(const void *bytes, size_t n);
/** Makes the statements of a kind. */
HW_MUST_CHECK hw_status hwp_store_sql(hw_store *self, hw_kind_id kind, const hwp_kind_sql **out,
                                      hw_err *err);
/** Makes the statement for the first @p n key fields. */
HW_MUST_CHECK hw_status hwp_store_sql_by_prefix(hw_store *self, hw_kind_id kind, int n,
                                                const char **out, hw_err *err);
/** Reads the columns of a row (id, fields, withdrawn, entry, digest); texts are the query's. */
void hwp_store_row(const hw_query *query, hw_kind_id kind, hw_record *out);
/** One value of a statement. */
void hwp_store_bind_value(hw_query *query, int parameter, const hw_value *value);
/** All records of a kind, by entry and id. */
HW_MUST_CHECK hw_status hwp_store_scan_by_entry(hw_store *self, hw_kind_id kind, hw_scan **out,
                                                hw_err *err);
/** Forgets the change in progress, once the transaction has ended. */
void hwp_store_change_end(hw_store *self);
/** Puts the words of a person's name into the index that `find` reads. */
HW_MUST_CHECK hw_status hwp_store_index_name(hw_store *self, const hw_record *name, hw_err *err);
/** Creates the tables of versions from+1 … to. */
HW_MUST_CHECK hw_status hwp_store_create_tables(hw_db *db, int from, int to, hw_err *err);
/** Digest that closes a part, from the digest of what was replaced and that of what was added. */
void hwp_part_digest(hw_digest *replaced, hw_digest *added, uint8_t out[HW_DIGEST_SIZE]);
/** Adds a replaced version to the digest `before` of its entry. */
void hwp_before_add(hw_digest *before, const char *kind, int64_t id, const void *canonical,
                    size_t n);
/** Adds a part to the digest `after` of its entry. */
void hwp_after_add(hw_digest *after, const char *kind, int64_t first_added, int64_t n_added,
                   int64_t n_replaced, const uint8_t hash[HW_DIGEST_SIZE]);

/** Everything of an audit entry that its hash covers, besides its parts. */
typedef struct hwp_entry {
  int64_t seq;
  const char *at, *actor, *login, *program, *action, *reason;
  uint8_t before[HW_DIGEST_SIZE], after[HW_DIGEST_SIZE], previous[HW_DIGEST_SIZE];
} hwp_entry;
/** Hash of an entry; its parts stand in `after`. */
void hwp_entry_hash(const hwp_entry *entry, uint8_t out[HW_DIGEST_SIZE]);

/** The words by which records of a kind are counted, with counts of 0. @return how many */
int hwp_tally_words(hw_kind_id kind, hw_tally out[HW_TALLY_MAX]);
/** Place of a record's word among them; −1 if it is withdrawn or its word is none. */
int hwp_tally_place(const hw_record *record);
/** Counts a record in the change in progress. @param step  1 = comes, −1 = goes */
void hwp_tally_step(hw_store *self, const hw_record *record, int step);
/** Writes the counts of the change in progress. */
HW_MUST_CHECK hw_status hwp_tally_write(hw_store *self, hw_err *err);

/** Counts over several kinds. */
enum {
  HWP_PARENTS, /**< remains from which something was made */
  HWP_REMAINS_TYPED,
  HWP_UNTYPED, /**< families that miss somebody and have nobody typed */
  HWP_REMAINS_STR,
  HWP_REMAINS_SNP,
  HWP_REMAINS_LINES,
  HWP_REFERENCES_SNP, /**< profiles of persons */
  HWP_REFERENCES_LINES,
  HWP_SUMMARY_N
};
extern const char *const hwp_summary_words[HWP_SUMMARY_N];
/** Notes how what a record belongs to counts, before the record is written, or written over. */
HW_MUST_CHECK hw_status hwp_summary_touch(hw_store *self, const hw_record *record, hw_err *err);
/** By how much the change in progress moves the counts. @param is_known  [out] false = too much was
 * touched, or what counts may be another: count all */
HW_MUST_CHECK hw_status hwp_summary_move(hw_store *self, int64_t out[HWP_SUMMARY_N], bool *is_known,
                                         hw_err *err);
/** Counts them. */
HW_MUST_CHECK hw_status hwp_summary_count(hw_store *self, int64_t out[HWP_SUMMARY_N], hw_err *err);
/** Reads what the last change that touched them has kept. */
HW_MUST_CHECK hw_status hwp_summary_read(hw_store *self, int64_t out[HWP_SUMMARY_N], hw_err *err);

/** Text of a column that a damaged row may lack: "" then. */
const char *hwp_query_text(const hw_query *query, int column);

/** Columns of audit entries as hwp_entry_read takes them; $1 = first. */
#define HWP_ENTRY_SELECT                                                                        \
  "SELECT id,\"at\",actor,login,program,action,reason,\"before\",\"after\",previous,hash FROM " \
  "audit_entry WHERE id>=$1 ORDER BY id"
/** Reads a row; texts are the query's. @param is_complete  [out] false if a digest is not one */
void hwp_entry_read(const hw_query *query, hwp_entry *out, uint8_t hash[HW_DIGEST_SIZE],
                    bool *is_complete);

/** Code of a record for messages; never fails ("profile 17" if nothing better is there). */
void hwp_store_name(hw_store *self, hw_kind_id kind, int64_t id, hw_str *out);

#endif
