/* homeward-case/1 from a problem, see problem_json.h.
 *
 * Ids and allele names of the tests are plain ASCII without quotes, so they are
 * written as they are. A second profile of one person gets a code of its own,
 * declared identical with the person. */
#include "problem_json.h"

bool problem_json_is_complete(const hw_problem *problem) {
  for (int32_t k = 0; k < problem->n_profiles; k++)
    if (problem->profiles[k].typing_error > 0.0) return false;
  return true;
}

static void write_matrix(FILE *out, const char *key, const hw_marker *marker, int from) {
  const int32_t n = marker->n_alleles;
  const double *matrix = marker->matrix[from];
  fprintf(out, ", \"%s\": [", key);
  for (int32_t i = 0; i < n; i++) {
    fprintf(out, "%s[", i ? ", " : "");
    for (int32_t j = 0; j < n; j++) {
      const double entry = matrix ? matrix[i * n + j] : (i == j ? 1.0 : 0.0);
      fprintf(out, "%s%.17g", j ? ", " : "", entry);
    }
    fputs("]", out);
  }
  fputs("]", out);
}

static void write_marker(FILE *out, const hw_marker *marker) {
  char chromosome[16];
  snprintf(chromosome, sizeof chromosome, "%d", marker->chromosome);
  fprintf(out, "  {\"name\": \"%s\", \"chromosome\": \"%s\", \"alleles\": [", marker->name,
          marker->chromosome == HW_CHROMOSOME_X           ? "X"
          : marker->chromosome == HW_CHROMOSOME_AUTOSOMAL ? "A"
                                                          : chromosome);
  for (int32_t i = 0; i < marker->n_alleles; i++)
    fprintf(out, "%s\"%s\"", i ? ", " : "", marker->allele_names[i]);
  fputs("],\n   \"frequencies\": [", out);
  for (int32_t i = 0; i < marker->n_alleles; i++)
    fprintf(out, "%s%.17g", i ? ", " : "", marker->frequencies[i]);
  fputs("]", out);
  if (marker->silent != HW_ALLELE_NONE)
    fprintf(out, ", \"silent_allele\": \"%s\"", marker->allele_names[marker->silent]);
  const bool mutates = marker->matrix[0] || marker->matrix[1];
  fprintf(out, ",\n   \"mutation\": {\"model\": \"%s\"", mutates ? "custom" : "none");
  if (mutates) {
    write_matrix(out, "matrix_female", marker, HW_FROM_MOTHER);
    write_matrix(out, "matrix_male", marker, HW_FROM_FATHER);
  }
  fputs("}}", out);
}

static void write_linkages(FILE *out, const hw_problem *problem) {
  if (problem->n_linkages == 0) return;
  fputs(" \"linkage\": [", out);
  for (int32_t g = 0; g < problem->n_linkages; g++) {
    const hw_linkage *linkage = &problem->linkages[g];
    fprintf(out, "%s{\"markers\": [", g ? ", " : "");
    for (int32_t k = 0; k < linkage->n_markers; k++)
      fprintf(out, "%s\"%s\"", k ? ", " : "", problem->markers[linkage->markers[k]].name);
    fputs("], \"recombination\": [", out);
    for (int32_t k = 0; k + 1 < linkage->n_markers; k++)
      fprintf(out, "%s%.17g", k ? ", " : "", linkage->recombination[k]);
    fputs("]}", out);
  }
  fputs("],\n", out);
}

static const char *id_or_null(const hw_pedigree *pedigree, int32_t person, char *buffer,
                              size_t size) {
  if (person == HW_PERSON_NONE) return "null";
  snprintf(buffer, size, "\"%s\"", pedigree->persons[person].id);
  return buffer;
}

static void write_pedigree(FILE *out, const hw_pedigree *pedigree) {
  static const char *const sexes[] = {"unknown", "male", "female"};
  char father[64], mother[64];
  fputs("\"pedigree\": [\n", out);
  for (int32_t i = 0; i < pedigree->n_persons; i++) {
    const hw_person *p = &pedigree->persons[i];
    fprintf(out, "   {\"id\": \"%s\", \"father\": %s, \"mother\": %s, \"sex\": \"%s\"}%s\n", p->id,
            id_or_null(pedigree, p->father, father, sizeof father),
            id_or_null(pedigree, p->mother, mother, sizeof mother), sexes[p->sex],
            i + 1 < pedigree->n_persons ? "," : "");
  }
  fputs("  ]", out);
}

/* How many earlier profiles the person of profile k has. */
static int32_t count_earlier(const hw_problem *problem, int32_t k) {
  int32_t n = 0;
  for (int32_t i = 0; i < k; i++) n += problem->profile_person[i] == problem->profile_person[k];
  return n;
}

static void write_code(FILE *out, const hw_problem *problem, int32_t k) {
  fprintf(out, "\"%s", problem->pedigree->persons[problem->profile_person[k]].id);
  const int32_t earlier = count_earlier(problem, k);
  if (earlier) fprintf(out, "_%d", (int)earlier + 1);
  fputs("\"", out);
}

