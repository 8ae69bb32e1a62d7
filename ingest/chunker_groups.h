#pragma once

#include <cstddef>
#include <vector>

#include "ingest/chunker_atoms.h"

namespace rag {

// Atoms [begin, end) that may share chunks.
struct AtomRange {
  std::size_t begin = 0;
  std::size_t end = 0;
};

// Groups of neighbouring atoms: one section on one page each, but for small ones, which join a neighbour on the same page
// under a common parent heading.  Over a page border only the short end of a section joins what it ends: a citation names
// the page of a chunk's first byte, so a chunk that begins a page early points the reader to the wrong one.
std::vector<AtomRange> group_atoms(const std::vector<Atom>& atoms, const Outline& outline, std::size_t max_tokens);

}  // namespace rag
