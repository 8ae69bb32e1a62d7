#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rag {

// Reads a tokenizer.json in one go: `rest` gets all of it but the members of model.vocab, whose texts are returned by their ids.
//
// A tree of tens of thousands of values takes four times as long as their vocabulary.  Nothing is returned where the vocabulary is not
// there, not an object or in any way odd (an id that is no whole number, is taken or beyond `max_pieces`, a text that is empty or there
// twice), or the file is no sound JSON: then the whole file is to be read as a tree, to say what is wrong with it.
std::optional<std::vector<std::string>> read_vocabulary(std::string_view bytes, std::size_t max_pieces, nlohmann::json& rest);

}  // namespace rag
