// How well and how fast vectors are found, exactly and through inverted lists.  bench/vectors.py makes the vectors and runs FAISS beside it.
//
//   bench_vectors BASE QUERIES DIMENSION FOLDER [--k N] [--probes N,N,...] [--build]
//
// BASE and QUERIES: floats in single precision, one vector behind the other.  FOLDER takes segments and lists (kept, for another look).
// --build: makes both and asks nothing.  Prints one line of JSON; times are of one query at a time, in this thread but for the exact search of much.
#include <algorithm>
#include <ctime>
#include <filesystem>
#include <sstream>

#include "bench_program.h"
#include "core/file.h"
#include "index/ivf_build.h"
#include "index/ivf_search.h"
#include "index/vector_segment.h"

namespace rag {
namespace {

using nlohmann::json;

constexpr std::size_t kRowsPerSegment = 65536;  // as many as merging makes

class Silence final : public Progress {
 public:
  void update(std::string_view, std::size_t, std::size_t) override {}
};

struct Settings {
  std::filesystem::path base, queries, folder;
  std::size_t dimension = 0;
  std::size_t k = 10;
  std::vector<std::size_t> probes = {0};
  bool build_only = false;
};

Settings settings_of(const std::vector<std::string>& arguments) {
  Settings settings;
  std::vector<std::string> named;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i] == "--k" && i + 1 < arguments.size()) {
      settings.k = std::stoul(arguments[++i]);
    } else if (arguments[i] == "--build") {
      settings.build_only = true;
    } else if (arguments[i] == "--probes" && i + 1 < arguments.size()) {
      settings.probes.clear();
      std::istringstream list(arguments[++i]);
      for (std::string number; std::getline(list, number, ',');) settings.probes.push_back(std::stoul(number));
    } else {
      named.push_back(arguments[i]);
    }
  }
  if (named.size() != 4) throw Error(ErrorKind::Usage, "expected BASE QUERIES DIMENSION FOLDER [--k N] [--probes N,N,...] [--build]");
  settings.base = named[0];
  settings.queries = named[1];
  settings.dimension = std::stoul(named[2]);
  settings.folder = named[3];
  return settings;
}

std::span<const float> floats_of(const MappedFile& file) { return {reinterpret_cast<const float*>(file.bytes().data()), file.bytes().size() / sizeof(float)}; }

std::vector<std::unique_ptr<VectorSegment>> segments_of(const Settings& settings) {
  std::vector<std::unique_ptr<VectorSegment>> segments;
  const MappedFile file(settings.base);
  const std::span<const float> rows = floats_of(file);
  const std::size_t count = rows.size() / settings.dimension;
  for (std::size_t begin = 0; begin < count; begin += kRowsPerSegment) {
    std::vector<ChunkId> ids;
    for (std::size_t row = begin; row < std::min(begin + kRowsPerSegment, count); ++row) ids.push_back({static_cast<std::int64_t>(row)});
    const std::filesystem::path path = settings.folder / (std::to_string(begin) + ".vec");
    if (!std::filesystem::exists(path)) {
      VectorSegmentWriter writer(path, begin / kRowsPerSegment + 1, settings.dimension, ids);
      writer.append(rows.subspan(begin * settings.dimension, ids.size() * settings.dimension));
      writer.finish();
    }
    segments.push_back(std::make_unique<VectorSegment>(MappedFile(path), path.string()));
  }
  return segments;
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

double share_found(const std::vector<Hit>& found, const std::vector<Hit>& exact) {
  std::size_t count = 0;
  for (const Hit& hit : exact) count += std::ranges::any_of(found, [&](const Hit& other) { return other.chunk == hit.chunk; });
  return exact.empty() ? 1 : static_cast<double>(count) / static_cast<double>(exact.size());
}

double processor_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

// Where questions are asked twice the second time counts: what a warm program takes.
json measure(const VectorIndex& index, std::span<const float> queries, const Settings& settings, const VectorSearchOptions& options, int rounds,
             std::vector<std::vector<Hit>>& results) {
  const std::size_t count = queries.size() / settings.dimension;
  results.assign(count, {});
  std::vector<double> times;
  for (int round = 0; round < rounds; ++round) {
    times.clear();
    for (std::size_t i = 0; i < count; ++i)
      times.push_back(bench::milliseconds_of([&] { results[i] = index.search(queries.subspan(i * settings.dimension, settings.dimension), settings.k, nullptr, options); }));
  }
  return {{"p50_ms", median(times)}};
}

void run(const std::vector<std::string>& arguments) {
  const Settings settings = settings_of(arguments);
  std::filesystem::create_directories(settings.folder);
  const auto segments = segments_of(settings);
  std::vector<const VectorSegment*> views;
  for (const auto& segment : segments) views.push_back(segment.get());
  const ChunkSet deleted;
  const std::filesystem::path path = settings.folder / "vectors.ivf";
  json out = {{"build_s", nullptr}};
  Silence silence;
  const double before = processor_seconds();
  if (!std::filesystem::exists(path)) out["build_s"] = bench::milliseconds_of([&] { build_ivf_file(path, views, deleted, settings.dimension, 1, silence); }) / 1000;
  out["build_cpu_s"] = processor_seconds() - before;
  if (settings.build_only) {
    std::cout << out << std::endl;
    return;
  }
  std::unique_ptr<const IvfFile> file;
  out["open_ms"] = bench::milliseconds_of([&] { file = std::make_unique<const IvfFile>(MappedFile(path), path.string()); });
  const std::size_t lists = file->lists();
  out["lists"] = lists;
  out["bytes"] = file->bytes();
  const auto index = make_ivf_index(views, &deleted, settings.dimension, std::move(file));

  const MappedFile query_file(settings.queries);
  std::vector<std::vector<Hit>> exact, found;
  out["exact"] = measure(*index, floats_of(query_file), settings, {.method = VectorMethod::Exact}, 1, exact);
  out["ivf"] = json::array();
  for (const std::size_t probes : settings.probes) {
    json row = measure(*index, floats_of(query_file), settings, {.method = VectorMethod::Ivf, .probes = probes}, 2, found);
    double recall = 0;
    for (std::size_t i = 0; i < found.size(); ++i) recall += share_found(found[i], exact[i]) / static_cast<double>(found.size());
    row["probes"] = probes > 0 ? probes : default_probes(lists, settings.k);
    row["default"] = probes == 0;
    row["recall"] = recall;
    out["ivf"].push_back(row);
  }
  std::cout << out << std::endl;
}

}  // namespace
}  // namespace rag

int main(int argc, char** argv) {
  return rag::bench::run_program("bench_vectors", [&] { rag::run({argv + 1, argv + argc}); });
}
