#pragma once

#include <filesystem>

namespace rag {

// What a file begins with behind byte order mark and white space, to tell formats apart: '{', '<' ...; 0 where that is nothing, and for what
// can be read only once (a pipe).
char first_sign_of(const std::filesystem::path& file);

// Whether it is JSON or JSON Lines.
bool looks_like_json(const std::filesystem::path& file);

}  // namespace rag
