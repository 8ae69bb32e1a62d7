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

}  // namespace rag
