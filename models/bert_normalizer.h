#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rag {

struct BertNormalizerOptions {
  bool clean_text = true;  // control characters go, every white space becomes a blank
  bool split_cjk = true;   // every Han character becomes a word
  bool lower_case = true;
  bool strip_accents = true;  // NFD, then non-spacing marks go
};

// BERT's normalisation of valid UTF-8, as Hugging Face's BertNormalizer does it character for character.
std::string bert_normalize(std::string_view text, const BertNormalizerOptions& options);

// BERT's words: split at white space, every punctuation character a word of its own.
std::vector<std::string_view> split_bert_words(std::string_view normalized);

}  // namespace rag
