// Elementary functions of our own: CUDA's would need a library that distributions do not have, and drivers' OpenCL functions differ.

#ifdef BLASE_FLOAT
  #define EXPONENT_BITS 23
  #define EXPONENT_BIAS 127
  #define EXP_LEAST R(-87.0)
  #define EXP_LARGEST R(88.5)
  // 1.5 * 2^23: adding it leaves the nearest integer in the low bits.
  #define ROUNDING_SHIFT R(12582912.0)
#else
  #define EXPONENT_BITS 52
  #define EXPONENT_BIAS 1023
  #define EXP_LEAST R(-708.0)
  #define EXP_LARGEST R(709.5)
  #define ROUNDING_SHIFT R(6755399441055744.0)
#endif

DEVICE real power_of_two(int n)
{
  view v;
  v.pattern = ((bits)(n + EXPONENT_BIAS)) << EXPONENT_BITS;
  return v.value;
}

// floor(log2 x) of a normal number above 0.
DEVICE int exponent_of(real x)
{
  view v;
  v.value = x;
  return (int)(v.pattern >> EXPONENT_BITS) - EXPONENT_BIAS;
}

DEVICE real nearest_integer(real x) { return (x + ROUNDING_SHIFT) - ROUNDING_SHIFT; }

// exp(x): 0 below the least normal result, infinity above the largest, NaN of NaN. x = n ln 2 + r, exp(r) by its Taylor polynomial, whose remainder
// at |r| = ln 2 / 2 is r^14/14! = 4e-18 (double) and r^8/8! = 5e-9 (single).
DEVICE real exponential(real x)
{
  real bounded = largest(EXP_LEAST, least(EXP_LARGEST, x));
#ifdef BLASE_FLOAT
  real n = nearest_integer(bounded * R(1.44269504));
  real r = FMA(n, R(-0.693359375), bounded);
  r = FMA(n, R(2.12194440e-4), r);
  real p = R(1.98412698e-4);
  p = FMA(p, r, R(1.38888889e-3));
  p = FMA(p, r, R(8.33333333e-3));
  p = FMA(p, r, R(4.16666667e-2));
  p = FMA(p, r, R(1.66666667e-1));
#else
  real n = nearest_integer(bounded * 1.4426950408889634);
  real r = FMA(n, -0.693147180369123816490, bounded);
  r = FMA(n, -1.90821492927058770002e-10, r);
  real p = 1.0 / 6227020800.0;
  p = FMA(p, r, 1.0 / 479001600.0);
  p = FMA(p, r, 1.0 / 39916800.0);
  p = FMA(p, r, 1.0 / 3628800.0);
  p = FMA(p, r, 1.0 / 362880.0);
  p = FMA(p, r, 1.0 / 40320.0);
  p = FMA(p, r, 1.0 / 5040.0);
  p = FMA(p, r, 1.0 / 720.0);
  p = FMA(p, r, 1.0 / 120.0);
  p = FMA(p, r, 1.0 / 24.0);
  p = FMA(p, r, 1.0 / 6.0);
#endif
  p = FMA(p, r, R(0.5));
  p = FMA(p, r, R(1.0));
  p = FMA(p, r, R(1.0));

  // Two factors, because 2^n alone may lie outside of the range while the result does not.
  int part = (int)n / 2, rest = (int)n - part;
  real result = p * power_of_two(part) * power_of_two(rest);
  if (x < EXP_LEAST) result = R(0.0);
  if (x > EXP_LARGEST) result = power_of_two(EXPONENT_BIAS) * R(2.0);
  return x == x ? result : x;
}

