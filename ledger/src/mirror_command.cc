#include <filesystem>
#include <iostream>

#include "audit_command.h"
#include "file_lock.h"
#include "ledger/device.h"
#include "ledger/encoding.h"
#include "ledger/files.h"
#include "ledger/messages.h"
#include "ledger/output_file.h"
#include "log_alarm.h"
#include "log_session.h"
#include "tool.h"
#include "try.h"

namespace nianlun {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kKeyBytesMax = 4096;

fs::path key_file(const MirrorArguments& arguments) {
  return fs::path(arguments.directory) / "log.vkey";
}
// Where the log has it too: so a mirror of the mirror finds it.
fs::path rotations_file(const MirrorArguments& arguments) {
  return fs::path(arguments.directory) / "log-keys";
}
fs::path checkpoint_file(const MirrorArguments& arguments) {
  return fs::path(arguments.directory) / "checkpoint";
}

// A server's own word for its key would be worth nothing: who lies about records lies about keys.
Result<NoteVerifier> key_of(const MirrorArguments& arguments) {
  auto kept = read_file(key_file(arguments), kKeyBytesMax);
  if (!kept && kept.error().code != ErrorCode::kNotFound) return Unexpected{kept.error()};
  if (kept && kept->ends_with('\n')) kept->pop_back();
  const std::string file = key_file(arguments).string();
  if (!arguments.key.empty()) {
    if (kept && *kept != arguments.key) {
      return fail(ErrorCode::kConflict, "mirror.other-key", {{"file", file}, {"key", *kept}});
    }
    TRY_ASSIGN(NoteVerifier key, NoteVerifier::parse(arguments.key));
    say(arguments.language, "mirror.key-given", {{"key", arguments.key}});
    return key;
  }
  if (!kept) return fail(ErrorCode::kInvalidArgument, "mirror.no-key");
  TRY_ASSIGN(NoteVerifier key, NoteVerifier::parse(*kept));
  say(arguments.language, "mirror.key-kept", {{"file", file}, {"key", *kept}});
  return key;
}

/// The key, and those that it led to before.
Result<TrustedKeys> keys_from(const MirrorArguments& arguments, const NoteVerifier& key) {
  const fs::path file = rotations_file(arguments);
  const auto json = read_json_file(file);
  if (!json && json.error().code == ErrorCode::kNotFound) return TrustedKeys(std::span(&key, 1));
  const auto rotations = json ? parse_rotations(*json) : Unexpected{json.error()};
  auto keys =
      rotations ? follow_rotations(std::span(&key, 1), *rotations) : Unexpected{rotations.error()};
  if (keys) return keys;
  return fail(ErrorCode::kConflict, "mirror.damaged-checkpoint", {{"file", file.string()}});
}

/// The checkpoint that the folder has; none: nothing was mirrored to its end yet.
Result<std::optional<SeenCheckpoint>> kept_checkpoint(const MirrorArguments& arguments,
                                                      const TrustedKeys& keys) {
  const fs::path file = checkpoint_file(arguments);
  auto note = read_file(file, kNoteBytesMax);
  if (!note && note.error().code == ErrorCode::kNotFound) return std::optional<SeenCheckpoint>();
  if (!note) return Unexpected{std::move(note).error()};
  auto seen = open_seen(*std::move(note), keys);
  if (!seen) {  // ours to mend, and no fault of the log
    return fail(ErrorCode::kConflict, "mirror.damaged-checkpoint", {{"file", file.string()}});
  }
  return std::optional<SeenCheckpoint>(*std::move(seen));
}

Result<void> make_folder(const MirrorArguments& arguments) {
  std::error_code error;
  fs::create_directories(arguments.directory, error);
  if (!error) return {};
  return fail(ErrorCode::kIo, "file.cannot-write",
              {{"path", arguments.directory}, {"reason", error.message()}});
}

struct Mirrored {
  Checkpoint checkpoint;
  std::uint64_t before = 0;  // records that the folder had
};

// The checkpoint comes last: what it promises lies beside it then.
Result<Mirrored> mirror(const MirrorArguments& arguments, const NoteVerifier& key,
                        const TrustedKeys& keys, LogSession& session) {
  TRY(make_folder(arguments));
  TRY_ASSIGN(const Descriptor mine, lock_folder(arguments.directory));
  TRY_ASSIGN(const std::optional<SeenCheckpoint> known, kept_checkpoint(arguments, keys));
  TRY_ASSIGN(const SeenCheckpoint seen, session.look(known));
  const std::uint64_t before = known ? known->checkpoint.size : 0;
  if (!fs::exists(key_file(arguments))) {
    TRY(replace_file(key_file(arguments), key.vkey() + "\n", Access::kEverybody));
  }
  if (before < seen.checkpoint.size) {
    TRY(session.read(before, progress_of(arguments.language, "mirror.so-far",
                                         {{"size", std::to_string(seen.checkpoint.size)}})));
  }
  if (!session.rotations().empty()) {
    const std::string told = rotations_json(session.rotations()).dump() + "\n";
    TRY(replace_file(rotations_file(arguments), told, Access::kEverybody));
  }
  if (!known || known->note != seen.note) {
    TRY(replace_file(checkpoint_file(arguments), seen.note, Access::kEverybody));
  }
  return Mirrored{.checkpoint = seen.checkpoint, .before = before};
}

void print_done(const MirrorArguments& arguments, const Mirrored& done) {
  const Checkpoint& checkpoint = done.checkpoint;
  std::cout << text(arguments.language, "mirror.done",
                    {{"directory", arguments.directory},
                     {"size", std::to_string(checkpoint.size)},
                     {"new", std::to_string(checkpoint.size - done.before)},
                     {"origin", checkpoint.origin},
                     {"root", base64(checkpoint.root.view())}})
            << '\n';
}

}  // namespace

int run_mirror(const MirrorArguments& arguments) {
  const auto key = key_of(arguments);
  if (!key) return complain(arguments.language, key.error());
  const auto keys = keys_from(arguments, *key);
  if (!keys) return complain(arguments.language, keys.error());
  const auto session = LogSession::open(arguments.url, arguments.connections, *keys,
                                        folder_shelf(arguments.directory));
  if (!session) return complain(arguments.language, session.error());
  const auto done = mirror(arguments, *key, *keys, **session);
  if (const std::optional<Alarm>& alarm = (*session)->alarm()) {
    const fs::path folder = fs::absolute(arguments.directory).lexically_normal();
    const fs::path base = folder.has_filename() ? folder : folder.parent_path();
    return sound_alarm(*alarm, {.language = arguments.language,
                                .url = arguments.url,
                                .vkey = key->vkey(),
                                .evidence_base = base.string(),
                                .now_ms = now_ms()});
  }
  if (!done) return complain(arguments.language, done.error());
  print_done(arguments, *done);
  return finish(arguments.language, {});
}

}  // namespace nianlun
