#include "models/safetensors_writer.h"

#include <fcntl.h>
#include <unistd.h>

#include <cassert>
#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/file_descriptor.h"

namespace rag {
namespace {

[[noreturn]] void fail(const std::filesystem::path& file, const char* what) {
  throw Error(ErrorKind::Io, file.string() + ": " + what + ": " + std::strerror(errno));
}

std::uint64_t bytes_of(const TensorPlan& tensor) {
  std::uint64_t bytes = bytes_per_element(tensor.type);
  for (const std::int64_t side : tensor.shape) bytes *= static_cast<std::uint64_t>(side);
  return bytes;
}

std::string header_of(const std::vector<TensorPlan>& plan) {
  nlohmann::ordered_json header = {{"__metadata__", {{"format", "pt"}}}};
  std::uint64_t at = 0;
  for (const TensorPlan& tensor : plan) {
    const std::uint64_t end = at + bytes_of(tensor);
    assert(!header.contains(tensor.name));
    header[tensor.name] = {{"dtype", name_of(tensor.type)}, {"shape", tensor.shape}, {"data_offsets", {at, end}}};
    at = end;
  }
  std::string text = header.dump();
  // Blanks behind the JSON let the tensors start at a multiple of 8, so that they can be used where they are mapped.
  text.append((8 - text.size() % 8) % 8, ' ');
  std::string length;
  for (int i = 0; i < 8; ++i) length += static_cast<char>(static_cast<std::uint64_t>(text.size()) >> (8 * i) & 0xFF);
  return length + text;
}

}  // namespace

SafetensorsWriter::SafetensorsWriter(const std::filesystem::path& file, const std::vector<TensorPlan>& plan) : file_(file), aside_(file) {
  aside_ += ".tmp" + std::to_string(::getpid());
  const std::string header = header_of(plan);
  for (const TensorPlan& tensor : plan) left_ += bytes_of(tensor);
  fd_ = ::open(aside_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (fd_ < 0) fail(aside_, "cannot be created");
  try {
    put(header);
  } catch (...) {
    ::close(fd_);
    ::unlink(aside_.c_str());
    throw;
  }
}

SafetensorsWriter::~SafetensorsWriter() {
  if (fd_ < 0) return;
  ::close(fd_);
  ::unlink(aside_.c_str());
}

void SafetensorsWriter::write(std::string_view bytes) {
  assert(bytes.size() <= left_);
  put(bytes);
  left_ -= bytes.size();
}

void SafetensorsWriter::put(std::string_view bytes) {
  if (!write_all(fd_, bytes)) fail(aside_, "cannot be written");
}

void SafetensorsWriter::finish() {
  assert(left_ == 0 && fd_ >= 0);
  if (::fsync(fd_) != 0) fail(aside_, "cannot be synced");
  if (::rename(aside_.c_str(), file_.c_str()) != 0) fail(file_, "cannot be put in place");
  ::close(fd_);
  fd_ = -1;
  sync_folder(file_.has_parent_path() ? file_.parent_path() : ".");
}

}  // namespace rag
