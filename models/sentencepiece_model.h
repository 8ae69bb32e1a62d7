#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace rag {

// A sentencepiece model as plain values: what of its file matters for cutting text.  Only its pieces' texts lie elsewhere: a quarter of a
// million of them need no copies.
enum class PieceType { Normal = 1, Unknown = 2, Control = 3, UserDefined = 4, Unused = 5, Byte = 6 };

struct SentencePiece {
  std::string_view text;  // into the bytes the model was read from, or wherever its maker keeps it
  float score = 0;
  PieceType type = PieceType::Normal;
};

enum class PieceModel { Unigram = 1, Bpe = 2, Word = 3, Char = 4 };

struct SentencePieceModel {
  std::vector<SentencePiece> pieces;  // in the order of their ids
  PieceModel kind = PieceModel::Unigram;
  std::string bos_piece = "<s>";
  std::string eos_piece = "</s>";
  std::string normalizer_name;
  std::string charsmap;                  // compiled normalisation map, "" for none
  bool add_dummy_prefix = true;          // a blank goes before the text
  bool remove_extra_whitespaces = true;  // runs of blanks become one, those at the ends go
  bool escape_whitespaces = true;        // blanks become U+2581
  bool whitespace_is_suffix = false;
  bool byte_fallback = false;

  // The two settings messages as they are in a file; empty: built from the values above.
  std::string trainer_spec;
  std::string normalizer_spec;
};

// Reads and checks a model.  Whatever passes can be given to sentencepiece: pieces are text of sane length with finite scores,
// exactly one is the unknown, and the normalisation map cannot lead outside itself.  (That pieces are distinct it checks itself.)
// The pieces' texts are views into `bytes`.  Throws Error(Backend), naming `file`.
SentencePieceModel read_sentencepiece_model(std::string_view bytes, const std::filesystem::path& file);
SentencePieceModel read_sentencepiece_model(std::string&& bytes, const std::filesystem::path& file) = delete;  // its pieces would outlive their text

// The same checks for a model that came from elsewhere.
void check_sentencepiece_model(const SentencePieceModel& model, const std::filesystem::path& file);

// The model as a file's bytes.  Denormalisers and self-test texts of a file that was read are left out: nothing here needs them.
std::string write_sentencepiece_model(const SentencePieceModel& model);

}  // namespace rag
