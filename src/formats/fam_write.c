/* Writer of Familias files: checks, head, database. The form is that of Familias
 * 3.4, as described in fam_people.c, fam_database.c and fam_dvi.c.
 *
 * What the format cannot say is refused, because the other program would compute
 * something else with the file: X markers as autosomal, linked markers as unlinked,
 * a custom mutation matrix not at all. What it says otherwise is written so:
 *
 *   silent allele   has its own place; it comes back as the last allele, "silent"
 *   reference       the last hypothesis, which reading takes for the reference
 *   stepwise        4 (extended), with transform PM 3
 *   dropout         "Consider dropouts" for the person, the probability at all loci
 *   set of alleles  a/b, or a/a where one allele was seen
 *
 * Numbers are written with the fewest digits that read back to the same bits. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/json_write.h"
#include "base/number.h"
#include "formats/fam_int.h"
#include "formats/fam_write_int.h"

#define LINE_END "\r\n"
#define VERSION "3.4"

/* --- lines --- */

void hwp_fam_put(hwp_fam_writer *self, const char *format, ...) {
  char line[512], *text = line;
  va_list args, again;
  va_start(args, format);
  va_copy(again, args);
  const int length = vsnprintf(line, sizeof line, format, args);
  va_end(args);
  if (length >= (int)sizeof line) { /* a long name */
    text = hwp_fam_write_alloc(self, (int64_t)length + 1, 1);
    if (text != NULL) vsnprintf(text, (size_t)length + 1, format, again);
  }
  va_end(again);
  if (text != NULL) hw_str_append(self->out, text);
  hw_str_append(self->out, LINE_END);
}

void hwp_fam_put_text(hwp_fam_writer *self, const char *text) {
  hw_str_append(self->out, "\"");
  hw_str_append(self->out, text);
  hw_str_append(self->out, "\"" LINE_END);
}

/* The fewest digits that read back to the same bits. */
static void format_number(double value, char *buffer) {
  double back = 0;
  for (int digits = 15; digits <= 17; digits++) {
    (void)hw_json_format_double(value, digits, buffer);
    if (hw_number_parse(buffer, &back) && memcmp(&back, &value, sizeof back) == 0) return;
  }
}

void hwp_fam_put_number(hwp_fam_writer *self, double value) {
  char buffer[HW_JSON_DOUBLE_SIZE];
  format_number(value, buffer);
  hw_str_append(self->out, buffer);
  hw_str_append(self->out, LINE_END);
}

void *hwp_fam_write_alloc(hwp_fam_writer *self, int64_t n, size_t size) {
  void *memory = hw_arena_alloc_array(&self->arena, (size_t)n, size);
  if (memory == NULL) {
    (void)HW_NO_MEMORY(self->err, "the file");
    self->out->status = HW_E_NO_MEMORY;
  }
  return memory;
}

/* --- checks --- */

hw_status hwp_fam_check_name(hwp_fam_writer *self, const char *what, const char *name) {
  const size_t n = strlen(name);
  if (n == 0)
    return hw_err_set(self->err, HW_E_UNSUPPORTED, "%s has no name; a .fam file needs one", what);
  if (strpbrk(name, "\"\r\n\t") != NULL || name[0] == ' ' || name[n - 1] == ' ')
    return hw_err_set(self->err, HW_E_UNSUPPORTED,
                      "%s is called \"%.60s\"; a .fam file cannot hold quotation marks, tabs, or "
                      "blanks at the ends of a name; rename it",
                      what, name);
  return HW_OK;
}

static hw_status check_observation(hwp_fam_writer *self, const hw_profile *profile, int32_t m) {
  const hw_observation *obs = &profile->observations[m];
  const char *marker = self->problem->markers[m].name;
  if (obs->kind == HW_OBS_SET && (obs->n_seen < 1 || obs->n_seen > 2))
    return hw_err_set(self->err, HW_E_UNSUPPORTED,
                      "person \"%.60s\", marker \"%.60s\": %d alleles were seen; a .fam file has "
                      "genotypes of one or two",
                      profile->id, marker, (int)obs->n_seen);
  if (obs->kind == HW_OBS_GENOTYPE && obs->b == HW_ALLELE_NONE && !self->options.omit_partial)
    return hw_err_set(self->err, HW_E_UNSUPPORTED,
                      "person \"%.60s\", marker \"%.60s\": one allele is not known, which Familias "
                      "takes for a homozygote; choose to leave such genotypes out",
                      profile->id, marker);
  return HW_OK;
}