static int32_t first_twin(const hw_pedigree *pedigree, int32_t person) {
  while (pedigree->persons[person].twin != HW_PERSON_NONE) person = pedigree->persons[person].twin;
  return person;
}

/* One group per individual that has several codes: twins, and repeated profiles. */
static void write_identical(FILE *out, const hw_problem *problem) {
  const hw_pedigree *pedigree = problem->pedigree;
  int32_t n_groups = 0;
  for (int32_t i = 0; i < pedigree->n_persons; i++) {
    int32_t n_codes = 0;
    if (first_twin(pedigree, i) != i) continue;
    for (int32_t j = 0; j < pedigree->n_persons; j++) n_codes += first_twin(pedigree, j) == i;
    for (int32_t k = 0; k < problem->n_profiles; k++)
      n_codes +=
          first_twin(pedigree, problem->profile_person[k]) == i && count_earlier(problem, k) > 0;
    if (n_codes < 2) continue;
    fprintf(out, "%s[", n_groups++ ? ", " : ", \"identical\": [");
    int32_t n = 0;
    for (int32_t j = 0; j < pedigree->n_persons; j++)
      if (first_twin(pedigree, j) == i)
        fprintf(out, "%s\"%s\"", n++ ? ", " : "", pedigree->persons[j].id);
    for (int32_t k = 0; k < problem->n_profiles; k++)
      if (first_twin(pedigree, problem->profile_person[k]) == i && count_earlier(problem, k) > 0) {
        fputs(", ", out);
        write_code(out, problem, k);
      }
    fputs("]", out);
  }
  if (n_groups) fputs("]", out);
}

static void write_observation(FILE *out, const hw_marker *marker, const hw_observation *obs) {
  const char *const *names = marker->allele_names;
  switch (obs->kind) {
    case HW_OBS_MISSING:
      fputs("null", out);
      break;
    case HW_OBS_SINGLE:
      fprintf(out, "[\"%s\"]", names[obs->a]);
      break;
    case HW_OBS_GENOTYPE:
      if (obs->b == HW_ALLELE_NONE)
        fprintf(out, "[\"%s\", null]", names[obs->a]);
      else
        fprintf(out, "[\"%s\", \"%s\"]", names[obs->a], names[obs->b]);
      break;
    case HW_OBS_SET:
      fputs("[", out);
      for (int32_t i = 0; i < obs->n_seen; i++)
        fprintf(out, "%s\"%s\"", i ? ", " : "", names[obs->seen[i]]);
      fputs("]", out);
      break;
  }
}

static void write_profiles(FILE *out, const hw_problem *problem) {
  fputs(" \"genotypes\": {\n", out);
  for (int32_t k = 0; k < problem->n_profiles; k++) {
    fputs("  ", out);
    write_code(out, problem, k);
    fputs(": [", out);
    for (int32_t m = 0; m < problem->n_markers; m++) {
      if (m) fputs(", ", out);
      write_observation(out, &problem->markers[m], &problem->profiles[k].observations[m]);
    }
    fputs(k + 1 < problem->n_profiles ? "],\n" : "]\n", out);
  }
  fputs(" }", out);
  int32_t n = 0;
  for (int32_t k = 0; k < problem->n_profiles; k++) {
    if (!problem->profiles[k].has_dropout) continue;
    fputs(n++ ? ", " : ",\n \"dropout\": {", out);
    write_code(out, problem, k);
    fprintf(out, ": {\"dropout\": %.17g, \"drop_in\": %.17g}", problem->profiles[k].dropout,
            problem->profiles[k].drop_in);
  }
  fputs(n ? "}\n" : "\n", out);
}

void problem_json_write(FILE *out, const hw_problem *problem, const char *id) {
  static const char *const models[] = {"none",    "equal", "proportional", "stepwise",
                                       "onestep", "dawid", "custom"};
  fprintf(out,
          "{\"format\": \"homeward-case/1\", \"id\": \"%s\",\n \"description\": \"models:", id);
  for (int32_t m = 0; m < problem->n_markers; m++)
    fprintf(out, " %s (transform %d)", models[problem->markers[m].mutation.model],
            (int)problem->markers[m].mutation.transform);
  for (int32_t k = 0; k < problem->n_profiles; k++)
    if (problem->profiles[k].typing_error > 0.0)
      fprintf(out, "; typing error of profile %d is %.17g", (int)k,
              problem->profiles[k].typing_error);
  fprintf(out, "\",\n \"theta\": %.17g,\n \"markers\": [\n", problem->theta);
  for (int32_t m = 0; m < problem->n_markers; m++) {
    write_marker(out, &problem->markers[m]);
    fputs(m + 1 < problem->n_markers ? ",\n" : "],\n", out);
  }
  write_linkages(out, problem);
  fputs(" \"hypotheses\": [{\"name\": \"H1\", ", out);
  write_pedigree(out, problem->pedigree);
  write_identical(out, problem);
  fputs("}],\n", out);
  write_profiles(out, problem);
  fputs("}\n", out);
}
