#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "models/prepared_file.h"
#include "models/sentencepiece_model.h"
#include "models/tokenizer.h"
#include "models/tokenizer_frame.h"
#include "models/unigram_cutter.h"

namespace rag {

struct SentencePieceSettings {
  TokenizerFrame frame;

  // XLM-RoBERTa's ids are not its file's: <s> 0, <pad> 1, </s> 2, <unk> 3, every other piece one more than in the file, <mask> last.
  bool xlm_roberta_ids = false;

  // Zero-width joiners become blanks first.  The nmt_nfkc map that multilingual models were trained with does so; newer copies of it do
  // not.
  bool joiner_is_blank = false;

  ScoreSums sums = ScoreSums::Mixed;  // of our own cutter; the library does as its version does

  std::size_t vocabulary_size = 0;  // 0: as many as there are pieces

  // Let the library cut what our own UnigramCutter could; slower to open, for comparing the two.
  bool always_use_library = false;
};

// Cuts text by a checked sentencepiece model.  Throws Error(Backend), naming `file`, where the library refuses it.
// `kept`: where a tokenizer of our own cutting is kept for the next process, or null.
std::unique_ptr<Tokenizer> make_sentencepiece_tokenizer(const SentencePieceModel& model, const SentencePieceSettings& settings,
                                                        const std::string& name, const std::filesystem::path& file,
                                                        PreparedFile* kept = nullptr);

// The tokenizer that was kept there; null where none is found, and then `kept` is as it was.
std::unique_ptr<Tokenizer> find_kept_tokenizer(PreparedFile& kept);

// sentencepiece.model of a Hugging Face directory, with the settings its tokenizer_config.json and config.json imply.
//
// `cache`: the folder where it is kept for the next process, which then needs a tenth of the time (docs/formats/prepared_tokenizer.md);
// empty: nowhere.  What is kept serves only while each of the directory's files is as it was.
std::unique_ptr<Tokenizer> open_sentencepiece(const std::filesystem::path& model_directory, const std::filesystem::path& file,
                                              const std::filesystem::path& cache = {});

// A file of sentencepiece under one of its usual names; empty where there is none.
std::filesystem::path find_sentencepiece_file(const std::filesystem::path& model_directory);

// Some classes number their pieces in ways of their own; their directories are read by their tokenizer.json, which lists the ids.
bool has_foreign_ids(const std::string& tokenizer_class);

std::string kind_of(PieceModel model);  // "unigram", "bpe", "word", "char"

}  // namespace rag
