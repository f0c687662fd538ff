#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http.h"
#include "ledger/result.h"

namespace nianlun::api {

enum class Access {
  kPublic,  ///< anybody
  kParty,   ///< a known token
  kRole,    ///< a token of a party with the route's role
};

struct Route {
  std::string method;  ///< "GET" answers HEAD too
  /// "/items/{id}/steps"; a last segment "{name*}" takes the rest of the path as it was sent.
  std::string pattern;
  Access access = Access::kPublic;
  std::string role;  ///< "<profile>/<role>", of Access::kRole
  std::function<void(const Request& request, const Reply& reply)> handler;
};

/// Who a bearer token was issued for; nothing if it is unknown.
using Authenticate = std::function<Result<std::optional<Caller>>(std::string_view token)>;

struct RouterOptions {
  Authenticate authenticate;
  std::string_view language = "en";  ///< of answers to requests that name none
  /// Answers a path that is no route; none: a problem.
  std::function<std::optional<Response>(const Request& request)> not_found;
  std::function<void(const Request& request, int status)> log;  ///< each answer
};

/// Finds the route of a request, checks in this one place who may use it, and adds the headers that
/// every answer has. OPTIONS is answered for every path; a method that a path lacks gets 405.
///
/// Threads: any; immutable.
class Router {
 public:
  Router(std::vector<Route> routes, RouterOptions options);

  void operator()(Request request, const Reply& reply) const;
  const std::vector<Route>& routes() const { return routes_; }

 private:
  struct Exchange;  // a request on its way to its answer

  const Route* match(Request& request) const;
  std::vector<std::string> methods_of(std::string_view path) const;
  std::optional<Response> admit(const Route& route, Request& request) const;
  Response finished(const Request& request, Response response) const;
  Response without_route(const Request& request) const;

  std::vector<std::vector<std::string>> patterns_;  // of the routes, cut into segments
  std::vector<Route> routes_;
  RouterOptions options_;
};

/// A handler that answers at once.
std::function<void(const Request&, const Reply&)> at_once(
    std::function<Result<Response>(const Request& request)> handler);

}  // namespace nianlun::api
