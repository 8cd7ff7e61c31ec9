/* One profile from several amplifications of one sample.
 *
 * Little DNA gives alleles that appear in one amplification and not in the next.
 * Which of them count is a rule of the laboratory; it is stored with the result,
 * and so are the replicates, so that the consensus can be made again by anybody.
 *
 * What counts depends on the multiset of what the replicates show, never on
 * their order. Under a dropout model (sets of alleles) the composite is the union
 * of the sets, and it has a model of its own that follows exactly: a copy is
 * missed if every replicate missed it (the product of the dropouts), and drop-ins
 * add up. That needs every replicate at every marker, so a marker that one of them
 * lacks is not typed. Other rules would need other models: they are refused. */
#include "app/consensus.h"

#include <string.h>

#include "base/check.h"

/* --- rules --- */

hw_status hw_consensus_rule_parse(const char *text, hw_consensus_rule *out, hw_err *err) {
  *out = (hw_consensus_rule){.kind = HW_CONSENSUS_COMPOSITE, .least = 1};
  if (strcmp(text, "composite") == 0) return HW_OK;
  out->kind = HW_CONSENSUS_STRICT;
  if (strcmp(text, "strict") == 0) return HW_OK;
  out->kind = HW_CONSENSUS_K_OF_N;
  const char *rest = text + 1;
  if (text[0] >= '1' && text[0] <= '9' &&
      (*rest == '\0' || strcmp(rest, "-of-n") == 0 || strcmp(rest, " of n") == 0 ||
       strcmp(rest, "ofn") == 0)) {
    out->least = text[0] - '0';
    return HW_OK;
  }
  return hw_err_set(err, HW_E_USAGE,
                    "--consensus: \"%.40s\" is no rule: expected composite, strict, or 2-of-n",
                    text);
}

void hw_consensus_rule_format(const hw_consensus_rule *self, hw_str *out) {
  if (self->kind == HW_CONSENSUS_K_OF_N)
    hw_str_append_format(out, "%d-of-n", self->least);
  else
    hw_str_append(out, self->kind == HW_CONSENSUS_STRICT ? "strict" : "composite");
}

/* --- one marker --- */

/* An allele, how many replicates show it, and how many of them as a homozygote. */
typedef struct tally {
  const char *text;
  int n;
  int n_shown, n_homozygous;
} tally;

typedef struct tallies {
  int n, n_typed, n_single;
  tally alleles[HW_SEEN_MAX];
} tallies;

static bool same_allele(const tally *a, const char *text, int n) {
  return a->n == n && memcmp(a->text, text, (size_t)n) == 0;
}

static tally *tally_of(tallies *self, const char *text, int n) {
  for (int i = 0; i < self->n; i++)
    if (same_allele(&self->alleles[i], text, n)) return &self->alleles[i];
  if (self->n == HW_SEEN_MAX) return NULL;
  self->alleles[self->n] = (tally){.text = text, .n = n};
  return &self->alleles[self->n++];
}

static bool is_homozygote(const hw_seen *seen) {
  return seen->kind == HW_SEEN_GENOTYPE && seen->alleles[0].n == seen->alleles[1].n &&
         memcmp(seen->alleles[0].text, seen->alleles[1].text, (size_t)seen->alleles[0].n) == 0;
}

static hw_status count(int n, const hw_seen *seen, tallies *out, hw_err *err) {
  out->n = out->n_typed = out->n_single = 0;
  for (int r = 0; r < n; r++) {
    if (seen[r].kind == HW_SEEN_NOTHING) continue;
    out->n_typed++;
    out->n_single += seen[r].kind == HW_SEEN_SINGLE;
    const bool is_one = is_homozygote(&seen[r]);
    for (int i = 0; i < (is_one ? 1 : seen[r].n); i++) {
      tally *allele = tally_of(out, seen[r].alleles[i].text, seen[r].alleles[i].n);
      if (allele == NULL)
        return hw_err_set(err, HW_E_VALUE, "more than %d alleles at one marker", HW_SEEN_MAX);
      allele->n_shown++;
      allele->n_homozygous += is_one;
    }
  }
  return HW_OK;
}

