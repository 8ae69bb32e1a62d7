#pragma once

#include <cstddef>
#include <string_view>

#include "core/progress.h"

namespace rag::test {

// For work whose progress no test looks at.
class Silent final : public Progress {
 public:
  void update(std::string_view, std::size_t, std::size_t) override {}
};

}  // namespace rag::test
