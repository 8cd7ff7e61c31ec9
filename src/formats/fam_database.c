/* .fam reader: frequency databases as they stand.
 *
 *     #FALSE# (#Databases: 1 ;Theta/Kinship/Fst: 0.01 )
 *     1                          number of loci
 *     #TRUE#                     whether the database has a name
 *     "Norwegian database"
 *       "TH01"                   of each locus: name
 *       0.001  0.002             mutation rate of females, males (one value a line)
 *       4  4                     mutation model of females, males
 *       3                        number of alleles, the silent one included
 *       0.1  0.1                 mutation range
 *       1e-006  1e-006           second mutation rate
 *       #FALSE#  0               whether there is a silent allele; its frequency
 *       3\t(DatabaseSize = 2500 , Dropout probability = 0 , Minor allele frequency = 0 )
 *       "6"  0.3  "7"  0.5  …    allele, frequency
 *
 * The first value of all says whether results that Familias computed before stand
 * in the file. What they look like is not documented anywhere that was found; they
 * are passed over to the next place where a database can begin, and a note tells
 * so: results are computed here, not copied. Where the first line counts several
 * databases the others follow in the same form.
 *
 * What stands in brackets may be missing, or missing in part. */
#include <math.h>
#include <string.h>

#include "formats/fam_int.h"

/* --- the line before the databases --- */

/* The number behind a word and a colon or equals sign. @return false if there is none */
static bool number_behind(hwp_fam_reader *self, const char *text, const char *word, double *out) {
  const char *at = hwp_fam_find(text, word);
  if (at == NULL) return false;
  at += strlen(word);
  at += strcspn(at, ":=");
  if (*at == '\0') return false;
  at++;
  at += strspn(at, " \t");
  char number[64];
  const size_t n = strspn(at, "0123456789.,eE+-");
  if (n == 0 || n >= sizeof number) return false;
  memcpy(number, at, n);
  number[n] = '\0';
  return hwp_fam_to_number(self, number, hwp_fam_line(self), out);
}

static hw_status read_theta(hwp_fam_reader *self, const char *text, int32_t *n_databases) {
  static const char *const words[] = {"Theta", "Kinship", "Fst", NULL};
  double number = 1;
  *n_databases = 1;
  if (hwp_fam_find(text, "Databases") != NULL) {
    if (!number_behind(self, text, "Databases", &number) || !(number >= 0 && number <= 1000))
      return hwp_fam_refuse(self, hwp_fam_line(self), HW_E_VALUE, "#Databases",
                            "\"%.60s\" does not say how many databases there are", text);
    *n_databases = (int32_t)number;
  }
  for (int i = 0; words[i] != NULL; i++) {
    if (hwp_fam_find(text, words[i]) == NULL) continue;
    if (!number_behind(self, text, words[i], &self->fam->theta) ||
        !(self->fam->theta >= 0 && self->fam->theta < 1))
      return hwp_fam_refuse(self, hwp_fam_line(self), HW_E_VALUE, "Theta/Kinship/Fst",
                            "\"%.80s\": theta must be a number of at least 0 and below 1", text);
    return HW_OK;
  }
  return HW_OK;
}

/* --- loci --- */

static hw_status read_model(hwp_fam_reader *self, hw_fam_marker *detail) {
  static const char *const rate[2] = {"the female mutation rate", "the male mutation rate"};
  static const char *const model[2] = {"the female mutation model", "the male mutation model"};
  static const char *const range[2] = {"the female mutation range", "the male mutation range"};
  static const char *const rate2[2] = {"the second female mutation rate",
                                       "the second male mutation rate"};
  int32_t number = 0, n_alleles = 0;
  for (int k = 0; k < 2; k++) HW_TRY(hwp_fam_number(self, rate[k], 0, 1, &detail->rate[k]));
  for (int k = 0; k < 2; k++) {
    HW_TRY(hwp_fam_integer(self, model[k], 0, &number));
    if (number > 4)
      return hwp_fam_refuse(self, hwp_fam_line(self), HW_E_VALUE, NULL,
                            "%s is %d; known are 0 equal, 1 proportional, 2 stepwise, 3 stepwise "
                            "stationary, 4 extended stepwise",
                            model[k], (int)number);
    detail->model[k] = number;
  }
  HW_TRY(hwp_fam_integer(self, "the number of alleles", 0, &n_alleles));
  detail->n_stated = n_alleles;
  for (int k = 0; k < 2; k++) HW_TRY(hwp_fam_number(self, range[k], 0, 1e9, &detail->range[k]));
  for (int k = 0; k < 2; k++) HW_TRY(hwp_fam_number(self, rate2[k], 0, 1, &detail->rate2[k]));
  for (int k = 0; k < 2; k++)
    if (detail->model[k] >= 2 && detail->range[k] > 1)
      return hwp_fam_refuse(self, detail->line, HW_E_VALUE, NULL,
                            "%s is %g; a further step cannot be likelier than the first: it must "
                            "be from 0 to 1",
                            range[k], detail->range[k]);
  return HW_OK;
}

