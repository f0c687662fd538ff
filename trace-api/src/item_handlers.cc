#include <charconv>
#include <map>
#include <memory>

#include "ledger/src/try.h"
#include "ledger/trace.h"
#include "pages.h"
#include "receipt_forms.h"
#include "service.h"

namespace nianlun::api {
namespace {

using ReadingPtr = std::shared_ptr<const Reading>;

Viewer viewer_of(const Request& request) {
  return {request.caller.party, request.caller.roles, request.language};
}

Result<std::uint64_t> index_of(std::string_view text) {
  std::uint64_t index = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), index);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) {
    return fail(ErrorCode::kInvalidArgument, "api.bad-index", {{"value", std::string(text)}});
  }
  return index;
}

Result<Response> item_json(const Service& service, const Request& request, std::string_view id) {
  std::uint64_t from = kNoRecord;
  if (!request.parameter("from").empty()) {
    TRY_ASSIGN(from, index_of(request.parameter("from")));
  }
  TRY_ASSIGN(std::string text, item_text(*service.ledger.read(), id, viewer_of(request), from));
  return json_response(std::move(text));
}

Result<Response> item(const Service& service, const Request& request) {
  return item_json(service, request, request.segment("id"));
}

Result<Response> steps(const Service& service, const Request& request) {
  TRY_ASSIGN(const Json json,
             next_steps(*service.ledger.read(), request.segment("id"), viewer_of(request)));
  return json_response(json);
}

Json unit_json(const ScopeUnit& unit) {
  Json json;
  json.set("id", unit.id).set("kind", unit.kind).set("state", unit.state);
  json.set("holder", unit.holder.empty() ? Json() : Json(unit.holder));
  json.set("container", unit.container.empty() ? Json() : Json(unit.container));
  return json;
}

// Writes every unit of a lot as a line, and a last one with the sums, so that whoever reads it
// knows that it is whole.
Result<void> write_scope(const Reading& reading, std::string_view lot, const Write& write) {
  std::uint64_t units = 0;
  std::map<std::string, std::uint64_t> holders;
  bool open = true;
  TRY(each_in_scope(reading, lot, [&](const ScopeUnit& unit) {
    ++units;
    ++holders[unit.holder];
    open = write(unit_json(unit).dump() + "\n");
    return open;
  }));
  if (!open) return {};
  Json list(Json::Array{});
  for (const auto& [party, count] : holders) {
    Json holder;
    holder.set("party", party.empty() ? Json() : Json(party)).set("units", count);
    list.push(std::move(holder));
  }
  Json last;
  last.set("units", units).set("holders", std::move(list));
  write(last.dump() + "\n");
  return {};
}

Result<Response> scope(const Service& service, const Request& request) {
  const ReadingPtr reading = service.ledger.read();
  const std::string lot(request.segment("id"));
  // What is unknown or no identifier is said with its status, before the stream begins.
  TRY(each_in_scope(*reading, lot, [](const ScopeUnit&) { return false; }));
  Response response;
  response.with("Content-Type", "application/x-ndjson");
  response.stream = [reading, lot](const Write& write) {
    return write_scope(*reading, lot, write);
  };
  return response;
}

Result<Response> event(const Service& service, const Request& request) {
  const ReadingPtr reading = service.ledger.read();
  TRY_ASSIGN(const std::vector<std::uint64_t> indexes,
             records_of_event(*reading, request.segment("id")));
  Json records(Json::Array{});
  for (const std::uint64_t index : indexes) {
    TRY_ASSIGN(Json view, event_view(*reading, index, viewer_of(request)));
    records.push(std::move(view));
  }
  Json json;
  json.set("records", std::move(records));
  return json_response(json);
}

Result<Response> record(const Service& service, const Request& request) {
  TRY_ASSIGN(const std::uint64_t index, index_of(request.segment("index")));
  TRY_ASSIGN(const Json json, event_view(*service.ledger.read(), index, viewer_of(request)));
  return json_response(json);
}

Result<Response> record_receipt(const Service& service, const Request& request) {
  TRY_ASSIGN(const std::uint64_t index, index_of(request.segment("index")));
  return receipt_response(service, request, index);
}

// A value that is proved on its own: its line and a receipt are all that `ledger verify` needs.
Result<Response> disclosure(const Service& service, const Request& request) {
  TRY_ASSIGN(const std::uint64_t index, index_of(request.segment("index")));
  TRY_ASSIGN(std::string encoded, disclosure_of(*service.ledger.read(), index,
                                                request.segment("digest"), viewer_of(request)));
  Response response{
      .status = 200, .headers = {}, .body = std::move(encoded) + "\n", .stream = nullptr};
  response.with("Content-Type", "text/plain; charset=utf-8");
  return response;
}

