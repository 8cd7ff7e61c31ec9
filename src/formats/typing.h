/** @file
 * Typing results as a laboratory's file gives them: text, not yet compared with
 * any marker or frequency table.
 *
 * The readers of GeneMapper text and CODIS CMF fill this; whoever stores
 * profiles decides what a marker or an allele means. Everything hangs on the
 * list's arena.
 */
#ifndef HW_FORMATS_TYPING_H
#define HW_FORMATS_TYPING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/errors.h"

/** Most alleles of one result (CODIS allows 8, GeneMapper exports up to 8 and more). */
#define HW_TYPING_MAX_ALLELES 8

/** One sample at one marker. */
typedef struct hw_typing {
  const char *marker; /**< as written */
  int32_t n_alleles;  /**< 0 … HW_TYPING_MAX_ALLELES; 0 = typed, nothing seen */
  const char *alleles[HW_TYPING_MAX_ALLELES]; /**< as written but for blanks and flags; a
                                                   homozygote may have one or two equal ones */
  bool is_off_ladder; /**< an allele was called OL; it is left out of `alleles` */
  bool is_flagged;    /**< an allele carried a quality suffix ("-NB"), which is left out */
  uint64_t line;      /**< where it stands */
  uint8_t required;   /**< CMF's ALLELEREQUIRED: bit i = alleles[i] must match */
  /* Where it differs from the sample's; NULL = as the sample. */
  const char *kit;
  const char *batch;
  const char *analyst;
  const char *typed_at;
} hw_typing;

/** One sample; texts are "" where the file says nothing. */
typedef struct hw_typed_sample {
  const char *name;
  const char *source_file; /**< GeneMapper's sample file */
  const char *category;    /**< CMF's SPECIMENCATEGORY */
  const char *case_id;     /**< CMF's CASEID */
  const char *comment;
  const char *kit;
  const char *analyst;
  const char *typed_at;     /**< ISO 8601 */
  const char *batch;        /**< CMF's BATCHID; NULL = as the list */
  const char *source_known; /**< CMF's SOURCEID: "Yes", "No", "N/A"; NULL = not said */
  bool is_partial;          /**< the file says that the profile is partial */
  int32_t n_typings;
  const hw_typing *typings; /**< in the file's order, no marker twice */
  uint64_t line;
} hw_typed_sample;

/** A remark about how the file was understood, for the person who imports it. */
typedef struct hw_typing_note {
  uint64_t line; /**< 0 = the whole file */
  const char *text;
} hw_typing_note;

/** A file's content. Zero it before reading; free with hw_typing_list_clear. */
typedef struct hw_typing_list {
  const char *laboratory;  /**< CMF's SOURCELAB */
  const char *destination; /**< CMF's DESTINATIONORI */
  const char *submitter;   /**< CMF's SUBMITBYUSERID */
  const char *submitted_at;
  const char *batch;
  const char *version; /**< CMF's HEADERVERSION; NULL = not said */
  int32_t n_samples;
  hw_typed_sample *samples; /**< in the file's order */
  int32_t n_notes;
  const hw_typing_note *notes;
  hw_arena arena;
} hw_typing_list;

/** Frees everything; a zeroed list is allowed. */
void hw_typing_list_clear(hw_typing_list *self);

#endif
