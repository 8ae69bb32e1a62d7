// Ids of a model's tokenizer, for tests/nightly/compare_tokenizers.py.
//
//   token_ids MODEL_DIRECTORY < TEXTS            a JSON string a line in, a JSON list of ids a line out
//   token_ids MODEL_DIRECTORY --made N SEED      N texts of tests/models/made_texts.h: {"text": with U+FFFD for what is no UTF-8, "ids"} a
//   line
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/error.h"
#include "models/tokenizer.h"
#include "tests/models/made_texts.h"

namespace {

void run(const std::vector<std::string>& arguments) {
  if (arguments.size() != 1 && !(arguments.size() == 4 && arguments[1] == "--made"))
    throw rag::Error(rag::ErrorKind::Usage, "expected MODEL_DIRECTORY, or MODEL_DIRECTORY --made N SEED");
  const std::unique_ptr<rag::Tokenizer> tokenizer = rag::open_tokenizer(arguments[0]);
  if (arguments.size() == 1) {
    for (std::string line; std::getline(std::cin, line);)
      std::cout << nlohmann::json(tokenizer->encode(nlohmann::json::parse(line).get<std::string>()).ids).dump() << '\n';
    return;
  }
  rag::MadeTexts made(static_cast<std::uint32_t>(std::stoul(arguments[3])));
  for (unsigned long n = std::stoul(arguments[2]); n > 0; --n) {
    const std::string text = made.next();
    std::cout << nlohmann::json{{"text", rag::replace_invalid_utf8(text)}, {"ids", tokenizer->encode(text).ids}}.dump() << '\n';
  }
}

}  // namespace

int main(int argc, char** argv) {
  try {
    run({argv + 1, argv + argc});
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "token_ids: " << error.what() << '\n';
    return 2;
  }
}
