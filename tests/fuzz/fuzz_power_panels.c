/* Fuzz target: panels in CSV, and the lists of persons and costs.
 *
 * The text up to the first NUL is the table, what follows the lists. Promises checked on
 * every input: the same bytes give the same answer twice; a failure has a status and a
 * message; a panel that was read has a name, and markers of the case or unknown ones. */
#include <math.h>
#include <string.h>

#include "app/power.h"
#include "fuzz.h"

static hw_status read_all(hw_power_inputs *inputs, const hw_case *problem, const char *text,
                          size_t table, const char *list, hw_err *err) {
  hw_status status = hw_power_inputs_parse_panels(inputs, problem, text, table, "f", err);
  if (status == HW_OK && list != NULL) status = hw_power_inputs_cost(inputs, list, err);
  if (status == HW_OK && list != NULL) status = hw_power_inputs_exclude(inputs, problem, list, err);
  return status;
}

static void check_panels(const hw_power_inputs *inputs) {
  HW_FUZZ_CHECK(inputs->n_panels <= HW_POWER_MAX_PANELS);
  for (int32_t p = 0; p < inputs->n_panels; p++) {
    const hw_power_panel *panel = &inputs->panels[p];
    HW_FUZZ_CHECK(panel->name[0] != '\0' && panel->n_unknown >= 0);
    HW_FUZZ_CHECK(isnan(panel->cost) || panel->cost > 0.0);
    for (int32_t q = 0; q < p; q++) HW_FUZZ_CHECK(strcmp(panel->name, inputs->panels[q].name) != 0);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const hw_marker markers[2] = {{.name = "M1"}, {.name = "M2"}};
  static const hw_person persons[2] = {{"p", -1, -1, HW_MALE, -1}, {"q:r", -1, -1, HW_MALE, -1}};
  static const hw_family families[2] = {{.name = "F", .pedigree = {2, persons}},
                                        {.name = "F:q", .pedigree = {2, persons}}};
  const hw_case problem = {
      .n_markers = 2, .markers = markers, .n_families = 2, .families = families};
  char *text = malloc(size + 1);
  if (text == NULL) return 0;
  memcpy(text, data, size);
  text[size] = '\0';
  const size_t table = strlen(text);
  const char *list = table < size ? text + table + 1 : NULL;
  hw_power_inputs a = {0}, b = {0};
  hw_err err = HW_ERR_INIT, again = HW_ERR_INIT;
  const hw_status status = read_all(&a, &problem, text, table, list, &err);
  HW_FUZZ_CHECK(status == read_all(&b, &problem, text, table, list, &again));
  HW_FUZZ_CHECK(a.n_panels == b.n_panels && memcmp(&err, &again, sizeof err) == 0);
  if (status != HW_OK) HW_FUZZ_CHECK(err.status == status && err.message[0] != '\0');
  check_panels(&a);
  hw_power_inputs_clear(&a);
  hw_power_inputs_clear(&b);
  free(text);
  return 0;
}
