#include "tool.h"

#include <sys/random.h>

#include <cerrno>
#include <chrono>
#include <fstream>
#include <iostream>

#include "ledger/messages.h"
#include "try.h"

namespace nianlun {

std::int64_t now_ms() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

std::uint64_t monotonic_ms() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
}

Buffer random_octets(std::size_t count) {
  Buffer octets(count, '\0');
  std::size_t filled = 0;
  while (filled < count) {
    const ssize_t got = getrandom(octets.data() + filled, count - filled, 0);
    if (got > 0) filled += static_cast<std::size_t>(got);
    assert(got > 0 || errno == EINTR);  // getrandom(2) fails in no other way without flags
  }
  return octets;
}

std::string boot_id() {
  std::ifstream file("/proc/sys/kernel/random/boot_id");
  std::string id;
  std::getline(file, id);
  return id.empty() ? "unknown" : id;
}

Result<std::string> read_file(const std::filesystem::path& file, std::size_t bytes_max) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return fail(ErrorCode::kNotFound, "tool.cannot-read", {{"path", file.string()}});
  std::string content;
  std::array<char, 65536> piece{};
  while (in.read(piece.data(), piece.size()) || in.gcount() > 0) {
    content.append(piece.data(), static_cast<std::size_t>(in.gcount()));
    if (content.size() > bytes_max) {
      return fail(ErrorCode::kTooLarge, "tool.file-too-large",
                  {{"path", file.string()}, {"max", std::to_string(bytes_max)}});
    }
  }
  if (in.bad()) return fail(ErrorCode::kIo, "tool.cannot-read", {{"path", file.string()}});
  return content;
}

Result<Json> read_json_file(const std::filesystem::path& file) {
  TRY_ASSIGN(const std::string content, read_file(file));
  auto json = Json::parse(content);
  if (json) return json;
  return fail(ErrorCode::kInvalidArgument, "tool.not-json",
              {{"path", file.string()}, {"reason", text("en", json.error())}});
}

Result<std::vector<PrivateKey>> load_keys(const std::vector<std::string>& files) {
  std::vector<PrivateKey> keys;
  for (const std::string& file : files) {
    TRY_ASSIGN(PrivateKey key, PrivateKey::load(file));
    keys.push_back(std::move(key));
  }
  return keys;
}

void say(std::string_view language, std::string_view message, const Arguments& arguments) {
  std::cerr << text(language, message, arguments) << '\n';
}

int complain(std::string_view language, const Error& error) {
  std::cerr << "ledger: " << text(language, error) << '\n';
  const bool offline = error.code == ErrorCode::kBusy || error.message.starts_with("http.");
  return offline ? kExitOffline : kExitFailed;
}

std::function<void(std::uint64_t)> progress_of(std::string_view language, std::string message) {
  using Clock = std::chrono::steady_clock;
  return [language = std::string(language), message = std::move(message),
          last = Clock::now()](std::uint64_t count) mutable {
    const auto now = Clock::now();
    if (now - last < std::chrono::milliseconds(500)) return;
    last = now;
    say(language, message, {{"count", std::to_string(count)}});
  };
}

}  // namespace nianlun
