#pragma once

namespace rag {

// Gives the system back what is free on the heap.  Threads have heaps of their own and keep what they had, so after work that took much this is what
// makes room for the next; it takes some milliseconds.
void give_memory_back();

// From now on every piece of some megabytes has memory of its own, which goes back when it is freed.  Otherwise the C library learns from the first such
// piece to keep them on its heaps, one a thread, where small ones that live longer lie between them.  For a program's start.
void keep_large_pieces_off_the_heap();

}  // namespace rag
