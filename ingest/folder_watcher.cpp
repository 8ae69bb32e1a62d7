#include "ingest/folder_watcher.h"

#include <poll.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <map>
#include <set>
#include <thread>
#include <utility>

#include "core/error.h"
#include "core/interrupt.h"
#include "ingest/mount_table.h"

namespace rag {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kSlice{200};      // how soon an interrupt is noticed where no signal ends the waiting
constexpr milliseconds kLookForLost{1000};
constexpr int kMaxRounds = 20;           // of looking for folders that appeared while we looked

// IN_ATTRIB: a file that may be read now may not have been before.  IN_MODIFY: some writers never close.
constexpr std::uint32_t kEvents = IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_CLOSE_WRITE | IN_MODIFY | IN_ATTRIB | IN_DELETE_SELF |
                                  IN_MOVE_SELF | IN_ONLYDIR | IN_EXCL_UNLINK;

// Others write there, and this machine is not told.
bool is_on_network(const std::filesystem::path& path) {
  struct statfs info {};
  if (::statfs(path.c_str(), &info) != 0) return false;
  constexpr std::array<std::uint32_t, 8> kNetwork{0x6969, 0xFF534D42, 0xFE534D42, 0x517B, 0x01021997, 0x65735546, 0x5346414F, 0x00C36400};
  return std::find(kNetwork.begin(), kNetwork.end(), static_cast<std::uint32_t>(info.f_type)) != kNetwork.end();  // NFS, CIFS, SMB, 9P, FUSE, AFS, Ceph
}

std::string system_limit() {
  std::string limit;
  std::ifstream("/proc/sys/fs/inotify/max_user_watches") >> limit;
  return limit.empty() ? "unknown" : limit;
}

bool is_folder(const std::filesystem::path& path) {
  std::error_code error;
  return std::filesystem::is_directory(path, error);
}

bool is_there(const std::filesystem::path& path) {
  std::error_code error;
  return std::filesystem::exists(path, error);
}

// Of a file: the folder it lies in, since whoever writes aside replaces it.
std::filesystem::path watched_place(const std::filesystem::path& root) { return is_folder(root) ? root : root.parent_path(); }

using Identity = std::pair<dev_t, ino_t>;

Identity identity_of(const std::filesystem::path& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 ? Identity{info.st_dev, info.st_ino} : Identity{};
}

}  // namespace

