// Windows that follow the strength of lines, for the points of resident spectra: each reaches as far as its wing is above a level, which is chosen so that
// all that is neglected together changes S by less than a tolerance (the bound is that of the processor's AdaptiveWindows: n lines of total P in a bin at a
// distance D contribute at most min(n level, P / D^2)). The lines stay in the order of their references.
#define BINS 256
#define OWN_BINS (BINS / GROUP)

// The far wing is at most numerator / x^2 beyond the core.
DEVICE void wing_of(GLOBAL const real* RESTRICT lines, int count, int j, real* numerator, real* core)
{
#ifdef BLASE_VOIGT
  // 1.05 a gamma / pi and 17 sigma, of norm, y and 1 / (sigma sqrt 2).
  real scale = lines[DEPTH * count + j];
  *numerator = R(1.05) * R(0.56418958354775628695) * lines[PEAK * count + j] * lines[SQUARE * count + j] / (scale * scale);
  *core = R(12.020815280171307) / scale;
#else
  *numerator = lines[PEAK * count + j];
  *core = lines[REACH * count + j];
#endif
}

// Whether no more than `wanted` can be neglected at any pixel.
DEVICE int is_proven(SHAREDPTR const real* number, SHAREDPTR const real* strength, real width, real level, real wanted)
{
  real worst = R(0.0);
  for (int at = 0; at < BINS && worst <= wanted; at++)
  {
    real sum = R(0.0);
    for (int bin = 0; bin < BINS; bin++)
    {
      int apart = (at > bin ? at - bin : bin - at) - 1;
      real distance = (real)apart * width;
      sum += apart > 0 ? least(number[bin] * level, strength[bin] / (distance * distance)) : number[bin] * level;
    }

    worst = largest(worst, sum);
  }

  return worst <= wanted;
}

// The level of every point, one group each; `tolerance` is one real.
KERNEL void adapt_level(
  int pixels, int count, GLOBAL const real* RESTRICT tolerance, GLOBAL const int* RESTRICT class_begin, GLOBAL const int* RESTRICT kind,
  GLOBAL const real* RESTRICT lines, GLOBAL const real* RESTRICT wave_high, GLOBAL const real* RESTRICT wave_low, GLOBAL real* RESTRICT level)
{
  SHARED real number[BINS];
  SHARED real strength[BINS];
  SHARED real staged[GROUP];
  SHARED int bin_of[GROUP];
  int point = BLOCK(), lane = LANE(), total = class_begin[2 * point + 1];
  GLOBAL const real* own = lines + point * COLUMNS * count;
  real width = largest(APART(wave_high[pixels - 1], wave_low[pixels - 1], wave_high[0], wave_low[0]), R(1e-9)) / (real)BINS, all = R(0.0);
  for (int k = 0; k < OWN_BINS; k++) number[k * GROUP + lane] = strength[k * GROUP + lane] = R(0.0);
  for (int chunk = 0; chunk < total; chunk += GROUP)
  {
    int j = chunk + lane;
    bin_of[lane] = -1;
    if (j < total && kind[point * count + j] != LINE_NOTHING)
    {
      real numerator, core, at = APART(own[CENTER_HIGH * count + j], own[CENTER_LOW * count + j], wave_high[0], wave_low[0]) / width;
      wing_of(own, count, j, &numerator, &core);
      staged[lane] = numerator;
      bin_of[lane] = (int)largest(R(0.0), least((real)(BINS - 1), at));
    }

    BARRIER();

    // Every bin has its owner, who takes the lines in their order.
    for (int m = 0; m < GROUP; m++)
    {
      int bin = bin_of[m];
      if (bin < 0 || (bin & (GROUP - 1)) != lane) continue;
      number[bin] += R(1.0);
      strength[bin] += staged[m];
    }

    BARRIER();
  }

  for (int k = 0; k < OWN_BINS; k++) all += number[k * GROUP + lane];
  all = group_sum(staged, all);

  // Every work-item tries one level between what is certain, tolerance / number, and the tolerance itself; the largest that is proven counts.
  real wanted = tolerance[0], tried = wanted * exponential(-logarithm(largest(all, R(1.0))) * (real)lane / (real)(GROUP - 1));
  staged[lane] = is_proven(number, strength, width, tried, wanted) ? tried : wanted / largest(all, R(1.0));
  BARRIER();
  if (lane > 0) return;
  real found = staged[0];
  for (int other = 1; other < GROUP; other++) found = largest(found, staged[other]);
  level[point] = found;
}

