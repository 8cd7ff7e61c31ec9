/* What the schemas of CODIS CMF say.
 *
 * The schemas are part of the library (tools/embed), so that a program of one file
 * validates. Limits and permitted names are taken from them instead of being typed
 * once more: a type of texts is a simpleType with its facets, and every element or
 * attribute names its type. Only this much of XML Schema is understood here;
 * libxml2's validator understands all of it.
 *
 * One rule is taken out of the copy that the validator gets: that no specimen number
 * occurs twice. libxml2 compares every specimen with every other one; the reader
 * sorts them. */
#include "formats/cmf_schema.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/number.h"
#include "formats/xml.h"

enum { MOST_TYPES = 64, MOST_FIELDS = 96, MOST_VALUES = 256 };

static const struct {
  const char *title, *uri, *root, *bytes;
  const size_t *n_bytes;
} VERSIONS[HW_CMF_N_VERSIONS] = {
    {"CMF 3.2", "urn:CODISImportFile-schema", "CODISImportFile", hwp_cmf_xsd_3_2,
     &hwp_cmf_xsd_3_2_size},
    {"CMF 3.3", "urn:CODISImportFile-schema", "CODISImportFile", hwp_cmf_xsd_3_3,
     &hwp_cmf_xsd_3_3_size},
    {"Rapid CMF", "urn:CODISRapidImportFile-schema", "CODISRapidImportFile", hwp_cmf_xsd_rapid,
     &hwp_cmf_xsd_rapid_size},
};

/* --- rules that are taken out --- */

static void blank(char *from, const char *to) {
  for (; from < to; from++)
    if (*from != '\n') *from = ' ';
}

/* The '<' before a place. */
static char *tag_before(char *text, char *at) {
  while (at > text && *at != '<') at--;
  return at;
}

/* Cuts the element <…unique name="UNIQUE_SPEC"> … </…unique> out of the text. */
static hw_status cut_unique(char *text, hw_err *err) {
  char *name = strstr(text, "name=\"UNIQUE_SPEC\"");
  HW_BUG_IF(!name, err);
  const char *end = strstr(name, "unique>");
  HW_BUG_IF(!end, err);
  blank(tag_before(text, name), end + strlen("unique>"));
  return HW_OK;
}

void hw_cmf_schema_permit_names(hw_cmf_schema *self) {
  char *at = self->bytes;
  while ((at = strstr(at, "enumeration value=")) != NULL) {
    const char *end = strstr(at, "/>");
    blank(tag_before(self->bytes, at), end ? end + 2 : at + 1);
  }
}

/* --- reading --- */

/* The type whose facets are being read, and room for all its values. */
typedef struct parser {
  hw_cmf_schema *schema;
  hw_cmf_type *type; /* NULL outside of simpleType */
  hw_err *err;
} parser;

static const char *find_attribute(const hw_xml *xml, const char *name) {
  const hw_xml_attribute *attributes;
  const int32_t n = hw_xml_attributes(xml, &attributes);
  for (int32_t i = 0; i < n; i++)
    if (strcmp(attributes[i].name, name) == 0) return attributes[i].value;
  return NULL;
}

static int32_t to_int(const char *text) {
  double value;
  return text && hw_number_parse(text, &value) && value >= 0 && value < 1e6 ? (int32_t)value : 0;
}

static hw_status keep(parser *self, const char *text, const char **out) {
  *out = hw_arena_strdup(&self->schema->arena, text);
  return *out ? HW_OK : HW_NO_MEMORY(self->err, "a schema");
}

static hw_status begin_type(parser *self, const char *name) {
  hw_cmf_schema *schema = self->schema;
  HW_BUG_IF(!name || schema->n_types == MOST_TYPES, self->err);
  self->type = &schema->types[schema->n_types++];
  self->type->values =
      hw_arena_alloc_array(&schema->arena, MOST_VALUES, sizeof *self->type->values);
  if (!self->type->values) return HW_NO_MEMORY(self->err, "a schema");
  return keep(self, name, &self->type->name);
}

