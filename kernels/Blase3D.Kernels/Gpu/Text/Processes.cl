// Small Gaussian processes, a group of work-items each: c (1 + s + s^2/3) exp(-s) with s = sqrt(5) |x - x'| in lengths, plus a variance on the
// diagonal. What the processor's side reads and writes lies as it has it, element e of member m of pack q at [8 (q n + e) + m]; what stays here lies
// process by process: the factor L of K = L L' by columns below the diagonal, L[i, k] at [k rows + i], its inverse G above it, G[i, k] at [i rows + k],
// and 1 / L[i, i] apart. Rows behind the last observation are those of the unit matrix.
#define MEMBERS 8
#define PANEL 4
#define MOST_OBSERVATIONS 512
#define MOST_INPUTS 8
#define SQRT_FIVE R(2.2360679774997897)

// Where element e of n per process lies.
#define ELEMENT(pack, member, n, e) ((((pack) * (n)) + (e)) * MEMBERS + (member))

DEVICE real covariance_of(real square, real prior, real* slope)
{
  real s = SQRT(square) * SQRT_FIVE, decay = exponential(-s) * prior, linear = R(1.0) + s;
  *slope = decay * linear * (R(5.0) / R(3.0));
  return decay * FMA(s, s * (R(1.0) / R(3.0)), linear);
}

// Of two observations.
DEVICE real observed_square(int rows, int dimension, GLOBAL const real* scaled, int a, int b)
{
  real square = R(0.0);
  #pragma unroll 1
  for (int k = 0; k < dimension; k++)
  {
    real difference = scaled[k * rows + a] - scaled[k * rows + b];
    square = FMA(difference, difference, square);
  }

  return square;
}

// sum[q] = sum over k < j of L[j + q, k] other(k): the panel's rows go through shared memory.
#define SUM_PANEL(j, other) \
  for (int q = 0; q < PANEL; q++) sum[q] = R(0.0); \
  for (int from = 0; from < (j); from += GROUP) \
  { \
    if (from + lane < (j)) \
    { \
      for (int q = 0; q < PANEL; q++) staged[q * GROUP + lane] = factor[(from + lane) * rows + (j) + q]; \
    } \
    BARRIER(); \
    int number = lesser(GROUP, (j) - from); \
    _Pragma("unroll 4") \
    for (int k = 0; k < number; k++) \
    { \
      real value = other(from + k); \
      _Pragma("unroll") \
      for (int q = 0; q < PANEL; q++) sum[q] = FMA(value, staged[q * GROUP + k], sum[q]); \
    } \
    BARRIER(); \
  }

// L x = b in place, for the whole group.
DEVICE void solve_lower(int order, int rows, GLOBAL const real* factor, GLOBAL const real* inverse, SHAREDPTR real* x)
{
  int lane = LANE();
  for (int i = 0; i < order; i++)
  {
    real found = x[i] * inverse[i];
    BARRIER();
    if (lane == 0) x[i] = found;
    for (int r = i + 1 + lane; r < order; r += GROUP) x[r] = FMA(-found, factor[i * rows + r], x[r]);
    BARRIER();
  }
}

// L' x = b in place.
DEVICE void solve_upper(int order, int rows, GLOBAL const real* factor, GLOBAL const real* inverse, SHAREDPTR real* x)
{
  int lane = LANE();
  for (int i = order - 1; i >= 0; i--)
  {
    real found = x[i] * inverse[i];
    BARRIER();
    if (lane == 0) x[i] = found;
    for (int k = lane; k < i; k += GROUP) x[k] = FMA(-found, factor[k * rows + i], x[k]);
    BARRIER();
  }
}

// The factor of a tile on the diagonal, in place and below the diagonal, with 1 / L[q, q] on it.
DEVICE void factor_tile(SHAREDPTR real* tile)
{
  for (int c = 0; c < PANEL; c++)
  {
    for (int r = c; r < PANEL; r++)
    {
      real value = tile[r * PANEL + c];
      for (int k = 0; k < c; k++) value -= tile[r * PANEL + k] * tile[c * PANEL + k];
      tile[r * PANEL + c] = r == c ? R(1.0) / SQRT(value) : value * tile[c * PANEL + c];
    }
  }
}

#define PROCESS_INPUT int count, int rows, int dimension, GLOBAL const int* RESTRICT wanted

#define PROCESS_PLACE(group) \
  int lane = LANE(), pack = wanted[(group) / MEMBERS], member = (group) % MEMBERS, place = pack * MEMBERS + member; \
  int order = (count + PANEL - 1) / PANEL * PANEL;

