// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/error.hpp"
#include "models/system/forget_simulation.hpp"
#include "testbench/reference/ice/aes_xts_pins.hpp"
#include "testbench/reference/ice/aes_xts_recording.hpp"

#include <algorithm>
#include <string_view>
#include <zlib.h>

namespace icesim::twin {
namespace {

constexpr std::string_view columns =
    "cycle,decrypt,clear_valid,load_tweak,tweak_in,ready_in,in_valid,in_ready,in_data,out_valid,out_data";
constexpr std::size_t column_count = 11;

/// Reads lines and says where it is.
class Lines {
 public:
  explicit Lines(const std::string& path) : path_(path), file_(gzopen(path.c_str(), "rb")) {
    if (file_ == nullptr) throw UserError(path + ": cannot be opened");
  }
  ~Lines() { gzclose(file_); }
  Lines(const Lines&) = delete;
  Lines& operator=(const Lines&) = delete;

  bool next(std::string& line) {
    line.clear();
    ++number_;
    char part[1024];
    while (gzgets(file_, part, sizeof part) != nullptr) {
      line += part;
      if (line.back() == '\n') {
        line.pop_back();
        return true;
      }
    }
    int code = Z_OK;
    gzerror(file_, &code);
    if (code != Z_OK && code != Z_STREAM_END) fail("the compressed data are damaged or end too early");
    return !line.empty();
  }
  [[noreturn]] void fail(const std::string& what) const {
    throw UserError(path_ + ":" + std::to_string(number_) + ": " + what);
  }

 private:
  std::string path_;
  gzFile file_;
  std::uint64_t number_ = 0;
};

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

std::vector<std::uint8_t> parse_hex(std::string_view text, const Lines& lines, std::string_view what) {
  std::vector<std::uint8_t> bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    if (digit(text[i]) < 0 || digit(text[i + 1]) < 0) break;
    bytes.push_back(static_cast<std::uint8_t>(digit(text[i]) << 4 | digit(text[i + 1])));
  }
  if (2 * bytes.size() != text.size()) lines.fail(std::string(what) + " is not hexadecimal");
  return bytes;
}

AesBlock parse_block(std::string_view text, const Lines& lines, std::string_view what) {
  const std::vector<std::uint8_t> bytes = parse_hex(text, lines, what);
  AesBlock block;
  if (bytes.size() != block.bytes.size()) lines.fail(std::string(what) + " is not 16 bytes in hexadecimal");
  std::copy(bytes.begin(), bytes.end(), block.bytes.begin());
  return block;
}

std::uint64_t parse_number(std::string_view text, const Lines& lines, std::string_view what) {
  std::uint64_t value = 0;
  const bool digits = !text.empty() && text.size() <= 9 &&
                      std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!digits) lines.fail(std::string(what) + " is not a number of up to 9 digits");
  for (const char c : text) value = 10 * value + static_cast<std::uint64_t>(c - '0');
  return value;
}

/// The value of `name=` in the first line, or nothing.
std::optional<std::string_view> property(std::string_view line, std::string_view name) {
  const std::string wanted = " " + std::string(name) + "=";
  const std::size_t at = line.find(wanted);
  if (at == std::string_view::npos) return std::nullopt;
  const std::size_t from = at + wanted.size();
  return line.substr(from, line.find_first_of(" ;", from) - from);
}

std::uint64_t number_property(std::string_view line, std::string_view name, const Lines& lines,
                              std::optional<std::uint64_t> otherwise = std::nullopt) {
  const auto text = property(line, name);
  if (!text && otherwise) return *otherwise;
  if (!text) lines.fail("the first line says no " + std::string(name));
  return parse_number(*text, lines, name);
}

void read_header(Recording& recording, std::string_view line, const Lines& lines) {
  if (line.substr(0, 2) != "# ") lines.fail("expected '# key=... keybits=... workers=... blocks_per_data_unit=...'");
  AesXtsTwinConfig& config = recording.config;
  config.key_bits = number_property(line, "keybits", lines);
  config.round_stages = number_property(line, "workers", lines);
  config.blocks_per_data_unit = number_property(line, "blocks_per_data_unit", lines);
  config.registers_per_round = number_property(line, "registers_per_round", lines, config.registers_per_round);
  recording.key = parse_hex(property(line, "key").value_or("?"), lines, "key");
  if (config.key_bits != 128 && config.key_bits != 256) lines.fail("keybits is neither 128 nor 256");
  if (recording.key.size() * 4 != config.key_bits) lines.fail("key has not twice as many bits as keybits");
  if (config.round_stages < 1 || config.round_stages > config.rounds())
    lines.fail("workers is not in 1.." + std::to_string(config.rounds()));
  if (config.registers_per_round < 1 || config.registers_per_round > 16)
    lines.fail("registers_per_round is not in 1..16");
  if (config.blocks_per_data_unit < 1) lines.fail("blocks_per_data_unit is 0");
}