static hw_status add_facet(parser *self, const char *facet, const char *value) {
  hw_cmf_type *type = self->type;
  if (strcmp(facet, "minLength") == 0) type->min_length = to_int(value);
  if (strcmp(facet, "maxLength") == 0) type->max_length = to_int(value);
  if (strcmp(facet, "length") == 0) type->min_length = type->max_length = to_int(value);
  if (strcmp(facet, "enumeration") != 0) return HW_OK;
  HW_BUG_IF(!value || type->n_values == MOST_VALUES, self->err);
  return keep(self, value, &type->values[type->n_values++]);
}

static hw_status add_field(parser *self, const hw_xml *xml) {
  hw_cmf_schema *schema = self->schema;
  const char *name = find_attribute(xml, "name"), *type = find_attribute(xml, "type");
  if (name && strcmp(name, "LOCUS") == 0)
    schema->most_loci = to_int(find_attribute(xml, "maxOccurs"));
  if (name && strcmp(name, "ALLELE") == 0)
    schema->most_alleles = to_int(find_attribute(xml, "maxOccurs"));
  if (!name || !type) return HW_OK;
  HW_BUG_IF(schema->n_fields == MOST_FIELDS, self->err);
  const char *colon = strchr(type, ':');
  hw_cmf_field *field = &schema->fields[schema->n_fields++];
  HW_TRY(keep(self, name, &field->name));
  return keep(self, colon ? colon + 1 : type, &field->type);
}

static hw_status read_events(parser *self, hw_xml *xml) {
  hw_xml_event event;
  for (;;) {
    HW_TRY(hw_xml_next(xml, &event, self->err));
    if (event == HW_XML_END_OF_FILE) return HW_OK;
    const char *name = hw_xml_name(xml);
    if (event == HW_XML_END && strcmp(name, "simpleType") == 0) self->type = NULL;
    if (event != HW_XML_START) continue;
    if (strcmp(name, "simpleType") == 0)
      HW_TRY(begin_type(self, find_attribute(xml, "name")));
    else if (self->type)
      HW_TRY(add_facet(self, name, find_attribute(xml, "value")));
    else if (strcmp(name, "element") == 0 || strcmp(name, "attribute") == 0)
      HW_TRY(add_field(self, xml));
  }
}

hw_status hw_cmf_schema_init(hw_cmf_schema *self, hw_cmf_version version, hw_err *err) {
  *self = (hw_cmf_schema){.version = version,
                          .title = VERSIONS[version].title,
                          .uri = VERSIONS[version].uri,
                          .root = VERSIONS[version].root,
                          .n_bytes = *VERSIONS[version].n_bytes};
  hw_arena_init(&self->arena, 0);
  char *bytes = hw_arena_strndup(&self->arena, VERSIONS[version].bytes, self->n_bytes);
  self->types = hw_arena_alloc_array(&self->arena, MOST_TYPES, sizeof *self->types);
  self->fields = hw_arena_alloc_array(&self->arena, MOST_FIELDS, sizeof *self->fields);
  if (!bytes || !self->types || !self->fields) return HW_NO_MEMORY(err, "a schema");
  self->bytes = bytes;
  HW_TRY(cut_unique(bytes, err));
  hw_xml *xml = NULL;
  HW_TRY(hw_xml_new(bytes, self->n_bytes, &xml, err));
  parser reading = {.schema = self, .err = err};
  const hw_status status = read_events(&reading, xml);
  hw_xml_delete(xml);
  return status;
}

void hw_cmf_schema_clear(hw_cmf_schema *self) {
  hw_arena_clear(&self->arena);
  *self = (hw_cmf_schema){0};
}

const hw_cmf_type *hw_cmf_schema_type(const hw_cmf_schema *self, const char *field) {
  for (int32_t i = 0; i < self->n_fields; i++) {
    if (strcmp(self->fields[i].name, field) != 0) continue;
    for (int32_t t = 0; t < self->n_types; t++)
      if (strcmp(self->types[t].name, self->fields[i].type) == 0) return &self->types[t];
  }
  return NULL;
}

bool hw_cmf_type_lists(const hw_cmf_type *self, const char *value) {
  if (self->n_values == 0) return true;
  for (int32_t i = 0; i < self->n_values; i++)
    if (strcmp(self->values[i], value) == 0) return true;
  return false;
}
