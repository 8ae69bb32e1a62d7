#include "cli/vector_lists.h"

#include <fmt/format.h>

#include <chrono>
#include <iostream>

#include "cli/terminal.h"
#include "core/error.h"
#include "core/heap.h"
#include "core/listing.h"
#include "core/text.h"

namespace rag::cli {

void make_vector_lists(const std::filesystem::path& index, const VectorSearchOptions& options) {
  give_memory_back();  // of what reading took: lists take as much again, and a run that watches rests now
  const auto start = std::chrono::steady_clock::now();
  const auto progress = make_progress_bar();
  try {
    if (!update_vector_lists(index, options, *progress)) return;
  } catch (const Error& trouble) {
    progress->update("", 1, 1);
    if (trouble.kind() == ErrorKind::Interrupted) throw;
    std::cerr << escape_for_terminal(trouble.what())
              << tr("; no vector lists were made, so searching stays exact; the next run tries again\n", "; 벡터 목록을 만들지 못해 정확 검색을 씁니다. 다음 실행에서 다시 만듭니다\n");
    return;
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  std::cerr << fmt::format(fmt::runtime(tr("vectors in {} ({:.1f} s)\n", "벡터: {} ({:.1f}초)\n")), vector_lists_line(vector_lists_state(index)), seconds);
}

std::string vector_lists_line(const VectorListsState& state) {
  using Kind = VectorListsState::Kind;
  if (state.kind == Kind::None) return tr("exact search, no lists", "정확 검색, 목록 없음");
  if (state.kind != Kind::Sound)
    return fmt::format(fmt::runtime(tr("exact search; lists cannot be used ({}), 'rag index' or 'rag sync' makes them anew where they are wanted",
                                       "정확 검색. 목록을 쓸 수 없음({}). 필요하면 'rag index'나 'rag sync'가 다시 만듭니다")),
                       state.trouble);
  std::string line = fmt::format(fmt::runtime(tr("{} lists of {}, {}", "목록 {}개, 청크 {}, {}")), state.lists, user_reads_korean() ? fmt::format("{}개", state.chunks) : counted(state.chunks, "chunk"),
                                 human_bytes(state.bytes));
  if (state.newer > 0) line += fmt::format(fmt::runtime(tr("; {} newer ones are searched exactly", "; 그 뒤의 {}개는 정확 검색")), state.newer);
  return line;
}

}  // namespace rag::cli
