/* PED files: written so that every program of the family reads them.
 *
 * Blanks divide words, and 0 is missing, so a name that holds a blank or would
 * be read as missing cannot be written and is refused. Numbers take the fewest
 * digits that read back to the same bits. */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "base/check.h"
#include "base/json_write.h"
#include "base/number.h"
#include "formats/ped.h"

static hw_status finish(FILE *out, hw_err *err) {
  if (fflush(out) != 0 || ferror(out))
    return hw_err_set(err, HW_E_IO, "cannot write: %s", errno ? strerror(errno) : "stream error");
  return HW_OK;
}

/* Refuses what would be read otherwise; @p missing = words that mean "missing" there. */
static hw_status put_name(const char *name, const char *what, const char *const *missing, FILE *out,
                          hw_err *err) {
  if (name[0] == '\0' || strpbrk(name, " \t\r\n\f\v"))
    return hw_err_set(
        err, HW_E_VALUE,
        "the %s \"%.60s\" is empty or holds a blank; PED files divide by blanks, give "
        "it another name",
        what, name);
  for (; *missing != NULL; missing++)
    if (strcmp(name, *missing) == 0)
      return hw_err_set(err, HW_E_VALUE,
                        "the %s \"%.60s\" means \"missing\" in PED files; give it another name",
                        what, name);
  fputs(name, out);
  return HW_OK;
}

static const char *const NO_WORDS[] = {NULL};
static const char *const MISSING_PARENT[] = {"0", ".", "-9", NULL};
static const char *const MISSING_ALLELE[] = {"0", ".", "?", "x", "-", "-9", NULL};

static hw_status put_id(const char *id, FILE *out, hw_err *err) {
  return put_name(id, "person", MISSING_PARENT, out, err);
}

static hw_status put_family_name(const char *name, FILE *out, hw_err *err) {
  if (name[0] == '#')
    return hw_err_set(err, HW_E_VALUE, "the family \"%.60s\" would begin a comment line", name);
  return put_name(name, "family", NO_WORDS, out, err);
}

static hw_status put_parent(const hw_ped_family *family, int32_t parent, FILE *out, hw_err *err) {
  fputc(' ', out);
  if (parent != HW_PERSON_NONE) return put_id(family->pedigree.persons[parent].id, out, err);
  fputc('0', out);
  return HW_OK;
}

static hw_status put_allele(const hw_marker *marker, hw_allele allele, FILE *out, hw_err *err) {
  fputc(' ', out);
  if (allele == HW_ALLELE_NONE) {
    fputc('0', out);
    return HW_OK;
  }
  const char *name = marker->allele_names[allele];
  if (strchr(name, '/'))
    return hw_err_set(err, HW_E_VALUE, "allele \"%.60s\" of marker \"%.60s\" holds a \"/\"", name,
                      marker->name);
  return put_name(name, "allele", MISSING_ALLELE, out, err);
}

static hw_status put_genotype(const hw_marker *marker, const hw_observation *obs, FILE *out,
                              hw_err *err) {
  if (obs == NULL || obs->kind == HW_OBS_MISSING) {
    fputs(" 0 0", out);
    return HW_OK;
  }
  if (obs->kind == HW_OBS_SET)
    return hw_err_set(err, HW_E_UNSUPPORTED,
                      "marker \"%.60s\": a profile with dropout is a set of alleles, which PED "
                      "files cannot say",
                      marker->name);
  HW_TRY(put_allele(marker, obs->a, out, err));
  return put_allele(marker, obs->kind == HW_OBS_SINGLE ? obs->a : obs->b, out, err);
}

