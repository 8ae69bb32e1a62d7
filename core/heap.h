#pragma once

namespace rag {

// Gives the system back what is free on the heap.  Threads have heaps of their own and keep what they had, so after work that took much this is what
// makes room for the next; it takes some milliseconds.
void give_memory_back();

}  // namespace rag
