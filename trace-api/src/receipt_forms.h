#pragma once

#include <cstdint>

#include "service.h"

namespace nianlun::api {

/// The receipt of a record in the form that the request asks for (docs/http-api.md): by its
/// parameter `form`, else by its header Accept.
/// kInvalidArgument  another form
/// kBusy             no checkpoint covers the record yet, or too few witnesses cosigned one
Result<Response> receipt_response(const Service& service, const Request& request,
                                  std::uint64_t index);

/// Where SCITT's programs look for the keys that sign receipts.
std::vector<Route> receipt_key_routes(const Service& service);

}  // namespace nianlun::api
