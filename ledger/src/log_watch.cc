#include "log_watch.h"

#include "ledger/proof.h"
#include "try.h"

namespace nianlun {

namespace {

// The tree's nodes lead to the root of the larger checkpoint, whatever the server says. So if they
// do not lead to that of the smaller one, no others do: it is not the server's tiles that are
// wrong. The path that shows it; nothing: the larger one begins with the smaller.
Result<std::optional<std::vector<Hash>>> disproof(const Checkpoint& smaller,
                                                  const Checkpoint& larger, TileTree& tree) {
  if (smaller.size == 0 || smaller.size == larger.size) return std::optional<std::vector<Hash>>();
  TRY_ASSIGN(std::vector<Hash> path, prove_consistency(smaller.size, larger.size, tree.nodes()));
  const auto holds = verify_consistency({.first = smaller.size,
                                         .second = larger.size,
                                         .path = path,
                                         .first_root = smaller.root,
                                         .second_root = larger.root});
  if (holds) return std::optional<std::vector<Hash>>();
  return std::optional<std::vector<Hash>>(std::move(path));
}

}  // namespace

Result<SeenCheckpoint> open_seen(std::string note, const TrustedKeys& keys) {
  TRY_ASSIGN(const OpenedNote opened, open_note(note, keys.keys));
  TRY_ASSIGN(Checkpoint checkpoint, parse_checkpoint(opened.text));
  const std::string& name = keys.keys.front().name();
  if (checkpoint.origin != name) {
    return fail(ErrorCode::kInvalidArgument, "watch.other-origin",
                {{"origin", checkpoint.origin}, {"name", name}});
  }
  TRY(open_checkpoint(note, keys));  // by a key that held then
  return SeenCheckpoint{.checkpoint = std::move(checkpoint), .note = std::move(note)};
}

Unexpected LogWatch::raise(AlarmKind kind, Error why) {
  why.code = ErrorCode::kCorrupted;
  alarm_ = Alarm{.kind = kind, .why = why, .known = known_, .shown = shown_, .path = {}};
  return Unexpected{std::move(why)};
}

Unexpected LogWatch::raise_fork(std::string_view message, Arguments sizes, std::vector<Hash> path) {
  Unexpected raised =
      raise(AlarmKind::kFork, {ErrorCode::kCorrupted, std::string(message), std::move(sizes)});
  alarm_->path = std::move(path);
  return raised;
}

void LogWatch::note(const Error& error) {
  if (error.code == ErrorCode::kCorrupted && !alarm_) (void)raise(AlarmKind::kFiles, error);
}

Result<SeenCheckpoint> LogWatch::compare(const std::optional<SeenCheckpoint>& known,
                                         std::string shown) {
  alarm_.reset();
  tree_.reset();
  known_ = known ? known->note : std::string();
  shown_ = std::move(shown);
  auto seen = open_seen(shown_, keys_);
  if (!seen) return raise(AlarmKind::kSignature, seen.error());
  if (known) TRY(compare_sizes(known->checkpoint, seen->checkpoint));
  auto tree = TileTree::open(seen->checkpoint.size, seen->checkpoint.root, readers_);
  if (!tree) return note(tree.error()), Unexpected{tree.error()};
  tree_ = *std::move(tree);
  if (known) TRY(prove_extension(known->checkpoint, seen->checkpoint));
  return *std::move(seen);
}

Result<void> LogWatch::compare_sizes(const Checkpoint& known, const Checkpoint& shown) {
  const Arguments sizes = {{"first", std::to_string(known.size)},
                           {"second", std::to_string(shown.size)}};
  if (shown.size < known.size) {
    // Where the tiles of before are at hand still, they tell whether it is at least its beginning.
    auto tree = TileTree::open(known.size, known.root, readers_);
    if (tree) {
      auto path = disproof(shown, known, *tree);
      if (path && *path) return raise_fork("watch.is-no-beginning", sizes, **std::move(path));
    }
    return raise(AlarmKind::kRollback, {ErrorCode::kCorrupted, "watch.went-back", sizes});
  }
  if (shown.size == known.size && shown.root != known.root) {
    return raise_fork("watch.two-roots", sizes, {});
  }
  return {};
}

Result<void> LogWatch::prove_extension(const Checkpoint& known, const Checkpoint& shown) {
  auto path = disproof(known, shown, *tree_);
  if (!path) return note(path.error()), Unexpected{path.error()};
  if (!*path) return {};
  return raise_fork("watch.does-not-extend",
                    {{"first", std::to_string(known.size)}, {"second", std::to_string(shown.size)}},
                    **std::move(path));
}

}  // namespace nianlun
