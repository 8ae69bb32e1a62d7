#include <algorithm>

#include "models/kernels/amx_tiles.h"
#include "models/kernels/float_panel.h"
#include "models/kernels/float_pieces.h"
#include "models/kernels/panel_splitter.h"

#if defined(__x86_64__)

namespace rag {
namespace {

using namespace pieces;

constexpr std::size_t kPanel = FloatWeights::kPanel;
constexpr std::size_t kBlockRows = 2 * amx::kTileRows;  // rows and outputs whose sums four tiles hold
constexpr std::size_t kBlockOutputs = 2 * kOutputs;
constexpr std::size_t kRowsStep = kPieces * kTileSize;
constexpr std::size_t kDeepSteps = 16;  // whose weights are split together: 512 inputs of two panels take 400 kB

// A tile multiplies for 16 cycles, in which the processor can do fifty other things.  So while a block is multiplied, the weights of the next
// panel are split and the sums of the block before are stored, a little between each two steps.  Both are plain values, which a function
// copies, works with in registers and gives back.

// Four tiles of sums on their way to the result.
struct Sums {
  alignas(64) float rows[kBlockRows][kBlockOutputs];
};

// Where a panel's results go.
struct Result {
  const float* start;  // what the sums are added to: the bias (stride 0), or the results so far
  std::size_t start_stride;
  const float* factors;
  float* out;
  std::size_t stride;
  std::size_t width;  // outputs that exist
};

// Stores the sums of a block.
class BlockStorer {
 public:
  BlockStorer() = default;
  // The block of `rows` rows from `row` on and of the panel's outputs from `column` on.
  RAG_FOR_AVX512 BlockStorer(const Sums& sums, const SplitRows& x, std::size_t row, std::size_t rows, std::size_t column, const Result& result)
      : sums_(sums.rows[0]),
        end_(sums.rows[rows]),
        shifts_(x.shifts.data() + row),
        start_(result.start + row * result.start_stride + column),
        start_stride_(result.start_stride),
        out_(result.out + row * result.stride + column),
        stride_(result.stride),
        left_shift_(_mm512_getexp_ps(_mm512_loadu_ps(result.factors + column))),
        right_shift_(_mm512_getexp_ps(_mm512_loadu_ps(result.factors + column + kOutputs))),
        exist_(result.width - column >= kBlockOutputs ? ~0U : (1U << (result.width - column)) - 1) {}

  RAG_FOR_AVX512 [[gnu::always_inline]] void store_row() {
    if (sums_ == end_) return;
    const __m512 shift = _mm512_set1_ps(*shifts_);
    store(sums_, start_, out_, static_cast<__mmask16>(exist_), _mm512_add_ps(shift, left_shift_));
    store(sums_ + kOutputs, start_ + kOutputs, out_ + kOutputs, static_cast<__mmask16>(exist_ >> kOutputs), _mm512_add_ps(shift, right_shift_));
    sums_ += kBlockOutputs, ++shifts_, start_ += start_stride_, out_ += stride_;
  }
  RAG_FOR_AVX512 void finish() {
    while (sums_ != end_) store_row();
  }

 private:
  RAG_FOR_AVX512 [[gnu::always_inline]] static void store(const float* sums, const float* start, float* out, __mmask16 exist, __m512 shift) {
    const __m512 sum = _mm512_scalef_ps(_mm512_load_ps(sums), _mm512_sub_ps(_mm512_setzero_ps(), shift));
    _mm512_mask_storeu_ps(out, exist, _mm512_add_ps(_mm512_maskz_loadu_ps(exist, start), sum));
  }

  const float *sums_ = nullptr, *end_ = nullptr, *shifts_ = nullptr, *start_ = nullptr;
  std::size_t start_stride_ = 0;
  float* out_ = nullptr;
  std::size_t stride_ = 0;
  __m512 left_shift_, right_shift_;
  std::uint32_t exist_ = 0;
};

// What is done beside a block's multiplications.
struct Beside {
  PanelSplitter splitter;
  std::size_t pairs_a_step = 0;
  BlockStorer storer;

