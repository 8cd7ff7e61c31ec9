/* Rows of a search's input as bytes, shared by the files that write and read it.
 *
 *   theta, markers   name, chromosome, position, alleles, frequencies, silent
 *                    allele, mutation, matrices
 *   sample           code, sex, profile
 *   family           code, persons (id, father, mother, sex, twin), profiles with
 *                    their persons
 *   query            family, person, code
 *   profile          what differs from the defaults; one number per marker
 *
 * An observation is one number: 0 is missing, then come genotypes (first allele ·
 * (n + 1) + second, unknown first), then single alleles, then "a set", behind
 * which its alleles stand as their number and their distances.
 *
 * The bytes of a row are its identity: its digest is theirs. */
#ifndef HW_SEARCH_INPUT_INT_H
#define HW_SEARCH_INPUT_INT_H

#include "search/bytes.h"
#include "search/input_file.h"
#include "search/input_form.h"

/* What everybody may hold against a sample or reference: kinds, alleles and sex fit the marker. */
HW_MUST_CHECK hw_status hwp_input_check_profile(const hw_search_input *input,
                                                const hw_profile *profile, hw_sex sex, hw_err *err);

/* --- writing: what does not fit its markers is refused (HW_E_VALUE, HW_E_SHAPE,
 * HW_E_REFERENCE) --- */
void hwp_put_models(hw_str *out, const hw_search_input *input);
HW_MUST_CHECK hw_status hwp_put_sample(hw_str *out, const hw_search_input *input, int32_t i,
                                       hw_err *err);
HW_MUST_CHECK hw_status hwp_put_family(hw_str *out, const hw_search_input *input, int32_t i,
                                       hw_err *err);
void hwp_put_pedigree(hw_str *out, const hw_pedigree *pedigree);
/* @param pedigree  of the query's family */
HW_MUST_CHECK hw_status hwp_put_query(hw_str *out, const hw_search_query *query, int32_t n_families,
                                      const hw_pedigree *pedigree, hw_err *err);

/* --- reading: HW_E_DAMAGED where bytes do not make a row; HW_E_NO_MEMORY --- */
HW_MUST_CHECK hw_status hwp_get_models(hwp_bytes *in, hw_arena *arena, hw_search_input *out,
                                       hw_err *err);
HW_MUST_CHECK hw_status hwp_get_sample(hwp_bytes *in, hw_arena *arena, const hw_search_input *input,
                                       hw_search_sample *out, hw_err *err);
HW_MUST_CHECK hw_status hwp_get_family(hwp_bytes *in, hw_arena *arena, const hw_search_input *input,
                                       hw_search_family *out, hw_err *err);
HW_MUST_CHECK hw_status hwp_get_pedigree(hwp_bytes *in, hw_arena *arena, hw_pedigree *out,
                                         hw_err *err);
/* @param families  what of them bears on missing persons, n_families */
HW_MUST_CHECK hw_status hwp_get_query(hwp_bytes *in, hw_arena *arena, int32_t n_families,
                                      const hwp_input_kin *families, hw_search_query *out,
                                      hw_err *err);

/* hw_search_input_read from memory; @p name stands for the file in messages. */
HW_MUST_CHECK hw_status hwp_input_parse(const void *bytes, size_t n_bytes, const char *name,
                                        hw_search_input_file *out, hw_err *err);

#endif
