// A bare LevelDB that writes what a row of the benchmark writes, in batches with sync: what the
// disk and LevelDB allow, before anything is checked or proven. Prints one JSON object.
//
//   bench_leveldb DIRECTORY EVENTS VALUE_BYTES INDEX_KEYS BATCH

#include <leveldb/db.h>
#include <leveldb/write_batch.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

namespace {

/// Octets that do not compress, the same in every run (xorshift64 by G. Marsaglia).
class Octets {
 public:
  std::string take(std::size_t bytes) {
    std::string out(bytes, '\0');
    for (char& octet : out) {
      state_ ^= state_ << 13;
      state_ ^= state_ >> 7;
      state_ ^= state_ << 17;
      octet = static_cast<char>(state_ >> 32);
    }
    return out;
  }

 private:
  std::uint64_t state_ = 20260101;
};

std::string ascending_key(std::uint64_t index) {
  std::string key(8, '\0');
  for (std::size_t i = 0; i < 8; ++i) key[i] = static_cast<char>(index >> (56 - 8 * i));
  return key;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6) {
    std::fputs("usage: bench_leveldb DIRECTORY EVENTS VALUE_BYTES INDEX_KEYS BATCH\n", stderr);
    return 2;
  }
  const std::uint64_t events = std::strtoull(argv[2], nullptr, 10);
  const std::size_t value_bytes = std::strtoull(argv[3], nullptr, 10);
  const std::uint64_t index_keys = std::strtoull(argv[4], nullptr, 10);
  const std::uint64_t batch_events = std::strtoull(argv[5], nullptr, 10);
  leveldb::Options options;
  options.create_if_missing = true;
  options.error_if_exists = true;
  options.compression = leveldb::kNoCompression;
  leveldb::DB* opened = nullptr;
  if (const auto status = leveldb::DB::Open(options, argv[1], &opened); !status.ok()) {
    std::fprintf(stderr, "%s\n", status.ToString().c_str());
    return 1;
  }
  const std::unique_ptr<leveldb::DB> database(opened);
  leveldb::WriteOptions synced;
  synced.sync = true;

  Octets octets;
  const std::string value = octets.take(value_bytes);
  const auto start = std::chrono::steady_clock::now();
  for (std::uint64_t done = 0; done < events;) {
    leveldb::WriteBatch batch;
    for (std::uint64_t i = 0; i < batch_events && done < events; ++i, ++done) {
      batch.Put(ascending_key(done), value);
      for (std::uint64_t k = 0; k < index_keys; ++k) {
        batch.Put(octets.take(16), ascending_key(done));
      }
    }
    if (const auto status = database->Write(synced, &batch); !status.ok()) {
      std::fprintf(stderr, "%s\n", status.ToString().c_str());
      return 1;
    }
  }
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
  std::printf("{\"events\":%llu,\"seconds\":%.6f}\n", static_cast<unsigned long long>(events),
              elapsed.count());
  return 0;
}
