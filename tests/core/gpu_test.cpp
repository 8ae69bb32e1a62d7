#include "core/gpu.h"

#include <gtest/gtest.h>

#include "core/error.h"

namespace rag {
namespace {

constexpr DeviceChoice::Kind kCuda = DeviceChoice::Kind::Cuda;

TEST(Gpu, ChoosesWhatItIsTold) {
  EXPECT_EQ(device_choice("--device", "auto").kind, DeviceChoice::Kind::Auto);
  EXPECT_EQ(device_choice("--device", "cpu").kind, DeviceChoice::Kind::Cpu);
  EXPECT_EQ(device_choice("--device", "cuda").number, std::nullopt);
  EXPECT_EQ(device_choice("--device", "cuda:12").number, 12);
  for (const char* text : {"", "gpu", "cuda:", "cuda:x", "cuda:1x", "cuda:-1", "cuda:99999999999", "CUDA"})
    try {
      device_choice("--device", text);
      ADD_FAILURE() << text;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::Usage);
      EXPECT_EQ(std::string(error.what()), std::string("--device ") + text + ": must be auto, cpu, cuda or the number of a GPU as in cuda:0");
    }
}

TEST(Gpu, SaysWhyThereIsNone) {
  GpuState state{.trouble = "no NVIDIA driver"};
  EXPECT_EQ(why_no_gpu({}, state), "no NVIDIA driver");
  state.trouble.clear();
  EXPECT_EQ(why_no_gpu({}, state), "a driver, but no GPU that it shows to this process");
  EXPECT_EQ(why_no_gpu({kCuda, 3}, state), "a driver, but no GPU that it shows to this process");
  state.devices = {{.number = 0, .name = "Old", .trouble = "too old"}};
  EXPECT_EQ(why_no_gpu({}, state), "GPU 0 (Old): too old");
  EXPECT_EQ(why_no_gpu({kCuda, 1}, state), "no GPU 1 here, expected 0");
  state.devices.push_back({.number = 1, .trouble = "cannot be asked"});
  EXPECT_EQ(why_no_gpu({kCuda, 1}, state), "GPU 1: cannot be asked");
  EXPECT_EQ(why_no_gpu({kCuda, 7}, state), "no GPU 7 here, expected 0 to 1");
}

}  // namespace
}  // namespace rag
