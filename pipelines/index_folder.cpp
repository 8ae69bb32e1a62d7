#include "pipelines/index_folder.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <exception>
#include <iostream>
#include <iterator>
#include <optional>
#include <set>
#include <utility>

#include "core/error.h"
#include "core/interrupt.h"
#include "core/parallel.h"
#include "pipelines/bounded_queue.h"
#include "pipelines/chunk_batch.h"
#include "pipelines/document_sink.h"
#include "pipelines/known_vectors.h"
#include "pipelines/reading_progress.h"
#include "pipelines/source_access.h"
#include "pipelines/source_plan.h"
#include "pipelines/source_reader.h"
#include "pipelines/stages.h"
#include "pipelines/work_in_order.h"

namespace rag {
namespace {

constexpr std::size_t kQueueBytes = std::size_t{32} << 20;
constexpr std::size_t kLargeTextsUnderWay = std::size_t{32} << 20;  // one of the largest documents that are read by default
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

// About as many bytes as it takes: of small files, or of those that moved, what is not text is most of it.
std::size_t weight_of(const IngestEvent& event) {
  constexpr std::size_t kEach = sizeof(IngestEvent) + 512;  // names, hashes, metadata
  const auto* put = std::get_if<PutDocument>(&event);
  return kEach + (put ? put->document.text.size() : 0);
}

struct Work {
  SourceScope scope;
  SourcePlan plan;
  std::optional<SourceSettings> settings;
};

std::optional<SourceSettings> settings_of(const std::vector<SourceSettings>& all, const std::string& source) {
  for (const SourceSettings& settings : all)
    if (settings.source == source) return settings;
  return std::nullopt;
}

FolderWalkOptions walk_of(const FolderWalkOptions& given, const std::optional<SourceSettings>& settings, const std::filesystem::path& index) {
  FolderWalkOptions walk = given;
  walk.index = index;
  if (!settings) return walk;
  walk.include = settings->include;
  walk.exclude.insert(walk.exclude.end(), settings->exclude.begin(), settings->exclude.end());
  walk.include_hidden |= settings->hidden;
  walk.use_ignore_files &= settings->ignore_files;
  return walk;
}

// Each file is read once: a path that was given twice, or lies in another one that becomes a source with it, is left out.
std::vector<std::filesystem::path> each_once(const std::vector<std::filesystem::path>& paths, const std::vector<std::string>& sources) {
  std::vector<std::string> new_sources;
  for (const std::filesystem::path& path : paths) {
    const std::string source = scope_of(path, sources).source;
    if (std::ranges::find(sources, source) != sources.end()) continue;
    refuse_overlap(source, sources);
    new_sources.push_back(source);
  }
  std::vector<std::filesystem::path> once;
  std::set<std::string> met;
  for (const std::filesystem::path& path : paths) {
    const SourceScope scope = scope_of(path, sources);
    const bool is_read_with_another = scope.prefix.empty() && !scope_of(path, new_sources).prefix.empty();
    if (!is_read_with_another && met.insert(scope.source + '\n' + scope.prefix).second) once.push_back(path);
  }
  return once;
}

Work plan_work(const std::filesystem::path& path, const IndexReader& index, const std::filesystem::path& index_directory, const IndexFolderOptions& options) {
  Work work{.scope = scope_of(path, index.sources())};
  work.settings = settings_of(index.source_settings(), work.scope.source);
  if (work.settings) work.scope.rules = SourceRules(*work.settings);
  const bool redescribe = work.settings && work.settings->applied != work.scope.rules.name();
  work.plan = plan_source(work.scope, &index,
                          {.reread = options.reread, .listens = options.speech.on, .redescribe = redescribe, .walk = walk_of(options.walk, work.settings, options.index),
                           .folder = index_directory});
  return work;
}

// Why the stages stopped before their time.
std::string reason_of(const std::exception_ptr& failure) {
  if (!failure) return "interrupted";
  try {
    std::rethrow_exception(failure);
  } catch (const Error& error) {
    return error.kind() == ErrorKind::Interrupted ? "interrupted" : error.what();
  } catch (const std::exception& trouble) {
    return trouble.what();
  }
}

// True where an earlier run said the same of all of them.
bool are_known(const ReasonList& skipped, const IndexReader& index, const std::string& source) {
  for (ReasonList::Cursor reasons(skipped); const auto skip = reasons.next();) {
    const auto before = known_file(&index, source, skip->uri);
    if (!before || !is_told(*before, skip->reason)) return false;
  }
  return true;
}

// Nothing to do that an earlier run has not done.
bool is_idle(const Work& work, const IndexReader& index) {
  const SourcePlan& plan = work.plan;
  return !plan.redescribe && !plan.reread && plan.to_read.empty() && plan.moved.empty() && plan.gone.empty() &&
         are_known(plan.skipped, index, work.scope.source) && are_known(plan.unseen, index, work.scope.source);
}

// What is new is stored without a look at what there was.
bool changes_what_is_known(const Work& work) {
  const SourcePlan& plan = work.plan;
  return plan.redescribe || plan.to_read.read_before() > 0 || !plan.moved.empty() || !plan.gone.empty() || !plan.hidden.empty() || !plan.skipped.empty() || !plan.unseen.empty();
}

bool finds_nothing(const SourcePlan& plan) { return plan.unchanged.files == 0 && plan.to_read.empty() && plan.moved.empty() && plan.skipped.empty() && plan.unseen.empty(); }

void ask_before_large_removals(const SourceReader& reader, std::vector<Work>& works, const IndexFolderOptions& options, IndexFolderReport& report) {
  std::erase_if(works, [&](const Work& work) {
    const RemovalQuestion question = reader.removal_question(work.scope, work.plan);
    if (may_remove(question, options)) return false;
    const std::string refusal = question.source + ": " + std::to_string(question.gone) + " of " + std::to_string(question.known) +
                                " documents are gone from there; nothing was changed; pass --delete to remove them";
    if (!options.pass_over_refused) throw Error(ErrorKind::Usage, refusal);
    report.refused.push_back(refusal);
    return true;
  });
}

// Every document of a source carries its settings now.
void remember_applied(IndexWriter& writer, const std::vector<Work>& works) {
  for (const Work& work : works) {
    if (!work.settings || !work.scope.prefix.empty() || work.settings->applied == work.scope.rules.name()) continue;
    SourceSettings settings = *work.settings;
    settings.applied = work.scope.rules.name();
    writer.put_source_settings(settings);
  }
}

RunEntry entry_of(const IndexFolderReport& report, const std::string& outcome, std::size_t files_with_loss) {
  return {.id = report.run,
          .outcome = outcome,
          .milliseconds = static_cast<std::int64_t>(report.seconds * 1000),
          .counts = {.added = report.added,
                     .changed = report.changed,
                     .unchanged = report.unchanged,
                     .moved = report.moved,
                     .removed = report.removed,
                     .skipped = report.skipped.size(),
                     .read_with_loss = files_with_loss,
                     .cut_tokens = report.cut_tokens,
                     .chunks_embedded = report.chunks_embedded}};
}

// One thread cuts faster than a processor embeds; a GPU wants all of them.
void cut_into_batches(BoundedQueue<IngestEvent>& read, const Chunker& chunker, const Embedder& embedder, BoundedQueue<ChunkBatch>& cut) {
  ChunkBatcher batcher(embedder);
  const auto threads = [&] { return embedder.batching().callers > 1 ? threads_or_all(0) : 1; };
  const auto cut_one = [&](IngestEvent event) {
    throw_if_interrupted();
    return cut_event(std::move(event), chunker);
  };
  bool wanted = true;
  work_in_order(read, threads, cut_one, [&](CutEvent event) { return wanted = !batcher.take(std::move(event)) || cut.push(batcher.release(), 1); });
  if (wanted) cut.push(batcher.release(), 1);
}

void embed_batches(BoundedQueue<ChunkBatch>& cut, const Embedder& embedder, KnownVectors& known, BoundedQueue<ChunkBatch>& embedded) {
  const auto embed = [&](ChunkBatch batch) {
    throw_if_interrupted();
    embed_batch(batch, embedder, known);
    return batch;
  };
  work_in_order(cut, [&] { return embedder.batching().callers; }, embed, [&](ChunkBatch batch) { return embedded.push(std::move(batch), 1); });
}

}  // namespace

bool changed_something(const IndexFolderReport& report) {
  return report.added + report.changed + report.moved + report.removed > 0 || !report.warnings.empty() ||
         report.skipped.fresh() > 0;
}

bool lost_something(const IndexFolderReport& report) {
  return !report.skipped.empty() || !report.warnings.empty() || !report.refused.empty() || report.cut_tokens + report.earlier_losses > 0;
}

bool may_remove(const RemovalQuestion& question, const IndexFolderOptions& options) {
  if (static_cast<double>(question.gone) <= kLargeRemoval * static_cast<double>(question.known) || options.allow_delete) return true;
  return options.confirm_removal && options.confirm_removal(question);
}

std::string chunker_name(const IndexFolderOptions& options, const Embedder& embedder) { return make_chunker(options, embedder)->name(); }

void adopt_chunker(const std::string& name, IndexFolderOptions& options) {
  options.one_chunk = name.starts_with("one-chunk");
  std::size_t max_tokens = 0, overlap_tokens = 0;
  if (std::sscanf(name.c_str(), "structure-%*u/%zu/%zu", &max_tokens, &overlap_tokens) != 2) return;
  options.chunk.max_tokens = max_tokens;
  options.chunk.overlap_tokens = overlap_tokens;
}

FolderWalkOptions walk_options(const IndexReader& index, const std::filesystem::path& path, const IndexFolderOptions& options) {
  const SourceScope scope = scope_of(path, index.sources());
  FolderWalkOptions walk = walk_of(options.walk, settings_of(index.source_settings(), scope.source), options.index);
  if (!scope.prefix.empty()) walk.exclude.clear();  // these begin at the source, which lies above
  return walk;
}

IndexFolderReport index_paths(IndexWriter& writer, const std::filesystem::path& index_directory, const Embedder& embedder,
                              const std::vector<std::filesystem::path>& paths, const IndexFolderOptions& options, Progress& progress) {
  const auto start = std::chrono::steady_clock::now();
  IndexFolderReport report{.skipped = ReasonList(index_directory), .warnings = ReasonList(index_directory)};
  auto index = open_index_reader(index_directory);
  std::vector<Work> works;
  IndexFolderOptions how = options;
  if (how.index.empty()) how.index = index_directory;
  std::vector<std::filesystem::path> given = paths;
  const bool standard_input = std::erase(given, "-") > 0;
  for (const std::filesystem::path& path : each_once(given, index->sources())) {
    works.push_back(plan_work(path, *index, index_directory, how));
    if (finds_nothing(works.back().plan)) report.empty_paths.push_back(path.string());
  }
  if (!options.enter_idle_runs && !standard_input && std::all_of(works.begin(), works.end(), [&](const Work& work) { return is_idle(work, *index); })) {
    report.generation = index->generation();
    return report;
  }

  // Where everything that comes in is new, as in a first run and one that goes on with it, the index is not asked again: while it is looked at as it is
  // now, SQLite's log grows with all that is stored.
  const std::uint64_t generation = index->generation();
  if (generation == 0 || (!standard_input && std::none_of(works.begin(), works.end(), changes_what_is_known))) index.reset();

  // Reading, cutting and embedding overlap with storing, which this thread does.
  const auto chunker = make_chunker(options, embedder);
  TextsUnderWay large(kLargeTextsUnderWay);  // before the queues, whose documents hold room in it
  BoundedQueue<IngestEvent> read(kQueueBytes);
  BoundedQueue<ChunkBatch> cut(kWaitingBatches), embedded(kWaitingBatches);
  ReadingProgress reading(progress);
  SpeechOptions speech = options.speech;
  speech.on_progress = [&reading](const std::string& uri, double heard, double of) { reading.hear(uri, heard, of); };
  ParseLimits limits = options.limits;
  limits.on_page = [&reading](const std::string& uri, std::size_t page) { reading.see(uri, page); };
  const auto sandbox = listen_to_recordings(start_parser_sandbox(limits), std::move(speech));
  SourceReader reader(index.get(), *sandbox, report, [&read, &large](IngestEvent event) {
    if (auto* put = std::get_if<PutDocument>(&event)) put->room = large.enter(put->document.text.size());
    const std::size_t weight = weight_of(event);
    return read.push(std::move(event), weight);
  }, {.threads = options.limits.processes});
  ask_before_large_removals(reader, works, options, report);

  KnownVectors known(index_directory, embedder);
  known.committed(generation);
  report.run = writer.begin_run(options.command);
  DocumentSink sink(writer, known, report.run, index_directory);
  const auto end_run = [&](const std::string& outcome) {
    report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    report.chunks_embedded = sink.chunks_embedded();
    report.chunks_known = sink.chunks_known();
    report.cut_tokens = sink.cut_tokens();
    writer.end_run(entry_of(report, outcome, sink.files_with_loss()));
    report.generation = sink.finish();  // what is embedded is kept, whatever happened
  };
  for (const Work& work : works) {
    writer.add_source(work.scope.source);
    if (work.plan.redescribe && index) bring_access(*work.settings, *index, writer);  // also to what cannot be read now
  }
  if (standard_input) writer.add_source(kStandardInput);
  Stages stages;
  stages.start(
      [&] {
        for (const Work& work : works) reader.read(work.scope, work.plan, reading);
        if (!standard_input) return;
        const std::string bytes{std::istreambuf_iterator<char>(std::cin), {}};
        reader.read_text(kStandardInput, kStandardInput, bytes);
      },
      [&] { read.close(); });
  stages.start([&] { cut_into_batches(read, *chunker, embedder, cut); }, [&] { large.close(), read.close(), cut.close(); });
  stages.start([&] { embed_batches(cut, embedder, known, embedded); }, [&] { large.close(), cut.close(), embedded.close(); });
  try {
    while (auto batch = embedded.pop()) sink.take(std::move(*batch));
  } catch (const std::exception& trouble) {
    large.close();
    embedded.close();
    stages.join();
    try {
      end_run(trouble.what());
    } catch (const Error&) {  // the first trouble is the one to tell
    }
    throw;
  }
  const std::exception_ptr failure = stages.join();
  if (failure || interrupted()) {
    end_run(reason_of(failure));
    if (failure) std::rethrow_exception(failure);
    throw_if_interrupted();
  }
  remember_applied(writer, works);
  for (ReasonList::Cursor losses(sink.losses()); const auto document = losses.next();) report.warnings.add(*document);
  for (ReasonList::Cursor skipped(sink.skipped()); const auto file = skipped.next();) report.skipped.add(*file);
  report.added -= std::min(report.added, sink.refused());
  end_run("done");
  return report;
}

}  // namespace rag
