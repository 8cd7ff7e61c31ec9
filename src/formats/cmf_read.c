/* Reader of CODIS CMF.
 *
 * Two passes over the same bytes. The first understands: it walks the elements,
 * holds every text to the limits of the file's version (cmf_schema.c), and tells
 * mistakes in the words of a laboratory, with sample and locus; it goes on after a
 * mistake. If it found none, the second lets libxml2's validator judge the file by
 * the published schema (order and number of elements, dates, everything that the
 * first did not ask), so that what is imported is what CODIS would accept.
 *
 *   CODISImportFile                     3.2, 3.3
 *     HEADERVERSION … BATCHID, KIT
 *     SPECIMEN (SOURCEID, CASEID, PARTIAL)
 *       SPECIMENID, SPECIMENCATEGORY, SPECIMENCOMMENT
 *       LOCUS (BATCHID, KIT)
 *         LOCUSNAME, READINGBY, READINGDATETIME
 *         ALLELE (ALLELEREQUIRED)
 *           ALLELEVALUE
 *
 *   CODISRapidImportFile                Rapid; BATCHID and KIT are elements of LOCUS
 *     HEADER, DEVICE, SPECIMEN …        what it says of an arrest is not taken over */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/file.h"
#include "formats/cmf_int.h"
#include "genetics/name_index.h"
#include "homeward/frequency.h"

/* --- locus --- */

static hw_status read_allele_attributes(hwp_cmf_reader *self) {
  const hw_xml_attribute *attributes;
  const int32_t n = hw_xml_attributes(self->xml, &attributes);
  for (int32_t i = 0; i < n; i++) {
    if (strcmp(attributes[i].name, "ALLELEREQUIRED") == 0 && self->schema.version != HW_CMF_RAPID) {
      if (hwp_cmf_is_true(attributes[i].value) && self->locus.n_alleles < HW_TYPING_MAX_ALLELES)
        self->locus.required |= (uint8_t)(1u << self->locus.n_alleles);
    } else if (hwp_cmf_is_own(&attributes[i])) {
      HW_TRY(hwp_cmf_report_attribute(self, attributes[i].name));
    }
  }
  return HW_OK;
}

static hw_status read_allele_child(hwp_cmf_reader *self, const char *name) {
  const char *value = NULL;
  if (strcmp(name, "ALLELEVALUE") != 0) return hwp_cmf_report_unknown(self, name);
  HW_TRY(hwp_cmf_read_once(self, name, &value));
  if (self->locus.n_alleles == self->schema.most_alleles ||
      self->locus.n_alleles == HW_TYPING_MAX_ALLELES)
    return hwp_cmf_report(self, hw_xml_line(self->xml), "ALLELE", HW_E_VALUE,
                          "a locus has more than %d alleles; %s permits no more",
                          (int)self->schema.most_alleles, self->schema.title);
  self->locus.alleles[self->locus.n_alleles++] = value;
  return HW_OK;
}

static hw_status read_locus_child(hwp_cmf_reader *self, const char *name) {
  const bool is_rapid = self->schema.version == HW_CMF_RAPID;
  if (strcmp(name, "ALLELE") == 0) {
    HW_TRY(read_allele_attributes(self));
    return hwp_cmf_read_children(self, name, read_allele_child);
  }
  if (strcmp(name, "LOCUSNAME") == 0) return hwp_cmf_read_once(self, name, &self->locus.marker);
  if (!is_rapid && strcmp(name, "READINGBY") == 0)
    return hwp_cmf_read_once(self, name, &self->locus.analyst);
  if (!is_rapid && strcmp(name, "READINGDATETIME") == 0)
    return hwp_cmf_read_once(self, name, &self->locus.typed_at);
  if (is_rapid && strcmp(name, "KIT") == 0) return hwp_cmf_read_once(self, name, &self->locus.kit);
  if (is_rapid && strcmp(name, "BATCHID") == 0)
    return hwp_cmf_read_once(self, name, &self->locus.batch);
  return hwp_cmf_report_unknown(self, name);
}