RecordedCycle read_cycle(std::string_view line, std::uint64_t number, const Lines& lines) {
  std::array<std::string_view, column_count> field;
  for (std::size_t i = 0; i < column_count; ++i) {
    const std::size_t comma = line.find(',');
    if ((comma == std::string_view::npos) != (i + 1 == column_count)) lines.fail("not 11 columns");
    field[i] = line.substr(0, comma);
    line.remove_prefix(comma == std::string_view::npos ? line.size() : comma + 1);
  }
  const auto flag = [&](std::size_t i, std::string_view name) {
    if (field[i] != "0" && field[i] != "1") lines.fail(std::string(name) + " is neither 0 nor 1");
    return field[i] == "1";
  };
  const auto block = [&](bool there, std::size_t i, std::string_view name) {
    if (there) return parse_block(field[i], lines, name);
    if (field[i] != "-") lines.fail(std::string(name) + " is not '-' though it is not valid");
    return AesBlock{};
  };
  if (parse_number(field[0], lines, "cycle") != number) lines.fail("not cycle " + std::to_string(number));
  RecordedCycle cycle;
  cycle.decrypt = flag(1, "decrypt");
  cycle.clear_valid = flag(2, "clear_valid");
  const bool load = flag(3, "load_tweak");
  const AesBlock tweak = block(load, 4, "tweak_in");
  if (load) cycle.load_tweak = tweak;
  cycle.ready_in = flag(5, "ready_in");
  cycle.in_valid = flag(6, "in_valid");
  cycle.in_ready = flag(7, "in_ready");
  cycle.in_data = block(cycle.in_valid, 8, "in_data");
  cycle.out_valid = flag(9, "out_valid");
  cycle.out_data = block(cycle.out_valid, 10, "out_data");
  return cycle;
}

/// Puts the recorded inputs on the twin's ports at the falling edges, and compares the outputs at the rising ones.
class Player : public sc_core::sc_module {
 public:
  SC_HAS_PROCESS(Player);
  Player(const sc_core::sc_module_name& name, const Recording& recording)
      : sc_core::sc_module(name), twin_("twin", recording.config, recording.key), cycles_(recording.cycles) {
    pins_.bind(twin_);
    SC_METHOD(drive);
    sensitive << pins_.clock.negedge_event();
    dont_initialize();
    SC_METHOD(compare);
    sensitive << pins_.clock.posedge_event();
    dont_initialize();
  }

  ReplayResult result;

 private:
  void drive() {
    if (next_ == cycles_.size()) return sc_core::sc_stop();
    const RecordedCycle& now = cycles_[next_];
    pins_.decrypt = now.decrypt;
    pins_.clear_valid = now.clear_valid;
    pins_.load_tweak = now.load_tweak.has_value();
    pins_.tweak_in = now.load_tweak.value_or(AesBlock{});
    pins_.ready_in = now.ready_in;
    pins_.in_valid = now.in_valid;
    pins_.in_data = now.in_data;
  }
  void compare() {
    const RecordedCycle& now = cycles_[next_];
    const bool same = pins_.in_ready.read() == now.in_ready && pins_.out_valid.read() == now.out_valid &&
                      (!now.out_valid || pins_.out_data.read() == now.out_data);
    if (!same && next_ >= settling) {
      ++result.differences;
      if (!result.first) result.first = next_;
    }
    ++result.cycles;
    result.blocks += now.out_valid;
    ++next_;
  }

  AesXtsPins pins_;
  AesXtsTwin twin_;
  const std::vector<RecordedCycle>& cycles_;
  std::size_t next_ = 0;
};

}  // namespace

Recording Recording::read(const std::string& path) {
  Lines lines(path);
  Recording recording;
  std::string line;
  if (!lines.next(line)) lines.fail("the file is empty");
  read_header(recording, line, lines);
  if (!lines.next(line) || line != columns) lines.fail("expected the columns " + std::string(columns));
  while (lines.next(line)) recording.cycles.push_back(read_cycle(line, recording.cycles.size(), lines));
  if (recording.cycles.empty()) lines.fail("no cycle is recorded");
  return recording;
}

ReplayResult replay(const Recording& recording) {
  ReplayResult result;
  {
    Player player("player", recording);
    sc_core::sc_start();
    result = player.result;
  }
  forget_simulation();
  return result;
}

}  // namespace icesim::twin
