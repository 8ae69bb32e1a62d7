// Any text, cut by small tokenizers of each kind: ids there are, never more than were asked for, and the same by our cutter as by the library.
#include <memory>
#include <string>
#include <vector>

#include "fuzz.h"
#include "models/sentencepiece_model.h"
#include "models/sentencepiece_tokenizer.h"
#include "models/wordpiece_tokenizer.h"

namespace {

rag::SentencePieceModel unigram() {
  using rag::PieceType;
  rag::SentencePieceModel model;
  model.pieces = {{"<unk>", 0, PieceType::Unknown}, {"<s>", 0, PieceType::Control}, {"</s>", 0, PieceType::Control}, {"\xE2\x96\x81", -2.5F, PieceType::Normal}, {"\xE2\x96\x81word", -3.25F, PieceType::Normal},
                  {"s", -4, PieceType::Normal}, {"or", -3.5F, PieceType::Normal}, {"강", -5, PieceType::Normal}, {"강은", -6.5F, PieceType::Normal}, {"##", -3, PieceType::Normal}};
  return model;
}

rag::WordPieceSettings words() {
  rag::WordPieceSettings settings;
  settings.pieces = {"[UNK]", "[CLS]", "[SEP]", "word", "##s", "w", "##o", "강", "##은", ".", "e"};
  settings.frame = {{1}, {2}, {}};
  return settings;
}

void check(const rag::Tokenizer& tokenizer, std::string_view text, std::size_t frame) {
  const rag::Tokens whole = tokenizer.encode(text);
  for (const std::int32_t id : whole.ids) rag::fuzz::require(id >= 0 && static_cast<std::size_t>(id) < tokenizer.vocabulary_size());
  rag::fuzz::require(whole.cut == 0 && whole.ids.size() == tokenizer.count(text) + frame);
  const rag::Tokens some = tokenizer.encode(text, 8);
  rag::fuzz::require(some.ids.size() <= 8 && some.ids.size() + some.cut == whole.ids.size());
}

}  // namespace

FUZZ(bytes) {
  static const auto ours = rag::make_sentencepiece_tokenizer(unigram(), {}, "a", "a.model");
  static const auto librarys = [] {
    rag::SentencePieceSettings settings;
    settings.always_use_library = true;
    return rag::make_sentencepiece_tokenizer(unigram(), settings, "a", "a.model");
  }();
  static const auto wordpiece = rag::make_wordpiece_tokenizer(words(), "a", "vocab.txt");
  rag::fuzz::require(ours->encode(bytes, 0).ids == librarys->encode(bytes, 0).ids);
  check(*ours, bytes, 0);
  check(*wordpiece, bytes, 2);
}
