// The spectrum in tiles of pixels, a group of work-items each. First the far wings of the regular lines: a work-item owns a strip of neighbouring
// pixels, whose accumulators stay in registers while the lines go by in shared memory. Numerators and denominators of
// 1 - V = (q' - p) / q', q' = x^2 + q, are multiplied apart, and divided once for FLUSH lines. Then the Gaussian cores, the irregular lines and the
// detached pixels: pixels are dealt out one by one, and each is touched by its owner alone, line after line. So the order of all operations on a
// pixel is fixed.
#define STRIP 8
#define TILE (GROUP * STRIP)
#ifdef BLASE_FLOAT
  #define FLUSH 8
  // Squares are scaled by 1 / sqrt(least * largest in the tile), so factors lie between 1e-4 and 1e4, and products of 8 within the range.
  #define LARGEST_SPREAD R(1e8)
#else
  #define FLUSH 32
#endif

#ifdef BLASE_OPACITY
  #define EMPTY R(0.0)
  #define FAR_STEP(numerator, denominator, square, p) FMA(numerator, square, (p) * (denominator))
  #define FAR_FINISH(accumulator, ratio) ((accumulator) + (ratio))
#else
  #define EMPTY R(1.0)
  #define FAR_STEP(numerator, denominator, square, p) ((numerator) * ((square) - (p)))
  #define FAR_FINISH(accumulator, ratio) ((accumulator) * (ratio))
#endif

// The first place in [from, to) whose value is not below the given one; `to` when there is none.
DEVICE int lower_bound(GLOBAL const int* RESTRICT values, int from, int to, int value)
{
  while (from < to)
  {
    int middle = (from + to) >> 1;
    if (values[middle] < value) from = middle + 1;
    else to = middle;
  }

  return from;
}

// The first of `count` pixels whose wavelength is at least `reach` above the centre; with isBehind, more than that.
DEVICE int first_above(SHAREDPTR const real* high, SHAREDPTR const real* low, int count, real center_high, real center_low, real reach, int isBehind)
{
  int from = 0, to = count;
  while (from < to)
  {
    int middle = (from + to) >> 1;
    real x = APART(high[middle], low[middle], center_high, center_low);
    if (isBehind ? x <= reach : x < reach) from = middle + 1;
    else to = middle;
  }

  return from;
}

// The accumulator of a pixel with one more line of depth v.
DEVICE real compose(real accumulator, real v)
{
#ifdef BLASE_OPACITY
  return accumulator + largest(R(0.0), v);
#else
  return accumulator * (R(1.0) - least(MAX_DEPTH, largest(R(0.0), v)));
#endif
}

#ifndef BLASE_VOIGT
// Whether a line's wing is far from every pixel of a tile but for its Gaussian, and the scale of its squares.
DEVICE int is_far(int kind, real q, real first, real last, real* scale)
{
  real near = first > R(0.0) ? first : last < R(0.0) ? -last : R(0.0), far = largest(magnitude(first), magnitude(last));
  real highest = FMA(far, far, q);
#ifdef BLASE_FLOAT
  real lowest = FMA(near, near, q);
  *scale = R(1.0) / SQRT(SQRT(lowest) * SQRT(highest));
  return kind == LINE_REGULAR && highest <= LARGEST_FAR_SQUARE && highest <= LARGEST_SPREAD * lowest;
#else
  *scale = R(1.0);
  return kind == LINE_REGULAR && highest <= LARGEST_FAR_SQUARE;
#endif
}

DEVICE real pseudo_depth(real x, real p, real q, real depth, real rate)
{
  real x2 = x * x;
  return p / (x2 + q) + depth * exponential(-rate * x2);
}
#endif

