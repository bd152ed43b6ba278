// The twin of the adjoint: dS/dt of every pixel for up to DIRECTIONS directions in which the lines move. All directions share the functions
// u r^2 (1, x, x^2) and u e (1, x, x^2) of a line and a pixel and differ in coefficients:
// dV = r^2 [(dp q - p dq) + 2 p dc x + dp x^2] + e [dg + 2 g h dc x - g dh x^2]; for the exact profile u V, u Re w', u Im w', u Re(z w').
#define DIRECTIONS 4
#ifdef BLASE_VOIGT
  #define TERMS 4
#else
  #define TERMS 6
#endif

// `directions` holds, direction by direction, the columns d(centre, ln a, ln sigma, ln gamma)/dt of all lines in their own order.
KERNEL void tangent_spectrum(
  int pixels, int count, int classes, int detached, GLOBAL const int* RESTRICT class_begin, GLOBAL const int* RESTRICT class_longest,
  GLOBAL const int* RESTRICT first, GLOBAL const int* RESTRICT end, GLOBAL const int* RESTRICT kind, GLOBAL const real* RESTRICT lines,
  GLOBAL const real* RESTRICT wave_high, GLOBAL const real* RESTRICT wave_low, int profile, int number, GLOBAL const int* RESTRICT order,
  GLOBAL const real* RESTRICT directions, GLOBAL const real* RESTRICT transmission, GLOBAL real* RESTRICT derivatives)
{
  SHARED real staged[7 * GROUP];
  SHARED real coefficient[DIRECTIONS * TERMS * GROUP];
  SHARED int placed[2 * GROUP];
  int lane = LANE(), start = BLOCK() * GROUP, stop = lesser(start + GROUP, pixels), own = start + lane, pixel = lesser(own, pixels - 1);
  real high = wave_high[pixel], low = wave_low[pixel], sum[DIRECTIONS];
  #pragma unroll
  for (int d = 0; d < DIRECTIONS; d++) sum[d] = R(0.0);
  for (int c = 0; c < classes; c++)
  {
    int from = lower_bound(first, class_begin[c], class_begin[c + 1], start - class_longest[c] - 1), to = lower_bound(first, from, class_begin[c + 1], stop);
    for (int chunk = from; chunk < to; chunk += GROUP)
    {
      int j = chunk + lane;
      placed[lane] = 0;
      placed[GROUP + lane] = -2;
      if (j < to && kind[j] != LINE_NOTHING)
      {
        int line = order[j];
        real p = lines[PEAK * count + j], q = lines[SQUARE * count + j], depth = lines[DEPTH * count + j], rate = lines[RATE * count + j];
        placed[lane] = first[j];
        placed[GROUP + lane] = end[j];
        staged[lane] = lines[CENTER_HIGH * count + j];
        staged[GROUP + lane] = lines[CENTER_LOW * count + j];
        staged[2 * GROUP + lane] = p;
        staged[3 * GROUP + lane] = q;
        staged[4 * GROUP + lane] = depth;
        staged[5 * GROUP + lane] = rate;
        staged[6 * GROUP + lane] = lines[REACH * count + j];
        #pragma unroll
        for (int d = 0; d < DIRECTIONS; d++)
        {
          SHAREDPTR real* out = coefficient + d * TERMS * GROUP + lane;
          if (d >= number)
          {
            for (int t = 0; t < TERMS; t++) out[t * GROUP] = R(0.0);
            continue;
          }

          GLOBAL const real* column = directions + 4 * d * count + line;
          real center = column[0], amplitude = column[count], sigma = column[2 * count], gamma = column[3 * count];
#ifdef BLASE_VOIGT
          out[0] = p * (amplitude - sigma);
          out[GROUP] = bounded(-p * depth * center);
          out[2 * GROUP] = -p * q * gamma;
          out[3 * GROUP] = -p * sigma;
#else
          real eta_slope = lines[ETA_SLOPE * count + j], share = lines[SHARE * count + j], lorentz = lines[LORENTZ * count + j], gauss = lines[GAUSS * count + j];
          real lorentz_follows = profile == PROFILE_BLASE ? R(0.0) : share, gauss_follows = profile == PROFILE_BLASE ? R(1.0) : share;
          real dp = p * amplitude + (p * lorentz_follows - lorentz * eta_slope) * sigma + (p * (R(1.0) - lorentz_follows) + lorentz * eta_slope) * gamma;
          real dq = R(2.0) * q * (lorentz_follows * sigma + (R(1.0) - lorentz_follows) * gamma);
          real dg = depth * amplitude + (gauss * eta_slope - depth * gauss_follows) * sigma - (depth * (R(1.0) - gauss_follows) + gauss * eta_slope) * gamma;
          real dh = R(-2.0) * rate * (gauss_follows * sigma + (R(1.0) - gauss_follows) * gamma);
          out[0] = dp * q - p * dq;
          out[GROUP] = R(2.0) * p * center;
          out[2 * GROUP] = dp;
          out[3 * GROUP] = dg;
          out[4 * GROUP] = bounded(R(2.0) * depth * rate * center);
          out[5 * GROUP] = bounded(-depth * dh);
#endif
        }
      }

      BARRIER();
      int taken = lesser(GROUP, to - chunk);
      for (int m = 0; m < taken; m++)
      {
        int behind = placed[GROUP + m];
        if (!((own >= placed[m] && own < behind) || (detached && own == behind + 1))) continue;
        real x = APART(high, low, staged[m], staged[GROUP + m]), p = staged[2 * GROUP + m], q = staged[3 * GROUP + m];
#ifdef BLASE_VOIGT
        real value, slope_real, slope_imaginary, scaled = x * staged[4 * GROUP + m];
        faddeeva(scaled, q, &value, &slope_real, &slope_imaginary);
        real u = sensitivity(p * value);
        real f0 = u * value, f1 = u * slope_real, f2 = u * slope_imaginary, f3 = u * (scaled * slope_real - q * slope_imaginary);
        #pragma unroll
        for (int d = 0; d < DIRECTIONS; d++)
        {
          SHAREDPTR real* own_coefficient = coefficient + d * TERMS * GROUP + m;
          sum[d] += own_coefficient[0] * f0 + own_coefficient[GROUP] * f1 + own_coefficient[2 * GROUP] * f2 + own_coefficient[3 * GROUP] * f3;
        }
#else
        real x2 = x * x, r = R(1.0) / (x2 + q), e = R(0.0), v = p * r;
        if (magnitude(x) <= staged[6 * GROUP + m])
        {
          e = exponential(-staged[5 * GROUP + m] * x2);
          v = FMA(staged[4 * GROUP + m], e, v);
        }

        real u = sensitivity(v), f = u * r * r, fx = f * x, fx2 = f * x2, g = u * e, gx = g * x, gx2 = g * x2;
        #pragma unroll
        for (int d = 0; d < DIRECTIONS; d++)
        {
          SHAREDPTR real* own_coefficient = coefficient + d * TERMS * GROUP + m;
          sum[d] += own_coefficient[0] * f + own_coefficient[GROUP] * fx + own_coefficient[2 * GROUP] * fx2;
          if (g != R(0.0)) sum[d] += own_coefficient[3 * GROUP] * g + own_coefficient[4 * GROUP] * gx + own_coefficient[5 * GROUP] * gx2;
        }
#endif
      }

      BARRIER();
    }
  }

  if (own >= pixels) return;
  #pragma unroll
  for (int d = 0; d < DIRECTIONS; d++)
  {
    if (d < number) derivatives[d * pixels + own] = -transmission[own] * sum[d];
  }
}
