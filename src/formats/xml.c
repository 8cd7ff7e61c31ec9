/* XML from people we do not know, read with libxml2 (the only file that names it).
 *
 * libxml2 is a large library with a long history of surprises, all of which come
 * from features that data files do not need. So the bytes are looked at before it
 * sees them: they must be UTF-8 and must not hold a document type. Without that
 * there are no entities to expand (billion laughs) or to fetch, no default
 * attributes and no parameter entities. A validator that was given a schema does
 * not look for others that the document names (schemaLocation); a test holds
 * libxml2 to that. No global setting of the library is touched, because the
 * program around us may use it too.
 *
 * Lines: libxml2 keeps the line of a node in 16 bits, and its parser runs ahead of
 * its reader. Every start tag that it reports is therefore found again in the
 * bytes by a small scanner, which is possible because the text is well formed up
 * to there. */
#include "formats/xml.h"

#include <libxml/xmlerror.h>
#include <libxml/xmlreader.h>
#include <libxml/xmlschemas.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/check.h"
#include "base/str.h"
#include "base/utf8.h"

#if LIBXML_VERSION >= 21200 /* libxml2 then made the argument const */
typedef const xmlError *error_arg;
#else
typedef xmlErrorPtr error_arg;
#endif

struct hw_xml {
  const char *bytes;
  size_t n_bytes;
  xmlTextReaderPtr reader;
  hw_err failure;  /* what libxml2 told first */
  bool is_waiting; /* the reader stands on a node that was not yet reported */
  bool is_empty;   /* the element that was reported has no end tag of its own */
  bool is_over;
  bool is_cut_off; /* the failure is the end of the bytes */
  int depth;       /* open elements */
  hw_str text;
  hw_arena scratch; /* names and attributes of the element that was reported */
  const char *name, *uri;
  int32_t n_attributes;
  hw_xml_attribute attributes[HW_XML_MAX_ATTRIBUTES];
  size_t scanned; /* behind the latest start tag's name */
  uint64_t line;  /* of that place */
};

/* --- before libxml2 sees the bytes --- */

static uint64_t line_of(const char *bytes, size_t at) {
  uint64_t line = 1;
  for (size_t i = 0; i < at; i++) line += bytes[i] == '\n';
  return line;
}

static hw_status fail_at(const char *bytes, size_t at, hw_err *err, const char *message) {
  hw_err_set(err, HW_E_SYNTAX, "%s", message);
  hw_err_place(err, NULL, line_of(bytes, at), 0);
  return HW_E_SYNTAX;
}

/* libxml2 takes texts and comments of up to 10 million bytes, and says of longer ones that memory is
 * exhausted. */
#define MOST_WITHOUT_TAG ((size_t)8 << 20)

static hw_status check_runs(const char *bytes, size_t n, hw_err *err) {
  for (size_t at = 0; at < n;) {
    const char *tag = memchr(bytes + at, '<', n - at);
    const size_t next = tag ? (size_t)(tag - bytes) : n;
    if (next - at > MOST_WITHOUT_TAG)
      return fail_at(bytes, at, err, "a text is longer than 64 KiB, or a comment than 8 MiB");
    at = next + 1;
  }
  return HW_OK;
}

static hw_status check_utf8(const char *bytes, size_t n, hw_err *err) {
  if (n >= 2 && (memcmp(bytes, "\xFF\xFE", 2) == 0 || memcmp(bytes, "\xFE\xFF", 2) == 0))
    return fail_at(bytes, 0, err, "the file is UTF-16; save it as UTF-8");
  for (size_t i = 0; i < n;) {
    if (bytes[i] == '\0') return fail_at(bytes, i, err, "a NUL byte: this is not XML as text");
    const size_t length = (unsigned char)bytes[i] < 0x80 ? 1 : hw_utf8_length(bytes + i, n - i);
    if (length == 0) return fail_at(bytes, i, err, "the text is not UTF-8; save the file as UTF-8");
    i += length;
  }
  return HW_OK;
}

static const char *find(const char *bytes, const char *end, const char *word) {
  const size_t n = strlen(word);
  for (const char *at = bytes; (size_t)(end - at) >= n; at++) {
    at = memchr(at, word[0], (size_t)(end - at) - n + 1);
    if (!at) return NULL;
    if (memcmp(at, word, n) == 0) return at;
  }
  return NULL;
}