/* "12\t(DatabaseSize = 2500 , Dropout probability = 0 , Minor allele frequency = 0 )" */
static hw_status read_information(hwp_fam_reader *self, hwp_fam_locus *locus) {
  char *text;
  hw_fam_marker *detail = &locus->detail;
  HW_TRY(hwp_fam_next(self, "the number of alleles", &text));
  const char *rest = hwp_fam_to_integer(text, &locus->n_alleles);
  if (rest == NULL || locus->n_alleles < 1)
    return hwp_fam_refuse(self, hwp_fam_line(self), HW_E_SYNTAX, NULL,
                          "\"%.60s\" stands where the number of alleles is expected: at least 1",
                          text);
  if (locus->n_alleles > (self->n_lines - self->at) / 2)
    return hwp_fam_refuse(self, hwp_fam_line(self), HW_E_SHAPE, NULL,
                          "the number of alleles is %d, but only %d lines follow; is the file cut "
                          "short?",
                          (int)locus->n_alleles, (int)(self->n_lines - self->at));
  detail->database_size = (double)NAN;
  (void)number_behind(self, rest, "DatabaseSize", &detail->database_size);
  (void)number_behind(self, rest, "Dropout probability", &detail->dropout);
  (void)number_behind(self, rest, "Minor allele frequency", &detail->minor_allele_frequency);
  if (!(detail->dropout >= 0 && detail->dropout <= 1))
    return hwp_fam_refuse(self, hwp_fam_line(self), HW_E_VALUE, "Dropout probability",
                          "%g; it must be from 0 to 1", detail->dropout);
  /* Familias before version 3 counted possible alleles here, of which the table may list fewer. */
  const int32_t n_all = locus->n_alleles + (locus->has_silent ? 1 : 0);
  if (detail->n_stated < locus->n_alleles)
    return hwp_fam_refuse(self, hwp_fam_line(self), HW_E_SHAPE, NULL,
                          "%d alleles are announced and %d are listed", (int)detail->n_stated,
                          (int)locus->n_alleles);
  if (detail->n_stated > n_all)
    return hwp_fam_note(self, detail->line,
                        "locus \"%s\": %d alleles are announced and %d are listed; those listed "
                        "are taken",
                        locus->name, (int)detail->n_stated, (int)n_all);
  return HW_OK;
}

static hw_status read_alleles(hwp_fam_reader *self, hwp_fam_locus *locus) {
  locus->alleles = hwp_fam_alloc(self, locus->n_alleles, sizeof *locus->alleles);
  if (locus->alleles == NULL) return HW_E_NO_MEMORY;
  for (int32_t i = 0; i < locus->n_alleles; i++) {
    hwp_fam_allele *allele = &locus->alleles[i];
    HW_TRY(hwp_fam_text(self, "an allele", &allele->name));
    allele->line = hwp_fam_line(self);
    HW_TRY(hwp_fam_number(self, "the frequency of an allele", 0, 1, &allele->frequency));
  }
  return HW_OK;
}

static hw_status read_locus(hwp_fam_reader *self, hwp_fam_locus *out) {
  HW_TRY(hwp_fam_text(self, "the name of a locus", &out->name));
  out->detail.line = hwp_fam_line(self);
  HW_TRY(read_model(self, &out->detail));
  HW_TRY(hwp_fam_bool(self, "whether there is a silent allele", &out->has_silent, NULL));
  HW_TRY(hwp_fam_number(self, "the frequency of the silent allele", 0, 1, &out->silent));
  HW_TRY(read_information(self, out));
  return read_alleles(self, out);
}

/* --- names that must differ --- */

static hw_status index_alleles(hwp_fam_reader *self, hwp_fam_locus *locus) {
  const char **names = hwp_fam_alloc(self, locus->n_alleles, sizeof *names);
  if (names == NULL) return HW_E_NO_MEMORY;
  for (int32_t i = 0; i < locus->n_alleles; i++) {
    names[i] = locus->alleles[i].name;
    if (names[i][0] == '\0')
      return hwp_fam_refuse(self, locus->alleles[i].line, HW_E_VALUE, NULL,
                            "locus \"%.60s\" has an allele without a name", locus->name);
  }
  HW_TRY(hw_name_index_init(&locus->index, locus->n_alleles, names, &self->err));
  int32_t first = 0;
  const int32_t again = hw_name_index_duplicate(&locus->index, &first);
  if (again == HW_NAME_NONE) return HW_OK;
  return hwp_fam_refuse(self, locus->alleles[again].line, HW_E_DUPLICATE, NULL,
                        "locus \"%.60s\": allele \"%.40s\" stands already in line %llu; join the "
                        "two and add up their frequencies",
                        locus->name, names[again], (unsigned long long)locus->alleles[first].line);
}

