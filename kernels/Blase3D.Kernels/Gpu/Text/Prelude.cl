// One text for OpenCL C 1.2, for CUDA C as NVRTC compiles it, and for CUDA C as clang compiles it without any CUDA header
// (BLASE_PLAIN_CLANG). It is the subset that all three have: no includes, no library functions, no templates, no atomics.
//
// Given by the compiler's command line: BLASE_FLOAT for single precision, BLASE_OPACITY for the composition exp(-sum V), BLASE_VOIGT for the
// exact profile.

#if defined(__OPENCL_VERSION__) || defined(__OPENCL_C_VERSION__)
  #ifndef BLASE_FLOAT
    #pragma OPENCL EXTENSION cl_khr_fp64 : enable
  #endif
  #define KERNEL __kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
  #define GLOBAL __global
  #define SHARED __local
  #define SHAREDPTR __local
  #define RESTRICT restrict
  #define DEVICE static inline
  #define BARRIER() barrier(CLK_LOCAL_MEM_FENCE)
  #define BARRIER_GLOBAL() barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE)
  #define LANE() ((int)get_local_id(0))
  #define BLOCK() ((int)get_group_id(0))
  #define FMA(a, b, c) fma(a, b, c)
  #define SQRT(x) sqrt(x)
  typedef long int64;
#else
  #if defined(BLASE_PLAIN_CLANG)
    #define KERNEL extern "C" __attribute__((global)) __attribute__((launch_bounds(GROUP, RESIDENT)))
    #define SHARED __attribute__((shared))
    #define DEVICE static inline __attribute__((device)) __attribute__((always_inline))
    #define BARRIER() __nvvm_bar_sync(0)
    #define BARRIER_GLOBAL() __nvvm_bar_sync(0)
    #define LANE() ((int)__nvvm_read_ptx_sreg_tid_x())
    #define BLOCK() ((int)__nvvm_read_ptx_sreg_ctaid_x())
    #ifdef BLASE_FLOAT
      #define FMA(a, b, c) __builtin_fmaf(a, b, c)
      #define SQRT(x) __nvvm_sqrt_rn_f(x)
    #else
      #define FMA(a, b, c) __builtin_fma(a, b, c)
      #define SQRT(x) __nvvm_sqrt_rn_d(x)
    #endif
  #else
    #define KERNEL extern "C" __global__ __launch_bounds__(GROUP, RESIDENT)
    #define SHARED __shared__
    #define DEVICE static __device__ __forceinline__
    #define BARRIER() __syncthreads()
    #define BARRIER_GLOBAL() __syncthreads()
    #define LANE() ((int)threadIdx.x)
    #define BLOCK() ((int)blockIdx.x)
    #ifdef BLASE_FLOAT
      #define FMA(a, b, c) fmaf(a, b, c)
      #define SQRT(x) sqrtf(x)
    #else
      #define FMA(a, b, c) fma(a, b, c)
      #define SQRT(x) sqrt(x)
    #endif
  #endif
  #define GLOBAL
  #define SHAREDPTR
  #define RESTRICT __restrict__
  typedef long long int64;
#endif

// Work-items of a group, in every kernel. A power of two.
#define GROUP 64

// Groups that have room on a processor of a CUDA device at the same time, at least: 128 registers for a work-item. Told nothing, the compiler keeps
// some kernels to 72 and spills.
#define RESIDENT 8

#ifdef BLASE_FLOAT
  typedef float real;
  typedef int bits;
  #define R(x) x##f
  // The largest depth of a line; 1 - 1e-9 is 1 in single precision.
  #define MAX_DEPTH R(0.999999)
  // Below it a Gaussian part does not count.
  #define NEGLIGIBLE_GAUSSIAN R(1e-9)
  #define SMALLEST_SQUARE R(1e-18)
  #define SMALLEST_FAR_SQUARE R(1e-9)
  #define LARGEST_FAR_SQUARE R(1e9)
  #define HUGE_VALUE R(1e30)
#else
  typedef double real;
  typedef int64 bits;
  #define R(x) x
  #define MAX_DEPTH 0.999999999
  #define NEGLIGIBLE_GAUSSIAN 1e-17
  #define SMALLEST_SQUARE 1e-140
  #define SMALLEST_FAR_SQUARE 1e-9
  #define LARGEST_FAR_SQUARE 4e9
  #define HUGE_VALUE 1e300
#endif

typedef union { real value; bits pattern; } view;

// A wavelength is the unevaluated sum of two reals, so that differences of wavelengths are good to rounding in single precision too: the
// difference of the large parts is exact when they are near, and the small parts are differences from the rounded value. In double precision
// the second part is 0 and is not read.
#ifdef BLASE_FLOAT
  #define APART(high, low, otherHigh, otherLow) (((high) - (otherHigh)) + ((low) - (otherLow)))
#else
  #define APART(high, low, otherHigh, otherLow) ((high) - (otherHigh))
#endif

DEVICE real least(real a, real b) { return a < b ? a : b; }
DEVICE real largest(real a, real b) { return a > b ? a : b; }
DEVICE real magnitude(real a) { return a < R(0.0) ? -a : a; }
DEVICE int is_finite(real x) { return magnitude(x) <= HUGE_VALUE; }
DEVICE real bounded(real a) { return largest(-HUGE_VALUE, least(HUGE_VALUE, a)); }
DEVICE int lesser(int a, int b) { return a < b ? a : b; }
DEVICE int greater(int a, int b) { return a > b ? a : b; }

// The sum over the group, in every work-item; always in the same order.
DEVICE real group_sum(SHAREDPTR real* scratch, real own)
{
  int lane = LANE();
  scratch[lane] = own;
  BARRIER();
  for (int width = GROUP / 2; width > 0; width /= 2)
  {
    if (lane < width) scratch[lane] += scratch[lane + width];
    BARRIER();
  }

  own = scratch[0];
  BARRIER();
  return own;
}