// K = L L' by panels of four columns, each from finished ones (Golub and Van Loan, Matrix Computations, section 4.2), the weights K^-1 y, ln det K
// and y' K^-1 y (Rasmussen and Williams 2006, algorithm 2.1). K that is not positive definite leaves numbers that are not finite.
KERNEL void condition_processes(
  PROCESS_INPUT, GLOBAL const real* RESTRICT points, GLOBAL const real* RESTRICT values, GLOBAL const real* RESTRICT inverse_length,
  GLOBAL const real* RESTRICT constants, GLOBAL const real* RESTRICT diagonal, GLOBAL real* all_scaled, GLOBAL real* all_factor, GLOBAL real* all_inverse,
  GLOBAL real* all_weights, GLOBAL real* RESTRICT log_determinant, GLOBAL real* RESTRICT quadratic)
{
  SHARED real vector[MOST_OBSERVATIONS];
  SHARED real staged[PANEL * GROUP];
  SHARED real tile[PANEL * PANEL];
  PROCESS_PLACE(BLOCK())
  GLOBAL real* scaled = all_scaled + place * dimension * rows;
  GLOBAL real* factor = all_factor + place * rows * rows;
  GLOBAL real* inverse = all_inverse + place * rows;
  for (int e = lane; e < dimension * rows; e += GROUP)
  {
    if (e % rows < count) scaled[e] = points[ELEMENT(pack, member, dimension * rows, e)] * inverse_length[ELEMENT(pack, member, dimension, e / rows)];
  }

  BARRIER_GLOBAL();
  real prior = constants[place], on_diagonal = prior + diagonal[place], slope;
  for (int j = 0; j < order; j += PANEL)
  {
    for (int first = j; first < order; first += GROUP)
    {
      // A work-item without a row follows the last one and writes nothing.
      int i = lesser(first + lane, order - 1);
      real sum[PANEL];
      #define OWN_ROW(k) factor[(k) * rows + i]
      SUM_PANEL(j, OWN_ROW)
      #undef OWN_ROW
      #pragma unroll
      for (int q = 0; q < PANEL; q++)
      {
        int column = j + q;
        real element = i == column ? R(1.0) : R(0.0);
        if (i < count && column < count) element = i == column ? on_diagonal : covariance_of(observed_square(rows, dimension, scaled, i, column), prior, &slope);
        sum[q] = element - sum[q];
      }

      if (first == j)
      {
        if (lane < PANEL)
        {
          #pragma unroll
          for (int q = 0; q < PANEL; q++) tile[lane * PANEL + q] = sum[q];
        }

        BARRIER();
        if (lane == 0)
        {
          factor_tile(tile);
          for (int q = 0; q < PANEL; q++) inverse[j + q] = tile[q * PANEL + q];
        }

        BARRIER();
      }

      #pragma unroll
      for (int q = 0; q < PANEL; q++)
      {
        #pragma unroll
        for (int k = 0; k < q; k++) sum[q] -= sum[k] * tile[q * PANEL + k];
        sum[q] *= tile[q * PANEL + q];
        if (first + lane < order && i > j + q) factor[(j + q) * rows + i] = sum[q];
      }
    }

    BARRIER_GLOBAL();
  }

  for (int i = lane; i < order; i += GROUP) vector[i] = i < count ? values[ELEMENT(pack, member, rows, i)] : R(0.0);
  BARRIER();
  solve_lower(order, rows, factor, inverse, vector);
  real square = R(0.0), logarithms = R(0.0);
  for (int i = lane; i < count; i += GROUP)
  {
    square = FMA(vector[i], vector[i], square);
    logarithms += inverse[i] > R(0.0) && is_finite(inverse[i]) ? logarithm(inverse[i]) : SQRT(R(-1.0));
  }

  square = group_sum(staged, square);
  logarithms = group_sum(staged, logarithms);
  solve_upper(order, rows, factor, inverse, vector);
  for (int i = lane; i < order; i += GROUP) all_weights[place * rows + i] = vector[i];
  if (lane > 0) return;
  log_determinant[place] = R(-2.0) * logarithms;
  quadratic[place] = square;
}

