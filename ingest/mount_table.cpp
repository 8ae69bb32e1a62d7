#include "ingest/mount_table.h"

#include <fcntl.h>
#include <poll.h>

#include <algorithm>
#include <cstddef>
#include <fstream>
#include <sstream>
#include <string>
#include <system_error>

namespace rag {
namespace {

constexpr const char* kTable = "/proc/self/mountinfo";

// Blanks, tabs, line ends and backslashes stand there as "\040".
std::string unescaped(const std::string& field) {
  std::string path;
  for (std::size_t i = 0; i < field.size(); ++i) {
    const bool escaped = field[i] == '\\' && i + 3 < field.size();
    path += escaped ? static_cast<char>((field[i + 1] - '0') * 64 + (field[i + 2] - '0') * 8 + (field[i + 3] - '0')) : field[i];
    if (escaped) i += 3;
  }
  return path;
}

}  // namespace

MountTable::MountTable() : table_(::open(kTable, O_RDONLY | O_CLOEXEC)) {}

bool MountTable::has_changed() {
  pollfd table{.fd = table_.get(), .events = POLLPRI, .revents = 0};
  return table_.get() >= 0 && ::poll(&table, 1, 0) > 0;
}

std::vector<std::filesystem::path> MountTable::below(const std::filesystem::path& folder) const {
  std::vector<std::filesystem::path> points;
  std::error_code error;
  const std::string place = std::filesystem::weakly_canonical(folder, error).string();  // as the table names it
  const std::string inside = place.ends_with('/') ? place : place + '/';
  std::ifstream table(kTable);
  for (std::string line; std::getline(table, line);) {
    std::istringstream fields(line);
    std::string point;
    for (int i = 0; i < 5; ++i) fields >> point;  // the fifth
    if (point = unescaped(point); point.starts_with(inside)) points.emplace_back(point);
  }
  std::ranges::sort(points);
  return points;
}

}  // namespace rag
