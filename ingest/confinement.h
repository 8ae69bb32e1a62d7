#pragma once

namespace rag {

// What a process can still be kept from doing, as far as this kernel can.
struct Confinement {
  bool system_calls = false;  // seccomp: no sockets, no programs, no other processes, nothing written, renamed or removed
  bool files = false;         // Landlock: nothing opened but the system's own fonts, character maps and libraries
};

// Gives up, for good, everything that reading a file handed over by its descriptor does not need.  A call that is refused fails
// with EPERM, as it would for want of rights: a library that asks for a cache to write to goes on without one.  What stays open
// are the descriptors there are, and reading what lies below the system's folders for data and libraries, because poppler takes
// character maps and iconv its tables from there, when a file first needs them.  Threads may be started.
//
// For one thread: call it before there are others.  Under the sanitizers, which need more, it does nothing.
Confinement confine_process();

}  // namespace rag
