// What a device can do at most: the other kernels are measured against it.
#define CHAINS 8
#define LINKS 512

// destination = source, `count` reals.
KERNEL void copy_values(int count, GLOBAL const real* RESTRICT source, GLOBAL real* RESTRICT destination)
{
  int i = BLOCK() * GROUP + LANE();
  if (i < count) destination[i] = source[i];
}

// CHAINS * LINKS multiply-adds that do not wait for each other but within a chain.
KERNEL void chain_multiply_adds(int count, GLOBAL const real* RESTRICT source, GLOBAL real* RESTRICT destination)
{
  int i = BLOCK() * GROUP + LANE();
  real factor = source[0], term = source[1], value[CHAINS], sum = R(0.0);
  #pragma unroll
  for (int c = 0; c < CHAINS; c++) value[c] = source[c] + (real)i;
  for (int k = 0; k < LINKS; k++)
  {
    #pragma unroll
    for (int c = 0; c < CHAINS; c++) value[c] = FMA(value[c], factor, term);
  }

  #pragma unroll
  for (int c = 0; c < CHAINS; c++) sum += value[c];
  if (i < count) destination[i] = sum;
}

// The same with divisions.
KERNEL void chain_divisions(int count, GLOBAL const real* RESTRICT source, GLOBAL real* RESTRICT destination)
{
  int i = BLOCK() * GROUP + LANE();
  real factor = source[0], value[CHAINS], sum = R(0.0);
  #pragma unroll
  for (int c = 0; c < CHAINS; c++) value[c] = source[c] + (real)i;
  for (int k = 0; k < LINKS; k++)
  {
    #pragma unroll
    for (int c = 0; c < CHAINS; c++) value[c] = factor / value[c];
  }

  #pragma unroll
  for (int c = 0; c < CHAINS; c++) sum += value[c];
  if (i < count) destination[i] = sum;
}
