#include "core/list_on_disk.h"

#include <algorithm>
#include <cstring>

namespace rag {
namespace {

constexpr std::size_t kInMemory = std::size_t{1} << 20;

}  // namespace

ListOnDisk& ListOnDisk::operator=(ListOnDisk&& other) noexcept {
  std::swap(size_, other.size_);
  std::swap(recent_, other.recent_);
  file_ = std::move(other.file_);
  return *this;
}

void ListOnDisk::add(std::string_view piece) {
  const std::size_t size = piece.size();
  recent_.append(reinterpret_cast<const char*>(&size), sizeof size);  // as this machine has it: nobody but this process reads it
  recent_ += piece;
  ++size_;
  if (recent_.size() < kInMemory) return;
  file_.append(recent_);
  recent_.clear();
}

// False where the list ends before there are so many.
bool ListOnDisk::Cursor::fill(std::size_t bytes) {
  if (bytes_.size() - at_ >= bytes) return true;
  bytes_.erase(0, std::exchange(at_, 0));
  const std::uint64_t on_disk = list_.file_.size();
  while (bytes_.size() < bytes) {
    if (position_ >= on_disk) {
      const std::string_view rest = std::string_view(list_.recent_).substr(position_ - on_disk);
      if (rest.empty()) return false;
      bytes_ += rest;
      position_ += rest.size();
      continue;
    }
    const std::size_t had = bytes_.size();
    const std::size_t wanted = std::min<std::uint64_t>(read_at_once_, on_disk - position_);
    bytes_.resize(had + wanted);
    list_.file_.read(position_, bytes_.data() + had, wanted);
    position_ += wanted;
  }
  return true;
}

std::optional<std::string_view> ListOnDisk::Cursor::next() {
  std::size_t size = 0;
  if (!fill(sizeof size)) return std::nullopt;
  std::memcpy(&size, bytes_.data() + at_, sizeof size);
  if (!fill(kBytesBeside + size)) return std::nullopt;
  const std::string_view piece = std::string_view(bytes_).substr(at_ + kBytesBeside, size);
  at_ += kBytesBeside + size;
  return piece;
}

}  // namespace rag
