/* Facts of the remains: where the box comes from, and what the bones tell.
 *
 * Which bones speak for a sample:
 *
 *   1. the specimen it was cut from (or the sample it was made from was);
 *   2. with it, those of its individual, where re-association was confirmed;
 *   3. for a fact that these do not tell, the other specimens of the box, where no
 *      element of a side is there twice: a box is not a person, so that what they
 *      tell weighs half (MATES).
 *
 * Ages are those of the record, and those of the stages that its remarks tell
 * ("suchey-brooks: 2", homeward/prior.h). Of several bones of one person: estimates of sex are united by region
 * (hw_prior_sex); intervals of age by their intersection, where there is one; of
 * statures the one with the smallest standard error counts, and where none is
 * recorded, one is made from the lengths of long bones. */
#include <math.h>
#include <string.h>

#include "app/prior_int.h"
#include "base/check.h"

/* Specimens of one individual or box that are looked at. */
enum { MOST_BONES = 512, MOST_LENGTHS = 64, MOST_PARENTS = 16 };

/* Weight of what other specimens of the box tell. */
static const double MATES = 0.5;
/* Error of a sex that is recorded as established, by DNA or circumstances. */
static const double ESTABLISHED_ERROR = 0.001;

/* Specimens, by record. */
typedef struct bones {
  int32_t n;
  int64_t id[MOST_BONES];
} bones;

/* One remains at work. */
typedef struct worker {
  hwp_prior_loader *load;
  int64_t specimen, accession;
  bones own, mates;
  hw_sex established;
  hw_prior_remains facts;
} worker;

static void add_bone(bones *list, int64_t id) {
  for (int32_t i = 0; i < list->n; i++)
    if (list->id[i] == id) return;
  if (id != 0 && list->n < MOST_BONES) list->id[list->n++] = id;
}

/* --- which bones --- */

/* The specimen of a sample, through the samples it was made from, and the sex that is established
 * on the way. */
static hw_status find_specimen(worker *self, int64_t sample) {
  for (int depth = 0; sample != 0 && depth < MOST_PARENTS; depth++) {
    hw_record record;
    HW_TRY(hwp_prior_get(self->load, HW_KIND_SAMPLE, sample, &record));
    if (record.kind == NULL) break;
    const char *sex = hw_record_text(&record, HW_FIELD_SAMPLE_SEX);
    if (self->established == HW_UNKNOWN_SEX && strcmp(sex, "male") == 0)
      self->established = HW_MALE;
    if (self->established == HW_UNKNOWN_SEX && strcmp(sex, "female") == 0)
      self->established = HW_FEMALE;
    self->specimen = hw_record_int(&record, HW_FIELD_SAMPLE_SPECIMEN);
    if (self->specimen != 0) break;
    sample = hw_record_int(&record, HW_FIELD_SAMPLE_PARENT);
  }
  return HW_OK;
}

/* Individuals that name this item. */
static hw_status list_individuals(worker *self, const char *kind, int64_t item, bones *out) {
  hw_scan *scan = NULL;
  const hw_record *row = NULL;
  hw_value key = hw_value_int(item);
  HW_TRY(hw_store_scan(self->load->app->store, HW_KIND_INDIVIDUAL_MEMBER,
                       HW_FIELD_INDIVIDUAL_MEMBER_ITEM, &key, &scan, self->load->err));
  hw_status status;
  while ((status = hw_scan_next(scan, &row, self->load->err)) == HW_OK && row != NULL) {
    if (row->withdrawn != NULL) continue;
    if (strcmp(hw_record_text(row, HW_FIELD_INDIVIDUAL_MEMBER_ITEM_KIND), kind) != 0) continue;
    add_bone(out, hw_record_int(row, HW_FIELD_INDIVIDUAL_MEMBER_INDIVIDUAL));
  }
  hw_scan_done(scan);
  return status;
}

