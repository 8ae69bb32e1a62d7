#pragma once

#include <string>

namespace rag::cli {

// What 'rag doctor' has to say about one thing.
enum class Health { Good, Slow, Bad };

struct Finding {
  Health health;
  std::string what;
  std::string detail;
};

}  // namespace rag::cli
