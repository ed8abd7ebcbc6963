// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/by/keyslot_holders.hpp"

namespace icesim {

void KeyslotHolders::request_ended(const RequestRecord& request) {
  if (!request.has_keyslot || request.key == 0 || request.keyslot.n >= most_keyslots) return sink_.request_ended(request);
  Keyslot& keyslot = keyslots_[request.keyslot.n];
  const bool is_same = keyslot.last.key == request.key && keyslot.last.vm == request.vm;
  if (!is_same) keyslot.before = keyslot.last;
  keyslot.last = {request.id, request.key, request.vm};
  if (request.timeline.spent(Stage::keyslot_wait).n == 0) return sink_.request_ended(request);
  RequestRecord told = request;
  told.keyslot_holder = keyslot.before.id;
  sink_.request_ended(told);
}

}  // namespace icesim
