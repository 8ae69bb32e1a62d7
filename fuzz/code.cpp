// The outline of source code, in each language whose shape is known; the first byte says which.
#include <iterator>
#include <string>
#include <vector>

#include "fuzz.h"
#include "ingest/format.h"
#include "ingest/media_type.h"

namespace {

constexpr const char* kNames[] = {"a.c", "a.cpp", "a.java", "a.cs", "a.js", "a.ts", "a.kt", "a.scala", "a.swift", "a.go", "a.rs", "a.php", "a.dart", "a.py", "a.rb", "a.lua", "a.sh", "a.pl", "a.r", "a.sql"};

}  // namespace

FUZZ(bytes) {
  if (bytes.empty()) return;
  const std::string name = kNames[static_cast<unsigned char>(bytes[0]) % std::size(kNames)];
  const std::string type = rag::media_type_of_name(name);
  const rag::Format* format = rag::find_format(type);
  if (!format) return;
  std::vector<std::string> warnings;
  const rag::Document document = format->read_within(bytes.substr(1), name, type, {}, warnings);
  for (const rag::Heading& heading : document.headings) rag::fuzz::require(heading.begin <= document.text.size());
}
