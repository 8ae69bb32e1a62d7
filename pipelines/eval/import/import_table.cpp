#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include "core/error.h"
#include "core/file.h"
#include "core/listing.h"
#include "core/text.h"
#include "ingest/delimited_rows.h"
#include "ingest/text_file.h"
#include "pipelines/eval/import/import.h"

namespace rag {
namespace {

struct Column {
  const char *is, *korean;
  std::vector<std::string> names;  // folded
};

const std::array<Column, 4>& columns() {
  static const std::array<Column, 4> kColumns = {{{"question", "질문", {"question", "query", "q", "질문", "질의", "문의", "물음"}},
                                                  {"answer", "답변", {"answer", "answers", "ground_truth", "reference", "a", "답변", "정답", "답", "응답"}},
                                                  {"source", "출처", {"source", "sources", "document", "documents", "doc", "file", "uri", "path", "출처", "문서", "파일", "근거"}},
                                                  {"id", "번호", {"id", "_id", "query-id", "query_id", "qid", "번호", "no"}}}};
  return kColumns;
}

// Which cell of a row is what; the first of several columns that would do.
std::array<std::optional<std::size_t>, 4> places_of(const DelimitedRow& header) {
  std::array<std::optional<std::size_t>, 4> places;
  for (std::size_t cell = 0; cell < header.size(); ++cell) {
    const std::string name = fold_case(trim(header[cell]));
    for (std::size_t i = 0; i < places.size(); ++i)
      if (!places[i] && std::ranges::find(columns()[i].names, name) != columns()[i].names.end()) places[i] = cell;
  }
  return places;
}

std::string listed(const DelimitedRow& cells) { return joined(cells, ", ", trim); }

std::vector<std::string> sources_in(std::string_view cell) {
  std::vector<std::string> sources;
  for (std::size_t begin = 0; begin <= cell.size();) {
    const std::size_t end = std::min(cell.find_first_of(";\n", begin), cell.size());
    if (const std::string_view source = trim(cell.substr(begin, end - begin)); !source.empty()) sources.emplace_back(source);
    begin = end + 1;
  }
  return sources;
}

}  // namespace

void import_table(const std::filesystem::path& file, CollectionWriter& out) {
  std::vector<std::string> warnings;
  Metadata ignored;
  std::string text;
  try {
    text = decode_file(read_file(file), warnings, ignored);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::Ingest) throw;
    throw Error(ErrorKind::Usage, file.string() + ": " + error.what());
  }
  for (const std::string& warning : warnings) out.note({"losses in decoding the table", "표의 문자를 풀다가 잃은 것"}, warning);
  const std::vector<DelimitedRow> rows = read_delimited(text, delimiter_of(text, file.extension() == ".tsv" ? '\t' : ','));
  const auto places = rows.empty() ? std::array<std::optional<std::size_t>, 4>{} : places_of(rows.front());
  if (!places[0])
    throw Error(ErrorKind::Usage, file.string() + ": no column named question or 질문" +
                                      (rows.empty() ? ", the table is empty" : "; found " + listed(rows.front())) +
                                      "; expected a header with question, answer, source (질문, 답변, 출처)");
  for (std::size_t i = 1; i < 3; ++i)
    if (!places[i]) out.note({std::string("columns missing: no ") + columns()[i].is, std::string("없는 열: ") + columns()[i].korean}, listed(rows.front()));
  std::map<std::string, std::string> asked;  // question -> id
  for (std::size_t row = 1; row < rows.size(); ++row) {
    const auto cell = [&](std::size_t column) -> std::string {
      return places[column] && *places[column] < rows[row].size() ? std::string(trim(rows[row][*places[column]])) : "";
    };
    const std::string number = std::to_string(row + 1), question = cell(0), answer = cell(1), given = cell(3);
    const Wording label{"row " + number, number + "번째 행"};
    std::string id = given.empty() ? "q" + std::to_string(row) : given;
    if (const auto before = asked.find(question); before != asked.end() && !question.empty()) {
      out.note({"rows ask a question again: joined with the first", "같은 질문을 다시 묻는 행: 처음 것에 합침"}, label);
      id = before->second;
    } else if (out.add_query(id, question)) {
      asked.emplace(question, id);
    } else {
      continue;
    }
    const std::vector<std::string> sources = sources_in(cell(2));
    for (const std::string& source : sources) out.judge(id, source, 1);
    if (!answer.empty()) out.answer(id, {answer});
    if (sources.empty() && answer.empty()) {
      out.answer(id, {});
      out.note({"questions with neither answer nor source: taken for unanswerable", "답도 출처도 없는 질문: 답할 수 없는 것으로 봄"}, label);
    } else if (sources.empty() && places[2]) {
      out.note({"questions without a source: no judgement", "출처가 없는 질문: 판정 없음"}, label);
    }
  }
}

}  // namespace rag
