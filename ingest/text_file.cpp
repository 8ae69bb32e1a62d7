#include "ingest/text_file.h"

#include <utility>

#include "core/error.h"
#include "core/text.h"
#include "ingest/charset.h"
#include "ingest/document_builder.h"

namespace rag {

std::string decode_file(std::string_view bytes, std::vector<std::string>& warnings, Metadata& metadata, const std::string& declared) {
  DecodedText decoded = decode_text(bytes, declared);
  if (!decoded.lossless()) {
    const std::string places = decoded.replaced == 1 ? "1 place" : std::to_string(decoded.replaced) + " places";
    warnings.push_back("invalid " + decoded.charset + " at byte " + std::to_string(decoded.first_bad_byte) + " (" + places +
                       "), replaced by U+FFFD");
  }
  if (decoded.charset != "UTF-8") metadata["charset"] = {decoded.charset};
  return std::move(decoded.text);
}

Document as_it_stands(std::string text, Metadata metadata) {
  if (!has_letter_or_digit(text)) throw Error(ErrorKind::Ingest, "no letter or digit in it");
  Document document;
  document.text = std::move(text);
  document.metadata = std::move(metadata);
  document.language = guess_language(document.text);
  return document;
}

}  // namespace rag
