// A stranger's tokenizer.json: read, it cuts texts into ids that it has.
#include <string>

#include "fuzz.h"
#include "in_memory.h"
#include "models/tokenizer.h"
#include "models/tokenizer_json.h"

FUZZ(bytes) {
  const rag::fuzz::MemoryFile file(bytes);
  const auto tokenizer = rag::open_tokenizer_json(file.path());
  const auto check = [&](std::int32_t id) { rag::fuzz::require(id >= 0 && static_cast<std::size_t>(id) < tokenizer->vocabulary_size()); };
  for (const std::string_view text : {"", "words  of a text", "강은 흐른다.", "\xFF\xC3 e\xCC\x81"})
    for (const std::size_t most : {0, 5}) {
      for (const std::int32_t id : tokenizer->encode(text, most).ids) check(id);
      try {
        for (const std::int32_t id : tokenizer->encode_pair(text, "words", most).ids) check(id);
      } catch (const rag::Error&) {  // made for single texts, or more special tokens than there is room
      }
    }
}
