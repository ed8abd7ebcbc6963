// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/workload/keys/key_tagging.hpp"
#include "icesim/workload/reader.hpp"

#include <filesystem>
#include <memory>

namespace icesim {

class Tagging;

/// A trace whose requests have the keys that KeyOptions ask for, cut where the key changes: inline encryption has one
/// key per request. docs/keys.md says which rule tags which request.
///
/// Throws UserError for a side file that does not fit the trace, and at the end of a trace without anything that tells
/// its files although the keys need them.
class KeyedTrace final : public TraceReader {
 public:
  KeyedTrace(const std::filesystem::path& path, const TraceOptions& trace, const KeyOptions& keys);
  ~KeyedTrace() override;

  bool next(IoRequest& request) override;
  /// Tells only of keys that requests have: with recorded keys.
  void tell_keys(KeyListener& listener) override;
  /// Of the trace as it is read, before its requests are cut.
  const TraceInfo& info() const override;
  std::string_view process_name() const override;
  /// With policy and, with KeyOptions::tells_files, path.
  RequestOrigin origin() const override;
  Number number() const override;
  const KeyCounts& keys() const;

 private:
  std::unique_ptr<Tagging> tagging_;
};

}  // namespace icesim
