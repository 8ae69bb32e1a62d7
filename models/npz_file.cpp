// The only place in this room that knows libarchive.
#include "models/npz_file.h"

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string_view>

#include "core/error.h"
#include "core/file.h"
#include "core/text.h"
#include "models/json_fields.h"

namespace rag {
namespace {

constexpr std::size_t kMaxArrays = 256;
constexpr std::size_t kMaxBytes = std::size_t{256} << 20;
constexpr std::size_t kMaxHeader = 4096;
constexpr std::size_t kMaxSides = 8;

[[noreturn]] void refuse(const std::string& where, const std::string& found) {
  throw Error(ErrorKind::Backend, where + ": not a sound numpy file: " + found + "; unpack it from the package again");
}

// The header is a Python dictionary: {'descr': '<f4', 'fortran_order': False, 'shape': (7530, 512), }.  Its three entries may come in any
// order; what is in them is taken literally.
class Header {
 public:
  Header(std::string_view text, const std::string& where) : text_(text), where_(where) {}

  // What stands behind 'key': up to `end`, which is left out.
  std::string_view value(std::string_view key, std::string_view begin, char end) const {
    const std::string quoted = "'" + std::string(key) + "':";
    std::size_t at = text_.find(quoted);
    if (at == std::string_view::npos) refuse(where_, "its header names no " + std::string(key));
    at = text_.find_first_not_of(' ', at + quoted.size());
    if (at == std::string_view::npos || !text_.substr(at).starts_with(begin)) refuse(where_, "its header has an odd " + std::string(key));
    at += begin.size();
    const std::size_t stop = text_.find(end, at);
    if (stop == std::string_view::npos) refuse(where_, "its header is cut in its " + std::string(key));
    return text_.substr(at, stop - at);
  }

