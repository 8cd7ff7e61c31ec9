/* The API: where every case stands.
 *
 * What the first page shows, as numbers: counts that are kept with every change, so that they
 * cost the same at ten cases and at a million. They are of the whole database; what is named
 * with its code (what waits, which families are weak) is left out for who may not see it. */
#include <string.h>

#include "app/decide.h"
#include "app/status.h"
#include "base/check.h"
#include "web/api.h"

enum { MOST_WAITING = 25 };

/* --- parts --- */

static const hwp_api_member note_members[] = {
    HWP_API_M(hw_audit_note, entry, "entry", INT, 0, "number of the audit entry"),
    HWP_API_M(hw_audit_note, at, "at", TEXT, 0, "when, UTC"),
    HWP_API_M(hw_audit_note, actor, "actor", TEXT, 0, "by whom"),
    HWP_API_M(hw_audit_note, text, "what", TEXT, HWP_API_OR_NULL, "the run, or the file")};
static const hwp_api_schema note_schema =
    HWP_API_SCHEMA("LastTime", hw_audit_note, note_members, "When something was done last.");

static const hwp_api_member weak_members[] = {
    HWP_API_M(hw_weak, family, "family", TEXT, 0, "code of the family"),
    HWP_API_M(hw_weak, person, "person", TEXT, 0, "code of the missing person"),
    HWP_API_M(hw_weak, expected_log10_lr, "expected_log10_lr", REAL, HWP_API_OR_NULL,
              "mean log10 ratio of the person's own complete profile, by STR"),
    HWP_API_M(hw_weak, needed_log10_lr, "needed_log10_lr", REAL, HWP_API_OR_NULL,
              "log10 ratio that a proposal needs"),
    HWP_API_M(hw_weak, has_other, "has_other_evidence", YES, 0,
              "somebody of the family has SNPs or a haplotype, which do not count in this")};
static const hwp_api_schema weak_schema =
    HWP_API_SCHEMA("WeakFamily", hw_weak, weak_members,
                   "A family whose references cannot resolve its missing person.");

static const hwp_api_member waiting_members[] = {
    HWP_API_M(hw_decide_item, code, "identification", TEXT, 0, "its code"),
    HWP_API_M(hw_decide_item, sample, "sample", TEXT, 0, "code of the remains"),
    HWP_API_M(hw_decide_item, person, "person", TEXT, 0, "code of the missing person"),
    HWP_API_M(hw_decide_item, waits_for, "waits_for", TEXT, 0, "what the actor can do")};
static const hwp_api_schema waiting_schema =
    HWP_API_SCHEMA("Waiting", hw_decide_item, waiting_members,
                   "An identification whose next step is the actor's.");

/* --- the whole --- */

typedef struct status {
  const char *description;
  hwp_api_map persons, families, dossiers, sites, identifications, findings;
  hw_summary summary;
  int64_t first_review, second_review, disputed, decision;
  int n_waiting, n_weak;
  const hw_decide_item *waiting;
  const hw_weak *weak;
  const hw_audit_note *import, *run, *backup;
  bool is_stale;
} status;

#define N(m, name, sentence) HWP_API_M(status, m, name, INT, 0, sentence)
static const hwp_api_member status_members[] = {
    HWP_API_M(status, description, "description", TEXT, HWP_API_OR_NULL, "of the case database"),
    HWP_API_O(status, persons, "persons", &hwp_schema_map, "counts by role"),
    HWP_API_O(status, families, "families", &hwp_schema_map, "counts by state"),
    HWP_API_O(status, dossiers, "dossiers", &hwp_schema_map, "counts by state"),
    HWP_API_O(status, sites, "sites", &hwp_schema_map, "counts by state"),
    HWP_API_O(status, identifications, "identifications", &hwp_schema_map, "counts by state"),
    HWP_API_O(status, findings, "findings", &hwp_schema_map, "doubts on references, by state"),
    N(summary.n_remains, "remains", "samples of no known person"),
    N(summary.n_remains_typed, "remains_typed", "those of which something is typed"),
    N(summary.n_remains_str, "remains_str", "with STR"),
    N(summary.n_remains_snp, "remains_snp", "with SNPs"),
    N(summary.n_remains_lines, "remains_lines", "with mtDNA or Y haplotypes"),
    N(summary.n_references, "reference_profiles", "STR profiles of persons"),
    N(summary.n_references_snp, "reference_snp_profiles", "SNP profiles of persons"),
    N(summary.n_references_lines, "reference_haplotypes", "haplotypes of persons"),
    N(summary.n_untyped_families, "families_without_typed_reference",
      "families that miss somebody and have no typed relative"),
    N(summary.n_weak, "missing_too_weak",
      "missing persons whose family expects less than a proposal needs"),
    N(summary.n_left_out, "missing_left_out",
      "missing persons that the last run could not evaluate"),
    N(first_review, "waiting_first_review", "identifications that wait for a first review"),
    N(second_review, "waiting_second_review", "for a second one"),
    N(disputed, "disputed", "whose reviewers do not agree"),
    N(decision, "waiting_decision", "that wait for a decision"),
    HWP_API_L(status, waiting, n_waiting, "waiting_for_me", &waiting_schema,
              "the first of those whose next step the actor can do"),
    HWP_API_L(status, weak, n_weak, "weakest", &weak_schema, "families, the weakest first"),
    HWP_API_P(status, import, "last_import", &note_schema, "null = there was none"),
    HWP_API_P(status, run, "last_run", &note_schema, "null = there was none"),
    HWP_API_P(status, backup, "last_backup", &note_schema, "null = there was none"),
    HWP_API_M(status, is_stale, "imported_since_last_run", YES, 0,
              "something was imported after the last run")};
