#include "ingest/warning_limit.h"

#include <utility>

namespace rag {
namespace {

constexpr std::size_t kMost = 20;

}  // namespace

void LimitedWarnings::add(std::string warning) {
  ++count_;
  if (first_.size() <= kMost) first_.push_back(std::move(warning));
}

std::vector<std::string> LimitedWarnings::take() {
  const std::size_t all = std::exchange(count_, 0);
  if (all > kMost + 1) {  // "1 more" takes the room of the one
    first_.resize(kMost);
    first_.push_back(std::to_string(all - kMost) + " more like these");
  }
  return std::exchange(first_, {});
}

void limit_warnings(std::vector<std::string>& warnings) {
  LimitedWarnings limited;
  for (std::string& warning : warnings) limited.add(std::move(warning));
  warnings = limited.take();
}

}  // namespace rag