 private:
  std::string_view text_;
  const std::string& where_;
};

TensorType type_of(std::string_view descr, const std::string& where) {
  if (descr == "<f4") return TensorType::F32;
  if (descr == "<f8") return TensorType::F64;
  if (descr == "|u1") return TensorType::U8;
  if (descr == "|i1") return TensorType::I8;
  refuse(where, "elements of the type " + shown(descr) + ", this build reads <f4, <f8, |u1 and |i1");
}

std::vector<std::int64_t> shape_of(std::string_view tuple, const std::string& where) {
  std::vector<std::int64_t> shape;
  std::int64_t number = -1;  // none begun
  for (const char c : tuple) {
    if (c >= '0' && c <= '9') {
      number = std::max<std::int64_t>(number, 0) * 10 + (c - '0');
      if (number > static_cast<std::int64_t>(kMaxBytes)) refuse(where, "a side of more than " + std::to_string(kMaxBytes));
    } else if (c == ',' && number >= 0) {
      shape.push_back(number);
      number = -1;
    } else if (c != ' ') {
      refuse(where, "the shape (" + escape_for_terminal(tuple.substr(0, 60)) + ")");
    }
  }
  if (number >= 0) shape.push_back(number);
  if (shape.size() > kMaxSides) refuse(where, std::to_string(shape.size()) + " sides");
  return shape;
}

std::size_t bytes_of(const NpyArray& array, const std::string& where, std::size_t most) {
  std::uint64_t bytes = bytes_per_element(array.type);
  for (const std::int64_t side : array.shape)
    if (__builtin_mul_overflow(bytes, static_cast<std::uint64_t>(side), &bytes) || bytes > most)
      refuse(where, "more than " + std::to_string(most >> 20) + " MB of elements");
  return bytes;
}

struct ArchiveDeleter {
  void operator()(archive* a) const { archive_read_free(a); }
};

std::string why(archive* a) {
  const char* text = archive_error_string(a);
  return text ? escape_for_terminal(collapse_white_space(replace_invalid_utf8(text))) : "unknown trouble";
}

std::string read_member(archive* zip, const std::string& where, std::size_t most) {
  std::string content;
  std::array<char, 1 << 16> buffer;
  for (;;) {
    const la_ssize_t got = archive_read_data(zip, buffer.data(), buffer.size());
    if (got == 0) return content;
    if (got < 0) refuse(where, why(zip));
    if (static_cast<std::size_t>(got) > most - content.size())
      refuse(where, "it unpacks to more than " + std::to_string(kMaxBytes >> 20) + " MB");
    content.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

// "q1.npy" -> "q1"; nothing for what no array of ours is called.
std::optional<std::string> array_name(const char* path) {
  std::string_view name = path ? path : "";
  if (!name.ends_with(".npy") || name.size() > 64) return std::nullopt;
  name.remove_suffix(4);
  const bool plain = std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
  return plain && !name.empty() ? std::optional(std::string(name)) : std::nullopt;
}

MappedFile map_file(const std::filesystem::path& file) {
  try {
    return MappedFile(file);
  } catch (const Error& error) {
    throw Error(ErrorKind::Backend, error.what());
  }
}

}  // namespace

NpyArray read_npy(std::string bytes, const std::string& where, std::size_t max_bytes) {
  constexpr std::string_view kMagic = "\x93NUMPY";
  if (!bytes.starts_with(kMagic) || bytes.size() < 10) refuse(where, "it does not begin as an array does");
  const auto byte = [&](std::size_t i) { return static_cast<std::size_t>(static_cast<unsigned char>(bytes[i])); };
  const std::size_t version = byte(6), prefix = version == 1 ? 10 : 12;
  if (version != 1 && version != 2) refuse(where, "format " + std::to_string(version) + ", this build reads 1 and 2");
  if (bytes.size() < prefix) refuse(where, "it is cut");
  std::size_t length = byte(8) | byte(9) << 8;
  if (version == 2) length |= byte(10) << 16 | byte(11) << 24;
  if (length > kMaxHeader || length > bytes.size() - prefix) refuse(where, "a header of " + std::to_string(length) + " bytes");
  const Header header(std::string_view(bytes).substr(prefix, length), where);
  NpyArray array;
  array.type = type_of(header.value("descr", "'", '\''), where);
  if (header.value("fortran_order", "", ',') != "False") refuse(where, "it is in Fortran's order, C's was expected");
  array.shape = shape_of(header.value("shape", "(", ')'), where);
  const std::size_t expected = bytes_of(array, where, max_bytes), found = bytes.size() - prefix - length;
  if (found != expected) refuse(where, std::to_string(found) + " bytes of elements, its shape needs " + std::to_string(expected));
  bytes.erase(0, prefix + length);
  array.data = std::move(bytes);
  return array;
}

std::map<std::string, NpyArray> read_npz(const std::filesystem::path& file) {
  const MappedFile map = map_file(file);
  const std::unique_ptr<archive, ArchiveDeleter> zip(archive_read_new());
  archive_read_support_format_zip(zip.get());
  if (archive_read_open_memory(zip.get(), map.bytes().data(), map.bytes().size()) != ARCHIVE_OK) refuse(file.string(), why(zip.get()));
  std::map<std::string, NpyArray> arrays;
  std::size_t left = kMaxBytes;
  archive_entry* entry = nullptr;
  for (;;) {
    const int outcome = archive_read_next_header(zip.get(), &entry);
    if (outcome == ARCHIVE_EOF) break;
    if (outcome != ARCHIVE_OK) refuse(file.string(), why(zip.get()));
    const auto name = array_name(archive_entry_pathname(entry));
    if (!name) refuse(file.string(), "a member that is no array");
    if (archive_entry_is_encrypted(entry)) refuse(file.string(), "it is encrypted");
    if (arrays.size() == kMaxArrays) refuse(file.string(), "more than " + std::to_string(kMaxArrays) + " arrays");
    const std::string where = file.string() + " (" + *name + ")";
    NpyArray array = read_npy(read_member(zip.get(), where, left), where, left);
    left -= array.data.size();
    if (!arrays.emplace(*name, std::move(array)).second) refuse(where, "it is there twice");
  }
  if (arrays.empty()) refuse(file.string(), "no arrays in it");
  return arrays;
}

}  // namespace rag
