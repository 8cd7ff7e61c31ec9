/* Which observations of a family tell anything about one person, at one unlinked marker without
 * theta: those that no known genotype separates from her.
 *
 * Given somebody's genotype, her descendants and her ancestors, and the descendants that she has
 * with different partners, are independent of each other. So from the person who is asked for one
 * goes from parents to children and back, over everybody whose genotype is not certain; who is met
 * on the way tells something, who is not tells nothing that those who are met do not tell.
 * (Separation in the moral graph: Lauritzen & Sheehan 2003.)
 *
 * It holds for P(genotype | data) only: P(data) needs all of them, and data that contradict each
 * other anywhere leave no genotype possible. */
#ifndef HW_KINSHIP_SEPARATE_H
#define HW_KINSHIP_SEPARATE_H

#include "homeward/likelihood.h"
#include "kinship/family.h"

typedef enum hwp_seen_as {
  HWP_SEEN_NOTHING = 0,
  HWP_SEEN_PARTLY,  /* several genotypes are possible */
  HWP_SEEN_CERTAIN, /* one unordered genotype is */
} hwp_seen_as;

hwp_seen_as hwp_seen_as_of(const hw_marker *marker, const hw_profile *profile,
                           const hw_observation *obs);

/* @param query       individual
 * @param individual  of each profile, as is
 * @param seen        what it is at the marker (hwp_seen_as)
 * @param room        family->n bytes
 * @param tells       [out] per profile; false where nothing is seen */
void hwp_separate(const hwp_family *family, int32_t query, int32_t n_profiles,
                  const int32_t *individual, const uint8_t *seen, uint8_t *room, bool *tells);

#endif
