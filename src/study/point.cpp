// SPDX-License-Identifier: Apache-2.0
#include "icesim/study/point.hpp"

#include "icesim/crypto/sha256.hpp"

namespace icesim {
namespace {

/// A text with its length in front, so that no two lists are alike.
void add(Sha256& sha, const std::string& text) {
  sha.add(std::to_string(text.size()) + ":");
  sha.add(text);
}

void add(Sha256& sha, const std::vector<std::string>& texts) {
  sha.add(std::to_string(texts.size()) + ";");
  for (const std::string& text : texts) add(sha, text);
}

}  // namespace

std::string StudyPoint::name() const {
  Sha256 sha;
  add(sha, {"icesim point 1", program, version});
  add(sha, traces);
  add(sha, reading);
  for (const Setting& setting : config) add(sha, {setting.path, setting.value});
  return sha.hex();
}

}  // namespace icesim
