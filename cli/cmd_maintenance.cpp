#include <fmt/format.h>

#include <algorithm>
#include <iostream>

#include "cli/options.h"
#include "cli/terminal.h"
#include "cli/vector_lists.h"
#include "core/error.h"
#include "core/listing.h"
#include "core/text.h"
#include "index/index_reader.h"
#include "index/index_writer.h"
#include "index/maintenance.h"
#include "pipelines/json_output.h"
#include "models/passage_text.h"
#include "pipelines/open_model.h"

// verify, repair and compact: the index as bytes on a disk.
namespace rag::cli {

int run_verify(const Globals& globals, const std::vector<std::string>& arguments) {
  po::options_description options("Options");
  add_index_option(options);
  options.add_options()("deep", po::bool_switch(), "also compare every chunk with its document, and postings with texts");
  add_format_options(options, "text or json");
  const auto values = parse_options("verify", "verify [--deep] [OPTIONS]", options, {}, arguments,
                                    "Changes nothing.  Exit code 4: damage was found; 'rag repair' mends it, unless the line says otherwise.\n");
  const bool json = output_format(values, {"text", "json"}) == "json";
  const auto directory = existing_index(index_option(values, globals), globals.config);
  const auto progress = make_progress_bar();
  const auto findings = verify_index(directory, values["deep"].as<bool>(), *progress);
  progress->update("", 1, 1);
  if (json) {
    std::cout << fmt::format("{{\"schema_version\":{},\"sound\":{},\"findings\":[", kSchemaVersion, findings.empty());
    for (std::size_t i = 0; i < findings.size(); ++i)
      std::cout << fmt::format("{}{{\"where\":{},\"what\":{},\"repairable\":{}}}", i ? "," : "", json_string(findings[i].where),
                               json_string(findings[i].what), findings[i].repairable);
    std::cout << "]}\n";
  } else if (findings.empty()) {
    std::cout << escape_for_terminal(directory.string()) << ": " << tr("sound", "이상 없음") << '\n';
  } else {
    for (const VerifyFinding& finding : findings) std::cout << escape_for_terminal(finding.where + ": " + finding.what) << '\n';
    const bool mendable = std::any_of(findings.begin(), findings.end(), [](const VerifyFinding& finding) { return finding.repairable; });
    std::cerr << counted(findings.size(), "finding") << (mendable ? "; run 'rag repair'\n" : "; 'rag repair' cannot mend it\n");
  }
  return findings.empty() ? 0 : exit_code(ErrorKind::Corrupt);
}

int run_repair(const Globals& globals, const std::vector<std::string>& arguments) {
  po::options_description options("Options");
  add_index_option(options);
  add_model_options(options);
  const auto values = parse_options(
      "repair", "repair [OPTIONS]", options, {}, arguments,
      "Rebuilds damaged segments from the stored texts (the encoder runs again for those) and removes stray files.\n"
      "A document whose own text is damaged is removed and named; the next 'rag index' reads its file again.  Exit code 4: something was lost.\n");
  const auto directory = existing_index(index_option(values, globals), globals.config);
  std::unique_ptr<Embedder> embedder;
  const EmbedChunks embed = [&](const std::vector<TitledChunk>& chunks) {
    if (!embedder)
      embedder = open_model_of_index(open_index_reader(directory)->settings(), directory.string(),
                                     values.count("model") ? values["model"].as<std::string>() : "",
                                     embedder_options(values, globals.config));
    std::vector<std::string> texts;
    for (const TitledChunk& it : chunks) texts.push_back(passage_text(it.title, it.chunk, *embedder));
    return embedder->embed(texts, TextKind::Passage).values;
  };
  const auto progress = make_progress_bar();
  const RepairReport report = repair_index(directory, embed, *progress);
  progress->update("", 1, 1);
  std::cerr << (user_reads_korean() ? fmt::format("세그먼트 {}개 복구, 청크 {}개 다시 임베딩, 남은 파일 {}개 삭제\n", report.segments_rebuilt,
                                                  report.chunks_embedded, report.files_removed)
                                    : fmt::format("{} rebuilt, {} embedded again, {} removed\n", counted(report.segments_rebuilt, "segment"),
                                                  counted(report.chunks_embedded, "chunk"), counted(report.files_removed, "stray file")));
  for (const std::string& loss : report.lost) std::cerr << "lost: " << escape_for_terminal(loss) << '\n';
  return report.lost.empty() ? 0 : exit_code(ErrorKind::Corrupt);
}

int run_compact(const Globals& globals, const std::vector<std::string>& arguments) {
  po::options_description options("Options");
  add_index_option(options);
  add_vector_lists_option(options);
  const auto values =
      parse_options("compact", "compact [OPTIONS]", options, {}, arguments,
                    "Searching never sees what was deleted; this gives its space back.  'rag index' does the like by itself where much was deleted.\n");
  const auto directory = existing_index(index_option(values, globals), globals.config);
  const VectorSearchOptions vectors = vector_search_options(values, globals.config);
  const bool changed = open_existing_index_writer(directory)->compact();
  make_vector_lists(directory, vectors);
  const IndexStatistics statistics = open_index_reader(directory)->statistics();
  const std::string chunks = user_reads_korean() ? fmt::format("청크 {}개", statistics.chunks) : counted(statistics.chunks, "chunk");
  std::cerr << fmt::format(fmt::runtime(tr("{}: {}, segments: {}, {}{}\n", "{}: {}, 세그먼트 {}개, {}{}\n")), directory.string(), chunks, statistics.segments,
                           human_bytes(statistics.bytes), changed ? "" : tr("; nothing to do", "; 할 일 없음"));
  return 0;
}

}  // namespace rag::cli
