// Small readers of numbers, times and words: each is given the same.
#include <cmath>
#include <cstring>

#include "core/sentences.h"
#include "core/text.h"
#include "core/text_signature.h"
#include "core/time_mark.h"
#include "fuzz.h"
#include "ingest/calendar_names.h"
#include "ingest/decimal.h"
#include "ingest/delimited_rows.h"
#include "ingest/hangul_characters.h"
#include "ingest/list_number.h"
#include "ingest/utf16.h"
#include "ingest/xhtml.h"

FUZZ(bytes) {
  rag::fuzz::require(!rag::find_invalid_utf8(rag::utf16le_to_utf8(bytes)));
  double number = 0;
  std::memcpy(&number, bytes.data(), std::min(sizeof number, bytes.size()));
  if (std::isfinite(number) && number >= 0 && number < 1e300)
    for (const int decimals : {0, 2, 30}) rag::fuzz::require(!rag::fixed_decimal(number, decimals).empty());
  int count = 0;
  std::memcpy(&count, bytes.data(), std::min(sizeof count, bytes.size()));
  for (const char format : {'1', 'a', 'A', 'i', 'I'}) rag::fuzz::require(!rag::list_number(count, format).empty());
  rag::list_number(count, bytes.substr(0, 30));
  rag::calendar_names(bytes.substr(0, 20));
  rag::delimiter_of(bytes, ',');
  rag::read_delimited(bytes, ',');
  rag::close_empty_elements(bytes);
  rag::text_signature(bytes);
  if (rag::find_invalid_utf8(bytes)) return;
  std::size_t unknown = 0, end = 0;
  rag::fuzz::require(!rag::find_invalid_utf8(rag::map_private_characters(bytes, unknown)));
  rag::fuzz::require(rag::time_mark_size(bytes) <= bytes.size());
  rag::time_at(bytes, bytes.size() / 2);
  for (const rag::Span& sentence : rag::split_sentences(bytes)) {
    rag::fuzz::require(sentence.begin >= end && sentence.begin < sentence.end && sentence.end <= bytes.size());
    end = sentence.end;
  }
}
