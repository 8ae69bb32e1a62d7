#pragma once

#include <filesystem>
#include <string>

namespace rag {

// A file that is installed with us and loaded or started at run time: the libtorch engine, the parser process.
// Looks beside the running program, in ../lib/rag and ../libexec/rag from there, in the folders that were added, then where this build
// was made or installed.
// Empty where it is nowhere.
std::filesystem::path find_companion(const std::string& file_name);

// For programs that link the library from an installation: find_package(rag) calls it for them before main.  Always true.
bool add_companion_folder(const std::filesystem::path& folder);

}  // namespace rag
