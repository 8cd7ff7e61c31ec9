/* Running a plan: each node's table is made from its operands', small tables
 * from a bump buffer, big ones from the heap and freed after their last reader.
 *
 * Underflow: where asked for, every computed table whose largest entry is below
 * 2^-200 is scaled by a power of two, which is exact, and carries an exponent. */
#include "kinship/run.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "kinship/contract.h"

/* Entries up to which a table comes from the bump buffer. */
enum { SMALL_TABLE = 4096 };

void hwp_workspace_clear(hwp_workspace *self) {
  free(self->table);
  free(self->size);
  free(self->exponent);
  free(self->bump);
  free(self->heap);
  free(self->heap_bytes);
  for (int32_t i = 0; i < self->n_spare; i++) free(self->spare[i]);
  memset(self, 0, sizeof *self);
}

static hw_status workspace_reserve(hwp_workspace *self, int32_t n_nodes) {
  if (n_nodes <= self->cap_nodes) return HW_OK;
  hwp_workspace_clear(self);
  size_t n = (size_t)n_nodes + 64;
  self->table = malloc(sizeof *self->table * n);
  self->size = malloc(sizeof *self->size * n);
  self->exponent = malloc(sizeof *self->exponent * n);
  self->heap = calloc(n, sizeof *self->heap);
  self->heap_bytes = calloc(n, sizeof *self->heap_bytes);
  if (!self->table || !self->size || !self->exponent || !self->heap || !self->heap_bytes) {
    hwp_workspace_clear(self);
    return HW_E_NO_MEMORY;
  }
  self->cap_nodes = (int32_t)n;
  return HW_OK;
}

static int64_t domain_size(const hwp_inputs *inputs, int32_t domain) {
  return domain == 0 ? inputs->k : inputs->evidence[domain - 1].n;
}

static int64_t table_size(const hwp_inputs *inputs, const hwp_node *node) {
  int64_t size = 1;
  for (int i = 0; i < node->rank; i++) size *= domain_size(inputs, node->domain[i]);
  return size;
}

/* Sizes of all tables, and room for the small ones, so that the bump buffer is
 * made once and never moves. */
static hw_status bump_reserve(const hwp_plan *plan, const hwp_inputs *inputs, hwp_workspace *self) {
  size_t need = 0;
  for (int32_t i = 0; i < plan->n_nodes; i++) {
    const int64_t size = table_size(inputs, &plan->nodes[i]);
    self->size[i] = size;
    if (size <= SMALL_TABLE) need += (size_t)size;
  }
  self->bump_used = 0;
  if (need <= self->bump_size) return HW_OK;
  free(self->bump);
  self->bump_size = need + need / 2;
  self->bump = malloc(sizeof *self->bump * self->bump_size);
  if (self->bump != NULL) return HW_OK;
  self->bump_size = 0;
  return HW_E_NO_MEMORY;
}

/* Gives a node the smallest spare block that is large enough, unless that would
 * waste three quarters of it. */
static bool take_spare(hwp_workspace *self, int32_t node, size_t bytes) {
  int32_t best = -1;
  for (int32_t i = 0; i < self->n_spare; i++) {
    if (self->spare_bytes[i] < bytes || self->spare_bytes[i] / 4 > bytes) continue;
    if (best < 0 || self->spare_bytes[i] < self->spare_bytes[best]) best = i;
  }
  if (best < 0) return false;
  self->heap[node] = self->spare[best];
  self->heap_bytes[node] = self->spare_bytes[best];
  self->n_spare--;
  self->spare[best] = self->spare[self->n_spare];
  self->spare_bytes[best] = self->spare_bytes[self->n_spare];
  return true;
}

static double *new_table(hwp_workspace *self, int32_t node, int64_t size) {
  if (size <= SMALL_TABLE) {
    double *table = self->bump + self->bump_used;
    self->bump_used += (size_t)size;
    return table;
  }
  size_t bytes;
  if (!hw_mul_size((size_t)size, sizeof(double), &bytes)) return NULL;
  if (take_spare(self, node, bytes)) return self->heap[node];
  self->heap[node] = malloc(bytes);
  self->heap_bytes[node] = bytes;
  return self->heap[node];
}

/* ---- leaves ------------------------------------------------------------ */

static int64_t source_size(const hwp_inputs *inputs, hwp_source source) {
  return source.individual < 0 ? inputs->k : inputs->evidence[source.individual].n;
}

static int32_t source_class(const hwp_inputs *inputs, hwp_source source, int64_t i) {
  if (source.individual < 0) return (int32_t)i;
  return inputs->evidence[source.individual].allele[source.part][i];
}

