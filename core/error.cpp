#include "core/error.h"

namespace rag {

int exit_code(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::Usage:
    case ErrorKind::NotFound:
      return 2;
    case ErrorKind::Corrupt:
    case ErrorKind::Mismatch:
      return 4;
    case ErrorKind::Ingest:
      return 5;
    case ErrorKind::Backend:
    case ErrorKind::Io:
      return 6;
    case ErrorKind::Interrupted:
      return 130;
  }
  return 6;
}

}  // namespace rag
