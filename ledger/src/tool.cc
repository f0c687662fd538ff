#include "tool.h"

#include <chrono>
#include <iostream>

#include "ledger/api.h"
#include "ledger/messages.h"
#include "try.h"

namespace nianlun {

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
  return is_unreachable(error) ? kExitOffline : kExitFailed;
}

int finish(std::string_view language, const Result<void>& done) {
  if (!done) return complain(language, done.error());
  if (std::cout.flush()) return kExitDone;
  return complain(language, {ErrorCode::kIo, "tool.cannot-write", {{"path", "-"}}});
}

std::function<void(std::uint64_t)> progress_of(std::string_view language, std::string message,
                                               Arguments more) {
  using Clock = std::chrono::steady_clock;
  more.emplace_back("count", "");
  return [language = std::string(language), message = std::move(message), more = std::move(more),
          last = Clock::now()](std::uint64_t count) mutable {
    const auto now = Clock::now();
    if (now - last < std::chrono::milliseconds(500)) return;
    last = now;
    more.back().second = std::to_string(count);
    say(language, message, more);
  };
}

}  // namespace nianlun
