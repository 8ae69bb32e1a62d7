#pragma once

#include <stdexcept>
#include <string>

namespace rag {

// What kind of trouble ended a command.  Each kind has one exit code (see exit_code).
enum class ErrorKind {
  Usage,        // the caller asked for something that cannot be: a bad option, a missing folder
  NotFound,     // the thing asked for is not there: a document id, a model name
  Corrupt,      // stored bytes are damaged: a bad checksum, a cut file
  Mismatch,     // stored with another model, chunker or format than this run has
  Ingest,       // an input document could not be read
  Backend,      // a model, a server or a remote engine failed
  Io,           // the operating system refused: disk full, no permission
  Interrupted,  // Ctrl-C or SIGTERM
};

// The one exception of this library.  The message is a single line for the person who meets it:
// where it happened: what was found, what was expected; what to do.
class Error : public std::runtime_error {
 public:
  Error(ErrorKind kind, const std::string& message) : std::runtime_error(message), kind_(kind) {}
  ErrorKind kind() const { return kind_; }

 private:
  ErrorKind kind_;
};

// 2 usage or not found, 4 corrupt or mismatch, 5 ingest, 6 backend or io, 130 interrupted.
int exit_code(ErrorKind kind);

}  // namespace rag
