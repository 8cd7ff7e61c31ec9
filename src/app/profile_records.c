/* The records of a profile: who it belongs to, and what is put where.
 *
 *     any of person, family, relation, missing, role says something
 *         → a reference: person (its code, or the profile's), in the family if one is named
 *     else → remains: sample (its code, or the profile's)
 *
 * A reference may have a sample too: the swab that was typed. What the file leaves
 * open is not invented over a stored record: the sex and the role of a person who
 * is there already stay as they are unless the file states them, and a statement
 * that differs is a conflict. Amelogenin gives a sex where none is stated; where
 * one is, both stay and the contradiction is told. */
#include "app/profile_records.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "app/panels.h"
#include "base/check.h"

/* --- words --- */

typedef struct word {
  const char *written, *meaning;
} word;

static const word SEXES[] = {
    {"male", "male"}, {"m", "male"},    {"1", "male"},          {"xy", "male"},
    {"man", "male"},  {"nam", "male"},  {"female", "female"},   {"f", "female"},
    {"2", "female"},  {"xx", "female"}, {"woman", "female"},    {"w", "female"},
    {"nữ", "female"}, {"nu", "female"}, {"unknown", "unknown"}, {"u", "unknown"},
    {"0", "unknown"}, {"?", "unknown"}, {"-", "unknown"},
};

static const word ROLES[] = {
    {"missing", "missing"},
    {"missing person", "missing"},
    {"relative", "relative"},
    {"reference", "relative"},
    {"family", "relative"},
    {"staff", "staff"},
    {"elimination", "staff"},
    {"other", "other"},
    {"remains", "remains"},
    {"unidentified", "remains"},
    {"unidentified person", "remains"},
    {"sample", "remains"},
};

static const word ANSWERS[] = {
    {"yes", "yes"}, {"y", "yes"}, {"1", "yes"}, {"true", "yes"}, {"x", "yes"},
    {"no", "no"},   {"n", "no"},  {"0", "no"},  {"false", "no"}, {"-", "no"},
};

static bool equal_fold(const char *a, const char *b) {
  for (; *a != '\0' && *b != '\0'; a++, b++)
    if (*a != *b && !(*a >= 'A' && *a <= 'Z' && *a - 'A' + 'a' == *b)) return false;
  return *a == *b;
}

static const char *meaning(const word *words, size_t n, const char *text) {
  for (size_t i = 0; i < n; i++)
    if (equal_fold(text, words[i].written)) return words[i].meaning;
  return NULL;
}

#define MEANING(words, text) meaning(words, sizeof(words) / sizeof *(words), text)

static hw_status refuse(hwp_profile_sink *self, hwp_profile_text text, const char *expected,
                        bool *is_good, hw_err *err) {
  hw_err mistake = HW_ERR_INIT;
  *is_good = false;
  hw_err_set(&mistake, HW_E_VALUE, "\"%.60s\": expected %s", self->texts[text], expected);
  return hwp_profile_sink_mistake(self, hwp_profile_text_name(text), &mistake, err);
}

/* --- whose it is --- */