static hw_status read_locus_attributes(hwp_cmf_reader *self) {
  const hw_xml_attribute *attributes;
  const int32_t n = hw_xml_attributes(self->xml, &attributes);
  const bool is_rapid = self->schema.version == HW_CMF_RAPID;
  for (int32_t i = 0; i < n; i++) {
    if (!is_rapid && strcmp(attributes[i].name, "BATCHID") == 0)
      HW_TRY(hwp_cmf_keep_attribute(self, &attributes[i], &self->locus.batch));
    else if (!is_rapid && strcmp(attributes[i].name, "KIT") == 0)
      HW_TRY(hwp_cmf_keep_attribute(self, &attributes[i], &self->locus.kit));
    else if (hwp_cmf_is_own(&attributes[i]))
      HW_TRY(hwp_cmf_report_attribute(self, attributes[i].name));
  }
  return HW_OK;
}

static hw_status add_locus(hwp_cmf_reader *self) {
  const hw_typing *locus = &self->locus;
  const char *name = locus->marker ? locus->marker : "";
  if (self->n_loci++ == self->schema.most_loci)
    return hwp_cmf_report(self, locus->line, "LOCUS", HW_E_VALUE,
                          "the specimen has more than %d loci; %s permits no more",
                          (int)self->schema.most_loci, self->schema.title);
  if (self->n_loci > HWP_CMF_LOCI || self->n_loci > self->schema.most_loci) return HW_OK;
  for (int32_t i = 0; i < self->sample.n_typings; i++)
    if (strcmp(self->typings[i].marker, name) == 0 ||
        hw_marker_name_equal(self->typings[i].marker, name))
      return hwp_cmf_report(self, locus->line, "LOCUS", HW_E_DUPLICATE,
                            "the specimen has locus %.40s already, in line %llu; keep one", name,
                            (unsigned long long)self->typings[i].line);
  self->typings[self->sample.n_typings] = *locus;
  self->typings[self->sample.n_typings++].marker = name;
  return HW_OK;
}

static hw_status read_locus(hwp_cmf_reader *self) {
  self->locus = (hw_typing){.line = hw_xml_line(self->xml)};
  HW_TRY(read_locus_attributes(self));
  self->is_in_locus = true;
  HW_TRY(hwp_cmf_read_children(self, "LOCUS", read_locus_child));
  self->is_in_locus = false;
  return add_locus(self);
}

/* --- specimen --- */

static hw_status read_arrest(hwp_cmf_reader *self) {
  self->has_arrests = true;
  return hwp_cmf_skip_element(self);
}

static hw_status read_specimen_child(hwp_cmf_reader *self, const char *name) {
  static const char *const ARREST[] = {"SID",
                                       "FBI_NUMBER_UCN",
                                       "UNIQUEEVENTID",
                                       "BOOKINGCUSTOMID",
                                       "ARRESTINGCUSTOMID",
                                       "ARRESTDATE",
                                       "FINGERPRINTDATE",
                                       "ARRESTOFFENSECATEGORY"};
  if (strcmp(name, "LOCUS") == 0) return read_locus(self);
  if (strcmp(name, "SPECIMENID") == 0) return hwp_cmf_read_once(self, name, &self->sample.name);
  if (strcmp(name, "SPECIMENCATEGORY") == 0)
    return hwp_cmf_read_once(self, name, &self->sample.category);
  if (strcmp(name, "SPECIMENCOMMENT") == 0)
    return hwp_cmf_read_once(self, name, &self->sample.comment);
  for (size_t i = 0; i < sizeof ARREST / sizeof *ARREST; i++)
    if (self->schema.version == HW_CMF_RAPID && strcmp(name, ARREST[i]) == 0)
      return read_arrest(self);
  return hwp_cmf_report_unknown(self, name);
}

