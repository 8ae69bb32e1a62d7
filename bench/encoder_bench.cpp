// How fast one encoder is: texts a second, one question's time, its tokenizer, loading, memory.  bench/encoder.py runs it beside its peers.
//
//   bench_encoder MODEL_DIRECTORY TEXTS [--precision fp32|bf16|int8] [--device cpu|cuda] [--threads N] [--max-tokens N] [--rounds N] [--question TEXT] [--vectors FILE]
//
// TEXTS: a JSON string a line.  Prints one JSON object.  --vectors writes each text's vector, a JSON list a line, in the order of TEXTS.
// A round embeds all texts, tokenising included; the rounds' median counts, and best_texts_per_s is the fastest, for machines that are not quiet.  The question is asked 200 times on its own,
// and again and again while a thread embeds all texts in one call (query_beside_batch): no call waits for another, they share the cores.
//
//   bench_encoder MODEL_DIRECTORY --tasks [--precision ...] [--threads N] [--question TEXT]
//
// Embeds the question, prints a line of JSON, then answers the tasks of standard input, a JSON object a line:
//   {"texts": FILE, "max_tokens": N, "vectors": FILE}     -> {"seconds": S}; another N than before opens the model anew, before the clock runs
//   {"question": TEXT, "times": N}                        -> {"p50_ms": M, "p95_ms": M}
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "bench/bench_program.h"
#include "core/error.h"
#include "core/gpu.h"
#include "models/embedder.h"

namespace {

using rag::bench::milliseconds_of;
using rag::bench::precision_of;
using rag::bench::read_texts;

struct Settings {
  std::string model;
  std::string texts;
  rag::EmbedderOptions encoder{.device = {rag::DeviceChoice::Kind::Cpu, std::nullopt}};
  std::size_t rounds = 3;
  std::string question = "what is the effect of vitamin d on bone density";
  std::string vectors;
  bool tasks = false;
};

double share(std::vector<double> times, double at) {
  std::sort(times.begin(), times.end());
  return times[std::min(times.size() - 1, static_cast<std::size_t>(at * static_cast<double>(times.size())))];
}

Settings read_arguments(const std::vector<std::string>& arguments) {
  Settings settings;
  std::vector<std::string> positional;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& name = arguments[i];
    const auto value = [&] {
      return i + 1 < arguments.size() ? arguments[++i] : throw rag::Error(rag::ErrorKind::Usage, name + ": no value");
    };
    if (name == "--precision")
      settings.encoder.precision = precision_of(value());
    else if (name == "--device")
      settings.encoder.device = rag::device_choice(name, value());
    else if (name == "--threads")
      settings.encoder.threads = std::stoul(value());
    else if (name == "--max-tokens")
      settings.encoder.max_tokens = std::stoul(value());
    else if (name == "--rounds")
      settings.rounds = std::max(1UL, std::stoul(value()));
    else if (name == "--question")
      settings.question = value();
    else if (name == "--vectors")
      settings.vectors = value();
    else if (name == "--tasks")
      settings.tasks = true;
    else
      positional.push_back(name);
  }
  if (positional.size() != (settings.tasks ? 1 : 2)) throw rag::Error(rag::ErrorKind::Usage, "expected MODEL_DIRECTORY, and TEXTS or --tasks");
  settings.model = positional[0];
  if (!settings.tasks) settings.texts = positional[1];
  return settings;
}

void write_vectors(const std::string& file, const rag::Embeddings& embeddings) {
  std::ofstream out(file);
  for (std::size_t row = 0; row < embeddings.rows; ++row) {
    const auto begin = embeddings.values.begin() + static_cast<std::ptrdiff_t>(row * embeddings.dimension);
    out << nlohmann::json(std::vector<float>(begin, begin + static_cast<std::ptrdiff_t>(embeddings.dimension))).dump() << '\n';
  }
}

double tokenizer_megabytes_a_second(const rag::Tokenizer& tokenizer, const std::vector<std::string>& texts) {
  std::size_t bytes = 0, tokens = 0;
  double time = 0;
  while (time < 500) {
    for (const std::string& text : texts) bytes += text.size();
    time += milliseconds_of([&] {
      for (const std::string& text : texts) tokens += tokenizer.count(text);
    });
  }
  return tokens == 0 ? 0 : static_cast<double>(bytes) / 1e3 / time;
}

