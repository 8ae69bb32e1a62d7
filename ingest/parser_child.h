#pragma once

#include <memory>

#include "ingest/parser_process.h"

namespace rag {

// The parser process that serves one file after the other, and the one that takes its place once it has died or grown old.
class ParserChild {
 public:
  // Started at once.  Throws Error(Io) where it cannot be.
  explicit ParserChild(const ParseLimits& limits) : limits_(limits), process_(std::make_unique<ParserProcess>(limits)) {}

  // The one to hand the next file to.
  ParserProcess& for_next_file() {
    if (!process_ || served_ >= kFilesPerChild) {
      process_.reset();
      process_ = std::make_unique<ParserProcess>(limits_);
      served_ = 0;
    }
    ++served_;
    return *process_;
  }

  // What it has begun is of no use any more.
  void end() { process_.reset(); }

 private:
  static constexpr int kFilesPerChild = 500;  // bounds what a leaking parser can pile up; starting a new one costs milliseconds

  ParseLimits limits_;
  std::unique_ptr<ParserProcess> process_;
  int served_ = 0;
};

}  // namespace rag
