/* Reader of CODIS CMF: elements, their texts, and the limits of the texts.
 *
 * A mistake is told with the line, the sample, the locus and the element, with
 * what was seen, what the version of the file permits, and what to write instead
 * where that can be guessed. Then reading goes on, so that one reading shows what
 * there is to mend. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "formats/cmf_int.h"
#include "homeward/frequency.h"

/* --- errors and texts --- */

/* Where in the file, for a person: "SPECIMEN A1, LOCUS FGA, ALLELEVALUE". */
static void place(const hwp_cmf_reader *self, uint64_t line, const char *field, hw_err *err) {
  const char *sample = self->sample.name, *locus = self->locus.marker;
  if (sample && self->is_in_locus && locus)
    hw_err_field(err, "SPECIMEN %.60s, LOCUS %.40s, %s", sample, locus, field);
  else if (sample)
    hw_err_field(err, "SPECIMEN %.60s, %s", sample, field);
  else
    hw_err_field(err, "%s", field);
  hw_err_place(err, self->file, line, 0);
}

/* Reports a mistake. @return HW_OK if reading may go on */
hw_status hwp_cmf_report(hwp_cmf_reader *self, uint64_t line, const char *field, hw_status status,
                         const char *format, ...) {
  char message[400];
  hw_err err = HW_ERR_INIT;
  va_list args;
  va_start(args, format);
  vsnprintf(message, sizeof message, format, args);
  va_end(args);
  hw_err_set(&err, status, "%s", message);
  place(self, line, field, &err);
  return hw_errors_add(self->errors, &err) ? HW_OK : status;
}

/* A failure after which nothing can be read. */
hw_status hwp_cmf_give_up(hwp_cmf_reader *self, const hw_err *err) {
  hw_err placed = *err;
  hw_err_place(&placed, self->file, 0, 0);
  (void)hw_errors_add(self->errors, &placed);
  return err->status;
}

hw_status hwp_cmf_no_memory(hwp_cmf_reader *self) {
  hw_err err = HW_ERR_INIT;
  (void)HW_NO_MEMORY(&err, "the typing results");
  return hwp_cmf_give_up(self, &err);
}

hw_status hwp_cmf_keep(hwp_cmf_reader *self, const char *text, const char **out) {
  for (int i = 0; i < HWP_CMF_RECENT; i++)
    if (self->recent[i] && strcmp(self->recent[i], text) == 0) {
      *out = self->recent[i];
      return HW_OK;
    }
  *out = hw_arena_strdup(&self->list->arena, text);
  if (!*out) return hwp_cmf_no_memory(self);
  self->recent[self->next_recent++ % HWP_CMF_RECENT] = *out;
  return HW_OK;
}

hw_status hwp_cmf_note(hwp_cmf_reader *self, uint64_t line, const char *format, ...) {
  char text[400];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  for (int32_t i = 0; i < self->n_notes; i++) /* each name is told once */
    if (strcmp(self->notes[i].text, text) == 0) return HW_OK;
  if (self->n_notes == HWP_CMF_NOTES) return HW_OK;
  if (!self->notes) self->notes = calloc(HWP_CMF_NOTES, sizeof *self->notes);
  if (!self->notes) return hwp_cmf_no_memory(self);
  hw_typing_note *added = &self->notes[self->n_notes];
  added->line = line;
  HW_TRY(hwp_cmf_keep(self, text, &added->text));
  self->n_notes++;
  return HW_OK;
}

hw_status hwp_cmf_next(hwp_cmf_reader *self, hw_xml_event *event) {
  hw_err err = HW_ERR_INIT;
  const hw_status status = hw_xml_next(self->xml, event, &err);
  return status == HW_OK ? HW_OK : hwp_cmf_give_up(self, &err);
}

/* --- values --- */