  // The so-and-so-many-th of kTimes times in a step.
  RAG_FOR_AVX512 [[gnu::always_inline]] void go_on(std::size_t time) {
    for (std::size_t pair = time; pair < pairs_a_step; pair += kTimes) splitter.split();
    storer.store_row();
  }
  static constexpr std::size_t kTimes = 4;
};

// Tiles 0 and 1: sums of the upper rows; 2 and 3: of the lower rows; 4 and 5: rows; 6 and 7: weights.  The six products come in an order in
// which each needs only one pair of new tiles, the small ones first.
template <bool kLower>
RAG_FOR_AVX512 void multiply_block(const char* upper, const char* lower, const char* weights, std::size_t steps, Beside& beside, Sums& sums) {
  constexpr std::size_t kMiddle = 1, kLow = 2;
  const auto take_weights = [&](std::size_t piece) __attribute__((always_inline)) {
    amx::load<6>(weights + 2 * piece * kTileSize, sizeof(Line));
    amx::load<7>(weights + (2 * piece + 1) * kTileSize, sizeof(Line));
  };
  const auto take_rows = [&](std::size_t piece) __attribute__((always_inline)) {
    amx::load<4>(upper + piece * kTileSize, sizeof(Line));
    if constexpr (kLower) amx::load<5>(lower + piece * kTileSize, sizeof(Line));
  };
  const auto multiply = []() __attribute__((always_inline)) {
    amx::add_bfloat16<0, 4, 6>(), amx::add_bfloat16<1, 4, 7>();
    if constexpr (kLower) amx::add_bfloat16<2, 5, 6>(), amx::add_bfloat16<3, 5, 7>();
  };
  Beside now = beside;
  amx::zero<0>(), amx::zero<1>();
  if constexpr (kLower) amx::zero<2>(), amx::zero<3>();
  for (std::size_t step = 0; step < steps; ++step, upper += kRowsStep, lower += kRowsStep, weights += kWeightsStep) {
    take_rows(0), take_weights(kLow), multiply();
    now.go_on(0);
    take_weights(kMiddle), multiply();
    take_rows(kMiddle), multiply();
    now.go_on(1);
    take_weights(0), multiply();
    now.go_on(2);
    take_rows(kLow), multiply();
    take_rows(0), multiply();
    now.go_on(3);
  }
  now.storer.finish();
  beside = now;
  amx::store<0>(sums.rows[0], sizeof sums.rows[0]), amx::store<1>(sums.rows[0] + kOutputs, sizeof sums.rows[0]);
  if constexpr (kLower)
    amx::store<2>(sums.rows[amx::kTileRows], sizeof sums.rows[0]), amx::store<3>(sums.rows[amx::kTileRows] + kOutputs, sizeof sums.rows[0]);
}

// All rows times one panel, whose weights are split.
void multiply_panel(const SplitRows& x, std::size_t first_step, std::size_t steps, const char* weights, Beside& beside, const Result& result) {
  const std::size_t blocks = result.width > kBlockOutputs ? 2 : 1, times = (x.rows + kBlockRows - 1) / kBlockRows * blocks * steps;
  beside.pairs_a_step = (beside.splitter.left() + times - 1) / times;
  Sums sums[2];
  std::size_t turn = 0;
  for (std::size_t row = 0; row < x.rows; row += kBlockRows) {
    const char* upper = x.tiles[(row / amx::kTileRows * x.steps + first_step) * kRowsStep / sizeof(Line)].bytes;
    const std::size_t rows = std::min(kBlockRows, x.rows - row);
    const auto multiply = rows > amx::kTileRows ? multiply_block<true> : multiply_block<false>;
    for (std::size_t block = 0; block < blocks; ++block, turn ^= 1) {
      multiply(upper, upper + x.steps * kRowsStep, weights + block * steps * kWeightsStep, steps, beside, sums[turn]);
      beside.storer = BlockStorer(sums[turn], x, row, rows, block * kBlockOutputs, result);
    }
  }
  beside.storer.finish();
  beside.splitter.finish();
}

}  // namespace

void multiply_with_amx(const SplitRows& x, const FloatMatrix& weights, const FloatPart& part, float* out, std::size_t out_stride) {
  if (x.rows == 0) return;
  thread_local std::vector<Line> room;
  const std::size_t lines = PanelSplitter::lines(std::min(x.steps, kDeepSteps));
  if (room.size() < 2 * lines) room.resize(2 * lines);
  char* const halves[] = {room[0].bytes, room[lines].bytes};
  const std::size_t end = std::min(part.first_input + x.steps * kStep, weights.inputs);
  amx::Shape shape;
  for (int tile = 0; tile < 8; ++tile) shape.set(tile, amx::kTileRows);
  amx::configure(shape);
  for (std::size_t step = 0; step < x.steps; step += kDeepSteps) {
    const std::size_t steps = std::min(kDeepSteps, x.steps - step), input = part.first_input + step * kStep;
    const bool add = part.add || step > 0;
    const auto splitter = [&](std::size_t panel) {
      const std::size_t first = part.first + panel * part.apart;
      return PanelSplitter(weights.packed + first * weights.inputs + input * kPanel, std::min(steps * kStep, end - input), weights.factors + first,
                           halves[panel % 2]);
    };
    splitter(0).finish();
    for (std::size_t panel = 0; panel < part.panels; ++panel) {
      const std::size_t first = part.first + panel * part.apart;
      float* to = out + panel * kPanel;
      Beside beside;
      if (panel + 1 < part.panels) beside.splitter = splitter(panel + 1);
      const Result result{add ? to : weights.bias + first,   add ? out_stride : 0, weights.factors + first, to, out_stride,
                          std::min(kPanel, weights.outputs - first)};
      multiply_panel(x, step, steps, halves[panel % 2], beside, result);
    }
  }
  amx::release();
}

}  // namespace rag

#endif
