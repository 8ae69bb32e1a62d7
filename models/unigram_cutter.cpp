#include "models/unigram_cutter.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "core/error.h"
#include "core/text.h"

namespace rag {
namespace {

constexpr std::string_view kBlank = "\xE2\x96\x81";  // U+2581 stands for a blank
constexpr float kUnknownPenalty = 10.0F;

std::vector<std::pair<std::string_view, std::int32_t>> normal_pieces(const SentencePieceModel& model) {
  std::vector<std::pair<std::string_view, std::int32_t>> pieces;
  pieces.reserve(model.pieces.size());
  for (std::size_t id = 0; id < model.pieces.size(); ++id)
    if (model.pieces[id].type == PieceType::Normal) pieces.emplace_back(model.pieces[id].text, static_cast<std::int32_t>(id));
  return pieces;
}

std::size_t character_size(char first) {
  const auto byte = static_cast<unsigned char>(first);
  return byte < 0xC0 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

// The best way to each place of the text, kept from the last place that every way passes: memory grows with the longest word, not
// with the text.  Scores go on from there, because sentencepiece's ties depend on how far a float has come.
class BestPaths {
 public:
  BestPaths(std::int32_t unknown, ScoreSums sums) : unknown_(unknown), in_float_(sums == ScoreSums::Float), ends_(1) {}

  void offer(std::size_t begin, std::size_t length, std::int32_t id, float score) {
    const std::size_t at = begin + length - base_;
    if (at >= ends_.size()) ends_.resize(at + 1);
    End& end = ends_[at];
    // ScoreSums::Mixed adds a known piece in double and keeps the sum in float, and adds the unknown one in float.
    const float before = ends_[begin - base_].score, in_float = score + before;
    const double candidate = in_float_ || id == unknown_ ? in_float : static_cast<double>(score) + before;
    if (end.length == 0 || candidate > end.score) end = {id, static_cast<float>(candidate), static_cast<std::uint32_t>(length)};
  }

  // To be called with every place in turn before pieces that begin there are offered.
  void pass(std::size_t place) {
    if (place == base_ || place - base_ + 1 != ends_.size()) return;  // some piece reaches over it
    steps_.clear();
    for (std::size_t at = place - base_; at > 0; at -= ends_[at].length) steps_.push_back(ends_[at].id);
    for (auto id = steps_.rbegin(); id != steps_.rend(); ++id)  // a run of unknown characters is one unknown piece
      if (*id != unknown_ || ids_.empty() || ids_.back() != unknown_) ids_.push_back(*id);
    ends_[0] = {.score = ends_.back().score};
    ends_.resize(1);
    base_ = place;
  }

  std::vector<std::int32_t> take_ids() { return std::move(ids_); }

 private:
  struct End {
    std::int32_t id = -1;
    float score = 0;
    std::uint32_t length = 0;  // of the last piece; 0: no way leads here
  };

  std::int32_t unknown_;
  bool in_float_;
  std::size_t base_ = 0;
  std::vector<End> ends_;
  std::vector<std::int32_t> steps_, ids_;
};

}  // namespace

bool UnigramCutter::can_serve(const SentencePieceModel& model) {
  return model.kind == PieceModel::Unigram && model.escape_whitespaces && !model.whitespace_is_suffix && !model.byte_fallback &&
         std::none_of(model.pieces.begin(), model.pieces.end(), [](const SentencePiece& piece) {
           return piece.type == PieceType::UserDefined || piece.type == PieceType::Unused || piece.type == PieceType::Byte;
         });
}

UnigramCutter::UnigramCutter(const SentencePieceModel& model, const std::filesystem::path& file, ScoreSums sums)
    : charsmap_(model.charsmap),
      add_dummy_prefix_(model.add_dummy_prefix),
      remove_extra_whitespaces_(model.remove_extra_whitespaces),
      sums_(sums),
      trie_(normal_pieces(model)) {
  if (trie_.duplicate() >= 0)
    throw Error(ErrorKind::Backend, file.string() + ": piece " + std::to_string(trie_.duplicate()) +
                                        " is there twice, a vocabulary has each piece once; fetch the model again");
  float least = std::numeric_limits<float>::max();
  for (std::size_t id = 0; id < model.pieces.size(); ++id) {
    const SentencePiece& piece = model.pieces[id];
    scores_.push_back(piece.score);
    if (piece.type == PieceType::Unknown) unknown_ = static_cast<std::int32_t>(id);
    if (piece.type == PieceType::Normal) least = std::min(least, piece.score);
  }
  if (least == std::numeric_limits<float>::max())
    throw Error(ErrorKind::Backend, file.string() + ": has only special pieces, some of text were expected; fetch the model again");
  unknown_score_ = least - kUnknownPenalty;
}

std::string UnigramCutter::normalize(std::string_view text) const {
  std::string out;
  bool after_blank = remove_extra_whitespaces_;
  bool begun = false;  // the blank in front is put only where something follows
  out.reserve(text.size() + text.size() / 4 + 16);
  while (!text.empty()) {
    const Charsmap::Match match = charsmap_.longest_prefix(text);
    const std::size_t used = match.length > 0 ? match.length : character_size(text.front());
    std::string_view piece = match.length > 0 ? match.replacement : text.substr(0, used);
    text.remove_prefix(used);
    if (!begun) {
      if (remove_extra_whitespaces_ && piece == " ") continue;
      if (add_dummy_prefix_) out += kBlank;
      begun = true;
    }
    while (after_blank && piece.starts_with(' ')) piece.remove_prefix(1);
    if (piece.empty()) continue;
    for (const char byte : piece) {
      if (byte == ' ')
        out += kBlank;
      else
        out += byte;
    }
    after_blank = remove_extra_whitespaces_ && piece.ends_with(' ');
  }
  while (remove_extra_whitespaces_ && out.ends_with(kBlank)) out.resize(out.size() - kBlank.size());
  return out;
}

std::vector<std::int32_t> UnigramCutter::best_path(std::string_view normalized) const {
  BestPaths paths(unknown_, sums_);
  for (std::size_t begin = 0; begin < normalized.size();) {
    paths.pass(begin);
    const std::size_t character = std::min(character_size(normalized[begin]), normalized.size() - begin);
    bool covers_character = false;
    trie_.for_each_prefix(normalized.substr(begin), [&](std::size_t length, std::int32_t id) {
      paths.offer(begin, length, id, scores_[static_cast<std::size_t>(id)]);
      covers_character |= length == character;
    });
    if (!covers_character) paths.offer(begin, character, unknown_, unknown_score_);
    begin += character;
  }
  paths.pass(normalized.size());
  return paths.take_ids();
}

std::vector<std::int32_t> UnigramCutter::cut(std::string_view text) const { return best_path(normalize(text)); }

}  // namespace rag
