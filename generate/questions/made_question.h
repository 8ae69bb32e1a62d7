#pragma once

#include <string>

#include "core/span.h"

namespace rag {

enum class QuestionKind { Definition, Abbreviation, Quantity, Time, Person, Place, Reason, Action, Content, Table, Model };
inline constexpr int kQuestionKinds = 11;

// "definition", "table" ...: as files name it.
const char* kind_name(QuestionKind kind);

// Whether each of several answers may be right: a term may be defined twice.
bool may_have_several_answers(QuestionKind kind);

// A question made of a document, with what answers it.
struct MadeQuestion {
  std::string text;
  std::string with_context;  // the same, naming the document or its part: for where `text` alone fits other documents as well; may be ""
  std::string answer;        // as the document says it, without markup
  QuestionKind kind = QuestionKind::Definition;
  std::string language;  // "en" or "ko"
  std::string document_id;
  Span span;  // the sentence or the row that answers it, bytes of the document's text
};

// A sentence, or a row of a table, that questions are made of.
struct QuestionSource {
  std::string text;             // white space collapsed, without list marks and emphasis; of a row its cells
  std::string place;            // how a question names its document, in quotation marks; "" where it has no name that a reader would know
  std::string part;             // the same with the part of the document; `place` where that has no name
  bool numbered = false;        // an item of a numbered list
  bool under_question = false;  // stands below a heading that is itself a question
};

// What a sentence can be asked for.  The answer stands in the sentence and not in the question.
struct QuestionDraft {
  std::string text;
  std::string answer;
  QuestionKind kind = QuestionKind::Definition;
  bool vague = false;  // says too little of what it is about: only to be asked with its context
};

}  // namespace rag
