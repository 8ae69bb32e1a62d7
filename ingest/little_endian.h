#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

// Numbers in binary files of Microsoft's and Hancom's kind.  Where the bytes end before the number does it is 0: a caller that
// must know asks for the size first.  Only for this room's .cpp files.
namespace rag::little_endian {

template <typename Number>
Number read(std::string_view bytes, std::size_t at) {
  Number number = 0;
  if (bytes.size() < sizeof number || at > bytes.size() - sizeof number) return 0;
  for (std::size_t i = sizeof number; i-- > 0;) number = static_cast<Number>(number << 8 | static_cast<unsigned char>(bytes[at + i]));
  return number;
}

inline std::uint8_t u8(std::string_view bytes, std::size_t at) { return at < bytes.size() ? static_cast<unsigned char>(bytes[at]) : 0; }
inline std::uint16_t u16(std::string_view bytes, std::size_t at) { return read<std::uint16_t>(bytes, at); }
inline std::uint32_t u32(std::string_view bytes, std::size_t at) { return read<std::uint32_t>(bytes, at); }
inline std::uint64_t u64(std::string_view bytes, std::size_t at) { return read<std::uint64_t>(bytes, at); }
inline double f64(std::string_view bytes, std::size_t at) {
  const std::uint64_t bits = u64(bytes, at);
  double value = 0;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

// At most `size` bytes from `at` on; fewer, or none, where the bytes end before.
inline std::string_view slice(std::string_view bytes, std::size_t at, std::size_t size = std::string_view::npos) {
  return at < bytes.size() ? bytes.substr(at, size) : std::string_view();
}

}  // namespace rag::little_endian
