#include "models/wordpiece_tokenizer.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

#include "core/error.h"
#include "core/text.h"
#include "models/tokenizer_config.h"

namespace rag {
namespace {

// Pieces by their text, found by a hash that grows byte by byte: one walk over a word gives the hash of each of its beginnings.
class PieceTable {
 public:
  static constexpr std::uint64_t kStart = 0xCBF29CE484222325;
  static std::uint64_t grow(std::uint64_t hash, char byte) { return (hash ^ static_cast<unsigned char>(byte)) * 0x100000001B3; }

  void build(const std::vector<std::pair<std::string_view, std::int32_t>>& entries) {
    std::size_t slots = 16;
    while (slots < entries.size() * 2) slots *= 2;
    slots_.assign(slots, {});
    reach_.assign(kStarts, kStartBytes - 1);
    for (const auto& [text, id] : entries) insert(text, id);
  }

  std::optional<std::int32_t> find(std::string_view text, std::uint64_t hash) const {
    for (std::size_t i = place(hash); slots_[i].id >= 0; i = (i + 1) & (slots_.size() - 1))
      if (slots_[i].hash == hash && slots_[i].text == text) return slots_[i].id;
    return std::nullopt;
  }

  // No piece that `text` begins with is longer; often the longest of those that share its first bytes.
  std::size_t reach(std::string_view text) const {
    return text.size() < kStartBytes ? text.size() : std::min<std::size_t>(text.size(), reach_[start(text)]);
  }

 private:
  struct Slot {
    std::uint64_t hash = 0;
    std::string_view text;
    std::int32_t id = -1;
  };

  static constexpr std::size_t kStartBytes = 4, kStarts = 4096;

  std::size_t place(std::uint64_t hash) const { return (hash ^ hash >> 29) & (slots_.size() - 1); }

  void insert(std::string_view text, std::int32_t id) {
    std::uint64_t hash = kStart;
    for (const char byte : text) hash = grow(hash, byte);
    std::size_t i = place(hash);
    while (slots_[i].id >= 0 && slots_[i].text != text) i = (i + 1) & (slots_.size() - 1);
    slots_[i] = {hash, text, id};  // of two equal lines the later one counts, as in a Python dictionary
    if (text.size() >= kStartBytes) reach_[start(text)] = std::max(reach_[start(text)], text.size());
  }

  static std::size_t start(std::string_view text) {
    std::uint32_t bytes = 0;
    std::memcpy(&bytes, text.data(), kStartBytes);
    return bytes * 0x9E3779B1U >> 20;
  }

  std::vector<Slot> slots_;
  std::vector<std::size_t> reach_;  // by start(): the longest piece that begins so
};

bool starts_character(std::string_view text, std::size_t at) {
  return at == text.size() || (static_cast<unsigned char>(text[at]) & 0xC0) != 0x80;
}

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

class WordPieceTokenizer : public Tokenizer {
 public:
  WordPieceTokenizer(WordPieceSettings settings, std::string name, const std::filesystem::path& file)
      : settings_(std::move(settings)), name_(std::move(name)) {
    std::vector<std::pair<std::string_view, std::int32_t>> first, further;
    first.reserve(settings_.pieces.size());
    further.reserve(settings_.pieces.size());
    const std::string& mark = settings_.continuation;
    for (std::size_t id = 0; id < settings_.pieces.size(); ++id) {
      const std::string_view piece = settings_.pieces[id];
      if (piece == settings_.unknown) unknown_ = static_cast<std::int32_t>(id);
      if (!mark.empty() && piece.starts_with(mark)) {
        if (piece.size() > mark.size()) further.emplace_back(piece.substr(mark.size()), static_cast<std::int32_t>(id));
      } else if (!piece.empty()) {
        first.emplace_back(piece, static_cast<std::int32_t>(id));
      }
    }
    if (unknown_ < 0)
      throw Error(ErrorKind::Backend,
                  file.string() + ": has no piece " + settings_.unknown + " for what is unknown; fetch the model again");
    first_.build(first);
    further_.build(mark.empty() ? first : further);
  }

  std::string name() const override { return name_; }
  std::size_t vocabulary_size() const override { return settings_.pieces.size(); }
  std::optional<std::int32_t> unknown_id() const override { return unknown_; }
  std::size_t count(std::string_view text) const override { return pieces_of(text).size(); }
  Tokens encode(std::string_view text, std::size_t max_tokens) const override {
    return settings_.frame.around(pieces_of(text), max_tokens);
  }
  TokenPair encode_pair(std::string_view first, std::string_view second, std::size_t max_tokens) const override {
    if (!settings_.frame.pair) return Tokenizer::encode_pair(first, second, max_tokens);
    return settings_.frame.pair->around(pieces_of(first), pieces_of(second), max_tokens);
  }