hw_status hwp_fam_check_profile(hwp_fam_writer *self, const hw_profile *profile, bool may_drop) {
  if (profile->typing_error > 0)
    return hw_err_set(self->err, HW_E_UNSUPPORTED,
                      "person \"%.60s\" has a typing error, which a .fam file cannot hold",
                      profile->id);
  if (profile->has_dropout) {
    if (!may_drop)
      return hw_err_set(self->err, HW_E_UNSUPPORTED,
                        "\"%.60s\" is under dropout, which the DVI part of a .fam file cannot hold",
                        profile->id);
    if (profile->drop_in > 0)
      return hw_err_set(self->err, HW_E_UNSUPPORTED,
                        "person \"%.60s\" has drop-in, which a .fam file cannot hold", profile->id);
    if (!(profile->dropout > 0) ||
        (self->dropout > 0 && profile->dropout != self->dropout)) /* NOLINT: exact on purpose */
      return hw_err_set(
          self->err, HW_E_UNSUPPORTED,
          "person \"%.60s\" has dropout %g; a .fam file needs one probability above 0 "
          "for all persons under dropout",
          profile->id, profile->dropout);
    self->dropout = profile->dropout;
  }
  for (int32_t m = 0; m < profile->n_markers; m++) HW_TRY(check_observation(self, profile, m));
  return HW_OK;
}

bool hwp_fam_genotype_of(const hw_observation *obs, hw_allele *a, hw_allele *b) {
  switch (obs->kind) {
    case HW_OBS_GENOTYPE:
      *a = obs->a;
      *b = obs->b;
      return obs->b != HW_ALLELE_NONE;
    case HW_OBS_SET:
      *a = obs->seen[0];
      *b = obs->seen[obs->n_seen - 1];
      return true;
    default:
      return false;
  }
}

static hw_status check_mutation(hwp_fam_writer *self, const hw_marker *marker) {
  const hw_mutation *mutation = &marker->mutation;
  bool can = mutation->transform == HW_TRANSFORM_NONE && mutation->model <= HW_MUTATION_STEPWISE;
  if (mutation->model == HW_MUTATION_STEPWISE && mutation->transform == HW_TRANSFORM_PM)
    can = !(mutation->rate2[0] > 0) && !(mutation->rate2[1] > 0);
  if (!can)
    return hw_err_set(
        self->err, HW_E_UNSUPPORTED,
        "marker \"%.60s\": Familias knows the mutation models none, equal, "
        "proportional, stepwise, and stepwise with transform PM without rate2; choose "
        "one of them",
        marker->name);
  if (mutation->model != HW_MUTATION_STEPWISE) return HW_OK;
  for (int32_t i = 0; i < marker->n_alleles; i++)
    if (i != marker->silent && !hwp_fam_is_ladder_name(marker->allele_names[i]))
      return hw_err_set(
          self->err, HW_E_UNSUPPORTED,
          "marker \"%.60s\": Familias cannot count steps from allele \"%.40s\"; choose "
          "another mutation model than stepwise",
          marker->name, marker->allele_names[i]);
  return HW_OK;
}

static hw_status check_marker(hwp_fam_writer *self, const hw_marker *marker) {
  HW_TRY(hwp_fam_check_name(self, "a marker", marker->name));
  if (hw_marker_is_x(marker))
    return hw_err_set(self->err, HW_E_UNSUPPORTED,
                      "marker \"%.60s\" is on chromosome X, which Familias computes as autosomal; "
                      "leave it out",
                      marker->name);
  const bool has_position =
      marker->chromosome != HW_CHROMOSOME_AUTOSOMAL || !isnan(marker->position_cm);
  if (has_position && !self->options.omit_positions)
    return hw_err_set(
        self->err, HW_E_UNSUPPORTED,
        "marker \"%.60s\" has a chromosome or position, which a .fam file cannot hold; "
        "choose to leave positions out",
        marker->name);
  for (int32_t i = 0; i < marker->n_alleles; i++)
    HW_TRY(hwp_fam_check_name(self, "an allele", marker->allele_names[i]));
  return check_mutation(self, marker);
}

static hw_status check(hwp_fam_writer *self) {
  const hw_case *c = self->problem;
  if (c->n_hypotheses < 1 && c->n_remains < 1 && c->n_families < 1)
    return hw_err_set(self->err, HW_E_UNSUPPORTED,
                      "the case has neither hypotheses nor remains nor families");
  if (c->n_linkages > 0)
    return hw_err_set(
        self->err, HW_E_UNSUPPORTED,
        "markers are linked, but Familias computes them as unlinked; leave one of each "
        "group");
  for (int32_t m = 0; m < c->n_markers; m++) HW_TRY(check_marker(self, &c->markers[m]));
  for (int32_t i = 0; i < c->n_profiles; i++)
    HW_TRY(hwp_fam_check_profile(self, &c->profiles[i], true));
  return c->n_hypotheses > 0 ? HW_OK : hwp_fam_check_dvi(self);
}

