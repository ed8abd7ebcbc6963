// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <sstream>
#include <string>

namespace icesim::test {

/// How many times as many random cases as usual are asked for, by ICESIM_TIMES: for long runs, in which each property
/// keeps its share.
inline int case_factor() {
  const char* asked = std::getenv("ICESIM_TIMES");
  return asked == nullptr ? 1 : std::max(std::atoi(asked), 1);
}

/// Whether fewer cases than usual are asked for, as under sanitizers: tests that go through all cases then take some.
inline bool few_cases() {
  const char* asked = std::getenv("RC_PARAMS");
  return asked != nullptr && std::strstr(asked, "max_success") != nullptr;
}

/// Checks a rapidcheck property in `cases` random cases, times ICESIM_TIMES, or in no more than RC_PARAMS=max_success=N
/// asks for. A failing case is shrunk, and the message ends with the command that repeats it.
template <class Property>
void check_cases(int cases, Property&& property) {
  const auto* info = testing::UnitTest::GetInstance()->current_test_info();
  rc::detail::TestMetadata metadata;
  metadata.id = std::string(info->test_suite_name()) + "/" + info->name();
  metadata.description = info->name();
  rc::detail::TestParams params = rc::detail::configuration().testParams;
  params.maxSuccess = few_cases() ? std::min(params.maxSuccess, cases) : cases * case_factor();
  const rc::detail::TestResult result = rc::detail::checkTestable(std::forward<Property>(property), metadata, params);
  if (result.template is<rc::detail::SuccessResult>()) return;

  std::ostringstream message;
  rc::detail::printResultMessage(result, message);
  if (result.template is<rc::detail::FailureResult>()) {
    rc::detail::Configuration again;
    again.reproduce[metadata.id] = result.template get<rc::detail::FailureResult>().reproduce;
    message << "\nTo repeat it:\nRC_PARAMS=\"" << rc::detail::configToMinimalString(again) << "\" "
            << testing::internal::GetArgvs()[0] << " --gtest_filter=" << info->test_suite_name() << "." << info->name();
  }
  FAIL() << message.str();
}

}  // namespace icesim::test
