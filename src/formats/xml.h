/** @file
 * XML from people we do not know: a pull reader, and validation against a schema.
 *
 * Only what data files need: elements, attributes, text. No document type, hence no entities but
 * the five of XML; nothing outside the bytes is ever read, no file and no network; depth, length
 * of texts and number of attributes are bounded.
 *
 * Example:
 * @code
 *   HW_TRY(hw_xml_new(bytes, n_bytes, &xml, err));
 *   while ((s = hw_xml_next(xml, &event, err)) == HW_OK && event != HW_XML_END_OF_FILE)
 *     if (event == HW_XML_START) begin(hw_xml_name(xml), hw_xml_line(xml));
 *   hw_xml_delete(xml);
 * @endcode
 */
#ifndef HW_FORMATS_XML_H
#define HW_FORMATS_XML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/errors.h"
#include "homeward/status.h"

/** Largest document. */
#define HW_XML_MAX_BYTES ((size_t)256 << 20)
/** Deepest nesting of elements. */
#define HW_XML_MAX_DEPTH 32
/** Most bytes of the text between two tags, and of an attribute. */
#define HW_XML_MAX_TEXT ((size_t)64 << 10)
/** Most attributes of one element. */
#define HW_XML_MAX_ATTRIBUTES 64

typedef enum hw_xml_event {
  HW_XML_START,      /**< of an element */
  HW_XML_TEXT,       /**< all text up to the next tag; never empty */
  HW_XML_END,        /**< of an element; follows also an empty one */
  HW_XML_END_OF_FILE /**< the root element is closed, nothing follows */
} hw_xml_event;

/** One attribute; texts are valid until the next event. */
typedef struct hw_xml_attribute {
  const char *name; /**< without prefix */
  const char *uri;  /**< its namespace; "" = none */
  const char *value;
} hw_xml_attribute;

typedef struct hw_xml hw_xml;

/** Begins reading; the bytes are borrowed. Free with hw_xml_delete.
 * @return HW_OK; HW_E_VALUE (too large); HW_E_SYNTAX (not UTF-8, a document type);
 *         HW_E_NO_MEMORY */
HW_MUST_CHECK hw_status hw_xml_new(const char *bytes, size_t n_bytes, hw_xml **out, hw_err *err);
/** NULL is allowed. */
void hw_xml_delete(hw_xml *self);

/** Goes to the next event; comments and processing instructions are skipped. After a failure
 * reading is over.
 * @return HW_OK; HW_E_SYNTAX (not well formed); HW_E_VALUE (beyond a bound), with the line */
HW_MUST_CHECK hw_status hw_xml_next(hw_xml *self, hw_xml_event *event, hw_err *err);

/** Of the element that begins or ends, without prefix; valid until the next event. */
const char *hw_xml_name(const hw_xml *self);
/** Its namespace; "" = none. */
const char *hw_xml_uri(const hw_xml *self);
/** Text of HW_XML_TEXT; valid until the next event. */
const char *hw_xml_text(const hw_xml *self);
/** 1-based line of the latest start tag. */
uint64_t hw_xml_line(const hw_xml *self);
/** Attributes of HW_XML_START, declarations of namespaces left out. */
int32_t hw_xml_attributes(const hw_xml *self, const hw_xml_attribute **attributes);

/** Validates a document against a schema that we ship (W3C XML Schema 1.0). The document has been
 * read with hw_xml_next before, so that it is known to be well formed and bounded.
 * @param errors  what the schema does not permit, with lines
 * @return HW_OK if the document is valid; HW_E_SYNTAX; HW_E_BUG if the schema itself is not
 *         good; HW_E_NO_MEMORY */
HW_MUST_CHECK hw_status hw_xml_validate(const char *bytes, size_t n_bytes, const char *schema,
                                        size_t n_schema, hw_errors *errors);

#endif