static bool is_blank(const char *bytes, size_t n) {
  size_t i = 0;
  while (i < n && (bytes[i] == ' ' || bytes[i] == '\t' || bytes[i] == '\n' || bytes[i] == '\r'))
    i++;
  return i == n;
}

/* The name that follows "encoding=" in the XML declaration; false if there is none. */
static bool declared_encoding(const char *bytes, size_t n, char *name, size_t size) {
  const char *end = bytes + n, *close;
  if (n < 5 || memcmp(bytes, "<?xml", 5) != 0 || !(close = find(bytes, end, "?>"))) return false;
  const char *at = find(bytes, close, "encoding");
  if (!at) return false;
  at += strlen("encoding");
  while (at < close && (*at == ' ' || *at == '=' || *at == '"' || *at == '\'')) at++;
  size_t i = 0;
  for (; at < close && *at != '"' && *at != '\'' && i + 1 < size; at++)
    name[i++] = (char)(*at >= 'a' && *at <= 'z' ? *at - 'a' + 'A' : *at);
  name[i] = '\0';
  return true;
}

static bool is_one_of(const char *name, const char *const *names) {
  for (; *names != NULL; names++)
    if (strcmp(name, *names) == 0) return true;
  return false;
}

/* True if bytes below 128 are ASCII in the encoding, as they are not in UTF-7 or UTF-16. */
static bool extends_ascii(const char *name) {
  return strncmp(name, "ISO-8859-", 9) == 0 || strncmp(name, "WINDOWS-125", 11) == 0;
}

static hw_status check_declaration(const char *bytes, size_t n, hw_err *err) {
  static const char *const utf8[] = {"UTF-8", "UTF8", "US-ASCII", "ASCII", NULL};
  char name[32];
  if (declared_encoding(bytes, n, name, sizeof name) && !is_one_of(name, utf8)) {
    bool is_ascii = extends_ascii(name);
    for (size_t i = 0; i < n && is_ascii; i++) is_ascii = (unsigned char)bytes[i] < 0x80;
    if (!is_ascii) {
      hw_err_set(err, HW_E_SYNTAX, "the file says that its encoding is %s; save it as UTF-8", name);
      hw_err_place(err, NULL, 1, 0);
      return HW_E_SYNTAX;
    }
  }
  const char *type = find(bytes, bytes + n, "<!DOCTYPE");
  if (type)
    return fail_at(bytes, (size_t)(type - bytes), err,
                   "a document type (<!DOCTYPE) and entities are not accepted; remove it");
  return HW_OK;
}

/* --- reader --- */

/* libxml2's message in one line, without its braces for namespaces and sets of values. */
static void clean_message(const char *message, char *out, size_t size) {
  size_t n = 0;
  bool is_inside = false;
  for (const char *c = message ? message : ""; *c && n + 1 < size; c++) {
    if (*c == '{') is_inside = true;
    if (!is_inside) out[n++] = *c;
    if (*c == '}') is_inside = false;
  }
  while (n > 0 && (out[n - 1] == '\n' || out[n - 1] == '.' || out[n - 1] == ' ')) n--;
  out[n] = '\0';
}

static void keep_failure(void *context, error_arg error) {
  hw_xml *self = context;
  char message[400];
  if (error->level < XML_ERR_ERROR || self->failure.status != HW_OK) return;
  clean_message(error->message, message, sizeof message);
  self->is_cut_off = error->code == XML_ERR_DOCUMENT_END || error->code == XML_ERR_TAG_NOT_FINISHED;
  if (error->code == XML_ERR_NO_MEMORY)
    (void)HW_NO_MEMORY(&self->failure, "the document");
  else if (error->code == XML_ERR_DOCUMENT_EMPTY)
    hw_err_set(&self->failure, HW_E_SYNTAX, "the file does not begin as XML does, with \"<\"");
  else
    hw_err_set(&self->failure, HW_E_SYNTAX, "the XML is not well formed: %s", message);
  hw_err_place(&self->failure, NULL, error->line > 0 ? (uint64_t)error->line : 0, 0);
}

