#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

#include "support.h"

namespace rag::test {

// A stand-in for rag-parse that runs this shell line; what it is asked lies unread in descriptor 3.
class StandIn {
 public:
  explicit StandIn(const std::string& line) {
    const auto program = folder_.write("rag-parse", "#!/bin/sh\n" + line + "\n");
    std::filesystem::permissions(program, std::filesystem::perms::owner_all);
    ::setenv("RAG_PARSE", program.c_str(), 1);
  }
  ~StandIn() { ::unsetenv("RAG_PARSE"); }

 private:
  TemporaryFolder folder_;
};

// Waits until a file is handed over: two lengths and a name.  A child that dies before is not to blame for any file.
inline const std::string kTakeAFile = "head -c 20 <&3 >/dev/null; ";

}  // namespace rag::test
