#pragma once

#include <boost/beast/http/basic_parser.hpp>
#include <cstdint>
#include <string_view>

#include "http.h"

namespace nianlun::api {

/// Reads one request strictly (Beast's grammar of HTTP/1.1) right into a Request: nothing is kept
/// in between and copied again.
///
/// Threads: one.
/// Errors:  those of put(), of boost::beast::http::error.
class RequestParser final : public boost::beast::http::basic_parser<true> {
 public:
  Request request;  ///< whole once is_done()
  unsigned version = 11;

 private:
  using Error = boost::beast::error_code;
  using Text = boost::beast::string_view;

  void on_request_impl(boost::beast::http::verb verb, Text method, Text target, int number,
                       Error& error) override;
  void on_response_impl(int code, Text reason, int number, Error& error) override;
  void on_field_impl(boost::beast::http::field field, Text name, Text value, Error& error) override;
  void on_header_impl(Error& error) override;
  void on_body_init_impl(const boost::optional<std::uint64_t>& length, Error& error) override;
  std::size_t on_body_impl(Text piece, Error& error) override;
  void on_chunk_header_impl(std::uint64_t size, Text extensions, Error& error) override;
  std::size_t on_chunk_body_impl(std::uint64_t left, Text piece, Error& error) override;
  void on_finish_impl(Error& error) override;
};

}  // namespace nianlun::api
