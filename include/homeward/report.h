/** @file
 * Reports: a document of headings, paragraphs, tables, pictures and blocks for
 * signatures, written as PDF, HTML or JSON.
 *
 * A report is made once and written three times: PDF to be signed, HTML to be read,
 * JSON to be checked. All words come from the caller, in the language of the report.
 * Every number that means something is a figure: it has a name, its exact value, and
 * what was shown of it, so that a program can compute it again and compare.
 *
 * The same calls give the same bytes. Failures are kept: add without checking,
 * hw_report_write tells the first.
 *
 * Example:
 * @code
 *   hw_report *report = NULL;
 *   hw_report_head head = {.kind = "comparison", .code = "R-7", .language = "vi",
 *                          .title = "Báo cáo so sánh", .created = "2026-01-31T08:00:00Z"};
 *   HW_TRY(hw_report_new(&head, &report, err));
 *   hw_report_add_heading(report, 1, "Kết quả");
 *   hw_report_add_paragraph(report, HW_PARAGRAPH_PLAIN, "…");
 *   hw_report_add_figure(report, "log10_lr", 12.345678901234567, "12,35");
 *   status = hw_report_write(report, HW_REPORT_PDF, fonts, &bytes, &n_bytes, err);
 *   hw_report_delete(report);
 * @endcode
 */
#ifndef HOMEWARD_REPORT_H
#define HOMEWARD_REPORT_H

#include "homeward/canvas.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum hw_report_form { HW_REPORT_PDF = 0, HW_REPORT_HTML, HW_REPORT_JSON } hw_report_form;

/** What stands on top, and what every form carries. Texts are copied; NULL and "" are left out. */
typedef struct hw_report_head {
  const char *kind;       /**< "comparison", "board", … : for machines */
  const char *code;       /**< number of the report */
  const char *language;   /**< "vi" or "en" */
  const char *letterhead; /**< of the house; lines parted by line feeds, the first one bold */
  const char *motto;      /**< lines on the right of the letterhead (quốc hiệu, tiêu ngữ) */
  const char *title;
  const char *subtitle;
  const char *created; /**< UTC, 2026-01-31T08:00:00Z */
  const char *program; /**< "homeward 0.1.0 (…)" */
  const char *footer;  /**< at the foot of every page, left of the page number */
  bool is_draft;       /**< not issued: a word across each page says so */
  const char *draft;   /**< that word */
} hw_report_head;

/** A report in the making. Not thread-safe. */
typedef struct hw_report hw_report;

/** @param out  [out] free with hw_report_delete; NULL on failure
 * @return HW_OK; HW_E_VALUE (language, created, no title); HW_E_NO_MEMORY */
HW_API HW_MUST_CHECK hw_status hw_report_new(const hw_report_head *head, hw_report **out,
                                             hw_err *err);
/** NULL is allowed. */
HW_API void hw_report_delete(hw_report *self);

/** Level 1 or 2. A heading is never the last line of a page. */
HW_API void hw_report_add_heading(hw_report *self, int level, const char *text);

typedef enum hw_paragraph_kind {
  HW_PARAGRAPH_PLAIN = 0,
  HW_PARAGRAPH_LEAD,    /**< the answer: larger, set apart */
  HW_PARAGRAPH_NOTE,    /**< small print */
  HW_PARAGRAPH_WARNING, /**< in a frame, marked by a sign too */
  HW_PARAGRAPH_ITEM     /**< of a list */
} hw_paragraph_kind;
HW_API void hw_report_add_paragraph(hw_report *self, hw_paragraph_kind kind, const char *text);

typedef struct hw_report_column {
  const char *title;
  double weight;  /**< share of the width; 0 = as wide as its longest cell, within reason */
  bool is_number; /**< set to the right, figures below each other */
  bool is_code;   /**< monospaced, may be broken anywhere */
} hw_report_column;

/** A table. Its head is repeated on each page that it takes; rows are never parted over pages
 * unless one is higher than a page. */
typedef struct hw_report_table {
  const char *key;   /**< for machines: "markers" */
  const char *title; /**< above it; NULL = none */
  int32_t n_columns, n_rows;
  const hw_report_column *columns;
  const char *const *cells; /**< n_rows × n_columns, row-major; NULL = empty */
  const bool *is_strong;    /**< n_rows: rows in bold (totals); NULL = none */
  const char *empty;        /**< what is written where there are no rows */
} hw_report_table;
HW_API void hw_report_add_table(hw_report *self, const hw_report_table *table);

