#include "pipelines/index_folder.h"

#include <chrono>
#include <exception>
#include <iostream>
#include <iterator>
#include <utility>

#include "core/error.h"
#include "core/interrupt.h"
#include "pipelines/bounded_queue.h"
#include "pipelines/chunk_batch.h"
#include "pipelines/document_sink.h"
#include "pipelines/listening_progress.h"
#include "pipelines/source_plan.h"
#include "pipelines/source_reader.h"
#include "pipelines/stages.h"

namespace rag {
namespace {

constexpr std::size_t kQueueBytes = std::size_t{32} << 20;
constexpr std::size_t kWaitingBatches = 2;  // between two stages
constexpr double kLargeRemoval = 0.2;
constexpr const char* kStandardInput = "stdin";

// Title, headings and special tokens stand before the text: room is left for them under the encoder's limit.
constexpr std::size_t kContextTokens = 72;

ChunkOptions fitted(ChunkOptions options, const Embedder& embedder) {
  const std::size_t limit = embedder.max_tokens();
  if (limit > 0 && options.max_tokens + kContextTokens > limit) options.max_tokens = limit > 2 * kContextTokens ? limit - kContextTokens : limit / 2;
  options.overlap_tokens = std::min(options.overlap_tokens, options.max_tokens / 3);
  return options;
}

std::unique_ptr<Chunker> make_chunker(const IndexFolderOptions& options, const Embedder& embedder) {
  TokenCounter count = [&tokenizer = embedder.tokenizer()](std::string_view text) { return tokenizer.count(text); };
  return options.one_chunk ? make_one_chunk_chunker(std::move(count)) : make_structure_chunker(fitted(options.chunk, embedder), std::move(count));
}

std::size_t weight_of(const IngestEvent& event) {
  const auto* put = std::get_if<PutDocument>(&event);
  return put ? put->document.text.size() + 256 : 256;
}

struct Work {
  SourceScope scope;
  SourcePlan plan;
};

bool finds_nothing(const SourcePlan& plan) { return plan.unchanged.empty() && plan.to_read.empty() && plan.moved.empty() && plan.skipped.empty(); }

void ask_before_large_removals(const SourceReader& reader, const std::vector<Work>& works, const IndexFolderOptions& options) {
  for (const Work& work : works) {
    const RemovalQuestion question = reader.removal_question(work.scope, work.plan);
    if (may_remove(question, options)) continue;
    throw Error(ErrorKind::Usage, question.source + ": " + std::to_string(question.gone) + " of " + std::to_string(question.known) +
                                      " documents are gone from there; nothing was changed; pass --delete to remove them");
  }
}

void cut_into_batches(BoundedQueue<IngestEvent>& read, const Chunker& chunker, BoundedQueue<ChunkBatch>& cut) {
  ChunkBatcher batcher(chunker);
  while (auto event = read.pop()) {
    throw_if_interrupted();
    if (batcher.take(std::move(*event)) && !cut.push(batcher.release(), 1)) return;
  }
  cut.push(batcher.release(), 1);
}

void embed_batches(BoundedQueue<ChunkBatch>& cut, const Embedder& embedder, BoundedQueue<ChunkBatch>& embedded) {
  while (auto batch = cut.pop()) {
    throw_if_interrupted();
    embed_batch(*batch, embedder);
    if (!embedded.push(std::move(*batch), 1)) return;
  }
}

}  // namespace

bool may_remove(const RemovalQuestion& question, const IndexFolderOptions& options) {
  if (static_cast<double>(question.gone) <= kLargeRemoval * static_cast<double>(question.known) || options.allow_delete) return true;
  return options.confirm_removal && options.confirm_removal(question);
}

std::string chunker_name(const IndexFolderOptions& options, const Embedder& embedder) { return make_chunker(options, embedder)->name(); }

IndexFolderReport index_paths(IndexWriter& writer, const std::filesystem::path& index_directory, const Embedder& embedder,
                              const std::vector<std::filesystem::path>& paths, const IndexFolderOptions& options, Progress& progress) {
  const auto start = std::chrono::steady_clock::now();
  IndexFolderReport report;
  const auto index = open_index_reader(index_directory);
  const std::vector<std::string> sources = index->sources();
  std::vector<Work> works;
  bool standard_input = false;
  for (const std::filesystem::path& path : paths) {
    if (path == "-") {
      standard_input = true;
      continue;
    }
    SourceScope scope = scope_of(path, sources);
    SourcePlan plan = plan_source(scope, index.get(), {.reread = options.reread, .listens = options.speech.on, .walk = options.walk});
    if (finds_nothing(plan)) report.empty_paths.push_back(path.string());
    works.push_back({std::move(scope), std::move(plan)});
  }

  // Reading, cutting and embedding overlap with storing, which this thread does.
  const auto chunker = make_chunker(options, embedder);
  BoundedQueue<IngestEvent> read(kQueueBytes);
  BoundedQueue<ChunkBatch> cut(kWaitingBatches), embedded(kWaitingBatches);
  ListeningProgress listening(progress);
  SpeechOptions speech = options.speech;
  speech.on_progress = [&listening](const std::string& uri, double heard, double of) { listening.hear(uri, heard, of); };
  const auto sandbox = listen_to_recordings(start_parser_sandbox(options.limits), std::move(speech));
  SourceReader reader(index.get(), *sandbox, report, [&read](IngestEvent event) {
    const std::size_t weight = weight_of(event);
    return read.push(std::move(event), weight);
  });
  ask_before_large_removals(reader, works, options);

  DocumentSink sink(writer);
  for (const Work& work : works) writer.add_source(work.scope.source);
  if (standard_input) writer.add_source(kStandardInput);
  Stages stages;
  stages.start(
      [&] {
        for (const Work& work : works) reader.read(work.scope, work.plan, listening);
        if (!standard_input) return;
        const std::string bytes{std::istreambuf_iterator<char>(std::cin), {}};
        reader.read_text(kStandardInput, kStandardInput, bytes);
      },
      [&] { read.close(); });
  stages.start([&] { cut_into_batches(read, *chunker, cut); }, [&] { read.close(), cut.close(); });
  stages.start([&] { embed_batches(cut, embedder, embedded); }, [&] { cut.close(), embedded.close(); });
  try {
    while (auto batch = embedded.pop()) sink.take(std::move(*batch));
  } catch (...) {
    embedded.close();
    stages.join();
    try {
      sink.finish();
    } catch (const Error&) {  // the first trouble is the one to tell
    }
    throw;
  }
  const std::exception_ptr failure = stages.join();
  report.generation = sink.finish();  // what is embedded is kept, whatever happened
  if (failure) std::rethrow_exception(failure);
  throw_if_interrupted();
  report.chunks_embedded = sink.chunks_embedded();
  report.cut_tokens = sink.cut_tokens();
  for (const auto& [uri, tokens] : sink.cut_documents())
    report.warnings.push_back({uri, std::to_string(tokens) + " tokens beyond the encoder's limit do not count for its vectors"});
  report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return report;
}

}  // namespace rag