static bool equal_but_for_case(const char *a, const char *b) {
  for (; *a && *b; a++, b++) {
    const char x = (char)(*a >= 'A' && *a <= 'Z' ? *a - 'A' + 'a' : *a);
    const char y = (char)(*b >= 'A' && *b <= 'Z' ? *b - 'A' + 'a' : *b);
    if (x != y) return false;
  }
  return *a == *b;
}

/* A listed value that was probably meant, or NULL. */
static const char *find_similar(const hw_cmf_type *type, const char *value) {
  if (type->n_values == 1) return type->values[0];
  for (int32_t i = 0; i < type->n_values; i++)
    if (equal_but_for_case(type->values[i], value) || hw_marker_name_equal(type->values[i], value))
      return type->values[i];
  return NULL;
}

/* True if version 3.3 lists a value that 3.2 does not. */
static bool is_listed_later(const hwp_cmf_reader *self, const char *field, const char *value) {
  hw_cmf_schema later;
  bool is_listed = false;
  if (self->schema.version != HW_CMF_3_2) return false;
  if (hw_cmf_schema_init(&later, HW_CMF_3_3, NULL) == HW_OK) {
    const hw_cmf_type *type = hw_cmf_schema_type(&later, field);
    is_listed = type && hw_cmf_type_lists(type, value);
  }
  hw_cmf_schema_clear(&later);
  return is_listed;
}

static hw_status report_unlisted(hwp_cmf_reader *self, uint64_t line, const char *field,
                                 const char *value, const hw_cmf_type *type) {
  const char *title = self->schema.title, *similar = find_similar(type, value);
  if (self->options.accept_unlisted)
    return hwp_cmf_note(self, line, "%s \"%.60s\" is not listed in %s; taken as written", field,
                        value, title);
  if (similar)
    return hwp_cmf_report(self, line, field, HW_E_VALUE,
                          "\"%.60s\" is not listed in %s; write \"%s\"", value, title, similar);
  if (is_listed_later(self, field, value))
    return hwp_cmf_report(self, line, field, HW_E_VALUE,
                          "\"%.60s\" is not listed in CMF 3.2 but in 3.3; set HEADERVERSION to 3.3",
                          value);
  return hwp_cmf_report(
      self, line, field, HW_E_VALUE,
      "\"%.60s\" is not listed in %s; correct it, or choose to take unlisted names", value, title);
}

static int32_t count_characters(const char *text) {
  int32_t n = 0;
  for (; *text; text++) n += ((unsigned char)*text & 0xC0) != 0x80;
  return n;
}

/* Holds a text to its limits. */
static hw_status check_value(hwp_cmf_reader *self, uint64_t line, const char *field,
                             const char *value) {
  const hw_cmf_type *type = hw_cmf_schema_type(&self->schema, field);
  const int32_t n = count_characters(value);
  if (!type) return HW_OK;
  if (n == 0 && type->min_length > 0)
    return hwp_cmf_report(self, line, field, HW_E_VALUE, "is empty; a text is expected");
  if (type->max_length > 0 && n > type->max_length)
    return hwp_cmf_report(self, line, field, HW_E_VALUE,
                          "\"%.60s\" has %d characters; %s permits %d: shorten it", value, (int)n,
                          self->schema.title, (int)type->max_length);
  if (strpbrk(value, "|;"))
    return hwp_cmf_report(self, line, field, HW_E_VALUE,
                          "\"%.60s\" contains %s, which CODIS does not permit; replace it", value,
                          strchr(value, '|') ? "\"|\"" : "\";\"");
  return hw_cmf_type_lists(type, value) ? HW_OK : report_unlisted(self, line, field, value, type);
}

/* --- elements --- */

/* Steps over the rest of the element that has begun. */
hw_status hwp_cmf_skip_element(hwp_cmf_reader *self) {
  hw_xml_event event;
  for (int depth = 1; depth > 0;) {
    HW_TRY(hwp_cmf_next(self, &event));
    depth += (event == HW_XML_START) - (event == HW_XML_END);
  }
  return HW_OK;
}

