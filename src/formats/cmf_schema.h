/** @file
 * The published schemas of CODIS CMF, and what they say: permitted names, longest texts, most
 * loci.
 *
 * Example:
 * @code
 *   hw_cmf_schema schema;
 *   HW_TRY(hw_cmf_schema_init(&schema, HW_CMF_3_2, err));
 *   const hw_cmf_type *type = hw_cmf_schema_type(&schema, "LOCUSNAME");
 *   if (type && !hw_cmf_type_lists(type, "FGA")) ...
 *   hw_cmf_schema_clear(&schema);
 * @endcode
 */
#ifndef HW_FORMATS_CMF_SCHEMA_H
#define HW_FORMATS_CMF_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "homeward/status.h"

typedef enum hw_cmf_version {
  HW_CMF_3_2,
  HW_CMF_3_3,
  HW_CMF_RAPID,
  HW_CMF_N_VERSIONS
} hw_cmf_version;

/** A type of texts. */
typedef struct hw_cmf_type {
  const char *name;
  int32_t min_length, max_length; /**< in characters; max 0 = no limit */
  int32_t n_values;
  const char **values; /**< permitted ones; none = all */
} hw_cmf_type;

/** An element or attribute that is a text. */
typedef struct hw_cmf_field {
  const char *name, *type;
} hw_cmf_field;

typedef struct hw_cmf_schema {
  hw_cmf_version version;
  const char *title; /**< "CMF 3.2" */
  const char *uri;   /**< namespace of its elements */
  const char *root;  /**< name of the outermost element */
  char *bytes;       /**< the schema itself, without the check for equal specimen numbers */
  size_t n_bytes;
  int32_t most_loci, most_alleles; /**< of a specimen, of a locus */
  int32_t n_types, n_fields;
  hw_cmf_type *types;
  hw_cmf_field *fields;
  hw_arena arena;
} hw_cmf_schema;

/** Reads one of the schemas that the library carries. Free with hw_cmf_schema_clear, also after a
 * failure. */
HW_MUST_CHECK hw_status hw_cmf_schema_init(hw_cmf_schema *self, hw_cmf_version version,
                                           hw_err *err);
/** A zeroed one is allowed. */
void hw_cmf_schema_clear(hw_cmf_schema *self);

/** Type of an element or attribute, or NULL where the version has no such text. */
const hw_cmf_type *hw_cmf_schema_type(const hw_cmf_schema *self, const char *field);

/** True if the type permits everything or lists this value. */
bool hw_cmf_type_lists(const hw_cmf_type *self, const char *value);

/** Takes the lists of permitted names out of the schema's text: the validator then takes any name,
 * of permitted length. hw_cmf_type_lists still knows them. */
void hw_cmf_schema_permit_names(hw_cmf_schema *self);

/* Made of data/cmf by tools/embed. */
extern const char hwp_cmf_xsd_3_2[];
extern const size_t hwp_cmf_xsd_3_2_size;
extern const char hwp_cmf_xsd_3_3[];
extern const size_t hwp_cmf_xsd_3_3_size;
extern const char hwp_cmf_xsd_rapid[];
extern const size_t hwp_cmf_xsd_rapid_size;

#endif
