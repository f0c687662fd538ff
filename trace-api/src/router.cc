#include "router.h"

#include <algorithm>
#include <exception>
#include <memory>
#include <set>

#include "ledger/messages.h"
#include "problem.h"
#include "url.h"

namespace nianlun::api {
namespace {

using Segments = std::vector<std::pair<std::string, std::string>>;

// The segments' values if `path`, cut into `given`, fits the pattern; nothing if it does not.
std::optional<Segments> fits(const std::vector<std::string>& wanted, std::string_view path,
                             const std::vector<std::string_view>& given) {
  Segments out;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (i >= given.size()) return std::nullopt;
    const std::string_view name = wanted[i];
    if (!name.starts_with('{')) {
      if (name != given[i]) return std::nullopt;
      continue;
    }
    if (given[i].empty()) return std::nullopt;
    if (name.ends_with("*}")) {
      const auto at = static_cast<std::size_t>(given[i].data() - path.data());
      out.emplace_back(name.substr(1, name.size() - 3), path.substr(at));
      return out;
    }
    const std::optional<std::string> value = percent_decoded(given[i]);
    if (!value) return std::nullopt;
    out.emplace_back(name.substr(1, name.size() - 2), *value);
  }
  if (given.size() != wanted.size()) return std::nullopt;
  return out;
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word;
  return out;
}

bool is_bearer(std::string_view header) {
  constexpr std::string_view kScheme = "bearer ";
  if (header.size() <= kScheme.size()) return false;
  return std::equal(kScheme.begin(), kScheme.end(), header.begin(),
                    [](char a, char b) { return a == (b >= 'A' && b <= 'Z' ? b - 'A' + 'a' : b); });
}

constexpr std::string_view kAllowedHeaders =
    "Authorization, Content-Type, Accept, Accept-Language, GS1-Capture-Error-Behaviour, "
    "GS1-EPCIS-Version, GS1-CBV-Version";
// A token is no cookie, so any origin may ask: other sites' pages can only send a token that they
// were given.
constexpr std::string_view kCommonHeaders =
    "GS1-EPCIS-Version: 2.0.0\r\n"
    "GS1-CBV-Version: 2.0.0\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "Vary: Accept, Accept-Language\r\n"
    "Access-Control-Allow-Origin: *\r\n"
    "Access-Control-Expose-Headers: Location, Retry-After, GS1-EPCIS-Version, GS1-CBV-Version, "
    "GS1-EPCIS-Capture-Limit, GS1-EPCIS-Capture-File-Size-Limit\r\n";

/// Yields a response that is made already, without a copy; it is asked for once at most.
std::function<Response()> once(Response response) {
  return [made = std::make_shared<Response>(std::move(response))] { return std::move(*made); };
}

}  // namespace

struct Router::Exchange {
  Request request;
  Reply reply;
};

Router::Router(std::vector<Route> routes, RouterOptions options)
    : routes_(std::move(routes)), options_(std::move(options)) {
  for (const Route& route : routes_) {
    const std::vector<std::string_view> segments = split_path(route.pattern);
    patterns_.emplace_back(segments.begin(), segments.end());
  }
}

// The route, with its segments in the request, or null.
const Route* Router::match(Request& request) const {
  const std::string_view method =
      request.method == "HEAD" ? "GET" : std::string_view(request.method);
  const std::vector<std::string_view> given = split_path(request.path);
  for (std::size_t i = 0; i < routes_.size(); ++i) {
    if (routes_[i].method != method) continue;
    std::optional<Segments> segments = fits(patterns_[i], request.path, given);
    if (!segments) continue;
    request.segments = *std::move(segments);
    return &routes_[i];
  }
  return nullptr;
}

// Sorted; empty: there is no such path.
std::vector<std::string> Router::methods_of(std::string_view path) const {
  std::set<std::string> methods;
  const std::vector<std::string_view> given = split_path(path);
  for (std::size_t i = 0; i < routes_.size(); ++i) {
    if (!fits(patterns_[i], path, given)) continue;
    methods.insert({routes_[i].method, "OPTIONS"});
    if (routes_[i].method == "GET") methods.insert("HEAD");
  }
  return {methods.begin(), methods.end()};
}

