/** @file
 * Logarithms, powers, sines and cosines with the same bits on every machine.
 *
 * The C library picks its log and pow for the processor at run time, and the
 * variants with and without fused multiply–add differ in the last bit now and
 * then. Results are printed with 17 digits and hashed, so what reaches a result
 * is computed here, from IEEE additions, multiplications and divisions alone.
 *
 * Accuracy: within 2 units in the last place (hw_pow10: relative 1e-14).
 *
 * Example:
 * @code
 *   double ln = hw_ln_scaled(mantissa, exponent);   // ln(mantissa · 2^exponent)
 *   double log10_lr = hw_log10(related / unrelated);
 * @endcode
 */
#ifndef HW_BASE_ELEMENTARY_H
#define HW_BASE_ELEMENTARY_H

#include <stdint.h>

/** Natural logarithm; −inf at 0, NaN below 0 and for NaN, +inf at +inf. */
double hw_ln(double x);
/** ln(mantissa · 2^exponent), which may be far outside the range of a double. */
double hw_ln_scaled(double mantissa, int32_t exponent);
/** Decimal logarithm; special values as hw_ln. */
double hw_log10(double x);
/** e^x; 0 at −inf, +inf at +inf and on overflow. */
double hw_exp(double x);
/** 10^x; 0 at −inf, +inf at +inf and on overflow. */
double hw_pow10(double x);
/** x^n for n ≥ 0, by squaring; 0^0 = 1. */
double hw_power(double x, int32_t n);
/** Sine and cosine of an angle in degrees; exact at the multiples of 90. */
double hw_sin_degrees(double degrees);
double hw_cos_degrees(double degrees);

#endif
