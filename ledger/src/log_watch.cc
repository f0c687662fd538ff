#include "log_watch.h"

#include "ledger/proof.h"
#include "try.h"

namespace nianlun {

Result<SeenCheckpoint> open_seen(std::string note, const NoteVerifier& key) {
  TRY_ASSIGN(const OpenedNote opened, open_note(note, {&key, 1}));
  TRY_ASSIGN(Checkpoint checkpoint, parse_checkpoint(opened.text));
  if (checkpoint.origin != key.name()) {
    return fail(ErrorCode::kInvalidArgument, "watch.other-origin",
                {{"origin", checkpoint.origin}, {"name", key.name()}});
  }
  return SeenCheckpoint{.checkpoint = std::move(checkpoint), .note = std::move(note)};
}

Unexpected LogWatch::raise(AlarmKind kind, Error why) {
  why.code = ErrorCode::kCorrupted;
  alarm_ = Alarm{.kind = kind, .why = why, .known = known_, .shown = shown_, .path = {}};
  return Unexpected{std::move(why)};
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
  auto seen = open_seen(shown_, key_);
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
    return raise(AlarmKind::kRollback, {ErrorCode::kCorrupted, "watch.went-back", sizes});
  }
  if (shown.size == known.size && shown.root != known.root) {
    return raise(AlarmKind::kFork, {ErrorCode::kCorrupted, "watch.two-roots", sizes});
  }
  return {};
}

// The tree's nodes lead to the root that is shown, whatever the server says. So if they do not lead
// to the one that was shown before, no others do: it is not the server's tiles that are wrong.
Result<void> LogWatch::prove_extension(const Checkpoint& known, const Checkpoint& shown) {
  if (known.size == 0 || known.size == shown.size) return {};
  auto path = prove_consistency(known.size, shown.size, tree_->nodes());
  if (!path) return note(path.error()), Unexpected{path.error()};
  const auto holds = verify_consistency({.first = known.size,
                                         .second = shown.size,
                                         .path = *path,
                                         .first_root = known.root,
                                         .second_root = shown.root});
  if (holds) return {};
  auto raised =
      raise(AlarmKind::kFork,
            {ErrorCode::kCorrupted,
             "watch.does-not-extend",
             {{"first", std::to_string(known.size)}, {"second", std::to_string(shown.size)}}});
  alarm_->path = *std::move(path);
  return raised;
}

}  // namespace nianlun
