#include "models/sentencepiece_model.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <utility>

#include "core/error.h"
#include "core/text.h"
#include "models/sentencepiece_charsmap.h"
#include "models/sentencepiece_wire.h"

namespace rag {
namespace {

constexpr std::size_t kMaxPieces = 4'000'000;
constexpr std::size_t kMaxPieceBytes = 1024;
constexpr std::size_t kMinPieceField = 10;  // two tags, two lengths, one byte of text, a tag and a score
// sentencepiece looks up the user's own symbols into 64 places on its stack.
constexpr std::size_t kMaxNestedSymbols = 32;

[[noreturn]] void refuse(const std::filesystem::path& file, const std::string& found) {
  throw Error(ErrorKind::Backend, file.string() + ": not a sound sentencepiece model: " + found + "; fetch the model again");
}

std::string at(std::size_t id) { return "piece " + std::to_string(id); }

const WireField& expect(const WireField& field, WireType type, const std::filesystem::path& file) {
  if (field.type != type) refuse(file, "field " + std::to_string(field.number) + " is of another type than it should be");
  return field;
}

SentencePiece read_piece(std::string_view bytes, const std::filesystem::path& file, std::size_t id) {
  SentencePiece piece;
  WireReader reader(bytes);
  while (const auto field = reader.next()) {
    if (field->number == 1) piece.text = expect(*field, WireType::Bytes, file).bytes;
    if (field->number == 2) piece.score = std::bit_cast<float>(static_cast<std::uint32_t>(expect(*field, WireType::Fixed32, file).value));
    if (field->number == 3) {
      const std::uint64_t type = expect(*field, WireType::Varint, file).value;
      if (type < 1 || type > 6) refuse(file, at(id) + " has the unknown type " + std::to_string(type));
      piece.type = static_cast<PieceType>(type);
    }
  }
  if (reader.broken()) refuse(file, at(id) + " is cut");
  return piece;
}

void read_trainer_spec(std::string_view bytes, const std::filesystem::path& file, SentencePieceModel& model) {
  WireReader reader(bytes);
  while (const auto field = reader.next()) {
    if (field->number == 3) {
      const std::uint64_t kind = expect(*field, WireType::Varint, file).value;
      if (kind < 1 || kind > 4) refuse(file, "the unknown model type " + std::to_string(kind));
      model.kind = static_cast<PieceModel>(kind);
    }
    if (field->number == 24) model.whitespace_is_suffix = expect(*field, WireType::Varint, file).value != 0;
    if (field->number == 35) model.byte_fallback = expect(*field, WireType::Varint, file).value != 0;
    if (field->number == 46) model.bos_piece = expect(*field, WireType::Bytes, file).bytes;
    if (field->number == 47) model.eos_piece = expect(*field, WireType::Bytes, file).bytes;
  }
  if (reader.broken()) refuse(file, "its training settings are cut");
  model.trainer_spec += bytes;  // repeated settings merge, as protobuf has it
}

void read_normalizer_spec(std::string_view bytes, const std::filesystem::path& file, SentencePieceModel& model) {
  WireReader reader(bytes);
  while (const auto field = reader.next()) {
    if (field->number == 1) model.normalizer_name = expect(*field, WireType::Bytes, file).bytes;
    if (field->number == 2) model.charsmap = expect(*field, WireType::Bytes, file).bytes;
    if (field->number == 3) model.add_dummy_prefix = expect(*field, WireType::Varint, file).value != 0;
    if (field->number == 4) model.remove_extra_whitespaces = expect(*field, WireType::Varint, file).value != 0;
    if (field->number == 5) model.escape_whitespaces = expect(*field, WireType::Varint, file).value != 0;
  }
  if (reader.broken()) refuse(file, "its normaliser is cut");
  model.normalizer_spec += bytes;
}

// The longest chain of texts each of which begins with the one before.  Sorted, a text stands behind its prefixes.
std::size_t deepest_nest(std::vector<std::string_view> texts) {
  std::sort(texts.begin(), texts.end());
  std::vector<std::string_view> open;
  std::size_t depth = 0;
  for (const std::string_view text : texts) {
    while (!open.empty() && !text.starts_with(open.back())) open.pop_back();
    open.push_back(text);
    depth = std::max(depth, open.size());
  }
  return depth;
}

bool is_byte_piece(std::string_view text) {
  return text.size() == 6 && text.starts_with("<0x") && text.back() == '>' && text.find_first_not_of("0123456789ABCDEF", 3) == 5;
}

void check_piece(const SentencePiece& piece, std::size_t id, const std::filesystem::path& file) {
  if (piece.text.empty()) refuse(file, at(id) + " is empty");
  if (piece.text.size() > kMaxPieceBytes) refuse(file, at(id) + " has " + std::to_string(piece.text.size()) + " bytes");
  if (piece.text.find('\0') != std::string_view::npos || find_invalid_utf8(piece.text)) refuse(file, at(id) + " is not text");
  if (!std::isfinite(piece.score)) refuse(file, at(id) + " has no finite score");
  if (piece.type == PieceType::Byte && !is_byte_piece(piece.text)) refuse(file, at(id) + " stands for a byte but is not named like one");
}

std::string make_trainer_spec(const SentencePieceModel& model) {
  const auto id_of = [&](std::string_view text) -> std::int64_t {
    const auto found = std::find_if(model.pieces.begin(), model.pieces.end(), [&](const SentencePiece& p) { return p.text == text; });
    return found == model.pieces.end() ? -1 : found - model.pieces.begin();
  };
  const auto unknown =
      std::find_if(model.pieces.begin(), model.pieces.end(), [](const SentencePiece& p) { return p.type == PieceType::Unknown; });
  std::string spec;
  append_varint_field(spec, 3, static_cast<std::uint64_t>(model.kind));
  append_varint_field(spec, 4, model.pieces.size());
  append_varint_field(spec, 24, model.whitespace_is_suffix);
  append_varint_field(spec, 35, model.byte_fallback);
  append_varint_field(spec, 40, static_cast<std::uint64_t>(unknown - model.pieces.begin()));
  append_varint_field(spec, 41, static_cast<std::uint64_t>(id_of(model.bos_piece)));
  append_varint_field(spec, 42, static_cast<std::uint64_t>(id_of(model.eos_piece)));
  append_varint_field(spec, 43, static_cast<std::uint64_t>(id_of("<pad>")));
  append_bytes_field(spec, 45, unknown == model.pieces.end() ? "<unk>" : unknown->text);
  append_bytes_field(spec, 46, model.bos_piece);
  append_bytes_field(spec, 47, model.eos_piece);
  append_bytes_field(spec, 48, "<pad>");
  return spec;
}

std::string make_normalizer_spec(const SentencePieceModel& model) {
  std::string spec;
  append_bytes_field(spec, 1, model.normalizer_name);
  append_bytes_field(spec, 2, model.charsmap);
  append_varint_field(spec, 3, model.add_dummy_prefix);
  append_varint_field(spec, 4, model.remove_extra_whitespaces);
  append_varint_field(spec, 5, model.escape_whitespaces);
  return spec;
}

}  // namespace

void check_sentencepiece_model(const SentencePieceModel& model, const std::filesystem::path& file) {
  const std::vector<SentencePiece>& pieces = model.pieces;
  if (pieces.empty()) refuse(file, "it has no pieces");
  if (pieces.size() > kMaxPieces)
    refuse(file, std::to_string(pieces.size()) + " pieces, at most " + std::to_string(kMaxPieces) + " are read");
  std::size_t unknown = 0;
  std::vector<std::string_view> symbols;
  for (std::size_t id = 0; id < pieces.size(); ++id) {
    check_piece(pieces[id], id, file);
    unknown += pieces[id].type == PieceType::Unknown;
    if (pieces[id].type == PieceType::UserDefined) symbols.push_back(pieces[id].text);
  }
  if (unknown != 1) refuse(file, std::to_string(unknown) + " pieces for what is unknown, 1 is needed");
  if (deepest_nest(std::move(symbols)) > kMaxNestedSymbols) refuse(file, "its own symbols are nested too deeply");
  if (const auto fault = find_charsmap_fault(model.charsmap)) refuse(file, "normalisation map: " + *fault);
}

SentencePieceModel read_sentencepiece_model(std::string_view bytes, const std::filesystem::path& file) {
  SentencePieceModel model;
  model.pieces.reserve(std::min(bytes.size() / kMinPieceField, kMaxPieces));  // pages never written cost nothing
  WireReader reader(bytes);
  while (const auto field = reader.next()) {
    switch (field->number) {
      case 1:
        // Before anything is kept of it: a count of pieces is a count of allocations.
        if (model.pieces.size() == kMaxPieces) refuse(file, "more than " + std::to_string(kMaxPieces) + " pieces");
        model.pieces.push_back(read_piece(expect(*field, WireType::Bytes, file).bytes, file, model.pieces.size()));
        break;
      case 2: read_trainer_spec(expect(*field, WireType::Bytes, file).bytes, file, model); break;
      case 3: read_normalizer_spec(expect(*field, WireType::Bytes, file).bytes, file, model); break;
      default: break;
    }
  }
  if (reader.broken()) refuse(file, "it is cut, or no protobuf");
  check_sentencepiece_model(model, file);
  return model;
}

std::string write_sentencepiece_model(const SentencePieceModel& model) {
  std::string out;
  std::string piece;
  for (const SentencePiece& entry : model.pieces) {
    piece.clear();
    append_bytes_field(piece, 1, entry.text);
    append_float_field(piece, 2, entry.score);
    if (entry.type != PieceType::Normal) append_varint_field(piece, 3, static_cast<std::uint64_t>(entry.type));
    append_bytes_field(out, 1, piece);
  }
  append_bytes_field(out, 2, model.trainer_spec.empty() ? make_trainer_spec(model) : model.trainer_spec);
  append_bytes_field(out, 3, model.normalizer_spec.empty() ? make_normalizer_spec(model) : model.normalizer_spec);
  return out;
}

}  // namespace rag
