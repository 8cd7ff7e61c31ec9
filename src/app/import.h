/** @file
 * Importing: files that laboratories and institutions have, into the database.
 *
 * A file is read whole, checked whole, and written in one change or not at all.
 * Without `apply` the change is undone at the end, so that what a dry run tells
 * is what would happen. Mistakes are collected (HW_ERRORS_KEPT are told, the
 * others counted), and one is enough to refuse the file. A file that was
 * imported before in the same way is recognised by its digest, while that import
 * stands: once it or a record of it was withdrawn, the file is read again.
 *
 * What happens to a record that exists: equal ones are left as they are,
 * missing fields keep what is stored, different ones are a conflict, or with
 * `update` a new version. Evidence is never changed. A withdrawn one stays so,
 * which is told, or comes back with `restore`.
 *
 * Each format has its own file, import_*.c, which gets an hw_import and calls
 * hw_import_put for each record.
 */
#ifndef HW_APP_IMPORT_H
#define HW_APP_IMPORT_H

#include "app/app.h"
#include "base/errors.h"
#include "formats/csv.h"
#include "formats/notes.h"
#include "homeward/frequency.h"
#include "homeward/snp.h"

/** A mutation model for the markers of a frequency table; a zeroed one is "none". Index 0 is
 * female, 1 male. */
typedef struct hw_import_mutation {
  const char *model;     /**< as in kinds.def; NULL = none */
  const char *transform; /**< NULL = none */
  double rate[2], rate2[2], range[2];
  bool has_rate2, has_range;
} hw_import_mutation;

/** How SNP genotypes and reads are taken; zeroed = the defaults. */
typedef struct hw_import_snp {
  const char *field;     /**< VCF: "PL", "GL", "GP", "GT"; NULL = the first that is there */
  const char *build;     /**< "grch37", "grch38"; NULL = as the file says */
  const char *prior;     /**< VCF, GP: "flat" or a population of the panel; NULL = GP is refused */
  bool has_error;        /**< `error` is stated */
  hw_snp_error error;    /**< of calls */
  const char *library;   /**< BAM: "double", "single", "treated"; NULL = double */
  const char *reference; /**< BAM: FASTA, for CRAM */
  const char *umi;       /**< BAM: "tag", "name"; NULL = copies are flagged */
  const char *contaminant; /**< BAM: population of the panel; NULL = the person's */
  double thin_cm;          /**< panel: least distance of markers on the map; 0 = all are taken */
} hw_import_snp;

typedef struct hw_import_options {
  const char *name;            /**< of the file in messages and records; NULL = its path */
  const char *what;            /**< kind ("families"), format ("fam"), or NULL = look at the file */
  const char *format;          /**< "csv", "fam", …; NULL = look at the file */
  const char *investigation;   /**< NULL = "main" for tables; for files that are cases of their own
                                  (fam, case) their name */
  const char *map;             /**< column map file; NULL = the columns are ours */
  hw_text_encoding encoding;   /**< of a table; HW_TEXT_DETECT = UTF-8, or as its mark says */
  const char *reason;          /**< for the audit chain; NULL = "" */
  bool apply;                  /**< write; else only tell what would happen */
  bool update;                 /**< different records become new versions */
  bool restore;                /**< withdrawn records of the file come back into use */
  bool accept_flagged;         /**< load tables that fail a check, with the flag recorded */
  bool skip_reference_checks;  /**< leave families and duplicates unexamined, say so */
  const char *table;           /**< code of the frequency table that is made or used; NULL = from
                                  the file */
  bool use_table;              /**< the investigation uses the table that is made from now on, even
                                  if it has one */
  hw_import_mutation mutation; /**< for the markers of a frequency table */
  const char *consensus;       /**< rule for replicates; NULL = none is made */
  const char *single;          /**< what one allele alone at an autosomal marker means: "homozygous"
                                  or "partial"; NULL = as the format says (docs/profiles.md) */
  const char *samples_are;     /**< "remains" or "references"; NULL = as the file says, else
                                  remains */
  const char *snp_panel;       /**< code of the SNP panel that is made, or that profiles are of */
  const char *genetic_map;     /**< code of the map that is made, or that places markers */
  const char *samples;         /**< table of whose a file's samples are; NULL = none */
  hw_import_snp snp;
  hw_frequency_options frequency;
  void (*progress)(void *context, uint64_t done, uint64_t total); /**< bytes; may be NULL */
  void *progress_context;
  bool (*is_stopped)(void *context); /**< true = stop: everything is undone; may be NULL */
  void *stop_context;
} hw_import_options;

/** Bytes at the beginning of a file by which its format is recognised. */
#define HW_IMPORT_LOOK 65536

/** What happened to the records of one kind. */
typedef struct hw_import_count {
  int64_t added, changed, unchanged;
} hw_import_count;

/** What happened to a file. Zero it before; free with hw_import_report_clear. */
typedef struct hw_import_report {
  char format[16];
  char digest[HW_DIGEST_TEXT_SIZE];
  bool is_known;       /**< imported before: nothing was done */
  int64_t known_entry; /**< by this audit entry */
  bool is_applied;     /**< written */
  int64_t n_rows;      /**< rows, samples or records read */
  hw_import_count counts[HW_KIND_COUNT];
  hw_errors errors;    /**< mistakes; any of them refuses the file */
  int n_notes;         /**< told in full; */
  int64_t n_all_notes; /**< and altogether */
  char **notes;        /**< how the file was understood; doubts about references */
} hw_import_report;

