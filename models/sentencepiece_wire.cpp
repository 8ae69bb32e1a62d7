#include "models/sentencepiece_wire.h"

#include <bit>
#include <cstring>

namespace rag {
namespace {

void append_varint(std::string& out, std::uint64_t value) {
  while (value >= 0x80) {
    out += static_cast<char>(value | 0x80);
    value >>= 7;
  }
  out += static_cast<char>(value);
}

void append_tag(std::string& out, std::uint32_t number, WireType type) {
  append_varint(out, static_cast<std::uint64_t>(number) << 3 | static_cast<std::uint32_t>(type));
}

}  // namespace

std::optional<std::uint64_t> WireReader::long_varint() {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < 10 && i < left_.size(); ++i) {
    const auto byte = static_cast<unsigned char>(left_[i]);
    value |= static_cast<std::uint64_t>(byte & 0x7F) << (7 * i);
    if (byte & 0x80) continue;
    left_.remove_prefix(i + 1);
    return value;
  }
  return std::nullopt;
}

template <typename Number>
std::optional<std::uint64_t> WireReader::fixed() {
  static_assert(std::endian::native == std::endian::little);
  Number value = 0;
  if (left_.size() < sizeof value) return std::nullopt;
  std::memcpy(&value, left_.data(), sizeof value);
  left_.remove_prefix(sizeof value);
  return value;
}

std::optional<WireField> WireReader::fail() {
  broken_ = true;
  left_ = {};
  return std::nullopt;
}

std::optional<WireField> WireReader::next() {
  if (left_.empty()) return std::nullopt;
  const auto tag = varint();
  if (!tag || *tag >> 3 == 0 || *tag >> 3 > 0x1FFFFFFF) return fail();
  WireField field{.number = static_cast<std::uint32_t>(*tag >> 3), .type = static_cast<WireType>(*tag & 7)};
  std::optional<std::uint64_t> value;
  switch (field.type) {
    case WireType::Varint:
    case WireType::Bytes: value = varint(); break;
    case WireType::Fixed64: value = fixed<std::uint64_t>(); break;
    case WireType::Fixed32: value = fixed<std::uint32_t>(); break;
    default: return fail();  // groups: nobody has written them for twenty years
  }
  if (!value) return fail();
  field.value = *value;
  if (field.type == WireType::Bytes) {
    if (*value > left_.size()) return fail();
    field.bytes = left_.substr(0, *value);
    left_.remove_prefix(*value);
  }
  return field;
}

void append_varint_field(std::string& out, std::uint32_t number, std::uint64_t value) {
  append_tag(out, number, WireType::Varint);
  append_varint(out, value);
}

void append_bytes_field(std::string& out, std::uint32_t number, std::string_view bytes) {
  append_tag(out, number, WireType::Bytes);
  append_varint(out, bytes.size());
  out += bytes;
}

void append_float_field(std::string& out, std::uint32_t number, float value) {
  append_tag(out, number, WireType::Fixed32);
  const auto bits = std::bit_cast<std::uint32_t>(value);
  for (int i = 0; i < 4; ++i) out += static_cast<char>(bits >> (8 * i) & 0xFF);
}

}  // namespace rag
