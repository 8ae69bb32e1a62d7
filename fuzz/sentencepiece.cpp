// A stranger's sentencepiece model: one that passes our checks can be given to the library, and cuts texts into ids that it has.
#include <string>

#include "fuzz.h"
#include "models/sentencepiece_model.h"
#include "models/sentencepiece_tokenizer.h"

FUZZ(bytes) {
  const std::string kept(bytes);
  const rag::SentencePieceModel model = rag::read_sentencepiece_model(kept, "a.model");
  const std::string written = rag::write_sentencepiece_model(model);
  rag::fuzz::require(rag::read_sentencepiece_model(written, "a.model").pieces.size() == model.pieces.size());
  for (const bool by_library : {false, true}) {
    rag::SentencePieceSettings settings;
    settings.always_use_library = by_library;
    settings.xlm_roberta_ids = bytes.size() % 2 == 0;
    settings.joiner_is_blank = bytes.size() % 3 == 0;
    const auto tokenizer = rag::make_sentencepiece_tokenizer(model, settings, "a", "a.model");
    for (const std::string_view text : {"", "words  of a text", "강은 흐른다.\xE2\x80\x8D", "\xFF\xC3 e\xCC\x81"})
      for (const std::int32_t id : tokenizer->encode(text, 0).ids) rag::fuzz::require(id >= 0 && static_cast<std::size_t>(id) < tokenizer->vocabulary_size());
  }
}
