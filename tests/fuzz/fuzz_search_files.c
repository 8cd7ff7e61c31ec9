/* Fuzz target: files of plans and of searches that remember.
 *
 * The first byte chooses: a manifest, a shard of STR profiles, what a search keeps, or a
 * shard of SNP profiles. Shards and
 * kept searches are read twice, as they are and with their digests put right, for
 * digests keep a fuzzer out.
 *
 * Promises: the same bytes give the same answer twice; a failure has a message; a
 * manifest that was read is written in the same bytes again; pairs of a shard are
 * in range, in order and at or above what is kept, and an outcome that was read is
 * written in the same bytes again. */
#include <math.h>
#include <string.h>

#include "fuzz.h"
#include "mend.h"
#include "search/kept.h"
#include "search/plan_int.h"
#include "search/work.h"

enum { N_SAMPLES = 40, N_QUERIES = 6, N_SNP_QUERIES = 11, N_KINDS = 4 };

static const hw_search_options OPTIONS = {.threshold = 3, .floor = 1, .top = 2};

static void check_manifest(const char *bytes, size_t n) {
  hwp_manifest m, again;
  hw_err err = HW_ERR_INIT;
  const hw_status status = hwp_manifest_parse(bytes, n, "manifest", &m, &err);
  HW_FUZZ_CHECK(status == hwp_manifest_parse(bytes, n, "manifest", &again, NULL));
  if (status != HW_OK) {
    HW_FUZZ_CHECK(err.message[0] && err.file[0]);
    return;
  }
  hw_str text = HW_STR_INIT;
  HW_FUZZ_CHECK(hwp_manifest_format(&m, &text, NULL) == HW_OK);
  HW_FUZZ_CHECK(text.length == n && memcmp(text.bytes, bytes, n) == 0);
  const int32_t n_units = hwp_manifest_units(&m);
  HW_FUZZ_CHECK(m.n_shards >= 1 && m.n_shards <= n_units && m.n_units <= m.n_queries);
  HW_FUZZ_CHECK(m.is_wide || (m.snp.n_units == 0 && m.n_units > 0));
  int32_t first, end;
  hwp_manifest_shard(&m, m.n_shards - 1, &first, &end);
  HW_FUZZ_CHECK(end == n_units && first < end);
  const hwp_unit last = hwp_manifest_unit(&m, end - 1);
  HW_FUZZ_CHECK(last.n_queries > 0 &&
                last.first_query + last.n_queries == (last.is_snp ? m.snp.n_queries : m.n_queries));
  hw_str_clear(&text);
}

static void check_outcome(const hwp_unit *unit, const hwp_outcome *outcome, int32_t n_samples) {
  HW_FUZZ_CHECK((outcome->sums != NULL) == unit->is_snp);
  for (int32_t i = 0; unit->is_snp && i < unit->n_queries; i++) {
    const hwp_snp_sums *sums = &outcome->sums[i];
    HW_FUZZ_CHECK(sums->n_passed >= 0 && sums->n_passed <= sums->n_screened);
    HW_FUZZ_CHECK(sums->n_below >= 0 && sums->n_below <= sums->n_screened && sums->squares >= 0);
    HW_FUZZ_CHECK(sums->n_screened <= n_samples);
  }
  for (int64_t i = 0; i < outcome->n_kept; i++) {
    const hw_search_pair *pair = &outcome->kept[i];
    HW_FUZZ_CHECK(pair->sample >= 0 && pair->sample < n_samples);
    HW_FUZZ_CHECK(pair->query >= unit->first_query &&
                  pair->query < unit->first_query + unit->n_queries);
    HW_FUZZ_CHECK(pair->log10_lr >= OPTIONS.floor);
    if (i > 0)
      HW_FUZZ_CHECK(pair[-1].query < pair->query ||
                    (pair[-1].query == pair->query && pair[-1].sample < pair->sample));
  }
  hw_str bytes = HW_STR_INIT, again = HW_STR_INIT;
  hwp_outcome back;
  hwp_put_outcome(&bytes, unit, outcome);
  HW_FUZZ_CHECK(
      hwp_get_outcome(bytes.bytes, bytes.length, unit, &OPTIONS, n_samples, &back, NULL) == HW_OK);
  hwp_put_outcome(&again, unit, &back);
  HW_FUZZ_CHECK(bytes.length == again.length &&
                memcmp(bytes.bytes, again.bytes, bytes.length) == 0);
  hwp_outcome_clear(&back);
  hw_str_clear(&bytes);
  hw_str_clear(&again);
}

/* A plan of 6 queries in units of 2: one shard of three units; or of 11 in units of 8. */
static hwp_manifest small_plan(bool is_snp) {
  if (is_snp)
    return (hwp_manifest){.n_shards = 1,
                          .is_wide = true,
                          .snp = {.n_samples = N_SAMPLES,
                                  .n_queries = N_SNP_QUERIES,
                                  .options = {.threshold = 3, .floor = 1, .top = 2},
                                  .n_units = 2}};
  hwp_manifest m = {.n_samples = N_SAMPLES,
                    .n_queries = N_QUERIES,
                    .options = OPTIONS,
                    .unit_queries = 2,
                    .n_units = 3,
                    .n_shards = 1};
  return m;
}

static hw_status take(void *context, int32_t number, const hwp_outcome *outcome, hw_err *err) {
  (void)err;
  const hwp_manifest *m = context;
  const hwp_unit unit = hwp_manifest_unit(m, number);
  check_outcome(&unit, outcome, N_SAMPLES);
  return HW_OK;
}

static void check_shard(const uint8_t *bytes, size_t n, bool is_snp) {
  hwp_manifest m = small_plan(is_snp);
  hw_err err = HW_ERR_INIT;
  const hw_status status = hwp_shard_parse(&m, 0, bytes, n, take, &m, &err);
  HW_FUZZ_CHECK(status == hwp_shard_parse(&m, 0, bytes, n, NULL, NULL, NULL));
  HW_FUZZ_CHECK(status == HW_OK || (status == HW_E_DAMAGED && err.message[0]));
}

static void check_kept(const uint8_t *bytes, size_t n) {
  static const uint8_t KEY[HW_DIGEST_SIZE] = {0};
  hwp_kept kept;
  hw_err err = HW_ERR_INIT;
  const hw_status status = hwp_kept_parse(bytes, n, KEY, &OPTIONS, &kept, &err);
  if (status == HW_OK) {
    const hwp_unit all = {.n_queries = kept.n_queries};
    check_outcome(&all, &kept.outcome, kept.n_samples);
  } else {
    HW_FUZZ_CHECK(err.message[0] && !kept.samples);
  }
  hwp_kept_clear(&kept);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const uint8_t KEY[HW_DIGEST_SIZE + 4] = {0};
  if (size == 0) return 0;
  const int kind = data[0] % N_KINDS;
  uint8_t *bytes = malloc(size); /* an exact copy, to be mended */
  if (!bytes) return 0;
  memcpy(bytes, data + 1, size - 1);
  switch (kind) {
    case 0:
      check_manifest((const char *)bytes, size - 1);
      break;
    case 1:
    case 3:
      check_shard(bytes, size - 1, kind == 3);
      hw_fuzz_mend(bytes, size - 1, KEY, sizeof KEY);
      check_shard(bytes, size - 1, kind == 3);
      break;
    default:
      check_kept(bytes, size - 1);
      hw_fuzz_mend(bytes, size - 1, KEY, 0);
      check_kept(bytes, size - 1);
      break;
  }
  free(bytes);
  return 0;
}