static hw_status read_specimen_attributes(hwp_cmf_reader *self) {
  const hw_xml_attribute *attributes;
  const int32_t n = hw_xml_attributes(self->xml, &attributes);
  const bool is_rapid = self->schema.version == HW_CMF_RAPID;
  for (int32_t i = 0; i < n; i++) {
    if (!is_rapid && strcmp(attributes[i].name, "SOURCEID") == 0)
      HW_TRY(hwp_cmf_keep_attribute(self, &attributes[i], &self->sample.source_known));
    else if (!is_rapid && strcmp(attributes[i].name, "CASEID") == 0)
      HW_TRY(hwp_cmf_keep_attribute(self, &attributes[i], &self->sample.case_id));
    else if (!is_rapid && strcmp(attributes[i].name, "PARTIAL") == 0)
      self->sample.is_partial = hwp_cmf_is_true(attributes[i].value);
    else if (hwp_cmf_is_own(&attributes[i]))
      HW_TRY(hwp_cmf_report_attribute(self, attributes[i].name));
  }
  return HW_OK;
}

static const char *or_else(const char *text, const char *otherwise) {
  return text ? text : otherwise;
}

/* What a locus says of itself moves to the sample where all say the same as the first. */
static const char *gather(const char **of_locus, const char *of_sample) {
  if (strcmp(*of_locus, of_sample) == 0) *of_locus = NULL;
  return of_sample;
}

static void gather_loci(hwp_cmf_reader *self) {
  hw_typed_sample *s = &self->sample;
  for (int32_t i = 0; i < s->n_typings; i++) {
    hw_typing *t = &self->typings[i];
    t->kit = or_else(t->kit, self->kit);
    t->batch = or_else(t->batch, self->list->batch);
    t->analyst = or_else(t->analyst, "");
    t->typed_at = or_else(t->typed_at, "");
    if (i == 0) {
      s->kit = t->kit;
      s->batch = t->batch;
      s->analyst = t->analyst;
      s->typed_at = t->typed_at;
    }
    s->kit = gather(&t->kit, s->kit);
    s->batch = gather(&t->batch, s->batch);
    s->analyst = gather(&t->analyst, s->analyst);
    s->typed_at = gather(&t->typed_at, s->typed_at);
  }
  if (s->batch && strcmp(s->batch, self->list->batch) == 0) s->batch = NULL;
}

static hw_status add_sample(hwp_cmf_reader *self) {
  if (self->n_samples == self->capacity) {
    const size_t capacity = self->capacity ? self->capacity * 2 : 64;
    size_t bytes;
    hw_typed_sample *larger =
        hw_mul_size(capacity, sizeof *larger, &bytes) ? realloc(self->samples, bytes) : NULL;
    if (!larger) return hwp_cmf_no_memory(self);
    self->samples = larger;
    self->capacity = capacity;
  }
  self->sample.typings =
      hw_arena_copy(&self->list->arena, self->typings,
                    (size_t)self->sample.n_typings * sizeof *self->sample.typings);
  if (!self->sample.typings) return hwp_cmf_no_memory(self);
  self->sample.name = or_else(self->sample.name, "");
  self->samples[self->n_samples++] = self->sample;
  return HW_OK;
}

static hw_status read_specimen(hwp_cmf_reader *self) {
  self->sample = (hw_typed_sample){.source_file = "",
                                   .category = "",
                                   .case_id = "",
                                   .comment = "",
                                   .kit = "",
                                   .analyst = "",
                                   .typed_at = "",
                                   .line = hw_xml_line(self->xml)};
  self->n_loci = 0;
  HW_TRY(read_specimen_attributes(self));
  HW_TRY(hwp_cmf_read_children(self, "SPECIMEN", read_specimen_child));
  gather_loci(self);
  HW_TRY(add_sample(self));
  self->sample.name = NULL; /* what follows is not about it */
  return HW_OK;
}

/* --- the file --- */

