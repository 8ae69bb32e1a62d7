#include "cli/gpu_check.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/terminal.h"
#include "core/gpu.h"
#include "index/device_search.h"
#include "models/device_engine.h"

namespace rag::cli {
namespace {

Finding look_at(const GpuDevice& device) {
  const std::string what = fmt::format("GPU {}", device.number);
  if (!device.trouble.empty()) return {Health::Slow, what, (device.name.empty() ? "" : device.name + ": ") + device.trouble};
  // With less than this nothing of a size worth a GPU fits beside what others keep there.
  const bool crowded = device.free_bytes < device.total_bytes / 10;
  return {crowded ? Health::Slow : Health::Good, what,
          fmt::format(fmt::runtime(tr("{}, compute capability {}.{}, {} multiprocessors, {} of {} free{}", "{}, compute capability {}.{}, 멀티프로세서 {}개, 메모리 {} / {} 사용 가능{}")), device.name,
                      device.major, device.minor, device.processors, human_bytes(device.free_bytes), human_bytes(device.total_bytes),
                      crowded ? tr(": other processes hold the rest", ": 나머지는 다른 프로세스가 쓰고 있습니다") : "")};
}

// What another process leaves too little memory for is not broken.
Health health_after(const std::string& trouble) {
  if (trouble.empty()) return Health::Good;
  return trouble.find("out of memory") != std::string::npos || trouble.find("MiB are free") != std::string::npos ? Health::Slow : Health::Bad;
}

Finding test(const GpuDevice& device) {
  const std::string trouble = device_self_test({DeviceChoice::Kind::Cuda, device.number});
  return {health_after(trouble), fmt::format(fmt::runtime(tr("self-test of GPU {}", "GPU {} 자가 시험")), device.number),
          trouble.empty() ? tr("32 searches with and without a filter found what the processor finds", "필터가 있는 검색과 없는 검색 32건의 결과가 CPU와 같습니다") : trouble};
}

Finding test_encoder(const GpuDevice& device) {
  const std::string& trouble = encoder_self_test_of_gpu(device.number);
  return {health_after(trouble), fmt::format(fmt::runtime(tr("encoder on GPU {}", "GPU {} 임베딩 시험")), device.number),
          trouble.empty() ? tr("12 vectors are the processor's (cosine at least .999)", "벡터 12개가 CPU의 것과 같습니다 (코사인 .999 이상)") : trouble};
}

}  // namespace

std::vector<Finding> look_at_gpus() {
  const GpuState& state = gpus();
  const char* on_processor = tr("vectors are computed and compared on the processor", "임베딩과 벡터 검색을 CPU로 합니다");
  if (state.module.empty())  // nothing is missing: this is how it was built
    return {{Health::Good, "GPU", fmt::format("{}; {}", tr("built without CUDA, 'cmake --preset cuda' builds with it", "CUDA 없이 빌드했습니다. 'cmake --preset cuda'로 빌드하면 GPU를 씁니다"), on_processor)}};
  std::vector<Finding> findings;
  findings.push_back({Health::Good, tr("GPU module", "GPU 모듈"), state.compiled.empty() ? state.module : fmt::format(fmt::runtime(tr("{}, for {}", "{} ({}용)")), state.module, state.compiled)});
  if (!state.driver.empty()) findings.push_back({Health::Good, tr("GPU driver", "GPU 드라이버"), "CUDA " + state.driver});
  if (!state.trouble.empty()) {
    findings.push_back({Health::Slow, "GPU", fmt::format("{}; {}", state.trouble, on_processor)});
    return findings;
  }
  for (const GpuDevice& device : state.devices) findings.push_back(look_at(device));
  const std::vector<GpuDevice> usable = usable_gpus({});
  for (const GpuDevice& device : usable) {
    findings.push_back(test(device));
    findings.push_back(test_encoder(device));
  }
  const bool sound = std::ranges::none_of(findings, [](const Finding& finding) { return finding.health == Health::Bad; });
  findings.push_back({usable.empty() ? Health::Slow : Health::Good, tr("used for", "쓰임"),
                      usable.empty() || !sound ? on_processor
                                               : tr("exact vector search from 130,000 chunks of 384 dimensions on (rows are shared out among the GPUs), embedding much text; --device cpu leaves them out",
                                                    "384차원 청크 13만 개부터의 정확한 벡터 검색(행을 GPU들이 나눠 가짐)과 많은 글의 임베딩. --device cpu이면 쓰지 않습니다")});
  return findings;
}

}  // namespace rag::cli
