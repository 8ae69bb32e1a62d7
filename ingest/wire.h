#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "ingest/sandbox.h"

namespace rag {

// What parent and child of the parser sandbox say to one another, over one stream socket:
//
//     parent, once: length of what follows (8 bytes) and ParseLimits::passwords, each ended by a line feed.  Not among the child's arguments,
//             which every user of the machine can read.
//     parent: length of the uri (8 bytes, native order, with the open file attached to the first) and the uri;
//             kWithoutOcr is added to the length where no page is to be recognised
//     child:  any number of times kMoreTime (8 bytes): it is about to recognise a page
//             length of the answer (8 bytes) and the answer, an encoded ParseOutcome
//
// Both ends are one build on one machine, so there are no versions and no byte orders.  The parent does not trust the answer:
// decode_outcome() checks every length and offset.

std::string encode_outcome(const ParseOutcome& outcome);

// Throws Error(Corrupt) for bytes that encode_outcome() cannot have written.
ParseOutcome decode_outcome(std::string_view bytes);

constexpr std::uint64_t kWithoutOcr = std::uint64_t{1} << 63;
constexpr std::uint64_t kMoreTime = ~std::uint64_t{0};

// The descriptor at which the child finds its end of the socket.
constexpr int kChildSocket = 3;

}  // namespace rag
