#pragma once

#include <cstddef>
#include <string_view>

namespace rag {

// Told how far long work has come.  `total` 0: not known yet.  Called often; implementations limit their own output.
class Progress {
 public:
  virtual ~Progress() = default;
  virtual void update(std::string_view what, std::size_t done, std::size_t total) = 0;
};

}  // namespace rag