hw_status hw_xml_new(const char *bytes, size_t n_bytes, hw_xml **out, hw_err *err) {
  *out = NULL;
  if (n_bytes > HW_XML_MAX_BYTES)
    return hw_err_set(err, HW_E_VALUE, "the document is larger than 256 MiB; split it");
  HW_TRY(check_utf8(bytes, n_bytes, err));
  if (n_bytes >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0) {
    bytes += 3;
    n_bytes -= 3;
  }
  HW_TRY(check_runs(bytes, n_bytes, err));
  HW_TRY(check_declaration(bytes, n_bytes, err));
  if (is_blank(bytes, n_bytes)) return fail_at(bytes, 0, err, "the file is empty");
  hw_xml *self = calloc(1, sizeof *self);
  if (!self) return HW_NO_MEMORY(err, "the document");
  self->bytes = bytes;
  self->n_bytes = n_bytes;
  self->line = 1;
  hw_arena_init(&self->scratch, 0);
  self->reader = xmlReaderForMemory(bytes, (int)n_bytes, NULL, "UTF-8", XML_PARSE_NONET);
  if (!self->reader) {
    hw_xml_delete(self);
    return HW_NO_MEMORY(err, "the document");
  }
  xmlTextReaderSetStructuredErrorHandler(self->reader, keep_failure, self);
  *out = self;
  return HW_OK;
}

void hw_xml_delete(hw_xml *self) {
  if (!self) return;
  xmlFreeTextReader(self->reader);
  hw_str_clear(&self->text);
  hw_arena_clear(&self->scratch);
  free(self);
}

/* Ends reading with a failure of our own. */
static hw_status stop(hw_xml *self, hw_status status, const char *message, hw_err *err) {
  self->is_over = true;
  hw_err_set(err, status, "%s", message);
  hw_err_place(err, NULL, self->line, 0);
  return status;
}

static hw_status stop_failed(hw_xml *self, hw_err *err) {
  self->is_over = true;
  if (self->failure.status == HW_OK) return HW_NO_MEMORY(err, "the document");
  if (self->is_cut_off && self->depth > 0) {
    const uint64_t line = self->failure.line;
    hw_err_set(&self->failure, HW_E_SYNTAX,
               "the XML ends before its elements are closed; the file may have been cut off");
    hw_err_place(&self->failure, NULL, line, 0);
  }
  if (err) *err = self->failure;
  return self->failure.status;
}

/* Moves the scanner to what stands behind the next @p word. */
static void scan_behind(hw_xml *self, const char *word) {
  const char *at = find(self->bytes + self->scanned, self->bytes + self->n_bytes, word);
  const size_t to = at ? (size_t)(at - self->bytes) + strlen(word) : self->n_bytes;
  for (size_t i = self->scanned; i < to; i++) self->line += self->bytes[i] == '\n';
  self->scanned = to;
}

/* Moves the scanner to the next start tag. */
static void scan_start_tag(hw_xml *self) {
  while (self->scanned < self->n_bytes) {
    scan_behind(self, "<");
    const char *at = self->bytes + self->scanned;
    const size_t n = self->n_bytes - self->scanned;
    if (n >= 3 && memcmp(at, "!--", 3) == 0) {
      self->scanned += 3;
      scan_behind(self, "-->");
    } else if (n >= 8 && memcmp(at, "![CDATA[", 8) == 0) {
      scan_behind(self, "]]>");
    } else if (n >= 1 && *at == '?') {
      scan_behind(self, "?>");
    } else if (n >= 1 && *at != '/') {
      return;
    }
  }
}

static const char *keep(hw_xml *self, const xmlChar *text) {
  return text ? hw_arena_strdup(&self->scratch, (const char *)text) : "";
}

static hw_status read_attributes(hw_xml *self, hw_err *err) {
  self->n_attributes = 0;
  int moved = xmlTextReaderMoveToFirstAttribute(self->reader);
  for (; moved == 1; moved = xmlTextReaderMoveToNextAttribute(self->reader)) {
    if (xmlTextReaderIsNamespaceDecl(self->reader) == 1) continue;
    if (self->n_attributes == HW_XML_MAX_ATTRIBUTES)
      return stop(self, HW_E_VALUE, "an element has more than 64 attributes", err);
    const xmlChar *value = xmlTextReaderConstValue(self->reader);
    if (value && strlen((const char *)value) > HW_XML_MAX_TEXT)
      return stop(self, HW_E_VALUE, "an attribute is longer than 64 KiB", err);
    hw_xml_attribute *a = &self->attributes[self->n_attributes++];
    a->value = keep(self, value);
    a->name = keep(self, xmlTextReaderConstLocalName(self->reader));
    a->uri = keep(self, xmlTextReaderConstNamespaceUri(self->reader));
    if (!a->value || !a->name || !a->uri) return stop_failed(self, err);
  }
  return moved < 0 ? stop_failed(self, err) : HW_OK;
}

