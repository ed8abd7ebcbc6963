// SPDX-License-Identifier: Apache-2.0
#include "key_choice.hpp"

#include "icesim/base/error.hpp"
#include "icesim/base/quantity_text.hpp"

#include <algorithm>

namespace icesim::app {
namespace {

std::vector<std::string> mode_names() {
  std::vector<std::string> names;
  for (const Choice& mode : key_modes) names.emplace_back(mode.name);
  return names;
}

bool depends_on_files(KeyMode mode) {
  return mode == KeyMode::per_file || mode == KeyMode::per_policy || mode == KeyMode::android;
}

}  // namespace

void KeyChoice::declare(CommandLine& line) {
  namespace po = boost::program_options;
  line.options().add_options()("keys", po::value(&mode_)->value_name("MODE"),
                               "Whose key encrypts a request: recorded (default), none, single, per-process, "
                               "per-file-synthetic, per-file, per-policy or android (docs/keys.md).");
  line.input("inodes", side_file_, "CSV",
             "Whose the requests are: timestamp,rw,sector,nsect,comm,inodes[,policy_dir] per request, or a map of extents: "
             "inode,lblk,pblk,len[,policy_dir].");
  line.options().add_options()("profiles", po::value(&profiles_)->value_name("N"),
                               "Android users and profiles, each with its own keys; 1 unless given.")(
      "userdata-start", po::value(&userdata_start_)->value_name("SIZE"),
      "Android: address at which the encrypted file system begins; 0 unless given.");
  line.values("keys", mode_names);
}

KeyOptions KeyChoice::options(bool keeps_files) const {
  KeyOptions options;
  if (!mode_.empty()) {
    std::string mode = mode_;
    std::replace(mode.begin(), mode.end(), '_', '-');
    options.mode = static_cast<KeyMode>(word_index("--keys", mode, mode_names()));
  }
  options.side_file = side_file_;
  const bool kept = keeps_files && (options.mode == KeyMode::recorded || options.mode == KeyMode::none);
  if (!side_file_.empty() && !depends_on_files(options.mode) && !kept)
    throw UserError("--inodes has no effect: keys " + std::string(key_mode_name(options.mode)) +
                    " do not depend on files; those per-file, per-policy and android do");
  const auto for_android = [&](std::string_view option) {
    if (options.mode != KeyMode::android) throw UserError(std::string(option) + ": only --keys android uses it");
  };
  if (!profiles_.empty()) {
    for_android("--profiles");
    options.profiles = number_option("--profiles", profiles_, 1, KeyOptions::most_profiles);
  }
  if (!userdata_start_.empty()) {
    for_android("--userdata-start");
    try {
      options.userdata_start = Bytes{parse_quantity(userdata_start_, Unit::bytes)};
    } catch (const UserError& error) {
      throw UserError(std::string("--userdata-start: ") + error.what());
    }
  }
  return options;
}

std::string_view key_mode_name(KeyMode mode) { return key_modes[static_cast<std::size_t>(mode)].name; }

}  // namespace icesim::app