static hw_status put_person(const hw_ped *self, const hw_ped_family *family, int32_t i,
                            const hw_profile *profile, FILE *out, hw_err *err) {
  const hw_person *person = &family->pedigree.persons[i];
  if (person->twin != HW_PERSON_NONE)
    return hw_err_set(err, HW_E_UNSUPPORTED,
                      "\"%.60s\" is an identical twin, which PED files cannot say", person->id);
  HW_TRY(put_family_name(family->name, out, err));
  fputc(' ', out);
  HW_TRY(put_id(person->id, out, err));
  HW_TRY(put_parent(family, person->father, out, err));
  HW_TRY(put_parent(family, person->mother, out, err));
  fputs(person->sex == HW_MALE ? " 1 0" : person->sex == HW_FEMALE ? " 2 0" : " 0 0", out);
  for (int32_t m = 0; m < self->n_markers; m++)
    HW_TRY(put_genotype(&self->markers[m], profile ? &profile->observations[m] : NULL, out, err));
  fputc('\n', out);
  return HW_OK;
}

hw_status hw_ped_write_ped(const hw_ped *self, FILE *out, hw_err *err) {
  errno = 0;
  for (int32_t f = 0; f < self->n_families; f++) {
    const hw_ped_family *family = &self->families[f];
    int32_t next = 0;
    for (int32_t i = 0; i < family->pedigree.n_persons; i++) {
      const hw_profile *profile = NULL;
      if (next < family->n_profiles && family->profile_person[next] == i)
        profile = &family->profiles[next++];
      HW_TRY(put_person(self, family, i, profile, out, err));
    }
    if (next < family->n_profiles) /* in no order of the persons, or two of one person */
      return hw_err_set(err, HW_E_UNSUPPORTED,
                        "family \"%.60s\": one profile a person, in the order of the persons, can "
                        "be written",
                        family->name);
  }
  return finish(out, err);
}

static void put_number(double value, FILE *out) {
  char text[HW_JSON_DOUBLE_SIZE];
  for (int digits = 1; digits <= 17; digits++) {
    double back;
    hw_json_format_double(value, digits, text);
    if (hw_number_parse(text, &back) && memcmp(&back, &value, sizeof back) == 0) break;
  }
  fputs(text, out);
}

hw_status hw_ped_write_map(const hw_ped *self, FILE *out, hw_err *err) {
  bool has_position[HW_CHROMOSOME_X + 1] = {false};
  errno = 0;
  for (int32_t m = 0; m < self->n_markers; m++) {
    const int chromosome = self->markers[m].chromosome;
    if (chromosome < 0 || chromosome > HW_CHROMOSOME_X)
      return hw_err_set(err, HW_E_VALUE, "marker \"%.60s\": chromosome %d", self->markers[m].name,
                        chromosome);
    if (self->markers[m].position_cm > 0) has_position[chromosome] = true;
  }
  for (int32_t m = 0; m < self->n_markers; m++) {
    const hw_marker *marker = &self->markers[m];
    fprintf(out, "%d ", marker->chromosome);
    HW_TRY(put_name(marker->name, "marker", NO_WORDS, out, err));
    fputc(' ', out);
    if (!isnan(marker->position_cm))
      put_number(marker->position_cm, out);
    else
      fputs(has_position[marker->chromosome] ? "NA" : "0", out);
    fprintf(out, " %lld\n", (long long)self->position_bp[m]);
  }
  return finish(out, err);
}

hw_status hw_ped_write_frequencies(const hw_ped *self, FILE *out, hw_err *err) {
  errno = 0;
  for (int32_t m = 0; m < self->n_markers; m++) {
    const hw_marker *marker = &self->markers[m];
    if (marker->frequencies == NULL)
      return hw_err_set(err, HW_E_VALUE, "marker \"%.60s\" has no frequencies", marker->name);
    fputs("M ", out);
    HW_TRY(put_name(marker->name, "marker", NO_WORDS, out, err));
    for (int32_t a = 0; a < marker->n_alleles; a++) {
      fputs("\nA ", out);
      HW_TRY(put_name(marker->allele_names[a], "allele", MISSING_ALLELE, out, err));
      fputc(' ', out);
      put_number(marker->frequencies[a], out);
    }
    fputc('\n', out);
  }
  return finish(out, err);
}
