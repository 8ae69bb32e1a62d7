#pragma once

#include <cstdint>
#include <memory>

#include "ingest/parser_process.h"

namespace rag {

// The parser process that serves one file after the other, and the one that takes its place once it has died or grown old.
class ParserChild {
 public:
  // Started at once.  Throws Error(Io) where it cannot be.
  explicit ParserChild(const ParseLimits& limits) : limits_(limits), process_(std::make_unique<ParserProcess>(limits)) {}

  // The one to hand the next file to, of so many bytes.
  ParserProcess& for_next_file(std::uint64_t bytes) {
    if (!process_ || files_ >= kMostFiles || bytes_ >= kMostBytes) {
      process_.reset();
      process_ = std::make_unique<ParserProcess>(limits_);
      files_ = bytes_ = 0;
    }
    ++files_;
    bytes_ += bytes;
    return *process_;
  }

  // What it has begun is of no use any more.
  void end() { process_.reset(); }

 private:
  // They bound what a leaking parser can pile up.  Starting a new one takes some 30 ms, most of it to find the symbols of 60 libraries: a fifth of all
  // the time where each served 500 files of a line.
  static constexpr std::uint64_t kMostFiles = 5000, kMostBytes = std::uint64_t{64} << 20;

  ParseLimits limits_;
  std::unique_ptr<ParserProcess> process_;
  std::uint64_t files_ = 0, bytes_ = 0;  // that it was handed
};

}  // namespace rag
