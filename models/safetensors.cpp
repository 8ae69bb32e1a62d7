#include "models/safetensors.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <utility>

#include "core/error.h"

namespace rag {
namespace {

struct TypeEntry {
  TensorType type;
  std::string_view name;
  std::size_t bytes;
};

constexpr std::array<TypeEntry, 13> kTypes{{{TensorType::F64, "F64", 8},
                                            {TensorType::F32, "F32", 4},
                                            {TensorType::F16, "F16", 2},
                                            {TensorType::BF16, "BF16", 2},
                                            {TensorType::I64, "I64", 8},
                                            {TensorType::I32, "I32", 4},
                                            {TensorType::I16, "I16", 2},
                                            {TensorType::I8, "I8", 1},
                                            {TensorType::U64, "U64", 8},
                                            {TensorType::U32, "U32", 4},
                                            {TensorType::U16, "U16", 2},
                                            {TensorType::U8, "U8", 1},
                                            {TensorType::Bool, "BOOL", 1}}};

// The largest header the format's own library reads.
constexpr std::uint64_t kMaxHeader = 100'000'000;
constexpr std::size_t kMaxDimensions = 16;

[[noreturn]] void refuse(const std::filesystem::path& file, const std::string& found) {
  throw Error(ErrorKind::Backend, file.string() + ": not a whole safetensors file: " + found + "; fetch the model again");
}

// Names come from the file; a message is one line and shows only what a terminal may see.
std::string shown(std::string_view name) {
  std::string out = "\"";
  for (const char c : name.substr(0, 80)) out += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? '?' : c;
  return out + "\"";
}

MappedFile map_file(const std::filesystem::path& file) {
  try {
    return MappedFile(file);
  } catch (const Error& error) {
    throw Error(ErrorKind::Backend, error.what());
  }
}

// The data offsets as the header states them, before they are believed.
struct Entry {
  Tensor tensor;
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};

std::optional<std::uint64_t> unsigned_of(const nlohmann::json& value) {
  if (!value.is_number_unsigned()) return std::nullopt;
  return value.get<std::uint64_t>();
}

class HeaderReader {
 public:
  HeaderReader(const std::filesystem::path& file, std::string_view text) : file_(file), text_(text) {}

  std::pair<std::vector<Entry>, std::map<std::string, std::string>> read() {
    const nlohmann::json header = parse();
    std::vector<Entry> entries;
    std::map<std::string, std::string> metadata;
    for (const auto& [name, value] : header.items()) {
      if (name == "__metadata__") {
        metadata = read_metadata(value);
      } else {
        entries.push_back(read_entry(name, value));
      }
    }
    return {std::move(entries), std::move(metadata)};
  }

 private:
  nlohmann::json parse() {
    if (text_.empty() || text_.front() != '{') refuse(file_, "its header is not a JSON object");
    // nlohmann keeps the last of two equal keys; a file that names a tensor twice is not to be trusted with either.
    std::set<std::string> names;
    const auto watch = [&](int depth, nlohmann::json::parse_event_t event, nlohmann::json& parsed) {
      if (depth > 3) refuse(file_, "its header is nested too deeply");
      if (event == nlohmann::json::parse_event_t::key && depth == 1 && !names.insert(parsed.get<std::string>()).second)
        refuse(file_, "tensor " + shown(parsed.get<std::string>()) + " is listed twice");
      return true;
    };
    try {
      return nlohmann::json::parse(text_.begin(), text_.end(), watch);
    } catch (const nlohmann::json::exception&) {
      refuse(file_, "its header is not valid JSON");
    }
  }

  std::map<std::string, std::string> read_metadata(const nlohmann::json& value) {
    std::map<std::string, std::string> metadata;
    if (!value.is_object()) refuse(file_, "__metadata__ is not an object");
    for (const auto& [key, text] : value.items()) {
      if (!text.is_string()) refuse(file_, "__metadata__ holds something that is not a string");
      metadata.emplace(key, text.get<std::string>());
    }
    return metadata;
  }

  Entry read_entry(const std::string& name, const nlohmann::json& value) {
    Entry entry;
    entry.tensor.name = name;
    if (!value.is_object() || !value.contains("dtype") || !value.contains("shape") || !value.contains("data_offsets"))
      refuse(file_, "tensor " + shown(name) + " lacks dtype, shape or data_offsets");
    entry.tensor.type = read_type(name, value["dtype"]);
    entry.tensor.shape = read_shape(name, value["shape"]);
    const nlohmann::json& offsets = value["data_offsets"];
    const auto begin = offsets.is_array() && offsets.size() == 2 ? unsigned_of(offsets[0]) : std::nullopt;
    const auto end = begin ? unsigned_of(offsets[1]) : std::nullopt;
    if (!begin || !end || *begin > *end) refuse(file_, "tensor " + shown(name) + " has no proper data_offsets");
    entry.begin = *begin;
    entry.end = *end;
    return entry;
  }

