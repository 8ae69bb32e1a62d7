#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "tests/models/store_fixture.h"

namespace rag {
namespace {

using ::testing::HasSubstr;

// `openssl s_server` with a certificate nobody vouches for.
class TlsServer {
 public:
  explicit TlsServer(const std::filesystem::path& folder) {
    const std::string key = folder / "key.pem", certificate = folder / "certificate.pem";
    const std::string make = "openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1 -keyout '" + key +
                             "' -out '" + certificate + "' >/dev/null 2>&1";
    int out[2];
    if (std::system(make.c_str()) != 0 || ::pipe(out) != 0) return;
    child_ = ::fork();
    if (child_ == 0) {
      ::dup2(out[1], STDOUT_FILENO);
      ::close(out[0]);
      ::execlp("openssl", "openssl", "s_server", "-accept", "127.0.0.1:0", "-cert", certificate.c_str(), "-key", key.c_str(), "-www", nullptr);
      ::_exit(127);
    }
    ::close(out[1]);
    std::FILE* lines = ::fdopen(out[0], "r");
    char line[256];
    while (port_ == 0 && std::fgets(line, sizeof line, lines)) std::sscanf(line, "ACCEPT 127.0.0.1:%d", &port_);
    std::fclose(lines);
  }
  ~TlsServer() {
    if (child_ <= 0) return;
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
  }

  int port() const { return port_; }  // 0: it could not be started

 private:
  pid_t child_ = -1;
  int port_ = 0;
};

class Certificate : public test::ModelStoreTest {};

TEST_F(Certificate, MustBeVouchedForEvenOnThisMachine) {
  const TlsServer server(folder_);
  if (server.port() == 0) GTEST_SKIP() << "no openssl program here that can play a server";
  ::setenv("HF_ENDPOINT", ("https://127.0.0.1:" + std::to_string(server.port())).c_str(), 1);
  test::Silent silent;
  EXPECT_THAT(error_of(ErrorKind::Backend, [&] { pull_model("acme/tiny", silent); }), HasSubstr("not trusted"));
}

}  // namespace
}  // namespace rag
