/* Case files for the tests of the reader; see case_text.h. */
#include "support/case_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/assert.h"

const char CASE_COMPARISON[] =
    "{\"format\": \"homeward-case/1\", \"id\": \"c1\", \"description\": \"all parts\",\n"
    " \"theta\": 0.01,\n"
    " \"markers\": [\n"
    "  {\"name\": \"L1\", \"chromosome\": \"2\", \"position_cm\": 12.5,\n"
    "   \"alleles\": [\"8\", \"9\", \"9.3\"], \"frequencies\": [0.2, 0.3, 0.5],\n"
    "   \"mutation\": {\"model\": \"stepwise\", \"rate\": {\"female\": 0.001, \"male\": 0.002},\n"
    "    \"rate2\": {\"female\": 0.0001, \"male\": 0.0001},\n"
    "    \"range\": {\"female\": 0.1, \"male\": 0.1}}},\n"
    "  {\"name\": \"L2\", \"chromosome\": \"2\",\n"
    "   \"alleles\": [\"A\", \"B\", \"S\"], \"frequencies\": [0.4, 0.5, 0.1],\n"
    "   \"silent_allele\": \"S\",\n"
    "   \"mutation\": {\"model\": \"equal\", \"rate\": {\"female\": 0.01, \"male\": 0.01},\n"
    "    \"matrix_female\": [[0.99, 0.01, 0], [0.01, 0.99, 0], [0, 0, 1]]}},\n"
    "  {\"name\": \"X1\", \"chromosome\": \"X\",\n"
    "   \"alleles\": [\"1\", \"2\"], \"frequencies\": [0.4, 0.6],\n"
    "   \"mutation\": {\"model\": \"custom\", \"matrix_female\": [[0.98, 0.02], [0.03, 0.97]],\n"
    "    \"matrix_male\": [[1, 0], [0, 1]]}}],\n"
    " \"linkage\": [{\"markers\": [\"L1\", \"L2\"], \"recombination\": [0.1]}],\n"
    " \"hypotheses\": [\n"
    "  {\"name\": \"H1\", \"pedigree\": [\n"
    "    {\"id\": \"F\", \"father\": null, \"mother\": null, \"sex\": \"male\"},\n"
    "    {\"id\": \"M\", \"father\": null, \"mother\": null, \"sex\": \"unknown\"},\n"
    "    {\"id\": \"C\", \"father\": \"F\", \"mother\": \"M\", \"sex\": \"female\"},\n"
    "    {\"id\": \"D\", \"father\": \"F\", \"mother\": \"M\", \"sex\": \"unknown\"}],\n"
    "   \"identical\": [[\"D\", \"C\", \"bone\"]]},\n"
    "  {\"name\": \"H2\", \"pedigree\": [\n"
    "    {\"id\": \"F\", \"father\": null, \"mother\": null, \"sex\": \"male\"},\n"
    "    {\"id\": \"bone\", \"father\": null, \"mother\": null, \"sex\": \"female\"},\n"
    "    {\"id\": \"C\", \"father\": null, \"mother\": null, \"sex\": \"female\"}]}],\n"
    " \"reference\": \"H1\",\n"
    " \"genotypes\": {\n"
    "  \"C\": [[\"9\", \"8\"], [\"A\", \"A\"], [\"1\", \"2\"]],\n"
    "  \"bone\": [[\"9.3\", \"8\"], [], null],\n"
    "  \"F\": [[\"9\", null], null, [\"2\"]]},\n"
    " \"dropout\": {\"bone\": {\"dropout\": 0.1, \"drop_in\": 0.05}},\n"
    " \"expect\": {\"anything\": [1, 2]}}\n";

const char CASE_DVI[] =
    "{\"format\": \"homeward-case/1\", \"id\": \"d1\",\n"
    " \"markers\": [\n"
    "  {\"name\": \"L1\", \"chromosome\": \"A\", \"alleles\": [\"1\", \"2\"],\n"
    "   \"frequencies\": [0.5, 0.5]}],\n"
    " \"remains\": [\n"
    "  {\"id\": \"V1\", \"sex\": \"male\", \"genotypes\": [[\"1\", \"2\"]]},\n"
    "  {\"id\": \"V2\", \"sex\": \"unknown\", \"genotypes\": [[\"2\"]],\n"
    "   \"dropout\": {\"dropout\": 0.2}}],\n"
    " \"families\": [\n"
    "  {\"name\": \"F1\", \"pedigree\": [\n"
    "    {\"id\": \"M1\", \"father\": null, \"mother\": null, \"sex\": \"male\"},\n"
    "    {\"id\": \"R1\", \"father\": \"M1\", \"mother\": null, \"sex\": \"female\"}],\n"
    "   \"missing\": [\"M1\"], \"genotypes\": {\"R1\": [[\"1\", \"1\"]]}},\n"
    "  {\"name\": \"F2\", \"pedigree\": [\n"
    "    {\"id\": \"M1\", \"father\": null, \"mother\": null, \"sex\": \"male\"},\n"
    "    {\"id\": \"M2\", \"father\": null, \"mother\": null, \"sex\": \"female\"}],\n"
    "   \"missing\": [\"M2\", \"M1\"], \"genotypes\": {}}]}\n";

char *case_text_replace(const char *text, const char *from, const char *to) {
  const char *at = strstr(text, from);
  if (!at) fail_msg("the case does not contain: %s", from);
  size_t size = strlen(text) + strlen(to) + 1;
  char *out = malloc(size);
  assert_non_null(out);
  snprintf(out, size, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
  return out;
}
