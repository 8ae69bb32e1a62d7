#include "core/notice.h"

#include <mutex>
#include <set>
#include <utility>

namespace rag {
namespace {

struct Notices {
  std::mutex telling;
  std::function<void(const std::string&)> tell;
  std::set<std::string> told;
};

Notices& notices() {
  static Notices all;
  return all;
}

}  // namespace

void on_notice(std::function<void(const std::string&)> tell) {
  const std::lock_guard lock(notices().telling);
  notices().tell = std::move(tell);
}

void notice(const std::string& line) {
  Notices& all = notices();
  const std::lock_guard lock(all.telling);
  if (all.tell && all.told.insert(line).second) all.tell(line);
}

}  // namespace rag