// The value stands in the body: addresses are kept in logs of all kinds.
Result<Response> query(const Service& service, const Request& request) {
  constexpr std::size_t kBytesMax = 8192;
  if (request.body.size() > kBytesMax) {
    return fail(ErrorCode::kTooLarge, "api.query-too-long", {{"max", std::to_string(kBytesMax)}});
  }
  TRY_ASSIGN(const Json body, Json::parse(request.body));
  const Json* is = body.is_object() ? body.find("is") : nullptr;
  if (is == nullptr || !(is->is_string() || is->is_number())) {
    return fail(ErrorCode::kInvalidArgument, "api.bad-query");
  }
  PrivateQuery query;
  query.profile = request.segment("profile");
  query.member = request.segment("member");
  query.value = *is;
  query.after = body.text("after");
  TRY_ASSIGN(const Json json, events_with(*service.ledger.read(), query, viewer_of(request)));
  return json_response(json);
}

Result<Response> event_receipt(const Service& service, const Request& request) {
  TRY_ASSIGN(const std::vector<std::uint64_t> indexes,
             records_of_event(*service.ledger.read(), request.segment("id")));
  if (indexes.empty()) {
    return fail(ErrorCode::kNotFound, "api.no-event", {{"id", std::string(request.segment("id"))}});
  }
  return receipt_response(service, request, indexes.front());
}

Response page_response(Page page) {
  Response response{
      .status = page.status, .headers = {}, .body = std::move(page.html), .stream = nullptr};
  response.with("Content-Type", "text/html; charset=utf-8")
      .with("Content-Security-Policy", kPagePolicy)
      .with("Referrer-Policy", "no-referrer");
  return response;
}

Result<Response> thing(const Service& service, const Request& request, std::string_view id) {
  if (!wants_html(request)) return item_json(service, request, id);
  const std::string checkpoint = service.ledger.checkpoint();
  return page_response(item_page(*service.ledger.read(), id, viewer_of(request), checkpoint,
                                 service.report_contact));
}

Result<Response> tag(const Service& service, const Request& request) {
  return thing(service, request, request.segment("code"));
}

Result<Response> typed_tag(const Service& service, const Request& request) {
  return thing(service, request, request.parameter("code"));
}

// GS1's own domain stands for every domain that a Digital Link may have.
Result<Response> digital_link(const Service& service, const Request& request) {
  return thing(service, request, "https://id.gs1.org" + request.path);
}

Result<Response> home(const Service& service, const Request& request) {
  if (!wants_html(request)) {
    TRY_ASSIGN(const Json json, ledger_view(*service.ledger.read()));
    return json_response(json);
  }
  const std::string checkpoint = service.ledger.checkpoint();
  return page_response(home_page(*service.ledger.read(), viewer_of(request), checkpoint));
}

Route get(const Service& service, std::string pattern, Access access,
          Result<Response> (*handler)(const Service&, const Request&)) {
  return {"GET", std::move(pattern), access, "",
          at_once([&service, handler](const Request& r) { return handler(service, r); })};
}

}  // namespace

std::optional<Response> not_found_for_browsers(const Request& request) {
  if (!wants_html(request)) return std::nullopt;
  return page_response(not_found_page(viewer_of(request)));
}

std::vector<Route> item_routes(const Service& service) {
  std::vector<Route> all = {
      get(service, "/", Access::kPublic, home),
      get(service, "/items/{id}", Access::kPublic, item),
      get(service, "/items/{id}/steps", Access::kPublic, steps),
      get(service, "/lots/{id}/scope", Access::kParty, scope),
      get(service, "/events/{id}", Access::kPublic, event),
      get(service, "/events/{id}/receipt", Access::kPublic, event_receipt),
      get(service, "/records/{index}", Access::kPublic, record),
      get(service, "/records/{index}/receipt", Access::kPublic, record_receipt),
      get(service, "/records/{index}/disclosures/{digest}", Access::kParty, disclosure),
      {"POST", "/values/{profile}/{member}", Access::kParty, "",
       at_once([&service](const Request& request) { return query(service, request); })},
      get(service, "/t", Access::kPublic, typed_tag),
      get(service, "/t/{code}", Access::kPublic, tag),
  };
  // The keys of GS1 that EPCIS events name things, places and documents by.
  for (const char* key : {"00", "01", "253", "255", "401", "402", "414", "417", "8003", "8004",
                          "8006", "8010", "8017", "8018"}) {
    all.push_back(
        get(service, "/" + std::string(key) + "/{value*}", Access::kPublic, digital_link));
  }
  return all;
}

}  // namespace nianlun::api
