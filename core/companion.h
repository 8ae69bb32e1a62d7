#pragma once

#include <filesystem>
#include <string>

namespace rag {

// A file that is installed with us and loaded or started at run time: the libtorch engine, the parser process.
// Looks beside the running program, in ../lib/rag and ../libexec/rag from there, then where this build was made or installed.
// Empty where it is nowhere.
std::filesystem::path find_companion(const std::string& file_name);

}  // namespace rag
