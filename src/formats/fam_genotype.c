/* .fam reader: from the genotypes of the file to observations.
 *
 * The kinship part names alleles and loci by their places, the DVI section by
 * their names; here both become places. An allele that is seen but not in the
 * table has no frequency, and which one it should get is a decision: without
 * options.missing_allele it is refused, with it the allele is added to the table
 * before markers are built.
 *
 * One allele known and the other one not is a partial genotype: "one of the
 * alleles is 9". Familias takes it for a homozygote, which is other evidence; a
 * note tells how many there are. What is written for "not known": nothing, "-",
 * "?", "-1", and "0" where the table has no allele of this name.
 *
 * "Consider dropouts": Familias gives a homozygote a/a the probability 1 − d² if
 * the person is a/a and d(1 − d) if she is a/b, and a heterozygote (1 − d)². That
 * is the model of sets of alleles (profile.h) without drop-in. Familias has one d
 * for each locus and a profile has one for all: where they differ at the loci
 * that are typed, the largest is taken and a note tells so. */
#include <string.h>

#include "formats/fam_int.h"

/* --- names to places --- */

static bool is_unknown(const char *name) {
  static const char *const words[] = {"", "-", "?", "-1", "0", "NA", NULL};
  for (int i = 0; words[i] != NULL; i++)
    if (strcmp(name, words[i]) == 0) return true;
  return false;
}

static int32_t find_added(const hwp_fam_locus *locus, const char *name) {
  for (int32_t i = locus->n_alleles; i < locus->n_alleles + locus->n_added; i++)
    if (strcmp(locus->alleles[i].name, name) == 0) return i;
  return HW_ALLELE_NONE;
}

static hw_status add_allele(hwp_fam_reader *self, hwp_fam_locus *locus, const char *name,
                            uint64_t line, int32_t *out) {
  const int32_t n = locus->n_alleles + locus->n_added;
  hwp_fam_allele *larger = hwp_fam_alloc(self, (int64_t)n + 1, sizeof *larger);
  if (larger == NULL) return HW_E_NO_MEMORY;
  memcpy(larger, locus->alleles, (size_t)n * sizeof *larger);
  larger[n] = (hwp_fam_allele){name, self->options.missing_allele, line};
  locus->alleles = larger;
  locus->n_added++;
  locus->detail.flags |= HW_FAM_ALLELES_ADDED;
  *out = n;
  return hwp_fam_note(self, line,
                      "locus \"%s\": allele \"%s\" is seen but not in the table; it was added with "
                      "frequency %g",
                      locus->name, name, self->options.missing_allele);
}

/* Place of an allele in its locus; HW_ALLELE_NONE where it is not known. */
static hw_status find_allele(hwp_fam_reader *self, const char *person, hwp_fam_locus *locus,
                             const char *name, uint64_t line, int32_t *out) {
  *out = hw_name_index_find(&locus->index, name);
  if (*out != HW_NAME_NONE) return HW_OK;
  *out = HW_ALLELE_NONE;
  if (is_unknown(name)) return HW_OK;
  const char *comma = strchr(name, ',');
  if (comma != NULL) { /* "9,3" of a table that has 9.3 */
    char point[32];
    if (strlen(name) < sizeof point) {
      memcpy(point, name, strlen(name) + 1);
      point[comma - name] = '.';
      *out = hw_name_index_find(&locus->index, point);
      if (*out != HW_NAME_NONE) return HW_OK;
    }
  }
  *out = find_added(locus, name);
  if (*out != HW_ALLELE_NONE) return HW_OK;
  if (self->options.missing_allele > 0) return add_allele(self, locus, name, line, out);
  return hwp_fam_refuse(self, line, HW_E_REFERENCE, NULL,
                        "person \"%.60s\", locus \"%.60s\": allele \"%.40s\" is not in the "
                        "frequency table; add it there, or choose a frequency for missing alleles "
                        "(a minimum such as 5/(2n) is usual)",
                        person, locus->name, name);
}