// ln x of a normal number above 0: x = 2^n m with m from sqrt(1/2) to sqrt(2), ln m = 2 atanh((m - 1) / (m + 1)) by its series.
DEVICE real logarithm(real x)
{
  int n = exponent_of(x);
  real m = x * power_of_two(-n / 2) * power_of_two(-n - (-n / 2));
  if (m > R(1.4142135623730951))
  {
    m *= R(0.5);
    n++;
  }

  real f = m - R(1.0), s = f / (R(2.0) + f), z = s * s;
#ifdef BLASE_FLOAT
  real p = R(0.2222222222);
  p = FMA(p, z, R(0.2857142857));
  p = FMA(p, z, R(0.4));
  p = FMA(p, z, R(0.6666666667));
  real high = R(0.693359375), low = R(-2.12194440e-4);
#else
  real p = 2.0 / 23.0;
  p = FMA(p, z, 2.0 / 21.0);
  p = FMA(p, z, 2.0 / 19.0);
  p = FMA(p, z, 2.0 / 17.0);
  p = FMA(p, z, 2.0 / 15.0);
  p = FMA(p, z, 2.0 / 13.0);
  p = FMA(p, z, 2.0 / 11.0);
  p = FMA(p, z, 2.0 / 9.0);
  p = FMA(p, z, 2.0 / 7.0);
  p = FMA(p, z, 0.4);
  p = FMA(p, z, 2.0 / 3.0);
  real high = 0.693147180369123816490, low = 1.90821492927058770002e-10;
#endif

  // ln m = f - s (f - z p): f is exact and the largest, so its rounding is that of the result.
  real tail = FMA(-s, f - z * p, (real)n * low);
  return ((real)n * high) + (f + tail);
}

// sin and cos of an angle up to 1e4: quadrants of pi/2 in three parts, Taylor polynomials up to pi/4.
DEVICE void sine_cosine(real angle, real* sine, real* cosine)
{
  real n = nearest_integer(angle * R(0.63661977236758134));
#ifdef BLASE_FLOAT
  real r = FMA(n, R(-1.5703125), angle);
  r = FMA(n, R(-4.837512969970703125e-4), r);
  r = FMA(n, R(-7.549789948768648e-8), r);
  real z = r * r;
  real s = R(2.75573192e-6), c = R(-2.75573192e-7);
  s = FMA(s, z, R(-1.98412698e-4));
  s = FMA(s, z, R(8.33333333e-3));
  s = FMA(s, z, R(-1.66666667e-1));
  c = FMA(c, z, R(2.48015873e-5));
  c = FMA(c, z, R(-1.38888889e-3));
  c = FMA(c, z, R(4.16666667e-2));
#else
  real r = FMA(n, -1.57079632673412561417, angle);
  r = FMA(n, -6.07710050630396597660e-11, r);
  r = FMA(n, -2.02226624879595063e-21, r);
  real z = r * r;
  real s = 1.0 / 355687428096000.0, c = 1.0 / 20922789888000.0;
  s = FMA(s, z, -1.0 / 1307674368000.0);
  s = FMA(s, z, 1.0 / 6227020800.0);
  s = FMA(s, z, -1.0 / 39916800.0);
  s = FMA(s, z, 1.0 / 362880.0);
  s = FMA(s, z, -1.0 / 5040.0);
  s = FMA(s, z, 1.0 / 120.0);
  s = FMA(s, z, -1.0 / 6.0);
  c = FMA(c, z, -1.0 / 87178291200.0);
  c = FMA(c, z, 1.0 / 479001600.0);
  c = FMA(c, z, -1.0 / 3628800.0);
  c = FMA(c, z, 1.0 / 40320.0);
  c = FMA(c, z, -1.0 / 720.0);
  c = FMA(c, z, 1.0 / 24.0);
#endif
  s = FMA(r * z, s, r);
  c = FMA(z * z, c, FMA(z, R(-0.5), R(1.0)));
  int quadrant = (int)n & 3;
  *sine = (quadrant & 1) ? c : s;
  *cosine = (quadrant & 1) ? s : c;
  if (quadrant & 2) *sine = -*sine;
  if (quadrant == 1 || quadrant == 2) *cosine = -*cosine;
}
