#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace rag {

// 128 numbers of `bits` bits each in 16 x bits bytes.  They lie in four lanes side by side (number i in lane i % 4), so that
// unpacking is the same few steps on four numbers at once (Lemire and Boytsov 2015).
inline constexpr std::size_t kPackedNumbers = 128;
inline constexpr std::size_t packed_bytes(unsigned bits) { return std::size_t{16} * bits; }

void append_packed(std::string& out, const std::uint32_t* numbers, unsigned bits);  // bits <= 32, each number < 2^bits
void unpack(const char* packed, unsigned bits, std::uint32_t* numbers);

}  // namespace rag
