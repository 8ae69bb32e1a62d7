#pragma once

#include <string>
#include <utility>
#include <vector>

#include "tests/http/local_server.h"

namespace rag::test {

// A local server that answers each request as its script says, whatever is asked.
class ScriptedServer {
 public:
  using Step = LocalServer::Reply;

  explicit ScriptedServer(std::vector<Step> script)
      : script_(std::move(script)), server_([this](const std::string&) { return script_[next_++]; }, script_.size()) {}

  std::string url() const { return server_.origin() + "/v1"; }
  std::vector<std::string> requests() const { return server_.requests(); }

 private:
  std::vector<Step> script_;
  std::size_t next_ = 0;
  LocalServer server_;
};

}  // namespace rag::test
