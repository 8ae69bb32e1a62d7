#pragma once

#include <string>
#include <vector>

namespace rag {

// Of more warnings than anybody reads about one file, the first twenty and how many there were: a file of fifty thousand lines, each
// of them damaged, must not fill the report of a run.
void limit_warnings(std::vector<std::string>& warnings);

}  // namespace rag
