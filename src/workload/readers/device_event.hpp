// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "src/workload/readers/cdb.hpp"
#include "src/workload/requests/request_event.hpp"

#include <string_view>

namespace icesim::ftrace {

enum class Step { start, end, put_back, other };

/// What `ufshcd_command` tells of a command.
struct UfshcdCommand {
  Step step = Step::other;
  std::uint32_t opcode = 0;
  std::uint64_t lba = 0;
  std::int64_t size = 0;        ///< in bytes, -1 where the driver tells none
  bool has_old_step = false;    ///< `send`, `complete`: Linux before 5.12
  bool has_new_fields = false;  ///< the queue's number, or a SCSI device: Linux since 6.4

  bool is_read() const { return opcode == cdb::read_10 || opcode == cdb::read_16; }
  bool is_write() const { return opcode == cdb::write_10 || opcode == cdb::write_16; }
};

/// Parse what the driver of a storage device notes about a request, below the block layer: device {0, LUN}, or {0, 0} where
/// the trace tells none; addresses in bytes. `step` is `other` for an event of the same name about something else.
/// They return false when the text is malformed.

/// `send_req: 0:0:0:0: tag: 7, DB: 0x0, size: 4096, IS: 0, LBA: 5, opcode: 0x28 (READ_10), ...`; names hold colons.
bool parse_ufshcd_command(std::string_view payload, RequestEvent& event, UfshcdCommand& command);
/// Sets the LUN of `0:0:0:3`; false for the name of a host controller.
bool parse_scsi_device(std::string_view device, std::uint32_t& lun);
/// Sets operation, address and length of `event`; the unit of addresses is `lba_unit` for reads and writes.
bool set_ufshcd_command(const UfshcdCommand& command, Bytes lba_unit, RequestEvent& event);
/// `send_req: DEVICE: HDR:01 40 ..., CDB:28 00 ...`
bool parse_ufshcd_upiu(std::string_view payload, RequestEvent& event, Step& step);
/// The bytes behind `CDB:`.
bool parse_cdb(std::string_view payload, cdb::Bytes16& bytes);
/// mmc_blk_{rw,erase}_{start,end}: `cmd=25,addr=0x005420a8,size=0x00000008`, in sectors.
bool parse_mmc(std::string_view event_name, std::string_view payload, RequestEvent& event, Step& step);

}  // namespace icesim::ftrace
