#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/document.h"
#include "index/source_settings.h"

namespace rag {

// Puts one value on the documents of a source:
//     dept = path segment 1      the first folder below the source: "hr" for hr/2024/leave.pdf
//     year = path segment -1     the last one, the folder the file lies in: "2024"
//     owner = 인사팀              the same for all of them; quotes only where it looks like one of the above
struct MetadataRule {
  std::string key;
  int segment = 0;    // counts folders, from 1, or from the end, from -1; 0: `value` for every document
  std::string value;
};

// Throws Error(Usage) showing what a rule looks like.  Keys are letters, digits, '_', '-' and '.', so that filters can name them.
MetadataRule parse_metadata_rule(std::string_view text);

// What the settings of a source do to its documents.
class SourceRules {
 public:
  SourceRules() = default;
  explicit SourceRules(const SourceSettings& settings);

  // Sets the keys of the rules, in place of the document's own; a file with fewer folders than a rule counts keeps what it has.
  // Access and language are set where the source has them.
  void apply(Document& document, std::string_view file_uri) const;

  bool depend_on_path() const;
  // All of it as one text: other documents' metadata where it differs.  "" where documents stay as they were read.
  const std::string& name() const { return name_; }

 private:
  std::vector<MetadataRule> rules_;
  std::vector<std::string> access_;
  std::string language_;
  std::string name_;
};

}  // namespace rag