static hw_status read_words(hwp_profile_sink *self, hwp_owner *out, bool *is_good, hw_err *err) {
  const char *sex = self->texts[HWP_PROFILE_SEX], *role = self->texts[HWP_PROFILE_ROLE];
  const char *missing = self->texts[HWP_PROFILE_MISSING], *family = self->texts[HWP_PROFILE_FAMILY];
  const char *relation = self->texts[HWP_PROFILE_RELATION];
  const char *stated = role != NULL ? MEANING(ROLES, role) : NULL;
  const char *answer = missing != NULL ? MEANING(ANSWERS, missing) : NULL;
  if (sex != NULL) out->stated_sex = MEANING(SEXES, sex);
  if (sex != NULL && out->stated_sex == NULL)
    HW_TRY(refuse(self, HWP_PROFILE_SEX, "male, female or unknown", is_good, err));
  if (role != NULL && stated == NULL)
    HW_TRY(refuse(self, HWP_PROFILE_ROLE, "missing, relative, staff, other, or remains", is_good,
                  err));
  if (missing != NULL && answer == NULL)
    HW_TRY(refuse(self, HWP_PROFILE_MISSING, "yes or no: is this who the family misses?", is_good,
                  err));
  const bool is_remains = stated != NULL && strcmp(stated, "remains") == 0;
  out->is_missing = answer != NULL && strcmp(answer, "yes") == 0;
  if (stated != NULL && strcmp(stated, "missing") == 0 && missing == NULL) out->is_missing = true;
  out->is_reference =
      !is_remains && (self->is_reference || self->texts[HWP_PROFILE_PERSON] != NULL ||
                      family != NULL || relation != NULL || missing != NULL || stated != NULL);
  if (is_remains && (family != NULL || self->texts[HWP_PROFILE_PERSON] != NULL)) {
    hw_err mistake = HW_ERR_INIT;
    *is_good = false;
    hw_err_set(&mistake, HW_E_VALUE,
               "remains belong to no %s: leave %s empty, or give the role of a reference",
               family != NULL ? "family" : "person", family != NULL ? "family" : "person");
    HW_TRY(hwp_profile_sink_mistake(self, "role", &mistake, err));
  }
  if (relation != NULL && family == NULL) {
    hw_err mistake = HW_ERR_INIT;
    *is_good = false;
    hw_err_set(&mistake, HW_E_VALUE, "\"%.60s\", but no family is named: %s of whom?", relation,
               relation);
    HW_TRY(hwp_profile_sink_mistake(self, "relation", &mistake, err));
  }
  out->is_role_stated = stated != NULL;
  out->role = stated != NULL ? stated : out->is_missing ? "missing" : "relative";
  return HW_OK;
}

/* A name that has the investigation's prefix already is a code that was exported. */
static void make_code(hwp_profile_sink *self, int which, const char *name) {
  const char *investigation = self->import->investigation;
  const size_t n = strlen(investigation);
  hwp_str_reset(&self->codes[which]);
  if (strncmp(name, investigation, n) == 0 && name[n] == '/')
    hw_str_append(&self->codes[which], name);
  else
    hw_app_code(investigation, name, &self->codes[which]);
}

/* Codes of person or sample, and of the profile. */
static hw_status make_codes(hwp_profile_sink *self, const hwp_owner *owner, bool *is_good,
                            hw_err *err) {
  const char *profile = self->texts[HWP_PROFILE_CODE], *person = self->texts[HWP_PROFILE_PERSON];
  const char *sample = self->texts[HWP_PROFILE_SAMPLE];
  const char *replicate = self->texts[HWP_PROFILE_REPLICATE];
  const char *own = profile != NULL ? profile : sample != NULL ? sample : person;
  if (own == NULL) {
    hw_err mistake = HW_ERR_INIT;
    *is_good = false;
    hw_err_set(&mistake, HW_E_VALUE, "is missing: whose profile is this?");
    return hwp_profile_sink_mistake(self, "profile", &mistake, err);
  }
  if (owner->is_reference) make_code(self, HWP_CODE_PERSON, person != NULL ? person : own);
  if (!owner->is_reference || sample != NULL)
    make_code(self, HWP_CODE_SAMPLE, sample != NULL ? sample : own);
  make_code(self, HWP_CODE_PROFILE, own);
  if (profile == NULL && replicate != NULL)
    hw_str_append_format(&self->codes[HWP_CODE_PROFILE], "#%s", replicate);
  for (int i = 0; i < 4; i++)
    if (hw_str_status(&self->codes[i]) != HW_OK) return HW_NO_MEMORY(err, "a profile");
  return HW_OK;
}

/* The stored sex of the owner, "" if none is stored. The text is a constant. */
static hw_status stored_sex(hwp_profile_sink *self, hw_kind_id kind, int64_t id, const char **out,
                            hw_err *err) {
  hw_arena arena;
  hw_record record;
  *out = "";
  if (id == 0) return HW_OK;
  hw_arena_init(&arena, 0);
  hw_status status = hw_store_get(self->import->app->store, kind, id, &arena, &record, err);
  if (status == HW_OK) {
    const int field = kind == HW_KIND_PERSON ? (int)HW_FIELD_PERSON_SEX : (int)HW_FIELD_SAMPLE_SEX;
    const char *known = MEANING(SEXES, hw_record_text(&record, field));
    if (known != NULL) *out = known;
  }
  hw_arena_clear(&arena);
  return status;
}

