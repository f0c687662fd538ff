#include "bundle_source.h"

#include <filesystem>

#include "ledger/api.h"
#include "ledger/files.h"
#include "ledger/ledger.h"
#include "ledger/note.h"
#include "ledger/trace.h"
#include "text.h"
#include "try.h"

namespace nianlun {
namespace {

Json records(Json::Array list) { return Json().set("records", std::move(list)); }

class Server : public BundleSource {
 public:
  explicit Server(Api api) : api_(std::move(api)) {}

  Result<Json> item(const std::string& id, std::string_view language, const Json& from) override {
    const std::string more = from.is_number() ? "&from=" + from.number_text() : std::string();
    return api_.get_json("/items/" + path_segment(id) + in(language) + more);
  }
  Result<Json> event(const std::string& id, std::string_view language) override {
    return api_.get_json("/events/" + path_segment(id) + in(language));
  }
  Result<Json> record(std::uint64_t index, std::string_view language) override {
    TRY_ASSIGN(Json record, api_.get_json("/records/" + std::to_string(index) + in(language)));
    return records({std::move(record)});
  }
  Result<Json> receipt(std::uint64_t index) override {
    return api_.get_json("/records/" + std::to_string(index) + "/receipt?form=json");
  }

 private:
  static std::string in(std::string_view language) { return "?lang=" + std::string(language); }
  Api api_;
};

class Folder : public BundleSource {
 public:
  Folder(std::unique_ptr<Ledger> ledger, std::string checkpoint)
      : ledger_(std::move(ledger)), reading_(ledger_->read()), checkpoint_(std::move(checkpoint)) {}

  Result<Json> item(const std::string& id, std::string_view language, const Json& from) override {
    const auto index = from.is_number() ? parse_decimal(from.number_text()) : std::nullopt;
    return item_view(*reading_, id, viewer(language), index.value_or(kNoRecord));
  }
  Result<Json> event(const std::string& id, std::string_view language) override {
    TRY_ASSIGN(const std::vector<std::uint64_t> indexes, records_of_event(*reading_, id));
    Json::Array list;
    for (const std::uint64_t index : indexes) {
      TRY_ASSIGN(Json view, event_view(*reading_, index, viewer(language)));
      list.push_back(std::move(view));
    }
    return records(std::move(list));
  }
  Result<Json> record(std::uint64_t index, std::string_view language) override {
    TRY_ASSIGN(Json view, event_view(*reading_, index, viewer(language)));
    return records({std::move(view)});
  }
  Result<Json> receipt(std::uint64_t index) override {
    TRY_ASSIGN(const Receipt receipt, make_receipt(*reading_, index, checkpoint_, viewer("en")));
    return receipt_json(receipt);
  }

 private:
  static Viewer viewer(std::string_view language) {
    return {.party = {}, .roles = {}, .language = language};
  }
  std::unique_ptr<Ledger> ledger_;
  std::shared_ptr<const Reading> reading_;
  std::string checkpoint_;
};

}  // namespace

Result<std::unique_ptr<BundleSource>> BundleSource::of_server(const std::string& url,
                                                              std::string_view language) {
  TRY_ASSIGN(Api api, Api::connect_to(url, language));
  return std::unique_ptr<BundleSource>(new Server(std::move(api)));
}

Result<std::unique_ptr<BundleSource>> BundleSource::of_folder(const std::string& directory,
                                                              bool cosigned) {
  LedgerOptions options;
  options.directory = directory;
  options.read_only = true;
  TRY_ASSIGN(auto ledger, Ledger::open(options));
  std::string checkpoint = ledger->checkpoint();
  if (cosigned) {
    const auto file = std::filesystem::path(directory) / "checkpoint.cosigned";
    auto note = read_file(file, kNoteBytesMax);
    if (!note && note.error().code != ErrorCode::kNotFound) return Unexpected{note.error()};
    if (note) checkpoint = *std::move(note);
  }
  return std::unique_ptr<BundleSource>(new Folder(std::move(ledger), std::move(checkpoint)));
}

}  // namespace nianlun
