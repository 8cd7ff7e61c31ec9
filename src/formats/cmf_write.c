/* Writer of CODIS CMF 3.2 and 3.3.
 *
 * First the whole list is held to the limits of the version, so that a laboratory
 * reads what to mend in the words of its records instead of in CODIS' rejection;
 * then it is written; then the text is validated by the published schema, since
 * what is sent must be accepted. Only after that does the caller see it.
 *
 * What all loci of the file share (the kit) is said once in the head; what a locus
 * has of its own, at the locus. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/number.h"
#include "base/utf8.h"
#include "formats/cmf.h"
#include "formats/cmf_schema.h"
#include "formats/xml.h"
#include "genetics/name_index.h"
#include "homeward/frequency.h"

typedef struct writer {
  const hw_typing_list *list;
  const hw_typed_sample *sample; /* NULL: the head */
  const hw_typing *locus;        /* NULL: the sample itself */
  hw_errors *errors;
  hw_cmf_schema schema;
  hw_str *out;
  const char *kit; /* of all loci; NULL = they differ, or some have none */
} writer;

/* --- errors --- */

static hw_status HW_PRINTF(4, 5)
    report(writer *self, const char *field, hw_status status, const char *format, ...) {
  char message[400];
  hw_err err = HW_ERR_INIT;
  va_list args;
  va_start(args, format);
  vsnprintf(message, sizeof message, format, args);
  va_end(args);
  hw_err_set(&err, status, "%s", message);
  if (self->locus)
    hw_err_field(&err, "sample %.60s, marker %.40s, %s", self->sample->name, self->locus->marker,
                 field);
  else if (self->sample)
    hw_err_field(&err, "sample %.60s, %s", self->sample->name, field);
  else
    hw_err_field(&err, "%s", field);
  return hw_errors_add(self->errors, &err) ? HW_OK : status;
}

static hw_status no_memory(writer *self) {
  hw_err err = HW_ERR_INIT;
  (void)HW_NO_MEMORY(&err, "the file");
  (void)hw_errors_add(self->errors, &err);
  return HW_E_NO_MEMORY;
}

/* --- limits --- */

static const char *or_else(const char *text, const char *otherwise) {
  return text ? text : otherwise;
}

/* Characters of a text, or -1 if XML cannot hold it. */
static int32_t count_characters(const char *text) {
  int32_t n = 0;
  const size_t size = strlen(text);
  for (size_t i = 0; i < size; n++) {
    const unsigned char c = (unsigned char)text[i];
    const size_t length = hw_utf8_length(text + i, size - i);
    if (length == 0 || (c < 0x20 && c != '\t' && c != '\n' && c != '\r')) return -1;
    if (length == 3 &&
        (memcmp(text + i, "\xEF\xBF\xBE", 3) == 0 || memcmp(text + i, "\xEF\xBF\xBF", 3) == 0))
      return -1;
    i += length;
  }
  return n;
}

/* Holds a text to the limits of an element. @param field  as our records call it */
static hw_status check_text(writer *self, const char *field, const char *element,
                            const char *value) {
  const hw_cmf_type *type = hw_cmf_schema_type(&self->schema, element);
  const int32_t n = count_characters(value);
  if (n < 0)
    return report(self, field, HW_E_VALUE, "holds a character that XML does not permit; remove it");
  if (!type) return HW_OK;
  if (n == 0 && type->min_length > 0)
    return report(self, field, HW_E_VALUE, "is missing; %s needs it as %s", self->schema.title,
                  element);
  if (type->max_length > 0 && n > type->max_length)
    return report(self, field, HW_E_VALUE, "\"%.60s\" has %d characters; %s permits %d as %s",
                  value, (int)n, self->schema.title, (int)type->max_length, element);
  if (strpbrk(value, "|;"))
    return report(self, field, HW_E_VALUE,
                  "\"%.60s\" contains \"|\" or \";\", which CODIS does not permit", value);
  if (!hw_cmf_type_lists(type, value))
    return report(self, field, HW_E_VALUE, "\"%.60s\" is not a %s that %s lists", value, element,
                  self->schema.title);
  return HW_OK;
}

static bool has_shape(const char *text, const char *shape) {
  for (; *shape; text++, shape++)
    if (*shape == '0' ? *text < '0' || *text > '9' : *text != *shape) return false;
  return true;
}

static int two_digits(const char *text) {
  return (text[0] - '0') * 10 + (text[1] - '0');
}