// The windows, a work-item per line; a line that is nothing has none, behind the last pixel.
KERNEL void adapt_windows(
  int pixels, int count, GLOBAL const int* RESTRICT class_begin, GLOBAL const int* RESTRICT kind, GLOBAL const real* RESTRICT lines,
  GLOBAL const real* RESTRICT level, GLOBAL const real* RESTRICT wave_high, GLOBAL const real* RESTRICT wave_low, GLOBAL int* RESTRICT first, GLOBAL int* RESTRICT end)
{
  int chunks = (count + GROUP - 1) / GROUP, point = BLOCK() / chunks, j = (BLOCK() % chunks) * GROUP + LANE();
  if (j >= class_begin[2 * point + 1]) return;
  GLOBAL const real* own = lines + point * COLUMNS * count;
  real numerator, core, center_high = own[CENTER_HIGH * count + j], center_low = own[CENTER_LOW * count + j];
  int begin = pixels, behind = pixels;
  if (kind[point * count + j] != LINE_NOTHING)
  {
    wing_of(own, count, j, &numerator, &core);
    real reach = largest(core, SQRT(numerator / level[point]));
    int to = pixels;
    for (begin = 0; begin < to;)
    {
      int middle = (begin + to) >> 1;
      if (APART(wave_high[middle], wave_low[middle], center_high, center_low) < -reach) begin = middle + 1;
      else to = middle;
    }

    to = pixels;
    for (behind = begin; behind < to;)
    {
      int middle = (behind + to) >> 1;
      if (APART(wave_high[middle], wave_low[middle], center_high, center_low) <= reach) behind = middle + 1;
      else to = middle;
    }
  }

  first[point * count + j] = begin;
  end[point * count + j] = behind;
}

// What forward_tile searches by, one group per point: the least first pixel from a line on, and the longest way from there to a window's end.
KERNEL void search_windows(
  int count, GLOBAL const int* RESTRICT class_begin, GLOBAL const int* RESTRICT first, GLOBAL const int* RESTRICT end, GLOBAL int* RESTRICT search,
  GLOBAL int* RESTRICT longest)
{
  SHARED int scan[GROUP];
  int point = BLOCK(), lane = LANE(), total = class_begin[2 * point + 1], behind = 0x7fffffff, own_longest = 0;
  for (int chunk = (total - 1) / GROUP * GROUP; chunk >= 0 && total > 0; chunk -= GROUP)
  {
    int j = chunk + lane;
    scan[lane] = j < total ? first[point * count + j] : 0x7fffffff;
    BARRIER();
    for (int width = 1; width < GROUP; width *= 2)
    {
      int other = lane + width < GROUP ? scan[lane + width] : 0x7fffffff;
      BARRIER();
      scan[lane] = lesser(scan[lane], other);
      BARRIER();
    }

    int least_first = lesser(scan[lane], behind);
    behind = lesser(scan[0], behind);
    if (j < total)
    {
      search[point * count + j] = least_first;
      if (end[point * count + j] > first[point * count + j]) own_longest = greater(own_longest, end[point * count + j] - least_first);
    }

    BARRIER();
  }

  scan[lane] = own_longest;
  BARRIER();
  for (int apart = GROUP / 2; apart > 0; apart /= 2)
  {
    if (lane < apart) scan[lane] = greater(scan[lane], scan[lane + apart]);
    BARRIER();
  }

  if (lane == 0) longest[point] = scan[0];
}
