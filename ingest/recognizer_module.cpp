// Finds and loads the module that recognises text; the rest of ingest/ocr.h is in it.
#include <dlfcn.h>

#include <algorithm>
#include <filesystem>

#include "core/companion.h"
#include "core/error.h"
#include "ingest/ocr.h"

namespace rag {
namespace {

bool is_word(std::string_view part) {
  return !part.empty() && std::all_of(part.begin(), part.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

// "kor", "chi_sim", "script/Hangul".
bool is_language(std::string_view name) {
  const std::size_t slash = name.find('/');
  if (slash == std::string_view::npos) return is_word(name);
  return is_word(name.substr(0, slash)) && is_word(name.substr(slash + 1));
}

// Never unloaded: its libraries keep things for the process.  Null, and `problem`, where it is not there; asked again by the next page.
OcrFactory load_factory(std::string& problem) {
  static OcrFactory loaded = nullptr;
  if (loaded) return loaded;
  const std::filesystem::path module = find_companion(kOcrModule);
  if (module.empty()) {
    problem = "this build of rag has no text recognition (" + std::string(kOcrModule) + " is not beside the program)";
    return nullptr;
  }
  void* handle = ::dlopen(module.c_str(), RTLD_NOW | RTLD_LOCAL);
  loaded = handle ? reinterpret_cast<OcrFactory>(::dlsym(handle, kOcrFactory)) : nullptr;
  if (loaded) return loaded;
  const char* reason = ::dlerror();
  problem = "install libtesseract5 (" + std::string(reason ? reason : "it cannot be loaded") + ")";
  return nullptr;
}

}  // namespace

std::vector<std::string> ocr_languages(const std::string& joined) {
  std::vector<std::string> languages;
  for (std::size_t at = 0; at <= joined.size();) {
    const std::size_t end = std::min(joined.find('+', at), joined.size());
    const std::string name = joined.substr(at, end - at);
    at = end + 1;
    if (!is_language(name)) throw Error(ErrorKind::Usage, "OCR languages \"" + joined + "\": expected names joined by '+', as in kor+eng");
    if (std::find(languages.begin(), languages.end(), name) == languages.end()) languages.push_back(name);
  }
  return languages;
}

void preload_recognizer() {
  std::string told_later;
  load_factory(told_later);
}

std::unique_ptr<Recognizer> open_recognizer(const std::vector<std::string>& languages, std::string& problem) {
  const OcrFactory open = load_factory(problem);
  return std::unique_ptr<Recognizer>(open ? open(languages, problem) : nullptr);
}

}  // namespace rag