/** Notes that are kept in full. */
#define HW_IMPORT_NOTES 200

void hw_import_report_clear(hw_import_report *self);

/** Imports one file ("-" = standard input).
 * @param report  [out] also filled where the import fails
 * @return HW_OK (also for a dry run without mistakes, and for a known file); the status of the
 *         first mistake; HW_E_DENIED, HW_E_BUSY, HW_E_IO … */
HW_MUST_CHECK hw_status hw_import_file(hw_app *app, const char *path,
                                       const hw_import_options *options, hw_import_report *report,
                                       hw_err *err);

/** One file of several. */
typedef struct hw_import_job {
  const char *path;
  hw_import_options options; /**< `apply` and `reason` are the first job's for all */
  hw_import_report report;   /**< as hw_import_file's */
} hw_import_job;

/** Imports files one after the other in one change, so that a file may refer to what one before it
 * brings, and all are written or none. The first that fails stops.
 * @param n_done  [out] jobs whose report is filled, the one that failed included
 * @return as hw_import_file */
HW_MUST_CHECK hw_status hw_import_files(hw_app *app, int n_jobs, hw_import_job *jobs, int *n_done,
                                        hw_err *err);

/* --- for import_*.c --- */

/** A running import. */
typedef struct hw_import {
  hw_app *app;
  const char *path;
  const hw_import_options *options;
  hw_import_report *report;
  char investigation[HW_CODE_MAX + 1]; /**< "main" or another, made if it does not exist */
  int64_t investigation_id;
  /** Families and profiles that the file brought, for the reference checks: ids from these on
   * are new (0 = none). */
  int64_t first_family, first_profile;
  struct hwp_marker_list *markers; /**< private: markers by their spelling */
  int64_t import_id;               /**< private: of this file's import record; 0 = none yet */
  bool is_import_withdrawn;        /**< private: and that is withdrawn */
  char again[400];                 /**< private: why a file that was imported is read again */
  int64_t n_withdrawn, n_restored; /**< private: withdrawn records of the file that stay so, and
                                      that are in use again; */
  char first_withdrawn[300];       /**< private: and the first of them */
  /** Adds the column to a mistake whose field is known; NULL = columns are not told. */
  void (*locate)(void *context, hw_err *mistake);
  void *locate_context;
} hw_import;

/** Puts one record: counts it; a mistake of the input is collected with its place.
 * @param line  row in the file, 0 = none
 * @return HW_OK also after a collected mistake (record->id is 0 then); failures of the machine */
HW_MUST_CHECK hw_status hw_import_put(hw_import *self, hw_record *record, uint64_t line,
                                      hw_err *err);
/** Collects a mistake that a reader found. @return HW_OK to go on, or the machine's failure */
HW_MUST_CHECK hw_status hw_import_mistake(hw_import *self, const hw_err *mistake, hw_err *err);
/** @return HW_OK; HW_E_INTERRUPTED if somebody wants the import to stop */
HW_MUST_CHECK hw_status hw_import_go_on(const hw_import_options *options, hw_err *err);
/** Adds a note. */
void hw_import_note(hw_import *self, const char *format, ...) HW_PRINTF(2, 3);
/** Opens the file as a table, in the encoding that was asked for. */
HW_MUST_CHECK hw_status hw_import_open_csv(const hw_import *self, hw_csv *csv, char delimiter,
                                           hw_err *err);
/** Adds the remarks of a reader. */
void hw_import_take_notes(hw_import *self, const hw_note *notes, int32_t n);
/** Tells how far the work is. */
void hw_import_progress(hw_import *self, uint64_t done, uint64_t total);
/** The marker of a name under any of its spellings; made if it does not exist (with the alias, if
 * the spelling differs from the marker's code). */
HW_MUST_CHECK hw_status hw_import_marker(hw_import *self, const char *name, int64_t *id,
                                         hw_err *err);
/** The panel (layout) of these markers in this order; made if there is none. */
HW_MUST_CHECK hw_status hw_import_panel(hw_import *self, int n, const int64_t *markers,
                                        int64_t *panel, hw_err *err);
/** The marker of a name under any of its spellings. @param id  [out] 0 if there is none */
HW_MUST_CHECK hw_status hw_import_find_marker(hw_import *self, const char *name, int64_t *id,
                                              hw_err *err);
/** Tells that a marker was put by other means than hw_import_marker. */
HW_MUST_CHECK hw_status hw_import_know_marker(hw_import *self, const char *name, int64_t id,
                                              hw_err *err);
/** Makes sure that the investigation exists; sets investigation_id. */
HW_MUST_CHECK hw_status hw_import_investigation(hw_import *self, const char *code, hw_err *err);

/** One importer. */
typedef struct hw_importer {
  const char *format; /**< its name in `format` and `what` */
  const char *brief;  /**< for the help */
  /** True if the beginning of a file looks like it. */
  bool (*is_mine)(const char *bytes, size_t n);
  hw_status (*run)(hw_import *import, hw_err *err);
  /** Kinds of records under whose name its files are taken too, ended by HW_KIND_NONE; NULL = all. */
  const hw_kind_id *kinds;
  bool
      is_binary; /**< its reader takes what is compressed, and tells itself what is none of its own */
} hw_importer;

/** Examines what the file brought: families against their stated relations, sexes, duplicates. */
HW_MUST_CHECK hw_status hw_import_check_references(hw_import *self, hw_err *err);

/** All importers; CSV is the last and takes what no other does. */
extern const hw_importer *const hw_importers[];
extern const size_t hw_n_importers;

#endif
