#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace rag {

static_assert(std::endian::native == std::endian::little, "segments are little-endian and read as they lie");

// Fixed-width numbers at any address.  The caller has checked that the bytes are there.
template <typename Number>
Number load(const char* at) {
  Number value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

template <typename Number>
void append_number(std::string& out, Number value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

// Seven bits a byte, low ones first; the high bit says that more follow.
inline void append_varint(std::string& out, std::uint64_t value) {
  while (value >= 0x80) {
    out += static_cast<char>(value | 0x80);
    value >>= 7;
  }
  out += static_cast<char>(value);
}

// Reads forward and never past the end: once something was not there, ok() is false and all that follows reads as 0.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : at_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  std::uint64_t varint() {
    if (at_ != end_ && static_cast<unsigned char>(*at_) < 0x80) return static_cast<unsigned char>(*at_++);
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && at_ != end_; shift += 7) {
      const auto byte = static_cast<unsigned char>(*at_++);
      value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
      if (byte < 0x80) return value;
    }
    return fail();
  }

  std::uint32_t varint32() {
    const std::uint64_t value = varint();
    return value <= UINT32_MAX ? static_cast<std::uint32_t>(value) : static_cast<std::uint32_t>(fail());
  }

  std::string_view bytes(std::uint64_t count) {
    if (count > static_cast<std::uint64_t>(end_ - at_)) {
      fail();
      return {};
    }
    const std::string_view taken(at_, static_cast<std::size_t>(count));
    at_ += count;
    return taken;
  }

  bool ok() const { return ok_; }
  bool at_end() const { return at_ == end_; }

 private:
  std::uint64_t fail() {
    ok_ = false;
    at_ = end_;
    return 0;
  }

  const char* at_;
  const char* end_;
  bool ok_ = true;
};

}  // namespace rag
