#include "serving.h"

#include <pthread.h>

#include <filesystem>
#include <fstream>

#include "ledger/src/text.h"

namespace nianlun::api {

Result<void> listen_at(std::string_view address, ServerOptions& options) {
  constexpr std::uint64_t kPortMax = 65'535;
  const std::size_t colon = address.rfind(':');
  const auto port = colon == address.npos ? std::nullopt : parse_decimal(address.substr(colon + 1));
  if (!port || *port > kPortMax) {
    return fail(ErrorCode::kInvalidArgument, "api.no-address", {{"address", std::string(address)}});
  }
  options.port = static_cast<std::uint16_t>(*port);
  std::string_view host = address.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  options.address = host;
  return {};
}

Result<void> write_port_file(const std::string& path, const std::string& url) {
  if (path.empty()) return {};
  const std::string aside = path + ".new";  // whoever waits for the file never reads half a port
  std::ofstream file(aside, std::ios::binary);
  file << url.substr(url.rfind(':') + 1) << '\n';
  file.close();
  std::error_code error;
  if (file) std::filesystem::rename(aside, path, error);
  if (!file || error) return fail(ErrorCode::kIo, "api.cannot-write", {{"path", path}});
  return {};
}

StopSignals::StopSignals() {
  sigemptyset(&signals_);
  sigaddset(&signals_, SIGTERM);
  sigaddset(&signals_, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

void StopSignals::wait() const {
  int received = 0;
  sigwait(&signals_, &received);
}

}  // namespace nianlun::api
