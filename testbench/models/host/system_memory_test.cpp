// SPDX-License-Identifier: Apache-2.0
#include "models/host/system_memory.hpp"

#include "icesim/base/error.hpp"
#include "models/system/forget_simulation.hpp"

#include <gtest/gtest.h>
#include <memory>
#include <tlm_utils/simple_initiator_socket.h>
#include <vector>

namespace icesim {
namespace {

struct Master : sc_core::sc_module {
  explicit Master(const sc_core::sc_module_name& name) : sc_core::sc_module(name) {}
  tlm_utils::simple_initiator_socket<Master, 128> socket{"socket"};
};

class SystemMemoryTest : public testing::Test {
 protected:
  SystemMemoryTest() {
    master_ = std::make_unique<Master>("master");
    SystemMemoryConfig config;
    config.size = Bytes{1 << 20};
    memory_ = std::make_unique<SystemMemory>("memory", config);
    master_->socket.bind(memory_->socket);
    sc_core::sc_start(sc_core::sc_time::from_value(1));
  }
  ~SystemMemoryTest() override {
    master_.reset();
    memory_.reset();
    forget_simulation();
  }

  tlm::tlm_response_status transport(tlm::tlm_command command, std::uint64_t address, std::vector<std::uint8_t>& data) {
    prepare(command, address, data);
    sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
    master_->socket->b_transport(access_, delay);
    EXPECT_EQ(delay, sc_core::SC_ZERO_TIME);
    return access_.get_response_status();
  }
  void prepare(tlm::tlm_command command, std::uint64_t address, std::vector<std::uint8_t>& data) {
    access_.set_command(command);
    access_.set_address(address);
    access_.set_data_ptr(data.data());
    access_.set_data_length(static_cast<unsigned>(data.size()));
    access_.set_streaming_width(static_cast<unsigned>(data.size()));
    access_.set_byte_enable_ptr(nullptr);
    access_.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
  }

  tlm::tlm_generic_payload access_;
  std::unique_ptr<Master> master_;
  std::unique_ptr<SystemMemory> memory_;
};

std::vector<std::uint8_t> pattern(std::size_t size) {
  std::vector<std::uint8_t> bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(i * 7 + 1);
  return bytes;
}

TEST_F(SystemMemoryTest, ReadsZeroWhereNothingWasWritten) {
  std::vector<std::uint8_t> data = pattern(5000);
  memory_->read(100, data.data(), data.size());
  EXPECT_EQ(data, std::vector<std::uint8_t>(5000));
  EXPECT_EQ(memory_->pages(), 0u);
}

TEST_F(SystemMemoryTest, KeepsBytesAcrossPages) {
  const std::vector<std::uint8_t> data = pattern(3 * 4096);
  memory_->write(4096 - 5, data.data(), data.size());
  std::vector<std::uint8_t> back(data.size() + 2);
  memory_->read(4096 - 6, back.data(), back.size());
  EXPECT_EQ(back.front(), 0);
  EXPECT_EQ(back.back(), 0);
  EXPECT_TRUE(std::equal(data.begin(), data.end(), back.begin() + 1));
  EXPECT_EQ(memory_->pages(), 4u);
}

TEST_F(SystemMemoryTest, SeesOverTheSocketWhatTheProcessorWrote) {
  std::vector<std::uint8_t> data = pattern(64);
  memory_->write(0x8000, data.data(), data.size());
  std::vector<std::uint8_t> back(64);
  EXPECT_EQ(transport(tlm::TLM_READ_COMMAND, 0x8000, back), tlm::TLM_OK_RESPONSE);
  EXPECT_EQ(back, data);
  data[3] = 0xee;
  EXPECT_EQ(transport(tlm::TLM_WRITE_COMMAND, 0x8000, data), tlm::TLM_OK_RESPONSE);
  memory_->read(0x8000, back.data(), back.size());
  EXPECT_EQ(back, data);
}

TEST_F(SystemMemoryTest, RefusesWhatIsNotWhollyInside) {
  std::vector<std::uint8_t> data = pattern(16);
  const std::uint64_t size = 1 << 20;
  EXPECT_EQ(transport(tlm::TLM_WRITE_COMMAND, size - 16, data), tlm::TLM_OK_RESPONSE);
  EXPECT_EQ(transport(tlm::TLM_WRITE_COMMAND, size - 15, data), tlm::TLM_ADDRESS_ERROR_RESPONSE);
  EXPECT_EQ(transport(tlm::TLM_READ_COMMAND, ~std::uint64_t{0} - 3, data), tlm::TLM_ADDRESS_ERROR_RESPONSE);
  EXPECT_THROW(memory_->write(size - 15, data.data(), data.size()), Bug);
}

TEST_F(SystemMemoryTest, AnswersWhatItDoesNotModelWithAnError) {
  std::vector<std::uint8_t> data = pattern(16);
  sc_core::sc_time delay;
  prepare(tlm::TLM_WRITE_COMMAND, 0, data);
  access_.set_streaming_width(4);
  master_->socket->b_transport(access_, delay);
  EXPECT_EQ(access_.get_response_status(), tlm::TLM_BURST_ERROR_RESPONSE);
  prepare(tlm::TLM_WRITE_COMMAND, 0, data);
  access_.set_byte_enable_ptr(data.data());
  master_->socket->b_transport(access_, delay);
  EXPECT_EQ(access_.get_response_status(), tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE);
  EXPECT_EQ(memory_->pages(), 0u);
}

TEST_F(SystemMemoryTest, DebugTransportMovesWhatExists) {
  std::vector<std::uint8_t> data = pattern(16);
  prepare(tlm::TLM_WRITE_COMMAND, (1 << 20) - 4, data);
  EXPECT_EQ(master_->socket->transport_dbg(access_), 4u);
  std::vector<std::uint8_t> back(4);
  memory_->read((1 << 20) - 4, back.data(), 4);
  EXPECT_TRUE(std::equal(back.begin(), back.end(), data.begin()));
}

}  // namespace
}  // namespace icesim
