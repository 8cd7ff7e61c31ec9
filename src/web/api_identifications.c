/* The API: identifications, what speaks for and against them, and the steps of their decision.
 *
 * The sheet is the one of the page: figures, evidence by factor and by marker, what the policy
 * asks and what is met, alternatives, contradictions, reviews, all steps so far. A step is taken by
 * the same use case as on the page (app/state.h), which asks for the permission; it is asked for
 * here before the body is looked into, so that who may not take a step learns nothing by trying. */
#include <math.h>
#include <string.h>

#include "app/evidence.h"
#include "app/state.h"
#include "base/check.h"
#include "base/json_read.h"
#include "web/api.h"
#include "web/pages_sheet.h"

enum { MOST_MARKERS = 2000 };

#define STATES "candidate|reviewed|confirmed|rejected|withdrawn"

/* --- lists --- */

const hwp_api_query hwp_queries_identifications[] = {
    HWP_API_QUERY_FROM,
    HWP_API_QUERY_LIMIT,
    {"state", STATES, 0, 0, "only these; candidate and reviewed if it is not said"},
    {"mine", "0|1", 0, 0, "1 = only those whose next step the actor can do"},
    {.name = NULL}};

static const hwp_api_member item_members[] = {
    HWP_API_M(hw_decide_item, code, "code", TEXT, 0, "its number"),
    HWP_API_W(hw_decide_item, state, "state", 0, STATES, "where it stands"),
    HWP_API_M(hw_decide_item, sample, "sample", TEXT, 0, "code of the remains"),
    HWP_API_M(hw_decide_item, person, "person", TEXT, 0, "code of the missing person"),
    HWP_API_M(hw_decide_item, log10_lr, "log10_lr", REAL, HWP_API_OR_NULL,
              "log10 of the likelihood ratio; null = not known"),
    HWP_API_M(hw_decide_item, posterior, "posterior", REAL, HWP_API_OR_NULL,
              "posterior probability, of the joint run where there is one"),
    HWP_API_M(hw_decide_item, complement, "complement", REAL, HWP_API_OR_NULL, "1 - posterior"),
    HWP_API_M(hw_decide_item, waits_for, "waits_for", TEXT, HWP_API_OR_NULL,
              "the next step; null = nothing"),
    HWP_API_M(hw_decide_item, is_for_me, "is_for_me", YES, 0, "the actor can do it")};
static const hwp_api_schema item_schema = HWP_API_SCHEMA(
    "IdentificationItem", hw_decide_item, item_members, "An identification in a list.");

typedef struct identifications {
  int n;
  const hw_decide_item *items;
  int64_t next;
} identifications;
static const hwp_api_member identifications_members[] = {
    HWP_API_L(identifications, items, n, "items", &item_schema, "in the order of their records"),
    HWP_API_NEXT(identifications)};
const hwp_api_schema hwp_schema_identifications = HWP_API_SCHEMA(
    "Identifications", identifications, identifications_members, "A page of identifications.");

hw_status hwp_api_identifications(hwp_job *job, const void *body, hw_err *err) {
  (void)body;
  const char *mine = hwp_query(job, "mine");
  const hw_decide_page_options options = {.state = hwp_query(job, "state"),
                                          .only_mine = mine != NULL && mine[0] == '1',
                                          .from = hwp_api_from(job),
                                          .most = hwp_api_limit(job)};
  identifications answer = {.next = 0};
  HW_TRY(
      hw_decide_page(job->app, &options, job->arena, &answer.items, &answer.n, &answer.next, err));
  if (answer.next == 0) answer.next = -1;
  return hwp_api_send(job, &hwp_schema_identifications, &answer, err);
}

/* --- the sheet --- */

const hwp_api_query hwp_queries_identification[] = {
    {"test", "0|1", 0, 0,
     "1 = compare the data of today with those of the run, also in a large database"},
    {.name = NULL}};

typedef struct weight {
  const char *name;
  double log10_lr;
} weight;
static const hwp_api_member factor_members[] = {
    HWP_API_W(weight, name, "factor", 0, "str|snp|mt|y|prior", "what weighs"),
    HWP_API_M(weight, log10_lr, "log10_weight", REAL, 0, "log10 of its ratio")};
