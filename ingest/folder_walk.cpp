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
#include <optional>
#include <set>
#include <string_view>
#include <tuple>
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

// A file or folder to visit, in the order of `key`: its name as a uri, a folder's with the '/' that follows, so that a folder's files come
// where their uris say.
struct Entry {
  std::string name;
  std::string key;
  bool is_folder = false;
  bool through_link = false;
  std::uint64_t size = 0;
  std::int64_t mtime_ns = 0;
};

struct Name {
  std::string name;
  unsigned char type = DT_UNKNOWN;
};

// One folder's own ignore files, and where its paths begin.
struct Level {
  std::size_t prefix = 0;  // bytes of a relative path that lead to this folder, its '/' included
  IgnoreRules git;
  IgnoreRules rag;
};

std::string real_path(const std::string& path) {
  const std::unique_ptr<char, decltype(&::free)> resolved(::realpath(path.c_str(), nullptr), &::free);
  return resolved ? resolved.get() : "";
}

std::string join_lines(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

std::int64_t mtime_of(const struct stat& info) { return info.st_mtim.tv_sec * std::int64_t{1000000000} + info.st_mtim.tv_nsec; }

// True where the folder lies in that part of the tree or leads to it.
bool leads_to(const std::string& folder_uri, const std::string& within) { return folder_uri.starts_with(within) || within.starts_with(folder_uri); }
bool lies_in(const std::string& uri, const std::string& within) {
  return within.empty() || uri == within || (within.ends_with('/') && uri.starts_with(within));
}

class Walker {
 public:
  Walker(const std::string& root, const FolderWalkOptions& options, const std::function<void(const SeenFile&)>& visit, const std::function<void(const SkippedFile&)>& skip)
      : options_(options), visit_(visit), skip_(skip), root_(root), real_root_(real_path(root)), excluded_(join_lines(options.exclude)), included_(join_lines(options.include)) {
    struct stat info {};
    if (!options.index.empty() && ::stat(options.index.c_str(), &info) == 0) index_ = {info.st_dev, info.st_ino};
  }

  FolderWalkResult walk() {
    struct stat info {};
    if (::stat(root_.c_str(), &info) == 0) ancestors_.push_back({info.st_dev, info.st_ino});
    folder("", "");
    return std::move(result_);
  }

 private:
  // `relative` is "" or ends in '/'; `uri` is the same as it may be shown.
  void folder(const std::string& relative, const std::string& uri) {
    const std::string path = root_ + "/" + relative;
    std::vector<Entry> entries;
    {
      // Closed before the folders in it are walked: depth costs memory, never descriptors.
      const std::unique_ptr<DIR, DirectoryCloser> directory(::opendir(path.c_str()));
      if (!directory) return cannot_see(relative.empty() ? "." : relative, std::string("folder cannot be read: ") + std::strerror(errno));
      const std::vector<Name> names = names_in(directory.get(), relative);
      if (options_.folders_only) result_.folders.emplace_back(path);
      levels_.push_back(read_level(path, relative.size(), names));
      for (const Name& name : names)
        if (auto entry = look_at(::dirfd(directory.get()), relative, name)) entries.push_back(std::move(*entry));
    }
    std::ranges::sort(entries, [](const Entry& a, const Entry& b) { return std::tie(a.key, a.name) < std::tie(b.key, b.name); });
    for (const Entry& entry : entries) {
      if (entry.is_folder) {
        if (leads_to(uri + entry.key, options_.within)) descend(relative + entry.name, uri + entry.key, entry.through_link);
      } else if (const std::string file_uri = uri + entry.key; lies_in(file_uri, options_.within)) {
        visit_({path + entry.name, file_uri, entry.size, entry.mtime_ns});
      }
    }
    levels_.pop_back();
  }

  std::vector<Name> names_in(DIR* directory, const std::string& relative) {
    std::vector<Name> names;
    errno = 0;
    while (const dirent* found = ::readdir(directory)) {
      const std::string_view name = found->d_name;
      if (name != "." && name != "..") names.push_back({std::string(name), found->d_type});
    }
    if (errno != 0) cannot_see(relative.empty() ? "." : relative, std::string("folder read in part: ") + std::strerror(errno));
    return names;
  }

  Level read_level(const std::string& path, std::size_t prefix, const std::vector<Name>& names) {
    Level level;
    level.prefix = prefix;
    if (!options_.use_ignore_files) return level;
    for (const auto& [name, type] : names) {
      if (name == ".gitignore") level.git = read_rules(path + name);
      if (name == ".ragignore") level.rag = read_rules(path + name);
    }
    return level;
  }

  IgnoreRules read_rules(const std::string& file) {
    try {
      return IgnoreRules(read_file(file, kMaxIgnoreFile));
    } catch (const Error& e) {
      cannot_see(file.substr(root_.size() + 1), std::string("ignore file not obeyed: ") + e.what());
      return {};
    }
  }

  // Nothing where it is left out.
  std::optional<Entry> look_at(int folder_fd, const std::string& relative, const Name& found) {
    const std::string& name = found.name;
    if (name == ".rag") return std::nullopt;
    if (!options_.include_hidden && name[0] == '.') return ++result_.ignored, std::nullopt;
    if (options_.folders_only && found.type == DT_REG) return std::nullopt;
    const std::string path = relative + name;
    struct stat info {};
    const bool known_folder = found.type == DT_DIR;
    if (!known_folder && ::fstatat(folder_fd, name.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0)
      return cannot_see(path, std::string("cannot be read: ") + std::strerror(errno)), std::nullopt;
    const bool is_link = !known_folder && S_ISLNK(info.st_mode);
    // git judges a link by its own name, as a file.
    const bool is_folder = known_folder || S_ISDIR(info.st_mode);
    if (is_ignored(path, is_folder)) return ++result_.ignored, std::nullopt;
    if (is_folder) return Entry{.name = name, .key = shown_path(name) + '/', .is_folder = true};
    if (is_link) return follow(folder_fd, path, name);
    return file_entry(path, name, info);
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

  std::optional<Entry> follow(int folder_fd, const std::string& path, const std::string& name) {
    struct stat info {};
    if (::fstatat(folder_fd, name.c_str(), &info, 0) != 0) {
      if (errno == ELOOP) return skip(path, "link in a circle"), std::nullopt;
      return cannot_see(path, std::string("link that leads nowhere: ") + std::strerror(errno)), std::nullopt;  // to a disk that is not mounted, perhaps
    }
    const std::string target = real_path(root_ + "/" + path);
    if (target != real_root_ && !target.starts_with(real_root_ == "/" ? real_root_ : real_root_ + "/"))
      return skip(path, "link that leads out of the folder"), std::nullopt;
    if (S_ISDIR(info.st_mode)) return Entry{.name = name, .key = shown_path(name) + '/', .is_folder = true, .through_link = true};
    return file_entry(path, name, info);
  }

  std::optional<Entry> file_entry(const std::string& path, const std::string& name, const struct stat& info) {
    if (options_.folders_only) return std::nullopt;
    if (!is_included(path)) return ++result_.ignored, std::nullopt;
    if (!S_ISREG(info.st_mode)) return skip(path, "not a regular file"), std::nullopt;
    return Entry{.name = name, .key = shown_path(name), .size = static_cast<std::uint64_t>(info.st_size), .mtime_ns = mtime_of(info)};
  }

  void descend(const std::string& path, const std::string& uri, bool through_link) {
    struct stat info {};
    if (::stat((root_ + "/" + path).c_str(), &info) != 0) return cannot_see(path, std::string("folder cannot be read: ") + std::strerror(errno));
    const Identity identity{info.st_dev, info.st_ino};
    if (identity == index_) return;
    if (std::find(ancestors_.begin(), ancestors_.end(), identity) != ancestors_.end()) return skip(path, "link to a folder that holds it");
    // Links among folders can multiply paths without end; one way through each is enough.
    if (through_link && !linked_.insert(identity).second) return skip(path, "link to a folder that another link leads to");
    ancestors_.push_back(identity);
    folder(path + "/", uri);
    ancestors_.pop_back();
  }

  void skip(const std::string& path, const std::string& reason) { skip_({shown_path(path), reason}); }
  void cannot_see(const std::string& path, const std::string& reason) { skip_({shown_path(path), reason, true}); }

  const FolderWalkOptions& options_;
  const std::function<void(const SeenFile&)>& visit_;
  const std::function<void(const SkippedFile&)>& skip_;
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

bool is_hex_digit(char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F'); }

// "\x41" written in a name, which would be taken for an escaped byte.
bool looks_escaped(std::string_view text) { return text.size() >= 4 && text.starts_with("\\x") && is_hex_digit(text[2]) && is_hex_digit(text[3]); }

void one_file(const std::string& file, const struct stat& info, const std::function<void(const SeenFile&)>& visit, const std::function<void(const SkippedFile&)>& skip) {
  const std::string uri = shown_path(std::filesystem::path(file).filename().string());
  if (S_ISREG(info.st_mode))
    visit({file, uri, static_cast<std::uint64_t>(info.st_size), mtime_of(info)});
  else
    skip({uri, "not a regular file"});
}

}  // namespace

std::string shown_path(std::string_view path) {
  std::string line;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (path[i] == '\n')
      line += "\\x0A";
    else if (path[i] == '\t')
      line += "\\x09";
    else if (looks_escaped(path.substr(i)))
      line += "\\x5C";
    else
      line += path[i];
  }
  return escape_for_terminal(line);
}

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

FolderWalkResult visit_folder(const std::filesystem::path& root, const FolderWalkOptions& options, const std::function<void(const SeenFile&)>& visit,
                              const std::function<void(const SkippedFile&)>& skip) {
  if (!skip) {
    std::vector<SkippedFile> skipped;
    FolderWalkResult result = visit_folder(root, options, visit, [&](const SkippedFile& file) { skipped.push_back(file); });
    result.skipped = std::move(skipped);
    return result;
  }
  struct stat info {};
  if (::stat(root.c_str(), &info) != 0)
    throw Error(ErrorKind::Usage, shown_path(root.string()) + ": " + std::strerror(errno) + "; give a folder or a file that is there");
  std::string path = root.string();
  if (!S_ISDIR(info.st_mode)) return one_file(path, info, visit, skip), FolderWalkResult{};
  while (path.ends_with('/')) path.pop_back();
  return Walker(path, options, visit, skip).walk();
}

FolderWalkResult walk_folder(const std::filesystem::path& root, const FolderWalkOptions& options) {
  std::vector<FoundFile> files;
  FolderWalkResult result = visit_folder(root, options, [&](const SeenFile& file) { files.push_back(file.keep()); });
  result.files = std::move(files);
  return result;
}

}  // namespace rag
