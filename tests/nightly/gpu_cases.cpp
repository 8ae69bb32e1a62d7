// Random searches on a real GPU, compared with the processor's.
//
//   gpu_cases [CASES] [SEED] [SECONDS]      default: 1000 cases from seed 1, at most 600 seconds
//
// Exit code 0: all cases found the same; 1: some did not, each named on a line with its seed; 77: there is no GPU, and why.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>

#include "core/gpu.h"
#include "core/notice.h"
#include "device_cases.h"

namespace rag {
namespace {

template <std::size_t kCount, typename T>
T one_of(std::mt19937& random, const T (&choices)[kCount]) {
  return choices[random() % kCount];
}

CaseSize draw_case(unsigned seed) {
  std::mt19937 random(seed);
  CaseSize size;
  size.dimension = one_of(random, {100UL, 384UL, 768UL, 1024UL});
  size.k = one_of(random, {1UL, 10UL, 100UL, 2048UL});
  size.queries = one_of(random, {1UL, 2UL, 4UL, 5UL, 20UL, 130UL});
  // As many small indexes as large ones.
  size.rows = static_cast<std::size_t>(std::exp(std::uniform_real_distribution<>(0, std::log(40000.0))(random)));
  const unsigned kind = random() % 20;
  if (kind == 0) size.rows = 0;
  if (kind == 1) size.rows = 1;
  if (kind == 2) size.allowed = 0;
  if (kind == 3) size.deleted = 1;
  if (kind == 4 || kind == 5) size.copies = one_of(random, {2UL, 50UL, 5000UL});
  if (kind == 6 || kind == 7) size.updates = 100;
  if (kind > 7) {
    size.deleted = one_of(random, {0.0, 0.0, 0.1, 0.5});
    size.allowed = one_of(random, {1.0, 1.0, 0.5, 0.01});
  }
  return size;
}

int run(unsigned cases, unsigned first_seed, double seconds) {
  if (usable_gpus({}).empty()) {
    std::printf("gpu_cases: no GPU: %s\n", why_no_gpu({}).c_str());
    return 77;
  }
  on_notice([](const std::string& line) { std::printf("notice: %s\n", line.c_str()); });
  const auto start = std::chrono::steady_clock::now();
  unsigned done = 0, wrong = 0;
  for (; done < cases; ++done) {
    if (std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() > seconds) break;
    const unsigned seed = first_seed + done;
    const CaseSize size = draw_case(seed);
    std::string trouble;
    try {
      trouble = run_case(size, seed, open_device_rows);
    } catch (const std::exception& error) {
      trouble = error.what();
    }
    if (!trouble.empty()) {
      ++wrong;
      std::printf("seed %u: %s: %s\n", seed, size.text().c_str(), trouble.c_str());
      std::fflush(stdout);
    }
  }
  std::printf("gpu_cases: %u of %u cases in %.0f s, %u wrong\n", done, cases, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(), wrong);
  return wrong > 0 ? 1 : 0;
}

}  // namespace
}  // namespace rag

int main(int argc, char** argv) {
  const auto number = [&](int i, double otherwise) { return argc > i ? std::atof(argv[i]) : otherwise; };
  return rag::run(static_cast<unsigned>(number(1, 1000)), static_cast<unsigned>(number(2, 1)), number(3, 600));
}
