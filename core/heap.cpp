#include "core/heap.h"

#if __has_include(<malloc.h>)
#include <malloc.h>
#endif

namespace rag {

void give_memory_back() {
#if defined(__GLIBC__)
  ::malloc_trim(0);
#endif
}

void keep_large_pieces_off_the_heap() {
#if defined(__GLIBC__)
  ::mallopt(M_MMAP_THRESHOLD, 4 << 20);
#endif
}

}  // namespace rag