  TensorType read_type(const std::string& name, const nlohmann::json& value) {
    const std::string spelled = value.is_string() ? value.get<std::string>() : "";
    const auto found = std::find_if(kTypes.begin(), kTypes.end(), [&](const TypeEntry& entry) { return entry.name == spelled; });
    if (found == kTypes.end()) refuse(file_, "tensor " + shown(name) + " has the unknown type " + shown(spelled));
    return found->type;
  }

  std::vector<std::int64_t> read_shape(const std::string& name, const nlohmann::json& value) {
    std::vector<std::int64_t> shape;
    if (!value.is_array() || value.size() > kMaxDimensions) refuse(file_, "tensor " + shown(name) + " has no proper shape");
    for (const nlohmann::json& side : value) {
      const auto length = unsigned_of(side);
      if (!length || *length > static_cast<std::uint64_t>(INT64_MAX)) refuse(file_, "tensor " + shown(name) + " has no proper shape");
      shape.push_back(static_cast<std::int64_t>(*length));
    }
    return shape;
  }

  const std::filesystem::path& file_;
  std::string_view text_;
};

std::optional<std::uint64_t> checked_bytes(const Tensor& tensor) {
  std::uint64_t bytes = bytes_per_element(tensor.type);
  for (const std::int64_t side : tensor.shape)
    if (__builtin_mul_overflow(bytes, static_cast<std::uint64_t>(side), &bytes)) return std::nullopt;
  return bytes;
}

// The bytes behind the header are the tensors', one after the other, nothing between, before or behind them.
void place(const std::filesystem::path& file, std::vector<Entry>& entries, std::string_view data) {
  std::sort(entries.begin(), entries.end(),
            [](const Entry& a, const Entry& b) { return std::pair(a.begin, a.end) < std::pair(b.begin, b.end); });
  std::uint64_t at = 0;
  for (Entry& entry : entries) {
    const std::string name = shown(entry.tensor.name);
    if (entry.end > data.size())
      refuse(file, "tensor " + name + " ends at byte " + std::to_string(entry.end) + " of " + std::to_string(data.size()));
    if (entry.begin != at) refuse(file, "tensor " + name + (entry.begin < at ? " overlaps another" : " leaves a gap before it"));
    if (checked_bytes(entry.tensor) != entry.end - entry.begin)
      refuse(file, "tensor " + name + " has " + std::to_string(entry.end - entry.begin) + " bytes, which is not what its shape needs");
    entry.tensor.data = data.substr(entry.begin, entry.end - entry.begin);
    at = entry.end;
  }
  if (at != data.size()) refuse(file, std::to_string(data.size() - at) + " bytes behind the last tensor");
}

}  // namespace

std::size_t bytes_per_element(TensorType type) {
  return std::find_if(kTypes.begin(), kTypes.end(), [&](const TypeEntry& entry) { return entry.type == type; })->bytes;
}

std::string_view name_of(TensorType type) {
  return std::find_if(kTypes.begin(), kTypes.end(), [&](const TypeEntry& entry) { return entry.type == type; })->name;
}

std::size_t Tensor::elements() const { return data.size() / bytes_per_element(type); }

SafetensorsFile::SafetensorsFile(const std::filesystem::path& file) : path_(file), map_(map_file(file)) {
  const std::string_view bytes = map_.bytes();
  if (bytes.size() < 8) refuse(file, std::to_string(bytes.size()) + " bytes");
  std::uint64_t header = 0;
  for (int i = 7; i >= 0; --i) header = header << 8 | static_cast<unsigned char>(bytes[static_cast<std::size_t>(i)]);
  if (header > kMaxHeader || header > bytes.size() - 8)
    refuse(file, "a header of " + std::to_string(header) + " bytes in a file of " + std::to_string(bytes.size()));
  auto [entries, metadata] = HeaderReader(path_, bytes.substr(8, header)).read();
  place(path_, entries, bytes.substr(8 + header));
  metadata_ = std::move(metadata);
  for (Entry& entry : entries) {
    by_name_.emplace(entry.tensor.name, tensors_.size());
    tensors_.push_back(std::move(entry.tensor));
  }
}

const Tensor* SafetensorsFile::find(std::string_view name) const {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : &tensors_[found->second];
}

const Tensor& SafetensorsFile::get(std::string_view name) const {
  if (const Tensor* tensor = find(name)) return *tensor;
  throw Error(ErrorKind::Backend, path_.string() + ": has no tensor " + shown(name) + "; is it the model its config.json says?");
}

}  // namespace rag