static const hwp_api_schema factor_schema =
    HWP_API_SCHEMA("Factor", weight, factor_members, "What one kind of evidence says.");
static const hwp_api_member marker_members[] = {
    HWP_API_M(weight, name, "marker", TEXT, 0, "its name"),
    HWP_API_M(weight, log10_lr, "log10_lr", REAL, 0, "log10 of its ratio")};
static const hwp_api_schema marker_schema =
    HWP_API_SCHEMA("MarkerRatio", weight, marker_members, "What one marker says.");

static const hwp_api_member policy_members[] = {
    HWP_API_M(hw_policy, code, "code", TEXT, 0, "its code; 'built-in'"),
    HWP_API_M(hw_policy, posterior, "posterior", REAL, HWP_API_OR_NULL,
              "least posterior; null = not asked, as the next three"),
    HWP_API_M(hw_policy, log10_lr, "log10_lr", REAL, HWP_API_OR_NULL, "least log10 ratio"),
    HWP_API_M(hw_policy, alternative_log10_lr, "alternative_log10_lr", REAL, HWP_API_OR_NULL,
              "least log10 ratio against every other missing person"),
    HWP_API_M(hw_policy, markers, "markers", INT, 0, "fewest markers; 0 = not asked"),
    HWP_API_M(hw_policy, reviewers, "reviewers", COUNT, 0, "fewest reviewers who agree"),
    HWP_API_M(hw_policy, joint, "joint", YES, 0, "a joint run must stand behind it")};
static const hwp_api_schema policy_schema =
    HWP_API_SCHEMA("Policy", hw_policy, policy_members, "What confirming asks.");

static const hwp_api_member check_members[] = {
    HWP_API_M(hw_decide_check, what, "what", TEXT, 0, "reviewers, contradictions, basis, …"),
    HWP_API_M(hw_decide_check, is_met, "is_met", YES, 0, "it is met"),
    HWP_API_M(hw_decide_check, asked, "asked", TEXT, 0, "what is asked, in words"),
    HWP_API_M(hw_decide_check, found, "found", TEXT, 0, "what was found, in words"),
    HWP_API_M(hw_decide_check, refusal, "refusal", TEXT, HWP_API_OR_NULL,
              "why not, and what can be done"),
    HWP_API_M(hw_decide_check, can_override, "can_override", YES, 0,
              "by an administrator, with a reason")};
static const hwp_api_schema check_schema =
    HWP_API_SCHEMA("Check", hw_decide_check, check_members, "Something that confirming asks.");

static const hwp_api_member alternative_members[] = {
    HWP_API_M(hw_decide_alternative, sample, "sample", TEXT, 0, "code of the remains"),
    HWP_API_M(hw_decide_alternative, person, "person", TEXT, 0, "code of the missing person"),
    HWP_API_M(hw_decide_alternative, log10_lr, "log10_lr", REAL, HWP_API_OR_NULL,
              "log10 of the likelihood ratio"),
    HWP_API_M(hw_decide_alternative, posterior, "posterior", REAL, HWP_API_OR_NULL,
              "posterior probability"),
    HWP_API_M(hw_decide_alternative, complement, "complement", REAL, HWP_API_OR_NULL,
              "1 - posterior")};
static const hwp_api_schema alternative_schema =
    HWP_API_SCHEMA("Alternative", hw_decide_alternative, alternative_members,
                   "Another pairing of the same remains, or of the same person.");

static const hwp_api_member contradiction_members[] = {
    HWP_API_M(hw_decide_contradiction, code, "code", TEXT, HWP_API_OR_NULL,
              "its code; null = it is not stored yet"),
    HWP_API_M(hw_decide_contradiction, kind, "kind", TEXT, 0, "sex, age, stature, …"),
    HWP_API_M(hw_decide_contradiction, text, "text", TEXT, 0, "what contradicts what"),
    HWP_API_M(hw_decide_contradiction, state, "state", TEXT, 0, "open or resolved"),
    HWP_API_M(hw_decide_contradiction, reason, "reason", TEXT, HWP_API_OR_NULL,
              "why it is resolved"),
    HWP_API_M(hw_decide_contradiction, is_stored, "is_stored", YES, 0,
              "else it was found just now")};
