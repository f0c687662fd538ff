#include "import_command.h"

#include <fstream>
#include <iostream>

#include "import_mapping.h"
#include "ledger/deliver.h"
#include "ledger/encoding.h"
#include "ledger/hash.h"
#include "ledger/messages.h"
#include "tool.h"
#include "tool_sender.h"
#include "try.h"

namespace nianlun {
namespace {

namespace fs = std::filesystem;

/// The secret from which the salts of this store's imports follow, made at the first.
Result<std::string> secret_of(const fs::path& store) {
  const fs::path file = store / "secret";
  std::error_code error;
  fs::create_directories(store, error);
  if (!fs::exists(file, error)) {
    std::ofstream out(file, std::ios::binary);
    fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write, error);
    out << hex(random_octets(32)) << std::flush;
    if (!out) return fail(ErrorCode::kIo, "tool.cannot-write", {{"path", file.string()}});
  }
  return read_file(file, 1024);
}

class Import {
 public:
  explicit Import(const ImportArguments& arguments) : arguments_(arguments) {}

  Result<int> run() {
    TRY_ASSIGN(const Json json, read_json_file(arguments_.mapping_file));
    TRY_ASSIGN(const ImportMapping mapping, parse_mapping(json));
    HttpClient::Options http;
    http.tries = 5;
    TRY_ASSIGN(client_, HttpClient::connect_to(arguments_.server, http));
    TRY_ASSIGN(info_, ledger_info(*client_));
    TRY_ASSIGN(profile_, load_profile(mapping.profile));
    store_ = arguments_.store.empty() ? fs::path(arguments_.keys_folder) / "import"
                                      : fs::path(arguments_.store);
    TRY_ASSIGN(secret_, secret_of(store_));
    for (const ImportEntry& entry : mapping.entries) TRY(import(entry));
    say(arguments_.language, "import.done",
        {{"accepted", std::to_string(total_.accepted)},
         {"disputed", std::to_string(total_.disputed)},
         {"refused", std::to_string(total_.refused)},
         {"rows", std::to_string(wrong_rows_)}});
    if (wrong_rows_ > 0) return kExitFailed;
    return total_.disputed + total_.refused == 0 ? kExitDone : kExitPartly;
  }

 private:
  Result<std::shared_ptr<const Profile>> load_profile(const std::string& id) {
    TRY_ASSIGN(
        const HttpResponse response,
        client_->send({.method = "GET", .target = "/profiles/" + id, .headers = {}, .body = {}}));
    if (response.status != 200) {
      return fail(ErrorCode::kNotFound, "import.no-profile", {{"profile", id}});
    }
    TRY_ASSIGN(const Json json, Json::parse(response.body));
    return parse_profile(json);
  }

  Result<void> import(const ImportEntry& entry) {
    const fs::path file = fs::path(arguments_.folder) / entry.file;
    TRY_ASSIGN(const std::string content, read_file(file, 1 << 30));
    TRY_ASSIGN(const CsvTable table, parse_csv(content));
    TRY_ASSIGN(const std::vector<EventRows> events, event_rows(entry, table));
    TRY_ASSIGN(const auto outbox, Outbox::open(store_ / entry.by));
    std::uint64_t made = 0;
    for (const EventRows& rows : events) {
      auto event = make(entry, table, rows);
      if (!event) {
        ++wrong_rows_;
        std::cerr << entry.file << ':' << rows.front()->line << ": "
                  << text(arguments_.language, event.error()) << '\n';
        continue;
      }
      ++made;
      if (arguments_.dry_run) continue;
      TRY(outbox->add(event->event, std::move(event->disclosures), now_ms()));
    }
    say(arguments_.language, "import.made",
        {{"file", entry.file}, {"step", entry.step}, {"count", std::to_string(made)}});
    return arguments_.dry_run ? Result<void>() : send(entry, *outbox);
  }

  Result<MadeEvent> make(const ImportEntry& entry, const CsvTable& table, const EventRows& rows) {
    TRY_ASSIGN(StepRequest request, step_request(entry, table, rows, info_.domain));
    // What is to be secret of an event follows from the secret and its rows: made again, it is the
    // same event, and the ledger knows it.
    std::string source = secret_ + '\0' + info_.identity + '\0' + entry.file + '\0' + entry.step;
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
    DeliverOptions options;
    options.context.ledger = info_.identity;
    options.context.boot = boot_id();
    for (const PrivateKey& key : keys) options.context.keys.push_back(&key);
    options.stamp = [](Outbox::SealContext& context) {
      context.now_ms = now_ms();
      context.monotonic_ms = monotonic_ms();
    };
    options.progress = progress_of(arguments_.language, "tool.sent-so-far");
    TRY_ASSIGN(const Delivery delivery, deliver(outbox, *client_, options));
    total_.accepted += delivery.accepted;
    total_.disputed += delivery.disputed;
    total_.refused += delivery.refused;
    for (const Json& outcome : delivery.outcomes_not_accepted) {
      std::cout << outcome.dump() << '\n';
    }
    return {};
  }

  const ImportArguments& arguments_;
  std::unique_ptr<HttpClient> client_;
  LedgerInfo info_;
  std::shared_ptr<const Profile> profile_;
  fs::path store_;
  std::string secret_;
  Delivery total_;
  std::uint64_t wrong_rows_ = 0;
};

}  // namespace

int run_import(const ImportArguments& arguments) {
  Import import(arguments);
  const auto code = import.run();
  return code ? *code : complain(arguments.language, code.error());
}

}  // namespace nianlun
