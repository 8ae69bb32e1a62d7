#include <fmt/format.h>

#include <iostream>

#include "cli/options.h"
#include "cli/terminal.h"
#include "cli/vector_lists.h"
#include "core/text.h"
#include "index/index_reader.h"
#include "pipelines/json_output.h"

namespace rag::cli {

int run_status(const Globals& globals, const std::vector<std::string>& arguments) {
  po::options_description options("Options");
  add_index_option(options);
  add_format_options(options, "text or json");
  const auto values = parse_options("status", "status [OPTIONS]", options, {}, arguments,
                                    "tokens cut: what the encoder's limit left unread.  Files without documents, and why: 'rag skipped'.\n");
  const bool json = output_format(values, {"text", "json"}) == "json";
  const auto index = open_index_reader(existing_index(index_option(values, globals), globals.config));
  const IndexSettings settings = index->settings();
  const IndexStatistics statistics = index->statistics();
  const VectorListsState lists = vector_lists_state(index->directory());
  if (json) {
    std::cout << status_json(index->directory().string(), settings, statistics, index->sources(), lists) << '\n';
    return 0;
  }
  const auto row = [](const char* english, const char* korean, const std::string& value) {
    std::cout << padded(tr(english, korean), 14) << escape_for_terminal(value) << '\n';
  };
  const std::string waiting =
      fmt::format(fmt::runtime(tr(" ({} deleted ones wait for 'rag compact')", " (지워진 {}개는 'rag compact'로 정리)")), statistics.deleted_chunks);
  row("index", "색인", index->directory().string());
  row("generation", "세대", std::to_string(statistics.generation));
  row("documents", "문서", std::to_string(statistics.documents));
  row("chunks", "청크", std::to_string(statistics.chunks) + (statistics.deleted_chunks > 0 ? waiting : ""));
  row("segments", "세그먼트", std::to_string(statistics.segments));
  row("on disk", "디스크", human_bytes(statistics.bytes));
  row("vectors", "벡터", vector_lists_line(lists));
  row("skipped files", "건너뛴 파일", fmt::format("{}{}", statistics.skipped_files, statistics.skipped_files > 0 ? "  ('rag skipped')" : ""));
  row("tokens cut", "잘린 토큰", std::to_string(statistics.cut_tokens));
  row("model", "모델", settings.model);
  row("embedder", "인코더", settings.embedder);
  row("chunker", "청크 분할", settings.chunker);
  row("analyzer", "텍스트 분석", settings.analyzer);
  for (const std::string& source : index->sources()) row("source", "원본", source);
  return 0;
}

}  // namespace rag::cli
