#include "import_command.h"

#include <map>
#include <optional>
#include <set>

#include "import_mapping.h"
#include "ledger/device.h"
#include "ledger/encoding.h"
#include "ledger/files.h"
#include "ledger/hash.h"
#include "ledger/messages.h"
#include "ledger/random.h"
#include "tool.h"
#include "tool_sender.h"
#include "try.h"
#include "verified.h"

namespace nianlun {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kTableBytesMax = 1 << 30;
constexpr std::size_t kSecretOctets = 32;
// What is saved with one sync.
constexpr std::size_t kSaveEvents = 1000;
constexpr std::size_t kSaveBytes = 4 << 20;

/// The secret from which the salts of this store's imports follow, made at the first.
Result<std::string> secret_of(const fs::path& store) {
  const fs::path file = store / "secret";
  auto secret = read_file(file, 1024);
  if (!secret && secret.error().code == ErrorCode::kNotFound) {
    std::string made = hex(fresh_octets(kSecretOctets));
    TRY(write_file(file, made));
    return made;
  }
  if (secret && secret->size() != 2 * kSecretOctets) {
    return fail(ErrorCode::kCorrupted, "import.secret-damaged", {{"path", file.string()}});
  }
  return secret;
}

/// The events that an outbox has, whatever became of them.
Result<std::set<std::string>> events_in(const Outbox& outbox) {
  std::set<std::string> ids;
  TRY(outbox.each([&](const OutboxEntry& entry) {
    ids.emplace(entry.event.text("eventID"));
    return true;
  }));
  return ids;
}

/// Saves events in batches. What was not saved yet when the import is broken off is made of its
/// rows again: the outbox does not know it.
class Saver {
 public:
  Saver(Outbox& outbox, Suite suite) : outbox_(outbox), suite_(suite) {}

  Result<void> add(MadeEvent made) {
    bytes_ += made.event.dump().size();
    waiting_.push_back({.event = std::move(made.event),
                        .disclosures = std::move(made.disclosures),
                        .saved_ms = now_ms(),
                        .suite = suite_});
    return waiting_.size() < kSaveEvents && bytes_ < kSaveBytes ? Result<void>() : save();
  }
  Result<void> save() {
    TRY(outbox_.add_all(waiting_));
    waiting_.clear();
    bytes_ = 0;
    return {};
  }

 private:
  Outbox& outbox_;
  Suite suite_;
  std::vector<NewOutboxEvent> waiting_;
  std::size_t bytes_ = 0;
};

class Import {
 public:
  Import(const ImportArguments& arguments, ToolSender sender)
      : arguments_(arguments), sender_(std::move(sender)) {}

  Result<int> run() {
    TRY_ASSIGN(const Json json, read_json_file(arguments_.mapping_file));
    TRY_ASSIGN(const ImportMapping mapping, parse_mapping(json));
    TRY_ASSIGN(profile_, load_profile(mapping.profile));
    for (const ImportEntry& entry : mapping.entries) {
      if (find_step(*profile_, entry.step)) continue;
      return fail(ErrorCode::kInvalidArgument, "import.no-step",
                  {{"profile", mapping.profile}, {"step", entry.step}});
    }
    store_ = arguments_.store.empty() ? fs::path(arguments_.keys_folder) / "import"
                                      : fs::path(arguments_.store);
    if (!arguments_.dry_run) {  // which leaves nothing behind
      TRY_ASSIGN(secret_, secret_of(store_));
    }
    for (const ImportEntry& entry : mapping.entries) TRY(import(entry));
    say(arguments_.language, "import.done",
        {{"accepted", std::to_string(total_.accepted)},
         {"disputed", std::to_string(total_.disputed)},
         {"refused", std::to_string(total_.refused)},
         {"duplicates", std::to_string(total_.duplicates)},
         {"rows", std::to_string(wrong_rows_)}});
    if (wrong_rows_ > 0) return kExitFailed;
    return total_.disputed + total_.refused == 0 ? kExitDone : kExitPartly;
  }

 private:
  Result<std::shared_ptr<const Profile>> load_profile(const std::string& id) {
    auto json = sender_.api().get_json("/profiles/" + path_segment(id));
    if (!json && json.error().code == ErrorCode::kNotFound) {
      return fail(ErrorCode::kNotFound, "import.no-profile", {{"profile", id}});
    }
    if (!json) return Unexpected{std::move(json).error()};
    return parse_profile(*json);
  }

  Result<CsvTable> load_table(const ImportEntry& entry) {
    TRY_ASSIGN(std::string content,
               read_file(fs::path(arguments_.folder) / entry.file, kTableBytesMax));
    auto table = parse_csv(std::move(content));
    if (table) return table;
    const auto& [name, line] = table.error().arguments.front();
    return fail(
        ErrorCode::kInvalidArgument, "import.bad-row",
        {{"where", entry.file + ":" + line}, {"reason", text(arguments_.language, table.error())}});
  }