static hw_status read_name(hw_xml *self, hw_err *err) {
  hw_arena_reset(&self->scratch);
  self->n_attributes = 0;
  self->name = keep(self, xmlTextReaderConstLocalName(self->reader));
  self->uri = keep(self, xmlTextReaderConstNamespaceUri(self->reader));
  return self->name && self->uri ? HW_OK : stop_failed(self, err);
}

static hw_status start_element(hw_xml *self, hw_err *err) {
  scan_start_tag(self);
  if (++self->depth > HW_XML_MAX_DEPTH)
    return stop(self, HW_E_VALUE, "elements are nested deeper than 32 levels", err);
  HW_TRY(read_name(self, err));
  self->is_empty = xmlTextReaderIsEmptyElement(self->reader) == 1;
  return read_attributes(self, err);
}

static hw_status add_text(hw_xml *self, hw_err *err) {
  const char *text = (const char *)xmlTextReaderConstValue(self->reader);
  if (!text) return HW_OK;
  const size_t n = strlen(text);
  if (n > HW_XML_MAX_TEXT - self->text.length)
    return stop(self, HW_E_VALUE, "a text is longer than 64 KiB", err);
  hw_str_append_bytes(&self->text, text, n);
  return hw_str_status(&self->text) == HW_OK ? HW_OK : stop_failed(self, err);
}

/* Reads on to a node that is no text; gathers the text before it. */
static hw_status read_node(hw_xml *self, int *type, hw_err *err) {
  self->text.length = 0;
  for (;;) {
    if (!self->is_waiting) {
      const int n_read = xmlTextReaderRead(self->reader);
      if (n_read < 0 || self->failure.status != HW_OK) return stop_failed(self, err);
      if (n_read == 0) {
        self->is_over = true;
        *type = XML_READER_TYPE_NONE;
        return HW_OK;
      }
    }
    self->is_waiting = false;
    *type = xmlTextReaderNodeType(self->reader);
    switch (*type) {
      case XML_READER_TYPE_TEXT:
      case XML_READER_TYPE_CDATA:
      case XML_READER_TYPE_WHITESPACE:
      case XML_READER_TYPE_SIGNIFICANT_WHITESPACE:
        HW_TRY(add_text(self, err));
        break;
      case XML_READER_TYPE_COMMENT:
      case XML_READER_TYPE_PROCESSING_INSTRUCTION:
      case XML_READER_TYPE_XML_DECLARATION:
        break;
      case XML_READER_TYPE_ELEMENT:
      case XML_READER_TYPE_END_ELEMENT:
        return HW_OK;
      default:
        return stop(self, HW_E_SYNTAX, "a document type or an entity is not accepted", err);
    }
  }
}

hw_status hw_xml_next(hw_xml *self, hw_xml_event *event, hw_err *err) {
  int type = XML_READER_TYPE_NONE;
  *event = HW_XML_END_OF_FILE;
  if (self->is_empty) { /* of <a/> */
    self->is_empty = false;
    self->depth--;
    *event = HW_XML_END;
    return HW_OK;
  }
  if (self->is_over) return self->failure.status == HW_OK ? HW_OK : stop_failed(self, err);
  HW_TRY(read_node(self, &type, err));
  if (self->text.length > 0 && type != XML_READER_TYPE_NONE) {
    self->is_waiting = true;
    *event = HW_XML_TEXT;
    return HW_OK;
  }
  if (type == XML_READER_TYPE_NONE) return HW_OK;
  *event = type == XML_READER_TYPE_ELEMENT ? HW_XML_START : HW_XML_END;
  if (*event == HW_XML_START) return start_element(self, err);
  self->depth--;
  return read_name(self, err);
}

const char *hw_xml_name(const hw_xml *self) {
  return self->name ? self->name : "";
}

const char *hw_xml_uri(const hw_xml *self) {
  return self->uri ? self->uri : "";
}

const char *hw_xml_text(const hw_xml *self) {
  return hw_str_text(&self->text);
}

uint64_t hw_xml_line(const hw_xml *self) {
  return self->line;
}

