/* Between the two halves of the reader of CODIS CMF: elements and values
 * (cmf_element.c), and what they mean (cmf_read.c). */
#ifndef HW_FORMATS_CMF_INT_H
#define HW_FORMATS_CMF_INT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "formats/cmf.h"
#include "formats/cmf_schema.h"
#include "formats/xml.h"

enum { HWP_CMF_LOCI = 64, HWP_CMF_RECENT = 8, HWP_CMF_NOTES = 1000 };

typedef struct hwp_cmf_reader {
  hw_cmf_read_options options;
  const char *file;
  hw_xml *xml;
  hw_errors *errors;
  hw_typing_list *list;
  hw_cmf_schema schema;
  bool has_schema;
  const char *kit; /* of the file */
  hw_typed_sample *samples;
  size_t n_samples, capacity;
  hw_typing_note *notes;
  int32_t n_notes;
  hw_typed_sample sample; /* the one that is being read */
  hw_typing typings[HWP_CMF_LOCI];
  int32_t n_loci;  /* of the sample, those beyond the limit too */
  hw_typing locus; /* the one that is being read */
  const char *instrument;
  bool has_arrests, is_in_locus;
  const char *recent[HWP_CMF_RECENT]; /* texts that were kept last, since most repeat */
  int next_recent;
} hwp_cmf_reader;

typedef hw_status (*hwp_cmf_child)(hwp_cmf_reader *self, const char *name);

/* Reports a mistake. @return HW_OK if reading may go on */
hw_status hwp_cmf_report(hwp_cmf_reader *self, uint64_t line, const char *field, hw_status status,
                         const char *format, ...) HW_PRINTF(5, 6);
/* A failure after which nothing can be read: reports it. @return its status */
hw_status hwp_cmf_give_up(hwp_cmf_reader *self, const hw_err *err);
hw_status hwp_cmf_no_memory(hwp_cmf_reader *self);
/* Adds a remark, once. */
hw_status hwp_cmf_note(hwp_cmf_reader *self, uint64_t line, const char *format, ...)
    HW_PRINTF(3, 4);

/* Copies a text to the list's arena. */
hw_status hwp_cmf_keep(hwp_cmf_reader *self, const char *text, const char **out);
/* The next event; reports a failure. */
hw_status hwp_cmf_next(hwp_cmf_reader *self, hw_xml_event *event);

/* Steps over the rest of the element that has begun. */
hw_status hwp_cmf_skip_element(hwp_cmf_reader *self);
/* Reports the element that has begun as foreign, and steps over it. */
hw_status hwp_cmf_report_unknown(hwp_cmf_reader *self, const char *name);
/* Reads the children of the element that has begun, up to its end. */
hw_status hwp_cmf_read_children(hwp_cmf_reader *self, const char *parent, hwp_cmf_child read_child);
/* Reads an element that has no attributes and stands once; checks and keeps its text. */
hw_status hwp_cmf_read_once(hwp_cmf_reader *self, const char *name, const char **out);

hw_status hwp_cmf_report_attribute(hwp_cmf_reader *self, const char *name);
/* True if an attribute has no namespace: others (xsi:schemaLocation) say nothing about the
 * content. */
bool hwp_cmf_is_own(const hw_xml_attribute *attribute);
/* Reports all attributes of the element that has begun. */
hw_status hwp_cmf_refuse_attributes(hwp_cmf_reader *self);
/* Checks and keeps the value of an attribute. */
hw_status hwp_cmf_keep_attribute(hwp_cmf_reader *self, const hw_xml_attribute *attribute,
                                 const char **out);
/* Of a boolean. */
bool hwp_cmf_is_true(const char *text);

#endif