/* Transmission probabilities between two sources, copied in the node's layout. */
static void gather_matrix(const hwp_inputs *inputs, const hwp_node *node, double *out) {
  const double *matrix = inputs->matrix[node->from];
  int64_t n_parent = source_size(inputs, node->parent);
  int64_t n_child = source_size(inputs, node->child);
  bool transposed = node->kind == HWP_MATRIX_T;
  for (int64_t i = 0; i < n_parent; i++) {
    int32_t x = source_class(inputs, node->parent, i);
    for (int64_t j = 0; j < n_child; j++) {
      int32_t c = source_class(inputs, node->child, j);
      double value = matrix != NULL ? matrix[(int64_t)x * inputs->k + c] : (x == c ? 1.0 : 0.0);
      out[transposed ? j * n_parent + i : i * n_child + j] = value;
    }
  }
}

/* Tables that are inputs; NULL if the node's table must be computed. */
static const double *borrowed(const hwp_inputs *inputs, const hwp_node *node) {
  static const double one = 1.0;
  switch (node->kind) {
    case HWP_ONE:
      return &one;
    case HWP_PRIOR:
      return inputs->prior;
    case HWP_WEIGHT:
    case HWP_OBSERVATION:
      return inputs->evidence[node->parent.individual].weight;
    case HWP_MATRIX:
      if (node->parent.individual < 0 && node->child.individual < 0)
        return inputs->matrix[node->from];
      return NULL;
    default:
      return NULL;
  }
}

/* ---- operations -------------------------------------------------------- */

/* Steps of an operand along each label; two axes of one label add up (diagonal). */
static void operand_steps(const hwp_plan *plan, const hwp_inputs *inputs, int32_t operand,
                          const uint8_t *label, int64_t *step) {
  const hwp_node *node = &plan->nodes[operand];
  int64_t stride = 1;
  for (int i = node->rank - 1; i >= 0; i--) {
    step[label[i]] += stride;
    stride *= domain_size(inputs, node->domain[i]);
  }
}

static void set_axes(const hwp_plan *plan, const hwp_inputs *inputs, const hwp_node *node,
                     hwp_axes *axes) {
  int64_t step_a[HWP_MAX_RANK + 1], step_b[HWP_MAX_RANK + 1];
  for (int i = 0; i <= node->rank; i++) step_a[i] = step_b[i] = 0;
  operand_steps(plan, inputs, node->a, node->label_a, step_a);
  if (node->b >= 0) operand_steps(plan, inputs, node->b, node->label_b, step_b);
  axes->rank = node->rank;
  for (int i = 0; i < node->rank; i++) {
    axes->size[i] = domain_size(inputs, node->domain[i]);
    axes->step_a[i] = step_a[i];
    axes->step_b[i] = step_b[i];
  }
  axes->sum_size = node->sums ? domain_size(inputs, node->domain[node->rank]) : 1;
  axes->sum_a = step_a[node->rank];
  axes->sum_b = step_b[node->rank];
}

/* Scales a table so that its largest entry is near 1. Returns the exponent that
 * was taken out. */
static int32_t rescale(const hw_rows *rows, int64_t n, double *table) {
  double largest = rows->largest(n, table);
  if (largest == 0.0 || largest > 0x1p-200) return 0;
  int exponent;
  (void)frexp(largest, &exponent);
  double up = ldexp(1.0, -exponent / 2), up2 = ldexp(1.0, -exponent - (-exponent / 2));
  for (int64_t i = 0; i < n; i++) table[i] = table[i] * up * up2;
  return exponent;
}

static void compute(const hwp_plan *plan, const hwp_inputs *inputs, hwp_workspace *self, int32_t at,
                    double *out) {
  const hwp_node *node = &plan->nodes[at];
  self->exponent[at] = 0;
  if (node->kind == HWP_MATRIX || node->kind == HWP_MATRIX_T) {
    gather_matrix(inputs, node, out);
    return;
  }
  hwp_axes axes;
  set_axes(plan, inputs, node, &axes);
  const double *a = self->table[node->a], *b = node->b >= 0 ? self->table[node->b] : NULL;
  int32_t exp_a = self->exponent[node->a], exp_b = node->b >= 0 ? self->exponent[node->b] : 0;
  if (node->kind == HWP_PRODUCT) {
    hwp_contract_product(inputs->rows, &axes, a, b, out);
    self->exponent[at] = exp_a + exp_b;
  } else {
    int32_t top = exp_a > exp_b ? exp_a : exp_b;
    double coef_a = exp_a == top ? 0.5 : ldexp(0.5, exp_a - top);
    double coef_b = exp_b == top ? 0.5 : ldexp(0.5, exp_b - top);
    hwp_contract_sum(inputs->rows, &axes, coef_a, a, coef_b, b, out);
    self->exponent[at] = top;
  }
  if (inputs->rescale) self->exponent[at] += rescale(inputs->rows, self->size[at], out);
}

