#include "request_parser.h"

#include <algorithm>

namespace nianlun::api {
namespace {

// What a client says that it will send is believed up to here; beyond, the body grows as it comes.
constexpr std::uint64_t kReservedBytesMax = 1 << 20;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

void RequestParser::on_request_impl(boost::beast::http::verb, Text method, Text target, int number,
                                    Error&) {
  request.method.assign(method.data(), method.size());
  request.target.assign(target.data(), target.size());
  version = static_cast<unsigned>(number);
}

void RequestParser::on_response_impl(int, Text, int, Error&) {}

void RequestParser::on_field_impl(boost::beast::http::field, Text name, Text value, Error&) {
  constexpr std::size_t kUsualFields = 8;
  if (request.headers.empty()) request.headers.reserve(kUsualFields);
  auto& [key, text] = request.headers.emplace_back();
  key.resize(name.size());
  std::transform(name.begin(), name.end(), key.begin(), lower);
  text.assign(value.data(), value.size());
}

void RequestParser::on_header_impl(Error&) {}

void RequestParser::on_body_init_impl(const boost::optional<std::uint64_t>& length, Error&) {
  if (length) request.body.reserve(std::min(*length, kReservedBytesMax));
}

std::size_t RequestParser::on_body_impl(Text piece, Error&) {
  request.body.append(piece.data(), piece.size());
  return piece.size();
}

void RequestParser::on_chunk_header_impl(std::uint64_t, Text, Error&) {}

std::size_t RequestParser::on_chunk_body_impl(std::uint64_t, Text piece, Error&) {
  request.body.append(piece.data(), piece.size());
  return piece.size();
}

void RequestParser::on_finish_impl(Error&) {}

}  // namespace nianlun::api