static hw_status find_genotype(hwp_fam_reader *self, const char *person,
                               hwp_fam_genotype *genotype) {
  hwp_fam_raw_database *database = &self->databases[0];
  genotype->locus = hw_name_index_find(&database->index, genotype->locus_name);
  genotype->a = genotype->b = HW_ALLELE_NONE;
  if (genotype->locus == HW_NAME_NONE)
    return hwp_fam_refuse(self, genotype->line, HW_E_REFERENCE, "SystemName",
                          "person \"%.60s\": there is no locus \"%.60s\" in the database; add it, "
                          "or remove the genotype",
                          person, genotype->locus_name);
  hwp_fam_locus *locus = &database->loci[genotype->locus];
  HW_TRY(hwp_fam_report(
      self, find_allele(self, person, locus, genotype->names[0], genotype->line, &genotype->a)));
  return find_allele(self, person, locus, genotype->names[1], genotype->line, &genotype->b);
}

/* Loci that a person was typed at already: a mark for each, cleared by whoever set it. */
static hw_status check_repeats(hwp_fam_reader *self, const hwp_fam_person *person,
                               uint64_t *seen_at) {
  hw_status status = HW_OK;
  int32_t n = 0;
  for (; n < person->n_genotypes && status == HW_OK; n++) {
    const hwp_fam_genotype *genotype = &person->genotypes[n];
    if (genotype->locus < 0) continue;
    uint64_t *first = &seen_at[genotype->locus];
    if (*first != 0)
      status = hwp_fam_report(
          self, hwp_fam_refuse(self, genotype->line, HW_E_DUPLICATE, NULL,
                               "person \"%.60s\" is typed at locus \"%.60s\" already in line %llu; "
                               "remove one of the two",
                               person->name, self->databases[0].loci[genotype->locus].name,
                               (unsigned long long)*first));
    else
      *first = genotype->line;
  }
  for (int32_t i = 0; i < n; i++)
    if (person->genotypes[i].locus >= 0) seen_at[person->genotypes[i].locus] = 0;
  return status;
}

static hw_status resolve_named(hwp_fam_reader *self, hwp_fam_person *persons, int32_t n,
                               uint64_t *seen_at) {
  for (int32_t i = 0; i < n; i++) {
    const char *name = persons[i].name != NULL ? persons[i].name : "";
    for (int32_t k = 0; k < persons[i].n_genotypes; k++)
      HW_TRY(hwp_fam_report(self, find_genotype(self, name, &persons[i].genotypes[k])));
    HW_TRY(check_repeats(self, &persons[i], seen_at));
  }
  return HW_OK;
}

/* The kinship part: places must exist. */
static hw_status check_places(hwp_fam_reader *self, const char *person,
                              hwp_fam_genotype *genotype) {
  const hwp_fam_raw_database *database = &self->databases[0];
  const int32_t place = genotype->locus;
  if (place >= database->n_loci) {
    genotype->locus = HW_NAME_NONE;
    return hwp_fam_refuse(self, genotype->line, HW_E_REFERENCE, NULL,
                          "person \"%.60s\": locus %d does not exist; the database has %d, counted "
                          "from 0",
                          person, (int)place, (int)database->n_loci);
  }
  const hwp_fam_locus *locus = &database->loci[place];
  int32_t *const alleles[2] = {&genotype->a, &genotype->b};
  for (int k = 0; k < 2; k++) {
    if (*alleles[k] < locus->n_alleles) continue;
    const int32_t seen = *alleles[k];
    *alleles[k] = HW_ALLELE_NONE;
    return hwp_fam_refuse(self, genotype->line, HW_E_REFERENCE, NULL,
                          "person \"%.60s\", locus \"%.60s\": allele %d does not exist; the locus "
                          "has %d that can be seen, counted from 0",
                          person, locus->name, (int)seen, (int)locus->n_alleles);
  }
  return HW_OK;
}

static hw_status refuse_typed(hwp_fam_reader *self, const hwp_fam_person *persons, int32_t n) {
  for (int32_t i = 0; i < n; i++)
    if (persons[i].n_genotypes > 0)
      return hwp_fam_report(
          self, hwp_fam_refuse(self, persons[i].line, HW_E_REFERENCE, NULL,
                               "person \"%.60s\" has genotypes, but the file has no database",
                               persons[i].name != NULL ? persons[i].name : ""));
  return HW_OK;
}

