#include "ingest/wire.h"

#include <cstring>

#include "core/error.h"
#include "core/text.h"

namespace rag {
namespace {

class Writer {
 public:
  void number(std::uint64_t value) { bytes_.append(reinterpret_cast<const char*>(&value), sizeof value); }
  void text(std::string_view value) {
    number(value.size());
    bytes_ += value;
  }
  void texts(const std::vector<std::string>& values) {
    number(values.size());
    for (const std::string& value : values) text(value);
  }
  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

[[noreturn]] void refuse() { throw Error(ErrorKind::Corrupt, "the parser process sent an answer that makes no sense"); }

class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  std::uint64_t number() {
    std::uint64_t value = 0;
    if (bytes_.size() < sizeof value) refuse();
    std::memcpy(&value, bytes_.data(), sizeof value);
    bytes_.remove_prefix(sizeof value);
    return value;
  }
  std::string text() {
    const std::uint64_t size = number();
    if (size > bytes_.size()) refuse();
    std::string value(bytes_.substr(0, size));
    bytes_.remove_prefix(size);
    if (find_invalid_utf8(value)) refuse();
    return value;
  }
  // Each element has at least eight bytes, so a lying count cannot make us reserve more than we were sent.
  std::uint64_t count() {
    const std::uint64_t value = number();
    if (value > bytes_.size() / sizeof(std::uint64_t)) refuse();
    return value;
  }
  std::vector<std::string> texts() {
    std::vector<std::string> values(count());
    for (std::string& value : values) value = text();
    return values;
  }
  bool at_end() const { return bytes_.empty(); }

 private:
  std::string_view bytes_;
};

void write(Writer& out, const Metadata& metadata) {
  out.number(metadata.size());
  for (const auto& [key, values] : metadata) {
    out.text(key);
    out.texts(values);
  }
}

Metadata read_metadata(Reader& in) {
  Metadata metadata;
  for (std::uint64_t left = in.count(); left > 0; --left) {
    std::string key = in.text();
    metadata[std::move(key)] = in.texts();
  }
  return metadata;
}

void write(Writer& out, const Document& document) {
  for (const std::string* field : {&document.id, &document.uri, &document.title, &document.media_type, &document.language, &document.text})
    out.text(*field);
  out.number(document.pages.size());
  for (const Page& page : document.pages) {
    out.number(page.begin);
    out.number(static_cast<std::uint64_t>(page.number));
  }
  out.number(document.headings.size());
  for (const Heading& heading : document.headings) {
    out.number(heading.begin);
    out.number(static_cast<std::uint64_t>(heading.level));
    out.text(heading.text);
  }
  out.number(document.tables.size());
  for (const Table& table : document.tables)
    for (const std::size_t offset : {table.span.begin, table.span.end, table.header.begin, table.header.end}) out.number(offset);
  write(out, document.metadata);
}

// Offsets ascend and lie in the text, on character borders.
class OffsetCheck {
 public:
  explicit OffsetCheck(const std::string& text) : text_(text) {}
  std::size_t operator()(std::uint64_t offset) {
    if (offset < last_ || offset > text_.size() || floor_to_character(text_, offset) != offset) refuse();
    return last_ = offset;
  }

