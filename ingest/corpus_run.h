#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "ingest/parser_child.h"
#include "ingest/sandbox.h"
#include "ingest/wire.h"

namespace rag {

// One reading of a corpus by a parser process, and by those that take its place when a line ends it.
//
// A part that never came is read again line by line; so the one that does it is found, named and passed over.
class CorpusRun {
 public:
  // All but `uri` must outlive this.
  CorpusRun(ParserChild& child, const ParseLimits& limits, int file, std::string uri, const TakeCorpusPart& take);

  // As ParserSandbox::read_corpus() says.
  std::string to_the_end();

 private:
  enum class End { Read, NoMoreWanted, Died };

  // Up to the end of the file or of the child; `reason`: why that died, "" where it was killed from outside.
  End ask_child(std::string& reason);
  // Nothing where the answer cannot be what it says it is; `reason` says so.
  std::optional<CorpusPart> believed(std::string_view answer, bool is_last, std::string& reason) const;
  // False where no more is wanted.
  bool take(CorpusPart part);

  ParserChild& child_;
  const ParseLimits& limits_;
  const int file_;
  const std::uint64_t bytes_;  // of it when the reading began
  const std::string uri_;
  const TakeCorpusPart& take_;
  CorpusPlace place_;    // behind what was handed over
  std::string trouble_;  // why what comes there cannot be read, though the child lives
};

}  // namespace rag
