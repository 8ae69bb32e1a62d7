#pragma once

#include <functional>
#include <string>

namespace rag {

// What a user should know although the work goes on: that a GPU is not used, and why.  A library does not print, so whoever owns the terminal
// says where such lines go; until then they go nowhere.  From any thread.
void on_notice(std::function<void(const std::string&)> tell);

// One line, told once a process however often it comes.
void notice(const std::string& line);

}  // namespace rag
