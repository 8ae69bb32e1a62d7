#include "pipelines/reading_list.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <concepts>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <utility>
#include <vector>

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

// Numbers and texts one behind the other, as this machine has them: nobody but this process reads them.
struct Put {
  std::string& bytes;
  void operator()(std::integral auto number) { bytes.append(reinterpret_cast<const char*>(&number), sizeof number); }
  void operator()(const std::string& text) {
    (*this)(text.size());
    bytes += text;
  }
  void operator()(const std::vector<std::string>& texts) {
    (*this)(texts.size());
    for (const std::string& text : texts) (*this)(text);
  }
};

struct Get {
  std::string_view bytes;
  void operator()(std::integral auto& number) {
    std::memcpy(&number, bytes.data(), sizeof number);
    bytes.remove_prefix(sizeof number);
  }
  void operator()(std::string& text) {
    std::size_t size = 0;
    (*this)(size);
    text = bytes.substr(0, size);
    bytes.remove_prefix(size);
  }
  void operator()(std::vector<std::string>& texts) {
    std::size_t count = 0;
    (*this)(count);
    texts.resize(count);
    for (std::string& text : texts) (*this)(text);
  }
};

// One order of the fields for both ways.
void pass(auto&& to, auto& file, auto& path) {
  to(path);
  to(file.uri);
  to(file.size);
  to(file.mtime_ns);
}
void pass(auto&& to, auto& known) {
  to(known.record.source);
  to(known.record.uri);
  to(known.record.size);
  to(known.record.mtime_ns);
  to(known.record.content_hash);
  to(known.record.skipped);
  to(known.record.warnings);
  to(known.documents);
  to(known.cut_tokens);
}

}  // namespace

ReadingList::ReadingList(ReadingList&& other) noexcept
    : folder_(std::move(other.folder_)), size_(std::exchange(other.size_, 0)), recent_(std::exchange(other.recent_, {})),
      on_disk_(std::exchange(other.on_disk_, 0)), file_(std::exchange(other.file_, -1)) {}

ReadingList& ReadingList::operator=(ReadingList&& other) noexcept {
  std::swap(folder_, other.folder_);
  std::swap(size_, other.size_);
  std::swap(recent_, other.recent_);
  std::swap(on_disk_, other.on_disk_);
  std::swap(file_, other.file_);
  return *this;
}

ReadingList::~ReadingList() {
  if (file_ >= 0) ::close(file_);
}

void ReadingList::add(const PlannedReading& reading) {
  std::string bytes;
  Put put{bytes};
  const std::string path = reading.file.path.string();
  pass(put, reading.file, path);
  put(reading.known.has_value());
  if (reading.known) pass(put, *reading.known);
  Put{recent_}(bytes);
  ++size_;
  if (recent_.size() >= kInMemory) write_out();
}

void ReadingList::write_out() {
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
bool ReadingList::Cursor::fill(std::size_t bytes) {
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

std::optional<PlannedReading> ReadingList::Cursor::next() {
  std::size_t size = 0;
  if (!fill(sizeof size)) return std::nullopt;
  std::memcpy(&size, bytes_.data() + at_, sizeof size);
  if (!fill(sizeof size + size)) return std::nullopt;
  Get get{std::string_view(bytes_).substr(at_ + sizeof size, size)};
  at_ += sizeof size + size;
  PlannedReading reading;
  std::string path;
  pass(get, reading.file, path);
  reading.file.path = std::move(path);
  bool is_known = false;
  get(is_known);
  if (is_known) pass(get, reading.known.emplace());
  return reading;
}

}  // namespace rag