/* True if the day, and the time if there is one, exist. @param text  digits where they belong */
static bool is_on_calendar(const char *text) {
  static const int DAYS[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const int year = two_digits(text) * 100 + two_digits(text + 2), month = two_digits(text + 5);
  const int day = two_digits(text + 8);
  const bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  if (month < 1 || month > 12 || day < 1 || day > DAYS[month - 1] + (month == 2 && is_leap))
    return false;
  return text[10] == '\0' ||
         (two_digits(text + 11) < 24 && two_digits(text + 14) < 60 && two_digits(text + 17) < 60);
}

/* A date alone becomes the beginning of that day. */
static hw_status check_date(writer *self, const char *field, const char *value) {
  static const char DAY[] = "0000-00-00", SECOND[] = "0000-00-00T00:00:00";
  const size_t n = strlen(value);
  if (n == 0) return report(self, field, HW_E_VALUE, "is missing; CMF needs it");
  if (strcmp(value, "1900-01-01T00:00:00") > 0 && strcmp(value, "2079-06-06") < 0 &&
      ((n == sizeof DAY - 1 && has_shape(value, DAY)) ||
       (n >= sizeof SECOND - 1 && has_shape(value, SECOND))) &&
      is_on_calendar(value))
    return HW_OK;
  return report(self, field, HW_E_VALUE,
                "\"%.40s\" is not a date that CMF permits; expected YYYY-MM-DD or "
                "YYYY-MM-DDThh:mm:ss, 1900 to 2079",
                value);
}

static bool is_amelogenin(const char *name) {
  return hw_marker_name_equal(name, "AMEL") || hw_marker_name_equal(name, "Amelogenin");
}

/* The version's name of a marker, or NULL. */
static const char *locus_name(const hw_cmf_schema *schema, const char *marker) {
  const hw_cmf_type *type = hw_cmf_schema_type(schema, "LOCUSNAME");
  if (!type) return NULL;
  if (hw_cmf_type_lists(type, marker)) return marker;
  for (int32_t i = 0; i < type->n_values; i++)
    if (hw_marker_name_equal(type->values[i], marker)) return type->values[i];
  return is_amelogenin(marker) ? "Amelogenin" : NULL;
}

/* Effective values of a locus. */
static const char *kit_of(const hw_typed_sample *s, const hw_typing *t) {
  return or_else(t->kit, or_else(s->kit, ""));
}

static const char *batch_of(const writer *self, const hw_typing *t) {
  return or_else(t->batch, or_else(self->sample->batch, or_else(self->list->batch, "")));
}

static const char *analyst_of(const hw_typed_sample *s, const hw_typing *t) {
  return or_else(t->analyst, or_else(s->analyst, ""));
}

static const char *date_of(const hw_typed_sample *s, const hw_typing *t) {
  return or_else(t->typed_at, or_else(s->typed_at, ""));
}

static hw_status check_locus(writer *self) {
  const hw_typing *t = self->locus;
  if (!locus_name(&self->schema, t->marker))
    HW_TRY(report(self, "name", HW_E_VALUE, "is not a locus of %s; leave it out or write %s",
                  self->schema.title,
                  self->schema.version == HW_CMF_3_2 ? "version 3.3, which lists more"
                                                     : "it to another format"));
  if (t->n_alleles == 0)
    HW_TRY(report(self, "alleles", HW_E_VALUE, "has none; CMF needs one: leave the marker out"));
  for (int32_t i = 0; i < t->n_alleles; i++)
    HW_TRY(check_text(self, "allele", "ALLELEVALUE", t->alleles[i]));
  HW_TRY(check_text(self, "analyst", "READINGBY", analyst_of(self->sample, t)));
  HW_TRY(check_date(self, "date", date_of(self->sample, t)));
  HW_TRY(check_text(self, "batch", "BATCHID", batch_of(self, t)));
  const char *kit = kit_of(self->sample, t);
  return kit[0] ? check_text(self, "kit", "KIT", kit) : HW_OK;
}

static hw_status check_loci(writer *self) {
  const hw_typed_sample *s = self->sample;
  if (s->n_typings == 0)
    HW_TRY(report(self, "markers", HW_E_VALUE, "has none; CMF needs one: leave the sample out"));
  if (s->n_typings > self->schema.most_loci)
    HW_TRY(report(self, "markers", HW_E_VALUE, "has %d; %s permits %d", (int)s->n_typings,
                  self->schema.title, (int)self->schema.most_loci));
  for (int32_t i = 0; i < s->n_typings; i++) {
    self->locus = &s->typings[i];
    HW_TRY(check_locus(self));
    const char *name = locus_name(&self->schema, s->typings[i].marker);
    for (int32_t k = 0; name && k < i && k < self->schema.most_loci; k++) {
      const char *other = locus_name(&self->schema, s->typings[k].marker);
      if (other && strcmp(other, name) == 0)
        HW_TRY(report(self, "name", HW_E_DUPLICATE, "stands twice; CMF permits one"));
    }
  }
  self->locus = NULL;
  return HW_OK;
}

static hw_status check_sample(writer *self) {
  const hw_typed_sample *s = self->sample;
  const char *comment = or_else(s->comment, "");
  HW_TRY(check_text(self, "name", "SPECIMENID", s->name));
  HW_TRY(check_text(self, "category", "SPECIMENCATEGORY", or_else(s->category, "")));
  HW_TRY(check_text(self, "comment", "SPECIMENCOMMENT", comment));
  if (comment[0] == ' ')
    HW_TRY(report(self, "comment", HW_E_VALUE,
                  "begins with a blank, which CODIS does not permit; remove it"));
  HW_TRY(check_text(self, "case", "CASEID", or_else(s->case_id, "")));
  if (s->source_known) HW_TRY(check_text(self, "source known", "SOURCEID", s->source_known));
  return check_loci(self);
}

static hw_status check_names(writer *self) {
  const int32_t n = self->list->n_samples;
  hw_name_index index = {0};
  hw_err err = HW_ERR_INIT;
  const char **names = calloc((size_t)n + 1, sizeof *names);
  if (!names) return no_memory(self);
  for (int32_t i = 0; i < n; i++) names[i] = self->list->samples[i].name;
  hw_status status = hw_name_index_init(&index, n, names, &err);
  if (status != HW_OK) {
    (void)hw_errors_add(self->errors, &err);
  } else {
    const int32_t second = hw_name_index_duplicate(&index, NULL);
    if (second != HW_NAME_NONE) {
      self->sample = &self->list->samples[second];
      status = report(self, "name", HW_E_DUPLICATE, "stands twice; CMF needs one for every sample");
      self->sample = NULL;
    }
  }
  hw_name_index_clear(&index);
  free(names);
  return status;
}

static hw_status check_list(writer *self) {
  const hw_typing_list *list = self->list;
  HW_TRY(check_text(self, "destination", "DESTINATIONORI", or_else(list->destination, "")));
  HW_TRY(check_text(self, "laboratory", "SOURCELAB", or_else(list->laboratory, "")));
  HW_TRY(check_text(self, "submitter", "SUBMITBYUSERID", or_else(list->submitter, "")));
  HW_TRY(check_date(self, "submission date", or_else(list->submitted_at, "")));
  HW_TRY(check_text(self, "batch", "BATCHID", or_else(list->batch, "")));
  if (list->n_samples == 0)
    HW_TRY(report(self, "samples", HW_E_VALUE, "there are none; CMF needs one"));
  for (int32_t i = 0; i < list->n_samples; i++) {
    self->sample = &list->samples[i];
    HW_TRY(check_sample(self));
  }
  self->sample = NULL;
  return check_names(self);
}

/* --- order of alleles: <9, 9, 9.1, >10, X, Y --- */

typedef struct ranked {
  const char *text;
  bool is_required;
  int group;    /* 0 below the ladder, 1 numbers, 2 above the ladder, 3 others */
  double value; /* of a number */
} ranked;

static ranked rank_of(const char *text, bool is_required) {
  ranked r = {text, is_required, 3, 0.0};
  const bool is_bound = text[0] == '<' || text[0] == '>';
  if (hw_number_parse(text + is_bound, &r.value))
    r.group = text[0] == '<' ? 0 : text[0] == '>' ? 2 : 1;
  return r;
}

static int compare_ranked(const void *a, const void *b) {
  const ranked *x = a, *y = b;
  if (x->group != y->group) return x->group - y->group;
  if (x->value != y->value) return x->value < y->value ? -1 : 1;
  return strcmp(x->text, y->text);
}

/* Sorted, equal ones once. @return their number */
static int32_t sort_alleles(const hw_typing *t, ranked *out) {
  int32_t n = 0;
  for (int32_t i = 0; i < t->n_alleles && i < HW_TYPING_MAX_ALLELES; i++)
    out[i] = rank_of(t->alleles[i], (t->required >> i & 1) != 0);
  qsort(out, (size_t)t->n_alleles, sizeof *out, compare_ranked);
  for (int32_t i = 0; i < t->n_alleles; i++) {
    if (n > 0 && strcmp(out[n - 1].text, out[i].text) == 0)
      out[n - 1].is_required = out[n - 1].is_required || out[i].is_required;
    else
      out[n++] = out[i];
  }
  return n;
}

/* --- text --- */

static void put_escaped(hw_str *out, const char *text, bool is_attribute) {
  for (; *text; text++) {
    switch (*text) {
      case '&':
        hw_str_append(out, "&amp;");
        break;
      case '<':
        hw_str_append(out, "&lt;");
        break;
      case '>':
        hw_str_append(out, "&gt;");
        break;
      case '"':
        hw_str_append(out, "&quot;");
        break;
      case '\r':
        hw_str_append(out, "&#13;");
        break;
      case '\n':
      case '\t':
        if (is_attribute)
          hw_str_append(out, *text == '\n' ? "&#10;" : "&#9;");
        else
          hw_str_append_bytes(out, text, 1);
        break;
      default:
        hw_str_append_bytes(out, text, 1);
    }
  }
}

static void put_element(hw_str *out, int indent, const char *name, const char *text) {
  hw_str_append_format(out, "%*s<%s>", indent, "", name);
  put_escaped(out, text, false);
  hw_str_append_format(out, "</%s>\n", name);
}

static void put_date(hw_str *out, int indent, const char *name, const char *text) {
  hw_str_append_format(out, "%*s<%s>", indent, "", name);
  put_escaped(out, text, false);
  hw_str_append_format(out, "%s</%s>\n", strchr(text, 'T') ? "" : "T00:00:00", name);
}

static void put_attribute(hw_str *out, const char *name, const char *value) {
  hw_str_append_format(out, " %s=\"", name);
  put_escaped(out, value, true);
  hw_str_append(out, "\"");
}

static void put_locus(writer *self, const hw_typing *t) {
  hw_str *out = self->out;
  ranked alleles[HW_TYPING_MAX_ALLELES];
  const int32_t n = sort_alleles(t, alleles);
  const char *kit = kit_of(self->sample, t), *batch = batch_of(self, t);
  hw_str_append(out, "    <LOCUS");
  if (strcmp(batch, or_else(self->list->batch, "")) != 0) put_attribute(out, "BATCHID", batch);
  if (!self->kit && kit[0]) put_attribute(out, "KIT", kit);
  hw_str_append(out, ">\n");
  put_element(out, 6, "LOCUSNAME", locus_name(&self->schema, t->marker));
  put_element(out, 6, "READINGBY", analyst_of(self->sample, t));
  put_date(out, 6, "READINGDATETIME", date_of(self->sample, t));
  for (int32_t i = 0; i < n; i++) {
    hw_str_append_format(out, "      <ALLELE%s>\n",
                         alleles[i].is_required ? " ALLELEREQUIRED=\"true\"" : "");
    put_element(out, 8, "ALLELEVALUE", alleles[i].text);
    hw_str_append(out, "      </ALLELE>\n");
  }
  hw_str_append(out, "    </LOCUS>\n");
}

static void put_sample(writer *self) {
  const hw_typed_sample *s = self->sample;
  hw_str *out = self->out;
  hw_str_append(out, "  <SPECIMEN");
  if (s->source_known) put_attribute(out, "SOURCEID", s->source_known);
  if (s->case_id && s->case_id[0]) put_attribute(out, "CASEID", s->case_id);
  if (s->is_partial) put_attribute(out, "PARTIAL", "true");
  hw_str_append(out, ">\n");
  put_element(out, 4, "SPECIMENID", s->name);
  put_element(out, 4, "SPECIMENCATEGORY", s->category);
  if (s->comment && s->comment[0]) put_element(out, 4, "SPECIMENCOMMENT", s->comment);
  for (int32_t i = 0; i < s->n_typings; i++) put_locus(self, &s->typings[i]);
  hw_str_append(out, "  </SPECIMEN>\n");
}

/* The kit that all loci share, or NULL. */
static const char *find_common_kit(const hw_typing_list *list) {
  const char *kit = NULL;
  for (int32_t i = 0; i < list->n_samples; i++)
    for (int32_t k = 0; k < list->samples[i].n_typings; k++) {
      const char *own = kit_of(&list->samples[i], &list->samples[i].typings[k]);
      if (!own[0] || (kit && strcmp(kit, own) != 0)) return NULL;
      kit = own;
    }
  return kit;
}

static void put_list(writer *self) {
  const hw_typing_list *list = self->list;
  hw_str *out = self->out;
  hw_str_append_format(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<%s xmlns=\"%s\">\n",
                       self->schema.root, self->schema.uri);
  put_element(out, 2, "HEADERVERSION", self->schema.version == HW_CMF_3_2 ? "3.2" : "3.3");
  put_element(out, 2, "MESSAGETYPE", "Import");
  put_element(out, 2, "DESTINATIONORI", list->destination);
  put_element(out, 2, "SOURCELAB", list->laboratory);
  put_element(out, 2, "SUBMITBYUSERID", list->submitter);
  put_date(out, 2, "SUBMITDATETIME", list->submitted_at);
  if (list->batch && list->batch[0]) put_element(out, 2, "BATCHID", list->batch);
  if (self->kit) put_element(out, 2, "KIT", self->kit);
  for (int32_t i = 0; i < list->n_samples; i++) {
    self->sample = &list->samples[i];
    put_sample(self);
  }
  hw_str_append_format(out, "</%s>\n", self->schema.root);
}

/* --- the whole --- */

/* True if the version lists every locus and kit, and permits the number of loci. */
static bool can_hold(const hw_cmf_schema *schema, const hw_typing_list *list) {
  const hw_cmf_type *kits = hw_cmf_schema_type(schema, "KIT");
  const hw_cmf_type *categories = hw_cmf_schema_type(schema, "SPECIMENCATEGORY");
  for (int32_t i = 0; i < list->n_samples; i++) {
    const hw_typed_sample *s = &list->samples[i];
    if (s->n_typings > schema->most_loci) return false;
    if (categories && s->category && !hw_cmf_type_lists(categories, s->category)) return false;
    for (int32_t k = 0; k < s->n_typings; k++) {
      const char *kit = kit_of(s, &s->typings[k]);
      if (!locus_name(schema, s->typings[k].marker)) return false;
      if (kits && kit[0] && !hw_cmf_type_lists(kits, kit)) return false;
    }
  }
  return true;
}

static hw_status choose_version(writer *self, const hw_cmf_write_options *options, hw_err *err) {
  const char *asked = options && options->version ? options->version : self->list->version;
  const bool is_3_3 = asked && strcmp(asked, "3.3") == 0;
  if (options && options->version && !is_3_3 && strcmp(asked, "3.2") != 0)
    return hw_err_set(err, HW_E_UNSUPPORTED,
                      "CMF version \"%.20s\" is not written; 3.2 and 3.3 are", asked);
  HW_TRY(hw_cmf_schema_init(&self->schema, is_3_3 ? HW_CMF_3_3 : HW_CMF_3_2, err));
  if (is_3_3 || (asked && strcmp(asked, "3.2") == 0) || can_hold(&self->schema, self->list))
    return HW_OK;
  hw_cmf_schema_clear(&self->schema);
  return hw_cmf_schema_init(&self->schema, HW_CMF_3_3, err);
}

static hw_status write_all(writer *self, const hw_cmf_write_options *options) {
  hw_err err = HW_ERR_INIT;
  const hw_status status = choose_version(self, options, &err);
  if (status != HW_OK) {
    (void)hw_errors_add(self->errors, &err);
    return status;
  }
  HW_TRY(check_list(self));
  if (self->errors->n > 0) return HW_OK; /* told by the caller */
  self->kit = find_common_kit(self->list);
  put_list(self);
  if (hw_str_status(self->out) != HW_OK) return no_memory(self);
  return hw_xml_validate(hw_str_text(self->out), self->out->length, self->schema.bytes,
                         self->schema.n_bytes, self->errors);
}

hw_status hw_cmf_format(const hw_typing_list *list, const hw_cmf_write_options *options,
                        hw_str *out, hw_errors *errors) {
  hw_str text = HW_STR_INIT;
  writer self = {.list = list, .errors = errors, .out = &text};
  hw_status status = write_all(&self, options);
  if (errors->n > 0) status = hw_errors_status(errors, NULL);
  if (status == HW_OK) {
    hw_str_append_bytes(out, hw_str_text(&text), text.length);
    if (hw_str_status(out) != HW_OK) status = no_memory(&self);
  }
  hw_str_clear(&text);
  hw_cmf_schema_clear(&self.schema);
  return status;
}
