#include "index/ivf_build.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "core/error.h"
#include "core/interrupt.h"
#include "core/nameless_file.h"
#include "core/parallel.h"
#include "index/aside_file.h"
#include "index/ivf_file.h"
#include "index/spherical_kmeans.h"
#include "index/vector_code.h"

namespace rag {
namespace {

constexpr std::size_t kSampleOfAList = 64;  // vectors that its direction is found from; FAISS asks for 39 to 256
constexpr std::size_t kRowsPerStep = 8192;
constexpr double kLongest = 1e15;  // its square still is a number in single precision
constexpr const char* kGrouping = "grouping vectors";
constexpr const char* kWriting = "writing vector lists";

class IvfBuild {
 public:
  IvfBuild(std::vector<const VectorSegment*> segments, const ChunkSet& deleted, std::size_t dimension, Progress& progress)
      : segments_(std::move(segments)), deleted_(deleted), dimension_(dimension), progress_(progress) {
    std::ranges::sort(segments_, {}, [](const VectorSegment* segment) { return segment->rows() > 0 ? segment->ids().front() : ChunkId{}; });
    for (const VectorSegment* segment : segments_)
      rows_ += static_cast<std::size_t>(std::ranges::count_if(segment->ids(), [&](ChunkId id) { return !deleted_.contains(id); }));
    if (rows_ == 0) throw Error(ErrorKind::Usage, "vector lists: no vector to put into them");
  }

  void write(const std::filesystem::path& file, std::uint64_t generation) {
    find_directions(file.parent_path());
    assign();
    IvfFileWriter writer(file, dimension_, generation, segments_as_named(), lists_);
    write_rows(writer);
    write_directions(writer);
    writer.finish();
    progress_.update("", rows_, rows_);
  }

 private:
  // visit(rows, ids) for living vectors in order of their ids, some thousand at a time.
  template <typename Visit>
  void for_each_living(const Visit& visit) const {
    std::vector<float> rows;
    std::vector<ChunkId> ids;
    for (const VectorSegment* segment : segments_) {
      for (std::size_t begin = 0; begin < segment->rows(); begin += kRowsPerStep) {
        throw_if_interrupted();
        const std::size_t end = std::min(begin + kRowsPerStep, segment->rows());
        const std::span<const float> all = segment->vectors(begin, end);
        rows.clear();
        ids.clear();
        for (std::size_t row = begin; row < end; ++row) {
          if (deleted_.contains(segment->ids()[row])) continue;
          const auto vector = all.subspan((row - begin) * dimension_, dimension_);
          rows.insert(rows.end(), vector.begin(), vector.end());
          ids.push_back(segment->ids()[row]);
        }
        segment->let_go_up_to(end);
        if (!ids.empty()) visit(std::span<const float>(rows), std::span<const ChunkId>(ids));
      }
    }
  }

  // The sample lies on disk, since it is gone through in order, ten times, and grows with the index.
  void find_directions(const std::filesystem::path& folder) {
    const std::size_t lists = lists_for(rows_), wanted = std::min(rows_, lists * kSampleOfAList), row_bytes = dimension_ * sizeof(float);
    NamelessFile sample(folder, "a sample of the vectors");
    std::vector<float> some;
    std::size_t seen = 0;
    for_each_living([&](std::span<const float> rows, std::span<const ChunkId> ids) {
      some.clear();
      // Evenly from everywhere: the i-th of those wanted is row i * rows / wanted.
      for (std::size_t i = 0; i < ids.size(); ++i, ++seen) {
        if (seen * wanted / rows_ == (seen + 1) * wanted / rows_) continue;
        const auto row = rows.subspan(i * dimension_, dimension_);
        some.insert(some.end(), row.begin(), row.end());
      }
      sample.append(bytes_of(some.data(), some.size() * sizeof(float)));
    });
    const auto read = [&](std::size_t begin, std::size_t end) {
      some.resize((end - begin) * dimension_);
      sample.read(begin * row_bytes, reinterpret_cast<char*>(some.data()), some.size() * sizeof(float));
      return std::span<const float>(some);
    };
    directions_ = cluster_directions({.count = wanted, .dimension = dimension_, .read = read}, lists, [&](std::size_t done, std::size_t of) {
      throw_if_interrupted();
      progress_.update(kGrouping, done, of);
    });
  }