static bool is_sex(const char *sex) {
  return strcmp(sex, "male") == 0 || strcmp(sex, "female") == 0;
}

/* What is known of the sex: stated here, stored, seen. */
static hw_status settle_sex(hwp_profile_sink *self, hwp_owner *owner, hw_err *err) {
  const char *known = owner->stated_sex != NULL ? owner->stated_sex : "";
  if (self->sex_marker >= 0) owner->seen_sex = hwp_call_sex(&self->calls[self->sex_marker]);
  if (!is_sex(known) && owner->is_reference)
    HW_TRY(stored_sex(self, HW_KIND_PERSON, owner->person, &known, err));
  if (!is_sex(known) && !owner->is_reference)
    HW_TRY(stored_sex(self, HW_KIND_SAMPLE, owner->sample, &known, err));
  const char *seen = owner->seen_sex;
  owner->is_male = strcmp(is_sex(known) || seen == NULL ? known : seen, "male") == 0;
  if (seen == NULL || !is_sex(known) || strcmp(seen, known) == 0) return HW_OK;
  self->tally.sex_conflicts++;
  hw_import_note(self->import,
                 "line %" PRIu64 ": %s is stated to be %s, amelogenin shows a %s: were samples "
                 "exchanged?",
                 self->line, hw_str_text(&self->codes[HWP_CODE_PROFILE]), known, seen);
  return HW_OK;
}

hw_status hwp_profile_owner(hwp_profile_sink *self, hwp_owner *out, bool *is_good, hw_err *err) {
  hw_store *store = self->import->app->store;
  *out = (hwp_owner){0};
  for (int i = 0; i < HWP_PROFILE_TEXTS; i++)
    if (self->texts[i] != NULL && self->texts[i][0] == '\0') self->texts[i] = NULL;
  for (int i = 0; i < 4; i++) hwp_str_reset(&self->codes[i]);
  HW_TRY(read_words(self, out, is_good, err));
  HW_TRY(make_codes(self, out, is_good, err));
  if (!*is_good) return HW_OK;
  if (out->is_reference)
    HW_TRY(hw_store_find_code(store, HW_KIND_PERSON, hw_str_text(&self->codes[HWP_CODE_PERSON]),
                              &out->person, err));
  else
    HW_TRY(hw_store_find_code(store, HW_KIND_SAMPLE, hw_str_text(&self->codes[HWP_CODE_SAMPLE]),
                              &out->sample, err));
  return settle_sex(self, out, err);
}

/* --- records --- */

/* The name in the file, where the code is another. */
static const char *label_of(const hwp_profile_sink *self, int code, const char *name) {
  return strcmp(hw_str_text(&self->codes[code]), name) != 0 ? name : NULL;
}

static hw_status put_person(hwp_profile_sink *self, hwp_owner *owner, hw_err *err) {
  const bool is_new = owner->person == 0;
  if (!is_new && owner->stated_sex == NULL && !owner->is_role_stated) {
    self->import->report->counts[HW_KIND_PERSON].unchanged++;
    return HW_OK;
  }
  hw_record record;
  const char *sex = owner->stated_sex;
  /* "unknown" says nothing against what is stored or seen. */
  if (sex != NULL && !is_sex(sex) && (!is_new || owner->seen_sex != NULL)) sex = NULL;
  if (sex == NULL && is_new) {
    sex = owner->seen_sex != NULL ? owner->seen_sex : "unknown";
    self->tally.sexes_taken += owner->seen_sex != NULL;
  }
  hw_record_init(&record, HW_KIND_PERSON);
  hw_record_set_text(&record, HW_FIELD_PERSON_CODE, hw_str_text(&self->codes[HWP_CODE_PERSON]));
  hw_record_set_text(&record, HW_FIELD_PERSON_SEX, sex);
  if (is_new || owner->is_role_stated)
    hw_record_set_text(&record, HW_FIELD_PERSON_ROLE, owner->role);
  HW_TRY(hw_import_put(self->import, &record, self->line, err));
  owner->person = record.id;
  return HW_OK;
}

