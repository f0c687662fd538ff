#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ledger/result.h"

namespace nianlun::api {

using Headers = std::vector<std::pair<std::string, std::string>>;

/// Who sent a request, by its bearer token.
struct Caller {
  std::string party;               ///< empty: anybody
  std::vector<std::string> roles;  ///< "<profile>/<role>"
};

/// A request as plain data. The server fills what came over the line, the router the rest.
struct Request {
  std::string method;
  std::string target;  ///< path and query, as sent
  Headers headers;     ///< names in lower case
  std::string body;

  std::string path;                                           ///< as sent, without the query
  std::vector<std::pair<std::string, std::string>> query;     ///< decoded
  std::vector<std::pair<std::string, std::string>> segments;  ///< of the route's pattern, decoded
  Caller caller;
  std::string_view language = "en";

  /// The value of a header (its name in lower case), a query parameter or a segment; or "".
  std::string_view header(std::string_view name) const;
  std::string_view parameter(std::string_view name) const;
  std::string_view segment(std::string_view name) const;
};

/// Sends a piece of a streamed body and waits until the client took it; false: it has gone.
using Write = std::function<bool(std::string_view piece)>;

struct Response {
  int status = 200;
  Headers headers;
  std::string body;
  /// If set, makes the body piece by piece in a thread of its own, and `body` is not used. An error
  /// breaks the connection off, so that the client sees that the answer is not whole.
  std::function<Result<void>(const Write& write)> stream;
  /// Further header lines, as they are sent, that many answers have and nobody looks at.
  std::string_view common = {};

  Response& with(std::string_view name, std::string_view value);
};

/// Answers a request, from any thread, once. The response is made in the server's pool, so that
/// the caller (the sequencer's thread, say) is not kept.
using Reply = std::function<void(std::function<Response()> make)>;
using Handler = std::function<void(Request request, Reply reply)>;

/// The language for a request: `query_lang` ("zh", of ?lang=) if it is one of ours, else
/// the best of the header Accept-Language, else the default.
std::string_view request_language(std::string_view query_lang, std::string_view accept_language);

}  // namespace nianlun::api
