#include "models/prepared_file.h"

#include <algorithm>
#include <cassert>
#include <chrono>
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

constexpr std::chrono::hours kKeptUnused{90 * 24};

using std::filesystem::file_time_type;

// A file's time says when it was last of use, to the day.
void mark_used(const std::filesystem::path& file) {
  std::error_code none;
  const auto now = file_time_type::clock::now();
  if (const auto time = std::filesystem::last_write_time(file, none); !none && now - time > std::chrono::hours(24))
    std::filesystem::last_write_time(file, now, none);
}

// Models come and go, and what was prepared of them would stay for ever.
void remove_unused_beside(const std::filesystem::path& kept) {
  std::error_code none;
  const auto oldest = file_time_type::clock::now() - kKeptUnused;
  for (auto entry = std::filesystem::directory_iterator(kept.parent_path(), none); !none && entry != std::filesystem::directory_iterator(); entry.increment(none)) {
    std::error_code gone;
    if (entry->path().extension() != kept.extension() || !entry->is_regular_file(gone)) continue;
    if (const auto time = entry->last_write_time(gone); !gone && time < oldest) std::filesystem::remove(entry->path(), gone);
  }
}

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
  if (found()) mark_used(file_);
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
    remove_unused_beside(file_);
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
