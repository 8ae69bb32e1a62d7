// Questions with their gold, gold alone and answers to be measured, all of them JSON Lines of somebody's program.
#include "fuzz.h"
#include "generate/eval/given_answer.h"
#include "generate/eval/gold_question.h"
#include "in_memory.h"
#include "retrieve/eval/gold.h"

FUZZ(bytes) {
  const rag::fuzz::MemoryFile file(bytes);
  rag::fuzz::attempt([&] { rag::read_gold_questions(file.path()); });
  rag::fuzz::attempt([&] { rag::gold_in_questions(file.path()); });
  rag::fuzz::attempt([&] {
    std::string lines;
    for (const rag::GoldItem& item : rag::read_gold(file.path())) lines += rag::gold_line(item);
    const rag::fuzz::MemoryFile again(lines);
    std::string same;
    for (const rag::GoldItem& item : rag::read_gold(again.path())) same += rag::gold_line(item);
    rag::fuzz::require(same == lines);
  });
  rag::fuzz::attempt([&] {
    const auto answers = rag::read_given_answers(file.path());
    for (const auto& [id, answer] : answers)
      for (const rag::GivenCitation& citation : answer.citations) rag::fuzz::require(!citation.answer_span || citation.answer_span->end <= answer.text.size());
    const rag::fuzz::MemoryFile again(rag::given_answers_jsonl(answers));
    if (!answers.empty()) rag::fuzz::require(rag::given_answers_jsonl(rag::read_given_answers(again.path())) == rag::given_answers_jsonl(answers));
  });
}
