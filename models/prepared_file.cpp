#include "models/prepared_file.h"

#include <algorithm>
#include <cassert>
#include <cstdint>
#include <cstring>
#include <system_error>
#include <utility>

#include "core/error.h"
#include "core/hash.h"

namespace rag {
namespace {

// What the file begins with; the arrays follow.
struct Header {
  char magic[8] = {};
  std::uint32_t version = 0;
  std::uint32_t unused = 0;
  char key[64] = {};
  std::uint64_t body_bytes = 0;
  std::uint64_t body_checksum = 0;
  char padding[32] = {};
};
static_assert(sizeof(Header) == 2 * kPreparedAlignment);

}  // namespace

PreparedFile::PreparedFile(std::filesystem::path file, std::string_view magic, std::uint32_t version, std::string key)
    : file_(std::move(file)), magic_(magic), version_(version), key_(std::move(key)) {
  assert(magic_.size() < sizeof Header{}.magic && key_.size() == sizeof Header{}.key);
  std::error_code none;
  if (!std::filesystem::is_regular_file(file_, none)) return;
  try {
    mapped_ = MappedFile(file_);
  } catch (const Error&) {
    return;  // made again
  }
  const std::string_view bytes = mapped_.bytes();
  if (bytes.size() <= sizeof(Header) || bytes.substr(0, sizeof(Header)) != header_of(bytes.substr(sizeof(Header)))) mapped_ = {};
}

std::string_view PreparedFile::body() const { return found() ? mapped_.bytes().substr(sizeof(Header)) : std::string_view(); }

void PreparedFile::keep(std::string_view body) {
  mapped_ = {};
  std::string bytes = header_of(body);
  bytes += body;
  std::error_code ignored;
  std::filesystem::create_directories(file_.parent_path(), ignored);
  try {
    write_file_atomically(file_, bytes);
  } catch (const Error&) {
    // A cache that cannot be written costs time at the next start, nothing else.
  }
}

std::string PreparedFile::header_of(std::string_view body) const {
  Header header;
  std::copy(magic_.begin(), magic_.end(), header.magic);
  header.version = version_;
  std::copy(key_.begin(), key_.end(), header.key);
  header.body_bytes = body.size();
  header.body_checksum = checksum64(body);
  return {reinterpret_cast<const char*>(&header), sizeof header};
}

}  // namespace rag
