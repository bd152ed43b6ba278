// The Faddeeva function w(z) for Im z at least 0 and its derivative. Near the origin by the modified trapezoidal rule with 12 nodes and step
// sqrt(pi / 12) (Al Azah and Chandler-Wilde 2021), from |z| = 12 on by the asymptotic series in 1 / z^2.
#ifdef BLASE_VOIGT

#define STEP R(0.51166335397324424)
#define INVERSE_SQRT_PI R(0.56418958354775628695)

// w(z) = i/(sqrt(pi) z) sum_k (2k-1)!! t^k and w'(z) = -i/(sqrt(pi) z^2) sum_k (2k+1)!! t^k with t = 1 / (2 z^2), by Horner's scheme
// s_k = 1 + (2k-1) t s_(k+1); the first term left out is below 2e-17 for 13 terms from |z|^2 = 144, for 6 from 1e4.
DEVICE void faddeeva_far(real x, real y, real* value, real* slope_real, real* slope_imaginary)
{
  real square = FMA(x, x, y * y), scale = R(1.0) / square;
  real inverse_real = x * scale, inverse_imaginary = -(y * scale);
  real t_real = R(0.5) * (inverse_real * inverse_real - inverse_imaginary * inverse_imaginary), t_imaginary = inverse_real * inverse_imaginary;
  real a_real = R(1.0), a_imaginary = R(0.0), b_real = R(1.0), b_imaginary = R(0.0);
  for (int k = square >= R(1e4) ? 6 : 13; k >= 1; k--)
  {
    real factor = (real)(2 * k - 1), other = (real)(2 * k + 1);
    real next = R(1.0) + factor * (t_real * a_real - t_imaginary * a_imaginary);
    a_imaginary = factor * (t_real * a_imaginary + t_imaginary * a_real);
    a_real = next;
    next = R(1.0) + other * (t_real * b_real - t_imaginary * b_imaginary);
    b_imaginary = other * (t_real * b_imaginary + t_imaginary * b_real);
    b_real = next;
  }

  *value = -INVERSE_SQRT_PI * (inverse_real * a_imaginary + inverse_imaginary * a_real);
  *slope_real = R(2.0) * INVERSE_SQRT_PI * (t_real * b_imaginary + t_imaginary * b_real);
  *slope_imaginary = R(2.0) * INVERSE_SQRT_PI * (t_imaginary * b_imaginary - t_real * b_real);
}

// sum += weight / (z^2 - node^2).
DEVICE void add_node(real square_real, real square_imaginary, real node, real weight, real* sum_real, real* sum_imaginary)
{
  real a = square_real - node, scale = weight / (a * a + square_imaginary * square_imaginary);
  *sum_real += a * scale;
  *sum_imaginary -= square_imaginary * scale;
}

