// Lesson 3: passages become an answer, and every citation is checked.
//
// A generator may be a language model, and a language model may invent.  check_citations keeps of a draft only the sentences
// whose passages really say so: the passage exists, and the sentence's numbers and names occur in it.

#include <cstdio>
#include <string>
#include <vector>

#include "generate/citation_check.h"
#include "generate/generator.h"

namespace {

rag::Passage passage(const std::string& uri, const std::string& text) {
  rag::Passage passage;
  passage.uri = uri;
  passage.chunk.document_id = uri;
  passage.chunk.text = text;
  passage.chunk.span = {0, text.size()};
  return passage;
}

void print(const rag::Answer& answer) {
  std::printf("%s\n", answer.text.c_str());
  for (const rag::Citation& citation : answer.citations) std::printf("  [%d] %s: \"%s\"\n", citation.number, citation.uri.c_str(), citation.quote.c_str());
  std::printf("  dropped: %zu of %zu sentences\n", answer.usage.sentences_dropped, answer.usage.sentences);
}

}  // namespace

int main() {
  const std::vector<rag::Passage> passages = {
      passage("leave.md", "Employees have 25 days of annual leave a year. Unused days expire on 31 March."),
      passage("travel.md", "Hotels are paid up to 120 euros a night. Receipts are due within one month."),
  };
  const std::string question = "How many days of annual leave do employees have, and when do unused days expire?";

  // What a language model might have written: the second sentence is right, the third has a number from nowhere,
  // the fourth cites a passage that does not exist.
  const std::string draft =
      "Employees have 25 days of annual leave a year [1]. Unused days expire on 31 March [1]. "
      "Hotels are paid up to 250 euros a night [2]. The canteen is free [7].";
  const rag::Answer checked = rag::check_citations(draft, passages, question);
  print(checked);

  // And the generator that needs no language model: the documents' own sentences.
  const rag::Answer extracted = rag::make_extractive_generator()->answer(question, passages);
  print(extracted);
  return checked.usage.sentences_dropped == 2 && !extracted.abstained ? 0 : 1;
}
