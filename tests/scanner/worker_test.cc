#include "scanner/worker.h"

#include <csignal>
#include <cstdlib>

#include "photos.h"
#include "worker_protocol.h"

using namespace nianlun;
using namespace nianlun::scanner;
using nianlun::testing::photos;
using nianlun::testing::read_file;

namespace {

// A child that does as the file says.
Result<std::vector<Code>> obey(Bytes file) {
  if (file == "abort") std::abort();
  if (file == "segfault") std::raise(SIGSEGV);
  if (file == "exit") std::_Exit(0);
  if (file == "hang") {
    for (;;) std::raise(SIGSTOP);
  }
  if (file == "greedy") {
    std::vector<char> memory(std::size_t{3} << 30, 'x');
    return fail(ErrorCode::kNotFound, memory[1] == 'x' ? "got-it" : "never");
  }
  if (file == "fail") return fail(ErrorCode::kTooLarge, "test.message", {{"name", "value"}});
  return std::vector<Code>{{std::string(file), "QRCode", {{{1, 2}, {3, 4}, {5, 6}, {7, -8}}}}};
}

DecodeWorkerOptions obedient() {
  DecodeWorkerOptions options;
  options.work = obey;
  options.time_max = std::chrono::milliseconds(5000);
  return options;
}

}  // namespace

TEST_CASE("a worker decodes files as decode() does") {
  DecodeWorker worker;
  for (const auto& path : photos("qrcode-1")) {
    const auto codes = worker.decode_file(path);
    REQUIRE(codes);
    const auto image = load_image(read_file(path));
    REQUIRE(image);
    const auto expected = decode(*image);
    REQUIRE(codes->size() == expected.size());
    CHECK((*codes)[0].text == expected[0].text);
    CHECK((*codes)[0].corners[2].x == expected[0].corners[2].x);
  }
}

TEST_CASE("a child that dies costs its image and nothing more") {
  DecodeWorker worker(obedient());
  for (const char* order : {"abort", "segfault", "exit"}) {
    CAPTURE(order);
    const auto died = worker.decode(order);
    REQUIRE(!died);
    CHECK(died.error().message == "scanner.worker-died");
    const auto next = worker.decode("next");
    REQUIRE(next);
    CHECK((*next)[0].text == "next");
    CHECK((*next)[0].corners[3].y == -8);
  }
}

TEST_CASE("a child that takes too long is stopped") {
  DecodeWorkerOptions options = obedient();
  options.time_max = std::chrono::milliseconds(50);
  DecodeWorker worker(options);
  const auto late = worker.decode("hang");
  REQUIRE(!late);
  CHECK(late.error().message == "scanner.worker-late");
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST_CASE("a child gets no more memory than its limit") {
  DecodeWorker worker(obedient());
  const auto greedy = worker.decode("greedy");
  REQUIRE(!greedy);
  CHECK(greedy.error().message == "scanner.worker-died");
  CHECK(worker.decode("next"));
}
#endif

TEST_CASE("an error of the child arrives whole") {
  DecodeWorker worker(obedient());
  const auto failed = worker.decode("fail");
  REQUIRE(!failed);
  CHECK(failed.error().code == ErrorCode::kTooLarge);
  CHECK(failed.error().message == "test.message");
  CHECK(failed.error().arguments == Arguments{{"name", "value"}});
}

TEST_CASE("a file that is missing, a folder or too large is refused") {
  DecodeWorker worker;
  CHECK(worker.decode_file("/nonexistent.png").error().code == ErrorCode::kNotFound);
  CHECK(worker.decode_file(nianlun::testing::vectors()).error().code == ErrorCode::kNotFound);
  DecodeWorkerOptions options;
  options.limits.bytes_max = 10;
  CHECK(DecodeWorker(options).decode("12345678901").error().code == ErrorCode::kTooLarge);
}

TEST_CASE("damaged images of every format never take the parent down") {
  // Small files, so that many damages fit into the time of a unit test.
  DecodeWorkerOptions options;
  options.decode.try_harder = false;
  DecodeWorker worker(options);
  std::uint32_t state = 2463534242;  // xorshift32: the same damages every time
  const auto random = [&](std::size_t below) {
    state ^= state << 13U, state ^= state >> 17U, state ^= state << 5U;
    return state % below;
  };
  for (const char* extension : {".png", ".jpg", ".webp"}) {
    int seeds = 0;
    for (const auto& path : photos("qrcode-2")) {
      const std::string whole = read_file(path);
      if (path.extension() != extension || whole.size() > 100'000 || ++seeds > 3) continue;
      for (int round = 0; round < 60; ++round) {
        std::string file = whole;
        for (std::size_t flips = 1 + random(4); flips > 0; --flips) {
          char& octet =
              file[random(random(2) == 0 ? std::min<std::size_t>(file.size(), 200) : file.size())];
          octet = static_cast<char>(octet ^ (1U << random(8)));
        }
        const auto codes = worker.decode(file);
        if (!codes) CHECK(codes.error().code != ErrorCode::kIo);
      }
      CHECK(worker.decode(whole));
    }
    CHECK(seeds > 0);
  }
}

TEST_CASE("an answer of the child is unpacked only if it is whole and within bounds") {
  const std::vector<Code> codes = {{"text", "QRCode", {{{1, 2}, {3, 4}, {5, 6}, {7, 8}}}}};
  const Buffer answer = pack(codes);
  REQUIRE(unpack(answer));
  CHECK(unpack(answer)->at(0).text == "text");
  for (std::size_t bytes = 0; bytes < answer.size(); ++bytes) {
    CHECK(!unpack(std::string_view(answer).substr(0, bytes)));
  }
  CHECK(!unpack(answer + '\0'));
  Buffer many = answer;
  many[4] = '\x7f';
  CHECK(!unpack(many));
  Buffer unknown = answer;
  unknown[3] = 2;
  CHECK(!unpack(unknown));
  CHECK(!unpack(pack({std::vector<Code>{{std::string(kPayloadBytesMax + 1, 'x'), "", {}}}})));
}
