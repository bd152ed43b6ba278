// What a line needs to be evaluated. A table of lines is columns of reals, one line after the other in each:
//   pseudo-Voigt  V(x) = p / (x^2 + q) + g exp(-h x^2), both profiles (Ida, Ando and Toraya 2000);
//   Voigt         V(x) = norm Re w((x + i gamma) / (sigma sqrt 2)).
// The lines lie in the order of the first pixels of their windows within each class of windows.
#define CENTER_HIGH 0
#define CENTER_LOW 1
#define PEAK 2         // p, or norm
#define SQUARE 3       // q, or y = gamma / (sigma sqrt 2)
#define DEPTH 4        // g, or 1 / (sigma sqrt 2)
#define RATE 5         // h
#define REACH 6        // beyond it the Gaussian is negligible, or the series of w serves
#define ETA_SLOPE 7    // d eta / d ln gamma
#define SHARE 8        // d ln f / d ln sigma
#define LORENTZ 9      // p without mixing
#define GAUSS 10       // g without mixing
#define COLUMNS 11

// Kinds of lines.
#define LINE_NOTHING 0 // no defined shape, or no depth
#define LINE_REGULAR 1 // never as deep as the clamp and never of a vanishing square: its far wing serves for all pixels
#define LINE_FULL 2    // evaluated as it stands, pixel by pixel

#define PROFILE_BLASE 0
#define PROFILE_THOMPSON 1

#define VOIGT_SQUARED_RADIUS R(144.0)

