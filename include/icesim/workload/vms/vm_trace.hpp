// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/ring.hpp"
#include "icesim/workload/keys/keyed_trace.hpp"
#include "icesim/workload/vms/vm_rules.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace icesim {

/// A trace with what belongs beside it: its requests by virtual machine, and other traces that are replayed at the same
/// time, merged by time from their starts on.
///
/// Keys and processes of different machines or traces are different ones, whatever their numbers: they are numbered anew, from 1 in
/// the order of first appearance. Another device of the first trace is a trace like others, but that its times are those of the
/// same recording. Recorded keyslots are forgotten, and with several traces nothing is held until its
/// recorded turn. Where the rules tell no machines apart it is KeyedTrace.
class VmTrace final : public OriginSource {
 public:
  VmTrace(const std::filesystem::path& path, const TraceOptions& trace, const KeyOptions& keys, VmRules rules = VmRules{});
  ~VmTrace() override;

  bool next(IoRequest& request) override;
  void tell_keys(KeyListener& listener) override;
  std::vector<std::string> vms() const override;
  /// With KeyOptions::tells_files, or where requests are not told apart.
  RequestOrigin origin() const override;
  Number number() const override;

  /// Of all traces together.
  TraceInfo info() const;
  KeyCounts keys() const;
  std::vector<std::string> notes() const;
  /// Of the first trace, and of the others behind it.
  std::vector<std::filesystem::path> paths() const;

 private:
  struct Part;
  /// What was told of the request given last, behind which its trace has been read on.
  struct Given {
    RequestOrigin origin;
    Number number;
    std::string process_name, path, policy_name, rwbs;
  };

  void keep(const Part& part);
  void begin();
  bool read(Part& part);
  TraceInfo info_of(const Part& part) const;
  KeyId key_of(const Part& part, std::size_t vm, KeyId key);
  void tell(const Part& part, const KeyEvent& event);
  void tell_until(Picoseconds time);

  VmRules rules_;
  std::vector<std::unique_ptr<Part>> parts_;
  KeyListener* listener_ = nullptr;
  bool begun_ = false;
  bool tells_ = false;
  Given given_;
  std::unordered_map<std::uint64_t, KeyId> keys_;
  std::unordered_map<std::uint64_t, std::uint32_t> processes_;
  std::unordered_map<std::uint32_t, std::size_t> vm_of_process_;  ///< of the first trace: of its last request
};

}  // namespace icesim