hw_status hwp_fam_resolve(hwp_fam_reader *self) {
  if (self->n_databases == 0) {
    HW_TRY(refuse_typed(self, self->persons, self->n_persons));
    HW_TRY(refuse_typed(self, self->remains, self->n_remains));
    for (int32_t i = 0; i < self->n_families; i++)
      HW_TRY(refuse_typed(self, self->families[i].persons, self->families[i].n_persons));
    return HW_OK;
  }
  uint64_t *seen_at = hwp_fam_alloc(self, self->databases[0].n_loci, sizeof *seen_at);
  if (seen_at == NULL) return HW_E_NO_MEMORY;
  for (int32_t i = 0; i < self->n_persons; i++) {
    hwp_fam_person *person = &self->persons[i];
    for (int32_t k = 0; k < person->n_genotypes; k++)
      HW_TRY(hwp_fam_report(self, check_places(self, person->name, &person->genotypes[k])));
    HW_TRY(check_repeats(self, person, seen_at));
  }
  HW_TRY(resolve_named(self, self->remains, self->n_remains, seen_at));
  for (int32_t i = 0; i < self->n_families; i++)
    HW_TRY(resolve_named(self, self->families[i].persons, self->families[i].n_persons, seen_at));
  return HW_OK;
}

/* --- observations --- */

/* The dropout probability of a person who considers it; 0 = none. */
static hw_status find_dropout(hwp_fam_reader *self, const hwp_fam_person *person, double *out) {
  double least = 1;
  *out = 0;
  if (!person->considers_dropout) return HW_OK;
  for (int32_t i = 0; i < person->n_genotypes; i++) {
    const hwp_fam_locus *locus = &self->databases[0].loci[person->genotypes[i].locus];
    if (locus->detail.dropout > *out) *out = locus->detail.dropout;
    if (locus->detail.dropout < least) least = locus->detail.dropout;
  }
  if (!(*out > 0) || least >= *out) return HW_OK;
  return hwp_fam_note(self, person->line,
                      "person \"%s\": the dropout probabilities of the loci differ, from %g to %g; "
                      "a profile has one, and %g is used at all loci",
                      person->name, least, *out, *out);
}

static hw_status observe(hwp_fam_reader *self, const hwp_fam_genotype *genotype, bool as_set,
                         hw_observation *out) {
  hw_allele a = genotype->a < 0 ? HW_ALLELE_NONE : genotype->a;
  hw_allele b = genotype->b < 0 ? HW_ALLELE_NONE : genotype->b;
  if (a == HW_ALLELE_NONE) { /* the known one comes first */
    a = b;
    b = HW_ALLELE_NONE;
  }
  if (a == HW_ALLELE_NONE) return HW_OK; /* not typed */
  if (b == HW_ALLELE_NONE && self->n_partial++ == 0) self->partial_line = genotype->line;
  if (!as_set) {
    *out = (hw_observation){.kind = HW_OBS_GENOTYPE, .a = a, .b = b};
    return HW_OK;
  }
  const int32_t n = b == HW_ALLELE_NONE || a == b ? 1 : 2;
  hw_allele *seen = hwp_fam_alloc(self, n, sizeof *seen);
  if (seen == NULL) return HW_E_NO_MEMORY;
  seen[0] = n == 2 && b < a ? b : a;
  if (n == 2) seen[1] = b < a ? a : b;
  *out = (hw_observation){
      .kind = HW_OBS_SET, .a = HW_ALLELE_NONE, .b = HW_ALLELE_NONE, .n_seen = n, .seen = seen};
  return HW_OK;
}

hw_status hwp_fam_profile(hwp_fam_reader *self, const hwp_fam_person *person, const char *id,
                          hw_profile *out) {
  const int32_t n = self->databases[0].n_loci;
  hw_observation *observations = hwp_fam_alloc(self, n, sizeof *observations);
  if (observations == NULL) return HW_E_NO_MEMORY;
  for (int32_t m = 0; m < n; m++) observations[m].a = observations[m].b = HW_ALLELE_NONE;
  *out = (hw_profile){.id = id, .n_markers = n, .observations = observations};
  HW_TRY(find_dropout(self, person, &out->dropout));
  out->has_dropout = out->dropout > 0;
  for (int32_t i = 0; i < person->n_genotypes; i++)
    HW_TRY(observe(self, &person->genotypes[i], out->has_dropout,
                   &observations[person->genotypes[i].locus]));
  return HW_OK;
}
