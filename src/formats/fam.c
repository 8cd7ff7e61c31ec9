/* Familias files: what they are, and the order in which they are read.
 *
 * A .fam file is the document of Familias (Egeland, Mostad, Kling; Windows): lines
 * of values, first those of the kinship part without names, then, behind the
 * frequency database, sections in brackets. There is no published grammar; what
 * stands at the top of these files was found from files of versions 3.1 to 3.4 and
 * from the documentation of programs that exchange them (pedFamilias, dvir):
 *
 *   fam_text.c       encoding, lines, values
 *   fam_people.c     head, persons, relations, pedigrees
 *   fam_database.c   theta, frequency databases
 *   fam_dvi.c        sections in brackets: remains, families, settings
 *
 * and then, with everything at hand:
 *
 *   fam_genotype.c   alleles and loci found; observations
 *   fam_marker.c     frequencies, flags            fam_mutation.c  models
 *   fam_pedigree.c   parents from relations
 *   fam_kinship.c    the case of hypotheses        fam_family.c    the case of remains
 *   fam_write.c, fam_write_dvi.c   the way back
 *
 * Strictness. A value that is not what should stand there, a place that does not
 * exist, a count that does not fit, frequencies that do not sum, a pedigree that is
 * impossible: refused, with line, reason and remedy, up to HW_ERRORS_KEPT at once.
 * What Familias or its neighbours write in several ways is taken in all of them,
 * and what had to be chosen is told in a note.
 *
 * Not read: pictures and generation parameters, computed results (they are computed
 * anew), and whatever unknown sections mean; their lines are kept as settings. */
#include "formats/fam.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "formats/fam_int.h"

/* Largest file, and most memory for what it holds. */
#define MAX_BYTES ((size_t)256 << 20)
#define MAX_ARENA ((size_t)4 << 30)

typedef struct storage {
  hw_fam fam;
  hw_arena arena;
} storage;

bool hw_fam_is(const char *bytes, size_t n_bytes) {
  static const char words[] = "Output from Familias";
  size_t found = 0;
  /* Byte order marks, the quotation mark, and the zero bytes of UTF-16 are passed over. */
  for (size_t i = 0; i < n_bytes && i < 200; i++) {
    const unsigned char c = (unsigned char)bytes[i];
    if (c == 0) continue;
    if (found == 0 && (c >= 0x80 || c == '"' || c == ' ' || c == '\t' || c == '\r' || c == '\n'))
      continue;
    if (c != (unsigned char)words[found++]) return false;
    if (found == sizeof words - 1) return true;
  }
  return false;
}

void hw_fam_delete(hw_fam *self) {
  if (self == NULL) return;
  storage *owner = self->storage;
  hw_arena_clear(&owner->arena);
  free(owner);
}

/* --- settings --- */

static hw_status find_setting(hwp_fam_reader *self, const char *section, const char *key,
                              double *out) {
  *out = (double)NAN;
  for (int32_t i = 0; i < self->n_settings; i++) {
    const hw_fam_setting *setting = &self->settings[i];
    if (strcmp(setting->key, key) != 0 || !hwp_fam_starts(setting->section, section)) continue;
    if (setting->value[0] == '\0' || hwp_fam_to_number(self, setting->value, setting->line, out))
      return HW_OK;
    return hwp_fam_report(self, hwp_fam_refuse(self, setting->line, HW_E_VALUE, key,
                                               "\"%.40s\" is no number", setting->value));
  }
  return HW_OK;
}

static hw_status keep_settings(hwp_fam_reader *self) {
  hw_fam *fam = self->fam;
  fam->settings = self->settings;
  fam->n_settings = self->n_settings;
  HW_TRY(find_setting(self, "Advanced/Direct", "Dropin", &fam->dropin));
  HW_TRY(find_setting(self, "Advanced/Direct", "Dropout", &fam->dropout));
  HW_TRY(find_setting(self, "Advanced/Direct", "Error", &fam->error));
  HW_TRY(find_setting(self, "Prior", "Size", &fam->prior_size));
  return find_setting(self, "Advanced/DVI", "AllowedMismatches", &fam->allowed_mismatches);
}