static hw_status read_version(hwp_cmf_reader *self) {
  const char *text = "", *known;
  hw_cmf_version version = HW_CMF_3_2;
  hw_err err = HW_ERR_INIT;
  const uint64_t line = hw_xml_line(self->xml);
  HW_TRY(hwp_cmf_read_once(self, "HEADERVERSION", &text));
  known = text + strspn(text, " \t\r\n");
  char trimmed[16];
  snprintf(trimmed, sizeof trimmed, "%.*s", (int)strcspn(known, " \t\r\n"), known);
  if (strcmp(trimmed, "3.3") == 0) {
    version = HW_CMF_3_3;
  } else if (strcmp(trimmed, "3.2") != 0) {
    hw_err_set(&err, HW_E_UNSUPPORTED,
               "\"%.20s\" is not a version that is known; known are 3.2 and 3.3", text);
    hw_err_field(&err, "HEADERVERSION");
    hw_err_place(&err, self->file, line, 0);
    return hwp_cmf_give_up(self, &err);
  }
  hw_cmf_schema_clear(&self->schema);
  if (hw_cmf_schema_init(&self->schema, version, &err) != HW_OK) return hwp_cmf_give_up(self, &err);
  self->has_schema = true;
  return hwp_cmf_keep(self, trimmed, &self->list->version);
}

static hw_status read_file_child(hwp_cmf_reader *self, const char *name) {
  hw_typing_list *list = self->list;
  const char *type = NULL;
  if (!self->has_schema && strcmp(name, "HEADERVERSION") != 0) {
    hw_err err = HW_ERR_INIT;
    hw_err_set(&err, HW_E_SYNTAX,
               "HEADERVERSION is not the first element; without it nobody knows the version");
    hw_err_place(&err, self->file, hw_xml_line(self->xml), 0);
    return hwp_cmf_give_up(self, &err);
  }
  if (strcmp(name, "SPECIMEN") == 0) return read_specimen(self);
  if (strcmp(name, "HEADERVERSION") == 0 && !self->has_schema) return read_version(self);
  if (strcmp(name, "MESSAGETYPE") == 0) return hwp_cmf_read_once(self, name, &type);
  if (strcmp(name, "DESTINATIONORI") == 0) return hwp_cmf_read_once(self, name, &list->destination);
  if (strcmp(name, "SOURCELAB") == 0) return hwp_cmf_read_once(self, name, &list->laboratory);
  if (strcmp(name, "SUBMITBYUSERID") == 0) return hwp_cmf_read_once(self, name, &list->submitter);
  if (strcmp(name, "SUBMITDATETIME") == 0)
    return hwp_cmf_read_once(self, name, &list->submitted_at);
  if (strcmp(name, "BATCHID") == 0) return hwp_cmf_read_once(self, name, &list->batch);
  if (strcmp(name, "KIT") == 0) return hwp_cmf_read_once(self, name, &self->kit);
  return hwp_cmf_report_unknown(self, name);
}

static hw_status read_rapid_header_child(hwp_cmf_reader *self, const char *name) {
  hw_typing_list *list = self->list;
  const char *unused = NULL;
  if (strcmp(name, "MESSAGEVERSION") == 0) return hwp_cmf_read_once(self, name, &list->version);
  if (strcmp(name, "MESSAGETYPE") == 0) return hwp_cmf_read_once(self, name, &unused);
  if (strcmp(name, "MESSAGEID") == 0) return hwp_cmf_read_once(self, name, &unused);
  if (strcmp(name, "MESSAGEDATETIME") == 0)
    return hwp_cmf_read_once(self, name, &list->submitted_at);
  if (strcmp(name, "MSGCREATORUSERID") == 0) return hwp_cmf_read_once(self, name, &list->submitter);
  if (strcmp(name, "DESTINATIONORI") == 0) return hwp_cmf_read_once(self, name, &list->destination);
  if (strcmp(name, "SOURCEORI") == 0) return hwp_cmf_read_once(self, name, &list->laboratory);
  if (strcmp(name, "ALTSOURCEORI") == 0) return hwp_cmf_read_once(self, name, &unused);
  return hwp_cmf_report_unknown(self, name);
}

