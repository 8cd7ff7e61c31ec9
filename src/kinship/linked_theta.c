/* Founder alleles of one Pólya urn, as a few populations with frequencies of their own.
 *
 * With coancestry theta the founders' alleles of a marker are drawn from one urn (Balding &
 * Nichols 1994), P(next = x) = (θ·n_x + (1 − θ)·p_x) / (1 + (n − 1)·θ), so that the parts of a
 * founder graph are no longer independent. By de Finetti's theorem the urn is the same as
 * frequencies q drawn once from a Dirichlet distribution with parameters A·p_x, A = (1 − θ)/θ, and
 * independent alleles given q:
 *
 *   P(data | v) = E_q Π_parts P(data of the part | q).
 *
 * The product is a polynomial in q whose degree is the number of founder alleles of the graph, N.
 * Sticks make a Dirichlet of Betas: q_x = B_x Π_{y<x} (1 − B_y), B_x ~ Beta(A·p_x, A·Σ_{y>x} p_y),
 * independent, and the polynomial has at most degree N in each B_x. A Gauss–Jacobi rule of n points
 * is exact for degree 2n − 1. So n = ⌊N/2⌋ + 1 points for each stick give the sum over the urn
 * exactly, up to rounding, all terms positive; and every point is a population without theta.
 *
 * The rule comes from the three-term recurrence of the Jacobi polynomials, shifted to 0 … 1, by
 * the eigenvalues of its tridiagonal matrix and the first components of its eigenvectors (Golub &
 * Welsch 1969), implicit QL steps. */
#include "kinship/linked_theta.h"

#include <float.h>
#include <math.h>

enum { MOST_NODES = HWP_URN_MOST_NODES, MOST_STEPS = 60 };

/* --- one stick --- */

/* QL with implicit shifts: d comes in as the diagonal and goes out as the eigenvalues; e[i] couples
 * i and i + 1 and is used up; z comes in as the first row of the identity and goes out as the first
 * components of the eigenvectors. */
static void rotate(int32_t l, int32_t m, double *d, double *e, double *z) {
  double g = (d[l + 1] - d[l]) / (2 * e[l]);
  g = d[m] - d[l] + e[l] / (g + copysign(sqrt(g * g + 1), g));
  double s = 1, c = 1, p = 0;
  for (int32_t i = m - 1; i >= l; i--) {
    const double f = s * e[i], b = c * e[i];
    const double length = sqrt(f * f + g * g);
    e[i + 1] = length;
    if (length == 0) { /* it falls apart here: go on with the parts */
      d[i + 1] -= p;
      e[m] = 0;
      return;
    }
    s = f / length;
    c = g / length;
    g = d[i + 1] - p;
    const double r = (d[i] - g) * s + 2 * c * b;
    p = s * r;
    d[i + 1] = g + p;
    g = c * r - b;
    const double above = z[i + 1];
    z[i + 1] = s * z[i] + c * above;
    z[i] = c * z[i] - s * above;
  }
  d[l] -= p;
  e[l] = g;
  e[m] = 0;
}

static void diagonalise(int32_t n, double *d, double *e, double *z) {
  for (int32_t l = 0; l < n; l++)
    for (int step = 0; step < MOST_STEPS; step++) {
      int32_t m = l;
      while (m < n - 1 && fabs(e[m]) > DBL_EPSILON * (fabs(d[m]) + fabs(d[m + 1]))) m++;
      if (m == l) break;
      rotate(l, m, d, e, z);
    }
}

/* n points of Beta(a, b); a or b = 0 is all at 0 or 1. */
static void make_rule(double a, double b, int32_t n, double *node, double *weight) {
  double e[MOST_NODES + 1], z[MOST_NODES];
  const double s = a + b;
  for (int32_t i = 0; i < n; i++) {
    z[i] = i == 0;
    node[i] = a > 0;
    weight[i] = i == 0;
  }
  if (!(a > 0) || !(b > 0)) return;
  node[0] = a / s;
  e[0] = sqrt(a * b / (s + 1)) / s;
  for (int32_t i = 1; i < n; i++) {
    const double t = 2 * i + s, k = i + 1;
    node[i] = (2.0 * i * i + 2 * i * (s - 1) + a * (s - 2)) / ((t - 2) * t);
    /* couples i and i + 1: k = i + 1 of the recurrence */
    e[i] = sqrt(k * (k + a - 1) * (k + b - 1) * (k + s - 2) / ((t + 1) * (t - 1))) / t;
  }
  diagonalise(n, node, e, z);
  for (int32_t i = 0; i < n; i++) {
    node[i] = node[i] < 0 ? 0 : node[i] > 1 ? 1 : node[i];
    weight[i] = z[i] * z[i];
  }
}

/* --- all sticks --- */

static bool has_urn(double theta) {
  return theta > DBL_EPSILON * DBL_EPSILON; /* below it no sum can tell */
}

int32_t hwp_urn_nodes(double theta, int32_t n_founder_alleles) {
  return has_urn(theta) ? n_founder_alleles / 2 + 1 : 1;
}

double hwp_urn_points(int32_t n_nodes, int32_t n_alleles) {
  double n = 1;
  for (int32_t x = 1; x < n_alleles; x++) n *= n_nodes;
  return n;
}

static void mix_sticks(double theta, int32_t n_nodes, int32_t n_alleles, const double *frequencies,
                       int64_t stride, double *point, double *weight) {
  double node[HW_LINKED_MAX_ALLELES][MOST_NODES] = {{0}};
  double share[HW_LINKED_MAX_ALLELES][MOST_NODES] = {{0}};
  const int64_t n_points = (int64_t)hwp_urn_points(n_nodes, n_alleles);
  const double scale = (1 - theta) / theta;
  double rest = 0;
  for (int32_t x = n_alleles - 1; x >= 0; rest += frequencies[x--])
    if (x < n_alleles - 1)
      make_rule(scale * frequencies[x], scale * rest, n_nodes, node[x], share[x]);
  for (int64_t i = 0; i < n_points; i++) {
    double *q = point + i * n_alleles * stride, left = 1, w = 1;
    int64_t at = i;
    for (int32_t x = 0; x < n_alleles - 1; x++, at /= n_nodes) {
      q[x * stride] = left * node[x][at % n_nodes];
      left *= 1 - node[x][at % n_nodes];
      w *= share[x][at % n_nodes];
    }
    q[(n_alleles - 1) * stride] = left;
    weight[i * stride] = w;
  }
}

void hwp_urn_make(double theta, int32_t n_nodes, int32_t n_alleles, const double *frequencies,
                  int64_t stride, double *point, double *weight) {
  if (has_urn(theta)) {
    mix_sticks(theta, n_nodes, n_alleles, frequencies, stride, point, weight);
    return;
  }
  for (int32_t x = 0; x < n_alleles; x++) point[x * stride] = frequencies[x];
  *weight = 1;
}
