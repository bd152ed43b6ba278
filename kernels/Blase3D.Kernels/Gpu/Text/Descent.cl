// Adam on the mean squared residual of one spectrum, with lines, moments and spectrum on the device: line_constants, forward_spectrum, descent_residual
// and descent_loss evaluate; adjoint_lines and adam_step move. Only the loss comes back.
#define BETA1 R(0.9)
#define BETA2 R(0.999)
#define ADAM_EPSILON R(1e-8)

// Settings of a descent.
#define INVERSE_PIXELS 0 // 1 / number of pixels that count
#define RATE_CENTER 1    // learning rate of centres, times Angstrom
#define RATE_LOGARITHM 2 // learning rate of the logarithms and of the velocity

// The state of the velocity that all lines share, in km/s.
#define VELOCITY 0
#define VELOCITY_MOMENTS 1
#define VELOCITY_DERIVATIVE 4
#define LIGHT_SPEED R(299792.458) // km/s

// What adjoint_weight gives for the mean squared residual over the pixels [from, to), and for every tile the sum of the squares.
KERNEL void descent_residual(
  int pixels, int from, int to, GLOBAL const real* RESTRICT settings, GLOBAL const real* RESTRICT data, GLOBAL const real* RESTRICT transmission,
  GLOBAL real* RESTRICT weight, GLOBAL real* RESTRICT sums)
{
  SHARED real scratch[GROUP];
  int start = BLOCK() * TILE;
  real sum = R(0.0), scale = R(-2.0) * settings[INVERSE_PIXELS];
  for (int i = start + LANE(); i < start + TILE && i < pixels; i += GROUP)
  {
    real residual = i >= from && i < to ? transmission[i] - data[i] : R(0.0);
    weight[i] = scale * residual * transmission[i];
    sum += residual * residual;
  }

  sum = group_sum(scratch, sum);
  if (LANE() == 0) sums[BLOCK()] = sum;
}

// The mean of the squares of all tiles; one group.
KERNEL void descent_loss(int tiles, GLOBAL const real* RESTRICT settings, GLOBAL const real* RESTRICT sums, GLOBAL real* RESTRICT loss)
{
  SHARED real scratch[GROUP];
  real sum = R(0.0);
  for (int t = LANE(); t < tiles; t += GROUP) sum += sums[t];
  sum = group_sum(scratch, sum);
  if (LANE() == 0) loss[0] = sum * settings[INVERSE_PIXELS];
}

// One step of Adam with amsgrad (Kingma and Ba 2017; Reddi, Kale and Kumar 2018) for one parameter; a derivative that is not finite moves nothing.
DEVICE real adam_change(real derivative, real rate, real mean_correction, real square_correction, GLOBAL real* moments, int stride)
{
  if (!is_finite(derivative)) return R(0.0);
  real mean = BETA1 * moments[0] + (R(1.0) - BETA1) * derivative;
  real square = BETA2 * moments[stride] + (R(1.0) - BETA2) * derivative * derivative;
  real highest = largest(moments[2 * stride], square);
  moments[0] = mean;
  moments[stride] = square;
  moments[2 * stride] = highest;
  return rate * mean_correction * mean / (SQRT(highest) * square_correction + ADAM_EPSILON);
}

// Centres as they are evaluated: mu (1 + v / c).
KERNEL void shift_centers(
  int count, GLOBAL const real* RESTRICT velocity, GLOBAL const real* RESTRICT center_high, GLOBAL const real* RESTRICT center_low,
  GLOBAL real* RESTRICT shifted_high, GLOBAL real* RESTRICT shifted_low)
{
  int line = BLOCK() * GROUP + LANE();
  if (line >= count) return;
  real ratio = velocity[VELOCITY] / LIGHT_SPEED;
#ifdef BLASE_FLOAT
  shifted_high[line] = center_high[line];
  shifted_low[line] = center_low[line] + (center_high[line] + center_low[line]) * ratio;
#else
  shifted_high[line] = center_high[line] * (R(1.0) + ratio);
#endif
}

// The derivative by the velocity: the sum over the lines of dLoss/dcentre mu / c; one group.
KERNEL void velocity_derivative(
  int count, GLOBAL const real* RESTRICT gradient, GLOBAL const real* RESTRICT center_high, GLOBAL const real* RESTRICT center_low, GLOBAL real* RESTRICT velocity)
{
  SHARED real scratch[GROUP];
  real sum = R(0.0);
  for (int line = LANE(); line < count; line += GROUP)
  {
#ifdef BLASE_FLOAT
    sum += gradient[line] * (center_high[line] + center_low[line]);
#else
    sum += gradient[line] * center_high[line];
#endif
  }

  sum = group_sum(scratch, sum);
  if (LANE() == 0) velocity[VELOCITY_DERIVATIVE] = sum / LIGHT_SPEED;
}

// Moves the velocity; one group.
KERNEL void adam_velocity(int step, GLOBAL const real* RESTRICT settings, GLOBAL const real* RESTRICT corrections, GLOBAL real* RESTRICT velocity)
{
  if (LANE() == 0)
    velocity[VELOCITY] -= adam_change(velocity[VELOCITY_DERIVATIVE], settings[RATE_LOGARITHM], corrections[2 * step], corrections[2 * step + 1], velocity + VELOCITY_MOMENTS, 1);
}

// Moves every line, one work-item each. `corrections` holds 1 / (1 - beta1^t) and 1 / sqrt(1 - beta2^t) of every step t; moments are columns of all
// parameters of all lines. With `limited` no width falls below the line's smallest.
KERNEL void adam_step(
  int count, int step, int limited, GLOBAL const real* RESTRICT settings, GLOBAL const real* RESTRICT corrections, GLOBAL const real* RESTRICT gradient,
  GLOBAL const real* RESTRICT smallest_ln_width, GLOBAL const real* RESTRICT velocity, GLOBAL real* RESTRICT moments, GLOBAL real* RESTRICT center_high, GLOBAL real* RESTRICT center_low,
  GLOBAL real* RESTRICT ln_amplitude, GLOBAL real* RESTRICT ln_sigma, GLOBAL real* RESTRICT ln_gamma)
{
  int line = BLOCK() * GROUP + LANE(), stride = 4 * count;
  if (line >= count) return;
  real mean_correction = corrections[2 * step], square_correction = corrections[2 * step + 1], rate = settings[RATE_LOGARITHM];
  real factor = R(1.0) + velocity[VELOCITY] / LIGHT_SPEED;
  real moved = adam_change(gradient[line] * factor, settings[RATE_CENTER], mean_correction, square_correction, moments + line, stride);
#ifdef BLASE_FLOAT
  center_low[line] -= moved;
#else
  center_high[line] -= moved;
#endif
  ln_amplitude[line] -= adam_change(gradient[count + line], rate, mean_correction, square_correction, moments + count + line, stride);
  real sigma = ln_sigma[line] - adam_change(gradient[2 * count + line], rate, mean_correction, square_correction, moments + 2 * count + line, stride);
  real gamma = ln_gamma[line] - adam_change(gradient[3 * count + line], rate, mean_correction, square_correction, moments + 3 * count + line, stride);
  ln_sigma[line] = limited ? largest(sigma, smallest_ln_width[line]) : sigma;
  ln_gamma[line] = limited ? largest(gamma, smallest_ln_width[line]) : gamma;
}