// Everything but the end: the accumulators of the tile's pixels, in shared memory. `search` ascends within a class: no window from a line on begins before
// it, and none ends more than the class' longest behind it. Where the lines lie in the order of their first pixels it is these.
DEVICE void forward_tile(
  int start, int pixels, int count, int classes, int detached, GLOBAL const int* RESTRICT class_begin, GLOBAL const int* RESTRICT class_longest,
  GLOBAL const int* RESTRICT search, GLOBAL const int* RESTRICT first, GLOBAL const int* RESTRICT end, GLOBAL const int* RESTRICT kind,
  GLOBAL const real* RESTRICT lines, GLOBAL const real* RESTRICT wave_high, GLOBAL const real* RESTRICT wave_low,
  SHAREDPTR real* high, SHAREDPTR real* low, SHAREDPTR real* accumulator, SHAREDPTR real* staged, SHAREDPTR int* placed)
{
  int lane = LANE(), stop = lesser(start + TILE, pixels), size = stop - start;
  for (int i = lane; i < TILE; i += GROUP)
  {
    int pixel = lesser(start + i, pixels - 1);
    high[i] = wave_high[pixel];
#ifdef BLASE_FLOAT
    low[i] = wave_low[pixel];
#endif
  }

  BARRIER();

#ifndef BLASE_VOIGT
  {
    int own = lane * STRIP;
    real offset[STRIP], sum[STRIP], numerator[STRIP], denominator[STRIP];
    #pragma unroll
    for (int k = 0; k < STRIP; k++)
    {
      offset[k] = APART(high[own + k], low[own + k], high[own], low[own]);
      sum[k] = EMPTY;
    }

    for (int c = 0; c < classes; c++)
    {
      int from = lower_bound(search, class_begin[c], class_begin[c + 1], start - class_longest[c]), to = lower_bound(search, from, class_begin[c + 1], stop);
      for (int chunk = from; chunk < to; chunk += GROUP)
      {
        int j = chunk + lane;
        placed[lane] = placed[GROUP + lane] = 0;
        if (j < to && end[j] > start)
        {
          real scale, q = lines[SQUARE * count + j], center_high = lines[CENTER_HIGH * count + j], center_low = lines[CENTER_LOW * count + j];
          if (is_far(kind[j], q, APART(high[0], low[0], center_high, center_low), APART(high[TILE - 1], low[TILE - 1], center_high, center_low), &scale))
          {
            staged[lane] = center_high;
            staged[GROUP + lane] = center_low;
            staged[2 * GROUP + lane] = q * scale * scale;
            staged[3 * GROUP + lane] = lines[PEAK * count + j] * scale * scale;
            staged[4 * GROUP + lane] = scale;
            placed[lane] = first[j] - start;
            placed[GROUP + lane] = end[j] - start;
          }
        }

        BARRIER();
        int taken = lesser(GROUP, to - chunk);
        for (int m = 0; m < taken;)
        {
          #pragma unroll
          for (int k = 0; k < STRIP; k++)
          {
            numerator[k] = EMPTY;
            denominator[k] = R(1.0);
          }

          int until = lesser(m + FLUSH, taken);
          for (; m < until; m++)
          {
            int begin = placed[m] - own, behind = placed[GROUP + m] - own;
            if (behind <= 0 || begin >= STRIP) continue;
            real q = staged[2 * GROUP + m], p = staged[3 * GROUP + m];
            real x0 = APART(high[own], low[own], staged[m], staged[GROUP + m]);
#ifdef BLASE_FLOAT
            real scale = staged[4 * GROUP + m];
            x0 *= scale;
            #define FAR_DISTANCE(k) FMA(offset[k], scale, x0)
#else
            #define FAR_DISTANCE(k) (x0 + offset[k])
#endif
            if (begin <= 0 && behind >= STRIP)
            {
              #pragma unroll
              for (int k = 0; k < STRIP; k++)
              {
                real x = FAR_DISTANCE(k), square = FMA(x, x, q);
                numerator[k] = FAR_STEP(numerator[k], denominator[k], square, p);
                denominator[k] *= square;
              }
            }
            else
            {
              #pragma unroll
              for (int k = 0; k < STRIP; k++)
              {
                real x = FAR_DISTANCE(k), square = FMA(x, x, q), inside = k >= begin && k < behind ? p : R(0.0);
                numerator[k] = FAR_STEP(numerator[k], denominator[k], square, inside);
                denominator[k] *= square;
              }
            }
          }

          #pragma unroll
          for (int k = 0; k < STRIP; k++) sum[k] = FAR_FINISH(sum[k], numerator[k] / denominator[k]);
        }

        BARRIER();
      }
    }

    #pragma unroll
    for (int k = 0; k < STRIP; k++) accumulator[own + k] = sum[k];
  }
#else
  for (int i = lane; i < TILE; i += GROUP) accumulator[i] = EMPTY;
#endif

  BARRIER();
  for (int c = 0; c < classes; c++)
  {
    int from = lower_bound(search, class_begin[c], class_begin[c + 1], start - class_longest[c] - 1), to = lower_bound(search, from, class_begin[c + 1], stop);
    for (int chunk = from; chunk < to; chunk += GROUP)
    {
      int j = chunk + lane, begin = 0, behind = 0, alone = -1;
      if (j < to && kind[j] != LINE_NOTHING)
      {
        real center_high = lines[CENTER_HIGH * count + j], center_low = lines[CENTER_LOW * count + j], reach = lines[REACH * count + j], scale = R(0.0);
        begin = greater(first[j] - start, 0);
        behind = lesser(end[j] - start, size);
#ifndef BLASE_VOIGT
        int isFar = is_far(
          kind[j], lines[SQUARE * count + j], APART(high[0], low[0], center_high, center_low), APART(high[TILE - 1], low[TILE - 1], center_high, center_low), &scale);
        scale = isFar ? R(1.0) : R(0.0);
        if (isFar)
        {
          int whole = behind;
          behind = begin < whole && reach > R(0.0) ? lesser(whole, first_above(high, low, size, center_high, center_low, reach, 1)) : begin;
          if (begin < behind) begin = greater(begin, first_above(high, low, size, center_high, center_low, -reach, 0));
        }
#endif
        // The pixel one behind the window, for windows that have one there; its line is evaluated as it stands.
        if (detached && end[j] + 1 >= start && end[j] + 1 < stop) alone = end[j] + 1 - start;
        staged[lane] = center_high;
        staged[GROUP + lane] = center_low;
        staged[2 * GROUP + lane] = lines[PEAK * count + j];
        staged[3 * GROUP + lane] = lines[SQUARE * count + j];
        staged[4 * GROUP + lane] = lines[DEPTH * count + j];
        staged[5 * GROUP + lane] = lines[RATE * count + j];
        staged[6 * GROUP + lane] = scale;
      }

      placed[lane] = begin;
      placed[GROUP + lane] = behind;
      placed[2 * GROUP + lane] = alone;
      BARRIER();
      int taken = lesser(GROUP, to - chunk);
      for (int m = 0; m < taken; m++)
      {
        int from_pixel = placed[m], to_pixel = placed[GROUP + m], single = placed[2 * GROUP + m];
        if (from_pixel >= to_pixel && single < 0) continue;
        real p = staged[2 * GROUP + m], q = staged[3 * GROUP + m], depth = staged[4 * GROUP + m], rate = staged[5 * GROUP + m];
        for (int i = from_pixel + ((lane - from_pixel) & (GROUP - 1)); i < to_pixel; i += GROUP)
        {
          real x = APART(high[i], low[i], staged[m], staged[GROUP + m]);
#ifdef BLASE_VOIGT
          real value, slope_real, slope_imaginary;
          faddeeva(x * depth, q, &value, &slope_real, &slope_imaginary);
          accumulator[i] = compose(accumulator[i], p * value);
#else
          if (staged[6 * GROUP + m] == R(0.0))
          {
            accumulator[i] = compose(accumulator[i], pseudo_depth(x, p, q, depth, rate));
            continue;
          }

          // The rational part is there already: (1 - V) / (1 - p / q').
          real square = FMA(x, x, q), gauss = depth * exponential(-rate * x * x);
#ifdef BLASE_OPACITY
          accumulator[i] += gauss;
#else
          accumulator[i] *= (square - least(square * MAX_DEPTH, largest(R(0.0), FMA(gauss, square, p)))) / (square - p);
#endif
#endif
        }

        if (single >= 0 && ((lane - single) & (GROUP - 1)) == 0)
        {
          real x = APART(high[single], low[single], staged[m], staged[GROUP + m]);
#ifdef BLASE_VOIGT
          real value, slope_real, slope_imaginary;
          faddeeva(x * depth, q, &value, &slope_real, &slope_imaginary);
          accumulator[single] = compose(accumulator[single], p * value);
#else
          accumulator[single] = compose(accumulator[single], pseudo_depth(x, p, q, depth, rate));
#endif
        }
      }

      BARRIER();
    }
  }

#ifdef BLASE_OPACITY
  for (int i = lane; i < size; i += GROUP) accumulator[i] = exponential(-accumulator[i]);
#endif
  BARRIER();
}

