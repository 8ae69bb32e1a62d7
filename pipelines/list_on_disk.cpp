#include "pipelines/list_on_disk.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "core/error.h"

namespace rag {
namespace {

constexpr std::size_t kInMemory = std::size_t{1} << 20;

[[noreturn]] void fail(const std::filesystem::path& folder, const char* what) {
  throw Error(ErrorKind::Io, folder.string() + ": a list of files " + what + ": " + std::strerror(errno) + "; make room there");
}

int nameless_file(const std::filesystem::path& folder) {
  int file = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (file < 0) {  // a file system that has none
    std::string name = (folder / "reading-list-XXXXXX").string();
    file = ::mkostemp(name.data(), O_CLOEXEC);
    if (file >= 0) ::unlink(name.c_str());
  }
  return file;
}

}  // namespace

ListOnDisk::ListOnDisk(ListOnDisk&& other) noexcept
    : folder_(std::move(other.folder_)), size_(std::exchange(other.size_, 0)), recent_(std::exchange(other.recent_, {})),
      on_disk_(std::exchange(other.on_disk_, 0)), file_(std::exchange(other.file_, -1)) {}

ListOnDisk& ListOnDisk::operator=(ListOnDisk&& other) noexcept {
  std::swap(folder_, other.folder_);
  std::swap(size_, other.size_);
  std::swap(recent_, other.recent_);
  std::swap(on_disk_, other.on_disk_);
  std::swap(file_, other.file_);
  return *this;
}

ListOnDisk::~ListOnDisk() {
  if (file_ >= 0) ::close(file_);
}

void ListOnDisk::add(std::string_view piece) {
  const std::size_t size = piece.size();
  recent_.append(reinterpret_cast<const char*>(&size), sizeof size);  // as this machine has it: nobody but this process reads it
  recent_ += piece;
  ++size_;
  if (recent_.size() >= kInMemory) write_out();
}

void ListOnDisk::write_out() {
  if (folder_.empty()) folder_ = std::filesystem::temp_directory_path();
  if (file_ < 0 && (file_ = nameless_file(folder_)) < 0) fail(folder_, "cannot be kept there");
  for (std::string_view left = recent_; !left.empty();) {
    const ssize_t written = ::write(file_, left.data(), left.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) fail(folder_, "cannot be kept there");
    left.remove_prefix(static_cast<std::size_t>(written));
  }
  on_disk_ += recent_.size();
  recent_.clear();
}

// False where the list ends before there are so many.
bool ListOnDisk::Cursor::fill(std::size_t bytes) {
  if (bytes_.size() - at_ >= bytes) return true;
  bytes_.erase(0, std::exchange(at_, 0));
  while (bytes_.size() < bytes) {
    if (position_ >= list_.on_disk_) {
      const std::string_view rest = std::string_view(list_.recent_).substr(position_ - list_.on_disk_);
      if (rest.empty()) return false;
      bytes_ += rest;
      position_ += rest.size();
      continue;
    }
    const std::size_t had = bytes_.size();
    const std::size_t wanted = std::min<std::uint64_t>(read_at_once_, list_.on_disk_ - position_);
    bytes_.resize(had + wanted);
    const ssize_t got = ::pread(list_.file_, bytes_.data() + had, wanted, static_cast<off_t>(position_));
    bytes_.resize(had + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) fail(list_.folder_, "cannot be read back");
    position_ += static_cast<std::uint64_t>(got);
  }
  return true;
}

std::optional<std::string_view> ListOnDisk::Cursor::next() {
  std::size_t size = 0;
  if (!fill(sizeof size)) return std::nullopt;
  std::memcpy(&size, bytes_.data() + at_, sizeof size);
  if (!fill(sizeof size + size)) return std::nullopt;
  const std::string_view piece = std::string_view(bytes_).substr(at_ + sizeof size, size);
  at_ += sizeof size + size;
  return piece;
}

}  // namespace rag