static hw_status index_loci(hwp_fam_reader *self, hwp_fam_raw_database *database) {
  const char **names = hwp_fam_alloc(self, database->n_loci, sizeof *names);
  if (names == NULL) return HW_E_NO_MEMORY;
  for (int32_t i = 0; i < database->n_loci; i++) {
    hwp_fam_locus *locus = &database->loci[i];
    names[i] = locus->name;
    HW_TRY(hwp_fam_report(self, index_alleles(self, locus)));
    if (names[i][0] == '\0')
      HW_TRY(hwp_fam_report(self, hwp_fam_refuse(self, locus->detail.line, HW_E_VALUE, NULL,
                                                 "locus %d has no name", (int)i + 1)));
  }
  HW_TRY(hw_name_index_init(&database->index, database->n_loci, names, &self->err));
  int32_t first = 0;
  const int32_t again = hw_name_index_duplicate(&database->index, &first);
  if (again == HW_NAME_NONE) return HW_OK;
  return hwp_fam_report(
      self, hwp_fam_refuse(self, database->loci[again].detail.line, HW_E_DUPLICATE, NULL,
                           "locus \"%.60s\" stands already in line %llu; remove one of the two",
                           names[again], (unsigned long long)database->loci[first].detail.line));
}

/* --- databases --- */

static hw_status read_database(hwp_fam_reader *self, hwp_fam_raw_database *out) {
  bool has_name = false;
  HW_TRY(hwp_fam_count(self, "the number of loci", 15, &out->n_loci));
  out->name = "";
  HW_TRY(hwp_fam_bool(self, "whether the database has a name", &has_name, NULL));
  if (has_name) HW_TRY(hwp_fam_text(self, "the name of the database", &out->name));
  out->loci = hwp_fam_alloc(self, out->n_loci, sizeof *out->loci);
  if (out->loci == NULL) return HW_E_NO_MEMORY;
  for (int32_t i = 0; i < out->n_loci; i++) {
    const hw_status status = read_locus(self, &out->loci[i]);
    if (status == HW_OK) continue;
    hw_err_while(&self->err, "reading locus %d of %d%s%.60s%s", (int)i + 1, (int)out->n_loci,
                 out->loci[i].name != NULL ? " (\"" : "",
                 out->loci[i].name != NULL ? out->loci[i].name : "",
                 out->loci[i].name != NULL ? "\")" : "");
    return status;
  }
  return index_loci(self, out);
}

/* True if the lines from here are a count, "#TRUE#", two texts, a number, or a count, "#FALSE#",
 * a text, a number: the beginning of a database. */
static bool begins_database(const hwp_fam_reader *self, int32_t from) {
  const char *line[5];
  int n = 0;
  for (int32_t i = from; i < self->n_lines && n < 5; i++)
    if (self->lines[i][0] != '\0') line[n++] = self->lines[i];
  int32_t count;
  const char *behind = n >= 4 ? hwp_fam_to_integer(line[0], &count) : NULL;
  if (behind == NULL || *behind != '\0') return false;
  const bool has_name = hwp_fam_starts(line[1], "#TRUE#");
  if (!has_name && !hwp_fam_starts(line[1], "#FALSE#")) return false;
  const int n_texts = has_name ? 2 : 1;
  for (int k = 0; k < n_texts; k++)
    if (line[2 + k][0] != '"') return false;
  return 2 + n_texts < n && strchr("0123456789.", line[2 + n_texts][0]) != NULL;
}

static hw_status skip_results(hwp_fam_reader *self) {
  const uint64_t line = hwp_fam_line(self);
  while (hwp_fam_peek(self) != NULL && !begins_database(self, self->at)) self->at++;
  if (hwp_fam_peek(self) == NULL)
    return hwp_fam_refuse(self, line, HW_E_SYNTAX, NULL,
                          "computed results are announced, but no database follows; save the file "
                          "from Familias without results");
  return hwp_fam_note(self, line,
                      "results that Familias computed were passed over; they are computed anew");
}

hw_status hwp_fam_read_databases(hwp_fam_reader *self) {
  bool has_results = false;
  const char *rest = "";
  HW_TRY(hwp_fam_bool(self, "whether there are computed results", &has_results, &rest));
  self->database_line = hwp_fam_line(self);
  HW_TRY(hwp_fam_report(self, read_theta(self, rest, &self->n_databases)));
  if (has_results) HW_TRY(skip_results(self));
  const char *next = hwp_fam_peek(self);
  if (self->n_databases == 0 && next != NULL && *next != '[') self->n_databases = 1;
  self->databases = hwp_fam_alloc(self, self->n_databases, sizeof *self->databases);
  if (self->databases == NULL) return HW_E_NO_MEMORY;
  for (int32_t i = 0; i < self->n_databases; i++) HW_TRY(read_database(self, &self->databases[i]));
  if (self->n_databases > 1)
    return hwp_fam_note(self, self->database_line,
                        "the file holds %d databases; the first, \"%s\", is used for its persons",
                        (int)self->n_databases, self->databases[0].name);
  return HW_OK;
}
