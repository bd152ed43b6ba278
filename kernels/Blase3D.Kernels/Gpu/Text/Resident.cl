// Spectra of many points at once from rows of lines that stay on the device. A row is sparse: its entries (line, four parameters) ascend in the
// line, and `block_begin` says where the entries of every 64 lines begin. A point is a blend of rows; its lines are made, ordered and evaluated
// here and never leave. All points have room for the same number of lines.
#define LINES_PER_BLOCK 64
#define BLENDED 5            // centre in two parts, ln amplitude, ln sigma, ln gamma
#define LEAST_SHARE R(1e-30) // below it a line is not there
#define LARGEST_STEP R(1.0)  // of a one-sided model
#define TAPS 4

// The entry of a line in a row, or -1.
DEVICE int find_entry(GLOBAL const int* RESTRICT block_begin, GLOBAL const int* RESTRICT entry_line, int blocks, int row, int line)
{
  int block = row * (blocks + 1) + line / LINES_PER_BLOCK, to = block_begin[block + 1];
  int at = lower_bound(entry_line, block_begin[block], to, line);
  return at < to && entry_line[at] == line ? at : -1;
}

// sum += factor * (entry - own), with the difference limited where that is asked for.
DEVICE void add_difference(GLOBAL const float* RESTRICT entry_value, int entry, const real* own, real factor, int isLimited, real* sum)
{
  for (int p = 0; p < 4; p++)
  {
    real difference = (real)entry_value[4 * entry + p] - own[p];
    if (isLimited) difference = largest(-LARGEST_STEP, least(LARGEST_STEP, difference));
    sum[p] += factor * difference;
  }
}

// The lines of every point, and the first pixel of their windows on the wavelengths they were cloned on; -1 for a line that is not there. A point
// has corners, each a row with a weight; with `axes` above 0 a corner has a parabola through two more rows along every axis: `model_row` holds these
// (-1: none) and whether the corner is at the end of the axis, `model_step` how far they and the point are. A line that some corners lack is
// blended over the others, and its amplitude takes their share.
KERNEL void blend_lines(
  int count, int first_line, int axes, int corners, int own_pixels, int window, int length, int blocks,
  GLOBAL const int* RESTRICT block_begin, GLOBAL const int* RESTRICT entry_line, GLOBAL const float* RESTRICT entry_value,
  GLOBAL const int* RESTRICT corner_count, GLOBAL const int* RESTRICT corner_row, GLOBAL const real* RESTRICT corner_weight,
  GLOBAL const int* RESTRICT model_row, GLOBAL const real* RESTRICT model_step, GLOBAL const real* RESTRICT reference_high,
  GLOBAL const real* RESTRICT reference_low, GLOBAL const real* RESTRICT own_high, GLOBAL const real* RESTRICT own_low,
  GLOBAL const int* RESTRICT target_first, GLOBAL const int* RESTRICT target_end, GLOBAL real* RESTRICT blended, GLOBAL int* RESTRICT zero)
{
  int chunks = (count + GROUP - 1) / GROUP, point = BLOCK() / chunks, k = (BLOCK() % chunks) * GROUP + LANE(), line = first_line + k;
  if (k >= count) return;
  real share = R(0.0), plain[4], change[4];
  for (int p = 0; p < 4; p++) plain[p] = change[p] = R(0.0);
  for (int c = 0; c < corner_count[point]; c++)
  {
    int at = point * corners + c, entry = find_entry(block_begin, entry_line, blocks, corner_row[at], line);
    real weight = corner_weight[at], own[4];
    if (entry < 0 || weight == R(0.0)) continue;
    share += weight;
    for (int p = 0; p < 4; p++)
    {
      own[p] = (real)entry_value[4 * entry + p];
      plain[p] += weight * own[p];
    }

    for (int d = 0; d < axes; d++)
    {
      int model = 3 * (at * axes + d), near = model_row[model], far = model_row[model + 1], isEnd = model_row[model + 2];
      int near_entry = near < 0 ? -1 : find_entry(block_begin, entry_line, blocks, near, line);
      int far_entry = far < 0 ? -1 : find_entry(block_begin, entry_line, blocks, far, line);
      real p = model_step[model], q = model_step[model + 1], u = model_step[model + 2], near_basis = R(0.0), far_basis = R(0.0);
      if (near_entry >= 0 && far_entry >= 0)
      {
        near_basis = u * (u - q) / (p * (p - q));
        far_basis = u * (u - p) / (q * (q - p));
      }
      else if (near_entry >= 0) near_basis = u / p;
      else if (far_entry >= 0 && !isEnd) far_basis = u / q;
      int isLimited = !isEnd && ((near >= 0 && near_entry < 0) || (far >= 0 && far_entry < 0));
      if (near_basis != R(0.0)) add_difference(entry_value, near_entry, own, weight * near_basis, isLimited, change);
      if (far_basis != R(0.0)) add_difference(entry_value, far_entry, own, weight * far_basis, isLimited, change);
    }
  }

  int first_pixel = -1;
  if (share >= LEAST_SHARE)
  {
    // A width of zero is a logarithm of minus infinity, which has no slope: the corners are then averaged as they are.
    int isWhole = is_finite(plain[1] + change[1]) && is_finite(plain[2] + change[2]) && is_finite(plain[3] + change[3]);
    real inverse = R(1.0) / share, value[4];
    for (int p = 0; p < 4; p++) value[p] = (isWhole ? plain[p] + change[p] : plain[p]) * inverse;
    if (magnitude(share - R(1.0)) >= R(1e-12)) value[1] += logarithm(share);
#ifdef BLASE_FLOAT
    real high = reference_high[line], low = reference_low[line] + value[0];
#else
    real high = reference_high[line] + value[0], low = R(0.0);
#endif
    int from = 0, to = own_pixels;
    while (from < to)
    {
      int middle = (from + to) >> 1;
      if (APART(own_high[middle], own_low[middle], high, low) < R(0.0)) from = middle + 1;
      else to = middle;
    }

    first_pixel = greater(0, lesser(from - window / 2, own_pixels - length));
    if (target_end[first_pixel + length - 1] <= target_first[first_pixel]) first_pixel = -1;
    GLOBAL real* out = blended + point * BLENDED * count + k;
    out[0] = high;
    out[count] = low;
    for (int p = 1; p < 4; p++) out[(1 + p) * count] = value[p];
  }

  zero[point * count + k] = first_pixel;
}

