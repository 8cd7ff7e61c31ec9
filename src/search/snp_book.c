/* Sixteen codes for what is known of a genotype.
 *
 * Likelihoods of a marker, scaled to the sum 1, are a point of a simplex. Low coverage puts almost
 * all of them near few places: nothing known; one read, two reads, three or four reads of one allele;
 * a read of each; a called genotype. A code stands for such a place, and a marker gets the nearest
 * one (Euclid, the first of equals). What a family says of a code is linear in the point before the
 * logarithm, so that the distance is what an error costs.
 *
 * The books are fixed: a sample's codes do not depend on the other samples. With three classes of
 * alleles there are codes for one read, some reads and a call of each, with four for one read and a
 * call. The first four codes of two alleles are what called genotypes need: two bits. */
#include "search/snp_screen.h"

/* Reads of an allele that is there, and of one that is not, as an error of one in a hundred has it. */
#define RIGHT 0.99
#define WRONG 0.01
/* What a call leaves to the neighbouring genotype and to the other ones. */
#define NEIGHBOUR 0.004
#define FAR 0.002

static int32_t genotype_of(int32_t a, int32_t b) {
  return a <= b ? b * (b + 1) / 2 + a : a * (a + 1) / 2 + b;
}

static void scale(double *likelihoods, int32_t n) {
  double sum = 0;
  for (int32_t g = 0; g < n; g++) sum += likelihoods[g];
  for (int32_t g = 0; g < n; g++) likelihoods[g] /= sum;
}

/* `reads` reads of allele x, and one of allele y unless it is x. */
static void set_reads(hwp_snp_book *self, int32_t code, int32_t n, int32_t x, int32_t reads,
                      int32_t y, double wrong) {
  double *to = self->likelihood[code];
  for (int32_t b = 0; b < n; b++)
    for (int32_t a = 0; a <= b; a++) {
      const double of_x = a == x && b == x ? 1 - wrong : a == x || b == x ? 0.5 : wrong;
      const double of_y = a == y && b == y ? 1 - wrong : a == y || b == y ? 0.5 : wrong;
      double p = y == x ? 1 : of_y;
      for (int32_t i = 0; i < reads; i++) p *= of_x;
      to[genotype_of(a, b)] = p;
    }
  scale(to, self->n_genotypes);
}

static void set_call(hwp_snp_book *self, int32_t code, int32_t n, int32_t x, int32_t y) {
  double *to = self->likelihood[code];
  for (int32_t b = 0; b < n; b++)
    for (int32_t a = 0; a <= b; a++) {
      const bool is_near = a == x || a == y || b == x || b == y;
      to[genotype_of(a, b)] = is_near ? NEIGHBOUR : FAR;
    }
  to[genotype_of(x, y)] = 1;
  scale(to, self->n_genotypes);
}

static int32_t set_calls(hwp_snp_book *self, int32_t code, int32_t n) {
  for (int32_t b = 0; b < n; b++)
    for (int32_t a = 0; a <= b; a++) set_call(self, code++, n, a, b);
  return code;
}

/* What two alleles have beyond calls: reads of 1, 2 and 3 to 4, doubtful ones, and of both. */
static int32_t set_pairs(hwp_snp_book *self, int32_t code) {
  for (int32_t x = 0; x < 2; x++) {
    set_reads(self, code++, 2, x, 1, x, WRONG);
    set_reads(self, code++, 2, x, 1, x, 0.1);
    set_reads(self, code++, 2, x, 2, x, WRONG);
    const double some[2][3] = {{0.91, 0.09, 0.0002}, {0.0002, 0.09, 0.91}};
    for (int32_t g = 0; g < 3; g++) self->likelihood[code][g] = some[x][g];
    scale(self->likelihood[code++], 3);
    set_reads(self, code++, 2, x, 3, 1 - x, WRONG);
  }
  set_reads(self, code++, 2, 0, 1, 1, WRONG);
  const double doubtful[3] = {0.2, 0.6, 0.2};
  for (int32_t g = 0; g < 3; g++) self->likelihood[code][g] = doubtful[g];
  return code + 1;
}

void hwp_snp_book_init(hwp_snp_book *self, int32_t n_classes) {
  *self = (hwp_snp_book){.n_genotypes = n_classes * (n_classes + 1) / 2};
  for (int32_t g = 0; g < self->n_genotypes; g++) self->likelihood[0][g] = 1;
  scale(self->likelihood[0], self->n_genotypes);
  int32_t code = set_calls(self, 1, n_classes);
  if (n_classes == 2) code = set_pairs(self, code);
  for (int32_t x = 0; n_classes > 2 && x < n_classes; x++)
    set_reads(self, code++, n_classes, x, 1, x, WRONG);
  for (int32_t x = 0; n_classes == 3 && x < n_classes; x++)
    set_reads(self, code++, n_classes, x, 2, x, WRONG);
  /* Places that are left stand for nothing; the first of equals is the one found. */
  for (; code < HWP_SNP_CODES; code++)
    for (int32_t g = 0; g < self->n_genotypes; g++)
      self->likelihood[code][g] = self->likelihood[0][g];
}

int32_t hwp_snp_book_code(const hwp_snp_book *self, const double *likelihoods) {
  int32_t best = 0;
  double least = 4; /* more than any distance */
  for (int32_t c = 0; c < HWP_SNP_CODES; c++) {
    double sum = 0;
    for (int32_t g = 0; g < self->n_genotypes; g++) {
      const double d = likelihoods[g] - self->likelihood[c][g];
      sum += d * d;
    }
    if (sum < least) {
      least = sum;
      best = c;
    }
  }
  return best;
}