DEVICE void faddeeva_near(real x, real y, real* value, real* slope_real, real* slope_imaginary)
{
  // w(-conj z) = conj w(z).
  real u = magnitude(x);
  real square_real = u * u - y * y, square_imaginary = R(2.0) * u * y;
  real cells = u / STEP;
  real cell = cells - nearest_integer(cells);
  int is_alone = y >= largest(u, R(6.1399602476789309)), is_grid = !is_alone && y < u && (cell >= R(0.25) || cell <= R(-0.25));
  real sum_real = R(0.0), sum_imaginary = R(0.0);
  #define NODE(square, weight) add_node(square_real, square_imaginary, square, weight, &sum_real, &sum_imaginary);
  if (is_grid)
  {
    NODE(R(2.61799387799149463e-01), R(7.69665412493239831e-01))
    NODE(R(1.04719755119659785e+00), R(3.50919807178410981e-01))
    NODE(R(2.35619449019234484e+00), R(9.47802248421548560e-02))
    NODE(R(4.18879020478639141e+00), R(1.51646198645465705e-02))
    NODE(R(6.54498469497873625e+00), R(1.43730608040753172e-03))
    NODE(R(9.42477796076937935e+00), R(8.06995175703046020e-05))
    NODE(R(1.28281700021583216e+01), R(2.68408679309674314e-06))
    NODE(R(1.67551608191455657e+01), R(5.28842211694415758e-08))
    NODE(R(2.12057504117311026e+01), R(6.17247886522430985e-10))
    NODE(R(2.61799387799149450e+01), R(4.26773113545522435e-12))
    NODE(R(3.16777259236970821e+01), R(1.74798794056550138e-14))
  }
  else
  {
    NODE(R(6.54498469497873658e-02), R(9.36646021236595905e-01))
    NODE(R(5.89048622548086209e-01), R(5.54854910159853443e-01))
    NODE(R(1.63624617374468406e+00), R(1.94709578085290297e-01))
    NODE(R(3.20704250053958040e+00), R(4.04761446038057401e-02))
    NODE(R(5.30143760293277566e+00), R(4.98442313246858643e-03))
    NODE(R(7.91943148092427052e+00), R(3.63608986389304457e-04))
    NODE(R(1.10610241345140636e+01), R(1.57129690178004808e-05))
    NODE(R(1.47262155637021550e+01), R(4.02240542156481384e-07))
    NODE(R(1.89150057684885482e+01), R(6.09982491591215957e-09))
    NODE(R(2.36273947488732361e+01), R(5.47965023975752731e-11))
    NODE(R(2.88633825048562258e+01), R(2.91603175517949919e-13))
    NODE(R(3.46229690364375102e+01), R(9.19254152513437200e-16))
  }
  #undef NODE

  // i (2 step / pi) z sum, and i (step / pi) / z for the rule with a node at 0.
  real w_real = -R(0.32573500793527995) * (u * sum_imaginary + y * sum_real), w_imaginary = R(0.32573500793527995) * (u * sum_real - y * sum_imaginary);
  if (is_grid)
  {
    real scale = R(0.16286750396763997) / (u * u + y * y);
    w_real += y * scale;
    w_imaginary += u * scale;
  }

  if (!is_alone)
  {
    // 2 exp(-z^2) / (1 +- 1/e) = 2 exp(-z^2) e / (e +- 1) with e = exp(2 pi i z / step), which is at most 1.
    real sine, cosine, size = R(2.0) * exponential(-square_real);
    sine_cosine(square_imaginary, &sine, &cosine);
    real top_real = size * cosine, top_imaginary = -size * sine;
    size = exponential(R(-12.279920495357862) * y);
    sine_cosine(R(12.279920495357862) * u, &sine, &cosine);
    real e_real = size * cosine, e_imaginary = size * sine, sum = e_real + (is_grid ? R(-1.0) : R(1.0));
    real scale = R(1.0) / (sum * sum + e_imaginary * e_imaginary);
    real factor_real = (e_real * sum + e_imaginary * e_imaginary) * scale, factor_imaginary = (e_imaginary * sum - e_real * e_imaginary) * scale;
    w_real += top_real * factor_real - top_imaginary * factor_imaginary;
    w_imaginary += top_real * factor_imaginary + top_imaginary * factor_real;
  }

  if (x < R(0.0)) w_imaginary = -w_imaginary;
  *value = w_real;

  // w' = 2i / sqrt(pi) - 2 z w.
  *slope_real = R(-2.0) * (x * w_real - y * w_imaginary);
  *slope_imaginary = R(2.0) * INVERSE_SQRT_PI - R(2.0) * (x * w_imaginary + y * w_real);
}

DEVICE void faddeeva(real x, real y, real* value, real* slope_real, real* slope_imaginary)
{
  if (x * x + y * y < VOIGT_SQUARED_RADIUS) faddeeva_near(x, y, value, slope_real, slope_imaginary);
  else faddeeva_far(x, y, value, slope_real, slope_imaginary);
}
#endif