static hw_status put_sample(hwp_profile_sink *self, hwp_owner *owner, hw_err *err) {
  const char *name = self->texts[HWP_PROFILE_SAMPLE];
  if (name == NULL) name = self->texts[HWP_PROFILE_CODE];
  const char *sex =
      owner->stated_sex != NULL && is_sex(owner->stated_sex) ? owner->stated_sex : NULL;
  if (sex == NULL && owner->sample == 0 && !owner->is_reference && owner->seen_sex != NULL) {
    sex = owner->seen_sex;
    self->tally.sexes_taken++;
  }
  hw_record record;
  hw_record_init(&record, HW_KIND_SAMPLE);
  hw_record_set_text(&record, HW_FIELD_SAMPLE_CODE, hw_str_text(&self->codes[HWP_CODE_SAMPLE]));
  hw_record_set_int(&record, HW_FIELD_SAMPLE_INVESTIGATION, self->import->investigation_id);
  hw_record_set_text(&record, HW_FIELD_SAMPLE_LABEL, label_of(self, HWP_CODE_SAMPLE, name));
  if (owner->is_reference)
    hw_record_set_int(&record, HW_FIELD_SAMPLE_PERSON, owner->person);
  else
    hw_record_set_text(&record, HW_FIELD_SAMPLE_SEX, sex);
  HW_TRY(hw_import_put(self->import, &record, self->line, err));
  owner->sample = record.id;
  return HW_OK;
}

/* The family of a name; rows of one family mostly stand together. */
static hw_status find_family(hwp_profile_sink *self, const char *name, hw_err *err) {
  if (self->family_id != 0 && strcmp(self->family_name, name) == 0) return HW_OK;
  hw_record record;
  make_code(self, HWP_CODE_FAMILY, name);
  if (hw_str_status(&self->codes[HWP_CODE_FAMILY]) != HW_OK) return HW_NO_MEMORY(err, "a family");
  self->family_name[0] = '\0';
  hw_record_init(&record, HW_KIND_FAMILY);
  hw_record_set_text(&record, HW_FIELD_FAMILY_CODE, hw_str_text(&self->codes[HWP_CODE_FAMILY]));
  hw_record_set_int(&record, HW_FIELD_FAMILY_INVESTIGATION, self->import->investigation_id);
  hw_record_set_text(&record, HW_FIELD_FAMILY_LABEL, label_of(self, HWP_CODE_FAMILY, name));
  HW_TRY(hw_store_find(self->import->app->store, &record, &self->family_id, err));
  if (self->family_id == 0) {
    /* The state of a family that is known is not the file's to say. */
    hw_record_set_text(&record, HW_FIELD_FAMILY_STATE, "open");
    HW_TRY(hw_import_put(self->import, &record, self->line, err));
    self->family_id = record.id;
  }
  const size_t n = strlen(name);
  if (n < sizeof self->family_name) memcpy(self->family_name, name, n + 1);
  return HW_OK;
}

static hw_status put_member(hwp_profile_sink *self, const hwp_owner *owner, hw_err *err) {
  HW_TRY(find_family(self, self->texts[HWP_PROFILE_FAMILY], err));
  if (self->family_id == 0) return HW_OK;
  hw_record record;
  hw_record_init(&record, HW_KIND_FAMILY_MEMBER);
  hw_record_set_int(&record, HW_FIELD_FAMILY_MEMBER_FAMILY, self->family_id);
  hw_record_set_int(&record, HW_FIELD_FAMILY_MEMBER_PERSON, owner->person);
  hw_record_set_text(&record, HW_FIELD_FAMILY_MEMBER_RELATION, self->texts[HWP_PROFILE_RELATION]);
  if (owner->is_missing) hw_record_set_int(&record, HW_FIELD_FAMILY_MEMBER_IS_MISSING, 1);
  return hw_import_put(self->import, &record, self->line, err);
}

/* --- the profile --- */

static const struct {
  hwp_profile_text text;
  int field;
} COPIED[] = {
    {HWP_PROFILE_REPLICATE, HW_FIELD_PROFILE_REPLICATE},
    {HWP_PROFILE_KIT, HW_FIELD_PROFILE_KIT},
    {HWP_PROFILE_LABORATORY, HW_FIELD_PROFILE_LABORATORY},
    {HWP_PROFILE_ANALYST, HW_FIELD_PROFILE_ANALYST},
    {HWP_PROFILE_SECOND_ANALYST, HW_FIELD_PROFILE_SECOND_ANALYST},
    {HWP_PROFILE_TYPED_ON, HW_FIELD_PROFILE_TYPED_ON},
    {HWP_PROFILE_DROPOUT, HW_FIELD_PROFILE_DROPOUT},
    {HWP_PROFILE_DROP_IN, HW_FIELD_PROFILE_DROP_IN},
};