// One group per point: how many lines before each are there, how many in all (as the end of the one class of windows), and the largest distance of
// a line from its reference.
KERNEL void count_lines(
  int count, int first_line, GLOBAL const real* RESTRICT reference_high, GLOBAL const real* RESTRICT reference_low,
  GLOBAL const real* RESTRICT blended, GLOBAL const int* RESTRICT zero, GLOBAL int* RESTRICT before, GLOBAL int* RESTRICT class_begin,
  GLOBAL real* RESTRICT largest_shift)
{
  SHARED int scan[GROUP];
  SHARED real farthest[GROUP];
  int point = BLOCK(), lane = LANE(), total = 0;
  real shift = R(0.0);
  for (int chunk = 0; chunk < count; chunk += GROUP)
  {
    int k = chunk + lane, isThere = k < count && zero[point * count + k] >= 0;
    scan[lane] = isThere;
    BARRIER();
    for (int width = 1; width < GROUP; width *= 2)
    {
      int other = lane >= width ? scan[lane - width] : 0;
      BARRIER();
      scan[lane] += other;
      BARRIER();
    }

    if (k < count) before[point * count + k] = total + scan[lane] - isThere;
    if (isThere)
    {
      GLOBAL const real* center = blended + point * BLENDED * count + k;
      shift = largest(shift, magnitude(APART(center[0], center[count], reference_high[first_line + k], reference_low[first_line + k])));
    }

    total += scan[GROUP - 1];
    BARRIER();
  }

  farthest[lane] = shift;
  BARRIER();
  for (int width = GROUP / 2; width > 0; width /= 2)
  {
    if (lane < width) farthest[lane] = largest(farthest[lane], farthest[lane + width]);
    BARRIER();
  }

  if (lane == 0)
  {
    class_begin[2 * point] = 0;
    class_begin[2 * point + 1] = total;
    largest_shift[point] = farthest[0];
  }
}

// Puts every line into its place in the order of the windows. References ascend, so only lines within the largest shifts can have changed sides.
KERNEL void place_lines(
  int count, int first_line, int length, int profile, GLOBAL const real* RESTRICT reference_high, GLOBAL const real* RESTRICT reference_low,
  GLOBAL const real* RESTRICT blended, GLOBAL const int* RESTRICT zero, GLOBAL const int* RESTRICT before, GLOBAL const real* RESTRICT largest_shift,
  GLOBAL const int* RESTRICT target_first, GLOBAL const int* RESTRICT target_end, GLOBAL int* RESTRICT first, GLOBAL int* RESTRICT end,
  GLOBAL int* RESTRICT kind, GLOBAL real* RESTRICT lines)
{
  int chunks = (count + GROUP - 1) / GROUP, point = BLOCK() / chunks, k = (BLOCK() % chunks) * GROUP + LANE(), base = point * count;
  if (k >= count || zero[base + k] < 0) return;
  GLOBAL const real* own = blended + point * BLENDED * count + k;
  GLOBAL const int* others = zero + base;
  int own_zero = others[k], place = before[base + k];
  real high = own[0], low = own[count], margin = R(1.001) * largest_shift[point] + R(1e-3);
  for (int i = k - 1; i >= 0 && APART(reference_high[first_line + i], reference_low[first_line + i], high, low) >= -margin; i--)
  {
    if (others[i] > own_zero) place--;
  }

  for (int i = k + 1; i < count && APART(reference_high[first_line + i], reference_low[first_line + i], high, low) <= margin; i++)
  {
    if (others[i] >= 0 && others[i] < own_zero) place++;
  }

  first[base + place] = target_first[own_zero];
  end[base + place] = target_end[own_zero + length - 1];
  write_constants(profile, count, high, low, own[2 * count], own[3 * count], own[4 * count], lines + point * COLUMNS * count + place, kind + base + place);
}

