#include "labels/print.h"

#include <fmt/format.h>

#include <algorithm>
#include <future>
#include <memory>
#include <span>
#include <thread>
#include <vector>

#include "labels/picture.h"
#include "labels/sheet.h"
#include "ledger/output_file.h"
#include "ledger/src/try.h"

namespace nianlun::labels {
namespace {

constexpr std::size_t kBatchLabels = 480;  // some tens of milliseconds of work

struct Prepared {
  Label label;
  Matrix matrix;
  Buffer picture;  // PNG or SVG
};
using Batch = std::vector<Prepared>;

Result<Buffer> picture(const PrintJob& job, const Prepared& each) {
  if (job.format == Format::kPdf) return Buffer();
  if (job.format == Format::kPng) {
    const PngOptions options{job.module_pixels,
                             static_cast<int>(job.layout.dots_per_mm * 25.4 + 0.5)};
    return make_png(each.matrix, options);
  }
  TRY_ASSIGN(const Placement at, place(job.layout, each.matrix.size, false));
  return make_svg(each.matrix, each.label, at.module);
}

Result<void> prepare(const PrintJob& job, std::span<Prepared> labels) {
  for (Prepared& each : labels) {
    TRY_ASSIGN(each.matrix, job.make(each.label.payload, job.correction));
    TRY(verify_qr(each.matrix, each.label.payload));
    TRY_ASSIGN(each.picture, picture(job, each));
  }
  return {};
}

// A batch whose symbols are being made and proved on other threads.
class Pending {
 public:
  Pending(const PrintJob& job, Batch batch) : batch_(std::make_unique<Batch>(std::move(batch))) {
    const std::size_t threads = std::clamp(std::thread::hardware_concurrency(), 1U, 16U);
    const std::size_t part = (batch_->size() + threads - 1) / threads;
    for (std::size_t begin = 0; begin < batch_->size(); begin += part) {
      const std::span<Prepared> labels(batch_->data() + begin,
                                       std::min(part, batch_->size() - begin));
      parts_.push_back(
          std::async(std::launch::async, [&job, labels] { return prepare(job, labels); }));
    }
  }
  bool empty() const { return batch_->empty(); }
  Result<Batch> get() {
    Result<void> all;
    for (auto& part : parts_) {
      const Result<void> done = part.get();
      if (!done && all) all = done;
    }
    TRY(std::move(all));
    return std::move(*batch_);
  }

 private:
  std::unique_ptr<Batch> batch_;                  // stays where it is when a Pending moves
  std::vector<std::future<Result<void>>> parts_;  // destroyed first: each waits for its end
};

Result<Pending> start_batch(LabelReader& reader, const PrintJob& job) {
  Batch batch;
  while (batch.size() < kBatchLabels) {
    Prepared next;
    TRY_ASSIGN(const bool more, reader.next(next.label));
    if (!more) break;
    batch.push_back(std::move(next));
  }
  return Pending(job, std::move(batch));
}

// Gives each label in turn to `take`, while the symbols of the next ones are made.
template <class Take>
Result<std::uint64_t> for_each_label(LabelReader& reader, const PrintJob& job, Take take) {
  std::uint64_t count = 0;
  TRY_ASSIGN(Pending pending, start_batch(reader, job));
  while (!pending.empty()) {
    TRY_ASSIGN(const Batch batch, pending.get());
    TRY_ASSIGN(Pending next, start_batch(reader, job));
    for (const Prepared& each : batch) {
      TRY(take(each, count));
      ++count;
    }
    if (job.progress) job.progress(count);
    pending = std::move(next);
  }
  if (count == 0) return fail(ErrorCode::kInvalidArgument, "labels.no-labels");
  return count;
}

Result<std::uint64_t> print_pdf(LabelReader& reader, const PrintJob& job) {
  TRY_ASSIGN(OutputFile file, OutputFile::create(job.out, Access::kEverybody));
  TRY_ASSIGN(Sheet sheet, Sheet::open({job.layout, job.title, job.language, job.first_position},
                                      [&](Bytes piece) { return file.write(piece); }));
  TRY_ASSIGN(const std::uint64_t count,
             for_each_label(reader, job, [&](const Prepared& each, std::uint64_t) {
               return sheet.add(each.label, each.matrix);
             }));
  TRY(sheet.close());
  TRY(file.commit());
  TRY(sync_folder(job.out.parent_path()));
  return count;
}

Result<std::uint64_t> print_pictures(LabelReader& reader, const PrintJob& job) {
  const std::string extension = job.format == Format::kPng ? ".png" : ".svg";
  const bool single = job.out.extension() == extension;
  if (!single) {
    std::error_code error;
    std::filesystem::create_directories(job.out, error);
    if (error) {
      return fail(ErrorCode::kIo, "file.cannot-write",
                  {{"path", job.out.string()}, {"reason", error.message()}});
    }
  }
  TRY_ASSIGN(
      const std::uint64_t count,
      for_each_label(reader, job, [&](const Prepared& each, std::uint64_t index) -> Result<void> {
        if (single && index > 0) {
          return fail(ErrorCode::kInvalidArgument, "labels.one-file");
        }
        const std::string name = fmt::format("{:06}-{}{}", index + 1, each.label.name, extension);
        TRY_ASSIGN(OutputFile file,
                   OutputFile::create(single ? job.out : job.out / name, Access::kEverybody));
        TRY(file.write(each.picture));
        return file.commit();
      }));
  TRY(sync_folder(single ? job.out.parent_path() : job.out));
  return count;
}

}  // namespace

Result<std::uint64_t> print(LabelReader& reader, const PrintJob& job) {
  return job.format == Format::kPdf ? print_pdf(reader, job) : print_pictures(reader, job);
}

}  // namespace nianlun::labels