 private:
  std::vector<std::int32_t> pieces_of(std::string_view text) const {
    const std::string normalized = find_invalid_utf8(text) ? bert_normalize(replace_invalid_utf8(text), settings_.normalizer)
                                                           : bert_normalize(text, settings_.normalizer);
    std::vector<std::int32_t> ids;
    ids.reserve(normalized.size() / 4);
    std::vector<std::uint64_t> hashes;
    for (const std::string_view word : split_bert_words(normalized)) append_word(word, ids, hashes);
    return ids;
  }

  void append_word(std::string_view word, std::vector<std::int32_t>& ids, std::vector<std::uint64_t>& hashes) const {
    const std::size_t before = ids.size();
    if (word.size() <= settings_.max_chars_per_word || characters(word) <= settings_.max_chars_per_word) {
      while (!word.empty()) {
        const std::size_t length = append_longest(word, ids.size() == before ? first_ : further_, ids, hashes);
        if (length == 0) break;
        word.remove_prefix(length);
      }
      if (word.empty()) return;
    }
    ids.resize(before);
    ids.push_back(unknown_);
  }

  // Appends the longest piece `word` begins with and returns its length; 0 where there is none.
  static std::size_t append_longest(std::string_view word, const PieceTable& table, std::vector<std::int32_t>& ids,
                                    std::vector<std::uint64_t>& hashes) {
    const std::size_t reach = table.reach(word);
    hashes.clear();
    std::uint64_t hash = PieceTable::kStart;
    for (std::size_t i = 0; i < reach; ++i) hashes.push_back(hash = PieceTable::grow(hash, word[i]));
    for (std::size_t length = reach; length > 0; --length) {
      if (!starts_character(word, length)) continue;
      if (const auto id = table.find(word.substr(0, length), hashes[length - 1])) {
        ids.push_back(*id);
        return length;
      }
    }
    return 0;
  }

  WordPieceSettings settings_;
  std::string name_;
  PieceTable first_, further_;  // views into settings_.pieces
  std::int32_t unknown_ = -1;
};

std::int32_t id_of(const WordPieceSettings& settings, const std::string& piece, const std::filesystem::path& file) {
  const auto found = std::find(settings.pieces.begin(), settings.pieces.end(), piece);
  if (found == settings.pieces.end())
    throw Error(ErrorKind::Backend, file.string() + ": has no piece " + piece + ", which goes around every text; fetch the model again");
  return static_cast<std::int32_t>(found - settings.pieces.begin());
}

std::vector<std::string> lines_of(std::string_view bytes) {
  std::vector<std::string> lines;
  while (!bytes.empty()) {
    const std::size_t end = std::min(bytes.find('\n'), bytes.size());
    std::string_view line = bytes.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.emplace_back(line);
    bytes.remove_prefix(std::min(end + 1, bytes.size()));
  }
  return lines;
}

}  // namespace

std::unique_ptr<Tokenizer> make_wordpiece_tokenizer(WordPieceSettings settings, const std::string& name,
                                                    const std::filesystem::path& file) {
  return std::make_unique<WordPieceTokenizer>(std::move(settings), name, file);
}

std::string summary_of(const WordPieceSettings& settings) {
  const BertNormalizerOptions& options = settings.normalizer;
  std::string summary = settings.unknown + " " + settings.continuation + " " + std::to_string(settings.max_chars_per_word) + " ";
  for (const bool flag : {options.clean_text, options.split_cjk, options.lower_case, options.strip_accents}) summary += flag ? '1' : '0';
  for (const std::int32_t id : settings.frame.before) summary += " " + std::to_string(id);
  summary += " |";
  for (const std::int32_t id : settings.frame.after) summary += " " + std::to_string(id);
  return summary;
}

std::unique_ptr<Tokenizer> open_vocabulary_file(const std::filesystem::path& model_directory, const std::filesystem::path& file) {
  const TokenizerConfig config = read_tokenizer_config(model_directory);
  const std::string bytes = read_model_file(file);
  const auto role = [&](const char* name, const char* otherwise) {
    const auto found = config.roles.find(name);
    return found == config.roles.end() ? otherwise : found->second;
  };
  WordPieceSettings settings;
  settings.pieces = lines_of(bytes);
  settings.unknown = role("unk_token", "[UNK]");
  settings.normalizer.lower_case = config.do_lower_case.value_or(true);
  settings.normalizer.strip_accents = config.strip_accents.value_or(settings.normalizer.lower_case);
  settings.normalizer.split_cjk = config.tokenize_chinese_chars.value_or(true);
  settings.frame.before = {id_of(settings, role("cls_token", "[CLS]"), file)};
  settings.frame.after = {id_of(settings, role("sep_token", "[SEP]"), file)};
  settings.frame.pair = bert_pair(settings.frame.before[0], settings.frame.after[0]);
  const std::string name = tokenizer_name("wordpiece", bytes, summary_of(settings));
  return make_wordpiece_tokenizer(std::move(settings), name, file);
}

}  // namespace rag
