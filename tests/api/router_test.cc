#include "router.h"

#include <doctest/doctest.h>

#include "problem.h"
#include "url.h"

namespace nianlun::testing {
namespace {

using api::Access;
using api::Caller;
using api::Request;
using api::Response;

Response ok(const std::string& body) {
  Response response;
  response.body = body;
  return response;
}

api::Router router() {
  const auto say = api::at_once([](const Request& request) -> Result<Response> {
    std::string said = request.caller.party;
    for (const auto& [name, value] : request.segments) said += " " + name + "=" + value;
    return ok(said);
  });
  const auto failing = [](ErrorCode code) {
    return api::at_once([code](const Request&) -> Result<Response> {
      return fail(code, "api.no-file", {{"pointer", "/a"}});
    });
  };
  api::RouterOptions options;
  options.authenticate = [](std::string_view token) -> Result<std::optional<Caller>> {
    if (token == "broken") return fail(ErrorCode::kIo, "api.no-file");
    if (token == "party") return std::optional<Caller>(Caller{"p", {"lib/other"}});
    if (token == "keeper") return std::optional<Caller>(Caller{"k", {"lib/keeper"}});
    return std::optional<Caller>();
  };
  return {{{"GET", "/open", Access::kPublic, "", say},
           {"GET", "/party", Access::kParty, "", say},
           {"POST", "/role", Access::kRole, "lib/keeper", say},
           {"GET", "/a/{x}/b", Access::kPublic, "", say},
           {"GET", "/rest/{all*}", Access::kPublic, "", say},
           {"GET", "/throws", Access::kPublic, "",
            [](const Request&, const api::Reply&) { throw std::bad_alloc(); }},
           {"GET", "/busy", Access::kPublic, "", failing(ErrorCode::kBusy)},
           {"GET", "/wrong", Access::kPublic, "", failing(ErrorCode::kInvalidArgument)},
           {"GET", "/io", Access::kPublic, "", failing(ErrorCode::kIo)}},
          std::move(options)};
}

Response ask(const std::string& method, const std::string& target, const std::string& token = "") {
  Request request;
  request.method = method;
  request.target = target;
  if (!token.empty()) request.headers.emplace_back("authorization", "Bearer " + token);
  Response out;
  out.status = 0;
  router()(std::move(request), [&](const std::function<Response()>& make) { out = make(); });
  return out;
}

std::string header(const Response& response, std::string_view name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return {};
}

TEST_CASE("the language is the one that was asked for, else the browser's, else the default") {
  CHECK(api::request_language("zh", "en") == "zh");
  CHECK(api::request_language("xx", "zh-CN,zh;q=0.9,en;q=0.8") == "zh");
  CHECK(api::request_language("", "fr, en-GB;q=0.8, zh;q=0.7") == "en");
  CHECK(api::request_language("", "zh;q=0, en") == "en");
  CHECK(api::request_language("", "") == "en");
  CHECK(api::request_language("<", "*") == "en");
}

TEST_CASE("access is by token and role") {
  struct Row {
    std::string method, path;
    int anybody, party, keeper;
  };
  for (const Row& row : {Row{"GET", "/open", 200, 200, 200}, Row{"GET", "/party", 401, 200, 200},
                         Row{"POST", "/role", 401, 403, 200}}) {
    CAPTURE(row.path);
    CHECK(ask(row.method, row.path).status == row.anybody);
    CHECK(ask(row.method, row.path, "party").status == row.party);
    CHECK(ask(row.method, row.path, "keeper").status == row.keeper);
    CHECK(ask(row.method, row.path, "unknown").status == 401);
    CHECK(ask(row.method, row.path, "broken").status == 500);
  }
  CHECK(header(ask("GET", "/party"), "WWW-Authenticate") == "Bearer");
}

TEST_CASE("segments are split before they are decoded") {
  CHECK(ask("GET", "/a/x%2Fy/b").body == " x=x/y");
  CHECK(ask("GET", "/a/x/y/b").status == 404);
  CHECK(ask("GET", "/a//b").status == 404);
  CHECK(ask("GET", "/a/%00/b").status == 404);
  CHECK(ask("GET", "/rest/1%2F/2?q=1").body == " all=1%2F/2");
  CHECK(ask("GET", "/rest/").status == 404);
  CHECK(ask("GET", "open").status == 400);
  CHECK(ask("GET", "/open/").status == 404);
}

TEST_CASE("a path without the method is 405 with those it has") {
  const Response answer = ask("DELETE", "/role");
  CHECK(answer.status == 405);
  CHECK(header(answer, "Allow") == "OPTIONS, POST");
  CHECK(header(ask("OPTIONS", "/open"), "Allow") == "GET, HEAD, OPTIONS");
  CHECK(ask("HEAD", "/open").status == 200);
}

TEST_CASE("what a handler fails with becomes a problem") {
  CHECK(header(ask("GET", "/busy"), "Retry-After") == "1");
  CHECK(ask("GET", "/busy").status == 503);
  CHECK(ask("GET", "/throws").status == 500);
  const Json wrong = Json::parse(ask("GET", "/wrong").body).value();
  CHECK(wrong.text("type") == "epcisException:ValidationException");
  CHECK(wrong.text("nianlun:pointer") == "/a");
  CHECK(wrong.text("detail") == "There is no such file.");
  CHECK(Json::parse(ask("GET", "/io").body).value().find("detail") == nullptr);
}

TEST_CASE("an escape that is cut off or makes a control character is not decoded") {
  CHECK(api::percent_decoded("%41+b") == "A+b");
  CHECK(api::percent_decoded("a+b", true) == "a b");
  CHECK(!api::percent_decoded("%4"));
  CHECK(!api::percent_decoded("%4g"));
  CHECK(!api::percent_decoded("%0a"));
  CHECK(api::parse_query("a=1&b&&c=%3D")->size() == 3);
  CHECK(!api::parse_query("a=%"));
}

}  // namespace
}  // namespace nianlun::testing
