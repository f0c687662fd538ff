#include "audit_command.h"

#include <chrono>
#include <iostream>
#include <memory>
#include <thread>

#include "ledger/api.h"
#include "ledger/device.h"
#include "ledger/files.h"
#include "ledger/json.h"
#include "ledger/messages.h"
#include "ledger/output_file.h"
#include "ledger/time.h"
#include "log_alarm.h"
#include "log_session.h"
#include "tool.h"
#include "try.h"

namespace nianlun {
namespace {

constexpr std::string_view kEvidenceName = "log-audit";  // where no state file gives one

/// The last checkpoint that was seen, when the log had grown to it, and what led from the key that
/// was given to that which signed it.
struct AuditState {
  SeenCheckpoint seen;
  std::int64_t moved_ms = 0;
  std::vector<Rotation> rotations;
};

Result<AuditState> parse_state(const Json& json, const NoteVerifier& key) {
  AuditState state;
  if (const Json* list = json.find("rotations")) {
    TRY_ASSIGN(state.rotations, parse_rotations_list(*list));
  }
  TRY_ASSIGN(const TrustedKeys keys, follow_rotations(std::span(&key, 1), state.rotations));
  TRY_ASSIGN(state.seen, open_seen(std::string(json.text("checkpoint")), keys));
  TRY_ASSIGN(state.moved_ms, parse_date_time(json.text("moved")));
  return state;
}

/// Watches one log, and remembers what it showed.
class Audit {
 public:
  Audit(const AuditArguments& arguments, NoteVerifier key)
      : arguments_(arguments), key_(std::move(key)) {}

  /// The state of an earlier run, and connections.
  Result<void> open() {
    TRY(read_state());
    TrustedKeys keys(std::span(&key_, 1));
    if (state_) {
      TRY_ASSIGN(keys, follow_rotations(std::move(keys), state_->rotations));
    }
    TRY_ASSIGN(session_, LogSession::open(arguments_.url, arguments_.connections, std::move(keys),
                                          no_shelf()));
    return {};
  }

  /// Looks once; an exit code.
  int look() {
    const auto looked = look_and_read();
    if (looked) return is_stale() ? say_stale(kExitStale) : kExitDone;
    if (const std::optional<Alarm>& alarm = session_->alarm()) {
      return sound_alarm(*alarm, {.language = arguments_.language,
                                  .url = arguments_.url,
                                  .vkey = key_.vkey(),
                                  .evidence_base = evidence_base(),
                                  .now_ms = now_ms()});
    }
    return complain(arguments_.language, looked.error());
  }

  /// Whether the log has not grown for longer than it may.
  bool is_stale() const {
    if (!arguments_.max_age_s) return false;
    const std::int64_t since_ms = state_ ? state_->moved_ms : begun_ms_;
    return now_ms() - since_ms > static_cast<std::int64_t>(*arguments_.max_age_s) * 1000;
  }

 private:
  Result<void> read_state() {
    if (arguments_.state.empty()) {
      if (!arguments_.every_s) say(arguments_.language, "audit.no-state");
      return {};
    }
    const auto json = read_json_file(arguments_.state);
    if (!json && json.error().code == ErrorCode::kNotFound) return {};
    auto state = json ? parse_state(*json, key_) : Result<AuditState>(Unexpected{json.error()});
    if (!state) {  // ours to mend, and no fault of the log
      return fail(ErrorCode::kConflict, "audit.damaged-state", {{"file", arguments_.state}});
    }
    state_ = *std::move(state);
    return {};
  }

  std::string evidence_base() const {
    return arguments_.state.empty() ? std::string(kEvidenceName) : arguments_.state;
  }

  int say_stale(int code) const {
    say(arguments_.language, "audit.stale",
        {{"size", std::to_string(state_->seen.checkpoint.size)},
         {"time", date_time(state_->moved_ms)},
         {"seconds", std::to_string(*arguments_.max_age_s)}});
    return code;
  }

  void print(std::string_view message, const Checkpoint& now, std::uint64_t before) const {
    std::cout << text(arguments_.language, message,
                      {{"origin", now.origin},
                       {"first", std::to_string(before)},
                       {"second", std::to_string(now.size)},
                       {"new", std::to_string(now.size - before)}})
              << std::endl;
  }

  Result<void> look_and_read() {
    std::optional<SeenCheckpoint> known;
    if (state_) known = state_->seen;
    TRY_ASSIGN(SeenCheckpoint seen, session_->look(known));
    const std::uint64_t size = seen.checkpoint.size;
    const std::uint64_t before = known ? known->checkpoint.size : arguments_.all ? 0 : size;
    if (before < size) {
      TRY(session_->read(before, progress_of(arguments_.language, "audit.so-far",
                                             {{"size", std::to_string(size)}})));
    }
    const bool grown = !known || known->checkpoint.size < size;
    if (grown) {
      print(before == size ? "audit.first" : "audit.extends", seen.checkpoint, before);
    } else if (!arguments_.every_s) {
      print("audit.same", seen.checkpoint, before);
    }
    std::vector<Rotation> rotations = session_->rotations();
    if (rotations.empty() && state_) rotations = state_->rotations;
    return remember({.seen = std::move(seen),
                     .moved_ms = grown ? now_ms() : state_->moved_ms,
                     .rotations = std::move(rotations)});
  }

  Result<void> remember(AuditState state) {
    const bool same = state_ && state_->seen.note == state.seen.note;
    state_ = std::move(state);
    if (same || arguments_.state.empty()) return {};
    Json json;
    json.set("checkpoint", state_->seen.note).set("moved", date_time(state_->moved_ms));
    if (!state_->rotations.empty()) json.set("rotations", rotations_list(state_->rotations));
    return replace_file(arguments_.state, json.dump() + "\n", Access::kEverybody);
  }

  const AuditArguments& arguments_;
  const NoteVerifier key_;
  const std::int64_t begun_ms_ = now_ms();
  std::unique_ptr<LogSession> session_;
  std::optional<AuditState> state_;
};

}  // namespace

// A server that is away for a moment is asked again; a log that was caught is not.
int run_audit(const AuditArguments& arguments) {
  auto key = NoteVerifier::parse(arguments.key);
  if (!key) return complain(arguments.language, key.error());
  Audit audit(arguments, *std::move(key));
  if (const auto opened = audit.open(); !opened) {
    return complain(arguments.language, opened.error());
  }
  while (true) {
    const int code = audit.look();
    const bool goes_on = code == kExitDone || (code == kExitOffline && !audit.is_stale());
    if (!arguments.every_s || !goes_on) return code;
    std::this_thread::sleep_for(std::chrono::seconds(*arguments.every_s));
  }
}

}  // namespace nianlun