class FolderWatcher::Watches {
 public:
  Watches(std::vector<WatchedRoot> roots, const FolderWatchOptions& options) : options_(options), queue_(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {
    const int trouble = errno;
    for (WatchedRoot& root : roots) roots_.push_back({.path = std::move(root.path), .walk = std::move(root.walk)});
    for (std::size_t i = 0; i < roots_.size(); ++i) {
      roots_[i].walk.folders_only = true;
      if (queue_ < 0)
        poll_instead(i, std::string("the system gives no notice (") + std::strerror(trouble) + "; fs.inotify.max_user_instances may be reached)");
      else if (is_on_network(roots_[i].path))
        poll_instead(i, "a network file system gives no notice of what others write");
      else
        watch_folders(i);
    }
  }

  ~Watches() {
    if (queue_ >= 0) ::close(queue_);
  }

  std::vector<std::filesystem::path> wait(milliseconds at_most) {
    const auto deadline = Clock::now() + at_most;
    while (!interrupted()) {
      take_events();
      look_at_unwatched();
      const auto now = Clock::now();
      if (!changed_.empty() && (now >= last_change_ + options_.settle || now >= first_change_ + options_.longest)) return tell();
      if (changed_.empty() && now >= deadline) break;
      sleep(std::min(kSlice, options_.settle));
    }
    return {};
  }

  std::vector<std::string> take_notes() { return std::exchange(notes_, {}); }
  std::size_t folders() const { return watches_.size(); }
  bool polls(const std::filesystem::path& path) const {
    return std::any_of(roots_.begin(), roots_.end(), [&](const Root& root) { return root.path == path && root.polled; });
  }

 private:
  struct Root {
    std::filesystem::path path;
    FolderWalkOptions walk;
    bool polled = false;
    bool lost = false;         // not there any more
    bool rearranged = false;   // its folders may be others than those watched
    Identity watched;          // the folder that had its path when it was watched
    std::vector<std::filesystem::path> mounts;  // below it, likewise
    Clock::time_point looked_at = Clock::now();
  };
  struct Watch {
    std::filesystem::path folder;
    std::set<std::size_t> roots;  // indices; several where one root lies in another
  };

  void note(std::size_t root, const std::string& what) { notes_.push_back(roots_[root].path.string() + ": " + what); }

  void poll_instead(std::size_t root, const std::string& why) {
    roots_[root].polled = true;
    forget(root, {});
    note(root, why + "; it is looked at every " + std::to_string(std::max<std::int64_t>(1, options_.poll.count() / 1000)) + " s instead");
  }

  // Ends the watches of a root, but for these.
  void forget(std::size_t root, const std::set<int>& but) {
    for (auto it = watches_.begin(); it != watches_.end();) {
      if (!but.contains(it->first)) it->second.roots.erase(root);
      if (!it->second.roots.empty()) {
        ++it;
        continue;
      }
      ::inotify_rm_watch(queue_, it->first);
      it = watches_.erase(it);
    }
  }

  std::vector<std::filesystem::path> folders_of(const Root& root) const {
    if (!is_folder(root.path)) return {watched_place(root.path)};
    try {
      return walk_folder(root.path, root.walk).folders;
    } catch (const Error&) {  // gone in this moment
      return {};
    }
  }

  // A folder that appears while its siblings are listed may hold others before it is watched: so once more, until all are known.
  void watch_folders(std::size_t index) {
    Root& root = roots_[index];
    root.rearranged = false;
    if (!is_there(root.path)) return lose(index);
    root.watched = identity_of(watched_place(root.path));
    root.mounts = mounts_.below(root.path);
    if (std::ranges::any_of(root.mounts, is_on_network)) return poll_instead(index, "a network file system is mounted in it, and gives no notice of what others write");
    std::set<int> known, before;
    for (int round = 0; round < kMaxRounds; ++round) {
      before = std::exchange(known, {});
      for (const std::filesystem::path& folder : folders_of(root)) {
        const bool full = options_.max_folders > 0 && watches_.size() >= options_.max_folders && !is_watched(folder);
        const int watch = full ? -1 : ::inotify_add_watch(queue_, folder.c_str(), kEvents);
        if (full || (watch < 0 && (errno == ENOSPC || errno == ENOMEM)))
          return poll_instead(index, "more folders than the system watches (fs.inotify.max_user_watches is " + system_limit() + ")");
        if (watch < 0) continue;  // gone again, or not ours to look at: whoever reads the root says so
        known.insert(watch);
        watches_[watch].folder = folder;
        watches_[watch].roots.insert(index);
      }
      if (known == before) break;
    }
    forget(index, known);
  }

  bool is_watched(const std::filesystem::path& folder) const {
    return std::any_of(watches_.begin(), watches_.end(), [&](const auto& it) { return it.second.folder == folder; });
  }

  void lose(std::size_t index) {
    if (std::exchange(roots_[index].lost, true)) return;
    forget(index, {});
    note(index, "is gone; waiting for it to come back");
  }

  void mark(std::size_t root) {
    last_change_ = Clock::now();
    if (changed_.empty()) first_change_ = last_change_;
    changed_.insert(root);
  }

  // Nobody is told that a folder above was renamed, or that something was mounted over it: the watches stay with what had the path before.
  void rearrange(std::size_t root) {
    roots_[root].rearranged = true;
    mark(root);
  }

  void take_events() {
    if (queue_ < 0) return;
    alignas(inotify_event) std::array<char, 65536> buffer;
    for (ssize_t size; (size = ::read(queue_, buffer.data(), buffer.size())) > 0;) {
      for (ssize_t at = 0; at < size;) {
        const auto* event = reinterpret_cast<const inotify_event*>(buffer.data() + at);
        at += static_cast<ssize_t>(sizeof(inotify_event) + event->len);
        take(*event, event->len > 0 ? std::string(event->name) : "");
      }
    }
  }

  void take(const inotify_event& event, const std::string& name) {
    if (event.mask & IN_Q_OVERFLOW) {
      for (std::size_t root = 0; root < roots_.size(); ++root) {
        if (!roots_[root].polled) rearrange(root);
      }
      return;
    }
    const auto found = watches_.find(event.wd);
    if (found == watches_.end()) return;  // of a watch that was ended meanwhile
    const Watch watch = found->second;
    if (event.mask & IN_IGNORED) watches_.erase(found);
    for (const std::size_t index : watch.roots) {
      Root& root = roots_[index];
      if (!concerns(root, watch.folder, event, name)) continue;
      const bool folders = (event.mask & (IN_ISDIR | IN_DELETE_SELF | IN_MOVE_SELF | IN_IGNORED | IN_UNMOUNT)) != 0;
      root.rearranged |= folders || name == ".gitignore" || name == ".ragignore";
      mark(index);
    }
  }

  // What the walk would not see is no change.
  static bool concerns(const Root& root, const std::filesystem::path& folder, const inotify_event& event, const std::string& name) {
    if (event.mask & (IN_DELETE_SELF | IN_MOVE_SELF | IN_IGNORED | IN_UNMOUNT)) return true;
    if (root.path != folder && !is_folder(root.path) && root.path.parent_path() == folder) return root.path.filename() == name;
    if (name == ".rag") return false;
    const bool rules = root.walk.use_ignore_files && (name == ".gitignore" || name == ".ragignore");
    return root.walk.include_hidden || rules || name.empty() || name[0] != '.';
  }

  void look_at_unwatched() {
    const auto now = Clock::now();
    const bool mounted = mounts_.has_changed();
    for (std::size_t i = 0; i < roots_.size(); ++i) {
      Root& root = roots_[i];
      if (mounted && !root.polled && !root.lost && mounts_.below(root.path) != root.mounts) rearrange(i);
      if (root.lost && now >= root.looked_at + kLookForLost) {
        root.looked_at = now;
        if (!is_there(root.path)) continue;
        root.lost = false;
        note(i, "is back");
        if (!root.polled) watch_folders(i);
        mark(i);
      } else if (root.polled && !root.lost && now >= root.looked_at + options_.poll) {
        root.looked_at = now;
        if (!is_there(root.path)) lose(i);
        mark(i);
        last_change_ = now - options_.settle;  // nothing to wait for
      } else if (!root.polled && !root.lost && now >= root.looked_at + kLookForLost) {
        root.looked_at = now;
        if (identity_of(watched_place(root.path)) != root.watched) rearrange(i);
      }
    }
  }

  std::vector<std::filesystem::path> tell() {
    std::vector<std::filesystem::path> paths;
    for (const std::size_t index : std::exchange(changed_, {})) {
      if (roots_[index].rearranged && !roots_[index].polled && !roots_[index].lost) watch_folders(index);
      paths.push_back(roots_[index].path);
    }
    return paths;
  }

  void sleep(milliseconds time) const {
    pollfd queue{.fd = queue_, .events = POLLIN, .revents = 0};
    ::poll(&queue, queue_ >= 0 && changed_.empty() ? 1 : 0, static_cast<int>(time.count()));
  }

  FolderWatchOptions options_;
  int queue_;
  MountTable mounts_;
  std::vector<Root> roots_;
  std::map<int, Watch> watches_;
  std::set<std::size_t> changed_;
  Clock::time_point first_change_, last_change_;
  std::vector<std::string> notes_;
};

FolderWatcher::FolderWatcher(std::vector<WatchedRoot> roots, const FolderWatchOptions& options)
    : watches_(std::make_unique<Watches>(std::move(roots), options)) {}
FolderWatcher::~FolderWatcher() = default;

std::vector<std::filesystem::path> FolderWatcher::wait(milliseconds at_most) { return watches_->wait(at_most); }
std::vector<std::string> FolderWatcher::take_notes() { return watches_->take_notes(); }
std::size_t FolderWatcher::watched_folders() const { return watches_->folders(); }
bool FolderWatcher::polls(const std::filesystem::path& root) const { return watches_->polls(root); }

}  // namespace rag
