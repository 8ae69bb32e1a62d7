#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/xml.h"

namespace rag {

// The words and numbers of a chart.
struct OdfChart {
  std::vector<std::string> titles;             // its own, what stands below it, those of its axes
  std::vector<std::vector<std::string>> rows;  // a row a category, a column a series, where the chart keeps its values; of one over cells it does not
  std::size_t header_rows = 0;

  bool empty() const { return titles.empty() && rows.empty(); }
};

// The charts of an OpenDocument file: objects, each a document of its own within the file.  Only for this room's .cpp files.
class OdfCharts {
 public:
  // `bytes`: of the file, zip or flat form; must outlive the object, as `warnings` must, where charts that cannot be read are told of.
  OdfCharts(std::string_view bytes, std::vector<std::string>& warnings) : bytes_(bytes), warnings_(warnings) {}

  // The chart that a <draw:object> shows; an empty one for objects of other kinds, and where it was given before: a file that shows one chart
  // a million times is an attack.
  OdfChart of(const pugi::xml_node& object);

 private:
  const std::string* content_of(const std::string& object);

  std::string_view bytes_;
  std::vector<std::string>& warnings_;
  std::optional<std::map<std::string, std::string>> contents_;  // by name of the member, once one is asked for
  std::set<std::string> seen_;
};

}  // namespace rag
