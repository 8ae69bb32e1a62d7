#include "core/interrupt.h"

#include <atomic>

#include "core/error.h"

namespace rag {
namespace {

std::atomic<bool> requested{false};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler sets this");

}  // namespace

void request_interrupt() noexcept { requested.store(true, std::memory_order_relaxed); }
bool interrupted() noexcept { return requested.load(std::memory_order_relaxed); }

void throw_if_interrupted() {
  if (interrupted()) throw_interrupted();
}

void throw_interrupted() { throw Error(ErrorKind::Interrupted, "interrupted; what was finished is kept"); }

}  // namespace rag
