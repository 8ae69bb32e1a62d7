// A corpus read in parts of a line, from a line in its middle on too, gives what it gives in one.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <string>
#include <vector>

#include "fuzz.h"
#include "in_memory.h"
#include "ingest/corpus_parts.h"

namespace {

struct Read {
  std::vector<std::uint64_t> lines;
  std::string all;
  std::vector<rag::CorpusPlace> places;  // between the parts
};

Read read_all(int file, const rag::CorpusPlace& place, const rag::CorpusPartSizes& sizes) {
  static const rag::ParseLimits limits;
  ::lseek(file, static_cast<off_t>(place.bytes), SEEK_SET);
  rag::CorpusParts parts(file, "a.jsonl", limits, place, sizes);
  Read read;
  for (bool is_last = false; !is_last;) {
    rag::CorpusPart part = parts.next(is_last);
    for (const auto& line : part.documents) read.lines.push_back(line.number);
    read.places.push_back({.lines = part.lines, .bytes = part.bytes});
    part.lines = ~std::uint64_t{0};
    for (auto& line : part.documents) read.all += rag::encode_corpus_part({{line}, {}, part.lines, 0, ""});
    for (const std::string& warning : part.warnings) read.all += warning + '\n';
  }
  return read;
}

}  // namespace

FUZZ(bytes) {
  const rag::fuzz::MemoryFile memory(bytes);
  const int file = ::open(memory.path().c_str(), O_RDONLY);
  const Read whole = read_all(file, {}, {}), in_lines = read_all(file, {}, {.full = 1});
  rag::fuzz::require(whole.lines == in_lines.lines && whole.all.size() == in_lines.all.size());
  const rag::CorpusPlace middle = in_lines.places[in_lines.places.size() / 2];
  const auto behind = std::upper_bound(whole.lines.begin(), whole.lines.end(), middle.lines);
  rag::fuzz::require(std::vector(behind, whole.lines.end()) == read_all(file, middle, {}).lines);
  ::close(file);
}
