/* Shared inside the loader of stored cases only.
 *
 *   stored_case.c      investigation, remains, the order of things
 *   stored_markers.c   frequency table, mutation models
 *   stored_columns.c   columns of panels, linkage
 *   stored_alleles.c   added alleles, mutation matrices
 *   stored_profiles.c  which profiles count, and what they say
 *   stored_families.c  families, hypotheses
 *   stored_people.c    members, rows of pedigrees, people
 *   stored_pedigree.c  a pedigree from its rows
 *   stored_digest.c    digests of what was loaded
 *   stored_reach.c     whose profiles hang on a record
 *   stored_since.c     what can have changed since an audit entry
 *
 * One loader per case. What outlives loading is taken from `keep`, the case's
 * arena; everything else from `scratch`, which is dropped at the end. */
#ifndef HW_APP_STORED_CASE_INT_H
#define HW_APP_STORED_CASE_INT_H

#include "app/kept_notes.h"
#include "app/observations.h"
#include "app/stored_case.h"
#include "genetics/name_index.h"

/* An allele that a profile shows and the table lacks. */
typedef struct hwp_extra {
  const char *name;
  hw_allele rank; /* place among the marker's added alleles, once they are sorted */
} hwp_extra;

/* A marker of the table. Its alleles are numbered as in the table; added ones come behind. */
typedef struct hwp_marker {
  int64_t id;
  int64_t rank;
  int64_t two_n; /* 0 = not known */
  hw_marker marker;
  hw_name_index alleles;
  double *frequencies;
  const char **names;
  int32_t n_extra, extra_capacity;
  hwp_extra *extra;
} hwp_marker;

/* The columns of a panel as markers of the case. */
typedef struct hwp_panel {
  int64_t id;
  int n;
  int32_t *column; /* −1 = not a marker of the table */
} hwp_panel;

/* A growing list of ids. */
typedef struct hwp_ids {
  int64_t *items;
  int32_t n, capacity;
} hwp_ids;

typedef struct hwp_loader {
  hw_app *app;
  hw_store *store;
  const hw_stored_case_options *options;
  hw_stored_case *out;
  hw_arena *keep;
  hw_arena scratch; /* as long as the loader */
  hw_arena brief;   /* reset between families and samples */
  hwp_kept_notes notes;
  hw_err *err; /* may be NULL */
  hw_record investigation, table;
  double minimum; /* stated minimum, 0 = none; −1 = five over 2n */
  int32_t n_markers;
  hwp_marker *markers;   /* in the order of the table */
  int32_t *marker_by_id; /* places in markers, by id */
  hwp_panel *panels;     /* by id */
  int32_t n_panels, panel_capacity;
  hwp_ids lacking;         /* markers that panels have and the table lacks */
  int64_t n_refused;       /* alleles that the table lacks and the policy does not add */
  int64_t n_extra;         /* alleles that it adds */
  hw_observation **loaded; /* observations of every profile that counts, n_markers each */
  int32_t n_loaded, loaded_capacity;
} hwp_loader;

/* --- stored_case.c --- */

/* Memory or HW_E_NO_MEMORY with the error set. */
void *hwp_load_alloc(hwp_loader *self, hw_arena *arena, size_t n, size_t size);
HW_MUST_CHECK hw_status hwp_ids_add(hwp_loader *self, hw_arena *arena, hwp_ids *ids, int64_t id);
/* Code of a record, in an arena. */
HW_MUST_CHECK hw_status hwp_load_code(hwp_loader *self, hw_kind_id kind, int64_t id,
                                      hw_arena *arena, const char **out);
/* The entry that wrote a record counts for *entry and for the whole. */
void hwp_load_entry(hwp_loader *self, const hw_record *record, int64_t *entry);
/* Reads a record into the brief arena; its entry counts for *entry. */
HW_MUST_CHECK hw_status hwp_load_get(hwp_loader *self, hw_kind_id kind, int64_t id, int64_t *entry,
                                     hw_record *out);
/* Calls @p take for each record of a kind whose field has the value, in the order of their ids,
 * withdrawn ones left out (but their entries count for *entry). The record is valid during the
 * call, which must not ask the database anything. */
