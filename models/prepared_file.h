#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/file.h"

namespace rag {

// What takes long to make and is kept for the next process, which maps it: a header that says what it is (docs/formats/prepared_layers.md)
// and arrays.  Such a file is rubbish to be made again: one that is missing, cut, damaged or of something else is not found, and where it
// cannot be written everything works without it.
//
// The checksum guards against accidents, not against somebody who writes to the user's own cache: what is found is believed.
class PreparedFile {
 public:
  PreparedFile() = default;

  // `magic`: at most seven characters.  `key`: 64 characters that name all that the arrays were made from.
  PreparedFile(std::filesystem::path file, std::string_view magic, std::uint32_t version, std::string key);

  bool found() const { return !mapped_.bytes().empty(); }
  std::string_view body() const;  // the arrays; empty where not found.  Stays where it is when this object is moved

  // Puts `body` in its place for the next process, and lets go of what was found.  Files beside it with the same extension that were of
  // no use for 90 days are removed.
  void keep(std::string_view body);

 private:
  std::string header_of(std::string_view body) const;

  std::filesystem::path file_;
  std::string magic_;
  std::uint32_t version_ = 0;
  std::string key_;
  MappedFile mapped_;
};

constexpr std::size_t kPreparedAlignment = 64;

// Arrays one after another, each at a multiple of kPreparedAlignment.
class PreparedWriter {
 public:
  template <typename Number>
  void put(std::span<const Number> numbers) {
    const auto* bytes = reinterpret_cast<const char*>(numbers.data());
    bytes_.insert(bytes_.end(), bytes, bytes + numbers.size_bytes());
    bytes_.resize((bytes_.size() + kPreparedAlignment - 1) / kPreparedAlignment * kPreparedAlignment);
  }
  const std::vector<char>& bytes() const { return bytes_; }

 private:
  std::vector<char> bytes_;
};

// Reads them again in the same order.
class PreparedReader {
 public:
  explicit PreparedReader(std::string_view bytes) : bytes_(bytes) {}

  // Null where they would reach beyond the end.
  template <typename Number>
  const Number* take(std::size_t count) {
    const std::size_t size = (count * sizeof(Number) + kPreparedAlignment - 1) / kPreparedAlignment * kPreparedAlignment;
    complete_ &= size <= bytes_.size();
    if (!complete_) return nullptr;
    const auto* numbers = reinterpret_cast<const Number*>(bytes_.data());
    bytes_.remove_prefix(size);
    return numbers;
  }
  // The same as a span, empty where they would reach beyond the end.
  template <typename Number>
  std::span<const Number> take_span(std::size_t count) {
    const Number* numbers = take<Number>(count);
    return {numbers, numbers ? count : 0};
  }
  bool at_end() const { return complete_ && bytes_.empty(); }

 private:
  std::string_view bytes_;
  bool complete_ = true;
};

}  // namespace rag