static void release(hwp_workspace *self, int32_t node) {
  if (self->heap[node] == NULL) return;
  if (self->n_spare < HWP_SPARE_BLOCKS) {
    self->spare[self->n_spare] = self->heap[node];
    self->spare_bytes[self->n_spare++] = self->heap_bytes[node];
  } else {
    free(self->heap[node]);
  }
  self->heap[node] = NULL;
}

/* Copies the query's table in the order (second, paternal, maternal), spreading it over
 * slots that nothing was learnt about. */
static void copy_query(const hwp_plan *plan, const hwp_inputs *inputs, const double *table,
                       bool single, double *query) {
  const hwp_node *node = plan->query_node >= 0 ? &plan->nodes[plan->query_node] : NULL;
  int64_t step[HWP_MAX_RANK] = {0}, stride = 1;
  for (int i = node != NULL ? node->rank - 1 : -1; i >= 0; i--) {
    step[i] = stride;
    stride *= domain_size(inputs, node->domain[i]);
  }
  int64_t step_x = plan->query_label[0] != 255 ? step[plan->query_label[0]] : 0;
  int64_t step_y = plan->query_label[1] != 255 ? step[plan->query_label[1]] : 0;
  const int64_t step_s = plan->second_label != 255 ? step[plan->second_label] : 0;
  const int64_t n_second = plan->second >= 0 ? inputs->evidence[plan->second].n : 1;
  const int64_t n_x = single ? 1 : inputs->k;
  /* Both slots of a founder may be one draw of the urn: then they are equal. */
  const bool tied = !single && step_x > 0 && plan->query_label[0] == plan->query_label[1];
  if (tied) step_y = 0;
  for (int64_t s = 0; s < n_second; s++)
    for (int64_t x = 0; x < n_x; x++)
      for (int64_t y = 0; y < inputs->k; y++) {
        const bool apart = tied && x != y;
        *query++ = apart ? 0.0 : node != NULL ? table[s * step_s + x * step_x + y * step_y] : 1.0;
      }
}

static void multiply_scalar(double *mantissa, int32_t *exponent, double factor, int32_t add) {
  *mantissa *= factor;
  *exponent += add;
  if (*mantissa < 0x1p-400 && *mantissa > 0.0) {
    int shift;
    *mantissa = frexp(*mantissa, &shift);
    *exponent += shift;
  }
}

hw_status hwp_run(const hwp_plan *plan, const hwp_inputs *inputs, hwp_workspace *self,
                  double *mantissa, int32_t *exponent, double *query) {
  hw_status status = workspace_reserve(self, plan->n_nodes);
  if (status == HW_OK) status = bump_reserve(plan, inputs, self);
  if (status != HW_OK) return status;
  int32_t done = 0;
  for (; done < plan->n_nodes; done++) {
    const hwp_node *node = &plan->nodes[done];
    const double *table = borrowed(inputs, node);
    self->exponent[done] = 0;
    if (table == NULL) {
      double *out = new_table(self, done, self->size[done]);
      if (out == NULL) {
        status = HW_E_NO_MEMORY;
        break;
      }
      compute(plan, inputs, self, done, out);
      table = out;
    }
    self->table[done] = table;
    if (node->a >= 0 && plan->nodes[node->a].last_use == done) release(self, node->a);
    if (node->b >= 0 && plan->nodes[node->b].last_use == done) release(self, node->b);
  }
  *mantissa = 1.0;
  *exponent = 0;
  for (int32_t i = 0; status == HW_OK && i < plan->n_scalars; i++)
    multiply_scalar(mantissa, exponent, *self->table[plan->scalars[i]],
                    self->exponent[plan->scalars[i]]);
  if (status == HW_OK && query != NULL) {
    bool single = plan->query_single;
    copy_query(plan, inputs, plan->query_node >= 0 ? self->table[plan->query_node] : NULL, single,
               query);
    if (plan->query_node >= 0) *exponent += self->exponent[plan->query_node];
  }
  for (int32_t i = 0; i < done; i++) release(self, i);
  return status;
}
