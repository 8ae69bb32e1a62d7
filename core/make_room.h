#pragma once

#include <chrono>
#include <cstddef>
#include <functional>

namespace rag {

// What a piece of work that is done ahead (core/work_ahead.h) asks before its result becomes heavy: true once that has room among the results
// that wait, or the piece is the one that is taken next, which never waits for others; false where it still has none after `most`.
// What was granted counts until the piece is done.
using MakeRoom = std::function<bool(std::size_t weight, std::chrono::milliseconds most)>;

}  // namespace rag