static const hwp_api_schema contradiction_schema =
    HWP_API_SCHEMA("Contradiction", hw_decide_contradiction, contradiction_members,
                   "Something that does not fit.");

static const hwp_api_member review_members[] = {
    HWP_API_M(hw_decide_review, reviewer, "reviewer", TEXT, 0, "code of the actor"),
    HWP_API_W(hw_decide_review, verdict, "verdict", 0, "agrees|disagrees", "what they say"),
    HWP_API_M(hw_decide_review, reason, "reason", TEXT, 0, "and why"),
    HWP_API_M(hw_decide_review, counts, "counts", YES, 0,
              "it is their latest word, and not from before it was returned")};
static const hwp_api_schema review_schema =
    HWP_API_SCHEMA("Review", hw_decide_review, review_members, "What a reviewer said.");

static const hwp_api_member event_members[] = {
    HWP_API_M(hw_decide_event, at, "at", TEXT, 0, "when, UTC"),
    HWP_API_M(hw_decide_event, actor, "actor", TEXT, 0, "by whom"),
    HWP_API_M(hw_decide_event, action, "action", TEXT, 0, "what was done"),
    HWP_API_M(hw_decide_event, reason, "reason", TEXT, HWP_API_OR_NULL, "and why"),
    HWP_API_M(hw_decide_event, policy, "policy", TEXT, HWP_API_OR_NULL, "what was asked then"),
    HWP_API_M(hw_decide_event, override, "override", TEXT, HWP_API_OR_NULL,
              "why it was confirmed although the policy was not met"),
    HWP_API_M(hw_decide_event, stood_on, "stood_on", JSON, 0,
              "runs, figures, thresholds and contradictions at that time")};
static const hwp_api_schema event_schema =
    HWP_API_SCHEMA("Step", hw_decide_event, event_members, "A step that was taken.");

typedef struct sheet {
  hw_decide_sheet s;
  int n_factors, n_markers;
  const weight *factors, *markers;
} sheet;

#define FIGURE(m, name, sentence) HWP_API_M(sheet, s.m, name, REAL, HWP_API_OR_NULL, sentence)
static const hwp_api_member sheet_members[] = {
    HWP_API_M(sheet, s.code, "code", TEXT, 0, "its number"),
    HWP_API_W(sheet, s.state, "state", 0, STATES, "where it stands"),
    HWP_API_M(sheet, s.reason, "reason", TEXT, HWP_API_OR_NULL, "of the last step"),
    HWP_API_M(sheet, s.sample, "sample", TEXT, 0, "code of the remains"),
    HWP_API_M(sheet, s.person, "person", TEXT, 0, "code of the missing person"),
    HWP_API_M(sheet, s.names, "names", TEXT, HWP_API_OR_NULL, "for who may read names"),
    HWP_API_M(sheet, s.investigation, "investigation", TEXT, HWP_API_OR_NULL, "its code"),
    HWP_API_M(sheet, s.proposed_by, "proposed_by", TEXT, HWP_API_OR_NULL, "actor, or the program"),
    HWP_API_M(sheet, s.evidence, "other_evidence", TEXT, HWP_API_OR_NULL,
              "other lines of evidence, in words"),
    HWP_API_M(sheet, s.run, "run", TEXT, HWP_API_OR_NULL, "run of the pair"),
    HWP_API_M(sheet, s.joint_run, "joint_run", TEXT, HWP_API_OR_NULL, "run of all pairs at once"),
    FIGURE(log10_lr, "log10_lr", "log10 of the likelihood ratio"),
    FIGURE(posterior, "posterior", "posterior probability, joint where there is a joint run"),
    FIGURE(complement, "complement", "1 - posterior"),
    FIGURE(posterior_pairwise, "posterior_pairwise", "posterior of the pair alone"),
    FIGURE(complement_pairwise, "complement_pairwise", "1 - that"),
    FIGURE(log10_glr, "log10_glr", "log10 of the best assignment with the pair over without"),
    HWP_API_M(sheet, s.standing, "standing", TEXT, HWP_API_OR_NULL, "what the joint run concludes"),
    HWP_API_M(sheet, s.markers, "markers_compared", INT, HWP_API_OR_NULL, "typed in both"),
    HWP_API_M(sheet, s.mismatches, "mismatches", INT, HWP_API_OR_NULL,
              "that fit only through a mutation"),
    FIGURE(alternative_log10_lr, "alternative_log10_lr",
           "log10 ratio against the best other missing person"),
    HWP_API_M(sheet, s.against, "alternative", TEXT, HWP_API_OR_NULL, "who that is"),
    HWP_API_L(sheet, factors, n_factors, "factors", &factor_schema, "evidence by kind"),
    HWP_API_L(sheet, markers, n_markers, "markers", &marker_schema, "STR evidence by marker"),
    HWP_API_O(sheet, s.policy, "policy", &policy_schema, "what confirming asks"),
    HWP_API_L(sheet, s.checks, s.n_checks, "checks", &check_schema, "and what is met"),
    HWP_API_L(sheet, s.alternatives, s.n_alternatives, "alternatives", &alternative_schema,
              "best first"),
    HWP_API_L(sheet, s.contradictions, s.n_contradictions, "contradictions", &contradiction_schema,
              "open and resolved"),
    HWP_API_L(sheet, s.reviews, s.n_reviews, "reviews", &review_schema, "in their order"),
    HWP_API_L(sheet, s.events, s.n_events, "steps", &event_schema, "in their order"),
    HWP_API_M(sheet, s.can_become, "can_become", TEXT, 0, "states that can follow, parted by '|'"),
    HWP_API_M(sheet, s.is_tested, "is_tested", YES, 0,
              "the data of today were compared with those of the run")};
