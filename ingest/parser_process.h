#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "ingest/sandbox.h"
#include "ingest/wire.h"

namespace rag {

// What came of waiting for the child: `Part`, and there is more to wait for; `Recording`, and it waits for keep() or take(); or how the request ended.
enum class Reply { Part, Recording, Answered, Died, TimedOut, TooLarge };

// One running `rag-parse`, its socket, and the end of both.  The only place that knows how the child is started and killed.
class ParserProcess {
 public:
  // Throws Error(Io) where the program is not found or cannot be started.
  explicit ParserProcess(const ParseLimits& limits);
  ParserProcess(const ParserProcess&) = delete;
  ParserProcess& operator=(const ParserProcess&) = delete;
  ~ParserProcess();  // kills it

  // Hands over an open file.  False where the child is gone; the file is not to blame for that.
  // `read`: what of its members was read before.
  bool send(int file, const std::string& uri, bool with_ocr, bool with_recordings = false, const MembersRead& read = {});
  // The same for a corpus; `file` stands at `place`.
  bool send_corpus(int file, const std::string& uri, const CorpusPlace& place);

  // Waits for the answer or a part of it; each has the whole of max_wall.  Throws Error(Interrupted) where a stop was requested.
  // A page to recognise gives the child max_wall anew, in all not more than ParseLimits::ocr allows.
  // `before`: called with the size of the answer before any of it is taken in; may take its time.
  Reply receive(std::string& answer, const std::function<void(std::size_t bytes)>& before);

  // The recording that receive() told of: left to the child, or its bytes written to an open file.  False where the child did not send them.
  void keep();
  bool take(std::uint64_t bytes, int into);

  // Whether it was at a page to recognise, rather than at the file's own text, when it last gave a sign.
  bool was_recognizing() const { return recognizing_; }

  // Ends the child and says how it ended, in words for a reason: "used more than 30 s of processor time".  Empty where it was
  // killed by a SIGKILL that was not ours (out of memory, or by hand).
  std::string obituary();

 private:
  bool send_request(int file, const std::string& uri, const std::string& request, std::uint64_t kind);
  bool receive_bytes(char* into, std::size_t size, std::chrono::steady_clock::time_point deadline, Reply& reply);
  void end();

  ParseLimits limits_;
  pid_t pid_ = -1;
  int socket_ = -1;
  int status_ = 0;
  bool killed_by_us_ = false;
  bool recognizing_ = false;
  std::string uri_;  // of the file it has
  std::size_t pages_recognized_ = 0;
};

}  // namespace rag
