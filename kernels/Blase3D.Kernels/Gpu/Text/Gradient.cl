// The adjoint: one group per line sums over its window, so nothing is added to from two places. With u = -(dLoss/dS) S (-d ln S/dV),
// r = 1 / (x^2 + q) and e = exp(-h x^2): dLoss/dp = sum u r, /dq = -p sum u r^2, /dg = sum u e, /dh = -g sum u x^2 e,
// /dcentre = 2 sum u x (p r^2 + h g e).

// -d ln S / dV, which is 0 where the depth is clamped.
DEVICE real sensitivity(real v)
{
#ifdef BLASE_OPACITY
  return R(1.0);
#else
  return v <= MAX_DEPTH ? R(1.0) / (R(1.0) - v) : R(0.0);
#endif
}

// -(dLoss/dS) S of every pixel.
KERNEL void adjoint_weight(int pixels, GLOBAL const real* RESTRICT transmission, GLOBAL const real* RESTRICT cotangent, GLOBAL real* RESTRICT weight)
{
  int i = BLOCK() * GROUP + LANE();
  if (i < pixels) weight[i] = -cotangent[i] * transmission[i];
}

// dLoss/d(centre, ln a, ln sigma, ln gamma) of line order[BLOCK()], at [parameter * count + line].
KERNEL void adjoint_lines(
  int pixels, int count, int profile, int detached, GLOBAL const int* RESTRICT order, GLOBAL const int* RESTRICT first, GLOBAL const int* RESTRICT end,
  GLOBAL const int* RESTRICT kind, GLOBAL const real* RESTRICT lines, GLOBAL const real* RESTRICT wave_high, GLOBAL const real* RESTRICT wave_low,
  GLOBAL const real* RESTRICT weight, GLOBAL real* RESTRICT gradient)
{
  SHARED real scratch[GROUP];
  int j = BLOCK(), lane = LANE(), line = order[j];
  real center_high = lines[CENTER_HIGH * count + j], center_low = lines[CENTER_LOW * count + j];
  real p = lines[PEAK * count + j], q = lines[SQUARE * count + j], depth = lines[DEPTH * count + j], rate = lines[RATE * count + j];
  real s0 = R(0.0), s1 = R(0.0), s2 = R(0.0), s3 = R(0.0), s4 = R(0.0), s5 = R(0.0);
  int stop = kind[j] == LINE_NOTHING ? 0 : lesser(end[j] + (detached ? 2 : 0), pixels), skipped = end[j];
  real reach = lines[REACH * count + j];

  // All work-items do the same number of steps, and whether the Gaussian part counts is decided for the step: a driver that makes vectors of
  // work-items can then do so, and nobody waits for a neighbour. A work-item without a pixel takes another one with no weight.
  for (int step = greater(first[j], 0); step < stop; step += GROUP)
  {
    int i = lesser(step + lane, stop - 1), last = lesser(step + GROUP, stop) - 1;
    real x = APART(wave_high[i], wave_low[i], center_high, center_low), own = step + lane == i && i != skipped ? weight[i] : R(0.0);
#ifdef BLASE_VOIGT
    real value, slope_real, slope_imaginary;
    faddeeva(x * depth, q, &value, &slope_real, &slope_imaginary);
    real u = own * sensitivity(p * value);
    s0 = FMA(u, value, s0);
    s1 = FMA(u, slope_real, s1);
    s2 = FMA(u, slope_imaginary, s2);
    s3 = FMA(u, x * depth * slope_real - q * slope_imaginary, s3);
#else
    real x2 = x * x, r = R(1.0) / (x2 + q);
    if (APART(wave_high[step], wave_low[step], center_high, center_low) <= reach && APART(wave_high[last], wave_low[last], center_high, center_low) >= -reach)
    {
      real e = magnitude(x) <= reach ? exponential(-rate * x2) : R(0.0);
      real u = own * sensitivity(FMA(depth, e, p * r)), ur = u * r, ue = u * e;
      s0 += ur;
      s1 += ur * r;
      s2 = FMA(ur * r, x, s2);
      s3 += ue;
      s4 = FMA(ue, x, s4);
      s5 = FMA(ue * x, x, s5);
    }
    else
    {
      real ur = own * sensitivity(p * r) * r, ur2 = ur * r;
      s0 += ur;
      s1 += ur2;
      s2 = FMA(ur2, x, s2);
    }
#endif
  }

  s0 = group_sum(scratch, s0);
  s1 = group_sum(scratch, s1);
  s2 = group_sum(scratch, s2);
  s3 = group_sum(scratch, s3);
#ifndef BLASE_VOIGT
  s4 = group_sum(scratch, s4);
  s5 = group_sum(scratch, s5);
#endif
  if (lane != 0) return;
  real by_center, by_amplitude, by_sigma, by_gamma;
#ifdef BLASE_VOIGT
  // dV/dx = norm scale Re w', dV/dln gamma = -norm y Im w', dV/dln sigma = -V - norm Re(z w').
  by_amplitude = p * s0;
  by_center = -p * (depth * s1);
  by_sigma = -p * s0 - p * s3;
  by_gamma = -p * q * s2;
#else
  real by_depth = s3, by_rate = -depth * s5, by_square = -p * s1;
  real eta_slope = lines[ETA_SLOPE * count + j], share = lines[SHARE * count + j], lorentz = lines[LORENTZ * count + j], gauss = lines[GAUSS * count + j];

  // How the widths of the two parts follow ln sigma: each its own, or both the common f.
  real lorentz_follows = profile == PROFILE_BLASE ? R(0.0) : share, gauss_follows = profile == PROFILE_BLASE ? R(1.0) : share;
  by_center = R(2.0) * (p * s2 + depth * s4 * rate);
  by_amplitude = s0 * p + by_depth * depth;
  by_sigma = s0 * (p * lorentz_follows - lorentz * eta_slope) + by_square * R(2.0) * q * lorentz_follows
    + by_depth * (gauss * eta_slope - depth * gauss_follows) - R(2.0) * by_rate * rate * gauss_follows;
  by_gamma = s0 * (p * (R(1.0) - lorentz_follows) + lorentz * eta_slope) + by_square * R(2.0) * q * (R(1.0) - lorentz_follows)
    - by_depth * (depth * (R(1.0) - gauss_follows) + gauss * eta_slope) - R(2.0) * by_rate * rate * (R(1.0) - gauss_follows);
#endif
  // Products of the constants of absurd lines may leave the range; the sums come first, which are 0 then.
  gradient[line] = by_center;
  gradient[count + line] = by_amplitude;
  gradient[2 * count + line] = by_sigma;
  gradient[3 * count + line] = by_gamma;
}