// Nothing: the caller may use the route. A token that is sent must be a known one even where none
// is needed, so that a client learns of its mistake.
std::optional<Response> Router::admit(const Route& route, Request& request) const {
  const std::string_view header = request.header("authorization");
  if (!header.empty()) {
    if (!is_bearer(header)) return problem(401, {}, request.language);
    const auto caller = options_.authenticate(header.substr(header.find(' ') + 1));
    if (!caller) return problem(caller.error(), request.language);
    if (!*caller) {
      return problem(401, text(request.language, "api.unknown-token"), request.language);
    }
    request.caller = **caller;
  }
  if (route.access == Access::kPublic) return std::nullopt;
  if (request.caller.party.empty()) return problem(401, {}, request.language);
  if (route.access == Access::kParty) return std::nullopt;
  const std::vector<std::string>& roles = request.caller.roles;
  if (std::find(roles.begin(), roles.end(), route.role) != roles.end()) return std::nullopt;
  return problem(403, text(request.language, "api.no-role", {{"role", route.role}}),
                 request.language);
}

Response Router::finished(const Request& request, Response response) const {
  response.common = kCommonHeaders;
  const bool cacheable = std::any_of(response.headers.begin(), response.headers.end(),
                                     [](const auto& h) { return h.first == "Cache-Control"; });
  if (!cacheable) {
    response.with("Cache-Control", request.caller.party.empty() ? "no-cache" : "private, no-store");
  }
  if (request.method == "OPTIONS" || response.status == 405) {
    const std::string methods = joined(methods_of(request.path));
    response.with("Allow", methods);
    if (request.method == "OPTIONS") {
      response.with("Access-Control-Allow-Methods", methods);
      response.with("Access-Control-Allow-Headers", kAllowedHeaders);
      response.with("Access-Control-Max-Age", "600");
    }
  }
  if (options_.log) options_.log(request, response.status);
  return response;
}

Response Router::without_route(const Request& request) const {
  if (!methods_of(request.path).empty()) {
    if (request.method == "OPTIONS") return Response{204, {}, {}, nullptr};
    return problem(405, {}, request.language);
  }
  if (options_.not_found) {
    if (std::optional<Response> page = options_.not_found(request)) return *std::move(page);
  }
  return problem(404, {}, request.language);
}

void Router::operator()(Request request, const Reply& reply) const {
  const std::size_t mark = request.target.find('?');
  request.path = request.target.substr(0, mark);
  const auto query =
      parse_query(mark == std::string::npos ? std::string_view()
                                            : std::string_view(request.target).substr(mark + 1));
  if (query) request.query = *query;
  const std::string_view wanted = request.header("accept-language");
  request.language = request.parameter("lang").empty() && wanted.empty()
                         ? options_.language
                         : request_language(request.parameter("lang"), wanted);
  const Route* const route = match(request);
  std::optional<Response> refused;
  if (!query || request.path.empty() || request.path.front() != '/') {
    refused = problem(400, text(request.language, "api.bad-address"), request.language);
  } else if (route == nullptr) {
    refused = without_route(request);
  } else {
    refused = admit(*route, request);
  }
  const auto exchange = std::make_shared<const Exchange>(std::move(request), reply);
  const Reply finish = [this, exchange](std::function<Response()> make) {
    exchange->reply([this, exchange, made = std::move(make)] {
      const Request& asked = exchange->request;
      try {
        return finished(asked, made());
      } catch (const std::exception&) {  // out of memory: this request fails, the others go on
        return finished(asked, problem(500, {}, asked.language));
      }
    });
  };
  const auto answer = [&](Response response) { finish(once(std::move(response))); };
  if (refused) return answer(*std::move(refused));
  try {
    route->handler(exchange->request, finish);
  } catch (const std::exception&) {
    answer(problem(500, {}, exchange->request.language));
  }
}

std::function<void(const Request&, const Reply&)> at_once(
    std::function<Result<Response>(const Request& request)> handler) {
  return [handler = std::move(handler)](const Request& request, const Reply& reply) {
    Result<Response> made = handler(request);
    Response response = made ? *std::move(made) : problem(made.error(), request.language);
    reply(once(std::move(response)));
  };
}

}  // namespace nianlun::api