/* --- cases --- */

/* The file's name without folders and ending. */
static hw_status find_base(hwp_fam_reader *self) {
  const char *base = self->name;
  for (const char *c = self->name; *c != '\0'; c++)
    if (*c == '/' || *c == '\\') base = c + 1;
  size_t n = strlen(base);
  if (n > 4 && hwp_fam_starts(base + n - 4, ".fam")) n -= 4;
  if (n == 0) return hwp_fam_print(self, &self->base, "familias");
  return hwp_fam_print(self, &self->base, "%.*s", (int)n, base);
}

static hw_status begin_case(hwp_fam_reader *self, const char *suffix, hw_case *out) {
  const hw_fam_database *database = &self->fam->databases[0];
  *out = (hw_case){
      .theta = self->fam->theta, .n_markers = database->n_markers, .markers = database->markers};
  HW_TRY(hwp_fam_print(self, &out->id, "%s%s", self->base, suffix));
  return hwp_fam_print(self, &out->description, "Familias %s, database \"%s\"", self->fam->version,
                       database->name);
}

static hw_status build_cases(hwp_fam_reader *self) {
  hw_fam *fam = self->fam;
  const bool has_markers = fam->n_databases > 0 && fam->databases[0].n_markers > 0;
  const bool has_kinship = has_markers && self->n_persons > 0;
  const bool has_dvi = has_markers && (self->n_remains > 0 || self->n_families > 0);
  const bool has_both = has_kinship && has_dvi;
  hw_case *cases = hwp_fam_alloc(self, 2, sizeof *cases);
  if (cases == NULL) return HW_E_NO_MEMORY;
  if (!has_markers && (self->n_persons > 0 || self->n_remains > 0 || self->n_families > 0))
    HW_TRY(hwp_fam_note(self, 0, "the file has persons but no loci; there is nothing to compute"));
  HW_TRY(find_base(self));
  if (has_kinship) {
    hw_case *out = &cases[fam->n_cases++];
    HW_TRY(begin_case(self, has_both ? "-kinship" : "", out));
    HW_TRY(hwp_fam_report(self, hwp_fam_build_kinship(self, out)));
    fam->kinship = out;
  }
  if (has_dvi) {
    hw_case *out = &cases[fam->n_cases++];
    HW_TRY(begin_case(self, has_both ? "-dvi" : "", out));
    HW_TRY(hwp_fam_build_dvi(self, out));
    fam->dvi = out;
  }
  fam->cases = cases;
  return HW_OK;
}

/* --- the whole --- */

static hw_status tell_liberties(hwp_fam_reader *self) {
  if (self->n_commas > 0)
    HW_TRY(hwp_fam_note(self, self->comma_line,
                        "%llu numbers have a decimal comma, which was read as a point",
                        (unsigned long long)self->n_commas));
  if (self->n_partial > 0)
    HW_TRY(hwp_fam_note(self, self->partial_line,
                        "%llu genotypes have one allele that is not known; Familias would take "
                        "them for homozygotes, here they are partial genotypes",
                        (unsigned long long)self->n_partial));
  if (self->n_joined > 0)
    HW_TRY(hwp_fam_note(self, self->first_joined->line,
                        "in %d of the families the place holder that is listed without relations "
                        "(\"Missing female 1\") was taken for the \"Missing person\" of the "
                        "relations, whose sex it tells",
                        (int)self->n_joined));
  if (self->n_sexless > 0)
    HW_TRY(
        hwp_fam_note(self, self->first_sexless->line,
                     "the sex of %d missing persons is not known; they are compared with remains "
                     "of both sexes",
                     (int)self->n_sexless));
  return hw_notes_finish(&self->notes, &self->fam->notes, &self->fam->n_notes, &self->err);
}

