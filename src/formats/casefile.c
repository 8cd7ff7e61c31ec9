/* Reader of `homeward-case/1`: the outermost levels.
 *
 * The format is described, with every key, in casefile.h and the manual. The
 * reader is strict: a key that is not part of the format, a name that stands
 * for nothing, a frequency list that does not sum, a mother who is male end
 * the reading with one error that says where it is, what was seen, what was
 * expected and what to do. A case that was read needs no further checks.
 *
 *   casefile.c           list, case, hypotheses
 *   casefile_marker.c    markers, frequencies, linkage
 *   casefile_mutation.c  mutation models and their matrices
 *   casefile_pedigree.c  persons, parents, identical persons
 *   casefile_profile.c   genotypes, dropout
 *   casefile_dvi.c       remains and families
 *
 * Order of reading inside a case: markers (alleles are looked up in them), the
 * codes of the profiles (groups of identical persons name them), hypotheses or
 * families (they tell each profile's sex), then the observations.
 *
 * Memory: the list owns one arena with everything a caller sees; the JSON
 * document and all indexes are gone when reading ends. Time is linear in the
 * file but for sorted look-ups of names. Nothing is returned from a file that
 * is wrong anywhere. */
#include "homeward/casefile.h"

#include <stdlib.h>
#include <string.h>

#include "formats/casefile_int.h"

/* Memory that one list may take: mutation matrices of many-allele markers grow
 * with the square of what stands in the file. */
#define MAX_LIST_BYTES ((size_t)4 << 30)

typedef struct storage {
  hw_case_list list;
  hw_arena arena;
} storage;

/* --- small things --- */

void hwp_case_reader_clear(hwp_case_reader *self) {
  if (self->allele_index)
    for (int32_t i = 0; i < self->n_markers; i++) hw_name_index_clear(&self->allele_index[i]);
  free(self->allele_index);
  hw_name_index_clear(&self->marker_index);
  for (int i = 0; i < 3; i++) free(self->scratch[i]);
  *self = (hwp_case_reader){0};
}

hw_status hwp_case_count(const hw_json *array, const char *what, int32_t *out, hw_err *err) {
  HW_TRY(hw_json_expect_array(array, err));
  size_t n = hw_json_count(array);
  if (n == 0)
    return hw_err_set(err, HW_E_VALUE, "the list of %s is empty; at least one is needed", what);
  if (n > INT32_MAX) return hw_err_set(err, HW_E_VALUE, "%zu %s are too many", n, what);
  *out = (int32_t)n;
  return HW_OK;
}

hw_status hwp_case_text(hwp_case_reader *self, const hw_json *object, const char *key,
                        const char **out) {
  const char *text;
  HW_TRY(hw_json_get_string(object, key, &text, self->err));
  if (!text[0])
    HWP_TRY_AT(hw_err_set(self->err, HW_E_VALUE, "\"%s\" is empty", key), self->err, "%s", key);
  *out = hw_arena_strdup(self->arena, text);
  return *out ? HW_OK : HW_NO_MEMORY(self->err, "the case");
}

void *hwp_case_alloc(hwp_case_reader *self, int32_t n, size_t size) {
  void *memory = hw_arena_alloc_array(self->arena, (size_t)n, size);
  if (!memory) (void)HW_NO_MEMORY(self->err, "the case");
  return memory;
}

hw_status hwp_case_index(hwp_case_reader *self, int32_t n, const char *const *names,
                         const char *array, const char *member, hw_name_index *out) {
  HW_TRY(hw_name_index_init(out, n, names, self->err));
  int32_t first = 0, again = hw_name_index_duplicate(out, &first);
  if (again == HW_NAME_NONE) return HW_OK;
  HWP_TRY_AT(hw_err_set(self->err, HW_E_DUPLICATE, "\"%.60s\" stands already at %s[%d]",
                        names[again], array, (int)first),
             self->err, "%s[%d]%s", array, (int)again, member);
  return HW_OK;
}

/* --- hypotheses --- */

/* Sex of each profile: what the hypotheses say, who must not contradict each
 * other; unknown if one of them does not know. */