  void assign() {
    const NearestDirection nearest(directions_, dimension_);
    lists_.resize(directions_.size() / dimension_);
    std::vector<double> products(lists_.size());
    for_each_living([&](std::span<const float> rows, std::span<const ChunkId>) {
      for (const NearestDirection::Nearest& found : nearest.find(rows)) {
        if (!(std::abs(found.product) < kLongest)) throw Error(ErrorKind::Usage, "vector lists: a vector longer than 1e15; such vectors are searched exactly");
        list_of_.push_back(found.direction);
        ++lists_[found.direction].rows;
        products[found.direction] += found.product;
      }
      progress_.update(kGrouping, list_of_.size(), rows_);
    });
    for (std::size_t i = 0; i < lists_.size(); ++i)
      if (lists_[i].rows > 0) lists_[i].length = static_cast<float>(products[i] / static_cast<double>(lists_[i].rows));
  }

  std::vector<IvfSegment> segments_as_named() const {
    std::vector<IvfSegment> named;
    for (const VectorSegment* segment : segments_)
      if (segment->rows() > 0) named.push_back({segment->number(), segment->checksum(), segment->ids().front(), segment->ids().back()});
    return named;
  }

  void write_rows(IvfFileWriter& writer) {
    const std::size_t row_bytes = coded_row_bytes(dimension_);
    std::vector<std::size_t> written(lists_.size());
    std::size_t done = 0;
    for_each_living([&](std::span<const float> rows, std::span<const ChunkId> ids) {
      std::vector<std::size_t> places(ids.size());  // in their lists; by id, so that of equal rows the first comes first
      for (std::size_t i = 0; i < ids.size(); ++i) places[i] = written[list_of_[done + i]]++;
      constexpr std::size_t kRowsPerPiece = 512;
      in_parallel(0, (ids.size() + kRowsPerPiece - 1) / kRowsPerPiece, [&](std::size_t piece) {
        std::vector<float> difference(dimension_);
        std::string coded(row_bytes, '\0');
        for (std::size_t i = piece * kRowsPerPiece; i < std::min(ids.size(), (piece + 1) * kRowsPerPiece); ++i) {
          const std::uint32_t list = list_of_[done + i];
          for (std::size_t j = 0; j < dimension_; ++j) difference[j] = rows[i * dimension_ + j] - lists_[list].length * directions_[list * dimension_ + j];
          encode_row(difference, ids[i].value, coded.data());
          writer.put_row(list, places[i], coded);
        }
      });
      done += ids.size();
      progress_.update(kWriting, done, rows_);
    });
  }

  void write_directions(IvfFileWriter& writer) const {
    std::vector<float> centre(dimension_), difference(dimension_);
    for (std::size_t i = 0; i < directions_.size(); ++i) centre[i % dimension_] += directions_[i] / static_cast<float>(lists_.size());
    const std::size_t row_bytes = coded_row_bytes(dimension_);
    std::string coded(lists_.size() * row_bytes, '\0');
    for (std::size_t list = 0; list < lists_.size(); ++list) {
      const auto direction = std::span(directions_).subspan(list * dimension_, dimension_);
      writer.put_direction(list, direction);
      for (std::size_t i = 0; i < dimension_; ++i) difference[i] = direction[i] - centre[i];
      encode_row(difference, static_cast<std::int64_t>(list), coded.data() + list * row_bytes);
    }
    writer.put_directory(centre, coded);
  }

  std::vector<const VectorSegment*> segments_;
  const ChunkSet& deleted_;
  std::size_t dimension_;
  Progress& progress_;
  std::size_t rows_ = 0;  // that live
  std::vector<float> directions_;
  std::vector<IvfList> lists_;
  std::vector<std::uint32_t> list_of_;  // each living row
};

}  // namespace

std::size_t lists_for(std::size_t rows) {
  return std::clamp<std::size_t>(static_cast<std::size_t>(2 * std::sqrt(static_cast<double>(rows))), 1, std::max<std::size_t>(1, rows));
}

void build_ivf_file(const std::filesystem::path& file, std::vector<const VectorSegment*> segments, const ChunkSet& deleted, std::size_t dimension,
                    std::uint64_t generation, Progress& progress) {
  IvfBuild(std::move(segments), deleted, dimension, progress).write(file, generation);
}

}  // namespace rag
