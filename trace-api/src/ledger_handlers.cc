#include "ledger/encoding.h"
#include "ledger/messages.h"
#include "ledger/src/profile_book.h"
#include "ledger/src/try.h"
#include "ledger/trace.h"
#include "pages.h"
#include "receipt_forms.h"
#include "service.h"

namespace nianlun {

std::string_view api_file(std::string_view file);  // made by nianlun_embed()

}  // namespace nianlun

namespace nianlun::api {
namespace {

Result<Response> health(const Service& service, const Request&) {
  const std::shared_ptr<const Reading> reading = service.ledger.read();
  Json json;
  json.set("status", "ok").set("size", reading->size()).set("root", hex(reading->root()));
  return json_response(json);
}

Result<Response> ledger_facts(const Service& service, const Request&) {
  TRY_ASSIGN(const Json json, ledger_view(*service.ledger.read()));
  return json_response(json);
}

Result<Response> profile(const Service& service, const Request& request) {
  const std::shared_ptr<const Reading> reading = service.ledger.read();
  TRY_ASSIGN(const std::shared_ptr<const ProfileBook> book, reading->book());
  const std::string_view id = request.segment("id");
  const std::shared_ptr<const Profile> found =
      id.find('@') == std::string_view::npos ? book->newest(id) : book->labelled(id);
  if (found == nullptr) {
    return fail(ErrorCode::kNotFound, "api.no-profile", {{"id", std::string(id)}});
  }
  return json_response(found->source);
}

Result<Response> openapi(const Request&) {
  Response response{
      .status = 200, .headers = {}, .body = std::string(api_file("openapi.json")), .stream = {}};
  response.with("Content-Type", "application/json");
  return response;
}

Result<Response> asset_file(const Request& request) {
  const std::optional<Asset> found = asset(request.segment("hash"), request.segment("file"));
  if (!found) return fail(ErrorCode::kNotFound, "api.no-file");
  Response response{.status = 200, .headers = {}, .body = std::string(found->bytes), .stream = {}};
  response.with("Content-Type", found->content_type)
      .with("Cache-Control", "public, max-age=31536000, immutable");
  return response;
}

Route get(const Service& service, std::string pattern,
          Result<Response> (*handler)(const Service&, const Request&)) {
  return {"GET", std::move(pattern), Access::kPublic, "",
          at_once([&service, handler](const Request& r) { return handler(service, r); })};
}

}  // namespace

Response json_response(const Json& json) { return json_response(json.dump()); }

Response json_response(std::string text) {
  Response response{.status = 200, .headers = {}, .body = std::move(text), .stream = {}};
  response.with("Content-Type", "application/json");
  return response;
}

bool wants_html(const Request& request) {
  return request.header("accept").find("text/html") != std::string_view::npos;
}

Authenticate authenticate_by(Ledger& ledger) {
  return [&ledger](std::string_view token) -> Result<std::optional<Caller>> {
    TRY_ASSIGN(const std::optional<Json> grant, ledger.read()->token(sha256(token)));
    if (!grant) return std::optional<Caller>();
    Caller caller{.party = std::string(grant->text("party")), .roles = {}};
    const Json* roles = grant->find("roles");
    if (roles != nullptr && roles->is_array()) {
      for (const Json& role : roles->array()) {
        if (role.is_string()) caller.roles.push_back(role.string());
      }
    }
    return std::optional<Caller>(std::move(caller));
  };
}

std::vector<Route> ledger_routes(const Service& service) {
  return {
      get(service, "/health", health),
      get(service, "/ledger", ledger_facts),
      get(service, "/profiles/{id}", profile),
      {"GET", "/openapi.json", Access::kPublic, "", at_once(openapi)},
      {"GET", "/assets/{hash}/{file}", Access::kPublic, "", at_once(asset_file)},
  };
}

std::vector<Route> routes(const Service& service) {
  std::vector<Route> all = ledger_routes(service);
  for (Route& route : tile_routes(service)) all.push_back(std::move(route));
  for (Route& route : capture_routes(service)) all.push_back(std::move(route));
  for (Route& route : item_routes(service)) all.push_back(std::move(route));
  for (Route& route : witness_routes(service)) all.push_back(std::move(route));
  for (Route& route : receipt_key_routes(service)) all.push_back(std::move(route));
  return all;
}

}  // namespace nianlun::api
