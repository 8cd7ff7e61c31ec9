/* Shared inside the GEDCOM reader and writer only.
 *
 *   gedcom_head.c    character set and version
 *   gedcom_lines.c   bytes → lines → records (a line and all below it)
 *   gedcom_date.c    the text of a date → a range of days
 *   gedcom_text.c    texts of several lines, names
 *   gedcom_read.c    records → persons, families, notes, as written
 *   gedcom_link.c    cross references and kinds of links → who descends from whom
 *   gedcom.c         the order of these
 *   gedcom_tree.c    persons → pedigrees
 *   gedcom_write.c   the struct → a file */
#ifndef HW_FORMATS_GEDCOM_INT_H
#define HW_FORMATS_GEDCOM_INT_H

#include "base/check.h"
#include "base/str.h"
#include "formats/gedcom.h"
#include "formats/intern.h"
#include "formats/text.h"

/* --- lines and records --- */

/* A piece of the text; not NUL-terminated. */
typedef struct hwp_ged_span {
  const char *text;
  size_t n;
} hwp_ged_span;

/* One line: level [@xref@] tag [value]. */
typedef struct hwp_ged_line {
  int32_t level;
  hwp_ged_span xref; /* without the @; n = 0 = none */
  hwp_ged_span tag;
  hwp_ged_span value; /* as it stands */
  uint64_t number;
} hwp_ged_line;

/* Reads one record after another; the lines of the current one are in an array. */
typedef struct hwp_ged_records {
  hwp_ged_line *lines;
  int32_t n_lines; /* of the current record */
  size_t capacity;
  const char *bytes; /* private from here on */
  size_t n_bytes, position;
  uint64_t n_read; /* lines */
  bool has_next;   /* the first line of the next record is read already */
  hwp_ged_line next;
} hwp_ged_records;

void hwp_ged_records_init(hwp_ged_records *self, const char *bytes, size_t n_bytes);
void hwp_ged_records_clear(hwp_ged_records *self);
/* The next record. A mistake leaves the reader behind the bad line, so that others can be found.
 * Returns HW_OK; HW_E_SYNTAX, HW_E_VALUE with the line; HW_E_NO_MEMORY. */
HW_MUST_CHECK hw_status hwp_ged_next(hwp_ged_records *self, bool *has_record, hw_err *err);

/* Index of the line behind line i and all below it. */
int32_t hwp_ged_skip(const hwp_ged_records *self, int32_t i);
/* First line of the given tag right below line i, or −1; tags in any case. */
int32_t hwp_ged_find(const hwp_ged_records *self, int32_t i, const char *tag);
bool hwp_ged_is(hwp_ged_span span, const char *word);
/* The xref of a value "@X1@", without the @; n = 0 if it is none. */
hwp_ged_span hwp_ged_pointer(hwp_ged_span value);

/* --- reading --- */

/* What a cross reference stands before. */
typedef enum hwp_ged_kind {
  HWP_GED_PERSON,
  HWP_GED_FAMILY,
  HWP_GED_NOTE,
  HWP_GED_OTHER
} hwp_ged_kind;

typedef struct hwp_ged_target {
  hwp_ged_kind kind;
  int32_t index; /* in the array of its kind */
  uint64_t line;
} hwp_ged_target;

/* A pointer as written, from a person or family to what `to` names. */
typedef struct hwp_ged_link {
  int32_t from;
  int32_t to;                    /* number in xrefs */
  hw_gedcom_link father, mother; /* what is stated here */
  const char *text;              /* ASSO: the relation */
  uint64_t line;
} hwp_ged_link;

typedef struct hwp_ged_links {
  hwp_ged_link *list;
  size_t n, capacity;
} hwp_ged_links;