static bool same_seen(const hw_seen *a, const hw_seen *b) {
  if (a->kind != b->kind || a->n != b->n) return false;
  for (int i = 0; i < a->n; i++)
    if (a->alleles[i].n != b->alleles[i].n ||
        memcmp(a->alleles[i].text, b->alleles[i].text, (size_t)a->alleles[i].n) != 0)
      return false;
  return true;
}

static hw_status put(hw_str *out, hw_seen_kind kind, int n, const tally *const *counted,
                     hw_err *err) {
  char texts[HW_SEEN_MAX][HW_SEEN_ALLELE_MAX + 1];
  const char *alleles[HW_SEEN_MAX];
  for (int i = 0; i < n; i++) {
    memcpy(texts[i], counted[i]->text, (size_t)counted[i]->n);
    texts[i][counted[i]->n] = '\0';
    alleles[i] = texts[i];
  }
  return hw_observation_put(out, kind, n, alleles, err);
}

/* What one allele that counts alone makes: is it confirmed that there is no other? */
static hw_seen_kind kind_of_one(const tallies *all, const tally *one, int least) {
  if (all->n_single == all->n_typed) return HW_SEEN_SINGLE;
  return all->n == 1 && one->n_homozygous >= least ? HW_SEEN_GENOTYPE : HW_SEEN_PARTIAL;
}

static hw_status put_counted(const tallies *all, int least, hw_str *out, hw_err *err) {
  const tally *counted[HW_SEEN_MAX];
  int n = 0;
  for (int i = 0; i < all->n; i++)
    if (all->alleles[i].n_shown >= least) counted[n++] = &all->alleles[i];
  if (n == 0) return HW_OK;
  if (n == 1) {
    hw_seen_kind kind = kind_of_one(all, counted[0], least);
    counted[1] = counted[0];
    return put(out, kind, kind == HW_SEEN_GENOTYPE ? 2 : 1, counted, err);
  }
  /* Different alleles where there is one copy: nothing can be said. */
  if (all->n_single == all->n_typed) return HW_OK;
  return put(out, n == 2 ? HW_SEEN_GENOTYPE : HW_SEEN_MIXTURE, n, counted, err);
}

static hw_status put_union(const tallies *all, hw_str *out, hw_err *err) {
  const tally *counted[HW_SEEN_MAX];
  for (int i = 0; i < all->n; i++) counted[i] = &all->alleles[i];
  return put(out, HW_SEEN_SET, all->n, counted, err);
}

static hw_status put_seen(const hw_seen *seen, hw_str *out, hw_err *err) {
  tally own[HW_SEEN_MAX];
  const tally *counted[HW_SEEN_MAX];
  for (int i = 0; i < seen->n; i++) {
    own[i] = (tally){.text = seen->alleles[i].text, .n = seen->alleles[i].n};
    counted[i] = &own[i];
  }
  return put(out, seen->kind, seen->n, counted, err);
}

hw_status hw_consensus_of(const hw_consensus_rule *self, int n, const hw_seen *seen, hw_str *out,
                          bool *is_discordant, hw_err *err) {
  int n_sets = 0, n_typed = 0;
  const hw_seen *first = NULL;
  *is_discordant = false;
  for (int r = 0; r < n; r++) {
    if (seen[r].kind == HW_SEEN_NOTHING) continue;
    n_sets += seen[r].kind == HW_SEEN_SET;
    n_typed++;
    if (first == NULL) first = &seen[r];
    if (!same_seen(&seen[r], first)) *is_discordant = true;
  }
  if (n_typed == 0) return HW_OK;
  tallies all;
  HW_TRY(count(n, seen, &all, err));
  if (n_sets > 0) {
    if (n_sets < n_typed || self->kind != HW_CONSENSUS_COMPOSITE)
      return hw_err_set(err, HW_E_UNSUPPORTED,
                        "replicates that are read under a dropout model have a composite "
                        "consensus, and none with others: give all of them a dropout and say "
                        "--consensus composite");
    return n_sets == n ? put_union(&all, out, err) : HW_OK;
  }
  if (self->kind == HW_CONSENSUS_STRICT)
    return *is_discordant || n_typed < n ? HW_OK : put_seen(first, out, err);
  return put_counted(&all, self->kind == HW_CONSENSUS_COMPOSITE ? 1 : self->least, out, err);
}
