#include "response_head.h"

#include <array>
#include <charconv>
#include <ctime>

namespace nianlun::api {
namespace {

std::string_view reason_of(int status) {  // RFC 9110, 15
  struct Reason {
    int status;
    std::string_view text;
  };
  static constexpr std::array kReasons = {
      Reason{200, "OK"},
      Reason{202, "Accepted"},
      Reason{204, "No Content"},
      Reason{303, "See Other"},
      Reason{304, "Not Modified"},
      Reason{400, "Bad Request"},
      Reason{401, "Unauthorized"},
      Reason{403, "Forbidden"},
      Reason{404, "Not Found"},
      Reason{405, "Method Not Allowed"},
      Reason{408, "Request Timeout"},
      Reason{409, "Conflict"},
      Reason{413, "Content Too Large"},
      Reason{415, "Unsupported Media Type"},
      Reason{422, "Unprocessable Content"},
      Reason{431, "Request Header Fields Too Large"},
      Reason{500, "Internal Server Error"},
      Reason{503, "Service Unavailable"},
  };
  for (const Reason& reason : kReasons) {
    if (reason.status == status) return reason.text;
  }
  return {};  // the text may be empty
}

// The line with the time of now, which is made once a second (RFC 9110, 5.6.7).
std::string_view date_line() {
  thread_local std::time_t made_for = 0;
  thread_local std::array<char, 48> line{};
  thread_local std::size_t size = 0;
  const std::time_t now = std::time(nullptr);
  if (now != made_for || size == 0) {
    std::tm parts{};
    gmtime_r(&now, &parts);
    size = std::strftime(line.data(), line.size(), "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &parts);
    made_for = now;
  }
  return {line.data(), size};
}

void append_number(std::string& out, std::size_t number) {
  std::array<char, 20> digits{};
  const char* end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  out.append(digits.data(), static_cast<std::size_t>(end - digits.data()));
}

}  // namespace

void append_head(std::string& out, const Response& response, const Framing& framing) {
  out += framing.version >= 11 ? "HTTP/1.1 " : "HTTP/1.0 ";
  append_number(out, static_cast<std::size_t>(response.status));
  out.append(" ").append(reason_of(response.status)).append("\r\n");
  for (const auto& [name, value] : response.headers) {
    out.append(name).append(": ").append(value).append("\r\n");
  }
  out.append(response.common).append(date_line()).append("Server: nianlun\r\n");
  if (framing.length) {
    out += "Content-Length: ";
    append_number(out, *framing.length);
    out += "\r\n";
  }
  if (framing.chunked) out += "Transfer-Encoding: chunked\r\n";
  if (!framing.keep_alive && framing.version >= 11) out += "Connection: close\r\n";
  if (framing.keep_alive && framing.version < 11) out += "Connection: keep-alive\r\n";
  out += "\r\n";
}

}  // namespace nianlun::api