#undef N
const hwp_api_schema hwp_schema_status =
    HWP_API_SCHEMA("Status", status, status_members, "Where every case stands.");

static hw_status take_tallies(hwp_job *job, const hw_tally *tallies, int n, hwp_api_map *out,
                              hw_err *err) {
  hwp_api_item *items = hw_arena_alloc_array(job->arena, (size_t)n + 1, sizeof *items);
  if (items == NULL) return HW_NO_MEMORY(err, "counts");
  for (int i = 0; i < n; i++) {
    items[i].name = hwp_format(job, "%.*s", tallies[i].n_word, tallies[i].word);
    items[i].value = hw_value_int(tallies[i].count);
  }
  *out = (hwp_api_map){n, items};
  return HW_OK;
}

static const hw_audit_note *note_of(const hw_audit_note *note) {
  return note->entry != 0 ? note : NULL;
}

/* Families of investigations that the actor has no access to are counted, not named. */
static hw_status keep_seen(hwp_job *job, hw_status_report *r, hw_err *err) {
  int n = 0;
  for (int i = 0; i < r->n_weak; i++) {
    int64_t id = 0;
    const hw_status found = hw_look_find(job->app, HW_KIND_FAMILY, r->weak[i].family, &id, err);
    if (found == HW_OK)
      r->weak[n++] = r->weak[i];
    else if (found != HW_E_DENIED)
      return found;
  }
  r->n_weak = n;
  return HW_OK;
}

hw_status hwp_api_status(hwp_job *job, const void *body, hw_err *err) {
  (void)body;
  const hw_decide_page_options mine = {.only_mine = true, .most = MOST_WAITING};
  int64_t next = 0;
  hw_status_report *r = hw_arena_alloc(job->arena, sizeof *r);
  if (r == NULL) return HW_NO_MEMORY(err, "the overview");
  HW_TRY(hw_status_read(job->app, job->arena, r, err));
  HW_TRY(keep_seen(job, r, err));
  r->backup.text = NULL; /* where a backup lies is for the one who made it */
  status answer = {.description = r->description,
                   .summary = r->summary,
                   .first_review = r->n_first_review,
                   .second_review = r->n_second_review,
                   .disputed = r->n_disputed,
                   .decision = r->n_decision,
                   .n_weak = r->n_weak,
                   .weak = r->weak,
                   .import = note_of(&r->import),
                   .run = note_of(&r->run),
                   .backup = note_of(&r->backup),
                   .is_stale = r->is_run_stale};
  HW_TRY(
      hw_decide_page(job->app, &mine, job->arena, &answer.waiting, &answer.n_waiting, &next, err));
  HW_TRY(take_tallies(job, r->persons, r->n_persons, &answer.persons, err));
  HW_TRY(take_tallies(job, r->families, r->n_families, &answer.families, err));
  HW_TRY(take_tallies(job, r->dossiers, r->n_dossiers, &answer.dossiers, err));
  HW_TRY(take_tallies(job, r->sites, r->n_sites, &answer.sites, err));
  HW_TRY(take_tallies(job, r->identifications, r->n_identifications, &answer.identifications, err));
  HW_TRY(take_tallies(job, r->findings, r->n_findings, &answer.findings, err));
  return hwp_api_send(job, &hwp_schema_status, &answer, err);
}
