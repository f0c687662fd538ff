#include "log_session.h"

#include <algorithm>

#include "try.h"

namespace nianlun {

Result<std::unique_ptr<LogSession>> LogSession::open(std::string_view url, unsigned connections,
                                                     const NoteVerifier& key, Shelf shelf) {
  std::vector<RemoteLog> remotes;
  for (unsigned i = 0; i < std::max(connections, 1U); ++i) {
    TRY_ASSIGN(RemoteLog remote, RemoteLog::connect_to(url));
    remotes.push_back(std::move(remote));
  }
  std::unique_ptr<LogSession> session(new LogSession(std::move(remotes), std::move(shelf)));
  session->watch_.emplace(key, session->readers());
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
  return watch_->compare(known, std::move(note));
}

Result<void> LogSession::read(std::uint64_t from,
                              const std::function<void(std::uint64_t)>& progress) {
  auto copied = copy_log(watch_->tree(), from, remotes_, shelf_, progress);
  if (!copied) watch_->note(copied.error());
  return copied;
}

}  // namespace nianlun
