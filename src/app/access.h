/** @file
 * Which investigations an actor may see.
 *
 * Actors with records of kind access see those investigations, and what belongs to none; actors
 * without any, and administrators, see all. hw_app_open and hw_app_become read them once.
 *
 * What belongs to which investigation:
 *
 *     investigation, and what names one     itself: family, sample, run, individual, policy,
 *     directly                              prior_factor, linkage, access
 *     parts of something                    as the whole: family_member, pedigree, descent,
 *                                           pedigree_identity, comparison, power, joint_pair,
 *                                           joint_remains, individual_member, review, decision,
 *                                           handover, handover_item, person_name, dossier,
 *                                           assertion, profile_source, measurement, item_number,
 *                                           custody
 *     person                                those of the families with this member, and of the
 *                                           samples taken of the person
 *     sample without one                    as its person
 *     specimen                              those of the samples taken of it
 *     accession                             those of its specimens
 *     profile, snp_profile, haplotype       as the sample, or the person
 *     identification                        as its sample, its person and its comparison
 *     contradiction                         as its identification, individual and specimens
 *     finding                               as its family and profiles
 *     report                                as what its subject is the code of: an identification,
 *                                           handover, family, person, run, individual or
 *                                           investigation; one without a subject is about all
 *                                           investigations, for those who see all
 *     everything else                       none: markers, frequencies, panels, haplotype tables,
 *                                           sites, documents, operations, actors, settings …
 *
 * What belongs to several is seen by who may see one of them. Withdrawn records count like others.
 */
#ifndef HW_APP_ACCESS_H
#define HW_APP_ACCESS_H

#include "app/app.h"
#include "store/search.h"
#include "store/summary.h"

/** Whether the actor sees everything; then nothing below reads anything. */
bool hw_access_is_all(const hw_app *app);

/** @param yes  [out] whether the record may be seen. @return HW_OK; HW_E_REFERENCE if there is no
 * such record */
HW_MUST_CHECK hw_status hw_access_may(hw_app *app, hw_kind_id kind, int64_t id, bool *yes,
                                      hw_err *err);
/** @return HW_OK; HW_E_DENIED naming the record, the actor, and who can give access */
HW_MUST_CHECK hw_status hw_access_require(hw_app *app, hw_kind_id kind, int64_t id, hw_err *err);

/** Keeps those of a list that may be seen, in their order.
 * @param n  [in, out] */
HW_MUST_CHECK hw_status hw_access_filter(hw_app *app, hw_kind_id kind, int64_t *ids, int *n,
                                         hw_err *err);
/** The same for what hw_store_search found. */
HW_MUST_CHECK hw_status hw_access_filter_hits(hw_app *app, hw_hit *hits, int *n, hw_err *err);

/** A record that is to be written: what it replaces, and everything that it refers to, may be seen.
 * Else a membership would open the person that it names, or an import another's family.
 * @return HW_OK; HW_E_DENIED; HW_E_REFERENCE */
HW_MUST_CHECK hw_status hw_access_require_record(hw_app *app, const hw_record *record, hw_err *err);

/** Whether the actor may have a report on this subject: "" is everything, "RUN/…" is as the run.
 * @return HW_OK; HW_E_DENIED */
HW_MUST_CHECK hw_status hw_access_require_subject(hw_app *app, const char *subject, hw_err *err);

/** Count of a word that is not told. */
#define HW_COUNT_UNTOLD (-1)

/** Counts as hw_store_tally tells them, of what the actor may see: of families, samples and the
 * like those of the actor's investigations; of what belongs to none, as they are. Where counting
 * would mean reading everything, and above HW_ACCESS_COUNTED records, each count is
 * HW_COUNT_UNTOLD. */
#define HW_ACCESS_COUNTED 5000
HW_MUST_CHECK hw_status hw_access_tally(hw_app *app, hw_kind_id kind, hw_tally out[HW_TALLY_MAX],
                                        int *n, hw_err *err);

/* --- giving it --- */

/** Investigations of an actor's access records. By oneself, or with HW_MAY_ADMINISTER.
 * @param codes  [out] in the arena; n = 0: sees all */
HW_MUST_CHECK hw_status hw_access_list(hw_app *app, const char *actor, hw_arena *arena,
                                       const char *const **codes, int *n, hw_err *err);

/** Sets the investigations that an actor may see, in a change of its own; n = 0: all of them.
 * @return HW_OK; HW_E_DENIED without HW_MAY_ADMINISTER; HW_E_REFERENCE; HW_E_VALUE (more than
 *         HW_ACCESS_MOST) */
HW_MUST_CHECK hw_status hw_access_set(hw_app *app, const char *actor,
                                      const char *const *investigations, int n, const char *reason,
                                      hw_err *err);

#endif