/* --- head and database --- */

static void write_head(hwp_fam_writer *self) {
  hwp_fam_put_text(self, "Output from Familias, version " VERSION);
  hwp_fam_put_text(self, "(Written by Homeward)");
  hwp_fam_put(self, "%s%s", VERSION, self->problem->n_hypotheses > 0 ? "" : " (DVI)");
  hwp_fam_put_text(self, "");
}

static void write_locus(hwp_fam_writer *self, const hw_marker *marker) {
  static const int codes[] = {0, 0, 1, 4};
  const hw_mutation *mutation = &marker->mutation;
  const bool has_silent = marker->silent != HW_ALLELE_NONE;
  const int code = mutation->transform == HW_TRANSFORM_PM ? 3 : codes[mutation->model];
  const bool mutates = mutation->model != HW_MUTATION_NONE;
  const bool steps = mutation->model == HW_MUTATION_STEPWISE;
  char dropout[HW_JSON_DOUBLE_SIZE], size[HW_JSON_DOUBLE_SIZE];
  hwp_fam_put_text(self, marker->name);
  for (int k = 0; k < 2; k++) hwp_fam_put_number(self, mutates ? mutation->rate[k] : 0);
  for (int k = 0; k < 2; k++) hwp_fam_put(self, "%d", code);
  hwp_fam_put(self, "%d", (int)marker->n_alleles);
  for (int k = 0; k < 2; k++) hwp_fam_put_number(self, steps ? mutation->range[k] : 0.1);
  for (int k = 0; k < 2; k++) hwp_fam_put_number(self, steps ? mutation->rate2[k] : 0);
  hwp_fam_put(self, has_silent ? "#TRUE#" : "#FALSE#");
  hwp_fam_put_number(self, has_silent ? marker->frequencies[marker->silent] : 0);
  format_number(self->dropout, dropout);
  format_number(self->options.database_size > 0 ? self->options.database_size : 1000, size);
  hwp_fam_put(self,
              "%d\t(DatabaseSize = %s , Dropout probability = %s , Minor allele frequency = 0 )",
              (int)marker->n_alleles - (has_silent ? 1 : 0), size, dropout);
  for (int32_t i = 0; i < marker->n_alleles; i++) {
    if (i == marker->silent) continue;
    hwp_fam_put_text(self, marker->allele_names[i]);
    hwp_fam_put_number(self, marker->frequencies[i]);
  }
}

static void write_database(hwp_fam_writer *self) {
  const hw_case *c = self->problem;
  char theta[HW_JSON_DOUBLE_SIZE];
  format_number(c->theta, theta);
  hwp_fam_put(self, "#FALSE# (#Databases: 1 ;Theta/Kinship/Fst: %s )", theta);
  hwp_fam_put(self, "%d", (int)c->n_markers);
  hwp_fam_put(self, "#TRUE#");
  hwp_fam_put_text(self, self->options.database != NULL ? self->options.database : c->id);
  for (int32_t m = 0; m < c->n_markers; m++) write_locus(self, &c->markers[m]);
}

static hw_status write_all(hwp_fam_writer *self) {
  HW_TRY(check(self));
  HW_TRY(hwp_fam_check_name(
      self, "the database",
      self->options.database != NULL ? self->options.database : self->problem->id));
  write_head(self);
  HW_TRY(hwp_fam_write_kinship(self));
  write_database(self);
  if (self->problem->n_hypotheses == 0) HW_TRY(hwp_fam_write_dvi(self));
  if (hw_str_status(self->out) != HW_OK) return HW_NO_MEMORY(self->err, "the file");
  return HW_OK;
}

hw_status hw_fam_write(const hw_case *problem, const hw_fam_write_options *options, hw_str *out,
                       hw_err *err) {
  hw_str text = HW_STR_INIT;
  hw_err own = HW_ERR_INIT;
  hwp_fam_writer writer = {.problem = problem, .out = &text, .err = err != NULL ? err : &own};
  if (options != NULL) writer.options = *options;
  hw_status status = write_all(&writer);
  if (status == HW_OK) {
    hw_str_append_bytes(out, hw_str_text(&text), text.length);
    status = hw_str_status(out);
    if (status != HW_OK) (void)HW_NO_MEMORY(err, "the file");
  } else {
    hw_err_while(err, "writing case \"%.60s\"", problem->id);
  }
  hw_arena_clear(&writer.arena);
  hw_str_clear(&text);
  return status;
}