/* Pointers, by what they say. */
typedef enum hwp_ged_role {
  HWP_GED_CHIL = 0, /* family → child, kinds from _FREL and _MREL */
  HWP_GED_FAMC,     /* child → family, kinds from PEDI */
  HWP_GED_ADOP,     /* child → family, ADOPTED for the parents that adopted */
  HWP_GED_BIRT,     /* child → family that it was born into */
  HWP_GED_FAMS,     /* partner → family */
  HWP_GED_HUSB,     /* family → father */
  HWP_GED_WIFE,     /* family → mother */
  HWP_GED_ASSO,     /* person → person */
  HWP_GED_NOTES,    /* person → note record */
  HWP_GED_N_ROLES
} hwp_ged_role;

/* What is told in the notes: how often, where first, and what. */
typedef enum hwp_ged_liberty {
  HWP_GED_UNREAD_TAG = 0,
  HWP_GED_ODD_DATE,
  HWP_GED_OTHER_SEX,
  HWP_GED_SECOND_EVENT,
  HWP_GED_ONE_SIDED,
  HWP_GED_UNUSED_FAMILY,
  HWP_GED_N_LIBERTIES
} hwp_ged_liberty;

typedef struct hwp_ged_reader {
  hw_gedcom *out; /* texts go to its arena */
  hw_errors *errors;
  uint64_t n_errors; /* before this reading */
  const char *name;
  hw_notes notes;
  hw_decoded text;
  hwp_ged_records records;
  hw_arena scratch;
  hw_str buffer; /* a text of several lines */
  bool is_v7;
  hw_intern xrefs;
  hwp_ged_target *targets; /* per xref; line 0 = not met yet */
  size_t target_capacity;
  hw_gedcom_person *persons;
  bool *has_open_adoption; /* per person: ADOP without a family */
  int32_t n_persons;
  size_t person_capacity, adoption_capacity;
  hw_gedcom_family *families;
  int32_t n_families;
  size_t family_capacity;
  const char **note_texts; /* per note record */
  int32_t n_note_texts;
  size_t note_capacity;
  hwp_ged_links links[HWP_GED_N_ROLES];
  uint64_t count[HWP_GED_N_LIBERTIES], first_line[HWP_GED_N_LIBERTIES];
  const char *first_text[HWP_GED_N_LIBERTIES];
} hwp_ged_reader;

/* Adds a mistake; true if reading may go on. */
bool hwp_ged_report(hwp_ged_reader *self, hw_err *err);
/* Counts a liberty; text = "" or what it was about (it must last). */
void hwp_ged_tell(hwp_ged_reader *self, hwp_ged_liberty kind, uint64_t line, const char *text);
/* Makes room for element n of a growing array. */
HW_MUST_CHECK hw_status hwp_ged_reserve(void **array, size_t n, size_t *capacity, size_t size,
                                        hw_err *err);

/* gedcom_head.c: decodes the file by what the header says and the bytes are; reads the header. */
HW_MUST_CHECK hw_status hwp_ged_decode(hwp_ged_reader *self, const char *bytes, size_t n_bytes,
                                       hw_err *err);
HW_MUST_CHECK hw_status hwp_ged_read_head(hwp_ged_reader *self, hw_err *err);

/* gedcom_read.c: reads the record at hand. */
HW_MUST_CHECK hw_status hwp_ged_read_record(hwp_ged_reader *self, hw_err *err);
/* gedcom_text.c: the value of a line with its continuations, blanks at the ends taken away unless
 * it is a note. */
HW_MUST_CHECK hw_status hwp_ged_text(hwp_ged_reader *self, int32_t line, bool is_note,
                                     const char **out, hw_err *err);
/* Takes a NAME line apart, with what stands below it. */
HW_MUST_CHECK hw_status hwp_ged_name(hwp_ged_reader *self, int32_t line, hw_gedcom_name *out,
                                     hw_err *err);

/* The parts of a NAME's value by its slashes: full, given, surname, suffix; on the arena. */
HW_MUST_CHECK hw_status hwp_ged_split_name(const char *value, hw_arena *arena, hw_gedcom_name *out,
                                           hw_err *err);

/* gedcom_link.c: resolves pointers and builds the result; mistakes are reported. */
void hwp_ged_resolve(hwp_ged_reader *self);

#endif