#define FORWARD_INPUT \
  int pixels, int count, int classes, int detached, GLOBAL const int* RESTRICT class_begin, GLOBAL const int* RESTRICT class_longest, \
  GLOBAL const int* RESTRICT first, GLOBAL const int* RESTRICT end, GLOBAL const int* RESTRICT kind, GLOBAL const real* RESTRICT lines, \
  GLOBAL const real* RESTRICT wave_high, GLOBAL const real* RESTRICT wave_low

#define FORWARD_SHARED \
  SHARED real high[TILE]; \
  SHARED real low[TILE]; \
  SHARED real accumulator[TILE]; \
  SHARED real staged[7 * GROUP]; \
  SHARED int placed[3 * GROUP];

#define FORWARD_CALL(start) \
  forward_tile(start, pixels, count, classes, detached, class_begin, class_longest, first, first, end, kind, lines, wave_high, wave_low, high, low, accumulator, staged, placed)

// S of every pixel; one group per tile.
KERNEL void forward_spectrum(FORWARD_INPUT, GLOBAL real* RESTRICT spectrum)
{
  FORWARD_SHARED
  int start = BLOCK() * TILE;
  FORWARD_CALL(start);
  for (int i = LANE(); i < TILE && start + i < pixels; i += GROUP) spectrum[start + i] = accumulator[i];
}

// For every tile the sum of weight (data - S)^2 over the pixels where that is a number, and their number.
KERNEL void forward_residual(FORWARD_INPUT, int weighted, GLOBAL const real* RESTRICT data, GLOBAL const real* RESTRICT weight, GLOBAL real* RESTRICT sums)
{
  FORWARD_SHARED
  int start = BLOCK() * TILE;
  FORWARD_CALL(start);
  real sum = R(0.0), number = R(0.0);
  for (int i = LANE(); i < TILE && start + i < pixels; i += GROUP)
  {
    real residual = data[start + i] - accumulator[i], square = residual * residual;
    if (weighted) square *= weight[start + i];
    if (square == square)
    {
      sum += square;
      number += R(1.0);
    }
  }

  sum = group_sum(staged, sum);
  number = group_sum(staged, number);
  if (LANE() == 0)
  {
    sums[2 * BLOCK()] = sum;
    sums[2 * BLOCK() + 1] = number;
  }
}