static hw_status check_range(const hw_record *record, int field, double most, hw_err *err) {
  const double value = hw_record_real(record, field);
  if (hw_record_is_null(record, field) || (value >= 0 && value <= most)) return HW_OK;
  hw_status status = hw_err_set(err, HW_E_VALUE, "%g is outside 0 to %g", value, most);
  hw_err_field(err, "%s", record->kind->fields[field].name);
  return status;
}

static hw_status fill_profile(hwp_profile_sink *self, const hwp_owner *owner, hw_record *record,
                              hw_err *err) {
  hw_record_init(record, HW_KIND_PROFILE);
  hw_record_set_text(record, HW_FIELD_PROFILE_CODE, hw_str_text(&self->codes[HWP_CODE_PROFILE]));
  if (owner->person != 0) hw_record_set_int(record, HW_FIELD_PROFILE_PERSON, owner->person);
  if (owner->sample != 0) hw_record_set_int(record, HW_FIELD_PROFILE_SAMPLE, owner->sample);
  hw_record_set_int(record, HW_FIELD_PROFILE_PANEL, self->panel);
  hw_record_set_text_n(record, HW_FIELD_PROFILE_OBSERVATIONS, hw_str_text(&self->observations),
                       self->observations.length);
  hw_record_set_text(record, HW_FIELD_PROFILE_USE,
                     self->texts[HWP_PROFILE_REPLICATE] != NULL ? "replicate" : "single");
  if (self->note.length > 0)
    hw_record_set_text(record, HW_FIELD_PROFILE_NOTE, hw_str_text(&self->note));
  const char *label = self->label;
  if (label == NULL && strcmp(self->import->investigation, "main") != 0)
    label = label_of(self, HWP_CODE_PROFILE,
                     self->texts[HWP_PROFILE_CODE] != NULL     ? self->texts[HWP_PROFILE_CODE]
                     : self->texts[HWP_PROFILE_SAMPLE] != NULL ? self->texts[HWP_PROFILE_SAMPLE]
                                                               : self->texts[HWP_PROFILE_PERSON]);
  hw_record_set_text(record, HW_FIELD_PROFILE_LABEL, label);
  for (size_t i = 0; i < sizeof COPIED / sizeof *COPIED; i++)
    if (self->texts[COPIED[i].text] != NULL)
      HW_TRY(hw_record_parse(record, COPIED[i].field, self->texts[COPIED[i].text], err));
  HW_TRY(check_range(record, HW_FIELD_PROFILE_DROPOUT, 1, err));
  return check_range(record, HW_FIELD_PROFILE_DROP_IN, 10, err);
}

static hw_status keep_line(hwp_profile_sink *self, int64_t id, hw_err *err) {
  if (self->first_id == 0) self->first_id = id;
  const size_t at = (size_t)(id - self->first_id);
  if (at >= self->lines_capacity) {
    size_t capacity = self->lines_capacity > 0 ? self->lines_capacity : 512, bytes;
    while (capacity <= at) capacity *= 2;
    void *larger =
        hw_mul_size(capacity, sizeof *self->lines, &bytes) ? realloc(self->lines, bytes) : NULL;
    if (larger == NULL) return HW_NO_MEMORY(err, "the lines of the profiles");
    self->lines = larger;
    self->lines_capacity = capacity;
  }
  self->lines[at] = (uint32_t)self->line;
  self->n_lines = at + 1;
  return HW_OK;
}

/* A profile that came before: from this file, which is a mistake; or stored, perhaps with its
 * markers in another order. */