// The derivatives of the log marginal likelihood by ln c, ln l_1 .. ln l_d and ln diagonal: 1/2 tr((w w' - K^-1) dK/dtheta) (equation 5.9).
KERNEL void likelihood_slopes(
  PROCESS_INPUT, GLOBAL const real* RESTRICT constants, GLOBAL const real* RESTRICT diagonal, GLOBAL const real* all_scaled, GLOBAL real* all_factor,
  GLOBAL const real* all_inverse, GLOBAL const real* all_weights, GLOBAL real* RESTRICT slopes)
{
  SHARED real sums[MOST_INPUTS * GROUP];
  SHARED real scratch[GROUP];
  PROCESS_PLACE(BLOCK())
  GLOBAL const real* scaled = all_scaled + place * dimension * rows;
  GLOBAL real* factor = all_factor + place * rows * rows;
  GLOBAL const real* inverse = all_inverse + place * rows;
  GLOBAL const real* weights = all_weights + place * rows;

  // G = L^-1, a work-item per column: G[i, c] = -(sum over c <= k < i of L[i, k] G[k, c]) / L[i, i].
  for (int first = 0; first < order; first += GROUP)
  {
    int c = first + lane;
    if (c >= order) continue;
    for (int i = c + 1; i < order; i++)
    {
      real sum = factor[c * rows + i] * inverse[c];
      for (int k = c + 1; k < i; k++) sum = FMA(factor[k * rows + i], factor[k * rows + c], sum);
      factor[i * rows + c] = -sum * inverse[i];
    }
  }

  BARRIER_GLOBAL();
  real prior = constants[place], by_constant = R(0.0), by_diagonal = R(0.0);
  for (int k = 0; k < dimension; k++) sums[k * GROUP + lane] = R(0.0);
  for (int a = 0; a < count; a++)
  {
    for (int b = lane; b <= a; b += GROUP)
    {
      // K^-1[a, b] = sum over i from a of G[i, a] G[i, b].
      real element = inverse[a] * (b == a ? inverse[a] : factor[a * rows + b]), slope;
      for (int i = a + 1; i < count; i++) element = FMA(factor[i * rows + a], factor[i * rows + b], element);
      real outer = FMA(weights[a], weights[b], -element);
      if (a == b)
      {
        by_diagonal += outer;
        by_constant = FMA(outer, R(0.5) * prior, by_constant);
        continue;
      }

      by_constant = FMA(outer, covariance_of(observed_square(rows, dimension, scaled, a, b), prior, &slope), by_constant);
      for (int k = 0; k < dimension; k++)
      {
        real difference = scaled[k * rows + a] - scaled[k * rows + b];
        sums[k * GROUP + lane] = FMA(outer * slope, difference * difference, sums[k * GROUP + lane]);
      }
    }
  }

  by_constant = group_sum(scratch, by_constant);
  by_diagonal = group_sum(scratch, by_diagonal);
  if (lane == 0)
  {
    slopes[ELEMENT(pack, member, dimension + 2, 0)] = by_constant;
    slopes[ELEMENT(pack, member, dimension + 2, dimension + 1)] = by_diagonal * diagonal[place] * R(0.5);
  }

  for (int k = 0; k < dimension; k++)
  {
    real sum = group_sum(scratch, sums[k * GROUP + lane]);
    if (lane == 0) slopes[ELEMENT(pack, member, dimension + 2, k + 1)] = sum;
  }
}

// The posterior, a work-item per candidate: mean = k' w, variance = c - |L^-1 k|^2 (equations 2.25 and 2.26). A group has 64 candidates of a process;
// groups are counted from `first_group` on, and each has its part of `all_solved`.
KERNEL void predict_processes(
  PROCESS_INPUT, int candidates, int first_group, GLOBAL const real* RESTRICT constants, GLOBAL const real* RESTRICT inverse_length,
  GLOBAL const real* all_scaled, GLOBAL const real* all_factor, GLOBAL const real* all_inverse, GLOBAL const real* all_weights,
  GLOBAL const real* RESTRICT candidate, GLOBAL real* all_solved, GLOBAL real* RESTRICT means, GLOBAL real* RESTRICT sigmas)
{
  SHARED real staged[PANEL * GROUP];
  SHARED real position[MOST_INPUTS * GROUP];
  int chunks = (candidates + GROUP - 1) / GROUP, own = first_group + BLOCK();
  PROCESS_PLACE(own / chunks)
  GLOBAL const real* scaled = all_scaled + place * dimension * rows;
  GLOBAL const real* factor = all_factor + place * rows * rows;
  GLOBAL const real* inverse = all_inverse + place * rows;
  GLOBAL const real* weights = all_weights + place * rows;
  GLOBAL real* solved = all_solved + BLOCK() * rows * GROUP;
  int asked = own % chunks * GROUP + lane, j = lesser(asked, candidates - 1);
  for (int k = 0; k < dimension; k++)
    position[k * GROUP + lane] = candidate[ELEMENT(pack, member, candidates * dimension, j * dimension + k)] * inverse_length[ELEMENT(pack, member, dimension, k)];
  real prior = constants[place], mean = R(0.0), explained = R(0.0), slope;
  for (int i = 0; i < order; i += PANEL)
  {
    real sum[PANEL];
    #define OWN_SOLUTION(k) solved[(k) * GROUP + lane]
    SUM_PANEL(i, OWN_SOLUTION)
    #undef OWN_SOLUTION
    #pragma unroll
    for (int q = 0; q < PANEL; q++)
    {
      real square = R(0.0), covariance = R(0.0);
      if (i + q < count)
      {
        for (int k = 0; k < dimension; k++)
        {
          real difference = position[k * GROUP + lane] - scaled[k * rows + i + q];
          square = FMA(difference, difference, square);
        }

        covariance = covariance_of(square, prior, &slope);
        mean = FMA(weights[i + q], covariance, mean);
      }

      sum[q] = covariance - sum[q];
    }

    GLOBAL const real* column = factor + i * rows + i;
    real x0 = sum[0] * inverse[i], x1 = (sum[1] - x0 * column[1]) * inverse[i + 1];
    real x2 = (sum[2] - x0 * column[2] - x1 * column[rows + 2]) * inverse[i + 2];
    real x3 = (sum[3] - x0 * column[3] - x1 * column[rows + 3] - x2 * column[2 * rows + 3]) * inverse[i + 3];
    solved[i * GROUP + lane] = x0;
    solved[(i + 1) * GROUP + lane] = x1;
    solved[(i + 2) * GROUP + lane] = x2;
    solved[(i + 3) * GROUP + lane] = x3;
    explained = FMA(x0, x0, explained);
    explained = FMA(x1, x1, explained);
    explained = FMA(x2, x2, explained);
    explained = FMA(x3, x3, explained);
  }

  if (asked >= candidates) return;
  means[ELEMENT(pack, member, candidates, asked)] = mean;
  sigmas[ELEMENT(pack, member, candidates, asked)] = SQRT(largest(prior - explained, R(0.0)));
}

