#include "ingest/start_program.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <unistd.h>

#include <cstring>

#include "core/error.h"

namespace rag {
namespace {

// posix_spawn's attribute objects, destroyed on every way out.
struct SpawnSettings {
  posix_spawn_file_actions_t files;
  posix_spawnattr_t attributes;
  SpawnSettings() {
    posix_spawn_file_actions_init(&files);
    posix_spawnattr_init(&attributes);
  }
  SpawnSettings(const SpawnSettings&) = delete;
  SpawnSettings& operator=(const SpawnSettings&) = delete;
  ~SpawnSettings() {
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
  }
};

}  // namespace

pid_t start_program(std::vector<std::string> words, std::span<const HandedDescriptor> handed) {
  SpawnSettings settings;
  for (const auto& [ours, theirs] : handed) {
    if (ours < 0)
      posix_spawn_file_actions_addopen(&settings.files, theirs, "/dev/null", O_RDWR, 0);
    else
      posix_spawn_file_actions_adddup2(&settings.files, ours, theirs);
  }
  posix_spawn_file_actions_addclosefrom_np(&settings.files, static_cast<int>(handed.size()));
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setsigmask(&settings.attributes, &none);
  posix_spawnattr_setsigdefault(&settings.attributes, &all);
  posix_spawnattr_setpgroup(&settings.attributes, 0);
  posix_spawnattr_setflags(&settings.attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  pid_t pid = -1;
  const int error = ::posix_spawn(&pid, words[0].c_str(), &settings.files, &settings.attributes, arguments.data(), environ);
  if (error != 0) throw Error(ErrorKind::Io, words[0] + ": cannot be started: " + std::strerror(error));
  return pid;
}

}  // namespace rag