#undef FIGURE
const hwp_api_schema hwp_schema_identification =
    HWP_API_SCHEMA("Identification", sheet, sheet_members,
                   "An identification, and what speaks for and against it.");

/* What an import brought may be no JSON: then nothing is told by factor, as by marker. */
static hw_status take_factors(const hwp_sheet_page *from, hw_arena *arena, sheet *out,
                              hw_err *err) {
  const char *parts = hw_record_text(&from->comparison, HW_FIELD_COMPARISON_PARTS);
  weight *factors = hw_arena_alloc_array(arena, HW_EVIDENCE_KINDS + 1, sizeof *factors);
  hw_evidence_parts read = {0};
  if (factors == NULL) return HW_NO_MEMORY(err, "the evidence");
  out->factors = factors;
  if (parts[0] == '\0')
    factors[out->n_factors++] =
        (weight){"str", hw_record_real(&from->comparison, HW_FIELD_COMPARISON_LOG10_LR)};
  else if (hw_evidence_parts_read(parts, &read, err) == HW_E_NO_MEMORY)
    return HW_E_NO_MEMORY;
  for (int k = 0; k < HW_EVIDENCE_KINDS; k++)
    if (read.is_typed[k])
      factors[out->n_factors++] = (weight){hw_evidence_name((hw_evidence_kind)k), read.log10_lr[k]};
  if (from->joint_pair.id != 0 &&
      !hw_record_is_null(&from->joint_pair, HW_FIELD_JOINT_PAIR_LOG10_PRIOR))
    factors[out->n_factors++] =
        (weight){"prior", hw_record_real(&from->joint_pair, HW_FIELD_JOINT_PAIR_LOG10_PRIOR)};
  return HW_OK;
}

static hw_status take_markers(const hwp_sheet_page *from, hw_arena *arena, sheet *out,
                              hw_err *err) {
  const char *text = hw_record_text(&from->comparison, HW_FIELD_COMPARISON_PER_MARKER);
  hw_json_doc *doc = NULL;
  hw_json_iter it = {0};
  hw_status status = hw_json_doc_parse(text, strlen(text), NULL, &doc, err);
  if (status != HW_OK) return status == HW_E_NO_MEMORY ? status : HW_OK;
  const hw_json *root = hw_json_doc_root(doc);
  const size_t most = hw_json_count(root) < MOST_MARKERS ? hw_json_count(root) : MOST_MARKERS;
  weight *markers = hw_arena_alloc_array(arena, most + 1, sizeof *markers);
  if (markers == NULL) status = HW_NO_MEMORY(err, "the evidence");
  while (status == HW_OK && (size_t)out->n_markers < most && hw_json_next(root, &it)) {
    weight *one = &markers[out->n_markers++];
    *one = (weight){hw_arena_strdup(arena, it.key), hw_json_as_written(it.value)};
    if (one->name == NULL) status = HW_NO_MEMORY(err, "the evidence");
  }
  out->markers = markers;
  hw_json_doc_delete(doc);
  return status;
}

