#pragma once

#include <string>
#include <string_view>

namespace rag {

// The attributes of one element.  Only valid within the call that hands it over.
class XmlAttributes {
 public:
  explicit XmlAttributes(const char* const* pairs) : pairs_(pairs) {}
  std::string_view get(std::string_view local_name) const;  // "" where there is none; prefixes do not count

 private:
  const char* const* pairs_;
};

// What stream_xml() tells, in document order.  Names come without their prefix.
class XmlListener {
 public:
  virtual ~XmlListener() = default;
  virtual void on_start(std::string_view name, const XmlAttributes& attributes) = 0;
  virtual void on_end(std::string_view name) = 0;
  virtual void on_text(std::string_view text) = 0;  // UTF-8, a run in any number of pieces
};

// Reads XML of any size without building a tree.  Throws Error(Ingest), beginning with `what`, where it is not well-formed, nests
// deeper than 256, or has a document type declaration (entities are how small files become large ones); and whatever the listener
// throws.
void stream_xml(std::string_view xml, const std::string& what, XmlListener& listener);

}  // namespace rag
