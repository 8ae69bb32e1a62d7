#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace rag {

// Of more warnings than anybody reads about one file, the first twenty and how many there were: a file of fifty thousand lines, each
// of them damaged, must not fill the report of a run.
void limit_warnings(std::vector<std::string>& warnings);

// The same of warnings that come one after the other, in constant memory.
class LimitedWarnings {
 public:
  void add(std::string warning);
  std::vector<std::string> take();

 private:
  std::vector<std::string> first_;
  std::size_t count_ = 0;
};

}  // namespace rag