typedef hw_status hwp_load_take(void *context, const hw_record *row);
HW_MUST_CHECK hw_status hwp_load_each(hwp_loader *self, hw_kind_id kind, int field, int64_t value,
                                      int64_t *entry, hwp_load_take *take, void *context);
/* A list in an arena that is about to be longer than its capacity: twice as long, copied. */
HW_MUST_CHECK hw_status hwp_load_grow(hwp_loader *self, hw_arena *arena, size_t size, int32_t n,
                                      int32_t *capacity, void **items);
/* Ids of the records of a kind whose field has the value, withdrawn ones left out (but their
 * entries count for *entry); in the brief arena. */
HW_MUST_CHECK hw_status hwp_load_ids(hwp_loader *self, hw_kind_id kind, int field, int64_t value,
                                     int64_t *entry, hwp_ids *out);
/* Names that stand twice are replaced by the codes, all of them if need be. */
HW_MUST_CHECK hw_status hwp_load_distinct(hwp_loader *self, int32_t n, const char **names,
                                          const char *const *codes);
hw_sex hwp_load_sex(const char *word);

/* --- stored_markers.c --- */

HW_MUST_CHECK hw_status hwp_load_markers(hwp_loader *self);
void hwp_load_free_markers(hwp_loader *self);
/* Column of a marker in the case, or −1. */
int32_t hwp_load_column(const hwp_loader *self, int64_t id);
/* "A" or nothing, "X", "1" … "22"; −1 for what the engine does not compute. */
int hwp_load_chromosome(const char *text);
/* Tells of which marker and table an error is. @return @p status */
HW_MUST_CHECK hw_status hwp_load_of_marker(hwp_loader *self, const hwp_marker *marker,
                                           hw_status status);

/* --- stored_columns.c --- */

HW_MUST_CHECK hw_status hwp_load_linkage(hwp_loader *self);
/* Columns of a panel. */
HW_MUST_CHECK hw_status hwp_load_panel(hwp_loader *self, int64_t panel, const hwp_panel **out);

/* --- stored_alleles.c --- */

/* Number of an allele, added if the policy permits; HW_ALLELE_NONE if it does not (counted). */
HW_MUST_CHECK hw_status hwp_load_allele(hwp_loader *self, int32_t marker, const char *name,
                                        const char *profile, hw_allele *out);
/* Adds those that the options name. */
HW_MUST_CHECK hw_status hwp_load_added(hwp_loader *self);
/* After all profiles: added alleles get their places, matrices are computed. */
HW_MUST_CHECK hw_status hwp_load_finish_markers(hwp_loader *self);
/* The number that an allele has after that. */
hw_allele hwp_load_place(const hwp_marker *marker, hw_allele allele);

/* --- stored_profiles.c --- */

/* Joins the profiles that count. @param samples  whose profiles; @param person  and whose own, 0 =
 * nobody's. @param whose  for notes: "sample R-0001"
 * @param out  [out] id NULL if there is none; observations in `keep`
 * @param record [out] id of the first profile */
HW_MUST_CHECK hw_status hwp_load_profile(hwp_loader *self, int64_t person, const hwp_ids *samples,
                                         hw_sex sex, const char *whose, int64_t *entry,
                                         hw_profile *out, int64_t *record);
/* After hwp_load_finish_markers: renumbers the alleles of all profiles. */
void hwp_load_renumber(hwp_loader *self);

/* --- stored_individuals.c --- */

/* Confirmed individuals of the investigation. @param only  of these alone; NULL = all
 * @param sample, specimen, parent  n samples by id
 * @param individual  [in] 0 [out] record of the individual each belongs to, 0 = none
 * @param entry  [in] 0 [out] newest entry of an individual, of any state, that names it */
HW_MUST_CHECK hw_status hwp_load_individuals(hwp_loader *load, const hwp_ids *only, int32_t n,
                                             const int64_t *sample, const int64_t *specimen,
                                             const int64_t *parent, int64_t *individual,
                                             int64_t *entry);

/* --- stored_families.c --- */

HW_MUST_CHECK hw_status hwp_load_families(hwp_loader *self);
HW_MUST_CHECK hw_status hwp_load_hypotheses(hwp_loader *self);