static hw_status read_rapid_device_child(hwp_cmf_reader *self, const char *name) {
  const char *unused = NULL;
  if (strcmp(name, "INSTRUMENTID") == 0) return hwp_cmf_read_once(self, name, &self->instrument);
  if (strcmp(name, "MANUFACTURER") == 0 || strcmp(name, "MODEL") == 0 ||
      strcmp(name, "SOFTWAREVERSION") == 0)
    return hwp_cmf_read_once(self, name, &unused);
  return hwp_cmf_report_unknown(self, name);
}

static hw_status read_rapid_child(hwp_cmf_reader *self, const char *name) {
  if (strcmp(name, "SPECIMEN") == 0) return read_specimen(self);
  HW_TRY(hwp_cmf_refuse_attributes(self));
  if (strcmp(name, "HEADER") == 0)
    return hwp_cmf_read_children(self, name, read_rapid_header_child);
  if (strcmp(name, "DEVICE") == 0)
    return hwp_cmf_read_children(self, name, read_rapid_device_child);
  return hwp_cmf_report_unknown(self, name);
}

static hw_status read_root(hwp_cmf_reader *self) {
  hw_xml_event event;
  hw_err err = HW_ERR_INIT;
  HW_TRY(hwp_cmf_next(self, &event));
  const char *name = hw_xml_name(self->xml);
  const bool is_rapid = strcmp(name, "CODISRapidImportFile") == 0;
  if (!is_rapid && strcmp(name, "CODISImportFile") != 0) {
    hw_err_set(&err, HW_E_SYNTAX, "the outermost element is <%.60s>; CMF has <CODISImportFile>",
               name);
    hw_err_place(&err, NULL, hw_xml_line(self->xml), 0);
    return hwp_cmf_give_up(self, &err);
  }
  if (hw_cmf_schema_init(&self->schema, is_rapid ? HW_CMF_RAPID : HW_CMF_3_2, &err) != HW_OK)
    return hwp_cmf_give_up(self, &err);
  if (strcmp(hw_xml_uri(self->xml), self->schema.uri) != 0) {
    hw_err_set(&err, HW_E_SYNTAX, "<%s> has the namespace \"%.60s\"; write xmlns=\"%s\"", name,
               hw_xml_uri(self->xml), self->schema.uri);
    hw_err_place(&err, NULL, hw_xml_line(self->xml), 0);
    return hwp_cmf_give_up(self, &err);
  }
  self->has_schema = is_rapid;
  HW_TRY(hwp_cmf_refuse_attributes(self));
  HW_TRY(hwp_cmf_read_children(self, name, is_rapid ? read_rapid_child : read_file_child));
  return hwp_cmf_next(self, &event); /* What follows the root is an error of the XML. */
}

/* The rule that cmf_schema.c took out of the schema. */
static hw_status check_names(hwp_cmf_reader *self) {
  hw_err err = HW_ERR_INIT;
  const char **names = calloc(self->n_samples + 1, sizeof *names);
  hw_name_index index = {0};
  int32_t first = 0;
  hw_status status = HW_OK;
  if (!names) return hwp_cmf_no_memory(self);
  for (size_t i = 0; i < self->n_samples; i++) names[i] = self->samples[i].name;
  if (hw_name_index_init(&index, (int32_t)self->n_samples, names, &err) != HW_OK) {
    status = hwp_cmf_give_up(self, &err);
  } else {
    const int32_t second = hw_name_index_duplicate(&index, &first);
    if (second != HW_NAME_NONE)
      status =
          hwp_cmf_report(self, self->samples[second].line, "SPECIMENID", HW_E_DUPLICATE,
                         "specimen %.60s stands already in line %llu; every specimen has its own",
                         names[second], (unsigned long long)self->samples[first].line);
  }
  hw_name_index_clear(&index);
  free(names);
  return status;
}

static hw_status add_notes(hwp_cmf_reader *self) {
  if (self->instrument && self->instrument[0])
    HW_TRY(hwp_cmf_note(self, 0, "typed by the Rapid instrument %.60s", self->instrument));
  if (self->has_arrests)
    HW_TRY(hwp_cmf_note(self, 0, "what the file says of arrests is not taken over"));
  return HW_OK;
}