static hw_status find_sexes(hwp_case_reader *self, const hw_case *c, hw_sex *sexes) {
  for (int32_t p = 0; p < c->n_profiles; p++) {
    const char *known_in = NULL;
    bool unknown = false;
    hw_sex sex = HW_UNKNOWN_SEX;
    for (int32_t h = 0; h < c->n_hypotheses; h++) {
      const hw_hypothesis *hypothesis = &c->hypotheses[h];
      hw_sex here = hypothesis->pedigree.persons[hypothesis->profile_person[p]].sex;
      if (here == HW_UNKNOWN_SEX) {
        unknown = true;
      } else if (known_in && here != sex) {
        HWP_TRY_AT(hw_err_set(self->err, HW_E_PEDIGREE,
                              "\"%.60s\" has another sex than in hypothesis \"%.60s\"",
                              c->profiles[p].id, known_in),
                   self->err, "hypotheses[%d].pedigree[%d].sex", (int)h,
                   (int)hypothesis->profile_person[p]);
      } else {
        sex = here;
        known_in = hypothesis->name;
      }
    }
    sexes[p] = unknown ? HW_UNKNOWN_SEX : sex;
  }
  return HW_OK;
}

static hw_status read_hypothesis(hwp_case_reader *self, const hw_json *object,
                                 const hw_name_index *codes, const hw_case *c, hw_hypothesis *out) {
  static const char *const keys[] = {"name", "pedigree", "identical", NULL};
  HW_TRY(hw_json_check_keys(object, keys, self->err));
  HW_TRY(hwp_case_text(self, object, "name", &out->name));
  int32_t *person_of = hwp_case_alloc(self, c->n_profiles, sizeof *person_of);
  if (!person_of) return HW_E_NO_MEMORY;
  hw_name_index persons = {0};
  hw_status status = hwp_case_read_pedigree(self, object, codes, c->n_profiles, c->profiles,
                                            "hypothesis", &out->pedigree, person_of, &persons);
  hw_name_index_clear(&persons);
  out->profile_person = person_of;
  return status;
}

static hw_status read_reference(hwp_case_reader *self, const hw_json *object, hw_case *c) {
  const char *reference = NULL;
  HW_TRY(hw_json_find_string(object, "reference", &reference, self->err));
  c->reference = c->n_hypotheses - 1;
  if (!reference) return HW_OK;
  for (c->reference = 0; c->reference < c->n_hypotheses; c->reference++)
    if (strcmp(c->hypotheses[c->reference].name, reference) == 0) return HW_OK;
  HWP_TRY_AT(hw_err_set(self->err, HW_E_REFERENCE, "there is no hypothesis \"%.60s\"", reference),
             self->err, "reference");
  return HW_OK;
}

static hw_status read_hypotheses(hwp_case_reader *self, const hw_json *object,
                                 const hw_name_index *codes, hw_case *c) {
  const hw_json *array;
  int32_t n = 0;
  HW_TRY(hw_json_get_array(object, "hypotheses", &array, self->err));
  HWP_TRY_AT(hwp_case_count(array, "hypotheses", &n, self->err), self->err, "hypotheses");
  hw_hypothesis *hypotheses = hwp_case_alloc(self, n, sizeof *hypotheses);
  if (!hypotheses) return HW_E_NO_MEMORY;
  const char **names = hwp_case_alloc(self, n, sizeof *names);
  if (!names) return HW_E_NO_MEMORY;
  for (int32_t i = 0; i < n; i++) {
    HWP_TRY_AT(read_hypothesis(self, hw_json_at(array, (size_t)i), codes, c, &hypotheses[i]),
               self->err, "hypotheses[%d]", (int)i);
    names[i] = hypotheses[i].name;
  }
  c->hypotheses = hypotheses;
  c->n_hypotheses = n;
  hw_name_index index = {0};
  hw_status status = hwp_case_index(self, n, names, "hypotheses", ".name", &index);
  hw_name_index_clear(&index);
  if (status != HW_OK) return status;
  return read_reference(self, object, c);
}

