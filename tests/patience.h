#pragma once

#include <chrono>

namespace rag::test {

// A bound on time, for tests that something takes linear time or stops at once.  Sanitizers make programs ten to twenty times slower.
constexpr std::chrono::milliseconds patience(std::chrono::milliseconds ordinarily) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  return 20 * ordinarily;
#else
  return ordinarily;
#endif
}

}  // namespace rag::test
