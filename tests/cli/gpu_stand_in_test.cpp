#include <gtest/gtest.h>

#include <filesystem>

#include "clear_line.h"

// What a user reads where something is wrong with his GPU: the program and librag_cuda.so as they are, before a stand-in for CUDA (tests/cuda/stand_in.cpp).
namespace rag::test {
namespace {

class StandIn : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(kLibrary)) GTEST_SKIP() << "needs a build with CUDA (cmake --preset cuda): " << kLibrary << " is not there";
    program_.write("docs/a.txt", "Annual leave is 25 days.\n");
    ASSERT_EQ(program_.run({"index", "docs", "--model", "hash"}).code, 0);
  }
  Result run(const std::string& trouble, const std::vector<std::string>& arguments) const {
    return program_.run(arguments, "", {std::string("LD_PRELOAD=") + kLibrary, "RAG_STAND_IN=" + trouble});
  }
  Result search(const std::string& trouble, const std::string& device) const { return run(trouble, {"search", "leave", "--mode", "dense", "--device", device}); }

  static constexpr const char* kLibrary = RAG_BINARY_DIR "/libcuda_stand_in.so";
  Program program_;
};

struct Case {
  const char* trouble;
  const char* words;
};

const Case kCases[] = {
    {"no-driver", "no NVIDIA driver (libcuda.so.1); install one for CUDA"},
    {"old-driver", "the driver knows CUDA 12.4, this build needs 13."},
    {"no-device", "a driver, but no GPU that it shows to this process"},
    {"other-architecture", "compute capability 7.0, this build has code for 90-real; build with -DRAG_CUDA_ARCHITECTURES=70-real"},
};

TEST_F(StandIn, SaysInOneLineWhyThereIsNoGpu) {
  for (const auto& [trouble, words] : kCases) {
    const Result demanded = search(trouble, "cuda"), by_itself = search(trouble, "auto");
    expect_one_clear_line(demanded, 6, words);
    EXPECT_NE(demanded.err.find("--device auto goes on without it"), std::string::npos) << trouble;
    EXPECT_EQ(by_itself.code, 0) << trouble;
    EXPECT_EQ(by_itself.err, "") << trouble;
    const Result doctor = run(trouble, {"doctor", "--gpu"});
    EXPECT_EQ(doctor.code, 0) << trouble;
    EXPECT_NE(doctor.out.find(words), std::string::npos) << doctor.out;
    EXPECT_NE(doctor.out.find("vectors are computed and compared on the processor"), std::string::npos) << doctor.out;
  }
}

TEST_F(StandIn, SaysThatItsMemoryIsTaken) {
  const Result doctor = run("crowded", {"doctor", "--gpu"});
  EXPECT_NE(doctor.out.find("8.4 MB of 85.9 GB free: other processes hold the rest"), std::string::npos) << doctor.out;
  EXPECT_NE(doctor.out.find("slow encoder on GPU 0"), std::string::npos) << doctor.out;
}

TEST_F(StandIn, IsNotBelievedWhereItComputesNothing) {
  expect_one_clear_line(search("", "cuda"), 6, "GPU: failed its self-test");
  const Result doctor = run("", {"doctor", "--gpu"});
  EXPECT_EQ(doctor.code, 6);
  EXPECT_NE(doctor.out.find("bad  self-test of GPU 0"), std::string::npos) << doctor.out;
  EXPECT_NE(doctor.out.find("bad  encoder on GPU 0"), std::string::npos) << doctor.out;
}

TEST_F(StandIn, SaysThatItIsGone) {
  expect_one_clear_line(search("lost", "cuda"), 6, "unknown error");
  EXPECT_EQ(run("lost", {"doctor", "--gpu"}).code, 6);
}

TEST_F(StandIn, IsToldOfTheNumbersThereAre) { expect_one_clear_line(search("", "cuda:3"), 6, "no GPU 3 here, expected 0"); }

}  // namespace
}  // namespace rag::test
