#include "ingest/line_source.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "core/error.h"

namespace rag {
namespace {

constexpr std::size_t kReadAtOnce = std::size_t{1} << 18;
constexpr std::uint64_t kPiece = std::uint64_t{64} << 20;  // of a line that is too long

}  // namespace

LineSource::LineSource(int file, std::size_t max_line_bytes) : file_(file), max_line_bytes_(max_line_bytes) {}

// False at the end of the file.
bool LineSource::fill() {
  buffer_.resize(kReadAtOnce);
  at_ = 0;
  ssize_t got = 0;
  do {
    got = ::read(file_, buffer_.data(), buffer_.size());
  } while (got < 0 && errno == EINTR);
  buffer_.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  if (got < 0) throw Error(ErrorKind::Io, std::string("cannot be read: ") + std::strerror(errno));
  return got > 0;
}

std::optional<LineSource::Line> LineSource::next() {
  const std::uint64_t start = bytes_;
  beginning_.clear();
  bool any = in_long_line_;
  while (at_ < buffer_.size() || fill()) {
    any = true;
    const std::string_view rest = std::string_view(buffer_).substr(at_);
    const std::size_t feed = rest.find('\n');
    const std::string_view piece = rest.substr(0, feed);
    const std::size_t taken = piece.size() + (feed == std::string_view::npos ? 0 : 1);
    at_ += taken;
    bytes_ += taken;
    const bool too_long = in_long_line_ || beginning_.size() + piece.size() > max_line_bytes_;
    if (feed != std::string_view::npos) {
      in_long_line_ = false;
      if (too_long) return Line{.text = {}, .too_long = true};
      if (beginning_.empty()) return Line{.text = piece};
      beginning_ += piece;
      return Line{.text = beginning_};
    }
    if (too_long) {
      in_long_line_ = true;
      beginning_.clear();
      if (bytes_ - start >= kPiece) return Line{.text = {}, .too_long = true, .ended = false};
    } else {
      beginning_ += piece;
    }
  }
  if (!any) return std::nullopt;
  return Line{.text = beginning_, .too_long = std::exchange(in_long_line_, false)};
}

}  // namespace rag
