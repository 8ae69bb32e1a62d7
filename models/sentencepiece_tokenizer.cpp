#include "models/sentencepiece_tokenizer.h"

#include <sentencepiece_processor.h>

#include <algorithm>
#include <array>
#include <exception>
#include <span>
#include <utility>

#include "core/error.h"
#include "core/text.h"

namespace rag {
namespace {

constexpr std::string_view kJoiner = "\xE2\x80\x8D";
constexpr std::size_t kMaxText = std::size_t{1} << 30;  // sentencepiece counts in 32 bits

std::string one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

std::string joiners_to_blanks(std::string text) {
  for (std::size_t at = text.find(kJoiner); at != std::string::npos; at = text.find(kJoiner, at)) text.replace(at, kJoiner.size(), " ");
  return text;
}

[[noreturn]] void fail(const std::filesystem::path& file, const std::string& why) {
  throw Error(ErrorKind::Backend, file.string() + ": sentencepiece refuses it: " + one_line(why) + "; fetch the model again");
}

// The library as a function from valid UTF-8 to ids.
class LibraryCutter {
 public:
  LibraryCutter(const SentencePieceModel& model, const std::filesystem::path& file, ScoreSums) {
    try {
      const auto status = processor_.LoadFromSerializedProto(write_sentencepiece_model(model));
      if (!status.ok()) fail(file, status.ToString());
    } catch (const Error&) {
      throw;
    } catch (const std::exception& error) {  // darts throws its own
      fail(file, error.what());
    }
  }

  std::vector<std::int32_t> cut(std::string_view text) const {
    std::vector<int> ids;
    const auto status = processor_.Encode(text, &ids);
    if (!status.ok()) throw Error(ErrorKind::Backend, "sentencepiece: a text could not be cut into tokens: " + one_line(status.ToString()));
    return ids;
  }

 private:
  sentencepiece::SentencePieceProcessor processor_;
};

// A tokenizer's settings as they are kept.
struct KeptSettings {
  std::uint64_t vocabulary_size = 0;
  std::int32_t unknown = 0;
  std::uint8_t xlm_roberta_ids = 0, joiner_is_blank = 0;
  std::array<std::uint8_t, 2> padding{};
  std::uint32_t name_bytes = 0, ids_before = 0, ids_after = 0;
  std::uint32_t more_padding = 0;
};

template <typename Cutter>
class SentencePieceTokenizer : public Tokenizer {
 public:
  SentencePieceTokenizer(const SentencePieceModel& model, SentencePieceSettings settings, std::string name,
                         const std::filesystem::path& file)
      : settings_(std::move(settings)), name_(std::move(name)), cutter_(model, file, settings_.sums) {
    const auto unknown =
        std::find_if(model.pieces.begin(), model.pieces.end(), [](const SentencePiece& piece) { return piece.type == PieceType::Unknown; });
    unknown_ = static_cast<std::int32_t>(unknown - model.pieces.begin());
    if (settings_.vocabulary_size == 0) settings_.vocabulary_size = model.pieces.size() + (settings_.xlm_roberta_ids ? 2 : 0);
  }

  // One that write() wrote into `kept`; unusable unless `in` is at its end then.
  SentencePieceTokenizer(PreparedReader& in, PreparedFile&& kept) : cutter_(in) {
    const auto numbers = in.take_span<KeptSettings>(1);
    if (numbers.empty()) return;
    const KeptSettings& all = numbers.front();
    const auto name = in.take_span<char>(all.name_bytes);
    const auto before = in.take_span<std::int32_t>(all.ids_before), after = in.take_span<std::int32_t>(all.ids_after);
    settings_.vocabulary_size = all.vocabulary_size;
    settings_.xlm_roberta_ids = all.xlm_roberta_ids != 0;
    settings_.joiner_is_blank = all.joiner_is_blank != 0;
    settings_.frame = {{before.begin(), before.end()}, {after.begin(), after.end()}};
    name_.assign(name.begin(), name.end());
    unknown_ = all.unknown;
    if (in.at_end()) kept_ = std::move(kept);
  }

