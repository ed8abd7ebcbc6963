// SPDX-License-Identifier: Apache-2.0
// AES-XTS against vectors of others: NIST CAVP, IEEE 1619 (as OpenSSL ships them), and three libraries that agree.
#include "icesim/crypto/aes_xts.hpp"
#include "testbench/crypto/hex.hpp"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <zlib.h>

namespace icesim {
namespace {

using test::ByteString;
using test::from_hex;

const std::string shared = ICESIM_SOURCE_DIR "/../shared/vectors/";

struct Vector {
  ByteString key, tweak, plain, cipher;
  bool encrypts = true;
  bool decrypts = true;
};

/// Vectors that ran, and those that end inside a block: data units of storage never do, so AesXts has no ciphertext
/// stealing and they are out of scope.
struct Count {
  int ran = 0;
  int out_of_scope = 0;
};

void run(const Vector& vector, const std::string& where, Count& count) {
  if (vector.plain.size() % AesXts::block != 0) {
    ++count.out_of_scope;
    return;
  }
  ++count.ran;
  AesXts::Tweak tweak{};
  ASSERT_LE(vector.tweak.size(), tweak.size()) << where;
  std::copy(vector.tweak.begin(), vector.tweak.end(), tweak.begin());
  AesXts xts(vector.key.data(), vector.key.size());
  ByteString out(vector.plain.size());
  if (vector.encrypts) {
    xts.crypt(CryptDirection::encrypt, tweak, 0, vector.plain.data(), out.data(), out.size());
    EXPECT_EQ(out, vector.cipher) << where;
    // The same from the middle on, through the path for parts of a data unit.
    const std::size_t half = out.size() / 32 * 16;
    if (half != 0) {
      xts.crypt(CryptDirection::encrypt, tweak, half / 16, vector.plain.data() + half, out.data() + half,
                out.size() - half);
      EXPECT_EQ(out, vector.cipher) << where << " from block " << half / 16;
    }
  }
  if (vector.decrypts) {
    xts.crypt(CryptDirection::decrypt, tweak, 0, vector.cipher.data(), out.data(), out.size());
    EXPECT_EQ(out, vector.plain) << where;
  }
}

std::string read_gz(const std::string& path) {
  std::string text;
  gzFile file = gzopen(path.c_str(), "rb");
  if (file == nullptr) return text;
  char buffer[65536];
  for (int got = 0; (got = gzread(file, buffer, sizeof buffer)) > 0;)
    text.append(buffer, static_cast<std::size_t>(got));
  gzclose(file);
  return text;
}

TEST(AesXtsVectors, EqualThreeLibrariesForDataUnits) {
  const std::string path = shared + "xts_dataunit_vectors.txt.gz";
  std::istringstream lines(read_gz(path));
  if (lines.str().empty()) GTEST_SKIP() << path << " is absent";
  Count count;
  int number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    if (line.empty() || line[0] == '#') continue;
    std::istringstream words(line);
    std::string algorithm, key, tweak, plain, cipher;
    ASSERT_TRUE(words >> algorithm >> key >> tweak >> plain >> cipher) << "line " << number;
    run({from_hex(key), from_hex(tweak), from_hex(plain), from_hex(cipher)}, "line " + std::to_string(number), count);
  }
  EXPECT_EQ(count.ran + count.out_of_scope, 62) << "as the manifest of the vectors says";
  EXPECT_GT(count.ran, count.out_of_scope);
  RecordProperty("ran", count.ran);
  RecordProperty("out_of_scope_ciphertext_stealing", count.out_of_scope);
}

TEST(AesXtsVectors, EqualIeee1619) {
  const std::string path = shared + "ieee1619_openssl.json";
  std::ifstream file(path);
  if (!file) GTEST_SKIP() << path << " is absent";
  Count count;
  int number = 0;
  for (const auto& record : nlohmann::json::parse(file)) {
    ++number;
    const std::string operation = record.value("Operation", "");
    // A record that expects a key error has equal key halves: OpenSSL refuses, hardware and AesXts do not
    // [ice-weak-keys].
    run({from_hex(record["Key"].get<std::string>()), from_hex(record["IV"].get<std::string>()),
         from_hex(record["Plaintext"].get<std::string>()), from_hex(record["Ciphertext"].get<std::string>()),
         operation != "DECRYPT", operation != "ENCRYPT"},
        "record " + std::to_string(number), count);
  }
  EXPECT_EQ(count.ran + count.out_of_scope, number);
  EXPECT_GT(count.ran, 0);
  RecordProperty("ran", count.ran);
  RecordProperty("out_of_scope_ciphertext_stealing", count.out_of_scope);
}

class CavpTest : public testing::TestWithParam<const char*> {};

/// Tweak of a file's line: 16 bytes of hex, or a decimal number of the data unit.
ByteString tweak_bytes(const std::string& name, const std::string& value) {
  if (name == "i") return from_hex(value);
  const AesXts::Tweak tweak = tweak_of(Dun{std::stoull(value)});
  return {tweak.begin(), tweak.end()};
}

TEST_P(CavpTest, EqualsNist) {
  const std::string path =
      std::string("/usr/lib/python3/dist-packages/cryptography_vectors/ciphers/AES/XTS/") + GetParam();
  std::ifstream file(path);
  if (!file) GTEST_SKIP() << path << " is absent (Debian package python3-cryptography-vectors)";
  Count count;
  int announced = 0;
  Vector vector;
  bool encrypt = true;
  unsigned long bits = 0;
  const auto finish = [&](const std::string& where) {
    // Lengths that are no whole bytes are padded in the file.
    if (bits % 128 != 0) {
      ++count.out_of_scope;
    } else {
      ASSERT_EQ(vector.plain.size() * 8, bits) << where;
      vector.encrypts = encrypt;
      vector.decrypts = !encrypt;
      run(vector, where, count);
    }
  };
  for (std::string line; std::getline(file, line);) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (line == "[ENCRYPT]") encrypt = true;
    if (line == "[DECRYPT]") encrypt = false;
    const std::size_t equals = line.find(" = ");
    if (line.empty() || line[0] == '#' || equals == std::string::npos) continue;
    const std::string name = line.substr(0, equals);
    const std::string value = line.substr(equals + 3);
    if (name == "COUNT") ++announced;
    if (name == "DataUnitLen") bits = std::stoul(value);
    if (name == "Key") vector.key = from_hex(value);
    if (name == "i" || name == "DataUnitSeqNumber") vector.tweak = tweak_bytes(name, value);
    if (name == "PT") vector.plain = from_hex(value);
    if (name == "CT") vector.cipher = from_hex(value);
    // The one of the pair that comes second ends the vector.
    if (name == (encrypt ? "CT" : "PT")) finish(path + ", vector " + std::to_string(announced));
  }
  EXPECT_EQ(count.ran + count.out_of_scope, announced);
  EXPECT_GT(count.ran, 0);
  RecordProperty("ran", count.ran);
  RecordProperty("out_of_scope_partial_blocks", count.out_of_scope);
}

INSTANTIATE_TEST_SUITE_P(AesXtsVectors, CavpTest,
                         testing::Values("tweak-128hexstr/XTSGenAES128.rsp", "tweak-128hexstr/XTSGenAES256.rsp",
                                         "tweak-dataunitseqno/XTSGenAES128.rsp",
                                         "tweak-dataunitseqno/XTSGenAES256.rsp"),
                         [](const auto& instance) {
                           std::string name = instance.param;
                           name.erase(std::remove_if(name.begin(), name.end(),
                                                     [](unsigned char c) { return std::isalnum(c) == 0; }),
                                      name.end());
                           return name;
                         });

}  // namespace
}  // namespace icesim