// The constants of one line, into a column of a table of `count` lines.
DEVICE void write_constants(
  int profile, int count, real high, real low, real ln_amplitude, real ln_sigma, real ln_gamma, GLOBAL real* column, GLOBAL int* kind)
{
  real amplitude = exponential(ln_amplitude), sigma = exponential(ln_sigma), gamma = exponential(ln_gamma);
  column[CENTER_HIGH * count] = high;
  column[CENTER_LOW * count] = low;
  if (!(is_finite(high) && is_finite(amplitude) && is_finite(sigma) && is_finite(gamma) && (sigma > R(0.0) || gamma > R(0.0))))
  {
    for (int c = CENTER_HIGH; c < COLUMNS; c++) column[c * count] = R(0.0);
    column[SQUARE * count] = R(1.0);
    column[RATE * count] = R(1.0);
    *kind = LINE_NOTHING;
    return;
  }

#ifdef BLASE_VOIGT
  // A Gaussian that cannot be seen beside the Lorentzian only loses digits.
  real scale = R(1.0) / (largest(sigma, R(1e-9) * gamma) * R(1.4142135623730951));
  real y = gamma * scale, near = VOIGT_SQUARED_RADIUS - y * y;
  column[PEAK * count] = least(amplitude * scale * R(0.56418958354775628695), HUGE_VALUE);
  column[SQUARE * count] = y;
  column[DEPTH * count] = scale;
  column[REACH * count] = near > R(0.0) ? SQRT(near) / scale : R(0.0);
  for (int c = ETA_SLOPE; c < COLUMNS; c++) column[c * count] = R(0.0);
  column[RATE * count] = R(0.0);
  *kind = amplitude == R(0.0) ? LINE_NOTHING : LINE_FULL;
#else
  // Widths in units of the larger one: their fifth powers stay in range, and f^5 lies between 1 and 11.7.
  real fG = (profile == PROFILE_BLASE ? R(2.3548) : R(2.3548200450309493)) * sigma, fL = R(2.0) * gamma;
  real unit = largest(fG, fL), g = fG / unit, l = fL / unit;
  real g2 = g * g, l2 = l * l, g4 = g2 * g2, l4 = l2 * l2;
  real above_lorentz = g4 * g + R(2.69269) * g4 * l + R(2.42843) * g2 * g * l2 + R(4.47163) * g2 * l2 * l + R(0.07842) * g * l4;
  real f5 = above_lorentz + l4 * l;
  real share = (R(5.0) * g4 * g + R(10.77076) * g4 * l + R(7.28529) * g2 * g * l2 + R(8.94326) * g2 * l2 * l + R(0.07842) * g * l4) / (R(5.0) * f5);

  // The fifth root by Newton's method from 1 + 0.64 times the smaller width, which is at most 9 % off.
  real y = R(1.0) + R(0.64) * least(g, l);
  for (int step = 0; step < 6; step++)
  {
    real y2 = y * y;
    y = R(0.8) * y + R(0.2) * f5 / (y2 * y2);
  }

  // The Gaussian's share 1 - eta in d = 1 - r, a sum of positive terms: the difference has no digits where sigma is much less than gamma.
  real r = l / y, r2 = r * r;
  real eta = ((R(0.11116) * r - R(0.47719)) * r + R(1.36603)) * r;
  real d = above_lorentz / f5 / (R(1.0) + r + r2 + r2 * r + r2 * r2);
  real gaussian = ((R(0.11116) * d + R(0.14371)) * d + R(0.74513)) * d;
  real eta_slope = ((R(0.33348) * r - R(0.95438)) * r + R(1.36603)) * r * share;
  real lorentz_width = profile == PROFILE_BLASE ? gamma : R(0.5) * unit * y;
  real gauss_width = profile == PROFILE_BLASE ? sigma : unit * y * R(0.42466090014400953);
  real lorentz = least(amplitude * lorentz_width * R(0.31830988618379067), HUGE_VALUE);
  real gauss = gauss_width > R(0.0) ? least(amplitude / (gauss_width * R(2.5066282746310002)), HUGE_VALUE) : R(0.0);
  real rate = gauss_width > R(0.0) ? least(R(0.5) / gauss_width / gauss_width, HUGE_VALUE) : R(1.0);
  real p = lorentz * eta, q = largest(lorentz_width * lorentz_width, SMALLEST_SQUARE), depth = gauss * gaussian;

  // ln of the excess is at most (exponent + 1) ln 2.
  real excess = magnitude(depth) / NEGLIGIBLE_GAUSSIAN;
  real reach = excess > R(1.0) ? SQRT((real)(exponent_of(excess) + 1) * R(0.6931471805599454) / rate) : R(0.0);
  column[PEAK * count] = p;
  column[SQUARE * count] = q;
  column[DEPTH * count] = depth;
  column[RATE * count] = rate;
  column[REACH * count] = reach;
  column[ETA_SLOPE * count] = eta_slope;
  column[SHARE * count] = share;
  column[LORENTZ * count] = lorentz;
  column[GAUSS * count] = gauss;
#ifdef BLASE_OPACITY
  int is_regular = q >= SMALLEST_FAR_SQUARE;
#else
  int is_regular = q >= SMALLEST_FAR_SQUARE && q >= p / MAX_DEPTH && q - p >= SMALLEST_FAR_SQUARE;
#endif
  *kind = p == R(0.0) && reach == R(0.0) ? LINE_NOTHING : is_regular ? LINE_REGULAR : LINE_FULL;
#endif
}

// The constants of every line, one work-item each. `order` names the line that comes to a place.
KERNEL void line_constants(
  int count, int profile, GLOBAL const int* RESTRICT order, GLOBAL const real* RESTRICT center_high, GLOBAL const real* RESTRICT center_low,
  GLOBAL const real* RESTRICT ln_amplitude, GLOBAL const real* RESTRICT ln_sigma, GLOBAL const real* RESTRICT ln_gamma,
  GLOBAL real* RESTRICT lines, GLOBAL int* RESTRICT kind)
{
  int at = BLOCK() * GROUP + LANE();
  if (at >= count) return;
  int line = order[at];
  write_constants(profile, count, center_high[line], center_low[line], ln_amplitude[line], ln_sigma[line], ln_gamma[line], lines + at, kind + at);
}
