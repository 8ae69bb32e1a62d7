#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "ingest/chunker_atoms.h"

namespace rag {

// Cuts a group of atoms into runs of at most `max_tokens`, all about `target_tokens` long, at the best borders:
// paragraphs rather than sentences, those rather than lines and words, never behind a heading or a table's header row
// where there is a choice.  Returns the first atom of each run, ascending from 0; nothing for no atoms.
std::vector<std::size_t> pack_atoms(std::span<const Atom> atoms, std::size_t max_tokens, std::size_t target_tokens);

}  // namespace rag
