#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "core/span.h"
#include "core/wording.h"
#include "index/index_reader.h"
#include "retrieve/eval/gold.h"

namespace rag {

// Bytes of a stored document's text.
struct GoldPlace {
  std::string document_id;
  Span span;
};

// A gold item as an index has it.
struct PlacedItem {
  std::string label;  // for people and files: "leave/faq.md", "leave/faq.md#p7", "leave/faq.md#120-180"
  int grade = 1;
  std::vector<GoldPlace> places;  // any of them will do; none: the index does not have it, so it cannot be found
};

struct PlacedGold {
  std::map<std::string, std::vector<PlacedItem>> items;  // query -> its items; every item of the file is there
  std::vector<Wording> not_stored;                   // items whose document is not there, one line each: which, and the document
  std::vector<Wording> problems;                     // other items without a place, one line each: which, why
  std::size_t moved = 0;        // spans found again by their quote, since the document or the way it is read has changed
  std::size_t approximate = 0;  // quotes that stand there only nearly so
  double least_similarity = 1;  // of those
  std::size_t least_line = 0;   // the line that is
  std::size_t ambiguous = 0;    // quotes that stand at several places: each counts
  std::size_t unchecked = 0;    // spans without a content hash and without a quote, taken as they are
};

// Where each item lies in the documents of an index.  A document is named by uri, else id, else content hash; one hash may name copies, and
// then each will do.  A span holds while its document has the content hash it was taken from and its quote, where it has one, stands there;
// else the quote is looked for.  A quote alone is looked for in the whole document, near `page` where one is told.
PlacedGold place_gold(const std::vector<GoldItem>& items, const IndexReader& index);

}  // namespace rag
