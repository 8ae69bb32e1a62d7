#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "ingest/sandbox.h"

namespace rag {

// A sandbox of one child process, started at once, for one thread at a time.  Fails with Error(Io) where it cannot be started.
std::unique_ptr<ParserSandbox> start_child_sandbox(const ParseLimits& limits);

// Why a file of that size is not read, nothing where it is.
std::optional<std::string> refuse_large_file(std::uint64_t bytes, const ParseLimits& limits);

}  // namespace rag
