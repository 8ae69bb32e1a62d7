// A format that lies in a compound file, RAG_FUZZ_TYPE: the input are its streams, RAG_FUZZ_STREAMS ('|' between their paths), in an otherwise sound
// file, because what is made up by chance has no tables that lead anywhere.  Each stream: its number (1 byte), its length (4 bytes), its bytes.
#include <algorithm>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "../tests/ingest/compound_file_builder.h"
#include "fuzz.h"
#include "ingest/format.h"

namespace rag::test {

// What the builder asks for to write names, which are ASCII here.
std::string encode(std::string_view utf8, const char*) {
  std::string wide;
  for (const char c : utf8) wide += {c, '\0'};
  return wide;
}

}  // namespace rag::test

namespace {

std::vector<std::string> names() {
  std::vector<std::string> names(1);
  for (const char c : std::string_view(RAG_FUZZ_STREAMS)) {
    if (c == '|')
      names.emplace_back();
    else
      names.back() += c;
  }
  return names;
}

std::string_view take(std::string_view& bytes, std::size_t count) {
  const std::string_view taken = bytes.substr(0, count);
  bytes.remove_prefix(taken.size());
  return taken;
}

}  // namespace

FUZZ(bytes) {
  static const rag::Format& format = *rag::find_format(RAG_FUZZ_TYPE);
  static const std::vector<std::string> kNames = names();
  std::vector<std::pair<std::string, std::string>> streams;
  std::vector<bool> there(kNames.size());
  while (bytes.size() > 5) {
    const std::size_t number = static_cast<unsigned char>(take(bytes, 1)[0]) % kNames.size();
    std::uint32_t length = 0;
    std::memcpy(&length, take(bytes, sizeof length).data(), sizeof length);
    if (there[number]) return;
    there[number] = true;
    streams.emplace_back(kNames[number], take(bytes, length));
  }
  const bool is_hangul = std::string_view(RAG_FUZZ_TYPE) == "application/x-hwp";
  if (is_hangul) streams.emplace_back("FileHeader", std::string("HWP Document File").append(15, '\0') + rag::test::le32(0x05000300) + rag::test::le32(0) + std::string(216, '\0'));
  if (streams.empty()) return;
  std::vector<std::string> warnings;
  format.read(rag::test::make_compound_file(streams), "a", warnings);
}