/** Names and values in two columns. @param pairs  2n texts */
HW_API void hw_report_add_facts(hw_report *self, const char *key, int32_t n,
                                const char *const *pairs);

/** A picture, made narrower where it is wider than the page.
 * @param draw  draws it at (0, 0) of the canvas' group; called by hw_report_write
 * @param context  borrowed until hw_report_delete */
typedef void hw_report_draw_fn(void *context, hw_canvas *canvas);
typedef struct hw_report_picture {
  double width, height; /**< points */
  const char *title;    /**< below it */
  const char *description;
  hw_report_draw_fn *draw;
  void *context;
} hw_report_picture;
HW_API void hw_report_add_picture(hw_report *self, const hw_report_picture *picture);

/** A place to sign. */
typedef struct hw_report_signature {
  const char *role; /**< "Chủ tịch hội đồng" */
  const char *hint; /**< "(Ký, ghi rõ họ tên)" */
  const char *name; /**< NULL = to be written by hand */
  const char *date; /**< NULL = to be written by hand */
} hw_report_signature;
/** Two in a row; a row of them is never parted over pages. */
HW_API void hw_report_add_signatures(hw_report *self, int32_t n, const hw_report_signature *list);

/** From here on a new page (HTML: a new section). */
HW_API void hw_report_add_page(hw_report *self);

/* --- what can be checked --- */

/** A number that can be computed again. Names are unique in the report.
 * @param name   "log10_lr", "marker.TH01.log10_lr", …
 * @param shown  as a reader sees it; NULL = not shown */
HW_API void hw_report_add_figure(hw_report *self, const char *name, double value,
                                 const char *shown);
/** A text that can be computed again: names, codes, dates, conclusions. */
HW_API void hw_report_add_claim(hw_report *self, const char *name, const char *text);
/** A record of the database on which the report stands. @param digest  hexadecimal */
HW_API void hw_report_add_basis(hw_report *self, const char *kind, const char *code,
                                const char *digest);

/** Writes the report in one form.
 *
 * PDF: A4, margins for binding, page numbers, fonts embedded, text that can be searched and
 * copied, no links, the created time as that of the document, the code among its properties.
 * HTML: one file without scripts and without anything from elsewhere, print style included, the
 * JSON in a <script type="application/json" id="report">. JSON: head, content, figures, claims,
 * basis; "document" is the BLAKE2b of the rest.
 *
 * @param fonts  for PDF and pictures
 * @param bytes  [out] the file; free() it; NULL on failure
 * @return HW_OK; the first failure since hw_report_new: HW_E_NO_MEMORY; HW_E_DUPLICATE (a figure
 *         or claim named twice); as hw_canvas_end */
HW_API HW_MUST_CHECK hw_status hw_report_write(const hw_report *self, hw_report_form form,
                                               const hw_fonts *fonts, char **bytes, size_t *n_bytes,
                                               hw_err *err);

/** The BLAKE2b of the report's content in hexadecimal, as the JSON bears it.
 * @param text  [out] 65 bytes */
HW_API HW_MUST_CHECK hw_status hw_report_digest(const hw_report *self, char text[65], hw_err *err);

/* --- reading a report again --- */

/** What a file that hw_report_write made says, for comparing. */
typedef struct hw_report_figure {
  const char *name;
  double value;      /**< figures */
  const char *shown; /**< figures: as shown, or NULL; claims: the text */
} hw_report_figure;

typedef struct hw_report_facts {
  hw_report_form form;
  const char *code;     /**< NULL = it bears none */
  const char *document; /**< digest that it bears; NULL = none (PDF) */
  bool is_intact;       /**< JSON, HTML: the digest is that of the rest */
  int32_t n_figures, n_claims;
  const hw_report_figure *figures, *claims;
  void *storage; /**< private */
} hw_report_facts;

/** Reads the bytes of a report, from whatever source they come. Of a PDF only the code is read.
 * @param out  free with hw_report_facts_clear, also after a failure
 * @return HW_OK; HW_E_SYNTAX if it is no report; HW_E_NO_MEMORY */
HW_API HW_MUST_CHECK hw_status hw_report_read(const char *bytes, size_t n_bytes,
                                              hw_report_facts *out, hw_err *err);
HW_API void hw_report_facts_clear(hw_report_facts *self);

#ifdef __cplusplus
}
#endif
#endif
