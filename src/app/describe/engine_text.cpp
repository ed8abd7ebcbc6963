// SPDX-License-Identifier: Apache-2.0
#include "engine_text.hpp"

#include "icesim/result/text_table.hpp"
#include "models/ice/aes_xts_engines.hpp"

namespace icesim::app {
namespace {

/// "12", or "12/13" where decryption takes longer.
std::string cycles(Cycles encrypting, Cycles decrypting) {
  std::string text = std::to_string(encrypting.n);
  return encrypting == decrypting ? text : text + "/" + std::to_string(decrypting.n);
}

std::vector<std::string> cells(const AesXtsEngine& engine) {
  const AesXtsPipelineConfig& c = engine.config;
  constexpr Direction out = Direction::to_device, in = Direction::to_host;
  return {std::string(engine.name),
          std::to_string(c.cores),
          cycles(c.block_cycles(out), c.block_cycles(in)),
          std::to_string((c.input_latency + c.latency).n),
          cycles(c.tweak_cycles(out), c.tweak_cycles(in)),
          cycles(c.key_cycles(out), c.key_cycles(in)),
          std::string(engine.sentence)};
}

const std::vector<std::string> head{"engine", "cores", "cycles/block", "latency", "tweak", "key", "what it is"};

}  // namespace

std::string engines_text() {
  TextTable table("lrrrrrl");
  table.row(head);
  for (const AesXtsEngine& engine : aes_xts_engines()) table.row(cells(engine));
  return table.text();
}

std::string engines_markdown() {
  std::string text =
      "Published engines for `--engine NAME`: cycles per block of a core, of a block's way through it, of a tweak and "
      "of "
      "a key's\nexpansion (encryption/decryption where they differ).\n\n";
  const auto row = [&](const std::vector<std::string>& cells) {
    for (const std::string& cell : cells) text += "| " + cell + " ";
    text += "|\n";
  };
  row(head);
  text += "|---|---:|---:|---:|---:|---:|---|\n";
  for (const AesXtsEngine& engine : aes_xts_engines()) row(cells(engine));
  return text;
}

}  // namespace icesim::app