/* Each step needs what the ones before it brought, so that mistakes end reading between them. */
static hw_status read_all(hwp_fam_reader *self, const char *bytes, size_t n_bytes) {
  HW_TRY(hwp_fam_split(self, bytes, n_bytes));
  HW_TRY(hwp_fam_read_people(self));
  HW_TRY(hwp_fam_read_databases(self));
  HW_TRY(hwp_fam_read_sections(self));
  HW_TRY(keep_settings(self));
  if (self->errors->n > 0) return HW_OK;
  HW_TRY(hwp_fam_resolve(self));
  if (self->errors->n > 0) return HW_OK;
  HW_TRY(hwp_fam_build_markers(self));
  if (self->errors->n > 0) return HW_OK;
  HW_TRY(build_cases(self));
  return tell_liberties(self);
}

static void reader_clear(hwp_fam_reader *self) {
  for (int32_t i = 0; i < self->n_databases && self->databases != NULL; i++) {
    hwp_fam_raw_database *database = &self->databases[i];
    for (int32_t k = 0; k < database->n_loci && database->loci != NULL; k++)
      hw_name_index_clear(&database->loci[k].index);
    hw_name_index_clear(&database->index);
  }
  free(self->scratch[0]);
  free(self->scratch[1]);
}

static hw_status fill(storage *self, const char *bytes, size_t n_bytes, const char *name,
                      const hw_fam_options *options, hw_errors *errors) {
  hwp_fam_reader *reader = calloc(1, sizeof *reader);
  hw_err err = HW_ERR_INIT;
  if (reader == NULL) {
    const hw_status status = HW_NO_MEMORY(&err, "the file");
    (void)hw_errors_add(errors, &err);
    return status;
  }
  reader->arena = &self->arena;
  reader->fam = &self->fam;
  reader->errors = errors;
  reader->name = name != NULL ? name : "";
  reader->notes.arena = &self->arena;
  if (options != NULL) reader->options = *options;
  self->fam.version = self->fam.comment = "";
  hw_status status = read_all(reader, bytes, n_bytes);
  if (status != HW_OK && !reader->is_told) status = hwp_fam_report(reader, status);
  reader_clear(reader);
  free(reader);
  const hw_status told = hw_errors_status(errors, NULL);
  return told != HW_OK ? told : status;
}

hw_status hw_fam_parse(const char *bytes, size_t n_bytes, const char *name,
                       const hw_fam_options *options, hw_fam **out, hw_errors *errors) {
  *out = NULL;
  hw_errors *own = NULL;
  if (errors == NULL) errors = own = calloc(1, sizeof *own);
  if (errors == NULL) return HW_E_NO_MEMORY;
  hw_status status = HW_E_NO_MEMORY;
  storage *self = calloc(1, sizeof *self);
  if (self == NULL) {
    hw_err err = HW_ERR_INIT;
    (void)HW_NO_MEMORY(&err, "the file");
    (void)hw_errors_add(errors, &err);
  } else {
    hw_arena_init(&self->arena, MAX_ARENA);
    self->fam.storage = self;
    status = fill(self, bytes, n_bytes, name, options, errors);
    if (status == HW_OK)
      *out = &self->fam;
    else
      hw_fam_delete(&self->fam);
  }
  free(own);
  return status;
}

hw_status hw_fam_read(const char *path, const hw_fam_options *options, hw_fam **out,
                      hw_errors *errors) {
  char *bytes = NULL;
  size_t n_bytes = 0;
  hw_err err = HW_ERR_INIT;
  *out = NULL;
  hw_status status = hw_file_read(path, MAX_BYTES, &bytes, &n_bytes, &err);
  if (status != HW_OK) {
    if (errors != NULL) (void)hw_errors_add(errors, &err);
    return status;
  }
  const char *name = strcmp(path, "-") == 0 ? "standard input" : path;
  status = hw_fam_parse(bytes, n_bytes, name, options, out, errors);
  free(bytes);
  return status;
}
