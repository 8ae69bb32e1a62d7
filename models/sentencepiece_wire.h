#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rag {

// The few pieces of the protobuf wire format that sentencepiece models need, so that untrusted bytes are looked at by code of ours
// before a library allocates by them.
enum class WireType : std::uint32_t { Varint = 0, Fixed64 = 1, Bytes = 2, Fixed32 = 5 };

struct WireField {
  std::uint32_t number = 0;
  WireType type = WireType::Varint;
  std::uint64_t value = 0;  // Varint, Fixed32, Fixed64
  std::string_view bytes;   // Bytes
};

// Walks the fields of one message.
class WireReader {
 public:
  explicit WireReader(std::string_view message) : left_(message) {}
  // The next field, or nothing at the end; nothing and broken() where the bytes are no message.
  std::optional<WireField> next();
  bool broken() const { return broken_; }

 private:
  std::optional<std::uint64_t> varint() {
    // Nearly all of them have one byte.
    if (left_.empty() || (left_.front() & 0x80) != 0) return long_varint();
    const auto value = static_cast<std::uint64_t>(left_.front());
    left_.remove_prefix(1);
    return value;
  }
  std::optional<std::uint64_t> long_varint();
  template <typename Number>
  std::optional<std::uint64_t> fixed();
  std::optional<WireField> fail();

  std::string_view left_;
  bool broken_ = false;
};

void append_varint_field(std::string& out, std::uint32_t number, std::uint64_t value);
void append_bytes_field(std::string& out, std::uint32_t number, std::string_view bytes);
void append_float_field(std::string& out, std::uint32_t number, float value);

}  // namespace rag