/* The part of a case that compares hypotheses. */
static hw_status read_comparison(hwp_case_reader *self, const hw_json *object, hw_case *c) {
  const hw_json *genotypes, *dropout = NULL;
  HW_TRY(hw_json_get_object(object, "genotypes", &genotypes, self->err));
  HW_TRY(hw_json_find_object(object, "dropout", &dropout, self->err));
  hw_name_index codes = {0};
  hw_profile *profiles = NULL;
  hw_status status =
      hwp_case_read_codes(self, genotypes, dropout, &profiles, &c->n_profiles, &codes);
  c->profiles = profiles;
  if (status == HW_OK) status = read_hypotheses(self, object, &codes, c);
  hw_name_index_clear(&codes);
  if (status != HW_OK) return status;
  hw_sex *sexes = hwp_case_alloc(self, c->n_profiles, sizeof *sexes);
  if (!sexes) return HW_E_NO_MEMORY;
  HW_TRY(find_sexes(self, c, sexes));
  return hwp_case_read_genotypes(self, genotypes, sexes, profiles, c->n_profiles);
}

/* --- case --- */

static hw_status check_format(const char *format, const char *expected, hw_err *err) {
  if (strcmp(format, expected) == 0) return HW_OK;
  HWP_TRY_AT(hw_err_set(err, HW_E_SYNTAX, "format is \"%.60s\"; expected \"%s\"", format, expected),
             err, "format");
  return HW_OK;
}

/* A case has either hypotheses or remains and families; a mixture is refused
 * by the key that does not belong. */
static hw_status check_kind(const hw_json *object, bool *is_dvi, hw_err *err) {
  static const char *const comparison[] = {"hypotheses", "genotypes", "reference", "dropout"};
  bool remains = hw_json_find(object, "remains") || hw_json_find(object, "families");
  if (!remains && !hw_json_find(object, "hypotheses"))
    return hw_err_set(err, HW_E_SYNTAX,
                      "the case has neither \"hypotheses\" nor \"remains\" and \"families\"");
  for (int i = 0; remains && i < 4; i++)
    if (hw_json_find(object, comparison[i]))
      HWP_TRY_AT(
          hw_err_set(err, HW_E_UNKNOWN_KEY,
                     "\"%s\" does not belong to a case with remains and families", comparison[i]),
          err, "%s", comparison[i]);
  *is_dvi = remains;
  return HW_OK;
}

static hw_status read_theta(const hw_json *object, double *out, hw_err *err) {
  *out = 0;
  HW_TRY(hw_json_find_double(object, "theta", out, err));
  if (!(*out >= 0 && *out < 1))
    HWP_TRY_AT(hw_err_set(err, HW_E_VALUE, "theta is %g; it must be at least 0 and below 1", *out),
               err, "theta");
  return HW_OK;
}

static hw_status read_case_parts(hwp_case_reader *self, const hw_json *object, hw_case *out) {
  static const char *const keys[] = {"format",  "id",         "description", "theta",     "markers",
                                     "linkage", "hypotheses", "reference",   "genotypes", "dropout",
                                     "remains", "families",   "expect",      NULL};
  HW_TRY(hw_json_check_keys(object, keys, self->err));
  const char *format = "homeward-case/1", *description = "";
  HW_TRY(hw_json_find_string(object, "format", &format, self->err));
  HW_TRY(check_format(format, "homeward-case/1", self->err));
  HW_TRY(hwp_case_text(self, object, "id", &out->id));
  HW_TRY(hw_json_find_string(object, "description", &description, self->err));
  out->description = hw_arena_strdup(self->arena, description);
  if (!out->description) return HW_NO_MEMORY(self->err, "the case");
  HW_TRY(read_theta(object, &out->theta, self->err));
  bool is_dvi;
  HW_TRY(check_kind(object, &is_dvi, self->err));

  const hw_json *array;
  HW_TRY(hw_json_get_array(object, "markers", &array, self->err));
  HW_TRY(hw_json_expect_array(array, self->err));
  /* A case may be weighed by evidence that is not in it; who needs markers says so. */
  if (hw_json_count(array) > 0)
    HWP_TRY_AT(hwp_case_count(array, "markers", &self->n_markers, self->err), self->err, "markers");
  HW_TRY(hwp_case_read_markers(self, array));
  out->markers = self->markers;
  out->n_markers = self->n_markers;

  array = NULL;
  HW_TRY(hw_json_find_array(object, "linkage", &array, self->err));
  if (array) {
    hw_linkage *linkages;
    HW_TRY(hwp_case_read_linkage(self, array, &linkages, &out->n_linkages));
    out->linkages = linkages;
  }
  return is_dvi ? hwp_case_read_dvi(self, object, out) : read_comparison(self, object, out);
}

