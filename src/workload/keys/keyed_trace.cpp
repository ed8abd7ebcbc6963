// SPDX-License-Identifier: Apache-2.0
#include "icesim/workload/keys/keyed_trace.hpp"

#include "src/workload/keys/tagging.hpp"

namespace icesim {

KeyedTrace::KeyedTrace(const std::filesystem::path& path, const TraceOptions& trace, const KeyOptions& keys)
    : tagging_(std::make_unique<Tagging>(path, trace, keys)) {}
KeyedTrace::~KeyedTrace() = default;
bool KeyedTrace::next(IoRequest& request) { return tagging_->next(request); }
void KeyedTrace::tell_keys(KeyListener& listener) { tagging_->tell_keys(listener); }
const TraceInfo& KeyedTrace::info() const { return tagging_->info(); }
std::string_view KeyedTrace::process_name() const { return tagging_->process_name(); }
RequestOrigin KeyedTrace::origin() const { return tagging_->origin(); }
OriginSource::Number KeyedTrace::number() const { return tagging_->number(); }
const KeyCounts& KeyedTrace::keys() const { return tagging_->counts(); }

}  // namespace icesim
