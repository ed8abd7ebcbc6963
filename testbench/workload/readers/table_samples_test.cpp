// SPDX-License-Identifier: Apache-2.0
// Real tables, read row by row by means of the C library: what it makes of a row is what our readers must make of it.
#include "src/workload/bytes/open_bytes.hpp"
#include "src/workload/text/line_reader.hpp"
#include "testbench/workload/files.hpp"

#include <algorithm>
#include <cstdio>
#include <gtest/gtest.h>
#include <optional>

namespace icesim {
namespace {

struct Row {
  std::uint64_t nanoseconds = 0;
  std::uint32_t device = 0;
  Operation operation = Operation::read;
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
};

/// Digits behind a point as nanoseconds.
std::uint64_t nanoseconds(unsigned long seconds, std::string fraction) {
  fraction.resize(9, '0');
  return seconds * 1'000'000'000 + std::stoull(fraction);
}

std::optional<Row> msr_row(const std::string& line) {
  unsigned long ticks = 0;
  unsigned disk = 0;
  char type[8];
  unsigned long offset = 0;
  unsigned long size = 0;
  if (std::sscanf(line.c_str(), "%lu,%*[^,],%u,%7[^,],%lu,%lu", &ticks, &disk, type, &offset, &size) != 5) return {};
  return Row{ticks * 100, disk, type[0] == 'R' ? Operation::read : Operation::write, offset, size};
}

std::optional<Row> spc_row(const std::string& line) {
  unsigned asu = 0;
  unsigned long lba = 0;
  unsigned long size = 0;
  char opcode = 0;
  unsigned long seconds = 0;
  char fraction[16];
  if (std::sscanf(line.c_str(), "%u,%lu,%lu,%c,%lu.%9[0-9]", &asu, &lba, &size, &opcode, &seconds, fraction) != 6) {
    return {};
  }
  return Row{nanoseconds(seconds, fraction), asu, opcode == 'R' ? Operation::read : Operation::write, lba * 512, size};
}

std::optional<Row> mqsim_row(const std::string& line) {
  unsigned long time = 0;
  unsigned device = 0;
  unsigned long sector = 0;
  unsigned long sectors = 0;
  unsigned type = 0;
  if (std::sscanf(line.c_str(), "%lu %u %lu %lu %u", &time, &device, &sector, &sectors, &type) != 5) return {};
  return Row{time, device, type == 1 ? Operation::read : Operation::write, sector * 512, sectors * 512};
}

/// A read by the discard thread, or of more than 512 KiB, is a discard.
std::optional<Row> pixel_row(const std::string& line) {
  char process[64];
  unsigned device = 0;
  char flag = 0;
  unsigned long sector = 0;
  unsigned long sectors = 0;
  unsigned long seconds = 0;
  char fraction[16];
  if (std::sscanf(line.c_str(), "%63[^,],%u,%c,%lu,%lu,%lu.%9[0-9]", process, &device, &flag, &sector, &sectors,
                  &seconds, fraction) != 7) {
    return {};
  }
  const bool is_discard = flag == 'R' && (std::string_view(process).substr(0, 12) == "f2fs_discard" || sectors > 1024);
  return Row{nanoseconds(seconds, fraction), device,
             is_discard    ? Operation::discard
             : flag == 'R' ? Operation::read
                           : Operation::write,
             sector * 512, sectors * 512};
}

/// Compares the requests of the first row's device with those rows; returns how many there are.
std::uint64_t compare(const std::filesystem::path& path, std::optional<Row> (*row_of)(const std::string&)) {
  TraceOptions options;
  options.reissue_window = Picoseconds{};
  const auto trace = open_trace(path, options);
  LineReader lines(open_bytes(path));
  std::optional<Row> first;
  std::uint64_t requests = 0;
  std::uint64_t others = 0;
  std::uint64_t last = 0;
  for (std::string_view line; lines.next(line);) {
    const std::optional<Row> row = row_of(std::string(line));
    if (!row) continue;
    if (!first) first = row;
    if (row->device != first->device) {
      ++others;
      continue;
    }
    IoRequest request;
    EXPECT_TRUE(trace->next(request)) << line;
    ++requests;
    last = std::max(last, row->nanoseconds - first->nanoseconds);
    const bool same = request.time == Picoseconds{last * 1'000} && request.operation == row->operation &&
                      request.offset == Bytes{row->offset} && request.length == Bytes{row->length};
    EXPECT_TRUE(same) << path << ":" << lines.number();
    if (!same) break;
  }
  IoRequest request;
  EXPECT_FALSE(trace->next(request)) << path;
  EXPECT_EQ(trace->info().other_devices, others) << path;
  return requests;
}

TEST(TableSamples, OfMsrAndSpcAreReadRowByRow) {
  const auto path = test::shared_traces() / "formats/spc_msr_examples.txt";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is absent";
  const std::string text = test::read_file(path);
  const std::size_t msr = text.find("# MSR");
  ASSERT_NE(msr, std::string::npos);
  const test::TemporaryDirectory directory;
  test::write_file(directory / "spc", text.substr(0, msr));
  EXPECT_EQ(compare(directory / "spc", spc_row), 2u) << "of the first ASU";
  EXPECT_EQ(open_trace(directory / "spc")->info().format, "spc");
  test::write_file(directory / "msr", text.substr(msr));
  EXPECT_EQ(compare(directory / "msr", msr_row), 2u);
  const auto trace = open_trace(directory / "msr");
  test::drain(*trace);
  EXPECT_EQ(trace->info().format, "msr");
  EXPECT_EQ(trace->info().recorded_latency.read.count() + trace->info().recorded_latency.write.count(), 2u);
}

TEST(TableSamples, OfMqsimAreReadRowByRow) {
  const auto path = test::shared_traces() / "formats";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is absent";
  EXPECT_GT(compare(path / "mqsim-wsrch-small.trace.zst", mqsim_row), 8'000u);
  EXPECT_GT(compare(path / "mqsim-tpcc-small.trace.zst", mqsim_row), 400u);
}

TEST(TableSamples, OfThePixel6aAreReadRowByRow) {
  const auto path = test::shared_traces() / "device/pixel6a_ufs";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is absent";
  for (const char* name : {"genshin_impact_exec", "telegram_exec", "pubg_exec", "pubg_precond"}) {
    EXPECT_GT(compare(path / (std::string(name) + ".csv.gz"), pixel_row), 50'000u) << name;
  }
}

}  // namespace
}  // namespace icesim
