// A draft that a language model wrote, over passages that are fixed.
#include "fuzz.h"
#include "generate/citation_check.h"

FUZZ(bytes) {
  static const std::vector<rag::Passage> passages = [] {
    std::vector<rag::Passage> made(2);
    made[0].chunk.text = "Spouses get 20 days of leave after a birth. 배우자 출산휴가는 20일이다.";
    made[1].chunk.text = "Hotels cost at most 150 EUR a night.";
    made[0].chunk.document_id = "a";
    made[1].chunk.document_id = "b";
    for (rag::Passage& passage : made) passage.chunk.span = {0, passage.chunk.text.size()};
    return made;
  }();
  const rag::Answer answer = rag::check_citations(std::string(bytes), passages, "How many days of leave?");
  for (const rag::Citation& citation : answer.citations) {
    rag::fuzz::require(citation.answer_span.end <= answer.text.size());
    const rag::Passage& passage = citation.document_id == "a" ? passages[0] : passages[1];
    rag::fuzz::require(citation.source_span.end <= passage.chunk.text.size());
    rag::fuzz::require(passage.chunk.text.substr(citation.source_span.begin, citation.source_span.end - citation.source_span.begin) == citation.quote);
  }
}