// The posterior at one candidate of every process, and its derivatives by the coordinates.
KERNEL void predict_slopes(
  PROCESS_INPUT, GLOBAL const real* RESTRICT constants, GLOBAL const real* RESTRICT inverse_length, GLOBAL const real* all_scaled,
  GLOBAL const real* all_factor, GLOBAL const real* all_inverse, GLOBAL const real* all_weights, GLOBAL const real* RESTRICT candidate,
  GLOBAL real* RESTRICT means, GLOBAL real* RESTRICT sigmas, GLOBAL real* RESTRICT mean_slopes, GLOBAL real* RESTRICT sigma_slopes)
{
  SHARED real vector[MOST_OBSERVATIONS];
  SHARED real sloped[MOST_OBSERVATIONS];
  SHARED real scratch[GROUP];
  PROCESS_PLACE(BLOCK())
  GLOBAL const real* scaled = all_scaled + place * dimension * rows;
  GLOBAL const real* factor = all_factor + place * rows * rows;
  GLOBAL const real* inverse = all_inverse + place * rows;
  GLOBAL const real* weights = all_weights + place * rows;
  real prior = constants[place], mean = R(0.0), explained = R(0.0);
  for (int i = lane; i < order; i += GROUP)
  {
    real square = R(0.0), slope = R(0.0), covariance = R(0.0);
    if (i < count)
    {
      for (int k = 0; k < dimension; k++)
      {
        real difference = candidate[ELEMENT(pack, member, dimension, k)] * inverse_length[ELEMENT(pack, member, dimension, k)] - scaled[k * rows + i];
        square = FMA(difference, difference, square);
      }

      covariance = covariance_of(square, prior, &slope);
      mean = FMA(weights[i], covariance, mean);
    }

    vector[i] = covariance;
    sloped[i] = slope;
  }

  mean = group_sum(scratch, mean);
  solve_lower(order, rows, factor, inverse, vector);
  for (int i = lane; i < count; i += GROUP) explained = FMA(vector[i], vector[i], explained);
  explained = group_sum(scratch, explained);
  solve_upper(order, rows, factor, inverse, vector);
  real deviation = SQRT(largest(prior - explained, R(0.0))), by_deviation = deviation > R(0.0) ? R(1.0) / deviation : R(0.0);
  if (lane == 0)
  {
    means[place] = mean;
    sigmas[place] = deviation;
  }

  for (int k = 0; k < dimension; k++)
  {
    real length = inverse_length[ELEMENT(pack, member, dimension, k)], at = candidate[ELEMENT(pack, member, dimension, k)] * length;
    real by_mean = R(0.0), by_sigma = R(0.0);
    for (int i = lane; i < count; i += GROUP)
    {
      real moved = sloped[i] * (at - scaled[k * rows + i]);
      by_mean = FMA(moved, weights[i], by_mean);
      by_sigma = FMA(moved, vector[i], by_sigma);
    }

    by_mean = group_sum(scratch, by_mean);
    by_sigma = group_sum(scratch, by_sigma);
    if (lane > 0) continue;
    mean_slopes[ELEMENT(pack, member, dimension, k)] = -by_mean * length;
    sigma_slopes[ELEMENT(pack, member, dimension, k)] = by_sigma * length * by_deviation;
  }
}