  Result<void> import(const ImportEntry& entry) {
    TRY_ASSIGN(const CsvTable table, load_table(entry));
    TRY_ASSIGN(const std::vector<EventRows> events, event_rows(entry, table));
    const bool dry = arguments_.dry_run;
    std::unique_ptr<Outbox> outbox;
    std::optional<Saver> saver;
    std::set<std::string> known;
    if (!dry) {
      TRY_ASSIGN(outbox, Outbox::open(store_ / entry.by));
      TRY_ASSIGN(known, events_in(*outbox));
      saver.emplace(*outbox, sender_.info().suite);
    }
    std::uint64_t made = 0, known_here = 0;
    rows_.clear();
    for (const EventRows& rows : events) {
      const std::string where = entry.file + ":" + std::to_string(rows.front()->line);
      auto event = make(entry, table, rows);
      if (!event) {
        ++wrong_rows_;
        say(arguments_.language, "import.bad-row",
            {{"where", where}, {"reason", text(arguments_.language, event.error())}});
        continue;
      }
      ++made;
      if (dry) continue;
      std::string id(event->event.text("eventID"));
      rows_.emplace(id, where);
      if (!known.insert(std::move(id)).second) {
        ++known_here;
        continue;
      }
      TRY(saver->add(*std::move(event)));
    }
    if (!dry) TRY(saver->save());
    say(arguments_.language, "import.made",
        {{"file", entry.file},
         {"step", entry.step},
         {"count", std::to_string(made)},
         {"known", std::to_string(known_here)}});
    return dry ? Result<void>() : send(entry, *outbox);
  }

  Result<MadeEvent> make(const ImportEntry& entry, const CsvTable& table, const EventRows& rows) {
    TRY_ASSIGN(StepRequest request, step_request(entry, table, rows, sender_.info().domain));
    request.suite = sender_.info().suite;
    // What is to be secret of an event follows from the secret and its rows: made again, it is the
    // same event, and the ledger knows it.
    std::string source =
        secret_ + '\0' + sender_.info().identity + '\0' + entry.file + '\0' + entry.step;
    for (const CsvTable::Row* row : rows) {
      source += '\0' + std::to_string(row->line);
      for (const std::string& cell : row->cells) source += '\0' + cell;
    }
    request.random_16 = [source = sha256(source), count = std::uint64_t{0}]() mutable {
      return Buffer(sha256(source.view(), std::to_string(count++)).view().substr(0, 16));
    };
    return make_event(*profile_, request);
  }

  Result<void> send(const ImportEntry& entry, Outbox& outbox) {
    std::vector<std::string> files{(fs::path(arguments_.keys_folder) / (entry.by + ".pem"))};
    for (const std::string& name : entry.with) {
      files.push_back(fs::path(arguments_.keys_folder) / (name + ".pem"));
    }
    TRY_ASSIGN(const std::vector<PrivateKey> keys, load_keys(files));
    TRY_ASSIGN(const Delivery delivery,
               sender_.send(outbox, keys,
                            [&](const Json& event, const Json& outcome) { tell(event, outcome); }));
    total_.accepted += delivery.accepted;
    total_.disputed += delivery.disputed;
    total_.refused += delivery.refused;
    total_.duplicates += delivery.duplicates;
    return {};
  }

  /// Names the row of an event, or the event itself where an earlier import left it waiting.
  void tell(const Json& event, const Json& outcome) const {
    const std::string id(event.text("eventID"));
    const auto row = rows_.find(id);
    say(arguments_.language, "tool.not-accepted",
        {{"where", row == rows_.end() ? id : row->second},
         {"outcome", outcome_word(outcome.text("outcome"), arguments_.language)},
         {"why", reasons_of(outcome, profile_.get(), arguments_.language)}});
  }

  const ImportArguments& arguments_;
  ToolSender sender_;
  std::shared_ptr<const Profile> profile_;
  fs::path store_;
  std::string secret_;
  std::map<std::string, std::string, std::less<>> rows_;  ///< of the table's events, by eventID
  Delivery total_;
  std::uint64_t wrong_rows_ = 0;
};

Result<int> run(const ImportArguments& arguments) {
  TRY_ASSIGN(ToolSender sender, ToolSender::open(arguments.server, arguments.language));
  return Import(arguments, std::move(sender)).run();
}

}  // namespace

int run_import(const ImportArguments& arguments) {
  const auto code = run(arguments);
  return code ? *code : complain(arguments.language, code.error());
}

}  // namespace nianlun