/* --- stored_people.c, stored_pedigree.c --- */

typedef struct hwp_member {
  int64_t person, rank;
  const char *label;
  bool is_missing;
} hwp_member;

typedef struct hwp_descent {
  int64_t id, person, father, mother, rank;
} hwp_descent;

typedef struct hwp_identity {
  int64_t person, other;
} hwp_identity;

/* The rows of one pedigree. */
typedef struct hwp_pedigree_rows {
  int64_t id, rank;
  const char *name;
  bool is_stated;
  int32_t n_descents, descent_capacity, n_identities, identity_capacity;
  hwp_descent *descents;
  hwp_identity *identities;
} hwp_pedigree_rows;

/* Somebody whom the family or one of its pedigrees names. */
typedef struct hwp_somebody {
  int64_t id, rank; /* rank among the members; INT64_MAX for others */
  const char *name, *code, *label;
  hw_sex sex;
  bool is_missing, refused_use;
  hw_profile profile;
  int64_t record; /* profile; 0 = not typed */
} hwp_somebody;

/* A family in the making; everything lies in the loader's brief arena. */
typedef struct hwp_family_reader {
  hwp_loader *load;
  int64_t id, entry;
  const char *name, *code;
  int32_t n_members, member_capacity, n_pedigrees, pedigree_capacity, n_people;
  hwp_member *members;          /* by rank */
  hwp_pedigree_rows *pedigrees; /* by rank */
  hwp_somebody *people;         /* by id */
  int32_t n_profiles;
  int32_t *typed; /* people with profiles, by record of the profile */
} hwp_family_reader;

/* Memory for as long as the family is read. */
void *hwp_family_alloc(hwp_family_reader *self, size_t n, size_t size);
HW_MUST_CHECK hw_status hwp_family_read_members(hwp_family_reader *self);
/* Reads the pedigrees that count: the stated one, or all that are not rejected. */
HW_MUST_CHECK hw_status hwp_family_read_pedigrees(hwp_family_reader *self, bool all);
/* Reads everybody whom members and pedigrees name. */
HW_MUST_CHECK hw_status hwp_family_read_people(hwp_family_reader *self);
/* Index of a person among the people, or HW_PERSON_NONE. */
int32_t hwp_family_find(const hwp_family_reader *self, int64_t id);
/* Builds a pedigree. @param ids  [out] record of each of its persons
 * @param place  [out] of each of the people, or HW_PERSON_NONE
 * @return HW_E_PEDIGREE and the like if it is impossible */
HW_MUST_CHECK hw_status hwp_family_build(hwp_family_reader *self, const hwp_pedigree_rows *rows,
                                         hw_pedigree *out, const int64_t **ids,
                                         const int32_t **place);

/* --- stored_reach.c --- */

typedef struct hwp_reached {
  hw_kind_id kind;
  int64_t id;
} hwp_reached;

/* What is reached from some records: families, pedigrees, persons, samples, specimens and
 * individuals, in the order in which they were met. Memory of the loader's scratch. */
typedef struct hwp_reach {
  hwp_loader *load;
  hwp_reached *items;
  int32_t n, capacity, n_followed;
  int32_t *slots; /* hashed; place + 1 of an item, 0 = free */
  int32_t n_slots;
} hwp_reach;

/* Adds an item that is not there yet; other kinds and id 0 are passed over. Asks nothing. */
HW_MUST_CHECK hw_status hwp_reach_add(hwp_reach *self, hw_kind_id kind, int64_t id);
/* Adds a record and what it names. Asks nothing. */
HW_MUST_CHECK hw_status hwp_reach_row(hwp_reach *self, const hw_record *row);
/* Follows everything until nothing new is met. Resets the brief arena. */
HW_MUST_CHECK hw_status hwp_reach_all(hwp_reach *self);

/* --- stored_since.c --- */

/* After the profiles, before hwp_load_finish_markers: fills out->since if it is asked. */
HW_MUST_CHECK hw_status hwp_load_since(hwp_loader *self);

/* --- stored_digest.c --- */

HW_MUST_CHECK hw_status hwp_load_digests(hwp_loader *self);

#endif
