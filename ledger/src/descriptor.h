#pragma once

// An open file of the system.

#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <utility>

namespace nianlun {

/// Closes what it holds. Below 0 it holds nothing.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  int get() const { return number_; }

 private:
  int number_;
};

/// Reads `size` octets, or fewer at the end of the file; how many, or -1 with errno.
inline ssize_t read_up_to(const Descriptor& in, char* octets, std::size_t size) {
  std::size_t have = 0;
  while (have < size) {
    const ssize_t got = ::read(in.get(), octets + have, size - have);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return -1;
    if (got == 0) break;
    have += static_cast<std::size_t>(got);
  }
  return static_cast<ssize_t>(have);
}

}  // namespace nianlun