static hw_status settle_known(hwp_profile_sink *self, int64_t id, hw_record *record, bool *is_good,
                              hw_err *err) {
  hw_import *import = self->import;
  if (self->first_id != 0 && id >= self->first_id) {
    hw_err mistake = HW_ERR_INIT;
    *is_good = false;
    hw_err_set(&mistake, HW_E_DUPLICATE,
               "the profile %s stands on line %" PRIu32
               " too: number several typings of one sample in a column 'replicate'",
               hw_str_text(&self->codes[HWP_CODE_PROFILE]), self->lines[id - self->first_id]);
    return hwp_profile_sink_mistake(self, "profile", &mistake, err);
  }
  hw_arena arena;
  hw_record stored;
  bool are_equal = false;
  hw_arena_init(&arena, 0);
  hw_status status = hw_store_get(import->app->store, HW_KIND_PROFILE, id, &arena, &stored, err);
  const int64_t panel = status == HW_OK ? hw_record_int(&stored, HW_FIELD_PROFILE_PANEL) : 0;
  if (status == HW_OK && panel != self->panel)
    status = hw_profiles_equal(import->app, panel,
                               hw_record_text(&stored, HW_FIELD_PROFILE_OBSERVATIONS), self->panel,
                               hw_str_text(&self->observations), &are_equal, err);
  if (are_equal) {
    hw_record_set_null(record, HW_FIELD_PROFILE_PANEL);
    hw_record_set_null(record, HW_FIELD_PROFILE_OBSERVATIONS);
  }
  hw_arena_clear(&arena);
  return status;
}

static hw_status keep_subject(hwp_profile_sink *self, const hwp_owner *owner, hw_err *err) {
  hwp_subject subject = {HW_KIND_SAMPLE, owner->sample};
  if (owner->sample == 0) subject = (hwp_subject){HW_KIND_PERSON, owner->person};
  for (size_t i = self->n_subjects; i > 0 && i + 8 > self->n_subjects; i--)
    if (self->subjects[i - 1].kind == subject.kind && self->subjects[i - 1].id == subject.id)
      return HW_OK; /* those further back make the same consensus again, which changes nothing */
  if (self->n_subjects == self->subjects_capacity) {
    size_t capacity = self->subjects_capacity > 0 ? 2 * self->subjects_capacity : 64, bytes;
    void *larger = hw_mul_size(capacity, sizeof *self->subjects, &bytes)
                       ? realloc(self->subjects, bytes)
                       : NULL;
    if (larger == NULL) return HW_NO_MEMORY(err, "the replicates");
    self->subjects = larger;
    self->subjects_capacity = capacity;
  }
  self->subjects[self->n_subjects++] = subject;
  return HW_OK;
}

static hw_status put_profile(hwp_profile_sink *self, const hwp_owner *owner, hw_err *err) {
  hw_record record;
  hw_err mistake = HW_ERR_INIT;
  int64_t known = 0;
  bool is_good = true;
  hw_status status = fill_profile(self, owner, &record, &mistake);
  if (status != HW_OK) return hwp_profile_sink_mistake(self, NULL, &mistake, err);
  HW_TRY(hw_store_find(self->import->app->store, &record, &known, err));
  if (known != 0) HW_TRY(settle_known(self, known, &record, &is_good, err));
  if (!is_good) return HW_OK;
  HW_TRY(hw_import_put(self->import, &record, self->line, err));
  if (record.id == 0) return HW_OK;
  if (known == 0) HW_TRY(keep_line(self, record.id, err));
  if (self->texts[HWP_PROFILE_REPLICATE] == NULL) return HW_OK;
  self->tally.replicates += known == 0;
  return keep_subject(self, owner, err);
}

hw_status hwp_profile_owner_put(hwp_profile_sink *self, hwp_owner *owner, bool *is_put,
                                hw_err *err) {
  *is_put = false;
  if (owner->is_reference) {
    HW_TRY(put_person(self, owner, err));
    if (owner->person == 0) return HW_OK;
    if (self->texts[HWP_PROFILE_FAMILY] != NULL) HW_TRY(put_member(self, owner, err));
  }
  if (hw_str_text(&self->codes[HWP_CODE_SAMPLE])[0] != '\0') {
    HW_TRY(put_sample(self, owner, err));
    if (owner->sample == 0) return HW_OK;
  }
  *is_put = true;
  return HW_OK;
}

hw_status hwp_profile_records_put(hwp_profile_sink *self, hwp_owner *owner, hw_err *err) {
  bool is_put = false;
  HW_TRY(hwp_profile_owner_put(self, owner, &is_put, err));
  return is_put ? put_profile(self, owner, err) : HW_OK;
}
