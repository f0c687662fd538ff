#include "log_session.h"

#include <algorithm>

#include "try.h"

namespace nianlun {

Result<std::unique_ptr<LogSession>> LogSession::open(std::string_view url, unsigned connections,
                                                     TrustedKeys keys, Shelf shelf) {
  std::vector<RemoteLog> remotes;
  for (unsigned i = 0; i < std::max(connections, 1U); ++i) {
    TRY_ASSIGN(RemoteLog remote, RemoteLog::connect_to(url));
    remotes.push_back(std::move(remote));
  }
  std::unique_ptr<LogSession> session(
      new LogSession(std::move(remotes), std::move(shelf), std::move(keys)));
  session->watch_.emplace(session->keys_, session->readers());
  return session;
}

// What the shelf has may be of another history, or damaged: then it does not fit the tree, and the
// server is asked.
std::vector<TileReader> LogSession::readers() {
  const auto from_shelf = [this](const TileId& id) -> Result<Buffer> {
    if (std::optional<Buffer> kept = shelf_.find(tile_path(id))) return *std::move(kept);
    return fail(ErrorCode::kNotFound, "log.no-such-tile",
                {{"index", std::to_string(id.index)}, {"level", std::to_string(id.level)}});
  };
  const auto from_server = [this](const TileId& id) { return remotes_.front().tile(id); };
  return {from_shelf, from_server};
}

Result<SeenCheckpoint> LogSession::look(const std::optional<SeenCheckpoint>& known) {
  TRY_ASSIGN(std::string note, remotes_.front().checkpoint());
  auto seen = watch_->compare(known, note);
  const bool is_signature = alarm() && alarm()->kind == AlarmKind::kSignature;
  if (seen || !is_signature) return seen;
  TRY_ASSIGN(const bool learned, learn_keys());
  return learned ? watch_->compare(known, std::move(note)) : std::move(seen);
}

// Whether the log's own proof of it leads from the keys that are trusted to others.
Result<bool> LogSession::learn_keys() {
  TRY_ASSIGN(const std::optional<Buffer> told, remotes_.front().log_keys());
  const auto json = told ? Json::parse(*told) : Result<Json>(Json());
  auto rotations = json ? parse_rotations(*json) : Unexpected{json.error()};
  if (!rotations) return false;
  auto keys = follow_rotations(keys_, *rotations);
  if (!keys || keys->keys.size() == keys_.keys.size()) return false;
  keys_ = *std::move(keys);
  rotations_ = *std::move(rotations);
  watch_.emplace(keys_, readers());
  return true;
}

Result<void> LogSession::read(std::uint64_t from,
                              const std::function<void(std::uint64_t)>& progress) {
  auto copied = copy_log(watch_->tree(), from, remotes_, shelf_, progress);
  if (!copied) watch_->note(copied.error());
  return copied;
}

}  // namespace nianlun