 private:
  const std::string& text_;
  std::size_t last_ = 0;
};

Document read_document(Reader& in) {
  Document document;
  for (std::string* field : {&document.id, &document.uri, &document.title, &document.media_type, &document.language, &document.text})
    *field = in.text();
  OffsetCheck page_offset(document.text);
  document.pages.resize(in.count());
  for (Page& page : document.pages) {
    page.begin = page_offset(in.number());
    page.number = static_cast<int>(in.number());
  }
  OffsetCheck heading_offset(document.text);
  document.headings.resize(in.count());
  for (Heading& heading : document.headings) {
    heading.begin = heading_offset(in.number());
    heading.level = static_cast<int>(in.number());
    heading.text = in.text();
  }
  OffsetCheck table_offset(document.text);
  document.tables.resize(in.count());
  for (Table& table : document.tables) {
    table.span.begin = table_offset(in.number());
    table.span.end = table_offset(in.number());
    table.header.begin = in.number();
    table.header.end = in.number();
    if (table.header.begin > table.header.end || table.header.end > table.span.end) refuse();
  }
  document.metadata = read_metadata(in);
  return document;
}

void write(Writer& out, const ParseOutcome& outcome) {
  out.text(outcome.skipped);
  out.texts(outcome.warnings);
  out.number(outcome.documents.size());
  for (const Document& document : outcome.documents) write(out, document);
  out.number(outcome.members.size());
  for (const MemberOutcome& member : outcome.members) {
    out.text(member.uri);
    out.text(member.skipped);
    out.texts(member.warnings);
  }
}

ParseOutcome read_outcome(Reader& in) {
  ParseOutcome outcome;
  outcome.skipped = in.text();
  outcome.warnings = in.texts();
  for (std::uint64_t left = in.count(); left > 0; --left) outcome.documents.push_back(read_document(in));
  for (std::uint64_t left = in.count(); left > 0; --left) {
    std::string uri = in.text(), skipped = in.text();
    outcome.members.push_back({std::move(uri), std::move(skipped), in.texts()});
  }
  return outcome;
}

}  // namespace

std::string encode_outcome(const ParseOutcome& outcome) {
  Writer out;
  write(out, outcome);
  return out.take();
}

ParseOutcome decode_outcome(std::string_view bytes) {
  Reader in(bytes);
  ParseOutcome outcome = read_outcome(in);
  if (!in.at_end()) refuse();
  return outcome;
}

std::string encode_part(const Part& part) {
  Writer out;
  out.text(part.next);
  out.number(part.unpacked);
  out.number(part.text_bytes);
  write(out, part.so_far);
  return out.take();
}

Part decode_part(std::string_view bytes) {
  Reader in(bytes);
  Part part{.next = in.text()};
  part.unpacked = in.number();
  part.text_bytes = in.number();
  part.so_far = read_outcome(in);
  if (!in.at_end() || part.next.empty()) refuse();
  return part;
}

std::string encode_members_read(const MembersRead& read) {
  Writer out;
  out.text(read.last);
  out.number(read.unpacked);
  out.number(read.text_bytes);
  return out.take();
}

MembersRead decode_members_read(std::string_view bytes) {
  Reader in(bytes);
  MembersRead read{.last = in.text()};
  read.unpacked = in.number();
  read.text_bytes = in.number();
  if (!in.at_end()) refuse();
  return read;
}

std::string encode_recording(const MemberRecording& recording) {
  Writer out;
  out.text(recording.uri);
  out.text(recording.media_type);
  write(out, recording.mail);
  out.number(recording.bytes);
  return out.take();
}

MemberRecording decode_recording(std::string_view bytes) {
  Reader in(bytes);
  MemberRecording recording{.uri = in.text()};
  recording.media_type = in.text();
  recording.mail = read_metadata(in);
  recording.bytes = in.number();
  if (!in.at_end() || recording.uri.empty()) refuse();
  return recording;
}

std::string encode_corpus_place(const CorpusPlace& place) {
  Writer out;
  for (const std::uint64_t number : {place.lines, place.bytes, std::uint64_t{place.pass_over}, place.slow_until}) out.number(number);
  return out.take();
}

CorpusPlace decode_corpus_place(std::string_view bytes) {
  Reader in(bytes);
  CorpusPlace place;
  place.lines = in.number();
  place.bytes = in.number();
  const std::uint64_t pass_over = in.number();
  place.pass_over = pass_over == 1;
  place.slow_until = in.number();
  if (!in.at_end() || pass_over > 1) refuse();
  return place;
}

std::string encode_corpus_part(const CorpusPart& part) {
  Writer out;
  out.number(part.lines);
  out.number(part.bytes);
  out.text(part.trouble);
  out.texts(part.warnings);
  out.number(part.documents.size());
  for (const CorpusPart::Line& line : part.documents) {
    out.number(line.number);
    write(out, line.document);
  }
  return out.take();
}

CorpusPart decode_corpus_part(std::string_view bytes) {
  Reader in(bytes);
  CorpusPart part;
  part.lines = in.number();
  part.bytes = in.number();
  part.trouble = in.text();
  part.warnings = in.texts();
  std::uint64_t last = 0;
  for (std::uint64_t left = in.count(); left > 0; --left) {
    const std::uint64_t number = in.number();
    if (number <= last || number > part.lines) refuse();
    last = number;
    part.documents.push_back({number, read_document(in)});
  }
  if (!in.at_end()) refuse();
  return part;
}

}  // namespace rag