/* Specimens of an individual; samples stand for theirs. */
static hw_status add_members(worker *self, int64_t individual) {
  hw_scan *scan = NULL;
  const hw_record *row = NULL;
  hw_value key = hw_value_int(individual);
  bones samples = {.n = 0};
  HW_TRY(hw_store_scan(self->load->app->store, HW_KIND_INDIVIDUAL_MEMBER,
                       HW_FIELD_INDIVIDUAL_MEMBER_INDIVIDUAL, &key, &scan, self->load->err));
  hw_status status;
  while ((status = hw_scan_next(scan, &row, self->load->err)) == HW_OK && row != NULL) {
    if (row->withdrawn != NULL) continue;
    bool is_sample =
        strcmp(hw_record_text(row, HW_FIELD_INDIVIDUAL_MEMBER_ITEM_KIND), "sample") == 0;
    add_bone(is_sample ? &samples : &self->own,
             hw_record_int(row, HW_FIELD_INDIVIDUAL_MEMBER_ITEM));
  }
  hw_scan_done(scan);
  for (int32_t i = 0; status == HW_OK && i < samples.n; i++) {
    hw_record record;
    status = hwp_prior_get(self->load, HW_KIND_SAMPLE, samples.id[i], &record);
    if (status == HW_OK && record.kind != NULL)
      add_bone(&self->own, hw_record_int(&record, HW_FIELD_SAMPLE_SPECIMEN));
  }
  return status;
}

static hw_status find_own(worker *self, int64_t sample) {
  bones individuals = {.n = 0};
  add_bone(&self->own, self->specimen);
  HW_TRY(list_individuals(self, "sample", sample, &individuals));
  if (self->specimen != 0) HW_TRY(list_individuals(self, "specimen", self->specimen, &individuals));
  for (int32_t i = 0; i < individuals.n; i++) {
    hw_record record;
    HW_TRY(hwp_prior_get(self->load, HW_KIND_INDIVIDUAL, individuals.id[i], &record));
    if (record.kind == NULL ||
        strcmp(hw_record_text(&record, HW_FIELD_INDIVIDUAL_STATE), "confirmed") != 0)
      continue;
    HW_TRY(add_members(self, individuals.id[i]));
  }
  return HW_OK;
}

/* What makes two bones of a box one too many. */
typedef struct part {
  const char *element, *side;
} part;

static hw_status find_mates(worker *self) {
  hw_scan *scan = NULL;
  const hw_record *row = NULL;
  hw_value key = hw_value_int(self->accession);
  part *parts = hw_arena_alloc_array(&self->load->scratch, MOST_BONES, sizeof *parts);
  if (parts == NULL) return HW_NO_MEMORY(self->load->err, "the specimens");
  bool is_mixed = false;
  int32_t n = 0;
  HW_TRY(hw_store_scan(self->load->app->store, HW_KIND_SPECIMEN, HW_FIELD_SPECIMEN_ACCESSION, &key,
                       &scan, self->load->err));
  hw_status status;
  while ((status = hw_scan_next(scan, &row, self->load->err)) == HW_OK && row != NULL) {
    if (row->withdrawn != NULL || n == MOST_BONES) continue;
    part *at = &parts[n++];
    at->element =
        hw_arena_strdup(&self->load->scratch, hw_record_text(row, HW_FIELD_SPECIMEN_ELEMENT));
    at->side = hw_arena_strdup(&self->load->scratch, hw_record_text(row, HW_FIELD_SPECIMEN_SIDE));
    if (at->element == NULL || at->side == NULL)
      status = HW_NO_MEMORY(self->load->err, "the specimens");
    if (status != HW_OK) break;
    for (int32_t i = 0; i + 1 < n; i++)
      is_mixed |=
          strcmp(parts[i].element, at->element) == 0 && strcmp(parts[i].side, at->side) == 0;
    add_bone(&self->mates, row->id);
  }
  hw_scan_done(scan);
  if (is_mixed || n == MOST_BONES) self->mates.n = 0;
  return status;
}

/* --- what they tell --- */

typedef struct seen_stage {
  const char *method;
  int32_t stage;
} seen_stage;

/* What a group of bones tells of one person. */
typedef struct body {
  int32_t n_sexings, n_ages, n_stages, n_lengths, n_statures;
  seen_stage stages[HWP_MOST_FACTS];
  hw_prior_sexing sexings[MOST_BONES];
  hw_prior_range ages[HWP_MOST_FACTS];
  hw_prior_bone lengths[MOST_LENGTHS];
  hw_prior_estimate stature; /* that with the smallest standard error */
} body;

