#include "models/model_folder.h"

#include <unistd.h>

#include <string>
#include <system_error>

#include "core/error.h"
#include "core/file.h"

namespace rag {
namespace {

namespace fs = std::filesystem;

fs::path beside(const fs::path& directory, const char* mark) {
  return directory.parent_path() / ("." + directory.filename().string() + mark + std::to_string(::getpid()));
}

// Somebody's folder must not vanish because its name was typed here.
void check_replaceable(const fs::path& out) {
  if (!fs::exists(fs::symlink_status(out))) return;
  if (fs::is_directory(out) && (fs::is_empty(out) || fs::exists(out / "config.json"))) return;
  throw Error(ErrorKind::Usage, out.string() + ": stands there and is no model directory; choose another name or move it away");
}

void put_in_place(const fs::path& aside, const fs::path& out) {
  const fs::path old = beside(out, ".old");
  if (fs::exists(out)) fs::rename(out, old);
  fs::rename(aside, out);
  sync_folder(out.parent_path());
  fs::remove_all(old);
}

}  // namespace

void write_model_folder(const fs::path& out_directory, const std::function<void(const fs::path&)>& write) {
  fs::path out = fs::absolute(out_directory).lexically_normal();
  if (!out.has_filename()) out = out.parent_path();
  const fs::path aside = beside(out, ".tmp");
  try {
    check_replaceable(out);
    fs::create_directories(aside);
    write(aside);
    put_in_place(aside, out);
  } catch (const fs::filesystem_error& error) {
    std::error_code ignored;
    fs::remove_all(aside, ignored);
    throw Error(ErrorKind::Io, out.string() + ": cannot be written: " + error.code().message());
  } catch (...) {
    std::error_code ignored;
    fs::remove_all(aside, ignored);
    throw;
  }
}

}  // namespace rag
