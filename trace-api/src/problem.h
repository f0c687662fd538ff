#pragma once

#include <string_view>

#include "http.h"
#include "ledger/json.h"
#include "ledger/result.h"

namespace nianlun::api {

/// The status that tells a client what it can do about an error (RFC 9110).
int http_status(ErrorCode code);

/// A problem (RFC 7807) with the exception type of EPCIS 2.0 for its status.
Json problem_json(int status, std::string_view detail, std::string_view language);
/// The answer with a problem; 503 has Retry-After, 401 WWW-Authenticate.
Response problem(int status, std::string_view detail, std::string_view language);
/// An error's argument "seconds" is when to come again, its "pointer" what is wrong in the body.
Response problem(const Error& error, std::string_view language);

}  // namespace nianlun::api
