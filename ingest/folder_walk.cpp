#include "ingest/folder_walk.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <set>
#include <utility>

#include "core/error.h"
#include "core/file.h"
#include "core/text.h"
#include "ingest/ignore_rules.h"

namespace rag {
namespace {

using Identity = std::pair<dev_t, ino_t>;

constexpr std::size_t kMaxIgnoreFile = std::size_t{1} << 20;

struct DirectoryCloser {
  void operator()(DIR* directory) const { ::closedir(directory); }
};

struct Entry {
  std::string name;
  unsigned char type = DT_UNKNOWN;
};

// One folder's own ignore files, and where its paths begin.
struct Level {
  std::size_t prefix = 0;  // bytes of a relative path that lead to this folder, its '/' included
  IgnoreRules git;
  IgnoreRules rag;
};

bool has_line_break(const std::string& text) { return text.find('\n') != std::string::npos || text.find('\t') != std::string::npos; }

// A name as it may be shown and stored: valid UTF-8, one line.
std::string uri_of(const std::string& path) {
  std::string uri = escape_for_terminal(path);
  if (!has_line_break(uri)) return uri;
  std::string out;
  for (const char c : uri) {
    if (c == '\n')
      out += "\\x0A";
    else if (c == '\t')
      out += "\\x09";
    else
      out += c;
  }
  return out;
}

std::int64_t mtime_of(const struct stat& info) { return info.st_mtim.tv_sec * std::int64_t{1000000000} + info.st_mtim.tv_nsec; }

std::string real_path(const std::string& path) {
  const std::unique_ptr<char, decltype(&::free)> resolved(::realpath(path.c_str(), nullptr), &::free);
  return resolved ? resolved.get() : "";
}

std::string join_lines(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

class Walker {
 public:
  Walker(const std::string& root, const FolderWalkOptions& options)
      : options_(options), root_(root), real_root_(real_path(root)), excluded_(join_lines(options.exclude)), included_(join_lines(options.include)) {
    struct stat info {};
    if (!options.index.empty() && ::stat(options.index.c_str(), &info) == 0) index_ = {info.st_dev, info.st_ino};
  }

  FolderWalkResult walk() {
    struct stat info {};
    if (::stat(root_.c_str(), &info) == 0) ancestors_.push_back({info.st_dev, info.st_ino});
    folder("");
    std::sort(result_.files.begin(), result_.files.end(), [](const FoundFile& a, const FoundFile& b) { return a.uri < b.uri; });
    return std::move(result_);
  }

 private:
  // `relative` is "" or ends in '/'.
  void folder(const std::string& relative) {
    const std::string path = root_ + "/" + relative;
    std::unique_ptr<DIR, DirectoryCloser> directory(::opendir(path.c_str()));
    if (!directory) return skip(relative.empty() ? "." : relative, std::string("folder cannot be read: ") + std::strerror(errno));
    std::vector<Entry> entries;
    errno = 0;
    while (const dirent* found = ::readdir(directory.get())) {
      const std::string name = found->d_name;
      if (name != "." && name != "..") entries.push_back({name, found->d_type});
    }
    if (errno != 0) skip(relative, std::string("folder read in part: ") + std::strerror(errno));
    if (options_.folders_only) result_.folders.emplace_back(path);
    levels_.push_back(read_level(path, relative.size(), entries));
    const int fd = ::dirfd(directory.get());
    std::vector<Entry> folders;
    for (Entry& entry : entries) {
      if (visit(fd, relative, entry)) folders.push_back(std::move(entry));
    }
    // Descend only after the files, and with this folder closed: depth costs memory, never descriptors.
    directory.reset();
    for (const Entry& entry : folders) descend(relative + entry.name, entry.type == DT_LNK);
    levels_.pop_back();
  }

  Level read_level(const std::string& path, std::size_t prefix, const std::vector<Entry>& entries) {
    Level level;
    level.prefix = prefix;
    if (!options_.use_ignore_files) return level;
    for (const Entry& entry : entries) {
      if (entry.name == ".gitignore") level.git = read_rules(path + entry.name);
      if (entry.name == ".ragignore") level.rag = read_rules(path + entry.name);
    }
    return level;
  }

  IgnoreRules read_rules(const std::string& file) {
    try {
      return IgnoreRules(read_file(file, kMaxIgnoreFile));
    } catch (const Error& e) {
      skip(file.substr(root_.size() + 1), std::string("ignore file not obeyed: ") + e.what());
      return {};
    }
  }

  // True where the entry is a folder to descend into.
  bool visit(int folder_fd, const std::string& relative, const Entry& entry) {
    if (entry.name == ".rag") return false;
    if (!options_.include_hidden && entry.name[0] == '.') return ++result_.ignored, false;
    const std::string path = relative + entry.name;
    struct stat info {};
    unsigned char type = entry.type;
    if (options_.folders_only && type == DT_REG) return false;
    const bool known_folder = type == DT_DIR;
    if (!known_folder && ::fstatat(folder_fd, entry.name.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0)
      return skip(path, std::string("cannot be read: ") + std::strerror(errno)), false;
    const bool is_link = !known_folder && S_ISLNK(info.st_mode);
    // git judges a link by its own name, as a file.
    const bool is_folder = known_folder || S_ISDIR(info.st_mode);
    if (is_ignored(path, is_folder)) return ++result_.ignored, false;
    if (is_folder) return true;
    if (is_link) return follow(folder_fd, path, entry.name);
    add(path, info);
    return false;
  }

  bool is_ignored(const std::string& path, bool is_folder) const {
    const std::string_view whole = path;
    if (!excluded_.empty() && excluded_.judge(whole, is_folder) == Verdict::Ignore) return true;
    for (auto level = levels_.rbegin(); level != levels_.rend(); ++level) {
      const std::string_view inside = whole.substr(level->prefix);
      for (const IgnoreRules* rules : {&level->rag, &level->git}) {
        if (rules->empty()) continue;
        if (const Verdict verdict = rules->judge(inside, is_folder); verdict != Verdict::None) return verdict == Verdict::Ignore;
      }
    }
    return false;
  }

  bool is_included(std::string_view path) const {
    if (included_.empty() || included_.judge(path, false) == Verdict::Ignore) return true;
    for (std::size_t slash = path.rfind('/'); slash != std::string_view::npos; slash = path.rfind('/')) {
      path = path.substr(0, slash);
      if (included_.judge(path, true) == Verdict::Ignore) return true;
    }
    return false;
  }

  bool follow(int folder_fd, const std::string& path, const std::string& name) {
    struct stat info {};
    if (::fstatat(folder_fd, name.c_str(), &info, 0) != 0)
      return skip(path, errno == ELOOP ? "link in a circle" : std::string("link that leads nowhere: ") + std::strerror(errno)), false;
    const std::string target = real_path(root_ + "/" + path);
    if (target != real_root_ && !target.starts_with(real_root_ == "/" ? real_root_ : real_root_ + "/"))
      return skip(path, "link that leads out of the folder"), false;
    if (S_ISDIR(info.st_mode)) return true;
    add(path, info);
    return false;
  }

  void add(const std::string& path, const struct stat& info) {
    if (options_.folders_only) return;
    if (!is_included(path)) return void(++result_.ignored);
    if (!S_ISREG(info.st_mode)) return skip(path, "not a regular file");
    result_.files.push_back({root_is_slash() ? "/" + path : root_ + "/" + path, uri_of(path), static_cast<std::uint64_t>(info.st_size),
                             mtime_of(info)});
  }

  void descend(const std::string& path, bool through_link) {
    struct stat info {};
    if (::stat((root_ + "/" + path).c_str(), &info) != 0) return skip(path, std::string("folder cannot be read: ") + std::strerror(errno));
    const Identity identity{info.st_dev, info.st_ino};
    if (identity == index_) return;
    if (std::find(ancestors_.begin(), ancestors_.end(), identity) != ancestors_.end()) return skip(path, "link to a folder that holds it");
    // Links among folders can multiply paths without end; one way through each is enough.
    if (through_link && !linked_.insert(identity).second) return skip(path, "link to a folder that another link leads to");
    ancestors_.push_back(identity);
    folder(path + "/");
    ancestors_.pop_back();
  }

  bool root_is_slash() const { return root_.empty(); }
  void skip(const std::string& path, const std::string& reason) { result_.skipped.push_back({uri_of(path), reason}); }

  const FolderWalkOptions& options_;
  std::string root_;  // without a slash at its end
  std::string real_root_;
  IgnoreRules excluded_;
  IgnoreRules included_;  // its "ignore" is our "read"
  Identity index_{};
  std::vector<Level> levels_;
  std::vector<Identity> ancestors_;
  std::set<Identity> linked_;
  FolderWalkResult result_;
};

FolderWalkResult one_file(const std::filesystem::path& file, const struct stat& info) {
  FolderWalkResult result;
  const std::string uri = uri_of(file.filename().string());
  if (!S_ISREG(info.st_mode)) {
    result.skipped.push_back({uri, "not a regular file"});
  } else {
    result.files.push_back(
        {file, uri, static_cast<std::uint64_t>(info.st_size), mtime_of(info)});
  }
  return result;
}

}  // namespace

std::optional<FoundFile> look_again(const FoundFile& file) {
  struct stat info {};
  if (::stat(file.path.c_str(), &info) != 0) {
    if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
    return file;  // whoever opens it learns why
  }
  if (!S_ISREG(info.st_mode)) return std::nullopt;
  FoundFile now = file;
  now.size = static_cast<std::uint64_t>(info.st_size);
  now.mtime_ns = mtime_of(info);
  return now;
}

FolderWalkResult walk_folder(const std::filesystem::path& root, const FolderWalkOptions& options) {
  struct stat info {};
  if (::stat(root.c_str(), &info) != 0)
    throw Error(ErrorKind::Usage, uri_of(root.string()) + ": " + std::strerror(errno) + "; give a folder or a file that is there");
  if (!S_ISDIR(info.st_mode)) return one_file(root, info);
  std::string path = root.string();
  while (path.ends_with('/')) path.pop_back();
  return Walker(path, options).walk();
}

}  // namespace rag
