#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "models/model_directory.h"

namespace rag {

// What a family of models was trained with and its directories often do not say.
struct Preset {
  Pooling pooling = Pooling::Mean;
  std::string query_prefix;
  std::string passage_prefix;
};

// By the model's name: the E5, BGE, GTE, Arctic, mxbai, UAE and Granite families.  Nothing for any other name.
std::optional<Preset> preset_for(std::string_view model_name);

}  // namespace rag
