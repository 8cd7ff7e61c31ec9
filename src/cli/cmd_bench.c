/* homeward bench: what this machine does, in a few seconds. */
#include <stddef.h>

#include "app/bench.h"
#include "base/json_members.h"
#include "cli/cli.h"
#include "homeward/version.h"

typedef struct bench_settings {
  uint64_t seed;
  bool json;
} bench_settings;

static const cli_option options[] = {
    {"seed", "N", CLI_SEED, offsetof(bench_settings, seed), 0, 0,
     "Seed of the synthetic data (default 1).", 0, false},
    {"json", NULL, CLI_FLAG, offsetof(bench_settings, json), 0, 0,
     "Write homeward-bench/1 JSON instead of lines.", 0, false},
};

static void print(const hw_bench_report *report) {
  printf("Data       synthetic: %d remains, %d families, %d markers; threshold %g\n",
         (int)report->n_samples, (int)report->n_families, (int)report->n_markers,
         report->threshold);
  printf("Kernels    %s\n", report->kernels);
  printf("Compile    %.4g families a second\n", report->compiled_per_s);
  printf("Chance     %.4g families a second (expected false leads)\n", report->expected_per_s);
  printf("Scan       %.3g pairs a second, every column looked up (%.3g times ref)\n",
         report->every_per_s, report->every_per_s / report->ref_per_s);
  printf("Search     %.3g pairs a second with pruning, those let through computed in full\n",
         report->pruned_per_s);
  printf("Pruned     %.1f %% of the look-ups left out; %.2g of the pairs let through\n",
         100 * report->share_pruned, report->share_rescored);
  printf("All rates are of one core.\n");
}

static hw_status write_json(const hw_bench_report *report, hw_err *err) {
  hw_json_writer writer, *w = &writer;
  const struct {
    const char *key;
    double value;
  } numbers[] = {{"threshold_log10_lr", report->threshold},
                 {"families_compiled_per_s", report->compiled_per_s},
                 {"families_expected_per_s", report->expected_per_s},
                 {"pairs_per_s_every_column", report->every_per_s},
                 {"pairs_per_s_every_column_ref", report->ref_per_s},
                 {"pairs_per_s_pruned", report->pruned_per_s},
                 {"share_of_lookups_pruned", report->share_pruned},
                 {"share_of_pairs_rescored", report->share_rescored}};
  hw_json_write_init_file(w, stdout, 1);
  hw_json_write_begin_object(w);
  hw_json_add_text(w, "format", "homeward-bench/1");
  hw_json_add_text(w, "version", hw_version());
  hw_json_add_text(w, "kernels", report->kernels);
  hw_json_add_int(w, "markers", report->n_markers);
  hw_json_add_int(w, "remains", report->n_samples);
  hw_json_add_int(w, "families", report->n_families);
  for (size_t i = 0; i < CLI_COUNT_OF(numbers); i++)
    hw_json_add_double_short(w, numbers[i].key, numbers[i].value);
  hw_json_write_end_object(w);
  return hw_json_write_finish(w, err);
}

static int run(int argc, char **argv) {
  bench_settings settings = {.seed = 1};
  hw_err err = HW_ERR_INIT;
  hw_bench_report report;
  char **operands = NULL;
  int n = 0;
  int status = cli_parse(&cli_command_bench, argc, argv, &settings, &operands, &n);
  if (status >= 0) return status;
  const hw_bench_options what = {.seed = settings.seed, .simd = cli_simd()};
  if (hw_bench_run(&what, &report, &err) != HW_OK) return cli_error(&err);
  if (!settings.json)
    print(&report);
  else if (write_json(&report, &err) != HW_OK)
    return cli_error(&err);
  return CLI_FINE;
}

const cli_command cli_command_bench = {
    .name = "bench",
    .operands = "",
    .brief = "how fast this machine searches",
    .description =
        "Measures for a few seconds, on synthetic data made in memory (no person is real), what "
        "'homeward search' consists of: compiling families, computing how many false leads they "
        "are to expect, and scanning remains. The scan is measured with every column looked up, "
        "and as a search does it, where most look-ups are left out because nobody of a tile can "
        "reach the threshold any more. Rates are of one core; the kernel set is that of HW_SIMD, "
        "or the widest that this processor runs.\n",
    .examples = "  homeward bench\n  HW_SIMD=avx2 homeward bench --json\n",
    .options = options,
    .n_options = CLI_COUNT_OF(options),
    .run = run,
};