int32_t hw_xml_attributes(const hw_xml *self, const hw_xml_attribute **attributes) {
  *attributes = self->attributes;
  return self->n_attributes;
}

/* --- validation --- */

/* What the validator says, on its way to the errors. */
typedef struct complaints {
  hw_errors *errors;
  int facet_line; /* of the latest complaint about a facet; a second one repeats it */
  bool is_bug;    /* about the schema itself */
} complaints;

static void keep_complaint(void *context, error_arg error) {
  complaints *self = context;
  hw_err err = HW_ERR_INIT;
  char message[400];
  if (error->level < XML_ERR_ERROR) return;
  const bool is_facet = error->code >= XML_SCHEMAV_CVC_LENGTH_VALID &&
                        error->code <= XML_SCHEMAV_CVC_ENUMERATION_VALID;
  const bool is_repetition =
      error->code == XML_SCHEMAV_CVC_DATATYPE_VALID_1_2_1 && error->line == self->facet_line;
  if (is_facet) self->facet_line = error->line;
  if (is_repetition) return;
  clean_message(error->message, message, sizeof message);
  if (error->code == XML_ERR_NO_MEMORY)
    (void)HW_NO_MEMORY(&err, "the document");
  else if (self->is_bug)
    hw_err_set(&err, HW_E_BUG, "a schema that is part of the program: %s", message);
  else
    hw_err_set(&err, HW_E_SYNTAX, "the schema does not permit this: %s", message);
  hw_err_place(&err, NULL, error->line > 0 ? (uint64_t)error->line : 0, 0);
  (void)hw_errors_add(self->errors, &err);
}

/* libxml2 makes its table of types when the first schema is read, and does not guard it. */
static pthread_mutex_t schema_lock = PTHREAD_MUTEX_INITIALIZER;

static xmlSchemaPtr read_schema(const char *bytes, size_t n, complaints *about) {
  xmlSchemaPtr schema = NULL;
  about->is_bug = true;
  pthread_mutex_lock(&schema_lock);
  xmlSchemaParserCtxtPtr parser = xmlSchemaNewMemParserCtxt(bytes, (int)n);
  if (parser) {
    xmlSchemaSetParserStructuredErrors(parser, keep_complaint, about);
    schema = xmlSchemaParse(parser);
    xmlSchemaFreeParserCtxt(parser);
  }
  pthread_mutex_unlock(&schema_lock);
  about->is_bug = false;
  return schema;
}

static hw_status validate(xmlSchemaPtr schema, const char *bytes, size_t n, complaints *about,
                          hw_err *err) {
  xmlSchemaValidCtxtPtr validator = xmlSchemaNewValidCtxt(schema);
  xmlParserInputBufferPtr input =
      xmlParserInputBufferCreateMem(bytes, (int)n, XML_CHAR_ENCODING_UTF8);
  if (!validator || !input) {
    if (validator) xmlSchemaFreeValidCtxt(validator);
    if (input) xmlFreeParserInputBuffer(input);
    return HW_NO_MEMORY(err, "the document");
  }
  xmlSchemaSetValidStructuredErrors(validator, keep_complaint, about);
  const int result = xmlSchemaValidateStream(validator, input, XML_CHAR_ENCODING_UTF8, NULL, NULL);
  xmlSchemaFreeValidCtxt(validator);
  if (result != 0 && about->errors->n == 0)
    return hw_err_set(err, HW_E_SYNTAX, "the schema does not permit this document");
  return HW_OK;
}

hw_status hw_xml_validate(const char *bytes, size_t n_bytes, const char *schema, size_t n_schema,
                          hw_errors *errors) {
  hw_err err = HW_ERR_INIT;
  complaints about = {.errors = errors, .facet_line = -1};
  hw_status status = HW_OK;
  if (n_bytes > HW_XML_MAX_BYTES) {
    status = hw_err_set(&err, HW_E_VALUE, "the document is larger than 256 MiB; split it");
  } else {
    xmlSchemaPtr parsed = read_schema(schema, n_schema, &about);
    if (parsed)
      status = validate(parsed, bytes, n_bytes, &about, &err);
    else if (errors->n == 0)
      status = HW_NO_MEMORY(&err, "the document");
    if (parsed) xmlSchemaFree(parsed);
  }
  if (status != HW_OK) (void)hw_errors_add(errors, &err);
  return hw_errors_status(errors, NULL);
}
