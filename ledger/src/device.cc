#include "ledger/device.h"

#include <time.h>

#include <chrono>
#include <fstream>

#include "ledger/messages.h"

namespace nianlun {

std::int64_t now_ms() {
  using std::chrono::duration_cast, std::chrono::milliseconds, std::chrono::system_clock;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

std::uint64_t monotonic_ms() {
  timespec time = {};
  ::clock_gettime(CLOCK_BOOTTIME, &time);
  return static_cast<std::uint64_t>(time.tv_sec) * 1000 +
         static_cast<std::uint64_t>(time.tv_nsec) / 1'000'000;
}

std::string boot_id() {
  std::ifstream file("/proc/sys/kernel/random/boot_id");
  std::string id;
  std::getline(file, id);
  return id;
}

int zone_offset_minutes(std::int64_t time_ms) {
  const time_t seconds = static_cast<time_t>(time_ms / 1000);
  tm local = {};
  if (::localtime_r(&seconds, &local) == nullptr) return 0;
  return static_cast<int>(local.tm_gmtoff / 60);
}

std::string_view language_of(int argc, const char* const* argv) {
  std::string_view language = language_of_environment();
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "--lang" && i + 1 < argc) language = language_for(argv[i + 1]);
    if (argument.starts_with("--lang=")) language = language_for(argument.substr(7));
  }
  return language;
}

}  // namespace nianlun