  void write(PreparedWriter& out) const {
    cutter_.write(out);
    const TokenizerFrame& frame = settings_.frame;
    KeptSettings all{settings_.vocabulary_size, unknown_, settings_.xlm_roberta_ids, settings_.joiner_is_blank};
    all.name_bytes = static_cast<std::uint32_t>(name_.size());
    all.ids_before = static_cast<std::uint32_t>(frame.before.size());
    all.ids_after = static_cast<std::uint32_t>(frame.after.size());
    out.put(std::span<const KeptSettings>(&all, 1));
    out.put(std::span<const char>(name_));
    out.put(std::span<const std::int32_t>(frame.before));
    out.put(std::span<const std::int32_t>(frame.after));
  }

  std::string name() const override { return name_; }
  std::size_t vocabulary_size() const override { return settings_.vocabulary_size; }
  std::optional<std::int32_t> unknown_id() const override { return settings_.xlm_roberta_ids ? 3 : unknown_; }
  std::size_t count(std::string_view text) const override { return pieces_of(text).size(); }

  Tokens encode(std::string_view text, std::size_t max_tokens) const override {
    return settings_.frame.around(ids_of(text), max_tokens);
  }
  TokenPair encode_pair(std::string_view first, std::string_view second, std::size_t max_tokens) const override {
    if (!settings_.frame.pair) return Tokenizer::encode_pair(first, second, max_tokens);
    return settings_.frame.pair->around(ids_of(first), ids_of(second), max_tokens);
  }

 private:
  std::vector<std::int32_t> ids_of(std::string_view text) const {
    std::vector<std::int32_t> ids = pieces_of(text);
    if (settings_.xlm_roberta_ids)
      for (std::int32_t& id : ids) id = id == unknown_ ? 3 : id + 1;
    return ids;
  }

  std::vector<std::int32_t> pieces_of(std::string_view text) const {
    if (text.size() > kMaxText)
      throw Error(ErrorKind::Usage, "a text of " + std::to_string(text.size()) + " bytes, at most 1 GiB can be cut into tokens; split it");
    const bool has_joiner = settings_.joiner_is_blank && text.find(kJoiner) != std::string_view::npos;
    if (!has_joiner && !find_invalid_utf8(text)) return cutter_.cut(text);
    std::string mended = replace_invalid_utf8(text);
    return cutter_.cut(has_joiner ? joiners_to_blanks(std::move(mended)) : mended);
  }

  SentencePieceSettings settings_;
  std::string name_;
  PreparedFile kept_;  // what the cutter points into, if it was read
  Cutter cutter_;
  std::int32_t unknown_ = 0;
};

}  // namespace

std::string kind_of(PieceModel model) {
  constexpr std::array kNames{"unigram", "bpe", "word", "char"};
  return kNames[static_cast<std::size_t>(model) - 1];
}

std::unique_ptr<Tokenizer> make_sentencepiece_tokenizer(const SentencePieceModel& model, const SentencePieceSettings& settings,
                                                        const std::string& name, const std::filesystem::path& file, PreparedFile* kept) {
  if (!UnigramCutter::can_serve(model) || settings.always_use_library)
    return std::make_unique<SentencePieceTokenizer<LibraryCutter>>(model, settings, name, file);
  auto tokenizer = std::make_unique<SentencePieceTokenizer<UnigramCutter>>(model, settings, name, file);
  if (kept) {
    PreparedWriter out;
    tokenizer->write(out);
    kept->keep({out.bytes().data(), out.bytes().size()});
  }
  return tokenizer;
}

std::unique_ptr<Tokenizer> find_kept_tokenizer(PreparedFile& kept) {
  if (!kept.found()) return nullptr;
  PreparedReader in(kept.body());
  auto tokenizer = std::make_unique<SentencePieceTokenizer<UnigramCutter>>(in, std::move(kept));
  return in.at_end() ? std::move(tokenizer) : nullptr;
}

}  // namespace rag
