/* Inside of reports: the document that its three writers read. */
#ifndef HW_REPORT_REPORT_INT_H
#define HW_REPORT_REPORT_INT_H

#include "base/arena.h"
#include "base/digest.h"
#include "base/json_write.h"
#include "base/str.h"
#include "homeward/report.h"
#include "language/language.h"

typedef enum hwp_block_kind {
  HWP_HEADING = 0,
  HWP_PARAGRAPH,
  HWP_TABLE,
  HWP_FACTS,
  HWP_PICTURE,
  HWP_SIGNATURES,
  HWP_PAGE
} hwp_block_kind;

/* One part of the document; which members mean something depends on the kind. */
typedef struct hwp_block {
  struct hwp_block *next;
  hwp_block_kind kind;
  int level;                             /* headings: 1, 2 */
  hw_paragraph_kind paragraph;           /* paragraphs */
  const char *text;                      /* headings, paragraphs */
  hw_report_table table;                 /* tables; facts as a table without head */
  hw_report_picture picture;             /* pictures */
  int32_t n_signatures;                  /* signatures */
  const hw_report_signature *signatures; /* signatures */
} hwp_block;

/* A figure (value), a claim (text), or a basis (name = kind, text = code, digest). */
typedef struct hwp_entry {
  struct hwp_entry *next;
  const char *name, *text, *digest;
  double value;
} hwp_entry;

typedef struct hwp_entries {
  hwp_entry *first, *last;
  size_t n;
} hwp_entries;

struct hw_report {
  hw_arena arena;
  hw_report_head head; /* no NULL: texts that were left out are "" */
  hw_language language;
  hwp_block *first, *last;
  hwp_entries figures, claims, bases;
  hw_status status;   /* first failure */
  const char *reason; /* of it, a literal */
};

/* What a PDF's keywords begin with; the code of the report follows. */
#define HWP_REPORT_MARK "homeward-report:"
/* The value of "format" in JSON. */
#define HWP_REPORT_FORMAT "homeward-report/1"
/* In HTML: what stands before the digest of the page, before the JSON, and behind it. */
#define HWP_SCRIPT_BEGIN "<script type=\"application/json\" id=\"report\" data-page=\""
#define HWP_SCRIPT_MIDDLE "\">"
#define HWP_SCRIPT_END "</script>"

/* "plain", "lead", … */
const char *hwp_paragraph_name(hw_paragraph_kind kind);
/* A long word, as digests are: set in one width, smaller. */
bool hwp_is_digest(const char *text);
/* The day or time of making in local form, with the words of the catalogue; "" without one. */
void hwp_add_created(hw_str *out, const hw_report *self);

/* Writers. `out` is empty before. `digest` is that of the JSON. */
hw_status hwp_report_write_json(const hw_report *self, int indent, const char *digest, hw_str *out,
                                hw_err *err);
hw_status hwp_report_write_html(const hw_report *self, const hw_fonts *fonts, const char *digest,
                                hw_str *out, hw_err *err);
hw_status hwp_report_write_pdf(const hw_report *self, const hw_fonts *fonts, const char *digest,
                               char **bytes, size_t *n_bytes, hw_err *err);
/* BLAKE2b in hexadecimal of two stretches of bytes, joined. */
void hwp_digest_pair(const char *a, size_t n_a, const char *b, size_t n_b,
                     char text[HW_DIGEST_TEXT_SIZE]);

#endif