hw_status hwp_cmf_report_unknown(hwp_cmf_reader *self, const char *name) {
  HW_TRY(hwp_cmf_report(self, hw_xml_line(self->xml), name, HW_E_UNKNOWN_KEY,
                        "is not an element of %s at this place; remove it", self->schema.title));
  return hwp_cmf_skip_element(self);
}

hw_status hwp_cmf_report_attribute(hwp_cmf_reader *self, const char *name) {
  return hwp_cmf_report(self, hw_xml_line(self->xml), name, HW_E_UNKNOWN_KEY,
                        "is not an attribute of this element in %s; remove it", self->schema.title);
}

/* Attributes of namespaces (xsi:schemaLocation) say nothing about the content. */
bool hwp_cmf_is_own(const hw_xml_attribute *attribute) {
  return attribute->uri[0] == '\0';
}

hw_status hwp_cmf_refuse_attributes(hwp_cmf_reader *self) {
  const hw_xml_attribute *attributes;
  const int32_t n = hw_xml_attributes(self->xml, &attributes);
  for (int32_t i = 0; i < n; i++)
    if (hwp_cmf_is_own(&attributes[i])) HW_TRY(hwp_cmf_report_attribute(self, attributes[i].name));
  return HW_OK;
}

/* Reads the children of the element that has begun, up to its end. */
hw_status hwp_cmf_read_children(hwp_cmf_reader *self, const char *parent,
                                hwp_cmf_child read_child) {
  hw_xml_event event;
  for (;;) {
    HW_TRY(hwp_cmf_next(self, &event));
    if (event == HW_XML_END || event == HW_XML_END_OF_FILE) return HW_OK;
    if (event == HW_XML_TEXT) {
      const char *text = hw_xml_text(self->xml) + strspn(hw_xml_text(self->xml), " \t\r\n");
      if (text[0])
        HW_TRY(hwp_cmf_report(self, hw_xml_line(self->xml), parent, HW_E_SYNTAX,
                              "holds the text \"%.*s\" between its elements; remove it",
                              (int)(strcspn(text, "\r\n") % 40), text));
      continue;
    }
    char name[64];
    snprintf(name, sizeof name, "%s", hw_xml_name(self->xml));
    if (strcmp(hw_xml_uri(self->xml), self->schema.uri) == 0)
      HW_TRY(read_child(self, name));
    else
      HW_TRY(hwp_cmf_report_unknown(self, name));
  }
}

/* Reads the text of the element that has begun, checks and keeps it. */
static hw_status read_text(hwp_cmf_reader *self, const char *name, const char **out) {
  const uint64_t line = hw_xml_line(self->xml);
  hw_xml_event event;
  *out = "";
  for (;;) {
    HW_TRY(hwp_cmf_next(self, &event));
    if (event == HW_XML_END) break;
    if (event == HW_XML_TEXT) HW_TRY(hwp_cmf_keep(self, hw_xml_text(self->xml), out));
    if (event == HW_XML_START) HW_TRY(hwp_cmf_report_unknown(self, name));
  }
  return check_value(self, line, name, *out);
}

/* The same for an element that has no attributes and stands once. */
hw_status hwp_cmf_read_once(hwp_cmf_reader *self, const char *name, const char **out) {
  HW_TRY(hwp_cmf_refuse_attributes(self));
  if (*out && (*out)[0] != '\0')
    HW_TRY(hwp_cmf_report(self, hw_xml_line(self->xml), name, HW_E_DUPLICATE, "stands here twice"));
  return read_text(self, name, out);
}

hw_status hwp_cmf_keep_attribute(hwp_cmf_reader *self, const hw_xml_attribute *attribute,
                                 const char **out) {
  HW_TRY(hwp_cmf_keep(self, attribute->value, out));
  return check_value(self, hw_xml_line(self->xml), attribute->name, *out);
}

bool hwp_cmf_is_true(const char *text) {
  return strcmp(text, "true") == 0 || strcmp(text, "1") == 0;
}
