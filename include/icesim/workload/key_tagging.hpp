// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/workload/io_request.hpp"

#include <cstdint>
#include <unordered_map>

namespace icesim {

/// Whose key encrypts a file's data: fscrypt's choices (spec 3.11).
enum class KeyMode {
  none,        ///< nothing is encrypted
  per_file,    ///< a key per inode; DUN = data unit's index in the file
  per_policy,  ///< a key per policy (IV_INO_LBLK_64); DUN = inode << 32 | index
};

/// Gives requests their keys by inode or policy: ids count from 1 in order of first appearance.
///
/// A request without inode is metadata and gets no key. A recorded DUN is rewritten for the mode, so a trace
/// imported in one mode serves in the others; `none` leaves the pieces of split requests as they are.
class KeyTagger {
 public:
  explicit KeyTagger(KeyMode mode) : mode_(mode) {}

  void tag(IoRequest& request);
  std::uint64_t keys() const { return ids_.size(); }

 private:
  KeyMode mode_;
  std::unordered_map<std::uint64_t, KeyId> ids_;
};

/// The requests of another source, with keys of the given mode.
class KeyedRequests final : public RequestSource {
 public:
  KeyedRequests(RequestSource& requests, KeyMode mode) : requests_(requests), tagger_(mode) {}

  bool next(IoRequest& request) override {
    if (!requests_.next(request)) return false;
    tagger_.tag(request);
    return true;
  }
  std::uint64_t keys() const { return tagger_.keys(); }

 private:
  RequestSource& requests_;
  KeyTagger tagger_;
};

}  // namespace icesim
