/* Alleles that a run added to the frequency table, kept with the run.
 *
 * What one profile of the investigation shows and the table lacks is added for all, so that
 * the frequencies of a pair depend on profiles of others. Kept with the run, the list lets
 * a pair be computed again from its own records alone. It is a part of what was found:
 *
 *     {"method": "search", …, "outcome": {…, "added_alleles": {"D21S11": ["27.3"]}}}
 *
 * and nothing is believed of it: the digest of the table says whether it is right. */
#include <string.h>

#include "app/kept_run.h"
#include "base/check.h"
#include "base/json_members.h"
#include "base/json_read.h"

/* --- writing --- */

static void write_alleles(hw_json_writer *w, const hw_stored_case *stored) {
  const hw_added_allele *added = stored->added;
  hw_json_write_begin_object(w);
  for (int32_t i = 0; i < stored->n_added;) {
    const char *marker = added[i].marker;
    hw_json_add_array(w, marker);
    for (; i < stored->n_added && strcmp(added[i].marker, marker) == 0; i++)
      hw_json_write_string(w, added[i].allele);
    hw_json_write_end_array(w);
  }
  hw_json_write_end_object(w);
}

/* The outcome stands last: the list goes before its brace. */
hw_status hwp_run_alleles_write(const hw_stored_case *stored, const char *parameters,
                                hw_arena *arena, const char **out, hw_err *err) {
  hw_str text = HW_STR_INIT;
  hw_json_writer w;
  const bool has_outcome = strstr(parameters, "\"outcome\"") != NULL;
  const size_t n = strlen(parameters), n_braces = has_outcome ? 2 : 1;
  *out = parameters;
  if (stored->n_added == 0) return HW_OK;
  hw_str_append_bytes(&text, parameters, n - n_braces);
  if (parameters[n - n_braces - 1] != '{') hw_str_append(&text, ", ");
  hw_str_append(&text, has_outcome ? "\"added_alleles\": " : "\"outcome\": {\"added_alleles\": ");
  hw_json_write_init_str(&w, &text, 0);
  write_alleles(&w, stored);
  hw_status status = hw_json_write_finish_bare(&w, err);
  hw_str_append(&text, "}}");
  if (status == HW_OK) {
    *out = hw_arena_strndup(arena, text.bytes, text.length);
    if (hw_str_status(&text) != HW_OK || *out == NULL) status = HW_NO_MEMORY(err, "the run");
  }
  hw_str_clear(&text);
  return status;
}

/* --- reading --- */

static hw_status add_marker(const char *marker, const hw_json *alleles, hw_arena *arena,
                            int32_t most, hw_added_allele *items, int32_t *n, hw_err *err) {
  const char *name = hw_arena_strdup(arena, marker);
  if (name == NULL) return HW_NO_MEMORY(err, "the alleles");
  for (size_t i = 0; i < hw_json_count(alleles) && *n < most; i++) {
    const char *allele = NULL;
    if (hw_json_as_string(hw_json_at(alleles, i), &allele, NULL) != HW_OK) continue;
    allele = hw_arena_strdup(arena, allele);
    if (allele == NULL) return HW_NO_MEMORY(err, "the alleles");
    items[(*n)++] = (hw_added_allele){name, allele};
  }
  return HW_OK;
}

static hw_status read_alleles(const hw_json *markers, hw_arena *arena, hw_added_allele **out,
                              int32_t *n, hw_err *err) {
  int32_t most = 0;
  hw_json_iter it = {0};
  while (hw_json_next(markers, &it)) most += (int32_t)hw_json_count(it.value);
  *out = hw_arena_alloc_array(arena, (size_t)most, sizeof **out);
  if (*out == NULL) return HW_NO_MEMORY(err, "the alleles");
  it = (hw_json_iter){0};
  while (hw_json_next(markers, &it))
    HW_TRY(add_marker(it.key, it.value, arena, most, *out, n, err));
  return HW_OK;
}

hw_status hwp_run_alleles_read(const char *parameters, hw_arena *arena, hw_added_allele **out,
                               int32_t *n, hw_err *err) {
  hw_json_doc *doc = NULL;
  *out = NULL;
  *n = 0;
  if (strstr(parameters, "\"added_alleles\"") == NULL) return HW_OK;
  HW_TRY(hw_json_doc_parse(parameters, strlen(parameters), NULL, &doc, err));
  const hw_json *outcome = hw_json_find(hw_json_doc_root(doc), "outcome");
  const hw_status status = read_alleles(hw_json_find(outcome, "added_alleles"), arena, out, n, err);
  hw_json_doc_delete(doc);
  return status;
}