std::vector<double> ask(const rag::Embedder& embedder, const std::vector<std::string>& question, std::size_t times) {
  std::vector<double> asked;
  for (std::size_t i = 0; i < times; ++i) asked.push_back(milliseconds_of([&] { embedder.embed(question, rag::TextKind::Query); }));
  return asked;
}

// For as long as a thread embeds all texts in one call.
std::vector<double> ask_beside_batch(const rag::Embedder& embedder, const std::vector<std::string>& question, const std::vector<std::string>& texts) {
  std::atomic<bool> embedding = true;
  const std::jthread batch([&] {
    embedder.embed(texts, rag::TextKind::Passage);
    embedding = false;
  });
  std::vector<double> asked;
  while (embedding) asked.push_back(ask(embedder, question, 1)[0]);
  return asked;
}

void run(const Settings& settings) {
  const std::vector<std::string> texts = read_texts(settings.texts), question{settings.question};
  std::unique_ptr<rag::Embedder> embedder;
  const double load = milliseconds_of([&] {
    embedder = rag::open_embedder(settings.model, settings.encoder);
    embedder->embed(question, rag::TextKind::Query);
  });
  const std::vector<double> asked = ask(*embedder, question, 200);
  std::vector<double> rounds;
  rag::Embeddings embeddings;
  for (std::size_t i = 0; i < settings.rounds; ++i)
    rounds.push_back(milliseconds_of([&] { embeddings = embedder->embed(texts, rag::TextKind::Passage); }));
  if (!settings.vectors.empty()) write_vectors(settings.vectors, embeddings);
  const std::vector<double> beside = ask_beside_batch(*embedder, question, texts);
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  std::cout << nlohmann::json{{"texts", texts.size()},
                              {"texts_per_s", static_cast<double>(texts.size()) / share(rounds, 0.5) * 1e3},
                              {"best_texts_per_s", static_cast<double>(texts.size()) / share(rounds, 0) * 1e3},
                              {"query_p50_ms", share(asked, 0.5)},
                              {"query_p95_ms", share(asked, 0.95)},
                              {"query_beside_batch_p50_ms", share(beside, 0.5)},
                              {"query_beside_batch_p95_ms", share(beside, 0.95)},
                              {"load_s", load / 1e3},
                              {"peak_mb", static_cast<double>(used.ru_maxrss) / 1024},
                              {"tokenizer_mb_s", tokenizer_megabytes_a_second(embedder->tokenizer(), texts)}}
                   .dump()
            << '\n';
}

nlohmann::json embed_passages(const rag::Embedder& embedder, const nlohmann::json& task) {
  const std::vector<std::string> texts = read_texts(task.at("texts"));
  embedder.embed(std::span(texts).first(std::min<std::size_t>(texts.size(), 8)), rag::TextKind::Passage);
  rag::Embeddings embeddings;
  const double time = milliseconds_of([&] { embeddings = embedder.embed(texts, rag::TextKind::Passage); });
  if (task.contains("vectors")) write_vectors(task["vectors"], embeddings);
  return {{"seconds", time / 1e3}};
}

void answer_tasks(Settings settings) {
  auto embedder = rag::open_embedder(settings.model, settings.encoder);
  ask(*embedder, {settings.question}, 1);
  std::cout << nlohmann::json{{"version", embedder->name()}}.dump() << std::endl;
  for (std::string line; std::getline(std::cin, line);) {
    const auto task = nlohmann::json::parse(line);
    if (task.contains("question")) {
      const std::vector<double> asked = ask(*embedder, {task["question"].get<std::string>()}, task.at("times"));
      std::cout << nlohmann::json{{"p50_ms", share(asked, 0.5)}, {"p95_ms", share(asked, 0.95)}}.dump() << std::endl;
      continue;
    }
    if (const std::size_t limit = task.at("max_tokens"); limit != embedder->max_tokens()) {
      settings.encoder.max_tokens = limit;
      embedder.reset();  // before the next one: two at once would count twice in the peak
      embedder = rag::open_embedder(settings.model, settings.encoder);
    }
    std::cout << embed_passages(*embedder, task).dump() << std::endl;
  }
}

}  // namespace

int main(int argc, char** argv) {
  return rag::bench::run_program("bench_encoder", [&] {
    const Settings settings = read_arguments({argv + 1, argv + argc});
    settings.tasks ? answer_tasks(settings) : run(settings);
  });
}
