#include "pipelines/reading_list.h"

#include <concepts>
#include <cstring>
#include <string_view>
#include <vector>

namespace rag {
namespace {

// Numbers and texts one behind the other, as this machine has them: nobody but this process reads them.
struct Put {
  std::string& bytes;
  void operator()(std::integral auto number) { bytes.append(reinterpret_cast<const char*>(&number), sizeof number); }
  void operator()(const std::string& text) {
    (*this)(text.size());
    bytes += text;
  }
  void operator()(const std::vector<std::string>& texts) {
    (*this)(texts.size());
    for (const std::string& text : texts) (*this)(text);
  }
};

struct Get {
  std::string_view bytes;
  void operator()(std::integral auto& number) {
    std::memcpy(&number, bytes.data(), sizeof number);
    bytes.remove_prefix(sizeof number);
  }
  void operator()(std::string& text) {
    std::size_t size = 0;
    (*this)(size);
    text = bytes.substr(0, size);
    bytes.remove_prefix(size);
  }
  void operator()(std::vector<std::string>& texts) {
    std::size_t count = 0;
    (*this)(count);
    texts.resize(count);
    for (std::string& text : texts) (*this)(text);
  }
};

// One order of the fields for both ways.
void pass(auto&& to, auto& file, auto& path) {
  to(path);
  to(file.uri);
  to(file.size);
  to(file.mtime_ns);
}
void pass(auto&& to, auto& known) {
  to(known.record.source);
  to(known.record.uri);
  to(known.record.size);
  to(known.record.mtime_ns);
  to(known.record.content_hash);
  to(known.record.skipped);
  to(known.record.warnings);
  to(known.documents);
  to(known.cut_tokens);
}

}  // namespace

void ReadingList::add(const PlannedReading& reading) {
  std::string bytes;
  Put put{bytes};
  const std::string path = reading.file.path.string();
  pass(put, reading.file, path);
  put(reading.known.has_value());
  if (reading.known) pass(put, *reading.known);
  list_.add(bytes);
  read_before_ += reading.known.has_value();
}

std::optional<PlannedReading> ReadingList::Cursor::next() {
  const auto piece = pieces_.next();
  if (!piece) return std::nullopt;
  Get get{*piece};
  PlannedReading reading;
  std::string path;
  pass(get, reading.file, path);
  reading.file.path = std::move(path);
  bool is_known = false;
  get(is_known);
  if (is_known) pass(get, reading.known.emplace());
  return reading;
}

}  // namespace rag
