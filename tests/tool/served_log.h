#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "client/loopback_server.h"
#include "client/programs.h"
#include "temporary_folder.h"

namespace nianlun::testing {

using Files = std::map<std::string, std::string>;

/// Serves files by their paths, as any web server does; what is no file is 404.
class ServedFiles {
 public:
  explicit ServedFiles(Files files)
      : files_(std::move(files)),
        server_([this](const SeenRequest& request) { return answer(request); }, 8) {}

  std::string url() const { return server_.url() + "/log"; }
  void set(Files files) {
    const std::lock_guard lock(mutex_);
    files_ = std::move(files);
  }
  /// Each answer has these lines too.
  void set_headers(std::string headers) {
    const std::lock_guard lock(mutex_);
    headers_ = std::move(headers);
  }
  /// Entry bundles are sent as this makes them, as gzip.
  void set_pack(std::function<std::string(const std::string&)> pack) {
    const std::lock_guard lock(mutex_);
    pack_ = std::move(pack);
  }
  /// Further requests than so many are answered with 500.
  void fail_after(std::optional<std::size_t> requests) {
    const std::lock_guard lock(mutex_);
    left_ = requests;
  }
  /// The paths that were asked for since the last time, sorted.
  std::vector<std::string> asked() {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> asked = std::move(asked_);
    asked_.clear();
    std::ranges::sort(asked);
    return asked;
  }

 private:
  std::string answer(const SeenRequest& request) {
    const std::lock_guard lock(mutex_);
    if (left_ && *left_ == 0) return LoopbackServer::response(500, "broken");
    if (left_) --*left_;
    const std::string path = request.target.substr(std::string("/log/").size());
    asked_.push_back(path);
    const auto found = files_.find(path);
    if (found == files_.end()) return LoopbackServer::response(404, "none");
    if (path.starts_with("tile/entries/") && pack_) {
      return LoopbackServer::response(200, pack_(found->second), "Content-Encoding: gzip\r\n");
    }
    return LoopbackServer::response(200, found->second, headers_);
  }

  std::mutex mutex_;
  Files files_;                                          // guarded by mutex_
  std::vector<std::string> asked_;                       // guarded by mutex_
  std::string headers_;                                  // guarded by mutex_
  std::optional<std::size_t> left_;                      // guarded by mutex_
  std::function<std::string(const std::string&)> pack_;  // guarded by mutex_
  LoopbackServer server_;
};

/// All files below a folder, by their paths in it.
inline Files files_in(const std::filesystem::path& folder) {
  Files files;
  if (!std::filesystem::exists(folder)) return files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream in(entry.path(), std::ios::binary);
    files[entry.path().lexically_relative(folder).string()] = {std::istreambuf_iterator<char>(in),
                                                               {}};
  }
  return files;
}

/// A folder to work in, and the tool that mirrors and audits.
class WatchWorld {
 public:
  std::filesystem::path mirror_folder() const { return folder_.path() / "mirror"; }
  std::string state() const { return (folder_.path() / "audit.json").string(); }

  static Ran tool(const std::string& arguments, const std::string& language = "en") {
    return run(std::string(LEDGER_BINARY) + " --lang " + language + " " + arguments);
  }
  Ran mirror(const std::string& url, const std::string& vkey, const std::string& more = "") const {
    return tool("mirror " + url + " " + mirror_folder().string() +
                (vkey.empty() ? "" : " --key " + vkey) + more);
  }
  Ran audit(const std::string& url, const std::string& vkey, const std::string& more = "") const {
    return tool("audit " + url + " --key " + vkey + " --state " + state() + more);
  }
  /// The evidence files that lie in the folder.
  Files evidence() const {
    Files found;
    for (auto& [path, content] : files_in(folder_.path())) {
      if (path.find(".evidence-") != path.npos) found[path] = std::move(content);
    }
    return found;
  }
  void forget_evidence() const {
    for (const auto& [path, content] : evidence()) std::filesystem::remove(folder_.path() / path);
  }
  const std::filesystem::path& path() const { return folder_.path(); }

 private:
  TemporaryFolder folder_;
};

}  // namespace nianlun::testing
