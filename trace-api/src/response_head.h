#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "http.h"

namespace nianlun::api {

/// How an answer is framed on its connection (RFC 9112).
struct Framing {
  unsigned version = 11;
  bool keep_alive = false;
  bool chunked = false;
  std::optional<std::size_t> length;  ///< of the body; none: it is not said
};

/// Appends the status line and the header fields, with the empty line that ends them.
void append_head(std::string& out, const Response& response, const Framing& framing);

}  // namespace nianlun::api
