#include "models/npz_file.h"

#include <gmock/gmock.h>

#include "tests/models/npz_bytes.h"
#include "tests/models/tokenizer_fixture.h"

namespace rag {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using test::bytes_of;
using test::npy_of;
using test::zip_of;
using Array = test::PlainUse::Array;

class NpzFile : public ModelFolder {
 protected:
  std::map<std::string, NpyArray> read(const std::string& bytes) {
    put("weights.npz", bytes);
    return read_npz(folder_ / "weights.npz");
  }
  std::string refusal_of(const std::string& bytes) {
    return refusal([&] { read(bytes); });
  }
  std::string refusal_of_array(const std::string& npy) { return refusal_of(zip_of({{"x.npy", npy}})); }

  const Array floats_{"<f4", "(2, 3)", bytes_of<float>({1, 2, 3, 4, 5, 6})};
};

TEST_F(NpzFile, GivesArraysByName) {
  const auto arrays = read(zip_of({{"x.npy", npy_of(floats_)},
                                   {"eps.npy", npy_of({"<f8", "()", bytes_of<double>({0.5})})},
                                   {"q_1.npy", npy_of({"|u1", "(3,)", "abc"})}}));
  ASSERT_EQ(arrays.size(), 3U);
  EXPECT_EQ(arrays.at("x").type, TensorType::F32);
  EXPECT_THAT(arrays.at("x").shape, ElementsAre(2, 3));
  EXPECT_EQ(arrays.at("x").data, floats_.data);
  EXPECT_TRUE(arrays.at("eps").shape.empty());
  EXPECT_EQ(arrays.at("q_1").data, "abc");
}

TEST_F(NpzFile, RefusesEveryTruncation) {
  const std::string whole = zip_of({{"x.npy", npy_of(floats_)}});
  const std::size_t members_end = whole.find("PK\1\2");
  for (std::size_t size = 0; size < members_end; ++size) EXPECT_NE(refusal_of(whole.substr(0, size)), "") << size;
}

TEST_F(NpzFile, OutlivesEveryFlippedByte) {
  const std::string whole = zip_of({{"x.npy", npy_of(floats_)}, {"y.npy", npy_of(floats_)}});
  std::size_t refused = 0;
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(~damaged[at]);
    refused += !refusal_of(damaged).empty();
  }
  EXPECT_GT(refused, whole.size() / 2);
}

TEST_F(NpzFile, ChecksWhatItUnpacked) {
  std::string damaged = zip_of({{"x.npy", npy_of(floats_)}});
  damaged[damaged.find("PK\1\2") - 1] ^= 1;  // the last number's last byte
  EXPECT_THAT(refusal_of(damaged), HasSubstr("CRC"));
}

TEST_F(NpzFile, RefusesHeadersThatLie) {
  const auto with_shape = [&](const std::string& shape) { return npy_of({"<f4", shape, floats_.data}); };
  EXPECT_THAT(refusal_of_array(with_shape("(2, 4)")), HasSubstr("24 bytes of elements, its shape needs 32"));
  EXPECT_THAT(refusal_of_array(with_shape("(2,)")), HasSubstr("its shape needs 8"));
  EXPECT_THAT(refusal_of_array(with_shape("(200000000, 200000000)")), HasSubstr("MB of elements"));
  EXPECT_THAT(refusal_of_array(with_shape("(0, 99999999999999999999)")), HasSubstr("a side of more than"));
  EXPECT_THAT(refusal_of_array(with_shape("(268435456, 268435456, 268435456, 268435456)")), HasSubstr("MB of elements"));
  EXPECT_THAT(refusal_of_array(with_shape("(-2, -3)")), HasSubstr("the shape (-2, -3)"));
  EXPECT_THAT(refusal_of_array(with_shape("(,)")), HasSubstr("the shape (,)"));
  EXPECT_THAT(refusal_of_array(with_shape("(1,1,1,1,1,1,1,1,6)")), HasSubstr("9 sides"));
  EXPECT_THAT(refusal_of_array(with_shape("(2, 3")), HasSubstr("cut in its shape"));
  EXPECT_THAT(refusal_of_array(npy_of(floats_, "True")), HasSubstr("Fortran"));
  EXPECT_THAT(refusal_of_array(npy_of({"<i4", "(6,)", floats_.data})), HasSubstr("elements of the type \"<i4\""));
  EXPECT_THAT(refusal_of_array(npy_of({"|O", "(6,)", floats_.data})), HasSubstr("elements of the type \"|O\""));
  std::string npy = npy_of(floats_);
  npy[8] = npy[9] = '\xFF';
  EXPECT_THAT(refusal_of_array(npy), HasSubstr("a header of 65535 bytes"));
  npy = npy_of(floats_);
  npy[6] = 3;
  EXPECT_THAT(refusal_of_array(npy), HasSubstr("format 3"));
  npy = npy_of(floats_);
  npy.replace(npy.find("'shape'"), 7, "'shade'");
  EXPECT_THAT(refusal_of_array(npy), HasSubstr("names no shape"));
  EXPECT_THAT(refusal_of_array(""), HasSubstr("does not begin as an array does"));
}

TEST_F(NpzFile, RefusesWhatIsNotMadeOfArrays) {
  EXPECT_THAT(refusal_of(zip_of({{"../x.npy", npy_of(floats_)}})), HasSubstr("no array"));
  EXPECT_THAT(refusal_of(zip_of({{"x.txt", "hello"}})), HasSubstr("no array"));
  EXPECT_THAT(refusal_of(zip_of({{"x.npy", npy_of(floats_)}, {"x.npy", npy_of(floats_)}})), HasSubstr("twice"));
  EXPECT_NE(refusal_of(zip_of({})), "");
  std::vector<std::pair<std::string, std::string>> many;
  for (int i = 0; i < 257; ++i) many.emplace_back("x" + std::to_string(i) + ".npy", npy_of(floats_));
  EXPECT_THAT(refusal_of(zip_of(many)), HasSubstr("more than 256 arrays"));
  EXPECT_NE(refusal([&] { read_npz(folder_ / "nowhere.npz"); }), "");
}

}  // namespace
}  // namespace rag
