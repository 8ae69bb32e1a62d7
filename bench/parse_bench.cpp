// How fast files become documents, one child process a thread.  bench/extraction.py runs it beside pdftotext.
//
//   bench_parse [--threads N] [--rounds N] [--without-ocr] FILE...
//
// Prints one JSON object: pages, files that were read, of the fastest round seconds and pages a second, and the processor time of a round, the
// mean of all, the child processes' and their start included.  They are started before the clock is.
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <iostream>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "bench/bench_program.h"
#include "core/error.h"
#include "ingest/sandbox.h"

namespace {

struct Settings {
  std::size_t threads = 1, rounds = 3;
  bool ocr = true;
  std::vector<std::string> files;
};

Settings read_arguments(const std::vector<std::string>& arguments) {
  Settings settings;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const bool is_option = arguments[i] == "--threads" || arguments[i] == "--rounds";
    if (is_option && i + 1 == arguments.size()) throw rag::Error(rag::ErrorKind::Usage, arguments[i] + ": no value");
    if (arguments[i] == "--threads")
      settings.threads = std::max(1UL, std::stoul(arguments[++i]));
    else if (arguments[i] == "--rounds")
      settings.rounds = std::max(1UL, std::stoul(arguments[++i]));
    else if (arguments[i] == "--without-ocr")
      settings.ocr = false;
    else
      settings.files.push_back(arguments[i]);
  }
  if (settings.files.empty()) throw rag::Error(rag::ErrorKind::Usage, "expected FILE...");
  return settings;
}

struct Read {
  std::atomic<std::size_t> pages{0}, files{0};
};

void read_all(const Settings& settings, const std::vector<std::unique_ptr<rag::ParserSandbox>>& sandboxes, Read& read) {
  std::atomic<std::size_t> next{0};
  std::vector<std::thread> threads;
  for (const auto& sandbox : sandboxes)
    threads.emplace_back([&, parser = sandbox.get()] {
      for (std::size_t at = next++; at < settings.files.size(); at = next++) {
        const rag::ParseOutcome outcome = parser->parse(settings.files[at], settings.files[at]);
        for (const rag::Document& document : outcome.documents) read.pages += std::max<std::size_t>(1, document.pages.size());
        read.files += !outcome.documents.empty();
      }
    });
  for (std::thread& thread : threads) thread.join();
}

double cpu_seconds(int who) {
  rusage used{};
  ::getrusage(who, &used);
  const auto seconds = [](const timeval& time) { return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec); };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

void run(const Settings& settings) {
  rag::ParseLimits limits;
  limits.ocr.enabled = settings.ocr;
  std::vector<std::unique_ptr<rag::ParserSandbox>> sandboxes;
  for (std::size_t i = 0; i < settings.threads; ++i) sandboxes.push_back(rag::start_parser_sandbox(limits));
  double best = std::numeric_limits<double>::max();
  std::size_t pages = 0, files = 0;
  for (std::size_t round = 0; round < settings.rounds; ++round) {
    Read read;
    best = std::min(best, rag::bench::milliseconds_of([&] { read_all(settings, sandboxes, read); }));
    pages = read.pages;
    files = read.files;
  }
  sandboxes.clear();  // a child's time counts when it has ended
  const double cpu = (cpu_seconds(RUSAGE_SELF) + cpu_seconds(RUSAGE_CHILDREN)) / static_cast<double>(settings.rounds);
  std::cout << nlohmann::json{{"pages", pages}, {"files", files}, {"seconds", best / 1e3}, {"pages_per_s", static_cast<double>(pages) * 1e3 / best}, {"cpu_seconds", cpu}}.dump() << '\n';
}

}  // namespace

int main(int argc, char** argv) {
  return rag::bench::run_program("bench_parse", [&] { run(read_arguments({argv + 1, argv + argc})); });
}
