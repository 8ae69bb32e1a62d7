#include "models/unigram_cutter.h"

#include <algorithm>
#include <limits>
#include <span>
#include <utility>

#include "core/error.h"
#include "core/text.h"

namespace rag {
namespace {

constexpr std::string_view kBlank = "\xE2\x96\x81";  // U+2581 stands for a blank
constexpr float kUnknownPenalty = 10.0F;

std::vector<UnigramPiece> normal_pieces(const SentencePieceModel& model) {
  std::vector<UnigramPiece> pieces;
  pieces.reserve(model.pieces.size());
  for (std::size_t id = 0; id < model.pieces.size(); ++id)
    if (model.pieces[id].type == PieceType::Normal)
      pieces.push_back({model.pieces[id].text, static_cast<std::int32_t>(id), model.pieces[id].score});
  return pieces;
}

std::string_view view_of(std::span<const char> bytes) { return {bytes.data(), bytes.size()}; }

std::size_t character_size(char first) {
  const auto byte = static_cast<unsigned char>(first);
  return byte < 0xC0 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

// The best way to each place of the text, kept from the last place that every way passes: memory grows with the longest word, not
// with the text.  Scores go on from there, because sentencepiece's ties depend on how far a float has come.
class BestPaths {
 public:
  // No piece is longer than `longest`, and a character that no piece covers has at most four bytes.
  BestPaths(std::int32_t unknown, std::size_t longest, ScoreSums sums)
      : unknown_(unknown), in_float_(sums == ScoreSums::Float), longest_(std::max<std::size_t>(longest, 4)), ends_(64) {}

  // To be called with every place in turn before pieces that begin there are offered.
  void go_to(std::size_t place) {
    if (place == base_ + reach_ && reach_ > 0) take_path();  // else some piece reaches over it
    begin_ = place - base_;
    if (begin_ + longest_ >= ends_.size()) ends_.resize(2 * (begin_ + longest_));
  }

  // ScoreSums::Mixed adds a known piece in double and keeps the sum in float, and adds the unknown one in float: ties turn on it.
  void offer(std::size_t length, std::int32_t id, float score) {
    const float before = ends_[begin_].score, in_float = score + before;
    offer_sum(length, id, in_float_ ? in_float : static_cast<double>(score) + before);
  }
  void offer_unknown(std::size_t length, float score) { offer_sum(length, unknown_, score + ends_[begin_].score); }

  std::vector<std::int32_t> take_ids() { return std::move(ids_); }

 private:
  struct End {
    std::int32_t id = -1;
    float score = 0;
    std::uint32_t length = 0;  // of the last piece; 0: no way leads here
  };

  void offer_sum(std::size_t length, std::int32_t id, double sum) {
    const std::size_t at = begin_ + length;
    reach_ = std::max(reach_, at);
    End& end = ends_[at];
    if (end.length == 0 || sum > end.score) end = {id, static_cast<float>(sum), static_cast<std::uint32_t>(length)};
  }

  void take_path() {
    steps_.clear();
    for (std::size_t at = reach_; at > 0; at -= ends_[at].length) steps_.push_back(ends_[at].id);
    for (auto id = steps_.rbegin(); id != steps_.rend(); ++id)  // a run of unknown characters is one unknown piece
      if (*id != unknown_ || ids_.empty() || ids_.back() != unknown_) ids_.push_back(*id);
    const float score = ends_[reach_].score;
    std::fill_n(ends_.begin(), reach_ + 1, End{});
    ends_[0].score = score;
    base_ += reach_;
    reach_ = 0;
  }

  std::int32_t unknown_;
  bool in_float_;
  std::size_t longest_;
  std::size_t base_ = 0;   // the last place that every way passes
  std::size_t begin_ = 0;  // where pieces are offered, from base_ on
  std::size_t reach_ = 0;  // the farthest place offered, from base_ on
  std::vector<End> ends_;  // by place, from base_ on; beyond reach_ all empty
  std::vector<std::int32_t> steps_, ids_;
};

// Puts normalised pieces one after another: blanks become U+2581, superfluous ones go.
class BlankMarker {
 public:
  BlankMarker(std::size_t size, bool add_dummy_prefix, bool remove_extra_whitespaces)
      : prefix_(add_dummy_prefix), squeeze_(remove_extra_whitespaces), after_blank_(remove_extra_whitespaces) {
    out_.reserve(size + size / 4 + 16);
  }

  // What one character, or several that the map takes together, became.
  void put(std::string_view piece) {
    if (!begun_ && squeeze_ && piece == " ") return;
    begin();
    while (after_blank_ && piece.starts_with(' ')) piece.remove_prefix(1);
    if (piece.empty()) return;
    after_blank_ = squeeze_ && piece.ends_with(' ');
    for (const char byte : piece) byte == ' ' ? out_ += kBlank : out_ += byte;
  }

  // Any number of characters without blanks.
  void put_plain(std::string_view run) {
    begin();
    out_ += run;
    after_blank_ = false;
  }

  std::string take() {
    while (squeeze_ && out_.ends_with(kBlank)) out_.resize(out_.size() - kBlank.size());
    return std::move(out_);
  }

 private:
  void begin() {
    if (!begun_ && prefix_) out_ += kBlank;
    begun_ = true;  // the blank in front is put only where something follows
  }

  bool prefix_, squeeze_;
  bool after_blank_;
  bool begun_ = false;
  std::string out_;
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
    if (piece.type == PieceType::Unknown) unknown_ = static_cast<std::int32_t>(id);
    if (piece.type == PieceType::Normal) least = std::min(least, piece.score);
  }
  if (least == std::numeric_limits<float>::max())
    throw Error(ErrorKind::Backend, file.string() + ": has only special pieces, some of text were expected; fetch the model again");
  unknown_score_ = least - kUnknownPenalty;
}

UnigramCutter::UnigramCutter(PreparedReader& in) : UnigramCutter(in, read_numbers(in)) {}

UnigramCutter::UnigramCutter(PreparedReader& in, const Numbers& numbers)
    : charsmap_(view_of(in.take_span<char>(numbers.charsmap_bytes))),
      add_dummy_prefix_(numbers.add_dummy_prefix != 0),
      remove_extra_whitespaces_(numbers.remove_extra_whitespaces != 0),
      sums_(numbers.in_float != 0 ? ScoreSums::Float : ScoreSums::Mixed),
      trie_(in),
      unknown_(numbers.unknown),
      unknown_score_(numbers.unknown_score) {}

UnigramCutter::Numbers UnigramCutter::read_numbers(PreparedReader& in) {
  const auto numbers = in.take_span<Numbers>(1);
  return numbers.empty() ? Numbers{} : numbers.front();
}

void UnigramCutter::write(PreparedWriter& out) const {
  const std::string charsmap = charsmap_.bytes();
  const Numbers numbers{charsmap.size(), unknown_, unknown_score_, add_dummy_prefix_, remove_extra_whitespaces_, sums_ == ScoreSums::Float, {}};
  out.put(std::span(&numbers, 1));
  out.put(std::span<const char>(charsmap));
  trie_.write(out);
}

std::string UnigramCutter::normalize(std::string_view text) const {
  BlankMarker out(text.size(), add_dummy_prefix_, remove_extra_whitespaces_);
  while (!text.empty()) {
    if (const std::size_t plain = charsmap_.plain_prefix(text); plain > 0) {
      out.put_plain(text.substr(0, plain));
      text.remove_prefix(plain);
      continue;
    }
    const Charsmap::Match match = charsmap_.longest_prefix(text);
    const std::size_t used = match.length > 0 ? match.length : character_size(text.front());
    out.put(match.length > 0 ? match.replacement : text.substr(0, used));
    text.remove_prefix(used);
  }
  return out.take();
}

std::vector<std::int32_t> UnigramCutter::best_path(std::string_view normalized) const {
  BestPaths paths(unknown_, trie_.longest(), sums_);
  for (std::size_t begin = 0; begin < normalized.size();) {
    paths.go_to(begin);
    const std::size_t character = std::min(character_size(normalized[begin]), normalized.size() - begin);
    bool covers_character = false;
    trie_.for_each_prefix(normalized.substr(begin), [&](std::size_t length, std::int32_t id, float score) {
      paths.offer(length, id, score);
      covers_character |= length == character;
    });
    if (!covers_character) paths.offer_unknown(character, unknown_score_);
    begin += character;
  }
  paths.go_to(normalized.size());
  return paths.take_ids();
}

std::vector<std::int32_t> UnigramCutter::cut(std::string_view text) const { return best_path(normalize(text)); }

}  // namespace rag