static hw_status send_sheet(hwp_job *job, hw_err *err) {
  hwp_sheet_page *page = hw_arena_alloc(job->arena, sizeof *page);
  sheet *answer = hw_arena_alloc(job->arena, sizeof *answer);
  if (page == NULL || answer == NULL) return HW_NO_MEMORY(err, "an identification");
  page->job = job;
  HW_TRY(hwp_sheet_read(page, err));
  answer->s = page->sheet;
  if (page->comparison.id != 0) {
    HW_TRY(take_factors(page, job->arena, answer, err));
    HW_TRY(take_markers(page, job->arena, answer, err));
  }
  return hwp_api_send(job, &hwp_schema_identification, answer, err);
}

hw_status hwp_api_identification(hwp_job *job, const void *body, hw_err *err) {
  (void)body;
  return send_sheet(job, err);
}

/* --- proposing --- */

typedef struct proposal {
  const char *sample, *person, *reason, *evidence;
} proposal;
static const hwp_api_member proposal_members[] = {
    HWP_API_M(proposal, sample, "sample", TEXT, HWP_API_MUST, "code of the remains"),
    HWP_API_M(proposal, person, "person", TEXT, HWP_API_MUST, "code of the missing person"),
    HWP_API_M(proposal, reason, "reason", TEXT, HWP_API_MUST, "why"),
    HWP_API_M(proposal, evidence, "evidence", TEXT, 0, "other lines of evidence, in words")};
const hwp_api_schema hwp_schema_proposal =
    HWP_API_SCHEMA("Proposal", proposal, proposal_members, "An identification by hand.");

typedef struct proposed {
  const char *code;
} proposed;
static const hwp_api_member proposed_members[] = {
    HWP_API_M(proposed, code, "code", TEXT, 0, "of the identification")};
const hwp_api_schema hwp_schema_proposed =
    HWP_API_SCHEMA("Proposed", proposed, proposed_members, "The identification that was proposed.");

hw_status hwp_api_propose(hwp_job *job, const void *body, hw_err *err) {
  const proposal *what = body;
  const char *evidence =
      what->evidence != NULL && what->evidence[0] != '\0' ? what->evidence : NULL;
  proposed answer = {.code = ""};
  int64_t id = 0;
  HW_TRY(hw_look_find(job->app, HW_KIND_SAMPLE, what->sample, &id, err));
  HW_TRY(hw_look_find(job->app, HW_KIND_PERSON, what->person, &id, err));
  HW_TRY(hw_decide_propose(job->app, what->person, what->sample, what->reason, evidence, job->arena,
                           &answer.code, err));
  return hwp_api_send(job, &hwp_schema_proposed, &answer, err);
}

/* --- steps --- */

#define STEPS "review|confirm|reject|return|withdraw|resolve"
typedef struct step {
  const char *step, *reason, *verdict, *override, *report, *contradiction;
} step;
static const hwp_api_member step_members[] = {
    HWP_API_W(step, step, "step", HWP_API_MUST, STEPS,
              "review and resolve take the permission to review, the others that to decide"),
    HWP_API_M(step, reason, "reason", TEXT, HWP_API_MUST, "why; stands in the audit chain"),
    HWP_API_W(step, verdict, "verdict", 0, "agrees|disagrees", "review: what the reviewer says"),
    HWP_API_M(step, override, "override", TEXT, 0,
              "confirm: why although the policy is not met; takes the permission to administer"),
    HWP_API_M(step, report, "report", TEXT, 0, "digest of the report that the board signed"),
    HWP_API_M(step, contradiction, "contradiction", TEXT, 0, "resolve: code of what is resolved")};