static hw_status hand_over(hwp_cmf_reader *self) {
  hw_typing_list *list = self->list;
  HW_TRY(add_notes(self));
  list->n_samples = (int32_t)self->n_samples;
  list->samples =
      hw_arena_copy(&list->arena, self->samples, self->n_samples * sizeof *list->samples);
  list->n_notes = self->n_notes;
  if (self->n_notes > 0)
    list->notes =
        hw_arena_copy(&list->arena, self->notes, (size_t)self->n_notes * sizeof *list->notes);
  return list->samples && (list->notes || self->n_notes == 0) ? HW_OK : hwp_cmf_no_memory(self);
}

static hw_status read_all(hwp_cmf_reader *self, const char *bytes, size_t n_bytes) {
  hw_err err = HW_ERR_INIT;
  if (hw_xml_new(bytes, n_bytes, &self->xml, &err) != HW_OK) return hwp_cmf_give_up(self, &err);
  HW_TRY(read_root(self));
  HW_TRY(check_names(self));
  if (self->errors->n > 0) return HW_OK; /* told by the caller */
  if (self->options.accept_unlisted) hw_cmf_schema_permit_names(&self->schema);
  HW_TRY(hw_xml_validate(bytes, n_bytes, self->schema.bytes, self->schema.n_bytes, self->errors));
  return hand_over(self);
}

hw_status hw_cmf_parse(const char *bytes, size_t n_bytes, const char *name,
                       const hw_cmf_read_options *options, hw_typing_list *list,
                       hw_errors *errors) {
  hwp_cmf_reader *self = calloc(1, sizeof *self);
  *list = (hw_typing_list){
      .laboratory = "", .destination = "", .submitter = "", .submitted_at = "", .batch = ""};
  hw_arena_init(&list->arena, 0);
  if (!self) {
    hw_err err = HW_ERR_INIT;
    (void)HW_NO_MEMORY(&err, "the typing results");
    (void)hw_errors_add(errors, &err);
    return HW_E_NO_MEMORY;
  }
  self->file = name;
  self->list = list;
  self->errors = errors;
  self->kit = "";
  if (options) self->options = *options;
  hw_status status = read_all(self, bytes, n_bytes);
  for (int i = 0; i < hw_errors_kept(errors); i++)
    if (errors->kept[i].file[0] == '\0') hw_err_place(&errors->kept[i], name, 0, 0);
  if (status == HW_OK || errors->n > 0) status = hw_errors_status(errors, NULL);
  hw_xml_delete(self->xml);
  hw_cmf_schema_clear(&self->schema);
  free(self->samples);
  free(self->notes);
  free(self);
  if (status != HW_OK) hw_typing_list_clear(list);
  return status;
}

hw_status hw_cmf_read(const char *path, const hw_cmf_read_options *options, hw_typing_list *list,
                      hw_errors *errors) {
  char *bytes;
  size_t n_bytes;
  hw_err err = HW_ERR_INIT;
  *list = (hw_typing_list){0};
  const hw_status status = hw_file_read(path, HW_XML_MAX_BYTES, &bytes, &n_bytes, &err);
  if (status != HW_OK) {
    (void)hw_errors_add(errors, &err);
    return status;
  }
  const char *name = strcmp(path, "-") == 0 ? "standard input" : path;
  const hw_status parsed = hw_cmf_parse(bytes, n_bytes, name, options, list, errors);
  free(bytes);
  return parsed;
}

bool hw_cmf_is(const char *bytes, size_t n_bytes) {
  static const char *const ROOTS[] = {"CODISImportFile", "CODISRapidImportFile"};
  const size_t n = n_bytes < 65536 ? n_bytes : 65536;
  for (size_t i = 1; i < n; i++) {
    if (bytes[i - 1] != '<' && bytes[i - 1] != ':') continue;
    for (size_t r = 0; r < 2; r++) {
      const size_t length = strlen(ROOTS[r]);
      if (n - i > length && memcmp(bytes + i, ROOTS[r], length) == 0 &&
          strchr(" \t\r\n/>", bytes[i + length]))
        return true;
    }
  }
  return false;
}
