#include "ingest/xml_stream.h"

#include <expat.h>

#include <algorithm>
#include <cstring>
#include <exception>
#include <memory>
#include <type_traits>

#include "core/error.h"

namespace rag {
namespace {

constexpr int kMaxDepth = 256;
constexpr std::size_t kPiece = std::size_t{1} << 20;  // expat takes an int, and keeps a copy of what it has not finished

std::string_view local(const char* name) {
  const char* colon = std::strrchr(name, ':');
  return colon ? colon + 1 : name;
}

// Carries what a listener throws past the C frames between.
struct Run {
  XML_Parser parser;
  XmlListener& listener;
  int depth = 0;
  std::exception_ptr thrown;
  const char* refusal = nullptr;

  void stop() { XML_StopParser(parser, XML_FALSE); }

  template <typename Tell>
  void tell(Tell&& call) {
    if (thrown || refusal) return;
    try {
      call();
    } catch (...) {
      thrown = std::current_exception();
      stop();
    }
  }
};

void XMLCALL on_start(void* user, const char* name, const char** attributes) {
  Run& run = *static_cast<Run*>(user);
  if (++run.depth > kMaxDepth) {
    run.refusal = "nests deeper than 256 elements";
    run.stop();
  }
  run.tell([&] { run.listener.on_start(local(name), XmlAttributes(attributes)); });
}
void XMLCALL on_end(void* user, const char* name) {
  Run& run = *static_cast<Run*>(user);
  --run.depth;
  run.tell([&] { run.listener.on_end(local(name)); });
}
void XMLCALL on_text(void* user, const char* text, int size) {
  Run& run = *static_cast<Run*>(user);
  run.tell([&] { run.listener.on_text({text, static_cast<std::size_t>(size)}); });
}
void XMLCALL on_doctype(void* user, const char*, const char*, const char*, int) {
  Run& run = *static_cast<Run*>(user);
  run.refusal = "has a document type declaration";
  run.stop();
}

}  // namespace

std::string_view XmlAttributes::get(std::string_view local_name) const {
  for (const char* const* pair = pairs_; *pair; pair += 2)
    if (local(pair[0]) == local_name) return pair[1];
  return "";
}

void stream_xml(std::string_view xml, const std::string& what, XmlListener& listener) {
  const std::unique_ptr<std::remove_pointer_t<XML_Parser>, decltype(&XML_ParserFree)> parser(XML_ParserCreate(nullptr), &XML_ParserFree);
  if (!parser) throw std::bad_alloc();
  Run run{.parser = parser.get(), .listener = listener};
  XML_SetUserData(parser.get(), &run);
  XML_SetElementHandler(parser.get(), &on_start, &on_end);
  XML_SetCharacterDataHandler(parser.get(), &on_text);
  XML_SetStartDoctypeDeclHandler(parser.get(), &on_doctype);
  for (std::size_t at = 0;;) {
    const std::size_t size = std::min(kPiece, xml.size() - at);
    const bool last = at + size == xml.size();
    const XML_Status status = XML_Parse(parser.get(), xml.data() + at, static_cast<int>(size), last);
    if (run.thrown) std::rethrow_exception(run.thrown);
    if (run.refusal) throw Error(ErrorKind::Ingest, what + " " + run.refusal);
    if (status != XML_STATUS_OK)
      throw Error(ErrorKind::Ingest, what + " is not XML at byte " + std::to_string(XML_GetCurrentByteIndex(parser.get())) + " (" +
                                         XML_ErrorString(XML_GetErrorCode(parser.get())) + ")");
    if (last) return;
    at += size;
  }
}

}  // namespace rag