const hwp_api_schema hwp_schema_step =
    HWP_API_SCHEMA("StepRequest", step, step_members, "The next step of an identification.");

typedef struct stepped {
  const char *code;
  hw_state_outcome outcome;
} stepped;
static const hwp_api_member stepped_members[] = {
    HWP_API_M(stepped, code, "code", TEXT, 0, "of what was changed"),
    HWP_API_M(stepped, outcome.before, "before", TEXT, 0, "its state before"),
    HWP_API_M(stepped, outcome.after, "after", TEXT, 0, "its state now"),
    HWP_API_M(stepped, outcome.note, "note", TEXT, HWP_API_OR_NULL,
              "'1 of 2 reviewers agree, 0 disagree', …")};
const hwp_api_schema hwp_schema_stepped =
    HWP_API_SCHEMA("Stepped", stepped, stepped_members, "What the step has done.");

static const struct step_kind {
  const char *word, *state;
  unsigned may;
} step_kinds[] = {{"review", "reviewed", HW_MAY_REVIEW},    {"confirm", "confirmed", HW_MAY_DECIDE},
                  {"reject", "rejected", HW_MAY_DECIDE},    {"return", "candidate", HW_MAY_DECIDE},
                  {"withdraw", "withdrawn", HW_MAY_DECIDE}, {"resolve", "resolved", HW_MAY_REVIEW}};

static const struct step_kind *find_step(const char *word) {
  for (size_t i = 0; i < sizeof step_kinds / sizeof *step_kinds; i++)
    if (strcmp(step_kinds[i].word, word) == 0) return &step_kinds[i];
  return NULL;
}

/* A member that is said where it means nothing would be lost without a word. */
static hw_status check_step(const step *what, hw_err *err) {
  const struct {
    const char *member, *value, *step;
    bool is_needed;
  } rules[] = {{"verdict", what->verdict, "review", true},
               {"override", what->override, "confirm", false},
               {"contradiction", what->contradiction, "resolve", true}};
  for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
    const bool is_its_step = strcmp(what->step, rules[i].step) == 0;
    if (rules[i].value != NULL && !is_its_step)
      return hw_err_set(err, HW_E_VALUE, "%s belongs to the step '%s', not to '%s'",
                        rules[i].member, rules[i].step, what->step);
    if (rules[i].value == NULL && is_its_step && rules[i].is_needed)
      return hw_err_set(err, HW_E_VALUE, "the step '%s' needs the member '%s'", what->step,
                        rules[i].member);
  }
  if (what->reason[strspn(what->reason, " \t\n")] == '\0')
    return hw_err_set(err, HW_E_VALUE, "a step needs a reason");
  return HW_OK;
}

hw_status hwp_api_step(hwp_job *job, const void *body, hw_err *err) {
  const step *what = body;
  const struct step_kind *kind = find_step(what->step);
  const bool is_resolved = what->contradiction != NULL;
  stepped answer = {.code = is_resolved ? what->contradiction : job->parts[0]};
  int64_t id = 0;
  HW_BUG_IF(kind == NULL, err);
  HW_TRY(hw_app_require(job->app, kind->may, err));
  HW_TRY(check_step(what, err));
  /* What somebody may not see cannot be changed either. */
  HW_TRY(hw_look_find(job->app, HW_KIND_IDENTIFICATION, job->parts[0], &id, err));
  if (is_resolved)
    HW_TRY(hw_look_find(job->app, HW_KIND_CONTRADICTION, what->contradiction, &id, err));
  const hw_state_request request = {
      .kind = is_resolved ? HW_KIND_CONTRADICTION : HW_KIND_IDENTIFICATION,
      .code = answer.code,
      .state = kind->state,
      .reason = what->reason,
      .disagrees = what->verdict != NULL && strcmp(what->verdict, "disagrees") == 0,
      .report = what->report != NULL && what->report[0] != '\0' ? what->report : NULL,
      .override = what->override != NULL && what->override[0] != '\0' ? what->override : NULL};
  HW_TRY(hw_state_set(job->app, &request, job->arena, &answer.outcome, err));
  return hwp_api_send(job, &hwp_schema_stepped, &answer, err);
}
