#include "models/kernels/amx_tiles.h"

#if defined(__x86_64__)
#include <cpuid.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace rag::amx {
namespace {

constexpr unsigned kBfloat16 = 1U << 22, kTiles = 1U << 24, kBytes = 1U << 25;  // of leaf 7: AMX-BF16, AMX-TILE, AMX-INT8

// What this processor and this system let us use of the three.
unsigned ask() {
  unsigned a = 0, b = 0, c = 0, d = 0;
  if (__get_cpuid_count(7, 0, &a, &b, &c, &d) == 0 || (d & kTiles) == 0) return 0;
  constexpr long kRequestPermission = 0x1023, kTileData = 18;  // ARCH_REQ_XCOMP_PERM; a system that does not know them refuses
  return ::syscall(SYS_arch_prctl, kRequestPermission, kTileData) == 0 ? d : 0;
}

bool has(unsigned instructions) {
  static const unsigned lent = ask();
  return (lent & instructions) != 0;
}

}  // namespace

bool multiplies_bytes() { return has(kBytes); }
bool multiplies_bfloat16() { return has(kBfloat16); }

}  // namespace rag::amx

#endif
