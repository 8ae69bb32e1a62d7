#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "ingest/json_lines.h"
#include "ingest/sandbox.h"
#include "ingest/wire.h"

namespace rag {

struct CorpusPartSizes {
  std::size_t full = std::size_t{1} << 20;    // bytes of documents and warnings, after which a part ends
  std::size_t input = std::size_t{16} << 20;  // of the file, likewise
  std::uint64_t largest = largest_answer(ParseLimits().max_text_bytes);  // what a part must not exceed
};

// Reads a corpus part by part, as the parser process hands it over.
class CorpusParts {
 public:
  // From `place` on, where `file` stands.  File and limits must outlive this.
  CorpusParts(int file, const std::string& uri, const ParseLimits& limits, const CorpusPlace& place, const CorpusPartSizes& sizes);

  // The next part; `is_last` where nothing is behind it.  An empty part is a sign of life.  Where reading fails it is the last one
  // and says why.
  CorpusPart next(bool& is_last);

 private:
  bool read_line(CorpusPart& part, std::size_t& weight);
  void add(Document document, CorpusPart& part, std::size_t& weight);

  const ParseLimits& limits_;
  CorpusPlace place_;
  CorpusPartSizes sizes_;
  JsonLinesReader reader_;
};

}  // namespace rag
