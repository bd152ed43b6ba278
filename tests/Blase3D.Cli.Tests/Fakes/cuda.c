// A CUDA driver without a card, for tests: one device with memory of this machine that can do nothing but copy_values. FAKE_CUDA says what is wrong with
// it: none, old, refuse, small, wrong, lost; nothing when it is empty. FAKE_CUDA_CAPABILITY is 90 unless given; FAKE_CUDA_LOG is a file that receives the
// target of every module.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef unsigned long long address;

static int has(const char* what)
{
  const char* said = getenv("FAKE_CUDA");
  return said && strcmp(said, what) == 0;
}

static int capability(void)
{
  const char* said = getenv("FAKE_CUDA_CAPABILITY");
  return has("old") ? 70 : said ? atoi(said) : 90;
}

int cuInit(unsigned flags) { return flags ? 1 : has("none") ? 100 : 0; }
int cuDriverGetVersion(int* version) { *version = 12080; return 0; }
int cuDeviceGetCount(int* count) { *count = 1; return 0; }
int cuDeviceGet(int* device, int ordinal) { *device = 40 + ordinal; return ordinal ? 101 : 0; }
int cuDeviceGetName(char* name, int capacity, int device) { snprintf(name, (size_t)capacity, "Fake H200"); return device == 40 ? 0 : 101; }
int cuDeviceTotalMem_v2(size_t* bytes, int device) { *bytes = (size_t)4 << 30; return device == 40 ? 0 : 101; }

int cuDeviceGetAttribute(int* value, int attribute, int device)
{
  *value = attribute == 75 ? capability() / 10 : attribute == 76 ? capability() % 10 : attribute == 16 ? 132 : attribute == 13 ? 1980000 : 0;
  return device == 40 ? 0 : 101;
}

int cuGetErrorName(int status, const char** text)
{
  *text = status == 2 ? "CUDA_ERROR_OUT_OF_MEMORY" : status == 218 ? "CUDA_ERROR_INVALID_PTX" : status == 719 ? "CUDA_ERROR_LAUNCH_FAILED" : "CUDA_ERROR";
  return 0;
}

int cuGetErrorString(int status, const char** text) { *text = status == 719 ? "unspecified launch failure" : "what a driver says"; return 0; }
int cuDevicePrimaryCtxRetain(void** context, int device) { *context = (void*)0x1000; return device == 40 ? 0 : 101; }
int cuDevicePrimaryCtxRelease_v2(int device) { return device == 40 ? 0 : 101; }
int cuCtxSetCurrent(void* context) { return context == (void*)0x1000 ? 0 : 201; }
int cuMemGetInfo_v2(size_t* freed, size_t* total) { *freed = (size_t)3 << 30; *total = (size_t)4 << 30; return 0; }
int cuMemAlloc_v2(address* memory, size_t bytes) { *memory = (address)malloc(bytes); return has("small") && bytes > 64 ? 2 : *memory ? 0 : 2; }
int cuMemFree_v2(address memory) { free((void*)memory); return 0; }
int cuMemcpyHtoDAsync_v2(address target, const void* source, size_t bytes, void* stream) { memcpy((void*)target, source, bytes); return stream == (void*)0x2000 ? 0 : 400; }
int cuMemcpyDtoHAsync_v2(void* target, address source, size_t bytes, void* stream) { memcpy(target, (void*)source, bytes); return stream == (void*)0x2000 ? 0 : 400; }
int cuStreamCreate(void** stream, unsigned flags) { *stream = (void*)0x2000; return flags == 1 ? 0 : 1; }
int cuStreamSynchronize(void* stream) { return stream != (void*)0x2000 ? 400 : has("lost") ? 719 : 0; }
int cuStreamDestroy_v2(void* stream) { return stream == (void*)0x2000 ? 0 : 400; }
int cuModuleUnload(void* module) { free(module); return 0; }

int cuModuleLoadDataEx(void** module, const char* image, unsigned options, const int* names, void** values)
{
  const char* target = strstr(image, ".target ");
  const char* file = getenv("FAKE_CUDA_LOG");
  if (file && target)
  {
    FILE* log = fopen(file, "a");
    if (log)
    {
      fprintf(log, "%.*s\n", (int)strcspn(target, "\n"), target);
      fclose(log);
    }
  }

  if (has("refuse"))
  {
    for (unsigned i = 0; i < options; i++)
    {
      if (names[i] == 5) strcpy(values[i], "ptxas fatal: no such register");
    }

    return 218;
  }

  *module = malloc(1);
  return target ? 0 : 218;
}

// A function is known by its name.
int cuModuleGetFunction(void** function, void* module, const char* name)
{
  *function = strdup(name);
  return module ? 0 : 400;
}

int cuLaunchKernel(
  void* function, unsigned x, unsigned y, unsigned z, unsigned threads, unsigned threads_y, unsigned threads_z, unsigned shared, void* stream, void** arguments, void** extra)
{
  if (x < 1 || y != 1 || z != 1 || threads != 64 || threads_y != 1 || threads_z != 1 || shared || stream != (void*)0x2000 || extra) return 1;
  if (strcmp(function, "copy_values") != 0) return 719;
  int count = *(int*)arguments[0];
  if (!has("wrong")) memcpy(*(void**)arguments[2], *(void**)arguments[1], (size_t)count * sizeof(float));
  return 0;
}