static bool is_length(const char *name) {
  static const char *const names[] = {"maximum-length", "max-length", "length", "chieu-dai-toi-da"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (strcmp(name, names[i]) == 0) return true;
  return false;
}

static hw_status read_lengths(worker *self, int64_t specimen, const char *element, body *out) {
  hw_scan *scan = NULL;
  const hw_record *row = NULL;
  hw_value key = hw_value_int(specimen);
  HW_TRY(hw_store_scan(self->load->app->store, HW_KIND_MEASUREMENT, HW_FIELD_MEASUREMENT_SPECIMEN,
                       &key, &scan, self->load->err));
  hw_status status;
  while ((status = hw_scan_next(scan, &row, self->load->err)) == HW_OK && row != NULL) {
    if (row->withdrawn != NULL || out->n_lengths == MOST_LENGTHS) continue;
    if (!is_length(hw_record_text(row, HW_FIELD_MEASUREMENT_NAME))) continue;
    out->lengths[out->n_lengths++] =
        (hw_prior_bone){element, hw_record_real(row, HW_FIELD_MEASUREMENT_VALUE)};
  }
  hw_scan_done(scan);
  return status;
}

static void read_age(const hw_record *specimen, body *out) {
  double from = hw_record_real(specimen, HW_FIELD_SPECIMEN_AGE_FROM);
  double to = hw_record_real(specimen, HW_FIELD_SPECIMEN_AGE_TO);
  if (isnan(from) && isnan(to)) return;
  hw_prior_range age = {isnan(from) ? 0 : from, isnan(to) ? HUGE_VAL : to + 1, 1};
  if (age.from <= age.to && out->n_ages < HWP_MOST_FACTS) out->ages[out->n_ages++] = age;
}

/* A whole number of one or two digits, nothing else. */
static bool take_stage(const char *text, size_t n, int32_t *out) {
  while (n > 0 && text[0] == ' ') text++, n--;
  while (n > 0 && text[n - 1] == ' ') n--;
  *out = 0;
  for (size_t i = 0; i < n; i++) {
    if (text[i] < '0' || text[i] > '9') return false;
    *out = *out * 10 + (text[i] - '0');
  }
  return n == 1 || n == 2;
}

/* "suchey-brooks: 2; clavicle-5: 3" in the remarks. */
static hw_status read_stages(worker *self, const char *note, body *out) {
  for (const char *at = note; *at != '\0';) {
    size_t n = strcspn(at, ";\n");
    const char *colon = memchr(at, ':', n);
    int32_t stage;
    if (colon != NULL && out->n_stages < HWP_MOST_FACTS &&
        take_stage(colon + 1, (size_t)(at + n - colon - 1), &stage)) {
      char *method = hw_arena_strndup(&self->load->scratch, at, (size_t)(colon - at));
      if (method == NULL) return HW_NO_MEMORY(self->load->err, "the remarks");
      out->stages[out->n_stages++] = (seen_stage){method, stage};
    }
    at += n;
    if (*at != '\0') at++;
  }
  return HW_OK;
}

static void read_stature(const hw_record *specimen, body *out) {
  double value = hw_record_real(specimen, HW_FIELD_SPECIMEN_STATURE);
  double se = hw_record_real(specimen, HW_FIELD_SPECIMEN_STATURE_SE);
  const double coarse = 100; /* one without a standard error comes after all others */
  if (!(value >= 50 && value <= 250)) return;
  if (!(se > 0 && se < coarse)) se = 0;
  double old = out->stature.se > 0 ? out->stature.se : coarse;
  if (out->n_statures > 0 && (se > 0 ? se : coarse) >= old) return;
  out->stature = (hw_prior_estimate){value, se, 1};
  out->n_statures = 1;
}

static hw_status read_bones(worker *self, const bones *list, body *out) {
  *out = (body){0};
  for (int32_t i = 0; i < list->n; i++) {
    hw_record specimen;
    HW_TRY(hwp_prior_get(self->load, HW_KIND_SPECIMEN, list->id[i], &specimen));
    if (specimen.kind == NULL) continue;
    const char *sex = hw_record_text(&specimen, HW_FIELD_SPECIMEN_SEX);
    const char *element = hw_record_text(&specimen, HW_FIELD_SPECIMEN_ELEMENT);
    out->sexings[out->n_sexings++] =
        (hw_prior_sexing){strcmp(sex, "male") == 0     ? HW_MALE
                          : strcmp(sex, "female") == 0 ? HW_FEMALE
                                                       : HW_UNKNOWN_SEX,
                          element};
    read_age(&specimen, out);
    HW_TRY(read_stages(self, hw_record_text(&specimen, HW_FIELD_SPECIMEN_NOTE), out));
    read_stature(&specimen, out);
    HW_TRY(read_lengths(self, list->id[i], element, out));
  }
  return HW_OK;
}

/* Stages become intervals when the sex is known as far as it will be. */
static void add_stages(body *self, hw_sex sex) {
  for (int32_t i = 0; i < self->n_stages && self->n_ages < HWP_MOST_FACTS; i++)
    if (hw_prior_age_of_stage(self->stages[i].method, self->stages[i].stage, sex,
                              &self->ages[self->n_ages]))
      self->n_ages++;
}

/* All intervals of one person as one, where they have something in common. */
static void unite_ages(body *self) {
  hw_prior_range all = {0, HUGE_VAL, 1};
  for (int32_t i = 0; i < self->n_ages; i++) {
    if (self->ages[i].from > all.from) all.from = self->ages[i].from;
    if (self->ages[i].to < all.to) all.to = self->ages[i].to;
  }
  if (self->n_ages < 2 || !(all.from < all.to)) return;
  self->ages[0] = all;
  self->n_ages = 1;
}

/* Takes what is not told yet; `trust` is 1, or what other bones of the box count for. */
static hw_status take_body(worker *self, body *from, double trust) {
  hw_prior_remains *facts = &self->facts;
  if (facts->sex == HW_UNKNOWN_SEX) {
    facts->sex = hw_prior_sex(from->n_sexings, from->sexings, &facts->sex_error);
    facts->sex_error = trust * facts->sex_error + (1 - trust) * 0.5;
  }
  add_stages(from, facts->sex);
  if (facts->n_ages == 0 && from->n_ages > 0) {
    unite_ages(from);
    for (int32_t i = 0; i < from->n_ages; i++) from->ages[i].weight = trust / from->n_ages;
    facts->n_ages = from->n_ages;
    HW_TRY(hwp_prior_keep(self->load, from->ages, from->n_ages, sizeof *from->ages, &facts->ages));
  }
  if (facts->n_statures > 0) return HW_OK;
  if (from->n_statures == 0 &&
      hw_prior_stature(facts->sex, from->n_lengths, from->lengths, &from->stature) != NULL)
    from->n_statures = 1;
  from->stature.weight = trust;
  facts->n_statures = from->n_statures;
  return hwp_prior_keep(self->load, &from->stature, from->n_statures, sizeof from->stature,
                        &facts->statures);
}

/* --- remarks --- */

/* "unit: E 66; event: crash of 1969" in a remark; other fields are left to people. */
static hw_status read_remark(worker *self, const char *text, const char *where) {
  for (const char *at = text; *at != '\0';) {
    size_t n = strcspn(at, ";\n");
    const char *colon = memchr(at, ':', n);
    if (colon != NULL) {
      hwp_told told;
      const char *value = colon + 1;
      while (*value == ' ' && value < at + n) value++;
      char *key = hw_arena_strndup(&self->load->scratch, at, (size_t)(colon - at));
      char *copy = hw_arena_strndup(&self->load->scratch, value, (size_t)(at + n - value));
      if (key == NULL || copy == NULL) return HW_NO_MEMORY(self->load->err, "the remarks");
      HW_TRY(hwp_prior_field(key, &told, self->load->err));
      if (told == HWP_TOLD_UNIT || told == HWP_TOLD_EVENT || told == HWP_TOLD_LOST)
        HW_TRY(hwp_prior_gather(self->load, told, copy, 1, where));
    }
    at += n;
    if (*at != '\0') at++;
  }
  return HW_OK;
}

static hw_status read_remarks(worker *self, const hw_record *specimen, const hw_record *accession) {
  hw_record site;
  if (specimen->kind != NULL)
    HW_TRY(read_remark(self, hw_record_text(specimen, HW_FIELD_SPECIMEN_NOTE),
                       hw_record_text(specimen, HW_FIELD_SPECIMEN_CODE)));
  if (accession->kind == NULL) return HW_OK;
  HW_TRY(read_remark(self, hw_record_text(accession, HW_FIELD_ACCESSION_NOTE),
                     hw_record_text(accession, HW_FIELD_ACCESSION_CODE)));
  HW_TRY(hwp_prior_get(self->load, HW_KIND_SITE, hw_record_int(accession, HW_FIELD_ACCESSION_SITE),
                       &site));
  if (site.kind == NULL) return HW_OK;
  return read_remark(self, hw_record_text(&site, HW_FIELD_SITE_NOTE),
                     hw_record_text(&site, HW_FIELD_SITE_CODE));
}

/* --- one remains --- */

static hw_status keep(worker *self) {
  const hwp_gathered *at = &self->load->at;
  hw_prior_remains *out = &self->facts;
  out->n_places = at->n_places;
  out->n_dates = at->n_dates;
  out->n_units = at->n_units;
  out->n_events = at->n_events;
  HW_TRY(hwp_prior_keep(self->load, at->places, at->n_places, sizeof *at->places, &out->places));
  HW_TRY(hwp_prior_keep(self->load, at->dates, at->n_dates, sizeof *at->dates, &out->dates));
  HW_TRY(hwp_prior_keep(self->load, at->units, at->n_units, sizeof *at->units, &out->units));
  return hwp_prior_keep(self->load, at->events, at->n_events, sizeof *at->events, &out->events);
}

static hw_status load_body(worker *self, body *room, bool *is_estimated) {
  if (self->established != HW_UNKNOWN_SEX) {
    self->facts.sex = self->established;
    self->facts.sex_error = ESTABLISHED_ERROR;
  }
  *is_estimated = self->established == HW_UNKNOWN_SEX;
  HW_TRY(read_bones(self, &self->own, room));
  HW_TRY(take_body(self, room, 1));
  bool is_all =
      self->facts.sex != HW_UNKNOWN_SEX && self->facts.n_ages > 0 && self->facts.n_statures > 0;
  if (is_all || self->accession == 0) return HW_OK;
  HW_TRY(find_mates(self));
  HW_TRY(read_bones(self, &self->mates, room));
  return take_body(self, room, MATES);
}

static hw_status load_one(hwp_prior_loader *load, int64_t sample, worker *self, body *room,
                          hw_prior_remains *out, bool *is_estimated) {
  hw_record specimen, accession;
  hw_arena_reset(&load->scratch);
  load->at = (hwp_gathered){0};
  *self = (worker){.load = load};
  HW_TRY(find_specimen(self, sample));
  HW_TRY(hwp_prior_get(load, HW_KIND_SPECIMEN, self->specimen, &specimen));
  if (specimen.kind != NULL)
    self->accession = hw_record_int(&specimen, HW_FIELD_SPECIMEN_ACCESSION);
  HW_TRY(hwp_prior_get(load, HW_KIND_ACCESSION, self->accession, &accession));
  if (accession.kind != NULL) {
    const char *how = hw_record_text(&accession, HW_FIELD_ACCESSION_HOW);
    self->facts.is_handed_over = strcmp(how, "handed-over") == 0 || strcmp(how, "seized") == 0;
    HW_TRY(hwp_prior_gather_site(load, hw_record_int(&accession, HW_FIELD_ACCESSION_SITE), 1));
  }
  HW_TRY(read_remarks(self, &specimen, &accession));
  HW_TRY(find_own(self, sample));
  HW_TRY(load_body(self, room, is_estimated));
  HW_TRY(keep(self));
  *out = self->facts;
  return HW_OK;
}

hw_status hwp_prior_load_remains(hwp_prior_loader *load) {
  const hw_case *problem = &load->stored->problem;
  hw_stored_prior *out = load->out;
  size_t n = (size_t)problem->n_remains;
  hw_prior_remains *remains = hw_arena_alloc_array(&out->arena, n, sizeof *remains);
  bool *is_estimated = hw_arena_alloc_array(&out->arena, n, sizeof *is_estimated);
  worker *self = hw_arena_alloc(&out->arena, sizeof *self);
  body *room = hw_arena_alloc(&out->arena, sizeof *room);
  if (remains == NULL || is_estimated == NULL || self == NULL || room == NULL)
    return HW_NO_MEMORY(load->err, "the facts of the remains");
  out->remains = remains;
  out->is_sex_estimated = is_estimated;
  for (int32_t r = 0; r < problem->n_remains; r++) {
    HW_TRY(
        load_one(load, load->stored->remains_sample[r], self, room, &remains[r], &is_estimated[r]));
    is_estimated[r] = is_estimated[r] && problem->remains[r].sex != HW_UNKNOWN_SEX;
    out->n_remains++;
  }
  return HW_OK;
}