// S of every pixel of every point. The longest window is common to all points (longest_step 0) or one for each (1).
KERNEL void resident_spectra(
  int pixels, int count, int tiles, int longest_step, GLOBAL const int* RESTRICT class_begin, GLOBAL const int* RESTRICT class_longest,
  GLOBAL const int* RESTRICT search, GLOBAL const int* RESTRICT first, GLOBAL const int* RESTRICT end, GLOBAL const int* RESTRICT kind, GLOBAL const real* RESTRICT lines, GLOBAL const real* RESTRICT wave_high,
  GLOBAL const real* RESTRICT wave_low, GLOBAL real* RESTRICT spectra)
{
  FORWARD_SHARED
  int point = BLOCK() / tiles, start = (BLOCK() % tiles) * TILE, base = point * count;
  forward_tile(
    start, pixels, count, 1, 0, class_begin + 2 * point, class_longest + longest_step * point, search + base, first + base, end + base, kind + base, lines + point * COLUMNS * count, wave_high, wave_low,
    high, low, accumulator, staged, placed);
  for (int i = LANE(); i < TILE && start + i < pixels; i += GROUP) spectra[point * pixels + start + i] = accumulator[i];
}

// 1 + share (S - 1); a share below 0 leaves the pixel as it is.
KERNEL void take_share(int pixels, GLOBAL const real* RESTRICT share, GLOBAL real* RESTRICT spectra)
{
  int chunks = (pixels + GROUP - 1) / GROUP, point = BLOCK() / chunks, i = (BLOCK() % chunks) * GROUP + LANE();
  if (i >= pixels || share[i] < R(0.0)) return;
  spectra[point * pixels + i] = R(1.0) + share[i] * (spectra[point * pixels + i] - R(1.0));
}

// Adds one row of residuals, brought to the spectrum's pixels, to the points that have a weight for it.
KERNEL void add_row(
  int pixels, int from, int to, GLOBAL const int* RESTRICT use_point, GLOBAL const real* RESTRICT use_weight, GLOBAL const int* RESTRICT tap_at,
  GLOBAL const real* RESTRICT tap, GLOBAL const real* RESTRICT row, GLOBAL real* RESTRICT spectra)
{
  int i = BLOCK() * GROUP + LANE();
  if (i >= pixels) return;
  real value = R(0.0);
  for (int t = 0; t < TAPS; t++) value += tap[TAPS * i + t] * row[tap_at[i] + t];
  for (int use = from; use < to; use++) spectra[use_point[use] * pixels + i] += use_weight[use] * value;
}

// For every tile of one point's spectrum the sum of weight (data - S)^2 over the pixels where that is a number, that of the weights, and the number.
KERNEL void compare_spectrum(
  int pixels, int tiles, int point, int pair, int weighted, GLOBAL const real* RESTRICT data, GLOBAL const real* RESTRICT weight,
  GLOBAL const real* RESTRICT spectra, GLOBAL real* RESTRICT sums)
{
  SHARED real scratch[GROUP];
  int start = BLOCK() * TILE;
  real sum = R(0.0), total = R(0.0), number = R(0.0);
  for (int i = start + LANE(); i < start + TILE && i < pixels; i += GROUP)
  {
    real residual = data[i] - spectra[point * pixels + i], own = weighted ? weight[i] : R(1.0), square = own * residual * residual;
    if (square == square)
    {
      sum += square;
      total += own;
      number += R(1.0);
    }
  }

  sum = group_sum(scratch, sum);
  total = group_sum(scratch, total);
  number = group_sum(scratch, number);
  if (LANE() > 0) return;
  GLOBAL real* out = sums + 3 * (pair * tiles + BLOCK());
  out[0] = sum;
  out[1] = total;
  out[2] = number;
}

// Adds the tiles of a pair up, one group per pair.
KERNEL void add_tiles(int tiles, GLOBAL const real* RESTRICT sums, GLOBAL real* RESTRICT results)
{
  SHARED real scratch[GROUP];
  for (int c = 0; c < 3; c++)
  {
    real sum = R(0.0);
    for (int t = LANE(); t < tiles; t += GROUP) sum += sums[3 * (BLOCK() * tiles + t) + c];
    sum = group_sum(scratch, sum);
    if (LANE() == 0) results[3 * BLOCK() + c] = sum;
  }
}

// Brings one point's spectrum to where it can be read.
KERNEL void take_spectrum(int pixels, int point, GLOBAL const real* RESTRICT spectra, GLOBAL real* RESTRICT spectrum)
{
  int i = BLOCK() * GROUP + LANE();
  if (i < pixels) spectrum[i] = spectra[point * pixels + i];
}