static hw_status read_case(hw_arena *arena, const hw_json *object, hw_case *out, hw_err *err) {
  hwp_case_reader reader = {.arena = arena, .err = err};
  hw_status status = read_case_parts(&reader, object, out);
  hwp_case_reader_clear(&reader);
  return status;
}

/* --- list --- */

static hw_status read_many(storage *self, const hw_json *root, hw_err *err) {
  static const char *const keys[] = {"format", "cases", NULL};
  HW_TRY(hw_json_check_keys(root, keys, err));
  const hw_json *array;
  int32_t n = 0;
  HW_TRY(hw_json_get_array(root, "cases", &array, err));
  HWP_TRY_AT(hwp_case_count(array, "cases", &n, err), err, "cases");
  hwp_case_reader lists = {.arena = &self->arena, .err = err};
  hw_case *cases = hwp_case_alloc(&lists, n, sizeof *cases);
  if (!cases) return HW_E_NO_MEMORY;
  const char **ids = hwp_case_alloc(&lists, n, sizeof *ids);
  if (!ids) return HW_E_NO_MEMORY;
  for (int32_t i = 0; i < n; i++) {
    HWP_TRY_AT(read_case(&self->arena, hw_json_at(array, (size_t)i), &cases[i], err), err,
               "cases[%d]", (int)i);
    ids[i] = cases[i].id;
  }
  self->list.cases = cases;
  self->list.n_cases = n;
  hw_name_index index = {0};
  hw_status status = hwp_case_index(&lists, n, ids, "cases", ".id", &index);
  hw_name_index_clear(&index);
  return status;
}

static hw_status read_root(storage *self, const hw_json *root, hw_err *err) {
  const char *format;
  HW_TRY(hw_json_expect_object(root, err));
  HW_TRY(hw_json_get_string(root, "format", &format, err));
  if (strcmp(format, "homeward-cases/1") == 0) return read_many(self, root, err);
  if (strcmp(format, "homeward-case/1") != 0)
    HWP_TRY_AT(hw_err_set(err, HW_E_SYNTAX,
                          "format is \"%.60s\"; expected \"homeward-case/1\" or "
                          "\"homeward-cases/1\"",
                          format),
               err, "format");
  hw_case *only = hw_arena_alloc(&self->arena, sizeof *only);
  if (!only) return HW_NO_MEMORY(err, "the case");
  self->list.cases = only;
  self->list.n_cases = 1;
  return read_case(&self->arena, root, only, err);
}

/* Turns a parsed document into a list. */
static hw_status read_document(const hw_json_doc *doc, hw_case_list **out, hw_err *err) {
  storage *self = calloc(1, sizeof *self);
  if (!self) return HW_NO_MEMORY(err, "the cases");
  hw_arena_init(&self->arena, MAX_LIST_BYTES);
  self->list.storage = self;
  hw_status status = read_root(self, hw_json_doc_root(doc), err);
  if (status != HW_OK) {
    hw_json_doc_place(doc, err);
    hw_case_list_delete(&self->list);
    return status;
  }
  *out = &self->list;
  return HW_OK;
}

hw_status hw_case_list_read(const char *path, hw_case_list **out, hw_err *err) {
  hw_json_doc *doc = NULL;
  *out = NULL;
  HW_TRY(hw_json_doc_read(path, HW_CASE_MAX_BYTES, &doc, err));
  hw_status status = read_document(doc, out, err);
  hw_json_doc_delete(doc);
  return status;
}

hw_status hw_case_list_parse(const char *bytes, size_t n_bytes, const char *name,
                             hw_case_list **out, hw_err *err) {
  hw_json_doc *doc = NULL;
  *out = NULL;
  HW_TRY(hw_json_doc_parse(bytes, n_bytes, name, &doc, err));
  hw_status status = read_document(doc, out, err);
  hw_json_doc_delete(doc);
  return status;
}

void hw_case_list_delete(hw_case_list *self) {
  if (!self) return;
  storage *owner = self->storage;
  hw_arena_clear(&owner->arena);
  free(owner);
}
